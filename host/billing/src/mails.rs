//! The mails of billing, written in the transaction of what they tell. An order's go to who ordered, a month's to the
//! account that pays.

use annex_domain::{
    clock::Timestamp,
    ids::OperatorId,
    mail::{MailAddon, MailFacts, MailInvoice, MailLine},
    money::Money,
};
use annex_store::{
    StoreError, Tx,
    billing::{
        accounts,
        attempts::Attempt,
        desks,
        invoices::{self, Invoice},
        methods,
        orders::Order,
        refunds::Refund,
    },
    catalog,
    mails::{self, NewMail},
    operators,
};

use crate::{entitlement, ledger};

/// Money was taken, from a card or from the credit.
pub(crate) async fn receipt(
    tx: &mut Tx,
    invoice: &Invoice,
    order: Option<&Order>,
    by: Option<&Attempt>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let method = match by {
        Some(attempt) => card(tx, invoice, attempt).await?,
        None => None,
    };
    let facts = MailFacts::Receipt { invoice: of(tx, invoice).await?, method };
    put(tx, invoice, order, &facts, format!("receipt:{}", invoice.id), now).await
}

/// The invoice is to be paid by hand.
pub(crate) async fn payment_due(
    tx: &mut Tx,
    invoice: &Invoice,
    order: Option<&Order>,
    after: Option<&Attempt>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let runs_until = match (order, desks::get(tx, invoice.desk).await?) {
        (None, Some(bill)) => {
            let zone = ledger::zone(&bill.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
            Some(ledger::day_at(now.after(entitlement::GRACE), &zone))
        }
        _ => None,
    };
    let facts = MailFacts::PaymentDue {
        invoice: of(tx, invoice).await?,
        reason: after.and_then(|attempt| attempt.error_text.clone()),
        action: after.is_some_and(|attempt| attempt.action_url.is_some()),
        runs_until,
    };
    put(tx, invoice, order, &facts, format!("payment-due:{}", invoice.id), now).await
}

/// Money was paid back.
pub(crate) async fn refunded(
    tx: &mut Tx,
    invoice: &Invoice,
    order: Option<&Order>,
    refund: &Refund,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (amount, credit) = if refund.attempt.is_some() {
        (refund.amount, None)
    } else {
        (Money::new(0, refund.amount.currency), Some(refund.amount))
    };
    let addon = match order {
        Some(order) => Some(addon(tx, order).await?),
        None => None,
    };
    let facts = MailFacts::Refunded { invoice: invoice.number, amount, credit, addon };
    put(tx, invoice, order, &facts, format!("refunded:{}", refund.id), now).await
}

/// The gateway refuses for good to pay back: people have to look.
pub(crate) async fn refund_failed(
    tx: &mut Tx,
    invoice: &Invoice,
    order: Option<&Order>,
    refund: &Refund,
    now: Timestamp,
) -> Result<(), StoreError> {
    let facts =
        MailFacts::RefundFailed { invoice: invoice.number, amount: refund.amount, reason: refund.error_text.clone() };
    put(tx, invoice, order, &facts, format!("refund-failed:{}", refund.id), now).await
}

async fn put(
    tx: &mut Tx,
    invoice: &Invoice,
    order: Option<&Order>,
    facts: &MailFacts,
    unique_key: String,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (operator, to) = reader(tx, invoice, order).await?;
    let new = NewMail { desk: invoice.desk, operator, to, kind: facts.kind(), args: facts.args(), unique_key };
    mails::put(tx, &new, now).await?;
    Ok(())
}

async fn reader(
    tx: &mut Tx,
    invoice: &Invoice,
    order: Option<&Order>,
) -> Result<(Option<OperatorId>, String), StoreError> {
    if let Some(order) = order {
        let operator = operators::get(tx, invoice.desk, order.ordered_by).await?;
        if operator.active {
            return Ok((Some(operator.id), operator.email));
        }
    }
    Ok((None, accounts::get(tx, invoice.account).await?.email))
}

async fn of(tx: &mut Tx, invoice: &Invoice) -> Result<MailInvoice, StoreError> {
    let currency = invoice.total.currency;
    let lines = invoices::lines(tx, invoice.desk, invoice.id).await?.into_iter().map(|line| MailLine {
        description: line.description,
        quantity: line.quantity,
        amount: Money::new(line.amount, currency),
        from: line.period_from,
        to: line.period_to,
    });
    let credit_used = (invoice.credit_used > 0).then(|| Money::new(invoice.credit_used, currency));
    Ok(MailInvoice { number: invoice.number, total: invoice.total, credit_used, lines: lines.collect() })
}

/// Such as `visa 4242`; none when the card was removed.
async fn card(tx: &mut Tx, invoice: &Invoice, attempt: &Attempt) -> Result<Option<String>, StoreError> {
    let cards = methods::list(tx, invoice.account).await?;
    let card = cards.iter().find(|card| card.gateway == attempt.gateway && card.gateway_id == attempt.method);
    Ok(card.map(|card| format!("{} {}", card.brand, card.last4)))
}

async fn addon(tx: &mut Tx, order: &Order) -> Result<MailAddon, StoreError> {
    let row = catalog::version(tx, &order.addon, &order.version).await?;
    let name = row
        .map_or_else(|| annex_domain::localized::Localized::en(order.addon.as_str()), |row| row.manifest.listing.name);
    Ok(MailAddon { id: order.addon.clone(), name, installation: Some(order.installation) })
}
