//! `/my-addons/{id}/uninstall`: says exactly what is deleted, offers the export (R63), and asks for the name, because data
//! is lost (R29). Force uninstall takes an add-on whatever its status, where the platform switched it on for the desk (R37).

use annex_domain::installation::Action;
use annex_lifecycle::{InstallationView, UninstallItem};
use annex_store::desks;
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};

use super::{PATIENCE, errors::page_error, installation, leaving, my_addons::Installed, toggles::not_done};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    panel::form::{FormErrors, Posted},
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/my-addons/{id}/uninstall", get(ask).post(uninstall))
}

#[derive(Template)]
#[template(path = "addons/uninstall.html")]
pub(super) struct UninstallPage {
    pub(super) shell: Shell,
    pub(super) card: Installed,
    pub(super) items: Vec<UninstallItem>,
    pub(super) errors: FormErrors,
    /// What happens to the money, where there is some.
    pub(super) money: Option<String>,
    /// Its publisher has set it up by hand: it goes when they say so.
    pub(super) by_hand: bool,
    /// It has brought custom fields, which go out of use.
    pub(super) has_fields: bool,
    /// The add-on is in the middle of something: only by force.
    pub(super) forced: bool,
}

impl UninstallPage {
    fn bytes(&self) -> u64 {
        self.items.iter().map(|item| item.bytes).sum()
    }
}

async fn ask(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let forced = !view.installation.status.allows(Action::Uninstall);
    if forced && !desks::known_may_force_uninstall(&state.db, who.desk.id).await? {
        let here = format!("/my-addons/{}", view.installation.id);
        return Ok(Flash::warning("flash-busy").redirect(&here));
    }
    page(&uninstall_page(&state, &who, &view, FormErrors::default()).await?)
}

async fn uninstall_page(
    state: &AppState,
    who: &SignedIn,
    view: &InstallationView,
    errors: FormErrors,
) -> Result<UninstallPage, PageError> {
    let manifest = state.lifecycle.uninstall_manifest(who.desk.id, view.installation.id).await.map_err(page_error)?;
    let billing = state.lifecycle.billing_state(who.desk.id, view.installation.id).await.map_err(page_error)?;
    let card = Installed::of(view, &who.t);
    let title = who.t.msg("uninstall-title").arg("name", &card.name).to_string();
    Ok(UninstallPage {
        shell: who.titled(title, Section::MyAddons),
        card,
        items: manifest.items,
        errors,
        money: billing.can_cancel().then(|| who.t.get("cancel-uninstall-money")),
        by_hand: view.manifest.is_manual(),
        has_fields: !view.manifest.fields.is_empty(),
        forced: !view.installation.status.allows(Action::Uninstall),
    })
}

async fn uninstall(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>, form: Posted) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let id = view.installation.id;
    let name = view.name(who.t.code()).to_owned();
    if form.get("name") != name {
        let mut errors = FormErrors::default();
        errors.add("name", who.t.msg("uninstall-name-wrong").arg("name", &name));
        let page = uninstall_page(&state, &who, &view, errors).await?;
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let force = form.has("force");
    if let Err(error) = state.lifecycle.uninstall(who.desk.id, id, who.operator.id, force).await {
        return not_done(&who, error, &format!("/my-addons/{id}"));
    }
    leaving::note(&state, &view.installation, &form).await;
    match state.lifecycle.wait(who.desk.id, id, PATIENCE).await.map_err(page_error)? {
        None => Ok(Flash::success("flash-uninstalled").arg("name", name).redirect("/my-addons")),
        Some(_) => Ok(super::see_other(&format!("/my-addons/{id}"))),
    }
}
