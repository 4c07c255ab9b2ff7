//! `/my-addons/{id}/users`: who uses an add-on (R27), its licences (R26), and who gets it without being chosen (R28, R65).
//! Two forms: the ticks, and the rule. More ticks than licences lead to the page that buys the missing ones. The ticks come
//! with what was shown, so that a save changes exactly what somebody has clicked, however many operators the search hides
//! and whatever others have saved meanwhile.

pub(super) mod tab;

use std::collections::BTreeSet;

use annex_domain::{
    assignment::Assignment,
    ids::{GroupId, OperatorId, RoleId},
};
use annex_lifecycle::{InstallationView, LifecycleError, Ticks, UsersChange};
use annex_store::StoreError;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::Deserialize;

use self::tab::tab;
use super::{
    errors::{gone_meanwhile, lifecycle_text, page_error},
    installation, licences,
    manage::{Tab, manage_page},
    see_other,
    toggles::not_done,
    wizard::draft::Waiting,
};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    panel::form::{
        Posted,
        long::{Long, OfAddon},
    },
    session::SignedIn,
    shell::{page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/my-addons/{id}/users", get(show).post(save))
        .route("/my-addons/{id}/users/rule", post(save_rule))
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    q: String,
}

async fn show(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(wanted): Query<PageQuery>,
) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let (tab, billing) = tab(&state, &who, &view, &wanted.q).await?;
    page(&manage_page(&state, &who, &view, &billing, Tab::Users(tab)).await?)
}

/// The operators of the fields with this name. Others than ids are of no page of ours.
fn operators(form: &Posted, name: &str) -> Result<BTreeSet<OperatorId>, PageError> {
    let wrong = || PageError::refused(StatusCode::BAD_REQUEST, "malformed-form", "a field of the form is not an id");
    form.all(name).map(|id| id.parse().map_err(|_| wrong())).collect()
}

async fn save(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>, form: Long<OfAddon>) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let (desk, id) = (who.desk.id, view.installation.id);
    let (ticked, before) = (operators(&form, "user")?, operators(&form, "before")?);
    let add: BTreeSet<_> = ticked.difference(&before).copied().collect();
    let remove: BTreeSet<_> = before.difference(&ticked).copied().collect();
    let ticks = Ticks::Change { add: add.clone(), remove: remove.clone() };
    let change = UsersChange { ticks: Some(ticks), assignment: None };
    let here = here(&view, form.get("q"));
    match state.lifecycle.set_users(desk, id, change, who.operator.id).await {
        Ok(changed) if changed.is_empty() => Ok(Flash::success("flash-users-unchanged").redirect(&here)),
        Ok(_) => {
            let count = state.lifecycle.users(desk, id).await.map_err(page_error)?.count();
            let name = view.name(who.t.code());
            Ok(Flash::success("flash-users-saved").arg("name", name).arg("count", count).redirect(&here))
        }
        // Adding users buys licences (R25): the next page says what that costs.
        Err(LifecycleError::TooFewLicences { licences, users }) => {
            let (more, waiting) = (users.saturating_sub(licences), Waiting { add, remove });
            Ok(see_other(&licences::to_buy(&state, &who, &view.installation, more, waiting).await?))
        }
        Err(error) => refused(&who, error, &here),
    }
}

async fn save_rule(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
    form: Long<OfAddon>,
) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let roles: BTreeSet<RoleId> = form.all("role").filter_map(|id| id.parse().ok()).collect();
    let groups: BTreeSet<GroupId> = form.all("group").filter_map(|id| id.parse().ok()).collect();
    let rule = match form.get("rule") {
        "everyone" => Assignment::Everyone,
        "nobody" => Assignment::Nobody,
        "roles" if roles.is_empty() => return names_none(&state, &who, &view, "role").await,
        "roles" => Assignment::Roles(roles),
        "groups" if groups.is_empty() => return names_none(&state, &who, &view, "group").await,
        "groups" => Assignment::Groups(groups),
        _ => return Err(PageError::refused(StatusCode::BAD_REQUEST, "malformed-form", "the form names no rule")),
    };
    let here = here(&view, "");
    match state.lifecycle.set_rule(who.desk.id, view.installation.id, rule, who.operator.id).await {
        Ok(()) => Ok(Flash::success("flash-users-rule-saved").redirect(&here)),
        Err(error) => refused(&who, error, &here),
    }
}

/// The page again, with what is wrong beside the roles or groups.
async fn names_none(state: &AppState, who: &SignedIn, view: &InstallationView, field: &str) -> PageResult {
    let (mut tab, billing) = tab(state, who, view, "").await?;
    tab.rule = format!("{field}s");
    tab.roles.iter_mut().for_each(|role| role.on = false);
    tab.groups.iter_mut().for_each(|group| group.on = false);
    let key = if field == "group" { "wizard-rule-no-group" } else { "users-rule-no-role" };
    tab.errors.add(field, who.t.get(key));
    let page = manage_page(state, who, view, &billing, Tab::Users(tab)).await?;
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn here(view: &InstallationView, search: &str) -> String {
    let query = match search {
        "" => String::new(),
        search => format!("?{}", serde_urlencoded::to_string([("q", search)]).unwrap_or_default()),
    };
    format!("/my-addons/{}/users{query}", view.installation.id)
}

/// Rules of the store are told like those of the state machine; an operator or role that is gone makes the page old.
fn refused(who: &SignedIn, error: LifecycleError, here: &str) -> PageResult {
    let error = gone_meanwhile(error);
    match &error {
        LifecycleError::Store(StoreError::Forbidden(_)) => {
            Ok(Flash::warning("flash-refused").arg("reason", lifecycle_text(&who.t, &error)).redirect(here))
        }
        _ => not_done(who, error, here),
    }
}
