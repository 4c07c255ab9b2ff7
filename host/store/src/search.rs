//! Full-text search, the same on both databases (ADR 37).
//!
//! Every word and phrase has to be in the ticket: in its subject, a tag, a message, or what is known of the requester; or it is the
//! ticket's number. From three characters on it is found anywhere, a shorter one where subject or name begins. An index of runs of
//! three characters tells where it may be: on SQLite the FTS5 table `search_texts`, which triggers keep, on PostgreSQL
//! the indexes of `pg_trgm`, where the newest tickets are read before. Whether it is there is read from the rows, so what is found
//! does not depend on the index, but for common words in different messages of old tickets ([`Reach::Newest`]). Found are ids; what
//! is shown of them is looked up afterwards.

use std::time::Duration;

use annex_domain::ids::{ContactId, DeskId, TicketId};

use crate::{
    contacts,
    db::{
        Conn, Db, Dialect,
        query::{At, Built, fetch_built},
    },
    error::StoreError,
    tickets::Filter,
};

mod postgres;
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
    let mut found = match conn.dialect() {
        Dialect::Sqlite => sqlite::find(conn, desk, &terms, filter).await?,
        Dialect::Postgres => {
            let search = postgres::Search { desk, terms: &terms, filter };
            search.find(conn, &postgres::BOUNDS).await?
        }
    };
    if let [only] = terms.as_slice()
        && let Some(number) = only.number()
    {
        let numbered = with_number(conn, desk, number, filter).await?;
        if let Some(numbered) = numbered.filter(|id| !found.tickets.contains(id)) {
            found.tickets.push(numbered);
        }
    }
    Ok(Some(found))
}

/// Who searches for a number finds its ticket, however many others there are.
async fn with_number(
    conn: &mut Conn,
    desk: DeskId,
    number: i64,
    filter: &Filter,
) -> Result<Option<TicketId>, StoreError> {
    let mut built = Built::default();
    built.text(desk);
    let (conditions, number) = (filter.conditions(&mut built), built.number(number));
    built.sql = format!("SELECT t.id FROM tickets t WHERE {conditions} AND t.number = {number}");
    Ok(ids(conn, built).await?.pop())
}

/// The tickets whose ids a statement answers.
async fn ids(conn: &mut Conn, built: Built) -> Result<Vec<TicketId>, StoreError> {
    let rows = fetch_built!(conn, (String,), built)?;
    rows.iter().map(|(id,)| At::new("tickets", id).parse("id", id)).collect()
}

#[cfg(test)]
mod tests;
