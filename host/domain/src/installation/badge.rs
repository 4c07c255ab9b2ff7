//! Which badges an installation has, and in which order: the one rule (R30 to R37). The first is the one to look at.

use super::Status;

/// What is known of an installation beside where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Its version must not run.
    Blocked,
    /// Its operation waits for a person.
    SetAside,
    /// It lacks what it does not work without.
    NeedsSetup,
    /// There is another version for it (R35).
    Offered,
    /// Its publisher sets it up by hand (R36).
    Manual,
    /// It stays on its line of versions.
    Pinned,
    /// It is offered pre-releases.
    PreReleases,
}

/// A badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Badge {
    /// See [`Sign::Blocked`].
    Blocked,
    /// See [`Sign::SetAside`]: in the place of where it stands.
    SetAside,
    /// See [`Sign::NeedsSetup`]: in the place of *Active*.
    NeedsSetup,
    /// Where it stands.
    Standing(Status),
    /// See [`Sign::Offered`].
    Offered,
    /// See [`Sign::Manual`]: only where no badge above it asks for attention.
    Manual,
    /// See [`Sign::Pinned`].
    Pinned,
    /// See [`Sign::PreReleases`].
    PreReleases,
}

/// The badges of an installation: a version that must not run; where it stands; what is offered; and last what stays for good.
#[must_use]
pub fn badges(status: Status, signs: &[Sign]) -> Vec<Badge> {
    let has = |sign| signs.contains(&sign);
    let standing = match status {
        _ if has(Sign::SetAside) => Badge::SetAside,
        Status::Active if has(Sign::NeedsSetup) => Badge::NeedsSetup,
        status => Badge::Standing(status),
    };
    let is_quiet = matches!(standing, Badge::Standing(Status::Active | Status::Inactive));
    [
        has(Sign::Blocked).then_some(Badge::Blocked),
        Some(standing),
        has(Sign::Offered).then_some(Badge::Offered),
        (has(Sign::Manual) && is_quiet && !has(Sign::Blocked) && !has(Sign::Offered)).then_some(Badge::Manual),
        has(Sign::Pinned).then_some(Badge::Pinned),
        has(Sign::PreReleases).then_some(Badge::PreReleases),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNS: [Sign; 7] =
        [Sign::Blocked, Sign::SetAside, Sign::NeedsSetup, Sign::Offered, Sign::Manual, Sign::Pinned, Sign::PreReleases];

    /// The higher, the more it matters.
    fn rank(badge: Badge) -> usize {
        match badge {
            Badge::Blocked => 6,
            Badge::SetAside | Badge::NeedsSetup | Badge::Standing(_) => 5,
            Badge::Offered => 4,
            Badge::Manual => 3,
            Badge::Pinned => 2,
            Badge::PreReleases => 1,
        }
    }

    #[test]
    fn all_combinations_follow_the_one_rule() {
        for status in Status::ALL {
            for bits in 0..1_usize << SIGNS.len() {
                let chosen = SIGNS.iter().enumerate().filter(|(at, _)| bits & (1 << at) != 0);
                let signs: Vec<Sign> = chosen.map(|(_, sign)| *sign).collect();
                let has = |sign| signs.contains(&sign);
                let badges = badges(status, &signs);
                let shows = |badge| badges.contains(&badge);
                let case = format!("{status} {signs:?}: {badges:?}");
                assert!(badges.iter().map(|badge| rank(*badge)).is_sorted_by(|one, next| one > next), "{case}");
                // Exactly one says where it stands.
                assert_eq!(badges.iter().filter(|badge| rank(**badge) == 5).count(), 1, "{case}");
                assert_eq!(shows(Badge::SetAside), has(Sign::SetAside), "{case}");
                let lacks = status == Status::Active && has(Sign::NeedsSetup) && !has(Sign::SetAside);
                assert_eq!(shows(Badge::NeedsSetup), lacks, "{case}");
                for (badge, sign) in [
                    (Badge::Blocked, Sign::Blocked),
                    (Badge::Offered, Sign::Offered),
                    (Badge::Pinned, Sign::Pinned),
                    (Badge::PreReleases, Sign::PreReleases),
                ] {
                    assert_eq!(shows(badge), has(sign), "{case}");
                }
                // The permanent mark is alone above what the desk itself has chosen.
                let at_rest = shows(Badge::Standing(Status::Active)) || shows(Badge::Standing(Status::Inactive));
                let alone = at_rest && badges.iter().filter(|badge| rank(**badge) > 3).count() == 1;
                assert_eq!(shows(Badge::Manual), has(Sign::Manual) && alone, "{case}");
            }
        }
    }
}
