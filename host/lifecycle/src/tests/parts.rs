//! Parts of a view that were deferred are asked for side by side, and come together in any order.

use annex_domain::{
    ids::InstallationId,
    manifest::{Manifest, ViewEntry, ViewPlace},
    ui::{Block, Context, Event, Location, Update},
};

use super::support::{World, guest, listener_manifest, on_both};
use crate::UseError;

async fn listening(world: &World) -> InstallationId {
    let page = ViewEntry { key: "all".into(), location: ViewPlace::Page, title: None, icon: None, order: None };
    let manifest = Manifest { views: vec![page], ..listener_manifest("1.0.0", 1, &[]) };
    world.publish(manifest, guest("listener")).await;
    world.install("acme.listener").await.id
}

fn on_its_page(world: &World) -> Context {
    Context { location: Location::Page, ..world.context() }
}

fn load(node: &str) -> Event {
    Event { verb: "load".into(), source: node.into(), args: vec![], values: vec![], cursor: None, state: vec![] }
}

#[tokio::test]
async fn parts_of_one_view_come_together() {
    on_both(async |world| {
        let id = listening(&world).await;
        let panel = world.host.render(world.desk, id, on_its_page(&world)).await.unwrap();
        let Block::Text(text) = &panel.view.view().sections[0].nodes[0].block else { panic!("another view") };
        assert_eq!(text.text, "all at page", "the key of the manifest");
        let ask = async |node: &str, state: &str| {
            world.host.handle(world.desk, id, on_its_page(&world), load(node), state).await
        };
        let (first, second) = tokio::join!(ask("first", &panel.state), ask("second", &panel.state));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert!(matches!(first.reply.reply().update, Update::Patch(_)) && first.state.is_some());
        let (one, two) = (first.part.unwrap(), second.part.unwrap());
        for together in [format!("{}.{one}.{two}", panel.state), format!("{}.{two}.{one}", panel.state)] {
            for node in ["first", "second"] {
                assert!(matches!(ask(node, &together).await, Err(UseError::NotOffered(_))), "{node} is there");
            }
        }
        let with_one = format!("{}.{one}", panel.state);
        let then = ask("second", &with_one).await.unwrap();
        let texts =
            then.view.unwrap().view().sections[0].nodes.iter().filter(|it| matches!(it.block, Block::Text(_))).count();
        assert_eq!(texts, 3, "the first part is in what follows");
        // A part is of one view: no other, and nothing made up, is taken for it.
        let again = world.host.render(world.desk, id, on_its_page(&world)).await.unwrap();
        for wrong in [
            format!("{}.{one}", again.state),
            format!("{}.00", panel.state),
            with_one.clone() + &format!(".{one}").repeat(8),
        ] {
            assert!(matches!(ask("second", &wrong).await, Err(UseError::StaleState)));
        }
    })
    .await;
}

#[tokio::test]
async fn a_view_is_only_at_the_places_that_the_manifest_names() {
    on_both(async |world| {
        let id = listening(&world).await;
        let beside = world.host.render(world.desk, id, world.context()).await;
        assert!(matches!(beside, Err(UseError::NotFound)));
    })
    .await;
}
