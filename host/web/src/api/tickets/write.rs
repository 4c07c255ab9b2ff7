//! `POST /tickets` and `PATCH /tickets/{ticket}`.

use annex_domain::{
    clock::Timestamp,
    ids::{ContactId, DeskId, OperatorId},
    permission::Permission,
    ticket::{Author, Priority as DomainPriority},
};
use annex_store::{
    StoreError, Tx,
    contacts::{self, NewContact},
    operators,
    tickets::{self, NewTicket, TicketChange},
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Ticket, TicketRef, etag, show};
use crate::{
    api::{
        extract::{At, Json},
        openapi::BASE,
        problem::Problem,
        user::ApiUser,
        wire::{Priority, TicketStatus, present},
    },
    state::AppState,
};

/// A ticket to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateTicket {
    /// One line, at most 200 characters.
    subject: String,
    /// The first message, plain text.
    body: String,
    requester: RequesterRef,
    /// Who wrote the first message; `requester` when left out.
    author: Option<FirstAuthor>,
    /// `normal` when left out.
    priority: Option<Priority>,
    /// An operator's id.
    #[schema(value_type = Option<String>, format = "uuid")]
    assignee: Option<OperatorId>,
    #[serde(default)]
    tags: Vec<String>,
}

/// The requester of a new ticket: either `id`, or `email`, with a `name` for the case that the desk has no contact with
/// that address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequesterRef {
    #[schema(value_type = Option<String>, format = "uuid")]
    id: Option<ContactId>,
    email: Option<String>,
    name: Option<String>,
}

/// Who wrote the first message.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FirstAuthor {
    /// The requester.
    Requester,
    /// The caller.
    Operator,
}

/// What to change of a ticket; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PatchTicket {
    subject: Option<String>,
    status: Option<TicketStatus>,
    priority: Option<Priority>,
    /// An operator's id; null takes the assignee away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = "uuid")]
    assignee: Option<Option<OperatorId>>,
    /// Replaces the tags.
    tags: Option<Vec<String>>,
}

/// Make a ticket
///
/// Needs `tickets.manage`.
#[utoipa::path(
    post, path = "/tickets", tag = "tickets", request_body = CreateTicket,
    responses((status = 201, description = "The ticket.", body = Ticket, headers(("ETag" = String)))),
)]
pub(crate) async fn create_ticket(
    State(state): State<AppState>,
    user: ApiUser,
    Json(body): Json<CreateTicket>,
) -> Result<Response, Problem> {
    user.require(Permission::TicketsManage)?;
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    let requester = requester_of(&mut tx, user.desk(), body.requester, now).await?;
    if let Some(assignee) = body.assignee {
        operators::get(&mut tx, user.desk(), assignee).await.map_err(no_assignee)?;
    }
    let new = NewTicket {
        subject: body.subject,
        requester,
        author: match body.author {
            None | Some(FirstAuthor::Requester) => Author::Requester(requester),
            Some(FirstAuthor::Operator) => Author::Operator(user.operator()),
        },
        body: body.body,
        priority: body.priority.map_or(DomainPriority::Normal, Into::into),
        assignee: body.assignee,
        tags: body.tags,
        channel: None,
    };
    let (ticket, _) = tickets::create(&mut tx, user.desk(), new, now).await?;
    let headers = [(header::LOCATION, location(ticket.number)), (header::ETAG, etag(&ticket))];
    let shown = show(&mut tx, user.desk(), ticket).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, headers, Json(shown)).into_response())
}

/// Change a ticket
///
/// With `If-Match` (the `ETag` that you read), only if nobody changed it since. Needs `tickets.manage`.
#[utoipa::path(
    patch, path = "/tickets/{ticket}", tag = "tickets", request_body = PatchTicket,
    params(
        ("ticket" = String, Path, description = "Its number or id"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` that you read"),
    ),
    responses(
        (status = 200, description = "The ticket as it is now.", body = Ticket, headers(("ETag" = String))),
        (status = 412, description = "`precondition-failed`: it was changed since. Read it again."),
    ),
)]
pub(crate) async fn patch_ticket(
    State(state): State<AppState>,
    user: ApiUser,
    At(ticket): At<TicketRef>,
    headers: HeaderMap,
    Json(body): Json<PatchTicket>,
) -> Result<Response, Problem> {
    user.require(Permission::TicketsManage)?;
    let expected = expected_of(&headers)?;
    let change = TicketChange {
        subject: body.subject,
        status: body.status.map(Into::into),
        priority: body.priority.map(Into::into),
        assignee: body.assignee,
        tags: body.tags,
    };
    let mut tx = state.db.begin().await?;
    let id = ticket.load(&mut tx, user.desk()).await?.id;
    let now = state.clock.now();
    let changed = tickets::change(&mut tx, user.desk(), id, change, user.actor(), expected, now).await;
    let ticket = changed.map_err(|error| match error {
        StoreError::Stale(_) => precondition_failed(),
        StoreError::NotFound("assignee") => no_assignee(error),
        other => other.into(),
    })?;
    let tag = etag(&ticket);
    let shown = show(&mut tx, user.desk(), ticket).await?;
    tx.commit().await?;
    Ok(([(header::ETAG, tag)], Json(shown)).into_response())
}

async fn requester_of(
    tx: &mut Tx,
    desk: DeskId,
    requester: RequesterRef,
    now: Timestamp,
) -> Result<ContactId, Problem> {
    match requester {
        RequesterRef { id: Some(id), email: None, name: None } => {
            let found = contacts::get(tx, desk, id).await;
            found.map(|contact| contact.id).map_err(|error| match error {
                StoreError::NotFound(_) => {
                    Problem::field("requester.id", "unknown", "no contact of this desk has that id")
                }
                other => other.into(),
            })
        }
        RequesterRef { id: None, email: Some(email), name } => {
            let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or(&email).to_owned());
            let new = NewContact { name, email: Some(email), ..NewContact::default() };
            Ok(contacts::find_or_create(tx, desk, new, now).await?.id)
        }
        _ => Err(Problem::field("requester", "ambiguous", "give either `id`, or `email` with perhaps a `name`")),
    }
}

fn no_assignee(error: StoreError) -> Problem {
    match error {
        StoreError::NotFound(_) => Problem::field("assignee", "unknown", "no active operator of this desk has that id"),
        other => other.into(),
    }
}

fn location(number: i64) -> axum::http::HeaderValue {
    // The path of the API and digits.
    let path = format!("{BASE}/tickets/{number}");
    axum::http::HeaderValue::from_str(&path).unwrap_or(axum::http::HeaderValue::from_static(BASE))
}

/// The version of `If-Match`; none when the header is missing or `*`.
fn expected_of(headers: &HeaderMap) -> Result<Option<Timestamp>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let version = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).and_then(|text| text.parse().ok());
    // A tag that this host never gave matches nothing.
    version.map(|version| Some(Timestamp(version))).ok_or_else(precondition_failed)
}

fn precondition_failed() -> Problem {
    let detail = "the ticket was changed since you read it: read it again and decide anew";
    Problem::new(StatusCode::PRECONDITION_FAILED, "precondition-failed", detail)
}
