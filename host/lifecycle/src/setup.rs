//! Connecting a channel to its service: its address, its inbound secret, the requests that its manifest declares for
//! *Set it up for me* and *Test*, and how it fares (ADR 0027).

use annex_domain::{
    addon::Kind,
    audit::Action,
    capability::Access,
    clock::Timestamp,
    ids::{DeskId, HookId, InstallationId, OperatorId},
    installation::Installation,
    localized::Localized,
    manifest::{Inbound, Manifest},
    operator::Actor,
    random,
    settings::KeyPlace,
    setup::{Setup, SetupAuth, SetupMethod, SetupRequest},
};
use annex_sandbox::egress::{Body, HostRequest, Key};
use annex_store::{
    StoreError, Tx, audit, catalog,
    channels::{self, State},
    settings::{self, Stored},
    vault::{SecretPlace, Vault},
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::{Lifecycle, LifecycleError, settings::editable};

/// What the set-up page of a channel shows.
#[derive(Debug, Clone)]
pub struct ChannelView {
    /// Where its service delivers.
    pub hook: HookId,
    /// The key of the setting with the inbound secret, its label, and whether it is set.
    pub secret: Option<(String, Localized, bool)>,
    /// What the manifest says about the set-up.
    pub setup: Setup,
    /// It has mailboxes, which *Test* opens.
    pub has_mailboxes: bool,
    /// Settings that are required and not set.
    pub missing: Vec<Localized>,
    /// How it fares.
    pub states: Vec<State>,
}

/// How a set-up or test went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupOutcome {
    /// Why it failed; `None`: it went well.
    pub problem: Option<SetupProblem>,
    /// What the answers say.
    pub shown: Vec<(Localized, String)>,
}

/// Why a set-up failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetupProblem {
    /// A setting is missing: its label.
    NeedsSetting(Localized),
    /// The desk did not grant requests to that host.
    NotGranted(String),
    /// The service was not reached.
    Unreachable(String),
    /// The service refused: what it says, or its status.
    Refused(String),
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetupAction {
    /// *Set it up for me*.
    Connect,
    /// *Test*.
    Test,
}

impl Lifecycle {
    /// What the set-up page of a channel shows.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`], also for what is no channel.
    pub async fn channel_view(&self, desk: DeskId, id: InstallationId) -> Result<ChannelView, LifecycleError> {
        let installation = self.stored(desk, id).await?;
        let manifest = self.current_version(&installation).await?.manifest;
        let mut conn = self.db.read().await?;
        let hook = channels::hook_of(&mut conn, desk, id).await?.ok_or(LifecycleError::NotFound("channel"))?;
        let states = channels::states(&mut conn, desk, id).await?;
        let stored = settings::list(&mut conn, desk, id).await?;
        let inbound = manifest.inbound.as_ref().map(Inbound::secret);
        let secret = manifest.settings.iter().find(|setting| Some(setting.key.as_str()) == inbound);
        drop(conn);
        let missing = self.installation(desk, id).await?.missing;
        let fields = manifest.fields().into_iter();
        let missing = fields.filter(|it| missing.contains(&it.key)).map(|it| it.label).collect();
        let has_mailboxes = manifest.mailboxes().next().is_some();
        Ok(ChannelView {
            hook,
            secret: secret.map(|it| (it.key.clone(), it.label.clone(), stored.contains_key(&it.key))),
            missing,
            has_mailboxes,
            setup: manifest.setup.unwrap_or_default(),
            states,
        })
    }

    /// Makes a new inbound secret, and answers it: it is shown once, for services that are set up by hand.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`] where the channel has none; [`LifecycleError::NotAllowed`] while it is being changed.
    pub async fn renew_inbound_secret(
        &self,
        desk: DeskId,
        id: InstallationId,
        by: OperatorId,
    ) -> Result<SecretString, LifecycleError> {
        let installation = self.stored(desk, id).await?;
        editable(&installation)?;
        let manifest = self.current_version(&installation).await?.manifest;
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let made = write_secret(&mut tx, &self.vault, &installation, &manifest, now).await?;
        let (key, secret) = made.ok_or(LifecycleError::NotFound("secret"))?;
        let detail = json!({ "installation": id, "settings": [key] });
        let by = Actor::Operator(by);
        audit::append(&mut tx, desk, by, Action::AddonSettings, installation.addon.as_str(), &detail, now).await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// Sends the requests of *Set it up for me* or *Test*, in order, until one fails. `address`: where the service reaches
    /// the channel.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`] where the manifest declares none. What a service answers is no error but an outcome.
    pub async fn set_up_channel(
        &self,
        desk: DeskId,
        id: InstallationId,
        action: SetupAction,
        address: &str,
        by: OperatorId,
    ) -> Result<SetupOutcome, LifecycleError> {
        let installation = self.stored(desk, id).await?;
        let manifest = self.current_version(&installation).await?.manifest;
        let setup = manifest.setup.clone().unwrap_or_default();
        let (requests, audited) = match action {
            SetupAction::Connect => (setup.connect, Action::ChannelConnect),
            SetupAction::Test => (setup.test, Action::ChannelTest),
        };
        let opens_mailboxes = action == SetupAction::Test && manifest.mailboxes().next().is_some();
        if requests.is_empty() && !opens_mailboxes {
            return Err(LifecycleError::NotFound("set-up"));
        }
        let mut outcome = SetupOutcome { problem: None, shown: Vec::new() };
        if opens_mailboxes {
            outcome.problem = self.test_mailboxes(&installation, &manifest).await?;
        }
        let requests = if outcome.problem.is_none() { requests } else { Vec::new() };
        for request in &requests {
            match self.ask_service(&installation, &manifest, request, address).await {
                Ok(shown) => outcome.shown.extend(shown),
                Err(Unanswered::Problem(problem)) => {
                    outcome.problem = Some(problem);
                    break;
                }
                Err(Unanswered::Store(error)) => return Err(error.into()),
            }
        }
        let detail = json!({ "installation": id, "ok": outcome.problem.is_none() });
        let (by, now) = (Actor::Operator(by), self.clock.now());
        let mut tx = self.db.begin().await?;
        audit::append(&mut tx, desk, by, audited, installation.addon.as_str(), &detail, now).await?;
        tx.commit().await?;
        Ok(outcome)
    }

    async fn ask_service(
        &self,
        installation: &Installation,
        manifest: &Manifest,
        request: &SetupRequest,
        address: &str,
    ) -> Result<Vec<(Localized, String)>, Unanswered> {
        let host = request.host().unwrap_or_default().to_owned();
        let granted = installation.grant.allows(Access::Http)
            && installation.grant.hosts().any(|pattern| pattern.as_str() == host);
        if !granted {
            return Err(SetupProblem::NotGranted(host).into());
        }
        let key = match &request.auth {
            None => None,
            Some(auth) => match self.secret(installation, auth.key()).await? {
                Some(value) => Some(Key { place: place(auth), setting: auth.key().to_owned(), value }),
                None => return Err(SetupProblem::NeedsSetting(label(manifest, auth.key())).into()),
            },
        };
        let inbound = manifest.inbound.as_ref().map(Inbound::secret).unwrap_or_default();
        let secret = self.secret(installation, inbound).await?;
        let (body, has_secret) = request.body(address, secret.as_ref().map_or("", |secret| secret.expose_secret()));
        if has_secret && secret.is_none() {
            return Err(SetupProblem::NeedsSetting(label(manifest, inbound)).into());
        }
        let body = match request.method {
            SetupMethod::Get => None,
            SetupMethod::Post => Some(Body::Json(body.to_string().into_bytes())),
        };
        let ask = HostRequest { url: request.url.clone(), body, key, secret: secret.filter(|_| has_secret) };
        let answer = self.sandbox.ask(installation.desk, &[host], ask).await;
        let (status, body) = answer.map_err(|error| SetupProblem::Unreachable(error.to_string()))?;
        Ok(read_answer(request, status, &body)?)
    }
}

/// Why a request brought nothing: a problem to show, or the store failed.
enum Unanswered {
    Problem(SetupProblem),
    Store(StoreError),
}

impl From<SetupProblem> for Unanswered {
    fn from(problem: SetupProblem) -> Self {
        Self::Problem(problem)
    }
}

impl From<StoreError> for Unanswered {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn place(auth: &SetupAuth) -> KeyPlace {
    match auth {
        SetupAuth::Bearer(_) => KeyPlace::Bearer,
        SetupAuth::Path(_) => KeyPlace::Path,
        SetupAuth::Header { name, .. } => KeyPlace::Header(name.clone()),
    }
}

fn label(manifest: &Manifest, key: &str) -> Localized {
    let setting = manifest.settings.iter().find(|setting| setting.key == key);
    setting.map_or_else(|| Localized::en(key), |setting| setting.label.clone())
}

fn read_answer(request: &SetupRequest, status: u16, body: &[u8]) -> Result<Vec<(Localized, String)>, SetupProblem> {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    let says_yes = request.ok.as_ref().is_none_or(|at| answer.pointer(at) == Some(&Value::Bool(true)));
    if !(200..300).contains(&status) || !says_yes {
        let said = request.error.as_ref().and_then(|at| answer.pointer(at)).and_then(Value::as_str);
        let said = said.map_or_else(|| format!("status {status}"), |said| said.chars().take(300).collect());
        return Err(SetupProblem::Refused(said));
    }
    let shown = request.shows.iter().filter_map(|shown| {
        let text = match answer.pointer(&shown.at)? {
            Value::String(text) => text.chars().filter(|c| !c.is_control()).take(300).collect(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            _ => return None,
        };
        Some((shown.label.clone(), text))
    });
    Ok(shown.filter(|(_, text): &(Localized, String)| !text.is_empty()).collect())
}

/// Gives what receives requests its address and its inbound secret, so that it can be set up at once.
pub(crate) async fn first_secret(
    tx: &mut Tx,
    vault: &Vault,
    installation: &Installation,
    now: Timestamp,
) -> Result<(), StoreError> {
    let version = catalog::version(tx, &installation.addon, &installation.version).await?;
    let Some(manifest) = version.map(|version| version.manifest) else { return Ok(()) };
    let Some(inbound) = &manifest.inbound else { return Ok(()) };
    if installation.kind == Kind::Plugin {
        channels::take_over(tx, installation).await?;
    }
    if settings::get(tx, installation.desk, installation.id, inbound.secret()).await?.is_none() {
        write_secret(tx, vault, installation, &manifest, now).await?;
    }
    Ok(())
}

/// `None`: the manifest names no inbound secret, or one that has a form of its own.
async fn write_secret(
    tx: &mut Tx,
    vault: &Vault,
    installation: &Installation,
    manifest: &Manifest,
    now: Timestamp,
) -> Result<Option<(String, SecretString)>, StoreError> {
    let key = manifest.inbound.as_ref().map(Inbound::secret);
    let Some(setting) = manifest.settings.iter().find(|setting| Some(setting.key.as_str()) == key) else {
        return Ok(None);
    };
    let Ok(made) = random::token() else { return Ok(None) };
    if setting.parse(&made).is_err() {
        return Ok(None);
    }
    let secret = SecretString::from(made);
    let place = SecretPlace { desk: installation.desk, addon: &installation.addon, setting: &setting.key };
    let sealed = Stored::Sealed(vault.seal(tx, place, &secret, now).await?);
    settings::put(tx, installation.desk, installation.id, &setting.key, Some(&sealed), now).await?;
    Ok(Some((setting.key.clone(), secret)))
}
