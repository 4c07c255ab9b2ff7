//! Pictures of packages in a browser. They are PNGs that the host has drawn anew when it took the package in, and they are told to be
//! nothing else: opened by itself, one is a document without an origin that may load and run nothing.

use axum::{
    body::Bytes,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};

/// The answer with one of them. How long it may be kept is said by who knows what its address stands for.
pub(crate) fn png(drawn: impl Into<Bytes>) -> Response {
    let drawn: Bytes = drawn.into();
    let mut response = drawn.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/png"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    response
}
