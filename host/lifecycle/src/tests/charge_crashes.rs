//! A crash at every named point of everything that involves money, then a restart: what runs is paid for, what is paid for
//! runs, and the payment company took everything once.

use std::time::Duration;

use annex_domain::{
    billing::OrderState,
    clock::Clock as _,
    ids::{InstallationId, OrderId},
    installation::Status,
    operator::Actor,
};
use annex_store::{
    Dialect,
    billing::{invoices, orders},
};

use super::{
    crashes::{after_a_crash, points},
    money::{DAY, LOSES_ANSWERS, NO_MONEY, PAYS},
    support::{World, on_both},
};
use crate::{CrashPoints, OrderEnd, chores::Chores, crash_points};

/// All points of the charge protocol and of refunds.
fn protocol() -> Vec<String> {
    crash_points().into_iter().filter(|point| point.starts_with("charge:") || point.starts_with("refund:")).collect()
}

impl World {
    /// The points to try on this database: the two of a step on one of both databases in turn, since what is tried is not the
    /// database. All on each with `ANNEX_LONG`, or where there is no other.
    fn share(&self, points: Vec<String>) -> Vec<String> {
        let all = std::env::var_os("ANNEX_LONG").is_some() || std::env::var_os("ANNEX_TEST_POSTGRES_URL").is_none();
        let turn = usize::from(self.db().dialect() == Dialect::Postgres);
        points.into_iter().enumerate().filter(|(at, _)| all || at / 2 % 2 == turn).map(|(_, point)| point).collect()
    }

    /// Restarts after a crash and lets the new process do whatever is left to do.
    async fn recovers(&mut self) {
        after_a_crash(self).await;
        self.later(Duration::from_secs(61)).await;
        for _ in 1..12 {
            self.later_with(Chores::frequent(self.clock.now()), Duration::from_secs(61)).await;
        }
        self.later(Duration::from_secs(700)).await;
        self.idle().await;
    }

    async fn order_of(&self, id: InstallationId) -> Option<orders::Order> {
        let mut conn = self.db().read().await.unwrap();
        orders::of_installation(&mut conn, self.desk, id).await.unwrap().into_iter().next()
    }

    async fn removed(&self, id: InstallationId) {
        self.host.uninstall(self.desk, id, self.admin, false).await.unwrap();
        assert_eq!(self.settled(id).await, None);
        self.judge(id, "removed").await;
        // Its days are not paid any more: buying it again costs what it did.
        let mut conn = self.db().read().await.unwrap();
        let mut paid = Vec::new();
        for order in orders::of_installation(&mut conn, self.desk, id).await.unwrap() {
            let invoice = invoices::of_order(&mut conn, self.desk, order.id).await.unwrap().unwrap();
            paid.extend((order.state == OrderState::Fulfilled && order.amount.cents > 0).then_some(invoice.id));
        }
        drop(conn);
        for invoice in paid {
            self.host.billing().refund(self.desk, invoice, None, "removed", Actor::CommandLine).await.unwrap();
        }
    }
}

async fn buying_survives(mut world: World, card: &str, points: Vec<String>, behaviour: &str, end: Status) {
    world.priced("1.0.0", 1, behaviour).await;
    world.log_in(card).await;
    for point in world.share(points) {
        world.restart(CrashPoints::stop_at(&point)).await;
        let started = world.host.install(world.to_buy("flat").await).await;
        world.recovers().await;
        let id = match (started, world.of_addon("acme.puppet").await) {
            (Ok(started), _) => started.id,
            (Err(_), None) => {
                assert_eq!(point, "install:record:before");
                continue;
            }
            (Err(error), Some(_)) => panic!("{point}: {error}"),
        };
        assert_eq!(world.installation(id).await.status, end, "{point}");
        world.judge(id, &point).await;
        world.removed(id).await;
    }
}

#[tokio::test]
async fn a_purchase_survives_a_crash_at_every_point() {
    on_both(async |world| {
        let all = [points("install", false), protocol()].concat();
        buying_survives(world, PAYS, all, "", Status::Active).await;
    })
    .await;
}

#[tokio::test]
async fn a_purchase_survives_crashes_and_lost_answers_together() {
    on_both(async |world| buying_survives(world, LOSES_ANSWERS, protocol(), "", Status::Active).await).await;
}

#[tokio::test]
async fn a_decline_survives_a_crash_at_every_point() {
    on_both(async |world| {
        let all = [points("install", false), protocol()].concat();
        let reached = |point: &String| !["hook", "language", "activate"].iter().any(|step| point.contains(step));
        let all = all.into_iter().filter(reached).collect();
        buying_survives(world, NO_MONEY, all, "", Status::PaymentDue).await;
    })
    .await;
}

#[tokio::test]
async fn a_refund_survives_a_crash_at_every_point() {
    on_both(async |world| {
        let all = [points("install", true), protocol()].concat();
        buying_survives(world, PAYS, all, "install=fail", Status::FailedInstallation).await;
    })
    .await;
}

#[tokio::test]
async fn every_step_of_a_purchase_may_happen_twice_or_fail() {
    on_both(async |mut world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        world.restart(CrashPoints::repeat_everything()).await;
        let twice = world.had(world.to_buy("flat").await).await;
        assert_eq!(twice.status, Status::Active);
        world.judge(twice.id, "everything twice").await;
        world.removed(twice.id).await;
        for step in ["verify", "compile", "charge", "hook", "activate"] {
            let point = format!("install:{step}:before");
            world.restart(CrashPoints::fail_at(&point)).await;
            let failed = world.had(world.to_buy("flat").await).await;
            assert_eq!(failed.status, Status::FailedInstallation, "{point}");
            world.judge(failed.id, &point).await;
            world.restart(CrashPoints::none()).await;
            world.removed(failed.id).await;
        }
    })
    .await;
}

/// A trial that is bought, stopped at a point: the order is fulfilled all the same.
async fn upgraded(world: &mut World, point: &str) -> Option<(InstallationId, OrderId)> {
    let id = match world.of_addon("acme.puppet").await {
        Some(found) => found.id,
        None => world.had(world.to_try("team")).await.id,
    };
    world.restart(CrashPoints::stop_at(point)).await;
    let shown = world.price(Some(id), "flat", 1, annex_domain::billing::OrderPurpose::Plan).await;
    let choice = crate::Choice::paid("flat".parse().unwrap(), shown);
    let chosen = world.host.choose_plan(world.desk, id, choice, None, world.admin, None).await;
    world.recovers().await;
    match chosen {
        Ok(chosen) => Some((id, chosen.order.unwrap())),
        Err(_) => world.order_of(id).await.filter(|order| order.state != OrderState::Open).map(|order| (id, order.id)),
    }
}

#[tokio::test]
async fn an_upgrade_survives_a_crash_at_every_point() {
    on_both(async |mut world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        for point in world.share([points("purchase", false), protocol()].concat()) {
            let Some((id, order)) = upgraded(&mut world, &point).await else {
                assert_eq!(point, "purchase:record:before");
                continue;
            };
            assert_eq!(world.ordered(order).await, OrderEnd::Fulfilled, "{point}");
            world.judge(id, &point).await;
            world.host.cancel(world.desk, id, world.admin).await.unwrap();
            world.idle().await;
            world.removed(id).await;
            // The trial goes on where it was: it must not run out during the test.
            assert!(world.clock_is_early(), "the test takes longer than a trial");
        }
    })
    .await;
}

#[tokio::test]
async fn an_upgrade_that_fails_is_paid_back_through_a_crash_at_every_point() {
    on_both(async |mut world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let id = world.had(world.to_try("team")).await.id;
        for point in ["purchase:apply:before", "purchase:apply:after", "purchase:charge:after"] {
            world.restart(CrashPoints::fail_at(point)).await;
            let bought = world.choose(id, "flat").await;
            let end = world.ordered(bought.order.unwrap()).await;
            world.restart(CrashPoints::none()).await;
            if point == "purchase:apply:after" {
                assert_eq!(end, OrderEnd::Fulfilled, "what has ended cannot fail any more");
                world.judge(id, point).await;
                return;
            }
            assert_eq!(end, OrderEnd::GivenUp, "{point}");
            assert_eq!(world.installation(id).await.notice.clone().unwrap().code, "injected", "{point}");
            assert_eq!(world.installation(id).await.status, Status::Active, "the trial goes on");
            world.judge(id, point).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_cancel_and_an_uninstall_survive_a_crash_at_every_point() {
    on_both(async |mut world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(NO_MONEY).await;
        for point in world.share([points("cancel", false), points("uninstall", false), protocol()].concat()) {
            let waiting = world.had(world.to_buy("flat").await).await;
            let id = waiting.id;
            world.restart(CrashPoints::stop_at(&point)).await;
            if point.starts_with("uninstall") {
                let _ = world.host.uninstall(world.desk, id, world.admin, false).await; // stopped before its record
            } else {
                let _ = world.host.cancel(world.desk, id, world.admin).await;
            }
            world.recovers().await;
            world.judge(id, &point).await;
            if world.of_addon("acme.puppet").await.is_some() {
                world.removed(id).await;
            }
            assert!(world.order_of(id).await.is_none_or(|order| order.state == OrderState::Cancelled), "{point}");
        }
    })
    .await;
}

#[tokio::test]
async fn paying_a_due_invoice_survives_a_crash_at_every_point() {
    on_both(async |mut world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(NO_MONEY).await;
        let mut broken = true;
        for point in world.share([points("install", false), protocol()].concat()) {
            world.restart(CrashPoints::none()).await;
            if !broken {
                world.add_card(NO_MONEY).await;
            }
            let id = world.had(world.to_buy("flat").await).await.id;
            let due = world.host.billing_state(world.desk, id).await.unwrap().due.unwrap();
            world.add_card(PAYS).await;
            broken = false;
            world.restart(CrashPoints::stop_at(&point)).await;
            let by = annex_domain::operator::Actor::Operator(world.admin);
            let paid = world.host.billing().pay(world.desk, due.invoice, None, by).await;
            world.run_jobs().await;
            world.idle().await;
            world.recovers().await;
            if paid.is_err() && world.installation(id).await.status == Status::PaymentDue {
                // Nothing was begun before the crash: the payer clicks again.
                world.pay(id).await;
                world.recovers().await;
            }
            assert_eq!(world.installation(id).await.status, Status::Active, "{point}");
            world.judge(id, &point).await;
            world.removed(id).await;
        }
    })
    .await;
}

impl World {
    fn clock_is_early(&self) -> bool {
        self.clock.now() < super::support::START.after(29 * DAY)
    }
}
