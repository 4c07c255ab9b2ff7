//! Custom fields by the API: what they are, and what tickets and contacts have in them.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Answer, Api};

async fn make(api: &Api, token: &str, field: Value) -> String {
    let made = api.post(token, "/fields", field).await;
    assert_eq!(made.status, 201, "{made:?}");
    format!("/fields/{}", made.body["id"].as_str().unwrap())
}

/// Which fields are wrong, and how.
fn wrong(answer: &Answer) -> Vec<(&str, &str)> {
    assert_eq!(answer.problem(), (422, "invalid-request"));
    let errors = answer.body["errors"].as_array().unwrap();
    errors.iter().map(|error| (error["field"].as_str().unwrap(), error["code"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn fields_are_made_listed_changed_and_retired() {
    let api = Api::start().await;
    let (admin, agent) = (api.admin().await, api.agent().await);
    let order = json!({ "of": "ticket", "key": "order", "type": "text", "label": "Order", "required": true });
    assert_eq!(api.post(&agent, "/fields", order.clone()).await.problem(), (403, "forbidden"));
    let path = make(&api, &admin, order.clone()).await;
    assert_eq!(wrong(&api.post(&admin, "/fields", order).await), [("key", "already-exists")]);
    let bad = json!({ "of": "contact", "key": "X", "type": "choice", "label": " " });
    let expected = [("key", "key"), ("label", "required"), ("choices", "choices")];
    assert_eq!(wrong(&api.post(&admin, "/fields", bad).await), expected);
    make(&api, &admin, json!({ "of": "contact", "key": "tier", "type": "flag", "label": "Tier" })).await;
    let listed = api.get(&agent, "/fields").await.body;
    let keys: Vec<_> = listed["items"].as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["order", "tier"]);
    let changed =
        api.call(&admin, Method::PATCH, &path, Some(json!({ "label": "Order no.", "required": false }))).await;
    assert_eq!((&changed.body["label"], &changed.body["key"]), (&json!("Order no."), &json!("order")));
    let retired = api.post(&admin, &format!("{path}/retire"), json!({})).await;
    assert_eq!(retired.body["in_use"], false);
    assert_eq!(api.get(&agent, &path).await.body["in_use"], false);
    assert_eq!(api.post(&admin, &format!("{path}/restore"), json!({})).await.body["in_use"], true);
}

#[tokio::test]
async fn tickets_have_values_of_the_right_type_and_are_found_by_them() {
    let api = Api::start().await;
    let (admin, agent) = (api.admin().await, api.agent().await);
    for (key, kind) in [("order", "text"), ("size", "number"), ("due", "date"), ("paid", "flag")] {
        make(&api, &admin, json!({ "of": "ticket", "key": key, "type": kind, "label": key })).await;
    }
    let choice = json!({ "of": "ticket", "key": "colour", "type": "choice", "label": "Colour", "choices": ["Red"] });
    let colour = make(&api, &admin, choice).await;
    let values = json!({ "order": "A 1", "size": 12.5, "due": "2027-02-28", "paid": true, "colour": "Red" });
    let requester = json!({ "email": "ann@example.org" });
    let new = json!({ "subject": "x", "body": "x", "requester": requester, "fields": values });
    let made = api.post(&agent, "/tickets", new).await;
    assert_eq!((made.status.as_u16(), &made.body["fields"]["size"]), (201, &json!(12.5)), "{made:?}");
    assert_eq!(made.body["fields"].as_object().unwrap().len(), 5);

    let patch =
        async |fields: Value| api.call(&agent, Method::PATCH, "/tickets/1", Some(json!({ "fields": fields }))).await;
    let bad = json!({ "colour": "Blue", "due": "2027-02-30", "nothing": 1, "order": 7, "paid": "true", "size": "12" });
    let expected = [
        ("fields.colour", "not-a-choice"),
        ("fields.due", "not-a-date"),
        ("fields.nothing", "unknown"),
        ("fields.order", "wrong-kind"),
        ("fields.paid", "wrong-kind"),
        ("fields.size", "wrong-kind"),
    ];
    assert_eq!(wrong(&patch(bad).await), expected);
    let changed = patch(json!({ "order": null, "paid": false })).await;
    assert_eq!((&changed.body["fields"]["order"], &changed.body["fields"]["paid"]), (&Value::Null, &json!(false)));
    let history = api.get(&agent, "/tickets/1/changes").await.body;
    let fields: Vec<_> =
        history["items"].as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap()).collect();
    assert_eq!(fields.len(), 2);
    assert!(fields.contains(&"field:order") && fields.contains(&"field:paid"), "{fields:?}");

    api.ticket(&agent, "Another").await;
    let numbers = async |query: &str| {
        let page = api.get(&agent, &format!("/tickets?{query}")).await;
        page.body["items"].as_array().unwrap().iter().map(|one| one["number"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(numbers("field=colour:Red").await, [1]);
    assert_eq!(numbers("field=colour:Red&tag=vip").await, [0; 0]);
    assert_eq!(numbers("field=colour:Blue").await, [0; 0]);
    assert_eq!(numbers("field=paid:false&q=x").await, [1]);
    assert_eq!(wrong(&api.get(&agent, "/tickets?field=colour").await), [("field", "not-a-field")]);

    api.post(&admin, &format!("{colour}/retire"), json!({})).await;
    assert_eq!(api.get(&agent, "/tickets/1").await.body["fields"]["colour"], Value::Null, "nobody sees it");
    assert_eq!(wrong(&patch(json!({ "colour": "Red" })).await), [("fields.colour", "retired")]);
    let listed = api.get(&agent, "/tickets?sort=number&order=asc").await;
    assert_eq!(
        listed.body["items"][0]["fields"],
        json!({ "size": 12.5, "due": "2027-02-28", "paid": false }),
        "{listed:?}"
    );
}

#[tokio::test]
async fn contacts_have_values_and_what_is_imported_brings_its_own() {
    let api = Api::start().await;
    let admin = api.admin().await;
    make(&api, &admin, json!({ "of": "contact", "key": "tier", "type": "text", "label": "Tier" })).await;
    let cause = json!({ "of": "ticket", "key": "cause", "type": "text", "label": "Cause", "required": true });
    make(&api, &admin, cause).await;
    let made = api.post(&admin, "/contacts", json!({ "name": "Cy", "fields": { "tier": "Gold" } })).await;
    assert_eq!((made.status.as_u16(), &made.body["fields"]), (201, &json!({ "tier": "Gold" })), "{made:?}");
    let path = format!("/contacts/{}", made.body["id"].as_str().unwrap());
    let cleared = api.call(&admin, Method::PATCH, &path, Some(json!({ "fields": { "tier": null } }))).await;
    assert_eq!(cleared.body["fields"], json!({}));
    let unknown = json!({ "name": "Di", "fields": { "cause": "x" } });
    assert_eq!(wrong(&api.post(&admin, "/contacts", unknown).await), [("fields.cause", "unknown")], "of tickets");

    // What was solved elsewhere is solved, whatever is required here.
    let old = |id: &str, fields: Value| {
        json!({ "subject": "x", "body": "x", "requester": { "email": "ann@example.org" }, "import": true,
            "status": "solved", "external_id": id, "fields": fields })
    };
    assert_eq!(api.post(&admin, "/tickets", old("1", json!({}))).await.status, 201);
    let brought = api.post(&admin, "/tickets", old("2", json!({ "cause": "A cable" }))).await;
    assert_eq!((brought.status.as_u16(), &brought.body["fields"]), (201, &json!({ "cause": "A cable" })));
    let number = api.ticket(&admin, "New").await;
    let solve = Some(json!({ "status": "solved" }));
    let refused = api.call(&admin, Method::PATCH, &format!("/tickets/{number}"), solve).await;
    assert_eq!(wrong(&refused), [("fields.cause", "required")]);
}
