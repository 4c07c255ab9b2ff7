//! Upsales' REST API v2: contacts by e-mail, with the key as the query parameter `token`.

use annex_sdk::{
    http::{Request, Response},
    settings,
};
use serde::Deserialize;

use super::{Problem, Record, filled};

#[derive(Deserialize)]
struct Body {
    error: Option<Failure>,
    data: Option<Vec<Contact>>,
}

#[derive(Deserialize)]
struct Failure {
    #[serde(default)]
    key: String,
    #[serde(default)]
    msg: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Contact {
    name: Option<String>,
    title: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    cell_phone: Option<String>,
    client: Option<Client>,
}

#[derive(Deserialize)]
struct Client {
    name: Option<String>,
}

pub(super) fn request(email: &str) -> Option<Request> {
    settings::is_set("upsales_key").then(|| {
        Request::get("https://integration.upsales.com/api/v2/contacts")
            .query("email", email)
            .header("accept", "application/json")
            .auth_query("token", "upsales_key")
    })
}

pub(super) fn read(response: &Response) -> Result<Vec<Record>, Problem> {
    let body: Body = response.json()?;
    if let Some(failure) = body.error {
        return Err(Problem::Service(format!("answered with the error {} {}", failure.key, failure.msg)));
    }
    let records = body.data.unwrap_or_default().into_iter().map(|contact| Record {
        name: filled(contact.name).unwrap_or_default(),
        title: filled(contact.title),
        company: filled(contact.client.and_then(|client| client.name)),
        emails: filled(contact.email).into_iter().collect(),
        phones: [filled(contact.phone), filled(contact.cell_phone)].into_iter().flatten().collect(),
    });
    Ok(records.collect())
}
