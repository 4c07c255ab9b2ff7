//! Events that a publisher's services were told, and their endpoints: to be read, sent again, paused and resumed. Events are read in
//! the order of an add-on, as its service gets them: whoever asks for what comes after the last one misses none.

use annex_domain::{addon::AddonId, clock::Timestamp, publisher::PublisherScope, publisher_event::EventId};
use annex_lifecycle::{EndpointAnswer, EndpointView, KeptEvent, Replay, SigningSecrets};
use annex_portal::events::{pause, replay, resume, rotate};
use annex_store::catalog;
use axum::{
    Extension,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiMember;
use crate::{
    api::{
        extract::{Json, Params, PathParams},
        idempotency::KeepInstead,
        problem::Problem,
        wire::{Page, Time, limit_of},
    },
    state::AppState,
};

/// The endpoints of this file.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_events))
        .routes(routes!(get_event))
        .routes(routes!(replay_events))
        .routes(routes!(list_endpoints))
        .routes(routes!(pause_endpoint))
        .routes(routes!(resume_endpoint))
        .routes(routes!(rotate_secret))
}

/// What came of a try.
#[derive(Debug, Serialize, ToSchema)]
struct Try {
    at: Time,
    /// What the service answered; null when it did not.
    #[schema(required)]
    status: Option<u16>,
    /// How its answer begins, or why there was none.
    text: String,
}

/// An event as it is kept: 30 days, or until its help desk is deleted.
#[derive(Debug, Serialize, ToSchema)]
struct PublisherEvent {
    /// As it is posted; secrets are only in what is posted.
    #[schema(value_type = Object)]
    event: Value,
    /// `waiting`, `delivered` or `expired`.
    state: String,
    /// How often it was posted since it was put in line.
    tries: u32,
    /// The last of them.
    #[schema(required)]
    last: Option<Try>,
}

/// The address of a service that hears the events of an add-on.
#[derive(Debug, Serialize, ToSchema)]
struct Endpoint {
    addon: String,
    /// Null: the newest version names none, or is from before the add-on was handed over.
    #[schema(required)]
    url: Option<String>,
    /// `by-publisher`, or `gone` when the service answered 410; null: events are posted.
    #[schema(required)]
    paused: Option<String>,
    /// Since when no event arrived that was posted.
    #[schema(required)]
    failing_since: Option<Time>,
    /// The last try.
    #[schema(required)]
    last: Option<Try>,
    /// Events that are to be posted.
    waiting: i64,
}

/// What a service checks events with. No `Debug`: it is secret.
#[derive(Serialize, ToSchema)]
struct Secrets {
    /// `whsec_…`, the newest first; those before hold for 24 hours.
    secrets: Vec<String>,
    /// `whpk_…`, for `v1a`.
    public_key: String,
}

/// Which events are put in line again: `one`, all `since` one, or those made `from` a moment on and before `to`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReplayEvents {
    /// Of which add-on.
    addon: String,
    #[serde(default)]
    one: Option<String>,
    #[serde(default)]
    since: Option<String>,
    #[serde(default)]
    from: Option<Time>,
    #[serde(default)]
    to: Option<Time>,
}

/// How many events are posted again.
#[derive(Debug, Serialize, ToSchema)]
struct Replayed {
    events: u64,
}

/// Which events.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListEvents {
    /// Of which add-on; not needed with `after`.
    addon: Option<String>,
    /// Those after this one; without it, from the oldest.
    after: Option<String>,
    /// 1 to 100; 50 when left out.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

fn event_id(field: &'static str, text: &str) -> Result<EventId, Problem> {
    text.parse().map_err(|_| Problem::field(field, "not-an-event", "expected `evt_` and a UUID"))
}

/// An add-on of the caller's publisher.
async fn own(state: &AppState, by: &ApiMember, addon: &str) -> Result<AddonId, Problem> {
    let addon: AddonId = addon.parse().map_err(|_| Problem::not_found("add-on"))?;
    let owner = catalog::owner(&mut state.db.read().await?, &addon).await?;
    if owner == by.member.publisher { Ok(addon) } else { Err(Problem::not_found("add-on")) }
}

/// List events
///
/// In their order, as the service of the add-on gets them. `next` is the last one, to be passed as `after`; null on the last
/// page. Needs the scope `events`.
#[utoipa::path(
    get, path = "/events", tag = "events", params(ListEvents),
    responses((status = 200, description = "A page of events.", body = Page<PublisherEvent>)),
)]
async fn list_events(
    State(state): State<AppState>,
    by: ApiMember,
    Params(params): Params<ListEvents>,
) -> Result<Json<Page<PublisherEvent>>, Problem> {
    by.require(PublisherScope::Events)?;
    let limit = limit_of(params.limit)?;
    let after = params.after.as_deref().map(|text| event_id("after", text)).transpose()?;
    let addon = match (&params.addon, after) {
        (Some(addon), _) => own(&state, &by, addon).await?,
        (None, Some(id)) => state.lifecycle.event_of(&by.member.publisher, id).await?.addon,
        (None, None) => return Err(Problem::field("addon", "required", "name the add-on, or pass `after`")),
    };
    let mut found = state.lifecycle.events_after(&addon, after, limit + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|last| last.id.to_string());
    let mut items = Vec::new();
    for event in &found {
        items.push(shown(&state, event).await?);
    }
    Ok(Json(Page { items, next }))
}

/// Get an event
///
/// Needs the scope `events`.
#[utoipa::path(
    get, path = "/events/{event}", tag = "events",
    params(("event" = String, Path, description = "Its id, `evt_…`")),
    responses((status = 200, description = "The event.", body = PublisherEvent)),
)]
async fn get_event(
    State(state): State<AppState>,
    by: ApiMember,
    PathParams(event): PathParams<String>,
) -> Result<Json<PublisherEvent>, Problem> {
    by.require(PublisherScope::Events)?;
    let id: EventId = event.parse().map_err(|_| Problem::not_found("event"))?;
    let event = state.lifecycle.event_of(&by.member.publisher, id).await?;
    Ok(Json(shown(&state, &event).await?))
}

/// Send events again
///
/// They keep their ids and their order. Needs the scope `events`.
#[utoipa::path(
    post, path = "/events/replay", tag = "events", request_body = ReplayEvents,
    responses((status = 200, description = "How many are in line.", body = Replayed)),
)]
async fn replay_events(
    State(state): State<AppState>,
    by: ApiMember,
    Json(body): Json<ReplayEvents>,
) -> Result<Json<Replayed>, Problem> {
    let member = by.require(PublisherScope::Events)?;
    let addon = own(&state, &by, &body.addon).await?;
    let which = which(&body)?;
    let events = replay(&state.portal(), &state.lifecycle, member, &addon, which).await?;
    Ok(Json(Replayed { events }))
}

fn which(body: &ReplayEvents) -> Result<Replay, Problem> {
    match (&body.one, &body.since, body.from, body.to) {
        (Some(one), None, None, None) => Ok(Replay::One(event_id("one", one)?)),
        (None, Some(since), None, None) => Ok(Replay::Since(event_id("since", since)?)),
        (None, None, Some(from), Some(to)) => Ok(Replay::Between(from.0, to.0)),
        _ => Err(Problem::field("one", "ambiguous", "pass `one`, or `since`, or `from` and `to`")),
    }
}

/// List endpoints
///
/// Of all add-ons that name one. Needs the scope `events`.
#[utoipa::path(
    get, path = "/endpoints", tag = "events",
    responses((status = 200, description = "All of them.", body = Page<Endpoint>)),
)]
async fn list_endpoints(State(state): State<AppState>, by: ApiMember) -> Result<Json<Page<Endpoint>>, Problem> {
    by.require(PublisherScope::Events)?;
    let all = state.lifecycle.endpoints(&by.member.publisher).await?;
    Ok(Json(Page::whole(all.into_iter().map(endpoint).collect())))
}

/// Pause an endpoint
///
/// What happens meanwhile waits, up to 30 days. Needs the scope `events`.
#[utoipa::path(
    post, path = "/endpoints/{addon}/pause", tag = "events",
    params(("addon" = String, Path, description = "The add-on's id")),
    responses((status = 204, description = "Nothing is posted until it is resumed.")),
)]
async fn pause_endpoint(
    State(state): State<AppState>,
    by: ApiMember,
    PathParams(addon): PathParams<String>,
) -> Result<StatusCode, Problem> {
    let member = by.require(PublisherScope::Events)?;
    pause(&state.portal(), &state.lifecycle, member, &own(&state, &by, &addon).await?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Resume an endpoint
///
/// What waits is tried at once. Needs the scope `events`.
#[utoipa::path(
    post, path = "/endpoints/{addon}/resume", tag = "events",
    params(("addon" = String, Path, description = "The add-on's id")),
    responses(
        (status = 204, description = "Events are posted."),
        (status = 409, description = "`no-address`: the versions name the former publisher's service."),
    ),
)]
async fn resume_endpoint(
    State(state): State<AppState>,
    by: ApiMember,
    PathParams(addon): PathParams<String>,
) -> Result<StatusCode, Problem> {
    let member = by.require(PublisherScope::Events)?;
    resume(&state.portal(), &state.lifecycle, member, &own(&state, &by, &addon).await?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make another secret
///
/// Events are signed with each that holds, so a service can change at any moment of 24 hours. Needs the scope `events`.
#[utoipa::path(
    post, path = "/endpoints/{addon}/rotate", tag = "events",
    params(("addon" = String, Path, description = "The add-on's id")),
    responses((status = 200, description = "All that hold; none of them where it is answered again.", body = Secrets)),
)]
async fn rotate_secret(
    State(state): State<AppState>,
    by: ApiMember,
    PathParams(addon): PathParams<String>,
) -> Result<Response, Problem> {
    let member = by.require(PublisherScope::Events)?;
    let SigningSecrets { shared, public_key } =
        rotate(&state.portal(), &state.lifecycle, member, &own(&state, &by, &addon).await?).await?;
    let secrets = shared.iter().map(|secret| secret.expose_secret().to_owned()).collect();
    let kept = serde_json::to_vec(&Secrets { secrets: Vec::new(), public_key: public_key.clone() });
    let kept = KeepInstead(kept.map_err(|error| Problem::internal(&error))?.into());
    Ok((Extension(kept), Json(Secrets { secrets, public_key })).into_response())
}

async fn shown(state: &AppState, kept: &KeptEvent) -> Result<PublisherEvent, Problem> {
    let posted = state.lifecycle.as_posted(kept).await?;
    Ok(PublisherEvent {
        event: serde_json::to_value(&posted).map_err(|error| Problem::internal(&error))?,
        state: kept.state.to_string(),
        tries: kept.tries,
        last: kept.last.clone().map(tried),
    })
}

fn endpoint((addon, view): (AddonId, EndpointView)) -> Endpoint {
    Endpoint {
        addon: addon.to_string(),
        url: view.url,
        paused: view.paused.map(|why| why.to_string()),
        failing_since: view.failing_since.map(Time::from),
        last: view.last.map(tried),
        waiting: view.waiting,
    }
}

fn tried((answer, at): (EndpointAnswer, Timestamp)) -> Try {
    let (status, text) = match answer {
        EndpointAnswer::Status { status, excerpt } => (Some(status), excerpt),
        EndpointAnswer::Nothing(why) => (None, why),
    };
    Try { at: at.into(), status, text }
}
