//! How a desk comes to an add-on that is not for all of them (R45): by a link of its publisher, with which somebody who manages
//! add-ons lets the desk in. From then on it is in the desk's marketplace like any other.

use annex_domain::{
    addon::AddonId,
    audit::Action,
    clock::Timestamp,
    ids::{DeskId, OperatorId},
    operator::Actor,
    reach::{Audience, LinkTrouble},
};
use annex_store::{
    Conn, audit,
    catalog::{self, access::AccessLink},
};
use serde_json::json;

use crate::{Lifecycle, LifecycleError};

impl Lifecycle {
    /// What the desk sees of an add-on; `None`: it is not there for it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn visible(&self, desk: DeskId, addon: &AddonId) -> Result<Option<catalog::Visible>, LifecycleError> {
        Ok(catalog::visible(&mut self.db.read().await?, desk, addon).await?)
    }

    /// Checks that a link would let a desk in, and answers whose add-on it is, as it is named.
    ///
    /// # Errors
    /// [`LifecycleError::Link`].
    pub async fn invitation(&self, addon: &AddonId, secret: &str) -> Result<catalog::VersionRow, LifecycleError> {
        let mut conn = self.db.read().await?;
        working(&mut conn, addon, secret, self.clock.now()).await?;
        catalog::shown(&mut conn, addon).await?.ok_or(LifecycleError::NotFound("add-on"))
    }

    /// Lets a desk in by a link. Nothing happens, and no place of the link is used, when it may have the add-on already.
    ///
    /// # Errors
    /// [`LifecycleError::Link`].
    pub async fn accept_invitation(
        &self,
        desk: DeskId,
        addon: &AddonId,
        secret: &str,
        by: OperatorId,
    ) -> Result<(), LifecycleError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let seen = catalog::visible(&mut tx, desk, addon).await?;
        if seen.is_some_and(|seen| seen.standing.may_install()) {
            return Ok(());
        }
        let link = working(&mut tx, addon, secret, now).await?;
        let new = catalog::access::admit(&mut tx, addon, desk, Some(link.id), now).await?;
        // Another desk may have taken the last place.
        if new && !catalog::access::count(&mut tx, link.id, now).await? {
            return Err(LifecycleError::Link(LinkTrouble::UsedUp));
        }
        let detail = json!({ "link": link.id });
        audit::append(&mut tx, desk, Actor::Operator(by), Action::AddonAccess, addon.as_str(), &detail, now).await?;
        Ok(tx.commit().await?)
    }
}

/// The link, while it lets desks in.
async fn working(conn: &mut Conn, addon: &AddonId, secret: &str, now: Timestamp) -> Result<AccessLink, LifecycleError> {
    let offering = catalog::offering(conn, addon).await?.ok_or(LifecycleError::Link(LinkTrouble::Foreign))?;
    let link = catalog::access::link(conn, addon, secret).await?.ok_or(LifecycleError::Link(LinkTrouble::Foreign))?;
    match link.trouble(now) {
        Some(why) => Err(LifecycleError::Link(why)),
        None if offering.audience == Audience::Desks || offering.ends_at.is_some() => {
            Err(LifecycleError::Link(LinkTrouble::Revoked))
        }
        None => Ok(link),
    }
}
