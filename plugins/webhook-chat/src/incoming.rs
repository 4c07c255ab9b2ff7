//! What a chat posts: `{"events": [{"type": "message", …}]}`, or one event as a form with fields of the same names.

use std::{num::NonZeroU64, str::FromStr};

use annex_sdk::channel::{Edit, Inbound, InboundRequest, Message, Progress, Report};
use serde::Deserialize;

use crate::files::{self, Told};

/// Events of a request, as the host takes them.
const MOST: usize = 100;
/// Files of a message that are fetched.
const MOST_FILES: usize = 10;
/// Bytes of an id, as the host takes them.
const LONGEST_ID: usize = 200;

#[derive(Deserialize)]
struct Batch {
    events: Vec<Event>,
}

/// What happened in the chat.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Event {
    Message(Box<Incoming>),
    /// Its author took a message back.
    Deleted {
        id: String,
    },
    /// What became of a reply.
    Status {
        id: String,
        status: String,
        #[serde(default)]
        reason: Option<String>,
    },
    /// What a later version of the chat tells.
    #[serde(other)]
    Other,
}

/// A message as the chat tells it.
#[derive(Debug, Deserialize)]
struct Incoming {
    id: String,
    conversation: String,
    /// The unchanging id of the person.
    from: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    text: String,
    #[serde(default)]
    html: Option<String>,
    #[serde(default)]
    files: Vec<Told>,
    /// What it is where it is more than its words and files, such as `Sticker`.
    #[serde(default)]
    kind: Option<String>,
    /// Seconds since 1970.
    #[serde(default)]
    time: Option<u64>,
    /// Of a message that its author changed: a number that rises with each change.
    #[serde(default)]
    edit: Option<NonZeroU64>,
}

/// What a request brings; what is wrong with it otherwise. All of it or nothing: a chat that is told that it went well never delivers
/// again.
pub(crate) fn read(request: &InboundRequest) -> Result<Vec<Inbound>, String> {
    let kind = request.header("content-type").unwrap_or_default();
    let events = if kind.starts_with("application/x-www-form-urlencoded") {
        vec![of_form(request)?]
    } else {
        let batch: Batch = request.json().map_err(|error| format!("expected {{\"events\": […]}}: {error}"))?;
        batch.events
    };
    if events.len() > MOST {
        return Err(format!("at most {MOST} events at once"));
    }
    events.iter().try_for_each(Event::check)?;
    Ok(events.into_iter().filter_map(Event::into_inbound).collect())
}

impl Event {
    fn check(&self) -> Result<(), String> {
        let ids = match self {
            Self::Message(message) => {
                vec![("id", &message.id), ("conversation", &message.conversation), ("from", &message.from)]
            }
            Self::Deleted { id } | Self::Status { id, .. } => vec![("id", id)],
            Self::Other => vec![],
        };
        let fits = |id: &str| (1..=LONGEST_ID).contains(&id.len()) && !id.contains(char::is_control);
        match ids.into_iter().find(|(_, id)| !fits(id)) {
            Some((name, _)) => Err(format!("`{name}` has 1 to {LONGEST_ID} bytes of one line")),
            None => Ok(()),
        }
    }

    /// `None`: it says nothing to a desk.
    fn into_inbound(self) -> Option<Inbound> {
        match self {
            Self::Message(message) => Some(message.into_inbound()),
            Self::Deleted { id } => Some(Inbound::Deleted(id)),
            Self::Status { id, status, reason } => {
                let report = Report::new(id, progress(&status)?);
                Some(Report { reason, ..report }.into())
            }
            Self::Other => None,
        }
    }
}

/// `None`: a step on the way, such as `queued`.
fn progress(status: &str) -> Option<Progress> {
    match status {
        "delivered" => Some(Progress::Delivered),
        "read" => Some(Progress::Read),
        "failed" => Some(Progress::Failed),
        _ => None,
    }
}

impl Incoming {
    fn into_inbound(self) -> Inbound {
        if let Some(number) = self.edit {
            let edit = Edit::new(self.id, number.get(), self.text);
            return Edit { html: self.html, ..edit }.into();
        }
        // What somebody sent is seen even where it has no words.
        let is_bare = self.text.trim().is_empty() && self.html.is_none() && self.files.is_empty();
        let kind = self.kind.or_else(|| is_bare.then(|| "A message without words".to_owned()));
        let name = if self.name.trim().is_empty() { self.from.clone() } else { self.name };
        let message = Message::new(self.id, self.conversation, self.from, name, self.text);
        let message = self.email.into_iter().fold(message, Message::email);
        let message = self.html.into_iter().fold(message, Message::html);
        let message = self.time.into_iter().fold(message, |message, time| message.sent_at(time.saturating_mul(1000)));
        let message = kind.into_iter().fold(message, Message::unsupported);
        with_files(message, &self.files).into()
    }
}

fn with_files(message: Message, told: &[Told]) -> Message {
    let message = told.iter().take(MOST_FILES).fold(message, |message, file| match files::fetch(file) {
        Ok(id) => message.attach(id),
        Err(why) => message.unsupported(why),
    });
    match told.len().saturating_sub(MOST_FILES) {
        0 => message,
        more => message.unsupported(format!("{more} more files, which stay with the chat")),
    }
}

fn of_form(request: &InboundRequest) -> Result<Event, String> {
    let field = |name: &str| request.form_field(name);
    let needed = |name: &str| field(name).unwrap_or_default();
    if let Some(status) = field("status") {
        return Ok(Event::Status { id: needed("id"), status, reason: field("reason") });
    }
    let file = field("file").map(|id| Told { id, name: needed("file_name"), size: 0 });
    Ok(Event::Message(Box::new(Incoming {
        id: needed("id"),
        conversation: needed("conversation"),
        from: needed("from"),
        name: needed("name"),
        email: field("email"),
        text: needed("text"),
        html: field("html"),
        files: file.into_iter().collect(),
        kind: field("kind"),
        time: number(request, "time")?,
        edit: number(request, "edit")?,
    })))
}

fn number<T: FromStr>(request: &InboundRequest, name: &str) -> Result<Option<T>, String> {
    let parsed = |text: String| text.parse::<T>().map_err(|_| format!("`{name}` is no such number: {text}"));
    request.form_field(name).map(parsed).transpose()
}
