//! Which desks may have an add-on that is not for all of them (R45), and the links by which they came. What is taken from a desk
//! here keeps it from installing anew; what it runs goes on.

use annex_domain::{
    addon::AddonId,
    clock::Timestamp,
    ids::{AccessLinkId, DeskId},
    reach::LinkTrouble,
};

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional},
    secret,
};

/// A link to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// What its publisher knows it by.
    pub label: String,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// How many desks may come by it.
    pub most: Option<u32>,
}

/// A link by which desks come to an add-on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessLink {
    /// Its id; not the secret.
    pub id: AccessLinkId,
    /// To which add-on.
    pub addon: AddonId,
    /// What its publisher knows it by.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// How many desks may come by it.
    pub most: Option<u32>,
    /// How many came.
    pub used: u32,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

impl AccessLink {
    /// Why it lets no desk in; `None`: it works.
    #[must_use]
    pub fn trouble(&self, now: Timestamp) -> Option<LinkTrouble> {
        if self.revoked_at.is_some() {
            Some(LinkTrouble::Revoked)
        } else if self.expires_at.is_some_and(|end| end <= now) {
            Some(LinkTrouble::Expired)
        } else if self.most.is_some_and(|most| self.used >= most) {
            Some(LinkTrouble::UsedUp)
        } else {
            None
        }
    }
}

/// A desk that may have an add-on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// Which desk.
    pub desk: DeskId,
    /// What it is called.
    pub name: String,
    /// By which link it came; `None`: its publisher named it.
    pub link: Option<AccessLinkId>,
    /// Since when.
    pub since: Timestamp,
}

#[derive(sqlx::FromRow)]
struct LinkSql {
    id: String,
    addon_id: String,
    label: String,
    created_at: i64,
    expires_at: Option<i64>,
    most: Option<i64>,
    used: i64,
    revoked_at: Option<i64>,
}

impl TryFrom<LinkSql> for AccessLink {
    type Error = StoreError;
    fn try_from(row: LinkSql) -> Result<Self> {
        let at = At::new("access_links", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            addon: at.parse("addon_id", &row.addon_id)?,
            most: row.most.map(|most| at.number("most", most)).transpose()?,
            used: at.number("used", row.used)?,
            created_at: Timestamp(row.created_at),
            expires_at: row.expires_at.map(Timestamp),
            revoked_at: row.revoked_at.map(Timestamp),
            label: row.label,
        })
    }
}

#[derive(sqlx::FromRow)]
struct GuestSql {
    desk_id: String,
    name: String,
    link_id: Option<String>,
    since: i64,
}

impl TryFrom<GuestSql> for Guest {
    type Error = StoreError;
    fn try_from(row: GuestSql) -> Result<Self> {
        let at = At::new("addon_access", &row.desk_id);
        Ok(Self {
            desk: at.parse("desk_id", &row.desk_id)?,
            link: at.parse_some("link_id", row.link_id.as_deref())?,
            since: Timestamp(row.since),
            name: row.name,
        })
    }
}

/// Makes a link, and answers its id and the secret, for `?access=`.
///
/// # Errors
/// [`StoreError::Invalid`] for the label; [`StoreError::Reference`] for an unknown add-on.
pub async fn create_link(
    tx: &mut Tx,
    addon: &AddonId,
    new: &NewLink,
    now: Timestamp,
) -> Result<(AccessLinkId, String)> {
    StoreError::text("label", &new.label, 60)?;
    let (id, (secret, hash)) = (AccessLinkId::new(), secret::make("")?);
    let sql = "INSERT INTO access_links (id, addon_id, label, secret_hash, created_at, expires_at, most, used)
               VALUES ($1, $2, $3, $4, $5, $6, $7, 0)";
    execute!(tx, sql, id, addon, &new.label, hash, now, new.expires_at, new.most)?;
    Ok((id, secret))
}

/// The links of an add-on, the newest first.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn links(conn: &mut Conn, addon: &AddonId) -> Result<Vec<AccessLink>> {
    all(fetch_all!(conn, LinkSql, "SELECT * FROM access_links WHERE addon_id = $1 ORDER BY id DESC", addon)?)
}

/// The link of a secret; `None` for one of another add-on, or of none.
///
/// # Errors
/// When the database fails or the row is malformed.
pub async fn link(conn: &mut Conn, addon: &AddonId, secret: &str) -> Result<Option<AccessLink>> {
    let sql = "SELECT * FROM access_links WHERE addon_id = $1 AND secret_hash = $2";
    fetch_optional!(conn, LinkSql, sql, addon, secret::hash(secret))?.map(TryInto::try_into).transpose()
}

/// Takes a link back, and access from the desks that came by it.
///
/// # Errors
/// [`StoreError::NotFound`] unless the add-on has it and it was not taken back.
pub async fn revoke_link(tx: &mut Tx, addon: &AddonId, id: AccessLinkId, now: Timestamp) -> Result<()> {
    let sql = "UPDATE access_links SET revoked_at = $3 WHERE addon_id = $1 AND id = $2 AND revoked_at IS NULL";
    if execute!(tx, sql, addon, id, now)? != 1 {
        return Err(StoreError::NotFound("link"));
    }
    execute!(tx, "DELETE FROM addon_access WHERE addon_id = $1 AND link_id = $2", addon, id).map(drop)
}

/// Lets no further desk come by the links that there are. Those that came stay.
///
/// # Errors
/// When the database fails.
pub async fn end_links(tx: &mut Tx, addon: &AddonId, now: Timestamp) -> Result<()> {
    let sql = "UPDATE access_links SET revoked_at = $2 WHERE addon_id = $1 AND revoked_at IS NULL";
    execute!(tx, sql, addon, now).map(drop)
}

/// Counts a desk that comes by a link. False: it does not work (any more). Of two at the same time, one gets the last place.
///
/// # Errors
/// When the database fails.
pub async fn count(tx: &mut Tx, id: AccessLinkId, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE access_links SET used = used + 1 WHERE id = $1 AND revoked_at IS NULL
               AND (expires_at IS NULL OR expires_at > $2) AND (most IS NULL OR used < most)";
    Ok(execute!(tx, sql, id, now)? == 1)
}

/// Lets a desk have an add-on. False: it may already.
///
/// # Errors
/// [`StoreError::Reference`] for an unknown add-on or desk.
pub async fn admit(
    tx: &mut Tx,
    addon: &AddonId,
    desk: DeskId,
    link: Option<AccessLinkId>,
    now: Timestamp,
) -> Result<bool> {
    let sql = "INSERT INTO addon_access (addon_id, desk_id, link_id, since) VALUES ($1, $2, $3, $4)
               ON CONFLICT (addon_id, desk_id) DO NOTHING";
    Ok(execute!(tx, sql, addon, desk, link, now)? == 1)
}

/// Takes access from a desk.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn dismiss(tx: &mut Tx, addon: &AddonId, desk: DeskId) -> Result<()> {
    match execute!(tx, "DELETE FROM addon_access WHERE addon_id = $1 AND desk_id = $2", addon, desk)? {
        1 => Ok(()),
        _ => Err(StoreError::NotFound("desk")),
    }
}

/// The desks that may have an add-on, those first that may it longest.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn guests(conn: &mut Conn, addon: &AddonId) -> Result<Vec<Guest>> {
    let sql = "SELECT g.desk_id, d.name, g.link_id, g.since FROM addon_access g JOIN desks d ON d.id = g.desk_id
               WHERE g.addon_id = $1 ORDER BY g.since, g.desk_id";
    all(fetch_all!(conn, GuestSql, sql, addon)?)
}
