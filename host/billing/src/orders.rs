//! What something costs, and ordering it: the price is frozen in the order, together with its invoice. Who may buy, what
//! it costs now and what the page showed are compared in the transaction that writes the order.

use annex_domain::{
    addon::{AddonId, Version},
    billing::{LineKind, OrderPurpose, OrderState},
    ids::{DeskId, InstallationId, InvoiceId, OperatorId, OrderId, PaymentMethodId},
    money::Money,
    permission::Permission,
    plan::{Plan, PlanId, PlanModel},
};
use annex_store::{
    Conn, StoreError, Tx,
    billing::{
        self as rows,
        accounts::Account,
        invoices::{self, Line, NewInvoice},
        logins,
        orders::{self, Order},
    },
    catalog, operators,
};
use serde_json::Value;

use crate::{
    Billing, LoginError, OrderError,
    held::{self, Held},
    ledger::Quote,
    postings,
};

mod quote;

pub(crate) use self::quote::free_licences;
pub use self::quote::{FREE_LICENCES, seats};

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRequest {
    /// The installation, once there is one.
    pub installation: Option<InstallationId>,
    /// Of which add-on.
    pub addon: AddonId,
    /// In which version: its manifest names the plans, unless the listing does.
    pub version: Version,
    /// On which plan. For more licences it is the plan that there is, whatever is said here.
    pub plan: PlanId,
    /// Licences; for [`OrderPurpose::Licences`] how many more. Without a meaning for plans that are not per user.
    pub quantity: u32,
    /// What for.
    pub purpose: OrderPurpose,
}

/// An order to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct NewOrder {
    /// Who buys.
    pub desk: DeskId,
    /// For which installation.
    pub installation: InstallationId,
    /// Of which add-on.
    pub addon: AddonId,
    /// In which version.
    pub version: Version,
    /// See [`OrderRequest::plan`].
    pub plan: PlanId,
    /// See [`OrderRequest::quantity`].
    pub quantity: u32,
    /// What for.
    pub purpose: OrderPurpose,
    /// What the page showed: [`Quote::amount`]. `None`: nothing; what it costs is answered, as another price would be.
    pub shown: Option<Money>,
    /// What the page showed of the months after: [`Quote::renewal_amount`]. `None`: the caller does not say.
    pub shown_renewal: Option<Money>,
    /// The card that was chosen. `None`: the account's default one, as it is now, unless a page showed something else.
    pub method: Option<PaymentMethodId>,
    /// What the page showed that a card is charged, 0 where the credit pays: more is refused, now and when it is
    /// charged, and so is a card that the page did not name. `None`: the caller does not say.
    pub shown_of_card: Option<Money>,
    /// Who ordered.
    pub by: OperatorId,
    /// `Idempotency-Key`: the same key gives the same order again.
    pub key: Option<String>,
    /// What lifecycle does once it is paid.
    pub details: Value,
}

impl NewOrder {
    /// True when `order` is what this asks for. Only licences are counted by whoever asks.
    fn is_again(&self, order: &Order) -> bool {
        let plan = self.purpose == OrderPurpose::Licences || order.plan.id == self.plan;
        let quantity = order.plan.model != PlanModel::PerUser || order.quantity == self.quantity;
        let same = order.installation == self.installation && order.purpose == self.purpose;
        same && plan && quantity && is_charged_to(order, self.method)
    }

    fn wanted(&self) -> OrderRequest {
        OrderRequest {
            installation: Some(self.installation),
            addon: self.addon.clone(),
            version: self.version.clone(),
            plan: self.plan.clone(),
            quantity: self.quantity,
            purpose: self.purpose,
        }
    }
}

/// Where a desk stands with its login (R5, R6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nobody is logged in.
    LoggedOut,
    /// An account that does not hold the desk's licence.
    Wrong(Account),
    /// The account that pays.
    Ready(Account),
}

impl Standing {
    /// The account that pays.
    ///
    /// # Errors
    /// When nobody is logged in, or the wrong account is.
    pub fn ready(self) -> Result<Account, LoginError> {
        match self {
            Self::Ready(account) => Ok(account),
            Self::Wrong(_) => Err(LoginError::WrongAccount),
            Self::LoggedOut => Err(LoginError::LoggedOut),
        }
    }
}

/// Where a desk stands with its login, within a transaction or not.
pub async fn standing_in(conn: &mut Conn, desk: DeskId) -> Result<Standing, StoreError> {
    Ok(match logins::of_desk(conn, desk).await? {
        None => Standing::LoggedOut,
        Some(login) if login.holds_licence => Standing::Ready(login.account),
        Some(login) => Standing::Wrong(login.account),
    })
}

/// True when an order is charged to the card that is named; without one, to whichever it is.
#[must_use]
pub fn is_charged_to(order: &Order, method: Option<PaymentMethodId>) -> bool {
    method.is_none() || order.method == method
}

impl Billing {
    /// See [`standing_in`].
    pub async fn standing(&self, desk: DeskId) -> Result<Standing, StoreError> {
        let mut conn = self.db().read().await?;
        standing_in(&mut conn, desk).await
    }

    /// Orders; see [`Self::order_in`].
    ///
    /// # Errors
    /// As [`Self::order_in`].
    pub async fn order(&self, new: &NewOrder) -> Result<Order, OrderError> {
        let mut tx = self.db().begin().await?;
        let order = self.order_in(&mut tx, new).await?;
        tx.commit().await?;
        Ok(order)
    }

    /// Writes an order with its invoice and its postings, in the caller's transaction. The same key gives the same order.
    ///
    /// # Errors
    /// [`OrderError`]; roll the transaction back then.
    pub async fn order_in(&self, tx: &mut Tx, new: &NewOrder) -> Result<Order, OrderError> {
        rows::lock(tx, new.desk).await?;
        if let Some(key) = &new.key
            && let Some(order) = orders::by_key(tx, new.desk, key).await?
        {
            return if new.is_again(&order) { Ok(order) } else { Err(OrderError::KeyReused) };
        }
        let operator = operators::get(tx, new.desk, new.by).await?;
        if !operator.active || !operator.permissions.has(Permission::AddonsManage) {
            return Err(OrderError::Permission);
        }
        let account = standing_in(tx, new.desk).await?.ready()?;
        if let Some(live) = orders::live_of(tx, new.desk, new.installation).await? {
            return Err(underway(tx, live).await?);
        }
        let (plan, quote, held) = self.quote_in(tx, new.desk, &new.wanted()).await?;
        let renews_as_shown = new.shown_renewal.is_none_or(|shown| quote.renewal_amount == Some(shown));
        if new.shown != Some(quote.amount) || !renews_as_shown {
            return Err(OrderError::PriceChanged { now: Box::new(quote) });
        }
        let method = self.card_in(tx, new, account.id, quote.amount).await?;
        self.ensure_bill_in(tx, new.desk).await?;
        let now = self.now();
        let order = Order {
            id: OrderId::new(),
            desk: new.desk,
            account: account.id,
            method,
            shown_of_card: new.shown_of_card.map(|shown| Money::new(shown.cents.max(0), quote.amount.currency)),
            installation: new.installation,
            addon: new.addon.clone(),
            version: new.version.clone(),
            purpose: new.purpose,
            plan,
            quantity: quote.quantity,
            amount: quote.amount,
            period_from: quote.period_from,
            period_to: quote.period_to,
            details: new.details.clone(),
            ordered_by: new.by,
            idempotency_key: new.key.clone(),
            state: OrderState::Open,
            created_at: now,
            updated_at: now,
            rev: 1,
        };
        orders::insert(tx, &order).await?;
        self.invoice_in(tx, &order, &quote, held.as_ref()).await?;
        Ok(order)
    }

    /// What was bought runs: in the transaction that switches it on. Fulfilling twice is no error.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the order is not paid.
    pub async fn fulfilled_in(&self, tx: &mut Tx, desk: DeskId, order: OrderId) -> Result<(), StoreError> {
        let mut order = orders::get(tx, desk, order).await?;
        match order.state {
            OrderState::Fulfilled => Ok(()),
            OrderState::Paid => {
                let now = self.now();
                held::settle_in(tx, &order, now).await?;
                order.state = OrderState::Fulfilled;
                orders::save(tx, &mut order, now).await
            }
            _ => Err(StoreError::Stale("the order")),
        }
    }

    async fn invoice_in(
        &self,
        tx: &mut Tx,
        order: &Order,
        quote: &Quote,
        held: Option<&Held>,
    ) -> Result<(), StoreError> {
        let line = Line {
            id: 0,
            kind: LineKind::Charge,
            subscription: None,
            installation: order.installation,
            addon: order.addon.clone(),
            plan: order.plan.id.clone(),
            model: order.plan.model,
            description: describe(tx, &order.addon, Some(&order.version), &order.plan).await?,
            quantity: order.quantity,
            unit_price: order.plan.price,
            amount: quote.gross.cents,
            reduced: 0,
            period_from: order.period_from,
            period_to: order.period_to,
        };
        let mut lines = vec![line.clone()];
        if let Some(held) = held.filter(|_| quote.netted.cents > 0) {
            lines.push(Line {
                kind: held.kind,
                plan: held.of.plan.id.clone(),
                model: held.of.plan.model,
                description: describe(tx, &held.of.addon, None, &held.of.plan).await?,
                quantity: 1,
                unit_price: 0,
                amount: -quote.netted.cents,
                ..line
            });
        }
        let new = NewInvoice {
            id: InvoiceId::new(),
            desk: order.desk,
            account: order.account,
            order: Some(order.id),
            period: None,
            currency: order.amount.currency,
            credit_used: 0,
            lines,
        };
        let now = self.now();
        let invoice = invoices::insert(tx, &new, now).await?;
        postings::issued(tx, &invoice, now).await
    }
}

/// The add-on's and the plan's name in English.
pub(crate) async fn describe(
    conn: &mut Conn,
    addon: &AddonId,
    version: Option<&Version>,
    plan: &Plan,
) -> Result<String, StoreError> {
    let row = match version {
        Some(version) => catalog::version(conn, addon, version).await?,
        None => catalog::shown(conn, addon).await?,
    };
    let name = row.map_or_else(|| addon.to_string(), |row| row.manifest.listing.name.get("en").to_owned());
    Ok(format!("{name}: {}", plan.name.get("en")))
}

async fn underway(conn: &mut Conn, order: Order) -> Result<OrderError, StoreError> {
    let invoice = invoices::of_order(conn, order.desk, order.id).await?;
    let invoice = invoice.ok_or(StoreError::NotFound("invoice of the order"))?;
    let (number, amount) = (invoice.number, invoice.to_take());
    Ok(OrderError::Underway { order: order.id, invoice: invoice.id, number, amount })
}
