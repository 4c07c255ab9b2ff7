//! The one spelling of paths in packages: lower-case ASCII, relative, `/` between parts. The same check serves the
//! archive's headers and the manifest's list of files.

use crate::{limits, refusal::Refusal};

/// Checks the bytes of a path; answers it as text.
pub(crate) fn check(path: &[u8]) -> Result<&str, Refusal> {
    let shown = || path.escape_ascii().to_string();
    if path.is_empty() {
        return Err(Refusal::PathEmpty);
    }
    if path.len() > limits::PATH_BYTES {
        return Err(Refusal::PathTooLong { path: shown() });
    }
    if path.contains(&0) {
        return Err(Refusal::PathNul { path: shown() });
    }
    let Some(text) = std::str::from_utf8(path).ok().filter(|text| text.is_ascii()) else {
        return Err(Refusal::PathNotAscii { path: shown() });
    };
    if text.contains('\\') {
        return Err(Refusal::PathBackslash { path: shown() });
    }
    if text.starts_with('/') {
        return Err(Refusal::PathAbsolute { path: shown() });
    }
    if text.split('/').any(|part| part == ".." || part == ".") {
        return Err(Refusal::PathTraversal { path: shown() });
    }
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(Refusal::PathUpperCase { path: shown() });
    }
    let fine = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'))
    };
    if !text.split('/').all(fine) {
        return Err(Refusal::PathCharacter { path: shown() });
    }
    if text.split('/').any(is_device) {
        return Err(Refusal::PathReserved { path: shown() });
    }
    Ok(text)
}

/// True for names that mean a device on Windows, with any ending, and for those whose last dot it drops.
fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default();
    let numbered =
        |name: &str| stem.strip_prefix(name).is_some_and(|number| matches!(number.as_bytes(), [b'0'..=b'9']));
    matches!(stem, "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt") || part.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn each_malformed_path_has_its_own_code() {
        let long = "a".repeat(101);
        let cases: [(&[u8], &str); 22] = [
            (b"", "path-empty"),
            (long.as_bytes(), "path-too-long"),
            (b"/etc/passwd", "path-absolute"),
            (b"../x", "path-traversal"),
            (b"a/../x", "path-traversal"),
            (b"./x", "path-traversal"),
            (b"a\\b", "path-backslash"),
            (b"a\0b", "path-nul"),
            ("\u{e4}.png".as_bytes(), "path-not-ascii"),
            (b"\xff", "path-not-ascii"),
            (b"A.png", "path-upper-case"),
            (b"a//b", "path-character"),
            (b"a/", "path-character"),
            (b".hidden", "path-character"),
            (b"a b", "path-character"),
            (b"c:x", "path-character"),
            (b"con", "path-reserved"),
            (b"assets/nul.png", "path-reserved"),
            (b"aux.d/x", "path-reserved"),
            (b"com1.tar.gz", "path-reserved"),
            (b"lpt9", "path-reserved"),
            (b"assets/x.", "path-reserved"),
        ];
        for (path, code) in cases {
            assert_eq!(check(path).unwrap_err().code(), code, "{}", path.escape_ascii());
        }
        for fine in ["assets/icon-2_x.png", "console.txt", "com10", "comx", "a/null", "lpt"] {
            assert_eq!(check(fine.as_bytes()).unwrap(), fine);
        }
    }
}
