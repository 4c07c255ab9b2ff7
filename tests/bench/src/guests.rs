//! Builds the guests.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::Failure;

/// The bytes of the guests.
pub struct Guests {
    /// A component.
    pub panel: Vec<u8>,
    /// A core module.
    pub extism: Vec<u8>,
    /// The e-mail add-on.
    pub email: Vec<u8>,
}

pub fn build() -> Result<Guests, Failure> {
    let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guests = bench.join("../guests");
    let built = cargo(&guests, &guests.join("target"), &["--package", "guest-panel"], "")?;
    let panel = std::fs::read(built.join("guest_panel.wasm"))?;
    let extism = bench.join("extism-guest");
    // Linked as the core module that it is, not wrapped into a component.
    let built = cargo(&extism, &extism.join("../target/extism-guest"), &[], "-C linker=rust-lld")?;
    let extism = std::fs::read(built.join("extism_guest.wasm"))?;
    let plugins = bench.join("../../plugins");
    let built = cargo(&plugins, &plugins.join("target"), &["--package", "email"], "")?;
    let email = std::fs::read(built.join("email.wasm"))?;
    Ok(Guests { panel, extism, email })
}

fn cargo(folder: &Path, target: &Path, more: &[&str], flags: &str) -> Result<PathBuf, Failure> {
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release", "--target", "wasm32-wasip2", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(target)
        .args(more)
        .env("RUSTFLAGS", flags)
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .status()?;
    if !status.success() {
        return Err(format!("the guest in {} cannot be built", folder.display()).into());
    }
    Ok(target.join("wasm32-wasip2/release"))
}
