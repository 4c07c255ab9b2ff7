//! Who uses an installation, through the API; and that panels are for them alone.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Api, addons::installed};

async fn put(api: &Api, token: &str, path: &str, body: Value) -> super::Answer {
    api.call(token, Method::PUT, path, Some(body)).await
}

#[tokio::test]
async fn only_users_have_a_panel() {
    let api = Api::start().await;
    let (admin, agent) = (api.admin().await, api.agent().await);
    let installation = installed(&api, &admin).await;
    let ticket = api.ticket(&admin, "A question").await;
    let id = installation.trim_start_matches("/installations/");
    let panel = format!("/tickets/{ticket}/sidebar/{id}");
    let path = format!("{installation}/users");

    let all = api.get(&admin, &path).await.body;
    assert_eq!(
        (&all["whole_desk"], &all["count"], &all["assignment"]["to"]),
        (&json!(false), &json!(2), &json!("everyone"))
    );
    let names: Vec<_> =
        all["operators"].as_array().unwrap().iter().map(|one| (&one["name"], &one["installer"])).collect();
    assert_eq!(names, [(&json!("Ada"), &json!(true)), (&json!("Bo"), &json!(false))]);
    let shown = api.post(&agent, &format!("{panel}/render"), json!({})).await;
    assert_eq!(shown.status, 200, "{shown:?}");

    let me = api.desks.admin.to_string();
    let changed = put(&api, &admin, &path, json!({ "operators": [me] })).await;
    assert_eq!((changed.status.as_u16(), &changed.body["count"]), (200, &json!(1)), "{changed:?}");
    assert_eq!(changed.body["operators"][1]["uses"], false);
    let state = shown.body["state"].clone();
    let event = json!({ "verb": "set", "source": "set", "state": state });
    for (what, body) in [("render", json!({})), ("events", event), ("back", json!({ "state": state }))] {
        assert_eq!(api.post(&agent, &format!("{panel}/{what}"), body).await.problem(), (403, "not-a-user"), "{what}");
    }
    assert_eq!(api.post(&admin, &format!("{panel}/render"), json!({})).await.status, 200);
}

#[tokio::test]
async fn changes_are_checked_and_all_or_nothing() {
    let api = Api::start().await;
    let (admin, agent, stranger) = (api.admin().await, api.agent().await, api.stranger().await);
    let path = format!("{}/users", installed(&api, &admin).await);
    let (me, bo, other) = (api.desks.admin, api.desks.agent, api.desks.other_admin);
    let refused = async |body: Value| put(&api, &admin, &path, body).await;

    let nobody = refused(json!({ "operators": [], "assignment": { "to": "nobody" } })).await;
    assert_eq!(nobody.problem(), (409, "installer-stays"));
    for (body, field) in [
        (json!({ "operators": [me, bo, other] }), "operators"),
        (json!({ "assignment": { "to": "roles" } }), "assignment.roles"),
        (json!({ "assignment": { "to": "roles", "roles": [me] } }), "assignment.roles"),
        (json!({ "assignment": { "to": "nobody", "roles": [me] } }), "assignment.roles"),
    ] {
        let answer = refused(body).await;
        assert_eq!(answer.problem(), (422, "invalid-request"));
        assert_eq!(answer.body["errors"][0]["field"], field);
    }
    assert_eq!(refused(json!({ "users": [] })).await.problem(), (422, "invalid-body"));
    assert_eq!(api.get(&admin, &path).await.body["assignment"]["to"], "everyone", "nothing was changed");

    let roles = api.get(&admin, "/roles").await.body;
    let role = &roles["items"][1]["id"];
    let ruled = refused(json!({ "assignment": { "to": "roles", "roles": [role] } })).await;
    assert_eq!((ruled.status.as_u16(), &ruled.body["assignment"]["roles"]), (200, &json!([role])), "{ruled:?}");
    assert_eq!(ruled.body["count"], 2, "the ticks stay");

    assert_eq!(api.get(&agent, &path).await.problem(), (403, "forbidden"));
    assert_eq!(put(&api, &agent, &path, json!({})).await.problem(), (403, "forbidden"));
    assert_eq!(api.get(&stranger, &path).await.problem(), (404, "not-found"));
    assert_eq!(put(&api, &stranger, &path, json!({ "operators": [other] })).await.problem(), (404, "not-found"));
}
