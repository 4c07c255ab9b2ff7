//! `annex key new`: make a signing key.

use annex_check::Failure;
use serde::Serialize;

use super::KeyStore;
use crate::{args::KeyNewArgs, output::Answer};

/// A new key.
#[derive(Debug, Serialize)]
pub(crate) struct NewKey {
    name: String,
    id: String,
    private_file: String,
    public_file: String,
}

impl Answer for NewKey {
    fn text(&self) -> String {
        format!(
            "{}  {}\n  private: {} (never give it away; without it you cannot publish)\n  public:  {} (what hosts trust)",
            self.name, self.id, self.private_file, self.public_file
        )
    }
}

pub(crate) fn run(args: &KeyNewArgs) -> Result<NewKey, Failure> {
    let store = KeyStore::open(&args.store)?;
    let there = args.if_missing && store.private_file(&args.name).exists();
    let key = if there { store.load(&args.name)? } else { store.create(&args.name)? };
    Ok(NewKey {
        name: args.name.clone(),
        id: key.id().to_string(),
        private_file: store.private_file(&args.name).display().to_string(),
        public_file: store.public_file(&args.name).display().to_string(),
    })
}
