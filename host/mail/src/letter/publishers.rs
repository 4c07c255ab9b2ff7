//! What is mailed to publishers, and to who wants to be one.

use annex_domain::{
    addon::{AddonId, KeyId, PublisherSlug},
    clock::Timestamp,
    mail::{MailFacts, MailNote, MailReview},
    publisher::MemberRole,
};

use super::{Content, Reader, one_line};

impl Reader<'_> {
    /// In the reader's words; of facts that are for operators there is nothing.
    pub(super) fn for_publisher(&self, facts: &MailFacts) -> Content {
        match facts {
            MailFacts::PublisherRequested { name } => self.publisher_requested(name),
            MailFacts::PublisherApproved { name, days } => self.publisher_approved(name, *days),
            MailFacts::PublisherRefused { name, reason } => self.publisher_refused(name, reason),
            MailFacts::PublisherInvited { name, role, by, days } => self.publisher_invited(name, *role, by, *days),
            MailFacts::KeyEnrolled { name, key, by } => self.key_enrolled(name, key, by),
            MailFacts::BankChanged { name, iban, by } => self.bank_changed(name, iban, by),
            MailFacts::VersionApproved(review) => self.reviewed(review, "approved"),
            MailFacts::VersionRejected(review) => self.reviewed(review, "rejected"),
            MailFacts::EventsFailing { publisher, addon, since, answer } => {
                self.events_failing(publisher, addon, *since, answer)
            }
            _ => Content::default(),
        }
    }

    fn publisher_requested(&self, name: &str) -> Content {
        let (t, name) = (self.t, one_line(name));
        Content {
            subject: t.with("mail-publisher-requested-subject", &[("name", &name)]),
            happened: vec![t.with("mail-publisher-requested-happened", &[("name", &name)])],
            next: vec![t.get("mail-publisher-requested-next")],
            action: Some((t.get("mail-action-portal"), self.host_link("portal"))),
            ..Content::default()
        }
    }

    fn publisher_approved(&self, name: &str, days: Option<u32>) -> Content {
        let (t, name) = (self.t, one_line(name));
        let link = days.and(self.secret);
        Content {
            subject: t.with("mail-publisher-approved-subject", &[("name", &name)]),
            happened: vec![t.with("mail-publisher-approved-happened", &[("name", &name)])],
            next: vec![match (days, link) {
                (Some(days), Some(_)) => t.with("mail-operator-invited-next", &[("days", &days)]),
                (Some(_), None) => t.get("mail-operator-invited-not-kept"),
                (None, _) => t.get("mail-publisher-approved-next"),
            }],
            action: match (days, link) {
                (_, Some(end)) => Some((t.get("mail-action-set-up"), self.host_link(&format!("portal/welcome/{end}")))),
                (None, None) => Some((t.get("mail-action-portal"), self.host_link("portal"))),
                (Some(_), None) => None,
            },
            ..Content::default()
        }
    }

    fn publisher_refused(&self, name: &str, reason: &str) -> Content {
        let (t, name) = (self.t, one_line(name));
        Content {
            subject: t.with("mail-publisher-refused-subject", &[("name", &name)]),
            happened: vec![t.with("mail-publisher-refused-happened", &[("name", &name)])],
            facts: vec![(t.get("mail-fact-why"), one_line(reason))],
            next: vec![t.get("mail-publisher-refused-next")],
            action: Some((t.get("mail-action-ask-again"), self.host_link("portal/request"))),
            ..Content::default()
        }
    }

    fn publisher_invited(&self, name: &str, role: MemberRole, by: &str, days: u32) -> Content {
        let (t, name, by) = (self.t, one_line(name), one_line(by));
        Content {
            subject: t.with("mail-publisher-invited-subject", &[("name", &name)]),
            happened: vec![t.with("mail-publisher-invited-happened", &[("name", &name), ("by", &by)])],
            facts: vec![(t.get("mail-fact-role"), t.get(&format!("portal-role-{role}")))],
            next: vec![match self.secret {
                Some(_) => t.with("mail-publisher-invited-next", &[("days", &days)]),
                None => t.get("mail-operator-invited-not-kept"),
            }],
            action: self
                .secret
                .map(|end| (t.get("mail-action-accept"), self.host_link(&format!("portal/welcome/{end}")))),
            ..Content::default()
        }
    }

    fn key_enrolled(&self, name: &str, key: &KeyId, by: &str) -> Content {
        let (t, name, by) = (self.t, one_line(name), one_line(by));
        Content {
            subject: t.with("mail-key-enrolled-subject", &[("name", &name)]),
            happened: vec![t.with("mail-key-enrolled-happened", &[("name", &name), ("by", &by)])],
            facts: vec![(t.get("mail-fact-fingerprint"), key.to_string())],
            next: vec![t.get("mail-key-enrolled-next")],
            action: Some((t.get("mail-action-portal"), self.host_link("portal"))),
            ..Content::default()
        }
    }

    fn bank_changed(&self, name: &str, iban: &str, by: &str) -> Content {
        let (t, name, by) = (self.t, one_line(name), one_line(by));
        Content {
            subject: t.with("mail-bank-changed-subject", &[("name", &name)]),
            happened: vec![t.with("mail-bank-changed-happened", &[("name", &name), ("by", &by)])],
            facts: vec![(t.get("mail-fact-account"), one_line(iban))],
            next: vec![t.get("mail-bank-changed-next")],
            action: Some((t.get("mail-action-portal"), self.host_link("portal"))),
            ..Content::default()
        }
    }

    /// How a review ended, with each note and its place.
    fn reviewed(&self, review: &MailReview, ended: &str) -> Content {
        let (t, track) = (self.t, review.track);
        let (name, version) = (one_line(review.name.get(t.code())), one_line(&review.version));
        let with = |key: &str| t.with(key, &[("name", &name), ("version", &version)]);
        let note = |note: &MailNote| {
            let severity = t.get(&format!("review-severity-{}", note.severity));
            let place = one_line(&note.place);
            let label = if place.is_empty() { severity } else { format!("{severity} ({place})") };
            (label, one_line(&note.body))
        };
        let page = format!("portal/publishers/{}/projects/{}/{}", review.publisher, review.project, review.id);
        Content {
            subject: with(&format!("mail-version-{ended}-subject")),
            happened: vec![with(&format!("mail-version-{ended}-{track}"))],
            facts: review.notes.iter().map(note).collect(),
            next: vec![t.get(&format!("mail-version-{ended}-next-{track}"))],
            action: Some((t.get("mail-action-version"), self.host_link(&page))),
            ..Content::default()
        }
    }

    fn events_failing(&self, publisher: &PublisherSlug, addon: &AddonId, since: Timestamp, answer: &str) -> Content {
        let (t, name) = (self.t, addon.as_str());
        let page = format!("portal/publishers/{publisher}/events");
        Content {
            subject: t.with("mail-events-failing-subject", &[("addon", &name)]),
            happened: vec![t.with("mail-events-failing-happened", &[("addon", &name), ("since", &t.datetime(since))])],
            facts: vec![(t.get("mail-fact-last-attempt"), one_line(answer))],
            next: vec![t.get("mail-events-failing-next")],
            action: Some((t.get("mail-action-events"), self.host_link(&page))),
            ..Content::default()
        }
    }
}
