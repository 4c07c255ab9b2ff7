//! How big a package and its parts may be. The numbers are those of the security design; the reader checks each before
//! it allocates or decodes what it bounds.

/// The file itself: 16 MiB.
pub const PACKED: u64 = 16 << 20;
/// The archive inside: 64 MiB.
pub const UNPACKED: u64 = 64 << 20;
/// Unpacked bytes for each packed one. WebAssembly compresses 3:1 to 5:1, so only bombs come near.
pub const RATIO: u64 = 100;
/// Entries of the archive, with the manifest and the proof.
pub const FILES: usize = 256;
/// log2 of the zstd window: 8 MiB, so that decoding needs no more memory than that.
pub const WINDOW_LOG: u32 = 23;
/// The manifest: 256 KiB.
pub const MANIFEST_BYTES: u64 = 256 << 10;
/// The proof holds the manifest once more in base64, and signatures: 512 KiB.
pub const PROOF_BYTES: u64 = 512 << 10;
/// Signatures of one proof.
pub const SIGNATURES: usize = 16;
/// A path: what fits the name field of a ustar header.
pub const PATH_BYTES: usize = 100;
