//! What takes the process with it again and again is set aside, and a person decides.

use annex_domain::{
    clock::Clock as _,
    ids::{DeskId, InstallationId, JobId},
    installation::Status,
    operator::Actor,
};
use annex_store::{
    audit,
    jobs::{self, NewJob},
    mails, messages,
    sagas::{self, StepState},
    testing,
};
use serde_json::{Value, json};

use super::support::{POISONED, World, guest, on_both, tongue_manifest};
use crate::{
    CrashPoints, Decision, Work,
    chores::BILL_DESK,
    decide,
    events::ADDON_EVENT,
    lanes::{LANES, LEASE, Round},
    set_aside,
};

/// The process dies at `point`, again and again, until the operation is set aside; the host then starts and does nothing.
async fn die_at(world: &mut World, point: &str) -> Work {
    for starts in 1..9 {
        world.restart(CrashPoints::stop_at(point)).await;
        world.clock.advance(std::time::Duration::from_secs(60));
        world.host.resume().await.unwrap();
        world.idle().await;
        if let Some(found) = world.host.set_aside(world.desk).await.unwrap().first() {
            assert_eq!((starts, found.deaths), (3, 3), "{found:?}");
            return found.work;
        }
    }
    panic!("it is taken up for ever");
}

#[tokio::test]
async fn an_operation_that_stops_the_host_three_times_waits_and_is_tried_again() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        world.restart(CrashPoints::stop_at("install:hook:before")).await;
        let id = world.host.install(world.request("acme.puppet")).await.unwrap().id;
        world.idle().await;
        let work = die_at(&mut world, "install:hook:before").await;
        assert_eq!(world.mailed("set-aside").await, 1, "to who manages the desk");
        world.restart(CrashPoints::none()).await;
        world.host.resume().await.unwrap();
        assert_eq!(world.installation(id).await.status, Status::Installing, "nobody goes on by themselves");
        world.host.decide(world.desk, work, Decision::TryAgain, Actor::Operator(world.admin)).await.unwrap();
        assert_eq!(world.settled(id).await.unwrap().status, Status::Active);
        assert!(world.audited().await.contains(&"work.try-again".to_owned()));
        assert_eq!(world.host.set_aside(world.desk).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn an_operation_that_is_given_up_is_undone() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        world.restart(CrashPoints::stop_at("install:hook:after")).await;
        let id = world.host.install(world.request("acme.puppet")).await.unwrap().id;
        world.idle().await;
        let work = die_at(&mut world, "install:hook:after").await;
        // Undoing it stops the host as well.
        world.restart(CrashPoints::stop_at("install:hook:undo-before")).await;
        world.host.decide(world.desk, work, Decision::GiveUp, Actor::Operator(world.admin)).await.unwrap();
        world.idle().await;
        assert_eq!(die_at(&mut world, "install:hook:undo-before").await, work);
        assert_eq!(world.mailed("set-aside").await, 2, "each time");
        world.restart(CrashPoints::none()).await;
        world.host.decide(world.desk, work, Decision::GiveUp, Actor::Operator(world.admin)).await.unwrap();
        let failed = world.settled(id).await.unwrap();
        assert_eq!(failed.status, Status::FailedInstallation);
        assert_eq!(failed.notice.clone().unwrap().code, "undoing-given-up");
    })
    .await;
}

#[tokio::test]
async fn an_uninstall_is_never_given_up_but_tried_again_or_forced() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        let id = world.install("acme.puppet").await.id;
        world.restart(CrashPoints::stop_at("uninstall:hook:before")).await;
        world.host.uninstall(world.desk, id, world.admin, false).await.unwrap();
        world.idle().await;
        let work = die_at(&mut world, "uninstall:hook:before").await;
        world.restart(CrashPoints::none()).await;
        let before = world.host.set_aside(world.desk).await.unwrap();
        assert!(!before[0].can_give_up);
        let by = Actor::Operator(world.admin);
        let refused = world.host.decide(world.desk, work, Decision::GiveUp, by).await.unwrap_err();
        assert_eq!(refused.code(), "cannot-give-up");
        assert_eq!(world.host.set_aside(world.desk).await.unwrap(), before, "nothing changes");
        assert!(!world.audited().await.contains(&"work.give-up".to_owned()));
        assert_eq!(world.installation(id).await.status, Status::Uninstalling);
        world.host.decide(world.desk, work, Decision::TryAgain, by).await.unwrap();
        assert_eq!(world.settled(id).await, None);
        // The force takes the place of one that waits.
        let id = world.install("acme.puppet").await.id;
        world.restart(CrashPoints::stop_at("uninstall:hook:before")).await;
        world.host.uninstall(world.desk, id, world.admin, false).await.unwrap();
        world.idle().await;
        die_at(&mut world, "uninstall:hook:before").await;
        world.restart(CrashPoints::none()).await;
        world.host.uninstall(world.desk, id, world.admin, true).await.unwrap();
        assert_eq!(world.settled(id).await, None);
        assert_eq!(world.host.set_aside(world.desk).await.unwrap(), []);
    })
    .await;
}

/// As an earlier version left it: its steps stood at other places, and one is no more.
#[tokio::test]
async fn an_operation_goes_on_by_the_names_of_its_steps() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        for (steps, goes_on) in [(vec![(0, "settle"), (5, "hook")], true), (vec![(0, "farewell")], false)] {
            let id = match world.of_addon("acme.puppet").await {
                Some(installed) => installed.id,
                None => world.install("acme.puppet").await.id,
            };
            world.restart(CrashPoints::stop_at("uninstall:settle:before")).await;
            world.host.uninstall(world.desk, id, world.admin, false).await.unwrap();
            world.idle().await;
            let mut tx = world.db().begin().await.unwrap();
            let saga = sagas::live(&mut tx, world.desk, id).await.unwrap().unwrap();
            for (position, name) in steps {
                let done = StepState::Done;
                sagas::save_step(&mut tx, &saga, position, name, done, None, world.clock.now()).await.unwrap();
            }
            tx.commit().await.unwrap();
            // Had it looked at positions, it would do `hook` again, or skip `purge`.
            world.restart(CrashPoints::stop_at("uninstall:hook:before")).await;
            world.clock.advance(std::time::Duration::from_secs(60));
            world.host.resume().await.unwrap();
            world.idle().await;
            let waiting = world.host.set_aside(world.desk).await.unwrap();
            if goes_on {
                assert_eq!(waiting, []);
                assert_eq!(world.settled(id).await, None);
            } else {
                assert!(waiting[0].error.contains("does not know the step `farewell`"), "{waiting:?}");
                assert_eq!(world.mailed("set-aside").await, 1);
                assert_eq!(world.installation(id).await.status, Status::Uninstalling);
            }
        }
    })
    .await;
}

/// What a step of the operation that is under way has made, as another version of the host would write it.
async fn made(world: &World, id: InstallationId, position: u32, step: &str, output: Value) {
    let mut tx = world.db().begin().await.unwrap();
    let saga = sagas::live(&mut tx, world.desk, id).await.unwrap().unwrap();
    let (done, now) = (StepState::Done, world.clock.now());
    sagas::save_step(&mut tx, &saga, position, step, done, Some(&output), now).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_a_step_made_in_another_form_is_named_and_the_operation_undone() {
    on_both(async |mut world| {
        world.publish(tongue_manifest("1.0.0", 1), guest("tongue")).await;
        world.restart(CrashPoints::stop_at("install:activate:before")).await;
        let id = world.host.install(world.request("acme.tongue")).await.unwrap().id;
        world.idle().await;
        made(&world, id, 4, "language", json!({ "facts": 7 })).await;
        world.restart(CrashPoints::none()).await;
        world.clock.advance(std::time::Duration::from_secs(60));
        world.host.resume().await.unwrap();
        let failed = world.settled(id).await.unwrap();
        assert_eq!(failed.status, Status::FailedInstallation);
        let notice = failed.notice.clone().unwrap();
        assert_eq!(notice.code, "unreadable");
        assert!(notice.text.contains("the step `language`"), "{}", notice.text);
    })
    .await;
}

#[tokio::test]
async fn what_a_step_made_in_another_form_sets_aside_what_never_turns_back() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        let id = world.install("acme.puppet").await.id;
        world.restart(CrashPoints::stop_at("uninstall:purge:before")).await;
        world.host.uninstall(world.desk, id, world.admin, false).await.unwrap();
        world.idle().await;
        made(&world, id, 1, "hook", json!("ok")).await;
        world.restart(CrashPoints::none()).await;
        world.clock.advance(std::time::Duration::from_secs(60));
        world.host.resume().await.unwrap();
        world.idle().await;
        let waiting = world.host.set_aside(world.desk).await.unwrap();
        assert_eq!(waiting.len(), 1, "trying again and again would not help");
        assert!(waiting[0].error.contains("the step `hook`"), "{waiting:?}");
        assert_eq!(world.mailed("set-aside").await, 1);
        assert_eq!(world.value(id, "data").await.as_deref(), Some("installed-1.0.0"), "nothing is deleted");
        world.host.uninstall(world.desk, id, world.admin, true).await.unwrap();
        assert_eq!(world.settled(id).await, None, "force is the way out");
    })
    .await;
}

#[tokio::test]
async fn whoever_runs_the_host_decides_about_its_own_work() {
    on_both(async |world| {
        let mut tx = world.db().begin().await.unwrap();
        let job = testing::failed_job(&mut tx, None, "it broke").await;
        tx.commit().await.unwrap();
        let waiting = set_aside(world.db(), None).await.unwrap();
        assert_eq!(waiting.iter().map(|found| found.work).collect::<Vec<_>>(), [Work::Job(job)]);
        assert_eq!(world.host.set_aside(world.desk).await.unwrap(), waiting, "and so does the only desk");
        let (by, now) = (Actor::CommandLine, world.clock.now());
        decide(world.db(), None, Work::Job(job), Decision::GiveUp, by, now).await.unwrap();
        assert_eq!(set_aside(world.db(), None).await.unwrap(), []);
        let last = audit::list(&mut world.db().read().await.unwrap(), None, None, 1).await.unwrap().remove(0);
        assert_eq!(last.action, "work.give-up", "in the host's own log");
    })
    .await;
}

#[tokio::test]
async fn a_job_that_panics_is_set_aside_and_the_workers_go_on() {
    on_both(async |world| {
        let mut tx = world.db().begin().await.unwrap();
        let (desk, now, payload) = (Some(world.desk), world.clock.now(), json!({ "mail": POISONED }));
        let job = NewJob { kind: mails::SEND, desk, payload, run_at: now, unique_key: None };
        jobs::enqueue(&mut tx, job, now).await.unwrap();
        tx.commit().await.unwrap();
        for _ in 0..8 {
            world.run_jobs().await;
            world.clock.advance(std::time::Duration::from_secs(600));
        }
        let waiting = world.host.set_aside(world.desk).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].deaths), (1, 3));
        assert!(waiting[0].error.contains("a mail that panics"), "{}", waiting[0].error);
        assert_eq!(world.mailed("set-aside").await, 0, "a mail about a mail could fail as well");
    })
    .await;
}

async fn put(world: &World, kind: &'static str, desk: Option<DeskId>) -> JobId {
    let now = world.clock.now();
    let mut tx = world.db().begin().await.unwrap();
    let job = NewJob { kind, desk, payload: json!({}), run_at: now, unique_key: None };
    let id = jobs::enqueue(&mut tx, job, now).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn a_job_that_failed_for_good_is_told_once_where_nothing_else_says_so() {
    on_both(async |world| {
        let desk = Some(world.desk);
        for (kind, desk) in [(mails::SEND, desk), (messages::DELIVER, desk), (ADDON_EVENT, desk), ("unheard-of", None)]
        {
            put(&world, kind, desk).await;
            world.run_jobs().await;
            assert_eq!(world.mailed("set-aside").await, 0, "{kind}");
        }
        let job = put(&world, "unheard-of", desk).await;
        for _ in 0..2 {
            world.run_jobs().await;
            assert_eq!(world.mailed("set-aside").await, 1, "to who manages the desk, once");
            let by = Actor::Operator(world.admin);
            world.host.decide(world.desk, Work::Job(job), Decision::TryAgain, by).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_job_that_stops_the_host_again_and_again_is_told() {
    on_both(async |world| {
        let job = put(&world, BILL_DESK, Some(world.desk)).await;
        for died in 0..=jobs::DEATHS {
            assert_eq!(world.mailed("set-aside").await, 0, "{died}");
            for lane in &LANES {
                world.host.claim(lane, &mut Round::default()).await.unwrap();
            }
            world.clock.advance(LEASE);
        }
        let waiting = world.host.set_aside(world.desk).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].work, waiting[0].deaths), (1, Work::Job(job), jobs::DEATHS));
        assert_eq!(world.mailed("set-aside").await, 1);
    })
    .await;
}
