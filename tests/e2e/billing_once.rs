//! However a purchase is repeated, interrupted or delayed, it is charged once: double clicks, parallel requests, retries,
//! two nodes, days of waiting, days of down-time, webhooks in any order.

use std::time::{Duration, Instant};

use futures::future::join_all;
use serde_json::{Value, json};

use crate::support::{
    api::Api,
    database::Database,
    eventually,
    host::NOTHING,
    on_each_database,
    payer::{self, DAY, Paying},
    puppet::{FLAT, Puppet},
    random::Random,
    stripe::cards,
};

const MONTHLY: Puppet<'_> = Puppet { id: "annex.monthly", version: "1.0.0", behaviour: "", plans: FLAT };

/// Parallel requests.
const MANY: usize = 8;

on_each_database!(double_clicks_parallel_requests_and_retries_are_one_charge);

async fn double_clicks_parallel_requests_and_retries_are_one_charge(database: Database) {
    let other = Puppet { id: "annex.other", ..MONTHLY };
    let paying = Paying::with_card(database, &[MONTHLY, other], cards::PAYS).await;

    // Clicks in the panel: the page carries one key.
    let consent = paying.to_consent("annex.monthly", "flat").await;
    let form = "form[action='/addons/annex.monthly/install']";
    let clicks = (0..4).map(|_| paying.admin.submit(&consent, form, &[]));
    for page in join_all(clicks).await {
        assert!(page.status < 500, "{}", page.text());
    }
    let id = paying.api.installed("annex.monthly").await;
    paying.api.settled(&id, "active").await;
    assert_eq!(paying.charged().await, (1, 3000));

    // Requests: half of them with one key, the others each with their own.
    let keys: Vec<_> = (0..MANY).map(|at| if at % 2 == 0 { "one".to_owned() } else { format!("own-{at}") }).collect();
    let requests = keys.iter().map(|key| paying.api.begin_to_buy("annex.other", "1.0.0", "flat", key));
    let answers = join_all(requests).await;
    let taken = answers.iter().filter(|answer| answer.status().is_success()).count();
    assert!(taken >= 1, "{:?}", answers.iter().map(|answer| answer.status()).collect::<Vec<_>>());
    assert!(answers.iter().all(|answer| answer.status().as_u16() < 500));
    let other = paying.api.installed("annex.other").await;
    paying.api.settled(&other, "active").await;
    assert_eq!(paying.charged().await, (2, 6000));

    // A retry long after: the same answer, and no further charge.
    let first = answers.iter().position(|answer| answer.status().is_success()).expect("one was taken");
    let again = paying.api.begin_to_buy("annex.other", "1.0.0", "flat", &keys[first]).await.expect_ok("retry").await;
    assert_eq!(again["id"], json!(other));
    assert_eq!(paying.charged().await, (2, 6000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_that_get_the_same_purchase_at_once_charge_once() {
    let Some(database) = Database::postgres().await else { return };
    let puppets: Vec<String> = (0..4).map(|at| format!("annex.node{at}")).collect();
    let puppets: Vec<_> = puppets.iter().map(|id| Puppet { id, ..MONTHLY }).collect();
    let paying = Paying::with_card(database, &puppets, cards::PAYS).await;
    let second = paying.host.second_node();
    let nodes = [paying.host.api(), second.api()];
    for (at, puppet) in puppets.iter().enumerate() {
        // With one key, as a client repeats what it got no answer to, and with two, as two people click.
        let keys = [0, at % 2].map(|node| format!("{}-{node}", puppet.id));
        let both = nodes.iter().zip(&keys).map(|(node, key)| node.begin_to_buy(puppet.id, "1.0.0", "flat", key));
        let answers = join_all(both).await;
        assert!(answers.iter().any(|answer| answer.status().is_success()), "{}", puppet.id);
        let id = nodes[0].installed(puppet.id).await;
        nodes[1].settled(&id, "active").await;
        assert_eq!(paying.charged().await, (at + 1, 3000 * i64::try_from(at + 1).expect("small")), "{}", puppet.id);
    }
}

on_each_database!(a_due_invoice_that_is_paid_on_day_40_activates_at_once_and_once);

async fn a_due_invoice_that_is_paid_on_day_40_activates_at_once_and_once(database: Database) {
    let mut paying = Paying::with_card(database, &[MONTHLY], cards::DECLINES).await;
    let due = paying.api.begin_to_buy("annex.monthly", "1.0.0", "flat", "click").await;
    due.expect_problem(402, "payment-due").await;
    let id = paying.api.installed("annex.monthly").await;
    paying.api.settled(&id, "payment-due").await;
    paying.ahead(40 * DAY).await;
    payer::add_card(&paying.admin, cards::PAYS).await;
    assert_eq!(paying.api.get(&format!("/installations/{id}")).await["status"], "payment-due");

    let invoice = paying.admin.get("/billing/invoices/1").await;
    let clicked = Instant::now();
    // Twice at once: the second one finds it settled.
    let clicks = (0..2).map(|_| paying.admin.press(&invoice, "form[action$='/pay']", "Pay", &[]));
    join_all(clicks).await;
    paying.api.settled(&id, "active").await;
    assert!(clicked.elapsed() < Duration::from_secs(5), "{:?}", clicked.elapsed());
    paying.expect_charged(1, 3000).await;
    paying.expect_mails("is installed", 1).await;
    // Every webhook once more changes nothing.
    for event in paying.stripe.events().await {
        paying.stripe.send(&event, &json!({})).await;
    }
    assert_eq!(paying.charged().await, (1, 3000));
    paying.expect_mails("is installed", 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_days_down_between_charge_and_activation() {
    let mut paying = Paying::with_card(Database::sqlite(), &[MONTHLY], cards::PAYS).await;
    let quote = paying.api.quote("annex.monthly", "1.0.0", "flat").await;
    assert_eq!(quote["amount"]["cents"], 3000);
    paying.host.restart_with([("ANNEX_CRASH_AT", "install:charge:after")]);
    let api = paying.api.clone();
    let grant = api.capabilities("annex.monthly", "1.0.0").await;
    let body =
        json!({"addon": "annex.monthly", "grant": grant, "purchase": {"plan": "flat", "price": quote["amount"]}});
    let _ = api.request(reqwest::Method::POST, "/installations").json(&body).send().await;
    assert!(paying.host.ended().await, "the process did not reach this step");
    paying.expect_charged(1, 3000).await;

    paying.ahead(30 * DAY).await;
    let started = Instant::now();
    let api = paying.api.clone();
    let id = api.installed("annex.monthly").await;
    api.settled(&id, "active").await;
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    // In a month of 30 days the next one is billed as well by now, but what was ordered is charged once.
    let record = paying.stripe.record().await;
    let ordered: Vec<_> = record.taken().filter(|intent| intent.order.is_some()).collect();
    assert_eq!(ordered.len(), 1, "{record:?}");
    paying.expect_mails("is installed", 1).await;
}

/// What webhooks can change: where each installation and each invoice stands.
async fn state(api: &Api) -> Value {
    let installations = api.get("/installations").await;
    let invoices = api.get("/billing/invoices").await;
    let pick = |list: &Value, name: &str| {
        let items = list["items"].as_array().expect("items").iter();
        items.map(|one| json!([one["id"], one[name]])).collect::<Vec<_>>()
    };
    json!([pick(&installations, "status"), pick(&invoices, "state")])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhooks_lost_twice_late_and_in_any_order_end_in_the_same_state() {
    let puppets: Vec<String> = (0..6).map(|at| format!("annex.hook{at}")).collect();
    let puppets: Vec<_> = puppets.iter().map(|id| Puppet { id, ..MONTHLY }).collect();
    let paying = Paying::with_card(Database::sqlite(), &puppets, cards::ASKS).await;
    paying.stripe.tell(&paying.host.url, json!({"deliver": "hold"})).await;
    let mut ids = vec![];
    for puppet in &puppets {
        let waits = paying.api.begin_to_buy(puppet.id, "1.0.0", "flat", puppet.id).await;
        waits.expect_problem(402, "action-required").await;
        let id = paying.api.installed(puppet.id).await;
        paying.api.settled(&id, "payment-due").await;
        ids.push(id);
    }
    // Half of the payers confirm at their bank, and close the window; the others fail.
    let record = paying.stripe.record().await;
    for (at, intent) in record.intents.iter().filter(|intent| intent.status == "requires_action").enumerate() {
        paying.stripe.authenticate(&intent.id, at % 2 == 0).await;
    }
    let mut events = paying.stripe.events().await;
    let mut random = Random::new(40);
    random.shuffle(&mut events);
    for event in &events {
        // Some are lost, but for those that tell of a payment; those are never the only way to hear of it, see below.
        let times = random.below(3);
        for _ in 0..times {
            let status = paying.stripe.send(event, &json!({})).await;
            assert_eq!(status, Some(200), "{event}");
        }
    }
    // What no webhook told is found at the next start.
    let mut host = paying.host;
    host.restart_with(NOTHING);
    let api = host.api();
    eventually("half of them run", || async {
        let all = api.get("/installations").await;
        let active = all["items"].as_array().expect("items").iter().filter(|one| one["status"] == "active").count();
        (active == puppets.len() / 2).then_some(())
    })
    .await;
    let record = paying.stripe.record().await;
    assert_eq!(record.taken().count(), puppets.len() / 2);

    // From here on nothing changes, in whatever order everything comes again.
    let settled = state(&api).await;
    let rounds = if std::env::var_os("ANNEX_LONG").is_some() { 200 } else { 5 };
    for _ in 0..rounds {
        random.shuffle(&mut events);
        for event in &events {
            paying.stripe.send(event, &json!({})).await;
        }
        assert_eq!(state(&api).await, settled);
    }
    assert_eq!(paying.stripe.record().await.taken().count(), puppets.len() / 2);

    // Forged and outdated ones are refused.
    let event = &events[0];
    for wrong in [
        json!({"secret": "whsec_other"}),
        json!({"time_offset": -400}),
        json!({"time_offset": 400}),
        json!({"tamper": " "}),
    ] {
        assert_eq!(paying.stripe.send(event, &wrong).await, Some(400), "{wrong}");
    }
}
