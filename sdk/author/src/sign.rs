//! `annex addon sign`: add the signatures of one or more keys to a package. Package and key are found where there is one alone.

use std::path::{Path, PathBuf};

use annex_check::{Diagnostic, Failure};
use annex_package::sign_existing;
use serde::Serialize;

use crate::{
    args::SignArgs,
    files,
    key::KeyStore,
    output::{Answer, Output},
    packages::{self, Stage},
};

/// A signed package on disk.
#[derive(Debug, Serialize)]
pub(crate) struct Signed {
    package: String,
    size: usize,
    keys: Vec<String>,
}

impl Answer for Signed {
    fn text(&self) -> String {
        format!("{} is signed by {}", self.package, self.keys.join(", "))
    }
}

pub(crate) fn run(args: &SignArgs, output: Output) -> Result<Signed, Failure> {
    let store = KeyStore::open(&args.store)?;
    let mut names = args.keys.clone();
    if names.is_empty() {
        let only = store.only()?;
        output.progress(format_args!("takes the key {only}"));
        names.push(only);
    }
    let keys = names.iter().map(|key| store.load(key)).collect::<Result<Vec<_>, Failure>>()?;
    let package = packages::find(args.package.as_deref(), Stage::Unsigned, output)?;
    let unsigned = files::read(&package)?;
    let signed =
        sign_existing(&unsigned, &keys).map_err(|refusal| Failure::from(Diagnostic::from(refusal).file(&package)))?;
    let file = args.out.clone().unwrap_or_else(|| signed_name(&package));
    files::write(&file, &signed)?;
    let keys = keys.iter().map(|key| key.id().to_string()).collect();
    Ok(Signed { package: file.display().to_string(), size: signed.len(), keys })
}

/// `x.unsigned.annex` -> `x.annex`; any other name stays.
fn signed_name(package: &Path) -> PathBuf {
    let name = package.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    match name.strip_suffix(".unsigned.annex") {
        Some(stem) => package.with_file_name(format!("{stem}.annex")),
        None => package.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signed_package_loses_the_word_unsigned() {
        assert_eq!(signed_name(Path::new("d/a.b-1.0.0.unsigned.annex")), Path::new("d/a.b-1.0.0.annex"));
        assert_eq!(signed_name(Path::new("d/a.b-1.0.0.annex")), Path::new("d/a.b-1.0.0.annex"));
    }
}
