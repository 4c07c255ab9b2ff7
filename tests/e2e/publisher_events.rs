//! R47, R67: a publisher's service, which checks signatures with libraries that are not ours, hears of an installation in order and
//! once, whatever it answers meanwhile and whenever the host is restarted.

use serde_json::{Value, json};

use crate::support::{
    api::Api,
    database::Database,
    eventually,
    host::{Host, NOTHING, Setup},
    on_each_database,
    peer::{have, judged, packages},
    puppet::Puppet,
    service::{Service, kinds},
};

const ADDON: &str = "annex.heard";
const SERVICE: &str = "[service]\nevents = \"https://hooks.annex.example/events\"\n[[service.scopes]]\n\
    scope = \"tickets.view\"\npurpose = \"to show tickets beside orders\"\n";

/// A host with an add-on whose publisher has a service, which knows the secret of its endpoint.
async fn with_service(database: Database) -> (Host, Service, Api) {
    let service = Service::start();
    let host = Setup::new(database).egress("hooks.annex.example", service.url()).start().await;
    publish(&host, "1.0.0").await;
    service.tell("secrets", &json!(secrets(&host, "--secret"))).await;
    let api = host.api();
    (host, service, api)
}

async fn publish(host: &Host, version: &str) {
    let (_folder, package) = Puppet { id: ADDON, version, behaviour: "", plans: SERVICE }.pack();
    host.publish_package(&package).await;
}

/// The shared secrets of the endpoint, newest first.
fn secrets(host: &Host, option: &str) -> Vec<String> {
    let printed = host.setup().command_ok(&["publisher", "endpoint", ADDON, option]);
    assert!(printed.lines().any(|line| line.starts_with("whpk_")), "{printed}");
    printed.lines().filter(|line| line.starts_with("whsec_")).map(str::to_owned).collect()
}

async fn install(api: &Api) -> String {
    let begun = json!({ "addon": ADDON, "grant": [{ "use": "kv" }] });
    let refused = api.post("/installations", &begun).await.expect_problem(422, "consent-needed").await;
    assert!(refused.to_string().contains("tickets.view: to show tickets beside orders"), "{refused}");
    let begun = json!({ "addon": ADDON, "grant": [{ "use": "kv" }], "scopes": ["tickets.view"] });
    let begun = api.post("/installations", &begun).await.expect_ok("install").await;
    let id = begun["id"].as_str().unwrap().to_owned();
    api.settled(&id, "active").await;
    id
}

on_each_database!(a_service_hears_everything_in_order_and_once);

async fn a_service_hears_everything_in_order_and_once(database: Database) {
    let (mut host, service, api) = with_service(database).await;
    // Away while the add-on is installed: a redirect, an answer that is none, a connection that is cut; then down.
    service.tell("answers", &json!(["redirect", "down"])).await;
    let id = install(&api).await;
    publish(&host, "1.1.0").await;
    api.post(&format!("/installations/{id}/update"), &json!({ "version": "1.1.0" })).await.expect_ok("update").await;
    eventually("the update is done", || async {
        (api.get(&format!("/installations/{id}")).await["version"] == "1.1.0").then_some(())
    })
    .await;
    api.delete(&format!("/installations/{id}?confirm={ADDON}")).await.expect_ok("uninstall").await;
    eventually("it is gone", || async { api.find_installed(ADDON).await.is_none().then_some(()) }).await;
    let endpoint = host.setup().command_ok(&["publisher", "endpoint", ADDON]);
    assert!(endpoint.contains("failing since") && endpoint.contains("waiting  4"), "{endpoint}");

    // Up again, over a restart; the pause that it is in would be longer than a test.
    host.restart_with(NOTHING);
    service.tell("answers", &json!([])).await;
    host.setup().command_ok(&["publisher", "endpoint", ADDON, "--resume"]);
    let events = service.taken(4).await;
    assert_eq!(kinds(&events), ["app.install-requested", "app.installed", "app.updated", "app.uninstalled"]);
    for event in &events {
        assert_eq!((&event["installation"], &event["app"]), (&json!(id), &json!(ADDON)));
        assert_eq!((&event["api-version"], &event["signed_by"]), (&json!("v1"), &json!([0])));
    }
    assert_eq!(events[2]["data"], json!({ "version": { "old": "1.0.0", "new": "1.1.0" } }));

    // Once: what is posted again is the same event, and only when somebody asks for it.
    let first = events[0]["id"].as_str().unwrap();
    let listed = host.setup().command_ok(&["publisher", "events", ADDON, "--after", first]);
    assert_eq!(listed.lines().count(), 3, "{listed}");
    assert!(listed.lines().all(|line| line.contains("delivered")), "{listed}");
    host.setup().command_ok(&["publisher", "events", ADDON, "--replay", first]);
    let events = service.taken(5).await;
    assert_eq!((events.len(), &events[4]["id"]), (5, &events[0]["id"]));
}

#[tokio::test]
async fn answers_that_are_none_are_tried_again_and_gone_is_the_end() {
    let (host, service, api) = with_service(Database::sqlite()).await;
    service.tell("answers", &json!(["garbage", 204, "drop", 204, 410])).await;
    let id = install(&api).await;
    let events = service.taken(2).await;
    assert_eq!(kinds(&events), ["app.install-requested", "app.installed"]);

    api.delete(&format!("/installations/{id}?confirm={ADDON}")).await.expect_ok("uninstall").await;
    let paused = || host.setup().command_ok(&["publisher", "endpoint", ADDON]);
    eventually("the endpoint is paused", || async { paused().contains("paused: gone").then_some(()) }).await;
    host.setup().command_ok(&["publisher", "endpoint", ADDON, "--resume"]);
    assert_eq!(kinds(&service.taken(3).await)[2], "app.uninstalled");
}

#[tokio::test]
async fn a_service_that_is_too_slow_hears_it_again_and_a_secret_is_changed_at_leisure() {
    let (host, service, api) = with_service(Database::sqlite()).await;
    service.tell("answers", &json!(["slow"])).await;
    let id = install(&api).await;
    assert_eq!(kinds(&service.taken(2).await), ["app.install-requested", "app.installed"]);

    // Both sign until the service knows the new one.
    let both = secrets(&host, "--rotate");
    assert_eq!(both.len(), 2);
    api.delete(&format!("/installations/{id}?confirm={ADDON}")).await.expect_ok("uninstall").await;
    let events = service.taken(3).await;
    assert_eq!(events[2]["signed_by"], json!([0]), "with the former one");
    service.tell("secrets", &json!(both)).await;
    let last = events[2]["id"].as_str().unwrap();
    host.setup().command_ok(&["publisher", "events", ADDON, "--replay", last]);
    assert_eq!(service.taken(4).await[3]["signed_by"], json!([0, 1]));
}

#[tokio::test]
async fn npms_library_takes_what_is_posted_and_nothing_that_was_touched() {
    if !have("npm's standardwebhooks", &["npm/node_modules/standardwebhooks"]) {
        return;
    }
    let (host, service, api) = with_service(Database::sqlite()).await;
    let id = install(&api).await;
    service.taken(2).await;
    let both = secrets(&host, "--rotate");
    api.delete(&format!("/installations/{id}?confirm={ADDON}")).await.expect_ok("uninstall").await;
    service.taken(3).await;

    let given = json!({ "secrets": both, "deliveries": service.deliveries().await });
    let modules = packages().join("npm/node_modules");
    let found = judged("node", "webhooks.mjs", &modules.display().to_string(), &given);
    let signed_by: Vec<&Value> = found.as_array().expect("a list").iter().map(|one| &one["signed_by"]).collect();
    assert_eq!(signed_by, [&json!([1]), &json!([1]), &json!([0, 1])], "{found}");
    let touched = ["body", "id", "timestamp", "without_v1", "old", "early", "stranger"];
    for one in found.as_array().expect("a list") {
        for what in touched {
            assert_eq!(one["touched"][what], json!([]), "{what}: {one}");
        }
    }
}
