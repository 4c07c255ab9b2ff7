//! Accounts at other services: connected with a code that is good for one session, kept, made fresh by one at a time, and ended.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use annex_domain::{
    capability::Access,
    connection::OAuth2,
    ids::{InstallationId, SessionId},
    manifest::Manifest,
    settings::{Setting, SettingKind},
};
use annex_store::connected::Key;
use secrecy::ExposeSecret as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use url::Url;

use super::{
    settings::scout,
    support::{World, capability, guest, on_both},
};
use crate::{Back, ConnectError, Returned, connections::Whose};

const HOST: &str = "api.example.com";

/// A service with accounts, which answers as it is told.
#[derive(Clone, Default)]
pub(super) struct Service {
    answer: Arc<Mutex<(u16, String)>>,
    got: Arc<Mutex<Vec<String>>>,
}

impl Service {
    async fn start(world: &mut World) -> Self {
        let (service, address) = Self::listen().await;
        world.restart_reaching(HOST, address).await;
        service
    }

    /// Listens; answers where.
    pub(super) async fn listen() -> (Self, SocketAddr) {
        let service = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = service.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = String::new();
                // The head, and a form that is shorter than what is read at once.
                while request.split_once("\r\n\r\n").is_none_or(|(_, body)| body.is_empty()) {
                    let mut part = [0; 8192];
                    match stream.read(&mut part).await {
                        Ok(read @ 1..) => request.push_str(&String::from_utf8_lossy(&part[..read])),
                        _ => break,
                    }
                }
                serving.got.lock().unwrap().push(request);
                let (status, body) = serving.answer.lock().unwrap().clone();
                let head =
                    format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                let _ = stream.write_all([head, body].concat().as_bytes()).await;
            }
        });
        (service, address)
    }

    pub(super) fn answers(&self, status: u16, body: &str) {
        *self.answer.lock().unwrap() = (status, body.to_owned());
    }

    /// What it was asked since the last time.
    pub(super) fn got(&self) -> Vec<String> {
        std::mem::take(&mut *self.got.lock().unwrap())
    }
}

pub(super) fn tokens(number: u32) -> String {
    format!(
        r#"{{"access_token":"access-{number}","refresh_token":"refresh-{number}","token_type":"bearer","expires_in":3600}}"#
    )
}

/// With an account at the service, for which the desk has a client of its own.
async fn installed(world: &World) -> InstallationId {
    let oauth2: OAuth2 = serde_json::from_str(
        r#"{"authorize":"https://login.example.com/agree","token":"https://api.example.com/token",
            "revoke":"https://api.example.com/revoke","scopes":["read","write"],"parameters":{"prompt":"consent"}}"#,
    )
    .unwrap();
    let account = Setting { required: true, oauth2: Some(oauth2), ..Setting::new("crm", SettingKind::OAuth2) };
    // It says that it works as soon as it knows a name.
    let name = Setting { default: Some("Ann".into()), ..Setting::new("name", SettingKind::Text) };
    let (capabilities, settings) = (vec![capability(Access::Http, &[HOST])], vec![account, name]);
    world.publish(Manifest { capabilities, settings, ..scout() }, guest("scout")).await;
    world.install("acme.puppet").await.id
}

async fn save_client(world: &World, id: InstallationId) {
    let entered = [("crm_client_id", "annex"), ("crm_client_secret", "s3cret:+")];
    let entered: BTreeMap<String, String> = entered.map(|(key, value)| (key.into(), value.into())).into();
    world.host.save_settings(world.desk, id, entered, world.admin).await.unwrap();
}

async fn begin(world: &World, id: InstallationId, session: SessionId) -> Result<Url, ConnectError> {
    let back = Back { to: "https://desk.example/connections/callback".into(), label: String::new() };
    world.host.connect_account((world.desk, session), id, "crm", back).await
}

pub(super) fn parameter(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

pub(super) async fn end(
    world: &World,
    session: SessionId,
    state: &str,
    code: &str,
    error: &str,
) -> Result<(), ConnectError> {
    let back = Returned { state: state.into(), code: code.into(), error: error.into() };
    let (_, ended) = world.host.account_connected((world.desk, session), back, world.admin).await?;
    ended
}

/// Connected, with the first tokens.
async fn connected(world: &World, service: &Service) -> (InstallationId, Whose) {
    let (id, session) = (installed(world).await, SessionId::new());
    save_client(world, id).await;
    let to = begin(world, id, session).await.unwrap();
    service.answers(200, &tokens(1));
    end(world, session, &parameter(&to, "state"), "c0de", "").await.unwrap();
    service.got();
    let key = Key { desk: world.desk, installation: id, setting: "crm".into() };
    (id, Whose { key, addon: "acme.puppet".parse().unwrap() })
}

async fn token(world: &World, whose: &Whose) -> Option<String> {
    let token = world.host.connections().token(whose).await.unwrap();
    token.map(|token| token.expose_secret().to_owned())
}

#[tokio::test]
async fn a_code_becomes_an_account_once_and_in_its_session() {
    on_both(async |mut world| {
        let service = Service::start(&mut world).await;
        let (id, session) = (installed(&world).await, SessionId::new());
        assert!(world.host.installation(world.desk, id).await.unwrap().needs_setup());
        assert!(matches!(begin(&world, id, session).await, Err(ConnectError::NeedsSetting)), "there is no client");
        save_client(&world, id).await;
        let to = begin(&world, id, session).await.unwrap();
        assert!(
            to.as_str()
                .starts_with("https://login.example.com/agree?prompt=consent&response_type=code&client_id=annex")
        );
        let of = |name: &str| parameter(&to, name);
        assert_eq!((of("scope"), of("code_challenge_method")), ("read write".into(), "S256".into()));
        service.answers(200, &tokens(1));
        let elsewhere = end(&world, SessionId::new(), &of("state"), "c0de", "").await;
        assert!(matches!(elsewhere, Err(ConnectError::State)), "another session");
        end(&world, session, &of("state"), "c0de", "").await.unwrap();
        let [asked] = <[String; 1]>::try_from(service.got()).unwrap();
        assert!(
            asked.starts_with("POST /token ") && asked.contains("authorization: Basic YW5uZXg6czNjcmV0JTNBJTJC"),
            "{asked}"
        );
        assert!(asked.contains("grant_type=authorization_code&code=c0de&redirect_uri=https%3A%2F%2Fdesk.example%2F"));
        assert!(asked.contains("&code_verifier="), "{asked}");
        let view = world.host.installation(world.desk, id).await.unwrap();
        assert!(!view.needs_setup());
        let again = end(&world, session, &of("state"), "c0de", "").await;
        assert!(matches!(again, Err(ConnectError::State)), "it works once");
        assert!(world.audited().await.iter().filter(|action| *action == "addon.settings").count() > 1);
        let shown = world.host.settings_view(world.desk, id).await.unwrap();
        let shown = shown.into_iter().find(|view| view.setting.key == "crm").unwrap();
        assert_eq!((shown.is_set, shown.value), (true, None), "no token is shown");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_answer_connects_nothing() {
    on_both(async |mut world| {
        let service = Service::start(&mut world).await;
        let (id, session) = (installed(&world).await, SessionId::new());
        save_client(&world, id).await;
        let try_with = async |code: &str, error: &str| {
            let to = begin(&world, id, session).await.unwrap();
            end(&world, session, &parameter(&to, "state"), code, error).await.unwrap_err().code()
        };
        assert_eq!(try_with("", "access_denied").await, "given-up");
        assert_eq!(try_with("", "server_error").await, "refused");
        assert_eq!(try_with("", "").await, "unclear");
        assert!(service.got().is_empty(), "the service is asked about codes alone");
        for (status, body, code) in [
            (400, r#"{"error":"invalid_grant"}"#, "refused"),
            (200, r#"{"error":"invalid_client"}"#, "refused"),
            (500, "", "unclear"),
            (200, "<html>", "unclear"),
            (200, r#"{"access_token":"x","token_type":"mac"}"#, "unclear"),
        ] {
            service.answers(status, body);
            assert_eq!(try_with("c0de", "").await, code, "{status} {body}");
        }
        assert!(world.host.installation(world.desk, id).await.unwrap().needs_setup());
    })
    .await;
}

#[tokio::test]
async fn one_of_many_makes_a_token_fresh_and_the_old_one_is_never_used_again() {
    on_both(async |mut world| {
        let service = Service::start(&mut world).await;
        let (_, whose) = connected(&world, &service).await;
        assert_eq!(token(&world, &whose).await.as_deref(), Some("access-1"));
        assert!(service.got().is_empty(), "it is good for an hour");
        world.clock.advance(Duration::from_secs(3_570));
        service.answers(200, &tokens(2));
        let both = tokio::join!(token(&world, &whose), token(&world, &whose));
        assert_eq!(both, (Some("access-2".into()), Some("access-2".into())));
        let [asked] = <[String; 1]>::try_from(service.got()).unwrap();
        assert!(asked.contains("grant_type=refresh_token&refresh_token=refresh-1"), "{asked}");
        world.clock.advance(Duration::from_secs(3_570));
        service.answers(200, r#"{"access_token":"access-3","expires_in":3600}"#);
        assert_eq!(token(&world, &whose).await.as_deref(), Some("access-3"));
        assert!(service.got()[0].contains("refresh_token=refresh-2"), "the new one");
        // The service has no new refresh token: the one before stays. It fails, and what is still good is used.
        world.clock.advance(Duration::from_secs(3_570));
        service.answers(503, "");
        assert_eq!(token(&world, &whose).await.as_deref(), Some("access-3"));
        assert!(service.got()[0].contains("refresh_token=refresh-2"));
        world.clock.advance(Duration::from_secs(60));
        assert!(world.host.connections().token(&whose).await.is_err(), "and nothing that has run out");
    })
    .await;
}

#[tokio::test]
async fn an_account_that_ended_at_its_service_has_to_be_connected_again() {
    on_both(async |mut world| {
        let service = Service::start(&mut world).await;
        let (id, whose) = connected(&world, &service).await;
        world.clock.advance(Duration::from_secs(3_600));
        service.answers(400, r#"{"error":"invalid_grant"}"#);
        assert_eq!(token(&world, &whose).await, None);
        assert!(world.host.installation(world.desk, id).await.unwrap().needs_setup());
        service.got();
        assert_eq!(token(&world, &whose).await, None);
        assert!(service.got().is_empty(), "nobody asks with it again");
    })
    .await;
}

#[tokio::test]
async fn an_account_that_is_disconnected_is_revoked() {
    on_both(async |mut world| {
        let service = Service::start(&mut world).await;
        let (id, whose) = connected(&world, &service).await;
        service.answers(500, "");
        world.host.disconnect_account(world.desk, id, "crm", world.admin).await.unwrap();
        let [asked] = <[String; 1]>::try_from(service.got()).unwrap();
        assert!(asked.starts_with("POST /revoke ") && asked.contains("token=refresh-1"), "{asked}");
        assert_eq!(token(&world, &whose).await, None, "whatever the service says");
        world.host.disconnect_account(world.desk, id, "crm", world.admin).await.unwrap();
    })
    .await;
}
