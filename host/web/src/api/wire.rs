//! The small types that many endpoints share on the wire: times, words, pages. They are edge types: the domain's own
//! types may change without changing the API, and the compiler then asks here what the API shall say.

use annex_domain::{
    addon::Kind as DomainKind,
    billing::{
        DisputeState as DomainDisputeState, InvoiceState as DomainInvoiceState, LineKind as DomainLineKind,
        OrderPurpose as DomainOrderPurpose, OrderState as DomainOrderState, RefundState as DomainRefundState,
        SubscriptionState as DomainSubscriptionState,
    },
    capability::Access as DomainAccess,
    clock::Timestamp,
    installation::Status as DomainStatus,
    plan::PlanModel as DomainPlanModel,
    settings::SettingKind as DomainSettingKind,
    ticket::{Delivery as DomainDelivery, Priority as DomainPriority, TicketStatus as DomainTicketStatus},
};
use annex_store::mails::MailState as DomainMailState;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
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

/// An enum on the wire for one of the domain.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $domain:ident { $($variant:ident = $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        pub(crate) enum $name { $(#[serde(rename = $word)] $variant),+ }

        impl From<$domain> for $name {
            fn from(value: $domain) -> Self {
                match value { $($domain::$variant => Self::$variant),+ }
            }
        }
        impl From<$name> for $domain {
            fn from(value: $name) -> Self {
                match value { $($name::$variant => Self::$variant),+ }
            }
        }
    )+};
}

words! {
    /// What an add-on is.
    Kind = DomainKind { Plugin = "plugin", Channel = "channel", Language = "language" }
    /// What an add-on can ask for.
    Access = DomainAccess {
        Http = "http", Kv = "kv", TicketsRead = "tickets.read", TicketsWrite = "tickets.write",
        ContactsRead = "contacts.read", ContactsWrite = "contacts.write",
    }
    /// Where an installation stands.
    InstallationStatus = DomainStatus {
        Installing = "installing", FailedInstallation = "failed-installation", Active = "active", Updating = "updating",
        FailedUpdate = "failed-update", Inactive = "inactive", Suspended = "suspended", PaymentDue = "payment-due",
        TrialExpired = "trial-expired", Cancelled = "cancelled", Uninstalling = "uninstalling",
    }
    /// What a setting holds.
    SettingType = DomainSettingKind {
        Text = "text", Secret = "secret", Number = "number", Toggle = "toggle", Choice = "choice", Email = "email",
        Url = "url", Subdomain = "subdomain",
    }
    /// Where a ticket stands.
    TicketStatus = DomainTicketStatus { Open = "open", Pending = "pending", Solved = "solved", Closed = "closed" }
    /// How soon.
    Priority = DomainPriority { Low = "low", Normal = "normal", High = "high", Urgent = "urgent" }
    /// How a plan is paid for: each month for each user, for each active operator, or as a whole; once; or not at all.
    PlanModel = DomainPlanModel {
        PerUser = "per-user", PerSeat = "per-seat", Flat = "flat", OneTime = "one-time", Free = "free",
    }
    /// What an order is for.
    OrderPurpose = DomainOrderPurpose { Install = "install", Plan = "plan", Licences = "licences" }
    /// Where an order stands.
    OrderState = DomainOrderState {
        Open = "open", Paid = "paid", Fulfilled = "fulfilled", Cancelled = "cancelled", Refunded = "refunded",
    }
    /// Where an invoice stands.
    InvoiceState = DomainInvoiceState { Open = "open", Due = "due", Paid = "paid", Void = "void" }
    /// What a line of an invoice is: what is paid for; less than nothing for the days that are left of a plan that another
    /// one replaces, or for days that are paid for already; or what was too little to be taken before.
    LineKind = DomainLineKind { Charge = "charge", Unused = "unused", Covered = "covered", Carried = "carried" }
    /// Where a refund stands.
    RefundState = DomainRefundState { New = "new", Requested = "requested", Succeeded = "succeeded", Failed = "failed" }
    /// Where a dispute stands: `inquiry`: the bank asks, the money is still here; `open`: it has taken the money back until
    /// it is decided; `won`: the money is here; `lost`: it is gone.
    DisputeState = DomainDisputeState { Inquiry = "inquiry", Open = "open", Won = "won", Lost = "lost" }
    /// Where a subscription stands.
    SubscriptionState = DomainSubscriptionState {
        Trialing = "trialing", Active = "active", PastDue = "past-due", Ended = "ended",
    }
    /// Where a mail stands: `kept` where the host has no SMTP server.
    MailState = DomainMailState { Waiting = "waiting", Sent = "sent", Kept = "kept", Failed = "failed" }
    /// Whether an outbound message left through its channel.
    Delivery = DomainDelivery {
        None = "none", Pending = "pending", Sent = "sent", Failed = "failed", Unclear = "unclear",
    }
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

    fn wire(value: impl Serialize) -> serde_json::Value {
        serde_json::to_value(value).unwrap()
    }

    #[test]
    fn words_are_those_of_the_domain() {
        for status in DomainStatus::ALL {
            assert_eq!(wire(InstallationStatus::from(status)), status.as_str());
        }
        for status in DomainTicketStatus::ALL {
            assert_eq!(serde_json::to_value(TicketStatus::from(status)).unwrap(), status.as_str());
        }
        for model in DomainPlanModel::ALL {
            assert_eq!(wire(PlanModel::from(model)), model.as_str());
        }
        for purpose in DomainOrderPurpose::ALL {
            assert_eq!(wire(OrderPurpose::from(purpose)), purpose.as_str());
        }
        for state in DomainOrderState::ALL {
            assert_eq!(wire(OrderState::from(state)), state.as_str());
        }
        for state in DomainInvoiceState::ALL {
            assert_eq!(wire(InvoiceState::from(state)), state.as_str());
        }
        for kind in DomainLineKind::ALL {
            assert_eq!(wire(LineKind::from(kind)), kind.as_str());
        }
        for state in DomainRefundState::ALL {
            assert_eq!(wire(RefundState::from(state)), state.as_str());
        }
        for state in DomainDisputeState::ALL {
            assert_eq!(wire(DisputeState::from(state)), state.as_str());
        }
        for state in DomainSubscriptionState::ALL {
            assert_eq!(wire(SubscriptionState::from(state)), state.as_str());
        }
        for state in DomainMailState::ALL {
            assert_eq!(wire(MailState::from(state)), state.as_str());
        }
        for kind in DomainKind::ALL {
            assert_eq!(serde_json::to_value(Kind::from(kind)).unwrap(), kind.as_str());
        }
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
    }
}
