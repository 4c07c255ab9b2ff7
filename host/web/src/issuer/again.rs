//! Signing in again because the relying party asks for it: `prompt=login`, or a sign-in that is older than its `max_age`.
//!
//! An authorization endpoint sends the browser to the sign-in with a note in the address of the way back. The note names
//! the sign-in that was too old; one that is newer will do. It is sealed, for one endpoint and for one request (its nonce):
//! whoever sits at a browser that was left signed in cannot write one.

use std::time::Duration;

use annex_domain::clock::Timestamp;
use annex_store::vault::{Vault, VaultError};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

/// How long signing in may take.
const WORKS: Duration = Duration::from_secs(15 * 60);
const PARAMETER: &str = "annex_again";

#[derive(Serialize, Deserialize)]
struct Note {
    nonce: String,
    newer_than: Timestamp,
    expires_at: Timestamp,
}

/// What a note for the endpoint at `path` is sealed with.
fn context(path: &str) -> String {
    format!("signing in again: {path}")
}

/// The request to the endpoint at `path` with a note: only a sign-in after `newer_than` will do.
///
/// # Errors
/// When there is no randomness.
pub(crate) fn with_note(
    vault: &Vault,
    path: &str,
    query: &str,
    newer_than: Timestamp,
    now: Timestamp,
) -> Result<String, VaultError> {
    let note = Note { nonce: field(query, "nonce"), newer_than, expires_at: now.after(WORKS) };
    let sealed = vault.seal_state(&context(path), &serde_json::to_vec(&note).unwrap_or_default())?;
    let others = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != PARAMETER);
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(others)
        .append_pair(PARAMETER, &URL_SAFE_NO_PAD.encode(sealed))
        .finish();
    Ok(format!("{path}?{query}"))
}

/// What a sign-in has to be newer than by the note in an address; none without one, or when it is for another request,
/// not ours or too old.
pub(crate) fn newer_than(vault: &Vault, path: &str, query: &str, now: Timestamp) -> Option<Timestamp> {
    let sealed = URL_SAFE_NO_PAD.decode(field(query, PARAMETER)).ok()?;
    let note: Note = serde_json::from_slice(&vault.open_state(&context(path), &sealed).ok()?).ok()?;
    (note.nonce == field(query, "nonce") && now < note.expires_at).then_some(note.newer_than)
}

/// A parameter of an address; empty when it is missing.
fn field(query: &str, wanted: &str) -> String {
    let found = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted);
    found.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_the_hosts_for_one_request_and_for_a_while() {
        let vault = Vault::with_key(&"0b".repeat(32)).unwrap();
        let (old, now) = (Timestamp(1_000), Timestamp(5_000));
        let path =
            with_note(&vault, "/client-area/authorize", "nonce=n1&annex_again=x&scope=openid", old, now).unwrap();
        let query = path.strip_prefix("/client-area/authorize?").unwrap();
        assert_eq!(query.matches(PARAMETER).count(), 1);
        let newer_than = |vault: &Vault, query: &str, now| newer_than(vault, "/client-area/authorize", query, now);
        assert_eq!(newer_than(&vault, query, now), Some(old));
        assert_eq!(super::newer_than(&vault, "/oauth/authorize", query, now), None, "of another endpoint");
        assert_eq!(newer_than(&vault, query, now.after(WORKS)), None);
        assert_eq!(newer_than(&vault, &query.replace("n1", "n2"), now), None, "of another request");
        assert_eq!(newer_than(&Vault::with_key(&"0c".repeat(32)).unwrap(), query, now), None, "another host's");
        assert_eq!(newer_than(&vault, "nonce=n1", now), None);
        assert_eq!(newer_than(&vault, "nonce=n1&annex_again=AAAA", now), None);
    }
}
