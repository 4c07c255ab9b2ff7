//! Paying publishers out, once a month and each exactly once.
//!
//! ```text
//! make   one transaction: the run of the month, a row for each publisher with its amount and bank account, the book
//! write  the file for the bank, made of those rows alone: as often as somebody wants it, it is the same
//! note   the run is `written`; somebody says later that the bank has paid: `confirmed`
//! ```
//!
//! Whatever it stops at, running it again goes on. Who has less than the least, no bank account or one that does not open, or is
//! suspended keeps what it has for a later month.

mod file;

use std::io;

use annex_domain::{
    addon::PublisherSlug,
    audit::Action,
    clock::Timestamp,
    crash::When,
    earnings::{EarningKind, Iban, Month, PayoutState},
    money::{Currency, Money},
    operator::Actor,
    publisher::PublisherStatus,
};
use annex_store::{
    StoreError, Tx, audit,
    billing::{
        earnings::{self, NewEarning},
        payouts::{self, Payout, Run},
    },
    publishers::{
        banks::{self, BankAccount},
        organisations::{self, Organisation},
    },
    vault::Vault,
};
use jiff::tz::TimeZone;
use serde_json::json;

use crate::{Billing, BillingError, ledger};

/// What can be made to crash here, as `(what, step)`; each `before` and `after` what it commits or writes.
pub const STEPS: [(&str, &str); 3] = [("payout", "make"), ("payout", "write"), ("payout", "note")];

/// The bank account that payouts come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payer {
    /// Who it belongs to.
    pub name: String,
    /// Its number.
    pub iban: Iban,
}

/// What a bank is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// All payouts.
    pub csv: String,
    /// Those in euros as a SEPA credit transfer (ISO 20022 `pain.001.001.03`): where there are some, and the payer is known.
    pub pain: Option<String>,
}

/// What came of paying out a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidOut {
    /// How far it is.
    pub run: Run,
    /// Who gets what.
    pub made: Vec<Payout>,
    /// Who would have got something, had their bank account opened: they keep it for a later month. Said by the run that decided.
    pub unopened: Vec<PublisherSlug>,
}

/// Why nobody is paid.
#[derive(Debug, thiserror::Error)]
pub enum PayoutError {
    /// More may be earned in it.
    #[error("{0} is not over yet")]
    NotOver(Month),
    /// There is nothing that a bank could have paid.
    #[error("the file for the bank of {0} was not written yet")]
    NotWritten(Month),
    /// The file could not be written.
    #[error("the file for the bank cannot be written; nobody is paid twice when it is tried again")]
    File(#[source] io::Error),
    /// A crash point of a test.
    #[error(transparent)]
    Billing(#[from] BillingError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Billing {
    /// Pays out what was earned until the end of a month, where it comes to at least so many whole units of its currency: decides
    /// who gets what, if nobody has before, and has the file written.
    ///
    /// # Errors
    /// [`PayoutError`]: it may be run again.
    pub async fn pay_out(
        &self,
        vault: &Vault,
        month: Month,
        least: u32,
        payer: Option<&Payer>,
        write: &(dyn Fn(&Files) -> io::Result<()> + Sync),
    ) -> Result<PaidOut, PayoutError> {
        if start_of(month.next()) > self.now() {
            return Err(PayoutError::NotOver(month));
        }
        let PaidOut { mut run, made, unopened } = self.decide(vault, month, least).await?;
        let mut to = Vec::new();
        for payout in &made {
            to.push((payout, BankAccount::open(vault, &payout.publisher, &payout.sealed)?));
        }
        self.pass("payout", "write", When::Before)?;
        write(&file::files(&run, &to, payer)).map_err(PayoutError::File)?;
        self.pass("payout", "write", When::After)?;
        if run.state == PayoutState::Made {
            let mut tx = self.db().begin().await?;
            payouts::come_to(&mut tx, &mut run, PayoutState::Written, self.now()).await?;
            self.pass("payout", "note", When::Before)?;
            tx.commit().await?;
            self.pass("payout", "note", When::After)?;
        }
        Ok(PaidOut { run, made, unopened })
    }

    /// The bank has paid what the file of a month says.
    ///
    /// # Errors
    /// [`PayoutError::NotWritten`].
    pub async fn confirm_payouts(&self, month: Month) -> Result<Run, PayoutError> {
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let run = payouts::run(&mut tx, month).await?.filter(|run| run.state != PayoutState::Made);
        let mut run = run.ok_or(PayoutError::NotWritten(month))?;
        if run.state == PayoutState::Written {
            payouts::come_to(&mut tx, &mut run, PayoutState::Confirmed, now).await?;
            let count = payouts::of(&mut tx, month).await?.len();
            log(&mut tx, month, PayoutState::Confirmed, count, &[], now).await?;
            tx.commit().await?;
        }
        Ok(run)
    }

    async fn decide(&self, vault: &Vault, month: Month, least: u32) -> Result<PaidOut, PayoutError> {
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let mut unopened = Vec::new();
        if payouts::begin(&mut tx, month, now).await? {
            let mut made = 0;
            for publisher in organisations::list(&mut tx).await? {
                match decide_for(&mut tx, vault, month, &publisher, (made, least), now).await? {
                    Decided::Made(count) => made = count,
                    Decided::Unopened => unopened.push(publisher.slug),
                }
            }
            log(&mut tx, month, PayoutState::Made, made, &unopened, now).await?;
        }
        let run = payouts::run(&mut tx, month).await?.ok_or(StoreError::NotFound("payouts of the month"))?;
        let made = payouts::of(&mut tx, month).await?;
        self.pass("payout", "make", When::Before)?;
        tx.commit().await?;
        self.pass("payout", "make", When::After)?;
        Ok(PaidOut { run, made, unopened })
    }
}

/// What was decided about a publisher.
enum Decided {
    /// So many payouts there are by then.
    Made(usize),
    /// It is for later: its bank account does not open, and would keep the file from being written.
    Unopened,
}

/// Writes what a publisher gets; `made`: how many payouts there are before.
async fn decide_for(
    tx: &mut Tx,
    vault: &Vault,
    month: Month,
    publisher: &Organisation,
    (mut made, least): (usize, u32),
    now: Timestamp,
) -> Result<Decided, StoreError> {
    let slug = &publisher.slug;
    organisations::lock(tx, slug).await?;
    let sealed = banks::sealed(tx, slug).await?.filter(|_| publisher.status == PublisherStatus::Active);
    let Some(sealed) = sealed else { return Ok(Decided::Made(made)) };
    let mut payable = earnings::payable(tx, slug, start_of(month.next())).await?;
    payable.retain(|(currency, cents)| *cents > 0 && *cents >= units(least, *currency));
    if !payable.is_empty() && BankAccount::open(vault, slug, &sealed).is_err() {
        tracing::error!(publisher = %slug, %month, "a bank account does not open: its publisher is not paid out");
        return Ok(Decided::Unopened);
    }
    for (currency, cents) in payable {
        made += 1;
        let number = u32::try_from(made).unwrap_or(u32::MAX);
        let amount = Money::new(cents, currency);
        let new = Payout { number, publisher: slug.clone(), amount, sealed: sealed.clone() };
        payouts::insert(tx, month, &new).await?;
        let transaction = format!("payout:{month}:{number}");
        let kind = EarningKind::Payout;
        let moved = NewEarning { transaction: &transaction, publisher: slug, kind, sold: None, gross: 0, amount };
        earnings::insert(tx, &moved, now).await?;
    }
    Ok(Decided::Made(made))
}

async fn log(
    tx: &mut Tx,
    month: Month,
    state: PayoutState,
    count: usize,
    unopened: &[PublisherSlug],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut facts = json!({ "month": month.to_string(), "state": state, "payouts": count });
    if let (Some(facts), false) = (facts.as_object_mut(), unopened.is_empty()) {
        facts.insert("unopened".into(), json!(unopened));
    }
    audit::append(tx, None, Actor::CommandLine, Action::BillingPayout, "payout", &facts, now).await
}

/// When a month begins: its days are those of UTC.
#[must_use]
pub fn start_of(month: Month) -> Timestamp {
    ledger::start_of(month.first(), &TimeZone::UTC)
}

/// So many whole units of a currency, in cents.
fn units(count: u32, currency: Currency) -> i64 {
    i64::from(count) * 10i64.pow(u32::from(currency.decimals()))
}
