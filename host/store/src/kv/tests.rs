use annex_domain::installation::Installation;

use super::*;
use crate::{
    Db,
    installations::{self, tests::NOW},
    testing::on_both,
};

fn owner(of: &Installation) -> Owner<'_> {
    Owner { desk: of.desk, installation: of.id, version: &of.version }
}

async fn put(
    db: &Db,
    of: &Installation,
    key: &str,
    value: &[u8],
    expected: Option<u64>,
    quota: u64,
) -> Result<u64, KvError> {
    let mut tx = db.begin().await.unwrap();
    match set(&mut tx, owner(of), key, value, expected, quota, NOW).await {
        Ok(version) => {
            tx.commit().await.unwrap();
            Ok(version)
        }
        Err(Error::Kv(error)) => Err(error),
        Err(Error::Store(error)) => panic!("{error}"),
    }
}

async fn bytes(db: &Db) -> i64 {
    let (bytes,) = fetch_optional!(db.read().await.unwrap(), (i64,), "SELECT bytes FROM kv_usage").unwrap().unwrap();
    bytes
}

#[tokio::test]
async fn versions_guard_every_write() {
    on_both(async |db| {
        let of = installations::tests::installed(&db).await;
        assert_eq!(put(&db, &of, "a", b"1", Some(0), QUOTA).await, Ok(1));
        assert_eq!(put(&db, &of, "a", b"2", Some(0), QUOTA).await, Err(KvError::Conflict(1)));
        assert_eq!(put(&db, &of, "a", b"2", Some(1), QUOTA).await, Ok(2));
        assert_eq!(put(&db, &of, "a", b"3", None, QUOTA).await, Ok(3));
        assert_eq!(put(&db, &of, "b", b"x", Some(7), QUOTA).await, Err(KvError::Conflict(0)));
        let mut tx = db.begin().await.unwrap();
        let entry = get(&mut tx, owner(&of), "a").await.unwrap().unwrap();
        assert_eq!((entry.value.as_slice(), entry.version), (&b"3"[..], 3));
        assert!(matches!(delete(&mut tx, owner(&of), "a", Some(1)).await, Err(Error::Kv(KvError::Conflict(3)))));
        assert!(delete(&mut tx, owner(&of), "a", Some(3)).await.unwrap());
        assert!(!delete(&mut tx, owner(&of), "a", None).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn the_quota_counts_keys_and_values_to_the_byte() {
    on_both(async |db| {
        let of = installations::tests::installed(&db).await;
        assert_eq!(put(&db, &of, "key", b"12345", None, 10).await, Ok(1));
        assert_eq!(bytes(&db).await, 8);
        assert_eq!(put(&db, &of, "k", b"12", None, 10).await, Err(KvError::Quota(10)));
        assert_eq!(put(&db, &of, "k", b"1", None, 10).await, Ok(1));
        assert_eq!(put(&db, &of, "key", b"1", None, 5).await, Ok(2), "shrinking is always allowed");
        assert_eq!(bytes(&db).await, 6);
        let mut tx = db.begin().await.unwrap();
        delete(&mut tx, owner(&of), "key", None).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(bytes(&db).await, 2);
        let umlaut = put(&db, &of, "ü", b"", None, 100).await;
        assert_eq!((umlaut, bytes(&db).await), (Ok(1), 4), "bytes, not characters");
    })
    .await;
}

#[tokio::test]
async fn many_writers_at_once_never_pass_the_quota() {
    on_both(async |db| {
        let of = installations::tests::installed(&db).await;
        let writers = (0..20).map(|n| {
            let (db, of) = (db.clone(), of.clone());
            tokio::spawn(async move { put(&db, &of, &format!("{n:02}"), b"12345678", None, 100).await })
        });
        let results = futures::future::join_all(writers).await;
        let written = results.into_iter().filter(|result| result.as_ref().unwrap().is_ok()).count();
        assert_eq!((written, bytes(&db).await), (10, 100));
    })
    .await;
}

#[tokio::test]
async fn keys_are_listed_in_byte_order_by_page() {
    on_both(async |db| {
        let of = installations::tests::installed(&db).await;
        for key in ["b", "a/2", "a/10", "A", "a/1", "é", "a0"] {
            put(&db, &of, key, b"", None, QUOTA).await.unwrap();
        }
        let mut conn = db.read().await.unwrap();
        let page = list(&mut conn, owner(&of), "a/", None, 2, NOW).await.unwrap();
        assert_eq!((page.keys, page.next), (vec!["a/1".into(), "a/10".into()], Some("a/10".into())));
        let page = list(&mut conn, owner(&of), "a/", Some("a/10"), 2, NOW).await.unwrap();
        assert_eq!((page.keys, page.next), (vec!["a/2".into()], None));
        let all = list(&mut conn, owner(&of), "", None, 0, NOW).await.unwrap();
        assert_eq!(all.keys, ["A"], "a limit of 0 counts as 1");
        let all = list(&mut conn, owner(&of), "", None, 1000, NOW).await.unwrap();
        assert_eq!(all.keys, ["A", "a/1", "a/10", "a/2", "a0", "b", "é"]);
    })
    .await;
}

#[tokio::test]
async fn refuses_malformed_keys_and_strangers() {
    on_both(async |db| {
        let of = installations::tests::installed(&db).await;
        for key in ["", &"k".repeat(KV_KEY_BYTES + 1), "a\0b"] {
            assert!(matches!(put(&db, &of, key, b"", None, QUOTA).await, Err(KvError::Invalid(_))));
        }
        let large = vec![0; KV_VALUE_BYTES + 1];
        assert!(matches!(put(&db, &of, "k", &large, None, QUOTA).await, Err(KvError::Invalid(_))));
        let other_desk = Owner { desk: DeskId::new(), ..owner(&of) };
        let mut conn = db.read().await.unwrap();
        assert!(matches!(get(&mut conn, other_desk, "k").await, Err(Error::Kv(KvError::Unavailable))));
        let other_version = Owner { version: &Version::new(9, 0, 0), ..owner(&of) };
        assert!(matches!(get(&mut conn, other_version, "k").await, Err(Error::Kv(KvError::Unavailable))));
    })
    .await;
}

#[tokio::test]
async fn what_has_expired_is_gone_and_costs_nothing() {
    on_both(async |db| {
        let of = installations::tests::installed(&db).await;
        let later = Timestamp(NOW.0 + 1_000);
        let put = async |key: &str, expected, expires, now| {
            let mut tx = db.begin().await.unwrap();
            let new = Write { key, value: b"12345", expected, expires };
            let written = write(&mut tx, owner(&of), new, 12, now).await;
            if written.is_ok() {
                tx.commit().await.unwrap();
            }
            written.map_err(|error| error.to_string())
        };
        assert_eq!(put("a", None, Some(later), NOW).await, Ok(1));
        assert_eq!(put("a", Some(1), Some(later), NOW).await, Ok(2));
        assert_eq!(put("b", None, None, NOW).await, Ok(1));
        assert!(put("c", None, None, NOW).await.is_err(), "the quota is used up");
        let keys = async |now| {
            let mut conn = db.read().await.unwrap();
            list(&mut conn, owner(&of), "", None, 10, now).await.unwrap().keys
        };
        assert_eq!((keys(NOW).await, keys(later).await), (vec!["a".into(), "b".into()], vec!["b".to_owned()]));
        assert_eq!(put("c", None, None, later).await, Ok(1), "there is room again");
        assert_eq!(bytes(&db).await, 12);
        let mut conn = db.read().await.unwrap();
        assert_eq!(scan(&mut conn, owner(&of), "", None, 10, later).await.unwrap().pairs.len(), 2);
        assert!(get(&mut conn, owner(&of), "a").await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn counters_count_until_they_expire() {
    on_both(async |db| {
        let of = installations::tests::installed(&db).await;
        let (soon, later) = (Timestamp(NOW.0 + 1_000), Timestamp(NOW.0 + 9_000));
        let count = async |delta, expires, now| {
            let mut tx = db.begin().await.unwrap();
            let counted = add(&mut tx, owner(&of), ("n", delta), expires, QUOTA, now).await;
            if counted.is_ok() {
                tx.commit().await.unwrap();
            }
            counted.map_err(|error| error.to_string())
        };
        assert_eq!(count(2, Some(soon), NOW).await, Ok(2));
        assert_eq!(count(-5, Some(later), NOW).await, Ok(-3));
        assert_eq!(count(i64::MIN, None, NOW).await, Err("the counter would overflow".into()));
        assert_eq!(count(1, Some(later), soon).await, Ok(1), "it ended when it was to end at first");
        put(&db, &of, "n", b"x", None, QUOTA).await.unwrap();
        assert!(count(1, None, NOW).await.unwrap_err().contains("no counter"));
        let mut conn = db.read().await.unwrap();
        assert_eq!(scan(&mut conn, owner(&of), "n", None, 1, NOW).await.unwrap().pairs.len(), 1);
    })
    .await;
}
