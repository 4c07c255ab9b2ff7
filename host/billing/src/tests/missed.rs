//! Months that were missed are charged after somebody has said so.

use annex_domain::{
    billing::{InvoiceState, SubscriptionState},
    clock::Clock as _,
    operator::Actor,
    plan::PlanModel,
};
use annex_store::billing::{
    accounts::{self, NewAccount},
    invoices::{self, Filter, Invoice},
    logins,
    subscriptions::Subscription,
};
use jiff::civil::date;

use super::bench::{Bench, DAY, eur, plan};
use crate::{ANSWER_WITHIN, Confirmed, MissedMeans, gateways::test::Behaviour, settle::BILL_DESK};

/// A desk with an add-on, of which no host made a bill out for so many days after March.
async fn off_for(days: u32) -> (Bench, Subscription) {
    let bench = Bench::new().await;
    let (order, _) = bench.order().await;
    bench.billing().charge(bench.desk, order.id).await.unwrap();
    let one = bench.subscribe(plan("flat", PlanModel::Flat, 900), 1, Some(date(2026, 4, 1))).await;
    bench.clock.advance(DAY * (31 + days));
    (bench, one)
}

async fn months(bench: &Bench) -> Vec<Invoice> {
    let mut conn = bench.db.read().await.unwrap();
    let all = invoices::list(&mut conn, bench.desk, Filter::default()).await.unwrap();
    all.into_iter().filter(|invoice| invoice.order.is_none()).rev().collect()
}

#[tokio::test]
async fn one_month_is_charged_and_more_are_asked_about_once() {
    let (bench, _) = off_for(20).await;
    bench.billing().bill_due().await.unwrap();
    assert_eq!(months(&bench).await.len(), 1, "one month needs no question");
    let (bench, one) = off_for(70).await;
    for _ in 0..3 {
        bench.billing().bill_due().await.unwrap();
        bench.billing().bill_desk(bench.desk).await.unwrap();
    }
    assert!(months(&bench).await.is_empty(), "nothing is charged");
    assert_eq!(bench.subscription(one.id).await.state, SubscriptionState::Active, "it runs on");
    let asked = bench.billing().overview(bench.desk).await.unwrap().missed.unwrap();
    assert_eq!((asked.months, asked.amounts), (3, vec![eur(2700)]));
    assert_eq!(bench.mails().await, ["receipt", "missed-months"]);
    assert_eq!(bench.billing().bill_due().await.unwrap(), 0, "it is left to answer");
    let by = Actor::Operator(bench.admin);
    assert!(bench.billing().confirm_missed_months(bench.desk, by).await.unwrap());
    assert!(!bench.billing().confirm_missed_months(bench.desk, by).await.unwrap(), "once");
    assert_eq!(bench.jobs(BILL_DESK).await, 1);
    bench.billing().bill_desk(bench.desk).await.unwrap();
    let made = months(&bench).await;
    assert!(made.len() == 3 && made.iter().all(|month| month.state == InvoiceState::Paid), "{made:?}");
    assert_eq!(bench.subscription(one.id).await.paid_through, Some(date(2026, 7, 1)));
    // What comes after that is a month like any other.
    bench.clock.advance(DAY * 31);
    bench.billing().bill_due().await.unwrap();
    assert_eq!(months(&bench).await.len(), 4);
    bench.clock.advance(DAY * 70);
    bench.billing().bill_due().await.unwrap();
    assert_eq!(months(&bench).await.len(), 4, "another time it is asked again");
}

#[tokio::test]
async fn without_an_answer_one_month_is_to_be_paid_by_hand() {
    let (bench, one) = off_for(70).await;
    bench.billing().bill_due().await.unwrap();
    bench.clock.advance(ANSWER_WITHIN);
    bench.billing().bill_due().await.unwrap();
    bench.billing().bill_due().await.unwrap();
    let made = months(&bench).await;
    assert_eq!(made.len(), 1, "the others are passed over");
    assert_eq!((made[0].state, made[0].retry_at), (InvoiceState::Due, None));
    assert_eq!(bench.peer.charges(&made[0].id.to_string()), 0, "nobody has said that it may be charged");
    assert_eq!(bench.subscription(one.id).await.state, SubscriptionState::PastDue);
    assert!(bench.billing().overview(bench.desk).await.unwrap().missed.is_none());
    // A card that is added for something else does not change that.
    let other = bench.card(Behaviour::Pays).await;
    bench.card(Behaviour::Pays).await;
    let mut tx = bench.db.begin().await.unwrap();
    bench.billing().make_default_in(&mut tx, bench.account, other).await.unwrap();
    tx.commit().await.unwrap();
    bench.billing().bill_desk(bench.desk).await.unwrap();
    assert_eq!(bench.peer.charges(&made[0].id.to_string()), 0);
}

#[tokio::test]
async fn a_desk_without_anything_monthly_is_not_asked() {
    let bench = Bench::new().await;
    let (order, _) = bench.order().await;
    bench.billing().charge(bench.desk, order.id).await.unwrap();
    bench.clock.advance(DAY * 100);
    bench.billing().bill_due().await.unwrap();
    assert_eq!((months(&bench).await.len(), bench.mails().await), (0, vec!["receipt"]));
}

/// What a page shows of the question.
async fn shown(bench: &Bench) -> String {
    let missed = bench.billing().missed_months(bench.desk).await.unwrap().unwrap();
    missed.shown(&bench.billing().missed_means(bench.desk, &missed).await.unwrap())
}

#[tokio::test]
async fn what_a_page_showed_of_them_is_what_is_confirmed() {
    let (bench, _) = off_for(70).await;
    let (billing, by) = (bench.billing(), Actor::Operator(bench.admin));
    assert_eq!(billing.confirm_missed_as_shown(bench.desk, "", by).await.unwrap(), Confirmed::NotAsked);
    billing.bill_due().await.unwrap();
    // Another day of the bill comes, another card pays, the credit does, and no card is left.
    let mut seen = vec![shown(&bench).await];
    bench.clock.advance(DAY * 31);
    seen.push(shown(&bench).await);
    bench.card(Behaviour::Pays).await;
    seen.push(shown(&bench).await);
    bench.no_card().await;
    seen.push(shown(&bench).await);
    billing.grant(bench.desk, eur(9_000), "test", Actor::System).await.unwrap();
    for before in &seen {
        let changed = billing.confirm_missed_as_shown(bench.desk, before, by).await.unwrap();
        assert_eq!(changed, Confirmed::NotAsShown, "{before}");
    }
    assert_eq!(bench.jobs(BILL_DESK).await, 0);
    let now = shown(&bench).await;
    assert!(now.ends_with("credit") && !seen.contains(&now), "{now}");
    assert_eq!(billing.confirm_missed_as_shown(bench.desk, &now, by).await.unwrap(), Confirmed::Yes);
    assert_eq!(bench.jobs(BILL_DESK).await, 1);
}

#[tokio::test]
async fn nothing_is_confirmed_that_neither_the_credit_nor_a_card_would_pay() {
    let (bench, _) = off_for(70).await;
    let (billing, by) = (bench.billing(), Actor::CommandLine);
    billing.bill_due().await.unwrap();
    bench.no_card().await;
    // The credit leaves all of 27.00, a part, and nothing.
    for credit in [0, 2_600] {
        if credit > 0 {
            billing.grant(bench.desk, eur(credit), "test", by).await.unwrap();
        }
        let seen = shown(&bench).await;
        let as_shown = billing.confirm_missed_as_shown(bench.desk, &seen, by).await.map(|_| true);
        for refused in [billing.confirm_missed_months(bench.desk, by).await, as_shown] {
            assert_eq!(refused.unwrap_err().code(), "no-payment-method", "{credit}");
        }
        assert!(billing.missed_months(bench.desk).await.unwrap().is_some(), "it is still asked");
    }
    assert_eq!(bench.jobs(BILL_DESK).await, 0);
    billing.grant(bench.desk, eur(100), "test", by).await.unwrap();
    assert!(billing.confirm_missed_months(bench.desk, by).await.unwrap());
}

#[tokio::test]
async fn with_the_wrong_account_they_are_not_confirmed_and_logged_out_the_holders_card_pays() {
    let (bench, _) = off_for(70).await;
    let (billing, by) = (bench.billing(), Actor::Operator(bench.admin));
    billing.bill_due().await.unwrap();
    let new = NewAccount { email: "other@example.org".into(), name: "Other".into(), password_hash: "x".into() };
    let mut tx = bench.db.begin().await.unwrap();
    let stranger = accounts::insert(&mut tx, &new, bench.clock.now()).await.unwrap().id;
    logins::log_out(&mut tx, bench.desk).await.unwrap();
    logins::log_in(&mut tx, bench.desk, stranger, false, bench.admin, bench.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let refused = billing.confirm_missed_months(bench.desk, by).await.unwrap_err();
    assert_eq!(refused.code(), "billing-wrong-account");
    let mut tx = bench.db.begin().await.unwrap();
    logins::log_out(&mut tx, bench.desk).await.unwrap();
    tx.commit().await.unwrap();
    let missed = billing.missed_months(bench.desk).await.unwrap().unwrap();
    let means = billing.missed_means(bench.desk, &missed).await.unwrap();
    assert!(matches!(means, MissedMeans::Card(card) if card.account == bench.account));
    assert!(billing.confirm_missed_months(bench.desk, by).await.unwrap());
}
