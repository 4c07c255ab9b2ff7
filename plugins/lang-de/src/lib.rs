//! German: all texts of the panel, with the formal Sie.

use annex_sdk::language::{Facts, Language, Resource};

struct German;

impl Language for German {
    fn facts() -> Facts {
        Facts::new("de", "Deutsch", "German")
    }

    fn resources() -> Vec<Resource> {
        vec![
            Resource::new("en.ftl", include_str!("../locales/de.ftl")),
            Resource::new("en-addons.ftl", include_str!("../locales/de-addons.ftl")),
            Resource::new("en-billing.ftl", include_str!("../locales/de-billing.ftl")),
            Resource::new("en-client-area.ftl", include_str!("../locales/de-client-area.ftl")),
            Resource::new("en-codes.ftl", include_str!("../locales/de-codes.ftl")),
            Resource::new("en-life.ftl", include_str!("../locales/de-life.ftl")),
            Resource::new("en-mail.ftl", include_str!("../locales/de-mail.ftl")),
            Resource::new("en-portal.ftl", include_str!("../locales/de-portal.ftl")),
        ]
    }
}

annex_sdk::export_language!(German);

#[cfg(test)]
#[path = "../../lang-check.rs"]
mod lang_check;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn translates_every_text_with_the_same_variables() {
        crate::lang_check::matches_english(&German::resources());
    }

    #[test]
    fn has_every_plural_form_of_the_language() {
        crate::lang_check::has_plurals(&German::resources(), &["one", "other"]);
    }

    #[test]
    fn uses_sie() {
        let texts: String = German::resources().into_iter().map(|resource| resource.fluent).collect();
        let words = texts.split(|c: char| !c.is_alphabetic());
        let informal = ["du", "Du", "dein", "Dein", "deine", "Deine", "dir", "dich", "euch"];
        let found: Vec<_> = words.filter(|word| informal.contains(word)).collect();
        assert_eq!(found, Vec::<&str>::new());
    }
}
