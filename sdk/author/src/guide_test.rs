//! What the guide shows as TOML, held against what reads it in a project: manifests and parts of them, and scenarios.

use std::{fs, path::Path};

use annex_check::scenario::Loaded;
use toml::{Table, Value};

use crate::recipe;

/// What a chapter leaves out that shows a part.
const REST: &str = r#"
id = "acme.shown"
version = "0.1.0"
seq = 1
kind = "plugin"
wit = "annex:addon@0.1"
host = ">=0.1, <1"

[listing]
name = "Shown"
summary = "In the guide."
description = "What a chapter shows."
publisher_name = "Acme"
support = { email = "help@acme.example" }
"#;
/// The same about channels, beside it.
const OF_CHANNELS: &str = r#"
kind = "channel"

[[capabilities]]
use = "http"
hosts = ["chat.example.com"]
purpose = "To send replies."

[[settings]]
key = "api_key"
type = "secret"
label = "Key"
"#;

fn table(text: &str) -> Table {
    toml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Tables are put together, lists one behind the other; else what comes later counts.
fn merge(into: &mut Table, more: Table) {
    for (key, value) in more {
        let merged = match (into.remove(&key), value) {
            (Some(Value::Table(mut there)), Value::Table(more)) => {
                merge(&mut there, more);
                Value::Table(there)
            }
            (Some(Value::Array(there)), Value::Array(more)) => Value::Array([there, more].concat()),
            (_, value) => value,
        };
        into.insert(key, merged);
    }
}

#[test]
fn what_the_guide_shows_is_read() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../guide");
    let (mut manifests, mut scenarios) = (0, 0);
    for file in fs::read_dir(guide).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let chapter = fs::read_to_string(&file).unwrap();
        let blocks = chapter.split("\n```toml\n").skip(1).filter_map(|block| block.split("\n```").next());
        let (steps, parts): (Vec<&str>, Vec<&str>) = blocks.partition(|block| table(block).contains_key("steps"));
        for scenario in steps {
            let read = Loaded::read(&file, scenario.to_owned());
            assert!(read.is_ok(), "{}: {}", file.display(), read.unwrap_err());
            scenarios += 1;
        }
        let mut whole = table(REST);
        if parts.iter().any(|part| table(part).contains_key("inbound")) {
            merge(&mut whole, table(OF_CHANNELS));
        }
        parts.iter().for_each(|part| merge(&mut whole, table(part)));
        manifests += parts.len();
        let (_, manifest) = recipe::take(&toml::to_string(&whole).unwrap(), &file).unwrap();
        let read = annex_package::manifest_from_toml(&manifest, &file.display().to_string());
        assert!(read.is_ok(), "{read:?}\n{manifest}");
    }
    assert!(manifests >= 8 && scenarios >= 1, "{manifests}, {scenarios}");
}
