//! The link of whoever started the host for themselves: it signs in once, and leads to where an add-on is seen.

use annex_domain::{
    addon::{Kind, Version},
    capability::Grant,
    ids::InstallationId,
    installation::Installation,
    language::{LanguagePack, LocaleFacts},
};
use annex_store::{installations, languages, testing};

use super::{panels::install, *};

#[tokio::test]
async fn the_link_works_once_and_leads_on_for_who_followed_it() {
    let panel = Panel::start().await;
    let link = "/sign-in/once?secret=0123";
    assert_eq!(panel.get("", link).await.location(), "/sign-in", "nobody was let in");
    let email = panel.email(panel.desks.desk, panel.desks.agent).await;
    panel.state.let_in_once("0123", &email);
    assert_eq!(panel.get("", "/sign-in/once?secret=4567").await.location(), "/sign-in");

    let entered = panel.get("", link).await;
    assert_eq!(entered.location(), "/inbox");
    let cookie = entered.cookie("annex-session").unwrap();
    assert_eq!(panel.get(&cookie, "/inbox").await.status, StatusCode::OK);
    assert_eq!(panel.get(&cookie, "/admin/roles").await.status, StatusCode::FORBIDDEN, "they are the agent");
    let again = panel.get("", link).await;
    assert_eq!((again.location(), again.cookie("annex-session")), ("/sign-in", None));
    assert_eq!(panel.get(&cookie, link).await.location(), "/inbox");
}

#[tokio::test]
async fn a_plugin_is_shown_beside_a_ticket() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let id = install(&panel, &["one.app"]).await[0];
    let link = format!("/sign-in/once?secret=0123&addon={id}");
    assert_eq!(panel.get(&admin, &link).await.location(), "/inbox", "there is no ticket");
    let number = panel.ticket(&admin).await;
    assert_eq!(panel.get(&admin, &link).await.location(), format!("/tickets/{number}#addon-{id}"));
}

#[tokio::test]
async fn a_language_is_spoken_to_who_is_let_in_and_to_nobody_who_is_there_already() {
    let panel = Panel::start().await;
    let (admin, desk, now) = (panel.admin().await, panel.desks.desk, panel.clock.now());
    let (addon, version) = ("acme.lang", Version::new(1, 0, 0));
    let manifest = testing::manifest(addon, version.clone(), 1);
    let id = InstallationId::new();
    let mut tx = testing::tx(&panel.state.db).await;
    testing::publish(&mut tx, &manifest, now).await.unwrap();
    let of = addon.parse().unwrap();
    let by = panel.desks.admin;
    let new = Installation::begin(id, desk, of, Kind::Language, version.clone(), Grant::default(), by, now);
    installations::insert(&mut tx, &new, None).await.unwrap();
    installations::save(&mut tx, &new.installed(now).unwrap()).await.unwrap();
    let facts = LocaleFacts {
        code: "eo".into(),
        name: "Esperanto".into(),
        english_name: "Esperanto".into(),
        rtl: false,
        fallback: None,
    };
    let resources = vec![("panel.ftl".into(), "nav-inbox = Poŝtkesto".into())];
    languages::put(&mut tx, desk, id, &version, &LanguagePack { facts, resources }, now).await.unwrap();
    tx.commit().await.unwrap();

    let link = format!("/sign-in/once?secret=0123&addon={id}");
    assert_eq!(panel.get(&admin, &link).await.location(), "/inbox");
    assert!(!panel.get(&admin, "/inbox").await.html.contains("Poŝtkesto"), "a link of others changes nothing");
    panel.state.let_in_once("0123", &panel.email(desk, by).await);
    let cookie = panel.get("", &link).await.cookie("annex-session").unwrap();
    assert!(panel.get(&cookie, "/inbox").await.html.contains("Poŝtkesto"));
}
