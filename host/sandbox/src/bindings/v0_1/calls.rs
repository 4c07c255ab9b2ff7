//! Calls of components of 0.1, in the types of the domain.

use annex_domain::{
    channel::{Answered, Facts, Inbound, InboundMail, InboundReply, InboundRequest, OutboundMessage, Outcome},
    configuration::{Choice, Verdict},
    ids::TicketId,
    language::LocaleFacts,
    schedule::Tick,
    ui::{Context, Event, Fault, Reply, View},
};

use bytes::Bytes;

use super::{
    Describe, Exports, Handle, Hook, LifeExports, OnEvent, Receive, Render, Resources, Send, Update, channel_types,
    events, ui_types,
};
use crate::{
    bindings::{Convert as _, Guest, NoSuchFunction},
    runtime::events::{Happening, What},
};

type Called<T> = wasmtime::Result<T>;

impl Exports {
    pub(crate) async fn render(self, guest: Guest<'_>, context: Context) -> Called<Result<View, Fault>> {
        let Self::Plugin { render, .. } = self else { return Err(NoSuchFunction.into()) };
        let context = ui_types::context(context).ok_or(NoSuchFunction)?;
        let (answer,) = guest.call::<Render>(render, (context,)).await?;
        Ok(answer.convert())
    }

    pub(crate) async fn handle(self, guest: Guest<'_>, context: Context, event: Event) -> Called<Result<Reply, Fault>> {
        let Self::Plugin { handle, .. } = self else { return Err(NoSuchFunction.into()) };
        let context = ui_types::context(context).ok_or(NoSuchFunction)?;
        let (answer,) = guest.call::<Handle>(handle, (context, event.convert())).await?;
        Ok(answer.convert())
    }

    pub(crate) async fn on_event(self, guest: Guest<'_>, happening: Happening) -> Called<Result<(), String>> {
        let Self::Plugin { on_event, .. } = self else { return Err(NoSuchFunction.into()) };
        // What 0.1 has no word for, no manifest of it subscribes to.
        let Some(event) = event(happening) else { return Ok(Ok(())) };
        let (answer,) = guest.call::<OnEvent>(on_event, (event,)).await?;
        Ok(answer)
    }

    /// No manifest of 0.1 plans anything.
    pub(crate) async fn on_schedule(self, _: Guest<'_>, _: Tick) -> Called<Result<(), String>> {
        Err(NoSuchFunction.into())
    }

    /// 0.1 tries nothing, and finds nothing wrong.
    pub(crate) async fn check(self, _: Guest<'_>) -> Called<Result<Verdict, Fault>> {
        Ok(Ok(Verdict::Works(None)))
    }

    /// Choices of 0.1 are those of the manifest.
    pub(crate) async fn choices(self, _: Guest<'_>, _: String, _: String) -> Called<Result<Vec<Choice>, Fault>> {
        Ok(Ok(Vec::new()))
    }

    /// Plugins of 0.1 get no requests.
    pub(crate) async fn webhook(self, _: Guest<'_>, _: InboundRequest) -> Called<Result<Answered, Fault>> {
        Err(NoSuchFunction.into())
    }

    pub(crate) async fn install(self, guest: Guest<'_>) -> Called<Result<(), String>> {
        let Some(life) = self.life() else { return Ok(Ok(())) };
        let (answer,) = guest.call::<Hook>(life.install, ()).await?;
        Ok(answer)
    }

    pub(crate) async fn update(self, guest: Guest<'_>, from: String) -> Called<Result<(), String>> {
        let Some(life) = self.life() else { return Ok(Ok(())) };
        let (answer,) = guest.call::<Update>(life.update, (from,)).await?;
        Ok(answer)
    }

    pub(crate) async fn uninstall(self, guest: Guest<'_>) -> Called<Result<(), String>> {
        let Some(life) = self.life() else { return Ok(Ok(())) };
        let (answer,) = guest.call::<Hook>(life.uninstall, ()).await?;
        Ok(answer)
    }

    /// Channels of 0.1 carry plain text to who has written.
    pub(crate) async fn facts(self, _: Guest<'_>) -> Called<Result<Facts, Fault>> {
        Ok(Ok(Facts::of_first()))
    }

    pub(crate) async fn receive_mail(
        self,
        guest: Guest<'_>,
        mail: InboundMail,
        raw: Bytes,
    ) -> Called<Result<Vec<Inbound>, Fault>> {
        let Self::Channel { receive, .. } = self else { return Err(NoSuchFunction.into()) };
        let (answer,) = guest.call::<Receive>(receive, (channel_types::mail_request(mail, raw),)).await?;
        Ok(channel_types::received(answer).and_then(channel_types::made_of_mail))
    }

    pub(crate) async fn receive(
        self,
        guest: Guest<'_>,
        request: InboundRequest,
    ) -> Called<Result<InboundReply, Fault>> {
        let Self::Channel { receive, .. } = self else { return Err(NoSuchFunction.into()) };
        let (answer,) = guest.call::<Receive>(receive, (request.convert(),)).await?;
        Ok(channel_types::received(answer))
    }

    pub(crate) async fn send(self, guest: Guest<'_>, message: OutboundMessage) -> Called<Result<Outcome, Fault>> {
        let Self::Channel { send, .. } = self else { return Err(NoSuchFunction.into()) };
        let (answer,) = guest.call::<Send>(send, (message.convert(),)).await?;
        Ok(channel_types::sent(answer))
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

    /// Languages have no hooks: they always succeed.
    fn life(self) -> Option<LifeExports> {
        match self {
            Self::Plugin { life, .. } | Self::Channel { life, .. } => Some(life),
            Self::Language { .. } => None,
        }
    }
}

fn event(Happening { id, at, what, .. }: Happening) -> Option<events::Event> {
    let reference = |ticket: TicketId| events::TicketRef { ticket: ticket.to_string() };
    let happening = match what {
        What::TicketCreated(ticket) => events::Happening::TicketCreated(reference(ticket.id)),
        What::TicketUpdated(ticket, _) => events::Happening::TicketUpdated(reference(ticket.id)),
        What::MessageAdded(ticket, message) => {
            let (ticket, message) = (ticket.id.to_string(), message.id.to_string());
            events::Happening::MessageAdded(events::MessageRef { ticket, message })
        }
        _ => return None,
    };
    Some(events::Event { id, at: u64::try_from(at.0).unwrap_or(0), happening })
}
