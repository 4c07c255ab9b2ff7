//! The pages of the platform's own people: versions that wait for a review, who asks to be a publisher, who is one, and what publishers
//! agree to. They sign in with their account of the client area, and see what their permissions are for.

mod documents;
mod pictures;
mod publishers;
mod versions;

use axum::Router;

use crate::state::AppState;

/// Pages, for people.
pub(crate) fn pages() -> Router<AppState> {
    Router::new()
        .merge(versions::routes())
        .merge(pictures::routes())
        .merge(publishers::routes())
        .merge(documents::routes())
}
