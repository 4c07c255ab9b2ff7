//! Views beside Send and where an add-on is managed: who sees them, what they are told, and the files that are chosen in them.

use annex_desk::{
    Ctx, Desk,
    attachments::{Body, Files, Rules, Upload, upload},
};
use annex_domain::{
    clock::Clock as _,
    ids::{InstallationId, OperatorId},
    manifest::{Manifest, ViewEntry, ViewPlace},
    operator::Actor,
    permission::{Permission, Permissions},
    ui::{Block, ComposerPlace, Context, Entry, Event, Location, TicketPlace, Value, View},
};
use annex_store::roles::{self, Builtin};
use futures::{StreamExt as _, stream};

use super::support::{World, guest, listener_manifest, on_both};
use crate::{Looking, Ticks, UseError, UsersChange};

/// The listener, at each of these places.
async fn listening(world: &World, places: &[ViewPlace]) -> InstallationId {
    let view = |place: &ViewPlace| {
        let key = format!("at_{}", place.as_str().replace('-', "_"));
        ViewEntry { key, location: *place, title: None, icon: None, order: None }
    };
    let views = places.iter().map(view).collect();
    let manifest = Manifest { views, ..listener_manifest("1.0.0", 1, &[]) };
    world.publish(manifest, guest("listener")).await;
    world.install("acme.listener").await.id
}

fn told(view: &View) -> &str {
    let Block::Text(text) = &view.sections[0].nodes[0].block else { panic!("another view") };
    &text.text
}

fn writing(world: &World, operator: OperatorId) -> Context {
    let ticket = TicketPlace { ticket: "t-1".into(), requester: "c-1".into(), requester_email: None };
    let location = Location::Composer(ComposerPlace { ticket, draft: "Dear Ada".into(), internal: true });
    Context { location, operator: operator.to_string(), ..world.context() }
}

fn managing(world: &World, operator: OperatorId) -> Context {
    Context { location: Location::Settings, operator: operator.to_string(), ..world.context() }
}

#[tokio::test]
async fn a_view_beside_send_is_for_users_who_may_reply() {
    on_both(async |world| {
        let bo = world.colleague("Bo").await;
        let id = listening(&world, &[ViewPlace::Composer]).await;
        let shown = world.host.render(world.desk, id, writing(&world, bo)).await.unwrap();
        assert_eq!(told(shown.view.view()), "at_composer at composer Dear Ada internal=true");
        let reader = Looking::within(writing(&world, bo), Permissions([Permission::TicketsView].into()));
        let refused = world.host.render(world.desk, id, reader).await.unwrap_err();
        assert!(matches!(refused, UseError::NotPermitted(Permission::TicketsReply)), "{refused}");
        let elsewhere = world.host.render(world.desk, id, managing(&world, world.admin)).await.unwrap_err();
        assert!(matches!(elsewhere, UseError::NotFound), "{elsewhere}");
    })
    .await;
}

#[tokio::test]
async fn a_view_where_it_is_managed_is_for_managers_with_or_without_a_licence() {
    on_both(async |world| {
        let bo = world.colleague("Bo").await;
        let id = listening(&world, &[ViewPlace::Settings, ViewPlace::Composer]).await;
        let refused = world.host.render(world.desk, id, managing(&world, bo)).await.unwrap_err();
        assert!(matches!(refused, UseError::NotPermitted(Permission::AddonsManage)), "{refused}");
        let ticks = Ticks::Change { add: [].into(), remove: [bo].into() };
        let change = UsersChange { ticks: Some(ticks), assignment: None };
        world.host.set_users(world.desk, id, change, world.admin).await.unwrap();
        let mut tx = world.db().begin().await.unwrap();
        let agent = roles::builtin(&mut tx, world.desk, Builtin::Agent).await.unwrap();
        roles::update(&mut tx, world.desk, agent.id, "Agent", &Permissions::admin()).await.unwrap();
        tx.commit().await.unwrap();
        let shown = world.host.render(world.desk, id, managing(&world, bo)).await.unwrap();
        assert_eq!(told(shown.view.view()), "at_settings at settings");
        let writes = world.host.render(world.desk, id, writing(&world, bo)).await.unwrap_err();
        assert!(matches!(writes, UseError::NotAUser), "{writes}");
    })
    .await;
}

/// A file that an operator has uploaded, and no message has.
async fn uploaded(world: &World, operator: OperatorId, name: &str, text: &'static str) -> String {
    let files = Files::new(Desk::new(world.db().clone()), world.host.blobs().clone(), Rules::default());
    let ctx = Ctx::new(world.desk, Actor::Operator(operator), Permissions::agent(), world.clock.now());
    let body: Body<'_> = stream::iter([Ok(text.into())]).boxed();
    upload(&files, &ctx, Upload { name: name.into(), ticket: None, body }).await.unwrap().id.to_string()
}

#[tokio::test]
async fn files_are_handed_on_that_fit_and_are_of_who_chose_them() {
    on_both(async |world| {
        let bo = world.colleague("Bo").await;
        let id = listening(&world, &[ViewPlace::Composer]).await;
        let shown = world.host.render(world.desk, id, writing(&world, bo)).await.unwrap();
        let take = async |files: &[&String]| {
            let files = files.iter().map(|id| (*id).clone()).collect();
            let values = vec![Entry { field: "papers".into(), value: Value::Files(files) }];
            let (verb, source) = ("take".into(), "take".into());
            let event = Event { verb, source, args: vec![], values, cursor: None, state: vec![] };
            world.host.handle(world.desk, id, writing(&world, bo), event, &shown.state).await
        };
        let one = uploaded(&world, bo, "one.txt", "an invoice").await;
        let two = uploaded(&world, bo, "two.txt", "a receipt").await;
        let answer = take(&[&one, &two]).await.unwrap();
        assert_eq!(told(answer.view.unwrap().view()), "took an invoice and a receipt", "with no capability");

        let calls = async || world.host.calls(world.desk, id, None, 50).await.unwrap().calls.len();
        let before = calls().await;
        let long = uploaded(&world, bo, "long.txt", "more than twenty bytes of it").await;
        let page = uploaded(&world, bo, "page.html", "<html>").await;
        let hers = uploaded(&world, world.admin, "hers.txt", "secret").await;
        for (file, code) in [(&long, "file-too-large"), (&page, "file-type"), (&hers, "file-gone")] {
            let Err(UseError::Invalid(wrong)) = take(&[&one, file]).await else { panic!("{code}") };
            assert_eq!(
                wrong.iter().map(|wrong| (wrong.field.as_str(), wrong.code)).collect::<Vec<_>>(),
                [("papers", code)]
            );
        }
        assert_eq!(calls().await, before, "the add-on was not called");
    })
    .await;
}
