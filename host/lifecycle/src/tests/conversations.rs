//! Conversations as channels of 0.2 carry them: by several ids, with HTML, files and copies, changed and reported on later.

use annex_desk::{
    Ctx, Desk,
    tickets::{Create, FirstAuthor, Requester},
};
use annex_domain::{
    channel::{
        Attached, Edit, Facts, Inbound, InboundMessage, Joins, Origin, Person, Progress, Reach, Report, Revision,
    },
    field::Entries,
    ids::{InstallationId, MessageId, TicketId},
    installation::Installation,
    operator::Actor,
    ports::{AddonData as _, KvWrite},
    ticket::{Delivery, Priority, TicketStatus},
};
use annex_store::{StoreError, attachments, channels, messages, testing::statements, tickets::TicketChange};

use super::{
    channels::{bodies, channel, delivery, reply, tickets},
    port::reach,
    support::{World, carrier_manifest, guest, on_both},
};
use crate::channel::take_in;

pub(super) fn person(handle: &str) -> Person {
    Person { handle: handle.into(), name: handle.to_uppercase(), email: None, phone: None }
}

/// A message that says its id.
pub(super) fn said(external_id: &str, threads: &[&str], handle: &str) -> InboundMessage {
    InboundMessage {
        external_id: external_id.into(),
        revision: None,
        threads: threads.iter().map(|thread| (*thread).to_owned()).collect(),
        joins: Joins::Members,
        sender: person(handle),
        copies: vec![],
        subject: None,
        text: external_id.into(),
        html: None,
        attachments: vec![],
        unsupported: vec![],
        origin: Origin::Person,
        answers: None,
        sent_at: None,
    }
}

async fn brought(world: &World, of: &Installation, brought: Inbound) -> Result<(), StoreError> {
    let mut tx = world.db().begin().await.unwrap();
    take_in(&mut tx, of, &brought, world.host.clock.now()).await?;
    tx.commit().await
}

async fn came(world: &World, of: &Installation, message: InboundMessage) {
    world.clock.advance(std::time::Duration::from_secs(1));
    brought(world, of, Inbound::Message(Box::new(message))).await.unwrap();
}

async fn carrier(world: &World) -> Installation {
    world.publish(carrier_manifest(), guest("carrier")).await;
    let id: InstallationId = world.install("acme.carrier").await.id;
    world.installation(id).await
}

async fn only_ticket(world: &World) -> TicketId {
    let all = tickets(world).await;
    assert_eq!(all.len(), 1);
    all[0].ticket.id
}

#[tokio::test]
async fn a_ticket_is_joined_by_who_is_part_of_it_alone() {
    on_both(async |world| {
        let of = world.installation(channel(&world).await).await;
        came(&world, &of, InboundMessage { copies: vec![person("bob")], ..said("1", &["1"], "ann") }).await;
        let ann = only_ticket(&world).await;
        came(&world, &of, said("2", &["2", "1"], "ann")).await;
        came(&world, &of, said("3", &["3", "2"], "bob")).await;
        came(&world, &of, said("4", &["4", "3", "1"], "eve")).await;
        came(&world, &of, said("5", &["5", "4"], "eve")).await;
        came(&world, &of, said("6", &["6", "3"], "ann")).await;
        came(&world, &of, said("7", &["7", "6"], "bob")).await;
        let all = tickets(&world).await;
        let eve = all.iter().find(|listed| listed.ticket.id != ann).unwrap().ticket.id;
        assert_eq!(all.len(), 2);
        assert_eq!(bodies(&world, ann).await, ["1", "2", "3", "6", "7"]);
        assert_eq!(bodies(&world, eve).await, ["4", "5"], "forged ids lead nowhere");
        // Where the service itself says what belongs together, everybody joins.
        came(&world, &of, InboundMessage { joins: Joins::Everybody, ..said("8", &["1"], "eve") }).await;
        assert_eq!(bodies(&world, ann).await.last().map(String::as_str), Some("8"));
    })
    .await;
}

async fn merge(world: &World, ticket: TicketId, into: TicketId) {
    let ctx = Ctx::host(world.desk, Actor::Operator(world.admin), world.host.clock.now());
    annex_desk::tickets::merge(&Desk::new(world.db().clone()), &ctx, ticket.into(), into.into()).await.unwrap();
}

/// The ticket that is not this one, of two.
async fn other_ticket(world: &World, ticket: TicketId) -> TicketId {
    let all = tickets(world).await;
    assert_eq!(all.len(), 2);
    all.into_iter().find(|listed| listed.ticket.id != ticket).unwrap().ticket.id
}

#[tokio::test]
async fn what_comes_for_a_merged_ticket_joins_the_other_from_whoever_was_part_of_it() {
    on_both(async |world| {
        let of = world.installation(channel(&world).await).await;
        came(&world, &of, InboundMessage { copies: vec![person("bob")], ..said("1", &["1"], "ann") }).await;
        let ann = only_ticket(&world).await;
        came(&world, &of, said("2", &["2"], "eve")).await;
        let eve = other_ticket(&world, ann).await;
        merge(&world, ann, eve).await;
        came(&world, &of, said("3", &["3", "1"], "ann")).await;
        came(&world, &of, said("4", &["4", "1"], "bob")).await;
        came(&world, &of, said("5", &["5", "1"], "mallory")).await;
        came(&world, &of, said("6", &["6", "2"], "eve")).await;
        assert_eq!(bodies(&world, ann).await, ["1"], "nothing more");
        assert_eq!(bodies(&world, eve).await, ["2", "3", "4", "6"]);
        assert_eq!(tickets(&world).await.len(), 3, "a stranger has a ticket of their own");
    })
    .await;
}

#[tokio::test]
async fn whoever_is_erased_is_somebody_new_where_their_ticket_was_merged_as_well() {
    on_both(async |world| {
        let of = world.installation(channel(&world).await).await;
        let everybody = |message| InboundMessage { joins: Joins::Everybody, ..message };
        came(&world, &of, said("1", &["1"], "ann")).await;
        let ann = tickets(&world).await.remove(0).ticket;
        came(&world, &of, said("2", &["2"], "eve")).await;
        let eve = other_ticket(&world, ann.id).await;
        merge(&world, ann.id, eve).await;
        came(&world, &of, everybody(said("3", &["1"], "ann"))).await;
        assert_eq!(bodies(&world, eve).await, ["2", "3"]);
        let ctx = Ctx::host(world.desk, Actor::Operator(world.admin), world.host.clock.now());
        annex_desk::contacts::erase(&Desk::new(world.db().clone()), &ctx, ann.requester).await.unwrap();
        came(&world, &of, everybody(said("4", &["1"], "ann"))).await;
        assert_eq!(bodies(&world, eve).await.len(), 2, "nothing more");
        assert_eq!(tickets(&world).await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_conversation_that_joins_one_of_another_channel_changes_no_way_of_replies() {
    on_both(async |world| {
        let (of, other) = (carrier(&world).await, world.installation(channel(&world).await).await);
        came(&world, &of, said("1", &["1"], "ann")).await;
        let ann = only_ticket(&world).await;
        came(&world, &other, said("2", &["2"], "bob")).await;
        merge(&world, other_ticket(&world, ann).await, ann).await;
        came(&world, &other, said("3", &["3", "2"], "bob")).await;
        assert_eq!(bodies(&world, ann).await, ["1", "3"]);
        let sent = reply(&world, ann, "Here").await;
        world.run_jobs().await;
        assert_eq!(delivery(&world, sent).await, (Delivery::Sent, None));
        let expected = r#"Here to ann in ["1"] answering Some("1"), copies [], files []"#.to_owned();
        assert_eq!(world.value(of.id, "sent").await, Some(expected));
    })
    .await;
}

#[tokio::test]
async fn what_would_follow_a_closed_ticket_of_another_channel_begins_one_in_its_own() {
    on_both(async |world| {
        let (of, other) = (carrier(&world).await, world.installation(channel(&world).await).await);
        came(&world, &of, said("1", &["1"], "ann")).await;
        let ann = only_ticket(&world).await;
        came(&world, &other, said("2", &["2"], "bob")).await;
        merge(&world, other_ticket(&world, ann).await, ann).await;
        let ctx = Ctx::host(world.desk, Actor::Operator(world.admin), world.host.clock.now());
        let closed = TicketChange { status: Some(TicketStatus::Closed), ..TicketChange::default() };
        let desk = Desk::new(world.db().clone());
        annex_desk::tickets::change(&desk, &ctx, ann.into(), closed, None).await.unwrap();
        came(&world, &other, said("3", &["3", "2"], "bob")).await;
        came(&world, &other, said("4", &["4", "2"], "bob")).await;
        let all = tickets(&world).await.into_iter().map(|listed| listed.ticket);
        let newest = all.max_by_key(|ticket| ticket.number).unwrap();
        assert_eq!(bodies(&world, newest.id).await, ["3", "4"]);
        let own = newest.channel.unwrap();
        assert_eq!((own.installation, own.handle.as_str()), (other.id, "bob"), "where they are answered");
        assert_eq!(bodies(&world, ann).await, ["1"]);
    })
    .await;
}

#[tokio::test]
async fn a_message_joins_the_ticket_of_the_one_that_it_answers() {
    on_both(async |world| {
        let of = world.installation(channel(&world).await).await;
        let answering =
            |answers: &str, message: InboundMessage| InboundMessage { answers: Some(answers.into()), ..message };
        came(&world, &of, said("1", &["t"], "ann")).await;
        let ticket = only_ticket(&world).await;
        world.clock.advance(std::time::Duration::from_secs(1));
        let sent = reply(&world, ticket, "Hi").await;
        world.run_jobs().await;
        let receipt = format!("{sent}@t");
        came(&world, &of, answering("1", said("2", &["2"], "ann"))).await;
        came(&world, &of, answering(&receipt, said("3", &["3"], "ann"))).await;
        came(&world, &of, said("4", &["3"], "ann")).await;
        assert_eq!(bodies(&world, ticket).await, ["1", "Hi", "2", "3", "4"]);

        came(&world, &of, answering("1", said("5", &["5"], "eve"))).await;
        came(&world, &of, answering(&receipt, said("6", &["6"], "eve"))).await;
        came(&world, &of, answering("1", said("7", &["5"], "eve"))).await;
        came(&world, &of, answering("unknown", said("8", &["8"], "ann"))).await;
        let other = carrier(&world).await;
        let elsewhere = answering("1", said("9", &["9"], "ann"));
        came(&world, &other, InboundMessage { joins: Joins::Everybody, ..elsewhere }).await;
        // The service has taken the reply, and gives no id of it.
        let mut tx = world.db().begin().await.unwrap();
        channels::put_receipt(&mut tx, world.desk, of.id, sent, "", world.host.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        came(&world, &of, answering("", said("empty", &["empty"], "ann"))).await;
        let mut all = Vec::new();
        for listed in tickets(&world).await {
            all.push(bodies(&world, listed.ticket.id).await.join(" "));
        }
        all.sort();
        assert_eq!(all, ["1 Hi 2 3 4", "5 7", "6", "8", "9", "empty"], "no stranger joins, and a thread counts more");
    })
    .await;
}

#[tokio::test]
async fn the_conversation_of_a_ticket_is_read_once_and_that_of_a_new_one_not_at_all() {
    on_both(async |world| {
        let of = world.installation(channel(&world).await).await;
        let reads = async |message: InboundMessage| {
            let ((), ran) = statements::counted(came(&world, &of, message)).await;
            ran.statements.iter().filter(|sql| sql.contains("FROM channel_conversations")).count()
        };
        assert_eq!(reads(InboundMessage { copies: vec![person("bob")], ..said("1", &["1"], "ann") }).await, 0);
        let ticket = only_ticket(&world).await;
        assert_eq!(reads(said("2", &["2", "1"], "bob")).await, 1, "of who had copies");
        assert_eq!(reads(said("3", &["3", "1"], "ann")).await, 1, "of the requester");
        assert_eq!(reads(said("4", &["4", "1"], "eve")).await, 1, "of a stranger");
        assert_eq!(bodies(&world, ticket).await, ["1", "2", "3"]);
    })
    .await;
}

#[tokio::test]
async fn a_conversation_is_found_by_each_of_its_ids_when_its_channel_is_installed_again() {
    on_both(async |world| {
        let old = world.installation(channel(&world).await).await;
        came(&world, &old, said("1", &["1"], "ann")).await;
        let ann = only_ticket(&world).await;
        came(&world, &old, said("2", &["2", "1"], "ann")).await;
        came(&world, &old, said("3", &["3", "2"], "eve")).await;
        world.host.uninstall(world.desk, old.id, world.admin, false).await.unwrap();
        assert_eq!(world.settled(old.id).await, None);

        let new = world.installation(world.install("acme.echo").await.id).await;
        came(&world, &new, said("4", &["4", "2"], "ann")).await;
        assert_eq!(bodies(&world, ann).await, ["1", "2", "4"], "by an id that a stranger has named as well");
        assert_eq!(tickets(&world).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn html_files_and_what_cannot_be_carried_come_along() {
    on_both(async |world| {
        let of = world.installation(channel(&world).await).await;
        let (data, scope) = reach(&world, &of);
        let mut file = data.create_file(&scope, "logo.png").await.unwrap();
        file.append(b"\x89PNG\r\n\x1a\nrest".to_vec()).await.unwrap();
        let attached = vec![Attached { id: file.finish().await.unwrap().id, content_id: Some("logo".into()) }];
        let message = InboundMessage {
            text: String::new(),
            html: Some("<p>Hello</p><img src=cid:logo>".into()),
            attachments: attached.clone(),
            unsupported: vec!["Sticker".into()],
            ..said("1", &["1"], "ann")
        };
        came(&world, &of, message).await;
        let mut conn = world.db().read().await.unwrap();
        let ticket = only_ticket(&world).await;
        let written = messages::list(&mut conn, world.desk, ticket, None, 5).await.unwrap().remove(0);
        assert!(written.message.has_html && written.message.body.starts_with("Hello"));
        assert!(written.message.body.ends_with("[Sticker]"), "{}", written.message.body);
        let named = attachments::named(&mut conn, world.desk, written.message.id).await.unwrap();
        let named: Vec<_> = named.iter().map(|(file, name)| (file.name.as_str(), name.as_deref())).collect();
        assert_eq!(named, [("logo.png", Some("logo"))]);
        assert_eq!(written.origin, Origin::Person);
        drop(conn);
        let again = InboundMessage { attachments: attached, ..said("2", &["1"], "ann") };
        let again = brought(&world, &of, Inbound::Message(Box::new(again))).await;
        assert!(matches!(again, Err(StoreError::Invalid { field: "attachments", .. })), "a message has it already");
        assert_eq!(bodies(&world, ticket).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn who_is_behind_a_message_is_kept() {
    on_both(async |world| {
        let of = world.installation(channel(&world).await).await;
        for (id, origin) in Origin::ALL.into_iter().enumerate() {
            came(&world, &of, InboundMessage { origin, ..said(&id.to_string(), &["t"], "ann") }).await;
        }
        let ticket = only_ticket(&world).await;
        let mut conn = world.db().read().await.unwrap();
        let written = messages::list(&mut conn, world.desk, ticket, None, 9).await.unwrap();
        assert_eq!(written.iter().map(|one| one.origin).collect::<Vec<_>>(), Origin::ALL);
    })
    .await;
}

#[tokio::test]
async fn messages_are_changed_taken_back_and_reported_on() {
    on_both(async |world| {
        let of = world.installation(channel(&world).await).await;
        came(&world, &of, said("1", &["t"], "ann")).await;
        let ticket = only_ticket(&world).await;
        let edit = |external_id: &str, number, text: &str| {
            let revision = Revision { number, by_author: true };
            Inbound::Edited(Edit { external_id: external_id.into(), revision, text: text.into(), html: None })
        };
        for change in [edit("1", 2, "better"), edit("1", 1, "worse"), edit("unknown", 1, "nothing")] {
            brought(&world, &of, change).await.unwrap();
        }
        assert_eq!(bodies(&world, ticket).await, ["better"]);
        brought(&world, &of, Inbound::Deleted("1".into())).await.unwrap();
        brought(&world, &of, edit("1", 9, "too late")).await.unwrap();
        assert_eq!(bodies(&world, ticket).await, ["(taken back by its author)"]);

        let sent = reply(&world, ticket, "Hi").await;
        world.run_jobs().await;
        let report = |progress, reason: Option<&str>| {
            let (external_id, reason) = (format!("{sent}@t"), reason.map(str::to_owned));
            Inbound::Status(Report { external_id, progress, reason })
        };
        brought(&world, &of, report(Progress::Read, None)).await.unwrap();
        brought(&world, &of, report(Progress::Delivered, None)).await.unwrap();
        let progress = async || {
            let mut conn = world.db().read().await.unwrap();
            messages::written(&mut conn, world.desk, sent).await.unwrap().progress
        };
        assert_eq!((progress().await, delivery(&world, sent).await.0), (Some(Progress::Read), Delivery::Sent));
        brought(&world, &of, report(Progress::Failed, Some("no such mailbox"))).await.unwrap();
        assert_eq!(delivery(&world, sent).await, (Delivery::Failed, Some("no such mailbox".to_owned())));
    })
    .await;
}

#[tokio::test]
async fn a_reply_leaves_with_its_files_in_the_conversation_that_it_answers() {
    on_both(async |world| {
        let of = carrier(&world).await;
        let facts = world.host.channel_facts(world.desk, of.id).await.unwrap();
        assert_eq!((facts.starts, facts.longest_text), (Reach::Email, 1_000));
        came(&world, &of, InboundMessage { copies: vec![person("bob")], ..said("2", &["2", "1"], "ann") }).await;
        let ticket = only_ticket(&world).await;
        let (data, scope) = reach(&world, &of);
        let with_file = async |name: &str, bytes: &[u8]| -> MessageId {
            let mut file = data.create_file(&scope, name).await.unwrap();
            file.append(bytes.to_vec()).await.unwrap();
            let file = file.finish().await.unwrap().id;
            data.add_reply(&scope, ticket, "Here", &[file]).await.unwrap()
        };
        let sent = with_file("a.txt", b"hello").await;
        world.run_jobs().await;
        assert_eq!(delivery(&world, sent).await, (Delivery::Sent, None));
        let expected =
            r#"Here to ann in ["2", "1"] answering Some("2"), copies ["bob"], files ["a.txt=hello"]"#.to_owned();
        assert_eq!(world.value(of.id, "sent").await, Some(expected));
        let own = format!("out-{sent}");
        came(&world, &of, said("3", &["3", own.as_str()], "ann")).await;
        assert_eq!(bodies(&world, ticket).await.len(), 3, "the answer names what the reply was called");

        let png = with_file("a.png", b"\x89PNG\r\n\x1a\nrest").await;
        world.run_jobs().await;
        assert_eq!(delivery(&world, png).await.0, Delivery::Failed, "it does not carry files of that type");
        for (text, expected) in [("unknown", Delivery::Unclear), ("later", Delivery::Pending)] {
            let sent = reply(&world, ticket, text).await;
            world.run_jobs().await;
            assert_eq!(delivery(&world, sent).await.0, expected, "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn pages_ask_a_channel_that_does_not_say_what_it_carries_once_a_minute() {
    on_both(async |world| {
        let of = carrier(&world).await;
        let (data, scope) = reach(&world, &of);
        data.kv_set(&scope, "mute", b"yes".to_vec(), KvWrite::default()).await.unwrap();
        for _ in 0..2 {
            assert_eq!(world.host.channel_facts(world.desk, of.id).await.unwrap(), Facts::of_first());
        }
        let calls = world.host.calls(world.desk, of.id, None, 10).await.unwrap().calls;
        assert_eq!(calls.iter().filter(|call| call.kind == "describe").count(), 1);
        data.kv_delete(&scope, "mute", None).await.unwrap();
        world.clock.advance(std::time::Duration::from_secs(60));
        assert_eq!(world.host.channel_facts(world.desk, of.id).await.unwrap().starts, Reach::Email);
    })
    .await;
}

#[tokio::test]
async fn an_operator_begins_a_conversation_where_the_channel_can() {
    on_both(async |world| {
        let (of, echo) = (carrier(&world).await, channel(&world).await);
        let (desk, ctx) = (
            Desk::new(world.db().clone()),
            Ctx::host(world.desk, Actor::Operator(world.admin), world.host.clock.now()),
        );
        let begin = async |via: InstallationId| {
            let requester = Requester::Address { email: "ann@example.org".into(), name: "Ann".into() };
            let wanted = Create {
                requester,
                author: FirstAuthor::Requester,
                subject: "Your order".into(),
                body: "Hello".into(),
                priority: Priority::Normal,
                assignee: None,
                tags: vec![],
                fields: Entries::new(),
                attachments: vec![],
                via: Some(via),
                key: None,
            };
            annex_desk::tickets::create(&desk, &ctx, wanted).await
        };
        assert!(begin(of.id).await.is_err(), "nobody knows yet whether it can");
        for id in [of.id, echo] {
            world.host.channel_facts(world.desk, id).await.unwrap();
        }
        assert!(begin(echo).await.is_err(), "it answers only who has written");
        let ticket = begin(of.id).await.unwrap().id;
        world.run_jobs().await;
        let expected = "Hello to ann@example.org in [] answering None, copies [], files []".to_owned();
        assert_eq!(world.value(of.id, "sent").await, Some(expected));
        let mut conn = world.db().read().await.unwrap();
        let first = messages::list(&mut conn, world.desk, ticket, None, 1).await.unwrap().remove(0).message;
        drop(conn);
        assert_eq!(first.delivery, Delivery::Sent);
        let own = format!("out-{}", first.id);
        came(&world, &of, said("1", &["1", own.as_str()], "ann@example.org")).await;
        assert_eq!(bodies(&world, only_ticket(&world).await).await, ["Hello", "1"]);
    })
    .await;
}
