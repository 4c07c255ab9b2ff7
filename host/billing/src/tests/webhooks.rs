//! 5,000 deliveries of the same events: lost, twice, late, in any order. They end in the same state as one delivery in
//! order, and the job that goes on is there once.

use std::collections::BTreeMap;

use annex_domain::{
    billing::{AttemptState, InvoiceState, OrderState},
    ids::InvoiceId,
};
use annex_store::billing::{
    attempts::{self, NewAttempt},
    invoices,
};
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{RngAlgorithm, TestRng, TestRunner},
};

use super::{
    bench::Bench,
    judge::{faults_of, the_ledger_balances},
};
use crate::{
    Billing,
    gateway::{self, About, Event, NewIntent},
    gateways::test::{Behaviour, IntentBody},
    settle::FULFIL_ORDER,
};

/// Payments that wait for their payers, as the host has stored them and as the gateway has them; and the payers have
/// answered since. In one transaction.
async fn waiting(bench: &Bench, answers: &[(String, bool)]) -> Vec<InvoiceId> {
    let billing = bench.billing();
    let now = billing.now();
    let url: url::Url = "https://desk.example/".parse().unwrap();
    let mut ids = Vec::new();
    let mut tx = bench.db.begin().await.unwrap();
    for (name, approved) in answers {
        let order = billing.order_in(&mut tx, &bench.new_order("flat", 900)).await.unwrap();
        let mut invoice = invoices::of_order(&mut tx, bench.desk, order.id).await.unwrap().unwrap();
        let (customer, method, amount) = ("cus_1".to_owned(), bench.peer.card(Behaviour::Asks), invoice.to_take());
        let new = NewAttempt {
            desk: bench.desk,
            invoice: invoice.id,
            gateway: "peer".into(),
            customer: customer.clone(),
            method: method.clone(),
            amount,
            off_session: false,
        };
        let mut attempt = attempts::insert(&mut tx, &new, now).await.unwrap();
        attempt.intent = Some(format!("pi_{name}"));
        attempt.state = AttemptState::ActionRequired;
        attempts::save(&mut tx, &mut attempt, now).await.unwrap();
        invoice.state = InvoiceState::Due;
        invoice.due_since = Some(now);
        invoices::save(&mut tx, &mut invoice, now).await.unwrap();
        let metadata = BTreeMap::from([
            (gateway::ATTEMPT.into(), attempt.id.to_string()),
            (gateway::INVOICE.into(), invoice.id.to_string()),
        ]);
        let new = NewIntent { customer, method, amount, description: String::new(), metadata };
        let mut body = IntentBody::new(&new);
        body.confirm(Behaviour::Asks, &url, url.clone(), crate::gateway::Payer::Present).unwrap();
        body.answer(*approved);
        bench.peer.put(&format!("pi_{name}"), body);
        ids.push(invoice.id);
    }
    tx.commit().await.unwrap();
    ids
}

/// The events of such a payment, as a gateway sends them, and two that are about nothing of ours.
fn events(name: &str) -> Vec<Event> {
    let intent = format!("pi_{name}");
    let kinds = ["payment_intent.created", "payment_intent.requires_action", "payment_intent.succeeded"];
    let mut events: Vec<Event> = kinds
        .iter()
        .map(|kind| Event {
            id: format!("evt_{name}_{kind}"),
            kind: (*kind).into(),
            about: About::Intent(intent.clone()),
        })
        .collect();
    let foreign = About::Intent("pi_of_somebody_else".into());
    events.push(Event { id: format!("evt_{name}_f"), kind: "payment_intent.succeeded".into(), about: foreign });
    let other = About::Other("ch_1".into());
    events.push(Event { id: format!("evt_{name}_o"), kind: "charge.updated".into(), about: other });
    events
}

/// A delivery: which events come, in which order; an event may come up to three times, or never.
fn deliveries() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..4usize, 5).prop_flat_map(|times| {
        let all: Vec<usize> = times.iter().enumerate().flat_map(|(at, n)| std::iter::repeat_n(at, *n)).collect();
        Just(all).prop_shuffle()
    })
}

async fn delivered(bench: &Bench, billing: &Billing, name: &str, invoice: InvoiceId, delivery: &[usize]) -> String {
    let events = events(name);
    for at in delivery {
        billing.hint(&events[*at]).await.unwrap();
    }
    if !delivery.iter().any(|at| *at < 3) {
        // All were lost: the reconciler finds out.
        billing.reconcile().await.unwrap();
    }
    let faults = faults_of(bench, invoice).await;
    format!("{:?} {faults:?}", bench.states(invoice).await)
}

/// So many deliveries on a desk of their own; every fourth payer refuses.
async fn deliver(seed: u8, many: usize) {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), rng);
    let paid = (InvoiceState::Paid, Some(OrderState::Paid), vec![AttemptState::Succeeded]);
    let refused = (InvoiceState::Due, Some(OrderState::Open), vec![AttemptState::Cancelled]);
    let mut paid_times = 0;
    for chunk in 0..many / 50 {
        let answers: Vec<(String, bool)> = (0..50).map(|n| (format!("{chunk}-{n}"), n % 4 != 0)).collect();
        let invoices = waiting(&bench, &answers).await;
        for ((name, approved), invoice) in answers.iter().zip(invoices) {
            let delivery = deliveries().new_tree(&mut runner).unwrap().current();
            paid_times += i64::from(*approved);
            let end = delivered(&bench, &billing, name, invoice, &delivery).await;
            let expected = if *approved { &paid } else { &refused };
            assert_eq!(end, format!("{expected:?} []"), "{delivery:?}");
        }
    }
    assert_eq!(bench.jobs(FULFIL_ORDER).await, paid_times, "each goes on once");
    the_ledger_balances(&bench).await;
}

#[test]
fn five_thousand_deliveries_end_in_the_same_state() {
    std::thread::scope(|threads| {
        for seed in 0..4 {
            threads.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(deliver(seed, 1_250));
            });
        }
    });
}

#[tokio::test]
async fn an_event_that_cannot_be_followed_is_taken_in_when_it_comes_again() {
    let bench = Bench::new().await;
    let billing = bench.billing();
    let invoice = waiting(&bench, &[("a".into(), true)]).await[0];
    let event = &events("a")[2];
    bench.peer.always(Some(super::peer::Fault::Down));
    assert_eq!(billing.hint(event).await.unwrap_err().code(), "billing-unavailable");
    bench.peer.always(None);
    billing.hint(event).await.unwrap();
    assert_eq!(bench.states(invoice).await.0, InvoiceState::Paid);
    let calls = bench.peer.calls();
    billing.hint(event).await.unwrap();
    assert_eq!(bench.peer.calls(), calls, "an event that was followed asks nothing any more");
}
