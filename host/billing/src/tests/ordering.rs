//! What an order costs, and who may order.

use annex_domain::{
    billing::{InvoiceState, OrderPurpose, OrderState},
    clock::Clock as _,
    money::Money,
    plan::{Plan, PlanModel},
};
use annex_store::billing::{logins, subscriptions};

use super::bench::{Bench, DAY, eur, plan};
use crate::{Charged, LoginError, NewOrder, OrderError, OrderRequest, Standing, ledger::statement::csv};

fn wanted(new: &NewOrder) -> OrderRequest {
    OrderRequest {
        installation: Some(new.installation),
        addon: new.addon.clone(),
        version: new.version.clone(),
        plan: new.plan.clone(),
        quantity: new.quantity,
        purpose: new.purpose,
    }
}

#[tokio::test]
async fn what_is_shown_is_what_is_charged() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    // 3 licences, 2 active operators.
    for (plan, cents, quantity, renews) in [
        ("flat", 900, 1, Some(900)),
        ("user", 1200, 3, Some(1200)),
        ("seat", 600, 2, Some(600)),
        ("once", 5000, 1, None),
    ] {
        let new = bench.new_order(plan, cents);
        let quote = billing.quote(bench.desk, &wanted(&new)).await.unwrap();
        assert_eq!((quote.amount, quote.quantity), (eur(cents), quantity), "{plan}");
        assert_eq!(quote.renewal_amount, renews.map(eur), "{plan}");
        let order = billing.order(&new).await.unwrap();
        assert_eq!((order.amount, order.quantity, order.state), (eur(cents), quantity, OrderState::Open));
        assert_eq!(billing.charge(bench.desk, order.id).await.unwrap(), Charged::Paid);
        let invoice = bench.invoice_of(order.id).await;
        assert_eq!(bench.peer.money(&invoice.id.to_string()), (cents, 0), "{plan}");
    }
    // Half of the month is over: 16 of 31 days are left.
    bench.clock.advance(DAY * 15);
    let quote = billing.quote(bench.desk, &wanted(&bench.new_order("flat", 0))).await.unwrap();
    assert_eq!(quote.amount, eur(465), "900 less its share of 15 of 31 days");
}

#[tokio::test]
async fn a_currency_without_decimals_is_charged_and_told_in_whole_ones() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let yen = Money::new(900, "JPY".parse().unwrap());
    bench.list_plans(&[Plan { currency: yen.currency, ..plan("flat", PlanModel::Flat, 900) }]).await;
    let new = NewOrder { shown: Some(yen), shown_renewal: Some(yen), ..bench.new_order("flat", 900) };
    let quote = billing.quote(bench.desk, &wanted(&new)).await.unwrap();
    assert_eq!((quote.amount, quote.renewal_amount, quote.carried), (yen, Some(yen), false));
    let order = billing.order(&new).await.unwrap();
    assert_eq!(billing.charge(bench.desk, order.id).await.unwrap(), Charged::Paid);
    let invoice = bench.invoice_of(order.id).await;
    assert_eq!((invoice.total, bench.peer.money(&invoice.id.to_string())), (yen, (900, 0)));
    let rows = billing.statement(bench.desk).await.unwrap();
    let told = csv(&rows);
    let amounts: Vec<_> = told.lines().skip(1).map(|line| line.split_once(",1,JPY,").unwrap().1).collect();
    assert_eq!(amounts, ["900,0,0,0,900,0", "0,900,0,0,0,0"], "charged, paid, refunded, credit, owed, in credit");
}

#[tokio::test]
async fn a_price_that_changed_since_it_was_shown_is_refused_with_the_new_one() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let new = bench.new_order("flat", 900);
    bench.list_plans(&[plan("flat", PlanModel::Flat, 1100)]).await;
    match billing.order(&new).await.unwrap_err() {
        OrderError::PriceChanged { now } => assert_eq!(now.amount, eur(1100)),
        other => panic!("{other}"),
    }
    let gone = billing.order(&bench.new_order("user", 1200)).await.unwrap_err();
    assert_eq!(gone.code(), "no-plan");
    // The price of an order is frozen.
    let order = billing.order(&NewOrder { shown: Some(eur(1100)), ..new }).await.unwrap();
    bench.list_plans(&[plan("flat", PlanModel::Flat, 5000)]).await;
    billing.charge(bench.desk, order.id).await.unwrap();
    let invoice = bench.invoice_of(order.id).await;
    assert_eq!(bench.peer.money(&invoice.id.to_string()), (1100, 0));
}

#[tokio::test]
async fn a_price_of_the_months_after_that_changed_is_refused_too() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let first = billing.order(&bench.new_order("flat", 900)).await.unwrap();
    billing.release(bench.desk, first.id, "test").await.unwrap();
    // One of 31 days is the same at either price.
    bench.clock.advance(DAY * 30);
    let shown = billing.quote(bench.desk, &wanted(&bench.new_order("flat", 29))).await.unwrap();
    let new = NewOrder { shown_renewal: shown.renewal_amount, ..bench.new_order("flat", 29) };
    bench.list_plans(&[plan("flat", PlanModel::Flat, 905)]).await;
    let error = billing.order(&new).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the price changed since it was shown: it is 0.29 EUR now, and 9.05 EUR each month after that"
    );
    match error {
        OrderError::PriceChanged { now } => assert_eq!((now.amount, now.renewal_amount), (eur(29), Some(eur(905)))),
        other => panic!("{other}"),
    }
    let once = NewOrder { shown_renewal: Some(eur(905)), ..bench.new_order("once", 5000) };
    bench.list_plans(&[plan("flat", PlanModel::Flat, 905), plan("once", PlanModel::OneTime, 5000)]).await;
    assert_eq!(billing.order(&once).await.unwrap_err().code(), "price-changed", "it does not renew at all");
    billing.order(&NewOrder { shown_renewal: None, ..once }).await.unwrap();
    billing.order(&NewOrder { shown_renewal: Some(eur(905)), ..new }).await.unwrap();
}

#[test]
fn an_unpaid_month_says_what_to_pay() {
    let error = OrderError::Unpaid { invoice: annex_domain::ids::InvoiceId::new(), number: 12, amount: eur(900) };
    assert_eq!(
        error.to_string(),
        "invoice 12 of this add-on is unpaid: pay its 9.00 EUR first, then this can be bought"
    );
}

#[tokio::test]
async fn who_may_order_is_looked_at_in_the_transaction() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let by_agent = NewOrder { by: bench.agent, ..bench.new_order("flat", 900) };
    assert_eq!(billing.order(&by_agent).await.unwrap_err().code(), "forbidden");
    let mut tx = bench.db.begin().await.unwrap();
    logins::log_in(&mut tx, bench.desk, bench.account, false, bench.admin, super::bench::START).await.unwrap();
    tx.commit().await.unwrap();
    let error = billing.order(&bench.new_order("flat", 900)).await.unwrap_err();
    assert!(matches!(error, OrderError::Login(LoginError::WrongAccount)), "{error}");
    assert!(matches!(billing.standing(bench.desk).await.unwrap(), Standing::Wrong(_)));
    let mut tx = bench.db.begin().await.unwrap();
    logins::log_out(&mut tx, bench.desk).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(billing.order(&bench.new_order("flat", 900)).await.unwrap_err().code(), "billing-logged-out");
}

#[tokio::test]
async fn a_key_gives_the_same_order_and_a_second_order_waits_for_the_first() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let new = NewOrder { key: Some("click".into()), ..bench.new_order("flat", 900) };
    let order = billing.order(&new).await.unwrap();
    assert_eq!(billing.order(&new).await.unwrap(), order);
    let other = NewOrder { plan: "once".parse().unwrap(), ..new.clone() };
    assert_eq!(billing.order(&other).await.unwrap_err().code(), "idempotency-key-reused");
    let counted = NewOrder { key: Some("licences".into()), ..bench.new_order("user", 1200) };
    let three = billing.order(&counted).await.unwrap();
    assert_eq!(billing.order(&counted).await.unwrap(), three);
    let four = NewOrder { quantity: 4, shown: Some(eur(1600)), ..counted.clone() };
    assert_eq!(billing.order(&four).await.unwrap_err().code(), "idempotency-key-reused");
    let more = NewOrder { purpose: OrderPurpose::Licences, ..counted };
    assert_eq!(billing.order(&more).await.unwrap_err().code(), "idempotency-key-reused");
    let second = NewOrder { key: None, ..new.clone() };
    match billing.order(&second).await.unwrap_err() {
        OrderError::Underway { order: first, number, amount, .. } => {
            assert_eq!((first, number, amount), (order.id, 1, eur(900)));
        }
        error => panic!("{error}"),
    }
    billing.charge(bench.desk, order.id).await.unwrap();
    let mut tx = bench.db.begin().await.unwrap();
    billing.fulfilled_in(&mut tx, bench.desk, order.id).await.unwrap();
    billing.fulfilled_in(&mut tx, bench.desk, order.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(billing.charge(bench.desk, order.id).await.unwrap(), Charged::Paid);
    billing.order(&second).await.unwrap();
}

#[tokio::test]
async fn more_licences_cost_the_rest_of_the_month() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let mut first = bench.new_order("user", 1200);
    let order = billing.order(&first).await.unwrap();
    let mut plan = plan("user", PlanModel::PerUser, 400);
    plan.price = 310; // the price it was bought at, not that of the listing
    let subscription = bench.subscribe(plan, 3, order.period_to).await;
    bench.clock.advance(DAY * 30);
    first.installation = subscription.installation;
    let more = NewOrder { purpose: OrderPurpose::Licences, quantity: 5, shown: Some(eur(50)), ..first };
    let quote = billing.quote(bench.desk, &wanted(&more)).await.unwrap();
    assert_eq!((quote.amount, quote.renewal_amount), (eur(50), Some(eur(310 * 8))), "5 for one of 31 days");
    let mut reduced = subscription.clone();
    reduced.quantity_next = Some(1);
    let mut tx = bench.db.begin().await.unwrap();
    subscriptions::save(&mut tx, &mut reduced, bench.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let quote = billing.quote(bench.desk, &wanted(&more)).await.unwrap();
    assert_eq!((quote.amount, quote.renewal_amount), (eur(50), Some(eur(310 * 6))), "2 of 3 end with the month");
    assert_eq!(billing.order(&more).await.unwrap().quantity, 5);
    for quantity in [0, 100_001] {
        let error = billing.quote(bench.desk, &OrderRequest { quantity, ..wanted(&more) }).await.unwrap_err();
        assert_eq!(error.code(), "quantity");
    }
    let none = OrderRequest { installation: None, ..wanted(&more) };
    assert_eq!(billing.quote(bench.desk, &none).await.unwrap_err().code(), "no-plan");
}

#[tokio::test]
async fn nothing_and_next_to_nothing_never_reach_the_gateway() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let first = bench.new_order("flat", 900);
    let order = billing.order(&first).await.unwrap();
    billing.release(bench.desk, order.id, "test").await.unwrap();
    bench.no_card().await;
    // One of 31 days of 9.00 is 0.29: less than a gateway takes.
    bench.clock.advance(DAY * 30);
    let new = bench.new_order("flat", 29);
    let quote = billing.quote(bench.desk, &wanted(&new)).await.unwrap();
    assert_eq!((quote.amount, quote.carried), (eur(29), true));
    let order = billing.order(&new).await.unwrap();
    assert_eq!(billing.charge(bench.desk, order.id).await.unwrap(), Charged::Paid);
    assert_eq!(bench.invoice_of(order.id).await.state, InvoiceState::Paid);
    assert_eq!(bench.peer.calls(), 0);
}

#[tokio::test]
async fn three_users_cost_a_developer_desk_nothing_and_the_fourth_costs_one() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    bench.develops().await;
    let of = |quantity, shown| NewOrder { quantity, ..bench.new_order("user", shown) };
    let three = of(3, 0);
    let quote = billing.quote(bench.desk, &wanted(&three)).await.unwrap();
    assert_eq!((quote.amount, quote.quantity, quote.renewal_amount), (eur(0), 3, Some(eur(0))));
    let order = billing.order(&three).await.unwrap();
    assert_eq!(billing.charge(bench.desk, order.id).await.unwrap(), Charged::Paid);
    let invoice = bench.invoice_of(order.id).await;
    assert_eq!(bench.peer.money(&invoice.id.to_string()), (0, 0), "no card is asked for nothing");
    let four = of(4, 400);
    assert_eq!(billing.order(&four).await.unwrap().amount, eur(400));
    let flat = billing.quote(bench.desk, &wanted(&bench.new_order("flat", 900))).await.unwrap();
    assert_eq!(flat.amount, eur(900), "of plans per user alone");
}
