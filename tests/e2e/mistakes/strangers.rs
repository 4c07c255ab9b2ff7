//! Addresses where no host is, or one that means ill: a page is no answer, what is sent is bounded, and a token goes to its host and to
//! nobody else.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{Arc, Mutex},
    thread,
};

use serde_json::{Value, json};

use super::{annex, command, project};
use crate::support::guests::guest;

/// The head of an answer after its status, and the body.
type Answer = (&'static str, Vec<u8>);

const PAGE: (&str, &[u8]) = ("content-type: text/html", b"<html>Welcome!</html>");

/// A server that answers everything with 200, until the process ends.
struct Stranger {
    url: String,
    /// The heads of all requests.
    heard: Arc<Mutex<Vec<String>>>,
}

impl Stranger {
    /// `answer` gets the method and the path of each request, such as `GET /token`.
    fn start(answer: impl Fn(&str) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hears = Arc::clone(&heard);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // Who asks may leave before the end: of an answer that is too long, nobody reads the rest.
                let Some(head) = head_of(&stream) else { continue };
                let asked = head.split(" HTTP/").next().unwrap_or_default().to_owned();
                hears.lock().unwrap().push(head);
                let (headers, body) = answer(&asked);
                let length = body.len();
                let head =
                    format!("HTTP/1.1 200 OK\r\n{headers}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
                let _ = (&stream).write_all(head.as_bytes()).and_then(|()| (&stream).write_all(&body));
            }
        });
        Self { url, heard }
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

/// The head of a request, whose body is read as well.
fn head_of(stream: &TcpStream) -> Option<String> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let length =
        head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok());
    reader.read_exact(&mut vec![0; length.unwrap_or(0)]).ok()?;
    Some(head)
}

fn page() -> Answer {
    (PAGE.0, PAGE.1.to_vec())
}

fn answer(value: &Value) -> Answer {
    ("content-type: application/json", value.to_string().into_bytes())
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

/// The only error of a command that failed: its code.
fn refused(output: &Output) -> String {
    let told = String::from_utf8_lossy(&output.stdout);
    let answer: Value = serde_json::from_str(told.trim()).unwrap_or_else(|error| panic!("{error}: {told}"));
    assert_eq!((output.status.code(), &answer["ok"]), (Some(1), &json!(false)), "{told}");
    assert!(answer["errors"][0]["fix"].is_string(), "{told}");
    answer["errors"][0]["code"].as_str().unwrap().to_owned()
}

/// A file of logins with one at `url`.
fn signed_in(root: &Path, url: &str) -> PathBuf {
    let file = root.join("logins.json");
    let login = json!({ "publisher": "acme", "account": "ann@acme.example", "scopes": ["read"],
        "expires_at": "2099-01-01T00:00:00Z", "token": "annp_secret" });
    fs::write(&file, json!({ "default": url, "hosts": { url: login } }).to_string()).unwrap();
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    file
}

#[test]
fn a_page_is_no_answer_and_nothing_is_done_by_it() {
    let folder = project(&guest("panel"));
    let root = folder.path();
    assert!(annex(root, &words("addon pack --component component.wasm --out shop.annex")).status.success());
    let stranger = Stranger::start(|_| page());
    let logins = signed_in(root, &stranger.url);
    for (text, code) in [
        ("whoami --host URL --token annp_t", "not-this-api"),
        ("addon status --host URL --token annp_t", "not-this-api"),
        ("addon logs --host URL --token annp_t", "not-this-api"),
        ("addon logs --follow --host URL --token annp_t", "not-this-api"),
        ("addon yank 1.0.0 --host URL --token annp_t", "not-this-api"),
        ("addon submit shop.annex --host URL --token annp_t", "not-this-api"),
        ("addon publish shop.annex --host URL --token annp_t", "not-this-api"),
        ("addon publish shop.annex --host URL --token t", "not-this-api"),
        ("logout --logins logins.json", "not-this-api"),
        ("login URL --again --logins logins.json", "no-login"),
    ] {
        let words = words(&format!("{} --json", text.replace("URL", &stranger.url)));
        assert_eq!(refused(&annex(root, &words)), code, "{text}");
    }
    assert!(fs::read_to_string(logins).unwrap().contains("annp_secret"), "the token that has not ended is kept");
}

#[test]
fn what_is_only_nearly_an_answer_is_none() {
    let folder = project(b"");
    let version = json!({ "id": "7", "version": "1.0.0", "status": "available", "technical": { "state": "available" },
        "marketplace": { "state": "draft" } });
    // A deed is answered with 204: whoever says 200 has not done it.
    let stranger = Stranger::start(move |asked| match asked {
        "GET /publisher/v1/projects/acme.shop/versions" => answer(&json!([version])),
        "GET /publisher/v1/projects/acme.other/versions" => answer(&json!([{ "version": "1.0.0" }])),
        _ => answer(&json!({})),
    });
    for text in [
        "addon yank 1.0.0 --host URL --token annp_t",
        "addon status --addon acme.other --host URL --token annp_t",
        "whoami --host URL --token annp_t",
    ] {
        let words = words(&format!("{} --json", text.replace("URL", &stranger.url)));
        assert_eq!(refused(&annex(folder.path(), &words)), "not-this-api", "{text}");
    }
}

#[test]
fn a_login_that_leads_to_another_host_is_refused() {
    let folder = project(b"");
    let stranger = Stranger::start(|_| {
        answer(&json!({ "device_code": "d", "user_code": "ABCD-EFGH", "expires_in": 600, "interval": 1,
            "verification_uri": "https://big.example.com/portal/device",
            "verification_uri_complete": "https://big.example.com/portal/device?code=ABCD-EFGH" }))
    });
    let output = annex(folder.path(), &words(&format!("login {} --logins logins.json --json", stranger.url)));
    // Nothing but the error is shown: no code to compare, and no address to open.
    assert_eq!(refused(&output), "login-elsewhere");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains(stranger.url.trim_end_matches('/')) && told.contains("`annex login https://big."), "{told}");
}

#[test]
fn what_a_host_says_does_not_steer_the_terminal() {
    const SAID: &str = "\u{1b}]0;mine\u{7}\u{1b}[2Jacme\u{202e}";
    let folder = project(b"");
    let stranger = Stranger::start(|asked| match asked {
        "GET /publisher/v1/token" => {
            answer(&json!({ "publisher": SAID, "account": SAID, "role": SAID, "scopes": [SAID],
            "expires_at": SAID }))
        }
        "GET /publisher/v1/projects/acme.shop/logs" => answer(&json!({ "version": SAID, "next": "1", "calls": [],
            "lines": [{ "id": "1", "level": "info", "message": SAID }] })),
        // No JSON of versions: what is told of it is the start of the text.
        _ => answer(&json!(SAID)),
    });
    for text in ["whoami", "addon logs", "addon status"] {
        let output = annex(folder.path(), &words(&format!("{text} --host {} --token annp_t", stranger.url)));
        let shown = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(shown.contains("\\u{1b}") && shown.contains("acme"), "{text}: {shown:?}");
        assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text}: {shown:?}");
    }
}

#[test]
fn what_a_host_sends_is_counted_as_it_is_unpacked() {
    let folder = project(b"");
    let pack = "import gzip, sys; sys.stdout.buffer.write(gzip.compress(b' ' * (64 << 20)))";
    let packed = Command::new("python3").args(["-c", pack]).output().unwrap().stdout;
    assert!((1..1 << 20).contains(&packed.len()), "{}", packed.len());
    let stranger = Stranger::start(move |_| ("content-encoding: gzip", packed.clone()));
    for text in ["whoami --host URL --token annp_t", "login URL"] {
        let words = words(&format!("{} --json", text.replace("URL", &stranger.url)));
        assert_eq!(refused(&annex(folder.path(), &words)), "answer-too-large", "{text}");
    }
}

#[test]
fn a_token_for_this_machine_passes_no_proxy() {
    let folder = project(b"");
    let (host, proxy) = (Stranger::start(|_| page()), Stranger::start(|_| page()));
    let mut whoami = command(folder.path(), &words(&format!("whoami --host {} --token annp_secret --json", host.url)));
    for variable in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        whoami.env(variable, &proxy.url);
    }
    assert_eq!(refused(&whoami.env_remove("no_proxy").env_remove("NO_PROXY").output().unwrap()), "not-this-api");
    assert_eq!(proxy.heard(), Vec::<String>::new());
    assert!(host.heard()[0].contains("annp_secret"), "{:?}", host.heard());
}
