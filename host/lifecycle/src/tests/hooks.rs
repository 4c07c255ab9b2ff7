//! Requests to plugins: verified by the host in the way that the manifest names, answered by the add-on, which sees no secret.

use annex_domain::{
    channel::InboundRequest,
    ids::{HookId, InstallationId},
    manifest::{
        Inbound, Manifest,
        inbound::{Challenge, Hmac, HmacAlgorithm, HmacEncoding, Place, Verify},
    },
    ports::AddonData as _,
    settings::{Setting, SettingKind},
};
use hmac::{KeyInit as _, Mac as _};
use sha2::Sha256;
use url::Url;

use super::{
    port::reach,
    support::{World, guest, listener_manifest, on_both},
};
use crate::UseError;

const SECRET: &str = "swordfish-of-sixteen";

async fn listening(world: &World, inbound: Inbound) -> InstallationId {
    let settings = vec![Setting::new("secret", SettingKind::Secret), Setting::new("sites", SettingKind::Text)];
    let manifest = Manifest { inbound: Some(inbound), settings, ..listener_manifest("1.0.0", 1, &[]) };
    world.publish(manifest, guest("listener")).await;
    let id = world.install("acme.listener").await.id;
    let entered = [("secret", SECRET), ("sites", "https://a.example https://b.example")];
    let entered = entered.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    world.host.save_settings(world.desk, id, entered, world.admin).await.unwrap();
    id
}

fn verified(verify: Verify) -> Inbound {
    Inbound { verify, setting: Some("secret".into()), ..Inbound::default() }
}

fn request(path: &str, headers: &[(&str, &str)], body: &str) -> InboundRequest {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    InboundRequest {
        method: "POST".into(),
        path: path.into(),
        query: "a=1".into(),
        headers,
        body: body.to_owned().into(),
        public: false,
    }
}

async fn sent(world: &World, id: InstallationId, request: InboundRequest) -> Result<String, UseError> {
    let hook: HookId = id.to_string().parse().unwrap();
    let reply = world.host.receive(hook, request).await?;
    Ok(String::from_utf8(reply.body).unwrap())
}

async fn refused(world: &World, id: InstallationId, request: InboundRequest) {
    assert!(matches!(sent(world, id, request).await, Err(UseError::Refused)));
}

#[tokio::test]
async fn a_password_or_a_path_lets_a_request_in() {
    on_both(async |world| {
        let id = listening(&world, verified(Verify::Basic)).await;
        let basic = [("authorization", "Basic YWNtZTpzd29yZGZpc2gtb2Ytc2l4dGVlbg=="), ("x-kind", "paid")];
        let got = sent(&world, id, request("/a", &basic, "hello")).await.unwrap();
        assert_eq!(got, "POST /a?a=1 public=false [x-kind] hello");
        refused(&world, id, request("/a", &[("authorization", "Basic YWNtZTp3cm9uZw==")], "hello")).await;
        refused(&world, id, request("/a", &[], "hello")).await;
    })
    .await;
    on_both(async |world| {
        let id = listening(&world, verified(Verify::Path)).await;
        let got = sent(&world, id, request(&format!("/{SECRET}/orders"), &[], "x")).await.unwrap();
        assert_eq!(got, "POST /orders?a=1 public=false [] x");
        assert_eq!(
            sent(&world, id, request(&format!("/{SECRET}"), &[], "x")).await.unwrap(),
            "POST /?a=1 public=false [] x"
        );
        refused(&world, id, request("/orders", &[], "x")).await;
    })
    .await;
}

#[tokio::test]
async fn a_signature_holds_for_one_body_and_a_while() {
    on_both(async |world| {
        let place = |header: &str| Place { header: Some(header.into()), ..Place::default() };
        let signing = Hmac {
            algorithm: HmacAlgorithm::Sha256,
            encoding: HmacEncoding::Hex,
            signature: place("X-Signature"),
            timestamp: Some(place("X-Time")),
            signed: Some("{timestamp}.{body}".into()),
            tolerance: None,
        };
        let challenge = Challenge { json: Some("/challenge".into()), ..Challenge::default() };
        let inbound = Inbound { hmac: Some(signing), challenge: Some(challenge), ..verified(Verify::Hmac) };
        let id = listening(&world, inbound).await;
        let seconds = (world.host.clock.now().0 / 1000).to_string();
        let sign = |body: &str| {
            let mut mac = hmac::Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
            mac.update(format!("{seconds}.{body}").as_bytes());
            hex::encode(mac.finalize().into_bytes())
        };
        let with = |signature: &str, body: &str| {
            request("/", &[("x-signature", signature), ("x-time", seconds.as_str())], body)
        };
        assert_eq!(sent(&world, id, with(&sign("one"), "one")).await.unwrap(), "POST /?a=1 public=false [x-time] one");
        refused(&world, id, with(&sign("one"), "two")).await;
        let question = r#"{"challenge":"3eZbrw1aBm2rZgRNFdxV2595"}"#;
        assert_eq!(sent(&world, id, with(&sign(question), question)).await.unwrap(), "3eZbrw1aBm2rZgRNFdxV2595");
        refused(&world, id, with(&sign("one"), question)).await;
        world.clock.advance(std::time::Duration::from_secs(302));
        refused(&world, id, with(&sign("one"), "one")).await;
    })
    .await;
}

#[tokio::test]
async fn a_service_that_tries_the_address_is_answered_by_the_host() {
    on_both(async |world| {
        let challenge = Challenge {
            query: Some("hub.challenge".into()),
            token: Some("hub.verify_token".into()),
            ..Challenge::default()
        };
        let inbound =
            Inbound { header: Some("X-Secret".into()), challenge: Some(challenge), ..verified(Verify::Header) };
        let id = listening(&world, inbound).await;
        let ask = |token: &str| {
            let query = format!("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={token}");
            InboundRequest { method: "GET".into(), query, ..request("/", &[], "") }
        };
        assert_eq!(sent(&world, id, ask(SECRET)).await.unwrap(), "1158201444");
        refused(&world, id, ask("guessed")).await;
        refused(&world, id, ask("")).await;
        let event = request("/orders", &[("x-secret", SECRET)], "x");
        assert_eq!(sent(&world, id, event).await.unwrap(), "POST /orders?a=1 public=false [] x");
    })
    .await;
}

#[tokio::test]
async fn a_public_address_is_open_to_all_and_read_by_the_sites_of_the_desk() {
    on_both(async |world| {
        let inbound = Inbound { public: true, origins: Some("sites".into()), ..Inbound::default() };
        let id = listening(&world, inbound).await;
        let got = sent(&world, id, request("/form", &[], "name=Ann")).await.unwrap();
        assert_eq!(got, "POST /form?a=1 public=true [] name=Ann");
        let hook: HookId = id.to_string().parse().unwrap();
        let open = world.host.open_hook(hook, &mut request("/form", &[], "")).await.unwrap();
        assert!(open.is_public() && !open.is_unproven());
        assert!(open.lets_read("https://b.example") && !open.lets_read("https://c.example"));
    })
    .await;
}

#[tokio::test]
async fn an_installation_is_told_where_it_is_reached() {
    on_both(async |world| {
        let id = listening(&world, verified(Verify::Path)).await;
        let (data, scope) = reach(&world, &world.installation(id).await);
        assert_eq!(data.installation(&scope).await.unwrap().hooks, None, "nobody knows where the host is");
        let data = data.reached_at(Url::parse("https://desk.example/").unwrap(), None);
        let address = format!("https://desk.example/hooks/{id}");
        assert_eq!(data.installation(&scope).await.unwrap().hooks, Some(address));
        world.puppet("1.0.0", 1, "").await;
        let (_, deaf) = reach(&world, &world.install("acme.puppet").await);
        assert_eq!(data.installation(&deaf).await.unwrap().hooks, None, "it receives no requests");
    })
    .await;
}
