//! Drafts: one for each operator and place, which nobody else sees, and which ends with what became of it.

use std::{collections::BTreeSet, time::Duration};

use annex_domain::{
    ids::{OperatorId, TicketId},
    operator::Actor,
    permission::{Permission, Permissions},
    ticket::{Priority, TicketStatus},
};
use annex_store::{
    drafts::{self as stored, Draft, Form},
    messages::MAX_BODY,
    samples,
    testing::on_both,
    tickets::TicketChange,
};

use super::{Outcome, Save, What, discard, save};
use crate::{
    Ctx, Refusal, Rule, Wrong,
    messages::{Write, write},
    tests::{NOW, World, problems, wanted},
    tickets::{Create, change, create},
};

impl World {
    fn reply(&self, body: &str, rev: i64) -> Save {
        let what = What::Message { ticket: self.ticket.number.into(), internal: false };
        Save { what, body: body.into(), rev, key: None }
    }

    async fn save(&self, input: Save) -> Outcome {
        save(&self.desk, &self.agent(), input).await.unwrap()
    }

    async fn refused(&self, input: Save) -> Refusal {
        save(&self.desk, &self.agent(), input).await.unwrap_err()
    }

    async fn kept(&self, input: Save) -> i64 {
        match self.save(input).await {
            Outcome::Kept(rev) => rev,
            other => panic!("{other:?}"),
        }
    }

    async fn of(&self, operator: OperatorId, ticket: Option<TicketId>) -> Option<Draft> {
        let mut conn = self.db.read().await.unwrap();
        stored::get(&mut conn, self.who.desk, operator, ticket).await.unwrap()
    }

    /// What the agent is writing to the ticket.
    async fn body(&self) -> Option<String> {
        self.of(self.who.agent, Some(self.ticket.id)).await.map(|draft| draft.text.body)
    }
}

fn form(subject: &str) -> Form {
    let [email, name] = ["ann@".to_owned(), String::new()];
    Form { email, name, subject: subject.into(), priority: Priority::High, mine: true, via: String::new() }
}

#[tokio::test]
async fn what_is_written_is_kept_for_who_writes_it_alone() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let (agent, id) = (world.who.agent, world.ticket.id);
        let first = world.kept(world.reply("Dear", 0)).await;
        let second = world.kept(world.reply("  Dear Ann,\n", first)).await;
        assert!(second > first && first > 0);
        let draft = world.of(agent, Some(id)).await.unwrap();
        assert_eq!((draft.text.body.as_str(), draft.text.internal, draft.rev), ("  Dear Ann,\n", false, second));
        let new = Save { what: What::Ticket(form("Door")), body: String::new(), rev: 0, key: None };
        world.kept(new).await;
        let draft = world.of(agent, None).await.unwrap();
        assert_eq!((draft.text.form, draft.updated_at), (Some(form("Door")), NOW));
        assert_eq!(world.body().await.unwrap(), "  Dear Ann,\n", "beside it");

        // Nobody else's, in this desk or another.
        assert_eq!(world.of(world.who.admin, Some(id)).await, None);
        assert_eq!(world.of(world.who.admin, None).await, None);
        let mut conn = db.read().await.unwrap();
        let mut among = async |desk, operator| stored::among(&mut conn, desk, operator, &[id]).await.unwrap();
        assert_eq!(among(world.who.desk, agent).await, BTreeSet::from([id]));
        assert!(among(world.who.desk, world.who.admin).await.is_empty());
        assert!(among(world.who.other_desk, agent).await.is_empty());
        let stranger = Actor::Operator(world.who.other_admin);
        let stranger = Ctx::new(world.who.other_desk, stranger, Permissions::admin(), NOW);
        let refused = save(&world.desk, &stranger, world.reply("Mine", 0)).await;
        assert!(matches!(refused, Err(Refusal::NotFound(_))), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn of_two_tabs_the_later_one_is_told() {
    on_both(async |db| {
        let world = World::start(db).await;
        let first = world.kept(world.reply("One", 0)).await;
        let second = world.kept(world.reply("Two", first)).await;
        // An older version, none, and an empty box that never had it.
        for (body, rev) in [("Three", first), ("Three", 0), ("", first), ("", 0)] {
            match world.save(world.reply(body, rev)).await {
                Outcome::Differs(Some(draft)) => assert_eq!((draft.text.body.as_str(), draft.rev), ("Two", second)),
                other => panic!("{body} {rev}: {other:?}"),
            }
        }
        assert_eq!(world.body().await.unwrap(), "Two");
        assert_eq!(world.kept(world.reply(" \n", second)).await, 0);
        assert_eq!(world.body().await, None);
        assert_eq!(world.kept(world.reply("", 0)).await, 0, "there is nothing to discard");
        // What was discarded does not come back by itself, and its versions do not either.
        assert_eq!(world.save(world.reply("Two", second)).await, Outcome::Differs(None));
        let later = Ctx { now: NOW.after(Duration::from_secs(1)), ..world.agent() };
        let anew = save(&world.desk, &later, world.reply("Four", 0)).await.unwrap();
        assert!(matches!(anew, Outcome::Kept(rev) if rev > second), "{anew:?}");
    })
    .await;
}

#[tokio::test]
async fn a_draft_ends_with_what_is_sent_and_only_with_that() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let (desk, agent) = (&world.desk, world.agent());
        let rev = world.kept(world.reply("Hi", 0)).await;
        // A program writes in the name of the operator, and somebody else by the form.
        write(desk, &agent, world.message(false)).await.unwrap();
        let admin = Ctx { actor: Actor::Operator(world.who.admin), ..world.agent() };
        write(desk, &admin, Write { key: Some("a".into()), ..world.message(false) }).await.unwrap();
        // What is refused, or does not last.
        let keyed = || Write { key: Some("b".into()), ..world.message(false) };
        let to = |status| TicketChange { status: Some(status), ..TicketChange::default() };
        let id = world.ticket.id;
        change(desk, &agent, id.into(), to(TicketStatus::Closed), None).await.unwrap();
        let refused = write(desk, &agent, keyed()).await;
        assert!(matches!(refused, Err(Refusal::Rule(Rule::TicketClosed))));
        change(desk, &agent, id.into(), to(TicketStatus::Open), None).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        discard(&mut tx, &agent, Some(id)).await.unwrap();
        drop(tx);
        assert_eq!(world.body().await.unwrap(), "Hi");

        write(desk, &agent, keyed()).await.unwrap();
        assert_eq!(world.body().await, None);
        // A save that was already on its way.
        for rev in [rev, 0] {
            let late = Save { key: Some("b".into()), ..world.reply("Hi", rev) };
            assert_eq!(world.save(late).await, Outcome::Sent);
        }
        assert_eq!(world.body().await, None);

        let new =
            |key: &str| Save { what: What::Ticket(form("Door")), body: "Sticks".into(), rev: 0, key: Some(key.into()) };
        world.kept(new("c")).await;
        create(desk, &agent, wanted("Help")).await.unwrap();
        assert!(world.of(world.who.agent, None).await.is_some());
        create(desk, &agent, Create { key: Some("c".into()), ..wanted("Help") }).await.unwrap();
        assert_eq!(world.of(world.who.agent, None).await, None);
        assert_eq!(world.save(new("c")).await, Outcome::Sent);
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_no_longer_than_a_message_and_needs_its_permission() {
    on_both(async |db| {
        let world = World::start(db).await;
        for (body, wrong) in [("x".repeat(MAX_BODY + 1), Wrong::TooLong(MAX_BODY)), ("a\0".into(), Wrong::Characters)] {
            assert_eq!(problems(world.refused(world.reply(&body, 0)).await), [wrong.at("body")]);
        }
        world.kept(world.reply(&"ä".repeat(MAX_BODY), 0)).await;
        let new = || Save { what: What::Ticket(form(&"x".repeat(300))), body: String::new(), rev: 0, key: None };
        assert_eq!(problems(world.refused(new()).await), [Wrong::TooLong(254).at("subject")]);
        let reply = || world.reply("Hi", 0);
        let inputs: [(Permission, &dyn Fn() -> Save); 2] =
            [(Permission::TicketsReply, &reply), (Permission::TicketsManage, &new)];
        for (missing, input) in inputs {
            let refused = save(&world.desk, &world.without(missing), input()).await;
            assert!(matches!(refused, Err(Refusal::Forbidden(it)) if it == missing), "{refused:?}");
        }
        let host = Ctx::host(world.who.desk, Actor::CommandLine, NOW);
        let refused = save(&world.desk, &host, world.reply("Hi", 0)).await;
        assert!(matches!(refused, Err(Refusal::Rule(Rule::PersonNeeded))), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn drafts_go_with_their_ticket_and_when_they_are_old() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        world.kept(world.reply("Hi", 0)).await;
        let new = Save { what: What::Ticket(form("Door")), body: String::new(), rev: 0, key: None };
        world.kept(new).await;
        let (desk, agent) = (world.who.desk, world.who.agent);
        let mut tx = db.begin().await.unwrap();
        samples::begin(&mut tx, desk, NOW).await.unwrap();
        samples::add(&mut tx, desk, world.ticket.id, world.ticket.requester).await.unwrap();
        samples::remove(&mut tx, desk, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(world.body().await, None);
        assert!(world.of(agent, None).await.is_some());
        let mut tx = db.begin().await.unwrap();
        assert_eq!(stored::purge(&mut tx, NOW).await.unwrap(), 0);
        assert_eq!(stored::purge(&mut tx, NOW.after(Duration::from_secs(1))).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(world.of(agent, None).await, None);
    })
    .await;
}
