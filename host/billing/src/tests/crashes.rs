//! The process stops at every named step, and a new one takes up what it finds.

use annex_domain::{
    billing::{InvoiceState, OrderState},
    crash::{CrashPoints, When, point},
    ids::{InvoiceId, OrderId},
    operator::Actor,
};

use super::{
    bench::{Bench, DAY, eur, plan},
    judge::{all_is_right, faults_of},
    peer::Fault,
};
use crate::{Billing, BillingError, NewTopUp, Variant, crash_steps, gateways::test::Behaviour};
use annex_domain::plan::PlanModel;
use annex_store::billing::invoices;

/// What is being done when the process stops. Doing it again is what lifecycle, the panel or a worker does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scene {
    Pays,
    Declined,
    /// 3-D Secure, approved.
    Asked,
    /// The confirmation's answer is lost, and the gateway is away for a moment.
    Lost,
    /// Declined, then paid by hand with another card.
    ByHand,
    /// Released while the payer is asked.
    Released,
    /// Paid, then released; the refund takes a while.
    Refunded,
    /// Credit is bought.
    ToppedUp,
    Month,
    /// A declined month, on the first day on which it is tried again, by when its card pays.
    Retried,
}

impl Scene {
    fn is_month(self) -> bool {
        matches!(self, Self::Month | Self::Retried)
    }
}

const SCENES: [Scene; 10] = [
    Scene::Pays,
    Scene::Declined,
    Scene::Asked,
    Scene::Lost,
    Scene::ByHand,
    Scene::Released,
    Scene::Refunded,
    Scene::ToppedUp,
    Scene::Month,
    Scene::Retried,
];

struct Stage {
    bench: Bench,
    scene: Scene,
    order: Option<OrderId>,
    invoice: Option<InvoiceId>,
    good_card: annex_domain::ids::PaymentMethodId,
}

impl Stage {
    async fn set(scene: Scene) -> Self {
        let bench = Bench::new().await;
        if scene == Scene::Refunded {
            bench.peer.slow_refunds();
        }
        if scene == Scene::ToppedUp {
            bench.develops().await;
        }
        let mut stage = Self { good_card: bench.card(Behaviour::Pays).await, bench, scene, order: None, invoice: None };
        match scene {
            Scene::Declined | Scene::ByHand => drop(stage.bench.card(Behaviour::NoMoney).await),
            Scene::Asked | Scene::Released => drop(stage.bench.card(Behaviour::Asks).await),
            _ => {}
        }
        let (order, invoice) = stage.bench.order().await;
        if scene.is_month() {
            // The desk's bill begins with an order; the month is what counts here.
            stage.bench.billing().charge(stage.bench.desk, order.id).await.unwrap();
            stage.bench.subscribe(plan("flat", PlanModel::Flat, 900), 1, order.period_to).await;
            stage.bench.clock.advance(DAY * 32);
            if scene == Scene::Retried {
                let declining = stage.bench.card(Behaviour::NoMoney).await;
                stage.bench.billing().bill_desk(stage.bench.desk).await.unwrap();
                stage.bench.clock.advance(DAY);
                stage.bench.make_default(stage.good_card).await;
                assert_ne!(declining, stage.good_card);
            }
        } else if scene != Scene::ToppedUp {
            (stage.order, stage.invoice) = (Some(order.id), Some(invoice));
        }
        if scene == Scene::Lost {
            stage.bench.peer.faults([Fault::Fine, Fault::Lost, Fault::Down]);
        }
        stage
    }

    async fn play(&self, billing: &Billing) -> Result<(), BillingError> {
        let bench = &self.bench;
        if self.scene.is_month() {
            return billing.bill_desk(bench.desk).await.map(drop);
        }
        if self.scene == Scene::ToppedUp {
            let (desk, key) = (bench.desk, Some("once".to_owned()));
            let new = NewTopUp { desk, amount: eur(2_000), method: None, key };
            return billing.top_up(bench.account, &new).await.map(drop);
        }
        let (order, invoice) = (self.order.unwrap(), self.invoice.unwrap());
        if bench.invoice(invoice).await.state == InvoiceState::Open {
            let charged = billing.charge(bench.desk, order).await;
            if self.scene != Scene::Lost || !matches!(charged, Err(BillingError::Unavailable(_))) {
                charged?;
            }
        }
        match self.scene {
            Scene::Asked => {
                bench.peer.payer_answers(&invoice.to_string(), true);
                billing.look_again(bench.desk, invoice).await?;
            }
            Scene::Lost => drop(billing.charge(bench.desk, order).await?),
            Scene::ByHand => drop(billing.pay(bench.desk, invoice, Some(self.good_card), Actor::System).await?),
            Scene::Released => billing.release(bench.desk, order, "test").await?,
            Scene::Refunded => {
                billing.release(bench.desk, order, "test").await?;
                bench.peer.refunds_arrive();
                billing.reconcile().await?;
            }
            _ => {}
        }
        Ok(())
    }

    async fn ended_well(&mut self, what: &str) {
        let bench = &self.bench;
        if self.scene.is_month() {
            let mut conn = bench.db.read().await.unwrap();
            let all = annex_store::billing::invoices::list(&mut conn, bench.desk, Default::default()).await.unwrap();
            assert_eq!(all.len(), 2, "{what}: one order and one month");
            self.invoice = Some(all[0].id);
            assert_eq!(all[0].state, InvoiceState::Paid, "{what}");
        }
        if self.scene == Scene::ToppedUp {
            let mut conn = bench.db.read().await.unwrap();
            let bought = invoices::by_top_up_key(&mut conn, bench.desk, "once").await.unwrap().unwrap();
            assert_eq!(bought.state, InvoiceState::Paid, "{what}");
            self.invoice = Some(bought.id);
            drop(conn);
            assert_eq!(bench.billing().credit(bench.desk).await.unwrap(), [eur(2_000)], "{what}");
        }
        all_is_right(bench, self.invoice.unwrap(), what).await;
        let Some(order) = self.order else { return };
        let expected = match self.scene {
            Scene::Declined => OrderState::Open,
            Scene::Released => OrderState::Cancelled,
            Scene::Refunded => OrderState::Refunded,
            _ => OrderState::Paid,
        };
        assert_eq!(bench.order_state(order).await, expected, "{what}");
    }
}

#[tokio::test]
async fn whatever_step_it_stops_at_the_next_process_ends_well() {
    for (step_of, step) in crash_steps() {
        for when in When::FORWARD {
            let at = point(step_of, step, when);
            let mut hits = 0;
            for scene in SCENES.into_iter().filter(|scene| scene.is_month() == (step_of == "renewal")) {
                let mut stage = Stage::set(scene).await;
                let crashing = stage.bench.with(CrashPoints::stop_at(&at), Variant::Designed);
                match stage.play(&crashing).await {
                    Err(BillingError::Stopped(stopped)) => assert_eq!(stopped, at),
                    Ok(()) => continue,
                    Err(error) => panic!("{at} in {scene:?}: {error}"),
                }
                hits += 1;
                let next = stage.bench.billing();
                next.reconcile().await.unwrap();
                stage.play(&next).await.unwrap();
                stage.ended_well(&format!("{at} in {scene:?}")).await;
            }
            assert!(hits > 0, "{at} is never passed");
        }
    }
}

#[tokio::test]
async fn every_request_made_twice_does_the_same() {
    for scene in SCENES {
        let mut stage = Stage::set(scene).await;
        let twice = stage.bench.with(CrashPoints::repeat_everything(), Variant::Designed);
        stage.play(&twice).await.unwrap();
        twice.reconcile().await.unwrap();
        stage.ended_well(&format!("twice in {scene:?}")).await;
    }
}

/// Stops after the effect of the one call, and lets the next process go on.
async fn stopped_after_the_effect(variant: Variant, forgets: bool) -> (Bench, InvoiceId) {
    let bench = Bench::new().await;
    let (order, invoice) = bench.order().await;
    let crashing = bench.with(CrashPoints::stop_at("charge:confirm:after"), variant);
    assert!(matches!(crashing.charge(bench.desk, order.id).await, Err(BillingError::Stopped(_))));
    if forgets {
        bench.peer.forget_keys(true);
    }
    let next = bench.with(CrashPoints::none(), variant);
    next.reconcile().await.unwrap();
    next.charge(bench.desk, order.id).await.unwrap();
    (bench, invoice)
}

#[tokio::test]
async fn the_same_judge_catches_charging_in_one_call() {
    let (bench, invoice) = stopped_after_the_effect(Variant::OneCall, false).await;
    assert!(faults_of(&bench, invoice).await.contains(&"charged 2 times".to_owned()));
}

#[tokio::test]
async fn the_same_judge_catches_an_expired_key() {
    let (bench, invoice) = stopped_after_the_effect(Variant::OneCallKeyed, true).await;
    assert!(faults_of(&bench, invoice).await.contains(&"charged 2 times".to_owned()));
}

#[tokio::test]
async fn as_designed_it_needs_no_keys_at_all() {
    let (bench, invoice) = stopped_after_the_effect(Variant::Designed, true).await;
    all_is_right(&bench, invoice, "without keys").await;
}
