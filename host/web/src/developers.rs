//! Documentation at `/developers`: public, in English, drawn from the Markdown of the guide (`sdk/guide`) and of what publishers need
//! beside it (`host/docs/developers`). What is around it speaks the host's language.
//!
//! [`pages`] says which pages there are, [`markdown`] draws one, [`search`] finds words in all of them.

#[cfg(test)]
mod made;
mod markdown;
mod pages;
mod search;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use rust_embed::Embed;
use serde::Deserialize;

use self::{
    pages::{Document, Part},
    search::{Found, search},
};
use crate::{
    client_area::outside,
    error::{PageError, PageResult},
    shell::{Shell, page},
    state::AppState,
};

pub(crate) fn pages() -> Router<AppState> {
    Router::new()
        .route("/developers", get(index))
        .route("/developers/search", get(find))
        .route("/developers/pictures/{name}", get(picture))
        .route("/developers/{page}", get(show))
}

/// What is around every page: the search, and the way to all others.
struct Around {
    /// What was looked for.
    q: String,
    parts: Vec<PartLinks>,
}

/// The pages of a part.
struct PartLinks {
    /// Of its name.
    key: &'static str,
    pages: Vec<PageLink>,
}

/// The way to a page.
struct PageLink {
    href: String,
    title: &'static str,
    /// Its first sentences.
    lead: &'static str,
    is_current: bool,
}

impl PageLink {
    fn to(document: &'static Document, current: &str) -> Self {
        Self {
            href: document.href(),
            title: &document.drawn.title,
            lead: &document.drawn.lead,
            is_current: document.slug == current,
        }
    }
}

impl Around {
    fn of(current: &str) -> Self {
        let links = |part: Part| {
            let pages = pages::all().iter().filter(|document| document.part == part);
            PartLinks { key: part.key(), pages: pages.map(|document| PageLink::to(document, current)).collect() }
        };
        Self { q: String::new(), parts: Part::ALL.into_iter().map(links).collect() }
    }
}

#[derive(Template)]
#[template(path = "developers/index.html")]
struct IndexPage {
    shell: Shell,
    around: Around,
}

#[derive(Template)]
#[template(path = "developers/page.html")]
struct DocumentPage {
    shell: Shell,
    around: Around,
    document: &'static Document,
    previous: Option<PageLink>,
    next: Option<PageLink>,
}

#[derive(Template)]
#[template(path = "developers/search.html")]
struct SearchPage {
    shell: Shell,
    around: Around,
    found: Vec<Found>,
}

async fn index(State(state): State<AppState>, headers: HeaderMap) -> PageResult {
    let shell = outside(&state, &headers, "developers-title").await?;
    page(&IndexPage { shell, around: Around::of("") })
}

async fn show(State(state): State<AppState>, Path(slug): Path<String>, headers: HeaderMap) -> PageResult {
    let opened = pages::open(&slug).ok_or(PageError::NotFound)?;
    let mut shell = outside(&state, &headers, "developers-title").await?;
    shell.title.clone_from(&opened.document.drawn.title);
    let link = |document| PageLink::to(document, "");
    page(&DocumentPage {
        shell,
        around: Around::of(&slug),
        document: opened.document,
        previous: opened.previous.map(link),
        next: opened.next.map(link),
    })
}

/// The pictures of the guide.
#[derive(Embed)]
#[folder = "../../sdk/guide/pictures/"]
struct Pictures;

async fn picture(Path(name): Path<String>) -> Response {
    match Pictures::get(&name).filter(|_| name.ends_with(".png")) {
        Some(file) => {
            let headers = [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "public, max-age=3600")];
            (headers, file.data.into_owned()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    q: String,
}

async fn find(State(state): State<AppState>, Query(wanted): Query<Wanted>, headers: HeaderMap) -> PageResult {
    let shell = outside(&state, &headers, "developers-search").await?;
    let found = search(pages::all(), &wanted.q);
    page(&SearchPage { shell, around: Around { q: wanted.q, ..Around::of("") }, found })
}
