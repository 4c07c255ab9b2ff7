//! What ends before it is paid is owed for the days on which it was used, and no longer for the whole month.

use annex_domain::{
    billing::{AttemptState, InvoiceState, LineKind},
    clock::Timestamp,
};
use annex_store::{
    StoreError, Tx,
    billing::{
        attempts, desks,
        invoices::{self, Invoice},
        subscriptions::Subscription,
    },
};
use jiff::civil::Date;

use crate::{
    Billing,
    bill::day_at,
    credit,
    ledger::{Period, prorate},
    postings, settle,
};

impl Billing {
    /// A subscription has ended, in the transaction that ends it: the days from `until` on of its months that are not paid
    /// are owed no more. The desk is locked. Money that is on its way for them comes to the credit.
    pub async fn not_used_in(
        &self,
        tx: &mut Tx,
        of: &Subscription,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(bill) = desks::get(tx, of.desk).await? else { return Ok(()) };
        let day = day_at(&bill, until);
        for mut invoice in invoices::unpaid_of_subscription(tx, of.desk, of.id).await? {
            let cents = reduce_lines(tx, &invoice, of, day).await?;
            if cents > 0 {
                let least = self.gateway().least(invoice.total.currency);
                reduce_in(tx, &mut invoice, of, cents, least, now).await?;
            }
        }
        Ok(())
    }
}

/// Takes the days from `day` on off the lines of a subscription. How much that is.
async fn reduce_lines(tx: &mut Tx, invoice: &Invoice, of: &Subscription, day: Date) -> Result<i64, StoreError> {
    let mut cents = 0;
    for line in invoices::lines(tx, invoice.desk, invoice.id).await? {
        let (true, Some(to)) = (line.subscription == Some(of.id) && line.kind == LineKind::Charge, line.period_to)
        else {
            continue;
        };
        let period = Period { from: line.period_from, to };
        let rest = prorate(line.amount, period, period.since(day)) - line.reduced;
        if rest > 0 {
            invoices::reduce(tx, invoice.desk, line.id, rest).await?;
            cents += rest;
        }
    }
    Ok(cents)
}

async fn reduce_in(
    tx: &mut Tx,
    invoice: &mut Invoice,
    of: &Subscription,
    cents: i64,
    least: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    postings::reduced(tx, invoice, &of.id.to_string(), cents, now).await?;
    invoice.reduced += cents;
    if invoice.owed() == 0 {
        return settle::void_in(tx, invoice, now).await;
    }
    let back = invoice.credit_used - invoice.owed();
    if back > 0 {
        postings::credit_used(tx, invoice, -back, now).await?;
        invoice.credit_used -= back;
    }
    invoices::save(tx, invoice, now).await?;
    let live = attempts::live_of(tx, invoice.id).await?;
    match live {
        // Its payer would confirm more than is owed: it is given up, and the gateway is told so soon.
        Some(mut waiting) if waiting.state == AttemptState::ActionRequired => {
            waiting.state = AttemptState::Declined;
            waiting.error_code = Some("superseded".into());
            waiting.error_text = Some("less is owed now".into());
            attempts::save(tx, &mut waiting, now).await
        }
        None if invoice.state == InvoiceState::Due && credit::is_settled(invoice, least) => {
            let carried = credit::carry_in(tx, invoice, now).await?;
            settle::settled_in(tx, invoice, None, !carried, now).await
        }
        _ => Ok(()),
    }
}
