//! Annex in the browser and over HTTP: the operator panel, the ticket sidebar, the JSON API, inbound hooks of channels,
//! live events. One file per page, or per group of endpoints; no SQL, and no knowledge of WebAssembly, here.
//!
//! [`router`] puts the parts together. Pages carry the CSRF check and turn errors into pages; the API carries its own
//! and answers problems; hooks are called by other services and prove themselves by their channel's secret.

mod api;
mod assets;
mod at;
mod attachment;
mod card_form;
mod client_area;
mod config;
mod cookie;
mod developers;
mod device;
#[cfg(test)]
mod drawn;
mod error;
mod events;
mod flash;
mod forms;
mod health;
mod hooks;
mod invoices;
mod issuer;
mod middleware;
mod oidc;
mod panel;
mod pass;
pub mod password;
mod payments;
mod picture;
mod portal;
mod prices;
mod refusal;
mod report;
mod review;
mod sent;
pub mod server;
mod session;
mod shell;
mod sidebar;
#[cfg(test)]
mod standing_test;
mod state;
#[cfg(test)]
mod statements_test;
mod webhooks;

pub use annex_i18n as i18n;
use axum::{Router, extract::DefaultBodyLimit};
use tower_http::{CompressionLevel, compression::CompressionLayer, csrf::CsrfLayer};

pub use self::{
    config::WebConfig,
    issuer::{KeyError, new_issuer_key},
    oidc::{ForeignIssuer, IssuerError},
    state::AppState,
};

/// The largest body of a request where a route does not allow more: a form as people fill them in. What takes more names the
/// permission that is needed, and asks for it before anything is read: `panel::form::long` for pages, `api::needs` for the API.
const BODY_LIMIT: usize = 64 << 10;

/// Everything that the host answers to.
pub fn router(state: AppState) -> Router {
    let pages = Router::new()
        .merge(panel::routes())
        .merge(panel::addons_routes())
        .merge(sidebar::routes())
        .merge(client_area::pages())
        .merge(portal::pages())
        .merge(review::pages())
        .merge(developers::pages())
        .merge(issuer::client_area::pages())
        .merge(issuer::oauth::pages())
        .merge(assets::routes())
        .merge(forms::routes())
        .layer(middleware::time_limit())
        .merge(panel::uploads().merge(sidebar::uploads()).layer(middleware::upload_time_limit()))
        .layer(middleware::catch_panics())
        .layer(CsrfLayer::new())
        .layer(axum::middleware::from_fn_with_state(state.clone(), middleware::same_scheme))
        .layer(axum::middleware::from_fn(shell::finish_pages));
    Router::new()
        .merge(pages)
        .merge(api::routes(&state))
        .merge(api::publisher::routes(&state))
        .merge(events::routes())
        .merge(hooks::routes())
        .merge(webhooks::routes())
        .merge(issuer::client_area::endpoints())
        .merge(issuer::oauth::endpoints())
        .merge(health::routes())
        .fallback_service(
            Router::new()
                .fallback(panel::not_found)
                .layer(axum::middleware::from_fn(shell::finish_pages))
                .with_state(state.clone()),
        )
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        // Of a page drawn once, the default level takes more processor time than all that it is made of.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(axum::middleware::from_fn_with_state(state.clone(), middleware::known_host))
        .layer(axum::middleware::from_fn_with_state(state.clone(), middleware::secure_headers))
        .layer(middleware::catch_panics())
        .layer(axum::middleware::from_fn(middleware::access))
        .layer(middleware::trace())
        .layer(middleware::pass_request_id())
        .layer(middleware::set_request_id())
        .with_state(state)
}
