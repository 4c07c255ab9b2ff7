//! The marketplace as one desk sees it: the newest available version of each add-on, with this desk's installation and what
//! it is offered. An add-on that has pre-releases only is listed where it is installed, and has a page.

use std::{collections::HashMap, sync::Arc};

use annex_domain::{
    addon::{AddonId, Kind, Version},
    clock::Timestamp,
    ids::{DeskId, InstallationId},
    installation::{Action, Status},
    manifest::Manifest,
    offer::{Offer, Wish},
};

use super::{Publisher, VersionRow, publisher, versions};
use crate::{
    Conn, Db, Result, StoreError,
    db::query::{At, fetch_all, fetch_optional},
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
    /// It stays on its line of versions.
    pub pinned: bool,
    /// Pre-releases are offered, too.
    pub prereleases: bool,
    /// Its operation is set aside.
    pub set_aside: bool,
    /// What is offered, where the status allows an update.
    pub offer: Offer,
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
    manifest: String,
    size: i64,
    published_at: i64,
    has_icon: i64,
    installation: Option<String>,
    status: Option<String>,
    installed_version: Option<String>,
    previous: Option<String>,
    pinned: Option<i64>,
    prereleases: Option<i64>,
    set_aside: Option<String>,
}

/// What may be installed of the add-ons that a desk has, in the order of publishing.
type Available = HashMap<String, Vec<Version>>;

impl EntrySql {
    fn entry(self, available: &Available) -> Result<Entry> {
        let row = self;
        let at = At::new("addons", &row.id);
        let installed = match (&row.installation, &row.status, &row.installed_version) {
            (Some(id), Some(status), Some(version)) => {
                let (pinned, prereleases) = (row.pinned == Some(1), row.prereleases == Some(1));
                let (status, current): (Status, Version) = (at.parse("status", status)?, at.parse("version", version)?);
                let previous = at.parse_some("previous", row.previous.as_deref())?;
                let wish = Wish { current: &current, previous: previous.as_ref(), pinned, prereleases };
                let all = available.get(&row.id).filter(|_| status.allows(Action::Update));
                Some(EntryInstallation {
                    id: at.parse("installation", id)?,
                    offer: all.map(|all| wish.offer(all)).unwrap_or_default(),
                    status,
                    set_aside: row.set_aside.is_some(),
                    version: current,
                    pinned,
                    prereleases,
                })
            }
            _ => None,
        };
        Ok(Entry {
            addon: at.parse("id", &row.id)?,
            kind: at.parse("kind", &row.kind)?,
            latest: at.parse("latest", &row.version)?,
            manifest: at.json("manifest", &row.manifest)?,
            size: at.number("size", row.size)?,
            published_at: Timestamp(row.published_at),
            has_icon: row.has_icon != 0,
            installed,
        })
    }
}

/// What every query on entries selects.
macro_rules! entries_of {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.kind, v.version, v.manifest, v.size, v.published_at,
                CAST(CASE WHEN v.icon IS NULL THEN 0 ELSE 1 END AS BIGINT) AS has_icon,
                i.id AS installation, i.status, i.version AS installed_version, i.previous, i.pinned, i.prereleases,
                (SELECT s.id FROM sagas s WHERE s.subject = i.id AND s.state IN ('running', 'unwinding')
                    AND s.set_aside_at IS NOT NULL) AS set_aside
             FROM addons a
             JOIN addon_versions v ON v.addon_id = a.id AND v.version = COALESCE(a.latest, a.newest)
             LEFT JOIN installations i ON i.addon_id = a.id AND i.desk_id = $1 ",
            $rest
        )
    };
}

/// A page of the marketplace, by id.
pub async fn entries(conn: &mut Conn, desk: DeskId, filter: &Filter) -> Result<Vec<Entry>> {
    let words = filter.search.as_deref().unwrap_or_default().to_lowercase().replace('\0', "");
    let mut words = words.split_whitespace().map(like);
    // Three words narrow any catalog down; more are joined to the third.
    let (first, second) = (words.next(), words.next());
    let third = words.next().map(|third| words.fold(third, |all, word| all + &word));
    let category = filter.category.as_deref().map(|word| like(&format!(",{word},")));
    let installed = if filter.updates_only { Some(true) } else { filter.installed };
    let limit = if filter.limit == 0 { 200 } else { filter.limit.min(200) };
    // What is offered is not SQL's to say: all that the desk has is looked through then.
    let fetched = if filter.updates_only { i64::MAX } else { i64::from(limit) };
    let rows = fetch_all!(
        conn,
        EntrySql,
        entries_of!(
            "WHERE ($2 IS NULL OR a.search LIKE $2 ESCAPE '!') AND ($3 IS NULL OR a.search LIKE $3 ESCAPE '!')
               AND ($4 IS NULL OR a.search LIKE $4 ESCAPE '!')
               AND ($5 IS NULL OR a.kind = $5) AND ($6 IS NULL OR a.categories LIKE $6 ESCAPE '!')
               AND ($7 IS NULL OR ($7 = 1 AND i.id IS NOT NULL) OR ($7 = 0 AND i.id IS NULL))
               AND (a.latest IS NOT NULL OR i.id IS NOT NULL)
               AND ($8 IS NULL OR a.id > $8)
             ORDER BY a.id LIMIT $9"
        ),
        desk,
        first.as_deref(),
        second.as_deref(),
        third.as_deref(),
        filter.kind,
        category.as_deref(),
        installed,
        filter.after.as_ref(),
        fetched
    )?;
    let available = available(conn, desk).await?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let entry = row.entry(&available)?;
        if !filter.updates_only || entry.installed.as_ref().is_some_and(|one| one.offer.update.is_some()) {
            entries.push(entry);
        }
    }
    entries.truncate(limit as usize);
    Ok(entries)
}

async fn available(conn: &mut Conn, desk: DeskId) -> Result<Available> {
    let rows = fetch_all!(
        conn,
        (String, String),
        "SELECT v.addon_id, v.version FROM addon_versions v
         JOIN installations i ON i.addon_id = v.addon_id AND i.desk_id = $1
         WHERE v.status = 'available' ORDER BY v.addon_id, v.seq",
        desk
    )?;
    let mut available = Available::new();
    for (addon, version) in rows {
        let version = At::new("addon_versions", &addon).parse("version", &version)?;
        available.entry(addon).or_default().push(version);
    }
    Ok(available)
}

/// An add-on with its publisher and versions; `None` when no version of it is available.
pub async fn listing(conn: &mut Conn, desk: DeskId, addon: &AddonId) -> Result<Option<Listing>> {
    let row = fetch_optional!(conn, EntrySql, entries_of!("WHERE a.id = $2"), desk, addon)?;
    let Some(row) = row else { return Ok(None) };
    let entry = row.entry(&available(conn, desk).await?)?;
    let publisher = publisher(conn, &addon.publisher()).await?.ok_or(StoreError::Reference)?;
    Ok(Some(Listing { entry, publisher, versions: versions(conn, addon).await? }))
}

/// The same, from memory where it is known.
pub async fn known_listing(db: &Db, desk: DeskId, addon: &AddonId) -> Result<Option<Arc<Listing>>> {
    let load = || async { Ok::<_, StoreError>(listing(&mut db.read().await?, desk, addon).await?.map(Arc::new)) };
    db.caches().listings.find(db, (desk, addon.clone()), load).await
}

/// The categories of what can be installed, by the alphabet.
pub async fn categories(conn: &mut Conn) -> Result<Vec<String>> {
    let rows = fetch_all!(conn, (String,), "SELECT DISTINCT categories FROM addons WHERE latest IS NOT NULL")?;
    let words = rows.iter().flat_map(|(all,)| all.split(',')).filter(|word| !word.is_empty()).map(str::to_owned);
    Ok(words.collect::<std::collections::BTreeSet<_>>().into_iter().collect())
}

/// `%word%` for LIKE with `!` as the escape.
fn like(word: &str) -> String {
    let escaped = word.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}
