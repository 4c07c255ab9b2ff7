//! Install links, and that an add-on which is not for a desk is not there for it: at no address, and by no door.

use annex_domain::{
    clock::{Clock as _, Timestamp},
    reach::{Audience, Reach},
};
use annex_store::catalog::{
    self, VersionStatus,
    access::{self, NewLink},
};
use http::StatusCode;

use super::shop::{ADDON, Shop};

const LINK: &str = "/install/acme.puppet/1.0.0";

impl Shop {
    async fn for_link_only(&self) {
        let mut tx = annex_store::testing::tx(&self.site.state.db).await;
        catalog::set_audience(&mut tx, &ADDON.parse().unwrap(), Audience::Link).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A link with the secret of selective access.
    async fn link(&self, most: Option<u32>, expires_at: Option<Timestamp>) -> String {
        let mut tx = annex_store::testing::tx(&self.site.state.db).await;
        let new = NewLink { label: "Fair".into(), expires_at, most };
        let now = self.site.clock.now();
        let (_, secret) = access::create_link(&mut tx, &ADDON.parse().unwrap(), &new, now).await.unwrap();
        tx.commit().await.unwrap();
        format!("{LINK}?access={secret}")
    }
}

#[tokio::test]
async fn an_install_link_leads_into_the_marketplace_or_says_why_not() {
    let shop = Shop::open(&[]).await;
    shop.publish("1.1.0", 2).await;
    let admin = shop.site.admin().await;
    assert_eq!(admin.get(LINK).await.location(), "/addons/acme.puppet/install?version=1.0.0");
    let asked = shop.site.browser().get(LINK).await;
    assert_eq!(asked.parameter("next").as_deref(), Some(LINK), "sign in first, then on: {}", asked.location());
    let agent = shop.site.operator(shop.site.desks.desk, shop.site.desks.agent).await;
    assert_eq!(agent.get(LINK).await.location(), "/addons/acme.puppet", "they can ask for it");

    let unknown = admin.get("/install/acme.puppet/9.9.9").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.html.contains("isn’t offered to your help desk"), "{}", unknown.html);
    for (status, told) in [(VersionStatus::Yanked, "withdrew"), (VersionStatus::Blocked, "blocked by the platform")] {
        let mut tx = annex_store::testing::tx(&shop.site.state.db).await;
        let (addon, one) = (ADDON.parse().unwrap(), "1.0.0".parse().unwrap());
        catalog::set_version_status(&mut tx, &addon, &one, status, catalog::YankedBy::Platform, Timestamp(1))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let page = admin.get(LINK).await;
        assert!(page.status == StatusCode::CONFLICT && page.html.contains(told), "{}", page.html);
    }
}

#[tokio::test]
async fn what_is_not_for_a_desk_is_not_there_at_any_door() {
    let shop = Shop::open(&[]).await;
    let admin = shop.site.admin().await;
    let paths = [
        "/addons/acme.puppet",
        "/addons/acme.puppet/install",
        "/addons/acme.puppet/install?version=1.0.0",
        "/addons/acme.puppet/icon/1.0.0",
        "/addons/acme.puppet/pictures/1.0.0/1",
        "/addons/publishers/acme",
        LINK,
        "/api/v1/addons/acme.puppet",
        "/api/v1/addons/acme.puppet/plans",
    ];
    for path in ["/addons", "/addons?sort=newest", "/addons/publishers/acme"] {
        assert!(admin.get(path).await.html.contains("acme.puppet"), "{path}");
    }
    shop.for_link_only().await;
    for path in paths {
        assert_eq!(admin.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(admin.post("/addons/acme.puppet/install", &[("version", "1.0.0")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(admin.post("/addons/acme.puppet/ask", &[("reason", "x")]).await.status, StatusCode::NOT_FOUND);
    for path in ["/addons", "/admin/catalog"] {
        assert!(!admin.get(path).await.html.contains("acme.puppet"), "{path}");
    }
    assert!(!admin.get("/api/v1/addons").await.html.contains("acme.puppet"));
}

#[tokio::test]
async fn a_version_under_review_is_neither_offered_nor_installed() {
    let shop = Shop::open(&[]).await;
    shop.publish("2.0.0", 2).await;
    let mut tx = annex_store::testing::tx(&shop.site.state.db).await;
    let (addon, two) = (ADDON.parse().unwrap(), "2.0.0".parse().unwrap());
    catalog::set_reach(&mut tx, &addon, &two, Reach::Own, Timestamp(1)).await.unwrap();
    tx.commit().await.unwrap();
    let admin = shop.site.admin().await;
    assert!(!admin.get("/addons/acme.puppet").await.html.contains("2.0.0"));
    assert!(!admin.get("/api/v1/addons/acme.puppet").await.html.contains("2.0.0"));
    for path in ["/addons/acme.puppet/install?version=2.0.0", "/api/v1/addons/acme.puppet/plans?version=2.0.0"] {
        assert_eq!(admin.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_link_lets_a_desk_in_after_a_click_and_each_trouble_has_its_answer() {
    let shop = Shop::open(&[]).await;
    shop.for_link_only().await;
    let admin = shop.site.admin().await;
    let now = shop.site.clock.now();
    let expired = admin.get(&shop.link(None, Some(now)).await).await;
    assert!(expired.status == StatusCode::GONE && expired.html.contains("has expired"), "{}", expired.html);
    let used_up = admin.get(&shop.link(Some(0), None).await).await;
    assert!(used_up.status == StatusCode::GONE && used_up.html.contains("already used it"), "{}", used_up.html);
    let foreign = admin.get(&format!("{LINK}?access=nonsense")).await;
    assert!(foreign.status == StatusCode::NOT_FOUND && foreign.html.contains("belong to this add-on"));

    let link = shop.link(Some(1), None).await;
    let page = admin.get(&link).await;
    assert!(page.html.contains("offers"), "{}", page.html);
    assert_eq!(admin.get("/addons/acme.puppet").await.status, StatusCode::NOT_FOUND, "looking lets nobody in");
    let secret = link.split('=').next_back().unwrap();
    assert_eq!(admin.post(LINK, &[("access", secret)]).await.location(), LINK);
    assert_eq!(admin.get(LINK).await.location(), "/addons/acme.puppet/install?version=1.0.0");
    assert_eq!(admin.post(LINK, &[("access", secret)]).await.location(), LINK, "once more changes nothing");

    // The other desk comes too late, and then the link is taken back, and with it what it gave.
    let late = shop.site.operator(shop.site.desks.other_desk, shop.site.desks.other_admin).await;
    assert_eq!(late.post(LINK, &[("access", secret)]).await.status, StatusCode::GONE);
    let mut tx = annex_store::testing::tx(&shop.site.state.db).await;
    let addon = ADDON.parse().unwrap();
    let id = access::link(&mut tx, &addon, secret).await.unwrap().unwrap().id;
    access::revoke_link(&mut tx, &addon, id, now).await.unwrap();
    tx.commit().await.unwrap();
    let revoked = admin.get(&link).await;
    assert!(revoked.status == StatusCode::GONE && revoked.html.contains("has revoked"), "{}", revoked.html);
}
