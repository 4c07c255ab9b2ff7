//! `contacts`: reading needs `contacts.read`, writing `contacts.write`. What an operator started may write only what they
//! may write themselves.

use annex_domain::{
    capability::Access,
    contact::{Contact, ContactChange, LONGEST_PART, MOST_ADDRESSES},
    ids::ContactId,
    permission::Permission,
    ports::{CustomField, FieldChange, NewContact, Paged, RecordError},
    text::mail_address,
};

use super::{Answer, Refused, in_time, page_size, tickets::check_count};
use crate::state::Caller;

const MOST_FIELDS: usize = 50;
/// Characters of a note.
const LONGEST_NOTE: usize = 8_000;
/// Characters of what is searched for.
const LONGEST_SEARCH: usize = 200;

/// A requester with the rest of what the desk keeps about them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FullContact {
    pub(crate) contact: Contact,
    pub(crate) note: Option<String>,
    pub(crate) fields: Vec<CustomField>,
}

/// All that can be changed of a requester.
#[derive(Debug, Default)]
pub(crate) struct FullChange {
    pub(crate) change: ContactChange,
    pub(crate) note: Option<String>,
    pub(crate) fields: Vec<FieldChange>,
}

impl Caller {
    pub(crate) async fn contact(&mut self, id: String) -> Answer<Contact> {
        let check = |state: &mut Self| state.check_contact(Access::ContactsRead, Permission::TicketsView, &id);
        let read = async |state: &mut Self, contact| {
            Ok(in_time(state.services.data.contact(&state.scope, contact), RecordError::Unavailable).await?)
        };
        self.checked_call("contacts.get", &id, check, read).await
    }

    /// The same with the rest.
    pub(crate) async fn full_contact(&mut self, id: String) -> Answer<FullContact> {
        let check = |state: &mut Self| state.check_contact(Access::ContactsRead, Permission::TicketsView, &id);
        let read = async |state: &mut Self, id| {
            let contact = in_time(state.services.data.contact(&state.scope, id), RecordError::Unavailable).await?;
            Ok(state.filled(contact).await?)
        };
        self.checked_call("contacts.get", &id, check, read).await
    }

    pub(crate) async fn contact_by_email(&mut self, email: String) -> Answer<Option<Contact>> {
        let check = |state: &mut Self| state.check_address(&email);
        let read = async |state: &mut Self, email: String| {
            let found = state.services.data.contact_by_email(&state.scope, &email);
            Ok(in_time(found, RecordError::Unavailable).await?)
        };
        self.checked_call("contacts.find-by-email", "", check, read).await
    }

    /// The same with the rest.
    pub(crate) async fn full_contact_by_email(&mut self, email: String) -> Answer<Option<FullContact>> {
        let check = |state: &mut Self| state.check_address(&email);
        let read = async |state: &mut Self, email: String| {
            let found = state.services.data.contact_by_email(&state.scope, &email);
            Ok(match in_time(found, RecordError::Unavailable).await? {
                Some(contact) => Some(state.filled(contact).await?),
                None => None,
            })
        };
        self.checked_call("contacts.find-by-email", "", check, read).await
    }

    /// What was noted about each is left out: a list shows who they are.
    pub(crate) async fn search_contacts(
        &mut self,
        text: String,
        cursor: Option<String>,
        limit: u32,
    ) -> Answer<Paged<FullContact>> {
        let check = |state: &mut Self| {
            state.check_access(Access::ContactsRead, Permission::TicketsView)?;
            let long = |text: &String| text.chars().count() > LONGEST_SEARCH;
            if long(&text) || cursor.as_ref().is_some_and(long) {
                let text = format!("a text to search for, and a cursor, has at most {LONGEST_SEARCH} characters");
                return Err(RecordError::Invalid(text).into());
            }
            Ok(())
        };
        let read = async |state: &mut Self, ()| {
            let (data, scope) = (&state.services.data, &state.scope);
            let found = data.search_contacts(scope, &text, cursor.as_deref(), page_size(limit, 100));
            let Paged { items, next } = in_time(found, RecordError::Unavailable).await?;
            let ids: Vec<_> = items.iter().map(|contact| contact.id).collect();
            let fields = in_time(data.contact_fields(scope, &ids), RecordError::Unavailable).await?;
            let full = |(contact, fields)| FullContact { contact, note: None, fields };
            Ok(Paged { items: items.into_iter().zip(fields).map(full).collect(), next })
        };
        self.checked_call("contacts.search", "", check, read).await
    }

    pub(crate) async fn create_contact(&mut self, new: NewContact) -> Answer<FullContact> {
        let check = |state: &mut Self| {
            state.check_access(Access::ContactsWrite, Permission::ContactsManage)?;
            check_parts([("name", Some(&new.name)), ("company", new.company.as_ref())])?;
            check_lists([("emails", Some(&new.emails)), ("phones", Some(&new.phones))])?;
            check_note(new.note.as_ref())?;
            check_count(new.fields.len(), MOST_FIELDS, "fields")?;
            let lists = new.emails.iter().chain(&new.phones).map(String::len).sum::<usize>();
            state.may_write("contacts.create", new.name.len() + lists + new.note.as_ref().map_or(0, String::len))?;
            Ok(new)
        };
        let write = async |state: &mut Self, new: NewContact| {
            let made = state.services.data.create_contact(&state.scope, new);
            let contact = in_time(made, RecordError::Unavailable).await?;
            Ok(state.filled(contact).await?)
        };
        self.checked_call("contacts.create", "", check, write).await
    }

    pub(crate) async fn update_contact(&mut self, id: String, change: FullChange) -> Answer<FullContact> {
        let check = |state: &mut Self| {
            let contact = state.check_contact(Access::ContactsWrite, Permission::ContactsManage, &id)?;
            state.may_write("contacts.update", check_change(&change)?)?;
            Ok((contact, change))
        };
        let write = async |state: &mut Self, (id, full): (ContactId, FullChange)| {
            let FullChange { change, note, fields } = full;
            let (data, scope) = (&state.services.data, &state.scope);
            if !fields.is_empty() {
                in_time(data.set_contact_fields(scope, id, fields), RecordError::Unavailable).await?;
            }
            if let Some(note) = note {
                in_time(data.set_contact_note(scope, id, note), RecordError::Unavailable).await?;
            }
            let contact = in_time(data.update_contact(scope, id, change), RecordError::Unavailable).await?;
            Ok(state.filled(contact).await?)
        };
        self.checked_call("contacts.update", &id, check, write).await
    }

    async fn filled(&self, contact: Contact) -> Result<FullContact, RecordError> {
        let (data, scope, id) = (&self.services.data, &self.scope, contact.id);
        let note = in_time(data.contact_note(scope, id), RecordError::Unavailable).await?;
        let mut fields = in_time(data.contact_fields(scope, &[id]), RecordError::Unavailable).await?;
        Ok(FullContact { contact, note, fields: fields.pop().unwrap_or_default() })
    }

    /// An id that is none names no requester of the desk.
    fn check_contact(&mut self, access: Access, needed: Permission, id: &str) -> Result<ContactId, Refused> {
        self.check_access(access, needed)?;
        Ok(id.parse().map_err(|_| RecordError::NotFound)?)
    }

    fn check_address(&mut self, email: &str) -> Result<String, Refused> {
        self.check_access(Access::ContactsRead, Permission::TicketsView)?;
        Ok(mail_address(email.trim()).ok_or_else(|| RecordError::Invalid("not an e-mail address".into()))?)
    }
}

/// Answers how many bytes are to be written.
fn check_change(full: &FullChange) -> Result<usize, RecordError> {
    let FullChange { change, note, fields } = full;
    let parts =
        [("name", change.name.as_ref()), ("phone", change.phone.as_ref()), ("company", change.company.as_ref())];
    check_parts(parts)?;
    if change.name.as_ref().is_some_and(|name| name.trim().is_empty()) {
        return Err(RecordError::Invalid("`name` cannot be empty".into()));
    }
    check_lists([("emails", change.emails.as_ref()), ("phones", change.phones.as_ref())])?;
    check_note(note.as_ref())?;
    check_count(fields.len(), MOST_FIELDS, "fields")?;
    let lists = change.emails.iter().chain(&change.phones).flatten();
    let parts = parts.into_iter().filter_map(|(_, text)| text).chain(note);
    Ok(parts.chain(lists).map(String::len).sum())
}

fn check_parts<'a>(parts: impl IntoIterator<Item = (&'static str, Option<&'a String>)>) -> Result<(), RecordError> {
    for (part, text) in parts {
        let Some(text) = text else { continue };
        if text.chars().count() > LONGEST_PART || text.chars().any(char::is_control) {
            return Err(RecordError::Invalid(format!("`{part}` has at most {LONGEST_PART} characters of one line")));
        }
    }
    Ok(())
}

fn check_lists(lists: [(&'static str, Option<&Vec<String>>); 2]) -> Result<(), RecordError> {
    for (name, list) in lists {
        let Some(list) = list else { continue };
        check_count(list.len(), MOST_ADDRESSES, name)?;
        check_parts(list.iter().map(|text| (name, Some(text))))?;
    }
    Ok(())
}

fn check_note(note: Option<&String>) -> Result<(), RecordError> {
    if note.is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
        return Err(RecordError::Invalid(format!("`note` has at most {LONGEST_NOTE} characters")));
    }
    Ok(())
}
