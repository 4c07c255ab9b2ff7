//! Publishers are paid out once, wherever it stops and however often it is run.

use std::{io, sync::Mutex};

use annex_domain::{
    addon::PublisherSlug,
    billing::DisputeState,
    clock::Timestamp,
    crash::{CrashPoints, When, point},
    earnings::{EarningKind, Month, PayoutState, Share},
    ids::{InstallationId, InvoiceId},
    money::Currency,
    operator::Actor,
};
use annex_store::{
    billing::{
        earnings::{self, NewEarning, Sold},
        invoices::{self, Filter},
    },
    catalog,
    publishers::banks::{self, BankAccount},
    vault::Vault,
};

use super::{
    bench::{Bench, DAY, START, eur},
    earnings::{acme, balance},
};
use crate::{
    Billing, BillingError, Variant,
    payouts::{Files, PayoutError, STEPS},
};

fn vault() -> Vault {
    Vault::with_key(&"0b".repeat(32)).unwrap()
}

/// The month in which the bench starts.
fn march() -> Month {
    "2026-03".parse().unwrap()
}

/// 7.20 were earned in a month that is over.
async fn earned() -> Bench {
    let bench = Bench::new().await;
    let (order, _) = bench.order().await;
    bench.billing().charge(bench.desk, order.id).await.unwrap();
    bench.clock.advance(DAY * 40);
    bench
}

async fn with_bank() -> Bench {
    let bench = earned().await;
    let account = BankAccount { holder: "Acme".into(), iban: "DE89370400440532013000".parse().unwrap() };
    let mut tx = bench.db.begin().await.unwrap();
    banks::set(&mut tx, &vault(), &acme(), &account, bench.account, bench.billing().now()).await.unwrap();
    tx.commit().await.unwrap();
    bench
}

#[derive(Default)]
struct Bank(Mutex<Vec<Files>>);

impl Bank {
    async fn run(&self, billing: &Billing, month: Month, least: u32) -> Result<(PayoutState, usize), PayoutError> {
        let write = |files: &Files| -> io::Result<()> {
            self.0.lock().unwrap().push(files.clone());
            Ok(())
        };
        let paid = billing.pay_out(&vault(), month, least, None, &write).await?;
        Ok((paid.run.state, paid.made.len()))
    }
}

/// What was paid out of the book, over all publishers.
async fn paid_out(bench: &Bench) -> i64 {
    let accounts = earnings::accounts(&mut bench.db.read().await.unwrap()).await.unwrap();
    accounts.iter().filter(|(name, ..)| name == "payouts").map(|(.., cents)| cents).sum()
}

#[tokio::test]
async fn wherever_it_stops_each_publisher_is_paid_once_by_the_same_file() {
    for (what, step) in STEPS {
        for when in When::FORWARD {
            let (at, bench, bank) = (point(what, step, when), with_bank().await, Bank::default());
            let crashing = bench.with(CrashPoints::stop_at(&at), Variant::Designed);
            let stopped = bank.run(&crashing, march(), 5).await;
            assert!(matches!(stopped, Err(PayoutError::Billing(BillingError::Stopped(_)))), "{at}: {stopped:?}");
            // A sale between the two is for the next month.
            let (order, _) = bench.order().await;
            bench.billing().charge(bench.desk, order.id).await.unwrap();
            let billing = bench.billing();
            for _ in 0..2 {
                let done = bank.run(&billing, march(), 5).await.unwrap();
                assert_eq!(done, (PayoutState::Written, 1), "{at}");
            }
            let written = bank.0.lock().unwrap().clone();
            assert!(written.len() >= 2 && written.iter().all(|files| *files == written[0]), "{at}: {written:?}");
            assert!(written[0].csv.contains("2026-03-1,acme,Acme,DE89370400440532013000,7.20,EUR"), "{written:?}");
            assert_eq!(paid_out(&bench).await, 720, "{at}");
            assert_eq!(bench.billing().confirm_payouts(march()).await.unwrap().state, PayoutState::Confirmed, "{at}");
            assert_eq!(bank.run(&billing, march(), 5).await.unwrap(), (PayoutState::Confirmed, 1), "{at}");
        }
    }
}

#[tokio::test]
async fn runs_at_once_pay_once() {
    let (bench, bank) = (with_bank().await, Bank::default());
    let billing = bench.billing();
    let runs = (0..4).map(|_| bank.run(&billing, march(), 5));
    // Who comes second may find that the other has noted it already, and is right to say so.
    let done = futures::future::join_all(runs).await;
    assert!(done.iter().any(Result::is_ok), "{done:?}");
    assert_eq!((paid_out(&bench).await, balance(&bench).await), (720, 0));
}

#[tokio::test]
async fn too_little_and_nowhere_to_pay_it_to_wait_for_a_later_month() {
    let bank = Bank::default();
    let bench = with_bank().await;
    let april = march().next();
    let early = bank.run(&bench.billing(), april, 5).await;
    assert!(matches!(early, Err(PayoutError::NotOver(_))), "{early:?}");
    assert!(matches!(bench.billing().confirm_payouts(march()).await, Err(PayoutError::NotWritten(_))));
    assert_eq!(bank.run(&bench.billing(), march(), 8).await.unwrap(), (PayoutState::Written, 0));
    bench.clock.advance(DAY * 31);
    assert_eq!(bank.run(&bench.billing(), april, 7).await.unwrap(), (PayoutState::Written, 1));
    assert_eq!(paid_out(&bench).await, 720);

    let without = earned().await;
    assert_eq!(bank.run(&without.billing(), march(), 0).await.unwrap(), (PayoutState::Written, 0));
    assert_eq!((paid_out(&without).await, balance(&without).await), (0, 720));
}

#[tokio::test]
async fn what_becomes_of_a_later_sale_is_no_matter_of_the_month() {
    let bank = Bank::default();
    let bench = with_bank().await;
    let (order, later) = bench.order().await;
    bench.billing().charge(bench.desk, order.id).await.unwrap();
    bench.billing().refund(bench.desk, later, None, "goodwill", Actor::System).await.unwrap();
    assert_eq!(bank.run(&bench.billing(), march(), 5).await.unwrap(), (PayoutState::Written, 1));
    assert_eq!((paid_out(&bench).await, balance(&bench).await), (720, 0), "all of March");

    // What goes back of the month itself is not paid out, until it comes back.
    for (dispute, paid) in [(DisputeState::Open, 0), (DisputeState::Won, 720)] {
        let bench = with_bank().await;
        let sold = first_invoice(&bench).await.to_string();
        bench.peer.dispute(&sold, DisputeState::Open);
        bench.billing().reconcile().await.unwrap();
        bench.peer.dispute(&sold, dispute);
        bench.billing().reconcile().await.unwrap();
        bank.run(&bench.billing(), march(), 5).await.unwrap();
        assert_eq!(paid_out(&bench).await, paid, "{dispute:?}");
    }
}

async fn first_invoice(bench: &Bench) -> InvoiceId {
    let mut conn = bench.db.read().await.unwrap();
    invoices::list(&mut conn, bench.desk, Filter::default()).await.unwrap()[0].id
}

#[tokio::test]
async fn an_account_that_does_not_open_waits_and_keeps_nobody_waiting() {
    let bench = with_bank().await;
    let beta: PublisherSlug = "beta".parse().unwrap();
    let account = BankAccount { holder: "Beta".into(), iban: "NO9386011117947".parse().unwrap() };
    let elsewhere = Vault::with_key(&"0c".repeat(32)).unwrap();
    let mut tx = bench.db.begin().await.unwrap();
    catalog::add_publisher(&mut tx, &beta, "Beta", Timestamp(1)).await.unwrap();
    banks::set(&mut tx, &elsewhere, &beta, &account, bench.account, bench.billing().now()).await.unwrap();
    let (transaction, kind, amount) = ("line:999", EarningKind::Sale, eur(900));
    let sold = Sold {
        line: 999,
        installation: InstallationId::new(),
        addon: "beta.tool".parse().unwrap(),
        description: "Tool: Flat".into(),
        share: Share::USUAL,
    };
    let new = NewEarning { transaction, publisher: &beta, kind, sold: Some(&sold), gross: 900, amount };
    earnings::insert(&mut tx, &new, START).await.unwrap();
    tx.commit().await.unwrap();
    let write = |_: &Files| -> io::Result<()> { Ok(()) };
    let paid = bench.billing().pay_out(&vault(), march(), 5, None, &write).await.unwrap();
    let to: Vec<_> = paid.made.iter().map(|payout| payout.publisher.clone()).collect();
    assert_eq!((paid.run.state, to, paid.unopened), (PayoutState::Written, vec![acme()], vec![beta.clone()]));
    let mut conn = bench.db.read().await.unwrap();
    let left = earnings::balances(&mut conn, &beta, bench.billing().now()).await.unwrap();
    assert_eq!(left, [(Currency::EUR, 900)], "for a later month");
}
