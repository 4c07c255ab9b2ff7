//! What only Stripe can do wrong: each answer sorted into "no effect" and "unknown effect", long lists, and events as they
//! are signed by somebody else.

use std::time::Duration;

use annex_billing::{
    gateway::{About, EventError, Gateway as _, GatewayError, IntentStatus, Payer, RefundStatus},
    gateways::stripe::{Stripe, StripeConfig},
};
use annex_domain::{
    billing::DisputeState,
    clock::{Clock as _, SystemClock, Timestamp},
};
use http::{HeaderMap, HeaderName};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::{
    DECLINES, PAYS, back,
    bench::{Bench, Peer},
    customer, intent, intent_of, payer, refund_of,
};

/// `(fault, has the request an effect, what it looks like)`.
type Fault = (Value, bool, fn(&GatewayError) -> bool);

fn faults() -> Vec<Fault> {
    let unknown: fn(&GatewayError) -> bool = |error| matches!(error, GatewayError::Unreachable(_));
    let wait: fn(&GatewayError) -> bool = |error| matches!(error, GatewayError::RateLimited);
    let refused: fn(&GatewayError) -> bool = |error| matches!(error, GatewayError::Refused { .. });
    vec![
        (json!({"kind": "lost-request"}), false, unknown),
        (json!({"kind": "status", "status": 429}), false, wait),
        (json!({"kind": "status", "status": 500}), false, unknown),
        (json!({"kind": "status", "status": 503}), false, unknown),
        (json!({"kind": "status", "status": 400}), false, refused),
        // A wrong key is the host's mistake: it must not look like a refusal of this payment.
        (json!({"kind": "status", "status": 401}), false, unknown),
        (json!({"kind": "lost-answer"}), true, unknown),
        (json!({"kind": "status-after", "status": 500}), true, unknown),
        (json!({"kind": "slow-answer", "seconds": 5}), true, unknown),
        // A success that cannot be read, and an error page of something in between.
        (json!({"kind": "garbage", "status": 200}), true, unknown),
        (json!({"kind": "garbage", "status": 502}), true, unknown),
    ]
}

#[tokio::test]
async fn every_fault_tells_whether_there_may_be_an_effect() {
    let Some(peer) = Peer::start() else { return };
    let bench = Bench::stripe(peer, Duration::from_secs(1));
    let payer = payer(&bench, PAYS).await;
    for (number, (mut fault, effect, expected)) in faults().into_iter().enumerate() {
        let made =
            bench.gateway.create_intent(&format!("create-{number}"), &intent_of(&payer, 500)).await.expect("an intent");
        fault["path"] = json!("/confirm$");
        bench.peer().control("faults", fault.clone()).await;
        let key = format!("confirm-{number}");
        let error = bench.gateway.confirm(&key, &made.id, &back(), Payer::Present).await.expect_err("a fault");
        assert!(expected(&error), "{fault}: {error:?}");
        assert_eq!(bench.taken(&made.id).await, u32::from(effect), "{fault}");
        // Trying again with the same key: once in the end.
        let again = bench.gateway.confirm(&key, &made.id, &back(), Payer::Present).await.expect("well-behaved again");
        assert_eq!(again.status, IntentStatus::Succeeded, "{fault}");
        assert_eq!(bench.taken(&made.id).await, 1, "{fault}");
    }
}

#[tokio::test]
async fn a_key_in_use_tells_that_another_request_is_at_it() {
    let Some(peer) = Peer::start() else { return };
    let bench = Bench::stripe(peer, Duration::from_secs(20));
    let made = intent(&bench, PAYS).await;
    bench.peer().control("faults", json!({"kind": "slow", "seconds": 1, "path": "/confirm$"})).await;
    let url = back();
    let (first, second) = tokio::join!(
        bench.gateway.confirm("k", &made.id, &url, Payer::Present),
        bench.gateway.confirm("k", &made.id, &url, Payer::Present)
    );
    let held = [&first, &second].into_iter().filter(|answer| matches!(answer, Err(GatewayError::KeyUsed(_)))).count();
    let paid =
        [&first, &second].into_iter().flatten().filter(|intent| intent.status == IntentStatus::Succeeded).count();
    assert_eq!((held, paid), (1, 1), "{first:?} {second:?}");
    assert_eq!(bench.taken(&made.id).await, 1);
}

#[tokio::test]
async fn an_answer_that_a_key_repeats_is_read_again() {
    let Some(peer) = Peer::start() else { return };
    let bench = Bench::stripe(peer, Duration::from_secs(20));
    let made = intent(&bench, super::ASKS).await;
    let asked = bench.gateway.confirm("k", &made.id, &back(), Payer::Present).await.expect("it asks");
    bench.answer_bank(&asked.action_url.expect("where"), true).await;
    // Stripe repeats `requires_action` here; that would be a lie by now.
    assert_eq!(
        bench.gateway.confirm("k", &made.id, &back(), Payer::Present).await.expect("it reads back").status,
        IntentStatus::Succeeded
    );
}

#[tokio::test]
async fn refunds_take_their_time_or_fail() {
    let Some(peer) = Peer::start() else { return };
    let bench = Bench::stripe(peer, Duration::from_secs(20));
    let made = intent(&bench, PAYS).await;
    bench.gateway.confirm("k", &made.id, &back(), Payer::Present).await.expect("it pays");
    bench.peer().control("settings", json!({"refunds_pending": true})).await;
    let slow = bench.gateway.refund("r1", &refund_of(&made.id, 400)).await.expect("a refund");
    assert_eq!(slow.status, RefundStatus::Pending);
    bench.peer().control("refunds/settle", json!({})).await;
    assert_eq!(bench.gateway.refund_by_id(&slow.id).await.expect("read").status, RefundStatus::Succeeded);
    let failing = bench.gateway.refund("r2", &refund_of(&made.id, 500)).await.expect("a refund");
    bench.peer().control("refunds/settle", json!({"status": "failed"})).await;
    let failed = bench.gateway.refund_by_id(&failing.id).await.expect("read");
    assert_eq!((failed.status, failed.error.is_some()), (RefundStatus::Failed, true));
    let found = bench.gateway.refunds_of(&made.id).await.expect("both");
    assert!(found.contains(&failed) && found.len() == 2, "{found:?}");
}

#[tokio::test]
async fn refunds_and_disputes_of_others_are_found() {
    let Some(peer) = Peer::start() else { return };
    let bench = Bench::stripe(peer, Duration::from_secs(20));
    let gateway = &bench.gateway;
    let made = intent(&bench, PAYS).await;
    gateway.confirm("k", &made.id, &back(), Payer::Present).await.expect("it pays");
    let refund = gateway.refund("r", &refund_of(&made.id, 400)).await.expect("a refund");
    let now = SystemClock.now();
    let (before, after) = (Timestamp(now.0 - 60_000), Timestamp(now.0 + 60_000));
    assert_eq!(gateway.refunds_since(before).await.expect("a list"), [refund]);
    assert_eq!(gateway.refunds_since(after).await.expect("a list"), []);
    assert_eq!(gateway.disputes_since(before).await.expect("a list"), []);
    for (status, state) in [
        ("warning_needs_response", DisputeState::Inquiry),
        ("needs_response", DisputeState::Open),
        ("under_review", DisputeState::Open),
        ("won", DisputeState::Won),
        ("lost", DisputeState::Lost),
    ] {
        bench.peer().control("disputes", json!({"payment_intent": made.id, "status": status})).await;
        let all = gateway.disputes_of(&made.id).await.expect("a list");
        let [found] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!(
            (found.state, found.intent.as_str(), found.amount),
            (state, made.id.as_str(), made.amount),
            "{status}"
        );
        assert_eq!(gateway.dispute(&found.id).await.expect("by its id"), *found);
        assert_eq!(gateway.disputes_since(before).await.expect("a list"), all);
    }
    assert!(matches!(gateway.dispute("du_none").await, Err(GatewayError::Refused { .. })));
}

#[tokio::test]
async fn too_little_is_refused_and_nobody_there_is_unreachable() {
    let Some(peer) = Peer::start() else { return };
    let bench = Bench::stripe(peer, Duration::from_secs(20));
    let payer = payer(&bench, PAYS).await;
    let little = bench.gateway.create_intent("k", &intent_of(&payer, 49)).await;
    assert!(matches!(&little, Err(GatewayError::Refused { code, .. }) if code == "amount_too_small"), "{little:?}");
    let mut config = StripeConfig::new("sk_test_x".into(), None);
    config.api_base = Some("http://127.0.0.1:1/".parse().expect("a URL"));
    let nobody = Stripe::new(config).expect("a configuration");
    assert!(matches!(nobody.intent("pi_1").await, Err(GatewayError::Unreachable(_))));
    assert_eq!(nobody.event(&HeaderMap::new(), b"{}", Timestamp(0)), Err(EventError::Unexpected));
}

#[test]
fn a_publishable_key_is_refused_and_secrets_are_not_shown() {
    assert!(Stripe::new(StripeConfig::new("pk_test_x".into(), None)).is_err());
    assert!(Stripe::new(StripeConfig::new("sk_test_\n".into(), None)).is_err());
    let config = StripeConfig::new("sk_test_secret".into(), Some("whsec_secret".into()));
    let shown = format!("{config:?} {:?}", Stripe::new(config.clone()).expect("a configuration"));
    assert!(!shown.contains("secret_") && !shown.contains("whsec") && !shown.contains("sk_test"), "{shown}");
}

#[tokio::test]
async fn lists_longer_than_a_page_are_read_to_their_end() {
    let Some(peer) = Peer::start() else { return };
    let bench = Bench::stripe(peer, Duration::from_secs(30));
    let payer = payer(&bench, PAYS).await;
    let since = Timestamp(SystemClock.now().0 - 60_000);
    let new = intent_of(&payer, 500);
    let keys: Vec<String> = (0..101).map(|number| format!("k{number}")).collect();
    let made = futures::future::join_all(keys.iter().map(|key| bench.gateway.create_intent(key, &new))).await;
    assert!(made.iter().all(Result::is_ok));
    assert_eq!(bench.gateway.intents_since(since).await.expect("a list").len(), 101);
}

#[tokio::test]
async fn events_that_the_peer_signs_are_read() {
    let Some(peer) = Peer::start() else { return };
    let bench = Bench::stripe(peer, Duration::from_secs(20));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/webhooks/stripe", listener.local_addr().expect("an address"));
    let wish = json!({"url": url, "secret": super::bench::WEBHOOK_SECRET, "deliver": "hold"});
    bench.peer().control("webhook", wish).await;
    let made = intent(&bench, DECLINES).await;
    bench.gateway.confirm("k", &made.id, &back(), Payer::Present).await.expect("declined");
    bench.gateway.cancel("c", &made.id).await.expect("cancelled");
    let events = bench.peer().read("_control/events").await;
    let mut about = Vec::new();
    for event in events.as_array().expect("a list") {
        let send = format!("events/{}/send", event["event"]["id"].as_str().expect("an id"));
        let ((headers, body), _) = tokio::join!(delivered(&listener), bench.peer().control(&send, json!({})));
        let read = bench.gateway.event(&headers, &body, SystemClock.now()).expect("it is signed");
        assert_eq!(read.kind, event["event"]["type"]);
        about.push((read.kind, read.about));
        // Later it is too old.
        let later = Timestamp(SystemClock.now().0 + 302_000);
        assert_eq!(bench.gateway.event(&headers, &body, later), Err(EventError::Time));
    }
    let customer = customer(&bench, &format!("customer-{DECLINES}")).await;
    for (kind, expected) in [
        ("payment_intent.created", About::Intent(made.id.clone())),
        ("payment_intent.payment_failed", About::Intent(made.id.clone())),
        ("payment_intent.canceled", About::Intent(made.id.clone())),
        ("charge.failed", About::Intent(made.id.clone())),
        ("payment_method.attached", About::Customer(customer.clone())),
        ("checkout.session.completed", About::Customer(customer)),
    ] {
        assert!(about.contains(&(kind.to_owned(), expected.clone())), "{kind} {expected:?} not in {about:?}");
    }
}

/// The next request: its headers and its body.
async fn delivered(listener: &TcpListener) -> (HeaderMap, Vec<u8>) {
    let (mut stream, _) = listener.accept().await.expect("a delivery");
    let mut read = Vec::new();
    let (head, length) = loop {
        read.push(stream.read_u8().await.expect("a byte"));
        if read.ends_with(b"\r\n\r\n") {
            let head = headers_of(&String::from_utf8(read).expect("text"));
            let length =
                head.get("content-length").and_then(|text| text.to_str().ok()?.parse().ok()).expect("a length");
            break (head, length);
        }
    };
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.expect("the body");
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.expect("answered");
    (head, body)
}

fn headers_of(head: &str) -> HeaderMap {
    let lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    lines.map(|(name, text)| (name.parse::<HeaderName>().expect("a name"), text.parse().expect("a value"))).collect()
}
