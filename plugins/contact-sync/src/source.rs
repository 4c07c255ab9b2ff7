//! The two CRMs: how each is asked, which records of its answer count, and what can go wrong with one.

mod freshdesk;
mod loose;
mod problem;
mod upsales;

use annex_sdk::http::{self, Request, Response};

use self::loose::{Body, LeftOut};
pub(crate) use self::problem::Problem;

/// Where something is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Upsales,
    Freshdesk,
}

/// What the desk entered for a CRM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SetUp {
    /// Nothing: this desk does not use it.
    Unused,
    /// Some of it: somebody meant to use it.
    Partly,
    Fully,
}

impl Source {
    const ALL: [Self; 2] = [Self::Upsales, Self::Freshdesk];

    /// What parts of the panel are called by.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Upsales => "upsales",
            Self::Freshdesk => "freshdesk",
        }
    }

    pub(crate) fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.id() == id)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Upsales => "Upsales",
            Self::Freshdesk => "Freshdesk",
        }
    }

    fn set_up(self) -> SetUp {
        match self {
            Self::Upsales => upsales::set_up(),
            Self::Freshdesk => freshdesk::set_up(),
        }
    }

    fn request(self, email: &str) -> Request {
        match self {
            Self::Upsales => upsales::request(email),
            Self::Freshdesk => freshdesk::request(email),
        }
    }

    fn read(self, body: &Body, left_out: &mut LeftOut) -> Result<Vec<Record>, Problem> {
        match self {
            Self::Upsales => upsales::read(body, left_out),
            Self::Freshdesk => freshdesk::read(body, left_out),
        }
    }
}

/// A contact as a CRM has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Record {
    pub(crate) name: String,
    pub(crate) title: Option<String>,
    pub(crate) company: Option<String>,
    pub(crate) emails: Vec<String>,
    pub(crate) phones: Vec<String>,
}

impl Record {
    /// A CRM may answer with more than it was asked for: a record counts only when it carries the address itself.
    fn carries(&self, email: &str) -> bool {
        self.emails.iter().any(|own| same_email(own, email))
    }
}

pub(crate) fn same_email(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// What one CRM said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) source: Source,
    pub(crate) outcome: Result<Vec<Record>, Problem>,
    /// What was not used of its answer, and why. For the log: no personal data.
    pub(crate) left_out: Vec<String>,
}

/// The CRMs that the desk uses.
pub(crate) fn used() -> Vec<Source> {
    Source::ALL.into_iter().filter(|source| source.set_up() != SetUp::Unused).collect()
}

/// Asks every CRM that the desk uses, all at once; answers in the order of [`Source::ALL`]. A CRM for which nothing is
/// entered has no part in it, unless nothing is entered for any.
pub(crate) fn ask(email: &str) -> Vec<Answer> {
    let used = used();
    ask_these(email, &if used.is_empty() { Source::ALL.to_vec() } else { used })
}

/// Asks some of them, all at once.
pub(crate) fn ask_these(email: &str, sources: &[Source]) -> Vec<Answer> {
    let used: Vec<_> = sources.iter().map(|source| (*source, source.set_up())).collect();
    let ready = used.iter().filter(|(_, set_up)| *set_up == SetUp::Fully);
    let mut responses = http::send_many(ready.map(|(source, _)| source.request(email))).into_iter();
    let mut answers = Vec::new();
    for (source, set_up) in used {
        let response = if set_up == SetUp::Fully { responses.next() } else { None };
        answers.push(answer(source, email, response));
    }
    answers
}

fn answer(source: Source, email: &str, response: Option<Result<Response, http::Error>>) -> Answer {
    let mut left_out = LeftOut::default();
    let outcome = match response {
        None => Err(Problem::Settings),
        Some(response) => records(source, email, response, &mut left_out),
    };
    Answer { source, outcome, left_out: left_out.lines() }
}

fn records(
    source: Source,
    email: &str,
    response: Result<Response, http::Error>,
    left_out: &mut LeftOut,
) -> Result<Vec<Record>, Problem> {
    let body = Body::of(&response?)?;
    let mut records = source.read(&body, left_out)?;
    let read = records.len();
    records.retain(|record| record.carries(email));
    left_out.others = read - records.len();
    match records.is_empty() {
        false => Ok(records),
        true if read == 0 && left_out.records > 0 => Err(Problem::Unreadable("its records cannot be read".into())),
        true => Err(Problem::NotFound),
    }
}
