//! A browser with a screen: Chromium, by its own driver. For how a page looks, and for what its script does. What has to work
//! for everybody is tried in [`super::browser`], which has neither.

use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{ChromiumLikeCapabilities as _, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver, WindowHandle};

use super::{eventually, peer::packages};

/// Colours are the same everywhere, and scroll bars take no room, as on phones.
const ARGUMENTS: [&str; 7] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--lang=en-US",
];

/// Nor is room kept for a scroll bar: a page is as wide as a test says.
const NO_GUTTER: &str = "
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('html { scrollbar-gutter: auto !important }');
    document.adoptedStyleSheets = [sheet];
";

/// What axe-core found, one sentence for each element.
const AXE: &str = "
    const told = (node) => [...node.any, ...node.all, ...node.none].map((one) => one.message).join('; ');
    return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.flatMap((rule) =>
        rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}: ${told(node)}`)));
";

/// Panels of add-ons come after the page, and say so by what stands in their place.
const SETTLED: &str = "
    return document.readyState === 'complete'
        && !document.querySelector('.htmx-request, .addon-panel:not([data-folded]) .addon-panel-content > .skeleton');
";

/// Where the found part is, with a margin around it.
const CLIP: &str = "
    const box = part.getBoundingClientRect();
    const margin = 8;
    return {
        x: Math.max(0, box.x + scrollX - margin), y: Math.max(0, box.y + scrollY - margin),
        width: box.width + 2 * margin, height: box.height + 2 * margin, scale: 2,
    };
";

/// The colours that a person prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Light,
    Dark,
}

impl Scheme {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The driver's process.
struct Driver {
    child: Child,
    /// Such as `http://127.0.0.1:40000`.
    url: String,
}

/// A window, with a profile of its own.
pub(crate) struct Chromium {
    // Dropped in this order: the driver closes the window, and the window writes into its profile until then.
    session: WebDriver,
    driver: Driver,
    _profile: TempDir,
    base: String,
    axe: Option<String>,
}

impl Driver {
    fn start(program: &OsStr) -> Self {
        let mut child = Command::new(program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}", program.display()));
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let port = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                line.rsplit_once("on port ")?.1.trim_end_matches('.').parse::<u16>().ok().filter(|&port| port > 0)
            })
            .expect("the driver prints its port");
        // Whatever it prints later must not fill the pipe.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self { child, url: format!("http://127.0.0.1:{port}") }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Chromium {
    /// A window for the host at `base`. None, with the reason printed, where there is no Chromium; with `CI=true` that fails.
    pub(crate) async fn start(base: &str) -> Option<Self> {
        let Some(program) = std::env::var_os("ANNEX_TEST_CHROMEDRIVER") else {
            assert!(std::env::var_os("CI").is_none(), "ANNEX_TEST_CHROMEDRIVER is not set; `make test` finds Chromium");
            eprintln!("skipped: ANNEX_TEST_CHROMEDRIVER is not set; `make test` finds Chromium");
            return None;
        };
        let driver = Driver::start(&program);
        let profile = tempfile::tempdir().expect("a temporary folder");
        let mut wishes = DesiredCapabilities::chrome();
        for argument in ARGUMENTS {
            wishes.add_arg(argument).expect("an argument");
        }
        wishes.add_arg(&format!("--user-data-dir={}", profile.path().display())).expect("an argument");
        wishes.set_browser_log_level(LoggingPrefsLogLevel::Severe).expect("a level");
        let session = WebDriver::new(driver.url.as_str(), wishes).await.expect("Chromium starts");
        let chromium = Self { session, driver, _profile: profile, base: base.to_owned(), axe: axe() };
        chromium.on_every_page(NO_GUTTER).await;
        chromium.prefer(Scheme::Light).await;
        Some(chromium)
    }

    async fn command(&self, name: &str, parameters: Value) {
        let answer = self.session.cdp().send_raw(name, parameters).await;
        answer.unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    /// How much of a page is seen, in CSS pixels. Windows cannot be as narrow as phones are, so the page is told.
    pub(crate) async fn resize(&self, width: u32, height: u32) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.command("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Colours as preferred. Nothing moves: what is measured is where it stays.
    pub(crate) async fn prefer(&self, scheme: Scheme) {
        let features = json!([
            {"name": "prefers-color-scheme", "value": scheme.as_str()},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]);
        self.command("Emulation.setEmulatedMedia", json!({"features": features})).await;
    }

    /// Asks for pages in this language from now on, as the browser of somebody who speaks it does.
    pub(crate) async fn speak(&self, language: &str) {
        self.command("Network.enable", json!({})).await;
        self.command("Network.setExtraHTTPHeaders", json!({"headers": {"Accept-Language": language}})).await;
    }

    /// Runs before the script of each page that is opened from now on.
    pub(crate) async fn on_every_page(&self, script: &str) {
        self.command("Page.addScriptToEvaluateOnNewDocument", json!({"source": script})).await;
    }

    /// Opens a page, and waits for the panels in it.
    pub(crate) async fn goto(&self, path: &str) {
        let opened = self.session.goto(format!("{}{path}", self.base)).await;
        opened.unwrap_or_else(|error| panic!("{path}: {error}"));
        self.until(&format!("{path} is complete"), SETTLED).await;
    }

    pub(crate) async fn sign_in(&self, email: &str, password: &str) {
        self.sign_in_at("/sign-in", (email, password), ".rail").await;
    }

    /// Signs in on a page; `inside` finds what is only there for who has signed in.
    pub(crate) async fn sign_in_at(&self, page: &str, (email, password): (&str, &str), inside: &str) {
        self.goto(page).await;
        let fill = "
            document.querySelector('#f-email').value = arguments[0];
            document.querySelector('#f-password').value = arguments[1];
            document.querySelector('main form').requestSubmit();
        ";
        self.run(fill, &[json!(email), json!(password)]).await;
        let there = format!("return Boolean(document.querySelector('{inside}'))");
        self.until("somebody is signed in", &there).await;
    }

    /// Opens another tab, and goes on in it. Answers the one before and the new one.
    pub(crate) async fn another_tab(&self) -> [WindowHandle; 2] {
        let before = self.session.window().await.expect("a tab");
        let new = self.session.new_tab().await.expect("another tab");
        self.switch_to(&new).await;
        [before, new]
    }

    /// Goes on in a tab that is open.
    pub(crate) async fn switch_to(&self, tab: &WindowHandle) {
        self.session.switch_to_window(tab.clone()).await.expect("the tab is there");
    }

    /// What a function with this body answers in the page. It is given `arguments`; a promise is waited for.
    pub(crate) async fn run(&self, body: &str, arguments: &[Value]) -> Value {
        let answer = self.session.execute(body, arguments.to_vec()).await;
        answer.unwrap_or_else(|error| panic!("{error}, in: {body}")).json().clone()
    }

    /// Asks again and again, also while one page follows another, until the answer is true.
    pub(crate) async fn until(&self, what: &str, body: &str) {
        eventually(what, || async {
            let answer = self.session.execute(body, Vec::new()).await.ok()?;
            answer.json().as_bool().filter(|&so| so)
        })
        .await;
    }

    /// What axe-core finds wrong with the page as it is now; nothing where axe-core is not installed.
    pub(crate) async fn axe(&self) -> Vec<String> {
        let Some(source) = &self.axe else { return Vec::new() };
        if self.run("return typeof axe === 'undefined'", &[]).await == json!(true) {
            self.run(source, &[]).await;
        }
        texts(&self.run(AXE, &[]).await)
    }

    /// A picture of a part of the page, in twice as many pixels: of what `find` puts into the constant `part`.
    pub(crate) async fn picture_of(&self, find: &str, arguments: &[Value]) -> Vec<u8> {
        let clip = self.run(&format!("{find}{CLIP}"), arguments).await;
        let wanted = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
        let taken = self.session.cdp().send_raw("Page.captureScreenshot", wanted).await;
        let taken = taken.unwrap_or_else(|error| panic!("no picture of {find}: {error}"));
        BASE64_STANDARD.decode(taken["data"].as_str().expect("a picture")).expect("base64")
    }

    /// Errors of scripts, of the content security policy and of what was to be loaded, since the last call.
    pub(crate) async fn errors(&self) -> Vec<String> {
        let log = self.session.browser_log().await.expect("the browser's log");
        log.into_iter().map(|entry| entry.message).collect()
    }

    /// Keeps a picture of what is seen, where `ANNEX_TEST_SHOTS` names a folder.
    pub(crate) async fn shoot(&self, name: &str) {
        if let Some(path) = shot(name) {
            picture(&self.address(), &path).await;
        }
    }

    fn address(&self) -> String {
        format!("{}/session/{}", self.driver.url, self.session.session_id())
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        let Some(path) = shot(&test) else { return };
        let address = self.address();
        // The runtime of the test cannot be waited for in here.
        let taking = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(picture(&address, &path));
        });
        if taking.join().is_err() {
            eprintln!("no picture of {test}");
        }
    }
}

/// The strings of a list.
pub(crate) fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().unwrap_or_else(|| panic!("expected a list, not {list}"));
    list.iter().map(|text| text.as_str().map_or_else(|| text.to_string(), str::to_owned)).collect()
}

/// The source of axe-core.
fn axe() -> Option<String> {
    let source = std::fs::read_to_string(packages().join("npm/node_modules/axe-core/axe.min.js"));
    if let Err(error) = &source {
        assert!(std::env::var_os("CI").is_none(), "axe-core is missing: run tests/peers/setup.sh npm ({error})");
        eprintln!("skipped: there is no axe-core; tests/peers/setup.sh npm gets it");
    }
    // Its last line may be a comment, and what runs in a page is put between brackets.
    source.ok().map(|source| source + "\n")
}

/// Where a picture of that name is kept.
fn shot(name: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("ANNEX_TEST_SHOTS")?);
    std::fs::create_dir_all(&folder).ok()?;
    let letter = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let letters: Vec<char> = name.chars().map(letter).collect();
    // The width and the colours stand at the end; names of files have 255 bytes at most.
    let (start, end) = letters.split_at(letters.len().saturating_sub(60));
    let name: String = start.iter().take(60).chain(end).collect();
    Some(folder.join(format!("{name}.png")))
}

/// Asks the driver by itself: the session's own client belongs to the runtime of the test.
async fn picture(address: &str, path: &Path) {
    let answer = reqwest::get(format!("{address}/screenshot")).await.expect("the driver answers");
    let answer: Value = answer.json().await.expect("JSON");
    let png = BASE64_STANDARD.decode(answer["value"].as_str().expect("a picture")).expect("base64");
    std::fs::write(path, png).expect("the picture is kept");
}
