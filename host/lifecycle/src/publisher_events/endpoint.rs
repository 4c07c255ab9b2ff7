//! The endpoint of an add-on: how its service fares, the secrets that it checks events with, and switching it off and on.
//! Whoever calls has asked whether somebody may.

use annex_domain::{
    addon::{AddonId, PublisherSlug},
    audit::Action,
    clock::Timestamp,
    manifest::EventsUrl,
};
use annex_store::{
    Conn, StoreError, Tx, audit, catalog,
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
    /// Where events go; none: the newest version names no address.
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
            if view.url.is_some() || view.last.is_some() {
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
        Ok(EndpointView {
            url: endpoint.url.or_else(|| newest.manifest.service.and_then(|service| service.events)),
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
    pub async fn endpoint_secrets(&self, addon: &AddonId) -> Result<SigningSecrets, LifecycleError> {
        let mut conn = self.db.read().await?;
        newest(&mut conn, addon).await?;
        let endpoint = endpoints::get(&mut conn, addon).await?;
        drop(conn);
        Ok(self.shown(&self.secrets(addon, &endpoint).await?))
    }

    /// Makes another shared secret; those before hold for a day, so that a service can change at any moment of it.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`].
    pub async fn rotate_endpoint(&self, addon: &AddonId, by: Initiator) -> Result<SigningSecrets, LifecycleError> {
        let mut tx = self.locked_endpoint(addon).await?;
        let secrets = match endpoints::get(&mut tx, addon).await?.secrets {
            Some(sealed) => self.unseal(addon, &sealed)?.rotated(self.clock.now()),
            None => Secrets::generate(),
        };
        let secrets = secrets.map_err(StoreError::from)?;
        endpoints::set_secrets(&mut tx, addon, &self.sealed_secrets(addon, &secrets)?).await?;
        self.note_endpoint(tx, addon, Action::CatalogRotateSecret, json!({}), by).await?;
        Ok(self.shown(&secrets))
    }

    /// Posts nothing more until it is resumed; what happens meanwhile waits, up to 30 days.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`].
    pub async fn pause_endpoint(&self, addon: &AddonId, by: Initiator) -> Result<(), LifecycleError> {
        let mut tx = self.locked_endpoint(addon).await?;
        endpoints::pause(&mut tx, addon, Pause::ByPublisher).await?;
        self.note_endpoint(tx, addon, Action::CatalogPauseEvents, json!({}), by).await
    }

    /// Posts again, whoever paused it; what waits is tried at once.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`].
    pub async fn resume_endpoint(&self, addon: &AddonId, by: Initiator) -> Result<(), LifecycleError> {
        let mut tx = self.locked_endpoint(addon).await?;
        endpoints::resume(&mut tx, addon, self.clock.now()).await?;
        self.note_endpoint(tx, addon, Action::CatalogResumeEvents, json!({}), by).await
    }

    /// Puts an address in the place of the manifest's, for events that wait as well; none: the manifest's counts again.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`].
    pub async fn move_endpoint(
        &self,
        addon: &AddonId,
        url: Option<&EventsUrl>,
        by: Initiator,
    ) -> Result<(), LifecycleError> {
        let url = url.map(EventsUrl::as_str);
        let mut tx = self.locked_endpoint(addon).await?;
        endpoints::set_url(&mut tx, addon, url).await?;
        self.note_endpoint(tx, addon, Action::CatalogMoveEvents, json!({ "url": url }), by).await
    }

    async fn locked_endpoint(&self, addon: &AddonId) -> Result<Tx, LifecycleError> {
        let mut tx = self.db.begin().await?;
        newest(&mut tx, addon).await?;
        endpoints::lock(&mut tx, addon).await?;
        Ok(tx)
    }

    pub(super) async fn note_endpoint(
        &self,
        mut tx: Tx,
        addon: &AddonId,
        action: Action,
        detail: Value,
        by: Initiator,
    ) -> Result<(), LifecycleError> {
        let now = self.clock.now();
        audit::append(&mut tx, by.desk, by.actor, action, addon.as_str(), &detail, now).await?;
        Ok(tx.commit().await?)
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
        let secrets = Secrets::generate()?;
        endpoints::set_secrets(&mut tx, addon, &self.sealed_secrets(addon, &secrets)?).await?;
        tx.commit().await?;
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

/// What the add-on is named by; where no version may be installed any more, the newest that may still run.
async fn newest(conn: &mut Conn, addon: &AddonId) -> Result<catalog::VersionRow, LifecycleError> {
    if let Some(shown) = catalog::shown(conn, addon).await? {
        return Ok(shown);
    }
    catalog::versions(conn, addon).await?.into_iter().next().ok_or(LifecycleError::NotFound("add-on"))
}
