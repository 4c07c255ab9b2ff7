//! What the package of a version says, and how the version is offered: by its install link (R19), to how many desks, or no more.

use annex_domain::reach::{Reach, Rollout};
use annex_portal::{
    offerings::{give_back, set_rollout, withdraw},
    projects::check_again,
};
use annex_store::{
    catalog::{self, VersionRow, VersionStatus, YankedBy},
    projects::versions::Package,
};
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::post,
};

use super::{
    draft::Part,
    version::{Spot, answer},
};
use crate::{
    client_area::Payer, error::PageError, flash::Flash, i18n::Translator, panel::form::Posted, state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/portal/publishers/{publisher}/projects/{project}/{version}/check", post(check))
        .route("/portal/publishers/{publisher}/projects/{project}/{version}/rollout", post(roll_out))
        .route("/portal/publishers/{publisher}/projects/{project}/{version}/yank", post(yank))
        .route("/portal/publishers/{publisher}/projects/{project}/{version}/offer-again", post(offer_again))
}

/// What it says of itself: names and values.
pub(super) fn lines(t: &Translator, own: &Package, row: &VersionRow) -> Vec<(String, String)> {
    let manifest = &row.manifest;
    let plans: Vec<&str> = manifest.plans.iter().map(|plan| plan.name.get(t.code())).collect();
    let service = manifest.service.clone().unwrap_or_default();
    let scopes: Vec<&str> = service.scopes.iter().map(|asked| asked.scope.as_str()).collect();
    let report = match own.blockers {
        None => t.get("portal-report-waits"),
        Some(0) => t.get("portal-report-clean"),
        Some(count) => t.msg("portal-report-blockers").arg("count", count).to_string(),
    };
    let lines = [
        ("portal-package-version", own.version.to_string()),
        ("portal-package-digest", own.digest.to_string()),
        ("portal-package-size", t.bytes(row.size)),
        ("portal-package-report", report),
        ("draft-field-plans", plans.join(", ")),
        ("draft-field-service-events", service.events.unwrap_or_default()),
        ("draft-field-service-scopes", scopes.join(", ")),
        ("draft-field-service-redirects", service.redirects.join(", ")),
        ("draft-field-service-manual", if service.manual { t.get("draft-answer-yes") } else { String::new() }),
    ];
    lines.into_iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| (t.get(key), value)).collect()
}

/// How a version is offered, and what can be done about it.
pub(super) struct Offered {
    /// Of the install link.
    pub(super) install_path: String,
    /// The same as it is handed out.
    pub(super) install_url: String,
    pub(super) rollout: Rollout,
    pub(super) may_publish: bool,
    status: VersionStatus,
    yanked_by: Option<YankedBy>,
    reach: Reach,
}

impl Offered {
    pub(super) fn of(state: &AppState, row: &VersionRow, may_publish: bool) -> Self {
        let install_path = format!("/install/{}/{}", row.addon, row.version);
        Self {
            install_url: state.config.absolute(&install_path),
            install_path,
            rollout: row.rollout,
            may_publish,
            status: row.status,
            yanked_by: row.yanked_by,
            reach: row.reach,
        }
    }

    pub(super) fn is_available(&self) -> bool {
        self.status == VersionStatus::Available
    }

    /// By the publisher, who may offer it again.
    pub(super) fn is_withdrawn(&self) -> bool {
        self.status == VersionStatus::Yanked && self.yanked_by == Some(YankedBy::Publisher)
    }

    /// Who it is offered to.
    pub(super) fn sentence(&self, t: &Translator) -> String {
        match (self.status, self.reach) {
            (VersionStatus::Blocked, _) => t.get("portal-offered-blocked"),
            (VersionStatus::Yanked, _) if self.is_withdrawn() => t.get("portal-offered-withdrawn"),
            (VersionStatus::Yanked, _) => t.get("portal-offered-withdrawn-by-platform"),
            (VersionStatus::Available, Reach::Own) => t.get("portal-offered-own"),
            (VersionStatus::Available, Reach::Everyone) if self.rollout.paused => t.get("portal-offered-paused"),
            (VersionStatus::Available, Reach::Everyone) => {
                t.msg("portal-offered-percent").arg("percent", i64::from(self.rollout.percent)).to_string()
            }
        }
    }
}

type Address = (String, String, String);

async fn check(State(state): State<AppState>, Path(path): Path<Address>, payer: Payer) -> Result<Response, PageError> {
    let place = Spot::find(&state, payer, &path).await?;
    check_again(&state.portal(), &place.who.member, &place.project.id, place.version.id).await?;
    Ok(Flash::success("flash-report-ordered").redirect(&format!("{}?part={}", place.path(), Part::Package)))
}

/// The package of the version in the address.
fn package(place: &Spot) -> Result<&Package, PageError> {
    place.version.package.as_ref().ok_or(PageError::NotFound)
}

async fn roll_out(
    State(state): State<AppState>,
    Path(path): Path<Address>,
    payer: Payer,
    form: Posted,
) -> Result<Response, PageError> {
    let place = Spot::find(&state, payer, &path).await?;
    let (project, version) = (&place.project.id, &package(&place)?.version);
    let row = catalog::version(&mut state.db.read().await?, project, version).await?.ok_or(PageError::NotFound)?;
    let paused = match form.get("do") {
        "pause" => true,
        "resume" => false,
        _ => row.rollout.paused,
    };
    let rollout = Rollout { percent: form.get("percent").parse().unwrap_or(0), paused };
    let done = set_rollout(&state.portal(), &place.who.member, project, version, rollout).await;
    answer(&state, &place, "portal-rollout-saved", done).await
}

async fn yank(State(state): State<AppState>, Path(path): Path<Address>, payer: Payer) -> Result<Response, PageError> {
    let place = Spot::find(&state, payer, &path).await?;
    let done = withdraw(&state.portal(), &place.who.member, &place.project.id, &package(&place)?.version).await;
    answer(&state, &place, "portal-yanked", done).await
}

async fn offer_again(
    State(state): State<AppState>,
    Path(path): Path<Address>,
    payer: Payer,
) -> Result<Response, PageError> {
    let place = Spot::find(&state, payer, &path).await?;
    let done = give_back(&state.portal(), &place.who.member, &place.project.id, &package(&place)?.version).await;
    answer(&state, &place, "portal-offered-again", done).await
}
