//! What is looked at before anything is ordered, so that nothing is charged for what cannot be: whether the key is of
//! this order, and whether the people, roles and groups that were chosen are there.

use std::collections::BTreeSet;

use annex_billing::gateway::Gateway as _;
use annex_domain::{
    assignment::Assignment,
    billing::OrderPurpose,
    clock::Clock as _,
    ids::{GroupId, InstallationId, OperatorId, RoleId},
};
use annex_store::{StoreError, billing::orders, groups};

use super::{
    money::{NO_MONEY, PAYS},
    support::{START, World, on_both},
};
use crate::{Choice, InstallRequest, LifecycleError, MoreLicences, OrderEnd, Purchased, Ticks, UsersChange};

/// Chooses a plan with so many licences, at its price.
async fn choose(
    world: &World,
    id: InstallationId,
    (plan, licences): (&str, u32),
    users: Option<UsersChange>,
    key: Option<&str>,
) -> Result<Purchased, LifecycleError> {
    let shown = world.price(Some(id), plan, licences, OrderPurpose::Plan).await;
    let choice = Choice { licences: Some(licences), ..Choice::paid(plan.parse().unwrap(), shown) };
    world.host.choose_plan(world.desk, id, choice, users, world.admin, key).await
}

async fn add(world: &World, id: InstallationId, more: u32, key: &str) -> Result<Purchased, LifecycleError> {
    let shown = world.price(Some(id), "team", more, OrderPurpose::Licences).await;
    world.host.add_licences(world.desk, id, MoreLicences::of(more, shown), world.admin, Some(key)).await
}

#[tokio::test]
async fn a_key_is_good_for_one_order_alone() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let request = InstallRequest { idempotency_key: Some("install".into()), ..world.to_buy("flat").await };
        let id = world.had(request.clone()).await.id;
        assert_eq!(world.host.install(request.clone()).await.unwrap().id, id, "the same again");
        let once = Choice { plan: "once".parse().unwrap(), ..request.purchase.clone().unwrap() };
        let once = InstallRequest { purchase: Some(once), ..request };
        assert_eq!(world.host.install(once).await.unwrap_err().code(), "idempotency-key-reused");

        let first = choose(&world, id, ("team", 2), None, Some("plan")).await.unwrap();
        assert_eq!(world.ordered(first.order.unwrap()).await, OrderEnd::Fulfilled);
        let again = choose(&world, id, ("team", 2), None, Some("plan")).await.unwrap();
        assert_eq!(again.order, first.order, "the same again");
        for (other, key) in [(("flat", 1), "plan"), (("team", 3), "plan"), (("flat", 1), "install")] {
            let refused = choose(&world, id, other, None, Some(key)).await.unwrap_err();
            assert_eq!(refused.code(), "idempotency-key-reused", "{other:?} with the key of {key}");
        }

        let more = add(&world, id, 1, "more").await.unwrap();
        assert_eq!(world.ordered(more.order.unwrap()).await, OrderEnd::Fulfilled);
        assert_eq!(add(&world, id, 1, "more").await.unwrap().order, more.order, "the same again");
        for (licences, key) in [(2, "more"), (2, "plan")] {
            assert_eq!(add(&world, id, licences, key).await.unwrap_err().code(), "idempotency-key-reused");
        }
        let mut conn = world.db().read().await.unwrap();
        assert_eq!(orders::of_installation(&mut conn, world.desk, id).await.unwrap().len(), 3);
    })
    .await;
}

fn with_rule(rule: Assignment) -> UsersChange {
    UsersChange { ticks: None, assignment: Some(rule) }
}

fn with(operator: OperatorId) -> UsersChange {
    UsersChange { ticks: Some(Ticks::Change { add: [operator].into(), remove: BTreeSet::new() }), assignment: None }
}

#[tokio::test]
async fn whom_the_desk_does_not_have_nothing_is_charged_for() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let id = world.had(world.to_try("team")).await.id;
        let nobody = OperatorId::new();
        let exactly = UsersChange { ticks: Some(Ticks::Exactly([nobody].into())), assignment: None };
        for (users, what) in [
            (exactly, "operators"),
            (with(nobody), "operators"),
            (with_rule(Assignment::Roles([RoleId::new()].into())), "assignment.roles"),
            (with_rule(Assignment::Groups([GroupId::new()].into())), "assignment.groups"),
        ] {
            let refused = choose(&world, id, ("team", 2), Some(users), None).await.unwrap_err();
            assert!(
                matches!(&refused, LifecycleError::Store(StoreError::Unknown(field)) if *field == what),
                "{refused}"
            );
        }
        let empty = with_rule(Assignment::Roles(BTreeSet::new()));
        assert_eq!(choose(&world, id, ("team", 1), Some(empty), None).await.unwrap_err().code(), "invalid");
        let mut conn = world.db().read().await.unwrap();
        assert_eq!(orders::of_installation(&mut conn, world.desk, id).await.unwrap(), [], "nothing was ordered");
        drop(conn);
        assert!(world.gateway.intents_since(START).await.unwrap().is_empty(), "and nothing was asked for");

        let bought = choose(&world, id, ("team", 1), None, None).await.unwrap();
        assert_eq!(world.ordered(bought.order.unwrap()).await, OrderEnd::Fulfilled);
        let shown = world.price(Some(id), "team", 1, OrderPurpose::Licences).await;
        let wanted = MoreLicences { users: Some(with(nobody)), ..MoreLicences::of(1, shown) };
        let refused = world.host.add_licences(world.desk, id, wanted, world.admin, None).await;
        assert!(matches!(refused, Err(LifecycleError::Store(StoreError::Unknown("operators")))));
        assert_eq!(world.gateway.intents_since(START).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_rule_about_a_group_that_is_deleted_before_it_is_paid_gives_it_to_nobody() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(NO_MONEY).await;
        let id = world.had(world.to_try("team")).await.id;
        let mut tx = world.db().begin().await.unwrap();
        let group = groups::create(&mut tx, world.desk, "Sales", world.clock.now()).await.unwrap().id;
        tx.commit().await.unwrap();
        let rule = with_rule(Assignment::Groups([group].into()));
        let order = choose(&world, id, ("team", 1), Some(rule), None).await.unwrap().order.unwrap();
        assert!(matches!(world.ordered(order).await, OrderEnd::Due(_)));
        let mut tx = world.db().begin().await.unwrap();
        groups::delete(&mut tx, world.desk, group).await.unwrap();
        tx.commit().await.unwrap();
        world.add_card(PAYS).await;
        world.pay(id).await;
        assert_eq!(world.ordered(order).await, OrderEnd::Fulfilled);
        assert_eq!(world.host.users(world.desk, id).await.unwrap().assignment, Assignment::Nobody);
        world.judge(id, "paid without its group").await;
    })
    .await;
}
