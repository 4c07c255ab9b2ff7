//! The languages of the panel and of mails: English is built in, language add-ons bring the others. A message is looked up key by
//! key: in the chosen language, in the language that it names as fallback, in its parent (`pt` for `pt-BR`), in English.
//!
//! Packs are parsed once per revision and kept, and so is which ones a desk has.

pub mod bidi;
mod formats;
#[cfg(test)]
mod keys_test;
mod translator;

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use annex_domain::{
    ids::DeskId,
    language::{LanguagePack, LocaleFacts},
};
use annex_store::{
    Conn, Db, StoreError,
    cache::{Cache, Table},
    languages,
};

use self::translator::Catalog;
pub use self::translator::{Arg, Moment, Msg, Translator};

/// The texts of the panel in English. A resource may be given as a file of the same name by a language add-on.
pub const ENGLISH: [(&str, &str); 8] = [
    ("en.ftl", include_str!("../locales/en.ftl")),
    ("en-addons.ftl", include_str!("../locales/en-addons.ftl")),
    ("en-billing.ftl", include_str!("../locales/en-billing.ftl")),
    ("en-client-area.ftl", include_str!("../locales/en-client-area.ftl")),
    ("en-codes.ftl", include_str!("../locales/en-codes.ftl")),
    ("en-life.ftl", include_str!("../locales/en-life.ftl")),
    ("en-mail.ftl", include_str!("../locales/en-mail.ftl")),
    ("en-portal.ftl", include_str!("../locales/en-portal.ftl")),
];

static ENGLISH_CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(|| Arc::new(Catalog::new("en", false, ENGLISH)));

/// English, for pages where nobody is known.
#[must_use]
pub fn english() -> Translator {
    Translator::new("en", false, vec![Arc::clone(&ENGLISH_CATALOG)])
}

/// A translator into the language of one pack, and English where it has no text.
#[must_use]
pub fn translator_of(pack: &LanguagePack) -> Translator {
    let chain = vec![Arc::new(catalog_of(pack)), Arc::clone(&ENGLISH_CATALOG)];
    Translator::new(&pack.facts.code, pack.facts.rtl, chain)
}

fn catalog_of(pack: &LanguagePack) -> Catalog {
    let resources = pack.resources.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    Catalog::new(&pack.facts.code, pack.facts.rtl, resources)
}

/// The languages of desks, shared by all requests. Cheap to clone.
#[derive(Debug, Clone)]
pub struct I18n(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// By the stamp of their content.
    parsed: RwLock<HashMap<String, Arc<Catalog>>>,
    of_desks: Cache<DeskId, Languages>,
}

/// More packs than a host has languages; beyond that, packs of old versions are in the way.
const MOST_CATALOGS: usize = 200;
/// Desks whose languages are kept.
const MOST_DESKS: usize = 2_000;

/// The languages of one desk.
#[derive(Debug, Clone)]
pub struct Languages {
    list: Vec<(LocaleFacts, Arc<Catalog>)>,
}

impl Default for I18n {
    fn default() -> Self {
        let of_desks = Cache::of(&[Table::LanguagePacks, Table::Installations], MOST_DESKS);
        Self(Arc::new(Inner { parsed: RwLock::default(), of_desks }))
    }
}

impl I18n {
    /// With nothing parsed yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The languages that `desk` can use now.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn languages(&self, db: &Db, desk: DeskId) -> Result<Languages, StoreError> {
        let load = || async { self.read(&mut db.read().await?, desk).await };
        self.0.of_desks.get(db, desk, load).await
    }

    async fn read(&self, conn: &mut Conn, desk: DeskId) -> Result<Languages, StoreError> {
        let mut list = Vec::new();
        for installed in languages::list(conn, desk).await? {
            let known = self.0.parsed.read().unwrap_or_else(PoisonError::into_inner).get(&installed.stamp).cloned();
            if let Some(catalog) = known {
                list.push((installed.facts, catalog));
            } else if let Some(pack) = languages::pack(conn, desk, &installed.facts.code).await? {
                let catalog = Arc::new(catalog_of(&pack));
                self.keep(installed.stamp, &catalog);
                list.push((pack.facts, catalog));
            }
        }
        Ok(Languages { list })
    }

    fn keep(&self, stamp: String, catalog: &Arc<Catalog>) {
        let mut parsed = self.0.parsed.write().unwrap_or_else(PoisonError::into_inner);
        if parsed.len() >= MOST_CATALOGS {
            parsed.clear();
        }
        parsed.insert(stamp, Arc::clone(catalog));
    }
}

impl Languages {
    /// Code and own name of each, English first.
    pub fn choices(&self) -> impl Iterator<Item = (&str, &str)> {
        let packs = self.list.iter().map(|(facts, _)| (facts.code.as_str(), facts.name.as_str()));
        std::iter::once(("en", "English")).chain(packs.filter(|(code, _)| *code != "en"))
    }

    /// True when `code` can be chosen.
    #[must_use]
    pub fn has(&self, code: &str) -> bool {
        self.choices().any(|(known, _)| known == code)
    }

    /// A translator into `code`; English when the desk no longer has that language.
    #[must_use]
    pub fn translator(&self, code: &str) -> Translator {
        let mut chain = Vec::new();
        let mut first: Option<&LocaleFacts> = None;
        let mut wanted = Some(code);
        // Each language is asked once, so a circle of fallbacks ends.
        while let Some((facts, catalog)) = wanted.and_then(|code| self.find(code)) {
            if chain.iter().any(|known| Arc::ptr_eq(known, catalog)) {
                break;
            }
            chain.push(Arc::clone(catalog));
            first = first.or(Some(facts));
            wanted = facts.fallback.as_deref().or_else(|| parent(&facts.code));
        }
        chain.push(Arc::clone(&ENGLISH_CATALOG));
        first.map_or_else(english, |facts| Translator::new(&facts.code, facts.rtl, chain))
    }

    /// The pack of `code`, else of its parent.
    fn find(&self, code: &str) -> Option<(&LocaleFacts, &Arc<Catalog>)> {
        let exact = self.list.iter().find(|(facts, _)| facts.code == code);
        let found = exact.or_else(|| {
            let parent = parent(code)?;
            self.list.iter().find(|(facts, _)| facts.code == parent)
        });
        found.map(|(facts, catalog)| (facts, catalog))
    }
}

fn parent(code: &str) -> Option<&str> {
    code.rsplit_once('-').map(|(parent, _)| parent)
}

#[cfg(test)]
mod tests {
    use annex_domain::money::{Currency, Money};

    use super::*;

    fn pack(code: &str, fallback: Option<&str>, text: &str) -> (LocaleFacts, Arc<Catalog>) {
        let facts = LocaleFacts {
            code: code.into(),
            name: code.into(),
            english_name: code.into(),
            rtl: code == "ar",
            fallback: fallback.map(Into::into),
        };
        let pack = LanguagePack { facts: facts.clone(), resources: vec![("panel.ftl".into(), text.into())] };
        (facts, Arc::new(catalog_of(&pack)))
    }

    fn languages() -> Languages {
        Languages {
            list: vec![
                pack(
                    "de",
                    None,
                    "nav-inbox = Eingang\ntime-days-ago = vor { $count ->\n  [one] einem Tag\n *[other] { $count } Tagen\n }\n",
                ),
                pack("de-AT", None, "nav-contacts = Leut\n"),
                pack("aa", Some("bb"), "nav-inbox = A\n"),
                pack("bb", Some("aa"), "nav-contacts = B\n"),
                pack("ar", None, "greeting = مرحبا { $name }\n"),
            ],
        }
    }

    #[test]
    fn looks_in_the_pack_then_its_parent_then_english() {
        let t = languages().translator("de-AT");
        assert_eq!(t.get("nav-contacts"), "Leut");
        assert_eq!(t.get("nav-inbox"), "Eingang");
        assert_eq!(t.get("nav-profile"), english().get("nav-profile"));
        assert_eq!(languages().translator("de-CH").get("nav-inbox"), "Eingang");
        assert_eq!(languages().translator("fr").code(), "en");
    }

    #[test]
    fn a_circle_of_fallbacks_ends() {
        let t = languages().translator("aa");
        assert_eq!((t.get("nav-inbox"), t.get("nav-contacts")), ("A".into(), "B".into()));
        assert_eq!(t.get("nav-profile"), english().get("nav-profile"));
    }

    #[test]
    fn numbers_choose_plurals_and_are_written_as_the_language_does() {
        let t = languages().translator("de");
        assert_eq!(t.with("time-days-ago", &[("count", &1)]), "vor einem Tag");
        assert_eq!(t.msg("time-days-ago").arg("count", 1234).to_string(), "vor 1.234 Tagen");
    }

    #[test]
    fn the_translation_says_where_the_sign_of_a_currency_stands() {
        let euros = |cents| Money::new(cents, Currency::EUR);
        assert_eq!(english().money(euros(125_000)), "€1,250.00");
        assert_eq!(english().money(euros(-5)), "-€0.05");
        assert_eq!(english().money(Money::new(100, "CHF".parse().unwrap())), "CHF\u{a0}1.00");
        let german = Languages { list: vec![pack("de", None, "money-symbol = { $amount } { $currency }\n")] };
        assert_eq!(german.translator("de").money(euros(125_000)), "1.250,00 €");
    }

    #[test]
    fn moments_are_told_in_the_zone_of_the_reader() {
        // A minute before the clocks of Berlin are put forward.
        let at = annex_domain::clock::Timestamp(1_774_745_940_000);
        let t = |zone| english().in_zone(zone);
        assert!(
            english().exact(at).ends_with(" UTC") && english().exact(at).contains("12:59"),
            "{}",
            english().exact(at)
        );
        let berlin = t("Europe/Berlin").exact(at);
        assert!(berlin.contains("1:59") && berlin.ends_with(" CET"), "{berlin}");
        let later = t("Europe/Berlin").exact(annex_domain::clock::Timestamp(at.0 + 60_000));
        assert!(later.contains("3:00") && later.ends_with(" CEST"), "{later}");
        assert_eq!((t("UTC").date(at), t("America/New_York").date(at)), ("Mar 29, 2026".into(), "Mar 28, 2026".into()));
        assert_eq!(t("Mars/Olympus").exact(at), english().exact(at));
    }

    #[test]
    fn names_are_isolated_in_right_to_left_languages_only() {
        let t = languages().translator("ar");
        assert_eq!(t.dir(), "rtl");
        assert_eq!(t.with("greeting", &[("name", &"Ada")]), "مرحبا \u{2068}Ada\u{2069}");
    }

    #[test]
    fn a_text_that_must_not_be_parsed_is_left_out_and_the_others_stay() {
        let deep = format!("nav-inbox = {}\"x\"{}\n", "{ ".repeat(20_000), " }".repeat(20_000));
        let (facts, _) = pack("de", None, "");
        let resources = vec![("a.ftl".into(), deep), ("b.ftl".into(), "nav-contacts = Leute\n".into())];
        let t = translator_of(&LanguagePack { facts, resources });
        assert_eq!((t.get("nav-inbox"), t.get("nav-contacts")), (english().get("nav-inbox"), "Leute".into()));
    }

    #[test]
    fn a_formatted_text_is_bounded_whatever_is_put_in() {
        let t = Languages { list: vec![pack("de", None, "hello = { $a }{ $a }{ $a }\n")] }.translator("de");
        let text = t.with("hello", &[("a", &"é".repeat(5_000))]);
        assert_eq!(text.len(), (16 << 10) + "…".len());
        assert!(text.ends_with("é…"));
        // By a language of before there were bounds: the whole term does not fit, and no time is spent on the rest.
        let large = format!("-big = {}\nhello = {}\n", "x".repeat(16_000), "{ -big }".repeat(90));
        let t = Languages { list: vec![pack("de", None, &large)] }.translator("de");
        assert_eq!(t.get("hello").len(), (16 << 10) + "…".len());
    }

    #[test]
    fn the_formatter_may_panic() {
        // Gives up after 100 values, and then fails to name what it gives up at.
        let text = format!("-t = {}\nhello = a{{ \"x\" ->\n   *[y] {{ -t }}{{ -t }}\n  }}\n", "{ $v }".repeat(60));
        let t = Languages { list: vec![pack("de", None, &text)] }.translator("de");
        assert!(t.with("hello", &[("v", &"v")]).starts_with("a{$v}{$v}"));
    }
}
