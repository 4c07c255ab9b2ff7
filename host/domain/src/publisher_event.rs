//! What a publisher's own service is told: installations of its add-ons, and what is paid for them.
//!
//! An event is written in the transaction of the change ([`EventData`]), and posted as JSON later ([`PublisherEvent`]), in the
//! order of the changes of an installation. It may arrive more than once, with the same id.

mod data;
mod examples;
mod retry;

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};
use serde_json::Value;

pub use self::{
    data::{
        Change, EventData, HandedOver, InstallRequested, Installed, InvoicePaid, InvoicePaidLine, LicencesChanged,
        Suspended, SuspendedWhy, TrialEnded, TrialEndedWhy, TrialStarted, UninstallRequested, Uninstalled,
        UpdateRequested, Updated, UsersChanged,
    },
    retry::{PATIENCE, next_try},
};
use crate::{
    addon::{AddonId, Version},
    clock::Timestamp,
    ids::{DeskId, InstallationId, PublisherEventId},
    words::Invalid,
};

/// The version of the API that an event belongs to: its form changes only with it.
pub const API_VERSION: &str = "v1";

crate::words! {
    /// What an event tells.
    pub enum EventKind: "kind of event" {
        /// A desk asked for the add-on; it is being installed.
        InstallRequested = "app.install-requested",
        /// A desk wants another version that its publisher sets up by hand: it waits for an answer.
        UpdateRequested = "app.update-requested",
        /// A desk wants to remove what its publisher set up by hand: it waits for an answer.
        UninstallRequested = "app.uninstall-requested",
        /// It is installed and active.
        Installed = "app.installed",
        /// Another version or plan, or other users.
        Updated = "app.updated",
        /// It is gone, with its data.
        Uninstalled = "app.uninstalled",
        /// A trial began.
        TrialStarted = "app.trial-started",
        /// A trial is over.
        TrialEnded = "app.trial-ended",
        /// It was switched off by the host.
        Suspended = "app.suspended",
        /// More licences, or fewer.
        LicencesChanged = "app.licences-changed",
        /// An invoice with lines of the add-on is paid.
        InvoicePaid = "invoice.paid",
        /// The add-on came from another publisher: this is an installation of it.
        HandedOver = "app.handed-over",
    }
}

impl EventKind {
    /// True for what may wait for an answer: until when says the field `until` of its data.
    #[must_use]
    pub fn is_request(self) -> bool {
        matches!(self, Self::InstallRequested | Self::UpdateRequested | Self::UninstallRequested)
    }

    /// True for what brings the service what its client of the installation proves itself with.
    #[must_use]
    pub fn brings_credentials(self) -> bool {
        matches!(self, Self::Installed | Self::HandedOver)
    }
}

/// The id of an event: `evt_` and a UUIDv7. The same however often the event is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(PublisherEventId);

impl EventId {
    /// A new one.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a default id would be a new one each time")]
    pub fn new() -> Self {
        Self(PublisherEventId::new())
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "evt_{}", self.0)
    }
}

impl FromStr for EventId {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let id = text.strip_prefix("evt_").and_then(|id| id.parse().ok());
        id.map(Self).ok_or(Invalid("not the id of an event: expected evt_ and a UUID"))
    }
}

impl Serialize for EventId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An event as it is posted.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct PublisherEvent {
    /// Its id, also in the header `webhook-id`.
    pub id: EventId,
    /// What it tells.
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// When it happened.
    #[serde(serialize_with = "rfc3339")]
    pub time: Timestamp,
    /// [`API_VERSION`].
    pub api_version: &'static str,
    /// Of which installation; it may be gone by now.
    pub installation: InstallationId,
    /// In which desk.
    pub desk: EventDesk,
    /// The add-on.
    pub app: AddonId,
    /// The version that is installed; of a requested update, the one to come.
    pub version: Version,
    /// [`EventData`].
    pub data: Value,
    /// Where to go on.
    pub links: EventLinks,
}

/// The desk of an event, as it was then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventDesk {
    /// Its id.
    pub id: DeskId,
    /// Its name.
    pub name: String,
    /// Where its data are.
    pub region: String,
}

/// Addresses at the host that holds the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventLinks {
    /// The base of all addresses of the desk, with a slash at its end: its own host name, where it has one.
    pub root: String,
    /// This event, for whoever asks again.
    #[serde(rename = "self")]
    pub this: String,
    /// Where tokens for the desk's API are had.
    pub token: String,
    /// Where operators of the desk are sent to sign in to the publisher's product.
    pub authorization: String,
    /// Where the answer is posted to that this event waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

impl EventLinks {
    /// Those of an event at a host, of a desk that is reached at `root`; both end with a slash. The issuer and the events are
    /// the host's, whatever the desk is called. `answers`: for which installation the event waits for an answer.
    #[must_use]
    pub fn at(host: &str, root: &str, id: EventId, answers: Option<InstallationId>) -> Self {
        Self {
            answer: answers.map(|of| format!("{host}publisher/{API_VERSION}/installations/{of}/answer")),
            this: format!("{host}publisher/{API_VERSION}/events/{id}"),
            token: format!("{host}oauth/token"),
            authorization: format!("{host}oauth/authorize"),
            root: root.to_owned(),
        }
    }
}

fn rfc3339<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}

fn rfc3339_some<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => rfc3339(at, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_says_what_it_is_of() {
        let id = EventId::new();
        assert!(id.to_string().starts_with("evt_0"));
        assert_eq!(id.to_string().parse(), Ok(id));
        for bad in ["evt_", "evt_1", "0199a4c5-0000-7000-8000-000000000001", "EVT_0199a4c5-0000-7000-8000-000000000001"]
        {
            assert!(bad.parse::<EventId>().is_err(), "{bad}");
        }
    }
}
