//! Versions that their publisher sets up by hand (R16): what a publisher is asked for, how long its answer is waited for, and what it
//! can say. Installing, updating and uninstalling such a version wait for it; the publisher's word decides.

use std::{str::FromStr, time::Duration};

use crate::words::Invalid;

/// An answer is waited for so long.
pub const ANSWER_WITHIN: Duration = Duration::from_hours(7 * 24);
/// The longest reason, in characters: it is shown in full where a [`crate::installation::Notice`] is.
pub const REASON: usize = 300;
/// Code of the notice when the publisher declined to install or to update. Nobody but people asks it again.
pub const DECLINED: &str = "publisher-declined";
/// Code of the notice when nobody answered in time.
pub const UNANSWERED: &str = "publisher-silent";
/// Code of the notice when the publisher declined to let it go.
pub const STAYS_DECLINED: &str = "uninstall-declined";
/// Code of the notice when nobody answered in time whether it may go.
pub const STAYS_UNANSWERED: &str = "uninstall-unanswered";

crate::words! {
    /// What a publisher is asked for.
    pub enum Asked: "request to a publisher" {
        /// To set up what the desk installs.
        Install = "install",
        /// To take over to another version.
        Update = "update",
        /// To take down what was set up.
        Uninstall = "uninstall",
    }
}

/// What a publisher says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is set up: go on.
    Accepted,
    /// It is not going to be; why.
    Rejected(Reason),
}

/// Why a publisher said no, in its words: one line, not empty, at most [`REASON`] characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// As written, without space around it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Reason {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let fits = !text.is_empty() && text.chars().count() <= REASON && !text.chars().any(char::is_control);
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid("expected a reason of 1 to 300 characters, on one line"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_that_is_shown_in_full() {
        let longest = "ü".repeat(REASON);
        assert_eq!(format!(" {longest} ").parse(), Ok(Reason(longest.clone())));
        assert_eq!(crate::installation::sentence(&longest), longest);
        for bad in ["", "  ", "two\nlines", &format!("{longest}x")] {
            assert!(bad.parse::<Reason>().is_err(), "{bad}");
        }
    }
}
