//! Publishers' keys: trusted, revoked, rotated. Each change is audited, and makes every node verify packages again.

use annex_domain::{
    addon::{KeyId, KeyPurpose, PublisherSlug},
    audit::Action,
    text::is_plain,
};
use annex_package::{TrustedKey, verify_rotation};
use annex_store::{
    audit,
    catalog::{self, KeyStatus, Publisher},
};
use serde_json::json;

use crate::{Initiator, IntakeError, Lifecycle, LifecycleError, components::trust};

/// Of a publisher, in characters.
const LONGEST_NAME: usize = 60;

impl Lifecycle {
    /// Trusts a key for the packages of a publisher, who is made with their first key. Again: the same.
    ///
    /// # Errors
    /// [`IntakeError::Refused`] for what is no key, or one under which anything would verify; [`IntakeError::RevokedKey`]: a
    /// revoked key does not come back; [`IntakeError::PublisherName`] unless it is 1 to 60 plain characters.
    pub async fn trust_publisher(
        &self,
        slug: PublisherSlug,
        name: &str,
        public: [u8; 32],
        by: Initiator,
    ) -> Result<KeyId, IntakeError> {
        let (key, now) = (TrustedKey::for_packages(public).check()?, self.clock.now());
        let name = name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME || !is_plain(name, false) {
            return Err(IntakeError::PublisherName);
        }
        let mut tx = self.db.begin().await?;
        catalog::add_publisher(&mut tx, &slug, name, now).await?;
        if !catalog::add_key(&mut tx, &slug, &public, KeyPurpose::Package, now).await? {
            let known = catalog::publisher(&mut tx, &slug).await?.ok_or(IntakeError::NotFound("publisher"))?;
            let active = known.keys.iter().any(|known| known.id == key && known.status == KeyStatus::Active);
            return if active { Ok(key) } else { Err(IntakeError::RevokedKey) };
        }
        let detail = json!({ "key": key, "name": name });
        audit::append(&mut tx, by.desk, by.actor, Action::CatalogTrustKey, slug.as_str(), &detail, now).await?;
        tx.commit().await?;
        Ok(key)
    }

    /// All publishers with their keys.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn publishers(&self) -> Result<Vec<Publisher>, LifecycleError> {
        Ok(catalog::publishers(&mut self.db.read().await?).await?)
    }

    /// Takes a key out of trust: nothing new that it signs is accepted. What was accepted before runs on until its
    /// version is blocked.
    ///
    /// # Errors
    /// [`IntakeError::NotFound`] unless the publisher has this key and it was not revoked before.
    pub async fn revoke_key(&self, slug: &PublisherSlug, key: &KeyId, by: Initiator) -> Result<(), IntakeError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        catalog::end_key(&mut tx, slug, key, KeyStatus::Revoked, now).await.map_err(not_found)?;
        let detail = json!({ "key": key });
        audit::append(&mut tx, by.desk, by.actor, Action::CatalogRevokeKey, slug.as_str(), &detail, now).await?;
        Ok(tx.commit().await?)
    }

    /// Replaces a key by another, as a statement says that both have signed.
    ///
    /// # Errors
    /// The rule that the statement breaks; [`IntakeError::UnknownPublisher`].
    pub async fn rotate_key(
        &self,
        slug: &PublisherSlug,
        statement: &[u8],
        by: Initiator,
    ) -> Result<KeyId, IntakeError> {
        let result = self.try_rotate(slug, statement, by).await;
        if let Err(error) = &result
            && error.is_refusal()
        {
            self.audit_refusal(by, Action::CatalogRefuseRotation, slug.as_str(), error, None).await?;
        }
        result
    }

    async fn try_rotate(&self, slug: &PublisherSlug, statement: &[u8], by: Initiator) -> Result<KeyId, IntakeError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let publisher = catalog::publisher(&mut tx, slug).await?;
        let publisher = publisher.ok_or_else(|| IntakeError::UnknownPublisher(slug.to_string()))?;
        let rotation = verify_rotation(statement, &trust(&publisher, None))?;
        if !catalog::add_key(&mut tx, slug, &rotation.new.public, KeyPurpose::Package, now).await? {
            return Err(IntakeError::RevokedKey);
        }
        catalog::end_key(&mut tx, slug, &rotation.old, KeyStatus::Retired, now).await.map_err(not_found)?;
        let detail = json!({ "old": rotation.old, "new": rotation.new.id });
        audit::append(&mut tx, by.desk, by.actor, Action::CatalogRotateKey, slug.as_str(), &detail, now).await?;
        tx.commit().await?;
        Ok(rotation.new.id)
    }
}

fn not_found(error: annex_store::StoreError) -> IntakeError {
    match error {
        annex_store::StoreError::NotFound(what) => IntakeError::NotFound(what),
        other => other.into(),
    }
}
