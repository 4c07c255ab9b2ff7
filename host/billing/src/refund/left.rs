//! What is left to pay back of an invoice, and of each of its lines. A refund falls on lines: on the one that it is for, or
//! on all of them by what is left of each. Only what falls on a line takes from what comes back for its unused days.

use annex_domain::{
    billing::{AttemptState, InvoiceState, RefundState},
    clock::Timestamp,
    ids::AttemptId,
    money::{Currency, Money},
};
use annex_store::{
    StoreError, Tx,
    billing::{
        attempts::{self, Attempt},
        entries::{self, Entry},
        invoices::Invoice,
        refunds::{self, NewRefund, Refund},
    },
};

use super::{TO_CREDIT, refunded_in};
use crate::{
    credit::available,
    held::left_of_lines,
    ledger::{self, split},
    postings,
};

/// What is left of a payment, in cents.
struct Card {
    attempt: Attempt,
    left: i64,
    /// The part of it that was taken over what was owed, and that the desk's credit still covers.
    in_credit: i64,
}

/// What is left to pay back of an invoice: by card for each attempt that took money, and out of credit.
pub(crate) struct Left {
    currency: Currency,
    cards: Vec<Card>,
    credit: i64,
    /// Of what a paid invoice came to: what was taken over it is in credit already. Nothing, where credit was bought.
    most: Option<i64>,
    /// What is left of credit that was bought is paid back, and no more.
    is_credit: bool,
    /// By the id of the line.
    lines: Vec<(i64, i64)>,
}

impl Left {
    pub(super) fn sum(&self) -> Money {
        if self.is_credit {
            let bought = self.cards.iter().map(|card| card.in_credit).sum();
            return Money::new(bought, self.currency);
        }
        let cards: i64 = self.cards.iter().map(|card| card.left).sum();
        let all = cards + self.credit;
        Money::new(self.most.map_or(all, |most| all.min(most)), self.currency)
    }

    /// Only what is left of one line.
    pub(super) fn of_line(mut self, line: i64) -> Self {
        self.lines.retain(|(id, _)| *id == line);
        let of_it: i64 = self.lines.iter().map(|(_, cents)| cents).sum();
        self.most = Some(self.most.map_or(of_it, |most| most.min(of_it)));
        self
    }

    /// What is left of one payment, in cents: also of what it took over what was owed.
    pub(crate) fn of_attempt(&self, attempt: AttemptId) -> i64 {
        self.cards.iter().find(|card| card.attempt.id == attempt).map_or(0, |card| card.left)
    }

    /// What of `cents` that went back to the card of a payment nobody owed.
    pub(crate) fn over(&self, attempt: AttemptId, cents: i64) -> i64 {
        let in_credit = self.cards.iter().find(|card| card.attempt.id == attempt).map_or(0, |card| card.in_credit);
        ledger::over(cents, self.most.unwrap_or(cents), in_credit)
    }

    /// Takes `cents` from the lines: what falls on each.
    pub(crate) fn fall(&mut self, cents: i64) -> Vec<(i64, i64)> {
        let weights: Vec<i64> = self.lines.iter().map(|(_, left)| *left).collect();
        let shares = split(cents, &weights);
        self.lines
            .iter_mut()
            .zip(shares)
            .map(|((id, left), share)| {
                *left -= share;
                (*id, share)
            })
            .collect()
    }
}

/// What is left of the whole invoice.
pub(crate) async fn left_in(tx: &mut Tx, invoice: &Invoice) -> Result<Left, StoreError> {
    let refunds = refunds::of_invoice(tx, invoice.id).await?;
    let counts = |one: &&Refund| one.state != RefundState::Failed;
    let refunded = |attempt| -> i64 {
        refunds.iter().filter(counts).filter(|one| one.attempt == attempt).map(|one| one.amount.cents).sum()
    };
    let is_credit = invoice.top_up.is_some() && invoice.state == InvoiceState::Paid;
    let credit = credit_left(tx, invoice).await?;
    let mut cards = Vec::new();
    for attempt in attempts::of_invoice(tx, invoice.id).await? {
        if attempt.state == AttemptState::Succeeded {
            let left = attempt.amount.cents - refunded(Some(attempt.id));
            let of_it = refunds.iter().filter(counts).filter(|one| one.attempt == Some(attempt.id));
            let over_back: i64 = of_it.map(|one| one.not_owed).sum();
            let over = postings::taken_over(tx, invoice, &attempt).await?;
            let not_back = over.as_ref().map_or(0, |over| -over.amount) - over_back;
            let in_credit = match over.filter(|_| is_credit) {
                Some(bought) => {
                    let since = credited_after(tx, invoice, &bought).await?;
                    ledger::left_of_bought(not_back, credit, since)
                }
                None => not_back.min(credit),
            };
            cards.push(Card { attempt, left, in_credit });
        }
    }
    let all: i64 = refunds.iter().filter(counts).map(|one| one.amount.cents - one.not_owed).sum();
    let most = match invoice.state {
        InvoiceState::Paid if is_credit => Some(0),
        InvoiceState::Paid => Some(invoice.owed() - all),
        _ => None,
    };
    let lines = left_of_lines(tx, invoice.desk, invoice).await?;
    let lines = lines.into_iter().map(|(line, left)| (line.id, left)).collect();
    let (currency, credit) = (invoice.total.currency, invoice.credit_used - refunded(None));
    Ok(Left { currency, cards, credit, most, is_credit, lines })
}

/// What came to the credit since it was bought: the oldest is used first, so what there is begins with that.
async fn credited_after(tx: &mut Tx, invoice: &Invoice, bought: &Entry) -> Result<i64, StoreError> {
    entries::credited_after(tx, invoice.desk, invoice.total.currency, bought.id, invoice.id).await
}

/// What the desk has in credit, in cents, without what is on its way back out of it.
async fn credit_left(tx: &mut Tx, invoice: &Invoice) -> Result<i64, StoreError> {
    available(tx, invoice.desk, invoice.total.currency).await
}

/// Records refunds of `cents`: of what cards paid first, then of what the credit paid.
pub(super) async fn refund_in(
    tx: &mut Tx,
    invoice: &Invoice,
    mut left: Left,
    mut cents: i64,
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (desk, currency) = (invoice.desk, left.currency);
    for Card { attempt, left: most, .. } in std::mem::take(&mut left.cards) {
        let part = cents.min(most);
        if part > 0 {
            let (amount, reason, lines) = (Money::new(part, currency), reason.to_owned(), left.fall(part));
            let (invoice, attempt) = (invoice.id, Some(attempt.id));
            let not_owed = if left.is_credit { part } else { 0 };
            let new = NewRefund { desk, invoice, attempt, amount, not_owed, reason, lines };
            refunds::insert(tx, &new, now).await?;
            cents -= part;
        }
    }
    let part = cents.min(left.credit);
    if part > 0 {
        let (amount, reason, lines) = (Money::new(part, currency), format!("{reason}{TO_CREDIT}"), left.fall(part));
        let new = NewRefund { desk, invoice: invoice.id, attempt: None, amount, not_owed: 0, reason, lines };
        let mut refund = refunds::insert(tx, &new, now).await?;
        refund.state = RefundState::Succeeded;
        refunds::save(tx, &mut refund, now).await?;
        refunded_in(tx, invoice, &refund, now).await?;
    }
    Ok(())
}
