//! Months that are not paid, and a billing system in trouble (R62): nothing stops within the days of grace, nothing without
//! reading back, one installation a day, and what is paid runs again by itself.

use std::{sync::Arc, time::Duration};

use annex_billing::{
    entitlement::Standing,
    gateway::{Gateway as _, IntentStatus},
};
use annex_domain::{
    addon::Kind,
    billing::{InvoiceState, SubscriptionState},
    clock::Clock as _,
    ids::InstallationId,
    installation::Status,
    localized::Localized,
};
use annex_store::{
    billing::{entitlements, invoices},
    catalog, projects,
};

use super::{
    money::{DAY, NO_MONEY, PAYS},
    support::{World, on_both, puppet},
};
use crate::{Choice, InstallRequest};

async fn standing(world: &World, id: InstallationId) -> Option<Standing> {
    world.host.billing_state(world.desk, id).await.unwrap().standing
}

async fn state(world: &World, id: InstallationId) -> SubscriptionState {
    world.host.billing_state(world.desk, id).await.unwrap().subscription.unwrap().state
}

/// Days go by, each with everything that the workers do in it.
async fn days(world: &World, days: u32) {
    for _ in 0..days {
        world.later(DAY).await;
    }
}

async fn bought(world: &World) -> InstallationId {
    world.priced("1.0.0", 1, "").await;
    world.log_in(PAYS).await;
    world.had(world.to_buy("flat").await).await.id
}

#[tokio::test]
async fn what_is_paid_stays_valid_month_after_month() {
    on_both(async |world| {
        let id = bought(&world).await;
        for _ in 0..10 {
            days(&world, 7).await;
            assert_eq!(standing(&world, id).await, Some(Standing::Valid));
        }
        assert_eq!(world.mailed("receipt").await, 3, "the purchase and two months");
        world.judge(id, "two months later").await;
    })
    .await;
}

#[tokio::test]
async fn an_unpaid_month_has_days_of_grace_and_runs_again_when_it_is_paid() {
    on_both(async |world| {
        let id = bought(&world).await;
        world.add_card(NO_MONEY).await;
        days(&world, 31).await;
        assert_eq!(state(&world, id).await, SubscriptionState::PastDue);
        assert_eq!(world.installation(id).await.status, Status::Active);
        let mut graced = false;
        for _ in 0..14 {
            days(&world, 1).await;
            graced |= matches!(standing(&world, id).await, Some(Standing::Grace { .. }));
            assert_eq!(world.installation(id).await.status, Status::Active, "within the days of grace");
            world.host.render(world.desk, id, world.context()).await.unwrap();
        }
        assert!(graced);
        days(&world, 6).await;
        assert_eq!(world.installation(id).await.status, Status::PaymentDue);
        assert!(world.host.render(world.desk, id, world.context()).await.is_err());
        assert_eq!(world.mailed("unpaid").await, 2, "the payer, and the one who manages add-ons");

        world.add_card(PAYS).await;
        world.pay(id).await;
        assert_eq!(world.installation(id).await.status, Status::Active);
        assert_eq!(standing(&world, id).await, Some(Standing::Valid));
        assert_eq!(state(&world, id).await, SubscriptionState::Active);
        world.host.render(world.desk, id, world.context()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_desk_loses_one_add_on_a_day_and_never_all_at_once() {
    on_both(async |world| {
        let first = bought(&world).await;
        let mut others = vec![first];
        for name in ["acme.two", "acme.three"] {
            let mut manifest = super::support::puppet_manifest("1.0.0", 1);
            (manifest.id, manifest.plans) = (name.parse().unwrap(), super::money::plans());
            world.publish(manifest, puppet("label=1.0.0")).await;
            let shown = annex_domain::money::Money::new(5000, annex_domain::money::Currency::EUR);
            let choice = Choice::paid("flat".parse().unwrap(), shown);
            let request = InstallRequest { purchase: Some(choice), ..world.request(name) };
            others.push(world.had(request).await.id);
        }
        world.add_card(NO_MONEY).await;
        let mut stopped = vec![0];
        for _ in 0..60 {
            days(&world, 1).await;
            let mut due = 0;
            for id in &others {
                due += usize::from(world.installation(*id).await.status == Status::PaymentDue);
            }
            stopped.push(due);
        }
        assert_eq!(stopped.last(), Some(&3));
        assert!(stopped.windows(2).all(|days| days[1] <= days[0] + 1), "{stopped:?}");
    })
    .await;
}

#[tokio::test]
async fn a_host_that_was_down_for_long_stops_nothing_that_is_paid() {
    on_both(async |mut world| {
        let id = bought(&world).await;
        world.restart(crate::CrashPoints::none()).await;
        world.clock.advance(60 * DAY);
        assert!(matches!(standing(&world, id).await, Some(Standing::Overdue)), "nobody has refreshed it");
        world.host.render(world.desk, id, world.context()).await.unwrap();
        world.later(Duration::from_secs(10)).await;
        assert_eq!(standing(&world, id).await, Some(Standing::Valid));
        assert_eq!(world.installation(id).await.status, Status::Active);
    })
    .await;
}

#[tokio::test]
async fn a_damaged_or_missing_entitlement_stops_nothing() {
    on_both(async |world| {
        let id = bought(&world).await;
        let mut tx = world.db().begin().await.unwrap();
        let row = entitlements::get(&mut tx, world.desk, id).await.unwrap().unwrap();
        let forged =
            annex_billing::entitlement::Signer::from_seed(&[1; 32]).revoke(&annex_billing::entitlement::Revocation {
                desk: world.desk,
                installation: id,
                reason: annex_billing::entitlement::Reason::Unpaid,
                revoked_at: world.clock.now(),
            });
        let damaged = entitlements::Entitlement { token: "damaged".into(), revocation: Some(forged), ..row };
        entitlements::put(&mut tx, &damaged).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(standing(&world, id).await, Some(Standing::Unreadable));
        world.host.render(world.desk, id, world.context()).await.unwrap();
        let mut tx = world.db().begin().await.unwrap();
        entitlements::remove(&mut tx, world.desk, id).await.unwrap();
        tx.commit().await.unwrap();
        world.host.render(world.desk, id, world.context()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_word_of_the_host_stops_at_once() {
    on_both(async |world| {
        let id = bought(&world).await;
        let stopped = world.host.revoke_entitlement(world.desk, id).await.unwrap();
        world.idle().await;
        assert_eq!(stopped.status, Status::Cancelled);
        assert!(matches!(standing(&world, id).await, Some(Standing::Revoked(_))));
        world.judge(id, "revoked").await;
        let host = Arc::new(world.node());
        assert!(host.render(world.desk, id, world.context()).await.is_err(), "on every node");
    })
    .await;
}

#[tokio::test]
async fn what_its_publisher_ends_costs_nothing_more_and_runs_nowhere() {
    on_both(async |world| {
        let id = bought(&world).await;
        let addon = world.installation(id).await.addon.clone();
        let mut tx = world.db().begin().await.unwrap();
        projects::create(&mut tx, &addon, Kind::Plugin, &Localized::en("Puppet"), world.clock.now()).await.unwrap();
        catalog::set_ends_at(&mut tx, &addon, Some(world.clock.now().after(DAY))).await.unwrap();
        tx.commit().await.unwrap();
        let has_project =
            async || projects::get(&mut world.db().read().await.unwrap(), &addon.publisher(), &addon).await.is_ok();
        world.host.end_addons().await.unwrap();
        assert_eq!(world.installation(id).await.status, Status::Active, "its day has not come");
        assert!(has_project().await);
        days(&world, 1).await;
        for _ in 0..2 {
            world.host.end_addons().await.unwrap();
            world.idle().await;
        }
        assert_eq!(world.installation(id).await.status, Status::Cancelled);
        assert!(world.host.installation(world.desk, id).await.unwrap().blocked);
        assert!(!has_project().await);
        world.judge(id, "ended").await;
    })
    .await;
}

#[tokio::test]
async fn a_gateway_that_does_not_answer_stops_nothing_however_long() {
    on_both(async |world| {
        let id = bought(&world).await;
        world.gateway.away();
        for _ in 0..9 {
            days(&world, 10).await;
            assert_eq!(standing(&world, id).await, Some(Standing::Valid), "refreshed as if it were paid");
            assert_eq!(world.installation(id).await.status, Status::Active);
        }
        world.gateway.back();
        days(&world, 2).await;
        assert_eq!(state(&world, id).await, SubscriptionState::Active);
        world.judge(id, "back again").await;
    })
    .await;
}

#[tokio::test]
async fn what_is_unpaid_is_not_stopped_before_it_was_read_back() {
    on_both(async |world| {
        let id = bought(&world).await;
        world.add_card(NO_MONEY).await;
        days(&world, 31).await;
        assert_eq!(state(&world, id).await, SubscriptionState::PastDue);
        world.gateway.away();
        days(&world, 30).await;
        assert_eq!(world.installation(id).await.status, Status::Active, "nobody could say that it is unpaid");
        world.gateway.back();
        days(&world, 2).await;
        assert_eq!(world.installation(id).await.status, Status::PaymentDue);
    })
    .await;
}

/// What the workers of a node do in one round.
async fn work(node: &crate::Lifecycle) {
    node.do_chores(&mut crate::chores::Chores::default()).await;
    while node.run_one_job().await.unwrap() {}
}

#[tokio::test]
async fn two_nodes_do_the_chores_of_a_month_once() {
    on_both(async |world| {
        let id = bought(&world).await;
        let other = world.node();
        for _ in 0..32 {
            world.clock.advance(DAY);
            tokio::join!(work(&world.host), work(&other));
        }
        let mut conn = world.db().read().await.unwrap();
        let all = invoices::list(&mut conn, world.desk, invoices::Filter::default()).await.unwrap();
        assert_eq!(all.len(), 2, "the purchase and one month");
        assert!(all.iter().all(|invoice| invoice.state == InvoiceState::Paid));
        drop(conn);
        let taken = world.gateway.intents_since(super::support::START).await.unwrap();
        let taken: i64 = taken
            .iter()
            .filter(|intent| intent.status == IntentStatus::Succeeded)
            .map(|intent| intent.amount.cents)
            .sum();
        assert_eq!(taken, 2 * 5000);
        assert_eq!(world.mailed("receipt").await, 2);
        world.judge(id, "a month with two nodes").await;
    })
    .await;
}
