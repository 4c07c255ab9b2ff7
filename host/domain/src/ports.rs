//! The ports: what the sandbox needs from the rest of the host, which `lifecycle` implements on the store and the author
//! tools in memory; and the way out for mails, which `mail` implements.

use async_trait::async_trait;
use secrecy::SecretString;

use crate::{
    addon::{AddonId, Version},
    contact::{Contact, ContactChange},
    ids::{CallId, ContactId, DeskId, InstallationId, MailId, MessageId, OperatorId, TicketId},
    permission::Permissions,
    settings::SettingValue,
    ticket::{Message, Ticket, TicketStatus},
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
    /// A malformed key or value.
    #[error("{0}")]
    Invalid(&'static str),
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

/// The data of one installation and its desk, as host interfaces need it. Capabilities are checked by the caller.
#[async_trait]
pub trait AddonData: Send + Sync {
    /// The value under `key`.
    async fn kv_get(&self, scope: &Scope, key: &str) -> Result<Option<KvEntry>, KvError>;
    /// Writes; see `kv.set` in the WIT package for `expected`. Answers the new version.
    async fn kv_set(&self, scope: &Scope, key: &str, value: Vec<u8>, expected: Option<u64>) -> Result<u64, KvError>;
    /// Deletes; true when the key existed.
    async fn kv_delete(&self, scope: &Scope, key: &str, expected: Option<u64>) -> Result<bool, KvError>;
    /// Keys with a prefix after a cursor.
    async fn kv_list(&self, scope: &Scope, prefix: &str, cursor: Option<&str>, limit: u32) -> Result<KeyPage, KvError>;

    /// A setting that is not a secret.
    async fn setting(&self, scope: &Scope, key: &str) -> Result<Option<SettingValue>, RecordError>;
    /// The value of a setting for a credential: secrets too. Never handed to a component.
    async fn credential(&self, scope: &Scope, key: &str) -> Result<Option<SecretString>, RecordError>;

    /// A ticket.
    async fn ticket(&self, scope: &Scope, id: TicketId) -> Result<Ticket, RecordError>;
    /// Its messages, newest last, at most 100.
    async fn messages(&self, scope: &Scope, id: TicketId) -> Result<Vec<Message>, RecordError>;
    /// Adds an internal note.
    async fn add_note(&self, scope: &Scope, id: TicketId, body: &str) -> Result<MessageId, RecordError>;
    /// Replaces the tags.
    async fn set_tags(&self, scope: &Scope, id: TicketId, tags: Vec<String>) -> Result<(), RecordError>;
    /// Changes the status.
    async fn set_status(&self, scope: &Scope, id: TicketId, status: TicketStatus) -> Result<(), RecordError>;

    /// A requester.
    async fn contact(&self, scope: &Scope, id: ContactId) -> Result<Contact, RecordError>;
    /// A requester by e-mail.
    async fn contact_by_email(&self, scope: &Scope, email: &str) -> Result<Option<Contact>, RecordError>;
    /// Changes a requester.
    async fn update_contact(&self, scope: &Scope, id: ContactId, change: ContactChange)
    -> Result<Contact, RecordError>;
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
