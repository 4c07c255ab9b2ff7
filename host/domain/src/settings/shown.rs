//! Settings that hang on others: shown only while something is chosen there.

use serde::{Deserialize, Serialize};

use super::{Setting, SettingKind};

/// A condition on a setting that stands before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShowIf {
    /// The key of a setting of type `choice`, `choices` or `toggle`.
    pub setting: String,
    /// One of these is chosen there: values of choices, `true` or `false`. At most 20.
    pub is: Vec<String>,
}

/// Whether a setting is shown while the others hold what `value` answers by their keys, as texts that were entered. A condition
/// on what is not shown itself does not hold.
#[must_use]
pub fn is_shown(schema: &[Setting], setting: &Setting, value: &impl Fn(&str) -> Option<String>) -> bool {
    let Some(condition) = &setting.show_if else { return true };
    // Only what stands before: the search ends, whatever a manifest says.
    let mut before = schema.iter().take_while(|one| one.key != setting.key);
    let Some(of) = before.find(|one| one.key == condition.setting) else { return true };
    let chosen = value(&of.key).or_else(|| of.default.clone());
    let chosen = match (of.kind, chosen.as_deref()) {
        (SettingKind::Toggle, Some("true" | "on")) => "true",
        (SettingKind::Toggle, _) => "false",
        (_, chosen) => chosen.unwrap_or_default(),
    };
    chosen.lines().any(|chosen| condition.is.iter().any(|is| is == chosen.trim())) && is_shown(schema, of, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(values: &[(&str, &str)]) -> Vec<String> {
        let schema: Vec<Setting> = serde_json::from_str(
            r#"[{"key":"on","type":"toggle","label":"On"},
                {"key":"kind","type":"choice","label":"Kind","default":"a","show_if":{"setting":"on","is":["true"]},
                    "choices":[{"value":"a","label":"A"},{"value":"b","label":"B"}]},
                {"key":"name","type":"text","label":"Name","show_if":{"setting":"kind","is":["b","a"]}},
                {"key":"round","type":"text","label":"Round","show_if":{"setting":"round","is":["x"]}}]"#,
        )
        .unwrap();
        let value = |key: &str| values.iter().find(|(of, _)| *of == key).map(|(_, text)| (*text).to_owned());
        schema.iter().filter(|one| is_shown(&schema, one, &value)).map(|one| one.key.clone()).collect()
    }

    #[test]
    fn a_setting_is_shown_while_what_it_hangs_on_is_chosen_and_shown() {
        assert_eq!(shown(&[]), ["on", "round"]);
        assert_eq!(shown(&[("on", "on")]), ["on", "kind", "name", "round"], "a default is chosen");
        assert_eq!(shown(&[("on", "true"), ("kind", "c")]), ["on", "kind", "round"]);
        assert_eq!(shown(&[("kind", "a")]), ["on", "round"], "what is hidden shows nothing");
    }
}
