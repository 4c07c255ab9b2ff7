//! `annex addon icons`: the names of the icons that buttons can have. A name that a host does not know is left out by it.

use serde::Serialize;

use crate::output::Answer;

/// What hosts of this version draw with.
const SPRITE: &str = include_str!("../../../host/web/assets/icons.svg");

/// Names, from a to z.
#[derive(Debug, Serialize)]
pub(crate) struct Icons {
    icons: Vec<&'static str>,
}

impl Answer for Icons {
    fn text(&self) -> String {
        self.icons.join("\n")
    }
}

pub(crate) fn run() -> Icons {
    let symbols = SPRITE.split("<symbol id=\"").skip(1);
    let mut icons: Vec<_> = symbols.filter_map(|symbol| symbol.split('"').next()).collect();
    icons.sort_unstable();
    Icons { icons }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_icon_is_one_line() {
        let icons = run();
        assert_eq!(icons.icons.len(), SPRITE.matches("<symbol ").count());
        assert!(icons.icons.len() > 50 && icons.icons.is_sorted());
        assert!(icons.text().lines().any(|icon| icon == "credit-card"));
        for icon in &icons.icons {
            assert!(icon.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-'), "{icon}");
        }
    }
}
