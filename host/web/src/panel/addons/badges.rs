//! The one vocabulary of states: a word, an icon and a colour each (R30 to R37). Every page that shows where an add-on
//! stands takes its badges from here.

use annex_domain::{
    addon::Version,
    installation::{self, Sign, Status},
    ui::Tone,
};
use annex_lifecycle::InstallationView;
use annex_store::catalog::{EntryInstallation, KeyStatus, VersionStatus};

/// A word with an icon and a colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Badge {
    /// Of the word.
    pub(super) key: &'static str,
    /// Of the sprite.
    pub(super) icon: &'static str,
    /// The colour.
    pub(super) tone: Tone,
    /// For words that name one.
    pub(super) version: String,
    /// For words that count.
    pub(super) count: u32,
}

fn badge(key: &'static str, icon: &'static str, tone: Tone) -> Badge {
    Badge { key, icon, tone, version: String::new(), count: 0 }
}

/// Where an installation stands.
pub(super) fn status(status: Status) -> Badge {
    match status {
        Status::Installing => badge("badge-installing", "loader-circle", Tone::Info),
        Status::FailedInstallation => badge("badge-failed-installation", "circle-x", Tone::Critical),
        Status::Active => badge("badge-active", "circle-check", Tone::Success),
        Status::Updating => badge("badge-updating", "refresh-cw", Tone::Info),
        Status::FailedUpdate => badge("badge-failed-update", "triangle-alert", Tone::Critical),
        Status::Inactive => badge("badge-inactive", "circle-pause", Tone::Neutral),
        Status::Suspended => badge("badge-suspended", "hand", Tone::Warning),
        Status::PaymentDue => badge("badge-payment-due", "credit-card", Tone::Warning),
        Status::TrialExpired => badge("badge-trial-expired", "clock", Tone::Warning),
        Status::Cancelled => badge("badge-cancelled", "power-off", Tone::Neutral),
        Status::Uninstalling => badge("badge-uninstalling", "trash-2", Tone::Neutral),
    }
}

/// A newer version that is offered.
pub(super) fn update(version: &Version) -> Badge {
    Badge { version: version.to_string(), ..badge("badge-update", "sparkles", Tone::Success) }
}

/// Days that are left of a trial (R21).
pub(super) fn trial(days: u32) -> Badge {
    Badge { count: days, ..badge("badge-trial", "clock", if days <= 7 { Tone::Warning } else { Tone::Info }) }
}

/// Billing could not be confirmed; the add-on runs on (R62).
pub(super) fn grace() -> Badge {
    badge("badge-grace", "cloud-off", Tone::Warning)
}

/// Its payer has to confirm the payment at their bank.
pub(super) fn at_bank() -> Badge {
    badge("badge-at-bank", "shield", Tone::Info)
}

/// What was ordered is being paid, such as after a confirmation.
pub(super) fn paying() -> Badge {
    badge("badge-paying", "activity", Tone::Info)
}

/// Says how a payment goes on in the place of *Payment due*, which sounds as if somebody had to pay.
pub(super) fn instead_of_due(badges: &mut [Badge], going: &Badge) {
    let due = status(Status::PaymentDue);
    badges.iter_mut().filter(|badge| **badge == due).for_each(|badge| badge.clone_from(going));
}

/// All badges of an installation, by the one rule of [`installation::badges`]. Pages add trial and grace at the end.
pub(super) fn of(view: &InstallationView) -> Vec<Badge> {
    let of = &view.installation;
    let offered = view.update.as_ref().or(view.patch.as_ref());
    let signs = [
        view.blocked.then_some(Sign::Blocked),
        view.set_aside.map(|_| Sign::SetAside),
        view.needs_setup().then_some(Sign::NeedsSetup),
        offered.map(|_| Sign::Offered),
        view.manifest.is_manual().then_some(Sign::Manual),
        of.pinned.then_some(Sign::Pinned),
        of.prereleases.then_some(Sign::PreReleases),
    ];
    shown(of.status, &signs, offered)
}

fn shown(standing: Status, signs: &[Option<Sign>], offered: Option<&Version>) -> Vec<Badge> {
    let signs: Vec<Sign> = signs.iter().flatten().copied().collect();
    let look = |one| match one {
        installation::Badge::Blocked => Some(badge("badge-blocked", "shield", Tone::Critical)),
        installation::Badge::SetAside => Some(set_aside()),
        installation::Badge::NeedsSetup => Some(needs_setup()),
        installation::Badge::Standing(standing) => Some(status(standing)),
        installation::Badge::Offered => offered.map(update),
        installation::Badge::Manual => Some(manual()),
        installation::Badge::Pinned => Some(pinned()),
        installation::Badge::PreReleases => Some(prereleases()),
    };
    installation::badges(standing, &signs).into_iter().filter_map(look).collect()
}

/// Its operation waits for a person.
pub(super) fn set_aside() -> Badge {
    badge("badge-set-aside", "circle-dot", Tone::Critical)
}

/// Switched on, and what it needs was not entered yet.
pub(super) fn needs_setup() -> Badge {
    badge("badge-needs-setup", "wrench", Tone::Warning)
}

/// Its publisher sets it up by hand (R36).
fn manual() -> Badge {
    badge("badge-manual", "info", Tone::Info)
}

fn pinned() -> Badge {
    badge("badge-pinned", "pin", Tone::Neutral)
}

fn prereleases() -> Badge {
    badge("badge-pre-releases", "flag", Tone::Neutral)
}

/// The desk has it.
pub(super) fn installed() -> Badge {
    badge("badge-installed", "circle-check", Tone::Success)
}

/// The badges of an add-on in the marketplace, by the same rule.
pub(super) fn of_entry(entry: &EntryInstallation) -> Vec<Badge> {
    let offered = entry.offer.update.as_ref();
    let signs = [
        entry.set_aside.then_some(Sign::SetAside),
        offered.map(|_| Sign::Offered),
        entry.pinned.then_some(Sign::Pinned),
        entry.prereleases.then_some(Sign::PreReleases),
    ];
    let mut badges = shown(entry.status, &signs, offered);
    let active = status(Status::Active);
    badges.iter_mut().filter(|badge| **badge == active).for_each(|badge| *badge = installed());
    badges
}

/// A version that is not for everybody.
pub(super) fn prerelease() -> Badge {
    badge("badge-pre-release", "flag", Tone::Info)
}

/// Whether a version may be installed.
pub(super) fn version(status: VersionStatus) -> Badge {
    match status {
        VersionStatus::Available => badge("badge-available", "circle-check", Tone::Success),
        VersionStatus::Yanked => badge("badge-yanked", "archive", Tone::Warning),
        VersionStatus::Blocked => badge("badge-blocked", "shield", Tone::Critical),
    }
}

/// Whether a key may sign.
pub(super) fn key(status: KeyStatus) -> Badge {
    match status {
        KeyStatus::Active => badge("badge-key-active", "circle-check", Tone::Success),
        KeyStatus::Retired => badge("badge-key-retired", "history", Tone::Neutral),
        KeyStatus::Revoked => badge("badge-key-revoked", "circle-x", Tone::Critical),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::english;

    #[test]
    fn each_state_has_its_own_word_and_icon() {
        let besides = [needs_setup(), set_aside(), at_bank(), paying(), manual()];
        let badges: Vec<_> = Status::ALL.into_iter().map(status).chain(besides).collect();
        for (index, one) in badges.iter().enumerate() {
            assert!(english().has(one.key), "{}", one.key);
            for other in badges.iter().skip(index + 1) {
                assert_ne!(one.key, other.key);
                assert_ne!(one.icon, other.icon);
            }
        }
    }

    #[test]
    fn icons_are_in_the_sprite() {
        let sprite = include_str!("../../../assets/icons.svg");
        let versions = [VersionStatus::Available, VersionStatus::Yanked, VersionStatus::Blocked].map(version);
        for one in Status::ALL
            .into_iter()
            .map(status)
            .chain(versions)
            .chain([update(&Version::new(1, 0, 0)), needs_setup(), set_aside(), at_bank(), paying(), manual()])
            .chain([pinned(), prereleases()])
        {
            assert!(sprite.contains(&format!("id=\"{}\"", one.icon)), "{}", one.icon);
        }
    }
}
