//! What comes back as credit: for the days that are left, and only of what was paid for them.

use annex_domain::{
    billing::{OrderPurpose, SubscriptionState},
    clock::Clock as _,
    ids::{InstallationId, InvoiceId},
    operator::Actor,
    plan::PlanModel,
};
use annex_store::billing::{
    invoices::{self, Filter},
    orders::Order,
    refunds,
    subscriptions::{self, Subscription},
};
use jiff::civil::date;

use super::bench::{Bench, DAY, eur, plan};
use crate::{BillingError, Charged, NewOrder};

/// A desk that pays 97.98 in April for three add-ons, the first of them 49.99.
async fn three_in_april() -> (Bench, Vec<Subscription>, InvoiceId) {
    let bench = Bench::new().await;
    let (order, _) = bench.order().await;
    bench.billing().charge(bench.desk, order.id).await.unwrap();
    let mut subscriptions = Vec::new();
    for price in [4999, 4000, 799] {
        subscriptions.push(bench.subscribe(plan("flat", PlanModel::Flat, price), 1, Some(date(2026, 4, 1))).await);
    }
    bench.clock.advance(DAY * 31);
    bench.billing().bill_desk(bench.desk).await.unwrap();
    let mut conn = bench.db.read().await.unwrap();
    let filter = Filter { limit: 1, ..Filter::default() };
    let month = invoices::list(&mut conn, bench.desk, filter).await.unwrap().remove(0);
    assert_eq!(month.total, eur(9798));
    drop(conn);
    (bench, subscriptions, month.id)
}

/// Another plan for an installation, ordered, paid, and switched on as lifecycle does it.
async fn replace(bench: &Bench, of: InstallationId, to: &str, price: i64, model: PlanModel) -> Order {
    let billing = bench.billing();
    let wanted = crate::OrderRequest {
        installation: Some(of),
        addon: "acme.tool".parse().unwrap(),
        version: annex_domain::addon::Version::new(1, 0, 0),
        plan: to.parse().unwrap(),
        quantity: 1,
        purpose: OrderPurpose::Plan,
    };
    let shown = billing.quote(bench.desk, &wanted).await.unwrap().amount;
    let new = NewOrder { installation: of, shown: Some(shown), purpose: OrderPurpose::Plan, ..bench.new_order(to, 0) };
    let order = billing.order(&new).await.unwrap();
    assert_eq!(billing.charge(bench.desk, order.id).await.unwrap(), Charged::Paid);
    let now = billing.now();
    let mut tx = bench.db.begin().await.unwrap();
    billing.fulfilled_in(&mut tx, bench.desk, order.id).await.unwrap();
    if let Some(mut before) = subscriptions::live_of(&mut tx, bench.desk, of).await.unwrap() {
        (before.state, before.ended_at) = (SubscriptionState::Ended, Some(now));
        subscriptions::save(&mut tx, &mut before, now).await.unwrap();
    }
    tx.commit().await.unwrap();
    bench.subscribe_for(of, plan(to, model, price), 1, order.period_to).await;
    order
}

#[tokio::test]
async fn a_small_refund_takes_only_its_part_from_the_unused_days() {
    let (bench, subscriptions, month) = three_in_april().await;
    let billing = bench.billing();
    billing.refund(bench.desk, month, Some(eur(60)), "goodwill", Actor::System).await.unwrap();
    bench.list_plans(&[plan("small", PlanModel::Flat, 777)]).await;
    replace(&bench, subscriptions[0].installation, "small", 777, PlanModel::Flat).await;
    // 49.99 less the 0.31 that fall on its line; 7.77 of it are what the new plan costs.
    assert_eq!(left_after(&bench).await, 4999 - 31 - 777);
    // The others have all of theirs but what fell on them.
    replace(&bench, subscriptions[1].installation, "small", 777, PlanModel::Flat).await;
    assert_eq!(left_after(&bench).await, 4999 - 31 - 777 + 4000 - 24 - 777);
}

/// What the desk has in credit, less what cards have paid for its plan changes.
async fn left_after(bench: &Bench) -> i64 {
    let credit: i64 = bench.billing().credit(bench.desk).await.unwrap().iter().map(|credit| credit.cents).sum();
    let mut conn = bench.db.read().await.unwrap();
    let all = invoices::list(&mut conn, bench.desk, Filter::default()).await.unwrap();
    let first = all.iter().map(|one| one.number).min().unwrap();
    let of_orders = all.iter().filter(|one| one.order.is_some() && one.number != first);
    credit - of_orders.map(|one| one.to_take().cents).sum::<i64>()
}

#[tokio::test]
async fn a_refund_of_a_line_falls_on_that_line_alone() {
    let (bench, subscriptions, month) = three_in_april().await;
    let billing = bench.billing();
    let of_line = async |line, cents| {
        let reason = format!("line {line}");
        billing.refund_line(bench.desk, month, line, Some(eur(cents)), &reason, Actor::System).await
    };
    assert!(matches!(of_line(3, 800).await, Err(BillingError::TooMuch { left }) if left == eur(799)));
    assert!(of_line(4, 1).await.is_err(), "there is no fourth line");
    assert_eq!(of_line(3, 799).await.unwrap(), eur(799));
    assert_eq!(of_line(1, 2000).await.unwrap(), eur(2000));
    assert_eq!(bench.peer.money(&month.to_string()), (9798, 2799));
    let mut conn = bench.db.read().await.unwrap();
    let by_line = refunds::by_line(&mut conn, month).await.unwrap();
    assert_eq!(by_line.iter().map(|(_, cents)| *cents).collect::<Vec<_>>(), [2000, 799]);
    drop(conn);
    bench.list_plans(&[plan("small", PlanModel::Flat, 777)]).await;
    bench.clock.advance(DAY * 15);
    replace(&bench, subscriptions[0].installation, "small", 777, PlanModel::Flat).await;
    // Half of what was left of its line, less half of 7.77.
    assert_eq!(left_after(&bench).await, 1499 - 388);
}

#[tokio::test]
async fn what_is_given_under_one_name_is_given_once() {
    let bench = Bench::new().await;
    let now = bench.clock.now();
    for id in ["grant:one", "grant:one", "grant:two"] {
        let mut tx = annex_store::testing::tx(&bench.db).await;
        crate::grant_in(&mut tx, bench.desk, id, eur(2500), "welcome", Actor::System, now).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(bench.billing().credit(bench.desk).await.unwrap(), [eur(5000)]);
}
