//! What a publisher has of a line of an invoice: its share of what is left of what was paid for it.

use annex_domain::earnings::Share;

/// What is left of what was paid for a line, and the share of it. What goes back takes the same share back: after a cent here and a
/// cent there the publisher has the share of what is left, and nothing of nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earned {
    /// In cents.
    pub left: i64,
    /// As it was when it was paid.
    pub share: Share,
}

/// A part of a payment that moved, and what of it is the publisher's, in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moved {
    /// Of the payment.
    pub gross: i64,
    /// Of the publisher.
    pub amount: i64,
}

impl Earned {
    /// What the publisher has of it.
    #[must_use]
    pub fn amount(self) -> i64 {
        self.share.of(self.left)
    }

    /// A part goes back: as much of it as is left.
    pub fn take_back(&mut self, cents: i64) -> Moved {
        let before = self.amount();
        let gross = cents.clamp(0, self.left.max(0));
        self.left -= gross;
        Moved { gross, amount: before - self.amount() }
    }

    /// A part that went back came back.
    pub fn give_back(&mut self, gross: i64) -> Moved {
        let before = self.amount();
        self.left += gross;
        Moved { gross, amount: self.amount() - before }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_back_in_parts_leaves_nothing_and_what_comes_back_all() {
        let mut earned = Earned { left: 999, share: Share::USUAL };
        assert_eq!(earned.amount(), 799);
        let parts = [1, 1, 332, 665].map(|cents| earned.take_back(cents));
        assert_eq!(parts.iter().map(|part| part.amount).sum::<i64>(), 799);
        assert_eq!((earned.left, earned.amount()), (0, 0));
        assert_eq!(earned.take_back(5), Moved::default(), "credit paid the rest: nobody earned anything with it");
        for part in parts {
            earned.give_back(part.gross);
        }
        assert_eq!(earned.amount(), 799);
    }
}
