//! Key rotation: a statement that one key takes the place of another, signed by both. The old key's signature shows
//! that its holder wants it, the new key's that its holder has it.

use annex_domain::addon::{KeyId, KeyPurpose, PublisherSlug};
use serde::{Deserialize, Serialize};

use crate::{
    dsse::Envelope,
    json,
    keys::SigningKey,
    limits,
    refusal::Refusal,
    trust::{KeyStatus, TrustedKey, TrustedKeys, check_signature},
};

/// The type of the statement's payload.
pub const ROTATION_TYPE: &str = "application/vnd.annex.key-rotation.v1+json";

/// A verified wish to replace a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// Whose keys.
    pub publisher: PublisherSlug,
    /// To be revoked.
    pub old: KeyId,
    /// To be trusted in its place, for packages.
    pub new: TrustedKey,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Statement {
    new_key: String,
    old_key_id: KeyId,
    publisher: PublisherSlug,
}

/// Writes a statement that `new` replaces `old`: a DSSE envelope.
///
/// # Errors
/// When both are the same key.
pub fn rotate(publisher: &PublisherSlug, old: &SigningKey, new: &SigningKey) -> Result<Vec<u8>, Refusal> {
    let new_key = hex::encode(new.public().to_bytes());
    let statement = Statement { new_key, old_key_id: old.id(), publisher: publisher.clone() };
    let malformed = |error: serde_json::Error| Refusal::ProofMalformed { why: error.to_string() };
    let mut envelope = Envelope::new(ROTATION_TYPE, &json::canonical(&statement).map_err(malformed)?);
    envelope.sign(old)?;
    envelope.sign(new)?;
    envelope.spell()
}

/// Checks a statement against the keys that the host trusts now: the old one must be active and for packages, and both
/// must have signed.
///
/// # Errors
/// The first rule that it breaks; nothing about the keys has changed then.
pub fn verify_rotation(bytes: &[u8], trust: &TrustedKeys) -> Result<Rotation, Refusal> {
    if bytes.len() as u64 > limits::PROOF_BYTES {
        return Err(Refusal::ProofTooLarge);
    }
    let envelope = Envelope::parse(bytes)?;
    if envelope.payload_type != ROTATION_TYPE {
        return Err(Refusal::ProofType { found: envelope.payload_type.escape_debug().to_string() });
    }
    let malformed = |why: String| Refusal::ProofMalformed { why };
    let text = json::strict(&envelope.payload).map_err(|fault| malformed(format!("{fault:?}")))?;
    let statement: Statement = serde_json::from_str(text).map_err(|error| malformed(error.to_string()))?;
    if statement.publisher != trust.publisher {
        return Err(Refusal::OtherPublisher { expected: trust.publisher.clone(), found: statement.publisher });
    }
    let mut public = [0; 32];
    hex::decode_to_slice(&statement.new_key, &mut public).map_err(|error| malformed(format!("new_key: {error}")))?;
    let new = TrustedKey { id: KeyId::of(&public), public, purpose: KeyPurpose::Package, status: KeyStatus::Active };
    // A revoked key must not come back through a rotation.
    if trust.keys.iter().any(|key| key.id == new.id && key.status == KeyStatus::Revoked) {
        return Err(Refusal::RevokedKey { key: new.id });
    }
    let signed = envelope.signed();
    let old = trust.key(&statement.old_key_id)?;
    for key in [old, &new] {
        let signature = envelope.signatures.iter().find(|(id, _)| *id == key.id);
        let (id, signature) = signature.ok_or(Refusal::ThresholdNotMet { signed: 1, threshold: 2 })?;
        check_signature(id, &key.public, &signed, signature)?;
    }
    if envelope.signatures.len() != 2 {
        return Err(Refusal::ProofMalformed { why: "expected the signatures of the old and the new key alone".into() });
    }
    Ok(Rotation { publisher: statement.publisher, old: statement.old_key_id, new })
}
