//! One attempt, driven as far as it goes: what [`protocol`] says is done at the gateway, between two transactions that
//! store the state before and after. No transaction is open while the gateway is asked.

use std::{collections::BTreeMap, time::Duration};

use annex_domain::{
    billing::{AttemptState, InvoiceState},
    crash::When,
    ids::{AttemptId, DeskId},
};
use annex_store::{
    StoreError,
    billing::{
        self as rows,
        attempts::{self, Attempt},
        invoices::{self, Invoice},
        orders,
    },
};
use futures::future::BoxFuture;
use url::Url;

use super::ROUNDS;
use crate::{
    Billing, BillingError,
    gateway::{self, GatewayError, Intent, IntentStatus, NewIntent, Payer},
    protocol::{self, Goal, Next},
    settle,
};

#[cfg(any(test, debug_assertions))]
mod wrong;

/// How often a driver looks whether another one, which is at the gateway just now, has come to something.
const LOOKS: usize = 20;
/// How long it waits before each look: together longer than a bank usually takes to answer.
const PAUSE: Duration = Duration::from_millis(200);

/// What a step came to.
enum Moved {
    /// On: look at what is stored.
    On,
    /// It waits for the payer, or for the gateway.
    Rests(Box<Attempt>),
}

impl Billing {
    /// Drives an attempt until it is over or waits. `back` is where the browser goes after 3-D Secure.
    pub(crate) fn drive<'a>(
        &'a self,
        desk: DeskId,
        id: AttemptId,
        back: Option<&'a Url>,
    ) -> BoxFuture<'a, Result<Attempt, BillingError>> {
        Box::pin(async move {
            for _ in 0..ROUNDS {
                let mut conn = self.db().read().await?;
                let attempt = attempts::get(&mut conn, desk, id).await?;
                let invoice = invoices::get(&mut conn, desk, attempt.invoice).await?;
                drop(conn);
                // Only the gateway that is set up takes money: what was begun with test cards ends, and what was begun at one
                // whose key is missing waits for it.
                let here = attempt.gateway == self.gateway_name();
                let goal = if here { Goal::of(invoice.state) } else { Goal::Release };
                let next = protocol::next(attempt.state, goal);
                if next != Next::Over {
                    self.gateway_of(&attempt.gateway)?;
                }
                let moved = match next {
                    Next::Over => return Ok(attempt),
                    #[cfg(any(test, debug_assertions))]
                    Next::Create if self.is_wrong() => self.one_call(&invoice, attempt).await?,
                    Next::Create => self.create(&invoice, attempt).await?,
                    Next::Confirm => self.confirm(&invoice, attempt, back).await?,
                    Next::Read => self.read(&invoice, attempt, goal, back).await?,
                    Next::Cancel => self.cancel(attempt, goal).await?,
                    Next::Drop => self.end(attempt, "released", "nothing is owed any more").await?,
                };
                if let Moved::Rests(attempt) = moved {
                    return Ok(*attempt);
                }
            }
            Err(BillingError::Pending("the payment is being worked on by many at once".into()))
        })
    }

    async fn create(&self, invoice: &Invoice, attempt: Attempt) -> Result<Moved, BillingError> {
        let gateway = self.gateway_of(&attempt.gateway)?;
        let key = protocol::create_key(attempt.id, self.now().since(attempt.created_at));
        let new = self.new_intent(invoice, &attempt);
        match self.ask("charge", "create", || gateway.create_intent(&key, &new)).await? {
            // Whatever the answer says of its status may be old, if the key was used before: only the id counts.
            Ok(intent) => {
                check(&attempt, &intent)?;
                let mut created = attempt;
                created.intent = Some(intent.id);
                created.state = AttemptState::Created;
                self.store(created).await?;
                Ok(Moved::On)
            }
            Err(GatewayError::Refused { code, text }) => self.end(attempt, &code, &text).await,
            Err(GatewayError::KeyUsed(_)) if self.others_move(&attempt).await? => Ok(Moved::On),
            Err(passing) => Err(passing.into()),
        }
    }

    /// Waits a little for another driver that is at the gateway with the same attempt. True when it has stored something.
    async fn others_move(&self, attempt: &Attempt) -> Result<bool, BillingError> {
        for _ in 0..LOOKS {
            tokio::time::sleep(PAUSE).await;
            let mut conn = self.db().read().await?;
            if attempts::get(&mut conn, attempt.desk, attempt.id).await?.rev != attempt.rev {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn confirm(
        &self,
        invoice: &Invoice,
        mut attempt: Attempt,
        back: Option<&Url>,
    ) -> Result<Moved, BillingError> {
        let gateway = self.gateway_of(&attempt.gateway)?;
        let id = intent_id(&attempt)?;
        attempt.state = AttemptState::Confirming;
        let mut tx = self.db().begin().await?;
        rows::lock(&mut tx, attempt.desk).await?;
        if invoices::get(&mut tx, attempt.desk, attempt.invoice).await?.state == InvoiceState::Void {
            return Ok(Moved::On); // released meanwhile: it is not confirmed any more
        }
        match attempts::save(&mut tx, &mut attempt, self.now()).await {
            Ok(()) => tx.commit().await?,
            Err(StoreError::Stale(_)) => return Ok(Moved::On),
            Err(error) => return Err(error.into()),
        }
        let key = protocol::step_key(attempt.id, "confirm", attempt.rev);
        let payer = if attempt.off_session { Payer::Absent } else { Payer::Present };
        let back = match back {
            Some(back) => back.clone(),
            None => self.page_that_looks(invoice).await?,
        };
        let intent = match self.ask("charge", "confirm", || gateway.confirm(&key, &id, &back, payer)).await? {
            Ok(intent) => intent,
            Err(GatewayError::RateLimited) => return Err(GatewayError::RateLimited.into()),
            Err(GatewayError::KeyUsed(_)) if self.others_move(&attempt).await? => return Ok(Moved::On),
            Err(GatewayError::Refused { code, text }) => {
                let intent = gateway.intent(&id).await?;
                if intent.status == IntentStatus::NeedsConfirmation {
                    return self.refused(attempt, code, text).await;
                }
                intent // it was confirmed or cancelled by somebody else
            }
            // No answer: perhaps it reads back at once.
            Err(error) => gateway.intent(&id).await.map_err(|_| error)?,
        };
        if intent.status == IntentStatus::NeedsConfirmation {
            return Err(BillingError::Pending("the payment gateway has not taken the confirmation in yet".into()));
        }
        self.record(attempt, &intent, Goal::Take).await
    }

    /// The gateway does not confirm this intent, such as when its card is gone: as a decline.
    async fn refused(&self, mut attempt: Attempt, code: String, text: String) -> Result<Moved, BillingError> {
        attempt.state = AttemptState::Declined;
        attempt.error_code = Some(code);
        attempt.error_text = Some(text);
        self.store(attempt).await?;
        Ok(Moved::On)
    }

    async fn read(
        &self,
        invoice: &Invoice,
        attempt: Attempt,
        goal: Goal,
        back: Option<&Url>,
    ) -> Result<Moved, BillingError> {
        let gateway = self.gateway_of(&attempt.gateway)?;
        let id = intent_id(&attempt)?;
        let intent = self.ask("charge", "read", || gateway.intent(&id)).await?.map_err(BillingError::from)?;
        if protocol::confirm_again(attempt.state, intent.status, goal) {
            return self.confirm(invoice, attempt, back).await;
        }
        self.record(attempt, &intent, goal).await
    }

    async fn cancel(&self, attempt: Attempt, goal: Goal) -> Result<Moved, BillingError> {
        let gateway = self.gateway_of(&attempt.gateway)?;
        let id = intent_id(&attempt)?;
        let key = protocol::step_key(attempt.id, "cancel", attempt.rev);
        let intent = match self.ask("charge", "cancel", || gateway.cancel(&key, &id)).await? {
            Ok(intent) => intent,
            // It succeeded, or is cancelled already: it says so itself.
            Err(GatewayError::Refused { .. }) => gateway.intent(&id).await?,
            Err(GatewayError::KeyUsed(_)) if self.others_move(&attempt).await? => return Ok(Moved::On),
            Err(used @ GatewayError::KeyUsed(_)) => {
                let intent = gateway.intent(&id).await?;
                let over = matches!(intent.status, IntentStatus::Succeeded | IntentStatus::Cancelled);
                // Stored once more it has another key next time.
                let moved = self.record(attempt, &intent, goal).await?;
                return if over { Ok(moved) } else { Err(used.into()) };
            }
            Err(passing) => return Err(passing.into()),
        };
        self.record(attempt, &intent, goal).await
    }

    /// Ends an attempt whose intent does not exist, or was never confirmed and never will be.
    async fn end(&self, mut attempt: Attempt, code: &str, text: &str) -> Result<Moved, BillingError> {
        attempt.state = AttemptState::Cancelled;
        attempt.error_code = Some(code.into());
        attempt.error_text = Some(text.into());
        self.store(attempt).await?;
        Ok(Moved::On)
    }

    /// Stores what an intent shows.
    async fn record(&self, mut attempt: Attempt, intent: &Intent, goal: Goal) -> Result<Moved, BillingError> {
        check(&attempt, intent)?;
        let before = attempt.clone();
        attempt.intent = Some(intent.id.clone());
        attempt.state = protocol::observed(attempt.state, intent.status);
        attempt.action_url = match attempt.state {
            AttemptState::ActionRequired => intent.action_url.as_ref().map(Url::to_string),
            _ => None,
        };
        if let Some(decline) = &intent.decline
            && attempt.error_code.is_none()
        {
            attempt.error_code = Some(decline.code.clone());
            attempt.error_text = Some(decline.text.clone());
        }
        let waits = protocol::waits(attempt.state, intent.status, goal);
        if waits && attempt == before {
            return Ok(Moved::Rests(Box::new(attempt)));
        }
        let settles = attempt.state == AttemptState::Succeeded;
        if settles {
            self.pass("charge", "settle", When::Before)?;
        }
        let stored = self.store(attempt).await?;
        if settles {
            self.pass("charge", "settle", When::After)?;
        }
        Ok(stored.filter(|_| waits).map_or(Moved::On, |stored| Moved::Rests(Box::new(stored))))
    }

    /// Stores an attempt with all that follows from its state, in one transaction: a payment (design: invoice paid and the
    /// order to be fulfilled), or that the invoice is due. `None`: somebody else has moved it meanwhile.
    fn store(&self, mut attempt: Attempt) -> BoxFuture<'_, Result<Option<Attempt>, BillingError>> {
        Box::pin(async move {
            let now = self.now();
            let mut tx = self.db().begin().await?;
            rows::lock(&mut tx, attempt.desk).await?;
            match attempts::save(&mut tx, &mut attempt, now).await {
                Ok(()) => {}
                Err(StoreError::Stale(_)) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
            let mut invoice = invoices::get(&mut tx, attempt.desk, attempt.invoice).await?;
            match attempt.state {
                AttemptState::Succeeded => settle::paid_in(&mut tx, &mut invoice, Some(&attempt), now).await?,
                AttemptState::Declined | AttemptState::ActionRequired | AttemptState::Cancelled
                    if invoice.state == InvoiceState::Open =>
                {
                    settle::due_in(&mut tx, &mut invoice, Some(&attempt), now).await?;
                }
                AttemptState::Declined | AttemptState::ActionRequired | AttemptState::Cancelled => {
                    settle::still_due_in(&mut tx, &mut invoice, &attempt, now).await?;
                }
                AttemptState::New | AttemptState::Created | AttemptState::Confirming => {}
            }
            tx.commit().await?;
            Ok(Some(attempt))
        })
    }

    /// Where the browser goes after 3-D Secure when nobody has said: the page of the order, which goes on from there, or that
    /// of a monthly invoice. Both look at the gateway then.
    async fn page_that_looks(&self, invoice: &Invoice) -> Result<Url, BillingError> {
        let path = match invoice.order {
            Some(order) => {
                let order = orders::get(&mut self.db().read().await?, invoice.desk, order).await?;
                format!("my-addons/{}/payment?returned=1", order.installation)
            }
            // Whoever tops up does it in the client area.
            None if invoice.top_up.is_some() => format!("client-area/invoices/{}/returned", invoice.id),
            None => format!("billing/invoices/{}?returned=1", invoice.number),
        };
        self.page(&path)
    }

    fn new_intent(&self, invoice: &Invoice, attempt: &Attempt) -> NewIntent {
        let mut metadata = BTreeMap::from([
            (gateway::HOST.into(), self.host()),
            (gateway::ATTEMPT.into(), attempt.id.to_string()),
            (gateway::INVOICE.into(), invoice.id.to_string()),
        ]);
        if let Some(order) = invoice.order {
            metadata.insert(gateway::ORDER.into(), order.to_string());
        }
        NewIntent {
            customer: attempt.customer.clone(),
            method: attempt.method.clone(),
            amount: attempt.amount,
            description: format!("Annex invoice {}", invoice.number),
            metadata,
        }
    }
}

/// An answer about something else decides nothing.
fn check(attempt: &Attempt, intent: &Intent) -> Result<(), BillingError> {
    let other = attempt.intent.as_deref().is_some_and(|id| id != intent.id);
    if other || intent.amount != attempt.amount {
        let text = format!("with {} over {} when asked about {}", intent.id, intent.amount, attempt.amount);
        return Err(BillingError::Confused(text));
    }
    Ok(())
}

fn intent_id(attempt: &Attempt) -> Result<String, BillingError> {
    attempt.intent.clone().ok_or_else(|| {
        StoreError::Corrupt {
            table: "attempts",
            id: attempt.id.to_string(),
            column: "intent_id",
            problem: "is missing in this state".into(),
        }
        .into()
    })
}
