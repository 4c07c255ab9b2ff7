//! Guests under any id, packed and signed with the binary itself.

#[path = "../support/guests.rs"]
mod guests;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

pub(crate) use guests::guest;

/// The binary that is looked at.
pub(crate) fn annex() -> PathBuf {
    std::env::var_os("ANNEX_TEST_BIN").map_or_else(
        || {
            let here = std::env::current_exe().expect("a program runs from somewhere");
            here.ancestors().nth(2).expect("target/release/examples/attacks").join("annex")
        },
        PathBuf::from,
    )
}

/// Runs the binary; answers what it printed.
pub(crate) fn run(words: &[&str]) -> String {
    let output = Command::new(annex()).args(words).output().expect("annex starts; build it first, in the same profile");
    assert!(output.status.success(), "annex {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The first lines of a manifest.
pub(crate) fn head(id: &str, kind: &str) -> String {
    format!(
        "id = \"{id}\"\nversion = \"1.0.0\"\nseq = 1\nkind = \"{kind}\"\nwit = \"annex:addon@0.1\"\nhost = \">=0.1, <1\"\n\
         [listing]\nname = \"The bench\"\nsummary = \"For benches.\"\ndescription = \"Does as told.\"\n\
         publisher_name = \"Bench\"\nicon = \"assets/icon.png\"\nsupport = {{ email = \"support@annex.example\" }}\n"
    )
}

/// Packs a component and signs it with the key of its publisher.
pub(crate) fn signed(folder: &Path, id: &str, component: &[u8], manifest: &str) -> Vec<u8> {
    let project = folder.join(id);
    guests::lay_out(&project, manifest, component);
    let path = |name: &str| project.join(name).display().to_string();
    let (manifest, component, packed) = (path("annex.toml"), path("component.wasm"), path("packed"));
    run(&["addon", "pack", &path(""), "--manifest", &manifest, "--component", &component, "--out", &packed]);
    let publisher = id.split_once('.').expect("publisher.name").0;
    let (keys, out) = (folder.join("keys").display().to_string(), path("signed"));
    run(&["addon", "sign", &packed, "--key", publisher, "--keys", &keys, "--out", &out]);
    std::fs::read(out).expect("a package")
}
