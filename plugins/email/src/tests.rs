//! E-mail as a whole, on a desk that remembers what it was asked for.

mod answers;
mod arrivals;
mod hostile;
#[path = "../mails/table.rs"]
mod mails;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use crate::{
    desk::{Desk, Envelope, Fault, Inbound, Mailbox, Message, Outcome, Person, Reply},
    receive,
    source::Source,
};

/// A desk in memory, with the mailbox `help@desk.example`.
pub(crate) struct Fake {
    settings: BTreeMap<&'static str, String>,
    on: BTreeSet<&'static str>,
    kept: RefCell<BTreeMap<String, Vec<u8>>>,
    counts: RefCell<BTreeMap<String, i64>>,
    /// Name and bytes of each.
    files: RefCell<Vec<(String, Vec<u8>)>>,
    sent: RefCell<Vec<(Envelope, String)>>,
    outcome: RefCell<Outcome>,
    /// The host's scanner refuses files.
    refuses: Cell<bool>,
    /// Why the host keeps no files.
    fails: RefCell<Option<Fault>>,
}

impl Fake {
    fn new() -> Self {
        Self {
            settings: BTreeMap::new(),
            on: BTreeSet::new(),
            kept: RefCell::default(),
            counts: RefCell::default(),
            files: RefCell::default(),
            sent: RefCell::default(),
            outcome: RefCell::new(Outcome::Sent),
            refuses: Cell::new(false),
            fails: RefCell::default(),
        }
    }

    fn setting(mut self, key: &'static str, value: &str) -> Self {
        self.settings.insert(key, value.to_owned());
        self
    }

    fn on(mut self, key: &'static str) -> Self {
        self.on.insert(key);
        self
    }

    /// What a raw mail is made into.
    fn receive(&self, raw: impl AsRef<[u8]>) -> Vec<Inbound> {
        receive::receive(self, &Source::Bytes(raw.as_ref())).unwrap()
    }

    /// The message that a raw mail is made into.
    fn message(&self, raw: impl AsRef<[u8]>) -> Message {
        match self.receive(raw).remove(0) {
            Inbound::Message(message) => *message,
            other @ Inbound::Report { .. } => panic!("{other:?}"),
        }
    }

    /// The name and bytes of a file.
    fn file(&self, id: &str) -> (String, Vec<u8>) {
        self.files.borrow()[id.parse::<usize>().unwrap()].clone()
    }

    /// The last mail that was sent.
    fn sent(&self) -> String {
        self.sent.borrow().last().unwrap().1.clone()
    }

    fn works(&self) -> Result<(), Fault> {
        self.fails.borrow().clone().map_or(Ok(()), Err)
    }
}

impl Desk for Fake {
    fn now(&self) -> u64 {
        1_772_445_600_000
    }

    fn locale(&self) -> String {
        "en".into()
    }

    fn random(&self) -> Result<[u8; 32], Fault> {
        Ok([7; 32])
    }

    fn setting(&self, key: &str) -> Option<String> {
        self.settings.get(key).cloned()
    }

    fn is_on(&self, key: &str) -> bool {
        self.on.contains(key)
    }

    fn note(&self, _line: &str) {}

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.kept.borrow().get(key).cloned())
    }

    fn keep(&self, key: &str, value: &[u8], _expires_in_ms: u64) -> Result<(), Fault> {
        self.kept.borrow_mut().insert(key.to_owned(), value.to_vec());
        Ok(())
    }

    fn keep_first(&self, key: &str, value: &[u8]) -> Result<(), Fault> {
        self.kept.borrow_mut().entry(key.to_owned()).or_insert_with(|| value.to_vec());
        Ok(())
    }

    fn count(&self, key: &str, _expires_in_ms: u64) -> Result<i64, Fault> {
        let mut counts = self.counts.borrow_mut();
        let count = counts.entry(key.to_owned()).or_default();
        *count += 1;
        Ok(*count)
    }

    fn read(&self, file: &str, offset: u64, length: u32) -> Result<Vec<u8>, Fault> {
        assert!(length <= 1 << 20);
        let bytes = self.file(file).1;
        Ok(bytes.into_iter().skip(usize::try_from(offset).unwrap()).take(length as usize).collect())
    }

    fn create(&self, name: &str) -> Result<String, Fault> {
        assert!(!name.is_empty() && !name.contains(['/', '\n']) && name.chars().count() <= 200, "{name}");
        self.files.borrow_mut().push((name.to_owned(), Vec::new()));
        Ok((self.files.borrow().len() - 1).to_string())
    }

    fn append(&self, file: &str, bytes: &[u8]) -> Result<(), Fault> {
        assert!(!bytes.is_empty() && bytes.len() <= 1 << 20);
        self.works()?;
        self.files.borrow_mut()[file.parse::<usize>().unwrap()].1.extend_from_slice(bytes);
        Ok(())
    }

    fn finish(&self, file: &str) -> Result<Option<String>, Fault> {
        Ok((!self.refuses.get()).then(|| file.to_owned()))
    }

    fn mailboxes(&self) -> Result<Vec<Mailbox>, Fault> {
        Ok(vec![Mailbox { setting: "inbox".into(), address: "Help@desk.example".into(), name: "Acme Support".into() }])
    }

    fn send(&self, envelope: &Envelope, raw: &str) -> Result<Outcome, Fault> {
        let raw = String::from_utf8(self.file(raw).1).unwrap();
        self.sent.borrow_mut().push((envelope.clone(), raw));
        Ok(self.outcome.borrow().clone())
    }
}

/// What becomes of a mail that is passed over.
const NOTHING: [Inbound; 0] = [];

/// A short mail of Ada with more fields, which end in line ends.
fn mail(fields: &str, text: &str) -> String {
    let (from, to) = ("From: Ada <ada@x.example>\r\n", "To: help@desk.example\r\n");
    let from = if fields.contains("From: ") { "" } else { from };
    let to = if fields.contains("To: ") && !fields.contains("Reply-To: ") { "" } else { to };
    format!("{from}{to}{fields}\r\n{text}\r\n")
}

fn person(name: &str, email: &str) -> Person {
    Person { handle: email.into(), name: name.into(), email: Some(email.into()) }
}

fn reply(text: &str) -> Reply {
    Reply {
        id: "0198-ab".into(),
        threads: vec!["m1@x.example".into()],
        recipient: person("Ada", "ada@x.example"),
        copies: vec![],
        subject: "Printer".into(),
        text: text.into(),
        html: None,
        attachments: vec![],
        answers: Some("m1@x.example".into()),
        automatic: false,
    }
}

#[test]
fn mails_of_the_world_say_what_they_say() {
    let rows = mails::rows();
    assert!(rows.len() >= 200, "{}", rows.len());
    let mut wrong = Vec::new();
    for row in rows {
        let message = Fake::new().message(&row.raw);
        if (&message.text, message.attachments.len()) != (&row.text, row.files) {
            let (text, files) = (&message.text, message.attachments.len());
            wrong.push(format!("{}: {text:?} and {files} files, not {:?} and {}", row.name, row.text, row.files));
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
