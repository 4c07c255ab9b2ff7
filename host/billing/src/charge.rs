//! Having an invoice paid: attempts one after the other, each driven to its end by `drive`.
//!
//! One attempt is begun without anybody asking for it, and for a month that was declined one more on each day of a
//! schedule (`retry`); every further one is a payment by hand (`by_hand`). All of it may be called any number of times,
//! at once and from several nodes: whoever comes second finds what the first has stored.

use annex_domain::{
    billing::{AttemptState, InvoiceState, OrderState},
    crash::When,
    ids::{AccountId, DeskId, InvoiceId, OrderId},
    money::Money,
};
use annex_store::{
    StoreError, Tx,
    billing::{
        self as rows,
        attempts::{self, Attempt, NewAttempt},
        invoices::{self, Invoice},
        methods::{self, Method},
        orders,
    },
};
use futures::future::BoxFuture;
use url::Url;

use crate::{
    Billing, BillingError, credit,
    gateway::IntentStatus,
    gateways::{stripe, test},
    mails, settle,
};

mod by_hand;
mod drive;
pub(crate) mod retry;
mod top_up;

use self::by_hand::ByHand;
pub use self::top_up::{NewTopUp, ToppedUp};

/// How often a driver that loses against others looks again before it leaves the work to them.
pub(crate) const ROUNDS: usize = 24;

/// What came of a charge or of a payment by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one is made for each charge, and looked at once")]
pub enum Charged {
    /// The invoice is paid.
    Paid,
    /// It is due: to be paid by hand.
    Due(Due),
}

/// What came of a payment by hand.
pub type PayOutcome = Charged;

/// An invoice to be paid by hand (R10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The invoice.
    pub invoice: InvoiceId,
    /// Its number.
    pub number: i64,
    /// What is to be paid.
    pub amount: Money,
    /// Why.
    pub why: DueWhy,
    /// Where: its page in the panel.
    pub url: Url,
}

/// Why an invoice is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DueWhy {
    /// No card was asked: the account has none, or what an order was to be paid with, a card or the credit, is gone.
    NoMethod,
    /// The card was declined, or the gateway refused it.
    Declined {
        /// The gateway's.
        code: String,
        /// For the payer.
        text: String,
    },
    /// The payer has to confirm at their bank.
    Action {
        /// There.
        url: Url,
    },
}

/// Who wants an invoice paid.
#[derive(Debug, Clone)]
enum Wish {
    /// The host: the first attempt only.
    Automatic,
    /// The host, once the time has come at which a due month is tried again.
    Retry,
    /// A person.
    ByHand(ByHand),
}

impl Billing {
    /// Charges an order. Called again it goes on where it was left, and says the same once it is done.
    ///
    /// # Errors
    /// [`BillingError::is_passing`] errors: try again later, nothing is lost. [`BillingError::NotPayable`] for an order
    /// that was cancelled or refunded.
    pub async fn charge(&self, desk: DeskId, order: OrderId) -> Result<Charged, BillingError> {
        let mut conn = self.db().read().await?;
        let order = orders::get(&mut conn, desk, order).await?;
        let invoice = invoices::of_order(&mut conn, desk, order.id).await?;
        let invoice = invoice.ok_or(StoreError::NotFound("invoice of the order"))?;
        drop(conn);
        match order.state {
            OrderState::Paid | OrderState::Fulfilled => Ok(Charged::Paid),
            OrderState::Cancelled | OrderState::Refunded => {
                Err(BillingError::NotPayable { number: invoice.number, state: "void" })
            }
            OrderState::Open => self.charge_invoice(desk, invoice.id).await,
        }
    }

    /// Charges an invoice once without anybody asking for it; see [`Self::charge`].
    pub(crate) async fn charge_invoice(&self, desk: DeskId, invoice: InvoiceId) -> Result<Charged, BillingError> {
        match self.collect(desk, invoice, Wish::Automatic, None).await {
            // Declined is declined, also while the intent cannot be cancelled yet: the reconciler does that.
            Err(error) if error.is_passing() => match self.declined(desk, invoice).await? {
                Some(due) => Ok(Charged::Due(due)),
                None => Err(error),
            },
            done => done,
        }
    }

    /// Looks at the gateway again, such as after the payer came back from their bank. `Due` only when the gateway has
    /// said so, or has nothing of it.
    ///
    /// # Errors
    /// As [`Self::charge`].
    pub async fn look_again(&self, desk: DeskId, invoice: InvoiceId) -> Result<PayOutcome, BillingError> {
        self.collect(desk, invoice, Wish::Automatic, None).await
    }

    /// True when an invoice is unpaid, and the gateway has just said so itself of every try to pay it: what running
    /// add-ons may be stopped for (R62). It settles first, as [`Self::look_again`] does.
    ///
    /// # Errors
    /// When the gateway does not answer, or answers something else: then nothing is known.
    pub async fn read_back(&self, desk: DeskId, invoice: InvoiceId) -> Result<bool, BillingError> {
        if self.look_again(desk, invoice).await? == Charged::Paid {
            return Ok(false);
        }
        let mut asked = false;
        for attempt in self.read_invoice(desk, invoice).await?.1 {
            let Some(id) = &attempt.intent else { continue };
            let intent = self.gateway_of(&attempt.gateway)?.intent(id).await?;
            if intent.status == IntentStatus::Succeeded {
                return Err(BillingError::Confused(format!("that {id} is paid after it was cancelled")));
            }
            asked = true;
        }
        if !asked {
            self.gateway().intents_since(self.now()).await?;
        }
        Ok(true)
    }

    /// Boxed, as the other long ways of this crate are: for each page and job that leads here, the compiler would else look
    /// through every step anew, for whether it may move between threads.
    fn collect<'a>(
        &'a self,
        desk: DeskId,
        id: InvoiceId,
        mut wish: Wish,
        back: Option<&'a Url>,
    ) -> BoxFuture<'a, Result<Charged, BillingError>> {
        Box::pin(async move {
            for _ in 0..ROUNDS {
                let (invoice, attempts) = self.read_invoice(desk, id).await?;
                let live = attempts.iter().find(|attempt| attempt.state != AttemptState::Cancelled);
                if invoice.state == InvoiceState::Paid {
                    return Ok(Charged::Paid);
                }
                if let Some(live) = live {
                    if self.is_wished(&invoice, live, &wish).await? {
                        wish = Wish::Automatic;
                    }
                    if matches!(wish, Wish::Retry) && is_under_way(live) {
                        // It is the try of this day.
                        self.put_retry_off(desk, id, None).await?;
                        wish = Wish::Automatic;
                    }
                    let rests = self.drive(desk, live.id, back).await?;
                    if rests.state == AttemptState::ActionRequired && !self.give_up_for(&rests, &wish).await? {
                        let invoice = self.read_invoice(desk, id).await?.0;
                        return Ok(Charged::Due(self.due(&invoice, Some(&rests))?));
                    }
                    if rests.state == AttemptState::Confirming {
                        return Err(BillingError::Pending("the payment is being processed".into()));
                    }
                    if rests.state != AttemptState::Succeeded {
                        continue;
                    }
                    if invoice.state == InvoiceState::Void {
                        return Err(BillingError::NotPayable { number: invoice.number, state: "void" });
                    }
                } else if invoice.state == InvoiceState::Void {
                    return Err(BillingError::NotPayable { number: invoice.number, state: "void" });
                } else if invoice.state == InvoiceState::Due && matches!(wish, Wish::Automatic) {
                    return Ok(Charged::Due(self.due(&invoice, attempts.last())?));
                } else if !self.begin(&invoice, std::mem::replace(&mut wish, Wish::Automatic)).await? {
                    let invoice = self.read_invoice(desk, id).await?.0;
                    return Ok(Charged::Due(self.due(&invoice, None)?));
                }
            }
            Err(BillingError::Pending("the payment is being worked on by many at once".into()))
        })
    }

    pub(crate) async fn read_invoice(
        &self,
        desk: DeskId,
        id: InvoiceId,
    ) -> Result<(Invoice, Vec<Attempt>), BillingError> {
        let mut conn = self.db().read().await?;
        // The invoice last: an attempt that is seen as over has then left its mark on it.
        let attempts = attempts::of_invoice(&mut conn, id).await?;
        Ok((invoices::get(&mut conn, desk, id).await?, attempts))
    }

    /// Records an attempt, or settles what needs none: nothing is left to take, or there is no card. False where there
    /// is none.
    async fn begin(&self, invoice: &Invoice, wish: Wish) -> Result<bool, BillingError> {
        self.pass("charge", "begin", When::Before)?;
        let now = self.now();
        let mut tx = self.db().begin().await?;
        rows::lock(&mut tx, invoice.desk).await?;
        let mut invoice = invoices::get(&mut tx, invoice.desk, invoice.id).await?;
        let is_over = !matches!(invoice.state, InvoiceState::Open | InvoiceState::Due);
        let is_again = matches!(wish, Wish::Retry);
        if is_over
            || attempts::live_of(&mut tx, invoice.id).await?.is_some()
            || is_again && !retry::is_due(&invoice, now)
        {
            return Ok(true); // somebody else was first
        }
        self.check_gateway(&mut tx, invoice.account).await?;
        if is_again {
            retry::claim_in(&mut tx, &mut invoice, now).await?;
        }
        let mut has_card = true;
        let least = self.gateway().least(invoice.total.currency);
        credit::use_in(&mut tx, &mut invoice, least, now).await?;
        if credit::is_settled(&invoice, least) {
            let carried = credit::carry_in(&mut tx, &mut invoice, now).await?;
            settle::settled_in(&mut tx, &mut invoice, None, !carried, now).await?;
        } else {
            let gateway = self.gateway().name();
            // A month is charged while nobody is there.
            let off_session = invoice.order.is_none() && !matches!(wish, Wish::ByHand(_));
            let card = card_for(&mut tx, &invoice, wish, gateway).await?;
            let customer = methods::customer(&mut tx, invoice.account, gateway).await?;
            // The invoice may have gone to another account since the card was named.
            let card = card.filter(|card| card.gateway == gateway && card.account == invoice.account);
            match (card, customer) {
                (Some(card), Some(customer)) => {
                    let new = NewAttempt {
                        desk: invoice.desk,
                        invoice: invoice.id,
                        gateway: gateway.into(),
                        customer,
                        method: card.gateway_id,
                        amount: invoice.to_take(),
                        off_session,
                    };
                    attempts::insert(&mut tx, &new, now).await?;
                }
                _ => {
                    has_card = false;
                    if is_again {
                        mails::payment_due(&mut tx, &invoice, None, None, now).await?;
                    } else {
                        settle::due_in(&mut tx, &mut invoice, None, now).await?;
                    }
                }
            }
        }
        tx.commit().await?;
        self.pass("charge", "begin", When::After)?;
        Ok(has_card)
    }

    /// A forgotten key must neither turn a month into a due one nor let test cards pay it.
    async fn check_gateway(&self, tx: &mut Tx, account: AccountId) -> Result<(), BillingError> {
        let elsewhere = methods::customer(tx, account, stripe::NAME).await?.is_some();
        if elsewhere && self.gateway().name() == test::NAME {
            return Err(BillingError::Pending("this account pays through Stripe, and no key of Stripe is set".into()));
        }
        Ok(())
    }

    /// The invoice as due, if its live attempt was declined.
    async fn declined(&self, desk: DeskId, id: InvoiceId) -> Result<Option<Due>, BillingError> {
        let (invoice, attempts) = self.read_invoice(desk, id).await?;
        let last = attempts.last().filter(|last| last.state == AttemptState::Declined);
        match (invoice.state, last) {
            (InvoiceState::Due, Some(last)) => Ok(Some(self.due(&invoice, Some(last))?)),
            _ => Ok(None),
        }
    }

    pub(crate) fn due(&self, invoice: &Invoice, last: Option<&Attempt>) -> Result<Due, BillingError> {
        let why = match last {
            None => DueWhy::NoMethod,
            Some(last) => match last.action_url.as_deref().map(str::parse) {
                Some(Ok(url)) if last.state == AttemptState::ActionRequired => DueWhy::Action { url },
                _ => DueWhy::Declined {
                    code: last.error_code.clone().unwrap_or_else(|| "cancelled".into()),
                    text: last.error_text.clone().unwrap_or_else(|| "the payment was cancelled".into()),
                },
            },
        };
        let (invoice_id, number, amount) = (invoice.id, invoice.number, invoice.to_take());
        Ok(Due { invoice: invoice_id, number, amount, why, url: self.invoice_url(number)? })
    }

    /// The page of an invoice in the panel.
    pub(crate) fn invoice_url(&self, number: i64) -> Result<Url, BillingError> {
        self.page(&format!("billing/invoices/{number}"))
    }

    /// A page of this host.
    fn page(&self, path: &str) -> Result<Url, BillingError> {
        let url = self.parts().public_url.join(path);
        url.map_err(|error| BillingError::Confused(format!("with a public URL that is none: {error}")))
    }
}

/// The card that pays: the one that a person names, else that of the order, else the default one. An order is charged
/// to no other card than was chosen with it, and to that one for no more than was shown, unless a person pays it by
/// hand.
async fn card_for(tx: &mut Tx, invoice: &Invoice, wish: Wish, gateway: &str) -> Result<Option<Method>, BillingError> {
    match (wish, settle::order_of(tx, invoice).await?) {
        (Wish::ByHand(hand), _) => hand.card_for(tx, invoice, gateway).await,
        (Wish::Automatic, Some(order)) => match order.method {
            // The credit leaves more than the page said.
            Some(_) if order.shown_of_card.is_some_and(|shown| invoice.to_take().cents > shown.cents) => Ok(None),
            Some(id) => match methods::get(tx, invoice.account, id).await {
                Ok(card) => Ok(Some(card)),
                Err(StoreError::NotFound(_)) => Ok(None),
                Err(error) => Err(error.into()),
            },
            None => Ok(None),
        },
        _ => Ok(methods::default(tx, invoice.account, gateway).await?),
    }
}

fn is_under_way(attempt: &Attempt) -> bool {
    matches!(attempt.state, AttemptState::New | AttemptState::Created | AttemptState::Confirming)
}
