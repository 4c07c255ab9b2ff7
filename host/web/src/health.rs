//! For load balancers and `make run`: `/healthz` says that the process answers, `/readyz` that it can do its work.

use axum::{Router, extract::State, http::StatusCode, routing::get};

use crate::{error::chain, state::AppState};

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/healthz", get(|| async { "ok\n" })).route("/readyz", get(ready))
}

async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    if *state.shutdown.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "shutting down\n");
    }
    match state.db.read().await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(error = %chain(&error), "not ready: the database cannot be reached");
            (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be reached\n")
        }
    }
}
