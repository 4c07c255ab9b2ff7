//! Settings of an installation: checked by the manifest's schema, subdomains and hosts asked for on the network, keys tried at
//! their services (R53) and mailboxes opened, secrets sealed. What the add-on itself says of them: [`asked`].

mod asked;

use std::collections::BTreeMap;

use annex_domain::{
    audit::Action,
    capability::{Access, HostPattern},
    configuration::Problem,
    connection,
    ids::{DeskId, InstallationId, OperatorId},
    installation::{self, Installation},
    mailbox,
    manifest::{Inbound, Manifest},
    operator::Actor,
    settings::{FieldError, KeyCheck, Setting, SettingKind, SettingValue, check, is_shown},
};
use annex_sandbox::{
    EgressError,
    egress::{HostRequest, Key},
};
use annex_store::{
    audit, channels, connected, desks, happenings, installations, mailboxes,
    settings::{self, Stored},
    vault::SecretPlace,
};
use secrecy::SecretString;
use serde_json::json;

pub use self::asked::Tested;
use crate::{Lifecycle, LifecycleError, SettingsError, mailboxes::check_moved_accounts};

/// An inbound secret has at least so many characters: whoever guesses it writes to the desk in other people's names.
const SHORTEST_SECRET: usize = 16;

/// What became of saving settings. They are saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Keys that could not be tried, since their service did not answer.
    pub untried: Vec<String>,
    /// What the add-on says does not work; nothing where it says that they do, or nothing.
    pub problems: Vec<Problem>,
}

/// A setting as its page shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingView {
    /// What the manifest declares.
    pub setting: Setting,
    /// What was entered; never for secrets.
    pub value: Option<SettingValue>,
    /// Something was entered.
    pub is_set: bool,
}

type Checked = BTreeMap<String, Option<SettingValue>>;
type Known = BTreeMap<String, Stored>;

impl Lifecycle {
    /// The settings that the running version declares, with what was entered.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`].
    pub async fn settings_view(&self, desk: DeskId, id: InstallationId) -> Result<Vec<SettingView>, LifecycleError> {
        let manifest = self.installation(desk, id).await?.manifest;
        let mut conn = self.db.read().await?;
        let mut stored = settings::list(&mut conn, desk, id).await?;
        let accounts = connected::settings(&mut conn, desk, id).await?;
        let view = |setting: &Setting| {
            let found = stored.remove(&setting.key);
            let is_set = found.is_some() || accounts.contains(&setting.key);
            let value = match found {
                Some(Stored::Plain(value)) if setting.kind != SettingKind::Secret => Some(value),
                _ => None,
            };
            SettingView { setting: setting.clone(), value, is_set }
        };
        Ok(manifest.fields().iter().map(view).collect())
    }

    /// Checks and saves what was entered: all of it or nothing. An empty secret keeps the stored one. Then the add-on is asked whether
    /// it works, and what it says is noted.
    ///
    /// # Errors
    /// [`SettingsError::Fields`] with one error for each wrong field; [`LifecycleError::NotAllowed`] while the add-on is
    /// being changed (R32).
    pub async fn save_settings(
        &self,
        desk: DeskId,
        id: InstallationId,
        entered: BTreeMap<String, String>,
        by: OperatorId,
    ) -> Result<Saved, SettingsError> {
        let installation = self.stored(desk, id).await?;
        editable(&installation)?;
        let manifest = self.current_version(&installation).await?.manifest;
        let stored = settings::list(&mut self.db.read().await?, desk, id).await?;
        let mut checked = check(&manifest.fields(), &entered, &sealed(&stored)).map_err(SettingsError::Fields)?;
        check_inbound_secret(&manifest, &checked)?;
        check_moved(&manifest, &mut checked, &stored)?;
        self.verify_hosts(&installation, &manifest, &checked, &stored).await?;
        let untried = self.try_keys(&installation, &manifest, &checked, &stored).await?;
        self.try_mailboxes(&installation, &manifest, &checked, &stored).await?;
        self.write_settings(&installation, &manifest, checked, &stored, by).await?;
        let problems = self.try_saved(&installation, &manifest).await;
        Ok(Saved { untried, problems })
    }

    /// Tries each key that is new, or is to be used at another host now, as its manifest says. No transaction is open
    /// meanwhile.
    async fn try_keys(
        &self,
        installation: &Installation,
        manifest: &Manifest,
        checked: &Checked,
        stored: &Known,
    ) -> Result<Vec<String>, SettingsError> {
        let mut tries = Vec::new();
        for setting in &manifest.settings {
            let Some(check) = &setting.check else { continue };
            let (label, moved) = label(check, manifest, checked, stored);
            let entered = match checked.get(&setting.key) {
                Some(Some(SettingValue::Text(text))) => Some(SecretString::from(text.clone())),
                _ => None,
            };
            let key = match (entered, stored.get(&setting.key)) {
                (Some(key), _) => key,
                (None, Some(Stored::Sealed(sealed))) if moved && !checked.contains_key(&setting.key) => {
                    let place =
                        SecretPlace { desk: installation.desk, addon: &installation.addon, setting: &setting.key };
                    self.vault.open(&mut self.db.read().await?, place, sealed).await?
                }
                _ => continue,
            };
            let host = HostPattern::try_from(check.host().to_owned()).ok();
            let host = host.filter(|pattern| {
                installation.grant.allows(Access::Http) && installation.grant.hosts().any(|granted| granted == pattern)
            });
            // Without its host there is nobody to ask yet.
            let Some(host) = host.and_then(|pattern| pattern.resolve(label.as_deref())) else { continue };
            tries.push(self.try_key(installation.desk, &setting.key, check, host, label, key));
        }
        let mut untried = Vec::new();
        let mut errors = Vec::new();
        for tried in futures::future::join_all(tries).await {
            match tried {
                Tried::Fine => {}
                Tried::Unknown(key) => untried.push(key),
                Tried::Refused(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(untried) } else { Err(SettingsError::Fields(errors)) }
    }

    async fn try_key(
        &self,
        desk: DeskId,
        setting: &str,
        check: &KeyCheck,
        host: String,
        label: Option<String>,
        key: SecretString,
    ) -> Tried {
        let refused = |text: String| Tried::Refused(FieldError::new(setting, "key-refused", text));
        let url = check.url_with(label.as_deref());
        let key = Key { place: check.auth.clone(), setting: setting.to_owned(), value: key };
        let ask = HostRequest { url, body: None, key: Some(key), secret: None };
        match self.sandbox.ask(desk, std::slice::from_ref(&host), ask).await {
            Ok((status, body)) if check.refuses(status, &body) => {
                let text = format!("{host} refused this key: check that it is complete, valid and has the permissions");
                refused(text)
            }
            Ok((200..=299, _)) => Tried::Fine,
            Err(EgressError::Invalid(text)) => refused(format!("this key cannot be sent: {text}")),
            Ok(_) | Err(_) => Tried::Unknown(setting.to_owned()),
        }
    }

    /// Asks for each new subdomain or host whether it exists (R53). No transaction is open meanwhile.
    async fn verify_hosts(
        &self,
        installation: &Installation,
        manifest: &Manifest,
        checked: &Checked,
        stored: &Known,
    ) -> Result<(), SettingsError> {
        let mut errors = Vec::new();
        for setting in &manifest.settings {
            let own = (setting.kind == SettingKind::Host).then(|| format!("https://{{{}}}/", setting.key));
            let Some(template) = setting.verify.as_ref().or(own.as_ref()) else { continue };
            let Some(Some(SettingValue::Text(label))) = checked.get(&setting.key) else { continue };
            let unchanged =
                matches!(stored.get(&setting.key), Some(Stored::Plain(SettingValue::Text(old))) if old == label);
            if unchanged {
                continue;
            }
            let url = template.replace(&format!("{{{}}}", setting.key), label);
            if let Err(error) = self.probe(installation, setting, template, &url).await {
                errors.push(error);
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(SettingsError::Fields(errors)) }
    }

    async fn probe(
        &self,
        installation: &Installation,
        setting: &Setting,
        template: &str,
        url: &str,
    ) -> Result<(), FieldError> {
        let key = &setting.key;
        // The manifest's check made sure that the host is one of its patterns; the desk must have granted it, too.
        let host = template.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
        let granted = installation.grant.allows(Access::Http)
            && installation.grant.hosts().any(|pattern| pattern.as_str() == host);
        if !granted {
            let host = url.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or(url);
            return Err(FieldError::new(key, "not-granted", format!("requests to {host} were not granted")));
        }
        match self.sandbox.probe(url).await {
            // Where nobody said what is there, somebody answers.
            Ok(_) if setting.verify.is_none() => Ok(()),
            Ok(status) if status != 404 && status < 500 => Ok(()),
            Ok(status) => {
                let text = format!("{url} answered {status}: check the spelling");
                Err(FieldError::new(key, "does-not-exist", text))
            }
            Err(error) => {
                let text = format!("{url} could not be reached ({error}): check the spelling, or try again later");
                Err(FieldError::new(key, "not-reachable", text))
            }
        }
    }

    async fn write_settings(
        &self,
        installation: &Installation,
        manifest: &Manifest,
        checked: Checked,
        before: &Known,
        by: OperatorId,
    ) -> Result<(), SettingsError> {
        let (desk, id, now) = (installation.desk, installation.id, self.clock.now());
        let mut tx = self.db.begin().await?;
        desks::lock(&mut tx, desk).await?;
        // Read again where it is written: an update may have begun meanwhile, or others were saved, which this was not checked with.
        let current = installations::get(&mut tx, desk, id).await?.ok_or(LifecycleError::NotFound("installation"))?;
        editable(&current)?;
        if current.version != installation.version || settings::list(&mut tx, desk, id).await? != *before {
            return Err(LifecycleError::Conflict.into());
        }
        let fields = manifest.fields();
        let (mut saved, mut changed) = (Vec::new(), Vec::new());
        for (key, value) in checked {
            let secret = fields.iter().any(|it| it.key == key && it.kind == SettingKind::Secret);
            if value.is_none() && fields.iter().any(|it| it.key == key && it.kind == SettingKind::OAuth2) {
                connected::delete(&mut tx, &connected::Key { desk, installation: id, setting: key.clone() }).await?;
            }
            let stored = match value {
                None => None,
                Some(SettingValue::Text(text)) if secret => {
                    let place = SecretPlace { desk, addon: &installation.addon, setting: &key };
                    Some(Stored::Sealed(self.vault.seal(&mut tx, place, &SecretString::from(text), now).await?))
                }
                Some(value) => Some(Stored::Plain(value)),
            };
            settings::put(&mut tx, desk, id, &key, stored.as_ref(), now).await?;
            if stored.as_ref() != before.get(&key) {
                changed.push(key.clone());
            }
            saved.push(key);
        }
        for setting in manifest.mailboxes() {
            if saved.contains(&mailbox::key(&setting.key, "address")) {
                let key = mailboxes::Key { desk, installation: id, setting: setting.key.clone() };
                mailboxes::enter(&mut tx, &key, now).await?;
            }
        }
        // What it can carry may hang on them.
        channels::forget_facts(&mut tx, desk, id).await?;
        // Keys only: values may be personal, and secrets never leave the vault.
        let detail = json!({ "installation": id, "settings": saved });
        audit::append(
            &mut tx,
            desk,
            Actor::Operator(by),
            Action::AddonSettings,
            installation.addon.as_str(),
            &detail,
            now,
        )
        .await?;
        if !changed.is_empty() {
            happenings::settings_changed(&mut tx, desk, id, &changed, Actor::Operator(by), now).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// The keys of secrets that are kept.
fn sealed(stored: &Known) -> Vec<String> {
    let is_sealed = |stored: &Stored| matches!(stored, Stored::Sealed(_));
    stored.iter().filter(|(_, stored)| is_sealed(stored)).map(|(key, _)| key.clone()).collect()
}

/// What a channel's service shows with each request must not be guessed.
fn check_inbound_secret(manifest: &Manifest, checked: &Checked) -> Result<(), SettingsError> {
    let Some(inbound) = &manifest.inbound else { return Ok(()) };
    match checked.get(inbound.secret()) {
        Some(Some(SettingValue::Text(text))) if text.chars().count() < SHORTEST_SECRET => {
            let text = format!("use at least {SHORTEST_SECRET} characters, or leave it empty for one that Annex makes");
            Err(SettingsError::Fields(vec![FieldError::new(inbound.secret(), "too-short", text)]))
        }
        _ => Ok(()),
    }
}

/// A secret that is kept does not go to a host that is entered later: whoever changes the host enters the secrets anew, and those
/// that are not shown are forgotten, as are accounts. The secret of requests that come in stays; it goes nowhere.
fn check_moved(manifest: &Manifest, checked: &mut Checked, stored: &Known) -> Result<(), SettingsError> {
    check_moved_accounts(manifest, checked, stored)?;
    let moves = |setting: &Setting| match checked.get(&setting.key) {
        Some(Some(value)) => !matches!(stored.get(&setting.key), Some(Stored::Plain(before)) if before == value),
        _ => false,
    };
    if !manifest.settings.iter().any(|setting| setting.kind == SettingKind::Host && moves(setting)) {
        return Ok(());
    }
    let inbound = manifest.inbound.as_ref().map(Inbound::secret);
    let is_kept = |setting: &&Setting| {
        let key = &setting.key;
        setting.kind == SettingKind::Secret && stored.contains_key(key) && !checked.contains_key(key)
    };
    // The client of an account shows its secret there, too.
    let is_entered =
        |url: &String| HostPattern::try_from(connection::host(url).to_owned()).is_ok_and(|host| host.is_entered());
    let clients = connection::accounts(&manifest.settings)
        .filter(|(_, oauth2)| [Some(&oauth2.token), oauth2.revoke.as_ref()].into_iter().flatten().any(is_entered))
        .flat_map(|(setting, _)| connection::fields(setting));
    let secrets: Vec<Setting> = manifest.settings.iter().cloned().chain(clients).collect();
    let kept = secrets.iter().filter(is_kept).filter(|setting| inbound != Some(setting.key.as_str()));
    let now = |key: &str| match (checked.get(key), stored.get(key)) {
        (Some(value), _) => value.as_ref().map(ToString::to_string),
        (None, Some(Stored::Plain(value))) => Some(value.to_string()),
        (None, _) => None,
    };
    let (shown, hidden): (Vec<_>, Vec<_>) = kept.partition(|setting| is_shown(&manifest.settings, setting, &now));
    let accounts = connection::accounts(&manifest.settings).map(|(setting, _)| setting);
    let forgotten: Vec<_> = hidden.into_iter().chain(accounts).map(|setting| (setting.key.clone(), None)).collect();
    checked.extend(forgotten);
    let again = |setting: &&Setting| {
        FieldError::new(&setting.key, "enter-again", "enter it again: it is used at another host now")
    };
    let errors: Vec<_> = shown.iter().map(again).collect();
    if errors.is_empty() { Ok(()) } else { Err(SettingsError::Fields(errors)) }
}

/// What a service said about a key.
enum Tried {
    Fine,
    /// Nothing: it did not answer, or something else was wrong.
    Unknown(String),
    Refused(FieldError),
}

/// The left-most label of the host at which a key is tried, and whether it is another one than before.
fn label(check: &KeyCheck, manifest: &Manifest, checked: &Checked, stored: &Known) -> (Option<String>, bool) {
    let Some(key) = check.label() else { return (None, false) };
    let default =
        manifest.settings.iter().find(|setting| setting.key == key).and_then(|setting| setting.default.clone());
    let text = |value: &SettingValue| if let SettingValue::Text(text) = value { Some(text.clone()) } else { None };
    let before = match stored.get(key) {
        Some(Stored::Plain(value)) => text(value),
        _ => None,
    };
    let before = before.or_else(|| default.clone());
    let now = match checked.get(key) {
        Some(value) => value.as_ref().and_then(text).or(default),
        None => before.clone(),
    };
    let moved = now != before;
    (now, moved)
}

/// Managers see the details of an installation that is being changed, but cannot edit them (R32).
pub(crate) fn editable(installation: &Installation) -> Result<(), LifecycleError> {
    Ok(installation.status.check(installation::Action::Configure)?)
}
