//! Signing in again because the relying party asks for it: `prompt=login`, or a sign-in that is older than its `max_age`.
//!
//! The authorization endpoint sends the browser to the sign-in with a note in the address of the way back. The note names
//! the sign-in that was too old; one that is newer will do. It is sealed, and for one request (its nonce): whoever sits
//! at a browser that was left signed in cannot write one.

use std::time::Duration;

use annex_domain::clock::Timestamp;
use annex_store::vault::{Vault, VaultError};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

/// How long signing in may take.
const WORKS: Duration = Duration::from_secs(15 * 60);
const CONTEXT: &str = "client area: signing in again";
const PARAMETER: &str = "annex_again";

#[derive(Serialize, Deserialize)]
struct Note {
    nonce: String,
    newer_than: Timestamp,
    expires_at: Timestamp,
}

/// The address of the request with a note: only a sign-in after `newer_than` will do.
///
/// # Errors
/// When there is no randomness.
pub(crate) fn with_note(
    vault: &Vault,
    query: &str,
    nonce: &str,
    newer_than: Timestamp,
    now: Timestamp,
) -> Result<String, VaultError> {
    let note = Note { nonce: nonce.to_owned(), newer_than, expires_at: now.after(WORKS) };
    let sealed = vault.seal_state(CONTEXT, &serde_json::to_vec(&note).unwrap_or_default())?;
    let others = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != PARAMETER);
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(others)
        .append_pair(PARAMETER, &URL_SAFE_NO_PAD.encode(sealed))
        .finish();
    Ok(format!("/client-area/authorize?{query}"))
}

/// What a sign-in has to be newer than by the note in an address; none without one, or when it is for another request,
/// not ours or too old.
pub(crate) fn newer_than(vault: &Vault, query: &str, now: Timestamp) -> Option<Timestamp> {
    let get = |wanted: &str| {
        form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
    };
    let sealed = URL_SAFE_NO_PAD.decode(get(PARAMETER)?).ok()?;
    let note: Note = serde_json::from_slice(&vault.open_state(CONTEXT, &sealed).ok()?).ok()?;
    (note.nonce == get("nonce")? && now < note.expires_at).then_some(note.newer_than)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_the_hosts_for_one_request_and_for_a_while() {
        let vault = Vault::with_key(&"0b".repeat(32)).unwrap();
        let (old, now) = (Timestamp(1_000), Timestamp(5_000));
        let path = with_note(&vault, "nonce=n1&annex_again=x&scope=openid", "n1", old, now).unwrap();
        let query = path.strip_prefix("/client-area/authorize?").unwrap();
        assert_eq!(query.matches(PARAMETER).count(), 1);
        assert_eq!(newer_than(&vault, query, now), Some(old));
        assert_eq!(newer_than(&vault, query, now.after(WORKS)), None);
        assert_eq!(newer_than(&vault, &query.replace("n1", "n2"), now), None, "of another request");
        assert_eq!(newer_than(&Vault::with_key(&"0c".repeat(32)).unwrap(), query, now), None, "another host's");
        assert_eq!(newer_than(&vault, "nonce=n1", now), None);
        assert_eq!(newer_than(&vault, "nonce=n1&annex_again=AAAA", now), None);
    }
}
