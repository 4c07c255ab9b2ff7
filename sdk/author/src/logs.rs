//! `annex addon logs`: what an add-on does in its publisher's developer desk, once or for as long as somebody looks.

use std::time::Duration;

use annex_check::Failure;
use serde::Serialize;
use serde_json::Value;

use crate::{
    activity::{Entry, Printer, in_order},
    api::Api,
    args::LogsArgs,
    logins::Access,
    output::{Answer, Output},
    patience::passes,
    versions::{self, text},
};

/// The longest that hosts let an answer wait, in seconds.
const WAIT: u32 = 25;
/// How long a host that cannot answer is left alone.
const PAUSE: Duration = Duration::from_secs(3);

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
    let answer = api.get(&path).await.map_err(not_installed)?;
    if args.follow {
        return Err(follow(&api, &path, answer, output).await);
    }
    Ok(Shown {
        addon: addon.to_string(),
        version: text(&answer, "version").to_owned(),
        calls: list(&answer, "calls"),
        lines: list(&answer, "lines"),
    })
}

/// Prints what comes until that fails for good.
async fn follow(api: &Api, path: &str, mut answer: Value, output: Output) -> Failure {
    let mut printer = Printer::default();
    loop {
        printer.print(&entries(&list(&answer, "calls"), &list(&answer, "lines")), output);
        let next = format!("{path}?after={}&wait={WAIT}", text(&answer, "next"));
        answer = loop {
            match api.get(&next).await {
                Ok(answer) => break answer,
                Err(failure) if passes(&failure) => {
                    tokio::time::sleep(PAUSE).await;
                }
                Err(failure) => return not_installed(failure),
            }
        };
    }
}

/// The newest first.
fn list(answer: &Value, key: &str) -> Vec<Value> {
    answer.get(key).and_then(Value::as_array).cloned().unwrap_or_default()
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
