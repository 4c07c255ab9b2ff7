//! The form of a scenario file.

use std::collections::BTreeMap;

use annex_domain::{
    capability::Access,
    channel::InboundRequest,
    manifest::EventName,
    ticket::{Priority, TicketStatus},
};
use serde::Deserialize;
use toml::{Spanned, Value};

/// A desk, answers of other systems, and steps.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// The file's name when left out.
    pub(crate) name: Option<String>,
    /// By key; secrets too.
    #[serde(default)]
    pub(crate) settings: BTreeMap<String, Value>,
    /// What the desk granted; everything that the manifest asks for when left out.
    pub(crate) granted: Option<Vec<Access>>,
    #[serde(default)]
    pub(crate) contacts: Vec<Contact>,
    #[serde(default)]
    pub(crate) tickets: Vec<Ticket>,
    /// Stored values: JSON by key.
    #[serde(default)]
    pub(crate) kv: BTreeMap<String, Value>,
    /// What other systems answer.
    #[serde(default)]
    pub(crate) http: Vec<Canned>,
    /// Hosts that cannot be reached.
    #[serde(default)]
    pub(crate) unreachable: Vec<String>,
    pub(crate) steps: Vec<Spanned<Step>>,
}

/// A requester.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contact {
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) company: Option<String>,
}

/// A ticket; steps name it by its place, from 1.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ticket {
    pub(crate) subject: String,
    /// The e-mail of a contact above, or its name.
    pub(crate) requester: String,
    pub(crate) status: Option<TicketStatus>,
    pub(crate) priority: Option<Priority>,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// From the requester, oldest first.
    #[serde(default)]
    pub(crate) messages: Vec<String>,
}

/// What another system answers. The same request may be there several times: its answers come in order, the last one
/// again and again.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Canned {
    /// Such as `GET https://api.example.com/contacts?email=ada%40example.com`; without a query, any query fits.
    pub(crate) request: String,
    #[serde(default = "ok")]
    pub(crate) status: u16,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// The body as text …
    pub(crate) body: Option<String>,
    /// … or as JSON.
    pub(crate) json: Option<Value>,
}

fn ok() -> u16 {
    200
}

/// What is done with the add-on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Action {
    /// A view is shown.
    Render,
    /// Something is done in a view, or a part that was deferred is asked for.
    Act,
    /// Something happens in the desk.
    Event,
    /// A time that was planned has come.
    Schedule,
    /// A request comes to a plugin.
    Request,
    /// The settings are tried.
    Check,
    /// What can be chosen for a setting is asked for.
    Choices,
    /// A request comes to a channel.
    Receive,
    /// A mail comes into the mailbox of a channel.
    ReceiveMail,
    /// A reply goes out through a channel.
    Send,
    /// A language is asked for its texts.
    Describe,
    /// The hook `install`.
    Install,
    /// The hook `update`.
    Update,
    /// The hook `uninstall`.
    Uninstall,
}

/// Where a view is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Place {
    /// Beside the ticket.
    #[default]
    TicketSidebar,
    /// Beside the ticket's requester.
    ContactSidebar,
    /// By itself.
    Page,
    /// Above the reply box of the ticket.
    Composer,
    /// Where the installation is managed.
    Settings,
}

/// One step.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    #[serde(rename = "do")]
    pub(crate) action: Action,
    /// For `render`, `act`, `event`: which ticket, from 1; the first one when left out.
    pub(crate) ticket: Option<usize>,
    /// For `render`, `act`.
    #[serde(default)]
    pub(crate) at: Place,
    /// For `render`, `act`: the key of the view.
    #[serde(default = "panel")]
    pub(crate) view: String,
    /// For `render`, `act` at `composer`: what stands in the reply box.
    #[serde(default)]
    pub(crate) draft: String,
    /// For `render`, `act`.
    #[serde(default = "english")]
    pub(crate) locale: String,
    /// For `render`, `act`.
    #[serde(default)]
    pub(crate) dark: bool,
    /// For `act`: the verb of the button, field or list.
    pub(crate) verb: Option<String>,
    /// For `act`: the id of the button, field or list.
    #[serde(default)]
    pub(crate) source: String,
    /// For `act`: what the button or the deferred part gives along.
    #[serde(default)]
    pub(crate) args: BTreeMap<String, String>,
    /// For `act`: what was entered, by field. A table is files: their texts, by name.
    #[serde(default)]
    pub(crate) values: BTreeMap<String, Value>,
    /// For `act`: of a list or table.
    pub(crate) cursor: Option<String>,
    /// For `event`.
    pub(crate) event: Option<EventName>,
    /// For `event`: the old and the new value, by the part of the ticket or contact that was changed.
    #[serde(default)]
    pub(crate) changes: BTreeMap<String, (String, String)>,
    /// For `schedule`, `choices`: of the timer, of the setting.
    pub(crate) key: Option<String>,
    /// For `schedule`: what was given to `schedule.at`; none for one that the manifest plans.
    pub(crate) data: Option<Value>,
    /// For `choices`: what was typed so far.
    #[serde(default)]
    pub(crate) typed: String,
    /// For `receive`, `request`.
    #[serde(default = "post")]
    pub(crate) method: String,
    /// For `receive`, `request`: what follows `/hooks/{hook}`.
    #[serde(default = "slash")]
    pub(crate) path: String,
    /// For `receive`, `request`: without `?`.
    #[serde(default)]
    pub(crate) query: String,
    /// For `receive`, `request`.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// For `receive`, `request`, `send`; for `receive-mail` the raw mail.
    #[serde(default)]
    pub(crate) body: String,
    /// For `send`: their texts, by name.
    #[serde(default)]
    pub(crate) files: BTreeMap<String, String>,
    /// For `send`: none begins a conversation.
    #[serde(default)]
    pub(crate) thread: String,
    /// For `send`.
    #[serde(default)]
    pub(crate) handle: String,
    /// For `send`.
    #[serde(default)]
    pub(crate) subject: String,
    /// For `send`.
    #[serde(default)]
    pub(crate) author: String,
    /// For `update`: the version before.
    pub(crate) from: Option<semver::Version>,
    #[serde(default)]
    pub(crate) expect: Expect,
}

impl Step {
    /// For `receive`, `request`: what comes in.
    pub(crate) fn delivery(&self) -> InboundRequest {
        InboundRequest {
            method: self.method.to_uppercase(),
            path: self.path.clone(),
            query: self.query.clone(),
            headers: self.headers.iter().map(|(name, value)| (name.to_lowercase(), value.clone())).collect(),
            body: self.body.clone().into(),
            public: false,
        }
    }
}

fn english() -> String {
    "en".into()
}

fn panel() -> String {
    "panel".into()
}

fn post() -> String {
    "POST".into()
}

fn slash() -> String {
    "/".into()
}

/// What is expected of a step. What is left out is not looked at, but for `error`: without it the call must succeed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expect {
    /// Each is in some text of the view, of the language's resources, of what is said of the settings, or of what can be chosen.
    #[serde(default)]
    pub(crate) texts: Vec<String>,
    /// None is in any text.
    #[serde(default)]
    pub(crate) no_texts: Vec<String>,
    /// The short confirmation.
    pub(crate) toast: Option<String>,
    /// Code of the error: `needs-config`, `needs-auth`, `upstream`, `denied`, `internal`, `rejected`, `hook-failed`, `trap`.
    pub(crate) error: Option<String>,
    /// A part of the error's text.
    pub(crate) error_text: Option<String>,
    /// Fields that the add-on complains about; for `check` settings.
    pub(crate) invalid: Option<Vec<String>>,
    /// Names of the host calls, in order, but for `log.write`.
    pub(crate) calls: Option<Vec<String>>,
    /// The requests that were sent, in any order.
    pub(crate) http: Option<Vec<Request>>,
    /// Stored values afterwards; others may be there too.
    #[serde(default)]
    pub(crate) kv: BTreeMap<String, Value>,
    /// Each is in some log line.
    #[serde(default)]
    pub(crate) logs: Vec<String>,
    /// Notes on the ticket afterwards.
    pub(crate) notes: Option<Vec<String>>,
    /// Public replies of the add-on on the ticket afterwards.
    pub(crate) replies: Option<Vec<String>>,
    /// Keys of what is planned afterwards, in byte order.
    pub(crate) planned: Option<Vec<String>>,
    /// Tags of the ticket afterwards.
    pub(crate) tags: Option<Vec<String>>,
    /// For `receive`, `request`: the HTTP status.
    pub(crate) status: Option<u16>,
    /// For `receive`, `request`: the body.
    pub(crate) body: Option<String>,
    /// For `receive`, `receive-mail`: the messages.
    pub(crate) messages: Option<Vec<Message>>,
    /// For `receive`, `receive-mail`: what came beside messages, such as `edited m-1`.
    pub(crate) brought: Option<Vec<String>>,
    /// For `send`: what became of the reply; of one that is refused the error is `rejected`.
    pub(crate) outcome: Option<Became>,
    /// For `send`: the service's own id.
    pub(crate) external_id: Option<String>,
    /// The mails that were sent, in order.
    pub(crate) mails: Option<Vec<Mail>>,
    /// For `describe`: the code of the language.
    pub(crate) code: Option<String>,
}

/// What a channel says became of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Became {
    /// The service has it.
    Sent,
    /// It is tried again.
    Later,
    /// Nobody knows.
    Unknown,
}

/// A request that is expected.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// Method and URL, with its query.
    pub(crate) request: String,
    /// Others may be there too. Credentials that the host put in are here in full.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// The body as text …
    pub(crate) body: Option<String>,
    /// … or as JSON.
    pub(crate) json: Option<Value>,
}

/// A message that is expected of a channel.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Message {
    pub(crate) external_id: Option<String>,
    pub(crate) thread: Option<String>,
    pub(crate) handle: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) body: Option<String>,
    /// Names, in order.
    pub(crate) files: Option<Vec<String>>,
}

/// A mail that is expected to be sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mail {
    /// Whom it is sent to, in order.
    pub(crate) to: Option<Vec<String>>,
    /// Each is a part of it as it is sent.
    #[serde(default)]
    pub(crate) texts: Vec<String>,
}
