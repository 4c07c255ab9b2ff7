//! Panels: shown, acted upon, stacked; the state is for one operator, ticket and version alone.

use annex_billing::entitlement::Reason;
use annex_domain::{
    clock::Clock as _,
    installation::Status,
    ui::{Block, Event},
};
use annex_store::{
    billing::entitlements::{self, Entitlement},
    catalog::{self, VersionStatus},
    users::{self, Ticks},
};

use super::support::{World, at_ticket, on_both, version};
use crate::{Panel, UseError};

fn event(verb: &str) -> Event {
    Event {
        verb: verb.into(),
        source: verb.into(),
        args: vec![],
        values: vec![],
        cursor: None,
        state: b"forged".to_vec(),
    }
}

fn line(view: &annex_domain::ui::View) -> String {
    match &view.sections[0].nodes[0].block {
        Block::Text(text) => text.text.clone(),
        other => panic!("{other:?}"),
    }
}

async fn shown(world: &World) -> (annex_domain::ids::InstallationId, Panel) {
    world.puppet("1.0.0", 1, "").await;
    let id = world.install("acme.puppet").await.id;
    let panel = world.host.render(world.desk, id, world.context()).await.unwrap();
    (id, panel)
}

#[tokio::test]
async fn an_event_gets_the_state_that_was_shown() {
    on_both(async |world| {
        let (id, panel) = shown(&world).await;
        assert_eq!((line(panel.view.view()).as_str(), panel.depth), ("1.0.0 data=installed-1.0.0 from=-", 0));
        let answer = world.host.handle(world.desk, id, world.context(), event("set"), &panel.state).await.unwrap();
        // The puppet writes down the state it was given: that of the view, not what the request claimed.
        assert_eq!(line(answer.view.as_ref().unwrap().view()), "1.0.0 data=1.0.0-by-1.0.0 from=-");
        assert!(answer.state.is_some());
    })
    .await;
}

#[tokio::test]
async fn views_lie_above_each_other() {
    on_both(async |world| {
        let (id, panel) = shown(&world).await;
        let act = async |verb: &str, state: &str| {
            world.host.handle(world.desk, id, world.context(), event(verb), state).await
        };
        let above = act("push", &panel.state).await.unwrap();
        assert_eq!((above.depth, &line(above.view.as_ref().unwrap().view())[..5]), (1, "above"));
        let state = above.state.unwrap();
        let back = world.host.back(world.desk, id, world.context(), &state).await.unwrap();
        assert_eq!((back.depth, back.view.view()), (0, panel.view.view()));
        let popped = act("back", &state).await.unwrap();
        assert_eq!((popped.depth, popped.view.unwrap().view()), (0, panel.view.view()));
        let kept = act("note", &state).await.unwrap();
        assert!(kept.view.is_none() && kept.state.is_none());
        let bottom = world.host.back(world.desk, id, world.context(), &panel.state).await;
        assert!(matches!(bottom, Err(UseError::NotOffered(_))));

        let mut state = state;
        for _ in 0..3 {
            state = act("push", &state).await.unwrap().state.unwrap();
        }
        assert_eq!(act("push", &state).await.unwrap_err().code(), "bad-output", "five at most");
    })
    .await;
}

#[tokio::test]
async fn what_was_not_shown_is_not_handed_on() {
    on_both(async |world| {
        let (id, panel) = shown(&world).await;
        let handle = async |event: Event, state: &str, context| {
            world.host.handle(world.desk, id, context, event, state).await.unwrap_err()
        };
        let made_up = Event { source: "nobody".into(), ..event("set") };
        assert_eq!(handle(made_up, &panel.state, world.context()).await.code(), "not-offered");
        let other_ticket = annex_domain::ui::Context { location: at_ticket("t-2"), ..world.context() };
        assert_eq!(handle(event("set"), &panel.state, other_ticket).await.code(), "stale-state");
        let colleague = world.colleague("Bo").await;
        let other_person = annex_domain::ui::Context { operator: colleague.to_string(), ..world.context() };
        assert_eq!(handle(event("set"), &panel.state, other_person).await.code(), "stale-state");
        let nobody = annex_domain::ui::Context { operator: "somebody".into(), ..world.context() };
        assert_eq!(handle(event("set"), &panel.state, nobody).await.code(), "not-a-user");
        assert_eq!(handle(event("set"), "00", world.context()).await.code(), "stale-state");
        assert_eq!(handle(event("set"), "", world.context()).await.code(), "stale-state");

        world.puppet("2.0.0", 2, "").await;
        world.update(id, "2.0.0").await;
        assert_eq!(world.installation(id).await.version, version("2.0.0"));
        assert_eq!(handle(event("set"), &panel.state, world.context()).await.code(), "stale-state");
        world.clock.advance(std::time::Duration::from_secs(13 * 3600));
        let calls = world.host.calls(world.desk, id, None, 50).await.unwrap().calls;
        assert!(calls.iter().all(|call| call.kind != "handle"), "the add-on was never called");
    })
    .await;
}

#[tokio::test]
async fn another_desk_finds_nothing() {
    on_both(async |world| {
        let (id, panel) = shown(&world).await;
        let other = annex_domain::ids::DeskId::new();
        assert!(matches!(world.host.render(other, id, world.context()).await, Err(UseError::NotFound)));
        let handled = world.host.handle(other, id, world.context(), event("set"), &panel.state).await;
        assert!(matches!(handled, Err(UseError::NotFound)));
        assert_eq!(
            world.host.logs(other, id, &annex_store::logs::Query::default()).await.unwrap_err().code(),
            "not-found"
        );
        assert_eq!(world.host.health(other, id).await.unwrap_err().code(), "not-found");
        assert_eq!(world.host.export(other, id).await.unwrap_err().code(), "not-found");
        assert_eq!(world.host.settings_view(other, id).await.unwrap_err().code(), "not-found");
        assert_eq!(world.host.uninstall(other, id, world.admin, true).await.unwrap_err().code(), "not-found");
        assert_eq!(world.host.installations(other).await.unwrap().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_kept_in_memory_ends_with_the_change() {
    on_both(async |world| {
        let colleague = world.colleague("Bo").await;
        let (id, _) = shown(&world).await;
        let (desk, now) = (world.desk, world.clock.now());
        let asked = async || {
            let context = annex_domain::ui::Context { operator: colleague.to_string(), ..world.context() };
            world.host.render(desk, id, context).await.map(drop)
        };
        asked().await.unwrap();

        let mut tx = world.db().begin().await.unwrap();
        let right = Entitlement {
            installation: id,
            desk,
            token: "unreadable".into(),
            not_after: now,
            refreshed_at: now,
            revocation: None,
        };
        entitlements::put(&mut tx, &right).await.unwrap();
        world.host.revoke(&mut tx, desk, id, Reason::Unpaid, now).await.unwrap();
        asked().await.expect("it is not committed");
        tx.commit().await.unwrap();
        assert!(matches!(asked().await, Err(UseError::NotRunning(Status::PaymentDue))));
        let mut tx = world.db().begin().await.unwrap();
        entitlements::put(&mut tx, &right).await.unwrap();
        tx.commit().await.unwrap();
        asked().await.unwrap();

        let (addon, one) = ("acme.puppet".parse().unwrap(), version("1.0.0"));
        for (status, runs) in [(VersionStatus::Blocked, false), (VersionStatus::Available, true)] {
            let mut tx = world.db().begin().await.unwrap();
            catalog::set_version_status(&mut tx, &addon, &one, status, catalog::YankedBy::Platform, now).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(asked().await.is_ok(), runs, "{status}");
        }

        let mut tx = world.db().begin().await.unwrap();
        let taken = Ticks::Change { add: [].into(), remove: [colleague].into() };
        users::change(&mut tx, desk, id, &taken, now).await.unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(asked().await, Err(UseError::NotAUser)));
    })
    .await;
}
