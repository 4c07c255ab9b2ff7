//! What a desk may see of an add-on: the one place where that is read. Listing, offers, installing, icons and the API all ask here, so
//! that what is not there for a desk is not there anywhere (ADR 43).

use std::{collections::HashMap, sync::Arc};

use annex_domain::{
    addon::{AddonId, Version},
    ids::DeskId,
    offer,
    reach::{Audience, Reach, Rollout, Standing},
};

use super::VersionStatus;
use crate::{
    Conn, Db, Result, StoreError,
    db::query::{At, fetch_all},
};

/// An add-on as far as a desk may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visible {
    /// What the desk is to it.
    pub standing: Standing,
    /// In the order of publishing.
    versions: Vec<(Version, VersionStatus)>,
}

impl Visible {
    /// True for a version that the desk sees, whatever its status.
    #[must_use]
    pub fn has(&self, version: &Version) -> bool {
        self.versions.iter().any(|(one, _)| one == version)
    }

    /// The versions that are offered to the desk, in the order of publishing.
    #[must_use]
    pub fn available(&self) -> Vec<Version> {
        let available = self.versions.iter().filter(|(_, status)| *status == VersionStatus::Available);
        available.map(|(version, _)| version.clone()).collect()
    }

    /// The newest of those that is no pre-release.
    #[must_use]
    pub fn latest(&self) -> Option<Version> {
        offer::newest(&self.available(), false).cloned()
    }

    /// The version that the desk's listing shows: the newest; a pre-release where there is nothing else.
    #[must_use]
    pub fn shown(&self) -> Option<Version> {
        let available = self.available();
        offer::newest(&available, false).or_else(|| offer::newest(&available, true)).cloned()
    }
}

#[derive(sqlx::FromRow)]
struct VisibleSql {
    addon_id: String,
    version: String,
    status: String,
    reach: String,
    rollout_percent: i64,
    rollout_paused: i64,
    audience: String,
    ends_at: Option<i64>,
    is_home: i64,
    is_named: i64,
    installed: Option<String>,
    previous: Option<String>,
    target: Option<String>,
}

impl VisibleSql {
    fn standing(&self, at: At<'_>) -> Result<Standing> {
        let audience: Audience = at.parse("audience", &self.audience)?;
        let may_have = self.is_home == 1 || self.is_named == 1 || audience == Audience::Public;
        Ok(match (self.ends_at, self.installed.is_some()) {
            (None, _) if self.is_home == 1 => Standing::Home,
            (None, _) if may_have => Standing::Invited,
            (_, true) => Standing::Stays,
            (_, false) => Standing::Outside,
        })
    }

    /// The version, where the desk sees it.
    fn version(&self, at: At<'_>, desk: DeskId, standing: Standing) -> Result<Option<(Version, VersionStatus)>> {
        let has = [&self.installed, &self.previous, &self.target].into_iter().flatten().any(|one| *one == self.version);
        let reach: Reach = at.parse("reach", &self.reach)?;
        let (addon, version): (AddonId, Version) =
            (at.parse("addon_id", &self.addon_id)?, at.parse("version", &self.version)?);
        let percent = at.number("rollout_percent", self.rollout_percent)?;
        let rollout = Rollout { percent, paused: self.rollout_paused != 0 };
        let sees = standing.sees_version(reach, rollout.includes(desk, &addon, &version), has);
        Ok(if sees { Some((version, at.parse("status", &self.status)?)) } else { None })
    }
}

/// What both queries select. What a desk has is what runs, what it may go back to, and what is on its way in.
macro_rules! visible_of {
    ($rest:literal) => {
        concat!(
            "SELECT v.addon_id, v.version, v.status, v.reach, v.rollout_percent, v.rollout_paused, a.audience, a.ends_at,
                CAST(CASE WHEN d.platform = 1 OR d.developer_of = a.publisher THEN 1 ELSE 0 END AS BIGINT) AS is_home,
                CAST(CASE WHEN g.desk_id IS NULL THEN 0 ELSE 1 END AS BIGINT) AS is_named,
                i.version AS installed, i.previous, i.target
             FROM addons a
             JOIN desks d ON d.id = $1
             LEFT JOIN addon_access g ON g.addon_id = a.id AND g.desk_id = $1
             LEFT JOIN installations i ON i.addon_id = a.id AND i.desk_id = $1
             JOIN addon_versions v ON v.addon_id = a.id ",
            $rest
        )
    };
}

/// What a desk may see of an add-on; `None` when it is not there for the desk.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn visible(conn: &mut Conn, desk: DeskId, addon: &AddonId) -> Result<Option<Visible>> {
    let rows = fetch_all!(conn, VisibleSql, visible_of!("WHERE a.id = $2 ORDER BY v.seq"), desk, addon)?;
    Ok(by_addon(desk, rows)?.remove(addon.as_str()))
}

/// The same, from memory where it is known.
///
/// # Errors
/// As [`visible`].
pub async fn known_visible(db: &Db, desk: DeskId, addon: &AddonId) -> Result<Option<Arc<Visible>>> {
    let load = || async { Ok::<_, StoreError>(visible(&mut db.read().await?, desk, addon).await?.map(Arc::new)) };
    db.caches().visible.find(db, (desk, addon.clone()), load).await
}

/// The same of what a desk has installed, and of add-ons of which not every desk sees the same: of all others it sees what everybody
/// sees. Only versions that may be installed.
pub(super) async fn differing(conn: &mut Conn, desk: DeskId) -> Result<HashMap<String, Visible>> {
    let sql =
        visible_of!("WHERE (i.id IS NOT NULL OR a.held = 1) AND v.status = 'available' ORDER BY v.addon_id, v.seq");
    by_addon(desk, fetch_all!(conn, VisibleSql, sql, desk)?)
}

fn by_addon(desk: DeskId, rows: Vec<VisibleSql>) -> Result<HashMap<String, Visible>> {
    let mut found: HashMap<String, Visible> = HashMap::new();
    for row in rows {
        let at = At::new("addon_versions", &row.addon_id);
        let standing = row.standing(at)?;
        let version = row.version(at, desk, standing)?;
        if standing.sees() {
            let visible = found.entry(row.addon_id.clone()).or_insert(Visible { standing, versions: Vec::new() });
            // Once, however often the desk has it.
            let new = version.filter(|(version, _)| !visible.has(version));
            visible.versions.extend(new);
        }
    }
    Ok(found)
}
