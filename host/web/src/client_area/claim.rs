//! Claims of a desk's licence: what lets the first account take it. The panel makes one when a desk logs in whose licence
//! nobody holds, and sends the browser away with it. Sealed with the host's key, so that only the panel can make one,
//! and for a quarter of an hour; once somebody holds the licence, every claim of the desk is worth nothing.

use std::time::Duration;

use annex_domain::{clock::Timestamp, ids::DeskId};
use annex_store::vault::{Vault, VaultError};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// How long it takes to make an account, at most.
const WORKS: Duration = Duration::from_secs(15 * 60);
const CONTEXT: &str = "client area: claim of a desk's licence";

#[derive(Serialize, Deserialize)]
struct Claim {
    desk: DeskId,
    expires_at: Timestamp,
}

/// A claim of the licence of `desk`, for an address.
///
/// # Errors
/// When there is no randomness.
pub(crate) fn make(vault: &Vault, desk: DeskId, now: Timestamp) -> Result<String, VaultError> {
    let claim = Claim { desk, expires_at: now.after(WORKS) };
    let bytes = serde_json::to_vec(&claim).unwrap_or_default();
    Ok(URL_SAFE_NO_PAD.encode(vault.seal_state(CONTEXT, &bytes)?))
}

/// The desk that a claim is of; none when the panel did not make it or it is too old.
pub(crate) fn read(vault: &Vault, text: &str, now: Timestamp) -> Option<DeskId> {
    let bytes = vault.open_state(CONTEXT, &URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let claim: Claim = serde_json::from_slice(&bytes).ok()?;
    (now < claim.expires_at).then_some(claim.desk)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_the_panels_and_expires() {
        let vault = Vault::with_key(&"0b".repeat(32)).unwrap();
        let (desk, now) = (DeskId::new(), Timestamp(1_000_000));
        let claim = make(&vault, desk, now).unwrap();
        assert_eq!(read(&vault, &claim, now), Some(desk));
        assert_eq!(read(&vault, &claim, now.after(WORKS)), None);
        assert_eq!(read(&Vault::with_key(&"0c".repeat(32)).unwrap(), &claim, now), None, "another host's");
        assert_eq!(read(&vault, &claim[1..], now), None);
        assert_eq!(read(&vault, "", now), None);
        let other = URL_SAFE_NO_PAD.encode(vault.seal_state("ticket 1", b"{}").unwrap());
        assert_eq!(read(&vault, &other, now), None, "sealed for something else");
    }
}
