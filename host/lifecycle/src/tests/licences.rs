//! Licences of a plan per user (R23, R25 to R28): users never outnumber them, more are paid for at once, fewer come with the
//! next period.

use std::collections::BTreeSet;

use annex_domain::{
    billing::OrderPurpose,
    ids::{InstallationId, OperatorId},
};

use super::{
    money::{NO_MONEY, PAYS},
    support::{World, on_both},
};
use crate::{Choice, InstallRequest, Licences, LifecycleError, OrderEnd, Ticks, UsersChange};

fn exactly(users: &[OperatorId]) -> UsersChange {
    UsersChange { ticks: Some(Ticks::Exactly(users.iter().copied().collect())), assignment: None }
}

fn more(user: OperatorId) -> UsersChange {
    UsersChange { ticks: Some(Ticks::Change { add: [user].into(), remove: BTreeSet::new() }), assignment: None }
}

async fn licences(world: &World, id: InstallationId) -> Licences {
    world.host.billing_state(world.desk, id).await.unwrap().licences.unwrap()
}

/// Buys `team` for the admin and one more.
async fn bought_for_two(world: &World) -> (InstallationId, OperatorId, OperatorId) {
    world.priced("1.0.0", 1, "").await;
    world.log_in(PAYS).await;
    let (bo, cy) = (world.colleague("Bo").await, world.colleague("Cy").await);
    let shown = world.price(None, "team", 2, OrderPurpose::Install).await;
    let request = InstallRequest {
        purchase: Some(Choice::paid("team".parse().unwrap(), shown)),
        users: Some(exactly(&[world.admin, bo])),
        ..world.request("acme.puppet")
    };
    (world.had(request).await.id, bo, cy)
}

#[tokio::test]
async fn there_are_never_more_users_than_licences() {
    on_both(async |world| {
        let (id, bo, cy) = bought_for_two(&world).await;
        assert_eq!(licences(&world, id).await, Licences { purchased: 2, assigned: 2, unassigned: 0, next: None });
        let refused = world.host.set_users(world.desk, id, more(cy), world.admin).await.unwrap_err();
        assert!(matches!(refused, LifecycleError::TooFewLicences { licences: 2, users: 3 }), "{refused}");
        world.host.set_users(world.desk, id, exactly(&[world.admin]), world.admin).await.unwrap();
        assert_eq!(licences(&world, id).await.unassigned, 1, "taking one away keeps its licence");
        world.host.set_users(world.desk, id, more(cy), world.admin).await.unwrap();
        assert!(world.host.set_users(world.desk, id, more(bo), world.admin).await.is_err());
        let installer = exactly(&[bo]);
        assert!(world.host.set_users(world.desk, id, installer, world.admin).await.is_err(), "the installer stays");
    })
    .await;
}

#[tokio::test]
async fn more_licences_are_paid_for_before_anybody_gets_one() {
    on_both(async |world| {
        let (id, _, cy) = bought_for_two(&world).await;
        let shown = world.price(Some(id), "team", 1, OrderPurpose::Licences).await;
        let add = async |key| {
            world.host.add_licences(world.desk, id, 1, Some(more(cy)), Some(shown), world.admin, Some(key)).await
        };
        let bought = add("k-1").await.unwrap();
        assert_eq!(world.ordered(bought.order.unwrap()).await, OrderEnd::Fulfilled);
        assert_eq!(licences(&world, id).await, Licences { purchased: 3, assigned: 3, unassigned: 0, next: None });
        assert_eq!(add("k-1").await.unwrap().order, bought.order, "the same click again");
        assert_eq!(licences(&world, id).await.purchased, 3);

        world.add_card(NO_MONEY).await;
        let dot = world.colleague("Dot").await;
        let declined =
            world.host.add_licences(world.desk, id, 1, Some(more(dot)), Some(shown), world.admin, None).await;
        let order = declined.unwrap().order.unwrap();
        assert!(matches!(world.ordered(order).await, OrderEnd::Due(_)));
        assert_eq!(licences(&world, id).await, Licences { purchased: 3, assigned: 3, unassigned: 0, next: None });
        world.add_card(PAYS).await;
        world.pay(id).await;
        assert_eq!(world.ordered(order).await, OrderEnd::Fulfilled);
        assert_eq!(licences(&world, id).await.assigned, 4);
        world.judge(id, "licences").await;
    })
    .await;
}

#[tokio::test]
async fn fewer_come_with_the_next_period_and_never_below_the_users() {
    on_both(async |world| {
        let (id, bo, _) = bought_for_two(&world).await;
        let (desk, admin) = (world.desk, world.admin);
        let refused = world.host.reduce_licences(desk, id, 1, admin).await.unwrap_err();
        assert!(matches!(refused, LifecycleError::TooFewLicences { licences: 1, users: 2 }));
        world.host.set_users(desk, id, exactly(&[admin]), admin).await.unwrap();
        let left = world.host.reduce_licences(desk, id, 1, admin).await.unwrap();
        assert_eq!(left, Licences { purchased: 2, assigned: 1, unassigned: 1, next: Some(1) });
        assert!(world.host.set_users(desk, id, more(bo), admin).await.is_err(), "it is given up already");
        world.later(31 * super::money::DAY).await;
        assert_eq!(licences(&world, id).await, Licences { purchased: 1, assigned: 1, unassigned: 0, next: None });
    })
    .await;
}

#[tokio::test]
async fn an_upgrade_resets_licences_and_users_but_for_the_installer() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let (bo, _) = (world.colleague("Bo").await, world.colleague("Cy").await);
        let id = world.had(world.to_try("team")).await.id;
        assert_eq!(world.host.users(world.desk, id).await.unwrap().count(), 3, "a trial is everybody's");
        let shown = world.price(Some(id), "team", 2, OrderPurpose::Plan).await;
        let choice = Choice::paid("team".parse().unwrap(), shown);
        let bought =
            world.host.choose_plan(world.desk, id, choice, Some(exactly(&[bo])), world.admin, None).await.unwrap();
        assert_eq!(world.ordered(bought.order.unwrap()).await, OrderEnd::Fulfilled);
        let users = world.host.users(world.desk, id).await.unwrap();
        let using: BTreeSet<_> =
            users.operators.iter().filter(|user| user.counts()).map(|user| user.operator.id).collect();
        assert_eq!(using, [world.admin, bo].into());
        assert_eq!(licences(&world, id).await.purchased, 2);
        let again = Choice::paid("team".parse().unwrap(), shown);
        let same = world.host.choose_plan(world.desk, id, again, None, world.admin, None).await.unwrap_err();
        assert_eq!(same.code(), "same-plan");
    })
    .await;
}

#[tokio::test]
async fn new_operators_get_it_only_while_licences_are_free() {
    on_both(async |world| {
        let (id, bo, _) = bought_for_two(&world).await;
        let late = world.colleague("Late").await;
        assert_eq!(licences(&world, id).await.assigned, 2, "none is free");
        assert_eq!(world.mailed("no-licence").await, 1, "those who can buy one are told");
        world.host.set_users(world.desk, id, exactly(&[world.admin]), world.admin).await.unwrap();
        let later = world.colleague("Later").await;
        let users = world.host.users(world.desk, id).await.unwrap().operators;
        let uses = |who: OperatorId| users.iter().any(|user| user.operator.id == who && user.counts());
        assert!(uses(later) && !uses(late) && !uses(bo));
        assert_eq!(world.mailed("no-licence").await, 1, "who got one is no reason to tell anybody");
    })
    .await;
}
