//! Whether the icon is seen on both grounds that the panel has.

use annex_domain::{
    report::Finding,
    review::{Severity, Target},
};
use annex_package::{VerifiedPackage, icon};

/// The panel's surfaces, as `--surface` in its style sheet.
const GROUNDS: [(&str, [u8; 3]); 2] = [("light", [0xff, 0xff, 0xff]), ("dark", [0x1a, 0x1a, 0x21])];
/// The least share of the area that has to stand out: thin letters have as much.
const LEAST: f64 = 0.02;

/// A ground on which the icon is hardly seen.
pub(crate) fn look(package: &VerifiedPackage) -> Vec<Finding> {
    let path = package.manifest().listing.icon.as_deref();
    let Some(data) = path.and_then(|path| package.asset(path)) else { return Vec::new() };
    let hidden =
        GROUNDS.iter().filter(|(_, ground)| icon::stands_out(data, *ground).is_some_and(|share| share < LEAST));
    let finding = |(name, _): &(&str, [u8; 3])| {
        let target = Target::Field { path: "listing.icon".into() };
        let text = format!("the icon is hardly seen on a {name} ground");
        let found = Finding::new("icon-contrast", Severity::Suggestion, target, text);
        found.hint("give it a ground of its own, or colours with a contrast of 3:1 to white and to black")
    };
    hidden.map(finding).collect()
}
