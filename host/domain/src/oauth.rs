//! What the issuer gives to services of publishers: clients, which ask in the name of an installation, and how it signs.

use crate::ids::OauthClientId;

/// How the id of every client starts.
const CLIENT: &str = "annc_";

crate::words! {
    /// What the issuer signs with, as JOSE names it.
    pub enum SigningAlgorithm: "signing algorithm; use RS256, ES256 or EdDSA" {
        /// RSA with SHA-256, which every relying party has to know.
        Rs256 = "RS256",
        /// ECDSA on P-256.
        Es256 = "ES256",
        /// Ed25519.
        EdDsa = "EdDSA",
    }
}

/// The id by which a client is known outside: `annc_…`.
#[must_use]
pub fn public_id(client: OauthClientId) -> String {
    format!("{CLIENT}{client}")
}

/// The client that a text names, which has to be as [`public_id`] writes it.
#[must_use]
pub fn client_of(text: &str) -> Option<OauthClientId> {
    let client = text.strip_prefix(CLIENT)?.parse().ok()?;
    (public_id(client) == text).then_some(client)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_one_name() {
        let client = OauthClientId::new();
        let name = public_id(client);
        assert_eq!(client_of(&name), Some(client));
        for other in [name.to_uppercase(), name.replace('-', ""), client.to_string(), format!("{name} "), String::new()]
        {
            assert_eq!(client_of(&other), None, "{other}");
        }
    }
}
