//! What can be done with an installation, by status: the one table. Transitions refuse by it, and panel and API offer by it.

use super::{NotAllowed, Status};

crate::words! {
    /// Something that an operator can do with an installation.
    pub enum Action: "known action" {
        /// Change its settings and its users (not while it is being changed: R32).
        Configure = "configure",
        /// Try the installation again (R31).
        Retry = "retry",
        /// Switch it on.
        Activate = "activate",
        /// Switch it off.
        Deactivate = "deactivate",
        /// Move to a newer version (R11).
        Update = "update",
        /// Go back to an earlier version (R60).
        RollBack = "roll-back",
        /// Keep it on its line of versions, or no longer (R60).
        Pin = "pin",
        /// Stop its billing (R12).
        Cancel = "cancel",
        /// Remove it with its data (R29).
        Uninstall = "uninstall",
    }
}

impl Action {
    /// As [`NotAllowed`] says it: "it cannot …".
    fn phrase(self) -> &'static str {
        match self {
            Self::Configure => "be configured",
            Self::Retry => "be installed again",
            Self::Activate => "be activated",
            Self::Deactivate => "be deactivated",
            Self::Update => "be updated",
            Self::RollBack => "go back to an earlier version",
            Self::Pin => "be pinned",
            Self::Cancel => "be cancelled",
            Self::Uninstall => "be uninstalled",
        }
    }
}

impl Status {
    /// What can be done in this status. What is switched off, or was stopped, takes the version that mends it: an update
    /// and the way back are the cure for a suspension and for a failed update.
    #[must_use]
    pub fn actions(self) -> &'static [Action] {
        use Action::{Activate, Cancel, Configure, Deactivate, Pin, Retry, RollBack, Uninstall, Update};
        match self {
            Self::Active => &[Configure, Deactivate, Update, RollBack, Pin, Cancel, Uninstall],
            Self::Inactive => &[Configure, Activate, Update, RollBack, Pin, Cancel, Uninstall],
            Self::Suspended => &[Configure, Activate, Deactivate, Update, RollBack, Pin, Cancel, Uninstall],
            Self::FailedUpdate => &[Update, RollBack, Cancel, Uninstall],
            Self::FailedInstallation => &[Retry, Uninstall],
            Self::PaymentDue | Self::TrialExpired => &[Cancel, Uninstall],
            Self::Cancelled => &[Uninstall],
            Self::Installing | Self::Updating | Self::Uninstalling => &[],
        }
    }

    /// True when the table has it.
    #[must_use]
    pub fn allows(self, action: Action) -> bool {
        self.actions().contains(&action)
    }

    /// Goes on only when the table has it.
    ///
    /// # Errors
    /// [`NotAllowed`] otherwise.
    pub fn check(self, action: Action) -> Result<(), NotAllowed> {
        if self.allows(action) { Ok(()) } else { Err(NotAllowed { status: self, action: action.phrase() }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        addon::{Kind, Version},
        capability::Grant,
        clock::Timestamp,
        ids::{DeskId, InstallationId, OperatorId},
        installation::{Installation, Parts},
    };

    fn at(status: Status) -> Installation {
        let (addon, version) = ("acme.hello".parse().unwrap(), Version::new(1, 0, 0));
        let (id, desk, by) = (InstallationId::new(), DeskId::new(), OperatorId::new());
        let new = Installation::begin(id, desk, addon, Kind::Plugin, version, Grant::default(), by, Timestamp(1));
        Installation::from_stored(Parts { status, ..(*new).clone() })
    }

    /// The transitions and the table are one: whatever the table has goes through, and nothing else.
    #[test]
    fn the_transitions_follow_the_table() {
        let now = Timestamp(2);
        for status in Status::ALL {
            let tried = [
                (Action::Retry, at(status).retry(Version::new(1, 0, 0), Grant::default(), now)),
                (Action::Activate, at(status).activate(now)),
                (Action::Deactivate, at(status).deactivate(now)),
                (Action::Update, at(status).begin_update(Version::new(1, 1, 0), now)),
                (Action::RollBack, at(status).begin_update(Version::new(0, 9, 0), now)),
                (Action::Pin, at(status).set_pinned(true, now)),
                (Action::Cancel, at(status).cancel(now)),
                (Action::Uninstall, at(status).begin_uninstall(false, now)),
            ];
            for (action, outcome) in tried {
                assert_eq!(outcome.is_ok(), status.allows(action), "{status}: {}", action.as_str());
            }
            assert_eq!(status.check(Action::Configure).is_ok(), status.allows(Action::Configure));
            assert!(at(status).begin_uninstall(true, now).is_ok(), "force takes it whatever its status");
        }
    }

    #[test]
    fn what_was_stopped_takes_the_version_that_mends_it() {
        for status in [Status::Inactive, Status::Suspended, Status::FailedUpdate] {
            assert!(status.allows(Action::Update) && status.allows(Action::RollBack), "{status}");
        }
    }
}
