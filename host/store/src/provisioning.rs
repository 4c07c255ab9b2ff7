//! What publishers of versions that are set up by hand are asked, and what they said (R16): one row for each operation that waits,
//! written and answered in a transaction that holds the operation. So an answer neither comes too early to be seen nor is missed.

use annex_domain::{
    addon::{AddonId, PublisherSlug, Version},
    clock::Timestamp,
    ids::{DeskId, InstallationId, OperatorId, SagaId},
    installation::Installation,
    provisioning::{Answer, Asked},
};

use crate::{
    Conn, Result, StoreError, Tx, catalog,
    db::query::{At, all, execute, fetch_all, fetch_optional},
};

annex_domain::words! {
    /// What became of a request that was answered.
    pub enum Given: "answer of a publisher" {
        /// It was set up.
        Accepted = "accepted",
        /// It was declined.
        Rejected = "rejected",
        /// It was set up, and then the operation failed: the publisher is told.
        Undone = "undone",
    }
}

/// A request to make.
#[derive(Debug, Clone, Copy)]
pub struct NewRequest<'a> {
    /// The operation that waits.
    pub saga: SagaId,
    /// Of which installation.
    pub of: &'a Installation,
    /// The version that is set up, taken over to, or taken down.
    pub version: &'a Version,
    /// What for.
    pub asked: Asked,
    /// The operator who began it.
    pub by: OperatorId,
    /// Until when it is waited for.
    pub until: Timestamp,
}

/// A request to a publisher.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The operation that waits, or has waited.
    pub saga: SagaId,
    /// In which desk.
    pub desk: DeskId,
    /// Of which installation.
    pub installation: InstallationId,
    /// The add-on.
    pub addon: AddonId,
    /// The version that is set up, taken over to, or taken down.
    pub version: Version,
    /// What for.
    pub asked: Asked,
    /// The operator who began it.
    pub by: OperatorId,
    /// When.
    pub asked_at: Timestamp,
    /// Until when it is waited for.
    pub until: Timestamp,
    /// None: there is no answer.
    pub given: Option<Given>,
    /// Why it was declined.
    pub reason: Option<String>,
}

#[derive(sqlx::FromRow)]
struct RequestSql {
    saga_id: String,
    desk_id: String,
    installation_id: String,
    addon_id: String,
    version: String,
    asked: String,
    asked_by: String,
    asked_at: i64,
    answer_until: i64,
    answer: Option<String>,
    reason: Option<String>,
}

impl TryFrom<RequestSql> for Request {
    type Error = StoreError;
    fn try_from(row: RequestSql) -> Result<Self> {
        let at = At::new("provisioning_requests", &row.saga_id);
        Ok(Self {
            saga: at.parse("saga_id", &row.saga_id)?,
            desk: at.parse("desk_id", &row.desk_id)?,
            installation: at.parse("installation_id", &row.installation_id)?,
            addon: at.parse("addon_id", &row.addon_id)?,
            version: at.parse("version", &row.version)?,
            asked: at.parse("asked", &row.asked)?,
            by: at.parse("asked_by", &row.asked_by)?,
            asked_at: Timestamp(row.asked_at),
            until: Timestamp(row.answer_until),
            given: at.parse_some("answer", row.answer.as_deref())?,
            reason: row.reason,
        })
    }
}

/// Asks, once for each operation. False: it has been asked before. The caller holds the operation.
pub async fn ask(tx: &mut Tx, new: &NewRequest<'_>, now: Timestamp) -> Result<bool> {
    let owner = catalog::owner(tx, &new.of.addon).await?;
    let made = execute!(
        tx,
        "INSERT INTO provisioning_requests (saga_id, desk_id, installation_id, publisher, addon_id, version, asked, asked_by,
             asked_at, answer_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (saga_id) DO NOTHING",
        new.saga,
        new.of.desk,
        new.of.id,
        &owner,
        &new.of.addon,
        new.version,
        new.asked.as_str(),
        new.by,
        now,
        new.until
    )?;
    Ok(made == 1)
}

/// What waits for an answer about an add-on waits for that of another publisher, whose it is now.
pub async fn hand_over(tx: &mut Tx, addon: &AddonId, to: &PublisherSlug) -> Result<()> {
    let sql = "UPDATE provisioning_requests SET publisher = $2 WHERE addon_id = $1 AND answer IS NULL";
    execute!(tx, sql, addon, to).map(drop)
}

/// What was asked for an operation.
pub async fn of_saga(conn: &mut Conn, saga: SagaId) -> Result<Option<Request>> {
    let sql = "SELECT * FROM provisioning_requests WHERE saga_id = $1";
    fetch_optional!(conn, RequestSql, sql, saga)?.map(TryInto::try_into).transpose()
}

/// What a publisher was asked last about an installation.
pub async fn last_of(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<Option<Request>> {
    let sql = "SELECT * FROM provisioning_requests WHERE desk_id = $1 AND installation_id = $2
               ORDER BY asked_at DESC, saga_id DESC LIMIT 1";
    fetch_optional!(conn, RequestSql, sql, desk, installation)?.map(TryInto::try_into).transpose()
}

/// Until when the operation of an installation waits for an answer; none: it does not.
pub async fn waits_until(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<Option<Timestamp>> {
    let sql = "SELECT p.answer_until FROM provisioning_requests p JOIN sagas s ON s.id = p.saga_id
               WHERE p.desk_id = $1 AND p.installation_id = $2 AND p.answer IS NULL AND s.state = 'running'";
    Ok(fetch_optional!(conn, (i64,), sql, desk, installation)?.map(|(until,)| Timestamp(until)))
}

/// What waits for the answer of a publisher, the oldest first.
pub async fn open(conn: &mut Conn, publisher: &PublisherSlug) -> Result<Vec<Request>> {
    let sql = "SELECT p.* FROM provisioning_requests p JOIN sagas s ON s.id = p.saga_id
               WHERE p.publisher = $1 AND p.answer IS NULL AND s.state = 'running' ORDER BY p.asked_at, p.saga_id";
    all(fetch_all!(conn, RequestSql, sql, publisher)?)
}

/// The desk and the add-on of an installation: who may answer for it is asked afterwards, by the add-on's publisher.
pub async fn subject(conn: &mut Conn, installation: InstallationId) -> Result<Option<(DeskId, AddonId)>> {
    let sql = "SELECT desk_id, addon_id FROM installations WHERE id = $1";
    let Some((desk, addon)) = fetch_optional!(conn, (String, String), sql, installation)? else { return Ok(None) };
    let id = installation.to_string();
    let at = At::new("installations", &id);
    Ok(Some((at.parse("desk_id", &desk)?, at.parse("addon_id", &addon)?)))
}

/// Writes the answer down. False: there is one. The caller has woken the operation.
pub async fn answer(tx: &mut Tx, saga: SagaId, answer: &Answer, now: Timestamp) -> Result<bool> {
    let (given, reason) = match answer {
        Answer::Accepted => (Given::Accepted, None),
        Answer::Rejected(reason) => (Given::Rejected, Some(reason.as_str())),
    };
    let sql = "UPDATE provisioning_requests SET answer = $2, reason = $3, answered_at = $4
               WHERE saga_id = $1 AND answer IS NULL";
    Ok(execute!(tx, sql, saga, given.as_str(), reason, now)? == 1)
}

/// What was set up for an operation is of no use. False: nothing was, or it is noted already. The caller holds the operation.
pub async fn undo(tx: &mut Tx, saga: SagaId) -> Result<bool> {
    let sql = "UPDATE provisioning_requests SET answer = 'undone' WHERE saga_id = $1 AND answer = 'accepted'";
    Ok(execute!(tx, sql, saga)? == 1)
}

#[cfg(test)]
mod tests;
