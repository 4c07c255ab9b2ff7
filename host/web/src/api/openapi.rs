//! The OpenAPI 3.1 document of the JSON API. Handlers describe what is particular to them; what holds everywhere
//! (credentials, problem answers, `Idempotency-Key`) is added here to every operation, so that none can forget it.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Components, Content, InfoBuilder, KnownFormat, LicenseBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, Paths,
        Ref, RefOr, Required, Response as ResponseDoc, ResponseBuilder, SchemaFormat, ServerBuilder, Type,
        header::Header,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
        tag::TagBuilder,
    },
};

use super::amounts::{DueInvoice, Money, Quote};
use super::problem::{PROBLEM_JSON, ProblemBody, ProblemField};

/// Where the API is mounted: the paths of the document start here.
pub(crate) const BASE: &str = "/api/v1";

/// Where the API of publishers' programs is mounted.
pub(crate) const PUBLISHERS: &str = "/publisher/v1";

const TAGS: &[(&str, &str)] = &[
    ("add-ons", "The catalog: what can be installed."),
    ("packages", "Publishing signed packages to the catalog."),
    ("publishers", "Whose packages the catalog takes."),
    ("installations", "Add-ons of this desk: install, update, roll back, settings, logs, removal."),
    ("billing", "What this desk pays: invoices, cards, subscriptions, the statement; and the mails about it."),
    ("tickets", "Tickets of this desk."),
    ("messages", "Replies and notes of a ticket."),
    ("contacts", "Requesters: the people who write tickets."),
    ("fields", "Custom fields of tickets and contacts."),
    (
        "sidebar",
        "Views of add-ons: panels beside tickets and contacts, and pages. Those beside *Send* and where an add-on is managed \
         are shown by the panel of the host alone.",
    ),
    ("tokens", "Bearer tokens of the caller."),
    ("people", "Operators and roles of this desk."),
    ("background-work", "Work of the host that is set aside until somebody decides."),
    ("audit", "What was done in this desk, and by whom."),
    ("meta", "About the API itself."),
];

const ABOUT: &str = "The JSON API of Annex. Errors are RFC 9457 problems with a stable `code`. Times are RFC 3339 in UTC. \
Lists take `cursor` and `limit` and answer `next`, the cursor of the next page, or null. Every POST takes an \
`Idempotency-Key`: the same key with the same request within 24 hours answers as the first time, with the header \
`Idempotency-Replayed: true`, and does nothing again. Things of other desks are answered like things that do not exist.";

/// The document before the operations are collected.
pub(super) fn base() -> OpenApi {
    let license = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build();
    let info = InfoBuilder::new()
        .title("Annex")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(license))
        .build();
    let tags = TAGS.iter().map(|(name, about)| TagBuilder::new().name(*name).description(Some(*about)).build());
    OpenApiBuilder::new()
        .info(info)
        .paths(Paths::new())
        .servers(Some([ServerBuilder::new().url(BASE).build()]))
        .components(Some(components()))
        .security(Some([requirement("bearer"), requirement("cookie")]))
        .tags(Some(tags))
        .build()
}

const ABOUT_PUBLISHERS: &str = "What publishers' programs do with their versions. Errors are RFC 9457 problems with a stable `code`. \
Every POST takes an `Idempotency-Key`: the same key with the same request within 24 hours answers as the first time, with the header \
`Idempotency-Replayed: true`, and does nothing again. What belongs to another publisher is answered like what does not exist.";

/// The document of publishers' programs before the operations are collected.
pub(super) fn for_publishers() -> OpenApi {
    let license = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build();
    let info = InfoBuilder::new()
        .title("Annex for publishers")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT_PUBLISHERS))
        .license(Some(license))
        .build();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "A token of the publisher, made in the portal under Tokens or by `annex login`: `annp_…`. It has scopes and an end.",
        ))
        .build();
    let mut components = Components::new();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    problems(&mut components);
    let tags = [
        ("versions", "Versions of projects, and their reviews."),
        ("installations", "What waits for the publisher."),
        ("events", "What a service of the publisher is told."),
        ("tokens", "The token of the request."),
        ("meta", "About the API itself."),
    ];
    let tags = tags.map(|(name, about)| TagBuilder::new().name(name).description(Some(about)).build());
    OpenApiBuilder::new()
        .info(info)
        .paths(Paths::new())
        .servers(Some([ServerBuilder::new().url(PUBLISHERS).build()]))
        .components(Some(components))
        .security(Some([requirement("bearer")]))
        .tags(Some(tags))
        .build()
}

/// The shapes of errors.
fn problems(components: &mut Components) {
    components.schemas.insert("Problem".into(), ProblemBody::schema());
    components.schemas.insert(ProblemField::name().into_owned(), ProblemField::schema());
    components.schemas.insert(Quote::name().into_owned(), Quote::schema());
    components.schemas.insert(DueInvoice::name().into_owned(), DueInvoice::schema());
    components.schemas.insert(Money::name().into_owned(), Money::schema());
}

fn components() -> Components {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A token made under Admin → API tokens, by POST /tokens in a session of the panel, or by `annex token create`: \
                    `annex_…`. It has scopes (permissions) and an end; `GET /me` lists what it may do now."))
        .build();
    let cookie = ApiKey::Cookie(ApiKeyValue::with_description(
        "__Host-annex-session",
        "The session of the panel (`annex-session` where the host is served on plain http).",
    ));
    let mut components = Components::new();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    components.add_security_scheme("cookie", SecurityScheme::ApiKey(cookie));
    problems(&mut components);
    components
}

fn requirement(scheme: &str) -> SecurityRequirement {
    SecurityRequirement::new(scheme, [] as [&str; 0])
}

/// Adds to every operation what holds for all of its kind.
pub(super) fn complete(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let has_id = path.contains('{');
        for (is_post, operation) in operations(item) {
            if operation.security.as_ref().is_some_and(Vec::is_empty) {
                continue; // open to everyone
            }
            let has_query = operation.parameters.iter().flatten().any(is_in_query);
            let has_body = operation.request_body.is_some();
            problem(operation, "401", "No credentials, or none that are valid: `unauthorized`.");
            problem(operation, "403", "A permission is missing: `forbidden`.");
            problem(operation, "429", "Too many requests: `rate-limited`. `Retry-After` says when to try again.");
            problem(operation, "500", "The host failed: `internal-error`. Nothing is known to have changed.");
            problem(
                operation,
                "503",
                "The host is busy or stopping: `unavailable`; its disk is full: `disk-full`; its database is away: \
                `database-away`. Try again after `Retry-After`.",
            );
            if has_id {
                problem(operation, "404", "Not in this desk: `not-found`.");
            }
            if has_query || has_body || is_post {
                problem(
                    operation,
                    "400",
                    "Malformed: `malformed-json` (with line and column), `invalid-query`, `invalid-header`.",
                );
            }
            if has_body {
                problem(operation, "413", "The body is too large: `body-too-large`.");
                problem(operation, "415", "Not the media type that is expected: `unsupported-media-type`.");
                problem(
                    operation,
                    "422",
                    "Well-formed, but refused: `invalid-body`, `invalid-request`; `errors` names the fields.",
                );
            }
            if is_post {
                idempotent(operation);
            }
            every_refusal_is_a_problem(operation);
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (bool, &mut Operation)> {
    let others = [&mut item.get, &mut item.put, &mut item.patch, &mut item.delete];
    let others = others.into_iter().flatten().map(|operation| (false, operation));
    item.post.iter_mut().map(|operation| (true, operation)).chain(others)
}

fn is_in_query(parameter: &RefOr<Parameter>) -> bool {
    matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query)
}

/// Says when a status is answered; where the handler says so too, its own words come first.
fn problem(operation: &mut Operation, status: &str, about: &str) {
    match operation.responses.responses.get_mut(status) {
        Some(RefOr::T(response)) => response.description = format!("{} {about}", response.description),
        Some(RefOr::Ref(_)) => {}
        None => {
            let response: ResponseDoc = ResponseBuilder::new().description(about).build();
            operation.responses.responses.insert(status.into(), RefOr::T(response));
        }
    }
}

/// Handlers name their statuses only; the shape is always the same.
fn every_refusal_is_a_problem(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && !status.starts_with('2')
        {
            let problem = Content::new(Some(Ref::from_schema_name("Problem")));
            response.content.insert(PROBLEM_JSON.into(), RefOr::T(problem));
        }
    }
}

fn idempotent(operation: &mut Operation) {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(super::idempotency::MOST_CHARACTERS));
    let key = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("1 to 200 visible ASCII characters, new for each thing to be done, such as a UUID."))
        .schema(Some(text.build()))
        .build();
    operation.parameters.get_or_insert_with(Vec::new).push(RefOr::T(key));
    problem(
        operation,
        "409",
        "A request with this `Idempotency-Key` is still in progress: `idempotency-key-in-progress`.",
    );
    problem(operation, "422", "This `Idempotency-Key` belongs to a different request: `idempotency-key-reused`.");
    for (status, response) in &mut operation.responses.responses {
        if status.starts_with('2')
            && let RefOr::T(response) = response
        {
            let replayed = Header::new(ObjectBuilder::new().schema_type(Type::Boolean).build());
            response.headers.insert("Idempotency-Replayed".into(), RefOr::T(replayed));
        }
    }
}

/// A schema for times on the wire.
pub(crate) fn time_schema() -> utoipa::openapi::Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .description(Some("RFC 3339, UTC"))
        .build()
}

/// The document as the server sends it; made once at the start.
#[derive(Debug, Clone)]
pub(super) struct Served(pub(super) bytes::Bytes);

/// This document
///
/// OpenAPI 3.1; open to everyone, so that tools can read it without a token.
#[utoipa::path(
    get, path = "/openapi.json", tag = "meta", operation_id = "get_openapi", security(),
    responses((status = 200, description = "The OpenAPI document.", body = serde_json::Value)),
)]
pub(super) async fn get_openapi(axum::Extension(Served(json)): axum::Extension<Served>) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "max-age=300")];
    (headers, json).into_response()
}
