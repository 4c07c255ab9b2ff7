//! The draft of a version: everything that a publisher says about it beside its package, as far as it is written. A draft may be
//! incomplete and wrong, so that nothing that was typed is lost; [`ListingDraft::missing`], [`ListingDraft::problems`] and
//! [`ListingDraft::disagreements`] say what stands against submitting it (R41, R44, R46), with the paths of the fields, and
//! [`ListingDraft::lacking`] what the marketplace asks for beside.

mod check;
mod requirements;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};

pub use requirements::Standing;

use crate::{
    localized::Localized,
    manifest::{Listing, Manifest, Service, Support},
    plan::Plan,
};

/// A text by language code; not all of its languages may be there yet.
pub type Texts = BTreeMap<String, String>;

/// The path of a field, such as `summary.de` or `plans[0].price`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct FieldPath(String);

impl FieldPath {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for FieldPath {
    fn from(path: String) -> Self {
        Self(path)
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

crate::words! {
    /// What add-ons of the marketplace are expected to be like, and what was tried before it is submitted (R44).
    pub enum CheckItem: "item of the checklist" {
        /// It is installed with one click, and its users with it.
        OneClickInstall = "one-click-install",
        /// It can be tried for 30 days.
        Trial = "trial",
        /// It works with the help desk's API.
        ApiAccess = "api-access",
        /// It leads into the publisher's own product by single sign-on.
        SingleSignOn = "single-sign-on",
        /// It is paid for as it is used.
        PayAsYouGo = "pay-as-you-go",
        /// Installing, updating and uninstalling were tried.
        LifeCycleTried = "life-cycle-tried",
        /// It was tried with a keyboard and a screen reader.
        AccessibilityTried = "accessibility-tried",
    }

    /// An answer to an item of the checklist.
    pub enum Answer: "answer" {
        /// It is so.
        Yes = "yes",
        /// It is not.
        No = "no",
        /// It does not matter for this add-on.
        NotApplicable = "not-applicable",
    }

    /// What is asked for the certification; answered in words.
    pub enum Question: "question of the certification" {
        /// Which data leaves the help desk, and where it is kept.
        DataKept = "data-kept",
        /// How and when that is deleted.
        DataDeleted = "data-deleted",
        /// Who else handles it.
        OtherProcessors = "other-processors",
        /// How incidents are told, and by whom.
        Incidents = "incidents",
    }
}

/// Who helps, as far as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SupportDraft {
    /// An address.
    pub email: String,
    /// https; may be empty.
    pub portal: String,
    /// https; may be empty.
    pub faq: String,
}

/// What is written about a version.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListingDraft {
    /// At most 60 characters.
    pub name: Texts,
    /// One sentence, at most 160 characters.
    pub summary: Texts,
    /// At most 8,000 characters.
    pub description: Texts,
    /// What it does best, line by line: at most 6 of 120 characters, as many in each language. May be empty.
    pub highlights: Texts,
    /// What is new in this version; at most 8,000 characters.
    pub release_notes: Texts,
    /// The picture of the package; its path there.
    pub icon: String,
    /// Pictures of the package: their paths there.
    pub pictures: Vec<String>,
    /// https; may be empty.
    pub video: String,
    /// Lower-case words to filter by; at most 5.
    pub categories: BTreeSet<String>,
    /// Names of products that it works with; at most 10. May be empty.
    pub works_with: Vec<String>,
    /// Who helps.
    pub support: SupportDraft,
    /// https.
    pub terms_url: String,
    /// https.
    pub privacy_url: String,
    /// What it is to cost. None: what the package says.
    pub plans: Option<Vec<Plan>>,
    /// The publisher's own service: where it hears events, redirects, scopes, whether it answers installations. None: what the
    /// package says.
    pub service: Option<Service>,
    /// Answers to the checklist.
    pub checklist: BTreeMap<CheckItem, Answer>,
    /// Answers to what the certification asks; at most 2,000 characters each.
    pub certification: BTreeMap<Question, String>,
}

impl ListingDraft {
    /// Without space around texts, and without those that are empty.
    #[must_use]
    pub fn tidy(mut self) -> Self {
        for text in self.highlights.values_mut() {
            let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            *text = lines.join("\n");
        }
        let texts = [&mut self.name, &mut self.summary, &mut self.description, &mut self.highlights];
        texts.into_iter().chain([&mut self.release_notes]).for_each(tidy_texts);
        tidy_texts(&mut self.certification);
        for list in [&mut self.pictures, &mut self.works_with] {
            list.iter_mut().for_each(tidy_text);
            list.retain(|text| !text.is_empty());
        }
        let support = &mut self.support;
        let lines = [&mut self.icon, &mut self.video, &mut self.terms_url, &mut self.privacy_url];
        lines.into_iter().chain([&mut support.email, &mut support.portal, &mut support.faq]).for_each(tidy_text);
        self.categories = self.categories.into_iter().map(|word| word.trim().to_owned()).collect();
        self.categories.remove("");
        self
    }

    /// Takes over from a package what is not written yet; icon and pictures always, which are nowhere else.
    pub fn fill_from(&mut self, manifest: &Manifest) {
        let listing = &manifest.listing;
        fill(&mut self.name, Some(&listing.name));
        fill(&mut self.summary, Some(&listing.summary));
        fill(&mut self.description, Some(&listing.description));
        fill(&mut self.release_notes, listing.release_notes.as_ref());
        self.icon = listing.icon.clone().unwrap_or_default();
        self.pictures.clone_from(&listing.pictures);
        if self.highlights.is_empty() {
            self.highlights = texts_of(&listing.highlights);
        }
        if self.categories.is_empty() {
            self.categories.clone_from(&listing.categories);
        }
        if self.works_with.is_empty() {
            self.works_with.clone_from(&listing.works_with);
        }
        let support = &listing.support;
        for (own, of_package) in [
            (&mut self.support.email, Some(&support.email)),
            (&mut self.support.portal, support.portal.as_ref()),
            (&mut self.support.faq, support.faq.as_ref()),
            (&mut self.terms_url, listing.terms_url.as_ref()),
            (&mut self.privacy_url, listing.privacy_url.as_ref()),
            (&mut self.video, listing.video.as_ref()),
        ] {
            if own.is_empty() {
                *own = of_package.cloned().unwrap_or_default();
            }
        }
    }

    /// What the marketplace shows once it is approved. `None` without the texts that every listing has in English.
    #[must_use]
    pub fn listing(&self, publisher_name: &str) -> Option<Listing> {
        let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        Some(Listing {
            name: Localized::new(self.name.clone())?,
            summary: Localized::new(self.summary.clone())?,
            description: Localized::new(self.description.clone())?,
            publisher_name: publisher_name.to_owned(),
            categories: self.categories.clone(),
            release_notes: Localized::new(self.release_notes.clone()),
            terms_url: some(&self.terms_url),
            privacy_url: some(&self.privacy_url),
            support: Support {
                email: self.support.email.clone(),
                portal: some(&self.support.portal),
                faq: some(&self.support.faq),
            },
            icon: some(&self.icon),
            highlights: lines_of(&self.highlights),
            pictures: self.pictures.clone(),
            works_with: self.works_with.clone(),
            video: some(&self.video),
        })
    }

    /// For the next version: what is said about this one alone is not taken along.
    #[must_use]
    pub fn for_next(&self) -> Self {
        Self { release_notes: Texts::new(), plans: None, service: None, checklist: BTreeMap::new(), ..self.clone() }
    }
}

fn tidy_text(text: &mut String) {
    // Forms send line breaks of two characters.
    *text = text.trim().replace("\r\n", "\n");
}

fn tidy_texts<K: Ord>(texts: &mut BTreeMap<K, String>) {
    texts.values_mut().for_each(tidy_text);
    texts.retain(|_, text| !text.is_empty());
}

/// Each line of a text in the languages that have it.
fn lines_of(texts: &Texts) -> Vec<Localized> {
    let line = |at: usize| {
        let written = texts.iter().filter_map(|(code, text)| Some((code.clone(), text.lines().nth(at)?.to_owned())));
        Localized::new(written.collect())
    };
    (0..).map_while(line).collect()
}

/// The lines in each language that one of them is in. English stands in for what is not translated.
fn texts_of(lines: &[Localized]) -> Texts {
    let codes: BTreeSet<&str> = lines.iter().flat_map(Localized::iter).map(|(code, _)| code).collect();
    let text = |code: &str| lines.iter().map(|line| line.get(code)).collect::<Vec<_>>().join("\n");
    codes.into_iter().map(|code| (code.to_owned(), text(code))).collect()
}

fn fill(own: &mut Texts, of_package: Option<&Localized>) {
    for (code, text) in of_package.into_iter().flat_map(Localized::iter) {
        own.entry(code.to_owned()).or_insert_with(|| text.to_owned());
    }
}

#[cfg(test)]
mod tests;
