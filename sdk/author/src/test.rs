//! `annex addon test`: build, check, and run the scenarios in the real sandbox.

use std::time::Duration;

use annex_check::{
    Diagnostic, Failure,
    scenario::{Outcome, Runner},
};
use serde::Serialize;

use crate::{
    args::TestArgs,
    check,
    output::{Answer, Output},
    project::{self, Project},
    scenario,
};

/// All scenarios passed.
#[derive(Debug, Serialize)]
pub(crate) struct Tested {
    scenarios: Vec<Passed>,
}

#[derive(Debug, Serialize)]
struct Passed {
    name: String,
    steps: usize,
    millis: u128,
}

impl Answer for Tested {
    fn text(&self) -> String {
        let steps: usize = self.scenarios.iter().map(|scenario| scenario.steps).sum();
        format!("{} with {} passed", counted(self.scenarios.len(), "scenario"), counted(steps, "step"))
    }
}

pub(crate) async fn run(args: &TestArgs, output: Output) -> Result<Tested, Failure> {
    let project = project::open(&args.source)?;
    let scenarios = scenario::load_all(&args.source.dir, args.only.as_deref())?;
    if scenarios.is_empty() {
        return Err(Diagnostic::new("no-scenarios", "no scenario has such a name").fix("leave out --only").into());
    }
    let component = project::component(&project, &args.source, output).await?;
    let runner = Runner::new(check::verified(&check::package(&project, component)?)?, check::compiler()?)?;
    let (mut passed, mut problems) = (Vec::new(), Vec::new());
    for loaded in &scenarios {
        let outcome = match runner.run(loaded).await {
            Ok(outcome) => outcome,
            Err(failure) => Outcome { problems: failure.0, steps: 0, wall: Duration::ZERO, views: Vec::new() },
        };
        let millis = outcome.wall.as_millis();
        let word = if outcome.problems.is_empty() { "ok  " } else { "FAIL" };
        output.progress(format_args!("{word} {} ({}, {millis} ms)", loaded.name, counted(outcome.steps, "step")));
        problems.extend(outcome.problems.into_iter().map(|problem| in_project(problem, &project)));
        passed.push(Passed { name: loaded.name.clone(), steps: outcome.steps, millis });
    }
    if problems.is_empty() { Ok(Tested { scenarios: passed }) } else { Err(Failure(problems)) }
}

/// The compiler names files from the add-on's folder; those of its dependencies it names in full.
fn in_project(problem: Diagnostic, project: &Project) -> Diagnostic {
    match problem.file.as_ref().map(|file| project.root.join(file)).filter(|file| file.is_file()) {
        Some(file) if problem.code == "panic" => problem.file(&file),
        _ => problem,
    }
}

/// `1 step`, `2 steps`.
fn counted(many: usize, what: &str) -> String {
    if many == 1 { format!("1 {what}") } else { format!("{many} {what}s") }
}
