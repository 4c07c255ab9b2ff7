//! What publishers earn: the share of what was paid for their add-ons, the accounts that it moves between, the months that it is
//! paid out in, and the bank accounts that it is paid to.

use std::{fmt, str::FromStr};

use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{addon::PublisherSlug, clock::Timestamp, words::Invalid};

/// What a publisher gets of what is paid for its add-ons, in whole percents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u8);

impl Share {
    /// That of a publisher about which nothing else was decided.
    pub const USUAL: Self = Self(80);

    /// From percents.
    #[must_use]
    pub fn new(percent: i64) -> Option<Self> {
        u8::try_from(percent).ok().filter(|percent| *percent <= 100).map(Self)
    }

    /// In percents.
    #[must_use]
    pub fn percent(self) -> i64 {
        i64::from(self.0)
    }

    /// The part of an amount, in cents: what does not come out even stays with the platform.
    #[must_use]
    pub fn of(self, cents: i64) -> i64 {
        let part = i128::from(cents.max(0)) * i128::from(self.0) / 100;
        // At most the amount itself.
        i64::try_from(part).unwrap_or(i64::MAX)
    }
}

impl FromStr for Share {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        text.parse().ok().and_then(Self::new).ok_or(Invalid("not a share: expected whole percents from 0 to 100"))
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}

crate::words! {
    /// What moves the account of a publisher.
    pub enum EarningKind: "kind of earning" {
        /// A line of an invoice was paid.
        Sale = "sale",
        /// A part of it was paid back, or the bank took it back.
        Refund = "refund",
        /// What was paid back came back: a refund that did not arrive, a dispute that was won.
        RefundBack = "refund-back",
        /// What had come together was paid out.
        Payout = "payout",
    }

    /// How far the payouts of a month are.
    pub enum PayoutState: "state of a payout" {
        /// It is decided who gets what.
        Made = "made",
        /// The file for the bank is there.
        Written = "written",
        /// The bank has paid.
        Confirmed = "confirmed",
    }
}

/// An account of the publishers' book. It is apart from the books of the desks, as it outlives them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum BookAccount {
    /// What the platform owes to a publisher.
    Publisher(PublisherSlug),
    /// What of the platform's revenue is publishers'.
    Shares,
    /// What was paid out.
    Payouts,
}

impl fmt::Display for BookAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Publisher(slug) => write!(f, "publisher:{slug}"),
            Self::Shares => f.write_str("shares"),
            Self::Payouts => f.write_str("payouts"),
        }
    }
}

impl EarningKind {
    /// The account that is debited, and the one that is credited: with the same amount, so that all accounts sum to zero.
    #[must_use]
    pub fn accounts(self, publisher: &PublisherSlug) -> (BookAccount, BookAccount) {
        let theirs = BookAccount::Publisher(publisher.clone());
        match self {
            Self::Sale | Self::RefundBack => (BookAccount::Shares, theirs),
            Self::Refund => (theirs, BookAccount::Shares),
            Self::Payout => (theirs, BookAccount::Payouts),
        }
    }

    /// 1 where it is more for the publisher, -1 where it is less.
    #[must_use]
    pub const fn sign(self) -> i64 {
        match self {
            Self::Sale | Self::RefundBack => 1,
            Self::Refund | Self::Payout => -1,
        }
    }
}

/// A calendar month, such as `2027-01`. Its days are those of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(Date);

impl Month {
    /// The one that a moment is in.
    #[must_use]
    pub fn at(at: Timestamp) -> Self {
        Self(at.day().first_of_month())
    }

    /// Its first day.
    #[must_use]
    pub fn first(self) -> Date {
        self.0
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1.month()))
    }

    /// The one before it.
    #[must_use]
    pub fn before(self) -> Self {
        Self(self.0.saturating_sub(1.month()))
    }
}

impl FromStr for Month {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let day = if text.len() == 7 { format!("{text}-01").parse().ok() } else { None };
        day.map(Self).ok_or(Invalid("not a month: expected such as 2027-01"))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

/// The number of a bank account (ISO 13616), whose check digits are right. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Iban(String);

impl Iban {
    /// In one word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How it is told from others without showing it: its country, and its last four characters.
    #[must_use]
    pub fn masked(&self) -> String {
        let country: String = self.0.chars().take(2).collect();
        let last: String = self.0.chars().skip(self.0.len().saturating_sub(4)).collect();
        format!("{country}\u{2026}{last}")
    }
}

impl fmt::Debug for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// As people write it, with spaces and in small letters too.
impl FromStr for Iban {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        const WRONG: Invalid = Invalid("not an IBAN");
        let word: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        let (country, check) = (word.get(..2).ok_or(WRONG)?, word.get(2..4).ok_or(WRONG)?);
        let right = (15..=34).contains(&word.len())
            && country.bytes().all(|byte| byte.is_ascii_uppercase())
            && check.bytes().all(|byte| byte.is_ascii_digit())
            && remainder(&word) == Some(1);
        if right { Ok(Self(word)) } else { Err(WRONG) }
    }
}

/// What is left of the number that an IBAN is read as, by 97: its first four characters come last, letters count from 10.
fn remainder(word: &str) -> Option<u32> {
    let mut turned = word.chars().skip(4).chain(word.chars().take(4));
    turned.try_fold(0, |sum: u32, c| {
        let digit = c.to_digit(36)?;
        let places = if digit < 10 { 10 } else { 100 };
        Some((sum * places + digit) % 97)
    })
}

impl Serialize for Iban {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Iban {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_share_leaves_the_odd_cent_with_the_platform() {
        let shares = [(0, 0), (1, 0), (2, 1), (5, 4), (999, 799), (i64::MAX, i64::MAX / 5 * 4 + 1), (-5, 0)];
        for (cents, part) in shares {
            assert_eq!(Share::USUAL.of(cents), part, "{cents}");
        }
        assert_eq!("100".parse::<Share>().map(|all| all.of(7)), Ok(7));
        for wrong in ["101", "-1", "80.5", "", "80 %"] {
            assert!(wrong.parse::<Share>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn months_follow_each_other() {
        let month: Month = "2027-12".parse().unwrap();
        assert_eq!((month.first(), month.next().to_string()), (date(2027, 12, 1), "2028-01".to_owned()));
        assert_eq!((Month::at("2027-12-31T23:59:59Z".parse().unwrap()), month.next().before()), (month, month));
        for wrong in ["2027-13", "2027-1", "2027-12-01", "27-12", "2027/12"] {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_iban_with_a_wrong_digit_is_none_and_its_debug_shows_little() {
        for right in ["DE89 3704 0044 0532 0130 00", "gb82west12345698765432", "NO9386011117947"] {
            assert!(right.parse::<Iban>().is_ok(), "{right}");
        }
        let wrong =
            ["DE89 3704 0044 0532 0130 01", "DE98370400440532013000", "", "DE", "1234567890123456", "DÉ89370400440532"];
        for wrong in wrong {
            assert!(wrong.parse::<Iban>().is_err(), "{wrong}");
        }
        let iban: Iban = "DE89370400440532013000".parse().unwrap();
        assert_eq!(format!("{iban:?}"), "DE…3000");
    }

    #[test]
    fn each_movement_has_two_accounts_one_of_them_the_publishers() {
        let slug: PublisherSlug = "acme".parse().unwrap();
        for kind in EarningKind::ALL {
            let (debit, credit) = kind.accounts(&slug);
            let theirs = if kind.sign() > 0 { &credit } else { &debit };
            assert_eq!(theirs.to_string(), "publisher:acme", "{kind}");
            assert_ne!(debit, credit);
        }
    }
}
