//! Who uses an add-on: its panel is for users alone, its events are the desk's; changes are checked and written down.

use std::collections::BTreeSet;

use annex_domain::{
    assignment::Assignment,
    capability::Access,
    ids::{InstallationId, OperatorId},
    manifest::Manifest,
    permission::{Permission, Permissions},
    ui::{Context, Event},
};
use annex_store::{audit, roles, roles::Builtin, tickets};

use super::{
    events::ticket,
    support::{World, at_ticket, capability, echo_manifest, guest, on_both, puppet, puppet_manifest},
};
use crate::{CrashPoints, InstallRequest, LifecycleError, Looking, Ticks, UseError, UsersChange};

fn take(operator: OperatorId) -> UsersChange {
    UsersChange { ticks: Some(Ticks::Change { add: BTreeSet::new(), remove: [operator].into() }), assignment: None }
}

fn give(operator: OperatorId) -> UsersChange {
    UsersChange { ticks: Some(Ticks::Change { add: [operator].into(), remove: BTreeSet::new() }), assignment: None }
}

fn as_seen_by(world: &World, operator: OperatorId) -> Context {
    Context { operator: operator.to_string(), ..world.context() }
}

async fn installed(world: &World) -> InstallationId {
    world.puppet("1.0.0", 1, "").await;
    world.install("acme.puppet").await.id
}

#[tokio::test]
async fn a_panel_is_for_users_alone() {
    on_both(async |world| {
        let bo = world.colleague("Bo").await;
        let id = installed(&world).await;
        let late = world.colleague("Late").await;
        for operator in [world.admin, bo, late] {
            world.host.render(world.desk, id, as_seen_by(&world, operator)).await.unwrap();
            assert_eq!(world.host.panels(world.desk, operator).await.unwrap().len(), 1);
        }
        let shown = world.host.render(world.desk, id, as_seen_by(&world, bo)).await.unwrap().state;
        let calls = world.host.calls(world.desk, id, None, 50).await.unwrap().calls.len();

        let changed = world.host.set_users(world.desk, id, take(bo), world.admin).await.unwrap();
        assert_eq!((changed.added, changed.removed), (vec![], vec![bo]));
        let context = || as_seen_by(&world, bo);
        let event = Event {
            verb: "set".into(),
            source: "set".into(),
            args: vec![],
            values: vec![],
            cursor: None,
            state: vec![],
        };
        let render = world.host.render(world.desk, id, context()).await.unwrap_err();
        let handle = world.host.handle(world.desk, id, context(), event, &shown).await.unwrap_err();
        let back = world.host.back(world.desk, id, context(), &shown).await.unwrap_err();
        for refused in [render, handle, back] {
            assert!(matches!(refused, UseError::NotAUser), "{refused}");
            assert_eq!(refused.code(), "not-a-user");
        }
        assert!(world.host.panels(world.desk, bo).await.unwrap().is_empty());
        let after = world.host.calls(world.desk, id, None, 50).await.unwrap().calls.len();
        assert_eq!(after, calls, "the add-on was not called");

        world.host.set_users(world.desk, id, give(bo), world.admin).await.unwrap();
        world.host.render(world.desk, id, context()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_installer_keeps_it_and_every_change_is_written_down() {
    on_both(async |world| {
        let bo = world.colleague("Bo").await;
        let id = installed(&world).await;
        let last = async || {
            let mut conn = world.db().read().await.unwrap();
            audit::list(&mut conn, world.desk, None, 1).await.unwrap().remove(0)
        };
        let installed = last().await;
        let refused = world.host.set_users(world.desk, id, take(world.admin), bo).await.unwrap_err();
        assert_eq!(refused.code(), "installer-stays");
        let none = UsersChange { ticks: Some(Ticks::Exactly([bo].into())), assignment: Some(Assignment::Nobody) };
        assert_eq!(world.host.set_users(world.desk, id, none, bo).await.unwrap_err().code(), "installer-stays");
        // All or nothing: the rule did not change either.
        assert_eq!(world.host.users(world.desk, id).await.unwrap().assignment, Assignment::Everyone);
        let same = Ticks::Exactly([world.admin, bo].into());
        let same = UsersChange { ticks: Some(same), assignment: Some(Assignment::Everyone) };
        assert!(world.host.set_users(world.desk, id, same, world.admin).await.unwrap().is_empty());
        assert_eq!(last().await.seq, installed.seq, "what changes nothing is not written down");

        let change = UsersChange { ticks: take(bo).ticks, assignment: Some(Assignment::Nobody) };
        world.host.set_users(world.desk, id, change, world.admin).await.unwrap();
        let entry = last().await;
        assert_eq!((entry.action.as_str(), entry.object.as_str()), ("addon.users", "acme.puppet"));
        assert_eq!(entry.actor, format!("operator:{}", world.admin));
        assert_eq!(entry.detail["removed"][0], bo.to_string());
        assert_eq!(
            (&entry.detail["added"], &entry.detail["assignment"]["to"]),
            (&serde_json::json!([]), &"nobody".into())
        );
        let users = world.host.users(world.desk, id).await.unwrap();
        assert_eq!((users.count(), users.operators.len(), users.whole_desk), (1, 2, false));
    })
    .await;
}

#[tokio::test]
async fn a_rule_is_for_those_who_come_later() {
    on_both(async |world| {
        let before = world.colleague("Before").await;
        let id = installed(&world).await;
        let agents =
            roles::builtin(&mut world.db().read().await.unwrap(), world.desk, Builtin::Agent).await.unwrap().id;
        let admins =
            roles::builtin(&mut world.db().read().await.unwrap(), world.desk, Builtin::Admin).await.unwrap().id;
        let uses = async |operator: OperatorId| {
            let users = world.host.users(world.desk, id).await.unwrap();
            users.operators.iter().any(|user| user.operator.id == operator && user.since.is_some())
        };
        for (rule, gets) in [
            (Assignment::Nobody, false),
            (Assignment::Roles([admins].into()), false),
            (Assignment::Roles([admins, agents].into()), true),
            (Assignment::Everyone, true),
        ] {
            world.host.set_rule(world.desk, id, rule.clone(), world.admin).await.unwrap();
            let later = world.colleague("Later").await;
            assert_eq!(uses(later).await, gets, "{rule:?}");
            assert!(uses(before).await, "nothing is taken away");
        }
        let empty = world.host.set_rule(world.desk, id, Assignment::Roles(BTreeSet::new()), world.admin).await;
        assert_eq!(empty.unwrap_err().code(), "invalid");
    })
    .await;
}

#[tokio::test]
async fn channels_act_for_the_whole_desk() {
    on_both(async |world| {
        world.publish(echo_manifest(), guest("echo")).await;
        let id = world.install("acme.echo").await.id;
        let users = world.host.users(world.desk, id).await.unwrap();
        assert!(users.whole_desk && users.operators.is_empty());
        let refused = world.host.set_users(world.desk, id, take(world.admin), world.admin).await.unwrap_err();
        assert_eq!(refused.code(), "whole-desk");
        let ruled = world.host.set_rule(world.desk, id, Assignment::Nobody, world.admin).await.unwrap_err();
        assert_eq!(ruled.code(), "whole-desk");
    })
    .await;
}

#[tokio::test]
async fn nothing_is_changed_while_the_add_on_is() {
    on_both(async |mut world| {
        let bo = world.colleague("Bo").await;
        world.puppet("1.0.0", 1, "").await;
        world.restart(CrashPoints::stop_at("install:hook:after")).await;
        let id = world.host.install(world.request("acme.puppet")).await.unwrap().id;
        world.idle().await;
        let refused = world.host.set_users(world.desk, id, take(bo), world.admin).await;
        assert!(matches!(refused, Err(LifecycleError::NotAllowed(_))));
        let other = annex_domain::ids::DeskId::new();
        assert_eq!(world.host.users(other, id).await.unwrap_err().code(), "not-found");
        assert_eq!(world.host.set_users(other, id, take(bo), world.admin).await.unwrap_err().code(), "not-found");
        world.host.uninstall(world.desk, id, world.admin, true).await.unwrap();
        assert_eq!(world.settled(id).await, None);
    })
    .await;
}

#[tokio::test]
async fn an_add_on_does_for_an_operator_what_they_may_do_themselves() {
    on_both(async |world| {
        let bo = world.colleague("Bo").await;
        let capabilities = [Access::Kv, Access::TicketsWrite].map(|access| capability(access, &[])).to_vec();
        let request = InstallRequest { grant_accepted: capabilities.clone().into(), ..world.request("acme.puppet") };
        let manifest = Manifest { capabilities, ..puppet_manifest("1.0.0", 1) };
        world.publish(manifest, puppet("label=1.0.0 handle=tag")).await;
        let id = world.host.install(request).await.unwrap().id;
        world.settled(id).await.unwrap();
        let ticket = ticket(&world).await;
        let context = Context { location: at_ticket(&ticket.to_string()), ..as_seen_by(&world, bo) };
        let shown = world.host.render(world.desk, id, context.clone()).await.unwrap().state;
        let set = || {
            let verb = "set".to_owned();
            Event { source: verb.clone(), verb, args: vec![], values: vec![], cursor: None, state: vec![] }
        };
        let tags = async || tickets::get(&mut world.db().read().await.unwrap(), world.desk, ticket).await.unwrap().tags;
        let refused = |error: UseError| matches!(error, UseError::NotPermitted(Permission::TicketsManage));
        let view = Permissions([Permission::TicketsView].into());

        // A token with fewer scopes than its operator has permissions.
        let narrow = Looking::within(context.clone(), view.clone());
        assert!(refused(world.host.handle(world.desk, id, narrow, set(), &shown).await.unwrap_err()));
        assert!(tags().await.is_empty());
        world.host.handle(world.desk, id, context.clone(), set(), &shown).await.unwrap();
        assert_eq!(tags().await, ["tagged"]);

        // As the roles are now, not as they were when the panel was drawn. However often: it is no failure of the add-on.
        let mut tx = world.db().begin().await.unwrap();
        let agent = roles::builtin(&mut tx, world.desk, Builtin::Agent).await.unwrap();
        roles::update(&mut tx, world.desk, agent.id, "Agent", &view).await.unwrap();
        tx.commit().await.unwrap();
        for _ in 0..4 {
            assert!(refused(world.host.handle(world.desk, id, context.clone(), set(), &shown).await.unwrap_err()));
        }
        assert!(world.installation(id).await.status.runs());
    })
    .await;
}
