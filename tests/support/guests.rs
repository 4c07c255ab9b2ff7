//! Components of `tests/guests`, and the projects that they are packed from: for journeys and for benches.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// A component of `tests/guests`. Cargo builds it at the first call, and finds nothing to do later, unless `make test` says where
/// all of them are.
pub(crate) fn guest(name: &str) -> Vec<u8> {
    let components = std::env::var_os("ANNEX_TEST_GUESTS").map_or_else(|| build(name), PathBuf::from);
    std::fs::read(components.join(format!("guest_{name}.wasm"))).expect("the guest")
}

fn build(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release", "--target", "wasm32-wasip2", "--package", &format!("guest-{name}")])
        .arg("--manifest-path")
        .arg(folder.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(folder.join("target"))
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .status()
        .expect("cargo starts");
    assert!(built.success(), "the guest {name} cannot be built");
    folder.join("target/wasm32-wasip2/release")
}

/// Lays out a project to be packed: its manifest, its component, an icon.
pub(crate) fn lay_out(project: &Path, manifest: &str, component: &[u8]) {
    std::fs::create_dir_all(project.join("assets")).expect("a folder");
    let icon = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/hello/assets/icon.png");
    std::fs::copy(icon, project.join("assets/icon.png")).expect("an icon");
    std::fs::write(project.join("annex.toml"), manifest).expect("a manifest");
    std::fs::write(project.join("component.wasm"), component).expect("a component");
}
