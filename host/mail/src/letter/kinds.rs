//! What each kind of mail tells: what happened, the amounts, what to do next, and where.

use annex_domain::{
    billing::DisputeState,
    clock::Timestamp,
    installation::Status,
    mail::{MailAddon, MailFacts, MailInvoice, MailPlan, MailTicket},
    money::Money,
    plan::PlanModel,
};

use super::{Content, Reader, one_line};
use crate::work_kind;

impl Reader<'_> {
    /// In the reader's words.
    pub(super) fn content(&self, facts: &MailFacts) -> Content {
        match facts {
            MailFacts::Installed { addon, version, plan, trial_ends_at } => {
                self.installed(addon, version, plan.as_ref(), *trial_ends_at)
            }
            MailFacts::InstallFailed { addon, error, refunded } => self.install_failed(addon, error, *refunded),
            MailFacts::PaymentDue { invoice, reason, action, runs_until, next_try, ending } => {
                let key = match (ending, action) {
                    (true, _) => "mail-payment-due-ending",
                    (false, true) => "mail-payment-due-action",
                    (false, false) => "mail-payment-due-happened",
                };
                let until = runs_until.as_ref().map(|day| self.t.day(day));
                let next = self.after_due(until, next_try.as_ref().map(|day| self.t.day(day)));
                Content { next, ..self.payment_due(invoice, reason.as_deref(), key) }
            }
            MailFacts::Receipt { invoice, method } => self.receipt(invoice, method.as_deref()),
            MailFacts::Refunded { invoice, amount, credit, addon } => {
                self.refunded(*invoice, *amount, *credit, addon.as_ref())
            }
            MailFacts::RefundFailed { invoice, amount, reason } => {
                self.refund_failed(*invoice, *amount, reason.as_deref())
            }
            MailFacts::Disputed { invoice, amount, state, reason } => self.disputed(*invoice, *amount, *state, reason),
            MailFacts::MissedMonths { months, amounts, until } => {
                self.missed_months(*months, amounts, &self.t.day(until))
            }
            MailFacts::NoLicence { addon, user } => self.no_licence(addon, user),
            MailFacts::UsersUnassigned { addon, users, licences } => self.users_unassigned(addon, users, *licences),
            MailFacts::TrialReminder { addon, days_left, ends_at } => self.trial_reminder(addon, *days_left, *ends_at),
            MailFacts::TrialEnded { addon } => self.trial_ended(addon),
            MailFacts::PlanChanged { addon, plan, quantity_next } => self.plan_changed(addon, plan, *quantity_next),
            MailFacts::Cancelled { addon } => self.cancelled(addon),
            MailFacts::Unpaid { addon, invoice } => self.unpaid(addon, invoice),
            MailFacts::Uninstalled { addon } => self.uninstalled(addon),
            MailFacts::UpdateFailed { addon, from, to, error, status } => {
                self.update_failed(addon, from, to, error, *status)
            }
            MailFacts::Suspended { addon, version, error_id, texts: Some(why), .. } => {
                self.texts_refused(addon, version, why, error_id)
            }
            MailFacts::Suspended { addon, version, error_id, lost: true, .. } => {
                self.package_lost(addon, version, error_id)
            }
            MailFacts::Suspended { addon, version, traps, update, error_id, .. } => {
                self.suspended(addon, version, *traps, update.as_deref(), error_id)
            }
            MailFacts::SetAside { addon, work, anchor, deaths, can_give_up } => {
                self.set_aside(addon.as_ref(), work, anchor, *deaths, *can_give_up)
            }
            MailFacts::RequestApproved { addon, by } => self.request_approved(addon, by),
            MailFacts::RequestDeclined { addon, by, answer } => self.request_declined(addon, by, answer),
            MailFacts::OperatorInvited { by, days } => self.operator_invited(by, *days),
            MailFacts::PasswordReset => self.password_reset(),
            MailFacts::TicketNew { ticket, by } => self.ticket("new", ticket, Some(by)),
            MailFacts::TicketAssigned { ticket, by } => self.ticket("assigned", ticket, by.as_deref()),
            MailFacts::TicketAnswered { ticket, by } => self.ticket("answered", ticket, Some(by)),
        }
    }

    fn installed(
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
            action: Some((t.with("mail-action-open", &[("addon", &name)]), self.addon_page(addon))),
            invoice: None,
        }
    }

    fn install_failed(&self, addon: &MailAddon, error: &str, refunded: Option<Money>) -> Content {
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

    fn payment_due(&self, invoice: &MailInvoice, reason: Option<&str>, key: &str) -> Content {
        let t = self.t;
        let (number, amount) = (invoice.number.to_string(), t.money(invoice.open()));
        let mut facts = self.invoice_facts(invoice);
        facts.extend(reason.map(|reason| (t.get("mail-fact-reason"), one_line(reason))));
        Content {
            subject: t.with("mail-payment-due-subject", &[("number", &number), ("amount", &amount)]),
            happened: vec![t.with(key, &[("number", &number), ("amount", &amount)])],
            facts,
            invoice: self.table(invoice),
            action: Some((t.get("mail-action-pay"), self.invoice_page(invoice.number))),
            ..Content::default()
        }
    }

    fn after_due(&self, runs_until: Option<String>, next_try: Option<String>) -> Vec<String> {
        let t = self.t;
        let retry = next_try.map(|day| t.with("mail-payment-due-retry", &[("date", &day)]));
        let until = match runs_until {
            Some(day) => t.with("mail-payment-due-runs-until", &[("date", &day)]),
            None => t.get("mail-payment-due-starts"),
        };
        retry.into_iter().chain([until]).collect()
    }

    fn receipt(&self, invoice: &MailInvoice, method: Option<&str>) -> Content {
        let t = self.t;
        let (number, amount) = (invoice.number.to_string(), t.money(invoice.owed()));
        let mut facts = self.invoice_facts(invoice);
        facts.extend(method.map(|method| (t.get("mail-fact-method"), one_line(method))));
        Content {
            subject: t.with("mail-receipt-subject", &[("number", &number), ("amount", &amount)]),
            happened: vec![t.with("mail-receipt-happened", &[("number", &number), ("amount", &amount)])],
            facts,
            invoice: self.table(invoice),
            action: Some((t.get("mail-action-invoice"), self.invoice_page(invoice.number))),
            ..Content::default()
        }
    }

    fn refunded(&self, invoice: i64, amount: Money, credit: Option<Money>, addon: Option<&MailAddon>) -> Content {
        let (t, number) = (self.t, invoice.to_string());
        let credit = credit.filter(|credit| !credit.is_zero());
        let whole = Money::new(amount.cents + credit.map_or(0, |credit| credit.cents), amount.currency);
        let mut happened = Vec::new();
        if !amount.is_zero() {
            let args: [(&str, &dyn annex_i18n::Arg); 2] = [("amount", &t.money(amount)), ("number", &number)];
            happened.push(t.with("mail-refunded-card", &args));
        }
        if let Some(credit) = credit {
            let args: [(&str, &dyn annex_i18n::Arg); 2] = [("amount", &t.money(credit)), ("number", &number)];
            happened.push(t.with("mail-refunded-credit", &args));
        }
        Content {
            subject: t.with("mail-refunded-subject", &[("amount", &t.money(whole))]),
            happened,
            facts: addon.map(|addon| (t.get("mail-fact-addon"), self.name(addon))).into_iter().collect(),
            next: vec![t.get("mail-refunded-next")],
            action: Some((t.get("mail-action-invoice"), self.invoice_page(invoice))),
            invoice: None,
        }
    }

    fn disputed(&self, invoice: i64, amount: Money, state: DisputeState, reason: &str) -> Content {
        let (t, number, amount) = (self.t, invoice.to_string(), self.t.money(amount));
        let key = |part: &str| format!("mail-disputed-{state}-{part}");
        let args: [(&str, &dyn annex_i18n::Arg); 2] = [("amount", &amount), ("number", &number)];
        Content {
            subject: t.with(&key("subject"), &args),
            happened: vec![t.with(&key("happened"), &args)],
            facts: vec![(t.get("mail-fact-refusal"), one_line(reason))],
            next: vec![t.get(&key("next"))],
            action: Some((t.get("mail-action-invoice"), self.invoice_page(invoice))),
            invoice: None,
        }
    }

    fn missed_months(&self, months: u32, amounts: &[Money], until: &str) -> Content {
        let t = self.t;
        let amounts: Vec<String> = amounts.iter().map(|amount| t.money(amount)).collect();
        Content {
            subject: t.with("mail-missed-months-subject", &[("months", &months)]),
            happened: vec![t.with("mail-missed-months-happened", &[("months", &months)])],
            facts: vec![(t.get("mail-fact-total"), amounts.join(" · "))],
            next: vec![t.with("mail-missed-months-next", &[("date", &until)])],
            action: Some((t.get("mail-action-answer"), self.link("billing"))),
            ..Content::default()
        }
    }

    fn no_licence(&self, addon: &MailAddon, user: &str) -> Content {
        let (t, name, user) = (self.t, self.name(addon), one_line(user));
        let args: [(&str, &dyn annex_i18n::Arg); 2] = [("addon", &name), ("user", &user)];
        Content {
            subject: t.with("mail-no-licence-subject", &args),
            happened: vec![t.with("mail-no-licence-happened", &args)],
            next: vec![t.get("mail-no-licence-next")],
            action: Some((t.get("mail-action-plans"), self.plans_page(addon))),
            ..Content::default()
        }
    }

    fn users_unassigned(&self, addon: &MailAddon, users: &[String], licences: u32) -> Content {
        let (t, name, count) = (self.t, self.name(addon), users.len());
        let names: Vec<String> = users.iter().map(|user| one_line(user)).collect();
        Content {
            subject: t.with("mail-users-unassigned-subject", &[("addon", &name), ("count", &count)]),
            happened: vec![t.with("mail-users-unassigned-happened", &[("addon", &name), ("count", &licences)])],
            facts: vec![(t.get("mail-fact-unassigned"), names.join(", "))],
            next: vec![t.get("mail-users-unassigned-next")],
            action: Some((t.with("mail-action-open", &[("addon", &name)]), self.addon_page(addon))),
            ..Content::default()
        }
    }

    fn refund_failed(&self, invoice: i64, amount: Money, reason: Option<&str>) -> Content {
        let t = self.t;
        let (number, amount) = (invoice.to_string(), t.money(amount));
        Content {
            subject: t.with("mail-refund-failed-subject", &[("number", &number), ("amount", &amount)]),
            happened: vec![t.with("mail-refund-failed-happened", &[("number", &number), ("amount", &amount)])],
            facts: reason.map(|reason| (t.get("mail-fact-refusal"), one_line(reason))).into_iter().collect(),
            next: vec![t.get("mail-refund-failed-next")],
            action: Some((t.get("mail-action-invoice"), self.invoice_page(invoice))),
            ..Content::default()
        }
    }

    fn trial_reminder(&self, addon: &MailAddon, days_left: u32, ends_at: Timestamp) -> Content {
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

    fn trial_ended(&self, addon: &MailAddon) -> Content {
        let (t, name) = (self.t, self.name(addon));
        Content {
            subject: t.with("mail-trial-ended-subject", &[("addon", &name)]),
            happened: vec![t.with("mail-trial-ended-happened", &[("addon", &name)])],
            next: vec![t.get("mail-trial-ended-next")],
            action: Some((t.get("mail-action-plan"), self.plans_page(addon))),
            ..Content::default()
        }
    }

    fn plan_changed(&self, addon: &MailAddon, plan: &MailPlan, quantity_next: Option<u32>) -> Content {
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

    fn cancelled(&self, addon: &MailAddon) -> Content {
        let (t, name) = (self.t, self.name(addon));
        Content {
            subject: t.with("mail-cancelled-subject", &[("addon", &name)]),
            happened: vec![t.with("mail-cancelled-happened", &[("addon", &name)])],
            next: vec![t.get("mail-cancelled-next")],
            action: Some((t.with("mail-action-open", &[("addon", &name)]), self.addon_page(addon))),
            ..Content::default()
        }
    }

    fn unpaid(&self, addon: &MailAddon, invoice: &MailInvoice) -> Content {
        let (t, name, number) = (self.t, self.name(addon), invoice.number.to_string());
        Content {
            subject: t.with("mail-unpaid-subject", &[("addon", &name), ("number", &number)]),
            happened: vec![t.with("mail-unpaid-happened", &[("addon", &name), ("number", &number)])],
            facts: self.invoice_facts(invoice),
            invoice: self.table(invoice),
            next: vec![t.get("mail-unpaid-next")],
            action: Some((t.get("mail-action-pay"), self.invoice_page(invoice.number))),
        }
    }

    fn uninstalled(&self, addon: &MailAddon) -> Content {
        let (t, name) = (self.t, self.name(addon));
        Content {
            subject: t.with("mail-uninstalled-subject", &[("addon", &name)]),
            happened: vec![t.with("mail-uninstalled-happened", &[("addon", &name)])],
            next: vec![t.get("mail-uninstalled-next")],
            action: Some((t.get("mail-action-listing"), self.link(&format!("addons/{}", addon.id)))),
            ..Content::default()
        }
    }

    fn update_failed(&self, addon: &MailAddon, from: &str, to: &str, error: &str, status: Status) -> Content {
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
            action: Some((t.with("mail-action-open", &[("addon", &name)]), self.addon_page(addon))),
            ..Content::default()
        }
    }

    fn suspended(&self, addon: &MailAddon, version: &str, traps: u32, update: Option<&str>, error_id: &str) -> Content {
        let (t, name) = (self.t, self.name(addon));
        let next = match update {
            Some(update) => t.with("mail-suspended-next-update", &[("version", &one_line(update))]),
            None => t.get("mail-suspended-next"),
        };
        Content {
            subject: t.with("mail-suspended-subject", &[("addon", &name)]),
            happened: vec![t.with("mail-suspended-happened", &[("addon", &name), ("count", &traps)])],
            facts: vec![
                (t.get("mail-fact-version"), one_line(version)),
                (t.get("mail-fact-error"), one_line(error_id)),
            ],
            next: vec![next],
            action: Some((t.with("mail-action-open", &[("addon", &name)]), self.addon_page(addon))),
            ..Content::default()
        }
    }

    fn package_lost(&self, addon: &MailAddon, version: &str, error_id: &str) -> Content {
        let (t, name) = (self.t, self.name(addon));
        Content {
            subject: t.with("mail-suspended-subject", &[("addon", &name)]),
            happened: vec![t.with("mail-package-lost-happened", &[("addon", &name)])],
            facts: vec![
                (t.get("mail-fact-version"), one_line(version)),
                (t.get("mail-fact-error"), one_line(error_id)),
            ],
            next: vec![t.get("mail-package-lost-next")],
            action: Some((t.with("mail-action-open", &[("addon", &name)]), self.addon_page(addon))),
            ..Content::default()
        }
    }

    fn texts_refused(&self, addon: &MailAddon, version: &str, why: &str, error_id: &str) -> Content {
        let (t, name) = (self.t, self.name(addon));
        Content {
            subject: t.with("mail-suspended-subject", &[("addon", &name)]),
            happened: vec![t.with("mail-texts-refused-happened", &[("addon", &name)])],
            facts: vec![
                (t.get("mail-fact-why"), one_line(why)),
                (t.get("mail-fact-version"), one_line(version)),
                (t.get("mail-fact-error"), one_line(error_id)),
            ],
            next: vec![t.get("mail-texts-refused-next")],
            action: Some((t.with("mail-action-open", &[("addon", &name)]), self.addon_page(addon))),
            ..Content::default()
        }
    }

    fn set_aside(
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

    fn request_approved(&self, addon: &MailAddon, by: &str) -> Content {
        let (t, name) = (self.t, self.name(addon));
        Content {
            subject: t.with("mail-request-approved-subject", &[("addon", &name)]),
            happened: vec![t.with("mail-request-approved-happened", &[("addon", &name), ("name", &one_line(by))])],
            action: Some((t.get("mail-action-listing"), self.link(&format!("addons/{}", addon.id)))),
            ..Content::default()
        }
    }

    fn request_declined(&self, addon: &MailAddon, by: &str, answer: &str) -> Content {
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

    fn operator_invited(&self, by: &str, days: u32) -> Content {
        let (t, name, desk) = (self.t, one_line(by), one_line(&self.desk.name));
        let args: [(&str, &dyn annex_i18n::Arg); 2] = [("name", &name), ("desk", &desk)];
        Content {
            subject: t.with("mail-operator-invited-subject", &args),
            happened: vec![t.with("mail-operator-invited-happened", &args)],
            next: vec![match self.secret {
                Some(_) => t.with("mail-operator-invited-next", &[("days", &days)]),
                None => t.get("mail-operator-invited-not-kept"),
            }],
            action: self.secret.map(|end| (t.get("mail-action-accept"), self.link(&format!("setup/{end}")))),
            ..Content::default()
        }
    }

    fn password_reset(&self) -> Content {
        let t = self.t;
        Content {
            subject: t.get("mail-password-reset-subject"),
            happened: vec![t.with("mail-password-reset-happened", &[("desk", &one_line(&self.desk.name))])],
            next: vec![t.get(match self.secret {
                Some(_) => "mail-password-reset-next",
                None => "mail-operator-invited-not-kept",
            })],
            action: self.secret.map(|end| (t.get("mail-action-reset"), self.link(&format!("reset/{end}")))),
            ..Content::default()
        }
    }

    fn ticket(&self, what: &str, ticket: &MailTicket, by: Option<&str>) -> Content {
        let (t, subject) = (self.t, one_line(&ticket.subject));
        let args: [(&str, &dyn annex_i18n::Arg); 2] = [("number", &ticket.number.to_string()), ("subject", &subject)];
        Content {
            subject: t.with(&format!("mail-ticket-{what}-subject"), &args),
            happened: vec![match by {
                Some(name) => t.with(&format!("mail-ticket-{what}-happened"), &[("name", &one_line(name))]),
                None => t.get("mail-ticket-assigned-by-itself"),
            }],
            facts: vec![
                (t.get("mail-fact-subject"), subject.clone()),
                (t.get("mail-fact-message"), one_line(&ticket.excerpt)),
            ],
            next: vec![t.get("mail-ticket-switch-off")],
            action: Some((t.get("mail-action-ticket"), self.link(&format!("tickets/{}", ticket.number)))),
            invoice: None,
        }
    }

    fn plan(&self, plan: &MailPlan) -> Vec<(String, String)> {
        let t = self.t;
        let mut facts = vec![(t.get("mail-fact-plan"), one_line(plan.name.get(t.code())))];
        let quantity = match plan.model {
            PlanModel::PerUser => Some("mail-fact-licences"),
            PlanModel::PerSeat => Some("mail-fact-seats"),
            PlanModel::Flat | PlanModel::OneTime | PlanModel::Free => None,
        };
        facts.extend(quantity.map(|key| (t.get(key), t.number(plan.quantity))));
        if let Some(price) = plan.price {
            let key = if plan.model.is_monthly() { "mail-fact-per-month" } else { "mail-fact-once" };
            facts.push((t.get(key), t.money(price)));
        }
        facts.extend(plan.renews_on.map(|day| (t.get("mail-fact-renews"), t.day(day))));
        facts
    }

    fn invoice_facts(&self, invoice: &MailInvoice) -> Vec<(String, String)> {
        let t = self.t;
        let mut facts = vec![
            (t.get("mail-fact-invoice"), invoice.number.to_string()),
            (t.get("mail-fact-total"), t.money(invoice.total)),
        ];
        for (key, part) in [("mail-fact-reduced", invoice.reduced), ("mail-fact-credit", invoice.credit_used)] {
            facts.extend(part.filter(|part| !part.is_zero()).map(|part| (t.get(key), t.money(part))));
        }
        facts
    }

    fn name(&self, addon: &MailAddon) -> String {
        one_line(addon.name.get(self.t.code()))
    }

    fn addon_page(&self, addon: &MailAddon) -> String {
        self.link(&match addon.installation {
            Some(installation) => format!("my-addons/{installation}"),
            None => format!("addons/{}", addon.id),
        })
    }

    fn plans_page(&self, addon: &MailAddon) -> String {
        self.link(&match addon.installation {
            Some(installation) => format!("my-addons/{installation}/plans"),
            None => format!("addons/{}", addon.id),
        })
    }

    fn invoice_page(&self, number: i64) -> String {
        self.link(&format!("billing/invoices/{number}"))
    }
}
