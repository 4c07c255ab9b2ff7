//! Key pairs of ES256 (ECDSA on P-256 with SHA-256), as JSON Web Keys. The issuer signs with one, and each service of a
//! publisher gets one with which it proves that a request is its own.

use std::ops::Range;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::{
    SecretKey,
    ecdsa::{Signature, SigningKey, signature::Signer as _},
};
use serde_json::{Value, json};

use crate::{
    addon::Digest,
    random::{self, NoRandomness},
};

/// A key pair. No `Debug`: it is secret.
#[derive(Clone)]
pub struct KeyPair(SecretKey);

impl KeyPair {
    /// A new one.
    ///
    /// # Errors
    /// When the operating system cannot supply random bytes.
    pub fn new() -> Result<Self, NoRandomness> {
        loop {
            // One in four thousand million numbers of 256 bits is beyond the order of the curve.
            if let Some(pair) = Self::from_bytes(&random::bytes::<32>()?) {
                return Ok(pair);
            }
        }
    }

    /// The one with this secret number, 32 bytes; none for what is no such number.
    #[must_use]
    pub fn from_bytes(secret: &[u8]) -> Option<Self> {
        let secret: &[u8; 32] = secret.try_into().ok()?;
        SecretKey::from_slice(secret).ok().map(Self)
    }

    /// The secret number, 32 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes().to_vec()
    }

    /// The signature, 64 bytes, as JSON Web Signatures have it.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature: Signature = SigningKey::from(&self.0).sign(message);
        signature.to_bytes().to_vec()
    }

    /// The public key, with an id that is always the same for it.
    #[must_use]
    pub fn jwk(&self) -> Value {
        let point = self.0.public_key().to_sec1_bytes(); // 4, x, y
        let part = |range: Range<usize>| URL_SAFE_NO_PAD.encode(point.get(range).unwrap_or_default());
        let id: String = Digest::of(&point).to_string().chars().rev().take(16).collect();
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": id,
            "x": part(1..33), "y": part(33..65) })
    }

    /// The whole pair.
    #[must_use]
    pub fn private_jwk(&self) -> Value {
        let mut jwk = self.jwk();
        if let Value::Object(members) = &mut jwk {
            members.insert("d".to_owned(), URL_SAFE_NO_PAD.encode(self.0.to_bytes()).into());
        }
        jwk
    }
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::{VerifyingKey, signature::Verifier as _};

    use super::*;

    #[test]
    fn what_is_signed_verifies_with_the_public_key() {
        let pair = KeyPair::new().unwrap();
        assert_eq!(KeyPair::from_bytes(&pair.to_bytes()).unwrap().jwk(), pair.jwk());
        let jwk = pair.jwk();
        let part = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
        let point = [vec![4], part("x"), part("y")].concat();
        assert_eq!(point.len(), 65);
        let key = VerifyingKey::from_sec1_bytes(&point).unwrap();
        let signature = Signature::from_slice(&pair.sign(b"message")).unwrap();
        assert!(key.verify(b"message", &signature).is_ok());
        assert!(key.verify(b"another", &signature).is_err());
        assert!(jwk.get("d").is_none());
        assert_eq!(pair.private_jwk()["d"], URL_SAFE_NO_PAD.encode(pair.to_bytes()));
    }

    #[test]
    fn only_numbers_of_the_curve_are_keys() {
        for none in [&[0; 32][..], &[0xFF; 32], &[1; 31], &[]] {
            assert!(KeyPair::from_bytes(none).is_none());
        }
        assert!(KeyPair::from_bytes(&[1; 32]).is_some());
    }
}
