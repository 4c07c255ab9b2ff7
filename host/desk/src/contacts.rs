//! Requesters. Whoever changes one at whatever door leaves the same entry in the audit log: which parts, never what they hold,
//! since the log cannot forget personal data.

mod complete;
mod create;
mod erase;
mod export;
mod find_or_create;
mod update;

#[cfg(test)]
mod tests;

use annex_domain::{
    contact::{Contact, LONGEST_PART},
    ids::ContactId,
    text::mail_address,
};
pub use annex_store::contacts::NewContact;
use serde_json::{Value, json};

pub use self::{
    complete::complete,
    create::create,
    erase::erase,
    export::export,
    find_or_create::{check, find_or_create},
    update::update,
};
use crate::{Wrong, refusal::Fields};

/// How an entry of the audit log names a contact.
fn object(id: ContactId) -> String {
    format!("contact:{id}")
}

const PARTS: [&str; 4] = ["name", "email", "phone", "company"];

/// The parts of a contact that are not as they were, for the audit log.
fn parts(old: Option<&Contact>, new: &Contact) -> Vec<&'static str> {
    let old = old.map_or([None; 4], texts);
    let pairs = old.into_iter().zip(texts(new));
    PARTS.into_iter().zip(pairs).filter_map(|(part, (old, new))| (old != new).then_some(part)).collect()
}

/// In the order of [`PARTS`].
fn texts(contact: &Contact) -> [Option<&str>; 4] {
    [Some(&contact.name), contact.email.as_deref(), contact.phone.as_deref(), contact.company.as_deref()]
}

fn facts(parts: &[&str]) -> Value {
    json!({ "fields": parts })
}

fn name(fields: &mut Fields, text: &str) -> String {
    if text.trim().is_empty() {
        fields.add("name", Wrong::Required);
    }
    line(fields, "name", text).unwrap_or_default()
}

/// One line; an empty one is none.
fn line(fields: &mut Fields, field: &'static str, text: &str) -> Option<String> {
    let text = fields.optional(field, text, LONGEST_PART);
    if text.contains(['\n', '\t']) {
        fields.add(field, Wrong::Characters);
    }
    (!text.is_empty()).then(|| text.to_owned())
}

fn address(fields: &mut Fields, text: &str) -> Option<String> {
    let address = mail_address(text.trim());
    if address.is_none() {
        fields.add("email", Wrong::MailAddress);
    }
    address
}
