//! For load balancers and `make run`: `/healthz` says that the process answers, `/readyz` that it can do its work, which is
//! to write. Why it cannot is the answer then.

use std::{sync::Arc, time::Duration};

use annex_store::{StoreError, facts};
use axum::{Extension, Router, extract::State, http::StatusCode, routing::get};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

use crate::{error::chain, state::AppState};

/// Whoever asks more often hears what was found then: asking is open to everybody.
const KEPT: Duration = Duration::from_secs(1);
/// How long the database may take.
const PATIENCE: Duration = Duration::from_millis(1500);

/// What was found last, and when.
#[derive(Debug, Clone, Default)]
struct Readiness(Arc<Mutex<Option<(Instant, Found)>>>);

type Found = Result<(), &'static str>;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .layer(Extension(Readiness::default()))
}

async fn ready(State(state): State<AppState>, Extension(readiness): Extension<Readiness>) -> (StatusCode, String) {
    if *state.shutdown.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "shutting down\n".into());
    }
    match readiness.find(&state).await {
        Ok(()) => (StatusCode::OK, "ready\n".into()),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
    }
}

impl Readiness {
    /// One looks at a time; the others hear what it found.
    async fn find(&self, state: &AppState) -> Found {
        let mut last = self.0.lock().await;
        let before = last.map(|(_, found)| found);
        if let Some((at, found)) = *last
            && at.elapsed() < KEPT
        {
            return found;
        }
        let found = probe(state).await;
        if before.is_some_and(|before| before.is_err()) && found.is_ok() {
            tracing::info!("ready again");
        }
        metrics::gauge!("annex_ready").set(if found.is_ok() { 1.0 } else { 0.0 });
        *last = Some((Instant::now(), found));
        found
    }
}

async fn probe(state: &AppState) -> Found {
    let why = match timeout(PATIENCE, facts::probe(&state.db, state.clock.now())).await {
        Ok(Ok(())) => return Ok(()),
        Err(_) => "the database does not answer in time",
        Ok(Err(error)) => {
            tracing::warn!(error = %chain(&error), "nothing can be written");
            match error {
                StoreError::Full(_) => "the disk is full",
                StoreError::Away(_) => "the database cannot be reached",
                StoreError::Busy(_) => "the database is busy",
                _ => "the database cannot be written",
            }
        }
    };
    tracing::warn!(why, "not ready");
    Err(why)
}
