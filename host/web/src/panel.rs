//! The operator panel: one file per page. Every page behind the sign-in takes `SignedIn`, asks for the permission it
//! needs first, and names the operator's desk in every query. Forms that may be long ask for theirs by their type, before they
//! are read ([`form::long`]).

mod addons;
mod audit;
pub(crate) mod billing;
pub(crate) mod billing_login;
mod contacts;
mod desk;
mod field_inputs;
mod fields;
mod forgotten;
pub(crate) mod form;
mod groups;
mod inbox;
mod operators;
mod outbox;
mod password_again;
mod pay_with;
mod profile;
mod roles;
mod setup;
mod sign_in;
mod sign_in_again;
mod sign_in_once;
mod switch_desk;
mod ticket;
mod tokens;
mod work;

#[cfg(test)]
mod http_test;

use annex_domain::permission::Permission;
use axum::{Router, response::Redirect, routing::get};

pub(crate) use self::addons::{UPLOAD_LIMIT, addons_routes, field_error_text, intake_text, package_of_form};
use crate::{error::PageError, sent, session::SignedIn, state::AppState};

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(home))
        .merge(sign_in::routes())
        .merge(sign_in_again::routes())
        .merge(switch_desk::routes())
        .merge(sign_in_once::routes())
        .merge(setup::routes())
        .merge(forgotten::routes())
        .merge(inbox::routes())
        .merge(ticket::routes())
        .merge(sent::routes())
        .merge(contacts::routes())
        .merge(roles::routes())
        .merge(operators::routes())
        .merge(groups::routes())
        .merge(fields::routes())
        .merge(tokens::routes())
        .merge(profile::routes())
        .merge(desk::routes())
        .merge(audit::routes())
        .merge(outbox::routes())
        .merge(work::routes())
        .merge(billing::routes())
        .merge(billing_login::routes())
}

/// What takes files, which come as fast as the line of their sender.
pub(crate) fn uploads() -> Router<AppState> {
    ticket::uploads()
}

/// The first page that the operator may see.
async fn home(who: SignedIn) -> Redirect {
    Redirect::to(if who.may(Permission::TicketsView) {
        "/inbox"
    } else if who.may(Permission::AddonsManage) {
        "/addons"
    } else if who.may(Permission::OperatorsManage) {
        "/admin/roles"
    } else {
        "/profile"
    })
}

/// Any address that no route answers.
pub(crate) async fn not_found(_: Option<MaybeSignedIn>) -> PageError {
    PageError::NotFound
}

/// Finds out who asks, so that the error page has their frame, but lets anybody pass.
pub(crate) struct MaybeSignedIn;

impl axum::extract::OptionalFromRequestParts<AppState> for MaybeSignedIn {
    type Rejection = PageError;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        state: &AppState,
    ) -> Result<Option<Self>, PageError> {
        use axum::extract::FromRequestParts as _;
        Ok(SignedIn::from_request_parts(parts, state).await.ok().map(|_| Self))
    }
}
