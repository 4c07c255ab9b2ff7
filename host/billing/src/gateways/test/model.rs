//! What the test gateway does, pure: cards, intents, refunds. Modelled on how Stripe behaves with its test cards.

use std::collections::BTreeMap;

use annex_domain::{clock::Timestamp, money::Money};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::gateway::{Decline, GatewayError, Intent, IntentStatus, NewIntent, Payer, Refund, RefundStatus};

/// How a test card behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Behaviour {
    /// Pays.
    Pays,
    /// Is declined.
    Declines,
    /// Can be added, and is declined for lack of money when it is charged.
    NoMoney,
    /// Asks its owner to confirm (3-D Secure).
    Asks,
    /// Pays, but the answer is lost on its way.
    TimesOut,
}

/// A card to try the product with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TestCard {
    /// Its number: these are known to everybody and belong to nobody.
    pub number: &'static str,
    /// What it does.
    pub behaviour: Behaviour,
    /// `visa` or `mastercard`.
    pub brand: &'static str,
}

/// The cards that the set-up page takes; it refuses all others, so that nobody types a real one.
pub const CARDS: [TestCard; 6] = [
    TestCard { number: "4242424242424242", behaviour: Behaviour::Pays, brand: "visa" },
    TestCard { number: "5555555555554444", behaviour: Behaviour::Pays, brand: "mastercard" },
    TestCard { number: "4000000000000002", behaviour: Behaviour::Declines, brand: "visa" },
    TestCard { number: "4000000000000341", behaviour: Behaviour::NoMoney, brand: "visa" },
    TestCard { number: "4000000000003155", behaviour: Behaviour::Asks, brand: "visa" },
    TestCard { number: "4000000000000119", behaviour: Behaviour::TimesOut, brand: "visa" },
];

/// The test card with a number; spaces and dashes do not count.
#[must_use]
pub fn card(number: &str) -> Option<TestCard> {
    let digits: String = number.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    CARDS.into_iter().find(|card| card.number == digits)
}

/// A customer, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CustomerBody {
    pub(crate) email: String,
    pub(crate) name: String,
}

/// A visit to the page that adds a card, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SetUpBody {
    pub(crate) return_url: Url,
    pub(crate) method: Option<String>,
}

/// A card, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MethodBody {
    pub(crate) behaviour: Behaviour,
    pub(crate) brand: String,
    pub(crate) last4: String,
    pub(crate) exp_month: u8,
    pub(crate) exp_year: u16,
    pub(crate) detached: bool,
}

/// The status of an intent, as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StoredStatus {
    NeedsConfirmation,
    NeedsMethod,
    NeedsAction,
    Succeeded,
    Cancelled,
}

/// An intent, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IntentBody {
    #[serde(alias = "stand")]
    pub(crate) status: StoredStatus,
    pub(crate) amount: Money,
    pub(crate) method: String,
    pub(crate) description: String,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) decline: Option<(String, String)>,
    pub(crate) action_url: Option<Url>,
    pub(crate) return_url: Option<Url>,
    /// How often money was taken: the judge of tests. Never more than 1.
    pub(crate) charges: u32,
    /// Cents paid back.
    pub(crate) refunded: i64,
}

impl IntentBody {
    /// A new one, not confirmed.
    pub(crate) fn new(new: &NewIntent) -> Self {
        Self {
            status: StoredStatus::NeedsConfirmation,
            amount: new.amount,
            method: new.method.clone(),
            description: new.description.clone(),
            metadata: new.metadata.clone(),
            decline: None,
            action_url: None,
            return_url: None,
            charges: 0,
            refunded: 0,
        }
    }

    /// Confirms with a card. `true` when the answer gets lost after the effect.
    pub(crate) fn confirm(
        &mut self,
        card: Behaviour,
        return_url: &Url,
        page: Url,
        payer: Payer,
    ) -> Result<bool, GatewayError> {
        match self.status {
            StoredStatus::NeedsConfirmation => {}
            StoredStatus::NeedsAction => return Ok(false),
            StoredStatus::NeedsMethod => return Err(unexpected("it needs another card")),
            StoredStatus::Succeeded => return Err(unexpected("it has succeeded already")),
            StoredStatus::Cancelled => return Err(unexpected("it is cancelled")),
        }
        self.return_url = Some(return_url.clone());
        match card {
            Behaviour::Pays => self.take(),
            Behaviour::TimesOut => {
                self.take();
                return Ok(true);
            }
            Behaviour::Declines => self.refuse("card_declined", "The card was declined."),
            Behaviour::NoMoney => self.refuse("insufficient_funds", "The card has insufficient funds."),
            Behaviour::Asks if payer == Payer::Absent => {
                self.refuse("authentication_required", "The bank wants the payment to be confirmed by its payer.");
            }
            Behaviour::Asks => {
                self.status = StoredStatus::NeedsAction;
                self.action_url = Some(page);
            }
        }
        Ok(false)
    }

    /// What the payer answered on the page of their bank. Where the browser goes then.
    pub(crate) fn answer(&mut self, approved: bool) -> Option<Url> {
        if self.status == StoredStatus::NeedsAction {
            self.action_url = None;
            if approved {
                self.take();
            } else {
                self.refuse("authentication_failed", "The payment was not confirmed at the bank.");
            }
        }
        self.return_url.clone()
    }

    pub(crate) fn cancel(&mut self) -> Result<(), GatewayError> {
        match self.status {
            StoredStatus::Succeeded => return Err(unexpected("it has succeeded: refund it instead")),
            StoredStatus::Cancelled => return Err(unexpected("it is cancelled already")),
            StoredStatus::NeedsConfirmation | StoredStatus::NeedsMethod | StoredStatus::NeedsAction => {
                self.status = StoredStatus::Cancelled
            }
        }
        self.action_url = None;
        Ok(())
    }

    /// Pays a part back.
    pub(crate) fn refund(&mut self, amount: Money) -> Result<(), GatewayError> {
        if self.status != StoredStatus::Succeeded {
            return Err(unexpected("nothing was taken"));
        }
        let left = self.amount.cents - self.refunded;
        if amount.currency != self.amount.currency || amount.cents <= 0 || amount.cents > left {
            return Err(GatewayError::refused(
                "charge_already_refunded",
                format!("at most {left} cents can be paid back"),
            ));
        }
        self.refunded += amount.cents;
        Ok(())
    }

    fn take(&mut self) {
        self.status = StoredStatus::Succeeded;
        self.charges += 1;
        self.decline = None;
    }

    fn refuse(&mut self, code: &str, text: &str) {
        self.status = StoredStatus::NeedsMethod;
        self.decline = Some((code.into(), text.into()));
    }

    pub(crate) fn read(self, id: &str, created_at: Timestamp) -> Intent {
        Intent {
            id: id.into(),
            status: match self.status {
                StoredStatus::NeedsConfirmation => IntentStatus::NeedsConfirmation,
                StoredStatus::NeedsMethod => IntentStatus::NeedsMethod,
                StoredStatus::NeedsAction => IntentStatus::NeedsAction,
                StoredStatus::Succeeded => IntentStatus::Succeeded,
                StoredStatus::Cancelled => IntentStatus::Cancelled,
            },
            amount: self.amount,
            metadata: self.metadata,
            decline: self.decline.map(|(code, text)| Decline { code, text }),
            action_url: self.action_url,
            created_at,
        }
    }
}

/// A refund, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RefundBody {
    pub(crate) intent: String,
    pub(crate) amount: Money,
    pub(crate) metadata: BTreeMap<String, String>,
}

impl RefundBody {
    pub(crate) fn read(self, id: &str) -> Refund {
        Refund {
            id: id.into(),
            intent: self.intent,
            amount: self.amount,
            status: RefundStatus::Succeeded,
            metadata: self.metadata,
            error: None,
        }
    }
}

fn unexpected(text: &str) -> GatewayError {
    GatewayError::refused("payment_intent_unexpected_state", text)
}

#[cfg(test)]
mod tests {
    use annex_domain::money::Currency;

    use super::*;

    fn intent() -> IntentBody {
        IntentBody::new(&NewIntent {
            customer: "c".into(),
            method: "m".into(),
            amount: Money::new(900, Currency::EUR),
            description: String::new(),
            metadata: BTreeMap::new(),
        })
    }

    fn url(path: &str) -> Url {
        format!("http://localhost/{path}").parse().unwrap()
    }

    #[test]
    fn an_intent_is_taken_from_once() {
        let mut one = intent();
        assert_eq!(one.confirm(Behaviour::TimesOut, &url("back"), url("3ds"), Payer::Present), Ok(true));
        assert!(one.confirm(Behaviour::Pays, &url("back"), url("3ds"), Payer::Present).is_err());
        assert!(one.cancel().is_err());
        assert_eq!((one.charges, one.status), (1, StoredStatus::Succeeded));
    }

    #[test]
    fn nobody_is_asked_who_is_not_there() {
        let mut one = intent();
        assert_eq!(one.confirm(Behaviour::Asks, &url("back"), url("3ds"), Payer::Absent), Ok(false));
        assert_eq!((one.status, one.action_url.is_none()), (StoredStatus::NeedsMethod, true));
        assert_eq!(one.decline.map(|(code, _)| code).as_deref(), Some("authentication_required"));
    }

    #[test]
    fn a_cancelled_or_declined_one_takes_nothing_any_more() {
        let mut one = intent();
        one.confirm(Behaviour::NoMoney, &url("back"), url("3ds"), Payer::Present).unwrap();
        assert!(one.confirm(Behaviour::Pays, &url("back"), url("3ds"), Payer::Present).is_err());
        one.cancel().unwrap();
        assert!(one.confirm(Behaviour::Pays, &url("back"), url("3ds"), Payer::Present).is_err());
        assert_eq!(one.charges, 0);
    }

    #[test]
    fn the_payer_may_answer_late_but_only_once_and_not_after_a_cancel() {
        let mut one = intent();
        one.confirm(Behaviour::Asks, &url("back"), url("3ds"), Payer::Present).unwrap();
        let mut gone = one.clone();
        assert_eq!(one.answer(true), Some(url("back")));
        one.answer(false);
        assert_eq!((one.charges, one.status), (1, StoredStatus::Succeeded));
        gone.cancel().unwrap();
        gone.answer(true);
        assert_eq!((gone.charges, gone.status), (0, StoredStatus::Cancelled));
    }

    #[test]
    fn no_more_is_paid_back_than_was_taken() {
        let mut one = intent();
        assert!(one.refund(Money::new(1, Currency::EUR)).is_err());
        one.confirm(Behaviour::Pays, &url("back"), url("3ds"), Payer::Present).unwrap();
        one.refund(Money::new(500, Currency::EUR)).unwrap();
        assert!(one.refund(Money::new(401, Currency::EUR)).is_err());
        assert!(one.refund(Money::new(400, Currency::USD)).is_err());
        one.refund(Money::new(400, Currency::EUR)).unwrap();
    }

    #[test]
    fn only_test_cards_are_taken() {
        assert_eq!(card("4242 4242-4242 4242").map(|card| card.behaviour), Some(Behaviour::Pays));
        assert_eq!(card("4111111111111111"), None);
    }
}
