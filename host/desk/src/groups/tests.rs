use annex_store::{audit, groups as stored, testing::on_both};

use super::*;
use crate::{
    Refusal, Wrong,
    rights_test::{World, wrong},
};

fn group(name: &str, members: &[OperatorId]) -> GroupInput {
    GroupInput { name: name.into(), members: members.iter().copied().collect() }
}

#[tokio::test]
async fn groups_are_made_changed_and_deleted() {
    on_both(async |db| {
        let world = World::make(db).await;
        let (desk, bo) = (&world.desk, world.desks.agent);
        let own = world.by(bo).await;
        let id = create(desk, &own, &group(" Nights ", &[bo])).await.unwrap();
        update(desk, &own, id, &group("Days", &[world.desks.admin])).await.unwrap();
        let mut conn = world.db.read().await.unwrap();
        assert_eq!(stored::get(&mut conn, own.desk, id).await.unwrap().name, "Days");
        assert_eq!(stored::members(&mut conn, own.desk, id).await.unwrap(), [world.desks.admin].into());
        drop(conn);
        assert_eq!(delete(desk, &own, id).await.unwrap().name, "Days");
        let mut conn = world.db.read().await.unwrap();
        let entries = audit::list(&mut conn, own.desk, None, 9).await.unwrap();
        let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["group.delete", "group.update", "group.create"]);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_leaves_nothing_behind() {
    on_both(async |db| {
        let world = World::make(db).await;
        let (desk, own) = (&world.desk, world.by(world.desks.agent).await);
        let id = create(desk, &own, &group("Nights", &[])).await.unwrap();
        create(desk, &own, &group("Days", &[])).await.unwrap();
        let before = world.all().await;
        assert_eq!(wrong(create(desk, &own, &group("Days", &[])).await), [Wrong::Taken.at("name")]);
        assert_eq!(wrong(update(desk, &own, id, &group("Days", &[])).await), [Wrong::Taken.at("name")]);
        assert_eq!(wrong(update(desk, &own, id, &group(" ", &[])).await), [Wrong::Required.at("name")]);
        let stranger = group("Evenings", &[world.desks.other_admin]);
        assert!(matches!(create(desk, &own, &stranger).await, Err(Refusal::NotFound(_))));
        assert!(matches!(update(desk, &own, id, &stranger).await, Err(Refusal::NotFound(_))));
        assert_eq!(world.all().await, before);
    })
    .await;
}
