//! Keys that another request has used, or is using: no answer, so nothing ends. It goes on later, with another key.

use std::time::Duration;

use annex_domain::{
    billing::{AttemptState, RefundState},
    ids::InvoiceId,
};
use annex_store::billing::{
    attempts::{self, Attempt},
    refunds,
};

use super::{bench::Bench, judge::all_is_right, peer::Fault};
use crate::{BillingError, Charged, gateways::test::Behaviour, protocol};

async fn attempt(bench: &Bench, invoice: InvoiceId) -> Attempt {
    let mut conn = bench.db.read().await.unwrap();
    attempts::of_invoice(&mut conn, invoice).await.unwrap().pop().unwrap()
}

fn waits(error: &BillingError) {
    assert!(error.is_passing() && !error.is_away(), "{error}");
    assert_eq!(error.code(), "billing-unavailable");
}

#[tokio::test]
async fn a_create_key_that_is_used_is_replaced_after_an_hour() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let (order, invoice) = bench.order().await;
    bench.peer.faults([Fault::InUse]);
    waits(&billing.charge(bench.desk, order.id).await.unwrap_err());
    let found = attempt(&bench, invoice).await;
    assert_eq!((found.state, found.error_code.as_deref()), (AttemptState::New, None));

    bench.peer.use_up(&protocol::create_key(found.id, Duration::ZERO));
    waits(&billing.charge(bench.desk, order.id).await.unwrap_err());
    bench.clock.advance(Duration::from_hours(1));
    assert_eq!(billing.charge(bench.desk, order.id).await.unwrap(), Charged::Paid);
    assert_eq!(attempt(&bench, invoice).await.id, found.id, "the same attempt");
    all_is_right(&bench, invoice, "another key").await;
}

#[tokio::test]
async fn a_confirm_key_that_is_used_is_replaced_after_looking() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let (order, invoice) = bench.order().await;
    bench.peer.faults([Fault::Fine, Fault::InUse]);
    waits(&billing.charge(bench.desk, order.id).await.unwrap_err());
    let found = attempt(&bench, invoice).await;
    assert_eq!(found.state, AttemptState::Confirming);

    bench.peer.use_up(&protocol::step_key(found.id, "confirm", found.rev));
    assert_eq!(billing.charge(bench.desk, order.id).await.unwrap(), Charged::Paid);
    assert_eq!(bench.peer.charges(&invoice.to_string()), 1);
    all_is_right(&bench, invoice, "another key").await;
}

#[tokio::test]
async fn a_cancel_key_that_is_used_is_replaced_after_looking() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    bench.card(Behaviour::NoMoney).await;
    let (order, invoice) = bench.order().await;
    bench.peer.faults([Fault::Fine, Fault::Fine, Fault::InUse]);
    let charged = billing.charge(bench.desk, order.id).await.unwrap();
    assert!(matches!(charged, Charged::Due(_)), "declined is declined");
    let found = attempt(&bench, invoice).await;
    assert_eq!(found.state, AttemptState::Declined);

    for rev in 1..found.rev {
        bench.peer.use_up(&protocol::step_key(found.id, "cancel", rev));
    }
    billing.reconcile().await.unwrap();
    assert_eq!(attempt(&bench, invoice).await.state, AttemptState::Cancelled);
    all_is_right(&bench, invoice, "another key").await;
}

#[tokio::test]
async fn a_refund_key_that_is_used_fails_no_refund() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let (order, invoice) = bench.order().await;
    billing.charge(bench.desk, order.id).await.unwrap();
    // Looked for, asked for.
    bench.peer.faults([Fault::Fine, Fault::InUse]);
    waits(&billing.release(bench.desk, order.id, "test").await.unwrap_err());
    let mut conn = bench.db.read().await.unwrap();
    assert_eq!(refunds::of_invoice(&mut conn, invoice).await.unwrap()[0].state, RefundState::New);
    drop(conn);
    billing.reconcile().await.unwrap();
    assert_eq!(bench.peer.money(&invoice.to_string()), (900, 900));
    all_is_right(&bench, invoice, "refunded").await;
}
