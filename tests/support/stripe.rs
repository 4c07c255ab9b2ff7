//! The payment company: Stripe's API as `localstripe` plays it, behind a front that loses answers, delays, and sends
//! webhooks in any order. It keeps its own record of what was taken and paid back, which is what the judge believes.

use serde_json::{Value, json};

use super::peer::Peer;

/// Cards by what they do.
pub(crate) mod cards {
    pub(crate) const PAYS: &str = "4242424242424242";
    pub(crate) const DECLINES: &str = "4000000000000341";
    pub(crate) const ASKS: &str = "4000002500003155";
}

/// The signing secret of webhooks.
const SECRET: &str = "whsec_journeys";

/// A running front.
#[derive(Debug)]
pub(crate) struct Stripe {
    peer: Peer,
    client: reqwest::Client,
}

/// A payment as the company recorded it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Intent {
    pub(crate) id: String,
    pub(crate) status: String,
    pub(crate) cents: i64,
    pub(crate) invoice: Option<String>,
    pub(crate) order: Option<String>,
}

impl Intent {
    pub(crate) fn took(&self) -> bool {
        self.status == "succeeded"
    }
}

/// Money that the company paid back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) intent: String,
    pub(crate) cents: i64,
}

/// Everything that happened to money.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) intents: Vec<Intent>,
    pub(crate) refunds: Vec<Refund>,
}

impl Record {
    /// What there is here and not yet in `before`.
    pub(crate) fn since(mut self, before: &Self) -> Self {
        self.intents.retain(|intent| !before.intents.iter().any(|known| known.id == intent.id));
        self.refunds.retain(|refund| !before.refunds.iter().any(|known| known.id == refund.id));
        self
    }

    pub(crate) fn and(mut self, other: &Self) -> Self {
        self.intents.extend(other.intents.iter().cloned());
        self.refunds.extend(other.refunds.iter().cloned());
        self
    }

    pub(crate) fn taken(&self) -> impl Iterator<Item = &Intent> {
        self.intents.iter().filter(|intent| intent.took())
    }

    /// Cents of a payment that were not paid back.
    pub(crate) fn kept(&self, intent: &Intent) -> i64 {
        if !intent.took() {
            return 0;
        }
        let back: i64 =
            self.refunds.iter().filter(|refund| refund.intent == intent.id).map(|refund| refund.cents).sum();
        intent.cents - back
    }
}

impl Stripe {
    /// Starts the front, well-behaved and without webhooks.
    pub(crate) fn start() -> Self {
        Self { peer: Peer::start("stripe.py", &[]), client: reqwest::Client::new() }
    }

    /// The options of a host that is to use it.
    pub(crate) fn options(&self) -> Vec<String> {
        let url = format!("{}/", self.peer.url);
        ["--stripe-secret-key", "sk_test_journeys", "--stripe-webhook-secret", SECRET, "--stripe-url", &url]
            .map(str::to_owned)
            .into()
    }

    async fn control(&self, path: &str, wish: &Value) -> Value {
        let url = format!("{}/_control/{path}", self.peer.url);
        let answer = self.client.post(url).json(wish).send().await.expect("the front answers");
        let (status, text) = (answer.status(), answer.text().await.expect("a body"));
        assert!(status.is_success(), "{path} {wish}: {status} {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// What goes wrong by chance from now on, by kind and probability.
    pub(crate) async fn chaos(&self, wish: Value) {
        self.control("chaos", &wish).await;
    }

    /// From now on nothing goes wrong.
    pub(crate) async fn behave(&self) {
        let url = format!("{}/_control/faults", self.peer.url);
        let answer = self.client.delete(url).send().await.expect("the front answers");
        assert!(answer.status().is_success());
    }

    /// Its clock is that far ahead.
    pub(crate) async fn clock_ahead(&self, seconds: u64) {
        self.control("settings", &json!({"time_offset": seconds})).await;
    }

    /// Whether refunds take their time, as those to bank accounts do.
    pub(crate) async fn refunds_pending(&self, pending: bool) {
        self.control("settings", &json!({"refunds_pending": pending})).await;
    }

    /// Forgets all idempotency keys, as Stripe does after a day.
    pub(crate) async fn forget_keys(&self) {
        self.control("keys/expire", &json!({})).await;
    }

    /// Sends webhooks to a host, with wishes such as `{"twice": 0.5, "lose": 0.2, "delay": [0, 1]}`.
    pub(crate) async fn tell(&self, host: &str, wish: Value) {
        let mut wish = wish;
        wish["url"] = json!(format!("{host}/webhooks/stripe"));
        wish["secret"] = json!(SECRET);
        self.control("webhook", &wish).await;
    }

    /// The ids of all events so far, oldest first.
    pub(crate) async fn events(&self) -> Vec<String> {
        let answer =
            self.client.get(format!("{}/_control/events", self.peer.url)).send().await.expect("the front answers");
        let events: Value = answer.json().await.expect("JSON");
        let ids =
            events.as_array().expect("a list").iter().map(|one| one["event"]["id"].as_str().expect("an id").to_owned());
        ids.collect()
    }

    /// Sends an event once more, or for the first time. Answers the host's status.
    pub(crate) async fn send(&self, event: &str, wish: &Value) -> Option<u64> {
        self.control(&format!("events/{event}/send"), wish).await[0]["status"].as_u64()
    }

    /// The payer confirms at their bank, or does not.
    pub(crate) async fn authenticate(&self, intent: &str, success: bool) {
        self.control("authenticate", &json!({"payment_intent": intent, "success": success})).await;
    }

    /// The company's own record.
    pub(crate) async fn record(&self) -> Record {
        let answer =
            self.client.get(format!("{}/_control/record", self.peer.url)).send().await.expect("the front answers");
        let found: Value = answer.json().await.expect("JSON");
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let intents = found["payment_intents"].as_array().expect("intents").iter().map(|intent| Intent {
            id: text(&intent["id"]).expect("an id"),
            status: text(&intent["status"]).expect("a status"),
            cents: intent["amount"].as_i64().expect("an amount"),
            invoice: text(&intent["metadata"]["annex_invoice"]),
            order: text(&intent["metadata"]["annex_order"]),
        });
        let refunds =
            found["refunds"].as_array().expect("refunds").iter().filter(|refund| refund["status"] != "failed");
        let refunds = refunds.map(|refund| Refund {
            id: text(&refund["id"]).expect("an id"),
            intent: text(&refund["payment_intent"]).expect("an intent"),
            cents: refund["amount"].as_i64().expect("an amount"),
        });
        Record { intents: intents.collect(), refunds: refunds.collect() }
    }
}
