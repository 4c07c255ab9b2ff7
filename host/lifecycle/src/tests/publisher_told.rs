//! What a publisher's service is told: each change once, with what was and what is.

use std::{cell::Cell, collections::BTreeSet, time::Duration};

use annex_domain::{
    addon::AddonId,
    billing::OrderPurpose,
    clock::Timestamp,
    figures::Figure,
    ids::OperatorId,
    installation::Status,
    manifest::{Manifest, Service},
};
use annex_store::figures;
use serde_json::{Value, json};

use super::{
    money::{DAY, PAYS, plans},
    publisher_service::{NAME, PublisherService, heard},
    support::{World, on_both, puppet, puppet_manifest},
};
use crate::{MoreLicences, OrderEnd, Ticks, UsersChange};

/// A publisher with a service that hears everything, and what is looked at already.
struct Told(Cell<usize>);

impl Told {
    async fn of(world: &mut World) -> Self {
        let service = PublisherService::start().await;
        world.restart_reaching(NAME, service.address).await;
        world.publish(Manifest { plans: plans(), ..heard("1.0.0", 1) }, puppet("render=trap")).await;
        Self(Cell::new(0))
    }

    /// What is new.
    async fn next(&self, world: &World) -> Vec<(String, Value)> {
        let addon: AddonId = "acme.puppet".parse().unwrap();
        let all = world.host.events_after(&addon, None, 500).await.unwrap();
        let seen = self.0.replace(all.len());
        all.into_iter().skip(seen).map(|event| (event.kind.to_string(), event.data)).collect()
    }
}

fn kinds(told: &[(String, Value)]) -> Vec<&str> {
    told.iter().map(|(kind, _)| kind.as_str()).collect()
}

/// What is counted of the add-on; each of it once.
async fn figures_of(world: &World) -> BTreeSet<Figure> {
    let mut conn = world.db().read().await.unwrap();
    let counted = figures::since(&mut conn, &"acme.puppet".parse().unwrap(), Timestamp(0).day()).await.unwrap();
    assert!(counted.iter().all(|one| one.count == 1), "{counted:?}");
    counted.into_iter().map(|one| one.figure).collect()
}

fn without(user: OperatorId) -> UsersChange {
    UsersChange { ticks: Some(Ticks::Change { add: BTreeSet::new(), remove: [user].into() }), assignment: None }
}

#[tokio::test]
async fn the_life_of_an_installation_is_told_step_by_step() {
    on_both(async |mut world| {
        let told = Told::of(&mut world).await;
        let by = world.admin;
        let id = world.had(world.to_try("team")).await.id;
        let begun = told.next(&world).await;
        assert_eq!(kinds(&begun), ["app.install-requested", "app.installed", "app.trial-started"]);
        assert_eq!(begun[0].1, json!({ "by": by }));
        assert_eq!(begun[1].1, json!({ "by": by, "plan": "team", "trial": true, "licences": 1 }));
        assert_eq!(begun[2].1["plan"], "team");

        world.log_in(PAYS).await;
        let order = world.choose(id, "team").await.order.unwrap();
        assert_eq!(world.ordered(order).await, OrderEnd::Fulfilled);
        let bought = told.next(&world).await;
        assert_eq!(kinds(&bought), ["invoice.paid", "app.trial-ended", "app.updated"]);
        assert_eq!((&bought[0].1["invoice"], &bought[0].1["lines"][0]["plan"]), (&json!(1), &json!("team")));
        assert_eq!(bought[1].1, json!({ "plan": "team", "why": "upgraded", "by": by }));
        assert_eq!(bought[2].1, json!({ "plan": { "old": "team", "new": "team" } }));

        let shown = world.price(Some(id), "team", 1, OrderPurpose::Licences).await;
        let more = world.host.add_licences(world.desk, id, MoreLicences::of(1, shown), by, None).await.unwrap();
        assert_eq!(world.ordered(more.order.unwrap()).await, OrderEnd::Fulfilled);
        let licences = told.next(&world).await;
        assert_eq!(kinds(&licences), ["invoice.paid", "app.licences-changed"]);
        assert_eq!(licences[1].1, json!({ "plan": "team", "licences": { "old": 1, "new": 2 }, "next": null }));

        // Who is made later gets what is for everyone, while there is a licence.
        let bo = world.colleague("Bo").await;
        let users = json!({ "users": { "old": 1, "new": 2, "added": [bo], "removed": [] } });
        assert_eq!(told.next(&world).await, [("app.updated".to_owned(), users)]);
        world.host.set_users(world.desk, id, without(bo), by).await.unwrap();
        let users = json!({ "users": { "old": 2, "new": 1, "added": [], "removed": [bo] } });
        assert_eq!(told.next(&world).await, [("app.updated".to_owned(), users)]);

        world.publish(Manifest { plans: plans(), ..heard("1.1.0", 2) }, puppet("")).await;
        assert_eq!(world.update(id, "1.1.0").await.status, Status::Active);
        let version = json!({ "version": { "old": "1.0.0", "new": "1.1.0" } });
        assert_eq!(told.next(&world).await, [("app.updated".to_owned(), version)]);

        world.host.uninstall(world.desk, id, by, false).await.unwrap();
        assert_eq!(world.settled(id).await, None);
        let gone = json!({ "by": by, "forced": false });
        assert_eq!(told.next(&world).await, [("app.uninstalled".to_owned(), gone)]);
        let counted = [Figure::Installed, Figure::TrialStarted, Figure::Converted, Figure::Uninstalled];
        assert_eq!(figures_of(&world).await, BTreeSet::from(counted));
    })
    .await;
}

#[tokio::test]
async fn the_end_of_a_trial_says_why_and_by_whom() {
    on_both(async |mut world| {
        let told = Told::of(&mut world).await;
        let by = world.admin;
        let id = world.had(world.to_try("team")).await.id;
        told.next(&world).await;
        world.later(31 * DAY).await;
        let expired = json!({ "plan": "team", "why": "expired", "by": null });
        assert_eq!(told.next(&world).await, [("app.trial-ended".to_owned(), expired)]);
        world.host.uninstall(world.desk, id, by, false).await.unwrap();
        world.settled(id).await;
        assert_eq!(kinds(&told.next(&world).await), ["app.uninstalled"], "it had ended before");
    })
    .await;
    on_both(async |mut world| {
        let told = Told::of(&mut world).await;
        let by = world.admin;
        let id = world.had(world.to_try("team")).await.id;
        told.next(&world).await;
        world.host.uninstall(world.desk, id, by, false).await.unwrap();
        world.settled(id).await;
        let ended = told.next(&world).await;
        assert_eq!(kinds(&ended), ["app.trial-ended", "app.uninstalled"]);
        assert_eq!(ended[0].1, json!({ "plan": "team", "why": "uninstalled", "by": by }));
    })
    .await;
    on_both(async |mut world| {
        let told = Told::of(&mut world).await;
        let by = world.admin;
        let id = world.had(world.to_try("team")).await.id;
        told.next(&world).await;
        world.log_in(PAYS).await;
        world.host.cancel(world.desk, id, by).await.unwrap();
        let ended = json!({ "plan": "team", "why": "cancelled", "by": by });
        assert_eq!(told.next(&world).await, [("app.trial-ended".to_owned(), ended)]);
        let counted = [Figure::Installed, Figure::TrialStarted, Figure::Cancelled];
        assert_eq!(figures_of(&world).await, BTreeSet::from(counted));
    })
    .await;
}

#[tokio::test]
async fn a_suspension_is_told_with_its_reason() {
    on_both(async |mut world| {
        let told = Told::of(&mut world).await;
        let id = world.had(world.to_try("team")).await.id;
        told.next(&world).await;
        for _ in 0..3 {
            world.host.render(world.desk, id, world.context()).await.unwrap_err();
            world.clock.advance(Duration::from_secs(60));
        }
        assert_eq!(world.installation(id).await.status, Status::Suspended);
        assert_eq!(told.next(&world).await, [("app.suspended".to_owned(), json!({ "why": "faults" }))]);
    })
    .await;
}

#[tokio::test]
async fn a_publisher_without_a_service_for_events_is_told_nothing() {
    on_both(async |world| {
        let service = Some(Service { open: Some("https://app.acme.example/".into()), ..Service::default() });
        world.publish(Manifest { service, ..puppet_manifest("1.0.0", 1) }, puppet("")).await;
        let id = world.install("acme.puppet").await.id;
        world.host.uninstall(world.desk, id, world.admin, false).await.unwrap();
        world.settled(id).await;
        let addon = "acme.puppet".parse().unwrap();
        assert_eq!(world.host.events_after(&addon, None, 500).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_failed_installation_was_asked_for_and_no_more() {
    on_both(async |world| {
        world.publish(heard("1.0.0", 1), puppet("install=fail")).await;
        let failed = world.install("acme.puppet").await;
        assert_eq!(failed.status, Status::FailedInstallation);
        let addon = "acme.puppet".parse().unwrap();
        let all = world.host.events_after(&addon, None, 500).await.unwrap();
        assert_eq!(all.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>(), ["app.install-requested"]);
    })
    .await;
}
