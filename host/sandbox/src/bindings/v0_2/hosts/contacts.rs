//! Requesters as components of 0.2 see and change them.

use annex_domain::{contact::ContactChange, ports::NewContact};

use super::{Answer, custom_field, custom_to_wit, field_change, ms, refused};
use crate::{
    bindings::v0_2::contacts,
    host::contacts::{FullChange, FullContact},
    state::Caller,
};

impl contacts::Host for Caller {
    async fn get(&mut self, id: String) -> Answer<contacts::Contact> {
        Ok(self.full_contact(id).await?.map(contact).map_err(refused))
    }

    async fn find_by_email(&mut self, email: String) -> Answer<Option<contacts::Contact>> {
        let found = self.full_contact_by_email(email).await?;
        Ok(found.map(|found| found.map(contact)).map_err(refused))
    }

    async fn search(&mut self, text: String, cursor: Option<String>, limit: u32) -> Answer<contacts::ContactPage> {
        let page = self.search_contacts(text, cursor, limit).await?;
        let page = page.map(|page| contacts::ContactPage {
            contacts: page.items.into_iter().map(contact).collect(),
            next: page.next,
        });
        Ok(page.map_err(refused))
    }

    async fn create(&mut self, new: contacts::NewContact) -> Answer<contacts::Contact> {
        let contacts::NewContact { name, emails, phones, company, note, fields } = new;
        let fields = fields.into_iter().map(custom_field).collect();
        let new = NewContact { name, emails, phones, company, note, fields };
        Ok(self.create_contact(new).await?.map(contact).map_err(refused))
    }

    async fn update(&mut self, id: String, change: contacts::Change) -> Answer<contacts::Contact> {
        let contacts::Change { name, emails, phones, company, note, fields } = change;
        let change = ContactChange { name, emails, phones, company, ..ContactChange::default() };
        let full = FullChange { change, note, fields: fields.into_iter().map(field_change).collect() };
        Ok(self.update_contact(id, full).await?.map(contact).map_err(refused))
    }
}

pub(in crate::bindings::v0_2) fn contact(full: FullContact) -> contacts::Contact {
    let FullContact { contact, note, fields } = full;
    contacts::Contact {
        id: contact.id.to_string(),
        emails: contact.emails().cloned().collect(),
        phones: contact.phones().cloned().collect(),
        name: contact.name,
        company: contact.company,
        note,
        fields: fields.into_iter().map(custom_to_wit).collect(),
        created: ms(contact.created_at),
    }
}
