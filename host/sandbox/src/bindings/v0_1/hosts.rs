//! What components of 0.1 can ask of the host, handed on to the newest.

use annex_domain::{
    contact::{self, ContactChange},
    log::Level,
    ports::{KvError, KvWrite, RecordError},
    settings::SettingValue,
    ticket,
};

use super::{contacts, http, kv, log, settings, tickets};
use crate::{
    error::EgressError,
    host::{
        Refused,
        contacts::FullChange,
        http::{AuthBy, Content, Half, Payload, Request, Response, Target},
        settings::Held,
        tickets::Audience,
    },
    state::Caller,
};

type Answer<T, E> = wasmtime::Result<Result<T, E>>;

impl http::Host for Caller {
    async fn send(&mut self, request: http::Request) -> Answer<http::Response, http::Error> {
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
    let http::Request { method, url, headers, body, auth, timeout_ms } = request;
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
        payload: body.map_or(Payload::Empty, Payload::Bytes),
        auth: auth.map(|auth| match auth {
            http::Auth::Bearer(key) => AuthBy::Bearer(key),
            http::Auth::Basic(http::BasicAuth { user, password }) => {
                AuthBy::Basic { user: half(user), password: half(password) }
            }
            http::Auth::Header(http::NamedKey { name, key }) => AuthBy::Header { name, key },
            http::Auth::Query(http::NamedKey { name, key }) => AuthBy::Query { name, key },
            http::Auth::Path(key) => AuthBy::Path(key),
        }),
        timeout_ms,
        target: Target::Memory,
    }
}

fn half(part: http::CredentialPart) -> Half {
    match part {
        http::CredentialPart::Setting(key) => Half::Setting(key),
        http::CredentialPart::Literal(text) => Half::Literal(text),
    }
}

fn answered(response: Response) -> http::Response {
    let headers = response.headers.into_iter().map(|(name, value)| http::Header { name, value }).collect();
    let body = match response.content {
        Content::Bytes(body) => body,
        // Nobody asked for one.
        Content::NewFile(_) => Vec::new(),
    };
    http::Response { status: response.status, headers, body }
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

impl kv::Host for Caller {
    async fn get(&mut self, key: String) -> Answer<Option<kv::Entry>, kv::Error> {
        let entry = |entry: annex_domain::ports::KvEntry| kv::Entry { value: entry.value, version: entry.version };
        Ok(self.kv_get(key).await?.map(|stored| stored.map(entry)).map_err(not_kept))
    }

    async fn set(&mut self, key: String, value: Vec<u8>, expected: Option<u64>) -> Answer<u64, kv::Error> {
        Ok(self.kv_set(key, value, KvWrite { expected, expires_in: None }).await?.map_err(not_kept))
    }

    async fn delete(&mut self, key: String, expected: Option<u64>) -> Answer<bool, kv::Error> {
        Ok(self.kv_delete(key, expected).await?.map_err(not_kept))
    }

    async fn list(&mut self, prefix: String, cursor: Option<String>, limit: u32) -> Answer<kv::KeyPage, kv::Error> {
        let page = self.kv_keys(prefix, cursor, limit).await?;
        Ok(page.map(|page| kv::KeyPage { keys: page.keys, next: page.next }).map_err(not_kept))
    }
}

/// 0.1 has no `denied`: an ungranted store is one that does not take anything.
fn not_kept(error: KvError) -> kv::Error {
    match error {
        KvError::Conflict(version) => kv::Error::Conflict(version),
        KvError::Quota(limit) => kv::Error::Quota(limit),
        KvError::Denied(text) => kv::Error::Invalid(text),
        KvError::Invalid(text) => kv::Error::Invalid(text.into()),
        error @ KvError::TooMuch(_) => kv::Error::Invalid(error.to_string()),
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
            Held::Value(many @ SettingValue::Many(_)) => settings::Value::Text(many.to_string()),
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

impl tickets::Host for Caller {
    async fn get(&mut self, id: String) -> Answer<tickets::Ticket, tickets::Error> {
        Ok(self.ticket(id).await?.map(ticket_to_wit).map_err(ticket_refused))
    }

    async fn messages(&mut self, id: String) -> Answer<Vec<tickets::Message>, tickets::Error> {
        let messages = self.ticket_messages(id).await?;
        Ok(messages.map(|all| all.into_iter().map(message_to_wit).collect()).map_err(ticket_refused))
    }

    async fn add_note(&mut self, id: String, body: String) -> Answer<String, tickets::Error> {
        Ok(self.add_message(Audience::Desk, id, body, Vec::new()).await?.map_err(ticket_refused))
    }

    async fn set_tags(&mut self, id: String, tags: Vec<String>) -> Answer<(), tickets::Error> {
        Ok(Self::set_tags(self, id, tags).await?.map_err(ticket_refused))
    }

    async fn set_status(&mut self, id: String, status: tickets::Status) -> Answer<(), tickets::Error> {
        let status = match status {
            tickets::Status::Open => ticket::TicketStatus::Open,
            tickets::Status::Pending => ticket::TicketStatus::Pending,
            tickets::Status::Solved => ticket::TicketStatus::Solved,
            tickets::Status::Closed => ticket::TicketStatus::Closed,
        };
        Ok(Self::set_status(self, id, status).await?.map_err(ticket_refused))
    }
}

fn ticket_to_wit(ticket: ticket::Ticket) -> tickets::Ticket {
    tickets::Ticket {
        id: ticket.id.to_string(),
        number: u64::try_from(ticket.number).unwrap_or(0),
        subject: ticket.subject,
        status: match ticket.status {
            ticket::TicketStatus::Open => tickets::Status::Open,
            ticket::TicketStatus::Pending => tickets::Status::Pending,
            ticket::TicketStatus::Solved => tickets::Status::Solved,
            ticket::TicketStatus::Closed => tickets::Status::Closed,
        },
        priority: match ticket.priority {
            ticket::Priority::Low => tickets::Priority::Low,
            ticket::Priority::Normal => tickets::Priority::Normal,
            ticket::Priority::High => tickets::Priority::High,
            ticket::Priority::Urgent => tickets::Priority::Urgent,
        },
        requester: ticket.requester.to_string(),
        assignee: ticket.assignee.map(|operator| operator.to_string()),
        tags: ticket.tags,
        created_at: u64::try_from(ticket.created_at.0).unwrap_or(0),
        updated_at: u64::try_from(ticket.updated_at.0).unwrap_or(0),
    }
}

fn message_to_wit(message: ticket::Message) -> tickets::Message {
    tickets::Message {
        id: message.id.to_string(),
        author: match message.author {
            ticket::Author::Requester(_) => tickets::Author::Requester,
            ticket::Author::Operator(_) => tickets::Author::Operator,
            ticket::Author::Addon(_) => tickets::Author::Addon,
        },
        internal: message.internal,
        body: message.body,
        created_at: u64::try_from(message.created_at.0).unwrap_or(0),
    }
}

fn ticket_refused(error: Refused) -> tickets::Error {
    match error {
        Refused::Denied(text) => tickets::Error::Denied(text),
        Refused::Record(RecordError::NotFound) => tickets::Error::NotFound,
        Refused::Record(RecordError::Invalid(text)) => tickets::Error::Invalid(text),
        Refused::Record(error @ RecordError::TooMuch(_)) => tickets::Error::Invalid(error.to_string()),
        Refused::Record(RecordError::Unavailable) => tickets::Error::Unavailable,
    }
}

impl contacts::Host for Caller {
    async fn get(&mut self, id: String) -> Answer<contacts::Contact, contacts::Error> {
        Ok(self.contact(id).await?.map(contact_to_wit).map_err(contact_refused))
    }

    async fn find_by_email(&mut self, email: String) -> Answer<Option<contacts::Contact>, contacts::Error> {
        let found = self.contact_by_email(email).await?;
        Ok(found.map(|contact| contact.map(contact_to_wit)).map_err(contact_refused))
    }

    async fn update(&mut self, id: String, change: contacts::Change) -> Answer<contacts::Contact, contacts::Error> {
        let contacts::Change { name, phone, company } = change;
        let change = ContactChange { name, phone, company, ..ContactChange::default() };
        let updated = self.update_contact(id, FullChange { change, ..FullChange::default() }).await?;
        Ok(updated.map(|full| contact_to_wit(full.contact)).map_err(contact_refused))
    }
}

fn contact_to_wit(contact: contact::Contact) -> contacts::Contact {
    contacts::Contact {
        id: contact.id.to_string(),
        name: contact.name,
        email: contact.email,
        phone: contact.phone,
        company: contact.company,
    }
}

fn contact_refused(error: Refused) -> contacts::Error {
    match error {
        Refused::Denied(text) => contacts::Error::Denied(text),
        Refused::Record(RecordError::NotFound) => contacts::Error::NotFound,
        Refused::Record(RecordError::Invalid(text)) => contacts::Error::Invalid(text),
        Refused::Record(error @ RecordError::TooMuch(_)) => contacts::Error::Invalid(error.to_string()),
        Refused::Record(RecordError::Unavailable) => contacts::Error::Unavailable,
    }
}
