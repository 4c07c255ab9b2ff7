//! What both gateways must keep to, because the charge protocol relies on it: the same cases, run against the built-in
//! test gateway and against Stripe (`tests/peers/stripe.py`, a process of its own). Who took what is told by the gateway's
//! own record, not by the adapter under test.

mod bench;
mod stripe_faults;

use std::collections::BTreeMap;

use annex_billing::gateway::{
    ATTEMPT, GatewayError, Intent, IntentStatus, NewCustomer, NewIntent, NewRefund, Payer, REFUND, RefundStatus,
};
use annex_domain::{
    ids::AccountId,
    money::{Currency, Money},
};
use url::Url;

use self::bench::{Bench, on_both};

const PAYS: &str = "4242424242424242";
/// Can be added, and is declined when it is charged.
const DECLINES: &str = "4000000000000341";
const ASKS: &str = "4000000000003155";

/// Where browsers come back to.
fn back() -> Url {
    "https://desk.example/billing?done=1".parse().expect("a URL")
}

fn euros(cents: i64) -> Money {
    Money::new(cents, Currency::EUR)
}

/// Always the same: a key may only be repeated with the same request.
fn ada() -> AccountId {
    "018f0000-0000-7000-8000-000000000001".parse().expect("an id")
}

async fn customer(bench: &Bench, key: &str) -> String {
    let new = NewCustomer { account: ada(), email: "ada@example.com".into(), name: "Ada".into() };
    bench.gateway.customer(key, &new).await.expect("a customer")
}

/// A customer who has added a card on the gateway's page, and the card.
async fn payer(bench: &Bench, number: &str) -> (String, String) {
    let customer = customer(bench, &format!("customer-{number}")).await;
    let page = bench.gateway.set_up_page(&format!("page-{number}"), &customer, &back()).await.expect("a page");
    bench.add_card(&page, number).await;
    let cards = bench.gateway.methods(&customer).await.expect("cards");
    let card = cards.first().expect("the card that was added");
    assert_eq!((card.brand.as_str(), card.last4.as_str()), ("visa", &number[12..]));
    (customer, card.id.clone())
}

fn intent_of((customer, method): &(String, String), cents: i64) -> NewIntent {
    NewIntent {
        customer: customer.clone(),
        method: method.clone(),
        amount: euros(cents),
        description: "Annex invoice 12".into(),
        metadata: BTreeMap::from([(ATTEMPT.to_owned(), "attempt-1".to_owned())]),
    }
}

/// An unconfirmed intent of somebody with this card.
async fn intent(bench: &Bench, number: &str) -> Intent {
    let payer = payer(bench, number).await;
    bench.gateway.create_intent(&format!("create-{number}"), &intent_of(&payer, 1250)).await.expect("an intent")
}

/// Refused, or the intent as it is.
fn unchanged(answer: Result<Intent, GatewayError>, status: IntentStatus) {
    match answer {
        Ok(intent) => assert_eq!(intent.status, status),
        Err(GatewayError::Refused { .. }) => {}
        Err(error) => panic!("expected a refusal, not {error}"),
    }
}

#[tokio::test]
async fn nothing_is_taken_before_confirming_and_then_once() {
    on_both(async |bench| {
        let made = intent(bench, PAYS).await;
        assert_eq!((made.status, made.amount), (IntentStatus::NeedsConfirmation, euros(1250)));
        assert_eq!(made.metadata.get(ATTEMPT).map(String::as_str), Some("attempt-1"));
        assert_eq!(bench.taken(&made.id).await, 0);
        let paid = bench.gateway.confirm("confirm-1", &made.id, &back(), Payer::Present).await.expect("it pays");
        assert_eq!((paid.status, paid.decline, paid.action_url), (IntentStatus::Succeeded, None, None));
        // Again with the same key, with another one, and after trying to cancel.
        assert_eq!(
            bench.gateway.confirm("confirm-1", &made.id, &back(), Payer::Present).await.expect("replayed").status,
            IntentStatus::Succeeded
        );
        unchanged(bench.gateway.confirm("confirm-2", &made.id, &back(), Payer::Present).await, IntentStatus::Succeeded);
        unchanged(bench.gateway.cancel("cancel-1", &made.id).await, IntentStatus::Succeeded);
        let read = bench.gateway.intent(&made.id).await.expect("it reads back");
        assert_eq!((read.status, read.amount, &read.metadata), (IntentStatus::Succeeded, euros(1250), &made.metadata));
        assert_eq!(bench.taken(&made.id).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_currency_without_decimals_is_taken_in_whole_ones() {
    on_both(async |bench| {
        let payer = payer(bench, PAYS).await;
        let yen = Money::new(900, "JPY".parse().expect("a currency"));
        let new = NewIntent { amount: yen, ..intent_of(&payer, 0) };
        let made = bench.gateway.create_intent("yen", &new).await.expect("an intent");
        let paid = bench.gateway.confirm("confirm-yen", &made.id, &back(), Payer::Present).await.expect("it pays");
        assert_eq!((made.amount, paid.amount, paid.status), (yen, yen, IntentStatus::Succeeded));
        assert_eq!(bench.taken(&made.id).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_key_makes_one_thing() {
    on_both(async |bench| {
        let new = NewCustomer { account: AccountId::new(), email: "ada@example.com".into(), name: "Ada".into() };
        let customers = (bench.gateway.customer("c", &new).await, bench.gateway.customer("c", &new).await);
        assert_eq!(customers.0.expect("a customer"), customers.1.expect("a customer"));
        let payer = payer(bench, PAYS).await;
        let new = intent_of(&payer, 700);
        let first = bench.gateway.create_intent("k", &new).await.expect("an intent");
        assert_eq!(bench.gateway.create_intent("k", &new).await.expect("the same").id, first.id);
        let other = bench.gateway.create_intent("k", &intent_of(&payer, 701)).await;
        assert!(matches!(&other, Err(GatewayError::KeyUsed(_))), "{other:?}");
        assert_ne!(bench.gateway.create_intent("k2", &new).await.expect("another").id, first.id);
        let pages = (
            bench.gateway.set_up_page("p", &payer.0, &back()).await,
            bench.gateway.set_up_page("p", &payer.0, &back()).await,
        );
        assert_eq!(pages.0.expect("a page"), pages.1.expect("a page"));
    })
    .await;
}

#[tokio::test]
async fn many_confirmations_at_once_take_once() {
    on_both(async |bench| {
        let made = intent(bench, PAYS).await;
        let (id, url) = (made.id.as_str(), back());
        let keys = ["same", "same", "same", "other-1", "other-2", "same"];
        let answers =
            futures::future::join_all(keys.map(|key| bench.gateway.confirm(key, id, &url, Payer::Present))).await;
        for intent in answers.into_iter().flatten() {
            assert_ne!(intent.status, IntentStatus::NeedsMethod);
        }
        assert_eq!(bench.gateway.intent(id).await.expect("it reads back").status, IntentStatus::Succeeded);
        assert_eq!(bench.taken(id).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_decline_is_a_state_and_a_cancelled_intent_takes_nothing() {
    on_both(async |bench| {
        let made = intent(bench, DECLINES).await;
        let declined =
            bench.gateway.confirm("confirm-1", &made.id, &back(), Payer::Present).await.expect("a decline is no error");
        assert_eq!(declined.status, IntentStatus::NeedsMethod);
        let decline = declined.decline.expect("why");
        assert!(!decline.code.is_empty() && !decline.text.is_empty(), "{decline:?}");
        let cancelled = bench.gateway.cancel("cancel-1", &made.id).await.expect("it can be cancelled");
        assert_eq!(cancelled.status, IntentStatus::Cancelled);
        unchanged(bench.gateway.cancel("cancel-2", &made.id).await, IntentStatus::Cancelled);
        unchanged(bench.gateway.confirm("confirm-2", &made.id, &back(), Payer::Present).await, IntentStatus::Cancelled);
        assert_eq!(bench.gateway.intent(&made.id).await.expect("it reads back").status, IntentStatus::Cancelled);
        assert_eq!(bench.taken(&made.id).await, 0);
        // One that was never confirmed can be cancelled as well, and takes nothing after that.
        let orphan = intent(bench, PAYS).await;
        assert_eq!(
            bench.gateway.cancel("cancel-3", &orphan.id).await.expect("cancelled").status,
            IntentStatus::Cancelled
        );
        unchanged(
            bench.gateway.confirm("confirm-3", &orphan.id, &back(), Payer::Present).await,
            IntentStatus::Cancelled,
        );
        assert_eq!(bench.taken(&orphan.id).await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_payer_confirms_at_the_bank() {
    on_both(async |bench| {
        let payer = payer(bench, ASKS).await;
        for (number, approve) in [(1, true), (2, false)] {
            let made = bench
                .gateway
                .create_intent(&format!("create-{number}"), &intent_of(&payer, 900))
                .await
                .expect("an intent");
            let key = format!("confirm-{number}");
            let waiting = bench.gateway.confirm(&key, &made.id, &back(), Payer::Present).await.expect("it asks");
            assert_eq!(waiting.status, IntentStatus::NeedsAction);
            let page = waiting.action_url.expect("where");
            assert_eq!(bench.taken(&made.id).await, 0);
            bench.answer_bank(&page, approve).await;
            let after = bench.gateway.intent(&made.id).await.expect("it reads back");
            let expected = if approve { IntentStatus::Succeeded } else { IntentStatus::NeedsMethod };
            assert_eq!((after.status, after.action_url), (expected, None));
            assert_eq!(after.decline.is_some(), !approve);
            assert_eq!(bench.taken(&made.id).await, u32::from(approve));
        }
        // Nobody answers: it can be cancelled, and the bank's page takes nothing any more.
        let made = bench.gateway.create_intent("create-3", &intent_of(&payer, 900)).await.expect("an intent");
        let page = bench
            .gateway
            .confirm("confirm-4", &made.id, &back(), Payer::Present)
            .await
            .expect("it asks")
            .action_url
            .expect("where");
        assert_eq!(
            bench.gateway.cancel("cancel-3", &made.id).await.expect("cancelled").status,
            IntentStatus::Cancelled
        );
        bench.answer_bank(&page, true).await;
        assert_eq!(bench.gateway.intent(&made.id).await.expect("it reads back").status, IntentStatus::Cancelled);
        assert_eq!(bench.taken(&made.id).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_payer_who_is_not_there_is_not_asked() {
    on_both(async |bench| {
        let asked = intent(bench, ASKS).await;
        let declined = bench.gateway.confirm("confirm-1", &asked.id, &back(), Payer::Absent).await.expect("a decline");
        assert_eq!((declined.status, declined.action_url), (IntentStatus::NeedsMethod, None));
        assert_eq!(declined.decline.expect("why").code, "authentication_required");
        assert_eq!(bench.taken(&asked.id).await, 0);
        let plain = intent(bench, PAYS).await;
        let paid = bench.gateway.confirm("confirm-2", &plain.id, &back(), Payer::Absent).await.expect("it pays");
        assert_eq!(paid.status, IntentStatus::Succeeded);
        assert_eq!(bench.taken(&plain.id).await, 1);
        bench.was_off_session(&plain.id).await;
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_is_an_unknown_effect() {
    on_both(async |bench| {
        let number = bench.lose_answers_of_confirm().await;
        let made = intent(bench, number).await;
        let lost = bench.gateway.confirm("confirm-1", &made.id, &back(), Payer::Present).await;
        assert!(matches!(lost, Err(GatewayError::Unreachable(_))), "{lost:?}");
        assert_eq!(bench.gateway.intent(&made.id).await.expect("it reads back").status, IntentStatus::Succeeded);
        unchanged(bench.gateway.confirm("confirm-2", &made.id, &back(), Payer::Present).await, IntentStatus::Succeeded);
        assert_eq!(bench.taken(&made.id).await, 1);
    })
    .await;
}

fn refund_of(intent: &str, cents: i64) -> NewRefund {
    NewRefund {
        intent: intent.to_owned(),
        amount: euros(cents),
        metadata: BTreeMap::from([(REFUND.to_owned(), format!("refund-{cents}"))]),
    }
}

#[tokio::test]
async fn refunds_end_at_what_was_taken() {
    on_both(async |bench| {
        let made = intent(bench, PAYS).await;
        assert!(matches!(
            bench.gateway.refund("early", &refund_of(&made.id, 100)).await,
            Err(GatewayError::Refused { .. })
        ));
        assert_eq!(bench.gateway.refunds_of(&made.id).await.expect("none yet"), []);
        bench.gateway.confirm("confirm-1", &made.id, &back(), Payer::Present).await.expect("it pays");
        let first = bench.gateway.refund("r1", &refund_of(&made.id, 1000)).await.expect("a refund");
        assert_eq!(
            (first.status, first.amount, first.intent.as_str()),
            (RefundStatus::Succeeded, euros(1000), made.id.as_str())
        );
        assert_eq!(bench.gateway.refund("r1", &refund_of(&made.id, 1000)).await.expect("the same").id, first.id);
        let more = bench.gateway.refund("r2", &refund_of(&made.id, 251)).await;
        assert!(matches!(more, Err(GatewayError::Refused { .. })), "{more:?}");
        let rest = bench.gateway.refund("r3", &refund_of(&made.id, 250)).await.expect("the rest");
        assert!(matches!(bench.gateway.refund("r4", &refund_of(&made.id, 1)).await, Err(GatewayError::Refused { .. })));
        let read = bench.gateway.refund_by_id(&rest.id).await.expect("it reads back");
        assert_eq!((read.amount, read.metadata.get(REFUND).map(String::as_str)), (euros(250), Some("refund-250")));
        let mut found = bench.gateway.refunds_of(&made.id).await.expect("two");
        found.sort_by_key(|refund| refund.amount.cents);
        assert_eq!(
            found.iter().map(|refund| refund.id.as_str()).collect::<Vec<_>>(),
            [rest.id.as_str(), first.id.as_str()]
        );
        assert_eq!(found.iter().map(|refund| refund.metadata.len()).sum::<usize>(), 2);
    })
    .await;
}

#[tokio::test]
async fn cards_come_newest_first_and_go() {
    on_both(async |bench| {
        let customer = customer(bench, "c").await;
        assert_eq!(bench.gateway.methods(&customer).await.expect("none yet"), []);
        for (number, key) in [(PAYS, "p1"), (DECLINES, "p2")] {
            let page = bench.gateway.set_up_page(key, &customer, &back()).await.expect("a page");
            bench.add_card(&page, number).await;
            bench.pass_a_day().await;
        }
        let cards = bench.gateway.methods(&customer).await.expect("two");
        assert_eq!(cards.iter().map(|card| card.last4.as_str()).collect::<Vec<_>>(), ["0341", "4242"]);
        assert!(cards.iter().all(|card| (1..=12).contains(&card.exp_month) && card.exp_year > 2000));
        let gone = &cards.first().expect("two").id;
        bench.gateway.detach(gone).await.expect("it goes");
        bench.gateway.detach(gone).await.expect("gone already");
        assert_eq!(bench.gateway.methods(&customer).await.expect("one").len(), 1);
        let charged = bench.gateway.create_intent("k", &intent_of(&(customer, gone.clone()), 500)).await;
        assert!(matches!(charged, Err(GatewayError::Refused { .. })), "{charged:?}");
    })
    .await;
}

#[tokio::test]
async fn intents_are_found_by_time() {
    on_both(async |bench| {
        let payer = payer(bench, PAYS).await;
        let old = bench.gateway.create_intent("k1", &intent_of(&payer, 500)).await.expect("an intent");
        bench.pass_a_day().await;
        let new = bench.gateway.create_intent("k2", &intent_of(&payer, 500)).await.expect("an intent");
        assert!(new.created_at.since(old.created_at).as_secs() >= 86_400);
        let ids = async |since| {
            let mut found = bench.gateway.intents_since(since).await.expect("a list");
            found.sort_by_key(|intent| intent.created_at);
            found.into_iter().map(|intent| intent.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(new.created_at).await, std::slice::from_ref(&new.id));
        assert_eq!(ids(old.created_at).await, [old.id.clone(), new.id.clone()]);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_there_is_refused() {
    on_both(async |bench| {
        let refused = |what: &str, outcome: Option<GatewayError>| {
            assert!(
                matches!(&outcome, Some(GatewayError::Refused { code, .. }) if code == "resource_missing"),
                "{what}: {outcome:?}"
            );
        };
        refused("intent", bench.gateway.intent("pi_none").await.err());
        refused("confirm", bench.gateway.confirm("k1", "pi_none", &back(), Payer::Present).await.err());
        refused("cancel", bench.gateway.cancel("k2", "pi_none").await.err());
        refused("refund", bench.gateway.refund("k3", &refund_of("pi_none", 5)).await.err());
        refused("refund", bench.gateway.refund_by_id("re_none").await.err());
        refused("methods", bench.gateway.methods("cus_none").await.err());
        refused("page", bench.gateway.set_up_page("k4", "cus_none", &back()).await.err());
        bench.gateway.detach("pm_none").await.expect("gone is gone");
    })
    .await;
}
