//! `annex addon check`: what a host checks when a package comes in and what it reports about it, before there is a package. Both
//! are done by `annex-check`, so what passes here passes there.

use std::{collections::BTreeMap, path::Path};

use annex_check::{Before, Diagnostic, Failure, Links, Means, Whose};
use annex_domain::{
    manifest::Manifest,
    report::{Finding, Report},
    review::Severity,
};
use annex_package::{TrustedKey, TrustedKeys, UnsignedPackage, VerifiedPackage, keys::SigningKey};
use annex_sandbox::{Compiler, CompilerCommand};
use bytes::Bytes;
use serde::Serialize;

use crate::{
    args::CheckArgs,
    files,
    output::{Answer, Output},
    packages,
    project::{self, Project},
    sources,
};

/// What was found in an add-on.
#[derive(Debug, Serialize)]
pub(crate) struct Checked {
    id: String,
    version: String,
    seq: u32,
    kind: &'static str,
    capabilities: Vec<String>,
    #[serde(flatten)]
    report: Report,
}

impl Answer for Checked {
    fn text(&self) -> String {
        let facts = &self.report.facts;
        let count = |severity| self.report.count(severity);
        let capabilities = if self.capabilities.is_empty() { "none".into() } else { self.capabilities.join(", ") };
        let word = if self.is_well() { "is fine" } else { "would not be taken" };
        let mut lines: Vec<String> = self.report.findings.iter().map(line).collect();
        lines.push(format!(
            "{} {} {word}: {}, {} files, component {} KiB, package {} KiB, {} scenarios, capabilities: {capabilities}; \
             {} blockers, {} suggestions, {} notes",
            self.id,
            self.version,
            self.kind,
            facts.files,
            facts.component_bytes.div_ceil(1024),
            facts.package_bytes.div_ceil(1024),
            facts.scenarios,
            count(Severity::Blocker),
            count(Severity::Suggestion),
            count(Severity::Note),
        ));
        lines.join("\n")
    }

    fn is_well(&self) -> bool {
        !self.report.is_blocked()
    }
}

/// As diagnostics are shown: what, then the place and the fix on lines of their own.
fn line(finding: &Finding) -> String {
    let mut text = format!("{}[{}]: {}", finding.severity, finding.code, finding.text);
    let target = finding.target.to_string();
    if !target.is_empty() {
        text.push_str(&format!("\n  --> {target}"));
    }
    if let Some(hint) = &finding.hint {
        text.push_str(&format!("\n  fix: {hint}"));
    }
    text
}

pub(crate) async fn run(args: &CheckArgs, output: Output) -> Result<Checked, Failure> {
    let before = args.against.as_deref().map(before).transpose()?;
    let project = project::open(&args.source)?;
    let component = project::component(&project, &args.source, output).await?;
    let package = project.package_as(project.manifest.clone(), component)?;
    let manifest = package.manifest();
    let links = if args.offline { Links::Leave } else { Links::Ask(BTreeMap::new()) };
    let means = Means { compiler: compiler()?, whose: Whose::Own, before, links };
    let report = annex_check::report(verified(&package)?, means).await;
    let mut report = report.map_err(|error| Diagnostic::new("check-unavailable", error.to_string()))?;
    report.findings.extend(sources::look(&project.root)?);
    report.findings.sort_by_key(|finding| finding.severity);
    Ok(Checked {
        id: manifest.id.to_string(),
        version: manifest.version.to_string(),
        seq: manifest.seq.0,
        kind: manifest.kind.as_str(),
        capabilities: manifest.capabilities.iter().map(describe).collect(),
        report,
    })
}

/// The version that is compared with; whoever has its file knows where it came from.
fn before(file: &Path) -> Result<Before, Failure> {
    let bytes = files::read(file)?;
    Ok(Before { size: bytes.len() as u64, manifest: packages::manifest(file, &bytes)? })
}

/// Builds the package in memory and checks what every other command needs of it.
pub(crate) fn package(project: &Project, component: Bytes) -> Result<UnsignedPackage, Failure> {
    package_as(project, project.manifest.clone(), component)
}

/// The same with a manifest that differs from the file.
pub(crate) fn package_as(project: &Project, manifest: Manifest, component: Bytes) -> Result<UnsignedPackage, Failure> {
    let package = project.package_as(manifest, component)?;
    let checked = annex_check::gate(package.manifest(), package.component(), package.assets());
    checked.map_err(|failure| failure.below(&project.root))?;
    Ok(package)
}

/// Signs the package with a key of the moment, since only verified packages run.
pub(crate) fn verified(package: &UnsignedPackage) -> Result<VerifiedPackage, Failure> {
    let key = SigningKey::generate().map_err(Diagnostic::from)?;
    let trust = TrustedKeys {
        publisher: package.manifest().id.publisher(),
        threshold: 1,
        keys: vec![TrustedKey::for_packages(key.public().to_bytes())],
    };
    Ok(annex_package::verify(annex_package::sign(package, &[key])?, &trust)?)
}

/// This program compiles components in a child of its own, as a host does.
pub(crate) fn compiler() -> Result<Compiler, Failure> {
    let program = std::env::current_exe();
    let program = program.map_err(|error| Diagnostic::new("test-setup", error.to_string()))?;
    Ok(Compiler::Child(CompilerCommand::new(program, ["compile-component"])))
}

fn describe(capability: &annex_domain::capability::Capability) -> String {
    if capability.hosts.is_empty() {
        return capability.access.to_string();
    }
    let hosts: Vec<_> = capability.hosts.iter().map(ToString::to_string).collect();
    format!("{} ({})", capability.access, hosts.join(", "))
}
