use std::{collections::BTreeMap, fmt::Write as _};

use annex_billing::{
    ledger::statement::{cell, decimal},
    payouts::start_of,
};
use annex_domain::{
    earnings::{EarningKind, Month},
    money::{Currency, Money},
    publisher::Deed,
};
use annex_store::billing::earnings::{self, Earning};

use crate::{Member, Portal, Refusal};

/// What a month did to a publisher's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Which month, in UTC.
    pub month: Month,
    /// What the account stood at before it, by currency.
    pub before: Vec<Money>,
    /// What happened, in order.
    pub rows: Vec<Row>,
}

/// A movement, with what the account of its currency stands at after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What happened.
    pub earning: Earning,
    /// After it.
    pub balance: Money,
}

impl Row {
    /// The amount when the movement is of this kind, else nothing; in cents.
    fn of(&self, kinds: &[EarningKind]) -> i64 {
        if kinds.contains(&self.earning.kind) { self.earning.moved() } else { 0 }
    }

    /// What was paid for the line, or paid back of it, in cents.
    #[must_use]
    pub fn gross(&self) -> i64 {
        self.earning.kind.sign() * self.earning.gross
    }

    /// The publisher's share of a line that was paid, in cents.
    #[must_use]
    pub fn earned(&self) -> i64 {
        self.of(&[EarningKind::Sale])
    }

    /// What was taken back of it, less than nothing, or came back; in cents.
    #[must_use]
    pub fn refunded(&self) -> i64 {
        self.of(&[EarningKind::Refund, EarningKind::RefundBack])
    }

    /// What was paid out, less than nothing; in cents.
    #[must_use]
    pub fn paid_out(&self) -> i64 {
        self.of(&[EarningKind::Payout])
    }
}

/// What happened to the publisher's account in a month: each line with its installation, and never whose it is.
///
/// # Errors
/// [`Refusal::Role`].
pub async fn statement(portal: &Portal, by: &Member, month: Month) -> Result<Statement, Refusal> {
    by.require(Deed::Earnings)?;
    let (from, to) = (start_of(month), start_of(month.next()));
    let mut conn = portal.db.read().await?;
    let before = earnings::balances(&mut conn, &by.publisher, from).await?;
    let mut balances: BTreeMap<Currency, i64> = before.iter().copied().collect();
    let mut rows = Vec::new();
    for earning in earnings::of_publisher(&mut conn, &by.publisher, from, to).await? {
        let currency = earning.amount.currency;
        let balance = balances.entry(currency).or_default();
        *balance += earning.moved();
        rows.push(Row { balance: Money::new(*balance, currency), earning });
    }
    let before = before.into_iter().map(|(currency, cents)| Money::new(cents, currency)).collect();
    Ok(Statement { month, before, rows })
}

impl Statement {
    /// The rows as CSV (RFC 4180), with a line of headings.
    #[must_use]
    pub fn csv(&self) -> String {
        let head = "day,kind,line,add-on,text,installation,currency,gross,share,earned,refunded,paid_out,balance\r\n";
        let mut out = String::from(head);
        for row in &self.rows {
            let (earning, currency) = (&row.earning, row.balance.currency);
            // Into a String: cannot fail.
            let _ = write!(out, "{},{},", earning.at.day(), earning.kind);
            let share = match &earning.sold {
                Some(sold) => {
                    let text = cell(&sold.description);
                    let _ = write!(out, "{},{},{text},{},", sold.line, sold.addon, sold.installation);
                    sold.share.percent().to_string()
                }
                None => {
                    out.push_str(",,,,");
                    String::new()
                }
            };
            let amount = |cents| decimal(cents, currency);
            let (gross, earned, balance) = (amount(row.gross()), amount(row.earned()), amount(row.balance.cents));
            let (refunded, paid_out) = (amount(row.refunded()), amount(row.paid_out()));
            let _ = write!(out, "{currency},{gross},{share},{earned},{refunded},{paid_out},{balance}");
            out.push_str("\r\n");
        }
        out
    }
}
