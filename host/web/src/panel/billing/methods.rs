//! Cards of the account that is logged in. They are added on the page of the payment company, so that no card data ever
//! touches the host. With the wrong account nothing can be changed (R6).

use annex_billing::BillingError;
use annex_domain::{
    ids::{AccountId, PaymentMethodId},
    operator::Actor,
    permission::Permission,
};
use annex_store::billing::methods;
use axum::{
    Router,
    extract::{Path, Query, State},
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;
use url::Url;

use super::HERE;
use crate::{
    client_area::leave,
    error::PageError,
    flash::Flash,
    panel::{
        addons::{Login, billing_error, billing_text},
        billing_login::next_of,
        form::Posted,
    },
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

/// The account whose cards these are. Without the right login there are none.
async fn account(state: &AppState, who: &SignedIn) -> Result<AccountId, PageError> {
    who.require(Permission::AddonsManage)?;
    let login = Login::of(&mut state.db.read().await?, who).await?;
    login.account().ok_or(PageError::NotFound)
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

async fn add(State(state): State<AppState>, who: SignedIn, form: Posted) -> Result<Response, PageError> {
    let account = account(&state, &who).await?;
    if let Some(wait) = state.payment_wait(account).await? {
        return Ok(payments::refused(wait));
    }
    let mut back = Url::parse(&state.config.absolute("billing/methods/returned")).map_err(PageError::internal)?;
    let next = next_of(form.get("next"));
    if next != HERE {
        back.query_pairs_mut().append_pair("next", next);
    }
    let to = state.lifecycle.billing().set_up_page(account, &back).await.map_err(billing_error)?;
    leave(&state, who.shell("billing-method-add", Section::Billing), &to)
}

/// Back from the page of the payment company: which cards there are now is asked of it.
async fn returned(
    State(state): State<AppState>,
    who: SignedIn,
    Query(Back { next }): Query<Back>,
) -> Result<Response, PageError> {
    let account = account(&state, &who).await?;
    let before = methods::list(&mut state.db.read().await?, account).await?;
    let flash = match state.billing.refresh_methods(account).await {
        Ok(now) if now.iter().any(|card| before.iter().all(|known| known.id != card.id)) => {
            Flash::success("client-methods-added")
        }
        Ok(_) => Flash::warning("client-methods-unchanged"),
        Err(BillingError::Store(error)) => return Err(error.into()),
        Err(error) => Flash::warning("flash-refused").arg("reason", billing_text(&who.t, &error)),
    };
    Ok(flash.redirect(next_of(&next)))
}

async fn make_default(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let (account, id) = (account(&state, &who).await?, method(&id)?);
    let mut tx = state.db.begin().await?;
    state.billing.make_default_in(&mut tx, account, id).await?;
    state.audit_card_default(&mut tx, who.desk.id, Actor::Operator(who.operator.id), id).await?;
    tx.commit().await?;
    Ok(Flash::success("flash-method-default").redirect(HERE))
}

async fn remove(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, PageError> {
    let account = account(&state, &who).await?;
    let id = methods::get(&mut state.db.read().await?, account, method(&id)?).await?.id;
    state.lifecycle.billing().remove_method(account, id).await.map_err(billing_error)?;
    state.audit_card_removed(who.desk.id, Actor::Operator(who.operator.id), id).await?;
    Ok(Flash::success("flash-method-removed").redirect(HERE))
}
