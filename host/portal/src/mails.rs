//! Mails to publishers, written in the transaction of what they tell. They are the platform's: they go out through its own help
//! desk, the oldest of the host, and can be read in the outbox there.

use annex_domain::{clock::Timestamp, mail::MailFacts};
use annex_store::{
    StoreError, Tx, desks,
    mails::{self, NewMail},
};

/// Writes a mail to an address; once for each `key`. `secret` is the end of its link.
pub(crate) async fn tell(
    tx: &mut Tx,
    to: &str,
    facts: &MailFacts,
    key: &str,
    secret: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let platform =
        desks::list(tx).await?.into_iter().next().ok_or(StoreError::NotFound("help desk of the platform"))?;
    let mail = NewMail {
        desk: platform.id,
        operator: None,
        to: to.to_owned(),
        kind: facts.kind(),
        args: facts.args(),
        unique_key: format!("{}:{key}", facts.kind()),
    };
    match secret {
        Some(secret) => mails::put_with_secret(tx, &mail, secret, now).await?,
        None => mails::put(tx, &mail, now).await?,
    };
    Ok(())
}
