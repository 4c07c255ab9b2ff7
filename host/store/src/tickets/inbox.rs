//! The inbox: a filtered, sorted page of tickets with what a row shows, and the counts beside the views.
//!
//! The SQL is put together from fixed fragments only (the sort); every value is bound. Pages follow each other by key,
//! so a ticket that moves while somebody reads makes no other ticket appear twice or not at all.

use std::{fmt, str::FromStr};

use annex_domain::{
    addon::Invalid,
    ids::{ContactId, DeskId, InstallationId, OperatorId, TicketId},
    ticket::{Folder, Priority, Ticket, TicketStatus},
};
use sqlx::AssertSqlSafe;

use super::TicketRow;
use crate::{
    db::{
        Conn,
        query::{all, fetch_all, fetch_one},
    },
    error::StoreError,
    reads, text,
};

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
    /// Came through this channel.
    pub channel: Option<InstallationId>,
    /// Of this requester.
    pub requester: Option<ContactId>,
    /// Every word (the first five count) is in the subject, the requester's name, e-mail, phone or company, a message, or
    /// is the number.
    pub search: Option<String>,
    /// Who looks: what they have not read is unread in the answer.
    pub reader: Option<OperatorId>,
    /// Unread for who looks.
    pub unread: bool,
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

impl SortBy {
    /// One number for each ticket. Milliseconds stay below 10^13 until the year 2286.
    fn key(self) -> &'static str {
        match self {
            Self::Updated => "t.updated_at",
            Self::Created => "t.created_at",
            Self::Number => "t.number",
            Self::Priority => {
                "(CASE t.priority WHEN 'urgent' THEN 3 WHEN 'high' THEN 2 WHEN 'normal' THEN 1 ELSE 0 END \
                 * CAST(10000000000000 AS BIGINT) + t.updated_at)"
            }
        }
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
    /// The first 200 characters of the last public message.
    pub excerpt: Option<String>,
    /// How many messages, notes included.
    pub messages: i64,
    /// Who looks has not read all of it.
    pub unread: bool,
    /// Pass it for the page that follows this row.
    pub cursor: Cursor,
}

/// How many tickets each view has.
#[derive(Debug, Clone, PartialEq, Eq, Default, sqlx::FromRow)]
pub struct Counts {
    /// Open ones.
    pub open: i64,
    /// Pending ones.
    pub pending: i64,
    /// Solved ones.
    pub solved: i64,
    /// Closed ones.
    pub closed: i64,
    /// Open or pending ones of the operator.
    pub mine: i64,
    /// Open or pending ones of nobody.
    pub unassigned: i64,
}

impl Counts {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> i64 {
        self.open + self.pending + self.solved + self.closed
    }
}

/// The filter as SQL: parameters $1 to $17, used by [`list`] and [`count`] alike.
const WHERE: &str = "t.desk_id = $1
    AND t.status IN ($2, $3, $4, $5)
    AND ($6 IS NULL OR t.priority = $6)
    AND ($7 IS NULL OR COALESCE(t.assignee_id, '') = $7)
    AND ($8 IS NULL OR EXISTS (SELECT 1 FROM ticket_tags g
        WHERE g.desk_id = t.desk_id AND g.ticket_id = t.id AND g.tag = $8))
    AND ($9 IS NULL OR t.channel_installation_id = $9)
    AND ($10 IS NULL OR t.requester_id = $10)";

/// What a word of the search is looked for in; `$?` becomes its parameter.
const TERM: &str = "\n    AND ($? IS NULL OR t.folded LIKE $? ESCAPE '!' OR c.folded LIKE $? ESCAPE '!'
        OR '%' || t.number || '%' = $? OR '%#' || t.number || '%' = $?
        OR EXISTS (SELECT 1 FROM messages m
            WHERE m.desk_id = t.desk_id AND m.ticket_id = t.id AND m.folded LIKE $? ESCAPE '!'))";

/// What is put away is in none of the other lists and counts.
fn lies_in(folder: Folder) -> &'static str {
    match folder {
        Folder::Inbox => "\n    AND t.spam_at IS NULL AND t.deleted_at IS NULL",
        Folder::Spam => "\n    AND t.spam_at IS NOT NULL AND t.deleted_at IS NULL",
        Folder::Trash => "\n    AND t.deleted_at IS NOT NULL",
    }
}

fn conditions(folder: Folder) -> String {
    let terms = (11..11 + text::TERMS).map(|place| TERM.replace('?', &place.to_string()));
    let unread = format!("\n    AND ($17 = 0 OR {})", reads::unread_for(16));
    let fixed = [WHERE, lies_in(folder)].into_iter().map(str::to_owned);
    fixed.chain(terms).chain([unread]).collect()
}

/// The filter's values in the order of [`WHERE`].
struct Values {
    statuses: [&'static str; 4],
    priority: Option<Priority>,
    assignee: Option<String>,
    tag: Option<String>,
    channel: Option<InstallationId>,
    requester: Option<ContactId>,
    terms: [Option<String>; text::TERMS],
    reader: Option<OperatorId>,
    unread: bool,
}

impl Values {
    fn of(filter: &Filter) -> Self {
        let wanted = |status: &TicketStatus| filter.statuses.is_empty() || filter.statuses.contains(status);
        let mut statuses = TicketStatus::ALL.iter().filter(|status| wanted(status)).map(|status| status.as_str());
        Self {
            statuses: std::array::from_fn(|_| statuses.next().unwrap_or_default()),
            priority: filter.priority,
            assignee: filter.assignee.map(|assignee| match assignee {
                Assignee::Nobody => String::new(),
                Assignee::Operator(id) => id.to_string(),
            }),
            tag: filter.tag.as_deref().map(|tag| text::fold(&text::cut(tag.trim(), 40))),
            channel: filter.channel,
            requester: filter.requester,
            terms: text::patterns(filter.search.as_deref().unwrap_or_default()),
            reader: filter.reader,
            unread: filter.unread,
        }
    }
}

/// Runs a query with the desk, the filter's values, and more arguments after them.
macro_rules! filtered {
    ($run:ident, $conn:expr, $row:ty, $sql:expr, $desk:expr, $filter:expr $(, $arg:expr)*) => {{
        let Values { statuses: [s1, s2, s3, s4], priority, assignee, tag, channel, requester, terms, reader, unread } =
            Values::of($filter);
        let [t1, t2, t3, t4, t5] = terms;
        $run!($conn, $row, AssertSqlSafe($sql), $desk, s1, s2, s3, s4, priority, assignee, tag, channel, requester,
            t1, t2, t3, t4, t5, reader, unread $(, $arg)*)
    }};
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
    let key = sort.by.key();
    let (order, compare, first) = if sort.descending { ("DESC", "<", i64::MAX) } else { ("ASC", ">", i64::MIN) };
    let sql = format!(
        "SELECT t.*, {key} AS sort_key, c.name AS requester_name, c.email AS requester_email, o.name AS assignee_name,
            (SELECT SUBSTR(m.body, 1, 200) FROM messages m WHERE m.desk_id = t.desk_id AND m.ticket_id = t.id
                AND m.internal = 0 ORDER BY m.created_at DESC, m.id DESC LIMIT 1) AS excerpt,
            (SELECT COUNT(*) FROM messages m WHERE m.desk_id = t.desk_id AND m.ticket_id = t.id) AS messages,
            CAST(CASE WHEN {unread} THEN 1 ELSE 0 END AS BIGINT) AS unread
         FROM tickets t
         JOIN contacts c ON c.desk_id = t.desk_id AND c.id = t.requester_id
         LEFT JOIN operators o ON o.desk_id = t.desk_id AND o.id = t.assignee_id
         WHERE {conditions}
            AND ({key} {compare} $18 OR ({key} = $18 AND t.id {compare} $19))
         ORDER BY {key} {order}, t.id {order} LIMIT $20",
        conditions = conditions(filter.folder),
        unread = reads::unread_for(16)
    );
    let (key, id) = after.map_or((first, String::new()), |cursor| (cursor.key, cursor.id.to_string()));
    all(filtered!(fetch_all, conn, ListedRow, sql, desk, filter, key, id, limit)?)
}

/// How many tickets the filter finds.
pub async fn count(conn: &mut Conn, desk: DeskId, filter: &Filter) -> Result<i64, StoreError> {
    let sql = format!(
        "SELECT COUNT(*) FROM tickets t JOIN contacts c ON c.desk_id = t.desk_id AND c.id = t.requester_id
         WHERE {}",
        conditions(filter.folder)
    );
    Ok(filtered!(fetch_one, conn, (i64,), sql, desk, filter)?.0)
}

/// The number of a desk's newest ticket that is still worked on, else of its newest.
pub async fn newest_number(conn: &mut Conn, desk: DeskId) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT COALESCE(MAX(CASE WHEN status IN ('open', 'pending') THEN number END), MAX(number))
               FROM tickets WHERE desk_id = $1 AND spam_at IS NULL AND deleted_at IS NULL";
    Ok(fetch_one!(conn, (Option<i64>,), sql, desk)?.0)
}

/// How many tickets each view has, for the operator who looks.
pub async fn counts(conn: &mut Conn, desk: DeskId, me: OperatorId) -> Result<Counts, StoreError> {
    fetch_one!(
        conn,
        Counts,
        "SELECT COUNT(CASE status WHEN 'open' THEN 1 END) AS open,
            COUNT(CASE status WHEN 'pending' THEN 1 END) AS pending,
            COUNT(CASE status WHEN 'solved' THEN 1 END) AS solved,
            COUNT(CASE status WHEN 'closed' THEN 1 END) AS closed,
            COUNT(CASE WHEN status IN ('open', 'pending') AND assignee_id = $2 THEN 1 END) AS mine,
            COUNT(CASE WHEN status IN ('open', 'pending') AND assignee_id IS NULL THEN 1 END) AS unassigned
         FROM tickets WHERE desk_id = $1 AND spam_at IS NULL AND deleted_at IS NULL",
        desk,
        me
    )
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    ticket: TicketRow,
    sort_key: i64,
    requester_name: String,
    requester_email: Option<String>,
    assignee_name: Option<String>,
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
            excerpt: row.excerpt,
            messages: row.messages,
            unread: row.unread != 0,
        })
    }
}
