//! `GET /tickets/{ticket}/changes`: what happened to a ticket besides its messages.

use annex_domain::{clock::Timestamp, ids::CallId, permission::Permission, ticket::TicketRef};
use annex_store::tickets::{self, NamedChange};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{
        extract::{Json, Params, PathParams},
        problem::Problem,
        user::ApiUser,
        wire::{Page, PageParams, Time, bad_cursor, limit_of},
    },
    state::AppState,
};

/// A change of one part of a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TicketChange {
    #[schema(value_type = String, format = "uuid")]
    id: CallId,
    /// `operator:`, `contact:` or `addon:` with an id; `system` for the host.
    #[schema(example = "operator:01890000-0000-7000-8000-000000000000")]
    actor: String,
    /// Who that is; null for the host, and for who is known no longer.
    #[schema(required)]
    actor_name: Option<String>,
    /// `subject`, `status`, `priority`, `assignee`, `tags`; `field:` with the key of a custom field; `spam` and `trash`, with the value
    /// `yes`; `merged` and `merged-into`, with the number of the other ticket in `new`; `follow-up-of`, a message on the closed ticket
    /// of the number `old`; or `import`, of messages. There may be more in time.
    field: String,
    /// Before; empty when there was nothing. The assignee is an operator's id, tags have spaces between them.
    old: String,
    /// After.
    new: String,
    /// The assignee before.
    #[schema(required)]
    old_name: Option<String>,
    /// The assignee after.
    #[schema(required)]
    new_name: Option<String>,
    at: Time,
}

/// List the changes of a ticket
///
/// Newest first. Needs `tickets.view`.
#[utoipa::path(
    get, path = "/tickets/{ticket}/changes", tag = "tickets",
    params(("ticket" = String, Path, description = "Its number or id"), PageParams),
    responses((status = 200, description = "A page of changes.", body = Page<TicketChange>)),
)]
pub(crate) async fn list_changes(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(ticket): PathParams<TicketRef>,
    Params(params): Params<PageParams>,
) -> Result<Json<Page<TicketChange>>, Problem> {
    user.require(Permission::TicketsView)?;
    let limit = limit_of(params.limit)?;
    let before = params.cursor.map(|cursor| cursor.parse::<CallId>()).transpose().map_err(|_| bad_cursor())?;
    let mut conn = state.db.read().await?;
    let ticket = tickets::find(&mut conn, user.desk(), ticket).await?;
    let ever = Timestamp(i64::MIN)..Timestamp(i64::MAX);
    let changes = tickets::history(&mut conn, user.desk(), ticket.id, ever, before, limit + 1).await?;
    let items = changes.into_iter().map(TicketChange::from).collect();
    Ok(Json(Page::cut(items, limit as usize, |change: &TicketChange| change.id.to_string())))
}

impl From<NamedChange> for TicketChange {
    fn from(named: NamedChange) -> Self {
        let tickets::Change { actor, field, old, new, at } = named.change;
        Self {
            id: named.id,
            actor,
            actor_name: named.actor_name,
            field,
            old,
            new,
            old_name: named.old_name,
            new_name: named.new_name,
            at: at.into(),
        }
    }
}
