//! What happens to add-ons: taken into the catalog, installed, used, updated, rolled back, removed.
//!
//! Long operations are sagas ([`saga`]): one file each ([`install`], [`purchase`], [`update`], [`cancel`], [`uninstall`]),
//! read from top to bottom.
//! Each step is idempotent and recorded; after a crash at any point the operation goes on or unwinds by itself. A step
//! may therefore happen again: **hooks of add-ons are called at least once.**
//!
//! Invariants:
//! - No component runs unless its package was verified in this process ([`components`]).
//! - The status of an installation changes by the transitions of `annex_domain::installation` alone, each saved by
//!   compare-and-set in one transaction with its audit row.
//! - What is paid for runs, and what runs is paid for, free or in its trial: both change in one transaction.
//! - No database transaction is held across a call of an add-on or of another system.

use std::{fmt, sync::Arc};

use annex_billing::{Billing, entitlement::Signer};
use annex_domain::{
    billing::LoginRule,
    clock::Clock,
    ids::{DeskId, InstallationId},
    ports::MailSender,
};
use annex_sandbox::Sandbox;
use annex_store::{Db, blobs::Blobs, cache::Cache, vault::Vault};
use tokio::sync::{Notify, Semaphore};
use tokio_util::task::TaskTracker;

mod access;
mod attention;
mod billing_state;
mod bounds;
mod calls;
mod cancel;
mod channel;
mod chores;
mod components;
mod connections;
mod crash_points;
mod data;
mod deliver;
mod drafts;
mod dunning;
mod ended;
mod error;
mod events;
mod export;
mod fields;
mod fulfil;
mod gauges;
mod hooks;
mod inbound;
mod initiator;
mod insist;
mod install;
mod intake;
mod keys;
mod lanes;
mod leaving;
mod letters;
mod lost;
mod mailboxes;
mod meter;
mod panel;
mod provisioning;
mod publisher_events;
mod purchase;
mod reports;
mod requests;
mod resume;
mod rights;
mod rollback;
mod saga;
pub mod sample;
mod schedules;
pub mod service;
mod set_aside;
mod settings;
mod setup;
mod subscribe;
mod support;
mod suspend;
mod terms;
mod toggles;
mod trials;
mod under_way;
mod uninstall;
mod update;
mod users;
mod views;
mod workers;

#[cfg(test)]
mod tests;

pub use annex_billing::ledger::Licences;
pub use annex_domain::crash::{CrashPoints, UnknownPoint};
pub use annex_mailbox::Network;
pub use annex_store::{
    catalog::VersionStatus,
    provisioning::Request as AskedRequest,
    publisher_events::{
        Event as KeptEvent, EventState, Replay,
        endpoints::{Answer as EndpointAnswer, Pause},
    },
    users::{Changed, Ticks, User},
};
pub use attention::{Attention, Reason};
pub use billing_state::{BillingState, DueInvoice};
pub use connections::{Back, ConnectError, Returned};
pub use crash_points::crash_points;
pub use data::HostData;
pub use error::{IntakeError, LifecycleError, SettingsError, UseError};
pub use hooks::{FormAnswer, OpenHook, Standing};
pub use initiator::Initiator;
pub use install::InstallRequest;
pub use intake::Published;
pub use panel::{Answer, Looking, Panel};
pub use provisioning::{AnswerError, Answerer};
pub use publisher_events::{EndpointView, Resumed, SigningSecrets};
pub use purchase::{MoreLicences, OrderEnd, Purchased};
pub use set_aside::{Decision, SetAside, Work, decide, set_aside};
pub use settings::{Saved, SettingView, Tested};
pub use setup::{ChannelView, SetupAction, SetupOutcome, SetupProblem};
pub use subscribe::licences_of;
pub use terms::{Choice, Terms, TrialLeft};
pub use uninstall::{UninstallItem, UninstallManifest};
pub use users::{Ending, Users, UsersChange};
pub use views::InstallationView;

use components::Components;
use meter::Meter;
use under_way::UnderWay;

/// What the lifecycle works with.
#[derive(Clone)]
pub struct Services {
    /// The database.
    pub db: Db,
    /// Where packages and files are kept.
    pub blobs: Blobs,
    /// Seals secrets and the state of panels.
    pub vault: Vault,
    /// Runs components.
    pub sandbox: Sandbox,
    /// Charges, refunds, bills.
    pub billing: Billing,
    /// Sends what waits in the outbox of mails.
    pub mails: Arc<dyn MailSender>,
    /// What desks have to be logged in to the billing system for.
    pub login_rule: LoginRule,
    /// Below which desks have host names; none: they have none.
    pub desk_domain: Option<String>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where to crash, for tests.
    pub crash: CrashPoints,
}

/// The life of add-ons. Cheap to clone.
#[derive(Clone)]
pub struct Lifecycle(Arc<Inner>);

/// What every part of it works with. Opaque outside of this crate.
pub struct Inner {
    pub(crate) db: Db,
    pub(crate) blobs: Blobs,
    pub(crate) vault: Vault,
    pub(crate) sandbox: Sandbox,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) crash: CrashPoints,
    pub(crate) billing: Billing,
    pub(crate) mails: Arc<dyn MailSender>,
    pub(crate) login_rule: LoginRule,
    pub(crate) desk_domain: Option<String>,
    /// The way to mail servers: what leads to loopback for add-ons does so for them.
    pub(crate) mail_network: Network,
    /// For mails that are fetched, by the KiB.
    pub(crate) mail_room: Semaphore,
    pub(crate) silent: channel::Silent,
    /// Signs entitlements; the same on all nodes, which share the master key.
    pub(crate) signer: Signer,
    pub(crate) components: Components,
    pub(crate) meter: Meter,
    pub(crate) views: Cache<(DeskId, InstallationId), InstallationView>,
    /// Sagas under way in this process.
    pub(crate) running: TaskTracker,
    /// The same and jobs, to be let go at the end.
    pub(crate) under_way: UnderWay,
    /// Told whenever a saga ends in this process.
    pub(crate) settled: Notify,
}

impl Lifecycle {
    /// Puts the parts together. Needs a tokio runtime: measurements are written by a task.
    #[must_use]
    pub fn new(services: Services) -> Self {
        let Services { db, blobs, vault, sandbox, billing, mails, login_rule, desk_domain, clock, crash } = services;
        Self(Arc::new(Inner {
            meter: Meter::start(db.clone()),
            views: views::cache(),
            components: Components::default(),
            running: TaskTracker::new(),
            under_way: UnderWay::default(),
            settled: Notify::new(),
            signer: Signer::from_seed(&vault.derive("entitlements")),
            mail_network: Network::new(sandbox.overrides().clone()),
            mail_room: Semaphore::new(mailboxes::ROOM as usize),
            silent: channel::Silent::default(),
            db,
            blobs,
            vault,
            sandbox,
            billing,
            mails,
            login_rule,
            desk_domain,
            clock,
            crash,
        }))
    }

    /// The database that it works on.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// Where packages and files are kept.
    #[must_use]
    pub fn blobs(&self) -> &Blobs {
        &self.0.blobs
    }

    /// What seals.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// Charges, refunds, bills.
    #[must_use]
    pub fn billing(&self) -> &Billing {
        &self.0.billing
    }

    /// Writes at once what is gathered about calls and about who was here; it is written every second anyway.
    pub async fn flush_figures(&self) {
        self.0.meter.flush().await;
    }

    /// The clock that it goes by.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }
}

impl std::ops::Deref for Lifecycle {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Services")
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inner")
    }
}

impl fmt::Debug for Lifecycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lifecycle")
    }
}
