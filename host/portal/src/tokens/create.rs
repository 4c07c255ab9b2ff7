use std::collections::BTreeSet;

use annex_desk::{Fields, Wrong};
use annex_domain::{
    audit::Action,
    publisher::{Deed, PublisherScope},
};
use annex_store::{
    publishers::tokens::{self, NewToken},
    tokens::MOST_DAYS,
};
use serde_json::json;

use crate::{GivenPassword, Member, Portal, Refusal};

/// The longest name of a token, in characters.
const NAME: usize = 100;

/// A token to make.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Create {
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: BTreeSet<PublisherScope>,
    /// From 1 to [`MOST_DAYS`].
    pub days: u32,
}

/// Makes a token. It does what its maker's role allows, and nothing once they belong to the publisher no more.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::Invalid`] for `token_name`, `scopes`, `days` or `password`.
pub async fn create(
    portal: &Portal,
    by: &Member,
    input: &Create,
    given: &GivenPassword<'_>,
) -> Result<NewToken, Refusal> {
    by.require(Deed::Tokens)?;
    let mut fields = Fields::default();
    let name = fields.text("token_name", &input.name, NAME);
    if input.scopes.is_empty() {
        fields.add("scopes", Wrong::Required);
    }
    if !(1..=MOST_DAYS).contains(&input.days) {
        fields.add("days", Wrong::OutOfRange(1, MOST_DAYS));
    }
    fields.check()?;
    given.check(portal, by.account).await?;
    let mut tx = by.begin(portal, Deed::Tokens).await?;
    let made = tokens::create(&mut tx, &by.publisher, by.account, name, &input.scopes, input.days, by.now).await?;
    let facts = json!({ "token": made.token.id, "name": name, "scopes": input.scopes, "days": input.days });
    by.record(&mut tx, Action::PublisherTokenCreate, &facts).await?;
    tx.commit().await?;
    Ok(made)
}
