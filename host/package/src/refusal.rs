//! Why bytes are not an acceptable package: one variant, one stable code and one hint for each rule.
//!
//! Codes are part of the API and of the audit log: they are never renamed, and a new rule gets a new one.

use std::fmt;

use annex_domain::{
    addon::{AddonId, KeyId, PublisherSlug, Version},
    settings::FieldError,
};

/// Errors of the fields of a manifest, one a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldErrors(pub Vec<FieldError>);

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, error) in self.0.iter().enumerate() {
            write!(f, "{}{}: {}", if at == 0 { "" } else { "; " }, error.field, error.message)?;
        }
        Ok(())
    }
}

macro_rules! refusals {
    ($($why:literal => {
        $($name:ident $({ $($field:ident : $type:ty),+ })? = $code:literal, $message:literal, $hint:literal;)+
    })+) => {
        /// Why a package is refused. [`Refusal::code`] is stable; the text says what is wrong and where, and
        /// [`Refusal::hint`] what to do about it.
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        pub enum Refusal {$($(
            #[doc = $message]
            #[error($message)]
            $name $({ $($field: $type),+ })?,
        )+)+}

        impl Refusal {
            /// Every code, in the order of the checks.
            pub const CODES: &'static [&'static str] = &[$($($code,)+)+];

            /// Of every code: the code, its text with the names of its parts in braces, why there is such a rule, what to do.
            pub const EXPLAINED: &'static [[&'static str; 4]] = &[$($([$code, $message, $why, $hint],)+)+];

            /// The stable word for programs, audit rows and translations.
            #[must_use]
            pub fn code(&self) -> &'static str {
                match self { $($(Self::$name { .. } => $code,)+)+ }
            }

            /// What to do, for whoever made the package.
            #[must_use]
            pub fn hint(&self) -> &'static str {
                match self { $($(Self::$name { .. } => $hint,)+)+ }
            }
        }
    };
}

refusals! {
    // The file and its compression.
    "a package comes from strangers: it has one form, and no size that a host could choke on" => {
        Empty = "empty", "the package is empty", "send the file that `annex addon sign` wrote";
        TooLargePacked { size: u64 } = "too-large-packed", "the package has {size} bytes, at most 16 MiB are allowed",
            "leave out assets, or build with `opt-level = \"s\"` and `strip = true`";
        NotAPackage = "not-a-package", "this is not a package: it does not start with a zstd frame",
            "send the `.annex` file itself, not the component or a zip of it";
        FrameHeader { what: &'static str } = "frame-header", "the zstd frame is not written as packages are: {what}",
            "pack it with `annex addon pack`";
        WindowTooLarge { log: u32 } = "window-too-large", "the zstd window is 2^{log} bytes, at most 8 MiB are allowed",
            "pack it with `annex addon pack`";
        TooLargeUnpacked { size: u64 } = "too-large-unpacked",
            "the package unpacks to {size} bytes or more, at most 64 MiB are allowed", "leave out assets";
        CompressionRatio { packed: u64, unpacked: u64 } = "compression-ratio",
            "{packed} bytes unpack to {unpacked}, more than 100 to 1", "leave out files that are all alike, such as runs of zeros";
        Truncated = "truncated", "the package ends early", "send it again; when that does not help, pack it again";
        Damaged = "damaged", "the package is damaged: its bytes are not as they were written",
            "send it again; when that does not help, pack it again";
        NotSealed = "not-sealed", "the package has no seal, so that some of its bits could change unnoticed",
            "pack and sign it with `annex addon sign`";
        TrailingBytes { count: u64 } = "trailing-bytes", "{count} bytes follow the end of the package",
            "send the file exactly as `annex addon sign` wrote it";
    }
    // The archive.
    "an archive is written in exactly one way, so that two programs never see two packages in the same bytes" => {
        TrailingData = "trailing-data", "data follows the end of the archive", "pack it with `annex addon pack`";
        Unterminated = "unterminated", "the archive has no end: two blocks of zeros are missing",
            "pack it with `annex addon pack`";
        TooManyFiles = "too-many-files", "the package has more than 256 files", "leave out assets, or join them";
        NotUstar = "not-ustar", "an entry of the archive is not in ustar form", "pack it with `annex addon pack`";
        HeaderChecksum = "header-checksum", "the checksum of an archive header is wrong", "pack it again";
        HeaderForm { path: String } = "header-form", "the archive header of {path} is not spelled as packages spell it",
            "pack it with `annex addon pack`";
        EntryTruncated { path: String } = "entry-truncated", "{path} is shorter than its archive header says", "pack it again";
        EntryPadding { path: String } = "entry-padding", "bytes that are not zero follow {path}", "pack it with `annex addon pack`";
        EntryTime { path: String } = "entry-time", "{path} has a modification time, it must be 0", "pack it with `annex addon pack`";
        EntryOwner { path: String } = "entry-owner", "{path} has an owner, user and group must be 0", "pack it with `annex addon pack`";
        Symlink { path: String } = "symlink", "{path} is a symbolic link", "put a copy of the file in its place";
        Hardlink { path: String } = "hardlink", "{path} is a hard link", "put a copy of the file in its place";
        Directory { path: String } = "directory", "{path} is a directory entry: packages hold files alone", "pack it with `annex addon pack`";
        Device { path: String } = "device", "{path} is a device or pipe", "leave it out";
        PaxHeader = "pax-header", "the archive has a pax header", "pack it with `annex addon pack`";
        GnuExtension = "gnu-extension", "the archive uses a GNU extension", "pack it with `annex addon pack`";
        EntryType { flag: u8 } = "entry-type", "the archive has an entry of the unknown type {flag}", "pack it with `annex addon pack`";
    }
    // Paths, in the archive and in the manifest.
    "a path means the same on every system, and never leads out of the package" => {
        PathEmpty = "path-empty", "a path is empty", "give the file a name";
        PathTooLong { path: String } = "path-too-long", "the path {path} has more than 100 bytes", "use shorter names";
        PathAbsolute { path: String } = "path-absolute", "the path {path} starts with /", "use a path relative to the add-on's folder";
        PathTraversal { path: String } = "path-traversal", "the path {path} leaves the package", "use a path without . and .. parts";
        PathBackslash { path: String } = "path-backslash", "the path {path} has a backslash", "use / between the parts of a path";
        PathNul { path: String } = "path-nul", "the path {path} has a NUL byte", "use a-z, 0-9, . _ and - in names";
        PathNotAscii { path: String } = "path-not-ascii", "the path {path} is not plain ASCII", "use a-z, 0-9, . _ and - in names";
        PathUpperCase { path: String } = "path-upper-case", "the path {path} has upper-case letters", "rename the file to lower case";
        PathCharacter { path: String } = "path-character", "the path {path} has a character that is not allowed, or an empty or hidden part",
            "use a-z, 0-9, . _ and - in names, which do not start with a dot";
        PathReserved { path: String } = "path-reserved", "the path {path} has a name that means something else on Windows",
            "rename it: con, prn, aux, nul, com1, lpt1 and the like are devices there, and a last dot is dropped";
        CaseCollision { path: String } = "case-collision", "{path} differs from another file in case alone", "give the files different names";
        DuplicateFile { path: String } = "duplicate-file", "{path} is there twice", "pack it with `annex addon pack`";
        NotSorted { path: String } = "not-sorted", "{path} is out of order", "pack it with `annex addon pack`";
    }
    // The manifest.
    "help desks consent to what the manifest says: it has one spelling, and is checked before anything runs" => {
        ManifestNotFirst = "manifest-not-first", "the first file of the package is not manifest.json", "pack it with `annex addon pack`";
        ManifestTooLarge = "manifest-too-large", "the manifest has more than 256 KiB", "shorten its texts";
        ManifestBom = "manifest-bom", "the manifest starts with a byte order mark", "save it as UTF-8 without one";
        ManifestNotUtf8 = "manifest-not-utf8", "the manifest is not UTF-8", "save it as UTF-8";
        ManifestNotJson { why: String } = "manifest-not-json", "the manifest is not JSON: {why}", "pack it with `annex addon pack`";
        ManifestDuplicateKey { key: String } = "manifest-duplicate-key", "the manifest has the key {key} twice in one object",
            "pack it with `annex addon pack`";
        ManifestMalformed { why: String } = "manifest-malformed", "the manifest does not have the expected form: {why}",
            "compare it with the manifest reference, and pack it with `annex addon pack`";
        ManifestNotCanonical = "manifest-not-canonical",
            "the manifest is not in canonical form: sorted keys, no spaces, no defaults written out",
            "pack it with `annex addon pack`";
        ManifestWit { wit: String } = "unsupported-wit", "the add-on was built for {wit}, which this host does not speak",
            "build it with an SDK of this host's version";
        ManifestHostRange { host: Version, range: String } = "unsupported-host", "the add-on runs on hosts {range}, this one is {host}",
            "update the host, or take another version of the add-on";
        ManifestInvalid { errors: FieldErrors } = "manifest-invalid", "the manifest breaks rules: {errors}", "correct the named fields";
    }
    // The files that the manifest lists.
    "the signature covers the manifest, and the manifest covers each file by its size and SHA-256" => {
        ReservedPath { path: String } = "reserved-path", "the manifest lists {path}, which every package has by itself",
            "pack it with `annex addon pack`";
        ComponentMissing = "component-missing", "the package has no component.wasm", "pack it with `annex addon pack`";
        IconMissing { path: String } = "icon-missing", "the icon {path} is not a file of the package",
            "put it below assets/ and name it so in the manifest";
        IconInvalid { path: String } = "icon-invalid",
            "the icon {path} is not a square PNG of 64 to 512 pixels and at most 1 MiB that can be drawn",
            "save it as PNG, for instance with 256 × 256 pixels";
        PictureMissing { path: String } = "picture-missing", "the picture {path} is not a file of the package",
            "put it below assets/ and name it so in the manifest";
        PictureInvalid { path: String } = "picture-invalid",
            "the picture {path} is not a PNG of 320 × 200 to 1600 × 1200 pixels and at most 2 MiB that can be drawn",
            "save it as PNG, for instance with 1280 × 800 pixels";
        FileUnlisted { path: String } = "file-unlisted", "{path} is in the package but not in its manifest", "pack it with `annex addon pack`";
        FileMissing { path: String } = "file-missing", "{path} is in the manifest but not in the package", "pack it with `annex addon pack`";
        FileSize { path: String } = "file-size", "{path} does not have the size that the manifest says", "pack it again";
        FileDigest { path: String } = "file-digest", "{path} does not have the SHA-256 that the manifest says", "pack it again";
    }
    // The proof.
    "a host runs what a publisher signed with keys that it trusts, and nothing else" => {
        Unsigned = "unsigned", "the package is not signed: the second file is not developer.dsse", "sign it with `annex addon sign`";
        AlreadySigned { key: KeyId } = "already-signed", "the package already has a signature of the key {key}",
            "sign with another key, or not again";
        ProofTooLarge = "proof-too-large", "the proof has more than 512 KiB", "sign it with `annex addon sign`";
        ProofMalformed { why: String } = "proof-malformed", "the proof does not have the form of a DSSE envelope: {why}",
            "sign it with `annex addon sign`";
        ProofNotCanonical = "proof-not-canonical", "the proof is not in canonical form", "sign it with `annex addon sign`";
        ProofType { found: String } = "proof-type", "the proof is for a document of the type {found}, not for a manifest",
            "sign it with `annex addon sign`";
        ProofOtherAddon { found: AddonId } = "proof-other-addon", "the proof is for the add-on {found}", "sign this package itself";
        ProofOtherVersion { found: Version } = "proof-other-version", "the proof is for the version {found}", "sign this package itself";
        ProofOtherManifest = "proof-other-manifest", "the proof is for another manifest", "sign this package itself";
        OtherPublisher { expected: PublisherSlug, found: PublisherSlug } = "other-publisher",
            "the add-on belongs to the publisher {found}, the keys to {expected}", "use an id that starts with your own publisher";
        TooManySignatures = "too-many-signatures", "the proof has more than 16 signatures", "sign with the keys that the threshold needs";
        ThresholdZero = "threshold-zero", "the publisher's threshold is 0: nobody would have to sign", "set a threshold of at least 1";
        KeyTwice { key: KeyId } = "key-twice", "the key {key} signs twice, it can count once", "sign with different keys";
        UnknownKey { key: KeyId } = "unknown-key", "the key {key} is not one of the publisher's on this host",
            "trust the publisher's key on the host first: `annex publisher trust`";
        RevokedKey { key: KeyId } = "revoked-key", "the key {key} is revoked", "sign with a current key";
        WrongPurposeKey { key: KeyId } = "wrong-purpose-key", "the key {key} is not for signing packages", "sign with a key for packages";
        KeyIdMismatch { key: KeyId } = "key-id-mismatch", "the trusted key {key} does not have that id", "trust the publisher's key again";
        InvalidKey { key: KeyId } = "invalid-key", "the trusted key {key} is not an Ed25519 public key", "trust the publisher's key again";
        WeakKey { key: KeyId } = "weak-key", "the key {key} is a point of small order: anything would verify",
            "make a key with `annex key new`";
        WeakSignature { key: KeyId } = "weak-signature", "the signature of {key} holds a point of small order",
            "sign it again with `annex addon sign`";
        MalleableSignature { key: KeyId } = "malleable-signature",
            "the signature of {key} is not in its only valid spelling (S is not reduced)",
            "sign it again with `annex addon sign`";
        BadSignature { key: KeyId } = "bad-signature", "the signature of {key} does not match the manifest",
            "sign it again with `annex addon sign`";
        ThresholdNotMet { signed: u32, threshold: u32 } = "threshold-not-met", "{signed} of {threshold} needed keys have signed",
            "let the other keys' holders sign too: `annex addon sign` adds a signature";
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Refusal;

    #[test]
    fn every_code_is_kebab_case_and_used_once() {
        let distinct: BTreeSet<_> = Refusal::CODES.iter().collect();
        assert_eq!(distinct.len(), Refusal::CODES.len());
        for code in Refusal::CODES {
            assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{code}");
        }
    }

    #[test]
    fn every_code_says_what_why_and_how_to_mend_it() {
        let codes: Vec<&str> = Refusal::EXPLAINED.iter().map(|[code, ..]| *code).collect();
        assert_eq!(codes, Refusal::CODES);
        let [_, what, why, fix] = Refusal::EXPLAINED.iter().find(|[code, ..]| *code == "symlink").unwrap();
        assert_eq!((*what, *fix), ("{path} is a symbolic link", "put a copy of the file in its place"));
        assert!(why.starts_with("an archive is written in exactly one way"), "{why}");
    }
}
