//! Events to the services of a publisher: how each endpoint fares, what was sent there and what came of it, sending it again, and
//! the secrets that events are signed with, which are shown with the password alone.

use annex_domain::{addon::AddonId, clock::Timestamp, publisher::Deed, publisher_event::EventId};
use annex_lifecycle::{EndpointAnswer, EndpointView, KeptEvent, LifecycleError, Replay};
use annex_portal::events::{pause, replay, resume, rotate, secrets};
use annex_store::catalog;
use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, post},
};
use secrecy::ExposeSecret as _;
use serde::Deserialize;

use super::{
    field::{Field, Guarded, take},
    frame::{Around, Insider, Place, given, session},
};
use crate::{
    client_area::Payer,
    error::PageError,
    flash::Flash,
    i18n::Translator,
    panel::form::{FormErrors, Posted},
    session::Origin,
    shell::{Shell, page, page_with},
    state::AppState,
};

/// Events on a page.
const PAGE: u32 = 50;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/portal/publishers/{publisher}/events", get(list))
        .route("/portal/publishers/{publisher}/events/{addon}", get(show))
        .route("/portal/publishers/{publisher}/events/{addon}/pause", post(stop))
        .route("/portal/publishers/{publisher}/events/{addon}/resume", post(go_on))
        .route("/portal/publishers/{publisher}/events/{addon}/rotate", post(change_secret))
        .route("/portal/publishers/{publisher}/events/{addon}/secrets", post(show_secrets))
        .route("/portal/publishers/{publisher}/events/{addon}/replay", post(send_again))
}

#[derive(Template)]
#[template(path = "portal/events.html")]
struct EventsPage {
    shell: Shell,
    frame: Around,
    endpoints: Vec<Health>,
}

/// How an endpoint fares.
struct Health {
    addon: String,
    path: String,
    url: String,
    state: String,
    tone: &'static str,
    waiting: i64,
    last: Option<String>,
    is_paused: bool,
}

#[derive(Template)]
#[template(path = "portal/endpoint.html")]
struct EndpointPage {
    shell: Shell,
    frame: Around,
    errors: FormErrors,
    fields: Vec<Field>,
    back: String,
    health: Health,
    /// What events are signed with, and the public key: shown this one time.
    secrets: Option<(Vec<String>, String)>,
    events: Vec<EventRow>,
    next: Option<String>,
}

/// An event.
struct EventRow {
    id: String,
    kind: &'static str,
    at: String,
    state: String,
    tone: &'static str,
    tries: u32,
    last: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Before {
    before: Option<String>,
}

/// Who asks, as somebody who develops, and the add-on of their publisher.
pub(super) async fn developing(
    state: &AppState,
    payer: Payer,
    publisher: &str,
    addon: &str,
) -> Result<(Insider, AddonId), PageError> {
    let who = Insider::find(state, payer, publisher).await?;
    who.member.require(Deed::Develop)?;
    let addon: AddonId = addon.parse().map_err(|_| PageError::NotFound)?;
    let owner = catalog::owner(&mut state.db.read().await?, &addon).await?;
    if owner == who.member.publisher { Ok((who, addon)) } else { Err(PageError::NotFound) }
}

pub(super) fn not_there(error: LifecycleError) -> PageError {
    match error {
        LifecycleError::Store(error) => error.into(),
        _ => PageError::NotFound,
    }
}

fn health(who: &Insider, addon: &AddonId, view: EndpointView) -> Health {
    let t = &who.payer.t;
    let (state, tone) = match (view.paused, view.failing_since) {
        (Some(why), _) => (t.get(&format!("portal-endpoint-paused-{why}")), "warning"),
        (None, Some(since)) => {
            (t.msg("portal-endpoint-failing").arg("since", t.datetime(since)).to_string(), "critical")
        }
        (None, None) => (t.get("portal-endpoint-fine"), "success"),
    };
    Health {
        addon: addon.to_string(),
        path: who.path(&format!("/events/{addon}")),
        url: view.url.unwrap_or_else(|| t.get("portal-endpoint-no-address")),
        state,
        tone,
        waiting: view.waiting,
        last: view.last.as_ref().map(|last| tried(t, last)),
        is_paused: view.paused.is_some(),
    }
}

/// What came of a try, and when.
fn tried(t: &Translator, (answer, at): &(EndpointAnswer, Timestamp)) -> String {
    let answer = match answer {
        EndpointAnswer::Status { status, excerpt } => format!("HTTP {status} {excerpt}"),
        EndpointAnswer::Nothing(why) => why.clone(),
    };
    format!("{} · {}", t.datetime(*at), answer.trim_end())
}

fn row(t: &Translator, event: &KeptEvent) -> EventRow {
    let tone = match event.state.as_str() {
        "delivered" => "success",
        "expired" => "critical",
        _ => "info",
    };
    EventRow {
        id: event.id.to_string(),
        kind: event.kind.as_str(),
        at: t.datetime(event.made_at),
        state: t.get(&format!("portal-event-{}", event.state)),
        tone,
        tries: event.tries,
        last: event.last.as_ref().map(|last| tried(t, last)),
    }
}

async fn list(State(state): State<AppState>, who: Insider) -> Result<Response, PageError> {
    who.member.require(Deed::Develop)?;
    let all = state.lifecycle.endpoints(&who.member.publisher).await.map_err(not_there)?;
    page(&EventsPage {
        shell: who.shell("portal-events-title"),
        frame: who.around(Place::Events),
        endpoints: all.into_iter().map(|(addon, view)| health(&who, &addon, view)).collect(),
    })
}

async fn endpoint_page(
    state: &AppState,
    who: &Insider,
    addon: &AddonId,
    before: Option<EventId>,
) -> Result<EndpointPage, PageError> {
    let view = state.lifecycle.endpoint(addon).await.map_err(not_there)?;
    let mut found = state.lifecycle.events_before(addon, before, PAGE + 1).await.map_err(not_there)?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let health = health(who, addon, view);
    Ok(EndpointPage {
        shell: who.payer.titled(who.payer.t.msg("portal-endpoint-title").arg("addon", addon.as_str()).to_string()),
        frame: who.around(Place::Events),
        errors: FormErrors::default(),
        fields: vec![Field::password(Guarded::Secrets)],
        back: who.path("/events"),
        secrets: None,
        events: found.iter().map(|event| row(&who.payer.t, event)).collect(),
        next: found.last().filter(|_| more).map(|last| format!("{}?before={}", health.path, last.id)),
        health,
    })
}

async fn show(
    State(state): State<AppState>,
    Path((publisher, addon)): Path<(String, String)>,
    Query(Before { before }): Query<Before>,
    payer: Payer,
) -> Result<Response, PageError> {
    let (who, addon) = developing(&state, payer, &publisher, &addon).await?;
    let before = before.and_then(|text| text.parse().ok());
    page(&endpoint_page(&state, &who, &addon, before).await?)
}

async fn stop(
    State(state): State<AppState>,
    Path((publisher, addon)): Path<(String, String)>,
    payer: Payer,
) -> Result<Response, PageError> {
    let (who, addon) = developing(&state, payer, &publisher, &addon).await?;
    pause(&state.portal(), &state.lifecycle, &who.member, &addon).await?;
    Ok(Flash::success("portal-endpoint-stopped").redirect(&who.path(&format!("/events/{addon}"))))
}

async fn go_on(
    State(state): State<AppState>,
    Path((publisher, addon)): Path<(String, String)>,
    payer: Payer,
) -> Result<Response, PageError> {
    let (who, addon) = developing(&state, payer, &publisher, &addon).await?;
    if let Err(refusal) = resume(&state.portal(), &state.lifecycle, &who.member, &addon).await {
        let mut shown = endpoint_page(&state, &who, &addon, None).await?;
        let status = take(&mut shown.errors, &who.payer.t, refusal)?;
        return page_with(status, &shown);
    }
    Ok(Flash::success("portal-endpoint-resumed").redirect(&who.path(&format!("/events/{addon}"))))
}

async fn change_secret(
    State(state): State<AppState>,
    Path((publisher, addon)): Path<(String, String)>,
    payer: Payer,
) -> Result<Response, PageError> {
    let (who, addon) = developing(&state, payer, &publisher, &addon).await?;
    rotate(&state.portal(), &state.lifecycle, &who.member, &addon).await?;
    Ok(Flash::success("portal-endpoint-rotated").redirect(&who.path(&format!("/events/{addon}"))))
}

async fn show_secrets(
    State(state): State<AppState>,
    Path((publisher, addon)): Path<(String, String)>,
    Origin(address): Origin,
    headers: HeaderMap,
    payer: Payer,
    form: Posted,
) -> Result<Response, PageError> {
    let (who, addon) = developing(&state, payer, &publisher, &addon).await?;
    let session = session(&state, &headers);
    let given = given(&session, &address, &form);
    let told = secrets(&state.portal(), &state.lifecycle, &who.member, &addon, &given).await;
    let mut shown = endpoint_page(&state, &who, &addon, None).await?;
    match told {
        Ok(told) => {
            let shared = told.shared.iter().map(|secret| secret.expose_secret().to_owned()).collect();
            shown.secrets = Some((shared, told.public_key));
            page(&shown)
        }
        Err(refusal) => {
            let status = take(&mut shown.errors, &who.payer.t, refusal)?;
            page_with(status, &shown)
        }
    }
}

async fn send_again(
    State(state): State<AppState>,
    Path((publisher, addon)): Path<(String, String)>,
    payer: Payer,
    form: Posted,
) -> Result<Response, PageError> {
    let (who, addon) = developing(&state, payer, &publisher, &addon).await?;
    let Some(which) = which(&form) else {
        let mut shown = endpoint_page(&state, &who, &addon, None).await?;
        shown.errors.add("from", who.payer.t.get("portal-events-range-wrong"));
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown);
    };
    let count = replay(&state.portal(), &state.lifecycle, &who.member, &addon, which).await?;
    let here = who.path(&format!("/events/{addon}"));
    Ok(Flash::success("portal-events-replayed").arg("count", count).redirect(&here))
}

/// One event, all since one, or those of some time in UTC.
fn which(form: &Posted) -> Option<Replay> {
    let event = || form.get("event").parse::<EventId>().ok();
    // As browsers enter a date with a time: without seconds.
    let time = |field: &str| format!("{}:00Z", form.get(field)).parse::<Timestamp>().ok();
    match form.get("which") {
        "one" => event().map(Replay::One),
        "since" => event().map(Replay::Since),
        _ => Some(Replay::Between(time("from")?, time("to")?)),
    }
}
