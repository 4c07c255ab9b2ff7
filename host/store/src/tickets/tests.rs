use annex_domain::{ids::InstallationId, ticket::Delivery};
use serde_json::{Value, json};

use super::*;
use crate::{
    contacts::{self, NewContact},
    db::{
        Db,
        query::{fetch_all, fetch_one},
    },
    jobs,
    testing::{Fixture, on_both},
};

const NOW: Timestamp = Timestamp(1_000_000);

async fn contact(tx: &mut Tx, desk: DeskId, name: &str) -> ContactId {
    let email = format!("{name}@example.org");
    if let Some(known) = contacts::by_email(tx, desk, &email).await.unwrap() {
        return known.id;
    }
    let new = NewContact { name: name.into(), email: Some(email), ..NewContact::default() };
    contacts::create(tx, desk, new, NOW).await.unwrap().id
}

fn new(requester: ContactId, subject: &str) -> NewTicket {
    NewTicket::of(requester, subject, format!("About {subject}"))
}

async fn ticket(tx: &mut Tx, desk: DeskId, subject: &str, now: i64) -> Ticket {
    let requester = contact(tx, desk, "ann").await;
    create(tx, desk, new(requester, subject), Timestamp(now)).await.unwrap().0
}

async fn jobs_of(tx: &mut Tx) -> Vec<String> {
    let rows = fetch_all!(tx, (String, String), "SELECT kind, payload FROM jobs ORDER BY id").unwrap();
    rows.into_iter()
        .map(|(kind, payload)| {
            let payload: Value = serde_json::from_str(&payload).unwrap();
            format!("{kind} {}", payload["event"].as_str().unwrap_or_default())
        })
        .collect()
}

#[tokio::test]
async fn what_an_add_on_sets_off_takes_its_own_turn() {
    on_both(async |db| {
        let (first, last) = (InstallationId::new(), InstallationId::new());
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, .. } = Fixture::make(&mut tx).await;
        ticket(&mut tx, desk, "by a person", 1).await;
        tx.caused_by(vec![first, last]);
        ticket(&mut tx, desk, "by an add-on", 2).await;
        tx.commit().await.unwrap();
        let turn = async || {
            let job = jobs::claim(&db, Timestamp(9), std::time::Duration::from_secs(60)).await.unwrap();
            job.unwrap().turn.unwrap()
        };
        assert_eq!([turn().await, turn().await], [desk.to_string(), last.to_string()]);
    })
    .await;
}

#[tokio::test]
async fn a_ticket_is_made_with_its_message_and_announced() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, agent, .. } = Fixture::make(&mut tx).await;
        let requester = contact(&mut tx, desk, "ann").await;
        let channel = ChannelThread { installation: InstallationId::new(), thread: "t".into(), handle: "h".into() };
        let tags = vec![" VIP ".into(), "late".into(), "vip".into()];
        let new = NewTicket {
            assignee: Some(agent),
            tags,
            channel: Some(channel),
            priority: Priority::High,
            ..new(requester, "Two\nlines  here")
        };
        let (made, message) = create(&mut tx, desk, new, NOW).await.unwrap();
        assert_eq!((made.number, made.subject.as_str()), (1, "Two lines here"));
        assert_eq!(made.tags, ["late", "vip"]);
        assert_eq!(message.delivery, Delivery::None);
        assert_eq!(get(&mut tx, desk, made.id).await.unwrap(), made);
        assert_eq!(by_number(&mut tx, desk, 1).await.unwrap(), made);
        assert_eq!(jobs_of(&mut tx).await, ["happening ticket-created"]);
        let (payload,) = fetch_one!(tx, (String,), "SELECT payload FROM jobs").unwrap();
        let payload: Value = serde_json::from_str(&payload).unwrap();
        assert_eq!(payload["ticket"], json!(made.id));
        assert_eq!(payload["message"], json!(message.id));
        assert_eq!(payload["actor"], json!(format!("contact:{requester}")));
    })
    .await;
}

#[tokio::test]
async fn numbers_count_up_per_desk_also_in_parallel() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, other_desk, .. } = Fixture::make(&mut tx).await;
        let requester = contact(&mut tx, desk, "ann").await;
        ticket(&mut tx, other_desk, "theirs", 1).await;
        tx.commit().await.unwrap();
        // A ticket that is not committed takes no number.
        let mut tx = db.begin().await.unwrap();
        create(&mut tx, desk, new(requester, "lost"), NOW).await.unwrap();
        tx.rollback().await.unwrap();
        let tasks = (0..10).map(|_| {
            let db: Db = db.clone();
            tokio::spawn(async move {
                let mut tx = db.begin().await.unwrap();
                let (made, _) = create(&mut tx, desk, new(requester, "x"), NOW).await.unwrap();
                tx.commit().await.unwrap();
                made.number
            })
        });
        let mut numbers: Vec<i64> = futures::future::join_all(tasks).await.into_iter().map(Result::unwrap).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn changes_are_recorded_and_rise() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, agent, .. } = Fixture::make(&mut tx).await;
        let made = ticket(&mut tx, desk, "Help", NOW.0).await;
        let wanted = TicketChange {
            status: Some(TicketStatus::Pending),
            priority: Some(Priority::Urgent),
            assignee: Some(Some(agent)),
            tags: Some(vec!["b".into(), "A".into()]),
            subject: Some("Help me".into()),
            values: vec![],
        };
        let actor = Actor::Operator(agent);
        let after = change(&mut tx, desk, made.id, wanted.clone(), actor, Some(NOW), NOW).await.unwrap();
        assert!(after.updated_at > made.updated_at);
        assert_eq!(get(&mut tx, desk, made.id).await.unwrap(), after);
        let changes = activity(&mut tx, desk, made.id).await.unwrap();
        let mut fields: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["assignee", "priority", "status", "subject", "tags"]);
        let status = changes.iter().find(|change| change.field == "status").unwrap();
        assert_eq!((status.old.as_str(), status.new.as_str()), ("open", "pending"));
        assert_eq!(status.actor, format!("operator:{agent}"));

        // The same again changes, records and announces nothing.
        let same = change(&mut tx, desk, made.id, wanted, actor, None, NOW).await.unwrap();
        assert_eq!(same, after);
        assert_eq!(activity(&mut tx, desk, made.id).await.unwrap().len(), 5);
        assert_eq!(jobs_of(&mut tx).await, ["happening ticket-created", "happening ticket-updated"]);

        let none = TicketChange { assignee: Some(None), ..TicketChange::default() };
        assert_eq!(change(&mut tx, desk, made.id, none, actor, None, NOW).await.unwrap().assignee, None);
    })
    .await;
}

#[tokio::test]
async fn a_change_from_an_old_page_is_refused() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, .. } = Fixture::make(&mut tx).await;
        let made = ticket(&mut tx, desk, "Help", NOW.0).await;
        let solve = || TicketChange { status: Some(TicketStatus::Solved), ..TicketChange::default() };
        change(&mut tx, desk, made.id, solve(), Actor::System, Some(made.updated_at), NOW).await.unwrap();
        let late = TicketChange { priority: Some(Priority::Low), ..TicketChange::default() };
        let result = change(&mut tx, desk, made.id, late, Actor::System, Some(made.updated_at), NOW).await;
        assert!(matches!(result, Err(StoreError::Stale("the ticket"))));
        assert_eq!(get(&mut tx, desk, made.id).await.unwrap().priority, Priority::Normal);
    })
    .await;
}

#[tokio::test]
async fn malformed_parts_are_refused() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, .. } = Fixture::make(&mut tx).await;
        let requester = contact(&mut tx, desk, "ann").await;
        let good = new(requester, "x");
        let many = (0..21).map(|n| n.to_string()).collect();
        for bad in [
            NewTicket { subject: " \n ".into(), ..good.clone() },
            NewTicket { body: " ".into(), ..good.clone() },
            NewTicket { body: "a\0".into(), ..good.clone() },
            NewTicket { body: "a".repeat(messages::MAX_BODY + 1).into(), ..good.clone() },
            NewTicket { tags: vec!["two words".into()], ..good.clone() },
            NewTicket { tags: vec!["x".repeat(41)], ..good.clone() },
            NewTicket { tags: many, ..good.clone() },
        ] {
            assert_eq!(create(&mut tx, desk, bad, NOW).await.unwrap_err().code(), "invalid");
        }
    })
    .await;
}

#[tokio::test]
async fn another_desk_finds_nothing() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, other_desk, other_admin, .. } = Fixture::make(&mut tx).await;
        let requester = contact(&mut tx, desk, "ann").await;
        let made =
            create(&mut tx, desk, NewTicket { tags: vec!["vip".into()], ..new(requester, "x") }, NOW).await.unwrap().0;
        assert!(matches!(get(&mut tx, other_desk, made.id).await, Err(StoreError::NotFound(_))));
        assert!(by_number(&mut tx, other_desk, made.number).await.is_err());
        let solve = TicketChange { status: Some(TicketStatus::Solved), ..TicketChange::default() };
        assert!(change(&mut tx, other_desk, made.id, solve, Actor::System, None, NOW).await.is_err());
        assert_eq!(activity(&mut tx, other_desk, made.id).await.unwrap(), []);
        let all = Filter::default();
        assert_eq!(list(&mut tx, other_desk, &all, Sort::default(), None, 10).await.unwrap(), []);
        assert_eq!(count(&mut tx, other_desk, &all).await.unwrap(), 0);
        assert_eq!(counts(&mut tx, other_desk, other_admin).await.unwrap(), Counts::default());
        assert_eq!(tags(&mut tx, other_desk, "", 10).await.unwrap(), [""; 0]);
        assert_eq!(tags(&mut tx, desk, "V", 10).await.unwrap(), ["vip"]);
        assert_eq!(tags(&mut tx, desk, "x", 10).await.unwrap(), [""; 0]);
        tx.commit().await.unwrap();
        // References cannot cross desks either.
        let mut tx = db.begin().await.unwrap();
        let theirs = TicketChange { assignee: Some(Some(other_admin)), ..TicketChange::default() };
        let result = change(&mut tx, desk, made.id, theirs, Actor::System, None, NOW).await;
        assert!(matches!(result, Err(StoreError::Reference)));
        tx.rollback().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let result = create(&mut tx, other_desk, new(requester, "x"), NOW).await;
        assert!(matches!(result, Err(StoreError::Reference)));
    })
    .await;
}

/// Subjects of the tickets that a filter finds, by number; [`count`] has to agree.
async fn found(conn: &mut Conn, desk: DeskId, filter: &Filter) -> Vec<String> {
    let sort = Sort { by: SortBy::Number, descending: false };
    let rows = list(conn, desk, filter, sort, None, 100).await.unwrap();
    assert_eq!(count(conn, desk, filter).await.unwrap(), i64::try_from(rows.len()).unwrap());
    rows.into_iter().map(|row| row.ticket.subject).collect()
}

#[tokio::test]
async fn the_inbox_filters() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, agent, admin, .. } = Fixture::make(&mut tx).await;
        let (ann, bob) = (contact(&mut tx, desk, "ann").await, contact(&mut tx, desk, "bob").await);
        let installation = InstallationId::new();
        let channel = Some(ChannelThread { installation, thread: "t".into(), handle: "h".into() });
        let printer = NewTicket { assignee: Some(agent), tags: vec!["vip".into()], ..new(ann, "Printer") };
        let printer = create(&mut tx, desk, printer, NOW).await.unwrap().0;
        let invoice = NewTicket { priority: Priority::High, channel, ..new(bob, "Invoice ÄÖ 100%") };
        let invoice = create(&mut tx, desk, invoice, NOW).await.unwrap().0;
        let solve = TicketChange { status: Some(TicketStatus::Solved), ..TicketChange::default() };
        change(&mut tx, desk, printer.id, solve, Actor::System, None, NOW).await.unwrap();
        let any = Filter::default();
        let conn = &mut tx;
        assert_eq!(found(conn, desk, &any).await, ["Printer", "Invoice ÄÖ 100%"]);
        for filter in [
            Filter { statuses: vec![TicketStatus::Solved, TicketStatus::Closed], ..any.clone() },
            Filter { assignee: Some(Assignee::Operator(agent)), ..any.clone() },
            Filter { tag: Some("VIP".into()), ..any.clone() },
            Filter { requester: Some(ann), ..any.clone() },
            Filter { priority: Some(Priority::Normal), ..any.clone() },
        ] {
            assert_eq!(found(conn, desk, &filter).await, ["Printer"], "{filter:?}");
        }
        for filter in [
            Filter { statuses: vec![TicketStatus::Open], ..any.clone() },
            Filter { assignee: Some(Assignee::Nobody), ..any.clone() },
            Filter { channel: Some(installation), ..any.clone() },
            Filter { among: Some(vec![invoice.id]), ..any.clone() },
        ] {
            assert_eq!(found(conn, desk, &filter).await, ["Invoice ÄÖ 100%"], "{filter:?}");
        }
        for filter in [
            Filter { among: Some(vec![]), ..any.clone() },
            Filter { among: Some(vec![printer.id]), requester: Some(bob), ..any.clone() },
            Filter { tag: Some("vi".into()), ..any.clone() },
            Filter { assignee: Some(Assignee::Operator(admin)), ..any.clone() },
        ] {
            assert_eq!(found(conn, desk, &filter).await, [""; 0], "{filter:?}");
        }
        let all = counts(conn, desk, agent).await.unwrap();
        assert_eq!((all.open, all.solved, all.mine, all.unassigned, all.all()), (1, 1, 0, 1, 2));
    })
    .await;
}

#[tokio::test]
async fn pages_follow_each_other_in_every_order() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, .. } = Fixture::make(&mut tx).await;
        let requester = contact(&mut tx, desk, "ann").await;
        for (index, priority) in Priority::ALL.iter().cycle().take(10).enumerate() {
            let new = NewTicket { priority: *priority, ..new(requester, "x") };
            // Every second ticket has the time of the one before, so that the id has to decide.
            create(&mut tx, desk, new, Timestamp(NOW.0 + i64::try_from(index / 2).unwrap())).await.unwrap();
        }
        for by in [SortBy::Updated, SortBy::Created, SortBy::Priority, SortBy::Number] {
            for descending in [true, false] {
                let sort = Sort { by, descending };
                let whole = list(&mut tx, desk, &Filter::default(), sort, None, 100).await.unwrap();
                let mut paged = Vec::new();
                let mut after: Option<Cursor> = None;
                loop {
                    let page = list(&mut tx, desk, &Filter::default(), sort, after.as_ref(), 3).await.unwrap();
                    let Some(last) = page.last() else { break };
                    after = Some(last.cursor.to_string().parse().unwrap());
                    paged.extend(page);
                }
                assert_eq!(paged, whole, "{sort:?}");
                assert_eq!(whole.len(), 10);
            }
        }
        let sort = Sort { by: SortBy::Priority, descending: true };
        let first = list(&mut tx, desk, &Filter::default(), sort, None, 3).await.unwrap();
        let priorities: Vec<Priority> = first.iter().map(|row| row.ticket.priority).collect();
        assert_eq!(priorities, [Priority::Urgent, Priority::Urgent, Priority::High]);
        assert!("12".parse::<Cursor>().is_err());
    })
    .await;
}

#[tokio::test]
async fn a_row_shows_people_and_the_last_public_message() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, agent, .. } = Fixture::make(&mut tx).await;
        let requester = contact(&mut tx, desk, "ann").await;
        let new = NewTicket { assignee: Some(agent), ..new(requester, "x") };
        let made = create(&mut tx, desk, new, NOW).await.unwrap().0;
        for (internal, body) in [(false, "ü".repeat(300)), (true, "secret note".into())] {
            let message = NewMessage { author: Author::Operator(agent), internal, body: body.into() };
            messages::add(&mut tx, desk, made.id, message, NOW).await.unwrap();
        }
        let row = list(&mut tx, desk, &Filter::default(), Sort::default(), None, 1).await.unwrap().remove(0);
        assert_eq!((row.requester_name.as_str(), row.assignee_name.as_deref()), ("ann", Some("Bo")));
        assert_eq!(row.requester_email.as_deref(), Some("ann@example.org"));
        assert_eq!((row.excerpt.unwrap().chars().count(), row.messages), (200, 3));
    })
    .await;
}

#[tokio::test]
async fn malformed_rows_name_themselves() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, .. } = Fixture::make(&mut tx).await;
        let made = ticket(&mut tx, desk, "x", 1).await;
        for (sql, column) in [
            ("UPDATE tickets SET status = 'lost' WHERE id = $1", "status"),
            ("UPDATE tickets SET status = 'open', tags = '{}' WHERE id = $1", "tags"),
            ("UPDATE tickets SET tags = '[]', channel_thread = 'x' WHERE id = $1", "channel_thread"),
        ] {
            execute!(tx, sql, made.id).unwrap();
            let error = get(&mut tx, desk, made.id).await.unwrap_err().to_string();
            let expected = format!("table tickets, row {}: column {column}", made.id);
            assert!(error.starts_with(&expected), "{error}");
        }
    })
    .await;
}
