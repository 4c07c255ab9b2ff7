use std::time::Duration;

use annex_domain::clock::Timestamp;
use annex_store::attachments;

use super::Files;
use crate::Refusal;

/// How long a file waits for its message.
const WAITS: Duration = Duration::from_hours(24);

/// When bytes are tried again that could not be deleted.
const AGAIN: Duration = Duration::from_hours(1);

/// So many are deleted before others may write.
const AT_ONCE: u32 = 200;

/// Deletes files that no message has taken within a day, and the bytes of all that was deleted or never came to an end. Several nodes
/// may do it at once.
///
/// # Errors
/// When the database or the store fails; what is left is deleted the next time. A file that cannot be deleted keeps no other one.
pub async fn sweep(files: &Files, now: Timestamp) -> Result<(), Refusal> {
    let mut tx = files.desk.db.begin().await?;
    attachments::purge(&mut tx, now.before(WAITS)).await?;
    tx.commit().await?;
    let mut trouble = None;
    loop {
        let strays = attachments::strays(&mut files.desk.db.read().await?, now, AT_ONCE).await?;
        if strays.is_empty() {
            return trouble.map_or(Ok(()), Err);
        }
        let (mut gone, mut left) = (Vec::new(), Vec::new());
        for id in strays {
            match files.blobs.delete_file(id).await {
                Ok(()) => gone.push(id),
                Err(error) => {
                    trouble = Some(error.into());
                    left.push(id);
                }
            }
        }
        let mut tx = files.desk.db.begin().await?;
        attachments::forget(&mut tx, &gone).await?;
        attachments::postpone(&mut tx, &left, now.after(AGAIN)).await?;
        tx.commit().await?;
    }
}
