use annex_domain::ticket::Author;

use super::*;
use crate::{
    contacts::{self, NewContact},
    messages::{self, NewMessage},
    testing::{Fixture, on_both},
    tickets::{self, Filter, NewTicket, Sort, TicketChange},
};

const NOW: Timestamp = Timestamp(1_000_000);

fn later(by: i64) -> Timestamp {
    Timestamp(NOW.0 + by)
}

/// Which of the desk's tickets are unread for an operator, as the inbox has them and as its filter finds them.
async fn unread(conn: &mut Conn, desk: DeskId, reader: OperatorId) -> Vec<i64> {
    let all = Filter { reader: Some(reader), ..Filter::default() };
    let listed = tickets::list(conn, desk, &all, Sort::default(), None, 100).await.unwrap();
    let of_all: Vec<i64> = listed.into_iter().filter(|row| row.unread).map(|row| row.ticket.number).collect();
    let only = Filter { unread: true, ..all };
    let found = tickets::list(conn, desk, &only, Sort::default(), None, 100).await.unwrap();
    assert_eq!(found.iter().map(|row| row.ticket.number).collect::<Vec<_>>(), of_all);
    assert_eq!(tickets::count(conn, desk, &only).await.unwrap(), i64::try_from(of_all.len()).unwrap());
    of_all
}

#[tokio::test]
async fn a_ticket_is_unread_for_each_operator_until_they_have_seen_its_last_message() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, admin, agent, other_desk, other_admin } = Fixture::make(&mut tx).await;
        let new = NewContact { name: "Ann".into(), ..NewContact::default() };
        let requester = contacts::create(&mut tx, desk, new, NOW).await.unwrap().id;
        let new = NewTicket::of(requester, "Help", "Please");
        let (ticket, first) = tickets::create(&mut tx, desk, new.clone(), NOW).await.unwrap();
        let (other, _) = tickets::create(&mut tx, desk, new, later(1)).await.unwrap();
        assert_eq!(unread(&mut tx, desk, agent).await, [2, 1]);
        // A message of another ticket says nothing, nor does somebody of another desk.
        mark(&mut tx, desk, agent, other.id, Some(first.id)).await.unwrap();
        mark(&mut tx, other_desk, other_admin, ticket.id, Some(first.id)).await.unwrap();
        assert_eq!(unread(&mut tx, desk, agent).await, [2, 1]);

        mark(&mut tx, desk, agent, ticket.id, Some(first.id)).await.unwrap();
        assert!(!is_unread(&mut tx, desk, agent, ticket.id).await.unwrap());
        assert_eq!((unread(&mut tx, desk, agent).await, unread(&mut tx, desk, admin).await), (vec![2], vec![2, 1]));

        let note = NewMessage { author: Author::Operator(admin), internal: true, body: "Look".into() };
        let note = messages::add(&mut tx, desk, ticket.id, note, later(2)).await.unwrap().message;
        assert_eq!(unread(&mut tx, desk, agent).await, [1, 2]);
        mark(&mut tx, desk, agent, ticket.id, Some(note.id)).await.unwrap();
        // A page that was left open tells late what it had.
        mark(&mut tx, desk, agent, ticket.id, Some(first.id)).await.unwrap();
        assert_eq!(unread(&mut tx, desk, agent).await, [2]);
        mark(&mut tx, desk, admin, other.id, None).await.unwrap();
        assert_eq!(unread(&mut tx, desk, admin).await, [1]);

        // What waits for somebody is what is theirs or nobody's.
        assert_eq!(count(&mut tx, desk, agent).await.unwrap(), 1);
        let given = TicketChange { assignee: Some(Some(admin)), ..TicketChange::default() };
        tickets::change(&mut tx, desk, other.id, given, annex_domain::operator::Actor::System, None, later(3))
            .await
            .unwrap();
        assert_eq!(count(&mut tx, desk, agent).await.unwrap(), 0);
        assert_eq!(count(&mut tx, desk, admin).await.unwrap(), 1);
        assert_eq!(unread(&mut tx, other_desk, other_admin).await, [0; 0]);
    })
    .await;
}

#[tokio::test]
async fn of_very_many_tickets_the_newest_are_counted() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, agent, .. } = Fixture::make(&mut tx).await;
        let new = NewContact { name: "Ann".into(), ..NewContact::default() };
        let requester = contacts::create(&mut tx, desk, new, NOW).await.unwrap().id;
        let new = NewTicket::of(requester, "Help", "Please");
        let mut made = Vec::new();
        for index in 0..NEWEST + 3 {
            made.push(tickets::create(&mut tx, desk, new.clone(), later(index)).await.unwrap().0.id);
        }
        assert_eq!(count(&mut tx, desk, agent).await.unwrap(), NEWEST);
        // Of the newest 100 two were read; what is older is not looked at.
        for ticket in made.iter().rev().take(2) {
            mark(&mut tx, desk, agent, *ticket, None).await.unwrap();
        }
        assert_eq!(count(&mut tx, desk, agent).await.unwrap(), NEWEST - 2);
        // Who writes to an old one puts it among the newest.
        let message = NewMessage { author: Author::Requester(requester), internal: false, body: "Hello?".into() };
        messages::add(&mut tx, desk, made[0], message, later(NEWEST + 9)).await.unwrap();
        mark(&mut tx, desk, agent, made[3], None).await.unwrap();
        assert_eq!(count(&mut tx, desk, agent).await.unwrap(), NEWEST - 2);
    })
    .await;
}

#[tokio::test]
async fn what_was_written_before_somebody_came_counts_as_read() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, agent, .. } = Fixture::make(&mut tx).await;
        let new = NewContact { name: "Ann".into(), ..NewContact::default() };
        let requester = contacts::create(&mut tx, desk, new, NOW).await.unwrap().id;
        let new = NewTicket::of(requester, "Help", "Please");
        tickets::create(&mut tx, desk, new.clone(), NOW).await.unwrap();
        execute!(tx, "UPDATE operators SET created_at = $2 WHERE id = $1", agent, NOW).unwrap();
        tickets::create(&mut tx, desk, new, later(1)).await.unwrap();
        assert_eq!(unread(&mut tx, desk, agent).await, [2]);
        // As an upgrade leaves those who were here before.
        execute!(tx, "UPDATE operators SET unread_from = $2 WHERE id = $1", agent, later(1)).unwrap();
        assert_eq!(unread(&mut tx, desk, agent).await, [0; 0]);
    })
    .await;
}

#[tokio::test]
async fn pages_hear_what_nothing_is_written_for() {
    on_both(async |db| {
        let mut jobs = db.job_wakes();
        let mut signals = db.signals();
        if db.dialect() == crate::Dialect::Postgres {
            jobs.changed().await.unwrap(); // the listener is up
        }
        let writing = Signal::Writing {
            desk: DeskId::new(),
            ticket: TicketId::new(),
            operator: OperatorId::new(),
            name: "Bo \"the\" Agent\n".into(),
        };
        db.tell(writing.clone()).await.unwrap();
        while signals.recv().await.unwrap() != writing {}
    })
    .await;
}
