//! A run of the monthly bill that is dropped at any point at which it waits, as when the process dies: the next one goes on
//! without a double line and without a double charge.

use std::{pin::pin, task::Poll};

use annex_domain::{billing::InvoiceState, clock::Clock as _, plan::PlanModel};
use annex_store::billing::invoices::{self, Filter};
use jiff::{civil::date, tz::TimeZone};

use super::{
    bench::{Bench, plan},
    judge::all_is_right,
};
use crate::ledger::{BillingDay, next_bill_day, start_of};

const SUBSCRIPTIONS: usize = 9;

/// Lets a future go on until it has waited so often, then drops it. True when it was done before.
async fn dropped_after(waits: u32, run: impl Future) -> bool {
    let mut run = pin!(run);
    let mut left = waits;
    std::future::poll_fn(move |context| match run.as_mut().poll(context) {
        Poll::Ready(_) => Poll::Ready(true),
        Poll::Pending if left == 0 => Poll::Ready(false),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

#[tokio::test]
async fn a_run_dropped_anywhere_goes_on_without_a_double_line() {
    let bench = Bench::new().await;
    let (order, _) = bench.order().await;
    bench.billing().charge(bench.desk, order.id).await.unwrap();
    let mut month = date(2026, 4, 1);
    for _ in 0..SUBSCRIPTIONS {
        bench.subscribe(plan("flat", PlanModel::Flat, 900), 1, Some(month)).await;
    }
    let (mut waits, mut dropped) = (0, 0);
    loop {
        bench.clock.advance(start_of(month, &TimeZone::UTC).since(bench.clock.now()));
        let whole = dropped_after(waits, bench.billing().bill_desk(bench.desk)).await;
        dropped += u32::from(!whole);
        // Twice: what was committed in the moment of the drop may be seen only after the first look at what is open.
        for _ in 0..2 {
            bench.billing().bill_desk(bench.desk).await.unwrap();
        }
        let mut conn = bench.db.read().await.unwrap();
        let filter = Filter { limit: 1, ..Filter::default() };
        let made = invoices::list(&mut conn, bench.desk, filter).await.unwrap().remove(0);
        assert_eq!((made.period_from, made.state), (Some(month), InvoiceState::Paid), "after {waits} waits");
        let lines = invoices::lines(&mut conn, bench.desk, made.id).await.unwrap();
        assert_eq!(lines.len(), SUBSCRIPTIONS, "after {waits} waits");
        drop(conn);
        all_is_right(&bench, made.id, &format!("after {waits} waits")).await;
        if whole {
            break;
        }
        month = next_bill_day(month, BillingDay::of(month));
        waits += 1;
    }
    assert!(dropped > 10, "it waited at {dropped} points only");
}
