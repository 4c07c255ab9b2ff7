//! Mails, written in the transaction of what they tell: each once, by its unique key. A worker makes and sends them; they
//! stay readable in the outbox.
//!
//! What must not stay readable, such as the end of a link with which one chooses a password, is a mail's secret: whoever reads
//! the outbox could become the one it was meant for. It is in no [`Mail`], neither in its facts nor in its content; the worker
//! asks for it ([`secret`]) and puts it into what it sends. It is deleted when the mail is sent, kept or given up ([`settle`]).

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, MailId, OperatorId, TicketId},
    mail::{MailFacts, MailKind},
};
use serde_json::{Value, json};

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional, in_list, list as listed},
    desks,
    jobs::{self, NewJob},
    text,
};

/// The job that sends a mail; its payload is `{"mail": id}`.
pub const SEND: &str = "send-mail";

annex_domain::words! {
    /// Where a mail stands.
    pub enum MailState: "state of a mail" {
        /// To be sent, perhaps again.
        Waiting = "waiting",
        /// The server took it.
        Sent = "sent",
        /// There is no server: it can be read in the outbox.
        Kept = "kept",
        /// The server refused it for good.
        Failed = "failed",
    }
}

/// A mail to write.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMail {
    /// Of this desk.
    pub desk: DeskId,
    /// In whose language it is written; none: the desk's.
    pub operator: Option<OperatorId>,
    /// The address.
    pub to: String,
    /// What it tells.
    pub kind: MailKind,
    /// The facts.
    pub args: Value,
    /// The desk gets it once.
    pub unique_key: String,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The subject.
    pub subject: String,
    /// For readers of HTML.
    pub html: String,
    /// For all others.
    pub text: String,
}

/// A mail.
#[derive(Debug, Clone, PartialEq)]
pub struct Mail {
    /// Its id.
    pub id: MailId,
    /// Of this desk.
    pub desk: DeskId,
    /// In whose language it is written; none: the desk's.
    pub operator: Option<OperatorId>,
    /// The address.
    pub to: String,
    /// What it tells.
    pub kind: MailKind,
    /// The facts.
    pub args: Value,
    /// The desk gets it once.
    pub unique_key: String,
    /// Where it stands.
    pub state: MailState,
    /// What is sent, once it was made.
    pub content: Option<Content>,
    /// How often it was tried to send it.
    pub attempts: u32,
    /// Why it was not sent the last time.
    pub error: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last saved.
    pub updated_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct MailSql {
    id: String,
    desk_id: String,
    operator_id: Option<String>,
    to_address: String,
    kind: String,
    args: String,
    unique_key: String,
    state: String,
    subject: Option<String>,
    html: Option<String>,
    text: Option<String>,
    attempts: i64,
    error: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<MailSql> for Mail {
    type Error = StoreError;
    fn try_from(row: MailSql) -> Result<Self> {
        let at = At::new("mails", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            desk: at.parse("desk_id", &row.desk_id)?,
            operator: at.parse_some("operator_id", row.operator_id.as_deref())?,
            kind: at.parse("kind", &row.kind)?,
            args: at.json("args", &row.args)?,
            state: at.parse("state", &row.state)?,
            attempts: at.number("attempts", row.attempts)?,
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
            content: match (row.subject, row.html, row.text) {
                (Some(subject), Some(html), Some(text)) => Some(Content { subject, html, text }),
                _ => None,
            },
            to: row.to_address,
            unique_key: row.unique_key,
            error: row.error,
        })
    }
}

/// Writes a mail, and enqueues the job that sends it. `None`: the desk got it before.
///
/// # Errors
/// [`StoreError::Invalid`] for an address that cannot be one; [`StoreError::Reference`] for an unknown desk.
pub async fn put(tx: &mut Tx, new: &NewMail, now: Timestamp) -> Result<Option<MailId>> {
    insert(tx, new, None, now).await
}

/// As [`put`], with a secret.
///
/// # Errors
/// As [`put`].
pub async fn put_with_secret(tx: &mut Tx, new: &NewMail, secret: &str, now: Timestamp) -> Result<Option<MailId>> {
    insert(tx, new, Some(secret), now).await
}

/// Writes a mail of the platform, such as to a publisher; once for each `key`. It goes out through the platform's own help desk,
/// the oldest of the host, and can be read in the outbox there. `secret` is the end of its link.
///
/// # Errors
/// As [`put`]; [`StoreError::NotFound`] before there is a desk.
pub async fn put_of_platform(
    tx: &mut Tx,
    to: &str,
    facts: &MailFacts,
    key: &str,
    secret: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let mail = NewMail {
        desk: desks::of_platform(tx).await?.id,
        operator: None,
        to: to.to_owned(),
        kind: facts.kind(),
        args: facts.args(),
        unique_key: format!("{}:{key}", facts.kind()),
    };
    insert(tx, &mail, secret, now).await.map(drop)
}

async fn insert(tx: &mut Tx, new: &NewMail, secret: Option<&str>, now: Timestamp) -> Result<Option<MailId>> {
    let id = MailId::new();
    let sql =
        "INSERT INTO mails (id, desk_id, operator_id, to_address, kind, args, unique_key, state, attempts, created_at,
                    updated_at, secret)
               VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', 0, $8, $8, $9) ON CONFLICT (desk_id, unique_key) DO NOTHING";
    let (to, args) = (text::email(&new.to)?, new.args.to_string());
    if execute!(tx, sql, id, new.desk, new.operator, to, new.kind, args, &new.unique_key, now, secret)? == 0 {
        return Ok(None);
    }
    enqueue(tx, new.desk, id, now).await?;
    Ok(Some(id))
}

/// A mail of the desk.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(conn: &mut Conn, desk: DeskId, id: MailId) -> Result<Mail> {
    fetch_optional!(conn, MailSql, "SELECT * FROM mails WHERE desk_id = $1 AND id = $2", desk, id)?
        .ok_or(StoreError::NotFound("mail"))?
        .try_into()
}

/// When the desk got the mail of that key.
///
/// # Errors
/// When the database fails.
pub async fn written_at(conn: &mut Conn, desk: DeskId, unique_key: &str) -> Result<Option<Timestamp>> {
    let sql = "SELECT created_at FROM mails WHERE desk_id = $1 AND unique_key = $2";
    Ok(fetch_optional!(conn, (i64,), sql, desk, unique_key)?.map(|(at,)| Timestamp(at)))
}

/// The secret of a mail that waits, for the worker that sends it. `None`: it has none, or no longer.
///
/// # Errors
/// When the database fails.
pub async fn secret(conn: &mut Conn, desk: DeskId, id: MailId) -> Result<Option<String>> {
    let sql = "SELECT secret FROM mails WHERE desk_id = $1 AND id = $2";
    Ok(fetch_optional!(conn, (Option<String>,), sql, desk, id)?.and_then(|(secret,)| secret))
}

/// The mails of a desk before one, the newest first; at most `limit`.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn list(conn: &mut Conn, desk: DeskId, before: Option<MailId>, limit: u32) -> Result<Vec<Mail>> {
    // "~" comes after every id.
    let before = before.map_or_else(|| "~".to_owned(), |id| id.to_string());
    let sql = "SELECT * FROM mails WHERE desk_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    all(fetch_all!(conn, MailSql, sql, desk, before, limit)?)
}

/// Stores what is sent. The first one stays, so that a mail that is sent again is the same.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_content(tx: &mut Tx, desk: DeskId, id: MailId, content: &Content, now: Timestamp) -> Result<()> {
    let sql = "UPDATE mails SET html = COALESCE(html, $4), text = COALESCE(text, $5), subject = COALESCE(subject, $3),
                    updated_at = $6
               WHERE desk_id = $1 AND id = $2";
    match execute!(tx, sql, desk, id, &content.subject, &content.html, &content.text, now)? {
        1 => Ok(()),
        _ => Err(StoreError::NotFound("mail")),
    }
}

/// Notes what came of a try to send a mail that waits, and counts it. [`MailState::Waiting`]: it is tried again; after every
/// other its secret is gone.
///
/// # Errors
/// [`StoreError::Stale`] when it does not wait.
pub async fn settle(
    tx: &mut Tx,
    desk: DeskId,
    id: MailId,
    state: MailState,
    error: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let sql = "UPDATE mails SET state = $3, error = $4, attempts = attempts + 1, updated_at = $5,
                    secret = CASE WHEN $3 = 'waiting' THEN secret END
               WHERE desk_id = $1 AND id = $2 AND state = 'waiting'";
    let error = error.map(|error| text::cut(error, 4000));
    waited(execute!(tx, sql, desk, id, state, error, now)?)
}

/// Lets a mail that was sent, kept or failed be sent again.
///
/// # Errors
/// [`StoreError::Stale`] when it waits.
pub async fn resend(tx: &mut Tx, desk: DeskId, id: MailId, now: Timestamp) -> Result<()> {
    let sql = "UPDATE mails SET state = 'waiting', error = NULL, updated_at = $3
               WHERE desk_id = $1 AND id = $2 AND state <> 'waiting'";
    waited(execute!(tx, sql, desk, id, now)?)?;
    jobs::clear_place(tx, &place(id)).await?;
    enqueue(tx, desk, id, now).await
}

fn waited(affected: u64) -> Result<()> {
    if affected == 1 { Ok(()) } else { Err(StoreError::Stale("the mail")) }
}

/// Removes mails that were sent, kept or given up before `before`.
///
/// # Errors
/// When the database fails.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(tx, "DELETE FROM mails WHERE state <> 'waiting' AND updated_at < $1", before)
}

/// Removes the mails that tell operators of these tickets, also those that wait. Their keys have the ticket after the kind.
pub(crate) async fn forget_tickets(tx: &mut Tx, desk: DeskId, tickets: &[TicketId]) -> Result<()> {
    let sql = in_list!(
        tx,
        "DELETE FROM mails WHERE SUBSTR(unique_key, LENGTH(kind) + 2, 36)",
        "AND desk_id = $2 AND kind IN ('ticket-new', 'ticket-assigned', 'ticket-answered')"
    );
    execute!(tx, sql, listed(tickets), desk).map(drop)
}

async fn enqueue(tx: &mut Tx, desk: DeskId, id: MailId, now: Timestamp) -> Result<()> {
    let job = NewJob {
        kind: SEND,
        desk: Some(desk),
        payload: json!({ "mail": id }),
        run_at: now,
        unique_key: Some(place(id)),
    };
    jobs::enqueue(tx, job, now).await?;
    Ok(())
}

fn place(id: MailId) -> String {
    format!("mail:{id}")
}

#[cfg(test)]
mod tests;
