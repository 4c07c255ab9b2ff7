//! What components of 0.2 can ask of the host.

use annex_domain::{
    clock::Timestamp,
    contact::ContactChange,
    ids::InstallationId,
    log::Level,
    mailbox::{Envelope, MailOutcome},
    ports::{
        CustomField, FieldChange, FieldData, FileFacts, KvEntry, KvError, KvWrite, Mailbox, NewContact, NewTicket,
        OperatorFacts, RecordError, TicketFilter, TicketOrder,
    },
    settings::SettingValue,
    ticket as domain,
};

use super::{about, contacts, files, http, kv, log, mail, operators, schedule, settings, tickets, types};
use crate::{
    bindings::{Convert, variants},
    error::EgressError,
    host::{
        Refused,
        contacts::{FullChange, FullContact},
        http::{AuthBy, Content, Half, Part, Payload, Request, Response, Target},
        settings::Held,
        tickets::{Audience, FullMessage, FullTicket},
    },
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

impl http::Host for Caller {
    async fn send(&mut self, request: http::Request) -> wasmtime::Result<Result<http::Response, http::Error>> {
        Ok(self.http_send(asked(request)).await?.map(answered).map_err(not_sent))
    }

    async fn send_all(
        &mut self,
        requests: Vec<http::Request>,
    ) -> wasmtime::Result<Vec<Result<http::Response, http::Error>>> {
        let answers = self.http_send_all(requests.into_iter().map(asked).collect()).await?;
        Ok(answers.into_iter().map(|answer| answer.map(answered).map_err(not_sent)).collect())
    }
}

fn asked(request: http::Request) -> Request {
    let http::Request { method, url, headers, payload, auth, timeout_ms, target } = request;
    let part = |part: http::Part| {
        let content = match part.content {
            http::PartContent::Text(text) => Part::Text(text),
            http::PartContent::Whole(file) => Part::Whole(file),
        };
        (part.name, content)
    };
    Request {
        method: match method {
            http::Method::Get => ::http::Method::GET,
            http::Method::Head => ::http::Method::HEAD,
            http::Method::Post => ::http::Method::POST,
            http::Method::Put => ::http::Method::PUT,
            http::Method::Patch => ::http::Method::PATCH,
            http::Method::Delete => ::http::Method::DELETE,
        },
        url,
        headers: headers.into_iter().map(|header| (header.name, header.value)).collect(),
        payload: match payload {
            http::Payload::Empty => Payload::Empty,
            http::Payload::Bytes(bytes) => Payload::Bytes(bytes),
            http::Payload::Whole(file) => Payload::Whole(file),
            http::Payload::Form(parts) => Payload::Form(parts.into_iter().map(part).collect()),
        },
        auth: auth.map(auth_by),
        timeout_ms,
        target: match target {
            http::Target::Memory => Target::Memory,
            http::Target::NewFile(name) => Target::NewFile(name),
        },
    }
}

fn auth_by(auth: http::Auth) -> AuthBy {
    match auth {
        http::Auth::Bearer(key) => AuthBy::Bearer(key),
        http::Auth::Basic(http::BasicAuth { user, password }) => {
            AuthBy::Basic { user: half(user), password: half(password) }
        }
        http::Auth::Header(http::NamedKey { name, key }) => AuthBy::Header { name, key },
        http::Auth::Query(http::NamedKey { name, key }) => AuthBy::Query { name, key },
        http::Auth::Path(key) => AuthBy::Path(key),
    }
}

fn half(part: http::CredentialPart) -> Half {
    match part {
        http::CredentialPart::Setting(key) => Half::Setting(key),
        http::CredentialPart::Literal(text) => Half::Literal(text),
    }
}

fn answered(response: Response) -> http::Response {
    let headers = response.headers.into_iter().map(|(name, value)| types::Header { name, value }).collect();
    let content = match response.content {
        Content::Bytes(bytes) => http::Content::Bytes(bytes),
        Content::NewFile(facts) => http::Content::NewFile(file(facts)),
    };
    http::Response { status: response.status, headers, content }
}

fn not_sent(error: EgressError) -> http::Error {
    match error {
        EgressError::Invalid(text) => http::Error::Invalid(text),
        EgressError::Denied(text) => http::Error::Denied(text),
        EgressError::NeedsSetting(key) => http::Error::NeedsSetting(key),
        EgressError::Unreachable(text) => http::Error::Unreachable(text),
        EgressError::Timeout => http::Error::Timeout,
        EgressError::TooLarge(text) => http::Error::TooLarge(text),
        EgressError::RateLimited(wait) => http::Error::RateLimited(wait),
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
        let pair = |pair: annex_domain::ports::KvPair| kv::Pair { key: pair.key, entry: entry(pair.entry) };
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
        Ok(self.plan(key, due, data).await?.map_err(refused))
    }

    async fn cancel(&mut self, key: String) -> Answer<bool> {
        Ok(self.cancel_plan(key).await?.map_err(refused))
    }

    async fn list(&mut self, prefix: String, cursor: Option<String>, limit: u32) -> Answer<schedule::PlannedPage> {
        let page = self.planned(prefix, cursor, limit).await?;
        let one = |one: annex_domain::ports::Planned| schedule::Planned { key: one.key, due: ms(one.due) };
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

variants! { domain => tickets:
    Priority { Low, Normal, High, Urgent }
}

variants! { tickets => domain:
    Priority { Low, Normal, High, Urgent }
}

fn status(status: tickets::Status) -> domain::TicketStatus {
    match status {
        tickets::Status::Open => domain::TicketStatus::Open,
        tickets::Status::Pending => domain::TicketStatus::Pending,
        tickets::Status::Solved => domain::TicketStatus::Solved,
        tickets::Status::Closed => domain::TicketStatus::Closed,
    }
}

fn assignee(assignee: tickets::Assignee) -> Option<String> {
    match assignee {
        tickets::Assignee::Nobody => None,
        tickets::Assignee::Operator(id) => Some(id),
    }
}

impl tickets::Host for Caller {
    async fn get(&mut self, id: String) -> Answer<tickets::Ticket> {
        Ok(self.full_ticket(id).await?.map(ticket).map_err(refused))
    }

    async fn search(
        &mut self,
        filter: tickets::Filter,
        order: tickets::Order,
        cursor: Option<String>,
        limit: u32,
    ) -> Answer<tickets::TicketPage> {
        let order = match order {
            tickets::Order::Updated => TicketOrder::Updated,
            tickets::Order::Created => TicketOrder::Created,
            tickets::Order::Priority => TicketOrder::Priority,
        };
        let page = self.search_tickets(wanted(filter), order, cursor, limit).await?;
        let page = page
            .map(|page| tickets::TicketPage { tickets: page.items.into_iter().map(ticket).collect(), next: page.next });
        Ok(page.map_err(refused))
    }

    async fn messages(&mut self, id: String) -> Answer<Vec<tickets::Message>> {
        let messages = self.full_messages(id).await?;
        Ok(messages.map(|all| all.into_iter().map(message).collect()).map_err(refused))
    }

    async fn create(&mut self, new: tickets::NewTicket) -> Answer<tickets::Ticket> {
        Ok(self.create_ticket(made(new)).await?.map(ticket).map_err(refused))
    }

    async fn add_reply(&mut self, id: String, body: String, attachments: Vec<String>) -> Answer<String> {
        Ok(self.add_message(Audience::Requester, id, body, attachments).await?.map_err(refused))
    }

    async fn add_note(&mut self, id: String, body: String, attachments: Vec<String>) -> Answer<String> {
        Ok(self.add_message(Audience::Desk, id, body, attachments).await?.map_err(refused))
    }

    async fn assign(&mut self, id: String, to: tickets::Assignee) -> Answer<()> {
        Ok(Self::assign(self, id, assignee(to)).await?.map_err(refused))
    }

    async fn set_status(&mut self, id: String, to: tickets::Status) -> Answer<()> {
        Ok(Self::set_status(self, id, status(to)).await?.map_err(refused))
    }

    async fn set_priority(&mut self, id: String, priority: tickets::Priority) -> Answer<()> {
        Ok(Self::set_priority(self, id, priority.convert()).await?.map_err(refused))
    }

    async fn set_subject(&mut self, id: String, subject: String) -> Answer<()> {
        Ok(Self::set_subject(self, id, subject).await?.map_err(refused))
    }

    async fn set_tags(&mut self, id: String, tags: Vec<String>) -> Answer<()> {
        Ok(Self::set_tags(self, id, tags).await?.map_err(refused))
    }

    async fn set_fields(&mut self, id: String, changes: Vec<types::CustomChange>) -> Answer<()> {
        let changes = changes.into_iter().map(field_change).collect();
        Ok(self.set_ticket_fields(id, changes).await?.map_err(refused))
    }
}

/// An id that is none fits no ticket: it is told, rather than nothing found.
fn wanted(filter: tickets::Filter) -> Result<TicketFilter, RecordError> {
    let tickets::Filter { statuses, priority, assignee: whose, tag, channel, requester, text } = filter;
    let wrong = |what: &str| RecordError::Invalid(format!("`{what}`: not an id"));
    Ok(TicketFilter {
        statuses: statuses.into_iter().map(status).collect(),
        priority: priority.convert(),
        assignee: match whose.map(assignee) {
            None => None,
            Some(None) => Some(None),
            Some(Some(id)) => Some(Some(id.parse().map_err(|_| wrong("assignee"))?)),
        },
        tag,
        channel: channel.map(|id| id.parse::<InstallationId>().map_err(|_| wrong("channel"))).transpose()?,
        requester: match requester {
            None => None,
            Some(id) => Some(id.parse().map_err(|_| wrong("requester"))?),
        },
        text,
    })
}

fn made(new: tickets::NewTicket) -> Result<NewTicket, RecordError> {
    let tickets::NewTicket { requester, subject, body, attachments, priority, assignee, tags, fields } = new;
    let wrong = |what: &str| RecordError::Invalid(format!("`{what}`: not an id"));
    Ok(NewTicket {
        requester: requester.parse().map_err(|_| wrong("requester"))?,
        subject,
        body,
        attachments,
        priority: priority.convert(),
        assignee: match assignee {
            None => None,
            Some(id) => Some(id.parse().map_err(|_| wrong("assignee"))?),
        },
        tags,
        fields: fields.into_iter().map(custom_field).collect(),
    })
}

pub(super) fn ticket((ticket, fields): FullTicket) -> tickets::Ticket {
    tickets::Ticket {
        id: ticket.id.to_string(),
        number: u64::try_from(ticket.number).unwrap_or(0),
        subject: ticket.subject,
        status: match ticket.status {
            domain::TicketStatus::Open => tickets::Status::Open,
            domain::TicketStatus::Pending => tickets::Status::Pending,
            domain::TicketStatus::Solved => tickets::Status::Solved,
            domain::TicketStatus::Closed => tickets::Status::Closed,
        },
        priority: ticket.priority.convert(),
        requester: ticket.requester.to_string(),
        assignee: ticket.assignee.map(|operator| operator.to_string()),
        tags: ticket.tags,
        channel: ticket.channel.map(|channel| channel.installation.to_string()),
        fields: fields.into_iter().map(custom_to_wit).collect(),
        created: ms(ticket.created_at),
        updated: ms(ticket.updated_at),
    }
}

pub(super) fn message(FullMessage { message, html, files }: FullMessage) -> tickets::Message {
    tickets::Message {
        id: message.id.to_string(),
        author: match message.author {
            domain::Author::Requester(id) => tickets::Author::Requester(id.to_string()),
            domain::Author::Operator(id) => tickets::Author::Operator(id.to_string()),
            domain::Author::Addon(id) => tickets::Author::Addon(id.to_string()),
        },
        internal: message.internal,
        body: message.body,
        html,
        attachments: files.into_iter().map(file).collect(),
        created: ms(message.created_at),
        edited: message.edited_at.map(ms),
    }
}

impl contacts::Host for Caller {
    async fn get(&mut self, id: String) -> Answer<contacts::Contact> {
        Ok(self.full_contact(id).await?.map(contact).map_err(refused))
    }

    async fn find_by_email(&mut self, email: String) -> Answer<Option<contacts::Contact>> {
        let found = self.full_contact_by_email(email).await?;
        Ok(found.map(|found| found.map(contact)).map_err(refused))
    }

    async fn search(&mut self, text: String, cursor: Option<String>, limit: u32) -> Answer<contacts::ContactPage> {
        let page = self.search_contacts(text, cursor, limit).await?;
        let page = page.map(|page| contacts::ContactPage {
            contacts: page.items.into_iter().map(contact).collect(),
            next: page.next,
        });
        Ok(page.map_err(refused))
    }

    async fn create(&mut self, new: contacts::NewContact) -> Answer<contacts::Contact> {
        let contacts::NewContact { name, emails, phones, company, note, fields } = new;
        let fields = fields.into_iter().map(custom_field).collect();
        let new = NewContact { name, emails, phones, company, note, fields };
        Ok(self.create_contact(new).await?.map(contact).map_err(refused))
    }

    async fn update(&mut self, id: String, change: contacts::Change) -> Answer<contacts::Contact> {
        let contacts::Change { name, emails, phones, company, note, fields } = change;
        let change = ContactChange { name, emails, phones, company, ..ContactChange::default() };
        let full = FullChange { change, note, fields: fields.into_iter().map(field_change).collect() };
        Ok(self.update_contact(id, full).await?.map(contact).map_err(refused))
    }
}

pub(super) fn contact(full: FullContact) -> contacts::Contact {
    let FullContact { contact, note, fields } = full;
    contacts::Contact {
        id: contact.id.to_string(),
        emails: contact.emails().cloned().collect(),
        phones: contact.phones().cloned().collect(),
        name: contact.name,
        company: contact.company,
        note,
        fields: fields.into_iter().map(custom_to_wit).collect(),
        created: ms(contact.created_at),
    }
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
