//! Billing: what is owed, and taking it exactly once.
//!
//! `ledger` and [`protocol`] are pure: the arithmetic, and from what is stored to what to do next. The drivers around them
//! ([`Billing::charge`], [`Billing::release`], [`Billing::bill_desk`], [`Billing::reconcile`]) talk to the store and to a
//! payment company behind the port [`gateway`], never to both at once: no transaction is open while a gateway is asked.
//! Lifecycle decides what a paid order switches on; [`entitlement`] is how running add-ons need none of this.
//!
//! ```text
//! order_in -> charge -> (paid, or due -> pay by hand | event | reconcile) -> job fulfil-order -> fulfilled_in
//! ```

use std::{future::Future, sync::Arc};

use annex_domain::{
    clock::{Clock, Timestamp},
    crash::{CrashPoints, Verdict, When},
};
use annex_store::Db;
use url::Url;

mod about;
pub mod accounts;
mod bill;
mod caller;
pub mod cards;
pub mod charge;
mod credit;
mod earnings;
pub mod entitlement;
pub mod error;
pub mod events;
pub mod gateway;
pub mod gateways;
mod held;
pub mod ledger;
mod limits;
pub mod mails;
mod missed;
mod month;
pub mod orders;
mod outside;
pub mod overview;
pub mod payouts;
mod postings;
pub mod protocol;
mod publishers;
pub mod reconcile;
mod reduce;
mod refund;
mod renewal;
pub mod settle;
mod statement;
#[cfg(test)]
mod tests;
pub mod top_up;

pub use self::{
    about::About,
    caller::{Caller, Manager},
    charge::{Charged, Due, DueWhy, NewTopUp, PayOutcome, ToppedUp},
    credit::grant_in,
    error::{AccountError, BillingError, LoginError, OrderError},
    events::WebhookError,
    limits::MOST_FAILED,
    missed::{ANSWER_WITHIN, Confirmed, MissedMeans, MissedMonths},
    orders::{NewOrder, OrderRequest, Standing},
    overview::{NextBill, Overview},
    reconcile::Reconciled,
};
use self::{
    gateway::{Gateway, GatewayError},
    gateways::test::{self as test_gateway, TestGateway},
};

/// What billing is made of.
#[derive(Debug, Clone)]
pub struct BillingParts {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Who takes the money.
    pub gateway: Arc<dyn Gateway>,
    /// Where tests let it crash.
    pub crash: CrashPoints,
    /// Where browsers reach this host; ends with a slash.
    pub public_url: Url,
    /// How charging is done.
    pub variant: Variant,
}

/// How charging is done. What is wrong on purpose is for the suite to catch, and in no release build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Variant {
    /// As designed.
    #[default]
    Designed,
    /// In one call, with nothing stored before, and a new key each time.
    #[cfg(any(test, debug_assertions))]
    OneCall,
    /// As `OneCall`, with the same key each time: wrong as soon as the gateway has forgotten it.
    #[cfg(any(test, debug_assertions))]
    OneCallKeyed,
}

/// A text that names no variant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} names no variant of charging: use one-call or one-call-keyed")]
pub struct UnknownVariant(String);

impl Variant {
    /// From its word; without one it is as designed.
    ///
    /// # Errors
    /// When the word names none that this build has.
    pub fn parse(word: Option<&str>) -> Result<Self, UnknownVariant> {
        match word.filter(|word| !word.is_empty()) {
            None => Ok(Self::Designed),
            #[cfg(any(test, debug_assertions))]
            Some("one-call") => Ok(Self::OneCall),
            #[cfg(any(test, debug_assertions))]
            Some("one-call-keyed") => Ok(Self::OneCallKeyed),
            Some(other) => Err(UnknownVariant(other.into())),
        }
    }
}

/// Billing. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Billing(Arc<BillingParts>);

impl Billing {
    /// Puts it together.
    #[must_use]
    pub fn new(parts: BillingParts) -> Self {
        Self(Arc::new(parts))
    }

    /// `stripe` or `test`.
    #[must_use]
    pub fn gateway_name(&self) -> &'static str {
        self.0.gateway.name()
    }

    /// The built-in test gateway, when it is the one that takes the money.
    #[must_use]
    pub fn test_gateway(&self) -> Option<TestGateway> {
        (self.gateway_name() == test_gateway::NAME).then(|| self.built_in())
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    fn built_in(&self) -> TestGateway {
        TestGateway::new(self.0.db.clone(), Arc::clone(&self.0.clock), self.0.public_url.clone())
    }

    pub(crate) fn parts(&self) -> &BillingParts {
        &self.0
    }

    pub(crate) fn gateway(&self) -> Arc<dyn Gateway> {
        Arc::clone(&self.0.gateway)
    }

    /// True while a gateway is set up: what was begun at another one waits for it.
    #[must_use]
    pub fn has_gateway(&self, name: &str) -> bool {
        self.gateway_of(name).is_ok()
    }

    /// The gateway that something was begun at: it may have been another one then.
    pub(crate) fn gateway_of(&self, name: &str) -> Result<Arc<dyn Gateway>, BillingError> {
        if name == self.gateway_name() {
            return Ok(self.gateway());
        }
        if name == test_gateway::NAME {
            return Ok(Arc::new(self.built_in()));
        }
        Err(BillingError::GatewayGone { gateway: name.into() })
    }

    /// Where tests let it crash.
    #[must_use]
    pub fn crash(&self) -> &CrashPoints {
        &self.0.crash
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Where the host is reached, with a slash at its end.
    #[must_use]
    pub fn public_url(&self) -> &Url {
        &self.0.public_url
    }

    /// Which host made something at the gateway.
    pub(crate) fn host(&self) -> String {
        self.0.public_url.to_string()
    }

    /// Passes a crash point.
    pub(crate) fn pass(&self, what: &str, step: &str, when: When) -> Result<(), BillingError> {
        match self.0.crash.hit(what, step, when) {
            Verdict::Go => Ok(()),
            Verdict::Stop => Err(BillingError::Stopped(annex_domain::crash::point(what, step, when))),
            Verdict::Fail => {
                Err(BillingError::Refused { code: "injected".into(), text: "made to fail by a test".into() })
            }
        }
    }

    /// Asks the gateway, between two crash points.
    pub(crate) async fn ask<T, F>(
        &self,
        what: &'static str,
        step: &'static str,
        call: impl Fn() -> F,
    ) -> Result<Result<T, GatewayError>, BillingError>
    where
        F: Future<Output = Result<T, GatewayError>>,
    {
        self.pass(what, step, When::Before)?;
        let mut answer = call().await;
        if self.0.crash.repeats() {
            answer = call().await;
        }
        self.pass(what, step, When::After)?;
        let outcome = match &answer {
            Ok(_) => "ok",
            Err(GatewayError::Refused { .. }) => "refused",
            Err(GatewayError::RateLimited) => "rate-limited",
            Err(GatewayError::KeyUsed(_)) => "key-used",
            Err(GatewayError::Unreachable(_)) => "unreachable",
        };
        metrics::counter!("annex_gateway_calls_total", "step" => format!("{what}-{step}"), "outcome" => outcome)
            .increment(1);
        Ok(answer)
    }
}

/// What can be made to crash here, as `(what, step)`; each `before` and `after`.
#[must_use]
pub fn crash_steps() -> Vec<(&'static str, &'static str)> {
    const STEPS: [(&str, &[&str]); 3] = [
        ("charge", &["begin", "create", "confirm", "read", "cancel", "settle"]),
        ("refund", &["record", "request", "read", "settle"]),
        ("renewal", &["bill", "charge", "retry"]),
    ];
    STEPS.iter().flat_map(|(what, steps)| steps.iter().map(|step| (*what, *step))).collect()
}
