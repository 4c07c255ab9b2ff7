//! Who does what for the platform; decided on the machine of the host.

mod grant;
mod revoke;

pub use grant::grant;
pub use revoke::revoke;

use annex_domain::ids::AccountId;
use annex_store::{Conn, billing::accounts};

use crate::Refusal;

/// How an entry of the audit log names somebody of the platform.
fn object(account: AccountId) -> String {
    format!("account:{account}")
}

/// The account with an address.
async fn account(conn: &mut Conn, email: &str) -> Result<AccountId, Refusal> {
    let known = accounts::by_email(conn, email).await?;
    Ok(known.ok_or_else(|| Refusal::not_found("billing account"))?.account.id)
}
