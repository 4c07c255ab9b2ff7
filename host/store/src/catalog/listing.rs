//! The marketplace as one desk sees it: the newest available version of each add-on, with this desk's installation.

use annex_domain::{
    addon::{AddonId, Kind, Version},
    clock::Timestamp,
    ids::{DeskId, InstallationId},
    installation::Status,
    manifest::Manifest,
};

use super::{Publisher, VersionRow, publisher, versions};
use crate::{
    Conn, StoreError,
    db::query::{At, all, fetch_all, fetch_optional},
};

/// What to list. `Default` lists everything, up to 200.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Words that name, summary, publisher or category contain; all of them.
    pub search: Option<String>,
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only this category.
    pub category: Option<String>,
    /// Only what this desk has, or has not.
    pub installed: Option<bool>,
    /// Only what this desk can update.
    pub updates_only: bool,
    /// The last add-on of the page before.
    pub after: Option<AddonId>,
    /// 0: 200.
    pub limit: u32,
}

/// An add-on in the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The add-on.
    pub addon: AddonId,
    /// Plugin, channel or language.
    pub kind: Kind,
    /// The newest available version.
    pub latest: Version,
    /// Of that version.
    pub manifest: Manifest,
    /// Of its package, in bytes.
    pub size: u64,
    /// When it was accepted.
    pub published_at: Timestamp,
    /// It has a picture.
    pub has_icon: bool,
    /// This desk's installation.
    pub installed: Option<EntryInstallation>,
}

/// This desk's installation of a listed add-on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryInstallation {
    /// Its id.
    pub id: InstallationId,
    /// Where it stands.
    pub status: Status,
    /// What runs.
    pub version: Version,
    /// No update is offered.
    pub pinned: bool,
    /// A newer version that is offered.
    pub update: Option<Version>,
}

/// An add-on with everything its page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// As in the grid.
    pub entry: Entry,
    /// Who publishes it.
    pub publisher: Publisher,
    /// Newest first, yanked and blocked ones too.
    pub versions: Vec<VersionRow>,
}

#[derive(sqlx::FromRow)]
struct EntrySql {
    id: String,
    kind: String,
    version: String,
    seq: i64,
    manifest: String,
    size: i64,
    published_at: i64,
    has_icon: i64,
    installation: Option<String>,
    status: Option<String>,
    installed_version: Option<String>,
    pinned: Option<i64>,
    installed_seq: Option<i64>,
}

impl TryFrom<EntrySql> for Entry {
    type Error = StoreError;
    fn try_from(row: EntrySql) -> Result<Self, StoreError> {
        let at = At::new("addons", &row.id);
        let latest: Version = at.parse("latest", &row.version)?;
        let installed = match (&row.installation, &row.status, &row.installed_version) {
            (Some(id), Some(status), Some(version)) => {
                let pinned = row.pinned == Some(1);
                let newer = row.installed_seq.is_some_and(|seq| row.seq > seq);
                Some(EntryInstallation {
                    id: at.parse("installation", id)?,
                    status: at.parse("status", status)?,
                    version: at.parse("version", version)?,
                    pinned,
                    update: (newer && !pinned).then(|| latest.clone()),
                })
            }
            _ => None,
        };
        Ok(Self {
            addon: at.parse("id", &row.id)?,
            kind: at.parse("kind", &row.kind)?,
            latest,
            manifest: at.json("manifest", &row.manifest)?,
            size: at.number("size", row.size)?,
            published_at: Timestamp(row.published_at),
            has_icon: row.has_icon != 0,
            installed,
        })
    }
}

/// A page of the marketplace, by id.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn entries(conn: &mut Conn, desk: DeskId, filter: &Filter) -> Result<Vec<Entry>, StoreError> {
    let words = filter.search.as_deref().unwrap_or_default().to_lowercase().replace('\0', "");
    let mut words = words.split_whitespace().map(like);
    // Three words narrow any catalog down; more are joined to the third.
    let (first, second) = (words.next(), words.next());
    let third = words.next().map(|third| words.fold(third, |all, word| all + &word));
    let category = filter.category.as_deref().map(|word| like(&format!(",{word},")));
    let installed = filter.installed.map_or(-1, i64::from);
    let limit = if filter.limit == 0 { 200 } else { filter.limit.min(200) };
    all(fetch_all!(
        conn,
        EntrySql,
        "SELECT a.id, a.kind, v.version, v.seq, v.manifest, v.size, v.published_at,
                CAST(CASE WHEN v.icon IS NULL THEN 0 ELSE 1 END AS BIGINT) AS has_icon,
                i.id AS installation, i.status, i.version AS installed_version, i.pinned, iv.seq AS installed_seq
         FROM addons a
         JOIN addon_versions v ON v.addon_id = a.id AND v.version = a.latest
         LEFT JOIN installations i ON i.addon_id = a.id AND i.desk_id = $1
         LEFT JOIN addon_versions iv ON iv.addon_id = i.addon_id AND iv.version = i.version
         WHERE ($2 IS NULL OR a.search LIKE $2 ESCAPE '!') AND ($3 IS NULL OR a.search LIKE $3 ESCAPE '!')
           AND ($4 IS NULL OR a.search LIKE $4 ESCAPE '!')
           AND ($5 IS NULL OR a.kind = $5) AND ($6 IS NULL OR a.categories LIKE $6 ESCAPE '!')
           AND ($7 = -1 OR ($7 = 1 AND i.id IS NOT NULL) OR ($7 = 0 AND i.id IS NULL))
           AND ($8 = 0 OR (iv.seq < v.seq AND i.pinned = 0))
           AND ($9 IS NULL OR a.id > $9)
         ORDER BY a.id LIMIT $10",
        desk,
        first.as_deref(),
        second.as_deref(),
        third.as_deref(),
        filter.kind,
        category.as_deref(),
        installed,
        filter.updates_only,
        filter.after.as_ref(),
        limit
    )?)
}

/// An add-on with its publisher and versions; `None` when no version of it is available.
///
/// # Errors
/// As [`entries`].
pub async fn listing(conn: &mut Conn, desk: DeskId, addon: &AddonId) -> Result<Option<Listing>, StoreError> {
    let row = fetch_optional!(
        conn,
        EntrySql,
        "SELECT a.id, a.kind, v.version, v.seq, v.manifest, v.size, v.published_at,
                CAST(CASE WHEN v.icon IS NULL THEN 0 ELSE 1 END AS BIGINT) AS has_icon,
                i.id AS installation, i.status, i.version AS installed_version, i.pinned, iv.seq AS installed_seq
         FROM addons a
         JOIN addon_versions v ON v.addon_id = a.id AND v.version = a.latest
         LEFT JOIN installations i ON i.addon_id = a.id AND i.desk_id = $1
         LEFT JOIN addon_versions iv ON iv.addon_id = i.addon_id AND iv.version = i.version
         WHERE a.id = $2",
        desk,
        addon
    )?;
    let Some(entry) = row.map(Entry::try_from).transpose()? else { return Ok(None) };
    let publisher = publisher(conn, &addon.publisher()).await?.ok_or(StoreError::Reference)?;
    Ok(Some(Listing { entry, publisher, versions: versions(conn, addon).await? }))
}

/// The categories of what can be installed, by the alphabet.
///
/// # Errors
/// When the database fails.
pub async fn categories(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let rows = fetch_all!(conn, (String,), "SELECT DISTINCT categories FROM addons WHERE latest IS NOT NULL")?;
    let words = rows.iter().flat_map(|(all,)| all.split(',')).filter(|word| !word.is_empty()).map(str::to_owned);
    Ok(words.collect::<std::collections::BTreeSet<_>>().into_iter().collect())
}

/// `%word%` for LIKE with `!` as the escape.
fn like(word: &str) -> String {
    let escaped = word.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}
