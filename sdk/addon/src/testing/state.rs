//! What a test's host knows and has seen; one for each thread.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet, VecDeque},
};

use super::{Canned, Sent};
use crate::bindings::common::annex::addon::{
    contacts::Contact,
    settings::Value,
    tickets::{Author, Message, Priority, Status, Ticket},
};

/// A moment that tests can rely on: 2026-01-01T00:00:00Z in milliseconds.
const NOW: u64 = 1_767_225_600_000;

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
    static GENERATION: Cell<u64> = const { Cell::new(0) };
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) settings: BTreeMap<String, Value>,
    pub(super) canned: Vec<Answers>,
    pub(super) requests: Vec<Sent>,
    pub(super) logs: Vec<String>,
    pub(super) kv: BTreeMap<String, (Vec<u8>, u64)>,
    pub(super) contacts: BTreeMap<String, Contact>,
    pub(super) tickets: BTreeMap<String, Ticket>,
    pub(super) messages: BTreeMap<String, Vec<Message>>,
    pub(super) denied: BTreeSet<String>,
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
    with(|state| *state = State::default());
    GENERATION.set(GENERATION.get() + 1);
    GENERATION.get()
}

/// Clears the state, unless a newer host has taken over.
pub(super) fn end(generation: u64) {
    if GENERATION.get() == generation {
        with(|state| *state = State::default());
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
            created_at: NOW,
            updated_at: NOW,
        };
        self.tickets.insert(id.to_owned(), ticket);
    }

    /// Adds a message; internal when it is an add-on's. Answers its id.
    pub(super) fn add_message(&mut self, ticket: &str, body: &str, author: Author) -> String {
        let messages = self.messages.entry(ticket.to_owned()).or_default();
        let id = format!("{ticket}-m{}", messages.len() + 1);
        let internal = author == Author::Addon;
        messages.push(Message { id: id.clone(), author, internal, body: body.to_owned(), created_at: NOW });
        id
    }
}
