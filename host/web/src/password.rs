//! Passwords: Argon2id with the parameters of the crate's defaults (19 MiB, 2 passes). Both functions take tens of
//! milliseconds of one core; they run on the blocking pool.

use std::sync::LazyLock;

use annex_domain::random;
use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _},
};
use secrecy::{ExposeSecret as _, SecretString};

/// The shortest password that is accepted, in characters. Length is the rule that helps; classes of characters do not.
pub const MIN_LENGTH: usize = 10;
/// The longest, in bytes: hashing must not become a way to keep the host busy.
pub const MAX_LENGTH: usize = 256;

/// Why a password was not hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too short.
    #[error("a password needs at least {MIN_LENGTH} characters")]
    TooShort,
    /// Too long.
    #[error("a password has at most {MAX_LENGTH} bytes")]
    TooLong,
    /// Hashing failed, or there was no randomness.
    #[error("the password could not be hashed")]
    Failed,
}

/// The PHC string of `password`, to be stored.
///
/// # Errors
/// When the password is too short or too long, or hashing failed.
pub async fn hash(password: SecretString) -> Result<String, PasswordError> {
    if password.expose_secret().chars().count() < MIN_LENGTH {
        return Err(PasswordError::TooShort);
    }
    if password.expose_secret().len() > MAX_LENGTH {
        return Err(PasswordError::TooLong);
    }
    let work = move || {
        let salt: [u8; 16] = random::bytes().map_err(|_| PasswordError::Failed)?;
        let hash = Argon2::default().hash_password_with_salt(password.expose_secret().as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|_| PasswordError::Failed)
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| PasswordError::Failed)?
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
        let stored = hash("correct horse battery".into()).await.unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(verify("correct horse battery".into(), Some(stored.clone())).await);
        assert!(!verify("correct horse batterz".into(), Some(stored)).await);
        assert!(!verify("nobody's password".into(), None).await);
    }

    #[tokio::test]
    async fn short_and_long_ones_are_refused() {
        assert!(matches!(hash("äöüäöüäöü".into()).await, Err(PasswordError::TooShort)));
        assert!(matches!(hash("x".repeat(257).into()).await, Err(PasswordError::TooLong)));
    }
}
