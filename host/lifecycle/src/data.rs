//! The data of an installation and its desk, as components reach it through the sandbox's host interfaces. Every query
//! names the desk of the call; whether the capability was granted is checked by the sandbox before.

mod files;
mod finding;
mod mail;
pub(crate) mod parts;
mod port;

use std::{
    error::Error,
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

use annex_desk::{
    Class, Ctx, Desk, Refusal, Rule,
    attachments::{Files, Rules},
    messages::{Write, write},
    tickets::Change,
};
use annex_domain::{
    clock::Clock,
    ids::{AttachmentId, DeskId, InstallationId, MessageId, TicketId},
    operator::{self, Actor},
    permission::Permissions,
    ports::{KvError, RecordError, Scope},
    ticket::Ticket,
};
use annex_mailbox::Network;
use annex_sandbox::{
    egress::Asker,
    gate::{Busy, Gate, Most, Pace, Permit as Held},
};
use annex_store::{
    Conn, Db, Dialect, StoreError, Tx,
    blobs::Blobs,
    channels,
    kv::{self, Owner},
    tickets,
    vault::Vault,
};
use url::Url;

use crate::connections::Connections;

/// Of the eight connections of SQLite that read, pages keep half for themselves.
const READS: Most = Most { of_member: 2, of_group: 4, of_all: 4, waiting: usize::MAX };
/// How long a turn is waited for; the sandbox gives up before.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many write at once. SQLite has one connection that writes, in the order of arrival: with more than one add-on in that
/// line, each page would wait for as many commits.
fn writes(dialect: Dialect) -> Most {
    let of_all = match dialect {
        Dialect::Sqlite => 1,
        Dialect::Postgres => 4,
    };
    Most { of_member: 1, of_group: 2, of_all, waiting: usize::MAX }
}

/// [`annex_domain::ports::AddonData`] on the store. Add-ons take turns at it, by desk and then by installation, so that one that reads and writes in a
/// loop has one foot in the door, and holds up pages and jobs no more than one that does it once.
#[derive(Debug, Clone)]
pub struct HostData {
    db: Db,
    desk: Desk,
    files: Files,
    vault: Vault,
    clock: Arc<dyn Clock>,
    mail_network: Network,
    outside: Option<Outside>,
    /// How services of accounts are asked; none: no token is made fresh.
    asker: Option<Asker>,
    reads: Gate<DeskId, InstallationId>,
    writes: Gate<DeskId, InstallationId>,
}

/// Where the host is reached.
#[derive(Debug, Clone)]
struct Outside {
    public_url: Url,
    desk_domain: Option<String>,
}

/// A connection or transaction, in its turn.
struct Turn<C> {
    inner: C,
    /// Released after what it was for.
    _held: Held<DeskId, InstallationId>,
}

impl<C> Deref for Turn<C> {
    type Target = C;
    fn deref(&self) -> &C {
        &self.inner
    }
}

impl<C> DerefMut for Turn<C> {
    fn deref_mut(&mut self) -> &mut C {
        &mut self.inner
    }
}

impl Turn<Tx> {
    async fn commit(self) -> Result<(), StoreError> {
        self.inner.commit().await
    }
}

impl HostData {
    /// On a database and a blob store, with the vault that sealed its secrets.
    #[must_use]
    pub fn new(db: Db, blobs: Blobs, vault: Vault, clock: Arc<dyn Clock>) -> Self {
        let (desk, writes) = (Desk::new(db.clone()), Gate::new(writes(db.dialect())));
        let files = Files::new(desk.clone(), blobs, Rules::default());
        let (mail_network, reads) = (Network::default(), Gate::new(READS));
        Self { db, desk, files, vault, clock, mail_network, outside: None, asker: None, reads, writes }
    }

    /// Under these rules for files, and with mail servers reached so.
    #[must_use]
    pub fn within(self, rules: Rules, mail_network: Network) -> Self {
        Self { files: self.files.under(rules), mail_network, ..self }
    }

    /// At this address, and its desks by their names below the domain.
    #[must_use]
    pub fn reached_at(self, public_url: Url, desk_domain: Option<String>) -> Self {
        Self { outside: Some(Outside { public_url, desk_domain }), ..self }
    }

    /// With tokens of accounts made fresh so.
    #[must_use]
    pub fn asking(self, asker: Asker) -> Self {
        Self { asker: Some(asker), ..self }
    }

    /// Where accounts are kept; none where no service can be asked.
    fn connections(&self) -> Option<Connections> {
        let (db, vault, clock) = (self.db.clone(), self.vault.clone(), Arc::clone(&self.clock));
        self.asker.clone().map(|asker| Connections { db, vault, clock, asker })
    }

    async fn read(&self, scope: &Scope) -> Result<Turn<Conn>, StoreError> {
        let held = turn(&self.reads, scope).await?;
        Ok(Turn { inner: self.db.read().await?, _held: held })
    }

    async fn begin(&self, scope: &Scope) -> Result<Turn<Tx>, StoreError> {
        let held = turn(&self.writes, scope).await?;
        Ok(Turn { inner: self.db.begin().await?, _held: held })
    }
}

/// All alike: with interactive calls first, one that never stops would keep events from ever writing.
async fn turn(gate: &Gate<DeskId, InstallationId>, scope: &Scope) -> Result<Held<DeskId, InstallationId>, StoreError> {
    let entered = gate.enter(scope.desk, scope.installation, Pace::Interactive, PATIENCE).await;
    entered.map_err(|Busy| StoreError::busy())
}

fn owner(scope: &Scope) -> Owner<'_> {
    Owner { desk: scope.desk, installation: scope.installation, version: &scope.version }
}

/// Logs what the component must not read, and tells it no more than that.
fn failed(scope: &Scope, error: &impl Error) {
    tracing::error!(addon = %scope.addon, installation = %scope.installation, call = %scope.call, %error,
        "the store failed an add-on");
}

fn kv_error(scope: &Scope) -> impl Fn(kv::Error) -> KvError + '_ {
    |error| match error {
        kv::Error::Kv(error) => error,
        kv::Error::Store(error) => {
            failed(scope, &error);
            KvError::Unavailable
        }
    }
}

fn kv_store(scope: &Scope) -> impl Fn(StoreError) -> KvError + '_ {
    |error| {
        failed(scope, &error);
        KvError::Unavailable
    }
}

fn record_error(scope: &Scope) -> impl Fn(StoreError) -> RecordError + '_ {
    |error| match error {
        StoreError::NotFound(_) => RecordError::NotFound,
        error @ (StoreError::Invalid { .. } | StoreError::Taken(_)) => RecordError::Invalid(error.to_string()),
        error => {
            failed(scope, &error);
            RecordError::Unavailable
        }
    }
}

fn refused(scope: &Scope) -> impl Fn(Refusal) -> RecordError + '_ {
    |refusal| match refusal {
        Refusal::Store(error) => record_error(scope)(error),
        other @ Refusal::Rule(Rule::AttachmentTooLarge | Rule::NoRoom) => RecordError::TooMuch(other.to_string()),
        other => match other.class() {
            Class::NotFound => RecordError::NotFound,
            Class::TooMuch => RecordError::TooMuch(other.to_string()),
            Class::Failed | Class::Unavailable => {
                failed(scope, &other);
                RecordError::Unavailable
            }
            _ => RecordError::Invalid(other.to_string()),
        },
    }
}

/// What is put away does not exist for add-ons.
async fn seen(conn: &mut Conn, scope: &Scope, id: TicketId) -> Result<Ticket, RecordError> {
    let ticket = tickets::get(conn, scope.desk, id).await.map_err(record_error(scope))?;
    if ticket.is_put_away() { Err(RecordError::NotFound) } else { Ok(ticket) }
}

/// An id that is none is no file's.
fn file_ids(attachments: &[String]) -> Result<Vec<AttachmentId>, RecordError> {
    attachments.iter().map(|id| id.parse().map_err(|_| RecordError::NotFound)).collect()
}

impl HostData {
    async fn write(
        &self,
        scope: &Scope,
        id: TicketId,
        body: &str,
        attachments: &[String],
        internal: bool,
    ) -> Result<MessageId, RecordError> {
        let attachments = file_ids(attachments)?;
        let _turn = turn(&self.writes, scope).await.map_err(record_error(scope))?;
        let message =
            Write { ticket: id.into(), body: body.into(), internal, attachments, then: None, seen: None, key: None };
        let written = write(&self.desk, &self.ctx(scope), message).await;
        Ok(written.map_err(refused(scope))?.id)
    }

    async fn change(&self, scope: &Scope, id: TicketId, wanted: impl Into<Change>) -> Result<(), RecordError> {
        let _turn = turn(&self.writes, scope).await.map_err(record_error(scope))?;
        let changed = annex_desk::tickets::change(&self.desk, &self.ctx(scope), id.into(), wanted, None).await;
        changed.map(drop).map_err(refused(scope))
    }

    /// Where the hooks of an installation are reached; none where nothing of it listens, or nobody knows where the host is reached.
    async fn hooks_of(&self, scope: &Scope, desk: &operator::Desk) -> Result<Option<String>, StoreError> {
        let Some(Outside { public_url, desk_domain }) = &self.outside else { return Ok(None) };
        let hook = channels::hook_of(&mut *self.read(scope).await?, scope.desk, scope.installation).await?;
        let base = desk.base(public_url, desk_domain.as_deref());
        Ok(hook.map(|hook| format!("{base}hooks/{hook}")))
    }

    /// The add-on, with the chain that led to the call. The sandbox has checked the grant; what the operator may do for whom it
    /// acts bounds it here as well.
    fn ctx(&self, scope: &Scope) -> Ctx {
        let permissions = scope.acts_for.as_ref().map_or_else(Permissions::admin, |them| them.permissions.clone());
        let causes = scope.causes.iter().copied().chain([scope.installation]).collect();
        Ctx { causes, ..Ctx::new(scope.desk, Actor::Addon(scope.installation), permissions, self.clock.now()) }
    }
}

#[cfg(test)]
mod tests;
