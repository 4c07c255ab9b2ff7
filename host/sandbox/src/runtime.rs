//! The sandbox: one method for each function of a component. Every call is a fresh store and instance with its own
//! limits, and ends in an answer that was checked, or in an error that says whose fault it was.

mod call;
mod classify;
pub(crate) mod events;
mod output;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use annex_domain::{
    addon::Version,
    channel::{Answered, Facts, Inbound, InboundMail, InboundReply, InboundRequest, OutboundMessage, Outcome, Sending},
    clock::Clock,
    configuration::{Choice, Verdict},
    ids::{DeskId, InstallationId},
    language::LanguagePack,
    ports::AddonData,
    schedule::Tick,
    ui::{Context, Event, ValidReply, ValidView, validate_reply, validate_view},
};
use annex_package::VerifiedPackage;
use bytes::Bytes;
use url::Url;

use crate::{
    admit::{Admission, Admitted},
    artifacts::Artifacts,
    bindings::{self, Linkers},
    budget::Budget,
    cache::Cache,
    compile::queue::{Errand, Queues},
    config::{Compiler, SandboxConfig, Slots},
    egress::{self, Egress, HostRequest, Post},
    engine,
    error::{CallError, CompileError, EgressError, SandboxError},
    gate::{Gate, Most, Pace},
    guest_threads::{GuestThreads, QUICK, Threads, Turn},
    lent::{Entered, Lent},
    report::{CallScope, Finished},
    state::Services,
};
use events::Happening;

/// Runs add-ons. Cheap to clone.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

struct Inner {
    admission: Arc<Admission>,
    slots: Gate<DeskId, InstallationId>,
    threads: GuestThreads,
    services: Arc<Services>,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Starts the engine.
    ///
    /// # Errors
    /// When the engine, the folder of artifacts or TLS cannot be set up.
    pub fn new(config: SandboxConfig, data: Arc<dyn AddonData>, clock: Arc<dyn Clock>) -> Result<Self, SandboxError> {
        let wrong = |error: wasmtime::Error| SandboxError::Engine(format!("{error:#}"));
        let engine = engine::for_host(config.slots.host.max(1), &config.limits).map_err(wrong)?;
        let hash = engine::compatibility(&engine);
        let artifacts = Artifacts::open(&config.artifacts, config.mac_key, hash).map_err(SandboxError::Artifacts)?;
        let egress = Egress::new(config.egress).map_err(|error| SandboxError::Egress(error.to_string()))?;
        let clock_of_guests = engine.clone();
        let tick = move || clock_of_guests.increment_epoch();
        let admission = Admission {
            linkers: Linkers::new(&engine).map_err(wrong)?,
            engine,
            artifacts,
            compiler: config.compiler,
            cache: Cache::new(config.cache_bytes),
            compiling: Queues::new(),
        };
        let threads = Threads {
            usual: config.threads,
            spare: config.spare_thread,
            here: config.calls_begin_here.then_some(QUICK),
        };
        let inner = Inner {
            admission: Arc::new(admission),
            slots: Gate::new(most(config.slots)),
            threads: GuestThreads::start(threads, tick).map_err(SandboxError::Threads)?,
            services: Arc::new(Services { data, clock, egress, limits: config.limits }),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Checks, compiles (or loads the artifact of an earlier time) and links the component of a package.
    ///
    /// # Errors
    /// When it is malformed, over a limit, uses switched-off features, does not fit its world, or costs too much.
    pub async fn admit(&self, package: &VerifiedPackage, errand: Errand) -> Result<Admitted, CompileError> {
        self.inner.admission.admit(package, errand).await
    }

    /// Removes what was compiled for an add-on that was refused after all. What was there before it came stays: it belongs to
    /// another version with the same component.
    pub async fn forget(&self, addon: &Admitted) {
        self.inner.admission.forget(addon).await;
    }

    /// Does what the host has to do because of an add-on, such as drawing what it answered, as if the add-on did it: in its turn, on
    /// the threads of guests or, on a quiet host, where it is. `None`: it panicked.
    pub async fn in_turn<T: Send + 'static>(
        &self,
        desk: DeskId,
        installation: InstallationId,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let turn = Turn { desk, installation, pace: Pace::Interactive };
        let no_limit = Arc::new(Budget::new(Duration::from_secs(3600), Duration::ZERO));
        self.inner.threads.run(turn, &no_limit, &Arc::default(), async move { (work(), ()) }).await
    }

    /// The panel of a ticket.
    pub async fn render(&self, addon: &Admitted, scope: CallScope, context: Context) -> Finished<ValidView> {
        let call = self.call(addon, scope, Pace::Interactive);
        call.invoke(bindings::Render { context }, |answer, hosts| match answer {
            Ok(view) => validate_view(view, hosts).map_err(CallError::BadOutput),
            Err(fault) => Err(CallError::Fault(output::check_fault(fault))),
        })
        .await
    }

    /// What an operator did in the panel. The files that they chose in it may be read.
    pub async fn handle(
        &self,
        addon: &Admitted,
        scope: CallScope,
        context: Context,
        event: Event,
    ) -> Finished<ValidReply> {
        let call = self.call(addon, scope, Pace::Interactive).lending(Lent::chosen(&event.values));
        call.invoke(bindings::Handle { context, event }, |answer, hosts| match answer {
            Ok(reply) => validate_reply(reply, hosts).map_err(CallError::BadOutput),
            Err(fault) => Err(CallError::Fault(output::check_fault(fault))),
        })
        .await
    }

    /// Something happened in the desk.
    pub async fn on_event(&self, addon: &Admitted, scope: CallScope, happening: Happening) -> Finished<()> {
        let call = self.call(addon, scope, Pace::Background);
        call.invoke(bindings::OnEvent { happening }, |answer, _| hook(answer)).await
    }

    /// A time that was planned has come.
    pub async fn on_schedule(&self, addon: &Admitted, scope: CallScope, tick: Tick) -> Finished<()> {
        let call = self.call(addon, scope, Pace::Background);
        call.invoke(bindings::OnSchedule { tick }, |answer, _| hook(answer)).await
    }

    /// **Test connection**: whether the settings work as they were entered. Of 0.1 they always do.
    pub async fn check(&self, addon: &Admitted, scope: CallScope, entered: Entered) -> Finished<Verdict> {
        let call = self.call(addon, scope, Pace::Interactive).lending(Lent::settings(entered));
        call.invoke(bindings::Check {}, |answer, _| match answer {
            Ok(verdict) => output::check_verdict(verdict),
            Err(fault) => Err(CallError::Fault(output::check_fault(fault))),
        })
        .await
    }

    /// What can be chosen for a setting. Of 0.1 nothing beside what the manifest has.
    pub async fn choices(
        &self,
        addon: &Admitted,
        scope: CallScope,
        key: String,
        typed: String,
    ) -> Finished<Vec<Choice>> {
        let call = self.call(addon, scope, Pace::Interactive);
        call.invoke(bindings::Choices { key, typed }, |answer, _| match answer {
            Ok(choices) => output::check_choices(choices),
            Err(fault) => Err(CallError::Fault(output::check_fault(fault))),
        })
        .await
    }

    /// A request to a plugin.
    pub async fn webhook(&self, addon: &Admitted, scope: CallScope, request: InboundRequest) -> Finished<Answered> {
        let call = self.call(addon, scope, Pace::Interactive);
        call.invoke(bindings::Webhook { request }, |answer, _| match answer {
            Ok(answered) => output::check_answered(answered),
            Err(fault) => Err(CallError::Fault(output::check_fault(fault))),
        })
        .await
    }

    /// The lifecycle hook `install`. Languages have no hooks: they always succeed.
    pub async fn install(&self, addon: &Admitted, scope: CallScope) -> Finished<()> {
        self.call(addon, scope, Pace::Background).invoke_hook(bindings::Install {}).await
    }

    /// The lifecycle hook `update`, after an update from the version `from`.
    pub async fn update(&self, addon: &Admitted, scope: CallScope, from: &Version) -> Finished<()> {
        let update = bindings::Update { from: from.to_string() };
        self.call(addon, scope, Pace::Background).invoke_hook(update).await
    }

    /// The lifecycle hook `uninstall`.
    pub async fn uninstall(&self, addon: &Admitted, scope: CallScope) -> Finished<()> {
        self.call(addon, scope, Pace::Background).invoke_hook(bindings::Uninstall {}).await
    }

    /// What a channel can carry.
    pub async fn channel_facts(&self, addon: &Admitted, scope: CallScope) -> Finished<Facts> {
        let call = self.call(addon, scope, Pace::Interactive);
        call.invoke(bindings::ChannelFacts {}, |answer, _| match answer {
            Ok(facts) => output::check_channel_facts(facts),
            Err(fault) => Err(CallError::Fault(output::check_fault(fault))),
        })
        .await
    }

    /// A mail of a mailbox of a channel, which the call may read.
    pub async fn receive_mail(
        &self,
        addon: &Admitted,
        scope: CallScope,
        mail: InboundMail,
        raw: Bytes,
    ) -> Finished<Vec<Inbound>> {
        let call = self.call(addon, scope, Pace::Background).lending(Lent::mail(mail.raw.clone(), raw.clone()));
        call.invoke(bindings::ReceiveMail { mail, raw }, |answer, _| match answer {
            Ok(made) => output::check_mail(made),
            Err(fault) => Err(CallError::Fault(output::check_fault(fault))),
        })
        .await
    }

    /// A request to a channel.
    pub async fn receive(&self, addon: &Admitted, scope: CallScope, request: InboundRequest) -> Finished<InboundReply> {
        let call = self.call(addon, scope, Pace::Interactive);
        call.invoke(bindings::Receive { request }, |answer, _| match answer {
            Ok(reply) => output::check_inbound(reply),
            Err(fault) => Err(CallError::Fault(output::check_fault(fault))),
        })
        .await
    }

    /// A reply to be sent through a channel, which may read its files.
    pub async fn send(&self, addon: &Admitted, scope: CallScope, message: OutboundMessage) -> Finished<Sending> {
        let call = self.call(addon, scope, Pace::Background).lending(Lent::files_of(&message));
        call.invoke(bindings::Deliver { message }, |answer, _| match answer {
            Ok(Outcome::Sent(receipt)) => output::check_receipt(receipt).map(Sending::Sent),
            Ok(Outcome::Later(ms)) => Ok(Sending::Later(ms)),
            Ok(Outcome::Unknown(text)) => Ok(Sending::Unknown(output::shorten(text))),
            Ok(Outcome::Refused(text)) => Err(CallError::Rejected(output::shorten(text))),
            Err(fault) => Err(CallError::Fault(output::check_fault(fault))),
        })
        .await
    }

    /// The translation of a language add-on.
    pub async fn describe_language(&self, addon: &Admitted, scope: CallScope) -> Finished<LanguagePack> {
        let call = self.call(addon, scope.clone(), Pace::Background);
        let Finished { result, report } =
            call.invoke(bindings::Describe {}, |facts, _| output::check_facts(facts)).await;
        let facts = match result {
            Ok(facts) => facts,
            Err(error) => return Finished { result: Err(error), report },
        };
        let call = self.call(addon, scope, Pace::Background);
        let texts = call.invoke(bindings::Resources {}, |texts, _| output::check_resources(texts)).await;
        let pack = texts.result.map(|resources| LanguagePack { facts, resources });
        Finished { result: pack, report: report.joined(texts.report) }
    }

    /// The status of a plain GET without credentials: whether a subdomain exists. The URL's host is one that the
    /// manifest declares; the caller has checked that.
    ///
    /// # Errors
    /// As for requests of add-ons.
    pub async fn probe(&self, url: &str) -> Result<u16, EgressError> {
        self.inner.services.egress.probe(url).await
    }

    /// A request of the host's own for a desk, to one of `hosts`: what the manifest declares and the desk granted. Answers
    /// status and body.
    ///
    /// # Errors
    /// As for requests of add-ons.
    pub async fn ask(&self, desk: DeskId, hosts: &[String], ask: HostRequest) -> Result<(u16, Vec<u8>), EgressError> {
        self.inner.services.egress.ask(desk, hosts, ask).await
    }

    /// Sends such requests as well.
    #[must_use]
    pub fn asker(&self) -> egress::Asker {
        egress::Asker::of(&self.inner.services.egress)
    }

    /// Posts what the host itself has to say to a service that its operator chose, once. Follows no redirect.
    ///
    /// # Errors
    /// As for requests of add-ons; a request that got any answer is none.
    pub async fn post(&self, post: Post) -> Result<egress::Answered, EgressError> {
        self.inner.services.egress.post(post).await
    }

    /// Who compiles components here: for a sandbox beside this one.
    #[must_use]
    pub fn compiler(&self) -> &Compiler {
        &self.inner.admission.compiler
    }

    /// What add-ons have of their desk: for what the host does in the place of one, under the same rules.
    #[must_use]
    pub fn data(&self) -> &Arc<dyn AddonData> {
        &self.inner.services.data
    }

    /// The hosts whose requests go to loopback; shown on the system page.
    #[must_use]
    pub fn overrides(&self) -> &BTreeMap<String, Url> {
        &self.inner.services.egress.config().overrides
    }
}

fn most(slots: Slots) -> Most {
    let at_least_one = |count: u32| count.max(1) as usize;
    Most {
        of_member: at_least_one(slots.installation),
        of_group: at_least_one(slots.desk),
        of_all: at_least_one(slots.host),
        waiting: slots.waiting as usize,
    }
}

fn hook(answer: Result<(), String>) -> Result<(), CallError> {
    answer.map_err(|text| CallError::Hook(output::shorten(text)))
}

#[cfg(test)]
mod tests;
