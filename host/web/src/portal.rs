//! The publisher portal: asking for an account, and a publisher's organisation, members, documents, keys, tokens, projects and who
//! may have them, what waits for its answer, figures and earnings; and letting programs in. People sign in with their account of the
//! client area. One file per page; what is done is done by `annex_portal`. Where a foreign issuer takes the place of the client area
//! there is no portal.

mod access;
mod answers;
mod clients;
mod device;
#[cfg(test)]
mod device_tests;
mod documents;
mod draft;
#[cfg(test)]
mod draft_tests;
mod earnings;
mod events;
mod events_address;
pub(crate) mod field;
mod figures;
#[cfg(test)]
mod form_tests;
pub(crate) mod frame;
mod home;
mod keys;
mod manage;
mod members;
#[cfg(test)]
mod offering_tests;
mod offers;
mod organisation;
mod overview;
mod package;
mod pictures;
mod project;
mod projects;
mod request;
#[cfg(test)]
mod review_tests;
#[cfg(test)]
mod rights_tests;
#[cfg(test)]
mod table_tests;
#[cfg(test)]
mod tests;
mod tokens;
pub(crate) mod tracks;
mod version;
mod welcome;

use axum::Router;

use crate::state::AppState;

/// Pages, for people.
pub(crate) fn pages() -> Router<AppState> {
    Router::new()
        .merge(home::routes())
        .merge(request::routes())
        .merge(welcome::routes())
        .merge(overview::routes())
        .merge(projects::routes())
        .merge(project::routes())
        .merge(version::routes())
        .merge(package::routes())
        .merge(pictures::routes())
        .merge(access::routes())
        .merge(manage::routes())
        .merge(offers::routes())
        .merge(organisation::routes())
        .merge(members::routes())
        .merge(documents::routes())
        .merge(keys::routes())
        .merge(tokens::routes())
        .merge(device::routes())
        .merge(answers::routes())
        .merge(figures::routes())
        .merge(earnings::routes())
        .merge(events::routes())
        .merge(events_address::routes())
        .merge(clients::routes())
}
