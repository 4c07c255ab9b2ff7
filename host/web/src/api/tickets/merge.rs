//! `POST /tickets/{ticket}/merge`: one ticket takes up another about the same.

use annex_desk::tickets;
use annex_domain::ticket::TicketRef;
use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Ticket, answer};
use crate::{
    api::{
        extract::{Json, PathParams},
        problem::Problem,
        user::ApiUser,
    },
    state::AppState,
};

/// Where a ticket is to go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeTicket {
    into: TicketName,
}

/// A ticket by its number, or by its id.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged, expecting = "use the number or the id of a ticket")]
pub(crate) enum TicketName {
    Number(i64),
    Text(String),
}

/// Merge a ticket into another one
///
/// It is closed for good and keeps its messages; it can still be read and deleted. What comes for its conversation joins the other
/// ticket, and so does what was merged into it before. The other one has to be open, pending or solved. Needs `tickets.manage`.
#[utoipa::path(
    post, path = "/tickets/{ticket}/merge", tag = "tickets", request_body = MergeTicket,
    params(("ticket" = String, Path, description = "The number or id of the one that is closed")),
    responses(
        (status = 200, description = "The other ticket.", body = Ticket, headers(("ETag" = String))),
        (status = 409, description = "`ticket-put-away`: it is in the trash or spam; `merged`: it was merged before."),
    ),
)]
pub(crate) async fn merge_ticket(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(ticket): PathParams<TicketRef>,
    Json(body): Json<MergeTicket>,
) -> Result<Response, Problem> {
    let into: TicketRef = match body.into {
        TicketName::Number(number) => number.into(),
        TicketName::Text(text) => {
            text.parse().map_err(|_| Problem::field("into", "not-a-ticket", "use the number or the id of a ticket"))?
        }
    };
    let other = tickets::merge(&state.desk(), &user.ctx(state.clock.now()), ticket, into).await?;
    answer(&state, &user, other).await
}
