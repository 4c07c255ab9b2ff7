//! How far an add-on and its versions reach: the one rule of what a desk may see and install (R43, R45), and how a version is rolled
//! out to some desks first.
//!
//! What a desk runs it goes on seeing, whatever is decided afterwards: access that ended keeps it from installing anew, and a
//! roll-out that is paused takes no version away.

use crate::{
    addon::{AddonId, Digest, Version},
    ids::DeskId,
};

crate::words! {
    /// How far a version reaches.
    pub enum Reach: "reach of a version" {
        /// Its publisher's developer desk and the desks of the platform: it is not through its technical review (R43).
        Own = "own",
        /// Every desk that may see the add-on.
        Everyone = "everyone",
    }

    /// Which desks may have an add-on, beside its publisher's and the platform's.
    pub enum Audience: "audience of an add-on" {
        /// All of them.
        Public = "public",
        /// Those that came by a link of its publisher, and those that it named (R45).
        Link = "link",
        /// Those that its publisher named, and those that came while links worked.
        Desks = "desks",
    }

    /// Why a link lets no desk in; stable codes.
    pub enum LinkTrouble: "trouble with a link" {
        /// Its day is over.
        Expired = "link-expired",
        /// Its publisher took it back, or lets nobody in by links any more.
        Revoked = "link-revoked",
        /// As many desks as it was for came by it.
        UsedUp = "link-used-up",
        /// It is of another add-on, or of none.
        Foreign = "link-foreign",
    }
}

/// What a desk is to an add-on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The developer desk of its publisher, or a desk of the platform.
    Home,
    /// One that may have it.
    Invited,
    /// One that has it, and could not have it anew.
    Stays,
    /// One that it is not there for.
    Outside,
}

impl Standing {
    /// True when it is there for the desk.
    #[must_use]
    pub const fn sees(self) -> bool {
        !matches!(self, Self::Outside)
    }

    /// True when the desk may install it.
    #[must_use]
    pub const fn may_install(self) -> bool {
        matches!(self, Self::Home | Self::Invited)
    }

    /// True for a version that the desk may see. What it `has` it sees always.
    #[must_use]
    pub fn sees_version(self, reach: Reach, is_in_rollout: bool, has: bool) -> bool {
        match self {
            Self::Outside => false,
            Self::Home => true,
            Self::Invited | Self::Stays => has || (reach == Reach::Everyone && is_in_rollout),
        }
    }
}

/// How many desks of a hundred a version is offered to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rollout {
    /// 1 to 100.
    pub percent: u8,
    /// Desks that do not have the version yet have to wait.
    pub paused: bool,
}

impl Rollout {
    /// True when the version is offered to a desk. A desk that is in stays in while the percentage rises.
    #[must_use]
    pub fn includes(self, desk: DeskId, addon: &AddonId, version: &Version) -> bool {
        !self.paused && place(desk, addon, version) < u32::from(self.percent)
    }
}

/// Where a desk stands in the roll-out of a version: 0 to 99, the same on every node and after every restart, and another one for
/// each version, so that it is not always the same desks that go first.
fn place(desk: DeskId, addon: &AddonId, version: &Version) -> u32 {
    let digest = Digest::of(format!("{desk} {addon} {version}").as_bytes());
    let number = digest.as_str().get(..8).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    number.unwrap_or_default() % 100
}

/// A number of installations as a listing tells it: that many, or more. None where it would say which desks they are.
#[must_use]
pub fn at_least(installs: u64) -> Option<u64> {
    let mut step = 10;
    if installs < step {
        return None;
    }
    // 10, 50, 100, 500, 1,000, …
    loop {
        let (half, next) = (step * 5, step * 10);
        if installs < half {
            return Some(step);
        }
        if installs < next {
            return Some(half);
        }
        step = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_seen_by_who_may_and_by_who_has_it() {
        let cases = [
            (Standing::Home, Reach::Own, false, false, true),
            (Standing::Invited, Reach::Own, true, false, false),
            (Standing::Invited, Reach::Own, false, true, true),
            (Standing::Invited, Reach::Everyone, true, false, true),
            (Standing::Invited, Reach::Everyone, false, false, false),
            (Standing::Stays, Reach::Everyone, true, false, true),
            (Standing::Stays, Reach::Everyone, false, true, true),
            (Standing::Outside, Reach::Everyone, true, true, false),
        ];
        for (standing, reach, is_in, has, sees) in cases {
            assert_eq!(standing.sees_version(reach, is_in, has), sees, "{standing:?} {reach} {is_in} {has}");
        }
        let install =
            [Standing::Home, Standing::Invited, Standing::Stays, Standing::Outside].map(Standing::may_install);
        assert_eq!(install, [true, true, false, false]);
    }

    #[test]
    fn installs_are_told_roughly() {
        let told = [0, 9, 10, 49, 50, 99, 100, 499, 1_200, 7_000].map(at_least);
        let (ten, fifty, hundred) = (Some(10), Some(50), Some(100));
        assert_eq!(told, [None, None, ten, ten, fifty, fifty, hundred, hundred, Some(1_000), Some(5_000)]);
    }

    #[test]
    fn a_rollout_takes_about_its_share_and_never_gives_a_desk_up() {
        let (addon, version): (AddonId, _) = ("acme.hello".parse().unwrap(), Version::new(1, 2, 3));
        let desks: Vec<_> = (0..2000).map(|_| DeskId::new()).collect();
        let included = |percent, paused| {
            let rollout = Rollout { percent, paused };
            desks.iter().copied().filter(|desk| rollout.includes(*desk, &addon, &version)).collect::<Vec<_>>()
        };
        let (few, more) = (included(10, false), included(50, false));
        assert!((100..300).contains(&few.len()), "{}", few.len());
        assert!((850..1150).contains(&more.len()), "{}", more.len());
        assert!(few.iter().all(|desk| more.contains(desk)));
        assert_eq!(included(10, false), few, "it is the same each time");
        assert_eq!((included(100, false).len(), included(100, true).len()), (2000, 0));
        let other = Version::new(1, 2, 4);
        let next = Rollout { percent: 10, paused: false };
        assert!(few.iter().any(|desk| !next.includes(*desk, &addon, &other)), "others go first next time");
    }
}
