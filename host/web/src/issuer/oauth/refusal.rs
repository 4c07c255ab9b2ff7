//! Why a service got nothing, in the words of OAuth.

use std::time::Duration;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::NO_STORE;
use crate::error::PageError;

/// Why a service got nothing.
#[derive(Debug)]
pub(super) enum Refusal {
    /// A word of RFC 6749, and what to do.
    Told(&'static str, &'static str),
    /// It did not prove that it is a client, or the client is suspended with its installation.
    Unknown,
    /// No token that opens this: a word of RFC 6750.
    Bearer(StatusCode, &'static str),
    /// Too many ask: after how long the next may.
    TooMany(Duration),
    /// The host failed.
    Failed(PageError),
}

impl<E: Into<PageError>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let wait = if let Self::TooMany(wait) = &self { Some(wait.as_secs()) } else { None };
        let (status, error, text) = match self {
            Self::Told(error, text) => (StatusCode::BAD_REQUEST, error, text),
            Self::Unknown => {
                let text = "the client is not known, has not proved that it is itself, or its add-on does not run";
                (StatusCode::UNAUTHORIZED, "invalid_client", text)
            }
            Self::Bearer(status, error) => (status, error, "send an access token that opens this as a bearer"),
            Self::TooMany(_) => {
                (StatusCode::TOO_MANY_REQUESTS, "slow_down", "too many ask from there: try again later")
            }
            Self::Failed(error) => return error.into_response(),
        };
        let body = Json(json!({ "error": error, "error_description": text }));
        let mut response = (status, NO_STORE, body).into_response();
        if let Some(wait) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
        }
        let challenge = match error {
            "invalid_client" => "Basic realm=\"annex\"",
            "invalid_token" => "Bearer realm=\"annex\", error=\"invalid_token\"",
            "insufficient_scope" => "Bearer realm=\"annex\", error=\"insufficient_scope\", scope=\"openid\"",
            _ => return response,
        };
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        response
    }
}
