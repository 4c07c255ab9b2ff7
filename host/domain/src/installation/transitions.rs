//! The transitions: nothing else changes the status.

use super::{Action, Failures, Installation, Label, NotAllowed, Notice, Parts, Status};
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

    /// What the table in `actions` has.
    fn act(
        self,
        action: Action,
        to: Status,
        now: Timestamp,
        change: impl FnOnce(&mut Parts),
    ) -> Result<Self, NotAllowed> {
        self.status.check(action)?;
        let from = self.status;
        self.step(action.as_str(), &[from], to, now, change)
    }

    /// The saga went through.
    ///
    /// # Errors
    /// Unless installing.
    pub fn installed(self, now: Timestamp) -> Result<Self, NotAllowed> {
        self.step("become active", &[Status::Installing], Status::Active, now, |parts| {
            parts.notice = None;
            parts.failures = None;
        })
    }

    /// The saga was unwound, or the payment that it waited for was given up.
    ///
    /// # Errors
    /// Unless installing, or its payment is due.
    pub fn install_failed(self, notice: Notice, now: Timestamp) -> Result<Self, NotAllowed> {
        let from = [Status::Installing, Status::PaymentDue];
        self.step("fail its installation", &from, Status::FailedInstallation, now, |parts| {
            parts.failures = Some(Failures::another(parts.failures.as_ref(), &notice.code, now));
            parts.notice = Some(notice);
        })
    }

    /// Tries a failed installation again, perhaps with another version and grant (R31).
    ///
    /// # Errors
    /// Unless failed.
    pub fn retry(self, version: Version, grant: Grant, now: Timestamp) -> Result<Self, NotAllowed> {
        self.act(Action::Retry, Status::Installing, now, |parts| {
            parts.prereleases |= !version.pre.is_empty();
            parts.version = version;
            parts.grant = grant;
            parts.notice = None;
        })
    }

    /// Starts an update or a rollback to `target`; what ran serves on.
    ///
    /// # Errors
    /// Unless active, inactive, suspended, or its last update failed.
    pub fn begin_update(self, target: Version, now: Timestamp) -> Result<Self, NotAllowed> {
        let was = self.status;
        let back = target.cmp_precedence(&self.version).is_lt();
        let action = if back { Action::RollBack } else { Action::Update };
        self.act(action, Status::Updating, now, |parts| {
            parts.target = Some(target);
            // A failed update has written down where the installation stood before it.
            if was != Status::FailedUpdate {
                parts.resumes = Some(was).filter(|was| *was != Status::Active);
            }
        })
    }

    /// Switches to the target version, with the new grant: active, but for one that was inactive before. After a rollback
    /// (`pin`) it stays on its line until unpinned.
    ///
    /// # Errors
    /// Unless updating.
    pub fn updated(self, grant: Grant, pin: bool, now: Timestamp) -> Result<Self, NotAllowed> {
        let to = self.resumes.filter(|was| *was == Status::Inactive).unwrap_or(Status::Active);
        self.step("finish an update", &[Status::Updating], to, now, |parts| {
            if let Some(target) = parts.target.take() {
                parts.previous = Some(std::mem::replace(&mut parts.version, target));
            }
            parts.resumes = None;
            parts.grant = grant;
            parts.pinned |= pin;
            parts.notice = None;
        })
    }

    /// The update failed and its data was restored: on the old version where it stood, with a notice.
    ///
    /// # Errors
    /// Unless updating.
    pub fn update_undone(self, notice: Notice, now: Timestamp) -> Result<Self, NotAllowed> {
        let to = self.resumes.unwrap_or(Status::Active);
        self.step("undo an update", &[Status::Updating], to, now, |parts| {
            parts.target = None;
            parts.resumes = None;
            parts.notice = Some(notice);
        })
    }

    /// The update failed and its data could not be restored (R33).
    ///
    /// # Errors
    /// Unless updating.
    pub fn update_failed(self, notice: Notice, now: Timestamp) -> Result<Self, NotAllowed> {
        self.step("fail an update", &[Status::Updating], Status::FailedUpdate, now, |parts| {
            parts.target = None;
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
        self.act(Action::Cancel, Status::Cancelled, now, |_| ())
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
        self.act(Action::Deactivate, Status::Inactive, now, |_| ())
    }

    /// Switched on again by an operator.
    ///
    /// # Errors
    /// Unless inactive or suspended.
    pub fn activate(self, now: Timestamp) -> Result<Self, NotAllowed> {
        self.act(Action::Activate, Status::Active, now, |parts| parts.notice = None)
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
        if !force {
            self.status.check(Action::Uninstall)?;
        }
        self.step("be uninstalled", &Status::ALL, Status::Uninstalling, now, |parts| parts.target = None)
    }

    /// The publisher did not let it go: it stands `at` again, with its data and a notice. What was paid for it has ended, so that it
    /// is cancelled where something was.
    ///
    /// # Errors
    /// Unless it waits to be deleted.
    pub fn uninstall_declined(self, at: Status, notice: Notice, now: Timestamp) -> Result<Self, NotAllowed> {
        self.step("stay", &[Status::Uninstalling], at, now, |parts| parts.notice = Some(notice))
    }

    /// Keeps it on its line of versions, or no longer.
    ///
    /// # Errors
    /// Unless active, inactive or suspended.
    pub fn set_pinned(self, pinned: bool, now: Timestamp) -> Result<Self, NotAllowed> {
        let status = self.status;
        self.act(Action::Pin, status, now, |parts| parts.pinned = pinned)
    }

    /// Offers pre-releases, too, or no longer.
    ///
    /// # Errors
    /// Unless active, inactive or suspended.
    pub fn set_prereleases(self, prereleases: bool, now: Timestamp) -> Result<Self, NotAllowed> {
        let status = self.status;
        self.act(Action::Configure, status, now, |parts| parts.prereleases = prereleases)
    }

    /// Calls it otherwise; `None`: like its add-on.
    ///
    /// # Errors
    /// Unless active, inactive or suspended.
    pub fn rename(self, label: Option<Label>, now: Timestamp) -> Result<Self, NotAllowed> {
        let status = self.status;
        self.act(Action::Configure, status, now, |parts| parts.label = label)
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

    /// What was off stays off; what was suspended runs again with the version that mends it.
    #[test]
    fn an_update_leads_back_to_where_it_stood() {
        let to = || Version::new(1, 1, 0);
        let updating = |from: Installation| from.begin_update(to(), Timestamp(4)).unwrap();
        let done = |updating: Installation| updating.updated(Grant::default(), false, Timestamp(5)).unwrap().status;
        let undone = |updating: Installation| updating.update_undone(notice(), Timestamp(5)).unwrap().status;
        let active = new().installed(Timestamp(2)).unwrap();
        let inactive = active.clone().deactivate(Timestamp(3)).unwrap();
        let suspended = active.clone().suspend(notice(), Timestamp(3)).unwrap();
        assert!(!updating(inactive.clone()).runs() && !updating(suspended.clone()).runs());
        assert_eq!(
            (done(updating(inactive.clone())), undone(updating(inactive.clone()))),
            (Status::Inactive, Status::Inactive)
        );
        assert_eq!(
            (done(updating(suspended.clone())), undone(updating(suspended))),
            (Status::Active, Status::Suspended)
        );
        let stuck = updating(inactive).update_failed(notice(), Timestamp(5)).unwrap();
        assert_eq!(done(updating(stuck.clone())), Status::Inactive, "where it stood before the update that failed");
        let back = stuck.begin_update(Version::new(0, 9, 0), Timestamp(6)).unwrap();
        assert_eq!(back.updated(Grant::default(), true, Timestamp(7)).unwrap().status, Status::Inactive);
    }

    #[test]
    fn what_may_not_go_stands_where_it_stood() {
        let inactive = new().installed(Timestamp(2)).and_then(|active| active.deactivate(Timestamp(3))).unwrap();
        assert!(inactive.clone().uninstall_declined(Status::Inactive, notice(), Timestamp(4)).is_err());
        let leaving = inactive.begin_uninstall(false, Timestamp(4)).unwrap();
        let stays = leaving.uninstall_declined(Status::Inactive, notice(), Timestamp(5)).unwrap();
        assert_eq!((stays.status, stays.notice.clone()), (Status::Inactive, Some(notice())));
        assert!(stays.begin_uninstall(false, Timestamp(6)).is_ok(), "asked for again");
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
