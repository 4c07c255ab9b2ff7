//! Statements: what happened to a desk's account, in order and with what is owed and in credit after each, as rows for
//! pages and as CSV.

use std::{collections::BTreeMap, fmt::Write as _};

use annex_domain::{
    billing::LedgerAccount,
    clock::Timestamp,
    ids::InvoiceId,
    money::{Currency, Money},
};
use annex_store::billing::entries::Entry;
use jiff::{civil::Date, tz::TimeZone};

use super::calendar::day_at;
use crate::About;

/// A transaction, as the desk sees it. All amounts are in [`Row::currency`], in cents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// When.
    pub at: Timestamp,
    /// On which day of the bill's time zone.
    pub day: Date,
    /// What happened.
    pub note: String,
    /// The invoice that it is about.
    pub invoice: Option<InvoiceId>,
    /// Its number, once somebody has looked it up.
    pub number: Option<i64>,
    /// What it is for, as well: where it was charged or taken back.
    pub about: Option<About>,
    /// The currency.
    pub currency: Currency,
    /// What was charged; negative when an invoice was taken back.
    pub charged: i64,
    /// What was paid, by card or out of credit; negative when money that was not owed was returned.
    pub paid: i64,
    /// What was paid back.
    pub refunded: i64,
    /// What came to the credit, or left it.
    pub credit: i64,
    /// What is owed after it.
    pub owed: i64,
    /// What is in credit after it.
    pub in_credit: i64,
}

impl Row {
    /// What happened, in English.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.about {
            Some(about) => format!("{}: {about}", self.note),
            None => self.note.clone(),
        }
    }
}

/// The rows of all of a desk's entries, in order: they begin with the first one, because what is owed adds up.
#[must_use]
pub fn rows(entries: &[Entry], zone: &TimeZone) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut of_transaction: BTreeMap<(&str, Currency), usize> = BTreeMap::new();
    for entry in entries {
        let at = *of_transaction.entry((&entry.transaction, entry.currency)).or_insert_with(|| {
            rows.push(empty(entry, zone));
            rows.len() - 1
        });
        if let Some(row) = rows.get_mut(at) {
            add(row, entry);
        }
    }
    let mut balances: BTreeMap<Currency, (i64, i64)> = BTreeMap::new();
    for row in &mut rows {
        let (owed, in_credit) = balances.entry(row.currency).or_default();
        *owed += row.charged - row.paid;
        *in_credit += row.credit;
        (row.owed, row.in_credit) = (*owed, *in_credit);
    }
    rows
}

fn empty(entry: &Entry, zone: &TimeZone) -> Row {
    Row {
        at: entry.at,
        day: day_at(entry.at, zone),
        note: entry.note.clone(),
        invoice: entry.invoice,
        number: None,
        about: None,
        currency: entry.currency,
        charged: 0,
        paid: 0,
        refunded: 0,
        credit: 0,
        owed: 0,
        in_credit: 0,
    }
}

/// A charge is what goes to revenue; all else that moves what is owed is a payment.
fn add(row: &mut Row, entry: &Entry) {
    match entry.account {
        LedgerAccount::Revenue => {
            row.charged -= entry.amount;
            row.paid -= entry.amount;
        }
        LedgerAccount::Receivable => row.paid -= entry.amount,
        LedgerAccount::Refunds => row.refunded += entry.amount,
        LedgerAccount::Credit => row.credit -= entry.amount,
        LedgerAccount::Cash | LedgerAccount::Granted => {}
    }
}

/// The rows as CSV with a line of headings; texts as [`cell`] writes them.
#[must_use]
pub fn csv(rows: &[Row]) -> String {
    let mut out = String::from("day,text,invoice,currency,charged,paid,refunded,credit,owed,in_credit\r\n");
    for row in rows {
        let text = cell(&row.text());
        let number = row.number.map_or_else(String::new, |number| number.to_string());
        let _ = write!(out, "{},{text},{number},{}", row.day, row.currency); // into a String: cannot fail
        for cents in [row.charged, row.paid, row.refunded, row.credit, row.owed, row.in_credit] {
            out.push(',');
            out.push_str(&decimal(cents, row.currency));
        }
        out.push_str("\r\n");
    }
    out
}

/// `12.50`.
#[must_use]
pub fn decimal(cents: i64, currency: Currency) -> String {
    let with_currency = Money::new(cents, currency).to_string();
    with_currency.split(' ').next().unwrap_or_default().to_owned()
}

/// A text as a cell of CSV (RFC 4180). One that a spreadsheet would take for a formula is quoted with an apostrophe.
#[must_use]
pub fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::ledger::{Happening, post, start_of};

    fn history() -> Vec<Entry> {
        let happenings = [
            ("granted", "welcome", Happening::Granted(500)),
            ("1:issued", "invoice 1", Happening::Issued(2000)),
            ("1:credit", "invoice 1, credit", Happening::CreditUsed(500)),
            ("1:paid", "invoice 1, card", Happening::Taken(1500)),
            ("1:refund", "=1+1, \"back\"", Happening::Refunded(1500)),
            ("1:credited", "invoice 1, to credit", Happening::RefundedToCredit(500)),
            ("2:issued", "invoice 2", Happening::Issued(900)),
            ("2:voided", "invoice 2 void", Happening::Voided(900)),
        ];
        let at = start_of(date(2028, 2, 29), &TimeZone::UTC);
        let entries = happenings.into_iter().flat_map(|(transaction, note, happening)| {
            post(happening).into_iter().map(move |(account, amount)| Entry {
                id: 0,
                transaction: transaction.into(),
                account,
                amount,
                currency: Currency::EUR,
                invoice: None,
                note: note.into(),
                at,
            })
        });
        entries.collect()
    }

    #[test]
    fn each_transaction_is_a_row_with_what_is_owed_after_it() {
        let rows = rows(&history(), &TimeZone::UTC);
        let seen: Vec<_> =
            rows.iter().map(|row| (row.charged, row.paid, row.refunded, row.credit, row.owed, row.in_credit)).collect();
        let expected = [
            (0, 0, 0, 500, 0, 500),
            (2000, 0, 0, 0, 2000, 500),
            (0, 500, 0, -500, 1500, 0),
            (0, 1500, 0, 0, 0, 0),
            (0, 0, 1500, 0, 0, 0),
            (0, 0, 500, 500, 0, 500),
            (900, 0, 0, 0, 900, 500),
            (-900, 0, 0, 0, 0, 500),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn csv_quotes_what_has_to_be_quoted() {
        let mut rows = rows(&history(), &TimeZone::UTC);
        rows[7].number = Some(2);
        let text = csv(&rows);
        let lines: Vec<_> = text.split("\r\n").collect();
        assert_eq!(lines[1], "2028-02-29,welcome,,EUR,0.00,0.00,0.00,5.00,0.00,5.00");
        assert_eq!(lines[5], "2028-02-29,\"'=1+1, \"\"back\"\"\",,EUR,0.00,0.00,15.00,0.00,0.00,0.00");
        assert_eq!(lines[8], "2028-02-29,invoice 2 void,2,EUR,-9.00,0.00,0.00,0.00,0.00,5.00");
        assert_eq!((lines.len(), lines[9]), (10, ""));
    }
}
