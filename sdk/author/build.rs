//! Takes the crate `annex-sdk` along, as `cargo package` would pack it: `sdk.rs` in `OUT_DIR` lists its files with what is in
//! them, and the versions that its manifest names become variables of the compiler. Nothing is asked of the network.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// What `include` in the manifest of annex-sdk names.
const PARTS: [&str; 5] = ["CHANGELOG.md", "LICENSE", "README.md", "src", "wit"];
/// All that its manifest takes from this workspace: lints are for those who change it.
const LINTS: &str = "[lints]\nworkspace = true\n\n";

fn main() -> Result<(), Box<dyn Error>> {
    let sdk = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../addon").canonicalize()?;
    let manifest = sdk.join("Cargo.toml");
    println!("cargo::rerun-if-changed={}", manifest.display());
    let manifest = fs::read_to_string(manifest)?.replace(LINTS, "");
    if manifest.contains("workspace") {
        return Err(
            "sdk/addon/Cargo.toml takes something from this workspace: a project of an author has another".into()
        );
    }
    println!("cargo::rustc-env=ANNEX_SDK_VERSION={}", value(&manifest, "version")?);
    println!("cargo::rustc-env=ANNEX_SDK_RUST={}", value(&manifest, "rust-version")?);
    let mut files = Vec::new();
    for part in PARTS {
        println!("cargo::rerun-if-changed={}", sdk.join(part).display());
        collect(&sdk.join(part), &mut files)?;
    }
    files.sort();
    let mut list = format!("&[(\"Cargo.toml\", {manifest:?})");
    for file in &files {
        write!(list, ", ({:?}, include_str!({file:?}))", file.strip_prefix(&sdk)?)?;
    }
    list.push(']');
    fs::write(Path::new(&env::var("OUT_DIR")?).join("sdk.rs"), list)?;
    Ok(())
}

/// The text of a key of `[package]`, which stands before every other table.
fn value<'a>(manifest: &'a str, key: &str) -> Result<&'a str, String> {
    let mut lines = manifest.lines();
    let found = lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"'));
    found.ok_or_else(|| format!("sdk/addon/Cargo.toml has no {key}"))
}

/// Every file at or below a path. `wit` is a link to the folder that the host reads as well.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}
