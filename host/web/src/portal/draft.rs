//! The form of a draft: its parts, the fields of each, and how they get into the draft. A form has one part only; the rest of the
//! draft stays as it is.

use std::collections::BTreeMap;

use annex_domain::{
    listing_draft::{Answer, CheckItem, ListingDraft, Question, Texts},
    settings::FieldError,
};

use crate::{i18n::Translator, panel::form::Posted};

annex_domain::words! {
    /// A part of the form.
    pub(crate) enum Part: "part of a draft" {
        /// Name, summary, description and highlights in a language.
        Texts = "texts",
        /// What is new, in a language.
        Notes = "notes",
        /// Categories, support, video and links.
        Details = "details",
        /// The package, and what it says.
        Package = "package",
        /// The checklist.
        Checklist = "checklist",
        /// Questions of the certification.
        Certification = "certification",
    }
}

/// How a field is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Line(usize),
    Lines(usize),
    Answers,
}

/// A field of the form.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    /// Its path in the draft, and its name in the form.
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) hint: Option<String>,
    pub(crate) value: String,
    /// 0: it is a choice.
    pub(crate) max: usize,
    /// Lines of the box; 0: one line.
    pub(crate) rows: u8,
    /// Of a choice: value and text.
    pub(crate) choices: Vec<(&'static str, String)>,
    /// What is wrong with it.
    pub(crate) problem: Option<String>,
    /// What somebody else saved meanwhile.
    pub(crate) theirs: Option<String>,
}

impl Input {
    /// The ids of what describes it, with spaces between: its hint, and what is wrong with it.
    pub(crate) fn described(&self) -> String {
        let hint = self.hint.as_ref().map(|_| format!("h-{}", self.name));
        let problem = self.problem.as_ref().map(|_| format!("e-{}", self.name));
        hint.into_iter().chain(problem).collect::<Vec<_>>().join(" ")
    }
}

impl Part {
    /// The part that a field is in.
    pub(crate) fn of(path: &str) -> Self {
        match path.split(['.', '[']).next().unwrap_or_default() {
            "release_notes" => Self::Notes,
            "categories" | "works_with" | "support" | "video" | "terms_url" | "privacy_url" => Self::Details,
            "package" | "plans" | "service" | "icon" | "pictures" => Self::Package,
            "checklist" => Self::Checklist,
            "certification" => Self::Certification,
            _ => Self::Texts,
        }
    }

    /// True when its fields are there once for each language.
    pub(crate) fn is_translated(self) -> bool {
        matches!(self, Self::Texts | Self::Notes)
    }

    fn fields(self, language: &str) -> Vec<(String, Shape)> {
        let fixed = |fields: &[(&str, Shape)]| -> Vec<(String, Shape)> {
            fields.iter().map(|(path, shape)| ((*path).to_owned(), *shape)).collect()
        };
        match self {
            Self::Texts => vec![
                (format!("name.{language}"), Shape::Line(60)),
                (format!("summary.{language}"), Shape::Line(160)),
                (format!("description.{language}"), Shape::Lines(8_000)),
                (format!("highlights.{language}"), Shape::Lines(750)),
            ],
            Self::Notes => vec![(format!("release_notes.{language}"), Shape::Lines(8_000))],
            Self::Details => fixed(&[
                ("categories", Shape::Line(250)),
                ("works_with", Shape::Lines(450)),
                ("video", Shape::Line(2_000)),
                ("support.email", Shape::Line(254)),
                ("support.portal", Shape::Line(2_000)),
                ("support.faq", Shape::Line(2_000)),
                ("terms_url", Shape::Line(2_000)),
                ("privacy_url", Shape::Line(2_000)),
            ]),
            Self::Package => Vec::new(),
            Self::Checklist => CheckItem::ALL.map(|item| (format!("checklist.{item}"), Shape::Answers)).to_vec(),
            Self::Certification => {
                Question::ALL.map(|question| (format!("certification.{question}"), Shape::Lines(2_000))).to_vec()
            }
        }
    }

    /// The fields as the form shows them. `theirs` is what somebody else saved meanwhile.
    pub(crate) fn inputs(
        self,
        t: &Translator,
        language: &str,
        draft: &ListingDraft,
        problems: &[FieldError],
        theirs: Option<&ListingDraft>,
    ) -> Vec<Input> {
        let input = |(name, shape): (String, Shape)| {
            let value = get(draft, &name);
            let choices = if shape == Shape::Answers { answers(t) } else { Vec::new() };
            let theirs = theirs.map(|theirs| get(theirs, &name)).filter(|other| *other != value);
            let theirs = theirs.map(|other| match choices.iter().find(|(word, _)| *word == other) {
                Some((_, text)) => text.clone(),
                None => other,
            });
            let problem = problems.iter().find(|problem| is_at(&problem.field, &name));
            let (max, rows) = match shape {
                Shape::Line(max) => (max, 0),
                Shape::Lines(max) => (max, if max > 2_000 { 10 } else { 4 }),
                Shape::Answers => (0, 0),
            };
            Input {
                label: label(t, &name),
                hint: hint(t, &name),
                choices,
                problem: problem.map(|problem| problem_text(t, problem)),
                name,
                value,
                max,
                rows,
                theirs,
            }
        };
        self.fields(language).into_iter().map(input).collect()
    }

    /// Names and values of its fields, as they would be sent.
    pub(crate) fn values(self, language: &str, draft: &ListingDraft) -> Vec<(String, String)> {
        let value = |(name, _): (String, Shape)| {
            let value = get(draft, &name);
            (name, value)
        };
        self.fields(language).into_iter().map(value).collect()
    }

    /// Takes what was sent of this part into the draft.
    pub(crate) fn take(self, language: &str, form: &Posted, draft: &mut ListingDraft) {
        for (name, _) in self.fields(language) {
            if form.has(&name) {
                set(draft, &name, form.get(&name));
            }
        }
    }
}

/// True for the path itself, and for what is in it: `works_with[1]`.
fn is_at(path: &str, field: &str) -> bool {
    path.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
}

fn answers(t: &Translator) -> Vec<(&'static str, String)> {
    let answers = Answer::ALL.map(|answer| (answer.as_str(), t.get(&format!("draft-answer-{answer}"))));
    [("", t.get("draft-answer-none"))].into_iter().chain(answers).collect()
}

/// What a field is called. What is in a language is called the same in each.
pub(crate) fn label(t: &Translator, path: &str) -> String {
    let (first, second) = path.split_once('.').unwrap_or((path, ""));
    let first = first.split('[').next().unwrap_or_default();
    let is_whole = second.is_empty() || Part::of(path).is_translated();
    let key = if is_whole { format!("draft-field-{first}") } else { format!("draft-field-{first}-{second}") };
    let key = key.replace('_', "-");
    if t.has(&key) { t.get(&key) } else { path.to_owned() }
}

fn hint(t: &Translator, path: &str) -> Option<String> {
    let key = format!("draft-hint-{}", path.split('.').next().unwrap_or_default().replace('_', "-"));
    t.has(&key).then(|| t.get(&key))
}

/// What is wrong with a field, in the reader's language where it has the text.
pub(crate) fn problem_text(t: &Translator, problem: &FieldError) -> String {
    let key = format!("draft-problem-{}", problem.code);
    // English carries the limits.
    if t.code() == "en" || !t.has(&key) { problem.message.clone() } else { t.get(&key) }
}

fn texts_of<'d>(draft: &'d ListingDraft, field: &str) -> Option<&'d Texts> {
    match field {
        "name" => Some(&draft.name),
        "summary" => Some(&draft.summary),
        "description" => Some(&draft.description),
        "highlights" => Some(&draft.highlights),
        "release_notes" => Some(&draft.release_notes),
        _ => None,
    }
}

fn texts_in<'d>(draft: &'d mut ListingDraft, field: &str) -> Option<&'d mut Texts> {
    match field {
        "name" => Some(&mut draft.name),
        "summary" => Some(&mut draft.summary),
        "description" => Some(&mut draft.description),
        "highlights" => Some(&mut draft.highlights),
        "release_notes" => Some(&mut draft.release_notes),
        _ => None,
    }
}

fn line_in<'d>(draft: &'d mut ListingDraft, path: &str) -> Option<&'d mut String> {
    match path {
        "video" => Some(&mut draft.video),
        "terms_url" => Some(&mut draft.terms_url),
        "privacy_url" => Some(&mut draft.privacy_url),
        "support.email" => Some(&mut draft.support.email),
        "support.portal" => Some(&mut draft.support.portal),
        "support.faq" => Some(&mut draft.support.faq),
        _ => None,
    }
}

fn get(draft: &ListingDraft, path: &str) -> String {
    let (first, second) = path.split_once('.').unwrap_or((path, ""));
    if let Some(texts) = texts_of(draft, first) {
        return texts.get(second).cloned().unwrap_or_default();
    }
    match (first, second) {
        ("works_with", _) => draft.works_with.join("\n"),
        ("categories", _) => draft.categories.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
        ("video", _) => draft.video.clone(),
        ("terms_url", _) => draft.terms_url.clone(),
        ("privacy_url", _) => draft.privacy_url.clone(),
        ("support", "email") => draft.support.email.clone(),
        ("support", "portal") => draft.support.portal.clone(),
        ("support", "faq") => draft.support.faq.clone(),
        ("checklist", item) => word(&draft.checklist, item).map(|answer| answer.to_string()).unwrap_or_default(),
        ("certification", question) => word(&draft.certification, question).cloned().unwrap_or_default(),
        _ => String::new(),
    }
}

fn word<'m, K: std::str::FromStr + Ord, V>(map: &'m BTreeMap<K, V>, key: &str) -> Option<&'m V> {
    map.get(&key.parse().ok()?)
}

fn set(draft: &mut ListingDraft, path: &str, value: &str) {
    let (first, second) = path.split_once('.').unwrap_or((path, ""));
    if let Some(texts) = texts_in(draft, first) {
        texts.insert(second.to_owned(), value.to_owned());
        return;
    }
    if let Some(line) = line_in(draft, path) {
        value.clone_into(line);
        return;
    }
    match first {
        "works_with" => draft.works_with = value.lines().map(ToOwned::to_owned).collect(),
        "categories" => {
            let words = value.split([',', ' ']).map(str::trim).filter(|word| !word.is_empty());
            draft.categories = words.map(ToOwned::to_owned).collect();
        }
        "checklist" => {
            let Ok(item) = second.parse::<CheckItem>() else { return };
            match value.parse::<Answer>() {
                Ok(answer) => draft.checklist.insert(item, answer),
                Err(_) => draft.checklist.remove(&item),
            };
        }
        "certification" => {
            let Ok(question) = second.parse::<Question>() else { return };
            draft.certification.insert(question, value.to_owned());
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::english;

    #[test]
    fn every_field_is_shown_as_it_was_entered_and_has_a_name() {
        let (t, mut draft) = (english(), ListingDraft::default());
        for part in Part::ALL {
            for (name, shape) in part.fields("en") {
                let value = if shape == Shape::Answers { "yes" } else { "text" };
                set(&mut draft, &name, value);
                assert_eq!(get(&draft, &name), value, "{name}");
                assert_ne!(label(&t, &name), name, "{name} has a label");
                assert_eq!(Part::of(&name), part, "{name}");
            }
            assert!(t.has(&format!("draft-part-{part}")), "{part}");
        }
        for answer in Answer::ALL {
            assert!(t.has(&format!("draft-answer-{answer}")), "{answer}");
        }
    }

    #[test]
    fn an_answer_can_be_taken_back_and_a_problem_is_found_by_its_path() {
        let mut draft = ListingDraft::default();
        set(&mut draft, "checklist.trial", "no");
        set(&mut draft, "checklist.trial", "");
        assert!(draft.checklist.is_empty());
        assert!(is_at("works_with[2]", "works_with") && is_at("video", "video") && !is_at("name.en-GB", "name.en"));
    }
}
