//! Several drivers and several nodes at once, on both databases.

use std::time::Duration;

use annex_domain::{
    billing::{AttemptState, InvoiceState},
    operator::Actor,
};
use annex_store::testing::TestDb;
use futures::future::join_all;

use super::{bench::Bench, judge::all_is_right};
use crate::{Billing, Charged, DueWhy, gateways::test::Behaviour};

/// On SQLite, and on PostgreSQL with a second pool of connections, as another node has.
async fn on_both(test: impl AsyncFn(Bench, Vec<Billing>)) {
    let sqlite = TestDb::sqlite().await;
    let bench = Bench::on(sqlite.db.clone()).await;
    let nodes = vec![bench.billing(), bench.billing()];
    test(bench, nodes).await;
    sqlite.close().await;
    let Some(postgres) = TestDb::postgres().await else { return };
    let bench = Bench::on(postgres.db.clone()).await;
    let other = annex_store::Db::connect(&postgres.url).await.unwrap();
    let mut parts = bench.billing().parts().clone();
    parts.db = other.clone();
    let nodes = vec![bench.billing(), Billing::new(parts)];
    test(bench, nodes).await;
    other.close().await;
    postgres.close().await;
}

#[tokio::test]
async fn an_order_sent_to_two_nodes_at_once_is_charged_once() {
    on_both(async |bench, nodes| {
        let new = crate::NewOrder { key: Some("one click".into()), ..bench.new_order("flat", 900) };
        let orders = join_all((0..6).map(|n| {
            let (node, new) = (&nodes[n % 2], &new);
            async move {
                let order = node.order(new).await.unwrap();
                loop {
                    match node.charge(order.desk, order.id).await {
                        Ok(charged) => break (order.id, charged),
                        Err(error) => assert!(error.is_passing(), "{error}"),
                    }
                }
            }
        }))
        .await;
        assert!(orders.iter().all(|(id, charged)| *id == orders[0].0 && *charged == Charged::Paid), "{orders:?}");
        let invoice = bench.invoice_of(orders[0].0).await;
        assert_eq!(bench.peer.charges(&invoice.id.to_string()), 1);
        all_is_right(&bench, invoice.id, "two nodes").await;
    })
    .await;
}

#[tokio::test]
async fn drivers_reconcilers_and_payers_at_once_charge_once() {
    on_both(async |bench, nodes| {
        bench.card(Behaviour::TimesOut).await;
        let (order, invoice) = bench.order().await;
        let (desk, order) = (bench.desk, order.id);
        join_all((0..12).map(|n| {
            let node = nodes[n % 2].clone();
            async move {
                match n % 3 {
                    0 => drop(node.charge(desk, order).await),
                    1 => drop(node.pay(desk, invoice, None, Actor::System).await),
                    _ => drop(node.reconcile().await),
                }
            }
        }))
        .await;
        nodes[0].reconcile().await.unwrap();
        assert_eq!(bench.invoice(invoice).await.state, InvoiceState::Paid);
        all_is_right(&bench, invoice, "many at once").await;
    })
    .await;
}

#[tokio::test]
async fn charging_against_releasing_ends_paid_or_paid_back() {
    on_both(async |bench, nodes| {
        for _ in 0..8 {
            let (order, invoice) = bench.order().await;
            let (desk, order) = (bench.desk, order.id);
            let _ = tokio::join!(nodes[0].charge(desk, order), nodes[1].release(desk, order, "test"));
            nodes[1].release(desk, order, "test").await.unwrap();
            nodes[0].reconcile().await.unwrap();
            all_is_right(&bench, invoice, "charge against release").await;
            let (taken, refunded) = bench.peer.money(&invoice.to_string());
            assert_eq!(taken, refunded);
        }
    })
    .await;
}

#[tokio::test]
async fn refunds_at_once_never_exceed_what_was_taken() {
    on_both(async |bench, nodes| {
        let (order, invoice) = bench.order().await;
        nodes[0].charge(bench.desk, order.id).await.unwrap();
        let refunds = join_all((0..6).map(|n| {
            let (node, desk) = (nodes[n % 2].clone(), bench.desk);
            let reason = format!("refund {n}");
            async move { node.refund(desk, invoice, Some(super::bench::eur(400)), &reason, Actor::System).await }
        }))
        .await;
        let done = refunds.iter().filter(|refund| refund.is_ok()).count();
        assert_eq!(done, 2, "two refunds of 4.00 fit into 9.00: {refunds:?}");
        assert_eq!(bench.peer.money(&invoice.to_string()), (900, 800));
    })
    .await;
}

/// Two presses of the button, at two nodes, on an invoice that is due. The gateway takes its time.
async fn pressed_twice(bench: &Bench, nodes: &[Billing], card: Behaviour) -> (Vec<Charged>, Vec<AttemptState>) {
    let (order, invoice) = bench.order().await;
    bench.no_card().await;
    assert!(matches!(nodes[0].charge(bench.desk, order.id).await.unwrap(), Charged::Due(_)));
    let card = bench.card(card).await;
    bench.peer.takes(Duration::from_millis(300));
    let presses = nodes.iter().map(|node| node.pay(bench.desk, invoice, Some(card), Actor::System));
    let ends = join_all(presses).await.into_iter().map(Result::unwrap).collect();
    all_is_right(bench, invoice, "pressed twice").await;
    (ends, bench.states(invoice).await.2)
}

#[tokio::test]
async fn two_presses_at_once_come_to_the_same_end() {
    on_both(async |bench, nodes| {
        let (ends, attempts) = pressed_twice(&bench, &nodes, Behaviour::Pays).await;
        assert_eq!(ends, [Charged::Paid, Charged::Paid]);
        assert_eq!(attempts, [AttemptState::Succeeded]);
    })
    .await;
}

#[tokio::test]
async fn two_presses_at_once_ask_the_bank_once() {
    on_both(async |bench, nodes| {
        let (ends, attempts) = pressed_twice(&bench, &nodes, Behaviour::NoMoney).await;
        let declined = |end: &Charged| matches!(end, Charged::Due(due) if matches!(due.why, DueWhy::Declined { .. }));
        assert!(ends.iter().all(declined), "{ends:?}");
        assert_eq!(attempts, [AttemptState::Cancelled]);
    })
    .await;
}
