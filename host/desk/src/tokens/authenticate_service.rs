use annex_domain::clock::Timestamp;
use annex_store::{
    desks,
    oauth::tokens::{self as access, Access},
};

use crate::{Desk, Refusal, Rule};

/// What an access token of the issuer opens now. None: it is unknown, revoked or expired, or nobody's any more.
///
/// # Errors
/// [`Rule::DeskSuspended`]; when the store fails.
pub async fn authenticate_service(desk: &Desk, secret: &str, now: Timestamp) -> Result<Option<Access>, Refusal> {
    let Some(found) = access::authenticate(&desk.db, secret, now).await? else { return Ok(None) };
    if desks::known(&desk.db, found.desk).await?.status.works() {
        Ok(Some(found))
    } else {
        Err(Rule::DeskSuspended.into())
    }
}
