//! The page of a report, and the same over the API, through the whole router.

use annex_domain::{
    report::{Facts, Finding, Report, Shown},
    review::{Severity, Target},
    ui::View,
};
use annex_store::{reports, testing};
use serde_json::Value;

use super::shop::{ADDON, Shop};
use crate::drawn::HOSTILE;

const PAGE: &str = "/admin/catalog/addons/acme.puppet/1.0.0/report";
const API: &str = "/api/v1/addons/acme.puppet/versions/1.0.0/report";

fn report() -> Report {
    let field = Target::Field { path: "capabilities[1]".into() };
    let unused = Finding::new("capability-unused", Severity::Suggestion, field, HOSTILE).hint(HOSTILE);
    let view = View {
        title: HOSTILE.into(),
        subtitle: None,
        banner: None,
        sections: vec![],
        footer: vec![],
        refresh_seconds: Some(30),
        state: vec![],
    };
    Report {
        findings: vec![unused],
        facts: Facts { scenarios: 1, ..Facts::default() },
        views: vec![Shown { scenario: HOSTILE.into(), step: 2, view }],
    }
}

/// Keeps a report as the job does.
async fn finish(shop: &Shop, report: &Report) {
    let (addon, version, now) = (ADDON.parse().unwrap(), "1.0.0".parse().unwrap(), shop.site.state.clock.now());
    let mut tx = testing::tx(&shop.site.state.db).await;
    let package = reports::get(&mut tx, &addon, &version).await.unwrap().unwrap().package;
    reports::finish(&mut tx, &addon, &version, &package, report, now).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_report_is_asked_for_and_shown_with_its_views() {
    let shop = Shop::open(&[]).await;
    let admin = shop.site.admin().await;
    assert!(admin.get("/admin/catalog").await.html.contains(PAGE));
    assert!(admin.get(PAGE).await.html.contains("been checked yet"));
    assert_eq!(admin.get(API).await.code(), 404);
    let asked = admin.post(PAGE, &[]).await;
    assert_eq!((asked.code(), asked.location().as_str()), (303, PAGE));
    let waits = admin.get(PAGE).await.html;
    assert!(waits.contains("starts in a moment") && waits.contains(&format!("hx-get=\"{PAGE}\"")), "{waits}");

    finish(&shop, &report()).await;
    let page = admin.get(PAGE).await;
    for expected in ["capability-unused", "capabilities[1]", "Suggestion", "step 2", " inert"] {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
    assert!(!page.html.contains(&format!("hx-get=\"{PAGE}\"")), "there is nothing to wait for");
    assert!(!page.html.contains("data-refresh"), "a view of a report stands still");
    let answer: Value = serde_json::from_str(&admin.get(API).await.html).unwrap();
    assert_eq!(answer["state"], "done");
    assert_eq!(answer["findings"][0]["code"], "capability-unused");
    assert_eq!(answer["findings"][0]["target"]["path"], "capabilities[1]");
    assert_eq!(answer["facts"]["scenarios"], 1);
    assert_eq!(answer["views"][0]["step"], 2);
}

#[tokio::test]
async fn only_who_manages_the_catalog_sees_and_orders_reports() {
    let shop = Shop::open(&[]).await;
    let agent = shop.site.operator(shop.site.desks.desk, shop.site.desks.agent).await;
    for path in [PAGE, API] {
        assert_eq!(agent.get(path).await.code(), 403, "{path}");
    }
    assert_eq!(agent.post(PAGE, &[]).await.code(), 403);
    let admin = shop.site.admin().await;
    for unknown in ["/admin/catalog/addons/acme.puppet/9.0.0/report", "/admin/catalog/addons/acme.puppet/x/report"] {
        assert_eq!(admin.post(unknown, &[]).await.code(), 404, "{unknown}");
    }
}
