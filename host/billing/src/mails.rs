//! The mails of billing, written in the transaction of what they tell. An order's go to who ordered, a month's to the
//! account that pays, and what somebody has to do about a month to those who manage add-ons as well.

use annex_domain::{
    clock::Timestamp,
    ids::{AccountId, DeskId, OperatorId},
    mail::{MailAddon, MailFacts, MailInvoice, MailLine},
    money::Money,
    permission::Permission,
};
use annex_store::{
    StoreError, Tx,
    billing::{
        accounts,
        attempts::Attempt,
        desks::{self, BillingDesk},
        disputes::Dispute,
        invoices::{self, Invoice},
        methods,
        orders::Order,
        refunds::Refund,
    },
    catalog,
    mails::{self, NewMail},
    operators,
};

use jiff::{civil::Date, tz::TimeZone};

use crate::{bill, entitlement, ledger};

/// Money was taken, from a card or from the credit. `was_due`: everybody who was told that it is due is told that it is paid.
pub(crate) async fn receipt(
    tx: &mut Tx,
    invoice: &Invoice,
    order: Option<&Order>,
    by: Option<&Attempt>,
    was_due: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let method = match by {
        Some(attempt) => card(tx, invoice, attempt).await?,
        None => None,
    };
    let facts = MailFacts::Receipt { invoice: mail_invoice(tx, invoice).await?, method };
    let key = format!("receipt:{}", invoice.id);
    if was_due && order.is_none() {
        put_to_all(tx, invoice, &facts, key, now).await
    } else {
        put(tx, invoice, order, &facts, key, now).await
    }
}

/// The invoice is to be paid by hand; or it still is, after a month was tried again.
pub(crate) async fn payment_due(
    tx: &mut Tx,
    invoice: &Invoice,
    order: Option<&Order>,
    after: Option<&Attempt>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let zone = zone(tx, invoice).await?;
    let next_try = invoice.retry_at.map(|at| ledger::day_at(at, &zone));
    let facts = MailFacts::PaymentDue {
        invoice: mail_invoice(tx, invoice).await?,
        reason: after.and_then(|attempt| attempt.error_text.clone()),
        action: after.is_some_and(|attempt| attempt.action_url.is_some()),
        runs_until: runs_until(invoice, order, &zone),
        next_try: next_try.filter(|_| after.is_some()),
        ending: false,
    };
    let days = invoice.due_since.map_or(0, |since| now.since(since).as_secs() / 86_400);
    let key = match after {
        // Whoever ordered is told once, and sees what comes of each try.
        _ if order.is_some() => format!("payment-due:{}", invoice.id),
        Some(attempt) => format!("payment-due:{}:{}", invoice.id, attempt.number),
        None if days == 0 => format!("payment-due:{}", invoice.id),
        None => format!("payment-due:{}:day-{days}", invoice.id),
    };
    match order {
        Some(_) => put(tx, invoice, order, &facts, key, now).await,
        None => put_to_all(tx, invoice, &facts, key, now).await,
    }
}

/// What an unpaid month pays for stops soon.
pub(crate) async fn payment_ending(tx: &mut Tx, invoice: &Invoice, now: Timestamp) -> Result<(), StoreError> {
    let zone = zone(tx, invoice).await?;
    let facts = MailFacts::PaymentDue {
        invoice: mail_invoice(tx, invoice).await?,
        reason: None,
        action: false,
        runs_until: runs_until(invoice, None, &zone),
        next_try: invoice.retry_at.map(|at| ledger::day_at(at, &zone)),
        ending: true,
    };
    put_to_all(tx, invoice, &facts, format!("payment-ending:{}", invoice.id), now).await
}

async fn zone(tx: &mut Tx, invoice: &Invoice) -> Result<TimeZone, StoreError> {
    let bill = desks::get(tx, invoice.desk).await?;
    Ok(bill.and_then(|bill| ledger::zone(&bill.time_zone).ok()).unwrap_or(TimeZone::UTC))
}

/// The last day on which what a month pays for runs unpaid.
fn runs_until(invoice: &Invoice, order: Option<&Order>, zone: &TimeZone) -> Option<Date> {
    let since = invoice.due_since.filter(|_| order.is_none());
    since.map(|since| ledger::day_at(since.after(entitlement::GRACE), zone))
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

/// A payment is disputed, or it was decided.
pub(crate) async fn disputed(
    tx: &mut Tx,
    invoice: &Invoice,
    dispute: &Dispute,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (amount, reason, state) = (dispute.amount, dispute.reason.clone(), dispute.state);
    let facts = MailFacts::Disputed { invoice: invoice.number, amount, state, reason };
    put_to_all(tx, invoice, &facts, format!("disputed:{}:{state}:{}", dispute.gateway_id, dispute.rev), now).await
}

/// Credit could not be topped up by itself, and is not tried again.
pub(crate) async fn top_up_declined(
    tx: &mut Tx,
    desk: DeskId,
    account: AccountId,
    (amount, reason): (Money, Option<String>),
    now: Timestamp,
) -> Result<(), StoreError> {
    let facts = MailFacts::TopUpDeclined { amount, reason };
    let (to, unique_key) = (accounts::get(tx, account).await?.email, format!("top-up-declined:{desk}:{}", now.0));
    mails::put(tx, &NewMail { desk, operator: None, to, kind: facts.kind(), args: facts.args(), unique_key }, now)
        .await?;
    Ok(())
}

/// More than one month was missed: may they be charged? An answer is waited for `until` then.
pub(crate) async fn missed_months(
    tx: &mut Tx,
    bill: &BillingDesk,
    months: u32,
    amounts: &[Money],
    until: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let zone = ledger::zone(&bill.time_zone).unwrap_or(TimeZone::UTC);
    let facts = MailFacts::MissedMonths { months, amounts: amounts.to_vec(), until: ledger::day_at(until, &zone) };
    let key = format!("missed-months:{}", bill.next_bill_on);
    let account = bill::payer(tx, bill.desk).await?;
    for (operator, to) in readers(tx, bill.desk, Some(account)).await? {
        let unique_key = operator.map_or_else(|| key.clone(), |operator| format!("{key}:{operator}"));
        let new = NewMail { desk: bill.desk, operator, to, kind: facts.kind(), args: facts.args(), unique_key };
        mails::put(tx, &new, now).await?;
    }
    Ok(())
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

/// To the account that pays, and to everybody who manages the desk's add-ons.
async fn put_to_all(
    tx: &mut Tx,
    invoice: &Invoice,
    facts: &MailFacts,
    unique_key: String,
    now: Timestamp,
) -> Result<(), StoreError> {
    for (operator, to) in readers(tx, invoice.desk, Some(invoice.account)).await? {
        let key = operator.map_or_else(|| unique_key.clone(), |operator| format!("{unique_key}:{operator}"));
        let desk = invoice.desk;
        let new = NewMail { desk, operator, to, kind: facts.kind(), args: facts.args(), unique_key: key };
        mails::put(tx, &new, now).await?;
    }
    Ok(())
}

/// Whom what somebody has to do about a desk's bill is told: the account that pays, and those who manage its add-ons. Each
/// address once.
pub async fn readers(
    tx: &mut Tx,
    desk: DeskId,
    account: Option<AccountId>,
) -> Result<Vec<(Option<OperatorId>, String)>, StoreError> {
    let mut readers = Vec::new();
    if let Some(account) = account {
        readers.push((None, accounts::get(tx, account).await?.email));
    }
    for listed in operators::list(tx, desk).await? {
        let operator = listed.operator;
        let known = readers.iter().any(|(_, to): &(_, String)| to.eq_ignore_ascii_case(&operator.email));
        if operator.active && operator.permissions.has(Permission::AddonsManage) && !known {
            readers.push((Some(operator.id), operator.email));
        }
    }
    Ok(readers)
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

/// An invoice as mails show it.
pub async fn mail_invoice(tx: &mut Tx, invoice: &Invoice) -> Result<MailInvoice, StoreError> {
    let currency = invoice.total.currency;
    let part = |cents: i64| (cents > 0).then(|| Money::new(cents, currency));
    let lines = invoices::lines(tx, invoice.desk, invoice.id).await?.into_iter().map(|line| MailLine {
        kind: line.kind,
        description: line.description,
        quantity: line.quantity,
        amount: Money::new(line.amount, currency),
        from: line.period_from,
        to: line.period_to,
    });
    Ok(MailInvoice {
        number: invoice.number,
        total: invoice.total,
        credit_used: part(invoice.credit_used),
        reduced: part(invoice.reduced),
        lines: lines.collect(),
    })
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
