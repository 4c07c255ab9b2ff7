//! What a month of a desk comes to: what the next bill is made of, and the days up to it of what has just begun.

use annex_domain::{
    billing::{LineKind, OrderPurpose, OrderState, SubscriptionState},
    clock::Timestamp,
    ids::InvoiceId,
    plan::PlanModel,
};
use annex_store::{
    Conn, StoreError, Tx,
    billing::{
        desks::{self, BillingDesk},
        invoices::{self, Line, NewInvoice},
        orders::{self, Order},
        subscriptions::{self, Subscription},
    },
};
use jiff::civil::Date;

use crate::{
    bill::{day_at, day_of, payer},
    ledger::{Renewal, next_bill_day, renew},
    orders::{describe, free_licences, seats},
    postings,
};

/// What the next bill of a desk is made of, as things stand. A month that was missed is not asked for later: each begins on
/// the day of this bill.
pub(crate) async fn next_bill(conn: &mut Conn, bill: &BillingDesk) -> Result<Vec<Billed>, StoreError> {
    let (on, day) = (bill.next_bill_on, day_of(bill));
    let seats = seats(conn, bill.desk).await?;
    let mut billed = Vec::new();
    for subscription in subscriptions::to_bill(conn, bill.desk, on).await? {
        if subscription.state != SubscriptionState::Active {
            continue;
        }
        let paid = licences_paid(conn, &subscription, on).await?;
        let (quantity, next) = (subscription.quantity, subscription.quantity_next);
        let rest = |licences: u32| licences.saturating_sub(paid);
        // What an order has paid for is the last of them: the free ones are among the rest.
        let free = free_licences(conn, bill.desk, &subscription.plan).await?;
        if let Some(month) = renew(&subscription.plan, rest(quantity), next.map(rest), free, seats, on, day) {
            let quantity = month.quantity.saturating_add(paid);
            billed.push(Billed { subscription, month, quantity });
        }
    }
    Ok(billed)
}

/// What a subscription is billed on the day of a bill.
pub(crate) struct Billed {
    pub(crate) subscription: Subscription,
    pub(crate) month: Renewal,
    /// Its licences from here on.
    pub(crate) quantity: u32,
}

/// Licences that an order pays for from the day of a bill on: bought when the day had come, and the bill was not made out.
async fn licences_paid(conn: &mut Conn, of: &Subscription, on: Date) -> Result<u32, StoreError> {
    if of.plan.model != PlanModel::PerUser {
        return Ok(0);
    }
    let orders = orders::of_installation(conn, of.desk, of.installation).await?;
    let counts = |order: &&Order| {
        let added = order.purpose == OrderPurpose::Licences && order.state == OrderState::Fulfilled;
        added && order.period_from >= on && order.created_at >= of.created_at
    };
    Ok(orders.iter().filter(counts).fold(0, |sum, order| sum.saturating_add(order.quantity)))
}

/// [`crate::Billing::bill_rest_in`].
pub(crate) async fn rest_in(tx: &mut Tx, of: &Subscription, now: Timestamp) -> Result<bool, StoreError> {
    let (Some(from), Some(bill)) = (of.paid_through, desks::get(tx, of.desk).await?) else { return Ok(false) };
    let day = day_of(&bill);
    if from >= next_bill_day(day_at(&bill, now), day) {
        return Ok(false);
    }
    let seats = seats(tx, of.desk).await?;
    let free = free_licences(tx, of.desk, &of.plan).await?;
    let Some(rest) = renew(&of.plan, of.quantity, None, free, seats, from, day) else { return Ok(false) };
    let description = describe(tx, &of.addon, None, &of.plan).await?;
    let new = NewInvoice {
        id: InvoiceId::new(),
        desk: of.desk,
        account: payer(tx, of.desk).await?,
        order: None,
        period: None,
        currency: rest.amount.currency,
        credit_used: 0,
        lines: vec![line(of, &rest, description)],
    };
    let invoice = invoices::insert(tx, &new, now).await?;
    postings::issued(tx, &invoice, now).await?;
    Ok(true)
}

/// The line of an invoice for the days that a subscription is renewed by.
pub(crate) fn line(subscription: &Subscription, renewal: &Renewal, description: String) -> Line {
    Line {
        id: 0,
        kind: LineKind::Charge,
        subscription: Some(subscription.id),
        installation: subscription.installation,
        addon: subscription.addon.clone(),
        plan: subscription.plan.id.clone(),
        model: subscription.plan.model,
        description,
        quantity: renewal.quantity,
        unit_price: renewal.unit_price.cents,
        amount: renewal.amount.cents,
        reduced: 0,
        period_from: renewal.period.from,
        period_to: Some(renewal.period.to),
    }
}
