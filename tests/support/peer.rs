//! The test servers of `tests/peers`, each a process of its own.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;

/// Where `tests/peers/setup.sh` puts the packages that they need.
pub(crate) fn packages() -> PathBuf {
    let folder = std::env::var_os("ANNEX_TEST_PEERS").map(PathBuf::from);
    folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/peers"))
}

/// Whether these of [`packages`] are there. Where they have to be, it is a failure that they are not.
pub(crate) fn have(library: &str, parts: &[&str]) -> bool {
    let there = parts.iter().all(|part| packages().join(part).exists());
    if !there {
        assert!(std::env::var_os("CI").is_none(), "{library} is missing: run tests/peers/setup.sh");
        eprintln!("skipped: there is no {library}; tests/peers/setup.sh gets it");
    }
    there
}

/// What a script of `tests/peers` finds out with a library that is not ours.
pub(crate) fn judged(program: &str, script: &str, argument: &str, given: &Value) -> Value {
    let mut child = Command::new(program)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(script))
        .arg(argument)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start {program}: {error}"));
    child.stdin.take().expect("piped").write_all(given.to_string().as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{script} is not content");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// A running test server.
#[derive(Debug)]
pub(crate) struct Peer {
    child: Child,
    /// Such as `http://127.0.0.1:40000`.
    pub(crate) url: String,
}

impl Peer {
    /// Starts `tests/peers/<script>`; it prints `PORT <n>` when it listens.
    pub(crate) fn start(script: &str, arguments: &[&str]) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(script);
        let mut child = Command::new("python3")
            .arg(&path)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}", path.display()));
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let port = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.trim().trim_start_matches("PORT").trim().parse::<u16>().ok())
            .unwrap_or_else(|| panic!("{script} did not print its port"));
        // Whatever it prints later must not fill the pipe.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self { child, url: format!("http://127.0.0.1:{port}") }
    }

    /// The requests that it got so far, oldest first.
    pub(crate) async fn requests(&self) -> Vec<Value> {
        let answer = reqwest::get(format!("{}/__requests", self.url)).await.expect("the peer answers");
        match answer.json().await.expect("JSON") {
            Value::Array(requests) => requests,
            Value::Object(mut object) => match object.remove("requests") {
                Some(Value::Array(requests)) => requests,
                other => panic!("expected a list of requests, not {other:?}"),
            },
            other => panic!("expected a list of requests, not {other}"),
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
