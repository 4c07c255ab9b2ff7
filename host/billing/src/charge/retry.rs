//! A month that was declined is tried again: on the days of the schedule ([`ledger::RETRIES`]), and at once when its payer
//! adds a card. When is stored in the invoice; whoever begins a try moves it on in the same transaction, so each is made
//! once, whatever stops and however many nodes look. What a try comes to is told to the payer and to those who manage
//! add-ons.

use std::time::Duration;

use annex_domain::{
    billing::{InvoiceState, SubscriptionState},
    clock::Timestamp,
    crash::When,
    ids::{AccountId, DeskId, InvoiceId},
};
use annex_store::{
    StoreError, Tx,
    billing::{
        self as rows,
        invoices::{self, Invoice},
        subscriptions,
    },
};

use super::{Charged, Wish};
use crate::{Billing, BillingError, entitlement::GRACE, ledger, mails, settle};

/// How long a payment by hand may wait for its payer before another try takes its place.
pub(super) const WAITS_FOR_PAYER: Duration = Duration::from_hours(1);
/// How many invoices one look takes.
const MOST: u32 = 500;

impl Billing {
    /// Tries the months of a desk again whose time has come.
    pub(crate) async fn retry_months(&self, desk: DeskId) -> Result<(), BillingError> {
        let mut conn = self.db().read().await?;
        let due = invoices::to_retry(&mut conn, desk, self.now()).await?;
        drop(conn);
        let mut failed = None;
        for invoice in due {
            if !is_due(&invoice, self.now()) {
                self.let_retry_go(desk, invoice.id).await?;
                continue;
            }
            self.pass("renewal", "retry", When::Before)?;
            match self.collect(desk, invoice.id, Wish::Retry, None).await {
                Ok(Charged::Paid | Charged::Due(_)) => {}
                Err(stopped @ BillingError::Stopped(_)) => return Err(stopped),
                Err(error) => failed = Some(error),
            }
            self.pass("renewal", "retry", When::After)?;
        }
        failed.map_or(Ok(()), Err)
    }

    /// The try of this day is made already, or waits for a while.
    pub(super) async fn put_retry_off(
        &self,
        desk: DeskId,
        invoice: InvoiceId,
        by: Option<Duration>,
    ) -> Result<(), BillingError> {
        let now = self.now();
        let mut tx = self.db().begin().await?;
        rows::lock(&mut tx, desk).await?;
        let mut invoice = invoices::get(&mut tx, desk, invoice).await?;
        if is_due(&invoice, now) {
            match by {
                Some(by) => {
                    invoice.retry_at = Some(now.after(by));
                    invoices::save(&mut tx, &mut invoice, now).await?;
                }
                None => claim_in(&mut tx, &mut invoice, now).await?,
            }
        }
        Ok(tx.commit().await?)
    }

    /// The days of grace have ended without a host that could try it.
    async fn let_retry_go(&self, desk: DeskId, invoice: InvoiceId) -> Result<(), BillingError> {
        let now = self.now();
        let mut tx = self.db().begin().await?;
        rows::lock(&mut tx, desk).await?;
        let mut invoice = invoices::get(&mut tx, desk, invoice).await?;
        if invoice.retry_at.is_some_and(|at| at <= now) && !is_due(&invoice, now) {
            invoice.retry_at = None;
            invoices::save(&mut tx, &mut invoice, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Tells payers whose add-ons stop soon because a month is unpaid; each once. How many invoices there were.
    pub async fn warn_of_end(&self) -> Result<u32, StoreError> {
        let now = self.now();
        let before = now.before(GRACE).after(Duration::from_hours(24) * ledger::WARNED);
        let mut conn = self.db().read().await?;
        let due = invoices::to_warn(&mut conn, before, MOST).await?;
        drop(conn);
        let mut warned = 0;
        for found in due {
            let mut tx = self.db().begin().await?;
            rows::lock(&mut tx, found.desk).await?;
            let mut invoice = invoices::get(&mut tx, found.desk, found.id).await?;
            if invoice.state != InvoiceState::Due || invoice.warned_at.is_some() {
                continue;
            }
            invoice.warned_at = Some(now);
            invoices::save(&mut tx, &mut invoice, now).await?;
            // Nobody is told what has happened already, or what does not happen.
            let ends = invoice.due_since.map(|since| since.after(GRACE));
            if ends.is_some_and(|ends| ends > now) && stops_something(&mut tx, &invoice).await? {
                mails::payment_ending(&mut tx, &invoice, now).await?;
                warned += 1;
            }
            tx.commit().await?;
        }
        Ok(warned)
    }
}

async fn stops_something(tx: &mut Tx, invoice: &Invoice) -> Result<bool, StoreError> {
    for line in invoices::lines(tx, invoice.desk, invoice.id).await? {
        if let Some(id) = line.subscription
            && subscriptions::get(tx, invoice.desk, id).await?.state == SubscriptionState::PastDue
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// True when the time of the next try has come. After the days of grace only a card that is added then leads to one.
pub(super) fn is_due(invoice: &Invoice, now: Timestamp) -> bool {
    let ends = invoice.due_since.map(|since| since.after(GRACE));
    let in_time = |at: Timestamp| ends.is_none_or(|ends| now < ends || at >= ends);
    invoice.state == InvoiceState::Due && invoice.retry_at.is_some_and(|at| at <= now && in_time(at))
}

/// Makes a try this one's alone: the next is another day's.
pub(super) async fn claim_in(tx: &mut Tx, invoice: &mut Invoice, now: Timestamp) -> Result<(), StoreError> {
    invoice.retry_at = invoice.due_since.and_then(|since| ledger::next_try(since, now));
    invoices::save(tx, invoice, now).await
}

/// Whoever adds a card wants to pay with it: what is due of an account's months is tried at once. The desks are locked,
/// before anything is written.
pub(crate) async fn at_once_in(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<(), StoreError> {
    for mut invoice in invoices::due_months_of_account(tx, account).await? {
        invoice.retry_at = Some(now);
        invoices::save(tx, &mut invoice, now).await?;
        settle::bill_soon_in(tx, invoice.desk, now).await?;
    }
    Ok(())
}

/// Locks the desks whose months an account owes.
pub(crate) async fn lock_debts(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    let mut desks: Vec<DeskId> =
        invoices::due_months_of_account(tx, account).await?.into_iter().map(|one| one.desk).collect();
    desks.sort_unstable();
    desks.dedup();
    for desk in desks {
        rows::lock(tx, desk).await?;
    }
    Ok(())
}
