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
    /// A reduction to more than there are.
    #[error("there are {purchased} licences: buy more")]
    NotFewer {
        /// How many.
        purchased: u32,
    },
}

impl Licences {
    /// Bought, and without a user (R26).
    #[must_use]
    pub fn unassigned(self) -> u32 {
        self.purchased.saturating_sub(self.assigned)
    }

    /// How many licences must be bought so that `users` can have one. What is paid for can be assigned until its period
    /// ends, also when fewer follow.
    #[must_use]
    pub fn missing(self, users: u32) -> u32 {
        users.saturating_sub(self.purchased)
    }

    /// How many users lose theirs when the next period begins.
    #[must_use]
    pub fn losing(self) -> u32 {
        self.assigned.saturating_sub(self.next.unwrap_or(self.assigned))
    }

    /// Down to how many they may be reduced: the users who have one, but for those who lose it anyway.
    #[must_use]
    pub fn least(self) -> u32 {
        (self.assigned - self.losing()).max(1)
    }

    /// Reduces the licences from the next period on: never below the users who have one. To as many as there are, it takes
    /// back a reduction.
    ///
    /// # Errors
    /// [`LicenceError`].
    pub fn reduce(self, to: u32) -> Result<Self, LicenceError> {
        if to > self.purchased {
            return Err(LicenceError::NotFewer { purchased: self.purchased });
        }
        if to < self.least() {
            return Err(LicenceError::InUse { assigned: self.least() });
        }
        Ok(Self { next: (to < self.purchased).then_some(to), ..self })
    }

    /// Adds licences that are paid for now. A reduction that was agreed on is made by so much less.
    #[must_use]
    pub fn with_more(self, added: u32) -> Self {
        let next = self.next.map(|next| next.saturating_add(added));
        Self { purchased: self.purchased.saturating_add(added), next, ..self }
    }

    /// The next period begins: who has none any more was assigned last.
    #[must_use]
    pub fn renewed(self) -> Self {
        let purchased = self.next.unwrap_or(self.purchased);
        Self { purchased, next: None, assigned: self.assigned.min(purchased) }
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
        assert_eq!(licences.reduce(6), Err(LicenceError::NotFewer { purchased: 5 }));
        assert_eq!(licences.reduce(5), Ok(licences));
        let reduced = licences.reduce(3).unwrap();
        assert_eq!((reduced.purchased, reduced.next, reduced.losing()), (5, Some(3), 0));
        assert_eq!(reduced.renewed(), Licences { purchased: 3, next: None, assigned: 3 });
        assert_eq!(reduced.with_more(2).renewed().purchased, 5);
        let none = Licences { purchased: 2, next: None, assigned: 0 };
        assert_eq!(none.reduce(0), Err(LicenceError::InUse { assigned: 1 }));
    }

    #[test]
    fn what_is_paid_for_is_assigned_until_the_period_ends() {
        let reduced = Licences { purchased: 5, next: Some(3), assigned: 5 };
        assert_eq!((reduced.missing(5), reduced.missing(6), reduced.losing(), reduced.least()), (0, 1, 2, 3));
        assert_eq!(reduced.renewed(), Licences { purchased: 3, next: None, assigned: 3 });
        // As many as the users who keep theirs, or more, also while others have one until then.
        assert_eq!(reduced.reduce(4).map(Licences::losing), Ok(1));
        assert_eq!(reduced.reduce(5).map(|kept| (kept.next, kept.losing())), Ok((None, 0)));
        assert_eq!(reduced.reduce(2), Err(LicenceError::InUse { assigned: 3 }));
    }
}
