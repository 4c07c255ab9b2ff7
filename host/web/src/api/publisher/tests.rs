//! The API of publishers' programs through the whole router: events are read and sent again, versions taken back, logs followed, a
//! token ends itself, and nothing is of another publisher.

use std::{collections::BTreeSet, time::Duration};

use annex_domain::{
    addon::{AddonId, Kind, PublisherSlug, Version},
    capability::Grant,
    clock::Clock as _,
    ids::{InstallationId, OperatorId},
    installation::Installation,
    listing_draft::ListingDraft,
    localized::Localized,
    manifest::{Manifest, Service},
    oauth::SigningAlgorithm,
    permission::Permissions,
    publisher::{MemberRole, PublisherScope},
    publisher_event::{EventData, Suspended, SuspendedWhy},
};
use annex_store::{
    catalog, desks, installations,
    logs::{self, Level, NewLine},
    oauth::clients::{self, NewClient},
    projects,
    publisher_events::{self, Subject},
    publishers::{members, organisations, tokens},
    testing,
};
use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderMap, Request, header},
};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::client_area::tests::site::Site;

/// A publisher whose add-on has a service, with events of it and a token.
async fn publisher(site: &Site, name: &str, scopes: &[PublisherScope]) -> String {
    let account = site.account(&format!("owner@{name}.example"), None).await;
    let (slug, now): (PublisherSlug, _) = (name.parse().unwrap(), site.clock.now());
    let addon = format!("{name}.heard");
    let service = Service { events: Some(format!("https://hooks.{name}.example/")), ..Service::default() };
    let version = Version::new(1, 0, 0);
    let manifest = Manifest { service: Some(service), ..testing::manifest(&addon, version.clone(), 1) };
    let mut tx = testing::tx(&site.state.db).await;
    testing::publish(&mut tx, &manifest, now).await.unwrap();
    members::add(&mut tx, &slug, account, MemberRole::Owner, now).await.unwrap();
    let scopes: BTreeSet<_> = scopes.iter().copied().collect();
    let token = tokens::create(&mut tx, &slug, account, "ci", &scopes, 9, now).await.unwrap().secret;
    let (addon, installation) = (addon.parse().unwrap(), InstallationId::new());
    for _ in 0..3 {
        let of = Subject { desk: site.desks.desk, installation, addon: &addon, version: &version };
        let data = EventData::Suspended(Suspended { why: SuspendedWhy::Faults });
        publisher_events::put(&mut tx, of, &data, now).await.unwrap();
    }
    tx.commit().await.unwrap();
    token
}

async fn ask(site: &Site, token: &str, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let mut request = Request::builder().method(method).uri(format!("/publisher/v1{path}"));
    request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    let body = match body {
        Some(body) => {
            request = request.header(header::CONTENT_TYPE, "application/json");
            Body::from(body.to_string())
        }
        None => Body::empty(),
    };
    let (status, _, answer) = send(site, request.body(body).unwrap()).await;
    (status, answer)
}

async fn send(site: &Site, request: Request<Body>) -> (u16, HeaderMap, Value) {
    let response = site.router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 1 << 20).await.unwrap();
    (parts.status.as_u16(), parts.headers, serde_json::from_slice(&bytes).unwrap_or_default())
}

/// Posts with a key. Answers whether it was answered before as well.
async fn post(site: &Site, token: &str, key: &str, path: &str, body: Body) -> (u16, bool, Value) {
    let request = Request::post(format!("/publisher/v1{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", key);
    let (status, headers, answer) = send(site, request.body(body).unwrap()).await;
    (status, headers.contains_key("idempotency-replayed"), answer)
}

fn is_refused(answer: &(u16, bool, Value), status: u16, code: &str) -> bool {
    answer.0 == status && answer.2["code"] == code
}

#[tokio::test]
async fn events_are_read_in_order_and_sent_again() {
    let site = Site::start().await;
    let token = publisher(&site, "acme", &[PublisherScope::Events]).await;
    let first = ask(&site, &token, "GET", "/events?addon=acme.heard&limit=2", None).await;
    assert_eq!((first.0, first.1["items"].as_array().unwrap().len()), (200, 2), "{}", first.1);
    let after = first.1["next"].as_str().unwrap();
    let (_, rest) = ask(&site, &token, "GET", &format!("/events?after={after}"), None).await;
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null), "{rest}");
    let (_, one) = ask(&site, &token, "GET", &format!("/events/{after}"), None).await;
    assert_eq!((&one["event"]["id"], &one["state"]), (&json!(after), &json!("waiting")));
    assert_eq!(ask(&site, &token, "GET", "/events", None).await.0, 422, "of which add-on?");

    let again = async |body: Value| ask(&site, &token, "POST", "/events/replay", Some(body)).await;
    for (which, events) in [
        (json!({ "addon": "acme.heard", "one": after }), 1),
        (json!({ "addon": "acme.heard", "since": after }), 1),
        (json!({ "addon": "acme.heard", "from": "1970-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z" }), 3),
    ] {
        assert_eq!(again(which.clone()).await, (200, json!({ "events": events })), "{which}");
    }
    assert_eq!(again(json!({ "addon": "acme.heard" })).await.0, 422);

    let endpoints = async || ask(&site, &token, "GET", "/endpoints", None).await.1["items"][0].clone();
    assert_eq!(endpoints().await["url"], "https://hooks.acme.example/");
    for (deed, paused) in [("pause", json!("by-publisher")), ("resume", Value::Null)] {
        assert_eq!(ask(&site, &token, "POST", &format!("/endpoints/acme.heard/{deed}"), None).await.0, 204);
        assert_eq!(endpoints().await["paused"], paused);
    }
    let (_, made) = ask(&site, &token, "POST", "/endpoints/acme.heard/rotate", None).await;
    assert!(made["secrets"][0].as_str().unwrap().starts_with("whsec_"), "{made}");
}

#[tokio::test]
async fn nothing_of_another_publisher_is_there_and_scopes_count() {
    let site = Site::start().await;
    let theirs = publisher(&site, "theirs", &[PublisherScope::Events]).await;
    let own = publisher(&site, "own", &[PublisherScope::Events]).await;
    let (_, page) = ask(&site, &theirs, "GET", "/events?addon=theirs.heard", None).await;
    let event = page["items"][0]["event"]["id"].as_str().unwrap();
    let body = json!({ "addon": "theirs.heard", "one": event });
    for (method, path, body) in [
        ("GET", "/events?addon=theirs.heard".to_owned(), None),
        ("GET", format!("/events?after={event}"), None),
        ("GET", format!("/events/{event}"), None),
        ("POST", "/events/replay".to_owned(), Some(body)),
        ("POST", "/endpoints/theirs.heard/pause".to_owned(), None),
        ("POST", "/endpoints/theirs.heard/resume".to_owned(), None),
        ("POST", "/endpoints/theirs.heard/rotate".to_owned(), None),
    ] {
        let (status, problem) = ask(&site, &own, method, &path, body).await;
        assert_eq!((status, &problem["code"]), (404, &json!("not-found")), "{path}");
    }
    assert_eq!(ask(&site, "annp_nobody", "GET", "/endpoints", None).await.0, 401);
    let reads = publisher(&site, "reads", &[PublisherScope::Read]).await;
    assert_eq!(ask(&site, &reads, "GET", "/endpoints", None).await.0, 403);
    let (_, document) = ask(&site, &own, "GET", "/openapi.json", None).await;
    assert!(document["paths"]["/endpoints/{addon}/rotate"]["post"].is_object(), "{document}");
}

#[tokio::test]
async fn a_request_with_a_key_is_done_once_and_its_secret_told_once() {
    let site = Site::start().await;
    let own = publisher(&site, "own", &[PublisherScope::Events]).await;
    let theirs = publisher(&site, "theirs", &[PublisherScope::Events]).await;
    let rotate = "/endpoints/own.heard/rotate";
    let hold = async || {
        let mut tx = annex_store::testing::tx(&site.state.db).await;
        let addon = "own.heard".parse().unwrap();
        let all = site.state.lifecycle.endpoint_secrets(&mut tx, &addon).await.unwrap().shared;
        tx.commit().await.unwrap();
        all.iter().map(|secret| secret.expose_secret().to_owned()).collect::<Vec<_>>()
    };
    hold().await;
    let (status, again, made) = post(&site, &own, "k", rotate, Body::empty()).await;
    assert_eq!((status, again, made["secrets"].clone()), (200, false, json!(hold().await)));
    let (status, again, kept) = post(&site, &own, "k", rotate, Body::empty()).await;
    assert_eq!((status, again), (200, true));
    assert_eq!((&kept["secrets"], &kept["public_key"]), (&json!([]), &made["public_key"]));
    assert_eq!(hold().await.len(), 2, "it was done once");
    let (_, again, _) = post(&site, &own, "other", rotate, Body::empty()).await;
    assert_eq!((again, hold().await.len()), (false, 3));

    let elsewhere = post(&site, &own, "k", "/endpoints/own.heard/pause", Body::empty()).await;
    assert!(is_refused(&elsewhere, 422, "idempotency-key-reused"), "{elsewhere:?}");
    let (status, again, _) = post(&site, &theirs, "k", "/endpoints/theirs.heard/pause", Body::empty()).await;
    assert_eq!((status, again), (204, false), "the same word of another publisher is another key");
    let refused = post(&site, &theirs, "free", rotate, Body::empty()).await;
    assert!(is_refused(&refused, 404, "not-found"), "{refused:?}");
    assert_eq!(post(&site, &theirs, "free", "/endpoints/theirs.heard/resume", Body::empty()).await.0, 204);
    assert!(is_refused(&post(&site, &own, "a b", rotate, Body::empty()).await, 400, "invalid-header"));
}

#[tokio::test]
async fn a_package_is_read_only_of_whoever_may_upload_one() {
    let site = Site::start().await;
    let reads = publisher(&site, "reads", &[PublisherScope::Read]).await;
    for (token, status, code) in [("annp_nobody", 401, "unauthorized"), (reads.as_str(), 403, "forbidden")] {
        let endless = Body::from_stream(futures::stream::pending::<Result<Bytes, std::io::Error>>());
        let answer = post(&site, token, "k", "/projects/reads.heard/versions", endless).await;
        assert!(is_refused(&answer, status, code), "{answer:?}");
    }
}

#[tokio::test]
async fn what_is_older_than_what_is_kept_is_not_sent_again() {
    let site = Site::start().await;
    let token = publisher(&site, "acme", &[PublisherScope::Events]).await;
    let (_, page) = ask(&site, &token, "GET", "/events?addon=acme.heard", None).await;
    let old = page["items"][0]["event"]["id"].as_str().unwrap();
    let mut tx = testing::tx(&site.state.db).await;
    publisher_events::purge(&mut tx, site.clock.now().after(Duration::from_millis(1))).await.unwrap();
    tx.commit().await.unwrap();
    let again = async |body: Value| ask(&site, &token, "POST", "/events/replay", Some(body)).await;
    for which in ["one", "since"] {
        let (status, problem) = again(json!({ "addon": "acme.heard", which: old })).await;
        assert_eq!((status, &problem["code"]), (404, &json!("not-found")), "{which}");
    }
    let all = json!({ "addon": "acme.heard", "from": "1970-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z" });
    assert_eq!(again(all).await, (200, json!({ "events": 0 })));
    let (status, problem) = ask(&site, &token, "GET", &format!("/events?after={old}"), None).await;
    assert_eq!(
        (status, &problem["code"]),
        (404, &json!("not-found")),
        "whoever asks for what comes after it has a gap"
    );
}

#[tokio::test]
async fn secret_and_key_of_a_service_are_replaced_by_its_publisher_alone() {
    let site = Site::start().await;
    let own = publisher(&site, "acme", &[PublisherScope::Events]).await;
    let theirs = publisher(&site, "theirs", &[PublisherScope::Events]).await;
    let reads = publisher(&site, "reads", &[PublisherScope::Read]).await;
    let mut tx = testing::tx(&site.state.db).await;
    let of = testing::installed(&mut tx, site.desks.desk).await;
    let new = NewClient {
        desk: of.desk,
        installation: of.id,
        publisher: None,
        name: "Hello",
        redirects: &[],
        scopes: &Permissions::default(),
        algorithm: SigningAlgorithm::Rs256,
    };
    let issued = clients::issue(&mut tx, &new, site.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let at = |of: InstallationId, what: &str| format!("/installations/{of}/{what}");
    for what in ["secret", "key"] {
        let (path, nowhere) = (at(of.id, what), at(InstallationId::new(), what));
        assert_eq!(ask(&site, &theirs, "POST", &path, None).await.1["code"], "not-found");
        assert_eq!(ask(&site, &reads, "POST", &path, None).await.1["code"], "forbidden");
        assert_eq!(ask(&site, &own, "POST", &nowhere, None).await.1["code"], "not-found");
    }
    let (status, made) = ask(&site, &own, "POST", &at(of.id, "key"), None).await;
    assert_eq!((status, made["client_id"].as_str()), (200, Some(issued.client_id.as_str())));
    let client = clients::get(&mut site.state.db.read().await.unwrap(), issued.client.id).await.unwrap().unwrap();
    let (now, day) = (site.clock.now(), Duration::from_hours(24));
    let kids = |at| client.keys_at(at).map(|key| key["kid"].clone()).collect::<Vec<_>>();
    let (old, new) = (issued.private_key_jwk["kid"].clone(), made["private_key_jwk"]["kid"].clone());
    assert!(made["private_key_jwk"]["d"].is_string(), "all of the pair");
    assert_eq!((kids(now), kids(now.after(day))), (vec![old, new.clone()], vec![new]));

    let path = at(of.id, "secret");
    let (status, made) = ask(&site, &own, "POST", &path, None).await;
    assert_eq!((status, made["client_id"].as_str()), (200, Some(issued.client_id.as_str())), "{made}");
    let knows = async |secret: &str| {
        let mut conn = site.state.db.read().await.unwrap();
        clients::knows(&mut conn, issued.client.id, secret, site.clock.now()).await.unwrap()
    };
    let secret = made["client_secret"].as_str().unwrap();
    assert!(knows(secret).await && knows(&issued.secret).await, "the service changes at any moment of a day");
    site.clock.advance(Duration::from_hours(24));
    assert!(knows(secret).await && !knows(&issued.secret).await);
}

/// A project of a publisher with its package as a version. Answers the path of the version.
async fn version(site: &Site, name: &str) -> String {
    let (addon, now): (AddonId, _) = (format!("{name}.heard").parse().unwrap(), site.clock.now());
    let (number, draft) = (Version::new(1, 0, 0), ListingDraft::default());
    let mut tx = testing::tx(&site.state.db).await;
    projects::create(&mut tx, &addon, Kind::Plugin, &Localized::en("Heard"), now).await.unwrap();
    let id = projects::versions::insert(&mut tx, &addon, &draft, now).await.unwrap();
    let row = catalog::version(&mut tx, &addon, &number).await.unwrap().unwrap();
    projects::versions::set_package(&mut tx, id, &number, &row.package_digest, &draft, now).await.unwrap();
    tx.commit().await.unwrap();
    format!("/projects/{addon}/versions/{id}")
}

/// The add-on of a publisher in its developer desk.
async fn developed(site: &Site, name: &str) -> Installation {
    let (slug, now): (PublisherSlug, _) = (name.parse().unwrap(), site.clock.now());
    let (id, by, addon) = (InstallationId::new(), OperatorId::new(), format!("{name}.heard").parse().unwrap());
    let mut tx = testing::tx(&site.state.db).await;
    let desk = desks::create(&mut tx, name, "en", now).await.unwrap().id;
    organisations::set_developer_desk(&mut tx, &slug, desk).await.unwrap();
    let number = Version::new(1, 0, 0);
    let of = Installation::begin(id, desk, addon, Kind::Plugin, number, Grant::default(), by, now);
    installations::insert(&mut tx, &of, None).await.unwrap();
    tx.commit().await.unwrap();
    of
}

async fn log(site: &Site, of: &Installation, message: &str) {
    let line = NewLine { call: None, level: Level::Info, message: message.into(), at: site.clock.now() };
    let mut tx = testing::tx(&site.state.db).await;
    logs::append(&mut tx, of.desk, of.id, &[line]).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_token_says_whose_it_is_and_ends_itself() {
    let site = Site::start().await;
    let token = publisher(&site, "acme", &[PublisherScope::Read, PublisherScope::Publish]).await;
    let (status, own) = ask(&site, &token, "GET", "/token", None).await;
    assert_eq!((status, &own["publisher"], &own["account"]), (200, &json!("acme"), &json!("owner@acme.example")));
    assert_eq!((&own["role"], &own["scopes"]), (&json!("owner"), &json!(["read", "publish"])), "{own}");
    assert_eq!(ask(&site, &token, "DELETE", "/token", None).await.0, 204);
    assert_eq!(ask(&site, &token, "GET", "/token", None).await.0, 401);
    assert_eq!(ask(&site, &token, "DELETE", "/token", None).await.0, 401);
}

#[tokio::test]
async fn a_version_is_taken_back_and_offered_again() {
    let site = Site::start().await;
    let token = publisher(&site, "acme", &[PublisherScope::Read, PublisherScope::Publish]).await;
    let (reads, other) = (
        publisher(&site, "reads", &[PublisherScope::Read]).await,
        publisher(&site, "other", &[PublisherScope::Publish]).await,
    );
    let (own, theirs) = (version(&site, "acme").await, version(&site, "reads").await);
    for (deed, status) in [("yank", "yanked"), ("yank", "yanked"), ("give-back", "available")] {
        assert_eq!(ask(&site, &token, "POST", &format!("{own}/{deed}"), None).await.0, 204);
        assert_eq!(ask(&site, &token, "GET", &own, None).await.1["status"], status);
    }
    for deed in ["yank", "give-back"] {
        assert_eq!(ask(&site, &reads, "POST", &format!("{theirs}/{deed}"), None).await.0, 403, "no such scope");
        assert_eq!(ask(&site, &other, "POST", &format!("{own}/{deed}"), None).await.0, 404, "of another publisher");
    }
    let (addon, number): (AddonId, _) = ("acme.heard".parse().unwrap(), Version::new(1, 0, 0));
    let mut tx = testing::tx(&site.state.db).await;
    let blocked = catalog::VersionStatus::Blocked;
    catalog::set_version_status(&mut tx, &addon, &number, blocked, catalog::YankedBy::Platform, site.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let (status, problem) = ask(&site, &token, "POST", &format!("{own}/give-back"), None).await;
    assert_eq!((status, &problem["code"]), (409, &json!("version-blocked")));
    let mut tx = testing::tx(&site.state.db).await;
    let (yanked, platform) = (catalog::VersionStatus::Yanked, catalog::YankedBy::Platform);
    catalog::set_version_status(&mut tx, &addon, &number, yanked, platform, site.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let (status, problem) = ask(&site, &token, "POST", &format!("{own}/give-back"), None).await;
    assert_eq!((status, &problem["code"]), (409, &json!("withdrawn-by-platform")));
}

#[tokio::test]
async fn a_project_without_a_package_is_deleted_for_an_owner() {
    let site = Site::start().await;
    let owner = publisher(&site, "acme", &[PublisherScope::Publish]).await;
    let reads = publisher(&site, "reads", &[PublisherScope::Read]).await;
    let other = publisher(&site, "other", &[PublisherScope::Publish]).await;
    let account = site.account("dan@acme.example", None).await;
    let (slug, now): (PublisherSlug, _) = ("acme".parse().unwrap(), site.clock.now());
    let mut tx = testing::tx(&site.state.db).await;
    members::add(&mut tx, &slug, account, MemberRole::Developer, now).await.unwrap();
    let scopes = BTreeSet::from([PublisherScope::Publish]);
    let developer = tokens::create(&mut tx, &slug, account, "ci", &scopes, 9, now).await.unwrap().secret;
    let blank: AddonId = "acme.blank".parse().unwrap();
    projects::create(&mut tx, &blank, Kind::Plugin, &Localized::en("Blank"), now).await.unwrap();
    tx.commit().await.unwrap();
    version(&site, "acme").await;

    let delete =
        async |token: &str, project: &str| ask(&site, token, "DELETE", &format!("/projects/{project}"), None).await;
    for (token, status) in [(&developer, 403), (&reads, 403), (&other, 404), (&owner, 204), (&owner, 404)] {
        assert_eq!(delete(token, "acme.blank").await.0, status);
    }
    let (status, problem) = delete(&owner, "acme.heard").await;
    assert_eq!((status, &problem["code"]), (409, &json!("has-packages")));
}

#[tokio::test]
async fn the_log_of_the_developer_desk_is_followed() {
    let site = Site::start().await;
    let token = publisher(&site, "acme", &[PublisherScope::Read]).await;
    let other = publisher(&site, "other", &[PublisherScope::Read]).await;
    let sends = publisher(&site, "sends", &[PublisherScope::Submit]).await;
    let path = "/projects/acme.heard/logs";
    assert_eq!(ask(&site, &token, "GET", path, None).await.0, 404, "it is not installed");
    let of = developed(&site, "acme").await;
    log(&site, &of, "first").await;
    let (status, found) = ask(&site, &token, "GET", path, None).await;
    assert_eq!((status, &found["lines"][0]["message"]), (200, &json!("first")), "{found}");
    assert_eq!((&found["installation"], &found["version"]), (&json!(of.id.to_string()), &json!("1.0.0")));
    let next = found["next"].as_str().unwrap();
    let again = ask(&site, &token, "GET", &format!("{path}?after={next}"), None).await.1;
    assert_eq!(again["next"], next, "who does not wait is answered");

    // Who waits is answered when there is something new, long before its time is over.
    let wait = format!("{path}?after={next}&wait=25");
    let (answer, ()) = tokio::join!(ask(&site, &token, "GET", &wait, None), log(&site, &of, "second"));
    assert_eq!(answer.1["lines"][0]["message"], "second", "{}", answer.1);
    assert_eq!(ask(&site, &token, "GET", &format!("{path}?wait=26"), None).await.0, 422);
    assert_eq!(ask(&site, &other, "GET", path, None).await.0, 404, "of another publisher");
    assert_eq!(ask(&site, &sends, "GET", "/projects/sends.heard/logs", None).await.0, 403, "no such scope");
    // In other desks an add-on is theirs who installed it.
    let mut tx = testing::tx(&site.state.db).await;
    let elsewhere = testing::installed(&mut tx, site.desks.desk).await;
    tx.commit().await.unwrap();
    assert_eq!(ask(&site, &token, "GET", &format!("/projects/{}/logs", elsewhere.addon), None).await.0, 404);
}
