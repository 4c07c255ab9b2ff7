//! The inbox: a filtered, sorted page of tickets with what a row shows.
//!
//! A page costs the same in a small desk and in a large one. Each sort has an index that begins with status and priority, so
//! the tickets of one status and one priority are a stretch of it, in order: a page takes the first rows of each stretch that
//! the filter leaves, and of those the first. What rows show is looked up for these alone. Counts end at [`COUNTED`].
//!
//! The SQL is put together from fixed fragments only; every value is bound. Pages follow each other by key, so a ticket that
//! moves while somebody reads makes no other ticket appear twice or not at all.

use std::{fmt, str::FromStr};

use annex_domain::{
    field::FieldKey,
    ids::{ContactId, DeskId, InstallationId, OperatorId, TicketId},
    ticket::{Folder, Priority, Ticket, TicketStatus},
    words::Invalid,
};

use super::{COUNTED, TicketRow};
use crate::{
    db::{
        Conn, Dialect,
        query::{Built, all, fetch_built, fetch_one},
    },
    error::StoreError,
    reads, text,
};

/// A tag or value of so many tickets is rare enough to begin with them, and to sort them.
const RARE: i64 = 5_000;

/// Which tickets; everything that is set must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Where it lies.
    pub folder: Folder,
    /// One of these; empty: any.
    pub statuses: Vec<TicketStatus>,
    /// This priority.
    pub priority: Option<Priority>,
    /// Whose.
    pub assignee: Option<Assignee>,
    /// Has this tag.
    pub tag: Option<String>,
    /// Its custom field of this key holds exactly this, as it is kept.
    pub field: Option<(FieldKey, String)>,
    /// Came through this channel.
    pub channel: Option<InstallationId>,
    /// Of this requester.
    pub requester: Option<ContactId>,
    /// Who looks: what they have not read is unread in the answer.
    pub reader: Option<OperatorId>,
    /// Unread for who looks.
    pub unread: bool,
    /// One of these, such as what [`crate::search::tickets`] found.
    pub among: Option<Vec<TicketId>>,
}

/// Whose tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignee {
    /// Nobody's.
    Nobody,
    /// An operator's.
    Operator(OperatorId),
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// The newest, most urgent or highest first.
    pub descending: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self { by: SortBy::Updated, descending: true }
    }
}

/// By what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    /// The last change.
    Updated,
    /// When it was made.
    Created,
    /// The priority, then the last change.
    Priority,
    /// The number.
    Number,
}

/// What a priority is worth in [`SortBy::Priority`]. Milliseconds stay below it until the year 2286.
const RANK: i64 = 10_000_000_000_000;

impl SortBy {
    /// What tickets of one priority are sorted by.
    fn column(self) -> &'static str {
        match self {
            Self::Updated | Self::Priority => "t.updated_at",
            Self::Created => "t.created_at",
            Self::Number => "t.number",
        }
    }

    /// What is added to it, so that one number sorts tickets of all priorities.
    fn rank(self, priority: Priority) -> i64 {
        let rank = match priority {
            Priority::Low => 0,
            Priority::Normal => 1,
            Priority::High => 2,
            Priority::Urgent => 3,
        };
        if self == Self::Priority { rank * RANK } else { 0 }
    }
}

/// Where a page ended. Its text is opaque to callers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    key: i64,
    id: TicketId,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.key, self.id)
    }
}

impl FromStr for Cursor {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let parsed = text.split_once('.').and_then(|(key, id)| Some((key.parse().ok()?, id.parse().ok()?)));
        parsed.map(|(key, id)| Self { key, id }).ok_or(Invalid("not a cursor"))
    }
}

/// A row of the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The ticket.
    pub ticket: Ticket,
    /// Of the requester.
    pub requester_name: String,
    /// Of the requester.
    pub requester_email: Option<String>,
    /// Of the assignee.
    pub assignee_name: Option<String>,
    /// The number of the ticket that it was merged into.
    pub merged_into: Option<i64>,
    /// The first 200 characters of the last public message.
    pub excerpt: Option<String>,
    /// How many messages, notes included.
    pub messages: i64,
    /// Who looks has not read all of it.
    pub unread: bool,
    /// Pass it for the page that follows this row.
    pub cursor: Cursor,
}

/// What is put away is in none of the other lists and counts.
fn lies_in(folder: Folder) -> &'static str {
    match folder {
        Folder::Inbox => " AND t.spam_at IS NULL AND t.deleted_at IS NULL",
        Folder::Spam => " AND t.spam_at IS NOT NULL AND t.deleted_at IS NULL",
        Folder::Trash => " AND t.deleted_at IS NOT NULL",
    }
}

impl Filter {
    /// The statuses that are looked at.
    fn statuses(&self) -> impl Iterator<Item = TicketStatus> {
        TicketStatus::ALL.into_iter().filter(|status| self.statuses.is_empty() || self.statuses.contains(status))
    }

    /// The priorities that are looked at.
    fn priorities(&self) -> impl Iterator<Item = Priority> {
        Priority::ALL.into_iter().filter(|priority| self.priority.is_none_or(|wanted| wanted == *priority))
    }

    /// What a tag or a value of a field leaves, the tag first.
    fn marks(&self, built: &mut Built) -> Vec<Mark> {
        let mut marks = Vec::new();
        if let Some(tag) = &self.tag {
            let tag = built.text(text::fold(&text::cut(tag.trim(), 40)));
            marks.push(Mark {
                from: "ticket_tags g",
                ticket: "g.ticket_id",
                holds: format!("g.desk_id = $1 AND g.tag = {tag}"),
            });
        }
        if let Some((key, value)) = &self.field {
            let (key, value) = (built.text(key), built.text(value));
            marks.push(Mark {
                from: "field_values v",
                ticket: "v.subject_id",
                holds: format!(
                    "v.desk_id = $1 AND v.field_id = (SELECT d.id FROM fields d
                        WHERE d.desk_id = $1 AND d.subject = 'ticket' AND d.key = {key}
                            AND d.retired_at IS NULL AND d.withdrawn_at IS NULL) AND v.value = {value}"
                ),
            });
        }
        marks
    }

    /// What has to hold of `tickets t`, whose desk is `$1`. For searches, which PostgreSQL plans each time: it may begin with the rows of
    /// a mark.
    pub(crate) fn conditions(&self, built: &mut Built) -> String {
        let (kinds, rest) = (self.kinds(), self.rest(built));
        let marked: String = self.marks(built).iter().map(Mark::exists).collect();
        format!("t.desk_id = $1 AND {kinds}{rest}{marked}")
    }

    /// Nothing can be found.
    fn is_void(&self) -> bool {
        self.among.as_ref().is_some_and(Vec::is_empty)
    }

    /// What has to hold beside status, priority and marks.
    fn rest(&self, built: &mut Built) -> String {
        let mut all = lies_in(self.folder).to_owned();
        match self.assignee {
            None => {}
            Some(Assignee::Nobody) => all += " AND t.assignee_id IS NULL",
            Some(Assignee::Operator(id)) => all += &format!(" AND t.assignee_id = {}", built.text(id)),
        }
        if let Some(reader) = self.reader.filter(|_| self.unread) {
            all += &format!(" AND {}", reads::unread_for(&built.text(reader)));
        }
        if let Some(channel) = self.channel {
            all += &format!(" AND t.channel_installation_id = {}", built.text(channel));
        }
        if let Some(requester) = self.requester {
            all += &format!(" AND t.requester_id = {}", built.text(requester));
        }
        all
    }

    /// Status and priority, where one statement looks at all of them.
    fn kinds(&self) -> String {
        let statuses = quoted(self.statuses().map(TicketStatus::as_str));
        let priorities = quoted(self.priorities().map(Priority::as_str));
        format!("t.status IN ({statuses}) AND t.priority IN ({priorities})")
    }
}

/// Rows of another table, each of which names a ticket that is looked for.
struct Mark {
    from: &'static str,
    /// The column with the ticket.
    ticket: &'static str,
    /// What they have in common.
    holds: String,
}

impl Mark {
    /// A ticket has it.
    fn exists(&self) -> String {
        let Self { from, ticket, holds } = self;
        format!(" AND EXISTS (SELECT 1 FROM {from} WHERE {holds} AND {ticket} = t.id)")
    }

    /// The same in what has one plan for all marks. By a count, which PostgreSQL makes no join of: that would read all rows of the mark,
    /// for each stretch.
    fn looked_up(&self) -> String {
        let Self { from, ticket, holds } = self;
        format!(" AND 0 < (SELECT COUNT(*) FROM {from} WHERE {holds} AND {ticket} = t.id)")
    }
}

/// Words of closed sets as SQL.
fn quoted(words: impl Iterator<Item = &'static str>) -> String {
    words.map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ")
}

/// A page to be read.
struct Page<'a> {
    filter: &'a Filter,
    sort: Sort,
    after: Option<&'a Cursor>,
    limit: u32,
    dialect: Dialect,
}

impl Page<'_> {
    fn order(&self) -> &'static str {
        if self.sort.descending { "DESC" } else { "ASC" }
    }

    /// What comes after the page before: `key` is a number for each ticket, and `rank` what it lacks.
    fn after(&self, built: &mut Built, key: &str, rank: i64) -> String {
        let Some(cursor) = self.after else { return String::new() };
        let compare = if self.sort.descending { "<" } else { ">" };
        let (number, id) = (built.number(cursor.key.saturating_sub(rank)), built.text(cursor.id));
        format!(" AND ({key}, t.id) {compare} ({number}, {id})")
    }

    /// The first rows of each stretch of the sort's index.
    fn stretches(&self, built: &mut Built, conditions: &str) -> String {
        let (column, order, limit) = (self.sort.by.column(), self.order(), self.limit);
        let mut all = Vec::new();
        for priority in self.filter.priorities() {
            let rank = self.sort.by.rank(priority);
            let after = self.after(built, column, rank);
            for status in self.filter.statuses() {
                all.push(format!(
                    "SELECT * FROM (SELECT t.id AS id, {column} + CAST({rank} AS BIGINT) AS sort_key FROM tickets t
                     WHERE t.desk_id = $1 AND t.status = '{status}' AND t.priority = '{priority}'{conditions}{after}
                     ORDER BY {column} {order}, t.id {order} LIMIT {limit}) s"
                ));
            }
        }
        all.join("\n UNION ALL ")
    }

    /// Tickets of each status and priority, by their last change: in that order PostgreSQL has an index of them all, SQLite has none.
    fn is_one_walk(&self) -> bool {
        self.dialect == Dialect::Postgres
            && self.sort.by == SortBy::Updated
            && self.filter.statuses().count() == TicketStatus::ALL.len()
            && self.filter.priority.is_none()
    }

    /// The first rows of all tickets by their last change: of a mark each row that is looked at costs a look, so one walk is a
    /// sixteenth of the work of a walk for each stretch.
    fn walk(&self, built: &mut Built, conditions: &str) -> String {
        let (order, limit, after) = (self.order(), self.limit, self.after(built, "t.updated_at", 0));
        format!(
            "SELECT t.id AS id, t.updated_at AS sort_key FROM tickets t WHERE t.desk_id = $1{conditions}{after}
             ORDER BY t.updated_at {order}, t.id {order} LIMIT {limit}"
        )
    }

    /// All of a few tickets, to be sorted: `from` begins with what names them.
    fn sorted(&self, built: &mut Built, from: &str, conditions: &str) -> String {
        let column = self.sort.by.column();
        let ranks = Priority::ALL.map(|priority| format!("WHEN '{priority}' THEN {}", self.sort.by.rank(priority)));
        let key = format!("({column} + CAST(CASE t.priority {} ELSE 0 END AS BIGINT))", ranks.join(" "));
        let after = self.after(built, &key, 0);
        format!("SELECT t.id AS id, {key} AS sort_key FROM {from} CROSS JOIN tickets t WHERE {conditions}{after}")
    }

    /// The id of each ticket with the number that sorts it. Of a rare mark, by its place, all tickets are looked at, and no others. How many
    /// are most is bound: PostgreSQL then reckons with few, and looks each of them up.
    fn found(&self, built: &mut Built, rare: Option<usize>) -> String {
        if let Some(among) = &self.filter.among {
            let ids: Vec<String> = among.iter().map(|id| format!("({})", built.text(id))).collect();
            let (from, conditions) = (format!("(VALUES {}) a", ids.join(", ")), self.filter.conditions(built));
            return self.sorted(built, &from, &format!("t.id = a.column1 AND {conditions}"));
        }
        let (rest, mut marks) = (self.filter.rest(built), self.filter.marks(built));
        if let Some(at) = rare.filter(|at| *at < marks.len()) {
            let Mark { from, ticket, holds } = marks.remove(at);
            let (kinds, others): (_, String) = (self.filter.kinds(), marks.iter().map(Mark::looked_up).collect());
            let most = built.number(RARE);
            let few = format!("(SELECT {ticket} AS id FROM {from} WHERE {holds} ORDER BY {ticket} LIMIT {most}) w");
            return self.sorted(built, &few, &format!("t.desk_id = $1 AND t.id = w.id AND {kinds}{rest}{others}"));
        }
        let marked: String = marks.iter().map(Mark::looked_up).collect();
        if self.is_one_walk() && !marks.is_empty() {
            return self.walk(built, &(rest + &marked));
        }
        self.stretches(built, &(rest + &marked))
    }

    /// A row for each ticket, to be counted. Nothing is sorted, so the first tickets of a mark are enough, however common it is. Each is
    /// looked up by a count, which PostgreSQL makes no join of: a join would begin with all tickets of the desk.
    fn counted(&self, built: &mut Built) -> String {
        let marks = if self.filter.among.is_none() { self.filter.marks(built) } else { Vec::new() };
        let Some((Mark { from, ticket, holds }, others)) = marks.split_first() else { return self.found(built, None) };
        let others: String = others.iter().map(Mark::looked_up).collect();
        let (kinds, rest) = (self.filter.kinds(), self.filter.rest(built));
        format!(
            "SELECT 1 FROM {from} WHERE {holds} AND 1 = (SELECT COUNT(*) FROM tickets t
                WHERE t.desk_id = $1 AND t.id = {ticket} AND {kinds}{rest}{others})"
        )
    }

    /// The whole statement. CROSS JOIN keeps SQLite from beginning with anything but the rows of the page.
    fn statement(&self, desk: DeskId, rare: Option<usize>) -> Built {
        let mut built = Built::default();
        built.text(desk);
        let found = self.found(&mut built, rare);
        let (order, limit) = (self.order(), self.limit);
        let unread = match self.filter.reader {
            Some(reader) => format!("CASE WHEN {} THEN 1 ELSE 0 END", reads::unread_for(&built.text(reader))),
            None => "0".to_owned(),
        };
        built.sql = format!(
            "SELECT t.*, p.sort_key, c.name AS requester_name, c.email AS requester_email, o.name AS assignee_name,
                (SELECT i.number FROM tickets i WHERE i.desk_id = t.desk_id AND i.id = t.merged_into) AS merged_number,
                (SELECT SUBSTR(m.body, 1, 200) FROM messages m WHERE m.desk_id = t.desk_id AND m.ticket_id = t.id
                    AND m.internal = 0 ORDER BY m.created_at DESC, m.id DESC LIMIT 1) AS excerpt,
                (SELECT COUNT(*) FROM messages m WHERE m.desk_id = t.desk_id AND m.ticket_id = t.id) AS messages,
                CAST({unread} AS BIGINT) AS unread
             FROM (SELECT f.id, f.sort_key FROM ({found}) f ORDER BY f.sort_key {order}, f.id {order} LIMIT {limit}) p
             CROSS JOIN tickets t CROSS JOIN contacts c
             LEFT JOIN operators o ON o.desk_id = t.desk_id AND o.id = t.assignee_id
             WHERE t.desk_id = $1 AND t.id = p.id AND c.desk_id = $1 AND c.id = t.requester_id
             ORDER BY p.sort_key {order}, p.id {order}"
        );
        built
    }
}

/// A page of tickets after `after`, at most `limit`.
pub async fn list(
    conn: &mut Conn,
    desk: DeskId,
    filter: &Filter,
    sort: Sort,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Vec<Listed>, StoreError> {
    if filter.is_void() {
        return Ok(Vec::new());
    }
    let rare = rare(conn, desk, filter).await?;
    let page = Page { filter, sort, after, limit, dialect: conn.dialect() };
    all(fetch_built!(conn, ListedRow, page.statement(desk, rare))?)
}

/// The place of a tag or value of the filter that few tickets have; none where all are common.
async fn rare(conn: &mut Conn, desk: DeskId, filter: &Filter) -> Result<Option<usize>, StoreError> {
    if filter.among.is_some() {
        return Ok(None);
    }
    let mut built = Built::default();
    built.text(desk);
    let (marks, limit) = (filter.marks(&mut built), RARE + 1);
    for (at, Mark { from, ticket, holds }) in marks.iter().enumerate() {
        let sql =
            format!("SELECT COUNT(*) FROM (SELECT 1 FROM {from} WHERE {holds} ORDER BY {ticket} LIMIT {limit}) m");
        let counted = Built { sql, values: built.values.clone() };
        if fetch_built!(conn, (i64,), counted)?.first().is_some_and(|(count,)| *count <= RARE) {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

/// How many tickets the filter finds, up to one more than [`COUNTED`].
pub async fn count(conn: &mut Conn, desk: DeskId, filter: &Filter) -> Result<i64, StoreError> {
    if filter.is_void() {
        return Ok(0);
    }
    let limit = u32::try_from(COUNTED + 1).unwrap_or(u32::MAX);
    let mut built = Built::default();
    built.text(desk);
    let page = Page { filter, sort: Sort::default(), after: None, limit, dialect: conn.dialect() };
    let found = page.counted(&mut built);
    built.sql = format!("SELECT COUNT(*) FROM (SELECT 1 FROM ({found}) f LIMIT {limit}) c");
    Ok(fetch_built!(conn, (i64,), built)?.first().map_or(0, |(count,)| *count))
}

/// The number of a desk's newest ticket that is still worked on, else of its newest.
pub async fn newest_number(conn: &mut Conn, desk: DeskId) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT COALESCE(
                (SELECT number FROM tickets WHERE desk_id = $1 AND status IN ('open', 'pending')
                    AND spam_at IS NULL AND deleted_at IS NULL ORDER BY number DESC LIMIT 1),
                (SELECT MAX(number) FROM tickets WHERE desk_id = $1 AND spam_at IS NULL AND deleted_at IS NULL))";
    Ok(fetch_one!(conn, (Option<i64>,), sql, desk)?.0)
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    ticket: TicketRow,
    sort_key: i64,
    requester_name: String,
    requester_email: Option<String>,
    assignee_name: Option<String>,
    merged_number: Option<i64>,
    excerpt: Option<String>,
    messages: i64,
    unread: i64,
}

impl TryFrom<ListedRow> for Listed {
    type Error = StoreError;
    fn try_from(row: ListedRow) -> Result<Self, StoreError> {
        let ticket = Ticket::try_from(row.ticket)?;
        Ok(Self {
            cursor: Cursor { key: row.sort_key, id: ticket.id },
            ticket,
            requester_name: row.requester_name,
            requester_email: row.requester_email,
            assignee_name: row.assignee_name,
            merged_into: row.merged_number,
            excerpt: row.excerpt,
            messages: row.messages,
            unread: row.unread != 0,
        })
    }
}

#[cfg(test)]
mod tests;
