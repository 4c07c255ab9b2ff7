//! Entries: in sum zero, each transaction once. Hints: each once.

use annex_domain::billing::LedgerAccount as A;

use super::*;
use crate::billing::{
    entries::{self, Posting},
    events,
};

fn posting<'a>(payer: &Payer, transaction: &'a str, amounts: &'a [(A, i64)]) -> Posting<'a> {
    let (desk, currency) = (payer.desk, Currency::EUR);
    Posting { desk, transaction, amounts, currency, invoice: None, note: "invoice 1", earns: 0 }
}

#[tokio::test]
async fn a_transaction_is_written_once_and_sums_to_zero() {
    with_payer(async |db, payer| {
        let mut tx = db.begin().await.unwrap();
        let issued = [(A::Receivable, 2000), (A::Revenue, -2000)];
        let granted = [(A::Granted, 300), (A::Credit, -300)];
        assert!(entries::post(&mut tx, &posting(&payer, "i1:issued", &issued), NOW).await.unwrap());
        assert!(!entries::post(&mut tx, &posting(&payer, "i1:issued", &issued), NOW).await.unwrap());
        assert!(entries::post(&mut tx, &posting(&payer, "grant", &granted), NOW).await.unwrap());
        let dollars = Posting { currency: Currency::USD, ..posting(&payer, "usd", &granted) };
        assert!(entries::post(&mut tx, &dollars, NOW).await.unwrap());
        let balance = entries::balance(&mut tx, payer.desk, A::Receivable, Currency::EUR).await.unwrap();
        assert_eq!(balance, 2000);
        let credit = entries::balances(&mut tx, payer.desk, A::Credit).await.unwrap();
        assert_eq!(credit, [(Currency::EUR, -300), (Currency::USD, -300)]);
        assert_eq!(entries::balances(&mut tx, payer.fixture.other_desk, A::Credit).await.unwrap(), []);
        assert_eq!(entries::earning(&mut tx, payer.desk, Currency::EUR).await.unwrap(), 0, "credit that was given");
        let days = Posting { earns: -200, ..posting(&payer, "days", &granted) };
        assert!(entries::post(&mut tx, &days, NOW).await.unwrap());
        assert_eq!(entries::earning(&mut tx, payer.desk, Currency::EUR).await.unwrap(), 200);
        assert_eq!(entries::earning(&mut tx, payer.fixture.other_desk, Currency::EUR).await.unwrap(), 0);
        assert_eq!(entries::earning(&mut tx, payer.desk, Currency::USD).await.unwrap(), 0);
        let all = entries::list(&mut tx, payer.desk, 0, 99).await.unwrap();
        assert_eq!(all.len(), 8);
        assert_eq!((all[0].account, all[0].amount, all[0].transaction.as_str()), (A::Receivable, 2000, "i1:issued"));
        assert_eq!(entries::list(&mut tx, payer.desk, all[4].id, 99).await.unwrap(), all[5..]);
        assert_eq!(entries::unbalanced(&mut tx).await.unwrap(), [""; 0]);
        tx.commit().await.unwrap();

        let wrong: [&[(A, i64)]; 5] = [
            &[(A::Receivable, 1), (A::Revenue, -2)],
            &[],
            &[(A::Receivable, 0), (A::Revenue, 0)],
            &[(A::Receivable, 1), (A::Receivable, -1)],
            &[(A::Receivable, i64::MAX), (A::Revenue, i64::MAX), (A::Cash, 2)],
        ];
        for amounts in wrong {
            let error = refused!(db, |tx| entries::post(tx, &posting(&payer, "wrong", amounts), NOW));
            assert_eq!(error.code(), "invalid", "{amounts:?}");
        }
        // The same name for something else is a mistake, not a repetition.
        let other = [(A::Cash, 5), (A::Receivable, -5)];
        let error = refused!(db, |tx| entries::post(tx, &posting(&payer, "i1:issued", &other), NOW));
        assert_eq!(taken(&error), "the ledger's transaction");
    })
    .await;
}

#[tokio::test]
async fn of_postings_at_once_one_is_written() {
    with_payer(async |db, payer| {
        let write = async || {
            let mut tx = db.begin().await.unwrap();
            let amounts = [(A::Cash, 2000), (A::Receivable, -2000)];
            let written = entries::post(&mut tx, &posting(&payer, "i1:paid", &amounts), NOW).await.unwrap();
            tx.commit().await.unwrap();
            written
        };
        let written: Vec<_> = futures::future::join_all((0..6).map(|_| write())).await;
        assert_eq!(written.iter().filter(|one| **one).count(), 1);
        let mut conn = db.read().await.unwrap();
        assert_eq!(entries::balance(&mut conn, payer.desk, A::Cash, Currency::EUR).await.unwrap(), 2000);
    })
    .await;
}

#[tokio::test]
async fn a_hint_is_taken_in_once() {
    with_payer(async |db, _| {
        let take_in = async |gateway: &str, at: Timestamp| {
            let mut tx = db.begin().await.unwrap();
            let fresh =
                events::take_in(&mut tx, gateway, "evt_1", "payment_intent.succeeded", "pi_1", at).await.unwrap();
            tx.commit().await.unwrap();
            fresh
        };
        assert!(take_in("stripe", NOW).await);
        assert!(!take_in("stripe", Timestamp(NOW.0 + 5)).await);
        assert!(take_in("test", NOW).await, "another gateway's");
        let mut tx = db.begin().await.unwrap();
        assert_eq!(events::purge(&mut tx, NOW).await.unwrap(), 0);
        assert_eq!(events::purge(&mut tx, Timestamp(NOW.0 + 1)).await.unwrap(), 2);
    })
    .await;
}
