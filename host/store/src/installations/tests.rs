use annex_domain::{
    addon::{AddonId, Kind, Seq, Version},
    capability::Grant,
    clock::Timestamp,
    ids::{DeskId, InstallationId, OperatorId},
    installation::{Installation, Label},
    manifest::Manifest,
};

use super::*;
use crate::{
    Db, catalog, desks,
    testing::{self, on_both},
};

pub(crate) const NOW: Timestamp = Timestamp(10_000_000_000);

pub(crate) async fn publish(tx: &mut Tx, id: &str, version: Version, seq: u32) -> Result<(), StoreError> {
    testing::publish(tx, &testing::manifest(id, version, seq), NOW).await
}

/// A desk with `acme.hello` 1.0.0, active; 2.0.0 is in the catalog.
pub(crate) async fn installed(db: &Db) -> Installation {
    let mut tx = db.begin().await.unwrap();
    let desk = desks::create(&mut tx, "Desk", "en", NOW).await.unwrap().id;
    if catalog::highest_seq(&mut tx, &addon()).await.unwrap().is_none() {
        publish(&mut tx, "acme.hello", Version::new(1, 0, 0), 1).await.unwrap();
        publish(&mut tx, "acme.hello", Version::new(2, 0, 0), 2).await.unwrap();
    }
    let new = begin(desk);
    insert(&mut tx, &new, None).await.unwrap();
    let active = new.installed(NOW).unwrap();
    save(&mut tx, &active).await.unwrap();
    tx.commit().await.unwrap();
    active
}

fn addon() -> AddonId {
    "acme.hello".parse().unwrap()
}

fn begin(desk: DeskId) -> Installation {
    let (id, by) = (InstallationId::new(), OperatorId::new());
    Installation::begin(id, desk, addon(), Kind::Plugin, Version::new(1, 0, 0), Grant::default(), by, NOW)
}

#[tokio::test]
async fn of_two_changes_of_one_installation_the_second_is_refused() {
    on_both(async |db| {
        let active = installed(&db).await;
        let mut tx = db.begin().await.unwrap();
        assert_eq!(get(&mut tx, active.desk, active.id).await.unwrap(), Some(active.clone()));
        let off = active.clone().deactivate(NOW).unwrap();
        save(&mut tx, &off).await.unwrap();
        let pinned = active.clone().set_pinned(true, NOW).unwrap();
        assert!(matches!(save(&mut tx, &pinned).await, Err(StoreError::Stale(_))));
        assert_eq!(get(&mut tx, active.desk, active.id).await.unwrap(), Some(off));
        // Another desk sees and changes nothing.
        assert_eq!(get(&mut tx, DeskId::new(), active.id).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_desk_has_an_add_on_once() {
    on_both(async |db| {
        let active = installed(&db).await;
        let mut tx = db.begin().await.unwrap();
        assert!(matches!(insert(&mut tx, &begin(active.desk), None).await, Err(StoreError::Taken("the add-on"))));
        drop(tx);
        let other = installed(&db).await;
        assert_ne!(other.desk, active.desk);
        let mut conn = db.read().await.unwrap();
        assert_eq!(list(&mut conn, active.desk).await.unwrap(), std::slice::from_ref(&active));
        assert_eq!(running(&mut conn, active.desk, Kind::Plugin).await.unwrap(), std::slice::from_ref(&active));
        assert_eq!(running(&mut conn, active.desk, Kind::Channel).await.unwrap(), []);
        assert_eq!(of_addon(&mut conn, other.desk, &addon()).await.unwrap(), Some(other));
    })
    .await;
}

/// Two bots are two installations; the marketplace shows their channel once, and counts the desk once.
#[tokio::test]
async fn a_desk_has_a_channel_as_often_as_it_has_names_for_it() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let desk = desks::create(&mut tx, "Desk", "en", NOW).await.unwrap().id;
        let bot: AddonId = "acme.bot".parse().unwrap();
        for (version, seq) in [(Version::new(1, 0, 0), 1), (Version::new(1, 1, 0), 2)] {
            let manifest = Manifest { kind: Kind::Channel, ..testing::manifest("acme.bot", version, seq) };
            testing::publish(&mut tx, &manifest, NOW).await.unwrap();
        }
        let new = |label: &str| {
            let (id, by, number) = (InstallationId::new(), OperatorId::new(), Version::new(1, 0, 0));
            let new = Installation::begin(id, desk, bot.clone(), Kind::Channel, number, Grant::default(), by, NOW);
            new.called(Label::some(label).unwrap())
        };
        let (first, sales) = (new(""), new("Sales"));
        insert(&mut tx, &first, None).await.unwrap();
        insert(&mut tx, &sales, None).await.unwrap();
        tx.commit().await.unwrap();
        for taken in ["", "Sales"] {
            let mut tx = db.begin().await.unwrap();
            assert!(
                matches!(insert(&mut tx, &new(taken), None).await, Err(StoreError::Taken("the add-on"))),
                "{taken}"
            );
        }
        let mut conn = db.read().await.unwrap();
        assert_eq!(of_addon(&mut conn, desk, &bot).await.unwrap().unwrap().id, first.id);
        assert_eq!(called(&mut conn, desk, &bot, sales.label.as_ref()).await.unwrap(), Some(sales.clone()));
        assert_eq!(called(&mut conn, desk, &bot, None).await.unwrap().unwrap().id, first.id);
        let listed = catalog::entries(&mut conn, desk, &Default::default()).await.unwrap();
        assert_eq!((listed.len(), listed[0].installs), (1, 1));
        assert_eq!(listed[0].installed.as_ref().unwrap().id, first.id);
        let listing = catalog::listing(&mut conn, desk, &bot).await.unwrap().unwrap();
        assert_eq!(listing.versions.len(), 2);
        let offered = catalog::visible(&mut conn, desk, &bot).await.unwrap().unwrap().available();
        assert_eq!(offered.len(), 2, "each version once");
        drop(conn);

        // What is called otherwise leaves its name to others.
        let mut tx = db.begin().await.unwrap();
        let sales = sales.installed(NOW).unwrap();
        save(&mut tx, &sales).await.unwrap();
        let support = sales.rename(Label::some("Support").unwrap(), NOW).unwrap();
        save(&mut tx, &support).await.unwrap();
        assert_eq!(get(&mut tx, desk, support.id).await.unwrap(), Some(support));
        insert(&mut tx, &new("Sales"), None).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_catalog_only_goes_up() {
    on_both(async |db| {
        installed(&db).await;
        let mut tx = db.begin().await.unwrap();
        let again = publish(&mut tx, "acme.hello", Version::new(3, 0, 0), 2).await;
        assert!(matches!(again, Err(StoreError::Stale(_))));
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        let same = publish(&mut tx, "acme.hello", Version::new(2, 0, 0), 3).await;
        assert!(matches!(same, Err(StoreError::Taken("the version"))));
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        let two = Version::new(2, 0, 0);
        catalog::set_version_status(&mut tx, &addon(), &two, VersionStatus::Yanked, catalog::YankedBy::Platform, NOW)
            .await
            .unwrap();
        assert_eq!(catalog::latest(&mut tx, &addon()).await.unwrap().unwrap().version, Version::new(1, 0, 0));
        assert_eq!(catalog::highest_seq(&mut tx, &addon()).await.unwrap(), Some(Seq(2)));
        let runnable = runnable(&mut tx, &addon(), &two).await.unwrap().unwrap();
        assert_eq!((runnable.status, runnable.publisher_rev), (VersionStatus::Yanked, 1));
    })
    .await;
}

/// The order of publishing decides nothing: a patch of an old line that comes last is not the newest.
#[tokio::test]
async fn the_newest_goes_by_precedence() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let desk = desks::create(&mut tx, "Desk", "en", NOW).await.unwrap().id;
        let texts = ["1.0.0", "1.1.0-beta.1", "1.1.0-rc.6", "1.1.0-rc.10", "1.1.0-rc.7", "1.1.0", "1.0.1"];
        for (text, seq) in texts.into_iter().zip(1..) {
            publish(&mut tx, "acme.hello", text.parse().unwrap(), seq).await.unwrap();
        }
        publish(&mut tx, "acme.only-beta", "0.1.0-beta.1".parse().unwrap(), 1).await.unwrap();
        let new = begin(desk);
        insert(&mut tx, &new, None).await.unwrap();
        let active = new.installed(NOW).unwrap();
        save(&mut tx, &active).await.unwrap();
        tx.commit().await.unwrap();

        let mut conn = db.read().await.unwrap();
        let latest = catalog::latest(&mut conn, &addon()).await.unwrap().unwrap();
        assert_eq!(latest.version.to_string(), "1.1.0");
        let versions: Vec<_> =
            catalog::versions(&mut conn, &addon()).await.unwrap().iter().map(|row| row.version.to_string()).collect();
        assert_eq!(versions, ["1.1.0", "1.1.0-rc.10", "1.1.0-rc.7", "1.1.0-rc.6", "1.1.0-beta.1", "1.0.1", "1.0.0"]);
        let updates = catalog::Filter { updates_only: true, ..Default::default() };
        let listed = catalog::entries(&mut conn, desk, &updates).await.unwrap();
        let offer = &listed[0].installed.as_ref().unwrap().offer;
        let texts = [&offer.update, &offer.patch].map(|one| one.as_ref().unwrap().to_string());
        assert_eq!(
            (listed.len(), listed[0].latest.to_string(), texts),
            (1, "1.1.0".into(), ["1.1.0".into(), "1.0.1".into()])
        );
        // What has pre-releases only is found by its address, not in the grid.
        assert_eq!(catalog::entries(&mut conn, desk, &Default::default()).await.unwrap().len(), 1);
        let beta = "acme.only-beta".parse().unwrap();
        assert_eq!(catalog::latest(&mut conn, &beta).await.unwrap(), None);
        assert!(catalog::listing(&mut conn, desk, &beta).await.unwrap().is_some());
    })
    .await;
}

/// An earlier release took the last that was published for the newest.
#[tokio::test]
async fn the_next_start_puts_the_newest_right() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        for (text, seq) in ["1.1.0", "1.0.1"].into_iter().zip(1..) {
            publish(&mut tx, "acme.hello", text.parse().unwrap(), seq).await.unwrap();
        }
        execute!(tx, "UPDATE addons SET latest = '1.0.1', newest = NULL").unwrap();
        tx.commit().await.unwrap();
        db.migrate().await.unwrap();
        let latest = catalog::latest(&mut db.read().await.unwrap(), &addon()).await.unwrap().unwrap();
        assert_eq!(latest.version, Version::new(1, 1, 0));
    })
    .await;
}

/// What was off stays off while it is updated: the old version does not serve.
#[tokio::test]
async fn only_what_ran_serves_while_it_is_updated() {
    on_both(async |db| {
        let active = installed(&db).await;
        let mut tx = db.begin().await.unwrap();
        let off = active.deactivate(NOW).unwrap();
        save(&mut tx, &off).await.unwrap();
        let updating = off.begin_update(Version::new(2, 0, 0), NOW).unwrap();
        save(&mut tx, &updating).await.unwrap();
        assert_eq!(get(&mut tx, updating.desk, updating.id).await.unwrap().unwrap(), updating);
        assert_eq!(running(&mut tx, updating.desk, Kind::Plugin).await.unwrap(), []);
    })
    .await;
}
