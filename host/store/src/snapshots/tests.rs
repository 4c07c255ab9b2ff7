use annex_domain::{installation::Installation, settings::SettingValue};

use super::*;
use crate::{
    Db,
    installations::{self, tests::NOW},
    kv::{self, Owner, QUOTA},
    testing::on_both,
};

async fn write(tx: &mut Tx, of: &Installation, version: &Version, value: &str) {
    let owner = Owner { desk: of.desk, installation: of.id, version };
    kv::set(tx, owner, "k", value.as_bytes(), None, QUOTA, NOW).await.unwrap();
}

async fn read(db: &Db, of: &Installation, version: &Version) -> Option<String> {
    let owner = Owner { desk: of.desk, installation: of.id, version };
    let found = kv::get(&mut db.read().await.unwrap(), owner, "k").await.ok()?;
    found.map(|entry| String::from_utf8(entry.value).unwrap())
}

async fn generations_kept(db: &Db) -> i64 {
    let (count,) = fetch_one!(db.read().await.unwrap(), (i64,), "SELECT COUNT(*) FROM kv_usage").unwrap();
    count
}

#[tokio::test]
async fn an_update_works_on_a_copy_until_the_switch() {
    on_both(async |db| {
        let of = installations::tests::installed(&db).await;
        let (one, two) = (Version::new(1, 0, 0), Version::new(2, 0, 0));
        let mut tx = db.begin().await.unwrap();
        write(&mut tx, &of, &one, "one").await;
        let token = Stored::Sealed(vec![1, 2, 3]);
        let colour = Stored::Plain(SettingValue::Text("blue".into()));
        settings::put(&mut tx, of.desk, of.id, "token", Some(&token), NOW).await.unwrap();
        settings::put(&mut tx, of.desk, of.id, "colour", Some(&colour), NOW).await.unwrap();
        let updating = of.clone().begin_update(two.clone(), NOW).unwrap();
        installations::save(&mut tx, &updating).await.unwrap();
        keep(&mut tx, of.desk, of.id, &one, &of.grant, NOW).await.unwrap();
        stage(&mut tx, of.desk, of.id, Source::Live).await.unwrap();
        write(&mut tx, &of, &two, "two").await;
        stage(&mut tx, of.desk, of.id, Source::Live).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(read(&db, &of, &two).await.as_deref(), Some("one"), "a second stage starts afresh");
        assert_eq!(generations_kept(&db).await, 2);

        let mut tx = db.begin().await.unwrap();
        write(&mut tx, &of, &two, "two").await;
        write(&mut tx, &of, &one, "late").await;
        tx.commit().await.unwrap();
        assert_eq!(read(&db, &of, &one).await.as_deref(), Some("late"), "the old version does not see the copy");
        let mut tx = db.begin().await.unwrap();
        let updated = updating.updated(of.grant.clone(), false, NOW).unwrap();
        installations::save(&mut tx, &updated).await.unwrap();
        switch(&mut tx, of.desk, of.id).await.unwrap();
        trim(&mut tx, of.desk, of.id).await.unwrap();
        assert!(matches!(switch(&mut tx, of.desk, of.id).await, Err(StoreError::Stale(_))), "there is no second copy");
        tx.commit().await.unwrap();
        assert_eq!(read(&db, &of, &two).await.as_deref(), Some("two"));
        assert_eq!(read(&db, &of, &one).await, None, "a late call of the old version finds nothing");

        let mut tx = db.begin().await.unwrap();
        let snapshot = get(&mut tx, of.desk, of.id, &one).await.unwrap().unwrap();
        assert_eq!(snapshot.settings, [("token".into(), token), ("colour".into(), colour)].into());
        stage(&mut tx, of.desk, of.id, Source::Snapshot(&snapshot)).await.unwrap();
        let back = updated.begin_update(one.clone(), NOW).unwrap();
        installations::save(&mut tx, &back).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(read(&db, &of, &one).await.as_deref(), Some("late"), "with what it wrote while the hook ran");
        let mut tx = db.begin().await.unwrap();
        unstage(&mut tx, of.desk, of.id).await.unwrap();
        forget(&mut tx, of.desk, of.id, &one).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(generations_kept(&db).await, 1, "what nothing refers to is gone");
    })
    .await;
}

#[tokio::test]
async fn the_newest_snapshots_are_kept() {
    on_both(async |db| {
        let of = installations::tests::installed(&db).await;
        let mut tx = db.begin().await.unwrap();
        for minor in 0..5 {
            let at = Timestamp(NOW.0 + i64::try_from(minor).unwrap());
            keep(&mut tx, of.desk, of.id, &Version::new(1, minor, 0), &of.grant, at).await.unwrap();
        }
        trim(&mut tx, of.desk, of.id).await.unwrap();
        let kept: Vec<u64> =
            list(&mut tx, of.desk, of.id).await.unwrap().iter().map(|snapshot| snapshot.version.minor).collect();
        assert_eq!(kept, [4, 3, 2]);
        assert_eq!(list(&mut tx, DeskId::new(), of.id).await.unwrap(), []);
    })
    .await;
}
