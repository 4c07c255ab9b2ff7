//! Intake: what enters the catalog, and what is refused with nothing left behind.

use annex_domain::{
    addon::{AddonId, Digest, Kind},
    installation::Status,
    manifest::Manifest,
    plan::PlanModel,
};
use annex_package::{FieldErrors, Refusal, build, keys::SigningKey, rotate, sign};
use annex_store::{audit, catalog};
use bytes::Bytes;

use super::{
    money::plan,
    support::{World, guest, manifest, on_both, puppet, puppet_manifest, version},
};
use crate::IntakeError;

/// The digest of the package of the puppet that is offered.
async fn of_puppet(world: &World) -> Digest {
    let listing = world.host.listing(world.desk, &"acme.puppet".parse().unwrap()).await.unwrap().unwrap();
    listing.versions[0].package_digest.clone()
}

/// Publishes; answers the code of the refusal, after making sure that nothing is left of it.
async fn refused(world: &World, package: Bytes) -> &'static str {
    let digest = Digest::of(&package);
    let error = world.host.publish(package, world.by()).await.unwrap_err();
    assert!(!world.host.blobs.exists(&digest).await.unwrap(), "{error}");
    let mut conn = world.db().read().await.unwrap();
    assert!(!catalog::has_package(&mut conn, &digest).await.unwrap(), "{error}");
    let last = audit::list(&mut conn, world.desk, None, 1).await.unwrap().remove(0);
    assert_eq!((last.action.as_str(), last.detail["code"].as_str()), ("catalog.refuse", Some(error.code())));
    error.code()
}

#[tokio::test]
async fn a_package_enters_the_catalog_and_the_same_bytes_again_change_nothing() {
    on_both(async |world| {
        let package = world.package(puppet_manifest("1.0.0", 1), puppet("label=1"));
        let first = world.host.publish(package.clone(), world.by()).await.unwrap();
        assert_eq!(
            (first.kind, first.seq.0, first.repeated, first.size),
            (Kind::Plugin, 1, false, package.len() as u64)
        );
        assert_eq!(first.signers, [world.key.id()]);
        // A blob that was lost is healed.
        world.host.blobs.delete(&first.package_digest).await.unwrap();
        let again = world.host.publish(package, world.by()).await.unwrap();
        assert!(again.repeated);
        assert!(world.host.blobs.exists(&first.package_digest).await.unwrap());
        let listed = world.host.marketplace(world.desk, &catalog::Filter::default()).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].latest, version("1.0.0"));
    })
    .await;
}

#[tokio::test]
async fn what_is_to_be_reviewed_is_of_its_project_and_not_offered_yet() {
    on_both(async |world| {
        let package = world.package(puppet_manifest("1.0.0", 1), puppet("label=1"));
        let (own, other): (AddonId, AddonId) = ("acme.puppet".parse().unwrap(), "acme.other".parse().unwrap());
        let refused = async |of: &AddonId, kind| {
            let result = world.host.publish_for_review(package.clone(), world.by(), of, kind).await;
            result.map_or_else(|error| error.code(), |_| "done")
        };
        assert_eq!(refused(&other, Kind::Plugin).await, "other-addon");
        assert_eq!(refused(&own, Kind::Channel).await, "kind-changed");
        assert_eq!(refused(&own, Kind::Plugin).await, "done");
        assert!(catalog::latest(&mut world.db().read().await.unwrap(), &own).await.unwrap().is_none());
        let listed = world.host.marketplace(world.desk, &catalog::Filter::default()).await.unwrap();
        assert_eq!(listed, []);
    })
    .await;
}

#[tokio::test]
async fn seq_only_rises_whatever_happens_to_installations() {
    on_both(async |world| {
        world.puppet("1.0.0", 5, "").await;
        let older = world.package(puppet_manifest("0.9.0", 4), puppet(""));
        assert_eq!(refused(&world, older.clone()).await, "older-seq");
        assert_eq!(refused(&world, world.package(puppet_manifest("1.1.0", 5), puppet(""))).await, "older-seq");
        assert_eq!(refused(&world, world.package(puppet_manifest("1.0.0", 6), puppet("x=y"))).await, "version-exists");
        let id = world.install("acme.puppet").await.id;
        world.host.uninstall(world.desk, id, world.admin, false).await.unwrap();
        world.settled(id).await;
        let addon = "acme.puppet".parse().unwrap();
        let yanked = catalog::VersionStatus::Yanked;
        world.host.set_version_status(&addon, &version("1.0.0"), yanked, world.by()).await.unwrap();
        assert_eq!(refused(&world, older).await, "older-seq", "also after uninstall and yank");
    })
    .await;
}

#[tokio::test]
async fn refuses_who_is_not_trusted() {
    on_both(async |world| {
        let unsigned = build(puppet_manifest("1.0.0", 1), puppet(""), Default::default()).unwrap();
        let stranger = SigningKey::from_seed(&[1; 32]);
        assert_eq!(refused(&world, sign(&unsigned, &[stranger]).unwrap()).await, "unknown-key");
        let nobody = manifest("nobody.puppet", Kind::Plugin, "1.0.0", 1);
        assert_eq!(refused(&world, world.package(nobody, puppet(""))).await, "unknown-publisher");
        let package = world.package(puppet_manifest("1.0.0", 1), puppet(""));
        let mut flipped = package.to_vec();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 1;
        refused(&world, flipped.into()).await;
        refused(&world, Bytes::from_static(b"not a package")).await;
        let slug = "acme".parse().unwrap();
        world.host.revoke_key(&slug, &world.key.id(), world.by()).await.unwrap();
        assert_eq!(refused(&world, package).await, "revoked-key");
        let again = world.host.trust_publisher(slug, "Acme", world.key.public().to_bytes(), world.by()).await;
        assert_eq!(again.unwrap_err().code(), "revoked-key");
    })
    .await;
}

#[tokio::test]
async fn a_publisher_has_a_name_that_can_be_shown() {
    on_both(async |world| {
        let key = SigningKey::from_seed(&[2; 32]).public().to_bytes();
        for hidden in ["", "  ", "Ac\u{202e}me", "two\nlines", &"x".repeat(61)] {
            let refused = world.host.trust_publisher("other".parse().unwrap(), hidden, key, world.by()).await;
            assert_eq!(refused.unwrap_err().code(), "publisher-name", "{hidden:?}");
        }
        world.host.trust_publisher("other".parse().unwrap(), " Other ", key, world.by()).await.unwrap();
        let publishers = world.host.publishers().await.unwrap();
        assert!(publishers.iter().any(|publisher| publisher.name == "Other"));
    })
    .await;
}

#[tokio::test]
async fn refuses_components_that_do_not_fit() {
    on_both(async |world| {
        let wrong_world = manifest("acme.puppet", Kind::Plugin, "1.0.0", 1);
        assert_eq!(refused(&world, world.package(wrong_world, guest("tongue"))).await, "wit-mismatch");
        let broken = manifest("acme.puppet", Kind::Plugin, "1.0.0", 1);
        assert_eq!(refused(&world, world.package(broken, b"\0asm nothing".to_vec())).await, "component-malformed");
        world.puppet("1.0.0", 1, "").await;
        let other_kind = manifest("acme.puppet", Kind::Language, "2.0.0", 2);
        assert_eq!(refused(&world, world.package(other_kind, guest("tongue"))).await, "kind-changed");
    })
    .await;
}

#[tokio::test]
async fn refuses_plans_that_no_payment_company_takes() {
    on_both(async |world| {
        let costs = |cents: i64| {
            let plans = vec![plan("team", PlanModel::PerUser, 900, 30), plan("flat", PlanModel::Flat, cents, 0)];
            world.package(Manifest { plans, ..puppet_manifest("1.0.0", 1) }, puppet(""))
        };
        assert_eq!(refused(&world, costs(40)).await, "manifest-invalid");
        match world.host.publish(costs(40), world.by()).await.unwrap_err() {
            IntakeError::Refused(Refusal::ManifestInvalid { errors: FieldErrors(errors) }) => {
                let errors: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
                assert_eq!(errors, [("plans[1].price", "price-too-low")]);
            }
            other => panic!("{other}"),
        }
        world.host.publish(costs(50), world.by()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_key_is_rotated_by_both_and_what_it_signed_runs_on() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        let id = world.install("acme.puppet").await.id;
        let (slug, new) = ("acme".parse().unwrap(), SigningKey::from_seed(&[2; 32]));
        let old = SigningKey::from_seed(&[9; 32]);
        let forged = rotate(&slug, &SigningKey::from_seed(&[3; 32]), &new).unwrap();
        assert_eq!(world.host.rotate_key(&slug, &forged, world.by()).await.unwrap_err().code(), "unknown-key");
        let statement = rotate(&slug, &old, &new).unwrap();
        assert_eq!(world.host.rotate_key(&slug, &statement, world.by()).await.unwrap(), new.id());
        assert_eq!(refused(&world, world.package(puppet_manifest("2.0.0", 2), puppet(""))).await, "revoked-key");
        world.clock.advance(std::time::Duration::from_secs(1));
        world.restart(crate::CrashPoints::none()).await;
        assert!(world.host.render(world.desk, id, world.context()).await.is_ok(), "verified again, by the retired key");
        world.key = new;
        world.puppet("2.0.0", 2, "").await;
        assert_eq!(world.update(id, "2.0.0").await.version, version("2.0.0"));
    })
    .await;
}

#[tokio::test]
async fn a_package_that_was_changed_on_disk_does_not_run() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        let id = world.install("acme.puppet").await.id;
        let digest = &of_puppet(&world).await;
        world.host.blobs.delete(digest).await.unwrap();
        world.restart(crate::CrashPoints::none()).await;
        assert_eq!(world.host.render(world.desk, id, world.context()).await.unwrap_err().code(), "unavailable");
    })
    .await;
}

#[tokio::test]
async fn a_lost_package_is_told_and_healed() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        let id = world.install("acme.puppet").await.id;
        let digest = &of_puppet(&world).await;
        let bytes = world.host.blobs.get(digest).await.unwrap();
        let status = async |world: &World| world.installation(id).await.status;
        // Found by the chore, then by a call.
        for by_call in [false, true] {
            world.host.look_for_lost().await.unwrap();
            assert_eq!(status(&world).await, Status::Active, "nothing is lost");
            world.host.blobs.delete(digest).await.unwrap();
            world.restart(crate::CrashPoints::none()).await;
            if by_call {
                assert!(world.host.render(world.desk, id, world.context()).await.is_err());
            } else {
                world.host.look_for_lost().await.unwrap();
            }
            let suspended = world.installation(id).await;
            assert_eq!(suspended.status, Status::Suspended);
            assert_eq!(suspended.notice.clone().unwrap().code, "package-lost");
            world.host.find_again().await.unwrap();
            assert_eq!(status(&world).await, Status::Suspended, "it is not back");
            world.host.blobs.put(bytes.clone()).await.unwrap();
            world.host.find_again().await.unwrap();
            assert_eq!(status(&world).await, Status::Active);
            world.host.render(world.desk, id, world.context()).await.unwrap();
        }
        let audited = world.audited().await;
        for action in ["addon.package-lost", "addon.package-found"] {
            assert_eq!(audited.iter().filter(|done| *done == action).count(), 2, "{action}");
        }
        assert_eq!(world.mailed("suspended").await, 2, "to who manages add-ons, each time");
    })
    .await;
}

#[tokio::test]
async fn a_lost_package_is_found_again_after_an_update_that_failed() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        let id = world.install("acme.puppet").await.id;
        let digest = &of_puppet(&world).await;
        let bytes = world.host.blobs.get(digest).await.unwrap();
        world.host.blobs.delete(digest).await.unwrap();
        world.restart(crate::CrashPoints::none()).await;
        world.host.look_for_lost().await.unwrap();
        let lost = world.installation(id).await.notice.clone();
        world.puppet("2.0.0", 2, "update=fail").await;
        let undone = world.update(id, "2.0.0").await;
        assert_eq!((undone.status, &undone.version), (Status::Suspended, &version("1.0.0")));
        assert_eq!(undone.notice, lost, "it says on why it is off");
        assert_eq!(world.mailed("update-failed").await, 1);
        world.host.blobs.put(bytes).await.unwrap();
        world.host.find_again().await.unwrap();
        let active = world.installation(id).await;
        assert_eq!((active.status, &active.notice), (Status::Active, &None));
        world.host.render(world.desk, id, world.context()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_lost_package_is_found_again_after_an_update_that_could_not_be_undone() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        let id = world.install("acme.puppet").await.id;
        let digest = &of_puppet(&world).await;
        let bytes = world.host.blobs.get(digest).await.unwrap();
        world.host.blobs.delete(digest).await.unwrap();
        world.restart(crate::CrashPoints::fail_at("update:snapshot:undo-before")).await;
        world.host.look_for_lost().await.unwrap();
        world.puppet("2.0.0", 2, "update=fail").await;
        assert_eq!(world.update(id, "2.0.0").await.status, Status::FailedUpdate);
        world.restart(crate::CrashPoints::none()).await;
        let undone = world.update(id, "2.0.0").await;
        assert_eq!((undone.status, &undone.version), (Status::Suspended, &version("1.0.0")));
        assert_eq!(undone.notice.clone().unwrap().code, "package-lost", "it says again why it is off");
        world.host.blobs.put(bytes).await.unwrap();
        world.host.find_again().await.unwrap();
        assert_eq!(world.installation(id).await.status, Status::Active);
    })
    .await;
}

#[tokio::test]
async fn the_marketplace_is_searched_and_filtered() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "").await;
        let mut other = manifest("acme.other", Kind::Plugin, "1.0.0", 1);
        other.listing.name = annex_domain::localized::Localized::en("Zebra 100%");
        other.listing.categories = ["sales".into()].into();
        world.publish(other, puppet("label=o")).await;
        world.install("acme.puppet").await;
        world.puppet("1.1.0", 2, "").await;
        let find = async |filter: catalog::Filter| {
            let entries = world.host.marketplace(world.desk, &filter).await.unwrap();
            entries.into_iter().map(|entry| entry.addon.slug().to_owned()).collect::<Vec<_>>()
        };
        let search = |text: &str| catalog::Filter { search: Some(text.into()), ..Default::default() };
        assert_eq!(find(catalog::Filter::default()).await, ["other", "puppet"]);
        assert_eq!(find(search("ZEBRA")).await, ["other"]);
        assert_eq!(find(search("acme zebra")).await, ["other"]);
        assert_eq!(find(search("100%")).await, ["other"]);
        assert_eq!(find(search("1%0")).await, [""; 0]);
        assert_eq!(find(catalog::Filter { category: Some("crm".into()), ..Default::default() }).await, ["puppet"]);
        assert_eq!(find(catalog::Filter { kind: Some(Kind::Language), ..Default::default() }).await, [""; 0]);
        assert_eq!(find(catalog::Filter { installed: Some(true), ..Default::default() }).await, ["puppet"]);
        assert_eq!(find(catalog::Filter { installed: Some(false), ..Default::default() }).await, ["other"]);
        assert_eq!(find(catalog::Filter { updates_only: true, ..Default::default() }).await, ["puppet"]);
        let after = Some("acme.other".parse().unwrap());
        assert_eq!(find(catalog::Filter { after, ..Default::default() }).await, ["puppet"]);
        assert_eq!(world.host.categories().await.unwrap(), ["crm", "sales"]);
        let entries = world.host.marketplace(world.desk, &search("puppet")).await.unwrap();
        let installed = entries[0].installed.as_ref().unwrap();
        assert_eq!((&installed.version, &installed.offer.update), (&version("1.0.0"), &Some(version("1.1.0"))));
    })
    .await;
}
