//! What may be topped up: by how much, by whom, and on which terms it happens by itself. How it is taken is in
//! `charge/top_up.rs`. See ADR 47.

use annex_domain::{
    audit::Action,
    billing::{LedgerAccount, TopUp},
    clock::Timestamp,
    ids::{AccountId, DeskId},
    money::{Currency, Money},
    operator::Actor,
    publisher::Deed,
};
use annex_store::{
    Conn, StoreError, Tx, audit,
    billing::{
        self as rows, accounts,
        attempts::Attempt,
        entries,
        invoices::Invoice,
        top_ups::{self, Rule},
    },
    jobs::{self, NewJob},
    publishers::{members, organisations},
};
use serde_json::json;

use crate::{Billing, BillingError, mails, settle};

/// The job that looks whether a desk's credit is below its threshold (lifecycle runs it).
pub const TOP_UP: &str = "top-up";

/// The least and the most that is topped up at once, in whole units of a currency.
const UNITS: [i64; 2] = [5, 1_000];

/// The least and the most that is topped up at once: 5.00 and 1,000.00.
#[must_use]
pub fn range(currency: Currency) -> [Money; 2] {
    let unit = 10i64.pow(u32::from(currency.decimals()));
    UNITS.map(|units| Money::new((units * unit).max(currency.least()), currency))
}

/// The currency in which a desk tops up: that of what it last paid or was given.
pub(crate) async fn currency(conn: &mut Conn, desk: DeskId) -> Result<Currency, StoreError> {
    let last = entries::latest_of_credit(conn, desk, 1).await?;
    Ok(last.first().map_or(Currency::EUR, |entry| entry.currency))
}

/// Goes on only with an amount within [`range`].
pub(crate) fn check_amount(amount: Money, currency: Currency) -> Result<(), BillingError> {
    let [least, most] = range(currency);
    let fits = amount.currency == currency && (least.cents..=most.cents).contains(&amount.cents);
    if fits { Ok(()) } else { Err(BillingError::TopUpAmount { least, most }) }
}

/// Goes on only where a publisher develops, for who looks after its credit: what credit pays earns nobody anything, so whoever buys
/// add-ons of others pays for them by card. The desk is locked.
pub(crate) async fn check_desk(conn: &mut Conn, account: AccountId, desk: DeskId) -> Result<(), BillingError> {
    if may_top_up(conn, account, desk).await? {
        return Ok(());
    }
    let holds = accounts::licence_holder(conn, desk).await? == Some(account);
    if holds {
        Err(BillingError::NotADeveloperDesk)
    } else {
        Err(StoreError::NotFound("help desk of the account").into())
    }
}

/// True for a member of who develops in the desk, whoever holds its licence, whose role allows [`Deed::Credit`].
async fn may_top_up(conn: &mut Conn, account: AccountId, desk: DeskId) -> Result<bool, StoreError> {
    let Some(publisher) = organisations::developing_in(conn, desk).await? else { return Ok(false) };
    Ok(members::role(conn, &publisher, account).await?.is_some_and(|role| role.may(Deed::Credit)))
}

/// What the page of a desk's credit shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditView {
    /// The account may top it up.
    pub may_top_up: bool,
    /// In which currency it is topped up.
    pub currency: Currency,
    /// What there is in that currency; less than nothing where it is owed.
    pub balance: Money,
    /// How it is topped up by itself.
    pub rule: Option<Rule>,
    /// What last came to it or left it, the newest first.
    pub history: Vec<entries::Entry>,
}

impl Billing {
    /// True for who may top the credit of a desk up: it is a developer desk, and their role in its publisher allows it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn may_top_up(&self, account: AccountId, desk: DeskId) -> Result<bool, StoreError> {
        may_top_up(&mut self.db().read().await?, account, desk).await
    }

    /// What there is of a desk's credit, for an account. Whoever calls has asked whether it may see it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn credit_view(&self, account: AccountId, desk: DeskId, entries: u32) -> Result<CreditView, StoreError> {
        let mut conn = self.db().read().await?;
        let currency = currency(&mut conn, desk).await?;
        let balance = -entries::balance(&mut conn, desk, LedgerAccount::Credit, currency).await?;
        Ok(CreditView {
            may_top_up: may_top_up(&mut conn, account, desk).await?,
            currency,
            balance: Money::new(balance, currency),
            rule: top_ups::get(&mut conn, desk).await?,
            history: entries::latest_of_credit(&mut conn, desk, entries).await?,
        })
    }

    /// Lets the credit of a desk be topped up by `amount` whenever there is less than `threshold`, at most once a day; with the
    /// account's default card. `None`: not by itself any more.
    ///
    /// # Errors
    /// [`BillingError::TopUpAmount`], [`BillingError::NotADeveloperDesk`]; [`StoreError::NotFound`] for a desk of somebody else.
    pub async fn set_top_up_rule(
        &self,
        account: AccountId,
        desk: DeskId,
        terms: Option<(Money, Money)>,
    ) -> Result<(), BillingError> {
        let now = self.now();
        let mut tx = self.db().begin().await?;
        rows::lock(&mut tx, desk).await?;
        check_desk(&mut tx, account, desk).await?;
        let facts = if let Some((amount, threshold)) = terms {
            let currency = currency(&mut tx, desk).await?;
            check_amount(amount, currency)?;
            check_amount(threshold, currency)?;
            top_ups::set(&mut tx, &Rule { desk, account, amount, threshold: threshold.cents }, now).await?;
            put_in_line(&mut tx, desk, now, now).await?;
            json!({ "amount": amount.to_string(), "threshold": threshold.to_string() })
        } else {
            if !top_ups::remove(&mut tx, desk).await? {
                return Ok(());
            }
            json!({})
        };
        audit::append(&mut tx, desk, Actor::Account(account), Action::BillingTopUpRule, "credit", &facts, now).await?;
        Ok(tx.commit().await?)
    }
}

/// There is less credit now: lets lifecycle look, where it is topped up by itself.
pub(crate) async fn look_soon(tx: &mut Tx, desk: DeskId, now: Timestamp) -> Result<(), StoreError> {
    match top_ups::get(tx, desk).await? {
        Some(_) => put_in_line(tx, desk, now, now).await,
        None => Ok(()),
    }
}

pub(crate) async fn put_in_line(
    tx: &mut Tx,
    desk: DeskId,
    run_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let unique_key = Some(format!("{TOP_UP}:{desk}"));
    let job = NewJob { kind: TOP_UP, desk: Some(desk), payload: json!({}), run_at, unique_key };
    jobs::enqueue(tx, job, now).await.map(drop)
}

/// What was to be topped up was declined: it is not owed, and does not happen by itself again.
pub(crate) async fn declined_in(
    tx: &mut Tx,
    invoice: &mut Invoice,
    after: Option<&Attempt>,
    now: Timestamp,
) -> Result<(), StoreError> {
    settle::void_in(tx, invoice, now).await?;
    if invoice.top_up != Some(TopUp::Threshold) {
        return Ok(());
    }
    let reason = after.and_then(|attempt| attempt.error_text.clone());
    switch_off_in(tx, invoice.desk, invoice.account, (invoice.total, reason), now).await
}

/// Nothing is topped up by itself any more, as it was declined: the payer is told.
pub(crate) async fn switch_off_in(
    tx: &mut Tx,
    desk: DeskId,
    account: AccountId,
    (amount, reason): (Money, Option<String>),
    now: Timestamp,
) -> Result<(), StoreError> {
    if !top_ups::remove(tx, desk).await? {
        return Ok(());
    }
    let facts = json!({ "declined": amount.to_string() });
    audit::append(tx, desk, Actor::System, Action::BillingTopUpRule, "credit", &facts, now).await?;
    mails::top_up_declined(tx, desk, account, (amount, reason), now).await
}
