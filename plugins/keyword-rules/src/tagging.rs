//! Sets tags, each once: what was set is kept under the ticket's id. So an event that comes twice changes nothing, and a tag that
//! somebody has taken away stays away.
//!
//! The tag comes first, since setting it again does no harm. Then it is kept that it was set, over the version that was read: of two
//! events at once one fails and is delivered again. A write replaces all tags, so each of the two may have taken away what the other had
//! set: both look, and set it again. The note comes last, so that there is never a second one.

use std::collections::BTreeSet;

use annex_sdk::{
    kv::{self, Expected},
    prelude::*,
    tickets::{self, Ticket},
};

use crate::{TEXTS, rules::Hit};

/// Tags of a ticket, as the help desk allows.
const MOST_TAGS: usize = 20;
/// How often is looked whether all tags are there; each look may write, and five writes work in a call.
const LOOKS: usize = 4;

/// Sets the tags that this ticket has not had from here before.
pub(crate) fn once(ticket: &Ticket, hits: &[Hit]) -> Result<()> {
    once_after(ticket, hits, known(&ticket.id)?)
}

fn once_after(ticket: &Ticket, hits: &[Hit], (known, expected): (BTreeSet<String>, Expected)) -> Result<()> {
    let new: Vec<&Hit> = hits.iter().filter(|hit| !known.contains(&hit.tag)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let set = set(ticket, &new)?;
    let kept = keep(&ticket.id, &known, &new, expected);
    restore(&ticket.id, &known, &new)?;
    kept?;
    log::info!("ticket {}: {} tags set", ticket.number, set.len());
    note(ticket, &set)
}

/// Sets all that are missing, whatever was before. Answers how many.
pub(crate) fn again(ticket: &Ticket, hits: &[Hit]) -> Result<usize> {
    let (known, expected) = known(&ticket.id)?;
    let all: Vec<&Hit> = hits.iter().collect();
    let set = set(ticket, &all)?;
    let kept = keep(&ticket.id, &known, &all, expected);
    restore(&ticket.id, &known, &all)?;
    kept?;
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

fn keep(ticket: &str, known: &BTreeSet<String>, hits: &[&Hit], expected: Expected) -> Result<()> {
    let tags: BTreeSet<&str> =
        known.iter().map(String::as_str).chain(hits.iter().map(|hit| hit.tag.as_str())).collect();
    kv::set_if(&key(ticket), &tags, expected)?;
    Ok(())
}

/// Sets these, and what other events have kept since `before` was read, until it is all there.
fn restore(ticket: &str, before: &BTreeSet<String>, hits: &[&Hit]) -> Result<()> {
    for _ in 0..LOOKS {
        let (known, _) = known(ticket)?;
        let since = known.difference(before).map(String::as_str);
        if add(&tickets::get(ticket)?, since.chain(hits.iter().map(|hit| hit.tag.as_str())))?.is_empty() {
            break;
        }
    }
    Ok(())
}

fn set<'h>(ticket: &Ticket, hits: &[&'h Hit]) -> Result<Vec<&'h Hit>> {
    let added = add(ticket, hits.iter().map(|hit| hit.tag.as_str()))?;
    Ok(hits.iter().filter(|hit| added.contains(&hit.tag.as_str())).copied().collect())
}

/// Adds what the ticket lacks, as far as there is room, in one write. Answers what was added.
fn add<'t>(ticket: &Ticket, wanted: impl Iterator<Item = &'t str>) -> Result<Vec<&'t str>> {
    let mut tags: Vec<&str> = ticket.tags.iter().map(String::as_str).collect();
    let mut added = Vec::new();
    for tag in wanted {
        if tags.contains(&tag) {
            continue;
        }
        if tags.len() == MOST_TAGS {
            log::warn!("ticket {} has no room for the tag {tag}", ticket.number);
            continue;
        }
        tags.push(tag);
        added.push(tag);
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

    fn hit(tag: &str) -> Hit {
        Hit { tag: tag.into(), word: "a word".into() }
    }

    fn ticket() -> (Host, Ticket) {
        let host = Host::new().ticket("t1", "Order 7", "c1");
        (host, tickets::get("t1").unwrap())
    }

    /// Both have read before either wrote. Who comes second fails before the note, and is delivered again.
    #[test]
    fn of_two_events_at_once_one_keeps_the_tag() {
        let (host, ticket) = ticket();
        let before = known("t1").unwrap();
        once_after(&ticket, &[hit("billing")], before.clone()).unwrap();
        assert!(matches!(once_after(&ticket, &[hit("billing")], before), Err(Error::Upstream(_))));
        assert_eq!(host.stored::<Vec<String>>("ticket/t1"), Some(vec!["billing".into()]));
    }

    #[test]
    fn a_write_that_comes_late_takes_no_tag_away() {
        let (host, ticket) = ticket();
        let before = known("t1").unwrap();
        once(&ticket, &[hit("billing")]).unwrap();
        assert!(once_after(&ticket, &[hit("urgent")], before).is_err());
        assert_eq!(host.tags("t1"), ["urgent", "billing"]);
        once(&tickets::get("t1").unwrap(), &[hit("urgent")]).unwrap();
        assert_eq!(host.stored::<Vec<String>>("ticket/t1"), Some(vec!["billing".into(), "urgent".into()]));
    }

    #[test]
    fn who_has_kept_a_tag_sees_that_another_took_it_away() {
        let (host, ticket) = ticket();
        let (known, expected) = known("t1").unwrap();
        let (billing, urgent) = (hit("billing"), hit("urgent"));
        set(&ticket, &[&billing]).unwrap();
        set(&ticket, &[&urgent]).unwrap();
        assert_eq!(host.tags("t1"), ["urgent"]);
        keep("t1", &known, &[&billing], expected).unwrap();
        restore("t1", &known, &[&billing]).unwrap();
        assert_eq!(host.tags("t1"), ["urgent", "billing"]);
    }
}
