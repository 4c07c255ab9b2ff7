//! What is written into the ledger when money moves. Debits are positive; each transaction's id makes it happen once.

use annex_domain::{
    billing::{InvoiceState, LedgerAccount, LineKind},
    clock::Timestamp,
    ids::DeskId,
    money::Money,
};
use annex_store::{
    Conn, StoreError, Tx,
    billing::{
        attempts::Attempt,
        entries::{self, Entry, Posting},
        invoices::{self, Invoice},
        refunds::Refund,
    },
};

use crate::{
    earnings,
    ledger::{self, Happening},
};

/// An invoice was made out: it is owed, and earned.
pub(crate) async fn issued(tx: &mut Tx, invoice: &Invoice, now: Timestamp) -> Result<(), StoreError> {
    let lines = invoices::lines(tx, invoice.desk, invoice.id).await?;
    let of_kind = |kind| lines.iter().filter(|line| line.kind == kind).map(|line| line.amount).sum::<i64>();
    let carried = of_kind(LineKind::Carried);
    // Credit that is bought is neither earned nor owed: it is there once it is paid.
    let earned = invoice.total.cents - carried - of_kind(LineKind::Credit);
    let id = format!("invoice:{}:issued", invoice.id);
    of_invoice(tx, invoice, &id, Happening::Issued(earned), "invoice", now).await?;
    carried_over(tx, invoice, carried, now).await
}

/// A part is paid out of the credit, what earns of it first; or comes back to it, less than nothing.
pub(crate) async fn credit_used(tx: &mut Tx, invoice: &Invoice, cents: i64, now: Timestamp) -> Result<(), StoreError> {
    let earns = if cents < 0 {
        let earning = entries::earning_of(tx, invoice.desk, invoice.id).await?;
        -ledger::earning_last(-cents, invoice.credit_used, earning)
    } else {
        earning_of(tx, invoice, cents).await?
    };
    // An invoice may use credit again later: its revision tells the uses apart.
    let id = format!("invoice:{}:credit:{}", invoice.id, invoice.rev);
    with_earning(tx, invoice, &id, (Happening::CreditUsed(cents), earns), "credit used", now).await
}

/// The rest is too little to be taken: the credit goes below nothing by it, until the next bill.
pub(crate) async fn carried(tx: &mut Tx, invoice: &Invoice, cents: i64, now: Timestamp) -> Result<(), StoreError> {
    let earns = earning_of(tx, invoice, cents).await?;
    let id = format!("invoice:{}:carried:{}", invoice.id, invoice.rev);
    with_earning(tx, invoice, &id, (Happening::CreditUsed(cents), earns), "put on the next bill", now).await
}

/// What of so much of the desk's credit earns when an invoice uses it.
async fn earning_of(tx: &mut Tx, invoice: &Invoice, cents: i64) -> Result<i64, StoreError> {
    Ok(ledger::earning_first(cents, entries::earning(tx, invoice.desk, invoice.total.currency).await?))
}

/// What was put on this bill by earlier ones: it is owed here, and was earned there.
async fn carried_over(tx: &mut Tx, invoice: &Invoice, cents: i64, now: Timestamp) -> Result<(), StoreError> {
    let id = format!("invoice:{}:carried-over", invoice.id);
    of_invoice(tx, invoice, &id, Happening::CarriedOver(cents), "from earlier bills", now).await
}

/// A part is not owed any more: days on which it was not used.
pub(crate) async fn reduced(
    tx: &mut Tx,
    invoice: &Invoice,
    what: &str,
    cents: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let id = format!("invoice:{}:reduced:{what}", invoice.id);
    of_invoice(tx, invoice, &id, Happening::Voided(cents), "days that were not used", now).await
}

/// More was taken than is owed by now, or credit was bought: it is in credit.
pub(crate) async fn overpaid(
    tx: &mut Tx,
    invoice: &Invoice,
    by: &Attempt,
    cents: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let note = if invoice.top_up.is_some() { "topped up" } else { "more than was owed" };
    of_invoice(tx, invoice, &overpaid_id(by), Happening::CreditUsed(-cents), note, now).await
}

fn overpaid_id(by: &Attempt) -> String {
    format!("attempt:{}:overpaid", by.id)
}

/// What an attempt took over what was owed: it came to the credit.
pub(crate) async fn taken_over(conn: &mut Conn, invoice: &Invoice, by: &Attempt) -> Result<Option<Entry>, StoreError> {
    let id = overpaid_id(by);
    let entries = entries::of_invoice(conn, invoice.desk, invoice.id).await?;
    Ok(entries.into_iter().find(|entry| entry.transaction == id && entry.account == LedgerAccount::Credit))
}

/// A gateway took money for an invoice.
pub(crate) async fn taken(tx: &mut Tx, invoice: &Invoice, by: &Attempt, now: Timestamp) -> Result<(), StoreError> {
    let id = format!("attempt:{}:taken", by.id);
    of_invoice(tx, invoice, &id, Happening::Taken(by.amount.cents), "payment", now).await
}

/// An invoice is owed no more, and what it had used of the credit is back.
pub(crate) async fn voided(tx: &mut Tx, invoice: &Invoice, now: Timestamp) -> Result<(), StoreError> {
    let id = format!("invoice:{}:void", invoice.id);
    let earned = if invoice.top_up.is_some() { 0 } else { invoice.owed() };
    of_invoice(tx, invoice, &id, Happening::Voided(earned), "void", now).await?;
    let id = format!("invoice:{}:void-credit", invoice.id);
    let earns = -entries::earning_of(tx, invoice.desk, invoice.id).await?;
    with_earning(tx, invoice, &id, (Happening::CreditUsed(-invoice.credit_used), earns), "credit back", now).await
}

/// Paid back, to the card or to the credit.
pub(crate) async fn refunded(
    tx: &mut Tx,
    invoice: &Invoice,
    refund: &Refund,
    now: Timestamp,
) -> Result<(), StoreError> {
    let [first, over] = paid_back(invoice, refund, 1);
    let earns = -earnings::taken_back(tx, invoice, refund, now).await?;
    with_earning(tx, invoice, &format!("refund:{}", refund.id), (first, earns), &refund.reason, now).await?;
    of_invoice(tx, invoice, &format!("refund:{}:over", refund.id), over, "more than was owed, paid back", now).await
}

/// What was paid back came back.
pub(crate) async fn refund_back(
    tx: &mut Tx,
    invoice: &Invoice,
    refund: &Refund,
    now: Timestamp,
) -> Result<(), StoreError> {
    let [first, over] = paid_back(invoice, refund, -1);
    let note = "the refund came back";
    of_invoice(tx, invoice, &format!("refund:{}:back", refund.id), first, note, now).await?;
    of_invoice(tx, invoice, &format!("refund:{}:over-back", refund.id), over, note, now).await?;
    earnings::given_back(tx, invoice, refund, now).await
}

/// What a refund means: of what was owed and earned, as it is for a paid invoice; and of what came to the credit, because it
/// was more than that.
fn paid_back(invoice: &Invoice, refund: &Refund, sign: i64) -> [Happening; 2] {
    let (over, cents) = (sign * refund.not_owed, sign * (refund.amount.cents - refund.not_owed));
    let first = match refund.attempt {
        None => Happening::RefundedToCredit(cents),
        Some(_) if invoice.state == InvoiceState::Paid => Happening::Refunded(cents),
        Some(_) => Happening::Returned(cents),
    };
    [first, Happening::CreditPaidOut(over)]
}

/// Credit is given to a desk, so many cents of which earn whoever is paid with it. False when it was given before.
pub(crate) async fn granted(
    tx: &mut Tx,
    desk: DeskId,
    transaction: &str,
    (amount, earning): (Money, i64),
    note: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let amounts = ledger::post(Happening::Granted(amount.cents));
    if amounts.is_empty() {
        return Ok(false);
    }
    let (currency, amounts, earns) = (amount.currency, amounts.as_slice(), -earning);
    entries::post(tx, &Posting { desk, transaction, amounts, currency, invoice: None, note, earns }, now).await
}

async fn of_invoice(
    tx: &mut Tx,
    invoice: &Invoice,
    transaction: &str,
    happening: Happening,
    note: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    with_earning(tx, invoice, transaction, (happening, 0), note, now).await
}

/// What of the entry of the credit earns has the sign of that entry.
async fn with_earning(
    tx: &mut Tx,
    invoice: &Invoice,
    transaction: &str,
    (happening, earns): (Happening, i64),
    note: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let amounts = ledger::post(happening);
    if amounts.is_empty() {
        return Ok(());
    }
    let (desk, currency, amounts) = (invoice.desk, invoice.total.currency, amounts.as_slice());
    let invoice = Some(invoice.id);
    entries::post(tx, &Posting { desk, transaction, amounts, currency, invoice, note, earns }, now).await?;
    Ok(())
}
