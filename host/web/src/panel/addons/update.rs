//! Updates and the way back. Only what is new needs consent (R61); the old version serves until the switch; "Previous
//! version" restores the data from before the update (R60).

use annex_domain::{
    addon::Version,
    billing::LoginRule,
    capability::Asks,
    field::Declared,
    installation::{Action, Status},
};
use annex_lifecycle::{InstallationView, LifecycleError};
use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::get,
};

use serde::Deserialize;

use super::{
    arrived::arrived,
    errors::{lifecycle_text, page_error},
    installation,
    login::Login,
    my_addons::Installed,
    permissions::{Sentence, of_fields, sentences},
    toggles::not_done,
};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    i18n::Translator,
    panel::form::Posted,
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/my-addons/{id}/update", get(ask).post(update))
        .route("/my-addons/{id}/rollback", get(ask_back).post(back))
}

#[derive(Template)]
#[template(path = "addons/update.html")]
pub(super) struct UpdatePage {
    pub(super) shell: Shell,
    pub(super) card: Installed,
    pub(super) to: Version,
    /// What is new in it.
    pub(super) notes: Option<String>,
    /// What it asks for beyond the grant, and the fields that it brings.
    pub(super) added: Vec<Sentence>,
    /// Of the package: what is consented to is what was shown.
    pub(super) digest: String,
    pub(super) warning: Option<String>,
    /// With the wrong account nothing is updated (R6).
    pub(super) login: Login,
    /// Where the login leads back to.
    pub(super) next: String,
    /// False while nobody is logged in and the login is the right to download (R5), too.
    pub(super) allowed: bool,
}

#[derive(Template)]
#[template(path = "addons/rollback.html")]
pub(super) struct RollbackPage {
    pub(super) shell: Shell,
    pub(super) card: Installed,
    pub(super) to: Version,
    /// There is a snapshot of the data from before the update.
    pub(super) snapshot: bool,
    /// As for updates.
    pub(super) login: Login,
    pub(super) next: String,
    pub(super) allowed: bool,
}

/// What an update brings.
struct Change {
    added: Asks,
    /// Fields that the version before does not have.
    fields: Vec<Declared>,
    notes: Option<String>,
    digest: String,
}

async fn change(state: &AppState, who: &SignedIn, view: &InstallationView, to: &Version) -> Result<Change, PageError> {
    let installation = &view.installation;
    let listing = state.lifecycle.listing(who.desk.id, &installation.addon).await.map_err(page_error)?;
    let listing = listing.ok_or(PageError::NotFound)?;
    let row = listing.versions.into_iter().find(|row| row.version == *to).ok_or(PageError::NotFound)?;
    let added = state.lifecycle.update_consent(who.desk.id, installation.id, to).await.map_err(page_error)?;
    let notes = row.manifest.listing.release_notes.as_ref().map(|notes| notes.get(who.t.code()).to_owned());
    let is_new =
        |field: &&Declared| view.manifest.fields.iter().all(|old| (old.of, &old.key) != (field.of, &field.key));
    let fields = row.manifest.fields.iter().filter(is_new).cloned().collect();
    Ok(Change { added, fields, notes, digest: row.package_digest.to_string() })
}

/// What the address says: the patch of the line, in the place of the newest.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    version: String,
}

async fn ask(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(wanted): Query<PageQuery>,
) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let patch = view.patch.clone().filter(|patch| patch.to_string() == wanted.version);
    let Some(to) = patch.or_else(|| view.update.clone()) else {
        return Ok(Flash::warning("flash-no-update").redirect(&format!("/my-addons/{id}")));
    };
    let change = change(&state, &who, &view, &to).await?;
    page(&update_page(&state, &who, &view, (to, change), None).await?)
}

/// The login, and whether something may be downloaded or taken back with it.
async fn login(state: &AppState, who: &SignedIn) -> Result<(Login, bool), PageError> {
    let login = Login::of(&state.db, who).await?;
    let allowed = login.allows(state.lifecycle.login_rule() == LoginRule::Always);
    Ok((login, allowed))
}

async fn update_page(
    state: &AppState,
    who: &SignedIn,
    view: &InstallationView,
    (to, change): (Version, Change),
    warning: Option<String>,
) -> Result<UpdatePage, PageError> {
    let card = Installed::of(view, &who.t);
    let title = who.t.msg("update-title").arg("name", &card.name).arg("version", to.to_string()).to_string();
    let (login, allowed) = login(state, who).await?;
    // A patch of the line is named in the address.
    let version = if view.patch.as_ref() == Some(&to) { format!("?version={to}") } else { String::new() };
    let added = added(&who.t, &change, view);
    Ok(UpdatePage {
        shell: who.titled(title, Section::MyAddons),
        card,
        to,
        notes: change.notes,
        added,
        digest: change.digest,
        warning,
        next: format!("/my-addons/{}/update{version}", view.installation.id),
        login,
        allowed,
    })
}

fn added(t: &Translator, change: &Change, view: &InstallationView) -> Vec<Sentence> {
    let asked = sentences(t, &change.added, &view.manifest.settings);
    asked.into_iter().chain(of_fields(t, change.fields.iter())).collect()
}

async fn update(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>, form: Posted) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let (desk, id) = (who.desk.id, view.installation.id);
    let to: Version = form.get("version").parse().map_err(|_| PageError::NotFound)?;
    if view.installation.status == Status::Updating {
        return Ok(super::see_other(&format!("/my-addons/{id}")));
    }
    let change = change(&state, &who, &view, &to).await?;
    if form.get("digest") != change.digest {
        let page = update_page(&state, &who, &view, (to, change), Some(who.t.get("consent-changed"))).await?;
        return page_with(StatusCode::CONFLICT, &page);
    }
    match state.lifecycle.update(desk, id, to.clone(), change.added.clone(), who.operator.id).await {
        Ok(begun) => {
            let name = view.name(who.t.code()).to_owned();
            arrived(&state, &who, begun, &name, "flash-updated").await
        }
        Err(error @ LifecycleError::ConsentNeeded(_)) => {
            let warning = lifecycle_text(&who.t, &error);
            let page = update_page(&state, &who, &view, (to, change), Some(warning)).await?;
            page_with(StatusCode::CONFLICT, &page)
        }
        Err(error) => not_done(&who, error, &format!("/my-addons/{id}")),
    }
}

async fn ask_back(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let Some(to) = view.previous.clone().filter(|_| view.offers(Action::RollBack)) else {
        return Ok(Flash::warning("flash-no-previous").redirect(&format!("/my-addons/{id}")));
    };
    let card = Installed::of(&view, &who.t);
    let title = who.t.msg("rollback-title").arg("name", &card.name).arg("version", to.to_string()).to_string();
    let (login, allowed) = login(&state, &who).await?;
    page(&RollbackPage {
        shell: who.titled(title, Section::MyAddons),
        card,
        to,
        snapshot: view.snapshot,
        login,
        next: format!("/my-addons/{id}/rollback"),
        allowed,
    })
}

async fn back(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let (desk, id) = (who.desk.id, view.installation.id);
    match state.lifecycle.rollback(desk, id, None, who.operator.id).await {
        Ok(begun) => {
            let name = view.name(who.t.code()).to_owned();
            arrived(&state, &who, begun, &name, "flash-rolled-back").await
        }
        Err(error) => not_done(&who, error, &format!("/my-addons/{id}")),
    }
}
