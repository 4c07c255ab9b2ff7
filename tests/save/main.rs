//! `make bench`: how long an author waits under `annex addon dev`, with the real binary and the real compiler: from nothing to the first
//! panel, and from a save to the panel that has it, over so many edits: of the add-on alone, and of what it depends on as well. The
//! browser is this program, which does what the script of the panel does: it follows the stream, waits as long as that waits, and
//! asks for the ticket and then for the panel. The goal is in host/docs/performance.md.
//!
//! `cargo run --release -p annex-tests --example save [-- EDITS]` runs the `annex` beside it, or the one that `ANNEX_TEST_BIN` names,
//! with 20 edits of each kind unless a number is given.
#![expect(clippy::disallowed_types, reason = "a client of the host")]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a program that measures: where it cannot go on it ends, and says where"
)]

mod browser;

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    time::{Duration, Instant},
};

use browser::Browser;
use serde_json::Value;
use tempfile::TempDir;

const EDITS: usize = 20;
/// Nothing takes so long: a build from nothing on a busy machine least of all.
const PATIENCE: Duration = Duration::from_secs(600);
/// What the template calls its panel.
const TITLE: &str = "View::new(\"Greeter\")";

#[tokio::main]
async fn main() {
    let edits = std::env::args().nth(1).map_or(EDITS, |word| word.parse().expect("a number of edits"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = new_addon(&folder);
    let started = Instant::now();
    let (dev, loaded) = Dev::start(&project);
    println!("first build, from nothing to the panel: {:.1} s", started.elapsed().as_secs_f64());
    let mut browser = Browser::open(&text(&loaded, "open"), &text(&loaded, "installation")).await;
    let source = Source::of(&project);
    println!("{:<34} {:>7} {:>7}", "from a save to the panel, seconds", "p50", "p95");
    for (name, change) in [("the add-on", Change::Own), ("and the SDK that it depends on", Change::Dependency)] {
        let mut times = Vec::with_capacity(edits);
        for edit in 0..edits {
            let words = format!("{name}, edit {edit}.");
            let saved = Instant::now();
            source.save(&words, change, edit);
            let seen = tokio::time::timeout(PATIENCE, browser.see(&words)).await;
            seen.unwrap_or_else(|_| panic!("{words} is not seen; see {}", dev.log.display()));
            times.push(saved.elapsed().as_secs_f64());
        }
        times.sort_by(f64::total_cmp);
        println!("{name:<34} {:>7.2} {:>7.2}", part(&times, 50), part(&times, 95));
    }
}

/// The time that so many of a hundred do not exceed.
fn part(times: &[f64], percent: usize) -> f64 {
    let at = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(at).copied().unwrap_or(f64::NAN)
}

fn annex() -> PathBuf {
    std::env::var_os("ANNEX_TEST_BIN").map_or_else(
        || {
            let here = std::env::current_exe().expect("a program runs from somewhere");
            here.ancestors().nth(2).expect("target/release/examples/save").join("annex")
        },
        PathBuf::from,
    )
}

/// A plugin from the template. Crates come from the registry, or from what cargo has of it at hand.
fn new_addon(folder: &TempDir) -> PathBuf {
    let mut command = Command::new(annex());
    command.args(["addon", "new", "greeter", "--kind", "plugin"]).current_dir(folder.path());
    let made = command.output().expect("annex starts; build it first, in the same profile");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    folder.path().join("greeter")
}

/// What is changed by an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Own,
    Dependency,
}

/// The files that are edited, as they were.
struct Source {
    own: (PathBuf, String),
    dependency: (PathBuf, String),
}

impl Source {
    fn of(project: &Path) -> Self {
        let read = |file: PathBuf| {
            let text = std::fs::read_to_string(&file).expect("a file of the template");
            (file, text)
        };
        let sdk = project.join("sdk").read_dir().expect("the SDK").flatten().next().expect("the SDK").path();
        Self { own: read(project.join("src/lib.rs")), dependency: read(sdk.join("src/lib.rs")) }
    }

    /// The panel is to be called by these words.
    fn save(&self, words: &str, change: Change, edit: usize) {
        let write = |file: &Path, text: String| std::fs::write(file, text).expect("a file that can be written");
        if change == Change::Dependency {
            let (file, text) = &self.dependency;
            write(file, format!("{text}\n#[doc(hidden)]\npub const EDIT: usize = {edit};\n"));
        }
        let (file, text) = &self.own;
        assert!(text.contains(TITLE), "the template has another title");
        write(file, text.replace(TITLE, &format!("View::new(\"{words}\")")));
    }
}

/// A running `annex addon dev`.
struct Dev {
    child: Child,
    log: PathBuf,
    /// What it prints is read, so that it never waits.
    _events: Receiver<Value>,
}

impl Dev {
    /// Answers as soon as the add-on runs, with what is said of it.
    fn start(project: &Path) -> (Self, Value) {
        let log = project.join("dev.log");
        let mut command = Command::new(annex());
        command.args(["addon", "dev", "--json", "--listen", "127.0.0.1:0"]).current_dir(project).stdin(Stdio::null());
        command.env_remove("CARGO_TARGET_DIR").stdout(Stdio::piped());
        command.stderr(std::fs::File::create(&log).expect("a log"));
        let mut child = command.spawn().expect("annex starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok);
        let (told, events) = mpsc::channel();
        std::thread::spawn(move || {
            for line in lines {
                let _ = told.send(serde_json::from_str::<Value>(&line).unwrap_or(Value::Null));
            }
        });
        loop {
            let said = events.recv_timeout(PATIENCE).expect("it prints that the add-on runs");
            match said.get("event").and_then(Value::as_str) {
                Some("loaded") => {
                    let detail = said.get("detail").cloned().unwrap_or_default();
                    return (Self { child, log, _events: events }, detail);
                }
                Some("errors") | None => panic!("{said}"),
                Some(_) => {}
            }
        }
    }
}

impl Drop for Dev {
    /// As with Ctrl-C, so that it ends its host.
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_else(|| panic!("{name} in {value}")).to_owned()
}
