//! Runs an add-on natively: [`Host`] answers what the host would, [`Look`] says what a view shows. Time stands still until a test
//! lets it pass.
//!
//! `cargo test` needs no host and no WebAssembly then. Each test thread has its own host; `annex addon test` runs
//! scenarios in the real sandbox.
//!
//! ```
//! use annex_sdk::{prelude::*, testing::{self, Canned, Host, Look}};
//!
//! struct Status;
//! impl Plugin for Status {
//!     fn render(_: &Context) -> Result<View> {
//!         let text = Request::get("https://api.example.com/status").bearer("key").send()?.ok()?.text()?.to_owned();
//!         Ok(View::new("Status").section(Section::new().text(text)))
//!     }
//! }
//!
//! let host = Host::new().secret("key").answer("GET", "https://api.example.com/status", Canned::text(200, "All well"));
//! let view = Status::render(&testing::context())?;
//! assert!(Look::at(&view).shows("All well"));
//! assert_eq!(host.requests()[0].auth.as_deref(), Some("bearer key"));
//! # Ok::<(), Error>(())
//! ```

pub(crate) mod answers;
mod canned;
mod look;
mod state;

pub use canned::{Canned, Sent};
pub use look::{Look, Part, Seen};

use std::{
    collections::{BTreeMap, BTreeSet},
    marker::PhantomData,
    time::Duration,
};

use serde::de::DeserializeOwned;

use crate::{
    bindings::plugin::annex::addon::{
        about::Installation, contacts::Contact, operators::Operator, settings::Value, tickets,
    },
    files::File,
    logger,
    mail::{Envelope, Mailbox, Outcome},
    schedule::{Tick, Timer},
    texts,
    ui::{Context, Location, TicketPlace},
};
use state::with;

/// The context of a view in the sidebar of ticket `t1`, whose requester is contact `c1` with the address `ada@example.com`; in English.
#[must_use]
pub fn context() -> Context {
    context_at(Location::TicketSidebar(TicketPlace {
        ticket: "t1".into(),
        requester: "c1".into(),
        requester_email: Some("ada@example.com".into()),
    }))
}

/// The same at another place.
///
/// ```
/// use annex_sdk::{testing, ui::Location};
///
/// assert_eq!(testing::context_at(Location::Page).requester_email(), None);
/// ```
#[must_use]
pub fn context_at(location: Location) -> Context {
    Context {
        view: "main".into(),
        location,
        operator: "o1".into(),
        locale: "en".into(),
        time_zone: "Europe/Berlin".into(),
        dark: false,
        licensed: true,
    }
}

/// Fails, naming them, when a language lacks texts that English has, or has some that English lacks. `resources` is what
/// [`Texts::choose`](crate::Texts::choose) takes.
///
/// ```
/// annex_sdk::testing::every_language_is_complete(&[("en", "yes = Yes"), ("de", "yes = Ja")]);
/// ```
///
/// # Panics
/// That is how a test fails.
pub fn every_language_is_complete(resources: &[(&str, &str)]) {
    let mut languages: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (code, fluent) in resources {
        languages.entry(*code).or_default().extend(texts::keys(fluent));
    }
    let english = languages.remove("en").unwrap_or_default();
    for (code, keys) in languages {
        let other: Vec<_> = english.symmetric_difference(&keys).collect();
        assert!(other.is_empty(), "`{code}` has not the same texts as `en`: {other:?}");
    }
}

/// Answers what the host would, on this thread, until it is dropped.
#[derive(Debug)]
#[must_use = "the answers are gone when it is dropped: `let host = Host::new()`"]
pub struct Host {
    generation: u64,
    /// The answers belong to a thread, so the handle does too.
    thread: PhantomData<*const ()>,
}

impl Host {
    /// A host without settings, contacts, tickets and stored values; every capability is granted.
    pub fn new() -> Self {
        logger::init();
        Self { generation: state::start(), thread: PhantomData }
    }

    /// Sets a text.
    pub fn setting(self, key: &str, text: &str) -> Self {
        self.value(key, Value::Text(text.to_owned()))
    }

    /// Sets a secret; a test needs no value for it.
    pub fn secret(self, key: &str) -> Self {
        self.value(key, Value::Secret)
    }

    /// Sets any value.
    pub fn value(self, key: &str, value: Value) -> Self {
        with(|state| state.settings.insert(key.to_owned(), value));
        self
    }

    /// Answers a request. `url` without a query fits any query. Several answers to the same request are given in turn,
    /// the last one again and again. A request that nothing fits fails the test.
    pub fn answer(self, method: &str, url: &str, answer: Canned) -> Self {
        with(|state| state.answer(method, url, answer));
        self
    }

    /// Adds a requester.
    pub fn contact(self, id: &str, name: &str, email: Option<&str>) -> Self {
        with(|state| state.add_contact(id, name, email));
        self
    }

    /// Adds an operator who is active.
    pub fn operator(self, id: &str, name: &str, email: &str) -> Self {
        let operator = Operator {
            id: id.into(),
            name: name.into(),
            email: email.into(),
            locale: "en".into(),
            active: true,
            roles: vec![],
            groups: vec![],
        };
        self.operator_with(operator)
    }

    /// Adds an operator with roles and groups, or one who is not active.
    pub fn operator_with(self, operator: Operator) -> Self {
        with(|state| state.operators.push(operator));
        self
    }

    /// Adds a file, such as an attachment, with its bytes.
    pub fn file(self, id: &str, name: &str, bytes: &[u8]) -> Self {
        with(|state| state.files.insert(id.to_owned(), state::Kept::complete(name, bytes)));
        self
    }

    /// Adds a mailbox whose settings are complete.
    pub fn mailbox(self, setting: &str, address: &str, name: &str) -> Self {
        let mailbox = Mailbox { setting: setting.to_owned(), address: address.to_owned(), name: name.to_owned() };
        with(|state| state.mailboxes.push(mailbox));
        self
    }

    /// Says what becomes of the mails that are sent from now on.
    pub fn mails_become(self, outcome: Outcome) -> Self {
        with(|state| state.mail_outcome = Some(outcome));
        self
    }

    /// Says which installation this is.
    pub fn installation(self, installation: Installation) -> Self {
        with(|state| state.installation = Some(installation));
        self
    }

    /// Adds an open ticket of a requester.
    pub fn ticket(self, id: &str, subject: &str, requester: &str) -> Self {
        with(|state| state.add_ticket(id, subject, requester));
        self
    }

    /// Adds a message of the requester to a ticket.
    pub fn message(self, ticket: &str, body: &str) -> Self {
        with(|state| {
            let requester = state.tickets.get(ticket).map(|ticket| ticket.requester.clone()).unwrap_or_default();
            state.add_message(ticket, body, tickets::Author::Requester(requester), false)
        });
        self
    }

    /// Takes a capability away, such as `contacts.write`: what needs it is denied.
    pub fn deny(self, capability: &str) -> Self {
        with(|state| state.denied.insert(capability.to_owned()));
        self
    }

    /// The requests that were sent, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Sent> {
        with(|state| state.requests.clone())
    }

    /// The lines that were logged, such as `info: synced`.
    #[must_use]
    pub fn logs(&self) -> Vec<String> {
        with(|state| state.logs.clone())
    }

    /// A stored value; none when it is missing or has another form.
    #[must_use]
    pub fn stored<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        with(|state| state.stored(key).and_then(|entry| serde_json::from_slice(&entry.value).ok()))
    }

    /// How many values are stored.
    #[must_use]
    pub fn stored_count(&self) -> usize {
        with(|state| state.kv.len())
    }

    /// The mails that were sent, with their raw bytes, in order.
    #[must_use]
    pub fn mails(&self) -> Vec<(Envelope, Vec<u8>)> {
        with(|state| state.mails.clone())
    }

    /// A requester as they are now.
    #[must_use]
    pub fn contact_now(&self, id: &str) -> Option<Contact> {
        with(|state| state.contacts.get(id).cloned())
    }

    /// A ticket as it is now, also to make a [`Happening`](crate::plugin::Happening) of.
    #[must_use]
    pub fn ticket_now(&self, id: &str) -> Option<tickets::Ticket> {
        with(|state| state.tickets.get(id).cloned())
    }

    /// The messages of a ticket.
    #[must_use]
    pub fn messages_now(&self, ticket: &str) -> Vec<tickets::Message> {
        with(|state| state.messages.get(ticket).cloned().unwrap_or_default())
    }

    /// The tickets that the add-on opened.
    #[must_use]
    pub fn opened(&self) -> Vec<tickets::Ticket> {
        with(|state| state.opened.iter().filter_map(|id| state.tickets.get(id).cloned()).collect())
    }

    /// The name and the bytes of a file.
    #[must_use]
    pub fn file_now(&self, id: &str) -> Option<(File, Vec<u8>)> {
        with(|state| state.files.get(id).map(|kept| (kept.facts(id), kept.bytes.clone())))
    }

    /// What time it is, in milliseconds since 1970-01-01T00:00:00Z: 2026-01-01T00:00:00Z unless it was changed.
    #[must_use]
    pub fn now(&self) -> u64 {
        with(|state| state.now)
    }

    /// Lets time pass: values expire.
    pub fn advance(&self, by: Duration) {
        with(|state| state.now = state.now.saturating_add(u64::try_from(by.as_millis()).unwrap_or(u64::MAX)));
    }

    /// The keys of what is planned, in byte order.
    #[must_use]
    pub fn planned(&self) -> Vec<String> {
        with(|state| state.planned.keys().cloned().collect())
    }

    /// Takes what has become due, the earliest first: give each to [`Plugin::on_schedule`](crate::Plugin::on_schedule).
    #[must_use]
    pub fn due(&self) -> Vec<Tick> {
        let mut due: Vec<_> = with(|state| {
            let now = state.now;
            state.planned.extract_if(.., |_, (due, _)| *due <= now).collect()
        });
        due.sort_by_key(|(_, (due, _))| *due);
        let tick = |(key, (due, data)): (String, (u64, Vec<u8>))| Tick {
            id: format!("{key}-{due}"),
            timer: Timer::Once(key),
            due,
            data,
        };
        due.into_iter().map(tick).collect()
    }

    /// The bodies of the public replies of a ticket that are no person's.
    #[must_use]
    pub fn replies(&self, ticket: &str) -> Vec<String> {
        with(|state| {
            let messages = state.messages.get(ticket).into_iter().flatten();
            let own =
                messages.filter(|message| !message.internal && matches!(message.author, tickets::Author::Addon(_)));
            own.map(|message| message.body.clone()).collect()
        })
    }

    /// The tags of a ticket.
    #[must_use]
    pub fn tags(&self, ticket: &str) -> Vec<String> {
        with(|state| state.tickets.get(ticket).map(|ticket| ticket.tags.clone()).unwrap_or_default())
    }

    /// The bodies of the internal notes of a ticket.
    #[must_use]
    pub fn notes(&self, ticket: &str) -> Vec<String> {
        with(|state| {
            let messages = state.messages.get(ticket).into_iter().flatten();
            messages.filter(|message| message.internal).map(|message| message.body.clone()).collect()
        })
    }
}

impl Default for Host {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        state::end(self.generation);
    }
}

#[cfg(test)]
mod tests;
