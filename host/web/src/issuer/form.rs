//! Forms that programs send to the issuer, every field once (RFC 6749, 3.2), and the proofs of PKCE in them.

use axum::http::{HeaderMap, header};
use openidconnect::{PkceCodeChallenge, PkceCodeVerifier};
use url::form_urlencoded;

/// The fields of a form.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// None for what is no form, or has a field twice.
    pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let fields: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
        let repeated = fields.iter().any(|(name, _)| fields.iter().filter(|(other, _)| other == name).count() > 1);
        (kind.starts_with("application/x-www-form-urlencoded") && !repeated).then_some(Self(fields))
    }

    /// A field; empty when it is missing.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

/// True for what can be the challenge of a verifier, by S256.
pub(super) fn is_challenge(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

/// True when `verifier` is the one behind `challenge` (RFC 7636, S256).
pub(super) fn verifies(verifier: &str, challenge: &str) -> bool {
    let fine = (43..=128).contains(&verifier.len())
        && verifier.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
    fine && PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.to_owned())).as_str()
        == challenge
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verifiers_are_checked_as_rfc_7636_says() {
        // Appendix B of RFC 7636.
        let (verifier, challenge) =
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(verifies(verifier, challenge));
        for wrong in ["", "short", &verifier.replace('d', "e"), &"x".repeat(129), &format!("{verifier}!")] {
            assert!(!verifies(wrong, challenge), "{wrong}");
        }
        assert!(!verifies(challenge, challenge), "plain");
    }
}
