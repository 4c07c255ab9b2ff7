//! The client area: where whoever pays signs in, with an account and a session of its own; sees what the desks pay for,
//! pays invoices by hand, and keeps cards. It is also the OpenID Connect issuer that the panel logs desks in at (R5), unless
//! the host is configured for another one: what relying parties ask is in `issuer/client_area`. One file per page; nothing here
//! knows of operators.

pub(crate) mod area;
pub(crate) mod claim;
mod credit;
mod details;
mod invoices;
mod methods;
mod overview;
mod password;
mod register;
pub(crate) mod session;
mod sign_in;
mod statement;
mod test_gateway;
#[cfg(test)]
pub(crate) mod tests;

use axum::Router;

pub(crate) use self::{
    area::{by_page, leave, outside},
    session::{Payer, current, fingerprint},
};
use crate::state::AppState;

/// What an account signs in for: one login, several hats.
const AREAS: [&str; 3] = ["/client-area", "/portal", "/review"];

/// True for the address of a page that accounts sign in for.
pub(crate) fn is_inside(path: &str) -> bool {
    AREAS.iter().any(|area| is_below(path, area))
}

/// True for the address of a page of an area.
fn is_below(path: &str, area: &str) -> bool {
    path.strip_prefix(area).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

/// Pages, for people.
pub(crate) fn pages() -> Router<AppState> {
    Router::new()
        .merge(overview::routes())
        .merge(sign_in::routes())
        .merge(register::routes())
        .merge(invoices::routes())
        .merge(statement::routes())
        .merge(credit::routes())
        .merge(methods::routes())
        .merge(details::routes())
        .merge(password::routes())
        .merge(test_gateway::routes())
}
