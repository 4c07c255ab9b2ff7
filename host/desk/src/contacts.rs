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
    contact::{Contact, LONGEST_PART, MOST_ADDRESSES},
    ids::ContactId,
    text::mail_address,
};
pub use annex_store::contacts::NewContact;
use serde::Serialize;
use serde_json::{Value, json};

pub use self::{
    complete::complete,
    create::{Create, create},
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

/// The parts of a contact that are not as they were, for the audit log.
fn parts(old: Option<&Contact>, new: &Contact) -> Vec<&'static str> {
    let old = || old.into_iter();
    let parts = [
        ("name", old().map(|old| &old.name).ne([&new.name])),
        ("email", old().flat_map(Contact::emails).ne(new.emails())),
        ("phone", old().flat_map(Contact::phones).ne(new.phones())),
        ("company", old().flat_map(|old| &old.company).ne(&new.company)),
    ];
    parts.into_iter().filter_map(|(part, differs)| differs.then_some(part)).collect()
}

fn facts<T: Serialize>(parts: &[T]) -> Value {
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

fn address(fields: &mut Fields, field: &'static str, text: &str) -> Option<String> {
    let address = mail_address(text.trim());
    if address.is_none() {
        fields.add(field, Wrong::MailAddress);
    }
    address
}

/// Each once; empty ones are none.
fn several(
    fields: &mut Fields,
    field: &'static str,
    texts: &[String],
    read: impl Fn(&mut Fields, &'static str, &str) -> Option<String>,
) -> Vec<String> {
    let mut found = Vec::new();
    for text in texts.iter().filter(|text| !text.trim().is_empty()) {
        if let Some(text) = read(fields, field, text)
            && !found.contains(&text)
        {
            found.push(text);
        }
    }
    found
}

/// The first one, and the others.
fn split(
    fields: &mut Fields,
    field: &'static str,
    all: impl IntoIterator<Item = String>,
) -> (Option<String>, Vec<String>) {
    let mut all = all.into_iter();
    let first = all.next();
    let others: Vec<String> = all.filter(|other| first.as_ref() != Some(other)).collect();
    if others.len() >= MOST_ADDRESSES {
        fields.add(field, Wrong::TooMany(MOST_ADDRESSES));
    }
    (first, others)
}
