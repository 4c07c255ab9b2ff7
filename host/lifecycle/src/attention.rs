//! What the people who manage add-ons should look at: one list, the most urgent first, for the bell and its page.

use annex_domain::{
    addon::AddonId,
    billing::{InvoiceState, SubscriptionState},
    ids::{DeskId, InstallationId},
    installation::Status,
    localized::Localized,
    money::Money,
};
use annex_store::{
    billing::{invoices, subscriptions},
    catalog, requests,
};

use crate::{InstallationView, Lifecycle, LifecycleError, terms::days_until};

/// From so many days on the end of a trial is worth a look.
const SOON: u32 = 7;

annex_domain::words! {
    /// Why something is on the list, the most urgent first.
    pub enum Reason: "reason to look" {
        /// An update failed, and so did the way back (R33).
        UpdateFailed = "update-failed",
        /// The host switched it off because of its errors (R64).
        Suspended = "suspended",
        /// The version that is installed must not run.
        Blocked = "blocked",
        /// Its operation is set aside: somebody has to decide.
        SetAside = "set-aside",
        /// It could not be installed (R31).
        InstallFailed = "install-failed",
        /// Its publisher did not let it go.
        UninstallFailed = "uninstall-failed",
        /// An invoice is to be paid (R10).
        InvoiceDue = "invoice-due",
        /// Its trial is over (R34).
        TrialExpired = "trial-expired",
        /// It lacks settings without which it does not work, or those that it has do not work.
        NeedsSetup = "needs-setup",
        /// Its trial ends soon (R21).
        TrialEnds = "trial-ends",
        /// An update was taken back; what ran before runs on.
        UpdateUndone = "update-undone",
        /// Operators ask for it (R69).
        Requested = "requested",
    }
}

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attention {
    /// Why.
    pub reason: Reason,
    /// About which add-on; none for invoices.
    pub addon: Option<AddonId>,
    /// As listed; none for invoices.
    pub name: Option<Localized>,
    /// Of which installation.
    pub installation: Option<InstallationId>,
    /// Days of a trial that are left; operators who ask; settings that are missing, none where they do not work.
    pub count: u32,
    /// The number of an invoice, and what is to be paid.
    pub invoice: Option<(i64, Money)>,
}

impl Lifecycle {
    /// What is to be looked at in a desk.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attention(&self, desk: DeskId) -> Result<Vec<Attention>, LifecycleError> {
        let views = self.installations(desk).await?;
        let mut conn = self.db.read().await?;
        let now = self.clock.now();
        let mut list: Vec<Attention> = views.iter().filter_map(of_installation).collect();
        for live in subscriptions::list(&mut conn, desk).await? {
            let left = live.trial_ends_at.filter(|_| live.state == SubscriptionState::Trialing);
            let Some(days) = left.map(|end| days_until(end, now)).filter(|days| *days <= SOON) else { continue };
            let running = views.iter().find(|view| view.installation.id == live.installation);
            if let Some(view) = running.filter(|view| view.installation.status.runs()) {
                list.push(about(view, Reason::TrialEnds, days));
            }
        }
        let due = invoices::Filter { state: Some(InvoiceState::Due), ..invoices::Filter::default() };
        for invoice in invoices::list(&mut conn, desk, due).await? {
            list.push(Attention {
                reason: Reason::InvoiceDue,
                addon: None,
                name: None,
                installation: None,
                count: 0,
                invoice: Some((invoice.number, invoice.to_take())),
            });
        }
        let mut asked: Vec<(AddonId, u32)> = Vec::new();
        for request in requests::open(&mut conn, desk).await? {
            match asked.iter_mut().find(|(addon, _)| *addon == request.addon) {
                Some((_, count)) => *count += 1,
                None => asked.push((request.addon, 1)),
            }
        }
        drop(conn);
        for (addon, count) in asked {
            let version = catalog::known_shown(&self.db, &addon).await?;
            let name =
                version.map_or_else(|| Localized::en(addon.as_str()), |version| version.manifest.listing.name.clone());
            list.push(Attention {
                reason: Reason::Requested,
                addon: Some(addon),
                name: Some(name),
                installation: None,
                count,
                invoice: None,
            });
        }
        list.sort_by_key(|one| one.reason);
        Ok(list)
    }
}

/// The most urgent about an installation itself.
fn of_installation(view: &InstallationView) -> Option<Attention> {
    let reason = match view.installation.status {
        _ if view.set_aside.is_some() => Reason::SetAside,
        _ if view.stayed() => Reason::UninstallFailed,
        Status::FailedUpdate => Reason::UpdateFailed,
        Status::Suspended => Reason::Suspended,
        Status::FailedInstallation => Reason::InstallFailed,
        Status::TrialExpired => Reason::TrialExpired,
        Status::Active if view.blocked => Reason::Blocked,
        Status::Active if view.needs_setup() => Reason::NeedsSetup,
        Status::Active | Status::Inactive if view.installation.notice.is_some() => Reason::UpdateUndone,
        _ => return None,
    };
    let count = u32::try_from(view.missing.len()).unwrap_or(u32::MAX);
    Some(about(view, reason, count))
}

fn about(view: &InstallationView, reason: Reason, count: u32) -> Attention {
    Attention {
        reason,
        addon: Some(view.installation.addon.clone()),
        name: Some(view.installation.name(Some(view.manifest.listing.name.clone()))),
        installation: Some(view.installation.id),
        count,
        invoice: None,
    }
}
