//! Partner documents by version, and who accepted which for a publisher.

use annex_domain::{addon::PublisherSlug, clock::Timestamp, ids::AccountId, publisher::PartnerDocument};

use crate::{
    Conn, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional},
};

/// A version of a partner document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Which.
    pub kind: PartnerDocument,
    /// 1, 2, … of each kind.
    pub version: i64,
    /// Plain text.
    pub body: String,
    /// Since when.
    pub published_at: Timestamp,
}

/// Who accepted a document for a publisher, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// Which document.
    pub kind: PartnerDocument,
    /// Which version of it.
    pub version: i64,
    /// With which they sign in.
    pub email: String,
    /// When.
    pub accepted_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct DocumentSql {
    kind: String,
    version: i64,
    body: String,
    published_at: i64,
}

impl TryFrom<DocumentSql> for Document {
    type Error = StoreError;
    fn try_from(row: DocumentSql) -> Result<Self, StoreError> {
        let kind = At::new("partner_documents", &row.kind).parse("kind", &row.kind)?;
        Ok(Self { kind, version: row.version, body: row.body, published_at: Timestamp(row.published_at) })
    }
}

#[derive(sqlx::FromRow)]
struct AcceptanceSql {
    kind: String,
    version: i64,
    email: String,
    accepted_at: i64,
}

impl TryFrom<AcceptanceSql> for Acceptance {
    type Error = StoreError;
    fn try_from(row: AcceptanceSql) -> Result<Self, StoreError> {
        let kind = At::new("publisher_acceptances", &row.kind).parse("kind", &row.kind)?;
        Ok(Self { kind, version: row.version, email: row.email, accepted_at: Timestamp(row.accepted_at) })
    }
}

/// Publishes the next version of a document, and answers its number. Of two at the same time, one is told so.
///
/// # Errors
/// [`StoreError::Stale`]; [`StoreError::Invalid`] for a text of more than 100,000 characters.
pub async fn publish(tx: &mut Tx, kind: PartnerDocument, body: &str, now: Timestamp) -> Result<i64, StoreError> {
    StoreError::text("body", body, 100_000)?;
    let version = newest(tx, kind).await?.map_or(1, |document| document.version + 1);
    let sql = "INSERT INTO partner_documents (kind, version, body, published_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (kind, version) DO NOTHING";
    match execute!(tx, sql, kind, version, body, now)? {
        1 => Ok(version),
        _ => Err(StoreError::Stale("the document")),
    }
}

/// The version of a document that counts.
///
/// # Errors
/// When the database fails or the row is malformed.
pub async fn newest(conn: &mut Conn, kind: PartnerDocument) -> Result<Option<Document>, StoreError> {
    let sql = "SELECT * FROM partner_documents WHERE kind = $1 ORDER BY version DESC LIMIT 1";
    fetch_optional!(conn, DocumentSql, sql, kind)?.map(TryInto::try_into).transpose()
}

/// The version of each document that counts, by kind.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn all_newest(conn: &mut Conn) -> Result<Vec<Document>, StoreError> {
    let sql = "SELECT * FROM partner_documents d
               WHERE version = (SELECT MAX(o.version) FROM partner_documents o WHERE o.kind = d.kind) ORDER BY kind";
    all(fetch_all!(conn, DocumentSql, sql)?)
}

/// Notes that somebody accepted a version for a publisher; the first counts.
///
/// # Errors
/// [`StoreError::Reference`] for a version that there is not.
pub async fn accept(
    tx: &mut Tx,
    publisher: &PublisherSlug,
    kind: PartnerDocument,
    version: i64,
    account: AccountId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO publisher_acceptances (publisher, kind, version, account_id, accepted_at)
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (publisher, kind, version) DO NOTHING";
    execute!(tx, sql, publisher, kind, version, account, now).map(drop)
}

/// What was accepted for a publisher, the newest first.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn accepted(conn: &mut Conn, publisher: &PublisherSlug) -> Result<Vec<Acceptance>, StoreError> {
    let sql = "SELECT p.kind, p.version, a.email, p.accepted_at
               FROM publisher_acceptances p JOIN billing_accounts a ON a.id = p.account_id
               WHERE p.publisher = $1 ORDER BY p.accepted_at DESC, p.kind";
    all(fetch_all!(conn, AcceptanceSql, sql, publisher)?)
}

/// The documents whose newest version nobody has accepted for a publisher, by kind.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn missing(conn: &mut Conn, publisher: &PublisherSlug) -> Result<Vec<Document>, StoreError> {
    let accepted = accepted(conn, publisher).await?;
    let is_accepted =
        |document: &Document| accepted.iter().any(|one| one.kind == document.kind && one.version == document.version);
    Ok(all_newest(conn).await?.into_iter().filter(|document| !is_accepted(document)).collect())
}
