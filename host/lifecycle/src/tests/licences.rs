//! Licences of a plan per user (R23, R25 to R28): users never outnumber them, more are paid for at once, fewer come with the
//! next period.

use std::collections::BTreeSet;

use annex_domain::{
    billing::OrderPurpose,
    clock::Clock as _,
    ids::{InstallationId, OperatorId},
};
use annex_store::operators;

use super::{
    money::{NO_MONEY, PAYS},
    support::{World, on_both},
};
use crate::{Choice, InstallRequest, Licences, LifecycleError, MoreLicences, OrderEnd, Ticks, UsersChange};

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
        assert_eq!(licences(&world, id).await, Licences { purchased: 2, assigned: 2, next: None });
        let refused = world.host.set_users(world.desk, id, more(cy), world.admin).await.unwrap_err();
        assert!(matches!(refused, LifecycleError::TooFewLicences { licences: 2, users: 3 }), "{refused}");
        world.host.set_users(world.desk, id, exactly(&[world.admin]), world.admin).await.unwrap();
        assert_eq!(licences(&world, id).await.unassigned(), 1, "taking one away keeps its licence");
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
            let wanted = MoreLicences { users: Some(more(cy)), ..MoreLicences::of(1, shown) };
            world.host.add_licences(world.desk, id, wanted, world.admin, Some(key)).await
        };
        let bought = add("k-1").await.unwrap();
        assert_eq!(world.ordered(bought.order.unwrap()).await, OrderEnd::Fulfilled);
        assert_eq!(licences(&world, id).await, Licences { purchased: 3, assigned: 3, next: None });
        assert_eq!(add("k-1").await.unwrap().order, bought.order, "the same click again");
        assert_eq!(licences(&world, id).await.purchased, 3);

        world.add_card(NO_MONEY).await;
        let dot = world.colleague("Dot").await;
        let wanted = MoreLicences { users: Some(more(dot)), ..MoreLicences::of(1, shown) };
        let declined = world.host.add_licences(world.desk, id, wanted, world.admin, None).await;
        let order = declined.unwrap().order.unwrap();
        assert!(matches!(world.ordered(order).await, OrderEnd::Due(_)));
        assert_eq!(licences(&world, id).await, Licences { purchased: 3, assigned: 3, next: None });
        world.add_card(PAYS).await;
        world.pay(id).await;
        assert_eq!(world.ordered(order).await, OrderEnd::Fulfilled);
        assert_eq!(licences(&world, id).await.assigned, 4);
        world.judge(id, "licences").await;
    })
    .await;
}

#[tokio::test]
async fn fewer_licences_than_the_users_they_are_for_are_not_sold() {
    on_both(async |world| {
        let (id, bo, cy) = bought_for_two(&world).await;
        let dot = world.colleague("Dot").await;
        let shown = world.price(Some(id), "team", 1, OrderPurpose::Licences).await;
        let add = async |users| {
            let wanted = MoreLicences { users: Some(users), ..MoreLicences::of(1, shown) };
            world.host.add_licences(world.desk, id, wanted, world.admin, None).await
        };
        let change = |add: &[OperatorId], remove: &[OperatorId]| {
            let (add, remove) = (add.iter().copied().collect(), remove.iter().copied().collect());
            UsersChange { ticks: Some(Ticks::Change { add, remove }), assignment: None }
        };
        for users in [change(&[cy, dot], &[]), exactly(&[bo, cy, dot]), change(&[cy, dot], &[world.admin])] {
            let refused = add(users).await.unwrap_err();
            assert!(matches!(refused, LifecycleError::TooFewLicences { licences: 3, users: 4 }), "{refused}");
        }
        assert_eq!(licences(&world, id).await, Licences { purchased: 2, assigned: 2, next: None });
        let bought = add(change(&[cy, dot], &[bo])).await.unwrap();
        assert_eq!(world.ordered(bought.order.unwrap()).await, OrderEnd::Fulfilled);
        assert_eq!(licences(&world, id).await, Licences { purchased: 3, assigned: 3, next: None });
        assert_eq!(world.mailed("users-unassigned").await, 0, "nobody loses what they never had");
    })
    .await;
}

#[tokio::test]
async fn fewer_come_with_the_next_period_and_never_below_the_users() {
    on_both(async |world| {
        let (id, ..) = bought_for_two(&world).await;
        let (desk, admin) = (world.desk, world.admin);
        let refused = world.host.reduce_licences(desk, id, 1, admin).await.unwrap_err();
        assert!(matches!(refused, LifecycleError::TooFewLicences { licences: 1, users: 2 }));
        world.host.set_users(desk, id, exactly(&[admin]), admin).await.unwrap();
        let left = world.host.reduce_licences(desk, id, 1, admin).await.unwrap();
        assert_eq!(left, Licences { purchased: 2, assigned: 1, next: Some(1) });
        let more = world.host.reduce_licences(desk, id, 3, admin).await.unwrap_err();
        assert!(matches!(more, LifecycleError::TooFewLicences { licences: 2, users: 3 }));
        let kept = world.host.reduce_licences(desk, id, 2, admin).await.unwrap();
        assert_eq!(kept.next, None, "all of them are kept after all");
        world.host.reduce_licences(desk, id, 1, admin).await.unwrap();
        world.later(31 * super::money::DAY).await;
        assert_eq!(licences(&world, id).await, Licences { purchased: 1, assigned: 1, next: None });
        assert_eq!(world.mailed("users-unassigned").await, 0, "nobody lost anything");
    })
    .await;
}

#[tokio::test]
async fn what_is_paid_for_can_be_assigned_until_its_period_ends() {
    on_both(async |world| {
        let (id, bo, cy) = bought_for_two(&world).await;
        let (desk, admin) = (world.desk, world.admin);
        world.host.set_users(desk, id, exactly(&[admin]), admin).await.unwrap();
        world.host.reduce_licences(desk, id, 1, admin).await.unwrap();
        world.host.set_users(desk, id, more(bo), admin).await.unwrap();
        let refused = world.host.set_users(desk, id, more(cy), admin).await.unwrap_err();
        assert!(matches!(refused, LifecycleError::TooFewLicences { licences: 2, users: 3 }), "{refused}");
        assert_eq!(licences(&world, id).await.losing(), 1);

        let state = world.host.billing_state(desk, id).await.unwrap();
        let ending = world.host.users(desk, id).await.unwrap().ending.unwrap();
        assert_eq!((Some(&ending), Some(ending.on)), (state.ending.as_ref(), state.subscription.unwrap().paid_through));
        assert_eq!(
            ending.who.iter().map(|one| one.id).collect::<Vec<_>>(),
            [bo],
            "who got it last, never the installer"
        );

        world.later(31 * super::money::DAY).await;
        assert_eq!(licences(&world, id).await, Licences { purchased: 1, assigned: 1, next: None });
        let users = world.host.users(desk, id).await.unwrap();
        assert!(users.ending.is_none() && users.operators.iter().all(|user| user.counts() == user.installer));
        assert!(world.audited().await.contains(&"addon.users-unassigned".to_owned()));
        assert_eq!(world.mailed("users-unassigned").await, 2, "to who manages add-ons and to who lost it");
    })
    .await;
}

#[tokio::test]
async fn who_loses_it_can_be_chosen_before_the_period_ends() {
    on_both(async |world| {
        let (id, bo, cy) = bought_for_two(&world).await;
        let (desk, admin) = (world.desk, world.admin);
        let shown = world.price(Some(id), "team", 1, OrderPurpose::Licences).await;
        let bought = world.host.add_licences(desk, id, MoreLicences::of(1, shown), admin, None).await.unwrap();
        assert_eq!(world.ordered(bought.order.unwrap()).await, OrderEnd::Fulfilled);
        world.host.set_users(desk, id, exactly(&[admin, cy]), admin).await.unwrap();
        world.host.reduce_licences(desk, id, 2, admin).await.unwrap();
        world.clock.advance(std::time::Duration::from_secs(60));
        world.host.set_users(desk, id, more(bo), admin).await.unwrap();
        let ending = async || world.host.users(desk, id).await.unwrap().ending.map(|ending| ending.who);
        let last: Vec<_> = ending().await.unwrap().iter().map(|one| one.id).collect();
        assert_eq!(last, [bo], "who got it last");
        world.host.set_users(desk, id, exactly(&[admin, bo]), admin).await.unwrap();
        assert_eq!(ending().await, None);
        world.later(31 * super::money::DAY).await;
        let users = world.host.users(desk, id).await.unwrap().operators;
        let using: BTreeSet<_> = users.iter().filter(|user| user.counts()).map(|user| user.operator.id).collect();
        assert_eq!(using, [admin, bo].into());
        assert_eq!(world.mailed("users-unassigned").await, 0, "nobody lost it by surprise");
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
        // What is given up from the next period on is still free.
        world.host.reduce_licences(world.desk, id, 1, world.admin).await.unwrap();
        let later = world.colleague("Later").await;
        let users = world.host.users(world.desk, id).await.unwrap().operators;
        let uses = |who: OperatorId| users.iter().any(|user| user.operator.id == who && user.counts());
        assert!(uses(later) && !uses(late) && !uses(bo));
        assert_eq!(world.mailed("no-licence").await, 1, "who got one is no reason to tell anybody");
    })
    .await;
}

#[tokio::test]
async fn whoever_comes_back_without_a_licence_is_told_about_each_time() {
    on_both(async |world| {
        let (id, bo, cy) = bought_for_two(&world).await;
        let (desk, admin) = (world.desk, world.admin);
        for times in 1..=2 {
            world.host.set_users(desk, id, exactly(&[admin, bo]), admin).await.unwrap();
            switch(&world, bo, false).await;
            world.host.set_users(desk, id, more(cy), admin).await.unwrap();
            world.clock.advance(std::time::Duration::from_secs(60));
            switch(&world, bo, true).await;
            let users = world.host.users(desk, id).await.unwrap().operators;
            assert!(users.iter().all(|user| user.operator.id != bo || !user.counts()), "{times}");
            assert_eq!(world.mailed("no-licence").await, times);
        }
    })
    .await;
}

async fn switch(world: &World, operator: OperatorId, active: bool) {
    let mut tx = world.db().begin().await.unwrap();
    operators::set_active(&mut tx, world.desk, operator, active, world.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}
