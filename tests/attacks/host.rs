//! A host of its own for each row, with its admin, a neighbour that behaves, and an upstream that never answers.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
    time::Duration,
};

use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    packages::{annex, run},
    rogue::rogue,
};

const ADMIN: (&str, &str) = ("admin@example.com", "violet-anvil-49-tundra-quilt");

/// A running host.
pub(crate) struct Host {
    child: Child,
    folder: TempDir,
    pub(crate) url: String,
    token: String,
    client: reqwest::Client,
}

impl Host {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        let (data, keys) = (path("data"), path("keys"));
        admin(&data);
        for publisher in ["annex", "bomber"] {
            run(&["key", "new", publisher, "--keys", &keys]);
            let key = format!("{keys}/{publisher}.pub");
            run(&["publisher", "trust", publisher, "--name", publisher, "--key", &key, "--data-dir", &data]);
        }
        let mut child = Command::new(annex())
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir", &data])
            .args(["--egress-override", &format!("slow.example.com=http://127.0.0.1:{}", hanging())])
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(path("log")).expect("a log"))
            .spawn()
            .expect("annex starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok);
        let line = lines.find(|line| line.starts_with("Annex listens on ")).expect("an address");
        std::thread::spawn(move || lines.for_each(drop));
        let url = line.trim_start_matches("Annex listens on ").trim_end_matches('/').to_owned();
        let token = run(&["token", "create", "--email", ADMIN.0, "--data-dir", &data]).trim().to_owned();
        Self { child, folder, url, token, client: reqwest::Client::new() }
    }

    /// A browser in which the admin is signed in.
    pub(crate) async fn browser(&self) -> reqwest::Client {
        let mut headers = reqwest::header::HeaderMap::new();
        headers.insert("cookie", self.session().await.parse().expect("a cookie"));
        reqwest::Client::builder().default_headers(headers).build().expect("a client")
    }

    /// A session of the admin, as the browser names it.
    pub(crate) async fn session(&self) -> String {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let form = [("email", ADMIN.0), ("password", ADMIN.1)];
        let answer = client.post(format!("{}/sign-in", self.url)).header("origin", &self.url).form(&form);
        let answer = answer.send().await.expect("the host answers");
        let cookies = answer.headers().get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
        let session = cookies.filter_map(|cookie| cookie.split(';').next()).find(|pair| pair.contains("session="));
        session.expect("signing in gives a session").to_owned()
    }

    pub(crate) async fn api(&self, method: reqwest::Method, path: &str, body: &Value) -> Value {
        let request = self.client.request(method, format!("{}/api/v1{path}", self.url)).bearer_auth(&self.token);
        let answer = request.json(body).send().await.expect("the host answers");
        let (status, text) = (answer.status(), answer.text().await.expect("a body"));
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Uploads a package; answers the status and what is said.
    pub(crate) async fn upload(&self, package: Vec<u8>) -> (StatusCode, String) {
        let request = self.client.post(format!("{}/api/v1/packages", self.url)).bearer_auth(&self.token);
        let request = request.header("content-type", "application/vnd.annex.package").body(package);
        let answer = request.send().await.expect("the host answers");
        (answer.status(), answer.text().await.expect("a body"))
    }

    /// Makes a rogue, publishes and installs it; answers the id of the installation.
    pub(crate) async fn install(&self, id: &str, behaviour: &str, hears: bool) -> String {
        let (status, text) = self.upload(rogue(self.folder.path(), id, behaviour, hears)).await;
        assert!(status.is_success(), "{id}: {status} {text}");
        let listing = self.api(reqwest::Method::GET, &format!("/addons/{id}"), &json!({})).await;
        let grant = &listing["versions"][0]["capabilities"];
        let body = json!({"addon": id, "grant": grant});
        let begun = self.api(reqwest::Method::POST, "/installations", &body).await;
        let installation = begun["id"].as_str().expect("an id").to_owned();
        for _ in 0..600 {
            let path = format!("/installations/{installation}");
            if self.api(reqwest::Method::GET, &path, &json!({})).await["status"] == "active" {
                return installation;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{id} does not become active");
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Resident memory in MiB.
    pub(crate) fn memory(&self) -> i64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("Linux");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
        line.trim().trim_end_matches(" kB").parse::<i64>().expect("a number") / 1024
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if std::env::var_os("ANNEX_BENCH_LOG").is_some() {
            print!("{}", std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn admin(data: &str) {
    let mut child = Command::new(annex())
        .args(["admin", "create", "--email", ADMIN.0, "--password-stdin", "--data-dir", data])
        .stdin(Stdio::piped())
        .spawn()
        .expect("annex starts");
    child.stdin.take().expect("piped").write_all(ADMIN.1.as_bytes()).expect("it reads");
    assert!(child.wait().expect("it ends").success(), "no admin was made");
}

/// The port of a server that takes requests and never answers.
fn hanging() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for stream in listener.incoming() {
            held.push(stream);
        }
    });
    port
}
