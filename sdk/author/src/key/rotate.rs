//! `annex key rotate`: a new key takes the place of an old one. The old files keep their contents under the name
//! `NAME-old-ID`, so that nothing is lost if hosts never hear of the change; the statement is signed by both keys.

use std::fs;

use annex_check::{Diagnostic, Failure};
use serde::Serialize;

use super::KeyStore;
use crate::{args::KeyRotateArgs, files, output::Answer};
use annex_package::{keys::SigningKey, rotate};

/// A key in the place of another.
#[derive(Debug, Serialize)]
pub(crate) struct Rotated {
    name: String,
    old_id: String,
    old_name: String,
    new_id: String,
    statement: String,
    publisher: String,
}

impl Answer for Rotated {
    fn text(&self) -> String {
        format!(
            "{} is now {} (before: {}, kept as {})\n  statement: {}\n  post it to each host, at /api/v1/publishers/{}/rotation: \
             it then trusts the new key and no longer the old",
            self.name, self.new_id, self.old_id, self.old_name, self.statement, self.publisher
        )
    }
}

pub(crate) fn run(args: &KeyRotateArgs) -> Result<Rotated, Failure> {
    let store = KeyStore::open(&args.store)?;
    let old = store.load(&args.name)?;
    if !store.private_file(&args.name).is_file() {
        return Err(Diagnostic::new("key-name", format!("`{}` is a file, not the name of a kept key", args.name))
            .fix("rotate by name; see `annex key list`")
            .into());
    }
    let new = SigningKey::generate().map_err(Diagnostic::from)?;
    let statement = rotate(&args.publisher, &old, &new)?;
    let short = old.id().as_str().chars().take(8).collect::<String>();
    let old_name = format!("{}-old-{short}", args.name);
    let statement_file = store.folder().join(format!("{}-rotation-{short}.dsse", args.name));
    // The statement first: without it the old key is still the one that hosts trust, and in place.
    files::write(&statement_file, &statement)?;
    for (from, to) in [
        (store.private_file(&args.name), store.private_file(&old_name)),
        (store.public_file(&args.name), store.public_file(&old_name)),
    ] {
        fs::rename(&from, &to).map_err(|error| Diagnostic::io("rename this file", &from, &error))?;
    }
    store.keep(&args.name, &new)?;
    Ok(Rotated {
        name: args.name.clone(),
        old_id: old.id().to_string(),
        old_name,
        new_id: new.id().to_string(),
        statement: statement_file.display().to_string(),
        publisher: args.publisher.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use annex_package::{TrustedKey, TrustedKeys, verify_rotation};

    use super::*;
    use crate::args::KeyStoreArgs;

    #[test]
    fn the_statement_convinces_a_host_and_both_keys_stay() {
        let folder = tempfile::tempdir().unwrap();
        let store_args = KeyStoreArgs { dir: Some(folder.path().to_owned()) };
        let store = KeyStore::open(&store_args).unwrap();
        let old = store.create("acme").unwrap();
        let args = KeyRotateArgs { name: "acme".into(), publisher: "acme".parse().unwrap(), store: store_args };
        let rotated = run(&args).unwrap();

        let trust = TrustedKeys {
            publisher: "acme".parse().unwrap(),
            threshold: 1,
            keys: vec![TrustedKey::for_packages(old.public().to_bytes())],
        };
        let rotation = verify_rotation(&fs::read(&rotated.statement).unwrap(), &trust).unwrap();
        assert_eq!(rotation.old, old.id());
        assert_eq!(rotation.new.id, store.load("acme").unwrap().id());
        assert_eq!(store.load(&rotated.old_name).unwrap().id(), old.id());
    }
}
