//! Tickets: how they look on the wire, and how a path names one. Their endpoints are below this file.

mod changes;
mod list;
mod merge;
mod states;
mod write;

use annex_domain::{
    field::FieldSubject,
    ids::{ContactId, DeskId, InstallationId, OperatorId, TicketId},
    permission::Permission,
    ticket::{ChannelThread, Ticket as DomainTicket, TicketRef},
};
use annex_store::{Db, StoreError, contacts, fields, operators, tickets};
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Json, PathParams},
    fields::Values,
    problem::Problem,
    user::ApiUser,
    wire::{Priority, TicketStatus, Time},
};
use crate::state::AppState;

/// The endpoints of this folder.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list_tickets))
        .routes(routes!(get_ticket, write::patch_ticket, states::delete_ticket))
        .routes(routes!(states::restore_ticket))
        .routes(routes!(states::mark_spam, states::unmark_spam))
        .routes(routes!(merge::merge_ticket))
        .routes(routes!(changes::list_changes))
}

/// What takes a whole first message. All of it needs `tickets.manage`.
pub(super) fn larger_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(write::create_ticket))
}

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Ticket {
    #[schema(value_type = String, format = "uuid")]
    id: TicketId,
    /// Counts up from 1 in each desk; what people say.
    number: i64,
    subject: String,
    status: TicketStatus,
    priority: Priority,
    requester: Requester,
    #[schema(required)]
    assignee: Option<Assignee>,
    /// Lower case, sorted.
    tags: Vec<String>,
    /// What custom fields hold, by their keys; without those that are empty or out of use. A value that does not fit its field any
    /// more is the text that it was.
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
    /// The conversation in a channel that it belongs to.
    #[schema(required)]
    channel: Option<Channel>,
    created_at: Time,
    updated_at: Time,
    /// When it was marked as spam.
    #[schema(required)]
    spam_at: Option<Time>,
    /// When it was put into the trash. 30 days later it is removed for good.
    #[schema(required)]
    deleted_at: Option<Time>,
    /// The number of the ticket that it was merged into: it is closed for good, and takes nothing.
    #[schema(required)]
    merged_into: Option<i64>,
}

/// The person who wrote a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Requester {
    #[schema(value_type = String, format = "uuid")]
    id: ContactId,
    name: String,
    #[schema(required)]
    email: Option<String>,
}

/// Who takes care of a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Assignee {
    #[schema(value_type = String, format = "uuid")]
    id: OperatorId,
    name: String,
}

/// A conversation in a channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketChannel)]
pub(crate) struct Channel {
    /// The channel add-on.
    #[schema(value_type = String, format = "uuid")]
    installation: InstallationId,
    /// The channel's own id of the conversation.
    thread: String,
    /// The channel's own id of the person.
    handle: String,
}

/// Read a ticket
///
/// The header `ETag` is for `If-Match` of a change. Needs `tickets.view`.
#[utoipa::path(
    get, path = "/tickets/{ticket}", tag = "tickets",
    params(("ticket" = String, Path, description = "Its number or id")),
    responses((status = 200, description = "The ticket.", body = Ticket, headers(("ETag" = String)))),
)]
async fn get_ticket(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(ticket): PathParams<TicketRef>,
) -> Result<Response, Problem> {
    user.require(Permission::TicketsView)?;
    let ticket = tickets::find(&mut state.db.read().await?, user.desk(), ticket).await?;
    answer(&state, &user, ticket).await
}

/// The ticket with the names that belong to it, and what its fields hold.
async fn show(db: &Db, desk: DeskId, ticket: DomainTicket) -> Result<Ticket, StoreError> {
    let known = fields::known(db, desk).await?;
    let conn = &mut db.read().await?;
    let values = Values::of(conn, desk, known, FieldSubject::Ticket, &[ticket.id]).await?.get(ticket.id);
    let requester = contacts::get(conn, desk, ticket.requester).await?;
    let assignee = match ticket.assignee {
        None => None,
        Some(id) => Some(Assignee { id, name: operators::get(conn, desk, id).await?.name }),
    };
    let requester = Requester { id: requester.id, name: requester.name, email: requester.email };
    let merged_into = match ticket.merged_into {
        None => None,
        Some(id) => Some(tickets::get(conn, desk, id).await?.number),
    };
    Ok(Ticket::new(ticket, requester, assignee, values, merged_into))
}

/// The answer to a change: the ticket as it is then.
async fn answer(state: &AppState, user: &ApiUser, ticket: DomainTicket) -> Result<Response, Problem> {
    let tag = etag(&ticket);
    let shown = show(&state.db, user.desk(), ticket).await?;
    Ok(([(header::ETAG, tag)], Json(shown)).into_response())
}

/// A ticket's version: its `updated_at` rises with every change.
fn etag(ticket: &DomainTicket) -> HeaderValue {
    // Digits and quotes only.
    HeaderValue::from_str(&format!("\"{}\"", ticket.updated_at.0)).unwrap_or(HeaderValue::from_static("\"\""))
}

impl Ticket {
    fn new(
        ticket: DomainTicket,
        requester: Requester,
        assignee: Option<Assignee>,
        fields: Map<String, Value>,
        merged_into: Option<i64>,
    ) -> Self {
        Self {
            id: ticket.id,
            number: ticket.number,
            subject: ticket.subject,
            status: ticket.status.into(),
            priority: ticket.priority.into(),
            requester,
            assignee,
            tags: ticket.tags,
            fields,
            channel: ticket.channel.map(|ChannelThread { installation, thread, handle }| Channel {
                installation,
                thread,
                handle,
            }),
            created_at: ticket.created_at.into(),
            updated_at: ticket.updated_at.into(),
            spam_at: ticket.spam_at.map(Into::into),
            deleted_at: ticket.deleted_at.map(Into::into),
            merged_into,
        }
    }
}
