//! `annex doctor`: is everything there that an author needs, and does it work? Each finding says what to do.

mod sdk;

use std::path::Path;

use annex_check::{Diagnostic, Failure};
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    args::DoctorArgs,
    key::KeyStore,
    output::{Answer, Output},
    project::Project,
    recipe::Recipe,
    toolchain,
};

/// What was found.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    findings: Vec<Finding>,
}

#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    /// What there is; none when something is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Diagnostic>,
}

impl Answer for Report {
    fn text(&self) -> String {
        let line = |finding: &Finding| match (&finding.found, &finding.problem) {
            (Some(found), None) => format!("ok   {:<10} {found}", finding.what),
            (_, problem) => {
                let problem = problem.as_ref().map(ToString::to_string).unwrap_or_default();
                format!("FAIL {:<10} {}", finding.what, problem.replace('\n', "\n     "))
            }
        };
        self.findings.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    fn is_well(&self) -> bool {
        self.findings.iter().all(|finding| finding.problem.is_none())
    }
}

pub(crate) async fn run(args: &DoctorArgs, output: Output) -> Report {
    let folder = &args.folder;
    if !folder.is_dir() {
        let missing = Diagnostic::new("no-folder", "there is no such folder").file(folder).fix("check the path");
        return Report { findings: vec![finding("folder", Err(missing.into()))] };
    }
    let mut findings = vec![finding("annex", Ok(env!("CARGO_PKG_VERSION").into()))];
    match Project::open(folder, None).ok().filter(|project| project.recipe != Recipe::Cargo) {
        Some(project) => findings.push(finding("build", built(&project, output).await)),
        None => findings.extend(rust(folder, output).await),
    }
    findings.push(finding("keys", keys(args)));
    if let Some(host) = &args.host {
        findings.push(finding("host", reach(host).await));
    }
    Report { findings }
}

/// What a crate needs, and an add-on that is to be made.
async fn rust(folder: &Path, output: Output) -> Vec<Finding> {
    let mut findings = vec![
        finding("rustc", toolchain::rustc(folder).await),
        finding("cargo", toolchain::cargo(folder).await),
        finding("target", target(folder).await),
    ];
    // Without a toolchain that works, nothing else is found out than that.
    if findings.iter().all(|finding| finding.problem.is_none()) {
        findings.push(finding("sdk", sdk::tried(folder, output).await));
    }
    findings
}

/// An add-on in another language has its own tools, and only its command tells whether they are there.
async fn built(project: &Project, output: Output) -> Result<String, Failure> {
    let built = project.build(output).await?;
    Ok(format!("{} ({} KiB)", built.file.display(), built.bytes.len().div_ceil(1024)))
}

fn finding(what: &'static str, found: Result<String, Failure>) -> Finding {
    match found {
        Ok(found) => Finding { what, found: Some(found), problem: None },
        Err(failure) => Finding { what, found: None, problem: failure.0.into_iter().next() },
    }
}

async fn target(folder: &Path) -> Result<String, Failure> {
    toolchain::target(folder).await?;
    Ok(format!("{} is installed", toolchain::TARGET))
}

/// Having no key yet is fine; a key that cannot be used is not.
fn keys(args: &DoctorArgs) -> Result<String, Failure> {
    let store = KeyStore::open(&args.store)?;
    let names = store.names()?;
    for name in &names {
        store.load(name)?;
    }
    let folder = store.folder().display();
    Ok(match names.as_slice() {
        [] => format!("none yet in {folder}; `annex key new` makes one"),
        names => format!("{} in {folder}", names.join(", ")),
    })
}

/// What is read of the description of a host's API.
#[derive(Deserialize)]
struct Described {
    info: Info,
}

#[derive(Deserialize)]
struct Info {
    version: String,
}

async fn reach(host: &url::Url) -> Result<String, Failure> {
    let Described { info } = Api::new(host, "")?.get("/openapi.json").await?;
    Ok(format!("{host} answers, version {}", info.version))
}
