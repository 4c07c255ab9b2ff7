//! A desk's credit: given, used before a gateway is asked, and got back for days of a plan that another one replaces.

use annex_domain::{
    billing::{LedgerAccount, OrderPurpose, OrderState, SubscriptionState},
    clock::Timestamp,
    ids::DeskId,
    money::Money,
    operator::Actor,
};
use annex_store::{
    StoreError, Tx, audit,
    billing::{
        self as rows,
        desks::{self, BillingDesk},
        entries,
        invoices::{self, Invoice, Line},
        orders::{self, Order},
        refunds,
        subscriptions::{self, Subscription},
    },
};
use serde_json::json;

use crate::{
    Billing, BillingError,
    ledger::{self, BillingDay, Period, credit_to_use, unused},
    postings,
    renewal::day_at,
};

impl Billing {
    /// Gives a desk credit.
    ///
    /// # Errors
    /// When the amount is not more than zero, or the database fails.
    pub async fn grant(&self, desk: DeskId, amount: Money, note: &str, by: Actor) -> Result<(), BillingError> {
        if amount.cents <= 0 {
            return Err(StoreError::Invalid { field: "amount", problem: "must be more than zero" }.into());
        }
        StoreError::text("note", note, 200)?;
        let now = self.now();
        let id = format!("grant:{}", annex_domain::random::token().map_err(StoreError::from)?);
        let mut tx = self.db().begin().await?;
        rows::lock(&mut tx, desk).await?;
        postings::granted(&mut tx, desk, &id, amount, note, now).await?;
        let detail = json!({ "amount": amount.to_string(), "note": note });
        audit::append(&mut tx, desk, by, "billing.credit", "credit", &detail, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What a desk has in credit, by currency.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn credit(&self, desk: DeskId) -> Result<Vec<Money>, StoreError> {
        let mut conn = self.db().read().await?;
        let balances = entries::balances(&mut conn, desk, LedgerAccount::Credit).await?;
        Ok(balances.into_iter().map(|(currency, sum)| Money::new(-sum, currency)).collect())
    }
}

/// Uses as much credit as there is for an invoice that is about to be charged. The desk is locked.
pub(crate) async fn use_in(tx: &mut Tx, invoice: &mut Invoice, least: i64, now: Timestamp) -> Result<(), StoreError> {
    let balance = entries::balance(tx, invoice.desk, LedgerAccount::Credit, invoice.total.currency).await?;
    let used = credit_to_use(invoice.to_take().cents, -balance, least);
    if used > 0 {
        postings::credit_used(tx, invoice, used, now).await?;
        invoice.credit_used += used;
        invoices::save(tx, invoice, now).await?;
    }
    Ok(())
}

/// True when nothing is left that a gateway could take; what is less than that is waived.
pub(crate) async fn is_settled_in(
    tx: &mut Tx,
    invoice: &Invoice,
    least: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let rest = invoice.to_take().cents;
    if rest > 0 && rest < least {
        postings::waived(tx, invoice, rest, now).await?;
    }
    Ok(rest < least)
}

/// A plan that takes the place of another one: the days that are left of what was paid for that come back as credit. What
/// is unpaid of it comes back when it is paid ([`unused_month_in`]).
pub(crate) async fn unused_in(tx: &mut Tx, order: &Order, now: Timestamp) -> Result<(), StoreError> {
    if order.purpose != OrderPurpose::Plan {
        return Ok(());
    }
    let Some(before) = subscriptions::live_of(tx, order.desk, order.installation).await? else { return Ok(()) };
    let Some(bill) = desks::get(tx, order.desk).await? else { return Ok(()) };
    if before.state == SubscriptionState::Trialing || !before.plan.is_paid() {
        return Ok(());
    }
    let today = day_at(&bill, now);
    let months = invoices::lines_in_use(tx, order.desk, order.installation, today).await?;
    let months = months.into_iter().filter(|line| line.subscription == Some(before.id));
    let mut paid: Vec<(Period, i64)> = months.filter_map(|line| paid_by(&line)).collect();
    paid.extend(paid_by_orders(tx, order, &before, &bill).await?);
    let amount = Money::new(unused(&paid, today), before.plan.currency);
    let id = format!("order:{}:unused", order.id);
    postings::granted(tx, order.desk, &id, amount, "unused days of the plan before", now).await?;
    Ok(())
}

/// The line of a month is paid after another plan took the place of its own: the days since then come back as credit, as
/// they would have if it had been paid before. A cancelled month is paid whole (R12).
pub(crate) async fn unused_month_in(
    tx: &mut Tx,
    line: &Line,
    of: &Subscription,
    invoice: &Invoice,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (Some(ended), Some(paid)) = (of.ended_at, paid_by(line)) else { return Ok(()) };
    let Some(bill) = desks::get(tx, of.desk).await? else { return Ok(()) };
    if !subscriptions::is_replaced(tx, of).await? {
        return Ok(());
    }
    let amount = Money::new(unused(&[paid], day_at(&bill, ended)), of.plan.currency);
    let id = format!("invoice:{}:{}:unused", invoice.id, of.id);
    postings::granted(tx, of.desk, &id, amount, "unused days of the plan before", now).await?;
    Ok(())
}

fn paid_by(line: &Line) -> Option<(Period, i64)> {
    line.period_to.map(|to| (Period { from: line.period_from, to }, line.amount))
}

/// What was paid by order for the plan that there is: its own order, and those of licences after it. What was paid for the
/// plans before it came back when it took their place.
async fn paid_by_orders(
    tx: &mut Tx,
    order: &Order,
    of: &Subscription,
    bill: &BillingDesk,
) -> Result<Vec<(Period, i64)>, StoreError> {
    let mut paid = Vec::new();
    for earlier in orders::of_installation(tx, order.desk, order.installation).await? {
        if earlier.id == order.id || !matches!(earlier.state, OrderState::Paid | OrderState::Fulfilled) {
            continue;
        }
        let its_own = earlier.purpose != OrderPurpose::Licences;
        if let Some(invoice) = invoices::of_order(tx, order.desk, earlier.id).await?
            && refunds::of_invoice(tx, invoice.id).await?.is_empty()
        {
            let lines = invoices::lines(tx, order.desk, invoice.id).await?;
            paid.extend(lines.iter().filter_map(paid_by).map(|(period, amount)| {
                // Its days began with the plan, perhaps later than they were ordered.
                let day = BillingDay::new(bill.billing_day).filter(|_| its_own);
                let begun = day.map(|day| ledger::begun(period, amount, day_at(bill, of.created_at), day));
                begun.map_or((period, amount), |begun| (begun.period, begun.amount))
            }));
        }
        if its_own {
            break; // newest first: with this one the plan began
        }
    }
    Ok(paid)
}
