//! What a publisher is beside its keys: how it is reached, whether it may do anything, and which desk it develops in.

use annex_domain::{addon::PublisherSlug, earnings::Share, ids::DeskId, publisher::PublisherStatus};

use crate::{
    Conn, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional},
    text,
};

/// A publisher as its members see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// The first part of its add-ons' ids.
    pub slug: PublisherSlug,
    /// As shown.
    pub name: String,
    /// Whether it may do anything.
    pub status: PublisherStatus,
    /// Its web site; none of one that the command line trusts.
    pub site: Option<String>,
    /// Where the platform writes to.
    pub contact_email: Option<String>,
    /// The desk that it develops in.
    pub developer_desk: Option<DeskId>,
}

#[derive(sqlx::FromRow)]
struct OrganisationSql {
    slug: String,
    name: String,
    status: String,
    site: Option<String>,
    contact_email: Option<String>,
    developer_desk: Option<String>,
}

impl TryFrom<OrganisationSql> for Organisation {
    type Error = StoreError;
    fn try_from(row: OrganisationSql) -> Result<Self, StoreError> {
        let at = At::new("publishers", &row.slug);
        Ok(Self {
            slug: at.parse("slug", &row.slug)?,
            status: at.parse("status", &row.status)?,
            developer_desk: at.parse_some("developer_desk", row.developer_desk.as_deref())?,
            name: row.name,
            site: row.site,
            contact_email: row.contact_email,
        })
    }
}

/// A publisher.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(conn: &mut Conn, slug: &PublisherSlug) -> Result<Organisation, StoreError> {
    fetch_optional!(conn, OrganisationSql, "SELECT * FROM publishers WHERE slug = $1", slug)?
        .ok_or(StoreError::NotFound("publisher"))?
        .try_into()
}

/// All publishers, by slug.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn list(conn: &mut Conn) -> Result<Vec<Organisation>, StoreError> {
    all(fetch_all!(conn, OrganisationSql, "SELECT * FROM publishers ORDER BY slug")?)
}

/// Changes that must see each other's outcome happen one after the other in a publisher, until the transaction ends.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn lock(tx: &mut Tx, slug: &PublisherSlug) -> Result<(), StoreError> {
    one(execute!(tx, "UPDATE publishers SET name = name WHERE slug = $1", slug)?)
}

/// Changes what it is called and how it is reached; all of it is checked already but for the address.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Invalid`].
pub async fn update(
    tx: &mut Tx,
    slug: &PublisherSlug,
    name: &str,
    site: &str,
    contact_email: &str,
) -> Result<(), StoreError> {
    let sql = "UPDATE publishers SET name = $2, site = $3, contact_email = $4 WHERE slug = $1";
    one(execute!(tx, sql, slug, name, site, text::email(contact_email)?)?)
}

/// Suspends a publisher, or lets it go on.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_status(tx: &mut Tx, slug: &PublisherSlug, status: PublisherStatus) -> Result<(), StoreError> {
    one(execute!(tx, "UPDATE publishers SET status = $2 WHERE slug = $1", slug, status)?)
}

/// Notes in which desk a publisher develops.
///
/// # Errors
/// [`StoreError::NotFound`] for the publisher; [`StoreError::Reference`] for the desk.
pub async fn set_developer_desk(tx: &mut Tx, slug: &PublisherSlug, desk: DeskId) -> Result<(), StoreError> {
    one(execute!(tx, "UPDATE publishers SET developer_desk = $2 WHERE slug = $1", slug, desk)?)
}

/// What a publisher gets of what is paid from now on; the usual share where there is no such publisher.
///
/// # Errors
/// When the database fails or the row is malformed.
pub async fn share(conn: &mut Conn, slug: &PublisherSlug) -> Result<Share, StoreError> {
    let row = fetch_optional!(conn, (i64,), "SELECT share FROM publishers WHERE slug = $1", slug)?;
    let Some((percent,)) = row else { return Ok(Share::USUAL) };
    Share::new(percent).ok_or_else(|| At::new("publishers", slug.as_str()).corrupt("share", "out of range"))
}

/// Changes what a publisher gets of what is paid from now on.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_share(tx: &mut Tx, slug: &PublisherSlug, share: Share) -> Result<(), StoreError> {
    one(execute!(tx, "UPDATE publishers SET share = $2 WHERE slug = $1", slug, share.percent())?)
}

/// Whose developer desk a desk is.
///
/// # Errors
/// When the database fails.
pub async fn developing_in(conn: &mut Conn, desk: DeskId) -> Result<Option<PublisherSlug>, StoreError> {
    let row = fetch_optional!(conn, (String,), "SELECT slug FROM publishers WHERE developer_desk = $1", desk)?;
    row.map(|(slug,)| At::new("publishers", &slug).parse("slug", &slug)).transpose()
}

fn one(affected: u64) -> Result<(), StoreError> {
    if affected == 1 { Ok(()) } else { Err(StoreError::NotFound("publisher")) }
}
