//! Credit that is bought by card: an invoice of one line, and its attempt in the same transaction, so that it is charged to the
//! card that was chosen or not at all. The credit is given in the transaction of the payment. What is declined is not owed.

use std::time::Duration;

use annex_domain::{
    audit::Action,
    billing::{InvoiceState, LineKind, TopUp},
    crash::When,
    ids::{AccountId, DeskId, InstallationId, InvoiceId, PaymentMethodId},
    money::Money,
    operator::Actor,
    plan::PlanModel,
};
use annex_store::{
    Conn, StoreError, Tx, audit,
    billing::{
        self as rows,
        attempts::{self, NewAttempt},
        desks,
        invoices::{self, Line, NewInvoice},
        methods::{self, Method},
        top_ups,
    },
};
use jiff::civil::Date;
use serde_json::json;
use url::Url;

use super::{Charged, DueWhy, Wish};
use crate::{Billing, BillingError, bill, credit, postings, top_up};

/// Credit is bought by itself at most once in this time.
const ONCE_IN: Duration = Duration::from_hours(24);

/// What a person wants to top up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTopUp {
    /// Of which desk.
    pub desk: DeskId,
    /// By how much.
    pub amount: Money,
    /// With which card; none: the default one.
    pub method: Option<PaymentMethodId>,
    /// The same key tops up once.
    pub key: Option<String>,
}

/// What came of topping up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToppedUp {
    /// The credit is there.
    Paid(InvoiceId),
    /// Nothing was taken, and nothing is owed.
    Declined {
        /// What the bank or the payment company said.
        text: Option<String>,
    },
    /// The payer has to confirm at their bank.
    AtBank(Url),
}

/// What is bought, by whom, and how it is paid.
struct Bought {
    desk: DeskId,
    account: AccountId,
    card: Method,
    amount: Money,
    by: TopUp,
    key: Option<String>,
}

impl Billing {
    /// Tops up the credit of a developer desk, for a member of its publisher who may. Called again with its key it goes on where it was
    /// left.
    ///
    /// # Errors
    /// [`BillingError::TopUpAmount`], [`BillingError::NoCard`], [`BillingError::NotADeveloperDesk`]; [`BillingError::KeyReused`] for
    /// another amount than before; [`StoreError::NotFound`] for a desk or card of somebody else; [`BillingError::is_passing`] errors:
    /// call again, or leave it to the reconciler.
    pub async fn top_up(&self, account: AccountId, new: &NewTopUp) -> Result<ToppedUp, BillingError> {
        self.pass("charge", "begin", When::Before)?;
        let mut tx = self.db().begin().await?;
        rows::lock(&mut tx, new.desk).await?;
        top_up::check_desk(&mut tx, account, new.desk).await?;
        let begun = match &new.key {
            Some(key) => invoices::by_top_up_key(&mut tx, new.desk, key).await?,
            None => None,
        };
        let invoice = match begun {
            Some(begun) if begun.total == new.amount => begun.id,
            Some(_) => return Err(BillingError::KeyReused),
            None => {
                top_up::check_amount(new.amount, top_up::currency(&mut tx, new.desk).await?)?;
                let card = match new.method {
                    Some(id) => Some(methods::get(&mut tx, account, id).await?),
                    None => methods::default(&mut tx, account, self.gateway_name()).await?,
                };
                let card = card.filter(|card| card.gateway == self.gateway_name()).ok_or(BillingError::NoCard)?;
                let (desk, amount, key) = (new.desk, new.amount, new.key.clone());
                self.buy_in(&mut tx, Bought { desk, account, card, amount, by: TopUp::Hand, key }).await?
            }
        };
        tx.commit().await?;
        self.pass("charge", "begin", When::After)?;
        self.take_top_up(new.desk, invoice).await
    }

    /// Tops up the credit of a desk that has a rule for it and less than its threshold; `None` where nothing is to be done now.
    ///
    /// # Errors
    /// [`BillingError::is_passing`] errors: call again, or leave it to the reconciler.
    pub async fn top_up_by_rule(&self, desk: DeskId) -> Result<Option<ToppedUp>, BillingError> {
        self.pass("charge", "begin", When::Before)?;
        let now = self.now();
        let mut tx = self.db().begin().await?;
        rows::lock(&mut tx, desk).await?;
        let Some(rule) = top_ups::get(&mut tx, desk).await? else { return Ok(None) };
        if credit::available(&mut tx, desk, rule.amount.currency).await? >= rule.threshold {
            return Ok(None);
        }
        let again = invoices::last_top_up(&mut tx, desk).await?.map(|last| last.after(ONCE_IN));
        if let Some(at) = again.filter(|at| *at > now) {
            top_up::put_in_line(&mut tx, desk, at, now).await?;
            tx.commit().await?;
            return Ok(None);
        }
        let card = match top_up::check_desk(&mut tx, rule.account, desk).await {
            Ok(()) => methods::default(&mut tx, rule.account, self.gateway_name()).await?,
            Err(BillingError::NotADeveloperDesk | BillingError::Store(StoreError::NotFound(_))) => None,
            Err(error) => return Err(error),
        };
        let Some(card) = card else {
            top_up::switch_off_in(&mut tx, desk, rule.account, (rule.amount, None), now).await?;
            tx.commit().await?;
            return Ok(Some(ToppedUp::Declined { text: None }));
        };
        let (account, amount, by) = (rule.account, rule.amount, TopUp::Threshold);
        let invoice = self.buy_in(&mut tx, Bought { desk, account, card, amount, by, key: None }).await?;
        tx.commit().await?;
        self.pass("charge", "begin", When::After)?;
        self.take_top_up(desk, invoice).await.map(Some)
    }

    /// The invoice with its attempt.
    async fn buy_in(&self, tx: &mut Tx, bought: Bought) -> Result<InvoiceId, BillingError> {
        let Bought { desk, account, card, amount, by, key } = bought;
        self.check_gateway(tx, account).await?;
        let gateway = self.gateway_name();
        let customer = methods::customer(tx, account, gateway).await?.ok_or(BillingError::NoCard)?;
        self.ensure_bill_in(tx, desk).await?;
        let now = self.now();
        let new = NewInvoice {
            id: InvoiceId::new(),
            desk,
            account,
            order: None,
            period: None,
            currency: amount.currency,
            credit_used: 0,
            lines: vec![line(amount, self.day_of_bill(tx, desk).await?)?],
        };
        let invoice = invoices::insert_top_up(tx, &new, by, key.as_deref(), now).await?;
        postings::issued(tx, &invoice, now).await?;
        let off_session = by == TopUp::Threshold;
        let (method, gateway) = (card.gateway_id, gateway.to_owned());
        let attempt = NewAttempt { desk, invoice: invoice.id, gateway, customer, method, amount, off_session };
        attempts::insert(tx, &attempt, now).await?;
        let actor = if off_session { Actor::System } else { Actor::Account(account) };
        let object = format!("invoice:{}", invoice.number);
        let facts = json!({ "amount": amount.to_string() });
        audit::append(tx, desk, actor, Action::BillingTopUp, &object, &facts, now).await?;
        Ok(invoice.id)
    }

    async fn day_of_bill(&self, conn: &mut Conn, desk: DeskId) -> Result<Date, StoreError> {
        let bill = desks::get(conn, desk).await?.ok_or(StoreError::NotFound("bill of the help desk"))?;
        Ok(bill::day_at(&bill, self.now()))
    }

    async fn take_top_up(&self, desk: DeskId, id: InvoiceId) -> Result<ToppedUp, BillingError> {
        let charged = self.collect(desk, id, Wish::Automatic, None).await;
        if let Err(stopped @ BillingError::Stopped(_)) = charged {
            return Err(stopped);
        }
        let (invoice, attempts) = self.read_invoice(desk, id).await?;
        let said = || attempts.last().and_then(|last| last.error_text.clone());
        match (invoice.state, charged) {
            (InvoiceState::Paid, _) => Ok(ToppedUp::Paid(id)),
            // Declined is declined, also while the intent cannot be cancelled yet: the reconciler does that.
            (InvoiceState::Void, _) => Ok(ToppedUp::Declined { text: said() }),
            (_, Ok(Charged::Due(due))) => Ok(match due.why {
                DueWhy::Action { url } => ToppedUp::AtBank(url),
                DueWhy::NoMethod | DueWhy::Declined { .. } => ToppedUp::Declined { text: said() },
            }),
            (_, Ok(Charged::Paid)) => Ok(ToppedUp::Paid(id)),
            (_, Err(error)) => Err(error),
        }
    }
}

/// Credit is nobody's add-on. The line names it as one of the host's own all the same, as every line names one.
fn line(amount: Money, on: Date) -> Result<Line, StoreError> {
    let unnamed = |_| StoreError::Invalid { field: "line", problem: "names no add-on" };
    Ok(Line {
        id: 0,
        kind: LineKind::Credit,
        subscription: None,
        installation: InstallationId::new(),
        addon: "annex.credit".parse().map_err(unnamed)?,
        plan: "credit".parse().map_err(|_| StoreError::Invalid { field: "line", problem: "names no plan" })?,
        model: PlanModel::OneTime,
        description: "Credit".into(),
        quantity: 1,
        unit_price: amount.cents,
        amount: amount.cents,
        reduced: 0,
        period_from: on,
        period_to: None,
    })
}
