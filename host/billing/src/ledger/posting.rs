//! What each happening writes into the ledger: double entry, debits positive.

use annex_domain::billing::LedgerAccount as A;

/// Something that moves money, in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// An invoice was made out.
    Issued(i64),
    /// A gateway took money for an invoice.
    Taken(i64),
    /// An invoice, or a part of it, was paid out of credit.
    CreditUsed(i64),
    /// An invoice is not owed any more.
    Voided(i64),
    /// What was paid goes back to the card.
    Refunded(i64),
    /// What was paid goes back to the desk's credit.
    RefundedToCredit(i64),
    /// Money that was taken for an invoice that is not owed goes back to the card.
    Returned(i64),
    /// What was taken over what was owed, and so came to the credit, goes back to the card out of it.
    CreditPaidOut(i64),
    /// The desk was given credit.
    Granted(i64),
    /// What was too little to be taken before is owed on this bill.
    CarriedOver(i64),
}

/// The entries of a happening, which sum to zero; none when it is about nothing.
#[must_use]
pub fn post(happening: Happening) -> Vec<(A, i64)> {
    let (debit, credit, cents) = match happening {
        Happening::Issued(cents) => (A::Receivable, A::Revenue, cents),
        Happening::Taken(cents) => (A::Cash, A::Receivable, cents),
        Happening::CreditUsed(cents) => (A::Credit, A::Receivable, cents),
        Happening::Voided(cents) => (A::Revenue, A::Receivable, cents),
        Happening::Refunded(cents) => (A::Refunds, A::Cash, cents),
        Happening::RefundedToCredit(cents) => (A::Refunds, A::Credit, cents),
        Happening::Returned(cents) => (A::Receivable, A::Cash, cents),
        Happening::CreditPaidOut(cents) => (A::Credit, A::Cash, cents),
        Happening::Granted(cents) => (A::Granted, A::Credit, cents),
        Happening::CarriedOver(cents) => (A::Receivable, A::Credit, cents),
    };
    if cents == 0 { Vec::new() } else { vec![(debit, cents), (credit, -cents)] }
}

/// How much of the desk's credit pays for an amount, in cents: as much as there is, so that what is left is nothing or at
/// least what the gateway takes.
#[must_use]
pub fn credit_to_use(amount: i64, credit: i64, least: i64) -> i64 {
    let most = credit.clamp(0, amount.max(0));
    let rest = amount - most;
    if rest == 0 || rest >= least { most } else { (amount - least).max(0) }
}

/// What of `cents` that went back nobody owed. What was taken over what was owed goes back first, as far as it is
/// `in_credit` still; then what is `left` of what was owed; then the rest, which takes the credit below nothing.
#[must_use]
pub fn over(cents: i64, left: i64, in_credit: i64) -> i64 {
    let first = cents.clamp(0, in_credit.max(0));
    first + (cents - first - left.max(0)).max(0)
}

/// What is left of credit that was bought, in cents: of `left` of it that did not go back, with `credit` there in all, and
/// `since` that came after it. The oldest is used first, and nothing goes back that is not there.
#[must_use]
pub fn left_of_bought(left: i64, credit: i64, since: i64) -> i64 {
    (credit - since.max(0)).clamp(0, left.max(0))
}

/// How much of `cents` of credit that are used earns, of `earning` that does: it is used first.
#[must_use]
pub fn earning_first(cents: i64, earning: i64) -> i64 {
    earning.clamp(0, cents.max(0))
}

/// How much of `cents` that come back of `used` credit earns again, of `earning` that did: the rest comes back before it.
#[must_use]
pub fn earning_last(cents: i64, used: i64, earning: i64) -> i64 {
    (earning - (used - cents).max(0)).clamp(0, earning.max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_credit_goes_back_first_then_what_was_owed_then_the_rest() {
        assert_eq!((over(100, 500, 200), over(200, 500, 200), over(300, 500, 200)), (100, 200, 200));
        assert_eq!((over(700, 500, 200), over(800, 500, 200), over(900, 0, 200)), (200, 300, 900));
        assert_eq!((over(500, 500, 0), over(700, 500, 0), over(700, 500, -30)), (0, 200, 200));
        assert_eq!((over(700, -1, 0), over(700, i64::MAX, 0), over(0, 500, 200)), (700, 0, 0));
    }

    #[test]
    fn of_bought_credit_what_was_not_used_is_left_and_nothing_that_was_given_since() {
        assert_eq!((left_of_bought(5000, 5000, 0), left_of_bought(5000, 7500, 2500)), (5000, 5000));
        assert_eq!((left_of_bought(5000, 4000, 2500), left_of_bought(5000, 2500, 2500)), (1500, 0));
        assert_eq!((left_of_bought(5000, 9000, 0), left_of_bought(5000, 1000, -5000)), (5000, 1000));
        assert_eq!((left_of_bought(5000, -10, 0), left_of_bought(0, 5000, 0)), (0, 0));
    }

    #[test]
    fn what_earns_is_used_first_and_comes_back_last() {
        assert_eq!((earning_first(500, 300), earning_first(200, 300), earning_first(500, -9)), (300, 200, 0));
        assert_eq!(
            (earning_last(100, 500, 300), earning_last(200, 500, 300), earning_last(400, 500, 300)),
            (0, 0, 200)
        );
        assert_eq!(
            (earning_last(500, 500, 300), earning_last(900, 500, 300), earning_last(500, 500, 0)),
            (300, 300, 0)
        );
    }

    #[test]
    fn credit_never_leaves_a_rest_that_no_gateway_takes() {
        assert_eq!(credit_to_use(1000, 300, 50), 300);
        assert_eq!(credit_to_use(1000, 5000, 50), 1000);
        assert_eq!(credit_to_use(1000, 980, 50), 950);
        assert_eq!(credit_to_use(40, 30, 50), 0);
        assert_eq!(credit_to_use(1000, -20, 50), 0);
        assert_eq!(credit_to_use(0, 20, 50), 0);
    }
}
