//! The ports: what the sandbox needs from the rest of the host, which `lifecycle` implements on the store and the author
//! tools in memory; and the way out for mails, which `mail` implements.

mod records;

use async_trait::async_trait;
use secrecy::SecretString;

pub use self::records::{
    CustomField, FieldChange, FieldData, FileFacts, FileReach, InstallationFacts, KvPage, KvPair, KvWrite, Mailbox,
    NewContact, NewTicket, OperatorFacts, Paged, Planned, TicketFilter, TicketOrder,
};
use crate::{
    addon::{AddonId, Version},
    clock::Timestamp,
    contact::{Contact, ContactChange},
    ids::{CallId, ContactId, DeskId, InstallationId, MailId, MessageId, OperatorId, TicketId},
    mailbox::{Envelope, MailOutcome},
    permission::Permissions,
    settings::SettingValue,
    ticket::{Message, Priority, Ticket, TicketStatus},
};

/// On whose behalf a component runs: every port call carries it, and answers only for that desk and installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The desk.
    pub desk: DeskId,
    /// The installation.
    pub installation: InstallationId,
    /// The add-on.
    pub addon: AddonId,
    /// The version that runs.
    pub version: Version,
    /// This call.
    pub call: CallId,
    /// For whom the add-on acts, in panels; none: for itself.
    pub acts_for: Option<ActsFor>,
    /// The add-ons that led to this call, one by the other's writes; empty when a person or the host did.
    pub causes: Vec<InstallationId>,
}

/// The operator for whom an interactive call is made. The add-on may do what its grant **and** they allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActsFor {
    /// Who it is.
    pub operator: OperatorId,
    /// What they may do, at this moment and with these credentials.
    pub permissions: Permissions,
}

/// A stored value with its version (1, 2, …).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KvEntry {
    /// The bytes.
    pub value: Vec<u8>,
    /// Rises with each write.
    pub version: u64,
    /// When it goes by itself.
    pub expires: Option<Timestamp>,
}

/// Bytes of the longest key of a value.
pub const KV_KEY_BYTES: usize = 256;
/// Bytes of the largest value.
pub const KV_VALUE_BYTES: usize = 256 << 10;

/// A page of keys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyPage {
    /// In byte order.
    pub keys: Vec<String>,
    /// Pass it for the next page.
    pub next: Option<String>,
}

/// Why a value was not read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KvError {
    /// Another call wrote first.
    #[error("the stored version is {0}")]
    Conflict(u64),
    /// The quota in bytes.
    #[error("the quota of {0} bytes would be passed")]
    Quota(u64),
    /// The capability is missing.
    #[error("{0}")]
    Denied(String),
    /// A malformed key or value.
    #[error("{0}")]
    Invalid(&'static str),
    /// More than a call may write.
    #[error("too much: {0}")]
    TooMuch(&'static str),
    /// The store failed.
    #[error("the store is not available")]
    Unavailable,
}

/// Why a ticket or contact was not read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Not in this desk.
    #[error("not found")]
    NotFound,
    /// A malformed value.
    #[error("{0}")]
    Invalid(String),
    /// More than an add-on may write.
    #[error("too much: {0}")]
    TooMuch(String),
    /// The store failed.
    #[error("the store is not available")]
    Unavailable,
}

/// A file that is being made. One that is dropped was never there.
#[async_trait]
pub trait NewFile: Send + Sync {
    /// Its id, once it is finished.
    fn id(&self) -> String;
    /// Adds bytes at its end.
    async fn append(&mut self, bytes: Vec<u8>) -> Result<(), RecordError>;
    /// Ends it: what it is, is found and scanned now.
    async fn finish(self: Box<Self>) -> Result<FileFacts, RecordError>;
}

/// The data of one installation and its desk, as host interfaces need it. Capabilities are checked by the caller. What has a body
/// here is how it is where there is no such thing: no custom fields, notes, files, planned calls or mailboxes.
#[async_trait]
pub trait AddonData: Send + Sync {
    /// The value under `key`.
    async fn kv_get(&self, scope: &Scope, key: &str) -> Result<Option<KvEntry>, KvError>;
    /// Writes. Answers the new version.
    async fn kv_set(&self, scope: &Scope, key: &str, value: Vec<u8>, write: KvWrite) -> Result<u64, KvError>;
    /// Deletes; true when the key existed.
    async fn kv_delete(&self, scope: &Scope, key: &str, expected: Option<u64>) -> Result<bool, KvError>;
    /// Keys with a prefix after a cursor.
    async fn kv_list(&self, scope: &Scope, prefix: &str, cursor: Option<&str>, limit: u32) -> Result<KeyPage, KvError>;
    /// Adds to a counter, which is stored as digits; answers it. `expires_in` milliseconds count for one that begins.
    async fn kv_add(&self, scope: &Scope, key: &str, delta: i64, expires_in: Option<u64>) -> Result<i64, KvError>;
    /// Keys with a prefix after a cursor, with what is under them.
    async fn kv_scan(&self, scope: &Scope, prefix: &str, cursor: Option<&str>, limit: u32) -> Result<KvPage, KvError>;

    /// What there is to know of the installation.
    async fn installation(&self, scope: &Scope) -> Result<InstallationFacts, RecordError>;
    /// A setting that is not a secret.
    async fn setting(&self, scope: &Scope, key: &str) -> Result<Option<SettingValue>, RecordError>;
    /// The value of a setting for a credential: secrets too. Never handed to a component.
    async fn credential(&self, scope: &Scope, key: &str) -> Result<Option<SecretString>, RecordError>;

    /// The access token of an account that was connected, made fresh; none: nobody connected one, or it has to be connected again.
    /// Never handed to a component.
    async fn access_token(&self, _scope: &Scope, _key: &str) -> Result<Option<SecretString>, RecordError> {
        Ok(None)
    }

    /// A ticket.
    async fn ticket(&self, scope: &Scope, id: TicketId) -> Result<Ticket, RecordError>;
    /// Its messages, newest last, at most 100.
    async fn messages(&self, scope: &Scope, id: TicketId) -> Result<Vec<Message>, RecordError>;
    /// Tickets that fit, after a cursor.
    async fn search_tickets(
        &self,
        scope: &Scope,
        filter: TicketFilter,
        order: TicketOrder,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Paged<Ticket>, RecordError>;
    /// Opens a ticket in the name of its requester.
    async fn create_ticket(&self, scope: &Scope, new: NewTicket) -> Result<Ticket, RecordError>;
    /// Adds a public reply, which goes out through the ticket's channel, with files by their ids.
    async fn add_reply(
        &self,
        scope: &Scope,
        id: TicketId,
        body: &str,
        attachments: &[String],
    ) -> Result<MessageId, RecordError>;
    /// Adds an internal note, with files by their ids.
    async fn add_note(
        &self,
        scope: &Scope,
        id: TicketId,
        body: &str,
        attachments: &[String],
    ) -> Result<MessageId, RecordError>;
    /// Gives it to an operator, or to nobody.
    async fn assign(&self, scope: &Scope, id: TicketId, to: Option<OperatorId>) -> Result<(), RecordError>;
    /// Changes how urgent it is.
    async fn set_priority(&self, scope: &Scope, id: TicketId, priority: Priority) -> Result<(), RecordError>;
    /// Changes the subject.
    async fn set_subject(&self, scope: &Scope, id: TicketId, subject: String) -> Result<(), RecordError>;
    /// Replaces the tags.
    async fn set_tags(&self, scope: &Scope, id: TicketId, tags: Vec<String>) -> Result<(), RecordError>;
    /// Changes the status.
    async fn set_status(&self, scope: &Scope, id: TicketId, status: TicketStatus) -> Result<(), RecordError>;
    /// The custom fields of each of some tickets, those that are filled in.
    async fn ticket_fields(&self, _scope: &Scope, ids: &[TicketId]) -> Result<Vec<Vec<CustomField>>, RecordError> {
        Ok(vec![Vec::new(); ids.len()])
    }

    /// Changes custom fields of a ticket.
    async fn set_ticket_fields(
        &self,
        _scope: &Scope,
        _id: TicketId,
        _changes: Vec<FieldChange>,
    ) -> Result<(), RecordError> {
        Err(RecordError::Invalid("the desk has no such field".into()))
    }

    /// The HTML of each of some messages, the newest last, as it came. What all of it may have goes to the newest.
    async fn message_html(&self, _scope: &Scope, ids: &[MessageId]) -> Result<Vec<Option<String>>, RecordError> {
        Ok(vec![None; ids.len()])
    }

    /// The files of each of some messages.
    async fn attachments(&self, _scope: &Scope, ids: &[MessageId]) -> Result<Vec<Vec<FileFacts>>, RecordError> {
        Ok(vec![Vec::new(); ids.len()])
    }

    /// A requester.
    async fn contact(&self, scope: &Scope, id: ContactId) -> Result<Contact, RecordError>;
    /// A requester by e-mail.
    async fn contact_by_email(&self, scope: &Scope, email: &str) -> Result<Option<Contact>, RecordError>;
    /// Changes a requester.
    async fn update_contact(&self, scope: &Scope, id: ContactId, change: ContactChange)
    -> Result<Contact, RecordError>;
    /// Requesters that have a text, after a cursor, by name.
    async fn search_contacts(
        &self,
        scope: &Scope,
        text: &str,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Paged<Contact>, RecordError>;
    /// Adds a requester.
    async fn create_contact(&self, scope: &Scope, new: NewContact) -> Result<Contact, RecordError>;
    /// What the desk noted about a requester.
    async fn contact_note(&self, _scope: &Scope, _id: ContactId) -> Result<Option<String>, RecordError> {
        Ok(None)
    }

    /// Changes that; an empty text removes it.
    async fn set_contact_note(&self, _scope: &Scope, _id: ContactId, _note: String) -> Result<(), RecordError> {
        Err(RecordError::Invalid("the desk keeps no notes about requesters".into()))
    }

    /// The custom fields of each of some requesters, those that are filled in.
    async fn contact_fields(&self, _scope: &Scope, ids: &[ContactId]) -> Result<Vec<Vec<CustomField>>, RecordError> {
        Ok(vec![Vec::new(); ids.len()])
    }

    /// Changes custom fields of a requester.
    async fn set_contact_fields(
        &self,
        _scope: &Scope,
        _id: ContactId,
        _changes: Vec<FieldChange>,
    ) -> Result<(), RecordError> {
        Err(RecordError::Invalid("the desk has no such field".into()))
    }

    /// An operator, also one who is not active any more.
    async fn operator(&self, scope: &Scope, id: OperatorId) -> Result<OperatorFacts, RecordError>;
    /// Those who are active, after a cursor, by name.
    async fn operators(
        &self,
        scope: &Scope,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Paged<OperatorFacts>, RecordError>;

    /// What is known of a file.
    async fn file(&self, _scope: &Scope, _id: &str, _reach: FileReach) -> Result<FileFacts, RecordError> {
        Err(RecordError::NotFound)
    }

    /// A piece of a file from `offset` on, of at most `length` bytes; less where it ends.
    async fn read_file(
        &self,
        _scope: &Scope,
        _id: &str,
        _reach: FileReach,
        _offset: u64,
        _length: u32,
    ) -> Result<Vec<u8>, RecordError> {
        Err(RecordError::NotFound)
    }

    /// Begins a file.
    async fn create_file(&self, _scope: &Scope, _name: &str) -> Result<Box<dyn NewFile>, RecordError> {
        Err(RecordError::Invalid("the desk keeps no files".into()))
    }

    /// Deletes a file that the installation made, and that no message has taken.
    async fn discard_file(&self, _scope: &Scope, _id: &str) -> Result<(), RecordError> {
        Err(RecordError::NotFound)
    }

    /// Plans a call; what is planned under the same key is replaced.
    async fn plan_call(&self, _scope: &Scope, _key: &str, _due: Timestamp, _data: Vec<u8>) -> Result<(), RecordError> {
        Err(RecordError::Invalid("the host plans no calls".into()))
    }

    /// True when something was planned under the key.
    async fn cancel_planned_call(&self, _scope: &Scope, _key: &str) -> Result<bool, RecordError> {
        Ok(false)
    }

    /// What is planned under keys with a prefix, after a cursor.
    async fn planned_calls(
        &self,
        _scope: &Scope,
        _prefix: &str,
        _cursor: Option<&str>,
        _limit: u32,
    ) -> Result<Paged<Planned>, RecordError> {
        Ok(Paged::default())
    }

    /// The mailboxes whose settings are complete.
    async fn mailboxes(&self, _scope: &Scope) -> Result<Vec<Mailbox>, RecordError> {
        Ok(Vec::new())
    }

    /// Sends a raw mail, a file that the installation has made, from the mailbox of a setting.
    async fn send_mail(
        &self,
        _scope: &Scope,
        _setting: &str,
        _envelope: Envelope,
        _raw: &str,
    ) -> Result<MailOutcome, RecordError> {
        Err(RecordError::NotFound)
    }
}

/// What became of a try to send a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Posted {
    /// Nothing more is to be done: it is sent, kept to be read, or refused for good. The mail itself says which.
    Done,
    /// Not now, for this reason; to be tried again later.
    Later(String),
}

/// Sends mails that wait in the store. Called by the worker that holds the mail's job `send-mail`.
#[async_trait]
pub trait MailSender: Send + Sync {
    /// Tries to send `mail` of `desk`; `tries` counts from 1. A mail that is not waiting any more is left alone.
    async fn send(&self, desk: DeskId, mail: MailId, tries: u32) -> Posted;
}
