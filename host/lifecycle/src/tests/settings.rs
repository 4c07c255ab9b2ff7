//! Settings: all or nothing, secrets sealed and never shown.

use std::collections::BTreeMap;

use annex_domain::{
    addon::Kind,
    capability::Access,
    configuration::Problem,
    manifest::{Manifest, ViewEntry, ViewPlace, Wit},
    settings::{ChoicesFrom, KeyCheck, KeyPlace, Setting, SettingKind, SettingValue, ShowIf},
};
use annex_store::{
    installations,
    settings::{self, Stored},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    sync::oneshot,
};

use super::support::{capability, guest, manifest, on_both, puppet, puppet_manifest};
use crate::{CrashPoints, Reason, SettingsError, Tested};

fn entered(values: &[(&str, &str)]) -> BTreeMap<String, String> {
    values.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
}

/// Of the guest `scout`, which speaks 0.2.
pub(super) fn scout() -> Manifest {
    let (key, location) = ("panel".to_owned(), ViewPlace::TicketSidebar);
    Manifest {
        wit: Wit::V0_2.to_string(),
        views: vec![ViewEntry { key, location, title: None, icon: None, order: None }],
        ..puppet_manifest("1.0.0", 1)
    }
}

fn codes(error: SettingsError) -> Vec<(String, &'static str)> {
    match error {
        SettingsError::Fields(errors) => errors.into_iter().map(|error| (error.field, error.code)).collect(),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn secrets_are_sealed_kept_and_never_shown() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "").await;
        let id = world.install("acme.puppet").await.id;
        let save = async |values: &[(&str, &str)]| {
            world.host.save_settings(world.desk, id, entered(values), world.admin).await
        };
        save(&[("token", "hush"), ("colour", "blue")]).await.unwrap();
        save(&[("token", ""), ("colour", "red")]).await.unwrap();
        let view = world.host.settings_view(world.desk, id).await.unwrap();
        let shown: Vec<_> = view.iter().map(|it| (it.setting.key.as_str(), it.value.clone(), it.is_set)).collect();
        let red = Some(SettingValue::Text("red".into()));
        assert_eq!(shown, [("token", None, true), ("colour", red, true)]);
        let stored = settings::list(&mut world.db().read().await.unwrap(), world.desk, id).await.unwrap();
        let Stored::Sealed(sealed) = &stored["token"] else { panic!("not sealed") };
        assert!(!sealed.windows(4).any(|bytes| bytes == b"hush"));
        // All or nothing.
        assert_eq!(
            codes(save(&[("colour", "green"), ("nothing", "x")]).await.unwrap_err()),
            [("nothing".into(), "unknown")]
        );
        let view = world.host.settings_view(world.desk, id).await.unwrap();
        assert_eq!(view[1].value, Some(SettingValue::Text("red".into())));
        assert_eq!(world.audited().await.last().unwrap(), "addon.settings");
    })
    .await;
}

#[tokio::test]
async fn settings_are_tried_as_they_were_entered() {
    on_both(async |world| {
        let settings = vec![Setting::new("name", SettingKind::Text), Setting::new("shop", SettingKind::Text)];
        world.publish(Manifest { settings, ..scout() }, guest("scout")).await;
        let id = world.install("acme.puppet").await.id;
        let test = async |values: &[(&str, &str)]| world.host.test_settings(world.desk, id, entered(values)).await;
        let hello = |name: &str| Tested::Works(Some(format!("Hello, {name}")));
        assert_eq!(test(&[("name", "Bob")]).await.unwrap(), hello("Bob"));
        let stored = settings::list(&mut world.db().read().await.unwrap(), world.desk, id).await.unwrap();
        assert!(stored.is_empty(), "nothing is saved");
        world.host.save_settings(world.desk, id, entered(&[("name", "Ann")]), world.admin).await.unwrap();
        assert_eq!(test(&[("name", "Bob")]).await.unwrap(), hello("Bob"), "not what is kept");
        let problem = Problem { setting: Some("name".into()), text: "Say who you are.".into() };
        assert_eq!(test(&[("name", "")]).await.unwrap(), Tested::Wrong(vec![problem]));
        assert_eq!(codes(test(&[("nothing", "x")]).await.unwrap_err()), [("nothing".into(), "unknown")]);
    })
    .await;
}

#[tokio::test]
async fn what_does_not_work_needs_setup_until_it_does() {
    on_both(async |world| {
        let settings = vec![Setting::new("name", SettingKind::Text), Setting::new("on", SettingKind::Toggle)];
        world.publish(Manifest { settings, ..scout() }, guest("scout")).await;
        let id = world.install("acme.puppet").await.id;
        let save = async |values: &[(&str, &str)]| {
            let saved = world.host.save_settings(world.desk, id, entered(values), world.admin).await;
            saved.unwrap().problems.into_iter().map(|problem| problem.text).collect::<Vec<_>>()
        };
        let needs_setup = async || world.host.installation(world.desk, id).await.unwrap().needs_setup();
        let test = async |values: &[(&str, &str)]| {
            world.host.test_settings(world.desk, id, entered(values)).await.unwrap();
        };
        assert!(!needs_setup().await, "nobody knows yet");
        assert_eq!(save(&[("name", "")]).await, ["Say who you are."]);
        assert!(needs_setup().await);
        assert_eq!(world.reasons().await, [Reason::NeedsSetup]);
        let view = world.host.installation(world.desk, id).await.unwrap();
        assert_eq!((view.missing.len(), view.check_failed.as_deref()), (0, Some("Say who you are.")));
        test(&[("name", "Ann")]).await;
        assert!(needs_setup().await, "that was not saved");
        assert_eq!(save(&[("name", "Ann")]).await, [""; 0]);
        assert!(!needs_setup().await);
        test(&[("name", "")]).await;
        assert!(!needs_setup().await, "nor was that");
        // What is kept is tried again: it stopped working, and works.
        let mut tx = world.db().begin().await.unwrap();
        installations::note_check(&mut tx, world.desk, id, Some("The key has run out.")).await.unwrap();
        tx.commit().await.unwrap();
        assert!(needs_setup().await);
        test(&[("name", "Ann")]).await;
        assert!(!needs_setup().await);
    })
    .await;
}

#[tokio::test]
async fn the_add_on_lists_what_can_be_chosen_and_several_are_kept() {
    on_both(async |world| {
        let shops = Setting { choices_from: Some(ChoicesFrom::Addon), ..Setting::new("shops", SettingKind::Choices) };
        let settings = vec![shops, Setting::new("name", SettingKind::Text)];
        world.publish(Manifest { settings, ..scout() }, guest("scout")).await;
        let id = world.install("acme.puppet").await.id;
        let ask = async |key: &str| world.host.setting_choices(world.desk, id, key, "ac").await;
        let listed = ask("shops").await.unwrap();
        assert_eq!(listed.iter().map(|one| one.value.as_str()).collect::<Vec<_>>(), ["shops-1", "shops-2"]);
        assert_eq!(ask("name").await.unwrap_err().code(), "not-found", "it lists none for others");
        let values = entered(&[("shops", "shops-2\nshops-1"), ("name", "Ann")]);
        world.host.save_settings(world.desk, id, values, world.admin).await.unwrap();
        let view = world.host.settings_view(world.desk, id).await.unwrap();
        assert_eq!(view[0].value, Some(SettingValue::Many(vec!["shops-2".into(), "shops-1".into()])));
    })
    .await;
}

#[tokio::test]
async fn what_is_not_shown_is_neither_missing_nor_lost() {
    on_both(async |world| {
        let show_if = Some(ShowIf { setting: "on".into(), is: vec!["true".into()] });
        let token = Setting { required: true, show_if, ..Setting::new("token", SettingKind::Secret) };
        let settings = vec![Setting::new("on", SettingKind::Toggle), token];
        world.publish(Manifest { settings, ..puppet_manifest("1.0.0", 1) }, puppet("")).await;
        let id = world.install("acme.puppet").await.id;
        let save = async |values: &[(&str, &str)]| {
            world.host.save_settings(world.desk, id, entered(values), world.admin).await
        };
        let missing = async || world.host.installation(world.desk, id).await.unwrap().missing;
        assert!(missing().await.is_empty());
        assert_eq!(codes(save(&[("on", "true")]).await.unwrap_err()), [("token".into(), "required")]);
        save(&[("on", "true"), ("token", "hush")]).await.unwrap();
        save(&[("on", "false"), ("token", "other")]).await.unwrap();
        save(&[("on", "true")]).await.unwrap();
        assert!(missing().await.is_empty(), "it was kept while it was hidden");
    })
    .await;
}

#[tokio::test]
async fn settings_of_the_first_version_work() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "").await;
        let id = world.install("acme.puppet").await.id;
        let tested = world.host.test_settings(world.desk, id, entered(&[("token", "hush")])).await;
        assert_eq!(tested.unwrap(), Tested::Works(None));
    })
    .await;
}

#[tokio::test]
async fn a_subdomain_is_asked_for_before_it_is_saved() {
    on_both(async |world| {
        let mut asks = manifest("acme.puppet", Kind::Plugin, "1.0.0", 1);
        asks.capabilities = vec![capability(Access::Http, &["{shop}.shops.example.com"])];
        let mut shop = Setting::new("shop", SettingKind::Subdomain);
        shop.verify = Some("https://{shop}.shops.example.com/health".into());
        asks.settings = vec![shop];
        world.publish(asks, puppet("")).await;
        let id = world.install("acme.puppet").await.id;
        let save = async |shop: &str| {
            world.host.save_settings(world.desk, id, entered(&[("shop", shop)]), world.admin).await.unwrap_err()
        };
        assert_eq!(codes(save("a.b").await), [("shop".into(), "not-a-subdomain")]);
        // example.com's names below are reserved and do not resolve: nobody answers.
        assert_eq!(codes(save("acme").await), [("shop".into(), "not-reachable")]);
        assert!(!world.host.settings_view(world.desk, id).await.unwrap()[0].is_set);
    })
    .await;
}

#[tokio::test]
async fn a_host_of_the_desk_is_tried_and_gets_no_secret_that_was_kept() {
    on_both(async |mut world| {
        let oauth2 = r#"{"authorize":"https://login.example.com/agree","token":"https://{shop}/token"}"#;
        let account =
            Setting { oauth2: serde_json::from_str(oauth2).unwrap(), ..Setting::new("crm", SettingKind::OAuth2) };
        let settings =
            vec![Setting::new("shop", SettingKind::Host), Setting::new("token", SettingKind::Secret), account];
        let capabilities = vec![capability(Access::Http, &["{shop}"])];
        world.publish(Manifest { settings, capabilities, ..scout() }, guest("scout")).await;
        let id = world.install("acme.puppet").await.id;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        world.restart_reaching("shop.example.com", listener.local_addr().unwrap()).await;
        let answering = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").await;
            }
        });
        let save = async |shop: &str, token: &str| {
            let client = [("crm_client_id", "annex"), ("crm_client_secret", token)];
            let values = entered(&[&[("shop", shop), ("token", token)][..], &client].concat());
            world.host.save_settings(world.desk, id, values, world.admin).await.map_err(codes)
        };
        save("https://shop.example.com/", "hush").await.unwrap();
        assert_eq!(save("nobody.example.com", "hush").await.unwrap_err(), [("shop".into(), "not-reachable")]);
        let again = ["token", "crm_client_secret"].map(|key| (key.to_owned(), "enter-again"));
        assert_eq!(save("other.example.com", "").await.unwrap_err(), again);
        save("shop.example.com", "").await.unwrap();
        answering.abort();
    })
    .await;
}

#[tokio::test]
async fn settings_are_not_saved_past_others_that_were_saved_meanwhile() {
    on_both(async |mut world| {
        let settings = vec![Setting::new("shop", SettingKind::Host), Setting::new("name", SettingKind::Text)];
        let capabilities = vec![capability(Access::Http, &["{shop}"])];
        world.publish(Manifest { settings, capabilities, ..scout() }, guest("scout")).await;
        let id = world.install("acme.puppet").await.id;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        world.restart_reaching("shop.example.com", listener.local_addr().unwrap()).await;
        let (asked, was_asked) = oneshot::channel();
        let (go_on, may_go_on) = oneshot::channel::<()>();
        let answering = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await;
            asked.send(()).unwrap();
            may_go_on.await.unwrap();
            let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").await;
        });
        let save = async |key: &str, value: &str| {
            world.host.save_settings(world.desk, id, entered(&[(key, value)]), world.admin).await
        };
        let meanwhile = async {
            was_asked.await.unwrap();
            save("name", "Ada").await.unwrap();
            go_on.send(()).unwrap();
        };
        let (late, ()) = tokio::join!(save("shop", "shop.example.com"), meanwhile);
        assert_eq!(late.unwrap_err().code(), "conflict");
        answering.await.unwrap();
        let view = world.host.settings_view(world.desk, id).await.unwrap();
        assert_eq!([view[0].is_set, view[1].is_set], [false, true]);
    })
    .await;
}

#[tokio::test]
async fn a_key_whose_service_does_not_answer_is_saved_and_named() {
    on_both(async |world| {
        let mut asks = manifest("acme.puppet", Kind::Plugin, "1.0.0", 1);
        asks.capabilities = vec![capability(Access::Http, &["{shop}.shops.example.com"])];
        let mut token = Setting::new("token", SettingKind::Secret);
        let url = "https://{shop}.shops.example.com/me".into();
        token.check = Some(KeyCheck { url, auth: KeyPlace::Basic("X".into()), error: None });
        asks.settings = vec![Setting::new("shop", SettingKind::Subdomain), token];
        world.publish(asks, puppet("")).await;
        let id = world.install("acme.puppet").await.id;
        let save = async |values: &[(&str, &str)]| {
            let saved = world.host.save_settings(world.desk, id, entered(values), world.admin).await;
            saved.map(|saved| saved.untried)
        };
        // Nobody to ask before the shop is known; then the kept key is tried there, and at each other shop again.
        let nothing: [String; 0] = [];
        assert_eq!(save(&[("token", "hush-hush")]).await.unwrap(), nothing);
        assert_eq!(save(&[("shop", "acme")]).await.unwrap(), ["token"]);
        assert_eq!(save(&[("shop", "acme")]).await.unwrap(), nothing);
        assert_eq!(save(&[("shop", "other")]).await.unwrap(), ["token"]);
        // What cannot be sent at all is refused, and the text does not hold it.
        let SettingsError::Fields(errors) = save(&[("shop", "other"), ("token", "with:colon")]).await.unwrap_err()
        else {
            panic!("not refused")
        };
        assert_eq!((errors[0].code, errors[0].message.contains("with:colon")), ("key-refused", false));
        assert!(world.host.settings_view(world.desk, id).await.unwrap()[1].is_set);
    })
    .await;
}

#[tokio::test]
async fn what_is_being_changed_cannot_be_edited() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        world.restart(CrashPoints::stop_at("install:hook:after")).await;
        let id = world.host.install(world.request("acme.puppet")).await.unwrap().id;
        world.idle().await;
        let refused = world.host.save_settings(world.desk, id, entered(&[("colour", "x")]), world.admin).await;
        assert_eq!(refused.unwrap_err().code(), "not-allowed");
    })
    .await;
}
