//! The short code with which a person lets a program in that runs on a machine without a browser (RFC 8628). Eight of twenty
//! consonants (6.1 there): no word comes of them by accident, and none is taken for another. There are 25,600 million, so nobody
//! finds one by trying while it works and tries are limited.

use std::{fmt, str::FromStr, time::Duration};

use crate::{
    random::{self, NoRandomness},
    words::Invalid,
};

/// How long a code works.
pub const WORKS: Duration = Duration::from_secs(10 * 60);

const LETTERS: [char; 20] =
    ['B', 'C', 'D', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Z'];
const LENGTH: usize = 8;
/// Bytes from here on would make the first letters likelier than the others.
const FAIR: u8 = 240;

/// A short code. Shown as `BCDF-GHJK`; read in any case, and with whatever spaces and hyphens it is typed with.
#[derive(Clone, PartialEq, Eq)]
pub struct UserCode(String);

impl UserCode {
    /// A new one.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn random() -> Result<Self, NoRandomness> {
        let mut code = String::new();
        while code.len() < LENGTH {
            let bytes = random::bytes::<16>()?;
            let fair = bytes.iter().filter(|byte| **byte < FAIR);
            code.extend(fair.filter_map(|byte| LETTERS.get(usize::from(*byte) % LETTERS.len()).copied()));
        }
        code.truncate(LENGTH);
        Ok(Self(code))
    }

    /// The letters alone.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = self.0.split_at(LENGTH / 2);
        write!(f, "{first}-{second}")
    }
}

/// Whoever reads it in a log could use it.
impl fmt::Debug for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserCode(…)")
    }
}

impl FromStr for UserCode {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let typed = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let code: String = typed.map(|c| c.to_ascii_uppercase()).collect();
        if code.len() == LENGTH && code.chars().all(|letter| LETTERS.contains(&letter)) {
            Ok(Self(code))
        } else {
            Err(Invalid("expected eight letters without vowels, such as BCDF-GHJK"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = UserCode::random().unwrap();
        assert_eq!(code.as_str().len(), LENGTH);
        let shown = code.to_string();
        for typed in
            [shown.clone(), shown.to_lowercase(), shown.replace('-', ""), format!(" {} ", shown.replace('-', " - "))]
        {
            assert_eq!(typed.parse(), Ok(code.clone()), "{typed}");
        }
        for wrong in ["", "BCDF-GHJ", "BCDF-GHJKL", "BCDE-GHJK", "BCDF-GHJ1", "ÄCDF-GHJ"] {
            assert!(wrong.parse::<UserCode>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn each_letter_comes() {
        let codes: String = (0..400).map(|_| UserCode::random().unwrap().0).collect();
        assert!(LETTERS.iter().all(|letter| codes.contains(*letter)), "{codes}");
    }
}
