use annex_domain::{audit::Action, clock::Timestamp, publisher::Deed};
use annex_store::{
    StoreError,
    publishers::{
        devices::{self, Polled},
        tokens::{self, NewToken},
    },
    tokens::LIFE_DAYS,
};
use serde_json::json;

use crate::{Member, Portal, Refusal};

/// What a program gets. No `Debug`: it may hold a secret.
pub enum Collected {
    /// Its token.
    Token(Box<NewToken>),
    /// Nobody has decided.
    Waiting,
    /// The same, and it has to ask less often.
    TooSoon,
    /// Somebody keeps it out.
    Denied,
    /// Its time is over.
    Expired,
    /// There is no such code, or it was used.
    Unknown,
}

/// Gives the program that comes with this code its token, once. It does what the role of who let it in allows, as every token of theirs.
///
/// # Errors
/// [`Refusal::Role`], [`annex_desk::Refusal::NotFound`], [`crate::Rule::Suspended`]: what who let it in may do has changed since.
pub async fn collect(portal: &Portal, device: &str, now: Timestamp) -> Result<Collected, Refusal> {
    if !devices::is_known(&mut portal.db.read().await?, device).await? {
        return Ok(Collected::Unknown);
    }
    let mut tx = portal.db.begin().await?;
    let polled = devices::poll(&mut tx, device, now).await?;
    tx.commit().await?;
    let approved = match polled {
        Polled::Approved(approved) => approved,
        Polled::Waiting => return Ok(Collected::Waiting),
        Polled::TooSoon => return Ok(Collected::TooSoon),
        Polled::Denied => return Ok(Collected::Denied),
        Polled::Expired => return Ok(Collected::Expired),
        Polled::Unknown => return Ok(Collected::Unknown),
    };
    let by = Member::find(portal, approved.account, &approved.publisher, now).await?;
    let mut tx = by.begin(portal, Deed::Tokens).await?;
    match devices::use_up(&mut tx, device, now).await {
        Err(StoreError::NotFound(_)) => return Ok(Collected::Unknown),
        used => used?,
    }
    let (name, scopes) = (&approved.request.program, &approved.request.scopes);
    let made = tokens::create(&mut tx, &by.publisher, by.account, name, scopes, LIFE_DAYS, now).await?;
    let address = &approved.request.address;
    let facts =
        json!({ "token": made.token.id, "name": name, "scopes": scopes, "days": LIFE_DAYS, "address": address });
    by.record(&mut tx, Action::PublisherTokenCreate, &facts).await?;
    tx.commit().await?;
    Ok(Collected::Token(Box::new(made)))
}
