//! `/addons/publishers/{slug}`: who publishes add-ons, and which of them there are for the desk. A publisher without any is not there.

use annex_domain::addon::PublisherSlug;
use annex_store::{catalog::Filter, publishers::organisations};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    routing::get,
};

use super::{
    errors::page_error,
    marketplace::{CardView, cards_of},
};
use crate::{
    error::{PageError, PageResult},
    session::SignedIn,
    shell::{Section, Shell, page},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/addons/publishers/{publisher}", get(show))
}

#[derive(Template)]
#[template(path = "addons/publisher.html")]
struct PublisherPage {
    shell: Shell,
    name: String,
    site: Option<String>,
    cards: Vec<CardView>,
}

async fn show(State(state): State<AppState>, who: SignedIn, Path(publisher): Path<String>) -> PageResult {
    let slug: PublisherSlug = publisher.parse().map_err(|_| PageError::NotFound)?;
    let filter = Filter { publisher: Some(slug.clone()), ..Filter::default() };
    let entries = state.lifecycle.marketplace(who.desk.id, &filter).await.map_err(page_error)?;
    if entries.is_empty() {
        return Err(PageError::NotFound);
    }
    let organisation = organisations::get(&mut state.db.read().await?, &slug).await?;
    let cards = cards_of(&state, &who, &entries).await?;
    let shell = who.titled(organisation.name.clone(), Section::Marketplace);
    page(&PublisherPage { shell, name: organisation.name, site: organisation.site, cards })
}
