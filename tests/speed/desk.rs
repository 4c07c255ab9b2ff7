//! A desk as it is after years: tickets numbered from 1, three messages each, most of them closed, the newest open; a few
//! priorities and tags that are common and some that are rare; requesters of whom some write all the time. The database makes
//! the rows out of their numbers, so that the same desk comes out on SQLite and on PostgreSQL.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

/// Tickets of one transaction.
const AT_ONCE: u32 = 50_000;
const OPERATORS: u32 = 20;
/// Between two tickets, in milliseconds.
const APART: i64 = 60_000;

/// The database of a host that does not run.
pub(crate) enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Database {
    pub(crate) async fn open(url: &str) -> Self {
        if url.starts_with("sqlite:") {
            Self::Sqlite(SqliteConnection::connect(url).await.expect("the database opens"))
        } else {
            Self::Postgres(PgConnection::connect(url).await.expect("the server answers"))
        }
    }

    async fn run(&mut self, sql: String) {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql));
        let done = match self {
            Self::Sqlite(conn) => sql.execute(conn).await.map(drop),
            Self::Postgres(conn) => sql.execute(conn).await.map(drop),
        };
        done.expect("the rows are made");
    }

    /// The first desk.
    async fn desk(&mut self) -> String {
        let sql = "SELECT id FROM desks ORDER BY created_at, id LIMIT 1";
        let found: Result<(String,), sqlx::Error> = match self {
            Self::Sqlite(conn) => sqlx::query_as(sql).fetch_one(conn).await,
            Self::Postgres(conn) => sqlx::query_as(sql).fetch_one(conn).await,
        };
        found.expect("a desk").0
    }

    /// Makes so many tickets in the first desk. The newest was made at `now`.
    pub(crate) async fn fill(&mut self, tickets: u32, now: i64) {
        let desk = self.desk().await;
        let contacts = (tickets / 10).max(20);
        self.run(people(&desk, contacts, now)).await;
        let mut first = 1;
        while first <= tickets {
            let last = tickets.min(first + AT_ONCE - 1);
            self.run(stretch(&desk, (first, last), (tickets, contacts), now)).await;
            first = last + 1;
        }
        self.run(format!("UPDATE desks SET last_ticket = {tickets} WHERE id = '{desk}'")).await;
        // PostgreSQL does so by itself, a while later; a host on SQLite never does.
        if matches!(self, Self::Postgres(_)) {
            self.run("VACUUM ANALYZE".to_owned()).await;
        }
    }
}

/// The numbers from `first` to `last` as rows `i`.
fn numbers(first: u32, last: u32) -> String {
    format!("WITH RECURSIVE n (i) AS (SELECT CAST({first} AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {last})")
}

/// An id that SQL puts together of a kind and a number.
fn id(kind: u32, number: &str) -> String {
    format!("'01900000-000{kind}-7000-8000-' || SUBSTR(CAST(1000000000000 + {number} AS TEXT), 2)")
}

/// Who writes, and who answers.
fn people(desk: &str, contacts: u32, now: i64) -> String {
    let (contact, operator) = (id(1, "i"), id(2, "i"));
    format!(
        "{} INSERT INTO contacts (id, desk_id, name, email, folded, created_at, updated_at)
         SELECT {contact}, '{desk}', 'Requester ' || i, 'requester' || i || '@example.com',
            'requester ' || i || ' requester' || i || '@example.com', {now}, {now} FROM n;
         {} INSERT INTO operators (id, desk_id, email, name, theme, shortcuts, active, created_at)
         SELECT {operator}, '{desk}', 'operator' || i || '@example.com', 'Operator ' || i, 'system', 1, 1, {now} FROM n;",
        numbers(1, contacts),
        numbers(1, OPERATORS),
    )
}

/// The tickets from one number to another with their tags and messages, in one transaction.
fn stretch(desk: &str, (first, last): (u32, u32), (all, contacts): (u32, u32), now: i64) -> String {
    let numbers = numbers(first, last);
    let (ticket, operator) = (id(3, "i"), id(2, &format!("(i % {OPERATORS} + 1)")));
    // Every fifth ticket is of one of 20 people.
    let requester = id(1, &format!("(CASE WHEN i % 5 = 0 THEN i % 20 ELSE i * 31 % {contacts} END + 1)"));
    let status = format!(
        "CASE WHEN i > {} OR i % 997 = 0 THEN 'open' WHEN i > {} THEN 'pending' WHEN i > {} THEN 'solved' ELSE 'closed' END",
        all - all / 50,
        all - all / 33,
        all - all / 12,
    );
    let rank = "i * 7919 % 100";
    let priority = format!(
        "CASE WHEN {rank} < 5 THEN 'urgent' WHEN {rank} < 20 THEN 'high' WHEN {rank} < 90 THEN 'normal' ELSE 'low' END"
    );
    let tag = "CASE WHEN i % 10 = 0 THEN 'billing' WHEN i % 50 = 1 THEN 'vip' WHEN i % 1000 = 3 THEN 'rare' END";
    let made = format!("({now} - ({all} - i) * {APART})");
    let mut sql = format!(
        "BEGIN;
         {numbers} INSERT INTO tickets (id, desk_id, number, subject, folded, status, priority, requester_id, assignee_id, tags,
            created_at, updated_at, last_message_at)
         SELECT {ticket}, '{desk}', i, 'Order ' || i || ' has not arrived', 'order ' || i || ' has not arrived', {status},
            {priority}, {requester}, CASE WHEN i % 7 = 0 THEN NULL ELSE {operator} END,
            COALESCE('[\"' || {tag} || '\"]', '[]'), {made}, {made} + i * 7919 % 3600000, {made} + 6 FROM n;
         {numbers} INSERT INTO ticket_tags (desk_id, ticket_id, tag)
         SELECT '{desk}', {ticket}, {tag} FROM n WHERE {tag} IS NOT NULL;"
    );
    for (kind, author, of, body) in [
        (4, "requester", &requester, "where is it? I have been waiting for a week, and nobody tells me when it comes."),
        (
            5,
            "operator",
            &operator,
            "I am sorry for that. It left our store on Monday; the carrier has lost its track since.",
        ),
        (
            6,
            "requester",
            &requester,
            "thank you. Please send it again, and tell me the number of the parcel this time.",
        ),
    ] {
        let (message, folded) = (id(kind, "i"), body.to_lowercase());
        sql += &format!(
            "{numbers} INSERT INTO messages (id, desk_id, ticket_id, author_kind, author_id, internal, body, folded, delivery,
                created_at)
             SELECT {message}, '{desk}', {ticket}, '{author}', {of}, 0, 'About order ' || i || ': {body}',
                'about order ' || i || ': {folded}', 'none', {made} + {kind} FROM n;"
        );
    }
    sql + "COMMIT;"
}
