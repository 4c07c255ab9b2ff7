//! Builds packages part by part, so that a test can break any part of one. Nothing here uses the builder's checks.

use annex_domain::{
    addon::{Digest, KeyId, KeyPurpose},
    manifest::{FileEntry, Manifest},
};

use crate::{
    KeyStatus, MANIFEST_TYPE, TrustedKey, TrustedKeys,
    dsse::Envelope,
    frame, json,
    keys::SigningKey,
    manifest_from_toml,
    ustar::{self, BLOCK, Block},
};

/// A package and the code that it must be refused with.
pub(super) struct Case {
    pub(super) code: &'static str,
    pub(super) what: &'static str,
    pub(super) bytes: Vec<u8>,
    pub(super) trust: TrustedKeys,
}

/// A case under the usual trust.
pub(super) fn case(code: &'static str, what: &'static str, bytes: Vec<u8>) -> Case {
    Case { code, what, bytes, trust: trust() }
}

pub(super) const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0 not much of a component, but the package does not look inside";

pub(super) const MANIFEST: &str = r#"
id = "acme.hello"
version = "1.0.0"
seq = 1
kind = "plugin"
wit = "annex:addon@0.1"
host = ">=0.1"

[listing]
name = "Hello"
summary = "Says hello"
description = "Says hello to whoever wrote."
publisher_name = "Acme"
icon = "assets/icon.png"
support = { email = "help@acme.example" }

[[capabilities]]
use = "kv"
purpose = "counts greetings"
"#;

pub(super) fn manifest() -> Manifest {
    manifest_from_toml(MANIFEST, "annex.toml").unwrap()
}

/// The files of the usual package.
pub(super) fn files() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("assets/icon.png", icon(128, 128)),
        ("assets/notes.txt", b"hello\n".into()),
        ("component.wasm", COMPONENT.into()),
    ]
}

pub(super) fn icon(width: u32, height: u32) -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbaImage::new(width, height).write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

/// The canonical manifest that lists `files`.
pub(super) fn manifest_bytes(files: &[(&str, Vec<u8>)], change: impl FnOnce(&mut Manifest)) -> Vec<u8> {
    let mut manifest = manifest();
    manifest.files = files
        .iter()
        .map(|(path, data)| FileEntry { path: (*path).into(), size: data.len() as u64, sha256: Digest::of(data) })
        .collect();
    change(&mut manifest);
    json::canonical(&manifest).unwrap()
}

/// An entry of the archive; the header can be anything.
#[derive(Clone)]
pub(super) struct Raw {
    pub(super) header: Block,
    pub(super) data: Vec<u8>,
}

pub(super) fn raw(path: &str, data: impl Into<Vec<u8>>) -> Raw {
    let data = data.into();
    Raw { header: ustar::header(path, data.len() as u64), data }
}

impl Raw {
    /// Overwrites bytes of the header and corrects its checksum.
    pub(super) fn with(mut self, at: usize, bytes: &[u8]) -> Self {
        self.header[at..at + bytes.len()].copy_from_slice(bytes);
        self.header[148..156].copy_from_slice(b"        ");
        let sum: u32 = self.header.iter().copied().map(u32::from).sum();
        self.header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        self
    }

    /// With a name that [`ustar::header`] would not be given.
    pub(super) fn named(self, name: &[u8]) -> Self {
        let mut field = [0; 100];
        field[..name.len()].copy_from_slice(name);
        self.with(0, &field)
    }
}

/// The usual archive: manifest, proof, files.
pub(super) fn entries() -> Vec<Raw> {
    entries_with(&manifest_bytes(&files(), |_| {}), files())
}

/// An archive with any manifest, properly signed, and any files.
pub(super) fn entries_with(manifest: &[u8], files: Vec<(&str, Vec<u8>)>) -> Vec<Raw> {
    let leading = [raw("manifest.json", manifest), raw("developer.dsse", proof(manifest, &[key(1)]))];
    leading.into_iter().chain(files.into_iter().map(|(path, data)| raw(path, data))).collect()
}

pub(super) fn proof(manifest: &[u8], keys: &[SigningKey]) -> Vec<u8> {
    let mut envelope = Envelope::new(MANIFEST_TYPE, manifest);
    keys.iter().for_each(|key| envelope.sign(key).unwrap());
    envelope.spell().unwrap()
}

/// The bytes of an archive, with its end.
pub(super) fn tar(entries: &[Raw]) -> Vec<u8> {
    let mut archive = Vec::new();
    for entry in entries {
        archive.extend_from_slice(&entry.header);
        archive.extend_from_slice(&entry.data);
        archive.resize(archive.len().next_multiple_of(BLOCK), 0);
    }
    archive.resize(archive.len() + 2 * BLOCK, 0);
    archive
}

pub(super) fn package(entries: &[Raw]) -> Vec<u8> {
    frame::pack(&tar(entries)).unwrap()
}

/// The usual package with one more entry.
pub(super) fn plus(entry: Raw) -> Vec<u8> {
    let mut entries = entries();
    entries.push(entry);
    package(&entries)
}

/// The usual package with another manifest, properly signed.
pub(super) fn with_manifest(change: impl FnOnce(&mut Manifest)) -> Vec<u8> {
    package(&entries_with(&manifest_bytes(&files(), change), files()))
}

/// The usual package with any bytes as manifest, properly signed.
pub(super) fn with_manifest_bytes(bytes: &[u8]) -> Vec<u8> {
    package(&entries_with(bytes, files()))
}

/// The usual package with any bytes as proof.
pub(super) fn with_proof(proof: impl Into<Vec<u8>>) -> Vec<u8> {
    let mut entries = entries();
    entries[1] = raw("developer.dsse", proof);
    package(&entries)
}

pub(super) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

/// Acme's keys: 1 signs packages, 2 too, 3 is revoked, 4 is for the marketplace.
pub(super) fn trust() -> TrustedKeys {
    let trusted = |seed, purpose, status| {
        let public = key(seed).public().to_bytes();
        TrustedKey { id: KeyId::of(&public), public, purpose, status }
    };
    TrustedKeys {
        publisher: "acme".parse().unwrap(),
        threshold: 1,
        keys: vec![
            trusted(1, KeyPurpose::Package, KeyStatus::Active),
            trusted(2, KeyPurpose::Package, KeyStatus::Active),
            trusted(3, KeyPurpose::Package, KeyStatus::Revoked),
            trusted(4, KeyPurpose::Marketplace, KeyStatus::Active),
        ],
    }
}

/// Bytes that do not compress: xorshift.
pub(super) fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..length).map(|_| next()).collect()
}
