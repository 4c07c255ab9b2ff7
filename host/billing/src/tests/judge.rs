//! The judge: what the payment company's record, the invoice, the order and the ledger must agree on.

use annex_domain::{
    billing::{InvoiceState, LedgerAccount, OrderState},
    ids::InvoiceId,
};
use annex_store::billing::entries;

use super::bench::Bench;

/// What is wrong with an invoice, once everything has come to rest; nothing when all is right.
pub(super) async fn faults_of(bench: &Bench, id: InvoiceId) -> Vec<String> {
    let mut faults = Vec::new();
    let mut wrong = |text: String| faults.push(text);
    let (taken, refunded) = bench.peer.money(&id.to_string());
    let charges = bench.peer.charges(&id.to_string());
    let invoice = bench.invoice(id).await;
    let order = bench.states(id).await.1;
    if charges > 1 {
        wrong(format!("charged {charges} times"));
    }
    if refunded > taken {
        wrong(format!("paid back {refunded} of {taken}"));
    }
    let kept = taken - refunded;
    match (invoice.state, order) {
        (InvoiceState::Paid, Some(OrderState::Refunded)) if kept == 0 => {}
        (InvoiceState::Paid, Some(OrderState::Paid | OrderState::Fulfilled) | None)
            if kept == invoice.to_take().cents => {}
        (InvoiceState::Due, Some(OrderState::Open) | None) if kept == 0 => {}
        (InvoiceState::Void, Some(OrderState::Cancelled) | None) if kept == 0 => {}
        (state, order) => wrong(format!("the invoice is {state}, the order {order:?}, and {kept} cents were kept")),
    }
    // An intent that waits for its payer belongs to an invoice that is due; all others are closed.
    if bench.peer.open(&id.to_string()) > usize::from(invoice.state == InvoiceState::Due) {
        wrong("an intent is left open".into());
    }
    let mut conn = bench.db.read().await.unwrap();
    let owed: i64 = entries::of_invoice(&mut conn, bench.desk, id)
        .await
        .unwrap()
        .iter()
        .filter(|entry| entry.account == LedgerAccount::Receivable)
        .map(|entry| entry.amount)
        .sum();
    let expected = if invoice.state == InvoiceState::Due { invoice.to_take().cents } else { 0 };
    if owed != expected {
        wrong(format!("the ledger says that {owed} is owed, not {expected}"));
    }
    faults
}

/// Every transaction of the ledger sums to zero.
pub(super) async fn the_ledger_balances(bench: &Bench) {
    let mut conn = bench.db.read().await.unwrap();
    assert_eq!(entries::unbalanced(&mut conn).await.unwrap(), Vec::<String>::new());
}

/// Everything is right.
pub(super) async fn all_is_right(bench: &Bench, id: InvoiceId, what: &str) {
    let faults = faults_of(bench, id).await;
    assert!(faults.is_empty(), "{what}: {faults:?} {:?}", bench.states(id).await);
    the_ledger_balances(bench).await;
}
