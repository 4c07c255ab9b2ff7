//! Who belongs to a publisher. A member is an account of the built-in client area; one may belong to several publishers.

use annex_domain::{addon::PublisherSlug, clock::Timestamp, ids::AccountId, publisher::MemberRole};

use crate::{
    Conn, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_one, fetch_optional},
};

/// A member, with what their account says of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Their account.
    pub account: AccountId,
    /// What they are called.
    pub name: String,
    /// With which they sign in.
    pub email: String,
    /// What they are to the publisher.
    pub role: MemberRole,
    /// Since when.
    pub since: Timestamp,
}

#[derive(sqlx::FromRow)]
struct MemberSql {
    account_id: String,
    name: String,
    email: String,
    role: String,
    since: i64,
}

impl TryFrom<MemberSql> for Member {
    type Error = StoreError;
    fn try_from(row: MemberSql) -> Result<Self, StoreError> {
        let at = At::new("publisher_members", &row.account_id);
        Ok(Self {
            account: at.parse("account_id", &row.account_id)?,
            role: at.parse("role", &row.role)?,
            since: Timestamp(row.since),
            name: row.name,
            email: row.email,
        })
    }
}

/// Adds a member. Nothing happens when they are one already: they keep their role.
///
/// # Errors
/// [`StoreError::Reference`] for an unknown publisher or account.
pub async fn add(
    tx: &mut Tx,
    publisher: &PublisherSlug,
    account: AccountId,
    role: MemberRole,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO publisher_members (publisher, account_id, role, since) VALUES ($1, $2, $3, $4)
               ON CONFLICT (publisher, account_id) DO NOTHING";
    execute!(tx, sql, publisher, account, role, now).map(drop)
}

/// What an account is to a publisher.
///
/// # Errors
/// When the database fails or the row is malformed.
pub async fn role(
    conn: &mut Conn,
    publisher: &PublisherSlug,
    account: AccountId,
) -> Result<Option<MemberRole>, StoreError> {
    let sql = "SELECT role FROM publisher_members WHERE publisher = $1 AND account_id = $2";
    let row = fetch_optional!(conn, (String,), sql, publisher, account)?;
    row.map(|(role,)| At::new("publisher_members", publisher.as_str()).parse("role", &role)).transpose()
}

/// The members of a publisher, those who are it longest first.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn list(conn: &mut Conn, publisher: &PublisherSlug) -> Result<Vec<Member>, StoreError> {
    let sql = "SELECT m.account_id, a.name, a.email, m.role, m.since
               FROM publisher_members m JOIN billing_accounts a ON a.id = m.account_id
               WHERE m.publisher = $1 ORDER BY m.since, m.account_id";
    all(fetch_all!(conn, MemberSql, sql, publisher)?)
}

/// The publishers that an account belongs to, by slug, with what it is to each.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn publishers_of(
    conn: &mut Conn,
    account: AccountId,
) -> Result<Vec<(PublisherSlug, MemberRole)>, StoreError> {
    let sql = "SELECT publisher, role FROM publisher_members WHERE account_id = $1 ORDER BY publisher";
    let rows = fetch_all!(conn, (String, String), sql, account)?;
    let read = |(slug, role): &(String, String)| {
        let at = At::new("publisher_members", slug);
        Ok((at.parse("publisher", slug)?, at.parse("role", role)?))
    };
    rows.iter().map(read).collect()
}

/// How many owners a publisher has. Its lock is held where something depends on it.
///
/// # Errors
/// When the database fails.
pub async fn owners(conn: &mut Conn, publisher: &PublisherSlug) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM publisher_members WHERE publisher = $1 AND role = 'owner'";
    Ok(fetch_one!(conn, (i64,), sql, publisher)?.0)
}

/// Gives a member another role.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_role(
    tx: &mut Tx,
    publisher: &PublisherSlug,
    account: AccountId,
    role: MemberRole,
) -> Result<(), StoreError> {
    let sql = "UPDATE publisher_members SET role = $3 WHERE publisher = $1 AND account_id = $2";
    found(execute!(tx, sql, publisher, account, role)?)
}

/// Takes a member out.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn remove(tx: &mut Tx, publisher: &PublisherSlug, account: AccountId) -> Result<(), StoreError> {
    let sql = "DELETE FROM publisher_members WHERE publisher = $1 AND account_id = $2";
    found(execute!(tx, sql, publisher, account)?)
}

fn found(affected: u64) -> Result<(), StoreError> {
    if affected == 1 { Ok(()) } else { Err(StoreError::NotFound("member")) }
}
