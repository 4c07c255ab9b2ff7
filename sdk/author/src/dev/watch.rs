//! Tells when a source file was saved. Only what makes up the add-on is watched: the compiler's output would be
//! thousands of folders that change with each build.

use std::{
    path::{Path, PathBuf},
    task::{Context, Poll},
    time::Duration,
};

use annex_check::{Diagnostic, Failure};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::{sync::mpsc, time::timeout};

/// Editors write several files for one save, right after each other.
const QUIET: Duration = Duration::from_millis(60);
/// Made by tools.
const IGNORED: [&str; 4] = ["target", "dist", "Cargo.lock", "node_modules"];
/// Made by Python beside its sources.
const BYTECODE: &str = "__pycache__";

/// Watches an add-on's folder.
pub(super) struct Watcher {
    inner: RecommendedWatcher,
    root: PathBuf,
    changes: mpsc::UnboundedReceiver<()>,
}

impl Watcher {
    pub(super) fn start(root: &Path) -> Result<Self, Failure> {
        let root = root.canonicalize().map_err(|error| Diagnostic::io("open this folder", root, &error))?;
        let (sender, changes) = mpsc::unbounded_channel();
        let watched = root.clone();
        let told = move |event: notify::Result<Event>| {
            if event.is_ok_and(|event| matters(&watched, &event)) {
                // The receiver is gone when the command ends.
                let _ = sender.send(());
            }
        };
        let inner = notify::recommended_watcher(told).map_err(|error| failed(&error))?;
        let mut watcher = Self { inner, root, changes };
        watcher.look()?;
        Ok(watcher)
    }

    /// Watches the folder itself and every folder of sources in it, also those made since.
    fn look(&mut self) -> Result<(), Failure> {
        self.inner.watch(&self.root, RecursiveMode::NonRecursive).map_err(|error| failed(&error))?;
        let entries = self.root.read_dir().map_err(|error| Diagnostic::io("read this folder", &self.root, &error))?;
        for folder in entries.filter_map(Result::ok).map(|entry| entry.path()) {
            if folder.is_dir() && is_source(&self.root, &folder) {
                self.inner.watch(&folder, RecursiveMode::Recursive).map_err(|error| failed(&error))?;
            }
        }
        Ok(())
    }

    /// Waits until the files are quiet again.
    pub(super) async fn settle(&mut self) {
        while let Ok(Some(())) = timeout(QUIET, self.changes.recv()).await {}
        // A folder that went away meanwhile is no reason to stop.
        let _ = self.look();
    }
}

/// Waits for a change in any of several folders; answers in which. Nothing is lost when the wait is given up.
pub(super) async fn changed(watchers: &mut [Watcher]) -> usize {
    let look = |cx: &mut Context<'_>| {
        let changed =
            watchers.iter_mut().position(|watcher| matches!(watcher.changes.poll_recv(cx), Poll::Ready(Some(()))));
        changed.map_or(Poll::Pending, Poll::Ready)
    };
    std::future::poll_fn(look).await
}

fn matters(root: &Path, event: &Event) -> bool {
    let changes = matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_));
    changes && event.paths.iter().any(|path| is_source(root, path))
}

fn is_source(root: &Path, path: &Path) -> bool {
    let Some(first) = path.strip_prefix(root).ok().and_then(|inside| inside.components().next()) else { return false };
    let first = first.as_os_str().to_string_lossy();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let is_made = IGNORED.contains(&&*first) || path.components().any(|part| part.as_os_str() == BYTECODE);
    !is_made && !first.starts_with('.') && !name.starts_with('.') && !name.ends_with('~')
}

fn failed(error: &notify::Error) -> Failure {
    Diagnostic::new("watch", format!("cannot watch the folder: {error}"))
        .fix("raise the limit: sysctl fs.inotify.max_user_watches=524288")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_of_tools_is_no_change() {
        let root = Path::new("/a");
        for yes in ["/a/annex.toml", "/a/src/lib.rs", "/a/locales/en.ftl", "/a/Cargo.toml"] {
            assert!(is_source(root, Path::new(yes)), "{yes}");
        }
        for no in [
            "/a",
            "/b/x",
            "/a/target/x",
            "/a/target/annex-dev/data",
            "/a/dist/x.annex",
            "/a/Cargo.lock",
            "/a/src/.lib.rs.swp",
            "/a/src/lib.rs~",
            "/a/node_modules/x/y.js",
            "/a/src/__pycache__/addon.cpython-314.pyc",
            "/a/src/__pycache__",
        ] {
            assert!(!is_source(root, Path::new(no)), "{no}");
        }
    }
}
