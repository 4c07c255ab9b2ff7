//! The whole add-on without a host: what events and time lead to, and what people see and change. Time begins on Thursday, 2026-01-01 at
//! one o'clock in the night of Berlin.

use std::time::Duration;

use annex_sdk::{
    operators::Operator,
    plugin::TicketChange,
    schedule::Timer,
    testing::{self, Host, Look},
    tickets::{self, Message, Priority, Status},
    ui::Value,
};

use super::*;
use crate::{
    clock::{LATE_TAG, WARNED_TAG},
    config::{AutoReply, Close, Targets, Turn},
};

fn operator(id: &str, group: &str) -> Operator {
    Operator {
        id: id.into(),
        name: id.into(),
        email: format!("{id}@example.com"),
        locale: "en".into(),
        active: true,
        roles: vec!["Agent".into()],
        groups: vec![group.into()],
    }
}

fn host() -> Host {
    let admin = Operator { roles: vec!["Admin".into()], ..operator("o1", "Sales") };
    let host = Host::new().setting("editors", "Admin").contact("c1", "Ada", Some("ada@example.com"));
    let host = host.operator_with(admin).operator_with(operator("o2", "Support"));
    host.operator_with(operator("o3", "Support")).operator_with(operator("o4", "Support"))
}

fn with(change: impl FnMut(&mut Rules)) {
    Rules::change(change).unwrap();
}

fn notice(host: &Host, happening: Happening) -> Notice {
    Notice { at: host.now(), ..Notice::new(happening) }
}

fn created(host: &Host, id: &str) -> Result<()> {
    AllRules::on_event(&notice(host, Happening::TicketCreated(tickets::get(id)?)))
}

fn changed(id: &str) -> TicketChange {
    TicketChange { ticket: tickets::get(id).unwrap(), changes: vec![] }
}

fn added(host: &Host, ticket: &str, message: Message) -> Result<()> {
    AllRules::on_event(&notice(host, Happening::MessageAdded(Written { ticket: tickets::get(ticket)?, message })))
}

/// What the requester wrote last.
fn wrote(host: &Host, ticket: &str) -> Result<()> {
    let mut messages = host.messages_now(ticket).into_iter();
    let last = messages.rfind(|message| matches!(message.author, Author::Requester(_)));
    added(host, ticket, last.unwrap())
}

/// What was written last, as if somebody of the desk had.
fn of_operator(host: &Host, ticket: &str) {
    let last = host.messages_now(ticket).pop().unwrap();
    added(host, ticket, Message { author: Author::Operator("o2".into()), ..last }).unwrap();
}

fn reply_of_operator(host: &Host, ticket: &str) {
    tickets::add_reply(ticket, "Hello").unwrap();
    of_operator(host, ticket);
}

fn sweep(host: &Host) {
    AllRules::on_schedule(&Tick::regular("sweep", host.now())).unwrap();
}

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

fn among(group: &str) -> Turn {
    Turn { on: true, among: group.into() }
}

#[test]
fn tickets_go_to_a_group_in_turn_past_who_is_away() {
    let mut host = host().setting("away", "Nobody@example.com, O3@Example.com");
    with(|rules| rules.turn = among("Support"));
    let mut got = Vec::new();
    for id in ["t1", "t2", "t3"] {
        host = host.ticket(id, "Ink", "c1");
        created(&host, id).unwrap();
        got.extend(tickets::get(id).unwrap().assignee);
    }
    assert_eq!(got, ["o2", "o4", "o2"]);
    created(&host, "t1").unwrap();
    assert_eq!(tickets::get("t1").unwrap().assignee.as_deref(), Some("o2"), "an event that comes twice");
}

#[test]
fn a_role_is_a_circle_too_and_nobody_is_left_without_words() {
    let host = host().ticket("t1", "Ink", "c1").ticket("t2", "Ink", "c1");
    with(|rules| rules.turn = among("Admin"));
    created(&host, "t1").unwrap();
    assert_eq!(tickets::get("t1").unwrap().assignee.as_deref(), Some("o1"));
    with(|rules| rules.turn = among("Nobody"));
    created(&host, "t2").unwrap();
    assert_eq!(tickets::get("t2").unwrap().assignee, None);
    assert!(host.logs().iter().any(|line| line.contains("nobody is there")), "{:?}", host.logs());
}

#[test]
fn who_has_a_ticket_keeps_it_and_one_that_opens_again_finds_somebody() {
    let host = host().ticket("t1", "Ink", "c1").ticket("t2", "Ink", "c1");
    with(|rules| rules.turn = among("Support"));
    tickets::assign("t1", Some("o1")).unwrap();
    for id in ["t1", "t2"] {
        AllRules::on_event(&notice(&host, Happening::TicketReopened(changed(id)))).unwrap();
    }
    let has = |id: &str| tickets::get(id).unwrap().assignee;
    assert_eq!((has("t1").as_deref(), has("t2").as_deref()), (Some("o1"), Some("o2")));
}

fn closed_now(text: &str) -> AutoReply {
    AutoReply { on: true, text: text.into() }
}

#[test]
fn outside_business_hours_a_requester_is_answered_once_a_day() {
    let host = host().ticket("t1", "Ink", "c1").message("t1", "Hello?");
    with(|rules| rules.reply = closed_now("We are closed."));
    created(&host, "t1").unwrap();
    wrote(&host, "t1").unwrap();
    assert_eq!(host.replies("t1"), ["We are closed."]);
    let host = host.ticket("t2", "Paper", "c1").message("t2", "And?");
    wrote(&host, "t2").unwrap();
    assert!(host.replies("t2").is_empty(), "they know by now");
    host.advance(minutes(24 * 60));
    wrote(&host, "t2").unwrap();
    assert_eq!(host.replies("t2"), ["We are closed."]);
}

#[test]
fn while_the_desk_is_open_people_answer() {
    let host = host().ticket("t1", "Ink", "c1").message("t1", "Hello?");
    with(|rules| rules.reply = closed_now("We are closed."));
    host.advance(minutes(9 * 60));
    wrote(&host, "t1").unwrap();
    assert!(host.replies("t1").is_empty(), "it is 10 o'clock in Berlin");
    with(|rules| rules.hours.zone = "Asia/Tokyo".into());
    wrote(&host, "t1").unwrap();
    assert_eq!(host.replies("t1").len(), 1, "it is 18 o'clock in Tokyo");
}

#[test]
fn machines_are_not_answered() {
    let host = host().contact("c2", "Shop", Some("no-reply@shop.example"));
    let host = host.ticket("t1", "Your order", "c2").message("t1", "On its way");
    let host = host.ticket("t2", "Out of office: Ink", "c1").message("t2", "I am away");
    with(|rules| rules.reply = closed_now("We are closed."));
    wrote(&host, "t1").unwrap();
    wrote(&host, "t2").unwrap();
    assert!(host.replies("t1").is_empty() && host.replies("t2").is_empty());
}

#[test]
fn what_was_not_sent_is_tried_again() {
    let host = host().ticket("t1", "Ink", "c1").message("t1", "Hello?").deny("tickets.reply");
    with(|rules| rules.reply = closed_now("We are closed."));
    assert!(wrote(&host, "t1").is_err());
    assert_eq!(host.stored::<i64>("replied/c1"), None);
}

#[test]
fn what_rules_wrote_themselves_starts_none() {
    let host = host().ticket("t1", "Ink", "c1").message("t1", "Hello?");
    with(|rules| {
        rules.turn = among("Support");
        rules.reply = closed_now("We are closed.");
    });
    let causes = vec!["another".to_owned(), about::get().id];
    let own = Notice { causes, ..notice(&host, Happening::TicketCreated(tickets::get("t1").unwrap())) };
    AllRules::on_event(&own).unwrap();
    assert!(host.replies("t1").is_empty() && tickets::get("t1").unwrap().assignee.is_none());
}

fn solve(host: &Host, id: &str) {
    tickets::set_status(id, Status::Solved).unwrap();
    AllRules::on_event(&notice(host, Happening::TicketSolved(changed(id)))).unwrap();
}

fn status(id: &str) -> Status {
    tickets::get(id).unwrap().status
}

#[test]
fn what_stays_solved_for_seven_days_is_closed() {
    let host = host().ticket("t1", "Ink", "c1").ticket("t2", "Paper", "c1");
    with(|rules| rules.close = Close { on: true, ..Close::default() });
    solve(&host, "t1");
    solve(&host, "t2");
    host.advance(minutes(3 * 24 * 60));
    tickets::set_status("t2", Status::Open).unwrap();
    AllRules::on_event(&notice(&host, Happening::TicketReopened(changed("t2")))).unwrap();
    solve(&host, "t2");
    host.advance(minutes(4 * 24 * 60));
    sweep(&host);
    assert_eq!((status("t1"), status("t2")), (Status::Closed, Status::Solved), "the last time counts");
    host.advance(minutes(3 * 24 * 60));
    sweep(&host);
    assert_eq!(status("t2"), Status::Closed);
}

#[test]
fn what_one_call_may_not_close_the_next_one_does() {
    let ids: Vec<String> = (0..12).map(|n| format!("t{n:02}")).collect();
    let host = ids.iter().fold(host(), |host, id| host.ticket(id, "Ink", "c1"));
    with(|rules| rules.close = Close { on: true, days: 1 });
    ids.iter().for_each(|id| solve(&host, id));
    host.advance(minutes(24 * 60));
    sweep(&host);
    let closed = || ids.iter().filter(|id| status(id) == Status::Closed).count();
    assert_eq!((closed(), host.planned()), (5, vec!["more".to_owned()]));
    while let Some(tick) = host.due().pop() {
        assert!(matches!(tick.timer, Timer::Once(_)));
        AllRules::on_schedule(&tick).unwrap();
    }
    assert_eq!(closed(), 12);
}

/// All day, so that minutes are minutes.
fn watched() -> Host {
    let host = host().ticket("t1", "Ink", "c1");
    with(|rules| {
        rules.hours.days = vec![];
        rules.clock = Targets { on: true, normal: 60, urgent: 20, warn: 15, ..Targets::default() };
    });
    created(&host, "t1").unwrap();
    host
}

fn beside() -> Look {
    Look::at(&AllRules::render(&testing::context()).unwrap())
}

#[test]
fn a_first_reply_that_is_due_is_told_once_and_again_when_it_is_late() {
    let host = watched();
    assert!(beside().shows("Waits for a reply") && beside().shows("2026-01-01T01:00:00Z"), "{:?}", beside().texts);
    host.advance(minutes(44));
    sweep(&host);
    assert!(host.tags("t1").is_empty());
    host.advance(minutes(1));
    sweep(&host);
    sweep(&host);
    assert_eq!(host.tags("t1"), [WARNED_TAG]);
    assert_eq!(host.notes("t1"), ["The first reply to this ticket is due soon."]);
    assert!(beside().shows("Due soon"));
    host.advance(minutes(15));
    sweep(&host);
    sweep(&host);
    assert_eq!((host.tags("t1"), host.notes("t1").len()), (vec![LATE_TAG.to_owned()], 2));
    host.advance(minutes(1));
    reply_of_operator(&host, "t1");
    assert!(beside().shows("Replied too late"));
    assert_eq!(host.tags("t1"), [LATE_TAG], "that it was late stays to be seen");
}

#[test]
fn a_reply_in_time_stops_the_clock_and_takes_the_warning_away() {
    let host = watched();
    host.advance(minutes(50));
    sweep(&host);
    assert_eq!(host.tags("t1"), [WARNED_TAG]);
    reply_of_operator(&host, "t1");
    assert!(host.tags("t1").is_empty() && beside().shows("Replied in time"));
    host.advance(minutes(60));
    sweep(&host);
    assert_eq!(host.notes("t1").len(), 1);
}

#[test]
fn only_replies_of_people_count() {
    let host = watched();
    tickets::add_reply("t1", "We are closed.").unwrap();
    added(&host, "t1", host.messages_now("t1").pop().unwrap()).unwrap();
    tickets::add_note("t1", "Who takes it?").unwrap();
    of_operator(&host, "t1");
    assert!(beside().shows("Waits for a reply"));
}

fn set_priority(host: &Host, priority: Priority) {
    tickets::set_priority("t1", priority).unwrap();
    let change = annex_sdk::plugin::Change { field: "priority".into(), old: None, new: None };
    let changed = TicketChange { changes: vec![change], ..changed("t1") };
    AllRules::on_event(&notice(host, Happening::TicketUpdated(changed))).unwrap();
}

#[test]
fn another_priority_has_another_time_from_the_beginning() {
    let host = watched();
    host.advance(minutes(10));
    set_priority(&host, Priority::Urgent);
    assert!(beside().shows("2026-01-01T00:20:00Z"));
    sweep(&host);
    assert_eq!(host.tags("t1"), [WARNED_TAG]);
    set_priority(&host, Priority::Low);
    assert!(host.tags("t1").is_empty() && beside().shows("Waits for a reply"), "it is not due soon any more");
}

#[test]
fn a_ticket_that_is_solved_or_gone_waits_for_nothing() {
    let host = watched();
    solve(&host, "t1");
    assert!(beside().shows("No reply is due"));
    created(&host, "t1").unwrap();
    AllRules::on_event(&notice(&host, Happening::TicketDeleted("t1".into()))).unwrap();
    host.advance(minutes(600));
    sweep(&host);
    assert!(host.notes("t1").is_empty());
}

#[test]
fn what_operators_open_waits_for_no_reply() {
    let host = host().ticket("t1", "Ink", "c1");
    with(|rules| rules.clock.on = true);
    let actor = Actor::Operator("o2".into());
    let happening = Happening::TicketCreated(tickets::get("t1").unwrap());
    AllRules::on_event(&Notice { actor, ..notice(&host, happening) }).unwrap();
    assert!(beside().shows("No reply is due"));
}

fn on_page(operator: &str) -> Context {
    Context { operator: operator.into(), view: "rules".into(), ..testing::context_at(Location::Page) }
}

fn page(operator: &str) -> Look {
    Look::at(&AllRules::render(&on_page(operator)).unwrap())
}

fn save(event: &Event) -> Look {
    Look::at_outcome(&AllRules::handle(&on_page("o1"), event))
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

#[test]
fn rules_are_changed_on_the_page() {
    let _host = host();
    let turn = Event::new("save-turn").entered("turn_on", Value::Flag(true)).entered("among", text("Support"));
    assert!(save(&turn).shows("Rules saved"));
    let reply = Event::new("save-reply").entered("reply_on", Value::Flag(true)).entered("reply_text", text(" Later. "));
    assert!(save(&reply).shows("Rules saved"));
    let days = Value::Many(vec!["0".into(), "5".into()]);
    let hours = Event::new("save-hours").entered("days", days).entered("from", text("08:30"));
    let hours = hours.entered("until", text("12:00")).entered("zone", text("Asia/Tokyo"));
    assert!(save(&hours).shows("Rules saved"));
    let close =
        Event::new("save-close").entered("close_on", Value::Flag(true)).entered("close_days", Value::Number(3.0));
    assert!(save(&close).shows("Rules saved"));
    let clock = Event::new("save-clock").entered("clock_on", Value::Flag(true));
    let clock = ["clock_urgent", "clock_high", "clock_normal", "clock_low", "clock_warn"]
        .into_iter()
        .fold(clock, |event, field| event.entered(field, Value::Number(7.0)));
    assert!(save(&clock).shows("Rules saved"));
    let rules = Rules::of_desk().unwrap();
    assert_eq!((rules.turn, rules.reply), (among("Support"), closed_now("Later.")));
    assert_eq!((rules.hours.days, rules.hours.from, rules.hours.until), (vec![0, 5], 510, 720));
    assert_eq!(rules.close, Close { on: true, days: 3 });
    assert_eq!(rules.clock, Targets { on: true, urgent: 7, high: 7, normal: 7, low: 7, warn: 7 });
}

#[test]
fn what_is_wrong_is_said_at_its_field_and_changes_nothing() {
    let host = host();
    let hours = |from: &str, until: &str, zone: &str| {
        Event::new("save-hours").entered("from", text(from)).entered("until", text(until)).entered("zone", text(zone))
    };
    assert!(save(&hours("17:00", "09:00", "")).shows("Choose a time after the beginning."));
    assert!(save(&hours("", "09:00", "")).shows("Enter a time such as 09:00."));
    assert!(save(&hours("09:00", "17:00", "Mars/Olympus")).shows("Enter the name of a zone"));
    let empty = Event::new("save-reply").entered("reply_on", Value::Flag(true)).entered("reply_text", text("  "));
    assert!(save(&empty).shows("Write what requesters are answered."));
    assert_eq!(host.stored_count(), 0);
}

#[test]
fn who_is_no_editor_sees_the_rules_and_changes_none() {
    let host = host();
    assert!(page("o1").button("Save").is_some() && page("o1").fields.contains(&"among".to_owned()));
    let seen = page("o2");
    assert!(seen.shows("Business hours") && seen.shows("09:00–17:00") && seen.fields.is_empty());
    let tried = AllRules::handle(&on_page("o2"), &Event::new("save-close").entered("close_on", Value::Flag(true)));
    assert!(matches!(tried, Err(Error::Denied(_))));
    assert_eq!(host.stored_count(), 0);
}

#[test]
fn every_language_has_every_text() {
    testing::every_language_is_complete(TEXTS);
}
