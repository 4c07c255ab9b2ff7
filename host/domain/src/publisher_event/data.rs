//! What each kind of event tells beside which installation it is about. Whatever changed has its old and its new value.

use jiff::civil::Date;
use serde::Serialize;

use super::{EventKind, rfc3339, rfc3339_some};
use crate::{
    addon::{PublisherSlug, Version},
    clock::Timestamp,
    ids::OperatorId,
    money::Money,
    plan::PlanId,
};

/// The facts of an event, by its kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum EventData {
    /// A desk asked for the add-on.
    InstallRequested(InstallRequested),
    /// A desk wants another version.
    UpdateRequested(UpdateRequested),
    /// A desk wants to remove it.
    UninstallRequested(UninstallRequested),
    /// It is installed and active.
    Installed(Installed),
    /// Another version or plan, or other users.
    Updated(Updated),
    /// It is gone.
    Uninstalled(Uninstalled),
    /// A trial began.
    TrialStarted(TrialStarted),
    /// A trial is over.
    TrialEnded(TrialEnded),
    /// It was switched off by the host.
    Suspended(Suspended),
    /// More licences, or fewer.
    LicencesChanged(LicencesChanged),
    /// An invoice is paid.
    InvoicePaid(InvoicePaid),
    /// It was another publisher's.
    HandedOver(HandedOver),
}

impl EventData {
    /// The kind that has these facts.
    #[must_use]
    pub fn kind(&self) -> EventKind {
        match self {
            Self::InstallRequested(_) => EventKind::InstallRequested,
            Self::UpdateRequested(_) => EventKind::UpdateRequested,
            Self::UninstallRequested(_) => EventKind::UninstallRequested,
            Self::Installed(_) => EventKind::Installed,
            Self::Updated(_) => EventKind::Updated,
            Self::Uninstalled(_) => EventKind::Uninstalled,
            Self::TrialStarted(_) => EventKind::TrialStarted,
            Self::TrialEnded(_) => EventKind::TrialEnded,
            Self::Suspended(_) => EventKind::Suspended,
            Self::LicencesChanged(_) => EventKind::LicencesChanged,
            Self::InvoicePaid(_) => EventKind::InvoicePaid,
            Self::HandedOver(_) => EventKind::HandedOver,
        }
    }
}

/// What something was, and what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change<T> {
    /// Before.
    pub old: T,
    /// Now.
    pub new: T,
}

/// Data of [`EventKind::InstallRequested`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InstallRequested {
    /// The operator who asked.
    pub by: OperatorId,
    /// Until when the publisher's answer is waited for; none: it completes by itself.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "rfc3339_some")]
    pub until: Option<Timestamp>,
}

/// Data of [`EventKind::UpdateRequested`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UpdateRequested {
    /// The operator who asked.
    pub by: OperatorId,
    /// Which version serves, and which one is wanted.
    pub version: Change<Version>,
    /// Until when the publisher's answer is waited for.
    #[serde(serialize_with = "rfc3339")]
    pub until: Timestamp,
}

/// Data of [`EventKind::UninstallRequested`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UninstallRequested {
    /// The operator who asked.
    pub by: OperatorId,
    /// Until when the publisher's answer is waited for.
    #[serde(serialize_with = "rfc3339")]
    pub until: Timestamp,
}

/// Data of [`EventKind::Installed`]. When it is posted, `credentials` stands beside them where the service has an OAuth client:
/// `client_id`, and `client_secret` with `private_key_jwk` until it has arrived once. Those are kept sealed elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Installed {
    /// The operator who installed it.
    pub by: OperatorId,
    /// What it is had on; none where the add-on has no plans.
    pub plan: Option<PlanId>,
    /// True in a trial.
    pub trial: bool,
    /// Licences of a plan per user, else 1; none without a plan.
    pub licences: Option<u32>,
}

/// Data of [`EventKind::HandedOver`]: how it is had now. When it is posted, `credentials` stands beside them as in [`Installed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HandedOver {
    /// The publisher that had the add-on.
    pub from: PublisherSlug,
    /// What it is had on; none where the add-on has no plans, or nothing is paid for.
    pub plan: Option<PlanId>,
    /// True in a trial.
    pub trial: bool,
    /// Licences of a plan per user, else 1; none without a plan.
    pub licences: Option<u32>,
}

/// Data of [`EventKind::Updated`]: only what changed is there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Updated {
    /// Also backwards, when the desk went back to an earlier one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Change<Version>>,
    /// The plan; old is none after the former one had ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<Change<Option<PlanId>>>,
    /// Who may use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<UsersChanged>,
}

/// How the users of an installation changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UsersChanged {
    /// How many there were.
    pub old: u32,
    /// How many there are.
    pub new: u32,
    /// Operators who may use it now.
    pub added: Vec<OperatorId>,
    /// Operators who may no longer.
    pub removed: Vec<OperatorId>,
}

/// Data of [`EventKind::Uninstalled`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Uninstalled {
    /// The operator who removed it.
    pub by: OperatorId,
    /// True when the add-on was not asked.
    pub forced: bool,
}

/// Data of [`EventKind::TrialStarted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrialStarted {
    /// What is tried.
    pub plan: PlanId,
    /// When it ends.
    #[serde(serialize_with = "rfc3339")]
    pub until: Timestamp,
}

/// Data of [`EventKind::TrialEnded`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrialEnded {
    /// What was tried.
    pub plan: PlanId,
    /// Why it is over.
    pub why: TrialEndedWhy,
    /// The operator by whom; none: by time, or by the host.
    pub by: Option<OperatorId>,
}

/// Data of [`EventKind::Suspended`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suspended {
    /// Why.
    pub why: SuspendedWhy,
}

/// Data of [`EventKind::LicencesChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LicencesChanged {
    /// The plan that counts them.
    pub plan: PlanId,
    /// How many there are now; both are the same where they become fewer with the next period.
    pub licences: Change<u32>,
    /// How many there will be in the next period, where that differs.
    pub next: Option<u32>,
}

/// Data of [`EventKind::InvoicePaid`]. Other add-ons may be on the invoice: they are not in here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvoicePaid {
    /// Its number, as people know it.
    pub invoice: i64,
    /// The lines of this installation.
    pub lines: Vec<InvoicePaidLine>,
}

/// A line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvoicePaidLine {
    /// On which plan.
    pub plan: PlanId,
    /// Licences, else 1.
    pub quantity: u32,
    /// Less than nothing where something is credited.
    pub amount: Money,
    /// The first day that it pays for.
    pub from: Date,
    /// The first day that it does not pay for; none for what is paid once.
    pub to: Option<Date>,
}

crate::words! {
    /// Why a trial is over.
    pub enum TrialEndedWhy: "reason of the end of a trial" {
        /// Its days are.
        Expired = "expired",
        /// The add-on was removed.
        Uninstalled = "uninstalled",
        /// A plan was chosen.
        Upgraded = "upgraded",
        /// It was cancelled.
        Cancelled = "cancelled",
    }

    /// Why the host switched an add-on off.
    pub enum SuspendedWhy: "reason of a suspension" {
        /// It was stopped three times within an hour because of errors of its own.
        Faults = "faults",
        /// Its package is not there any more.
        PackageLost = "package-lost",
        /// The texts of a language are not taken any more.
        Texts = "texts",
        /// An invoice was not paid.
        Unpaid = "unpaid",
    }
}
