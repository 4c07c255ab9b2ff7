//! Nobody gives more than they have, and nobody changes who has more: over everything that changes people and rights. And which
//! permission each deed needs, over all there are.

mod every_deed;

use annex_domain::{
    clock::Timestamp,
    ids::{OperatorId, RoleId},
    operator::Actor,
    permission::{Permission, Permissions},
};
use annex_store::{
    Db, audit, groups as stored_groups, mails,
    operators::{self as stored_operators, NewOperator},
    roles::{self as stored_roles, Builtin},
    testing::{Fixture, on_both},
};

use crate::{Ctx, Desk, FieldProblem, Refusal, Rule, Wrong, groups, operators, operators::Invite, roles};

pub(crate) const NOW: Timestamp = Timestamp(1_800_000_000_000);

/// A desk whose agent manages operators without being an admin.
pub(crate) struct World {
    pub(crate) db: Db,
    pub(crate) desk: Desk,
    pub(crate) desks: Fixture,
    /// The agent's only role.
    pub(crate) lead: RoleId,
    pub(crate) admin_role: RoleId,
    pub(crate) agent_role: RoleId,
    /// An admin who has not chosen a password yet.
    pub(crate) invited: OperatorId,
}

impl World {
    pub(crate) async fn make(db: Db) -> Self {
        let mut tx = db.begin().await.unwrap();
        let desks = Fixture::make(&mut tx).await;
        let admin_role = stored_roles::builtin(&mut tx, desks.desk, Builtin::Admin).await.unwrap().id;
        let agent_role = stored_roles::builtin(&mut tx, desks.desk, Builtin::Agent).await.unwrap().id;
        let few = Permissions([Permission::TicketsView, Permission::OperatorsManage].into());
        let lead = stored_roles::create(&mut tx, desks.desk, "Lead", &few, NOW).await.unwrap().id;
        for (id, role) in [(desks.admin, admin_role), (desks.agent, lead)] {
            stored_operators::set_roles(&mut tx, desks.desk, id, &[role], NOW).await.unwrap();
            stored_operators::set_password(&mut tx, desks.desk, id, "hash", None).await.unwrap();
        }
        let invited = new("new@example.org", admin_role);
        let invited = stored_operators::create(&mut tx, desks.desk, invited, NOW).await.unwrap().id;
        tx.commit().await.unwrap();
        let desk = Desk::new(db.clone());
        Self { db, desk, desks, lead, admin_role, agent_role, invited }
    }

    /// What an operator does, with all that they may do now.
    pub(crate) async fn by(&self, id: OperatorId) -> Ctx {
        let permissions = self.permissions(id).await;
        Ctx { permissions, ..Ctx::host(self.desks.desk, Actor::Operator(id), NOW) }
    }

    pub(crate) async fn permissions(&self, id: OperatorId) -> Permissions {
        let mut conn = self.db.read().await.unwrap();
        stored_operators::get(&mut conn, self.desks.desk, id).await.unwrap().permissions
    }

    /// All that is there, to see that nothing was written.
    pub(crate) async fn all(&self) -> String {
        let (desk, mut conn) = (self.desks.desk, self.db.read().await.unwrap());
        let people = stored_operators::list(&mut conn, desk).await.unwrap();
        let roles = stored_roles::list_with_users(&mut conn, desk).await.unwrap();
        let groups = stored_groups::list(&mut conn, desk).await.unwrap();
        let mails = mails::list(&mut conn, desk, None, 99).await.unwrap();
        format!("{people:?}{roles:?}{groups:?}{mails:?}{:?}", audit::list(&mut conn, desk, None, 99).await.unwrap())
    }
}

pub(crate) fn new(email: &str, role: RoleId) -> NewOperator {
    NewOperator { email: email.into(), name: "New".into(), password_hash: None, roles: vec![role] }
}

pub(crate) fn invite(email: &str, role: RoleId) -> Invite {
    Invite { email: email.into(), name: "Di".into(), roles: vec![role] }
}

fn role(permissions: Permissions) -> roles::RoleInput {
    roles::RoleInput { name: "Readers".into(), permissions }
}

/// The fields that were refused.
pub(crate) fn wrong<T>(result: Result<T, Refusal>) -> Vec<FieldProblem> {
    match result {
        Err(Refusal::Invalid(problems)) => problems,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was done"),
    }
}

/// The rule that stood against it.
pub(crate) fn rule<T>(result: Result<T, Refusal>) -> Rule {
    match result {
        Err(Refusal::Rule(rule)) => rule,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was done"),
    }
}

#[tokio::test]
async fn nobody_gives_more_than_they_have() {
    on_both(async |db| {
        let world = World::make(db).await;
        let (desk, bo, admin) = (&world.desk, world.desks.agent, world.admin_role);
        let ctx = world.by(bo).await;
        let all = || role(Permissions::admin());
        let before = world.all().await;
        for (problems, field) in [
            (wrong(operators::create(desk, &ctx, new("x@example.org", admin)).await), "roles"),
            (wrong(operators::invite(desk, &ctx, invite("x@example.org", admin)).await), "roles"),
            (wrong(operators::set_roles(desk, &ctx, bo, &[world.lead, admin]).await), "roles"),
            (wrong(roles::create(desk, &ctx, &all()).await), "permissions"),
            (wrong(roles::update(desk, &ctx, world.lead, &all()).await), "permissions"),
        ] {
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert!(problems[0].field == field && matches!(problems[0].wrong, Wrong::NotYours(_)), "{problems:?}");
        }
        assert_eq!(world.all().await, before);
        // A token of an admin gives no more than its scopes.
        let permissions = Permissions([Permission::OperatorsManage].into());
        let token = Ctx { permissions, ..world.by(world.desks.admin).await };
        let problems = wrong(operators::invite(desk, &token, invite("x@example.org", world.lead)).await);
        assert_eq!(problems, [Wrong::NotYours(Permission::TicketsView).at("roles")]);
        // What one has can be given.
        let made = roles::create(desk, &ctx, &role(Permissions([Permission::TicketsView].into()))).await.unwrap();
        operators::invite(desk, &ctx, invite("di@example.org", made.id)).await.map(drop).unwrap();
    })
    .await;
}

#[tokio::test]
async fn nobody_changes_who_has_more() {
    on_both(async |db| {
        let world = World::make(db).await;
        let (desk, lead, admin, invited) = (&world.desk, world.lead, world.desks.admin, world.invited);
        let ctx = world.by(world.desks.agent).await;
        let none = role(Permissions::default());
        let before = world.all().await;
        for refused in [
            rule(operators::set_roles(desk, &ctx, admin, &[lead]).await),
            rule(operators::deactivate(desk, &ctx, admin).await),
            rule(operators::activate(desk, &ctx, invited).await),
            rule(operators::invite_again(desk, &ctx, invited).await),
            rule(roles::update(desk, &ctx, world.admin_role, &none).await),
            rule(roles::update(desk, &ctx, world.agent_role, &none).await),
            rule(roles::delete(desk, &ctx, world.agent_role).await),
        ] {
            assert_eq!(refused, Rule::BeyondYourRights);
        }
        assert_eq!(world.all().await, before);
    })
    .await;
}

#[tokio::test]
async fn what_was_taken_since_the_request_came_is_given_no_more() {
    on_both(async |db| {
        let world = World::make(db).await;
        let (desk, bo, lead) = (&world.desk, world.desks.agent, world.lead);
        let late = world.by(bo).await;
        let less = role(Permissions([Permission::OperatorsManage].into()));
        roles::update(desk, &world.by(world.desks.admin).await, lead, &less).await.unwrap();
        let problems = wrong(roles::create(desk, &late, &role(late.permissions.clone())).await);
        assert_eq!(problems, [Wrong::NotYours(Permission::TicketsView).at("permissions")]);
    })
    .await;
}

#[tokio::test]
async fn another_desk_finds_nothing() {
    on_both(async |db| {
        let world = World::make(db).await;
        let (desk, bo, lead, agents) = (&world.desk, world.desks.agent, world.lead, world.agent_role);
        let own = world.by(world.desks.admin).await;
        let wanted = |name: &str| groups::GroupInput { name: name.into(), ..Default::default() };
        let group = groups::create(desk, &own, &wanted("A")).await.unwrap();
        let theirs = Actor::Operator(world.desks.other_admin);
        let ctx = Ctx::host(world.desks.other_desk, theirs, NOW);
        let before = world.all().await;
        for refused in [
            operators::invite_again(desk, &ctx, world.invited).await.map(drop),
            operators::set_roles(desk, &ctx, bo, &[lead]).await.map(drop),
            operators::activate(desk, &ctx, bo).await.map(drop),
            operators::deactivate(desk, &ctx, bo).await.map(drop),
            operators::invite(desk, &ctx, invite("x@example.org", agents)).await.map(drop),
            roles::update(desk, &ctx, lead, &role(Permissions::default())).await.map(drop),
            roles::delete(desk, &ctx, lead).await.map(drop),
            groups::update(desk, &ctx, group, &wanted("B")).await,
            groups::delete(desk, &ctx, group).await.map(drop),
        ] {
            assert!(matches!(refused, Err(Refusal::NotFound(_))), "{refused:?}");
        }
        assert_eq!(world.all().await, before);
    })
    .await;
}
