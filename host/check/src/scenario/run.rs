//! Runs scenarios: one sandbox for each, since each has its own other systems; the component is compiled once.

mod asks;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::{Duration, Instant},
};

use annex_domain::{
    capability::Grant,
    clock::SystemClock,
    ids::{CallId, DeskId, InstallationId, OperatorId},
    language::LanguagePack,
    permission::Permissions,
    ports::{ActsFor, AddonData, Scope},
    random,
    report::Shown,
    ui::{
        ComposerPlace, ContactPlace, Context, Entry, Event, FieldValue, Location, TicketPlace, Update, ValidReply,
        ValidView, Value, View,
    },
};
use annex_package::VerifiedPackage;
use annex_sandbox::{
    Admitted, CallError, CallScope, CompileError, Compiler, Errand, Finished, FixedData, Report, Sandbox,
    SandboxConfig, Slots,
};
use url::Url;

use super::{
    Loaded,
    data::Desk,
    expect::{Done, differences},
    given::{Action, Place, Step},
    panic::Panic,
    stub::Stub,
    texts,
};
use crate::diagnostic::{Diagnostic, Failure};

/// Code of what is the machine's fault, and says nothing about the package.
pub(crate) const TEST_SETUP: &str = "test-setup";

/// What became of a scenario.
#[derive(Debug)]
pub struct Outcome {
    /// Where it went another way than expected.
    pub problems: Vec<Diagnostic>,
    /// How many steps it has.
    pub steps: usize,
    /// How long it took.
    pub wall: Duration,
    /// The views that were shown, in order, without the add-on's state.
    pub views: Vec<Shown>,
}

/// What the compiler made of a component.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Compiled {
    /// Processor time.
    pub(crate) spent: Duration,
    /// Of the machine code.
    pub(crate) bytes: u64,
}

/// A package, ready to be run under any scenario.
pub struct Runner {
    package: VerifiedPackage,
    artifacts: tempfile::TempDir,
    mac_key: [u8; 32],
    compiler: Compiler,
}

impl Runner {
    /// Nothing of it lasts: what is compiled is in a folder that goes with the runner.
    ///
    /// # Errors
    /// `test-setup`, when the machine has no place for it.
    pub fn new(package: VerifiedPackage, compiler: Compiler) -> Result<Self, Failure> {
        let failed = |error: &dyn std::fmt::Display| Failure::from(Diagnostic::new(TEST_SETUP, error.to_string()));
        Ok(Self {
            package,
            artifacts: tempfile::tempdir().map_err(|error| failed(&error))?,
            mac_key: random::bytes().map_err(|error| failed(&error))?,
            compiler,
        })
    }

    /// Compiles the component as a host does; what runs afterwards finds it compiled.
    pub(crate) async fn compile(&self) -> Result<Compiled, Failure> {
        let sandbox = self.sandbox(Arc::new(FixedData::default()), BTreeMap::new())?;
        let addon = self.admit(&sandbox).await?;
        Ok(Compiled { spent: addon.compiled_in().unwrap_or_default(), bytes: addon.artifact_bytes() })
    }

    async fn admit(&self, sandbox: &Sandbox) -> Result<Admitted, Failure> {
        sandbox.admit(&self.package, Errand::Use).await.map_err(|error| {
            let code = match error {
                CompileError::Unavailable(_) => TEST_SETUP,
                _ => error.code(),
            };
            Diagnostic::new(code, error.to_string()).into()
        })
    }

    /// What a language hands over, as a host asks for it before it takes the package in.
    pub(crate) async fn language(&self) -> Result<Result<LanguagePack, CallError>, Failure> {
        let sandbox = self.sandbox(Arc::new(FixedData::default()), BTreeMap::new())?;
        let addon = self.admit(&sandbox).await?;
        let manifest = self.package.manifest();
        let scope = Scope {
            desk: DeskId::new(),
            installation: InstallationId::new(),
            addon: manifest.id.clone(),
            version: manifest.version.clone(),
            call: CallId::new(),
            acts_for: None,
            causes: Vec::new(),
        };
        Ok(sandbox.describe_language(&addon, CallScope { scope, grant: Grant::default() }).await.result)
    }

    /// Runs a scenario to its end; a step that differs does not stop it.
    ///
    /// # Errors
    /// When it cannot begin: `test-setup` for what is the machine's fault, other codes for what the scenario gives.
    pub async fn run(&self, loaded: &Loaded) -> Result<Outcome, Failure> {
        let started = Instant::now();
        let scenario = &loaded.scenario;
        let in_file = |failure: Failure| Failure(failure.0.into_iter().map(|error| loaded.at_field(error)).collect());
        let desk = Arc::new(Desk::new(scenario, self.package.manifest()).map_err(in_file)?);
        let stub = Stub::start(&scenario.http).await?;
        let data: Arc<dyn AddonData> = Arc::<Desk>::clone(&desk);
        let sandbox = self.sandbox(data, self.overrides(&desk, &stub, &scenario.unreachable))?;
        let addon = self.admit(&sandbox).await?;
        let ids = (DeskId::new(), InstallationId::new(), desk.operator);
        let mut session = Session {
            sandbox,
            addon,
            grant: self.grant(scenario.granted.as_deref()),
            desk,
            ids,
            package: &self.package,
            stub,
            state: Vec::new(),
            shown: None,
        };
        let (mut problems, mut views) = (Vec::new(), Vec::new());
        for (at, step) in (1..).zip(&scenario.steps) {
            problems.extend(session.step(step.get_ref()).await.into_iter().map(|problem| loaded.at(step, problem)));
            let shown = session.shown.take().map(|view| View { state: Vec::new(), ..view });
            views.extend(shown.map(|view| Shown { scenario: loaded.name.clone(), step: at, view }));
        }
        Ok(Outcome { problems, steps: scenario.steps.len(), wall: started.elapsed(), views })
    }

    /// One call is made after the other, so one thread is enough, whatever else the machine does. Calls begin on it: nobody waits for
    /// them, and the sandbox of a scenario does not know how long the ones before computed where a host serves its pages.
    pub(crate) fn sandbox(
        &self,
        data: Arc<dyn AddonData>,
        overrides: BTreeMap<String, Url>,
    ) -> Result<Sandbox, Failure> {
        let mut config = SandboxConfig::new(self.artifacts.path().to_owned(), self.mac_key, self.compiler.clone());
        config.slots = Slots { host: 2, ..Slots::default() };
        (config.threads, config.spare_thread, config.calls_begin_here) = (1, false, false);
        config.cache_bytes = 64 << 20;
        config.egress.overrides = overrides;
        let sandbox = Sandbox::new(config, data, Arc::new(SystemClock));
        sandbox.map_err(|error| Diagnostic::new(TEST_SETUP, error.to_string()).into())
    }

    /// Every host that the manifest declares goes to the stub, or to a port where nobody listens.
    fn overrides(&self, desk: &Desk, stub: &Stub, unreachable: &[String]) -> BTreeMap<String, Url> {
        let patterns = self.package.manifest().capabilities.iter().flat_map(|capability| &capability.hosts);
        let hosts: BTreeSet<String> = patterns
            .filter_map(|pattern| pattern.resolve(pattern.setting().and_then(|key| desk.label(key)).as_deref()))
            .collect();
        let url = |host: &String| {
            if unreachable.contains(host) { Url::parse("http://127.0.0.1:1/").ok() } else { stub.url_for(host) }
        };
        hosts.iter().filter_map(|host| Some((host.clone(), url(host)?))).collect()
    }

    fn grant(&self, granted: Option<&[annex_domain::capability::Access]>) -> Grant {
        let capabilities = &self.package.manifest().capabilities;
        match granted {
            None => Grant::of(capabilities),
            Some(granted) => {
                let kept: Vec<_> =
                    capabilities.iter().filter(|capability| granted.contains(&capability.access)).cloned().collect();
                Grant::of(&kept)
            }
        }
    }
}

/// A scenario under way.
struct Session<'a> {
    sandbox: Sandbox,
    addon: Admitted,
    grant: Grant,
    desk: Arc<Desk>,
    ids: (DeskId, InstallationId, OperatorId),
    package: &'a VerifiedPackage,
    stub: Stub,
    /// Of the view that is shown.
    state: Vec<u8>,
    /// What the last step showed.
    shown: Option<View>,
}

impl Session<'_> {
    async fn step(&mut self, step: &Step) -> Vec<Diagnostic> {
        let place = step.ticket.unwrap_or(1);
        let (mut done, report) = match self.call(step, place).await {
            Ok(called) => called,
            Err(message) => return vec![Diagnostic::new("scenario", message)],
        };
        (done.requests, done.mails) = (self.stub.take(), self.desk.take_sent());
        self.shown = done.view.take();
        let found = differences(&step.expect, &done, &report, &self.desk, place);
        let name = format!("{:?}", step.action).to_lowercase();
        let unexpected = step.expect.error.is_none() && matches!(done.error, Some(CallError::Trap { .. }));
        let panic = if unexpected { Panic::last(&report.logs) } else { None };
        let differences =
            found.into_iter().map(|difference| Diagnostic::new("not-as-expected", format!("{name}: {difference}")));
        panic.map(|panic| panic.diagnostic(&name)).into_iter().chain(differences).collect()
    }

    /// What the step does; or what it lacks.
    async fn call(&mut self, step: &Step, place: usize) -> Result<(Done, Report), &'static str> {
        const NO_TICKET: &str = "there is no such ticket; add it below [[tickets]]";
        Ok(match step.action {
            Action::Render => {
                let context = self.context(step, place).ok_or(NO_TICKET)?;
                self.render(context).await
            }
            Action::Act => {
                let context = self.context(step, place).ok_or(NO_TICKET)?;
                let verb = step.verb.as_ref().ok_or("`act` needs a `verb`")?;
                self.act(step, verb, context).await
            }
            Action::Event => {
                let about = self.desk.ticket_and_last(place).ok_or(NO_TICKET)?;
                let event = step.event.ok_or("`event` needs an `event`, such as \"ticket-created\"")?;
                self.event(step, event, about).await
            }
            Action::Schedule => {
                self.tick(step, step.key.as_ref().ok_or("`schedule` needs the `key` of a timer")?).await
            }
            Action::Request => self.request(step).await,
            Action::Check => self.check().await,
            Action::Choices => {
                self.choices(step, step.key.as_ref().ok_or("`choices` needs the `key` of a setting")?).await
            }
            Action::Receive => self.receive(step).await,
            Action::ReceiveMail => {
                let mailbox =
                    self.desk.mailbox().ok_or("`receive-mail` needs the address of a mailbox in [settings]")?;
                self.receive_mail(step, mailbox).await
            }
            Action::Send => self.send(step).await,
            Action::Describe => self.describe().await,
            Action::Install => hook(self.sandbox.install(&self.addon, self.scope()).await),
            Action::Uninstall => hook(self.sandbox.uninstall(&self.addon, self.scope()).await),
            Action::Update => {
                let from = step.from.as_ref().ok_or("`update` needs a `from`, such as \"0.1.0\"")?;
                hook(self.sandbox.update(&self.addon, self.scope(), from).await)
            }
        })
    }

    fn scope(&self) -> CallScope {
        let manifest = self.package.manifest();
        let scope = Scope {
            desk: self.ids.0,
            installation: self.ids.1,
            addon: manifest.id.clone(),
            version: manifest.version.clone(),
            call: CallId::new(),
            acts_for: Some(ActsFor { operator: self.ids.2, permissions: Permissions::admin() }),
            causes: Vec::new(),
        };
        CallScope { scope, grant: self.grant.clone() }
    }

    /// None where it stands beside a ticket that is not there.
    fn context(&self, step: &Step, place: usize) -> Option<Context> {
        let ticket = || self.desk.ticket_at(place);
        let location = match step.at {
            Place::TicketSidebar => Location::TicketSidebar(ticket()?),
            Place::ContactSidebar => {
                let TicketPlace { requester, requester_email, .. } = ticket()?;
                Location::ContactSidebar(ContactPlace { contact: requester, email: requester_email })
            }
            Place::Page => Location::Page,
            Place::Composer => {
                let draft = step.draft.clone();
                Location::Composer(ComposerPlace { ticket: ticket()?, draft, internal: false })
            }
            Place::Settings => Location::Settings,
        };
        Some(Context {
            view: step.view.clone(),
            location,
            operator: self.ids.2.to_string(),
            locale: step.locale.clone(),
            time_zone: "UTC".into(),
            dark: step.dark,
            licensed: true,
        })
    }

    async fn render(&mut self, context: Context) -> (Done, Report) {
        let finished = self.sandbox.render(&self.addon, self.scope(), context).await;
        if let Ok(view) = &finished.result {
            self.state.clone_from(&view.view().state);
        }
        done(finished, |view: ValidView, done| {
            done.texts = texts::of_view(view.view());
            done.view = Some(view.into_view());
        })
    }

    async fn act(&mut self, step: &Step, verb: &str, context: Context) -> (Done, Report) {
        let files = &self.desk.files;
        let value = |value: &toml::Value| match value {
            toml::Value::String(text) => Value::Text(text.clone()),
            toml::Value::Boolean(flag) => Value::Flag(*flag),
            toml::Value::Integer(number) => Value::Number(*number as f64),
            toml::Value::Float(number) => Value::Number(*number),
            toml::Value::Array(items) => Value::Many(
                items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect(),
            ),
            toml::Value::Table(chosen) => Value::Files(
                chosen.iter().map(|(name, text)| files.give(name, text.as_str().unwrap_or_default()).id).collect(),
            ),
            toml::Value::Datetime(_) => Value::None,
        };
        let values = step.values.iter().map(|(field, entered)| Entry { field: field.clone(), value: value(entered) });
        let event = Event {
            verb: verb.to_owned(),
            source: step.source.clone(),
            args: step.args.iter().map(|(field, value)| given_along(field, value)).collect(),
            values: values.collect(),
            cursor: step.cursor.clone(),
            state: self.state.clone(),
        };
        let finished = self.sandbox.handle(&self.addon, self.scope(), context, event).await;
        if let Ok(reply) = &finished.result
            && let Update::Replace(view) | Update::Push(view) = &reply.reply().update
        {
            self.state.clone_from(&view.state);
        }
        done(finished, |reply: ValidReply, done| {
            let reply = reply.reply();
            if let Update::Replace(view) | Update::Push(view) = &reply.update {
                done.view = Some(view.clone());
            }
            done.texts = match &reply.update {
                Update::Replace(view) | Update::Push(view) => texts::of_view(view),
                Update::Patch(patches) => texts::of(patches),
                Update::Invalid(_) | Update::Pop | Update::Refresh | Update::None => Vec::new(),
            };
            if let Update::Invalid(fields) = &reply.update {
                done.invalid = fields.iter().map(|invalid| invalid.field.clone()).collect();
            }
            done.toast = reply.toast.as_ref().map(|toast| toast.message.clone());
        })
    }
}

fn given_along(name: &str, value: &str) -> FieldValue {
    FieldValue { field: name.to_owned(), value: value.to_owned() }
}

fn hook(finished: Finished<()>) -> (Done, Report) {
    done(finished, |(), _| {})
}

fn done<T>(finished: Finished<T>, keep: impl FnOnce(T, &mut Done)) -> (Done, Report) {
    let mut done = Done::default();
    match finished.result {
        Ok(answer) => keep(answer, &mut done),
        Err(error) => done.error = Some(error),
    }
    (done, finished.report)
}
