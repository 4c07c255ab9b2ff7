//! Money for the tests: priced add-ons, an account with a test card, and a judge who compares what runs with what the
//! payment company took.

use std::time::Duration;

use annex_billing::{
    OrderRequest,
    gateway::{Gateway as _, IntentStatus, RefundStatus},
};
use annex_domain::{
    addon::AddonId,
    billing::{AttemptState, OrderPurpose, OrderState, RefundState, SubscriptionState},
    clock::Clock as _,
    ids::{InstallationId, OrderId},
    installation::{Installation, Status},
    localized::Localized,
    money::{Currency, Money},
    operator::Actor,
    plan::{Plan, PlanModel},
};
use annex_store::billing::{
    accounts::{self, NewAccount},
    attempts, invoices, logins, orders, refunds, subscriptions,
};

use super::support::{World, puppet, puppet_manifest};
use crate::{Choice, InstallRequest, OrderEnd, Purchased, chores::Chores};

pub(super) const PAYS: &str = "4242424242424242";
pub(super) const NO_MONEY: &str = "4000000000000341";
pub(super) const LOSES_ANSWERS: &str = "4000000000000119";
pub(super) const ASKS: &str = "4000000000003155";
pub(super) const DAY: Duration = Duration::from_hours(24);

pub(super) fn plan(id: &str, model: PlanModel, price: i64, trial_days: u16) -> Plan {
    Plan {
        id: id.parse().unwrap(),
        name: Localized::en(id),
        summary: None,
        model,
        price,
        currency: Currency::EUR,
        trial_days,
    }
}

/// What can be bought in most tests.
pub(super) fn plans() -> Vec<Plan> {
    vec![
        plan("team", PlanModel::PerUser, 900, 30),
        plan("flat", PlanModel::Flat, 5000, 0),
        plan("once", PlanModel::OneTime, 20_000, 0),
        plan("free", PlanModel::Free, 0, 0),
    ]
}

impl World {
    /// Publishes a plugin with [`plans`] that behaves as told.
    pub(super) async fn priced(&self, version: &str, seq: u32, behaviour: &str) {
        let mut manifest = puppet_manifest(version, seq);
        manifest.plans = plans();
        self.publish(manifest, puppet(&format!("label={version} {behaviour}"))).await;
    }

    /// Logs the desk in with an account that holds its licence and has a card.
    pub(super) async fn log_in(&self, card: &str) {
        let now = self.clock.now();
        let mut tx = self.db().begin().await.unwrap();
        let email = format!("{}@example.com", InstallationId::new());
        let new = NewAccount { email, name: "Ada".into(), password_hash: "$argon2".into() };
        let account = accounts::insert(&mut tx, &new, now).await.unwrap().id;
        let holder = accounts::licence_holder(&mut tx, self.desk).await.unwrap();
        if holder.is_none() {
            accounts::hold_licence(&mut tx, self.desk, account, now).await.unwrap();
        }
        logins::log_in(&mut tx, self.desk, account, holder.is_none(), self.admin, now).await.unwrap();
        tx.commit().await.unwrap();
        self.add_card(card).await;
    }

    /// Adds a card to the account that is logged in; the newest one is charged.
    pub(super) async fn add_card(&self, card: &str) {
        let login = logins::of_desk(&mut self.db().read().await.unwrap(), self.desk).await.unwrap().unwrap();
        let billing = self.host.billing();
        let back = "http://127.0.0.1:8080/billing".parse().unwrap();
        let page = billing.set_up_page(login.account.id, &back).await.unwrap();
        let visit = page.path_segments().unwrap().next_back().unwrap().to_owned();
        billing.test_gateway().unwrap().complete_setup(&visit, card, 12, 2060).await.unwrap();
        let known = billing.refresh_methods(login.account.id).await.unwrap();
        let newest = known.iter().max_by_key(|method| (method.created_at, method.id)).unwrap().id;
        let mut tx = self.db().begin().await.unwrap();
        annex_store::billing::methods::make_default(&mut tx, login.account.id, newest).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(super) async fn price(
        &self,
        id: Option<InstallationId>,
        plan: &str,
        quantity: u32,
        for_what: OrderPurpose,
    ) -> Money {
        let addon: AddonId = "acme.puppet".parse().unwrap();
        let version =
            annex_store::catalog::latest(&mut self.db().read().await.unwrap(), &addon).await.unwrap().unwrap();
        let plan = plan.parse().unwrap();
        let wanted =
            OrderRequest { installation: id, addon, version: version.version, plan, quantity, purpose: for_what };
        self.host.billing().quote(self.desk, &wanted).await.unwrap().amount
    }

    /// A request that buys a plan for everybody, at its price.
    pub(super) async fn to_buy(&self, plan: &str) -> InstallRequest {
        let users = 1;
        let shown = self.price(None, plan, users, OrderPurpose::Install).await;
        InstallRequest { purchase: Some(Choice::paid(plan.parse().unwrap(), shown)), ..self.request("acme.puppet") }
    }

    pub(super) fn to_try(&self, plan: &str) -> InstallRequest {
        InstallRequest { purchase: Some(Choice::trial(plan.parse().unwrap())), ..self.request("acme.puppet") }
    }

    /// Starts an installation and waits for its end.
    pub(super) async fn had(&self, request: InstallRequest) -> Installation {
        let started = self.host.install(request).await.unwrap();
        self.settled(started.id).await.unwrap()
    }

    pub(super) async fn choose(&self, id: InstallationId, plan: &str) -> Purchased {
        let shown = self.price(Some(id), plan, 1, OrderPurpose::Plan).await;
        let choice = Choice::paid(plan.parse().unwrap(), shown);
        self.host.choose_plan(self.desk, id, choice, None, self.admin, None).await.unwrap()
    }

    /// Waits for the end of an order, moving the clock where something waits for its next try.
    pub(super) async fn ordered(&self, order: OrderId) -> OrderEnd {
        for _ in 0..100 {
            let end = self.host.wait_order(self.desk, order, Duration::from_millis(200)).await.unwrap();
            if end != OrderEnd::UnderWay {
                self.idle().await;
                return end;
            }
            if self.host.running.is_empty() {
                self.later(Duration::from_secs(60)).await;
            }
        }
        panic!("the order does not end");
    }

    /// Moves the clock, and does what the workers would do then, and every chore.
    pub(super) async fn later(&self, by: Duration) {
        self.later_with(Chores::default(), by).await;
    }

    /// The same with the chores that are due.
    pub(super) async fn later_with(&self, mut chores: Chores, by: Duration) {
        self.clock.advance(by);
        self.host.resume_due().await.unwrap();
        self.idle().await;
        self.host.do_chores(&mut chores).await;
        self.run_jobs().await;
        self.idle().await;
    }

    /// Pays the due invoice of an installation by hand.
    pub(super) async fn pay(&self, id: InstallationId) {
        let due = self.host.billing_state(self.desk, id).await.unwrap().due.unwrap();
        let paid = self.host.billing().pay(self.desk, due.invoice, None, Actor::Operator(self.admin)).await.unwrap();
        assert_eq!(paid, annex_billing::Charged::Paid);
        self.run_jobs().await;
        self.idle().await;
    }

    pub(super) async fn mails(&self) -> Vec<String> {
        let mut conn = self.db().read().await.unwrap();
        let mut kinds: Vec<_> = annex_store::mails::list(&mut conn, self.desk, None, 200)
            .await
            .unwrap()
            .into_iter()
            .map(|mail| mail.kind)
            .collect();
        kinds.reverse();
        kinds.into_iter().map(|kind| kind.to_string()).collect()
    }

    pub(super) async fn mailed(&self, kind: &str) -> usize {
        self.mails().await.iter().filter(|mail| *mail == kind).count()
    }

    /// What the payment company has of an order: taken, and given back.
    async fn taken(&self, order: &orders::Order) -> (i64, i64) {
        let mut conn = self.db().read().await.unwrap();
        let Some(invoice) = invoices::of_order(&mut conn, self.desk, order.id).await.unwrap() else { return (0, 0) };
        let tries = attempts::of_invoice(&mut conn, invoice.id).await.unwrap();
        drop(conn);
        let (mut taken, mut back) = (0, 0);
        for attempt in tries {
            let Some(intent) = &attempt.intent else { continue };
            let there = self.gateway.intent(intent).await.unwrap();
            if there.status == IntentStatus::Succeeded {
                taken += there.amount.cents;
                assert_eq!(attempt.state, AttemptState::Succeeded, "what was taken is known here");
            }
            for refund in self.gateway.refunds_of(intent).await.unwrap() {
                back += if refund.status == RefundStatus::Succeeded { refund.amount.cents } else { 0 };
            }
        }
        (taken, back)
    }

    /// What people have paid back of an order, by the rows.
    async fn paid_back(&self, order: &orders::Order) -> i64 {
        let mut conn = self.db().read().await.unwrap();
        let invoice = invoices::of_order(&mut conn, self.desk, order.id).await.unwrap().unwrap();
        let rows = refunds::of_invoice(&mut conn, invoice.id).await.unwrap();
        rows.iter().filter(|one| one.state == RefundState::Succeeded).map(|one| one.amount.cents).sum()
    }

    /// Active exactly when it is paid for, free or in its trial; nothing is taken twice or kept for nothing.
    pub(super) async fn judge(&self, id: InstallationId, point: &str) {
        let mut conn = self.db().read().await.unwrap();
        let found = annex_store::installations::get(&mut conn, self.desk, id).await.unwrap();
        let all = orders::of_installation(&mut conn, self.desk, id).await.unwrap();
        let live = subscriptions::live_of(&mut conn, self.desk, id).await.unwrap();
        drop(conn);
        for order in &all {
            let (taken, back) = self.taken(order).await;
            let kept = match order.state {
                OrderState::Fulfilled => order.amount.cents - self.paid_back(order).await,
                OrderState::Open | OrderState::Cancelled | OrderState::Refunded => 0,
                OrderState::Paid => panic!("{point}: an order is paid, and nothing goes on"),
            };
            assert_eq!(taken - back, kept, "{point}: {} order", order.state);
            assert!(taken <= order.amount.cents, "{point}: taken twice");
        }
        let known: Vec<String> = self.known_intents().await;
        for intent in self.gateway.intents_since(super::support::START).await.unwrap() {
            let taken = intent.status == IntentStatus::Succeeded;
            assert!(!taken || known.contains(&intent.id), "{point}: money was taken that nobody knows of");
        }
        let right = live.as_ref().is_some_and(|live| match live.state {
            SubscriptionState::Active | SubscriptionState::PastDue => {
                !live.plan.is_paid() || all.iter().any(|order| order.state == OrderState::Fulfilled)
            }
            SubscriptionState::Trialing => live.trial_ends_at.is_some_and(|end| self.clock.now() < end),
            SubscriptionState::Ended => false,
        });
        let runs = found.as_ref().is_some_and(|found| found.status == Status::Active);
        assert_eq!(runs, right, "{point}: {:?} with {live:?}", found.map(|found| found.status));
    }

    async fn known_intents(&self) -> Vec<String> {
        let mut conn = self.db().read().await.unwrap();
        let filter = invoices::Filter { limit: 10_000, ..invoices::Filter::default() };
        let mut known = Vec::new();
        for desk in annex_store::desks::list(&mut conn).await.unwrap() {
            for invoice in invoices::list(&mut conn, desk.id, filter).await.unwrap() {
                let tries = attempts::of_invoice(&mut conn, invoice.id).await.unwrap();
                known.extend(tries.into_iter().filter_map(|attempt| attempt.intent));
            }
        }
        known
    }
}
