//! What is owed, paid, paid back and argued about.

use annex_domain::{
    billing::DisputeState,
    mail::{MailAddon, MailInvoice},
    money::Money,
};
use annex_i18n::Arg;

use crate::letter::{Content, Reader, one_line};

impl Reader<'_> {
    pub(super) fn payment_due(&self, invoice: &MailInvoice, reason: Option<&str>, key: &str) -> Content {
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

    pub(super) fn after_due(&self, runs_until: Option<String>, next_try: Option<String>) -> Vec<String> {
        let t = self.t;
        let retry = next_try.map(|day| t.with("mail-payment-due-retry", &[("date", &day)]));
        let until = match runs_until {
            Some(day) => t.with("mail-payment-due-runs-until", &[("date", &day)]),
            None => t.get("mail-payment-due-starts"),
        };
        retry.into_iter().chain([until]).collect()
    }

    pub(super) fn receipt(&self, invoice: &MailInvoice, method: Option<&str>) -> Content {
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

    pub(super) fn refunded(
        &self,
        invoice: i64,
        amount: Money,
        credit: Option<Money>,
        addon: Option<&MailAddon>,
    ) -> Content {
        let (t, number) = (self.t, invoice.to_string());
        let credit = credit.filter(|credit| !credit.is_zero());
        let whole = Money::new(amount.cents + credit.map_or(0, |credit| credit.cents), amount.currency);
        let mut happened = Vec::new();
        if !amount.is_zero() {
            let args: [(&str, &dyn Arg); 2] = [("amount", &t.money(amount)), ("number", &number)];
            happened.push(t.with("mail-refunded-card", &args));
        }
        if let Some(credit) = credit {
            let args: [(&str, &dyn Arg); 2] = [("amount", &t.money(credit)), ("number", &number)];
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

    pub(super) fn refund_failed(&self, invoice: i64, amount: Money, reason: Option<&str>) -> Content {
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

    pub(super) fn disputed(&self, invoice: i64, amount: Money, state: DisputeState, reason: &str) -> Content {
        let (t, number, amount) = (self.t, invoice.to_string(), self.t.money(amount));
        let key = |part: &str| format!("mail-disputed-{state}-{part}");
        let args: [(&str, &dyn Arg); 2] = [("amount", &amount), ("number", &number)];
        Content {
            subject: t.with(&key("subject"), &args),
            happened: vec![t.with(&key("happened"), &args)],
            facts: vec![(t.get("mail-fact-refusal"), one_line(reason))],
            next: vec![t.get(&key("next"))],
            action: Some((t.get("mail-action-invoice"), self.invoice_page(invoice))),
            invoice: None,
        }
    }

    pub(super) fn missed_months(&self, months: u32, amounts: &[Money], until: &str) -> Content {
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

    pub(super) fn top_up_declined(&self, amount: Money, reason: Option<&str>) -> Content {
        let (t, amount) = (self.t, self.t.money(amount));
        Content {
            subject: t.with("mail-top-up-declined-subject", &[("amount", &amount)]),
            happened: vec![t.with("mail-top-up-declined-happened", &[("amount", &amount)])],
            facts: reason.map(|reason| (t.get("mail-fact-reason"), one_line(reason))).into_iter().collect(),
            next: vec![t.get("mail-top-up-declined-next")],
            action: Some((t.get("mail-action-client-area"), self.host_link("client-area"))),
            ..Content::default()
        }
    }

    pub(super) fn unpaid(&self, addon: &MailAddon, invoice: &MailInvoice) -> Content {
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
}
