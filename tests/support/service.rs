//! A publisher's service, `tests/peers/publisher.py`: what it is told to do, and what it has heard.

use reqwest::Client;
use serde_json::{Value, json};

use super::{eventually, peer::Peer};

/// A running service.
#[derive(Debug)]
pub(crate) struct Service {
    peer: Peer,
    client: Client,
}

impl Service {
    pub(crate) fn start() -> Self {
        Self { peer: Peer::start("publisher.py", &[]), client: Client::new() }
    }

    /// Such as `http://127.0.0.1:40000`.
    pub(crate) fn url(&self) -> &str {
        &self.peer.url
    }

    /// What it knows (`secrets`), answers (`answers`), or takes for the time (`clock`).
    pub(crate) async fn tell(&self, what: &str, value: &Value) {
        let put = self.client.put(format!("{}/__{what}", self.peer.url)).json(value).send().await;
        assert!(put.expect("it answers").status().is_success(), "{what}");
    }

    /// What it has taken so far.
    pub(crate) async fn events(&self) -> Vec<Value> {
        let answer = self.client.get(format!("{}/__events", self.peer.url)).send().await.expect("it answers");
        answer.json().await.expect("events")
    }

    /// What was posted to it, as it came: headers and body.
    pub(crate) async fn deliveries(&self) -> Vec<Value> {
        let mut requests = self.peer.requests().await;
        requests.retain(|request| request["headers"]["webhook-id"].is_string());
        requests
    }

    /// What it has taken, once there are so many.
    pub(crate) async fn taken(&self, count: usize) -> Vec<Value> {
        eventually(&format!("{count} events are taken"), || async {
            let events = self.events().await;
            (events.len() >= count).then_some(events)
        })
        .await
    }

    /// What it has taken of an installation, once there are so many.
    pub(crate) async fn heard(&self, installation: &str, count: usize) -> Vec<Value> {
        eventually(&format!("{count} events of {installation} are taken"), || async {
            let mut events = self.events().await;
            events.retain(|event| event["installation"] == installation);
            (events.len() >= count).then_some(events)
        })
        .await
    }

    /// Has it do something for an installation. Answers what came of it.
    async fn act(&self, installation: &str, mut deed: Value) -> Value {
        deed["installation"] = installation.into();
        let done = self.client.post(format!("{}/__do", self.peer.url)).json(&deed).send().await.expect("it answers");
        done.json().await.expect("what came of it")
    }

    /// Gets another access token by a method such as `private_key_jwt`.
    pub(crate) async fn renew(&self, installation: &str, method: &str) -> Value {
        self.act(installation, json!({ "deed": "renew", "method": method })).await
    }

    /// Reads the tickets of the desk with the access token that it has.
    pub(crate) async fn tickets(&self, installation: &str) -> Value {
        self.act(installation, json!({ "deed": "tickets" })).await
    }

    /// Answers what waits for its word: with a token of the publisher, else with the installation's. Status and code.
    pub(crate) async fn answer(&self, installation: &str, answer: Value, token: Option<&str>) -> (u64, Option<String>) {
        let done = self.act(installation, json!({ "deed": "answer", "answer": answer, "token": token })).await;
        (done["status"].as_u64().expect("a status"), done["code"].as_str().map(str::to_owned))
    }
}

/// What happened, in order.
pub(crate) fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().expect("a kind")).collect()
}
