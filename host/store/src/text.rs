//! Texts on their way into the database: e-mail addresses, the folded copies that the search looks through, and LIKE
//! patterns.

use crate::error::{Result, StoreError};

/// An e-mail address in its stored form: trimmed, lower case.
///
/// # Errors
/// [`StoreError::Invalid`] when it cannot be one. Whether mail arrives there is not checked.
pub(crate) fn email(text: &str) -> Result<String> {
    let email = text.trim().to_lowercase();
    let plain = !email.chars().any(|c| c.is_whitespace() || c.is_control());
    let parts = email.rsplit_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty());
    if email.len() > 254 || !plain || !parts {
        return Err(StoreError::Invalid { field: "email", problem: "is not an e-mail address" });
    }
    Ok(email)
}

/// Lower case for the search, by Unicode's rules: SQL's own LOWER knows only ASCII on SQLite.
pub(crate) fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// The LIKE pattern (`ESCAPE '!'`) of texts that start with `prefix`.
pub(crate) fn starting_with(prefix: &str) -> String {
    format!("{}%", escaped(&fold(&cut(prefix, 40))))
}

/// The LIKE pattern (`ESCAPE '!'`) of texts that have `word` in them; both in lower case.
pub(crate) fn contains(word: &str) -> String {
    format!("%{}%", escaped(word))
}

/// The wildcards of LIKE taken literally.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            escaped.push('!');
        }
        escaped.push(c);
    }
    escaped
}

/// A text that comes from outside and may be cut: without NUL, at most `max` characters.
pub(crate) fn cut(text: &str, max: usize) -> String {
    text.chars().filter(|c| *c != '\0').take(max).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_lower_case_and_have_two_parts() {
        assert_eq!(email(" Ann@Example.ORG ").unwrap(), "ann@example.org");
        for bad in ["", "ann", "@x", "ann@", "a b@x", "a\u{0}@x", &format!("{}@x", "a".repeat(254))] {
            assert!(email(bad).is_err(), "{bad:?}");
        }
    }
}
