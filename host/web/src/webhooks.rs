//! `POST /webhooks/stripe`: where the payment company tells that something happened. The signature over the raw bytes
//! decides, in the gateway's adapter; what the event says is a hint, and billing looks at the object itself.
//!
//! Stripe sends again, for days, what was not answered with 2xx. So what cannot be followed now answers 503, what is not
//! from Stripe 400, and an event that has nothing to do with Annex 200. No session and no CSRF check: nobody's browser is
//! involved.

use std::time::Duration;

use annex_billing::{Billing, WebhookError, gateway::EventError};
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest as _, Request, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};

use crate::{
    api::{extract::body_problem, problem::Problem},
    state::AppState,
};

/// Events carry one object; the largest are some kilobytes.
const MOST_BYTES: usize = 256 << 10;
/// How long a body may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(10);
/// Shorter than Stripe waits. The event is followed to its end all the same.
const DEADLINE: Duration = Duration::from_secs(10);
/// When to send again, in seconds, for those who read it.
const LATER: u64 = 30;

/// The routes of this file.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/webhooks/stripe", post(stripe)).layer(DefaultBodyLimit::max(MOST_BYTES))
}

async fn stripe(State(state): State<AppState>, request: Request) -> Result<StatusCode, Problem> {
    let headers = request.headers().clone();
    let arriving = tokio::time::timeout(ARRIVAL, Bytes::from_request(request, &()));
    let raw = arriving.await.map_err(|_| {
        Problem::new(StatusCode::REQUEST_TIMEOUT, "body-too-slow", "the body took too long to arrive: send it again")
    })?;
    take_in(state.lifecycle.billing().clone(), headers, raw.map_err(|rejection| body_problem(&rejection))?).await
}

/// Follows the event in a task of its own, so that neither the deadline nor a closed connection cuts it off half-way.
async fn take_in(billing: Billing, headers: HeaderMap, raw: Bytes) -> Result<StatusCode, Problem> {
    let following = tokio::spawn(async move { billing.webhook(&headers, &raw).await });
    match tokio::time::timeout(DEADLINE, following).await {
        Ok(Ok(outcome)) => outcome.map(|()| StatusCode::OK).map_err(|error| problem_of(&error)),
        Ok(Err(error)) => {
            let detail = "the host failed on this event";
            Err(Problem::hidden(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail, &error))
        }
        Err(_) => Err(later("the event is still being followed")),
    }
}

fn problem_of(error: &WebhookError) -> Problem {
    match error {
        WebhookError::Event(error) => {
            let status = match error {
                EventError::Unexpected => StatusCode::NOT_FOUND,
                _ => StatusCode::BAD_REQUEST,
            };
            tracing::warn!(code = error.code(), "an event of the payment gateway was refused");
            Problem::new(status, error.code(), error.to_string())
        }
        WebhookError::Billing(error) if error.is_passing() => {
            tracing::info!(code = error.code(), %error, "an event of the payment gateway cannot be followed yet");
            later("the event cannot be followed now")
        }
        WebhookError::Billing(error) => {
            let detail = "the event cannot be followed: it is kept in mind, and looked at again";
            Problem::hidden(StatusCode::SERVICE_UNAVAILABLE, error.code(), detail, error).retry_after(LATER)
        }
    }
}

fn later(detail: &str) -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", format!("{detail}: send it again later"))
        .retry_after(LATER)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use annex_billing::{
        BillingParts, Variant,
        gateway::Gateway,
        gateways::{
            stripe::{Stripe, StripeConfig},
            test::TestGateway,
        },
    };
    use annex_domain::{
        clock::{Clock, ManualClock, Timestamp},
        crash::CrashPoints,
    };
    use annex_store::testing::TestDb;
    use url::Url;

    use super::*;

    const NOW: i64 = 1_800_000_000;
    const BALANCE: &str = r#"{"id":"evt_1","type":"balance.available","data":{"object":{"object":"balance"}}}"#;
    const INTENT: &str =
        r#"{"id":"evt_2","type":"payment_intent.succeeded","data":{"object":{"id":"pi_1","object":"payment_intent"}}}"#;
    /// HMAC-SHA256 with `whsec_test` of `1800000000.` and the text.
    const OF_BALANCE: &str = "83b584d3189da826c28f9b2349142554961faeed112f5c52a05121fbf8229d8c";
    const OF_INTENT: &str = "27f25c707579a2df2743b52fcaff426606de3805da93c4e13ffb7210dba295a6";

    struct Host {
        billing: Billing,
        clock: Arc<ManualClock>,
        _database: TestDb,
    }

    async fn host(gateway: impl FnOnce(&TestDb, Arc<ManualClock>, &Url) -> Arc<dyn Gateway>) -> Host {
        let database = TestDb::sqlite().await;
        let clock = Arc::new(ManualClock::at(Timestamp(NOW * 1000)));
        let public_url: Url = "http://127.0.0.1:1/".parse().unwrap();
        let gateway = gateway(&database, Arc::clone(&clock), &public_url);
        let parts = BillingParts {
            db: database.db.clone(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            gateway,
            crash: CrashPoints::none(),
            public_url,
            variant: Variant::default(),
        };
        Host { billing: Billing::new(parts), clock, _database: database }
    }

    /// Stripe with nobody at its address.
    async fn on_stripe() -> Host {
        host(|_, _, nobody| {
            let mut config = StripeConfig::new("sk_test_x".into(), Some("whsec_test".into()));
            config.api_base = Some(nobody.clone());
            Arc::new(Stripe::new(config).unwrap())
        })
        .await
    }

    async fn send(host: &Host, time: i64, signature: &str, raw: &'static str) -> (u16, String) {
        let mut headers = HeaderMap::new();
        headers.insert("stripe-signature", format!("t={time},v1={signature}").parse().unwrap());
        match take_in(host.billing.clone(), headers, Bytes::from_static(raw.as_bytes())).await {
            Ok(status) => (status.as_u16(), String::new()),
            Err(problem) => (problem.status().as_u16(), problem.code().to_owned()),
        }
    }

    #[tokio::test]
    async fn only_signed_events_of_now_are_taken() {
        let host = on_stripe().await;
        assert_eq!(send(&host, NOW, OF_BALANCE, BALANCE).await, (200, String::new()));
        // Twice is no harm.
        assert_eq!(send(&host, NOW, OF_BALANCE, BALANCE).await.0, 200);
        assert_eq!(send(&host, NOW, OF_INTENT, BALANCE).await, (400, "event-signature".into()));
        assert_eq!(send(&host, NOW + 1, OF_BALANCE, BALANCE).await, (400, "event-signature".into()));
        let unsigned = take_in(host.billing.clone(), HeaderMap::new(), Bytes::from_static(BALANCE.as_bytes())).await;
        assert_eq!(unsigned.unwrap_err().status(), StatusCode::BAD_REQUEST);
        host.clock.advance(Duration::from_secs(301));
        assert_eq!(send(&host, NOW, OF_BALANCE, BALANCE).await, (400, "event-time".into()));
    }

    #[tokio::test]
    async fn an_event_that_cannot_be_followed_now_is_asked_for_again() {
        let host = on_stripe().await;
        let (status, code) = send(&host, NOW, OF_INTENT, INTENT).await;
        assert_eq!((status, code.as_str()), (503, "unavailable"));
    }

    #[tokio::test]
    async fn the_built_in_gateway_sends_no_events() {
        let host =
            host(|database, clock, url| Arc::new(TestGateway::new(database.db.clone(), clock, url.clone()))).await;
        assert_eq!(send(&host, NOW, OF_BALANCE, BALANCE).await, (404, "event-unexpected".into()));
    }
}
