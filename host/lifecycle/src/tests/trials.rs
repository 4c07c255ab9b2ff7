//! Trials: reminders exactly once, an end that keeps everything but access, and no second trial.

use std::time::Duration;

use annex_domain::{billing::SubscriptionState, installation::Status};
use annex_store::{billing::subscriptions, mails};

use super::{
    money::{DAY, PAYS},
    support::{World, on_both},
};
use crate::{CrashPoints, OrderEnd, TrialLeft};

async fn reminders(world: &World) -> Vec<u64> {
    let mut conn = world.db().read().await.unwrap();
    let all = mails::list(&mut conn, world.desk, None, 200).await.unwrap();
    let days = |mail: mails::Mail| mail.args["days_left"].as_u64();
    let mut days: Vec<u64> =
        all.into_iter().filter(|mail| mail.kind.as_str() == "trial-reminder").filter_map(days).collect();
    days.sort_unstable();
    days
}

#[tokio::test]
async fn reminders_go_out_once_over_restarts_and_several_nodes() {
    on_both(async |mut world| {
        world.priced("1.0.0", 1, "").await;
        let id = world.had(world.to_try("team")).await.id;
        let other = world.node();
        for day in 1..30u32 {
            world.clock.advance(DAY);
            let (here, there) = tokio::join!(world.host.remind_of_trials(), other.remind_of_trials());
            here.unwrap();
            there.unwrap();
            world.restart(CrashPoints::none()).await;
            world.host.remind_of_trials().await.unwrap();
            let left = world.host.billing_state(world.desk, id).await.unwrap().trial_days_left;
            assert_eq!(left, Some(30 - day));
        }
        assert_eq!(reminders(&world).await, [1, 7, 15]);
        assert_eq!(world.installation(id).await.status, Status::Active);
        world.judge(id, "the last day").await;

        world.later(DAY).await;
        assert_eq!(world.installation(id).await.status, Status::TrialExpired);
        assert_eq!(reminders(&world).await, [1, 7, 15]);
        assert_eq!(world.mailed("trial-ended").await, 1);
        world.judge(id, "over").await;
        assert!(world.host.render(world.desk, id, world.context()).await.is_err());
        assert_eq!(world.value(id, "data").await.as_deref(), Some("installed-1.0.0"), "the data is kept");
        assert_eq!(world.host.activate(world.desk, id, world.admin).await.unwrap_err().code(), "not-allowed");
        world.later(10 * DAY).await;
        assert_eq!(world.mailed("trial-ended").await, 1);
    })
    .await;
}

#[tokio::test]
async fn after_a_pause_one_reminder_says_how_many_days_are_left() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        let id = world.had(world.to_try("team")).await.id;
        world.later(27 * DAY).await;
        assert_eq!(reminders(&world).await, [3], "that of 15 days was overtaken by that of 7");
        world.later(40 * DAY).await;
        assert_eq!(reminders(&world).await, [3]);
        assert_eq!(world.installation(id).await.status, Status::TrialExpired);
    })
    .await;
}

#[tokio::test]
async fn installing_again_continues_the_old_trial() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        let addon = "acme.puppet".parse().unwrap();
        assert_eq!(world.host.terms(world.desk, &addon, None).await.unwrap().trial, TrialLeft::All);
        let first = world.had(world.to_try("team")).await.id;
        world.later(10 * DAY).await;
        world.host.uninstall(world.desk, first, world.admin, false).await.unwrap();
        assert_eq!(world.settled(first).await, None);
        world.later(10 * DAY).await;
        let second = world.had(world.to_try("team")).await.id;
        let state = world.host.billing_state(world.desk, second).await.unwrap();
        assert_eq!(state.trial_days_left, Some(10));
        world.later(10 * DAY).await;
        assert_eq!(world.installation(second).await.status, Status::TrialExpired);
        world.host.uninstall(world.desk, second, world.admin, false).await.unwrap();
        world.settled(second).await;
        assert_eq!(world.host.install(world.to_try("team")).await.unwrap_err().code(), "no-trial");
    })
    .await;
}

#[tokio::test]
async fn a_plan_chosen_after_the_end_runs_at_once() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let id = world.had(world.to_try("team")).await.id;
        world.later(31 * DAY).await;
        assert_eq!(world.installation(id).await.status, Status::TrialExpired);
        let bought = world.choose(id, "flat").await;
        assert_eq!(world.ordered(bought.order.unwrap()).await, OrderEnd::Fulfilled);
        assert_eq!(world.installation(id).await.status, Status::Active);
        world.judge(id, "bought after the end").await;
        let mut conn = world.db().read().await.unwrap();
        let live = subscriptions::live_of(&mut conn, world.desk, id).await.unwrap().unwrap();
        assert_eq!((live.state, live.plan.id.as_str()), (SubscriptionState::Active, "flat"));
    })
    .await;
}

#[tokio::test]
async fn an_add_on_that_is_switched_off_loses_its_trial_all_the_same() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        let id = world.had(world.to_try("team")).await.id;
        world.host.deactivate(world.desk, id, world.admin).await.unwrap();
        world.later(31 * DAY + Duration::from_secs(1)).await;
        assert_eq!(world.installation(id).await.status, Status::TrialExpired);
    })
    .await;
}
