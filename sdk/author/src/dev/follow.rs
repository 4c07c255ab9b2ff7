//! Prints what an add-on does: each call with its cost and its host calls, and below it each line that it logs, whole and in the order
//! in which they were written. A panic is such lines: where it was, and what it says.

use std::collections::BTreeSet;

use annex_check::Failure;
use serde_json::Value;

use crate::{activity::in_order, api::Api, output::Output, versions::text};

/// Remembers what was printed.
pub(super) struct Follower {
    api: Api,
    /// Before each line for people, where several add-ons run.
    name: Option<String>,
    calls: BTreeSet<String>,
    /// The number of the last line; they rise.
    line: i64,
}

impl Follower {
    pub(super) fn new(api: Api, name: Option<String>) -> Self {
        Self { api, name, calls: BTreeSet::new(), line: 0 }
    }

    /// What an installation did so far is old news.
    pub(super) async fn skip(&mut self, installation: &str) {
        let _ = self.news(installation).await; // a host that does not answer now has nothing old, or it is told again
    }

    /// Prints what is new. A host that does not answer right now is asked again soon.
    pub(super) async fn print_news(&mut self, installation: &str, output: Output) {
        let Ok((calls, lines)) = self.news(installation).await else { return };
        for entry in in_order(calls, lines) {
            let text = entry.text();
            match &self.name {
                Some(name) => output.event(entry.kind, &entry.item, format_args!("{name}  {text}")),
                None => output.event(entry.kind, &entry.item, text),
            }
        }
    }

    /// Calls and lines that were not seen yet, both oldest first. Lines are asked for first, as those of a call are written with it:
    /// none of a call that is told is missing for long.
    async fn news(&mut self, installation: &str) -> Result<(Vec<Value>, Vec<Value>), Failure> {
        let mut lines = Vec::new();
        let mut cursor = String::new();
        loop {
            let page: Value = self.api.get(&format!("/installations/{installation}/logs?limit=100{cursor}")).await?;
            let (found, known): (Vec<Value>, Vec<Value>) =
                items(&page).into_iter().partition(|line| number_of(line) > self.line);
            lines.extend(found);
            let next = page.get("next").and_then(Value::as_str).filter(|_| known.is_empty());
            let Some(next) = next else { break };
            cursor = format!("&cursor={next}");
        }
        lines.reverse();
        let page: Value = self.api.get(&format!("/installations/{installation}/calls?limit=100")).await?;
        let mut calls = items(&page);
        let on_page: BTreeSet<String> = calls.iter().map(|call| text(call, "id").to_owned()).collect();
        calls.retain(|call| !self.calls.contains(text(call, "id")));
        calls.reverse();
        // Ids that left the page cannot come back.
        self.calls = on_page;
        self.line = lines.last().map_or(self.line, number_of);
        Ok((calls, lines))
    }
}

fn items(page: &Value) -> Vec<Value> {
    page.get("items").and_then(Value::as_array).cloned().unwrap_or_default()
}

fn number_of(line: &Value) -> i64 {
    text(line, "id").parse().unwrap_or_default()
}
