//! `annex key list`: the keys there are, with their ids.

use annex_check::{Diagnostic, Failure};
use serde::Serialize;

use super::KeyStore;
use crate::{args::KeyListArgs, output::Answer};

/// All keys.
#[derive(Debug, Serialize)]
pub(crate) struct Keys {
    folder: String,
    keys: Vec<Key>,
}

#[derive(Debug, Serialize)]
struct Key {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Why it cannot be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Diagnostic>,
}

impl Answer for Keys {
    fn text(&self) -> String {
        if self.keys.is_empty() {
            return format!("no keys in {}; make one with `annex key new`", self.folder);
        }
        let line = |key: &Key| match (&key.id, &key.problem) {
            (Some(id), _) => format!("{}  {id}", key.name),
            (None, Some(problem)) => format!("{}  cannot be used\n{problem}", key.name),
            (None, None) => key.name.clone(),
        };
        self.keys.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

pub(crate) fn run(args: &KeyListArgs) -> Result<Keys, Failure> {
    let store = KeyStore::open(&args.store)?;
    let key = |name: String| match store.load(&name) {
        Ok(key) => Key { id: Some(key.id().to_string()), name, problem: None },
        Err(failure) => Key { name, id: None, problem: failure.0.into_iter().next() },
    };
    let keys = store.names()?.into_iter().map(key).collect();
    Ok(Keys { folder: store.folder().display().to_string(), keys })
}
