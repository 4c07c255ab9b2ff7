//! A host with one large desk, its admin, and two add-ons beside each ticket: one draws a panel of 15 blocks, one a panel of two parts that
//! are deferred.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
    time::{Duration, UNIX_EPOCH},
};

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;

use crate::{
    desk::Database,
    packages::{annex, guest, head, run, signed},
};

const ADMIN: (&str, &str) = ("admin@example.com", "violet-anvil-49-tundra-quilt");
const PANEL: &str = "annex.panel";
const PARTS: &str = "annex.parts";

/// A running host.
pub(crate) struct Host {
    child: Child,
    _folder: TempDir,
    pub(crate) url: String,
    /// The installation of the panel of 15 blocks.
    pub(crate) installation: String,
    /// That of the panel of two parts.
    pub(crate) parts: String,
    /// In which the admin is signed in.
    pub(crate) browser: reqwest::Client,
}

impl Host {
    /// On SQLite, or in a fresh database of a server.
    pub(crate) async fn start(server: Option<&str>, tickets: u32) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        let data = path("data");
        let mut place = vec!["--data-dir".to_owned(), data.clone()];
        let database = match server {
            None => format!("sqlite://{data}/annex.db"),
            Some(server) => {
                let url = fresh(server, tickets).await;
                place.extend(["--database-url".to_owned(), url.clone()]);
                url
            }
        };
        let at = |words: &[&str]| -> Vec<String> {
            words.iter().map(ToString::to_string).chain(place.iter().cloned()).collect()
        };
        with_input(&at(&["admin", "create", "--email", ADMIN.0, "--password-stdin"]), ADMIN.1);
        let keys = path("keys");
        run(&["key", "new", "annex", "--keys", &keys]);
        let key = format!("{keys}/annex.pub");
        all(&at(&["publisher", "trust", "annex", "--name", "annex", "--key", &key]));
        let now = UNIX_EPOCH.elapsed().expect("after 1970").as_millis();
        Database::open(&database).await.fill(tickets, i64::try_from(now).expect("before 2286")).await;
        let (child, url) = serve(&at(&["serve", "--listen", "127.0.0.1:0"]), &path("log"));
        let token = all(&at(&["token", "create", "--email", ADMIN.0])).trim().to_owned();
        let component = guest("panel");
        let package = |addon: &str, view: &str| {
            let head = head(addon, "plugin").replace("annex:addon@0.1", "annex:addon@0.2");
            let manifest = format!(
                "{head}\n[[views]]\nkey = \"{view}\"\nlocation = \"ticket-sidebar\"\n\n[[capabilities]]\nuse = \"kv\"\npurpose = \"to keep\"\n"
            );
            signed(folder.path(), addon, &component, &manifest)
        };
        let installation = install(&url, &token, PANEL, package(PANEL, "panel")).await;
        let parts = install(&url, &token, PARTS, package(PARTS, "parts")).await;
        let browser = browser(&url).await;
        Self { child, _folder: folder, url, installation, parts, browser }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn fresh(server: &str, tickets: u32) -> String {
    let name = format!("annex_speed_{}_{tickets}", std::process::id());
    let mut connection = PgConnection::connect(server).await.expect("the server answers");
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("a fresh database");
    let mut url = url::Url::parse(server).expect("a URL");
    url.set_path(&name);
    url.into()
}

fn all(words: &[String]) -> String {
    run(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

fn with_input(words: &[String], input: &str) {
    let mut child = Command::new(annex()).args(words).stdin(Stdio::piped()).spawn().expect("annex starts");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("it reads");
    assert!(child.wait().expect("it ends").success(), "no admin was made");
}

fn serve(words: &[String], log: &str) -> (Child, String) {
    let mut child = Command::new(annex())
        .args(words)
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(log).expect("a log"))
        .spawn()
        .expect("annex starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok);
    let line = lines.find(|line| line.starts_with("Annex listens on ")).expect("an address");
    std::thread::spawn(move || lines.for_each(drop));
    let url = line.trim_start_matches("Annex listens on ").trim_end_matches('/').to_owned();
    (child, url)
}

/// Publishes and installs an add-on; answers the id of the installation.
async fn install(url: &str, token: &str, addon: &str, package: Vec<u8>) -> String {
    let client = reqwest::Client::new();
    let ask = async |request: reqwest::RequestBuilder| -> Value {
        let answer = request.bearer_auth(token).send().await.expect("the host answers");
        let (status, text) = (answer.status(), answer.text().await.expect("a body"));
        assert!(status.is_success(), "{status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    };
    let at = |method: Method, path: &str| client.request(method, format!("{url}/api/v1{path}"));
    let upload = at(Method::POST, "/packages").header("content-type", "application/vnd.annex.package");
    ask(upload.body(package)).await;
    let listing = ask(at(Method::GET, &format!("/addons/{addon}"))).await;
    let body = json!({"addon": addon, "grant": listing["versions"][0]["capabilities"]});
    let begun = ask(at(Method::POST, "/installations").json(&body)).await;
    let id = begun["id"].as_str().expect("an id").to_owned();
    for _ in 0..600 {
        if ask(at(Method::GET, &format!("/installations/{id}"))).await["status"] == "active" {
            return id;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{addon} does not become active");
}

async fn browser(url: &str) -> reqwest::Client {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let form = [("email", ADMIN.0), ("password", ADMIN.1)];
    let answer = client.post(format!("{url}/sign-in")).header("origin", url).form(&form);
    let answer = answer.send().await.expect("the host answers");
    let cookies = answer.headers().get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    let mut pairs = cookies.filter_map(|cookie| cookie.split(';').next());
    let session = pairs.find(|pair| pair.contains("session=")).expect("signing in gives a session");
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("cookie", session.parse().expect("a cookie"));
    // The way to the sign-in page is no page that was asked for.
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    client.default_headers(headers).build().expect("a client")
}
