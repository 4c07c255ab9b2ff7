//! Who may not install looks around and asks (R69); who may sees what is to be done: behind the bell, among the requests,
//! and after installing. Through the whole router.

use annex_domain::{
    installation::{Installation, Notice, Parts, Status},
    localized::Localized,
    manifest::{Manifest, Wit},
    settings::{Choice, Setting, SettingKind},
};
use annex_store::installations;

use super::{
    EVIL, card, draw, shell,
    shop::{Shop, puppet, submit},
};
use crate::{
    api::tests::addons::{guest, setting},
    panel::addons::{
        attention::{AttentionPage, Item},
        requests::{RequestedAddon, RequestsPage},
        start::{Ending, StartPage, Task},
    },
};

#[tokio::test]
async fn an_agent_asks_and_an_admin_approves_by_installing() {
    let shop = Shop::open(&[]).await;
    let agent = shop.site.operator(shop.site.desks.desk, shop.site.desks.agent).await;
    let forbidden = agent.get("/my-addons").await;
    assert!(forbidden.code() == 403 && forbidden.html.contains("href=\"/addons\""), "a way on: {}", forbidden.html);
    let grid = agent.get("/addons").await;
    assert!(grid.code() == 200 && grid.html.contains("/addons/acme.puppet"), "{}", grid.html);
    assert!(!grid.html.contains("href=\"/my-addons\"") && !grid.html.contains("/attention"), "not their section");
    let listing = agent.get("/addons/acme.puppet").await;
    assert!(listing.html.contains("action=\"/addons/acme.puppet/ask\""), "{}", listing.html);
    assert!(!listing.html.contains("/addons/acme.puppet/install"));
    assert_eq!(agent.get("/addons/acme.puppet/install").await.code(), 403);
    let asked = agent.post("/addons/acme.puppet/ask", &[("reason", "For the CRM")]).await;
    assert_eq!(asked.location(), "/addons/acme.puppet");
    assert!(!agent.get("/addons/acme.puppet").await.html.contains("/ask\""), "once is enough");

    let admin = shop.site.admin().await;
    assert!(admin.get("/attention/count").await.html.contains("One thing needs your attention"));
    let requests = admin.get("/addon-requests").await;
    assert!(requests.html.contains("For the CRM") && requests.html.contains("/addons/acme.puppet/install"));
    let consent = admin.get("/addons/acme.puppet/install").await;
    assert!(consent.html.contains("Installing it approves the request of"), "{}", consent.html);
    let done = submit(&admin, "/addons/acme.puppet/install", &consent).await;
    let id = shop.installed().await.id;
    assert_eq!(done.location(), format!("/my-addons/{id}/start"), "what is left to do");
    let start = admin.get(&done.location()).await;
    assert!(start.html.contains("Everything is set up"), "{}", start.html);
    assert!(admin.get("/addon-requests").await.html.contains("Nobody is asking"));
    assert!(agent.get("/addons/acme.puppet").await.html.contains("Your help desk has this add-on."));
}

#[tokio::test]
async fn what_is_left_to_do_is_listed_and_ends_at_a_ticket() {
    let shop = Shop::open(&[]).await;
    let token = Setting { label: Localized::en("Key of the CRM"), ..setting("token", SettingKind::Secret, true) };
    shop.publish_as(Manifest { settings: vec![token], ..puppet("1.1.0", 2) }).await;
    let admin = shop.site.admin().await;
    let requester = [("email", "customer@example.com"), ("subject", "Help"), ("body", "Please")];
    let ticket = admin.post("/tickets", &requester).await.location();
    let consent = admin.get("/addons/acme.puppet/install").await;
    let done = submit(&admin, "/addons/acme.puppet/install", &consent).await;
    let id = shop.installed().await.id;
    assert_eq!(done.location(), format!("/my-addons/{id}/start"));

    let left = admin.get(&done.location()).await.html;
    assert!(left.contains("What is left to do") && left.contains("Fill in its settings"), "{left}");
    assert!(
        left.contains("<bdi>Key of the CRM</bdi>") && left.contains(&format!("href=\"/my-addons/{id}\"")),
        "{left}"
    );
    assert!(left.contains(&format!("href=\"{ticket}\"")), "where its panel is: {left}");

    let saved = admin.post(&format!("/my-addons/{id}/settings"), &[("token", "s3cret-s3cret-s3cret")]).await;
    assert_eq!(saved.location(), format!("/my-addons/{id}"), "{}", saved.html);
    let done = admin.get(&done.location()).await.html;
    assert!(done.contains("Everything is set up") && done.contains(&format!("href=\"{ticket}\"")), "{done}");
    assert!(!done.contains("Key of the CRM"), "{done}");
}

#[tokio::test]
async fn what_is_ticked_is_kept() {
    let shop = Shop::open(&[]).await;
    let choices = ["s", "m", "l"].map(|value| Choice { value: value.into(), label: Localized::en(value) }).into();
    let sizes = Setting { choices, ..setting("sizes", SettingKind::Choices, false) };
    let settings = vec![setting("loud", SettingKind::Toggle, false), sizes];
    let manifest = Manifest { settings, wit: Wit::V0_2.to_string(), ..puppet("1.1.0", 2) };
    shop.publish_made(manifest, guest("scout")).await;
    let admin = shop.site.admin().await;
    let consent = admin.get("/addons/acme.puppet/install").await;
    submit(&admin, "/addons/acme.puppet/install", &consent).await;
    let page = format!("/my-addons/{}", shop.installed().await.id);
    let ticked = async || {
        let html = admin.get(&page).await.html;
        let is_ticked = |name: &str, value: &str| html.contains(&format!("name=\"{name}\" value=\"{value}\" checked"));
        [("loud", "true"), ("sizes", "s"), ("sizes", "m"), ("sizes", "l")].map(|(name, value)| is_ticked(name, value))
    };
    // Browsers send the hidden field of a switch, too.
    let form = [("loud", "false"), ("loud", "true"), ("sizes", "l"), ("sizes", "s")];
    assert_eq!(admin.post(&format!("{page}/settings"), &form).await.location(), page);
    assert_eq!(ticked().await, [true, true, false, true]);
    admin.post(&format!("{page}/settings"), &[("loud", "false")]).await;
    assert_eq!(ticked().await, [false; 4]);
}

#[tokio::test]
async fn a_request_is_declined_with_a_word() {
    let shop = Shop::open(&[]).await;
    let agent = shop.site.operator(shop.site.desks.desk, shop.site.desks.agent).await;
    agent.post("/addons/acme.puppet/ask", &[]).await;
    let admin = shop.site.admin().await;
    let page = admin.get("/addon-requests").await;
    let action = page.html.split("action=\"/addon-requests/").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(agent.post(&format!("/addon-requests/{action}"), &[]).await.code(), 403);
    let declined = admin.post(&format!("/addon-requests/{action}"), &[("answer", "Use the other one")]).await;
    assert_eq!(declined.location(), "/addon-requests");
    let told = agent.get("/addons/acme.puppet").await.html;
    assert!(told.contains("Use the other one") && told.contains("/ask\""), "and may ask again");
}

/// What the host has stored of an installation, changed.
async fn change(shop: &Shop, parts: impl FnOnce(&mut Parts)) -> Installation {
    let mut changed = (*shop.installed().await).clone();
    changed.rev += 1;
    parts(&mut changed);
    let changed = Installation::from_stored(changed);
    let mut tx = annex_store::testing::tx(&shop.site.state.db).await;
    installations::save(&mut tx, &changed).await.unwrap();
    tx.commit().await.unwrap();
    changed
}

#[tokio::test]
async fn loading_my_add_ons_does_not_retry_before_its_time() {
    let shop = Shop::open(&[]).await;
    let admin = shop.site.admin().await;
    let page = admin.get("/addons/acme.puppet/install").await;
    submit(&admin, "/addons/acme.puppet/install", &page).await;
    let now = shop.site.state.clock.now();
    let notice = Notice { error_id: "E-1".into(), code: "install-hook-failed".into(), text: "no key".into() };
    let failed = change(&shop, |parts| {
        parts.status = Status::FailedInstallation;
        parts.failures = Some(annex_domain::installation::Failures::another(None, &notice.code, now));
        parts.notice = Some(notice);
    })
    .await;
    let html = admin.get("/my-addons").await.html;
    assert!(!html.contains("by-itself") && html.contains("tries again by itself after"), "{html}");
    let rev = failed.rev.to_string();
    let retry = format!("/my-addons/{}/retry", failed.id);
    admin.post(&retry, &[("rev", rev.as_str()), ("by-itself", "1")]).await;
    assert_eq!(shop.installed().await.rev, failed.rev, "the host waits");
    admin.post(&retry, &[("rev", rev.as_str())]).await;
    assert_ne!(shop.installed().await.rev, failed.rev, "people need not");
}

#[tokio::test]
async fn a_suspended_panel_is_a_card_beside_the_ticket() {
    let shop = Shop::open(&[]).await;
    let admin = shop.site.admin().await;
    let page = admin.get("/addons/acme.puppet/install").await;
    submit(&admin, "/addons/acme.puppet/install", &page).await;
    let requester = [("email", "customer@example.com"), ("subject", "Help"), ("body", "Please")];
    let made = admin.post("/tickets", &requester).await;
    let ticket = made.location();
    let suspended = change(&shop, |parts| parts.status = Status::Suspended).await;
    let agent = shop.site.operator(shop.site.desks.desk, shop.site.desks.agent).await;
    let html = agent.get(&ticket).await.html;
    let panel = format!("{ticket}/sidebar/{}", suspended.id);
    assert!(html.contains(&panel), "{ticket}: {html}");
    let card = agent.get(&panel).await.html;
    assert!(card.to_lowercase().contains("suspended"), "{card}");
}

#[test]
fn the_pages_are_drawn() {
    let item = Item {
        icon: "hand",
        tone: annex_domain::ui::Tone::Critical,
        title: EVIL.into(),
        text: EVIL.into(),
        href: "/my-addons/x".into(),
        action: EVIL.into(),
    };
    assert!(draw(AttentionPage { shell: shell(), items: vec![item] }).contains("/my-addons/x"));
    assert!(draw(AttentionPage { shell: shell(), items: vec![] }).contains("All is well"));
    let request = annex_store::requests::Request {
        id: annex_domain::ids::RequestId::new(),
        addon: "acme.hello".parse().unwrap(),
        by: annex_domain::ids::OperatorId::new(),
        name: EVIL.into(),
        reason: EVIL.into(),
        state: annex_store::requests::RequestState::Open,
        answer: None,
        created_at: annex_domain::clock::Timestamp(1),
    };
    let wanted = RequestedAddon {
        addon: "acme.hello".parse().unwrap(),
        name: EVIL.into(),
        publisher: EVIL.into(),
        icon: None,
        kind: annex_domain::addon::Kind::Plugin,
        requests: vec![request],
    };
    assert!(draw(RequestsPage { shell: shell(), wanted: vec![wanted] }).contains("/decline"));
    for (ending, expected) in [
        (Ending::Ticket("/tickets/1".into()), "/tickets/1"),
        (Ending::Inbox, "/inbox"),
        (Ending::Language, "/use-language"),
        (Ending::LanguageInUse, "/profile"),
    ] {
        let task = Task {
            done: false,
            title: EVIL.into(),
            details: vec![EVIL.into()],
            href: "/my-addons/x".into(),
            action: EVIL.into(),
        };
        let card = card(Status::Active);
        let page = StartPage { shell: shell(), id: card.id, card, tasks: vec![task], ending };
        assert!(draw(page).contains(expected), "{expected}");
    }
}
