//! The two CRMs: how each is asked, how its answer is read, and what can go wrong with one.

mod freshdesk;
mod upsales;

use annex_sdk::http::{self, Request, Response};

/// Where something is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Upsales,
    Freshdesk,
}

impl Source {
    const ALL: [Self; 2] = [Self::Upsales, Self::Freshdesk];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Upsales => "Upsales",
            Self::Freshdesk => "Freshdesk",
        }
    }

    /// The request; none when settings are missing.
    fn request(self, email: &str) -> Option<Request> {
        match self {
            Self::Upsales => upsales::request(email),
            Self::Freshdesk => freshdesk::request(email),
        }
    }

    fn read(self, response: &Response) -> Result<Vec<Record>, Problem> {
        match self {
            Self::Upsales => upsales::read(response),
            Self::Freshdesk => freshdesk::read(response),
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

/// What one CRM said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) source: Source,
    pub(crate) outcome: Result<Vec<Record>, Problem>,
}

/// Why a CRM gave no contact. Each kind has its own text (R54).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The key is wrong, or lacks the permission.
    Access(u16),
    /// The service or the network is down.
    Service(String),
    /// The service is there; nobody has that e-mail.
    NotFound,
    /// Settings are missing.
    Settings,
    /// The desk did not grant the host.
    Denied(String),
}

impl Problem {
    /// For the log: no personal data.
    pub(crate) fn detail(&self) -> String {
        match self {
            Self::Access(status) => format!("refused the key with status {status}"),
            Self::Service(text) => text.clone(),
            Self::NotFound => "has no contact with this e-mail".into(),
            Self::Settings => "settings are missing".into(),
            Self::Denied(text) => format!("not allowed: {text}"),
        }
    }
}

impl From<http::Error> for Problem {
    fn from(error: http::Error) -> Self {
        match error {
            http::Error::Status(status @ (401 | 403)) => Self::Access(status),
            http::Error::Status(404) => Self::NotFound,
            http::Error::NeedsSetting(_) => Self::Settings,
            http::Error::Denied(text) => Self::Denied(text),
            other => Self::Service(other.to_string()),
        }
    }
}

/// Asks every CRM that has its settings, all at once; answers in the order of [`Source::ALL`].
pub(crate) fn ask(email: &str) -> Vec<Answer> {
    let requests = Source::ALL.map(|source| source.request(email));
    let asked = requests.iter().map(Option::is_some).collect::<Vec<_>>();
    let mut responses = http::send_many(requests.into_iter().flatten()).into_iter();
    let outcomes = asked.into_iter().map(|asked| if asked { responses.next() } else { None });
    Source::ALL
        .into_iter()
        .zip(outcomes)
        .map(|(source, response)| Answer { source, outcome: outcome(source, response) })
        .collect()
}

fn outcome(source: Source, response: Option<Result<Response, http::Error>>) -> Result<Vec<Record>, Problem> {
    let response = response.ok_or(Problem::Settings)??.ok()?;
    let records = source.read(&response)?;
    if records.is_empty() { Err(Problem::NotFound) } else { Ok(records) }
}

/// Characters of a name, title, number or address that are shown: more is a mistake in the CRM, and one line has to do.
const LONGEST: usize = 200;

/// A text that says something, cut where a line of the panel ends.
fn filled(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().chars().take(LONGEST).collect()).filter(|text: &String| !text.is_empty())
}
