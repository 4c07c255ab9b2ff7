//! What a person and a well-behaved add-on meet while others attack.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::host::Host;

/// Between two looks of one probe.
const PAUSE: Duration = Duration::from_millis(20);
/// Between two events.
const EVENT_PAUSE: Duration = Duration::from_millis(500);
/// How long the memory may take to come back.
const REST: Duration = Duration::from_secs(3);

/// What was measured: medians, 99th percentiles and refusals, the slowest event, and MiB more than before.
#[derive(Debug)]
pub(crate) struct Figures {
    pub(crate) panel: (Duration, Duration, usize),
    pub(crate) page: (Duration, Duration, usize),
    pub(crate) event: Duration,
    pub(crate) memory: i64,
}

/// See the module.
pub(crate) struct Probes<'a> {
    host: &'a Host,
    browser: reqwest::Client,
    neighbour: String,
    ticket: u64,
    window: Duration,
    /// Events so far.
    sent: AtomicU64,
}

fn a_ticket() -> Value {
    json!({"subject": "A question", "body": "Can you call me back?",
        "requester": {"name": "Requester", "email": "ann@example.com"}})
}

impl<'a> Probes<'a> {
    pub(crate) async fn new(host: &'a Host, window: Duration) -> Self {
        let neighbour = host.install("annex.neighbour", "", true).await;
        let ticket = host.api(Method::POST, "/tickets", &a_ticket()).await["number"].as_u64().expect("a number");
        let sent = AtomicU64::new(1);
        let this = Self { host, browser: host.browser().await, neighbour, ticket, window, sent };
        // Everything is loaded once.
        for _ in 0..20 {
            this.get(&this.panel_of(&this.neighbour)).await;
            this.get(&format!("/tickets/{ticket}")).await;
        }
        this
    }

    fn panel_of(&self, installation: &str) -> String {
        format!("/tickets/{}/sidebar/{installation}", self.ticket)
    }

    /// The page; `None` when the host was too busy.
    async fn get(&self, path: &str) -> Option<String> {
        let answer = self.browser.get(format!("{}{path}", self.host.url)).send().await.expect("the host answers");
        let status = answer.status();
        let text = answer.text().await.expect("a body");
        assert!(status.is_success() || status.as_u16() == 503, "{path}: {status} {text}");
        status.is_success().then_some(text)
    }

    /// Looks on while so many clients call an add-on again and again, on a thread of their own: what they have to do for it must not
    /// hold up the looks.
    pub(crate) async fn watch_under(&self, rogue: &str, at_once: u32) -> Figures {
        let url = format!("{}{}", self.host.url, self.panel_of(rogue));
        let (cookie, window) = (self.host.session().await, self.window);
        let attackers = std::thread::spawn(move || attack_for(window, &cookie, &url, at_once));
        let figures = self.watch().await;
        attackers.join().expect("attackers do not fail");
        figures
    }

    /// Looks on for the whole window.
    pub(crate) async fn watch(&self) -> Figures {
        let before = self.host.memory();
        let ended = AtomicBool::new(false);
        let page = format!("/tickets/{}", self.ticket);
        let panel = self.panel_of(&self.neighbour);
        let looks = async {
            let probes = tokio::join!(self.look(&panel, &ended), self.look(&page, &ended), self.events(&ended));
            probes
        };
        let clock = async {
            tokio::time::sleep(self.window).await;
            ended.store(true, Ordering::Release);
        };
        let ((panel, page, event), ()) = tokio::join!(looks, clock);
        tokio::time::sleep(REST).await;
        Figures { panel, page, event, memory: self.host.memory() - before }
    }

    /// The median and the 99th percentile of a page, and how often a card stood in the place of a panel.
    async fn look(&self, path: &str, ended: &AtomicBool) -> (Duration, Duration, usize) {
        let (mut times, mut refused) = (Vec::new(), 0);
        while !ended.load(Ordering::Acquire) {
            let started = Instant::now();
            let shown = self.get(path).await;
            times.push(started.elapsed());
            refused += usize::from(shown.is_none_or(|shown| shown.contains("panel-card")));
            tokio::time::sleep(PAUSE).await;
        }
        times.sort_unstable();
        (times[times.len() / 2], times[times.len() * 99 / 100], refused)
    }

    /// The longest that the neighbour took to hear of an event.
    async fn events(&self, ended: &AtomicBool) -> Duration {
        let mut slowest = Duration::ZERO;
        while !ended.load(Ordering::Acquire) {
            let started = Instant::now();
            self.send_events(1).await;
            let expected = self.sent.load(Ordering::Acquire);
            while self.heard().await.is_none_or(|heard| heard < expected) && started.elapsed() < Duration::from_secs(30)
            {
                tokio::time::sleep(PAUSE / 2).await;
            }
            slowest = slowest.max(started.elapsed());
            tokio::time::sleep(EVENT_PAUSE).await;
        }
        slowest
    }

    /// Lets something happen in the desk.
    pub(crate) async fn send_events(&self, count: u64) {
        for _ in 0..count {
            self.host.api(Method::POST, "/tickets", &a_ticket()).await;
        }
        self.sent.fetch_add(count, Ordering::AcqRel);
    }

    /// How many events the neighbour has heard; none when its panel was not drawn.
    async fn heard(&self) -> Option<u64> {
        let panel = self.get(&self.panel_of(&self.neighbour)).await?;
        panel.split_once("heard=")?.1.split_once(';')?.0.parse().ok()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn attack_for(window: Duration, cookie: &str, url: &str, at_once: u32) {
    let client = reqwest::Client::new();
    let attackers = futures::future::join_all((0..at_once).map(|_| attack(&client, cookie, url)));
    tokio::select! {
        _ = attackers => {}
        () = tokio::time::sleep(window) => {}
    }
}

/// Calls an add-on again and again. Whoever is turned away, or told that it is switched off, comes back a second later.
async fn attack(client: &reqwest::Client, cookie: &str, url: &str) {
    loop {
        let started = Instant::now();
        if let Ok(answer) = client.get(url).header("cookie", cookie).send().await {
            let _ = answer.bytes().await;
        }
        if started.elapsed() < Duration::from_millis(50) {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}
