//! Tickets that take up others.

use annex_domain::{
    attachment::{Attachment, MediaType},
    ids::{AttachmentId, TicketId},
    ticket::TicketRef,
};
use annex_store::{
    Tx,
    attachments::{self, Kept, Maker, NewAttachment},
    channels::{self, Conversation},
    drafts::{self, Text},
};

use super::*;
use crate::{
    Unfit, contacts,
    import::{Origin, Writer},
    messages::{Import, import},
    tickets::{delete, mark_spam, merge, restore},
};

impl World {
    async fn another_ticket(&self, email: &str) -> Ticket {
        let requester = Requester::Address { email: email.into(), name: String::new() };
        create(&self.desk, &self.agent(), Create { requester, ..wanted("Again") }).await.unwrap()
    }

    async fn merges(&self, ticket: &Ticket, into: &Ticket) -> Result<Ticket, Refusal> {
        merge(&self.desk, &self.agent(), ticket.id.into(), into.number.into()).await
    }

    async fn as_it_is(&self, ticket: &Ticket) -> Ticket {
        stored::get(&mut self.db.read().await.unwrap(), self.who.desk, ticket.id).await.unwrap()
    }

    /// The ticket that is joined by what comes under an id of a conversation.
    async fn joined(&self, tx: &mut Tx, channel: InstallationId, thread: &str) -> Option<TicketId> {
        let leads = channels::lock_thread(tx, self.who.desk, channel, thread, NOW).await.unwrap()?;
        Some(stored::follow(tx, self.who.desk, leads).await.unwrap().id)
    }

    /// What is recorded of a ticket, sorted.
    async fn history(&self, ticket: &Ticket) -> Vec<String> {
        let changes = stored::activity(&mut self.db.read().await.unwrap(), self.who.desk, ticket.id).await.unwrap();
        let mut said: Vec<_> =
            changes.iter().map(|change| format!("{} {}>{}", change.field, change.old, change.new)).collect();
        said.sort();
        said
    }
}

#[tokio::test]
async fn a_ticket_takes_up_another_which_keeps_its_messages() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let twin = world.another_ticket("bob@example.org").await;
        let other = world.merges(&world.ticket, &twin).await.unwrap();
        assert_eq!((other.id, other.status, other.merged_into), (twin.id, TicketStatus::Open, None));
        assert_eq!(world.as_it_is(&twin).await, other);
        assert!(other.updated_at > twin.updated_at, "its version rises");
        let merged = world.as_it_is(&world.ticket).await;
        assert_eq!((merged.status, merged.merged_into), (TicketStatus::Closed, Some(twin.id)));
        assert!(merged.updated_at > world.ticket.updated_at);
        assert_eq!(world.history(&merged).await, ["merged-into >2", "status open>closed"]);
        assert_eq!(world.history(&twin).await, ["merged >1"]);
        let mut conn = db.read().await.unwrap();
        for ticket in [merged.id, twin.id] {
            let written = stored_messages::list(&mut conn, world.who.desk, ticket, None, 9).await.unwrap();
            assert_eq!(written.len(), 1);
        }
        let entry = audit::list(&mut conn, world.who.desk, None, 1).await.unwrap().remove(0);
        let object = format!("ticket:{}", merged.id);
        assert_eq!((entry.action.as_str(), entry.object), ("ticket.merge", object));
        assert_eq!(entry.detail, json!({ "name": "#1", "into": "#2" }));
        let listed = stored::Filter { statuses: vec![TicketStatus::Closed], ..stored::Filter::default() };
        let listed = stored::list(&mut conn, world.who.desk, &listed, stored::Sort::default(), None, 9).await.unwrap();
        assert_eq!(listed.iter().map(|one| one.merged_into).collect::<Vec<_>>(), [Some(2)]);
    })
    .await;
}

#[tokio::test]
async fn a_merged_ticket_is_only_looked_at_and_deleted() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let (desk, agent) = (&world.desk, world.agent());
        let admin = ctx(&world.who, world.who.admin, Permissions::admin());
        let addon = Ctx::new(world.who.desk, Actor::Addon(installed(&db, &world.who).await), Permissions::admin(), NOW);
        let twin = world.another_ticket("ann@example.org").await;
        world.merges(&world.ticket, &twin).await.unwrap();
        let (it, id) = (TicketRef::from(world.ticket.id), MessageId::new());
        let open = || TicketChange { status: Some(TicketStatus::Open), ..TicketChange::default() };
        let origin = Origin { author: Writer::Requester, at: None, external_id: None };
        let old = Import { ticket: it, body: "It still is".into(), internal: true, origin };
        let before = world.traces().await;
        for refused in [
            write(desk, &agent, world.message(false)).await.map(drop),
            write(desk, &agent, world.message(true)).await.map(drop),
            write(desk, &addon, world.message(true)).await.map(drop),
            import(desk, &admin, old).await.map(drop),
            world.set(open()).await.map(drop),
            change(desk, &addon, it, open(), None).await.map(drop),
            redeliver(desk, &agent, it, id).await,
            confirm(desk, &agent, it, id).await,
            mark_spam(desk, &agent, it, true).await.map(drop),
            world.merges(&world.ticket, &twin).await.map(drop),
        ] {
            assert!(matches!(refused, Err(Refusal::Rule(Rule::Merged))), "{refused:?}");
        }
        assert_eq!(world.traces().await, before);

        assert!(delete(desk, &agent, it).await.unwrap().deleted_at.is_some());
        let back = restore(desk, &agent, it).await.unwrap();
        let expected = (None, TicketStatus::Closed, Some(twin.id));
        assert_eq!((back.deleted_at, back.status, back.merged_into), expected);
        assert!(matches!(world.set(open()).await, Err(Refusal::Rule(Rule::Merged))));
    })
    .await;
}

#[tokio::test]
async fn what_cannot_take_up_a_ticket_says_why_and_nothing_is_written() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let (desk, agent, it) = (&world.desk, world.agent(), TicketRef::from(world.ticket.id));
        let service =
            Ctx::new(world.who.desk, Actor::Addon(installed(&db, &world.who).await), Permissions::admin(), NOW);
        let mut made = Vec::new();
        for _ in 0..5 {
            made.push(world.another_ticket("ann@example.org").await);
        }
        let [spam, gone, shut, merged, other] = &made[..] else { panic!("{made:?}") };
        mark_spam(desk, &agent, spam.id.into(), true).await.unwrap();
        delete(desk, &agent, gone.id.into()).await.unwrap();
        change(desk, &agent, shut.id.into(), closed(), None).await.unwrap();
        world.merges(merged, other).await.unwrap();
        let stranger = Ctx::host(world.who.other_desk, Actor::Operator(world.who.other_admin), NOW);
        let theirs = TicketRef::from(create(desk, &stranger, wanted("Theirs")).await.unwrap().id);
        let before = world.traces().await;
        for (into, unfit) in [
            (&world.ticket, Unfit::Itself),
            (spam, Unfit::PutAway),
            (gone, Unfit::PutAway),
            (shut, Unfit::Closed),
            (merged, Unfit::Merged),
        ] {
            let refused = world.merges(&world.ticket, into).await.unwrap_err();
            assert_eq!(problems(refused), [Wrong::Unfit(unfit).at("into")]);
        }
        for away in [spam, gone] {
            let refused = world.merges(away, &world.ticket).await;
            assert!(matches!(refused, Err(Refusal::Rule(Rule::TicketPutAway))), "{refused:?}");
        }
        for refused in [
            merge(desk, &agent, it, theirs).await,
            merge(desk, &agent, theirs, it).await,
            merge(desk, &agent, it, TicketRef::Number(999)).await,
            merge(desk, &stranger, it, theirs).await,
            merge(desk, &service, it, spam.id.into()).await,
            merge(desk, &service, it, gone.id.into()).await,
        ] {
            assert!(matches!(refused, Err(Refusal::NotFound("ticket"))), "{refused:?}");
        }
        let refused = merge(desk, &world.without(Permission::TicketsManage), it, other.id.into()).await;
        assert!(matches!(refused, Err(Refusal::Forbidden(Permission::TicketsManage))), "{refused:?}");
        assert_eq!(world.traces().await, before);
    })
    .await;
}

#[tokio::test]
async fn what_was_merged_before_moves_on_and_what_comes_joins_the_last() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let second = world.another_ticket("bob@example.org").await;
        let third = world.another_ticket("cy@example.org").await;
        world.merges(&world.ticket, &second).await.unwrap();
        let first = world.as_it_is(&world.ticket).await;
        world.merges(&second, &third).await.unwrap();
        for merged in [&world.ticket, &second] {
            assert_eq!(world.as_it_is(merged).await.merged_into, Some(third.id));
        }
        assert!(world.as_it_is(&first).await.updated_at > first.updated_at, "it is another version of it");
        let mut tx = db.begin().await.unwrap();
        for merged in [&world.ticket, &second] {
            let author = Author::Requester(merged.requester);
            let new = stored_messages::NewMessage { author, internal: false, body: "Me again".into() };
            let added = stored_messages::add(&mut tx, world.who.desk, merged.id, new, NOW).await.unwrap();
            assert_eq!((added.ticket.id, added.message.ticket, added.new_ticket), (third.id, third.id, false));
        }
        tx.commit().await.unwrap();

        // With nothing left to lead to they are closed like any other.
        delete(&world.desk, &world.agent(), third.id.into()).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        assert_eq!(stored::purge(&mut tx, Timestamp(NOW.0 + 1)).await.unwrap(), 1);
        tx.commit().await.unwrap();
        for merged in [&world.ticket, &second] {
            let left = world.as_it_is(merged).await;
            assert_eq!((left.status, left.merged_into), (TicketStatus::Closed, None));
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_being_written_goes_on_in_the_other_unless_something_is_there() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let twin = world.another_ticket("ann@example.org").await;
        let (of, here, there) = (world.who.desk, world.ticket.id, twin.id);
        let (agent, admin) = (world.who.agent, world.who.admin);
        let mut tx = db.begin().await.unwrap();
        for (operator, ticket, body) in [(agent, here, "Dear Ann"), (admin, here, "Hm"), (admin, there, "Well")] {
            let text = Text { body: body.into(), internal: false, form: None };
            drafts::save(&mut tx, of, operator, Some(ticket), &text, 0, NOW).await.unwrap();
            let (id, name, size) = (AttachmentId::new(), body.to_owned(), 1);
            attachments::announce(&mut tx, id, NOW).await.unwrap();
            let attachment = Attachment { id, name, media_type: MediaType::of(b"a"), size };
            let new = NewAttachment { attachment, maker: Maker::Operator(operator), ticket: Some(ticket) };
            assert_eq!(attachments::keep(&mut tx, of, &new, 9, NOW).await.unwrap(), Kept::Kept);
        }
        tx.commit().await.unwrap();
        world.merges(&world.ticket, &twin).await.unwrap();
        let mut conn = db.read().await.unwrap();
        for (operator, ticket, expected) in [
            (agent, here, None),
            (agent, there, Some("Dear Ann")),
            (admin, here, Some("Hm")),
            (admin, there, Some("Well")),
        ] {
            let left = reads::standing(&mut conn, of, operator, ticket).await.unwrap();
            assert_eq!(left.draft.map(|draft| draft.text.body).as_deref(), expected);
            assert_eq!(left.files.first().map(|file| file.name.as_str()), expected);
        }
    })
    .await;
}

#[tokio::test]
async fn two_that_are_merged_into_each_other_at_once_end_as_one() {
    on_both(async |db| {
        let world = World::start(db).await;
        let twin = world.another_ticket("ann@example.org").await;
        let (one, other) = tokio::join!(world.merges(&world.ticket, &twin), world.merges(&twin, &world.ticket));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let refused = one.and(other).unwrap_err();
        assert_eq!(problems(refused), [Wrong::Unfit(Unfit::Merged).at("into")]);
    })
    .await;
}

#[tokio::test]
async fn a_message_for_a_merged_ticket_and_a_merge_of_its_target_pass_each_other() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let of = world.who.desk;
        let [second, third] =
            [world.another_ticket("bob@example.org").await, world.another_ticket("cy@example.org").await];
        world.merges(&world.ticket, &second).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let (old, into) = stored::lock_both(&mut tx, of, second.id, third.id).await.unwrap();
        // The message sets off while everybody else still sees the second ticket as the target.
        let merging = async {
            for _ in 0..5_000 {
                tokio::task::yield_now().await;
            }
            stored::merge(&mut tx, of, &old, into, "system", NOW).await.unwrap();
            tx.commit().await.unwrap();
        };
        let coming = async {
            let mut tx = db.begin().await.unwrap();
            let author = Author::Requester(world.ticket.requester);
            let new = stored_messages::NewMessage { author, internal: false, body: "Me again".into() };
            let added = stored_messages::add(&mut tx, of, world.ticket.id, new, NOW).await.unwrap();
            tx.commit().await.unwrap();
            added.ticket.id
        };
        let (joined, ()) = tokio::join!(coming, merging);
        assert_eq!(joined, third.id);
    })
    .await;
}

#[tokio::test]
async fn the_conversation_of_a_merged_ticket_leads_to_the_other_until_its_requester_is_erased() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let (of, channel) = (world.who.desk, installed(&db, &world.who).await);
        let bob = world.another_ticket("bob@example.org").await.requester;
        let new = |requester: ContactId, thread: &str, handle: &str| {
            let place = ChannelThread { installation: channel, thread: thread.into(), handle: handle.into() };
            NewTicket { channel: Some(place), ..NewTicket::of(requester, "By a channel", "Hello") }
        };
        let mut tx = db.begin().await.unwrap();
        let old = stored::create(&mut tx, of, new(bob, "b", "bob"), NOW).await.unwrap().0;
        let into = stored::create(&mut tx, of, new(world.ticket.requester, "a", "ann"), NOW).await.unwrap().0;
        for (thread, ticket) in [("b", &old), ("b2", &old), ("a", &into)] {
            channels::lock_thread(&mut tx, of, channel, thread, NOW).await.unwrap();
            channels::set_thread(&mut tx, of, channel, thread, ticket.id).await.unwrap();
        }
        let copied = Conversation { members: vec!["copied".into()], ..Conversation::default() };
        channels::put_conversation(&mut tx, of, old.id, &copied).await.unwrap();
        tx.commit().await.unwrap();
        world.merges(&old, &into).await.unwrap();

        let mut tx = db.begin().await.unwrap();
        // A reply that was under way leaves under one more id.
        channels::lock_thread(&mut tx, of, channel, "b3", NOW).await.unwrap();
        channels::set_thread(&mut tx, of, channel, "b3", old.id).await.unwrap();
        for thread in ["a", "b", "b2", "b3"] {
            assert_eq!(world.joined(&mut tx, channel, thread).await, Some(into.id), "{thread}");
        }
        let known = channels::conversation(&mut tx, of, into.id).await.unwrap().unwrap();
        let [threads, members] = [known.threads, known.members].map(|texts| texts.join(" "));
        assert_eq!((threads.as_str(), members.as_str()), ("a", "bob copied"), "replies leave as they did");
        assert!(stored_messages::takes_part(&mut tx, of, into.id, bob).await.unwrap());
        assert!(!stored_messages::takes_part(&mut tx, of, into.id, ContactId::new()).await.unwrap());
        tx.commit().await.unwrap();

        let admin = ctx(&world.who, world.who.admin, Permissions::admin());
        contacts::erase(&world.desk, &admin, bob).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        for thread in ["b", "b2", "b3"] {
            assert_eq!(world.joined(&mut tx, channel, thread).await, None, "{thread}: whoever writes is new");
        }
        assert_eq!(world.joined(&mut tx, channel, "a").await, Some(into.id));
        let known = channels::conversation(&mut tx, of, into.id).await.unwrap();
        assert_eq!(known, None, "their handle is not known, and replies leave in the other's thread");
    })
    .await;
}

#[tokio::test]
async fn the_conversation_of_a_merged_ticket_outlives_it() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let (of, channel) = (world.who.desk, installed(&db, &world.who).await);
        let twin = world.another_ticket("bob@example.org").await;
        let mut tx = db.begin().await.unwrap();
        channels::lock_thread(&mut tx, of, channel, "t", NOW).await.unwrap();
        channels::set_thread(&mut tx, of, channel, "t", world.ticket.id).await.unwrap();
        tx.commit().await.unwrap();
        world.merges(&world.ticket, &twin).await.unwrap();
        delete(&world.desk, &world.agent(), world.ticket.id.into()).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        assert_eq!(world.joined(&mut tx, channel, "t").await, Some(twin.id));
        assert_eq!(stored::purge(&mut tx, Timestamp(NOW.0 + 1)).await.unwrap(), 1);
        assert_eq!(world.joined(&mut tx, channel, "t").await, Some(twin.id), "when it is gone for good");
    })
    .await;
}

#[tokio::test]
async fn what_somebody_who_is_erased_had_taken_up_of_others_goes_its_own_way() {
    on_both(async |db| {
        let world = World::start(db).await;
        let [bobs, own] =
            [world.another_ticket("bob@example.org").await, world.another_ticket("ann@example.org").await];
        for merged in [&bobs, &own] {
            world.merges(merged, &world.ticket).await.unwrap();
        }
        let before = world.as_it_is(&bobs).await;
        let admin = ctx(&world.who, world.who.admin, Permissions::admin());
        contacts::erase(&world.desk, &admin, world.ticket.requester).await.unwrap();
        let left = world.as_it_is(&bobs).await;
        assert_eq!((left.status, left.merged_into), (TicketStatus::Closed, None));
        assert!(left.updated_at > before.updated_at, "it is another version of it");
        assert_eq!(world.as_it_is(&own).await.merged_into, Some(world.ticket.id));
    })
    .await;
}
