//! Rollback (R60): back to an earlier version, with its data where a snapshot has it, and pinned there.

use annex_domain::{
    addon::Version,
    ids::{DeskId, InstallationId, OperatorId},
    installation::{Action, Installation},
    offer,
};
use annex_store::{catalog, snapshots};

use crate::{Lifecycle, LifecycleError, VersionStatus, terms::Deed, update::Direction};

impl Lifecycle {
    /// Starts a rollback: to `to`, or to the version before the last update. [`Self::wait`] tells how it goes.
    ///
    /// With a snapshot of that version its values, settings and grant come back. Without one the version's `update` hook
    /// meets the newer version's values, and the grant stays as it is: nothing is granted that was not consented to.
    /// Going back below the `seq` of the installed version is what this operation is for; it is written to the audit log.
    ///
    /// # Errors
    /// [`LifecycleError::NoPreviousVersion`] when there is none or `to` is not older; [`LifecycleError::Blocked`];
    /// [`LifecycleError::Yanked`] for a withdrawn version that this desk has no snapshot of;
    /// [`LifecycleError::Login`] while the wrong account is logged in; [`LifecycleError::NotAllowed`] by the
    /// table of `annex_domain::installation`.
    pub async fn rollback(
        &self,
        desk: DeskId,
        id: InstallationId,
        to: Option<Version>,
        by: OperatorId,
    ) -> Result<Installation, LifecycleError> {
        let installation = self.stored(desk, id).await?;
        let to = to.or_else(|| installation.previous.clone()).ok_or(LifecycleError::NoPreviousVersion)?;
        installation.status.check(Action::RollBack)?;
        let mut conn = self.db.read().await?;
        self.check_login(&mut conn, desk, Deed::Obtains).await?;
        let target =
            catalog::version(&mut conn, &installation.addon, &to).await?.ok_or(LifecycleError::NotFound("version"))?;
        let snapshot = snapshots::get(&mut conn, desk, id, &to).await?;
        drop(conn);
        if !offer::is_newer(&installation.version, &target.version) {
            return Err(LifecycleError::NoPreviousVersion);
        }
        match target.status {
            VersionStatus::Blocked => return Err(LifecycleError::Blocked),
            VersionStatus::Yanked if snapshot.is_none() => return Err(LifecycleError::Yanked),
            VersionStatus::Yanked | VersionStatus::Available => {}
        }
        let (grant, direction) = match snapshot {
            Some(snapshot) => (snapshot.grant, Direction::Restore),
            None => (installation.grant.clone(), Direction::Downgrade),
        };
        self.begin_update(installation, to, grant, by, direction).await
    }
}
