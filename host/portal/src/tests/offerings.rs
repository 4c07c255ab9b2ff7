//! How a publisher offers its add-ons: only its own, each rule with its code, and what desks notice of it.

use annex_domain::{
    addon::{AddonId, Kind, Version},
    localized::Localized,
    reach::{Audience, Reach, Rollout},
};
use annex_store::{
    audit,
    catalog::{self, VersionStatus, access},
    projects as project_rows,
    testing::{installed, manifest, publish},
};

use super::*;
use crate::offerings::{self, Link};

fn hello() -> AddonId {
    "acme.hello".parse().unwrap()
}

const ONE: Version = Version::new(1, 0, 0);

impl Bench {
    /// `acme.hello` 1.0.0.
    async fn hello(&self) {
        let mut tx = annex_store::testing::tx(&self.portal.db).await;
        publish(&mut tx, &manifest("acme.hello", ONE, 1), NOW).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn sees(&self) -> bool {
        let mut conn = self.portal.db.read().await.unwrap();
        catalog::visible(&mut conn, self.desk, &hello()).await.unwrap().is_some()
    }

    async fn audited(&self) -> Vec<String> {
        let mut conn = self.portal.db.read().await.unwrap();
        let entries = audit::list(&mut conn, None::<DeskId>, None, 99).await.unwrap();
        entries.into_iter().filter(|entry| entry.object == "acme.hello").map(|entry| entry.action).collect()
    }
}

#[tokio::test]
async fn access_is_given_by_who_publishes_and_taken_again() {
    on_both(async |db| {
        let bench = Bench::make(db).await;
        bench.hello().await;
        let owner = bench.member("acme", "ann@acme.example", MemberRole::Owner).await;
        let other = bench.member("other", "cy@other.example", MemberRole::Owner).await;
        let finance = bench.member("acme", "fay@acme.example", MemberRole::Finance).await;
        let set = async |by: &Member, to| code(offerings::set_audience(&bench.portal, by, &hello(), to).await);
        assert_eq!(set(&other, Audience::Link).await, "not-found");
        assert_eq!(set(&finance, Audience::Link).await, "not-your-role");
        assert!(bench.sees().await);
        assert_eq!(set(&owner, Audience::Link).await, "done");
        assert!(!bench.sees().await);

        let wrong = Link { label: " ".into(), expires_at: Some(NOW), most: Some(0) };
        let refused = offerings::create_link(&bench.portal, &owner, &hello(), &wrong).await.unwrap_err();
        let Refusal::Common(annex_desk::Refusal::Invalid(wrong)) = refused else { panic!("{refused}") };
        assert_eq!(wrong.iter().map(|one| one.field).collect::<Vec<_>>(), ["label", "expires_at", "most"]);
        let link = Link { label: "Fair".into(), ..Link::default() };
        assert_eq!(code(offerings::create_link(&bench.portal, &other, &hello(), &link).await), "not-found");
        let (id, secret) = offerings::create_link(&bench.portal, &owner, &hello(), &link).await.unwrap();
        let mut conn = bench.portal.db.read().await.unwrap();
        assert!(access::link(&mut conn, &hello(), &secret).await.unwrap().is_some());
        drop(conn);
        assert_eq!(code(offerings::revoke_link(&bench.portal, &other, &hello(), id).await), "not-found");
        assert_eq!(code(offerings::revoke_link(&bench.portal, &owner, &hello(), id).await), "done");

        let nobody = offerings::admit(&bench.portal, &owner, &hello(), DeskId::new()).await;
        assert_eq!(code(nobody), "invalid-request");
        assert_eq!(code(offerings::admit(&bench.portal, &owner, &hello(), bench.desk).await), "done");
        assert!(bench.sees().await);
        assert_eq!(code(offerings::dismiss(&bench.portal, &owner, &hello(), bench.desk).await), "done");
        assert!(!bench.sees().await);
        let mut done = bench.audited().await;
        done.sort();
        let expected = ["catalog.access", "catalog.share", "catalog.share", "catalog.unshare", "catalog.unshare"];
        assert_eq!(done, expected);
    })
    .await;
}

#[tokio::test]
async fn a_rollout_only_grows_and_what_is_blocked_stays_so() {
    on_both(async |db| {
        let bench = Bench::make(db.clone()).await;
        bench.hello().await;
        let owner = bench.member("acme", "ann@acme.example", MemberRole::Owner).await;
        let roll = async |percent, paused| {
            let rollout = Rollout { percent, paused };
            code(offerings::set_rollout(&bench.portal, &owner, &hello(), &ONE, rollout).await)
        };
        let reach = async |reach| {
            let mut tx = annex_store::testing::tx(&db).await;
            catalog::set_reach(&mut tx, &hello(), &ONE, reach, NOW).await.unwrap();
            tx.commit().await.unwrap();
        };
        assert_eq!(roll(10, false).await, "rollout-shrinks", "everybody was offered it");
        reach(Reach::Own).await;
        assert_eq!(roll(0, false).await, "invalid-request");
        assert_eq!(roll(10, false).await, "done");
        reach(Reach::Everyone).await;
        assert_eq!(roll(10, true).await, "done");
        assert_eq!(roll(5, false).await, "rollout-shrinks");
        assert_eq!(roll(100, false).await, "done");
        assert!(bench.sees().await);

        assert_eq!(code(offerings::withdraw(&bench.portal, &owner, &hello(), &ONE).await), "done");
        assert_eq!(code(offerings::give_back(&bench.portal, &owner, &hello(), &ONE).await), "done");
        let mut tx = annex_store::testing::tx(&db).await;
        catalog::set_version_status(&mut tx, &hello(), &ONE, VersionStatus::Blocked, catalog::YankedBy::Platform, NOW)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(code(offerings::give_back(&bench.portal, &owner, &hello(), &ONE).await), "version-blocked");
        let mut tx = annex_store::testing::tx(&db).await;
        let (yanked, platform) = (VersionStatus::Yanked, catalog::YankedBy::Platform);
        catalog::set_version_status(&mut tx, &hello(), &ONE, yanked, platform, NOW).await.unwrap();
        tx.commit().await.unwrap();
        for done in [
            // Withdrawing it once more does not make it the publisher's to offer again.
            offerings::withdraw(&bench.portal, &owner, &hello(), &ONE).await,
            offerings::give_back(&bench.portal, &owner, &hello(), &ONE).await,
        ] {
            assert_eq!(code(done), "withdrawn-by-platform");
        }
    })
    .await;
}

#[tokio::test]
async fn an_end_is_told_to_who_runs_it_a_month_before() {
    on_both(async |db| {
        let bench = Bench::make(db.clone()).await;
        bench.hello().await;
        let owner = bench.member("acme", "ann@acme.example", MemberRole::Owner).await;
        let developer = bench.member("acme", "dan@acme.example", MemberRole::Developer).await;
        let mut tx = annex_store::testing::tx(&db).await;
        installed(&mut tx, bench.desk).await;
        publish(&mut tx, &manifest("acme.alone", ONE, 1), NOW).await.unwrap();
        tx.commit().await.unwrap();
        let announce = async |by: &Member, addon: &str, password| {
            offerings::announce_end(&bench.portal, by, &addon.parse().unwrap(), &given(password)).await
        };
        assert_eq!(code(announce(&developer, "acme.hello", PASSWORD).await), "not-your-role");
        assert_eq!(code(announce(&owner, "acme.hello", "wrong").await), "invalid-request");
        let ends = NOW.after(offerings::NOTICE);
        assert_eq!(announce(&owner, "acme.hello", PASSWORD).await.unwrap(), ends);
        assert_eq!(announce(&owner, "acme.hello", PASSWORD).await.unwrap(), ends, "once");
        assert_eq!(bench.mails(MailKind::AddonEnds).await.len(), 1, "the admin's, not the agent's");
        let link = Link { label: "Fair".into(), ..Link::default() };
        assert_eq!(code(offerings::create_link(&bench.portal, &owner, &hello(), &link).await), "addon-ends");
        assert_eq!(code(offerings::take_end_back(&bench.portal, &owner, &hello()).await), "done");
        assert_eq!(code(offerings::create_link(&bench.portal, &owner, &hello(), &link).await), "done");
        assert_eq!(announce(&owner, "acme.alone", PASSWORD).await.unwrap(), NOW, "nobody runs it");
    })
    .await;
}

#[tokio::test]
async fn a_project_is_deleted_before_its_first_package_and_ended_after_it() {
    on_both(async |db| {
        let bench = Bench::make(db.clone()).await;
        let owner = bench.member("acme", "ann@acme.example", MemberRole::Owner).await;
        let developer = bench.member("acme", "dan@acme.example", MemberRole::Developer).await;
        let wanted = projects::Create {
            slug: "hello".into(),
            kind: Kind::Plugin,
            names: [("en".to_owned(), "Hello".to_owned())].into(),
        };
        let create = async || code(projects::create(&bench.portal, &developer, &wanted).await);
        let delete = async |by: &Member| code(projects::delete(&bench.portal, by, &hello()).await);
        assert_eq!((create().await, delete(&developer).await), ("done", "not-your-role"));
        assert_eq!((delete(&owner).await, delete(&owner).await), ("done", "not-found"));
        assert_eq!(create().await, "done", "nobody has seen its id");
        bench.hello().await;
        assert_eq!(delete(&owner).await, "has-packages");

        let mut tx = annex_store::testing::tx(&db).await;
        catalog::set_ends_at(&mut tx, &hello(), Some(NOW)).await.unwrap();
        assert!(catalog::end(&mut tx, &hello(), NOW).await.unwrap());
        project_rows::delete(&mut tx, &hello()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(create().await, "project-taken", "desks have had it");
    })
    .await;
}

/// On PostgreSQL both write at once.
#[tokio::test]
async fn what_a_publisher_does_with_an_add_on_while_it_changes_hands_ends_with_that() {
    on_both(async |db| {
        let bench = Bench::make(db.clone()).await;
        bench.hello().await;
        let owner = bench.member("acme", "ann@acme.example", MemberRole::Owner).await;
        let other = bench.member("other", "cy@other.example", MemberRole::Owner).await;
        let link = Link { label: "Fair".into(), ..Link::default() };
        let (_, early) = offerings::create_link(&bench.portal, &owner, &hello(), &link).await.unwrap();
        offerings::offer(&bench.portal, &owner, &hello(), &other.publisher, &given(PASSWORD)).await.unwrap();
        let vault = Vault::with_key(&"0b".repeat(32)).unwrap();
        let (addon, password) = (hello(), given(PASSWORD));
        let accept = offerings::accept(&bench.portal, &vault, &other, &addon, &password);
        let share = offerings::create_link(&bench.portal, &owner, &addon, &link);
        let (accepted, shared) = tokio::join!(accept, share);
        accepted.unwrap();
        let late = match shared {
            Ok((_, secret)) => Some(secret),
            Err(refused) => {
                assert_eq!(refused.code(), "not-found");
                None
            }
        };
        let mut conn = db.read().await.unwrap();
        for secret in [Some(early), late].into_iter().flatten() {
            let link = access::link(&mut conn, &addon, &secret).await.unwrap().unwrap();
            assert!(link.trouble(NOW).is_some(), "whoever made it has the add-on no more");
        }
    })
    .await;
}

#[tokio::test]
async fn both_sign_when_an_add_on_changes_hands() {
    on_both(async |db| {
        let bench = Bench::make(db.clone()).await;
        bench.hello().await;
        let owner = bench.member("acme", "ann@acme.example", MemberRole::Owner).await;
        let other = bench.member("other", "cy@other.example", MemberRole::Owner).await;
        let hand = bench.member("other", "dan@other.example", MemberRole::Developer).await;
        let third = bench.member("third", "eve@third.example", MemberRole::Owner).await;
        let mut tx = annex_store::testing::tx(&db).await;
        project_rows::create(&mut tx, &hello(), Kind::Plugin, &Localized::en("Hello"), NOW).await.unwrap();
        tx.commit().await.unwrap();
        let offer = async |by: &Member, to: &str| {
            code(offerings::offer(&bench.portal, by, &hello(), &to.parse().unwrap(), &given(PASSWORD)).await)
        };
        let vault = Vault::with_key(&"0b".repeat(32)).unwrap();
        let accept = async |by: &Member, password| {
            code(offerings::accept(&bench.portal, &vault, by, &hello(), &given(password)).await)
        };
        assert_eq!(offer(&owner, "nobody").await, "invalid-request");
        assert_eq!(offer(&owner, "acme").await, "invalid-request");
        assert_eq!(offer(&other, "other").await, "not-found");
        assert_eq!(accept(&other, PASSWORD).await, "not-found", "it was not offered");
        assert_eq!(offer(&owner, "other").await, "done");
        assert_eq!(accept(&third, PASSWORD).await, "not-found");
        assert_eq!(accept(&hand, PASSWORD).await, "not-your-role");
        assert_eq!(accept(&other, "wrong").await, "invalid-request");
        assert_eq!(code(offerings::take_offer_back(&bench.portal, &owner, &hello()).await), "done");
        assert_eq!(accept(&other, PASSWORD).await, "not-found");
        assert_eq!(offer(&owner, "other").await, "done");
        assert_eq!(accept(&other, PASSWORD).await, "done");
        let unlisted = async |by: &Member| code(offerings::unlist(&bench.portal, by, &hello()).await);
        assert_eq!((unlisted(&owner).await, unlisted(&other).await), ("not-found", "done"));
        let begun = async |by: &Member| code(projects::begin(&bench.portal, by, &hello()).await);
        assert_eq!((begun(&owner).await, begun(&other).await), ("not-found", "done"), "the project goes with it");
        let read = async |by: &Member| code(figures::read(&bench.portal, by, &hello()).await);
        assert_eq!((read(&owner).await, read(&other).await), ("not-found", "done"), "and its figures");
    })
    .await;
}
