use annex_domain::{
    contact::{Contact, LONGEST_PART},
    text::mail_address,
};
use annex_store::{StoreError, Tx, contacts, tickets};

use super::{
    NewContact,
    create::{checked, make},
};
use crate::{Ctx, Refusal};

/// Finds the requester of a ticket by the address, or makes one. A known one keeps its name; a new one without a name has that
/// before the `@`. In the transaction of the ticket, whose permission is the one that counts.
///
/// # Errors
/// As [`check`].
pub async fn find_or_create(tx: &mut Tx, ctx: &Ctx, new: &NewContact) -> Result<Contact, Refusal> {
    let new = named(new)?;
    let email = new.email.clone().unwrap_or_default();
    tickets::hold_numbers(tx, ctx.desk).await?;
    // Two at the same time get the same one: whoever comes second finds the address taken.
    match make(tx, ctx, new).await {
        Err(Refusal::Store(StoreError::Taken(_))) => {
            contacts::by_email(tx, ctx.desk, &email).await?.ok_or(Refusal::NotFound("contact"))
        }
        made => made,
    }
}

/// What [`find_or_create`] would refuse, for a form that says all that is wrong at once.
///
/// # Errors
/// [`Refusal::Invalid`] for `name`, `email`, `phone`, `company`.
pub fn check(new: &NewContact) -> Result<(), Refusal> {
    named(new).map(drop)
}

fn named(new: &NewContact) -> Result<NewContact, Refusal> {
    if !new.name.trim().is_empty() {
        return checked(new);
    }
    let address = new.email.as_deref().map(str::trim).filter(|text| mail_address(text).is_some());
    let local = address.and_then(|address| address.split('@').next()).unwrap_or("Unknown");
    checked(&NewContact { name: local.chars().take(LONGEST_PART).collect(), ..new.clone() })
}
