//! The endpoint of an add-on: how its service fares, the secrets that it checks events with, and switching it off and on.
//! Whoever calls has asked whether somebody may: in the transaction that they give, where it may be over when the endpoint is held.

use annex_domain::{
    addon::{AddonId, PublisherSlug, Version},
    audit::Action,
    clock::Timestamp,
    manifest::EventsUrl,
};
use annex_store::{
    Conn, StoreError, Tx, audit,
    catalog::{self, VersionRow},
    publisher_events::endpoints::{self, Answer, Endpoint, Pause},
    vault::VaultError,
};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::sign::Secrets;
use crate::{Initiator, Lifecycle, LifecycleError};

/// How an endpoint fares.
#[derive(Debug, Clone, PartialEq)]
pub struct EndpointView {
    /// Where events go; none: the newest version names no address, or that of a publisher who had the add-on before.
    pub url: Option<String>,
    /// None: events are posted.
    pub paused: Option<Pause>,
    /// Since when no event arrived that was posted.
    pub failing_since: Option<Timestamp>,
    /// What came of the last try, and when.
    pub last: Option<(Answer, Timestamp)>,
    /// Events that are to be posted.
    pub waiting: i64,
}

/// What a service checks events with.
#[derive(Debug, Clone)]
pub struct SigningSecrets {
    /// `whsec_…`; the newest first. Events are signed with each of them.
    pub shared: Vec<SecretString>,
    /// `whpk_…`, no secret: for `v1a`.
    pub public_key: String,
}

/// What came of resuming an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resumed {
    /// Events are posted.
    Yes,
    /// Its publisher has to say first where: the versions that there are name the address of the one before.
    NoAddress,
}

impl Lifecycle {
    /// How the endpoints of a publisher's add-ons fare; those that name no address and have nothing to show are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn endpoints(&self, publisher: &PublisherSlug) -> Result<Vec<(AddonId, EndpointView)>, LifecycleError> {
        let own = catalog::owned(&mut self.db.read().await?, publisher).await?;
        let mut all = Vec::new();
        for addon in own {
            let view = self.endpoint(&addon).await?;
            if view.url.is_some() || view.last.is_some() || view.paused.is_some() {
                all.push((addon, view));
            }
        }
        Ok(all)
    }

    /// How the endpoint of an add-on fares.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`].
    pub async fn endpoint(&self, addon: &AddonId) -> Result<EndpointView, LifecycleError> {
        let mut conn = self.db.read().await?;
        let newest = newest(&mut conn, addon).await?;
        let endpoint = endpoints::get(&mut conn, addon).await?;
        let url = match endpoint.url {
            Some(url) => Some(url),
            None => named(&mut conn, &newest).await?,
        };
        Ok(EndpointView {
            url,
            paused: endpoint.paused,
            failing_since: endpoint.failing_since,
            last: endpoint.last,
            waiting: endpoints::waiting(&mut conn, addon).await?,
        })
    }

    /// The secrets of an endpoint, which are made when there are none.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`].
    pub async fn endpoint_secrets(&self, tx: &mut Tx, addon: &AddonId) -> Result<SigningSecrets, LifecycleError> {
        let endpoint = locked(tx, addon).await?;
        let secrets = match endpoint.secrets {
            Some(sealed) => self.unseal(addon, &sealed)?,
            None => self.make_secrets(tx, addon).await?,
        };
        Ok(self.shown(&secrets))
    }

    /// Makes another shared secret; those before hold for a day, so that a service can change at any moment of it.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`].
    pub async fn rotate_endpoint(
        &self,
        tx: &mut Tx,
        addon: &AddonId,
        by: Initiator,
    ) -> Result<SigningSecrets, LifecycleError> {
        let secrets = match locked(tx, addon).await?.secrets {
            Some(sealed) => self.unseal(addon, &sealed)?.rotated(self.clock.now()),
            None => Secrets::generate(),
        };
        let secrets = secrets.map_err(StoreError::from)?;
        endpoints::set_secrets(tx, addon, &self.sealed_secrets(addon, &secrets)?).await?;
        self.note_endpoint(tx, addon, Action::CatalogRotateSecret, &json!({}), by).await?;
        Ok(self.shown(&secrets))
    }

    /// Posts nothing more until it is resumed; what happens meanwhile waits, up to 30 days.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`].
    pub async fn pause_endpoint(&self, tx: &mut Tx, addon: &AddonId, by: Initiator) -> Result<(), LifecycleError> {
        locked(tx, addon).await?;
        endpoints::pause(tx, addon, Pause::ByPublisher).await?;
        self.note_endpoint(tx, addon, Action::CatalogPauseEvents, &json!({}), by).await
    }

    /// Posts again, whoever paused it; what waits is tried at once. It stays paused while there is nowhere to post to.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`].
    pub async fn resume_endpoint(
        &self,
        tx: &mut Tx,
        addon: &AddonId,
        by: Initiator,
    ) -> Result<Resumed, LifecycleError> {
        let endpoint = locked(tx, addon).await?;
        if endpoint.url.is_none() && !any_named(tx, addon).await? {
            return Ok(Resumed::NoAddress);
        }
        endpoints::resume(tx, addon, self.clock.now()).await?;
        self.note_endpoint(tx, addon, Action::CatalogResumeEvents, &json!({}), by).await?;
        Ok(Resumed::Yes)
    }

    /// Puts an address in the place of the manifest's, for events that wait as well; none: the manifest's counts again.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`].
    pub async fn move_endpoint(
        &self,
        tx: &mut Tx,
        addon: &AddonId,
        url: Option<&EventsUrl>,
        by: Initiator,
    ) -> Result<(), LifecycleError> {
        let url = url.map(EventsUrl::as_str);
        locked(tx, addon).await?;
        endpoints::set_url(tx, addon, url, self.clock.now()).await?;
        self.note_endpoint(tx, addon, Action::CatalogMoveEvents, &json!({ "url": url }), by).await
    }

    pub(super) async fn note_endpoint(
        &self,
        tx: &mut Tx,
        addon: &AddonId,
        action: Action,
        detail: &Value,
        by: Initiator,
    ) -> Result<(), LifecycleError> {
        let now = self.clock.now();
        Ok(audit::append(tx, by.desk, by.actor, action, addon.as_str(), detail, now).await?)
    }

    /// The secrets of an endpoint, which are made when there are none.
    pub(super) async fn secrets(&self, addon: &AddonId, endpoint: &Endpoint) -> Result<Secrets, StoreError> {
        if let Some(sealed) = &endpoint.secrets {
            return self.unseal(addon, sealed);
        }
        let mut tx = self.db.begin().await?;
        endpoints::lock(&mut tx, addon).await?;
        // Another node may have been faster.
        if let Some(sealed) = endpoints::get(&mut tx, addon).await?.secrets {
            return self.unseal(addon, &sealed);
        }
        let secrets = self.make_secrets(&mut tx, addon).await?;
        tx.commit().await?;
        Ok(secrets)
    }

    async fn make_secrets(&self, tx: &mut Tx, addon: &AddonId) -> Result<Secrets, StoreError> {
        let secrets = Secrets::generate()?;
        endpoints::set_secrets(tx, addon, &self.sealed_secrets(addon, &secrets)?).await?;
        Ok(secrets)
    }

    fn shown(&self, secrets: &Secrets) -> SigningSecrets {
        SigningSecrets { shared: secrets.shown(self.clock.now()), public_key: secrets.public_key() }
    }

    fn sealed_secrets(&self, addon: &AddonId, secrets: &Secrets) -> Result<Vec<u8>, StoreError> {
        Ok(self.vault.seal_state(&place(addon), &serde_json::to_vec(secrets)?)?)
    }

    fn unseal(&self, addon: &AddonId, sealed: &[u8]) -> Result<Secrets, StoreError> {
        let opened = self.vault.open_state(&place(addon), sealed)?;
        serde_json::from_slice(&opened).map_err(|_| VaultError::DoesNotOpen.into())
    }
}

fn place(addon: &AddonId) -> String {
    format!("publisher endpoint/{addon}")
}

/// The endpoint of an add-on, held until the transaction ends.
async fn locked(tx: &mut Tx, addon: &AddonId) -> Result<Endpoint, LifecycleError> {
    newest(tx, addon).await?;
    endpoints::lock(tx, addon).await?;
    Ok(endpoints::get(tx, addon).await?)
}

/// What the add-on is named by; where no version may be installed any more, the newest that may still run.
async fn newest(conn: &mut Conn, addon: &AddonId) -> Result<VersionRow, LifecycleError> {
    newest_of(conn, addon).await?.ok_or(LifecycleError::NotFound("add-on"))
}

async fn newest_of(conn: &mut Conn, addon: &AddonId) -> Result<Option<VersionRow>, StoreError> {
    if let Some(shown) = catalog::shown(conn, addon).await? {
        return Ok(Some(shown));
    }
    Ok(catalog::versions(conn, addon).await?.into_iter().next())
}

/// The address that a version names; none of one that was signed for a publisher who has handed the add-on over since: that is where
/// their service is.
async fn named(conn: &mut Conn, version: &VersionRow) -> Result<Option<String>, StoreError> {
    let url = version.manifest.service.as_ref().and_then(|service| service.events.clone());
    let theirs = catalog::is_signed_for_owner(conn, &version.addon, &version.version).await?;
    Ok(url.filter(|_| theirs))
}

/// True where there is a version whose address counts.
async fn any_named(conn: &mut Conn, addon: &AddonId) -> Result<bool, StoreError> {
    for version in catalog::versions(conn, addon).await? {
        if named(conn, &version).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Where an event of a version goes: to what the publisher has set, else to what that version says, else the newest one.
pub(super) async fn address(
    conn: &mut Conn,
    endpoint: &Endpoint,
    addon: &AddonId,
    version: &Version,
) -> Result<Option<String>, StoreError> {
    if endpoint.url.is_some() {
        return Ok(endpoint.url.clone());
    }
    if let Some(its_own) = catalog::version(conn, addon, version).await?
        && let Some(url) = named(conn, &its_own).await?
    {
        return Ok(Some(url));
    }
    match newest_of(conn, addon).await? {
        Some(newest) => named(conn, &newest).await,
        None => Ok(None),
    }
}
