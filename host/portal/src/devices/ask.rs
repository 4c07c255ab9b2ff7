use std::{collections::BTreeSet, time::Duration};

use annex_billing::accounts::attempt;
use annex_desk::{Fields, Wrong};
use annex_domain::{addon::PublisherSlug, clock::Timestamp, publisher::PublisherScope};
use annex_store::publishers::devices::{self, Codes, Request};

use super::{asking, network};
use crate::{Portal, Refusal};

/// The longest name of a program, in characters.
const PROGRAM: usize = 60;

/// What a program asks for. Nobody vouches for any of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ask {
    /// What it calls itself: the name of the token.
    pub program: String,
    /// The publisher that it wants to work for; none: the member chooses.
    pub publisher: Option<PublisherSlug>,
    /// What it wants to do.
    pub scopes: BTreeSet<PublisherScope>,
}

/// Takes a request, and answers its two codes. Whether there is such a publisher is not told.
///
/// # Errors
/// [`annex_desk::Refusal::Invalid`] for `program` or `scopes`; [`annex_desk::Refusal::TooManyAttempts`] of a network about which
/// nobody decides.
pub async fn ask(portal: &Portal, input: &Ask, address: &str, now: Timestamp) -> Result<Codes, Refusal> {
    let mut fields = Fields::default();
    let program = fields.text("program", &input.program, PROGRAM);
    if program.contains(['\n', '\t']) {
        fields.add("program", Wrong::Characters);
    }
    if input.scopes.is_empty() {
        fields.add("scopes", Wrong::Required);
    }
    fields.check()?;
    if let Some(wait) = attempt(&portal.billing, asking(&network(address))).await? {
        return Err(annex_desk::Refusal::TooManyAttempts(Duration::from_secs(wait)).into());
    }
    let request = Request {
        program: program.to_owned(),
        address: address.to_owned(),
        publisher: input.publisher.clone(),
        scopes: input.scopes.clone(),
    };
    let mut tx = portal.db.begin().await?;
    let codes = devices::insert(&mut tx, &request, now).await?;
    tx.commit().await?;
    Ok(codes)
}
