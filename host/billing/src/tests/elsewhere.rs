//! What was begun at another gateway, and what was owed by another account.

use std::{sync::Arc, time::Duration};

use annex_domain::{billing::InvoiceState, clock::Clock, ids::AccountId, operator::Actor, plan::PlanModel};
use annex_store::billing::{
    accounts::{self, NewAccount},
    attempts,
    invoices::{self, Filter},
    logins, methods,
};

use super::bench::{Bench, DAY, plan};
use crate::{
    Billing, BillingError, Charged, DueWhy,
    gateways::{
        stripe,
        test::{Behaviour, TestGateway},
    },
};

/// The desk's billing with the built-in gateway, as after the key of the other one was removed.
fn with_the_built_in(bench: &Bench) -> Billing {
    let mut parts = bench.billing().parts().clone();
    let clock: Arc<dyn Clock> = bench.clock.clone();
    parts.gateway = Arc::new(TestGateway::new(bench.db.clone(), clock, parts.public_url.clone()));
    Billing::new(parts)
}

/// Another account, which logs the desk in as the holder of its licence.
async fn taken_over(bench: &Bench) -> AccountId {
    let now = bench.clock.now();
    let new = NewAccount { email: "next@example.org".into(), name: "Next".into(), password_hash: "x".into() };
    let mut tx = bench.db.begin().await.unwrap();
    let account = accounts::insert(&mut tx, &new, now).await.unwrap().id;
    logins::log_in(&mut tx, bench.desk, account, true, bench.admin, now).await.unwrap();
    tx.commit().await.unwrap();
    account
}

#[tokio::test]
async fn what_was_begun_at_a_gateway_that_is_gone_waits_for_it() {
    let bench = Bench::new().await;
    bench.card(Behaviour::Asks).await;
    let (order, invoice) = bench.order().await;
    bench.billing().charge(bench.desk, order.id).await.unwrap();
    let without = with_the_built_in(&bench);
    let error = without.pay(bench.desk, invoice, None, Actor::System).await.unwrap_err();
    assert!(matches!(&error, BillingError::GatewayGone { gateway } if gateway == "peer"), "{error}");
    assert!(error.is_passing() && !error.is_away());
    assert_eq!(error.code(), "gateway-gone");
    let run = without.reconcile().await.unwrap();
    assert_eq!((run.looked_at, run.errors), (1, 1));
    // It is set up again.
    bench.peer.payer_answers(&invoice.to_string(), true);
    bench.billing().reconcile().await.unwrap();
    assert_eq!(bench.invoice(invoice).await.state, InvoiceState::Paid);
}

#[tokio::test]
async fn test_cards_pay_for_nobody_who_pays_through_stripe() {
    let bench = Bench::new().await;
    let mut tx = bench.db.begin().await.unwrap();
    methods::set_customer(&mut tx, bench.account, stripe::NAME, "cus_live", bench.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let (order, invoice) = bench.order().await;
    let error = with_the_built_in(&bench).charge(bench.desk, order.id).await.unwrap_err();
    assert!(error.is_passing() && !error.is_away(), "{error}");
    assert_eq!(
        bench.states(invoice).await,
        (InvoiceState::Open, Some(annex_domain::billing::OrderState::Open), vec![])
    );
}

#[tokio::test]
async fn after_a_take_over_and_a_logout_the_next_month_is_not_the_earlier_accounts() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let (order, _) = bench.order().await;
    billing.charge(bench.desk, order.id).await.unwrap();
    bench.subscribe(plan("flat", PlanModel::Flat, 900), 1, order.period_to).await;
    let next = taken_over(&bench).await;
    let mut tx = bench.db.begin().await.unwrap();
    logins::log_out(&mut tx, bench.desk).await.unwrap();
    tx.commit().await.unwrap();
    let calls = bench.peer.calls();
    bench.clock.advance(DAY * 31);
    billing.bill_desk(bench.desk).await.unwrap();
    let mut conn = bench.db.read().await.unwrap();
    let month = invoices::list(&mut conn, bench.desk, Filter::default()).await.unwrap().remove(0);
    assert_eq!((month.order, month.account, month.state), (None, next, InvoiceState::Due));
    assert_eq!(bench.peer.calls(), calls, "no card of the earlier account is asked");
}

#[tokio::test]
async fn a_card_that_was_named_before_a_take_over_does_not_pay_after_it() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let good = bench.card(Behaviour::Pays).await;
    bench.card(Behaviour::Asks).await;
    let (order, invoice) = bench.order().await;
    billing.charge(bench.desk, order.id).await.unwrap();
    // While the attempt that waits for its payer is being cancelled, the licence goes to somebody else.
    bench.peer.takes(Duration::from_millis(500));
    let (paid, next) = tokio::join!(billing.pay(bench.desk, invoice, Some(good), Actor::System), async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        taken_over(&bench).await
    });
    let Charged::Due(due) = paid.unwrap() else { panic!("paid with the card of somebody else") };
    assert!(matches!(due.why, DueWhy::NoMethod), "{due:?}");
    let row = bench.invoice(invoice).await;
    assert_eq!((row.account, row.state), (next, InvoiceState::Due));
    let mut conn = bench.db.read().await.unwrap();
    assert_eq!(attempts::of_invoice(&mut conn, invoice).await.unwrap().len(), 1);
    assert_eq!(bench.peer.charges(&invoice.to_string()), 0);
}

#[tokio::test]
async fn what_rests_is_put_behind_what_was_not_looked_at() {
    let bench = Bench::new().await;
    bench.card(Behaviour::Asks).await;
    let (order, invoice) = bench.order().await;
    bench.billing().charge(bench.desk, order.id).await.unwrap();
    bench.clock.advance(DAY);
    let before = bench.billing().reconcile().await.unwrap();
    assert_eq!((before.looked_at, before.done), (1, 1));
    let mut conn = bench.db.read().await.unwrap();
    let rests = attempts::of_invoice(&mut conn, invoice).await.unwrap().remove(0);
    assert_eq!(rests.updated_at, bench.clock.now());
    assert!(attempts::unfinished(&mut conn, bench.clock.now().before(DAY), 9).await.unwrap().is_empty());
}
