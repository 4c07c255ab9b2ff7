//! Who may publish, and with which keys. A key that was retired or revoked stays listed: packages that were accepted
//! while it was active remain verifiable, and nothing new signed by it is.

use annex_domain::{
    addon::{KeyId, KeyPurpose, PublisherSlug},
    clock::Timestamp,
};

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, execute, fetch_all, fetch_optional},
};

/// An author organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// The first part of its add-ons' ids.
    pub slug: PublisherSlug,
    /// As shown.
    pub name: String,
    /// How many distinct keys must sign a package.
    pub threshold: u32,
    /// Rises with every change of the keys.
    pub rev: i64,
    /// In the order they were added.
    pub keys: Vec<Key>,
    /// When it was first trusted.
    pub created_at: Timestamp,
}

/// A public key of a publisher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// SHA-256 of the key.
    pub id: KeyId,
    /// Ed25519.
    pub public: [u8; 32],
    /// What it may sign.
    pub purpose: KeyPurpose,
    /// Whether it counts.
    pub status: KeyStatus,
    /// Since when.
    pub added_at: Timestamp,
    /// When it was retired or revoked.
    pub ended_at: Option<Timestamp>,
}

annex_domain::words! {
    /// Whether a key counts.
    pub enum KeyStatus: "status of a key" {
        /// It does.
        Active = "active",
        /// Replaced by a newer one, in good order.
        Retired = "retired",
        /// Taken away: nothing new counts.
        Revoked = "revoked",
    }
}

#[derive(sqlx::FromRow)]
struct PublisherSql {
    slug: String,
    name: String,
    threshold: i64,
    rev: i64,
    created_at: i64,
}

#[derive(sqlx::FromRow)]
struct KeySql {
    publisher: String,
    id: String,
    public_key: Vec<u8>,
    purpose: String,
    status: String,
    added_at: i64,
    ended_at: Option<i64>,
}

impl TryFrom<PublisherSql> for Publisher {
    type Error = StoreError;
    fn try_from(row: PublisherSql) -> Result<Self> {
        let at = At::new("publishers", &row.slug);
        Ok(Self {
            slug: at.parse("slug", &row.slug)?,
            threshold: at.number("threshold", row.threshold)?,
            rev: row.rev,
            keys: vec![],
            created_at: Timestamp(row.created_at),
            name: row.name,
        })
    }
}

impl TryFrom<KeySql> for Key {
    type Error = StoreError;
    fn try_from(row: KeySql) -> Result<Self> {
        let at = At::new("publisher_keys", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            public: row.public_key.try_into().map_err(|_| at.corrupt("public_key", "expected 32 bytes"))?,
            purpose: at.parse("purpose", &row.purpose)?,
            status: at.parse("status", &row.status)?,
            added_at: Timestamp(row.added_at),
            ended_at: row.ended_at.map(Timestamp),
        })
    }
}

/// A publisher with its keys.
pub async fn publisher(conn: &mut Conn, slug: &PublisherSlug) -> Result<Option<Publisher>> {
    let row = fetch_optional!(conn, PublisherSql, "SELECT * FROM publishers WHERE slug = $1", slug)?;
    let Some(mut publisher) = row.map(Publisher::try_from).transpose()? else { return Ok(None) };
    let keys =
        fetch_all!(conn, KeySql, "SELECT * FROM publisher_keys WHERE publisher = $1 ORDER BY added_at, id", slug)?;
    publisher.keys = crate::db::query::all(keys)?;
    Ok(Some(publisher))
}

/// All publishers with their keys, by slug.
pub async fn publishers(conn: &mut Conn) -> Result<Vec<Publisher>> {
    let rows = fetch_all!(conn, PublisherSql, "SELECT * FROM publishers ORDER BY slug")?;
    let mut publishers: Vec<Publisher> = crate::db::query::all(rows)?;
    let keys = fetch_all!(conn, KeySql, "SELECT * FROM publisher_keys ORDER BY added_at, id")?;
    for row in keys {
        if let Some(publisher) = publishers.iter_mut().find(|publisher| publisher.slug.as_str() == row.publisher) {
            publisher.keys.push(row.try_into()?);
        }
    }
    Ok(publishers)
}

/// Makes a publisher with threshold 1; nothing when it exists.
///
/// # Errors
/// When the name is malformed or the database fails.
pub async fn add_publisher(tx: &mut Tx, slug: &PublisherSlug, name: &str, now: Timestamp) -> Result<()> {
    StoreError::text("name", name, 60)?;
    execute!(
        tx,
        "INSERT INTO publishers (slug, name, threshold, rev, created_at) VALUES ($1, $2, 1, 1, $3) ON CONFLICT (slug) DO NOTHING",
        slug,
        name,
        now
    )?;
    Ok(())
}

/// Adds a key; false when the publisher has it already (whatever its status: a revoked key does not come back).
///
/// # Errors
/// [`StoreError::Reference`] for an unknown publisher.
pub async fn add_key(
    tx: &mut Tx,
    slug: &PublisherSlug,
    public: &[u8; 32],
    purpose: KeyPurpose,
    now: Timestamp,
) -> Result<bool> {
    let added = execute!(
        tx,
        "INSERT INTO publisher_keys (publisher, id, public_key, purpose, status, added_at) VALUES ($1, $2, $3, $4, 'active', $5)
         ON CONFLICT (publisher, id) DO NOTHING",
        slug,
        &KeyId::of(public),
        &public[..],
        purpose.as_str(),
        now
    )?;
    touch(tx, slug).await?;
    Ok(added == 1)
}

/// Retires or revokes an active key; a retired one can still be revoked.
///
/// # Errors
/// [`StoreError::NotFound`] when the publisher has no such key that could be ended in this way.
pub async fn end_key(tx: &mut Tx, slug: &PublisherSlug, key: &KeyId, status: KeyStatus, now: Timestamp) -> Result<()> {
    let changed = execute!(
        tx,
        "UPDATE publisher_keys SET status = $3, ended_at = COALESCE(ended_at, $4)
         WHERE publisher = $1 AND id = $2 AND status <> 'revoked' AND status <> $3",
        slug,
        key,
        status.as_str(),
        now
    )?;
    if changed != 1 {
        return Err(StoreError::NotFound("active key"));
    }
    touch(tx, slug).await
}

async fn touch(tx: &mut Tx, slug: &PublisherSlug) -> Result<()> {
    execute!(tx, "UPDATE publishers SET rev = rev + 1 WHERE slug = $1", slug)?;
    Ok(())
}
