//! The small types that many endpoints share on the wire: times, words, pages. They are edge types: the domain's own
//! types may change without changing the API. Its words do not change: databases and packages hold them.

use annex_desk::fields;
use annex_domain::{
    addon, attachment, billing, capability, channel, clock::Timestamp, field, installation, log, plan, review,
    settings, ticket,
};
use annex_store::{catalog, mails, reports};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use super::{openapi::time_schema, problem::Problem};

/// A moment, as RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Time(pub(crate) Timestamp);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let at: jiff::Timestamp = String::deserialize(from)?.parse().map_err(<D::Error as serde::de::Error>::custom)?;
        Ok(Self(Timestamp(at.as_millisecond())))
    }
}

impl PartialSchema for Time {
    fn schema() -> RefOr<Schema> {
        RefOr::T(Schema::Object(time_schema()))
    }
}

impl ToSchema for Time {}

impl From<Timestamp> for Time {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

/// Words of the domain on the wire: each stands in the document.
macro_rules! words {
    ($($(#[doc = $doc:literal])+ $name:ident = $of:ty;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub(crate) struct $name($of);

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                words_schema(&[$($doc),+], &<$of>::ALL.map(<$of>::as_str))
            }
        }

        impl ToSchema for $name {}

        impl From<$of> for $name {
            fn from(word: $of) -> Self {
                Self(word)
            }
        }

        impl From<$name> for $of {
            fn from(word: $name) -> Self {
                word.0
            }
        }
    )+};
}

words! {
    /// What an add-on is.
    Kind = addon::Kind;
    /// In which order add-ons are listed: `relevance`, what fits the words of `q` best; `newest`, whose newest version came last;
    /// `installs`, what most desks have; `name`, in the caller's language.
    AddonOrder = catalog::Order;
    /// What an add-on can ask for.
    Access = capability::Access;
    /// Where an installation stands.
    InstallationStatus = installation::Status;
    /// What a setting holds.
    SettingType = settings::SettingKind;
    /// Who knows what can be chosen: the add-on itself.
    ChoicesFrom = settings::ChoicesFrom;
    /// How urgent a line is.
    LogLevel = log::Level;
    /// Where a ticket stands.
    TicketStatus = ticket::TicketStatus;
    /// How soon.
    Priority = ticket::Priority;
    /// Where a ticket lies.
    Folder = ticket::Folder;
    /// What a file is, as its bytes say.
    MediaType = attachment::MediaType;
    /// What has a custom field.
    FieldSubject = field::FieldSubject;
    /// What a custom field holds: one line of at most 500 characters; a decimal number of at most 15 digits; a day such as
    /// 2026-02-28; one of its choices; true or false.
    FieldKind = field::FieldKind;
    /// Where a custom field goes.
    Direction = fields::Direction;
    /// Whether an outbound message left through its channel.
    Delivery = ticket::Delivery;
    /// Who is behind a message: a person; an answering machine; a mailing list or the like; a service that could not deliver.
    Origin = channel::Origin;
    /// How a plan is paid for: each month for each user, for each active operator, or as a whole; once; or not at all.
    PlanModel = plan::PlanModel;
    /// What an order is for.
    OrderPurpose = billing::OrderPurpose;
    /// Where an order stands.
    OrderState = billing::OrderState;
    /// Where an invoice stands.
    InvoiceState = billing::InvoiceState;
    /// What a line of an invoice is: what is paid for; less than nothing for the days that are left of a plan that another
    /// one replaces, or for days that are paid for already; what was too little to be taken before; or `credit` that was
    /// bought, which names no add-on that there is.
    LineKind = billing::LineKind;
    /// Where a refund stands.
    RefundState = billing::RefundState;
    /// Where a dispute stands: `inquiry`: the bank asks, the money is still here; `open`: it has taken the money back until
    /// it is decided; `won`: the money is here; `lost`: it is gone.
    DisputeState = billing::DisputeState;
    /// Where a subscription stands.
    SubscriptionState = billing::SubscriptionState;
    /// How much a finding matters: a `blocker` stands against approval.
    Severity = review::Severity;
    /// Where a report stands. `failed`: the host could not check the package.
    ReportState = reports::ReportState;
    /// Where a mail stands: `kept` where the host has no SMTP server.
    MailState = mails::MailState;
}

fn words_schema(about: &[&str], words: &[&'static str]) -> RefOr<Schema> {
    let about = about.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n");
    let words = words.iter().copied();
    ObjectBuilder::new().schema_type(Type::String).description(Some(about)).enum_values(Some(words)).into()
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Page<T: ToSchema> {
    /// In the order that the operation describes.
    pub(crate) items: Vec<T>,
    /// Pass it as `cursor` for the next page; null on the last one.
    #[schema(required)]
    pub(crate) next: Option<String>,
}

impl<T: ToSchema> Page<T> {
    /// A list that always fits one page.
    pub(crate) fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }

    /// A page of rows that were read with one more than `limit`, to see whether there is a next page.
    pub(crate) fn cut(mut items: Vec<T>, limit: usize, cursor: impl Fn(&T) -> String) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(cursor) } else { None };
        Self { items, next }
    }
}

/// Which page of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageParams {
    /// `next` of the page before.
    pub(crate) cursor: Option<String>,
    /// 1 to 100; 50 when left out.
    #[param(minimum = 1, maximum = 100)]
    pub(crate) limit: Option<u32>,
}

/// Items per page when the caller does not say.
const DEFAULT_LIMIT: u32 = 50;
/// The most items per page.
const MOST: u32 = 100;

/// Checks `limit`.
pub(crate) fn limit_of(limit: Option<u32>) -> Result<u32, Problem> {
    match limit.unwrap_or(DEFAULT_LIMIT) {
        limit @ 1..=MOST => Ok(limit),
        _ => Err(Problem::field("limit", "out-of-range", "use 1 to 100")),
    }
}

/// The answer to a `cursor` that this API did not give.
pub(crate) fn bad_cursor() -> Problem {
    Problem::field("cursor", "not-a-cursor", "pass `next` of the page before, as it was")
}

/// Tells a field that is null from one that is left out: with `#[serde(default, deserialize_with = "present")]`.
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_domain() {
        for status in installation::Status::ALL {
            let wire = serde_json::to_value(InstallationStatus::from(status)).unwrap();
            assert_eq!(wire, status.as_str());
            assert_eq!(serde_json::from_value::<InstallationStatus>(wire).unwrap(), status.into());
        }
        let described = serde_json::to_value(Priority::schema()).unwrap();
        let expected = serde_json::json!({
            "type": "string", "description": "How soon.", "enum": ["low", "normal", "high", "urgent"],
        });
        assert_eq!((&*Priority::name(), described), ("Priority", expected));
    }

    #[test]
    fn a_page_has_a_cursor_only_when_there_is_more() {
        let cut = |rows: Vec<u32>| Page::cut(rows, 2, |row| format!("after-{row}"));
        assert_eq!((cut(vec![1, 2]).next, cut(vec![]).next), (None, None));
        let page = cut(vec![1, 2, 3]);
        assert_eq!((page.items, page.next.as_deref()), (vec![1, 2], Some("after-2")));
        assert!(limit_of(Some(0)).is_err() && limit_of(Some(101)).is_err());
        assert_eq!(limit_of(None).unwrap(), 50);
    }

    #[test]
    fn times_are_rfc_3339() {
        assert_eq!(serde_json::to_value(Time(Timestamp(0))).unwrap(), "1970-01-01T00:00:00Z");
        let read = |text: &str| serde_json::from_value::<Time>(text.into());
        assert_eq!(read("1970-01-01T01:00:00.25+01:00").unwrap(), Time(Timestamp(250)));
        assert!(read("1970-01-01").is_err() && read("yesterday").is_err());
    }
}
