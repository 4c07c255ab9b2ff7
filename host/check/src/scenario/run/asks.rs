//! What a step asks of an add-on beside its views: that it hears an event, runs at a time, answers a request, tries its settings; of
//! a channel, that it receives requests and mails, and sends; of a language, its texts.

use annex_domain::{
    channel::{
        Answered, Attachment, Inbound, InboundMail, InboundReply, InboundRequest, OutboundMessage, Person, Receipt,
        Sending,
    },
    clock::{Clock, SystemClock},
    configuration::Verdict,
    contact::Contact,
    ids::{AttachmentId, MessageId, TicketId},
    manifest::EventName,
    ports::FileFacts,
    schedule::{Tick, Timer},
    ticket::{Message, Ticket},
};
use annex_sandbox::{Beside, Changed, Entered, Happening, Report, What};
use bytes::Bytes;

use super::{Session, done, hook};
use crate::scenario::{
    expect::Done,
    given::{Became, Step},
};

impl Session<'_> {
    pub(super) async fn event(
        &self,
        step: &Step,
        event: EventName,
        (ticket, last, requester): (Ticket, Message, Contact),
    ) -> (Done, Report) {
        let changed = |(field, (old, new)): (&String, &(String, String))| {
            let (field, old, new) = (field.clone(), old.clone(), new.clone());
            Changed { field, old, new }
        };
        let changes = step.changes.iter().map(changed).collect();
        let what = match event {
            EventName::TicketCreated => What::TicketCreated(ticket),
            EventName::TicketUpdated => What::TicketUpdated(ticket, changes),
            EventName::TicketAssigned => What::TicketAssigned(ticket, changes),
            EventName::TicketSolved => What::TicketSolved(ticket, changes),
            EventName::TicketReopened => What::TicketReopened(ticket, changes),
            EventName::TicketMerged => What::TicketMerged(ticket, TicketId::new()),
            EventName::TicketDeleted => What::TicketDeleted(ticket.id),
            EventName::MessageAdded => What::MessageAdded(ticket, last),
            EventName::ContactCreated => What::ContactCreated(requester),
            EventName::ContactUpdated => What::ContactUpdated(requester, changes),
            EventName::SettingsChanged => {
                let settings = &self.package.manifest().settings;
                What::SettingsChanged(settings.iter().map(|setting| setting.key.clone()).collect())
            }
            EventName::LicencesChanged => What::LicencesChanged(vec![self.ids.2]),
        };
        let (id, at) = (MessageId::new().to_string(), SystemClock.now());
        let happening = Happening { id, at, actor: None, causes: Vec::new(), what, beside: Beside::default() };
        hook(self.sandbox.on_event(&self.addon, self.scope(), happening).await)
    }

    pub(super) async fn tick(&self, step: &Step, key: &str) -> (Done, Report) {
        let timer = if step.data.is_some() { Timer::Once(key.to_owned()) } else { Timer::Regular(key.to_owned()) };
        let data = step.data.as_ref().and_then(|data| serde_json::to_vec(data).ok()).unwrap_or_default();
        let due = SystemClock.now();
        let tick = Tick { id: MessageId::new().to_string(), timer, due, data };
        hook(self.sandbox.on_schedule(&self.addon, self.scope(), tick).await)
    }

    pub(super) async fn request(&self, step: &Step) -> (Done, Report) {
        let public = self.package.manifest().inbound.as_ref().is_some_and(|inbound| inbound.public);
        let request = InboundRequest { public, ..step.delivery() };
        let finished = self.sandbox.webhook(&self.addon, self.scope(), request).await;
        done(finished, |Answered { status, body, .. }, done| {
            (done.status, done.body) = (Some(status), Some(String::from_utf8_lossy(&body).into_owned()));
        })
    }

    pub(super) async fn check(&self) -> (Done, Report) {
        let finished = self.sandbox.check(&self.addon, self.scope(), Entered::new()).await;
        done(finished, |verdict, done| match verdict {
            Verdict::Works(text) => done.texts = text.into_iter().collect(),
            Verdict::Wrong(problems) => {
                done.invalid = problems.iter().filter_map(|problem| problem.setting.clone()).collect();
                done.texts = problems.into_iter().map(|problem| problem.text).collect();
            }
        })
    }

    pub(super) async fn choices(&self, step: &Step, key: &str) -> (Done, Report) {
        let asked = self.sandbox.choices(&self.addon, self.scope(), key.to_owned(), step.typed.clone());
        done(asked.await, |choices, done| done.texts = choices.into_iter().map(|choice| choice.label).collect())
    }

    pub(super) async fn receive(&self, step: &Step) -> (Done, Report) {
        let finished = self.sandbox.receive(&self.addon, self.scope(), step.delivery()).await;
        done(finished, |InboundReply { status, body, brought, .. }, done| {
            (done.status, done.body) = (Some(status), Some(String::from_utf8_lossy(&body).into_owned()));
            take_in(brought, done);
        })
    }

    pub(super) async fn receive_mail(&self, step: &Step, mailbox: String) -> (Done, Report) {
        // Lines of TOML may end without the carriage return that those of mails have.
        let raw = Bytes::from(step.body.replace("\r\n", "\n").replace('\n', "\r\n"));
        let facts = FileFacts {
            id: AttachmentId::new().to_string(),
            name: "mail.eml".into(),
            media_type: "message/rfc822".into(),
            size: raw.len() as u64,
        };
        let mail = InboundMail { mailbox, raw: facts, received: SystemClock.now() };
        done(self.sandbox.receive_mail(&self.addon, self.scope(), mail, raw).await, take_in)
    }

    pub(super) async fn send(&self, step: &Step) -> (Done, Report) {
        let attachment =
            |(name, text): (&String, &String)| Attachment { file: self.desk.files.give(name, text), content_id: None };
        let message = OutboundMessage {
            id: MessageId::new().to_string(),
            threads: Some(step.thread.clone()).filter(|thread| !thread.is_empty()).into_iter().collect(),
            recipient: Person { handle: step.handle.clone(), name: String::new(), email: None, phone: None },
            copies: Vec::new(),
            subject: step.subject.clone(),
            text: step.body.clone(),
            html: None,
            attachments: step.files.iter().map(attachment).collect(),
            answers: None,
            author: step.author.clone(),
            automatic: false,
            attempt: 1,
        };
        let finished = self.sandbox.send(&self.addon, self.scope(), message).await;
        done(finished, |sent, done| match sent {
            Sending::Sent(Receipt { external_id, .. }) => {
                (done.outcome, done.external_id) = (Some(Became::Sent), Some(external_id));
            }
            Sending::Later(_) => done.outcome = Some(Became::Later),
            Sending::Unknown(why) => (done.outcome, done.texts) = (Some(Became::Unknown), vec![why]),
        })
    }

    pub(super) async fn describe(&self) -> (Done, Report) {
        let finished = self.sandbox.describe_language(&self.addon, self.scope()).await;
        done(finished, |pack, done| {
            done.code = Some(pack.facts.code);
            done.texts = pack.resources.into_iter().map(|(_, fluent)| fluent).collect();
        })
    }
}

fn take_in(brought: Vec<Inbound>, done: &mut Done) {
    for inbound in brought {
        match inbound {
            Inbound::Message(message) => done.messages.push(*message),
            Inbound::Edited(edit) => done.brought.push(format!("edited {}", edit.external_id)),
            Inbound::Deleted(id) => done.brought.push(format!("deleted {id}")),
            Inbound::Status(report) => done.brought.push(format!("{} {}", report.progress, report.external_id)),
        }
    }
}
