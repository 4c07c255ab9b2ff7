//! What an add-on asks for, as sentences (R61): what it may do, where its requests go, and why, in the publisher's words.

use std::time::Duration;

use annex_domain::{
    capability::{Access, Asks, Capability, HostPattern},
    field::{Declared, FieldSubject},
    manifest::{Manifest, ScheduleEntry, ServiceScope},
    schedule::Rhythm,
    settings::Setting,
};

use crate::i18n::Translator;

/// One permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sentence {
    /// Of the sprite.
    pub(super) icon: &'static str,
    /// What it may do.
    pub(super) text: String,
    /// For requests: where they go; for fields: what they are called.
    pub(super) hosts: Vec<String>,
    /// Why, in the publisher's words; empty where there is nothing to add.
    pub(super) purpose: String,
}

/// All that a version asks for, the fields that it brings, and what it does without being asked: at its times, and for whoever knows its
/// address.
pub(super) fn of_version(t: &Translator, manifest: &Manifest) -> Vec<Sentence> {
    let mut all = sentences(t, &manifest.asks(), &manifest.settings);
    all.extend(of_fields(t, manifest.fields.iter()));
    all.extend(manifest.schedules.iter().map(|schedule| Sentence {
        icon: "clock",
        text: t.msg("access-runs").arg("when", when(t, schedule)).to_string(),
        hosts: Vec::new(),
        purpose: schedule.purpose.get(t.code()).to_owned(),
    }));
    if manifest.inbound.as_ref().is_some_and(|inbound| inbound.public) {
        let text = t.get("access-public");
        all.push(Sentence { icon: "globe", text, hosts: Vec::new(), purpose: String::new() });
    }
    all
}

/// Custom fields as sentences: one of tickets, and one of contacts.
pub(super) fn of_fields<'m>(t: &Translator, fields: impl Iterator<Item = &'m Declared> + Clone) -> Vec<Sentence> {
    let sentence = |of: FieldSubject| {
        let labels: Vec<String> =
            fields.clone().filter(|field| field.of == of).map(|field| field.label.get(t.code()).to_owned()).collect();
        let text = match of {
            FieldSubject::Ticket => t.get("access-fields-ticket"),
            FieldSubject::Contact => t.get("access-fields-contact"),
        };
        let purpose = t.get("access-fields-purpose");
        (!labels.is_empty()).then_some(Sentence { icon: "list", text, hosts: labels, purpose })
    };
    FieldSubject::ALL.into_iter().filter_map(sentence).collect()
}

/// How often a plan of a manifest comes.
pub(super) fn when(t: &Translator, schedule: &ScheduleEntry) -> String {
    let (key, count) = match schedule.rhythm() {
        Ok(Rhythm::Every(every)) => counted(every),
        _ => return t.msg("rhythm-cron").arg("cron", schedule.cron.clone().unwrap_or_default()).to_string(),
    };
    t.msg(key).arg("count", count).to_string()
}

fn counted(every: Duration) -> (&'static str, u64) {
    let minutes = every.as_secs() / 60;
    match minutes {
        minutes if minutes.is_multiple_of(24 * 60) => ("rhythm-days", minutes / (24 * 60)),
        minutes if minutes.is_multiple_of(60) => ("rhythm-hours", minutes / 60),
        minutes => ("rhythm-minutes", minutes),
    }
}

/// Each thing that is asked for as a sentence. `settings` name the part of a host that the desk enters itself.
pub(super) fn sentences(t: &Translator, asks: &Asks, settings: &[Setting]) -> Vec<Sentence> {
    let of_component = |capability: &Capability| {
        let (icon, key) = word(capability.access);
        Sentence {
            icon,
            text: t.get(key),
            hosts: capability.hosts.iter().map(|host| host_name(t, host, settings)).collect(),
            purpose: capability.purpose.get(t.code()).to_owned(),
        }
    };
    let of_service = |asked: &ServiceScope| {
        let what = t.get(&format!("permission-{}", asked.scope.as_str().replace('.', "-")));
        Sentence {
            icon: "server",
            text: t.msg("access-service").arg("what", what).to_string(),
            hosts: Vec::new(),
            purpose: asked.purpose.get(t.code()).to_owned(),
        }
    };
    let of_component = asks.capabilities.iter().map(of_component);
    of_component.chain(asks.scopes.iter().map(of_service)).collect()
}

/// A host as people read it: `{shop}.example.com` with the label of the setting in place of its key.
fn host_name(t: &Translator, host: &HostPattern, settings: &[Setting]) -> String {
    let Some(key) = host.setting() else { return host.to_string() };
    let label = settings.iter().find(|setting| setting.key == key);
    let label = label.map_or_else(|| key.replace('_', " "), |setting| setting.label.get(t.code()).to_owned());
    if host.is_entered() {
        return t.msg("access-own-host").arg("label", label).to_string();
    }
    host.as_str().replace(&format!("{{{key}}}"), &format!("‹{label}›"))
}

fn word(access: Access) -> (&'static str, &'static str) {
    match access {
        Access::Http => ("globe", "access-http"),
        Access::Kv => ("database", "access-kv"),
        Access::TicketsRead => ("ticket", "access-tickets-read"),
        Access::TicketsWrite => ("pencil", "access-tickets-write"),
        Access::ContactsRead => ("user-round", "access-contacts-read"),
        Access::ContactsWrite => ("users-round", "access-contacts-write"),
        Access::TicketsReply => ("reply", "access-tickets-reply"),
        Access::OperatorsRead => ("users-round", "access-operators-read"),
        Access::FilesRead => ("eye", "access-files-read"),
        Access::FilesWrite => ("file-text", "access-files-write"),
        Access::Schedule => ("clock", "access-schedule"),
        Access::Mail => ("mail", "access-mail"),
    }
}

#[cfg(test)]
mod tests {
    use annex_domain::{localized::Localized, permission::Permission, settings::SettingKind};

    use super::*;
    use crate::i18n::english;

    #[test]
    fn every_permission_is_a_sentence_with_its_purpose() {
        let all = Access::ALL;
        let capability = |access| Capability { access, hosts: vec![], purpose: Localized::en("because") };
        let asks = Asks::from(all.map(capability).to_vec());
        let sentences = sentences(&english(), &asks, &[]);
        for (sentence, access) in sentences.iter().zip(all) {
            assert_ne!(sentence.text, word(access).1, "a text for {access}");
            assert_eq!(sentence.purpose, "because");
        }
    }

    #[test]
    fn what_the_service_may_do_is_said_with_its_purpose() {
        let scope = |scope| ServiceScope { scope, purpose: Localized::en("because") };
        let asks = Asks { capabilities: vec![], scopes: Permission::ALL.map(scope).to_vec() };
        let sentences = sentences(&english(), &asks, &[]);
        assert_eq!(sentences.len(), Permission::ALL.len());
        assert!(sentences[0].text.contains("service may") && sentences[0].text.contains("View tickets"));
        assert!(
            sentences.iter().all(|sentence| sentence.purpose == "because" && !sentence.text.contains("permission-"))
        );
    }

    #[test]
    fn fields_that_come_along_are_named() {
        let field = |of, label: &str| Declared {
            of,
            key: "x".into(),
            kind: annex_domain::field::FieldKind::Text,
            label: Localized::en(label),
            help: None,
            choices: Vec::new(),
        };
        let fields = [field(FieldSubject::Ticket, "Order"), field(FieldSubject::Ticket, "Parcel")];
        let sentences = of_fields(&english(), fields.iter());
        assert_eq!(sentences.len(), 1, "none of contacts");
        assert_eq!(sentences[0].hosts, ["Order", "Parcel"]);
        assert!(of_fields(&english(), std::iter::empty()).is_empty());
    }

    #[test]
    fn a_part_of_a_host_that_is_entered_is_named_by_its_label() {
        let host = HostPattern::try_from("{shop_name}.shops.example.com".to_owned()).unwrap();
        let setting = Setting::new("shop_name", SettingKind::Subdomain);
        let setting = Setting { label: Localized::en("Your shop"), ..setting };
        let whole = HostPattern::try_from("{shop_name}".to_owned()).unwrap();
        let said = host_name(&english(), &whole, std::slice::from_ref(&setting));
        assert_eq!(said, "the server that you enter as ‹Your shop›");
        assert_eq!(host_name(&english(), &host, &[setting]), "‹Your shop›.shops.example.com");
        assert_eq!(host_name(&english(), &host, &[]), "‹shop name›.shops.example.com");
    }
}
