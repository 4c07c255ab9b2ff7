//! What was made for each version of the API goes on running. The guests of `tests/guests` are bound to the WIT of their version alone,
//! and a published WIT never changes.

use annex_domain::{
    addon::{Kind, Seq},
    capability::{Access, Asks},
    manifest::{Manifest, Wit},
    ticket::Delivery,
};
use annex_store::languages;

use super::{
    channels::{bodies, channel, delivery, hook, reply, request, tickets},
    settings::scout,
    support::{at_ticket, capability, echo_manifest, guest, on_both, puppet_manifest, tongue_manifest, version},
};

/// A guest of each version and kind.
const KEPT: [(Wit, Kind, &str); 6] = [
    (Wit::V0_1, Kind::Plugin, "puppet"),
    (Wit::V0_1, Kind::Channel, "echo"),
    (Wit::V0_1, Kind::Language, "tongue"),
    (Wit::V0_2, Kind::Plugin, "scout"),
    (Wit::V0_2, Kind::Channel, "carrier"),
    (Wit::V0_2, Kind::Language, "tongue"),
];

/// The interface of languages is the same in both versions but for its name.
fn component(wit: Wit, name: &str) -> Vec<u8> {
    const OLD: &[u8] = b"annex:addon/locale@0.1.0";
    const NEW: &[u8] = b"annex:addon/locale@0.2.0";
    let mut component = guest(name);
    if wit == Wit::V0_2 {
        for at in 0..component.len() - OLD.len() {
            if component[at..].starts_with(OLD) {
                component[at..at + OLD.len()].copy_from_slice(NEW);
            }
        }
    }
    component
}

fn manifest_of(wit: Wit, kind: Kind) -> Manifest {
    let manifest = match (kind, wit) {
        (Kind::Plugin, Wit::V0_1) => puppet_manifest("1.0.0", 1),
        (Kind::Plugin, Wit::V0_2) => scout(),
        (Kind::Channel, _) => echo_manifest(),
        (Kind::Language, _) => tongue_manifest("1.0.0", 1),
    };
    Manifest { wit: wit.to_string(), ..manifest }
}

#[tokio::test]
async fn an_add_on_of_each_version_and_kind_is_installed_and_used() {
    for pair in Wit::ALL.into_iter().flat_map(|wit| Kind::ALL.map(|kind| (wit, kind))) {
        assert!(KEPT.iter().any(|(wit, kind, _)| (*wit, *kind) == pair), "{pair:?}");
    }
    for (wit, kind, name) in KEPT {
        on_both(async |world| {
            let manifest = manifest_of(wit, kind);
            let addon = manifest.id.to_string();
            world.publish(manifest, component(wit, name)).await;
            let id = world.install(&addon).await.id;
            match kind {
                Kind::Plugin => {
                    let mut context = world.context();
                    context.location = at_ticket("about");
                    world.host.render(world.desk, id, context).await.unwrap();
                }
                Kind::Channel => {
                    let entered = [("secret".into(), "swordfish-of-sixteen".into())].into();
                    world.host.save_settings(world.desk, id, entered, world.admin).await.unwrap();
                    world.host.receive(hook(id), request("/a", "1", "1|/a|h|Hello")).await.unwrap();
                    assert_eq!(tickets(&world).await.len(), 1);
                }
                Kind::Language => {
                    let mut conn = world.db().read().await.unwrap();
                    assert_eq!(languages::list(&mut conn, world.desk).await.unwrap().len(), 1);
                }
            }
        })
        .await;
    }
}

/// What a requester writes goes on in its ticket, whichever version brings it.
#[tokio::test]
async fn conversations_of_a_channel_go_on_when_it_becomes_one_of_the_newer_api_and_goes_back() {
    on_both(async |world| {
        let id = channel(&world).await;
        let came = async |id_there: &str, body: &str| {
            world.host.receive(hook(id), request("/a", id_there, body)).await.unwrap();
        };
        came("1", "one").await;
        let ticket = tickets(&world).await[0].ticket.id;
        let sent = async |text: &str| {
            let message = reply(&world, ticket, text).await;
            world.run_jobs().await;
            assert_eq!(delivery(&world, message).await, (Delivery::Sent, None), "{text}");
        };
        sent("first").await;

        let (to, kv) = (version("2.0.0"), vec![capability(Access::Kv, &[])]);
        let newest = manifest_of(Wit::V0_2, Kind::Channel);
        let newest = Manifest { version: to.clone(), seq: Seq(2), capabilities: kv.clone(), ..newest };
        world.publish(newest, guest("carrier")).await;
        let shown = world.host.update_consent(world.desk, id, &to).await.unwrap();
        assert_eq!(shown.capabilities, kv, "only what is new is asked for");
        let refused = world.host.update(world.desk, id, to.clone(), Asks::default(), world.admin).await;
        assert_eq!(refused.unwrap_err().code(), "consent-needed");
        came("2", "two").await;

        world.host.update(world.desk, id, to.clone(), shown, world.admin).await.unwrap();
        assert_eq!(world.settled(id).await.unwrap().version, to);
        came("3", "3|/a|h|three").await;
        sent("second").await;
        assert!(world.value(id, "sent").await.unwrap().starts_with("second to h "), "by the newer one");

        world.host.rollback(world.desk, id, None, world.admin).await.unwrap();
        let back = world.settled(id).await.unwrap();
        assert!(back.version == version("1.0.0") && !back.grant.allows(Access::Kv));
        assert_eq!(world.value(id, "sent").await, None, "the older data");
        came("4", "four").await;
        sent("third").await;
        let mut all = bodies(&world, ticket).await;
        all.sort();
        assert_eq!(all, ["first", "four", "one", "second", "third", "three", "two"]);
        assert_eq!(tickets(&world).await.len(), 1);
    })
    .await;
}
