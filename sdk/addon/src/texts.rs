//! An add-on's own translations: the simple part of Fluent (one text a key, `{ $name }` for values), small enough to be
//! read on every call.

use std::collections::BTreeMap;

/// The texts of an add-on in the reader's language, with English behind them.
///
/// ```
/// use annex_sdk::Texts;
///
/// let t = Texts::choose("de-AT", &[
///     ("en", "hello = Hello, { $name }\nbye = Bye"),
///     ("de", "hello = Hallo, { $name }"),
/// ]);
/// assert_eq!(t.with("hello", &[("name", "Ada")]), "Hallo, Ada");
/// assert_eq!(t.get("bye"), "Bye");
/// assert_eq!(t.get("unknown-key"), "unknown-key");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Texts {
    texts: BTreeMap<String, String>,
}

impl Texts {
    /// Chooses among resources by language code: `en` first, then the parent (`pt`), then the locale (`pt-BR`), each
    /// over the one before.
    #[must_use]
    pub fn choose(locale: &str, resources: &[(&str, &str)]) -> Self {
        let parent = locale.split('-').next().unwrap_or(locale);
        let mut codes = vec!["en", parent, locale];
        codes.dedup();
        let mut texts = BTreeMap::new();
        for code in codes {
            for (_, fluent) in resources.iter().filter(|(of, _)| *of == code) {
                texts.extend(parse(fluent));
            }
        }
        Self { texts }
    }

    /// The text of a key; the key itself when no resource has it.
    #[must_use]
    pub fn get(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The text of a key with values for its variables.
    #[must_use]
    pub fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        let Some(text) = self.texts.get(key) else { return key.to_owned() };
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, variable, after)) = next_variable(rest) {
            out.push_str(before);
            match values.iter().find(|(name, _)| *name == variable) {
                Some((_, value)) => out.push_str(value),
                None => {
                    out.push('$');
                    out.push_str(variable);
                }
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// The next `{ $name }`: what is before it, its name, what is after it.
fn next_variable(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (inside, after) = rest.split_once('}')?;
    Some((before, inside.trim().trim_start_matches('$'), after))
}

/// The keys of the texts in a resource.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn keys(fluent: &str) -> std::collections::BTreeSet<String> {
    parse(fluent).into_keys().collect()
}

fn parse(fluent: &str) -> BTreeMap<String, String> {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut last = String::new();
    for line in fluent.lines() {
        if line.starts_with(' ') {
            if let Some(text) = texts.get_mut(&last) {
                let gap = if text.is_empty() { "" } else { "\n" };
                text.push_str(gap);
                text.push_str(line.trim());
            }
        } else if !line.starts_with('#')
            && let Some((key, text)) = line.split_once('=')
        {
            key.trim().clone_into(&mut last);
            texts.insert(last.clone(), text.trim().to_owned());
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_comments_and_indented_lines() {
        let t = Texts::choose("en", &[("en", "# about\nlong =\n    first { $a }\n    second\nshort = s")]);
        assert_eq!(t.with("long", &[("a", "1")]), "first 1\nsecond");
        assert_eq!(t.get("short"), "s");
    }

    #[test]
    fn values_are_not_read_again() {
        let t = Texts::choose("en", &[("en", "a = { $x }{ $y }")]);
        assert_eq!(t.with("a", &[("x", "{ $y }"), ("y", "2")]), "{ $y }2");
    }

    #[test]
    fn a_missing_value_shows_its_name() {
        let t = Texts::choose("en", &[("en", "a = Hi { $who }!")]);
        assert_eq!(t.get("a"), "Hi $who!");
    }
}
