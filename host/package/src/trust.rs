//! Whose signatures count: a publisher's keys, their purposes, and the threshold over distinct keys.

use annex_domain::addon::{KeyId, KeyPurpose, PublisherSlug};
use ed25519_dalek::{Signature, VerifyingKey};

use crate::{dsse::Envelope, refusal::Refusal};

/// Whether a key still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyStatus {
    /// It does.
    Active,
    /// It was rotated out or lost: nothing that it signed is accepted.
    Revoked,
}

/// A key that the host knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedKey {
    /// SHA-256 of `public`; held against it at each use.
    pub id: KeyId,
    /// The Ed25519 public key.
    pub public: [u8; 32],
    /// What it may sign.
    pub purpose: KeyPurpose,
    /// Whether it still counts.
    pub status: KeyStatus,
}

impl TrustedKey {
    /// An active key for packages.
    #[must_use]
    pub fn for_packages(public: [u8; 32]) -> Self {
        Self { id: KeyId::of(&public), public, purpose: KeyPurpose::Package, status: KeyStatus::Active }
    }

    /// Whether anything should be verified with it; answers its id.
    ///
    /// # Errors
    /// [`Refusal::InvalidKey`] for bytes that are no point, [`Refusal::WeakKey`] for one of small order, under which every
    /// signature can be made to verify.
    pub fn check(&self) -> Result<KeyId, Refusal> {
        let key = VerifyingKey::from_bytes(&self.public).map_err(|_| Refusal::InvalidKey { key: self.id.clone() })?;
        if key.is_weak() { Err(Refusal::WeakKey { key: self.id.clone() }) } else { Ok(self.id.clone()) }
    }
}

/// The keys of one publisher, as the host keeps them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedKeys {
    /// Whose they are.
    pub publisher: PublisherSlug,
    /// How many distinct keys must have signed; at least 1.
    pub threshold: u32,
    /// In any order.
    pub keys: Vec<TrustedKey>,
}

impl TrustedKeys {
    /// Checks every signature of an envelope. One that is not perfectly fine refuses the whole: there is no reason for
    /// a publisher to send it. Answers who signed.
    pub(crate) fn check(&self, envelope: &Envelope) -> Result<Vec<KeyId>, Refusal> {
        if self.threshold == 0 {
            return Err(Refusal::ThresholdZero);
        }
        let message = envelope.signed();
        let mut signers: Vec<KeyId> = Vec::new();
        for (id, signature) in &envelope.signatures {
            let key = self.key(id)?;
            check_signature(id, &key.public, &message, signature)?;
            signers.push(id.clone());
        }
        let signed = u32::try_from(signers.len()).unwrap_or(u32::MAX);
        if signed < self.threshold {
            return Err(Refusal::ThresholdNotMet { signed, threshold: self.threshold });
        }
        Ok(signers)
    }

    /// The active key for packages with that id.
    pub(crate) fn key(&self, id: &KeyId) -> Result<&TrustedKey, Refusal> {
        let named = || self.keys.iter().filter(|key| key.id == *id);
        let key = named().next().ok_or_else(|| Refusal::UnknownKey { key: id.clone() })?;
        if KeyId::of(&key.public) != *id {
            return Err(Refusal::KeyIdMismatch { key: id.clone() });
        }
        if named().any(|key| key.status == KeyStatus::Revoked) {
            return Err(Refusal::RevokedKey { key: id.clone() });
        }
        named()
            .find(|key| key.purpose == KeyPurpose::Package)
            .ok_or_else(|| Refusal::WrongPurposeKey { key: id.clone() })
    }
}

/// Verifies strictly, and says which rule of strictness a signature breaks.
pub(crate) fn check_signature(
    id: &KeyId,
    public: &[u8; 32],
    message: &[u8],
    signature: &[u8; 64],
) -> Result<(), Refusal> {
    let key = VerifyingKey::from_bytes(public).map_err(|_| Refusal::InvalidKey { key: id.clone() })?;
    if key.is_weak() {
        return Err(Refusal::WeakKey { key: id.clone() });
    }
    let signature = Signature::from_bytes(signature);
    if !is_reduced(signature.s_bytes()) {
        return Err(Refusal::MalleableSignature { key: id.clone() });
    }
    // R is a point like a key, so the same test tells whether it is of small order.
    if VerifyingKey::from_bytes(signature.r_bytes()).is_ok_and(|point| point.is_weak()) {
        return Err(Refusal::WeakSignature { key: id.clone() });
    }
    key.verify_strict(message, &signature).map_err(|_| Refusal::BadSignature { key: id.clone() })
}

/// True for S below the order of the group, 2^252 + 27742317777372353535851937790883648493 (RFC 8032, 5.1.7).
fn is_reduced(s: &[u8; 32]) -> bool {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    s.iter().rev().lt(ORDER.iter().rev())
}
