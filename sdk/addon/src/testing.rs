//! Runs an add-on natively: [`Host`] answers what the host would, [`Look`] says what a view shows.
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
pub use look::{Look, Seen};

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use crate::{
    bindings::common::annex::addon::{contacts::Contact, settings::Value, tickets},
    logger,
    ui::Context,
};
use state::with;

/// A panel's context: ticket `t1`, requester `ada@example.com`, English.
#[must_use]
pub fn context() -> Context {
    Context {
        ticket: "t1".into(),
        requester_email: Some("ada@example.com".into()),
        operator: "o1".into(),
        locale: "en".into(),
        dark: false,
        licensed: true,
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
        let contact =
            Contact { id: id.into(), name: name.into(), email: email.map(Into::into), phone: None, company: None };
        with(|state| state.contacts.insert(id.to_owned(), contact));
        self
    }

    /// Adds an open ticket of a requester.
    pub fn ticket(self, id: &str, subject: &str, requester: &str) -> Self {
        with(|state| state.add_ticket(id, subject, requester));
        self
    }

    /// Adds a message of the requester to a ticket.
    pub fn message(self, ticket: &str, body: &str) -> Self {
        with(|state| state.add_message(ticket, body, tickets::Author::Requester));
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
        with(|state| state.kv.get(key).and_then(|(value, _)| serde_json::from_slice(value).ok()))
    }

    /// How many values are stored.
    #[must_use]
    pub fn stored_count(&self) -> usize {
        with(|state| state.kv.len())
    }

    /// A requester as they are now.
    #[must_use]
    pub fn contact_now(&self, id: &str) -> Option<Contact> {
        with(|state| state.contacts.get(id).cloned())
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
mod tests {
    use super::*;
    use crate::{contacts, http, http::Request, settings, tickets};

    const URL: &str = "https://api.example.com/x";

    fn status() -> u16 {
        Request::get(URL).query("q", "1").send().unwrap().status()
    }

    #[test]
    fn answers_come_in_turn_and_the_last_one_stays() {
        let host = Host::new().answer("GET", URL, Canned::text(503, "")).answer("GET", URL, Canned::text(200, ""));
        assert_eq!([status(), status(), status()], [503, 200, 200]);
        assert_eq!(host.requests().len(), 3);
    }

    #[test]
    fn an_answer_with_the_query_goes_before_one_without() {
        let _host = Host::new().answer("GET", URL, Canned::text(404, "")).answer(
            "GET",
            "https://api.example.com/x?q=1",
            Canned::text(200, ""),
        );
        assert_eq!(status(), 200);
    }

    #[test]
    #[should_panic(expected = "no answer is prepared for GET https://api.example.com/x?q=1")]
    fn a_request_without_an_answer_fails_the_test() {
        let _host = Host::new();
        status();
    }

    #[test]
    fn a_credential_without_its_setting_is_not_sent() {
        let _host = Host::new().setting("empty", "");
        for key in ["missing", "empty"] {
            let outcome = Request::get(URL).bearer(key).send();
            assert_eq!(outcome, Err(http::Error::NeedsSetting(key.into())));
        }
    }

    #[test]
    fn a_host_takes_its_data_with_it() {
        drop(Host::new().setting("key", "old"));
        assert_eq!(settings::text("key"), None);
        let first = Host::new();
        let second = Host::new().setting("key", "new");
        drop(first);
        assert_eq!(settings::text("key").as_deref(), Some("new"));
        drop(second);
    }

    #[test]
    fn what_was_not_granted_is_denied() {
        let host = Host::new().contact("c1", "Ada", None).ticket("t1", "Hi", "c1").deny("tickets.write");
        assert!(matches!(tickets::add_note("t1", "x"), Err(tickets::Error::Denied(_))));
        assert!(tickets::get("t1").is_ok() && contacts::get("c1").is_ok());
        assert!(host.notes("t1").is_empty());
    }

    #[test]
    fn messages_and_notes_are_kept_in_order() {
        let host = Host::new().ticket("t1", "Hi", "c1").message("t1", "Help");
        tickets::add_note("t1", "Looked at it").unwrap();
        let bodies: Vec<_> = tickets::messages("t1").unwrap().into_iter().map(|message| message.body).collect();
        assert_eq!(bodies, ["Help", "Looked at it"]);
        assert_eq!(host.notes("t1"), ["Looked at it"]);
    }
}
