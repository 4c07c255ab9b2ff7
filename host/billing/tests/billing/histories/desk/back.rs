//! What is taken or goes back beside the usual: refunds, disputes, payments that come too late or are too much.

use annex_billing::ledger::{Happening, left_of_bought, over, split};
use annex_domain::billing::{InvoiceState, LedgerAccount as A};
use annex_store::billing::entries::Entry;

use super::{Back, Bought, Desk, For, Invoice, Reached, State, Taken};

impl Invoice {
    /// What is left to pay back of what was owed.
    fn most(&self) -> i64 {
        self.owed() - (self.to_card - self.over_back) - self.to_credit
    }
}

impl Desk {
    pub(super) fn pay_back(&mut self, which: usize, cents: i64) {
        let Some(at) = self.nth_paid(which) else { return };
        let invoice = &mut self.invoices[at];
        let cents = cents.min(invoice.most());
        let to_card = cents.min(invoice.taken - invoice.to_card);
        let to_credit = (cents - to_card).min(invoice.credit_used - invoice.to_credit);
        invoice.to_card += to_card;
        invoice.to_credit += to_credit;
        let shares = self.fall(at, to_card);
        self.take_back(at, &shares);
        let shares = self.fall(at, to_credit);
        self.take_back_to_credit(at, &shares);
        self.post(Happening::Refunded(to_card));
        self.post(Happening::RefundedToCredit(to_credit));
        self.reached.extend((to_card > 0).then_some(Reached::PaidBackToCard));
        self.reached.extend((to_credit > 0).then_some(Reached::PaidBackToCredit));
    }

    /// With the card alone, whatever there is in credit; declined it leaves nothing behind.
    pub(super) fn top_up(&mut self, cents: i64) {
        if self.card_works {
            self.post(Happening::Taken(cents));
            self.post(Happening::CreditUsed(-cents));
            self.bought.push(Bought { cents, back: 0, at: self.entries.len() });
            self.reached.insert(Reached::ToppedUp);
        }
    }

    /// At most what is left of it: the oldest credit is used first.
    pub(super) fn top_up_back(&mut self, which: usize, cents: i64) {
        if self.bought.is_empty() {
            return;
        }
        let which = which % self.bought.len();
        let (credit, bought) = (-self.balance(A::Credit), &self.bought[which]);
        let counts = |entry: &&Entry| {
            entry.account == A::Credit && (entry.amount < 0 || entry.note.starts_with("CreditPaidOut"))
        };
        let since: i64 = self.entries[bought.at..].iter().filter(counts).map(|entry| -entry.amount).sum();
        // Its own refunds do not count.
        let left = left_of_bought(bought.cents - bought.back, credit, since + bought.back);
        let cents = cents.min(left);
        self.bought[which].back += cents;
        self.post(Happening::CreditPaidOut(cents));
        if cents > 0 {
            assert!(self.balance(A::Credit) <= 0, "credit that is not there went back");
            self.reached.insert(Reached::ToppedUpBack);
        }
    }

    /// What is paid back falls on the lines, each by what is left of it: and on what is paid for their days.
    fn fall(&mut self, which: usize, cents: i64) -> Vec<i64> {
        let shares = split(cents, &self.invoices[which].left);
        assert_eq!(shares.iter().sum::<i64>(), cents, "more is paid back than is left of the lines");
        self.move_lines(which, &shares, -1);
        shares
    }

    fn move_lines(&mut self, which: usize, shares: &[i64], sign: i64) {
        for (at, share) in shares.iter().enumerate() {
            self.invoices[which].left[at] += sign * share;
            for one in &mut self.subscriptions {
                let of_line = one.paid.iter_mut().filter(|(.., line)| *line == (which, at));
                of_line.for_each(|(_, cents, _)| *cents += sign * share);
            }
        }
    }

    pub(super) fn dispute(&mut self, which: usize) {
        let Some(at) = self.nth_paid(which) else { return };
        let invoice = &self.invoices[at];
        let cents = invoice.taken - invoice.to_card;
        if cents > 0 && invoice.disputed.is_none() {
            let back = self.back_without_us(at, cents);
            self.invoices[at].disputed = Some(back);
            self.reached.insert(Reached::Disputed);
        }
    }

    /// Somebody pays a part back at the payment company.
    pub(super) fn back_there(&mut self, which: usize, cents: i64) {
        let Some(at) = self.nth_paid(which) else { return };
        let cents = cents.min(self.invoices[at].taken - self.invoices[at].to_card);
        if cents > 0 {
            self.back_without_us(at, cents);
            self.reached.insert(Reached::PaidBackThere);
        }
    }

    /// Money went back to the card without our doing: what was taken over what was owed and is in credit, then what was owed,
    /// then the rest of what was taken over it, which was used since.
    fn back_without_us(&mut self, at: usize, cents: i64) -> Taken {
        let credit = (-self.balance(A::Credit)).max(0);
        let invoice = &mut self.invoices[at];
        let in_credit = (invoice.over - invoice.over_back).min(credit);
        let over = over(cents, invoice.most(), in_credit);
        invoice.to_card += cents;
        invoice.over_back += over;
        let (owed, all_back) = (cents - over, invoice.most() == 0);
        assert!(owed == 0 || over >= in_credit, "{owed} of what was owed went back before {in_credit} in credit");
        assert!(over <= in_credit || all_back, "the credit goes below nothing while there is something that was owed");
        self.debt += (over - credit).max(0);
        let lines = self.fall(at, owed);
        let earned = self.take_back(at, &lines);
        self.post(Happening::Refunded(owed));
        self.post(Happening::CreditPaidOut(over));
        self.reached.extend((over > 0).then_some(Reached::OverpaidBack));
        self.reached.extend((over > 0 && !all_back).then_some(Reached::OverpaidBackFirst));
        Taken { over, lines, earned }
    }

    /// A month is being paid, and a subscription on it is cancelled meanwhile.
    pub(super) fn take_too_much(&mut self, which: usize, goes_back: Back) {
        let Some(at) = self.nth_invoice(which, |invoice| self.on_due_month(invoice).is_some()) else { return };
        let Some(of) = self.on_due_month(&self.invoices[at]) else { return };
        let taken = self.invoices[at].to_take();
        self.end(of);
        let invoice = &mut self.invoices[at];
        if invoice.state != InvoiceState::Due {
            return; // nothing is left to be paid: the payment is given up
        }
        let over = taken - invoice.to_take();
        (invoice.state, invoice.taken, invoice.over) = (InvoiceState::Paid, taken, over);
        let what = invoice.what.clone();
        self.post(Happening::Taken(taken));
        self.post(Happening::CreditUsed(-over));
        self.paid(at, &what, taken);
        self.reached.extend((over > 0).then_some(Reached::Overpaid));
        let back = match goes_back {
            Back::Nothing => 0,
            Back::Excess => over,
            Back::All => taken,
        };
        if back > 0 {
            self.back_without_us(at, back);
        }
    }

    /// The first subscription that runs and is on a month that is due.
    fn on_due_month(&self, invoice: &Invoice) -> Option<usize> {
        match &invoice.what {
            For::Month(lines) if invoice.state == InvoiceState::Due => {
                lines.iter().map(|(of, ..)| *of).find(|of| self.subscriptions[*of].state != State::Ended)
            }
            _ => None,
        }
    }

    pub(super) fn dispute_won(&mut self, which: usize) {
        let Some(at) = self.nth_invoice(which, |invoice| invoice.disputed.is_some()) else { return };
        let Taken { over, lines, earned } = self.invoices[at].disputed.take().unwrap();
        let cents: i64 = lines.iter().sum();
        self.invoices[at].to_card -= cents + over;
        self.invoices[at].over_back -= over;
        self.move_lines(at, &lines, 1);
        self.give_back(at, &earned);
        self.post(Happening::Refunded(-cents));
        self.post(Happening::CreditPaidOut(-over));
        self.reached.insert(Reached::DisputeWon);
    }

    pub(super) fn taken_after_all(&mut self, which: usize) {
        let void = self.invoices.iter().filter(|invoice| invoice.state == InvoiceState::Void);
        let Some(total) = void.map(|invoice| invoice.total).filter(|total| *total > 0).nth(which) else { return };
        self.post(Happening::Taken(total));
        self.post(Happening::Returned(total)); // as if nothing had been: `check` sees it
        self.reached.insert(Reached::Returned);
    }

    fn nth_paid(&self, which: usize) -> Option<usize> {
        self.nth_invoice(which, |invoice| invoice.state == InvoiceState::Paid)
    }

    /// Counts around among those that are wanted.
    pub(super) fn nth_invoice(&self, which: usize, wanted: impl Fn(&Invoice) -> bool) -> Option<usize> {
        let all: Vec<usize> = (0..self.invoices.len()).filter(|at| wanted(&self.invoices[*at])).collect();
        (!all.is_empty()).then(|| all[which % all.len()])
    }
}
