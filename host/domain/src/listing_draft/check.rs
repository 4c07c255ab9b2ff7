//! What stands against submitting a draft: what is missing, what breaks a bound, and where the package says something else.

use std::collections::BTreeSet;

use super::{CheckItem, FieldPath, ListingDraft, Question, Texts};
use crate::{
    addon::PublisherSlug,
    manifest::{Manifest, Service, check_texts, is_link},
    plan,
    settings::{FieldError, is_email},
    text::is_plain,
};

const MOST_LANGUAGES: usize = 20;
const MOST_HIGHLIGHTS: usize = 6;
const MOST_CATEGORIES: usize = 5;
const MOST_PRODUCTS: usize = 10;
/// Characters of a highlight, and of a product's name.
const LONGEST_HIGHLIGHT: usize = 120;
const LONGEST_NAME: usize = 40;
/// Characters of an answer for the certification.
const LONGEST_ANSWER: usize = 2_000;

/// Where a difference from the package is named with one code.
const DIFFERS: &str = "differs-from-package";

impl ListingDraft {
    /// The texts that are written in each language, with the longest that each may be, in characters.
    fn texts(&self) -> [(&'static str, &Texts, usize); 4] {
        [
            ("name", &self.name, 60),
            ("summary", &self.summary, 160),
            ("description", &self.description, 8_000),
            ("release_notes", &self.release_notes, 8_000),
        ]
    }

    /// What has to be written and is not, in the order of the form. Texts have to be there in each of the `languages`, and in
    /// those that the draft itself has begun.
    #[must_use]
    pub fn missing(&self, languages: &BTreeSet<String>) -> Vec<FieldPath> {
        let begun = self.texts().into_iter().flat_map(|(_, texts, _)| texts.keys());
        let english = "en".to_owned();
        let languages: BTreeSet<&String> = languages.iter().chain(begun).chain([&english]).collect();
        let mut missing = Vec::new();
        for language in languages {
            let absent = self.texts().into_iter().filter(|(_, texts, _)| !texts.contains_key(language));
            missing.extend(absent.map(|(field, ..)| format!("{field}.{language}")));
        }
        let fields = [
            ("icon", self.icon.is_empty()),
            ("pictures", self.pictures.is_empty()),
            ("categories", self.categories.is_empty()),
            ("support.email", self.support.email.is_empty()),
            ("terms_url", self.terms_url.is_empty()),
            ("privacy_url", self.privacy_url.is_empty()),
        ];
        missing.extend(fields.into_iter().filter(|(_, empty)| *empty).map(|(field, _)| field.to_owned()));
        let unchecked = CheckItem::ALL.into_iter().filter(|item| !self.checklist.contains_key(item));
        missing.extend(unchecked.map(|item| format!("checklist.{item}")));
        let unanswered = Question::ALL.into_iter().filter(|question| !self.certification.contains_key(question));
        missing.extend(unanswered.map(|question| format!("certification.{question}")));
        missing.into_iter().map(FieldPath::from).collect()
    }

    /// What is written and cannot stay so.
    #[must_use]
    pub fn problems(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut wrong = |field: String, code, message: &str| errors.push(FieldError::new(field, code, message));
        for (field, texts, longest) in self.texts() {
            if texts.len() > MOST_LANGUAGES {
                wrong(field.into(), "too-many", "at most 20 languages");
            }
            check_texts(texts.iter().map(|(code, text)| (code.as_str(), text.as_str())), field, longest, &mut wrong);
        }
        self.check_lists(&mut wrong);
        self.check_addresses(&mut wrong);
        for (question, answer) in &self.certification {
            if answer.chars().count() > LONGEST_ANSWER {
                wrong(format!("certification.{question}"), "too-long", "use at most 2000 characters");
            }
        }
        if let Some(service) = &self.service {
            service.check(&mut wrong);
        }
        errors.extend(self.plans.as_deref().and_then(|plans| plan::check(plans).err()).unwrap_or_default());
        errors
    }

    fn check_lists(&self, wrong: &mut impl FnMut(String, &'static str, &str)) {
        if self.categories.len() > MOST_CATEGORIES
            || self.categories.iter().any(|category| category.parse::<PublisherSlug>().is_err())
        {
            wrong("categories".into(), "categories", "at most 5 lower-case words of a-z, 0-9 and -");
        }
        let products: Vec<&str> = self.works_with.iter().map(String::as_str).collect();
        check_lines("works_with", &products, MOST_PRODUCTS, LONGEST_NAME, wrong);
        let written = self.highlights.iter().map(|(code, text)| (code.as_str(), text.as_str()));
        check_texts(written, "highlights", MOST_HIGHLIGHTS * (LONGEST_HIGHLIGHT + 1), wrong);
        let english = self.highlights.get("en").map_or(0, |text| text.lines().count());
        for (code, text) in &self.highlights {
            let (field, lines) = (format!("highlights.{code}"), text.lines().collect::<Vec<_>>());
            check_lines(&field, &lines, MOST_HIGHLIGHTS, LONGEST_HIGHLIGHT, wrong);
            if lines.len() != english {
                wrong(field, "other-lines", "write as many lines as in English");
            }
        }
    }

    fn check_addresses(&self, wrong: &mut impl FnMut(String, &'static str, &str)) {
        if !self.support.email.is_empty() && !is_email(&self.support.email) {
            wrong("support.email".into(), "not-an-email", "expected an e-mail address");
        }
        let links = [
            ("video", &self.video),
            ("terms_url", &self.terms_url),
            ("privacy_url", &self.privacy_url),
            ("support.portal", &self.support.portal),
            ("support.faq", &self.support.faq),
        ];
        for (field, link) in links {
            if !link.is_empty() && !is_link(link) {
                let message = "expected an address that starts with https://, with a host name and without a user name";
                wrong(field.into(), "not-a-url", message);
            }
        }
    }

    /// Where the package says something else than the draft.
    #[must_use]
    pub fn disagreements(&self, manifest: &Manifest) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut wrong = |field: String, code, message: &str| errors.push(FieldError::new(field, code, message));
        if self.icon != manifest.listing.icon.clone().unwrap_or_default() {
            wrong("icon".into(), DIFFERS, "the package names another icon");
        }
        if self.pictures != manifest.listing.pictures {
            wrong("pictures".into(), DIFFERS, "the package names other pictures");
        }
        if self.plans.as_ref().is_some_and(|plans| *plans != manifest.plans) {
            wrong("plans".into(), DIFFERS, "the package has other plans");
        }
        let nothing = Service::default();
        let (own, signed) = (self.service.as_ref(), manifest.service.as_ref().unwrap_or(&nothing));
        let Some(own) = own else { return errors };
        for (field, same) in [
            ("events", own.events == signed.events),
            ("scopes", own.scopes == signed.scopes),
            ("redirects", own.redirects == signed.redirects),
            ("open", own.open == signed.open),
            ("manual", own.manual == signed.manual),
        ] {
            if !same {
                wrong(format!("service.{field}"), DIFFERS, "the package says something else");
            }
        }
        errors
    }
}

fn check_lines(
    field: &str,
    lines: &[&str],
    most: usize,
    longest: usize,
    wrong: &mut impl FnMut(String, &'static str, &str),
) {
    if lines.len() > most {
        wrong(field.into(), "too-many", &format!("at most {most}"));
    }
    for (at, line) in lines.iter().enumerate() {
        if line.chars().count() > longest || !is_plain(line, false) {
            let message = format!("use at most {longest} characters, none of them invisible");
            wrong(format!("{field}[{at}]"), "too-long", &message);
        }
    }
}
