//! What each kind of mail tells: what happened, the amounts, what to do next, and where.

mod addons;
mod money;
mod people;
mod terms;

use annex_domain::{
    mail::{MailAddon, MailFacts, MailInvoice, MailPlan},
    plan::PlanModel,
};

use super::{Content, Reader, one_line};

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
            MailFacts::TopUpDeclined { amount, reason } => self.top_up_declined(*amount, reason.as_deref()),
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
            MailFacts::AddonEnds { addon, ends_at } => self.addon_ends(addon, *ends_at),
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
            others => self.by_hand(others),
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

    /// The way to the add-on's own page.
    fn open(&self, addon: &MailAddon) -> Option<(String, String)> {
        Some((self.t.with("mail-action-open", &[("addon", &self.name(addon))]), self.addon_page(addon)))
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
