//! A search on PostgreSQL: by reading the newest tickets, and by the indexes of `pg_trgm`.
//!
//! Such an index names all rows that may have a word, in no order. For a common word these are most of the table, and reading from the
//! newest ticket on finds enough sooner. How common the words are tells a sample of the newest tickets. What is common is then looked
//! for in the newest, what is not, by the index. Words of which one is rare are looked for in all tickets that have that one. Where
//! none is, tickets older than the newest are found by the index where one text has all the words (ADR 37).

use std::ops::Range;

use annex_domain::ids::{DeskId, TicketId};

use super::{Found, MOST, Reach, ids, terms::Term};
use crate::{
    db::{
        Conn,
        query::{At, Built, fetch_built},
    },
    error::StoreError,
    tickets::Filter,
};

/// What so many tickets of the sample have is common.
const COMMON: usize = 30;
/// What fewer of them have is rare.
const RARE: usize = 15;

/// How many tickets are read at most, the sample being a part of them. 500 take 5 ms of a processor.
pub(super) struct Bounds {
    /// The newest, to tell what is common.
    pub(super) sample: i64,
    /// The newest, in search of what is common.
    pub(super) common: i64,
    /// In search of words that stand in different messages: those with the rare one, or the newest.
    pub(super) spread: i64,
}

pub(super) const BOUNDS: Bounds = Bounds { sample: 500, common: 5_000, spread: 1_000 };

/// What is looked for.
pub(super) struct Search<'a> {
    pub(super) desk: DeskId,
    pub(super) terms: &'a [Term],
    pub(super) filter: &'a Filter,
}

/// Which tickets a walk answers.
#[derive(Clone, Copy)]
enum Answered {
    /// Each that it reads.
    All,
    /// Those that have every term, and the last that it may read.
    Hits,
}

/// What was read, from the newest ticket on.
struct Walk {
    /// Of each ticket the id, a `1` for each term that it has and a `0` for each other, and its place: 1 is the newest.
    rows: Vec<(String, String, i64)>,
    /// The last place that it might read.
    end: i64,
}

impl Walk {
    /// The newest tickets that have every term.
    fn hits(&self) -> Result<Vec<TicketId>, StoreError> {
        let hits = self.rows.iter().filter(|(_, has, _)| !has.contains('0')).take(MOST);
        hits.map(|(id, ..)| At::new("tickets", id).parse("id", id)).collect()
    }

    /// Whether there are no more tickets than were read.
    fn has_ended(&self) -> bool {
        self.rows.iter().all(|(_, _, place)| *place < self.end)
    }

    /// The term that the fewest of all tickets that were read have, when it is rare.
    fn rare<'t>(&self, terms: &'t [Term]) -> Option<&'t Term> {
        let counts = terms.iter().enumerate().map(|(index, term)| {
            let have = self.rows.iter().filter(|(_, has, _)| has.as_bytes().get(index) == Some(&b'1'));
            (have.count(), term)
        });
        counts.min_by_key(|(count, _)| *count).filter(|(count, _)| *count < RARE).map(|(_, term)| term)
    }
}

impl Search<'_> {
    /// The newest tickets, at most [`MOST`].
    pub(super) async fn find(&self, conn: &mut Conn, bounds: &Bounds) -> Result<Found, StoreError> {
        let sample = self.walk(conn, None, 0..bounds.sample, Answered::All).await?;
        let tickets = sample.hits()?;
        if sample.has_ended() || tickets.len() >= MOST {
            return Ok(Found { tickets, reach: Reach::Whole });
        }
        let is_common = tickets.len() >= COMMON;
        if let ([only], false) = (self.terms, is_common) {
            return self.by_index(conn, only).await;
        }
        let rare = sample.rare(self.terms);
        let (mut tickets, from) = if rare.is_some() { (Vec::new(), 0) } else { (tickets, bounds.sample) };
        let to = if is_common { bounds.common } else { bounds.spread };
        let walk = self.walk(conn, rare, from..to, Answered::Hits).await?;
        add(&mut tickets, walk.hits()?);
        if walk.has_ended() || tickets.len() >= MOST {
            return Ok(Found { tickets, reach: Reach::Whole });
        }
        if let [only] = self.terms {
            return self.by_index(conn, only).await;
        }
        // Whatever the walk left out is older than what it found.
        add(&mut tickets, self.together(conn).await?);
        Ok(Found { tickets, reach: Reach::Newest })
    }

    fn built(&self) -> Built {
        let mut built = Built::default();
        built.text(self.desk);
        built
    }

    /// Reads a stretch of the tickets, the newest first: of all, or of those that have one term. It stops at [`MOST`] hits.
    async fn walk(
        &self,
        conn: &mut Conn,
        with: Option<&Term>,
        Range { start, end }: Range<i64>,
        answered: Answered,
    ) -> Result<Walk, StoreError> {
        let mut built = self.built();
        let mut holds = self.filter.conditions(&mut built);
        if let Some(term) = with {
            holds += &format!(" AND t.id IN ({})", anywhere(&mut built, term));
        }
        let (messages, has) = self.places(&mut built);
        let (wanted, limit) = match answered {
            Answered::All => (String::new(), String::new()),
            Answered::Hits => (format!("WHERE h.has NOT LIKE '%0%' OR t.place = {end}"), format!("LIMIT {}", MOST + 1)),
        };
        built.sql = format!(
            "SELECT t.id, h.has, t.place FROM (
                SELECT t.id, t.requester_id, t.number, t.folded, t.tags, t.updated_at,
                    ROW_NUMBER() OVER (ORDER BY t.updated_at DESC, t.id DESC) AS place
                FROM tickets t WHERE {holds} ORDER BY t.updated_at DESC, t.id DESC LIMIT {} OFFSET {start}
             ) t
             CROSS JOIN LATERAL (SELECT {messages} FROM messages m WHERE m.desk_id = $1 AND m.ticket_id = t.id) x
             CROSS JOIN LATERAL (SELECT c.folded FROM contacts c WHERE c.desk_id = $1 AND c.id = t.requester_id OFFSET 0) c
             CROSS JOIN LATERAL (SELECT {has} AS has OFFSET 0) h
             {wanted} ORDER BY t.updated_at DESC, t.id DESC {limit}",
            end - start
        );
        Ok(Walk { rows: fetch_built!(conn, (String, String, i64), built)?, end })
    }

    /// What is asked of the messages of a ticket, and with it and the head of the ticket, which terms it has. Aggregates, as PostgreSQL
    /// looks these up by ticket, however it estimates.
    fn places(&self, built: &mut Built) -> (String, String) {
        let (mut in_messages, mut has) = (vec!["COUNT(*)".to_owned()], Vec::new());
        for (index, term) in self.terms.iter().enumerate() {
            let pattern = built.text(term.pattern());
            let mut places = format!("t.folded LIKE {pattern} ESCAPE '!' OR c.folded LIKE {pattern} ESCAPE '!'");
            if !term.is_short() {
                in_messages.push(format!("bool_or(m.folded LIKE {pattern} ESCAPE '!') AS has_{index}"));
                places += &format!(
                    " OR x.has_{index} OR (t.tags <> '[]' AND (SELECT bool_or(g.tag LIKE {pattern} ESCAPE '!')
                        FROM ticket_tags g WHERE g.desk_id = $1 AND g.ticket_id = t.id))"
                );
            }
            if let Some(number) = term.number() {
                places += &format!(" OR t.number = {}", built.number(number));
            }
            has.push(format!("CASE WHEN {places} THEN '1' ELSE '0' END"));
        }
        (in_messages.join(", "), has.join(" || "))
    }

    /// The newest tickets that have a term.
    async fn by_index(&self, conn: &mut Conn, term: &Term) -> Result<Found, StoreError> {
        let mut built = self.built();
        let holds = self.filter.conditions(&mut built);
        let anywhere = anywhere(&mut built, term);
        built.sql = format!(
            "SELECT t.id FROM tickets t WHERE {holds} AND t.id IN ({anywhere})
             ORDER BY t.updated_at DESC, t.id DESC LIMIT {MOST}"
        );
        Ok(Found { tickets: ids(conn, built).await?, reach: Reach::Whole })
    }

    /// The newest tickets of which one text has all the terms: a message, or the head. Short terms are in heads alone, and hold there
    /// beside a message that has the others.
    async fn together(&self, conn: &mut Conn) -> Result<Vec<TicketId>, StoreError> {
        let mut built = self.built();
        let holds = self.filter.conditions(&mut built);
        let (mut in_message, mut beside, mut heads) = (String::new(), String::new(), Vec::new());
        for term in self.terms {
            let pattern = built.text(term.pattern());
            let head = in_heads(&mut built, term, &pattern);
            if term.is_short() {
                beside += &format!(" AND t.id IN ({head})");
            } else {
                in_message += &format!(" AND m.folded LIKE {pattern} ESCAPE '!'");
            }
            heads.push(format!("({head})"));
        }
        let mut tickets = format!(
            "SELECT t.id, t.updated_at FROM tickets t WHERE {holds} AND t.id IN ({})",
            heads.join(" INTERSECT ")
        );
        if !in_message.is_empty() {
            tickets += &format!(
                " UNION SELECT t.id, t.updated_at FROM tickets t WHERE {holds}{beside}
                    AND t.id IN (SELECT m.ticket_id FROM messages m WHERE m.desk_id = $1{in_message})"
            );
        }
        built.sql = format!("SELECT f.id FROM ({tickets}) f ORDER BY f.updated_at DESC, f.id DESC LIMIT {MOST}");
        ids(conn, built).await
    }
}

/// Adds older tickets. One that was changed between two statements may be in both.
fn add(tickets: &mut Vec<TicketId>, older: Vec<TicketId>) {
    for id in older {
        if tickets.len() < MOST && !tickets.contains(&id) {
            tickets.push(id);
        }
    }
}

/// The ids of the tickets that have a term, each place by its own index.
fn anywhere(built: &mut Built, term: &Term) -> String {
    let pattern = built.text(term.pattern());
    let mut places = in_heads(built, term, &pattern);
    if !term.is_short() {
        places += &format!(
            " UNION ALL SELECT m.ticket_id FROM messages m WHERE m.desk_id = $1 AND m.folded LIKE {pattern} ESCAPE '!'"
        );
    }
    places
}

/// The same for heads alone: subject, requester, tags, number.
fn in_heads(built: &mut Built, term: &Term, pattern: &str) -> String {
    let mut places = format!(
        "SELECT s.id FROM tickets s WHERE s.desk_id = $1 AND s.folded LIKE {pattern} ESCAPE '!'
         UNION ALL SELECT s.id FROM contacts c JOIN tickets s ON s.desk_id = c.desk_id AND s.requester_id = c.id
         WHERE c.desk_id = $1 AND c.folded LIKE {pattern} ESCAPE '!'"
    );
    if !term.is_short() {
        places += &format!(
            " UNION ALL SELECT g.ticket_id FROM ticket_tags g WHERE g.desk_id = $1 AND g.tag LIKE {pattern} ESCAPE '!'"
        );
    }
    if let Some(number) = term.number() {
        let number = built.number(number);
        places += &format!(" UNION ALL SELECT s.id FROM tickets s WHERE s.desk_id = $1 AND s.number = {number}");
    }
    places
}
