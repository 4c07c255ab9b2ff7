use annex_desk::{Fields, Wrong};
use annex_domain::{audit::Action, publisher::Deed, text::mail_address};
use annex_store::publishers::organisations;
use serde_json::json;

use crate::{Member, NAME, Portal, Refusal, is_site};

/// How a publisher is called and reached, as entered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// As shown.
    pub name: String,
    /// Its web site.
    pub site: String,
    /// Where the platform writes to.
    pub contact_email: String,
}

/// Changes what the publisher is called and how it is reached.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::Invalid`] for any field.
pub async fn update(portal: &Portal, by: &Member, input: &Details) -> Result<(), Refusal> {
    let mut tx = by.begin(portal, Deed::Organisation).await?;
    let mut fields = Fields::default();
    let name = fields.text("name", &input.name, NAME);
    let site = input.site.trim();
    if !is_site(site) {
        fields.add("site", Wrong::Unknown);
    }
    let email = mail_address(input.contact_email.trim());
    if email.is_none() {
        fields.add("contact_email", Wrong::MailAddress);
    }
    fields.check()?;
    let email = email.unwrap_or_default();
    organisations::update(&mut tx, &by.publisher, name, site, &email).await?;
    let facts = json!({ "name": name, "site": site, "contact_email": email });
    by.record(&mut tx, Action::PublisherUpdate, &facts).await?;
    Ok(tx.commit().await?)
}
