use std::time::Duration;

use annex_domain::ids::{DeskId, SessionId};
use annex_store::{
    StoreError,
    billing::oidc::{self, OidcRequest},
};

use crate::Billing;

/// How long a login may take: an account may have to be made first.
const WORKS: Duration = Duration::from_mins(30);

/// Remembers a login that a browser is sent away for, until it comes back with `state`.
///
/// # Errors
/// When the database fails.
pub async fn keep_pending(billing: &Billing, state: &str, request: &OidcRequest) -> Result<(), StoreError> {
    let now = billing.now();
    let mut tx = billing.db().begin().await?;
    oidc::put_request(&mut tx, state, request, now, now.after(WORKS)).await?;
    tx.commit().await
}

/// Takes out what was sealed with it, once, and only in the session that it began in. None: never begun, come back already,
/// or too long ago.
///
/// # Errors
/// When the database fails.
pub async fn take_pending(
    billing: &Billing,
    state: &str,
    desk: DeskId,
    session: SessionId,
) -> Result<Option<Vec<u8>>, StoreError> {
    let mut tx = billing.db().begin().await?;
    let sealed = oidc::take_request(&mut tx, state, desk, session, billing.now()).await?;
    tx.commit().await?;
    Ok(sealed)
}
