//! The manifest inside a package: canonical JSON, checked against this host and against the files.

use std::collections::BTreeSet;

use annex_domain::{
    addon::Version,
    manifest::{COMPONENT_PATH, FileEntry, Manifest, Wit},
};

use crate::{
    json::{self, Fault},
    limits, path,
    refusal::{FieldErrors, Refusal},
};

/// The first entry of a package.
pub const MANIFEST_PATH: &str = "manifest.json";
/// The second entry of a package.
pub const DEVELOPER_PROOF_PATH: &str = "developer.dsse";
/// What a developer's proof signs: the type of the payload.
pub const MANIFEST_TYPE: &str = "application/vnd.annex.manifest.v1+json";

/// The version of this host: what the `host` range of a manifest is held against.
#[must_use]
pub fn host_version() -> Version {
    Version::parse(env!("CARGO_PKG_VERSION")).unwrap_or(Version::new(0, 0, 0))
}

/// Parses the bytes of a manifest in their only valid spelling.
pub(crate) fn parse(bytes: &[u8]) -> Result<Manifest, Refusal> {
    if bytes.len() as u64 > limits::MANIFEST_BYTES {
        return Err(Refusal::ManifestTooLarge);
    }
    let text = json::strict(bytes).map_err(|fault| match fault {
        Fault::Bom => Refusal::ManifestBom,
        Fault::NotUtf8 => Refusal::ManifestNotUtf8,
        Fault::NotJson(why) => Refusal::ManifestNotJson { why },
        Fault::DuplicateKey(key) => Refusal::ManifestDuplicateKey { key },
    })?;
    let manifest: Manifest =
        serde_json::from_str(text).map_err(|error| Refusal::ManifestMalformed { why: error.to_string() })?;
    if spell(&manifest)? != bytes {
        return Err(Refusal::ManifestNotCanonical);
    }
    Ok(manifest)
}

/// The canonical bytes of a manifest.
pub(crate) fn spell(manifest: &Manifest) -> Result<Vec<u8>, Refusal> {
    json::canonical(manifest).map_err(|error| Refusal::ManifestMalformed { why: error.to_string() })
}

/// Checks everything about a manifest that needs neither keys nor files.
pub(crate) fn check(manifest: &Manifest) -> Result<(), Refusal> {
    if manifest.wit.parse::<Wit>().is_err() {
        return Err(Refusal::ManifestWit { wit: manifest.wit.escape_debug().to_string() });
    }
    let host = host_version();
    if !manifest.host.matches(&host) {
        return Err(Refusal::ManifestHostRange { host, range: manifest.host.to_string() });
    }
    manifest.check().map_err(|errors| Refusal::ManifestInvalid { errors: FieldErrors(errors) })?;
    check_files(&manifest.files)?;
    if let Some(icon) = &manifest.listing.icon
        && !manifest.files.iter().any(|file| file.path == *icon)
    {
        return Err(Refusal::IconMissing { path: icon.escape_debug().to_string() });
    }
    let is_file = |path: &&String| manifest.files.iter().any(|file| file.path == **path);
    if let Some(missing) = manifest.listing.pictures.iter().find(|path| !is_file(path)) {
        return Err(Refusal::PictureMissing { path: missing.escape_debug().to_string() });
    }
    Ok(())
}

/// Checks the list of files: paths, order, and that the component is among them.
fn check_files(files: &[FileEntry]) -> Result<(), Refusal> {
    if files.len() + 2 > limits::FILES {
        return Err(Refusal::TooManyFiles);
    }
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut last = None;
    for file in files {
        let path = path::check(file.path.as_bytes()).map_err(|refusal| match &refusal {
            Refusal::PathUpperCase { path } if seen.contains(&*path.to_ascii_lowercase()) => {
                Refusal::CaseCollision { path: path.clone() }
            }
            _ => refusal,
        })?;
        if path == MANIFEST_PATH || path == DEVELOPER_PROOF_PATH {
            return Err(Refusal::ReservedPath { path: path.into() });
        }
        if !seen.insert(path) {
            return Err(Refusal::DuplicateFile { path: path.into() });
        }
        if last.is_some_and(|last| path < last) {
            return Err(Refusal::NotSorted { path: path.into() });
        }
        last = Some(path);
    }
    if seen.contains(COMPONENT_PATH) { Ok(()) } else { Err(Refusal::ComponentMissing) }
}

/// Checks an icon's content: a square PNG of 64 to 512 pixels. Only the header is read here; the host draws what it
/// has re-encoded.
pub(crate) fn check_icon(path: &str, data: &[u8]) -> Result<(), Refusal> {
    match png_size(data) {
        Some((width, height)) if width == height && (64..=512).contains(&width) => Ok(()),
        _ => Err(Refusal::IconInvalid { path: path.into() }),
    }
}

/// The same of a picture of the listing: a PNG of 320 × 200 to 1600 × 1200 pixels.
pub(crate) fn check_picture(path: &str, data: &[u8]) -> Result<(), Refusal> {
    match png_size(data) {
        Some((width, height)) if (320..=1600).contains(&width) && (200..=1200).contains(&height) => Ok(()),
        _ => Err(Refusal::PictureInvalid { path: path.into() }),
    }
}

/// Width and height, as a PNG says them at its beginning.
fn png_size(data: &[u8]) -> Option<(u32, u32)> {
    let rest = data.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")?;
    let (width, rest) = rest.split_first_chunk::<4>()?;
    let (height, _) = rest.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*width), u32::from_be_bytes(*height)))
}
