//! The transitions: nothing else changes the status.

use super::{Installation, NotAllowed, Notice, Parts, Status};
use crate::{addon::Version, capability::Grant, clock::Timestamp};

/// Installed, and nothing is being done with it.
const SETTLED: [Status; 4] = [Status::Active, Status::Inactive, Status::Suspended, Status::FailedUpdate];

impl Installation {
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
        self.step("be stopped for its payment", &SETTLED, Status::PaymentDue, now, |parts| parts.notice = Some(notice))
    }

    /// The trial is over (R20, R34).
    ///
    /// # Errors
    /// Unless it is installed and settled.
    pub fn trial_ended(self, now: Timestamp) -> Result<Self, NotAllowed> {
        self.step("end its trial", &SETTLED, Status::TrialExpired, now, |_| ())
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
    use crate::{
        addon::Kind,
        ids::{DeskId, InstallationId, OperatorId},
    };

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
