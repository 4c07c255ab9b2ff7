use annex_desk::{Fields, Wrong};
use annex_domain::{audit::Action, earnings::Iban, mail::MailFacts, publisher::Deed};
use annex_store::{
    publishers::banks::{self, BankAccount},
    vault::Vault,
};
use serde_json::json;

use crate::{GivenPassword, Member, Portal, Refusal, mails};

/// The longest name of who a bank account belongs to, in characters: what a transfer has room for.
pub const HOLDER: usize = 70;

/// A bank account, as entered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bank {
    /// Who it belongs to.
    pub holder: String,
    /// Its IBAN.
    pub iban: String,
}

/// Says where the publisher is paid from now on, and tells every owner by mail. Payouts that were decided before go where they went.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::Invalid`] for `holder`, `iban` or `password`.
pub async fn set_bank(
    portal: &Portal,
    vault: &Vault,
    by: &Member,
    input: &Bank,
    given: &GivenPassword<'_>,
) -> Result<(), Refusal> {
    by.require(Deed::Earnings)?;
    let mut fields = Fields::default();
    let holder = fields.text("holder", &input.holder, HOLDER).to_owned();
    let iban = input.iban.parse::<Iban>();
    if iban.is_err() {
        fields.add("iban", Wrong::Unknown);
    }
    fields.check()?;
    let iban = iban.map_err(|_| Refusal::field("iban", Wrong::Unknown))?;
    given.check(portal, by.account).await?;
    let mut tx = by.begin(portal, Deed::Earnings).await?;
    let shown = iban.masked();
    let facts = json!({ "iban": shown });
    banks::set(&mut tx, vault, &by.publisher, &BankAccount { holder, iban }, by.account, by.now).await?;
    by.record(&mut tx, Action::PublisherBank, &facts).await?;
    let once = format!("bank:{}", by.now.0);
    mails::tell_owners(&mut tx, by, &once, |name, by| MailFacts::BankChanged { name, iban: shown, by }).await?;
    Ok(tx.commit().await?)
}
