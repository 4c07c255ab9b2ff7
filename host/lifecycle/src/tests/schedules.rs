//! Planned calls come once over all nodes, again when they fail, and never to an add-on that is switched off.

use std::time::Duration;

use annex_domain::{ids::InstallationId, ports::AddonData as _};
use annex_store::{jobs, planned_calls::TimerKind, testing::damage_planned_calls};

use super::{
    port::reach,
    support::{World, guest, listener_manifest, on_both},
};

const FIVE: Duration = Duration::from_secs(300);

async fn planned(world: &World, schedules: &[(&str, &str)]) -> InstallationId {
    world.publish(listener_manifest("1.0.0", 1, schedules), guest("listener")).await;
    world.install("acme.listener").await.id
}

/// Two nodes look at the same time, and what they find is done.
async fn look(world: &World) {
    let (now, other) = (world.host.clock.now(), world.node());
    let (one, two) = tokio::join!(world.host.put_planned_calls_in_line(now), other.put_planned_calls_in_line(now));
    one.unwrap();
    two.unwrap();
    world.run_jobs().await;
}

async fn ticks(world: &World, id: InstallationId, timer: &str) -> Option<String> {
    world.value(id, &format!("tick:{timer}")).await
}

#[tokio::test]
async fn what_is_planned_comes_once_over_all_nodes() {
    on_both(async |world| {
        let id = planned(&world, &[("poll", "5m")]).await;
        look(&world).await;
        assert_eq!(ticks(&world, id, "once-first").await.as_deref(), Some("1"));
        assert_eq!(world.value(id, "data:once-first").await.as_deref(), Some("hello"));
        assert_eq!(ticks(&world, id, "regular-poll").await, None, "five minutes have not passed");
        world.clock.advance(FIVE);
        look(&world).await;
        assert_eq!(ticks(&world, id, "regular-poll").await.as_deref(), Some("1"));
        world.clock.advance(Duration::from_secs(3600));
        look(&world).await;
        assert_eq!(ticks(&world, id, "regular-poll").await.as_deref(), Some("2"), "what was missed comes once");
        assert_eq!(ticks(&world, id, "once-first").await.as_deref(), Some("1"));
        let calls = world.host.planned_calls(world.desk, id).await.unwrap();
        assert_eq!((calls.len(), calls[0].kind, calls[0].key.as_str()), (1, TimerKind::Regular, "poll"));
        assert_eq!(calls[0].last.as_ref().map(|(_, outcome)| outcome.as_str()), Some("ok"));
        assert!(calls[0].due > world.host.clock.now());
    })
    .await;
}

#[tokio::test]
async fn one_that_cannot_be_read_keeps_no_other_from_coming() {
    on_both(async |world| {
        let id = planned(&world, &[("poll", "5m")]).await;
        let mut tx = world.db().begin().await.unwrap();
        damage_planned_calls(&mut tx, "first").await.unwrap();
        tx.commit().await.unwrap();
        world.clock.advance(FIVE);
        look(&world).await;
        assert_eq!(ticks(&world, id, "once-first").await, None);
        assert_eq!(ticks(&world, id, "regular-poll").await.as_deref(), Some("1"));
    })
    .await;
}

#[tokio::test]
async fn one_that_fails_is_tried_three_times_more_and_called_no_more_often_for_it() {
    on_both(async |world| {
        let id = planned(&world, &[("fail", "5m")]).await;
        for _ in 0..6 {
            world.clock.advance(FIVE);
            look(&world).await;
        }
        assert_eq!(ticks(&world, id, "regular-fail").await.as_deref(), Some("6"), "one call in each round");
        let calls = world.host.planned_calls(world.desk, id).await.unwrap();
        assert_eq!(calls[0].last.as_ref().map(|(_, outcome)| outcome.as_str()), Some("hook-failed"));
        let given_up = jobs::failed(&mut world.db().read().await.unwrap(), world.desk, 10).await.unwrap();
        assert_eq!(given_up.len(), 1, "after four calls");
    })
    .await;
}

#[tokio::test]
async fn an_add_on_that_is_switched_off_or_plans_no_more_is_not_called() {
    on_both(async |world| {
        let id = planned(&world, &[("poll", "5m")]).await;
        world.host.deactivate(world.desk, id, world.admin).await.unwrap();
        world.clock.advance(FIVE);
        look(&world).await;
        assert_eq!(ticks(&world, id, "regular-poll").await, None);
        world.host.activate(world.desk, id, world.admin).await.unwrap();
        world.publish(listener_manifest("2.0.0", 2, &[]), guest("listener")).await;
        world.update(id, "2.0.0").await;
        assert_eq!(world.host.planned_calls(world.desk, id).await.unwrap(), []);
        world.clock.advance(FIVE);
        look(&world).await;
        assert_eq!(ticks(&world, id, "regular-poll").await, None);
    })
    .await;
}

#[tokio::test]
async fn what_is_planned_again_while_it_waits_comes_again() {
    on_both(async |world| {
        let id = planned(&world, &[]).await;
        let (data, scope) = reach(&world, &world.installation(id).await);
        let now = world.host.clock.now();
        for said in ["one", "two"] {
            data.plan_call(&scope, "again", now, said.into()).await.unwrap();
            world.host.put_planned_calls_in_line(now).await.unwrap();
        }
        world.run_jobs().await;
        assert_eq!(ticks(&world, id, "once-again").await.as_deref(), Some("2"));
    })
    .await;
}
