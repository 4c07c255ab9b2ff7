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

use std::{marker::PhantomData, time::Duration};

use serde::de::DeserializeOwned;

use crate::{
    bindings::plugin::annex::addon::{
        about::Installation, contacts::Contact, operators::Operator, settings::Value, tickets,
    },
    files::File,
    logger,
    mail::{Envelope, Mailbox, Outcome},
    schedule::{Plan, Tick},
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
            plan: Plan::Once(key),
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
mod tests {
    use super::*;
    use crate::{contacts, files, http, http::Request, schedule, settings, tickets};

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
        assert!(tickets::add_reply("t1", "x").is_ok(), "that is another capability");
        assert!(tickets::get("t1").is_ok() && contacts::get("c1").is_ok());
        assert!(host.notes("t1").is_empty());
    }

    #[test]
    fn what_is_planned_comes_when_it_is_due_and_once() {
        let host = Host::new();
        schedule::at("b", host.now() + 2_000, &2).unwrap();
        schedule::at("a", host.now() + 1_000, &1).unwrap();
        assert!(host.due().is_empty());
        host.advance(Duration::from_secs(5));
        let due = host.due();
        let values: Vec<_> = due.iter().map(|tick| (tick.key(), tick.value::<u32>().unwrap())).collect();
        assert_eq!(values, [("a", Some(1)), ("b", Some(2))]);
        assert!(host.due().is_empty() && !schedule::cancel("a").unwrap());
    }

    #[test]
    fn a_file_is_read_as_it_was_written_and_only_when_it_is_finished() {
        let host = Host::new().ticket("t1", "Hi", "c1");
        let id = files::create("../a.txt").unwrap();
        files::append(&id, b"one, ").unwrap();
        files::append(&id, b"two").unwrap();
        assert_eq!(files::bytes(&id), Err(files::Error::NotFound));
        let file = files::finish(&id).unwrap();
        assert_eq!((file.name.as_str(), file.size), ("a.txt", 8));
        assert_eq!((files::read(&id, 5, 2), files::read(&id, 8, 2)), (Ok(b"tw".to_vec()), Ok(vec![])));
        tickets::add_note_with("t1", "See there", &[&id]).unwrap();
        assert_eq!(host.messages_now("t1")[0].attachments, [file]);
        assert_eq!(tickets::add_note_with("t1", "x", &["f9"]), Err(files::Error::NotFound));
    }

    #[test]
    fn an_answer_can_go_into_a_file_and_a_file_into_a_request() {
        let host =
            Host::new().answer("GET", URL, Canned::text(200, "bytes")).answer("POST", URL, Canned::text(200, ""));
        let answer = Request::get(URL).into_file("report.txt").send().unwrap();
        let file = answer.file().unwrap();
        Request::post(URL).file(&file.id, "text/plain").send().unwrap();
        Request::post(URL).form([http::Part::text("to", "ada"), http::Part::file("what", &file.id)]).send().unwrap();
        let bodies: Vec<_> = host.requests().iter().map(|sent| sent.text()).collect();
        assert_eq!(bodies, ["", "bytes", "to=ada\nwhat=bytes\n"]);
    }

    #[test]
    fn tickets_are_found_as_they_are_filtered_page_by_page() {
        let host = Host::new().ticket("t1", "Ink", "c1").ticket("t2", "Paper", "c2").ticket("t3", "Ink again", "c1");
        tickets::assign("t3", Some("o1")).unwrap();
        let ids = |search: tickets::Search| {
            let first = search.page(None).unwrap();
            let next = first.next.as_deref().map(|cursor| search.page(Some(cursor)).unwrap().tickets);
            let all = first.tickets.into_iter().chain(next.into_iter().flatten());
            all.map(|ticket| ticket.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(tickets::Search::new().requester("c1").limit(1)).len(), 2);
        assert_eq!(ids(tickets::Search::new().text("ink").unassigned()), ["t1"]);
        assert_eq!(ids(tickets::Search::new().assigned_to("o1")), ["t3"]);
        let opened = tickets::create(&tickets::NewTicket::new("c1", "New", "Body")).unwrap();
        assert_eq!((host.opened(), host.messages_now(&opened.id)[0].body.as_str()), (vec![opened.clone()], "Body"));
    }

    #[test]
    fn an_address_belongs_to_one_contact() {
        let _host = Host::new().contact("c1", "Ada", Some("ada@example.com"));
        let twin = contacts::NewContact { emails: vec!["ADA@example.com".into()], ..contacts::NewContact::new("Twin") };
        assert!(matches!(contacts::create(&twin), Err(contacts::Error::Invalid(_))));
        let grace = contacts::create(&contacts::NewContact::new("Grace")).unwrap();
        assert_eq!(contacts::search("gra", None, 10).unwrap().contacts, [grace]);
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
