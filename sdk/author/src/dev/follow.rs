//! Prints what the add-on does: each call with its cost and its host calls, each line that it logs.

use std::{collections::BTreeSet, fmt::Write as _};

use serde_json::Value;

use crate::{api::Api, output::Output};

/// Remembers what was printed.
pub(super) struct Follower {
    api: Api,
    printed: BTreeSet<String>,
    /// What was there before the first look is old news.
    started: bool,
}

impl Follower {
    pub(super) fn new(api: Api) -> Self {
        Self { api, printed: BTreeSet::new(), started: false }
    }

    /// Prints what is new. A host that does not answer right now is asked again soon.
    pub(super) async fn print_news(&mut self, installation: &str, output: Output) {
        let mut pages = Vec::new();
        for (event, path) in [("call", "calls"), ("log", "logs")] {
            let Ok(page) = self.api.get(&format!("/installations/{installation}/{path}?limit=50")).await else {
                return;
            };
            let items = page.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
            pages.extend(items.into_iter().map(|item| (event, item)));
        }
        // Both lists come newest first; together they are told in order of time.
        pages.sort_by_key(|(_, item)| string(item, "at").to_owned());
        let on_page: BTreeSet<String> = pages.iter().map(|(_, item)| string(item, "id").to_owned()).collect();
        let fresh = pages.iter().filter(|(_, item)| self.started && !self.printed.contains(string(item, "id")));
        for (event, item) in fresh {
            let text = if *event == "call" { call(item) } else { log_line(item) };
            output.event(event, item, text);
        }
        // Ids that left the pages cannot come back.
        self.printed = on_page;
        self.started = true;
    }
}

/// Such as `render  ok  2.1 ms  26.3 k instructions  1.2 MiB`, and a line for each host call.
fn call(call: &Value) -> String {
    let mut text = format!(
        "{:<10} {:<12} {:>8}  {:>8.1} k instructions  {:>5.1} MiB",
        string(call, "kind"),
        string(call, "outcome"),
        millis(call),
        number(call, "fuel") / 1e3,
        number(call, "peak_memory") / f64::from(1 << 20),
    );
    for host_call in call.get("host_calls").and_then(Value::as_array).into_iter().flatten() {
        let (name, detail, outcome) =
            (string(host_call, "name"), string(host_call, "detail"), string(host_call, "outcome"));
        let _ = write!(text, "\n    {name:<16} {:>8}  {detail}", millis(host_call));
        if !outcome.is_empty() {
            let _ = write!(text, "  -> {outcome}");
        }
    }
    text
}

fn log_line(line: &Value) -> String {
    format!("    {}: {}", string(line, "level"), string(line, "message"))
}

fn millis(item: &Value) -> String {
    format!("{:.1} ms", number(item, "wall_micros") / 1000.0)
}

fn string<'a>(item: &'a Value, key: &str) -> &'a str {
    item.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn number(item: &Value, key: &str) -> f64 {
    item.get(key).and_then(Value::as_f64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_call_is_told_with_its_cost() {
        let told = call(&json!({
            "kind": "render", "outcome": "ok", "wall_micros": 2100, "fuel": 300_000, "peak_memory": 1_258_291,
            "host_calls": [{ "name": "kv.get", "detail": "greetings", "wall_micros": 100, "outcome": "none" }],
        }));
        assert_eq!(
            told,
            "render     ok             2.1 ms     300.0 k instructions    1.2 MiB\n    kv.get             0.1 ms  greetings  -> none"
        );
    }
}
