//! What a desk sees of the catalog: each rule of reach, access and roll-out, at the listing, in the grid and in what is offered.

use std::time::Duration;

use annex_domain::{
    addon::{AddonId, PublisherSlug, Version},
    clock::Timestamp,
    ids::DeskId,
    reach::{Audience, LinkTrouble, Reach, Rollout, Standing},
};

use super::*;
use crate::{
    Db,
    desks::{self, NewDesk},
    installations,
    testing::{TestDb, installed, manifest, on_both, publish},
};

const NOW: Timestamp = Timestamp(1_000_000);

fn addon() -> AddonId {
    "acme.hello".parse().unwrap()
}

fn slug(text: &str) -> PublisherSlug {
    text.parse().unwrap()
}

/// `acme.hello` 1.0.0, and three desks: of its publisher, of the platform, and of a customer.
struct Bench {
    db: Db,
    own: DeskId,
    platform: DeskId,
    customer: DeskId,
}

impl Bench {
    async fn make(db: Db) -> Self {
        let mut tx = db.begin().await.unwrap();
        publish(&mut tx, &manifest("acme.hello", Version::new(1, 0, 0), 1), NOW).await.unwrap();
        let developer = NewDesk {
            name: "Acme".into(),
            locale: "en".into(),
            time_zone: "UTC".into(),
            region: "local".into(),
            host_name: None,
            developer_of: Some(slug("acme")),
        };
        let own = desks::make(&mut tx, developer, NOW).await.unwrap().id;
        let platform = desks::create(&mut tx, "Platform", "en", NOW).await.unwrap().id;
        desks::set_platform(&mut tx, platform, true).await.unwrap();
        let customer = desks::create(&mut tx, "Customer", "en", NOW).await.unwrap().id;
        tx.commit().await.unwrap();
        Self { db, own, platform, customer }
    }

    /// What the grid, the listing, and the rule behind both say: the version that a desk is shown.
    async fn seen(&self, desk: DeskId) -> Option<String> {
        let mut conn = self.db.read().await.unwrap();
        let grid = entries(&mut conn, desk, &Filter::default()).await.unwrap();
        let page = listing(&mut conn, desk, &addon()).await.unwrap();
        let seen = visible(&mut conn, desk, &addon()).await.unwrap();
        drop(conn);
        let grid = grid.first().map(|entry| entry.latest.to_string());
        assert_eq!(page.as_ref().map(|page| page.entry.latest.to_string()), grid);
        if let Some(page) = page {
            let seen = seen.unwrap();
            assert!(page.versions.iter().all(|row| seen.has(&row.version)));
            assert_eq!(page.entry.manifest.version, page.entry.latest, "all of it is of one version");
        }
        let known = known_visible(&self.db, desk, &addon()).await.unwrap();
        assert_eq!(known.map(|known| known.standing), self.standing(desk).await, "what is kept ends with a change");
        grid
    }

    async fn standing(&self, desk: DeskId) -> Option<Standing> {
        let seen = visible(&mut self.db.read().await.unwrap(), desk, &addon()).await.unwrap();
        seen.map(|seen| seen.standing)
    }

    async fn publish(&self, version: &str, seq: u32, reach: Reach) {
        let mut tx = self.db.begin().await.unwrap();
        let version: Version = version.parse().unwrap();
        publish(&mut tx, &manifest("acme.hello", version.clone(), seq), NOW).await.unwrap();
        set_reach(&mut tx, &addon(), &version, reach, NOW).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn before_its_review_a_version_is_at_home_only() {
    on_both(async |db| {
        let bench = Bench::make(db).await;
        bench.publish("2.0.0", 2, Reach::Own).await;
        assert_eq!(bench.seen(bench.own).await.as_deref(), Some("2.0.0"));
        assert_eq!(bench.seen(bench.platform).await.as_deref(), Some("2.0.0"));
        assert_eq!(bench.seen(bench.customer).await.as_deref(), Some("1.0.0"));
        let mut tx = bench.db.begin().await.unwrap();
        let page = listing(&mut tx, bench.customer, &addon()).await.unwrap().unwrap();
        assert_eq!(page.versions.len(), 1, "the history does not tell of it either");
        set_reach(&mut tx, &addon(), &Version::new(2, 0, 0), Reach::Everyone, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(bench.seen(bench.customer).await.as_deref(), Some("2.0.0"));
    })
    .await;
}

#[tokio::test]
async fn an_add_on_that_nobody_reviewed_is_not_there_for_others_and_is_advertised_when_somebody_says_so() {
    on_both(async |db| {
        let bench = Bench::make(db).await;
        let mut tx = bench.db.begin().await.unwrap();
        let one = Version::new(1, 0, 0);
        set_reach(&mut tx, &addon(), &one, Reach::Own, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(bench.seen(bench.own).await.as_deref(), Some("1.0.0"));
        assert_eq!(bench.seen(bench.customer).await, None);
        assert_eq!(categories(&mut bench.db.read().await.unwrap()).await.unwrap(), [""; 0]);
        let mut tx = bench.db.begin().await.unwrap();
        set_reach(&mut tx, &addon(), &one, Reach::Everyone, NOW).await.unwrap();
        assert!(!offering(&mut tx, &addon()).await.unwrap().unwrap().listed);
        assert!(listing(&mut tx, bench.customer, &addon()).await.unwrap().is_some(), "it has a page");
        assert_eq!(entries(&mut tx, bench.customer, &Filter::default()).await.unwrap(), []);
        set_listed(&mut tx, &addon(), true).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(bench.seen(bench.customer).await.as_deref(), Some("1.0.0"));
        // The next version comes in, while the first is taken back for a moment.
        let mut tx = bench.db.begin().await.unwrap();
        set_reach(&mut tx, &addon(), &one, Reach::Own, NOW).await.unwrap();
        set_listed(&mut tx, &addon(), true).await.unwrap();
        let two = Version::new(2, 0, 0);
        publish(&mut tx, &manifest("acme.hello", two.clone(), 2), NOW).await.unwrap();
        set_reach(&mut tx, &addon(), &two, Reach::Own, NOW).await.unwrap();
        assert!(offering(&mut tx, &addon()).await.unwrap().unwrap().listed, "what was said stays");
    })
    .await;
}

#[tokio::test]
async fn access_is_by_link_or_name_and_what_runs_stays() {
    on_both(async |db| {
        let bench = Bench::make(db).await;
        let mut tx = bench.db.begin().await.unwrap();
        set_audience(&mut tx, &addon(), Audience::Link).await.unwrap();
        let new = access::NewLink { label: "Fair".into(), expires_at: Some(Timestamp(NOW.0 + 10)), most: Some(1) };
        let (id, secret) = access::create_link(&mut tx, &addon(), &new, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(bench.seen(bench.customer).await, None);
        assert_eq!(bench.seen(bench.own).await.as_deref(), Some("1.0.0"));

        let mut tx = bench.db.begin().await.unwrap();
        let other = "acme.other".parse().unwrap();
        assert_eq!(access::link(&mut tx, &other, &secret).await.unwrap(), None);
        let link = access::link(&mut tx, &addon(), &secret).await.unwrap().unwrap();
        assert_eq!(link.trouble(NOW), None);
        assert_eq!(link.trouble(NOW.after(Duration::from_millis(10))), Some(LinkTrouble::Expired));
        assert!(access::count(&mut tx, id, NOW).await.unwrap());
        assert!(!access::count(&mut tx, id, NOW).await.unwrap(), "one desk may come by it");
        assert!(access::admit(&mut tx, &addon(), bench.customer, Some(id), NOW).await.unwrap());
        assert!(!access::admit(&mut tx, &addon(), bench.customer, None, NOW).await.unwrap());
        assert_eq!(access::links(&mut tx, &addon()).await.unwrap()[0].trouble(NOW), Some(LinkTrouble::UsedUp));
        let guests = access::guests(&mut tx, &addon()).await.unwrap();
        assert_eq!((guests.len(), guests[0].name.as_str(), guests[0].link), (1, "Customer", Some(id)));
        tx.commit().await.unwrap();
        assert_eq!(bench.seen(bench.customer).await.as_deref(), Some("1.0.0"));

        let mut tx = bench.db.begin().await.unwrap();
        let running = installed(&mut tx, bench.customer).await;
        access::revoke_link(&mut tx, &addon(), id, NOW).await.unwrap();
        assert!(access::revoke_link(&mut tx, &addon(), id, NOW).await.is_err());
        tx.commit().await.unwrap();
        assert_eq!(bench.standing(bench.customer).await, Some(Standing::Stays));
        assert_eq!(bench.seen(bench.customer).await.as_deref(), Some("1.0.0"), "it manages what it has");
        let mut tx = bench.db.begin().await.unwrap();
        assert!(crate::footprint::purge(&mut tx, bench.customer, running.id).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(bench.seen(bench.customer).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_rollout_offers_a_version_to_some_and_takes_it_from_nobody() {
    on_both(async |db| {
        let bench = Bench::make(db).await;
        let mut tx = bench.db.begin().await.unwrap();
        let running = installed(&mut tx, bench.customer).await;
        tx.commit().await.unwrap();
        bench.publish("1.1.0", 2, Reach::Everyone).await;
        let next = Version::new(1, 1, 0);
        let offered = async |percent, paused| {
            let mut tx = bench.db.begin().await.unwrap();
            set_rollout(&mut tx, &addon(), &next, Rollout { percent, paused }, NOW).await.unwrap();
            tx.commit().await.unwrap();
            let updates = Filter { updates_only: true, ..Filter::default() };
            !entries(&mut bench.db.read().await.unwrap(), bench.customer, &updates).await.unwrap().is_empty()
        };
        let share = (1..=100)
            .find(|percent| Rollout { percent: *percent, paused: false }.includes(bench.customer, &addon(), &next));
        let share = share.unwrap();
        assert!(offered(share, false).await);
        assert!(share == 1 || !offered(share - 1, false).await);
        assert!(!offered(100, true).await, "it is paused");
        assert_eq!(bench.seen(bench.own).await.as_deref(), Some("1.1.0"), "who makes it has it");
        assert_eq!(bench.seen(bench.customer).await.as_deref(), Some("1.0.0"));
        assert!(offered(100, false).await);
        let mut tx = bench.db.begin().await.unwrap();
        let updating = running.begin_update(next.clone(), NOW).unwrap();
        installations::save(&mut tx, &updating).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!offered(1, true).await, "it moves already");
        let seen = visible(&mut bench.db.read().await.unwrap(), bench.customer, &addon()).await.unwrap().unwrap();
        assert!(seen.has(&next), "what it has it keeps");
    })
    .await;
}

#[tokio::test]
async fn what_ends_is_not_installed_anew_and_stops_on_its_day() {
    on_both(async |db| {
        let bench = Bench::make(db).await;
        let mut tx = bench.db.begin().await.unwrap();
        installed(&mut tx, bench.customer).await;
        set_ends_at(&mut tx, &addon(), Some(Timestamp(NOW.0 + 5))).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(bench.seen(bench.own).await, None);
        assert_eq!(bench.standing(bench.customer).await, Some(Standing::Stays));
        let mut tx = bench.db.begin().await.unwrap();
        assert_eq!(to_end(&mut tx, NOW).await.unwrap(), []);
        assert!(!end(&mut tx, &addon(), NOW).await.unwrap());
        let then = Timestamp(NOW.0 + 5);
        assert_eq!(to_end(&mut tx, then).await.unwrap(), [addon()]);
        assert!(end(&mut tx, &addon(), then).await.unwrap());
        assert!(!end(&mut tx, &addon(), then).await.unwrap(), "once");
        let row = version(&mut tx, &addon(), &Version::new(1, 0, 0)).await.unwrap().unwrap();
        assert_eq!(row.status, VersionStatus::Blocked);
        assert!(set_ends_at(&mut tx, &addon(), None).await.is_err(), "there is no way back");
        let again = publish(&mut tx, &manifest("acme.hello", Version::new(1, 0, 0), 9), NOW).await;
        assert!(again.is_err(), "its numbers stay taken");
    })
    .await;
}

#[tokio::test]
async fn what_is_handed_over_needs_new_keys_and_old_packages_the_old_ones() {
    on_both(async |db| {
        let bench = Bench::make(db).await;
        let (acme, other, one) = (slug("acme"), slug("other"), Version::new(1, 0, 0));
        let mut tx = bench.db.begin().await.unwrap();
        add_publisher(&mut tx, &other, "Other", NOW).await.unwrap();
        assert!(matches!(hand_over(&mut tx, &addon(), &acme, &other).await, Err(StoreError::Stale(_))));
        offer_to(&mut tx, &addon(), Some(&other)).await.unwrap();
        assert_eq!(of_publisher(&mut tx, &other).await.unwrap().len(), 1);
        hand_over(&mut tx, &addon(), &acme, &other).await.unwrap();
        let offering = offering(&mut tx, &addon()).await.unwrap().unwrap();
        assert_eq!((offering.owner, offering.offered_to), (other.clone(), None));
        publish(&mut tx, &manifest("acme.hello", Version::new(1, 1, 0), 2), NOW).await.unwrap();
        let signed_for = async |tx: &mut Tx, version: &Version| {
            installations::runnable(tx, &addon(), version).await.unwrap().unwrap().publisher
        };
        assert_eq!(signed_for(&mut tx, &one).await, acme);
        assert_eq!(signed_for(&mut tx, &Version::new(1, 1, 0)).await, other);
        tx.commit().await.unwrap();
        let page = listing(&mut bench.db.read().await.unwrap(), bench.customer, &addon()).await.unwrap().unwrap();
        assert_eq!(page.publisher.slug, other);
    })
    .await;
}

#[tokio::test]
async fn pictures_are_found_by_their_place() {
    on_both(async |db| {
        let bench = Bench::make(db).await;
        let one = Version::new(1, 0, 0);
        let mut tx = bench.db.begin().await.unwrap();
        add_pictures(&mut tx, &addon(), &one, &[b"first".to_vec(), b"second".to_vec()]).await.unwrap();
        assert_eq!(picture(&mut tx, &addon(), &one, 2).await.unwrap().as_deref(), Some(&b"second"[..]));
        assert_eq!(picture(&mut tx, &addon(), &one, 3).await.unwrap(), None);
        assert!(add_pictures(&mut tx, &addon(), &Version::new(9, 9, 9), &[vec![1]]).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn the_grid_is_sorted_and_cut() {
    on_both(async |db| {
        let bench = Bench::make(db).await;
        let mut tx = bench.db.begin().await.unwrap();
        for (id, name, at) in [("acme.aa", "Zebra", 1), ("acme.bb", "Apple hello", 3), ("beta.cc", "Apple", 2)] {
            let mut one = manifest(id, Version::new(1, 0, 0), 1);
            one.listing.name = Localized::en(name);
            publish(&mut tx, &one, Timestamp(NOW.0 + at)).await.unwrap();
        }
        installed(&mut tx, bench.customer).await;
        tx.commit().await.unwrap();
        let found = async |filter: Filter| {
            let mut conn = bench.db.read().await.unwrap();
            let list = entries(&mut conn, bench.customer, &filter).await.unwrap();
            list.into_iter().map(|one| one.addon.slug().to_owned()).collect::<Vec<_>>().join(" ")
        };
        let by = |order| Filter { order: Some(order), ..Filter::default() };
        assert_eq!(found(by(Order::Newest)).await, "bb cc aa hello");
        assert_eq!(found(by(Order::Installs)).await, "hello aa bb cc");
        assert_eq!(found(by(Order::Name)).await, "cc bb hello aa");
        assert_eq!(found(by(Order::Relevance)).await, "aa bb hello cc");
        let words = Filter { search: Some("apple".into()), ..Filter::default() };
        assert_eq!(found(words).await, "cc bb", "the name itself before what begins with it");
        let after = Some("beta.cc".parse().unwrap());
        assert_eq!(found(Filter { after, limit: 2, ..by(Order::Name) }).await, "bb hello");
        assert_eq!(found(Filter { publisher: Some(slug("beta")), ..Filter::default() }).await, "cc");
    })
    .await;
}

/// On PostgreSQL two transactions write at once.
#[tokio::test]
async fn of_two_versions_that_change_at_once_both_count() {
    let Some(database) = TestDb::postgres().await else { return };
    let db = &database.db;
    let numbers = [Version::new(1, 0, 0), Version::new(2, 0, 0), Version::new(3, 0, 0)];
    let mut tx = db.begin().await.unwrap();
    for (number, seq) in numbers.iter().zip(1..) {
        publish(&mut tx, &manifest("acme.hello", number.clone(), seq), NOW).await.unwrap();
    }
    tx.commit().await.unwrap();
    let [one, two, three] = numbers;
    let mut first = db.begin().await.unwrap();
    set_version_status(&mut first, &addon(), &three, VersionStatus::Blocked, YankedBy::Platform, NOW).await.unwrap();
    let second = async {
        let mut tx = db.begin().await.unwrap();
        set_version_status(&mut tx, &addon(), &two, VersionStatus::Blocked, YankedBy::Platform, NOW).await.unwrap();
        tx.commit().await.unwrap();
    };
    let commit = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        first.commit().await.unwrap();
    };
    tokio::join!(second, commit);
    let latest = latest(&mut db.read().await.unwrap(), &addon()).await.unwrap();
    assert_eq!(latest.map(|row| row.version), Some(one));
    database.close().await;
}
