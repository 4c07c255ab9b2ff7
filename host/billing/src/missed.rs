//! Months that were missed, because no host ran: more than one of them is charged only after somebody who pays or manages
//! the desk's add-ons has said so. Until then, and for as long as the days of grace, everything runs on. Without an answer the
//! first of them becomes an invoice to be paid by hand, and the others are passed over.

use std::time::Duration;

use annex_domain::{audit::Action, clock::Timestamp, ids::DeskId, money::Money, operator::Actor};
use annex_store::{
    Conn, StoreError, Tx, audit,
    billing::{
        self as rows,
        desks::{self, BillingDesk},
        methods::{self, Method},
    },
};
use serde_json::json;

use crate::{
    Billing, BillingError, LoginError, Standing,
    bill::{day_at, day_of, payer},
    credit, entitlement,
    ledger::{self, next_bill_day},
    mails, month,
    orders::standing_in,
    settle,
};

/// How long an answer about missed months is waited for.
pub const ANSWER_WITHIN: Duration = entitlement::GRACE;

/// What is to be done about the month that comes next.
pub(crate) enum Missed {
    /// It is the only one.
    No,
    /// They may be charged.
    Confirmed,
    /// Somebody is asked.
    Wait,
    /// Nobody has answered.
    Unanswered,
}

/// The months that a desk is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissedMonths {
    /// How many.
    pub months: u32,
    /// What all of them cost as things stand, by currency.
    pub amounts: Vec<Money>,
    /// Until when an answer is waited for.
    pub until: Timestamp,
}

/// With what months that were missed are paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MissedMeans {
    /// The desk's credit is enough.
    Credit,
    /// The default card of the account that gets the bills.
    Card(Method),
    /// That account has none: they cannot be confirmed.
    NoCard,
}

/// What came of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    /// They may be charged.
    Yes,
    /// Nobody was asked.
    NotAsked,
    /// It is not what the page showed any more: it is asked again.
    NotAsShown,
}

impl MissedMonths {
    /// What a page shows of them, in one word that it sends back with the answer.
    #[must_use]
    pub fn shown(&self, means: &MissedMeans) -> String {
        let amounts: Vec<_> = self.amounts.iter().map(ToString::to_string).collect();
        let means = match means {
            MissedMeans::Credit => "credit".to_owned(),
            MissedMeans::Card(card) => card.id.to_string(),
            MissedMeans::NoCard => "no-card".to_owned(),
        };
        format!("{}: {}, {means}", self.months, amounts.join(" + "))
    }
}

/// Looks whether the month that comes next may be charged; asks, once, when it may not. The desk is locked.
pub(crate) async fn look_in(tx: &mut Tx, bill: &mut BillingDesk, now: Timestamp) -> Result<Missed, StoreError> {
    let on = bill.next_bill_on;
    if bill.confirmed_through.is_some_and(|through| through >= on) {
        return Ok(Missed::Confirmed);
    }
    let months = months_missed(bill, now);
    if months < 2 || month::next_bill(tx, bill).await?.is_empty() {
        return Ok(Missed::No);
    }
    match bill.asked_at {
        Some(asked) if asked.after(ANSWER_WITHIN) <= now => Ok(Missed::Unanswered),
        Some(_) => Ok(Missed::Wait),
        None => {
            bill.asked_at = Some(now);
            desks::save(tx, bill).await?;
            let missed = missed(tx, bill, now).await?;
            let detail = json!({ "months": missed.months });
            audit::append(tx, bill.desk, Actor::System, Action::BillingMissedMonths, "bill", &detail, now).await?;
            mails::missed_months(tx, bill, missed.months, &missed.amounts, missed.until, now).await?;
            Ok(Missed::Wait)
        }
    }
}

/// How many bills are to be made out by now.
fn months_missed(bill: &BillingDesk, now: Timestamp) -> u32 {
    let (today, day) = (day_at(bill, now), day_of(bill));
    let (mut on, mut months) = (bill.next_bill_on, 0);
    while on <= today {
        months += 1;
        on = next_bill_day(on, day);
    }
    months
}

async fn missed(conn: &mut Conn, bill: &BillingDesk, now: Timestamp) -> Result<MissedMonths, StoreError> {
    let months = months_missed(bill, now);
    let mut amounts: Vec<Money> = Vec::new();
    for billed in month::next_bill(conn, bill).await? {
        let cents = billed.month.amount.cents.saturating_mul(i64::from(months));
        let currency = billed.month.amount.currency;
        match amounts.iter_mut().find(|sum| sum.currency == currency) {
            Some(sum) => sum.cents = sum.cents.saturating_add(cents),
            None => amounts.push(Money::new(cents, currency)),
        }
    }
    let until = bill.asked_at.unwrap_or(now).after(ANSWER_WITHIN);
    Ok(MissedMonths { months, amounts, until })
}

impl Billing {
    /// The months that a desk is asked about; none when there is no question.
    pub async fn missed_months(&self, desk: DeskId) -> Result<Option<MissedMonths>, StoreError> {
        let mut conn = self.db().read().await?;
        match desks::get(&mut conn, desk).await? {
            Some(bill) if bill.asked_at.is_some() => Ok(Some(missed(&mut conn, &bill, self.now()).await?)),
            _ => Ok(None),
        }
    }

    /// With what the months that a desk is asked about are paid. Looked at again by whatever confirms them, in the
    /// transaction that does.
    pub async fn missed_means(&self, desk: DeskId, missed: &MissedMonths) -> Result<MissedMeans, StoreError> {
        let mut conn = self.db().read().await?;
        self.means_in(&mut conn, desk, missed).await
    }

    /// The months that were missed up to today may be charged. Who may say that is for the caller to check. False: nobody
    /// was asked.
    ///
    /// # Errors
    /// [`LoginError::WrongAccount`] while the desk is logged in with it (R6); [`BillingError::NoCard`] for
    /// [`MissedMeans::NoCard`]; when the database fails.
    pub async fn confirm_missed_months(&self, desk: DeskId, by: Actor) -> Result<bool, BillingError> {
        Ok(self.confirm_months(desk, None, by).await? == Confirmed::Yes)
    }

    /// The same for whoever saw them on a page: `shown` is [`MissedMonths::shown`] of what it showed.
    ///
    /// # Errors
    /// As [`Self::confirm_missed_months`].
    pub async fn confirm_missed_as_shown(
        &self,
        desk: DeskId,
        shown: &str,
        by: Actor,
    ) -> Result<Confirmed, BillingError> {
        self.confirm_months(desk, Some(shown), by).await
    }

    async fn means_in(&self, conn: &mut Conn, desk: DeskId, missed: &MissedMonths) -> Result<MissedMeans, StoreError> {
        let mut of_card = 0;
        for amount in &missed.amounts {
            let least = self.gateway().least(amount.currency);
            of_card += credit::of_card(conn, desk, *amount, least).await?.cents;
        }
        if of_card == 0 {
            return Ok(MissedMeans::Credit);
        }
        let card = match payer(conn, desk).await {
            Ok(account) => methods::default(conn, account, self.gateway_name()).await?,
            Err(StoreError::NotFound(_)) => None,
            Err(error) => return Err(error),
        };
        Ok(card.map_or(MissedMeans::NoCard, MissedMeans::Card))
    }

    async fn confirm_months(&self, desk: DeskId, shown: Option<&str>, by: Actor) -> Result<Confirmed, BillingError> {
        let now = self.now();
        let mut tx = self.db().begin().await?;
        rows::lock(&mut tx, desk).await?;
        if let Standing::Wrong(_) = standing_in(&mut tx, desk).await? {
            return Err(LoginError::WrongAccount.into());
        }
        let found = desks::get(&mut tx, desk).await?.filter(|bill| bill.asked_at.is_some());
        let Some(mut bill) = found else { return Ok(Confirmed::NotAsked) };
        let missed = missed(&mut tx, &bill, now).await?;
        let means = self.means_in(&mut tx, desk, &missed).await?;
        if means == MissedMeans::NoCard {
            return Err(BillingError::NoCard);
        }
        if shown.is_some_and(|shown| shown != missed.shown(&means)) {
            return Ok(Confirmed::NotAsShown);
        }
        let zone = ledger::zone(&bill.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        (bill.asked_at, bill.confirmed_through) = (None, Some(ledger::day_at(now, &zone)));
        desks::save(&mut tx, &mut bill).await?;
        let detail = json!({ "months": missed.months, "amounts": missed.amounts });
        audit::append(&mut tx, desk, by, Action::BillingMonthsConfirmed, "bill", &detail, now).await?;
        settle::bill_soon_in(&mut tx, desk, now).await?;
        tx.commit().await?;
        Ok(Confirmed::Yes)
    }
}
