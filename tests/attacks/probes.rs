//! What a person and a well-behaved add-on meet while others attack.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
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

    async fn get(&self, path: &str) -> String {
        let answer = self.browser.get(format!("{}{path}", self.host.url)).send().await.expect("the host answers");
        let status = answer.status();
        let text = answer.text().await.expect("a body");
        assert!(status.is_success(), "{path}: {status} {text}");
        text
    }

    /// Looks on for the whole window.
    pub(crate) async fn watch(&self) -> Figures {
        self.measure(std::future::pending()).await
    }

    /// Looks on while so many clients call an add-on again and again.
    pub(crate) async fn watch_under(&self, rogue: &str, at_once: u32) -> Figures {
        let url = format!("{}{}", self.host.url, self.panel_of(rogue));
        let attack = async {
            let attackers = (0..at_once).map(|_| attack(&self.browser, &url));
            futures::future::join_all(attackers).await;
        };
        self.measure(attack).await
    }

    async fn measure(&self, attack: impl Future<Output = ()>) -> Figures {
        let before = self.host.memory();
        let ended = Arc::new(AtomicBool::new(false));
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
        let attack = async {
            tokio::select! {
                () = attack => {}
                () = tokio::time::sleep(self.window) => {}
            }
        };
        let ((panel, page, event), (), ()) = tokio::join!(looks, clock, attack);
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
            refused += usize::from(shown.contains("panel-card"));
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
        let panel = self.get(&self.panel_of(&self.neighbour)).await;
        panel.split_once("heard=")?.1.split_once(';')?.0.parse().ok()
    }
}

/// Calls an add-on again and again. Whoever is turned away, or told that it is switched off, comes back a second later.
async fn attack(browser: &reqwest::Client, url: &str) {
    loop {
        let started = Instant::now();
        if let Ok(answer) = browser.get(url).send().await {
            let _ = answer.bytes().await;
        }
        if started.elapsed() < Duration::from_millis(50) {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}
