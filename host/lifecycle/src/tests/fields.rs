//! The custom fields that add-ons bring: they come with the installation, follow the version, and go out of use with it.

use annex_domain::{
    field::{Declared, Field, FieldKind, FieldSubject},
    localized::Localized,
    manifest::Manifest,
};
use annex_store::fields::{self, NewValue};

use super::support::{World, on_both, puppet, puppet_manifest};

fn declared(key: &str, kind: FieldKind) -> Declared {
    let choices = if kind == FieldKind::Choice { vec!["S".into(), "L".into()] } else { Vec::new() };
    Declared { of: FieldSubject::Ticket, key: key.into(), kind, label: Localized::en(key), help: None, choices }
}

async fn publish(world: &World, version: &str, seq: u32, fields: Vec<Declared>) {
    let label = format!("label={version}");
    world.publish(Manifest { fields, ..puppet_manifest(version, seq) }, puppet(&label)).await;
}

async fn all(world: &World) -> Vec<Field> {
    fields::list(&mut world.db().read().await.unwrap(), world.desk).await.unwrap()
}

/// The keys of those in use, without the add-on's id.
async fn in_use(world: &World) -> Vec<String> {
    let all = all(world).await.into_iter().filter(Field::is_in_use);
    all.map(|field| field.key.as_str().strip_prefix("acme.puppet.").unwrap().to_owned()).collect()
}

#[tokio::test]
async fn fields_follow_the_version_and_keep_what_they_hold() {
    on_both(async |world| {
        publish(&world, "1.0.0", 1, vec![declared("order", FieldKind::Text), declared("size", FieldKind::Text)]).await;
        assert_eq!(in_use(&world).await, [""; 0], "not before it is installed");
        let active = world.install("acme.puppet").await;
        assert_eq!(in_use(&world).await, ["order", "size"]);
        let size = all(&world).await.remove(1);
        let value = NewValue { field: size.id, key: size.key.clone(), value: Some("huge".into()) };
        let mut tx = world.db().begin().await.unwrap();
        fields::write(&mut tx, world.desk, "a ticket", &[value]).await.unwrap();
        tx.commit().await.unwrap();

        publish(&world, "2.0.0", 2, vec![declared("size", FieldKind::Choice), declared("paid", FieldKind::Flag)]).await;
        world.update(active.id, "2.0.0").await;
        assert_eq!(in_use(&world).await, ["size", "paid"]);
        let now = all(&world).await.into_iter().find(|field| field.id == size.id).unwrap();
        assert_eq!((now.kind, now.fits("huge")), (FieldKind::Choice, false), "shown as it was");

        world.host.rollback(world.desk, active.id, None, world.admin).await.unwrap();
        world.settled(active.id).await.unwrap();
        assert_eq!(in_use(&world).await, ["order", "size"]);

        world.host.uninstall(world.desk, active.id, world.admin, false).await.unwrap();
        assert_eq!(world.settled(active.id).await, None);
        assert_eq!((in_use(&world).await.len(), all(&world).await.len()), (0, 3), "out of use, and none is deleted");
        let held = fields::values(&mut world.db().read().await.unwrap(), world.desk, "a ticket").await.unwrap();
        assert_eq!(held, [(size.id, "huge".to_owned())].into());
        world.install("acme.puppet").await;
        assert_eq!(in_use(&world).await, ["size", "paid"], "they come back with it");
    })
    .await;
}
