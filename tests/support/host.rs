//! The real binary on a data directory of its own.

use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex},
};

use tempfile::TempDir;

use super::{api::Api, browser::Browser, database::Database};

/// The administrator that every host of the tests has.
pub(crate) const ADMIN: (&str, &str) = ("admin@example.com", "correct horse battery staple");

/// What a host is started with.
pub(crate) struct Setup {
    database: Database,
    data: TempDir,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    admin: bool,
}

/// A running host.
pub(crate) struct Host {
    setup: Setup,
    child: Child,
    /// Such as `http://127.0.0.1:40000`.
    pub(crate) url: String,
    output: Arc<Mutex<String>>,
}

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

impl Setup {
    pub(crate) fn new(database: Database) -> Self {
        let data = tempfile::tempdir().expect("a temporary folder");
        Self { database, data, arguments: vec![], environment: vec![], admin: true }
    }

    /// With the sample desk.
    pub(crate) fn sample(self) -> Self {
        self.argument("--sample")
    }

    pub(crate) fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Requests of add-ons for `host` go to `url`.
    pub(crate) fn egress(self, host: &str, url: &str) -> Self {
        self.argument("--egress-override").argument(&format!("{host}={url}"))
    }

    pub(crate) fn on_postgres(&self) -> bool {
        self.database.url().is_some()
    }

    /// The data directory.
    pub(crate) fn data(&self) -> &Path {
        self.data.path()
    }

    fn data_arguments(&self) -> Vec<String> {
        let mut arguments = vec!["--data-dir".to_owned(), self.data().display().to_string()];
        if let Some(url) = self.database.url() {
            arguments.extend(["--database-url".to_owned(), url.to_owned()]);
        }
        arguments
    }

    /// As on the first start: nobody can sign in yet.
    pub(crate) fn without_admin(mut self) -> Self {
        self.admin = false;
        self
    }

    /// Makes the admin and the development publisher `annex`, and starts the host.
    pub(crate) async fn start(self) -> Host {
        if self.admin {
            self.prepare();
        }
        let (child, url, output) = self.spawn();
        Host { setup: self, child, url, output }
    }

    fn prepare(&self) {
        let created = self.command_with_input(&["admin", "create", "--email", ADMIN.0, "--password-stdin"], ADMIN.1);
        assert!(created.status.success(), "{}", String::from_utf8_lossy(&created.stderr));
        let keys = self.data().join("keys").display().to_string();
        annex_ok(["key", "new", "development", "--keys", &keys]);
        let key = format!("{keys}/development.pub");
        self.command_ok(&["publisher", "trust", "annex", "--name", "Annex", "--key", &key]);
    }

    fn spawn(&self) -> (Child, String, Arc<Mutex<String>>) {
        let mut child = Command::new(binary())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(self.data_arguments())
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("annex starts");
        let output = Arc::new(Mutex::new(String::new()));
        collect(BufReader::new(child.stderr.take().expect("piped")), &output);
        let mut stdout = BufReader::new(child.stdout.take().expect("piped")).lines();
        let listening = stdout.by_ref().map_while(Result::ok).find(|line| line.starts_with("Annex listens on "));
        let Some(line) = listening else {
            let status = child.wait();
            panic!("annex serve ended ({status:?}):\n{}", output.lock().expect("not poisoned"));
        };
        let url = line.trim_start_matches("Annex listens on ").trim_end_matches('/').to_owned();
        let shared = Arc::clone(&output);
        std::thread::spawn(move || stdout.map_while(Result::ok).for_each(|line| append(&shared, &line)));
        (child, url, output)
    }

    /// `annex <arguments>` on this data directory.
    pub(crate) fn command(&self, arguments: &[&str]) -> Output {
        self.command_with_input(arguments, "")
    }

    fn command_with_input(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = Command::new(binary())
            .args(arguments)
            .args(self.data_arguments())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("annex starts");
        let mut stdin = child.stdin.take().expect("piped");
        // A command that reads nothing may close the pipe first.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        child.wait_with_output().expect("annex ends")
    }

    pub(crate) fn command_ok(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// Signs a packed first-party add-on with the development key. Answers the path of the package.
    pub(crate) fn signed(&self, name: &str) -> PathBuf {
        let out = self.data().join(format!("{name}.annex"));
        let (package, keys) = (packed(name), self.data().join("keys"));
        let words: [&OsStr; 9] = [
            "addon".as_ref(),
            "sign".as_ref(),
            package.as_ref(),
            "--key".as_ref(),
            "development".as_ref(),
            "--keys".as_ref(),
            keys.as_ref(),
            "--out".as_ref(),
            out.as_ref(),
        ];
        annex_ok(words);
        out
    }
}

fn append(output: &Mutex<String>, line: &str) {
    let mut output = output.lock().expect("not poisoned");
    output.push_str(line);
    output.push('\n');
}

/// Reads to the end in a thread, so that the process never waits for its pipe.
fn collect(lines: impl std::io::BufRead + Send + 'static, output: &Arc<Mutex<String>>) {
    let output = Arc::clone(output);
    std::thread::spawn(move || lines.lines().map_while(Result::ok).for_each(|line| append(&output, &line)));
}

impl Host {
    pub(crate) fn setup(&self) -> &Setup {
        &self.setup
    }

    /// What the host has logged and printed so far.
    pub(crate) fn log(&self) -> String {
        self.output.lock().expect("not poisoned").clone()
    }

    /// The path of the printed link to make the first admin.
    pub(crate) async fn setup_link(&self) -> String {
        super::eventually("the link is printed", || async {
            let line = self.log().lines().find(|line| line.contains("/setup/")).map(str::to_owned)?;
            line.split_once("/setup/").map(|(_, secret)| format!("/setup/{}", secret.trim()))
        })
        .await
    }

    /// A client with the admin's bearer token.
    pub(crate) fn api(&self) -> Api {
        let token = self.setup.command_ok(&["token", "create", "--email", ADMIN.0]);
        Api::new(&self.url, token.trim())
    }

    /// A browser in which the admin is signed in.
    pub(crate) async fn browser(&self) -> Browser {
        let browser = Browser::new(&self.url);
        browser.sign_in(ADMIN.0, ADMIN.1).await;
        browser
    }

    /// A browser that has never been here.
    pub(crate) fn fresh_browser(&self) -> Browser {
        Browser::new(&self.url)
    }

    /// Signs a packed first-party add-on and uploads it through the API.
    pub(crate) async fn publish(&self, name: &str) -> serde_json::Value {
        let package = std::fs::read(self.setup.signed(name)).expect("the package was written");
        self.api().upload(package).await.expect_ok("upload").await
    }

    /// Kills the process without warning and starts it again, with other variables of the environment.
    pub(crate) fn restart_with(&mut self, environment: &[(&str, &str)]) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.setup.environment =
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        (self.child, self.url, self.output) = self.setup.spawn();
    }

    /// Waits until the process ends by itself; false when it goes on.
    pub(crate) async fn ended(&mut self) -> bool {
        for _ in 0..200 {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return true;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        false
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- log of the host\n{}", self.log());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
