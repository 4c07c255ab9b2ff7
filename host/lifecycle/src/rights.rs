//! Entitlements at work (R62): written in the transaction that switches something on, issued anew every day, and taken
//! back by nothing but a signed revocation.
//!
//! Trouble with the billing system or its gateway changes nothing here: what is paid for, or may have been, is issued
//! anew as ever. Only what reads back as unpaid is not, so that it runs out, and then the days of grace begin.
//!
//! Whoever issues or revokes holds the desk's lock: a right that is issued on an older look would wipe a revocation.

use std::collections::BTreeMap;

use annex_billing::entitlement::{Entitlement, HOLDS, REFRESHED, Reason, Revocation, Standing};
use annex_domain::{
    billing::SubscriptionState,
    clock::Timestamp,
    ids::{DeskId, InstallationId},
    installation::Status,
};
use annex_store::{
    Conn, StoreError, Tx,
    billing::{
        self, entitlements,
        subscriptions::{self, Subscription},
    },
};

use crate::Lifecycle;

/// How many are looked at together.
const AT_ONCE: u32 = 200;

/// The status that a standing is shown with, where that is another one than the installation's own.
fn shown_as(standing: Standing) -> Option<Status> {
    match standing {
        Standing::Revoked(Reason::TrialEnded) => Some(Status::TrialExpired),
        Standing::Revoked(Reason::Unpaid) => Some(Status::PaymentDue),
        Standing::Revoked(_) => Some(Status::Cancelled),
        _ => None,
    }
}

impl Lifecycle {
    /// Issues the entitlement of a subscription; a revocation before it counts no more. Free plans need none.
    pub(crate) async fn entitle(&self, tx: &mut Tx, of: &Subscription, now: Timestamp) -> Result<(), StoreError> {
        if !of.plan.is_paid() {
            return Ok(());
        }
        let not_after = match of.trial_ends_at {
            Some(end) if of.state == SubscriptionState::Trialing => now.after(HOLDS).min(end),
            _ => now.after(HOLDS),
        };
        let entitlement = Entitlement {
            desk: of.desk,
            installation: of.installation,
            addon: of.addon.clone(),
            plan: of.plan.id.clone(),
            licences: of.quantity,
            trial: of.state == SubscriptionState::Trialing,
            issued_at: now,
            not_after,
        };
        let row = entitlements::Entitlement {
            installation: of.installation,
            desk: of.desk,
            token: self.signer.issue(&entitlement),
            not_after,
            refreshed_at: now,
            revocation: None,
        };
        entitlements::put(tx, &row).await
    }

    /// Signs the end of an installation's entitlement, if it has one that holds.
    pub(crate) async fn revoke(
        &self,
        tx: &mut Tx,
        desk: DeskId,
        installation: InstallationId,
        reason: Reason,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let revocation = self.signer.revoke(&Revocation { desk, installation, reason, revoked_at: now });
        entitlements::revoke(tx, desk, installation, &revocation).await?;
        Ok(())
    }

    /// Where an installation stands by its entitlement; `None` when nothing was ever issued for it, as for free add-ons.
    pub(crate) async fn standing(
        &self,
        conn: &mut Conn,
        desk: DeskId,
        installation: InstallationId,
    ) -> Result<Option<Standing>, StoreError> {
        Ok(entitlements::get(conn, desk, installation).await?.map(|row| self.standing_by(&row)))
    }

    /// The same for pages and calls, from memory where it is known.
    pub(crate) async fn known_standing(
        &self,
        desk: DeskId,
        installation: InstallationId,
    ) -> Result<Option<Standing>, StoreError> {
        let known = entitlements::known(&self.db, desk, installation).await?;
        Ok(known.map(|row| self.standing_by(&row)))
    }

    fn standing_by(&self, row: &entitlements::Entitlement) -> Standing {
        let (token, revocation) = (Some(row.token.as_str()), row.revocation.as_deref());
        self.signer.standing(row.desk, row.installation, token, revocation, self.clock.now())
    }

    /// When an installation was stopped because it was not paid, if that is why it does not run.
    pub(crate) async fn stopped_unpaid(
        &self,
        conn: &mut Conn,
        desk: DeskId,
        installation: InstallationId,
    ) -> Result<Option<Timestamp>, StoreError> {
        let row = entitlements::get(conn, desk, installation).await?;
        let signed = row.and_then(|row| row.revocation);
        let revoked = signed.and_then(|signed| self.signer.revocation(&signed).ok());
        Ok(revoked.filter(|revoked| revoked.reason == Reason::Unpaid).map(|revoked| revoked.revoked_at))
    }

    /// The status that a revoked installation is shown with, when it was revoked.
    pub(crate) async fn revoked(
        &self,
        conn: &mut Conn,
        desk: DeskId,
        installation: InstallationId,
    ) -> Result<Option<Status>, StoreError> {
        Ok(self.standing(conn, desk, installation).await?.and_then(shown_as))
    }

    /// The same for each call, from memory where it is known.
    pub(crate) async fn known_revoked(
        &self,
        desk: DeskId,
        installation: InstallationId,
    ) -> Result<Option<Status>, StoreError> {
        Ok(self.known_standing(desk, installation).await?.and_then(shown_as))
    }

    /// Issues anew what was issued a day ago or earlier; answers how many were looked at. Several nodes may do it at once.
    pub(crate) async fn refresh_entitlements(&self) -> Result<usize, StoreError> {
        let mut seen = 0;
        loop {
            let now = self.clock.now();
            let due = entitlements::list_due(&mut self.db.read().await?, now.before(REFRESHED), AT_ONCE).await?;
            let mut by_desk: BTreeMap<DeskId, Vec<InstallationId>> = BTreeMap::new();
            for row in &due {
                by_desk.entry(row.desk).or_default().push(row.installation);
            }
            for (desk, installations) in by_desk {
                let mut tx = self.db.begin().await?;
                billing::lock(&mut tx, desk).await?;
                for installation in installations {
                    self.refresh(&mut tx, desk, installation, now).await?;
                }
                tx.commit().await?;
            }
            seen += due.len();
            if due.len() < AT_ONCE as usize {
                return Ok(seen);
            }
        }
    }

    async fn refresh(
        &self,
        tx: &mut Tx,
        desk: DeskId,
        installation: InstallationId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(row) = entitlements::get(tx, desk, installation).await? else { return Ok(()) };
        match subscriptions::live_of(tx, desk, installation).await? {
            Some(live) if live.state != SubscriptionState::PastDue => self.entitle(tx, &live, now).await,
            // Unpaid or ended: what it says stays as it is, and is looked at again tomorrow.
            _ => entitlements::refresh(tx, desk, installation, &row.token, row.not_after, now).await.map(drop),
        }
    }
}
