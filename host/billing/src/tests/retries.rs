//! A declined month is tried again: on its days, once each, and at once with a new card.

use annex_domain::{
    billing::{AttemptState, InvoiceState, SubscriptionState},
    clock::Clock as _,
    crash::CrashPoints,
    ids::InvoiceId,
    operator::Actor,
    plan::PlanModel,
};
use annex_store::billing::{
    attempts,
    invoices::{self, Filter},
    subscriptions::Subscription,
};
use jiff::civil::date;

use super::{
    bench::{Bench, DAY, plan},
    judge::all_is_right,
    peer::Fault,
};
use crate::{BillingError, Charged, Variant, gateways::test::Behaviour, settle::BILL_DESK};

/// A desk whose month is declined on the first of April.
async fn declined() -> (Bench, Subscription, InvoiceId) {
    let bench = Bench::new().await;
    let (order, _) = bench.order().await;
    bench.billing().charge(bench.desk, order.id).await.unwrap();
    let subscription = bench.subscribe(plan("flat", PlanModel::Flat, 900), 1, Some(date(2026, 4, 1))).await;
    bench.card(Behaviour::NoMoney).await;
    bench.clock.advance(DAY * 31);
    bench.billing().bill_desk(bench.desk).await.unwrap();
    let mut conn = bench.db.read().await.unwrap();
    let month =
        invoices::list(&mut conn, bench.desk, Filter { limit: 1, ..Filter::default() }).await.unwrap().remove(0);
    drop(conn);
    assert_eq!(month.state, InvoiceState::Due);
    (bench, subscription, month.id)
}

async fn tries(bench: &Bench, invoice: InvoiceId) -> usize {
    attempts::of_invoice(&mut bench.db.read().await.unwrap(), invoice).await.unwrap().len()
}

/// Who got a mail about the invoice: kinds and addresses, oldest first.
async fn letters(bench: &Bench) -> Vec<(&'static str, String)> {
    let mut conn = bench.db.read().await.unwrap();
    let mails = annex_store::mails::list(&mut conn, bench.desk, None, 100).await.unwrap();
    mails.into_iter().rev().map(|mail| (mail.kind.as_str(), mail.to)).collect()
}

#[tokio::test]
async fn each_day_of_the_schedule_is_one_try_and_everybody_is_told() {
    let (bench, subscription, month) = declined().await;
    let first = letters(&bench).await.len();
    let mut at = Vec::new();
    let mut seen = tries(&bench, month).await;
    for day in 1..=20 {
        bench.clock.advance(DAY);
        for _ in 0..3 {
            bench.billing().bill_due().await.unwrap();
        }
        let now = tries(&bench, month).await;
        assert!(now <= seen + 1, "day {day}");
        at.extend((now > seen).then_some(day));
        seen = now;
    }
    assert_eq!(at, [1, 3, 5, 7, 10, 13]);
    assert_eq!(bench.peer.charges(&month.to_string()), 0);
    assert_eq!(bench.subscription(subscription.id).await.state, SubscriptionState::PastDue);
    let told = letters(&bench).await.split_off(first);
    assert_eq!(told.len(), 12, "the payer and the one who manages add-ons, six times each: {told:?}");
    assert!(told.iter().all(|(kind, _)| *kind == "payment-due"), "{told:?}");
    assert_eq!(told.iter().filter(|(_, to)| to == "pay@example.org").count(), 6);
    let mut conn = bench.db.read().await.unwrap();
    let all = attempts::of_invoice(&mut conn, month).await.unwrap();
    assert!(all.iter().all(|one| one.off_session && one.state == AttemptState::Cancelled), "{all:?}");
}

#[tokio::test]
async fn days_that_nobody_ran_are_left_out() {
    let (bench, _, month) = declined().await;
    bench.clock.advance(DAY * 6);
    bench.billing().bill_due().await.unwrap();
    bench.billing().bill_due().await.unwrap();
    assert_eq!(tries(&bench, month).await, 2, "one for the days that went by");
    bench.clock.advance(DAY);
    bench.billing().bill_due().await.unwrap();
    assert_eq!(tries(&bench, month).await, 3, "the seventh");
}

#[tokio::test]
async fn a_card_that_is_added_pays_at_once() {
    for days in [0, 2, 40] {
        let (bench, subscription, month) = declined().await;
        bench.clock.advance(DAY * days);
        bench.billing().bill_due().await.unwrap();
        let before = tries(&bench, month).await;
        bench.peer.card(Behaviour::Pays);
        // The page that the payer comes back to, and the gateway's hint.
        bench.billing().refresh_methods(bench.account).await.unwrap();
        bench.billing().refresh_methods(bench.account).await.unwrap();
        assert_eq!(bench.jobs(BILL_DESK).await, 1, "{days}");
        bench.billing().bill_desk(bench.desk).await.unwrap();
        bench.billing().bill_desk(bench.desk).await.unwrap();
        assert_eq!(bench.invoice(month).await.state, InvoiceState::Paid, "{days}");
        assert_eq!(tries(&bench, month).await, before + 1, "{days}");
        assert_eq!(bench.subscription(subscription.id).await.state, SubscriptionState::Active, "{days}");
        all_is_right(&bench, month, "a new card").await;
    }
}

#[tokio::test]
async fn a_try_that_stops_anywhere_is_made_once() {
    for (what, step) in crate::crash_steps().into_iter().filter(|(what, _)| *what != "refund") {
        for when in ["before", "after"] {
            let (bench, _, month) = declined().await;
            bench.clock.advance(DAY);
            let at = format!("{what}:{step}:{when}");
            let crashing = bench.with(CrashPoints::stop_at(&at), Variant::Designed);
            let stopped = crashing.bill_desk(bench.desk).await;
            for _ in 0..2 {
                bench.billing().bill_desk(bench.desk).await.unwrap();
                bench.billing().reconcile().await.unwrap();
            }
            assert_eq!(tries(&bench, month).await, 2, "{at}, {stopped:?}");
            let told = letters(&bench).await.into_iter().filter(|(kind, _)| *kind == "payment-due").count();
            assert_eq!(told, 4, "{at}");
            all_is_right(&bench, month, &at).await;
        }
    }
}

#[tokio::test]
async fn two_nodes_make_one_try() {
    let (bench, _, month) = declined().await;
    bench.clock.advance(DAY);
    let nodes = (0..4).map(|_| async { bench.billing().bill_desk(bench.desk).await });
    for done in futures::future::join_all(nodes).await {
        assert!(done.is_ok() || done.is_err_and(|error| error.is_passing()));
    }
    bench.billing().reconcile().await.unwrap();
    assert_eq!(tries(&bench, month).await, 2);
    all_is_right(&bench, month, "two nodes").await;
}

#[tokio::test]
async fn a_gateway_that_is_away_uses_no_day_up_twice() {
    let (bench, _, month) = declined().await;
    bench.clock.advance(DAY);
    bench.peer.always(Some(Fault::Down));
    assert!(bench.billing().bill_desk(bench.desk).await.is_err());
    bench.peer.always(None);
    bench.clock.advance(DAY * 2);
    // The third day finds the try of the first still under way: it becomes that of the third.
    bench.billing().bill_desk(bench.desk).await.unwrap();
    bench.billing().bill_desk(bench.desk).await.unwrap();
    assert_eq!(tries(&bench, month).await, 2);
    bench.clock.advance(DAY * 2);
    bench.billing().bill_desk(bench.desk).await.unwrap();
    assert_eq!(tries(&bench, month).await, 3);
}

#[tokio::test]
async fn a_payer_at_the_bank_is_waited_for_a_while() {
    let (bench, _, month) = declined().await;
    let asks = bench.card(Behaviour::Asks).await;
    bench.clock.advance(DAY - std::time::Duration::from_mins(10));
    let Charged::Due(_) = bench.billing().pay(bench.desk, month, Some(asks), Actor::System).await.unwrap() else {
        panic!("paid")
    };
    bench.clock.advance(std::time::Duration::from_mins(20));
    bench.billing().bill_desk(bench.desk).await.unwrap();
    assert_eq!(tries(&bench, month).await, 2, "the payer may be at the bank just now");
    bench.clock.advance(std::time::Duration::from_hours(2));
    bench.billing().bill_desk(bench.desk).await.unwrap();
    assert_eq!(tries(&bench, month).await, 3);
    // Nobody is there to be asked: that one was declined, and the one before takes nothing any more.
    bench.peer.payer_answers(&month.to_string(), true);
    bench.billing().reconcile().await.unwrap();
    all_is_right(&bench, month, "at the bank").await;
}

#[tokio::test]
async fn without_a_card_the_payer_is_reminded_and_before_the_end_warned_once() {
    let (bench, _, month) = declined().await;
    bench.no_card().await;
    let first = letters(&bench).await.len();
    bench.clock.advance(DAY);
    bench.billing().bill_due().await.unwrap();
    bench.billing().bill_due().await.unwrap();
    assert_eq!(letters(&bench).await.len(), first + 2);
    assert_eq!(bench.billing().warn_of_end().await.unwrap(), 0);
    bench.clock.advance(DAY * 11);
    assert_eq!(bench.billing().warn_of_end().await.unwrap(), 1);
    assert_eq!(bench.billing().warn_of_end().await.unwrap(), 0);
    assert_eq!(letters(&bench).await.len(), first + 4, "both are warned");
    let (late, ..) = declined().await;
    late.clock.advance(DAY * 20);
    assert_eq!(late.billing().warn_of_end().await.unwrap(), 0, "it has ended already");
    assert_eq!(tries(&bench, month).await, 1);
}

#[tokio::test]
async fn orders_are_paid_by_hand_alone() {
    let bench = Bench::new().await;
    bench.card(Behaviour::NoMoney).await;
    let (order, invoice) = bench.order().await;
    bench.billing().charge(bench.desk, order.id).await.unwrap();
    bench.peer.card(Behaviour::Pays);
    bench.billing().refresh_methods(bench.account).await.unwrap();
    bench.clock.advance(DAY * 3);
    bench.billing().bill_desk(bench.desk).await.unwrap();
    assert_eq!((tries(&bench, invoice).await, bench.invoice(invoice).await.retry_at), (1, None));
    let stopped = bench.billing().look_again(bench.desk, invoice).await;
    assert!(!matches!(stopped, Err(BillingError::Stopped(_))) && bench.clock.now().0 > 0);
}
