//! One-time links with which somebody becomes a member. An address has one of each publisher: a new one ends the one before.

use std::time::Duration;

use annex_domain::{
    addon::PublisherSlug,
    clock::Timestamp,
    ids::{AccountId, InvitationId},
    publisher::MemberRole,
};

use crate::{
    Conn, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional},
    secret, text,
};

/// How long a link works.
pub const WORKS: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Somebody is asked to belong to a publisher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id; not the secret.
    pub id: InvitationId,
    /// To which publisher.
    pub publisher: PublisherSlug,
    /// Whom it was mailed to.
    pub email: String,
    /// What they become.
    pub role: MemberRole,
    /// An account that was made for who has the link; they choose its password.
    pub account: Option<AccountId>,
    /// When it ends.
    pub expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct InvitationSql {
    id: String,
    publisher: String,
    email: String,
    role: String,
    account_id: Option<String>,
    expires_at: i64,
}

impl TryFrom<InvitationSql> for Invitation {
    type Error = StoreError;
    fn try_from(row: InvitationSql) -> Result<Self, StoreError> {
        let at = At::new("publisher_invitations", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            publisher: at.parse("publisher", &row.publisher)?,
            role: at.parse("role", &row.role)?,
            account: at.parse_some("account_id", row.account_id.as_deref())?,
            expires_at: Timestamp(row.expires_at),
            email: row.email,
        })
    }
}

/// Invites an address, and answers the id and the secret, for `/portal/welcome/{secret}`.
///
/// # Errors
/// [`StoreError::Invalid`] for an address that cannot be one; [`StoreError::Reference`].
pub async fn create(
    tx: &mut Tx,
    publisher: &PublisherSlug,
    email: &str,
    role: MemberRole,
    account: Option<AccountId>,
    now: Timestamp,
) -> Result<(InvitationId, String), StoreError> {
    let email = text::email(email)?;
    execute!(tx, "DELETE FROM publisher_invitations WHERE publisher = $1 AND email = $2", publisher, &email)?;
    let (id, (secret, hash)) = (InvitationId::new(), secret::make("")?);
    let sql =
        "INSERT INTO publisher_invitations (id, publisher, email, role, account_id, secret_hash, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    execute!(tx, sql, id, publisher, email, role, account, hash, now, now.after(WORKS))?;
    Ok((id, secret))
}

/// What a link is for, if it still works.
///
/// # Errors
/// When the database fails or the row is malformed.
pub async fn find(conn: &mut Conn, secret: &str, now: Timestamp) -> Result<Option<Invitation>, StoreError> {
    let sql = "SELECT * FROM publisher_invitations WHERE secret_hash = $1 AND expires_at > $2";
    fetch_optional!(conn, InvitationSql, sql, secret::hash(secret), now)?.map(TryInto::try_into).transpose()
}

/// Uses a link up. Of two at the same time, one gets it.
///
/// # Errors
/// [`StoreError::NotFound`] when it does not work (any more).
pub async fn use_up(tx: &mut Tx, secret: &str, now: Timestamp) -> Result<Invitation, StoreError> {
    let sql = "DELETE FROM publisher_invitations WHERE secret_hash = $1 AND expires_at > $2 RETURNING *";
    let row = fetch_optional!(tx, InvitationSql, sql, secret::hash(secret), now)?;
    row.ok_or(StoreError::NotFound("invitation"))?.try_into()
}

/// The invitations of a publisher that still work, the newest first.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn list(conn: &mut Conn, publisher: &PublisherSlug, now: Timestamp) -> Result<Vec<Invitation>, StoreError> {
    let sql = "SELECT * FROM publisher_invitations WHERE publisher = $1 AND expires_at > $2 ORDER BY id DESC";
    all(fetch_all!(conn, InvitationSql, sql, publisher, now)?)
}

/// Takes an invitation back, and answers whom it was for.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn withdraw(tx: &mut Tx, publisher: &PublisherSlug, id: InvitationId) -> Result<Invitation, StoreError> {
    let sql = "DELETE FROM publisher_invitations WHERE publisher = $1 AND id = $2 RETURNING *";
    fetch_optional!(tx, InvitationSql, sql, publisher, id)?.ok_or(StoreError::NotFound("invitation"))?.try_into()
}
