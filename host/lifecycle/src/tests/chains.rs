//! What add-ons write: so much within an hour, and conversations among themselves that end.

use std::time::Duration;

use annex_domain::{
    capability::Access,
    ids::{CallId, InstallationId},
    installation::Status,
    manifest::EventName,
    ports::{AddonData as _, RecordError, Scope},
    ticket::Author,
};
use annex_store::{
    health,
    logs::Query,
    messages::{self, NewMessage},
    vault::Vault,
};

use super::{
    events::ticket,
    support::{World, capability, on_both, puppet, puppet_manifest},
};
use crate::HostData;

/// Two plugins, each of which answers every message with a note.
async fn chatty(world: &World) -> [InstallationId; 2] {
    let mut ids = Vec::new();
    for (name, label) in [("acme.one", "1"), ("acme.two", "2")] {
        let mut hears = puppet_manifest("1.0.0", 1);
        hears.id = name.parse().unwrap();
        hears.events = [EventName::MessageAdded].into();
        hears.capabilities.push(capability(Access::TicketsWrite, &[]));
        world.publish(hears, puppet(&format!("label={label} event=note"))).await;
        let mut request = world.request(name);
        request.grant_accepted.capabilities.push(capability(Access::TicketsWrite, &[]));
        let started = world.host.install(request).await.unwrap();
        ids.push(world.settled(started.id).await.unwrap().id);
    }
    ids.try_into().unwrap()
}

#[tokio::test]
async fn add_ons_that_answer_each_other_come_to_an_end() {
    on_both(async |world| {
        let [one, two] = chatty(&world).await;
        let ticket = ticket(&world).await;
        let notes = async || {
            let all =
                messages::list(&mut world.db().read().await.unwrap(), world.desk, ticket, None, 100).await.unwrap();
            all.iter().filter(|written| matches!(written.message.author, Author::Addon(_))).count()
        };
        let say = async || {
            let mut tx = world.db().begin().await.unwrap();
            let requester = annex_store::tickets::get(&mut tx, world.desk, ticket).await.unwrap().requester;
            let new = NewMessage { author: Author::Requester(requester), internal: false, body: "hello".into() };
            messages::add(&mut tx, world.desk, ticket, new, world.host.clock.now()).await.unwrap();
            tx.commit().await.unwrap();
            world.run_jobs().await;
        };
        say().await;
        // Each answers the person, and then the other, and its answer, and that one's answer: no further.
        assert_eq!(notes().await, 8);
        for id in [one, two] {
            let health = world.host.health(world.desk, id).await.unwrap();
            assert_eq!((health.traps_last_hour, health.last_error.unwrap().code.as_str()), (1, "endless-chain"));
            let lines = world.host.logs(world.desk, id, &Query::default()).await.unwrap().lines;
            let line = lines.iter().find(|line| line.message.contains("endless-chain")).unwrap();
            assert!(line.message.contains("was not told to acme."), "{}", line.message);
            assert!(
                line.message.contains("acme.one → acme.two → acme.one → acme.two")
                    || line.message.contains("acme.two → acme.one")
            );
        }
        // It counts as a fault: the third within an hour suspends.
        say().await;
        assert_eq!((notes().await, world.installation(one).await.status), (16, Status::Active));
        say().await;
        let statuses = [world.installation(one).await.status, world.installation(two).await.status];
        assert!(statuses.contains(&Status::Suspended), "and the other then talks to nobody");
    })
    .await;
}

#[tokio::test]
async fn a_ticket_takes_sixty_writes_of_an_add_on_within_an_hour() {
    on_both(async |world| {
        let [one, two] = chatty(&world).await;
        let (first, second) = (ticket(&world).await, ticket(&world).await);
        let folder = tempfile::tempdir().unwrap();
        let data = HostData::new(
            world.db().clone(),
            world.host.blobs().clone(),
            Vault::in_directory(folder.path()).unwrap(),
            world.host.clock.clone(),
        );
        let scope = async |id| {
            let installation = world.installation(id).await;
            Scope {
                desk: world.desk,
                installation: id,
                addon: installation.addon.clone(),
                version: installation.version.clone(),
                call: CallId::new(),
                acts_for: None,
                causes: Vec::new(),
            }
        };
        let (one, two) = (scope(one).await, scope(two).await);
        for at in 0..30 {
            data.add_note(&one, first, "noted", &[]).await.unwrap();
            data.set_tags(&one, first, vec![format!("t{at}")]).await.unwrap();
        }
        let error = data.add_note(&one, first, "noted", &[]).await.unwrap_err();
        assert_eq!(error, RecordError::TooMuch("at most 60 writes to one ticket or contact within an hour".into()));
        assert!(data.set_tags(&one, first, vec!["more".into()]).await.is_err());
        data.add_note(&one, second, "another ticket", &[]).await.unwrap();
        data.add_note(&two, first, "another add-on", &[]).await.unwrap();
        world.clock.advance(Duration::from_secs(3_661));
        data.add_note(&one, first, "an hour later", &[]).await.unwrap();
        let mut conn = world.db().read().await.unwrap();
        let health = health::health(&mut conn, world.desk, one.installation, world.host.clock.now()).await.unwrap();
        assert_eq!(health.traps_last_hour, 0, "asking for too much is no fault");
    })
    .await;
}
