//! Between Stripe's objects and the port's.

use std::{
    collections::{BTreeMap, HashMap},
    convert::Infallible,
    str::FromStr,
};

use ::stripe::ApiErrors;
use annex_domain::{
    billing::DisputeState,
    clock::Timestamp,
    money::{Currency, Money},
};
use stripe_core::{PaymentIntent, PaymentIntentStatus};
use stripe_payment::PaymentMethod;
use url::Url;

use super::errors::unreadable;
use crate::gateway::{Card, Decline, Dispute, GatewayError, Intent, IntentStatus, Refund, RefundStatus};

/// The library's type of a currency is in a crate of its own, so it has no name here: it is taken from a field that has it.
pub(super) fn currency<C: FromStr<Err = Infallible>>(_field: fn(&PaymentIntent) -> &C, of: Currency) -> C {
    let Ok(found) = of.as_str().to_ascii_lowercase().parse();
    found
}

fn money(cents: i64, currency: impl ToString) -> Result<Money, GatewayError> {
    let known = currency.to_string().parse().map_err(unreadable)?;
    Ok(Money::new(cents, known))
}

pub(super) fn metadata(of: &BTreeMap<String, String>) -> HashMap<String, String> {
    of.clone().into_iter().collect()
}

/// Stripe counts whole seconds.
pub(super) fn seconds(at: Timestamp) -> i64 {
    at.0.div_euclid(1000)
}

pub(super) fn card(method: PaymentMethod) -> Option<Card> {
    let card = method.card?;
    Some(Card {
        id: method.id.to_string(),
        brand: card.brand.to_lowercase(),
        last4: card.last4,
        exp_month: u8::try_from(card.exp_month).ok()?,
        exp_year: u16::try_from(card.exp_year).ok()?,
    })
}

pub(super) fn intent(from: PaymentIntent) -> Result<Intent, GatewayError> {
    let status = status(&from.status);
    let declined = status == IntentStatus::NeedsMethod;
    let link = from.next_action.and_then(|action| action.redirect_to_url).and_then(|redirect| redirect.url);
    Ok(Intent {
        status,
        amount: money(from.amount, &from.currency)?,
        metadata: from.metadata.into_iter().collect(),
        decline: from.last_payment_error.filter(|_| declined).map(|error| decline(&error)),
        action_url: link.filter(|_| status == IntentStatus::NeedsAction).and_then(|url| Url::parse(&url).ok()),
        created_at: Timestamp(from.created.saturating_mul(1000)),
        id: from.id.to_string(),
    })
}

fn status(of: &PaymentIntentStatus) -> IntentStatus {
    match of {
        PaymentIntentStatus::RequiresConfirmation => IntentStatus::NeedsConfirmation,
        PaymentIntentStatus::RequiresPaymentMethod => IntentStatus::NeedsMethod,
        PaymentIntentStatus::RequiresAction => IntentStatus::NeedsAction,
        PaymentIntentStatus::Succeeded => IntentStatus::Succeeded,
        PaymentIntentStatus::Canceled => IntentStatus::Cancelled,
        PaymentIntentStatus::Processing => IntentStatus::Processing,
        // Annex asks for neither; to decide nothing is safe.
        other => {
            tracing::warn!(status = other.as_str(), "Stripe tells a status of a payment that Annex does not know");
            IntentStatus::Processing
        }
    }
}

/// The bank's reason where it gives one, such as `insufficient_funds`.
fn decline(error: &ApiErrors) -> Decline {
    let bank = error.decline_code.clone().filter(|code| code != "generic_decline");
    let code = bank.or_else(|| error.code.as_ref().map(|code| code.as_str().to_owned()));
    Decline {
        code: code.unwrap_or_else(|| "card_declined".to_owned()),
        text: error.message.clone().unwrap_or_else(|| "Your card was declined.".to_owned()),
    }
}

pub(super) fn refund(from: stripe_core::Refund) -> Result<Refund, GatewayError> {
    let intent = from.payment_intent.ok_or_else(|| unreadable("a refund of no payment"))?;
    Ok(Refund {
        id: from.id.to_string(),
        intent: intent.id().to_string(),
        amount: money(from.amount, &from.currency)?,
        status: match from.status.as_deref() {
            Some("succeeded") => RefundStatus::Succeeded,
            Some("failed" | "canceled") => RefundStatus::Failed,
            _ => RefundStatus::Pending,
        },
        metadata: from.metadata.unwrap_or_default().into_iter().collect(),
        error: from.failure_reason,
    })
}

pub(super) fn dispute(from: stripe_core::Dispute) -> Result<Dispute, GatewayError> {
    let intent = from.payment_intent.ok_or_else(|| unreadable("a dispute of no payment"))?;
    Ok(Dispute {
        id: from.id.to_string(),
        intent: intent.id().to_string(),
        amount: money(from.amount, &from.currency)?,
        state: match from.status.as_str() {
            "warning_needs_response" | "warning_under_review" => DisputeState::Inquiry,
            "won" | "warning_closed" | "prevented" => DisputeState::Won,
            "lost" => DisputeState::Lost,
            // Also what Annex does not know yet: the money is away until it is told otherwise.
            _ => DisputeState::Open,
        },
        reason: from.reason,
    })
}
