//! Accounts at other services that a desk has connected (settings of type `oauth2`): their access tokens, made fresh before they run
//! out. How they are connected: [`flow`].
//!
//! Of all that want a fresh token at once, one asks for it: it holds a lease on the account, over all nodes, and goes on though the
//! call that wanted it has ended, since a refresh token that was traded in is lost with its answer.

mod flow;

use std::{sync::Arc, time::Duration};

use annex_domain::{
    addon::AddonId,
    clock::{Clock, Timestamp},
    connection::{self, ClientAuth, TokenAnswer, Tokens},
    ids::DeskId,
};
use annex_sandbox::egress::{Asker, Body, HostRequest, Key as HostKey};
use annex_store::{
    Db, StoreError,
    connected::{self, Key, Settled},
    vault::{SecretPlace, Vault},
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

pub use self::flow::{Back, ConnectError, Returned};
use crate::insist::insist;

/// A token that is good for less is made fresh.
const SOON: Duration = Duration::from_secs(60);
/// How long one may take to make it fresh.
const LEASE: Duration = Duration::from_secs(30);
/// How often the others look whether it is.
const LOOK: Duration = Duration::from_millis(100);
/// How often at most.
const LOOKS: u32 = 90;

/// Where accounts are kept, and how their services are asked.
#[derive(Debug, Clone)]
pub(crate) struct Connections {
    pub(crate) db: Db,
    pub(crate) vault: Vault,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) asker: Asker,
}

/// Whose account it is; the add-on is part of its seal.
#[derive(Debug, Clone)]
pub(crate) struct Whose {
    pub(crate) key: Key,
    pub(crate) addon: AddonId,
}

/// A client of a service, with the addresses that know it.
#[derive(Clone, Serialize, Deserialize)]
struct Client {
    id: String,
    secret: Option<String>,
    auth: ClientAuth,
    token: String,
    revoke: Option<String>,
}

/// An account, as it is sealed. No `Debug`: it holds secrets.
#[derive(Clone, Serialize, Deserialize)]
struct Account {
    client: Client,
    access: String,
    refresh: Option<String>,
    /// None: nobody said.
    expires_at: Option<Timestamp>,
}

/// What becomes of an account that its service was asked about.
enum After {
    Kept,
    Fresh(Account),
    Ended,
}

/// Why there is no access token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    #[error("the service gave no new token: {0}")]
    Unclear(String),
    #[error("somebody else makes the token fresh")]
    Busy,
    #[error("no account is connected, or it has ended: connect it")]
    NotConnected,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Account {
    fn of(client: Client, tokens: Tokens, now: Timestamp) -> Self {
        let expires_at = tokens.expires_in.map(|good| now.after(good));
        Self { client, access: tokens.access, refresh: tokens.refresh, expires_at }
    }

    fn is_good_for(&self, time: Duration, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|ends| ends > now.after(time))
    }
}

impl Whose {
    fn place(&self) -> SecretPlace<'_> {
        SecretPlace { desk: self.key.desk, addon: &self.addon, setting: &self.key.setting }
    }
}

impl Connections {
    /// The access token of an account. `None`: there is none, or it has to be connected again.
    pub(crate) async fn token(&self, whose: &Whose) -> Result<Option<SecretString>, TokenError> {
        for _ in 0..LOOKS {
            let Some((sealed, account)) = self.kept(whose).await? else { return Ok(None) };
            let now = self.clock.now();
            if account.is_good_for(SOON, now) {
                return Ok(Some(account.access.into()));
            }
            let Some(refresh) = account.refresh.clone() else {
                return Ok(account.is_good_for(Duration::ZERO, now).then(|| account.access.into()));
            };
            let mut tx = self.db.begin().await?;
            let is_ours = connected::lease(&mut tx, &whose.key, &sealed, now, now.after(LEASE)).await?;
            tx.commit().await?;
            if is_ours {
                let (of, whose) = (self.clone(), whose.clone());
                let fresh = tokio::spawn(async move { of.make_fresh(&whose, &sealed, account, refresh).await });
                return fresh.await.unwrap_or(Err(TokenError::Busy));
            }
            tokio::time::sleep(LOOK).await;
        }
        Err(TokenError::Busy)
    }

    /// A server has refused a token before its time: whoever wants the next one makes it fresh, which tells whether the account
    /// has ended. Where somebody does that already, nothing is to be done.
    pub(crate) async fn distrust(&self, whose: &Whose, token: &SecretString) -> Result<(), StoreError> {
        let Some((sealed, account)) = self.kept(whose).await? else { return Ok(()) };
        if account.refresh.is_none() || account.access != token.expose_secret() {
            return Ok(());
        }
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        if connected::lease(&mut tx, &whose.key, &sealed, now, now.after(LEASE)).await? {
            let used_up = Account { expires_at: Some(now), ..account };
            let sealed_anew = self.seal(&mut tx, whose, &used_up, now).await?;
            connected::settle(&mut tx, &whose.key, &sealed, Settled::Fresh(&sealed_anew), now).await?;
        }
        tx.commit().await
    }

    async fn make_fresh(
        &self,
        whose: &Whose,
        sealed: &[u8],
        account: Account,
        refresh: String,
    ) -> Result<Option<SecretString>, TokenError> {
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
        let answer = self.ask(whose.key.desk, &account.client, &account.client.token, &form).await;
        let now = self.clock.now();
        let (after, told) = match answer {
            TokenAnswer::Tokens(tokens) => {
                let tokens = Tokens { refresh: tokens.refresh.or(Some(refresh)), ..tokens };
                let fresh = Account::of(account.client, tokens, now);
                let access = fresh.access.clone();
                (After::Fresh(fresh), Ok(Some(access.into())))
            }
            TokenAnswer::Refused(word) if word == "invalid_grant" => {
                tracing::info!(installation = %whose.key.installation, setting = whose.key.setting, "an account has ended");
                (After::Ended, Ok(None))
            }
            TokenAnswer::Refused(why) | TokenAnswer::Unclear(why) => {
                tracing::warn!(installation = %whose.key.installation, setting = whose.key.setting, why, "no fresh token");
                let is_still_good = account.is_good_for(Duration::ZERO, now);
                let told = if is_still_good { Ok(Some(account.access.into())) } else { Err(TokenError::Unclear(why)) };
                (After::Kept, told)
            }
        };
        // A refresh token that was traded in is of no use any more.
        insist(|| self.settle(whose, sealed, &after, now)).await?;
        told
    }

    async fn settle(&self, whose: &Whose, sealed: &[u8], after: &After, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let sealed_anew;
        let settled = match after {
            After::Kept => Settled::Kept,
            After::Fresh(account) => {
                sealed_anew = self.seal(&mut tx, whose, account, now).await?;
                Settled::Fresh(&sealed_anew)
            }
            After::Ended => Settled::Ended,
        };
        connected::settle(&mut tx, &whose.key, sealed, settled, now).await?;
        tx.commit().await
    }

    async fn kept(&self, whose: &Whose) -> Result<Option<(Vec<u8>, Account)>, StoreError> {
        let mut conn = self.db.read().await?;
        let Some(sealed) = connected::get(&mut conn, &whose.key).await? else { return Ok(None) };
        let opened = self.vault.open(&mut conn, whose.place(), &sealed).await?;
        Ok(Some((sealed, serde_json::from_str(opened.expose_secret())?)))
    }

    async fn seal(
        &self,
        tx: &mut annex_store::Tx,
        whose: &Whose,
        account: &Account,
        now: Timestamp,
    ) -> Result<Vec<u8>, StoreError> {
        let json = SecretString::from(serde_json::to_string(account)?);
        self.vault.seal(tx, whose.place(), &json, now).await
    }

    /// Asks one of the addresses of a client, which shows its secret as its service wants it.
    async fn ask(&self, desk: DeskId, client: &Client, url: &str, form: &[(&str, &str)]) -> TokenAnswer {
        match self.send(desk, client, url, form).await {
            Ok((status, body)) => connection::read_answer(status, &body),
            Err(error) => TokenAnswer::Unclear(error.to_string()),
        }
    }

    async fn send(
        &self,
        desk: DeskId,
        client: &Client,
        url: &str,
        form: &[(&str, &str)],
    ) -> Result<(u16, Vec<u8>), annex_sandbox::EgressError> {
        let (mut key, mut shown) = (None, Vec::new());
        match (&client.secret, client.auth) {
            (Some(secret), ClientAuth::Basic) => {
                let place = annex_domain::settings::KeyPlace::Basic(encoded(secret));
                key = Some(HostKey { place, setting: "client_id".to_owned(), value: encoded(&client.id).into() });
            }
            (Some(secret), ClientAuth::Post) => {
                shown = vec![("client_id", client.id.as_str()), ("client_secret", secret)];
            }
            (None, _) => shown.push(("client_id", &client.id)),
        }
        let hosts = [connection::host(url).to_owned()];
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).extend_pairs(shown).finish();
        let body = Some(Body::Form(body.into_bytes()));
        self.asker.ask(desk, &hosts, HostRequest { url: url.to_owned(), body, key, secret: None }).await
    }
}

/// As the standard wants both halves of the header (RFC 6749, 2.3.1).
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
