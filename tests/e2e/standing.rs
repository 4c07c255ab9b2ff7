//! While its database is away a host says so soon, and goes on by itself when the database is back.

use std::{
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use crate::support::{database::Database, eventually, host::Setup};

/// A PostgreSQL server of its own, which the other tests do not miss.
struct Server(tempfile::TempDir);

impl Server {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // It runs as another user.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        Self(folder)
    }

    /// `start` answers its URL; `halt` stops it as a crash would.
    fn run(&self, word: &str) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/postgres.sh");
        let output = Command::new(script).arg(word).arg(self.0.path().join("server")).output().unwrap();
        assert!(output.status.success(), "{word}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/postgres.sh");
        let _ = Command::new(script).arg("stop").arg(self.0.path().join("server")).output();
    }
}

#[tokio::test]
async fn a_database_that_goes_away_is_named_soon_and_found_again() {
    if std::env::var_os("ANNEX_TEST_POSTGRES_URL").is_none() {
        assert!(std::env::var_os("CI").is_none(), "CI needs PostgreSQL");
        eprintln!("skipped: ANNEX_TEST_POSTGRES_URL is not set; `make test` starts a server");
        return;
    }
    let server = Server::new();
    let host = Setup::new(Database::Postgres(server.run("start"))).start().await;
    let client = reqwest::Client::new();
    let ask = async |path: &str| {
        let begun = Instant::now();
        let answer = client.get(format!("{}{path}", host.url)).send().await.unwrap();
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        (status, text, begun.elapsed())
    };
    assert_eq!(ask("/readyz").await.0, 200);

    server.run("halt");
    // What was found is kept for a second.
    let why = eventually("it is not ready", || async {
        let (status, text, took) = ask("/readyz").await;
        assert!(took < Duration::from_secs(2), "{status} after {took:?}");
        (status == 503).then_some(text)
    })
    .await;
    assert!(why.starts_with("the database "), "{why}");
    let (status, page, took) = ask("/sign-in").await;
    assert_eq!(status, 503, "{page}");
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert!(page.contains("database"), "{page}");

    server.run("start");
    let until = Instant::now() + Duration::from_secs(5);
    while ask("/readyz").await.0 != 200 {
        assert!(Instant::now() < until, "not ready 5 s after the database was back");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(ask("/sign-in").await.0, 200);
}
