//! On which terms an add-on is had: trials, plans, licences.

use annex_domain::{
    clock::Timestamp,
    mail::{MailAddon, MailPlan},
};
use annex_i18n::Arg;

use crate::letter::{Content, Reader, one_line};

impl Reader<'_> {
    pub(super) fn trial_reminder(&self, addon: &MailAddon, days_left: u32, ends_at: Timestamp) -> Content {
        let (t, name) = (self.t, self.name(addon));
        Content {
            subject: t.with("mail-trial-reminder-subject", &[("addon", &name), ("days", &days_left)]),
            happened: vec![t.with(
                "mail-trial-reminder-happened",
                &[("addon", &name), ("days", &days_left), ("date", &t.datetime(ends_at))],
            )],
            next: vec![t.get("mail-trial-reminder-next")],
            action: Some((t.get("mail-action-plan"), self.plans_page(addon))),
            ..Content::default()
        }
    }

    pub(super) fn addon_ends(&self, addon: &MailAddon, ends_at: Timestamp) -> Content {
        let (t, name) = (self.t, self.name(addon));
        Content {
            subject: t.with("mail-addon-ends-subject", &[("addon", &name)]),
            happened: vec![t.with("mail-addon-ends-happened", &[("addon", &name), ("date", &t.datetime(ends_at))])],
            next: vec![t.get("mail-addon-ends-next")],
            action: self.open(addon),
            ..Content::default()
        }
    }

    pub(super) fn trial_ended(&self, addon: &MailAddon) -> Content {
        let (t, name) = (self.t, self.name(addon));
        Content {
            subject: t.with("mail-trial-ended-subject", &[("addon", &name)]),
            happened: vec![t.with("mail-trial-ended-happened", &[("addon", &name)])],
            next: vec![t.get("mail-trial-ended-next")],
            action: Some((t.get("mail-action-plan"), self.plans_page(addon))),
            ..Content::default()
        }
    }

    pub(super) fn plan_changed(&self, addon: &MailAddon, plan: &MailPlan, quantity_next: Option<u32>) -> Content {
        let (t, name) = (self.t, self.name(addon));
        let plan_name = one_line(plan.name.get(t.code()));
        let later = quantity_next.map(|next| t.with("mail-plan-changed-later", &[("count", &next)]));
        Content {
            subject: t.with("mail-plan-changed-subject", &[("addon", &name), ("plan", &plan_name)]),
            happened: vec![t.with("mail-plan-changed-happened", &[("addon", &name), ("plan", &plan_name)])],
            facts: self.plan(plan),
            next: later.into_iter().collect(),
            action: Some((t.get("mail-action-plans"), self.plans_page(addon))),
            invoice: None,
        }
    }

    pub(super) fn cancelled(&self, addon: &MailAddon) -> Content {
        let (t, name) = (self.t, self.name(addon));
        Content {
            subject: t.with("mail-cancelled-subject", &[("addon", &name)]),
            happened: vec![t.with("mail-cancelled-happened", &[("addon", &name)])],
            next: vec![t.get("mail-cancelled-next")],
            action: self.open(addon),
            ..Content::default()
        }
    }

    pub(super) fn no_licence(&self, addon: &MailAddon, user: &str) -> Content {
        let (t, name, user) = (self.t, self.name(addon), one_line(user));
        let args: [(&str, &dyn Arg); 2] = [("addon", &name), ("user", &user)];
        Content {
            subject: t.with("mail-no-licence-subject", &args),
            happened: vec![t.with("mail-no-licence-happened", &args)],
            next: vec![t.get("mail-no-licence-next")],
            action: Some((t.get("mail-action-plans"), self.plans_page(addon))),
            ..Content::default()
        }
    }

    pub(super) fn users_unassigned(&self, addon: &MailAddon, users: &[String], licences: u32) -> Content {
        let (t, name, count) = (self.t, self.name(addon), users.len());
        let names: Vec<String> = users.iter().map(|user| one_line(user)).collect();
        Content {
            subject: t.with("mail-users-unassigned-subject", &[("addon", &name), ("count", &count)]),
            happened: vec![t.with("mail-users-unassigned-happened", &[("addon", &name), ("count", &licences)])],
            facts: vec![(t.get("mail-fact-unassigned"), names.join(", "))],
            next: vec![t.get("mail-users-unassigned-next")],
            action: self.open(addon),
            ..Content::default()
        }
    }
}
