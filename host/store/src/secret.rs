//! Bearer secrets: 256 random bits that are handed out once and stored as their SHA-256. No salt: they cannot be guessed.

use annex_domain::{addon::Digest, random};

use crate::error::Result;

/// A new secret and the hash to store.
pub(crate) fn make(prefix: &str) -> Result<(String, String)> {
    let secret = format!("{prefix}{}", random::token()?);
    let hash = hash(&secret);
    Ok((secret, hash))
}

/// What is stored of a secret.
pub(crate) fn hash(secret: &str) -> String {
    Digest::of(secret.as_bytes()).to_string()
}
