//! `contacts`: reading needs `contacts.read`, writing `contacts.write`. What an operator started may write only what they
//! may write themselves.

use annex_domain::{
    capability::Access,
    contact::{self as domain, LONGEST_PART},
    ids::ContactId,
    permission::Permission,
    ports::RecordError,
    text::mail_address,
};

use super::{in_time, tickets::Refused};
use crate::{
    bindings::v0_1::contacts::{Change, Contact, Error, Host},
    state::Caller,
};

impl Host for Caller {
    async fn get(&mut self, id: String) -> wasmtime::Result<Result<Contact, Error>> {
        let check = |state: &mut Self| state.check_contact(Access::ContactsRead, Permission::TicketsView, &id);
        let read = async |state: &mut Self, contact| {
            Ok(in_time(state.services.data.contact(&state.scope, contact), RecordError::Unavailable).await?)
        };
        Ok(self.checked_call("contacts.get", &id, check, read).await?.map(contact_to_wit).map_err(to_wit))
    }

    async fn find_by_email(&mut self, email: String) -> wasmtime::Result<Result<Option<Contact>, Error>> {
        let check = |state: &mut Self| {
            if let Some(text) = state.denied_for(Access::ContactsRead, Permission::TicketsView) {
                return Err(Refused::Denied(text));
            }
            Ok(mail_address(email.trim()).ok_or_else(|| RecordError::Invalid("not an e-mail address".into()))?)
        };
        let read = async |state: &mut Self, email: String| {
            let found = state.services.data.contact_by_email(&state.scope, &email);
            Ok(in_time(found, RecordError::Unavailable).await?)
        };
        let answer = self.checked_call("contacts.find-by-email", "", check, read).await?;
        Ok(answer.map(|contact| contact.map(contact_to_wit)).map_err(to_wit))
    }

    async fn update(&mut self, id: String, change: Change) -> wasmtime::Result<Result<Contact, Error>> {
        let check = |state: &mut Self| {
            let contact = state.check_contact(Access::ContactsWrite, Permission::ContactsManage, &id)?;
            let change = check_change(change)?;
            let parts = [&change.name, &change.phone, &change.company];
            state.may_write("contacts.update", parts.into_iter().flatten().map(String::len).sum())?;
            Ok((contact, change))
        };
        let write = async |state: &mut Self, (contact, change)| {
            let updated = state.services.data.update_contact(&state.scope, contact, change);
            Ok(in_time(updated, RecordError::Unavailable).await?)
        };
        Ok(self.checked_call("contacts.update", &id, check, write).await?.map(contact_to_wit).map_err(to_wit))
    }
}

impl Caller {
    /// An id that is none names no requester of the desk.
    fn check_contact(&mut self, access: Access, needed: Permission, id: &str) -> Result<ContactId, Refused> {
        if let Some(text) = self.denied_for(access, needed) {
            return Err(Refused::Denied(text));
        }
        Ok(id.parse().map_err(|_| RecordError::NotFound)?)
    }
}

fn check_change(change: Change) -> Result<domain::ContactChange, RecordError> {
    let Change { name, phone, company } = change;
    let parts = [("name", &name), ("phone", &phone), ("company", &company)];
    for (part, text) in parts {
        let Some(text) = text else { continue };
        if text.chars().count() > LONGEST_PART || text.chars().any(char::is_control) {
            return Err(RecordError::Invalid(format!("`{part}` has at most {LONGEST_PART} characters of one line")));
        }
    }
    if name.as_ref().is_some_and(|name| name.trim().is_empty()) {
        return Err(RecordError::Invalid("`name` cannot be empty".into()));
    }
    Ok(domain::ContactChange { name, phone, company, ..domain::ContactChange::default() })
}

fn contact_to_wit(contact: domain::Contact) -> Contact {
    Contact {
        id: contact.id.to_string(),
        name: contact.name,
        email: contact.email,
        phone: contact.phone,
        company: contact.company,
    }
}

fn to_wit(error: Refused) -> Error {
    match error {
        Refused::Denied(text) => Error::Denied(text),
        Refused::Record(RecordError::NotFound) => Error::NotFound,
        Refused::Record(RecordError::Invalid(text)) => Error::Invalid(text),
        Refused::Record(error @ RecordError::TooMuch(_)) => Error::Invalid(error.to_string()),
        Refused::Record(RecordError::Unavailable) => Error::Unavailable,
    }
}
