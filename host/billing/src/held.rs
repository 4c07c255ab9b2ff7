//! What is paid for and not used yet when a plan is bought: the days that are left of the plan that it replaces, or of the
//! same add-on that was cancelled. It is taken off the price, so that nobody pays for a day twice and nothing is charged
//! first and credited later. What is left over of a plan that is replaced comes to the credit (a cheaper plan costs nothing
//! today), and back from who earned with it (ADR 45); of what was cancelled nothing comes back (R12).

use annex_domain::{
    addon::AddonId,
    billing::{LineKind, OrderPurpose, OrderState, SubscriptionState},
    clock::Timestamp,
    ids::{DeskId, InstallationId, OrderId},
    money::Money,
};
use annex_store::{
    Conn, StoreError, Tx,
    billing::{
        desks::{self, BillingDesk},
        earnings,
        invoices::{self, Invoice, Line},
        orders::{self, Order},
        refunds,
        subscriptions::{self, Subscription},
    },
};
use jiff::civil::Date;

use crate::{
    bill::{day_at, day_of},
    earnings::become_credit,
    ledger::{self, Period, Quote, split, unused},
    postings,
};

/// What is paid for and not used.
pub(crate) struct Held {
    /// [`LineKind::Unused`] or [`LineKind::Covered`].
    pub(crate) kind: LineKind,
    pub(crate) value: Money,
    /// What it was paid for.
    pub(crate) of: Subscription,
}

impl Held {
    /// What is left over of it comes to the credit.
    fn keeps(&self) -> bool {
        self.kind == LineKind::Unused
    }
}

/// What there is for a plan of an add-on that is bought on a day. `order`: the order that it is for, once there is one.
pub(crate) async fn held(
    conn: &mut Conn,
    desk: DeskId,
    (installation, addon): (Option<InstallationId>, &AddonId),
    bill: &BillingDesk,
    today: Date,
    order: Option<OrderId>,
) -> Result<Option<Held>, StoreError> {
    let live = match installation {
        Some(installation) => subscriptions::live_of(conn, desk, installation).await?,
        None => None,
    };
    let pays = |one: &Subscription| one.state != SubscriptionState::Trialing && one.plan.model.is_monthly();
    let (kind, of) = match live.filter(pays) {
        Some(live) => (LineKind::Unused, live),
        None => match subscriptions::cancelled_of_addon(conn, desk, addon).await? {
            Some(ended) => (LineKind::Covered, ended),
            None => return Ok(None),
        },
    };
    let mut paid = paid_by_months(conn, &of, today).await?;
    paid.extend(paid_by_orders(conn, &of, bill, order).await?);
    let value = Money::new(unused(&paid, today), of.plan.currency);
    Ok((value.cents > 0).then_some(Held { kind, value, of }))
}

/// Takes what is paid for already off a price.
pub(crate) fn net(quote: Quote, held: Option<&Held>) -> Quote {
    match held.filter(|held| held.value.currency == quote.gross.currency) {
        Some(held) => quote.less(held.value.cents, held.keeps()),
        None => quote,
    }
}

/// What was ordered runs: what is left over of the plan before comes to the credit, and what was paid for days after the
/// next bill, when they begin later than they were ordered.
pub(crate) async fn settle_in(tx: &mut Tx, order: &Order, now: Timestamp) -> Result<(), StoreError> {
    if order.purpose == OrderPurpose::Licences {
        return Ok(());
    }
    let Some(bill) = desks::get(tx, order.desk).await? else { return Ok(()) };
    let Some(invoice) = invoices::of_order(tx, order.desk, order.id).await? else { return Ok(()) };
    let lines = invoices::lines(tx, order.desk, invoice.id).await?;
    let (less, gross): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(|line| line.amount < 0);
    let sum = |lines: &[&Line]| lines.iter().map(|line| line.amount).sum::<i64>();
    let (netted, gross, today) = (-sum(&less), sum(&gross), day_at(&bill, now));
    let late = order
        .period_to
        .filter(|_| order.plan.model.is_monthly())
        .map_or(0, |to| ledger::begun(Period { from: order.period_from, to }, gross, today, day_of(&bill)).back);
    let found = held(tx, order.desk, (Some(order.installation), &order.addon), &bill, today, Some(order.id)).await?;
    let (mut left, mut other) = (0, None);
    match found {
        Some(found) if found.value.currency != order.amount.currency => {
            other = Some(found.value).filter(|_| found.kind == LineKind::Unused);
        }
        Some(found) if found.keeps() => left = found.value.cents,
        Some(found) => left = found.value.cents.min(netted),
        None => {}
    }
    // What was taken off for days that went by before it was paid was too much; it is never taken back from anybody.
    let back = Money::new((left - netted + late).max(0), order.amount.currency);
    let of = Days { desk: order.desk, addon: &order.addon, bill: &bill, today };
    of.become_credit_in(tx, &format!("order:{}:unused", order.id), Some(order.id), back, now).await?;
    if let Some(other) = other {
        of.become_credit_in(tx, &format!("order:{}:unused-before", order.id), Some(order.id), other, now).await?;
    }
    Ok(())
}

/// A plan without a price takes the place of one: the days that are left of that come to the credit.
pub(crate) async fn left_behind_in(tx: &mut Tx, live: &Subscription, now: Timestamp) -> Result<(), StoreError> {
    let Some(bill) = desks::get(tx, live.desk).await? else { return Ok(()) };
    let (desk, addon, today) = (live.desk, &live.addon, day_at(&bill, now));
    if let Some(held) = held(tx, desk, (Some(live.installation), addon), &bill, today, None).await?
        && held.kind == LineKind::Unused
    {
        let id = format!("subscription:{}:unused", live.id);
        Days { desk, addon, bill: &bill, today }.become_credit_in(tx, &id, None, held.value, now).await?;
    }
    Ok(())
}

/// The days of a desk's add-on that are left on a day.
struct Days<'a> {
    desk: DeskId,
    addon: &'a AddonId,
    bill: &'a BillingDesk,
    today: Date,
}

impl Days<'_> {
    /// What they were worth comes to the credit, and back from the publishers that have earned with it. `begins`: the order that has
    /// come in their place; of what was paid for it, only what was paid for days after the next bill comes back.
    async fn become_credit_in(
        &self,
        tx: &mut Tx,
        id: &str,
        begins: Option<OrderId>,
        credit: Money,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if credit.is_zero() {
            return Ok(());
        }
        let (mut days, mut late) = (Vec::new(), Vec::new());
        for one in earnings::paid_days(tx, self.desk, self.addon, credit.currency).await? {
            let paid = Period { from: one.from, to: one.to };
            if begins.is_some() && one.order == begins {
                late.push((one.line, ledger::begun(paid, one.left, self.today, day_of(self.bill)).back));
            } else {
                let period = self.begun(tx, one.order, paid).await?;
                days.push((one.line, unused(&[(period, one.left)], self.today)));
            }
        }
        days.append(&mut late);
        let earning = become_credit(tx, id, &days, credit, now).await?;
        let note = "unused days of the plan before";
        postings::granted(tx, self.desk, id, (credit, earning), note, now).await.map(drop)
    }

    /// The days of a line as they began: with its plan, perhaps later than they were ordered.
    async fn begun(&self, conn: &mut Conn, order: Option<OrderId>, paid: Period) -> Result<Period, StoreError> {
        let Some(order) = order else { return Ok(paid) };
        let order = orders::get(conn, self.desk, order).await?;
        if order.purpose == OrderPurpose::Licences {
            return Ok(paid);
        }
        let began = if order.state == OrderState::Fulfilled { day_at(self.bill, order.updated_at) } else { self.today };
        Ok(ledger::begun(paid, 0, began, day_of(self.bill)).period)
    }
}

/// The days of the months that are paid of a subscription, and what is left of what was paid for them.
async fn paid_by_months(conn: &mut Conn, of: &Subscription, today: Date) -> Result<Vec<(Period, i64)>, StoreError> {
    let mut paid = Vec::new();
    for (invoice, line) in invoices::lines_in_use(conn, of.desk, of.installation, today).await? {
        // Of a month that was cancelled before it was paid, only the days before that were paid for.
        if line.subscription == Some(of.id) && line.reduced == 0 {
            let invoice = invoices::get(conn, of.desk, invoice).await?;
            let left = left_of_lines(conn, of.desk, &invoice).await?;
            paid.extend(left.iter().filter(|(one, _)| one.id == line.id).filter_map(paid_by));
        }
    }
    Ok(paid)
}

/// The days of a line, and what is left of what was paid for them.
fn paid_by((line, left): &(Line, i64)) -> Option<(Period, i64)> {
    line.period_to.map(|to| (Period { from: line.period_from, to }, *left))
}

/// What was paid by order for a subscription: its own order, and those of licences after it. What was paid for the plans
/// before it was taken off its price.
async fn paid_by_orders(
    conn: &mut Conn,
    of: &Subscription,
    bill: &BillingDesk,
    but: Option<OrderId>,
) -> Result<Vec<(Period, i64)>, StoreError> {
    let mut paid = Vec::new();
    for earlier in orders::of_installation(conn, of.desk, of.installation).await? {
        if but == Some(earlier.id) || !matches!(earlier.state, OrderState::Paid | OrderState::Fulfilled) {
            continue;
        }
        let its_own = earlier.purpose != OrderPurpose::Licences;
        if let Some(invoice) = invoices::of_order(conn, of.desk, earlier.id).await? {
            let lines = left_of_lines(conn, of.desk, &invoice).await?;
            paid.extend(lines.iter().filter_map(paid_by).map(|(period, amount)| {
                if !its_own {
                    return (period, amount);
                }
                // Its days began with the plan, perhaps later than they were ordered.
                let begun = ledger::begun(period, amount, day_at(bill, of.created_at), day_of(bill));
                (begun.period, begun.amount)
            }));
        }
        if its_own {
            break; // newest first: with this one the plan began
        }
    }
    Ok(paid)
}

/// What is left of each line of an invoice that is paid for: what was to be paid for it, less what was paid back of it.
pub(crate) async fn left_of_lines(
    conn: &mut Conn,
    desk: DeskId,
    invoice: &Invoice,
) -> Result<Vec<(Line, i64)>, StoreError> {
    let back = refunds::by_line(conn, invoice.id).await?;
    let back_of = |line: &Line| back.iter().find(|(id, _)| *id == line.id).map_or(0, |(_, cents)| *cents);
    let lines = invoices::lines(conn, desk, invoice.id).await?;
    let mut left: Vec<(Line, i64)> = lines
        .into_iter()
        .filter(|line| matches!(line.kind, LineKind::Charge | LineKind::Carried | LineKind::Credit))
        .map(|line| {
            let left = (line.amount - line.reduced - back_of(&line)).max(0);
            (line, left)
        })
        .collect();
    let of_all = refunds::of_no_line(conn, invoice.id).await?;
    let shares = split(of_all, &left.iter().map(|(_, cents)| *cents).collect::<Vec<_>>());
    for ((_, cents), share) in left.iter_mut().zip(shares) {
        *cents -= share;
    }
    Ok(left)
}
