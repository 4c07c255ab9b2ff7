//! Small changes of an installation by a button: on, off, pin, unpin, pre-releases, its name, try again.

use annex_domain::{
    ids::InstallationId,
    installation::{Label, Status},
};
use annex_lifecycle::LifecycleError;
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    routing::post,
};

use super::{
    INSTALLED, PATIENCE,
    arrived::arrived,
    badges::{self, Badge},
    errors::{lifecycle_text, page_error},
    installation, see_other,
};
use crate::{
    error::PageResult,
    flash::Flash,
    panel::form::Posted,
    session::SignedIn,
    shell::{Section, Shell, page},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/my-addons/{id}/activate", post(activate))
        .route("/my-addons/{id}/deactivate", post(deactivate))
        .route("/my-addons/{id}/pin", post(pin))
        .route("/my-addons/{id}/unpin", post(unpin))
        .route("/my-addons/{id}/prereleases", post(prereleases))
        .route("/my-addons/{id}/label", post(rename))
        .route("/my-addons/{id}/retry", post(retry))
}

#[derive(Debug, Clone, Copy)]
enum Switch {
    Activate,
    Deactivate,
    Pin,
    Unpin,
    PreReleases(bool),
}

async fn activate(state: State<AppState>, who: SignedIn, id: Path<String>) -> PageResult {
    switch(state, who, id, Switch::Activate).await
}

async fn deactivate(state: State<AppState>, who: SignedIn, id: Path<String>) -> PageResult {
    switch(state, who, id, Switch::Deactivate).await
}

async fn pin(state: State<AppState>, who: SignedIn, id: Path<String>) -> PageResult {
    switch(state, who, id, Switch::Pin).await
}

async fn unpin(state: State<AppState>, who: SignedIn, id: Path<String>) -> PageResult {
    switch(state, who, id, Switch::Unpin).await
}

/// Offers pre-releases for `on=1`, else no longer.
async fn prereleases(state: State<AppState>, who: SignedIn, id: Path<String>, form: Posted) -> PageResult {
    switch(state, who, id, Switch::PreReleases(form.get("on") == "1")).await
}

/// Calls it as the form says; empty: like its add-on.
async fn rename(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>, form: Posted) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let id = view.installation.id;
    let here = format!("/my-addons/{id}");
    let refused = |key: &str| Ok(Flash::warning("flash-refused").arg("reason", who.t.get(key)).redirect(&here));
    let Ok(label) = Label::some(form.get("label")) else { return refused("consent-name-wrong") };
    match state.lifecycle.rename(who.desk.id, id, label, who.operator.id).await {
        Ok(renamed) => {
            let name = renamed.name(Some(view.manifest.listing.name.clone()));
            Ok(Flash::success("flash-renamed").arg("name", name.get(who.t.code())).redirect(&here))
        }
        Err(LifecycleError::AlreadyInstalled(_)) => refused("consent-name-taken"),
        Err(error) => not_done(&who, error, &here),
    }
}

async fn switch(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>, switch: Switch) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let (lifecycle, desk, id, by) = (&state.lifecycle, who.desk.id, view.installation.id, who.operator.id);
    let (done, key) = match switch {
        Switch::Activate => (lifecycle.activate(desk, id, by).await, "flash-activated"),
        Switch::Deactivate => (lifecycle.deactivate(desk, id, by).await, "flash-deactivated"),
        Switch::Pin => (lifecycle.set_pinned(desk, id, true, by).await, "flash-pinned"),
        Switch::Unpin => (lifecycle.set_pinned(desk, id, false, by).await, "flash-unpinned"),
        Switch::PreReleases(true) => (lifecycle.set_prereleases(desk, id, true, by).await, "flash-pre-releases-on"),
        Switch::PreReleases(false) => (lifecycle.set_prereleases(desk, id, false, by).await, "flash-pre-releases-off"),
    };
    let name = view.name(who.t.code());
    let here = format!("/my-addons/{id}");
    match done {
        Ok(_) => Ok(Flash::success(key).arg("name", name).redirect(&here)),
        Err(error) => not_done(&who, error, &here),
    }
}

/// Back to the page with the reason, where the operator can do something about it.
pub(super) fn not_done(who: &SignedIn, error: LifecycleError, here: &str) -> PageResult {
    match error {
        LifecycleError::NotFound(_) | LifecycleError::Store(_) => Err(page_error(error)),
        error => Ok(Flash::warning("flash-refused").arg("reason", lifecycle_text(&who.t, &error)).redirect(here)),
    }
}

/// What became of a retry that a page sent by itself.
#[derive(Template)]
#[template(path = "addons/retried.html")]
pub(super) struct RetriedPart {
    pub(super) shell: Shell,
    pub(super) id: InstallationId,
    pub(super) key: &'static str,
    pub(super) badge: Badge,
}

/// Tries a failed installation again (R31). Pages send it by themselves when they are loaded and it is time, with the `rev`
/// of the failure that they show: of many browsers with the same page, one gets through, and it is the host that tries.
async fn retry(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>, form: Posted) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let (desk, id) = (who.desk.id, view.installation.id);
    let here = format!("/my-addons/{id}");
    let stale = form.get("rev").parse() != Ok(view.installation.rev);
    if stale || view.installation.status != Status::FailedInstallation {
        // Somebody else's page was faster.
        return if who.fragment { retried(&who, id, view.installation.status) } else { Ok(see_other(&here)) };
    }
    let by_itself = form.has("by-itself");
    let begun = if by_itself {
        match state.lifecycle.retry_by_host(desk, id, view.installation.rev).await {
            Ok(Some(begun)) => Ok(begun),
            Ok(None) if who.fragment => return retried(&who, id, Status::FailedInstallation),
            Ok(None) => return Ok(see_other(&here)),
            Err(error) => Err(error),
        }
    } else {
        state.lifecycle.retry_install(desk, id, who.operator.id).await
    };
    match begun {
        Ok(begun) if who.fragment => {
            let now = state.lifecycle.wait(desk, id, PATIENCE).await.map_err(page_error)?;
            retried(&who, id, now.unwrap_or(begun).status)
        }
        Ok(begun) => {
            let name = view.name(who.t.code()).to_owned();
            arrived(&state, &who, begun, &name, INSTALLED).await
        }
        Err(LifecycleError::Conflict | LifecycleError::NotAllowed(_)) if who.fragment => {
            retried(&who, id, Status::Installing)
        }
        // It is to be paid for: nothing is ever charged by loading a page.
        Err(LifecycleError::PlanNeeded | LifecycleError::NoTrial | LifecycleError::Login(_)) if who.fragment => {
            retried(&who, id, Status::FailedInstallation)
        }
        Err(LifecycleError::PlanNeeded | LifecycleError::NoTrial) => {
            Ok(see_other(&format!("/addons/{}/install", view.installation.addon)))
        }
        Err(error) => not_done(&who, error, &here),
    }
}

/// Says it in the place of the notice. The page is not loaded again: that would try once more.
fn retried(who: &SignedIn, id: InstallationId, status: Status) -> PageResult {
    let key = match status {
        Status::Active => "my-addons-retry-done",
        Status::FailedInstallation => "my-addons-retry-failed",
        _ => "my-addons-retrying",
    };
    let shell = who.shell("my-addons-title", Section::MyAddons);
    page(&RetriedPart { shell, id, key, badge: badges::status(status) })
}
