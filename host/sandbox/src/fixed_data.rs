//! Data of an installation that is given once: for checks and benches that admit components, and call those that need next to none.

use std::collections::BTreeMap;

use annex_domain::{
    contact::{Contact, ContactChange},
    ids::{ContactId, MessageId, OperatorId, TicketId},
    ports::{
        AddonData, InstallationFacts, KeyPage, KvEntry, KvError, KvPage, KvWrite, Mailbox, NewContact, NewTicket,
        OperatorFacts, Paged, RecordError, Scope, TicketFilter, TicketOrder,
    },
    settings::SettingValue,
    ticket::{Message, Priority, Ticket, TicketStatus},
};
use async_trait::async_trait;
use secrecy::SecretString;

/// Nothing is found but what is given, and nothing is kept.
#[derive(Debug, Clone, Default)]
pub struct FixedData {
    /// What is stored, by its key.
    pub values: BTreeMap<String, Vec<u8>>,
    /// Those that can be asked for; none of them sends.
    pub mailboxes: Vec<Mailbox>,
}

#[async_trait]
impl AddonData for FixedData {
    async fn kv_get(&self, _: &Scope, key: &str) -> Result<Option<KvEntry>, KvError> {
        let value = self.values.get(key).cloned();
        Ok(value.map(|value| KvEntry { value, version: 1, expires: None }))
    }
    async fn kv_set(&self, _: &Scope, _: &str, _: Vec<u8>, _: KvWrite) -> Result<u64, KvError> {
        Err(KvError::Unavailable)
    }
    async fn kv_delete(&self, _: &Scope, _: &str, _: Option<u64>) -> Result<bool, KvError> {
        Ok(false)
    }
    async fn kv_list(&self, _: &Scope, _: &str, _: Option<&str>, _: u32) -> Result<KeyPage, KvError> {
        Ok(KeyPage::default())
    }
    /// Every counter begins anew.
    async fn kv_add(&self, _: &Scope, _: &str, delta: i64, _: Option<u64>) -> Result<i64, KvError> {
        Ok(delta)
    }
    async fn kv_scan(&self, _: &Scope, _: &str, _: Option<&str>, _: u32) -> Result<KvPage, KvError> {
        Ok(KvPage::default())
    }
    async fn installation(&self, _: &Scope) -> Result<InstallationFacts, RecordError> {
        Ok(InstallationFacts::default())
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
    async fn search_tickets(
        &self,
        _: &Scope,
        _: TicketFilter,
        _: TicketOrder,
        _: Option<&str>,
        _: u32,
    ) -> Result<Paged<Ticket>, RecordError> {
        Ok(Paged::default())
    }
    async fn create_ticket(&self, _: &Scope, _: NewTicket) -> Result<Ticket, RecordError> {
        Err(RecordError::NotFound)
    }
    async fn add_reply(&self, _: &Scope, _: TicketId, _: &str, _: &[String]) -> Result<MessageId, RecordError> {
        Err(RecordError::NotFound)
    }
    async fn add_note(&self, _: &Scope, _: TicketId, _: &str, _: &[String]) -> Result<MessageId, RecordError> {
        Err(RecordError::NotFound)
    }
    async fn assign(&self, _: &Scope, _: TicketId, _: Option<OperatorId>) -> Result<(), RecordError> {
        Err(RecordError::NotFound)
    }
    async fn set_priority(&self, _: &Scope, _: TicketId, _: Priority) -> Result<(), RecordError> {
        Err(RecordError::NotFound)
    }
    async fn set_subject(&self, _: &Scope, _: TicketId, _: String) -> Result<(), RecordError> {
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
    async fn search_contacts(
        &self,
        _: &Scope,
        _: &str,
        _: Option<&str>,
        _: u32,
    ) -> Result<Paged<Contact>, RecordError> {
        Ok(Paged::default())
    }
    async fn create_contact(&self, _: &Scope, _: NewContact) -> Result<Contact, RecordError> {
        Err(RecordError::NotFound)
    }
    async fn operator(&self, _: &Scope, _: OperatorId) -> Result<OperatorFacts, RecordError> {
        Err(RecordError::NotFound)
    }
    async fn operators(&self, _: &Scope, _: Option<&str>, _: u32) -> Result<Paged<OperatorFacts>, RecordError> {
        Ok(Paged::default())
    }
    async fn update_contact(&self, _: &Scope, _: ContactId, _: ContactChange) -> Result<Contact, RecordError> {
        Err(RecordError::NotFound)
    }
    async fn mailboxes(&self, _: &Scope) -> Result<Vec<Mailbox>, RecordError> {
        Ok(self.mailboxes.clone())
    }
}
