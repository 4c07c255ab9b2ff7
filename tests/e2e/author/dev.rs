//! A help desk of the author's own, which follows each save.

use std::{
    io::{BufRead as _, BufReader, Lines},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};

use crate::support::{author::Author, browser::Browser, chromium::Chromium};

/// `annex addon dev`, and what it prints.
struct Dev {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// The names of the events that were printed so far.
    seen: Vec<String>,
    /// What it said when it was there.
    ready: Value,
    url: String,
}

impl Dev {
    fn start(author: &Author, project: &Path, words: &[&str]) -> Self {
        let words = [&["addon", "dev", "--json"][..], words].concat();
        let mut command = author.command(project, author.program(), &words);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let errors = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || errors.lines().map_while(Result::ok).for_each(|line| eprintln!("dev: {line}")));
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut dev = Self { child, lines, seen: Vec::new(), ready: Value::Null, url: String::new() };
        dev.ready = dev.wait_for("ready");
        dev.url = text(&dev.ready, "url").trim_end_matches('/').to_owned();
        dev
    }

    /// Reads on until an event is printed; answers what is said about it.
    fn wait_for(&mut self, event: &str) -> Value {
        for line in self.lines.by_ref().map_while(Result::ok) {
            let said: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
            eprintln!("dev: {line}");
            self.seen.push(text(&said, "event"));
            if said["event"] == event {
                return said["detail"].clone();
            }
        }
        panic!("it ended without {event}, after {:?}", self.seen);
    }

    /// As with Ctrl-C: it stops the host as well.
    async fn interrupt(mut self) {
        let sent = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        self.child.wait().unwrap();
        assert!(reqwest::get(format!("{}/healthz", self.url)).await.is_err(), "the host of `dev` is stopped");
    }
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}")).to_owned()
}

/// Saves a file with one thing in the place of another; answers the text.
fn edit(file: &Path, from: &str, to: &str) -> String {
    let before = std::fs::read_to_string(file).unwrap();
    let after = before.replacen(from, to, 1);
    assert_ne!(before, after, "{from} is in {}", file.display());
    std::fs::write(file, &after).unwrap();
    after
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_change_is_seen_beside_the_ticket_that_the_link_opens() {
    let author = Author::new("live");
    let project = author.new_addon("live", "plugin");
    let mut dev = Dev::start(&author, &project, &[]);
    let loaded = dev.wait_for("loaded");
    let (open, installation) = (text(&loaded, "open"), text(&loaded, "installation"));
    let browser = Browser::new(&dev.url);
    let ticket = browser.visit(&open).await;
    assert!(ticket.has(&format!("#addon-{installation}")), "{}:\n{}", ticket.url, ticket.text());
    assert_eq!(Browser::new(&dev.url).visit(&open).await.url.path(), "/sign-in", "it works once");
    let panel = format!("{}/sidebar/{installation}", ticket.url.path());
    browser.get(&panel).await.expect_not("Changed under dev");
    // From the first call on, all are told.
    assert_eq!(dev.wait_for("call")["kind"], "install");
    assert_eq!(dev.wait_for("call")["kind"], "render");

    let chromium = Chromium::start(&dev.url).await;
    if let Some(chromium) = &chromium {
        chromium.sign_in(&text(&dev.ready, "email"), &text(&dev.ready, "password")).await;
        chromium.goto(ticket.url.path()).await;
        chromium.run("window.stays = true", &[]).await;
    }
    let source = project.join("src/lib.rs");
    edit(&source, "View::new(", "View::new(\"Changed under dev\").subtitle(");
    assert_eq!(dev.wait_for("loaded")["open"], Value::Null, "the link was printed");
    browser.get(&panel).await.expect("Changed under dev");
    if let Some(chromium) = &chromium {
        let drawn = format!(
            "return window.stays === true
                && document.querySelector('#addon-{installation} [data-panel]')?.textContent.includes('Changed under dev')"
        );
        chromium.until("the panel is drawn anew, and the page is not", &drawn).await;
        assert_eq!(chromium.errors().await, [""; 0]);
    }
    a_panic_is_told_whole(&mut dev, &browser, (&source, &panel)).await;

    let url = dev.url.clone();
    dev.interrupt().await;
    let mut again = Dev::start(&author, &project, &[]);
    assert_eq!(again.url, url, "the port stays");
    assert_eq!(text(&again.wait_for("loaded"), "installation"), installation, "and so does what there is");
    again.interrupt().await;
}

async fn a_panic_is_told_whole(dev: &mut Dev, browser: &Browser, (source, panel): (&Path, &str)) {
    let changed = edit(source, "let who", "panic!(\"out of\\npaper\");\n        let who");
    let line = 1 + changed.lines().position(|line| line.contains("panic!(")).unwrap();
    dev.wait_for("loaded");
    browser.visit(panel).await;
    let mut message = || text(&dev.wait_for("log"), "message");
    let place = format!("panicked at src/lib.rs:{line}:");
    while !message().contains(&place) {}
    assert_eq!([message(), message()], ["out of", "paper"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_has_a_message_and_another_add_on_runs_beside_it() {
    let author = Author::new("beside");
    let (bridge, hello) = (author.new_addon("bridge", "channel"), author.new_addon("hello", "plugin"));
    let mut dev = Dev::start(&author, &bridge, &["--with", "../hello"]);
    let delivered = dev.wait_for("delivered");
    assert_eq!(delivered["status"], 200, "{delivered}");
    let loaded = dev.wait_for("loaded");
    assert_eq!(loaded["addon"], "acme.bridge");
    let inbox = Browser::new(&dev.url).visit(&text(&loaded, "open")).await;
    assert_eq!(inbox.url.path(), "/inbox");
    inbox.expect("Ada");
    let beside = dev.wait_for("loaded");
    assert_eq!((&beside["addon"], &beside["open"]), (&json!("acme.hello"), &Value::Null));
    edit(&hello.join("src/lib.rs"), "Hello, ", "Welcome, ");
    assert_eq!(dev.wait_for("loaded")["addon"], "acme.hello");
    dev.interrupt().await;

    // What was there stays: the settings, the address, the message.
    let mut again = Dev::start(&author, &bridge, &[]);
    assert_eq!(again.wait_for("loaded")["installation"], loaded["installation"]);
    assert!(!again.seen.contains(&"delivered".into()), "{:?}", again.seen);
    let more = json!({"id": "m-2", "chat": "c-8", "user": "u-4", "name": "Grace", "text": "Where is it?"});
    let request = reqwest::Client::new().post(text(&delivered, "address")).json(&more);
    let sent = request.header(text(&delivered, "header"), text(&delivered, "secret")).send().await.unwrap();
    assert_eq!(sent.status(), 200);
    again.interrupt().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_opens_the_panel_in_the_language_of_the_add_on() {
    let author = Author::new("spoken");
    let project = author.new_addon("lang-eo", "language");
    let mut dev = Dev::start(&author, &project, &["--listen", "127.0.0.1:0"]);
    let open = text(&dev.wait_for("loaded"), "open");
    Browser::new(&dev.url).visit(&open).await.expect("Poŝtkesto");
    dev.interrupt().await;
}
