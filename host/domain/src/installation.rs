//! An installation and its state machine. Transitions consume the installation and can fail; nothing else changes the
//! status. The store saves the result with compare-and-set on `rev`.
//!
//! ```text
//! begin -> Installing -> Active <-> Inactive
//!              |           |  \---> Suspended -> Active | Inactive
//!              v           v
//!   FailedInstallation   Updating -> Active | FailedUpdate
//! any but Uninstalling -> Uninstalling -> (row deleted)
//!
//! Money: Installing -> PaymentDue -> Installing when it is paid; a running one whose invoice stays unpaid -> PaymentDue
//! -> Active; a trial's end -> TrialExpired; cancel -> Cancelled; a purchase leads back to Active.
//! ```

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    addon::{AddonId, Invalid, Kind, Version},
    capability::Grant,
    clock::Timestamp,
    ids::{DeskId, InstallationId, OperatorId},
};

/// Where an installation stands (R30 to R37).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Pending confirmation (R17, R30).
    Installing,
    /// The installation did not go through; it can be tried again (R31).
    FailedInstallation,
    /// Runs.
    Active,
    /// The old version serves until the new one is ready (R32).
    Updating,
    /// The update failed and so did its rollback (R33).
    FailedUpdate,
    /// Switched off by an operator; keeps everything.
    Inactive,
    /// Switched off by the host after three traps within an hour (R64).
    Suspended,
    /// An invoice has to be paid first (R10).
    PaymentDue,
    /// The trial is over: choose a plan or uninstall (R34). Keeps everything.
    TrialExpired,
    /// Billing was stopped (R12): using it again needs a new purchase. Keeps everything.
    Cancelled,
    /// Its data is being deleted.
    Uninstalling,
}

impl Status {
    /// All, in the order above.
    pub const ALL: [Self; 11] = [
        Self::Installing,
        Self::FailedInstallation,
        Self::Active,
        Self::Updating,
        Self::FailedUpdate,
        Self::Inactive,
        Self::Suspended,
        Self::PaymentDue,
        Self::TrialExpired,
        Self::Cancelled,
        Self::Uninstalling,
    ];

    /// The word in SQL, JSON and HTML.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Installing => "installing",
            Self::FailedInstallation => "failed-installation",
            Self::Active => "active",
            Self::Updating => "updating",
            Self::FailedUpdate => "failed-update",
            Self::Inactive => "inactive",
            Self::Suspended => "suspended",
            Self::PaymentDue => "payment-due",
            Self::TrialExpired => "trial-expired",
            Self::Cancelled => "cancelled",
            Self::Uninstalling => "uninstalling",
        }
    }

    /// True while the component may be called: active, or updating (the old version serves).
    #[must_use]
    pub fn runs(self) -> bool {
        matches!(self, Self::Active | Self::Updating)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Status {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(Invalid("not a status"))
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
    /// The version that serves, or that is being installed.
    pub version: Version,
    /// The version before the last update: "Previous version" leads back to it (R60).
    pub previous: Option<Version>,
    /// While updating: the version to come.
    pub target: Option<Version>,
    /// No update is offered (R60).
    pub pinned: bool,
    /// Where it stands.
    pub status: Status,
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

/// What went wrong, for the people who manage the installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// To quote to support: `E-…`.
    pub error_id: String,
    /// Stable word, such as `install-hook-failed`.
    pub code: String,
    /// What happened and what to do.
    pub text: String,
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
        Self {
            parts: Parts {
                id,
                desk,
                addon,
                kind,
                version,
                previous: None,
                target: None,
                pinned: false,
                status: Status::Installing,
                grant,
                installed_by,
                notice: None,
                created_at: now,
                updated_at: now,
                rev: 1,
            },
        }
    }

    /// As stored. Only the store calls this.
    #[must_use]
    pub fn from_stored(parts: Parts) -> Self {
        Self { parts }
    }

    fn step(
        mut self,
        action: &'static str,
        from: &[Status],
        to: Status,
        now: Timestamp,
        change: impl FnOnce(&mut Parts),
    ) -> Result<Self, NotAllowed> {
        if !from.contains(&self.status) {
            return Err(NotAllowed { status: self.status, action });
        }
        self.parts.status = to;
        self.parts.updated_at = now;
        self.parts.rev += 1;
        change(&mut self.parts);
        Ok(self)
    }

    /// The saga went through.
    ///
    /// # Errors
    /// Unless installing.
    pub fn installed(self, now: Timestamp) -> Result<Self, NotAllowed> {
        self.step("become active", &[Status::Installing], Status::Active, now, |parts| parts.notice = None)
    }

    /// The saga was unwound, or the payment that it waited for was given up.
    ///
    /// # Errors
    /// Unless installing, or its payment is due.
    pub fn install_failed(self, notice: Notice, now: Timestamp) -> Result<Self, NotAllowed> {
        let from = [Status::Installing, Status::PaymentDue];
        self.step("fail its installation", &from, Status::FailedInstallation, now, |parts| {
            parts.notice = Some(notice);
        })
    }

    /// Tries a failed installation again, perhaps with another version and grant (R31).
    ///
    /// # Errors
    /// Unless failed.
    pub fn retry(self, version: Version, grant: Grant, now: Timestamp) -> Result<Self, NotAllowed> {
        self.step("be installed again", &[Status::FailedInstallation], Status::Installing, now, |parts| {
            parts.version = version;
            parts.grant = grant;
            parts.notice = None;
        })
    }

    /// Starts an update or a rollback to `target`; the old version serves on.
    ///
    /// # Errors
    /// Unless active.
    pub fn begin_update(self, target: Version, now: Timestamp) -> Result<Self, NotAllowed> {
        self.step("be updated", &[Status::Active], Status::Updating, now, |parts| parts.target = Some(target))
    }

    /// Switches to the target version, with the new grant. After a rollback (`pin`) no update is offered until unpinned.
    ///
    /// # Errors
    /// Unless updating.
    pub fn updated(self, grant: Grant, pin: bool, now: Timestamp) -> Result<Self, NotAllowed> {
        self.step("finish an update", &[Status::Updating], Status::Active, now, |parts| {
            if let Some(target) = parts.target.take() {
                parts.previous = Some(std::mem::replace(&mut parts.version, target));
            }
            parts.grant = grant;
            parts.pinned = pin;
            parts.notice = None;
        })
    }

    /// The update failed and its data was restored: active on the old version, with a notice.
    ///
    /// # Errors
    /// Unless updating.
    pub fn update_undone(self, notice: Notice, now: Timestamp) -> Result<Self, NotAllowed> {
        self.step("undo an update", &[Status::Updating], Status::Active, now, |parts| {
            parts.target = None;
            parts.notice = Some(notice);
        })
    }

    /// The update failed and its data could not be restored (R33).
    ///
    /// # Errors
    /// Unless updating.
    pub fn update_failed(self, notice: Notice, now: Timestamp) -> Result<Self, NotAllowed> {
        self.step("fail an update", &[Status::Updating], Status::FailedUpdate, now, |parts| {
            parts.notice = Some(notice);
        })
    }

    /// The charge did not go through: an invoice is due (R10).
    ///
    /// # Errors
    /// Unless installing.
    pub fn payment_due(self, notice: Notice, now: Timestamp) -> Result<Self, NotAllowed> {
        self.step("wait for its payment", &[Status::Installing], Status::PaymentDue, now, |parts| {
            parts.notice = Some(notice);
        })
    }

    /// The due invoice of its installation was paid: it goes on installing.
    ///
    /// # Errors
    /// Unless its payment is due.
    pub fn payment_made(self, now: Timestamp) -> Result<Self, NotAllowed> {
        self.step("go on installing", &[Status::PaymentDue], Status::Installing, now, |parts| parts.notice = None)
    }

    /// A signed revocation after the days of grace: its monthly invoice was not paid.
    ///
    /// # Errors
    /// Unless it is installed and settled.
    pub fn unpaid(self, notice: Notice, now: Timestamp) -> Result<Self, NotAllowed> {
        let from = [Status::Active, Status::Inactive, Status::Suspended, Status::FailedUpdate];
        self.step("be stopped for its payment", &from, Status::PaymentDue, now, |parts| parts.notice = Some(notice))
    }

    /// The trial is over (R20, R34).
    ///
    /// # Errors
    /// Unless it is installed and settled.
    pub fn trial_ended(self, now: Timestamp) -> Result<Self, NotAllowed> {
        let from = [Status::Active, Status::Inactive, Status::Suspended, Status::FailedUpdate];
        self.step("end its trial", &from, Status::TrialExpired, now, |_| ())
    }

    /// Billing was stopped by an operator (R12).
    ///
    /// # Errors
    /// Unless it is installed and settled.
    pub fn cancel(self, now: Timestamp) -> Result<Self, NotAllowed> {
        let from = [
            Status::Active,
            Status::Inactive,
            Status::Suspended,
            Status::FailedUpdate,
            Status::PaymentDue,
            Status::TrialExpired,
        ];
        self.step("be cancelled", &from, Status::Cancelled, now, |_| ())
    }

    /// An order for it was given up before it was paid; it stays as it is.
    ///
    /// # Errors
    /// While it is being changed.
    pub fn order_given_up(self, now: Timestamp) -> Result<Self, NotAllowed> {
        let from = [
            Status::FailedInstallation,
            Status::Active,
            Status::Inactive,
            Status::Suspended,
            Status::FailedUpdate,
            Status::TrialExpired,
            Status::Cancelled,
        ];
        let status = self.status;
        self.step("give an order up", &from, status, now, |_| ())
    }

    /// A plan was bought, or what was due was paid: it runs.
    ///
    /// # Errors
    /// Unless it is active, inactive, expired, cancelled, or its payment is due.
    pub fn purchased(self, now: Timestamp) -> Result<Self, NotAllowed> {
        let from = [Status::Active, Status::Inactive, Status::TrialExpired, Status::Cancelled, Status::PaymentDue];
        self.step("be bought", &from, Status::Active, now, |parts| parts.notice = None)
    }

    /// Switched off by an operator.
    ///
    /// # Errors
    /// Unless active or suspended.
    pub fn deactivate(self, now: Timestamp) -> Result<Self, NotAllowed> {
        self.step("be deactivated", &[Status::Active, Status::Suspended], Status::Inactive, now, |_| ())
    }

    /// Switched on again by an operator.
    ///
    /// # Errors
    /// Unless inactive or suspended.
    pub fn activate(self, now: Timestamp) -> Result<Self, NotAllowed> {
        self.step("be activated", &[Status::Inactive, Status::Suspended], Status::Active, now, |parts| {
            parts.notice = None;
        })
    }

    /// Switched off by the host (R64).
    ///
    /// # Errors
    /// Unless active.
    pub fn suspend(self, notice: Notice, now: Timestamp) -> Result<Self, NotAllowed> {
        self.step("be suspended", &[Status::Active], Status::Suspended, now, |parts| parts.notice = Some(notice))
    }

    /// Something about it went wrong that changes nothing: managers are told.
    ///
    /// # Errors
    /// While it is being deleted.
    pub fn noted(self, notice: Notice, now: Timestamp) -> Result<Self, NotAllowed> {
        let status = self.status;
        let from: Vec<Status> = Status::ALL.into_iter().filter(|status| *status != Status::Uninstalling).collect();
        self.step("get a notice", &from, status, now, |parts| parts.notice = Some(notice))
    }

    /// Starts the deletion. `force` takes an installation whatever its status (R37).
    ///
    /// # Errors
    /// While installing or updating, or when the deletion is under way; never with `force`.
    pub fn begin_uninstall(self, force: bool, now: Timestamp) -> Result<Self, NotAllowed> {
        let settled = [
            Status::FailedInstallation,
            Status::Active,
            Status::FailedUpdate,
            Status::Inactive,
            Status::Suspended,
            Status::PaymentDue,
            Status::TrialExpired,
            Status::Cancelled,
        ];
        let from: &[Status] = if force { &Status::ALL } else { &settled };
        self.step("be uninstalled", from, Status::Uninstalling, now, |parts| parts.target = None)
    }

    /// Pins to the version that runs, or unpins.
    ///
    /// # Errors
    /// Unless active or inactive.
    pub fn set_pinned(self, pinned: bool, now: Timestamp) -> Result<Self, NotAllowed> {
        let status = self.status;
        self.step("be pinned", &[Status::Active, Status::Inactive], status, now, |parts| parts.pinned = pinned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new() -> Installation {
        Installation::begin(
            InstallationId::new(),
            DeskId::new(),
            "acme.hello".parse().unwrap(),
            Kind::Plugin,
            Version::new(1, 0, 0),
            Grant::default(),
            OperatorId::new(),
            Timestamp(1),
        )
    }

    fn notice() -> Notice {
        Notice { error_id: "E-1".into(), code: "x".into(), text: "x".into() }
    }

    #[test]
    fn an_update_remembers_the_version_before() {
        let active = new().installed(Timestamp(2)).unwrap();
        let updating = active.begin_update(Version::new(1, 1, 0), Timestamp(3)).unwrap();
        assert!(updating.status.runs());
        assert_eq!(updating.version, Version::new(1, 0, 0));
        let updated = updating.updated(Grant::default(), false, Timestamp(4)).unwrap();
        assert_eq!((updated.version.minor, updated.previous.as_ref().unwrap().minor), (1, 0));
        assert_eq!(updated.target, None);
    }

    #[test]
    fn a_failed_update_stays_on_the_old_version() {
        let active = new().installed(Timestamp(2)).unwrap();
        let undone = active
            .begin_update(Version::new(2, 0, 0), Timestamp(3))
            .and_then(|updating| updating.update_undone(notice(), Timestamp(4)))
            .unwrap();
        assert_eq!((undone.status, undone.version.major, undone.target.is_none()), (Status::Active, 1, true));
    }

    #[test]
    fn refuses_what_the_machine_does_not_have() {
        assert!(new().deactivate(Timestamp(2)).is_err());
        assert!(new().begin_uninstall(false, Timestamp(2)).is_err());
        assert!(new().begin_uninstall(true, Timestamp(2)).is_ok());
        let active = new().installed(Timestamp(2)).unwrap();
        assert!(active.clone().installed(Timestamp(3)).is_err());
        assert!(active.activate(Timestamp(3)).is_err());
    }
}
