//! The `.annex` package: bytes in, [`VerifiedPackage`] out, or a [`Refusal`] that says why and what to do.
//!
//! A package is a deterministic ustar archive in one zstd frame, behind a seal that makes every bit of the file count:
//! `manifest.json` (canonical JSON), then
//! `developer.dsse` (signatures over the exact bytes of the manifest), then exactly the files that the manifest lists,
//! sorted, each with its size and SHA-256. Everything has one spelling: the reader rebuilds each header, the manifest
//! and the proof, and refuses what is not byte for byte what the builder here would have written.
//!
//! Invariants: pure (no files, sockets, clocks), never panics on any input, never holds more than [`limits`] allow,
//! and a [`VerifiedPackage`] can only be made by [`verify`].

mod archive;
mod builder;
mod dsse;
mod frame;
pub mod icon;
mod json;
pub mod keys;
pub mod limits;
mod manifest;
mod manifest_toml;
mod path;
mod refusal;
mod rotation;
mod seal;
mod trust;
mod ustar;
mod verify;

#[cfg(test)]
mod tests;

pub use builder::{UnsignedPackage, build, sign, sign_existing};
pub use manifest::{DEVELOPER_PROOF_PATH, MANIFEST_PATH, MANIFEST_TYPE, host_version};
pub use manifest_toml::{ManifestError, Problem, manifest_from_toml, place_in_toml};
pub use refusal::{FieldErrors, Refusal};
pub use rotation::{ROTATION_TYPE, Rotation, rotate, verify_rotation};
pub use trust::{KeyStatus, TrustedKey, TrustedKeys};
pub use verify::{VerifiedPackage, peek, verify};
