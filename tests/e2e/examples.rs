//! The add-ons that authors learn from: each is installed, and does what it is there for.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{database::Database, host::Setup};

/// What a view can hold, and by which name it stands in a view's JSON.
const CASES: [(&str, &str); 10] = [
    ("variant block", "block"),
    ("variant cell", "cells"),
    ("variant intent", "intent"),
    ("enum tone", "tone"),
    ("enum look", "look"),
    ("enum text-style", "style"),
    ("enum choice-style", "style"),
    ("enum text-kind", "kind"),
    ("enum date-kind", "kind"),
    ("enum step-state", "state"),
];

#[tokio::test]
async fn the_gallery_has_all_that_the_wit_has() {
    let host = Setup::new(Database::sqlite()).start().await;
    host.publish("annex.gallery-1.0.0").await;
    let api = host.api();
    let id = api.install("annex.gallery").await;
    let ticket = api.ticket_from("ada@example.com").await;
    let start = api.render(&ticket, &id).await;
    let events = format!("/tickets/{}/sidebar/{id}/events", ticket["number"]);
    let mut views = vec![start["view"].clone()];
    for page in start["view"]["sections"][0]["nodes"][0]["block"]["items"]["items"].as_array().unwrap() {
        let open = json!({
            "verb": "open", "source": page["id"], "values": [], "cursor": null, "state": start["state"],
        });
        let opened = api.post(&events, &open).await.expect_ok("a page of the gallery").await;
        views.push(opened["view"].clone());
    }
    let views = Value::Array(views);
    let wit = include_str!("../../wit/annex-addon-0.1/ui.wit");
    for (definition, member) in CASES {
        let (wanted, mut shown) = (cases(wit, definition), BTreeSet::new());
        names(&views, member, &mut shown);
        let missing: Vec<_> = wanted.difference(&shown).collect();
        assert!(wanted.len() > 2 && missing.is_empty(), "{definition}: {missing:?} are in no page of the gallery");
    }
}

/// The names of the cases of a variant or enum.
fn cases(wit: &str, definition: &str) -> BTreeSet<String> {
    let (_, rest) = wit.split_once(&format!("{definition} {{")).unwrap();
    let (body, _) = rest.split_once('}').unwrap();
    let lines = body.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("///"));
    lines.map(|line| line.split(['(', ',']).next().unwrap().to_owned()).collect()
}

/// The names of the cases that stand under a member, wherever it is: a text, or an object with the name as its only key.
fn names(part: &Value, member: &str, found: &mut BTreeSet<String>) {
    match part {
        Value::Array(parts) => parts.iter().for_each(|part| names(part, member, found)),
        Value::Object(parts) => {
            for (key, value) in parts {
                if key == member {
                    for one in value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice) {
                        found.extend(one.as_str().map(str::to_owned));
                        found.extend(one.as_object().into_iter().flat_map(|object| object.keys().cloned()));
                    }
                }
                names(value, member, found);
            }
        }
        _ => {}
    }
}
