//! Every text of a view that an operator can read, so that scenarios can say what is shown without its layout.

use annex_domain::ui::View;
use serde_json::Value;

/// Keys whose strings are shown, in the view's JSON form. Ids, verbs, tones and URLs are not.
const SHOWN: [&str; 17] = [
    "title",
    "subtitle",
    "body",
    "text",
    "markdown",
    "label",
    "hint",
    "error",
    "empty",
    "caption",
    "meta",
    "alt",
    "placeholder",
    "datetime",
    "masked",
    "value",
    "disabled-reason",
];

/// The texts of a view, from top to bottom.
pub(super) fn of_view(view: &View) -> Vec<String> {
    of(view)
}

/// The texts of any part of a view.
pub(super) fn of(part: &impl serde::Serialize) -> Vec<String> {
    let mut texts = Vec::new();
    if let Ok(value) = serde_json::to_value(part) {
        collect(&value, &mut texts);
    }
    texts
}

fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) if SHOWN.contains(&key.as_str()) => texts.push(text.clone()),
                    other => collect(other, texts),
                }
            }
        }
        _ => {}
    }
}
