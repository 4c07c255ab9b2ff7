//! An add-on's panel beside a ticket, for clients that draw it themselves. The panel of the host uses the same calls.

use annex_domain::{ids::InstallationId, permission::Permission, ticket::TicketRef, ui};
use annex_lifecycle::{self as lifecycle, Looking};
use annex_store::{desks, tickets};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Json, PathParams},
    problem::Problem,
    user::ApiUser,
};
use crate::{sidebar::ticket_place, state::AppState};

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(render_panel)).routes(routes!(send_event)).routes(routes!(go_back))
}

/// How the panel is looked at.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RenderPanel {
    /// BCP 47; the caller's language when left out.
    #[schema(example = "de")]
    locale: Option<String>,
    /// Dark colours.
    #[serde(default)]
    dark: bool,
}

/// A panel.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Panel {
    /// The record `view` of the interface `ui` in the WIT package `annex:addon@0.2`, names as there. Checked by the host.
    #[schema(value_type = Object)]
    view: ui::View,
    /// Sealed by the host: pass it back with the next event.
    state: String,
    /// How many views lie below this one.
    depth: usize,
}

impl From<lifecycle::Panel> for Panel {
    fn from(panel: lifecycle::Panel) -> Self {
        Self { view: panel.view.into_view(), state: panel.state, depth: panel.depth }
    }
}

/// What an operator did in a panel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PanelEvent {
    /// Of the intent or field.
    verb: String,
    /// Id of the action, field or list.
    source: String,
    /// What the fields of its section hold.
    #[serde(default)]
    values: Vec<PanelEntry>,
    /// For paging.
    #[serde(default)]
    cursor: Option<String>,
    /// As given with the panel.
    state: String,
    /// BCP 47; the caller's language when left out.
    #[serde(default)]
    locale: Option<String>,
    /// Dark colours.
    #[serde(default)]
    dark: bool,
}

/// A field with what was entered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PanelEntry {
    field: String,
    value: PanelValue,
}

/// What was entered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PanelValue {
    Text(String),
    Number(f64),
    Flag(bool),
    Many(Vec<String>),
    Files(Vec<String>),
    None,
}

/// Back to the view below.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PanelBack {
    /// As given with the panel.
    state: String,
}

/// What became of an event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PanelAnswer {
    /// The variant `update` of the interface `ui` in the WIT package `annex:addon@0.2`, names as there.
    #[schema(value_type = Object)]
    update: ui::Update,
    /// The record `toast`: said aside.
    #[schema(value_type = Option<Object>, required)]
    toast: Option<ui::Toast>,
    /// The whole view as it is now; null: as it was.
    #[schema(value_type = Option<Object>, required)]
    view: Option<ui::View>,
    /// The new state; null: keep the one that you have.
    #[schema(required)]
    state: Option<String>,
    /// How many views lie below what is shown.
    depth: usize,
}

/// Render a panel
///
/// Needs `tickets.view`.
#[utoipa::path(
    post, path = "/tickets/{ticket}/sidebar/{installation}/render", tag = "sidebar", request_body = RenderPanel,
    params(
        ("ticket" = String, Path, description = "Its number or id"),
        ("installation" = String, Path, format = "uuid", description = "Id of a plugin's installation"),
    ),
    responses(
        (status = 200, description = "The panel.", body = Panel),
        (status = 403, description = "You do not use this add-on: `not-a-user`. Or it tried for you what you may not do \
            yourself: `not-permitted`."),
        (status = 409, description = "The add-on does not run: `not-running`, `version-blocked`."),
        (status = 502, description = "The add-on failed. Faults that it reports itself: `needs-config`, `needs-auth`, \
            `upstream`, `denied`, `internal`; else what went wrong with it, such as `trap` or `deadline`."),
        (status = 503, description = "`busy`: too many calls of the add-on wait already. Try again after `Retry-After`."),
    ),
)]
async fn render_panel(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams((ticket, installation)): PathParams<(TicketRef, InstallationId)>,
    Json(body): Json<RenderPanel>,
) -> Result<Json<Panel>, Problem> {
    let looking = looking(&state, &user, ticket, body.locale, body.dark).await?;
    Ok(Json(state.lifecycle.render(user.desk(), installation, looking).await?.into()))
}

/// Send an event
///
/// The host checks the values against the fields of the view first. Needs `tickets.view`; the add-on can do for you what
/// it was granted **and** what you may do yourself.
#[utoipa::path(
    post, path = "/tickets/{ticket}/sidebar/{installation}/events", tag = "sidebar", request_body = PanelEvent,
    params(
        ("ticket" = String, Path, description = "Its number or id"),
        ("installation" = String, Path, format = "uuid", description = "Id of a plugin's installation"),
    ),
    responses(
        (status = 200, description = "What changes.", body = PanelAnswer),
        (status = 403, description = "You do not use this add-on: `not-a-user`. Or it tried for you what you may not do \
            yourself: `not-permitted`."),
        (status = 409, description = "`stale-state`: render the panel again. Or the add-on does not run."),
        (status = 422, description = "`invalid-fields`: `errors` names the fields; `not-offered`: the view has no such \
            action."),
        (status = 504, description = "`deadline`: the add-on took too long."),
        (status = 502, description = "The add-on failed; codes as with rendering."),
        (status = 503, description = "`busy`: as with rendering. The add-on was not called."),
    ),
)]
async fn send_event(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams((ticket, installation)): PathParams<(TicketRef, InstallationId)>,
    Json(body): Json<PanelEvent>,
) -> Result<Json<PanelAnswer>, Problem> {
    let looking = looking(&state, &user, ticket, body.locale, body.dark).await?;
    let event = ui::Event {
        verb: body.verb,
        source: body.source,
        args: Vec::new(), // the view's
        values: body.values.into_iter().map(ui::Entry::from).collect(),
        cursor: body.cursor,
        state: Vec::new(),
    };
    let answer = state.lifecycle.handle(user.desk(), installation, looking, event, &body.state).await?;
    let ui::Reply { update, toast } = answer.reply.into_reply();
    let view = answer.view.map(ui::ValidView::into_view);
    Ok(Json(PanelAnswer { update, toast, view, state: answer.state, depth: answer.depth }))
}

/// Go back
///
/// To the view below, without calling the add-on. Needs `tickets.view`.
#[utoipa::path(
    post, path = "/tickets/{ticket}/sidebar/{installation}/back", tag = "sidebar", request_body = PanelBack,
    params(
        ("ticket" = String, Path, description = "Its number or id"),
        ("installation" = String, Path, format = "uuid", description = "Id of a plugin's installation"),
    ),
    responses(
        (status = 200, description = "The view below.", body = Panel),
        (status = 403, description = "You do not use this add-on: `not-a-user`."),
        (status = 409, description = "`stale-state`: render the panel again."),
        (status = 422, description = "`not-offered`: there is none below."),
    ),
)]
async fn go_back(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams((ticket, installation)): PathParams<(TicketRef, InstallationId)>,
    Json(body): Json<PanelBack>,
) -> Result<Json<Panel>, Problem> {
    let looking = looking(&state, &user, ticket, None, false).await?;
    Ok(Json(state.lifecycle.back(user.desk(), installation, looking, &body.state).await?.into()))
}

/// Where the panel is shown, with no more than the caller's credentials allow. The locale is one of a few dozen characters;
/// the add-on gets nothing longer.
async fn looking(
    state: &AppState,
    user: &ApiUser,
    ticket: TicketRef,
    locale: Option<String>,
    dark: bool,
) -> Result<Looking, Problem> {
    user.require(Permission::TicketsView)?;
    let locale = locale.unwrap_or_else(|| user.locale().to_owned());
    if locale.len() > 35 || !locale.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Err(Problem::field("locale", "not-a-locale", "expected a code such as de or pt-BR"));
    }
    let mut conn = state.db.read().await?;
    let ticket = tickets::find(&mut conn, user.desk(), ticket).await?;
    let place = ticket_place(&mut conn, user.desk(), &ticket).await?;
    let place = place.ok_or_else(|| Problem::not_found("ticket"))?;
    drop(conn);
    let (desk, operator) = (desks::known(&state.db, user.desk()).await?, user.profile()?);
    let context = ui::Context {
        view: String::new(), // the lifecycle knows
        location: ui::Location::TicketSidebar(place),
        operator: operator.id.to_string(),
        locale,
        time_zone: desk.zone_of(Some(operator)).to_owned(),
        dark,
        licensed: false, // the lifecycle knows
    };
    Ok(Looking::within(context, user.permissions().clone()))
}

impl From<PanelEntry> for ui::Entry {
    fn from(entry: PanelEntry) -> Self {
        let value = match entry.value {
            PanelValue::Text(text) => ui::Value::Text(text),
            PanelValue::Number(number) => ui::Value::Number(number),
            PanelValue::Flag(on) => ui::Value::Flag(on),
            PanelValue::Many(values) => ui::Value::Many(values),
            PanelValue::Files(ids) => ui::Value::Files(ids),
            PanelValue::None => ui::Value::None,
        };
        Self { field: entry.field, value }
    }
}
