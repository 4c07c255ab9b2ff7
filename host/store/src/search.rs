//! Full-text search, the same on both databases (ADR 37).
//!
//! Every word and phrase has to be in the ticket: in its subject, a tag, a message, or what is known of the requester; or it is the
//! ticket's number. From three characters on it is found anywhere, a shorter one where subject or name begins. An index of runs of
//! three characters tells where it may be: on SQLite the FTS5 table `search_texts`, which triggers keep, on PostgreSQL
//! the indexes of `pg_trgm`. Whether it is there is read from the rows, so what is found does not depend on the index, but for
//! common words in different messages of old tickets ([`Reach::Newest`]). Found are ids; what is shown of them is looked up afterwards.

use std::time::Duration;

use annex_domain::ids::{ContactId, DeskId, TicketId};

use self::terms::Term;
use crate::{
    contacts,
    db::{
        Conn, Db, Dialect,
        query::{At, Built, fetch_built},
    },
    error::StoreError,
    tickets::Filter,
};

mod sqlite;
mod terms;

pub(crate) use self::terms::patterns;

/// How many tickets are found at most: the newest.
pub const MOST: usize = 200;
/// How long a search may take.
const LONGEST: Duration = Duration::from_secs(5);

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// At most [`MOST`] and the one whose number it is, in no order.
    pub tickets: Vec<TicketId>,
    /// Whether older ones may be missing.
    pub reach: Reach,
}

/// How far a search went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Through all tickets.
    #[default]
    Whole,
    /// The words are common: through all tickets where they stand in one message, and through the newest where they are spread over
    /// several.
    Newest,
}

/// The tickets that a search finds among those of the filter; `None` when nothing is searched for. Stopped when its future is dropped.
///
/// # Errors
/// [`StoreError::Interrupted`] after five seconds.
pub async fn tickets(db: &Db, desk: DeskId, search: &str, filter: &Filter) -> Result<Option<Found>, StoreError> {
    let mut asking = db.ask(LONGEST).await?;
    let found = find(&mut asking, desk, search, filter).await;
    asking.answered();
    found
}

/// A page of the requesters that a search finds, as [`contacts::list`]: it walks an index in the order of the page, which has the text
/// that is searched. Stopped when its future is dropped.
///
/// # Errors
/// [`StoreError::Interrupted`] after five seconds.
pub async fn contacts(
    db: &Db,
    desk: DeskId,
    search: &str,
    after: Option<ContactId>,
    limit: u32,
) -> Result<Vec<contacts::Listed>, StoreError> {
    let mut asking = db.ask(LONGEST).await?;
    let found = contacts::list(&mut asking, desk, search, after, limit).await;
    asking.answered();
    found
}

/// As [`tickets`], on any connection.
pub(crate) async fn find(
    conn: &mut Conn,
    desk: DeskId,
    search: &str,
    filter: &Filter,
) -> Result<Option<Found>, StoreError> {
    let terms = terms::parse(search);
    if terms.is_empty() {
        return Ok(None);
    }
    let filter = &Filter { among: None, ..filter.clone() };
    let mut built = Built::default();
    built.text(desk);
    let (newest, reach) = match conn.dialect() {
        Dialect::Sqlite => match sqlite::newest(conn, desk, &mut built, &terms, filter).await? {
            Some(newest) => newest,
            None => return Ok(Some(Found::default())),
        },
        Dialect::Postgres => (on_postgres(&mut built, &terms, filter), Reach::Whole),
    };
    built.sql = match terms.as_slice() {
        [only] => with_number(&mut built, newest, only, filter),
        _ => newest,
    };
    let rows = fetch_built!(conn, (String,), built)?;
    let ids = rows.iter().map(|(id,)| At::new("tickets", id).parse("id", id));
    Ok(Some(Found { tickets: ids.collect::<Result<_, _>>()?, reach }))
}

/// Who searches for a number finds its ticket, however many others there are.
fn with_number(built: &mut Built, newest: String, only: &Term, filter: &Filter) -> String {
    let Some(number) = only.number() else { return newest };
    let (conditions, number) = (filter.conditions(built), built.number(number));
    format!("SELECT n.id FROM ({newest}) n UNION SELECT t.id FROM tickets t WHERE {conditions} AND t.number = {number}")
}

/// A set of tickets for each term, each place by its own index.
fn on_postgres(built: &mut Built, terms: &[Term], filter: &Filter) -> String {
    let mut holds = filter.conditions(built);
    for term in terms {
        let pattern = built.text(term.pattern());
        holds += &format!(
            " AND t.id IN (
                SELECT s.id FROM tickets s WHERE s.desk_id = $1 AND s.folded LIKE {pattern} ESCAPE '!'
                UNION ALL SELECT s.id FROM contacts c JOIN tickets s ON s.desk_id = c.desk_id AND s.requester_id = c.id
                WHERE c.desk_id = $1 AND c.folded LIKE {pattern} ESCAPE '!'"
        );
        if !term.is_short() {
            holds += &format!(
                " UNION ALL SELECT m.ticket_id FROM messages m WHERE m.desk_id = $1 AND m.folded LIKE {pattern} ESCAPE '!'
                UNION ALL SELECT g.ticket_id FROM ticket_tags g WHERE g.desk_id = $1 AND g.tag LIKE {pattern} ESCAPE '!'"
            );
        }
        if let Some(number) = term.number() {
            let number = built.number(number);
            holds += &format!(" UNION ALL SELECT s.id FROM tickets s WHERE s.desk_id = $1 AND s.number = {number}");
        }
        holds += ")";
    }
    format!("SELECT t.id FROM tickets t WHERE {holds} ORDER BY t.updated_at DESC, t.id DESC LIMIT {MOST}")
}

#[cfg(test)]
mod tests;
