//! The monthly bill: one invoice for each desk, month and currency, with a line for each subscription that is paid for up
//! to that day. Made out in one transaction, so a run that stops leaves whole months only; charged after that.
//!
//! A subscription whose last month is unpaid gets no further line: nothing piles up while it is past due.

use std::collections::BTreeMap;

use annex_domain::{
    billing::{InvoiceState, OrderPurpose, OrderState, SubscriptionState},
    clock::Timestamp,
    crash::When,
    ids::{AccountId, DeskId, InvoiceId},
    money::Currency,
};
use annex_store::{
    Conn, StoreError, Tx,
    billing::{
        self as rows, accounts,
        desks::{self, BillingDesk},
        invoices::{self, Filter, Line, NewInvoice},
        logins, orders,
        subscriptions::{self, Subscription},
    },
};
use jiff::civil::Date;

use crate::{
    Billing, BillingError,
    ledger::{self, BillingDay, Renewal, next_bill_day, renew},
    orders::{describe, seats},
    postings,
};

/// How many desks one look takes.
const DESKS: u32 = 100;

impl Billing {
    /// Makes out all monthly bills of a desk whose day has come, and charges what is open before each and after the last: a
    /// month that is declined is the last one that is asked for. The invoices made out now.
    ///
    /// # Errors
    /// [`BillingError::is_passing`] errors when something could not be charged yet: call again. The bills are made out.
    pub async fn bill_desk(&self, desk: DeskId) -> Result<Vec<InvoiceId>, BillingError> {
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
        let due = desks::due(&mut conn, self.now(), DESKS).await?;
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

    /// One month: `None` when the day has not come.
    async fn bill_month(&self, desk: DeskId) -> Result<Option<Vec<InvoiceId>>, BillingError> {
        let now = self.now();
        let mut tx = self.db().begin().await?;
        rows::lock(&mut tx, desk).await?;
        let Some(mut bill) = desks::get(&mut tx, desk).await?.filter(|bill| bill.next_bill_at <= now) else {
            return Ok(None);
        };
        let on = bill.next_bill_on;
        let day = BillingDay::new(bill.billing_day).unwrap_or_else(|| BillingDay::of(on));
        let next = next_bill_day(on, day);
        let mut made = Vec::new();
        for (currency, lines) in lines_in(&mut tx, &bill, day, now).await? {
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
            let invoice = invoices::insert(&mut tx, &new, now).await?;
            postings::issued(&mut tx, &invoice, now).await?;
            made.push(invoice.id);
        }
        let zone = ledger::zone(&bill.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
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
        let mut passing = None;
        for invoice in open.into_iter().rev().filter(|invoice| invoice.order.is_none()) {
            self.pass("renewal", "charge", When::Before)?;
            match self.charge_invoice(desk, invoice.id).await {
                Ok(_) => {}
                Err(error) if error.is_passing() && !matches!(error, BillingError::Stopped(_)) => passing = Some(error),
                Err(error) => return Err(error),
            }
            self.pass("renewal", "charge", When::After)?;
        }
        passing.map_or(Ok(()), Err)
    }
}

/// The lines of a month by currency. The subscriptions have their new number of licences from here on.
async fn lines_in(
    tx: &mut Tx,
    bill: &BillingDesk,
    day: BillingDay,
    now: Timestamp,
) -> Result<BTreeMap<Currency, Vec<Line>>, StoreError> {
    let mut lines: BTreeMap<Currency, Vec<Line>> = BTreeMap::new();
    let seats = seats(tx, bill.desk).await?;
    let mut names: BTreeMap<(String, String), String> = BTreeMap::new();
    for mut subscription in subscriptions::to_bill(tx, bill.desk, bill.next_bill_on).await? {
        if subscription.state != SubscriptionState::Active {
            continue;
        }
        let Some(renewal) = renewal_of(&subscription, bill.next_bill_on, day, seats) else { continue };
        let key = (subscription.addon.to_string(), subscription.plan.id.to_string());
        let description = match names.get(&key) {
            Some(name) => name.clone(),
            None => describe(tx, &subscription.addon, None, &subscription.plan).await?,
        };
        names.insert(key, description.clone());
        let before = gap_of(tx, &subscription, bill.next_bill_on, day, seats).await?;
        let lines = lines.entry(renewal.amount.currency).or_default();
        lines.extend(before.map(|gap| line(&subscription, &gap, description.clone())));
        lines.push(line(&subscription, &renewal, description));
        if subscription.quantity != renewal.quantity || subscription.quantity_next.is_some() {
            subscription.quantity = renewal.quantity;
            subscription.quantity_next = None;
            subscriptions::save(tx, &mut subscription, now).await?;
        }
    }
    Ok(lines)
}

/// A month that was missed is not asked for later: it begins on the day of this bill.
fn renewal_of(subscription: &Subscription, on: Date, day: BillingDay, seats: u32) -> Option<Renewal> {
    renew(&subscription.plan, subscription.quantity, subscription.quantity_next, seats, on, day)
}

/// The days before a first bill that no order paid for: it was paid when its own days were over, and the bill's day with
/// them. Licences that were added since then are paid for by their orders.
async fn gap_of(
    conn: &mut Conn,
    of: &Subscription,
    on: Date,
    day: BillingDay,
    seats: u32,
) -> Result<Option<Renewal>, StoreError> {
    let Some(from) = of.paid_through.filter(|from| *from < on) else { return Ok(None) };
    if invoices::is_billed(conn, of.desk, of.id).await? {
        return Ok(None);
    }
    let orders = orders::of_installation(conn, of.desk, of.installation).await?;
    let added = orders.iter().filter(|order| {
        let more = order.purpose == OrderPurpose::Licences && order.state == OrderState::Fulfilled;
        more && order.created_at >= of.created_at
    });
    let quantity = added.fold(of.quantity, |rest, order| rest.saturating_sub(order.quantity));
    Ok(renew(&of.plan, quantity, None, seats, from, day).filter(|gap| gap.period.to <= on))
}

fn line(subscription: &Subscription, renewal: &Renewal, description: String) -> Line {
    Line {
        subscription: Some(subscription.id),
        installation: subscription.installation,
        addon: subscription.addon.clone(),
        plan: subscription.plan.id.clone(),
        model: subscription.plan.model,
        description,
        quantity: renewal.quantity,
        unit_price: renewal.unit_price.cents,
        amount: renewal.amount.cents,
        period_from: renewal.period.from,
        period_to: Some(renewal.period.to),
    }
}

/// Who pays a month: the account that is logged in and holds the licence, else the holder, else who ordered last.
async fn payer(conn: &mut Conn, desk: DeskId) -> Result<AccountId, StoreError> {
    if let Some(login) = logins::of_desk(conn, desk).await?
        && login.holds_licence
    {
        return Ok(login.account.id);
    }
    if let Some(holder) = accounts::licence_holder(conn, desk).await? {
        return Ok(holder);
    }
    let last = orders::list(conn, desk, 1).await?.pop();
    last.map(|order| order.account).ok_or(StoreError::NotFound("account that pays for this help desk"))
}
