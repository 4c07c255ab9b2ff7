//! Update and rollback: the data of each version, consent, failure at every step.

use annex_domain::{
    capability::{Access, Asks},
    ids::TicketId,
    installation::{Installation, Status},
    localized::Localized,
    manifest::{Manifest, Service, ServiceScope, ViewEntry, ViewPlace, Wit},
    permission::Permission,
    settings::{Setting, SettingKind},
};

use super::support::{
    World, at_ticket, capability, everything, guest, missing, on_both, puppet, puppet_manifest, tongue_manifest,
    version,
};
use crate::{CrashPoints, LifecycleError, VersionStatus};

async fn installed(world: &World) -> Installation {
    world.puppet("1.0.0", 1, "").await;
    let active = world.install("acme.puppet").await;
    assert_eq!(active.status, Status::Active);
    active
}

#[tokio::test]
async fn an_update_keeps_the_data_and_a_rollback_restores_it() {
    on_both(async |world| {
        let active = installed(&world).await;
        world.puppet("2.0.0", 2, "").await;
        let view = world.host.installation(world.desk, active.id).await.unwrap();
        assert_eq!(view.update, Some(version("2.0.0")));

        let updated = world.update(active.id, "2.0.0").await;
        assert_eq!((updated.status, &updated.version), (Status::Active, &version("2.0.0")));
        assert_eq!(world.value(active.id, "data").await.as_deref(), Some("installed-1.0.0+2.0.0"));
        assert_eq!(world.value(active.id, "from").await.as_deref(), Some("1.0.0"));
        let view = world.host.installation(world.desk, active.id).await.unwrap();
        assert_eq!((view.update, view.previous, view.snapshot), (None, Some(version("1.0.0")), true));

        world.host.rollback(world.desk, active.id, None, world.admin).await.unwrap();
        let back = world.settled(active.id).await.unwrap();
        assert_eq!((back.status, &back.version, back.pinned), (Status::Active, &version("1.0.0"), true));
        assert_eq!(world.value(active.id, "data").await.as_deref(), Some("installed-1.0.0"));
        assert_eq!(world.value(active.id, "from").await, None);
        let view = world.host.installation(world.desk, active.id).await.unwrap();
        assert_eq!((view.update, view.previous), (None, None), "pinned, and nothing older");
        let audited = world.audited().await;
        assert!(audited.ends_with(&["addon.rollback".into(), "addon.rolled-back".into()]), "{audited:?}");

        let to = version("2.0.0");
        let pinned = world.host.update(world.desk, active.id, to.clone(), everything(), world.admin).await;
        assert!(matches!(pinned, Err(LifecycleError::Pinned)));
        world.host.set_pinned(world.desk, active.id, false, world.admin).await.unwrap();
        assert_eq!(world.update(active.id, "2.0.0").await.version, to);
    })
    .await;
}

#[tokio::test]
async fn only_what_is_new_needs_consent() {
    on_both(async |world| {
        let active = installed(&world).await;
        let mut more = puppet_manifest("2.0.0", 2);
        more.capabilities.push(capability(Access::Http, &["api.example.com"]));
        world.publish(more, puppet("label=2.0.0")).await;
        let to = version("2.0.0");
        let shown = world.host.update_consent(world.desk, active.id, &to).await.unwrap();
        let refused =
            world.host.update(world.desk, active.id, to.clone(), Asks::default(), world.admin).await.unwrap_err();
        assert_eq!(refused.code(), "consent-needed");
        assert_eq!(missing(refused), shown);
        assert_eq!(shown.capabilities, [capability(Access::Http, &["api.example.com"])]);
        assert_eq!(world.installation(active.id).await, active, "nothing was changed");

        world.host.update(world.desk, active.id, to, shown, world.admin).await.unwrap();
        let updated = world.settled(active.id).await.unwrap();
        assert!(updated.grant.allows(Access::Http) && updated.grant.allows(Access::Kv));
        world.host.rollback(world.desk, active.id, None, world.admin).await.unwrap();
        assert!(!world.settled(active.id).await.unwrap().grant.allows(Access::Http), "the grant comes back, too");
    })
    .await;
}

/// What was published with 0.1 is used as it is, becomes what was made with 0.2, and comes back.
#[tokio::test]
async fn an_add_on_of_the_older_api_becomes_one_of_the_newer_and_goes_back() {
    on_both(async |world| {
        let active = installed(&world).await;
        let said = async |ticket: &str| {
            let mut context = world.context();
            context.location = at_ticket(ticket);
            let panel = world.host.render(world.desk, active.id, context).await.unwrap();
            String::from_utf8(panel.view.into_view().state).unwrap()
        };
        assert_eq!(said("t-1").await, "1.0.0");

        let mut newest = puppet_manifest("2.0.0", 2);
        newest.wit = Wit::V0_2.to_string();
        let (key, location) = ("panel".to_owned(), ViewPlace::TicketSidebar);
        newest.views = vec![ViewEntry { key, location, title: None, icon: None, order: None }];
        newest.capabilities.push(capability(Access::TicketsReply, &[]));
        world.publish(newest, guest("scout")).await;
        let to = version("2.0.0");
        let shown = world.host.update_consent(world.desk, active.id, &to).await.unwrap();
        assert_eq!(shown.capabilities, [capability(Access::TicketsReply, &[])], "only what is new is asked for");
        let refused = world.host.update(world.desk, active.id, to.clone(), Asks::default(), world.admin).await;
        assert_eq!(refused.unwrap_err().code(), "consent-needed");
        assert_eq!(said("t-1").await, "1.0.0", "nothing was changed");

        world.host.update(world.desk, active.id, to.clone(), shown, world.admin).await.unwrap();
        let updated = world.settled(active.id).await.unwrap();
        assert_eq!((updated.status, &updated.version), (Status::Active, &to));
        assert_eq!(said("kv-get data").await, "Ok(Some(15))", "what the older one kept is there");
        assert_eq!(said(&format!("reply {}", TicketId::new())).await, "[Error::NotFound]", "it may, but there is none");
        assert!(said("kv-set data").await.starts_with("Ok("));
        assert_eq!(world.value(active.id, "data").await.as_deref(), Some("value"));

        world.host.rollback(world.desk, active.id, None, world.admin).await.unwrap();
        let back = world.settled(active.id).await.unwrap();
        assert!(back.version == version("1.0.0") && !back.grant.allows(Access::TicketsReply));
        assert_eq!(said("t-1").await, "1.0.0");
        assert_eq!(world.value(active.id, "data").await.as_deref(), Some("installed-1.0.0"));
    })
    .await;
}

#[tokio::test]
async fn a_scope_more_for_the_service_needs_consent() {
    on_both(async |world| {
        let active = installed(&world).await;
        let scope = ServiceScope { scope: Permission::TicketsView, purpose: Localized::en("to sync tickets") };
        let service = Some(Service { scopes: vec![scope.clone()], ..Service::default() });
        world.publish(Manifest { service, ..puppet_manifest("2.0.0", 2) }, puppet("label=2.0.0")).await;
        let to = version("2.0.0");
        let shown = world.host.update_consent(world.desk, active.id, &to).await.unwrap();
        assert_eq!(shown, Asks { capabilities: vec![], scopes: vec![scope] });
        let refused =
            world.host.update(world.desk, active.id, to.clone(), everything(), world.admin).await.unwrap_err();
        assert_eq!(missing(refused), shown);
        assert_eq!(world.installation(active.id).await, active, "nothing was changed");
        world.host.update(world.desk, active.id, to, shown, world.admin).await.unwrap();
        let updated = world.settled(active.id).await.unwrap();
        assert_eq!(updated.grant.scopes(), &[Permission::TicketsView].into());
    })
    .await;
}

#[tokio::test]
async fn a_hook_that_fails_or_traps_changes_nothing() {
    on_both(async |world| {
        let active = installed(&world).await;
        for (seq, (to, told)) in (2u32..).zip([("2.0.0", "update=fail"), ("2.1.0", "update=trap")]) {
            world.puppet(to, seq, told).await;
            let kept = world.update(active.id, to).await;
            assert_eq!((kept.status, &kept.version, &kept.target), (Status::Active, &version("1.0.0"), &None));
            assert_eq!(kept.notice.clone().unwrap().code, "update-hook-failed");
            assert_eq!(world.value(active.id, "data").await.as_deref(), Some("installed-1.0.0"));
            assert_eq!(world.value(active.id, "from").await, None);
            let manifest = world.host.uninstall_manifest(world.desk, active.id).await.unwrap();
            assert!(manifest.items.iter().all(|item| item.what != "snapshots"), "{:?}", manifest.items);
        }
    })
    .await;
}

#[tokio::test]
async fn every_step_can_fail_and_the_old_version_serves_on() {
    on_both(async |mut world| {
        let active = installed(&world).await;
        world.puppet("2.0.0", 2, "").await;
        for step in ["verify", "compile", "snapshot", "hook", "language", "switch"] {
            for when in ["before", "after"] {
                if (step, when) == ("switch", "after") {
                    continue; // it has happened by then
                }
                world.restart(CrashPoints::fail_at(&format!("update:{step}:{when}"))).await;
                let kept = world.update(active.id, "2.0.0").await;
                assert_eq!((kept.status, &kept.version), (Status::Active, &version("1.0.0")), "{step} {when}");
                assert_eq!(kept.notice.clone().unwrap().code, "injected");
                assert_eq!(world.value(active.id, "data").await.as_deref(), Some("installed-1.0.0"), "{step} {when}");
                assert!(world.host.render(world.desk, active.id, world.context()).await.is_ok());
            }
        }
        world.restart(CrashPoints::repeat_everything()).await;
        assert_eq!(world.update(active.id, "2.0.0").await.version, version("2.0.0"));
        assert_eq!(world.value(active.id, "data").await.as_deref(), Some("installed-1.0.0+2.0.0"));
    })
    .await;
}

#[tokio::test]
async fn when_undoing_fails_too_the_update_has_failed() {
    on_both(async |mut world| {
        let active = installed(&world).await;
        world.puppet("2.0.0", 2, "update=fail").await;
        world.restart(CrashPoints::fail_at("update:snapshot:undo-before")).await;
        let failed = world.update(active.id, "2.0.0").await;
        assert_eq!((failed.status, &failed.version), (Status::FailedUpdate, &version("1.0.0")));
        assert!(failed.notice.clone().unwrap().error_id.starts_with("E-"));
        let refused = world.host.activate(world.desk, active.id, world.admin).await;
        assert!(matches!(refused, Err(LifecycleError::NotAllowed(_))), "not recoverable by the operator");
        world.restart(CrashPoints::none()).await;
        world.host.uninstall(world.desk, active.id, world.admin, false).await.unwrap();
        assert_eq!(world.settled(active.id).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_rollback_without_a_snapshot_meets_the_newer_data_and_grants_nothing_new() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "").await;
        world.puppet("2.0.0", 2, "").await;
        let active = world.install("acme.puppet").await;
        assert_eq!(active.version, version("2.0.0"));
        let none = world.host.rollback(world.desk, active.id, None, world.admin).await;
        assert!(matches!(none, Err(LifecycleError::NoPreviousVersion)));
        world.host.rollback(world.desk, active.id, Some(version("1.0.0")), world.admin).await.unwrap();
        let back = world.settled(active.id).await.unwrap();
        assert_eq!((&back.version, back.pinned, &back.grant), (&version("1.0.0"), true, &active.grant));
        assert_eq!(world.value(active.id, "data").await.as_deref(), Some("installed-2.0.0+1.0.0"));
        let up = world.host.rollback(world.desk, active.id, Some(version("2.0.0")), world.admin).await;
        assert!(matches!(up, Err(LifecycleError::NoPreviousVersion)), "a rollback never goes up");
    })
    .await;
}

#[tokio::test]
async fn settings_come_back_but_a_newer_secret_stays() {
    on_both(async |world| {
        let active = installed(&world).await;
        let save = async |values: &[(&str, &str)]| {
            let entered = values.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
            world.host.save_settings(world.desk, active.id, entered, world.admin).await.unwrap();
        };
        save(&[("token", "old"), ("colour", "blue")]).await;
        let mut next = puppet_manifest("2.0.0", 2);
        next.settings.push(Setting::new("size", SettingKind::Number));
        world.publish(next, puppet("label=2.0.0")).await;
        world.update(active.id, "2.0.0").await;
        save(&[("token", "new"), ("colour", "red"), ("size", "5")]).await;
        world.host.rollback(world.desk, active.id, None, world.admin).await.unwrap();
        world.settled(active.id).await.unwrap();
        let scope = crate::calls::call_scope(&world.installation(active.id).await, &version("1.0.0"), None).scope;
        let data = crate::HostData::new(
            world.db().clone(),
            world.host.blobs().clone(),
            world.host.vault.clone(),
            world.host.clock.clone(),
        );
        use annex_domain::{ports::AddonData as _, settings::SettingValue};
        use secrecy::ExposeSecret as _;
        assert_eq!(data.setting(&scope, "colour").await.unwrap(), Some(SettingValue::Text("blue".into())));
        assert_eq!(data.setting(&scope, "size").await.unwrap(), None);
        let token = data.credential(&scope, "token").await.unwrap().unwrap();
        assert_eq!(token.expose_secret(), "new");
    })
    .await;
}

#[tokio::test]
async fn refuses_what_is_not_newer_withdrawn_or_of_another_desk() {
    on_both(async |world| {
        let active = installed(&world).await;
        let update = async |to: &str| {
            world.host.update(world.desk, active.id, version(to), everything(), world.admin).await.unwrap_err().code()
        };
        assert_eq!(update("1.0.0").await, "not-newer");
        assert_eq!(update("9.0.0").await, "not-found");
        world.puppet("2.0.0", 2, "").await;
        let addon = "acme.puppet".parse().unwrap();
        world.host.set_version_status(&addon, &version("2.0.0"), VersionStatus::Yanked, world.by()).await.unwrap();
        assert_eq!(update("2.0.0").await, "version-yanked");
        let other = annex_domain::ids::DeskId::new();
        let refused = world.host.update(other, active.id, version("2.0.0"), everything(), world.admin).await;
        assert!(matches!(refused, Err(LifecycleError::NotFound(_))));
    })
    .await;
}

#[tokio::test]
async fn a_language_is_updated_with_its_texts() {
    on_both(async |world| {
        world.publish(tongue_manifest("1.0.0", 1), guest("tongue")).await;
        let active = world.install("acme.tongue").await;
        let stamp = async || {
            let mut conn = world.db().read().await.unwrap();
            annex_store::languages::list(&mut conn, world.desk).await.unwrap().remove(0)
        };
        let before = stamp().await;
        world.publish(tongue_manifest("1.1.0", 2), guest("tongue")).await;
        world.update(active.id, "1.1.0").await;
        let after = stamp().await;
        assert_eq!(after.version, version("1.1.0"));
        assert_ne!(after.stamp, before.stamp);
    })
    .await;
}
