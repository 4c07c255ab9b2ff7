//! What a test's host knows and has seen; one for each thread.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet, VecDeque},
};

use super::{Canned, Sent};
use crate::{
    bindings::{
        channel::annex::addon::mail::{Envelope, Mailbox, Outcome},
        plugin::annex::addon::{
            about::Installation,
            contacts::Contact,
            kv::Entry,
            operators::Operator,
            settings::Value,
            tickets::{Author, Message, Priority, Status, Ticket},
        },
    },
    files::File,
};

/// A moment that tests can rely on: 2026-01-01T00:00:00Z in milliseconds.
const NOW: u64 = 1_767_225_600_000;

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
    static GENERATION: Cell<u64> = const { Cell::new(0) };
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) now: u64,
    pub(super) installation: Option<Installation>,
    pub(super) settings: BTreeMap<String, Value>,
    pub(super) canned: Vec<Answers>,
    pub(super) requests: Vec<Sent>,
    pub(super) logs: Vec<String>,
    pub(super) kv: BTreeMap<String, Entry>,
    pub(super) contacts: BTreeMap<String, Contact>,
    pub(super) operators: Vec<Operator>,
    pub(super) tickets: BTreeMap<String, Ticket>,
    /// The ids of those that the add-on opened.
    pub(super) opened: Vec<String>,
    pub(super) messages: BTreeMap<String, Vec<Message>>,
    pub(super) files: BTreeMap<String, Kept>,
    /// Due times and data by key.
    pub(super) planned: BTreeMap<String, (u64, Vec<u8>)>,
    pub(super) denied: BTreeSet<String>,
    pub(super) mailboxes: Vec<Mailbox>,
    /// Those that were sent, with their raw bytes.
    pub(super) mails: Vec<(Envelope, Vec<u8>)>,
    /// What becomes of the next ones; none: they are sent.
    pub(super) mail_outcome: Option<Outcome>,
}

/// A file.
#[derive(Debug)]
pub(super) struct Kept {
    name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) finished: bool,
}

#[derive(Debug)]
pub(super) struct Answers {
    method: String,
    url: String,
    queue: VecDeque<Canned>,
}

/// Runs `f` on this thread's state.
pub(super) fn with<R>(f: impl FnOnce(&mut State) -> R) -> R {
    STATE.with_borrow_mut(f)
}

/// Starts afresh; answers the number of this host.
pub(super) fn start() -> u64 {
    with(|state| *state = State { now: NOW, ..State::default() });
    GENERATION.set(GENERATION.get() + 1);
    GENERATION.get()
}

/// Clears the state, unless a newer host has taken over.
pub(super) fn end(generation: u64) {
    if GENERATION.get() == generation {
        with(|state| *state = State::default());
    }
}

impl Kept {
    /// A file that is being written; a path before its name is taken out.
    pub(super) fn begun(name: &str) -> Self {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned();
        Self { name, bytes: vec![], finished: false }
    }

    pub(super) fn complete(name: &str, bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), finished: true, ..Self::begun(name) }
    }

    pub(super) fn facts(&self, id: &str) -> File {
        let media_type = "application/octet-stream".to_owned();
        File { id: id.to_owned(), name: self.name.clone(), media_type, size: self.bytes.len() as u64 }
    }
}

impl State {
    pub(super) fn answer(&mut self, method: &str, url: &str, answer: Canned) {
        match self.canned.iter_mut().find(|known| known.method == method && known.url == url) {
            Some(known) => known.queue.push_back(answer),
            None => {
                let queue = VecDeque::from([answer]);
                self.canned.push(Answers { method: method.to_owned(), url: url.to_owned(), queue });
            }
        }
    }

    /// The next answer: an exact fit goes before one without a query.
    pub(super) fn next_answer(&mut self, method: &str, url: &str) -> Option<Canned> {
        let path = url.split('?').next().unwrap_or(url);
        let at = self.position(method, url).or_else(|| self.position(method, path))?;
        let queue = &mut self.canned.get_mut(at)?.queue;
        if queue.len() > 1 { queue.pop_front() } else { queue.front().cloned() }
    }

    fn position(&self, method: &str, url: &str) -> Option<usize> {
        self.canned.iter().position(|known| known.method == method && known.url == url)
    }

    /// What is stored under a key and has not expired.
    pub(super) fn stored(&self, key: &str) -> Option<&Entry> {
        self.kv.get(key).filter(|entry| entry.expires.is_none_or(|expires| expires > self.now))
    }

    pub(super) fn add_contact(&mut self, id: &str, name: &str, email: Option<&str>) {
        let contact = Contact {
            id: id.to_owned(),
            name: name.to_owned(),
            emails: email.map(str::to_owned).into_iter().collect(),
            phones: vec![],
            company: None,
            note: None,
            fields: vec![],
            created: self.now,
        };
        self.contacts.insert(id.to_owned(), contact);
    }

    pub(super) fn add_ticket(&mut self, id: &str, subject: &str, requester: &str) {
        let number = self.tickets.len() as u64 + 1;
        let ticket = Ticket {
            id: id.to_owned(),
            number,
            subject: subject.to_owned(),
            status: Status::Open,
            priority: Priority::Normal,
            requester: requester.to_owned(),
            assignee: None,
            tags: vec![],
            channel: None,
            fields: vec![],
            created: self.now,
            updated: self.now,
        };
        self.tickets.insert(id.to_owned(), ticket);
    }

    /// Adds a message; answers its id.
    pub(super) fn add_message(&mut self, ticket: &str, body: &str, author: Author, internal: bool) -> String {
        let messages = self.messages.entry(ticket.to_owned()).or_default();
        let id = format!("{ticket}-m{}", messages.len() + 1);
        messages.push(Message {
            id: id.clone(),
            author,
            internal,
            body: body.to_owned(),
            html: None,
            attachments: vec![],
            created: self.now,
            edited: None,
        });
        id
    }

    /// Files that messages take; none when one of them is not there.
    pub(super) fn finished(&self, ids: &[String]) -> Option<Vec<File>> {
        let file = |id: &String| self.files.get(id).filter(|kept| kept.finished).map(|kept| kept.facts(id));
        ids.iter().map(file).collect()
    }
}
