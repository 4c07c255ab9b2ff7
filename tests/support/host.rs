//! The real binary on a data directory of its own.

use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tempfile::TempDir;

mod binary;

pub(crate) use binary::{annex, annex_ok, binary, packed};
use binary::{append, collect, copy, free_port};

use super::{api::Api, browser::Browser, database::Database, stripe::Stripe};

/// The administrator that every host of the tests has.
pub(crate) const ADMIN: (&str, &str) = ("admin@example.com", "correct horse battery staple");

/// No variables of the environment.
pub(crate) const NOTHING: [(&str, &str); 0] = [];

/// What a host is started with. A clone starts another node on the same data.
#[derive(Clone)]
pub(crate) struct Setup {
    database: Database,
    data: Arc<TempDir>,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    admin: bool,
    /// 0: another one at each start.
    port: u16,
}

/// A running host.
pub(crate) struct Host {
    setup: Setup,
    child: Child,
    /// Such as `http://127.0.0.1:40000`.
    pub(crate) url: String,
    output: Arc<Mutex<String>>,
}

impl Setup {
    pub(crate) fn new(database: Database) -> Self {
        let data = Arc::new(tempfile::tempdir().expect("a temporary folder"));
        Self { database, data, arguments: vec![], environment: vec![], admin: true, port: 0 }
    }

    /// At the same address after every restart, as real hosts are: links and logins outlive it.
    pub(crate) fn at_one_address(mut self) -> Self {
        self.port = free_port();
        self
    }

    /// Charged by Stripe, as `stripe` plays it.
    pub(crate) fn with_stripe(self, stripe: &Stripe) -> Self {
        stripe.options().iter().fold(self.at_one_address(), |setup, option| setup.argument(option))
    }

    /// A host on a copy of the data of one that does not run, with its options. On SQLite alone: the database is part of
    /// the data directory there.
    pub(crate) fn copy_of(other: &Self) -> Self {
        assert!(!other.on_postgres(), "a database server's data cannot be copied as files");
        let data = tempfile::tempdir().expect("a temporary folder");
        copy(other.data(), data.path());
        Self { data: Arc::new(data), admin: false, ..other.clone() }
    }

    /// With the sample desk.
    pub(crate) fn sample(self) -> Self {
        self.argument("--sample")
    }

    pub(crate) fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Variables of the environment, until the host is restarted with others.
    pub(crate) fn variables(
        mut self,
        variables: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        self.environment = variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        self
    }

    /// Requests of add-ons for `host` go to `url`.
    pub(crate) fn egress(self, host: &str, url: &str) -> Self {
        self.argument("--egress-override").argument(&format!("{host}={url}"))
    }

    pub(crate) fn on_postgres(&self) -> bool {
        self.database.url().is_some()
    }

    /// The number that a query of the host's database answers.
    pub(crate) async fn number(&self, sql: &'static str) -> i64 {
        self.database.number(self.data(), sql).await
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
        let key = self.new_key("development").display().to_string();
        self.command_ok(&["publisher", "trust", "annex", "--name", "Annex", "--key", &key]);
    }

    /// Makes a key to sign packages with. Answers the path of its public half.
    pub(crate) fn new_key(&self, name: &str) -> PathBuf {
        let keys = self.data().join("keys");
        let words: [&OsStr; 5] = ["key".as_ref(), "new".as_ref(), name.as_ref(), "--keys".as_ref(), keys.as_ref()];
        annex_ok(words);
        keys.join(name).with_extension("pub")
    }

    fn spawn(&self) -> (Child, String, Arc<Mutex<String>>) {
        let (mut child, url, output) = self.try_spawn();
        let Some(url) = url else {
            let status = child.wait();
            panic!("annex serve ended ({status:?}):\n{}", output.lock().expect("not poisoned"));
        };
        (child, url, output)
    }

    /// A process, and its address unless it ended before it listened.
    fn try_spawn(&self) -> (Child, Option<String>, Arc<Mutex<String>>) {
        let mut child = Command::new(binary())
            .args(["serve", "--listen", &format!("127.0.0.1:{}", self.port)])
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
        let url = listening.map(|line| line.trim_start_matches("Annex listens on ").trim_end_matches('/').to_owned());
        let shared = Arc::clone(&output);
        std::thread::spawn(move || stdout.map_while(Result::ok).for_each(|line| append(&shared, &line)));
        (child, url, output)
    }

    /// Starts a process that has to end before it listens. Answers what it said, which has `words` in it.
    pub(crate) async fn refuses_to_start(&self, words: &str) -> String {
        let (mut child, url, output) = self.try_spawn();
        if let Some(url) = url {
            let _ = child.kill();
            let _ = child.wait();
            panic!("it listens on {url}");
        }
        let status = child.wait().expect("it has ended");
        assert!(!status.success(), "{status}");
        // The last lines may still be on their way through the pipe.
        super::eventually(words, || async {
            let said = output.lock().expect("not poisoned").clone();
            said.contains(words).then_some(said)
        })
        .await
    }

    /// `annex billing <arguments>` on this data directory and with the same payment company.
    pub(crate) fn billing_ok(&self, arguments: &[&str]) -> String {
        let gateway = self.arguments.iter().position(|argument| argument.starts_with("--stripe"));
        let gateway = gateway.map_or(&[][..], |at| &self.arguments[at..]).iter().map(String::as_str);
        self.command_ok(&["billing"].into_iter().chain(arguments.iter().copied()).chain(gateway).collect::<Vec<_>>())
    }

    /// `annex <arguments>` on this data directory.
    pub(crate) fn command(&self, arguments: &[&str]) -> Output {
        self.command_with_input(arguments, "")
    }

    /// `annex <arguments>` on this data directory, with something to read.
    pub(crate) fn command_with_input(&self, arguments: &[&str], input: &str) -> Output {
        self.run(arguments, input, &[])
    }

    /// `annex <arguments>` on this data directory, with variables of the environment.
    pub(crate) fn command_in(&self, environment: &[(&str, &str)], arguments: &[&str]) -> Output {
        self.run(arguments, "", environment)
    }

    fn run(&self, arguments: &[&str], input: &str, environment: &[(&str, &str)]) -> Output {
        let mut child = Command::new(binary())
            .args(arguments)
            .args(self.data_arguments())
            .envs(environment.iter().copied())
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
        self.sign(&packed(name))
    }

    /// Signs a package with the development key. Answers the path of the signed one.
    pub(crate) fn sign(&self, package: &Path) -> PathBuf {
        self.sign_with("development", package)
    }

    /// The same with another key.
    pub(crate) fn sign_with(&self, key: &str, package: &Path) -> PathBuf {
        let name = package.file_stem().expect("a package has a name");
        let out = self.data().join(name).with_extension("annex");
        let keys = self.data().join("keys");
        let words: [&OsStr; 9] = [
            "addon".as_ref(),
            "sign".as_ref(),
            package.as_ref(),
            "--key".as_ref(),
            key.as_ref(),
            "--keys".as_ref(),
            keys.as_ref(),
            "--out".as_ref(),
            out.as_ref(),
        ];
        annex_ok(words);
        out
    }
}

impl Host {
    pub(crate) fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Of its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
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
        let token = self.setup.command_ok(&["token", "create", "--email", ADMIN.0, "--expires", "365"]);
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

    /// Signs a package of any other publisher's tooling and uploads it through the API.
    pub(crate) async fn publish_package(&self, package: &Path) -> serde_json::Value {
        let package = std::fs::read(self.setup.sign(package)).expect("the package was written");
        self.api().upload(package).await.expect_ok("upload").await
    }

    /// Another process on the same data and database.
    pub(crate) fn second_node(&self) -> Self {
        assert!(self.setup.on_postgres(), "several nodes need PostgreSQL");
        let mut setup = self.setup.clone().argument("--public-url").argument(&format!("{}/", self.url));
        setup.port = free_port();
        let (child, url, output) = setup.spawn();
        Self { setup, child, url, output }
    }

    /// Kills the process without warning. Answers what a copy can be started from.
    pub(crate) fn kill(mut self) -> Setup {
        self.stop();
        self.setup.clone()
    }

    fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Kills the process without warning and starts it again, with other variables of the environment.
    pub(crate) fn restart_with(
        &mut self,
        environment: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) {
        self.stop();
        self.setup.environment = environment.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        self.start_again();
    }

    /// As [`Self::restart_with`], for a process that may die before it listens.
    pub(crate) fn restart_to_die(&mut self, environment: impl IntoIterator<Item = (String, String)>) {
        self.stop();
        self.setup.environment = environment.into_iter().collect();
        let (child, url, output) = self.setup.try_spawn();
        (self.child, self.output) = (child, output);
        self.url = url.unwrap_or_default();
    }

    /// Starts what has ended once more.
    fn start_again(&mut self) {
        (self.child, self.url, self.output) = self.setup.spawn();
    }

    /// Waits until the process ends by itself; false when it goes on.
    pub(crate) async fn ended(&mut self) -> bool {
        self.ended_within(Duration::from_secs(5)).await
    }

    /// As [`Self::ended`], with another patience.
    pub(crate) async fn ended_within(&mut self, patience: Duration) -> bool {
        let until = Instant::now() + patience;
        loop {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return true;
            }
            if Instant::now() > until {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- log of the host\n{}", self.log());
        }
        self.stop();
    }
}
