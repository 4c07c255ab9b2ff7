//! What publishers' services are told, written in the transaction of the change, and how far each event has come.
//!
//! Events of an add-on are numbered in the order in which they are committed: whoever writes one holds the add-on's counter until
//! the transaction ends. Those of an installation are posted in that order, one after the other, by the job [`DELIVER`].

pub mod endpoints;
mod replay;

use annex_domain::{
    addon::{AddonId, PublisherSlug, Version},
    clock::Timestamp,
    figures::Figure,
    ids::{DeskId, InstallationId},
    installation::Installation,
    publisher_event::{EventData, EventDesk, EventId, EventKind, TrialEndedWhy},
};
use serde_json::{Value, json};

use self::endpoints::Answer;
pub use self::replay::{Replay, replay};
use crate::{
    Conn, StoreError, Tx, catalog,
    db::query::{At, all, execute, fetch_all, fetch_one, fetch_optional},
    desks, figures,
    jobs::{self, NewJob},
};

/// The job that posts the events of an installation (lifecycle runs it).
pub const DELIVER: &str = "publisher-event";

annex_domain::words! {
    /// How far an event has come.
    pub enum EventState: "state of an event" {
        /// It is to be posted.
        Waiting = "waiting",
        /// The service has it.
        Delivered = "delivered",
        /// It was tried for too long.
        Expired = "expired",
    }
}

/// What an event is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// In this desk.
    pub desk: DeskId,
    /// Which installation.
    pub installation: InstallationId,
    /// The add-on.
    pub addon: &'a AddonId,
    /// The version that is installed.
    pub version: &'a Version,
}

impl<'a> From<&'a Installation> for Subject<'a> {
    fn from(installation: &'a Installation) -> Self {
        let (addon, version) = (&installation.addon, &installation.version);
        Self { desk: installation.desk, installation: installation.id, addon, version }
    }
}

/// An event as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// Of which add-on.
    pub addon: AddonId,
    /// In which desk, as it was then.
    pub desk: EventDesk,
    /// Of which installation.
    pub installation: InstallationId,
    /// The version that was installed.
    pub version: Version,
    /// What it tells.
    pub kind: EventKind,
    /// The facts.
    pub data: Value,
    /// How far it has come.
    pub state: EventState,
    /// How often it was posted since it was put in line.
    pub tries: u32,
    /// Since when it is to be posted: since it was made, or was replayed.
    pub in_line_since: Timestamp,
    /// Not before this.
    pub try_at: Timestamp,
    /// What came of the last try, and when.
    pub last: Option<(Answer, Timestamp)>,
    /// When it happened.
    pub made_at: Timestamp,
}

/// Writes an event, and puts it in line: where the version names an address for events. What publishers see as a figure is counted of
/// every version.
pub async fn put<'a>(
    tx: &mut Tx,
    of: impl Into<Subject<'a>>,
    data: &EventData,
    now: Timestamp,
) -> Result<(), StoreError> {
    let of = of.into();
    if let Some(figure) = figure_of(data) {
        figures::count(tx, of.addon, of.version, figure, now).await?;
    }
    let hears = catalog::version(tx, of.addon, of.version).await?;
    let hears = hears.and_then(|version| version.manifest.service).is_some_and(|service| service.events.is_some());
    if !hears {
        return Ok(());
    }
    let desk = desks::get(tx, of.desk).await?;
    let (seq,) = fetch_one!(
        tx,
        (i64,),
        "INSERT INTO publisher_endpoints (addon_id, last_seq) VALUES ($1, 1)
         ON CONFLICT (addon_id) DO UPDATE SET last_seq = publisher_endpoints.last_seq + 1 RETURNING last_seq",
        of.addon
    )?;
    execute!(
        tx,
        "INSERT INTO publisher_events (id, addon_id, seq, desk_id, desk_name, region, installation_id, version, kind, data,
            state, in_line_since, try_at, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', $11, $11, $11)",
        EventId::new().to_string(),
        of.addon,
        seq,
        of.desk,
        desk.name,
        &desk.region,
        of.installation,
        of.version,
        data.kind().as_str(),
        serde_json::to_string(data)?,
        now
    )?;
    go_on(tx, of.installation, now).await
}

/// What an event counts as.
fn figure_of(data: &EventData) -> Option<Figure> {
    match data {
        EventData::Installed(_) => Some(Figure::Installed),
        EventData::TrialStarted(_) => Some(Figure::TrialStarted),
        EventData::TrialEnded(ended) => (ended.why == TrialEndedWhy::Upgraded).then_some(Figure::Converted),
        EventData::Uninstalled(_) => Some(Figure::Uninstalled),
        EventData::InstallRequested(_)
        | EventData::UpdateRequested(_)
        | EventData::UninstallRequested(_)
        | EventData::Updated(_)
        | EventData::Suspended(_)
        | EventData::LicencesChanged(_)
        | EventData::InvoicePaid(_)
        | EventData::HandedOver(_) => None,
    }
}

/// The job that posts what an installation has in line, at `run_at`; there is one in line at most, and it is not put off.
async fn put_in_line(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    run_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let unique_key = format!("{DELIVER}:{installation}");
    jobs::bring_forward(tx, &unique_key, run_at).await?;
    let payload = json!({ "installation": installation });
    let job = NewJob { kind: DELIVER, desk: Some(desk), payload, run_at, unique_key: Some(unique_key) };
    jobs::enqueue(tx, job, now).await.map(drop)
}

/// The next event of an installation, if one waits.
pub async fn head(conn: &mut Conn, installation: InstallationId) -> Result<Option<Event>, StoreError> {
    let sql = "SELECT * FROM publisher_events WHERE installation_id = $1 AND state = 'waiting' ORDER BY seq LIMIT 1";
    fetch_optional!(conn, EventSql, sql, installation)?.map(TryInto::try_into).transpose()
}

/// Puts the job for the next event of an installation in line, if one waits: at its time.
pub async fn go_on(tx: &mut Tx, installation: InstallationId, now: Timestamp) -> Result<(), StoreError> {
    match head(tx, installation).await? {
        Some(next) => put_in_line(tx, next.desk.id, installation, next.try_at.max(now), now).await,
        None => Ok(()),
    }
}

/// Notes what became of a try of `event`: it is in `state`, to be tried at `try_at` if it waits. False when another worker was
/// faster, or it is gone: then nothing is noted.
pub async fn tried(tx: &mut Tx, event: &Event, state: EventState, try_at: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE publisher_events SET state = $2, try_at = $3, tries = tries + 1
               WHERE id = $1 AND state = 'waiting' AND tries = $4";
    let id = event.id.to_string();
    Ok(execute!(tx, sql, id, state.as_str(), try_at, event.tries)? == 1)
}

/// Notes what came of a try of an event, for whoever looks.
pub async fn answered(tx: &mut Tx, id: EventId, answer: &Answer, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE publisher_events SET answer = $2, answered_at = $3 WHERE id = $1";
    execute!(tx, sql, id.to_string(), serde_json::to_string(answer)?, now).map(drop)
}

/// An event of one of a publisher's add-ons.
///
/// # Errors
/// [`StoreError::NotFound`], also for one of another publisher; it may be older than what is kept.
pub async fn find(conn: &mut Conn, publisher: &PublisherSlug, id: EventId) -> Result<Event, StoreError> {
    let sql = "SELECT e.* FROM publisher_events e JOIN addons a ON a.id = e.addon_id
               WHERE e.id = $1 AND a.publisher = $2";
    fetch_optional!(conn, EventSql, sql, id.to_string(), publisher)?.ok_or(StoreError::NotFound("event"))?.try_into()
}

/// The events of an add-on before one of them, else from the newest, the newest first; at most `limit`.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such event.
pub async fn before(
    conn: &mut Conn,
    addon: &AddonId,
    before: Option<EventId>,
    limit: u32,
) -> Result<Vec<Event>, StoreError> {
    let before = match before {
        Some(id) => seq_of(conn, addon, id).await?,
        None => i64::MAX,
    };
    let sql = "SELECT * FROM publisher_events WHERE addon_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";
    all(fetch_all!(conn, EventSql, sql, addon, before, limit)?)
}

/// An event of an add-on.
pub async fn get(conn: &mut Conn, addon: &AddonId, id: EventId) -> Result<Option<Event>, StoreError> {
    let sql = "SELECT * FROM publisher_events WHERE addon_id = $1 AND id = $2";
    fetch_optional!(conn, EventSql, sql, addon, id.to_string())?.map(TryInto::try_into).transpose()
}

/// The events of an add-on after one of them, else from the oldest, in order; at most `limit`.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such event: it may be older than what is kept.
pub async fn after(
    conn: &mut Conn,
    addon: &AddonId,
    after: Option<EventId>,
    limit: u32,
) -> Result<Vec<Event>, StoreError> {
    let after = match after {
        Some(id) => seq_of(conn, addon, id).await?,
        None => 0,
    };
    let sql = "SELECT * FROM publisher_events WHERE addon_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    all(fetch_all!(conn, EventSql, sql, addon, after, limit.min(500))?)
}

async fn seq_of(conn: &mut Conn, addon: &AddonId, id: EventId) -> Result<i64, StoreError> {
    let sql = "SELECT seq FROM publisher_events WHERE addon_id = $1 AND id = $2";
    let row = fetch_optional!(conn, (i64,), sql, addon, id.to_string())?;
    row.map(|(seq,)| seq).ok_or(StoreError::NotFound("event"))
}

/// Removes events that were made before `before`, whatever became of them.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    execute!(tx, "DELETE FROM publisher_events WHERE made_at < $1", before)
}

#[derive(sqlx::FromRow)]
struct EventSql {
    id: String,
    addon_id: String,
    desk_id: String,
    desk_name: String,
    region: String,
    installation_id: String,
    version: String,
    kind: String,
    data: String,
    state: String,
    tries: i64,
    in_line_since: i64,
    try_at: i64,
    answer: Option<String>,
    answered_at: Option<i64>,
    made_at: i64,
}

impl TryFrom<EventSql> for Event {
    type Error = StoreError;
    fn try_from(row: EventSql) -> Result<Self, StoreError> {
        let at = At::new("publisher_events", &row.id);
        let desk = at.parse("desk_id", &row.desk_id)?;
        let answer = row.answer.as_deref().map(|answer| at.json("answer", answer)).transpose()?;
        Ok(Self {
            id: at.parse("id", &row.id)?,
            addon: at.parse("addon_id", &row.addon_id)?,
            desk: EventDesk { id: desk, name: row.desk_name, region: row.region },
            installation: at.parse("installation_id", &row.installation_id)?,
            version: at.parse("version", &row.version)?,
            kind: at.parse("kind", &row.kind)?,
            data: at.json("data", &row.data)?,
            state: at.parse("state", &row.state)?,
            tries: at.number("tries", row.tries)?,
            in_line_since: Timestamp(row.in_line_since),
            try_at: Timestamp(row.try_at),
            last: answer.zip(row.answered_at.map(Timestamp)),
            made_at: Timestamp(row.made_at),
        })
    }
}

#[cfg(test)]
mod tests;
