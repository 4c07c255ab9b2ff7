//! How often an account may try to pay: one count for the panel, the API and the client area, so that nobody tests stolen
//! cards here. Both limits are in the database, so that they hold for all nodes.
//!
//! Adding a card and paying an invoice by hand count whatever comes of them: ten within a quarter of an hour are more than
//! anybody needs. Orders are different: a desk may well buy thirty add-ons one after the other, and a program a hundred.
//! So they count only what failed: an account with ten failed payments within a quarter of an hour orders nothing more
//! until the oldest of the ten is older than that.

use annex_domain::ids::{AccountId, DeskId};
use annex_store::{
    StoreError,
    billing::{attempts, orders},
    logins::{self, Trying},
};

use crate::{
    Billing, accounts,
    orders::{Standing, standing_in},
};

/// Payments that fail within [`logins::WINDOW`] before nothing more can be ordered.
pub const MOST_FAILED: u32 = 10;

impl Billing {
    /// Counts a try of an account to pay or to add a card. Some: how many seconds to wait before the next. It is counted
    /// apart from signing in, and whatever comes of it: an invoice that is paid already would clear the count else.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn payment_wait(&self, account: AccountId) -> Result<Option<u64>, StoreError> {
        let key = format!("pay:{account}");
        // Also as the address: an empty one would be shared with everybody.
        accounts::attempt(self, Trying { account: &key, address: &key, at: None, device: None }).await
    }

    /// Some: how many seconds to wait before the desk orders again. A repeated order, which its key tells, asks for nothing
    /// new and is always answered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn order_wait(&self, desk: DeskId, key: Option<&str>) -> Result<Option<u64>, StoreError> {
        let mut conn = self.db().read().await?;
        if let Some(key) = key
            && orders::by_key(&mut conn, desk, key).await?.is_some()
        {
            return Ok(None);
        }
        let Standing::Ready(account) = standing_in(&mut conn, desk).await? else { return Ok(None) };
        let now = self.now();
        let failed = attempts::failed(&mut conn, account.id, MOST_FAILED, now.before(logins::WINDOW)).await?;
        Ok(failed.map(|oldest| oldest.after(logins::WINDOW).since(now).as_secs().max(1)))
    }
}
