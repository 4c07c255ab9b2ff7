//! What a form says of the card that it charges, in the panel and in the client area: which one its page named, and what of
//! the amount it said that a card is charged (ADR 34).

use annex_domain::{
    ids::{AccountId, PaymentMethodId},
    money::{Currency, Money},
};
use annex_store::{StoreError, billing::methods};

use crate::{error::PageError, panel::form::Posted, state::AppState};

/// The card that a form names; none where its page named none.
pub(crate) fn method(form: &Posted) -> Result<Option<PaymentMethodId>, PageError> {
    match form.get("method") {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| PageError::NotFound),
    }
}

/// The same, if it is a card of the account, at the gateway that takes the money now. Else that is said at `here`.
pub(crate) async fn card_here(
    state: &AppState,
    account: AccountId,
    form: &Posted,
    here: &str,
) -> Result<Option<PaymentMethodId>, PageError> {
    let Some(method) = method(form)? else { return Ok(None) };
    let instead = |key| Err(PageError::elsewhere(here.to_owned(), Some(key)));
    match methods::get(&mut state.db.read().await?, account, method).await {
        Ok(card) if card.gateway == state.billing.gateway_name() => Ok(Some(card.id)),
        Ok(_) => instead("invoice-pay-other-gateway"),
        // Removed since the page was drawn.
        Err(StoreError::NotFound(_)) => instead("lifecycle-error-unknown-payment-method"),
        Err(error) => Err(error.into()),
    }
}

/// What the page of a form said that a card is charged. A form that says nothing has named no card.
pub(crate) fn of_card(form: &Posted, currency: Currency) -> Money {
    Money::new(form.get("of_card").parse().unwrap_or_default(), currency)
}
