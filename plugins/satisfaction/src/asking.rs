//! How requesters are asked: by a public reply with a link for each number of stars, to the address that the host has for this
//! installation. What is open is kept under the ticket's id for 30 days, with a token that nobody can guess: the first link that is
//! followed counts, and spends it. Programs that look through mails follow every link in them, which nobody does who has an opinion: where
//! several are followed within a minute, none counts, and the question stays open.

use std::{
    hash::{BuildHasher as _, RandomState},
    time::Duration,
};

use annex_sdk::{
    about, kv,
    prelude::*,
    serde::{Deserialize, Serialize},
    tickets::{self, Ticket},
};

use crate::ratings::{self, Rating};

const LASTS: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// In which another link may follow.
const AT_ONCE: Duration = Duration::from_secs(60);
/// Bytes of the id of a ticket in a link: whoever has none is turned away before anything is read.
const LONGEST_ID: usize = 64;

/// A question that was not answered yet.
#[derive(Debug, Serialize, Deserialize)]
#[serde(crate = "annex_sdk::serde")]
struct Asked {
    token: String,
    requester: String,
    number: u64,
    subject: String,
}

/// What came of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Followed {
    Rated,
    /// One of several at once.
    Several,
    /// It is none, or was spent.
    Nothing,
}

/// A link whose rating was written.
#[derive(Debug)]
pub(crate) struct Written {
    ticket: String,
    asked: Asked,
}

/// Where links lead; none: hosts that have no address for it.
pub(crate) fn address() -> Option<String> {
    about::get().hooks
}

/// Whether the requester of this ticket was asked, and has not answered.
pub(crate) fn is_open(ticket: &str) -> Result<bool> {
    Ok(kv::entry::<Asked>(&key(ticket))?.is_some())
}

/// Asks. What was asked before is open no longer.
pub(crate) fn ask(ticket: &Ticket, address: &str, t: &Texts) -> Result<()> {
    let asked = Asked {
        token: token(),
        requester: ticket.requester.clone(),
        number: ticket.number,
        subject: ticket.subject.clone(),
    };
    kv::set_for(&key(&ticket.id), &asked, LASTS)?;
    let link = |stars: u8| {
        let word = t.get(&format!("stars-{stars}"));
        format!("{word}: {address}/rate/{}/{}/{stars}", ticket.id, asked.token)
    };
    let lines = [t.get("question-links")].into_iter().chain((1..=5).rev().map(link));
    tickets::add_reply(&ticket.id, &lines.collect::<Vec<_>>().join("\n"))?;
    Ok(())
}

/// Records what a link says.
pub(crate) fn follow(path: &str) -> Result<Followed> {
    match write(path)? {
        Some(written) => settle(&written),
        None => Ok(Followed::Nothing),
    }
}

/// Counts a link and writes what it says; none where it is no link.
pub(crate) fn write(path: &str) -> Result<Option<Written>> {
    let Some((ticket, token, stars)) = parts(path) else { return Ok(None) };
    let asked = kv::get::<Asked>(&key(ticket))?.filter(|asked| asked.token == token);
    let Some(asked) = asked else { return Ok(None) };
    kv::add_for(&format!("{}{stars}", followed(ticket)), 1, AT_ONCE)?;
    let (number, subject) = (asked.number, asked.subject.clone());
    let rating = Rating { ticket: ticket.to_owned(), number, subject, stars, comment: String::new() };
    ratings::record(&asked.requester, &rating)?;
    // Not at once: who loses the answer can follow the link again, and a rating replaces the one before.
    kv::set_for(&key(ticket), &asked, AT_ONCE)?;
    Ok(Some(Written { ticket: ticket.to_owned(), asked }))
}

/// Takes back what was written where other links were followed, too. After it was written: of several that run side by side the last
/// one sees all.
pub(crate) fn settle(Written { ticket, asked }: &Written) -> Result<Followed> {
    let number = asked.number;
    if kv::keys(&followed(ticket))?.len() > 1 {
        ratings::forget(&asked.requester, ticket)?;
        kv::set_for(&key(ticket), asked, LASTS)?;
        log::info!("several links of ticket {number} were followed at once: none counts");
        return Ok(Followed::Several);
    }
    log::info!("ticket {number} was rated by a link");
    Ok(Followed::Rated)
}

/// `/rate/{ticket}/{token}/{stars}`
fn parts(path: &str) -> Option<(&str, &str, u8)> {
    let mut parts = path.strip_prefix("/rate/")?.split('/');
    let (ticket, token, stars) = (parts.next()?, parts.next()?, parts.next()?);
    let stars = stars.parse::<u8>().ok().filter(|stars| (1..=5).contains(stars))?;
    let fits = parts.next().is_none() && ticket.len() <= LONGEST_ID;
    fits.then_some((ticket, token, stars))
}

/// 128 bits: the keys of a hasher are drawn anew in each instance, and the host draws them as it draws keys.
fn token() -> String {
    let keys = RandomState::new();
    format!("{:016x}{:016x}", keys.hash_one(1), keys.hash_one(2))
}

/// What the counters of a ticket's links begin with.
fn followed(ticket: &str) -> String {
    format!("followed/{ticket}/")
}

fn key(ticket: &str) -> String {
    format!("asked/{ticket}")
}
