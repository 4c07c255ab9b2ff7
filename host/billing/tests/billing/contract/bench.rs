//! A gateway, and what the other side can do: type a card, answer at the bank, lose an answer, count what was taken.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use annex_billing::{
    gateway::Gateway,
    gateways::{
        stripe::{Stripe, StripeConfig},
        test::TestGateway,
    },
};
use annex_domain::clock::{Clock as _, ManualClock, SystemClock};
use annex_store::testing::TestDb;
use serde_json::{Value, json};
use url::Url;

/// As the webhooks of the peer are signed.
pub(super) const WEBHOOK_SECRET: &str = "whsec_contract";

/// A gateway under test, and its other side.
pub(super) struct Bench {
    pub(super) gateway: Arc<dyn Gateway>,
    side: Side,
}

enum Side {
    Test { gateway: TestGateway, clock: Arc<ManualClock>, _database: TestDb },
    Stripe(Peer),
}

/// Runs a case on the test gateway and, where it is installed, on Stripe.
pub(super) async fn on_both(case: impl AsyncFn(&Bench)) {
    eprintln!("on the test gateway");
    case(&Bench::test().await).await;
    if let Some(peer) = Peer::start() {
        eprintln!("on Stripe");
        case(&Bench::stripe(peer, Duration::from_secs(20))).await;
    }
}

impl Bench {
    async fn test() -> Self {
        let database = TestDb::sqlite().await;
        let clock = Arc::new(ManualClock::at(SystemClock.now()));
        let url = "https://desk.example/".parse().expect("a URL");
        let gateway = TestGateway::new(database.db.clone(), clock.clone(), url);
        Self { gateway: Arc::new(gateway.clone()), side: Side::Test { gateway, clock, _database: database } }
    }

    /// Stripe; a request may take as long as `timeout`.
    pub(super) fn stripe(peer: Peer, timeout: Duration) -> Self {
        Self { gateway: Arc::new(peer.stripe(timeout)), side: Side::Stripe(peer) }
    }

    /// The other side of Stripe.
    pub(super) fn peer(&self) -> &Peer {
        match &self.side {
            Side::Stripe(peer) => peer,
            Side::Test { .. } => panic!("this is the test gateway"),
        }
    }

    /// The payer types a card on the gateway's page.
    pub(super) async fn add_card(&self, page: &Url, number: &str) {
        match &self.side {
            Side::Test { gateway, .. } => {
                let visit = last_segment(page);
                gateway.complete_setup(visit, number, 12, 2099).await.expect("a test card");
            }
            Side::Stripe(peer) => {
                let answer = peer.http.post(page.clone()).form(&[("number", number)]).send().await.expect("the page");
                assert_eq!(answer.status(), 303, "the card was not added");
            }
        }
    }

    /// The payer answers on the page of the bank. Whether that helps is seen in the intent.
    pub(super) async fn answer_bank(&self, page: &Url, approve: bool) {
        match &self.side {
            Side::Test { gateway, .. } => drop(gateway.finish_action(last_segment(page), approve).await),
            Side::Stripe(peer) => {
                let action = if approve { "complete" } else { "fail" };
                peer.http.post(page.clone()).form(&[("action", action)]).send().await.expect("the page");
            }
        }
    }

    /// The number of a card of which the next confirmation has its effect, and no answer.
    pub(super) async fn lose_answers_of_confirm(&self) -> &'static str {
        match &self.side {
            Side::Test { .. } => "4000000000000119",
            Side::Stripe(peer) => {
                peer.control("faults", json!({"kind": "lost-answer", "path": "/confirm$"})).await;
                "4242424242424242"
            }
        }
    }

    /// How often money was taken, by the gateway's own record.
    pub(super) async fn taken(&self, intent: &str) -> u32 {
        match &self.side {
            Side::Test { gateway, .. } => gateway.charges(intent).await.expect("an intent"),
            Side::Stripe(peer) => peer.taken(intent).await,
        }
    }

    /// What Stripe was told about the payer, by the log of the front.
    pub(super) async fn was_off_session(&self, intent: &str) {
        let Side::Stripe(peer) = &self.side else { return };
        let log = peer.read("__requests").await;
        let path = format!("/v1/payment_intents/{intent}/confirm");
        let asked = log.as_array().expect("a list").iter().find(|request| request["path"] == path.as_str());
        let body = asked.expect("it was asked")["body"].as_str().expect("a text").to_owned();
        assert!(body.contains("off_session=true") && !body.contains("return_url"), "{body}");
    }

    /// The gateway's clock goes on.
    pub(super) async fn pass_a_day(&self) {
        match &self.side {
            Side::Test { clock, .. } => clock.advance(Duration::from_hours(24)),
            Side::Stripe(peer) => drop(peer.control("settings", json!({"time_offset": 86_400})).await),
        }
    }
}

fn last_segment(page: &Url) -> &str {
    page.path_segments().and_then(Iterator::last).expect("a page has a path")
}

/// `tests/peers/stripe.py`, running.
pub(super) struct Peer {
    child: Child,
    pub(super) url: Url,
    #[expect(clippy::disallowed_types, reason = "the browser and the hand of the test, not the host")]
    http: reqwest::Client,
}

impl Peer {
    /// None where it is not installed; with `CI` set that is a failure, so that it cannot be forgotten.
    pub(super) fn start() -> Option<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/stripe.py");
        let child = Command::new("python3").arg(script).stdout(Stdio::piped()).spawn();
        let Some((child, port)) = child.ok().and_then(listening) else {
            assert!(std::env::var_os("CI").is_none(), "localstripe is not here: run tests/peers/setup.sh python");
            eprintln!("skipped: localstripe is not here; run tests/peers/setup.sh python");
            return None;
        };
        #[expect(clippy::disallowed_types, reason = "the browser and the hand of the test, not the host")]
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Some(Self { child, url: format!("http://127.0.0.1:{port}/").parse().expect("a URL"), http })
    }

    /// The adapter, pointed here.
    pub(super) fn stripe(&self, timeout: Duration) -> Stripe {
        let mut config = StripeConfig::new("sk_test_contract".into(), Some(WEBHOOK_SECRET.into()));
        (config.api_base, config.timeout) = (Some(self.url.clone()), timeout);
        Stripe::new(config).expect("a configuration")
    }

    /// Asks something of the front.
    pub(super) async fn control(&self, path: &str, wish: Value) -> Value {
        let url = self.url.join("_control/").and_then(|url| url.join(path)).expect("a URL");
        let answer = self.http.post(url).json(&wish).send().await.expect("the peer answers");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.expect("JSON")
    }

    /// What it has noted.
    pub(super) async fn read(&self, path: &str) -> Value {
        let url = self.url.join(path).expect("a URL");
        self.http.get(url).send().await.expect("the peer answers").json().await.expect("JSON")
    }

    pub(super) async fn taken(&self, intent: &str) -> u32 {
        let record = self.read("_control/record").await;
        let charges = record["charges"].as_array().expect("a list");
        let paid = charges.iter().filter(|charge| charge["payment_intent"] == intent && charge["paid"] == true).count();
        u32::try_from(paid).expect("few")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for `PORT <n>`; whatever it prints later must not fill the pipe.
fn listening(mut child: Child) -> Option<(Child, u16)> {
    let mut lines = BufReader::new(child.stdout.take()?).lines().map_while(Result::ok);
    let Some(port) = lines.find_map(|line| line.strip_prefix("PORT ")?.trim().parse().ok()) else {
        let _ = child.wait();
        return None;
    };
    std::thread::spawn(move || lines.for_each(drop));
    Some((child, port))
}
