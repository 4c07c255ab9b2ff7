//! The add-on on a host: the world `channel` of `annex:addon@0.2`, and `Desk` by what the host offers there.

#![expect(unsafe_code, reason = "what the component exports to the host is made by wit-bindgen")]

wit_bindgen::generate!({ path: "../../wit/annex-addon-0.2", world: "channel" });

use std::time::{SystemTime, UNIX_EPOCH};

use annex::addon::{about, files, kv, log, mail, settings, types};
use exports::annex::addon::{configuration, lifecycle, messaging, schedules};

use crate::{
    desk::{Attachment, Desk, Envelope, Fault, Inbound, Mailbox, Message, Origin, Outcome, Person, Progress, Reply},
    provider, receive,
    send::{self, Delivery, LARGEST_FILES},
    source::Source,
};

struct Email;
export!(Email);

impl lifecycle::Guest for Email {
    fn install() -> Result<(), String> {
        Ok(())
    }

    fn update(_previous: String) -> Result<(), String> {
        Ok(())
    }

    fn uninstall() -> Result<(), String> {
        Ok(())
    }
}

impl configuration::Guest for Email {
    /// The host has tried both servers when it saved the mailbox; what is left is that it was entered.
    fn check() -> Result<configuration::Verdict, types::Fault> {
        let mailbox = Host.mailboxes()?.into_iter().next();
        Ok(match mailbox {
            Some(mailbox) => configuration::Verdict::Works(Some(mailbox.address)),
            None => configuration::Verdict::Wrong(vec![configuration::Problem {
                setting: Some("inbox".into()),
                text: "Enter the mailbox and its servers.".into(),
            }]),
        })
    }

    fn choices(_key: String, _typed: String) -> Result<Vec<configuration::Choice>, types::Fault> {
        Ok(Vec::new())
    }
}

impl schedules::Guest for Email {
    fn on_schedule(_tick: schedules::Tick) -> Result<(), String> {
        Err("nothing is planned".into())
    }
}

impl messaging::Guest for Email {
    fn describe() -> Result<messaging::Facts, types::Fault> {
        Ok(messaging::Facts {
            starts: messaging::Reach::Email,
            longest_text: 200_000,
            html: true,
            files: Some(messaging::FileBounds {
                most: 20,
                largest: LARGEST_FILES,
                together: LARGEST_FILES,
                types: Vec::new(),
            }),
            copies: true,
        })
    }

    fn receive(request: types::InboundRequest) -> Result<messaging::InboundReply, types::Fault> {
        let content_type = request.headers.iter().find(|header| header.name == "content-type");
        let content_type = content_type.map_or("", |header| header.value.as_str());
        let answer = provider::receive(&Host, &request.method, &request.path, content_type, &request.body)?;
        Ok(messaging::InboundReply {
            answer: types::OutboundAnswer {
                status: answer.status,
                content_type: "text/plain; charset=utf-8".into(),
                body: answer.text.as_bytes().to_vec(),
            },
            brought: answer.brought.into_iter().map(brought).collect(),
        })
    }

    fn receive_mail(mail: messaging::InboundMail) -> Result<Vec<messaging::Inbound>, types::Fault> {
        let source = Source::File { desk: &Host, id: &mail.raw.id, size: mail.raw.size };
        Ok(receive::receive(&Host, &source)?.into_iter().map(brought).collect())
    }

    fn send(message: messaging::OutboundMessage) -> Result<messaging::Outcome, types::Fault> {
        Ok(match send::send(&Host, &reply(message))? {
            Delivery::Sent { external_id, threads } => {
                messaging::Outcome::Sent(messaging::Receipt { external_id, threads })
            }
            Delivery::Later(after) => messaging::Outcome::Later(after),
            Delivery::Unknown(why) => messaging::Outcome::Unknown(why),
            Delivery::Refused(why) => messaging::Outcome::Refused(why),
        })
    }
}

fn brought(inbound: Inbound) -> messaging::Inbound {
    match inbound {
        Inbound::Message(message) => messaging::Inbound::Message(inbound_message(*message)),
        Inbound::Report { external_id, progress, reason } => messaging::Inbound::Status(messaging::Report {
            external_id,
            progress: match progress {
                Progress::Delivered => messaging::Progress::Delivered,
                Progress::Read => messaging::Progress::Read,
                Progress::Failed => messaging::Progress::Failed,
            },
            reason,
        }),
    }
}

fn inbound_message(message: Message) -> messaging::InboundMessage {
    let attached = |one: crate::desk::Attached| messaging::Attached { id: one.id, content_id: one.content_id };
    messaging::InboundMessage {
        external_id: message.external_id,
        threads: message.threads,
        sender: person(message.sender),
        copies: message.copies.into_iter().map(person).collect(),
        subject: message.subject,
        text: message.text,
        html: message.html,
        attachments: message.attachments.into_iter().map(attached).collect(),
        unsupported: message.unsupported,
        origin: match message.origin {
            Origin::Person => messaging::Origin::Person,
            Origin::Automatic => messaging::Origin::Automatic,
            Origin::Bulk => messaging::Origin::Bulk,
            Origin::Bounce => messaging::Origin::Bounce,
        },
        answers: message.answers,
        sent: message.sent,
    }
}

fn person(person: Person) -> messaging::Person {
    messaging::Person { handle: person.handle, name: person.name, email: person.email, phone: None }
}

fn reply(message: messaging::OutboundMessage) -> Reply {
    let own = |person: messaging::Person| Person { handle: person.handle, name: person.name, email: person.email };
    let attachment = |one: messaging::Attachment| Attachment {
        id: one.file.id,
        name: one.file.name,
        media_type: one.file.media_type,
        size: one.file.size,
        content_id: one.content_id,
    };
    Reply {
        id: message.id,
        threads: message.threads,
        recipient: own(message.recipient),
        copies: message.copies.into_iter().map(own).collect(),
        subject: message.subject,
        text: message.text,
        html: message.html,
        attachments: message.attachments.into_iter().map(attachment).collect(),
        answers: message.answers,
        automatic: message.automatic,
    }
}

/// What the host does.
struct Host;

impl Desk for Host {
    #[expect(clippy::disallowed_methods, reason = "the clock of a component is the host's")]
    fn now(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or_default()
    }

    fn locale(&self) -> String {
        about::get().locale
    }

    #[expect(clippy::disallowed_methods, reason = "what is random to a component comes from the host")]
    fn random(&self) -> Result<[u8; 32], Fault> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| Fault::Internal(error.to_string()))?;
        Ok(bytes)
    }

    fn setting(&self, key: &str) -> Option<String> {
        match settings::get(key) {
            Some(settings::Value::Text(text)) => Some(text).filter(|text| !text.trim().is_empty()),
            _ => None,
        }
    }

    fn is_on(&self, key: &str) -> bool {
        matches!(settings::get(key), Some(settings::Value::Flag(true)))
    }

    fn note(&self, line: &str) {
        log::write(log::Level::Info, line);
    }

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        Ok(kv::get(key)?.map(|entry| entry.value))
    }

    fn keep(&self, key: &str, value: &[u8], expires_in_ms: u64) -> Result<(), Fault> {
        kv::set(key, value, kv::Options { expected: None, expires_in_ms: Some(expires_in_ms) })?;
        Ok(())
    }

    fn keep_first(&self, key: &str, value: &[u8]) -> Result<(), Fault> {
        match kv::set(key, value, kv::Options { expected: Some(0), expires_in_ms: None }) {
            Ok(_) | Err(kv::Error::Conflict(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn count(&self, key: &str, expires_in_ms: u64) -> Result<i64, Fault> {
        Ok(kv::add(key, 1, Some(expires_in_ms))?)
    }

    fn read(&self, file: &str, offset: u64, length: u32) -> Result<Vec<u8>, Fault> {
        Ok(files::read(file, offset, length)?)
    }

    fn create(&self, name: &str) -> Result<String, Fault> {
        Ok(files::create(name)?)
    }

    fn append(&self, file: &str, bytes: &[u8]) -> Result<(), Fault> {
        files::append(file, bytes)?;
        Ok(())
    }

    fn finish(&self, file: &str) -> Result<Option<String>, Fault> {
        match files::finish(file) {
            Ok(file) => Ok(Some(file.id)),
            Err(types::Error::Invalid(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn mailboxes(&self) -> Result<Vec<Mailbox>, Fault> {
        let own = |one: mail::Mailbox| Mailbox { setting: one.setting, address: one.address, name: one.name };
        Ok(mail::mailboxes()?.into_iter().map(own).collect())
    }

    fn send(&self, envelope: &Envelope, raw: &str) -> Result<Outcome, Fault> {
        let envelope = mail::Envelope {
            mailbox: envelope.mailbox.clone(),
            return_path: envelope.return_path.clone(),
            recipients: envelope.recipients.clone(),
        };
        Ok(match mail::send(&envelope, raw)? {
            mail::Outcome::Sent(_) => Outcome::Sent,
            mail::Outcome::Later(after) => Outcome::Later(after),
            mail::Outcome::Unknown(why) => Outcome::Unknown(why),
            mail::Outcome::Refused(why) => Outcome::Refused(why),
        })
    }
}

impl From<types::Error> for Fault {
    fn from(error: types::Error) -> Self {
        match error {
            types::Error::NotFound => Self::Config("what the host was asked for is not there".into()),
            types::Error::Denied(why) => Self::Denied(why),
            types::Error::Invalid(why) => Self::Internal(why),
            types::Error::TooMuch(why) => Self::Upstream(why),
            types::Error::Unavailable => Self::Upstream("the host's store is not available".into()),
        }
    }
}

impl From<kv::Error> for Fault {
    fn from(error: kv::Error) -> Self {
        match error {
            kv::Error::Denied(why) => Self::Denied(why),
            kv::Error::Conflict(_) => Self::Upstream("another call wrote first".into()),
            kv::Error::Quota(bytes) => Self::Upstream(format!("the quota of {bytes} bytes is used up")),
            kv::Error::Invalid(why) => Self::Internal(why),
            kv::Error::TooMuch(why) => Self::Upstream(why),
            kv::Error::Unavailable => Self::Upstream("the host's store is not available".into()),
        }
    }
}

impl From<Fault> for types::Fault {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Config(text) => Self::NeedsConfig(text),
            Fault::Upstream(text) => Self::Upstream(text),
            Fault::Denied(text) => Self::Denied(text),
            Fault::Internal(text) => Self::Internal(text),
        }
    }
}
