//! What is billed, paid, paid back and given up, and what that writes into the books.

use annex_domain::{
    billing::{InvoiceState, LedgerAccount as A},
    money::Currency,
};
use annex_store::billing::entries::Entry;
use jiff::tz::TimeZone;

use super::{Desk, For, Invoice, LEAST, Reached, State};
use crate::ledger::{Happening, Period, credit_to_use, post, start_of, unused};

impl Desk {
    pub(super) fn issue(&mut self, what: For, total: i64) {
        let periods = match &what {
            For::Plan { subscription, period } => vec![(*subscription, *period)],
            For::Licences { .. } => Vec::new(),
            For::Month(lines) => lines.iter().map(|(subscription, period, _)| (*subscription, *period)).collect(),
        };
        for (subscription, period) in periods {
            let one = &mut self.subscriptions[subscription];
            assert_ne!(one.state, State::Ended, "nothing is billed after the end");
            assert!(one.billed.last().is_none_or(|last| last.to <= period.from), "{period:?} after {:?}", one.billed);
            one.billed.push(period);
        }
        let state = InvoiceState::Open;
        self.invoices.push(Invoice { what, total, credit_used: 0, taken: 0, to_card: 0, to_credit: 0, state });
        self.post(Happening::Issued(total));
        self.charge(self.invoices.len() - 1);
    }

    fn charge(&mut self, which: usize) {
        let credit = -self.balance(A::Credit);
        let invoice = &mut self.invoices[which];
        let used = credit_to_use(invoice.total - invoice.credit_used, credit, LEAST);
        invoice.credit_used += used;
        let rest = invoice.total - invoice.credit_used;
        assert!(rest == 0 || rest >= LEAST, "{rest} cannot be taken");
        let paid = rest == 0 || self.card_works;
        if invoice.total == 0 {
            self.reached.insert(Reached::AmountWaived);
        }
        invoice.state = if paid { InvoiceState::Paid } else { InvoiceState::Due };
        invoice.taken = if paid { rest } else { 0 };
        let taken = invoice.taken;
        let (what, total) = (invoice.what.clone(), invoice.total);
        self.post(Happening::CreditUsed(used));
        self.post(Happening::Taken(taken));
        if paid { self.paid(&what, total, rest) } else { self.declined(&what) }
    }

    fn paid(&mut self, what: &For, total: i64, by_card: i64) {
        match what {
            For::Plan { subscription, period } => {
                self.begin(*subscription, *period);
                self.subscriptions[*subscription].paid.push((*period, total));
            }
            For::Licences { subscription, period, added, users } => {
                let one = &mut self.subscriptions[*subscription];
                one.licences = one.licences.with_more(*added);
                one.licences.assigned = (one.licences.assigned + users).min(one.licences.usable());
                one.paid.push((*period, total));
                self.reached.insert(Reached::LicencesBought);
            }
            For::Month(lines) => {
                let month = if by_card == 0 { Reached::MonthPaidByCredit } else { Reached::MonthPaid };
                self.reached.insert(month);
                for (subscription, period, amount) in lines {
                    let one = &mut self.subscriptions[*subscription];
                    one.paid.push((*period, *amount));
                    if one.state != State::Ended {
                        one.state = State::Active;
                        one.paid_through = one.paid_through.max(Some(period.to));
                    }
                }
            }
        }
    }

    fn begin(&mut self, which: usize, period: Period) {
        if let Some(before) = self.subscriptions[which].replaces {
            let trial = matches!(self.subscriptions[before].state, State::Trial { .. } | State::TrialOver);
            self.reached.insert(if trial { Reached::TrialBought } else { Reached::PlanReplaced });
            self.give_back_unused(before);
            self.subscriptions[before].state = State::Ended;
        }
        let one = &mut self.subscriptions[which];
        one.state = State::Active;
        one.paid_through = one.plan.model.is_monthly().then_some(period.to);
    }

    /// A plan that is replaced: the days that are left of what was paid for it come back as credit.
    fn give_back_unused(&mut self, which: usize) {
        let one = &self.subscriptions[which];
        if one.state == State::Active && one.plan.model.is_monthly() {
            let (left, whole) = (unused(&one.paid, self.today), one.paid.iter().map(|(_, cents)| cents).sum::<i64>());
            assert!((0..=whole).contains(&left), "{left} of {whole} comes back");
            self.grant(left);
            self.reached.extend((left > 0).then_some(Reached::UnusedGivenBack));
        }
    }

    fn declined(&mut self, what: &For) {
        let For::Month(lines) = what else {
            self.reached.insert(Reached::OrderDue);
            return;
        };
        for (subscription, ..) in lines {
            let one = &mut self.subscriptions[*subscription];
            one.state = if one.state == State::Ended { State::Ended } else { State::PastDue };
        }
        self.reached.insert(Reached::PastDue);
    }

    pub(super) fn pay(&mut self, which: usize) {
        let mut due = self.invoices.iter().enumerate().filter(|(_, invoice)| invoice.state == InvoiceState::Due);
        if let Some((at, _)) = due.nth(which) {
            self.charge(at);
            self.reached.extend(self.card_works.then_some(Reached::PaidByHand));
        }
    }

    pub(super) fn pay_back(&mut self, which: usize, cents: i64) {
        let mut paid = self.invoices.iter_mut().filter(|invoice| invoice.state == InvoiceState::Paid);
        let Some(invoice) = paid.nth(which) else { return };
        let to_card = cents.min(invoice.taken - invoice.to_card);
        let to_credit = (cents - to_card).min(invoice.credit_used - invoice.to_credit);
        invoice.to_card += to_card;
        invoice.to_credit += to_credit;
        self.post(Happening::Refunded(to_card));
        self.post(Happening::RefundedToCredit(to_credit));
        self.reached.extend((to_card > 0).then_some(Reached::PaidBackToCard));
        self.reached.extend((to_credit > 0).then_some(Reached::PaidBackToCredit));
    }

    pub(super) fn taken_after_all(&mut self, which: usize) {
        let void = self.invoices.iter().filter(|invoice| invoice.state == InvoiceState::Void);
        let Some(total) = void.map(|invoice| invoice.total).nth(which) else { return };
        self.post(Happening::Taken(total));
        self.post(Happening::Returned(total)); // as if nothing had been: `check` sees it
        self.reached.insert(Reached::Returned);
    }

    pub(super) fn grant(&mut self, cents: i64) {
        self.granted += cents;
        self.post(Happening::Granted(cents));
    }

    /// At once; what was ordered and is not paid is not owed any more. No refund of the running month.
    pub(super) fn cancel(&mut self, which: usize) {
        let Some(which) = self.pick(which, |one| one.state != State::Ended) else { return };
        self.subscriptions[which].state = State::Ended;
        for at in 0..self.invoices.len() {
            let invoice = &mut self.invoices[at];
            let unpaid = invoice.state == InvoiceState::Due;
            let of_it = match invoice.what {
                For::Plan { subscription, .. } | For::Licences { subscription, .. } => subscription == which,
                For::Month(_) => false,
            };
            if unpaid && of_it {
                invoice.state = InvoiceState::Void;
                let (total, back) = (invoice.total, -std::mem::take(&mut invoice.credit_used));
                self.post(Happening::Voided(total));
                self.post(Happening::CreditUsed(back));
                self.reached.insert(Reached::OrderVoid);
            }
        }
    }

    fn post(&mut self, happening: Happening) {
        let amounts = post(happening);
        assert_eq!(amounts.iter().map(|(_, cents)| cents).sum::<i64>(), 0, "{happening:?}");
        let transaction = format!("{}", self.entries.len());
        for (account, amount) in amounts {
            *self.book.entry(account).or_default() += amount;
            self.entries.push(Entry {
                id: 0,
                transaction: transaction.clone(),
                account,
                amount,
                currency: Currency::EUR,
                invoice: None,
                note: format!("{happening:?}"),
                at: start_of(self.today, &TimeZone::UTC),
            });
        }
    }
}
