//! Full-text search, the same on both databases (ADR 37).
//!
//! Every word and phrase has to be in the ticket: in its subject, a tag, a message, or what is known of the requester; or it is the
//! ticket's number. From three characters on it is found anywhere, a shorter one where subject or name begins. An index of runs of
//! three characters tells where it may be: on SQLite the FTS5 table `search_texts`, which triggers keep, on PostgreSQL the
//! indexes of `pg_trgm`. Whether it is there is read from the rows, so what is found does not depend on the index. Found are
//! ids; what is shown of them is looked up afterwards.

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

mod terms;

pub(crate) use self::terms::patterns;

/// How many tickets are found at most: the newest.
pub const MOST: usize = 200;
/// How long a search may take.
const LONGEST: Duration = Duration::from_secs(5);
/// To begin with the rarest word, the texts that may have each are counted, up to this many.
const COUNTED: usize = 10_000;

/// The tickets that a search finds among those of the filter; `None` when nothing is searched for. Stopped when its future is dropped.
///
/// # Errors
/// [`StoreError::Interrupted`] after five seconds.
pub async fn tickets(
    db: &Db,
    desk: DeskId,
    search: &str,
    filter: &Filter,
) -> Result<Option<Vec<TicketId>>, StoreError> {
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
) -> Result<Option<Vec<TicketId>>, StoreError> {
    let terms = terms::parse(search);
    if terms.is_empty() {
        return Ok(None);
    }
    let filter = &Filter { among: None, ..filter.clone() };
    let mut built = Built::default();
    built.text(desk);
    let newest = match conn.dialect() {
        Dialect::Sqlite => {
            let Some(rarest) = rarest(conn, desk, &terms).await? else { return Ok(Some(Vec::new())) };
            on_sqlite(&mut built, &terms, rarest, filter)
        }
        Dialect::Postgres => on_postgres(&mut built, &terms, filter),
    };
    built.sql = match terms.as_slice() {
        [only] => with_number(&mut built, newest, only, filter),
        _ => newest,
    };
    let rows = fetch_built!(conn, (String,), built)?;
    let ids = rows.iter().map(|(id,)| At::new("tickets", id).parse("id", id));
    ids.collect::<Result<_, _>>().map(Some)
}

/// Who searches for a number finds its ticket, however many others there are.
fn with_number(built: &mut Built, newest: String, only: &Term, filter: &Filter) -> String {
    let Some(number) = only.number() else { return newest };
    let (conditions, number) = (filter.conditions(built), built.number(number));
    format!("SELECT n.id FROM ({newest}) n UNION SELECT t.id FROM tickets t WHERE {conditions} AND t.number = {number}")
}

/// The term that the fewest texts may have, and `None` when no text has one of them.
async fn rarest<'t>(conn: &mut Conn, desk: DeskId, terms: &'t [Term]) -> Result<Option<&'t Term>, StoreError> {
    if let [only] = terms {
        return Ok(Some(only));
    }
    let mut rarest: Option<(i64, &Term)> = None;
    for term in terms {
        let mut built = Built::default();
        built.text(desk);
        let candidates = candidates(&mut built, term);
        built.sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM search_texts WHERE search_texts MATCH {candidates} LIMIT {COUNTED})"
        );
        let count = fetch_built!(conn, (i64,), built)?.first().map_or(0, |(count,)| *count);
        if count == 0 {
            return Ok(None);
        }
        if rarest.is_none_or(|(least, _)| count < least) {
            rarest = Some((count, term));
        }
    }
    Ok(rarest.map(|(_, term)| term))
}

/// The expression of FTS5. Where there are several desks, the mark of the own one keeps it from walking through the texts of others.
fn candidates(built: &mut Built, term: &Term) -> String {
    let runs = built.text(term.candidates());
    format!(
        "(SELECT CASE WHEN EXISTS (SELECT 1 FROM search_desks o WHERE o.desk_id <> $1)
            THEN '\"' || d.mark || '\" AND (' || {runs} || ')' ELSE {runs} END
         FROM search_desks d WHERE d.desk_id = $1)"
    )
}

/// Walks from the newest text of the index to older ones until there are enough tickets. `LIMIT -1` keeps the order of the inner
/// part, which SQLite leaves out where nothing depends on it; `CROSS JOIN` keeps the order of the joins.
fn on_sqlite(built: &mut Built, terms: &[Term], rarest: &Term, filter: &Filter) -> String {
    let candidates = candidates(built, rarest);
    let mut holds = filter.conditions(built);
    for term in terms {
        let word = built.text(term.text());
        let there = if term.is_short() {
            format!(
                " AND (substr(t.folded, 1, length({word})) = {word}
                    OR EXISTS (SELECT 1 FROM contacts c WHERE c.desk_id = t.desk_id AND c.id = t.requester_id
                        AND substr(c.folded, 1, length({word})) = {word})"
            )
        } else {
            format!(
                " AND (instr(t.folded, {word}) > 0
                    OR EXISTS (SELECT 1 FROM messages m WHERE m.desk_id = t.desk_id AND m.ticket_id = t.id
                        AND instr(m.folded, {word}) > 0)
                    OR EXISTS (SELECT 1 FROM contacts c WHERE c.desk_id = t.desk_id AND c.id = t.requester_id
                        AND instr(c.folded, {word}) > 0)
                    OR EXISTS (SELECT 1 FROM ticket_tags g WHERE g.desk_id = t.desk_id AND g.ticket_id = t.id
                        AND instr(g.tag, {word}) > 0)"
            )
        };
        holds += &there;
        if let Some(number) = term.number() {
            holds += &format!(" OR t.number = {}", built.number(number));
        }
        holds += ")";
    }
    format!(
        "SELECT t.id FROM (
            SELECT DISTINCT r.ticket_id FROM search_texts CROSS JOIN search_rows r ON r.n = search_texts.rowid
            WHERE search_texts MATCH {candidates} ORDER BY search_texts.rowid DESC LIMIT -1
         ) f CROSS JOIN tickets t ON t.id = f.ticket_id
         WHERE {holds} LIMIT {MOST}"
    )
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
