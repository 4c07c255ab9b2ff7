//! The folder of a host's data: readable by its owner alone, and, with SQLite in it, used by one host at a time.

use std::{
    fs::{self, File, Permissions, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};

/// Makes the folder when it is missing, takes everybody else's rights from what is in it, and makes sure that new files
/// have none either.
///
/// # Errors
/// When it cannot be made, or belongs to somebody else.
pub(crate) fn prepare(folder: &Path) -> anyhow::Result<PathBuf> {
    // Databases, their logs, packages and keys, whoever of the libraries makes them.
    rustix::process::umask(rustix::fs::Mode::from_bits_truncate(0o077));
    fs::create_dir_all(folder).with_context(|| format!("cannot make the data directory {}", folder.display()))?;
    let folder = folder.canonicalize().with_context(|| format!("cannot open {}", folder.display()))?;
    restrict(&folder)?;
    Ok(folder)
}

/// The database's file and its logs, wherever they are.
///
/// # Errors
/// As [`prepare`].
pub(crate) fn restrict_database(file: &Path) -> anyhow::Result<()> {
    for end in ["", "-wal", "-shm", "-journal"] {
        let path = beside(file, end);
        if path.exists() {
            restrict(&path)?;
        }
    }
    Ok(())
}

/// 0700 for folders and 0600 for files, down to the last one; links are left alone.
fn restrict(path: &Path) -> anyhow::Result<()> {
    let mut left = vec![path.to_owned()];
    while let Some(path) = left.pop() {
        let read = |error: std::io::Error| anyhow::Error::new(error).context(format!("cannot read {}", path.display()));
        let kind = match fs::symlink_metadata(&path) {
            // Files come and go beside a running host.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            other => other.map_err(read)?,
        };
        if kind.is_symlink() {
            continue;
        }
        let mode = if kind.is_dir() { 0o700 } else { 0o600 };
        if kind.permissions().mode() & 0o077 != 0 {
            match fs::set_permissions(&path, Permissions::from_mode(mode)) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                other => other.with_context(|| format!("cannot restrict {} to its owner", path.display()))?,
            }
        }
        if kind.is_dir() {
            let entries = fs::read_dir(&path).map_err(read)?;
            left.extend(entries.filter_map(Result::ok).map(|entry| entry.path()));
        }
    }
    Ok(())
}

/// Held as long as the host runs; the system lets it go when the process ends, however it does.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "it is held, not read")] File);

/// Keeps a second host off the same SQLite database. Commands beside a running host do not ask for it.
///
/// # Errors
/// When another host has it: who and where.
pub(crate) fn lock(database: &Path) -> anyhow::Result<Lock> {
    let path = beside(database, ".lock");
    let failed = || format!("cannot use {}", path.display());
    let mut options = fs::OpenOptions::new();
    let mut file = options.read(true).write(true).create(true).truncate(false).open(&path).with_context(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            file.take(300).read_to_string(&mut holder).with_context(failed)?;
            let holder = if holder.is_empty() { "another process" } else { holder.trim() };
            bail!(
                "a host is using {} already: {holder}. Stop it first, choose another --data-dir, or use PostgreSQL for \
                 several hosts",
                database.display()
            );
        }
        Err(TryLockError::Error(error)) => return Err(error).with_context(failed),
    }
    let written = file.set_len(0).and_then(|()| file.rewind());
    let written = written.and_then(|()| writeln!(file, "process {} on {}", std::process::id(), host_name()));
    // A full disk must not keep the host from starting: the lock is held all the same.
    if let Err(error) = written {
        tracing::warn!(%error, "who holds the lock could not be written");
    }
    Ok(Lock(file))
}

fn host_name() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| fs::read_to_string("/etc/hostname"));
    name.map_or_else(|_| "this machine".into(), |name| name.trim().to_owned())
}

fn beside(file: &Path, end: &str) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(end);
    path.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn what_others_could_read_is_mended() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir_all(data.join("blobs/ab")).unwrap();
        for file in ["annex.db", "annex.db-wal", "annex.db-shm", "blobs/ab/abc"] {
            fs::write(data.join(file), "x").unwrap();
            fs::set_permissions(data.join(file), Permissions::from_mode(0o644)).unwrap();
        }
        fs::set_permissions(data.join("blobs"), Permissions::from_mode(0o755)).unwrap();
        let data = prepare(&data).unwrap();
        for (path, expected) in [
            (data.clone(), 0o700),
            (data.join("blobs"), 0o700),
            (data.join("annex.db-wal"), 0o600),
            (data.join("blobs/ab/abc"), 0o600),
        ] {
            assert_eq!(mode(&path), expected, "{}", path.display());
        }
        fs::write(data.join("new"), "x").unwrap();
        assert_eq!(mode(&data.join("new")), 0o600);
    }

    #[test]
    fn a_second_host_is_told_who_has_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("annex.db");
        let held = lock(&database).unwrap();
        let error = lock(&database).unwrap_err().to_string();
        assert!(error.contains(&format!("process {} on {}", std::process::id(), host_name())), "{error}");
        drop(held);
        lock(&database).unwrap();
    }
}
