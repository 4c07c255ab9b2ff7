//! The desk's lock: what is decided about its billing is decided on what is so, and whoever needs it takes it first.

use std::{future::Future, time::Duration};

use annex_billing::{
    entitlement::{Reason, Standing},
    settle::RENEWAL_PAID,
};
use annex_domain::{
    assignment::Assignment,
    billing::{OrderState, SubscriptionState},
    clock::Clock as _,
    ids::InstallationId,
    installation::Status,
};
use annex_store::{
    Tx, billing,
    billing::{invoices, orders, subscriptions},
    installations,
    jobs::{self, Job, NewJob},
    sagas, users,
};
use serde_json::json;

use super::{
    money::{DAY, PAYS, plans},
    support::{World, on_both},
};
use crate::{
    CrashPoints, InstallRequest, UsersChange,
    subscribe::{self, Funding},
};

/// Long enough for whatever waits for nothing.
const A_WHILE: Duration = Duration::from_millis(300);

/// Does `work` while `tx` is open, which goes on with `then` once `work` is as far as it gets.
async fn meanwhile<T>(mut tx: Tx, then: impl AsyncFnOnce(&mut Tx), work: impl Future<Output = T>) -> T {
    let commit = async {
        tokio::time::sleep(A_WHILE).await;
        then(&mut tx).await;
        tx.commit().await.unwrap();
    };
    tokio::join!(work, commit).0
}

async fn locked(world: &World) -> Tx {
    let mut tx = world.db().begin().await.unwrap();
    billing::lock(&mut tx, world.desk).await.unwrap();
    tx
}

/// A cancel that is not committed yet.
async fn cancelling(world: &World, id: InstallationId) -> Tx {
    let (installation, now) = (world.installation(id).await, world.clock.now());
    let mut tx = locked(world).await;
    subscribe::end_and_revoke(&world.host, &mut tx, &installation, Reason::Cancelled, now).await.unwrap();
    installations::save(&mut tx, &installation.cancel(now).unwrap()).await.unwrap();
    tx
}

async fn standing(world: &World, id: InstallationId) -> Option<Standing> {
    world.host.billing_state(world.desk, id).await.unwrap().standing
}

#[tokio::test]
async fn the_end_of_a_trial_ends_no_plan_that_begins_meanwhile() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        let id = world.had(world.to_try("team")).await.id;
        world.clock.advance(31 * DAY);
        let installation = world.installation(id).await;
        let mut tx = locked(&world).await;
        // A rule that was chosen with the plan writes the installation's row and leaves its revision.
        users::set_assignment(&mut tx, world.desk, id, &Assignment::Nobody).await.unwrap();
        let bought = Funding::Free(plans().remove(3));
        subscribe::begin(&world.host, &mut tx, &installation, &bought, world.clock.now()).await.unwrap();
        meanwhile(tx, async |_| {}, world.host.end_trials()).await.unwrap();
        let mut conn = world.db().read().await.unwrap();
        let live = subscriptions::live_of(&mut conn, world.desk, id).await.unwrap().unwrap();
        drop(conn);
        assert_eq!((live.plan.id.as_str(), live.state), ("free", SubscriptionState::Active));
        assert_eq!(world.installation(id).await.status, Status::Active);
        assert_eq!(world.mailed("trial-ended").await, 0);
        world.judge(id, "bought while its trial ended").await;
    })
    .await;
}

#[tokio::test]
async fn an_entitlement_that_is_issued_anew_wipes_no_revocation() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let id = world.had(world.to_buy("flat").await).await.id;
        world.clock.advance(2 * DAY);
        let tx = cancelling(&world, id).await;
        meanwhile(tx, async |_| {}, world.host.refresh_entitlements()).await.unwrap();
        assert_eq!(standing(&world, id).await, Some(Standing::Revoked(Reason::Cancelled)));
    })
    .await;
}

async fn renewal_job(world: &World) -> Job {
    let (now, filter) = (world.clock.now(), invoices::Filter::default());
    let all = invoices::list(&mut world.db().read().await.unwrap(), world.desk, filter).await.unwrap();
    let month = all.into_iter().find(|invoice| invoice.order.is_none()).unwrap();
    let new = NewJob {
        kind: RENEWAL_PAID,
        desk: Some(world.desk),
        payload: json!({ "invoice": month.id }),
        run_at: now,
        unique_key: None,
    };
    let mut tx = world.db().begin().await.unwrap();
    jobs::enqueue(&mut tx, new, now).await.unwrap();
    tx.commit().await.unwrap();
    let job = jobs::claim(world.db(), now, DAY).await.unwrap().unwrap();
    assert_eq!(job.kind, RENEWAL_PAID);
    job
}

#[tokio::test]
async fn a_month_that_is_paid_wipes_no_revocation() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let id = world.had(world.to_buy("flat").await).await.id;
        world.later(31 * DAY).await;
        let job = renewal_job(&world).await;
        let tx = cancelling(&world, id).await;
        meanwhile(tx, async |_| {}, world.host.renewal_paid(&job)).await.unwrap();
        assert_eq!(standing(&world, id).await, Some(Standing::Revoked(Reason::Cancelled)));
        assert_eq!(world.installation(id).await.status, Status::Cancelled);
    })
    .await;
}

#[tokio::test]
async fn installing_again_and_uninstalling_do_not_wait_for_each_other() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "install=trap").await;
        let failed = world.install("acme.puppet").await;
        let users = UsersChange { assignment: Some(Assignment::Nobody), ticks: None };
        let again = world.host.install(InstallRequest { users: Some(users), ..world.request("acme.puppet") });
        let leaving = failed.clone().begin_uninstall(false, world.clock.now()).unwrap();
        let uninstall = async |tx: &mut Tx| installations::save(tx, &leaving).await.unwrap();
        let refused = meanwhile(locked(&world).await, uninstall, again).await.unwrap_err();
        assert_eq!(refused.code(), "conflict", "{refused}");
        assert_eq!(world.installation(failed.id).await.status, Status::Uninstalling);
    })
    .await;
}

#[tokio::test]
async fn force_and_a_purchase_do_not_wait_for_each_other() {
    on_both(async |mut world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let id = world.had(world.to_try("team")).await.id;
        world.restart(CrashPoints::stop_at("purchase:apply:before")).await;
        let order = world.choose(id, "flat").await.order.unwrap();
        world.idle().await;
        world.restart(CrashPoints::none()).await;
        world.clock.advance(DAY);
        let apply = async {
            world.host.resume().await.unwrap();
            world.idle().await;
        };
        let abandon = async |tx: &mut Tx| {
            // By then PostgreSQL has looked for a deadlock of the other one: this one would be refused.
            tokio::time::sleep(Duration::from_secs(1)).await;
            assert!(sagas::abandon(tx, world.desk, id, world.clock.now()).await.unwrap());
        };
        meanwhile(locked(&world).await, abandon, apply).await;
        let mut conn = world.db().read().await.unwrap();
        assert_eq!(orders::get(&mut conn, world.desk, order).await.unwrap().state, OrderState::Paid);
        let live = subscriptions::live_of(&mut conn, world.desk, id).await.unwrap().unwrap();
        assert_eq!(live.state, SubscriptionState::Trialing, "who was abandoned writes nothing");
    })
    .await;
}
