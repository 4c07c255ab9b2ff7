//! Extractors that refuse with a [`Problem`]: JSON bodies with the line, column and field that is wrong, query strings,
//! and path segments. A path segment that is not an id is answered like an unknown one, with 404.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{
    Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
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
                let text = in_our_words(&rejection.body_text());
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

/// Reads a JSON body, which is an object at every endpoint; says where it is malformed, and which field is wrong where that can be told.
pub(crate) fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // What is derived would take an array of its fields as well, in an order that no description tells.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        serde_json::from_slice::<IgnoredAny>(bytes).map_err(|error| malformed(&error))?;
        let detail = "the body has to be a JSON object";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body", detail));
    }
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        Category::Data => {
            let text = in_our_words(&error.to_string());
            let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body", text.clone())
                .at(error.line(), error.column());
            match field_of(&text) {
                Some((field, code)) => problem.with_field(&field, code, &text),
                None => problem,
            }
        }
        Category::Syntax | Category::Eof | Category::Io => malformed(&error),
    })
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed-json", format!("the body is not JSON: {error}"))
        .at(error.line(), error.column())
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

/// How serde begins to say what it wanted, and what that is called in JSON. The first one that fits counts.
const WANTED: [(&str, &str); 16] = [
    ("struct ", "an object"),
    ("internally tagged enum ", "an object"),
    ("adjacently tagged enum ", "an object"),
    ("newtype variant", "an object"),
    ("enum ", "a text or an object"),
    ("variant identifier", "a text"),
    ("tuple ", "an array"),
    ("unit", "null"),
    ("a map", "an object"),
    ("a sequence", "an array"),
    ("u8", "a whole number from 0 to 255"),
    ("u16", "a whole number from 0 to 65535"),
    ("u32", "a whole number from 0 to 4294967295"),
    ("u64", "a whole number from 0 to 18446744073709551615"),
    ("i64", "a whole number"),
    ("f64", "a number"),
];

/// An error text of serde without the names of our types, which tell nothing to who sends a request.
fn in_our_words(text: &str) -> String {
    // What was sent stands before that.
    let Some((found, wanted)) = text.rsplit_once(", expected ") else { return text.to_owned() };
    let Some((_, ours)) = WANTED.iter().find(|(theirs, _)| wanted.starts_with(*theirs)) else {
        return text.to_owned();
    };
    let place = wanted.find(" at line ").and_then(|at| wanted.get(at..)).unwrap_or_default();
    format!("{found}, expected {ours}{place}")
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
    #[expect(dead_code, reason = "only its parsing is tested")]
    struct Wanted {
        name: String,
        #[serde(default)]
        inner: Option<Inner>,
        #[serde(default)]
        tagged: Option<Tagged>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its parsing is tested")]
    struct Inner {
        count: u32,
        all: Vec<String>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(tag = "kind", rename_all = "kebab-case")]
    enum Tagged {
        One {
            #[expect(dead_code, reason = "only its parsing is tested")]
            inner: Inner,
        },
    }

    /// Fields that are taken from another type come as texts.
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only its parsing is tested")]
    struct Paged {
        #[serde(flatten)]
        page: Page,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only its parsing is tested")]
    struct Page {
        limit: u32,
    }

    async fn body_of(problem: Problem) -> ProblemBody {
        let body = axum::body::to_bytes(problem.into_response().into_body(), 1 << 16).await.unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    async fn refuse(content_type: &str, body: &str) -> ProblemBody {
        let request =
            Request::post("/").header("content-type", content_type).body(Body::from(body.to_owned())).unwrap();
        body_of(Json::<Wanted>::from_request(request, &()).await.unwrap_err()).await
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
    async fn a_body_is_an_object() {
        // The last one has the fields in their order.
        for body in ["[]", "\"x\"", "7", "null", " \n[{}]", r#"["Ann", null, null]"#] {
            let problem = refuse("application/json", body).await;
            assert_eq!((problem.status, problem.code.as_str()), (422, "invalid-body"), "{body}");
            assert_eq!((problem.detail.as_str(), problem.line), ("the body has to be a JSON object", None), "{body}");
        }
        for body in ["[", "[1,]", "[] []", "\"x"] {
            let problem = refuse("application/json", body).await;
            assert_eq!((problem.code.as_str(), problem.line), ("malformed-json", Some(1)), "{body}");
        }
    }

    #[tokio::test]
    async fn no_text_names_a_type_of_ours() {
        for (body, expected) in [
            (r#"{"name":"x","inner":"y"}"#, r#"invalid type: string "y", expected an object at line 1 "#),
            (r#"{"name":"x","inner":[]}"#, "invalid length 0, expected an object at line 1 "),
            (r#"{"name":"x","inner":{"count":-1}}"#, ", expected a whole number from 0 to 4294967295 at line 1 "),
            (r#"{"name":"x","inner":{"all":{}}}"#, "invalid type: map, expected an array at line 1 "),
            (r#"{"name":"x","tagged":7}"#, ", expected an object at line 1 "),
            (r#"{"name":"x","tagged":{"kind":7}}"#, ", expected a text at line 1 "),
            (r#"{"name":"x","tagged":{"kind":"one","inner":null}}"#, ", expected an object"),
            (r#"{"name":"x","inner":"a, expected struct B"}"#, r#""a, expected struct B", expected an object at "#),
            (r#"{"name":7}"#, "invalid type: integer `7`, expected a string at line 1 "),
        ] {
            let problem = refuse("application/json", body).await;
            assert_eq!((problem.status, problem.code.as_str()), (422, "invalid-body"), "{body}");
            assert!(problem.detail.contains(expected), "{body}: {}", problem.detail);
            assert!(["Wanted", "Inner", "Tagged"].iter().all(|name| !problem.detail.contains(name)), "{body}");
        }
        let (mut parts, ()) = Request::get("/?limit=x").body(()).unwrap().into_parts();
        let problem = body_of(Params::<Paged>::from_request_parts(&mut parts, &()).await.unwrap_err()).await;
        assert_eq!((problem.status, problem.code.as_str()), (400, "invalid-query"));
        assert!(problem.detail.ends_with(", expected a whole number from 0 to 4294967295"), "{}", problem.detail);
    }

    #[tokio::test]
    async fn other_media_types_are_refused() {
        for media_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
            let problem = refuse(media_type, "{}").await;
            assert_eq!((problem.status, problem.code.as_str()), (415, "unsupported-media-type"), "{media_type}");
        }
    }
}
