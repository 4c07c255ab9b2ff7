use annex_domain::ids::AccountId;
use annex_store::{StoreError, Tx, billing::client_sessions};

use crate::Billing;

/// Begins a session at the client area in the place of the one that the browser may have had.
pub(super) async fn begin_in(
    billing: &Billing,
    tx: &mut Tx,
    account: AccountId,
    before: Option<&str>,
) -> Result<String, StoreError> {
    if let Some(before) = before {
        client_sessions::revoke(tx, before).await?;
    }
    client_sessions::create(tx, account, billing.now()).await
}
