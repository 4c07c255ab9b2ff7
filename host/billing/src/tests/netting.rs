//! Nothing is charged first and credited later, nothing is given away, and nothing is owed that was not used.

use annex_domain::{
    addon::Version,
    billing::{InvoiceState, LineKind, OrderPurpose, SubscriptionState},
    clock::Clock as _,
    ids::{InstallationId, InvoiceId, SubscriptionId},
    operator::Actor,
    plan::PlanModel,
};
use annex_store::billing::{
    invoices::{self, Filter},
    orders::Order,
    subscriptions::{self, Subscription},
};
use jiff::civil::date;

use super::{
    bench::{Bench, DAY, eur, plan},
    judge::{all_is_right, the_ledger_balances},
};
use crate::{Charged, NewOrder, OrderError, OrderRequest, gateways::test::Behaviour, ledger::Quote};

fn wanted(installation: Option<InstallationId>, plan: &str, purpose: OrderPurpose) -> OrderRequest {
    let (addon, plan) = ("acme.tool".parse().unwrap(), plan.parse().unwrap());
    OrderRequest { installation, addon, version: Version::new(1, 0, 0), plan, quantity: 1, purpose }
}

async fn quote(bench: &Bench, installation: Option<InstallationId>, plan: &str) -> Quote {
    let purpose = if installation.is_some() { OrderPurpose::Plan } else { OrderPurpose::Install };
    bench.billing().quote(bench.desk, &wanted(installation, plan, purpose)).await.unwrap()
}

/// Buys a flat plan of a price, as lifecycle does; the amount that was charged.
pub(super) async fn buy(bench: &Bench, installation: InstallationId, id: &str, price: i64) -> (Order, Subscription) {
    let billing = bench.billing();
    let shown = quote(bench, Some(installation), id).await.amount;
    let new = NewOrder { installation, shown: Some(shown), purpose: OrderPurpose::Plan, ..bench.new_order(id, 0) };
    let order = billing.order(&new).await.unwrap();
    assert_eq!(billing.charge(bench.desk, order.id).await.unwrap(), Charged::Paid);
    let now = billing.now();
    let mut tx = bench.db.begin().await.unwrap();
    billing.fulfilled_in(&mut tx, bench.desk, order.id).await.unwrap();
    if let Some(before) = subscriptions::live_of(&mut tx, bench.desk, installation).await.unwrap() {
        end(bench, &mut tx, before).await;
    }
    let through = billing.days_in(&mut tx, &order, now).await.unwrap();
    tx.commit().await.unwrap();
    let new = bench.subscribe_for(installation, plan(id, PlanModel::Flat, price), 1, through).await;
    (order, new)
}

async fn end(bench: &Bench, tx: &mut annex_store::Tx, mut one: Subscription) {
    let now = bench.clock.now();
    (one.state, one.ended_at) = (SubscriptionState::Ended, Some(now));
    subscriptions::save(tx, &mut one, now).await.unwrap();
    bench.billing().not_used_in(tx, &one, now, now).await.unwrap();
}

async fn cancel(bench: &Bench, one: &Subscription) {
    let one = bench.subscription(one.id).await;
    let mut tx = bench.db.begin().await.unwrap();
    end(bench, &mut tx, one).await;
    tx.commit().await.unwrap();
    bench.clock.advance(std::time::Duration::from_secs(1));
}

async fn with_plans() -> Bench {
    let bench = Bench::new().await;
    let plans = [("small", 310), ("middle", 3100), ("large", 6200)];
    bench.list_plans(&plans.map(|(id, price)| plan(id, PlanModel::Flat, price))).await;
    bench
}

pub(super) async fn credit(bench: &Bench) -> i64 {
    bench.billing().credit(bench.desk).await.unwrap().iter().map(|credit| credit.cents).sum()
}

#[tokio::test]
async fn a_dearer_plan_costs_the_difference_and_a_cheaper_one_nothing() {
    let bench = with_plans().await;
    let one = InstallationId::new();
    let (order, _) = buy(&bench, one, "middle", 3100).await;
    assert_eq!(order.amount, eur(3100));
    bench.clock.advance(DAY * 10);
    let shown = quote(&bench, Some(one), "large").await;
    assert_eq!((shown.amount, shown.gross, shown.netted, shown.credited), (eur(2100), eur(4200), eur(2100), eur(0)));
    let (order, _) = buy(&bench, one, "large", 6200).await;
    assert_eq!((order.amount, credit(&bench).await), (eur(2100), 0), "one payment, and nothing comes back");
    let mut conn = bench.db.read().await.unwrap();
    let invoice = invoices::of_order(&mut conn, bench.desk, order.id).await.unwrap().unwrap();
    let lines = invoices::lines(&mut conn, bench.desk, invoice.id).await.unwrap();
    let lines: Vec<_> = lines.iter().map(|line| (line.kind, line.amount, line.plan.as_str())).collect();
    assert_eq!(lines, [(LineKind::Charge, 4200, "large"), (LineKind::Unused, -2100, "middle")]);
    drop(conn);
    all_is_right(&bench, invoice.id, "upgrade").await;
    bench.clock.advance(DAY * 10);
    let shown = quote(&bench, Some(one), "small").await;
    assert_eq!((shown.amount, shown.netted, shown.credited), (eur(0), eur(110), eur(2090)));
    let calls = bench.peer.calls();
    let (order, _) = buy(&bench, one, "small", 310).await;
    assert_eq!((order.amount, credit(&bench).await, bench.peer.calls()), (eur(0), 2090, calls));
    the_ledger_balances(&bench).await;
    assert_eq!(quote(&bench, Some(one), "middle").await.netted, eur(110), "what it is worth is not counted twice");
}

#[tokio::test]
async fn what_was_cancelled_is_not_paid_again_within_its_days() {
    let bench = with_plans().await;
    let one = InstallationId::new();
    let (_, first) = buy(&bench, one, "middle", 3100).await;
    bench.clock.advance(DAY * 10);
    cancel(&bench, &first).await;
    assert_eq!(credit(&bench).await, 0, "nothing comes back (R12)");
    // Installed anew or not: its days are paid.
    for installation in [None, Some(one), Some(InstallationId::new())] {
        let same = quote(&bench, installation, "middle").await;
        assert_eq!((same.amount, same.netted, same.credited), (eur(0), eur(2100), eur(0)));
        assert_eq!(quote(&bench, installation, "large").await.amount, eur(2100));
    }
    let (order, second) = buy(&bench, one, "middle", 3100).await;
    assert_eq!(order.amount, eur(0));
    cancel(&bench, &second).await;
    assert_eq!(quote(&bench, None, "large").await.amount, eur(2100), "again, and not twice as much");
    bench.clock.advance(DAY * 22);
    assert_eq!(quote(&bench, None, "middle").await.netted, eur(0), "the days are over");
}

#[tokio::test]
async fn what_is_too_little_is_on_the_next_bill() {
    let bench = with_plans().await;
    let calls = bench.peer.calls();
    // First the bill begins, on the first.
    let (_, first) = buy(&bench, InstallationId::new(), "middle", 3100).await;
    bench.clock.advance(DAY * 28);
    let one = InstallationId::new();
    let shown = bench.billing().quote(bench.desk, &wanted(Some(one), "small", OrderPurpose::Plan)).await.unwrap();
    assert_eq!((shown.amount, shown.carried), (eur(30), true));
    assert!(bench.peer.calls() > calls);
    let calls = bench.peer.calls();
    let (order, small) = buy(&bench, one, "small", 310).await;
    let invoice = bench.invoice_of(order.id).await;
    assert_eq!((invoice.state, bench.peer.calls()), (InvoiceState::Paid, calls), "no gateway is asked");
    assert_eq!(credit(&bench).await, -30, "it is owed");
    bench.clock.advance(DAY * 3);
    bench.billing().bill_desk(bench.desk).await.unwrap();
    let month = last(&bench).await;
    assert_eq!((month.total, month.state), (eur(3100 + 310 + 30), InvoiceState::Paid));
    assert_eq!(bench.peer.money(&month.id.to_string()), (3440, 0));
    let mut conn = bench.db.read().await.unwrap();
    let lines = invoices::lines(&mut conn, bench.desk, month.id).await.unwrap();
    assert_eq!(lines.last().map(|line| (line.kind, line.amount)), Some((LineKind::Carried, 30)));
    drop(conn);
    assert_eq!(credit(&bench).await, 0);
    all_is_right(&bench, month.id, "carried").await;
    assert!(first.id != small.id);
    assert!(!bench.mails().await.is_empty());
}

pub(super) async fn last(bench: &Bench) -> invoices::Invoice {
    let mut conn = bench.db.read().await.unwrap();
    invoices::list(&mut conn, bench.desk, Filter { limit: 1, ..Filter::default() }).await.unwrap().remove(0)
}

/// Two add-ons whose month is declined on the first of April.
async fn declined() -> (Bench, Subscription, InvoiceId) {
    let bench = with_plans().await;
    let (_, first) = buy(&bench, InstallationId::new(), "middle", 3100).await;
    let other = Subscription {
        id: SubscriptionId::new(),
        installation: InstallationId::new(),
        addon: "acme.other".parse().unwrap(),
        plan: plan("other", PlanModel::Flat, 1000),
        paid_through: Some(date(2026, 4, 1)),
        ..first.clone()
    };
    let mut tx = bench.db.begin().await.unwrap();
    subscriptions::insert(&mut tx, &other).await.unwrap();
    tx.commit().await.unwrap();
    bench.card(Behaviour::NoMoney).await;
    bench.clock.advance(DAY * 31);
    bench.billing().bill_desk(bench.desk).await.unwrap();
    let month = last(&bench).await;
    assert_eq!((month.state, month.total), (InvoiceState::Due, eur(4100)));
    (bench, first, month.id)
}

#[tokio::test]
async fn a_declined_month_that_is_cancelled_is_owed_by_the_day() {
    let (bench, first, month) = declined().await;
    bench.clock.advance(DAY * 12);
    cancel(&bench, &first).await;
    let row = bench.invoice(month).await;
    // 12 of 30 days of 31.00.
    assert_eq!((row.state, row.reduced, row.to_take()), (InvoiceState::Due, 1860, eur(1240 + 1000)));
    let blocked = bench.billing().quote(bench.desk, &wanted(None, "middle", OrderPurpose::Install)).await;
    assert!(matches!(blocked, Err(OrderError::Unpaid { amount, .. }) if amount == eur(2240)), "{blocked:?}");
    let good = bench.card(Behaviour::Pays).await;
    assert_eq!(bench.billing().pay(bench.desk, month, Some(good), Actor::System).await.unwrap(), Charged::Paid);
    assert_eq!(bench.peer.money(&month.to_string()), (2240, 0));
    all_is_right(&bench, month, "by the day").await;
    assert_eq!(quote(&bench, None, "middle").await.netted, eur(0), "only the days that were used were paid");
}

#[tokio::test]
async fn cancelled_on_its_first_day_it_blocks_nothing() {
    let (bench, first, month) = declined().await;
    cancel(&bench, &first).await;
    let row = bench.invoice(month).await;
    assert_eq!((row.state, row.to_take()), (InvoiceState::Due, eur(1000)), "the other one is due");
    assert_eq!(quote(&bench, None, "large").await.amount, eur(6200));
    let (_, alone, month) = {
        let bench = with_plans().await;
        let (_, first) = buy(&bench, InstallationId::new(), "middle", 3100).await;
        bench.card(Behaviour::NoMoney).await;
        bench.clock.advance(DAY * 31);
        bench.billing().bill_desk(bench.desk).await.unwrap();
        let month = last(&bench).await.id;
        cancel(&bench, &first).await;
        (first, bench, month)
    };
    assert_eq!(alone.invoice(month).await.state, InvoiceState::Void);
    all_is_right_void(&alone, month).await;
}

async fn all_is_right_void(bench: &Bench, month: InvoiceId) {
    bench.billing().finish(bench.desk, month).await.unwrap();
    assert_eq!((bench.peer.open(&month.to_string()), bench.peer.money(&month.to_string())), (0, (0, 0)));
    the_ledger_balances(bench).await;
}

/// A month of 41.00 that is paid while one of its add-ons is cancelled: 18.60 of it are owed no more, and are in credit.
pub(super) async fn overpaid() -> (Bench, InvoiceId) {
    let (bench, first, month) = declined().await;
    let asks = bench.card(Behaviour::Asks).await;
    bench.billing().pay(bench.desk, month, Some(asks), Actor::System).await.unwrap();
    // The payer confirms at the bank while somebody cancels.
    bench.peer.payer_answers(&month.to_string(), true);
    bench.clock.advance(DAY * 12);
    cancel(&bench, &first).await;
    bench.billing().reconcile().await.unwrap();
    assert_eq!(
        (bench.invoice(month).await.state, bench.peer.money(&month.to_string())),
        (InvoiceState::Paid, (4100, 0))
    );
    assert_eq!(credit(&bench).await, 1860);
    the_ledger_balances(&bench).await;
    (bench, month)
}

#[tokio::test]
async fn money_that_was_on_its_way_for_days_after_a_cancel_is_in_credit() {
    let (bench, month) = overpaid().await;
    assert!(bench.billing().refund(bench.desk, month, Some(eur(2241)), "x", Actor::System).await.is_err());
    assert_eq!(bench.billing().refund(bench.desk, month, None, "y", Actor::System).await.unwrap(), eur(2240));
}
