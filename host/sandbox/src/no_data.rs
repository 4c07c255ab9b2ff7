//! Data of an installation that has none: for checks and benches that admit components and call those that need none.

use annex_domain::{
    contact::{Contact, ContactChange},
    ids::{ContactId, MessageId, TicketId},
    ports::{AddonData, KeyPage, KvEntry, KvError, RecordError, Scope},
    settings::SettingValue,
    ticket::{Message, Ticket, TicketStatus},
};
use async_trait::async_trait;
use secrecy::SecretString;

/// Nothing is stored, nothing is found, nothing can be written.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoData;

#[async_trait]
impl AddonData for NoData {
    async fn kv_get(&self, _: &Scope, _: &str) -> Result<Option<KvEntry>, KvError> {
        Ok(None)
    }
    async fn kv_set(&self, _: &Scope, _: &str, _: Vec<u8>, _: Option<u64>) -> Result<u64, KvError> {
        Err(KvError::Unavailable)
    }
    async fn kv_delete(&self, _: &Scope, _: &str, _: Option<u64>) -> Result<bool, KvError> {
        Ok(false)
    }
    async fn kv_list(&self, _: &Scope, _: &str, _: Option<&str>, _: u32) -> Result<KeyPage, KvError> {
        Ok(KeyPage::default())
    }
    async fn setting(&self, _: &Scope, _: &str) -> Result<Option<SettingValue>, RecordError> {
        Ok(None)
    }
    async fn credential(&self, _: &Scope, _: &str) -> Result<Option<SecretString>, RecordError> {
        Ok(None)
    }
    async fn ticket(&self, _: &Scope, _: TicketId) -> Result<Ticket, RecordError> {
        Err(RecordError::NotFound)
    }
    async fn messages(&self, _: &Scope, _: TicketId) -> Result<Vec<Message>, RecordError> {
        Err(RecordError::NotFound)
    }
    async fn add_note(&self, _: &Scope, _: TicketId, _: &str) -> Result<MessageId, RecordError> {
        Err(RecordError::NotFound)
    }
    async fn set_tags(&self, _: &Scope, _: TicketId, _: Vec<String>) -> Result<(), RecordError> {
        Err(RecordError::NotFound)
    }
    async fn set_status(&self, _: &Scope, _: TicketId, _: TicketStatus) -> Result<(), RecordError> {
        Err(RecordError::NotFound)
    }
    async fn contact(&self, _: &Scope, _: ContactId) -> Result<Contact, RecordError> {
        Err(RecordError::NotFound)
    }
    async fn contact_by_email(&self, _: &Scope, _: &str) -> Result<Option<Contact>, RecordError> {
        Ok(None)
    }
    async fn update_contact(&self, _: &Scope, _: ContactId, _: ContactChange) -> Result<Contact, RecordError> {
        Err(RecordError::NotFound)
    }
}
