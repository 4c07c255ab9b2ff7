//! Bounds on what packages and languages bring: at intake, and over what is stored.

use std::collections::BTreeMap;

use annex_domain::{
    addon::{Digest, Kind},
    ids::InstallationId,
    installation::Status,
    language::{LanguagePack, LocaleFacts},
    manifest::Manifest,
};
use annex_package::{build, sign};
use annex_store::{
    audit, catalog, languages,
    testing::{forget_checks, lose_texts},
};
use bytes::Bytes;

use super::support::{
    World, guest, guests_folder, manifest, on_both, puppet, puppet_manifest, tongue, tongue_manifest,
};
use crate::CrashPoints;

fn nested(levels: usize) -> String {
    format!("a = x\nk = {}\"x\"{}\n", "{ ".repeat(levels), " }".repeat(levels))
}

/// Whether something is kept that was compiled of a component.
fn is_compiled(component: &[u8]) -> bool {
    let digest = Digest::of(component).to_string();
    let files = std::fs::read_dir(guests_folder().join("target/artifacts")).unwrap();
    files.map(Result::unwrap).any(|file| file.file_name().to_str().unwrap().starts_with(&digest))
}

#[tokio::test]
async fn a_language_out_of_bounds_is_refused_at_intake_and_nothing_is_left_of_it() {
    on_both(async |world| {
        let unique = InstallationId::new();
        let cases = [
            (nested(9), "fluent-too-deep", "panel:2:"),
            (nested(220), "fluent-too-deep", "panel:2:"),
            ("a = x\nk = { b }\nb = { k }\n".to_owned(), "fluent-cycle", "panel:2:"),
            ("-t = 1234567890\nk = { -t }\nb = {\n".to_owned(), "fluent-syntax", "panel:3:"),
        ];
        for (text, code, place) in cases {
            let component = tongue(&format!("{text}# {unique}\n"));
            let error =
                world.host.publish(world.package(tongue_manifest("1.0.0", 1), component.clone()), world.by()).await;
            let error = error.unwrap_err();
            assert_eq!(error.code(), code);
            assert!(error.to_string().contains(place), "{error}");
            assert!(!is_compiled(&component), "{code}");
            let last = audit::list(&mut world.db().read().await.unwrap(), world.desk, None, 1).await.unwrap().remove(0);
            assert_eq!((last.action.as_str(), last.detail["code"].as_str()), ("catalog.refuse", Some(code)));
        }
        let fits = tongue(&format!("{}# {unique}\n", nested(8)));
        world.publish(tongue_manifest("1.0.0", 1), fits.clone()).await;
        assert!(is_compiled(&fits));
    })
    .await;
}

#[tokio::test]
async fn a_language_that_traps_when_it_is_asked_for_its_texts_is_refused_at_intake() {
    on_both(async |world| {
        let component = tongue(&format!("trap {}", InstallationId::new()));
        let package = world.package(tongue_manifest("1.0.0", 1), component.clone());
        let error = world.host.publish(package, world.by()).await.unwrap_err();
        assert_eq!((error.code(), error.is_refusal()), ("language-failed", true), "{error}");
        assert!(!is_compiled(&component));
        let last = audit::list(&mut world.db().read().await.unwrap(), world.desk, None, 1).await.unwrap().remove(0);
        assert_eq!((last.action.as_str(), last.detail["code"].as_str()), ("catalog.refuse", Some("language-failed")));
    })
    .await;
}

#[tokio::test]
async fn a_language_whose_texts_are_lost_stays_off() {
    on_both(async |world| {
        world.publish(tongue_manifest("1.0.0", 1), guest("tongue")).await;
        let active = world.install("acme.tongue").await;
        world.host.deactivate(world.desk, active.id, world.admin).await.unwrap();
        let mut tx = world.db().begin().await.unwrap();
        lose_texts(&mut tx, active.id).await.unwrap();
        tx.commit().await.unwrap();
        let refused = world.host.activate(world.desk, active.id, world.admin).await.unwrap_err();
        assert_eq!(refused.to_string(), "texts of the language not found");
        assert_eq!(world.installation(active.id).await.status, Status::Inactive);
        assert!(!world.audited().await.contains(&"addon.activate".to_owned()));

        let pack = LanguagePack { facts: frisian(), resources: vec![("panel".into(), "sign-in = Oanmelde\n".into())] };
        let mut tx = world.db().begin().await.unwrap();
        let now = world.host.clock.now();
        languages::put(&mut tx, world.desk, active.id, &active.version, &pack, now).await.unwrap();
        tx.commit().await.unwrap();
        let again = world.host.activate(world.desk, active.id, world.admin).await.unwrap();
        assert_eq!(again.status, Status::Active, "with texts it may");
    })
    .await;
}

#[tokio::test]
async fn the_texts_of_any_add_on_are_within_bounds() {
    on_both(async |world| {
        let package = |text: &str| {
            let assets = BTreeMap::from([("assets/de.ftl".to_owned(), Bytes::from(text.to_owned()))]);
            let unsigned = build(puppet_manifest("1.0.0", 1), puppet("label=texts"), assets).unwrap();
            sign(&unsigned, std::slice::from_ref(&world.key)).unwrap()
        };
        let error = world.host.publish(package(&nested(500)), world.by()).await.unwrap_err();
        assert_eq!(error.code(), "fluent-too-deep");
        assert!(error.to_string().contains("assets/de.ftl:2:"), "{error}");
        world.host.publish(package(&nested(8)), world.by()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_is_compiled_for_another_version_stays_when_a_package_is_refused() {
    on_both(async |world| {
        let component = guest("tongue");
        world.publish(tongue_manifest("1.0.0", 1), component.clone()).await;
        world.publish(manifest("acme.other", Kind::Plugin, "1.0.0", 1), puppet("label=other")).await;
        // Refused by the catalog, after it was compiled.
        let other_kind = Manifest { kind: Kind::Language, ..manifest("acme.other", Kind::Plugin, "2.0.0", 2) };
        let error =
            world.host.publish(world.package(other_kind.clone(), component.clone()), world.by()).await.unwrap_err();
        assert_eq!(error.code(), "kind-changed");
        assert!(is_compiled(&component));
        let alone = tongue(&format!("a = {}\n", InstallationId::new()));
        let error = world.host.publish(world.package(other_kind, alone.clone()), world.by()).await.unwrap_err();
        assert_eq!(error.code(), "kind-changed");
        assert!(!is_compiled(&alone));
    })
    .await;
}

#[tokio::test]
async fn a_stored_language_out_of_bounds_is_switched_off_at_the_start() {
    on_both(async |mut world| {
        world.publish(tongue_manifest("1.0.0", 1), guest("tongue")).await;
        let active = world.install("acme.tongue").await;
        let listed = async |world: &World| {
            languages::list(&mut world.db().read().await.unwrap(), world.desk).await.unwrap().len()
        };
        let restart = async |world: &mut World, text: String| {
            let mut tx = world.db().begin().await.unwrap();
            let facts = frisian();
            let pack = LanguagePack { facts, resources: vec![("panel".into(), text)] };
            languages::put(&mut tx, world.desk, active.id, &active.version, &pack, world.host.clock.now())
                .await
                .unwrap();
            forget_checks(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(listed(world).await, 0, "nobody has looked at it yet");
            world.restart(CrashPoints::none()).await;
            world.host.resume().await.unwrap();
        };
        // What is misspelt was shown until now, and is shown on.
        restart(&mut world, "sign-in = Oanmelde\nb = {\n".into()).await;
        assert_eq!((listed(&world).await, world.installation(active.id).await.status), (1, Status::Active));

        restart(&mut world, nested(20_000)).await;
        let suspended = world.installation(active.id).await;
        assert_eq!((listed(&world).await, suspended.status), (0, Status::Suspended));
        let notice = suspended.notice.clone().unwrap();
        assert_eq!(notice.code, "fluent-message-too-large");
        assert!(notice.text.contains("panel:2:"), "{}", notice.text);
        assert_eq!(world.audited().await.last().unwrap(), "addon.suspend");
        assert_eq!(world.mailed("suspended").await, 1, "to who manages add-ons");
        let again = world.host.activate(world.desk, active.id, world.admin).await.unwrap_err();
        assert_eq!(again.code(), "fluent-message-too-large");
        assert_eq!(world.installation(active.id).await.status, Status::Suspended);
    })
    .await;
}

fn frisian() -> LocaleFacts {
    LocaleFacts {
        code: "fy".into(),
        name: "Frysk".into(),
        english_name: "West Frisian".into(),
        rtl: false,
        fallback: None,
    }
}

fn picture() -> Vec<u8> {
    // 64 × 64 black pixels, with a text that a careless reader would run.
    let drawn = include_bytes!("icon_with_text.png");
    assert!(drawn.windows(8).any(|bytes| bytes == b"<script>"));
    drawn.to_vec()
}

#[tokio::test]
async fn pictures_are_drawn_anew_when_they_come_in_and_those_that_are_stored_at_the_start() {
    on_both(async |mut world| {
        let mut with_icon = puppet_manifest("1.0.0", 1);
        with_icon.listing.icon = Some("assets/icon.png".into());
        let assets = BTreeMap::from([("assets/icon.png".to_owned(), Bytes::from(picture()))]);
        let unsigned = build(with_icon, puppet("label=icon"), assets).unwrap();
        world.host.publish(sign(&unsigned, std::slice::from_ref(&world.key)).unwrap(), world.by()).await.unwrap();
        let (addon, version) = ("acme.puppet".parse().unwrap(), "1.0.0".parse().unwrap());
        let icon = async |world: &World| world.host.icon(world.desk, &addon, &version).await.unwrap();
        let drawn = icon(&world).await.unwrap();
        assert!(!drawn.windows(8).any(|bytes| bytes == b"<script>"));

        for (stored, shown) in [(picture(), Some(drawn)), (picture()[..40].to_vec(), None)] {
            let mut tx = world.db().begin().await.unwrap();
            catalog::set_icon(&mut tx, &addon, &version, Some(&stored)).await.unwrap();
            forget_checks(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(icon(&world).await, None, "nothing is served as it came");
            world.restart(CrashPoints::none()).await;
            world.host.resume().await.unwrap();
            assert_eq!(icon(&world).await, shown);
        }
    })
    .await;
}

#[tokio::test]
async fn keys_that_verify_anything_are_not_trusted() {
    on_both(async |world| {
        let order_1: [u8; 32] = std::array::from_fn(|at| u8::from(at == 0));
        let order_2: [u8; 32] = std::array::from_fn(|at| {
            if at == 0 {
                0xec
            } else if at == 31 {
                0x7f
            } else {
                0xff
            }
        });
        let no_point: [u8; 32] = std::array::from_fn(|at| if at == 0 { 2 } else { 0 });
        for (key, code) in
            [(order_1, "weak-key"), ([0; 32], "weak-key"), (order_2, "weak-key"), (no_point, "invalid-key")]
        {
            let error = world.host.trust_publisher("evil".parse().unwrap(), "Evil", key, world.by()).await.unwrap_err();
            assert_eq!((error.code(), error.is_refusal()), (code, true));
        }
        let publishers = world.host.publishers().await.unwrap();
        assert!(publishers.iter().all(|publisher| publisher.slug.as_str() != "evil"), "nothing is left behind");
    })
    .await;
}
