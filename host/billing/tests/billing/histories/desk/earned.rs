//! What the publisher of the add-ons earns with what the desk pays.

use annex_billing::ledger::{Earned, Moved, split};
use annex_domain::{
    addon::PublisherSlug,
    earnings::{BookAccount, EarningKind, Share},
};

use super::{Desk, For, Reached};

fn acme() -> PublisherSlug {
    "acme".parse().unwrap()
}

impl Desk {
    /// An invoice is paid: what the card paid of each line earns.
    pub(super) fn earn(&mut self, which: usize) {
        let invoice = &mut self.invoices[which];
        let by_card = if invoice.taken > 0 { invoice.to_take() } else { 0 };
        let mut parts = split(by_card, &invoice.left);
        if matches!(invoice.what, For::Month(_)) {
            parts.pop(); // what is carried over was earned before
        }
        invoice.earned = parts.into_iter().map(|left| Earned { left, share: Share::USUAL }).collect();
        for earned in invoice.earned.clone() {
            self.book_earning(EarningKind::Sale, Moved { gross: earned.left, amount: earned.amount() });
            self.reached.extend((earned.left > 0).then_some(Reached::Earned));
        }
    }

    /// What goes back falls on lines, whose shares go with what a card gets; of a line that is back as a whole nothing is left.
    /// Answers what went of each.
    pub(super) fn take_back(&mut self, which: usize, lines: &[i64], to_card: bool) -> Vec<i64> {
        let mut gone = Vec::new();
        let earning = self.invoices[which].earned.len();
        for (at, line) in lines.iter().enumerate().take(earning) {
            let invoice = &mut self.invoices[which];
            let whole = *line > 0 && invoice.left[at] == 0;
            let earned = &mut invoice.earned[at];
            let cents = if whole { earned.left } else { line * i64::from(to_card) };
            let moved = earned.take_back(cents);
            self.book_earning(EarningKind::Refund, moved);
            self.reached.extend((moved.amount > 0).then_some(Reached::EarnedTakenBack));
            gone.push(moved.gross);
        }
        gone
    }

    pub(super) fn give_back(&mut self, which: usize, gone: &[i64]) {
        for (at, gross) in gone.iter().enumerate() {
            let moved = self.invoices[which].earned[at].give_back(*gross);
            self.book_earning(EarningKind::RefundBack, moved);
            self.reached.extend((moved.amount > 0).then_some(Reached::EarnedGivenBack));
        }
    }

    pub(super) fn pay_out(&mut self) {
        let amount = self.published(&BookAccount::Publisher(acme()));
        if amount > 0 {
            self.book_earning(EarningKind::Payout, Moved { gross: 0, amount });
            self.reached.insert(Reached::PaidOut);
        }
    }

    fn book_earning(&mut self, kind: EarningKind, moved: Moved) {
        let (debit, credit) = kind.accounts(&acme());
        *self.publishers.entry(debit).or_default() -= moved.amount;
        *self.publishers.entry(credit).or_default() += moved.amount;
        let owed = self.published(&BookAccount::Publisher(acme()));
        self.reached.extend((owed < 0).then_some(Reached::PaidOutTooMuch));
    }

    fn published(&self, account: &BookAccount) -> i64 {
        self.publishers.get(account).copied().unwrap_or(0)
    }

    /// What must be true of the publishers' book after every event.
    pub(super) fn check_earnings(&self) {
        assert_eq!(self.publishers.values().sum::<i64>(), 0, "{:?}", self.publishers);
        let mut shares = 0;
        for invoice in &self.invoices {
            let left: i64 = invoice.earned.iter().map(|earned| earned.left).sum();
            let paid = invoice.taken - invoice.over;
            assert!(left <= paid, "{left} earns, and a card paid {paid}: {invoice:?}");
            assert!(invoice.earned.iter().all(|earned| earned.left >= 0), "{invoice:?}");
            let is_back = !invoice.left.is_empty() && invoice.left.iter().all(|cents| *cents == 0);
            assert!(!is_back || left == 0, "all of it is back, and {left} earns: {invoice:?}");
            shares += invoice.earned.iter().map(|earned| earned.amount()).sum::<i64>();
        }
        let paid_out = self.published(&BookAccount::Payouts);
        let owed = self.published(&BookAccount::Publisher(acme()));
        assert_eq!(owed, shares - paid_out, "the shares of what was paid and not paid back, less what was paid out");
    }
}
