//! Extractors that refuse with a [`Problem`]: JSON bodies with the line, column and field that is wrong, query strings,
//! and path segments. A path segment that is not an id is answered like an unknown one, with 404.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::error::Category;

use super::problem::Problem;
use crate::server::is_too_slow;

/// A JSON body, of a request or an answer. Unknown fields are refused where `T` says so (every request type does).
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            // Answers are the caller's own view of the desk: no proxy or browser keeps them.
            Ok(json) => {
                let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
                (headers, json).into_response()
            }
            Err(error) => Problem::internal(&error).into_response(),
        }
    }
}

/// The query string.
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

/// The segments of the path.
#[derive(Debug)]
pub(crate) struct PathParams<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(unsupported_media_type("application/json"));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| body_problem(&rejection))?;
        parse_json(&bytes).map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(params)) => Ok(Self(params)),
            Err(rejection) => {
                let text = rejection.body_text();
                let problem = Problem::new(StatusCode::BAD_REQUEST, "invalid-query", text.clone());
                Err(match field_of(&text) {
                    Some((field, code)) => problem.with_field(&field, code, &text),
                    None => problem,
                })
            }
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for PathParams<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(path)) => Ok(Self(path)),
            Err(_) => Err(Problem::new(
                StatusCode::NOT_FOUND,
                "not-found",
                "there is nothing at this address: a part of the path is not an id",
            )),
        }
    }
}

/// Reads JSON; says where it is malformed, and which field is wrong where that can be told.
pub(crate) fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| {
        let text = error.to_string();
        match error.classify() {
            Category::Data => {
                let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body", text.clone())
                    .at(error.line(), error.column());
                match field_of(&text) {
                    Some((field, code)) => problem.with_field(&field, code, &text),
                    None => problem,
                }
            }
            Category::Syntax | Category::Eof | Category::Io => {
                Problem::new(StatusCode::BAD_REQUEST, "malformed-json", format!("the body is not JSON: {text}"))
                    .at(error.line(), error.column())
            }
        }
    })
}

/// 415 with the media type that is expected.
pub(crate) fn unsupported_media_type(expected: &str) -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported-media-type",
        format!("send the body with the header `Content-Type: {expected}`"),
    )
}

/// 413, 408 for a body that trickles, or 400 for one that broke off.
pub(crate) fn body_problem(rejection: &BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "the body is larger than allowed here");
    }
    if is_too_slow(rejection) {
        return Problem::new(StatusCode::REQUEST_TIMEOUT, "body-too-slow", "the body came too slowly");
    }
    Problem::new(StatusCode::BAD_REQUEST, "unreadable-body", "the body ended too early")
}

/// The media type of the request, lower case, without parameters.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    value.split(';').next().map(|essence| essence.trim().to_ascii_lowercase())
}

/// True for `application/json` and its kin.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    media_type(headers).is_some_and(|essence| {
        essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
    })
}

/// The field that serde names in an error text, with our code for what is wrong with it.
fn field_of(text: &str) -> Option<(String, &'static str)> {
    let kinds =
        [("unknown field `", "unknown-field"), ("missing field `", "required"), ("duplicate field `", "duplicate")];
    kinds.into_iter().find_map(|(start, code)| {
        let (_, rest) = text.split_once(start)?;
        let (field, _) = rest.split_once('`')?;
        Some((field.to_owned(), code))
    })
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use serde::Deserialize;

    use super::*;
    use crate::api::problem::ProblemBody;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        #[expect(dead_code, reason = "only its parsing is tested")]
        name: String,
    }

    async fn refuse(content_type: &str, body: &str) -> ProblemBody {
        let request =
            Request::post("/").header("content-type", content_type).body(Body::from(body.to_owned())).unwrap();
        let problem = Json::<Wanted>::from_request(request, &()).await.unwrap_err();
        let body = axum::body::to_bytes(problem.into_response().into_body(), 1 << 16).await.unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    #[tokio::test]
    async fn malformed_json_names_line_and_column() {
        let problem = refuse("application/json", "{\n  \"name\": oops\n}").await;
        assert_eq!((problem.status, problem.code.as_str()), (400, "malformed-json"));
        assert_eq!((problem.line, problem.column), (Some(2), Some(11)));
        let cut = refuse("application/json", "{\"name\"").await;
        assert_eq!(cut.code, "malformed-json");
        assert_eq!(refuse("application/json", "").await.code, "malformed-json");
    }

    #[tokio::test]
    async fn wrong_fields_are_named() {
        let unknown = refuse("application/json; charset=utf-8", r#"{"name":"x","nme":1}"#).await;
        assert_eq!((unknown.status, unknown.code.as_str()), (422, "invalid-body"));
        assert_eq!((unknown.errors[0].field.as_str(), unknown.errors[0].code.as_str()), ("nme", "unknown-field"));
        let missing = refuse("application/json", "{}").await;
        assert_eq!((missing.errors[0].field.as_str(), missing.errors[0].code.as_str()), ("name", "required"));
        let twice = refuse("application/json", r#"{"name":"x","name":"y"}"#).await;
        assert_eq!(twice.errors[0].code, "duplicate");
        assert_eq!(refuse("application/json", r#"{"name":1}"#).await.code, "invalid-body");
    }

    #[tokio::test]
    async fn other_media_types_are_refused() {
        for media_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
            let problem = refuse(media_type, "{}").await;
            assert_eq!((problem.status, problem.code.as_str()), (415, "unsupported-media-type"), "{media_type}");
        }
    }
}
