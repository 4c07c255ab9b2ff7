//! *Ask an admin* (R69). Who may not install finds **Ask an admin** on the listing, with room for a reason. Who manages
//! add-ons finds the requests on `/addon-requests`: one click leads to the consent page, whose last click approves them,
//! another declines one with a word.

use annex_domain::{
    addon::AddonId,
    clock::Timestamp,
    ids::{DeskId, RequestId},
    permission::Permission,
};
use annex_lifecycle::LifecycleError;
use annex_store::requests::{self, LONGEST, Request, RequestState};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    routing::{get, post},
};

use super::{errors::page_error, icon_url, toggles::not_done};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    panel::form::Posted,
    session::SignedIn,
    shell::{Section, Shell, page},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/addon-requests", get(show))
        .route("/addon-requests/{id}/decline", post(decline))
        .route("/addons/{addon}/ask", post(ask))
}

/// What somebody who may not install can do on a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ask {
    /// Ask.
    Open,
    /// They have asked, at that moment.
    Asked(Timestamp),
    /// It was declined, with a word; they may ask again.
    Declined(Option<String>),
    /// The desk has it.
    Installed,
}

impl Ask {
    /// For an operator and an add-on that is not installed.
    pub(super) fn of(last: Option<&Request>) -> Self {
        match last {
            Some(last) if last.state == RequestState::Open => Self::Asked(last.created_at),
            Some(last) if last.state == RequestState::Declined => {
                Self::Declined(last.answer.clone().filter(|answer| !answer.is_empty()))
            }
            _ => Self::Open,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::Open | Self::Declined(_))
    }
}

/// An add-on that is asked for.
#[derive(Debug)]
pub(super) struct RequestedAddon {
    pub(super) addon: AddonId,
    pub(super) name: String,
    pub(super) publisher: String,
    pub(super) icon: Option<String>,
    pub(super) kind: annex_domain::addon::Kind,
    pub(super) requests: Vec<Request>,
}

#[derive(Template)]
#[template(path = "addons/requests.html")]
pub(super) struct RequestsPage {
    pub(super) shell: Shell,
    pub(super) wanted: Vec<RequestedAddon>,
}

async fn show(State(state): State<AppState>, who: SignedIn) -> PageResult {
    who.require(Permission::AddonsManage)?;
    let open = requests::open(&mut state.db.read().await?, who.desk.id).await?;
    let mut wanted: Vec<RequestedAddon> = Vec::new();
    for request in open {
        if let Some(known) = wanted.iter_mut().find(|known| known.addon == request.addon) {
            known.requests.push(request);
            continue;
        }
        let listing = state.lifecycle.listing(who.desk.id, &request.addon).await.map_err(page_error)?;
        // Withdrawn by its publisher meanwhile: it can still be declined.
        let entry = listing.map(|listing| listing.entry);
        let texts = entry.as_ref().map(|entry| &entry.manifest.listing);
        wanted.push(RequestedAddon {
            name: texts.map_or_else(|| request.addon.to_string(), |texts| texts.name.get(who.t.code()).to_owned()),
            publisher: texts.map(|texts| texts.publisher_name.clone()).unwrap_or_default(),
            icon: entry.as_ref().filter(|one| one.has_icon).map(|one| icon_url(&one.addon, &one.latest)),
            kind: entry.as_ref().map_or(annex_domain::addon::Kind::Plugin, |entry| entry.kind),
            addon: request.addon.clone(),
            requests: vec![request],
        });
    }
    wanted.sort_by_key(|one| std::cmp::Reverse(one.requests.len()));
    page(&RequestsPage { shell: who.shell("requests-title", Section::Requests), wanted })
}

/// The names of those who ask for an add-on.
pub(super) async fn askers(state: &AppState, desk: DeskId, addon: &AddonId) -> Result<Vec<String>, PageError> {
    let open = requests::open(&mut state.db.read().await?, desk).await?;
    Ok(open.into_iter().filter(|request| request.addon == *addon).map(|request| request.name).collect())
}

async fn ask(State(state): State<AppState>, who: SignedIn, Path(addon): Path<String>, form: Posted) -> PageResult {
    let addon: AddonId = addon.parse().map_err(|_| PageError::NotFound)?;
    let here = format!("/addons/{addon}");
    let reason: String = form.get("reason").chars().take(LONGEST).collect();
    match state.lifecycle.request_addon(who.desk.id, &addon, who.operator.id, &reason).await {
        Ok(true) => Ok(Flash::success("flash-asked").redirect(&here)),
        Ok(false) => Ok(Flash::warning("flash-asked-before").redirect(&here)),
        Err(LifecycleError::AlreadyInstalled(_)) => Ok(Flash::warning("flash-asked-installed").redirect(&here)),
        Err(error) => Err(page_error(error)),
    }
}

async fn decline(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>, form: Posted) -> PageResult {
    who.require(Permission::AddonsManage)?;
    let id: RequestId = id.parse().map_err(|_| PageError::NotFound)?;
    let answer: String = form.get("answer").chars().take(LONGEST).collect();
    match state.lifecycle.decline_request(who.desk.id, id, who.operator.id, &answer).await {
        Ok(request) => Ok(Flash::success("flash-declined").arg("name", request.name).redirect("/addon-requests")),
        Err(error) => not_done(&who, error, "/addon-requests"),
    }
}
