//! What is billed, paid and given up, and what that writes into the books.

use annex_billing::ledger::{Happening, Period, credit_to_use, earning_last, post, prorate, start_of};
use annex_domain::{
    billing::{InvoiceState, LedgerAccount as A},
    money::Currency,
};
use annex_store::billing::entries::Entry;
use jiff::tz::TimeZone;

use super::{Desk, For, Invoice, LEAST, Reached, State};

impl Invoice {
    pub(super) fn owed(&self) -> i64 {
        self.total - self.reduced
    }

    pub(super) fn to_take(&self) -> i64 {
        self.owed() - self.credit_used
    }
}

impl Desk {
    pub(super) fn issue(&mut self, what: For, total: i64) {
        self.issue_with(what, total, 0);
    }

    pub(super) fn issue_with(&mut self, what: For, total: i64, carried: i64) {
        let periods = match &what {
            For::Plan { subscription, period, .. } => vec![(*subscription, *period)],
            For::Licences { .. } => Vec::new(),
            For::Month(lines) => lines.iter().map(|(subscription, period, _)| (*subscription, *period)).collect(),
        };
        for (subscription, period) in periods {
            let one = &mut self.subscriptions[subscription];
            assert_ne!(one.state, State::Ended, "nothing is billed after the end");
            assert!(one.billed.last().is_none_or(|last| last.to <= period.from), "{period:?} after {:?}", one.billed);
            one.billed.push(period);
        }
        self.invoices.push(Invoice {
            what,
            total,
            carried,
            reduced: 0,
            left: Vec::new(),
            earned: Vec::new(),
            disputed: None,
            credit_used: 0,
            earning: 0,
            taken: 0,
            over: 0,
            to_card: 0,
            over_back: 0,
            to_credit: 0,
            state: InvoiceState::Open,
        });
        self.post(Happening::Issued(total - carried));
        self.post(Happening::CarriedOver(carried));
        self.carried_over += carried;
        self.debt -= if carried > 0 { self.debt } else { 0 };
        self.reached.extend((carried > 0).then_some(Reached::CarriedOver));
        self.charge(self.invoices.len() - 1);
    }

    fn charge(&mut self, which: usize) {
        let credit = -self.balance(A::Credit);
        let invoice = &mut self.invoices[which];
        let used = credit_to_use(invoice.to_take(), credit, LEAST);
        invoice.credit_used += used;
        self.use_earning(which, used);
        self.post(Happening::CreditUsed(used));
        self.carry(which);
        let invoice = &mut self.invoices[which];
        let rest = invoice.to_take();
        assert!(rest == 0 || rest >= LEAST, "{rest} cannot be taken");
        let paid = rest == 0 || self.card_works;
        invoice.state = if paid { InvoiceState::Paid } else { InvoiceState::Due };
        invoice.taken = if paid { rest } else { 0 };
        let (taken, what) = (invoice.taken, invoice.what.clone());
        self.post(Happening::Taken(taken));
        if paid { self.paid(which, &what, rest) } else { self.declined(&what) }
    }

    /// What is too little to be taken goes on the next bill.
    fn carry(&mut self, which: usize) {
        let invoice = &mut self.invoices[which];
        let rest = invoice.to_take();
        if (1..LEAST).contains(&rest) {
            invoice.credit_used += rest;
            self.debt += rest;
            self.use_earning(which, rest);
            self.post(Happening::CreditUsed(rest));
            self.reached.insert(Reached::Carried);
        }
    }

    pub(super) fn paid(&mut self, which: usize, what: &For, by_card: i64) {
        let mut left = Vec::new();
        match what {
            For::Plan { subscription, period, gross } => {
                self.begin(*subscription, *period, gross - self.invoices[which].total);
                self.subscriptions[*subscription].paid.push((*period, *gross, (which, 0)));
                left.push(*gross);
            }
            For::Licences { subscription, period, added, users } => {
                let total = self.invoices[which].total;
                let one = &mut self.subscriptions[*subscription];
                one.licences = one.licences.with_more(*added);
                one.licences.assigned = (one.licences.assigned + users).min(one.licences.purchased);
                one.paid.push((*period, total, (which, 0)));
                left.push(total);
                self.reached.insert(Reached::LicencesBought);
            }
            For::Month(lines) => {
                let month = if by_card == 0 { Reached::MonthPaidByCredit } else { Reached::MonthPaid };
                self.reached.insert(month);
                for (at, (subscription, period, amount)) in lines.iter().enumerate() {
                    let one = &mut self.subscriptions[*subscription];
                    one.paid.push((*period, *amount, (which, at)));
                    left.push(*amount);
                    if one.state != State::Ended {
                        one.state = State::Active;
                        one.paid_through = one.paid_through.max(Some(period.to));
                    }
                }
                left.push(self.invoices[which].carried);
            }
        }
        self.invoices[which].left = left;
        self.earn(which);
    }

    fn begin(&mut self, which: usize, period: Period, netted: i64) {
        let held = self.held(which);
        if let Some(before) = self.subscriptions[which].replaces {
            let trial = matches!(self.subscriptions[before].state, State::Trial { .. } | State::TrialOver);
            self.reached.insert(if trial { Reached::TrialBought } else { Reached::PlanReplaced });
            self.subscriptions[before].state = State::Ended;
            self.subscriptions[before].followed = true;
        }
        match held {
            // What is left over of the plan before comes to the credit; days that went by meanwhile are nobody's loss.
            Some((value, true)) => {
                let left = (value - netted).max(0);
                self.become_credit(which, left);
                self.grant(left);
                self.reached.extend((left > 0).then_some(Reached::CheaperCredited));
                self.reached.extend((value > 0).then_some(Reached::UnusedGivenBack));
            }
            Some((_, false)) => self.reached.extend((netted > 0).then_some(Reached::Covered)),
            // What there was has ended since it was ordered.
            None => {}
        }
        if let Some(before) = self.subscriptions[which].follows {
            self.subscriptions[before].followed = true;
        }
        let one = &mut self.subscriptions[which];
        one.state = State::Active;
        one.paid_through = one.plan.model.is_monthly().then_some(period.to);
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

    /// As on the days of the schedule.
    pub(super) fn retry(&mut self, which: usize) {
        let due = |invoice: &Invoice| invoice.state == InvoiceState::Due && matches!(invoice.what, For::Month(_));
        if let Some(at) = self.nth_invoice(which, due) {
            self.charge(at);
            self.reached.extend(self.card_works.then_some(Reached::Retried));
        }
    }

    pub(super) fn grant(&mut self, cents: i64) {
        self.granted += cents;
        self.post(Happening::Granted(cents));
    }

    /// At once; what was ordered and is not paid is not owed any more, and a month that is not paid is owed for the days on
    /// which it was used. No refund of the running month.
    pub(super) fn cancel(&mut self, which: usize) {
        if let Some(which) = self.pick(which, |one| one.state != State::Ended) {
            self.end(which);
        }
    }

    pub(super) fn end(&mut self, which: usize) {
        self.subscriptions[which].state = State::Ended;
        for at in 0..self.invoices.len() {
            if self.invoices[at].state != InvoiceState::Due {
                continue;
            }
            let of_it = match self.invoices[at].what {
                For::Plan { subscription, .. } | For::Licences { subscription, .. } => subscription == which,
                For::Month(_) => false,
            };
            if of_it {
                self.reached.insert(Reached::OrderVoid);
                self.void(at);
            } else {
                self.reduce_month(at, which);
            }
        }
    }

    fn void(&mut self, at: usize) {
        let invoice = &mut self.invoices[at];
        invoice.state = InvoiceState::Void;
        let (owed, back) = (invoice.owed(), -std::mem::take(&mut invoice.credit_used));
        self.earning += std::mem::take(&mut invoice.earning);
        self.post(Happening::Voided(owed));
        self.post(Happening::CreditUsed(back));
    }

    fn reduce_month(&mut self, at: usize, which: usize) {
        let today = self.today;
        let invoice = &mut self.invoices[at];
        let For::Month(lines) = &mut invoice.what else { return };
        let mut cents = 0;
        for (_, period, amount) in lines.iter_mut().filter(|(of, ..)| *of == which) {
            let rest = prorate(*amount, *period, period.since(today));
            *amount -= rest;
            period.to = period.since(today).from;
            cents += rest;
        }
        if cents == 0 {
            return;
        }
        invoice.reduced += cents;
        let (owed, over) = (invoice.owed(), (invoice.credit_used - invoice.owed()).max(0));
        let again = earning_last(over, invoice.credit_used, invoice.earning);
        invoice.credit_used -= over;
        invoice.earning -= again;
        self.earning += again;
        self.post(Happening::Voided(cents));
        self.post(Happening::CreditUsed(-over));
        self.reached.insert(Reached::Reduced);
        if owed == 0 {
            self.void(at);
        } else if self.invoices[at].to_take() < LEAST {
            self.carry(at);
            self.invoices[at].state = InvoiceState::Paid;
            let what = self.invoices[at].what.clone();
            self.paid(at, &what, 0);
        }
    }

    pub(super) fn post(&mut self, happening: Happening) {
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
