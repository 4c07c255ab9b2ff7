//! Headers of the ustar archive: writing the one spelling that packages use, and naming what is wrong with any other.
//!
//! Reading classifies first, so that a link or a device gets its own code, and then compares the whole 512 bytes with
//! what [`header`] writes: nothing can hide in a field that the classification does not look at.

use crate::{path, refusal::Refusal};

/// Headers and contents fill blocks of that many bytes.
pub(crate) const BLOCK: usize = 512;

/// A header or a piece of one.
pub(crate) type Block = [u8; BLOCK];

/// Field offsets and lengths of POSIX.1-1988 ustar.
mod field {
    use std::ops::Range;

    pub(super) const NAME: Range<usize> = 0..100;
    pub(super) const MODE: Range<usize> = 100..108;
    pub(super) const UID: Range<usize> = 108..116;
    pub(super) const GID: Range<usize> = 116..124;
    pub(super) const SIZE: Range<usize> = 124..136;
    pub(super) const MTIME: Range<usize> = 136..148;
    pub(super) const CHECKSUM: Range<usize> = 148..156;
    pub(super) const TYPE: Range<usize> = 156..157;
    pub(super) const MAGIC: Range<usize> = 257..265;
    pub(super) const OWNERS: Range<usize> = 265..329;
    pub(super) const DEVICE_MAJOR: Range<usize> = 329..337;
    pub(super) const DEVICE_MINOR: Range<usize> = 337..345;
    pub(super) const PREFIX: Range<usize> = 345..500;
}

/// The header of a regular file, as `tar --format=ustar --numeric-owner --owner=0 --group=0 --mode=644 --mtime=@0`
/// spells it.
pub(crate) fn header(path: &str, size: u64) -> Block {
    let mut block = [0; BLOCK];
    put(&mut block, field::NAME, path.as_bytes());
    put(&mut block, field::MODE, b"0000644\0");
    put(&mut block, field::UID, b"0000000\0");
    put(&mut block, field::GID, b"0000000\0");
    put(&mut block, field::SIZE, format!("{size:011o}\0").as_bytes());
    put(&mut block, field::MTIME, b"00000000000\0");
    put(&mut block, field::TYPE, b"0");
    put(&mut block, field::MAGIC, b"ustar\x0000");
    put(&mut block, field::DEVICE_MAJOR, b"0000000\0");
    put(&mut block, field::DEVICE_MINOR, b"0000000\0");
    let sum = format!("{:06o}\0 ", checksum(&block));
    put(&mut block, field::CHECKSUM, sum.as_bytes());
    block
}

/// Path and size of a regular file in the one accepted spelling; None for a block of zeros.
pub(crate) fn read(block: &Block) -> Result<Option<(&str, u64)>, Refusal> {
    if block.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    if octal(get(block, field::CHECKSUM)) != Some(checksum(block)) {
        return Err(Refusal::HeaderChecksum);
    }
    if !get(block, field::MAGIC).starts_with(b"ustar") {
        return Err(Refusal::NotUstar);
    }
    let name = get(block, field::NAME);
    let length = name.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let name = name.get(..length).unwrap_or_default();
    check_type(block, name)?;
    if get(block, field::PREFIX).iter().any(|byte| *byte != 0) {
        return Err(Refusal::PathTooLong { path: name.escape_ascii().to_string() });
    }
    let path = path::check(name)?;
    let zero = |field| octal(get(block, field)) == Some(0);
    if !zero(field::MTIME) {
        return Err(Refusal::EntryTime { path: path.into() });
    }
    if !zero(field::UID) || !zero(field::GID) || get(block, field::OWNERS).iter().any(|byte| *byte != 0) {
        return Err(Refusal::EntryOwner { path: path.into() });
    }
    let form = || Refusal::HeaderForm { path: path.into() };
    let size = octal(get(block, field::SIZE)).ok_or_else(form)?;
    if header(path, size) != *block {
        return Err(form());
    }
    Ok(Some((path, size)))
}

fn check_type(block: &Block, name: &[u8]) -> Result<(), Refusal> {
    let path = || name.escape_ascii().to_string();
    match get(block, field::TYPE).first().copied().unwrap_or_default() {
        b'0' => Ok(()),
        b'1' => Err(Refusal::Hardlink { path: path() }),
        b'2' => Err(Refusal::Symlink { path: path() }),
        b'3' | b'4' | b'6' => Err(Refusal::Device { path: path() }),
        b'5' => Err(Refusal::Directory { path: path() }),
        b'x' | b'g' | b'X' => Err(Refusal::PaxHeader),
        b'A'..=b'Z' => Err(Refusal::GnuExtension),
        flag => Err(Refusal::EntryType { flag }),
    }
}

/// The sum of all bytes, with the checksum's own taken as spaces.
fn checksum(block: &Block) -> u64 {
    let sum = |bytes: &[u8]| bytes.iter().copied().map(u64::from).sum::<u64>();
    sum(block) - sum(get(block, field::CHECKSUM)) + 8 * u64::from(b' ')
}

/// The number in an octal field that ends with NUL or space; None for anything else, such as GNU's base 256.
fn octal(field: &[u8]) -> Option<u64> {
    let end = field.iter().position(|byte| matches!(byte, 0 | b' ')).unwrap_or(field.len());
    let digits = std::str::from_utf8(field.get(..end)?).ok()?;
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    u64::from_str_radix(digits, 8).ok()
}

fn get(block: &Block, field: std::ops::Range<usize>) -> &[u8] {
    block.get(field).unwrap_or_default()
}

fn put(block: &mut Block, field: std::ops::Range<usize>, value: &[u8]) {
    if let Some(field) = block.get_mut(field) {
        field.iter_mut().zip(value).for_each(|(to, from)| *to = *from);
    }
}
