//! The monthly bill: one invoice for each desk, month and currency, with a line for each subscription that is paid for up
//! to that day. Made out in one transaction, so a run that stops leaves whole months only; charged after that.
//!
//! A subscription whose last month is unpaid gets no further line: nothing piles up while it is past due.
//!
//! What was ordered begins when it is paid, perhaps long after it was ordered: the days that were paid for begin then, too
//! ([`Billing::days_in`], [`Billing::bill_rest_in`]).

use std::collections::BTreeMap;

use annex_domain::{
    billing::{InvoiceState, LineKind},
    clock::Timestamp,
    crash::When,
    ids::{DeskId, InvoiceId},
    money::Currency,
    plan::PlanModel,
};
use annex_store::{
    StoreError, Tx,
    billing::{
        self as rows,
        desks::{self, BillingDesk},
        invoices::{self, Filter, Line, NewInvoice},
        orders::{self, Order},
        subscriptions::{self, Subscription},
    },
    users,
};
use jiff::civil::Date;

use crate::{
    Billing, BillingError,
    bill::{day_at, day_of, payer},
    credit, held,
    ledger::{self, Period, next_bill_day},
    missed::{self, Missed},
    month::{self, Billed, line, next_bill},
    orders::describe,
    postings, publishers, settle,
};

/// How many desks one look takes.
const DESKS: u32 = 100;

impl Billing {
    /// Makes out all monthly bills of a desk whose day has come, and charges what is open before each and after the last: a
    /// month that is declined is the last one that is asked for. A month that was declined before is tried again when its
    /// time has come. The invoices made out now.
    ///
    /// # Errors
    /// When something could not be charged; the bills are made out, and all else is charged. Call again where
    /// [`BillingError::is_passing`].
    pub async fn bill_desk(&self, desk: DeskId) -> Result<Vec<InvoiceId>, BillingError> {
        // What was declined first: when it is paid the months after it are made out.
        let again = self.retry_months(desk).await;
        if let Err(BillingError::Stopped(_)) = again {
            return again.map(|()| Vec::new());
        }
        let made = self.make_out(desk).await?;
        again.map(|()| made)
    }

    async fn make_out(&self, desk: DeskId) -> Result<Vec<InvoiceId>, BillingError> {
        let mut made = Vec::new();
        loop {
            let charged = self.charge_months(desk).await;
            if let Err(BillingError::Stopped(_)) = charged {
                return charged.map(|()| made);
            }
            self.pass("renewal", "bill", When::Before)?;
            let Some(invoices) = self.bill_month(desk).await? else { return charged.map(|()| made) };
            made.extend(invoices);
            self.pass("renewal", "bill", When::After)?;
        }
    }

    /// [`Self::bill_desk`] of every desk whose day has come. How many there were.
    ///
    /// # Errors
    /// When the database fails. A desk that cannot be billed is logged, and looked at again next time.
    pub async fn bill_due(&self) -> Result<u32, BillingError> {
        let mut conn = self.db().read().await?;
        let due = desks::due(&mut conn, self.now(), self.now().before(missed::ANSWER_WITHIN), DESKS).await?;
        drop(conn);
        let mut billed = 0;
        for bill in due {
            match self.bill_desk(bill.desk).await {
                Ok(_) => billed += 1,
                Err(BillingError::Stopped(point)) => return Err(BillingError::Stopped(point)),
                Err(error) => tracing::warn!(desk = %bill.desk, %error, "the desk could not be billed"),
            }
        }
        Ok(billed)
    }

    /// The first day that an order of a monthly plan does not pay for, when its days begin now.
    pub async fn days_in(&self, tx: &mut Tx, order: &Order, now: Timestamp) -> Result<Option<Date>, StoreError> {
        let Some(until) = order.period_to.filter(|_| order.plan.model.is_monthly()) else { return Ok(None) };
        let Some(bill) = desks::get(tx, order.desk).await? else { return Ok(Some(until)) };
        let paid = Period { from: order.period_from, to: until };
        Ok(Some(ledger::begun(paid, 0, day_at(&bill, now), day_of(&bill)).period.to))
    }

    /// A plan without a price is about to take the place of one that is paid for: see [`held::left_behind_in`].
    pub async fn left_behind_in(&self, tx: &mut Tx, live: &Subscription, now: Timestamp) -> Result<(), StoreError> {
        held::left_behind_in(tx, live, now).await
    }

    /// True when the days that an order pays for are over.
    pub async fn is_over_in(&self, tx: &mut Tx, order: &Order, now: Timestamp) -> Result<bool, StoreError> {
        let bill = desks::get(tx, order.desk).await?;
        Ok(order.period_to.zip(bill).is_some_and(|(to, bill)| to <= day_at(&bill, now)))
    }

    /// Makes out an invoice for the days from the first that is not paid for to the next bill, when the subscription has
    /// just begun with fewer: nobody runs unpaid until then. True when there are such days; `bill_desk` charges it.
    pub async fn bill_rest_in(&self, tx: &mut Tx, of: &Subscription, now: Timestamp) -> Result<bool, StoreError> {
        month::rest_in(tx, of, now).await
    }

    /// One month: `None` when the day has not come.
    async fn bill_month(&self, desk: DeskId) -> Result<Option<Vec<InvoiceId>>, BillingError> {
        let now = self.now();
        let mut tx = self.db().begin().await?;
        rows::lock(&mut tx, desk).await?;
        let Some(mut bill) = desks::get(&mut tx, desk).await?.filter(|bill| bill.next_bill_at <= now) else {
            return Ok(None);
        };
        let on = bill.next_bill_on;
        let next = next_bill_day(on, day_of(&bill));
        let charged = match missed::look_in(&mut tx, &mut bill, now).await? {
            Missed::Wait => {
                tx.commit().await?;
                return Ok(None);
            }
            Missed::No | Missed::Confirmed => true,
            Missed::Unanswered => false,
        };
        let mut made = Vec::new();
        let gateway = self.gateway();
        let least = |currency| gateway.least(currency);
        let lines = lines_in(&mut tx, &bill, now).await?;
        for (currency, lines) in with_carried(&mut tx, &bill, lines, &least).await? {
            let new = NewInvoice {
                id: InvoiceId::new(),
                desk,
                account: payer(&mut tx, desk).await?,
                order: None,
                period: Some((on, next)),
                currency,
                credit_used: 0,
                lines,
            };
            let mut invoice = invoices::insert(&mut tx, &new, now).await?;
            postings::issued(&mut tx, &invoice, now).await?;
            if !charged {
                // Nobody has said that it may be charged: it is to be paid by hand.
                settle::due_in(&mut tx, &mut invoice, None, now).await?;
                invoices::leave_to_hand(&mut tx, &mut invoice, now).await?;
            }
            made.push(invoice.id);
        }
        let zone = ledger::zone(&bill.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        bill.asked_at = None;
        desks::advance(&mut tx, &mut bill, next, ledger::start_of(next, &zone)).await?;
        tx.commit().await?;
        Ok(Some(made))
    }

    /// Charges the monthly invoices of a desk that are open, those of an earlier run too.
    async fn charge_months(&self, desk: DeskId) -> Result<(), BillingError> {
        let mut conn = self.db().read().await?;
        let filter = Filter { state: Some(InvoiceState::Open), ..Filter::default() };
        let open = invoices::list(&mut conn, desk, filter).await?;
        drop(conn);
        let mut failed = None;
        for invoice in open.into_iter().rev().filter(|invoice| invoice.order.is_none() && invoice.top_up.is_none()) {
            self.pass("renewal", "charge", When::Before)?;
            match Box::pin(self.charge_invoice(desk, invoice.id)).await {
                Ok(_) => {}
                Err(stopped @ BillingError::Stopped(_)) => return Err(stopped),
                // The others are charged all the same.
                Err(error) => failed = Some(error),
            }
            self.pass("renewal", "charge", When::After)?;
        }
        failed.map_or(Ok(()), Err)
    }
}

/// The lines of a month by currency. The subscriptions have their new number of licences from here on, and no more users
/// than that.
async fn lines_in(
    tx: &mut Tx,
    bill: &BillingDesk,
    now: Timestamp,
) -> Result<BTreeMap<Currency, Vec<Line>>, StoreError> {
    let mut lines: BTreeMap<Currency, Vec<Line>> = BTreeMap::new();
    let mut names: BTreeMap<(String, String), String> = BTreeMap::new();
    for Billed { mut subscription, month, quantity } in next_bill(tx, bill).await? {
        let key = (subscription.addon.to_string(), subscription.plan.id.to_string());
        let description = match names.get(&key) {
            Some(name) => name.clone(),
            None => describe(tx, &subscription.addon, None, &subscription.plan).await?,
        };
        names.insert(key, description.clone());
        lines.entry(month.amount.currency).or_default().push(line(&subscription, &month, description));
        if subscription.quantity != quantity || subscription.quantity_next.is_some() {
            let old = std::mem::replace(&mut subscription.quantity, quantity);
            subscription.quantity_next = None;
            subscriptions::save(tx, &mut subscription, now).await?;
            if old != quantity {
                publishers::licences_changed(tx, old, &subscription, now).await?;
            }
        }
        if subscription.plan.model == PlanModel::PerUser {
            users::trim(tx, bill.desk, subscription.installation, quantity, now).await?;
        }
    }
    Ok(lines)
}

/// With a line for what earlier invoices put on this bill; also where nothing else is billed, once it can be taken.
async fn with_carried(
    tx: &mut Tx,
    bill: &BillingDesk,
    mut lines: BTreeMap<Currency, Vec<Line>>,
    least: &(dyn Fn(Currency) -> i64 + Sync),
) -> Result<BTreeMap<Currency, Vec<Line>>, StoreError> {
    for (currency, cents) in credit::carried(tx, bill.desk).await? {
        if !lines.contains_key(&currency) && cents < least(currency) {
            continue;
        }
        let of = lines.entry(currency).or_default();
        let (installation, addon, plan) = match of.first() {
            Some(first) => (first.installation, first.addon.clone(), first.plan.clone()),
            None => {
                let last = orders::list(tx, bill.desk, 1).await?.pop().ok_or(StoreError::NotFound("order"))?;
                (last.installation, last.addon, last.plan.id)
            }
        };
        of.push(Line {
            id: 0,
            kind: LineKind::Carried,
            subscription: None,
            installation,
            addon,
            plan,
            model: PlanModel::OneTime,
            description: "Carried over from earlier invoices".into(),
            quantity: 1,
            unit_price: cents,
            amount: cents,
            reduced: 0,
            period_from: bill.next_bill_on,
            period_to: None,
        });
    }
    Ok(lines)
}
