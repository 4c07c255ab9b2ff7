//! The manifest: what a package says about itself. Authors write it as TOML (`annex.toml`); the package holds it as
//! canonical JSON together with the list of files. Limits on texts and lists are checked by [`Manifest::check`].

mod fields;
pub mod inbound;
mod mailboxes;
mod schedules;
mod service;
mod settings;
mod texts;
mod views;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use self::texts::check_text;
pub(crate) use self::texts::{check_texts, is_link};
pub use self::{
    inbound::Inbound,
    schedules::ScheduleEntry,
    service::{EventsUrl, Service, ServiceScope, is_redirect},
    views::{ViewEntry, ViewPlace},
};
use crate::{
    addon::{AddonId, Digest, Kind, Seq, Version},
    capability::{Access, Asks, Capability},
    field::Declared,
    localized::Localized,
    plan::{self, Plan},
    settings::{FieldError, Setting, SettingKind, is_email},
    setup::Setup,
};

crate::words! {
    /// The WIT packages that this host speaks, as manifests name them.
    pub enum Wit: "WIT package" {
        /// The first.
        V0_1 = "annex:addon@0.1",
        /// The newest.
        V0_2 = "annex:addon@0.2",
    }
}

/// The WIT package that new plugins and languages are made for.
pub const WIT_PACKAGE: &str = Wit::V0_2.as_str();

/// Characters of a version, and of a range of versions.
const LONGEST_VERSION: usize = 64;

/// Where the component stands in a package.
pub const COMPONENT_PATH: &str = "component.wasm";

/// What a package says about itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// `publisher.slug`.
    pub id: AddonId,
    /// The release.
    pub version: Version,
    /// Higher than that of every earlier package of this add-on.
    pub seq: Seq,
    /// Plugin, channel or language.
    pub kind: Kind,
    /// The WIT package that the component was built for; see [`Wit`].
    pub wit: String,
    /// The versions of the host that it runs on.
    pub host: semver::VersionReq,
    /// What the marketplace shows.
    pub listing: Listing,
    /// What it wants to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capabilities: Vec<Capability>,
    /// What the desk enters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<Setting>,
    /// Custom fields of tickets and contacts that come with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Declared>,
    /// What it costs; none: it is free (R25).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plans: Vec<Plan>,
    /// The events that a plugin hears.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub events: BTreeSet<EventName>,
    /// Where a plugin shows something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<ViewEntry>,
    /// When the host calls it by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schedules: Vec<ScheduleEntry>,
    /// How the host checks requests to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inbound: Option<Inbound>,
    /// How a channel is connected to its service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup: Option<Setup>,
    /// What its publisher runs outside of the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Service>,
    /// Every other file of the package. Made by the builder, never written by authors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileEntry>,
}

/// What the marketplace shows of a version (R13, R14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// At most 60 characters.
    pub name: Localized,
    /// One sentence, at most 160 characters.
    pub summary: Localized,
    /// Paragraphs of plain text, at most 8,000 characters.
    pub description: Localized,
    /// The publisher's name as shown.
    pub publisher_name: String,
    /// Lower-case words to filter by, such as `crm`; at most 5.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub categories: BTreeSet<String>,
    /// What is new in this version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_notes: Option<Localized>,
    /// https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms_url: Option<String>,
    /// https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy_url: Option<String>,
    /// Who helps.
    pub support: Support,
    /// A PNG of the package, square, 64 to 512 pixels: its path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// What it does best, at most 6 lines of 120 characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub highlights: Vec<Localized>,
    /// At most 6 PNGs of the package, from 320 × 200 to 1600 × 1200 pixels: their paths.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<String>,
    /// Names of products that it works with, at most 10 of 40 characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub works_with: Vec<String>,
    /// https: a video that shows it, on a page of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<String>,
}

/// Who helps with an add-on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Support {
    /// An address.
    pub email: String,
    /// https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portal: Option<String>,
    /// https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub faq: Option<String>,
}

crate::words! {
    /// What a plugin can hear.
    pub enum EventName: "event" {
        /// A ticket was made.
        TicketCreated = "ticket-created",
        /// Status, priority, assignee or tags changed.
        TicketUpdated = "ticket-updated",
        /// It was given to somebody, or taken away.
        TicketAssigned = "ticket-assigned",
        /// It became solved.
        TicketSolved = "ticket-solved",
        /// It became open after it was solved or closed.
        TicketReopened = "ticket-reopened",
        /// It took up another.
        TicketMerged = "ticket-merged",
        /// It was put into the trash or the spam.
        TicketDeleted = "ticket-deleted",
        /// A reply or note was added.
        MessageAdded = "message-added",
        /// A requester was added.
        ContactCreated = "contact-created",
        /// A requester was changed.
        ContactUpdated = "contact-updated",
        /// Settings of the installation were saved.
        SettingsChanged = "settings-changed",
        /// Others hold its licences.
        LicencesChanged = "licences-changed",
    }
}

impl EventName {
    /// True for what was there before 0.2.
    #[must_use]
    pub const fn is_of_first(self) -> bool {
        matches!(self, Self::TicketCreated | Self::TicketUpdated | Self::MessageAdded)
    }

    /// Without what nobody hears of it. `None`: it is about the installation itself.
    #[must_use]
    pub const fn needs(self) -> Option<Access> {
        match self {
            Self::ContactCreated | Self::ContactUpdated => Some(Access::ContactsRead),
            Self::SettingsChanged | Self::LicencesChanged => None,
            _ => Some(Access::TicketsRead),
        }
    }
}

/// A file of the package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Lower case, relative, `/` between parts.
    pub path: String,
    /// In bytes.
    pub size: u64,
    /// Of the content.
    pub sha256: Digest,
}

impl Manifest {
    /// What it asks the desk for.
    #[must_use]
    pub fn asks(&self) -> Asks {
        let scopes = self.service.as_ref().map(|service| service.scopes.clone()).unwrap_or_default();
        Asks { capabilities: self.capabilities.clone(), scopes }
    }

    /// True when installing, updating and uninstalling it wait for the publisher's answer (R16).
    #[must_use]
    pub fn is_manual(&self) -> bool {
        self.service.as_ref().is_some_and(|service| service.manual)
    }

    /// Checks everything that the types alone cannot: limits, references between parts, duplicates.
    ///
    /// # Errors
    /// One error for each wrong field; `field` is the path in the manifest, such as `settings[1].key`.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut wrong = |field: String, code, message: &str| errors.push(FieldError::new(field, code, message));
        self.check_wit(&mut wrong);
        for (field, length) in [("version", self.version.to_string().len()), ("host", self.host.to_string().len())] {
            if length > LONGEST_VERSION {
                wrong(field.into(), "too-long", &format!("use at most {LONGEST_VERSION} characters"));
            }
        }
        if self.seq.0 == 0 {
            wrong("seq".into(), "zero-seq", "start at 1 and raise it with every package");
        }
        self.listing.check(&mut wrong);
        self.check_capabilities(&mut wrong);
        self.check_settings(&mut wrong);
        fields::check(self.kind, &self.fields, &mut wrong);
        self.check_events(&mut wrong);
        self.check_mailboxes(&mut wrong);
        self.check_called(&mut wrong);
        if let Some(inbound) = &self.inbound {
            inbound.check(self, &mut wrong);
        }
        self.check_setup(&mut wrong);
        if let Some(service) = &self.service {
            service.check(&mut wrong);
        }
        errors.extend(plan::check(&self.plans).err().unwrap_or_default());
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Services deliver to it, at an address of its own. To a form only its page delivers.
    #[must_use]
    pub fn receives(&self) -> bool {
        self.inbound.as_ref().is_some_and(|inbound| !inbound.form)
    }

    /// Its view at a place. A plugin of 0.1 has one, beside tickets.
    #[must_use]
    pub fn view_at(&self, place: ViewPlace) -> Option<ViewEntry> {
        match (self.kind, self.speaks()) {
            (Kind::Plugin, Wit::V0_1) if place == ViewPlace::TicketSidebar => Some(ViewEntry::of_first()),
            _ => self.views.iter().find(|view| view.location == place).cloned(),
        }
    }

    /// The version that its component was built for.
    #[must_use]
    pub fn speaks(&self) -> Wit {
        self.wit.parse().unwrap_or(Wit::V0_1)
    }

    fn check_wit(&self, wrong: &mut impl FnMut(String, &'static str, &str)) {
        if self.wit.parse::<Wit>().is_err() {
            let spoken = Wit::ALL.map(Wit::as_str).join(" and ");
            wrong("wit".into(), "unknown-wit", &format!("this host speaks {spoken}"));
        }
    }

    fn setting(&self, key: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.key == key)
    }

    fn check_capabilities(&self, wrong: &mut impl FnMut(String, &'static str, &str)) {
        let mut seen = BTreeSet::new();
        if self.capabilities.len() > 16 {
            wrong("capabilities".into(), "too-many", "at most 16");
        }
        for (at, capability) in self.capabilities.iter().enumerate() {
            let field = |name: &str| format!("capabilities[{at}].{name}");
            if capability.access != Access::Http && !seen.insert(capability.access) {
                wrong(field("use"), "duplicate", "name each capability once");
            }
            if (capability.access == Access::Http) == capability.hosts.is_empty() {
                wrong(field("hosts"), "hosts", "`http` needs hosts, the others have none");
            }
            if capability.hosts.len() > 16 {
                wrong(field("hosts"), "too-many", "at most 16 hosts");
            }
            check_text(&capability.purpose, &field("purpose"), 200, wrong);
            for host in &capability.hosts {
                let kind = if host.is_entered() { SettingKind::Host } else { SettingKind::Subdomain };
                if let Some(key) = host.setting()
                    && self.setting(key).is_none_or(|setting| setting.kind != kind)
                {
                    let text = format!("{host} needs a setting `{key}` of type {kind}");
                    wrong(field("hosts"), "no-such-setting", &text);
                }
            }
            let allowed = match self.kind {
                Kind::Plugin => capability.access != Access::Mail,
                Kind::Channel => {
                    use Access::{FilesRead, FilesWrite, Http, Kv, Mail, Schedule};
                    matches!(capability.access, Http | Kv | FilesRead | FilesWrite | Schedule | Mail)
                }
                Kind::Language => false,
            };
            if !allowed {
                wrong(field("use"), "not-for-kind", "this kind of add-on cannot have this capability");
            }
        }
    }

    fn check_events(&self, wrong: &mut impl FnMut(String, &'static str, &str)) {
        if self.kind != Kind::Plugin && !self.events.is_empty() {
            wrong("events".into(), "not-a-plugin", "only plugins hear events");
        }
        for event in &self.events {
            let asks = |access: Access| self.capabilities.iter().any(|capability| capability.access == access);
            match (self.speaks(), event.needs()) {
                (Wit::V0_1, _) if !event.is_of_first() => {
                    wrong("events".into(), "needs-wit", &format!("`{event}` is there from annex:addon@0.2 on"));
                }
                (Wit::V0_2, Some(access)) if !asks(access) => {
                    wrong("events".into(), "no-capability", &format!("`{event}` needs the capability `{access}`"));
                }
                _ => {}
            }
        }
    }

    /// Where it shows something, and when it is called by itself.
    fn check_called(&self, wrong: &mut impl FnMut(String, &'static str, &str)) {
        const NEEDS: &str = "it is there from annex:addon@0.2 on: leave it out, or build for that";
        for (field, is_used) in [("views", !self.views.is_empty()), ("schedules", !self.schedules.is_empty())] {
            if is_used && self.speaks() == Wit::V0_1 {
                wrong(field.into(), "needs-wit", NEEDS);
            }
        }
        if self.kind != Kind::Plugin && !self.views.is_empty() {
            wrong("views".into(), "not-a-plugin", "only plugins show views");
        }
        let asks = self.capabilities.iter().any(|capability| capability.access == Access::Schedule);
        if !asks && !self.schedules.is_empty() {
            wrong("schedules".into(), "no-capability", "declare the capability `schedule`");
        }
        views::check(&self.views, wrong);
        schedules::check(&self.schedules, wrong);
    }
}

impl Manifest {
    fn check_setup(&self, wrong: &mut impl FnMut(String, &'static str, &str)) {
        let Some(setup) = &self.setup else { return };
        if self.inbound.is_none() {
            wrong("setup".into(), "not-a-channel", "only what has `inbound` is set up");
        }
        for (at, step) in setup.steps.iter().enumerate() {
            check_text(step, &format!("setup.steps[{at}]"), 500, wrong);
        }
        for shown in setup.connect.iter().chain(&setup.test).flat_map(|request| &request.shows) {
            check_text(&shown.label, "setup.shows.label", 80, wrong);
        }
        let hosts = self.capabilities.iter().flat_map(|capability| &capability.hosts).map(|host| host.as_str());
        let secrets = self.settings.iter().filter(|setting| setting.kind == SettingKind::Secret);
        let problems = setup.problems(&hosts.collect(), &secrets.map(|setting| setting.key.as_str()).collect());
        for (field, code, text) in problems {
            wrong(format!("setup.{field}"), code, &text);
        }
    }
}

impl Listing {
    fn check(&self, wrong: &mut impl FnMut(String, &'static str, &str)) {
        check_text(&self.name, "listing.name", 60, wrong);
        check_text(&self.summary, "listing.summary", 160, wrong);
        check_text(&self.description, "listing.description", 8000, wrong);
        check_text(&Localized::en(&*self.publisher_name), "listing.publisher_name", 60, wrong);
        if let Some(notes) = &self.release_notes {
            check_text(notes, "listing.release_notes", 8000, wrong);
        }
        if self.categories.len() > 5
            || self.categories.iter().any(|category| category.parse::<crate::addon::PublisherSlug>().is_err())
        {
            wrong("listing.categories".into(), "categories", "at most 5 lower-case words of a-z, 0-9 and -");
        }
        if !is_email(&self.support.email) {
            wrong("listing.support.email".into(), "not-an-email", "expected an e-mail address");
        }
        self.check_showcase(wrong);
        let urls = [
            ("listing.video", &self.video),
            ("listing.terms_url", &self.terms_url),
            ("listing.privacy_url", &self.privacy_url),
            ("listing.support.portal", &self.support.portal),
            ("listing.support.faq", &self.support.faq),
        ];
        for (field, url) in urls {
            if !url.as_deref().is_none_or(is_link) {
                let message = "expected an address that starts with https://, with a host name and without a user name";
                wrong(field.into(), "not-a-url", message);
            }
        }
    }

    fn check_showcase(&self, wrong: &mut impl FnMut(String, &'static str, &str)) {
        for (at, line) in self.highlights.iter().enumerate() {
            check_text(line, &format!("listing.highlights[{at}]"), 120, wrong);
        }
        for (at, name) in self.works_with.iter().enumerate() {
            check_text(&Localized::en(&**name), &format!("listing.works_with[{at}]"), 40, wrong);
        }
        let bounds = [
            ("listing.highlights", self.highlights.len(), 6),
            ("listing.pictures", self.pictures.len(), 6),
            ("listing.works_with", self.works_with.len(), 10),
        ];
        for (field, count, most) in bounds {
            if count > most {
                wrong(field.into(), "too-many", &format!("at most {most}"));
            }
        }
        let distinct: BTreeSet<_> = self.pictures.iter().collect();
        if distinct.len() < self.pictures.len() {
            wrong("listing.pictures".into(), "twice", "name each picture once");
        }
    }
}

#[cfg(test)]
mod tests;
