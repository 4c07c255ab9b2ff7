//! An installation and its state machine. Transitions consume the installation and can fail; nothing else changes the
//! status. The store saves the result with compare-and-set on `rev`.
//!
//! ```text
//! begin -> Installing -> Active <-> Inactive
//!              |           |  \---> Suspended -> Active | Inactive
//!              v           v
//!   FailedInstallation   Updating -> where it stood before | FailedUpdate -> Updating
//! any but Uninstalling -> Uninstalling -> (row deleted) | where it stood before, or Cancelled, when its publisher declines
//!
//! An update or a way back begins where the table in `actions` has it, and leads back to where the installation stood: what
//! was inactive stays inactive. What was suspended becomes active with the other version, since the one that trapped is gone.
//!
//! Money: Installing -> PaymentDue -> Installing when it is paid; a running one whose invoice stays unpaid -> PaymentDue
//! -> Active; a trial's end -> TrialExpired; cancel -> Cancelled; a purchase leads back to Active.
//! ```

mod actions;
mod badge;
mod failures;
mod label;
mod notice;
mod transitions;

pub use self::{
    actions::Action,
    badge::{Badge, Sign, badges},
    failures::Failures,
    label::Label,
    notice::{Notice, sentence},
};
use crate::{
    addon::{AddonId, Kind, Version},
    capability::Grant,
    clock::Timestamp,
    ids::{DeskId, InstallationId, OperatorId},
    localized::Localized,
};

crate::words! {
    /// Where an installation stands (R30 to R37).
    pub enum Status: "status" {
        /// Pending confirmation (R17, R30).
        Installing = "installing",
        /// The installation did not go through; it can be tried again (R31).
        FailedInstallation = "failed-installation",
        /// Runs.
        Active = "active",
        /// The old version serves until the new one is ready (R32).
        Updating = "updating",
        /// The update failed and so did its rollback (R33).
        FailedUpdate = "failed-update",
        /// Switched off by an operator; keeps everything.
        Inactive = "inactive",
        /// Switched off by the host after three traps within an hour (R64).
        Suspended = "suspended",
        /// An invoice has to be paid first (R10).
        PaymentDue = "payment-due",
        /// The trial is over: choose a plan or uninstall (R34). Keeps everything.
        TrialExpired = "trial-expired",
        /// Billing was stopped (R12): using it again needs a new purchase. Keeps everything.
        Cancelled = "cancelled",
        /// Its data is being deleted.
        Uninstalling = "uninstalling",
    }
}

impl Status {
    /// True while it is in use: active, or updating. Whether the component may be called says [`Installation::runs`].
    #[must_use]
    pub fn runs(self) -> bool {
        matches!(self, Self::Active | Self::Updating)
    }

    /// True while a saga works on it.
    #[must_use]
    pub fn is_moving(self) -> bool {
        matches!(self, Self::Installing | Self::Updating | Self::Uninstalling)
    }
}

/// An add-on installed in a desk. Read the parts freely; change them only by the transitions.
#[derive(Debug, Clone, PartialEq)]
pub struct Installation {
    parts: Parts,
}

/// The parts of an [`Installation`], as the store keeps them.
#[derive(Debug, Clone, PartialEq)]
pub struct Parts {
    /// Its id.
    pub id: InstallationId,
    /// The desk.
    pub desk: DeskId,
    /// The add-on.
    pub addon: AddonId,
    /// Plugin, channel or language.
    pub kind: Kind,
    /// What the desk calls it, where it has given it a name. Of one channel there may be several, each with another.
    pub label: Option<Label>,
    /// The version that serves, or that is being installed.
    pub version: Version,
    /// The version before the last update: "Previous version" leads back to it (R60).
    pub previous: Option<Version>,
    /// While updating: the version to come.
    pub target: Option<Version>,
    /// It stays on its line of versions: only patches of that are offered (R60).
    pub pinned: bool,
    /// Pre-releases are offered, too.
    pub prereleases: bool,
    /// Where it stands.
    pub status: Status,
    /// While updating and after a failed update: where it stood before, unless active.
    pub resumes: Option<Status>,
    /// Why its installation failed the last times (R31).
    pub failures: Option<Failures>,
    /// What the desk consented to.
    pub grant: Grant,
    /// Cannot take the add-on from themselves (R27).
    pub installed_by: OperatorId,
    /// The last thing that went wrong, shown to managers.
    pub notice: Option<Notice>,
    /// When it was installed.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Rises with each change; for compare-and-set.
    pub rev: i64,
}

/// A transition that the state machine does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the add-on is {status}: it cannot {action} now")]
pub struct NotAllowed {
    /// Where it stands.
    pub status: Status,
    /// What was asked.
    pub action: &'static str,
}

impl std::ops::Deref for Installation {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.parts
    }
}

impl Installation {
    /// A new one, `Installing`.
    #[must_use]
    #[expect(clippy::too_many_arguments, reason = "each is a different fact, and all are needed")]
    pub fn begin(
        id: InstallationId,
        desk: DeskId,
        addon: AddonId,
        kind: Kind,
        version: Version,
        grant: Grant,
        installed_by: OperatorId,
        now: Timestamp,
    ) -> Self {
        // Who installs a pre-release by hand goes on with them.
        let prereleases = !version.pre.is_empty();
        Self {
            parts: Parts {
                id,
                desk,
                addon,
                kind,
                label: None,
                version,
                previous: None,
                target: None,
                pinned: false,
                prereleases,
                status: Status::Installing,
                resumes: None,
                failures: None,
                grant,
                installed_by,
                notice: None,
                created_at: now,
                updated_at: now,
                rev: 1,
            },
        }
    }

    /// Called so from the beginning.
    #[must_use]
    pub fn called(mut self, label: Option<Label>) -> Self {
        self.parts.label = label;
        self
    }

    /// What people call it: as the desk does, or as the add-on calls itself.
    #[must_use]
    pub fn name(&self, listed: Option<Localized>) -> Localized {
        match (&self.label, listed) {
            (Some(label), _) => Localized::en(label.as_str()),
            (None, Some(listed)) => listed,
            (None, None) => Localized::en(self.addon.as_str()),
        }
    }

    /// True while the component may be called: active, or being updated from there (the old version serves).
    #[must_use]
    pub fn runs(&self) -> bool {
        match self.status {
            Status::Active => true,
            Status::Updating => self.resumes.is_none(),
            _ => false,
        }
    }

    /// As stored. Only the store calls this.
    #[must_use]
    pub fn from_stored(parts: Parts) -> Self {
        Self { parts }
    }
}
