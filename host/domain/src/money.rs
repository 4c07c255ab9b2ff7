//! Money: whole cents with a currency. Only currencies whose small unit is a hundredth, so that "cents" is true.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::addon::Invalid;

/// Currencies with two decimals that prices may be in (ISO 4217).
const KNOWN: [&str; 20] = [
    "AUD", "BRL", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HKD", "ILS", "INR", "MXN", "NOK", "NZD", "PLN", "RON",
    "SEK", "SGD", "USD", "ZAR",
];

/// The most that one price, invoice or payment may be: 1,000,000.00. A gateway would refuse more.
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
}

impl FromStr for Currency {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let known = KNOWN.iter().find(|code| code.eq_ignore_ascii_case(text));
        known.map(|code| Self(code)).ok_or(Invalid("not a currency with cents that Annex knows, such as EUR or USD"))
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
    /// Hundredths of the currency's unit.
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

    /// True for nothing at all: a gateway is never asked for it.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.cents == 0
    }
}

/// `12.50 EUR`; for logs and the API. Pages write it as the reader's language does.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.cents < 0 { "-" } else { "" };
        let cents = self.cents.unsigned_abs();
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

    #[test]
    fn currencies_without_cents_are_refused() {
        assert_eq!("eur".parse(), Ok(Currency::EUR));
        assert!("JPY".parse::<Currency>().is_err());
        assert!(serde_json::from_str::<Currency>("\"XXX\"").is_err());
    }
}
