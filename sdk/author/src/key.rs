//! Signing keys on disk: `NAME.pem` (PKCS#8, readable by its owner alone) and `NAME.pub` (the public key, SPKI) beside it.

pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod rotate;

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use annex_check::{Diagnostic, Failure};
use annex_package::keys::SigningKey;

use crate::{args::KeyStoreArgs, files};

/// The folder of an author's keys.
#[derive(Debug)]
pub(crate) struct KeyStore {
    folder: PathBuf,
}

impl KeyStore {
    /// The folder that the command line names, else `annex/keys` in the configuration folder.
    pub(crate) fn open(args: &KeyStoreArgs) -> Result<Self, Failure> {
        if let Some(folder) = &args.dir {
            return Ok(Self { folder: folder.clone() });
        }
        let folder = files::configuration("keys", "name a folder with --keys DIR")?.join("keys");
        Ok(Self { folder })
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the private key of that name is, or would be.
    pub(crate) fn private_file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.pem"))
    }

    /// Where the public key of that name is, or would be.
    pub(crate) fn public_file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.pub"))
    }

    /// Loads a key by its name or its file.
    pub(crate) fn load(&self, name_or_file: &str) -> Result<SigningKey, Failure> {
        let by_name = self.private_file(name_or_file);
        let file = if is_name(name_or_file) && by_name.is_file() { by_name } else { PathBuf::from(name_or_file) };
        if !file.is_file() {
            return Err(Diagnostic::new("no-key", format!("there is no key `{name_or_file}`"))
                .file(if is_name(name_or_file) { &self.folder } else { &file })
                .fix("see `annex key list`, or make one with `annex key new`")
                .into());
        }
        load_file(&file)
    }

    /// The name of the one key that is not replaced yet.
    pub(crate) fn only(&self) -> Result<String, Failure> {
        let all = self.names()?;
        let current: Vec<&str> = all.iter().map(String::as_str).filter(|name| !is_replaced(name, &all)).collect();
        let wrong = match current.as_slice() {
            [only] => return Ok((*only).to_owned()),
            [] => Diagnostic::new("no-key", "there is no key to sign with").fix("make one with `annex key new`"),
            several => Diagnostic::new("several-keys", format!("there are several keys: {}", several.join(", ")))
                .fix("name one with --key"),
        };
        Err(wrong.file(&self.folder).into())
    }

    /// Makes and keeps a key; one of that name must not be there yet.
    pub(crate) fn create(&self, name: &str) -> Result<SigningKey, Failure> {
        if !is_name(name) {
            return Err(Diagnostic::new("key-name", format!("`{name}` cannot be the name of a key"))
                .fix("use 1 to 60 of a-z, 0-9, - and _")
                .into());
        }
        let file = self.private_file(name);
        if file.exists() {
            return Err(Diagnostic::new("key-exists", format!("there is a key `{name}` already"))
                .file(&file)
                .fix("choose another name, or replace it with `annex key rotate`")
                .into());
        }
        let key = SigningKey::generate().map_err(Diagnostic::from)?;
        self.keep(name, &key)?;
        Ok(key)
    }

    /// Writes both files of a key.
    fn keep(&self, name: &str, key: &SigningKey) -> Result<(), Failure> {
        files::make_private_folder(&self.folder)?;
        let private = key.to_pem().map_err(Diagnostic::from)?;
        let public = key.public().to_pem().map_err(Diagnostic::from)?;
        files::write_secret(&self.private_file(name), &private)?;
        files::write(&self.public_file(name), public.as_bytes())
    }

    /// The names of all keys, sorted.
    pub(crate) fn names(&self) -> Result<Vec<String>, Failure> {
        if !self.folder.is_dir() {
            return Ok(Vec::new());
        }
        let entries = fs::read_dir(&self.folder);
        let entries = entries.map_err(|error| Diagnostic::io("read this folder", &self.folder, &error))?;
        let files = entries.filter_map(Result::ok).filter_map(|entry| entry.file_name().into_string().ok());
        let mut names: Vec<_> = files
            .filter_map(|file| file.strip_suffix(".pem").filter(|name| is_name(name)).map(str::to_owned))
            .collect();
        names.sort();
        Ok(names)
    }
}

/// Reads a private key from a file that only its owner can read.
pub(crate) fn load_file(file: &Path) -> Result<SigningKey, Failure> {
    let metadata = fs::metadata(file).map_err(|error| Diagnostic::io("read this file", file, &error))?;
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(Diagnostic::new("key-readable", "other users can read or change this private key")
            .file(file)
            .fix(format!("chmod 600 {}", file.display()))
            .into());
    }
    let text = files::read_text(file)?;
    SigningKey::from_pem(&text).map_err(|error| Diagnostic::from(error).file(file).into())
}

/// True for a key that `annex key rotate` has put another in the place of: `NAME-old-` and eight digits of its id.
fn is_replaced(name: &str, all: &[String]) -> bool {
    let before = name.rsplit_once("-old-").filter(|(_, short)| short.len() == 8);
    before.is_some_and(|(current, _)| all.iter().any(|other| other == current))
}

/// Names have no dot and no separator, so they cannot lead out of the folder.
fn is_name(text: &str) -> bool {
    (1..=60).contains(&text.len()) && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_kept_for_their_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let store = KeyStore { folder: folder.path().join("keys") };
        let key = store.create("acme").unwrap();
        let file = store.private_file("acme");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(store.load("acme").unwrap().id(), key.id());
        assert_eq!(store.load(file.to_str().unwrap()).unwrap().id(), key.id());
        assert_eq!((store.names().unwrap(), store.only().unwrap()), (vec!["acme".to_owned()], "acme".to_owned()));
        assert_eq!(store.create("acme").unwrap_err().0[0].code, "key-exists");
        assert_eq!(store.create("../acme").unwrap_err().0[0].code, "key-name");
        assert_eq!(store.load("nobody").unwrap_err().0[0].code, "no-key");

        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(store.load("acme").unwrap_err().0[0].code, "key-readable");
    }

    #[test]
    fn the_one_key_is_found_unless_there_are_several() {
        let folder = tempfile::tempdir().unwrap();
        let store = KeyStore { folder: folder.path().join("keys") };
        assert_eq!(store.only().unwrap_err().0[0].code, "no-key");
        store.create("acme").unwrap();
        store.create("acme-old-0a1b2c3d").unwrap();
        assert_eq!(store.only().unwrap(), "acme", "the other one is replaced");
        store.create("other").unwrap();
        let several = store.only().unwrap_err();
        assert_eq!(
            (several.0[0].code.as_str(), several.0[0].message.as_str()),
            ("several-keys", "there are several keys: acme, other")
        );
    }
}
