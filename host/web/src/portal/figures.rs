//! How a publisher's add-ons fare: each with its figures of the last days, as a chart with the table beside it, and as CSV.

use annex_domain::{
    addon::AddonId,
    figures::{Figure, LeavingReason},
};
use annex_portal::figures::{DAYS, Figures, VersionFigures, read};
use annex_store::figures;
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    routing::get,
};

use super::{
    earnings::csv_file,
    frame::{Around, Insider, Place},
};
use crate::{
    client_area::Payer,
    error::{PageError, PageResult},
    shell::{Shell, page},
    state::AppState,
};

/// The height of the chart; a day is 10 wide.
const HEIGHT: i64 = 40;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/portal/publishers/{publisher}/figures", get(list))
        .route("/portal/publishers/{publisher}/projects/{project}/figures", get(show))
        .route("/portal/publishers/{publisher}/projects/{project}/figures.csv", get(csv))
}

#[derive(Template)]
#[template(path = "portal/figures_list.html")]
struct ListPage {
    shell: Shell,
    frame: Around,
    /// Id and address of each add-on.
    addons: Vec<(AddonId, String)>,
}

#[derive(Template)]
#[template(path = "portal/figures.html")]
struct FiguresPage {
    shell: Shell,
    frame: Around,
    addon: AddonId,
    path: String,
    days: u32,
    installs: i64,
    bars: Vec<Bar>,
    /// Day and number of each day with installations.
    by_day: Vec<(String, i64)>,
    versions: Vec<VersionFigures>,
    reasons: Vec<(LeavingReason, i64)>,
}

/// A day in the chart.
#[derive(Debug, PartialEq, Eq)]
struct Bar {
    x: usize,
    y: i64,
    height: i64,
}

impl FiguresPage {
    /// The columns of the table.
    fn columns(&self) -> [String; 5] {
        Figure::ALL.map(|figure| self.shell.t.get(&format!("portal-figure-{figure}")))
    }

    /// What is in them of a version.
    fn cells(&self, one: &VersionFigures) -> [i64; 5] {
        Figure::ALL.map(|figure| one.of(figure))
    }

    fn reason(&self, why: &LeavingReason) -> String {
        self.shell.t.get(&format!("why-{why}"))
    }

    /// Milliseconds that 95 of 100 calls did not take longer than; none of a version that was not called.
    fn p95(&self, one: &VersionFigures) -> Option<u64> {
        (one.calls.calls > 0).then(|| one.calls.p95_micros.div_ceil(1_000))
    }
}

async fn list(State(state): State<AppState>, who: Insider) -> PageResult {
    let addons = figures::addons(&mut state.db.read().await?, &who.member.publisher).await?;
    let with_path = |addon: AddonId| {
        let path = who.path(&format!("/projects/{addon}/figures"));
        (addon, path)
    };
    page(&ListPage {
        shell: who.shell("portal-figures-title"),
        frame: who.around(Place::Figures),
        addons: addons.into_iter().map(with_path).collect(),
    })
}

/// The figures of the add-on in the address, where it is the publisher's.
async fn find(
    state: &AppState,
    payer: Payer,
    publisher: &str,
    project: &str,
) -> Result<(Insider, AddonId, Figures), PageError> {
    let who = Insider::find(state, payer, publisher).await?;
    let addon: AddonId = project.parse().map_err(|_| PageError::NotFound)?;
    let found = read(&state.portal(), &who.member, &addon).await?;
    Ok((who, addon, found))
}

async fn show(
    State(state): State<AppState>,
    Path((publisher, project)): Path<(String, String)>,
    payer: Payer,
) -> PageResult {
    let (who, addon, found) = find(&state, payer, &publisher, &project).await?;
    let t = &who.payer.t;
    let with_some = found.days.iter().filter(|(_, count)| *count > 0);
    page(&FiguresPage {
        shell: who.shell("portal-figures-title"),
        frame: who.around(Place::Figures),
        path: who.path(&format!("/projects/{addon}/figures")),
        addon,
        days: DAYS,
        installs: found.days.iter().map(|(_, count)| count).sum(),
        bars: bars(&found.days.iter().map(|(_, count)| *count).collect::<Vec<_>>()),
        by_day: with_some.map(|(at, count)| (t.day(at.day()), *count)).collect(),
        versions: found.versions,
        reasons: found.reasons.into_iter().collect(),
    })
}

async fn csv(
    State(state): State<AppState>,
    Path((publisher, project)): Path<(String, String)>,
    payer: Payer,
) -> PageResult {
    let (_, _, found) = find(&state, payer, &publisher, &project).await?;
    Ok(csv_file(found.csv(), "figures"))
}

/// A bar for each day on which something happened; the most is as high as the chart.
fn bars(days: &[i64]) -> Vec<Bar> {
    let most = days.iter().copied().max().unwrap_or(0).max(1);
    let bar = |(at, count): (usize, &i64)| {
        let height = (count * HEIGHT).div_euclid(most).max(1);
        (*count > 0).then_some(Bar { x: at * 10, y: HEIGHT - height, height })
    };
    days.iter().enumerate().filter_map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_day_is_as_high_as_the_chart_and_a_single_one_is_seen() {
        let drawn = bars(&[0, 400, 1, 0]);
        assert_eq!(drawn, [Bar { x: 10, y: 0, height: 40 }, Bar { x: 20, y: 39, height: 1 }]);
        assert_eq!(bars(&[0, 0]), []);
    }
}
