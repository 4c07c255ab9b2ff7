//! What the bill of a desk goes by: which day it is there, on which day of the month its bill is made out, and who pays.

use annex_domain::{
    clock::Timestamp,
    ids::{AccountId, DeskId},
};
use annex_store::{
    Conn, StoreError,
    billing::{accounts, desks::BillingDesk, logins, orders},
};
use jiff::civil::Date;

use crate::ledger::{self, BillingDay};

/// Which day it is for a desk.
pub(crate) fn day_at(bill: &BillingDesk, at: Timestamp) -> Date {
    ledger::day_at(at, &ledger::zone(&bill.time_zone).unwrap_or(jiff::tz::TimeZone::UTC))
}

/// On which day of each month it is billed.
pub(crate) fn day_of(bill: &BillingDesk) -> BillingDay {
    BillingDay::new(bill.billing_day).unwrap_or_else(|| BillingDay::of(bill.next_bill_on))
}

/// Who pays a month: the account that is logged in and holds the licence, else the holder, else who ordered last.
pub(crate) async fn payer(conn: &mut Conn, desk: DeskId) -> Result<AccountId, StoreError> {
    if let Some(login) = logins::of_desk(conn, desk).await?
        && login.holds_licence
    {
        return Ok(login.account.id);
    }
    if let Some(holder) = accounts::licence_holder(conn, desk).await? {
        return Ok(holder);
    }
    let last = orders::list(conn, desk, 1).await?.pop();
    last.map(|order| order.account).ok_or(StoreError::NotFound("account that pays for this help desk"))
}
