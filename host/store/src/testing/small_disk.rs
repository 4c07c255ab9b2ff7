//! A disk that is soon full.

use std::{fs::File, io::Write as _, path::Path, process::Command};

use annex_domain::clock::Timestamp;
use tempfile::TempDir;

use crate::{Db, Result, StoreError, facts};

const NOW: Timestamp = Timestamp(1);
/// What takes the room that the database leaves.
const BALLAST: &str = "ballast";

/// A file system of 4 MiB in a folder of its own. Both are gone when it is dropped.
#[derive(Debug)]
pub struct SmallDisk(TempDir);

impl SmallDisk {
    /// None, with the reason, where this user may not mount one.
    ///
    /// # Panics
    /// When there is no folder to mount it on.
    #[must_use]
    pub fn mount() -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).arg(folder.path()).output();
        let why = match mounted {
            Ok(output) if output.status.success() => return Some(Self(folder)),
            Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
            Err(error) => error.to_string(),
        };
        eprintln!("the small disk is skipped: {why}");
        None
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Takes all room, also what is left in the files of a database on it. Answers why not even a little can be written then.
    ///
    /// # Panics
    /// When there is room all the same.
    pub async fn fill(&self, db: &Db) -> StoreError {
        // As long as somebody reads, no connection that is closed gives room back.
        let _reader = db.read().await.unwrap();
        let mut ballast = File::create(self.path().join(BALLAST)).unwrap();
        for n in 0..200 {
            // It ends with an error, and what fitted is written.
            let _ = ballast.write_all(&vec![0; 8 << 20]);
            if grow(db, n).await.is_err()
                && let Err(error) = facts::probe(db, NOW).await
            {
                return error;
            }
        }
        panic!("there is room for ever");
    }

    /// Gives back what [`Self::fill`] took.
    ///
    /// # Panics
    /// When nothing was taken.
    pub fn make_room(&self) {
        std::fs::remove_file(self.path().join(BALLAST)).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: connections to a database on it may still be open.
        let unmounted = Command::new("umount").arg("-l").arg(self.path()).status();
        if !unmounted.is_ok_and(|status| status.success()) {
            eprintln!("{} stays mounted", self.path().display());
        }
    }
}

/// Writes more than is there already, so that the log cannot begin anew.
async fn grow(db: &Db, n: u32) -> Result<()> {
    let mut tx = db.begin().await?;
    facts::put(&mut tx, &format!("fill-{n}"), &"x".repeat(50_000), NOW).await?;
    tx.commit().await
}
