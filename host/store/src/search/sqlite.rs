//! A search on SQLite: by the FTS5 table `search_texts`, from the newest text to older ones.
//!
//! One word is looked for in all texts that may have it. Several may stand in different messages of a ticket, and only reading the
//! ticket tells: that is done for each that may have the rarest word, the newest first, while they are at most [`SPREAD`]. Where
//! every word is more common than that, older tickets are found by the index where one text has all the words (ADR 37).

use annex_domain::ids::DeskId;

use super::{Found, MOST, Reach, ids, terms::Term};
use crate::{
    db::{
        Conn,
        query::{Built, fetch_built},
    },
    error::StoreError,
    tickets::Filter,
};

/// So many tickets are read in search of words that stand in different messages: about 10 ms.
pub(super) const SPREAD: i64 = 500;

/// The newest tickets, at most [`MOST`].
pub(super) async fn find(conn: &mut Conn, desk: DeskId, terms: &[Term], filter: &Filter) -> Result<Found, StoreError> {
    let mut built = Built::default();
    built.text(desk);
    if let [_] = terms {
        let together = together(&mut built, terms, filter);
        built.sql = format!("SELECT f.id FROM ({together}) f");
        return Ok(Found { tickets: ids(conn, built).await?, reach: Reach::Whole });
    }
    let Some((texts, rarest)) = rarest(conn, desk, terms).await? else { return Ok(Found::default()) };
    let spread = spread(&mut built, terms, rarest, filter);
    if texts < SPREAD {
        built.sql = format!("SELECT f.id FROM ({spread}) f");
        return Ok(Found { tickets: ids(conn, built).await?, reach: Reach::Whole });
    }
    let together = together(&mut built, terms, filter);
    built.sql = format!(
        "SELECT f.id FROM (SELECT * FROM ({together}) UNION SELECT * FROM ({spread})) f
         ORDER BY f.updated_at DESC, f.id DESC LIMIT {MOST}"
    );
    Ok(Found { tickets: ids(conn, built).await?, reach: Reach::Newest })
}

/// The term that the fewest texts may have, and how many, counted up to [`SPREAD`]. `None` when no text has one of them.
async fn rarest<'t>(conn: &mut Conn, desk: DeskId, terms: &'t [Term]) -> Result<Option<(i64, &'t Term)>, StoreError> {
    let mut rarest: Option<(i64, &Term)> = None;
    for term in terms {
        let mut built = Built::default();
        built.text(desk);
        let candidates = candidates(&mut built, &term.candidates());
        built.sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM search_texts WHERE search_texts MATCH {candidates} LIMIT {SPREAD})"
        );
        let count = fetch_built!(conn, (i64,), built)?.first().map_or(0, |(count,)| *count);
        if count == 0 {
            return Ok(None);
        }
        if rarest.is_none_or(|(least, _)| count < least) {
            rarest = Some((count, term));
        }
    }
    Ok(rarest)
}

/// The expression of FTS5. Where there are several desks, the mark of the own one keeps it from walking through the texts of others.
fn candidates(built: &mut Built, runs: &str) -> String {
    let runs = built.text(runs);
    format!(
        "(SELECT CASE WHEN EXISTS (SELECT 1 FROM search_desks o WHERE o.desk_id <> $1)
            THEN '\"' || d.mark || '\" AND (' || {runs} || ')' ELSE {runs} END
         FROM search_desks d WHERE d.desk_id = $1)"
    )
}

/// Where the head of the ticket `t` has a term: subject, requester, tags, number.
fn in_head(built: &mut Built, term: &Term, word: &str) -> String {
    let mut places = if term.is_short() {
        format!(
            "substr(t.folded, 1, length({word})) = {word}
             OR EXISTS (SELECT 1 FROM contacts c WHERE c.desk_id = t.desk_id AND c.id = t.requester_id
                AND substr(c.folded, 1, length({word})) = {word})"
        )
    } else {
        format!(
            "instr(t.folded, {word}) > 0
             OR EXISTS (SELECT 1 FROM contacts c WHERE c.desk_id = t.desk_id AND c.id = t.requester_id
                AND instr(c.folded, {word}) > 0)
             OR EXISTS (SELECT 1 FROM ticket_tags g WHERE g.desk_id = t.desk_id AND g.ticket_id = t.id
                AND instr(g.tag, {word}) > 0)"
        )
    };
    if let Some(number) = term.number() {
        places += &format!(" OR t.number = {}", built.number(number));
    }
    format!("({places})")
}

/// The newest tickets of which one text has all the terms: a message `x`, or the head. Short terms are in heads alone, and hold
/// there beside a message that has the others. `CROSS JOIN` keeps the order of the joins, and with it that of the index.
fn together(built: &mut Built, terms: &[Term], filter: &Filter) -> String {
    let all_short = terms.iter().all(Term::is_short);
    let looked_for = terms.iter().filter(|term| all_short || !term.is_short());
    let runs: Vec<String> = looked_for.map(|term| format!("({})", term.candidates())).collect();
    let candidates = candidates(built, &runs.join(" AND "));
    let mut holds = filter.conditions(built);
    for term in terms {
        let word = built.text(term.text());
        let head = in_head(built, term, &word);
        let there = if term.is_short() {
            head
        } else {
            format!("(x.id IS NULL OR instr(x.folded, {word}) > 0) AND (x.id IS NOT NULL OR {head})")
        };
        holds += &format!(" AND {there}");
    }
    format!(
        "SELECT DISTINCT t.id, t.updated_at FROM search_texts CROSS JOIN search_rows r ON r.n = search_texts.rowid
         LEFT JOIN messages x ON x.id = r.source
         CROSS JOIN tickets t ON t.id = r.ticket_id
         WHERE search_texts MATCH {candidates} AND {holds} ORDER BY search_texts.rowid DESC LIMIT {MOST}"
    )
}

/// The newest tickets that have all the terms anywhere, among the [`SPREAD`] newest that may have the rarest.
fn spread(built: &mut Built, terms: &[Term], rarest: &Term, filter: &Filter) -> String {
    let candidates = candidates(built, &rarest.candidates());
    let mut holds = filter.conditions(built);
    for term in terms {
        let word = built.text(term.text());
        let head = in_head(built, term, &word);
        let there = if term.is_short() {
            head
        } else {
            format!(
                "(EXISTS (SELECT 1 FROM messages m WHERE m.desk_id = t.desk_id AND m.ticket_id = t.id
                    AND instr(m.folded, {word}) > 0) OR {head})"
            )
        };
        holds += &format!(" AND {there}");
    }
    format!(
        "SELECT t.id, t.updated_at FROM (
            SELECT DISTINCT r.ticket_id FROM search_texts CROSS JOIN search_rows r ON r.n = search_texts.rowid
            WHERE search_texts MATCH {candidates} ORDER BY search_texts.rowid DESC LIMIT {SPREAD}
         ) f CROSS JOIN tickets t ON t.id = f.ticket_id
         WHERE {holds} LIMIT {MOST}"
    )
}
