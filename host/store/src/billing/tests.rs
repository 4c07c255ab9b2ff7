//! What must hold on both databases, whatever the order of events. A desk that pays, and builders for what it buys.

use annex_domain::{
    billing::{InvoiceState, LineKind, OrderPurpose, OrderState, SubscriptionState},
    clock::Timestamp,
    ids::{DeskId, InstallationId, InvoiceId, OrderId, PaymentMethodId, SubscriptionId},
    localized::Localized,
    money::{Currency, Money},
    plan::{Plan, PlanModel},
};
use jiff::civil::{Date, date};
use serde_json::json;

use super::{
    accounts::{self, Account, NewAccount},
    attempts::NewAttempt,
    desks::{self, BillingDesk},
    invoices::{self, Invoice, Line, NewInvoice},
    orders::Order,
    subscriptions::Subscription,
};
use crate::{
    Db, StoreError, Tx,
    testing::{Fixture, on_both},
};

mod ledger;
mod money;
mod people;
mod several;
mod terms;

const NOW: Timestamp = Timestamp(1_800_000_000_000);

/// A desk that has bought something, and who pays.
#[derive(Debug, Clone)]
struct Payer {
    fixture: Fixture,
    desk: DeskId,
    account: Account,
}

impl Payer {
    async fn make(tx: &mut Tx) -> Self {
        let fixture = Fixture::make(tx).await;
        let account = account(tx, "pay@example.org").await;
        desks::ensure(tx, &bill(fixture.desk), NOW).await.unwrap();
        Self { fixture, desk: fixture.desk, account }
    }

    fn order(&self, installation: InstallationId, key: Option<&str>) -> Order {
        Order {
            id: OrderId::new(),
            desk: self.desk,
            account: self.account.id,
            method: Some(PaymentMethodId::new()),
            shown_of_card: Some(eur(2600)),
            installation,
            addon: "acme.hello".parse().unwrap(),
            version: "1.0.0".parse().unwrap(),
            purpose: OrderPurpose::Install,
            plan: plan("team", 900),
            quantity: 3,
            amount: eur(2700),
            period_from: date(2027, 1, 31),
            period_to: Some(date(2027, 2, 28)),
            details: json!({ "users": [] }),
            ordered_by: self.fixture.admin,
            idempotency_key: key.map(Into::into),
            state: OrderState::Open,
            created_at: NOW,
            updated_at: NOW,
            rev: 1,
        }
    }

    fn subscription(&self, installation: InstallationId) -> Subscription {
        Subscription {
            id: SubscriptionId::new(),
            desk: self.desk,
            installation,
            addon: "acme.hello".parse().unwrap(),
            plan: plan("team", 900),
            quantity: 3,
            quantity_next: None,
            state: SubscriptionState::Active,
            paid_through: Some(date(2027, 2, 28)),
            trial_ends_at: None,
            ended_at: None,
            created_at: NOW,
            updated_at: NOW,
            rev: 1,
        }
    }

    /// A monthly one, with a line of 27.00 for each subscription.
    fn monthly(&self, from: Date, subscriptions: &[&Subscription]) -> NewInvoice {
        let line = |subscription: &&Subscription| Line {
            id: 0,
            kind: LineKind::Charge,
            reduced: 0,
            subscription: Some(subscription.id),
            installation: subscription.installation,
            addon: subscription.addon.clone(),
            plan: subscription.plan.id.clone(),
            model: subscription.plan.model,
            description: "Test, Team".into(),
            quantity: 3,
            unit_price: 900,
            amount: 2700,
            period_from: from,
            period_to: Some(date(2027, 3, 31)),
        };
        NewInvoice {
            id: InvoiceId::new(),
            desk: self.desk,
            account: self.account.id,
            order: None,
            period: Some((from, date(2027, 3, 31))),
            currency: Currency::EUR,
            credit_used: 0,
            lines: subscriptions.iter().map(line).collect(),
        }
    }

    /// Of an order that nobody has written down: one line of `cents`.
    async fn invoice(&self, tx: &mut Tx, cents: i64) -> Invoice {
        let subscription = self.subscription(InstallationId::new());
        let mut new = self.monthly(date(2027, 2, 28), &[&subscription]);
        for line in &mut new.lines {
            (line.subscription, line.amount) = (None, cents);
        }
        new.period = None;
        invoices::insert(tx, &new, NOW).await.unwrap()
    }

    fn attempt(&self, invoice: &Invoice) -> NewAttempt {
        NewAttempt {
            desk: self.desk,
            invoice: invoice.id,
            gateway: "test".into(),
            customer: "cus_1".into(),
            method: "pm_1".into(),
            amount: invoice.to_take(),
            off_session: false,
        }
    }
}

async fn account(tx: &mut Tx, email: &str) -> Account {
    let new = NewAccount { email: email.into(), name: "Acme".into(), password_hash: "$hash".into() };
    accounts::insert(tx, &new, NOW).await.unwrap()
}

fn bill(desk: DeskId) -> BillingDesk {
    BillingDesk {
        desk,
        billing_day: 31,
        time_zone: "Europe/Berlin".into(),
        next_bill_on: date(2027, 2, 28),
        next_bill_at: NOW,
        asked_at: None,
        confirmed_through: None,
        rev: 0,
    }
}

fn plan(id: &str, price: i64) -> Plan {
    Plan {
        id: id.parse().unwrap(),
        name: Localized::en("Team"),
        summary: None,
        model: PlanModel::PerUser,
        price,
        currency: Currency::EUR,
        trial_days: 30,
    }
}

fn eur(cents: i64) -> Money {
    Money::new(cents, Currency::EUR)
}

/// Runs the test with a payer, all of it committed before.
async fn with_payer(test: impl AsyncFn(Db, Payer)) {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let payer = Payer::make(&mut tx).await;
        tx.commit().await.unwrap();
        test(db, payer).await;
    })
    .await;
}

/// Tries something in a transaction of its own, which is not committed: PostgreSQL lets nothing follow an error.
macro_rules! refused {
    ($db:expr, |$tx:ident| $call:expr) => {{
        let mut transaction = $db.begin().await.unwrap();
        let $tx = &mut transaction;
        $call.await.unwrap_err()
    }};
}
use refused;

fn taken(error: &StoreError) -> &'static str {
    match error {
        StoreError::Taken(what) => what,
        other => panic!("{other:?}"),
    }
}

/// The states of an invoice that a test goes through.
fn to(state: InvoiceState, mut invoice: Invoice) -> Invoice {
    invoice.state = state;
    invoice
}
