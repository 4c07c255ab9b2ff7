//! What publishers offer: add-ons, their versions, and the highest `seq` ever seen of each, which survives yanking,
//! blocking and every uninstall. Host-wide: the only rows here that name a desk are the joins of [`Entry`].

use std::{collections::HashMap, sync::Arc};

use annex_domain::{
    addon::{AddonId, Digest, KeyId, Seq, Version},
    clock::Timestamp,
    localized::Localized,
    manifest::{Listing as ManifestListing, Manifest},
    offer,
};

use crate::{
    Conn, Db, Forbidden, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_one, fetch_optional, in_list, list},
};

pub mod access;
mod listing;
mod publishers;
mod reach;
#[cfg(test)]
mod tests;
mod visible;

pub use annex_domain::reach::{Audience, LinkTrouble, Reach, Rollout, Standing};

pub use self::{
    listing::{Entry, EntryInstallation, Filter, Listing, Order, categories, entries, known_listing, listing},
    publishers::{Key, KeyStatus, Publisher, add_key, add_publisher, end_key, publisher, publishers},
    reach::{
        Offering, end, hand_over, is_signed_for_owner, of_publisher, offer_to, offering, owned, owner, set_audience,
        set_ends_at, set_listed, set_reach, set_rollout, to_end,
    },
    visible::{Visible, known_visible, visible},
};

annex_domain::words! {
    /// Whether a version may be installed and run.
    pub enum VersionStatus: "status of a version" {
        /// May be installed.
        Available = "available",
        /// No new installs; what is installed runs on.
        Yanked = "yanked",
        /// No new installs, and running installations stop.
        Blocked = "blocked",
    }

    /// Who withdrew a version: only they offer it again.
    pub enum YankedBy: "one who withdraws versions" {
        /// The platform's people.
        Platform = "platform",
        /// Whose add-on it is.
        Publisher = "publisher",
    }
}

/// A version as the catalog keeps it; its package is a blob under `package_digest`.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionRow {
    /// The add-on.
    pub addon: AddonId,
    /// The release.
    pub version: Version,
    /// Rises with each package.
    pub seq: Seq,
    /// As signed; its listing as it was approved last.
    pub manifest: Manifest,
    /// Of the `.annex` bytes.
    pub package_digest: Digest,
    /// Of the component.
    pub component_digest: Digest,
    /// Of the package, in bytes.
    pub size: u64,
    /// Who signed.
    pub signers: Vec<KeyId>,
    /// Whether it may be installed and run.
    pub status: VersionStatus,
    /// Who withdrew it, since that is kept.
    pub yanked_by: Option<YankedBy>,
    /// Which desks may see it.
    pub reach: Reach,
    /// How many of those it is offered to.
    pub rollout: Rollout,
    /// When it was accepted.
    pub published_at: Timestamp,
    /// It brought a picture.
    pub has_icon: bool,
}

#[derive(sqlx::FromRow)]
pub(crate) struct VersionSql {
    addon_id: String,
    version: String,
    seq: i64,
    manifest: String,
    package_digest: String,
    component_digest: String,
    size: i64,
    signers: String,
    status: String,
    yanked_by: Option<String>,
    reach: String,
    rollout_percent: i64,
    rollout_paused: i64,
    published_at: i64,
    has_icon: i64,
}

impl TryFrom<VersionSql> for VersionRow {
    type Error = StoreError;
    fn try_from(row: VersionSql) -> Result<Self> {
        let at = At::new("addon_versions", &row.addon_id);
        Ok(Self {
            addon: at.parse("addon_id", &row.addon_id)?,
            version: at.parse("version", &row.version)?,
            seq: Seq(at.number("seq", row.seq)?),
            manifest: at.json("manifest", &row.manifest)?,
            package_digest: at.parse("package_digest", &row.package_digest)?,
            component_digest: at.parse("component_digest", &row.component_digest)?,
            size: at.number("size", row.size)?,
            signers: at.json("signers", &row.signers)?,
            status: at.parse("status", &row.status)?,
            yanked_by: at.parse_some("yanked_by", row.yanked_by.as_deref())?,
            reach: at.parse("reach", &row.reach)?,
            rollout: Rollout {
                percent: at.number("rollout_percent", row.rollout_percent)?,
                paused: row.rollout_paused != 0,
            },
            published_at: Timestamp(row.published_at),
            has_icon: row.has_icon != 0,
        })
    }
}

/// A version of an add-on.
pub async fn version(conn: &mut Conn, addon: &AddonId, version: &Version) -> Result<Option<VersionRow>> {
    fetch_optional!(
        conn,
        VersionSql,
        "SELECT addon_id, version, seq, manifest, package_digest, component_digest, size, signers, status, yanked_by,
                reach, rollout_percent, rollout_paused, published_at,
                CAST(CASE WHEN icon IS NULL THEN 0 ELSE 1 END AS BIGINT) AS has_icon
         FROM addon_versions WHERE addon_id = $1 AND version = $2",
        addon,
        version
    )?
    .map(TryInto::try_into)
    .transpose()
}

/// The same, from memory where it is known.
pub async fn known_version(db: &Db, addon: &AddonId, version: &Version) -> Result<Option<Arc<VersionRow>>> {
    let load =
        || async { Ok::<_, StoreError>(self::version(&mut db.read().await?, addon, version).await?.map(Arc::new)) };
    db.caches().versions.find(db, (addon.clone(), version.clone()), load).await
}

/// All versions of an add-on, newest first: by precedence, whatever the order of their publishing.
pub async fn versions(conn: &mut Conn, addon: &AddonId) -> Result<Vec<VersionRow>> {
    let mut versions: Vec<VersionRow> = all(fetch_all!(
        conn,
        VersionSql,
        "SELECT addon_id, version, seq, manifest, package_digest, component_digest, size, signers, status, yanked_by,
                reach, rollout_percent, rollout_paused, published_at,
                CAST(CASE WHEN icon IS NULL THEN 0 ELSE 1 END AS BIGINT) AS has_icon
         FROM addon_versions WHERE addon_id = $1 ORDER BY seq DESC",
        addon
    )?)?;
    versions.sort_by(|one, other| other.version.cmp_precedence(&one.version));
    Ok(versions)
}

/// The ids of all add-ons, also of those without a version that may be installed.
pub async fn addons(conn: &mut Conn) -> Result<Vec<AddonId>> {
    let rows = fetch_all!(conn, (String,), "SELECT id FROM addons ORDER BY id")?;
    rows.iter().map(|(id,)| At::new("addons", id).parse("id", id)).collect()
}

/// The newest version that every desk may install that sees the add-on: the highest that is no pre-release.
pub async fn latest(conn: &mut Conn, addon: &AddonId) -> Result<Option<VersionRow>> {
    fetch_optional!(
        conn,
        VersionSql,
        "SELECT v.addon_id, v.version, v.seq, v.manifest, v.package_digest, v.component_digest, v.size, v.signers, v.status,
                v.yanked_by, v.reach, v.rollout_percent, v.rollout_paused, v.published_at,
                CAST(CASE WHEN v.icon IS NULL THEN 0 ELSE 1 END AS BIGINT) AS has_icon
         FROM addons a JOIN addon_versions v ON v.addon_id = a.id AND v.version = a.latest WHERE a.id = $1",
        addon
    )?
    .map(TryInto::try_into)
    .transpose()
}

/// The version by which an add-on is named: the newest; a pre-release, or what is not for everyone yet, where there is nothing else.
/// What a desk is shown of it is [`Visible::shown`].
pub async fn shown(conn: &mut Conn, addon: &AddonId) -> Result<Option<VersionRow>> {
    let sql = "SELECT COALESCE(latest, newest, early) FROM addons WHERE id = $1";
    let row = fetch_optional!(conn, (Option<String>,), sql, addon)?;
    let Some((Some(text),)) = row else { return Ok(None) };
    version(conn, addon, &At::new("addons", addon.as_str()).parse("latest", &text)?).await
}

/// The same, from memory where it is known.
pub async fn known_shown(db: &Db, addon: &AddonId) -> Result<Option<Arc<VersionRow>>> {
    let load = || async { Ok::<_, StoreError>(shown(&mut db.read().await?, addon).await?.map(Arc::new)) };
    db.caches().shown.find(db, addon.clone(), load).await
}

/// What add-ons are called, by their newest versions; those that have none are left out.
///
/// # Errors
/// When the database fails or a manifest is malformed.
pub async fn names(conn: &mut Conn, addons: &[AddonId]) -> Result<HashMap<AddonId, Localized>> {
    let sql = in_list!(
        conn,
        "SELECT a.id, v.manifest FROM addons a
         JOIN addon_versions v ON v.addon_id = a.id AND v.version = COALESCE(a.latest, a.newest, a.early) WHERE a.id",
        ""
    );
    let name = |(id, manifest): (String, String)| {
        let at = At::new("addon_versions", &id);
        Ok((at.parse("addon_id", &id)?, at.json::<Manifest>("manifest", &manifest)?.listing.name))
    };
    fetch_all!(conn, (String, String), sql, list(addons))?.into_iter().map(name).collect()
}

/// The highest `seq` ever accepted of an add-on; `None` for one that is not known.
pub async fn highest_seq(conn: &mut Conn, addon: &AddonId) -> Result<Option<Seq>> {
    let row = fetch_optional!(conn, (i64,), "SELECT highest_seq FROM addons WHERE id = $1", addon)?;
    row.map(|(seq,)| At::new("addons", addon.as_str()).number("highest_seq", seq).map(Seq)).transpose()
}

/// A version about to enter the catalog.
#[derive(Debug)]
pub struct NewVersion<'a> {
    /// The signed manifest.
    pub manifest: &'a Manifest,
    /// Its exact text.
    pub manifest_json: &'a str,
    /// Of the `.annex` bytes.
    pub package_digest: &'a Digest,
    /// Of the component.
    pub component_digest: &'a Digest,
    /// Of the package, in bytes.
    pub size: u64,
    /// Who signed.
    pub signers: &'a [KeyId],
    /// A PNG that this host has drawn.
    pub icon: Option<&'a [u8]>,
}

/// Adds a version and raises the add-on's highest `seq` to its.
///
/// # Errors
/// [`StoreError::Stale`] when a package with this `seq` or a higher one was accepted meanwhile; [`StoreError::Taken`] when
/// the version exists; [`Forbidden::KindChanged`]; [`StoreError::Reference`] for an unknown publisher.
pub async fn add_version(tx: &mut Tx, new: &NewVersion<'_>, now: Timestamp) -> Result<()> {
    let manifest = new.manifest;
    let seq = manifest.seq.0;
    execute!(
        tx,
        "INSERT INTO addons (id, publisher, kind, highest_seq, latest, search, categories, created_at, updated_at)
         VALUES ($1, $2, $3, 0, NULL, '', '', $4, $4) ON CONFLICT (id) DO NOTHING",
        &manifest.id,
        &manifest.id.publisher(),
        manifest.kind,
        now
    )?;
    let raised = execute!(
        tx,
        "UPDATE addons SET highest_seq = $3, updated_at = $4 WHERE id = $1 AND kind = $2 AND highest_seq < $3",
        &manifest.id,
        manifest.kind,
        seq,
        now
    )?;
    if raised != 1 {
        let (kind,) = fetch_one!(tx, (String,), "SELECT kind FROM addons WHERE id = $1", &manifest.id)?;
        let other_kind = kind != manifest.kind.as_str();
        return Err(if other_kind { Forbidden::KindChanged.into() } else { StoreError::Stale("the add-on") });
    }
    execute!(
        tx,
        "INSERT INTO addon_versions (addon_id, version, seq, manifest, package_digest, component_digest, size, signers, icon,
                icon_drawn, status, published_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, 'available', $10)",
        &manifest.id,
        &manifest.version,
        seq,
        new.manifest_json,
        new.package_digest,
        new.component_digest,
        i64::try_from(new.size).unwrap_or(i64::MAX),
        serde_json::to_string(new.signers)?,
        new.icon,
        now
    )
    .map_err(|error| error.on("addon_versions_pkey", "the version"))?;
    refresh_latest(tx, &manifest.id, now).await
}

/// Makes a version available again, yanks or blocks it.
///
/// # Errors
/// [`StoreError::NotFound`] for an unknown version.
pub async fn set_version_status(
    tx: &mut Tx,
    addon: &AddonId,
    version: &Version,
    status: VersionStatus,
    by: YankedBy,
    now: Timestamp,
) -> Result<()> {
    let yanked_by = (status == VersionStatus::Yanked).then_some(by.as_str());
    let sql = "UPDATE addon_versions SET status = $3, yanked_by = $4 WHERE addon_id = $1 AND version = $2";
    let changed = execute!(tx, sql, addon, version, status.as_str(), yanked_by)?;
    if changed != 1 {
        return Err(StoreError::NotFound("version"));
    }
    refresh_latest(tx, addon, now).await
}

/// Shows another listing of a version than its package has: the one that was approved. What runs goes by the package alone.
///
/// # Errors
/// [`StoreError::NotFound`] for an unknown version.
pub async fn set_listing(
    tx: &mut Tx,
    addon: &AddonId,
    version: &Version,
    listing: &ManifestListing,
    now: Timestamp,
) -> Result<()> {
    let row = self::version(tx, addon, version).await?.ok_or(StoreError::NotFound("version"))?;
    let manifest = Manifest { listing: listing.clone(), ..row.manifest };
    let sql = "UPDATE addon_versions SET manifest = $3 WHERE addon_id = $1 AND version = $2";
    execute!(tx, sql, addon, version, serde_json::to_string(&manifest)?)?;
    refresh_latest(tx, addon, now).await
}

/// Which versions of an add-on are the newest. What cannot be read is told where it is used; it keeps no host from starting.
#[derive(Debug, PartialEq, Eq, sqlx::FromRow)]
struct Newest {
    /// For every desk that sees the add-on: the highest that is no pre-release.
    latest: Option<String>,
    /// The same with pre-releases.
    newest: Option<String>,
    /// The same, also of what is not for every desk (yet).
    early: Option<String>,
    /// 1: some versions are not for every desk.
    held: i64,
}

impl Newest {
    async fn of(conn: &mut Conn, addon: &str) -> Result<Self> {
        let rows = fetch_all!(
            conn,
            (String, i64),
            "SELECT version, CAST(CASE WHEN reach = 'everyone' AND rollout_percent = 100 AND rollout_paused = 0
                    THEN 1 ELSE 0 END AS BIGINT)
             FROM addon_versions WHERE addon_id = $1 AND status = 'available' ORDER BY seq",
            addon
        )?;
        let read = |(version, _): &(String, i64)| version.parse().ok();
        let all: Vec<Version> = rows.iter().filter_map(read).collect();
        let open: Vec<Version> = rows.iter().filter(|(_, is_open)| *is_open == 1).filter_map(read).collect();
        let text = |version: Option<&Version>| version.map(ToString::to_string);
        Ok(Self {
            latest: text(offer::newest(&open, false)),
            newest: text(offer::newest(&open, true)),
            early: text(offer::newest(&all, true)),
            held: i64::from(open.len() < all.len()),
        })
    }

    async fn save(&self, tx: &mut Tx, addon: &str) -> Result<()> {
        let sql = "UPDATE addons SET latest = $2, newest = $3, early = $4, held = $5 WHERE id = $1";
        let Self { latest, newest, early, held } = self;
        execute!(tx, sql, addon, latest.as_deref(), newest.as_deref(), early.as_deref(), *held).map(drop)
    }

    /// What the add-on is named and found by.
    fn named(&self) -> Option<&str> {
        self.latest.as_deref().or(self.newest.as_deref()).or(self.early.as_deref())
    }
}

/// Newest by precedence; and the listing's words, which are those of the version that it is named by.
async fn refresh_latest(tx: &mut Tx, addon: &AddonId, now: Timestamp) -> Result<()> {
    // Of two changes at once, the later one sees both from here on.
    execute!(tx, "UPDATE addons SET updated_at = $2 WHERE id = $1", addon, now)?;
    let newest = Newest::of(tx, addon.as_str()).await?;
    newest.save(tx, addon.as_str()).await?;
    let Some(named) = newest.named() else { return Ok(()) };
    let named: Version = At::new("addon_versions", addon.as_str()).parse("version", named)?;
    let Some(VersionRow { manifest, .. }) = version(tx, addon, &named).await? else { return Ok(()) };
    let sql = "UPDATE addons SET search = $2, categories = $3 WHERE id = $1";
    execute!(tx, sql, addon, &search_text(&manifest), &category_text(&manifest))?;
    Ok(())
}

/// Works out again which version of each add-on is the newest: what an earlier release wrote down went by `seq`. Changes
/// nothing where it is right already.
pub(crate) async fn put_newest_right(tx: &mut Tx) -> Result<()> {
    for (id,) in fetch_all!(tx, (String,), "SELECT id FROM addons")? {
        let stored =
            fetch_one!(tx, Newest, "SELECT latest, newest, early, held FROM addons WHERE id = $1", id.as_str())?;
        let right = Newest::of(tx, &id).await?;
        if right != stored {
            right.save(tx, &id).await?;
        }
    }
    Ok(())
}

/// The picture of a version: a PNG that this host has drawn.
pub async fn icon(conn: &mut Conn, addon: &AddonId, version: &Version) -> Result<Option<Vec<u8>>> {
    let row = fetch_optional!(
        conn,
        (Option<Vec<u8>>,),
        "SELECT icon FROM addon_versions WHERE addon_id = $1 AND version = $2 AND icon_drawn = 1",
        addon,
        version
    )?;
    Ok(row.and_then(|(icon,)| icon))
}

/// Keeps the pictures of a version's listing: PNGs that this host has drawn.
///
/// # Errors
/// [`StoreError::Reference`] for an unknown version.
pub async fn add_pictures(tx: &mut Tx, addon: &AddonId, version: &Version, pictures: &[Vec<u8>]) -> Result<()> {
    let sql = "INSERT INTO addon_pictures (addon_id, version, position, data) VALUES ($1, $2, $3, $4)";
    for (picture, position) in pictures.iter().zip(1i64..) {
        execute!(tx, sql, addon, version, position, picture)?;
    }
    Ok(())
}

/// One of them; the first is 1.
pub async fn picture(conn: &mut Conn, addon: &AddonId, version: &Version, position: u32) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT data FROM addon_pictures WHERE addon_id = $1 AND version = $2 AND position = $3";
    Ok(fetch_optional!(conn, (Vec<u8>,), sql, addon, version, position)?.map(|(data,)| data))
}

/// A picture that is as it came with its package: it must be drawn anew before it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawIcon {
    /// Of which add-on.
    pub addon: AddonId,
    /// Of which version.
    pub version: Version,
    /// Whatever its publisher sent.
    pub data: Vec<u8>,
}

/// One of the pictures that were taken in before they were drawn anew, if there is one left.
pub async fn raw_icon(conn: &mut Conn) -> Result<Option<RawIcon>> {
    let sql = "SELECT addon_id, version, icon FROM addon_versions WHERE icon IS NOT NULL AND icon_drawn = 0
               ORDER BY addon_id, version LIMIT 1";
    let Some((addon, version, data)) = fetch_optional!(conn, (String, String, Vec<u8>), sql)? else { return Ok(None) };
    let at = At::new("addon_versions", &addon);
    Ok(Some(RawIcon { addon: at.parse("addon_id", &addon)?, version: at.parse("version", &version)?, data }))
}

/// Replaces a picture by the one that this host has drawn of it; `None`: it could not be drawn.
pub async fn set_icon(tx: &mut Tx, addon: &AddonId, version: &Version, icon: Option<&[u8]>) -> Result<()> {
    let sql = "UPDATE addon_versions SET icon = $3, icon_drawn = 1 WHERE addon_id = $1 AND version = $2";
    execute!(tx, sql, addon, version, icon).map(drop)
}

/// True while a version's package is the one with this digest: its blob must stay.
pub async fn has_package(conn: &mut Conn, package: &Digest) -> Result<bool> {
    let (count,) = fetch_one!(conn, (i64,), "SELECT COUNT(*) FROM addon_versions WHERE package_digest = $1", package)?;
    Ok(count > 0)
}

/// What the search bar looks through: name, summary and publisher in every language, the categories and the id.
fn search_text(manifest: &Manifest) -> String {
    let listing = &manifest.listing;
    let mut words: Vec<&str> = vec![manifest.id.as_str(), &listing.publisher_name];
    words.extend(listing.name.iter().chain(listing.summary.iter()).map(|(_, text)| text));
    words.extend(listing.categories.iter().map(String::as_str));
    words.join("\n").to_lowercase().replace('\0', "")
}

/// `,crm,sales,`: each word between commas, so that `LIKE '%,crm,%'` finds it. Words hold `a-z 0-9 -` only.
fn category_text(manifest: &Manifest) -> String {
    manifest.listing.categories.iter().fold(String::from(","), |all, word| all + word + ",")
}
