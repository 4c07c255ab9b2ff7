use annex_domain::permission::{Permission, Permissions};
use annex_store::testing::on_both;

use super::*;
use crate::{
    Rule, Wrong, operators,
    rights_test::{World, rule, wrong},
};

fn role(name: &str, permissions: Permissions) -> RoleInput {
    RoleInput { name: name.into(), permissions }
}

#[tokio::test]
async fn built_in_roles_are_guarded() {
    on_both(async |db| {
        let world = World::make(db).await;
        let (desk, own) = (&world.desk, world.by(world.desks.admin).await);
        let before = world.all().await;
        for refused in [
            rule(update(desk, &own, world.admin_role, &role("Admin", Permissions::default())).await),
            rule(delete(desk, &own, world.admin_role).await),
            rule(delete(desk, &own, world.agent_role).await),
        ] {
            assert_eq!(refused, Rule::BuiltinRole);
        }
        assert_eq!(world.all().await, before);
        // Agent may be allowed anything, and keeps its name.
        let agent = update(desk, &own, world.agent_role, &role("Helper", Permissions::admin())).await.unwrap();
        assert_eq!((agent.name.as_str(), &agent.permissions), ("Agent", &Permissions::admin()));
        update(desk, &own, world.agent_role, &role("", Permissions::default())).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_role_is_deleted_when_nobody_has_it() {
    on_both(async |db| {
        let world = World::make(db).await;
        let (desk, own) = (&world.desk, world.by(world.desks.admin).await);
        assert_eq!(rule(delete(desk, &own, world.lead).await), Rule::RoleInUse);
        operators::set_roles(desk, &own, world.desks.agent, &[world.agent_role]).await.unwrap();
        assert_eq!(delete(desk, &own, world.lead).await.unwrap().name, "Lead");
    })
    .await;
}

#[tokio::test]
async fn names_are_trimmed_and_unique() {
    on_both(async |db| {
        let world = World::make(db).await;
        let (desk, own) = (&world.desk, world.by(world.desks.admin).await);
        let view = || Permissions([Permission::TicketsView].into());
        assert_eq!(create(desk, &own, &role(" Readers ", view())).await.unwrap().name, "Readers");
        let before = world.all().await;
        for (name, problem) in
            [("Agent ", Wrong::Taken), ("  ", Wrong::Required), ("x".repeat(61).as_str(), Wrong::TooLong(60))]
        {
            assert_eq!(wrong(create(desk, &own, &role(name, view())).await), [problem.at("name")]);
            assert_eq!(wrong(update(desk, &own, world.lead, &role(name, view())).await), [problem.at("name")]);
        }
        assert_eq!(world.all().await, before);
    })
    .await;
}
