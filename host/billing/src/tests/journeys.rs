//! Purchases as people live through them.

use std::time::Duration;

use annex_domain::{
    billing::{AttemptState, InvoiceState, OrderState},
    crash::CrashPoints,
    operator::Actor,
};
use annex_store::{billing::methods, testing::TestDb};

use super::{
    bench::{Bench, DAY, eur},
    judge::all_is_right,
    peer::Fault,
};
use crate::{
    Billing, BillingError, Caller, Charged, DueWhy, Variant, cards, gateway::Gateway as _, gateways::test::Behaviour,
    settle::FULFIL_ORDER,
};

#[tokio::test]
async fn a_due_invoice_paid_on_day_40_goes_on_once() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let card = bench.card(Behaviour::NoMoney).await;
    let (order, invoice) = bench.order().await;
    let Charged::Due(due) = billing.charge(bench.desk, order.id).await.unwrap() else { panic!("paid") };
    assert_eq!((due.number, due.amount, due.url.path()), (1, eur(900), "/billing/invoices/1"));
    assert!(matches!(&due.why, DueWhy::Declined { code, .. } if code == "insufficient_funds"));
    assert_eq!(billing.charge(bench.desk, order.id).await.unwrap(), Charged::Due(due), "no second try by itself");
    bench.clock.advance(DAY * 40);
    assert!(matches!(billing.pay(bench.desk, invoice, Some(card), Actor::System).await.unwrap(), Charged::Due(_)));
    let good = bench.card(Behaviour::Pays).await;
    for _ in 0..3 {
        assert_eq!(billing.pay(bench.desk, invoice, Some(good), Actor::System).await.unwrap(), Charged::Paid);
    }
    assert_eq!(bench.jobs(FULFIL_ORDER).await, 1);
    assert_eq!(bench.mails().await, ["payment-due", "receipt"]);
    let attempts = vec![AttemptState::Cancelled, AttemptState::Cancelled, AttemptState::Succeeded];
    assert_eq!(bench.states(invoice).await, (InvoiceState::Paid, Some(OrderState::Paid), attempts));
    all_is_right(&bench, invoice, "day 40").await;
}

#[tokio::test]
async fn paid_during_thirty_days_of_downtime_goes_on_once() {
    let bench = Bench::new().await;
    bench.card(Behaviour::Asks).await;
    let (order, invoice) = bench.order().await;
    let Charged::Due(due) = bench.billing().charge(bench.desk, order.id).await.unwrap() else { panic!("paid") };
    assert!(matches!(&due.why, DueWhy::Action { url } if url.host_str() == Some("bank.example")));
    // The host is down while the payer confirms, and its events are given up by the gateway.
    bench.peer.payer_answers(&invoice.to_string(), true);
    bench.clock.advance(DAY * 30);
    let next = bench.billing();
    for _ in 0..3 {
        next.reconcile().await.unwrap();
    }
    assert_eq!(bench.order_state(order.id).await, OrderState::Paid);
    assert_eq!(bench.jobs(FULFIL_ORDER).await, 1);
    all_is_right(&bench, invoice, "downtime").await;
}

#[tokio::test]
async fn a_charge_that_was_under_way_when_the_host_went_down_for_thirty_days() {
    let bench = Bench::new().await;
    let (order, invoice) = bench.order().await;
    bench.peer.faults([Fault::Lost]);
    assert!(bench.billing().charge(bench.desk, order.id).await.unwrap_err().is_passing());
    // Keys are long forgotten: the intent that was made is an orphan, another one pays.
    bench.peer.forget_keys(false);
    bench.clock.advance(DAY * 30);
    bench.billing().reconcile().await.unwrap();
    assert_eq!(bench.billing().charge(bench.desk, order.id).await.unwrap(), Charged::Paid);
    assert_eq!((bench.peer.intents(), bench.peer.charges(&invoice.to_string())), (2, 1));
}

#[tokio::test]
async fn orphans_are_swept_and_others_left_alone() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let (order, invoice) = bench.order().await;
    bench.peer.faults([Fault::Lost]);
    assert!(billing.charge(bench.desk, order.id).await.is_err());
    bench.clock.advance(Duration::from_hours(3));
    assert_eq!(billing.sweep_orphans().await.unwrap(), 0, "the attempt gets it again");
    bench.peer.forget_keys(false);
    billing.charge(bench.desk, order.id).await.unwrap();
    assert_eq!(billing.sweep_orphans().await.unwrap(), 1);
    assert_eq!(billing.sweep_orphans().await.unwrap(), 0);
    all_is_right(&bench, invoice, "swept").await;
}

#[tokio::test]
async fn an_order_that_is_paid_and_forgotten_goes_on_by_the_reconciler() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let (order, _) = bench.order().await;
    billing.charge(bench.desk, order.id).await.unwrap();
    billing.reconcile().await.unwrap();
    assert_eq!(bench.jobs(FULFIL_ORDER).await, 0, "its saga goes on by itself");
    bench.clock.advance(Duration::from_mins(11));
    billing.reconcile().await.unwrap();
    billing.reconcile().await.unwrap();
    assert_eq!(bench.jobs(FULFIL_ORDER).await, 1);
}

#[tokio::test]
async fn another_card_takes_over_from_one_that_waits_for_its_payer() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let good = bench.card(Behaviour::Pays).await;
    let asks = bench.card(Behaviour::Asks).await;
    let (order, invoice) = bench.order().await;
    let Charged::Due(first) = billing.charge(bench.desk, order.id).await.unwrap() else { panic!("paid") };
    let again = billing.pay(bench.desk, invoice, Some(asks), Actor::System).await.unwrap();
    assert_eq!(again, Charged::Due(first), "the same card: the same page of the bank");
    assert_eq!(billing.pay(bench.desk, invoice, Some(good), Actor::System).await.unwrap(), Charged::Paid);
    // Too late: the first one is cancelled at the gateway.
    bench.peer.payer_answers(&invoice.to_string(), true);
    billing.reconcile().await.unwrap();
    all_is_right(&bench, invoice, "two cards").await;
}

#[tokio::test]
async fn without_a_card_it_is_due_and_without_an_answer_it_is_not() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let (order, invoice) = bench.order().await;
    bench.no_card().await;
    let Charged::Due(due) = billing.charge(bench.desk, order.id).await.unwrap() else { panic!("paid") };
    assert_eq!((due.why, bench.peer.calls()), (DueWhy::NoMethod, 0));
    assert!(matches!(billing.look_again(bench.desk, invoice).await.unwrap(), Charged::Due(_)));
    bench.card(Behaviour::Pays).await;
    bench.peer.always(Some(Fault::Down));
    assert!(billing.pay(bench.desk, invoice, None, Actor::System).await.unwrap_err().is_passing());
    assert!(billing.look_again(bench.desk, invoice).await.is_err(), "never due while the gateway does not answer");
    let counts = billing.reconcile().await.unwrap();
    assert_eq!((counts.looked_at, counts.errors), (1, 1));
    bench.peer.always(None);
    assert_eq!(billing.look_again(bench.desk, invoice).await.unwrap(), Charged::Paid);
}

#[tokio::test]
async fn a_card_that_is_gone_is_a_decline_whenever_it_goes() {
    for at in ["charge:create:before", "charge:confirm:before"] {
        let bench = Bench::new().await;
        let billing = bench.billing();
        let (order, invoice) = bench.order().await;
        let stopping = bench.with(CrashPoints::stop_at(at), Variant::Designed);
        assert!(stopping.charge(bench.desk, order.id).await.is_err());
        bench.peer.detach("pm_0").await.unwrap();
        let Charged::Due(due) = billing.charge(bench.desk, order.id).await.unwrap() else { panic!("paid {at}") };
        assert!(matches!(&due.why, DueWhy::Declined { code, .. } if code == "payment_method_invalid"), "{at}");
        all_is_right(&bench, invoice, at).await;
        let other = bench.card(Behaviour::Pays).await;
        assert_eq!(billing.pay(bench.desk, invoice, Some(other), Actor::System).await.unwrap(), Charged::Paid);
        all_is_right(&bench, invoice, at).await;
    }
}

#[tokio::test]
async fn an_answer_about_another_amount_decides_nothing() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    bench.card(Behaviour::Asks).await;
    let (order, invoice) = bench.order().await;
    billing.charge(bench.desk, order.id).await.unwrap();
    let mut conn = bench.db.read().await.unwrap();
    let attempt = annex_store::billing::attempts::live_of(&mut conn, invoice).await.unwrap().unwrap();
    let mut other = crate::gateways::test::IntentBody::new(&crate::gateway::NewIntent {
        customer: "cus_1".into(),
        method: attempt.method.clone(),
        amount: eur(1),
        description: String::new(),
        metadata: Default::default(),
    });
    let url: url::Url = "https://desk.example/".parse().unwrap();
    other.confirm(Behaviour::Pays, &url, url.clone(), crate::gateway::Payer::Present).unwrap();
    bench.peer.put(attempt.intent.as_deref().unwrap(), other);
    let error = billing.look_again(bench.desk, invoice).await.unwrap_err();
    assert!(matches!(error, BillingError::Confused(_)), "{error}");
    assert_eq!(bench.states(invoice).await.0, InvoiceState::Due);
}

/// The built-in gateway with its pages, on both databases.
async fn with_the_built_in_gateway(test: impl AsyncFn(Bench, Billing)) {
    for database in [Some(TestDb::sqlite().await), TestDb::postgres().await].into_iter().flatten() {
        let bench = Bench::on(database.db.clone()).await;
        bench.no_card().await;
        let mut parts = bench.billing().parts().clone();
        let (db, clock, url) = (parts.db.clone(), parts.clock.clone(), parts.public_url.clone());
        parts.gateway = std::sync::Arc::new(crate::gateways::test::TestGateway::new(db, clock, url));
        test(bench, Billing::new(parts)).await;
        database.close().await;
    }
}

async fn add_card(bench: &Bench, billing: &Billing, number: &str) {
    let back = "https://desk.example/back".parse().unwrap();
    let page = billing.set_up_page(bench.account, &back).await.unwrap();
    let (path, visit) = page.path().rsplit_once('/').unwrap();
    assert_eq!(path, "/client-area/test-gateway/setup");
    let gateway = billing.test_gateway().unwrap();
    assert!(!gateway.setup(visit).await.unwrap().unwrap().done);
    assert!(gateway.complete_setup(visit, "4111 1111 1111 1111", 12, 2030).await.is_err(), "a real card");
    assert!(gateway.complete_setup(visit, number, 2, 2026).await.is_err(), "expired");
    assert_eq!(gateway.complete_setup(visit, number, 12, 2030).await.unwrap(), back);
    assert!(gateway.complete_setup(visit, number, 12, 2030).await.is_err(), "each visit once");
    let cards = billing.refresh_methods(bench.account).await.unwrap();
    assert!(cards[0].is_default && number.ends_with(&cards[0].last4));
}

#[tokio::test]
async fn a_customer_whom_the_gateway_does_not_know_any_more_is_made_anew() {
    with_the_built_in_gateway(async |bench, billing| {
        add_card(&bench, &billing, "4000000000000341").await;
        // As after a change of the secret key to that of another account.
        let gateway = billing.gateway().name();
        let mut tx = bench.db.begin().await.unwrap();
        let before = methods::customer(&mut tx, bench.account, gateway).await.unwrap().unwrap();
        methods::forget_customer(&mut tx, bench.account, gateway, &before).await.unwrap();
        methods::set_customer(&mut tx, bench.account, gateway, "cus_elsewhere", billing.now()).await.unwrap();
        tx.commit().await.unwrap();
        add_card(&bench, &billing, "4242424242424242").await;
        let (order, _) = bench.order_at(&billing).await;
        assert_eq!(billing.charge(bench.desk, order.id).await.unwrap(), Charged::Paid);
        let after = methods::customer(&mut bench.db.read().await.unwrap(), bench.account, gateway).await.unwrap();
        assert_ne!(after.as_deref(), Some("cus_elsewhere"));
        assert_eq!(methods::list(&mut bench.db.read().await.unwrap(), bench.account).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_built_in_gateway_takes_test_cards() {
    with_the_built_in_gateway(async |bench, billing| {
        add_card(&bench, &billing, "4000000000000119").await;
        let (order, invoice) = bench.order_at(&billing).await;
        assert_eq!(billing.charge(bench.desk, order.id).await.unwrap(), Charged::Paid, "the lost answer is read back");
        add_card(&bench, &billing, "4000000000003155").await;
        let (order, asked) = bench.order_at(&billing).await;
        let Charged::Due(due) = billing.charge(bench.desk, order.id).await.unwrap() else { panic!("paid") };
        let DueWhy::Action { url } = due.why else { panic!("{:?}", due.why) };
        let (path, intent) = url.path().rsplit_once('/').unwrap();
        assert_eq!(path, "/client-area/test-gateway/confirm");
        let gateway = billing.test_gateway().unwrap();
        assert!(gateway.action(intent).await.unwrap().unwrap().waits);
        let back = gateway.finish_action(intent, true).await.unwrap().unwrap();
        assert_eq!(back.path(), format!("/my-addons/{}/payment", order.installation));
        assert_eq!(billing.look_again(bench.desk, asked).await.unwrap(), Charged::Paid);
        let charged: Vec<u32> = {
            let intents = gateway.intents_since(annex_domain::clock::Timestamp(0)).await.unwrap();
            futures::future::join_all(intents.iter().map(async |one| gateway.charges(&one.id).await.unwrap())).await
        };
        assert_eq!(charged, [1, 1]);
        assert_eq!(billing.refund(bench.desk, invoice, None, "all", Actor::System).await.unwrap(), eur(900));
        assert!(billing.refund(bench.desk, invoice, None, "more", Actor::System).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_removed_card_is_gone_at_the_gateway_too() {
    with_the_built_in_gateway(async |bench, billing| {
        add_card(&bench, &billing, "4242424242424242").await;
        add_card(&bench, &billing, "5555555555554444").await;
        let card = {
            let mut conn = bench.db.read().await.unwrap();
            methods::default(&mut conn, bench.account, "test").await.unwrap().unwrap()
        };
        let payer = Caller::Account(bench.account);
        cards::remove(&billing, &payer, card.id).await.unwrap();
        let left = billing.refresh_methods(bench.account).await.unwrap();
        assert_eq!(left.iter().map(|one| one.last4.as_str()).collect::<Vec<_>>(), ["4242"]);
        assert!(cards::remove(&billing, &payer, card.id).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn whoever_is_at_their_bank_gets_a_mail_only_when_they_refuse_or_forget() {
    for (answer, told) in
        [(Some(true), vec!["receipt"]), (Some(false), vec!["payment-due"]), (None, vec!["payment-due"])]
    {
        let bench = Bench::new().await;
        let billing = bench.billing();
        bench.card(Behaviour::Asks).await;
        let (order, invoice) = bench.order().await;
        billing.charge(bench.desk, order.id).await.unwrap();
        bench.clock.advance(Duration::from_mins(59));
        billing.reconcile().await.unwrap();
        assert_eq!(bench.mails().await, Vec::<&str>::new(), "{answer:?}");
        match answer {
            Some(confirmed) => bench.peer.payer_answers(&invoice.to_string(), confirmed),
            None => bench.clock.advance(Duration::from_mins(1)),
        }
        for _ in 0..3 {
            billing.reconcile().await.unwrap();
        }
        assert_eq!(bench.mails().await, told, "{answer:?}");
    }
}

#[tokio::test]
async fn paying_with_another_card_than_the_one_at_the_bank_tells_nobody_that_it_failed() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let good = bench.card(Behaviour::Pays).await;
    bench.card(Behaviour::Asks).await;
    let (order, invoice) = bench.order().await;
    billing.charge(bench.desk, order.id).await.unwrap();
    assert_eq!(billing.pay(bench.desk, invoice, Some(good), Actor::System).await.unwrap(), Charged::Paid);
    assert_eq!(bench.mails().await, ["receipt"]);
}
