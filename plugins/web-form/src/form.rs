//! What is asked: the form as hosts read it, see `/developers/manifest`.

use annex_sdk::prelude::*;
use serde::Serialize;

/// Choices of a field, as hosts take them.
const MOST_TOPICS: usize = 50;
/// Characters of a message.
const MOST_MESSAGE: u32 = 8_000;

#[derive(Debug, Serialize)]
pub(crate) struct Form {
    title: String,
    intro: String,
    fields: Vec<Field>,
}

#[derive(Debug, Serialize)]
struct Field {
    key: &'static str,
    kind: &'static str,
    label: String,
    required: bool,
    most: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    choices: Vec<String>,
}

pub(crate) fn asked(t: &Texts) -> Form {
    let field = |key, kind, most| Field { key, kind, label: t.get(key), required: true, most, choices: vec![] };
    let topics = topics();
    let topic = (!topics.is_empty()).then(|| Field { choices: topics, ..field("topic", "choice", 200) });
    let before = [field("name", "line", 200), field("email", "email", 200)];
    let after = [field("subject", "line", 200), field("message", "area", MOST_MESSAGE)];
    Form {
        title: set("title").unwrap_or_else(|| t.get("form-title")),
        intro: set("intro").unwrap_or_default(),
        fields: before.into_iter().chain(topic).chain(after).collect(),
    }
}

/// A text setting, unless it is empty.
pub(crate) fn set(key: &str) -> Option<String> {
    settings::text(key).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn topics() -> Vec<String> {
    let mut topics: Vec<String> = Vec::new();
    for topic in set("topics").unwrap_or_default().split(',').map(str::trim).filter(|topic| !topic.is_empty()) {
        let topic: String = topic.chars().take(200).collect();
        if !topics.contains(&topic) && topics.len() < MOST_TOPICS {
            topics.push(topic);
        }
    }
    topics
}
