//! Spam and trash. What lies there is in no list but with `folder`, takes no changes, and does not exist for add-ons.

use annex_desk::tickets;
use annex_domain::ticket::TicketRef;
use axum::{extract::State, http::StatusCode, response::Response};

use super::{Ticket, answer};
use crate::{
    api::{extract::PathParams, problem::Problem, user::ApiUser},
    state::AppState,
};

/// Delete a ticket
///
/// Puts it into the trash, from where it can be restored for 30 days; then it is removed for good, with its messages. What comes
/// to it through its channel begins a new ticket. Needs `tickets.manage`.
#[utoipa::path(
    delete, path = "/tickets/{ticket}", tag = "tickets",
    params(("ticket" = String, Path, description = "Its number or id")),
    responses((status = 204, description = "It is in the trash.")),
)]
pub(crate) async fn delete_ticket(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(ticket): PathParams<TicketRef>,
) -> Result<StatusCode, Problem> {
    tickets::delete(&state.desk(), &user.ctx(state.clock.now()), ticket).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Restore a ticket
///
/// Takes it out of the trash. Needs `tickets.manage`.
#[utoipa::path(
    post, path = "/tickets/{ticket}/restore", tag = "tickets",
    params(("ticket" = String, Path, description = "Its number or id")),
    responses((status = 200, description = "The ticket.", body = Ticket, headers(("ETag" = String)))),
)]
pub(crate) async fn restore_ticket(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(ticket): PathParams<TicketRef>,
) -> Result<Response, Problem> {
    let ticket = tickets::restore(&state.desk(), &user.ctx(state.clock.now()), ticket).await?;
    answer(&state, &user, ticket).await
}

/// Mark a ticket as spam
///
/// Its status stays. What comes to it through its channel stays there, and nobody is told. Needs `tickets.manage`.
#[utoipa::path(
    post, path = "/tickets/{ticket}/spam", tag = "tickets",
    params(("ticket" = String, Path, description = "Its number or id")),
    responses(
        (status = 200, description = "The ticket.", body = Ticket, headers(("ETag" = String))),
        (status = 409, description = "`ticket-put-away`: it is in the trash; `merged`: it was merged into another ticket."),
    ),
)]
pub(crate) async fn mark_spam(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(ticket): PathParams<TicketRef>,
) -> Result<Response, Problem> {
    let ticket = tickets::mark_spam(&state.desk(), &user.ctx(state.clock.now()), ticket, true).await?;
    answer(&state, &user, ticket).await
}

/// Take a ticket out of spam
///
/// Needs `tickets.manage`.
#[utoipa::path(
    delete, path = "/tickets/{ticket}/spam", tag = "tickets",
    params(("ticket" = String, Path, description = "Its number or id")),
    responses(
        (status = 200, description = "The ticket.", body = Ticket, headers(("ETag" = String))),
        (status = 409, description = "`ticket-put-away`: it is in the trash; `merged`: it was merged into another ticket."),
    ),
)]
pub(crate) async fn unmark_spam(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(ticket): PathParams<TicketRef>,
) -> Result<Response, Problem> {
    let ticket = tickets::mark_spam(&state.desk(), &user.ctx(state.clock.now()), ticket, false).await?;
    answer(&state, &user, ticket).await
}
