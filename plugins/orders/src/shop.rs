//! The shop's API: what is asked, what comes back, and what it means when it does not. Its address is the desk's own: the first
//! part of the host is a setting, as the manifest says.

use annex_sdk::{http::Response, prelude::*};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::list::Sorting;

/// Orders of a page.
const PAGE: &str = "5";

/// The shop of this desk.
#[derive(Debug)]
pub(crate) struct Shop<'t> {
    api: String,
    t: &'t Texts,
}

/// An order. Amounts are in cents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) id: String,
    /// What people call it by.
    pub(crate) number: u32,
    /// RFC 3339.
    pub(crate) placed_at: String,
    pub(crate) status: Status,
    pub(crate) total: i64,
    pub(crate) refunded: i64,
    /// ISO 4217.
    pub(crate) currency: String,
    /// Only of an order that was asked for by itself.
    #[serde(default, skip_serializing)]
    pub(crate) lines: Vec<Line>,
}

/// What was ordered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Line {
    pub(crate) article: String,
    pub(crate) count: u32,
    pub(crate) price: i64,
}

/// How far an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Status {
    Paid,
    Sent,
    Cancelled,
    /// What the shop has learned since.
    #[serde(other)]
    Other,
}

/// A part of the orders.
#[derive(Debug, Deserialize)]
pub(crate) struct Page {
    pub(crate) orders: Vec<Order>,
    pub(crate) next: Option<String>,
    pub(crate) previous: Option<String>,
    pub(crate) total: u32,
}

/// What is to be paid back.
#[derive(Debug, Serialize)]
pub(crate) struct Refund<'a> {
    pub(crate) amount: i64,
    pub(crate) currency: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) note: &'a str,
}

/// What became of a refund.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The order as it is now.
    Done(Order),
    /// Somebody else has refunded meanwhile, or not so much is left.
    Changed,
}

impl Order {
    /// What can still be paid back.
    pub(crate) fn left(&self) -> i64 {
        match self.status {
            Status::Paid | Status::Sent => (self.total - self.refunded).max(0),
            Status::Cancelled | Status::Other => 0,
        }
    }

    /// An amount for a sentence, such as `12.50 EUR`. Cells have the host write it as the reader's language does.
    pub(crate) fn amount(&self, cents: i64) -> String {
        format!("{}.{:02} {}", cents / 100, cents % 100, self.currency)
    }
}

impl<'t> Shop<'t> {
    pub(crate) fn of_desk(t: &'t Texts) -> Result<Self> {
        let name = settings::text("shop").ok_or_else(|| Error::needs_config(t.get("no-shop")))?;
        Ok(Self { api: format!("https://{name}.shops.example/api/v1"), t })
    }

    /// A page of somebody's orders; `cursor` is of the page before or after it.
    pub(crate) fn orders(&self, email: &str, sorting: Sorting, cursor: Option<&str>) -> Result<Page> {
        let request = Request::get(format!("{}/orders", self.api))
            .query("email", email)
            .query("sort", sorting.as_str())
            .query("limit", PAGE);
        let request = match cursor {
            Some(cursor) => request.query("cursor", cursor),
            None => request,
        };
        self.read(request.bearer("token").send())
    }

    /// One order, with its lines.
    pub(crate) fn order(&self, id: &str) -> Result<Order> {
        self.read(Request::get(format!("{}/orders/{id}", self.api)).bearer("token").send())
    }

    /// Pays back. The key is made of the order as it was shown: the shop does what has the same key once, however often it is
    /// asked, and two operators who look at the same order cannot refund it twice. So where nobody knows whether it was done,
    /// whoever presses again is safe.
    pub(crate) fn refund(&self, order: &Order, refund: &Refund<'_>) -> Result<Outcome> {
        let request = Request::post(format!("{}/orders/{}/refunds", self.api, order.id))
            .header("idempotency-key", format!("{}-{}", order.id, order.refunded))
            .bearer("token")
            .json(refund)?;
        match request.send() {
            Ok(answer) if matches!(answer.status(), 409 | 422) => Ok(Outcome::Changed),
            Ok(answer) if answer.status() >= 500 => Err(self.unclear()),
            Err(http::Error::Timeout | http::Error::Unreachable(_)) => Err(self.unclear()),
            other => self.read(other).map(Outcome::Done),
        }
    }

    fn unclear(&self) -> Error {
        Error::upstream(self.t.get("unclear"))
    }

    fn read<T: DeserializeOwned>(&self, answer: Result<Response, http::Error>) -> Result<T> {
        let answer = answer.and_then(Response::ok).and_then(|answer| answer.json());
        answer.map_err(|error| {
            log::warn!("the shop: {error}");
            self.fault(&error)
        })
    }

    /// Each kind is a screen of its own; the text says it in words.
    fn fault(&self, error: &http::Error) -> Error {
        let t = self.t;
        match error {
            http::Error::NeedsSetting(_) => Error::NeedsConfig(t.get("no-token")),
            http::Error::Status(401 | 403) => Error::NeedsAuth(t.get("refused")),
            http::Error::Status(404) => Error::Upstream(t.get("gone")),
            http::Error::Status(429) | http::Error::RateLimited(_) => Error::Upstream(t.get("busy")),
            http::Error::Denied(_) => Error::Denied(t.get("not-granted")),
            http::Error::Invalid(text) => Error::Internal(text.clone()),
            http::Error::Body(_) => Error::Upstream(t.get("unreadable")),
            _ => Error::Upstream(t.get("unreachable")),
        }
    }
}
