//! Chores that stand in line: kept while they run, tried again, and not done in vain.

use std::time::Duration;

use annex_domain::{
    billing::{InvoiceState, LineKind, SubscriptionState},
    clock::{Clock as _, Timestamp},
    ids::{AttachmentId, InvoiceId},
};
use annex_store::{
    attachments,
    billing::{
        accounts,
        invoices::{self, Line, NewInvoice},
        subscriptions::{self, Subscription},
    },
    jobs::{self, NewJob},
};
use bytes::Bytes;
use serde_json::json;

use super::{
    money::{DAY, PAYS},
    support::{World, on_both},
};
use crate::{
    chores::{BILL_DESK, Chores, SWEEP},
    lanes::LEASE,
};

/// The subscription of an add-on that is paid for.
async fn bought(world: &World) -> Subscription {
    world.priced("1.0.0", 1, "").await;
    world.log_in(PAYS).await;
    let id = world.had(world.to_buy("flat").await).await.id;
    world.run_jobs().await;
    subscriptions::live_of(&mut world.db().read().await.unwrap(), world.desk, id).await.unwrap().unwrap()
}

async fn next_due(world: &World) -> Option<Timestamp> {
    jobs::next_due(&mut world.db().read().await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_chore_that_takes_longer_than_its_lease_is_not_taken_by_another_worker() {
    on_both(async |world| {
        let hangs = world.gateway.hangs().await;
        let now = world.clock.now();
        let mut tx = world.db().begin().await.unwrap();
        let sweep = NewJob { kind: SWEEP, desk: None, payload: json!({}), run_at: now, unique_key: None };
        jobs::enqueue(&mut tx, sweep, now).await.unwrap();
        tx.commit().await.unwrap();
        let (host, other) = (world.host.clone(), world.node());
        let running = tokio::spawn(async move { host.run_one_job().await });
        while world.gateway.calls() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        for _ in 0..6 {
            world.clock.advance(LEASE / 4);
            // The runtime's clock stands still for this moment only: waiting for a database must not move it.
            tokio::time::pause();
            tokio::time::advance(LEASE / 4).await;
            tokio::time::resume();
            let extended = async {
                while next_due(&world).await != Some(world.clock.now().after(LEASE)) {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(20), extended).await.expect("the lease is extended");
            assert!(!other.run_one_job().await.unwrap(), "the first worker has it");
        }
        drop(hangs);
        assert!(running.await.unwrap().unwrap());
        assert_eq!((next_due(&world).await, world.gateway.calls()), (None, 1));
    })
    .await;
}

#[tokio::test]
async fn files_that_are_nobodys_are_deleted_every_hour() {
    on_both(async |world| {
        let (id, mut chores) = (AttachmentId::new(), Chores::default());
        let mut writer = world.host.blobs().write_file(id);
        writer.write(Bytes::from_static(b"a")).await.unwrap();
        writer.finish().await.unwrap();
        world.host.do_chores(&mut chores).await;
        let mut tx = world.db().begin().await.unwrap();
        attachments::announce(&mut tx, id, world.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        world.clock.advance(Duration::from_secs(3599));
        world.host.do_chores(&mut chores).await;
        assert!(world.host.blobs().read_file(id).await.is_ok(), "not yet");
        world.clock.advance(Duration::from_secs(1));
        world.host.do_chores(&mut chores).await;
        assert!(world.host.blobs().read_file(id).await.is_err());
    })
    .await;
}

/// When the jobs that look at bills are due, of which there is one at most.
async fn bills_in_line(world: &World) -> Option<i64> {
    let counts = jobs::counts(&mut world.db().read().await.unwrap()).await.unwrap();
    let of: Vec<_> = counts.into_iter().filter(|count| count.kind == BILL_DESK).collect();
    assert!(of.iter().map(|count| count.jobs).sum::<i64>() <= 1, "{of:?}");
    of.first().map(|count| count.oldest_run_at)
}

#[tokio::test]
async fn a_bill_that_failed_is_tried_a_minute_later_by_one_job() {
    on_both(async |world| {
        bought(&world).await;
        world.gateway.away();
        world.clock.advance(31 * DAY);
        for _ in 0..3 {
            world.host.do_chores(&mut Chores::default()).await;
            bills_in_line(&world).await.expect("it stands in line");
        }
        world.run_jobs().await;
        let minute = world.clock.now().after(Duration::from_secs(60));
        assert_eq!(bills_in_line(&world).await, Some(minute.0));

        world.gateway.back();
        world.clock.advance(Duration::from_secs(59));
        world.run_jobs().await;
        assert_eq!(bills_in_line(&world).await, Some(minute.0), "not yet");
        world.clock.advance(Duration::from_secs(1));
        world.run_jobs().await;
        assert_eq!(bills_in_line(&world).await, None);
        let mut conn = world.db().read().await.unwrap();
        let all = invoices::list(&mut conn, world.desk, invoices::Filter::default()).await.unwrap();
        assert!(all.len() == 2 && all.iter().all(|invoice| invoice.state == InvoiceState::Paid), "{all:?}");
    })
    .await;
}

/// Months of a subscription that are due for longer than the days of grace.
async fn overdue(world: &World, of: &Subscription, months: u8) {
    let now = world.clock.now();
    let mut tx = world.db().begin().await.unwrap();
    let account = accounts::licence_holder(&mut tx, world.desk).await.unwrap().unwrap();
    for month in 1..=months {
        let first = |month| format!("2020-{month:02}-01").parse().unwrap();
        let (from, to) = (first(month), first(month + 1));
        let line = Line {
            id: 0,
            kind: LineKind::Charge,
            subscription: Some(of.id),
            installation: of.installation,
            addon: of.addon.clone(),
            plan: of.plan.id.clone(),
            model: of.plan.model,
            description: "Test".into(),
            quantity: 1,
            unit_price: 5000,
            amount: 5000,
            reduced: 0,
            period_from: from,
            period_to: Some(to),
        };
        let new = NewInvoice {
            id: InvoiceId::new(),
            desk: world.desk,
            account,
            order: None,
            period: Some((from, to)),
            currency: of.plan.currency,
            credit_used: 0,
            lines: vec![line],
        };
        let mut invoice = invoices::insert(&mut tx, &new, now).await.unwrap();
        invoice.state = InvoiceState::Due;
        invoice.due_since = Some(now.before(20 * DAY));
        invoices::save(&mut tx, &mut invoice, now).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn stands(world: &World, subscription: &mut Subscription, state: SubscriptionState) {
    subscription.state = state;
    let mut tx = world.db().begin().await.unwrap();
    subscriptions::save(&mut tx, subscription, world.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// How often the gateway was asked for a round of looking at unpaid invoices.
async fn asked(world: &World) -> u32 {
    let before = world.gateway.calls();
    assert_eq!(world.host.dun().await.unwrap(), 0);
    world.gateway.calls() - before
}

#[tokio::test]
async fn only_what_could_be_stopped_is_read_back() {
    on_both(async |world| {
        let mut subscription = bought(&world).await;
        overdue(&world, &subscription, 3).await;
        assert_eq!(asked(&world).await, 0, "its subscription is not past due");
        stands(&world, &mut subscription, SubscriptionState::PastDue).await;
        assert_eq!(asked(&world).await, 3);
        subscription.ended_at = Some(world.clock.now());
        stands(&world, &mut subscription, SubscriptionState::Ended).await;
        assert_eq!(asked(&world).await, 0, "there is nothing to stop any more");
    })
    .await;
}

#[tokio::test]
async fn a_gateway_that_is_away_is_asked_five_times_and_not_for_all() {
    on_both(async |world| {
        let mut subscription = bought(&world).await;
        overdue(&world, &subscription, 8).await;
        stands(&world, &mut subscription, SubscriptionState::PastDue).await;
        world.gateway.away();
        assert_eq!(asked(&world).await, 5);
        world.gateway.back();
        assert_eq!(asked(&world).await, 8);
        // Not in a row: an answer in between begins the count anew.
        world.gateway.away_for(4);
        assert_eq!(asked(&world).await, 8);
    })
    .await;
}
