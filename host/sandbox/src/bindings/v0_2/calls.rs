//! Calls of components of 0.2, in the types of the domain.

use annex_domain::{
    channel::{self, Answered, Inbound, InboundMail, InboundReply, InboundRequest, OutboundMessage, Outcome},
    configuration::{self as domain, Verdict},
    contact::Contact,
    language::{self, LocaleFacts},
    ports::CustomField,
    schedule::{self, Tick},
    ticket::{Author, Ticket},
    ui::{Context, Event, Fault, Reply, View},
};

use bytes::Bytes;

use super::{
    Answer, BothExports, Check, Choices, Describe, Exports, Facts, Handle, Hook, OnEvent, OnSchedule, Receive,
    ReceiveMail, Render, Resources, Send, Update, configuration, contacts, events, hosts, locale, schedules, types,
};
use crate::{
    bindings::{Convert, Guest, NoSuchFunction},
    host::{contacts::FullContact, tickets::FullMessage},
    runtime::events::{Beside, Changed, Happening, What},
};

type Called<T> = wasmtime::Result<T>;

impl Exports {
    pub(crate) async fn render(self, guest: Guest<'_>, context: Context) -> Called<Result<View, Fault>> {
        let Self::Plugin { render, .. } = self else { return Err(NoSuchFunction.into()) };
        let (answer,) = guest.call::<Render>(render, (context.convert(),)).await?;
        Ok(answer.convert())
    }

    pub(crate) async fn handle(self, guest: Guest<'_>, context: Context, event: Event) -> Called<Result<Reply, Fault>> {
        let Self::Plugin { handle, .. } = self else { return Err(NoSuchFunction.into()) };
        let (answer,) = guest.call::<Handle>(handle, (context.convert(), event.convert())).await?;
        Ok(answer.convert())
    }

    pub(crate) async fn on_event(self, guest: Guest<'_>, happening: Happening) -> Called<Result<(), String>> {
        let Self::Plugin { on_event, .. } = self else { return Err(NoSuchFunction.into()) };
        let (answer,) = guest.call::<OnEvent>(on_event, (event(happening),)).await?;
        Ok(answer)
    }

    pub(crate) async fn on_schedule(self, guest: Guest<'_>, tick: Tick) -> Called<Result<(), String>> {
        let Some(both) = self.both() else { return Err(NoSuchFunction.into()) };
        let (answer,) = guest.call::<OnSchedule>(both.on_schedule, (tick.convert(),)).await?;
        Ok(answer)
    }

    pub(crate) async fn check(self, guest: Guest<'_>) -> Called<Result<Verdict, Fault>> {
        let Some(both) = self.both() else { return Err(NoSuchFunction.into()) };
        let (answer,) = guest.call::<Check>(both.check, ()).await?;
        Ok(answer.convert())
    }

    pub(crate) async fn choices(
        self,
        guest: Guest<'_>,
        key: String,
        typed: String,
    ) -> Called<Result<Vec<domain::Choice>, Fault>> {
        let Some(both) = self.both() else { return Err(NoSuchFunction.into()) };
        let (answer,) = guest.call::<Choices>(both.choices, (key, typed)).await?;
        Ok(answer.convert())
    }

    pub(crate) async fn webhook(self, guest: Guest<'_>, request: InboundRequest) -> Called<Result<Answered, Fault>> {
        let Self::Plugin { answer, .. } = self else { return Err(NoSuchFunction.into()) };
        let (answer,) = guest.call::<Answer>(answer, (request.convert(),)).await?;
        Ok(answer.convert())
    }

    pub(crate) async fn install(self, guest: Guest<'_>) -> Called<Result<(), String>> {
        let Some(both) = self.both() else { return Ok(Ok(())) };
        let (answer,) = guest.call::<Hook>(both.install, ()).await?;
        Ok(answer)
    }

    pub(crate) async fn update(self, guest: Guest<'_>, from: String) -> Called<Result<(), String>> {
        let Some(both) = self.both() else { return Ok(Ok(())) };
        let (answer,) = guest.call::<Update>(both.update, (from,)).await?;
        Ok(answer)
    }

    pub(crate) async fn uninstall(self, guest: Guest<'_>) -> Called<Result<(), String>> {
        let Some(both) = self.both() else { return Ok(Ok(())) };
        let (answer,) = guest.call::<Hook>(both.uninstall, ()).await?;
        Ok(answer)
    }

    pub(crate) async fn facts(self, guest: Guest<'_>) -> Called<Result<channel::Facts, Fault>> {
        let Self::Channel { describe, .. } = self else { return Err(NoSuchFunction.into()) };
        let (answer,) = guest.call::<Facts>(describe, ()).await?;
        Ok(answer.convert())
    }

    pub(crate) async fn receive(
        self,
        guest: Guest<'_>,
        request: InboundRequest,
    ) -> Called<Result<InboundReply, Fault>> {
        let Self::Channel { receive, .. } = self else { return Err(NoSuchFunction.into()) };
        let (answer,) = guest.call::<Receive>(receive, (request.convert(),)).await?;
        Ok(answer.convert())
    }

    /// The bytes are lent to the call.
    pub(crate) async fn receive_mail(
        self,
        guest: Guest<'_>,
        mail: InboundMail,
        _: Bytes,
    ) -> Called<Result<Vec<Inbound>, Fault>> {
        let Self::Channel { receive_mail, .. } = self else { return Err(NoSuchFunction.into()) };
        let (answer,) = guest.call::<ReceiveMail>(receive_mail, (mail.convert(),)).await?;
        Ok(answer.convert())
    }

    pub(crate) async fn send(self, guest: Guest<'_>, message: OutboundMessage) -> Called<Result<Outcome, Fault>> {
        let Self::Channel { send, .. } = self else { return Err(NoSuchFunction.into()) };
        let (answer,) = guest.call::<Send>(send, (message.convert(),)).await?;
        Ok(answer.convert())
    }

    pub(crate) async fn describe(self, guest: Guest<'_>) -> Called<LocaleFacts> {
        let Self::Language { describe, .. } = self else { return Err(NoSuchFunction.into()) };
        let (facts,) = guest.call::<Describe>(describe, ()).await?;
        Ok(facts.convert())
    }

    pub(crate) async fn resources(self, guest: Guest<'_>) -> Called<Vec<(String, String)>> {
        let Self::Language { resources, .. } = self else { return Err(NoSuchFunction.into()) };
        let (texts,) = guest.call::<Resources>(resources, ()).await?;
        Ok(texts.convert())
    }

    /// Languages have none of it: their hooks always succeed.
    fn both(self) -> Option<BothExports> {
        match self {
            Self::Plugin { both, .. } | Self::Channel { both, .. } => Some(both),
            Self::Language { .. } => None,
        }
    }
}

fn event(Happening { id, at, actor, causes, what, beside }: Happening) -> events::Event {
    events::Event {
        id,
        at: hosts::ms(at),
        actor: match actor {
            None => events::Actor::Host,
            Some(Author::Requester(id)) => events::Actor::Requester(id.to_string()),
            Some(Author::Operator(id)) => events::Actor::Operator(id.to_string()),
            Some(Author::Addon(id)) => events::Actor::Addon(id.to_string()),
        },
        causes: causes.into_iter().map(|installation| installation.to_string()).collect(),
        happening: happening(what, beside),
    }
}

fn happening(what: What, beside: Beside) -> events::Happening {
    use events::Happening as Told;
    let Beside { fields, html, files } = beside;
    match what {
        What::TicketCreated(ticket) => Told::TicketCreated(hosts::ticket((ticket, fields))),
        What::TicketUpdated(ticket, changes) => Told::TicketUpdated(ticket_change(ticket, fields, changes)),
        What::TicketAssigned(ticket, changes) => Told::TicketAssigned(ticket_change(ticket, fields, changes)),
        What::TicketSolved(ticket, changes) => Told::TicketSolved(ticket_change(ticket, fields, changes)),
        What::TicketReopened(ticket, changes) => Told::TicketReopened(ticket_change(ticket, fields, changes)),
        What::TicketMerged(into, merged) => {
            Told::TicketMerged(events::Merge { into: hosts::ticket((into, fields)), merged: merged.to_string() })
        }
        What::TicketDeleted(id) => Told::TicketDeleted(id.to_string()),
        What::MessageAdded(ticket, message) => Told::MessageAdded(events::Written {
            ticket: hosts::ticket((ticket, fields)),
            message: hosts::message(FullMessage { message, html, files }),
        }),
        What::ContactCreated(contact) => Told::ContactCreated(whole(contact, fields)),
        What::ContactUpdated(contact, changes) => Told::ContactUpdated(events::ContactChange {
            contact: whole(contact, fields),
            changes: changes.into_iter().map(change).collect(),
        }),
        What::SettingsChanged(keys) => Told::SettingsChanged(keys),
        What::LicencesChanged(operators) => {
            Told::LicencesChanged(operators.into_iter().map(|operator| operator.to_string()).collect())
        }
    }
}

fn ticket_change(ticket: Ticket, fields: Vec<CustomField>, changes: Vec<Changed>) -> events::TicketChange {
    let changes = changes.into_iter().map(change).collect();
    events::TicketChange { ticket: hosts::ticket((ticket, fields)), changes }
}

fn whole(contact: Contact, fields: Vec<CustomField>) -> contacts::Contact {
    hosts::contact(FullContact { contact, note: None, fields })
}

fn change(Changed { field, old, new }: Changed) -> events::Change {
    let filled = |text: String| Some(text).filter(|text| !text.is_empty());
    events::Change { field, old: filled(old), new: filled(new) }
}

impl Convert<schedules::Tick> for Tick {
    fn convert(self) -> schedules::Tick {
        let Self { id, timer, due, data } = self;
        let timer = match timer {
            schedule::Timer::Regular(key) => schedules::Timer::Regular(key),
            schedule::Timer::Once(key) => schedules::Timer::Once(key),
        };
        schedules::Tick { id, timer, due: hosts::ms(due), data }
    }
}

impl Convert<Verdict> for configuration::Verdict {
    fn convert(self) -> Verdict {
        let problem = |configuration::Problem { setting, text }| domain::Problem { setting, text };
        match self {
            Self::Works(text) => Verdict::Works(text),
            Self::Wrong(problems) => Verdict::Wrong(problems.into_iter().map(problem).collect()),
        }
    }
}

impl Convert<domain::Choice> for configuration::Choice {
    fn convert(self) -> domain::Choice {
        let Self { value, label, hint } = self;
        domain::Choice { value, label, hint }
    }
}

impl Convert<types::InboundRequest> for InboundRequest {
    fn convert(self) -> types::InboundRequest {
        let Self { method, path, query, headers, body, public } = self;
        let headers = headers.into_iter().map(|(name, value)| types::Header { name, value }).collect();
        types::InboundRequest { method, path, query, headers, body: body.into(), public }
    }
}

impl Convert<Answered> for types::OutboundAnswer {
    fn convert(self) -> Answered {
        let Self { status, content_type, body } = self;
        Answered { status, content_type, body }
    }
}

impl Convert<LocaleFacts> for locale::Facts {
    fn convert(self) -> LocaleFacts {
        let Self { code, name, english_name, direction, fallback } = self;
        let rtl = direction == locale::Direction::RightToLeft;
        language::LocaleFacts { code, name, english_name, rtl, fallback }
    }
}

impl Convert<(String, String)> for locale::Resource {
    fn convert(self) -> (String, String) {
        (self.name, self.fluent)
    }
}
