//! The ways to an account: one-time setup links, and the limit on attempts to sign in.

use std::time::Duration;

use annex_domain::{
    addon::Digest,
    clock::Timestamp,
    ids::{DeskId, MessageId, OperatorId},
    network::network_of,
};

use crate::{
    db::{
        Conn, Dialect, Tx,
        query::{At, execute, fetch_one, fetch_optional},
    },
    error::{Result, StoreError},
    secret, text,
};

/// Failed attempts per account within [`WINDOW`].
pub const PER_ACCOUNT: i64 = 10;
/// Failed attempts per address within [`WINDOW`]: an office shares one.
pub const PER_ADDRESS: i64 = 50;
/// How long an attempt counts.
pub const WINDOW: Duration = Duration::from_secs(15 * 60);

/// What a one-time link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetupLink {
    /// The desk.
    pub desk: DeskId,
    /// Who chooses a password with it; `None`: whoever has the link becomes the desk's first admin.
    pub operator: Option<OperatorId>,
}

/// Makes a one-time link and answers its secret, for `/setup/{secret}`. Earlier links for the same end work no more.
///
/// # Errors
/// [`StoreError::Reference`] when the operator is not of this desk; when the database fails.
pub async fn create_link(tx: &mut Tx, link: SetupLink, valid_for: Duration, now: Timestamp) -> Result<String> {
    let sql = "DELETE FROM setup_links WHERE desk_id = $1 AND purpose = 'set-up' AND used_at IS NULL
               AND (operator_id = $2 OR (operator_id IS NULL AND $2 IS NULL))";
    execute!(tx, sql, link.desk, link.operator)?;
    let (secret, hash) = secret::make("")?;
    execute!(
        tx,
        "INSERT INTO setup_links (secret_hash, desk_id, operator_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5)",
        hash,
        link.desk,
        link.operator,
        now,
        now.after(valid_for)
    )?;
    Ok(secret)
}

/// What a link is for, if it still works. One for the first admin ends when the desk has an operator, however they were
/// made: it was printed, and must not make a second admin of whoever finds it in a log.
///
/// # Errors
/// When the database fails.
pub async fn link(conn: &mut Conn, secret: &str, now: Timestamp) -> Result<Option<SetupLink>> {
    let sql = "SELECT secret_hash, desk_id, operator_id FROM setup_links
               WHERE secret_hash = $1 AND purpose = 'set-up' AND used_at IS NULL AND expires_at > $2
                   AND (operator_id IS NOT NULL
                       OR NOT EXISTS (SELECT 1 FROM operators WHERE operators.desk_id = setup_links.desk_id))";
    fetch_optional!(conn, LinkRow, sql, secret::hash(secret), now)?.map(SetupLink::try_from).transpose()
}

/// Uses a link up. Of two at the same time, one gets it.
///
/// # Errors
/// [`StoreError::NotFound`] when it does not work (any more).
pub async fn use_link(tx: &mut Tx, secret: &str, now: Timestamp) -> Result<SetupLink> {
    let sql = "UPDATE setup_links SET used_at = $2
               WHERE secret_hash = $1 AND purpose = 'set-up' AND used_at IS NULL AND expires_at > $2
                   AND (operator_id IS NOT NULL
                       OR NOT EXISTS (SELECT 1 FROM operators WHERE operators.desk_id = setup_links.desk_id))
               RETURNING secret_hash, desk_id, operator_id";
    fetch_optional!(tx, LinkRow, sql, secret::hash(secret), now)?.ok_or(StoreError::NotFound("setup link"))?.try_into()
}

/// Ends what links an operator has that were not used, of either purpose: they have a password, and whoever invited them must not choose
/// another one.
///
/// # Errors
/// When the database fails.
pub(crate) async fn end_links(tx: &mut Tx, desk: DeskId, operator: OperatorId) -> Result<()> {
    let sql = "DELETE FROM setup_links WHERE desk_id = $1 AND operator_id = $2 AND used_at IS NULL";
    execute!(tx, sql, desk, operator).map(drop)
}

/// Whether a password may be checked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// Yes; the attempt has been counted.
    Allowed,
    /// No: come back after this long.
    Wait(Duration),
}

/// Who tries to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trying<'a> {
    /// As entered; it need not exist.
    pub account: &'a str,
    /// Where from.
    pub address: &'a str,
    /// The desk whose password it is about; none: each that the account has by the host's own name. What fails in one counts in no
    /// other.
    pub at: Option<DeskId>,
    /// A browser that signed in to this account before, and proves it. It has attempts of its own: what others fail at,
    /// with this account or from this address, does not lock it out.
    pub device: Option<&'a str>,
}

impl Trying<'_> {
    /// Under which account and address the attempt counts.
    fn counted_as(&self) -> (String, String) {
        let account = match self.at {
            Some(desk) => format!("{} at {desk}", self.account.trim()),
            None => self.account.to_owned(),
        };
        match self.device {
            Some(device) => (account_hash(&format!("device {device} of {account}")), String::from("known device")),
            None => (account_hash(&account), network(self.address)),
        }
    }
}

/// The network of an address; what is none, as it is.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(address) => network_of(address).to_string(),
        Err(_) => text::cut(address, 100).to_owned(),
    }
}

/// Counts an attempt to sign in, before the password is checked; commit it whatever comes of it. A sign-in that works
/// takes its own attempts back with [`succeeded`].
///
/// # Errors
/// When the database fails.
pub async fn attempt(tx: &mut Tx, trying: Trying<'_>, now: Timestamp) -> Result<Attempt> {
    let (account, address) = trying.counted_as();
    if tx.dialect() == Dialect::Postgres {
        // Attempts in parallel would all count the same rows; SQLite has one writer anyway.
        for key in [&account, &address] {
            execute!(tx, "SELECT pg_advisory_xact_lock(hashtext($1))", key)?;
        }
    }
    let since = now.before(WINDOW);
    let by_account = "SELECT COUNT(*), MIN(at) FROM login_attempts WHERE account = $1 AND at > $2";
    let by_address = "SELECT COUNT(*), MIN(at) FROM login_attempts WHERE address = $1 AND at > $2";
    let limits = [(by_account, &account, PER_ACCOUNT), (by_address, &address, PER_ADDRESS)];
    let counting = if trying.device.is_some() { 1 } else { 2 };
    for (sql, key, limit) in limits.into_iter().take(counting) {
        let (attempts, oldest) = fetch_one!(tx, (i64, Option<i64>), sql, key, since)?;
        if attempts >= limit {
            let free = Timestamp(oldest.unwrap_or(now.0)).after(WINDOW);
            return Ok(Attempt::Wait(free.since(now).max(Duration::from_secs(1))));
        }
    }
    let sql = "INSERT INTO login_attempts (id, account, address, at) VALUES ($1, $2, $3, $4)";
    execute!(tx, sql, MessageId::new().to_string(), account, address, now)?;
    Ok(Attempt::Allowed)
}

/// Forgets the attempts of whoever signed in: of this device, or of this account from this address. Those of others stay,
/// so that they get no further tries whenever somebody signs in.
///
/// # Errors
/// When the database fails.
pub async fn succeeded(tx: &mut Tx, trying: Trying<'_>) -> Result<()> {
    let (account, address) = trying.counted_as();
    execute!(tx, "DELETE FROM login_attempts WHERE account = $1 AND address = $2", account, address).map(drop)
}

/// Takes back one attempt that was counted at `at`, and nothing that failed before it: what was tried was right, and proves nothing else.
///
/// # Errors
/// When the database fails.
pub async fn take_back(tx: &mut Tx, trying: Trying<'_>, at: Timestamp) -> Result<()> {
    let (account, address) = trying.counted_as();
    let sql = "DELETE FROM login_attempts
               WHERE id = (SELECT MAX(id) FROM login_attempts WHERE account = $1 AND address = $2 AND at = $3)";
    execute!(tx, sql, account, address, at).map(drop)
}

/// Deletes attempts that count no more, and links that were used or expired a day ago; for the retention chore.
///
/// # Errors
/// When the database fails.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<()> {
    execute!(tx, "DELETE FROM login_attempts WHERE at <= $1", now.before(WINDOW))?;
    let day = now.before(Duration::from_secs(24 * 60 * 60));
    execute!(tx, "DELETE FROM setup_links WHERE used_at <= $1 OR expires_at <= $1", day).map(drop)
}

/// People type passwords into the wrong field, so what was entered is not kept readable.
fn account_hash(account: &str) -> String {
    Digest::of(account.trim().to_lowercase().as_bytes()).to_string()
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    secret_hash: String,
    desk_id: String,
    operator_id: Option<String>,
}

impl TryFrom<LinkRow> for SetupLink {
    type Error = StoreError;
    fn try_from(row: LinkRow) -> Result<Self> {
        let at = At::new("setup_links", &row.secret_hash);
        Ok(Self {
            desk: at.parse("desk_id", &row.desk_id)?,
            operator: at.parse_some("operator_id", row.operator_id.as_deref())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        desks,
        operators::{self, NewOperator},
        roles::{self, Builtin},
        testing::{Fixture, on_both},
    };

    const NOW: Timestamp = Timestamp(10_000_000);
    const HOUR: Duration = Duration::from_secs(3600);

    fn from<'a>(account: &'a str, address: &'a str) -> Trying<'a> {
        Trying { account, address, at: None, device: None }
    }

    #[tokio::test]
    async fn a_link_works_once_and_until_it_expires() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk, other_desk, agent, .. } = Fixture::make(&mut tx).await;
            let empty = desks::create(&mut tx, "Empty", "en", NOW).await.unwrap().id;
            let first = SetupLink { desk: empty, operator: None };
            let password = SetupLink { desk, operator: Some(agent) };
            let old = create_link(&mut tx, first, HOUR, NOW).await.unwrap();
            let new = create_link(&mut tx, first, HOUR, NOW).await.unwrap();
            let own = create_link(&mut tx, password, HOUR, NOW).await.unwrap();
            assert_eq!(link(&mut tx, &old, NOW).await.unwrap(), None);
            assert_eq!(link(&mut tx, &new, NOW).await.unwrap(), Some(first));
            assert_eq!(link(&mut tx, &new, NOW.after(HOUR)).await.unwrap(), None);
            assert!(use_link(&mut tx, &new, NOW.after(HOUR)).await.is_err());
            assert_eq!(use_link(&mut tx, &new, NOW).await.unwrap(), first);
            assert!(matches!(use_link(&mut tx, &new, NOW).await, Err(StoreError::NotFound(_))));
            assert_eq!(use_link(&mut tx, &own, NOW).await.unwrap(), password);
            purge(&mut tx, NOW.after(HOUR * 30)).await.unwrap();
            tx.commit().await.unwrap();
            let mut tx = db.begin().await.unwrap();
            let stray = SetupLink { desk: other_desk, operator: Some(agent) };
            assert!(matches!(create_link(&mut tx, stray, HOUR, NOW).await, Err(StoreError::Reference)));
        })
        .await;
    }

    #[tokio::test]
    async fn the_link_for_the_first_admin_ends_when_somebody_else_is_the_first() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let desk = desks::create(&mut tx, "Desk", "en", NOW).await.unwrap().id;
            let printed = create_link(&mut tx, SetupLink { desk, operator: None }, HOUR, NOW).await.unwrap();
            assert!(link(&mut tx, &printed, NOW).await.unwrap().is_some());
            let roles = vec![roles::builtin(&mut tx, desk, Builtin::Admin).await.unwrap().id];
            let (email, name) = ("ada@example.org".to_owned(), "Ada".to_owned());
            let by_command = NewOperator { email, name, password_hash: Some("x".into()), roles };
            operators::create(&mut tx, desk, by_command, NOW).await.unwrap();
            assert_eq!(link(&mut tx, &printed, NOW).await.unwrap(), None);
            assert!(matches!(use_link(&mut tx, &printed, NOW).await, Err(StoreError::NotFound(_))));
        })
        .await;
    }

    #[tokio::test]
    async fn attempts_are_limited_by_account() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            for index in 1..PER_ACCOUNT {
                let address = format!("192.0.2.{index}");
                let result = attempt(&mut tx, from("Ann@example.org", &address), NOW).await.unwrap();
                assert_eq!(result, Attempt::Allowed);
            }
            let last = from("ann@example.org ", "192.0.2.99");
            assert_eq!(attempt(&mut tx, last, NOW).await.unwrap(), Attempt::Allowed);
            let result = attempt(&mut tx, last, NOW.after(HOUR / 6)).await.unwrap();
            assert_eq!(result, Attempt::Wait(Duration::from_secs(300)));
            assert_eq!(attempt(&mut tx, from("bob@example.org", "::1"), NOW).await.unwrap(), Attempt::Allowed);
            // Whoever signs in takes their own attempts back, and gives others no more.
            succeeded(&mut tx, last).await.unwrap();
            assert_eq!(attempt(&mut tx, from("ann@example.org", "::2"), NOW).await.unwrap(), Attempt::Allowed);
            let result = attempt(&mut tx, from("ann@example.org", "::2"), NOW).await.unwrap();
            assert!(matches!(result, Attempt::Wait(_)));
        })
        .await;
    }

    #[tokio::test]
    async fn what_others_fail_at_does_not_lock_a_known_device_out() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            for index in 0..PER_ADDRESS {
                let account =
                    if index < PER_ACCOUNT { "ann@example.org".into() } else { format!("{index}@example.org") };
                attempt(&mut tx, from(&account, "192.0.2.1"), NOW).await.unwrap();
            }
            let stranger = from("ann@example.org", "192.0.2.1");
            assert!(matches!(attempt(&mut tx, stranger, NOW).await.unwrap(), Attempt::Wait(_)));
            let known = Trying { device: Some("d1"), ..stranger };
            for _ in 0..PER_ACCOUNT {
                assert_eq!(attempt(&mut tx, known, NOW).await.unwrap(), Attempt::Allowed);
            }
            assert!(matches!(attempt(&mut tx, known, NOW).await.unwrap(), Attempt::Wait(_)), "its own count");
            let another = Trying { device: Some("d2"), ..stranger };
            assert_eq!(attempt(&mut tx, another, NOW).await.unwrap(), Attempt::Allowed);
            succeeded(&mut tx, known).await.unwrap();
            assert_eq!(attempt(&mut tx, known, NOW).await.unwrap(), Attempt::Allowed);
        })
        .await;
    }

    #[tokio::test]
    async fn what_fails_in_one_desk_counts_in_no_other() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk, other_desk, .. } = Fixture::make(&mut tx).await;
            let everywhere = from("Ann@example.org", "192.0.2.1");
            for device in [None, Some("d1")] {
                let here = Trying { at: Some(desk), device, ..everywhere };
                for _ in 0..PER_ACCOUNT {
                    assert_eq!(attempt(&mut tx, here, NOW).await.unwrap(), Attempt::Allowed);
                }
                let same = Trying { account: " ann@example.org ", ..here };
                assert!(matches!(attempt(&mut tx, same, NOW).await.unwrap(), Attempt::Wait(_)));
                for at in [Some(other_desk), None] {
                    let there = Trying { at, ..here };
                    assert_eq!(attempt(&mut tx, there, NOW).await.unwrap(), Attempt::Allowed);
                }
            }
        })
        .await;
    }

    #[tokio::test]
    async fn a_line_with_ipv6_counts_as_one_address() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            for index in 0..PER_ADDRESS {
                let address = format!("2001:db8:1:2::{index:x}");
                attempt(&mut tx, from(&format!("{index}@example.org"), &address), NOW).await.unwrap();
            }
            let same = attempt(&mut tx, from("new@example.org", "2001:db8:1:2:ffff::1"), NOW).await.unwrap();
            assert!(matches!(same, Attempt::Wait(_)));
            let other = attempt(&mut tx, from("new@example.org", "2001:db8:1:3::1"), NOW).await.unwrap();
            assert_eq!(other, Attempt::Allowed);
        })
        .await;
    }

    #[tokio::test]
    async fn attempts_are_limited_by_address_and_forgotten_in_time() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            for index in 0..PER_ADDRESS {
                attempt(&mut tx, from(&format!("{index}@example.org"), "192.0.2.1"), NOW).await.unwrap();
            }
            let blocked = attempt(&mut tx, from("new@example.org", "192.0.2.1"), NOW).await.unwrap();
            assert_eq!(blocked, Attempt::Wait(WINDOW));
            let later = NOW.after(WINDOW);
            assert_eq!(attempt(&mut tx, from("new@example.org", "192.0.2.1"), later).await.unwrap(), Attempt::Allowed);
            purge(&mut tx, later).await.unwrap();
            let (left,) = fetch_one!(tx, (i64,), "SELECT COUNT(*) FROM login_attempts").unwrap();
            assert_eq!(left, 1);
        })
        .await;
    }

    #[tokio::test]
    async fn attempts_at_the_same_time_are_all_counted() {
        on_both(async |db| {
            let tries = (0..20).map(|_| {
                let db = db.clone();
                tokio::spawn(async move {
                    let mut tx = db.begin().await.unwrap();
                    let result = attempt(&mut tx, from("ann@example.org", "::1"), NOW).await.unwrap();
                    tx.commit().await.unwrap();
                    result == Attempt::Allowed
                })
            });
            let allowed =
                futures::future::join_all(tries).await.into_iter().filter(|allowed| *allowed.as_ref().unwrap());
            assert_eq!(i64::try_from(allowed.count()).unwrap(), PER_ACCOUNT);
        })
        .await;
    }
}
