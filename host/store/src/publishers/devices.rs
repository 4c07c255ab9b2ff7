//! Programs that ask to be let in from a machine without a browser (RFC 8628). Each request has two codes, kept as hashes: the long
//! one, with which the program asks what became of it, and the short one, which a person types. It ends with its first token.

use std::{collections::BTreeSet, time::Duration};

use annex_domain::{
    addon::PublisherSlug,
    clock::Timestamp,
    device_code::{UserCode, WORKS},
    ids::AccountId,
    publisher::PublisherScope,
};

use crate::{
    Conn, StoreError, Tx,
    db::query::{At, execute, fetch_optional},
    secret,
};

/// How long a program waits between two questions, in seconds; so much longer after each that came too soon.
pub const PAUSE: u32 = 5;
/// What a question may come too soon: answers do not travel equally fast.
const EARLY: Duration = Duration::from_secs(1);
/// For how long a program is told that its code has expired, instead of that there is none.
const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

annex_domain::words! {
    /// Where a request stands.
    enum State: "state of a device code" {
        Waiting = "waiting",
        Approved = "approved",
        Denied = "denied",
        /// It has its token.
        Used = "used",
    }
}

/// What a program asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What it calls itself.
    pub program: String,
    /// Where it asked from.
    pub address: String,
    /// The publisher that it wants to work for; none: who decides chooses.
    pub publisher: Option<PublisherSlug>,
    /// What it wants to do.
    pub scopes: BTreeSet<PublisherScope>,
}

/// The codes of a request that was just made. No `Debug`: they are secret.
pub struct Codes {
    /// The program's.
    pub device: String,
    /// The person's.
    pub user: UserCode,
}

/// What a person decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision<'a> {
    /// It may work for this publisher.
    Approved(&'a PublisherSlug),
    /// It may not.
    Denied,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Polled {
    /// Nobody has decided.
    Waiting,
    /// The same, and the program asks too often.
    TooSoon,
    /// Somebody let it in.
    Approved(Approved),
    /// Somebody did not.
    Denied,
    /// Nobody has decided in time.
    Expired,
    /// There is no such code, or it was used.
    Unknown,
}

/// A request that somebody approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approved {
    /// What was asked for.
    pub request: Request,
    /// For which publisher it may work.
    pub publisher: PublisherSlug,
    /// Who let it in.
    pub account: AccountId,
}

#[derive(sqlx::FromRow)]
struct RequestSql {
    device_hash: String,
    program: String,
    address: String,
    publisher: Option<String>,
    scopes: String,
    state: String,
    account_id: Option<String>,
    pause: i64,
    polled_at: Option<i64>,
    expires_at: i64,
}

impl RequestSql {
    fn at(&self) -> At<'_> {
        At::new("device_codes", &self.device_hash)
    }

    fn request(&self) -> Result<Request, StoreError> {
        Ok(Request {
            program: self.program.clone(),
            address: self.address.clone(),
            publisher: self.at().parse_some("publisher", self.publisher.as_deref())?,
            scopes: self.at().json("scopes", &self.scopes)?,
        })
    }

    fn approved(&self) -> Result<Approved, StoreError> {
        let request = self.request()?;
        let publisher = request.publisher.clone().ok_or_else(|| self.at().corrupt("publisher", "missing"))?;
        let account = self.at().parse_some("account_id", self.account_id.as_deref())?;
        let account = account.ok_or_else(|| self.at().corrupt("account_id", "missing"))?;
        Ok(Approved { request, publisher, account })
    }
}

/// Keeps a request that is checked already, and answers its codes.
///
/// # Errors
/// When the database fails, or there is no randomness.
pub async fn insert(tx: &mut Tx, request: &Request, now: Timestamp) -> Result<Codes, StoreError> {
    let (device, hash) = secret::make("")?;
    let scopes = serde_json::to_string(&request.scopes)?;
    let sql = "INSERT INTO device_codes (device_hash, user_hash, program, address, publisher, scopes, state, pause, expires_at)
               VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8) ON CONFLICT (user_hash) DO NOTHING";
    loop {
        let user = UserCode::random()?;
        let inserted = execute!(
            tx,
            sql,
            hash.as_str(),
            secret::hash(user.as_str()),
            &request.program,
            &request.address,
            request.publisher.as_ref(),
            scopes.as_str(),
            PAUSE,
            now.after(WORKS)
        )?;
        if inserted == 1 {
            return Ok(Codes { device, user });
        }
    }
}

/// What is asked for by a short code that waits for a decision.
///
/// # Errors
/// When the database fails or the row is malformed.
pub async fn find(conn: &mut Conn, user: &UserCode, now: Timestamp) -> Result<Option<Request>, StoreError> {
    let sql = "SELECT * FROM device_codes WHERE user_hash = $1 AND state = 'waiting' AND expires_at > $2";
    let row = fetch_optional!(conn, RequestSql, sql, secret::hash(user.as_str()), now)?;
    row.map(|row| row.request()).transpose()
}

/// Writes down what an account decides. Of two at the same time, one does.
///
/// # Errors
/// [`StoreError::NotFound`] when the code does not wait (any more).
pub async fn decide(
    tx: &mut Tx,
    user: &UserCode,
    by: AccountId,
    decision: Decision<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (state, publisher) = match decision {
        Decision::Approved(publisher) => (State::Approved, Some(publisher)),
        Decision::Denied => (State::Denied, None),
    };
    let sql = "UPDATE device_codes SET state = $3, account_id = $4, publisher = COALESCE($5, publisher)
               WHERE user_hash = $1 AND state = 'waiting' AND expires_at > $2";
    one(execute!(tx, sql, secret::hash(user.as_str()), now, state.as_str(), by, publisher)?)
}

/// True when a program's code is one, whatever became of it. Whoever guesses makes nothing be written.
///
/// # Errors
/// When the database fails.
pub async fn is_known(conn: &mut Conn, device: &str) -> Result<bool, StoreError> {
    let sql = "SELECT state FROM device_codes WHERE device_hash = $1";
    Ok(fetch_optional!(conn, (String,), sql, secret::hash(device))?.is_some())
}

/// What became of a program's request, and notes that it asked. Commit whatever comes of it.
///
/// # Errors
/// When the database fails or the row is malformed.
pub async fn poll(tx: &mut Tx, device: &str, now: Timestamp) -> Result<Polled, StoreError> {
    let hash = secret::hash(device);
    // Questions at the same time are counted one after the other.
    execute!(tx, "UPDATE device_codes SET state = state WHERE device_hash = $1", &hash)?;
    let sql = "SELECT * FROM device_codes WHERE device_hash = $1";
    let Some(row) = fetch_optional!(tx, RequestSql, sql, &hash)? else { return Ok(Polled::Unknown) };
    let is_over = Timestamp(row.expires_at) <= now;
    let state: State = row.at().parse("state", &row.state)?;
    match state {
        State::Used => Ok(Polled::Unknown),
        State::Denied => Ok(Polled::Denied),
        State::Approved | State::Waiting if is_over => Ok(Polled::Expired),
        State::Approved => row.approved().map(Polled::Approved),
        State::Waiting => {
            let pause = Duration::from_secs(row.pause.unsigned_abs());
            let is_early = row.polled_at.is_some_and(|last| now.since(Timestamp(last)) + EARLY < pause);
            let longer = if is_early { i64::from(PAUSE) } else { 0 };
            let sql = "UPDATE device_codes SET polled_at = $2, pause = pause + $3 WHERE device_hash = $1";
            execute!(tx, sql, &hash, now, longer)?;
            Ok(if is_early { Polled::TooSoon } else { Polled::Waiting })
        }
    }
}

/// Uses up an approved request, in the transaction that makes its token. Of two at the same time, one gets it.
///
/// # Errors
/// [`StoreError::NotFound`] when it is not approved, has expired, or was used.
pub async fn use_up(tx: &mut Tx, device: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE device_codes SET state = 'used'
               WHERE device_hash = $1 AND state = 'approved' AND expires_at > $2";
    one(execute!(tx, sql, secret::hash(device), now)?)
}

/// Removes those that expired a day ago.
///
/// # Errors
/// When the database fails.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64, StoreError> {
    execute!(tx, "DELETE FROM device_codes WHERE expires_at <= $1", now.before(REMEMBERED))
}

fn one(rows: u64) -> Result<(), StoreError> {
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("code")) }
}
