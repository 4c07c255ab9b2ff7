//! What takes no saga: on, off, pinned, its name. One transaction each.

use annex_domain::{
    audit::Action,
    ids::{DeskId, InstallationId, OperatorId},
    installation::{Installation, Label, NotAllowed},
    operator::Actor,
};
use annex_store::{StoreError, audit, catalog, channels, health, installations, outbox};
use serde_json::json;

use crate::{Lifecycle, LifecycleError, VersionStatus, terms::Deed};

impl Lifecycle {
    /// Switches an installation on again, after an operator or a suspension switched it off.
    ///
    /// # Errors
    /// [`LifecycleError::NotAllowed`] unless inactive or suspended: what was cancelled, is due or whose trial is over needs a
    /// purchase, not a switch; [`LifecycleError::Blocked`]; [`LifecycleError::Texts`]; [`LifecycleError::Login`] while the
    /// wrong account is logged in.
    pub async fn activate(
        &self,
        desk: DeskId,
        id: InstallationId,
        by: OperatorId,
    ) -> Result<Installation, LifecycleError> {
        let installation = self.stored(desk, id).await?;
        let mut conn = self.db.read().await?;
        self.check_login(&mut conn, desk, Deed::Manages).await?;
        let version = catalog::version(&mut conn, &installation.addon, &installation.version).await?;
        if let Some(status) = self.revoked(&mut conn, desk, id).await? {
            return Err(NotAllowed { status, action: "be activated" }.into());
        }
        drop(conn);
        if version.is_none_or(|version| version.status == VersionStatus::Blocked) {
            return Err(LifecycleError::Blocked);
        }
        self.check_language(&installation).await?;
        let now = self.clock.now();
        self.switch(installation, by, Action::AddonActivate, |installation| installation.activate(now)).await
    }

    /// Switches an installation off; it keeps everything.
    ///
    /// # Errors
    /// [`LifecycleError::NotAllowed`] unless active or suspended; [`LifecycleError::Login`] while the wrong account is logged
    /// in.
    pub async fn deactivate(
        &self,
        desk: DeskId,
        id: InstallationId,
        by: OperatorId,
    ) -> Result<Installation, LifecycleError> {
        self.check_login(&mut self.db.read().await?, desk, Deed::Manages).await?;
        let (installation, now) = (self.stored(desk, id).await?, self.clock.now());
        self.switch(installation, by, Action::AddonDeactivate, |installation| installation.deactivate(now)).await
    }

    /// Keeps an installation on its line of versions, so that only patches are offered, or no longer.
    ///
    /// # Errors
    /// [`LifecycleError::NotAllowed`] unless active, inactive or suspended; [`LifecycleError::Login`] while the wrong account is logged
    /// in.
    pub async fn set_pinned(
        &self,
        desk: DeskId,
        id: InstallationId,
        pinned: bool,
        by: OperatorId,
    ) -> Result<Installation, LifecycleError> {
        self.check_login(&mut self.db.read().await?, desk, Deed::Manages).await?;
        let (installation, now) = (self.stored(desk, id).await?, self.clock.now());
        let action = if pinned { Action::AddonPin } else { Action::AddonUnpin };
        self.switch(installation, by, action, |installation| installation.set_pinned(pinned, now)).await
    }

    /// Offers pre-releases to an installation, or no longer.
    ///
    /// # Errors
    /// As [`Self::set_pinned`].
    pub async fn set_prereleases(
        &self,
        desk: DeskId,
        id: InstallationId,
        prereleases: bool,
        by: OperatorId,
    ) -> Result<Installation, LifecycleError> {
        self.check_login(&mut self.db.read().await?, desk, Deed::Manages).await?;
        let (installation, now) = (self.stored(desk, id).await?, self.clock.now());
        let action = if prereleases { Action::AddonTakePreReleases } else { Action::AddonLeavePreReleases };
        self.switch(installation, by, action, |installation| installation.set_prereleases(prereleases, now)).await
    }

    /// Calls an installation otherwise; `None`: like its add-on. Its address and its conversations go by the new name when it is
    /// uninstalled and installed again.
    ///
    /// # Errors
    /// [`LifecycleError::AlreadyInstalled`] when the desk calls another one of the channel so; [`LifecycleError::NotAllowed`] unless active,
    /// inactive or suspended; [`LifecycleError::Login`] while the wrong account is logged in.
    pub async fn rename(
        &self,
        desk: DeskId,
        id: InstallationId,
        label: Option<Label>,
        by: OperatorId,
    ) -> Result<Installation, LifecycleError> {
        self.check_login(&mut self.db.read().await?, desk, Deed::Manages).await?;
        let renamed = self.stored(desk, id).await?.rename(label, self.clock.now())?;
        let mut tx = self.db.begin().await?;
        match installations::save(&mut tx, &renamed).await {
            Err(StoreError::Taken(_)) => {
                drop(tx);
                let (mut conn, label) = (self.db.read().await?, renamed.label.as_ref());
                let other = installations::called(&mut conn, desk, &renamed.addon, label).await?;
                return Err(other.map_or(LifecycleError::Conflict, |other| LifecycleError::AlreadyInstalled(other.id)));
            }
            saved => saved?,
        }
        channels::rename(&mut tx, &renamed).await?;
        let detail = json!({ "installation": id, "label": renamed.label, "by": by });
        let (actor, object) = (Actor::Operator(by), renamed.addon.as_str());
        audit::append(&mut tx, desk, actor, Action::AddonRename, object, &detail, renamed.updated_at).await?;
        tx.commit().await?;
        Ok(renamed)
    }

    async fn switch(
        &self,
        installation: Installation,
        by: OperatorId,
        action: Action,
        transition: impl FnOnce(Installation) -> Result<Installation, NotAllowed>,
    ) -> Result<Installation, LifecycleError> {
        let switched = transition(installation)?;
        let (desk, id, now) = (switched.desk, switched.id, switched.updated_at);
        let mut tx = self.db.begin().await?;
        installations::save(&mut tx, &switched).await?;
        if action == Action::AddonActivate {
            health::forget_traps(&mut tx, desk, id).await?;
        }
        let detail = json!({ "installation": id, "version": switched.version.to_string(), "by": by });
        audit::append(&mut tx, desk, Actor::Operator(by), action, switched.addon.as_str(), &detail, now).await?;
        // Events say `app` where the audit log says `addon`.
        let event = action.as_str().replacen("addon", "app", 1);
        outbox::put(&mut tx, desk, id, &event, &detail, now).await?;
        tx.commit().await?;
        Ok(switched)
    }
}
