//! A crash at every named point, then a restart: the operation goes on or unwinds by itself, to the same end.

use annex_domain::installation::Status;

use super::support::{World, everything, on_both, version};
use crate::{CrashPoints, crash_points};

/// The points of a saga that are passed when all goes well, or when its `hook` fails.
pub(super) fn points(saga: &str, undoing: bool) -> Vec<String> {
    let all = crash_points();
    let of_saga = all.into_iter().filter(|point| point.starts_with(&format!("{saga}:")));
    of_saga.filter(|point| point.contains(":undo-") == undoing).collect()
}

pub(super) async fn after_a_crash(world: &mut World) {
    world.idle().await;
    world.restart(CrashPoints::none()).await;
    // On PostgreSQL the lease of the lost worker has to end first.
    world.clock.advance(std::time::Duration::from_secs(60));
    world.host.resume().await.unwrap();
}

#[test]
fn every_saga_and_step_has_its_points() {
    let all = crash_points();
    for point in [
        "install:record:before",
        "install:charge:undo-after",
        "purchase:apply:after",
        "update:switch:after",
        "cancel:settle:before",
        "uninstall:purge:before",
        "charge:confirm:after",
    ] {
        assert!(all.iter().any(|known| known == point), "{point}");
        assert!(CrashPoints::killing_at(Some(point), &all, |_| ()).is_ok());
    }
    assert!(CrashPoints::killing_at(Some("install:nothing:before"), &all, |_| ()).is_err());
    let mut once = all.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), all.len(), "no name twice");
}

#[tokio::test]
async fn an_install_survives_a_crash_at_every_point() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        for point in points("install", false) {
            world.restart(CrashPoints::stop_at(&point)).await;
            let started = world.host.install(world.request("acme.puppet")).await;
            after_a_crash(&mut world).await;
            let Ok(started) = started else {
                assert_eq!(point, "install:record:before");
                assert_eq!(world.of_addon("acme.puppet").await, None, "nothing was begun");
                continue;
            };
            let active = world.settled(started.id).await.unwrap();
            assert_eq!(active.status, Status::Active, "{point}");
            assert_eq!(world.value(active.id, "data").await.as_deref(), Some("installed-1.0.0"), "{point}");
            world.host.uninstall(world.desk, active.id, world.admin, false).await.unwrap();
            assert_eq!(world.settled(active.id).await, None, "{point}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_install_that_fails_unwinds_through_a_crash_at_every_point() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "install=fail").await;
        for point in points("install", true) {
            world.restart(CrashPoints::stop_at(&point)).await;
            let started = world.host.install(world.request("acme.puppet")).await.unwrap();
            after_a_crash(&mut world).await;
            let failed = world.settled(started.id).await.unwrap();
            assert_eq!(failed.status, Status::FailedInstallation, "{point}");
            assert_eq!(failed.notice.clone().unwrap().code, "install-hook-failed", "{point}");
            assert_eq!(world.value(failed.id, "data").await, None, "{point}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_update_survives_a_crash_at_every_point() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        world.puppet("2.0.0", 2, "").await;
        for point in points("update", false) {
            let mut request = world.request("acme.puppet");
            request.version = Some(version("1.0.0"));
            let id = world.host.install(request).await.unwrap().id;
            world.settled(id).await.unwrap();
            world.restart(CrashPoints::stop_at(&point)).await;
            let started = world.host.update(world.desk, id, version("2.0.0"), everything(), world.admin).await;
            after_a_crash(&mut world).await;
            let settled = world.settled(id).await.unwrap();
            assert_eq!(settled.status, Status::Active, "{point}");
            let expected =
                if started.is_ok() { ("2.0.0", "installed-1.0.0+2.0.0") } else { ("1.0.0", "installed-1.0.0") };
            let data = world.value(id, "data").await.unwrap();
            assert_eq!((settled.version.to_string().as_str(), data.as_str()), expected, "{point}");
            world.host.uninstall(world.desk, id, world.admin, false).await.unwrap();
            assert_eq!(world.settled(id).await, None, "{point}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_update_that_fails_unwinds_through_a_crash_at_every_point() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        let id = world.install("acme.puppet").await.id;
        world.puppet("2.0.0", 2, "update=trap").await;
        for point in points("update", true) {
            world.restart(CrashPoints::stop_at(&point)).await;
            world.host.update(world.desk, id, version("2.0.0"), everything(), world.admin).await.unwrap();
            after_a_crash(&mut world).await;
            let kept = world.settled(id).await.unwrap();
            assert_eq!((kept.status, &kept.version), (Status::Active, &version("1.0.0")), "{point}");
            assert_eq!(kept.notice.clone().unwrap().code, "update-hook-failed", "{point}");
            assert_eq!(world.value(id, "data").await.as_deref(), Some("installed-1.0.0"), "{point}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_uninstall_survives_a_crash_at_every_point() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        for point in points("uninstall", false) {
            let id = match world.of_addon("acme.puppet").await {
                Some(installed) => installed.id,
                None => world.install("acme.puppet").await.id,
            };
            world.restart(CrashPoints::stop_at(&point)).await;
            let started = world.host.uninstall(world.desk, id, world.admin, false).await;
            after_a_crash(&mut world).await;
            let left = world.settled(id).await.map(|installed| installed.status);
            assert_eq!(left, if started.is_ok() { None } else { Some(Status::Active) }, "{point}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_writes_nothing_more() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        world.restart(CrashPoints::stop_at("install:hook:after")).await;
        let id = world.host.install(world.request("acme.puppet")).await.unwrap().id;
        world.idle().await;
        let mut conn = world.db().read().await.unwrap();
        let lost = annex_store::sagas::live(&mut conn, world.desk, id).await.unwrap().unwrap();
        drop(conn);
        after_a_crash(&mut world).await;
        assert_eq!(world.settled(id).await.unwrap().status, Status::Active);
        let before = world.installation(id).await;
        let end = crate::resume::execute(world.host.clone(), lost).await;
        assert_eq!(end, crate::saga::End::Lost);
        assert_eq!(world.installation(id).await, before);
    })
    .await;
}
