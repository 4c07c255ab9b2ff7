//! What becomes of an add-on: installed, updated, stopped, gone, asked for.

use annex_domain::{
    clock::Timestamp,
    installation::Status,
    mail::{MailAddon, MailFacts, MailPlan},
    money::Money,
};

use crate::{
    letter::{Content, Reader, one_line},
    work_kind,
};

impl Reader<'_> {
    pub(super) fn installed(
        &self,
        addon: &MailAddon,
        version: &str,
        plan: Option<&MailPlan>,
        trial_ends_at: Option<Timestamp>,
    ) -> Content {
        let (t, name) = (self.t, self.name(addon));
        let mut facts = plan.map(|plan| self.plan(plan)).unwrap_or_default();
        let mut next = vec![t.get("mail-installed-next")];
        if let Some(ends_at) = trial_ends_at {
            let ends = t.date(ends_at);
            next.push(t.with("mail-installed-trial", &[("date", &ends)]));
            facts.push((t.get("mail-fact-trial-ends"), ends));
        }
        Content {
            subject: t.with("mail-installed-subject", &[("addon", &name)]),
            happened: vec![t.with("mail-installed-happened", &[("addon", &name), ("version", &one_line(version))])],
            facts,
            next,
            action: self.open(addon),
            invoice: None,
        }
    }

    pub(super) fn install_failed(&self, addon: &MailAddon, error: &str, refunded: Option<Money>) -> Content {
        let (t, name) = (self.t, self.name(addon));
        let mut happened =
            vec![t.with("mail-install-failed-happened", &[("addon", &name), ("error", &one_line(error))])];
        if let Some(amount) = refunded {
            happened.push(t.with("mail-install-failed-refunded", &[("amount", &t.money(amount))]));
        }
        Content {
            subject: t.with("mail-install-failed-subject", &[("addon", &name)]),
            happened,
            next: vec![t.get("mail-install-failed-next")],
            action: Some((t.get("mail-action-again"), self.addon_page(addon))),
            ..Content::default()
        }
    }

    /// What waited for people: a publisher, or the platform.
    pub(super) fn by_hand(&self, facts: &MailFacts) -> Content {
        match facts {
            MailFacts::InstallApproved { addon } => self.install_approved(addon),
            MailFacts::UninstallFailed { addon, error } => self.uninstall_failed(addon, error),
            MailFacts::SupportRequested { addon, version, error_id, error, by, text } => {
                self.support_requested(addon, (version, error_id, error), by, text)
            }
            others => self.for_publisher(others),
        }
    }

    fn install_approved(&self, addon: &MailAddon) -> Content {
        let (t, name) = (self.t, self.name(addon));
        Content {
            subject: t.with("mail-install-approved-subject", &[("addon", &name)]),
            happened: vec![t.with("mail-install-approved-happened", &[("addon", &name)])],
            next: vec![t.get("mail-install-approved-next")],
            action: self.open(addon),
            ..Content::default()
        }
    }

    fn uninstall_failed(&self, addon: &MailAddon, error: &str) -> Content {
        let (t, name) = (self.t, self.name(addon));
        Content {
            subject: t.with("mail-uninstall-failed-subject", &[("addon", &name)]),
            happened: vec![t.with("mail-uninstall-failed-happened", &[("addon", &name), ("error", &one_line(error))])],
            next: vec![t.get("mail-uninstall-failed-next")],
            action: self.open(addon),
            ..Content::default()
        }
    }

    fn support_requested(
        &self,
        addon: &MailAddon,
        (version, error_id, error): (&str, &str, &str),
        by: &str,
        text: &str,
    ) -> Content {
        let (t, name, error_id) = (self.t, self.name(addon), one_line(error_id));
        let asks = t.with("mail-support-requested-happened", &[("addon", &name), ("by", &one_line(by))]);
        let written = Some(one_line(text)).filter(|text| !text.is_empty());
        Content {
            subject: t.with("mail-support-requested-subject", &[("addon", &name), ("id", &error_id)]),
            happened: std::iter::once(asks).chain(written).collect(),
            facts: vec![
                (t.get("mail-fact-addon"), one_line(addon.id.as_str())),
                (t.get("mail-fact-version"), one_line(version)),
                (t.get("mail-fact-why"), one_line(error)),
                (t.get("mail-fact-error"), error_id),
            ],
            action: self.open(addon),
            ..Content::default()
        }
    }

    pub(super) fn update_failed(
        &self,
        addon: &MailAddon,
        from: &str,
        to: &str,
        error: &str,
        status: Status,
    ) -> Content {
        let (t, name) = (self.t, self.name(addon));
        let (from, to) = (one_line(from), one_line(to));
        let next = match status {
            Status::Inactive => "mail-update-failed-next-inactive",
            Status::Suspended => "mail-update-failed-next-suspended",
            Status::FailedUpdate => "mail-update-failed-next-stuck",
            _ => "mail-update-failed-next",
        };
        Content {
            subject: t.with("mail-update-failed-subject", &[("addon", &name)]),
            happened: vec![t.with(
                "mail-update-failed-happened",
                &[("addon", &name), ("from", &from), ("to", &to), ("error", &one_line(error))],
            )],
            next: vec![t.with(next, &[("from", &from)])],
            action: self.open(addon),
            ..Content::default()
        }
    }

    pub(super) fn suspended(
        &self,
        addon: &MailAddon,
        version: &str,
        traps: u32,
        update: Option<&str>,
        error_id: &str,
    ) -> Content {
        let (t, name) = (self.t, self.name(addon));
        let happened = t.with("mail-suspended-happened", &[("addon", &name), ("count", &traps)]);
        let next = match update {
            Some(update) => t.with("mail-suspended-next-update", &[("version", &one_line(update))]),
            None => t.get("mail-suspended-next"),
        };
        self.stopped(addon, happened, None, (version, error_id), next)
    }

    pub(super) fn package_lost(&self, addon: &MailAddon, version: &str, error_id: &str) -> Content {
        let happened = self.t.with("mail-package-lost-happened", &[("addon", &self.name(addon))]);
        self.stopped(addon, happened, None, (version, error_id), self.t.get("mail-package-lost-next"))
    }

    pub(super) fn texts_refused(&self, addon: &MailAddon, version: &str, why: &str, error_id: &str) -> Content {
        let happened = self.t.with("mail-texts-refused-happened", &[("addon", &self.name(addon))]);
        self.stopped(addon, happened, Some(why), (version, error_id), self.t.get("mail-texts-refused-next"))
    }

    /// It runs no more, whatever the reason.
    fn stopped(
        &self,
        addon: &MailAddon,
        happened: String,
        why: Option<&str>,
        (version, error_id): (&str, &str),
        next: String,
    ) -> Content {
        let t = self.t;
        let why = why.map(|why| (t.get("mail-fact-why"), one_line(why)));
        let known = [(t.get("mail-fact-version"), one_line(version)), (t.get("mail-fact-error"), one_line(error_id))];
        Content {
            subject: t.with("mail-suspended-subject", &[("addon", &self.name(addon))]),
            happened: vec![happened],
            facts: why.into_iter().chain(known).collect(),
            next: vec![next],
            action: self.open(addon),
            ..Content::default()
        }
    }

    pub(super) fn set_aside(
        &self,
        addon: Option<&MailAddon>,
        work: &str,
        anchor: &str,
        deaths: u32,
        can_give_up: bool,
    ) -> Content {
        let (t, name) = (self.t, addon.map(|addon| self.name(addon)));
        let subject = match &name {
            Some(name) => t.with("mail-set-aside-subject", &[("addon", name)]),
            None => t.get("mail-set-aside-job-subject"),
        };
        let happened = match (&name, deaths) {
            (Some(name), 0) => t.with("mail-set-aside-unknown", &[("addon", name)]),
            (Some(name), _) => t.with("mail-set-aside-died", &[("addon", name), ("count", &deaths)]),
            (None, 0) => t.get("mail-set-aside-job-failed"),
            (None, _) => t.with("mail-set-aside-job-died", &[("count", &deaths)]),
        };
        let next = if can_give_up { "mail-set-aside-next" } else { "mail-set-aside-next-again" };
        Content {
            subject,
            happened: vec![happened],
            facts: vec![(t.get("mail-fact-work"), t.get(work_kind(work)))],
            next: vec![t.get(next)],
            action: Some((t.get("mail-action-work"), self.link(&format!("admin/work#{anchor}")))),
            ..Content::default()
        }
    }

    pub(super) fn uninstalled(&self, addon: &MailAddon) -> Content {
        let (t, name) = (self.t, self.name(addon));
        Content {
            subject: t.with("mail-uninstalled-subject", &[("addon", &name)]),
            happened: vec![t.with("mail-uninstalled-happened", &[("addon", &name)])],
            next: vec![t.get("mail-uninstalled-next")],
            action: Some((t.get("mail-action-listing"), self.link(&format!("addons/{}", addon.id)))),
            ..Content::default()
        }
    }

    pub(super) fn request_approved(&self, addon: &MailAddon, by: &str) -> Content {
        let (t, name) = (self.t, self.name(addon));
        Content {
            subject: t.with("mail-request-approved-subject", &[("addon", &name)]),
            happened: vec![t.with("mail-request-approved-happened", &[("addon", &name), ("name", &one_line(by))])],
            action: Some((t.get("mail-action-listing"), self.link(&format!("addons/{}", addon.id)))),
            ..Content::default()
        }
    }

    pub(super) fn request_declined(&self, addon: &MailAddon, by: &str, answer: &str) -> Content {
        let (t, name, answer) = (self.t, self.name(addon), one_line(answer));
        let word = (!answer.is_empty()).then(|| (t.get("mail-fact-answer"), answer));
        Content {
            subject: t.with("mail-request-declined-subject", &[("addon", &name)]),
            happened: vec![t.with("mail-request-declined-happened", &[("addon", &name), ("name", &one_line(by))])],
            facts: word.into_iter().collect(),
            action: Some((t.get("mail-action-listing"), self.link(&format!("addons/{}", addon.id)))),
            ..Content::default()
        }
    }
}
