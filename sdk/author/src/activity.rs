//! What an add-on does, as people read it: each call with its cost and its host calls, each line that it logs.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use serde_json::Value;

use crate::{output::Output, versions::text as string};

/// A call or a line of the log, as hosts tell them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    /// `call` or `log`.
    pub(crate) kind: &'static str,
    pub(crate) item: Value,
}

impl Entry {
    pub(crate) fn text(&self) -> String {
        if self.kind == "call" { call(&self.item) } else { log_line(&self.item) }
    }

    fn id(&self) -> &str {
        string(&self.item, "id")
    }
}

/// Two lists, both oldest first: calls by when they began, each with its lines below it in the order in which they were written.
pub(crate) fn in_order(calls: Vec<Value>, lines: Vec<Value>) -> Vec<Entry> {
    let begun: BTreeMap<String, String> =
        calls.iter().map(|call| (string(call, "id").to_owned(), string(call, "at").to_owned())).collect();
    let of_call = calls.into_iter().map(|item| {
        let key = (string(&item, "at").to_owned(), string(&item, "id").to_owned());
        (key, Entry { kind: "call", item })
    });
    let of_line = lines.into_iter().map(|item| {
        let call = string(&item, "call").to_owned();
        let at = begun.get(&call).cloned().unwrap_or_else(|| string(&item, "at").to_owned());
        ((at, call), Entry { kind: "log", item })
    });
    let mut all: Vec<_> = of_call.chain(of_line).collect();
    // What has the same key stays as it is: a call, then its lines.
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    all.into_iter().map(|(_, entry)| entry).collect()
}

/// Remembers what was printed.
#[derive(Debug, Default)]
pub(crate) struct Printer(BTreeSet<String>);

impl Printer {
    /// What is there already, and is old news.
    pub(crate) fn skip(&mut self, entries: &[Entry]) {
        // Ids that left the pages cannot come back.
        self.0 = entries.iter().map(|entry| entry.id().to_owned()).collect();
    }

    /// Prints what was not printed yet.
    pub(crate) fn print(&mut self, entries: &[Entry], output: Output) {
        for entry in entries.iter().filter(|entry| !self.0.contains(entry.id())) {
            output.event(entry.kind, &entry.item, entry.text());
        }
        self.skip(entries);
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

    #[test]
    fn the_lines_of_a_panic_follow_their_call_in_the_order_in_which_they_were_written() {
        let call = |id: &str, at: u32| json!({ "id": id, "at": at.to_string() });
        // All within one millisecond, while another call began.
        let line = |id: u32, call: &str, at: u32| json!({ "id": id.to_string(), "at": at.to_string(), "call": call });
        let host = json!({ "id": "9", "at": "6", "call": null });
        let lines = vec![line(5, "a", 3), line(6, "a", 3), line(7, "a", 3), line(8, "b", 3), host];
        let all = in_order(vec![call("a", 1), call("b", 2)], lines);
        let told: Vec<String> = all.iter().map(|entry| format!("{} {}", entry.kind, entry.id())).collect();
        assert_eq!(told, ["call a", "log 5", "log 6", "log 7", "call b", "log 8", "log 9"]);
        let mut printer = Printer::default();
        printer.skip(&all);
        assert!(all.iter().all(|entry| printer.0.contains(entry.id())));
    }
}
