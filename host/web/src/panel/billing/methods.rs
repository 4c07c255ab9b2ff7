//! Cards of the account that is logged in. They are added on the page of the payment company, so that no card data ever
//! touches the host. With the wrong account nothing can be changed (R6).

use annex_billing::{
    BillingError,
    cards::{self, Refreshed},
};
use annex_domain::ids::PaymentMethodId;
use axum::{
    Router,
    extract::{Path, Query, State},
    routing::{get, post},
};
use serde::Deserialize;
use url::Url;

use super::HERE;
use crate::{
    client_area::leave,
    error::{PageError, PageResult},
    flash::Flash,
    panel::{addons::billing_text, billing_login::next_of, form::Posted},
    payments,
    session::SignedIn,
    shell::Section,
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/billing/methods/add", post(add))
        .route("/billing/methods/returned", get(returned))
        .route("/billing/methods/{id}/default", post(make_default))
        .route("/billing/methods/{id}/remove", post(remove))
}

/// Where billing did not do it. Without the right login there are no cards.
fn refused(error: BillingError) -> PageResult {
    match error {
        BillingError::Login(error) => Ok(Flash::warning(&format!("lifecycle-error-{}", error.code())).redirect(HERE)),
        other => payments::not_done(other),
    }
}

fn method(id: &str) -> Result<PaymentMethodId, PageError> {
    id.parse().map_err(|_| PageError::NotFound)
}

/// Where the browser goes in the end: to the page that asked for a card.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Back {
    next: String,
}

async fn add(State(state): State<AppState>, who: SignedIn, form: Posted) -> PageResult {
    let mut back = Url::parse(&who.absolute(&state.config, "billing/methods/returned")).map_err(PageError::internal)?;
    let next = next_of(form.get("next"));
    if next != HERE {
        back.query_pairs_mut().append_pair("next", next);
    }
    match cards::add(&state.billing, &who.caller(), &back).await {
        Ok(to) => leave(&state, who.shell("billing-method-add", Section::Billing), &to),
        Err(error) => refused(error),
    }
}

/// Back from the page of the payment company: which cards there are now is asked of it.
async fn returned(State(state): State<AppState>, who: SignedIn, Query(Back { next }): Query<Back>) -> PageResult {
    let flash = match cards::refresh(&state.billing, &who.caller()).await {
        Ok(Refreshed { added: true, .. }) => Flash::success("client-methods-added"),
        Ok(_) => Flash::warning("client-methods-unchanged"),
        Err(error @ (BillingError::Store(_) | BillingError::Forbidden(_) | BillingError::Login(_))) => {
            return refused(error);
        }
        Err(error) => Flash::warning("flash-refused").arg("reason", billing_text(&who.t, &error)),
    };
    Ok(flash.redirect(next_of(&next)))
}

async fn make_default(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> PageResult {
    match cards::make_default(&state.billing, &who.caller(), method(&id)?).await {
        Ok(_) => Ok(Flash::success("flash-method-default").redirect(HERE)),
        Err(error) => refused(error),
    }
}

async fn remove(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> PageResult {
    match cards::remove(&state.billing, &who.caller(), method(&id)?).await {
        Ok(()) => Ok(Flash::success("flash-method-removed").redirect(HERE)),
        Err(error) => refused(error),
    }
}
