use std::time::Duration;

use annex_domain::{
    ids::{ContactId, InstallationId, OperatorId},
    operator::Actor,
    ticket::{ChannelThread, Priority, TicketStatus},
};

use super::*;
use crate::{
    contacts::{self, NewContact},
    db::Signal,
    testing::{Fixture, on_both},
    tickets::{self, NewTicket, TicketChange},
};

const NOW: Timestamp = Timestamp(1_000_000);

struct Desk {
    desk: DeskId,
    other_desk: DeskId,
    agent: OperatorId,
    requester: ContactId,
    ticket: Ticket,
}

async fn desk(tx: &mut Tx, with_channel: bool) -> Desk {
    let Fixture { desk, other_desk, agent, .. } = Fixture::make(tx).await;
    let new = NewContact { name: "Ann".into(), ..NewContact::default() };
    let requester = contacts::create(tx, desk, new, NOW).await.unwrap().id;
    let channel = with_channel.then(|| ChannelThread {
        installation: InstallationId::new(),
        thread: "42".into(),
        handle: "ann".into(),
    });
    let plain = NewTicket::of(requester, "Help", "Please");
    let new = NewTicket { priority: Priority::High, tags: vec!["x".into()], channel, ..plain };
    let (ticket, _) = tickets::create(tx, desk, new, NOW).await.unwrap();
    Desk { desk, other_desk, agent, requester, ticket }
}

fn by(author: Author, internal: bool, body: &str) -> NewMessage {
    NewMessage { author, internal, body: body.into() }
}

async fn set_status(tx: &mut Tx, at: &Desk, status: TicketStatus) {
    let change = TicketChange { status: Some(status), ..TicketChange::default() };
    tickets::change(tx, at.desk, at.ticket.id, change, Actor::System, None, NOW).await.unwrap();
}

async fn deliveries(tx: &mut Tx) -> Vec<String> {
    let rows = fetch_all!(tx, (String,), "SELECT payload FROM jobs WHERE kind = 'deliver-message' ORDER BY id");
    rows.unwrap().into_iter().map(|(payload,)| payload).collect()
}

#[tokio::test]
async fn replies_go_out_through_the_channel_and_notes_do_not() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let at = desk(&mut tx, true).await;
        let author = Author::Operator(at.agent);
        let note = add(&mut tx, at.desk, at.ticket.id, by(author, true, "note"), NOW).await.unwrap();
        assert_eq!(note.message.delivery, Delivery::None);
        assert_eq!(outbound(&mut tx, at.desk, note.message.id).await.unwrap(), None);
        assert_eq!(deliveries(&mut tx).await, [""; 0]);
        let reply = add(&mut tx, at.desk, at.ticket.id, by(author, false, "reply"), NOW).await.unwrap();
        assert_eq!(reply.message.delivery, Delivery::Pending);
        let channel = at.ticket.channel.unwrap().installation;
        let named = format!("{{\"message\":\"{}\",\"installation\":\"{channel}\"}}", reply.message.id);
        assert_eq!(deliveries(&mut tx).await, [named]);
        let out = outbound(&mut tx, at.desk, reply.message.id).await.unwrap().unwrap();
        assert_eq!(out.message.id, reply.message.id.to_string());
        assert_eq!((out.message.threads, out.message.author.as_str()), (vec!["42".to_owned()], "Bo"));
        assert!(reply.ticket.updated_at > note.ticket.updated_at);
        let own = by(Author::Requester(at.requester), false, "thanks");
        let own = add(&mut tx, at.desk, at.ticket.id, own, NOW).await.unwrap();
        assert_eq!(own.message.delivery, Delivery::None);
        assert_eq!(outbound(&mut tx, at.desk, own.message.id).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn without_a_channel_nothing_is_sent() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let at = desk(&mut tx, false).await;
        let reply = by(Author::Operator(at.agent), false, "reply");
        let reply = add(&mut tx, at.desk, at.ticket.id, reply, NOW).await.unwrap();
        assert_eq!(reply.message.delivery, Delivery::None);
        assert_eq!(deliveries(&mut tx).await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_requester_opens_a_solved_ticket_again() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let at = desk(&mut tx, false).await;
        for status in [TicketStatus::Pending, TicketStatus::Solved] {
            set_status(&mut tx, &at, status).await;
            let reply = by(Author::Operator(at.agent), false, "an operator does not");
            let reply = add(&mut tx, at.desk, at.ticket.id, reply, NOW).await.unwrap();
            assert_eq!(reply.ticket.status, status);
            let own = by(Author::Requester(at.requester), false, "again");
            let added = add(&mut tx, at.desk, at.ticket.id, own, NOW).await.unwrap();
            assert_eq!((added.ticket.status, added.new_ticket), (TicketStatus::Open, false));
            assert_eq!(tickets::get(&mut tx, at.desk, at.ticket.id).await.unwrap(), added.ticket);
        }
        let last = tickets::activity(&mut tx, at.desk, at.ticket.id).await.unwrap().pop().unwrap();
        assert_eq!((last.old.as_str(), last.new.as_str()), ("solved", "open"));
        assert_eq!(last.actor, format!("contact:{}", at.requester));
    })
    .await;
}

#[tokio::test]
async fn a_new_ticket_follows_a_closed_one() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let at = desk(&mut tx, true).await;
        set_status(&mut tx, &at, TicketStatus::Closed).await;
        let own = by(Author::Requester(at.requester), false, "once more");
        let added = add(&mut tx, at.desk, at.ticket.id, own, NOW).await.unwrap();
        assert!(added.new_ticket);
        assert_eq!((added.ticket.number, added.ticket.subject.as_str()), (2, "Help"));
        assert_eq!(added.ticket.channel, at.ticket.channel);
        assert_eq!(added.message.ticket, added.ticket.id);
        let changes = tickets::activity(&mut tx, at.desk, added.ticket.id).await.unwrap();
        assert_eq!((changes[0].field.as_str(), changes[0].old.as_str()), ("follow-up-of", "1"));
        let old = tickets::get(&mut tx, at.desk, at.ticket.id).await.unwrap();
        assert_eq!(old.status, TicketStatus::Closed);
        // Operators may still write on a closed ticket.
        let note = by(Author::Operator(at.agent), true, "note");
        assert!(!add(&mut tx, at.desk, at.ticket.id, note, NOW).await.unwrap().new_ticket);
    })
    .await;
}

#[tokio::test]
async fn messages_are_listed_newest_last_with_their_authors() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let at = desk(&mut tx, false).await;
        let addon = InstallationId::new();
        for (index, author) in
            [Author::Operator(at.agent), Author::Addon(addon), Author::Requester(at.requester)].into_iter().enumerate()
        {
            let now = NOW.after(Duration::from_secs(u64::try_from(index).unwrap() / 2));
            add(&mut tx, at.desk, at.ticket.id, by(author, false, &index.to_string()), now).await.unwrap();
        }
        let all = list(&mut tx, at.desk, at.ticket.id, None, 100).await.unwrap();
        let bodies: Vec<&str> = all.iter().map(|written| written.message.body.as_str()).collect();
        assert_eq!(bodies, ["Please", "0", "1", "2"]);
        let names: Vec<Option<&str>> = all.iter().map(|written| written.author_name.as_deref()).collect();
        assert_eq!(names, [Some("Ann"), Some("Bo"), None, Some("Ann")]);
        let page = list(&mut tx, at.desk, at.ticket.id, Some(all[3].message.id), 2).await.unwrap();
        assert_eq!(page, all[1..3]);
        assert_eq!(get(&mut tx, at.desk, all[2].message.id).await.unwrap(), all[2].message);
    })
    .await;
}

#[tokio::test]
async fn a_delivery_ends_once_and_can_be_tried_again_when_failed() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let at = desk(&mut tx, true).await;
        let reply = by(Author::Operator(at.agent), false, "reply");
        let id = add(&mut tx, at.desk, at.ticket.id, reply, NOW).await.unwrap().message.id;
        let error = Some("no\0t now");
        set_delivery(&mut tx, at.desk, id, Delivery::Pending, error, NOW).await.unwrap();
        assert_eq!(get(&mut tx, at.desk, id).await.unwrap().delivery_error.as_deref(), Some("not now"));
        assert!(matches!(redeliver(&mut tx, at.desk, id, NOW).await, Err(StoreError::Stale(_))));
        set_delivery(&mut tx, at.desk, id, Delivery::Failed, error, NOW).await.unwrap();
        assert!(set_delivery(&mut tx, at.desk, id, Delivery::Sent, None, NOW).await.is_err());
        execute!(tx, "DELETE FROM jobs").unwrap();
        redeliver(&mut tx, at.desk, id, NOW).await.unwrap();
        assert_eq!(deliveries(&mut tx).await.len(), 1);
        set_delivery(&mut tx, at.desk, id, Delivery::Sent, None, NOW).await.unwrap();
        let sent = get(&mut tx, at.desk, id).await.unwrap();
        assert_eq!((sent.delivery, sent.delivery_error), (Delivery::Sent, None));
    })
    .await;
}

#[tokio::test]
async fn another_desk_finds_nothing() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let at = desk(&mut tx, true).await;
        let reply = by(Author::Operator(at.agent), false, "reply");
        let id = add(&mut tx, at.desk, at.ticket.id, reply.clone(), NOW).await.unwrap().message.id;
        assert!(add(&mut tx, at.other_desk, at.ticket.id, reply, NOW).await.is_err());
        assert_eq!(list(&mut tx, at.other_desk, at.ticket.id, None, 10).await.unwrap(), []);
        assert!(get(&mut tx, at.other_desk, id).await.is_err());
        assert!(outbound(&mut tx, at.other_desk, id).await.is_err());
        assert!(set_delivery(&mut tx, at.other_desk, id, Delivery::Sent, None, NOW).await.is_err());
        assert!(redeliver(&mut tx, at.other_desk, id, NOW).await.is_err());
        assert_eq!(get(&mut tx, at.desk, id).await.unwrap().delivery, Delivery::Pending);
    })
    .await;
}

#[tokio::test]
async fn pages_hear_of_messages_after_the_commit() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let at = desk(&mut tx, false).await;
        tx.commit().await.unwrap();
        let mut jobs = db.job_wakes();
        let mut signals = db.signals();
        if db.dialect() == crate::db::Dialect::Postgres {
            jobs.changed().await.unwrap(); // the listener is up
        }
        let mut tx = db.begin().await.unwrap();
        let note = by(Author::Operator(at.agent), true, "note");
        add(&mut tx, at.desk, at.ticket.id, note, NOW).await.unwrap();
        tx.commit().await.unwrap();
        let expected = Signal::Ticket { desk: at.desk, ticket: at.ticket.id };
        while signals.recv().await.unwrap() != expected {}
    })
    .await;
}

#[tokio::test]
async fn a_conversation_has_one_turn_at_a_time() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let at = desk(&mut tx, true).await;
        let mut ids = Vec::new();
        for (index, body) in ["one", "two"].into_iter().enumerate() {
            let now = NOW.after(Duration::from_secs(u64::try_from(index).unwrap()));
            let reply = by(Author::Operator(at.agent), false, body);
            ids.push(add(&mut tx, at.desk, at.ticket.id, reply, now).await.unwrap().message.id);
        }
        let [first, second] = ids[..] else { panic!("two") };
        assert!(await_turn(&mut tx, at.desk, at.ticket.id, first).await.unwrap());
        assert!(!await_turn(&mut tx, at.desk, at.ticket.id, second).await.unwrap());
        execute!(tx, "DELETE FROM jobs").unwrap();
        // Handed over once, by one job.
        let job = annex_domain::ids::JobId::new();
        hand_over(&mut tx, at.desk, first, job).await.unwrap();
        assert!(matches!(hand_over(&mut tx, at.desk, first, job).await, Err(StoreError::Stale(_))));
        assert_eq!(outbound(&mut tx, at.desk, first).await.unwrap().unwrap().handed_over_by, Some(job));
        set_delivery(&mut tx, at.desk, first, Delivery::Pending, Some("later"), NOW).await.unwrap();
        assert_eq!(deliveries(&mut tx).await, [""; 0], "it is pending still");
        assert_eq!(outbound(&mut tx, at.desk, first).await.unwrap().unwrap().handed_over_by, None);
        set_delivery(&mut tx, at.desk, first, Delivery::Unclear, None, NOW).await.unwrap();
        let [next] = &deliveries(&mut tx).await[..] else { panic!("one job") };
        assert!(next.contains(&second.to_string()), "{next}");
        assert!(await_turn(&mut tx, at.desk, at.ticket.id, second).await.unwrap());
        // The first one again, while the second waits for its time: it is not hurried.
        redeliver(&mut tx, at.desk, first, NOW).await.unwrap();
        set_delivery(&mut tx, at.desk, first, Delivery::Unclear, None, NOW).await.unwrap();
        assert_eq!(deliveries(&mut tx).await.len(), 2);
        arrived(&mut tx, at.desk, first).await.unwrap();
        assert!(matches!(arrived(&mut tx, at.desk, first).await, Err(StoreError::Stale(_))));
        assert!(arrived(&mut tx, at.other_desk, second).await.is_err());
        assert!(hand_over(&mut tx, at.other_desk, second, job).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn of_many_edits_the_first_text_and_the_last_ones_are_kept() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let at = desk(&mut tx, false).await;
        let own = by(Author::Requester(at.requester), false, "0");
        let id = add(&mut tx, at.desk, at.ticket.id, own, NOW).await.unwrap().message.id;
        for n in 1..=30 {
            revise(&mut tx, at.desk, id, n.to_string(), true, NOW).await.unwrap();
        }
        revise(&mut tx, at.desk, id, "30", true, NOW).await.unwrap();
        let texts = earlier_texts(&mut tx, at.desk, &[id]).await.unwrap();
        assert_eq!((texts.len(), texts[0].1.body.as_str(), texts[19].1.body.as_str()), (20, "0", "29"));
        assert_eq!(earlier_texts(&mut tx, at.other_desk, &[id]).await.unwrap(), []);
        assert!(revise(&mut tx, at.other_desk, id, "x", true, NOW).await.is_err());
        assert!(revise(&mut tx, at.desk, id, " ", true, NOW).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn html_stands_beside_the_text_until_that_is_changed() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let at = desk(&mut tx, false).await;
        let author = Author::Requester(at.requester);
        let formatted = |html: String| NewMessage {
            author,
            internal: false,
            body: Body { text: "Hello".into(), html: Some(html) },
        };
        let new = formatted("<b>Hello</b>".into());
        let id = add(&mut tx, at.desk, at.ticket.id, new, NOW).await.unwrap().message.id;
        let listed = list(&mut tx, at.desk, at.ticket.id, None, 10).await.unwrap();
        assert_eq!(listed.iter().map(|it| it.message.has_html).collect::<Vec<_>>(), [false, true]);
        let number = at.ticket.number;
        assert_eq!(html(&mut tx, at.desk, number, id).await.unwrap(), "<b>Hello</b>");
        for (desk, number, id) in
            [(at.other_desk, number, id), (at.desk, number + 1, id), (at.desk, number, listed[0].message.id)]
        {
            let found = html(&mut tx, desk, number, id).await;
            assert!(matches!(found, Err(StoreError::NotFound("message"))), "{desk} {number} {id}");
        }
        let changed = revise(&mut tx, at.desk, id, "Bye", true, NOW).await.unwrap();
        assert_eq!((changed.has_html, get(&mut tx, at.desk, id).await.unwrap()), (false, changed));
        assert!(html(&mut tx, at.desk, number, id).await.is_err());
        for refused in ["a\0".to_owned(), "x".repeat(MAX_HTML + 1)] {
            assert!(add(&mut tx, at.desk, at.ticket.id, formatted(refused), NOW).await.is_err());
        }
    })
    .await;
}
