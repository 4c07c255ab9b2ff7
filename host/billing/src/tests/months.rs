//! The monthly bill.

use annex_domain::{
    billing::{InvoiceState, SubscriptionState},
    crash::CrashPoints,
    ids::InvoiceId,
    money::Currency,
    operator::Actor,
    plan::PlanModel,
};
use annex_store::billing::{
    invoices::{self, Filter, Invoice, Line},
    subscriptions,
};
use jiff::civil::date;

use super::{
    bench::{Bench, DAY, eur, plan},
    judge::all_is_right,
    peer::Fault,
};
use crate::{BillingError, Charged, Variant, gateways::test::Behaviour, settle::RENEWAL_PAID};

/// A desk whose bill is made out on the first, in April next.
async fn with_a_bill() -> Bench {
    let bench = Bench::new().await;
    let (order, _) = bench.order().await;
    bench.billing().charge(bench.desk, order.id).await.unwrap();
    bench
}

async fn months(bench: &Bench) -> Vec<Invoice> {
    let mut conn = bench.db.read().await.unwrap();
    let all = invoices::list(&mut conn, bench.desk, Filter::default()).await.unwrap();
    all.into_iter().filter(|invoice| invoice.order.is_none()).rev().collect()
}

/// Somebody has said that the months that were missed may be charged.
async fn confirmed(bench: &Bench) {
    bench.billing().bill_desk(bench.desk).await.unwrap();
    assert!(bench.billing().confirm_missed_months(bench.desk, Actor::System).await.unwrap());
}

async fn lines(bench: &Bench, invoice: InvoiceId) -> Vec<Line> {
    let mut conn = bench.db.read().await.unwrap();
    invoices::lines(&mut conn, bench.desk, invoice).await.unwrap()
}

#[tokio::test]
async fn one_invoice_for_all_and_once_however_often_it_runs() {
    let bench = with_a_bill().await;
    let billing = bench.billing();
    let april = date(2026, 4, 1);
    let flat = bench.subscribe(plan("flat", PlanModel::Flat, 900), 1, Some(april)).await;
    let mut user = bench.subscribe(plan("user", PlanModel::PerUser, 400), 5, Some(april)).await;
    bench.subscribe(plan("seat", PlanModel::PerSeat, 300), 7, Some(april)).await;
    bench.subscribe(plan("once", PlanModel::OneTime, 5000), 1, None).await;
    let mut dollars = plan("flat", PlanModel::Flat, 700);
    dollars.currency = Currency::USD;
    bench.subscribe(dollars, 1, Some(april)).await;
    user.quantity_next = Some(2);
    let mut tx = bench.db.begin().await.unwrap();
    subscriptions::save(&mut tx, &mut user, super::bench::START).await.unwrap();
    tx.commit().await.unwrap();
    assert!(billing.bill_desk(bench.desk).await.unwrap().is_empty(), "not before the day");
    bench.clock.advance(DAY * 31);
    assert_eq!(billing.bill_due().await.unwrap(), 1);
    assert!(billing.bill_desk(bench.desk).await.unwrap().is_empty());
    assert_eq!(billing.bill_due().await.unwrap(), 0);
    let made = months(&bench).await;
    let totals: Vec<String> = made.iter().map(|invoice| invoice.total.to_string()).collect();
    assert_eq!(totals, ["23.00 EUR", "7.00 USD"], "9.00, 2 licences, 2 operators");
    assert!(made.iter().all(|invoice| invoice.state == InvoiceState::Paid));
    assert_eq!(made[0].period_from.zip(made[0].period_to), Some((april, date(2026, 5, 1))));
    for line in lines(&bench, made[0].id).await {
        assert_eq!((line.period_from, line.period_to), (april, Some(date(2026, 5, 1))));
    }
    let (flat, user) = (bench.subscription(flat.id).await, bench.subscription(user.id).await);
    assert_eq!(flat.paid_through, Some(date(2026, 5, 1)));
    assert_eq!((user.quantity, user.quantity_next), (2, None));
    assert_eq!(bench.jobs(RENEWAL_PAID).await, 0, "nothing was stopped");
    all_is_right(&bench, made[0].id, "month").await;
}

#[tokio::test]
async fn months_that_were_missed_are_made_out_one_by_one() {
    let bench = with_a_bill().await;
    let subscription = bench.subscribe(plan("flat", PlanModel::Flat, 900), 1, Some(date(2026, 4, 1))).await;
    bench.clock.advance(DAY * 31 * 3);
    confirmed(&bench).await;
    bench.billing().bill_desk(bench.desk).await.unwrap();
    let made = months(&bench).await;
    let from: Vec<String> = made.iter().map(|invoice| invoice.period_from.unwrap().to_string()).collect();
    assert_eq!(from, ["2026-04-01", "2026-05-01", "2026-06-01"]);
    assert_eq!(bench.subscription(subscription.id).await.paid_through, Some(date(2026, 7, 1)));
    for invoice in made {
        all_is_right(&bench, invoice.id, "missed").await;
    }
}

#[tokio::test]
async fn months_that_were_missed_end_at_the_first_that_is_declined() {
    let bench = with_a_bill().await;
    let subscription = bench.subscribe(plan("flat", PlanModel::Flat, 900), 1, Some(date(2026, 4, 1))).await;
    bench.card(Behaviour::NoMoney).await;
    bench.clock.advance(DAY * 31 * 3);
    confirmed(&bench).await;
    bench.billing().bill_desk(bench.desk).await.unwrap();
    let made = months(&bench).await;
    assert_eq!(made.iter().map(|invoice| invoice.state).collect::<Vec<_>>(), [InvoiceState::Due]);
    assert_eq!(bench.subscription(subscription.id).await.state, SubscriptionState::PastDue);
    assert_eq!(bench.billing().bill_due().await.unwrap(), 0, "the other months are passed over");
}

#[tokio::test]
async fn an_unpaid_month_is_past_due_and_nothing_piles_up() {
    let bench = with_a_bill().await;
    let billing = bench.billing();
    let subscription = bench.subscribe(plan("flat", PlanModel::Flat, 900), 1, Some(date(2026, 4, 1))).await;
    bench.card(Behaviour::NoMoney).await;
    bench.clock.advance(DAY * 31);
    billing.bill_desk(bench.desk).await.unwrap();
    let april = months(&bench).await[0].clone();
    assert_eq!(april.state, InvoiceState::Due);
    assert_eq!(bench.subscription(subscription.id).await.state, SubscriptionState::PastDue);
    assert!(matches!(billing.look_again(bench.desk, april.id).await.unwrap(), Charged::Due(_)));
    assert!(billing.read_back(bench.desk, april.id).await.unwrap());
    bench.peer.always(Some(Fault::Down));
    assert!(billing.read_back(bench.desk, april.id).await.is_err(), "nothing is stopped on what is not known");
    bench.peer.always(None);
    bench.clock.advance(DAY * 40);
    billing.bill_desk(bench.desk).await.unwrap();
    assert_eq!(months(&bench).await.len(), 1, "no line for May");
    let good = bench.card(Behaviour::Pays).await;
    assert_eq!(billing.pay(bench.desk, april.id, Some(good), Actor::System).await.unwrap(), Charged::Paid);
    assert!(!billing.read_back(bench.desk, april.id).await.unwrap());
    let paid = bench.subscription(subscription.id).await;
    assert_eq!(
        (paid.state, paid.paid_through),
        (SubscriptionState::Active, Some(date(2026, 6, 1))),
        "the running month"
    );
    assert_eq!(bench.jobs(RENEWAL_PAID).await, 1);
    assert_eq!(bench.mails().await, ["receipt", "payment-due", "receipt"]);
    bench.clock.advance(DAY * 30);
    billing.bill_desk(bench.desk).await.unwrap();
    let last = months(&bench).await;
    assert_eq!((last.len(), last[1].period_from), (2, Some(date(2026, 6, 1))));
}

#[tokio::test]
async fn a_gateway_that_is_away_leaves_subscriptions_as_they_are() {
    let bench = with_a_bill().await;
    let billing = bench.billing();
    let subscription = bench.subscribe(plan("flat", PlanModel::Flat, 900), 1, Some(date(2026, 4, 1))).await;
    bench.peer.always(Some(Fault::Down));
    bench.clock.advance(DAY * 31);
    assert!(billing.bill_desk(bench.desk).await.unwrap_err().is_passing());
    billing.reconcile().await.unwrap();
    assert_eq!(bench.subscription(subscription.id).await.state, SubscriptionState::Active);
    assert_eq!(months(&bench).await[0].state, InvoiceState::Open);
    bench.peer.always(None);
    bench.clock.advance(DAY * 62);
    confirmed(&bench).await;
    billing.bill_desk(bench.desk).await.unwrap();
    billing.reconcile().await.unwrap();
    let made = months(&bench).await;
    assert_eq!(made.len(), 3, "April, which could not be charged, May and June");
    for invoice in made {
        assert_eq!(invoice.state, InvoiceState::Paid);
        all_is_right(&bench, invoice.id, "away").await;
    }
}

#[tokio::test]
async fn a_run_that_stops_half_way_goes_on_without_a_double_line() {
    for at in ["renewal:bill:before", "renewal:bill:after", "renewal:charge:before", "renewal:charge:after"] {
        let bench = with_a_bill().await;
        for _ in 0..20 {
            bench.subscribe(plan("flat", PlanModel::Flat, 900), 1, Some(date(2026, 4, 1))).await;
        }
        bench.clock.advance(DAY * 62);
        confirmed(&bench).await;
        let crashing = bench.with(CrashPoints::stop_at(at), Variant::Designed);
        assert!(matches!(crashing.bill_desk(bench.desk).await, Err(BillingError::Stopped(_))), "{at}");
        bench.billing().bill_desk(bench.desk).await.unwrap();
        let made = months(&bench).await;
        assert_eq!(made.iter().map(|invoice| invoice.total).collect::<Vec<_>>(), [eur(18_000), eur(18_000)], "{at}");
        for invoice in made {
            assert_eq!(lines(&bench, invoice.id).await.len(), 20, "{at}");
            all_is_right(&bench, invoice.id, at).await;
        }
    }
}

#[tokio::test]
async fn a_cancelled_subscription_gets_no_line() {
    let bench = with_a_bill().await;
    let mut subscription = bench.subscribe(plan("flat", PlanModel::Flat, 900), 1, Some(date(2026, 4, 1))).await;
    subscription.state = SubscriptionState::Ended;
    let mut tx = bench.db.begin().await.unwrap();
    subscriptions::save(&mut tx, &mut subscription, super::bench::START).await.unwrap();
    tx.commit().await.unwrap();
    bench.clock.advance(DAY * 62);
    bench.billing().bill_desk(bench.desk).await.unwrap();
    assert!(months(&bench).await.is_empty());
}

#[tokio::test]
async fn the_overview_shows_the_next_bill() {
    let bench = with_a_bill().await;
    let billing = bench.billing();
    bench.subscribe(plan("flat", PlanModel::Flat, 900), 1, Some(date(2026, 4, 1))).await;
    bench.subscribe(plan("user", PlanModel::PerUser, 400), 2, Some(date(2026, 4, 1))).await;
    billing.grant(bench.desk, eur(100), "x", Actor::System).await.unwrap();
    let overview = billing.overview(bench.desk).await.unwrap();
    let next = overview.next_bill.unwrap();
    assert_eq!((next.on, next.amounts), (date(2026, 4, 1), vec![eur(1700)]));
    assert_eq!((overview.credit, overview.due.len(), overview.subscriptions.len()), (vec![eur(100)], 0, 2));
    assert!(overview.method.is_some() && overview.standing.ready().is_ok());
}
