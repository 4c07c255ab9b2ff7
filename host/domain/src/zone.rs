//! Time zones by their IANA names, out of the database that the host brings along: when a day begins must not depend on what a
//! machine has installed.

use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};

/// The zone of a desk that has chosen none.
pub const UTC: &str = "UTC";

/// What the names of places begin with. The other names are old aliases.
const REGIONS: [&str; 10] =
    ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let all = ZONES.available().map(|name| name.to_string());
    let mut names: Vec<String> = all.filter(|name| is_place(name)).collect();
    names.sort();
    names.insert(0, UTC.to_owned());
    names
});

fn is_place(name: &str) -> bool {
    name.split_once('/').is_some_and(|(region, _)| REGIONS.contains(&region))
}

/// The zone of this name, such as `Europe/Berlin` or `UTC`.
#[must_use]
pub fn find(name: &str) -> Option<TimeZone> {
    ZONES.get(name).ok()
}

/// The names that can be chosen: UTC, then places in the order of the alphabet.
#[must_use]
pub fn names() -> &'static [String] {
    &NAMES
}

/// True for a name that can be chosen.
#[must_use]
pub fn is_known(name: &str) -> bool {
    NAMES.iter().any(|known| known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_can_be_chosen_is_a_zone() {
        assert!(names().len() > 300, "{}", names().len());
        for name in names() {
            assert!(find(name).is_some() && is_known(name), "{name}");
        }
        assert_eq!(names().first().map(String::as_str), Some(UTC));
        for wrong in ["", "utc", "Mars/Olympus", "EST5EDT", "Europe/"] {
            assert!(!is_known(wrong), "{wrong}");
        }
    }
}
