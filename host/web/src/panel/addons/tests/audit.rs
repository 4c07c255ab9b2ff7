//! Who did something, on the page of the audit log: add-ons by their names.

use annex_domain::{audit::Action, clock::Clock as _, ids::InstallationId, operator::Actor};
use annex_store::{audit, catalog};
use serde_json::json;

use super::shop::{Shop, submit};

#[tokio::test]
async fn what_an_add_on_did_is_shown_with_its_name() {
    let shop = Shop::open(&[]).await;
    let admin = shop.site.admin().await;
    let consent = admin.get("/addons/acme.puppet/install").await;
    submit(&admin, "/addons/acme.puppet/install", &consent).await;
    let (installed, desk, now) = (shop.installed().await, shop.site.desks.desk, shop.site.clock.now());
    let mut tx = annex_store::testing::tx(&shop.site.state.db).await;
    for addon in [installed.id, InstallationId::new()] {
        let by = Actor::Addon(addon);
        audit::append(&mut tx, desk, by, Action::ContactUpdated, "contact:1", &json!({}), now).await.unwrap();
    }
    let version = catalog::version(&mut tx, &installed.addon, &installed.version).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let page = admin.get("/admin/audit").await.html;
    let named = format!("Add-on {}", version.manifest.listing.name.get("en"));
    for who in [named.as_str(), "Removed add-on"] {
        assert!(page.contains(&format!("{who}: Contact changed")), "{who}: {page}");
    }
}
