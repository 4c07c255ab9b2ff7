//! The one home of randomness: tokens, secrets and error ids.

use std::fmt::Write as _;

/// `N` bytes from the operating system.
///
/// # Errors
/// When the operating system cannot supply random bytes.
#[expect(clippy::disallowed_methods, reason = "this is the home of randomness")]
pub fn bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut out = [0; N];
    getrandom::fill(&mut out).map_err(|_| NoRandomness)?;
    Ok(out)
}

/// A 256-bit token as 64 lower-case hexadecimal digits.
///
/// # Errors
/// As [`bytes()`].
pub fn token() -> Result<String, NoRandomness> {
    Ok(hex::encode(bytes::<32>()?))
}

/// A short id that a person can read out to support: `E-` and eight hexadecimal digits. Not a secret.
#[must_use]
pub fn error_id() -> String {
    let mut id = String::from("E-");
    for byte in bytes::<4>().unwrap_or_default() {
        let _ = write!(id, "{byte:02X}");
    }
    id
}

/// The operating system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the operating system supplied no random bytes")]
pub struct NoRandomness;
