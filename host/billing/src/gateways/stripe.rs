//! Stripe, over async-stripe. Requests are sent once: trying again is for the drivers, with the same key, because the
//! library's own retries send a random key or none. What may have had an effect is told apart from what cannot have:
//! see `errors.rs`. A decline is an error to Stripe (402) and a state to us, so the intent is read back then.
//!
//! Stripe answers a repeated key with the first answer, even when the object changed since. Answers that may change are
//! therefore read again after `confirm` and `cancel`; after `create_intent` the protocol does.

mod convert;
mod errors;
mod event;

use std::{collections::HashMap, fmt, time::Duration};

use ::stripe::{Client, ClientBuilder, IdempotencyKey, RequestStrategy, StripeError, StripeRequest};
use annex_domain::clock::Timestamp;
use async_trait::async_trait;
use http::HeaderMap;
use stripe_checkout::{
    CheckoutSessionMode,
    checkout_session::{CreateCheckoutSession, CreateCheckoutSessionAllowedPaymentMethodTypes},
};
use stripe_core::{
    PaymentIntentAllowedPaymentMethodTypes,
    customer::CreateCustomer,
    dispute::{ListDispute, RetrieveDispute},
    payment_intent::{
        CancelPaymentIntent, ConfirmPaymentIntent, ConfirmPaymentIntentOffSession, CreatePaymentIntent,
        ListPaymentIntent, RetrievePaymentIntent,
    },
    refund::{CreateRefund, ListRefund, RetrieveRefund},
};
use stripe_payment::payment_method::{
    DetachPaymentMethod, ListPaymentMethod, ListPaymentMethodType, RetrievePaymentMethod,
};
use url::Url;

use self::errors::{failed, unreadable};
use crate::gateway::{
    Card, Dispute, Event, EventError, Gateway, GatewayError, Intent, IntentStatus, NewCustomer, NewIntent, NewRefund,
    Payer, Refund,
};

/// The word in the tables.
pub const NAME: &str = "stripe";
/// Metadata of a customer: our account.
const ACCOUNT: &str = "annex_account";
/// How long one request may take. Stripe itself gives up after 80 seconds; nobody waits that long for a page.
pub const TIMEOUT: Duration = Duration::from_secs(20);
/// Objects of a page: as many as Stripe gives.
const PAGE: i64 = 100;

/// What is needed to talk to Stripe.
#[derive(Clone)]
pub struct StripeConfig {
    /// Begins with `sk_` or `rk_`.
    pub secret_key: String,
    /// Of the webhook endpoint, begins with `whsec_`. Without it events are refused, and only the reconciler looks.
    pub webhook_secret: Option<String>,
    /// Instead of Stripe's own address, for tests.
    pub api_base: Option<Url>,
    /// How long one request may take.
    pub timeout: Duration,
}

impl StripeConfig {
    /// Stripe's own address and the usual timeout.
    #[must_use]
    pub fn new(secret_key: String, webhook_secret: Option<String>) -> Self {
        Self { secret_key, webhook_secret, api_base: None, timeout: TIMEOUT }
    }
}

/// Never shows the secrets.
impl fmt::Debug for StripeConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let events = self.webhook_secret.is_some();
        f.debug_struct("StripeConfig")
            .field("api_base", &self.api_base)
            .field("events", &events)
            .finish_non_exhaustive()
    }
}

/// The key or the address cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the Stripe secret key or the Stripe address cannot be used: {0}")]
pub struct StripeConfigError(String);

/// Stripe.
#[derive(Clone)]
pub struct Stripe {
    client: Client,
    webhook_secret: Option<String>,
}

impl fmt::Debug for Stripe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stripe").field("events", &self.webhook_secret.is_some()).finish_non_exhaustive()
    }
}

impl Stripe {
    /// Nothing is asked of Stripe yet.
    ///
    /// # Errors
    /// A key that cannot be a header, or an address that is none.
    pub fn new(config: StripeConfig) -> Result<Self, StripeConfigError> {
        if !(config.secret_key.starts_with("sk_") || config.secret_key.starts_with("rk_")) {
            return Err(StripeConfigError(
                "the secret key begins with sk_ or rk_; do not give the publishable key".to_owned(),
            ));
        }
        let mut builder = ClientBuilder::new(config.secret_key).timeout(config.timeout).app_info(
            "Annex",
            Some(env!("CARGO_PKG_VERSION").to_owned()),
            None,
        );
        if let Some(base) = &config.api_base {
            // The library puts `v1/…` right behind it.
            builder = builder.url(format!("{}/", base.as_str().trim_end_matches('/')));
        }
        let client = builder.build().map_err(|error| StripeConfigError(error.to_string()))?;
        Ok(Self { client, webhook_secret: config.webhook_secret })
    }
}

/// Sends a request that changes something: once, with our key.
macro_rules! change {
    ($stripe:expr, $key:expr, $request:expr) => {{
        let key = IdempotencyKey::new($key).map_err(|error| GatewayError::refused("key", error.to_string()))?;
        $request.customize().request_strategy(RequestStrategy::Idempotent(key)).send(&$stripe.client).await
    }};
}

/// Sends a request that only reads: once.
macro_rules! read {
    ($stripe:expr, $request:expr) => {
        $request.customize().request_strategy(RequestStrategy::Once).send(&$stripe.client).await.map_err(failed)
    };
}

#[async_trait]
impl Gateway for Stripe {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn customer(&self, key: &str, new: &NewCustomer) -> Result<String, GatewayError> {
        let metadata = HashMap::from([(ACCOUNT.to_owned(), new.account.to_string())]);
        let request = CreateCustomer::new().email(&new.email).name(&new.name).metadata(metadata);
        let customer = change!(self, key, request).map_err(failed)?;
        Ok(customer.id.to_string())
    }

    async fn set_up_page(&self, key: &str, customer: &str, return_url: &Url) -> Result<Url, GatewayError> {
        let request = CreateCheckoutSession::new()
            .mode(CheckoutSessionMode::Setup)
            .customer(customer)
            .allowed_payment_method_types(vec![CreateCheckoutSessionAllowedPaymentMethodTypes::Card])
            .success_url(return_url.as_str())
            .cancel_url(return_url.as_str());
        let session = change!(self, key, request).map_err(failed)?;
        let page = session.url.ok_or_else(|| unreadable("the set-up page has no address"))?;
        Url::parse(&page).map_err(|error| unreadable(format_args!("the address of the set-up page: {error}")))
    }

    async fn methods(&self, customer: &str) -> Result<Vec<Card>, GatewayError> {
        let mut cards = Vec::new();
        let mut last: Option<String> = None;
        loop {
            let mut request =
                ListPaymentMethod::new().customer(customer).type_(ListPaymentMethodType::Card).limit(PAGE);
            if let Some(last) = last.take() {
                request = request.starting_after(last);
            }
            let page = read!(self, request)?;
            last = page.data.last().map(|method| method.id.to_string()).filter(|_| page.has_more);
            cards.extend(page.data.into_iter().filter_map(convert::card));
            if last.is_none() {
                return Ok(cards);
            }
        }
    }

    async fn detach(&self, method: &str) -> Result<(), GatewayError> {
        let Err(error) = change!(self, format!("detach-{method}"), DetachPaymentMethod::new(method)) else {
            return Ok(());
        };
        let GatewayError::Refused { code, text } = failed(error) else {
            return Err(unreadable("whether the card is gone is unknown"));
        };
        // Detaching twice is refused: gone is what was wanted.
        match read!(self, RetrievePaymentMethod::new(method)) {
            Ok(found) if found.customer.is_none() => Ok(()),
            Err(GatewayError::Refused { code, .. }) if code == "resource_missing" => Ok(()),
            Ok(_) => Err(GatewayError::Refused { code, text }),
            Err(error) => Err(error),
        }
    }

    async fn create_intent(&self, key: &str, new: &NewIntent) -> Result<Intent, GatewayError> {
        let request = CreatePaymentIntent::new(
            new.amount.cents,
            convert::currency(|intent| &intent.currency, new.amount.currency),
        )
        .customer(&new.customer)
        .payment_method(&new.method)
        .allowed_payment_method_types(vec![PaymentIntentAllowedPaymentMethodTypes::Card])
        .description(&new.description)
        .metadata(convert::metadata(&new.metadata));
        convert::intent(change!(self, key, request).map_err(failed)?)
    }

    async fn confirm(&self, key: &str, id: &str, return_url: &Url, payer: Payer) -> Result<Intent, GatewayError> {
        let request = match payer {
            Payer::Present => ConfirmPaymentIntent::new(id).return_url(return_url.as_str()),
            // Nobody comes back from anywhere.
            Payer::Absent => ConfirmPaymentIntent::new(id).off_session(ConfirmPaymentIntentOffSession::Bool(true)),
        };
        match change!(self, key, request) {
            Ok(found) => self.settled(convert::intent(found)?).await,
            // Declined: why is in the intent.
            Err(StripeError::Stripe(_, 402)) => self.intent(id).await,
            Err(error) => Err(failed(error)),
        }
    }

    async fn intent(&self, id: &str) -> Result<Intent, GatewayError> {
        convert::intent(read!(self, RetrievePaymentIntent::new(id))?)
    }

    async fn cancel(&self, key: &str, id: &str) -> Result<Intent, GatewayError> {
        let found = change!(self, key, CancelPaymentIntent::new(id)).map_err(failed)?;
        self.settled(convert::intent(found)?).await
    }

    async fn intents_since(&self, since: Timestamp) -> Result<Vec<Intent>, GatewayError> {
        let mut found = Vec::new();
        let mut last: Option<String> = None;
        loop {
            let mut request = ListPaymentIntent::new().limit(PAGE);
            if let Some(last) = last.take() {
                request = request.starting_after(last);
            }
            // Newest first.
            let page = read!(self, request)?;
            last = page.data.last().map(|intent| intent.id.to_string()).filter(|_| page.has_more);
            for intent in page.data {
                if intent.created < convert::seconds(since) {
                    return Ok(found);
                }
                // The account may serve others, in currencies that Annex does not know.
                found.extend(convert::intent(intent).ok());
            }
            if last.is_none() {
                return Ok(found);
            }
        }
    }

    async fn refund(&self, key: &str, new: &NewRefund) -> Result<Refund, GatewayError> {
        let request = CreateRefund::new()
            .payment_intent(&new.intent)
            .amount(new.amount.cents)
            .metadata(convert::metadata(&new.metadata));
        convert::refund(change!(self, key, request).map_err(failed)?)
    }

    async fn refund_by_id(&self, id: &str) -> Result<Refund, GatewayError> {
        convert::refund(read!(self, RetrieveRefund::new(id))?)
    }

    async fn refunds_of(&self, intent: &str) -> Result<Vec<Refund>, GatewayError> {
        let mut found = Vec::new();
        let mut last: Option<String> = None;
        loop {
            let mut request = ListRefund::new().payment_intent(intent).limit(PAGE);
            if let Some(last) = last.take() {
                request = request.starting_after(last);
            }
            let page = read!(self, request)?;
            last = page.data.last().map(|refund| refund.id.to_string()).filter(|_| page.has_more);
            for refund in page.data {
                found.push(convert::refund(refund)?);
            }
            if last.is_none() {
                return Ok(found);
            }
        }
    }

    async fn refunds_since(&self, since: Timestamp) -> Result<Vec<Refund>, GatewayError> {
        let mut found = Vec::new();
        let mut last: Option<String> = None;
        loop {
            let mut request = ListRefund::new().limit(PAGE);
            if let Some(last) = last.take() {
                request = request.starting_after(last);
            }
            // Newest first. What is of no payment, or in a currency that Annex does not know, is somebody else's.
            let page = read!(self, request)?;
            last = page.data.last().map(|refund| refund.id.to_string()).filter(|_| page.has_more);
            for refund in page.data {
                if refund.created < convert::seconds(since) {
                    return Ok(found);
                }
                found.extend(convert::refund(refund).ok());
            }
            if last.is_none() {
                return Ok(found);
            }
        }
    }

    async fn dispute(&self, id: &str) -> Result<Dispute, GatewayError> {
        convert::dispute(read!(self, RetrieveDispute::new(id))?)
    }

    async fn disputes_of(&self, intent: &str) -> Result<Vec<Dispute>, GatewayError> {
        let page = read!(self, ListDispute::new().payment_intent(intent).limit(PAGE))?;
        page.data.into_iter().map(convert::dispute).collect()
    }

    async fn disputes_since(&self, since: Timestamp) -> Result<Vec<Dispute>, GatewayError> {
        let mut found = Vec::new();
        let mut last: Option<String> = None;
        loop {
            let mut request = ListDispute::new().limit(PAGE);
            if let Some(last) = last.take() {
                request = request.starting_after(last);
            }
            let page = read!(self, request)?;
            last = page.data.last().map(|dispute| dispute.id.to_string()).filter(|_| page.has_more);
            for dispute in page.data {
                if dispute.created < convert::seconds(since) {
                    return Ok(found);
                }
                found.extend(convert::dispute(dispute).ok());
            }
            if last.is_none() {
                return Ok(found);
            }
        }
    }

    fn event(&self, headers: &HeaderMap, raw: &[u8], now: Timestamp) -> Result<Event, EventError> {
        let secret = self.webhook_secret.as_deref().ok_or(EventError::Unexpected)?;
        event::read(secret, headers, raw, now)
    }
}

impl Stripe {
    /// The answer if it can never change, else the intent read again: a repeated key gives the first answer.
    async fn settled(&self, answer: Intent) -> Result<Intent, GatewayError> {
        match answer.status {
            IntentStatus::Succeeded | IntentStatus::Cancelled => Ok(answer),
            _ => self.intent(&answer.id).await,
        }
    }
}
