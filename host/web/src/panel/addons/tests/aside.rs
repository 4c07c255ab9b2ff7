//! An operation that is set aside: every page says so instead of *Installing*, and where somebody decides.

use annex_domain::ids::SagaId;
use annex_store::testing;

use super::shop::Shop;
use crate::client_area::tests::site::Browser;

async fn set_aside(shop: &Shop, browser: &Browser<'_>) -> SagaId {
    browser.get("/addons/acme.puppet/install").await;
    let page = browser.get("/addons/acme.puppet/install").await;
    super::shop::submit(browser, "/addons/acme.puppet/install", &page).await;
    let id = shop.installed().await.id;
    let mut tx = annex_store::testing::tx(&shop.site.state.db).await;
    let operation = testing::set_aside(&mut tx, shop.site.desks.desk, id).await;
    tx.commit().await.unwrap();
    operation
}

#[tokio::test]
async fn what_is_set_aside_says_so_and_where_it_is_decided() {
    let shop = Shop::open(&[]).await;
    let browser = shop.site.admin().await;
    let operation = set_aside(&shop, &browser).await;
    let id = shop.installed().await.id;
    for path in ["/my-addons", "/addons", "/addons/acme.puppet"] {
        let html = browser.get(path).await.html;
        assert!(html.contains("Set aside") && !html.contains("Installing"), "{path}: {html}");
    }
    let page = browser.get(&format!("/my-addons/{id}")).await.html;
    assert!(page.contains("Set aside") && !page.contains("every 1s") && !page.contains("Installing"), "{page}");
    assert!(page.contains(&format!("href=\"/admin/work#operation-{operation}\"")), "{page}");
    let work = browser.get("/admin/work").await.html;
    assert!(work.contains(&format!("id=\"operation-{operation}\"")), "the link leads to it: {work}");
    let attention = browser.get("/attention").await.html;
    assert!(attention.contains("Puppet is stuck"), "{attention}");
}
