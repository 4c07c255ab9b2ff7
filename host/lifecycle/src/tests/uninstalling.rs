//! Uninstall: what it says, what it takes away, what stays, and by force.

use std::io::Read as _;

use annex_domain::installation::Status;
use annex_store::{audit, footprint};

use super::support::{on_both, version};
use crate::{CrashPoints, LifecycleError};

#[tokio::test]
async fn says_what_it_deletes_and_deletes_it() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "").await;
        let active = world.install("acme.puppet").await;
        let entered = [("token".into(), "hush".into()), ("colour".into(), "blue".into())].into();
        world.host.save_settings(world.desk, active.id, entered, world.admin).await.unwrap();
        world.puppet("2.0.0", 2, "").await;
        world.update(active.id, "2.0.0").await;
        world.host.render(world.desk, active.id, world.context()).await.unwrap();

        let manifest = world.host.uninstall_manifest(world.desk, active.id).await.unwrap();
        let count = |what| manifest.items.iter().find(|item| item.what == what).map(|item| (item.count, item.bytes));
        let bytes = "data".len() + "installed-1.0.0+2.0.0".len() + "from".len() + "1.0.0".len();
        assert_eq!(count("kv-entries"), Some((2, bytes as u64)));
        assert_eq!(count("settings"), Some((1, "\"blue\"".len() as u64)));
        assert_eq!(count("secrets").unwrap().0, 1);
        assert_eq!(count("snapshots").unwrap().0, 1);
        assert_eq!(count("users"), Some((1, 36)));
        assert!(count("health-records").unwrap().0 >= 3);

        world.host.uninstall(world.desk, active.id, world.admin, false).await.unwrap();
        assert_eq!(world.settled(active.id).await, None);
        let left = footprint::of(&mut world.db().read().await.unwrap(), world.desk, active.id).await.unwrap();
        assert_eq!(left, []);
        let entries = audit::list(&mut world.db().read().await.unwrap(), world.desk, None, 1).await.unwrap();
        assert_eq!(entries[0].action, "addon.uninstalled");
        assert_eq!(entries[0].detail["deleted"][0]["what"], "kv-entries");
        assert_eq!(entries[0].detail["hook"], "ok");
        assert!(!entries[0].detail.to_string().contains("hush"));
        // Nothing of the former installation is in the next.
        let again = world.install("acme.puppet").await;
        assert_eq!(world.value(again.id, "data").await.as_deref(), Some("installed-2.0.0"));
    })
    .await;
}

#[tokio::test]
async fn an_add_on_cannot_keep_itself_from_being_removed() {
    on_both(async |world| {
        for (seq, told) in (1u32..).zip(["uninstall=fail", "uninstall=trap"]) {
            world.puppet(&format!("1.{seq}.0"), seq, told).await;
            let active = world.install("acme.puppet").await;
            world.host.uninstall(world.desk, active.id, world.admin, false).await.unwrap();
            assert_eq!(world.settled(active.id).await, None, "{told}");
        }
    })
    .await;
}

#[tokio::test]
async fn force_takes_what_is_stuck() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        world.restart(CrashPoints::stop_at("install:hook:after")).await;
        let started = world.host.install(world.request("acme.puppet")).await.unwrap();
        world.idle().await;
        assert_eq!(world.installation(started.id).await.status, Status::Installing);
        let refused = world.host.uninstall(world.desk, started.id, world.admin, false).await;
        assert!(matches!(refused, Err(LifecycleError::NotAllowed(_))));
        world.host.uninstall(world.desk, started.id, world.admin, true).await.unwrap();
        assert_eq!(world.settled(started.id).await, None);
        // The abandoned saga does not come back, and the way is free.
        world.restart(CrashPoints::none()).await;
        world.host.resume().await.unwrap();
        world.idle().await;
        assert_eq!(world.install("acme.puppet").await.status, Status::Active);
    })
    .await;
}

#[tokio::test]
async fn the_export_is_complete_and_holds_no_secret() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "").await;
        let active = world.install("acme.puppet").await;
        let entered = [("token".into(), "hush-hush".into()), ("colour".into(), "blue".into())].into();
        world.host.save_settings(world.desk, active.id, entered, world.admin).await.unwrap();
        let archive = world.host.export(world.desk, active.id).await.unwrap();
        let mut files = tar::Archive::new(zstd::Decoder::new(&archive[..]).unwrap());
        let mut texts = std::collections::BTreeMap::new();
        for file in files.entries().unwrap() {
            let mut file = file.unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            texts.insert(file.path().unwrap().display().to_string(), text);
        }
        let names: Vec<_> = texts.keys().map(String::as_str).collect();
        let expected = ["health", "installation", "logs", "settings", "snapshots", "users", "values"];
        assert_eq!(names, expected.map(|name| format!("acme.puppet/{name}.json")));
        let values: serde_json::Value = serde_json::from_str(&texts["acme.puppet/values.json"]).unwrap();
        assert_eq!(values[0]["text"], "installed-1.0.0");
        let settings: serde_json::Value = serde_json::from_str(&texts["acme.puppet/settings.json"]).unwrap();
        let users: serde_json::Value = serde_json::from_str(&texts["acme.puppet/users.json"]).unwrap();
        assert_eq!((&users["assignment"]["to"], &users["users"][0]["name"]), (&"everyone".into(), &"Ada".into()));
        assert_eq!((&settings["colour"]["value"], &settings["token"]["secret"]), (&"blue".into(), &true.into()));
        assert!(texts.values().all(|text| !text.contains("hush-hush")));
        assert_eq!(world.installation(active.id).await.version, version("1.0.0"));
    })
    .await;
}
