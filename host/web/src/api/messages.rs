//! Messages of a ticket: public replies, which leave through the ticket's channel, and internal notes.

use annex_desk::{
    import::Imported,
    messages::{Import, Write, confirm, import, redeliver, write},
};
use annex_domain::{
    ids::{AttachmentId, MessageId, TicketId},
    permission::Permission,
    ticket::{Author as DomainAuthor, TicketRef},
};
use annex_store::{
    messages::{self, Body, Written},
    tickets,
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    attachments::Attachment,
    extract::{Json, Params, PathParams},
    import::{AuthorRef, Brought},
    problem::Problem,
    user::ApiUser,
    wire::{Delivery, Origin, Page, PageParams, Time, bad_cursor, limit_of},
};
use crate::state::AppState;

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_messages))
        .routes(routes!(redeliver_message))
        .routes(routes!(confirm_message))
}

/// What takes a whole message. All of it needs `tickets.reply`.
pub(super) fn larger_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(create_message))
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Message {
    #[schema(value_type = String, format = "uuid")]
    id: MessageId,
    #[schema(value_type = String, format = "uuid")]
    ticket: TicketId,
    author: Author,
    /// Who is behind it, as its channel says.
    origin: Origin,
    /// A note that the requester never sees.
    internal: bool,
    /// Plain text.
    body: String,
    /// Their bytes are at `/attachments/{attachment}/content`.
    attachments: Vec<Attachment>,
    delivery: Delivery,
    /// Why it did not leave, when it failed, is unclear or is to be tried again.
    #[schema(required)]
    delivery_error: Option<String>,
    /// When it was written; of one that came through a channel, when it came.
    created_at: Time,
    /// When its author sent it, where its channel says so.
    #[schema(required)]
    sent_at: Option<Time>,
    /// When its author last changed it.
    #[schema(required)]
    edited_at: Option<Time>,
}

/// Who wrote a message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MessageAuthor)]
pub(crate) struct Author {
    kind: AuthorKind,
    /// Of the contact, operator or installation.
    #[schema(format = "uuid")]
    id: String,
    /// Null when it is known no longer.
    #[schema(required)]
    name: Option<String>,
}

/// What wrote a message.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = MessageAuthorKind)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AuthorKind {
    Requester,
    Operator,
    Addon,
}

/// A message to write.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateMessage {
    /// Plain text; where it is left out, the text of `html`.
    #[serde(default)]
    body: String,
    /// The same as it is to look, at most 512 KiB. Kept as it came: what could run or load something is left out where it is shown.
    html: Option<String>,
    /// True for a note; a public reply when left out.
    #[serde(default)]
    internal: bool,
    /// Files that you have uploaded by `POST /attachments`: at most 20, each in one message. A channel does not carry them.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 20)]
    attachments: Vec<AttachmentId>,
    /// True for a message of another help desk: it is not sent, and nobody is told of it. The fields that follow are for those
    /// alone.
    #[serde(default)]
    import: bool,
    /// Who wrote it; `requester` when left out. What is no import is written by the caller.
    author: Option<AuthorRef>,
    /// When it was written: from 1970 until now.
    created_at: Option<Time>,
    /// Its id there. A second import of the same changes nothing, and answers the first one.
    #[schema(max_length = 200)]
    external_id: Option<String>,
    /// The last message that you have seen: a reply is refused when somebody else has replied since.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uuid")]
    seen: Option<MessageId>,
}

/// List messages
///
/// Newest first. Needs `tickets.view`.
#[utoipa::path(
    get, path = "/tickets/{ticket}/messages", tag = "messages",
    params(("ticket" = String, Path, description = "Its number or id"), PageParams),
    responses((status = 200, description = "A page of messages.", body = Page<Message>)),
)]
async fn list_messages(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(ticket): PathParams<TicketRef>,
    Params(params): Params<PageParams>,
) -> Result<Json<Page<Message>>, Problem> {
    user.require(Permission::TicketsView)?;
    let limit = limit_of(params.limit)?;
    let before = params.cursor.map(|cursor| cursor.parse::<MessageId>()).transpose().map_err(|_| bad_cursor())?;
    let mut conn = state.db.read().await?;
    let ticket = tickets::find(&mut conn, user.desk(), ticket).await?;
    let written = messages::list(&mut conn, user.desk(), ticket.id, before, limit + 1).await?;
    let items = written.into_iter().rev().map(Message::from).collect();
    Ok(Json(Page::cut(items, limit as usize, |message: &Message| message.id.to_string())))
}

/// Write a message
///
/// A public reply leaves through the ticket's channel: `delivery` is then `pending`, and later `sent`, `failed`, or
/// `unclear` when nobody knows whether it arrived: that one is not sent again by itself. With `import` it is a message that another
/// help desk had: it keeps its date and its author, and leaves through no channel; the ticket stays as it is. Needs
/// `tickets.reply`, and `tickets.manage` and `desk.manage` for imports.
#[utoipa::path(
    post, path = "/tickets/{ticket}/messages", tag = "messages", request_body = CreateMessage,
    params(("ticket" = String, Path, description = "Its number or id")),
    responses(
        (status = 200, description = "The message that was imported before.", body = Message),
        (status = 201, description = "The message.", body = Message),
        (
            status = 409,
            description = "`ticket-closed`: open it again, or write a note; `ticket-put-away`: it is in the trash or spam; \
                           `merged`: it was merged into another ticket; `answered-meanwhile`: there is a newer reply than `seen`."
        ),
    ),
)]
async fn create_message(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(ticket): PathParams<TicketRef>,
    Json(body): Json<CreateMessage>,
) -> Result<Response, Problem> {
    let CreateMessage { body, html, internal, attachments, seen, import, author, created_at, external_id } = body;
    let body = Body { text: body, html };
    if !import && matches!(author, Some(AuthorRef::Requester)) {
        return Err(Problem::field("author", "imports-only", "what is no import is written by the caller"));
    }
    let brought = Brought { import, author, created_at, external_id };
    if let Some(origin) = brought.origin(&user)? {
        if !attachments.is_empty() {
            return Err(Problem::field("attachments", "not-in-imports", "what is imported has no attachments"));
        }
        return bring_in(&state, &user, Import { ticket, body, internal, origin }).await;
    }
    let wanted = Write { ticket, body, internal, attachments, then: None, seen, key: None };
    let message = write(&state.desk(), &user.ctx(state.clock.now()), wanted).await?;
    let shown = stored(&state, &user, message.id).await?;
    let shown = Written { author_name: Some(user.name().to_owned()), ..shown };
    Ok((StatusCode::CREATED, Json(Message::from(shown))).into_response())
}

async fn bring_in(state: &AppState, user: &ApiUser, wanted: Import) -> Result<Response, Problem> {
    let (status, message) = match import(&state.desk(), &user.ctx(state.clock.now()), wanted).await? {
        Imported::New(message) => (StatusCode::CREATED, message),
        Imported::Known(message) => (StatusCode::OK, message),
    };
    Ok((status, shown(state, user, message.id).await?).into_response())
}

/// Send a message again
///
/// For one that failed, or of which it is unclear whether it arrived: somebody has looked. Needs `tickets.reply`.
#[utoipa::path(
    post, path = "/tickets/{ticket}/messages/{message}/redeliver", tag = "messages",
    params(("ticket" = String, Path, description = "Its number or id"), ("message" = String, Path, format = "uuid")),
    responses(
        (status = 200, description = "The message: it waits to be sent.", body = Message),
        (status = 409, description = "`not-failed`: it has not failed, and is not unclear."),
    ),
)]
async fn redeliver_message(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams((ticket, id)): PathParams<(TicketRef, MessageId)>,
) -> Result<Json<Message>, Problem> {
    redeliver(&state.desk(), &user.ctx(state.clock.now()), ticket, id).await?;
    shown(&state, &user, id).await
}

/// Take an unclear message as sent
///
/// Somebody has seen that it arrived. Needs `tickets.reply`.
#[utoipa::path(
    post, path = "/tickets/{ticket}/messages/{message}/confirm", tag = "messages",
    params(("ticket" = String, Path, description = "Its number or id"), ("message" = String, Path, format = "uuid")),
    responses(
        (status = 200, description = "The message.", body = Message),
        (status = 409, description = "`not-unclear`: what became of it is known."),
    ),
)]
async fn confirm_message(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams((ticket, id)): PathParams<(TicketRef, MessageId)>,
) -> Result<Json<Message>, Problem> {
    confirm(&state.desk(), &user.ctx(state.clock.now()), ticket, id).await?;
    shown(&state, &user, id).await
}

async fn shown(state: &AppState, user: &ApiUser, id: MessageId) -> Result<Json<Message>, Problem> {
    Ok(Json(stored(state, user, id).await?.into()))
}

async fn stored(state: &AppState, user: &ApiUser, id: MessageId) -> Result<Written, Problem> {
    Ok(messages::written(&mut state.db.read().await?, user.desk(), id).await?)
}

impl From<Written> for Message {
    fn from(Written { message, author_name: name, attachments, origin, .. }: Written) -> Self {
        let (kind, id) = match message.author {
            DomainAuthor::Requester(id) => (AuthorKind::Requester, id.to_string()),
            DomainAuthor::Operator(id) => (AuthorKind::Operator, id.to_string()),
            DomainAuthor::Addon(id) => (AuthorKind::Addon, id.to_string()),
        };
        Self {
            id: message.id,
            ticket: message.ticket,
            author: Author { kind, id, name },
            origin: origin.into(),
            internal: message.internal,
            body: message.body,
            attachments: attachments.into_iter().map(Into::into).collect(),
            delivery: message.delivery.into(),
            delivery_error: message.delivery_error,
            created_at: message.created_at.into(),
            sent_at: message.sent_at.map(Into::into),
            edited_at: message.edited_at.map(Into::into),
        }
    }
}
