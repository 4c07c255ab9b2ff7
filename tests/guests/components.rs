//! The components of this workspace, for the tests and benches that run them. The crates that these belong to have no crate in
//! common that could hold this, so each takes the file in by its path.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// The component of a guest. Cargo builds all of them at the first call of a process, unless `make test` says where they are.
pub(crate) fn guest(name: &str) -> Vec<u8> {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let built = BUILT.get_or_init(|| std::env::var_os("ANNEX_TEST_GUESTS").map_or_else(build, PathBuf::from));
    std::fs::read(built.join(format!("guest_{name}.wasm"))).expect("a guest of this workspace")
}

/// Where the guests are, whichever crate asks.
pub(crate) fn guests_folder() -> PathBuf {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    above
        .map(|folder| folder.join("tests/guests"))
        .find(|guests| guests.is_dir())
        .expect("the crate is in the repository")
}

fn build() -> PathBuf {
    let folder = guests_folder();
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release", "--target", "wasm32-wasip2", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(folder.join("target"))
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .status()
        .expect("cargo starts");
    assert!(status.success(), "the guests cannot be built");
    folder.join("target/wasm32-wasip2/release")
}
