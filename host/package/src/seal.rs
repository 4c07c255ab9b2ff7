//! The seal: a skippable zstd frame before the archive's, with the SHA-256 of everything that follows it.
//!
//! zstd has several spellings of the same content (padding of its entropy tables, for one), so some bits of a frame
//! can flip without any effect on what it holds, and no signature inside would notice. The seal makes every bit of the
//! file count, and tells damage on the way from a forgery. It proves nothing: whoever can change the file can write
//! another seal. Every zstd decoder skips it; a package without one is read as well.

use annex_domain::addon::Digest;

use crate::{limits, refusal::Refusal};

/// The first of the skippable magic numbers (RFC 8878, 3.1.2), and the length of the content: 32.
const HEAD: [u8; 8] = [0x50, 0x2a, 0x4d, 0x18, 32, 0, 0, 0];
/// The head and a SHA-256.
const LENGTH: usize = HEAD.len() + 32;

/// Whether a package is as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seal {
    /// It has no seal.
    Absent,
    /// Every bit is.
    Intact,
    /// Some bit is not.
    Broken,
}

/// Puts a seal before a frame.
pub(crate) fn close(frame: &[u8]) -> Vec<u8> {
    [&HEAD, &*digest(frame), frame].concat()
}

/// Checks the size of the file, takes the seal off and holds it against the rest.
pub(crate) fn open(packed: &[u8]) -> Result<(Seal, &[u8]), Refusal> {
    let size = packed.len() as u64;
    if size == 0 {
        return Err(Refusal::Empty);
    }
    if size > limits::PACKED {
        return Err(Refusal::TooLargePacked { size });
    }
    if !packed.starts_with(&HEAD) {
        // A prefix of the head alone is a file that was cut off.
        return if HEAD.starts_with(packed) { Err(Refusal::Truncated) } else { Ok((Seal::Absent, packed)) };
    }
    let (seal, frame) = packed.split_at_checked(LENGTH).ok_or(Refusal::Truncated)?;
    let intact = seal.ends_with(&digest(frame));
    Ok((if intact { Seal::Intact } else { Seal::Broken }, frame))
}

impl Seal {
    /// What is said about a package: of one that is not as it was written, only in which way it was damaged.
    pub(crate) fn judge<T>(self, result: Result<T, Refusal>) -> Result<T, Refusal> {
        match (self, result) {
            (Self::Broken, Err(refusal @ (Refusal::Truncated | Refusal::TrailingBytes { .. }))) => Err(refusal),
            (Self::Broken, _) => Err(Refusal::Damaged),
            (_, result) => result,
        }
    }
}

fn digest(frame: &[u8]) -> Vec<u8> {
    hex::decode(Digest::of(frame).as_str()).unwrap_or_default()
}
