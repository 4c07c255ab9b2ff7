//! The background work: it wakes up by itself, and loses nothing when it ends.

use std::time::Duration;

use annex_domain::{installation::Status, mail::MailKind};
use annex_store::{
    health,
    mails::{self, MailState, NewMail},
};
use serde_json::json;
use tokio::sync::oneshot;

use super::support::on_both;
use crate::CrashPoints;

#[tokio::test]
async fn workers_pick_up_what_was_left_and_end_when_told() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        world.restart(CrashPoints::stop_at("install:compile:after")).await;
        let id = world.host.install(world.request("acme.puppet")).await.unwrap().id;
        world.idle().await;
        world.restart(CrashPoints::none()).await;
        world.clock.advance(Duration::from_secs(60));
        let (stop, stopped) = oneshot::channel::<()>();
        let host = world.host.clone();
        let workers = tokio::spawn(async move {
            host.run_workers(async move {
                let _ = stopped.await;
            })
            .await;
        });
        let settled = world.host.wait(world.desk, id, Duration::from_secs(20)).await.unwrap().unwrap();
        assert_eq!(settled.status, Status::Active);
        world.host.render(world.desk, id, world.context()).await.unwrap();
        stop.send(()).unwrap();
        workers.await.unwrap();
        // Written by the time the workers have ended: read without asking for a flush.
        let now = world.host.clock.now();
        let found = health::health(&mut world.db().read().await.unwrap(), world.desk, id, now).await.unwrap();
        assert_eq!((found.day.calls, found.day.errors), (2, 0));
    })
    .await;
}

#[tokio::test]
async fn measurements_of_many_calls_at_once_are_all_there() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "").await;
        let id = world.install("acme.puppet").await.id;
        let calls = (0..40).map(|_| world.host.render(world.desk, id, world.context()));
        for result in futures::future::join_all(calls).await {
            result.unwrap();
        }
        let health = world.host.health(world.desk, id).await.unwrap();
        assert_eq!((health.day.calls, health.day.traps), (41, 0));
        assert!(health.day.fuel > 0 && health.day.peak_memory > 0 && health.day.host_calls >= 80);
        assert_eq!(world.host.calls(world.desk, id, None, 200).await.unwrap().calls.len(), 41);
    })
    .await;
}

#[tokio::test]
async fn old_records_are_removed_and_new_ones_stay() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "uninstall=fail").await;
        let id = world.install("acme.puppet").await.id;
        world.host.render(world.desk, id, world.context()).await.unwrap();
        let calls = async || world.host.calls(world.desk, id, None, 10).await.unwrap().calls.len();
        let now = world.host.clock.now();
        let told = NewMail {
            desk: world.desk,
            operator: None,
            to: "ada@example.org".into(),
            kind: MailKind::Installed,
            args: json!({}),
            unique_key: "told".into(),
        };
        let mut tx = world.db().begin().await.unwrap();
        let told = mails::put(&mut tx, &told, now).await.unwrap().unwrap();
        mails::settle(&mut tx, world.desk, told, MailState::Sent, None, now).await.unwrap();
        tx.commit().await.unwrap();
        let is_kept = async || mails::get(&mut world.db().read().await.unwrap(), world.desk, told).await.is_ok();
        world.host.sweep(now).await.unwrap();
        assert_eq!((calls().await, is_kept().await), (2, true));
        world.host.sweep(now.after(Duration::from_secs(91 * 24 * 3600))).await.unwrap();
        assert_eq!((calls().await, is_kept().await), (0, false));
        assert_eq!(world.installation(id).await.status, Status::Active);
    })
    .await;
}
