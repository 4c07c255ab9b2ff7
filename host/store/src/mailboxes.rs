//! Mailboxes of channels: how far each was read, who reads it, and which mails came.
//!
//! A mail comes once. What says so is written in one transaction with the job that hands it to the add-on and with the number that
//! was read ([`take`]): a process that dies before has taken nothing, one that dies after has taken it. One process at a time
//! reads a mailbox ([`hold`]); who has lost it takes nothing more.

use std::time::Duration;

use annex_domain::{
    addon::Digest,
    clock::Timestamp,
    ids::{DeskId, InstallationId},
};
use serde_json::json;

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, execute, fetch_all, fetch_one, fetch_optional},
    installations::runs,
    jobs::{self, NewJob},
};

/// The kind of job that hands a mail to its add-on.
pub const CAME: &str = "mail-came";
/// The kind of job that deletes the bytes of a mail.
pub const GONE: &str = "mail-gone";
/// Mailboxes that one host reads.
pub const MOST: u32 = 200;

/// Which mailbox.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Whose.
    pub desk: DeskId,
    /// Of which installation.
    pub installation: InstallationId,
    /// By which setting.
    pub setting: String,
}

/// A mailbox that is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Which.
    pub key: Key,
    /// When its setting was last saved: a connection that is older goes by what is no longer so.
    pub entered_at: Timestamp,
}

/// How far a mailbox was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The folder that the numbers are of; `None`: none was opened yet.
    pub place: Option<String>,
    /// Numbers mean the same mails while this stays the same.
    pub validity: u32,
    /// The last one that is done with.
    pub last: u32,
    /// The last one that was taken, until it is surely marked in its folder; 0: it is.
    pub taken: u32,
}

/// Notes that a mailbox was entered: whoever reads it begins anew, with what was entered.
pub async fn enter(tx: &mut Tx, key: &Key, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO mailboxes (installation_id, desk_id, setting, entered_at, uid_validity, last_uid, taken_uid, trying_uid, tries,
            held_until)
         VALUES ($1, $2, $3, $4, 0, 0, 0, 0, 0, 0)
         ON CONFLICT (installation_id, setting) DO UPDATE SET entered_at = excluded.entered_at",
        key.installation,
        key.desk,
        &key.setting,
        now
    )?;
    Ok(())
}

/// The mailboxes of installations that run, the oldest first, at most [`MOST`].
pub async fn wanted(conn: &mut Conn) -> Result<Vec<Wanted>> {
    let sql = concat!(
        "SELECT m.desk_id, m.installation_id, m.setting, m.entered_at FROM mailboxes m
         JOIN installations i ON i.id = m.installation_id AND i.desk_id = m.desk_id WHERE ",
        runs!(),
        " ORDER BY m.installation_id, m.setting LIMIT $1"
    );
    let rows = fetch_all!(conn, (String, String, String, i64), sql, MOST)?;
    rows.into_iter()
        .map(|(desk, installation, setting, entered_at)| {
            let at = At::new("mailboxes", &installation);
            let (desk, installation) = (at.parse("desk_id", &desk)?, at.parse("installation_id", &installation)?);
            Ok(Wanted { key: Key { desk, installation, setting }, entered_at: Timestamp(entered_at) })
        })
        .collect()
}

/// Takes a mailbox for a process, or keeps it, for `lease` from now; false while another has it.
pub async fn hold(tx: &mut Tx, key: &Key, process: &str, now: Timestamp, lease: Duration) -> Result<bool> {
    let held = execute!(
        tx,
        "UPDATE mailboxes SET held_by = $4, held_until = $6
         WHERE desk_id = $1 AND installation_id = $2 AND setting = $3 AND (held_by = $4 OR held_until <= $5)",
        key.desk,
        key.installation,
        &key.setting,
        process,
        now,
        now.after(lease)
    )?;
    Ok(held == 1)
}

/// Lets all mailboxes go: at the start of the only node there is, whose predecessor is gone for certain.
pub async fn let_go(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    execute!(tx, "UPDATE mailboxes SET held_until = $1 WHERE held_until > $1", now)
}

/// How far a mailbox was read.
pub async fn progress(conn: &mut Conn, key: &Key) -> Result<Progress> {
    let row = fetch_optional!(
        conn,
        (Option<String>, i64, i64, i64),
        "SELECT place, uid_validity, last_uid, taken_uid FROM mailboxes
         WHERE desk_id = $1 AND installation_id = $2 AND setting = $3",
        key.desk,
        key.installation,
        &key.setting
    )?;
    let (place, validity, last, taken) = row.ok_or(StoreError::NotFound("mailbox"))?;
    let at = At::new("mailboxes", &key.setting);
    Ok(Progress {
        place,
        validity: at.number("uid_validity", validity)?,
        last: at.number("last_uid", last)?,
        taken: at.number("taken_uid", taken)?,
    })
}

/// When the last mail came, if one did.
pub async fn last_came(conn: &mut Conn, key: &Key) -> Result<Option<Timestamp>> {
    let sql = "SELECT MAX(came_at) FROM mailbox_mails WHERE desk_id = $1 AND installation_id = $2";
    let (last,) = fetch_one!(conn, (Option<i64>,), sql, key.desk, key.installation)?;
    Ok(last.map(Timestamp))
}

/// Notes how far a mailbox was read.
///
/// # Errors
/// [`StoreError::Lost`] when another process has it by now.
pub async fn set_progress(tx: &mut Tx, key: &Key, process: &str, progress: &Progress) -> Result<()> {
    held(execute!(
        tx,
        "UPDATE mailboxes SET place = $5, uid_validity = $6, last_uid = $7, taken_uid = $8
         WHERE desk_id = $1 AND installation_id = $2 AND setting = $3 AND held_by = $4",
        key.desk,
        key.installation,
        &key.setting,
        process,
        progress.place.as_deref(),
        progress.validity,
        progress.last,
        progress.taken
    )?)
}

/// Notes, before a mail is fetched, that this begins; answers how often it has.
///
/// # Errors
/// [`StoreError::Lost`] when another process has the mailbox by now.
pub async fn begin(tx: &mut Tx, key: &Key, process: &str, uid: u32) -> Result<u32> {
    let row = fetch_optional!(
        tx,
        (i64,),
        "UPDATE mailboxes SET tries = CASE WHEN trying_uid = $5 THEN tries + 1 ELSE 1 END, trying_uid = $5
         WHERE desk_id = $1 AND installation_id = $2 AND setting = $3 AND held_by = $4 RETURNING tries",
        key.desk,
        key.installation,
        &key.setting,
        process,
        uid
    )?;
    let (tries,) = row.ok_or(StoreError::Lost("the mailbox"))?;
    At::new("mailboxes", &key.setting).number("tries", tries)
}

/// Takes a mail whose bytes are in the blob store: the job for its add-on, unless it came before, and the number that was read. False
/// where it came before.
///
/// # Errors
/// [`StoreError::Lost`] when another process has the mailbox by now.
pub async fn take(
    tx: &mut Tx,
    key: &Key,
    process: &str,
    digest: &Digest,
    progress: &Progress,
    now: Timestamp,
) -> Result<bool> {
    set_progress(tx, key, process, progress).await?;
    let first = execute!(
        tx,
        "INSERT INTO mailbox_mails (installation_id, desk_id, digest, came_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (installation_id, digest) DO NOTHING",
        key.installation,
        key.desk,
        digest,
        now
    )?;
    if first == 0 {
        return Ok(false);
    }
    let payload = json!({
        "installation": key.installation.to_string(), "setting": key.setting, "digest": digest.as_str(), "came": now.0
    });
    let unique_key = Some(format!("{CAME}:{}:{}", key.installation, digest.as_str()));
    let job = NewJob { kind: CAME, desk: Some(key.desk), payload, run_at: now, unique_key };
    jobs::enqueue(tx, job, now).await?;
    Ok(true)
}

/// Notes that the messages of a mail are written.
pub async fn written(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    digest: &Digest,
    now: Timestamp,
) -> Result<()> {
    let sql = "UPDATE mailbox_mails SET written_at = $4 WHERE desk_id = $1 AND installation_id = $2 AND digest = $3";
    execute!(tx, sql, desk, installation, digest, now).map(drop)
}

/// Has the bytes deleted of mails that a desk has not read, in the transaction that removes it.
pub async fn let_bytes_go(tx: &mut Tx, desk: DeskId, now: Timestamp) -> Result<()> {
    let sql = "SELECT installation_id, digest FROM mailbox_mails WHERE desk_id = $1 AND written_at IS NULL";
    for (installation, digest) in fetch_all!(tx, (String, String), sql, desk)? {
        let payload = json!({ "installation": installation, "digest": digest });
        jobs::enqueue(tx, NewJob { kind: GONE, desk: None, payload, run_at: now, unique_key: None }, now).await?;
    }
    Ok(())
}

/// True while a mail of whatever mailbox of an installation waits with these bytes.
pub async fn is_needed(conn: &mut Conn, installation: InstallationId, digest: &Digest) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM mailbox_mails WHERE installation_id = $1 AND digest = $2 AND written_at IS NULL";
    Ok(fetch_one!(conn, (i64,), sql, installation, digest)?.0 > 0)
}

/// Forgets mails that came before `before` and are written: servers begin their numbers anew with recent mails alone.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(tx, "DELETE FROM mailbox_mails WHERE came_at < $1 AND written_at IS NOT NULL", before)
}

fn held(affected: u64) -> Result<()> {
    if affected == 1 { Ok(()) } else { Err(StoreError::Lost("the mailbox")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        installations::tests::{NOW, installed},
        testing::on_both,
    };

    const LEASE: Duration = Duration::from_secs(60);

    async fn entered(db: &crate::Db) -> Key {
        let of = installed(db).await;
        let key = Key { desk: of.desk, installation: of.id, setting: "inbox".to_owned() };
        let mut tx = db.begin().await.unwrap();
        enter(&mut tx, &key, NOW).await.unwrap();
        tx.commit().await.unwrap();
        key
    }

    fn at(last: u32) -> Progress {
        Progress { place: Some("help@a/INBOX".to_owned()), validity: 7, last, taken: last }
    }

    #[tokio::test]
    async fn one_process_reads_a_mailbox_and_who_lost_it_takes_nothing() {
        on_both(async |db| {
            let key = entered(&db).await;
            let mut tx = db.begin().await.unwrap();
            assert!(wanted(&mut tx).await.unwrap().iter().any(|wanted| wanted.key == key));
            assert!(hold(&mut tx, &key, "one", NOW, LEASE).await.unwrap());
            assert!(!hold(&mut tx, &key, "two", NOW, LEASE).await.unwrap());
            assert!(hold(&mut tx, &key, "one", NOW, LEASE).await.unwrap());
            let later = NOW.after(LEASE);
            assert!(hold(&mut tx, &key, "two", later, LEASE).await.unwrap());
            let digest = Digest::of(b"mail");
            let lost = take(&mut tx, &key, "one", &digest, &at(5), later).await;
            assert!(matches!(lost, Err(StoreError::Lost(_))));
            assert!(matches!(begin(&mut tx, &key, "one", 5).await, Err(StoreError::Lost(_))));
            assert!(!is_needed(&mut tx, key.installation, &digest).await.unwrap());
            let_go(&mut tx, later).await.unwrap();
            assert!(hold(&mut tx, &key, "three", later, LEASE).await.unwrap());
        })
        .await;
    }

    #[tokio::test]
    async fn a_mail_comes_once_also_when_its_number_is_another() {
        on_both(async |db| {
            let key = entered(&db).await;
            let mut tx = db.begin().await.unwrap();
            assert!(hold(&mut tx, &key, "one", NOW, LEASE).await.unwrap());
            let tries = [begin(&mut tx, &key, "one", 5).await.unwrap(), begin(&mut tx, &key, "one", 5).await.unwrap()];
            assert_eq!((tries, begin(&mut tx, &key, "one", 6).await.unwrap()), ([1, 2], 1));
            let digest = Digest::of(b"mail");
            let turn = key.installation.to_string();
            for (last, is_new) in [(5, true), (9, false)] {
                assert_eq!(take(&mut tx, &key, "one", &digest, &at(last), NOW).await.unwrap(), is_new);
                assert_eq!(progress(&mut tx, &key).await.unwrap(), at(last));
                assert_eq!(jobs::waiting(&mut tx, CAME, &turn).await.unwrap(), 1);
            }
            assert_eq!(last_came(&mut tx, &key).await.unwrap(), Some(NOW));
            assert!(is_needed(&mut tx, key.installation, &digest).await.unwrap());
            assert_eq!(purge(&mut tx, NOW.after(LEASE)).await.unwrap(), 0, "it is not written yet");
            written(&mut tx, key.desk, key.installation, &digest, NOW).await.unwrap();
            assert!(!is_needed(&mut tx, key.installation, &digest).await.unwrap());
            assert_eq!(purge(&mut tx, NOW.after(LEASE)).await.unwrap(), 1);
        })
        .await;
    }

    #[tokio::test]
    async fn a_mailbox_that_is_entered_anew_keeps_how_far_it_was_read() {
        on_both(async |db| {
            let key = entered(&db).await;
            let mut tx = db.begin().await.unwrap();
            assert_eq!(progress(&mut tx, &key).await.unwrap().place, None);
            assert!(hold(&mut tx, &key, "one", NOW, LEASE).await.unwrap());
            set_progress(&mut tx, &key, "one", &at(5)).await.unwrap();
            let later = NOW.after(LEASE);
            enter(&mut tx, &key, later).await.unwrap();
            let found = wanted(&mut tx).await.unwrap();
            assert_eq!(found.iter().find(|it| it.key == key).unwrap().entered_at, later);
            assert_eq!(progress(&mut tx, &key).await.unwrap(), at(5));
            let other = Key { desk: DeskId::new(), ..key };
            assert!(matches!(progress(&mut tx, &other).await, Err(StoreError::NotFound(_))));
        })
        .await;
    }
}
