//! Money: whole amounts of a currency's smallest unit, which is a hundredth for most and the unit itself for some, such as
//! yen. "Cents" means that smallest unit everywhere.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::words::Invalid;

/// A currency that prices may be in.
struct Known {
    /// ISO 4217.
    code: &'static str,
    /// Digits after the point: none or two. Those with three are refused by name: gateways want them in tens.
    decimals: u8,
    /// The least that a gateway takes at once, in the smallest unit, as Stripe lists it. Where it lists none, about half a US
    /// dollar.
    least: i64,
}

const fn known(code: &'static str, decimals: u8, least: i64) -> Known {
    Known { code, decimals, least }
}

const KNOWN: [Known; 28] = [
    known("AUD", 2, 50),
    known("BRL", 2, 50),
    known("CAD", 2, 50),
    known("CHF", 2, 50),
    known("CLP", 0, 600),
    known("CZK", 2, 1500),
    known("DKK", 2, 250),
    known("EUR", 2, 50),
    known("GBP", 2, 30),
    known("HKD", 2, 400),
    known("ILS", 2, 200),
    known("INR", 2, 50),
    known("JPY", 0, 50),
    known("KRW", 0, 1000),
    known("MXN", 2, 1000),
    known("NOK", 2, 300),
    known("NZD", 2, 50),
    known("PLN", 2, 200),
    known("PYG", 0, 5000),
    known("RON", 2, 200),
    known("SEK", 2, 300),
    known("SGD", 2, 50),
    known("USD", 2, 50),
    known("VND", 0, 15_000),
    known("XAF", 0, 400),
    known("XOF", 0, 400),
    known("XPF", 0, 80),
    known("ZAR", 2, 1000),
];

/// The most that one price, invoice or payment may be, in the smallest unit: 1,000,000.00, or 100,000,000 where there are no
/// decimals. A gateway would refuse more.
pub const MOST_CENTS: i64 = 100_000_000;

/// A currency by its ISO 4217 code, such as `EUR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(&'static str);

impl Currency {
    /// Euro.
    pub const EUR: Self = Self("EUR");
    /// US dollar.
    pub const USD: Self = Self("USD");

    /// The code in capitals.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// Digits after the point.
    #[must_use]
    pub fn decimals(self) -> u8 {
        self.known().map_or(2, |known| known.decimals)
    }

    /// The least that a gateway takes at once, in the smallest unit.
    #[must_use]
    pub fn least(self) -> i64 {
        self.known().map_or(50, |known| known.least)
    }

    fn known(self) -> Option<&'static Known> {
        KNOWN.iter().find(|known| known.code == self.0)
    }
}

impl FromStr for Currency {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let known = KNOWN.iter().find(|known| known.code.eq_ignore_ascii_case(text));
        known.map(|known| Self(known.code)).ok_or(Invalid("not a currency that Annex knows, such as EUR, USD or JPY"))
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// An amount of money. May be negative in a ledger; prices and payments are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// The currency's smallest unit: hundredths, or whole ones where there are no decimals.
    pub cents: i64,
    /// In which currency.
    pub currency: Currency,
}

impl Money {
    /// `cents` in `currency`.
    #[must_use]
    pub fn new(cents: i64, currency: Currency) -> Self {
        Self { cents, currency }
    }

    /// Reads `25`, `25.5` or `25.00`: as many digits after the point as the currency has.
    ///
    /// # Errors
    /// For anything else, for nothing, and for more than [`MOST_CENTS`].
    pub fn read(text: &str, currency: Currency) -> Result<Self, Invalid> {
        let places = usize::from(currency.decimals());
        let wrong =
            Invalid(if places == 0 { "expected an amount such as 2500" } else { "expected an amount such as 25.00" });
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let pointless = text.contains('.') && part.is_empty();
        if whole.is_empty() || !digits(whole) || !digits(part) || pointless || part.len() > places {
            return Err(wrong);
        }
        let cents: i64 = format!("{whole}{part:0<places$}").parse().map_err(|_| wrong)?;
        if (1..=MOST_CENTS).contains(&cents) {
            Ok(Self::new(cents, currency))
        } else {
            Err(Invalid("must be more than nothing, and at most 1,000,000.00 (100,000,000 without decimals)"))
        }
    }

    /// True for nothing at all: a gateway is never asked for it.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.cents == 0
    }
}

/// `12.50 EUR`, `1250 JPY`; for logs and the API. Pages write it as the reader's language does.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.cents < 0 { "-" } else { "" };
        let cents = self.cents.unsigned_abs();
        if self.currency.decimals() == 0 {
            return write!(f, "{sign}{cents} {}", self.currency);
        }
        write!(f, "{sign}{}.{:02} {}", cents / 100, cents % 100, self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_with_two_decimals() {
        assert_eq!(Money::new(1250, Currency::EUR).to_string(), "12.50 EUR");
        assert_eq!(Money::new(-5, Currency::USD).to_string(), "-0.05 USD");
        assert_eq!(Money::new(i64::MIN, Currency::USD).to_string(), "-92233720368547758.08 USD");
    }

    fn yen() -> Currency {
        "JPY".parse().unwrap()
    }

    #[test]
    fn some_currencies_have_no_decimals() {
        assert_eq!(Money::new(-1250, yen()).to_string(), "-1250 JPY");
        assert_eq!((yen().decimals(), yen().least(), Currency::EUR.decimals()), (0, 50, 2));
        assert_eq!("eur".parse(), Ok(Currency::EUR));
        for refused in ["KWD", "XXX"] {
            assert!(refused.parse::<Currency>().is_err(), "{refused}: thousandths are not kept");
        }
        assert!(serde_json::from_str::<Currency>("\"XXX\"").is_err());
        assert!(KNOWN.is_sorted_by_key(|known| known.code) && KNOWN.iter().all(|known| known.least >= 30));
    }

    #[test]
    fn amounts_are_read_to_the_smallest_unit() {
        let euros = |text: &str| Money::read(text, Currency::EUR).map(|money| money.cents).ok();
        for (text, cents) in [("25", 2500), ("25.5", 2550), ("25.05", 2505), ("0.01", 1), ("1000000", MOST_CENTS)] {
            assert_eq!(euros(text), Some(cents), "{text}");
        }
        for text in ["", "0", "0.001", "-1", "1,50", "1.", ".5", "1e3", "1000000.01", "99999999999999999999"] {
            assert_eq!(euros(text), None, "{text}");
        }
        let whole = |text: &str| Money::read(text, yen()).map(|money| money.cents).ok();
        assert_eq!((whole("2500"), whole("2500.0"), whole("100000000")), (Some(2500), None, Some(MOST_CENTS)));
    }
}
