//! Refusals of the developer's proof: form, document, keys, signatures, threshold.

use annex_domain::addon::{KeyId, KeyPurpose};

use super::{
    craft::{Case, case, entries, files, key, manifest_bytes, noise, package, proof, trust, with_proof},
    run,
};
use crate::{KeyStatus, MANIFEST_TYPE, ROTATION_TYPE, TrustedKey, dsse::Envelope, keys::SigningKey, limits};

pub(super) fn cases() -> Vec<Case> {
    [form(), documents(), keys(), signatures()].into_iter().flatten().collect()
}

fn usual() -> Vec<u8> {
    manifest_bytes(&files(), |_| {})
}

fn signed_by(keys: &[SigningKey]) -> Vec<u8> {
    with_proof(proof(&usual(), keys))
}

/// The usual package with a signature of our making under any key id.
fn forged(id: &KeyId, signature: [u8; 64]) -> Vec<u8> {
    let mut envelope = Envelope::new(MANIFEST_TYPE, &usual());
    envelope.signatures.push((id.clone(), signature));
    with_proof(envelope.spell().unwrap())
}

fn signature_of(seed: u8) -> (KeyId, [u8; 64]) {
    let mut envelope = Envelope::new(MANIFEST_TYPE, &usual());
    envelope.sign(&key(seed)).unwrap();
    envelope.signatures.remove(0)
}

fn form() -> Vec<Case> {
    let text = String::from_utf8(proof(&usual(), &[key(1)])).unwrap();
    let replaced = |from: &str, to: &str| {
        assert!(text.contains(from));
        with_proof(text.replacen(from, to, 1))
    };
    let mut unsigned = entries();
    unsigned.remove(1);
    let mut two = Envelope::new(MANIFEST_TYPE, &usual());
    two.signatures = vec![signature_of(1), signature_of(2)];
    two.signatures.sort();
    two.signatures.reverse();
    let many: Vec<_> = (10..27).map(key).collect();
    let mut crowd = Envelope::new(MANIFEST_TYPE, &usual());
    crowd.signatures = many.iter().map(|key| (key.id(), [0; 64])).collect();
    crowd.signatures.sort();
    vec![
        case("unsigned", "no proof", package(&unsigned)),
        case("unsigned", "nothing but a manifest", package(&entries()[..1])),
        case("threshold-not-met", "a proof without signatures", signed_by(&[])),
        case("proof-malformed", "not JSON", with_proof("signed")),
        case("proof-malformed", "a key twice in the JSON", replaced("{\"payload\"", "{\"payload\":\"\",\"payload\"")),
        case("proof-malformed", "an unknown field", replaced("{\"payload\"", "{\"a\":1,\"payload\"")),
        case("proof-malformed", "a short signature", replaced("\"sig\":\"", "\"sig\":\"AAAA\",\"x\":\"")),
        case("proof-malformed", "not base64", replaced("\"payload\":\"", "\"payload\":\"*")),
        case("proof-not-canonical", "a space", replaced("\"payloadType\":", "\"payloadType\": ")),
        case("proof-not-canonical", "signatures out of order", with_proof(two.spell().unwrap())),
        case("proof-too-large", "a byte over 512 KiB", with_proof(noise(limits::PROOF_BYTES as usize + 1))),
        case("too-many-signatures", "17", with_proof(crowd.spell().unwrap())),
    ]
}

fn documents() -> Vec<Case> {
    let proof_for = |change: fn(&mut annex_domain::manifest::Manifest)| {
        with_proof(proof(&manifest_bytes(&files(), change), &[key(1)]))
    };
    let mut other_type = Envelope::new(ROTATION_TYPE, &usual());
    other_type.sign(&key(1)).unwrap();
    // Signed as a rotation statement, presented as a manifest.
    let mut relabelled = other_type.clone();
    relabelled.payload_type = MANIFEST_TYPE.into();
    vec![
        case("proof-type", "a key rotation", with_proof(other_type.spell().unwrap())),
        case("bad-signature", "a relabelled type", with_proof(relabelled.spell().unwrap())),
        case("proof-other-addon", "another add-on", proof_for(|manifest| manifest.id = "acme.bye".parse().unwrap())),
        case("proof-other-version", "another version", proof_for(|manifest| manifest.version.major = 2)),
        case("proof-other-manifest", "more capabilities", proof_for(|manifest| manifest.capabilities.clear())),
    ]
}

fn keys() -> Vec<Case> {
    let with_key = |code, what, change: fn(&mut TrustedKey), bytes| {
        let mut trust = trust();
        change(&mut trust.keys[0]);
        Case { code, what, bytes, trust }
    };
    let identity: [u8; 32] = std::array::from_fn(|at| u8::from(at == 0));
    let no_point: [u8; 32] = (0..=255)
        .map(|first| std::array::from_fn(|at| if at == 0 { first } else { 0 }))
        .find(|bytes| ed25519_dalek::VerifyingKey::from_bytes(bytes).is_err())
        .unwrap();
    let only = |code, what, public: [u8; 32]| {
        let mut trust = trust();
        trust.keys = vec![TrustedKey::for_packages(public)];
        // R and S of zero order: with a key of small order this would verify without strictness.
        let mut signature = [0; 64];
        signature[0] = 1;
        Case { code, what, bytes: forged(&KeyId::of(&public), signature), trust }
    };
    vec![
        case("unknown-key", "nobody's", signed_by(&[key(9)])),
        case("unknown-key", "one good, one unknown", signed_by(&[key(1), key(9)])),
        case("revoked-key", "revoked", signed_by(&[key(3)])),
        case("revoked-key", "one good, one revoked", signed_by(&[key(1), key(3)])),
        case("wrong-purpose-key", "the marketplace's", signed_by(&[key(4)])),
        with_key("revoked-key", "revoked later", |key| key.status = KeyStatus::Revoked, signed_by(&[key(1)])),
        with_key("wrong-purpose-key", "changed", |key| key.purpose = KeyPurpose::Marketplace, signed_by(&[key(1)])),
        with_key("key-id-mismatch", "another key under its id", |key| key.public = [7; 32], signed_by(&[key(1)])),
        only("invalid-key", "not a point", no_point),
        only("weak-key", "the point of order 1", identity),
    ]
}

fn signatures() -> Vec<Case> {
    let (id, good) = signature_of(1);
    let mut flipped = good;
    flipped[40] ^= 1;
    let mut small_order = good;
    small_order[..32].copy_from_slice(&std::array::from_fn::<u8, 32, _>(|at| u8::from(at == 0)));
    let (other, _) = signature_of(2);
    let twice = {
        let text = String::from_utf8(proof(&usual(), &[key(1)])).unwrap();
        let (_, list) = text.split_once("\"signatures\":[").unwrap();
        let one = list.strip_suffix("]}").unwrap().to_owned();
        with_proof(text.replacen(&one, &format!("{one},{one}"), 1))
    };
    let threshold = |code, what, threshold: u32, bytes| {
        let mut trust = trust();
        trust.threshold = threshold;
        Case { code, what, bytes, trust }
    };
    vec![
        case("bad-signature", "a flipped bit", forged(&id, flipped)),
        case("bad-signature", "under another key's name", forged(&other, good)),
        case("weak-signature", "zeros", forged(&id, [0; 64])),
        case("malleable-signature", "S plus the order of the group", forged(&id, plus_order(good))),
        case("weak-signature", "R of order 1", forged(&id, small_order)),
        case("key-twice", "the same signature twice", twice.clone()),
        threshold("key-twice", "one key counted twice", 2, twice),
        threshold("threshold-zero", "0", 0, signed_by(&[key(1)])),
        threshold("threshold-zero", "0, and nobody signed", 0, signed_by(&[])),
        threshold("threshold-not-met", "one of two", 2, signed_by(&[key(1)])),
        threshold("threshold-not-met", "two of three", 3, signed_by(&[key(1), key(2)])),
    ]
}

/// The same signature in its other spelling, which lenient verifiers accept: S + L.
fn plus_order(signature: [u8; 64]) -> [u8; 64] {
    let order = hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").unwrap();
    let mut changed = signature;
    let mut carry = 0;
    for (byte, add) in changed[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    changed
}

#[test]
fn broken_proofs_are_refused() {
    run(cases());
}

#[test]
fn a_threshold_of_two_accepts_two_distinct_keys() {
    let mut trust = trust();
    trust.threshold = 2;
    let package = crate::verify(signed_by(&[key(1), key(2)]).into(), &trust).unwrap();
    assert_eq!(package.signers().len(), 2);
}
