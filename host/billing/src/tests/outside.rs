//! What was done at the payment company itself reaches the books, once, and never beside our own.

use annex_domain::{
    billing::{DisputeState, InvoiceState, LedgerAccount, LineKind, RefundState},
    ids::{InstallationId, InvoiceId},
    operator::Actor,
};
use annex_store::billing::{disputes, entries, invoices, refunds};

use super::{
    bench::{Bench, DAY, eur},
    judge::the_ledger_balances,
    netting::{buy, credit, last, overpaid},
    peer::Fault,
};
use crate::{
    BillingError,
    gateway::{About, Event},
};

async fn paid() -> (Bench, InvoiceId) {
    let bench = Bench::new().await;
    let (order, invoice) = bench.order().await;
    bench.billing().charge(bench.desk, order.id).await.unwrap();
    (bench, invoice)
}

async fn hint(bench: &Bench, id: &str, about: About) {
    bench.billing().hint(&Event { id: id.into(), kind: "x".into(), about }).await.unwrap();
}

/// What was paid back by the rows that count, and what the ledger says of it.
async fn back(bench: &Bench, invoice: InvoiceId) -> (i64, i64) {
    let mut conn = bench.db.read().await.unwrap();
    let rows = refunds::of_invoice(&mut conn, invoice).await.unwrap();
    let sum = rows.iter().filter(|one| one.state == RefundState::Succeeded).map(|one| one.amount.cents).sum();
    let euro = eur(0).currency;
    let ledger = entries::balance(&mut conn, bench.desk, LedgerAccount::Refunds, euro).await.unwrap();
    let by_line: i64 = refunds::by_line(&mut conn, invoice).await.unwrap().iter().map(|(_, cents)| cents).sum();
    let counts = rows.iter().filter(|one| one.state != RefundState::Failed);
    let owed: i64 = counts.map(|one| one.amount.cents - one.not_owed).sum();
    assert_eq!(by_line, owed, "each falls on a line, but for what nobody owed");
    drop(conn);
    the_ledger_balances(bench).await;
    (sum, ledger)
}

#[tokio::test]
async fn a_refund_made_there_is_written_once_however_it_is_found() {
    let (bench, invoice) = paid().await;
    let id = bench.peer.refund_there(&invoice.to_string(), 300);
    let intent = {
        let mut conn = bench.db.read().await.unwrap();
        annex_store::billing::attempts::of_invoice(&mut conn, invoice).await.unwrap()[0].intent.clone().unwrap()
    };
    hint(&bench, "evt_1", About::Refund(id.clone())).await;
    hint(&bench, "evt_2", About::Intent(intent)).await;
    hint(&bench, "evt_3", About::Refund(id)).await;
    bench.billing().reconcile().await.unwrap();
    assert_eq!(back(&bench, invoice).await, (300, 300));
    assert_eq!(bench.mails().await, ["receipt", "refunded"]);
    // Ours ends at what is left.
    let left = bench.billing().refund(bench.desk, invoice, None, "rest", Actor::System).await.unwrap();
    assert_eq!((left, bench.peer.money(&invoice.to_string())), (eur(600), (900, 900)));
    bench.billing().reconcile().await.unwrap();
    assert_eq!(back(&bench, invoice).await, (900, 900));
}

#[tokio::test]
async fn lost_hints_are_made_up_for_by_the_reconciler_also_for_refunds_that_fail_later() {
    let (bench, invoice) = paid().await;
    bench.peer.slow_refunds();
    bench.peer.refund_there(&invoice.to_string(), 300);
    bench.billing().reconcile().await.unwrap();
    assert_eq!(back(&bench, invoice).await.1, 0, "it is on its way");
    bench.peer.refunds_arrive();
    bench.billing().reconcile().await.unwrap();
    assert_eq!(back(&bench, invoice).await, (300, 300));
    bench.peer.refunds_come_back();
    bench.billing().reconcile().await.unwrap();
    bench.billing().reconcile().await.unwrap();
    assert_eq!(back(&bench, invoice).await, (0, 0));
}

#[tokio::test]
async fn one_of_ours_whose_answer_was_lost_is_not_taken_for_one_of_theirs() {
    let (bench, invoice) = paid().await;
    // Looked for, asked for (lost).
    bench.peer.faults([Fault::Fine, Fault::Lost]);
    let part = Some(eur(400));
    assert!(bench.billing().refund(bench.desk, invoice, part, "part", Actor::System).await.is_err());
    hint(&bench, "evt_1", About::Refund("re_0".into())).await;
    bench.billing().reconcile().await.unwrap();
    assert_eq!(back(&bench, invoice).await, (400, 400));
    assert_eq!(bench.peer.money(&invoice.to_string()), (900, 400));
}

#[tokio::test]
async fn one_of_ours_that_was_not_made_yet_gives_way() {
    let (bench, invoice) = paid().await;
    bench.peer.faults([Fault::Down]);
    let all = Some(eur(900));
    assert!(bench.billing().refund(bench.desk, invoice, all, "all", Actor::System).await.is_err());
    let id = bench.peer.refund_there(&invoice.to_string(), 500);
    hint(&bench, "evt_1", About::Refund(id)).await;
    assert_eq!(back(&bench, invoice).await, (500, 500));
    assert_eq!(bench.peer.money(&invoice.to_string()), (900, 500));
    assert_eq!(bench.mails().await, ["receipt", "refund-failed", "refunded"]);
}

#[tokio::test]
async fn a_gateway_that_is_away_meanwhile_loses_nothing() {
    for fine in 0..6 {
        let (bench, invoice) = paid().await;
        bench.peer.refund_there(&invoice.to_string(), 300);
        bench.peer.dispute(&invoice.to_string(), DisputeState::Open);
        bench.peer.faults(std::iter::repeat_n(Fault::Fine, fine).chain([Fault::Down, Fault::Down]));
        let _ = bench.billing().reconcile().await;
        bench.peer.always(None);
        bench.billing().reconcile().await.unwrap();
        assert_eq!(back(&bench, invoice).await, (900, 900), "{fine}: the rest is disputed");
    }
}

#[tokio::test]
async fn a_dispute_takes_the_money_and_gives_it_back_when_it_is_won() {
    let (bench, invoice) = paid().await;
    let standing = async || {
        let mut conn = bench.db.read().await.unwrap();
        disputes::of_invoice(&mut conn, bench.desk, invoice).await.unwrap().first().map(|one| one.state)
    };
    let id = bench.peer.dispute(&invoice.to_string(), DisputeState::Inquiry);
    hint(&bench, "evt_1", About::Dispute(id.clone())).await;
    assert_eq!((standing().await, back(&bench, invoice).await), (Some(DisputeState::Inquiry), (0, 0)));
    bench.peer.dispute(&invoice.to_string(), DisputeState::Open);
    for event in ["evt_2", "evt_3"] {
        hint(&bench, event, About::Dispute(id.clone())).await;
    }
    bench.billing().reconcile().await.unwrap();
    assert_eq!((standing().await, back(&bench, invoice).await), (Some(DisputeState::Open), (900, 900)));
    let more = bench.billing().refund(bench.desk, invoice, Some(eur(1)), "goodwill", Actor::System).await;
    assert!(matches!(more, Err(BillingError::TooMuch { left }) if left == eur(0)), "the money is away");
    bench.peer.dispute(&invoice.to_string(), DisputeState::Won);
    bench.billing().reconcile().await.unwrap();
    bench.billing().reconcile().await.unwrap();
    assert_eq!((standing().await, back(&bench, invoice).await), (Some(DisputeState::Won), (0, 0)));
    assert_eq!(bench.invoice(invoice).await.state, InvoiceState::Paid);
    assert_eq!(bench.mails().await, ["receipt", "disputed", "disputed", "disputed"]);
    assert_eq!(bench.billing().refund(bench.desk, invoice, None, "goodwill", Actor::System).await.unwrap(), eur(900));
}

#[tokio::test]
async fn a_dispute_that_the_gateway_no_longer_knows_holds_nothing_up() {
    let (bench, invoice) = paid().await;
    let id = bench.peer.dispute(&invoice.to_string(), DisputeState::Open);
    hint(&bench, "evt_1", About::Dispute(id)).await;
    bench.peer.forget_disputes();
    assert_eq!(bench.billing().look_outside().await.unwrap(), 0);
    assert_eq!(back(&bench, invoice).await, (900, 900));
}

/// What is owed at the end of the statement, and what is in credit: there is nothing of it that the books do not have.
async fn standing(bench: &Bench) -> (i64, i64) {
    let rows = bench.billing().statement(bench.desk).await.unwrap();
    let (owed, in_credit) = rows.last().map(|row| (row.owed, row.in_credit)).unwrap();
    assert_eq!(in_credit, credit(bench).await);
    (owed, in_credit)
}

#[tokio::test]
async fn a_refund_made_there_of_what_was_too_much_takes_it_out_of_the_credit() {
    let (bench, month) = overpaid().await;
    assert_eq!(standing(&bench).await, (0, 1860));
    bench.peer.refund_there(&month.to_string(), 1860);
    for _ in 0..2 {
        bench.billing().reconcile().await.unwrap();
        assert_eq!((back(&bench, month).await, standing(&bench).await), ((1860, 0), (0, 0)));
    }
    // What was owed is still paid.
    let rest = bench.billing().refund(bench.desk, month, None, "goodwill", Actor::System).await.unwrap();
    assert_eq!((rest, bench.peer.money(&month.to_string())), (eur(2240), (4100, 4100)));
    assert_eq!((back(&bench, month).await, standing(&bench).await), ((4100, 2240), (0, 0)));
}

#[tokio::test]
async fn two_refunds_made_there_share_what_was_too_much_also_while_they_are_on_their_way() {
    let (bench, month) = overpaid().await;
    bench.peer.slow_refunds();
    for cents in [1000, 860, 40] {
        bench.peer.refund_there(&month.to_string(), cents);
    }
    bench.billing().reconcile().await.unwrap();
    assert_eq!((back(&bench, month).await, standing(&bench).await), ((0, 0), (0, 1860)));
    bench.peer.refunds_arrive();
    bench.billing().reconcile().await.unwrap();
    assert_eq!((back(&bench, month).await, standing(&bench).await), ((1900, 40), (0, 0)));
}

#[tokio::test]
async fn a_refund_made_there_of_more_than_was_too_much_takes_the_rest_of_what_was_owed() {
    let (bench, month) = overpaid().await;
    bench.peer.refund_there(&month.to_string(), 4000);
    for _ in 0..2 {
        bench.billing().reconcile().await.unwrap();
        assert_eq!((back(&bench, month).await, standing(&bench).await), ((4000, 2140), (0, 0)));
    }
    let more = bench.billing().refund(bench.desk, month, Some(eur(101)), "goodwill", Actor::System).await;
    assert!(matches!(more, Err(BillingError::TooMuch { left }) if left == eur(100)), "{more:?}");
    bench.peer.refund_there(&month.to_string(), 100);
    bench.billing().reconcile().await.unwrap();
    assert_eq!((back(&bench, month).await, standing(&bench).await), ((4100, 2240), (0, 0)));
    assert_eq!(bench.peer.money(&month.to_string()), (4100, 4100));
    bench.peer.refunds_come_back();
    bench.billing().reconcile().await.unwrap();
    assert_eq!((back(&bench, month).await, standing(&bench).await), ((0, 0), (0, 1860)));
}

#[tokio::test]
async fn a_refund_made_there_of_everything_leaves_nothing() {
    let (bench, month) = overpaid().await;
    bench.peer.refund_there(&month.to_string(), 4100);
    bench.billing().reconcile().await.unwrap();
    assert_eq!((back(&bench, month).await, standing(&bench).await), ((4100, 2240), (0, 0)));
}

#[tokio::test]
async fn credit_that_was_spent_meanwhile_goes_back_last_and_is_on_the_next_bill() {
    let (bench, month) = overpaid().await;
    buy(&bench, InstallationId::new(), "small", 310).await;
    let left = credit(&bench).await;
    let spent = 1860 - left;
    assert!((1..1860).contains(&left), "{left}");
    bench.peer.refund_there(&month.to_string(), 1860);
    bench.billing().reconcile().await.unwrap();
    // What is in credit still, and then of what was owed.
    assert_eq!((back(&bench, month).await, credit(&bench).await), ((1860, spent), 0));
    bench.peer.refund_there(&month.to_string(), 2240);
    bench.billing().reconcile().await.unwrap();
    assert_eq!((back(&bench, month).await, standing(&bench).await), ((4100, 2240), (0, -spent)));
    bench.clock.advance(DAY * 18);
    bench.billing().bill_desk(bench.desk).await.unwrap();
    let bill = last(&bench).await;
    let mut conn = bench.db.read().await.unwrap();
    let lines = invoices::lines(&mut conn, bench.desk, bill.id).await.unwrap();
    drop(conn);
    assert_eq!(lines.last().map(|line| (line.kind, line.amount)), Some((LineKind::Carried, spent)));
    assert_eq!(credit(&bench).await, 0);
}

#[tokio::test]
async fn a_dispute_of_the_rest_that_is_won_brings_back_what_was_owed_alone() {
    let (bench, month) = overpaid().await;
    bench.peer.refund_there(&month.to_string(), 1860);
    bench.billing().reconcile().await.unwrap();
    bench.peer.dispute(&month.to_string(), DisputeState::Open);
    bench.billing().reconcile().await.unwrap();
    assert_eq!((back(&bench, month).await, standing(&bench).await), ((4100, 2240), (0, 0)));
    bench.peer.dispute(&month.to_string(), DisputeState::Won);
    bench.billing().reconcile().await.unwrap();
    assert_eq!((back(&bench, month).await, standing(&bench).await), ((1860, 0), (0, 0)));
}

#[tokio::test]
async fn a_dispute_takes_also_what_was_paid_over_what_is_owed_by_now() {
    let (bench, month) = overpaid().await;
    bench.peer.dispute(&month.to_string(), DisputeState::Open);
    bench.billing().reconcile().await.unwrap();
    assert_eq!((back(&bench, month).await, standing(&bench).await), ((4100, 2240), (0, 0)));
    bench.peer.dispute(&month.to_string(), DisputeState::Won);
    bench.billing().reconcile().await.unwrap();
    assert_eq!((back(&bench, month).await, standing(&bench).await), ((0, 0), (0, 1860)));
}

#[tokio::test]
async fn a_dispute_that_is_lost_stays_paid_back() {
    let (bench, invoice) = paid().await;
    bench.billing().refund(bench.desk, invoice, Some(eur(200)), "goodwill", Actor::System).await.unwrap();
    let id = bench.peer.dispute(&invoice.to_string(), DisputeState::Open);
    hint(&bench, "evt_1", About::Dispute(id)).await;
    assert_eq!(back(&bench, invoice).await, (900, 900), "only what was not paid back before");
    bench.peer.dispute(&invoice.to_string(), DisputeState::Lost);
    bench.billing().reconcile().await.unwrap();
    assert_eq!(back(&bench, invoice).await, (900, 900));
    let rows = crate::ledger::statement::rows(
        &entries::list(&mut bench.db.read().await.unwrap(), bench.desk, 0, 100).await.unwrap(),
        &jiff::tz::TimeZone::UTC,
    );
    let refunded: Vec<i64> = rows.iter().map(|row| row.refunded).filter(|cents| *cents != 0).collect();
    assert_eq!(refunded, [200, 700], "the statement has both");
}
