//! `annex addon explain CODE`: what a code means, why there is such a rule, and what to do.

use annex_check::{Diagnostic, Explanation, Failure};
use annex_domain::likely;
use serde::Serialize;

use crate::{args::ExplainArgs, output::Answer};

/// A code that is explained.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct Explained(Explanation);

impl Answer for Explained {
    fn text(&self) -> String {
        let Explanation { code, what, why, fix } = &self.0;
        format!("{code}: {what}\n  why: {why}\n  fix: {fix}")
    }
}

pub(crate) fn run(args: &ExplainArgs) -> Result<Explained, Failure> {
    // As it is copied out of `error[manifest-toml]: …`.
    let code = args.code.trim_start_matches("error[").trim_end_matches([']', ':']);
    annex_check::explain(code).map(Explained).ok_or_else(|| {
        let unknown = Diagnostic::new("no-such-code", format!("there is no code `{code}`"));
        match likely::meant(code, annex_check::codes()) {
            Some(meant) => unknown.fix(format!("did you mean `{meant}`?")).into(),
            None => unknown.into(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_explained_and_a_mistyped_one_is_found() {
        let run = |code: &str| run(&ExplainArgs { code: code.into() });
        let told = run("error[no-manifest]").unwrap().text();
        assert!(
            told.starts_with("no-manifest: ") && told.contains("\n  why: ") && told.contains("\n  fix: "),
            "{told}"
        );
        let unknown = run("no-manifset").unwrap_err();
        assert_eq!(unknown.0[0].fix.as_deref(), Some("did you mean `no-manifest`?"));
        assert!(run("x").unwrap_err().0[0].fix.is_some());
    }
}
