//! What is ordered and paid later: the days that were paid for begin when it runs, and no day is had for nothing.

use std::time::Duration;

use annex_domain::{
    billing::{InvoiceState, OrderPurpose, OrderState, SubscriptionState},
    crash::CrashPoints,
    ids::{InstallationId, OrderId},
    installation::Status,
    money::{Currency, Money},
    operator::Actor,
};
use annex_store::{
    audit,
    billing::{
        invoices::{self, Filter, Invoice, Line},
        orders,
        subscriptions::{self, Subscription},
    },
};

use super::{
    money::{DAY, NO_MONEY, PAYS},
    support::{World, on_both},
};
use crate::{Choice, InstallRequest, MoreLicences, OrderEnd};

/// A bill that was looked at has its next look in line.
const MINUTE: Duration = Duration::from_secs(60);

/// Invoices that belong to no order, the oldest first, with their lines.
async fn bills(world: &World) -> Vec<(Invoice, Vec<Line>)> {
    let mut conn = world.db().read().await.unwrap();
    let mut all = Vec::new();
    for invoice in invoices::list(&mut conn, world.desk, Filter::default()).await.unwrap().into_iter().rev() {
        if invoice.order.is_none() {
            let lines = invoices::lines(&mut conn, world.desk, invoice.id).await.unwrap();
            all.push((invoice, lines));
        }
    }
    all
}

async fn live(world: &World, id: InstallationId) -> Subscription {
    subscriptions::live_of(&mut world.db().read().await.unwrap(), world.desk, id).await.unwrap().unwrap()
}

async fn credit(world: &World) -> i64 {
    world.host.billing().credit(world.desk).await.unwrap().iter().map(|money| money.cents).sum()
}

/// Cancelled, and what was paid for it is paid back: buying it again costs what its days cost.
async fn cancelled_and_paid_back(world: &World, id: InstallationId) {
    world.host.cancel(world.desk, id, world.admin).await.unwrap();
    world.idle().await;
    let mut conn = world.db().read().await.unwrap();
    let paid = invoices::list(&mut conn, world.desk, Filter { limit: 1, ..Filter::default() }).await.unwrap().remove(0);
    drop(conn);
    world.host.billing().refund(world.desk, paid.id, None, "cancelled", Actor::CommandLine).await.unwrap();
}

#[tokio::test]
async fn paid_on_day_40_the_days_begin_then() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(NO_MONEY).await;
        let id = world.had(world.to_buy("flat").await).await.id;
        world.later(40 * DAY).await;
        world.add_card(PAYS).await;
        world.pay(id).await;
        assert_eq!(world.settled(id).await.unwrap().status, Status::Active);
        assert!(bills(&world).await.is_empty(), "nothing more is asked for now");
        let back = credit(&world).await;
        assert!((1..5000).contains(&back), "the days after the next bill come back: {back}");
        let until = live(&world, id).await.paid_through.unwrap();
        let next = world.host.billing().overview(world.desk).await.unwrap().next_bill.unwrap();
        assert_eq!((next.on, next.amounts), (until, vec![Money::new(5000, Currency::EUR)]));

        world.later(25 * DAY).await;
        let all = bills(&world).await;
        let [(bill, lines)] = &all[..] else { panic!("{all:?}") };
        assert_eq!((bill.period_from, bill.total.cents, bill.credit_used), (Some(until), 5000, back));
        assert_eq!((bill.state, lines.len()), (InvoiceState::Paid, 1));
        assert_eq!(credit(&world).await, 0);
        world.judge(id, "the next bill").await;
        assert_eq!(world.mailed("receipt").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_day_that_was_ordered_does_not_buy_a_month() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let id = world.had(world.to_buy("flat").await).await.id;
        let until = live(&world, id).await.paid_through.unwrap();
        cancelled_and_paid_back(&world, id).await;
        world.later(29 * DAY).await;
        world.add_card(NO_MONEY).await;
        let bought = world.choose(id, "flat").await.order.unwrap();
        assert!(matches!(world.ordered(bought).await, OrderEnd::Due(_)));
        let order = orders::get(&mut world.db().read().await.unwrap(), world.desk, bought).await.unwrap();
        let days = until.since(order.period_from).unwrap().get_days();
        assert!(order.period_to == Some(until) && (1..4).contains(&days) && order.amount.cents < 600, "{order:?}");

        world.later(5 * DAY).await;
        world.add_card(PAYS).await;
        world.pay(id).await;
        assert_eq!(world.ordered(bought).await, OrderEnd::Fulfilled);
        assert_eq!(world.settled(id).await.unwrap().status, Status::Active);
        world.later(MINUTE).await;
        world.judge(id, "paid late").await;
        let all = bills(&world).await;
        let [(rest, lines)] = &all[..] else { panic!("{all:?}") };
        let of = live(&world, id).await;
        assert_eq!((rest.state, of.state), (InvoiceState::Paid, SubscriptionState::Active));
        assert_eq!(lines[0].period_to, of.paid_through, "paid for up to the next bill");
        assert!(lines[0].period_from > until && rest.total.cents > 3500, "{lines:?}");
        assert_eq!(
            world.host.billing().overview(world.desk).await.unwrap().next_bill.unwrap().on,
            of.paid_through.unwrap()
        );
        // The month is whole again from there on.
        world.later(31 * DAY).await;
        let all = bills(&world).await;
        assert_eq!((all.len(), all[1].0.total.cents, all[1].0.period_from), (2, 5000, of.paid_through));
    })
    .await;
}

#[tokio::test]
async fn days_that_are_declined_after_a_late_start_are_due() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let id = world.had(world.to_buy("flat").await).await.id;
        cancelled_and_paid_back(&world, id).await;
        world.later(29 * DAY).await;
        world.add_card(NO_MONEY).await;
        let bought = world.choose(id, "flat").await.order.unwrap();
        assert!(matches!(world.ordered(bought).await, OrderEnd::Due(_)));
        world.later(5 * DAY).await;
        world.add_card(PAYS).await;
        let due = world.host.billing_state(world.desk, id).await.unwrap().due.unwrap();
        world.host.billing().pay(world.desk, due.invoice, None, Actor::Operator(world.admin)).await.unwrap();
        world.add_card(NO_MONEY).await;
        world.run_jobs().await;
        world.idle().await;
        world.later(MINUTE).await;
        let all = bills(&world).await;
        assert_eq!((all.len(), all[0].0.state), (1, InvoiceState::Due));
        assert_eq!(live(&world, id).await.state, SubscriptionState::PastDue);
        // Cancelling does not lead around the days on which it was used.
        world.later(4 * DAY).await;
        world.host.cancel(world.desk, id, world.admin).await.unwrap();
        world.idle().await;
        let price = Money::new(20_000, Currency::EUR);
        let choice = Choice::paid("once".parse().unwrap(), price);
        let refused = world.host.choose_plan(world.desk, id, choice, None, world.admin, None).await.unwrap_err();
        assert_eq!(refused.code(), "unpaid");
    })
    .await;
}

/// Orders 100 more licences on the last day before the next bill.
async fn with_more_ordered(world: &World, card: &str, crash: CrashPoints) -> (InstallationId, OrderId) {
    world.later(29 * DAY).await;
    let id = world.of_addon("acme.puppet").await.unwrap().id;
    world.add_card(card).await;
    let shown = world.price(Some(id), "team", 100, OrderPurpose::Licences).await;
    let node = world.node_with(crash);
    let added = node.add_licences(world.desk, id, MoreLicences::of(100, shown), world.admin, None).await.unwrap();
    node.rest().await;
    (id, added.order.unwrap())
}

async fn one_licence(world: &World) {
    world.priced("1.0.0", 1, "").await;
    world.log_in(PAYS).await;
    world.had(world.to_buy("team").await).await;
}

#[tokio::test]
async fn licences_that_are_switched_on_in_the_next_month_are_paid_back() {
    on_both(async |world| {
        one_licence(&world).await;
        let crash = CrashPoints::stop_at("purchase:apply:before");
        let (id, order) = with_more_ordered(&world, PAYS, crash).await;
        let state = async || orders::get(&mut world.db().read().await.unwrap(), world.desk, order).await.unwrap().state;
        assert_eq!(state().await, OrderState::Paid, "and then the host is away over the bill");
        world.later(5 * DAY).await;
        world.later(MINUTE).await;
        assert_eq!(bills(&world).await[0].0.total.cents, 900, "the month is billed for the one licence");
        assert_eq!((state().await, live(&world, id).await.quantity), (OrderState::Refunded, 1));
        assert_eq!(world.installation(id).await.status, Status::Active);
        world.judge(id, "licences too late").await;
    })
    .await;
}

#[tokio::test]
async fn licences_that_nobody_paid_for_can_be_paid_no_more_once_the_next_month_has_begun() {
    on_both(async |world| {
        one_licence(&world).await;
        let (id, order) = with_more_ordered(&world, NO_MONEY, CrashPoints::none()).await;
        assert!(matches!(world.ordered(order).await, OrderEnd::Due(_)));
        world.add_card(PAYS).await;
        world.host.withdraw_late(world.desk).await.unwrap();
        assert!(matches!(world.ordered(order).await, OrderEnd::Due(_)), "its days are not over");
        world.later(5 * DAY).await;
        assert_eq!(world.ordered(order).await, OrderEnd::GivenUp);
        let mut conn = world.db().read().await.unwrap();
        let invoice = invoices::of_order(&mut conn, world.desk, order).await.unwrap().unwrap();
        let last = audit::list(&mut conn, world.desk, None, 100).await.unwrap();
        drop(conn);
        let last = last.into_iter().find(|entry| entry.action == "addon.withdraw-order").unwrap();
        assert_eq!((last.actor.as_str(), &last.detail["reason"]), ("system", &"too-late".into()));
        let paid = world.host.billing().pay(world.desk, invoice.id, None, Actor::Operator(world.admin)).await;
        assert_eq!((invoice.state, paid.unwrap_err().code()), (InvoiceState::Void, "not-payable"));
        assert_eq!((live(&world, id).await.quantity, world.installation(id).await.status), (1, Status::Active));
        world.judge(id, "withdrawn by the host").await;
    })
    .await;
}

#[tokio::test]
async fn an_unpaid_month_of_a_plan_that_was_replaced_comes_back_in_either_order() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let id = world.had(world.to_buy("flat").await).await.id;
        world.later(25 * DAY).await;
        world.add_card(NO_MONEY).await;
        let upgrade = world.choose(id, "once").await.order.unwrap();
        assert!(matches!(world.ordered(upgrade).await, OrderEnd::Due(_)));
        world.later(8 * DAY).await;
        let month = bills(&world).await[0].0.clone();
        assert_eq!(month.state, InvoiceState::Due);
        world.add_card(PAYS).await;
        let mut conn = world.db().read().await.unwrap();
        let of_order = invoices::of_order(&mut conn, world.desk, upgrade).await.unwrap().unwrap();
        drop(conn);
        // The upgrade first: its plan takes the place of the other one, whose month is unpaid.
        for invoice in [of_order.id, month.id] {
            world.host.billing().pay(world.desk, invoice, None, Actor::Operator(world.admin)).await.unwrap();
            world.run_jobs().await;
            world.idle().await;
        }
        assert_eq!(world.ordered(upgrade).await, OrderEnd::Fulfilled);
        let mut conn = world.db().read().await.unwrap();
        let month = invoices::get(&mut conn, world.desk, month.id).await.unwrap();
        drop(conn);
        // Not owed any more, or back as credit, where a new card paid it first; less what the upgrade was netted with.
        let back = month.reduced + credit(&world).await;
        assert_eq!(month.state, InvoiceState::Paid);
        assert!((3000..5000).contains(&back), "all but the days on which it was used: {back}");
        world.judge(id, "replaced").await;
    })
    .await;
}

#[tokio::test]
async fn a_rest_that_is_paid_after_the_next_bill_is_followed_by_the_next_rest() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let id = world.had(world.to_buy("flat").await).await.id;
        cancelled_and_paid_back(&world, id).await;
        world.later(29 * DAY).await;
        world.add_card(NO_MONEY).await;
        let bought = world.choose(id, "flat").await.order.unwrap();
        assert!(matches!(world.ordered(bought).await, OrderEnd::Due(_)));
        world.later(28 * DAY).await;
        world.add_card(PAYS).await;
        let due = world.host.billing_state(world.desk, id).await.unwrap().due.unwrap();
        world.host.billing().pay(world.desk, due.invoice, None, Actor::Operator(world.admin)).await.unwrap();
        world.add_card(NO_MONEY).await;
        world.run_jobs().await;
        world.idle().await;
        world.later(MINUTE).await;
        let (rest, lines) = bills(&world).await.remove(0);
        assert_eq!(rest.state, InvoiceState::Due);
        let next = lines[0].period_to.unwrap();

        world.later(5 * DAY).await;
        assert_eq!(bills(&world).await.len(), 1, "no month while it is past due");
        world.add_card(PAYS).await;
        world.host.billing().pay(world.desk, rest.id, None, Actor::Operator(world.admin)).await.unwrap();
        world.run_jobs().await;
        world.later(10 * MINUTE).await;
        let all = bills(&world).await;
        let [_, (month, lines)] = &all[..] else { panic!("{all:?}") };
        assert_eq!((lines[0].period_from, month.total.cents, month.state), (next, 5000, InvoiceState::Paid));
        assert_eq!(live(&world, id).await.paid_through, lines[0].period_to);
        world.judge(id, "the rest").await;
    })
    .await;
}

#[tokio::test]
async fn licences_bought_before_the_bill_is_made_out_are_on_one_invoice() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let shown = world.price(None, "team", 1, OrderPurpose::Install).await;
        let request = InstallRequest {
            purchase: Some(Choice::paid("team".parse().unwrap(), shown)),
            ..world.request("acme.puppet")
        };
        let id = world.had(request).await.id;
        // The bill's day has come, and its job has not run.
        world.clock.advance(31 * DAY);
        let shown = world.price(Some(id), "team", 100, OrderPurpose::Licences).await;
        let added =
            world.host.add_licences(world.desk, id, MoreLicences::of(100, shown), world.admin, None).await.unwrap();
        assert_eq!(world.ordered(added.order.unwrap()).await, OrderEnd::Fulfilled);
        world.later(MINUTE).await;
        assert_eq!(bills(&world).await[0].0.total.cents, 900, "the hundred are paid for by their order");
        assert_eq!(live(&world, id).await.quantity, 101);
        world.later(31 * DAY).await;
        assert_eq!(bills(&world).await[1].0.total.cents, 101 * 900);
    })
    .await;
}
