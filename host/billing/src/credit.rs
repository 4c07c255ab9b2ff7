//! A desk's credit: given, and used before a gateway is asked. What is too little for a gateway is owed all the same: the
//! credit goes below nothing by it, and the next monthly bill has a line that makes up for it.

use annex_domain::{
    audit::Action,
    billing::{InvoiceState, LedgerAccount},
    clock::Timestamp,
    ids::DeskId,
    money::{Currency, Money},
    operator::Actor,
};
use annex_store::{
    Conn, StoreError, Tx, audit,
    billing::{
        self as rows, attempts, entries,
        invoices::{self, Filter, Invoice},
        refunds,
    },
};
use serde_json::json;

use crate::{Billing, BillingError, ledger::credit_to_use, postings, top_up};

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
        grant_in(&mut tx, desk, &id, amount, note, by, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What a desk has in credit, by currency.
    pub async fn credit(&self, desk: DeskId) -> Result<Vec<Money>, StoreError> {
        let mut conn = self.db().read().await?;
        let balances = entries::balances(&mut conn, desk, LedgerAccount::Credit).await?;
        Ok(balances.into_iter().map(|(currency, sum)| Money::new(-sum, currency)).collect())
    }

    /// What of an amount that is to be paid now a card has to pay: the rest that the desk's credit leaves, if it is
    /// enough to be taken.
    pub async fn of_card(&self, desk: DeskId, amount: Money) -> Result<Money, StoreError> {
        let mut conn = self.db().read().await?;
        of_card(&mut conn, desk, amount, self.gateway().least(amount.currency)).await
    }
}

/// Gives a desk credit in the transaction of what it is given for; once for each `id`.
///
/// # Errors
/// [`StoreError::NotFound`] for the desk; when the database fails.
pub async fn grant_in(
    tx: &mut Tx,
    desk: DeskId,
    id: &str,
    amount: Money,
    note: &str,
    by: Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    rows::lock(tx, desk).await?;
    if postings::granted(tx, desk, id, (amount, 0), note, now).await? {
        let detail = json!({ "amount": amount.to_string(), "note": note });
        audit::append(tx, desk, by, Action::BillingCredit, "credit", &detail, now).await?;
    }
    Ok(())
}

/// What of an amount a card has to pay: what the credit leaves, once the invoices that are about to be charged have
/// used it. Nothing where that is too little to be taken, and goes on the next bill.
pub(crate) async fn of_card(conn: &mut Conn, desk: DeskId, amount: Money, least: i64) -> Result<Money, StoreError> {
    let credit = available(conn, desk, amount.currency).await?;
    let open = Filter { state: Some(InvoiceState::Open), ..Filter::default() };
    let mut before = 0;
    for invoice in invoices::list(conn, desk, open).await? {
        // One that a card is asked for has used its credit, and takes no more of it.
        let same = invoice.total.currency == amount.currency && invoice.top_up.is_none();
        if same && attempts::live_of(conn, invoice.id).await?.is_none() {
            before += invoice.to_take().cents;
        }
    }
    Ok(left(amount, credit - before, least))
}

/// What of an invoice a card has to pay if it is charged now, as [`use_in`] leaves it.
pub(crate) async fn left_of(conn: &mut Conn, invoice: &Invoice, least: i64) -> Result<Money, StoreError> {
    if invoice.top_up.is_some() {
        return Ok(invoice.to_take());
    }
    let credit = available(conn, invoice.desk, invoice.total.currency).await?;
    Ok(left(invoice.to_take(), credit, least))
}

/// What a desk has in credit, in cents, without what is on its way back out of it.
pub(crate) async fn available(conn: &mut Conn, desk: DeskId, currency: Currency) -> Result<i64, StoreError> {
    let balance = entries::balance(conn, desk, LedgerAccount::Credit, currency).await?;
    Ok(-balance - refunds::not_owed_on_its_way(conn, desk, currency).await?)
}

fn left(amount: Money, credit: i64, least: i64) -> Money {
    let rest = amount.cents - credit_to_use(amount.cents, credit, least);
    Money::new(if rest < least { 0 } else { rest }, amount.currency)
}

/// Uses as much credit as there is for an invoice that is about to be charged; never for credit. The desk is locked.
pub(crate) async fn use_in(tx: &mut Tx, invoice: &mut Invoice, least: i64, now: Timestamp) -> Result<(), StoreError> {
    if invoice.top_up.is_some() {
        return Ok(());
    }
    let credit = available(tx, invoice.desk, invoice.total.currency).await?;
    let used = credit_to_use(invoice.to_take().cents, credit, least);
    if used > 0 {
        postings::credit_used(tx, invoice, used, now).await?;
        invoice.credit_used += used;
        invoices::save(tx, invoice, now).await?;
        top_up::look_soon(tx, invoice.desk, now).await?;
    }
    Ok(())
}

/// True when nothing is left that a gateway could take.
pub(crate) fn is_settled(invoice: &Invoice, least: i64) -> bool {
    invoice.to_take().cents < least
}

/// What is left is too little to be taken: it goes on the next bill. True when there is such a rest.
pub(crate) async fn carry_in(tx: &mut Tx, invoice: &mut Invoice, now: Timestamp) -> Result<bool, StoreError> {
    let rest = invoice.to_take().cents;
    if rest <= 0 {
        return Ok(false);
    }
    postings::carried(tx, invoice, rest, now).await?;
    invoice.credit_used += rest;
    invoices::save(tx, invoice, now).await?;
    top_up::look_soon(tx, invoice.desk, now).await?;
    Ok(true)
}

/// What a desk owes from invoices that were too small, in cents: what its next bill has a line for.
pub(crate) async fn carried(conn: &mut Conn, desk: DeskId) -> Result<Vec<(Currency, i64)>, StoreError> {
    let balances = entries::balances(conn, desk, LedgerAccount::Credit).await?;
    Ok(balances.into_iter().filter(|(_, owed)| *owed > 0).collect())
}

/// True when a card is charged more than a page showed, or is one that the page did not name.
pub(crate) fn is_unseen(named: bool, shown: Money, now: Money) -> bool {
    !now.is_zero() && (!named || now.currency != shown.currency || now.cents > shown.cents)
}
