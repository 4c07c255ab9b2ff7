//! What belongs to several invoices is read at once, each with its own.

use std::collections::BTreeMap;

use annex_domain::billing::{AttemptState, DisputeState};

use super::*;
use crate::billing::{
    attempts,
    disputes::{self, Dispute},
    refunds::{self, NewRefund},
};

#[tokio::test]
async fn lines_refunds_and_disputes_come_with_their_invoices() {
    with_payer(async |db, payer| {
        let mut tx = db.begin().await.unwrap();
        let (one, two) = (payer.subscription(InstallationId::new()), payer.subscription(InstallationId::new()));
        let new = payer.monthly(date(2027, 2, 28), &[&one, &two]);
        let month = invoices::insert(&mut tx, &new, NOW).await.unwrap();
        let order = payer.invoice(&mut tx, 1000).await;
        let mut attempt = attempts::insert(&mut tx, &payer.attempt(&order), NOW).await.unwrap();
        attempt.state = AttemptState::Succeeded;
        attempts::save(&mut tx, &mut attempt, NOW).await.unwrap();
        let new = NewRefund {
            desk: payer.desk,
            invoice: order.id,
            attempt: Some(attempt.id),
            amount: eur(300),
            not_owed: 0,
            reason: "goodwill".into(),
            lines: Vec::new(),
        };
        let refund = refunds::insert(&mut tx, &new, NOW).await.unwrap();
        let dispute = Dispute {
            gateway: "test".into(),
            gateway_id: "du_1".into(),
            desk: payer.desk,
            invoice: order.id,
            attempt: attempt.id,
            refund: None,
            amount: eur(700),
            reason: "fraudulent".into(),
            state: DisputeState::Open,
            created_at: NOW,
            updated_at: NOW,
            rev: 1,
        };
        disputes::insert(&mut tx, &dispute).await.unwrap();

        let both = [month.id, order.id];
        let lines = invoices::lines_of(&mut tx, &both).await.unwrap();
        assert_eq!((lines.len(), lines[&month.id].len()), (2, 2));
        for id in both {
            assert_eq!(lines[&id], invoices::lines(&mut tx, payer.desk, id).await.unwrap());
        }
        let back = BTreeMap::from([(order.id, vec![refund])]);
        assert_eq!(refunds::of_invoices(&mut tx, &both).await.unwrap(), back);
        let disputed = BTreeMap::from([(order.id, vec![dispute])]);
        assert_eq!(disputes::of_invoices(&mut tx, &both).await.unwrap(), disputed);
        assert!(refunds::of_invoices(&mut tx, &[month.id]).await.unwrap().is_empty());
        assert!(invoices::lines_of(&mut tx, &[]).await.unwrap().is_empty());
    })
    .await;
}
