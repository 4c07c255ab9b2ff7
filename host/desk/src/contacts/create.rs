use annex_domain::{
    audit::Action,
    contact::Contact,
    field::{Entries, FieldSubject},
    permission::Permission,
};
use annex_store::{Tx, contacts, fields, happenings};

use super::{NewContact, address, facts, line, name, object, parts, several, split};
use crate::{Ctx, Desk, Refusal, fields::values, refusal::Fields};

/// A contact to make.
#[derive(Debug, Clone, Default)]
pub struct Create {
    /// Its own parts.
    pub parts: NewContact,
    /// Values of custom fields, as they were entered.
    pub fields: Entries,
}

impl From<NewContact> for Create {
    fn from(parts: NewContact) -> Self {
        Self { parts, fields: Entries::new() }
    }
}

/// Makes a contact.
///
/// # Errors
/// [`Refusal::Invalid`] for `name`, `email`, `emails`, `phone`, `phones`, `company`; `already-exists` when somebody has an address;
/// [`Refusal::Values`].
pub async fn create(desk: &Desk, ctx: &Ctx, new: impl Into<Create>) -> Result<Contact, Refusal> {
    ctx.require(Permission::ContactsManage)?;
    let Create { parts, fields: entries } = new.into();
    let new = checked(&parts)?;
    let mut tx = ctx.begin(desk).await?;
    let values = values::read(&mut tx, ctx, FieldSubject::Contact, &entries).await?;
    let contact = make(&mut tx, ctx, new).await?;
    fields::write(&mut tx, ctx.desk, contact.id, &values).await?;
    tx.commit().await?;
    Ok(contact)
}

/// Writes what was checked.
pub(super) async fn make(tx: &mut Tx, ctx: &Ctx, new: NewContact) -> Result<Contact, Refusal> {
    let contact = contacts::create(tx, ctx.desk, new, ctx.now).await?;
    let facts = facts(&parts(None, &contact));
    ctx.record(tx, Action::ContactCreated, &object(contact.id), &facts).await?;
    happenings::contact_created(tx, ctx.desk, contact.id, ctx.actor, ctx.now).await?;
    Ok(contact)
}

/// As it is stored.
pub(super) fn checked(new: &NewContact) -> Result<NewContact, Refusal> {
    let mut fields = Fields::default();
    let name = name(&mut fields, &new.name);
    let email = new.email.as_deref().and_then(|text| address(&mut fields, "email", text));
    let emails = several(&mut fields, "emails", &new.more_emails, address);
    let (email, more_emails) = split(&mut fields, "emails", email.into_iter().chain(emails));
    let phone = new.phone.as_deref().and_then(|text| line(&mut fields, "phone", text));
    let phones = several(&mut fields, "phones", &new.more_phones, line);
    let (phone, more_phones) = split(&mut fields, "phones", phone.into_iter().chain(phones));
    let company = new.company.as_deref().and_then(|text| line(&mut fields, "company", text));
    fields.check()?;
    Ok(NewContact { name, email, more_emails, phone, more_phones, company })
}
