//! The audit log through the whole router.

use annex_domain::{audit::Action, operator::Actor};
use annex_store::{audit, testing};
use serde_json::json;

use crate::client_area::tests::site::Site;

/// What an admin did, and the host a day later.
async fn history(site: &Site) {
    let (desk, ada) = (site.desks.desk, Actor::Operator(site.desks.admin));
    let now = site.state.clock.now();
    let mut tx = testing::tx(&site.state.db).await;
    let bo = format!("operator:{}", site.desks.agent);
    let gone = json!({ "name": "Night <shift>" });
    for (actor, action, object, facts, after) in [
        (ada, Action::OperatorRoles, bo.as_str(), json!({}), 0),
        (ada, Action::RoleDelete, "role:gone", gone, 0),
        (Actor::System, Action::AddonSuspend, "acme.hello", json!({}), 24),
    ] {
        let at = now.after(std::time::Duration::from_hours(after));
        audit::append(&mut tx, desk, actor, action, object, &facts, at).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn entries_say_who_did_what_to_what() {
    let site = Site::start().await;
    history(&site).await;
    let html = site.admin().await.get("/admin/audit").await.html;
    for sentence in [
        "Ada: Roles of an operator changed – Bo",
        "Ada: Role deleted – Night &#60;shift&#62;",
        "Host: Add-on suspended – acme.hello",
    ] {
        assert!(html.contains(sentence), "{sentence}: {html}");
    }
}

#[tokio::test]
async fn entries_are_found_by_action_person_and_day() {
    let site = Site::start().await;
    history(&site).await;
    let admin = site.admin().await;
    let shown = async |query: &str| {
        let html = admin.get(&format!("/admin/audit?{query}")).await.html;
        html.matches("<td class=\"nowrap\">").count()
    };
    assert_eq!(shown("action=&actor=&from=&to=").await, 3);
    assert_eq!(shown("action=role.delete").await, 1);
    assert_eq!(shown(&format!("actor=operator:{}", site.desks.admin)).await, 2);
    assert_eq!(shown("actor=system&action=role.delete").await, 0);
    // The test's clock says January 15, 2027.
    assert_eq!(shown("from=2027-01-16").await, 1);
    assert_eq!(shown("to=2027-01-15").await, 2);
    let empty = admin.get("/admin/audit?to=2027-01-14").await.html;
    assert!(empty.contains("No entries match") && empty.contains("value=\"2027-01-14\""), "{empty}");
    let agent = site.operator(site.desks.desk, site.desks.agent).await;
    assert_eq!(agent.get("/admin/audit").await.code(), 403);
}
