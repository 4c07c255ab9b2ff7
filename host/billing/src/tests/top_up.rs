//! Credit that is bought by card: once, or by itself below a threshold.

use annex_domain::{
    billing::{InvoiceState, LedgerAccount, LineKind},
    ids::{AccountId, InvoiceId},
    money::Money,
    operator::Actor,
    publisher::MemberRole,
};
use annex_store::{
    StoreError,
    billing::{
        accounts::{self, NewAccount},
        entries,
        invoices::{self, Filter},
        top_ups,
    },
    publishers::members,
};

use super::{
    bench::{Bench, DAY, START, eur},
    judge::all_is_right,
};
use crate::{BillingError, Charged, NewTopUp, ToppedUp, gateways::test::Behaviour, top_up::TOP_UP};

/// A desk in which a publisher develops.
async fn develops() -> Bench {
    let bench = Bench::new().await;
    bench.develops().await;
    bench
}

fn wanted(bench: &Bench, cents: i64) -> NewTopUp {
    NewTopUp { desk: bench.desk, amount: eur(cents), method: None, key: None }
}

async fn tops_up(bench: &Bench, cents: i64) -> Result<ToppedUp, BillingError> {
    bench.billing().top_up(bench.account, &wanted(bench, cents)).await
}

async fn bought(bench: &Bench, cents: i64) -> InvoiceId {
    match tops_up(bench, cents).await.unwrap() {
        ToppedUp::Paid(invoice) => invoice,
        other => panic!("{other:?}"),
    }
}

/// Orders something, and has it paid.
async fn spends(bench: &Bench) {
    let (order, _) = bench.order().await;
    assert_eq!(bench.billing().charge(bench.desk, order.id).await.unwrap(), Charged::Paid);
}

async fn credit(bench: &Bench) -> i64 {
    bench.billing().credit(bench.desk).await.unwrap().iter().map(|credit: &Money| credit.cents).sum()
}

async fn newest(bench: &Bench) -> invoices::Invoice {
    let mut conn = bench.db.read().await.unwrap();
    invoices::list(&mut conn, bench.desk, Filter::default()).await.unwrap().remove(0)
}

#[tokio::test]
async fn what_is_topped_up_is_taken_once_and_there_at_once() {
    let bench = develops().await;
    let new = NewTopUp { key: Some("once".into()), ..wanted(&bench, 2_000) };
    let first = bench.billing().top_up(bench.account, &new).await.unwrap();
    assert_eq!(bench.billing().top_up(bench.account, &new).await.unwrap(), first, "the same key");
    let other = NewTopUp { amount: eur(3_000), ..new };
    assert!(matches!(bench.billing().top_up(bench.account, &other).await, Err(BillingError::KeyReused)));
    let invoice = newest(&bench).await;
    assert_eq!((first, credit(&bench).await), (ToppedUp::Paid(invoice.id), 2_000));
    assert_eq!((invoice.total, bench.peer.money(&invoice.id.to_string())), (eur(2_000), (2_000, 0)));
    let mut conn = bench.db.read().await.unwrap();
    let lines = invoices::lines(&mut conn, bench.desk, invoice.id).await.unwrap();
    assert_eq!(lines.iter().map(|line| line.kind).collect::<Vec<_>>(), [LineKind::Credit]);
    let earned = entries::balance(&mut conn, bench.desk, LedgerAccount::Revenue, invoice.total.currency).await.unwrap();
    assert_eq!(earned, 0, "nothing is earned before it is used");
    drop(conn);
    all_is_right(&bench, invoice.id, "topped up").await;
    assert_eq!(bench.mails().await, ["receipt"]);
}

#[tokio::test]
async fn credit_never_pays_for_credit_and_pays_for_the_rest() {
    let bench = develops().await;
    bought(&bench, 5_000).await;
    let second = bought(&bench, 2_000).await;
    assert_eq!((bench.peer.money(&second.to_string()), credit(&bench).await), ((2_000, 0), 7_000));
    spends(&bench).await;
    assert_eq!(credit(&bench).await, 6_100);
}

#[tokio::test]
async fn only_the_account_of_the_desk_tops_up_and_within_bounds() {
    let bench = develops().await;
    for cents in [499, 100_001, -500] {
        assert!(matches!(tops_up(&bench, cents).await, Err(BillingError::TopUpAmount { .. })), "{cents}");
    }
    let somebody = bench.billing().top_up(AccountId::new(), &wanted(&bench, 2_000)).await;
    assert!(matches!(somebody, Err(BillingError::Store(StoreError::NotFound(_)))), "{somebody:?}");
    bench.no_card().await;
    assert!(matches!(tops_up(&bench, 2_000).await, Err(BillingError::NoCard)));
    assert_eq!(credit(&bench).await, 0);
}

#[tokio::test]
async fn who_looks_after_the_publishers_money_tops_up_whoever_holds_the_licence() {
    let bench = develops().await;
    let (billing, acme) = (bench.billing(), "acme".parse().unwrap());
    let terms = Some((eur(2_000), eur(1_500)));
    billing.set_top_up_rule(bench.account, bench.desk, terms).await.unwrap();
    let mut tx = bench.db.begin().await.unwrap();
    let new = NewAccount { email: "cfo@acme.example".into(), name: "Cy".into(), password_hash: "x".into() };
    let cfo = accounts::insert(&mut tx, &new, START).await.unwrap().id;
    members::add(&mut tx, &acme, cfo, MemberRole::Finance, START).await.unwrap();
    members::set_role(&mut tx, &acme, bench.account, MemberRole::Developer).await.unwrap();
    tx.commit().await.unwrap();
    // The licence alone is not enough, with a card or by a rule of a time when they still might.
    assert!(matches!(tops_up(&bench, 2_000).await, Err(BillingError::NotADeveloperDesk)));
    assert!(matches!(billing.top_up_by_rule(bench.desk).await.unwrap(), Some(ToppedUp::Declined { .. })));
    assert!(matches!(billing.top_up(cfo, &wanted(&bench, 2_000)).await, Err(BillingError::NoCard)), "theirs");
    billing.set_top_up_rule(cfo, bench.desk, terms).await.unwrap();
    let rule = top_ups::get(&mut bench.db.read().await.unwrap(), bench.desk).await.unwrap();
    assert_eq!(rule.map(|rule| rule.account), Some(cfo));
}

#[tokio::test]
async fn credit_is_topped_up_where_a_publisher_develops_and_nowhere_else() {
    let bench = Bench::new().await;
    let (billing, terms) = (bench.billing(), (eur(2_000), eur(1_500)));
    let once = tops_up(&bench, 2_000).await.map(drop);
    let always = billing.set_top_up_rule(bench.account, bench.desk, Some(terms)).await;
    for refused in [once, always] {
        assert!(matches!(refused, Err(BillingError::NotADeveloperDesk)), "{refused:?}");
    }
    // Not by a rule of a time when it was one, either.
    let (amount, threshold) = (terms.0, terms.1.cents);
    let rule = top_ups::Rule { desk: bench.desk, account: bench.account, amount, threshold };
    let mut tx = bench.db.begin().await.unwrap();
    top_ups::set(&mut tx, &rule, START).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(billing.top_up_by_rule(bench.desk).await.unwrap(), Some(ToppedUp::Declined { .. })));
    assert_eq!(billing.top_up_by_rule(bench.desk).await.unwrap(), None, "it switched itself off");
    assert_eq!((bench.peer.calls(), credit(&bench).await), (0, 0));
}

#[tokio::test]
async fn what_is_declined_is_not_owed() {
    let bench = develops().await;
    bench.card(Behaviour::NoMoney).await;
    assert!(matches!(tops_up(&bench, 2_000).await.unwrap(), ToppedUp::Declined { text: Some(_) }));
    let invoice = newest(&bench).await;
    assert_eq!((invoice.state, credit(&bench).await), (InvoiceState::Void, 0));
    bench.card(Behaviour::Pays).await;
    bench.billing().reconcile().await.unwrap();
    bench.billing().bill_desk(bench.desk).await.unwrap();
    all_is_right(&bench, invoice.id, "declined").await;
    assert_eq!((credit(&bench).await, bench.mails().await.len()), (0, 0));
}

#[tokio::test]
async fn whoever_is_asked_by_their_bank_has_a_day() {
    let bench = develops().await;
    bench.card(Behaviour::Asks).await;
    for comes_back in [true, false] {
        assert!(matches!(tops_up(&bench, 2_000).await.unwrap(), ToppedUp::AtBank(_)));
        let invoice = newest(&bench).await.id;
        if comes_back {
            bench.peer.payer_answers(&invoice.to_string(), true);
            assert_eq!(bench.billing().look_again(bench.desk, invoice).await.unwrap(), Charged::Paid);
        } else {
            bench.billing().reconcile().await.unwrap();
            assert_eq!(bench.invoice(invoice).await.state, InvoiceState::Due);
            bench.clock.advance(DAY);
            bench.billing().reconcile().await.unwrap();
            assert_eq!(bench.invoice(invoice).await.state, InvoiceState::Void);
        }
        all_is_right(&bench, invoice, "asked").await;
        assert_eq!(credit(&bench).await, 2_000);
    }
    assert_eq!(bench.mails().await, ["receipt"]);
}

#[tokio::test]
async fn a_refund_takes_back_what_is_left_of_that_credit() {
    let bench = develops().await;
    let billing = bench.billing();
    let invoice = bought(&bench, 5_000).await;
    spends(&bench).await;
    // What is given later is not what was bought.
    billing.grant(bench.desk, eur(2_500), "welcome", Actor::System).await.unwrap();
    let refund = async |amount, reason| billing.refund(bench.desk, invoice, amount, reason, Actor::System).await;
    assert!(
        matches!(refund(Some(eur(4_101)), "more").await, Err(BillingError::TooMuch { left }) if left == eur(4_100))
    );
    assert_eq!(refund(Some(eur(100)), "a part").await.unwrap(), eur(100));
    assert_eq!(refund(None, "the rest").await.unwrap(), eur(4_000));
    assert_eq!((bench.peer.money(&invoice.to_string()), credit(&bench).await), ((5_000, 4_100), 2_500));
    assert!(matches!(refund(None, "again").await, Err(BillingError::TooMuch { .. })));
    let mut conn = bench.db.read().await.unwrap();
    assert_eq!(entries::unbalanced(&mut conn).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_on_its_way_back_pays_for_nothing() {
    let bench = develops().await;
    let invoice = bought(&bench, 5_000).await;
    bench.peer.slow_refunds();
    bench.billing().refund(bench.desk, invoice, None, "all", Actor::System).await.unwrap();
    spends(&bench).await;
    bench.peer.refunds_arrive();
    bench.billing().reconcile().await.unwrap();
    assert_eq!(credit(&bench).await, 0, "the card paid for what was bought meanwhile");
}

#[tokio::test]
async fn below_the_threshold_it_is_topped_up_once_a_day() {
    let bench = develops().await;
    let billing = bench.billing();
    let terms = Some((eur(2_000), eur(1_500)));
    billing.set_top_up_rule(bench.account, bench.desk, terms).await.unwrap();
    assert_eq!(bench.jobs(TOP_UP).await, 1);
    let by_rule = async || billing.top_up_by_rule(bench.desk).await.unwrap();
    assert!(matches!(by_rule().await, Some(ToppedUp::Paid(_))));
    assert_eq!((by_rule().await, credit(&bench).await), (None, 2_000), "there is enough");
    spends(&bench).await;
    assert_eq!((by_rule().await, credit(&bench).await), (None, 1_100), "it was today");
    bench.clock.advance(DAY);
    assert!(matches!(by_rule().await, Some(ToppedUp::Paid(_))));
    assert_eq!(credit(&bench).await, 3_100);
    billing.set_top_up_rule(bench.account, bench.desk, None).await.unwrap();
    bench.clock.advance(DAY);
    assert_eq!(by_rule().await, None);
}

#[tokio::test]
async fn a_declined_one_is_mailed_and_switches_itself_off() {
    for card in [Some(Behaviour::NoMoney), Some(Behaviour::Asks), None] {
        let bench = develops().await;
        let billing = bench.billing();
        match card {
            Some(behaviour) => drop(bench.card(behaviour).await),
            None => bench.no_card().await,
        }
        billing.set_top_up_rule(bench.account, bench.desk, Some((eur(2_000), eur(1_000)))).await.unwrap();
        let came = billing.top_up_by_rule(bench.desk).await.unwrap();
        assert!(matches!(came, Some(ToppedUp::Declined { .. })), "{card:?}: {came:?}");
        assert_eq!((bench.mails().await, credit(&bench).await), (vec!["top-up-declined"], 0), "{card:?}");
        let mut conn = bench.db.read().await.unwrap();
        assert_eq!(top_ups::get(&mut conn, bench.desk).await.unwrap(), None, "{card:?}");
        drop(conn);
        bench.clock.advance(DAY);
        assert_eq!(billing.top_up_by_rule(bench.desk).await.unwrap(), None, "{card:?}");
    }
}
