//! Mails to publishers, written in the transaction of what they tell.

use annex_domain::{mail::MailFacts, publisher::MemberRole};
pub(crate) use annex_store::mails::put_of_platform as tell;
use annex_store::{
    StoreError, Tx,
    billing::accounts,
    publishers::{members, organisations},
};

use crate::Member;

/// Tells every owner of a publisher what a member has done; the facts are made of the names of both. `once` tells it from whatever
/// else is told in that publisher.
pub(crate) async fn tell_owners(
    tx: &mut Tx,
    by: &Member,
    once: &str,
    facts: impl FnOnce(String, String) -> MailFacts,
) -> Result<(), StoreError> {
    let name = organisations::get(tx, &by.publisher).await?.name;
    let facts = facts(name, accounts::get(tx, by.account).await?.name);
    for owner in members::list(tx, &by.publisher).await? {
        if owner.role == MemberRole::Owner {
            let once = format!("{}:{once}:{}", by.publisher, owner.account);
            tell(tx, &owner.email, &facts, &once, None, by.now).await?;
        }
    }
    Ok(())
}
