//! What every handler can reach.

use std::sync::Arc;

use annex_billing::Billing;
use annex_desk::{Desk, attachments::Files};
use annex_domain::{clock::Clock, ids::OperatorId};
use annex_lifecycle::Lifecycle;
use annex_portal::Portal;
use annex_store::Db;
use tokio::sync::watch;

use crate::{
    api::limits::Limit, config::WebConfig, events::streams::Streams, i18n::I18n, pass::Pass, sent::Kept,
    sidebar::panels::Panels,
};

/// What every handler can reach. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// Everything about add-ons.
    pub lifecycle: Lifecycle,
    /// What is paid, and how.
    pub billing: Billing,
    /// Everything that lasts.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Languages.
    pub i18n: I18n,
    /// As configured.
    pub config: Arc<WebConfig>,
    /// Turns true when the host shuts down: endless answers (server-sent events) end then.
    pub shutdown: watch::Receiver<bool>,
    /// What can be done to desks.
    desk: Desk,
    /// What is done with files of messages.
    pub(crate) files: Files,
    /// Of server-sent events.
    pub(crate) streams: Arc<Streams>,
    /// Of saying that one is writing: a tab does every ten seconds.
    pub(crate) writing: Limit<OperatorId>,
    /// Of add-ons, beside tickets.
    pub(crate) panels: Arc<Panels>,
    /// Messages as they were sent, made harmless.
    pub(crate) sent: Arc<Kept>,
    /// Of whoever started the host for themselves.
    pub(crate) pass: Arc<Pass>,
}

impl AppState {
    /// From here on `/sign-in/once?secret=…` signs the operator with this address in, once. For a host that only this machine reaches.
    pub fn let_in_once(&self, secret: &str, email: &str) {
        self.pass.put(secret, email);
    }

    /// What can be done to the desk.
    pub(crate) fn desk(&self) -> Desk {
        self.desk.clone()
    }

    /// What publishers and the platform's people can do.
    pub(crate) fn portal(&self) -> Portal {
        Portal::new(self.billing.clone())
    }

    /// Puts the parts together.
    #[must_use]
    pub fn new(
        lifecycle: Lifecycle,
        db: Db,
        clock: Arc<dyn Clock>,
        config: WebConfig,
        shutdown: watch::Receiver<bool>,
    ) -> Self {
        let (billing, desk) = (lifecycle.billing().clone(), Desk::new(db.clone()));
        Self {
            files: Files::new(desk.clone(), lifecycle.blobs().clone(), config.attachments.clone()),
            lifecycle,
            billing,
            desk,
            db,
            clock,
            i18n: I18n::new(),
            config: Arc::new(config),
            shutdown,
            streams: Arc::default(),
            writing: Limit::new(1, 10),
            panels: Arc::default(),
            sent: Arc::default(),
            pass: Arc::default(),
        }
    }
}

impl std::fmt::Debug for AppState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppState").field("config", &self.config).finish_non_exhaustive()
    }
}
