//! The life of an add-on through the API: published, installed, set up, used, updated, rolled back, removed; and a
//! channel that is delivered to. The components are real; see `tests/guests`.

#[path = "../../../../../tests/guests/components.rs"]
mod components;

use std::collections::BTreeMap;

use annex_domain::{
    addon::Kind,
    capability::{Access, Capability, HostPattern},
    localized::Localized,
    manifest::{Inbound, Listing, Manifest, Wit},
    public_form::is_worked,
    settings::{Setting, SettingKind},
};
use annex_package::{build, keys::SigningKey, sign};
use annex_store::testing;
use axum::{
    Router,
    body::Body,
    http::{Method, Request},
};
use bytes::Bytes;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{Answer, Api, request};
use crate::server::ClientAddress;

pub(crate) use components::guest;

pub(crate) fn key() -> SigningKey {
    SigningKey::from_seed(&[9; 32])
}

pub(crate) fn capability(access: Access, hosts: &[&str]) -> Capability {
    let hosts = hosts.iter().map(|host| HostPattern::try_from((*host).to_owned()).unwrap()).collect();
    Capability { access, hosts, purpose: Localized::en("to test") }
}

pub(crate) fn setting(key: &str, kind: SettingKind, required: bool) -> Setting {
    Setting { required, ..Setting::new(key, kind) }
}

pub(crate) fn manifest(id: &str, kind: Kind, version: &str, seq: u32) -> Manifest {
    let manifest = testing::manifest(id, version.parse().unwrap(), seq);
    let listing = Listing { name: Localized::en("Puppet"), categories: ["crm".to_owned()].into(), ..manifest.listing };
    Manifest { kind, listing, ..manifest }
}

pub(super) fn puppet(version: &str, seq: u32, hosts: &[&str]) -> Bytes {
    let mut capabilities = vec![capability(Access::Kv, &[])];
    if !hosts.is_empty() {
        capabilities.push(capability(Access::Http, hosts));
    }
    let settings = vec![setting("token", SettingKind::Secret, true), setting("amount", SettingKind::Number, false)];
    let manifest = Manifest { capabilities, settings, ..manifest("acme.puppet", Kind::Plugin, version, seq) };
    sign(&build(manifest, guest("puppet"), BTreeMap::new()).unwrap(), &[key()]).unwrap()
}

pub(super) async fn trust(api: &Api, token: &str) {
    let public = hex::encode(key().public().to_bytes());
    let body = json!({ "slug": "acme", "name": "Acme", "public_key": public });
    assert_eq!(api.post(token, "/publishers", body).await.status, 201);
}

pub(super) async fn publish(api: &Api, token: &str, package: Bytes) -> Answer {
    let mut request = request(token, Method::POST, "/packages", None);
    request.headers_mut().insert("content-type", "application/vnd.annex.package".parse().unwrap());
    *request.body_mut() = Body::from(package);
    api.send(request).await
}

/// A POST that waits for the saga's end.
pub(super) async fn settled(api: &Api, token: &str, path: &str, body: Option<Value>) -> Answer {
    let mut request = request(token, Method::POST, path, body.as_ref());
    request.headers_mut().insert("prefer", "wait=30".parse().unwrap());
    api.send(request).await
}

/// Publishes and installs the puppet; answers the path of the installation.
pub(super) async fn installed(api: &Api, token: &str) -> String {
    trust(api, token).await;
    assert_eq!(publish(api, token, puppet("1.0.0", 1, &[])).await.status, 201);
    let body = json!({ "addon": "acme.puppet", "grant": [{ "use": "kv" }] });
    let made = settled(api, token, "/installations", Some(body)).await;
    assert_eq!((made.status.as_u16(), &made.body["status"]), (201, &json!("active")), "{made:?}");
    format!("/installations/{}", made.body["id"].as_str().unwrap())
}

#[tokio::test]
async fn packages_are_taken_once_and_refused_with_their_own_code() {
    let api = Api::start().await;
    let token = api.admin().await;
    let package = puppet("1.0.0", 2, &[]);
    assert_eq!(publish(&api, &token, package.clone()).await.problem(), (422, "unknown-publisher"));
    trust(&api, &token).await;
    let first = publish(&api, &token, package.clone()).await;
    assert_eq!((first.status.as_u16(), &first.body["version"], &first.body["seq"]), (201, &json!("1.0.0"), &json!(2)));
    let again = publish(&api, &token, package.clone()).await;
    assert_eq!((again.status.as_u16(), &again.body["repeated"]), (200, &json!(true)));
    assert_eq!(publish(&api, &token, puppet("1.0.1", 1, &[])).await.problem(), (422, "older-seq"));
    let mut cut = package.to_vec();
    cut.truncate(cut.len() / 2);
    let cut = publish(&api, &token, cut.into()).await;
    assert_eq!(cut.status, 422);
    let listed = api.get(&token, "/addons?q=puppet&kind=plugin").await;
    assert_eq!((&listed.body["items"][0]["id"], &listed.body["next"]), (&json!("acme.puppet"), &Value::Null));
    let addon = api.get(&token, "/addons/acme.puppet").await;
    assert_eq!(addon.body["versions"].as_array().unwrap().len(), 1);
    assert_eq!(addon.body["versions"][0]["capabilities"], json!([{ "use": "kv", "hosts": [], "purpose": "to test" }]));
    assert_eq!(api.get(&token, "/addons/acme.other").await.problem(), (404, "not-found"));
    assert_eq!(api.get(&token, "/addons?kind=language").await.body["items"], json!([]));
}

#[tokio::test]
async fn the_marketplace_is_sorted_and_says_what_is_new() {
    let api = Api::start().await;
    let token = api.admin().await;
    trust(&api, &token).await;
    for (id, name) in [("acme.zebra", "Ant"), ("acme.puppet", "Bee")] {
        let plain = manifest(id, Kind::Plugin, "1.0.0", 1);
        let listing = Listing {
            name: Localized::en(name),
            highlights: vec![Localized::en("Fast")],
            works_with: vec!["Phones".into()],
            video: Some("https://acme.example/video".into()),
            release_notes: Some(Localized::en("The first one.")),
            ..plain.listing
        };
        let built = build(Manifest { listing, ..plain }, guest("puppet"), BTreeMap::new()).unwrap();
        assert_eq!(publish(&api, &token, sign(&built, &[key()]).unwrap()).await.status, 201);
    }
    let ids = async |query: &str| {
        let body = api.get(&token, &format!("/addons{query}")).await.body;
        let items = body["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned());
        (items.collect::<Vec<_>>(), body["next"].clone())
    };
    assert_eq!(ids("").await.0, ["acme.puppet", "acme.zebra"], "by id");
    assert_eq!(ids("?sort=name").await.0, ["acme.zebra", "acme.puppet"]);
    assert_eq!(ids("?sort=name&limit=1").await, (vec!["acme.zebra".to_owned()], json!("acme.zebra")));
    assert_eq!(ids("?sort=name&limit=1&cursor=acme.zebra").await, (vec!["acme.puppet".to_owned()], Value::Null));
    let wrong = api.get(&token, "/addons?sort=cheapest").await;
    assert_eq!(wrong.problem(), api.get(&token, "/addons?kind=toy").await.problem());

    let addon = api.get(&token, "/addons/acme.zebra").await.body;
    assert_eq!((&addon["whats_new"], &addon["installs"]), (&json!("The first one."), &Value::Null), "few have it");
    assert_eq!((&addon["highlights"], &addon["works_with"]), (&json!(["Fast"]), &json!(["Phones"])));
    assert_eq!(addon["video"], "https://acme.example/video");
}

#[tokio::test]
async fn installing_needs_consent_to_what_is_asked_for() {
    let api = Api::start().await;
    let token = api.admin().await;
    trust(&api, &token).await;
    publish(&api, &token, puppet("1.0.0", 1, &["api.example.com"])).await;
    let install = async |grant: Value| {
        settled(&api, &token, "/installations", Some(json!({ "addon": "acme.puppet", "grant": grant }))).await
    };
    let refused = install(json!([{ "use": "kv" }])).await;
    assert_eq!(refused.problem(), (422, "consent-needed"));
    assert_eq!(refused.body["errors"][0]["message"], "http to api.example.com: to test");
    assert_eq!(api.get(&token, "/installations").await.body["items"], json!([]), "nothing half-installed");
    let wildcard = install(json!([{ "use": "http", "hosts": ["*"] }])).await;
    assert_eq!((wildcard.problem().0, &wildcard.body["errors"][0]["field"]), (422, &json!("grant[0].hosts")));
    // What the listing shows, passed back.
    let shown = api.get(&token, "/addons/acme.puppet").await.body["versions"][0]["capabilities"].clone();
    let made = install(shown.clone()).await;
    assert_eq!((made.status.as_u16(), &made.body["grant"]["hosts"]), (201, &json!(["api.example.com"])), "{made:?}");
    assert_eq!(install(shown).await.problem(), (409, "already-installed"));
}

#[tokio::test]
async fn an_add_on_is_set_up_used_and_watched() {
    let api = Api::start().await;
    let token = api.admin().await;
    let path = installed(&api, &token).await;
    let put = async |values: Value| {
        api.call(&token, Method::PUT, &format!("{path}/settings"), Some(json!({ "values": values }))).await
    };
    let wrong = put(json!({ "amount": "many", "colour": "red" })).await;
    assert_eq!(wrong.problem(), (422, "invalid-settings"));
    let fields: Vec<_> = wrong.body["errors"].as_array().unwrap().iter().map(|error| error["code"].clone()).collect();
    assert_eq!(fields, ["unknown", "required", "not-a-number"]);
    let saved = put(json!({ "amount": 2.5, "token": "swordfish" })).await;
    assert_eq!(saved.status, 200, "{saved:?}");
    assert!(!saved.body.to_string().contains("swordfish"));
    let read = api.get(&token, &format!("{path}/settings")).await;
    assert_eq!((&read.body["settings"][0]["is_set"], &read.body["settings"][0]["value"]), (&json!(true), &Value::Null));
    assert_eq!(read.body["settings"][1]["value"], 2.5);

    let ticket = api.ticket(&token, "Printer").await;
    let sidebar = path.replace("/installations", &format!("/tickets/{ticket}/sidebar"));
    let panel = api.post(&token, &format!("{sidebar}/render"), json!({ "locale": "de" })).await;
    assert_eq!((panel.status.as_u16(), &panel.body["view"]["title"]), (200, &json!("Puppet")), "{panel:?}");
    let event = |verb: &str, state: &Value| json!({ "verb": verb, "source": verb, "state": state });
    let pushed = api.post(&token, &format!("{sidebar}/events"), event("push", &panel.body["state"])).await;
    assert_eq!((pushed.status.as_u16(), &pushed.body["depth"]), (200, &json!(1)), "{pushed:?}");
    let back = api.post(&token, &format!("{sidebar}/back"), json!({ "state": pushed.body["state"] })).await;
    assert_eq!((back.status.as_u16(), &back.body["depth"]), (200, &json!(0)));
    let never = api.post(&token, &format!("{sidebar}/events"), event("explode", &panel.body["state"])).await;
    assert_eq!(never.problem(), (422, "not-offered"));
    let forged = api.post(&token, &format!("{sidebar}/events"), event("push", &json!("00"))).await;
    assert_eq!(forged.problem(), (409, "stale-state"));

    let calls = api.get(&token, &format!("{path}/calls?limit=100")).await;
    let kinds: Vec<_> = calls.body["items"].as_array().unwrap().iter().map(|call| call["kind"].clone()).collect();
    assert!(kinds.contains(&json!("render")) && kinds.contains(&json!("handle")), "{kinds:?}");
    assert!(api.get(&token, &format!("{path}/health")).await.body["day"]["calls"].as_u64().unwrap() >= 3);
    assert_eq!(api.get(&token, &format!("{path}/logs?level=debug")).await.status, 200);
}

#[tokio::test]
async fn an_add_on_is_updated_rolled_back_switched_and_removed() {
    let api = Api::start().await;
    let token = api.admin().await;
    let path = installed(&api, &token).await;
    publish(&api, &token, puppet("2.0.0", 2, &["api.example.com"])).await;
    assert_eq!(api.get(&token, &path).await.body["update_available"], "2.0.0");
    let update = async |grant: Value| {
        settled(&api, &token, &format!("{path}/update"), Some(json!({ "version": "2.0.0", "grant": grant }))).await
    };
    let refused = update(json!([])).await;
    assert_eq!(refused.problem(), (422, "consent-needed"));
    assert_eq!(refused.body["errors"].as_array().unwrap().len(), 1, "only what is new");
    let updated = update(json!([{ "use": "http", "hosts": ["api.example.com"] }])).await;
    assert_eq!((updated.status.as_u16(), &updated.body["version"]), (200, &json!("2.0.0")), "{updated:?}");
    assert_eq!(updated.body["previous"], "1.0.0");
    let back = settled(&api, &token, &format!("{path}/rollback"), None).await;
    assert_eq!(
        (back.status.as_u16(), &back.body["version"], &back.body["pinned"]),
        (200, &json!("1.0.0"), &json!(true))
    );
    assert_eq!(back.body["update_available"], Value::Null, "pinned");
    let post = async |part: &str| api.call(&token, Method::POST, &format!("{path}/{part}"), None).await;
    assert_eq!(post("unpin").await.body["update_available"], "2.0.0");
    assert_eq!(post("retry").await.problem(), (409, "not-allowed"));
    assert_eq!(post("deactivate").await.body["status"], "inactive");
    let ticket = api.ticket(&token, "Printer").await;
    let render = path.replace("/installations", &format!("/tickets/{ticket}/sidebar")) + "/render";
    assert_eq!(api.post(&token, &render, json!({})).await.problem(), (409, "not-running"));
    assert_eq!(post("activate").await.body["status"], "active");

    let deletion = api.get(&token, &format!("{path}/deletion")).await;
    assert_eq!((&deletion.body["addon"], deletion.body["items"].is_array()), (&json!("acme.puppet"), true));
    let export = api.get(&token, &format!("{path}/export")).await;
    assert_eq!(export.headers["content-type"], "application/zstd");
    assert_eq!(export.headers["content-disposition"], "attachment; filename=\"acme.puppet.tar.zst\"");
    let delete = async |query: &str| {
        let mut request = request(&token, Method::DELETE, &format!("{path}{query}"), None);
        request.headers_mut().insert("prefer", "wait=30".parse().unwrap());
        api.send(request).await
    };
    assert_eq!(delete("").await.problem(), (422, "confirmation-mismatch"));
    assert_eq!(delete("?confirm=acme.other").await.problem(), (422, "confirmation-mismatch"));
    assert_eq!(delete("?confirm=acme.puppet").await.status, 204);
    assert_eq!(api.get(&token, &path).await.problem(), (404, "not-found"));
}

#[tokio::test]
async fn another_desk_cannot_reach_an_installation() {
    let api = Api::start().await;
    let (token, stranger) = (api.admin().await, api.stranger().await);
    let path = installed(&api, &token).await;
    for part in ["", "/deletion", "/export", "/settings", "/logs", "/health", "/calls"] {
        assert_eq!(api.get(&stranger, &format!("{path}{part}")).await.problem(), (404, "not-found"), "GET {part}");
    }
    for part in ["rollback", "retry", "activate", "deactivate", "pin", "unpin"] {
        let answer = api.call(&stranger, Method::POST, &format!("{path}/{part}"), None).await;
        assert_eq!(answer.problem(), (404, "not-found"), "POST {part}");
    }
    let settings = Some(json!({ "values": {} }));
    let put = api.call(&stranger, Method::PUT, &format!("{path}/settings"), settings).await;
    assert_eq!(put.problem(), (404, "not-found"));
    let update = api.post(&stranger, &format!("{path}/update"), json!({ "version": "2.0.0" })).await;
    assert_eq!(update.problem(), (404, "not-found"));
    let delete = api.call(&stranger, Method::DELETE, &format!("{path}?confirm=acme.puppet&force=true"), None).await;
    assert_eq!(delete.problem(), (404, "not-found"));
    let ticket = api.ticket(&stranger, "Own").await;
    let render = path.replace("/installations", &format!("/tickets/{ticket}/sidebar")) + "/render";
    assert_eq!(api.post(&stranger, &render, json!({})).await.problem(), (404, "not-found"));
    assert_eq!(api.get(&stranger, "/installations").await.body["items"], json!([]));
    assert_eq!(api.get(&token, &path).await.body["status"], "active");
}

/// Installs a channel whose secret is `swordfish-of-sixteen`; its id, which is its hook's.
pub(super) async fn channel(api: &Api, token: &str) -> String {
    let manifest = Manifest {
        settings: vec![setting("secret", SettingKind::Secret, false)],
        inbound: Some(Inbound::by_header("X-Secret", "secret")),
        ..manifest("acme.echo", Kind::Channel, "1.0.0", 1)
    };
    let package = sign(&build(manifest, guest("echo"), BTreeMap::new()).unwrap(), &[key()]).unwrap();
    assert_eq!(publish(api, token, package).await.status, 201);
    let made = settled(api, token, "/installations", Some(json!({ "addon": "acme.echo" }))).await;
    assert_eq!(made.body["status"], "active", "{made:?}");
    let id = made.body["id"].as_str().unwrap().to_owned();
    let secret = Some(json!({ "values": { "secret": "swordfish-of-sixteen" } }));
    api.call(token, Method::PUT, &format!("/installations/{id}/settings"), secret).await;
    id
}

#[tokio::test]
async fn a_public_address_is_counted_for_each_stranger() {
    let api = Api::start().await;
    let token = api.admin().await;
    trust(&api, &token).await;
    let manifest = Manifest {
        wit: Wit::V0_2.to_string(),
        settings: vec![setting("sites", SettingKind::Text, false)],
        inbound: Some(Inbound { public: true, origins: Some("sites".into()), ..Inbound::default() }),
        ..manifest("acme.listener", Kind::Plugin, "1.0.0", 1)
    };
    let package = sign(&build(manifest, guest("listener"), BTreeMap::new()).unwrap(), &[key()]).unwrap();
    assert_eq!(publish(&api, &token, package).await.status, 201);
    let made = settled(&api, &token, "/installations", Some(json!({ "addon": "acme.listener" }))).await;
    let id = made.body["id"].as_str().unwrap().to_owned();
    let sites = Some(json!({ "values": { "sites": "https://shop.example" } }));
    api.call(&token, Method::PUT, &format!("/installations/{id}/settings"), sites).await;

    let send = async |method: Method, origin: &str, from: &str| {
        let request = Request::builder().method(method).uri(format!("/hooks/{id}/form/")).header("origin", origin);
        let request = request.extension(ClientAddress(from.parse().unwrap()));
        api.send(request.body(Body::from("name=Ann")).unwrap()).await
    };
    let allowed = |answer: &Answer| answer.headers.get("access-control-allow-origin").cloned();
    let preflight = send(Method::OPTIONS, "https://shop.example", "192.0.2.9").await;
    assert_eq!(
        (preflight.status.as_u16(), allowed(&preflight).unwrap().to_str().unwrap()),
        (204, "https://shop.example")
    );
    let sent = send(Method::POST, "https://shop.example", "192.0.2.9").await;
    assert_eq!((sent.status.as_u16(), allowed(&sent).is_some()), (200, true));
    let elsewhere = send(Method::POST, "https://evil.example", "192.0.2.9").await;
    assert_eq!((elsewhere.status.as_u16(), allowed(&elsewhere)), (200, None));
    let mut tries = 0;
    while send(Method::POST, "null", "2001:db8::1").await.status != 429 {
        tries += 1;
        assert!(tries < 100, "there is no limit");
    }
    assert_eq!(send(Method::POST, "null", "2001:db8::2").await.problem(), (429, "rate-limited"), "of the same network");
    assert_eq!(send(Method::POST, "null", "2001:db8:0:1::1").await.status, 200);
}

/// The id of an installation with a form.
async fn form(api: &Api, token: &str) -> String {
    trust(api, token).await;
    let inbound = Inbound { public: true, form: true, origins: Some("sites".into()), ..Inbound::default() };
    let manifest = Manifest {
        wit: Wit::V0_2.to_string(),
        settings: vec![setting("sites", SettingKind::Text, false)],
        inbound: Some(inbound),
        ..manifest("acme.listener", Kind::Plugin, "1.0.0", 1)
    };
    let package = sign(&build(manifest, guest("listener"), BTreeMap::new()).unwrap(), &[key()]).unwrap();
    assert_eq!(publish(api, token, package).await.status, 201);
    let made = settled(api, token, "/installations", Some(json!({ "addon": "acme.listener" }))).await;
    let id = made.body["id"].as_str().unwrap().to_owned();
    let sites = Some(json!({ "values": { "sites": "https://shop.example" } }));
    api.call(token, Method::PUT, &format!("/installations/{id}/settings"), sites).await;
    id
}

/// A page of a form, or what was sent with it is answered: status, policy and text.
async fn on_form(router: &Router, id: &str, from: &str, sent: Option<&str>) -> (u16, String, String) {
    let request = Request::builder().uri(format!("/forms/{id}")).extension(ClientAddress(from.parse().unwrap()));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let request = request.header("sec-fetch-site", "same-origin").header("accept-language", "fr, en;q=0.5");
    let request = match sent {
        Some(body) => request.method(Method::POST).body(Body::from(body.to_owned())),
        None => request.body(Body::empty()),
    };
    let response = router.clone().oneshot(request.unwrap()).await.unwrap();
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let status = response.status().as_u16();
    let html = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, policy, String::from_utf8(html.to_vec()).unwrap())
}

#[tokio::test]
async fn a_form_of_strangers_takes_work_or_a_wait_and_each_page_once() {
    let api = Api::start().await;
    let token = api.admin().await;
    let id = form(&api, &token).await;
    let router = crate::router(api.state.clone());

    let (status, policy, page) = on_form(&router, &id, "192.0.2.1", None).await;
    assert!(status == 200 && page.contains("Write to us") && page.contains("name=\"f-name\""), "{page}");
    assert!(policy.ends_with("frame-ancestors https://shop.example"), "{policy}");
    let stamp = stamp_of(&page);
    let sent = format!("f-name=Ann&f-topic=An+order&stamp={stamp}&solution=");
    let direct = Request::post(format!("/hooks/{id}/form")).body(Body::from("name=Ann")).unwrap();
    assert_eq!(api.send(direct).await.problem(), (404, "not-found"), "only the page lets people in");

    let (status, _, early) = on_form(&router, &id, "192.0.2.1", Some(&sent)).await;
    assert!(status == 425 && early.contains("value=\"Ann\"") && early.contains("That was quick"), "{early}");
    assert_eq!(stamp_of(&early), stamp, "it goes on waiting");
    api.clock.advance(std::time::Duration::from_secs(20));
    let (status, _, thanks) = on_form(&router, &id, "192.0.2.1", Some(&sent)).await;
    assert!(status == 200 && thanks.contains("POST /form?") && thanks.contains("name=Ann"), "{thanks}");
    let (status, _, again) = on_form(&router, &id, "192.0.2.1", Some(&sent)).await;
    assert_eq!(status, 409, "{again}");

    let worked = stamp_of(&again);
    let solution = (0..10_000_000).map(|n: u32| n.to_string()).find(|n| is_worked(&worked, n, 15)).unwrap();
    let (status, ..) = on_form(&router, &id, "192.0.2.2", Some(&format!("f-name=&stamp={worked}"))).await;
    assert_eq!(status, 422, "a name is missing");
    let (status, _, wrong) = on_form(&router, &id, "192.0.2.2", Some("f-name=Ann&f-topic=Else&stamp=")).await;
    assert!(status == 422 && wrong.contains("Choose one of these."), "{wrong}");
    let sent = format!("f-name=Ann&stamp={worked}&solution={solution}");
    assert_eq!(on_form(&router, &id, "192.0.2.2", Some(&sent)).await.0, 200, "at once");
    let (status, ..) = on_form(&router, &id, "192.0.2.2", Some("f-name=Ann&stamp=00ff&solution=1")).await;
    assert_eq!(status, 409, "a stamp that this host has not made");
    let mut tries = 0;
    while on_form(&router, &id, "192.0.2.3", Some(&sent)).await.0 != 429 {
        tries += 1;
        assert!(tries < 30, "there is no limit");
    }
    let mut tries = 0;
    while on_form(&router, &id, "192.0.2.5", None).await.0 != 429 {
        tries += 1;
        assert!(tries < 100, "there is no limit");
    }
    assert_eq!(on_form(&router, &id, "192.0.2.6", None).await.0, 200, "others look at it all the same");
    let foreign = on_form(&router, &channel(&api, &token).await, "192.0.2.4", None).await;
    assert_eq!(foreign.0, 404, "a channel has no form");
}

/// What a page of a form has to be sent with.
fn stamp_of(html: &str) -> String {
    let (_, rest) = html.split_once("name=\"stamp\" value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

#[tokio::test]
async fn what_is_one_line_of_a_form_stays_one() {
    let api = Api::start().await;
    let token = api.admin().await;
    let id = form(&api, &token).await;
    let router = crate::router(api.state.clone());
    let (_, _, page) = on_form(&router, &id, "192.0.2.1", None).await;
    api.clock.advance(std::time::Duration::from_secs(20));
    let sent = format!("f-name=Ann%0D%0ABcc%00&f-topic=An+order&stamp={}", stamp_of(&page));
    let (status, _, thanks) = on_form(&router, &id, "192.0.2.1", Some(&sent)).await;
    assert!(status == 200 && thanks.contains("name=Ann") && thanks.contains("Bcc"), "{thanks}");
    assert!(!thanks.contains("%0A") && !thanks.contains("%00") && !thanks.contains("Ann\n"), "{thanks}");
}

#[tokio::test]
async fn one_network_keeps_nobody_else_from_a_form() {
    let api = Api::start().await;
    let token = api.admin().await;
    let id = form(&api, &token).await;
    let router = crate::router(api.state.clone());
    for _ in 0..100 {
        on_form(&router, &id, "192.0.2.1", None).await;
        on_form(&router, &id, "192.0.2.1", Some("f-name=")).await;
    }
    assert_eq!(on_form(&router, &id, "192.0.2.1", None).await.0, 429);
    assert_eq!(on_form(&router, &id, "192.0.2.2", None).await.0, 200);
    assert_eq!(on_form(&router, &id, "192.0.2.2", Some("f-name=")).await.0, 422);
}

#[tokio::test]
async fn a_channel_is_delivered_to_by_its_secret_only() {
    let api = Api::start().await;
    let token = api.admin().await;
    trust(&api, &token).await;
    let id = channel(&api, &token).await;

    let deliver_to = async |thread: &str, secret: &str| {
        let request = Request::post(format!("/hooks/{id}/{thread}?message-1"));
        let request = request.header("x-secret", secret).header("x-subject", "Hello");
        api.send(request.body(Body::from("the text")).unwrap()).await
    };
    let deliver = async |secret: &str| deliver_to("thread-1", secret).await;
    assert_eq!(deliver("wrong").await.problem(), (401, "wrong-secret"));
    assert_eq!(api.get(&token, "/tickets").await.body["items"], json!([]));
    // Whoever guesses uses up a rate of their own, not that of the service.
    let mut tries = 0;
    while deliver("wrong").await.status != 429 {
        tries += 1;
        assert!(tries < 300, "there is no limit");
    }
    let slash = Request::post(format!("/hooks/{id}/?message-0")).header("x-secret", "swordfish-of-sixteen");
    assert_eq!(api.send(slash.body(Body::from("with a slash")).unwrap()).await.status, 202);
    let mut tickets = api.get(&token, "/tickets").await.body["items"].take();
    assert_eq!(tickets.as_array_mut().unwrap().len(), 1);
    for _ in 0..2 {
        assert_eq!(deliver("swordfish-of-sixteen").await.status, 202);
    }
    let failed = deliver_to("fail", "swordfish-of-sixteen").await;
    assert_eq!(failed.problem(), (502, "upstream"));
    assert_eq!(failed.headers["retry-after"], "30", "the service delivers again");
    let tickets = api.get(&token, "/tickets").await;
    let tickets = tickets.body["items"].as_array().unwrap();
    assert_eq!((tickets.len(), &tickets[0]["channel"]["installation"]), (2, &json!(id)), "{tickets:?}");
    assert_eq!((&tickets[0]["subject"], &tickets[0]["messages"]), (&json!("Hello"), &json!(1)));
    let reply = api.post(&token, "/tickets/1/messages", json!({ "body": "Hi" })).await;
    assert_eq!(reply.body["delivery"], "pending");
    let message = format!("/tickets/1/messages/{}", reply.body["id"].as_str().unwrap());
    for (action, code) in [("redeliver", "not-failed"), ("confirm", "not-unclear")] {
        assert_eq!(api.post(&token, &format!("{message}/{action}"), json!({})).await.problem(), (409, code));
        let elsewhere = format!("/tickets/2/messages/{}/{action}", reply.body["id"].as_str().unwrap());
        assert_eq!(api.post(&token, &elsewhere, json!({})).await.problem(), (404, "not-found"));
    }

    let channel = api.get(&token, &format!("/installations/{id}/channel")).await;
    assert!(channel.body["address"].as_str().unwrap().ends_with(&format!("/hooks/{id}")), "{channel:?}");
    let refused = channel.body["last"].as_array().unwrap().iter().find(|last| last["what"] == "refused").unwrap();
    assert_eq!((&channel.body["secret_is_set"], &refused["outcome"]), (&json!(true), &json!("wrong-secret")));
    let none = api.post(&token, &format!("/installations/{id}/channel"), json!({ "action": "test" })).await;
    assert_eq!(none.problem(), (404, "not-found"));
    api.call(&token, Method::POST, &format!("/installations/{id}/deactivate"), None).await;
    assert_eq!(deliver("swordfish-of-sixteen").await.problem(), (404, "not-found"));
}
