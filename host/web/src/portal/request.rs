//! Asking for an account. Anybody may; what is answered does not tell who has asked before.

use annex_portal::{
    NAME, SITE,
    requests::{ABOUT, Ask, ask},
};
use askama::Template;
use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};

use super::{
    field::{Entry, Field, take},
    frame::{Around, is_open},
};
use crate::{
    client_area::outside,
    error::PageError,
    flash::Flash,
    panel::form::{FormErrors, Posted},
    session::Origin,
    shell::{Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/portal/request", get(show).post(send)).route("/portal/request/sent", get(sent))
}

#[derive(Template)]
#[template(path = "portal/request.html")]
struct RequestPage {
    shell: Shell,
    frame: Around,
    errors: FormErrors,
    fields: Vec<Field>,
    /// It was sent: there is nothing more to do.
    is_sent: bool,
}

async fn request_page(
    state: &AppState,
    headers: &HeaderMap,
    input: &Ask,
    errors: FormErrors,
) -> Result<RequestPage, PageError> {
    let fields = vec![
        Field::new("name", &input.name, NAME, Entry::Line),
        Field::new("slug", &input.slug, 40, Entry::Line),
        Field::new("contact", &input.contact, 100, Entry::Line),
        Field::new("email", &input.email, 254, Entry::Mail),
        Field::new("site", &input.site, SITE, Entry::Line),
        Field::new("about", &input.about, ABOUT, Entry::Area),
    ];
    let shell = outside(state, headers, "portal-request-title").await?;
    Ok(RequestPage { shell, frame: Around::outside(), errors, fields, is_sent: false })
}

async fn show(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, PageError> {
    is_open(&state)?;
    page(&request_page(&state, &headers, &Ask::default(), FormErrors::default()).await?)
}

async fn sent(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, PageError> {
    is_open(&state)?;
    let shown = request_page(&state, &headers, &Ask::default(), FormErrors::default()).await?;
    page(&RequestPage { is_sent: true, ..shown })
}

async fn send(
    State(state): State<AppState>,
    Origin(address): Origin,
    headers: HeaderMap,
    form: Posted,
) -> Result<Response, PageError> {
    is_open(&state)?;
    let field = |name| form.get(name).to_owned();
    let input = Ask {
        name: field("name"),
        slug: field("slug"),
        contact: field("contact"),
        email: field("email"),
        site: field("site"),
        about: field("about"),
    };
    let Err(refusal) = ask(&state.portal(), &input, &address, state.clock.now()).await else {
        return Ok(Flash::success("portal-request-done").redirect("/portal/request/sent"));
    };
    let mut shown = request_page(&state, &headers, &input, FormErrors::default()).await?;
    let status = take(&mut shown.errors, &shown.shell.t, refusal)?;
    page_with(status, &shown)
}
