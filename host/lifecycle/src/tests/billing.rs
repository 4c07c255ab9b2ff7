//! The place where charging goes: what fails for now is tried again, what is declined unwinds, what was taken is given back.

use std::sync::{Arc, Mutex};

use annex_domain::installation::Status;
use async_trait::async_trait;

use super::support::on_both;
use crate::{Billing, BillingError, Charge};

/// A till that answers as it was told, and remembers what it took and gave back.
#[derive(Default)]
struct Till {
    answers: Mutex<Vec<BillingError>>,
    charged: Mutex<Vec<Charge>>,
    refunded: Mutex<Vec<Charge>>,
}

#[async_trait]
impl Billing for Till {
    async fn charge(&self, charge: &Charge) -> Result<(), BillingError> {
        if let Some(error) = self.answers.lock().unwrap().pop() {
            return Err(error);
        }
        self.charged.lock().unwrap().push(charge.clone());
        Ok(())
    }

    async fn refund(&self, charge: &Charge) -> Result<(), BillingError> {
        self.refunded.lock().unwrap().push(charge.clone());
        Ok(())
    }
}

#[tokio::test]
async fn a_gateway_that_is_away_is_asked_again_with_the_same_key() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        let away = || BillingError::Unavailable("away".into());
        let till = Arc::new(Till { answers: Mutex::new(vec![away(), away()]), ..Till::default() });
        world.restart_with(Arc::<Till>::clone(&till)).await;
        assert_eq!(world.install("acme.puppet").await.status, Status::Active);
        assert_eq!(till.charged.lock().unwrap().len(), 1);
        assert_eq!(till.refunded.lock().unwrap().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_gateway_that_stays_away_and_one_that_declines_fail_the_installation() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        let declined = vec![BillingError::Declined("pay invoice 7 first".into())];
        let away = vec![BillingError::Unavailable("away".into()); 20];
        for (answers, code) in [(declined, "payment-declined"), (away, "unavailable")] {
            let till = Arc::new(Till { answers: Mutex::new(answers), ..Till::default() });
            world.restart_with(Arc::<Till>::clone(&till)).await;
            let failed = world.install("acme.puppet").await;
            assert_eq!(
                (failed.status, failed.notice.clone().unwrap().code.as_str()),
                (Status::FailedInstallation, code)
            );
            assert_eq!(till.charged.lock().unwrap().len(), 0);
        }
        assert!(world.of_addon("acme.puppet").await.is_some());
    })
    .await;
}

#[tokio::test]
async fn what_was_paid_comes_back_when_the_add_on_does_not_come_about() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "install=trap").await;
        let till = Arc::new(Till::default());
        world.restart_with(Arc::<Till>::clone(&till)).await;
        assert_eq!(world.install("acme.puppet").await.status, Status::FailedInstallation);
        let (charged, refunded) = (till.charged.lock().unwrap().clone(), till.refunded.lock().unwrap().clone());
        assert_eq!(charged.len(), 1);
        assert_eq!(charged, refunded);
    })
    .await;
}
