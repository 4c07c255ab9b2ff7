//! Licences of a plan per user: how many were bought, how many have a user, and down to how many they may be reduced.

/// The licences of an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Licences {
    /// Bought for this period.
    pub purchased: u32,
    /// From the next period on, when they were reduced.
    pub next: Option<u32>,
    /// With an active user.
    pub assigned: u32,
}

/// Why licences do not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LicenceError {
    /// A reduction below the users who are selected.
    #[error("{assigned} users have a licence: take it from some of them first")]
    InUse {
        /// How many.
        assigned: u32,
    },
    /// A reduction to as many or more.
    #[error("there are {purchased} licences: choose fewer, or buy more")]
    NotFewer {
        /// How many.
        purchased: u32,
    },
}

impl LicenceError {
    /// Stable, kebab-case.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::InUse { .. } => "licences-in-use",
            Self::NotFewer { .. } => "licences-not-fewer",
        }
    }
}

impl Licences {
    /// Bought, and without a user (R26).
    #[must_use]
    pub fn unassigned(self) -> u32 {
        self.purchased.saturating_sub(self.assigned)
    }

    /// How many users there may be now: a reduction that is agreed on counts already, so that nobody is left without one
    /// when it takes effect.
    #[must_use]
    pub fn usable(self) -> u32 {
        self.next.map_or(self.purchased, |next| next.min(self.purchased))
    }

    /// How many licences must be bought so that `users` can have one.
    #[must_use]
    pub fn missing(self, users: u32) -> u32 {
        users.saturating_sub(self.usable())
    }

    /// Reduces the licences from the next period on: never below the users who have one.
    ///
    /// # Errors
    /// [`LicenceError`].
    pub fn reduce(self, to: u32) -> Result<Self, LicenceError> {
        if to >= self.purchased {
            return Err(LicenceError::NotFewer { purchased: self.purchased });
        }
        if to < self.assigned.max(1) {
            return Err(LicenceError::InUse { assigned: self.assigned.max(1) });
        }
        Ok(Self { next: Some(to), ..self })
    }

    /// Adds licences that are paid for now. A reduction that was agreed on is made by so much less.
    #[must_use]
    pub fn with_more(self, added: u32) -> Self {
        let next = self.next.map(|next| next.saturating_add(added));
        Self { purchased: self.purchased.saturating_add(added), next, ..self }
    }

    /// The next period begins.
    #[must_use]
    pub fn renewed(self) -> Self {
        Self { purchased: self.next.unwrap_or(self.purchased), next: None, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removing_users_keeps_licences_and_reducing_waits_for_the_next_period() {
        let licences = Licences { purchased: 5, next: None, assigned: 3 };
        assert_eq!((licences.unassigned(), licences.missing(4), licences.missing(7)), (2, 0, 2));
        assert_eq!(licences.reduce(2), Err(LicenceError::InUse { assigned: 3 }));
        assert_eq!(licences.reduce(5), Err(LicenceError::NotFewer { purchased: 5 }));
        let reduced = licences.reduce(3).unwrap();
        assert_eq!((reduced.purchased, reduced.usable(), reduced.missing(4)), (5, 3, 1));
        assert_eq!(reduced.renewed(), Licences { purchased: 3, next: None, assigned: 3 });
        assert_eq!(reduced.with_more(2).renewed().purchased, 5);
        assert_eq!(Licences { purchased: 2, next: None, assigned: 0 }.reduce(0).unwrap_err().code(), "licences-in-use");
    }
}
