//! The marketplace as one desk sees it: of each add-on that is there for it the newest version that it may see, with this desk's
//! installation and what it is offered. An add-on that has pre-releases only is listed where it is installed, and has a page.

use std::{cmp::Reverse, collections::HashMap, sync::Arc};

use annex_domain::{
    addon::{AddonId, Kind, PublisherSlug, Version},
    clock::Timestamp,
    ids::{DeskId, InstallationId},
    installation::{Action, Status},
    manifest::Manifest,
    offer::{Offer, Wish},
    reach::Standing,
};

use super::{Publisher, VersionRow, Visible, publisher, version, versions, visible, visible::differing};
use crate::{
    Conn, Db, Result, StoreError,
    db::query::{At, fetch_all, fetch_optional},
};

annex_domain::words! {
    /// In which order.
    pub enum Order: "order" {
        /// What fits the words best; without words, by id.
        Relevance = "relevance",
        /// Whose shown version was accepted last: what's new.
        Newest = "newest",
        /// What most desks have.
        Installs = "installs",
        /// By the name, in the reader's language.
        Name = "name",
    }
}

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
    /// Only what is this publisher's.
    pub publisher: Option<PublisherSlug>,
    /// `None`: as [`Order::Relevance`].
    pub order: Option<Order>,
    /// The reader's language, by which names are compared; empty: English.
    pub language: String,
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
    /// Whose it is.
    pub publisher: PublisherSlug,
    /// Plugin, channel or language.
    pub kind: Kind,
    /// How many desks have it.
    pub installs: u64,
    /// The newest version that the desk may see and install.
    pub latest: Version,
    /// Of that version.
    pub manifest: Manifest,
    /// Of its package, in bytes.
    pub size: u64,
    /// When it was accepted.
    pub published_at: Timestamp,
    /// It has a picture.
    pub has_icon: bool,
    /// This desk's installation; of several of a channel the first.
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
    /// Newest first, those that the desk may see; yanked and blocked ones too.
    pub versions: Vec<VersionRow>,
    /// What the desk is to it: whether it may install it.
    pub standing: Standing,
}

#[derive(sqlx::FromRow)]
struct EntrySql {
    id: String,
    publisher: String,
    kind: String,
    installs: i64,
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

impl EntrySql {
    /// `visible`: what the desk sees of it, where that may differ from what everybody sees.
    fn entry(self, visible: Option<&Visible>) -> Result<Entry> {
        let row = self;
        let at = At::new("addons", &row.id);
        let installed = match (&row.installation, &row.status, &row.installed_version) {
            (Some(id), Some(status), Some(version)) => {
                let (pinned, prereleases) = (row.pinned == Some(1), row.prereleases == Some(1));
                let (status, current): (Status, Version) = (at.parse("status", status)?, at.parse("version", version)?);
                let previous = at.parse_some("previous", row.previous.as_deref())?;
                let wish = Wish { current: &current, previous: previous.as_ref(), pinned, prereleases };
                let all = visible.filter(|_| status.allows(Action::Update));
                Some(EntryInstallation {
                    id: at.parse("installation", id)?,
                    offer: all.map(|all| wish.offer(&all.available())).unwrap_or_default(),
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
            publisher: at.parse("publisher", &row.publisher)?,
            kind: at.parse("kind", &row.kind)?,
            installs: at.number("installs", row.installs)?,
            latest: at.parse("latest", &row.version)?,
            manifest: at.json("manifest", &row.manifest)?,
            size: at.number("size", row.size)?,
            published_at: Timestamp(row.published_at),
            has_icon: row.has_icon != 0,
            installed,
        })
    }
}

/// What every query on entries selects. `$1` is the desk.
macro_rules! entries_of {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.publisher, a.kind, v.version, v.manifest, v.size, v.published_at,
                CAST(CASE WHEN v.icon IS NULL THEN 0 ELSE 1 END AS BIGINT) AS has_icon,
                (SELECT COUNT(DISTINCT n.desk_id) FROM installations n WHERE n.addon_id = a.id) AS installs,
                i.id AS installation, i.status, i.version AS installed_version, i.previous, i.pinned, i.prereleases,
                (SELECT s.id FROM sagas s WHERE s.subject = i.id AND s.state IN ('running', 'unwinding')
                    AND s.set_aside_at IS NOT NULL) AS set_aside
             FROM addons a
             JOIN desks d ON d.id = $1
             LEFT JOIN addon_access g ON g.addon_id = a.id AND g.desk_id = $1
             LEFT JOIN installations i ON i.id =
                (SELECT MIN(f.id) FROM installations f WHERE f.addon_id = a.id AND f.desk_id = $1)
             JOIN addon_versions v ON v.addon_id = a.id ",
            $rest
        )
    };
}

/// A page of the marketplace.
pub async fn entries(conn: &mut Conn, desk: DeskId, filter: &Filter) -> Result<Vec<Entry>> {
    let words = filter.search.as_deref().unwrap_or_default().to_lowercase().replace('\0', "");
    let mut words = words.split_whitespace().map(like);
    // Three words narrow any catalog down; more are joined to the third.
    let (first, second) = (words.next(), words.next());
    let third = words.next().map(|third| words.fold(third, |all, word| all + &word));
    let category = filter.category.as_deref().map(|word| like(&format!(",{word},")));
    let installed = if filter.updates_only { Some(true) } else { filter.installed };
    let limit = if filter.limit == 0 { 200 } else { filter.limit.min(200) };
    // By id the page is cut here. What is offered, and another order, is not SQL's to say: all is looked through then.
    let by_id = filter.is_by_id();
    let fetched = if by_id && !filter.updates_only { i64::from(limit) } else { i64::MAX };
    let differing = differing(conn, desk).await?;
    // Of what is not for everybody, what the desk sees all the same; of what it has, also pre-releases.
    let (sees_latest, sees_any) = (ids(&differing, Visible::latest), ids(&differing, Visible::shown));
    let rows = fetch_all!(
        conn,
        EntrySql,
        entries_of!(
            "WHERE v.version = COALESCE(a.latest, a.newest, a.early)
               AND ($2 IS NULL OR a.search LIKE $2 ESCAPE '!') AND ($3 IS NULL OR a.search LIKE $3 ESCAPE '!')
               AND ($4 IS NULL OR a.search LIKE $4 ESCAPE '!')
               AND ($5 IS NULL OR a.kind = $5) AND ($6 IS NULL OR a.categories LIKE $6 ESCAPE '!')
               AND ($7 IS NULL OR ($7 = 1 AND i.id IS NOT NULL) OR ($7 = 0 AND i.id IS NULL))
               AND (a.latest IS NOT NULL OR $10 LIKE '%,' || a.id || ',%'
                    OR (i.id IS NOT NULL AND $12 LIKE '%,' || a.id || ',%'))
               AND (i.id IS NOT NULL OR (a.ends_at IS NULL AND ((a.audience = 'public' AND a.listed = 1)
                    OR g.desk_id IS NOT NULL OR d.platform = 1 OR d.developer_of = a.publisher)))
               AND ($8 IS NULL OR a.id > $8) AND ($11 IS NULL OR a.publisher = $11)
             ORDER BY a.id LIMIT $9"
        ),
        desk,
        first.as_deref(),
        second.as_deref(),
        third.as_deref(),
        filter.kind,
        category.as_deref(),
        installed,
        filter.after.as_ref().filter(|_| by_id),
        fetched,
        sees_latest,
        filter.publisher.as_ref(),
        sees_any
    )?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let seen = differing.get(&row.id);
        let entry = as_shown(conn, row.entry(seen)?, seen).await?;
        if !filter.updates_only || entry.installed.as_ref().is_some_and(|one| one.offer.update.is_some()) {
            entries.push(entry);
        }
    }
    if !by_id {
        filter.sort(&mut entries);
        filter.skip(&mut entries);
    }
    entries.truncate(limit as usize);
    Ok(entries)
}

/// `,acme.one,acme.two,`: those of which the desk sees such a version.
fn ids(differing: &HashMap<String, Visible>, sees: fn(&Visible) -> Option<Version>) -> String {
    let seen = differing.iter().filter(|(_, seen)| sees(seen).is_some());
    seen.fold(String::from(","), |all, (id, _)| all + id + ",")
}

/// With the version that this desk is shown, where that is not the one that everybody sees.
async fn as_shown(conn: &mut Conn, entry: Entry, seen: Option<&Visible>) -> Result<Entry> {
    let Some(shown) = seen.and_then(Visible::shown).filter(|shown| *shown != entry.latest) else { return Ok(entry) };
    let row = version(conn, &entry.addon, &shown).await?.ok_or(StoreError::NotFound("version"))?;
    let VersionRow { version, manifest, size, published_at, has_icon, .. } = row;
    Ok(Entry { latest: version, manifest, size, published_at, has_icon, ..entry })
}

impl Filter {
    fn is_by_id(&self) -> bool {
        match self.order {
            None | Some(Order::Relevance) => self.search.is_none(),
            Some(Order::Newest | Order::Installs | Order::Name) => false,
        }
    }

    /// Without the pages before.
    fn skip(&self, entries: &mut Vec<Entry>) {
        let last = self.after.as_ref().and_then(|after| entries.iter().position(|one| one.addon == *after));
        entries.drain(..last.map_or(0, |last| last + 1));
    }

    fn sort(&self, entries: &mut [Entry]) {
        let language = if self.language.is_empty() { "en" } else { self.language.as_str() };
        let name = |entry: &Entry| entry.manifest.listing.name.get(language).to_lowercase();
        match self.order.unwrap_or(Order::Relevance) {
            Order::Newest => entries.sort_by_key(|one| Reverse(one.published_at)),
            Order::Installs => entries.sort_by_key(|one| Reverse(one.installs)),
            Order::Name => entries.sort_by_cached_key(name),
            Order::Relevance => {
                let wanted = self.search.as_deref().unwrap_or_default().trim().to_lowercase();
                entries.sort_by_cached_key(|one| {
                    let summary = || one.manifest.listing.summary.get(language).to_lowercase().contains(&wanted);
                    let rank = match name(one) {
                        name if name == wanted => 0,
                        name if name.starts_with(&wanted) => 1,
                        name if name.contains(&wanted) => 2,
                        _ if summary() => 3,
                        _ => 4,
                    };
                    (rank, Reverse(one.installs))
                });
            }
        }
    }
}

/// An add-on with its publisher and versions, as a desk sees it; `None` when it is not there for the desk, or no version of it is
/// available.
pub async fn listing(conn: &mut Conn, desk: DeskId, addon: &AddonId) -> Result<Option<Listing>> {
    let Some(seen) = visible(conn, desk, addon).await? else { return Ok(None) };
    let Some(shown) = seen.shown() else { return Ok(None) };
    let sql = entries_of!("WHERE a.id = $2 AND v.version = $3");
    let Some(row) = fetch_optional!(conn, EntrySql, sql, desk, addon, &shown)? else { return Ok(None) };
    let entry = row.entry(Some(&seen))?;
    let publisher = publisher(conn, &entry.publisher).await?.ok_or(StoreError::Reference)?;
    let mut versions = versions(conn, addon).await?;
    versions.retain(|row| seen.has(&row.version));
    Ok(Some(Listing { entry, publisher, versions, standing: seen.standing }))
}

/// The same, from memory where it is known.
pub async fn known_listing(db: &Db, desk: DeskId, addon: &AddonId) -> Result<Option<Arc<Listing>>> {
    let load = || async { Ok::<_, StoreError>(listing(&mut db.read().await?, desk, addon).await?.map(Arc::new)) };
    db.caches().listings.find(db, (desk, addon.clone()), load).await
}

/// The categories of what every desk can install, by the alphabet.
pub async fn categories(conn: &mut Conn) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT categories FROM addons
               WHERE latest IS NOT NULL AND listed = 1 AND audience = 'public' AND ends_at IS NULL";
    let rows = fetch_all!(conn, (String,), sql)?;
    let words = rows.iter().flat_map(|(all,)| all.split(',')).filter(|word| !word.is_empty()).map(str::to_owned);
    Ok(words.collect::<std::collections::BTreeSet<_>>().into_iter().collect())
}

/// `%word%` for LIKE with `!` as the escape.
fn like(word: &str) -> String {
    let escaped = word.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}
