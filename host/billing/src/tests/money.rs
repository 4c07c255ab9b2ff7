//! Credit and refunds.

use annex_domain::{
    billing::{InvoiceState, LedgerAccount, OrderPurpose, OrderState, RefundState, SubscriptionState},
    operator::Actor,
    plan::{Plan, PlanModel},
};
use annex_store::billing::{entries, orders::Order, refunds, subscriptions};
use proptest::{prelude::*, test_runner::TestRunner};

use super::{
    bench::{Bench, DAY, eur, plan},
    judge::all_is_right,
    peer::Fault,
};
use crate::{
    BillingError, Charged, NewOrder,
    gateway::{About, Event},
    gateways::test::Behaviour,
};

#[tokio::test]
async fn credit_is_used_first_and_comes_back_with_a_release() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    billing.grant(bench.desk, eur(300), "welcome", Actor::CommandLine).await.unwrap();
    let (order, invoice) = bench.order().await;
    assert_eq!(billing.charge(bench.desk, order.id).await.unwrap(), Charged::Paid);
    assert_eq!(bench.peer.money(&invoice.to_string()), (600, 0));
    assert_eq!(billing.credit(bench.desk).await.unwrap(), []);
    billing.release(bench.desk, order.id, "activation failed").await.unwrap();
    billing.release(bench.desk, order.id, "activation failed").await.unwrap();
    assert_eq!(bench.peer.money(&invoice.to_string()), (600, 600));
    assert_eq!(billing.credit(bench.desk).await.unwrap(), [eur(300)]);
    assert_eq!(bench.order_state(order.id).await, OrderState::Refunded);
    assert_eq!(bench.mails().await, ["receipt", "refunded", "refunded"]);
    all_is_right(&bench, invoice, "released").await;
    let error = billing.charge(bench.desk, order.id).await.unwrap_err();
    assert_eq!(error.code(), "not-payable");
}

#[tokio::test]
async fn enough_credit_needs_no_gateway_and_no_card() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    bench.no_card().await;
    billing.grant(bench.desk, eur(1000), "welcome", Actor::CommandLine).await.unwrap();
    let (order, invoice) = bench.order().await;
    assert_eq!(billing.charge(bench.desk, order.id).await.unwrap(), Charged::Paid);
    assert_eq!((bench.peer.calls(), billing.credit(bench.desk).await.unwrap()), (0, vec![eur(100)]));
    assert_eq!(billing.refund(bench.desk, invoice, Some(eur(200)), "goodwill", Actor::System).await.unwrap(), eur(200));
    assert_eq!(billing.credit(bench.desk).await.unwrap(), [eur(300)]);
    let error = billing.grant(bench.desk, eur(0), "x", Actor::CommandLine).await.unwrap_err();
    assert_eq!(error.code(), "invalid");
}

#[tokio::test]
async fn credit_leaves_at_least_what_a_gateway_takes() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    billing.grant(bench.desk, eur(890), "welcome", Actor::CommandLine).await.unwrap();
    let (order, invoice) = bench.order().await;
    assert_eq!(billing.charge(bench.desk, order.id).await.unwrap(), Charged::Paid);
    assert_eq!(bench.peer.money(&invoice.to_string()), (50, 0));
    assert_eq!(billing.credit(bench.desk).await.unwrap(), [eur(40)]);
}

#[tokio::test]
async fn credit_that_came_after_a_decline_pays_the_rest_by_hand() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    bench.card(Behaviour::Declines).await;
    billing.grant(bench.desk, eur(100), "a", Actor::CommandLine).await.unwrap();
    let (order, invoice) = bench.order().await;
    let Charged::Due(due) = billing.charge(bench.desk, order.id).await.unwrap() else { panic!("paid") };
    assert_eq!(due.amount, eur(800));
    billing.grant(bench.desk, eur(1000), "b", Actor::CommandLine).await.unwrap();
    assert_eq!(billing.pay(bench.desk, invoice, None, Actor::System).await.unwrap(), Charged::Paid);
    assert_eq!(billing.credit(bench.desk).await.unwrap(), [eur(200)]);
    all_is_right(&bench, invoice, "credit").await;
}

#[tokio::test]
async fn releasing_what_is_not_paid_leaves_nothing_owed() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    bench.card(Behaviour::NoMoney).await;
    billing.grant(bench.desk, eur(100), "a", Actor::CommandLine).await.unwrap();
    let (order, invoice) = bench.order().await;
    billing.charge(bench.desk, order.id).await.unwrap();
    billing.settle(bench.desk, order.installation, "uninstall").await.unwrap();
    assert_eq!(billing.credit(bench.desk).await.unwrap(), [eur(100)]);
    all_is_right(&bench, invoice, "settled").await;
    assert_eq!(billing.pay(bench.desk, invoice, None, Actor::System).await.unwrap_err().code(), "not-payable");
}

#[tokio::test]
async fn money_that_turns_out_taken_after_a_release_goes_back() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    bench.card(Behaviour::Asks).await;
    let (order, invoice) = bench.order().await;
    billing.charge(bench.desk, order.id).await.unwrap();
    bench.peer.payer_answers(&invoice.to_string(), true);
    bench.peer.always(Some(Fault::Down));
    let error = billing.release(bench.desk, order.id, "cancel").await.unwrap_err();
    assert!(error.is_passing());
    assert_eq!(bench.order_state(order.id).await, OrderState::Cancelled, "the intention is stored");
    bench.peer.always(None);
    billing.reconcile().await.unwrap();
    assert_eq!(bench.peer.money(&invoice.to_string()), (900, 900));
    assert_eq!(bench.states(invoice).await.0, InvoiceState::Void);
    all_is_right(&bench, invoice, "late money").await;
}

#[tokio::test]
async fn a_refund_whose_answer_was_lost_is_not_made_again() {
    for forgets in [false, true] {
        let bench = Bench::new().await;
        let billing = bench.billing();
        let (order, invoice) = bench.order().await;
        billing.charge(bench.desk, order.id).await.unwrap();
        // Looked for, asked for (lost).
        bench.peer.faults([Fault::Fine, Fault::Lost]);
        let part = Some(eur(400));
        assert!(billing.refund(bench.desk, invoice, part, "part", Actor::System).await.unwrap_err().is_passing());
        bench.peer.forget_keys(forgets);
        assert_eq!(billing.refund(bench.desk, invoice, part, "part", Actor::System).await.unwrap(), eur(400));
        billing.reconcile().await.unwrap();
        assert_eq!(bench.peer.money(&invoice.to_string()), (900, 400));
        match billing.refund(bench.desk, invoice, Some(eur(501)), "more", Actor::System).await.unwrap_err() {
            BillingError::TooMuch { left } => assert_eq!(left, eur(500)),
            error => panic!("{error}"),
        }
        assert_eq!(billing.refund(bench.desk, invoice, None, "rest", Actor::System).await.unwrap(), eur(500));
    }
}

#[tokio::test]
async fn a_refund_that_is_refused_is_told_and_can_be_tried_again() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let (order, invoice) = bench.order().await;
    billing.charge(bench.desk, order.id).await.unwrap();
    // Looked for, asked for, looked for.
    bench.peer.faults([Fault::Fine, Fault::Refused]);
    billing.refund(bench.desk, invoice, Some(eur(400)), "goodwill", Actor::System).await.unwrap();
    assert_eq!(bench.peer.money(&invoice.to_string()), (900, 0));
    assert_eq!(bench.mails().await, ["receipt", "refund-failed"]);
    let mut conn = bench.db.read().await.unwrap();
    let mail = annex_store::mails::list(&mut conn, bench.desk, None, 1).await.unwrap().remove(0);
    let facts = annex_store::mails::get(&mut conn, bench.desk, mail.id).await.unwrap().args;
    assert_eq!((&facts["invoice"], &facts["amount"]["cents"]), (&1.into(), &400.into()), "{facts}");
    assert!(facts["reason"].as_str().unwrap().contains("disputed"), "{facts}");
    drop(conn);
    for _ in 0..2 {
        billing.refund(bench.desk, invoice, Some(eur(400)), "goodwill", Actor::System).await.unwrap();
    }
    assert_eq!(bench.peer.money(&invoice.to_string()), (900, 400), "once, for the same reason");
    assert_eq!(bench.mails().await, ["receipt", "refund-failed", "refunded"]);
}

#[tokio::test]
async fn a_refund_that_comes_back_is_taken_back() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let (order, invoice) = bench.order().await;
    billing.charge(bench.desk, order.id).await.unwrap();
    billing.refund(bench.desk, invoice, Some(eur(400)), "goodwill", Actor::System).await.unwrap();
    bench.peer.refunds_come_back();
    for id in ["evt_1", "evt_2"] {
        let event = Event { id: id.into(), kind: "refund.failed".into(), about: About::Refund("re_0".into()) };
        billing.hint(&event).await.unwrap();
    }
    let mut conn = bench.db.read().await.unwrap();
    assert_eq!(refunds::of_invoice(&mut conn, invoice).await.unwrap()[0].state, RefundState::Failed);
    for account in [LedgerAccount::Refunds, LedgerAccount::Receivable] {
        assert_eq!(entries::balance(&mut conn, bench.desk, account, eur(0).currency).await.unwrap(), 0, "{account}");
    }
    drop(conn);
    assert_eq!(bench.mails().await, ["receipt", "refunded", "refund-failed"]);
    all_is_right(&bench, invoice, "came back").await;
    billing.refund(bench.desk, invoice, Some(eur(900)), "goodwill", Actor::System).await.unwrap();
    assert_eq!(bench.peer.money(&invoice.to_string()), (900, 900));
}

/// What lifecycle does when an order is paid.
async fn fulfil(bench: &Bench, order: &Order, plan: Plan) {
    let now = bench.billing().now();
    let mut conn = bench.db.read().await.unwrap();
    let before = subscriptions::live_of(&mut conn, bench.desk, order.installation).await.unwrap();
    drop(conn);
    let mut tx = bench.db.begin().await.unwrap();
    bench.billing().fulfilled_in(&mut tx, bench.desk, order.id).await.unwrap();
    if let Some(mut before) = before {
        before.state = SubscriptionState::Ended;
        subscriptions::save(&mut tx, &mut before, now).await.unwrap();
    }
    tx.commit().await.unwrap();
    bench.subscribe_for(order.installation, plan, 1, order.period_to).await;
}

#[tokio::test]
async fn a_plan_that_replaces_a_running_one_gives_its_unused_days_back_once() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let (order, _) = bench.order().await;
    billing.charge(bench.desk, order.id).await.unwrap();
    fulfil(&bench, &order, plan("flat", PlanModel::Flat, 900)).await;
    bench.clock.advance(DAY * 15);
    let change = |plan: &str, cents| NewOrder {
        installation: order.installation,
        purpose: OrderPurpose::Plan,
        ..bench.new_order(plan, cents)
    };
    // 16 of 31 days of 9.00 are left, 4.65; as many days of the other plan cost 3.10.
    let order = billing.order(&change("seat", 0)).await.unwrap();
    billing.charge(bench.desk, order.id).await.unwrap();
    assert_eq!(billing.credit(bench.desk).await.unwrap(), [], "what was bought does not run yet, and may be paid back");
    fulfil(&bench, &order, plan("seat", PlanModel::PerSeat, 300)).await;
    assert_eq!(billing.credit(bench.desk).await.unwrap(), [eur(155)]);
    // Of the second plan 3.10 are left, and nothing more of the first.
    let order = billing.order(&change("once", 4690)).await.unwrap();
    billing.charge(bench.desk, order.id).await.unwrap();
    fulfil(&bench, &order, plan("once", PlanModel::OneTime, 5000)).await;
    assert_eq!(billing.credit(bench.desk).await.unwrap(), []);
}

#[tokio::test]
async fn what_was_not_paid_does_not_come_back_as_credit() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let first = billing.order(&bench.new_order("flat", 900)).await.unwrap();
    billing.release(bench.desk, first.id, "test").await.unwrap();
    // One of 31 days is too little to be taken: it is owed.
    bench.clock.advance(DAY * 30);
    let order = billing.order(&bench.new_order("flat", 29)).await.unwrap();
    billing.charge(bench.desk, order.id).await.unwrap();
    fulfil(&bench, &order, plan("flat", PlanModel::Flat, 900)).await;
    let change =
        NewOrder { installation: order.installation, purpose: OrderPurpose::Plan, ..bench.new_order("once", 4971) };
    let order = billing.order(&change).await.unwrap();
    billing.charge(bench.desk, order.id).await.unwrap();
    fulfil(&bench, &order, plan("once", PlanModel::OneTime, 5000)).await;
    assert_eq!(billing.credit(bench.desk).await.unwrap(), [eur(-29)]);
}

/// A refund, or the gateway being down meanwhile.
fn a_refund() -> impl Strategy<Value = (i64, bool, bool)> {
    (1..700i64, any::<bool>(), any::<bool>())
}

#[test]
fn the_sum_of_refunds_never_exceeds_what_was_paid() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let bench = runtime.block_on(Bench::new());
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() });
    let histories = (0..900i64, prop::collection::vec(a_refund(), 1..6));
    let result = runner.run(&histories, |(credit, asked)| {
        let (taken, refunded, to_credit, credit_used) = runtime.block_on(async {
            let billing = bench.billing();
            if credit > 0 {
                billing.grant(bench.desk, eur(credit), "x", Actor::System).await.unwrap();
            }
            let (order, invoice) = bench.order().await;
            billing.charge(bench.desk, order.id).await.unwrap();
            for (n, (cents, lost, slow)) in asked.iter().enumerate() {
                let fault = if *lost { Fault::Lost } else { Fault::Fine };
                let first = if *slow { Fault::Down } else { Fault::Fine };
                bench.peer.faults([first, fault]);
                let reason = format!("refund {n}");
                drop(billing.refund(bench.desk, invoice, Some(eur(*cents)), &reason, Actor::System).await);
                bench.peer.always(None);
            }
            billing.reconcile().await.unwrap();
            let row = bench.invoice(invoice).await;
            let mut conn = bench.db.read().await.unwrap();
            let rows = refunds::of_invoice(&mut conn, invoice).await.unwrap();
            assert!(rows.iter().all(|one| one.state == RefundState::Succeeded));
            let to_credit: i64 = rows.iter().filter(|one| one.attempt.is_none()).map(|one| one.amount.cents).sum();
            let (taken, refunded) = bench.peer.money(&invoice.to_string());
            let by_rows: i64 = rows.iter().filter(|one| one.attempt.is_some()).map(|one| one.amount.cents).sum();
            assert_eq!(by_rows, refunded, "the rows tell what the gateway did");
            assert!(entries::unbalanced(&mut conn).await.unwrap().is_empty());
            // The next history starts without credit.
            let left = -entries::balance(&mut conn, bench.desk, LedgerAccount::Credit, eur(0).currency).await.unwrap();
            assert!(left >= 0, "there is never less than no credit");
            (taken, refunded, to_credit, row.credit_used)
        });
        prop_assert!(refunded <= taken && to_credit <= credit_used);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
