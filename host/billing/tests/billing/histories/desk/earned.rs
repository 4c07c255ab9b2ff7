//! What the publishers of the add-ons earn with what the desk pays: two of them, who may be paid with what was paid to the other.

use std::collections::BTreeSet;

use annex_billing::ledger::{Earned, Moved, Period, earning_first, split, unused};
use annex_domain::{
    addon::PublisherSlug,
    earnings::{BookAccount, EarningKind, Share},
};

use super::{Desk, For, Reached};

pub(super) fn publishers() -> [PublisherSlug; 2] {
    ["acme", "beta"].map(|slug| slug.parse().unwrap())
}

impl Desk {
    /// An invoice uses so much credit: what earns of it first.
    pub(super) fn use_earning(&mut self, which: usize, cents: i64) {
        let used = earning_first(cents, self.earning);
        self.earning -= used;
        self.invoices[which].earning += used;
    }

    /// An invoice is paid: what the card paid of each line earns, and what earns of the credit.
    pub(super) fn earn(&mut self, which: usize) {
        let invoice = &mut self.invoices[which];
        let by_card = if invoice.taken > 0 { invoice.to_take() } else { 0 };
        let by_credit = invoice.earning;
        let mut parts = split(by_card + by_credit, &invoice.left);
        if matches!(invoice.what, For::Month(_)) {
            parts.pop(); // what is carried over was earned before
        }
        invoice.earned = parts.into_iter().map(|left| Earned { left, share: Share::USUAL }).collect();
        let earned = invoice.earned.clone();
        for (at, earned) in earned.iter().enumerate() {
            self.book_earning(which, at, EarningKind::Sale, Moved { gross: earned.left, amount: earned.amount() });
            self.reached.extend((earned.left > 0).then_some(Reached::Earned));
        }
        self.reached.extend((by_credit > 0).then_some(Reached::EarnedByCredit));
        self.by_card += earned.iter().map(|earned| earned.left).sum::<i64>() - by_credit;
    }

    /// What goes back to a card falls on lines, whose shares go with it; of a line that is back as a whole nothing is left. Answers
    /// what went of each.
    pub(super) fn take_back(&mut self, which: usize, lines: &[i64]) -> Vec<i64> {
        let gone = self.take(which, lines, None);
        self.by_card -= gone.iter().sum::<i64>();
        gone
    }

    /// What goes back to the credit takes with it what had earned there.
    pub(super) fn take_back_to_credit(&mut self, which: usize, lines: &[i64]) {
        let mut in_credit = self.invoices[which].earning;
        let gone = self.take(which, lines, Some(in_credit));
        for gross in gone {
            let again = gross.min(in_credit);
            in_credit -= again;
            self.earning += again;
            self.by_card -= gross - again; // a cent that was rounded
        }
        self.invoices[which].earning = in_credit;
    }

    fn take(&mut self, which: usize, lines: &[i64], mut most: Option<i64>) -> Vec<i64> {
        let mut gone = Vec::new();
        let earning = self.invoices[which].earned.len();
        for (at, line) in lines.iter().enumerate().take(earning) {
            let invoice = &mut self.invoices[which];
            let whole = *line > 0 && invoice.left[at] == 0;
            let earned = &mut invoice.earned[at];
            let cents = if whole { earned.left } else { most.map_or(*line, |most| most.min(*line)) };
            let moved = earned.take_back(cents);
            most = most.map(|most| (most - moved.gross).max(0));
            self.book_earning(which, at, EarningKind::Refund, moved);
            self.reached.extend((moved.amount > 0).then_some(Reached::EarnedTakenBack));
            gone.push(moved.gross);
        }
        gone
    }

    pub(super) fn give_back(&mut self, which: usize, gone: &[i64]) {
        for (at, gross) in gone.iter().enumerate() {
            let moved = self.invoices[which].earned[at].give_back(*gross);
            self.by_card += moved.gross;
            self.book_earning(which, at, EarningKind::RefundBack, moved);
            self.reached.extend((moved.amount > 0).then_some(Reached::EarnedGivenBack));
        }
    }

    /// Days of the plans before one become credit: what was paid for them goes back, the newest line first.
    pub(super) fn become_credit(&mut self, which: usize, cents: i64) {
        let (mut lines, mut next) = (BTreeSet::new(), Some(which));
        while let Some(at) = next {
            let one = &self.subscriptions[at];
            lines.extend(one.paid.iter().map(|(period, _, line)| (*line, (period.from, period.to))));
            next = one.replaces.or(one.follows);
        }
        let mut rest = cents;
        for ((invoice, at), (from, to)) in lines.into_iter().rev() {
            let (period, today) = (Period { from, to }, self.today);
            let Some(earned) = self.invoices[invoice].earned.get_mut(at) else { continue };
            let moved = earned.take_back(unused(&[(period, earned.left)], today).min(rest));
            rest -= moved.gross;
            self.earning += moved.gross;
            self.book_earning(invoice, at, EarningKind::Refund, moved);
        }
    }

    pub(super) fn pay_out(&mut self) {
        for publisher in publishers() {
            let amount = self.published(&BookAccount::Publisher(publisher.clone()));
            if amount > 0 {
                self.book(&publisher, EarningKind::Payout, amount);
                self.reached.insert(Reached::PaidOut);
            }
        }
    }

    /// Whose add-on a line is for.
    fn sold_by(&self, invoice: usize, line: usize) -> PublisherSlug {
        let of = match &self.invoices[invoice].what {
            For::Plan { subscription, .. } | For::Licences { subscription, .. } => *subscription,
            For::Month(lines) => lines[line].0,
        };
        self.subscriptions[of].publisher.clone()
    }

    fn book_earning(&mut self, invoice: usize, line: usize, kind: EarningKind, moved: Moved) {
        let publisher = self.sold_by(invoice, line);
        self.book(&publisher, kind, moved.amount);
    }

    fn book(&mut self, publisher: &PublisherSlug, kind: EarningKind, amount: i64) {
        let (debit, credit) = kind.accounts(publisher);
        *self.publishers.entry(debit).or_default() -= amount;
        *self.publishers.entry(credit).or_default() += amount;
        let owed = self.published(&BookAccount::Publisher(publisher.clone()));
        self.reached.extend((owed < 0).then_some(Reached::PaidOutTooMuch));
    }

    fn published(&self, account: &BookAccount) -> i64 {
        self.publishers.get(account).copied().unwrap_or(0)
    }

    /// What must be true of the publishers' book after every event.
    pub(super) fn check_earnings(&self) {
        assert_eq!(self.publishers.values().sum::<i64>(), 0, "{:?}", self.publishers);
        let (mut shares, mut earns, mut cards) = (0, self.earning, 0);
        for invoice in &self.invoices {
            let left: i64 = invoice.earned.iter().map(|earned| earned.left).sum();
            let paid = invoice.taken - invoice.over + invoice.credit_used;
            assert!(left <= paid, "{left} earns, and {paid} was paid: {invoice:?}");
            assert!(invoice.earned.iter().all(|earned| earned.left >= 0), "{invoice:?}");
            assert!((0..=invoice.credit_used).contains(&invoice.earning), "{invoice:?}");
            let is_back = !invoice.left.is_empty() && invoice.left.iter().all(|cents| *cents == 0);
            assert!(!is_back || left == 0, "all of it is back, and {left} earns: {invoice:?}");
            shares += invoice.earned.iter().map(|earned| earned.amount()).sum::<i64>();
            cards += invoice.taken - invoice.over;
            let waits = invoice.earned.is_empty();
            earns += if waits { invoice.earning } else { left };
        }
        assert!(self.earning >= 0);
        assert_eq!(earns, self.by_card, "what a card has paid earns once, or is in credit");
        assert!(earns <= cards, "{earns} earns, and cards have paid {cards}");
        let paid_out = self.published(&BookAccount::Payouts);
        let owed: i64 = publishers().into_iter().map(|one| self.published(&BookAccount::Publisher(one))).sum();
        assert_eq!(owed, shares - paid_out, "the shares of what was paid and not paid back, less what was paid out");
    }
}
