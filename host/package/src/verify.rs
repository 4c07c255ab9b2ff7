//! From bytes to [`VerifiedPackage`], in the order that trusts least: the envelope's signatures before the manifest is
//! parsed, the manifest before a listed file is unpacked, each file's size and digest before it is kept.

use std::collections::BTreeMap;

use annex_domain::{
    addon::{Digest, KeyId},
    manifest::{COMPONENT_PATH, Manifest},
};
use bytes::Bytes;

use crate::{
    archive::Archive,
    dsse::Envelope,
    frame::Frame,
    manifest::{self, MANIFEST_TYPE},
    refusal::Refusal,
    seal::{self, Seal},
    trust::TrustedKeys,
};

/// A package whose every byte was checked in this process, under the keys of its publisher. Only [`verify`] makes one.
#[derive(Debug, Clone)]
pub struct VerifiedPackage {
    manifest: Manifest,
    manifest_bytes: Bytes,
    package_digest: Digest,
    size: u64,
    component: Bytes,
    component_digest: Digest,
    assets: BTreeMap<String, Bytes>,
    signers: Vec<KeyId>,
}

impl VerifiedPackage {
    /// What the package says about itself.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The exact bytes that were signed.
    #[must_use]
    pub fn manifest_bytes(&self) -> &Bytes {
        &self.manifest_bytes
    }

    /// SHA-256 of the `.annex` bytes.
    #[must_use]
    pub fn package_digest(&self) -> &Digest {
        &self.package_digest
    }

    /// Bytes of the `.annex` file.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The WebAssembly component.
    #[must_use]
    pub fn component(&self) -> &Bytes {
        &self.component
    }

    /// SHA-256 of the component.
    #[must_use]
    pub fn component_digest(&self) -> &Digest {
        &self.component_digest
    }

    /// A file of the package by its path, but for the component.
    #[must_use]
    pub fn asset(&self, path: &str) -> Option<&Bytes> {
        self.assets.get(path)
    }

    /// All files but the component, in the order of their paths.
    pub fn assets(&self) -> impl Iterator<Item = (&str, &Bytes)> {
        self.assets.iter().map(|(path, data)| (path.as_str(), data))
    }

    /// The keys that signed, all of them trusted.
    #[must_use]
    pub fn signers(&self) -> &[KeyId] {
        &self.signers
    }
}

/// Checks a package completely.
///
/// # Errors
/// The first rule that the bytes break, with a code of its own.
pub fn verify(bytes: Bytes, trust: &TrustedKeys) -> Result<VerifiedPackage, Refusal> {
    let (seal, frame) = seal::open(&bytes)?;
    seal.judge(verify_frame(frame, &bytes, trust))
}

fn verify_frame(frame: &[u8], bytes: &[u8], trust: &TrustedKeys) -> Result<VerifiedPackage, Refusal> {
    let mut archive = Archive::open(frame)?;
    let manifest_bytes = archive.manifest()?;
    let signers = check_proof(&archive.proof()?, &manifest_bytes, trust)?;
    let manifest = manifest::parse(&manifest_bytes)?;
    let publisher = manifest.id.publisher();
    if publisher != trust.publisher {
        return Err(Refusal::OtherPublisher { expected: trust.publisher.clone(), found: publisher });
    }
    manifest::check(&manifest)?;
    let mut assets = read_files(archive, &manifest)?;
    let component = assets.remove(COMPONENT_PATH).ok_or(Refusal::ComponentMissing)?;
    let listed = manifest.files.iter().find(|file| file.path == COMPONENT_PATH).ok_or(Refusal::ComponentMissing)?;
    Ok(VerifiedPackage {
        component_digest: listed.sha256.clone(),
        package_digest: Digest::of(bytes),
        size: bytes.len() as u64,
        manifest,
        manifest_bytes,
        component,
        assets,
        signers,
    })
}

/// The manifest of a package that nobody has verified: only to learn whose keys to load. Its signatures and files are
/// not looked at. A package without a seal is refused here, where one comes in: nothing says of it that every bit is as it was
/// written.
///
/// # Errors
/// When the bytes do not begin as a package.
pub fn peek(bytes: &[u8]) -> Result<Manifest, Refusal> {
    let (seal, frame) = seal::open(bytes)?;
    // Only the end of a broken package tells whether it was cut off, lengthened or damaged.
    if seal == Seal::Broken {
        seal.judge(Frame::open(frame).and_then(Frame::drain))?;
    }
    let manifest = seal.judge(Archive::open(frame)?.manifest().and_then(|bytes| manifest::parse(&bytes)))?;
    if seal == Seal::Absent { Err(Refusal::NotSealed) } else { Ok(manifest) }
}

/// Checks that the trusted keys signed exactly this manifest.
fn check_proof(proof: &[u8], manifest_bytes: &[u8], trust: &TrustedKeys) -> Result<Vec<KeyId>, Refusal> {
    let envelope = Envelope::parse(proof)?;
    if envelope.payload_type != MANIFEST_TYPE {
        return Err(Refusal::ProofType { found: envelope.payload_type.escape_debug().to_string() });
    }
    if envelope.payload != manifest_bytes {
        return Err(other_document(&envelope.payload, manifest_bytes));
    }
    trust.check(&envelope)
}

/// Says how a proof's document differs from the package's manifest.
fn other_document(payload: &[u8], manifest_bytes: &[u8]) -> Refusal {
    // A manifest that is broken in itself deserves its own code, whatever the proof says.
    let own = match manifest::parse(manifest_bytes) {
        Ok(own) => own,
        Err(refusal) => return refusal,
    };
    match manifest::parse(payload) {
        Ok(signed) if signed.id != own.id => Refusal::ProofOtherAddon { found: signed.id },
        Ok(signed) if signed.version != own.version => Refusal::ProofOtherVersion { found: signed.version },
        _ => Refusal::ProofOtherManifest,
    }
}

/// Reads exactly the files that the manifest lists. The archive keeps them sorted and distinct.
fn read_files(mut archive: Archive<'_>, manifest: &Manifest) -> Result<BTreeMap<String, Bytes>, Refusal> {
    let mut files = BTreeMap::new();
    while let Some(entry) = archive.next()? {
        let Some(listed) = manifest.files.iter().find(|file| file.path == entry.path) else {
            return Err(Refusal::FileUnlisted { path: entry.path });
        };
        if entry.data.len() as u64 != listed.size {
            return Err(Refusal::FileSize { path: entry.path });
        }
        if Digest::of(&entry.data) != listed.sha256 {
            return Err(Refusal::FileDigest { path: entry.path });
        }
        if manifest.listing.icon.as_ref() == Some(&entry.path) {
            manifest::check_icon(&entry.path, &entry.data)?;
        }
        if manifest.listing.pictures.contains(&entry.path) {
            manifest::check_picture(&entry.path, &entry.data)?;
        }
        files.insert(entry.path, entry.data);
    }
    if let Some(missing) = manifest.files.iter().find(|file| !files.contains_key(&file.path)) {
        return Err(Refusal::FileMissing { path: missing.path.clone() });
    }
    archive.finish()?;
    Ok(files)
}
