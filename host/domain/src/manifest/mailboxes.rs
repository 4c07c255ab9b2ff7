//! The mailboxes that a channel declares, and the settings as they are entered: a mailbox is many, and an account has a client.

use super::Manifest;
use crate::{
    capability::Access,
    connection, mailbox,
    settings::{Setting, SettingKind},
};

/// Mailboxes of an add-on.
const MOST: usize = 4;

impl Manifest {
    /// The settings as they are entered: a mailbox is many, and before an account stands the desk's client.
    #[must_use]
    pub fn fields(&self) -> Vec<Setting> {
        self.settings.iter().flat_map(mailbox::fields).flat_map(|field| connection::fields(&field)).collect()
    }

    /// The settings that are mailboxes.
    pub fn mailboxes(&self) -> impl Iterator<Item = &Setting> {
        self.settings.iter().filter(|setting| setting.kind == SettingKind::Mailbox)
    }

    /// A mailbox is of a channel that may have its mails, and what is entered for it has keys of its own.
    pub(super) fn check_mailboxes(&self, wrong: &mut impl FnMut(String, &'static str, &str)) {
        let declares = self.capabilities.iter().any(|capability| capability.access == Access::Mail);
        let made = self.settings.iter().flat_map(|setting| {
            let fields = mailbox::fields(setting).into_iter().flat_map(|field| connection::fields(&field));
            fields.map(|field| field.key).filter(|key| *key != setting.key).collect::<Vec<_>>()
        });
        let entered: Vec<String> = made.collect();
        if self.mailboxes().count() > MOST {
            wrong("settings".into(), "too-many", "at most 4 mailboxes");
        }
        for (at, setting) in self.settings.iter().enumerate() {
            if setting.kind == SettingKind::Mailbox && !declares {
                wrong(format!("settings[{at}].type"), "no-capability", "a mailbox needs the capability `mail`");
            }
            if entered.contains(&setting.key) {
                wrong(format!("settings[{at}].key"), "duplicate", "a mailbox or an account has a field with this key");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::Manifest;

    fn codes(kind: &str, capability: &str, settings: &str) -> Vec<(String, &'static str)> {
        let json = format!(
            r#"{{"id":"acme.mail","version":"1.0.0","seq":1,"kind":"{kind}","wit":"annex:addon@0.1","host":">=0.1",
            "listing":{{"name":"Mail","summary":"Mails.","description":"Mails.","publisher_name":"Acme",
                "support":{{"email":"help@acme.example"}}}},
            "capabilities":[{{"use":"{capability}","purpose":"to do it"}}],"settings":[{settings}]}}"#
        );
        let manifest: Manifest = serde_json::from_str(&json).unwrap();
        manifest.check().err().unwrap_or_default().into_iter().map(|error| (error.field, error.code)).collect()
    }

    #[test]
    fn a_mailbox_needs_a_channel_that_may_have_its_mails() {
        let inbox = r#"{"key":"inbox","type":"mailbox","label":"Mailbox"}"#;
        let told = |place: &str, code| (place.to_owned(), code);
        assert!(codes("channel", "mail", inbox).is_empty());
        assert_eq!(codes("channel", "kv", inbox), [told("settings[0].type", "no-capability")]);
        assert_eq!(codes("plugin", "mail", inbox), [told("capabilities[0].use", "not-for-kind")]);
        let twice = format!(r#"{inbox},{{"key":"inbox_address","type":"email","label":"Address"}}"#);
        assert_eq!(codes("channel", "mail", &twice), [told("settings[1].key", "duplicate")]);
        let client = format!(r#"{inbox},{{"key":"inbox_account_client_id","type":"text","label":"Client"}}"#);
        assert_eq!(codes("channel", "mail", &client), [told("settings[1].key", "duplicate")]);
    }
}
