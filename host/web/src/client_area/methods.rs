//! Cards: added on the gateway's own page, so that no card data ever touches the host; one is charged by default.

use annex_billing::cards;
use annex_domain::ids::PaymentMethodId;
use annex_store::billing::methods::{self, Method};
use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    routing::{get, post},
};
use serde::Deserialize;
use url::Url;

use super::{
    area::{Area, AreaSection, leave},
    session::Payer,
    sign_in::next_page,
};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    panel::form::Posted,
    payments,
    shell::{Shell, page},
    state::AppState,
};

const HERE: &str = "/client-area/methods";

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/client-area/methods", get(show))
        .route("/client-area/methods/add", post(add))
        .route("/client-area/methods/returned", get(returned))
        .route("/client-area/methods/{method}/default", post(make_default))
        .route("/client-area/methods/{method}/remove", post(remove))
}

#[derive(Template)]
#[template(path = "client_area/methods.html")]
pub(super) struct MethodsPage {
    pub(super) shell: Shell,
    pub(super) area: Area,
    pub(super) cards: Vec<CardRow>,
    /// The gateway takes test cards alone.
    pub(super) is_test: bool,
}

/// A card.
#[derive(Debug, Clone)]
pub(super) struct CardRow {
    pub(super) id: String,
    /// Such as `Visa •••• 4242`.
    pub(super) name: String,
    /// Such as `08/2029`.
    pub(super) expires: String,
    pub(super) is_default: bool,
}

/// As it is shown.
pub(super) fn card_row(card: &Method) -> CardRow {
    let mut brand: Vec<char> = card.brand.chars().collect();
    if let Some(first) = brand.first_mut() {
        first.make_ascii_uppercase();
    }
    CardRow {
        id: card.id.to_string(),
        name: format!("{} •••• {}", brand.into_iter().collect::<String>(), card.last4),
        expires: format!("{:02}/{}", card.exp_month, card.exp_year),
        is_default: card.is_default,
    }
}

async fn show(State(state): State<AppState>, payer: Payer) -> PageResult {
    let cards = methods::list(&mut state.db.read().await?, payer.account.id).await?;
    let name = state.billing.gateway_name();
    page(&MethodsPage {
        shell: payer.shell("client-methods-title"),
        area: payer.area(AreaSection::Methods),
        cards: cards.iter().filter(|card| card.gateway == name).map(card_row).collect(),
        is_test: state.billing.test_gateway().is_some(),
    })
}

/// Where the browser goes in the end.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Back {
    next: String,
}

/// The page that asked for a card, else that of the cards.
fn next_of(text: &str) -> &str {
    match next_page(text) {
        "/client-area" => HERE,
        path => path,
    }
}

async fn add(State(state): State<AppState>, payer: Payer, form: Posted) -> PageResult {
    let back = state.config.absolute("client-area/methods/returned");
    let mut back = Url::parse(&back).map_err(PageError::internal)?;
    let next = next_of(form.get("next"));
    if next != HERE {
        back.query_pairs_mut().append_pair("next", next);
    }
    match cards::add(&state.billing, &payer.caller(), &back).await {
        Ok(to) => leave(&state, payer.shell("client-methods-add"), &to),
        Err(error) => payments::not_done(error),
    }
}

/// Back from the gateway's page: what cards there are now.
async fn returned(State(state): State<AppState>, Query(Back { next }): Query<Back>, payer: Payer) -> PageResult {
    let added = cards::refresh(&state.billing, &payer.caller()).await?.added;
    let flash = if added { Flash::success("client-methods-added") } else { Flash::warning("client-methods-unchanged") };
    Ok(flash.redirect(next_of(&next)))
}

fn method_id(text: &str) -> Result<PaymentMethodId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

async fn make_default(State(state): State<AppState>, Path(id): Path<String>, payer: Payer) -> PageResult {
    cards::make_default(&state.billing, &payer.caller(), method_id(&id)?).await?;
    Ok(Flash::success("client-methods-default-done").redirect(HERE))
}

async fn remove(State(state): State<AppState>, Path(id): Path<String>, payer: Payer) -> PageResult {
    cards::remove(&state.billing, &payer.caller(), method_id(&id)?).await?;
    Ok(Flash::success("client-methods-removed").redirect(HERE))
}
