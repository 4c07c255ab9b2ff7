//! `annex addon logs`: what an add-on does in its publisher's developer desk, once or for as long as somebody looks.

use std::time::Duration;

use annex_check::Failure;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::{Instant, sleep, sleep_until};

use crate::{
    activity::{Entry, Printer, in_order},
    args::LogsArgs,
    logins::Access,
    output::{Answer, Output},
    patience::passes,
    versions,
};

/// The longest that hosts let an answer wait, in seconds.
const WAIT: u32 = 25;
/// How long a host that cannot answer is left alone.
const PAUSE: Duration = Duration::from_secs(3);
/// The least between two questions: a host may answer at once each time.
const BETWEEN: Duration = Duration::from_secs(1);

/// What a host answers: both lists the newest first.
#[derive(Deserialize)]
struct Activity {
    version: String,
    calls: Vec<Value>,
    lines: Vec<Value>,
    /// What the next question has to name.
    next: String,
}

/// What was there when it was asked for.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    addon: String,
    version: String,
    calls: Vec<Value>,
    lines: Vec<Value>,
}

impl Answer for Shown {
    fn text(&self) -> String {
        let entries = entries(&self.calls, &self.lines);
        if entries.is_empty() {
            return format!("{} {} has done nothing yet in your developer desk", self.addon, self.version);
        }
        entries.iter().map(Entry::text).collect::<Vec<_>>().join("\n")
    }
}

pub(crate) async fn run(args: &LogsArgs, output: Output) -> Result<Shown, Failure> {
    let access = Access::of(&args.host)?;
    let (api, addon) = (access.publisher()?, versions::addon(&args.of)?);
    let path = format!("/projects/{addon}/logs");
    let asked = Instant::now();
    let answer: Activity = api.get(&path).await.map_err(not_installed)?;
    if args.follow {
        return Err(
            follow(async |next| api.get::<Activity>(&format!("{path}{next}")).await, (asked, answer), output).await
        );
    }
    let Activity { version, calls, lines, .. } = answer;
    Ok(Shown { addon: addon.to_string(), version, calls, lines })
}

/// Prints what comes until that fails for good. `ask` gets what is to be asked for, as a query; the answer before came of a question at
/// that time.
async fn follow(
    ask: impl AsyncFn(&str) -> Result<Activity, Failure>,
    (mut asked, mut answer): (Instant, Activity),
    output: Output,
) -> Failure {
    let mut printer = Printer::default();
    loop {
        printer.print(&entries(&answer.calls, &answer.lines), output);
        let next = format!("?after={}&wait={WAIT}", answer.next);
        answer = loop {
            sleep_until(asked + BETWEEN).await;
            asked = Instant::now();
            match ask(&next).await {
                Ok(answer) => break answer,
                Err(failure) if passes(&failure) => sleep(PAUSE).await,
                Err(failure) => return not_installed(failure),
            }
        };
    }
}

/// As they happened.
fn entries(calls: &[Value], lines: &[Value]) -> Vec<Entry> {
    in_order(calls.iter().rev().cloned().collect(), lines.iter().rev().cloned().collect())
}

fn not_installed(mut failure: Failure) -> Failure {
    for one in failure.0.iter_mut().filter(|one| one.code == "not-found") {
        one.message = "the add-on is not installed in your developer desk".to_owned();
        one.fix = Some("install it there; the overview of the portal leads to the desk".to_owned());
    }
    failure
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use annex_check::Diagnostic;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_host_that_answers_at_once_is_asked_once_a_second() {
        let (asked, began) = (Cell::new(0), Instant::now());
        let answer = || Activity { version: "1.0.0".into(), calls: Vec::new(), lines: Vec::new(), next: "7".into() };
        let ask = async |next: &str| {
            assert_eq!(next, "?after=7&wait=25");
            asked.set(asked.get() + 1);
            let ended = || Failure::from(Diagnostic::new("unauthorized", "it has ended"));
            if asked.get() < 60 { Ok(answer()) } else { Err(ended()) }
        };
        let failure = follow(ask, (began, answer()), Output::Json).await;
        assert_eq!((failure.0[0].code.as_str(), asked.get()), ("unauthorized", 60));
        assert!(began.elapsed() >= Duration::from_mins(1), "{:?}", began.elapsed());
    }

    #[test]
    fn an_answer_that_does_not_say_how_to_go_on_is_none() {
        let answer = |next: &str| format!(r#"{{"version":"1.0.0","calls":[],"lines":[]{next}}}"#);
        assert!(serde_json::from_str::<Activity>(&answer(r#","next":"7""#)).is_ok());
        assert!(serde_json::from_str::<Activity>(&answer("")).is_err());
    }
}
