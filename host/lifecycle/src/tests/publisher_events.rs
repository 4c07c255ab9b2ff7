//! Events to a publisher's service: everything arrives, in order and once, whatever the service was at meanwhile.

use std::time::Duration;

use annex_domain::{
    addon::AddonId,
    clock::Clock as _,
    installation::Installation,
    mail::MailKind,
    publisher_event::{EventData, Suspended, SuspendedWhy},
};
use annex_store::{catalog, desks, mails, publisher_events, publishers::organisations, testing};
use secrecy::ExposeSecret as _;

use super::{
    publisher_service::{Got, NAME, PublisherService, heard},
    support::{World, on_both, puppet},
};
use crate::{EndpointAnswer, EventState, Pause, Replay, Resumed, service};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_hours(1);

fn addon() -> AddonId {
    "acme.puppet".parse().unwrap()
}

/// An installation whose publisher has a service, which has heard of it.
async fn heard_of(world: &mut World) -> (PublisherService, Installation) {
    let service = PublisherService::start().await;
    world.restart_reaching(NAME, service.address).await;
    world.publish(heard("1.0.0", 1), puppet("")).await;
    let active = world.install("acme.puppet").await;
    world.run_jobs().await;
    service.got();
    (service, active)
}

/// Does something to the endpoint, in a transaction of its own.
macro_rules! at_endpoint {
    ($world:expr, $deed:ident $(, $arg:expr)*) => {{
        let mut tx = $world.db().begin().await.unwrap();
        let done = $world.host.$deed(&mut tx, &addon() $(, $arg)*).await.unwrap();
        tx.commit().await.unwrap();
        done
    }};
}

/// Something happens; the ids of the events that are to arrive, in order.
async fn happens(world: &World, to: &Installation, times: usize) -> Vec<String> {
    let mut tx = world.db().begin().await.unwrap();
    for _ in 0..times {
        let data = EventData::Suspended(Suspended { why: SuspendedWhy::Faults });
        publisher_events::put(&mut tx, to, &data, world.clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let all = world.host.events_after(&addon(), None, 500).await.unwrap();
    all[all.len() - times..].iter().map(|event| event.id.to_string()).collect()
}

/// Time goes by, and what is due is done.
async fn later(world: &World, by: Duration) {
    world.clock.advance(by);
    world.run_jobs().await;
}

#[tokio::test]
async fn after_a_day_without_the_service_everything_arrives_in_order_and_once() {
    on_both(async |mut world| {
        let (service, active) = heard_of(&mut world).await;
        service.answers("500 Broken", "");
        let ids = happens(&world, &active, 3).await;
        world.run_jobs().await;
        assert_eq!(service.ids(), ids[..1], "the next ones wait for the first");
        for _ in 0..24 {
            later(&world, HOUR).await;
        }
        let tries = service.ids();
        assert!(tries.len() >= 5 && tries.iter().all(|id| *id == ids[0]), "{tries:?}");
        let failing = world.host.endpoint(&addon()).await.unwrap();
        assert_eq!((failing.waiting, failing.paused), (3, None));
        assert!(world.clock.now().since(failing.failing_since.unwrap()) >= 24 * HOUR);
        let broken = EndpointAnswer::Status { status: 500, excerpt: String::new() };
        assert_eq!(failing.last.unwrap().0, broken);

        service.answers("204 No Content", "");
        let more = happens(&world, &active, 1).await;
        // A restart loses nothing.
        world.restart_reaching(NAME, service.address).await;
        later(&world, 8 * HOUR).await;
        let got = service.got();
        assert_eq!(got.iter().map(|got| got.id()).collect::<Vec<_>>(), [&ids[..], &more[..]].concat());
        assert!(got[0].head.starts_with("POST /annex?from=annex "), "{}", got[0].head);
        let body = &got[0].body;
        assert_eq!((&body["type"], &body["data"]["why"]), (&"app.suspended".into(), &"faults".into()));
        assert_eq!((&body["app"], &body["desk"]["name"]), (&"acme.puppet".into(), &"Desk".into()));
        assert_eq!(body["links"]["root"], "http://127.0.0.1:8080/");
        later(&world, 24 * HOUR).await;
        assert_eq!(service.ids(), Vec::<String>::new());
        assert_eq!(world.host.endpoint(&addon()).await.unwrap().failing_since, None);
    })
    .await;
}

#[tokio::test]
async fn two_nodes_post_an_event_once() {
    on_both(async |mut world| {
        let (service, active) = heard_of(&mut world).await;
        let other = world.node_reaching(NAME, service.address);
        let ids = happens(&world, &active, 2).await;
        let work = async |host: &crate::Lifecycle| while host.run_one_job().await.unwrap() {};
        tokio::join!(work(&world.host), work(&other));
        world.run_jobs().await;
        assert_eq!(service.ids(), ids);
    })
    .await;
}

#[tokio::test]
async fn redirects_garbage_and_silence_are_failures() {
    on_both(async |mut world| {
        let (service, active) = heard_of(&mut world).await;
        let ids = happens(&world, &active, 1).await;
        service.answers("307 Moved", "Location: https://elsewhere.example/\r\n");
        world.run_jobs().await;
        assert!(matches!(
            world.host.endpoint(&addon()).await.unwrap().last.unwrap().0,
            EndpointAnswer::Status { status: 307, .. }
        ));
        for bytes in ["who are you?", ""] {
            service.says(bytes);
            later(&world, 10 * MINUTE).await;
            let last = world.host.endpoint(&addon()).await.unwrap().last.unwrap().0;
            assert!(matches!(last, EndpointAnswer::Nothing(_)), "{last:?}");
        }
        service.says("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
        later(&world, HOUR).await;
        assert_eq!(service.ids(), vec![ids[0].clone(); 4]);
        assert_eq!(world.host.endpoint(&addon()).await.unwrap().waiting, 0, "its head was well");
    })
    .await;
}

#[tokio::test]
async fn a_service_that_asks_for_a_pause_gets_it() {
    on_both(async |mut world| {
        let (service, active) = heard_of(&mut world).await;
        service.answers("429 Slowly", "Retry-After: 7200\r\n");
        happens(&world, &active, 1).await;
        world.run_jobs().await;
        service.got();
        later(&world, HOUR).await;
        assert_eq!(service.ids().len(), 0);
        later(&world, HOUR).await;
        assert_eq!(service.ids().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn who_wants_no_more_gets_no_more_until_it_is_switched_on() {
    on_both(async |mut world| {
        let (service, active) = heard_of(&mut world).await;
        service.answers("410 Gone", "");
        let ids = happens(&world, &active, 2).await;
        world.run_jobs().await;
        later(&world, 90 * HOUR).await;
        assert_eq!(service.ids(), ids[..1]);
        assert_eq!(world.host.endpoint(&addon()).await.unwrap().paused, Some(Pause::Gone));

        service.answers("200 OK", "");
        at_endpoint!(world, resume_endpoint, world.by());
        world.run_jobs().await;
        assert_eq!(service.ids(), ids, "what waited for longer than three days as well");

        at_endpoint!(world, pause_endpoint, world.by());
        let ids = happens(&world, &active, 1).await;
        later(&world, HOUR).await;
        assert_eq!(service.ids(), Vec::<String>::new());
        at_endpoint!(world, resume_endpoint, world.by());
        world.run_jobs().await;
        assert_eq!(service.ids(), ids);
    })
    .await;
}

#[tokio::test]
async fn after_three_days_an_event_is_given_up_and_the_next_goes_on() {
    on_both(async |mut world| {
        let (service, active) = heard_of(&mut world).await;
        service.answers("500 Broken", "");
        let first = happens(&world, &active, 1).await;
        later(&world, 71 * HOUR).await;
        let second = happens(&world, &active, 1).await;
        later(&world, HOUR).await;
        world.run_jobs().await;
        let state = async || {
            let all = world.host.events_after(&addon(), None, 500).await.unwrap();
            let states = all.iter().filter(|event| event.kind.as_str() == "app.suspended").map(|event| event.state);
            states.collect::<Vec<_>>()
        };
        assert_eq!(state().await, [EventState::Expired, EventState::Waiting]);
        service.got();
        service.answers("204 No Content", "");
        later(&world, HOUR).await;
        assert_eq!(service.ids(), second);

        // What was given up can be had again.
        let one = Replay::One(first[0].parse().unwrap());
        assert_eq!(at_endpoint!(world, replay_events, one, world.by()), 1);
        world.run_jobs().await;
        assert_eq!(service.ids(), first);
        assert_eq!(state().await, [EventState::Delivered, EventState::Delivered]);
    })
    .await;
}

#[tokio::test]
async fn while_a_secret_is_changed_both_sign() {
    on_both(async |mut world| {
        let (service, active) = heard_of(&mut world).await;
        let signatures = async |world: &World| {
            happens(world, &active, 1).await;
            world.run_jobs().await;
            let got = service.got();
            let kinds =
                got[0].header("webhook-signature").split(' ').map(|one| one.split_once(',').unwrap().0.to_owned());
            kinds.collect::<Vec<_>>()
        };
        assert_eq!(signatures(&world).await, ["v1", "v1a"]);
        let former = at_endpoint!(world, endpoint_secrets);
        let both = at_endpoint!(world, rotate_endpoint, world.by());
        assert_eq!((former.shared.len(), both.shared.len()), (1, 2));
        assert_eq!(both.shared[1].expose_secret(), former.shared[0].expose_secret());
        assert_eq!(both.public_key, former.public_key);
        assert_eq!(signatures(&world).await.len(), 3);
        world.clock.advance(24 * HOUR);
        assert_eq!(signatures(&world).await.len(), 2);
        assert_eq!(at_endpoint!(world, endpoint_secrets).shared.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn events_go_where_their_publisher_moved_them() {
    on_both(async |mut world| {
        let (service, active) = heard_of(&mut world).await;
        let url = format!("https://{NAME}/moved").parse().unwrap();
        at_endpoint!(world, move_endpoint, Some(&url), world.by());
        happens(&world, &active, 1).await;
        world.run_jobs().await;
        assert!(service.got()[0].head.starts_with("POST /moved "));
        at_endpoint!(world, move_endpoint, None, world.by());
        happens(&world, &active, 1).await;
        world.run_jobs().await;
        assert!(service.got()[0].head.starts_with("POST /annex?"));
    })
    .await;
}

#[tokio::test]
async fn credentials_come_with_the_installation_until_they_have_arrived_once() {
    on_both(async |mut world| {
        let service = PublisherService::start().await;
        world.restart_reaching(NAME, service.address).await;
        let mut manifest = heard("1.0.0", 1);
        let asks = manifest.service.as_mut().unwrap();
        asks.redirects = vec![format!("https://{NAME}/back")];
        world.publish(manifest, puppet("")).await;
        service.answers("500 Broken", "");
        world.install("acme.puppet").await;
        later(&world, 10 * MINUTE).await;
        service.answers("204 No Content", "");
        service.got();
        later(&world, HOUR).await;
        later(&world, HOUR).await;
        let credentials = |got: &[Got]| {
            let installed = got.iter().find(|got| got.body["type"] == "app.installed").unwrap();
            installed.body["data"]["credentials"].clone()
        };
        let first = credentials(&service.got());
        let secret = first["client_secret"].as_str().unwrap();
        assert!(secret.starts_with("anns_") && first["private_key_jwk"]["d"].is_string(), "{first}");
        let mut conn = world.db().read().await.unwrap();
        assert!(testing::traces(&mut conn, secret).await.is_empty(), "it stands nowhere");
        drop(conn);

        // Again it says only whose they are.
        let all = world.host.events_after(&addon(), None, 500).await.unwrap();
        let told = all.iter().find(|event| event.kind.as_str() == "app.installed").unwrap();
        at_endpoint!(world, replay_events, Replay::One(told.id), world.by());
        world.run_jobs().await;
        let again = credentials(&service.got());
        assert_eq!(again, serde_json::json!({ "client_id": first["client_id"] }));
        assert_eq!(world.host.as_posted(told).await.unwrap().data["credentials"], again);
    })
    .await;
}

#[tokio::test]
async fn another_publishers_service_is_told_of_each_installation_once_it_says_where() {
    on_both(async |mut world| {
        let service = PublisherService::start().await;
        world.restart_reaching(NAME, service.address).await;
        let mut manifest = heard("1.0.0", 1);
        manifest.service.as_mut().unwrap().redirects = vec![format!("https://{NAME}/back")];
        world.publish(manifest, puppet("")).await;
        world.install("acme.puppet").await;
        world.run_jobs().await;
        let before = service.got();
        let former = &before.iter().find(|got| got.body["type"] == "app.installed").unwrap().body;
        hand_over(&world).await;
        later(&world, HOUR).await;
        assert_eq!(service.ids(), Vec::<String>::new(), "the address is the former publisher's");
        assert_eq!(world.host.endpoint(&addon()).await.unwrap().url, None);
        assert_eq!(at_endpoint!(world, resume_endpoint, world.by()), Resumed::NoAddress);
        world.run_jobs().await;
        assert_eq!(service.ids(), Vec::<String>::new(), "nor does it become another's by being resumed");

        let url = format!("https://{NAME}/theirs").parse().unwrap();
        at_endpoint!(world, move_endpoint, Some(&url), world.by());
        assert_eq!(at_endpoint!(world, resume_endpoint, world.by()), Resumed::Yes);
        world.run_jobs().await;
        let got = service.got();
        let [told] = got.as_slice() else { panic!("one event: {got:?}") };
        assert!(told.head.starts_with("POST /theirs "), "{}", told.head);
        let (body, was) = (&told.body, &former["data"]["credentials"]);
        assert_eq!((&body["type"], &body["data"]["from"]), (&"app.handed-over".into(), &"acme".into()));
        assert_eq!(body["installation"], former["installation"]);
        let is = &body["data"]["credentials"];
        assert!(is["client_secret"].is_string() && is["client_secret"] != was["client_secret"], "{body}");
        assert_ne!(is["client_id"], was["client_id"]);

        // Without that address there is none, and what happens waits for one.
        at_endpoint!(world, move_endpoint, None, world.by());
        let installation = body["installation"].as_str().unwrap().parse().unwrap();
        let installation = world.installation(installation).await;
        let id = happens(&world, &installation, 1).await;
        later(&world, HOUR).await;
        assert_eq!(service.ids(), Vec::<String>::new());
        at_endpoint!(world, move_endpoint, Some(&url), world.by());
        world.run_jobs().await;
        assert_eq!(service.ids(), id);
    })
    .await;
}

/// The add-on becomes another publisher's.
async fn hand_over(world: &World) {
    let (from, to) = (addon().publisher(), "other".parse().unwrap());
    let (vault, now) = (world.host.vault(), world.clock.now());
    let mut tx = world.db().begin().await.unwrap();
    catalog::add_publisher(&mut tx, &to, "Other", now).await.unwrap();
    catalog::offer_to(&mut tx, &addon(), Some(&to)).await.unwrap();
    catalog::hand_over(&mut tx, &addon(), &from, &to).await.unwrap();
    service::hand_over(&mut tx, vault, &addon(), &from, now).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn an_event_says_where_its_desk_is_reached_now() {
    on_both(async |mut world| {
        let (service, active) = heard_of(&mut world).await;
        let mut tx = world.db().begin().await.unwrap();
        desks::set_host_name(&mut tx, world.desk, Some(&"acme".parse().unwrap())).await.unwrap();
        tx.commit().await.unwrap();
        happens(&world, &active, 1).await;
        world.run_jobs().await;
        let links = service.got()[0].body["links"].clone();
        assert_eq!(links["root"], "http://acme.desk.example:8080/");
        assert_eq!(links["token"], "http://127.0.0.1:8080/oauth/token", "the issuer is the host's");
    })
    .await;
}

#[tokio::test]
async fn of_an_outage_the_publisher_is_told_once() {
    on_both(async |mut world| {
        let (service, active) = heard_of(&mut world).await;
        let mut tx = world.db().begin().await.unwrap();
        let acme = addon().publisher();
        organisations::update(&mut tx, &acme, "Acme", "https://acme.example", "hello@acme.example").await.unwrap();
        tx.commit().await.unwrap();
        let told = async || {
            world.host.tell_of_outages().await.unwrap();
            let mut conn = world.db().read().await.unwrap();
            let all = mails::list(&mut conn, world.desk, None, 100).await.unwrap();
            let of_it = all.into_iter().filter(|mail| mail.kind == MailKind::EventsFailing);
            of_it.map(|mail| (mail.to, mail.args["answer"].clone())).collect::<Vec<_>>()
        };
        for outage in 1..=2 {
            service.answers("500 Broken", "");
            happens(&world, &active, 1).await;
            world.run_jobs().await;
            later(&world, 59 * MINUTE).await;
            assert_eq!(told().await.len(), outage - 1, "it is not an hour yet");
            later(&world, MINUTE).await;
            let mails = told().await;
            assert_eq!(
                (mails.len(), mails[0].0.as_str(), &mails[0].1),
                (outage, "hello@acme.example", &"HTTP 500".into())
            );
            later(&world, 10 * HOUR).await;
            assert_eq!(told().await.len(), outage);
            service.answers("204 No Content", "");
            later(&world, 10 * HOUR).await;
        }
    })
    .await;
}
