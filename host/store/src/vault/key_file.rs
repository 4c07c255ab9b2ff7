//! The master key's file: 64 hexadecimal digits, readable by its owner only, made once.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use annex_domain::random;
use zeroize::Zeroizing;

use super::{Key, VaultError};

/// Reads the key, or makes one. When two processes start at once, both end with the same key.
pub(super) fn load_or_make(path: &Path) -> Result<Key, VaultError> {
    let failed = |source| VaultError::File { path: path.into(), source };
    match load(path) {
        Err(VaultError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            make(path)?;
            load(path)
        }
        Err(VaultError::File { source, .. }) => Err(failed(source)),
        other => other,
    }
}

/// The key from its text.
pub(super) fn parse(text: &str) -> Result<Key, VaultError> {
    let mut key = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text.trim(), key.as_mut_slice()).map_err(|_| VaultError::Malformed)?;
    Ok(key)
}

fn load(path: &Path) -> Result<Key, VaultError> {
    let failed = |source| VaultError::File { path: path.into(), source };
    let text = Zeroizing::new(fs::read_to_string(path).map_err(failed)?);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if fs::metadata(path).map_err(failed)?.permissions().mode() & 0o077 != 0 {
            return Err(VaultError::Permissions { path: path.into() });
        }
    }
    parse(&text)
}

/// Writes a new key under a name of its own and links it into place: the link fails when another process was faster, and
/// nobody ever sees half a key.
fn make(path: &Path) -> Result<(), VaultError> {
    let failed = |source| VaultError::File { path: path.into(), source };
    let key = Zeroizing::new(random::token()?);
    let draft = path.with_extension(format!("key.{}", random::error_id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let written = options.open(&draft).and_then(|mut file| {
        file.write_all(key.as_bytes())?;
        file.sync_all()
    });
    let linked = written.and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    let _ = fs::remove_file(&draft); // at worst an unused draft stays
    linked.map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let first = load_or_make(&path).unwrap();
        assert_eq!(*load_or_make(&path).unwrap(), *first);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            assert!(matches!(load_or_make(&path), Err(VaultError::Permissions { .. })));
        }
    }

    #[test]
    fn a_malformed_key_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        make(&path).unwrap();
        fs::write(&path, "short").unwrap();
        assert!(matches!(load_or_make(&path), Err(VaultError::Malformed)));
        assert_eq!(fs::read_to_string(&path).unwrap(), "short");
    }

    #[test]
    fn processes_that_start_together_share_a_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let path = path.clone();
                std::thread::spawn(move || *load_or_make(&path).unwrap())
            })
            .collect();
        let keys: std::collections::BTreeSet<[u8; 32]> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        assert_eq!(keys.len(), 1);
    }
}
