//! Freshdesk's REST API v2: contacts by e-mail, with the key as the user name of Basic authentication.

use annex_sdk::{
    http::{Credential, Request, Response},
    settings,
};
use serde::Deserialize;

use super::{Problem, Record, filled};

#[derive(Deserialize)]
struct Contact {
    name: Option<String>,
    job_title: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    mobile: Option<String>,
    #[serde(default)]
    other_emails: Vec<String>,
}

pub(super) fn request(email: &str) -> Option<Request> {
    let subdomain = settings::text("freshdesk_subdomain").filter(|text| !text.is_empty())?;
    settings::is_set("freshdesk_key").then(|| {
        Request::get(format!("https://{subdomain}.freshdesk.com/api/v2/contacts"))
            .query("email", email)
            .header("accept", "application/json")
            .basic(Credential::setting("freshdesk_key"), Credential::literal("X"))
    })
}

pub(super) fn read(response: &Response) -> Result<Vec<Record>, Problem> {
    let contacts: Vec<Contact> = response.json()?;
    let records = contacts.into_iter().map(|contact| Record {
        name: filled(contact.name).unwrap_or_default(),
        title: filled(contact.job_title),
        company: None,
        emails: contact.email.into_iter().chain(contact.other_emails).filter_map(|email| filled(Some(email))).collect(),
        phones: [filled(contact.phone), filled(contact.mobile)].into_iter().flatten().collect(),
    });
    Ok(records.collect())
}
