//! Which version a desk is offered. Versions are compared by semver precedence, whatever the order in which they were
//! published: the `seq` of a package only keeps an old package from coming back.
//!
//! - Newest is the highest that the desk may see; pre-releases only where it opted in to them.
//! - A patch of the line that the desk is on (`1.0.x`) is offered beside a newer line, and alone to a desk that is pinned.
//! - What the desk came back from is not offered again while it is pinned.

use crate::{addon::Version, installation::Installation};

/// What a desk is offered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Offer {
    /// The newest that it may move to.
    pub update: Option<Version>,
    /// The newest patch of its line, where that is another one.
    pub patch: Option<Version>,
}

/// What an installation looks for.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// What it runs.
    pub current: &'a Version,
    /// What ran before.
    pub previous: Option<&'a Version>,
    /// It stays on its line.
    pub pinned: bool,
    /// It takes pre-releases.
    pub prereleases: bool,
}

impl<'a> Wish<'a> {
    /// Of an installation.
    #[must_use]
    pub fn of(installation: &'a Installation) -> Self {
        Self {
            current: &installation.version,
            previous: installation.previous.as_ref(),
            pinned: installation.pinned,
            prereleases: installation.prereleases,
        }
    }

    /// What it is offered out of the versions that may be installed, in the order of their publishing.
    #[must_use]
    pub fn offer(&self, available: &[Version]) -> Offer {
        let seen = || available.iter().filter(|version| self.may_see(version) && self.is_newer(version));
        let patch = highest(seen().filter(|version| same_line(self.current, version)));
        if self.pinned {
            return Offer { update: patch.filter(|patch| !self.came_back_from(patch)).cloned(), patch: None };
        }
        let update = highest(seen());
        Offer { update: update.cloned(), patch: patch.filter(|patch| Some(*patch) != update).cloned() }
    }

    fn may_see(&self, version: &Version) -> bool {
        self.prereleases || version.pre.is_empty()
    }

    fn is_newer(&self, version: &Version) -> bool {
        is_newer(version, self.current)
    }

    fn came_back_from(&self, version: &Version) -> bool {
        self.previous == Some(version)
    }
}

/// The highest of the versions that may be installed; of pre-releases only where they are wanted.
#[must_use]
pub fn newest(available: &[Version], prereleases: bool) -> Option<&Version> {
    highest(available.iter().filter(|version| prereleases || version.pre.is_empty()))
}

/// By precedence: of two that differ in their build alone, neither is newer.
#[must_use]
pub fn is_newer(version: &Version, than: &Version) -> bool {
    version.cmp_precedence(than).is_gt()
}

/// `1.0.x`: a patch of it changes nothing else.
#[must_use]
pub fn same_line(one: &Version, other: &Version) -> bool {
    (one.major, one.minor) == (other.major, other.minor)
}

/// Of equals the one that was published last.
fn highest<'a>(versions: impl Iterator<Item = &'a Version>) -> Option<&'a Version> {
    versions.max_by(|one, other| one.cmp_precedence(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In the order of publishing.
    const PUBLISHED: [&str; 7] = ["1.0.0", "1.1.0-beta.1", "1.1.0-rc.6", "1.1.0-rc.10", "1.1.0-rc.7", "1.1.0", "1.0.1"];

    fn versions(texts: &[&str]) -> Vec<Version> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    /// Current, pinned, opted in, how many of the above are published; what is offered, and which patch beside it.
    type Case = (&'static str, bool, bool, usize, Option<&'static str>, Option<&'static str>);

    #[test]
    fn a_desk_is_offered_what_is_newer_for_it() {
        let cases: [Case; 15] = [
            ("1.0.0", false, false, 1, None, None),
            ("1.0.0", false, false, 2, None, None), // a beta is not for everybody
            ("1.0.0", false, true, 2, Some("1.1.0-beta.1"), None),
            ("1.0.0", false, true, 5, Some("1.1.0-rc.10"), None), // rc.7 came later and is not newer
            ("1.1.0-rc.6", false, true, 5, Some("1.1.0-rc.10"), None),
            ("1.1.0-rc.10", false, true, 5, None, None),
            ("1.1.0-rc.6", false, true, 6, Some("1.1.0"), None),
            ("1.1.0-rc.6", false, false, 5, None, None),
            ("1.1.0-rc.6", false, false, 6, Some("1.1.0"), None),
            ("1.0.0", false, false, 7, Some("1.1.0"), Some("1.0.1")), // the old line has a patch
            ("1.0.0", true, false, 6, None, None),
            ("1.0.0", true, false, 7, Some("1.0.1"), None), // who stays on the line gets it
            ("1.0.1", false, false, 7, Some("1.1.0"), None),
            ("1.1.0", false, false, 7, None, None), // 1.0.1 is later, and no update
            ("1.1.0", false, true, 7, None, None),
        ];
        for (current, pinned, prereleases, published, update, patch) in cases {
            let available = versions(&PUBLISHED[..published]);
            let current: Version = current.parse().unwrap();
            let offer = Wish { current: &current, previous: None, pinned, prereleases }.offer(&available);
            let texts = (offer.update.map(|it| it.to_string()), offer.patch.map(|it| it.to_string()));
            let expected = (update.map(str::to_owned), patch.map(str::to_owned));
            assert_eq!(texts, expected, "{current}, pinned {pinned}, opted in {prereleases}, after {published}");
        }
    }

    #[test]
    fn the_newest_is_the_highest_that_one_may_see() {
        let all = versions(&PUBLISHED);
        assert_eq!(newest(&all, false).unwrap().to_string(), "1.1.0");
        assert_eq!(newest(&all[..5], true).unwrap().to_string(), "1.1.0-rc.10");
        assert_eq!(newest(&all[..5], false).unwrap().to_string(), "1.0.0");
        assert_eq!(newest(&versions(&["1.0.0-beta.1"]), false), None);
        assert_eq!(newest(&versions(&["1.0.0+a", "1.0.0+b"]), false).unwrap().to_string(), "1.0.0+b");
        assert!(!is_newer(&"1.0.0+b".parse().unwrap(), &"1.0.0+a".parse().unwrap()));
    }

    /// Back from 1.0.1 to 1.0.0, which pins: the same patch is not offered at once, the next one is.
    #[test]
    fn what_a_desk_came_back_from_is_not_offered_again() {
        let (current, left) = (Version::new(1, 0, 0), Version::new(1, 0, 1));
        let back = Wish { current: &current, previous: Some(&left), pinned: true, prereleases: false };
        assert_eq!(back.offer(&versions(&["1.0.0", "1.0.1"])), Offer::default());
        assert_eq!(back.offer(&versions(&["1.0.0", "1.0.1", "1.0.2"])).update, Some(Version::new(1, 0, 2)));
        let free = Wish { pinned: false, ..back };
        assert_eq!(free.offer(&versions(&["1.0.0", "1.0.1"])).update, Some(left.clone()));
    }
}
