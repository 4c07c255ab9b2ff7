//! How an add-on of a publisher fares: what happened in the last days by version, how many run, why some left, how calls do. Sums over
//! all desks, and never whose they are.

use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

use annex_domain::{
    addon::{AddonId, Version},
    clock::Timestamp,
    figures::{Figure, LeavingReason},
    publisher::Deed,
};
use annex_store::{
    catalog,
    figures::{self, Calls, Counted},
};

use crate::{Member, Portal, Refusal};

/// How many days are looked at, today included.
pub const DAYS: u32 = 30;

const DAY: Duration = Duration::from_hours(24);

/// Figures of an add-on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Each of the last days, the first one first, with how often the add-on was installed on it.
    pub days: Vec<(Timestamp, i64)>,
    /// Each version that runs, was called, or of which something happened in these days, newest first.
    pub versions: Vec<VersionFigures>,
    /// Why some have left in these days, as far as they said so.
    pub reasons: BTreeMap<LeavingReason, i64>,
    /// All that happened in these days.
    pub counted: Vec<Counted>,
}

/// Figures of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionFigures {
    /// Which.
    pub version: Version,
    /// How many installations of it run now.
    pub running: i64,
    /// What happened in the last days.
    pub happened: BTreeMap<Figure, i64>,
    /// How its newest calls went.
    pub calls: Calls,
}

impl VersionFigures {
    /// How often something happened.
    #[must_use]
    pub fn of(&self, figure: Figure) -> i64 {
        self.happened.get(&figure).copied().unwrap_or(0)
    }
}

/// Reads the figures of an add-on of the publisher.
///
/// # Errors
/// [`annex_desk::Refusal::NotFound`] for an add-on of somebody else.
pub async fn read(portal: &Portal, by: &Member, addon: &AddonId) -> Result<Figures, Refusal> {
    by.require(Deed::Look)?;
    let at: Vec<Timestamp> = (0..DAYS).rev().map(|ago| by.now.before(DAY * ago)).collect();
    let from = at.first().copied().unwrap_or(by.now).day();
    let mut conn = portal.db.read().await?;
    if catalog::owner(&mut conn, addon).await? != by.publisher {
        return Err(Refusal::not_found("add-on"));
    }
    let counted = figures::since(&mut conn, addon, from).await?;
    let running = figures::running(&mut conn, addon).await?;
    let calls = figures::calls(&mut conn, addon).await?;
    let reasons = figures::reasons(&mut conn, addon, from).await?;
    let installed = |at: Timestamp| -> i64 {
        let of_day = counted.iter().filter(|one| one.day == at.day() && one.figure == Figure::Installed);
        of_day.map(|one| one.count).sum()
    };
    let days = at.into_iter().map(|at| (at, installed(at))).collect();
    Ok(Figures { days, versions: versions(&counted, &running, &calls), reasons, counted })
}

fn versions(
    counted: &[Counted],
    running: &BTreeMap<Version, i64>,
    calls: &BTreeMap<Version, Calls>,
) -> Vec<VersionFigures> {
    let mut all: BTreeMap<Version, VersionFigures> = BTreeMap::new();
    let known = counted.iter().map(|one| &one.version).chain(running.keys()).chain(calls.keys());
    for version in known {
        all.entry(version.clone()).or_insert_with(|| VersionFigures {
            version: version.clone(),
            running: running.get(version).copied().unwrap_or(0),
            happened: BTreeMap::new(),
            calls: calls.get(version).copied().unwrap_or_default(),
        });
    }
    for one in counted {
        if let Some(found) = all.get_mut(&one.version) {
            *found.happened.entry(one.figure).or_default() += one.count;
        }
    }
    all.into_values().rev().collect()
}

impl Figures {
    /// What happened by day and version, as CSV with a line of headings.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut out = String::from("day,version,figure,count\r\n");
        for one in &self.counted {
            // Into a String: cannot fail.
            let _ = write!(out, "{},{},{},{}", one.day, one.version, one.figure, one.count);
            out.push_str("\r\n");
        }
        out
    }
}
