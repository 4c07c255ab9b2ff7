//! Passwords in forms: what is wrong with one is said beside its field, in the person's language.

pub use annex_desk::password::{MAX_LENGTH, MIN_LENGTH, PasswordError, Weakness, hash, verify};

use crate::{error::PageError, i18n::Translator, panel::form::FormErrors};

/// As [`hash`], for a field of a form.
pub(crate) async fn hash_field(
    t: &Translator,
    field: &str,
    text: &str,
    about: &[&str],
    errors: &mut FormErrors,
) -> Result<Option<String>, PageError> {
    match hash(text.to_owned().into(), about).await {
        Ok(hash) => return Ok(Some(hash)),
        Err(error @ PasswordError::Failed) => return Err(PageError::internal(error)),
        Err(error) => errors.add(field, in_words(t, error)),
    }
    Ok(None)
}

/// Why a password is not taken.
pub(crate) fn in_words(t: &Translator, error: PasswordError) -> String {
    match error {
        PasswordError::TooShort => t.msg("form-password-short").arg("min", MIN_LENGTH).to_string(),
        PasswordError::TooLong => t.get("form-password-long"),
        PasswordError::Weak(weakness) => format!("{} {}", t.get(weakness.key()), t.get("password-weak-instead")),
        PasswordError::Failed => t.get("error-internal"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weakness_has_a_text() {
        let t = crate::i18n::english();
        for weakness in Weakness::ALL {
            assert!(t.has(weakness.key()), "{weakness:?}");
        }
    }
}
