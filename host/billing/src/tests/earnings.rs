//! What publishers earn with what desks pay, and lose with what is paid back.

use annex_domain::{
    addon::{AddonId, PublisherSlug, Version},
    billing::DisputeState,
    clock::Timestamp,
    earnings::{EarningKind, Share},
    ids::{InstallationId, InvoiceId, OrderId},
    manifest::Manifest,
    money::Currency,
    operator::Actor,
    plan::PlanModel,
};
use annex_store::{
    billing::{earnings, entries, invoices, subscriptions::Subscription},
    catalog,
    publishers::organisations,
    testing,
};

use super::{
    bench::{Bench, eur, plan},
    netting::{self, credit},
};
use crate::{
    Charged, NewOrder,
    gateway::{About, Event},
};

pub(super) fn acme() -> PublisherSlug {
    "acme".parse().unwrap()
}

/// What the publisher of the bench's add-on has. All accounts of the book sum to zero.
pub(super) async fn balance(bench: &Bench) -> i64 {
    let mut conn = bench.db.read().await.unwrap();
    let accounts = earnings::accounts(&mut conn).await.unwrap();
    assert_eq!(accounts.iter().map(|(.., cents)| cents).sum::<i64>(), 0, "{accounts:?}");
    drop(conn);
    balance_of(bench, &acme()).await
}

async fn balance_of(bench: &Bench, publisher: &PublisherSlug) -> i64 {
    let mut conn = bench.db.read().await.unwrap();
    let balances = earnings::balances(&mut conn, publisher, Timestamp(i64::MAX)).await.unwrap();
    balances.iter().map(|(_, cents)| cents).sum()
}

fn beta() -> PublisherSlug {
    "beta".parse().unwrap()
}

/// Another publisher has an add-on with a plan of 9.00.
async fn beta_sells(bench: &Bench) {
    let plans = vec![plan("flat", PlanModel::Flat, 900)];
    let manifest = Manifest { plans, ..testing::manifest("beta.tool", Version::new(1, 0, 0), 1) };
    let mut tx = bench.db.begin().await.unwrap();
    testing::publish(&mut tx, &manifest, bench.billing().now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn buy_of_beta(bench: &Bench) -> OrderId {
    let billing = bench.billing();
    let new = NewOrder { addon: "beta.tool".parse().unwrap(), ..bench.new_order("flat", 900) };
    let order = billing.order(&new).await.unwrap();
    assert_eq!(billing.charge(bench.desk, order.id).await.unwrap(), Charged::Paid);
    order.id
}

/// A plan without a price takes the place of the one that is paid for.
async fn left_behind(bench: &Bench, live: &Subscription) {
    let billing = bench.billing();
    let mut tx = bench.db.begin().await.unwrap();
    billing.left_behind_in(&mut tx, live, billing.now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn buy(bench: &Bench) -> InvoiceId {
    let (order, invoice) = bench.order().await;
    bench.billing().charge(bench.desk, order.id).await.unwrap();
    invoice
}

async fn set_share(bench: &Bench, percent: i64) {
    let mut tx = bench.db.begin().await.unwrap();
    organisations::set_share(&mut tx, &acme(), Share::new(percent).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn who_has_the_add_on_when_it_is_paid_earns_and_gives_back() {
    let bench = Bench::new().await;
    let first = buy(&bench).await;
    let (addon, other): (AddonId, PublisherSlug) = ("acme.tool".parse().unwrap(), "other".parse().unwrap());
    let mut tx = bench.db.begin().await.unwrap();
    catalog::add_publisher(&mut tx, &other, "Other", Timestamp(1)).await.unwrap();
    catalog::offer_to(&mut tx, &addon, Some(&other)).await.unwrap();
    catalog::hand_over(&mut tx, &addon, &acme(), &other).await.unwrap();
    tx.commit().await.unwrap();
    buy(&bench).await;
    let theirs = async || balance_of(&bench, &other).await;
    assert_eq!((balance(&bench).await, theirs().await), (720, 720));
    bench.billing().refund(bench.desk, first, None, "late", Actor::System).await.unwrap();
    bench.billing().reconcile().await.unwrap();
    assert_eq!((balance(&bench).await, theirs().await), (0, 720));
}

#[tokio::test]
async fn a_paid_line_keeps_the_share_that_was_its_publishers_then() {
    let bench = Bench::new().await;
    let first = buy(&bench).await;
    assert_eq!(balance(&bench).await, 720);
    set_share(&bench, 50).await;
    buy(&bench).await;
    assert_eq!(balance(&bench).await, 720 + 450);
    bench.billing().refund(bench.desk, first, Some(eur(401)), "part", Actor::System).await.unwrap();
    assert_eq!(balance(&bench).await, 399 + 450, "the share of 4.99 at 80 %: the odd cent is the platform's");
    bench.billing().refund(bench.desk, first, None, "rest", Actor::System).await.unwrap();
    bench.billing().reconcile().await.unwrap();
    assert_eq!(balance(&bench).await, 450);
    let mut conn = bench.db.read().await.unwrap();
    let line = invoices::lines(&mut conn, bench.desk, first).await.unwrap()[0].id;
    let kinds: Vec<_> = earnings::of_line(&mut conn, line).await.unwrap().iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [EarningKind::Sale, EarningKind::Refund, EarningKind::Refund]);
}

#[tokio::test]
async fn what_credit_pays_earns_nobody_anything() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    billing.grant(bench.desk, eur(300), "welcome", Actor::CommandLine).await.unwrap();
    let (order, _) = bench.order().await;
    billing.charge(bench.desk, order.id).await.unwrap();
    assert_eq!(balance(&bench).await, 480, "the share of the 6.00 that the card paid");
    billing.release(bench.desk, order.id, "activation failed").await.unwrap();
    assert_eq!(balance(&bench).await, 0);
    billing.grant(bench.desk, eur(900), "more", Actor::CommandLine).await.unwrap();
    buy(&bench).await;
    assert_eq!(balance(&bench).await, 0, "nor what came back to the credit");
}

#[tokio::test]
async fn days_that_become_credit_earn_whoever_is_paid_with_it_and_no_longer_who_had_sold_them() {
    let bench = Bench::new().await;
    beta_sells(&bench).await;
    bench.billing().grant(bench.desk, eur(100), "welcome", Actor::CommandLine).await.unwrap();
    let (_, live) = netting::buy(&bench, InstallationId::new(), "flat", 900).await;
    assert_eq!(balance(&bench).await, 640, "the share of the 8.00 that the card paid");
    left_behind(&bench, &live).await;
    assert_eq!((balance(&bench).await, credit(&bench).await), (0, 900));
    let order = buy_of_beta(&bench).await;
    assert_eq!((balance_of(&bench, &beta()).await, credit(&bench).await), (640, 0), "1.00 of it was given");
    // What was paid with it comes back as what it was.
    bench.billing().release(bench.desk, order, "activation failed").await.unwrap();
    assert_eq!((balance_of(&bench, &beta()).await, credit(&bench).await), (0, 900));
    buy_of_beta(&bench).await;
    assert_eq!((balance(&bench).await, balance_of(&bench, &beta()).await), (0, 640));
}

#[tokio::test]
async fn of_a_cheaper_plan_its_publisher_has_the_share_and_of_none_nothing() {
    let bench = Bench::new().await;
    let plans = [("small", 310), ("middle", 3100)].map(|(id, price)| plan(id, PlanModel::Flat, price));
    bench.list_plans(&plans).await;
    let one = InstallationId::new();
    netting::buy(&bench, one, "middle", 3100).await;
    assert_eq!(balance(&bench).await, 2480);
    let (_, live) = netting::buy(&bench, one, "small", 310).await;
    assert_eq!((balance(&bench).await, credit(&bench).await), (248, 2790), "of what its days cost");
    left_behind(&bench, &live).await;
    assert_eq!((balance(&bench).await, credit(&bench).await), (0, 3100));
    let mut conn = bench.db.read().await.unwrap();
    assert_eq!(entries::earning(&mut conn, bench.desk, Currency::EUR).await.unwrap(), 3100);
}

#[tokio::test]
async fn a_dispute_and_a_refund_that_comes_back_move_the_same_share() {
    let bench = Bench::new().await;
    let invoice = buy(&bench).await;
    bench.peer.dispute(&invoice.to_string(), DisputeState::Open);
    bench.billing().reconcile().await.unwrap();
    assert_eq!(balance(&bench).await, 0, "the bank has the money");
    bench.peer.dispute(&invoice.to_string(), DisputeState::Won);
    bench.billing().reconcile().await.unwrap();
    bench.billing().reconcile().await.unwrap();
    assert_eq!(balance(&bench).await, 720);

    let other = Bench::new().await;
    let invoice = buy(&other).await;
    other.billing().refund(other.desk, invoice, Some(eur(400)), "goodwill", Actor::System).await.unwrap();
    assert_eq!(balance(&other).await, 400);
    other.peer.refunds_come_back();
    for id in ["evt_1", "evt_2"] {
        let event = Event { id: id.into(), kind: "refund.failed".into(), about: About::Refund("re_0".into()) };
        other.billing().hint(&event).await.unwrap();
    }
    assert_eq!(balance(&other).await, 720);
}
