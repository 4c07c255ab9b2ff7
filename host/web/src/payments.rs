//! How often an account may try to pay: what the panel, the API and the client area have in common, so that nobody tests
//! stolen cards here. Both limits are in the database, so that they hold for all nodes.
//!
//! Adding a card and paying an invoice by hand count whatever comes of them: ten within a quarter of an hour are more than
//! anybody needs. Orders are different: a desk may well buy thirty add-ons one after the other, and a program a hundred.
//! So they count only what failed: an account with ten failed payments within a quarter of an hour orders nothing more
//! until the oldest of the ten is older than that.

use std::time::Duration;

use annex_billing::orders::{Standing, standing_in};
use annex_domain::ids::{AccountId, DeskId};
use annex_store::{
    StoreError,
    billing::{attempts, orders},
    logins::{self, Attempt, Trying},
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use crate::{error::PageError, state::AppState};

/// Payments that fail within [`logins::WINDOW`] before nothing more can be ordered.
pub(crate) const MOST_FAILED: u32 = 10;

impl AppState {
    /// Counts a try of an account to pay or to add a card. Some: how many seconds to wait before the next. It is counted
    /// apart from signing in, and whatever comes of it: an invoice that is paid already would clear the count else.
    pub(crate) async fn payment_wait(&self, account: AccountId) -> Result<Option<u64>, StoreError> {
        let key = format!("pay:{account}");
        let mut tx = self.db.begin().await?;
        // Also as the address: an empty one would be shared with everybody.
        let attempt =
            logins::attempt(&mut tx, Trying { account: &key, address: &key, device: None }, self.clock.now()).await?;
        tx.commit().await?;
        Ok(match attempt {
            Attempt::Allowed => None,
            Attempt::Wait(wait) => Some(seconds(wait)),
        })
    }

    /// Some: how many seconds to wait before the desk orders again. A repeated order, which its key tells, asks for nothing
    /// new and is always answered.
    pub(crate) async fn order_wait(&self, desk: DeskId, key: Option<&str>) -> Result<Option<u64>, StoreError> {
        let mut conn = self.db.read().await?;
        if let Some(key) = key
            && orders::by_key(&mut conn, desk, key).await?.is_some()
        {
            return Ok(None);
        }
        let Standing::Ready(account) = standing_in(&mut conn, desk).await? else { return Ok(None) };
        let now = self.clock.now();
        let failed = attempts::failed(&mut conn, account.id, MOST_FAILED, now.before(logins::WINDOW)).await?;
        Ok(failed.map(|oldest| seconds(oldest.after(logins::WINDOW).since(now))))
    }
}

fn seconds(wait: Duration) -> u64 {
    wait.as_secs().max(1)
}

/// What a page answers where there is something to wait for.
pub(crate) fn refused(wait: u64) -> Response {
    let text = "too many attempts: wait a few minutes";
    let error = PageError::refused(StatusCode::TOO_MANY_REQUESTS, "too-many-payments", text);
    let mut response = error.into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    response
}
