//! The schemas say what the parser and the checks do: examples that have every key are changed one place at a time, and what is
//! said about the change is held against the schema.

use std::collections::{BTreeMap, BTreeSet};

use annex_domain::manifest::Manifest;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use toml::Value as Toml;

use super::{MANIFEST, SCENARIO};
use crate::scenario::Scenario;

/// Together they have every key of a manifest.
const MANIFESTS: [&str; 4] = [
    include_str!("tests/plugin.toml"),
    include_str!("tests/channel.toml"),
    include_str!("tests/signed.toml"),
    include_str!("tests/form.toml"),
];
/// It has every key, and makes no sense as a whole.
const SCENARIOS: [&str; 1] = [include_str!("tests/scenario.toml")];

/// What the checks say of too much.
const TOO_MUCH: [&str; 5] = ["too-long", "length", "too-many", "categories", "unreadable"];
/// Made when a package is built; authors leave it out.
const MADE: &str = "files";
/// Of the author's tools, which leave them out of what they pack.
const OF_THE_TOOLS: [&str; 2] = ["build", "component"];
/// Is no key, word or anything else.
const NOTHING: &str = "__";

/// A part of a schema, and where an example has it.
struct Node<'s> {
    /// As written: what is beside a reference counts too.
    written: &'s Json,
    /// What a reference leads to.
    schema: &'s Json,
    place: Vec<String>,
}

impl Node<'_> {
    fn is_closed(&self) -> bool {
        self.schema["additionalProperties"] == Json::Bool(false)
    }

    fn properties(&self) -> BTreeSet<String> {
        known_to_hosts(&self.schema["properties"])
    }

    /// What is allowed in the place of a word; nothing where there are no words.
    fn words(&self) -> BTreeSet<String> {
        let parts = self.schema["oneOf"].as_array().cloned().unwrap_or_else(|| vec![self.schema.clone()]);
        let has_parts = self.schema.get("oneOf").is_some();
        let of_enum = parts.iter().flat_map(|part| part["enum"].as_array().cloned().unwrap_or_default());
        let words: BTreeSet<String> = of_enum.filter_map(|word| word.as_str().map(str::to_owned)).collect();
        let named = parts.iter().filter(|_| has_parts).flat_map(|part| keys(&part["properties"]));
        words.into_iter().chain(named).collect()
    }
}

fn keys(object: &Json) -> BTreeSet<String> {
    object.as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default()
}

fn known_to_hosts(properties: &Json) -> BTreeSet<String> {
    keys(properties).into_iter().filter(|key| !OF_THE_TOOLS.contains(&key.as_str())).collect()
}

fn nodes<'s>(root: &'s Json, example: &Toml) -> Vec<Node<'s>> {
    let mut found = Vec::new();
    visit(root, root, example, &[], &mut found);
    found
}

fn visit<'s>(root: &'s Json, written: &'s Json, example: &Toml, place: &[String], found: &mut Vec<Node<'s>>) {
    let schema = match written["$ref"].as_str() {
        Some(path) => root.pointer(path.trim_start_matches('#')).unwrap(),
        None => written,
    };
    found.push(Node { written, schema, place: place.to_vec() });
    let inner = |step: String| [place, &[step]].concat();
    match example {
        Toml::Table(table) => {
            for (key, value) in table {
                if let Some(part) = schema["properties"].get(key) {
                    visit(root, part, value, &inner(key.clone()), found);
                }
            }
        }
        Toml::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                visit(root, &schema["items"], item, &inner(at.to_string()), found);
            }
        }
        _ => {}
    }
}

fn at<'t>(value: &'t mut Toml, place: &[String]) -> &'t mut Toml {
    place.iter().fold(value, |value, step| match step.parse::<usize>() {
        Ok(index) => &mut value[index],
        Err(_) => &mut value[step.as_str()],
    })
}

/// The example with another value in a place.
fn with(example: &Toml, place: &[String], value: impl Into<Toml>) -> Toml {
    let mut changed = example.clone();
    *at(&mut changed, place) = value.into();
    changed
}

fn read(text: &str) -> Toml {
    Toml::Table(toml::from_str(text).unwrap())
}

/// What the parser says against it.
fn refusal<T: DeserializeOwned>(value: &Toml) -> Option<String> {
    let read = toml::from_str::<T>(&toml::to_string(value).unwrap());
    read.err().map(|error| error.message().to_owned())
}

/// The words that a refusal offers instead.
fn offered(message: &str) -> BTreeSet<String> {
    let (_, words) = message.split_once("expected").unwrap_or_default();
    words.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The keys of an object are those that the parser knows, and so are those that must be there.
fn has_the_keys<T: DeserializeOwned>(root: &Json, example: &Toml) {
    for node in nodes(root, example).iter().filter(|node| node.is_closed()) {
        let mut changed = example.clone();
        let Toml::Table(object) = at(&mut changed, &node.place) else { panic!("{:?} is no table", node.place) };
        let written: Vec<String> = object.keys().cloned().collect();
        object.insert(NOTHING.to_owned(), Toml::Integer(0));
        let message = refusal::<T>(&changed).unwrap_or_default();
        let mut known = offered(&message);
        if node.place.is_empty() {
            known.remove(MADE);
        }
        assert_eq!(known, node.properties(), "{:?}: {message}", node.place);
        let needed = node.schema["required"].as_array().cloned().unwrap_or_default();
        for key in written {
            let mut changed = example.clone();
            at(&mut changed, &node.place).as_table_mut().unwrap().remove(&key);
            let is_needed = refusal::<T>(&changed).is_some();
            assert_eq!(needed.contains(&Json::String(key.clone())), is_needed, "{:?} without {key}", node.place);
        }
    }
}

/// Closed sets of words are those of the parser.
fn has_the_words<T: DeserializeOwned>(root: &Json, example: &Toml) -> usize {
    let mut checked = 0;
    for node in nodes(root, example) {
        let words = node.words();
        if words.is_empty() {
            continue;
        }
        let message = refusal::<T>(&with(example, &node.place, NOTHING)).unwrap_or_default();
        assert_eq!(offered(&message), words, "{:?}: {message}", node.place);
        checked += 1;
    }
    checked
}

/// Every object of the schema, with those of its properties that examples have.
fn covered(root: &Json, examples: &[Toml]) -> BTreeMap<String, BTreeSet<String>> {
    let mut covered: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for example in examples {
        for node in nodes(root, example).iter().filter(|node| node.is_closed()) {
            let mut example = example.clone();
            let there = at(&mut example, &node.place).as_table().unwrap().keys().cloned();
            covered.entry(node.schema["title"].to_string()).or_default().extend(there);
        }
    }
    covered
}

fn is_held_against_all_of_it(root: &Json, examples: &[Toml]) {
    let definitions = root["definitions"].as_object().unwrap().values();
    let objects = definitions.chain([root]).filter(|object| object["additionalProperties"] == Json::Bool(false));
    let all: BTreeMap<_, _> =
        objects.map(|object| (object["title"].to_string(), known_to_hosts(&object["properties"]))).collect();
    assert_eq!(covered(root, examples), all);
}

#[test]
fn every_key_and_word_of_a_manifest_is_in_its_schema() {
    let (root, examples): (Json, _) = (serde_json::from_str(MANIFEST).unwrap(), MANIFESTS.map(read));
    is_held_against_all_of_it(&root, &examples);
    let mut words = 0;
    for example in &examples {
        assert_eq!(codes(example), [""; 0]);
        has_the_keys::<Manifest>(&root, example);
        words += has_the_words::<Manifest>(&root, example);
    }
    assert!(words > 10, "{words}");
}

#[test]
fn every_key_and_word_of_a_scenario_is_in_its_schema() {
    let (root, examples): (Json, _) = (serde_json::from_str(SCENARIO).unwrap(), SCENARIOS.map(read));
    is_held_against_all_of_it(&root, &examples);
    for example in &examples {
        has_the_keys::<Scenario>(&root, example);
        assert!(has_the_words::<Scenario>(&root, example) > 4);
    }
}

/// What is wrong with a manifest.
fn codes(manifest: &Toml) -> Vec<&'static str> {
    match toml::from_str::<Manifest>(&toml::to_string(manifest).unwrap()) {
        Ok(manifest) => manifest.check().err().unwrap_or_default().iter().map(|error| error.code).collect(),
        Err(_) => vec!["unreadable"],
    }
}

fn is_too_much(manifest: &Toml) -> bool {
    codes(manifest).iter().any(|code| TOO_MUCH.contains(code))
}

/// So many of them, which a set holds apart.
fn many(list: &Toml, count: u64) -> Toml {
    let first = &list[0];
    let one = |number| match first {
        Toml::String(text) => Toml::String(format!("x{number}{text}")),
        other => other.clone(),
    };
    Toml::Array((0..count).map(one).collect())
}

#[test]
fn limits_of_a_manifest_are_those_of_the_check() {
    let root: Json = serde_json::from_str(MANIFEST).unwrap();
    let mut held = BTreeSet::new();
    for example in MANIFESTS.map(read) {
        for Node { written, schema, place } in nodes(&root, &example) {
            if let Some(most) = written["x-most"].as_u64() {
                let text = |length: u64| with(&example, &place, "a".repeat(length as usize));
                assert!(!is_too_much(&text(most)) && is_too_much(&text(most + 1)), "{place:?}: {most}");
                held.insert("x-most");
            }
            if let Some(most) = schema["maxItems"].as_u64() {
                let mut copy = example.clone();
                let list = at(&mut copy, &place).clone();
                let of = |count| with(&example, &place, many(&list, count));
                assert!(!is_too_much(&of(most)) && is_too_much(&of(most + 1)), "{place:?}: {most}");
                held.insert("maxItems");
            }
            if let Some(most) = schema["maximum"].as_i64() {
                let of = |number: i64| codes(&with(&example, &place, number));
                assert!(of(most).is_empty() && !of(most + 1).is_empty(), "{place:?}: {most}");
                held.insert("maximum");
            }
            if let Some(least) = schema["minimum"].as_i64() {
                assert!(!codes(&with(&example, &place, least - 1)).is_empty(), "{place:?}: {least}");
                held.insert("minimum");
            }
        }
    }
    assert_eq!(held.len(), 4, "{held:?}");
}

#[test]
fn everything_is_described() {
    for schema in [MANIFEST, SCENARIO] {
        let root: Json = serde_json::from_str(schema).unwrap();
        for object in root["definitions"].as_object().unwrap().values().chain([&root]) {
            for (key, property) in object["properties"].as_object().into_iter().flatten() {
                let description = property["description"].as_str().unwrap_or_default();
                assert!(description.ends_with(['.', '…']), "{} {key}: {description}", object["title"]);
            }
        }
    }
}
