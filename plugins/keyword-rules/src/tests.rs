//! The whole add-on without a host: what events do, once, and what operators see.

use std::collections::BTreeSet;

use annex_sdk::{
    plugin::TicketChange,
    settings::Value,
    testing::{self, Host, Look},
};

use super::*;

fn host() -> Host {
    Host::new()
        .setting("rules", "refund, money back: billing; urgent: urgent")
        .value("notes", Value::Flag(true))
        .ticket("t1", "My order", "c1")
        .message("t1", "Where is it? This is URGENT.")
}

fn happens(happening: Happening) -> Result<()> {
    KeywordRules::on_event(&Notice::new(happening))
}

fn created() -> Result<()> {
    happens(Happening::TicketCreated(tickets::get("t1")?))
}

fn added(message: &str) -> Result<()> {
    let message = tickets::messages("t1")?.into_iter().find(|written| written.id == message).unwrap();
    happens(Happening::MessageAdded(Written { ticket: tickets::get("t1")?, message }))
}

fn kept(host: &Host) -> Vec<String> {
    host.stored::<BTreeSet<String>>("ticket/t1").unwrap_or_default().into_iter().collect()
}

#[test]
fn a_ticket_is_tagged_by_what_its_requester_wrote() {
    let host = host();
    created().unwrap();
    assert_eq!(host.tags("t1"), ["urgent"]);
    assert_eq!(host.notes("t1"), ["Tagged “urgent”, since the requester wrote “urgent”."]);
    let host = host.message("t1", "I want my money back.");
    added("t1-m3").unwrap();
    assert_eq!(host.tags("t1"), ["urgent", "billing"]);
    assert_eq!(kept(&host), ["billing", "urgent"]);
}

#[test]
fn an_event_that_comes_twice_changes_nothing() {
    let host = host();
    created().unwrap();
    created().unwrap();
    assert_eq!((host.tags("t1").len(), host.notes("t1").len()), (1, 1));
}

#[test]
fn a_tag_that_somebody_took_away_stays_away() {
    let host = host();
    created().unwrap();
    tickets::set_tags::<&str>("t1", &[]).unwrap();
    let host = host.message("t1", "Still urgent!");
    added("t1-m3").unwrap();
    assert!(host.tags("t1").is_empty());
    // Unless somebody asks for it.
    let reply = KeywordRules::handle(&testing::context(), &Event::new("apply")).unwrap();
    assert!(Look::at_reply(&reply).shows("Tags set: 1"));
    assert_eq!(host.tags("t1"), ["urgent"]);
}

#[test]
fn what_others_write_is_not_looked_at() {
    let host = host();
    tickets::add_note("t1", "Maybe a refund?").unwrap();
    added("t1-m2").unwrap();
    let change = TicketChange { ticket: tickets::get("t1").unwrap(), changes: vec![] };
    happens(Happening::TicketUpdated(change)).unwrap();
    assert!(host.tags("t1").is_empty() && kept(&host).is_empty());
}

#[test]
fn tags_that_are_there_already_are_neither_set_nor_noted() {
    let host = host();
    tickets::set_tags("t1", &["urgent"]).unwrap();
    created().unwrap();
    assert!(host.notes("t1").is_empty());
    assert_eq!(kept(&host), ["urgent"], "it counts as set, so that it can be taken away");
}

#[test]
fn a_ticket_that_is_full_of_tags_is_left_as_it_is() {
    let host = host();
    let full: Vec<String> = (0..20).map(|n| format!("tag{n:02}")).collect();
    tickets::set_tags("t1", &full).unwrap();
    created().unwrap();
    assert_eq!(host.tags("t1"), full);
    assert!(host.logs().iter().any(|line| line.contains("no room")), "{:?}", host.logs());
}

#[test]
fn notes_are_of_the_language_that_was_chosen_or_none() {
    let german = host().setting("language", "de");
    created().unwrap();
    assert_eq!(german.notes("t1"), ["Mit „urgent“ versehen, weil „urgent“ geschrieben wurde."]);
    drop(german);
    let silent = host().value("notes", Value::Flag(false));
    created().unwrap();
    assert!(silent.notes("t1").is_empty() && silent.tags("t1") == ["urgent"]);
}

#[test]
fn the_panel_shows_each_rule_and_what_it_found() {
    let _host = host();
    let look = Look::at(&KeywordRules::render(&testing::context()).unwrap());
    assert!(
        look.shows("refund, money back") && look.shows("Not found") && look.shows("Found “urgent”"),
        "{:?}",
        look.texts
    );
    created().unwrap();
    let look = Look::at(&KeywordRules::render(&testing::context()).unwrap());
    assert!(look.shows("Tagged") && !look.shows("Found"), "{:?}", look.texts);
}

#[test]
fn mistakes_in_the_rules_are_named() {
    let _host = host().setting("rules", "refund billing; urgent: urgent");
    let look = Look::at(&KeywordRules::render(&testing::context()).unwrap());
    assert!(look.shows("This rule does not work: refund billing") && look.shows("A colon is missing"));
    let _host = host().setting("rules", ";");
    assert!(Look::at(&KeywordRules::render(&testing::context()).unwrap()).shows("No rules"));
}

#[test]
fn without_a_capability_nothing_is_half_done() {
    let host = host().deny("tickets.write");
    assert!(matches!(created(), Err(Error::Denied(_))));
    assert!(kept(&host).is_empty(), "it is tried again when the desk allows it");
}

#[test]
fn every_language_has_every_text() {
    testing::every_language_is_complete(TEXTS);
}

#[test]
fn its_chapter_shows_code_that_is_here() {
    let files = [
        include_str!("lib.rs"),
        include_str!("panel.rs"),
        include_str!("rules.rs"),
        include_str!("tagging.rs"),
        include_str!("tests.rs"),
        include_str!("../annex.toml"),
        include_str!("../scenarios/tags-once.toml"),
    ];
    crate::chapter_check::is_real(include_str!("../../../sdk/guide/examples/keyword-rules.md"), &files);
}
