//! Signing keys and public keys as authors and hosts handle them: Ed25519, in PEM files (PKCS#8 and SPKI), named by
//! the SHA-256 of the public key. Secret bytes are wiped when a key is dropped, and never shown by `Debug`.

use std::fmt;

use annex_domain::{addon::KeyId, random};
use ed25519_dalek::{
    Signer as _, VerifyingKey,
    pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, spki::der::pem::LineEnding},
};

/// Why a text is not a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Neither PKCS#8 nor SPKI in PEM.
    #[error("not an Ed25519 key in PEM form: expected `-----BEGIN PRIVATE KEY-----` or `-----BEGIN PUBLIC KEY-----`")]
    NotPem,
    /// A public key of small order.
    #[error("the public key is a point of small order: anything would verify under it")]
    Weak,
    /// No random bytes for a new key.
    #[error("the operating system supplied no random bytes")]
    NoRandomness,
    /// The key cannot be written as PEM.
    #[error("the key cannot be written as PEM")]
    NotWritable,
}

impl KeyError {
    /// Stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotPem => "not-a-key",
            Self::Weak => "weak-key",
            Self::NoRandomness => "no-randomness",
            Self::NotWritable => "key-not-writable",
        }
    }
}

/// A key to sign with.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// A new key from the operating system's randomness.
    ///
    /// # Errors
    /// When there is none.
    pub fn generate() -> Result<Self, KeyError> {
        let seed = random::bytes::<32>().map_err(|_| KeyError::NoRandomness)?;
        Ok(Self::from_seed(&seed))
    }

    /// The key with that secret seed.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// Reads `-----BEGIN PRIVATE KEY-----`.
    ///
    /// # Errors
    /// When the text is not such a key.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        ed25519_dalek::SigningKey::from_pkcs8_pem(text.trim()).map(Self).map_err(|_| KeyError::NotPem)
    }

    /// Writes `-----BEGIN PRIVATE KEY-----`; keep it in a file that only its owner can read.
    ///
    /// # Errors
    /// When the key cannot be encoded.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        let pem = self.0.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyError::NotWritable)?;
        Ok(pem.as_str().to_owned())
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Names it.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.public().id()
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.id())
    }
}

/// A key to verify with; never of small order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads `-----BEGIN PUBLIC KEY-----`, or takes the public half of `-----BEGIN PRIVATE KEY-----`.
    ///
    /// # Errors
    /// When the text is neither, or the key is of small order.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        if let Ok(key) = SigningKey::from_pem(text) {
            return Ok(key.public());
        }
        let key = VerifyingKey::from_public_key_pem(text.trim()).map_err(|_| KeyError::NotPem)?;
        if key.is_weak() { Err(KeyError::Weak) } else { Ok(Self(key)) }
    }

    /// Writes `-----BEGIN PUBLIC KEY-----`.
    ///
    /// # Errors
    /// When the key cannot be encoded.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        self.0.to_public_key_pem(LineEnding::LF).map_err(|_| KeyError::NotWritable)
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Names it.
    #[must_use]
    pub fn id(&self) -> KeyId {
        KeyId::of(&self.0.to_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pem_round_trips_and_hides_the_secret() {
        let key = SigningKey::from_seed(&[7; 32]);
        let pem = key.to_pem().unwrap();
        assert_eq!(SigningKey::from_pem(&pem).unwrap().id(), key.id());
        assert_eq!(PublicKey::from_pem(&pem).unwrap(), key.public());
        assert_eq!(PublicKey::from_pem(&key.public().to_pem().unwrap()).unwrap(), key.public());
        assert_eq!(format!("{key:?}"), format!("SigningKey({})", key.id()));
    }

    #[test]
    fn refuses_what_is_not_a_key() {
        assert_eq!(SigningKey::from_pem("hello").unwrap_err(), KeyError::NotPem);
        // The point of order 1, in SPKI form.
        let weak = VerifyingKey::from_bytes(&std::array::from_fn(|at| u8::from(at == 0))).unwrap();
        let pem = weak.to_public_key_pem(LineEnding::LF).unwrap();
        assert_eq!(PublicKey::from_pem(&pem).unwrap_err(), KeyError::Weak);
    }
}
