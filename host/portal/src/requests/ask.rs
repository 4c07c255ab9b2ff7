use std::time::Duration;

use annex_billing::accounts::attempt;
use annex_desk::{Fields, Wrong};
use annex_domain::{
    addon::PublisherSlug, audit::Action, clock::Timestamp, mail::MailFacts, operator::Actor, text::mail_address,
};
use annex_store::{
    audit,
    logins::Trying,
    publishers::requests::{self, NewRequest},
};
use serde_json::json;

use crate::{NAME, Portal, Refusal, is_site, mails};

/// The longest text about what is to be built, in characters.
pub const ABOUT: usize = 4_000;
/// The longest name of a person, in characters.
const CONTACT: usize = 100;

/// Who wants to be a publisher, as entered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ask {
    /// The organisation.
    pub name: String,
    /// The publisher's part of add-on ids that they wish for.
    pub slug: String,
    /// The person's name.
    pub contact: String,
    /// Where the answer is mailed to.
    pub email: String,
    /// Their web site.
    pub site: String,
    /// What is to be built.
    pub about: String,
}

/// Asks for an account. An address that has a request open already gets the same answer, and nothing is written: nobody finds out
/// who has asked. `address` is where the request comes from.
///
/// # Errors
/// [`annex_desk::Refusal::Invalid`] for any field; [`annex_desk::Refusal::TooManyAttempts`] of one mail address or place.
pub async fn ask(portal: &Portal, input: &Ask, address: &str, now: Timestamp) -> Result<(), Refusal> {
    let account = format!("publisher request of {}", input.email.trim().to_lowercase());
    if let Some(wait) = attempt(&portal.billing, Trying { account: &account, address, at: None, device: None }).await? {
        return Err(annex_desk::Refusal::TooManyAttempts(Duration::from_secs(wait)).into());
    }
    let mut fields = Fields::default();
    let name = fields.text("name", &input.name, NAME);
    let slug = input.slug.trim().parse::<PublisherSlug>();
    if slug.is_err() {
        fields.add("slug", Wrong::Unknown);
    }
    let contact = fields.text("contact", &input.contact, CONTACT);
    let email = mail_address(input.email.trim());
    if email.is_none() {
        fields.add("email", Wrong::MailAddress);
    }
    let site = input.site.trim();
    if !is_site(site) {
        fields.add("site", Wrong::Unknown);
    }
    let about = fields.text("about", &input.about, ABOUT);
    fields.check()?;
    let (Ok(slug), Some(email)) = (slug, email) else { return Err(Refusal::field("email", Wrong::MailAddress)) };
    let new = NewRequest { name, slug: &slug, contact, email: &email, site, about };
    let mut tx = portal.db.begin().await?;
    let Some(id) = requests::insert(&mut tx, &new, now).await? else { return Ok(()) };
    let facts = json!({ "request": id, "name": name, "email": email });
    audit::append(&mut tx, None, Actor::System, Action::PublisherRequest, slug.as_str(), &facts, now).await?;
    let told = MailFacts::PublisherRequested { name: name.to_owned() };
    mails::tell(&mut tx, &email, &told, &id.to_string(), None, now).await?;
    Ok(tx.commit().await?)
}
