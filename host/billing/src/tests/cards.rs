//! The card that an order is charged to: chosen with it, and kept whatever happens to the others.

use annex_domain::{
    billing::{AttemptState, InvoiceState, OrderState},
    clock::Clock as _,
    crash::CrashPoints,
    ids::{InvoiceId, OrderId, PaymentMethodId},
    operator::Actor,
};
use annex_store::billing::{
    accounts::{self, NewAccount},
    attempts,
    invoices::{self, Filter},
    methods::{self, NewMethod},
    orders,
};

use super::{
    bench::{Bench, eur},
    judge::all_is_right,
};
use crate::{BillingError, Charged, DueWhy, NewOrder, OrderError, Variant, gateways::test::Behaviour};

/// The cards that were asked to pay an order, as the gateway knows them.
async fn asked(bench: &Bench, order: OrderId) -> Vec<String> {
    let invoice = bench.invoice_of(order).await.id;
    let attempts = attempts::of_invoice(&mut bench.db.read().await.unwrap(), invoice).await.unwrap();
    attempts.into_iter().map(|attempt| attempt.method).collect()
}

async fn at_gateway(bench: &Bench, card: PaymentMethodId) -> String {
    methods::get(&mut bench.db.read().await.unwrap(), bench.account, card).await.unwrap().gateway_id
}

/// Nothing was ordered and nobody was asked for money.
async fn nothing_happened(bench: &Bench) {
    let mut conn = bench.db.read().await.unwrap();
    assert_eq!(orders::list(&mut conn, bench.desk, 9).await.unwrap(), vec![]);
    assert_eq!(invoices::list(&mut conn, bench.desk, Filter::default()).await.unwrap(), vec![]);
    assert_eq!(bench.peer.calls(), 0);
}

#[tokio::test]
async fn the_card_that_was_chosen_pays_and_no_other() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let poor = bench.card(Behaviour::NoMoney).await;
    let rich = bench.card(Behaviour::Pays).await;
    let new = NewOrder { method: Some(poor), ..bench.new_order("flat", 900) };
    let order = billing.order(&new).await.unwrap();
    let Charged::Due(due) = billing.charge(bench.desk, order.id).await.unwrap() else { panic!("paid by another") };
    assert!(matches!(due.why, DueWhy::Declined { .. }));
    assert_eq!(asked(&bench, order.id).await, [at_gateway(&bench, poor).await]);
    // By hand it is whichever card a person names.
    let invoice = bench.invoice_of(order.id).await.id;
    assert_eq!(billing.pay(bench.desk, invoice, Some(rich), Actor::System).await.unwrap(), Charged::Paid);
    all_is_right(&bench, invoice, "chosen").await;
}

#[tokio::test]
async fn a_retry_after_a_crash_asks_the_card_of_the_order() {
    for point in ["charge:begin:before", "charge:begin:after", "charge:create:after", "charge:confirm:after"] {
        let bench = Bench::new().await;
        let first = bench.card(Behaviour::Pays).await;
        let (order, invoice) = bench.order().await;
        assert_eq!(order.method, Some(first), "the default one, as it was when it was ordered");
        let stopping = bench.with(CrashPoints::stop_at(point), Variant::Designed);
        assert!(stopping.charge(bench.desk, order.id).await.is_err(), "{point}");
        // Meanwhile another card became the default one.
        bench.card(Behaviour::NoMoney).await;
        assert_eq!(bench.billing().charge(bench.desk, order.id).await.unwrap(), Charged::Paid, "{point}");
        assert_eq!(asked(&bench, order.id).await, [at_gateway(&bench, first).await], "{point}");
        all_is_right(&bench, invoice, point).await;
    }
}

#[tokio::test]
async fn a_card_that_was_removed_is_not_replaced_by_another() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let chosen = bench.card(Behaviour::Pays).await;
    bench.card(Behaviour::Pays).await;
    let order = billing.order(&NewOrder { method: Some(chosen), ..bench.new_order("flat", 900) }).await.unwrap();
    let mut tx = bench.db.begin().await.unwrap();
    methods::remove(&mut tx, bench.account, chosen).await.unwrap();
    tx.commit().await.unwrap();
    let Charged::Due(due) = billing.charge(bench.desk, order.id).await.unwrap() else { panic!("paid by another") };
    assert_eq!((due.why, asked(&bench, order.id).await, bench.peer.calls()), (DueWhy::NoMethod, vec![], 0));
    assert_eq!(billing.pay(bench.desk, due.invoice, None, Actor::System).await.unwrap(), Charged::Paid);
}

#[tokio::test]
async fn a_card_that_is_not_the_payers_is_refused() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let now = bench.clock.now();
    let new = NewAccount { email: "other@example.org".into(), name: "Other".into(), password_hash: "x".into() };
    let card = |gateway_id: &str| NewMethod {
        gateway_id: gateway_id.into(),
        brand: "visa".into(),
        last4: "4242".into(),
        exp_month: 12,
        exp_year: 2099,
    };
    let mut tx = bench.db.begin().await.unwrap();
    let other = accounts::insert(&mut tx, &new, now).await.unwrap().id;
    let theirs = methods::upsert(&mut tx, other, "peer", &card("pm_theirs"), now).await.unwrap().id;
    let elsewhere = methods::upsert(&mut tx, bench.account, "test", &card("pm_test"), now).await.unwrap().id;
    tx.commit().await.unwrap();
    for method in [theirs, elsewhere, PaymentMethodId::new()] {
        let new = NewOrder { method: Some(method), ..bench.new_order("flat", 900) };
        let error = billing.order(&new).await.unwrap_err();
        assert_eq!(error.code(), "unknown-payment-method", "{error}");
    }
    nothing_happened(&bench).await;
}

#[tokio::test]
async fn without_a_card_nothing_is_ordered_unless_the_credit_pays() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    bench.no_card().await;
    let new = bench.new_order("flat", 900);
    assert!(matches!(billing.order(&new).await.unwrap_err(), OrderError::NoCard));
    nothing_happened(&bench).await;
    // 8.70 leave 0.30, which no gateway takes: a card has to pay 0.50.
    billing.grant(bench.desk, eur(870), "test", Actor::System).await.unwrap();
    assert_eq!(billing.of_card(bench.desk, eur(900)).await.unwrap(), eur(50));
    assert_eq!(billing.order(&new).await.unwrap_err().code(), "no-payment-method");
    nothing_happened(&bench).await;
    billing.grant(bench.desk, eur(30), "test", Actor::System).await.unwrap();
    assert_eq!(billing.of_card(bench.desk, eur(900)).await.unwrap(), eur(0));
    let order = billing.order(&new).await.unwrap();
    assert_eq!(order.method, None);
    assert_eq!(billing.charge(bench.desk, order.id).await.unwrap(), Charged::Paid);
    assert_eq!(bench.peer.calls(), 0);
}

#[tokio::test]
async fn credit_that_is_gone_when_it_is_charged_asks_no_card_that_nobody_chose() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    billing.grant(bench.desk, eur(900), "test", Actor::System).await.unwrap();
    let covered = billing.order(&bench.new_order("flat", 900)).await.unwrap();
    let faster = billing.order(&bench.new_order("flat", 900)).await.unwrap();
    assert_eq!(billing.charge(bench.desk, faster.id).await.unwrap(), Charged::Paid);
    let Charged::Due(due) = billing.charge(bench.desk, covered.id).await.unwrap() else { panic!("charged") };
    assert_eq!((due.why, bench.peer.calls()), (DueWhy::NoMethod, 0));
    let states = bench.states(due.invoice).await;
    assert_eq!((states.0, states.2), (InvoiceState::Due, Vec::<AttemptState>::new()));
}

#[tokio::test]
async fn credit_that_is_gone_in_part_lets_no_card_pay_more_than_was_shown_with_the_order() {
    for shown in [Some(eur(400)), None] {
        let bench = Bench::new().await;
        let billing = bench.billing();
        let card = bench.card(Behaviour::Pays).await;
        billing.grant(bench.desk, eur(500), "test", Actor::System).await.unwrap();
        let new = NewOrder { method: Some(card), shown_of_card: shown, ..bench.new_order("flat", 900) };
        let order = billing.order(&new).await.unwrap();
        assert_eq!((order.method, order.shown_of_card), (Some(card), shown));
        let faster = billing.order(&bench.new_order("flat", 900)).await.unwrap();
        assert_eq!(billing.charge(bench.desk, faster.id).await.unwrap(), Charged::Paid);
        let calls = bench.peer.calls();
        let charged = billing.charge(bench.desk, order.id).await.unwrap();
        let invoice = bench.invoice_of(order.id).await.id;
        if shown.is_some() {
            let Charged::Due(due) = charged else { panic!("charged more than was shown") };
            assert_eq!((due.why, due.amount, bench.peer.calls()), (DueWhy::NoMethod, eur(900), calls));
            let paid = billing.pay_as_shown(bench.desk, invoice, Some(card), eur(900), Actor::System).await.unwrap();
            assert_eq!(paid, Charged::Paid);
        } else {
            assert_eq!(charged, Charged::Paid, "a program saw no amount");
        }
        assert_eq!(bench.peer.money(&invoice.to_string()), (900, 0));
        all_is_right(&bench, invoice, "in part").await;
    }
}

#[tokio::test]
async fn a_key_that_was_used_with_another_card_is_refused() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let one = bench.card(Behaviour::Pays).await;
    let two = bench.card(Behaviour::Pays).await;
    let with = |method| NewOrder { key: Some("click".into()), method, ..bench.new_order("flat", 900) };
    let new = with(Some(one));
    let order = billing.order(&new).await.unwrap();
    assert_eq!(billing.order(&new).await.unwrap(), order);
    let other = NewOrder { installation: new.installation, ..with(Some(two)) };
    assert!(matches!(billing.order(&other).await.unwrap_err(), OrderError::KeyReused));
    let unsaid = NewOrder { installation: new.installation, ..with(None) };
    assert_eq!(billing.order(&unsaid).await.unwrap(), order, "whichever it is");
}

#[tokio::test]
async fn credit_that_is_gone_since_the_page_was_drawn_lets_no_card_pay_more_than_it_showed() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let card = bench.card(Behaviour::Pays).await;
    billing.grant(bench.desk, eur(900), "test", Actor::System).await.unwrap();
    // Two pages, on both of which the credit pays all of it.
    let covered = || NewOrder { shown_of_card: Some(eur(0)), ..bench.new_order("flat", 900) };
    let first = billing.order(&covered()).await.unwrap();
    let early = billing.order(&covered()).await.unwrap_err();
    assert!(matches!(early, OrderError::CardAmount { now } if now == eur(900)), "it is spoken for: {early}");
    assert_eq!(billing.charge(bench.desk, first.id).await.unwrap(), Charged::Paid);
    let late = billing.order(&covered()).await.unwrap_err();
    assert!(matches!(late, OrderError::CardAmount { now } if now == eur(900)), "{late}");
    // On the others a card pays 3.00, and the credit the rest.
    let in_part =
        |cents| NewOrder { method: Some(card), shown_of_card: Some(eur(cents)), ..bench.new_order("flat", 900) };
    assert_eq!(billing.order(&in_part(300)).await.unwrap_err().code(), "card-amount-changed");
    assert_eq!(bench.peer.calls(), 0);
    // What is shown then is taken, and less than that is no reason to ask again.
    billing.grant(bench.desk, eur(100), "test", Actor::System).await.unwrap();
    let order = billing.order(&in_part(900)).await.unwrap();
    assert_eq!(billing.charge(bench.desk, order.id).await.unwrap(), Charged::Paid);
    let invoice = bench.invoice_of(order.id).await;
    assert_eq!(bench.peer.money(&invoice.id.to_string()), (800, 0));
}

#[tokio::test]
async fn a_card_that_came_since_the_page_was_drawn_is_not_charged() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    bench.no_card().await;
    let new = NewOrder { shown_of_card: Some(eur(900)), ..bench.new_order("flat", 900) };
    assert!(matches!(billing.order(&new).await.unwrap_err(), OrderError::NoCard));
    let card = bench.card(Behaviour::Pays).await;
    assert!(matches!(billing.order(&new).await.unwrap_err(), OrderError::CardAmount { .. }));
    nothing_happened(&bench).await;
    assert_eq!(billing.order(&NewOrder { method: Some(card), ..new }).await.unwrap().method, Some(card));
}

#[tokio::test]
async fn credit_counts_as_gone_for_what_has_not_used_it_yet_and_not_twice() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    billing.grant(bench.desk, eur(1400), "test", Actor::System).await.unwrap();
    let order = billing.order(&bench.new_order("flat", 900)).await.unwrap();
    assert_eq!(billing.of_card(bench.desk, eur(900)).await.unwrap(), eur(400), "9.00 of it are spoken for");
    let other = billing.order(&bench.new_order("flat", 900)).await.unwrap();
    assert_eq!(billing.charge(bench.desk, order.id).await.unwrap(), Charged::Paid);
    // It has used the 5.00 that were left, and its card is about to be asked.
    let stopping = bench.with(CrashPoints::stop_at("charge:begin:after"), Variant::Designed);
    assert!(stopping.charge(bench.desk, other.id).await.is_err());
    let invoice = bench.invoice_of(other.id).await;
    assert_eq!((invoice.state, invoice.to_take()), (InvoiceState::Open, eur(400)));
    assert_eq!(billing.of_card(bench.desk, eur(900)).await.unwrap(), eur(900));
    billing.grant(bench.desk, eur(900), "test", Actor::System).await.unwrap();
    assert_eq!(billing.of_card(bench.desk, eur(900)).await.unwrap(), eur(0));
    assert_eq!(billing.charge(bench.desk, other.id).await.unwrap(), Charged::Paid);
    assert_eq!(bench.peer.money(&invoice.id.to_string()), (400, 0));
    assert_eq!(billing.credit(bench.desk).await.unwrap(), [eur(900)]);
}

/// An invoice of 9.00 whose payer has to confirm at their bank, and that card, which is the default one.
async fn at_the_bank(bench: &Bench) -> (InvoiceId, PaymentMethodId) {
    let asks = bench.card(Behaviour::Asks).await;
    let (order, invoice) = bench.order().await;
    let Charged::Due(due) = bench.billing().charge(bench.desk, order.id).await.unwrap() else { panic!("paid") };
    assert!(matches!(due.why, DueWhy::Action { .. }), "{due:?}");
    (invoice, asks)
}

#[tokio::test]
async fn credit_that_came_while_a_payment_waits_at_the_bank_pays_instead_of_it() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let (invoice, _) = at_the_bank(&bench).await;
    billing.grant(bench.desk, eur(900), "test", Actor::System).await.unwrap();
    let by = Actor::System;
    let paid = billing.pay_as_shown(bench.desk, invoice, None, eur(0), by).await.unwrap();
    assert_eq!(paid, Charged::Paid, "the page says that the credit pays");
    // Whoever confirms it at the bank now is too late.
    assert_eq!(bench.peer.open(&invoice.to_string()), 0);
    bench.peer.payer_answers(&invoice.to_string(), true);
    assert_eq!(bench.peer.money(&invoice.to_string()), (0, 0));
    let states = (InvoiceState::Paid, Some(OrderState::Paid), vec![AttemptState::Cancelled]);
    assert_eq!(bench.states(invoice).await, states);
    all_is_right(&bench, invoice, "the credit").await;
}

#[tokio::test]
async fn the_card_that_waits_at_the_bank_pays_no_more_than_the_page_showed() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let (invoice, asks) = at_the_bank(&bench).await;
    billing.grant(bench.desk, eur(400), "test", Actor::System).await.unwrap();
    let shown = billing.of_card(bench.desk, bench.invoice(invoice).await.to_take()).await.unwrap();
    assert_eq!(shown, eur(500));
    for _ in 0..2 {
        // Twice: what waits then is over what the page shows.
        let again = billing.pay_as_shown(bench.desk, invoice, Some(asks), shown, Actor::System).await.unwrap();
        assert!(matches!(&again, Charged::Due(due) if matches!(due.why, DueWhy::Action { .. })), "{again:?}");
        let states = bench.states(invoice).await.2;
        assert_eq!(states, [AttemptState::Cancelled, AttemptState::ActionRequired]);
    }
    bench.peer.payer_answers(&invoice.to_string(), true);
    assert_eq!(billing.look_again(bench.desk, invoice).await.unwrap(), Charged::Paid);
    assert_eq!(bench.peer.money(&invoice.to_string()), (500, 0));
    all_is_right(&bench, invoice, "in part").await;
}

#[tokio::test]
async fn a_page_that_is_not_true_any_more_ends_no_payment_at_the_bank() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let good = bench.card(Behaviour::Pays).await;
    let (invoice, asks) = at_the_bank(&bench).await;
    // Their pages were drawn while there was credit.
    for (method, shown) in [(None, 0), (Some(good), 500), (Some(asks), 500)] {
        let error = billing.pay_as_shown(bench.desk, invoice, method, eur(shown), Actor::System).await.unwrap_err();
        assert!(matches!(error, BillingError::CardAmount { now } if now == eur(900)), "{shown}: {error}");
        assert_eq!(bench.states(invoice).await.2, [AttemptState::ActionRequired], "{shown}");
        assert_eq!(bench.peer.open(&invoice.to_string()), 1, "{shown}");
    }
    bench.peer.payer_answers(&invoice.to_string(), true);
    assert_eq!(billing.look_again(bench.desk, invoice).await.unwrap(), Charged::Paid);
    all_is_right(&bench, invoice, "at the bank").await;
}

#[tokio::test]
async fn by_hand_no_card_pays_more_than_the_page_showed_either() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let (order, invoice) = bench.order().await;
    bench.no_card().await;
    assert!(matches!(billing.charge(bench.desk, order.id).await.unwrap(), Charged::Due(_)));
    let card = bench.card(Behaviour::Pays).await;
    for (method, shown) in [(None, 0), (None, 900), (Some(card), 0), (Some(card), 300)] {
        let error = billing.pay_as_shown(bench.desk, invoice, method, eur(shown), Actor::System).await.unwrap_err();
        assert!(matches!(error, BillingError::CardAmount { now } if now == eur(900)), "{shown}: {error}");
    }
    assert_eq!((bench.peer.calls(), bench.invoice(invoice).await.state), (0, InvoiceState::Due));
    let paid = billing.pay_as_shown(bench.desk, invoice, Some(card), eur(900), Actor::System).await.unwrap();
    assert_eq!(paid, Charged::Paid);
    all_is_right(&bench, invoice, "as shown").await;
}
