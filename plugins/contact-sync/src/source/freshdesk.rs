//! Freshdesk's REST API v2: contacts by e-mail, with the key as the user name of Basic authentication.

use annex_sdk::{
    http::{Credential, Request},
    settings,
};

use super::{
    Problem, Record, SetUp,
    loose::{Body, LeftOut},
};

pub(super) fn set_up() -> SetUp {
    match (subdomain().is_some(), settings::is_set("freshdesk_key")) {
        (true, true) => SetUp::Fully,
        (false, false) => SetUp::Unused,
        _ => SetUp::Partly,
    }
}

fn subdomain() -> Option<String> {
    settings::text("freshdesk_subdomain").filter(|text| !text.is_empty())
}

pub(super) fn request(email: &str) -> Request {
    let subdomain = subdomain().unwrap_or_default();
    Request::get(format!("https://{subdomain}.freshdesk.com/api/v2/contacts"))
        .query("email", email)
        .header("accept", "application/json")
        .basic(Credential::setting("freshdesk_key"), Credential::literal("X"))
}

/// A list of contacts.
pub(super) fn read(body: &Body, left_out: &mut LeftOut) -> Result<Vec<Record>, Problem> {
    let mut records = Vec::new();
    for contact in left_out.objects(body.records("results")?) {
        let email = left_out.text(contact, "email");
        records.push(Record {
            name: left_out.text(contact, "name").unwrap_or_default(),
            title: left_out.text(contact, "job_title"),
            company: None,
            emails: email.into_iter().chain(left_out.texts(contact, "other_emails")).collect(),
            phones: ["phone", "mobile"].into_iter().filter_map(|field| left_out.text(contact, field)).collect(),
        });
    }
    Ok(records)
}
