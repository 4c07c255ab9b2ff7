//! Components of `tests/guests`, and the projects that they are packed from: for journeys and for benches.

#[path = "../guests/components.rs"]
mod components;

use std::path::Path;

pub(crate) use components::guest;

/// Lays out a project to be packed: its manifest, its component, an icon.
pub(crate) fn lay_out(project: &Path, manifest: &str, component: &[u8]) {
    std::fs::create_dir_all(project.join("assets")).expect("a folder");
    let icon = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/hello/assets/icon.png");
    std::fs::copy(icon, project.join("assets/icon.png")).expect("an icon");
    std::fs::write(project.join("annex.toml"), manifest).expect("a manifest");
    std::fs::write(project.join("component.wasm"), component).expect("a component");
}
