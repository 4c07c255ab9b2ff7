//! The mailboxes of channels: what was entered for them, and whether it works. How mails come in: [`read`] and [`take_in`]. They go out
//! through the port of add-ons (`data/mail.rs`).

mod read;
mod take_in;

use std::collections::BTreeMap;

use annex_domain::{
    addon::AddonId,
    capability::Access,
    ids::{DeskId, InstallationId},
    installation::Installation,
    mailbox::{self, Mailbox},
    manifest::Manifest,
    settings::{FieldError, Setting, SettingValue},
};
use annex_mailbox::{Login, MailError};
use annex_store::{
    Conn, StoreError, connected,
    settings::{self, Stored},
    vault::{SecretPlace, Vault},
};
use secrecy::SecretString;

#[cfg(test)]
pub(crate) use self::read::MOST_WAITING;
pub(crate) use self::read::ROOM;
use crate::{
    Lifecycle, SettingsError, UseError,
    calls::Callee,
    connections::{Connections, TokenError, Whose},
    setup::SetupProblem,
};

/// A mailbox as it was entered.
pub(crate) struct Entered {
    pub(crate) mailbox: Mailbox,
    pub(crate) secret: Secret,
}

/// With what a mailbox logs in.
pub(crate) enum Secret {
    Password(SecretString),
    /// Its token, which is made fresh when it is needed.
    Account(Whose),
}

impl Secret {
    /// What its servers are shown now; without `connections` no account is connected.
    pub(crate) async fn login(&self, connections: Option<&Connections>) -> Result<Login, TokenError> {
        match (self, connections) {
            (Self::Password(password), _) => Ok(Login::Password(password.clone())),
            (Self::Account(whose), Some(connections)) => {
                connections.token(whose).await?.map(Login::Token).ok_or(TokenError::NotConnected)
            }
            (Self::Account(_), None) => Err(TokenError::NotConnected),
        }
    }

    /// Whoever logs in next has a fresh token made where a server has refused this one.
    pub(crate) async fn heed(
        &self,
        said: Option<&MailError>,
        login: &Login,
        connections: Option<&Connections>,
    ) -> Result<(), StoreError> {
        match (self, said, login, connections) {
            (Self::Account(whose), Some(MailError::Login(..)), Login::Token(token), Some(connections)) => {
                connections.distrust(whose, token).await
            }
            _ => Ok(()),
        }
    }
}

impl Lifecycle {
    /// A channel that runs, and that the desk lets have its mails.
    pub(crate) async fn mail_callee(&self, desk: DeskId, id: InstallationId) -> Result<Callee, UseError> {
        let callee = self.callee(desk, id).await?;
        if callee.installation.grant.allows(Access::Mail) { Ok(callee) } else { Err(UseError::Refused) }
    }

    /// What is stored of a mailbox; `None` while something is missing.
    pub(crate) async fn entered(
        &self,
        installation: &Installation,
        setting: &Setting,
    ) -> Result<Option<Entered>, StoreError> {
        let of = (installation.desk, installation.id, &installation.addon);
        entered(&mut self.db.read().await?, &self.vault, of, setting).await
    }

    /// Tries each mailbox of which something is new: it logs in to both servers. No transaction is open meanwhile. A password that is
    /// kept goes to no other server than before: whoever names another enters it anew.
    pub(crate) async fn try_mailboxes(
        &self,
        installation: &Installation,
        manifest: &Manifest,
        checked: &BTreeMap<String, Option<SettingValue>>,
        stored: &BTreeMap<String, Stored>,
    ) -> Result<(), SettingsError> {
        let mut errors = Vec::new();
        for setting in manifest.mailboxes() {
            let is_new = |field: &Setting| match (checked.get(&field.key), stored.get(&field.key)) {
                (None, _) => false,
                (Some(value), Some(Stored::Plain(before))) => value.as_ref() != Some(before),
                (Some(value), _) => value.is_some(),
            };
            let address = checked.get(&mailbox::key(&setting.key, "address"));
            if !matches!(address, Some(Some(_))) || !mailbox::fields(setting).iter().any(is_new) {
                continue;
            }
            let value = |key: &str| match checked.get(key) {
                Some(value) => value.as_ref().map(ToString::to_string),
                None => stored.get(key).and_then(plain),
            };
            let (mailbox, oauth2) = match (read_entered(setting, value), mailbox::oauth2(&setting.key, &value)) {
                (Ok(mailbox), Ok(oauth2)) => (mailbox, oauth2),
                (Err(error), _) | (_, Err(error)) => {
                    errors.push(error);
                    continue;
                }
            };
            let login = match oauth2 {
                Some(_) => self.account_of(installation, setting, checked).await?,
                None => self.password_of(installation, setting, checked).await?,
            };
            let password = mailbox::key(&setting.key, "password");
            let is_kept = !matches!(checked.get(&password), Some(Some(_)));
            let before = read_entered(setting, |key| stored.get(key).and_then(plain)).ok();
            let has_moved = before.is_none_or(|before| !has_same_servers(&before, &mailbox));
            match login {
                Some(Login::Password(_)) if is_kept && has_moved => {
                    let said = "enter it again: it is used at another host now";
                    errors.push(FieldError::new(password, "enter-again", said));
                }
                Some(login) => errors.extend(self.problems(&setting.key, &mailbox, &login).await),
                // It is saved before it can be connected.
                None if oauth2.is_some() => {}
                None => errors.push(FieldError::new(password, "required", "enter a value")),
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(SettingsError::Fields(errors)) }
    }

    /// The password as it was entered, or is kept.
    async fn password_of(
        &self,
        installation: &Installation,
        setting: &Setting,
        checked: &BTreeMap<String, Option<SettingValue>>,
    ) -> Result<Option<Login>, StoreError> {
        let password = mailbox::key(&setting.key, "password");
        let login = match checked.get(&password) {
            Some(Some(SettingValue::Text(entered))) => Some(SecretString::from(entered.clone())),
            _ => self.secret(installation, &password).await?,
        };
        Ok(login.map(Login::Password))
    }

    /// The token of its account; none while that is not connected, is about to be forgotten, or its service has no answer.
    async fn account_of(
        &self,
        installation: &Installation,
        setting: &Setting,
        checked: &BTreeMap<String, Option<SettingValue>>,
    ) -> Result<Option<Login>, StoreError> {
        let key = mailbox::account(&setting.key);
        if checked.contains_key(&key) {
            return Ok(None);
        }
        let of = (installation.desk, installation.id, &installation.addon);
        match self.connections().token(&whose(of, key)).await {
            Ok(token) => Ok(token.map(Login::Token)),
            Err(TokenError::Store(error)) => Err(error),
            Err(_) => Ok(None),
        }
    }

    async fn problems(&self, setting: &str, mailbox: &Mailbox, login: &Login) -> Vec<FieldError> {
        let problems = annex_mailbox::check(&self.mail_network, mailbox, login).await;
        let at_field = |problem: &annex_mailbox::Problem| {
            let field = match (problem.field(), login) {
                ("password", Login::Token(_)) => mailbox::account(setting),
                (field, _) => mailbox::key(setting, field),
            };
            FieldError::new(field, problem.error.code(), problem.error.to_string())
        };
        problems.iter().map(at_field).collect()
    }

    /// **Test connection** of what is stored: the first thing that is wrong.
    pub(crate) async fn test_mailboxes(
        &self,
        installation: &Installation,
        manifest: &Manifest,
    ) -> Result<Option<SetupProblem>, StoreError> {
        for setting in manifest.mailboxes() {
            let Some(Entered { mailbox, secret }) = self.entered(installation, setting).await? else {
                return Ok(Some(SetupProblem::NeedsSetting(setting.label.clone())));
            };
            let login = match secret.login(Some(&self.connections())).await {
                Ok(login) => login,
                Err(TokenError::Store(error)) => return Err(error),
                Err(error) => return Ok(Some(SetupProblem::Refused(error.to_string()))),
            };
            let problems = annex_mailbox::check(&self.mail_network, &mailbox, &login).await;
            if !problems.is_empty() {
                let said: Vec<_> = problems.iter().map(|problem| problem.error.to_string()).collect();
                return Ok(Some(SetupProblem::Refused(said.join("; "))));
            }
        }
        Ok(None)
    }
}

/// What is stored of a mailbox of an installation; `None` while something is missing.
pub(crate) async fn entered(
    conn: &mut Conn,
    vault: &Vault,
    (desk, installation, addon): (DeskId, InstallationId, &AddonId),
    setting: &Setting,
) -> Result<Option<Entered>, StoreError> {
    let stored = settings::list(conn, desk, installation).await?;
    let value = |key: &str| stored.get(key).and_then(plain);
    let (Ok(mailbox), Ok(oauth2)) = (read_entered(setting, value), mailbox::oauth2(&setting.key, &value)) else {
        return Ok(None);
    };
    if oauth2.is_some() {
        let whose = whose((desk, installation, addon), mailbox::account(&setting.key));
        return Ok(Some(Entered { mailbox, secret: Secret::Account(whose) }));
    }
    let password = mailbox::key(&setting.key, "password");
    let Some(Stored::Sealed(sealed)) = stored.get(&password) else { return Ok(None) };
    let place = SecretPlace { desk, addon, setting: &password };
    let secret = Secret::Password(vault.open(conn, place, sealed).await?);
    Ok(Some(Entered { mailbox, secret }))
}

fn whose((desk, installation, addon): (DeskId, InstallationId, &AddonId), setting: String) -> Whose {
    Whose { key: connected::Key { desk, installation, setting }, addon: addon.clone() }
}

/// The account of a mailbox is forgotten where its service or its servers change: its token is shown to no other ones. The secret of
/// its client is entered again for another service. A password is forgotten once an account takes its place: the servers may change
/// then without it.
pub(crate) fn check_moved_accounts(
    manifest: &Manifest,
    checked: &mut BTreeMap<String, Option<SettingValue>>,
    stored: &BTreeMap<String, Stored>,
) -> Result<(), SettingsError> {
    let mut errors = Vec::new();
    for setting in manifest.mailboxes() {
        let moves = |field: &&str| {
            let key = mailbox::key(&setting.key, field);
            let before = stored.get(&key).and_then(plain);
            checked.get(&key).is_some_and(|value| value.as_ref().map(ToString::to_string) != before)
        };
        let (service, servers) = (mailbox::SERVICE.iter().any(moves), mailbox::SERVERS.iter().any(moves));
        let by_account =
            mailbox::oauth2(&setting.key, &|key: &str| checked.get(key)?.as_ref().map(ToString::to_string));
        let by_password = matches!(by_account, Ok(None));
        let password = mailbox::key(&setting.key, "password");
        if !by_password && stored.contains_key(&password) {
            checked.insert(password, None);
        }
        let account = mailbox::account(&setting.key);
        let secret = mailbox::key(&account, "client_secret");
        if service || servers {
            checked.insert(account, None);
        }
        if !service || checked.contains_key(&secret) || !stored.contains_key(&secret) {
            continue;
        }
        if by_password {
            checked.insert(secret, None);
        } else {
            errors.push(FieldError::new(secret, "enter-again", "enter it again: it is used at another host now"));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(SettingsError::Fields(errors)) }
}

/// A mailbox of what was entered, with the defaults of its fields in the place of what was not.
fn read_entered(setting: &Setting, value: impl Fn(&str) -> Option<String>) -> Result<Mailbox, FieldError> {
    let fields = mailbox::fields(setting);
    let default = |key: &str| fields.iter().find(|field| field.key == key).and_then(|field| field.default.clone());
    Mailbox::read(&setting.key, |key| value(key).or_else(|| default(key)))
}

/// Both of them, whatever their ports.
fn has_same_servers(one: &Mailbox, other: &Mailbox) -> bool {
    one.imap.host == other.imap.host && one.smtp.host == other.smtp.host
}

/// As it was entered; nothing of what is sealed.
fn plain(stored: &Stored) -> Option<String> {
    match stored {
        Stored::Plain(value) => Some(value.to_string()),
        Stored::Sealed(_) => None,
    }
}
