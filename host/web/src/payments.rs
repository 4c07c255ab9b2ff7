//! What pages answer where an account tried to pay too often.

use annex_billing::BillingError;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use crate::error::{PageError, PageResult};

/// What a page answers where there is something to wait for.
pub(crate) fn refused(wait: u64) -> Response {
    let text = "too many attempts: wait a few minutes";
    let error = PageError::refused(StatusCode::TOO_MANY_REQUESTS, "too-many-payments", text);
    let mut response = error.into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    response
}

/// What a page answers where billing did not do it.
pub(crate) fn not_done(error: BillingError) -> PageResult {
    match error {
        BillingError::TooOften { wait } => Ok(refused(wait)),
        other => Err(other.into()),
    }
}
