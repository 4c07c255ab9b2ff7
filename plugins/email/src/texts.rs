//! What is written into tickets and mails, in the language of the desk with English behind it: one text a key, `{ $name }` for values.

const ENGLISH: &str = include_str!("../locales/en.ftl");
const OTHERS: [(&str, &str); 2] =
    [("de", include_str!("../locales/de.ftl")), ("ar", include_str!("../locales/ar.ftl"))];

/// The texts of a language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Texts(&'static str);

impl Texts {
    /// Of a locale such as `de-AT`.
    pub(crate) fn of(locale: &str) -> Self {
        let language = locale.split('-').next().unwrap_or(locale);
        Self(OTHERS.iter().find(|(code, _)| *code == language).map_or(ENGLISH, |(_, texts)| *texts))
    }

    /// The text of a key with values for its variables; what stands in a value is not looked at again.
    pub(crate) fn with(self, key: &str, values: &[(&str, &str)]) -> String {
        let Some(text) = find(self.0, key).or_else(|| find(ENGLISH, key)) else { return key.to_owned() };
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, inside)) = rest.split_once("{ $")
            && let Some((name, after)) = inside.split_once(" }")
        {
            out.push_str(before);
            out.push_str(values.iter().find(|(of, _)| *of == name).map_or(name, |(_, value)| value));
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// The text of a key without variables.
    pub(crate) fn get(self, key: &str) -> String {
        self.with(key, &[])
    }
}

fn find(texts: &'static str, key: &str) -> Option<&'static str> {
    texts.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_the_keys_and_variables_of_english() {
        let shape = |texts: &'static str| -> Vec<(String, usize)> {
            let keys = texts.lines().filter_map(|line| line.split_once(" = "));
            keys.map(|(key, text)| (key.to_owned(), text.matches("{ $").count())).collect()
        };
        for (code, texts) in OTHERS {
            assert_eq!(shape(texts), shape(ENGLISH), "{code}");
        }
    }

    #[test]
    fn values_are_put_in_once() {
        let text = Texts::of("en-GB").with("not-kept", &[("names", "{ $names }")]);
        assert!(text.ends_with("{ $names }"), "{text}");
        assert_eq!(Texts::of("fr").get("no-text"), Texts::of("en").get("no-text"));
    }
}
