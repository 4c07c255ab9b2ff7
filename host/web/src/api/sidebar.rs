//! An add-on's panels beside tickets and contacts and on pages of their own ([`places`]), for clients that draw them themselves. The
//! panel of the host uses the same calls.

mod places;

use std::collections::BTreeMap;

use annex_domain::{
    ids::{ContactId, InstallationId},
    permission::Permission,
    ticket::TicketRef,
    ui,
};
use annex_lifecycle::{self as lifecycle, Looking};
use annex_store::{desks, tickets};
use axum::{extract::FromRequestParts, http::request::Parts};
use serde::{Deserialize, Serialize};
use utoipa::{
    IntoResponses, ToSchema,
    openapi::{RefOr, Response, ResponseBuilder},
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) use self::places::{for_users, pages};
use super::{
    extract::{Json, PathParams},
    problem::Problem,
    user::ApiUser,
};
use crate::{
    sidebar::{contact_place, ticket_place},
    state::AppState,
};

/// The endpoints beside tickets and contacts. All of them need `tickets.view`.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(render_panel))
        .routes(routes!(send_event))
        .routes(routes!(go_back))
        .merge(places::beside_contacts())
}

/// Who asks for a view of an installation, and where.
struct Viewer {
    state: AppState,
    user: ApiUser,
    place: Place,
    installation: InstallationId,
}

enum Place {
    Ticket(TicketRef),
    Contact(ContactId),
    Page,
}

/// What a path names; a page neither ticket nor contact.
#[derive(Deserialize)]
struct Named {
    ticket: Option<TicketRef>,
    contact: Option<ContactId>,
    installation: InstallationId,
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
    responses((status = 200, description = "The panel.", body = Panel), NotRendered),
)]
async fn render_panel(viewer: Viewer, Json(body): Json<RenderPanel>) -> Result<Json<Panel>, Problem> {
    viewer.render(body).await
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
    responses((status = 200, description = "What changes.", body = PanelAnswer), NotHandled),
)]
async fn send_event(viewer: Viewer, Json(body): Json<PanelEvent>) -> Result<Json<PanelAnswer>, Problem> {
    viewer.handle(body).await
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
    responses((status = 200, description = "The view below.", body = Panel), NotBelow),
)]
async fn go_back(viewer: Viewer, Json(body): Json<PanelBack>) -> Result<Json<Panel>, Problem> {
    viewer.back(body).await
}

impl FromRequestParts<AppState> for Viewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let user = ApiUser::from_request_parts(parts, state).await?;
        let PathParams(named) = PathParams::<Named>::from_request_parts(parts, state).await?;
        let Named { ticket, contact, installation } = named;
        let place = match (ticket, contact) {
            (Some(ticket), _) => Place::Ticket(ticket),
            (None, Some(contact)) => Place::Contact(contact),
            (None, None) => Place::Page,
        };
        Ok(Self { state: state.clone(), user, place, installation })
    }
}

impl Viewer {
    async fn render(self, body: RenderPanel) -> Result<Json<Panel>, Problem> {
        let looking = self.looking(body.locale, body.dark).await?;
        Ok(Json(self.state.lifecycle.render(self.user.desk(), self.installation, looking).await?.into()))
    }

    async fn handle(self, body: PanelEvent) -> Result<Json<PanelAnswer>, Problem> {
        let looking = self.looking(body.locale, body.dark).await?;
        let event = ui::Event {
            verb: body.verb,
            source: body.source,
            args: Vec::new(), // the view's
            values: body.values.into_iter().map(ui::Entry::from).collect(),
            cursor: body.cursor,
            state: Vec::new(),
        };
        let lifecycle = &self.state.lifecycle;
        let answer = lifecycle.handle(self.user.desk(), self.installation, looking, event, &body.state).await?;
        let ui::Reply { update, toast } = answer.reply.into_reply();
        let view = answer.view.map(ui::ValidView::into_view);
        Ok(Json(PanelAnswer { update, toast, view, state: answer.state, depth: answer.depth }))
    }

    async fn back(self, body: PanelBack) -> Result<Json<Panel>, Problem> {
        let looking = self.looking(None, false).await?;
        let lifecycle = &self.state.lifecycle;
        Ok(Json(lifecycle.back(self.user.desk(), self.installation, looking, &body.state).await?.into()))
    }

    /// With no more than the caller's credentials allow. The locale is one of a few dozen characters; the add-on gets nothing longer.
    async fn looking(&self, locale: Option<String>, dark: bool) -> Result<Looking, Problem> {
        let location = self.location().await?;
        let locale = locale.unwrap_or_else(|| self.user.locale().to_owned());
        if locale.len() > 35 || !locale.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err(Problem::field("locale", "not-a-locale", "expected a code such as de or pt-BR"));
        }
        let (desk, operator) = (desks::known(&self.state.db, self.user.desk()).await?, self.user.profile()?);
        let context = ui::Context {
            view: String::new(), // the lifecycle knows
            location,
            operator: operator.id.to_string(),
            locale,
            time_zone: desk.zone_of(Some(operator)).to_owned(),
            dark,
            licensed: false, // the lifecycle knows
        };
        Ok(Looking::within(context, self.user.permissions().clone()))
    }

    /// What the view is about, as far as the caller may see it. A page is about nothing, and for whoever uses the add-on.
    async fn location(&self) -> Result<ui::Location, Problem> {
        let desk = self.user.desk();
        match self.place {
            Place::Ticket(ticket) => {
                self.user.require(Permission::TicketsView)?;
                let mut conn = self.state.db.read().await?;
                let ticket = tickets::find(&mut conn, desk, ticket).await?;
                let place = ticket_place(&mut conn, desk, &ticket).await?;
                place.map(ui::Location::TicketSidebar).ok_or_else(|| Problem::not_found("ticket"))
            }
            Place::Contact(contact) => {
                self.user.require(Permission::TicketsView)?;
                let place = contact_place(&mut self.state.db.read().await?, desk, contact).await?;
                place.map(ui::Location::ContactSidebar).ok_or_else(|| Problem::not_found("contact"))
            }
            Place::Page => Ok(ui::Location::Page),
        }
    }
}

/// Why a panel is not rendered, wherever it is.
enum NotRendered {}

impl IntoResponses for NotRendered {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        described([
            (
                "403",
                "You do not use this add-on: `not-a-user`. Or it tried for you what you may not do yourself: \
                 `not-permitted`.",
            ),
            ("409", "The add-on does not run: `not-running`, `version-blocked`."),
            (
                "502",
                "The add-on failed. Faults that it reports itself: `needs-config`, `needs-auth`, `upstream`, `denied`, \
                 `internal`; else what went wrong with it, such as `trap`.",
            ),
            ("503", "`busy`: too many calls of the add-on wait already. Try again after `Retry-After`."),
            ("504", "`deadline`: the add-on took too long."),
        ])
    }
}

/// Why an event is not handled, wherever it is.
enum NotHandled {}

impl IntoResponses for NotHandled {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let all = described([
            ("409", "`stale-state`: render the panel again. Or the add-on does not run."),
            ("422", "`invalid-fields`: `errors` names the fields; `not-offered`: the view has no such action."),
            ("503", "`busy`: as with rendering. The add-on was not called."),
        ]);
        NotRendered::responses().into_iter().chain(all).collect()
    }
}

/// Why there is no way back, wherever it is.
enum NotBelow {}

impl IntoResponses for NotBelow {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        described([
            ("403", "You do not use this add-on: `not-a-user`."),
            ("409", "`stale-state`: render the panel again."),
            ("422", "`not-offered`: there is none below."),
        ])
    }
}

fn described<const N: usize>(all: [(&str, &str); N]) -> BTreeMap<String, RefOr<Response>> {
    let response = |about: &str| RefOr::T(ResponseBuilder::new().description(about).build());
    all.into_iter().map(|(status, about)| (status.to_owned(), response(about))).collect()
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
