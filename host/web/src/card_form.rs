//! What a form says of the card that it charges, in the panel and in the client area: which one its page named, and what of
//! the amount it said that a card is charged (ADR 34).

use annex_domain::{
    ids::{AccountId, PaymentMethodId},
    money::{Currency, Money},
};
use annex_store::{StoreError, billing::methods};

use crate::{error::PageError, flash::Flash, panel::form::Posted, state::AppState};

/// The card that a form names; none where its page named none.
pub(crate) fn method(form: &Posted) -> Result<Option<PaymentMethodId>, PageError> {
    match form.get("method") {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| PageError::NotFound),
    }
}

/// The same, if it is a card of the account, at the gateway that takes the money now. Else what is said instead.
pub(crate) async fn card_here(
    state: &AppState,
    account: AccountId,
    form: &Posted,
) -> Result<Result<Option<PaymentMethodId>, Flash>, PageError> {
    let Some(method) = method(form)? else { return Ok(Ok(None)) };
    let found = methods::get(&mut state.db.read().await?, account, method).await;
    let card = match found {
        Ok(card) => card,
        // Removed since the page was drawn.
        Err(StoreError::NotFound(_)) => return Ok(Err(Flash::warning("lifecycle-error-unknown-payment-method"))),
        Err(error) => return Err(error.into()),
    };
    if card.gateway != state.billing.gateway_name() {
        return Ok(Err(Flash::warning("invoice-pay-other-gateway")));
    }
    Ok(Ok(Some(card.id)))
}

/// What the page of a form said that a card is charged. A form that says nothing has named no card.
pub(crate) fn of_card(form: &Posted, currency: Currency) -> Money {
    Money::new(form.get("of_card").parse().unwrap_or_default(), currency)
}
