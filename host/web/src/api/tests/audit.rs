//! The audit log through the API.

use annex_domain::{audit::Action, clock::Clock as _, operator::Actor};
use annex_store::{audit, testing};
use serde_json::json;

use super::Api;

#[tokio::test]
async fn entries_are_listed_and_found() {
    let api = Api::start().await;
    let (admin, agent, stranger) = (api.admin().await, api.agent().await, api.stranger().await);
    let ada = Actor::Operator(api.desks.admin);
    let mut tx = testing::tx(&api.state.db).await;
    for (actor, action) in [(ada, Action::RoleCreate), (ada, Action::RoleDelete), (Actor::System, Action::AddonSuspend)]
    {
        let facts = json!({ "name": "Nights" });
        audit::append(&mut tx, api.desks.desk, actor, action, "x", &facts, api.clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();

    let page = api.get(&admin, "/audit?limit=2").await.body;
    assert_eq!(page["items"][0]["action"], "addon.suspend");
    assert_eq!(
        (&page["items"][1]["actor"], &page["items"][1]["facts"]["name"]),
        (&json!(ada.to_string()), &json!("Nights"))
    );
    let next = page["next"].as_str().unwrap();
    let rest = api.get(&admin, &format!("/audit?limit=2&cursor={next}")).await.body;
    assert_eq!((&rest["items"][0]["seq"], &rest["next"]), (&json!(1), &json!(null)));
    let count =
        async |query: &str| api.get(&admin, &format!("/audit?{query}")).await.body["items"].as_array().unwrap().len();
    assert_eq!(count("action=role.delete").await, 1);
    assert_eq!(count(&format!("actor={ada}&action=addon.suspend")).await, 0);
    assert_eq!(count("actor=system&from=2027-01-15&to=2027-01-15").await, 1);
    assert_eq!(count("to=2027-01-14").await, 0);
    for query in ["action=role.ponder", "actor=nobody", "from=yesterday", "cursor=x", "limit=0"] {
        assert_eq!(api.get(&admin, &format!("/audit?{query}")).await.problem(), (422, "invalid-request"), "{query}");
    }
    assert_eq!(api.get(&agent, "/audit").await.problem(), (403, "forbidden"));
    assert_eq!(api.get(&stranger, "/audit").await.body["items"], json!([]));
}
