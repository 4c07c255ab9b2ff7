//! Passwords: how hard they have to be to guess, and Argon2id with the parameters of the crate's defaults (19 MiB, 2 passes).
//! Both functions take tens of milliseconds of one core; they run on the blocking pool. Every place where a password is
//! set (first setup, invitation, profile, client area, command line) gets its hash here.

use std::{fmt, sync::LazyLock};

use annex_domain::random;
use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _},
};
use secrecy::{ExposeSecret as _, SecretString};
use zxcvbn::{Score, feedback::Warning, zxcvbn};

/// The shortest password that is accepted, in characters. Length is the rule that helps; classes of characters do not.
pub const MIN_LENGTH: usize = 10;
/// The longest, in bytes: hashing must not become a way to keep the host busy.
pub const MAX_LENGTH: usize = 256;

/// What somebody who guesses tries first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weakness {
    /// What is known of the person: name, address, desk.
    Personal,
    /// It is on lists of passwords that many use.
    Common,
    /// A word or a name by itself.
    Word,
    /// The same again and again.
    Repeats,
    /// Rows of keys, letters or digits.
    Rows,
    /// A day or a year.
    Dates,
    /// Too few tries are needed, whatever it is made of.
    Short,
}

impl Weakness {
    /// All, for the texts.
    pub const ALL: [Self; 7] =
        [Self::Personal, Self::Common, Self::Word, Self::Repeats, Self::Rows, Self::Dates, Self::Short];

    /// Key of the text.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Personal => "password-weak-personal",
            Self::Common => "password-weak-common",
            Self::Word => "password-weak-word",
            Self::Repeats => "password-weak-repeats",
            Self::Rows => "password-weak-rows",
            Self::Dates => "password-weak-dates",
            Self::Short => "password-weak-short",
        }
    }
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Personal => "it is made of a name, an address or the desk's name",
            Self::Common => "many people use it or one like it",
            Self::Word => "it is a word or a name by itself",
            Self::Repeats => "it repeats the same characters",
            Self::Rows => "it is a row of keys, letters or digits",
            Self::Dates => "it is a date or a year",
            Self::Short => "too few tries are needed",
        })
    }
}

/// Why a password was not hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short.
    #[error("a password needs at least {MIN_LENGTH} characters")]
    TooShort,
    /// Too long.
    #[error("a password has at most {MAX_LENGTH} bytes")]
    TooLong,
    /// Easy to guess.
    #[error("this password is easy to guess: {0}; put several words together that have nothing to do with each other")]
    Weak(Weakness),
    /// Hashing failed, or there was no randomness.
    #[error("the password could not be hashed")]
    Failed,
}

impl PasswordError {
    /// Stable, in kebab case.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TooShort => "too-short",
            Self::TooLong => "too-long",
            Self::Weak(_) => "weak",
            Self::Failed => "failed",
        }
    }
}

/// The PHC string of `password`, to be stored. `about`: what is known of the person, which they must not make it of.
///
/// # Errors
/// When the password is too short, too long or easy to guess, or hashing failed.
pub async fn hash(password: SecretString, about: &[&str]) -> Result<String, PasswordError> {
    if password.expose_secret().chars().count() < MIN_LENGTH {
        return Err(PasswordError::TooShort);
    }
    if password.expose_secret().len() > MAX_LENGTH {
        return Err(PasswordError::TooLong);
    }
    let about = known_words(about);
    let work = move || {
        if let Some(weakness) = weakness(password.expose_secret(), &about) {
            return Err(PasswordError::Weak(weakness));
        }
        let salt: [u8; 16] = random::bytes().map_err(|_| PasswordError::Failed)?;
        let hash = Argon2::default().hash_password_with_salt(password.expose_secret().as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|_| PasswordError::Failed)
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| PasswordError::Failed)?
}

/// The texts about a person as they are, and their parts: of an address, the name and the labels of the domain.
fn known_words(about: &[&str]) -> Vec<String> {
    let product = ["annex", "helpdesk", "help desk", "support"];
    let texts = about.iter().copied().chain(product).map(|text| text.trim().to_lowercase());
    let mut words: Vec<String> = texts
        .flat_map(|text| {
            let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| part.chars().count() > 2);
            let parts: Vec<String> = parts.map(ToOwned::to_owned).collect();
            [text].into_iter().chain(parts)
        })
        .filter(|word| !word.is_empty())
        .collect();
    words.sort();
    words.dedup();
    words
}

/// What makes a password easy to guess. zxcvbn counts the tries of somebody who knows lists of words and passwords, keyboards,
/// dates, and the person; fewer than 10^8 are too few.
fn weakness(password: &str, about: &[String]) -> Option<Weakness> {
    let about: Vec<&str> = about.iter().map(String::as_str).collect();
    let judged = zxcvbn(password, &about);
    if judged.score() >= Score::Three {
        return None;
    }
    // What is known of the person makes it ten times easier.
    if zxcvbn(password, &[]).guesses_log10() > judged.guesses_log10() + 1.0 {
        return Some(Weakness::Personal);
    }
    let warning = judged.feedback().and_then(|feedback| feedback.warning());
    Some(match warning {
        Some(Warning::StraightRowsOfKeysAreEasyToGuess | Warning::ShortKeyboardPatternsAreEasyToGuess) => {
            Weakness::Rows
        }
        Some(Warning::SequencesLikeAbcAreEasyToGuess) => Weakness::Rows,
        Some(Warning::RepeatsLikeAaaAreEasyToGuess) => Weakness::Repeats,
        Some(Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess) => Weakness::Repeats,
        Some(Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess) => Weakness::Dates,
        Some(Warning::ThisIsATop10Password | Warning::ThisIsATop100Password) => Weakness::Common,
        Some(Warning::ThisIsACommonPassword | Warning::ThisIsSimilarToACommonlyUsedPassword) => Weakness::Common,
        Some(Warning::AWordByItselfIsEasyToGuess) => Weakness::Word,
        Some(Warning::NamesAndSurnamesByThemselvesAreEasyToGuess) => Weakness::Word,
        Some(Warning::CommonNamesAndSurnamesAreEasyToGuess) => Weakness::Word,
        None => Weakness::Short,
    })
}

/// True when `password` is the one behind `hash`. Without a hash (no such operator) it takes as long and is false, so
/// that the time does not tell who exists.
pub async fn verify(password: SecretString, hash: Option<String>) -> bool {
    static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| {
        Argon2::default().hash_password_with_salt(b"nobody's password", &[7; 16]).ok().map(|hash| hash.to_string())
    });
    if password.expose_secret().len() > MAX_LENGTH {
        return false;
    }
    let work = move || {
        LazyLock::force(&NOBODY); // at the first check of all, not at the first of somebody unknown
        let known = hash.is_some();
        let Some(hash) = hash.or_else(|| NOBODY.clone()) else { return false };
        Argon2::default().verify_password(password.expose_secret().as_bytes(), hash.as_str()).is_ok() && known
    };
    tokio::task::spawn_blocking(work).await.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_itself_verifies() {
        let stored = hash("correct horse battery".into(), &[]).await.unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(verify("correct horse battery".into(), Some(stored.clone())).await);
        assert!(!verify("correct horse batterz".into(), Some(stored)).await);
        assert!(!verify("nobody's password".into(), None).await);
    }

    #[tokio::test]
    async fn short_and_long_ones_are_refused() {
        assert!(matches!(hash("äöüäöüäöü".into(), &[]).await, Err(PasswordError::TooShort)));
        assert!(matches!(hash("x".repeat(257).into(), &[]).await, Err(PasswordError::TooLong)));
    }

    #[test]
    fn what_is_easy_to_guess_is_refused_with_its_reason() {
        let about = known_words(&["Ada Lovelace", "ada.lovelace@example.com", "Northwind Support"]);
        for (password, expected) in [
            ("aaaaaaaaaa", Weakness::Repeats),
            ("          ", Weakness::Repeats),
            ("abcabcabcabc", Weakness::Repeats),
            ("1234567890", Weakness::Common),
            ("qwertyuiop", Weakness::Common),
            ("password123", Weakness::Common),
            ("ada.lovelace@example.com", Weakness::Personal),
            ("AdaLovelace", Weakness::Personal),
            ("northwind support", Weakness::Personal),
            ("lovelace.ada1", Weakness::Personal),
        ] {
            assert_eq!(weakness(password, &about), Some(expected), "{password:?}");
        }
        for weak in ["annexannex", "helpdesk12", "01.02.1990", "zxcvbnm,./", "Annex2026!"] {
            assert!(weakness(weak, &about).is_some(), "{weak:?}");
        }
        for fine in ["correct horse battery", "velvet otter umbrella 41", "Tj7#qLm2!xWv", "grüne Wolken singen leise"]
        {
            assert_eq!(weakness(fine, &about), None, "{fine:?}");
        }
    }
}
