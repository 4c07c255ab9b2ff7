//! What the bill of a desk goes by: which day it is there, on which day of the month its bill is made out, and who pays.

use annex_domain::{
    clock::Timestamp,
    ids::{AccountId, DeskId},
};
use annex_store::{
    Conn, StoreError, Tx,
    billing::{
        accounts,
        desks::{self, BillingDesk},
        logins, orders, subscriptions,
    },
};
use jiff::civil::Date;

use crate::{
    Billing,
    ledger::{self, BillingDay, Period, next_bill_day, period_containing},
};

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

impl Billing {
    /// The day it is for the desk's bill, and the period that day is in.
    pub(crate) fn today(&self, bill: &BillingDesk) -> (Date, Period) {
        let zone = ledger::zone(&bill.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let today = ledger::day_at(self.now(), &zone);
        let day = BillingDay::new(bill.billing_day).unwrap_or_else(|| BillingDay::of(today));
        (today, period_containing(today, day))
    }

    /// The desk's bill; one that begins today when there is none yet.
    pub(crate) async fn bill_of(&self, conn: &mut Conn, desk: DeskId) -> Result<BillingDesk, StoreError> {
        if let Some(bill) = desks::get(conn, desk).await? {
            return Ok(bill);
        }
        let zone = jiff::tz::TimeZone::UTC;
        let today = ledger::day_at(self.now(), &zone);
        let day = BillingDay::of(today);
        let next_bill_on = next_bill_day(today, day);
        Ok(BillingDesk {
            desk,
            billing_day: day.get(),
            time_zone: "UTC".into(),
            next_bill_on,
            next_bill_at: ledger::start_of(next_bill_on, &zone),
            asked_at: None,
            confirmed_through: None,
            rev: 1,
        })
    }

    /// Begins the desk's bill where there is none.
    pub(crate) async fn ensure_bill_in(&self, tx: &mut Tx, desk: DeskId) -> Result<(), StoreError> {
        let mut bill = self.bill_of(tx, desk).await?;
        let known = desks::ensure(tx, &bill, self.now()).await?;
        let (_, period) = self.today(&known);
        // A desk that bought nothing for months has no months to be billed for.
        if known.next_bill_at <= self.now() && subscriptions::monthly_of(tx, desk).await?.is_empty() {
            bill = known;
            let zone = ledger::zone(&bill.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
            desks::advance(tx, &mut bill, period.to, ledger::start_of(period.to, &zone)).await?;
        }
        Ok(())
    }
}
