//! `annex addon check`: what a host checks when a package comes in, before there is a package: the manifest, the files,
//! the limits on components and texts, and the component's imports and exports against the WIT world of its kind.

use annex_domain::manifest::Manifest;
use annex_package::UnsignedPackage;
use bytes::Bytes;
use serde::Serialize;

use crate::{
    args::PackageSource,
    diagnostic::{Diagnostic, Failure},
    output::{Answer, Output},
    project::{self, Project},
    texts, world,
};

/// An add-on that a host would take, once it is signed.
#[derive(Debug, Serialize)]
pub(crate) struct Checked {
    id: String,
    version: String,
    seq: u32,
    kind: &'static str,
    files: usize,
    component_size: usize,
    package_size: usize,
    capabilities: Vec<String>,
}

impl Answer for Checked {
    fn text(&self) -> String {
        let capabilities = if self.capabilities.is_empty() { "none".into() } else { self.capabilities.join(", ") };
        format!(
            "{} {} is fine: {}, {} files, component {} KiB, package {} KiB, capabilities: {capabilities}",
            self.id,
            self.version,
            self.kind,
            self.files,
            self.component_size.div_ceil(1024),
            self.package_size.div_ceil(1024),
        )
    }
}

pub(crate) async fn run(args: &PackageSource, output: Output) -> Result<Checked, Failure> {
    let (project, component) = project::open_with_component(args, output).await?;
    let package = package(&project, component)?;
    texts::check_language(&project, &package).await?;
    let manifest = package.manifest();
    Ok(Checked {
        id: manifest.id.to_string(),
        version: manifest.version.to_string(),
        seq: manifest.seq.0,
        kind: manifest.kind.as_str(),
        files: manifest.files.len(),
        component_size: package.component().len(),
        package_size: package.to_bytes()?.len(),
        capabilities: manifest.capabilities.iter().map(describe).collect(),
    })
}

/// Builds the package in memory and checks all of it.
pub(crate) fn package(project: &Project, component: Bytes) -> Result<UnsignedPackage, Failure> {
    package_as(project, project.manifest.clone(), component)
}

/// The same with a manifest that differs from the file.
pub(crate) fn package_as(project: &Project, manifest: Manifest, component: Bytes) -> Result<UnsignedPackage, Failure> {
    let package = project.package_as(manifest, component)?;
    check_component(package.component())?;
    texts::check_files(&project.root)?;
    world::check(package.component(), package.manifest().kind)?;
    Ok(package)
}

/// The limits that the host's intake checks first.
fn check_component(component: &[u8]) -> Result<(), Failure> {
    annex_sandbox::check_component(component).map_err(|error| {
        Diagnostic::new(error.code(), error.to_string())
            .fix("build with `annex addon build`; for large components use `opt-level = \"s\"`, `lto = true`, `strip = true`")
            .into()
    })
}

fn describe(capability: &annex_domain::capability::Capability) -> String {
    if capability.hosts.is_empty() {
        return capability.access.to_string();
    }
    let hosts: Vec<_> = capability.hosts.iter().map(ToString::to_string).collect();
    format!("{} ({})", capability.access, hosts.join(", "))
}
