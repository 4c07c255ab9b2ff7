//! Channels: requests with the right secret become tickets once, and replies go out once.

use std::time::Duration;

use annex_domain::{
    channel::InboundRequest,
    ids::{InstallationId, MessageId, TicketId},
    operator::Actor,
    ticket::{Author, Delivery, TicketStatus},
};
use annex_store::{
    channels,
    messages::{self, NewMessage},
    tickets::{self, Filter, Sort, TicketChange},
};

use super::support::{World, echo_manifest, guest, on_both};
use crate::UseError;

async fn channel(world: &World) -> InstallationId {
    world.publish(echo_manifest(), guest("echo").to_vec()).await;
    let id = world.install("acme.echo").await.id;
    let entered = [("secret".into(), "swordfish".into())].into();
    world.host.save_settings(world.desk, id, entered, world.admin).await.unwrap();
    id
}

/// The echo makes a message of a request: path = thread, query = its id, body = text.
fn request(thread: &str, external_id: &str, body: &str) -> InboundRequest {
    InboundRequest {
        method: "POST".into(),
        path: thread.into(),
        query: external_id.into(),
        headers: vec![("x-secret".into(), "swordfish".into()), ("x-subject".into(), "Hello".into())],
        body: body.to_owned().into(),
    }
}

async fn tickets(world: &World) -> Vec<tickets::Listed> {
    let mut conn = world.db().read().await.unwrap();
    tickets::list(&mut conn, world.desk, &Filter::default(), Sort::default(), None, 50).await.unwrap()
}

async fn bodies(world: &World, ticket: TicketId) -> Vec<String> {
    let mut conn = world.db().read().await.unwrap();
    let list = messages::list(&mut conn, world.desk, ticket, None, 50).await.unwrap();
    list.into_iter().map(|written| written.message.body).collect()
}

async fn reply(world: &World, ticket: TicketId, body: &str) -> MessageId {
    let new = NewMessage { author: Author::Operator(world.admin), internal: false, body: body.into() };
    let mut tx = world.db().begin().await.unwrap();
    let id = messages::add(&mut tx, world.desk, ticket, new, world.host.clock.now()).await.unwrap().message.id;
    tx.commit().await.unwrap();
    id
}

async fn delivery(world: &World, message: MessageId) -> (Delivery, Option<String>) {
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
            let reply = world.host.receive(id, request(thread, external, body)).await.unwrap();
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
        let requests = (0..8).map(|n| world.host.receive(id, request("/a", &(n / 2).to_string(), "text")));
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
        world.host.receive(id, request("/a", "1", "one")).await.unwrap();
        let first = tickets(&world).await[0].ticket.id;
        let close = TicketChange { status: Some(TicketStatus::Closed), ..TicketChange::default() };
        let mut tx = world.db().begin().await.unwrap();
        let now = world.host.clock.now();
        tickets::change(&mut tx, world.desk, first, close, Actor::System, None, now).await.unwrap();
        tx.commit().await.unwrap();
        world.host.receive(id, request("/a", "2", "two")).await.unwrap();
        world.host.receive(id, request("/a", "3", "three")).await.unwrap();
        let all = tickets(&world).await;
        let second = all.iter().find(|listed| listed.ticket.id != first).unwrap();
        assert_eq!((all.len(), bodies(&world, second.ticket.id).await), (2, vec!["two".into(), "three".into()]));
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
            vec![("x-secret", "Swordfish")],
            vec![("x-secret", "")],
            vec![("x-secret", "swordfish"), ("x-secret", "swordfish")],
        ];
        for headers in wrong {
            assert!(matches!(world.host.receive(id, with(&headers)).await, Err(UseError::Refused)), "{headers:?}");
        }
        let nobody = world.host.receive(InstallationId::new(), request("/a", "1", "x")).await;
        assert!(matches!(nobody, Err(UseError::NotFound)));
        world.puppet("1.0.0", 1, "").await;
        let plugin = world.install("acme.puppet").await.id;
        assert!(matches!(world.host.receive(plugin, request("/a", "1", "x")).await, Err(UseError::NotFound)));
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
        world.host.receive(id, request("/a", "1", "one")).await.unwrap();
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

        world.host.redeliver(world.desk, refused, world.admin).await.unwrap();
        assert_eq!(delivery(&world, refused).await.0, Delivery::Pending);
        let twice = world.host.redeliver(world.desk, sent, world.admin).await.unwrap_err();
        assert_eq!(twice.code(), "not-failed");
    })
    .await;
}

#[tokio::test]
async fn a_reply_after_the_uninstall_fails_with_the_reason() {
    on_both(async |world| {
        let id = channel(&world).await;
        world.host.receive(id, request("/a", "1", "one")).await.unwrap();
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
