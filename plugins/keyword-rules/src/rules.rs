//! The rules, as somebody wrote them on the settings page: `refund, money back: billing; broken: repair`. What cannot be read is
//! said in the panel, and keeps no other rule from working.

use annex_sdk::settings;

/// Characters of a tag, as the help desk allows.
const LONGEST_TAG: usize = 40;

/// The rules of the desk.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    pub(crate) rules: Vec<Rule>,
    /// Parts that are no rule.
    pub(crate) wrong: Vec<Wrong>,
    inside: bool,
}

/// Words that lead to a tag, all in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) words: Vec<String>,
    pub(crate) tag: String,
}

/// What is wrong with a part: the key of the text that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) part: String,
    pub(crate) why: &'static str,
}

/// A rule whose word was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) tag: String,
    pub(crate) word: String,
}

impl Rules {
    /// As they are set now.
    pub(crate) fn of_desk() -> Self {
        Self::read(&settings::text("rules").unwrap_or_default(), settings::flag("inside"))
    }

    pub(crate) fn read(text: &str, inside: bool) -> Self {
        let mut all = Self { inside, ..Self::default() };
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            match Rule::read(part) {
                Ok(rule) => all.rules.push(rule),
                Err(why) => all.wrong.push(Wrong { part: part.to_owned(), why }),
            }
        }
        all
    }

    /// Each rule with a word in the text, and the first such word.
    pub(crate) fn found_in(&self, text: &str) -> Vec<Hit> {
        let text = text.to_lowercase();
        let hit = |rule: &Rule| {
            let word = rule.words.iter().find(|word| is_in(&text, word, self.inside))?;
            Some(Hit { tag: rule.tag.clone(), word: word.clone() })
        };
        self.rules.iter().filter_map(hit).collect()
    }
}

impl Rule {
    fn read(part: &str) -> Result<Self, &'static str> {
        let (words, tag) = part.rsplit_once(':').ok_or("wrong-colon")?;
        let words: Vec<String> =
            words.split(',').map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty()).collect();
        let tag = tag.trim().to_lowercase();
        if words.is_empty() {
            return Err("wrong-words");
        }
        if tag.is_empty() || tag.chars().count() > LONGEST_TAG || tag.contains(|c: char| c.is_whitespace() || c == ',')
        {
            return Err("wrong-tag");
        }
        Ok(Self { words, tag })
    }
}

/// Whether a word or phrase stands in the text by itself: `tax` is not in `taxi`, unless parts of words count.
fn is_in(text: &str, word: &str, inside: bool) -> bool {
    text.match_indices(word).any(|(at, found)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|after| after.chars().next());
        inside || ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(rules: &str, text: &str) -> Vec<String> {
        Rules::read(rules, false).found_in(text).into_iter().map(|hit| hit.tag).collect()
    }

    #[test]
    fn words_and_phrases_are_found_by_themselves_in_any_case() {
        let rules = "tax: finance; money back, refund: billing; größe: sizes";
        assert_eq!(tags(rules, "I want my MONEY BACK, please"), ["billing"]);
        assert_eq!(tags(rules, "The taxi was late"), [""; 0]);
        assert_eq!(tags(rules, "(tax)"), ["finance"]);
        assert_eq!(tags(rules, "Welche GRÖSSE? Welche Größe?"), ["sizes"]);
        assert_eq!(tags(rules, "refund the tax"), ["finance", "billing"]);
    }

    #[test]
    fn parts_of_words_count_where_that_is_set() {
        let rules = Rules::read("退款: billing; druck: printer", true);
        let found = rules.found_in("我要退款。 Der Farbdrucker streikt");
        assert_eq!(found.iter().map(|hit| hit.word.as_str()).collect::<Vec<_>>(), ["退款", "druck"]);
    }

    #[test]
    fn what_is_no_rule_is_named_and_the_others_work() {
        let long = "x".repeat(41);
        let rules = Rules::read(&format!("refund; : a; b:; c: two words; d: {long}; Broken : Repair ;;"), false);
        let why: Vec<_> = rules.wrong.iter().map(|wrong| wrong.why).collect();
        assert_eq!(why, ["wrong-colon", "wrong-words", "wrong-tag", "wrong-tag", "wrong-tag"]);
        assert_eq!(rules.rules, [Rule { words: vec!["broken".into()], tag: "repair".into() }]);
    }

    #[test]
    fn a_colon_can_be_part_of_a_phrase() {
        let rules = Rules::read("error: disk: storage", false);
        assert_eq!(rules.rules[0].words, ["error: disk"]);
    }
}
