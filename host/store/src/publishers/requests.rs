//! Who asks for an account of a publisher, and what became of it. An address has one that is open.

use annex_domain::{addon::PublisherSlug, clock::Timestamp, ids::AccountRequestId, publisher::AccountRequestState};

use crate::{
    Conn, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional},
    text,
};

/// A request for an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRequest {
    /// Its id.
    pub id: AccountRequestId,
    /// Of the organisation.
    pub name: String,
    /// That they wish for; somebody else may have it by the time it is decided.
    pub slug: PublisherSlug,
    /// The person's name.
    pub contact: String,
    /// Where the answer is mailed to.
    pub email: String,
    /// Their web site.
    pub site: String,
    /// What is to be built.
    pub about: String,
    /// Where it stands.
    pub state: AccountRequestState,
    /// Why it was refused.
    pub reason: Option<String>,
    /// When it came.
    pub created_at: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
}

/// A request to write down; its texts are checked already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest<'a> {
    /// See [`AccountRequest::name`].
    pub name: &'a str,
    /// See [`AccountRequest::slug`].
    pub slug: &'a PublisherSlug,
    /// See [`AccountRequest::contact`].
    pub contact: &'a str,
    /// See [`AccountRequest::email`].
    pub email: &'a str,
    /// See [`AccountRequest::site`].
    pub site: &'a str,
    /// See [`AccountRequest::about`].
    pub about: &'a str,
}

#[derive(sqlx::FromRow)]
struct RequestSql {
    id: String,
    name: String,
    slug: String,
    contact: String,
    email: String,
    site: String,
    about: String,
    state: String,
    reason: Option<String>,
    created_at: i64,
    decided_at: Option<i64>,
}

impl TryFrom<RequestSql> for AccountRequest {
    type Error = StoreError;
    fn try_from(row: RequestSql) -> Result<Self, StoreError> {
        let at = At::new("publisher_requests", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            slug: at.parse("slug", &row.slug)?,
            state: at.parse("state", &row.state)?,
            created_at: Timestamp(row.created_at),
            decided_at: row.decided_at.map(Timestamp),
            name: row.name,
            contact: row.contact,
            email: row.email,
            site: row.site,
            about: row.about,
            reason: row.reason,
        })
    }
}

/// Writes a request down. `None`: the address has one that is open, which stays as it is.
///
/// # Errors
/// [`StoreError::Invalid`] for an address that cannot be one.
pub async fn insert(tx: &mut Tx, new: &NewRequest<'_>, now: Timestamp) -> Result<Option<AccountRequestId>, StoreError> {
    let id = AccountRequestId::new();
    let sql = "INSERT INTO publisher_requests (id, name, slug, contact, email, site, about, state, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8) ON CONFLICT DO NOTHING";
    let email = text::email(new.email)?;
    let added = execute!(tx, sql, id, new.name, new.slug, new.contact, email, new.site, new.about, now)?;
    Ok((added == 1).then_some(id))
}

/// A request.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(conn: &mut Conn, id: AccountRequestId) -> Result<AccountRequest, StoreError> {
    fetch_optional!(conn, RequestSql, "SELECT * FROM publisher_requests WHERE id = $1", id)?
        .ok_or(StoreError::NotFound("request"))?
        .try_into()
}

/// Requests in a state, the oldest first; at most `limit`.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn list(conn: &mut Conn, state: AccountRequestState, limit: u32) -> Result<Vec<AccountRequest>, StoreError> {
    let sql = "SELECT * FROM publisher_requests WHERE state = $1 ORDER BY id LIMIT $2";
    all(fetch_all!(conn, RequestSql, sql, state, limit)?)
}

/// Decides an open request.
///
/// # Errors
/// [`StoreError::Stale`] when it is decided already.
pub async fn decide(
    tx: &mut Tx,
    id: AccountRequestId,
    state: AccountRequestState,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE publisher_requests SET state = $2, reason = $3, decided_at = $4 WHERE id = $1 AND state = 'open'";
    match execute!(tx, sql, id, state, reason, now)? {
        1 => Ok(()),
        _ => Err(StoreError::Stale("the request")),
    }
}
