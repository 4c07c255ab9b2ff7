//! The report: from what costs nothing to what costs most. A component that is refused is not compiled, and one that does not
//! compile has no scenarios. Everything that is run has a bound: the package is a stranger's.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use annex_domain::{
    addon::Kind,
    manifest::Manifest,
    report::{Facts, Finding, Report},
    review::{Severity, Target},
};
use annex_package::VerifiedPackage;
use annex_sandbox::{CallError, Compiler, FixedData};
use bytes::Bytes;
use tokio::time::Instant;
use url::Url;

use crate::{
    component,
    diagnostic::{Diagnostic, Failure},
    difference, gate, icon, links,
    scenario::{self, Loaded, Runner, TEST_SETUP},
    texts, world,
};

/// What is more than that of a component makes installing it slow, and comes near to what hosts take. One of Python has 18 MiB before
/// its author wrote a line (ADR 50).
const LARGE: u64 = 20 << 20;
/// Processor time of compiling: more makes people wait.
const SLOW: Duration = Duration::from_secs(20);
/// By the clock, for all scenarios.
const PATIENCE: Duration = Duration::from_secs(40);
/// Bytes of a scenario's file.
const LARGEST_SCENARIO: usize = 256 << 10;
/// Views that are kept; each has 64 KiB at most.
const MOST_VIEWS: usize = 12;
/// Findings that are kept: there may be one for each text and language.
const MOST_FINDINGS: usize = 200;

/// How a package is checked.
#[derive(Debug, Clone)]
pub struct Means {
    /// Who compiles it.
    pub compiler: Compiler,
    /// Whose it is.
    pub whose: Whose,
    /// The version before it.
    pub before: Option<Before>,
    /// What is done about the listing's links.
    pub links: Links,
}

/// Whose package it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// One's own: where it does not fit its world is said type by type.
    Own,
    /// A stranger's: nothing that recurses over it runs outside of the compiler.
    Foreign,
}

/// A version that is compared with.
#[derive(Debug, Clone)]
pub struct Before {
    /// What it says about itself.
    pub manifest: Manifest,
    /// Bytes of the package.
    pub size: u64,
}

/// What is done about the listing's links.
#[derive(Debug, Clone)]
pub enum Links {
    /// Nothing.
    Leave,
    /// They are asked; those of these hosts at a loopback address instead, as [`annex_sandbox::EgressConfig`] has them.
    Ask(BTreeMap<String, Url>),
}

/// The machine cannot check it now: nothing is said about the package.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the package cannot be checked now: {0}")]
pub struct Unavailable(pub String);

/// Checks a package.
///
/// # Errors
/// [`Unavailable`].
pub async fn report(package: VerifiedPackage, means: Means) -> Result<Report, Unavailable> {
    let Means { compiler, whose, before, links } = means;
    let (package, looked) = on_a_thread(move || {
        let looked = look(&package, whose, before.as_ref());
        (package, looked)
    })
    .await?;
    let mut report = Report { facts: facts(&package), ..Report::default() };
    report.findings = looked.findings;
    let runner = Runner::new(package.clone(), compiler).map_err(unavailable)?;
    if let Links::Ask(overrides) = links {
        let sandbox = runner.sandbox(Arc::new(FixedData::default()), overrides).map_err(unavailable)?;
        report.findings.extend(links::look(&package.manifest().listing, &sandbox).await);
    }
    if looked.can_run {
        run(&runner, &package, &mut report).await?;
    }
    report.findings.sort_by_key(|finding| finding.severity);
    report.findings.truncate(MOST_FINDINGS);
    Ok(report)
}

/// What was seen without running anything.
struct Looked {
    findings: Vec<Finding>,
    /// Nothing of it stands against compiling the component.
    can_run: bool,
}

fn look(package: &VerifiedPackage, whose: Whose, before: Option<&Before>) -> Looked {
    let manifest = package.manifest();
    let sound = gate::check(package.component(), package.assets());
    let mut findings = Vec::new();
    if sound.is_ok() {
        findings.extend(component::look(manifest, package.component()));
        // Those of a language are what it hands over, and are held against the panel.
        if manifest.kind != Kind::Language {
            findings.extend(texts::look_at_files(package.assets()));
        }
    }
    let fits = match whose {
        Whose::Own if sound.is_ok() => world::check(package.component(), manifest.speaks(), manifest.kind),
        Whose::Own | Whose::Foreign => Ok(()),
    };
    let can_run = sound.is_ok() && fits.is_ok();
    let refused = [sound, fits].into_iter().filter_map(Result::err).flat_map(|failure| failure.0);
    findings.extend(refused.map(Finding::from));
    if package.component().len() as u64 > LARGE {
        let text = format!("the component has {} MiB", package.component().len() >> 20);
        let large = Finding::new("component-large", Severity::Suggestion, Target::Whole, text);
        findings.push(
            large.hint("import less; a crate is built with `opt-level = \"s\"`, `lto = true` and `strip = true`"),
        );
    }
    findings.extend(texts::look_at_manifest(manifest));
    findings.extend(icon::look(package));
    if let Some(before) = before {
        findings.extend(difference::look(manifest, package.size(), &before.manifest, before.size));
    }
    Looked { findings, can_run }
}

fn facts(package: &VerifiedPackage) -> Facts {
    Facts {
        package_bytes: package.size(),
        component_bytes: package.component().len() as u64,
        files: u32::try_from(package.manifest().files.len()).unwrap_or(u32::MAX),
        ..Facts::default()
    }
}

/// Compiles the component, asks a language for its texts, and runs the scenarios.
async fn run(runner: &Runner, package: &VerifiedPackage, report: &mut Report) -> Result<(), Unavailable> {
    let Some(compiled) = or_finding(runner.compile().await, &mut report.findings)? else { return Ok(()) };
    report.facts.machine_code_bytes = compiled.bytes;
    report.facts.compile_millis = u64::try_from(compiled.spent.as_millis()).unwrap_or(u64::MAX);
    if compiled.spent > SLOW {
        let text = format!("compiling the component takes {} s of processor time", compiled.spent.as_secs());
        let slow = Finding::new("compile-slow", Severity::Suggestion, Target::Whole, text);
        report.findings.push(slow.hint("make the component smaller: less code, fewer dependencies"));
    }
    if package.manifest().kind == Kind::Language {
        language(runner, package, &mut report.findings).await?;
    }
    scenarios(runner, package, report).await
}

async fn language(runner: &Runner, package: &VerifiedPackage, findings: &mut Vec<Finding>) -> Result<(), Unavailable> {
    let Some(answer) = or_finding(runner.language().await, findings)? else { return Ok(()) };
    match answer {
        Ok(pack) => findings.extend(texts::look_at_language(&pack, package.assets())),
        Err(CallError::BadTexts(error)) => findings.push(texts::diagnostic(error).into()),
        Err(CallError::Unavailable(text)) => return Err(Unavailable(text)),
        Err(error) => {
            let text = format!("the language does not hand its texts over: {error}");
            findings.push(Diagnostic::new("language-failed", text).into());
        }
    }
    Ok(())
}

async fn scenarios(runner: &Runner, package: &VerifiedPackage, report: &mut Report) -> Result<(), Unavailable> {
    let files: Vec<(&str, &Bytes)> = package.assets().filter(|(path, _)| is_scenario(path)).collect();
    if files.is_empty() {
        let text = "the package has no scenarios: nobody sees what it does before it is installed";
        let none = Finding::new("no-scenarios", Severity::Suggestion, Target::Whole, text);
        report.findings.push(none.hint("write `scenarios/NAME.toml`; `annex addon new` makes an example"));
    }
    let until = Instant::now() + PATIENCE;
    for (path, data) in files {
        let Some(loaded) = or_finding(load(path, data), &mut report.findings)? else { continue };
        let Ok(ran) = tokio::time::timeout_at(until, runner.run(&loaded)).await else {
            let text = "the scenarios take too long: from this one on they did not end within 40 seconds";
            let target = Target::Line { file: path.into(), line: 1 };
            let cut = Finding::new("scenarios-cut", Severity::Suggestion, target, text);
            report.findings.push(cut.hint("make them shorter; one for each thing that the add-on does is enough"));
            break;
        };
        let Some(outcome) = or_finding(ran, &mut report.findings)? else { continue };
        report.facts.scenarios += 1;
        report.findings.extend(outcome.problems.into_iter().map(Finding::from));
        let room = MOST_VIEWS.saturating_sub(report.views.len());
        report.views.extend(outcome.views.into_iter().take(room));
    }
    Ok(())
}

fn is_scenario(path: &str) -> bool {
    let name = path.strip_prefix(scenario::FOLDER).and_then(|rest| rest.strip_prefix('/'));
    name.is_some_and(|name| name.ends_with(".toml"))
}

fn load(path: &str, data: &Bytes) -> Result<Loaded, Failure> {
    let file = std::path::Path::new(path);
    if data.len() > LARGEST_SCENARIO {
        let large = Diagnostic::new("scenario", "a scenario has at most 256 KiB").file(file);
        return Err(large.fix("make it shorter").into());
    }
    let text = String::from_utf8(data.to_vec())
        .map_err(|_| Diagnostic::new("not-utf8", "this file is not UTF-8").file(file).fix("save it as UTF-8"))?;
    Loaded::read(file, text)
}

/// Turns what failed into findings, unless it is the machine's fault.
fn or_finding<T>(result: Result<T, Failure>, findings: &mut Vec<Finding>) -> Result<Option<T>, Unavailable> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(failure) if failure.0.iter().any(|error| error.code == TEST_SETUP) => Err(unavailable(failure)),
        Err(failure) => {
            findings.extend(failure.0.into_iter().map(Finding::from));
            Ok(None)
        }
    }
}

fn unavailable(failure: Failure) -> Unavailable {
    Unavailable(failure.to_string())
}

/// Reading a component takes milliseconds of processor time.
async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Unavailable> {
    tokio::task::spawn_blocking(work).await.map_err(|panic| Unavailable(panic.to_string()))
}
