//! `POST /tickets` and `PATCH /tickets/{ticket}`.

use annex_desk::{
    Refusal,
    import::{Imported, Origin},
    tickets::{self, Change, Create, FirstAuthor, Import, Requester},
};
use annex_domain::{
    clock::Timestamp,
    ids::{ContactId, InstallationId, OperatorId},
    ticket::{Priority as DomainPriority, Ticket as DomainTicket, TicketRef, TicketStatus as DomainTicketStatus},
};
use annex_store::{StoreError, messages::Body, tickets::TicketChange};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Ticket, answer, etag, show};
use crate::{
    api::{
        extract::{Json, PathParams},
        fields::entries,
        import::{AuthorRef, Brought},
        openapi::BASE,
        problem::Problem,
        user::ApiUser,
        wire::{Priority, TicketStatus, Time, present},
    },
    state::AppState,
};

/// A ticket to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateTicket {
    /// One line, at most 200 characters.
    subject: String,
    /// The first message, plain text; where it is left out, the text of `html`.
    #[serde(default)]
    body: String,
    /// The same as it is to look, at most 512 KiB. Kept as it came: what could run or load something is left out where it is shown.
    html: Option<String>,
    requester: RequesterRef,
    /// Who wrote the first message; `requester` when left out.
    author: Option<AuthorRef>,
    /// An installation of a channel that can write first: the first message leaves by it to the requester, written by the caller.
    #[schema(value_type = Option<String>, format = "uuid")]
    via: Option<InstallationId>,
    /// `normal` when left out.
    priority: Option<Priority>,
    /// An operator's id.
    #[schema(value_type = Option<String>, format = "uuid")]
    assignee: Option<OperatorId>,
    #[serde(default)]
    tags: Vec<String>,
    /// Values of custom fields, by their keys.
    #[serde(default)]
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
    /// True for a ticket of another help desk: nobody is told of it. The fields that follow are for those alone.
    #[serde(default)]
    import: bool,
    /// Where it stands; `open` when left out.
    status: Option<TicketStatus>,
    /// When it was made and its message was written: from 1970 until now.
    created_at: Option<Time>,
    /// Its id there. A second import of the same changes nothing, and answers the first one.
    #[schema(max_length = 200)]
    external_id: Option<String>,
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
    /// Values of custom fields, by their keys; null clears one, and the others stay.
    #[serde(default)]
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
}

/// Make a ticket
///
/// With `import` it is one that another help desk had: it keeps its date, its message its author, and neither mails nor events tell
/// of it. Needs `tickets.manage`, and `desk.manage` for imports.
#[utoipa::path(
    post, path = "/tickets", tag = "tickets", request_body = CreateTicket,
    responses(
        (status = 200, description = "The ticket that was imported before.", body = Ticket, headers(("ETag" = String))),
        (status = 201, description = "The ticket.", body = Ticket, headers(("ETag" = String))),
    ),
)]
pub(crate) async fn create_ticket(
    State(state): State<AppState>,
    user: ApiUser,
    Json(mut body): Json<CreateTicket>,
) -> Result<Response, Problem> {
    let brought = Brought {
        import: body.import,
        author: body.author,
        created_at: body.created_at,
        external_id: body.external_id.take(),
    };
    let (status, ticket) = match brought.origin(&user)? {
        Some(_) if body.via.is_some() => {
            return Err(Problem::field("via", "not-in-imports", "what is imported is not sent"));
        }
        Some(origin) => import(&state, &user, body, origin).await?,
        None => (StatusCode::CREATED, create(&state, &user, body).await?),
    };
    let headers = [(header::LOCATION, location(ticket.number)), (header::ETAG, etag(&ticket))];
    let shown = show(&state.db, user.desk(), ticket).await?;
    Ok((status, headers, Json(shown)).into_response())
}

async fn create(state: &AppState, user: &ApiUser, body: CreateTicket) -> Result<DomainTicket, Problem> {
    if body.status.is_some() {
        return Err(Problem::field("status", "imports-only", "a new ticket is open; change it afterwards"));
    }
    if let Some(via) = body.via {
        // What the channel can carry is known once it was asked; one that cannot be asked now begins nothing.
        let _ = state.lifecycle.channel_facts(user.desk(), via).await;
    }
    let wanted = Create {
        requester: requester_of(body.requester)?,
        author: match body.author {
            None | Some(AuthorRef::Requester) => FirstAuthor::Requester,
            Some(AuthorRef::Caller | AuthorRef::Operator(_)) => FirstAuthor::Caller,
        },
        subject: body.subject,
        body: Body { text: body.body, html: body.html },
        priority: body.priority.map_or(DomainPriority::Normal, Into::into),
        assignee: body.assignee,
        tags: body.tags,
        fields: entries(body.fields),
        attachments: Vec::new(),
        via: body.via,
        key: None,
    };
    Ok(tickets::create(&state.desk(), &user.ctx(state.clock.now()), wanted).await?)
}

async fn import(
    state: &AppState,
    user: &ApiUser,
    body: CreateTicket,
    origin: Origin,
) -> Result<(StatusCode, DomainTicket), Problem> {
    let wanted = Import {
        requester: requester_of(body.requester)?,
        subject: body.subject,
        body: Body { text: body.body, html: body.html },
        status: body.status.map_or(DomainTicketStatus::Open, Into::into),
        priority: body.priority.map_or(DomainPriority::Normal, Into::into),
        assignee: body.assignee,
        tags: body.tags,
        fields: entries(body.fields),
        origin,
    };
    match tickets::import(&state.desk(), &user.ctx(state.clock.now()), wanted).await? {
        Imported::New(ticket) => Ok((StatusCode::CREATED, ticket)),
        Imported::Known(ticket) => Ok((StatusCode::OK, ticket)),
    }
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
        (status = 409, description = "`ticket-put-away`: it is in the trash or spam; `merged`: it was merged into another ticket."),
        (status = 412, description = "`precondition-failed`: it was changed since. Read it again."),
    ),
)]
pub(crate) async fn patch_ticket(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(ticket): PathParams<TicketRef>,
    headers: HeaderMap,
    Json(body): Json<PatchTicket>,
) -> Result<Response, Problem> {
    let expected = expected_of(&headers)?;
    let parts = TicketChange {
        subject: body.subject,
        status: body.status.map(Into::into),
        priority: body.priority.map(Into::into),
        assignee: body.assignee,
        tags: body.tags,
        ..TicketChange::default()
    };
    let change = Change { parts, fields: entries(body.fields) };
    let changed = tickets::change(&state.desk(), &user.ctx(state.clock.now()), ticket, change, expected).await;
    let ticket = changed.map_err(|refusal| match refusal {
        Refusal::Store(StoreError::Stale(_)) => precondition_failed(),
        other => other.into(),
    })?;
    answer(&state, &user, ticket).await
}

fn requester_of(requester: RequesterRef) -> Result<Requester, Problem> {
    match requester {
        RequesterRef { id: Some(id), email: None, name: None } => Ok(Requester::Contact(id)),
        RequesterRef { id: None, email: Some(email), name } => {
            Ok(Requester::Address { email, name: name.unwrap_or_default() })
        }
        _ => Err(Problem::field("requester", "ambiguous", "give either `id`, or `email` with perhaps a `name`")),
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
