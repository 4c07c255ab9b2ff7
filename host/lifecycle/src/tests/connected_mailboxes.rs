//! Mailboxes that log in with an account: connected, ended at its service, connected again, and shown to no other servers.

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use annex_desk::attachments::Rules;
use annex_domain::{
    capability::Access,
    ids::{InstallationId, SessionId},
    mailbox::{Envelope, MailOutcome},
    ports::AddonData as _,
    settings::{Setting, SettingKind},
};
use annex_mailbox::testing::Fake;
use annex_store::channels::What;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
    sync::watch,
};
use url::Url;

use super::{
    connections::{Service, end, parameter, tokens},
    mailboxes::{FIELDS, bodies, enter, mail, until},
    port::reach,
    support::{World, capability, echo_manifest, guest, on_both},
};
use crate::{Back, ConnectError, Saved, SettingsError};

const ACCOUNT: [(&str, &str); 6] = [
    ("inbox_login", "oauth2"),
    ("inbox_account_authorize", "https://login.example.com/agree"),
    ("inbox_account_token", "https://login.example.com/token"),
    ("inbox_account_scopes", "mail offline"),
    ("inbox_account_client_id", "annex"),
    ("inbox_account_client_secret", "s3cret"),
];

async fn save(world: &World, id: InstallationId, more: &[(&str, &str)]) -> Result<Saved, SettingsError> {
    let all = FIELDS.iter().chain(&ACCOUNT).chain(more);
    let entered: BTreeMap<String, String> = all.map(|(key, value)| ((*key).into(), (*value).into())).collect();
    world.host.save_settings(world.desk, id, entered, world.admin).await
}

/// What is said of the fields when it is saved with another name.
async fn told(world: &World, id: InstallationId) -> Vec<(String, &'static str)> {
    match save(world, id, &[("inbox_name", "Help")]).await.unwrap_err() {
        SettingsError::Fields(errors) => errors.into_iter().map(|error| (error.field, error.code)).collect(),
        other => panic!("{other}"),
    }
}

/// A channel whose mailbox is to log in with an account, of which nothing is connected yet.
async fn channel(world: &mut World, server: &Fake, more: &[(&str, SocketAddr)]) -> (InstallationId, Service) {
    let mut manifest = echo_manifest();
    manifest.capabilities.push(capability(Access::Mail, &[]));
    manifest.settings.push(Setting { required: true, ..Setting::new("inbox", SettingKind::Mailbox) });
    world.publish(manifest, guest("echo")).await;
    let id = world.install("acme.echo").await.id;
    let (service, address) = Service::listen().await;
    let imap = server.clone().start().await;
    let own = [("imap.example.com", imap), ("login.example.com", address)];
    let all = [&own[..], more].concat();
    world.restart_reaching_all(&all).await;
    save(world, id, &[]).await.unwrap();
    (id, service)
}

async fn begin(world: &World, id: InstallationId) -> (SessionId, Url) {
    let session = SessionId::new();
    let back = Back { to: "https://desk.example/connections/callback".into(), label: String::new() };
    let to = world.host.connect_account((world.desk, session), id, "inbox_account", back).await.unwrap();
    (session, to)
}

async fn connect(world: &World, id: InstallationId, service: &Service, number: u32) {
    let (session, to) = begin(world, id).await;
    assert!(to.as_str().starts_with("https://login.example.com/agree?"), "{to}");
    let asked = (parameter(&to, "scope"), parameter(&to, "login_hint"));
    assert_eq!(asked, ("mail offline".into(), "help@example.com".into()));
    service.answers(200, &tokens(number));
    end(world, session, &parameter(&to, "state"), "c0de", "").await.unwrap();
    service.got();
}

async fn missing(world: &World, id: InstallationId) -> Vec<String> {
    world.host.installation(world.desk, id).await.unwrap().missing
}

/// What the page of the channel says of its connection: a word, and why.
async fn state(world: &World, id: InstallationId) -> (String, String) {
    let states = world.host.channel_view(world.desk, id).await.unwrap().states;
    let found = states.into_iter().find(|state| state.what == What::Connected);
    found.map(|state| (state.outcome, state.detail)).unwrap_or_default()
}

/// Mailboxes are read by a new process until something is so.
async fn read_until(world: &World, what: &str, is_so: impl AsyncFnMut() -> bool) {
    // What the process before held is free by then.
    world.clock.advance(Duration::from_secs(90));
    let (_stop, stopped) = watch::channel(false);
    let reader = tokio::spawn(world.host.clone().read_mailboxes(stopped));
    until(what, is_so).await;
    reader.abort();
}

/// Why a mail that the channel sends is put off.
async fn put_off(world: &World, id: InstallationId) -> String {
    let (data, scope) = reach(world, &world.installation(id).await);
    let data = data.within(Rules::default(), world.host.mail_network.clone()).asking(world.host.sandbox.asker());
    let mut file = data.create_file(&scope, "mail").await.unwrap();
    file.append(b"From: help@example.com\r\n\r\nHi\r\n".to_vec()).await.unwrap();
    let raw = file.finish().await.unwrap().id;
    let envelope = Envelope { return_path: None, recipients: vec!["ada@example.org".into()] };
    match data.send_mail(&scope, "inbox", envelope, &raw).await {
        Ok(MailOutcome::Later(why, _)) => why,
        other => panic!("{other:?}"),
    }
}

fn was_shown(server: &Fake, number: u32) -> bool {
    let said = format!("user=help@example.com\x01auth=Bearer access-{number}\x01\x01");
    server.asked().contains(&STANDARD.encode(said))
}

#[tokio::test]
async fn a_mailbox_logs_in_with_an_account_until_that_ends_and_again_when_it_is_connected() {
    on_both(async |mut world| {
        let server = Fake::with([]);
        let (id, service) = channel(&mut world, &server, &[]).await;
        assert_eq!(missing(&world, id).await, ["inbox_account"], "no password is asked for");
        connect(&world, id, &service, 1).await;
        assert!(!world.host.installation(world.desk, id).await.unwrap().needs_setup());

        // There is no server for outgoing mail.
        let nobody = ("inbox_smtp_host".to_owned(), "mail-unreachable");
        assert_eq!(told(&world, id).await, std::slice::from_ref(&nobody));
        assert!(was_shown(&server, 1));
        read_until(&world, "a mail has come", async || {
            if state(&world, id).await.0 == "ok" {
                server.put(5, mail("((by token"));
            }
            world.run_jobs().await;
            bodies(&world).await.join("|").contains("((by token")
        })
        .await;

        // Its service ends it: the server refuses the token before its time, and then there is no new one.
        server.refuse(true);
        assert_eq!(told(&world, id).await, [("inbox_account".to_owned(), "mail-login"), nobody]);
        service.answers(400, r#"{"error":"invalid_grant"}"#);
        read_until(&world, "it is refused", async || state(&world, id).await.1.contains("refused the login")).await;
        read_until(&world, "it has ended", async || state(&world, id).await.1.contains("connect it")).await;
        assert_eq!(service.got().len(), 1, "nobody asks with it again");
        assert_eq!(missing(&world, id).await, ["inbox_account"]);
        let shown = world.host.channel_view(world.desk, id).await.unwrap().missing;
        assert_eq!(shown.iter().map(|label| label.get("en")).collect::<Vec<_>>(), ["Account"]);

        assert!(put_off(&world, id).await.contains("connect it"));

        server.refuse(false);
        connect(&world, id, &service, 2).await;
        read_until(&world, "it is open again", async || state(&world, id).await.0 == "ok").await;
        assert!(was_shown(&server, 2) && missing(&world, id).await.is_empty());
    })
    .await;
}

/// A server for outgoing mail that refuses every login.
async fn refusing() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = BufReader::new(stream);
            let (mut line, mut answer) = (String::new(), "220 ready");
            while stream.write_all(format!("{answer}\r\n").as_bytes()).await.is_ok() {
                line.clear();
                if !stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
                    break;
                }
                answer = match line.split([' ', '\r']).next().unwrap() {
                    "EHLO" => "250 AUTH XOAUTH2",
                    "AUTH" => "535 no",
                    _ => "250 OK",
                };
            }
        }
    });
    address
}

#[tokio::test]
async fn a_token_that_the_server_for_outgoing_mail_refuses_is_made_fresh() {
    on_both(async |mut world| {
        let (id, service) = channel(&mut world, &Fake::with([]), &[("smtp.example.com", refusing().await)]).await;
        connect(&world, id, &service, 1).await;
        assert!(put_off(&world, id).await.contains("refused the login"));
        assert!(service.got().is_empty(), "by whoever needs it next");
        service.answers(200, &tokens(2));
        put_off(&world, id).await;
        let [asked] = <[String; 1]>::try_from(service.got()).unwrap();
        assert!(asked.contains("refresh_token=refresh-1"), "{asked}");
    })
    .await;
}

#[tokio::test]
async fn the_token_of_an_account_is_shown_to_no_other_servers() {
    on_both(async |mut world| {
        let server = Fake::with([]);
        let (id, service) = channel(&mut world, &server, &[]).await;
        for elsewhere in [
            ("inbox_imap_host", "imap.other.example"),
            ("inbox_smtp_host", "smtp.other.example"),
            ("inbox_account_token", "https://login.other.example/token"),
        ] {
            connect(&world, id, &service, 1).await;
            assert!(missing(&world, id).await.is_empty());
            save(&world, id, &[elsewhere]).await.unwrap();
            assert_eq!(missing(&world, id).await, ["inbox_account"], "{elsewhere:?}");
            save(&world, id, &[]).await.unwrap();
        }
        let kept = [("inbox_account_token", "https://login.other.example/token"), ("inbox_account_client_secret", "")];
        let Err(SettingsError::Fields(errors)) = save(&world, id, &kept).await else { panic!("it was kept") };
        assert_eq!((errors[0].field.as_str(), errors[0].code), ("inbox_account_client_secret", "enter-again"));
        save(&world, id, &kept[1..]).await.unwrap();
        connect(&world, id, &service, 1).await;
        world.host.disconnect_account(world.desk, id, "inbox_account", world.admin).await.unwrap();
        assert_eq!(missing(&world, id).await, ["inbox_account"]);
        assert!(!was_shown(&server, 1));
    })
    .await;
}

#[tokio::test]
async fn an_account_is_not_connected_to_servers_that_were_entered_meanwhile() {
    on_both(async |mut world| {
        let (id, service) = channel(&mut world, &Fake::with([]), &[]).await;
        let (session, to) = begin(&world, id).await;
        save(&world, id, &[("inbox_imap_host", "imap.other.example")]).await.unwrap();
        service.answers(200, &tokens(1));
        let ended = end(&world, session, &parameter(&to, "state"), "c0de", "").await;
        assert!(matches!(ended, Err(ConnectError::State)), "{ended:?}");
        assert_eq!(missing(&world, id).await, ["inbox_account"]);
    })
    .await;
}

#[tokio::test]
async fn a_password_that_an_account_took_the_place_of_goes_to_no_other_server() {
    on_both(async |mut world| {
        let server = Fake::with([]);
        let (id, _) = channel(&mut world, &server, &[]).await;
        enter(&world, id).await;
        let elsewhere = ("inbox_smtp_host", "smtp.other.example");
        save(&world, id, &[elsewhere]).await.unwrap();
        let by_password = [elsewhere, ("inbox_login", "password")];
        let all = FIELDS.iter().chain(&by_password);
        let entered: BTreeMap<String, String> = all.map(|(key, value)| ((*key).into(), (*value).into())).collect();
        let saved = world.host.save_settings(world.desk, id, entered, world.admin).await;
        let Err(SettingsError::Fields(errors)) = saved else { panic!("it was kept") };
        assert_eq!((errors[0].field.as_str(), errors[0].code), ("inbox_password", "required"));
        assert!(!server.asked().contains("LOGIN"), "nobody has logged in with it");
    })
    .await;
}
