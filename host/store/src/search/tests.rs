use std::collections::BTreeSet;

use annex_domain::{
    clock::Timestamp,
    ids::{MessageId, OperatorId},
    operator::Actor,
    ticket::{Author, TicketStatus},
};

use self::dice::Dice;
use super::*;
use crate::{
    Tx,
    contacts::NewContact,
    db::{
        asking::AT_ONCE,
        query::{execute, fetch_all, fetch_one},
    },
    messages::{self, NewMessage},
    testing::{Fixture, on_both, traces},
    tickets::{self, NewTicket, TicketChange},
};

mod dice;

const NOW: Timestamp = Timestamp(1_000_000);

async fn person(tx: &mut Tx, desk: DeskId, name: &str) -> ContactId {
    let local: String = name.chars().filter(char::is_ascii_alphabetic).collect();
    let email = format!("{local}@{}.example", OperatorId::new());
    let new = NewContact { name: name.into(), email: Some(email), ..NewContact::default() };
    contacts::create(tx, desk, new, NOW).await.unwrap().id
}

fn new(requester: ContactId, subject: &str, body: &str) -> NewTicket {
    NewTicket::of(requester, subject, body)
}

async fn ticket(tx: &mut Tx, desk: DeskId, requester: ContactId, subject: &str, body: &str) -> TicketId {
    tickets::create(tx, desk, new(requester, subject, body), NOW).await.unwrap().0.id
}

/// What a search finds, in no order.
async fn found(conn: &mut Conn, desk: DeskId, search: &str) -> BTreeSet<TicketId> {
    let ids = find(conn, desk, search, &Filter::default()).await.unwrap().unwrap().tickets;
    let set: BTreeSet<TicketId> = ids.iter().copied().collect();
    assert_eq!(set.len(), ids.len(), "{search}: one is there twice");
    set
}

/// What a search has to find, by looking at everything.
async fn expected(conn: &mut Conn, desk: DeskId, search: &str) -> BTreeSet<TicketId> {
    let sql = "SELECT t.id, t.number, t.folded, c.folded FROM tickets t JOIN contacts c ON c.id = t.requester_id
               WHERE t.desk_id = $1";
    let mut ids = BTreeSet::new();
    for (id, number, subject, person) in fetch_all!(conn, (String, i64, String, String), sql, desk).unwrap() {
        let sql = "SELECT folded FROM messages WHERE ticket_id = $1 UNION ALL SELECT tag FROM ticket_tags WHERE ticket_id = $1";
        let rest = fetch_all!(conn, (String,), sql, &id).unwrap();
        let everywhere: Vec<&str> =
            [subject.as_str(), &person].into_iter().chain(rest.iter().map(|(text,)| text.as_str())).collect();
        let holds = terms::parse(search).iter().all(|term| {
            let text = term.text();
            let is_number = text == number.to_string() || text == format!("#{number}");
            let is_there = match text.chars().count() {
                0..3 => subject.starts_with(text) || person.starts_with(text),
                _ => everywhere.iter().any(|place| place.contains(text)),
            };
            is_number || is_there
        });
        if holds {
            ids.insert(id.parse().unwrap());
        }
    }
    ids
}

/// Changes something at random.
async fn change(tx: &mut Tx, desk: DeskId, dice: &mut Dice, people: &[ContactId], made: &mut Vec<TicketId>) {
    let person = people[dice.roll(people.len())];
    let id = if made.is_empty() { None } else { Some(made[dice.roll(made.len())]) };
    let (text, kind) = (dice.text(4), dice.roll(9));
    let Some(id) = id.filter(|_| kind > 3) else {
        let tags = if kind == 0 { vec![dice.of(&["vip", "c++", "ärger", "a\"b", "a\\b"]).to_owned()] } else { vec![] };
        let wanted = NewTicket { tags, ..new(person, &text, &dice.text(9)) };
        made.push(tickets::create(tx, desk, wanted, NOW).await.unwrap().0.id);
        return;
    };
    let (message,) = fetch_one!(tx, (String,), "SELECT MIN(id) FROM messages WHERE ticket_id = $1", id).unwrap();
    let message: MessageId = message.parse().unwrap();
    match kind {
        4 => {
            let new = NewMessage { author: Author::Requester(person), internal: false, body: text.into() };
            messages::add(tx, desk, id, new, NOW).await.unwrap();
        }
        5 => {
            messages::revise(tx, desk, message, text.as_str(), true, NOW).await.unwrap();
        }
        6 => {
            let tags = Some(vec![dice.of(&["vip", "late", "c++"]).to_owned()]);
            let change = TicketChange { subject: Some(text), tags, ..TicketChange::default() };
            tickets::change(tx, desk, id, change, Actor::System, None, NOW).await.unwrap();
        }
        7 => {
            let mut contact = contacts::lock(tx, desk, person).await.unwrap();
            contact.name = text;
            contacts::save(tx, desk, &contact, NOW).await.unwrap();
        }
        _ => {
            execute!(tx, "DELETE FROM messages WHERE desk_id = $1 AND ticket_id = $2 AND id <> $3", desk, id, message)
                .unwrap();
            execute!(tx, "UPDATE tickets SET requester_id = $3 WHERE desk_id = $1 AND id = $2", desk, id, person)
                .unwrap();
        }
    }
}

/// PostgreSQL finds the same where it may read few tickets of many, by its indexes: all, but for words that stand apart in older tickets.
async fn by_index(tx: &mut Tx, desk: DeskId, search: &str, expected: &BTreeSet<TicketId>) {
    let (terms, filter) = (terms::parse(search), Filter::default());
    let search = postgres::Search { desk, terms: &terms, filter: &filter };
    for spread in [1_000, 1] {
        let bounds = postgres::Bounds { sample: 1, common: 1, spread };
        let found = search.find(tx, &bounds).await.unwrap();
        let tickets: BTreeSet<TicketId> = found.tickets.iter().copied().collect();
        assert_eq!(tickets.len(), found.tickets.len(), "{terms:?}: one is there twice");
        assert!(tickets.is_subset(expected), "{terms:?}");
        match found.reach {
            Reach::Whole => assert_eq!(&tickets, expected, "{terms:?}"),
            Reach::Newest => assert!(terms.len() > 1 && spread == 1, "{terms:?}"),
        }
    }
}

#[tokio::test]
async fn both_databases_find_what_is_there() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, other_desk, .. } = Fixture::make(&mut tx).await;
        let mut dice = Dice(7);
        for desk in [desk, other_desk] {
            let mut people = Vec::new();
            for name in ["Ann Ärger", "re:bob", "Ömer", "x"] {
                people.push(person(&mut tx, desk, name).await);
            }
            let mut made = Vec::new();
            for _ in 0..80 {
                change(&mut tx, desk, &mut dice, &people, &mut made).await;
            }
        }
        let (mut some, mut none) = (0, 0);
        for _ in 0..400 {
            let search = dice.search();
            if terms::parse(&search).is_empty() {
                continue;
            }
            let expected = expected(&mut tx, desk, &search).await;
            assert_eq!(found(&mut tx, desk, &search).await, expected, "{search:?}");
            if tx.dialect() == Dialect::Postgres {
                by_index(&mut tx, desk, &search, &expected).await;
            }
            if expected.is_empty() { none += 1 } else { some += 1 }
        }
        assert!(some > 50 && none > 20, "{some} and {none}");
    })
    .await;
}

#[tokio::test]
async fn words_phrases_numbers_and_beginnings_are_found() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, other_desk, .. } = Fixture::make(&mut tx).await;
        let (ann, bob) = (person(&mut tx, desk, "Ann").await, person(&mut tx, desk, "Bob Öz").await);
        let printer = ticket(&mut tx, desk, ann, "Printer", "It smokes since monday").await;
        let invoice = ticket(&mut tx, desk, bob, "Invoice ÄÖ 100%", "Please send 1 again").await;
        let theirs = person(&mut tx, other_desk, "Ann").await;
        ticket(&mut tx, other_desk, theirs, "Printer", "Theirs").await;
        for (search, expected) in [
            ("SMOKE", vec![printer]),
            ("printer monday", vec![printer]),
            ("\"since monday\"", vec![printer]),
            ("ann@", vec![printer]),
            ("#1", vec![printer]),
            ("1 print", vec![printer]),
            ("pr", vec![printer]),
            ("b", vec![invoice]),
            ("\"äö 100%\"", vec![invoice]),
            ("\"monday since\"", vec![]),
            ("printer bob", vec![]),
            ("p_inter", vec![]),
            ("ri", vec![]),
            ("theirs", vec![]),
            ("' OR 1=1 --", vec![]),
        ] {
            assert_eq!(found(&mut tx, desk, search).await, expected.into_iter().collect::<BTreeSet<_>>(), "{search}");
        }
        for nothing in ["", "  ", "\"\"", "\0"] {
            assert_eq!(find(&mut tx, desk, nothing, &Filter::default()).await.unwrap(), None, "{nothing:?}");
        }
        let closed = Filter { statuses: vec![TicketStatus::Closed], ..Filter::default() };
        assert_eq!(find(&mut tx, desk, "printer", &closed).await.unwrap(), Some(Found::default()));
        assert_eq!(find(&mut tx, desk, "1", &closed).await.unwrap(), Some(Found::default()));
    })
    .await;
}

#[tokio::test]
async fn the_newest_are_found_and_who_asks_for_a_number_gets_it() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, .. } = Fixture::make(&mut tx).await;
        let ann = person(&mut tx, desk, "Ann").await;
        let mut made = Vec::new();
        for index in 0..i64::try_from(MOST).unwrap() + 20 {
            let new = new(ann, "Case 111", "and 111 again");
            made.push(tickets::create(&mut tx, desk, new, Timestamp(NOW.0 + index)).await.unwrap().0.id);
        }
        let newest: BTreeSet<TicketId> = made[20..].iter().copied().collect();
        assert_eq!(found(&mut tx, desk, "case").await, newest);
        if tx.dialect() == Dialect::Postgres {
            let (terms, filter) = (terms::parse("case"), Filter::default());
            let search = postgres::Search { desk, terms: &terms, filter: &filter };
            // Enough are read after the sample; too few are read, and the index tells the rest.
            for common in [210, 100] {
                let bounds = postgres::Bounds { sample: 40, common, spread: 50 };
                let tickets = search.find(&mut tx, &bounds).await.unwrap().tickets;
                assert_eq!(tickets.len(), MOST, "{common}");
                assert_eq!(tickets.into_iter().collect::<BTreeSet<_>>(), newest, "{common}");
            }
        }
        execute!(tx, "UPDATE tickets SET number = 111000 WHERE number = 111").unwrap();
        execute!(tx, "UPDATE tickets SET number = 111 WHERE id = $1", made[0]).unwrap();
        let with_first: BTreeSet<TicketId> = newest.into_iter().chain([made[0]]).collect();
        assert_eq!(found(&mut tx, desk, "111").await, with_first);
    })
    .await;
}

/// How far a search goes.
async fn reach(conn: &mut Conn, desk: DeskId, search: &str) -> Reach {
    find(conn, desk, search, &Filter::default()).await.unwrap().unwrap().reach
}

/// Makes so many tickets whose subject is one of two words, later than [`NOW`].
async fn two_common_words(tx: &mut Tx, desk: DeskId, requester: ContactId, count: i64) {
    let sql = "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $3)
        INSERT INTO tickets (id, desk_id, number, subject, folded, status, priority, requester_id, tags, created_at, updated_at)
        SELECT '01900000-0000-7000-8000-' || SUBSTR(CAST(1000000000000 + i AS TEXT), 2), $1, 5000 + i,
            CASE WHEN i % 2 = 0 THEN 'Printer' ELSE 'Smokes' END, CASE WHEN i % 2 = 0 THEN 'printer' ELSE 'smokes' END,
            'open', 'normal', $2, '[]', 2000000, 2000000 FROM n";
    assert_eq!(execute!(tx, sql, desk, requester, count).unwrap(), u64::try_from(count).unwrap());
}

#[tokio::test]
async fn common_words_are_found_together_anywhere_and_apart_in_the_newest() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, .. } = Fixture::make(&mut tx).await;
        let ann = person(&mut tx, desk, "Ann").await;
        let apart = ticket(&mut tx, desk, ann, "Printer", "It smokes like a zebra").await;
        let together = ticket(&mut tx, desk, ann, "Help", "My printer smokes").await;
        let subject = ticket(&mut tx, desk, ann, "Smokes: printer", "Help").await;
        let all = BTreeSet::from([apart, together, subject]);
        assert_eq!(found(&mut tx, desk, "printer smokes").await, all);
        assert_eq!(reach(&mut tx, desk, "printer smokes").await, Reach::Whole);

        let read = match tx.dialect() {
            Dialect::Sqlite => sqlite::SPREAD,
            Dialect::Postgres => postgres::BOUNDS.spread,
        };
        two_common_words(&mut tx, desk, ann, 2 * read).await;
        let newest = new(ann, "Printer", "Nobody smokes");
        let newest = tickets::create(&mut tx, desk, newest, Timestamp(3_000_000)).await.unwrap().0.id;
        let expected = (Reach::Newest, BTreeSet::from([together, subject, newest]));
        let went = reach(&mut tx, desk, "printer smokes").await;
        assert_eq!((went, found(&mut tx, desk, "printer smokes").await), expected);
        let closed = Filter { statuses: vec![TicketStatus::Closed], ..Filter::default() };
        assert!(find(&mut tx, desk, "printer smokes", &closed).await.unwrap().unwrap().tickets.is_empty());
        // A rarer word finds the old one.
        assert_eq!(found(&mut tx, desk, "printer smokes zebra").await, BTreeSet::from([apart]));
        assert_eq!(reach(&mut tx, desk, "printer smokes zebra").await, Reach::Whole);
        assert_eq!(found(&mut tx, desk, "printer smokes an").await, expected.1);
        assert!(found(&mut tx, desk, "printer smokes bo").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn of_who_was_erased_no_trace_is_left() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, .. } = Fixture::make(&mut tx).await;
        let zoe = person(&mut tx, desk, "Zoë Quixote").await;
        ticket(&mut tx, desk, zoe, "Zyzzyva", "My name is Quixote").await;
        assert_eq!(found(&mut tx, desk, "quixote").await.len(), 1);
        let contact = contacts::lock(&mut tx, desk, zoe).await.unwrap();
        contacts::erase(&mut tx, desk, contact, NOW).await.unwrap();
        for search in ["quixote", "zyzzyva", "zoë", "zo"] {
            assert!(found(&mut tx, desk, search).await.is_empty(), "{search}");
        }
        assert_eq!(traces(&mut tx, "quixote").await, [""; 0]);
        if tx.dialect() == Dialect::Sqlite {
            execute!(tx, "CREATE VIRTUAL TABLE temp.runs USING fts5vocab('main', 'search_texts', 'row')").unwrap();
            let (left,) =
                fetch_one!(tx, (i64,), "SELECT COUNT(*) FROM runs WHERE term IN ('qui', 'zyz', 'zoë')").unwrap();
            assert_eq!(left, 0);
        }
    })
    .await;
}

/// Runs until it is stopped.
const ENDLESS: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n";
const SLEEPS: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM pg_sleep(3601)";

async fn endless(conn: &mut Conn) -> Result<(i64,), StoreError> {
    match conn.dialect() {
        Dialect::Sqlite => fetch_one!(conn, (i64,), ENDLESS),
        Dialect::Postgres => fetch_one!(conn, (i64,), SLEEPS),
    }
}

#[tokio::test]
async fn what_takes_too_long_is_stopped() {
    on_both(async |db| {
        let mut asking = db.ask(Duration::from_millis(200)).await.unwrap();
        let error = endless(&mut asking).await.unwrap_err();
        assert_eq!((error.code(), error.may_pass()), ("interrupted", true));
        asking.answered();
        // The connection is as good as before.
        for _ in 0..2 * AT_ONCE {
            let mut asking = db.ask(LONGEST).await.unwrap();
            assert_eq!(fetch_one!(asking, (i64,), "SELECT CAST(7 AS BIGINT)").unwrap(), (7,));
            asking.answered();
        }
    })
    .await;
}

#[tokio::test]
async fn what_nobody_waits_for_is_stopped() {
    on_both(async |db| {
        let hour = Duration::from_secs(3600);
        for _ in 0..AT_ONCE {
            let gone = tokio::time::timeout(Duration::from_millis(200), async {
                let mut asking = db.ask(hour).await.unwrap();
                endless(&mut asking).await
            });
            assert!(gone.await.is_err(), "it ended by itself");
        }
        // Every connection is free again, and none of them is stopped a second time.
        let mut all = Vec::new();
        for _ in 0..AT_ONCE {
            let mut asking = db.ask(LONGEST).await.unwrap();
            assert_eq!(fetch_one!(asking, (i64,), "SELECT CAST(7 AS BIGINT)").unwrap(), (7,));
            all.push(asking);
        }
        if db.dialect() == Dialect::Postgres {
            let sql = "SELECT COUNT(*) FROM pg_stat_activity WHERE state = 'active' AND query = $1";
            let mut conn = db.read().await.unwrap();
            while fetch_one!(conn, (i64,), sql, SLEEPS).unwrap().0 > 0 {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    })
    .await;
}
