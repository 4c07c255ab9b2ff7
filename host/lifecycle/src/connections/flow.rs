//! How an account is connected: a browser is sent to its service, comes back with a code, and the code becomes tokens. `state` belongs
//! to the session that began, and works once; the code is of no use without the verifier, which is sealed with it (PKCE).

use std::collections::BTreeMap;

use annex_billing::accounts;
use annex_domain::{
    audit::Action,
    capability::Access,
    connection::{self, ClientAuth, OAuth2, TokenAnswer},
    ids::{DeskId, InstallationId, OperatorId, SessionId},
    installation::Installation,
    mailbox::{self, key},
    manifest::Manifest,
    operator::Actor,
    random,
};
use annex_store::{
    Conn, StoreError, audit,
    billing::oidc::OidcRequest,
    catalog, channels,
    connected::{self, Key},
    desks, happenings, installations, mailboxes,
    settings::{self, Stored},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{Account, Client, Connections, Whose};
use crate::{Lifecycle, LifecycleError, settings::editable};

/// Where the browser comes back.
#[derive(Debug, Clone)]
pub struct Back {
    /// The address, as it is registered at services.
    pub to: String,
    /// What `state` begins with, before a dot; empty: nothing.
    pub label: String,
}

/// With what the browser came back.
#[derive(Debug, Clone)]
pub struct Returned {
    /// `state`.
    pub state: String,
    /// `code`; empty with an error.
    pub code: String,
    /// `error`; empty without.
    pub error: String,
}

/// An account was not connected.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Something has to be entered and saved before: a client, or a part of an address.
    #[error("save the settings above first")]
    NeedsSetting,
    /// The browser comes back from nowhere: another session, too late, or again.
    #[error("this was not begun here, or too long ago: begin again")]
    State,
    /// The person said no.
    #[error("it was given up at the service")]
    GivenUp,
    /// The service says no, with this word.
    #[error("the service refused: {0}")]
    Refused(String),
    /// The service did not answer as it should.
    #[error("the service did not answer as it should: {0}")]
    Unclear(String),
    /// There is no such setting, or it cannot be changed now.
    #[error(transparent)]
    Lifecycle(#[from] LifecycleError),
}

impl ConnectError {
    /// Stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NeedsSetting => "needs-setting",
            Self::State => "state",
            Self::GivenUp => "given-up",
            Self::Refused(_) => "refused",
            Self::Unclear(_) => "unclear",
            Self::Lifecycle(error) => error.code(),
        }
    }
}

impl From<StoreError> for ConnectError {
    fn from(error: StoreError) -> Self {
        Self::Lifecycle(error.into())
    }
}

/// What is needed when the browser comes back. No `Debug`: it holds secrets.
#[derive(Serialize, Deserialize)]
struct Pending {
    installation: InstallationId,
    setting: String,
    client: Client,
    verifier: String,
    /// Where it comes back.
    to: String,
    /// What was entered when it was begun ([`hangs_on`]).
    begun: String,
}

impl Lifecycle {
    /// Begins to connect an account: where the browser is sent.
    ///
    /// # Errors
    /// [`ConnectError::NeedsSetting`]; [`ConnectError::Lifecycle`] for a setting that is no account.
    pub async fn connect_account(
        &self,
        (desk, session): (DeskId, SessionId),
        id: InstallationId,
        setting: &str,
        back: Back,
    ) -> Result<Url, ConnectError> {
        let installation = self.stored(desk, id).await?;
        editable(&installation)?;
        let manifest = self.current_version(&installation).await?.manifest;
        let stored = settings::list(&mut self.db.read().await?, desk, id).await?;
        let value = |key: &str| entered(&manifest, &stored, key);
        let oauth2 = &wanted(&installation, &manifest, setting, &value)?;
        let client = self.client(&installation, setting, oauth2, &value).await?;
        let authorize = connection::at(&oauth2.authorize, &value).ok_or(ConnectError::NeedsSetting)?;
        let token = || random::token().map_err(|error| ConnectError::Unclear(error.to_string()));
        let (nonce, verifier) = (token()?, token()?);
        let state = if back.label.is_empty() { nonce } else { format!("{}.{nonce}", back.label) };
        let mut to = Url::parse(&authorize).map_err(|error| ConnectError::Unclear(error.to_string()))?;
        to.query_pairs_mut()
            .extend_pairs(&oauth2.parameters)
            .append_pair("response_type", "code")
            .append_pair("client_id", &client.id)
            .append_pair("redirect_uri", &back.to)
            .append_pair("state", &state)
            .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier)))
            .append_pair("code_challenge_method", "S256");
        if !oauth2.scopes.is_empty() {
            to.query_pairs_mut().append_pair("scope", &oauth2.scopes.join(" "));
        }
        let (setting, to_come_back, begun) = (setting.to_owned(), back.to, hangs_on(&installation, &stored));
        let pending = Pending { installation: id, setting, client, verifier, to: to_come_back, begun };
        let json = serde_json::to_vec(&pending).map_err(StoreError::from)?;
        let sealed = self.vault.seal_state(&context(desk, session), &json).map_err(StoreError::from)?;
        accounts::keep_pending(&self.billing, &state, &OidcRequest { desk, session, sealed }).await?;
        Ok(to)
    }

    /// Ends it, when the browser is back. Answers for which installation it was begun, and whether the account is connected; where it is
    /// not, nothing has changed.
    ///
    /// # Errors
    /// [`ConnectError::State`]; when the database fails.
    pub async fn account_connected(
        &self,
        (desk, session): (DeskId, SessionId),
        back: Returned,
        by: OperatorId,
    ) -> Result<(InstallationId, Result<(), ConnectError>), ConnectError> {
        let pending = self.pending(desk, session, &back.state).await?;
        Ok((pending.installation, self.trade_in(desk, pending, back, by).await))
    }

    /// Disconnects an account; its service is told, where it wants to know.
    ///
    /// # Errors
    /// [`LifecycleError::NotAllowed`] while the add-on is being changed.
    pub async fn disconnect_account(
        &self,
        desk: DeskId,
        id: InstallationId,
        setting: &str,
        by: OperatorId,
    ) -> Result<(), ConnectError> {
        let installation = self.stored(desk, id).await?;
        editable(&installation)?;
        let whose = whose(&installation, setting);
        let of = self.connections();
        let Some((_, account)) = of.kept(&whose).await? else { return Ok(()) };
        self.write_account(&installation, &whose, None, by).await?;
        of.revoke(&whose, &account).await;
        Ok(())
    }

    /// Where accounts are kept.
    pub(crate) fn connections(&self) -> Connections {
        let (db, vault, clock) = (self.db.clone(), self.vault.clone(), self.clock.clone());
        Connections { db, vault, clock, asker: self.sandbox.asker() }
    }

    async fn pending(&self, desk: DeskId, session: SessionId, state: &str) -> Result<Pending, ConnectError> {
        let sealed = accounts::take_pending(&self.billing, state, desk, session).await?.ok_or(ConnectError::State)?;
        let opened = self.vault.open_state(&context(desk, session), &sealed).map_err(|_| ConnectError::State)?;
        serde_json::from_slice(&opened).map_err(|_| ConnectError::State)
    }

    async fn trade_in(
        &self,
        desk: DeskId,
        pending: Pending,
        back: Returned,
        by: OperatorId,
    ) -> Result<(), ConnectError> {
        match back.error.as_str() {
            "" if !back.code.is_empty() => {}
            "access_denied" => return Err(ConnectError::GivenUp),
            "" => return Err(ConnectError::Unclear("there is no code".into())),
            error => return Err(ConnectError::Refused(error.chars().filter(|c| !c.is_control()).take(100).collect())),
        }
        let installation = self.stored(desk, pending.installation).await?;
        editable(&installation)?;
        let of = self.connections();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", back.code.as_str()),
            ("redirect_uri", pending.to.as_str()),
            ("code_verifier", pending.verifier.as_str()),
        ];
        let tokens = match of.ask(desk, &pending.client, &pending.client.token, &form).await {
            TokenAnswer::Tokens(tokens) => tokens,
            TokenAnswer::Refused(word) => return Err(ConnectError::Refused(word)),
            TokenAnswer::Unclear(why) => return Err(ConnectError::Unclear(why)),
        };
        let account = Account::of(pending.client, tokens, self.clock.now());
        let whose = whose(&installation, &pending.setting);
        let written = self.write_account(&installation, &whose, Some((&account, &pending.begun)), by).await;
        if matches!(written, Err(ConnectError::State)) {
            of.revoke(&whose, &account).await;
        }
        written?;
        let manifest = self.current_version(&installation).await?.manifest;
        self.try_saved(&installation, &manifest).await;
        Ok(())
    }

    /// One transaction: the account, what hangs on it, and that somebody did it. An account that was begun before something else was
    /// entered is [`ConnectError::State`]: its tokens would be shown where nobody has agreed to.
    async fn write_account(
        &self,
        installation: &Installation,
        whose: &Whose,
        account: Option<(&Account, &str)>,
        by: OperatorId,
    ) -> Result<(), ConnectError> {
        let (desk, id, now) = (installation.desk, installation.id, self.clock.now());
        let of = self.connections();
        let mut tx = self.db.begin().await?;
        desks::lock(&mut tx, desk).await?;
        // Read again where it is written: an update or an uninstall may have begun meanwhile.
        let current = installations::get(&mut tx, desk, id).await?.ok_or(LifecycleError::NotFound("installation"))?;
        editable(&current)?;
        match account {
            Some((account, begun)) => {
                if hangs_on(&current, &settings::list(&mut tx, desk, id).await?) != begun {
                    return Err(ConnectError::State);
                }
                let sealed = of.seal(&mut tx, whose, account, now).await?;
                connected::put(&mut tx, &whose.key, &sealed, now).await?;
            }
            None => {
                connected::delete(&mut tx, &whose.key).await?;
            }
        }
        if let Some(setting) = logged_in(&mut tx, &current, &whose.key.setting).await? {
            let key = mailboxes::Key { desk, installation: id, setting };
            mailboxes::enter(&mut tx, &key, now).await?;
        }
        channels::forget_facts(&mut tx, desk, id).await?;
        let changed = [whose.key.setting.clone()];
        let detail = json!({ "installation": id, "settings": changed });
        let addon = installation.addon.as_str();
        audit::append(&mut tx, desk, Actor::Operator(by), Action::AddonSettings, addon, &detail, now).await?;
        happenings::settings_changed(&mut tx, desk, id, &changed, Actor::Operator(by), now).await?;
        Ok(tx.commit().await?)
    }

    /// The client that asks: the publisher's, or what the desk entered.
    async fn client(
        &self,
        installation: &Installation,
        setting: &str,
        oauth2: &OAuth2,
        value: &impl Fn(&str) -> Option<String>,
    ) -> Result<Client, ConnectError> {
        let (id, secret) = match &oauth2.client_id {
            Some(id) => (id.clone(), None),
            None => {
                let id = value(&key(setting, "client_id")).ok_or(ConnectError::NeedsSetting)?;
                let secret = self.secret(installation, &key(setting, "client_secret")).await?;
                (id, secret.map(|secret| secret.expose_secret().to_owned()))
            }
        };
        let token = connection::at(&oauth2.token, value).ok_or(ConnectError::NeedsSetting)?;
        let revoke = oauth2.revoke.as_ref().and_then(|url| connection::at(url, value));
        Ok(Client { id, secret, auth: oauth2.client_auth.unwrap_or(ClientAuth::Basic), token, revoke })
    }
}

impl Connections {
    /// Tells the service that its tokens have ended. Whether it hears it changes nothing here.
    async fn revoke(&self, whose: &Whose, account: &Account) {
        let Some(url) = &account.client.revoke else { return };
        let (token, hint) = match &account.refresh {
            Some(refresh) => (refresh.as_str(), "refresh_token"),
            None => (account.access.as_str(), "access_token"),
        };
        let form = [("token", token), ("token_type_hint", hint)];
        match self.send(whose.key.desk, &account.client, url, &form).await {
            Ok((200..=299, _)) => {}
            Ok((status, _)) => {
                tracing::warn!(installation = %whose.key.installation, status, "tokens were not revoked")
            }
            Err(error) => tracing::warn!(installation = %whose.key.installation, %error, "tokens were not revoked"),
        }
    }
}

fn whose(installation: &Installation, setting: &str) -> Whose {
    let key = Key { desk: installation.desk, installation: installation.id, setting: setting.to_owned() };
    Whose { key, addon: installation.addon.clone() }
}

/// How an account is connected: as the manifest says, at hosts that the desk has granted; that of a mailbox as was entered for it.
fn wanted(
    installation: &Installation,
    manifest: &Manifest,
    key: &str,
    value: &impl Fn(&str) -> Option<String>,
) -> Result<OAuth2, ConnectError> {
    let not_granted = || ConnectError::Unclear("its address was not granted".into());
    let Some((_, oauth2)) = connection::accounts(&manifest.settings).find(|(setting, _)| setting.key == key) else {
        let of = manifest.mailboxes().find(|setting| mailbox::account(&setting.key) == key);
        let of = of.ok_or(LifecycleError::NotFound("setting"))?;
        if !installation.grant.allows(Access::Mail) {
            return Err(not_granted());
        }
        return mailbox::oauth2(&of.key, value).ok().flatten().ok_or(ConnectError::NeedsSetting);
    };
    let granted = |url: &String| {
        let host = connection::host(url);
        installation.grant.hosts().any(|pattern| pattern.as_str() == host)
    };
    if !granted(&oauth2.token) || !oauth2.revoke.as_ref().is_none_or(granted) {
        return Err(not_granted());
    }
    Ok(oauth2.clone())
}

/// The mailbox that logs in with an account: whoever reads it begins anew.
async fn logged_in(conn: &mut Conn, installation: &Installation, account: &str) -> Result<Option<String>, StoreError> {
    let version = catalog::version(conn, &installation.addon, &installation.version).await?;
    let manifest = version.map(|version| version.manifest);
    let mut mailboxes = manifest.iter().flat_map(Manifest::mailboxes);
    Ok(mailboxes.find(|setting| mailbox::account(&setting.key) == account).map(|setting| setting.key.clone()))
}

/// What was entered, or stands in its place; nothing of what is sealed.
fn entered(manifest: &Manifest, stored: &BTreeMap<String, Stored>, key: &str) -> Option<String> {
    match stored.get(key) {
        Some(Stored::Plain(value)) => Some(value.to_string()),
        Some(Stored::Sealed(_)) => None,
        None => manifest.fields().into_iter().find(|setting| setting.key == key)?.default,
    }
}

/// The version and all that is entered, in short: to which service an account belongs, and where its tokens go.
fn hangs_on(installation: &Installation, stored: &BTreeMap<String, Stored>) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{} {stored:?}", installation.version)))
}

fn context(desk: DeskId, session: SessionId) -> String {
    format!("account that is connected for {desk} in {session}")
}
