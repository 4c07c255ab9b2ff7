//! The panels beside a ticket: in which order they stand and which are folded is the operator's, and lasts.

use annex_domain::{
    addon::{Kind, Version},
    capability::Grant,
    ids::InstallationId,
    installation::Installation,
    localized::Localized,
    manifest::{ViewEntry, ViewPlace, Wit},
    permission::{Permission, Permissions},
};
use annex_store::{
    catalog, installations,
    roles::{self, Builtin},
    testing,
};

use super::*;

/// Installs plugins in the first desk, for everybody.
pub(super) async fn install(panel: &Panel, addons: &[&str]) -> Vec<InstallationId> {
    install_with(panel, addons, &[]).await
}

/// The same of 0.2 where it has views.
async fn install_with(panel: &Panel, addons: &[&str], views: &[ViewEntry]) -> Vec<InstallationId> {
    let mut tx = annex_store::testing::tx(&panel.state.db).await;
    let (desk, by, now) = (panel.desks.desk, panel.desks.admin, panel.clock.now());
    let mut made = Vec::new();
    for addon in addons {
        let mut manifest = testing::manifest(addon, Version::new(1, 0, 0), 1);
        manifest.listing.name = Localized::en(*addon);
        manifest.views = views.to_vec();
        if !views.is_empty() {
            manifest.wit = Wit::V0_2.to_string();
        }
        testing::publish(&mut tx, &manifest, now).await.unwrap();
        let (id, of) = (InstallationId::new(), addon.parse().unwrap());
        let new = Installation::begin(id, desk, of, Kind::Plugin, Version::new(1, 0, 0), Grant::default(), by, now);
        installations::insert(&mut tx, &new, None).await.unwrap();
        installations::save(&mut tx, &new.installed(now).unwrap()).await.unwrap();
        made.push(id);
    }
    tx.commit().await.unwrap();
    made
}

/// The panels of a ticket's page from top to bottom, each with whether it is folded.
fn slots(page: &Page) -> Vec<(String, bool)> {
    let slot = |part: &str| {
        let tag = part.split('>').next().unwrap();
        (tag.split('"').next().unwrap().to_owned(), tag.contains("data-folded"))
    };
    page.html.split("<section class=\"card addon-panel\" id=\"addon-").skip(1).map(slot).collect()
}

fn view(location: ViewPlace, title: &str) -> ViewEntry {
    ViewEntry { key: "main".into(), location, title: Some(Localized::en(title)), icon: None, order: None }
}

#[tokio::test]
async fn a_plugin_is_at_the_places_that_its_manifest_names() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let number = panel.ticket(&admin).await;
    let requester = tickets::by_number(&mut panel.state.db.read().await.unwrap(), panel.desks.desk, number).await;
    let contact = format!("/contacts/{}", requester.unwrap().requester);
    let views = [view(ViewPlace::Page, "Reports"), view(ViewPlace::ContactSidebar, "History")];
    let new = install_with(&panel, &["new.app"], &views).await[0];
    let old = install(&panel, &["old.app"]).await[0];

    let beside = panel.get(&admin, &format!("/tickets/{number}")).await;
    assert_eq!(slots(&beside), [(old.to_string(), false)]);
    assert!(beside.html.contains(&format!("href=\"/apps/{new}\" title=\"Reports\"")));
    assert!(!beside.html.contains(&format!("/apps/{old}")));
    let page = panel.get(&admin, &contact).await;
    assert_eq!(slots(&page), [(new.to_string(), false)]);
    assert!(page.html.contains("History") && page.html.contains(&format!("hx-get=\"{contact}/sidebar/{new}\"")));

    for (place, id) in
        [(format!("/tickets/{number}/sidebar"), new), (format!("{contact}/sidebar"), old), ("/apps".into(), old)]
    {
        assert_eq!(panel.get(&admin, &format!("{place}/{id}")).await.status, StatusCode::NOT_FOUND, "{place}/{id}");
    }
    let stranger = panel.stranger().await;
    for path in [format!("{contact}/sidebar/{new}"), format!("/apps/{new}")] {
        let actions = format!("{path}/actions");
        let answers = [panel.get(&stranger, &path).await, panel.post(&stranger, &actions, &[("do", "back")]).await];
        assert_eq!(answers.map(|answer| answer.status), [StatusCode::NOT_FOUND; 2], "{path}");
    }
    let folded = panel.post(&admin, &format!("{contact}/panels/{new}"), &[("do", "fold")]).await;
    assert_eq!(folded.location(), format!("{contact}#addon-{new}"));
    assert_eq!(slots(&panel.get(&admin, &contact).await), [(new.to_string(), true)]);
    let elsewhere = panel.post(&admin, &format!("{contact}/panels/{old}"), &[("do", "fold")]).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
}

/// The add-ons that have a button beside **Send**, from left to right.
fn helpers(page: &Page) -> Vec<String> {
    let buttons = page.html.split("data-composer=\"composer-").skip(1);
    buttons.filter_map(|rest| rest.split('"').next()).map(ToOwned::to_owned).collect()
}

#[tokio::test]
async fn a_panel_moves_past_the_one_that_is_seen_next_to_it() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let path = format!("/tickets/{}", panel.ticket(&admin).await);
    let one = install(&panel, &["one.app"]).await[0].to_string();
    install_with(&panel, &["contact.app"], &[view(ViewPlace::ContactSidebar, "History")]).await;
    install_with(&panel, &["page.app"], &[view(ViewPlace::Page, "Reports")]).await;
    let two = install(&panel, &["two.app"]).await[0].to_string();
    panel.post(&admin, &format!("{path}/panels/{two}"), &[("do", "up")]).await;
    assert_eq!(slots(&panel.get(&admin, &path).await), [(two.clone(), false), (one.clone(), false)]);
    panel.post(&admin, &format!("{path}/panels/{two}"), &[("do", "down")]).await;
    assert_eq!(slots(&panel.get(&admin, &path).await), [(one, false), (two, false)]);
}

#[tokio::test]
async fn views_beside_send_are_for_who_may_reply() {
    let panel = Panel::start().await;
    let (admin, agent) = (panel.admin().await, panel.agent().await);
    let number = panel.ticket(&admin).await;
    let path = format!("/tickets/{number}");
    let templates = ViewEntry { icon: Some("sparkles".into()), ..view(ViewPlace::Composer, "Templates") };
    let one = install_with(&panel, &["one.app"], &[templates]).await[0];
    let two = install_with(&panel, &["two.app"], &[view(ViewPlace::Composer, "Translate")]).await[0];
    let old = install(&panel, &["old.app"]).await[0];

    let page = panel.get(&agent, &path).await;
    assert_eq!(helpers(&page), [one.to_string(), two.to_string()]);
    let at = format!("{path}/composer/{one}");
    for expected in [format!("href=\"{at}\""), format!("hx-post=\"{at}\""), "#sparkles".into(), "Translate".into()] {
        assert!(page.html.contains(&expected), "{expected}: {}", page.html);
    }
    assert_eq!(slots(&page), [one, two, old].map(|id| (id.to_string(), false)), "they are arranged with the panels");
    assert!(!page.html.contains(&format!("{path}/sidebar/{one}")), "beside the ticket they show nothing");
    let elsewhere = format!("{path}/composer/{old}");
    assert_eq!(panel.get(&admin, &elsewhere).await.status, StatusCode::NOT_FOUND);
    assert_eq!(panel.get(&panel.stranger().await, &at).await.status, StatusCode::NOT_FOUND);

    let mut tx = testing::tx(&panel.state.db).await;
    let role = roles::builtin(&mut tx, panel.desks.desk, Builtin::Agent).await.unwrap().id;
    let reads = Permissions([Permission::TicketsView].into());
    roles::update(&mut tx, panel.desks.desk, role, "Agent", &reads).await.unwrap();
    tx.commit().await.unwrap();
    let page = panel.get(&agent, &path).await;
    assert_eq!((helpers(&page), slots(&page)), (Vec::new(), vec![(old.to_string(), false)]));
    let moved = panel.post(&agent, &format!("{path}/panels/{one}"), &[("do", "up")]).await;
    assert_eq!(moved.status, StatusCode::NOT_FOUND);
    assert_eq!(panel.get(&agent, &at).await.status, StatusCode::FORBIDDEN);
    for (address, form) in [(at.clone(), ("draft", "Dear")), (format!("{at}/actions"), ("do", "back"))] {
        assert_eq!(panel.post(&agent, &address, &[form]).await.status, StatusCode::FORBIDDEN, "{address}");
    }
    assert_eq!(panel.post(&agent, &format!("{at}/files"), &[("do", "back")]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn buttons_beside_send_are_arranged_with_the_panels() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let path = format!("/tickets/{}", panel.ticket(&admin).await);
    let write = ViewEntry { key: "write".into(), ..view(ViewPlace::Composer, "Quote") };
    let both = [view(ViewPlace::TicketSidebar, "Orders"), write];
    let both = install_with(&panel, &["both.app"], &both).await[0].to_string();
    let alone = install_with(&panel, &["alone.app"], &[view(ViewPlace::Composer, "Templates")]).await[0].to_string();
    let arrange =
        async |id: &str, what: &str| panel.post(&admin, &format!("{path}/panels/{id}"), &[("do", what)]).await;
    let is_hidden = |page: &Page, id: &str| page.html.contains(&format!("data-composer=\"composer-{id}\" hidden>"));

    assert_eq!(helpers(&panel.get(&admin, &path).await), [both.clone(), alone.clone()]);
    let moved = arrange(&alone, "up").await;
    assert_eq!(moved.location(), format!("{path}#addon-{alone}"));
    arrange(&alone, "fold").await;
    arrange(&both, "fold").await;
    let page = panel.get(&admin, &path).await;
    assert_eq!(slots(&page), [(alone.clone(), true), (both.clone(), true)]);
    assert_eq!(helpers(&page), [alone.clone(), both.clone()]);
    assert!(is_hidden(&page, &alone), "{}", page.html);
    assert!(!is_hidden(&page, &both), "of this one the panel is folded");
    arrange(&alone, "unfold").await;
    assert!(!is_hidden(&panel.get(&admin, &path).await, &alone));
}

#[tokio::test]
async fn a_view_where_it_is_managed_is_for_who_manages_add_ons() {
    let panel = Panel::start().await;
    let (admin, agent) = (panel.admin().await, panel.agent().await);
    let with = install_with(&panel, &["tab.app"], &[view(ViewPlace::Settings, "Import")]).await[0];
    let without = install(&panel, &["old.app"]).await[0];
    let loads = |id: InstallationId| format!("hx-get=\"/my-addons/{id}/view\"");

    let page = panel.get(&admin, &format!("/my-addons/{with}?tab=view")).await;
    assert!(page.html.contains("<bdi>Import</bdi>") && page.html.contains(&loads(with)), "{}", page.html);
    let page = panel.get(&admin, &format!("/my-addons/{without}?tab=view")).await;
    assert_eq!((page.status, page.html.contains(&loads(without))), (StatusCode::OK, false));
    assert_eq!(panel.get(&admin, &format!("/my-addons/{without}/view")).await.status, StatusCode::NOT_FOUND);

    let at = format!("/my-addons/{with}/view");
    assert_eq!(panel.get(&agent, &at).await.status, StatusCode::FORBIDDEN);
    assert_eq!(panel.post(&agent, &format!("{at}/actions"), &[("do", "back")]).await.status, StatusCode::FORBIDDEN);
    let stranger = panel.stranger().await;
    assert_eq!(panel.get(&stranger, &at).await.status, StatusCode::NOT_FOUND);
    let files = format!("{at}/files");
    assert_eq!(panel.post(&agent, &files, &[("do", "back")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(panel.post(&stranger, &files, &[("do", "back")]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn order_and_folding_are_kept_for_each_operator() {
    let panel = Panel::start().await;
    let (admin, agent) = (panel.admin().await, panel.agent().await);
    let ids = install(&panel, &["one.app", "two.app", "three.app"]).await;
    let [one, two, three] = [0, 1, 2].map(|n| ids[n].to_string());
    let number = panel.ticket(&admin).await;
    let path = format!("/tickets/{number}");
    let open = |id: &String| (id.clone(), false);
    assert_eq!(slots(&panel.get(&admin, &path).await), [open(&one), open(&two), open(&three)]);

    let to = |id: &str| format!("{path}/panels/{id}");
    let moved = panel.post(&admin, &to(&three), &[("do", "up")]).await;
    assert_eq!(moved.location(), format!("{path}#addon-{three}"));
    panel.post(&admin, &to(&one), &[("do", "fold")]).await;
    let page = panel.get(&admin, &path).await;
    assert_eq!(slots(&page), [(one.clone(), true), open(&three), open(&two)]);
    // What is folded asks its add-on for nothing.
    let begins = |when: &str| page.html.matches(&format!("hx-trigger=\"{when}, annex:changed\" hx-target")).count();
    assert_eq!((begins("load"), begins("annex:open once")), (2, 1), "of three");
    // Another version draws them anew.
    let runs = format!("data-live=\"installation-{two}\" data-runs=\"1.0.0\"");
    assert!(page.html.contains(&runs) && page.html.matches("data-drawn-by=\"1.0.0\"").count() == 3, "{}", page.html);
    assert!(page.html.contains("aria-expanded=\"false\""));
    // Somebody else's stay as they were; an unknown one, or another desk, finds nothing.
    assert_eq!(slots(&panel.get(&agent, &path).await), [open(&one), open(&two), open(&three)]);
    let unknown = InstallationId::new().to_string();
    assert_eq!(panel.post(&admin, &to(&unknown), &[("do", "up")]).await.status, StatusCode::NOT_FOUND);
    let stranger = panel.stranger().await;
    assert_eq!(panel.post(&stranger, &to(&one), &[("do", "up")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(panel.post(&admin, &to(&one), &[("do", "x")]).await.status, StatusCode::BAD_REQUEST);

    // One that rests keeps its place for later.
    let mut tx = annex_store::testing::tx(&panel.state.db).await;
    let resting = installations::get(&mut tx, panel.desks.desk, ids[2]).await.unwrap().unwrap();
    installations::save(&mut tx, &resting.deactivate(panel.clock.now()).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    panel.post(&admin, &to(&one), &[("do", "unfold")]).await;
    assert_eq!(slots(&panel.get(&admin, &path).await), [open(&one), open(&two)]);
    let mut tx = annex_store::testing::tx(&panel.state.db).await;
    let resting = installations::get(&mut tx, panel.desks.desk, ids[2]).await.unwrap().unwrap();
    installations::save(&mut tx, &resting.activate(panel.clock.now()).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(slots(&panel.get(&admin, &path).await), [open(&one), open(&three), open(&two)]);
}

#[tokio::test]
async fn a_panel_shows_the_picture_of_its_add_on() {
    let panel = Panel::start().await;
    let (admin, agent) = (panel.admin().await, panel.agent().await);
    install(&panel, &["drawn.app", "plain.app"]).await;
    let mut tx = annex_store::testing::tx(&panel.state.db).await;
    let (addon, version) = ("drawn.app".parse().unwrap(), Version::new(1, 0, 0));
    catalog::set_icon(&mut tx, &addon, &version, Some(b"a picture".as_slice())).await.unwrap();
    tx.commit().await.unwrap();

    let number = panel.ticket(&admin).await;
    let page = panel.get(&agent, &format!("/tickets/{number}")).await;
    assert_eq!(slots(&page).len(), 2);
    let picture = "/addons/drawn.app/icon/1.0.0";
    assert!(page.html.contains(&format!("class=\"addon-panel-icon\" src=\"{picture}\"")), "{}", page.html);
    assert_eq!(page.html.matches("class=\"addon-panel-icon\"").count(), 1, "the other one has none");
    let shown = panel.get(&agent, picture).await;
    assert_eq!((shown.status, shown.html.as_str()), (StatusCode::OK, "a picture"));
    assert_eq!(shown.headers[header::CONTENT_TYPE], "image/png");
    assert_eq!(panel.get(&agent, "/addons/plain.app/icon/1.0.0").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn addresses_in_messages_can_be_followed() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let number = panel.ticket(&admin).await;
    let path = format!("/tickets/{number}");
    let body = "See https://example.com/a?b=1&c=<x>, not javascript:alert(1)";
    panel.post(&admin, &format!("{path}/messages"), &[("key", "k"), ("mode", "note"), ("body", body)]).await;
    let html = panel.get(&admin, &path).await.html;
    assert!(html.contains("href=\"https://example.com/a?b=1&amp;c=\""), "{html}");
    assert!(html.contains("rel=\"noopener noreferrer nofollow\"") && !html.contains("href=\"javascript"));
}

#[tokio::test]
async fn a_panel_that_too_many_wait_for_is_refused_without_a_look_into_the_database() {
    let panel = Panel::start().await;
    let (admin, agent) = (panel.admin().await, panel.agent().await);
    let busy = install(&panel, &["busy.app", "other.app"]).await;
    let number = panel.ticket(&admin).await;
    let [path, other] = [0, 1].map(|n| format!("/tickets/{number}/sidebar/{}", busy[n]));
    let panels = Arc::clone(&panel.state.panels);
    let under_way = panels.fill(busy[0], &agent, 8).await;
    let mut waiting = Vec::new();
    for _ in 0..64 {
        let mut one = Box::pin(panels.fill(busy[0], &admin, 1));
        assert!(futures::FutureExt::now_or_never(&mut one).is_none());
        waiting.push(one);
    }
    assert_ne!(panel.get(&admin, &other).await.status, StatusCode::SERVICE_UNAVAILABLE, "another add-on's");

    let facts = annex_domain::language::LocaleFacts {
        code: "de".into(),
        name: "Deutsch".into(),
        english_name: "German".into(),
        rtl: false,
        fallback: None,
    };
    let resources = vec![("panel.ftl".into(), "panel-busy = Gerade voll\n".into())];
    panels.speaks(&admin, &crate::i18n::translator_of(&annex_domain::language::LanguagePack { facts, resources }));
    panel.state.db.close().await;
    let refused = panel.get(&admin, &path).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers[header::RETRY_AFTER], "1");
    assert!(refused.html.contains("Gerade voll") && refused.html.contains("panel-card"), "{}", refused.html);

    // What was typed stays: a notice stands above it.
    let typed = Request::post(format!("{path}/actions"))
        .header(header::COOKIE, &admin)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header("hx-request", "true");
    let refused = panel.send(typed.body(Body::from("do=x")).unwrap()).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers[header::RETRY_AFTER], "1");
    assert!(refused.headers["hx-retarget"].to_str().unwrap().contains("errors"), "{:?}", refused.headers);
    assert!(!refused.html.contains("panel-card"), "{}", refused.html);
    drop((under_way, waiting));
}
