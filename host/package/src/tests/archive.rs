//! Refusals of the compressed file, the archive and its paths.

use super::{
    craft::{Case, case, entries, entries_with, files, manifest_bytes, noise, package, plus, raw, tar},
    run,
};
use crate::{archive::Archive, frame, limits, seal};

pub(super) fn cases() -> Vec<Case> {
    [compression(), structure(), kinds_of_entries(), paths()].into_iter().flatten().collect()
}

fn compression() -> Vec<Case> {
    let good = package(&entries());
    let middle = good.len() / 2;
    let flipped = |at: usize, bits: u8| {
        let mut bytes = good.clone();
        bytes[at] ^= bits;
        bytes
    };
    let claim = |descriptor: u8, window: Option<u8>, size: u32| {
        let mut bytes = vec![0x28, 0xb5, 0x2f, 0xfd, descriptor];
        bytes.extend(window);
        bytes.extend(size.to_le_bytes());
        bytes.resize(2 << 20, 0);
        bytes
    };
    let two_frames = [&*good, &*good].concat();
    let skippable = [&*good, &[0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]].concat();
    let sealed = seal::close(&good);
    let broken = |at: usize| {
        let mut bytes = sealed.clone();
        bytes[at] ^= 1;
        bytes
    };
    vec![
        case("empty", "no bytes", vec![]),
        case("truncated", "half of a sealed package", sealed[..sealed.len() / 2].into()),
        case("truncated", "half of the seal", sealed[..20].into()),
        case("truncated", "the seal alone", sealed[..40].into()),
        case("trailing-bytes", "a byte after a sealed package", [&*sealed, &[0]].concat()),
        case("damaged", "a bit of the seal", broken(12)),
        case("damaged", "a bit of what is sealed", broken(middle)),
        case("not-a-package", "two seals", seal::close(&sealed)),
        case("too-large-packed", "a byte over 16 MiB", vec![0x28; (limits::PACKED + 1) as usize]),
        case("not-a-package", "a zip", b"PK\x03\x04 and so on".into()),
        case("not-a-package", "a bare archive", tar(&entries())),
        case("not-a-package", "a skippable frame first", [&[0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0], &*good].concat()),
        case("frame-header", "a bit that decoders ignore", flipped(4, 0b1_0000)),
        case("frame-header", "no checksum", flipped(4, 0b100)),
        case("frame-header", "a dictionary", flipped(4, 0b01)),
        case("frame-header", "no content size", claim(0b0000_0100, Some(0x58), 0)),
        case("window-too-large", "16 MiB", claim(0b1000_0100, Some(14 << 3), 20 << 20)),
        case("window-too-large", "9 MiB in a single segment", claim(0b1010_0100, None, 9 << 20)),
        case("too-large-unpacked", "claims a byte over 64 MiB", claim(0b1000_0100, Some(13 << 3), (64 << 20) + 1)),
        case("compression-ratio", "a mebibyte of zeros", frame::pack(&vec![0; 1 << 20]).unwrap()),
        case("truncated", "three bytes", good[..3].into()),
        case("truncated", "within the frame header", good[..6].into()),
        case("truncated", "half of it", good[..middle].into()),
        case("truncated", "the last byte is missing", good[..good.len() - 1].into()),
        case("damaged", "checksum flipped", flipped(good.len() - 1, 1)),
        case("trailing-bytes", "one byte more", [&*good, &[0]].concat()),
        case("trailing-bytes", "a second frame", two_frames),
        case("trailing-bytes", "a skippable frame", skippable),
    ]
}

fn structure() -> Vec<Case> {
    let pack = |archive: &[u8]| frame::pack(archive).unwrap();
    let archive = tar(&entries());
    let end = archive.len() - 1024;
    let mut padding = archive.clone();
    padding[end - 1] = 1;
    let mut wrong_sum = entries();
    wrong_sum[2].header[148] ^= 1;
    let mut not_ustar = entries();
    not_ustar[2] = not_ustar[2].clone().with(257, b"\0\0\0\0\0\0\0\0");
    let mut longer = entries();
    longer[4] = longer[4].clone().with(124, b"00000010000\0");
    let edited = |at: usize, bytes: &[u8]| {
        let mut entries = entries();
        entries[3] = entries[3].clone().with(at, bytes);
        package(&entries)
    };
    let mut swapped = entries();
    swapped.swap(2, 3);
    let mut proof_last = entries();
    proof_last.rotate_left(2);
    proof_last.swap(0, 3);
    vec![
        case("trailing-data", "a block after the end", pack(&[&*archive, &[0; 512]].concat())),
        case("trailing-data", "a byte after the end", pack(&[&*archive, b"x"].concat())),
        case("trailing-data", "something in the second end block", {
            let mut archive = archive.clone();
            *archive.last_mut().unwrap() = 1;
            pack(&archive)
        }),
        case("unterminated", "no end", pack(&archive[..end])),
        case("unterminated", "half of the end", pack(&archive[..end + 512])),
        case("not-ustar", "the v7 form", package(&not_ustar)),
        case("header-checksum", "a wrong checksum", package(&wrong_sum)),
        case("header-form", "executable", edited(100, b"0000755\0")),
        case("header-form", "a device number in a file's header", edited(329, b"0000001\0")),
        case("header-form", "size in base 256", edited(124, b"\x80\0\0\0\0\0\0\0\0\0\0\x06")),
        case("header-form", "size with leading spaces", edited(124, b"          6\0")),
        case("header-form", "something after the prefix", edited(505, b"x")),
        case("entry-time", "a modification time", edited(136, b"00000000001\0")),
        case("entry-owner", "a user id", edited(108, b"0001750\0")),
        case("entry-owner", "a group id", edited(116, b"0001750\0")),
        case("entry-owner", "a user name", edited(265, b"root")),
        case("entry-truncated", "the last file claims more than there is", package(&longer)),
        case("entry-padding", "a byte in the padding", pack(&padding)),
        case("duplicate-file", "the component twice", plus(raw("component.wasm", files()[2].1.clone()))),
        case("duplicate-file", "the manifest twice", plus(raw("manifest.json", "{}"))),
        case("case-collision", "Component.wasm", plus(raw("Component.wasm", "x"))),
        case("not-sorted", "two files swapped", package(&swapped)),
        case("too-many-files", "257 files", many_files()),
    ]
}

fn many_files() -> Vec<u8> {
    let names: Vec<String> = (0..254).map(|at| format!("assets/{at:03}")).collect();
    let mut files: Vec<(&str, Vec<u8>)> = names.iter().map(|name| (name.as_str(), name.clone().into_bytes())).collect();
    files.extend(super::craft::files().into_iter().rev().take(1));
    package(&entries_with(&manifest_bytes(&files, |manifest| manifest.listing.icon = None), files))
}

fn kinds_of_entries() -> Vec<Case> {
    let kind = |flag: u8| plus(raw("zz", "").with(156, &[flag]));
    vec![
        case("hardlink", "1", plus(raw("zz", "").with(156, b"1").with(157, b"component.wasm"))),
        case("symlink", "2", plus(raw("zz", "").with(156, b"2").with(157, b"/etc/passwd"))),
        case("device", "character", kind(b'3')),
        case("device", "block", kind(b'4')),
        case("device", "pipe", kind(b'6')),
        case("directory", "5", plus(raw("zz", "").named(b"zz/").with(156, b"5"))),
        case("pax-header", "x", kind(b'x')),
        case("pax-header", "g, for all entries", kind(b'g')),
        case("gnu-extension", "long name", kind(b'L')),
        case("gnu-extension", "sparse", kind(b'S')),
        case("entry-type", "contiguous file", kind(b'7')),
        case("entry-type", "old regular file", kind(0)),
    ]
}

fn paths() -> Vec<Case> {
    let named = |name: &[u8]| plus(raw("zz", "").named(name));
    vec![
        case("path-empty", "no name", named(b"")),
        case("path-too-long", "a prefix", plus(raw("zz", "").with(345, b"deep/down"))),
        case("path-absolute", "/etc/passwd", named(b"/etc/passwd")),
        case("path-traversal", "..", named(b"assets/../../x")),
        case("path-traversal", ".", named(b"./x")),
        case("path-backslash", "..\\x", named(b"assets\\x")),
        case("path-nul", "a NUL within the name", named(b"zz\0.png")),
        case("path-not-ascii", "an umlaut", named("zz/\u{e4}.png".as_bytes())),
        case("path-not-ascii", "a lookalike of a", named("zz/\u{430}.png".as_bytes())),
        case("path-upper-case", "ZZ", named(b"zz/README")),
        case("path-character", "a space", named(b"zz/a b")),
        case("path-character", "a hidden file", named(b"zz/.git")),
        case("path-character", "an empty part", named(b"zz//a")),
        case("path-reserved", "a device of Windows", named(b"zz/nul.txt")),
    ]
}

#[test]
fn broken_archives_are_refused() {
    run(cases());
}

#[test]
fn a_million_entries_stop_at_the_257th() {
    // A million would be 512 MB and fall to the limit on unpacked bytes; these fit it, and the ratio.
    let digits = hex::encode(noise(20_000 * 40));
    let mut names: Vec<_> = digits.as_bytes().chunks(80).collect();
    names.sort_unstable();
    let entries: Vec<_> = names.into_iter().map(|name| raw("f", "").named(name)).collect();
    let packed = package(&entries);
    let mut archive = Archive::open(&packed).unwrap();
    let refusal = std::iter::from_fn(|| archive.next().transpose()).find_map(Result::err).unwrap();
    assert_eq!(refusal.code(), "too-many-files");
}

#[test]
fn content_that_is_larger_than_its_claim_is_never_seen() {
    let mut bytes = package(&entries());
    // The content size stands in the two bytes after the descriptor: claim 512 bytes less.
    let claimed = u16::from_le_bytes([bytes[5], bytes[6]]) - 512;
    bytes[5..7].copy_from_slice(&claimed.to_le_bytes());
    assert!(crate::verify(bytes.into(), &super::craft::trust()).is_err());
}
