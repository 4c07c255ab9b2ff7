//! Looks up a Fluent message in a chain of languages, key by key, and fills in its arguments. The result is plain text:
//! templates escape it like any other.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use annex_domain::{clock::Timestamp, fluent, money::Money, zone};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use jiff::tz::TimeZone;
use unic_langid::LanguageIdentifier;

use super::{bidi, formats};

/// The messages of one language.
pub(super) struct Catalog {
    bundle: FluentBundle<FluentResource>,
    /// Every message id.
    keys: BTreeSet<String>,
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalog").field("keys", &self.keys.len()).finish_non_exhaustive()
    }
}

impl Catalog {
    /// From Fluent texts. A resource with errors gives what could be read of it, one that must not be parsed nothing; of a key
    /// that comes twice, the first counts.
    pub(super) fn new<'a>(code: &str, rtl: bool, resources: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let language: LanguageIdentifier = code.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Isolation marks keep left-to-right names readable inside right-to-left sentences; elsewhere they are noise.
        bundle.set_use_isolating(rtl);
        bundle.set_formatter(Some(format_number));
        let mut keys = BTreeSet::new();
        for (name, text) in resources {
            if let Err(error) = fluent::readable(name, text) {
                tracing::error!(code, %error, "a language resource is left out");
                continue;
            }
            let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(partial, errors)| {
                tracing::warn!(code, name, errors = errors.len(), "a language resource has syntax errors");
                partial
            });
            for entry in resource.entries() {
                if let fluent_syntax::ast::Entry::Message(message) = entry
                    && message.value.is_some()
                {
                    keys.insert(message.id.name.to_owned());
                }
            }
            if let Err(errors) = bundle.add_resource(resource) {
                tracing::warn!(code, name, errors = errors.len(), "a language resource repeats keys");
            }
        }
        Self { bundle, keys }
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let (mut errors, mut text) = (Vec::new(), Bounded(String::new()));
        // The formatter panics at some texts with too many values: what it has written until then is shown.
        let written =
            catch_unwind(AssertUnwindSafe(|| self.bundle.write_pattern(&mut text, pattern, args, &mut errors)));
        match (written, errors.first()) {
            (Ok(Ok(())), None) => {}
            (Ok(Ok(())), Some(error)) => tracing::warn!(key, %error, "a message could not be formatted completely"),
            (Ok(Err(_)) | Err(_), _) => tracing::warn!(key, "a message was cut off"),
        }
        Some(text.0)
    }
}

/// A text of at most [`fluent::LONGEST_TEXT`] bytes: it is cut where it would become longer, whatever is put in.
struct Bounded(String);

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = fluent::LONGEST_TEXT.saturating_sub(self.0.len());
        if text.len() <= room {
            self.0.push_str(text);
            return Ok(());
        }
        self.0.push_str(text.get(..text.floor_char_boundary(room)).unwrap_or_default());
        self.0.push('…');
        Err(fmt::Error)
    }
}

thread_local! {
    // `set_formatter` takes a plain function: this tells it for which language it works.
    static LANGUAGE: RefCell<String> = RefCell::default();
}

fn format_number<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let places = number.options.maximum_fraction_digits.unwrap_or(3).min(20);
    Some(LANGUAGE.with_borrow(|code| formats::decimal(code, number.value, places)))
}

/// Translates for one person. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Translator {
    code: Arc<str>,
    rtl: bool,
    /// Most specific first; English is always the last.
    chain: Arc<[Arc<Catalog>]>,
    /// In which moments are told.
    zone: TimeZone,
}

impl Translator {
    pub(super) fn new(code: &str, rtl: bool, chain: Vec<Arc<Catalog>>) -> Self {
        Self { code: code.into(), rtl, chain: chain.into(), zone: TimeZone::UTC }
    }

    /// The same, telling moments as the clocks of a time zone do; UTC where there is none of that name.
    #[must_use]
    pub fn in_zone(mut self, name: &str) -> Self {
        self.zone = zone::find(name).unwrap_or(TimeZone::UTC);
        self
    }

    /// BCP 47 code of the language.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// `rtl` or `ltr`.
    #[must_use]
    pub fn dir(&self) -> &'static str {
        if self.rtl { "rtl" } else { "ltr" }
    }

    /// The message under `key`, without arguments.
    #[must_use]
    pub fn get(&self, key: &str) -> String {
        self.lookup(key, None)
    }

    /// The message under `key` with arguments.
    #[must_use]
    pub fn with(&self, key: &str, args: &[(&str, &dyn Arg)]) -> String {
        let mut fluent = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            fluent.set((*name).to_owned(), self.argument(value.value()));
        }
        self.lookup(key, Some(&fluent))
    }

    /// A text that goes into a sentence moves nothing around it: what forces a direction is taken out, and a text that is
    /// written from the right is isolated in a sentence from the left. (In the others the bundle isolates every argument.)
    fn argument(&self, value: FluentValue<'static>) -> FluentValue<'static> {
        let FluentValue::String(text) = value else { return value };
        let text: String = text.chars().filter(|c| !bidi::forces(*c)).collect();
        let isolated = !self.rtl && text.chars().any(bidi::is_from_the_right);
        FluentValue::String(if isolated { format!("\u{2068}{text}\u{2069}") } else { text }.into())
    }

    /// The message under `key`, to be completed in a template: `{{ t.msg("inbox-found").arg("count", count) }}`.
    #[must_use]
    pub fn msg<'a>(&'a self, key: &'a str) -> Msg<'a> {
        Msg { translator: self, key, args: FluentArgs::new() }
    }

    /// True when some language of the chain has the key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.chain.iter().any(|catalog| catalog.keys.contains(key))
    }

    /// Day, month and year in the reader's zone, such as `Mar 1, 2026`.
    #[must_use]
    pub fn date(&self, at: impl Moment) -> String {
        formats::date(&self.code, at.timestamp(), &self.zone)
    }

    /// A day of the calendar, such as the first one of a billing period.
    #[must_use]
    pub fn day(&self, day: impl std::borrow::Borrow<jiff::civil::Date>) -> String {
        formats::day(&self.code, *day.borrow())
    }

    /// An amount of money as the language writes it: `€1,250.00`, `1.250,00 €`. Where the sign of the currency stands is
    /// up to the translation.
    #[must_use]
    pub fn money(&self, money: impl std::borrow::Borrow<Money>) -> String {
        let money = *money.borrow();
        let (amount, symbol) = (formats::cents(&self.code, money), formats::symbol(money));
        // `€5`, but `CHF 5`.
        let key = if symbol.ends_with(char::is_alphabetic) { "money-code" } else { "money-symbol" };
        let text = self.with(key, &[("amount", &amount), ("currency", &symbol)]);
        if money.cents < 0 { self.with("money-negative", &[("money", &text)]) } else { text }
    }

    /// With hour and minute in the reader's zone.
    #[must_use]
    pub fn datetime(&self, at: impl Moment) -> String {
        formats::datetime(&self.code, at.timestamp(), &self.zone)
    }

    /// As [`Self::datetime`], and the name of the zone at that moment, such as `CET`.
    #[must_use]
    pub fn exact(&self, at: impl Moment) -> String {
        let at = at.timestamp();
        let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
        format!("{} {}", self.datetime(at), self.zone.to_offset_info(moment).abbreviation())
    }

    /// How long before `now` it was, in words; the date when it is more than a week.
    #[must_use]
    pub fn ago(&self, at: impl Moment, now: impl Moment) -> String {
        let at = at.timestamp();
        let seconds = now.timestamp().since(at).as_secs();
        let (key, count) = match seconds {
            0..60 => return self.get("time-just-now"),
            60..3_600 => ("time-minutes-ago", seconds / 60),
            3_600..86_400 => ("time-hours-ago", seconds / 3_600),
            86_400..604_800 => ("time-days-ago", seconds / 86_400),
            _ => return self.date(at),
        };
        self.with(key, &[("count", &count)])
    }

    /// A whole number with the language's digits and grouping.
    #[must_use]
    pub fn number(&self, value: impl Arg) -> String {
        match value.value() {
            #[expect(clippy::cast_possible_truncation, reason = "counts are far below 2^52")]
            FluentValue::Number(number) => formats::integer(&self.code, number.value as i64),
            FluentValue::String(text) => text.into_owned(),
            _ => String::new(),
        }
    }

    /// A size such as `1.4 MB`, in powers of 1,000.
    #[must_use]
    pub fn bytes(&self, bytes: impl std::borrow::Borrow<u64>) -> String {
        let bytes = *bytes.borrow();
        #[expect(clippy::cast_precision_loss, reason = "one digit after the point is shown")]
        let value = bytes as f64;
        let (key, value) = match bytes {
            0..1_000 => ("size-bytes", value),
            1_000..1_000_000 => ("size-kb", value / 1e3),
            1_000_000..1_000_000_000 => ("size-mb", value / 1e6),
            _ => ("size-gb", value / 1e9),
        };
        self.with(key, &[("value", &formats::decimal(&self.code, value, 1))])
    }

    fn lookup(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        LANGUAGE.with_borrow_mut(|current| {
            if **current != *self.code {
                current.clear();
                current.push_str(&self.code);
            }
        });
        self.chain.iter().find_map(|catalog| catalog.format(key, args)).unwrap_or_else(|| {
            tracing::error!(key, "a message is missing in every language");
            key.to_owned()
        })
    }
}

/// A message whose arguments are being filled in; displays as text.
#[derive(Debug)]
pub struct Msg<'a> {
    translator: &'a Translator,
    key: &'a str,
    args: FluentArgs<'static>,
}

impl Msg<'_> {
    /// Sets the argument `name`.
    #[must_use]
    pub fn arg(mut self, name: &str, value: impl Arg) -> Self {
        self.args.set(name.to_owned(), self.translator.argument(value.value()));
        self
    }
}

impl fmt::Display for Msg<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.translator.lookup(self.key, Some(&self.args)))
    }
}

/// What a message can take as an argument: texts, and numbers, which choose plural forms.
pub trait Arg: Sync {
    /// For Fluent.
    fn value(&self) -> FluentValue<'static>;
}

macro_rules! numbers {
    ($($name:ty),+) => {$(
        impl Arg for $name {
            fn value(&self) -> FluentValue<'static> {
                FluentValue::from(*self)
            }
        }
    )+};
}
numbers!(i8, u8, i16, u16, i32, u32, i64, u64, usize, f64);

impl Arg for str {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::String(self.to_owned().into())
    }
}

impl Arg for String {
    fn value(&self) -> FluentValue<'static> {
        self.as_str().value()
    }
}

impl<T: Arg + ?Sized> Arg for &T {
    fn value(&self) -> FluentValue<'static> {
        (**self).value()
    }
}

/// A point in time, however often it is borrowed: templates pass references.
pub trait Moment {
    /// The point in time.
    fn timestamp(&self) -> Timestamp;
}

impl Moment for Timestamp {
    fn timestamp(&self) -> Timestamp {
        *self
    }
}

impl<T: Moment + ?Sized> Moment for &T {
    fn timestamp(&self) -> Timestamp {
        (**self).timestamp()
    }
}
