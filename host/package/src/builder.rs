//! Building and signing packages: the same code for the author's tools, the first-party add-ons and the tests, so that
//! what is built here is what [`crate::verify`] accepts, byte for byte.

use std::collections::BTreeMap;

use annex_domain::{
    addon::Digest,
    manifest::{COMPONENT_PATH, FileEntry, Manifest},
};
use bytes::Bytes;

use crate::{
    archive::{self, Archive},
    dsse::Envelope,
    frame, icon,
    keys::SigningKey,
    limits,
    manifest::{self, DEVELOPER_PROOF_PATH, MANIFEST_PATH, MANIFEST_TYPE},
    path,
    refusal::Refusal,
    seal,
};

/// A complete package that lacks only the proof.
#[derive(Debug, Clone)]
pub struct UnsignedPackage {
    manifest: Manifest,
    manifest_bytes: Vec<u8>,
    files: BTreeMap<String, Bytes>,
}

impl UnsignedPackage {
    /// The manifest, with its list of files.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// What is to be signed.
    #[must_use]
    pub fn manifest_bytes(&self) -> &[u8] {
        &self.manifest_bytes
    }

    /// The component.
    #[must_use]
    pub fn component(&self) -> &[u8] {
        self.files.get(COMPONENT_PATH).map_or(&[], |data| data)
    }

    /// All files but the component, in the order of their paths.
    pub fn assets(&self) -> impl Iterator<Item = (&str, &Bytes)> {
        let files = self.files.iter().map(|(path, data)| (path.as_str(), data));
        files.filter(|(path, _)| *path != COMPONENT_PATH)
    }

    /// The bytes of the file without a proof: what `annex addon pack` writes. No host accepts it before it is signed.
    ///
    /// # Errors
    /// When it would be larger than packages may be.
    pub fn to_bytes(&self) -> Result<Bytes, Refusal> {
        self.with_proof(None)
    }

    fn with_proof(&self, proof: Option<&[u8]>) -> Result<Bytes, Refusal> {
        let first = [(MANIFEST_PATH, &*self.manifest_bytes)];
        let second = proof.map(|proof| (DEVELOPER_PROOF_PATH, proof));
        let files = self.files.iter().map(|(path, data)| (path.as_str(), &**data));
        let archive = archive::write(first.into_iter().chain(second).chain(files));
        let unpacked = archive.len() as u64;
        if unpacked > limits::UNPACKED {
            return Err(Refusal::TooLargeUnpacked { size: unpacked });
        }
        let frame = frame::pack(&archive).map_err(|_| Refusal::Damaged)?;
        let bytes = seal::close(&frame);
        let packed = bytes.len() as u64;
        if packed > limits::PACKED {
            return Err(Refusal::TooLargePacked { size: packed });
        }
        let frame = frame.len() as u64;
        if unpacked > frame.saturating_mul(limits::RATIO) {
            return Err(Refusal::CompressionRatio { packed: frame, unpacked });
        }
        Ok(bytes.into())
    }
}

/// Puts a package together: the list of files is made here, whatever the manifest said before. `assets` are by path.
///
/// # Errors
/// Whatever the reader would refuse about manifest, paths and sizes.
pub fn build(
    mut manifest: Manifest,
    component: impl Into<Bytes>,
    assets: BTreeMap<String, Bytes>,
) -> Result<UnsignedPackage, Refusal> {
    for path in assets.keys() {
        path::check(path.as_bytes())?;
        if path == COMPONENT_PATH {
            return Err(Refusal::DuplicateFile { path: path.clone() });
        }
    }
    let mut files = assets;
    files.insert(COMPONENT_PATH.into(), component.into());
    manifest.files = files
        .iter()
        .map(|(path, data)| FileEntry { path: path.clone(), size: data.len() as u64, sha256: Digest::of(data) })
        .collect();
    manifest::check(&manifest)?;
    if let Some((path, picture)) = manifest.listing.icon.as_ref().and_then(|path| files.get_key_value(path)) {
        icon::redraw(path, picture)?;
    }
    for (path, picture) in manifest.listing.pictures.iter().filter_map(|path| files.get_key_value(path)) {
        icon::redraw_picture(path, picture)?;
    }
    let manifest_bytes = manifest::spell(&manifest)?;
    if manifest_bytes.len() as u64 > limits::MANIFEST_BYTES {
        return Err(Refusal::ManifestTooLarge);
    }
    Ok(UnsignedPackage { manifest, manifest_bytes, files })
}

/// Signs a package with each key.
///
/// # Errors
/// When there is no key, one is given twice, or the package would be too large.
pub fn sign(package: &UnsignedPackage, keys: &[SigningKey]) -> Result<Bytes, Refusal> {
    let mut envelope = Envelope::new(MANIFEST_TYPE, &package.manifest_bytes);
    for key in keys {
        envelope.sign(key)?;
    }
    if envelope.signatures.is_empty() {
        return Err(Refusal::Unsigned);
    }
    package.with_proof(Some(&envelope.spell()?))
}

/// Adds signatures to the bytes of a package, signed before or not. Everything but the existing signatures is checked;
/// those are kept as they are, since only the host knows the other signers' keys.
///
/// # Errors
/// What is wrong with the package, or as [`sign`].
pub fn sign_existing(bytes: &[u8], keys: &[SigningKey]) -> Result<Bytes, Refusal> {
    let (seal, frame) = seal::open(bytes)?;
    seal.judge(add_signatures(frame, keys))
}

fn add_signatures(frame: &[u8], keys: &[SigningKey]) -> Result<Bytes, Refusal> {
    let mut archive = Archive::open(frame)?;
    let manifest_bytes = archive.manifest()?;
    let manifest = manifest::parse(&manifest_bytes)?;
    let mut envelope = match archive.proof() {
        Ok(proof) => Envelope::parse(&proof)?,
        Err(Refusal::Unsigned) => Envelope::new(MANIFEST_TYPE, &manifest_bytes),
        Err(refusal) => return Err(refusal),
    };
    if envelope.payload_type != MANIFEST_TYPE || envelope.payload != manifest_bytes {
        return Err(Refusal::ProofOtherManifest);
    }
    let mut files = BTreeMap::new();
    while let Some(entry) = archive.next()? {
        files.insert(entry.path, entry.data);
    }
    archive.finish()?;
    let component = files.remove(COMPONENT_PATH).ok_or(Refusal::ComponentMissing)?;
    let package = build(manifest.clone(), component, files)?;
    if package.manifest_bytes != manifest_bytes {
        return Err(disagreement(&manifest, &package.manifest));
    }
    for key in keys {
        envelope.sign(key)?;
    }
    if envelope.signatures.is_empty() {
        return Err(Refusal::Unsigned);
    }
    package.with_proof(Some(&envelope.spell()?))
}

/// Names the first file about which the manifest and the archive disagree.
fn disagreement(manifest: &Manifest, found: &Manifest) -> Refusal {
    for listed in &manifest.files {
        match found.files.iter().find(|file| file.path == listed.path) {
            None => return Refusal::FileMissing { path: listed.path.clone() },
            Some(file) if file.size != listed.size => return Refusal::FileSize { path: listed.path.clone() },
            Some(file) if file != listed => return Refusal::FileDigest { path: listed.path.clone() },
            Some(_) => {}
        }
    }
    let extra = found.files.iter().find(|file| !manifest.files.iter().any(|listed| listed.path == file.path));
    extra.map_or(Refusal::ManifestNotCanonical, |file| Refusal::FileUnlisted { path: file.path.clone() })
}
