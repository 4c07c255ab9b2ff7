//! `GET /tickets`: the inbox, with its filters.

use annex_domain::{
    field::{FieldKey, FieldSubject},
    ids::{ContactId, InstallationId, TicketId},
    permission::Permission,
    ticket::TicketStatus as DomainTicketStatus,
};
use annex_store::{
    fields,
    tickets::{self, Cursor, Filter, Listed, Sort, SortBy},
};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Assignee, Requester, Ticket};
use crate::{
    api::{
        extract::{Json, Params},
        fields::Values,
        problem::Problem,
        user::ApiUser,
        wire::{Folder, Page, Priority, bad_cursor, limit_of},
    },
    state::AppState,
};

/// A ticket in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListedTicket {
    #[serde(flatten)]
    ticket: Ticket,
    /// The first words of the last public message.
    #[schema(required)]
    excerpt: Option<String>,
    /// How many messages, notes included.
    messages: i64,
}

/// Which tickets; everything that is given must hold.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListTickets {
    /// Words, and phrases in quotes, all of which have to be in the subject, a message, a tag, or the requester's name, addresses
    /// or company; or the number of a ticket, with or without `#`. Words of less than three characters are found where subject or name
    /// begins. At most the 200 newest tickets are found. Where each word is common, older tickets that have them in different messages
    /// may be left out: a rarer word finds them.
    q: Option<String>,
    /// One or more of `open`, `pending`, `solved`, `closed`, with commas between them.
    #[param(example = "open,pending")]
    status: Option<String>,
    #[param(inline)]
    priority: Option<Priority>,
    /// `me`, `none`, or an operator's id.
    #[param(example = "me")]
    assignee: Option<String>,
    tag: Option<String>,
    /// `key:value`: whose custom field of this key holds exactly this.
    #[param(example = "order_number:A-1")]
    field: Option<String>,
    /// Id of a channel's installation.
    #[param(value_type = Option<String>)]
    channel: Option<InstallationId>,
    /// Id of a contact.
    #[param(value_type = Option<String>)]
    requester: Option<ContactId>,
    /// `inbox` when left out: what is in `spam` or `trash` is found there only.
    #[param(inline)]
    folder: Option<Folder>,
    /// `updated` when left out.
    #[param(inline)]
    sort: Option<SortKey>,
    /// `desc` when left out.
    #[param(inline)]
    order: Option<Order>,
    /// `next` of the page before, with the same filters and order.
    cursor: Option<String>,
    /// 1 to 100; 50 when left out.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// By what.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SortKey {
    Updated,
    Created,
    Priority,
    Number,
}

/// In which direction.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Order {
    Asc,
    Desc,
}

/// List tickets
///
/// The inbox of the desk. Needs `tickets.view`.
#[utoipa::path(
    get, path = "/tickets", tag = "tickets", params(ListTickets),
    responses(
        (status = 200, description = "A page of tickets.", body = Page<ListedTicket>),
        (status = 429, description = "Too many requests: `rate-limited`; two searches of the caller are under way: \
            `too-many-searches`. `Retry-After` says when to try again."),
        (status = 503, description = "`search-too-long`: use more or longer words. Or the host is busy."),
    ),
)]
pub(crate) async fn list_tickets(
    State(state): State<AppState>,
    user: ApiUser,
    Params(mut params): Params<ListTickets>,
) -> Result<Json<Page<ListedTicket>>, Problem> {
    user.require(Permission::TicketsView)?;
    let limit = limit_of(params.limit)? as usize;
    let after = params.cursor.as_deref().map(str::parse::<Cursor>).transpose().map_err(|_| bad_cursor())?;
    let sort = sort_of(params.sort, params.order);
    let text = params.q.take().unwrap_or_default();
    let mut filter = filter_of(params, &user)?;
    let found = annex_desk::search::tickets(&state.desk(), &user.ctx(state.clock.now()), &text, &filter).await?;
    filter.among = found.map(|found| found.tickets);
    let known = fields::known(&state.db, user.desk()).await?;
    let mut conn = state.db.read().await?;
    let most = u32::try_from(limit + 1).unwrap_or(u32::MAX);
    let mut rows = tickets::list(&mut conn, user.desk(), &filter, sort, after.as_ref(), most).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| row.cursor.to_string());
    let ids: Vec<TicketId> = rows.iter().map(|row| row.ticket.id).collect();
    let values = Values::of(&mut conn, user.desk(), known, FieldSubject::Ticket, &ids).await?;
    Ok(Json(Page { items: rows.into_iter().map(|row| ListedTicket::new(row, &values)).collect(), next }))
}

fn sort_of(by: Option<SortKey>, order: Option<Order>) -> Sort {
    let by = match by {
        None | Some(SortKey::Updated) => SortBy::Updated,
        Some(SortKey::Created) => SortBy::Created,
        Some(SortKey::Priority) => SortBy::Priority,
        Some(SortKey::Number) => SortBy::Number,
    };
    Sort { by, descending: !matches!(order, Some(Order::Asc)) }
}

fn filter_of(params: ListTickets, user: &ApiUser) -> Result<Filter, Problem> {
    let statuses = params.status.iter().flat_map(|text| text.split(','));
    let statuses = statuses.map(|word| word.trim().parse::<DomainTicketStatus>()).collect::<Result<Vec<_>, _>>();
    let assignee = match params.assignee.as_deref() {
        None => None,
        Some("me") => Some(tickets::Assignee::Operator(user.operator()?)),
        Some("none") => Some(tickets::Assignee::Nobody),
        Some(id) => Some(tickets::Assignee::Operator(id.parse().map_err(|_| {
            Problem::field("assignee", "not-an-operator", "use `me`, `none`, or the id of an operator")
        })?)),
    };
    Ok(Filter {
        folder: params.folder.map(Into::into).unwrap_or_default(),
        statuses: statuses
            .map_err(|_| Problem::field("status", "not-a-status", "use open, pending, solved or closed"))?,
        priority: params.priority.map(Into::into),
        assignee,
        tag: params.tag,
        field: params.field.as_deref().map(field_of).transpose()?,
        channel: params.channel,
        requester: params.requester,
        ..Filter::default()
    })
}

/// The key of a field, and what it holds.
fn field_of(text: &str) -> Result<(FieldKey, String), Problem> {
    let parts = text.split_once(':').and_then(|(key, value)| Some((key.parse().ok()?, value.trim().to_owned())));
    parts.ok_or_else(|| Problem::field("field", "not-a-field", "use the key of a custom field, `:` and its value"))
}

impl ListedTicket {
    fn new(listed: Listed, values: &Values) -> Self {
        let requester =
            Requester { id: listed.ticket.requester, name: listed.requester_name, email: listed.requester_email };
        let fields = values.get(listed.ticket.id);
        let assignee = listed.ticket.assignee.zip(listed.assignee_name).map(|(id, name)| Assignee { id, name });
        Self {
            ticket: Ticket::new(listed.ticket, requester, assignee, fields, listed.merged_into),
            excerpt: listed.excerpt,
            messages: listed.messages,
        }
    }
}
