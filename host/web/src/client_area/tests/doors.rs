//! What is done to a card through the client area, the panel and the API is the same, and stands in the audit log with who
//! did it.

use annex_domain::clock::Clock as _;
use annex_store::{
    audit,
    billing::{accounts, logins, methods},
};
use serde_json::json;

use super::site::Site;

#[tokio::test]
async fn what_is_done_to_a_card_is_recorded_alike_at_every_door() {
    let site = Site::start().await;
    let (desk, other, admin, now) = (site.desks.desk, site.desks.other_desk, site.desks.admin, site.clock.now());
    let account = site.account("payer@example.org", Some(desk)).await;
    let mut tx = annex_store::testing::tx(&site.state.db).await;
    accounts::hold_licence(&mut tx, other, account, now).await.unwrap();
    logins::log_in(&mut tx, desk, account, true, admin, now).await.unwrap();
    tx.commit().await.unwrap();
    let browser = site.admin().await;
    browser.client("payer@example.org").await;
    let (payer, operator) = (format!("account:{account}"), format!("operator:{admin}"));
    for (door, by) in [("/client-area", &payer), ("/billing", &operator), ("/api/v1/billing", &operator)] {
        browser.add_card("4242424242424242").await;
        let card = methods::list(&mut site.state.db.read().await.unwrap(), account).await.unwrap().remove(0).id;
        let (at, object) = (format!("{door}/methods/{card}"), format!("payment-method:{card}"));
        let default = browser.post(&format!("{at}/default"), &[]).await;
        let removed = match door {
            "/api/v1/billing" => browser.delete(&at).await,
            _ => browser.post(&format!("{at}/remove"), &[]).await,
        };
        assert!(default.code() < 400 && removed.code() < 400, "{door}: {default:?} {removed:?}");
        let mut conn = site.state.db.read().await.unwrap();
        for (of, actor) in [(desk, by), (other, &payer)] {
            let rows = audit::list(&mut conn, of, None, 2).await.unwrap();
            let rows = rows.iter().map(|row| (row.action.as_str(), &row.object, &row.actor, row.detail.clone()));
            let row = |action| (action, &object, actor, json!({}));
            let expected = [row("billing.method-removed"), row("billing.method-default")];
            assert_eq!(rows.collect::<Vec<_>>(), expected, "{door}");
        }
    }
    let page = browser.get("/admin/audit").await;
    assert!(page.html.contains("Billing account payer@example.org: Payment method removed"), "{}", page.html);
}
