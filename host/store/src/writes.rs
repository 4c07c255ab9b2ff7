//! How often add-ons write to one ticket or contact, and what files they make: counted by minute, in the transaction of the write.

use std::time::Duration;

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, InstallationId},
};

use crate::{
    Result, Tx,
    db::query::{execute, fetch_one},
};

/// Writes of one installation to one ticket or contact within an hour.
pub const MOST: i64 = 60;
/// Files that one installation makes within an hour.
pub const MOST_FILES: i64 = 600;
/// Their bytes.
pub const MOST_FILE_BYTES: i64 = 1 << 30;
const HOUR: Duration = Duration::from_secs(3600);
const MINUTE_MS: i64 = 60_000;

/// Counts a write to `subject`, the id of a ticket or contact. False when it is one too many: then nothing may be written, and the
/// transaction is to be rolled back.
pub async fn count(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    subject: &str,
    now: Timestamp,
) -> Result<bool> {
    Ok(add(tx, desk, installation, (subject, 1), now).await? <= MOST)
}

/// Counts a file that is begun. False as for [`count`].
pub async fn count_file(tx: &mut Tx, desk: DeskId, installation: InstallationId, now: Timestamp) -> Result<bool> {
    Ok(add(tx, desk, installation, ("files", 1), now).await? <= MOST_FILES)
}

/// Counts the bytes of a file that is complete. False as for [`count`].
pub async fn count_file_bytes(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    bytes: u64,
    now: Timestamp,
) -> Result<bool> {
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    Ok(add(tx, desk, installation, ("file-bytes", bytes), now).await? <= MOST_FILE_BYTES)
}

/// Adds to what is counted; answers all of the last hour.
async fn add(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    (subject, amount): (&str, i64),
    now: Timestamp,
) -> Result<i64> {
    execute!(
        tx,
        "INSERT INTO addon_writes (desk_id, installation_id, subject, minute, writes) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (installation_id, subject, minute) DO UPDATE SET writes = addon_writes.writes + excluded.writes",
        desk,
        installation,
        subject,
        minute(now),
        amount
    )?;
    let (writes,) = fetch_one!(
        tx,
        (i64,),
        "SELECT CAST(SUM(writes) AS BIGINT) FROM addon_writes
         WHERE desk_id = $1 AND installation_id = $2 AND subject = $3 AND minute > $4",
        desk,
        installation,
        subject,
        minute(now.before(HOUR))
    )?;
    Ok(writes)
}

/// Removes what no longer counts.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    execute!(tx, "DELETE FROM addon_writes WHERE minute <= $1", minute(now.before(HOUR)))
}

fn minute(at: Timestamp) -> i64 {
    at.0.div_euclid(MINUTE_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        installations::tests::{NOW, installed},
        testing::on_both,
    };

    #[tokio::test]
    async fn files_and_their_bytes_are_bounded_within_an_hour() {
        on_both(async |db| {
            let installation = installed(&db).await;
            let (desk, id) = (installation.desk, installation.id);
            let mut tx = db.begin().await.unwrap();
            for _ in 0..MOST_FILES {
                assert!(count_file(&mut tx, desk, id, NOW).await.unwrap());
            }
            assert!(!count_file(&mut tx, desk, id, NOW).await.unwrap());
            let half = MOST_FILE_BYTES.unsigned_abs() / 2;
            assert!(count_file_bytes(&mut tx, desk, id, half, NOW).await.unwrap());
            assert!(count_file_bytes(&mut tx, desk, id, half, NOW).await.unwrap());
            assert!(!count_file_bytes(&mut tx, desk, id, 1, NOW).await.unwrap());
            let later = NOW.after(Duration::from_secs(3_660));
            assert!(count_file(&mut tx, desk, id, later).await.unwrap());
            assert!(count_file_bytes(&mut tx, desk, id, half, later).await.unwrap());
        })
        .await;
    }

    #[tokio::test]
    async fn sixty_within_an_hour_and_then_as_the_hour_goes_by() {
        on_both(async |db| {
            let installation = installed(&db).await;
            let desk = installation.desk;
            let write = async |subject: &str, minutes: u64| {
                let mut tx = db.begin().await.unwrap();
                let now = NOW.after(Duration::from_secs(60 * minutes));
                let fine = count(&mut tx, desk, installation.id, subject, now).await.unwrap();
                if fine {
                    tx.commit().await.unwrap();
                }
                fine
            };
            for at in 0..60 {
                assert!(write("ticket", at / 2).await, "{at}");
            }
            assert!(!write("ticket", 30).await);
            assert!(!write("ticket", 59).await, "what was refused does not count");
            assert!(write("another", 30).await);
            // The two of the first minute are an hour old.
            assert!(write("ticket", 60).await && write("ticket", 60).await && !write("ticket", 60).await);
            let mut tx = db.begin().await.unwrap();
            assert_eq!(purge(&mut tx, NOW.after(Duration::from_secs(60 * 89))).await.unwrap(), 30);
            assert!(
                count(&mut tx, desk, installation.id, "ticket", NOW.after(Duration::from_secs(60 * 89))).await.unwrap()
            );
        })
        .await;
    }
}
