//! Arabic: all texts of the panel, written from right to left, with all six plural forms.

use annex_sdk::language::{Facts, Language, Resource};

struct Arabic;

impl Language for Arabic {
    fn facts() -> Facts {
        Facts::new("ar", "العربية", "Arabic").right_to_left()
    }

    fn resources() -> Vec<Resource> {
        vec![
            Resource::new("en.ftl", include_str!("../locales/ar.ftl")),
            Resource::new("en-addons.ftl", include_str!("../locales/ar-addons.ftl")),
            Resource::new("en-billing.ftl", include_str!("../locales/ar-billing.ftl")),
            Resource::new("en-client-area.ftl", include_str!("../locales/ar-client-area.ftl")),
            Resource::new("en-codes.ftl", include_str!("../locales/ar-codes.ftl")),
            Resource::new("en-life.ftl", include_str!("../locales/ar-life.ftl")),
            Resource::new("en-mail.ftl", include_str!("../locales/ar-mail.ftl")),
            Resource::new("en-portal.ftl", include_str!("../locales/ar-portal.ftl")),
        ]
    }
}

annex_sdk::export_language!(Arabic);

#[cfg(test)]
#[path = "../../lang-check.rs"]
mod lang_check;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn translates_every_text_with_the_same_variables() {
        crate::lang_check::matches_english(&Arabic::resources());
    }

    #[test]
    fn has_every_plural_form_of_the_language() {
        let forms = ["zero", "one", "two", "few", "many", "other"];
        crate::lang_check::has_plurals(&Arabic::resources(), &forms);
    }

    #[test]
    fn leaves_isolation_to_the_host() {
        let controls =
            |c: &char| matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        for resource in Arabic::resources() {
            assert_eq!(resource.fluent.chars().filter(controls).count(), 0, "{}", resource.name);
        }
    }
}
