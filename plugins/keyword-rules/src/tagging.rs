//! Sets tags, each once: what was set is kept under the ticket's id. So an event that comes twice changes nothing, and a tag that
//! somebody has taken away stays away.
//!
//! The tag comes first, since setting it again does no harm. Then it is kept that it was set, over the version that was read: of two
//! events at once one fails and is delivered again. The note comes last, so that there is never a second one.

use std::collections::BTreeSet;

use annex_sdk::{
    kv::{self, Expected},
    prelude::*,
    tickets::{self, Ticket},
};

use crate::{TEXTS, rules::Hit};

/// Tags of a ticket, as the help desk allows.
const MOST_TAGS: usize = 20;

/// Sets the tags that this ticket has not had from here before.
pub(crate) fn once(ticket: &Ticket, hits: &[Hit]) -> Result<()> {
    let (known, expected) = known(&ticket.id)?;
    let new: Vec<&Hit> = hits.iter().filter(|hit| !known.contains(&hit.tag)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let set = set(ticket, &new)?;
    keep(&ticket.id, known, &new, expected)?;
    log::info!("ticket {}: {} tags set", ticket.number, set.len());
    note(ticket, &set)
}

/// Sets all that are missing, whatever was before. Answers how many.
pub(crate) fn again(ticket: &Ticket, hits: &[Hit]) -> Result<usize> {
    let (known, expected) = known(&ticket.id)?;
    let all: Vec<&Hit> = hits.iter().collect();
    let set = set(ticket, &all)?;
    keep(&ticket.id, known, &all, expected)?;
    Ok(set.len())
}

fn key(ticket: &str) -> String {
    format!("ticket/{ticket}")
}

/// The tags that were set from here, and what must still be stored when they are written.
fn known(ticket: &str) -> Result<(BTreeSet<String>, Expected)> {
    Ok(match kv::entry(&key(ticket))? {
        Some(entry) => (entry.value, Expected::Version(entry.version)),
        None => (BTreeSet::new(), Expected::Absent),
    })
}

fn keep(ticket: &str, mut known: BTreeSet<String>, hits: &[&Hit], expected: Expected) -> Result<()> {
    known.extend(hits.iter().map(|hit| hit.tag.clone()));
    kv::set_if(&key(ticket), &known, expected)?;
    Ok(())
}

/// Adds what the ticket lacks, as far as there is room, in one write. Answers what was added.
fn set<'h>(ticket: &Ticket, hits: &[&'h Hit]) -> Result<Vec<&'h Hit>> {
    let mut tags = ticket.tags.clone();
    let mut added = Vec::new();
    for hit in hits {
        if tags.contains(&hit.tag) {
            continue;
        }
        if tags.len() == MOST_TAGS {
            log::warn!("ticket {} has no room for the tag {}", ticket.number, hit.tag);
            continue;
        }
        tags.push(hit.tag.clone());
        added.push(*hit);
    }
    if !added.is_empty() {
        tickets::set_tags(&ticket.id, &tags)?;
    }
    Ok(added)
}

/// Says why. Nobody looks at an event, so the notes have a language of their own.
fn note(ticket: &Ticket, set: &[&Hit]) -> Result<()> {
    if set.is_empty() || !settings::flag("notes") {
        return Ok(());
    }
    let t = Texts::choose(&settings::text("language").unwrap_or_default(), TEXTS);
    let line = |hit: &&Hit| t.with("noted", &[("tag", hit.tag.as_str()), ("word", hit.word.as_str())]);
    tickets::add_note(&ticket.id, &set.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use annex_sdk::testing::Host;

    use super::*;

    /// Both have read before either wrote. Who comes second fails before the note, and is delivered again.
    #[test]
    fn of_two_events_at_once_one_keeps_the_tag() {
        let host = Host::new();
        let hit = Hit { tag: "billing".into(), word: "refund".into() };
        let (before, expected) = known("t1").unwrap();
        keep("t1", before.clone(), &[&hit], expected).unwrap();
        assert!(matches!(keep("t1", before, &[&hit], expected), Err(Error::Upstream(_))));
        assert_eq!(host.stored::<Vec<String>>("ticket/t1"), Some(vec!["billing".into()]));
    }
}
