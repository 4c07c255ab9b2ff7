//! What components of 0.2 can ask of the host.

mod contacts;
mod http;
mod tickets;

use annex_domain::{
    clock::Timestamp,
    log::Level,
    mailbox::{Envelope, MailOutcome},
    ports::{
        CustomField, FieldChange, FieldData, FileFacts, KvEntry, KvError, KvPair, KvWrite, Mailbox, OperatorFacts,
        Planned, RecordError,
    },
    settings::SettingValue,
};

pub(super) use self::{
    contacts::contact,
    tickets::{message, ticket},
};
use super::{about, files, kv, log, mail, operators, schedule, settings, types};
use crate::{
    host::{Refused, settings::Held},
    state::Caller,
};

type Answer<T> = wasmtime::Result<Result<T, types::Error>>;

pub(super) fn ms(at: Timestamp) -> u64 {
    u64::try_from(at.0).unwrap_or(0)
}

fn refused(error: Refused) -> types::Error {
    match error {
        Refused::Denied(text) => types::Error::Denied(text),
        Refused::Record(RecordError::NotFound) => types::Error::NotFound,
        Refused::Record(RecordError::Invalid(text)) => types::Error::Invalid(text),
        Refused::Record(RecordError::TooMuch(text)) => types::Error::TooMuch(text),
        Refused::Record(RecordError::Unavailable) => types::Error::Unavailable,
    }
}

impl about::Host for Caller {
    async fn get(&mut self) -> wasmtime::Result<about::Installation> {
        let facts = self.installation().await?;
        Ok(about::Installation {
            id: self.scope.installation.to_string(),
            addon: self.scope.addon.to_string(),
            version: self.scope.version.to_string(),
            name: facts.name,
            desk: facts.desk,
            locale: facts.locale,
            time_zone: facts.time_zone,
            hooks: facts.hooks,
        })
    }
}

type Kept<T> = wasmtime::Result<Result<T, kv::Error>>;

impl kv::Host for Caller {
    async fn get(&mut self, key: String) -> Kept<Option<kv::Entry>> {
        Ok(self.kv_get(key).await?.map(|stored| stored.map(entry)).map_err(not_kept))
    }

    async fn set(&mut self, key: String, value: Vec<u8>, options: kv::Options) -> Kept<u64> {
        let write = KvWrite { expected: options.expected, expires_in: options.expires_in_ms };
        Ok(self.kv_set(key, value, write).await?.map_err(not_kept))
    }

    async fn delete(&mut self, key: String, expected: Option<u64>) -> Kept<bool> {
        Ok(self.kv_delete(key, expected).await?.map_err(not_kept))
    }

    async fn add(&mut self, key: String, delta: i64, expires_in_ms: Option<u64>) -> Kept<i64> {
        Ok(self.kv_add(key, delta, expires_in_ms).await?.map_err(not_kept))
    }

    async fn keys(&mut self, prefix: String, cursor: Option<String>, limit: u32) -> Kept<kv::KeyPage> {
        let page = self.kv_keys(prefix, cursor, limit).await?;
        Ok(page.map(|page| kv::KeyPage { keys: page.keys, next: page.next }).map_err(not_kept))
    }

    async fn scan(&mut self, prefix: String, cursor: Option<String>, limit: u32) -> Kept<kv::PairPage> {
        let page = self.kv_scan(prefix, cursor, limit).await?;
        let pair = |pair: KvPair| kv::Pair { key: pair.key, entry: entry(pair.entry) };
        let page = page.map(|page| kv::PairPage { pairs: page.pairs.into_iter().map(pair).collect(), next: page.next });
        Ok(page.map_err(not_kept))
    }
}

fn entry(entry: KvEntry) -> kv::Entry {
    kv::Entry { value: entry.value, version: entry.version, expires: entry.expires.map(ms) }
}

fn not_kept(error: KvError) -> kv::Error {
    match error {
        KvError::Denied(text) => kv::Error::Denied(text),
        KvError::Conflict(version) => kv::Error::Conflict(version),
        KvError::Quota(limit) => kv::Error::Quota(limit),
        KvError::Invalid(text) => kv::Error::Invalid(text.into()),
        KvError::TooMuch(text) => kv::Error::TooMuch(text.into()),
        KvError::Unavailable => kv::Error::Unavailable,
    }
}

impl settings::Host for Caller {
    async fn get(&mut self, key: String) -> wasmtime::Result<Option<settings::Value>> {
        Ok(self.setting(key).await?.map(|held| match held {
            Held::Secret => settings::Value::Secret,
            Held::Value(SettingValue::Flag(flag)) => settings::Value::Flag(flag),
            Held::Value(SettingValue::Number(number)) => settings::Value::Number(number),
            Held::Value(SettingValue::Text(text)) => settings::Value::Text(text),
            Held::Value(SettingValue::Many(many)) => settings::Value::Many(many),
        }))
    }
}

/// Not recorded as a host call: the line itself is the record.
impl log::Host for Caller {
    async fn write(&mut self, level: log::Level, message: String) -> wasmtime::Result<()> {
        let level = match level {
            log::Level::Debug => Level::Debug,
            log::Level::Info => Level::Info,
            log::Level::Warn => Level::Warn,
            log::Level::Error => Level::Error,
        };
        self.log.write(level, &message);
        Ok(())
    }
}

impl files::Host for Caller {
    async fn get(&mut self, id: String) -> Answer<types::File> {
        Ok(self.file(id).await?.map(file).map_err(refused))
    }

    async fn read(&mut self, id: String, offset: u64, length: u32) -> Answer<Vec<u8>> {
        Ok(self.read_file(id, offset, length).await?.map_err(refused))
    }

    async fn create(&mut self, name: String) -> Answer<String> {
        Ok(self.create_file(name).await?.map_err(refused))
    }

    async fn append(&mut self, id: String, bytes: Vec<u8>) -> Answer<()> {
        Ok(self.append_file(id, bytes).await?.map_err(refused))
    }

    async fn finish(&mut self, id: String) -> Answer<types::File> {
        Ok(self.finish_file(id).await?.map(file).map_err(refused))
    }

    async fn discard(&mut self, id: String) -> Answer<()> {
        Ok(self.discard_file(id).await?.map_err(refused))
    }
}

pub(super) fn file(facts: FileFacts) -> types::File {
    let FileFacts { id, name, media_type, size } = facts;
    types::File { id, name, media_type, size }
}

impl schedule::Host for Caller {
    async fn at(&mut self, key: String, due: u64, data: Vec<u8>) -> Answer<()> {
        Ok(self.plan_call(key, due, data).await?.map_err(refused))
    }

    async fn cancel(&mut self, key: String) -> Answer<bool> {
        Ok(self.cancel_planned_call(key).await?.map_err(refused))
    }

    async fn list(&mut self, prefix: String, cursor: Option<String>, limit: u32) -> Answer<schedule::PlannedPage> {
        let page = self.planned_calls(prefix, cursor, limit).await?;
        let one = |one: Planned| schedule::Planned { key: one.key, due: ms(one.due) };
        let page = page
            .map(|page| schedule::PlannedPage { planned: page.items.into_iter().map(one).collect(), next: page.next });
        Ok(page.map_err(refused))
    }
}

impl mail::Host for Caller {
    async fn mailboxes(&mut self) -> Answer<Vec<mail::Mailbox>> {
        let one = |one: Mailbox| mail::Mailbox { setting: one.setting, address: one.address, name: one.name };
        let all = Self::mailboxes(self).await?;
        Ok(all.map(|all| all.into_iter().map(one).collect()).map_err(refused))
    }

    async fn send(&mut self, envelope: mail::Envelope, raw: String) -> Answer<mail::Outcome> {
        let mail::Envelope { mailbox, return_path, recipients } = envelope;
        let outcome = self.send_mail(mailbox, Envelope { return_path, recipients }, raw).await?;
        Ok(outcome.map(mailed).map_err(refused))
    }
}

fn mailed(outcome: MailOutcome) -> mail::Outcome {
    match outcome {
        MailOutcome::Sent(answer) => mail::Outcome::Sent(answer),
        MailOutcome::Later(_, wait) => mail::Outcome::Later(u32::try_from(wait.as_millis()).unwrap_or(u32::MAX)),
        MailOutcome::Unknown(why) => mail::Outcome::Unknown(why),
        MailOutcome::Refused(why) => mail::Outcome::Refused(why),
    }
}

impl operators::Host for Caller {
    async fn get(&mut self, id: String) -> Answer<operators::Operator> {
        Ok(self.operator(id).await?.map(operator).map_err(refused))
    }

    async fn list(&mut self, cursor: Option<String>, limit: u32) -> Answer<operators::OperatorPage> {
        let page = self.operators(cursor, limit).await?;
        let page = page.map(|page| operators::OperatorPage {
            operators: page.items.into_iter().map(operator).collect(),
            next: page.next,
        });
        Ok(page.map_err(refused))
    }
}

fn operator(facts: OperatorFacts) -> operators::Operator {
    let OperatorFacts { id, name, email, locale, active, roles, groups } = facts;
    operators::Operator { id: id.to_string(), name, email, locale, active, roles, groups }
}

fn custom_to_wit(CustomField { key, data }: CustomField) -> types::CustomField {
    let data = match data {
        FieldData::Text(text) => types::FieldData::Text(text),
        FieldData::Number(number) => types::FieldData::Number(number),
        FieldData::Date(date) => types::FieldData::Date(date),
        FieldData::Choice(key) => types::FieldData::Choice(key),
        FieldData::Flag(flag) => types::FieldData::Flag(flag),
    };
    types::CustomField { key, data }
}

fn field_data(data: types::FieldData) -> FieldData {
    match data {
        types::FieldData::Text(text) => FieldData::Text(text),
        types::FieldData::Number(number) => FieldData::Number(number),
        types::FieldData::Date(date) => FieldData::Date(date),
        types::FieldData::Choice(key) => FieldData::Choice(key),
        types::FieldData::Flag(flag) => FieldData::Flag(flag),
    }
}

fn custom_field(types::CustomField { key, data }: types::CustomField) -> CustomField {
    CustomField { key, data: field_data(data) }
}

fn field_change(types::CustomChange { key, data }: types::CustomChange) -> FieldChange {
    FieldChange { key, data: data.map(field_data) }
}
