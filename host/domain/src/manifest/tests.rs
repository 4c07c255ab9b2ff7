//! What a manifest of 0.2 may say about places, times and requests.

use serde_json::{Value, json};

use super::Manifest;

/// What is wrong with a plugin of 0.2 that says this as well.
fn wrong(more: Value) -> Vec<(String, &'static str)> {
    let mut manifest = json!({
        "id": "acme.notes", "version": "1.0.0", "seq": 1, "kind": "plugin", "wit": "annex:addon@0.2", "host": "*",
        "listing": {
            "name": "Notes", "summary": "Notes", "description": "Notes", "publisher_name": "Acme",
            "support": { "email": "help@acme.example" },
        },
        "capabilities": [{ "use": "schedule", "purpose": "to look again" }],
        "settings": [
            { "key": "secret", "type": "secret", "label": "Secret" },
            { "key": "sites", "type": "text", "label": "Sites" },
        ],
    });
    let Value::Object(more) = more else { panic!("no object") };
    manifest.as_object_mut().unwrap().extend(more);
    let manifest: Manifest = serde_json::from_value(manifest).unwrap();
    let errors = manifest.check().err().unwrap_or_default();
    errors.into_iter().map(|error| (error.field, error.code)).collect()
}

fn codes(more: Value) -> Vec<&'static str> {
    wrong(more).into_iter().map(|(_, code)| code).collect()
}

#[test]
fn views_have_a_place_each_and_names_of_their_own() {
    let view = |key: &str| json!({ "key": key, "location": "page", "title": "Notes", "icon": "notebook-pen" });
    let beside = |key: &str| json!({ "key": key, "location": "ticket-sidebar" });
    assert_eq!(wrong(json!({ "views": [view("a"), beside("b")] })), []);
    assert_eq!(codes(json!({ "views": [view("a"), beside("a")] })), ["duplicate"]);
    assert_eq!(codes(json!({ "views": [view("a"), view("b")] })), ["duplicate"]);
    assert_eq!(codes(json!({ "views": [view("A")] })), ["key"]);
    assert_eq!(
        codes(json!({ "views": [{ "key": "a", "location": "page", "icon": "Bell!", "order": 1001 }] })),
        ["icon-name", "order"]
    );
    assert_eq!(codes(json!({ "views": [view("a")], "wit": "annex:addon@0.1" })), ["needs-wit"]);
}

#[test]
fn a_schedule_comes_at_most_every_five_minutes() {
    let of = |schedule: Value| codes(json!({ "schedules": [schedule] }));
    assert_eq!(of(json!({ "key": "a", "every": "5m", "purpose": "to look" })), [""; 0]);
    assert_eq!(of(json!({ "key": "a", "cron": "0 9 * * 1-5", "purpose": "to look" })), [""; 0]);
    for rhythm in [
        json!({}),
        json!({ "every": "1s" }),
        json!({ "cron": "* * * * *" }),
        json!({ "every": "5m", "cron": "0 9 * * *" }),
    ] {
        let mut schedule = json!({ "key": "a", "purpose": "to look" });
        schedule.as_object_mut().unwrap().extend(rhythm.as_object().unwrap().clone());
        assert_eq!(of(schedule), ["rhythm"], "{rhythm}");
    }
    let schedule = json!({ "key": "a", "every": "1h", "purpose": "to look" });
    assert_eq!(codes(json!({ "schedules": [schedule], "capabilities": [] })), ["no-capability"]);
}

#[test]
fn requests_are_verified_by_a_secret_or_the_address_is_public() {
    let of = |inbound: Value| codes(json!({ "inbound": inbound }));
    let hmac = |signed: &str, timestamp: Value| {
        json!({ "verify": "hmac", "setting": "secret", "hmac": {
            "algorithm": "sha256", "encoding": "hex", "signature": { "header": "X-Signature" },
            "signed": signed, "timestamp": timestamp,
        } })
    };
    let time = || json!({ "header": "X-Time" });
    for fine in [
        json!({ "header": "X-Secret", "setting": "secret" }),
        json!({ "verify": "basic", "setting": "secret" }),
        json!({ "verify": "path", "setting": "secret" }),
        json!({ "public": true, "origins": "sites" }),
        json!({ "public": true, "form": true }),
        hmac("{body}", Value::Null),
        hmac("v0:{timestamp}:{body}", time()),
        hmac("{timestamp}{/token}", time()),
    ] {
        assert_eq!(of(fine.clone()), [""; 0], "{fine}");
    }
    for (bad, code) in [
        (json!({ "setting": "secret" }), "header"),
        (json!({ "header": "X-Secret", "setting": "sites" }), "no-such-setting"),
        (json!({ "verify": "hmac", "setting": "secret" }), "hmac"),
        (json!({ "verify": "basic", "header": "X-Secret", "setting": "secret" }), "header"),
        (json!({ "public": true, "setting": "secret" }), "public"),
        (json!({ "verify": "path", "setting": "secret", "form": true }), "public"),
        (json!({ "public": true, "origins": "secret" }), "no-such-setting"),
        (json!({ "verify": "path", "setting": "secret", "challenge": { "query": "hub.challenge" } }), "challenge"),
        (hmac("fixed", Value::Null), "hmac"),
        (hmac("{body", Value::Null), "hmac"),
        (hmac("{name}", Value::Null), "hmac"),
        (hmac("{body}", time()), "hmac"),
        (hmac("{timestamp}{body}", Value::Null), "hmac"),
    ] {
        assert_eq!(of(bad.clone()), [code], "{bad}");
    }
}

#[test]
fn an_event_needs_the_right_to_read_what_it_tells() {
    let of = |events: Value, capability: &str| {
        codes(json!({ "events": events, "capabilities": [{ "use": capability, "purpose": "to read" }] }))
    };
    assert_eq!(of(json!(["ticket-solved", "licences-changed"]), "tickets.read"), [""; 0]);
    assert_eq!(of(json!(["contact-updated"]), "contacts.read"), [""; 0]);
    assert_eq!(of(json!(["contact-updated", "ticket-created"]), "kv"), ["no-capability", "no-capability"]);
    let first = |event: &str| codes(json!({ "events": [event], "capabilities": [], "wit": "annex:addon@0.1" }));
    assert_eq!(first("ticket-created"), [""; 0]);
    assert_eq!(first("ticket-solved"), ["needs-wit"]);
}
