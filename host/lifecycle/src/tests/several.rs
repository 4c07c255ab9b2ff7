//! Several installations of one channel in a desk: two bots, told apart by their names.

use annex_domain::{
    field::{Declared, Field, FieldKind, FieldSubject},
    ids::{HookId, InstallationId},
    installation::{Installation, Label},
    localized::Localized,
    manifest::Manifest,
    ticket::{Delivery, Ticket},
};
use annex_store::{channels, fields};

use super::{
    channels::{delivery, hook, reply, request, sends, tickets},
    support::{World, echo_manifest, guest, on_both},
};
use crate::{InstallRequest, LifecycleError, UseError};

fn label(text: &str) -> Option<Label> {
    Label::some(text).unwrap()
}

/// An echo that is called so.
fn echo(world: &World, name: &str) -> InstallRequest {
    InstallRequest { label: label(name), ..world.request("acme.echo") }
}

/// The same, installed, with its secret.
async fn bot(world: &World, name: &str, secret: &str) -> Installation {
    let bot = world.had(echo(world, name)).await;
    let entered = [("secret".to_owned(), secret.to_owned())].into();
    world.host.save_settings(world.desk, bot.id, entered, world.admin).await.unwrap();
    bot
}

async fn says(world: &World, to: InstallationId, secret: &str, text: &str) -> Result<(), UseError> {
    let mut said = request("/a", "1", text);
    secret.clone_into(&mut said.headers[0].1);
    world.host.receive(hook(to), said).await.map(drop)
}

async fn ticket_of(world: &World, id: InstallationId) -> Ticket {
    let all = tickets(world).await.into_iter().map(|listed| listed.ticket);
    let mut of = all.filter(|ticket| ticket.channel.as_ref().is_some_and(|thread| thread.installation == id));
    of.next().unwrap()
}

async fn address(world: &World, id: InstallationId) -> Option<HookId> {
    channels::hook_of(&mut world.db().read().await.unwrap(), world.desk, id).await.unwrap()
}

async fn gone(world: &World, id: InstallationId) {
    world.host.uninstall(world.desk, id, world.admin, false).await.unwrap();
    assert_eq!(world.settled(id).await, None);
}

#[tokio::test]
async fn each_bot_has_its_own_address_secret_and_conversations() {
    on_both(async |world| {
        world.publish(echo_manifest(), guest("echo")).await;
        let (one, two) = ("swordfish-of-sixteen", "mackerel-of-sixteen");
        let (first, sales) = (bot(&world, "", one).await.id, bot(&world, "Sales", two).await.id);
        for (name, id) in [("", first), ("Sales", sales)] {
            let taken = world.host.install(echo(&world, name)).await;
            assert!(matches!(taken, Err(LifecycleError::AlreadyInstalled(found)) if found == id), "{name}");
        }
        says(&world, first, one, "to the first").await.unwrap();
        assert!(matches!(says(&world, sales, one, "to sales").await, Err(UseError::Refused)), "another's secret");
        says(&world, sales, two, "to sales").await.unwrap();
        assert_eq!(tickets(&world).await.len(), 2, "the same thread of another bot is another conversation");
        let answer = reply(&world, ticket_of(&world, sales).await.id, "From sales").await;
        world.run_jobs().await;
        assert_eq!(delivery(&world, answer).await.0, Delivery::Sent);
        assert_eq!((sends(&world, first).await, sends(&world, sales).await), (0, 1));
    })
    .await;
}

#[tokio::test]
async fn what_is_installed_again_finds_what_it_had_by_its_name() {
    on_both(async |world| {
        world.publish(echo_manifest(), guest("echo")).await;
        let (first, sales) = (world.had(echo(&world, "")).await.id, world.had(echo(&world, "Sales")).await.id);
        let twice = world.host.rename(world.desk, first, label("Sales"), world.admin).await;
        assert!(matches!(twice, Err(LifecycleError::AlreadyInstalled(id)) if id == sales));
        world.host.rename(world.desk, first, label("Support"), world.admin).await.unwrap();
        assert_eq!(world.host.installation(world.desk, first).await.unwrap().name("de"), "Support");
        assert!(world.audited().await.ends_with(&["addon.rename".into()]));
        gone(&world, sales).await;
        gone(&world, first).await;

        let other = world.had(echo(&world, "Other")).await.id;
        assert_eq!(address(&world, other).await, Some(hook(other)), "what others left is not its own");
        let again = world.had(echo(&world, "Sales")).await.id;
        assert_eq!(address(&world, again).await, Some(hook(sales)));
        let renamed = world.had(echo(&world, "Support")).await.id;
        assert_eq!(address(&world, renamed).await, Some(hook(first)), "it was called so in the end");
        for id in [other, again, renamed] {
            gone(&world, id).await;
        }
        let alone = world.had(echo(&world, "")).await.id;
        assert_eq!(address(&world, alone).await, Some(hook(first)), "the last that was there, for who has but one");
    })
    .await;
}

#[tokio::test]
async fn fields_of_a_channel_go_with_the_last_of_its_installations() {
    on_both(async |world| {
        let declared = Declared {
            of: FieldSubject::Ticket,
            key: "bot".into(),
            kind: FieldKind::Text,
            label: Localized::en("Bot"),
            help: None,
            choices: vec![],
        };
        world.publish(Manifest { fields: vec![declared], ..echo_manifest() }, guest("echo")).await;
        let (first, sales) = (world.had(echo(&world, "")).await.id, world.had(echo(&world, "Sales")).await.id);
        for (id, left) in [(first, 1), (sales, 0)] {
            gone(&world, id).await;
            let known = fields::list(&mut world.db().read().await.unwrap(), world.desk).await.unwrap();
            assert_eq!(known.iter().filter(|field| Field::is_in_use(field)).count(), left);
        }
    })
    .await;
}

#[tokio::test]
async fn a_plugin_is_there_once_whatever_it_is_called() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "").await;
        let id = world.install("acme.puppet").await.id;
        let named = InstallRequest { label: label("Another"), ..world.request("acme.puppet") };
        let refused = world.host.install(named).await;
        assert!(matches!(refused, Err(LifecycleError::AlreadyInstalled(found)) if found == id));
    })
    .await;
}
