//! Looking after what was left behind, at start and every 10 minutes: payments, refunds and months that were interrupted,
//! orders that are paid and wait; and intents that nobody knows any more.

use std::time::Duration;

use annex_domain::{
    billing::{AttemptState, OrderState},
    ids::{AttemptId, DeskId, OrderId},
};
use annex_store::{
    Conn,
    billing::{
        self as rows,
        attempts::{self, Attempt},
        invoices, orders, refunds,
    },
};

use crate::{
    Billing, BillingError,
    gateway::{self, Intent, IntentStatus},
    settle,
};

/// How often the workers reconcile.
pub const EVERY: Duration = Duration::from_mins(10);
/// How old an intent is before it counts as an orphan: longer than any driver takes.
const ORPHAN_AGE: Duration = Duration::from_hours(1);
/// How far back the sweeper looks.
const SWEPT: Duration = Duration::from_hours(7 * 24);
/// How many rows of a kind one run takes.
const MOST: u32 = 500;
/// After so many failures in a row the gateway counts as unreachable, and the rest of that kind waits for the next run.
const UNREACHABLE: u32 = 5;

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reconciled {
    /// Payments, refunds, months and orders that were looked at.
    pub looked_at: u32,
    /// Of these, finished or waiting for a payer.
    pub done: u32,
    /// Could not be finished now.
    pub errors: u32,
}

/// Counts, and leaves the rest of a kind when the gateway does not answer.
#[derive(Default)]
struct Run {
    counts: Reconciled,
    in_a_row: u32,
    /// The gateway did not answer.
    away: bool,
}

impl Run {
    /// Begins another kind.
    fn next(&mut self) {
        self.in_a_row = 0;
    }

    /// False: the gateway is away, leave the rest of this kind.
    fn count(&mut self, what: &str, done: Result<(), BillingError>) -> Result<bool, BillingError> {
        self.counts.looked_at += 1;
        match done {
            Ok(()) => {
                self.counts.done += 1;
                self.in_a_row = 0;
            }
            Err(BillingError::Stopped(point)) => return Err(BillingError::Stopped(point)),
            Err(error) => {
                tracing::warn!(what, %error, code = error.code(), "could not be reconciled");
                self.counts.errors += 1;
                self.in_a_row += u32::from(error.is_away());
                self.away |= error.is_away();
            }
        }
        Ok(self.in_a_row < UNREACHABLE)
    }
}

impl Billing {
    /// Looks at everything that is unfinished. Safe beside the drivers and on several nodes.
    ///
    /// # Errors
    /// When the database fails. What cannot be finished is counted, logged, and looked at again.
    pub async fn reconcile(&self) -> Result<Reconciled, BillingError> {
        let mut run = Run::default();
        let now = self.now();
        let mut conn = self.db().read().await?;
        let attempts = attempts::unfinished(&mut conn, now, MOST).await?;
        let refunds = refunds::unfinished(&mut conn, now, MOST).await?;
        let months = invoices::open_months(&mut conn, now, MOST).await?;
        // A saga that charged an order fulfils it by itself, and has had its time.
        let paid = orders::unfinished(&mut conn, OrderState::Paid, now.before(EVERY), MOST).await?;
        drop(conn);
        // These need no gateway.
        for order in paid {
            run.count("order", self.go_on(order.desk, order.id).await)?;
        }
        run.next();
        let mut tx = self.db().begin().await?;
        for attempt in &attempts {
            attempts::looked_at(&mut tx, attempt.id, now).await?;
        }
        for refund in &refunds {
            refunds::looked_at(&mut tx, refund.id, now).await?;
        }
        for month in &months {
            invoices::looked_at(&mut tx, month.id, now).await?;
        }
        tx.commit().await?;
        for attempt in attempts {
            if !run.count("payment", self.look_after(&attempt).await)? {
                break;
            }
        }
        run.next();
        for refund in refunds {
            if !run.count("refund", self.drive_refund(refund).await.map(drop))? {
                break;
            }
        }
        run.next();
        // The invoice of an order is charged by its saga; a month's is by nobody but `bill_desk` and this.
        for month in months {
            if !run.count("month", self.charge_invoice(month.desk, month.id).await.map(drop))? {
                break;
            }
        }
        if !run.away {
            run.next();
            match self.look_outside().await {
                Ok(looked_at) => {
                    run.counts.looked_at += looked_at;
                    run.counts.done += looked_at;
                }
                failed => drop(run.count("payment company", failed.map(drop))?),
            }
        }
        Ok(run.counts)
    }

    /// Has a paid order fulfilled.
    async fn go_on(&self, desk: DeskId, order: OrderId) -> Result<(), BillingError> {
        let mut tx = self.db().begin().await?;
        settle::go_on_in(&mut tx, desk, order, self.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Goes on with a payment that somebody left, or that an event is about.
    pub(crate) async fn look_after(&self, attempt: &Attempt) -> Result<(), BillingError> {
        let rests = self.drive(attempt.desk, attempt.id, None).await?;
        if rests.state == AttemptState::ActionRequired {
            let mut tx = self.db().begin().await?;
            // It may be paid just now: nobody is told after the receipt that it is due.
            rows::lock(&mut tx, rests.desk).await?;
            let mut invoice = invoices::get(&mut tx, rests.desk, rests.invoice).await?;
            settle::forgotten_in(&mut tx, &mut invoice, &rests, self.now()).await?;
            tx.commit().await?;
        }
        // Money that came for something void goes back.
        self.finish(attempt.desk, attempt.invoice).await
    }

    /// Cancels intents of this host that no attempt has stored: made by a driver that stopped before it could. They are
    /// unconfirmed, so no money is at stake; this tidies up. How many there were.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn sweep_orphans(&self) -> Result<u32, BillingError> {
        let gateway = self.gateway();
        let now = self.now();
        let recent = gateway.intents_since(now.before(SWEPT)).await?;
        let mut orphans = Vec::new();
        let mut conn = self.db().read().await?;
        for intent in recent.iter().filter(|intent| intent.created_at <= now.before(ORPHAN_AGE)) {
            if self.is_orphan(&mut conn, intent).await? {
                orphans.push(&intent.id);
            }
        }
        drop(conn);
        let mut swept = 0;
        for id in orphans {
            match gateway.cancel(&format!("annex:sweep:{id}"), id).await {
                Ok(_) => swept += 1,
                Err(gateway::GatewayError::Refused { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(swept)
    }

    async fn is_orphan(&self, conn: &mut Conn, intent: &Intent) -> Result<bool, BillingError> {
        let ours = intent.metadata.get(gateway::HOST) == Some(&self.host());
        let id = intent.metadata.get(gateway::ATTEMPT).and_then(|text| text.parse::<AttemptId>().ok());
        let (true, Some(id)) = (ours, id) else { return Ok(false) };
        let attempt = attempts::find(conn, id).await?;
        // One without a stored intent makes it again with the same key, and gets this one.
        let stored = attempt.as_ref().is_some_and(|attempt| attempt.intent.as_deref() == Some(intent.id.as_str()));
        let waits = attempt.as_ref().is_some_and(|attempt| attempt.state == AttemptState::New);
        match intent.status {
            IntentStatus::Cancelled => Ok(false),
            IntentStatus::Succeeded | IntentStatus::Processing => {
                if !stored && !waits {
                    metrics::counter!("annex_billing_unknown_charges_total").increment(1);
                    tracing::error!(
                        intent = intent.id,
                        "money was taken that no payment knows of: a person has to look"
                    );
                }
                Ok(false)
            }
            IntentStatus::NeedsConfirmation | IntentStatus::NeedsMethod | IntentStatus::NeedsAction => {
                Ok(!stored && !waits)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_gateway_that_is_away_ends_a_kind() {
        let mut run = Run::default();
        let mut goes_on = |error| run.count("payment", Err(error)).unwrap();
        let away = || BillingError::Unavailable("timed out".into());
        assert!((0..20).all(|_| goes_on(BillingError::GatewayGone { gateway: "old".into() })));
        assert!((1..UNREACHABLE).all(|_| goes_on(away())));
        assert!(!goes_on(away()));
        run.next();
        assert!(run.count("refund", Err(BillingError::Unavailable("timed out".into()))).unwrap());
        assert_eq!((run.counts.looked_at, run.counts.errors), (26, 26));
    }
}
