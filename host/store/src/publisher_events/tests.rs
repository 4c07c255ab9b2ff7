use std::time::Duration;

use annex_domain::{
    capability::Grant,
    ids::OperatorId,
    manifest::{Manifest, Service},
    publisher_event::{Suspended, SuspendedWhy, Uninstalled},
};

use super::{
    endpoints::{Answer, Arrived, Pause},
    *,
};
use crate::{
    Db,
    testing::{self, on_both},
};

const NOW: Timestamp = Timestamp(10_000_000_000);
const DAY: Duration = Duration::from_hours(24);

fn faults() -> EventData {
    EventData::Suspended(Suspended { why: SuspendedWhy::Faults })
}

fn gone() -> EventData {
    EventData::Uninstalled(Uninstalled { by: OperatorId::new(), forced: false })
}

fn installation(desk: DeskId, addon: &str) -> Installation {
    let (id, by) = (InstallationId::new(), OperatorId::new());
    let (addon, kind) = (addon.parse().unwrap(), annex_domain::addon::Kind::Plugin);
    Installation::begin(id, desk, addon, kind, Version::new(1, 0, 0), Grant::default(), by, NOW)
}

/// Two installations of an add-on with a service, and one of an add-on without.
async fn installations(db: &Db) -> [Installation; 3] {
    let mut tx = db.begin().await.unwrap();
    let service = Service { events: Some("https://hooks.acme.example/".into()), ..Service::default() };
    let plain = |id| testing::manifest(id, Version::new(1, 0, 0), 1);
    let heard = Manifest { service: Some(service), ..plain("acme.heard") };
    testing::publish(&mut tx, &heard, NOW).await.unwrap();
    let deaf = Manifest { service: Some(Service::default()), ..plain("acme.deaf") };
    testing::publish(&mut tx, &deaf, NOW).await.unwrap();
    let one = desks::create(&mut tx, "One", "en", NOW).await.unwrap().id;
    let two = desks::create(&mut tx, "Two", "en", NOW).await.unwrap().id;
    tx.commit().await.unwrap();
    [installation(one, "acme.heard"), installation(two, "acme.heard"), installation(one, "acme.deaf")]
}

async fn happens(db: &Db, to: &Installation, data: &EventData, now: Timestamp) {
    let mut tx = db.begin().await.unwrap();
    put(&mut tx, to, data, now).await.unwrap();
    tx.commit().await.unwrap();
}

async fn first(db: &Db, of: &Installation) -> Option<Event> {
    head(&mut db.read().await.unwrap(), of.id).await.unwrap()
}

/// A try of the first event of an installation ends in `state`.
async fn settle(db: &Db, of: &Installation, state: EventState) -> Event {
    let event = first(db, of).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    assert!(tried(&mut tx, &event, state, NOW.after(DAY)).await.unwrap());
    tx.commit().await.unwrap();
    event
}

async fn jobs_in_line(db: &Db) -> (i64, i64) {
    let sql =
        "SELECT COUNT(*), COALESCE(MIN(run_at), 0) FROM jobs WHERE kind = 'publisher-event' AND state = 'waiting'";
    fetch_one!(db.read().await.unwrap(), (i64, i64), sql).unwrap()
}

#[tokio::test]
async fn events_keep_their_order_and_only_a_service_gets_any() {
    on_both(async |db| {
        let [one, two, deaf] = installations(&db).await;
        happens(&db, &deaf, &faults(), NOW).await;
        assert_eq!((first(&db, &deaf).await, jobs_in_line(&db).await.0), (None, 0));
        for (to, data) in [(&one, faults()), (&two, faults()), (&one, gone())] {
            happens(&db, to, &data, NOW).await;
        }
        assert_eq!(jobs_in_line(&db).await.0, 2, "one for each installation");
        let all = after(&mut db.read().await.unwrap(), &one.addon, None, 10).await.unwrap();
        let order: Vec<_> = all.iter().map(|event| (event.installation, event.kind)).collect();
        let expected =
            [(one.id, EventKind::Suspended), (two.id, EventKind::Suspended), (one.id, EventKind::Uninstalled)];
        assert_eq!(order, expected);
        assert_eq!((all[0].desk.name.as_str(), &all[0].data), ("One", &json!({ "why": "faults" })));
        let rest = after(&mut db.read().await.unwrap(), &one.addon, Some(all[1].id), 10).await.unwrap();
        assert_eq!(rest, all[2..]);
        let other = after(&mut db.read().await.unwrap(), &deaf.addon, Some(all[1].id), 10).await;
        assert!(matches!(other, Err(StoreError::NotFound("event"))), "of another add-on");

        assert_eq!(first(&db, &one).await.unwrap().id, all[0].id);
        settle(&db, &one, EventState::Delivered).await;
        assert_eq!(first(&db, &one).await.unwrap().id, all[2].id);
        assert_eq!(first(&db, &two).await.unwrap().id, all[1].id, "another desk waits for nobody");
    })
    .await;
}

#[tokio::test]
async fn what_is_rolled_back_was_never_said() {
    on_both(async |db| {
        let [one, ..] = installations(&db).await;
        let mut tx = db.begin().await.unwrap();
        put(&mut tx, &one, &faults(), NOW).await.unwrap();
        drop(tx);
        assert_eq!((first(&db, &one).await, jobs_in_line(&db).await.0), (None, 0));
    })
    .await;
}

#[tokio::test]
async fn a_replayed_event_is_the_same_and_goes_first() {
    on_both(async |db| {
        let [one, two, _] = installations(&db).await;
        for (day, to) in [(0, &one), (1, &two), (2, &one), (3, &one)] {
            happens(&db, to, &faults(), NOW.after(DAY * day)).await;
        }
        let mut delivered = vec![settle(&db, &one, EventState::Delivered).await];
        delivered.push(settle(&db, &two, EventState::Expired).await);
        delivered.push(settle(&db, &one, EventState::Delivered).await);
        let waits = first(&db, &one).await.unwrap();
        let again = async |which| {
            let mut tx = db.begin().await.unwrap();
            let count = replay(&mut tx, &one.addon, which, NOW.after(DAY * 5)).await.unwrap();
            tx.commit().await.unwrap();
            count
        };
        assert_eq!(again(Replay::One(delivered[0].id)).await, 1);
        let head = first(&db, &one).await.unwrap();
        assert_eq!((head.id, head.tries, head.in_line_since), (delivered[0].id, 0, NOW.after(DAY * 5)));
        assert_eq!((head.made_at, &head.data), (NOW, &delivered[0].data), "it says what it said");
        settle(&db, &one, EventState::Delivered).await;
        assert_eq!(first(&db, &one).await.unwrap().id, waits.id);

        assert_eq!(again(Replay::Between(NOW.after(DAY), NOW.after(DAY * 3))).await, 2);
        assert_eq!(first(&db, &two).await.unwrap().id, delivered[1].id, "what was given up as well");
        assert_eq!(again(Replay::Since(delivered[1].id)).await, 2);
        assert_eq!(first(&db, &one).await.unwrap().id, delivered[2].id);
    })
    .await;
}

#[tokio::test]
async fn a_try_counts_once_also_when_its_event_was_put_in_line_meanwhile() {
    on_both(async |db| {
        let [one, ..] = installations(&db).await;
        happens(&db, &one, &faults(), NOW).await;
        let under_way = first(&db, &one).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        replay(&mut tx, &one.addon, Replay::One(under_way.id), NOW.after(DAY)).await.unwrap();
        assert!(tried(&mut tx, &under_way, EventState::Delivered, NOW).await.unwrap());
        assert!(!tried(&mut tx, &under_way, EventState::Waiting, NOW).await.unwrap(), "by a second worker");
        tx.commit().await.unwrap();
        assert_eq!(first(&db, &one).await, None);
    })
    .await;
}

#[tokio::test]
async fn an_endpoint_fails_since_its_first_failure_and_wakes_when_it_is_resumed() {
    on_both(async |db| {
        let [one, ..] = installations(&db).await;
        happens(&db, &one, &faults(), NOW).await;
        settle(&db, &one, EventState::Waiting).await;
        let mut tx = db.begin().await.unwrap();
        let no = |why: &str| Answer::Nothing(why.into());
        endpoints::answered(&mut tx, &one.addon, &no("no answer in time"), Arrived::No, NOW).await.unwrap();
        endpoints::answered(&mut tx, &one.addon, &no("refused"), Arrived::No, NOW.after(DAY)).await.unwrap();
        endpoints::pause(&mut tx, &one.addon, Pause::Gone).await.unwrap();
        let failing = endpoints::get(&mut tx, &one.addon).await.unwrap();
        assert_eq!((failing.failing_since, failing.paused), (Some(NOW), Some(Pause::Gone)));
        assert_eq!(failing.last, Some((no("refused"), NOW.after(DAY))));
        assert_eq!(endpoints::waiting(&mut tx, &one.addon).await.unwrap(), 1);

        endpoints::resume(&mut tx, &one.addon, NOW.after(DAY * 9)).await.unwrap();
        let fine = Answer::Status { status: 204, excerpt: String::new() };
        endpoints::answered(&mut tx, &one.addon, &fine, Arrived::Yes, NOW).await.unwrap();
        let resumed = endpoints::get(&mut tx, &one.addon).await.unwrap();
        assert_eq!((resumed.failing_since, resumed.paused), (None, None));
        tx.commit().await.unwrap();
        let head = first(&db, &one).await.unwrap();
        assert_eq!((head.in_line_since, head.try_at), (NOW.after(DAY * 9), NOW.after(DAY * 9)));
    })
    .await;
}

#[tokio::test]
async fn a_job_that_waits_for_later_is_brought_forward() {
    on_both(async |db| {
        let [one, ..] = installations(&db).await;
        happens(&db, &one, &faults(), NOW.after(DAY)).await;
        let event = first(&db, &one).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        replay(&mut tx, &one.addon, Replay::One(event.id), NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(jobs_in_line(&db).await, (1, NOW.0));
    })
    .await;
}

#[tokio::test]
async fn events_are_removed_by_their_age() {
    on_both(async |db| {
        let [one, ..] = installations(&db).await;
        for day in [0, 2] {
            happens(&db, &one, &faults(), NOW.after(DAY * day)).await;
        }
        let mut tx = db.begin().await.unwrap();
        assert_eq!(purge(&mut tx, NOW.after(DAY)).await.unwrap(), 1);
        tx.commit().await.unwrap();
        happens(&db, &one, &gone(), NOW.after(DAY * 3)).await;
        let left = after(&mut db.read().await.unwrap(), &one.addon, None, 10).await.unwrap();
        assert_eq!(
            left.iter().map(|event| event.kind).collect::<Vec<_>>(),
            [EventKind::Suspended, EventKind::Uninstalled]
        );
    })
    .await;
}

#[tokio::test]
async fn an_event_says_in_which_region_its_desk_is_and_goes_with_it() {
    on_both(async |db| {
        let [one, ..] = installations(&db).await;
        let mut tx = db.begin().await.unwrap();
        let new = desks::NewDesk {
            name: "North".into(),
            locale: "en".into(),
            time_zone: "UTC".into(),
            region: "eu-north".into(),
            host_name: None,
            developer_of: None,
        };
        let north = desks::make(&mut tx, new, NOW).await.unwrap().id;
        tx.commit().await.unwrap();
        let there = installation(north, "acme.heard");
        happens(&db, &there, &faults(), NOW).await;
        happens(&db, &one, &faults(), NOW).await;
        assert_eq!(first(&db, &there).await.unwrap().desk.region, "eu-north");
        let mut tx = db.begin().await.unwrap();
        desks::remove(&mut tx, north).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(first(&db, &there).await, None);
        assert!(first(&db, &one).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn events_are_read_from_the_newest_with_what_came_of_their_last_try() {
    on_both(async |db| {
        let [one, ..] = installations(&db).await;
        for _ in 0..3 {
            happens(&db, &one, &faults(), NOW).await;
        }
        let mut tx = db.begin().await.unwrap();
        let all = before(&mut tx, &one.addon, None, 9).await.unwrap();
        let answer = Answer::Status { status: 500, excerpt: "no".into() };
        answered(&mut tx, all[0].id, &answer, NOW).await.unwrap();
        let rest = before(&mut tx, &one.addon, Some(all[0].id), 9).await.unwrap();
        assert_eq!(rest, all[1..]);
        let (acme, other) = ("acme".parse().unwrap(), "other".parse().unwrap());
        let found = find(&mut tx, &acme, all[0].id).await.unwrap();
        assert_eq!((found.id, found.last), (all[0].id, Some((answer, NOW))));
        assert!(matches!(find(&mut tx, &other, all[0].id).await, Err(StoreError::NotFound("event"))));
        tx.commit().await.unwrap();
    })
    .await;
}
