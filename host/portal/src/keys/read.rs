use annex_desk::Wrong;
use annex_package::{TrustedKey, keys::PublicKey};

use crate::Refusal;

/// Reads the text of a public key file. A private one is refused: it is nobody's but its owner's.
///
/// # Errors
/// [`annex_desk::Refusal::Invalid`] for a `key` that is none, or one that anything would verify with.
pub fn read(pem: &str) -> Result<TrustedKey, Refusal> {
    let wrong = || Refusal::field("key", Wrong::Unknown);
    if pem.contains("PRIVATE KEY") {
        return Err(wrong());
    }
    let key = TrustedKey::for_packages(PublicKey::from_pem(pem).map_err(|_| wrong())?.to_bytes());
    key.check().map_err(|_| wrong())?;
    Ok(key)
}
