//! What the builder and the signer refuse, and what signing once more keeps.

use std::collections::BTreeMap;

use annex_domain::manifest::Manifest;

use super::craft::{COMPONENT, files, key, manifest, trust};
use crate::{
    KeyStatus, Refusal, UnsignedPackage, build, manifest_from_toml, peek, rotate, sign, sign_existing, verify,
    verify_rotation,
};

/// The codes that only these tests see.
pub(super) const CODES: [&str; 2] = ["already-signed", "not-sealed"];

fn unsigned() -> UnsignedPackage {
    unsigned_with(manifest())
}

fn unsigned_with(manifest: Manifest) -> UnsignedPackage {
    let assets = files().into_iter().filter(|(path, _)| path.starts_with("assets/"));
    let assets = assets.map(|(path, data)| (path.to_owned(), data.into())).collect();
    build(manifest, COMPONENT, assets).unwrap()
}

/// What an upload meets first: it has to name the way of the damage already.
#[test]
fn peeking_tells_cut_off_lengthened_and_damaged_apart() {
    let bytes = sign(&unsigned(), &[key(1)]).unwrap();
    let code = |bytes: &[u8]| peek(bytes).unwrap_err().code();
    assert_eq!(code(&bytes[..bytes.len() - 7]), "truncated");
    assert_eq!(code(&[&bytes[..], b"x"].concat()), "trailing-bytes");
    let mut flipped = bytes.to_vec();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    assert_eq!(code(&flipped), "damaged");
}

#[test]
fn a_package_without_a_seal_does_not_come_in() {
    let sealed = sign(&unsigned(), &[key(1)]).unwrap();
    let frame = &sealed[40..];
    assert_eq!(verify(frame.to_vec().into(), &trust()).unwrap().signers(), [key(1).id()], "what is stored runs on");
    assert_eq!(peek(frame).unwrap_err(), Refusal::NotSealed);
    // Signing again seals.
    assert!(peek(&sign_existing(frame, &[key(2)]).unwrap()).is_ok());
}

#[test]
fn what_is_built_and_signed_is_accepted_and_always_the_same() {
    let bytes = sign(&unsigned(), &[key(1)]).unwrap();
    assert_eq!(bytes, sign(&unsigned(), &[key(1)]).unwrap());
    let package = verify(bytes.clone(), &trust()).unwrap();
    assert_eq!(package.manifest_bytes(), unsigned().manifest_bytes());
    assert_eq!(package.signers(), [key(1).id()]);
    assert_eq!(package.size(), bytes.len() as u64);
    assert_eq!(peek(&bytes).unwrap(), *package.manifest());
}

#[test]
fn signatures_are_added_one_after_the_other() {
    let bytes = unsigned().to_bytes().unwrap();
    assert_eq!(verify(bytes.clone(), &trust()).unwrap_err(), Refusal::Unsigned);
    let once = sign_existing(&bytes, &[key(2)]).unwrap();
    let twice = sign_existing(&once, &[key(1)]).unwrap();
    assert_eq!(twice, sign(&unsigned(), &[key(1), key(2)]).unwrap());
    assert_eq!(sign_existing(&twice, &[key(1)]).unwrap_err().code(), "already-signed");
    assert_eq!(sign_existing(&bytes, &[]).unwrap_err(), Refusal::Unsigned);
    assert_eq!(sign(&unsigned(), &[]).unwrap_err(), Refusal::Unsigned);
}

#[test]
fn the_builder_refuses_what_the_reader_would() {
    let with =
        |path: &str, data: &[u8]| build(manifest(), COMPONENT, BTreeMap::from([(path.into(), data.to_vec().into())]));
    assert_eq!(with("assets/README", b"").unwrap_err().code(), "path-upper-case");
    assert_eq!(with("manifest.json", b"").unwrap_err().code(), "reserved-path");
    assert_eq!(with("component.wasm", b"").unwrap_err().code(), "duplicate-file");
    assert_eq!(with("assets/other.png", b"").unwrap_err().code(), "icon-missing");
    assert_eq!(with("assets/icon.png", b"no picture").unwrap_err().code(), "icon-invalid");
    let only_a_header = super::craft::icon(128, 128)[..33].to_vec();
    assert_eq!(with("assets/icon.png", &only_a_header).unwrap_err().code(), "icon-invalid");
    let mut shown = manifest();
    shown.listing.icon = None;
    shown.listing.pictures = vec!["assets/a.png".into()];
    let with_picture =
        |path: &str| build(shown.clone(), COMPONENT, BTreeMap::from([(path.into(), b"x".to_vec().into())]));
    assert_eq!(with_picture("assets/b.png").unwrap_err().code(), "picture-missing");
    assert_eq!(with_picture("assets/a.png").unwrap_err().code(), "picture-invalid");
    assert_eq!(with("assets/nul.txt", b"").unwrap_err().code(), "path-reserved");
    let mut no_icon = manifest();
    no_icon.listing.icon = None;
    let zeros = build(no_icon.clone(), vec![0; 4 << 20], BTreeMap::new()).unwrap();
    assert_eq!(zeros.to_bytes().unwrap_err().code(), "compression-ratio");
    let large = build(no_icon, vec![0; 65 << 20], BTreeMap::new()).unwrap();
    assert_eq!(large.to_bytes().unwrap_err().code(), "too-large-unpacked");
}

#[test]
fn a_rotation_needs_both_keys_and_a_current_old_one() {
    let publisher = "acme".parse().unwrap();
    let statement = rotate(&publisher, &key(1), &key(8)).unwrap();
    let rotation = verify_rotation(&statement, &trust()).unwrap();
    assert_eq!((rotation.old, rotation.new.id, rotation.new.status), (key(1).id(), key(8).id(), KeyStatus::Active));

    let code = |publisher: &str, old, new| {
        let statement = rotate(&publisher.parse().unwrap(), &key(old), &key(new)).unwrap();
        verify_rotation(&statement, &trust()).unwrap_err().code()
    };
    assert_eq!(code("acme", 9, 8), "unknown-key");
    assert_eq!(code("acme", 3, 8), "revoked-key");
    assert_eq!(code("acme", 1, 3), "revoked-key");
    assert_eq!(code("acme", 4, 8), "wrong-purpose-key");
    assert_eq!(code("evil", 1, 8), "other-publisher");
    assert_eq!(rotate(&publisher, &key(1), &key(1)).unwrap_err().code(), "already-signed");

    let one_signature = String::from_utf8(statement).unwrap();
    let (head, list) = one_signature.split_once("\"signatures\":[").unwrap();
    let (first, _) = list.split_once("},").unwrap();
    let text = format!("{head}\"signatures\":[{first}}}]}}");
    assert_eq!(verify_rotation(text.as_bytes(), &trust()).unwrap_err().code(), "threshold-not-met");
    let proof = super::craft::proof(b"{}", &[key(1)]);
    assert_eq!(verify_rotation(&proof, &trust()).unwrap_err().code(), "proof-type");
}

#[test]
fn deep_nesting_in_a_manifest_is_an_error() {
    for deep in ["[".repeat(100_000), "{a=".repeat(100_000)] {
        let error = manifest_from_toml(&format!("a = {deep}"), "annex.toml").unwrap_err();
        assert_eq!(error.problems[0].line, 1);
    }
}

#[test]
fn errors_in_an_authors_manifest_name_line_and_column() {
    let at = |from: &str, to: &str| {
        assert!(super::craft::MANIFEST.contains(from), "{from}");
        let text = super::craft::MANIFEST.replacen(from, to, 1);
        let problem = manifest_from_toml(&text, "annex.toml").unwrap_err().problems.remove(0);
        (problem.line, problem.column, problem.code, problem.field)
    };
    let expected = |line, column, code: &str, field: &str| (line, column, code.to_owned(), field.to_owned());
    assert_eq!(at("seq = 1", "seq = 0"), expected(4, 1, "zero-seq", "seq"));
    assert_eq!(at("seq = 1", "seq = -1"), expected(4, 7, "toml", ""));
    assert_eq!(at("seq = 1", "sequence = 1"), expected(4, 1, "toml", ""));
    assert_eq!(at("seq = 1", "seq 1"), expected(4, 5, "toml", ""));
    assert_eq!(at("name = \"Hello\"", "name = \" \""), expected(10, 1, "empty", "listing.name.en"));
    assert_eq!(at("use = \"kv\"", "use = \"http\""), expected(17, 1, "hosts", "capabilities[0].hosts"));
    assert_eq!(at("help@acme.example", "help"), expected(15, 13, "not-an-email", "listing.support.email"));
}

/// What follows the usual manifest in the tests of plans.
const PLANS: &str = r#"
[[plans]]
id = "team"
name = { en = "Team", de = "Mannschaft" }
summary = "For those who answer."
model = "per-user"
price = 400
currency = "EUR"

[[plans]]
id = "own"
name = "For good"
model = "one-time"
price = 24900
currency = "EUR"
trial_days = 0
"#;

#[test]
fn plans_are_written_in_cents_and_come_out_of_the_package_as_they_went_in() {
    let text = format!("{}{PLANS}", super::craft::MANIFEST);
    let manifest = manifest_from_toml(&text, "annex.toml").unwrap();
    let written: Vec<_> = manifest.plans.iter().map(|plan| (plan.unit_price().to_string(), plan.trial())).collect();
    assert_eq!(written, [("4.00 EUR".to_owned(), 30), ("249.00 EUR".to_owned(), 0)]);

    let signed = sign(&unsigned_with(manifest.clone()), &[key(1)]).unwrap();
    assert_eq!(verify(signed, &trust()).unwrap().manifest().plans, manifest.plans);
    let free = manifest_from_toml(super::craft::MANIFEST, "annex.toml").unwrap();
    assert!(!serde_json::to_string(&free).unwrap().contains("plans"), "manifests from before plans stay as they were");
}

#[test]
fn errors_in_plans_name_line_and_column() {
    let lines_before = super::craft::MANIFEST.lines().count();
    let at = |from: &str, to: &str| {
        assert!(PLANS.contains(from), "{from}");
        let text = format!("{}{}", super::craft::MANIFEST, PLANS.replacen(from, to, 1));
        let problem = manifest_from_toml(&text, "annex.toml").unwrap_err().problems.remove(0);
        (problem.line - lines_before, problem.column, problem.code, problem.field)
    };
    let expected = |line, column, code: &str, field: &str| (line, column, code.to_owned(), field.to_owned());
    assert_eq!(at("price = 400", "price = 0"), expected(7, 1, "price", "plans[0].price"));
    assert_eq!(at("price = 400", "price = 40"), expected(7, 1, "price-too-low", "plans[0].price"));
    assert_eq!(at("price = 400", "price = 4.0"), expected(7, 9, "toml", ""));
    assert_eq!(at("price = 400", "prize = 400"), expected(7, 1, "toml", ""));
    assert_eq!(at("id = \"own\"", "id = \"team\""), expected(11, 1, "duplicate", "plans[1].id"));
    assert_eq!(at("per-user", "per-year"), expected(6, 9, "toml", ""));
    assert_eq!(at("trial_days = 0", "trial_days = 400"), expected(16, 1, "too-long", "plans[1].trial_days"));
    assert_eq!(at("\"EUR\"\n\n", "\"SEK\"\n\n"), expected(15, 1, "currency", "plans[1].currency"));
}
