//! A desk that is logged in to billing and has a card, an add-on with plans, and a payment company with a record.

use std::{sync::Arc, time::Duration};

use annex_domain::{
    addon::Version,
    billing::{AttemptState, InvoiceState, OrderPurpose, OrderState, SubscriptionState},
    clock::{Clock as _, ManualClock, Timestamp},
    crash::CrashPoints,
    ids::{AccountId, DeskId, InstallationId, InvoiceId, OperatorId, OrderId, SubscriptionId},
    localized::Localized,
    manifest::{Listing, Manifest},
    money::{Currency, Money},
    plan::{Plan, PlanModel},
    publisher::MemberRole,
};
use annex_store::{
    Db,
    billing::{
        accounts::{self, NewAccount},
        attempts,
        invoices::{self, Invoice},
        logins,
        methods::{self, NewMethod},
        orders::{self, Order},
        plans, subscriptions,
        subscriptions::Subscription,
    },
    publishers::{members, organisations},
    testing::{self, Fixture, TestDb},
};
use jiff::civil::Date;
use serde_json::json;

use super::peer::Peer;
use crate::{Billing, BillingParts, NewOrder, Variant, gateways::test::Behaviour};

/// 1 March 2026, 12:00 UTC.
pub(super) const START: Timestamp = Timestamp(1_772_366_400_000);
pub(super) const DAY: Duration = Duration::from_hours(24);

pub(super) struct Bench {
    pub(super) db: Db,
    pub(super) clock: Arc<ManualClock>,
    pub(super) peer: Arc<Peer>,
    pub(super) desk: DeskId,
    pub(super) admin: OperatorId,
    pub(super) agent: OperatorId,
    pub(super) account: AccountId,
    _folder: Option<TestDb>,
}

pub(super) fn eur(cents: i64) -> Money {
    Money::new(cents, Currency::EUR)
}

pub(super) fn plan(id: &str, model: PlanModel, price: i64) -> Plan {
    Plan {
        id: id.parse().unwrap(),
        name: Localized::en(id),
        summary: None,
        model,
        price,
        currency: Currency::EUR,
        trial_days: 0,
    }
}

fn manifest() -> Manifest {
    let plans = vec![
        plan("flat", PlanModel::Flat, 900),
        plan("user", PlanModel::PerUser, 400),
        plan("seat", PlanModel::PerSeat, 300),
        plan("once", PlanModel::OneTime, 5000),
    ];
    let manifest = testing::manifest("acme.tool", Version::new(1, 0, 0), 1);
    let listing = Listing { name: Localized::en("Tool"), ..manifest.listing };
    Manifest { listing, plans, ..manifest }
}

impl Bench {
    /// On SQLite, with a card that pays.
    pub(super) async fn new() -> Self {
        let database = TestDb::sqlite().await;
        let mut bench = Self::on(database.db.clone()).await;
        bench._folder = Some(database);
        bench
    }

    pub(super) async fn on(db: Db) -> Self {
        let clock = Arc::new(ManualClock::at(START));
        let peer = Peer::new(clock.clone());
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, admin, agent, .. } = Fixture::make(&mut tx).await;
        testing::publish(&mut tx, &manifest(), START).await.unwrap();
        let new = NewAccount { email: "pay@example.org".into(), name: "Payer".into(), password_hash: "x".into() };
        let account = accounts::insert(&mut tx, &new, START).await.unwrap().id;
        accounts::hold_licence(&mut tx, desk, account, START).await.unwrap();
        logins::log_in(&mut tx, desk, account, true, admin, START).await.unwrap();
        methods::set_customer(&mut tx, account, "peer", "cus_1", START).await.unwrap();
        tx.commit().await.unwrap();
        let bench = Self { db, clock, peer, desk, admin, agent, account, _folder: None };
        bench.card(Behaviour::Pays).await;
        bench
    }

    pub(super) fn billing(&self) -> Billing {
        self.with(CrashPoints::none(), Variant::Designed)
    }

    pub(super) fn with(&self, crash: CrashPoints, variant: Variant) -> Billing {
        Billing::new(BillingParts {
            db: self.db.clone(),
            clock: self.clock.clone(),
            gateway: self.peer.clone(),
            crash,
            public_url: "https://desk.example/".parse().unwrap(),
            variant,
        })
    }

    /// Makes the desk the one that the add-on's publisher develops in, and who pays for it an owner of that.
    pub(super) async fn develops(&self) {
        let mut tx = self.db.begin().await.unwrap();
        let acme = "acme".parse().unwrap();
        organisations::set_developer_desk(&mut tx, &acme, self.desk).await.unwrap();
        members::add(&mut tx, &acme, self.account, MemberRole::Owner, START).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Adds a card, which pays from now on.
    pub(super) async fn card(&self, behaviour: Behaviour) -> annex_domain::ids::PaymentMethodId {
        let new = NewMethod {
            gateway_id: self.peer.card(behaviour),
            brand: "visa".into(),
            last4: "4242".into(),
            exp_month: 12,
            exp_year: 2099,
        };
        let mut tx = self.db.begin().await.unwrap();
        let card = methods::upsert(&mut tx, self.account, "peer", &new, self.clock.now()).await.unwrap();
        methods::make_default(&mut tx, self.account, card.id).await.unwrap();
        tx.commit().await.unwrap();
        card.id
    }

    /// The card that pays from now on.
    pub(super) async fn make_default(&self, card: annex_domain::ids::PaymentMethodId) {
        let mut tx = self.db.begin().await.unwrap();
        methods::make_default(&mut tx, self.account, card).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(super) async fn no_card(&self) {
        let mut tx = self.db.begin().await.unwrap();
        for card in methods::list(&mut tx, self.account).await.unwrap() {
            methods::remove(&mut tx, self.account, card.id).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    pub(super) fn new_order(&self, plan: &str, shown: i64) -> NewOrder {
        NewOrder {
            desk: self.desk,
            installation: InstallationId::new(),
            addon: "acme.tool".parse().unwrap(),
            version: Version::new(1, 0, 0),
            plan: plan.parse().unwrap(),
            quantity: 3,
            purpose: OrderPurpose::Install,
            shown: Some(eur(shown)),
            shown_renewal: None,
            method: None,
            shown_of_card: None,
            by: self.admin,
            key: None,
            details: json!({}),
        }
    }

    /// An order of 9.00, and its invoice.
    pub(super) async fn order(&self) -> (Order, InvoiceId) {
        self.order_at(&self.billing()).await
    }

    /// The same with another gateway.
    pub(super) async fn order_at(&self, billing: &Billing) -> (Order, InvoiceId) {
        let new = self.new_order("flat", 900);
        // Later in the month less days are paid for.
        let wanted = crate::OrderRequest {
            installation: None,
            addon: new.addon.clone(),
            version: new.version.clone(),
            plan: new.plan.clone(),
            quantity: 1,
            purpose: OrderPurpose::Install,
        };
        let shown = billing.quote(self.desk, &wanted).await.unwrap().amount;
        let order = billing.order(&NewOrder { shown: Some(shown), ..new }).await.unwrap();
        let invoice = self.invoice_of(order.id).await.id;
        (order, invoice)
    }

    pub(super) async fn invoice_of(&self, order: OrderId) -> Invoice {
        let mut conn = self.db.read().await.unwrap();
        invoices::of_order(&mut conn, self.desk, order).await.unwrap().unwrap()
    }

    pub(super) async fn invoice(&self, id: InvoiceId) -> Invoice {
        let mut conn = self.db.read().await.unwrap();
        invoices::get(&mut conn, self.desk, id).await.unwrap()
    }

    pub(super) async fn order_state(&self, id: OrderId) -> OrderState {
        let mut conn = self.db.read().await.unwrap();
        orders::get(&mut conn, self.desk, id).await.unwrap().state
    }

    /// Invoice, order, states of the attempts.
    pub(super) async fn states(&self, invoice: InvoiceId) -> (InvoiceState, Option<OrderState>, Vec<AttemptState>) {
        let row = self.invoice(invoice).await;
        let order = match row.order {
            Some(order) => Some(self.order_state(order).await),
            None => None,
        };
        let mut conn = self.db.read().await.unwrap();
        let attempts = attempts::of_invoice(&mut conn, invoice).await.unwrap();
        (row.state, order, attempts.into_iter().map(|attempt| attempt.state).collect())
    }

    /// What lifecycle writes when an order is fulfilled.
    pub(super) async fn subscribe(&self, plan: Plan, quantity: u32, paid_through: Option<Date>) -> Subscription {
        self.subscribe_for(InstallationId::new(), plan, quantity, paid_through).await
    }

    pub(super) async fn subscribe_for(
        &self,
        installation: InstallationId,
        plan: Plan,
        quantity: u32,
        paid_through: Option<Date>,
    ) -> Subscription {
        let now = self.clock.now();
        let new = Subscription {
            id: SubscriptionId::new(),
            desk: self.desk,
            installation,
            addon: "acme.tool".parse().unwrap(),
            plan,
            quantity,
            quantity_next: None,
            state: SubscriptionState::Active,
            paid_through,
            trial_ends_at: None,
            ended_at: None,
            created_at: now,
            updated_at: now,
            rev: 1,
        };
        let mut tx = self.db.begin().await.unwrap();
        subscriptions::insert(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        new
    }

    pub(super) async fn subscription(&self, id: SubscriptionId) -> Subscription {
        let mut conn = self.db.read().await.unwrap();
        subscriptions::get(&mut conn, self.desk, id).await.unwrap()
    }

    pub(super) async fn list_plans(&self, listed: &[Plan]) {
        let mut tx = self.db.begin().await.unwrap();
        plans::set(&mut tx, &"acme.tool".parse().unwrap(), listed, self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Waiting jobs of a kind.
    pub(super) async fn jobs(&self, kind: &str) -> i64 {
        let mut conn = self.db.read().await.unwrap();
        let counts = annex_store::jobs::counts(&mut conn).await.unwrap();
        counts.iter().filter(|count| count.kind == kind).map(|count| count.jobs).sum()
    }

    /// Kinds of the mails, oldest first. What went to several readers counts once.
    pub(super) async fn mails(&self) -> Vec<&'static str> {
        let mut conn = self.db.read().await.unwrap();
        let mails = annex_store::mails::list(&mut conn, self.desk, None, 100).await.unwrap();
        let mut seen = Vec::new();
        for mail in mails.iter().rev() {
            let args = annex_store::mails::get(&mut conn, self.desk, mail.id).await.unwrap().args;
            if !seen.contains(&(mail.kind.as_str(), args.clone())) {
                seen.push((mail.kind.as_str(), args));
            }
        }
        seen.into_iter().map(|(kind, _)| kind).collect()
    }
}
