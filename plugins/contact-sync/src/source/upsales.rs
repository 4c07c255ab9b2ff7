//! Upsales' REST API v2: contacts by e-mail, with the key as the query parameter `token`.

use annex_sdk::{http::Request, settings};
use serde_json::Value;

use super::{
    Problem, Record, SetUp,
    loose::{Body, LeftOut},
};

pub(super) fn set_up() -> SetUp {
    if settings::is_set("upsales_key") { SetUp::Fully } else { SetUp::Unused }
}

pub(super) fn request(email: &str) -> Request {
    Request::get("https://integration.upsales.com/api/v2/contacts")
        .query("email", email)
        .header("accept", "application/json")
        .auth_query("token", "upsales_key")
}

/// `{ "error": null, "data": [contact, …] }`.
pub(super) fn read(body: &Body, left_out: &mut LeftOut) -> Result<Vec<Record>, Problem> {
    let mut records = Vec::new();
    for contact in left_out.objects(body.records("data")?) {
        let client = contact.get("client").and_then(Value::as_object);
        records.push(Record {
            name: left_out.text(contact, "name").unwrap_or_default(),
            title: left_out.text(contact, "title"),
            company: client.and_then(|client| left_out.text(client, "name")),
            emails: left_out.text(contact, "email").into_iter().collect(),
            phones: ["phone", "cellPhone"].into_iter().filter_map(|field| left_out.text(contact, field)).collect(),
        });
    }
    Ok(records)
}
