//! Mails that no add-on reads: they are there as they came, or nothing of them is kept.

use std::time::Duration;

use annex_desk::desks::By;
use annex_domain::{
    addon::Digest,
    capability::Access,
    channel::Origin,
    ids::InstallationId,
    installation::Status,
    operator::Actor,
    settings::{Setting, SettingKind},
};
use annex_store::{
    mailboxes::{self, Key, Progress},
    messages,
    tickets::{self, Filter, Sort},
};
use bytes::Bytes;

use super::bodies;
use crate::{
    CrashPoints,
    tests::support::{World, capability, carrier_manifest, guest, on_both},
};

/// The carrier, with the mailbox `inbox`.
async fn carrier(world: &World) -> InstallationId {
    let mut manifest = carrier_manifest();
    manifest.capabilities.push(capability(Access::Mail, &[]));
    manifest.settings.push(Setting::new("inbox", SettingKind::Mailbox));
    world.publish(manifest, guest("carrier")).await;
    world.install("acme.carrier").await.id
}

/// A mail that has come, as who reads mailboxes takes it.
async fn waiting(world: &World, id: InstallationId, raw: &'static [u8]) -> Digest {
    let digest = world.host.blobs.mails_of(id).put(Bytes::from_static(raw)).await.unwrap();
    let (key, now) = (Key { desk: world.desk, installation: id, setting: "inbox".to_owned() }, world.host.clock.now());
    let progress = Progress { place: None, validity: 1, last: 1, taken: 0 };
    let mut tx = world.db().begin().await.unwrap();
    mailboxes::enter(&mut tx, &key, now).await.unwrap();
    assert!(mailboxes::hold(&mut tx, &key, "test", now, Duration::from_secs(1)).await.unwrap());
    assert!(mailboxes::take(&mut tx, &key, "test", &digest, &progress, now).await.unwrap());
    tx.commit().await.unwrap();
    digest
}

#[tokio::test]
async fn a_mail_of_which_the_host_cannot_write_what_the_add_on_says_is_there_as_it_came() {
    on_both(async |world| {
        let id = carrier(&world).await;
        let digest = waiting(&world, id, b"1|t|ann|a file of nobody").await;
        for _ in 0..3 {
            world.run_jobs().await;
            world.clock.advance(Duration::from_secs(60));
        }
        let said = bodies(&world).await;
        assert!(said.len() == 1 && said[0].contains("a file that the add-on has not made"), "{said:?}");
        assert!(!world.host.blobs.mails_of(id).exists(&digest).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn nothing_is_kept_of_a_mail_whose_channel_is_uninstalled_before_it_was_read() {
    on_both(async |mut world| {
        let id = carrier(&world).await;
        world.restart(CrashPoints::stop_at("uninstall:hook:before")).await;
        world.host.uninstall(world.desk, id, world.admin, false).await.unwrap();
        world.idle().await;
        assert_eq!(world.installation(id).await.status, Status::Uninstalling);
        let digest = waiting(&world, id, b"1|t|ann|Hello").await;
        world.run_jobs().await;
        world.restart(CrashPoints::none()).await;
        assert_eq!(world.settled(id).await, None);
        world.clock.advance(Duration::from_secs(3600));
        world.run_jobs().await;
        assert!(!world.host.blobs.mails_of(id).exists(&digest).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn nothing_is_kept_of_a_mail_that_a_desk_which_is_deleted_has_not_read() {
    on_both(async |world| {
        let id = carrier(&world).await;
        let digest = waiting(&world, id, b"1|t|ann|Hello").await;
        let by = By { actor: Actor::System, now: world.host.clock.now() };
        annex_desk::desks::delete(&annex_desk::Desk::new(world.db().clone()), by, world.desk).await.unwrap();
        world.run_jobs().await;
        assert!(!world.host.blobs.mails_of(id).exists(&digest).await.unwrap());
    })
    .await;
}

/// Nobody has read it, and nothing that somebody sent vanishes.
#[tokio::test]
async fn a_mail_that_its_add_on_cannot_read_three_times_is_there_as_it_came() {
    on_both(async |world| {
        let id = carrier(&world).await;
        let digest = waiting(&world, id, b"no message of the carrier").await;
        for time in 1..=3 {
            assert_eq!(bodies(&world).await, [""; 0], "before it was tried {time} times");
            world.run_jobs().await;
            world.clock.advance(Duration::from_secs(60));
        }
        let mut conn = world.db().read().await.unwrap();
        let all = tickets::list(&mut conn, world.desk, &Filter::default(), Sort::default(), None, 50).await.unwrap();
        let written = messages::list(&mut conn, world.desk, all[0].ticket.id, None, 5).await.unwrap().remove(0);
        assert!(written.message.body.contains("not a message"), "it says why: {}", written.message.body);
        assert_eq!((written.attachments[0].name.as_str(), written.attachments[0].size), ("mail.eml", 25));
        assert_eq!(written.origin, Origin::Automatic, "nothing answers it by itself");
        drop(conn);
        assert!(!world.host.blobs.mails_of(id).exists(&digest).await.unwrap(), "the job is done with its bytes");
        assert!(world.host.set_aside(world.desk).await.unwrap().is_empty());
        let states = world.host.channel_view(world.desk, id).await;
        assert!(states.is_ok_and(|view| view.states.iter().all(|state| state.outcome != "ok")), "the page says so");
    })
    .await;
}
