//! Why billing did not do what was asked. Codes are stable and kebab-case.

use annex_domain::{
    ids::{InvoiceId, OrderId},
    money::Money,
    permission::Permission,
};
use annex_store::StoreError;

use crate::{
    gateway::GatewayError,
    ledger::{Quote, QuoteError},
};

/// Why a charge, a payment or a refund is not done.
#[derive(Debug, thiserror::Error)]
pub enum BillingError {
    /// The gateway cannot be reached: nothing is lost, and it is tried again.
    #[error("{0}; it is tried again by itself")]
    Unavailable(String),
    /// It is under way elsewhere, or something here is to be set up first: nothing is lost, and it is looked at again.
    #[error("{0}; it is looked at again by itself")]
    Pending(String),
    /// What was begun at a gateway that is not set up any more waits until it is.
    #[error("the payment gateway {gateway} is not set up any more: set it up again to finish what was begun there")]
    GatewayGone {
        /// Its word, such as `stripe`.
        gateway: String,
    },
    /// The gateway refuses for a reason that trying again does not change.
    #[error("the payment gateway refused ({code}): {text}")]
    Refused {
        /// The gateway's.
        code: String,
        /// For people.
        text: String,
    },
    /// The gateway tells something that contradicts what was asked of it: nothing is decided on it.
    #[error("the payment gateway answers {0}: this needs a person to look at")]
    Confused(String),
    /// No account, or another one than the desk's licence holder (R5, R6).
    #[error(transparent)]
    Login(#[from] LoginError),
    /// There is nothing to pay or to refund any more.
    #[error("invoice {number} is {state}: there is nothing to do")]
    NotPayable {
        /// Of the invoice.
        number: i64,
        /// `paid` or `void`.
        state: &'static str,
    },
    /// More than is left of what was paid.
    #[error("at most {left} of this invoice can be paid back")]
    TooMuch {
        /// What is left.
        left: Money,
    },
    /// A card would be charged more than the payer was shown, or one that their page did not name.
    #[error("what a card is charged changed since it was shown: it is {now} now")]
    CardAmount {
        /// What a card would be charged now.
        now: Money,
    },
    /// Neither the credit nor a card would pay what is to be confirmed.
    #[error(
        "the credit does not cover what is to be paid, and the account that pays has no card at the payment gateway that \
         is set up: add one first"
    )]
    NoCard,
    /// Credit is topped up by more, or by less.
    #[error("between {least} and {most} can be topped up at once, in this currency")]
    TopUpAmount {
        /// The least.
        least: Money,
        /// The most.
        most: Money,
    },
    /// Credit is topped up where a publisher develops, and nowhere else (R38).
    #[error("only the credit of a publisher's developer desk can be topped up")]
    NotADeveloperDesk,
    /// The idempotency key belongs to a top-up by another amount.
    #[error("this idempotency key was used to top up by another amount: use a new one")]
    KeyReused,
    /// The operator may not do it.
    #[error("the permission {0} is needed")]
    Forbidden(Permission),
    /// The account tried to pay or to add a card too often.
    #[error("too many attempts to pay: wait a few minutes")]
    TooOften {
        /// Seconds until the next.
        wait: u64,
    },
    /// A crash point of a test.
    #[error("stopped on purpose at {0}")]
    Stopped(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BillingError {
    /// Stable, kebab-case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unavailable(_) | Self::Pending(_) => "billing-unavailable",
            Self::GatewayGone { .. } => "gateway-gone",
            Self::Refused { .. } => "gateway-refused",
            Self::Confused(_) => "gateway-confused",
            Self::Login(error) => error.code(),
            Self::NotPayable { .. } => "not-payable",
            Self::TooMuch { .. } => "refund-too-much",
            Self::CardAmount { .. } => "card-amount-changed",
            Self::NoCard => "no-payment-method",
            Self::TopUpAmount { .. } => "top-up-amount",
            Self::NotADeveloperDesk => "not-a-developer-desk",
            Self::KeyReused => "idempotency-key-reused",
            Self::Forbidden(_) => "forbidden",
            Self::TooOften { .. } => "too-many-payments",
            Self::Stopped(_) => "stopped",
            Self::Store(error) => error.code(),
        }
    }

    /// True when it may work later: nothing is lost, and nothing is decided.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::Pending(_) | Self::GatewayGone { .. } | Self::Stopped(_) => true,
            Self::Store(error) => error.may_pass() || matches!(error, StoreError::Stale(_)),
            _ => false,
        }
    }

    /// True when the gateway that is set up may be away: the next thing that is asked of it would fail too.
    #[must_use]
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl From<GatewayError> for BillingError {
    fn from(error: GatewayError) -> Self {
        match error {
            GatewayError::Refused { code, text } => Self::Refused { code, text },
            GatewayError::KeyUsed(_) => Self::Pending(error.to_string()),
            GatewayError::Unreachable(_) | GatewayError::RateLimited => Self::Unavailable(error.to_string()),
        }
    }
}

/// Why a desk cannot buy (R5, R6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// Nobody has logged the desk in.
    #[error("this help desk is not logged in to the billing system: log in on the page Billing first")]
    LoggedOut,
    /// Logged in with an account that does not hold the desk's licence.
    #[error(
        "the account that is logged in does not hold this help desk's licence: log out, and in with the one that does"
    )]
    WrongAccount,
}

impl LoginError {
    /// Stable, kebab-case.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::LoggedOut => "billing-logged-out",
            Self::WrongAccount => "billing-wrong-account",
        }
    }
}

/// Why there is no such account, or it holds no licence.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Another account has the e-mail address.
    #[error("another billing account has this e-mail address")]
    EmailTaken,
    /// Another account holds the licence of the desk.
    #[error("another account holds the licence of this help desk")]
    LicenceHeld,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why nothing was ordered. Nothing is charged then.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// What it costs changed since it was shown (boxed: a quote is large).
    #[error("the price changed since it was shown: it is {} now{}", .now.amount, from_then_on(.now))]
    PriceChanged {
        /// To show and to accept.
        now: Box<Quote>,
    },
    /// No such plan, or one that costs nothing.
    #[error("the add-on has no paid plan {0} any more: load the page again")]
    NoPlan(String),
    /// Zero licences, or more than 100,000.
    #[error("{0} licences cannot be bought: 1 to 100000 can")]
    Quantity(u32),
    /// The operator may not manage add-ons any more.
    #[error("you may not buy add-ons: ask an admin for the permission to manage add-ons")]
    Permission,
    /// No account, or the wrong one.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// Another order of the installation is not finished. It may be due: pay its invoice.
    #[error("there is already an order for this add-on: pay invoice {number} first")]
    Underway {
        /// The order.
        order: OrderId,
        /// Its invoice.
        invoice: InvoiceId,
        /// Its invoice's number.
        number: i64,
        /// What is to be paid.
        amount: Money,
    },
    /// A month of the add-on is unpaid: until it is paid there are neither more licences nor another plan, nor is it
    /// installed again, so that no month is left behind by buying anew.
    #[error("invoice {number} of this add-on is unpaid: pay its {amount} first, then this can be bought")]
    Unpaid {
        /// The invoice.
        invoice: InvoiceId,
        /// Its number.
        number: i64,
        /// What is to be paid.
        amount: Money,
    },
    /// Something is to be taken from a card, and the account has none.
    #[error("the account that is logged in has no card to charge: add one first")]
    NoCard,
    /// The card that was chosen is not the account's any more, or another payment company's.
    #[error("this card is not on the account that is logged in any more: choose another one")]
    OtherCard,
    /// A card would be charged more than the page showed, as the credit pays less by now; or one that the page did not name.
    #[error("what a card is charged changed since it was shown: it is {now} now")]
    CardAmount {
        /// What a card would be charged now.
        now: Money,
    },
    /// There is no price for that.
    #[error(transparent)]
    Quote(#[from] QuoteError),
    /// The idempotency key belongs to an order of something else.
    #[error("this idempotency key was used for another order: use a new one")]
    KeyReused,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn from_then_on(quote: &Quote) -> String {
    quote.renewal_amount.map_or_else(String::new, |each| format!(", and {each} each month after that"))
}

impl OrderError {
    /// Stable, kebab-case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::PriceChanged { .. } => "price-changed",
            Self::NoPlan(_) => "no-plan",
            Self::Quantity(_) => "quantity",
            Self::Permission => "forbidden",
            Self::Login(error) => error.code(),
            Self::Underway { .. } => "order-underway",
            Self::Unpaid { .. } => "unpaid",
            Self::NoCard => "no-payment-method",
            Self::OtherCard => "unknown-payment-method",
            Self::CardAmount { .. } => "card-amount-changed",
            Self::Quote(error) => error.code(),
            Self::KeyReused => "idempotency-key-reused",
            Self::Store(error) => error.code(),
        }
    }
}
