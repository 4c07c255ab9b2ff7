//! The binary itself, without a host: where it is, commands that need none, and what its processes print.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
};

/// The binary under test.
pub(crate) fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("ANNEX_TEST_BIN") {
        return path.into();
    }
    let here = std::env::current_exe().expect("a test runs from somewhere");
    let built = here.ancestors().nth(2).expect("target/debug/deps/…").join("annex");
    assert!(built.exists(), "{} is missing: run `make test`, or `cargo build --workspace`", built.display());
    built
}

/// A packed first-party add-on, unsigned.
pub(crate) fn packed(name: &str) -> PathBuf {
    let folder = std::env::var_os("ANNEX_TEST_ADDONS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/addons"), PathBuf::from);
    let path = folder.join(format!("{name}.unsigned.annex"));
    assert!(path.exists(), "{} is missing: run `make addons`", path.display());
    path
}

/// What `annex` answers, for commands that need no host.
pub(crate) fn annex(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Output {
    Command::new(binary()).args(arguments).stdin(Stdio::null()).output().expect("annex starts")
}

/// As [`annex`], and it has to succeed. Answers what it printed.
pub(crate) fn annex_ok(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> String {
    let output = annex(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// A port that nobody listens on, below those that systems give away by themselves. Tests run in processes of their own, so
/// each starts to look somewhere else.
pub(super) fn free_port() -> u16 {
    static TRIED: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 1000).expect("below 1000") * 10;
    loop {
        let port = 20_000 + (start + TRIED.fetch_add(1, Ordering::Relaxed)) % 12_000;
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Copies a folder with all that is in it.
pub(super) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).expect("a copy");
        }
    }
}

pub(super) fn append(output: &Mutex<String>, line: &str) {
    let mut output = output.lock().expect("not poisoned");
    output.push_str(line);
    output.push('\n');
}

/// Reads to the end in a thread, so that the process never waits for its pipe.
pub(super) fn collect(lines: impl std::io::BufRead + Send + 'static, output: &Arc<Mutex<String>>) {
    let output = Arc::clone(output);
    std::thread::spawn(move || lines.lines().map_while(Result::ok).for_each(|line| append(&output, &line)));
}
