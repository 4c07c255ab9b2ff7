//! The monthly bill: one invoice for each desk, month and currency, with a line for each subscription that is paid for up
//! to that day. Made out in one transaction, so a run that stops leaves whole months only; charged after that.
//!
//! A subscription whose last month is unpaid gets no further line: nothing piles up while it is past due.

use std::collections::BTreeMap;

use annex_domain::{
    billing::{InvoiceState, SubscriptionState},
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
    /// Makes out all monthly bills of a desk whose day has come, and charges what is open. The invoices made out now.
    ///
    /// # Errors
    /// [`BillingError::is_passing`] errors when something could not be charged yet: call again. The bills are made out.
    pub async fn bill_desk(&self, desk: DeskId) -> Result<Vec<InvoiceId>, BillingError> {
        let mut made = Vec::new();
        loop {
            self.pass("renewal", "bill", When::Before)?;
            let Some(invoices) = self.bill_month(desk).await? else { break };
            made.extend(invoices);
            self.pass("renewal", "bill", When::After)?;
        }
        self.charge_months(desk).await?;
        Ok(made)
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
        let currency = renewal.amount.currency;
        lines.entry(currency).or_default().push(line(&subscription, &renewal, description));
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
