//! Mailboxes: what is wrong is told when it is saved, and each mail becomes a message once.

mod unread;

use std::{collections::BTreeMap, time::Duration};

use annex_domain::{
    addon::Digest,
    capability::Access,
    ids::{DeskId, InstallationId},
    mailbox::{Envelope, MailOutcome},
    ports::{AddonData as _, RecordError, Scope},
    settings::{Setting, SettingKind, SettingValue},
};
use annex_mailbox::testing::Fake;
use annex_store::{
    jobs::{self, NewJob},
    mailboxes::{self, Key},
    messages,
    settings::{self, Stored},
    tickets::{self, Filter, Sort},
    vault::SecretPlace,
};
use serde_json::json;
use tokio::{sync::watch, task::JoinHandle};

use super::{
    port::reach,
    support::{World, capability, echo_manifest, guest, on_both},
};
use crate::{
    SettingsError, SetupAction, SetupProblem,
    mailboxes::{MOST_WAITING, ROOM},
};

pub(super) const FIELDS: [(&str, &str); 4] = [
    ("inbox_address", "help@example.com"),
    ("inbox_imap_host", "imap.example.com"),
    ("inbox_smtp_host", "smtp.example.com"),
    ("inbox_provider", "own"),
];

pub(super) fn mail(text: &str) -> Vec<u8> {
    format!("Subject: Hi\r\nFrom: ada@example.org\r\n\r\n{text}\r\n").into()
}

/// A channel with the mailbox `inbox`, on a host that finds the server.
async fn channel(world: &mut World, server: &Fake) -> InstallationId {
    let mut manifest = echo_manifest();
    manifest.capabilities.push(capability(Access::Mail, &[]));
    manifest.settings.push(Setting::new("inbox", SettingKind::Mailbox));
    world.publish(manifest, guest("echo")).await;
    let id = world.install("acme.echo").await.id;
    world.restart_reaching("imap.example.com", server.clone().start().await).await;
    id
}

/// What was entered, past the test of the connection: there is no server for outgoing mail.
pub(super) async fn enter(world: &World, id: InstallationId) -> Key {
    let (addon, now) = (world.installation(id).await.addon.clone(), world.host.clock.now());
    let mut tx = world.db().begin().await.unwrap();
    for (key, value) in FIELDS {
        let stored = Stored::Plain(SettingValue::Text(value.to_owned()));
        settings::put(&mut tx, world.desk, id, key, Some(&stored), now).await.unwrap();
    }
    let place = SecretPlace { desk: world.desk, addon: &addon, setting: "inbox_password" };
    let sealed = world.host.vault.seal(&mut tx, place, &"secret".to_owned().into(), now).await.unwrap();
    settings::put(&mut tx, world.desk, id, place.setting, Some(&Stored::Sealed(sealed)), now).await.unwrap();
    let key = Key { desk: world.desk, installation: id, setting: "inbox".to_owned() };
    mailboxes::enter(&mut tx, &key, now).await.unwrap();
    tx.commit().await.unwrap();
    key
}

/// The texts of all messages, oldest first.
pub(super) async fn bodies(world: &World) -> Vec<String> {
    let mut conn = world.db().read().await.unwrap();
    let all = tickets::list(&mut conn, world.desk, &Filter::default(), Sort::default(), None, 50).await.unwrap();
    let mut bodies = Vec::new();
    for listed in all {
        let list = messages::list(&mut conn, world.desk, listed.ticket.id, None, 50).await.unwrap();
        bodies.extend(list.into_iter().map(|written| written.message.body));
    }
    bodies
}

pub(super) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..500 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it never came to this: {what}");
}

async fn until_open(world: &World, key: &Key) {
    let is_open = async || {
        let mut conn = world.db().read().await.unwrap();
        mailboxes::progress(&mut conn, key).await.unwrap().place.is_some()
    };
    until("the folder is open", is_open).await;
}

/// A mailbox that somebody reads; nobody does any more once it is dropped.
struct Reading {
    key: Key,
    reader: JoinHandle<()>,
    _stop: watch::Sender<bool>,
}

impl Reading {
    /// The mailbox of such a channel, once its folder is open.
    async fn begin(world: &mut World, server: &Fake) -> Self {
        let id = channel(world, server).await;
        let key = enter(world, id).await;
        let (stop, stopped) = watch::channel(false);
        let reader = tokio::spawn(world.host.clone().read_mailboxes(stopped));
        until_open(world, &key).await;
        Self { key, reader, _stop: stop }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// What is said of the fields when it is saved with those.
async fn told(world: &World, id: InstallationId, more: &[(&str, &str)]) -> Vec<(String, &'static str)> {
    let all = FIELDS.iter().chain(more);
    let entered: BTreeMap<String, String> = all.map(|(key, value)| ((*key).into(), (*value).into())).collect();
    match world.host.save_settings(world.desk, id, entered, world.admin).await.unwrap_err() {
        SettingsError::Fields(errors) => errors.into_iter().map(|error| (error.field, error.code)).collect(),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_mailbox_is_told_at_its_fields() {
    on_both(async |mut world| {
        let id = channel(&mut world, &Fake::with([])).await;
        let save = async |more: &[(&str, &str)]| told(&world, id, more).await;
        let at = |field: &str, code| (format!("inbox_{field}"), code);
        let nobody = at("smtp_host", "mail-unreachable");
        assert_eq!(save(&[]).await, [at("password", "required")]);
        assert_eq!(save(&[("inbox_password", "wrong")]).await, [at("password", "mail-login"), nobody.clone()]);
        let elsewhere = [("inbox_password", "secret"), ("inbox_folder", "Nowhere")];
        assert_eq!(save(&elsewhere).await, [at("folder", "mail-folder"), nobody.clone()]);
        let odd = [("inbox_password", "secret"), ("inbox_imap_host", "10.0.0.1")];
        assert_eq!(save(&odd).await, [at("imap_host", "not-a-host")]);
        let stored = settings::list(&mut world.db().read().await.unwrap(), world.desk, id).await.unwrap();
        assert!(!stored.contains_key("inbox_address"), "nothing of it was saved");
        enter(&world, id).await;
        let tested = world.host.set_up_channel(world.desk, id, SetupAction::Test, "", world.admin).await.unwrap();
        let Some(SetupProblem::Refused(said)) = tested.problem else { panic!("{tested:?}") };
        assert!(said.contains("smtp.example.com") && !said.contains("imap.example.com"), "{said}");
    })
    .await;
}

#[tokio::test]
async fn a_password_that_is_kept_goes_to_no_other_server() {
    on_both(async |mut world| {
        let server = Fake::with([]);
        let id = channel(&mut world, &server).await;
        enter(&world, id).await;
        let save = async |more: &[(&str, &str)]| told(&world, id, more).await;
        let again = [("inbox_password".to_owned(), "enter-again")];
        for moved in ["inbox_imap_host", "inbox_smtp_host"] {
            assert_eq!(save(&[(moved, "mail.example.net")]).await, again, "{moved}");
        }
        assert_eq!(save(&[("inbox_provider", "gmail")]).await, again);
        assert!(!server.asked().contains("LOGIN"), "nobody has logged in with it");
        let elsewhere = [("inbox_folder", "Nowhere")];
        let nobody = ("inbox_smtp_host".to_owned(), "mail-unreachable");
        assert_eq!(
            save(&elsewhere).await,
            [("inbox_folder".to_owned(), "mail-folder"), nobody],
            "at the same it is used"
        );
    })
    .await;
}

#[tokio::test]
async fn each_mail_becomes_a_message_once() {
    on_both(async |mut world| {
        let server = Fake::with([(3, mail("before"))]);
        let reading = Reading::begin(&mut world, &server).await;
        let id = reading.key.installation;
        let texts = async |world: &World| {
            world.run_jobs().await;
            bodies(world).await.join("|")
        };
        server.put(5, mail("((first"));
        until("the first mail is there", async || texts(&world).await.contains("((first")).await;
        until("it is marked", async || server.asked().contains("UID STORE 5 +FLAGS.SILENT (\\Seen)")).await;
        drop(reading);
        // Another process goes on where the first one stopped; on PostgreSQL its hold has to end first.
        server.put(6, mail("second"));
        world.clock.advance(Duration::from_secs(90));
        let (_stop, stopped) = watch::channel(false);
        tokio::spawn(world.host.clone().read_mailboxes(stopped));
        until("the second mail is there", async || texts(&world).await.contains("second")).await;
        // The server counts anew: what came already is known by its bytes.
        server.renumber([(1, mail("((first")), (2, mail("second")), (3, mail("third"))]);
        until("the third mail is there", async || texts(&world).await.contains("third")).await;
        let texts = texts(&world).await;
        for once in ["((first", "second", "third"] {
            assert_eq!(texts.matches(once).count(), 1, "{texts}");
        }
        assert!(!texts.contains("before"), "{texts}");
        // Nothing of a mail is kept but its digest, also when it was fetched again.
        for text in ["((first", "second", "third"] {
            let digest = Digest::of(&mail(text));
            assert!(!world.host.blobs.mails_of(id).exists(&digest).await.unwrap(), "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn no_more_mails_are_fetched_than_their_add_on_keeps_up_with() {
    on_both(async |mut world| {
        let server = Fake::with([]);
        let reading = Reading::begin(&mut world, &server).await;
        let id = reading.key.installation;
        let now = world.host.clock.now();
        let mut tx = world.db().begin().await.unwrap();
        for _ in 0..MOST_WAITING {
            let payload = json!({ "installation": id });
            let job = NewJob { kind: mailboxes::CAME, desk: Some(world.desk), payload, run_at: now, unique_key: None };
            jobs::enqueue(&mut tx, job, now).await.unwrap();
        }
        tx.commit().await.unwrap();
        server.put(5, mail("another"));
        let is_said = async || {
            let view = world.host.channel_view(world.desk, id).await.unwrap();
            view.states.iter().any(|state| state.outcome == "later")
        };
        until("the page says that it comes later", is_said).await;
        assert!(!server.asked().contains("BODY.PEEK"), "it stays where it is: {}", server.asked());
    })
    .await;
}

/// A mail may take three minutes to come: no other process begins it anew meanwhile.
#[tokio::test]
async fn a_mailbox_is_kept_while_a_mail_of_it_comes() {
    on_both(async |mut world| {
        let server = Fake::with([]);
        let reading = Reading::begin(&mut world, &server).await;
        server.stall(true);
        server.put(5, mail("slow"));
        until("it is fetched", async || server.asked().contains("BODY.PEEK")).await;
        world.clock.advance(Duration::from_secs(60));
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(31)).await;
        tokio::time::resume();
        let is_kept = async || {
            let mut tx = world.db().begin().await.unwrap();
            let later = world.host.clock.now().after(Duration::from_secs(60));
            !mailboxes::hold(&mut tx, &reading.key, "another", later, Duration::from_secs(90)).await.unwrap()
        };
        until("it is kept for longer", is_kept).await;
        server.stall(false);
        let is_there = async || {
            world.run_jobs().await;
            bodies(&world).await.join("|").contains("slow")
        };
        until("the mail is there", is_there).await;
    })
    .await;
}

#[tokio::test]
async fn mails_of_all_mailboxes_have_room_for_so_many_bytes_at_once() {
    on_both(async |mut world| {
        let server = Fake::with([]);
        let _reading = Reading::begin(&mut world, &server).await;
        let others = world.host.mail_room.acquire_many(ROOM).await.unwrap();
        server.put(5, mail("patient"));
        until("it is seen", async || server.asked().contains("(UID RFC822.SIZE)")).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(!server.asked().contains("BODY.PEEK"), "it waits until others are there");
        drop(others);
        until("it is fetched", async || server.asked().contains("BODY.PEEK")).await;
        until("the room is free", async || world.host.mail_room.available_permits() == ROOM as usize).await;
    })
    .await;
}

#[tokio::test]
async fn a_channel_sends_from_its_own_mailboxes_what_it_has_made() {
    on_both(async |mut world| {
        let id = channel(&mut world, &Fake::with([])).await;
        let (data, scope) = reach(&world, &world.installation(id).await);
        assert_eq!(data.mailboxes(&scope).await.unwrap(), [], "nothing is entered");
        enter(&world, id).await;
        let mailboxes = data.mailboxes(&scope).await.unwrap();
        let known: Vec<_> = mailboxes.iter().map(|one| (one.setting.as_str(), one.address.as_str())).collect();
        assert_eq!(known, [("inbox", "help@example.com")]);
        let elsewhere = Scope { desk: DeskId::new(), ..scope.clone() };
        assert_eq!(data.mailboxes(&elsewhere).await.unwrap(), []);

        let raw = async |from: &str| {
            let mut file = data.create_file(&scope, "mail").await.unwrap();
            file.append(format!("From: {from}\r\n\r\nHi\r\n").into_bytes()).await.unwrap();
            file.finish().await.unwrap().id
        };
        let (own, foreign) = (raw("help@example.com").await, raw("ceo@example.com").await);
        let envelope = || Envelope { return_path: None, recipients: vec!["ada@example.org".into()] };
        let sent =
            async |scope: &Scope, setting: &str, raw: &str| data.send_mail(scope, setting, envelope(), raw).await;
        // There is no server for outgoing mail: it is asked for, and surely has nothing.
        assert!(matches!(sent(&scope, "inbox", &own).await, Ok(MailOutcome::Later(..))));
        assert!(matches!(sent(&scope, "inbox", &foreign).await, Ok(MailOutcome::Refused(_))));
        assert_eq!(sent(&scope, "outbox", &own).await, Err(RecordError::NotFound));
        assert_eq!(sent(&elsewhere, "inbox", &own).await, Err(RecordError::NotFound));
        let other = Scope { installation: InstallationId::new(), ..scope.clone() };
        assert_eq!(sent(&other, "inbox", &own).await, Err(RecordError::NotFound));
    })
    .await;
}
