//! What was ordered and is not paid is given up alone: what runs goes on.

use annex_domain::{
    billing::{InvoiceState, OrderPurpose, OrderState},
    ids::{InstallationId, OrderId},
    installation::Status,
    operator::Actor,
};
use annex_store::billing::{invoices, logins, orders};

use super::{
    money::{ASKS, NO_MONEY, PAYS},
    support::{World, on_both},
};
use crate::{LifecycleError, MoreLicences, OrderEnd};

impl World {
    async fn withdraw(&self, id: InstallationId) -> Result<(), LifecycleError> {
        self.host.withdraw_order(self.desk, id, self.admin).await
    }

    async fn can_withdraw(&self, id: InstallationId) -> bool {
        self.host.billing_state(self.desk, id).await.unwrap().can_withdraw()
    }
}

async fn order_licences(world: &World, id: InstallationId, more: u32) -> OrderId {
    let shown = world.price(Some(id), "team", more, OrderPurpose::Licences).await;
    let ordered = world.host.add_licences(world.desk, id, MoreLicences::of(more, shown), world.admin, None).await;
    ordered.unwrap().order.unwrap()
}

async fn states(world: &World, order: OrderId) -> (OrderState, InvoiceState) {
    let mut conn = world.db().read().await.unwrap();
    let order = orders::get(&mut conn, world.desk, order).await.unwrap();
    let invoice = invoices::of_order(&mut conn, world.desk, order.id).await.unwrap().unwrap();
    (order.state, invoice.state)
}

#[tokio::test]
async fn licences_ordered_by_mistake_are_given_up_and_the_plan_runs_on() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let id = world.had(world.to_buy("team").await).await.id;
        world.add_card(NO_MONEY).await;
        let order = order_licences(&world, id, 500).await;
        assert!(matches!(world.ordered(order).await, OrderEnd::Due(_)));
        assert!(world.can_withdraw(id).await);
        world.withdraw(id).await.unwrap();
        assert_eq!(states(&world, order).await, (OrderState::Cancelled, InvoiceState::Void));
        assert_eq!(world.host.wait_order(world.desk, order, super::money::DAY).await.unwrap(), OrderEnd::GivenUp);
        let state = world.host.billing_state(world.desk, id).await.unwrap();
        assert!(state.due.is_none() && state.order.is_none() && !state.can_withdraw());
        assert_eq!(state.licences.unwrap().purchased, 1);
        assert_eq!(world.installation(id).await.status, Status::Active);
        world.host.render(world.desk, id, world.context()).await.unwrap();
        world.judge(id, "withdrawn").await;
        assert!(world.audited().await.contains(&"addon.withdraw-order".to_owned()));
        assert_eq!(world.mailed("cancelled").await, 0);
        assert_eq!(world.withdraw(id).await.unwrap_err().code(), "nothing-to-withdraw");

        world.add_card(PAYS).await;
        let order = order_licences(&world, id, 5).await;
        assert_eq!(world.ordered(order).await, OrderEnd::Fulfilled, "and fewer are bought");
        world.judge(id, "bought after all").await;
    })
    .await;
}

#[tokio::test]
async fn a_plan_that_waits_for_the_bank_is_given_up_and_its_money_never_taken() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(ASKS).await;
        let id = world.had(world.to_try("team")).await.id;
        let order = world.choose(id, "flat").await.order.unwrap();
        let OrderEnd::Due(due) = world.ordered(order).await else { panic!("it is not due") };
        world.withdraw(id).await.unwrap();
        assert_eq!(states(&world, order).await, (OrderState::Cancelled, InvoiceState::Void));
        let page = due.action_url.unwrap();
        let intent = page.rsplit('/').next().unwrap().split('?').next().unwrap();
        // The payer confirms all the same: it is too late for that.
        let _late = world.host.billing().test_gateway().unwrap().finish_action(intent, true).await;
        world.later(super::money::DAY).await;
        let trial = world.host.billing_state(world.desk, id).await.unwrap().trial_days_left;
        assert_eq!(trial, Some(29), "the trial goes on");
        world.judge(id, "withdrawn from the bank").await;
    })
    .await;
}

#[tokio::test]
async fn what_is_being_paid_is_not_given_up() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(NO_MONEY).await;
        let id = world.had(world.to_try("team")).await.id;
        // By the saga.
        world.gateway.away();
        let order = world.choose(id, "flat").await.order.unwrap();
        world.idle().await;
        assert_eq!(world.withdraw(id).await.unwrap_err().code(), "payment-under-way");
        world.gateway.back();
        let OrderEnd::Due(due) = world.ordered(order).await else { panic!("it is not due") };
        // By hand.
        world.add_card(PAYS).await;
        world.gateway.away();
        let actor = Actor::Operator(world.admin);
        world.host.billing().pay(world.desk, due.invoice, None, actor).await.unwrap_err();
        assert_eq!(world.withdraw(id).await.unwrap_err().code(), "payment-under-way");
        world.gateway.back();
        world.pay(id).await;
        assert_eq!(world.ordered(order).await, OrderEnd::Fulfilled);
        assert_eq!(world.withdraw(id).await.unwrap_err().code(), "nothing-to-withdraw");
        world.judge(id, "paid").await;
    })
    .await;
}

#[tokio::test]
async fn a_first_purchase_is_cancelled_not_withdrawn_and_it_needs_the_login() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(NO_MONEY).await;
        let id = world.had(world.to_buy("flat").await).await.id;
        assert!(!world.can_withdraw(id).await);
        assert_eq!(world.withdraw(id).await.unwrap_err().code(), "nothing-to-withdraw");
        let mut tx = world.db().begin().await.unwrap();
        logins::log_out(&mut tx, world.desk).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(world.withdraw(id).await.unwrap_err().code(), "billing-logged-out");
    })
    .await;
}
