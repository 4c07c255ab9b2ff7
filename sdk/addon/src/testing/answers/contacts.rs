//! Requesters, kept in memory.

use super::{
    super::state::{State, with},
    change_fields, granted, page,
};
use crate::bindings::plugin::annex::addon::{
    contacts::{Change, Contact, ContactPage, NewContact},
    types::Error,
};

pub(crate) fn get(id: &str) -> Result<Contact, Error> {
    with(|state| {
        granted(state, "contacts.read")?;
        state.contacts.get(id).cloned().ok_or(Error::NotFound)
    })
}

pub(crate) fn find_by_email(email: &str) -> Result<Option<Contact>, Error> {
    with(|state| {
        granted(state, "contacts.read")?;
        Ok(of_email(state, email).cloned())
    })
}

fn of_email<'a>(state: &'a State, email: &str) -> Option<&'a Contact> {
    let has = |contact: &&Contact| contact.emails.iter().any(|own| own.eq_ignore_ascii_case(email));
    state.contacts.values().find(has)
}

pub(crate) fn search(text: &str, cursor: Option<&str>, limit: u32) -> Result<ContactPage, Error> {
    with(|state| {
        granted(state, "contacts.read")?;
        let text = text.to_lowercase();
        let fits = |contact: &&Contact| {
            let mut parts = contact.emails.iter().chain(&contact.phones).chain([&contact.name]);
            parts.any(|part| part.to_lowercase().contains(&text))
        };
        let mut found: Vec<Contact> = state.contacts.values().filter(fits).cloned().collect();
        found.sort_by(|one, other| one.name.cmp(&other.name));
        let (contacts, next) = page(found, cursor, limit)?;
        Ok(ContactPage { contacts, next })
    })
}

pub(crate) fn create(contact: &NewContact) -> Result<Contact, Error> {
    with(|state| {
        granted(state, "contacts.write")?;
        if contact.name.is_empty() {
            return Err(Error::Invalid("a name is not empty".into()));
        }
        free(state, &contact.emails, None)?;
        let id = format!("c-new-{}", state.contacts.len() + 1);
        let contact = Contact {
            id: id.clone(),
            name: contact.name.clone(),
            emails: contact.emails.iter().map(|email| email.to_lowercase()).collect(),
            phones: contact.phones.clone(),
            company: contact.company.clone(),
            note: contact.note.clone(),
            fields: contact.fields.clone(),
            created: state.now,
        };
        state.contacts.insert(id, contact.clone());
        Ok(contact)
    })
}

pub(crate) fn update(id: &str, change: &Change) -> Result<Contact, Error> {
    with(|state| {
        granted(state, "contacts.write")?;
        free(state, change.emails.as_deref().unwrap_or_default(), Some(id))?;
        let contact = state.contacts.get_mut(id).ok_or(Error::NotFound)?;
        if let Some(name) = &change.name {
            contact.name.clone_from(name);
        }
        if let Some(emails) = &change.emails {
            contact.emails = emails.iter().map(|email| email.to_lowercase()).collect();
        }
        if let Some(phones) = &change.phones {
            contact.phones.clone_from(phones);
        }
        let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        if let Some(company) = &change.company {
            contact.company = text(company);
        }
        if let Some(note) = &change.note {
            contact.note = text(note);
        }
        change_fields(&mut contact.fields, &change.fields);
        Ok(contact.clone())
    })
}

/// None of the addresses is another contact's.
fn free(state: &State, emails: &[String], own: Option<&str>) -> Result<(), Error> {
    let taken = |email: &&String| of_email(state, email).is_some_and(|contact| Some(contact.id.as_str()) != own);
    match emails.iter().find(taken) {
        Some(email) => Err(Error::Invalid(format!("`{email}` is somebody's address"))),
        None => Ok(()),
    }
}
