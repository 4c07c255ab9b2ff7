//! Happenings reach the plugins that subscribe: once when all goes well, again when one fails, never the one that caused it.

use std::time::Duration;

use annex_desk::{
    Desk,
    desks::{By, resume, suspend},
};
use annex_domain::{
    ids::{DeskId, InstallationId, TicketId},
    manifest::EventName,
    operator::Actor,
    ticket::Priority,
};
use annex_store::{
    contacts::{self, NewContact},
    jobs::{self, NewJob},
    kv::{self, Owner},
    logs::Query,
    tickets::{self, NewTicket, TicketChange},
};
use serde_json::json;

use super::support::{World, on_both, puppet, puppet_manifest};
use crate::{
    UseError,
    events::{ADDON_EVENT, MOST_WAITING},
};

async fn listening(world: &World, behaviour: &str) -> InstallationId {
    let mut hears = puppet_manifest("1.0.0", 1);
    hears.events = [EventName::TicketCreated, EventName::TicketUpdated].into();
    world.publish(hears, puppet(behaviour)).await;
    world.install("acme.puppet").await.id
}

pub(super) async fn ticket(world: &World) -> TicketId {
    let now = world.host.clock.now();
    let mut tx = world.db().begin().await.unwrap();
    let new = NewContact { name: "Ann".into(), ..NewContact::default() };
    let requester = contacts::create(&mut tx, world.desk, new, now).await.unwrap().id;
    let new = NewTicket::of(requester, "Help", "Please");
    let ticket = tickets::create(&mut tx, world.desk, new, now).await.unwrap().0.id;
    tx.commit().await.unwrap();
    ticket
}

/// How often the puppet was told each event.
async fn heard(world: &World, id: InstallationId) -> Vec<String> {
    let installation = world.installation(id).await;
    let owner = Owner { desk: world.desk, installation: id, version: &installation.version };
    let entries = kv::all_entries(&mut world.db().read().await.unwrap(), owner).await.unwrap();
    let told = entries.into_iter().filter(|(key, _)| key.starts_with("event:"));
    told.map(|(_, value)| String::from_utf8(value).unwrap()).collect()
}

#[tokio::test]
async fn what_happens_before_a_desk_is_suspended_is_told_when_it_is_resumed() {
    on_both(async |world| {
        let id = listening(&world, "").await;
        ticket(&world).await;
        let (desk, by) = (Desk::new(world.db().clone()), By { actor: Actor::System, now: world.host.clock.now() });
        suspend(&desk, by, world.desk).await.unwrap();
        world.run_jobs().await;
        assert!(heard(&world, id).await.is_empty(), "nothing of it is done");
        assert!(matches!(world.host.callee(world.desk, id).await, Err(UseError::DeskSuspended)));
        resume(&desk, by, world.desk).await.unwrap();
        world.run_jobs().await;
        assert_eq!(heard(&world, id).await, ["1"]);
    })
    .await;
}

#[tokio::test]
async fn each_event_is_told_once() {
    on_both(async |world| {
        let id = listening(&world, "").await;
        let ticket = ticket(&world).await;
        world.run_jobs().await;
        assert_eq!(heard(&world, id).await, ["1"]);
        let mut tx = world.db().begin().await.unwrap();
        let change = TicketChange { priority: Some(Priority::High), ..TicketChange::default() };
        let now = world.host.clock.now();
        tickets::change(&mut tx, world.desk, ticket, change, Actor::System, None, now).await.unwrap();
        // What the add-on did itself it does not hear of.
        let change = TicketChange { priority: Some(Priority::Low), ..TicketChange::default() };
        tickets::change(&mut tx, world.desk, ticket, change, Actor::Addon(id), None, now).await.unwrap();
        tx.commit().await.unwrap();
        world.run_jobs().await;
        assert_eq!(heard(&world, id).await, ["1", "1"]);
        assert_eq!(jobs::counts(&mut world.db().read().await.unwrap()).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_failing_add_on_is_told_again_with_the_same_id_and_then_given_up() {
    on_both(async |world| {
        let id = listening(&world, "event=fail").await;
        ticket(&world).await;
        for _ in 0..20 {
            world.run_jobs().await;
            world.clock.advance(Duration::from_secs(3600));
        }
        assert_eq!(heard(&world, id).await, ["8"], "one id, eight times");
        let failed = jobs::failed(&mut world.db().read().await.unwrap(), world.desk, 10).await.unwrap();
        assert_eq!(failed.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn who_is_switched_off_hears_nothing() {
    on_both(async |world| {
        let id = listening(&world, "").await;
        world.host.deactivate(world.desk, id, world.admin).await.unwrap();
        ticket(&world).await;
        world.run_jobs().await;
        world.host.activate(world.desk, id, world.admin).await.unwrap();
        world.run_jobs().await;
        assert_eq!(heard(&world, id).await, [""; 0]);
        assert_ne!(world.desk, DeskId::new());
    })
    .await;
}

#[tokio::test]
async fn an_add_on_that_is_far_behind_misses_events_and_is_told() {
    on_both(async |world| {
        let id = listening(&world, "").await;
        let now = world.host.clock.now();
        let mut tx = world.db().begin().await.unwrap();
        for _ in 0..MOST_WAITING {
            let payload = json!({ "installation": id });
            let later = now.after(Duration::from_hours(1));
            let waits = NewJob { kind: ADDON_EVENT, desk: Some(world.desk), payload, run_at: later, unique_key: None };
            jobs::enqueue(&mut tx, waits, now).await.unwrap();
        }
        tx.commit().await.unwrap();
        ticket(&world).await;
        world.run_jobs().await;
        assert_eq!(heard(&world, id).await, [""; 0]);
        let log = world.host.logs(world.desk, id, &Query::default()).await.unwrap().lines;
        assert!(log.iter().any(|line| line.message.contains("500 events wait")), "{log:?}");
        let mut conn = world.db().read().await.unwrap();
        assert_eq!(jobs::waiting(&mut conn, ADDON_EVENT, &id.to_string()).await.unwrap(), MOST_WAITING);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_add_on_delays_its_own_events_alone() {
    on_both(async |world| {
        let mut slow = puppet_manifest("1.0.0", 1);
        slow.events = [EventName::TicketCreated].into();
        slow.id = "acme.slow".parse().unwrap();
        world.publish(slow, puppet("event=loop")).await;
        world.install("acme.slow").await;
        let id = listening(&world, "").await;
        // More of them than there are workers, and each takes all the time that it may: ten seconds.
        for _ in 0..12 {
            ticket(&world).await;
        }
        let host = world.host.clone();
        let workers = tokio::spawn(async move { host.run_workers(std::future::pending()).await });
        while heard(&world, id).await.len() < 12 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let left = jobs::counts(&mut world.db().read().await.unwrap()).await.unwrap();
        let left: i64 = left.iter().filter(|count| count.kind == ADDON_EVENT).map(|count| count.jobs).sum();
        assert!(left >= 10, "the slow one is far from done: {left}");
        workers.abort();
    })
    .await;
}
