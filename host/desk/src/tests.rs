//! Tickets and messages: what is refused and leaves nothing, and what is decided under the lock.

mod import;
mod merge;
mod put_away;

use std::time::Duration;

use annex_domain::{
    addon::{Kind, Version},
    audit::Action,
    capability::Grant,
    clock::Timestamp,
    ids::{ContactId, InstallationId, MessageId, OperatorId},
    installation::Installation,
    operator::Actor,
    permission::{Permission, Permissions},
    tag::{MOST, TagError},
    ticket::{Author, ChannelThread, Delivery, Priority, Ticket, TicketStatus},
};
use annex_store::{
    Db, Dialect, Signal, audit, installations, jobs,
    messages::{self as stored_messages, Body, MAX_BODY, MAX_HTML},
    operators, reads,
    testing::{Fixture, manifest, on_both, publish},
    tickets::{self as stored, NewTicket, TicketChange},
};
use serde_json::json;

use crate::{
    Ctx, Desk, FieldProblem, Refusal, Rule, Wrong,
    messages::{Write, confirm, redeliver, write, writing},
    tickets::{Create, FirstAuthor, Requester, change, create, mark_read},
};

pub(crate) const NOW: Timestamp = Timestamp(1_000_000);

/// A desk with a ticket.
pub(crate) struct World {
    pub(crate) db: Db,
    pub(crate) desk: Desk,
    pub(crate) who: Fixture,
    pub(crate) ticket: Ticket,
}

impl World {
    pub(crate) async fn start(db: Db) -> Self {
        let mut tx = db.begin().await.unwrap();
        let who = Fixture::make(&mut tx).await;
        tx.commit().await.unwrap();
        let desk = Desk::new(db.clone());
        let ticket = create(&desk, &ctx(&who, who.agent, Permissions::agent()), wanted("Help")).await.unwrap();
        Self { db, desk, who, ticket }
    }

    pub(crate) fn agent(&self) -> Ctx {
        ctx(&self.who, self.who.agent, Permissions::agent())
    }

    pub(crate) fn without(&self, missing: Permission) -> Ctx {
        let rest = Permission::ALL.into_iter().filter(|permission| *permission != missing);
        ctx(&self.who, self.who.agent, Permissions(rest.collect()))
    }

    pub(crate) fn message(&self, internal: bool) -> Write {
        Write {
            ticket: self.ticket.number.into(),
            body: "Hi".into(),
            internal,
            attachments: vec![],
            then: None,
            seen: None,
            key: None,
        }
    }

    async fn set(&self, wanted: TicketChange) -> Result<Ticket, Refusal> {
        change(&self.desk, &self.agent(), self.ticket.id.into(), wanted, None).await
    }

    async fn deactivate(&self, operator: OperatorId) {
        let mut tx = self.db.begin().await.unwrap();
        operators::set_active(&mut tx, self.who.desk, operator, false, NOW).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// All that a deed could have left behind.
    async fn traces(&self) -> String {
        let (desk, mut conn) = (self.who.desk, self.db.read().await.unwrap());
        let all = stored::Filter::default();
        let tickets = stored::list(&mut conn, desk, &all, stored::Sort::default(), None, 100).await.unwrap();
        let messages = stored_messages::list(&mut conn, desk, self.ticket.id, None, 100).await.unwrap();
        let changes = stored::activity(&mut conn, desk, self.ticket.id).await.unwrap();
        let audited = audit::list(&mut conn, desk, None, 100).await.unwrap();
        let jobs = jobs::counts(&mut conn).await.unwrap();
        format!("{tickets:?} {messages:?} {changes:?} {audited:?} {jobs:?}")
    }
}

fn ctx(who: &Fixture, operator: OperatorId, permissions: Permissions) -> Ctx {
    Ctx::new(who.desk, Actor::Operator(operator), permissions, NOW)
}

pub(crate) fn wanted(subject: &str) -> Create {
    Create {
        requester: Requester::Address { email: "ann@example.org".into(), name: String::new() },
        author: FirstAuthor::Requester,
        subject: subject.into(),
        body: "Please".into(),
        priority: Priority::Normal,
        assignee: None,
        tags: vec![],
        fields: Default::default(),
        attachments: Vec::new(),
        via: None,
        key: None,
    }
}

fn closed() -> TicketChange {
    TicketChange { status: Some(TicketStatus::Closed), ..TicketChange::default() }
}

pub(crate) fn problems(refusal: Refusal) -> Vec<FieldProblem> {
    match refusal {
        Refusal::Invalid(problems) => problems,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_reply_may_say_where_its_ticket_stands_then() {
    on_both(async |db| {
        let world = World::start(db).await;
        let solved = Write { then: Some(TicketStatus::Solved), ..world.message(false) };
        write(&world.desk, &world.agent(), solved).await.unwrap();
        assert_eq!(world.set(TicketChange::default()).await.unwrap().status, TicketStatus::Solved);
    })
    .await;
}

#[tokio::test]
async fn a_ticket_of_somebody_new_and_a_change_of_rights_pass_each_other() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let (here, by) = (world.who.desk, Actor::Operator(world.who.admin));
        let mut changing = db.begin().await.unwrap();
        operators::rights(&mut changing, here, world.who.admin).await.unwrap();
        let changed = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            audit::append(&mut changing, here, by, Action::RoleUpdate, "role:x", &json!({}), NOW).await.unwrap();
            changing.commit().await.unwrap();
        };
        let requester = Requester::Address { email: "new@example.org".into(), name: String::new() };
        let of_somebody_new = Create { requester, ..wanted("Hello") };
        let agent = world.agent();
        let (made, ()) = tokio::join!(create(&world.desk, &agent, of_somebody_new), changed);
        assert_eq!(made.unwrap().number, 2);
    })
    .await;
}

#[tokio::test]
async fn a_reply_that_meets_the_closing_of_its_ticket_is_refused() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let mut tx = db.begin().await.unwrap();
        stored::change(&mut tx, world.who.desk, world.ticket.id, closed(), Actor::System, None, NOW).await.unwrap();
        // The reply sets off while everybody else still sees the ticket open.
        let closing = async {
            for _ in 0..5_000 {
                tokio::task::yield_now().await;
            }
            tx.commit().await.unwrap();
        };
        let ctx = world.agent();
        let (reply, ()) = tokio::join!(write(&world.desk, &ctx, world.message(false)), closing);
        assert!(matches!(reply, Err(Refusal::Rule(Rule::TicketClosed))), "{reply:?}");
        write(&world.desk, &ctx, world.message(true)).await.unwrap();
        let mut conn = db.read().await.unwrap();
        let written = stored_messages::list(&mut conn, world.who.desk, world.ticket.id, None, 9).await.unwrap();
        let internal: Vec<bool> = written.iter().map(|written| written.message.internal).collect();
        assert_eq!(internal, [false, true], "the first message and the note");
    })
    .await;
}

#[tokio::test]
async fn no_reply_is_written_past_one_that_its_author_has_not_seen() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let (desk, of, ticket) = (&world.desk, world.who.desk, world.ticket.id);
        let admin = ctx(&world.who, world.who.admin, Permissions::admin());
        let at = |ctx: &Ctx, after: i64| Ctx { now: Timestamp(NOW.0 + after), ..ctx.clone() };
        let reply = |seen| Write { seen: Some(seen), ..world.message(false) };
        let last = async || {
            let mut conn = db.read().await.unwrap();
            stored_messages::list(&mut conn, of, ticket, None, 1).await.unwrap().remove(0).message.id
        };
        let first = last().await;
        // Neither own replies nor notes are in the way.
        write(desk, &at(&world.agent(), 1), reply(first)).await.unwrap();
        write(desk, &at(&admin, 2), world.message(true)).await.unwrap();
        write(desk, &at(&world.agent(), 3), reply(first)).await.unwrap();
        let before = world.traces().await;
        let refused = write(desk, &at(&admin, 4), reply(first)).await;
        assert!(matches!(refused, Err(Refusal::Rule(Rule::AnsweredMeanwhile))), "{refused:?}");
        assert_eq!(world.traces().await, before);
        // A note is written anyway, and so is the reply of whoever has seen it, or does not say what they saw.
        write(desk, &at(&admin, 4), Write { internal: true, ..reply(first) }).await.unwrap();
        write(desk, &at(&admin, 5), reply(last().await)).await.unwrap();
        write(desk, &at(&world.agent(), 6), world.message(false)).await.unwrap();
        write(desk, &at(&admin, 7), reply(MessageId::new())).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn whoever_writes_or_says_so_has_read_the_ticket() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let (desk, of, ticket) = (&world.desk, world.who.desk, world.ticket.id);
        let unread =
            async |operator| reads::is_unread(&mut db.read().await.unwrap(), of, operator, ticket).await.unwrap();
        let (agent, admin) = (world.who.agent, world.who.admin);
        assert!(unread(agent).await && unread(admin).await);
        write(desk, &world.agent(), world.message(true)).await.unwrap();
        assert!(!unread(agent).await && unread(admin).await);
        mark_read(desk, &ctx(&world.who, admin, Permissions::agent()), ticket.into(), None).await.unwrap();
        assert!(!unread(admin).await);
        let stranger =
            Ctx::new(world.who.other_desk, Actor::Operator(world.who.other_admin), Permissions::admin(), NOW);
        assert!(matches!(mark_read(desk, &stranger, ticket.into(), None).await, Err(Refusal::NotFound("ticket"))));
        assert!(matches!(writing(desk, &stranger, ticket.into()).await, Err(Refusal::NotFound("ticket"))));
        let blind = world.without(Permission::TicketsView);
        assert!(matches!(mark_read(desk, &blind, ticket.into(), None).await, Err(Refusal::Forbidden(_))));
    })
    .await;
}

#[tokio::test]
async fn that_somebody_is_writing_is_told_with_their_name() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let mut jobs = db.job_wakes();
        let mut signals = db.signals();
        if db.dialect() == Dialect::Postgres {
            jobs.changed().await.unwrap(); // the listener is up
        }
        writing(&world.desk, &world.agent(), world.ticket.id.into()).await.unwrap();
        let (desk, ticket, operator) = (world.who.desk, world.ticket.id, world.who.agent);
        let expected = Signal::Writing { desk, ticket, operator, name: "Bo".into() };
        while signals.recv().await.unwrap() != expected {}
    })
    .await;
}

#[tokio::test]
async fn a_ticket_is_given_only_to_who_works_in_the_desk() {
    on_both(async |db| {
        let world = World::start(db).await;
        let (admin, agent) = (world.who.admin, world.who.agent);
        let assign = |to| TicketChange { assignee: Some(Some(to)), ..TicketChange::default() };
        world.set(assign(agent)).await.unwrap();
        world.deactivate(agent).await;
        // Who has it keeps it, whatever else changes.
        let urgent = TicketChange { priority: Some(Priority::Urgent), ..assign(agent) };
        assert_eq!(world.set(urgent).await.unwrap().assignee, Some(agent));
        world.set(assign(admin)).await.unwrap();
        let before = world.traces().await;
        for nobody in [agent, world.who.other_admin, OperatorId::new()] {
            let nobody_there = vec![Wrong::NoOperator.at("assignee")];
            assert_eq!(problems(world.set(assign(nobody)).await.unwrap_err()), nobody_there);
            let new = Create { assignee: Some(nobody), ..wanted("Another") };
            assert_eq!(problems(create(&world.desk, &world.agent(), new).await.unwrap_err()), nobody_there);
        }
        assert_eq!(world.traces().await, before);
    })
    .await;
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    on_both(async |db| {
        let world = World::start(db).await;
        let many: Vec<String> = (0..=MOST).map(|n| n.to_string()).collect();
        let bad = Create {
            requester: Requester::Address { email: "ann".into(), name: "x".repeat(201) },
            subject: "x".repeat(201),
            body: "x".repeat(MAX_BODY + 1).into(),
            tags: many.clone(),
            ..wanted("")
        };
        let expected = [
            Wrong::TooLong(200).at("name"),
            Wrong::MailAddress.at("email"),
            Wrong::TooLong(200).at("subject"),
            Wrong::TooLong(MAX_BODY).at("body"),
            Wrong::Tags(TagError::TooMany).at("tags"),
        ];
        assert_eq!(problems(create(&world.desk, &world.agent(), bad).await.unwrap_err()), expected);
        let unknown = Create { requester: Requester::Contact(ContactId::new()), ..wanted("Another") };
        let refused = create(&world.desk, &world.agent(), unknown).await.unwrap_err();
        assert_eq!(problems(refused), [Wrong::Unknown.at("requester.id")]);
        let empty = TicketChange { subject: Some(" \n ".into()), tags: Some(many), ..TicketChange::default() };
        let expected = [Wrong::Required.at("subject"), Wrong::Tags(TagError::TooMany).at("tags")];
        assert_eq!(problems(world.set(empty).await.unwrap_err()), expected);
        for (body, wrong) in [(" \n", Wrong::Required), ("a\0b", Wrong::Characters)] {
            let bad = Write { body: body.into(), ..world.message(true) };
            assert_eq!(problems(write(&world.desk, &world.agent(), bad).await.unwrap_err()), [wrong.at("body")]);
        }
        let lines = TicketChange { subject: Some(" Two\r\nlines ".into()), ..TicketChange::default() };
        assert_eq!(world.set(lines).await.unwrap().subject, "Two lines");
    })
    .await;
}

#[tokio::test]
async fn html_alone_is_read_for_its_text() {
    on_both(async |db| {
        let world = World::start(db).await;
        let (desk, agent) = (&world.desk, world.agent());
        let formatted = |text: &str, html: &str| Write {
            body: Body { text: text.into(), html: Some(html.into()) },
            ..world.message(true)
        };
        for (text, html, said, has_html) in [
            ("", "<p>Dear <b>Ada</b><p>Bye", "Dear Ada\n\nBye", true),
            ("Hi", "<p>Ho", "Hi", true),
            ("Hi", " \n", "Hi", false),
        ] {
            let made = write(desk, &agent, formatted(text, html)).await.unwrap();
            assert_eq!((made.body.as_str(), made.has_html), (said, has_html), "{html}");
        }
        let long = "x".repeat(MAX_HTML + 1);
        for (text, html, expected) in [
            ("", "<img src=x>", Wrong::Required.at("body")),
            ("Hi", "a\0", Wrong::Characters.at("html")),
            ("Hi", long.as_str(), Wrong::TooLong(MAX_HTML).at("html")),
        ] {
            let refused = write(desk, &agent, formatted(text, html)).await.unwrap_err();
            assert_eq!(problems(refused), [expected]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_form_that_is_sent_twice_is_done_once() {
    on_both(async |db| {
        let world = World::start(db).await;
        let (desk, agent) = (&world.desk, world.agent());
        let admin = ctx(&world.who, world.who.admin, Permissions::admin());
        let note = || Write { key: Some("k".into()), ..world.message(true) };
        write(desk, &agent, note()).await.unwrap();
        let before = world.traces().await;
        assert!(matches!(write(desk, &agent, note()).await, Err(Refusal::Rule(Rule::DoneBefore))));
        assert_eq!(world.traces().await, before);
        write(desk, &admin, note()).await.unwrap();
        // What is refused claims nothing.
        world.set(closed()).await.unwrap();
        let reply = || Write { key: Some("l".into()), ..world.message(false) };
        assert!(matches!(write(desk, &agent, reply()).await, Err(Refusal::Rule(Rule::TicketClosed))));
        world.set(TicketChange { status: Some(TicketStatus::Open), ..TicketChange::default() }).await.unwrap();
        write(desk, &agent, reply()).await.unwrap();
        let new = || Create { key: Some("m".into()), ..wanted("Another") };
        create(desk, &agent, new()).await.unwrap();
        assert!(matches!(create(desk, &agent, new()).await, Err(Refusal::Rule(Rule::DoneBefore))));
    })
    .await;
}

pub(crate) async fn installed(db: &Db, who: &Fixture) -> InstallationId {
    let version = Version::new(1, 0, 0);
    let mut tx = db.begin().await.unwrap();
    publish(&mut tx, &manifest("acme.one", version.clone(), 1), NOW).await.unwrap();
    let (id, addon) = (InstallationId::new(), "acme.one".parse().unwrap());
    let new = Installation::begin(id, who.desk, addon, Kind::Plugin, version, Grant::default(), who.admin, NOW);
    installations::insert(&mut tx, &new, None).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn what_an_add_on_writes_is_counted_and_carries_its_causes() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let (first, id) = (InstallationId::new(), installed(&db, &world.who).await);
        let addon = Ctx::new(world.who.desk, Actor::Addon(id), Permissions::admin(), NOW);
        let addon = Ctx { causes: vec![first, id], ..addon };
        let note = write(&world.desk, &addon, world.message(true)).await.unwrap();
        assert_eq!(note.author, Author::Addon(id));
        let turn = async || jobs::claim(&db, Timestamp(NOW.0 + 1), Duration::from_secs(60)).await.unwrap().unwrap();
        // The requester, the ticket, and the note of the add-on.
        let told = [turn().await, turn().await, turn().await].map(|job| job.payload.get("causes").cloned());
        assert_eq!(told, [None, None, Some(json!([first, id]))]);
        for at in 1..60 {
            let tags = TicketChange { tags: Some(vec![format!("t{at}")]), ..TicketChange::default() };
            change(&world.desk, &addon, world.ticket.id.into(), tags, None).await.unwrap();
        }
        let before = world.traces().await;
        let one_more = write(&world.desk, &addon, world.message(true)).await;
        assert!(matches!(one_more, Err(Refusal::Rule(Rule::TooManyWrites))), "{one_more:?}");
        assert!(change(&world.desk, &addon, world.ticket.id.into(), closed(), None).await.is_err());
        assert_eq!(world.traces().await, before);
    })
    .await;
}

#[tokio::test]
async fn somebody_decides_about_a_reply_that_nobody_knows_of() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let (desk, agent, of) = (&world.desk, world.agent(), world.who.desk);
        let channel = ChannelThread { installation: InstallationId::new(), thread: "t".into(), handle: "h".into() };
        let plain = NewTicket::of(world.ticket.requester, "By a channel", "Hello");
        let new = NewTicket { channel: Some(channel), ..plain };
        let mut tx = db.begin().await.unwrap();
        let ticket = stored::create(&mut tx, of, new, NOW).await.unwrap().0.id;
        tx.commit().await.unwrap();
        let reply = Write { ticket: ticket.into(), ..world.message(false) };
        let reply = write(desk, &agent, reply).await.unwrap();
        assert_eq!(reply.delivery, Delivery::Pending);
        let (ticket, here, id) = (ticket.into(), world.ticket.id.into(), reply.id);
        let became = async |delivery| {
            let mut tx = db.begin().await.unwrap();
            stored_messages::set_delivery(&mut tx, of, id, delivery, Some("?"), NOW).await.unwrap();
            tx.commit().await.unwrap();
        };
        let before = world.traces().await;
        assert!(matches!(redeliver(desk, &agent, ticket, id).await, Err(Refusal::Rule(Rule::NotFailed))));
        assert!(matches!(confirm(desk, &agent, ticket, id).await, Err(Refusal::Rule(Rule::NotUnclear))));
        assert!(matches!(redeliver(desk, &agent, here, id).await, Err(Refusal::NotFound("message"))));
        assert_eq!(world.traces().await, before);
        became(Delivery::Unclear).await;
        redeliver(desk, &agent, ticket, id).await.unwrap();
        became(Delivery::Unclear).await;
        confirm(desk, &agent, ticket, id).await.unwrap();
        let mut conn = db.read().await.unwrap();
        assert_eq!(stored_messages::get(&mut conn, of, id).await.unwrap().delivery, Delivery::Sent);
        let audited = audit::list(&mut conn, of, None, 10).await.unwrap();
        let audited: Vec<_> =
            audited.iter().rev().map(|entry| (entry.action.as_str(), entry.object.as_str())).skip(1).collect();
        let object = format!("message:{id}");
        assert_eq!(audited, [("message.redeliver", object.as_str()), ("message.arrived", object.as_str())]);
    })
    .await;
}
