//! The port to a payment company. Two implementations pass the same contract tests: `gateways::stripe`, `gateways::test`.
//!
//! What a gateway must keep to, because the charge protocol relies on it:
//! an [`Intent`] is taken from at most once, however often it is confirmed; a cancelled one never; the same key with the
//! same request gives the first answer again and makes nothing new; a refund is never larger than what is left of the
//! money taken. A decline is no error: it is how an intent reads back ([`IntentStatus::NeedsMethod`] with `decline`).
//!
//! Every call may lose its answer after the effect: that is [`GatewayError::Unreachable`]. Implementations neither retry
//! nor make up keys; the drivers do.

use std::{collections::BTreeMap, fmt};

use annex_domain::{
    billing::DisputeState,
    clock::Timestamp,
    ids::AccountId,
    money::{Currency, Money},
};
use async_trait::async_trait;
use http::HeaderMap;
use url::Url;

/// Metadata of an intent: the id of the attempt that it belongs to.
pub const ATTEMPT: &str = "annex_attempt";
/// Metadata of an intent: the id of the invoice.
pub const INVOICE: &str = "annex_invoice";
/// Metadata of an intent: the id of the order, if there is one.
pub const ORDER: &str = "annex_order";
/// Metadata of a refund: the id of our row.
pub const REFUND: &str = "annex_refund";
/// Metadata of intents, customers and refunds: which host made it (the same payment account may serve several).
pub const HOST: &str = "annex_host";

/// Who pays, as told to the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCustomer {
    /// Our account.
    pub account: AccountId,
    /// Where receipts of the gateway itself would go.
    pub email: String,
    /// As shown.
    pub name: String,
}

/// A card, as far as a gateway shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// At the gateway.
    pub id: String,
    /// Lower case, such as `visa`.
    pub brand: String,
    /// The last four digits.
    pub last4: String,
    /// 1 to 12.
    pub exp_month: u8,
    /// Four digits.
    pub exp_year: u16,
}

/// Money to be taken; nothing is taken before [`Gateway::confirm`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIntent {
    /// At the gateway.
    pub customer: String,
    /// The card, at the gateway.
    pub method: String,
    /// More than zero.
    pub amount: Money,
    /// As on the payer's statement and in the gateway's dashboard, such as `Annex invoice 12`.
    pub description: String,
    /// [`ATTEMPT`], [`INVOICE`], [`HOST`] and perhaps [`ORDER`].
    pub metadata: BTreeMap<String, String>,
}

/// Whether the payer is there while an intent is confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Payer {
    /// They can be sent to their bank.
    Present,
    /// Nobody can be asked (`off_session`): where the bank wants to ask, the card is declined.
    Absent,
}

/// Where an intent stands at the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IntentStatus {
    /// Made, not confirmed: nothing was taken.
    NeedsConfirmation,
    /// The card was declined; nothing was taken, and it could be tried with another.
    NeedsMethod,
    /// The payer has to confirm at their bank.
    NeedsAction,
    /// Under way: look again later.
    Processing,
    /// The money was taken.
    Succeeded,
    /// Nothing was taken, and never will be.
    Cancelled,
}

/// Why a card was declined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decline {
    /// The gateway's, such as `card_declined` or `insufficient_funds`.
    pub code: String,
    /// For the payer.
    pub text: String,
}

/// A PaymentIntent as it reads back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// At the gateway.
    pub id: String,
    /// Where it stands.
    pub status: IntentStatus,
    /// To be taken, or taken.
    pub amount: Money,
    /// As given.
    pub metadata: BTreeMap<String, String>,
    /// Of the last try, when it was declined.
    pub decline: Option<Decline>,
    /// Where the payer confirms, while [`IntentStatus::NeedsAction`].
    pub action_url: Option<Url>,
    /// When it was made, by the gateway's clock.
    pub created_at: Timestamp,
}

/// Money to be paid back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefund {
    /// Of which intent.
    pub intent: String,
    /// More than zero, in the intent's currency.
    pub amount: Money,
    /// [`REFUND`] and [`HOST`].
    pub metadata: BTreeMap<String, String>,
}

/// Where a refund stands at the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefundStatus {
    /// On its way.
    Pending,
    /// Paid back.
    Succeeded,
    /// It did not work; nothing was paid back.
    Failed,
}

/// A refund as it reads back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// At the gateway.
    pub id: String,
    /// Of which intent.
    pub intent: String,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub status: RefundStatus,
    /// As given; empty where the gateway keeps none.
    pub metadata: BTreeMap<String, String>,
    /// Why it failed.
    pub error: Option<String>,
}

/// A dispute as it reads back: a payer told their bank that they do not want to have paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// At the gateway.
    pub id: String,
    /// About which intent.
    pub intent: String,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub state: DisputeState,
    /// The gateway's word, such as `fraudulent`.
    pub reason: String,
}

/// A message of a gateway: a hint that something happened. What it says is never believed, only looked at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Unique at the gateway.
    pub id: String,
    /// The gateway's word, such as `payment_intent.succeeded`.
    pub kind: String,
    /// What to look at again.
    pub about: About,
}

/// What an event is about, by its id at the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A PaymentIntent.
    Intent(String),
    /// A refund.
    Refund(String),
    /// A dispute.
    Dispute(String),
    /// A customer: their cards changed (set-up page left, card updated or detached).
    Customer(String),
    /// Nothing that Annex keeps; the id as given.
    Other(String),
}

impl About {
    /// The id, for the table of events.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Intent(id) | Self::Refund(id) | Self::Dispute(id) | Self::Customer(id) | Self::Other(id) => id,
        }
    }
}

/// What went wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// No answer, or an answer such as 500 that says nothing: whether it had an effect is unknown.
    #[error("the payment gateway cannot be reached: {0}")]
    Unreachable(String),
    /// 429: no effect; try again later.
    #[error("the payment gateway asks to wait")]
    RateLimited,
    /// No effect, but another request, with the same key or about the same object, has had one or is having one just now:
    /// look, or ask again with another key.
    #[error("the payment gateway is at another request about the same: {0}")]
    KeyUsed(String),
    /// Definitely no effect.
    #[error("the payment gateway refused ({code}): {text}")]
    Refused {
        /// The gateway's, such as `resource_missing`.
        code: String,
        /// For people.
        text: String,
    },
}

impl GatewayError {
    /// Definitely no effect.
    #[must_use]
    pub fn refused(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Refused { code: code.into(), text: text.into() }
    }

    /// True when trying again later may help.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::RateLimited | Self::KeyUsed(_))
    }
}

/// Why a message is not from the gateway, or cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// This gateway sends none, or no secret is set.
    #[error("this payment gateway is not set up to send events")]
    Unexpected,
    /// No signature, or a wrong one.
    #[error("the event's signature is missing or wrong")]
    Signature,
    /// Signed too long ago, or in the future.
    #[error("the event was signed too long ago or in the future")]
    Time,
    /// Signed, but not an event.
    #[error("the event cannot be read: {0}")]
    Malformed(String),
}

impl EventError {
    /// Stable, kebab-case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unexpected => "event-unexpected",
            Self::Signature => "event-signature",
            Self::Time => "event-time",
            Self::Malformed(_) => "event-malformed",
        }
    }
}

/// A payment company. Keys are idempotency keys: deterministic, at most 255 characters, sent as they are.
#[async_trait]
pub trait Gateway: Send + Sync + fmt::Debug {
    /// `stripe` or `test`: the word in the tables.
    fn name(&self) -> &'static str;

    /// The least that is taken at once, in cents: less is refused. What is owed and less than this goes on the next bill.
    fn least(&self, currency: Currency) -> i64 {
        currency.least()
    }

    /// Makes a customer, and gives their id.
    async fn customer(&self, key: &str, new: &NewCustomer) -> Result<String, GatewayError>;

    /// A page of the gateway on which the payer adds a card; the browser then goes to `return_url`.
    async fn set_up_page(&self, key: &str, customer: &str, return_url: &Url) -> Result<Url, GatewayError>;

    /// The cards of a customer, newest first.
    async fn methods(&self, customer: &str) -> Result<Vec<Card>, GatewayError>;

    /// Forgets a card. One that is gone already is no error.
    async fn detach(&self, method: &str) -> Result<(), GatewayError>;

    /// Makes an intent. It reads back as [`IntentStatus::NeedsConfirmation`]; nothing is taken.
    async fn create_intent(&self, key: &str, new: &NewIntent) -> Result<Intent, GatewayError>;

    /// Takes the money, or says in the intent why not. After 3-D Secure the browser goes to `return_url`. An intent that
    /// was confirmed, or cancelled, already: [`GatewayError::Refused`] or the intent as it is; nothing is taken twice.
    async fn confirm(&self, key: &str, id: &str, return_url: &Url, payer: Payer) -> Result<Intent, GatewayError>;

    /// An intent as it is now.
    async fn intent(&self, id: &str) -> Result<Intent, GatewayError>;

    /// Cancels an intent that took nothing. One that succeeded or was cancelled: [`GatewayError::Refused`] or the
    /// intent as it is.
    async fn cancel(&self, key: &str, id: &str) -> Result<Intent, GatewayError>;

    /// Intents made at or after `since`, for the sweeper and for tests.
    async fn intents_since(&self, since: Timestamp) -> Result<Vec<Intent>, GatewayError>;

    /// Pays back.
    async fn refund(&self, key: &str, new: &NewRefund) -> Result<Refund, GatewayError>;

    /// A refund as it is now.
    async fn refund_by_id(&self, id: &str) -> Result<Refund, GatewayError>;

    /// All refunds of an intent: how a refund is found whose answer was lost.
    async fn refunds_of(&self, intent: &str) -> Result<Vec<Refund>, GatewayError>;

    /// Refunds made at or after `since`, by whomever: how those are found that were made at the gateway itself.
    async fn refunds_since(&self, since: Timestamp) -> Result<Vec<Refund>, GatewayError>;

    /// A dispute as it is now.
    async fn dispute(&self, id: &str) -> Result<Dispute, GatewayError>;

    /// All disputes of an intent.
    async fn disputes_of(&self, intent: &str) -> Result<Vec<Dispute>, GatewayError>;

    /// Disputes that were begun at or after `since`.
    async fn disputes_since(&self, since: Timestamp) -> Result<Vec<Dispute>, GatewayError>;

    /// Checks and reads a message: `raw` is the body as it came, byte by byte.
    fn event(&self, headers: &HeaderMap, raw: &[u8], now: Timestamp) -> Result<Event, EventError>;
}
