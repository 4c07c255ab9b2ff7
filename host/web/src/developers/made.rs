//! The parts of the guide that are made of the code: tables between `<!-- made: NAME -->` and `<!-- end -->`. The test says which
//! are not what the code says any more, and `INSTA_UPDATE=always` writes them anew.

use std::{collections::BTreeSet, env, fs, path::Path};

use annex_domain::{
    fluent,
    manifest::EventName,
    ports::{KV_KEY_BYTES, KV_VALUE_BYTES},
    ui,
};
use annex_package::{Refusal, limits};
use annex_sandbox::{EgressConfig, Limits, Slots};
use annex_store::kv;
use serde_json::Value;

use crate::{i18n::english, sidebar::icons};

const DESK: &str = include_str!("../../../../wit/annex-addon-0.2/desk.wit");
const UI: &str = include_str!("../../../../wit/annex-addon-0.1/ui.wit");
const CODES: &str = include_str!("../../../i18n/locales/en-codes.ftl");
const END: &str = "<!-- end -->";

/// A part: its name, and how it is made.
type Part = (&'static str, fn() -> String);

static PARTS: [Part; 11] = [
    ("manifest", || schema(annex_check::schema::MANIFEST)),
    ("scenario", || schema(annex_check::schema::SCENARIO)),
    ("view-limits", of_views),
    ("call-limits", of_calls),
    ("package-limits", of_packages),
    ("language-limits", of_languages),
    ("icons", || icons().iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
    ("events", of_events),
    ("faults", of_faults),
    ("outcomes", of_outcomes),
    ("refusals", of_refusals),
];

#[test]
fn what_is_made_of_the_code_is_what_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk/guide");
    let (mut used, mut old) = (BTreeSet::new(), Vec::new());
    for entry in fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let made = filled(&text, &mut used);
        if made != text && env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
            fs::write(&file, made).unwrap();
        } else if made != text {
            old.push(file);
        }
    }
    assert!(old.is_empty(), "the code says something else than {old:?}; INSTA_UPDATE=always writes them anew");
    assert_eq!(used, PARTS.iter().map(|(name, _)| (*name).to_owned()).collect::<BTreeSet<_>>());
}

/// A page with all of its parts as the code says.
fn filled(markdown: &str, used: &mut BTreeSet<String>) -> String {
    let (mut page, mut is_made) = (String::new(), false);
    for line in markdown.lines() {
        is_made &= line != END;
        if !is_made {
            page.push_str(line);
            page.push('\n');
        }
        if let Some(name) = line.strip_prefix("<!-- made: ").and_then(|rest| rest.strip_suffix(" -->")) {
            let (_, part) = PARTS.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("no part {name}"));
            page.push_str(&format!("\n{}\n\n", part().trim_end()));
            used.insert(name.to_owned());
            is_made = true;
        }
    }
    page
}

/// A table.
fn table<const N: usize>(heads: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut table = format!("| {} |\n|{}\n", heads.join(" | "), "---|".repeat(N));
    for row in rows {
        table.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    table
}

fn number(number: impl Into<u64>) -> String {
    let digits = number.into().to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn bytes(count: u64) -> String {
    let units = [(1 << 20, "MiB"), (1 << 10, "KiB"), (1, "bytes")];
    let whole = units.into_iter().find(|(size, _)| count >= *size && count.is_multiple_of(*size));
    let (size, unit) = whole.unwrap_or((1, "bytes"));
    format!("{} {unit}", number(count / size))
}

fn characters(count: usize) -> String {
    format!("{} characters", number(count as u64))
}

/// Tables of what each object of a schema may have.
fn schema(text: &str) -> String {
    let root: Value = serde_json::from_str(text).unwrap();
    let definitions = root["definitions"].as_object().unwrap().values();
    let named = definitions.filter(|object| object["properties"].is_object());
    let titled = named.map(|object| (format!("`{}`", object["title"].as_str().unwrap()), object));
    let objects = [("At the top".to_owned(), &root)].into_iter().chain(titled);
    objects.map(|(title, object)| format!("### {title}\n\n{}\n", properties(object))).collect()
}

fn properties(object: &Value) -> String {
    let needed = object["required"].as_array().cloned().unwrap_or_default();
    let rows = object["properties"].as_object().unwrap().iter().map(|(key, property)| {
        let is_needed = needed.iter().any(|one| one == key.as_str());
        let kind = if is_needed { format!("{}, needed", kind(property)) } else { kind(property) };
        [format!("`{key}`"), kind, described(property)]
    });
    table(["key", "value", "what it is"], rows)
}

/// What a value is.
fn kind(property: &Value) -> String {
    let words = |of: &Value| {
        let words = of.as_array().into_iter().flatten().filter_map(Value::as_str);
        words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
    };
    let items = &property["items"];
    match property["type"].as_str() {
        _ if is_text(property) => "text by language".to_owned(),
        _ if property["$ref"].is_string() => "table".to_owned(),
        _ if property["enum"].is_array() => words(&property["enum"]),
        _ if property["oneOf"].is_array() => "word or table".to_owned(),
        Some("string") => "text".to_owned(),
        Some("integer") => "number".to_owned(),
        Some("boolean") => "`true` or `false`".to_owned(),
        Some("object") => "table".to_owned(),
        Some("array") if is_text(items) => "list of texts by language".to_owned(),
        Some("array") if items["enum"].is_array() => format!("list of {}", words(&items["enum"])),
        Some("array") if items["$ref"].is_string() => "tables".to_owned(),
        Some("array") => "list of texts".to_owned(),
        _ => "any".to_owned(),
    }
}

fn is_text(property: &Value) -> bool {
    property["$ref"] == "#/definitions/text"
}

/// What is said of a property, with its limits.
fn described(property: &Value) -> String {
    let mut said = property["description"].as_str().unwrap_or_default().to_owned();
    let mut add = |sentence: String| {
        said.push(' ');
        said.push_str(&sentence);
    };
    if let Some(most) = property["x-most"].as_u64() {
        add(format!("At most {} characters.", number(most)));
    }
    if let Some(most) = property["maxItems"].as_u64() {
        add(format!("At most {}.", number(most)));
    }
    if let Some(most) = property["items"]["x-most"].as_u64() {
        add(format!("Each has at most {} characters.", number(most)));
    }
    if let (Some(least), Some(most)) = (property["minimum"].as_u64(), property["maximum"].as_u64()) {
        add(format!("{} to {}.", number(least), number(most)));
    }
    if let Some(example) = property["examples"].get(0) {
        let example = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
        add(format!("Such as `{example}`."));
    }
    said
}

fn rows(rows: impl IntoIterator<Item = (&'static str, String)>) -> String {
    table(["what", "limit"], rows.into_iter().map(|(what, limit)| [what.to_owned(), limit]))
}

fn of_views() -> String {
    use ui::Limits as Of;
    let count = |count: usize| number(count as u64);
    let ids = format!("1 to {} of `a-z A-Z 0-9 - _ . :`", Of::ID_BYTES);
    rows([
        (
            "all texts of a view, and 16 bytes for each block, cell, item, choice and button",
            bytes(Of::VIEW_BYTES as u64),
        ),
        ("what a pattern counts there", bytes(Of::PATTERN_BYTES as u64)),
        ("the state that comes back with the next event, as JSON", bytes(Of::STATE_BYTES as u64)),
        ("sections of a view", count(Of::SECTIONS)),
        ("blocks of a section", count(Of::NODES)),
        ("rows of a table, items of a list", count(Of::ROWS)),
        ("the same with what replies append", count(Of::ROWS_APPENDED)),
        ("columns of a table", format!("1 to {}", Of::COLUMNS)),
        ("choices of a field; where there are more, a lookup", count(Of::CHOICES)),
        ("buttons of a group, one of them primary", count(Of::ACTIONS)),
        ("pairs, badges or steps of a block; fields that a reply complains about", count(Of::PARTS)),
        ("patches of a reply", count(Of::PATCHES)),
        ("seconds between two refreshes", format!("{} at least", Of::REFRESH_SECONDS)),
        ("an id or verb", ids),
        ("a line: a title, a label, a cell", characters(Of::LINE_CHARS)),
        ("a paragraph; a text to be copied or put into the reply", characters(Of::TEXT_CHARS)),
        ("a text that is entered", characters(Of::INPUT_CHARS as usize)),
        ("a pattern", characters(Of::PATTERN_CHARS)),
        ("an address", bytes(Of::URL_BYTES as u64)),
        ("a cursor", bytes(Of::CURSOR_BYTES as u64)),
        ("a picture, each way", format!("1 to {} pixels", number(Of::IMAGE_PIXELS))),
    ])
}

fn of_calls() -> String {
    let (of, slots, egress) = (Limits::default(), Slots::default(), EgressConfig::default());
    let seconds = |time: std::time::Duration| format!("{} s", time.as_secs());
    let log = format!("{} lines, {}", number(of.log_lines as u64), bytes(of.log_bytes as u64));
    let values = format!("{} values, {}", number(of.kv_writes), bytes(of.kv_bytes as u64));
    rows([
        ("own time of `render`, `handle` and `receive`", seconds(of.deadlines.interactive)),
        ("own time of everything else: events, hooks, `send`, `describe`", seconds(of.deadlines.background)),
        ("waiting for the host, beside that", seconds(of.deadlines.waiting)),
        ("instructions of `render`, `handle` and `receive`; of everything else five times as many", number(of.fuel)),
        ("memory", bytes(of.memory as u64)),
        ("what one call of the host takes or gives", bytes(of.hostcall_bytes as u64)),
        ("log of a call", log),
        ("calls of each function that writes to tickets or contacts, in a call", number(of.writes)),
        ("what those write together", bytes(of.write_bytes as u64)),
        ("what a call writes with `kv`", values),
        ("what an installation keeps with `kv`", bytes(kv::QUOTA)),
        ("a key of `kv`", bytes(KV_KEY_BYTES as u64)),
        ("a value of `kv`", bytes(KV_VALUE_BYTES as u64)),
        ("calls of an installation at once", number(slots.installation)),
        ("calls of a desk at once", number(slots.desk)),
        ("calls of an installation that wait", number(slots.waiting)),
        ("requests of a desk in a minute", number(egress.requests_per_minute)),
    ])
}

fn of_packages() -> String {
    rows([
        ("the file", bytes(limits::PACKED)),
        ("what it unpacks to", bytes(limits::UNPACKED)),
        ("unpacked bytes for each packed one", number(limits::RATIO)),
        ("files", number(limits::FILES as u64)),
        ("a path", bytes(limits::PATH_BYTES as u64)),
        ("the manifest", bytes(limits::MANIFEST_BYTES)),
        ("signatures", number(limits::SIGNATURES as u64)),
    ])
}

fn of_languages() -> String {
    let count = |count: usize| number(count as u64);
    rows([
        ("a file", bytes(fluent::LARGEST_RESOURCE as u64)),
        ("messages and terms of a file", count(fluent::MOST_MESSAGES)),
        ("a message as written, with its attributes", bytes(fluent::LARGEST_MESSAGE as u64)),
        ("braces within each other", count(fluent::DEEPEST)),
        ("references that lead on", count(fluent::DEEPEST_REFERENCE)),
        ("a text as shown", bytes(fluent::LONGEST_TEXT as u64)),
        ("values in it", count(fluent::MOST_PLACEABLES)),
    ])
}

/// The cases of a variant in a WIT file, with what is said of each.
pub(super) fn cases<'w>(wit: &'w str, variant: &str) -> Vec<(&'w str, String)> {
    let (_, body) = wit.split_once(&format!("variant {variant} {{")).unwrap();
    let (body, _) = body.split_once("\n  }").unwrap();
    let (mut cases, mut said) = (Vec::new(), Vec::new());
    for line in body.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.strip_prefix("/// ") {
            Some(sentence) => said.push(sentence),
            None => cases.push((line.split(['(', ',']).next().unwrap(), std::mem::take(&mut said).join(" "))),
        }
    }
    cases
}

fn of_events() -> String {
    let happenings = cases(DESK, "happening");
    let row = |event: EventName| {
        let (_, said) = happenings.iter().find(|(name, _)| *name == event.as_str()).unwrap();
        [format!("`{event}`"), said.clone()]
    };
    table(["event", "when"], EventName::ALL.map(row))
}

fn of_faults() -> String {
    let t = english();
    // A defect that the add-on tells of is shown as one that the host noticed.
    let screen = |name: &str| if name == "internal" { "panel-failed".to_owned() } else { format!("panel-{name}") };
    let row = |(name, said): (&str, String)| [format!("`{name}`"), t.get(&screen(name)), said];
    table(["code", "the operator reads", "when to answer it"], cases(UI, "fault").into_iter().map(row))
}

fn of_outcomes() -> String {
    let row = |line: &str| {
        let (code, text) = line.strip_prefix("call-outcome-")?.split_once(" = ")?;
        Some([format!("`{code}`"), text.to_owned()])
    };
    table(["code", "what happened"], CODES.lines().filter_map(row))
}

fn of_refusals() -> String {
    let row = |[code, message, _, hint]: &[&str; 4]| [format!("`{code}`"), without_values(message), (*hint).to_owned()];
    table(["code", "why", "what to do"], Refusal::EXPLAINED.iter().map(row))
}

/// A message with `…` for each value that it is given.
fn without_values(message: &str) -> String {
    let mut said = String::new();
    let mut rest = message;
    while let Some((before, after)) = rest.split_once('{') {
        said.push_str(before);
        said.push('…');
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    said + rest
}
