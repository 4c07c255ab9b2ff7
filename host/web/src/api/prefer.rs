//! `Prefer: wait=N` (RFC 7240): how long an answer may wait for a saga before it says 202.

use std::{convert::Infallible, time::Duration};

use axum::{extract::FromRequestParts, http::request::Parts};

/// Without the header, a caller waits this long: most installs are done by then.
const DEFAULT_SECONDS: u64 = 3;
/// Proxies in between tend to give up after 60 s.
const MOST_SECONDS: u64 = 30;

/// How long to wait for a saga.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wait(pub(crate) Duration);

impl<S: Sync> FromRequestParts<S> for Wait {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let headers = parts.headers.get_all("prefer");
        let preferences =
            headers.iter().filter_map(|value| value.to_str().ok()).flat_map(|text| text.split([',', ';']));
        let seconds = preferences.filter_map(wait_of).next().unwrap_or(DEFAULT_SECONDS).min(MOST_SECONDS);
        Ok(Self(Duration::from_secs(seconds)))
    }
}

/// A preference that cannot be read is ignored, as the RFC asks.
fn wait_of(preference: &str) -> Option<u64> {
    let (name, value) = preference.split_once('=')?;
    name.trim().eq_ignore_ascii_case("wait").then(|| value.trim().trim_matches('"').parse().ok())?
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn wait(header: Option<&str>) -> u64 {
        let mut request = Request::get("/");
        if let Some(header) = header {
            request = request.header("prefer", header);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let Ok(wait) = Wait::from_request_parts(&mut parts, &()).await;
        wait.0.as_secs()
    }

    #[tokio::test]
    async fn waits_as_long_as_asked_up_to_half_a_minute() {
        assert_eq!(wait(None).await, 3);
        assert_eq!(wait(Some("respond-async, Wait = 10")).await, 10);
        assert_eq!(wait(Some("wait=0")).await, 0);
        assert_eq!(wait(Some("wait=9999")).await, 30);
        assert_eq!(wait(Some("wait=soon")).await, 3);
    }
}
