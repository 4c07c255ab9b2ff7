//! Dates, times and numbers as a language writes them, by ICU4X. Formatters are costly to make and not `Send`, so each
//! thread keeps the ones it has used.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use annex_domain::{clock::Timestamp, money::Money};
use icu::{
    datetime::{
        DateTimeFormatter,
        fieldsets::{self, YMD, YMDT},
        input::{Date, DateTime, Time},
    },
    decimal::{DecimalFormatter, input::Decimal},
    locale::Locale,
};
use jiff::tz::TimeZone;

struct Formats {
    date: DateTimeFormatter<YMD>,
    datetime: DateTimeFormatter<YMDT>,
    number: DecimalFormatter,
}

impl Formats {
    /// None when the data of this build lacks even the root locale, which does not happen with compiled data.
    fn new(locale: &Locale) -> Option<Self> {
        Some(Self {
            date: DateTimeFormatter::try_new(locale.into(), YMD::medium()).ok()?,
            datetime: DateTimeFormatter::try_new(locale.into(), fieldsets::YMD::medium().with_time_hm()).ok()?,
            number: DecimalFormatter::try_new(locale.into(), icu::decimal::options::DecimalFormatterOptions::default())
                .ok()?,
        })
    }
}

thread_local! {
    static FORMATS: RefCell<HashMap<String, Option<Rc<Formats>>>> = RefCell::default();
}

fn formats(code: &str) -> Option<Rc<Formats>> {
    FORMATS.with_borrow_mut(|known| {
        if let Some(found) = known.get(code) {
            return found.clone();
        }
        // An unknown or malformed code gets the root locale's formats.
        let locale = Locale::try_from_str(code).unwrap_or(Locale::UNKNOWN);
        let made = Formats::new(&locale).map(Rc::new);
        known.insert(code.to_owned(), made.clone());
        made
    })
}

fn parts(at: Timestamp, zone: &TimeZone) -> Option<DateTime<icu::calendar::Iso>> {
    let civil = zone.to_datetime(jiff::Timestamp::from_millisecond(at.0).ok()?);
    let date =
        Date::try_new_iso(i32::from(civil.year()), u8::try_from(civil.month()).ok()?, u8::try_from(civil.day()).ok()?)
            .ok()?;
    let time = Time::try_new(
        u8::try_from(civil.hour()).ok()?,
        u8::try_from(civil.minute()).ok()?,
        u8::try_from(civil.second()).ok()?,
        0,
    )
    .ok()?;
    Some(DateTime { date, time })
}

/// A day of the calendar.
pub(super) fn day(code: &str, day: jiff::civil::Date) -> String {
    let parts = || {
        let (month, of_month) = (u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?);
        Date::try_new_iso(i32::from(day.year()), month, of_month).ok()
    };
    match (formats(code), parts()) {
        (Some(formats), Some(parts)) => formats.date.format(&parts).to_string(),
        _ => day.to_string(),
    }
}

/// Day, month and year in a time zone.
pub(super) fn date(code: &str, at: Timestamp, zone: &TimeZone) -> String {
    match (formats(code), parts(at, zone)) {
        (Some(formats), Some(parts)) => formats.date.format(&parts.date).to_string(),
        _ => at.to_string(),
    }
}

/// Day, month, year, hour and minute in a time zone.
pub(super) fn datetime(code: &str, at: Timestamp, zone: &TimeZone) -> String {
    match (formats(code), parts(at, zone)) {
        (Some(formats), Some(parts)) => formats.datetime.format(&parts).to_string(),
        _ => at.to_string(),
    }
}

/// A whole number with the language's digits and grouping.
pub(super) fn integer(code: &str, value: i64) -> String {
    formats(code).map_or_else(|| value.to_string(), |formats| formats.number.format(&Decimal::from(value)).to_string())
}

/// A number with at most `places` digits after the point.
pub(super) fn decimal(code: &str, value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text };
    match (formats(code), text.parse::<Decimal>()) {
        (Some(formats), Ok(number)) => formats.number.format(&number).to_string(),
        _ => text,
    }
}

/// The amount without its sign, with as many decimals as its currency has.
pub(super) fn cents(code: &str, money: Money) -> String {
    let mut amount = Decimal::from(money.cents.unsigned_abs());
    let places = -i16::from(money.currency.decimals());
    amount.multiply_pow10(places);
    amount.absolute.pad_end(places);
    formats(code).map_or_else(|| amount.to_string(), |formats| formats.number.format(&amount).to_string())
}

/// The sign that people write for a currency; the code where there is no sign of its own.
pub(super) fn symbol(money: Money) -> &'static str {
    match money.currency.as_str() {
        "AUD" => "A$",
        "BRL" => "R$",
        "CAD" => "CA$",
        "EUR" => "€",
        "GBP" => "£",
        "HKD" => "HK$",
        "ILS" => "₪",
        "INR" => "₹",
        "JPY" => "¥",
        "KRW" => "₩",
        "MXN" => "MX$",
        "NZD" => "NZ$",
        "USD" => "$",
        "VND" => "₫",
        code => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_as_the_language_does() {
        assert_eq!(integer("en", 1_234_567), "1,234,567");
        assert_eq!(integer("de", 1_234_567), "1.234.567");
        assert_eq!(decimal("de", 1.50, 1), "1,5");
    }

    #[test]
    fn cents_have_two_decimals_and_no_sign() {
        let cents = |code, cents| super::cents(code, Money::new(cents, annex_domain::money::Currency::EUR));
        assert_eq!((cents("en", 0).as_str(), cents("en", -1_234_500).as_str()), ("0.00", "12,345.00"));
        assert_eq!((cents("de", 1_234_507).as_str(), cents("de", 70).as_str()), ("12.345,07", "0,70"));
    }

    #[test]
    fn some_currencies_have_no_decimals() {
        let yen = |code, cents| super::cents(code, Money::new(cents, "JPY".parse().unwrap()));
        assert_eq!(
            (yen("en", 1_234_500).as_str(), yen("de", 50).as_str(), yen("de", 0).as_str()),
            ("1,234,500", "50", "0")
        );
    }

    #[test]
    fn dates_follow_the_language_and_odd_codes_do_no_harm() {
        let at = Timestamp(1_772_357_400_000);
        let (date, datetime) = (|code| date(code, at, &TimeZone::UTC), |code| datetime(code, at, &TimeZone::UTC));
        assert_eq!(date("en"), "Mar 1, 2026");
        assert!(datetime("de").contains("01.03.2026"), "{}", datetime("de"));
        assert!(!date("not a code!").is_empty());
        assert_eq!(day("en", jiff::civil::date(2028, 2, 29)), "Feb 29, 2028");
    }
}
