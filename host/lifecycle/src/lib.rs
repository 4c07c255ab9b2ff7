//! What happens to add-ons: taken into the catalog, installed, used, updated, rolled back, removed.
//!
//! Long operations are sagas ([`saga`]): one file each ([`install`], [`update`], [`uninstall`]), read from top to bottom.
//! Each step is idempotent and recorded; after a crash at any point the operation goes on or unwinds by itself. A step
//! may therefore happen again: **hooks of add-ons are called at least once.**
//!
//! Invariants:
//! - No component runs unless its package was verified in this process ([`components`]).
//! - The status of an installation changes by the transitions of `annex_domain::installation` alone, each saved by
//!   compare-and-set in one transaction with its audit row.
//! - No database transaction is held across a call of an add-on or of another system.

use std::{fmt, sync::Arc};

use annex_domain::clock::Clock;
use annex_sandbox::Sandbox;
use annex_store::{Db, blobs::Blobs, vault::Vault};
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

mod billing;
mod by;
mod calls;
mod channel;
mod components;
mod crash;
mod data;
mod deliver;
mod error;
mod events;
mod export;
mod install;
mod intake;
mod keys;
mod meter;
mod panel;
mod resume;
mod rollback;
mod saga;
pub mod sample;
mod settings;
mod suspend;
mod switches;
mod uninstall;
mod update;
mod users;
mod views;
mod workers;

#[cfg(test)]
mod tests;

pub use annex_store::{
    catalog::VersionStatus,
    users::{Changed, Ticks, User},
};
pub use billing::{Billing, BillingError, Charge, FreeOnly};
pub use by::By;
pub use crash::{CrashPoints, UnknownPoint};
pub use data::HostData;
pub use error::{IntakeError, LifecycleError, SettingsError, UseError};
pub use install::InstallRequest;
pub use intake::Published;
pub use panel::{Answer, Panel};
pub use settings::SettingView;
pub use uninstall::{UninstallItem, UninstallManifest};
pub use users::{Users, UsersChange};
pub use views::InstallationView;

use components::Components;
use meter::Meter;

/// What the lifecycle works with.
#[derive(Debug, Clone)]
pub struct Services {
    /// The database.
    pub db: Db,
    /// Where packages are kept.
    pub blobs: Blobs,
    /// Seals secrets and the state of panels.
    pub vault: Vault,
    /// Runs components.
    pub sandbox: Sandbox,
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
    pub(crate) billing: Arc<dyn Billing>,
    pub(crate) components: Components,
    pub(crate) meter: Meter,
    /// Sagas under way in this process.
    pub(crate) running: TaskTracker,
    /// Told whenever a saga ends in this process.
    pub(crate) settled: Notify,
}

impl Lifecycle {
    /// With free add-ons only. Needs a tokio runtime: measurements are written by a task.
    #[must_use]
    pub fn new(services: Services) -> Self {
        Self::with_billing(services, Arc::new(FreeOnly))
    }

    /// With a way to charge.
    #[must_use]
    pub fn with_billing(services: Services, billing: Arc<dyn Billing>) -> Self {
        let Services { db, blobs, vault, sandbox, clock, crash } = services;
        Self(Arc::new(Inner {
            meter: Meter::start(db.clone()),
            components: Components::default(),
            running: TaskTracker::new(),
            settled: Notify::new(),
            db,
            blobs,
            vault,
            sandbox,
            clock,
            crash,
            billing,
        }))
    }

    /// The database that it works on.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.0.db
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
