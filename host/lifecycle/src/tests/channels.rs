//! Channels: requests with the right secret become tickets once, and replies go out once.

use std::time::Duration;

use annex_desk::{
    Ctx, Desk, Refusal,
    messages::{confirm, redeliver},
    tickets::{delete, mark_spam},
};
use annex_domain::{
    capability::Access,
    channel::{Inbound, InboundMessage, InboundRequest, Person},
    ids::{HookId, InstallationId, MessageId, TicketId},
    manifest::Manifest,
    operator::Actor,
    ticket::{Author, Delivery, TicketStatus},
};
use annex_store::{
    channels, contacts, jobs,
    messages::{self, NewMessage},
    tickets::{self, Filter, Sort, TicketChange},
};
use secrecy::ExposeSecret as _;

use super::{
    conversations::said,
    support::{World, capability, echo_manifest, guest, on_both},
};
use crate::{SetupAction, UseError, channel::take_in, lanes::LEASE};

pub(super) async fn channel(world: &World) -> InstallationId {
    channel_of(world, echo_manifest()).await
}

async fn channel_of(world: &World, manifest: Manifest) -> InstallationId {
    world.publish(manifest, guest("echo")).await;
    let id = world.install("acme.echo").await.id;
    let entered = [("secret".into(), "swordfish-of-sixteen".into())].into();
    world.host.save_settings(world.desk, id, entered, world.admin).await.unwrap();
    id
}

/// The address of the first installation of a channel is its id.
pub(super) fn hook(id: InstallationId) -> HookId {
    id.to_string().parse().unwrap()
}

/// The echo makes a message of a request: path = thread, query = its id, body = text.
pub(super) fn request(thread: &str, external_id: &str, body: &str) -> InboundRequest {
    InboundRequest {
        method: "POST".into(),
        path: thread.into(),
        query: external_id.into(),
        headers: vec![("x-secret".into(), "swordfish-of-sixteen".into()), ("x-subject".into(), "Hello".into())],
        body: body.to_owned().into(),
        public: false,
    }
}

pub(super) async fn tickets(world: &World) -> Vec<tickets::Listed> {
    let mut conn = world.db().read().await.unwrap();
    tickets::list(&mut conn, world.desk, &Filter::default(), Sort::default(), None, 50).await.unwrap()
}

pub(super) async fn bodies(world: &World, ticket: TicketId) -> Vec<String> {
    let mut conn = world.db().read().await.unwrap();
    let list = messages::list(&mut conn, world.desk, ticket, None, 50).await.unwrap();
    list.into_iter().map(|written| written.message.body).collect()
}

pub(super) async fn reply(world: &World, ticket: TicketId, body: &str) -> MessageId {
    let new = NewMessage { author: Author::Operator(world.admin), internal: false, body: body.into() };
    let mut tx = world.db().begin().await.unwrap();
    let id = messages::add(&mut tx, world.desk, ticket, new, world.host.clock.now()).await.unwrap().message.id;
    tx.commit().await.unwrap();
    id
}

/// The desk, and the admin who has looked at a reply.
fn somebody(world: &World) -> (Desk, Ctx) {
    let ctx = Ctx::host(world.desk, Actor::Operator(world.admin), world.host.clock.now());
    (Desk::new(world.db().clone()), ctx)
}

async fn send_again(world: &World, ticket: TicketId, message: MessageId) -> Result<(), Refusal> {
    let (desk, ctx) = somebody(world);
    redeliver(&desk, &ctx, ticket.into(), message).await
}

pub(super) async fn delivery(world: &World, message: MessageId) -> (Delivery, Option<String>) {
    let mut conn = world.db().read().await.unwrap();
    let message = messages::get(&mut conn, world.desk, message).await.unwrap();
    (message.delivery, message.delivery_error)
}

#[tokio::test]
async fn messages_of_a_thread_become_one_ticket_and_none_comes_twice() {
    on_both(async |world| {
        let id = channel(&world).await;
        for (thread, external, body) in
            [("/a", "1", "one"), ("/a", "2", "two"), ("/a", "1", "one"), ("/b", "3", "other"), ("/a", "2", "two")]
        {
            let reply = world.host.receive(hook(id), request(thread, external, body)).await.unwrap();
            assert_eq!(reply.status, 202);
        }
        let mut all = tickets(&world).await;
        all.sort_by_key(|listed| listed.ticket.number);
        assert_eq!(all.len(), 2);
        assert_eq!(bodies(&world, all[0].ticket.id).await, ["one", "two"]);
        assert_eq!(all[0].ticket.subject, "Hello", "the secret's header was taken out, the next one is the subject");
        assert_eq!(all[0].ticket.requester, all[1].ticket.requester, "one handle, one person");
    })
    .await;
}

#[tokio::test]
async fn many_deliveries_at_once_make_one_ticket() {
    on_both(async |world| {
        let id = channel(&world).await;
        let requests = (0..8).map(|n| world.host.receive(hook(id), request("/a", &(n / 2).to_string(), "text")));
        for result in futures::future::join_all(requests).await {
            result.unwrap();
        }
        let all = tickets(&world).await;
        assert_eq!(all.len(), 1);
        assert_eq!(bodies(&world, all[0].ticket.id).await.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn a_closed_ticket_is_followed_by_a_new_one() {
    on_both(async |world| {
        let id = channel(&world).await;
        world.host.receive(hook(id), request("/a", "1", "one")).await.unwrap();
        let first = tickets(&world).await[0].ticket.id;
        let close = TicketChange { status: Some(TicketStatus::Closed), ..TicketChange::default() };
        let mut tx = world.db().begin().await.unwrap();
        let now = world.host.clock.now();
        tickets::change(&mut tx, world.desk, first, close, Actor::System, None, now).await.unwrap();
        tx.commit().await.unwrap();
        world.host.receive(hook(id), request("/a", "2", "two")).await.unwrap();
        world.host.receive(hook(id), request("/a", "3", "three")).await.unwrap();
        let all = tickets(&world).await;
        let second = all.iter().find(|listed| listed.ticket.id != first).unwrap();
        assert_eq!((all.len(), bodies(&world, second.ticket.id).await), (2, vec!["two".into(), "three".into()]));
    })
    .await;
}

#[tokio::test]
async fn spam_stays_spam_and_who_writes_to_a_deleted_ticket_begins_another() {
    on_both(async |world| {
        let id = channel(&world).await;
        world.host.receive(hook(id), request("/a", "1", "one")).await.unwrap();
        let first = tickets(&world).await[0].ticket.id;
        let (desk, ctx) = somebody(&world);
        let events = async || jobs::counts(&mut world.db().read().await.unwrap()).await.unwrap();
        mark_spam(&desk, &ctx, first.into(), true).await.unwrap();
        let before = format!("{:?}", events().await);
        world.host.receive(hook(id), request("/a", "2", "two")).await.unwrap();
        assert_eq!(format!("{:?}", events().await), before, "nobody is told");
        assert_eq!((tickets(&world).await.len(), bodies(&world, first).await), (0, vec!["one".into(), "two".into()]));

        delete(&desk, &ctx, first.into()).await.unwrap();
        world.host.receive(hook(id), request("/a", "3", "three")).await.unwrap();
        world.host.receive(hook(id), request("/a", "4", "four")).await.unwrap();
        let all = tickets(&world).await;
        assert_eq!((all.len(), bodies(&world, first).await.len()), (1, 2));
        assert_eq!(bodies(&world, all[0].ticket.id).await, ["three", "four"]);

        // A month later the deleted one is gone, and the conversation goes on in the other.
        world.clock.advance(tickets::TRASH_KEPT + Duration::from_secs(1));
        world.host.sweep(world.host.clock.now()).await.unwrap();
        let mut conn = world.db().read().await.unwrap();
        assert!(tickets::get(&mut conn, world.desk, first).await.is_err());
        drop(conn);
        world.host.receive(hook(id), request("/a", "5", "five")).await.unwrap();
        assert_eq!(bodies(&world, all[0].ticket.id).await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn without_the_secret_nothing_is_called() {
    on_both(async |world| {
        let id = channel(&world).await;
        let with = |headers: &[(&str, &str)]| {
            let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
            InboundRequest { headers, ..request("/a", "1", "x") }
        };
        let wrong = [
            vec![],
            vec![("x-secret", "Swordfish-of-sixteen")],
            vec![("x-secret", "")],
            vec![("x-secret", "swordfish-of-sixteen"), ("x-secret", "swordfish-of-sixteen")],
        ];
        for headers in wrong {
            assert!(
                matches!(world.host.receive(hook(id), with(&headers)).await, Err(UseError::Refused)),
                "{headers:?}"
            );
        }
        let nobody = world.host.receive(HookId::new(), request("/a", "1", "x")).await;
        assert!(matches!(nobody, Err(UseError::NotFound)));
        world.puppet("1.0.0", 1, "").await;
        let plugin = world.install("acme.puppet").await.id;
        assert!(matches!(world.host.receive(hook(plugin), request("/a", "1", "x")).await, Err(UseError::NotFound)));
        let calls = world.host.calls(world.desk, id, None, 10).await.unwrap().calls;
        assert!(calls.iter().all(|call| call.kind != "receive"));
        assert_eq!(tickets(&world).await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn replies_go_out_once_and_say_why_when_they_do_not() {
    on_both(async |world| {
        let id = channel(&world).await;
        world.host.receive(hook(id), request("/a", "1", "one")).await.unwrap();
        let ticket = tickets(&world).await[0].ticket.id;
        let sent = reply(&world, ticket, "Hello").await;
        let refused = reply(&world, ticket, "refuse").await;
        let later = reply(&world, ticket, "again").await;
        world.run_jobs().await;
        assert_eq!(delivery(&world, sent).await, (Delivery::Sent, None));
        let receipt = channels::receipt(&mut world.db().read().await.unwrap(), world.desk, sent).await.unwrap();
        assert_eq!(receipt, Some(format!("{sent}@/a")));
        let (state, why) = delivery(&world, refused).await;
        assert_eq!((state, why.as_deref()), (Delivery::Failed, Some("the service refused the message: not this")));
        assert_eq!(delivery(&world, later).await.0, Delivery::Pending);
        for _ in 0..20 {
            world.clock.advance(Duration::from_secs(7200));
            world.run_jobs().await;
        }
        assert_eq!(delivery(&world, later).await.0, Delivery::Failed);
        let calls = world.host.calls(world.desk, id, None, 200).await.unwrap().calls;
        assert_eq!(calls.iter().filter(|call| call.kind == "send").count(), 1 + 1 + 12);

        send_again(&world, ticket, refused).await.unwrap();
        assert_eq!(delivery(&world, refused).await.0, Delivery::Pending);
        let twice = send_again(&world, ticket, sent).await.unwrap_err();
        assert_eq!(twice.code(), "not-failed");
    })
    .await;
}

#[tokio::test]
async fn a_reply_after_the_uninstall_fails_with_the_reason() {
    on_both(async |world| {
        let id = channel(&world).await;
        world.host.receive(hook(id), request("/a", "1", "one")).await.unwrap();
        let ticket = tickets(&world).await[0].ticket.id;
        world.host.uninstall(world.desk, id, world.admin, false).await.unwrap();
        assert_eq!(world.settled(id).await, None);
        let message = reply(&world, ticket, "Hello").await;
        world.run_jobs().await;
        let (state, why) = delivery(&world, message).await;
        assert_eq!(state, Delivery::Failed);
        assert!(why.unwrap().contains("no longer installed"));
        assert_eq!(bodies(&world, ticket).await, ["one", "Hello"], "tickets are the desk's, and stay");
    })
    .await;
}

pub(super) async fn sends(world: &World, id: InstallationId) -> usize {
    let calls = world.host.calls(world.desk, id, None, 200).await.unwrap().calls;
    calls.iter().filter(|call| call.kind == "send").count()
}

#[tokio::test]
async fn replies_of_a_conversation_leave_in_order() {
    on_both(async |world| {
        let id = channel(&world).await;
        for (thread, external) in [("/a", "1"), ("/b", "2")] {
            world.host.receive(hook(id), request(thread, external, "Hi")).await.unwrap();
        }
        let mut all = tickets(&world).await;
        all.sort_by_key(|listed| listed.ticket.number);
        let (here, elsewhere) = (all[0].ticket.id, all[1].ticket.id);
        let first = reply(&world, here, "again").await;
        let second = reply(&world, here, "then this").await;
        let third = reply(&world, here, "and that").await;
        let other = reply(&world, elsewhere, "somewhere else").await;
        world.run_jobs().await;
        assert_eq!(delivery(&world, other).await.0, Delivery::Sent, "another conversation waits for nothing");
        for waits in [first, second, third] {
            assert_eq!(delivery(&world, waits).await.0, Delivery::Pending);
        }
        assert_eq!(sends(&world, id).await, 2);
        while delivery(&world, first).await.0 == Delivery::Pending {
            assert_eq!(delivery(&world, second).await.0, Delivery::Pending);
            world.clock.advance(Duration::from_secs(3600));
            world.run_jobs().await;
        }
        for (message, state) in [(first, Delivery::Failed), (second, Delivery::Sent), (third, Delivery::Sent)] {
            assert_eq!(delivery(&world, message).await.0, state);
        }
    })
    .await;
}

#[tokio::test]
async fn the_pause_that_a_service_asks_for_is_kept_and_what_comes_after_waits_too() {
    on_both(async |world| {
        let remembers = Manifest { capabilities: vec![capability(Access::Kv, &[])], ..echo_manifest() };
        let id = channel_of(&world, remembers).await;
        world.host.receive(hook(id), request("/a", "1", "Hi")).await.unwrap();
        let ticket = tickets(&world).await[0].ticket.id;
        let first = reply(&world, ticket, "slow").await;
        let second = reply(&world, ticket, "then this").await;
        // It asks for 3,400 s, far more than the back-off after one try.
        for wait in [0, 5, 60, 3334] {
            world.clock.advance(Duration::from_secs(wait));
            world.run_jobs().await;
            assert_eq!(delivery(&world, first).await, (Delivery::Pending, Some("busy".into())), "{wait}");
            assert_eq!(delivery(&world, second).await, (Delivery::Pending, None), "{wait}");
            assert_eq!(sends(&world, id).await, 1, "{wait}");
        }
        world.clock.advance(Duration::from_secs(1));
        world.run_jobs().await;
        for message in [first, second] {
            assert_eq!(delivery(&world, message).await, (Delivery::Sent, None));
        }
        assert_eq!(sends(&world, id).await, 3, "once more, and the next one");
    })
    .await;
}

#[tokio::test]
async fn a_message_that_was_being_sent_when_the_host_stopped_is_not_sent_again() {
    on_both(async |world| {
        let id = channel(&world).await;
        world.host.receive(hook(id), request("/a", "1", "one")).await.unwrap();
        let ticket = tickets(&world).await[0].ticket.id;
        let message = reply(&world, ticket, "Hello").await;
        let later = reply(&world, ticket, "And").await;
        // What the worker does up to the moment in which it dies.
        let now = world.host.clock.now();
        let job = loop {
            let job = jobs::claim(world.db(), now, LEASE).await.unwrap().unwrap();
            if job.kind == messages::DELIVER && job.payload["message"] == message.to_string() {
                break job;
            }
        };
        let mut tx = world.db().begin().await.unwrap();
        messages::hand_over(&mut tx, world.desk, message, job.id).await.unwrap();
        tx.commit().await.unwrap();
        world.clock.advance(LEASE * 2);
        world.run_jobs().await;
        let (state, why) = delivery(&world, message).await;
        assert_eq!(state, Delivery::Unclear);
        assert!(why.unwrap().contains("stopped"));
        assert_eq!(delivery(&world, later).await.0, Delivery::Sent, "what comes after it goes on");
        assert_eq!(sends(&world, id).await, 1);

        // A person decides: it arrived, or once more.
        let (desk, ctx) = somebody(&world);
        let failed = confirm(&desk, &ctx, ticket.into(), later).await.unwrap_err();
        assert_eq!(failed.code(), "not-unclear");
        send_again(&world, ticket, message).await.unwrap();
        world.run_jobs().await;
        assert_eq!(delivery(&world, message).await, (Delivery::Sent, None));
        assert!(world.audited().await.contains(&"message.redeliver".to_owned()));
        let other = confirm(&desk, &ctx, ticket.into(), MessageId::new()).await;
        assert!(matches!(other, Err(Refusal::NotFound("message"))));
    })
    .await;
}

#[tokio::test]
async fn a_message_that_its_author_changes_is_changed_in_the_desk() {
    on_both(async |world| {
        let id = channel(&world).await;
        let receive = async |external: &str, body: &str| {
            world.host.receive(hook(id), request("/a", external, body)).await.unwrap();
        };
        receive("1", "order 10428").await;
        let ticket = tickets(&world).await[0].ticket.id;
        let status = async |to: TicketStatus| {
            let change = TicketChange { status: Some(to), ..TicketChange::default() };
            let mut tx = world.db().begin().await.unwrap();
            let now = world.host.clock.now();
            tickets::change(&mut tx, world.desk, ticket, change, Actor::System, None, now).await.unwrap();
            tx.commit().await.unwrap();
        };
        let now_is = async || tickets(&world).await[0].ticket.status;
        status(TicketStatus::Solved).await;
        receive("1;update=6", "order 10428.").await;
        assert_eq!(now_is().await, TicketStatus::Solved, "it changed by itself");
        for (external, body) in
            [("1;edit=8", "order 10483"), ("1;edit=7", "order 10482"), ("1;edit=8", "x"), ("1", "order 10428")]
        {
            receive(external, body).await;
        }
        assert_eq!(bodies(&world, ticket).await, ["order 10483"], "the last one counts, in whatever order they come");
        assert_eq!(now_is().await, TicketStatus::Open, "somebody should look");
        status(TicketStatus::Closed).await;
        receive("1;edit=9", "order 10484").await;
        assert_eq!((tickets(&world).await.len(), now_is().await), (1, TicketStatus::Closed));
        let mut conn = world.db().read().await.unwrap();
        let message = messages::list(&mut conn, world.desk, ticket, None, 1).await.unwrap().remove(0).message;
        assert!(message.edited_at.is_some());
        let earlier = messages::earlier_texts(&mut conn, world.desk, &[message.id]).await.unwrap();
        let earlier: Vec<&str> = earlier.iter().map(|(_, text)| text.body.as_str()).collect();
        assert_eq!(earlier, ["order 10428.", "order 10483"]);
        drop(conn);
        // Of a message that is not known the change is all there is.
        receive("old;edit=3", "from before").await;
        receive("old;edit=4", "from before, again").await;
        receive("old", "the first text comes late").await;
        let all = tickets(&world).await;
        let new = all.iter().find(|listed| listed.ticket.id != ticket).unwrap().ticket.id;
        assert_eq!((all.len(), bodies(&world, new).await), (2, vec!["from before, again".to_owned()]));
    })
    .await;
}

#[tokio::test]
async fn what_people_share_later_is_added_and_when_they_wrote_is_kept() {
    on_both(async |world| {
        let id = channel(&world).await;
        let installation = world.installation(id).await;
        let now = world.host.clock.now();
        let message = |external_id: &str, email: Option<&str>, phone: Option<&str>| {
            let (email, phone) = (email.map(Into::into), phone.map(Into::into));
            Inbound::Message(Box::new(InboundMessage {
                sender: Person { handle: "h".into(), name: "Mina".into(), email, phone },
                subject: Some("T".repeat(300)),
                sent_at: Some(u64::try_from(now.0).unwrap() - 3_600_000),
                ..said(external_id, &["t"], "h")
            }))
        };
        let mut tx = world.db().begin().await.unwrap();
        for message in [
            message("1", None, None),
            message("2", None, Some("+49 30 901820")),
            message("3", Some("mina@example.com"), Some("+1 555 0100")),
        ] {
            take_in(&mut tx, &installation, &message, now).await.unwrap();
        }
        tx.commit().await.unwrap();
        let ticket = tickets(&world).await.remove(0).ticket;
        let mut conn = world.db().read().await.unwrap();
        let person = contacts::get(&mut conn, world.desk, ticket.requester).await.unwrap();
        assert_eq!(person.phone.as_deref(), Some("+49 30 901820"), "what is known stays");
        assert_eq!(person.email.as_deref(), Some("mina@example.com"));
        assert_eq!(ticket.subject.chars().count(), 200);
        let first = messages::list(&mut conn, world.desk, ticket.id, None, 5).await.unwrap().remove(0).message;
        assert_eq!(first.sent_at, Some(now.before(Duration::from_secs(3600))));
    })
    .await;
}

#[tokio::test]
async fn a_channel_that_is_installed_again_has_its_address_and_conversations() {
    on_both(async |world| {
        let old = channel(&world).await;
        world.host.receive(hook(old), request("/a", "1", "one")).await.unwrap();
        world.host.receive(hook(old), request("/b", "2", "two")).await.unwrap();
        let ticket = tickets(&world).await.into_iter().find(|listed| listed.ticket.subject == "Hello").unwrap().ticket;
        world.host.uninstall(world.desk, old, world.admin, false).await.unwrap();
        assert_eq!(world.settled(old).await, None);
        let orphan = reply(&world, ticket.id, "Are you there?").await;
        world.run_jobs().await;
        assert_eq!(delivery(&world, orphan).await.0, Delivery::Failed);
        let nobody = world.host.receive(hook(old), request("/a", "3", "three")).await;
        assert!(matches!(nobody, Err(UseError::NotFound)));

        let new = world.install("acme.echo").await.id;
        assert_ne!(new, old);
        let address = channels::hook_of(&mut world.db().read().await.unwrap(), world.desk, new).await.unwrap();
        assert_eq!(address, Some(hook(old)));
        let refused = world.host.receive(hook(old), request("/a", "3", "three")).await;
        assert!(matches!(refused, Err(UseError::Refused)), "the secret is a new one");
        let entered = [("secret".into(), "swordfish-of-sixteen".into())].into();
        world.host.save_settings(world.desk, new, entered, world.admin).await.unwrap();
        world.host.receive(hook(old), request("/a", "3", "three")).await.unwrap();
        let all = tickets(&world).await;
        assert_eq!(all.len(), 2, "the conversation goes on in its ticket");
        assert!(all.iter().all(|listed| listed.ticket.requester == ticket.requester), "and the person is known");
        send_again(&world, ticket.id, orphan).await.unwrap();
        world.run_jobs().await;
        assert_eq!(delivery(&world, orphan).await.0, Delivery::Sent, "replies on old tickets arrive again");
    })
    .await;
}

#[tokio::test]
async fn the_host_makes_the_secret_and_takes_no_short_one() {
    on_both(async |world| {
        world.publish(echo_manifest(), guest("echo")).await;
        let id = world.install("acme.echo").await.id;
        let view = world.host.channel_view(world.desk, id).await.unwrap();
        assert!(view.secret.as_ref().is_some_and(|(_, _, is_set)| *is_set), "made when it was installed");
        assert_eq!((view.hook, view.states.len()), (hook(id), 0));
        let entered = |text: &str| [("secret".to_owned(), text.to_owned())].into();
        let short = world.host.save_settings(world.desk, id, entered("fifteen-letters"), world.admin).await;
        assert_eq!(short.unwrap_err().code(), "invalid-settings");
        world.host.save_settings(world.desk, id, entered(""), world.admin).await.unwrap();

        let made = world.host.renew_inbound_secret(world.desk, id, world.admin).await.unwrap();
        let mut right = request("/a", "1", "one");
        right.headers[0].1 = made.expose_secret().to_owned();
        world.host.receive(hook(id), right).await.unwrap();
        assert!(matches!(world.host.receive(hook(id), request("/a", "2", "x")).await, Err(UseError::Refused)));
        world.host.note_refusal(hook(id)).await.unwrap();
        let ticket = tickets(&world).await[0].ticket.id;
        reply(&world, ticket, "refuse").await;
        world.run_jobs().await;
        let states = world.host.channel_view(world.desk, id).await.unwrap().states;
        let mut seen: Vec<_> = states.iter().map(|state| (state.what.to_string(), state.outcome.as_str())).collect();
        seen.sort();
        let expected = [("received", "ok"), ("refused", "wrong-secret"), ("sent", "failed")];
        assert_eq!(seen, expected.map(|(what, outcome)| (what.to_owned(), outcome)));
        // Nothing is declared, nothing is asked; and what is no channel has no such page.
        let none = world.host.set_up_channel(world.desk, id, SetupAction::Test, "https://x", world.admin).await;
        assert_eq!(none.unwrap_err().code(), "not-found");
        world.puppet("1.0.0", 1, "").await;
        let plugin = world.install("acme.puppet").await.id;
        assert_eq!(world.host.channel_view(world.desk, plugin).await.unwrap_err().code(), "not-found");
    })
    .await;
}
