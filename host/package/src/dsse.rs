//! DSSE envelopes (dead simple signing envelope, v1): a payload, its type, and signatures over both at once.
//!
//! The type is part of what is signed, so a proof of one kind of document can never pass for another. Envelopes have
//! one spelling too: sorted keys, standard base64 with padding, signatures sorted by key id.

use annex_domain::addon::KeyId;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::{json, keys::SigningKey, limits, refusal::Refusal};

/// An envelope as it is written: fields in the order of their names.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    payload: String,
    #[serde(rename = "payloadType")]
    payload_type: String,
    signatures: Vec<WrittenSignature>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSignature {
    keyid: KeyId,
    sig: String,
}

/// An envelope that is well-formed; whether its signatures are any good is another question.
#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    pub(crate) payload_type: String,
    pub(crate) payload: Vec<u8>,
    pub(crate) signatures: Vec<(KeyId, [u8; 64])>,
}

impl Envelope {
    /// A payload without signatures yet.
    pub(crate) fn new(payload_type: &str, payload: &[u8]) -> Self {
        Self { payload_type: payload_type.into(), payload: payload.into(), signatures: Vec::new() }
    }

    /// Adds the signature of `key`.
    pub(crate) fn sign(&mut self, key: &SigningKey) -> Result<(), Refusal> {
        let id = key.id();
        if self.signatures.iter().any(|(signer, _)| *signer == id) {
            return Err(Refusal::AlreadySigned { key: id });
        }
        if self.signatures.len() == limits::SIGNATURES {
            return Err(Refusal::TooManySignatures);
        }
        self.signatures.push((id, key.sign(&self.signed())));
        self.signatures.sort();
        Ok(())
    }

    /// What the signatures sign.
    pub(crate) fn signed(&self) -> Vec<u8> {
        pae(&self.payload_type, &self.payload)
    }

    /// Reads an envelope in its only valid spelling.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let malformed = |why: String| Refusal::ProofMalformed { why };
        let text = json::strict(bytes).map_err(|fault| malformed(format!("{fault:?}")))?;
        let written: Written = serde_json::from_str(text).map_err(|error| malformed(error.to_string()))?;
        if written.signatures.len() > limits::SIGNATURES {
            return Err(Refusal::TooManySignatures);
        }
        let payload = STANDARD.decode(&written.payload).map_err(|error| malformed(format!("payload: {error}")))?;
        let mut signatures: Vec<(KeyId, [u8; 64])> = Vec::new();
        for signature in &written.signatures {
            let bytes = STANDARD.decode(&signature.sig).map_err(|error| malformed(format!("sig: {error}")))?;
            let bytes = bytes.try_into().map_err(|_| malformed("sig: expected 64 bytes".into()))?;
            if signatures.iter().any(|(signer, _)| *signer == signature.keyid) {
                return Err(Refusal::KeyTwice { key: signature.keyid.clone() });
            }
            signatures.push((signature.keyid.clone(), bytes));
        }
        let envelope = Self { payload_type: written.payload_type, payload, signatures };
        if !envelope.signatures.is_sorted() || envelope.spell()? != bytes {
            return Err(Refusal::ProofNotCanonical);
        }
        Ok(envelope)
    }

    /// The bytes of the envelope.
    pub(crate) fn spell(&self) -> Result<Vec<u8>, Refusal> {
        let signatures = self
            .signatures
            .iter()
            .map(|(keyid, sig)| WrittenSignature { keyid: keyid.clone(), sig: STANDARD.encode(sig) })
            .collect();
        let payload = STANDARD.encode(&self.payload);
        json::canonical(&Written { payload, payload_type: self.payload_type.clone(), signatures })
            .map_err(|error| Refusal::ProofMalformed { why: error.to_string() })
    }
}

/// The pre-authentication encoding: `DSSEv1 <len> <type> <len> <payload>`, lengths in bytes.
fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut message = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    message.extend_from_slice(payload);
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_as_the_specification_shows() {
        assert_eq!(
            pae("http://example.com/HelloWorld", b"hello world"),
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        );
    }
}
