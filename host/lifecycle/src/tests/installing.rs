//! Install: to the end, failing at every step, tried again, asked for twice.

use annex_domain::{addon::Kind, capability::Access, clock::Clock as _, installation::Status};
use annex_store::{catalog, footprint, languages};

use super::support::{capability, everything, guest, manifest, missing, on_both, puppet, tongue_manifest, version};
use crate::{CrashPoints, LifecycleError, VersionStatus};

#[tokio::test]
async fn an_installation_becomes_active_and_its_hook_has_run() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "").await;
        let active = world.install("acme.puppet").await;
        assert_eq!((active.status, active.version.to_string().as_str()), (Status::Active, "1.0.0"));
        assert_eq!(world.value(active.id, "data").await.as_deref(), Some("installed-1.0.0"));
        assert!(active.grant.allows(Access::Kv));
        assert!(!active.grant.allows(Access::TicketsRead), "never more than the version asks for");
        let audited = world.audited().await;
        assert!(audited.ends_with(&["addon.install".into(), "addon.installed".into()]), "{audited:?}");
        let calls = world.host.calls(world.desk, active.id, None, 10).await.unwrap().calls;
        assert_eq!(
            calls.iter().map(|call| (call.kind.as_str(), call.outcome.as_str())).collect::<Vec<_>>(),
            [("install", "ok")]
        );
        let again = world.host.install(world.request("acme.puppet")).await;
        assert!(matches!(again, Err(LifecycleError::AlreadyInstalled(id)) if id == active.id));
    })
    .await;
}

#[tokio::test]
async fn what_was_not_consented_to_is_listed_and_nothing_else() {
    on_both(async |world| {
        let mut asks = manifest("acme.puppet", Kind::Plugin, "1.0.0", 1);
        asks.capabilities = vec![capability(Access::Kv, &[]), capability(Access::Http, &["api.example.com"])];
        world.publish(asks, puppet("")).await;
        let mut request = world.request("acme.puppet");
        request.grant_accepted = vec![capability(Access::Kv, &[])].into();
        let missing = missing(world.host.install(request).await.unwrap_err()).capabilities;
        assert_eq!(missing.iter().map(|capability| capability.access).collect::<Vec<_>>(), [Access::Http]);
        assert_eq!(world.of_addon("acme.puppet").await, None);
    })
    .await;
}

#[tokio::test]
async fn a_hook_that_fails_or_traps_leaves_nothing_but_a_notice() {
    on_both(async |world| {
        for (seq, (version, told)) in (1u32..).zip([("1.0.0", "install=fail"), ("1.1.0", "install=trap")]) {
            world.puppet(version, seq, told).await;
            let failed = world.install("acme.puppet").await;
            assert_eq!(failed.status, Status::FailedInstallation);
            let notice = failed.notice.clone().unwrap();
            assert_eq!(notice.code, "install-hook-failed");
            assert!(notice.error_id.starts_with("E-"));
            assert_eq!(world.value(failed.id, "data").await, None);
            let left = footprint::of(&mut world.db().read().await.unwrap(), world.desk, failed.id).await.unwrap();
            let kinds: Vec<_> = left.iter().map(|item| item.what).collect();
            // Whom it will belong to stays with the installation, as its grant does.
            let expected = ["users", "log-lines", "health-records"];
            assert!(kinds.iter().all(|kind| expected.contains(kind)), "{kinds:?}");
        }
        // A version that works takes the same place.
        world.puppet("1.2.0", 3, "").await;
        let active = world.install("acme.puppet").await;
        assert_eq!((active.status, active.version.clone()), (Status::Active, version("1.2.0")));
    })
    .await;
}

#[tokio::test]
async fn every_step_can_fail_and_the_next_attempt_succeeds() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        for step in ["verify", "compile", "charge", "hook", "language", "activate"] {
            world.restart(CrashPoints::fail_at(&format!("install:{step}:before"))).await;
            let failed = world.install("acme.puppet").await;
            assert_eq!(failed.status, Status::FailedInstallation, "{step}");
            assert_eq!(failed.notice.clone().unwrap().code, "injected");
            assert_eq!(world.value(failed.id, "data").await, None, "{step}");
        }
        world.restart(CrashPoints::none()).await;
        let failed = world.of_addon("acme.puppet").await.unwrap();
        world.host.retry_install(world.desk, failed.id, world.admin).await.unwrap();
        assert_eq!(world.settled(failed.id).await.unwrap().status, Status::Active);
        let twice = world.host.retry_install(world.desk, failed.id, world.admin).await;
        assert!(matches!(twice, Err(LifecycleError::NotAllowed(_))));
    })
    .await;
}

#[tokio::test]
async fn every_step_can_happen_twice() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        world.publish(tongue_manifest("1.0.0", 1), guest("tongue")).await;
        world.restart(CrashPoints::repeat_everything()).await;
        let active = world.install("acme.puppet").await;
        assert_eq!(active.status, Status::Active);
        assert_eq!(world.value(active.id, "data").await.as_deref(), Some("installed-1.0.0"));
        assert_eq!(world.install("acme.tongue").await.status, Status::Active);
    })
    .await;
}

#[tokio::test]
async fn the_same_key_gets_the_same_installation() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "").await;
        let mut request = world.request("acme.puppet");
        request.idempotency_key = Some("k".into());
        let (one, two) = tokio::join!(world.host.install(request.clone()), world.host.install(request.clone()));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!(one.id, two.id);
        world.settled(one.id).await.unwrap();
        assert_eq!(world.host.install(request).await.unwrap().id, one.id);
    })
    .await;
}

#[tokio::test]
async fn a_language_can_be_chosen_while_its_add_on_runs() {
    on_both(async |world| {
        world.publish(tongue_manifest("1.0.0", 1), guest("tongue")).await;
        let active = world.install("acme.tongue").await;
        let codes = async || {
            let mut conn = world.db().read().await.unwrap();
            let list = languages::list(&mut conn, world.desk).await.unwrap();
            list.into_iter().map(|installed| installed.facts.code).collect::<Vec<_>>()
        };
        assert_eq!(codes().await, ["fy"]);
        let pack = languages::pack(&mut world.db().read().await.unwrap(), world.desk, "FY").await.unwrap().unwrap();
        assert!(pack.resources[0].1.contains("Oanmelde"));
        world.host.deactivate(world.desk, active.id, world.admin).await.unwrap();
        assert_eq!(codes().await, [""; 0]);
        world.host.activate(world.desk, active.id, world.admin).await.unwrap();
        assert_eq!(codes().await, ["fy"]);
    })
    .await;
}

#[tokio::test]
async fn withdrawn_versions_are_not_installed_and_blocked_ones_stop() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "").await;
        let active = world.install("acme.puppet").await;
        let addon = "acme.puppet".parse().unwrap();
        let set = async |status| {
            world.host.set_version_status(&addon, &version("1.0.0"), status, world.by()).await.unwrap();
        };
        set(VersionStatus::Yanked).await;
        assert!(world.host.render(world.desk, active.id, world.context()).await.is_ok(), "yanked ones run on");
        set(VersionStatus::Blocked).await;
        let refused = world.host.render(world.desk, active.id, world.context()).await.unwrap_err();
        assert_eq!(refused.code(), "version-blocked");
        world.host.deactivate(world.desk, active.id, world.admin).await.unwrap();
        let again = world.host.activate(world.desk, active.id, world.admin).await.unwrap_err();
        assert_eq!(again.code(), "version-blocked");
        world.host.uninstall(world.desk, active.id, world.admin, false).await.unwrap();
        assert_eq!(world.settled(active.id).await, None);
        let mut request = world.request("acme.puppet");
        request.version = Some(version("1.0.0"));
        request.grant_accepted = everything();
        assert!(matches!(world.host.install(request).await, Err(LifecycleError::Blocked)));
    })
    .await;
}

#[tokio::test]
async fn what_its_publisher_withdrew_is_not_offered_again_by_the_platform() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "").await;
        let (addon, one, now) = ("acme.puppet".parse().unwrap(), version("1.0.0"), world.clock.now());
        let (yanked, publisher) = (VersionStatus::Yanked, catalog::YankedBy::Publisher);
        let mut tx = world.db().begin().await.unwrap();
        catalog::set_version_status(&mut tx, &addon, &one, yanked, publisher, now).await.unwrap();
        tx.commit().await.unwrap();
        let set = async |status| {
            let done = world.host.set_version_status(&addon, &one, status, world.by()).await;
            done.err().map(|error| error.code())
        };
        assert_eq!(set(VersionStatus::Available).await, Some("version-yanked"));
        assert_eq!(set(VersionStatus::Blocked).await, None, "it may still be stopped");
    })
    .await;
}
