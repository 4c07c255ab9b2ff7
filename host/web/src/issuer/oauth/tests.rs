//! The issuer of installations through the whole router: what a service is given, and each thing that it is refused.

mod clients;
mod codes;
mod keys;
mod people;
mod refusals;

use annex_domain::{
    es256::KeyPair,
    ids::OperatorId,
    installation::Installation,
    oauth::SigningAlgorithm,
    permission::{Permission, Permissions},
};
use annex_store::{
    installations,
    oauth::clients::{self as stored, Issued, NewClient},
    operators, testing,
    users::{self, Ticks},
};
use axum::{
    body::Body,
    http::{Request, header},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::client_area::tests::site::{Browser, HASH, Page, Site};

const ISSUER: &str = "http://127.0.0.1:1/oauth";
const BACK: &str = "https://hello.example/back";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A host where the agent uses an add-on with a service.
struct World {
    site: Site,
    installed: Installation,
    issued: Issued,
}

impl World {
    async fn start() -> Self {
        let site = Site::start().await;
        let mut tx = testing::tx(&site.state.db).await;
        for id in [site.desks.admin, site.desks.agent] {
            operators::set_password(&mut tx, site.desks.desk, id, &HASH, None).await.unwrap();
        }
        let installed = testing::installed(&mut tx, site.desks.desk).await;
        let ticks = Ticks::Exactly([site.desks.agent].into());
        users::change(&mut tx, site.desks.desk, installed.id, &ticks, site.clock_now()).await.unwrap();
        tx.commit().await.unwrap();
        let issued = issue(&site, &installed, None, SigningAlgorithm::Rs256).await;
        Self { site, installed, issued }
    }

    async fn agent(&self) -> Browser<'_> {
        self.site.operator(self.site.desks.desk, self.site.desks.agent).await
    }

    /// A code for the agent.
    async fn code(&self) -> String {
        let page = self.agent().await.get(&self.authorize(&[])).await;
        page.parameter("code").unwrap_or_else(|| panic!("{page:?}"))
    }

    /// The address of the authorization endpoint with parameters changed; an empty value leaves one out.
    fn authorize(&self, changed: &[(&str, &str)]) -> String {
        authorize(&self.issued, changed)
    }

    /// Trades a code, with fields changed.
    async fn trade(&self, code: &str, changed: &[(&str, &str)]) -> (u16, Value) {
        self.ask("token", &trade(&self.issued, code, changed)).await
    }

    /// Status and body of an endpoint, asked as a program asks.
    async fn ask(&self, endpoint: &str, form: &[(&str, &str)]) -> (u16, Value) {
        self.ask_with(endpoint, None, form).await
    }

    async fn ask_with(&self, endpoint: &str, authorization: Option<&str>, form: &[(&str, &str)]) -> (u16, Value) {
        let request = Request::post(format!("/oauth/{endpoint}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = match authorization {
            None => request,
            Some(value) => request.header(header::AUTHORIZATION, value),
        };
        let body = Body::from(serde_urlencoded::to_string(form).unwrap());
        self.send(request.body(body).unwrap()).await
    }

    /// What a bearer gets.
    async fn get(&self, path: &str, token: &str) -> (u16, Value) {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn send(&self, request: Request<Body>) -> (u16, Value) {
        let response = self.site.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// Switches the add-on off.
    async fn deactivate(&self) {
        let mut tx = testing::tx(&self.site.state.db).await;
        let off = self.installed.clone().deactivate(self.site.clock_now()).unwrap();
        installations::save(&mut tx, &off).await.unwrap();
        tx.commit().await.unwrap();
    }
}

impl Site {
    fn clock_now(&self) -> annex_domain::clock::Timestamp {
        self.state.clock.now()
    }
}

/// A client; `publisher`: one more, as a publisher makes it in its portal.
async fn issue(site: &Site, of: &Installation, publisher: Option<&str>, algorithm: SigningAlgorithm) -> Issued {
    let publisher = publisher.map(|slug| slug.parse().unwrap());
    let scopes = Permissions([Permission::TicketsView, Permission::DeskManage].into());
    let new = NewClient {
        desk: of.desk,
        installation: of.id,
        publisher: publisher.as_ref(),
        name: "Hello",
        redirects: &[BACK.to_owned()],
        scopes: &scopes,
        algorithm,
    };
    let mut tx = testing::tx(&site.state.db).await;
    let issued = stored::issue(&mut tx, &new, site.clock_now()).await.unwrap();
    tx.commit().await.unwrap();
    issued
}

fn changed<'f>(pairs: &[(&'f str, &'f str)], changed: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let mut pairs = pairs.to_vec();
    for (name, value) in changed {
        pairs.retain(|(key, _)| key != name);
        if !value.is_empty() {
            pairs.push((name, value));
        }
    }
    pairs
}

fn authorize(issued: &Issued, change: &[(&str, &str)]) -> String {
    let pairs = [
        ("response_type", "code"),
        ("client_id", issued.client_id.as_str()),
        ("redirect_uri", BACK),
        ("scope", "openid email profile tickets.view"),
        ("state", "s1"),
        ("nonce", "n1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    format!("/oauth/authorize?{}", serde_urlencoded::to_string(changed(&pairs, change)).unwrap())
}

fn trade<'f>(issued: &'f Issued, code: &'f str, change: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
        ("client_id", issued.client_id.as_str()),
        ("client_secret", issued.secret.as_str()),
    ];
    changed(&pairs, change)
}

/// The header of a client that proves itself by its secret.
fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// A proof that the client's key signed.
fn assertion(issued: &Issued, head: &Value, claims: &Value) -> String {
    let secret = URL_SAFE_NO_PAD.decode(issued.private_key_jwk["d"].as_str().unwrap()).unwrap();
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(head), part(claims));
    let signature = KeyPair::from_bytes(&secret).unwrap().sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The word of an error.
fn error(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["error"].as_str().unwrap_or_default())
}

/// What a JSON Web Token says.
fn body_of(token: &Value) -> Value {
    let part = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// The page leads back to the service with this error.
fn sent_back(page: &Page, error: &str) {
    assert!(page.location().starts_with(&format!("{BACK}?")), "{}", page.location());
    assert_eq!(page.parameter("error").as_deref(), Some(error));
    assert_eq!((page.parameter("state").as_deref(), page.parameter("iss").as_deref()), (Some("s1"), Some(ISSUER)));
    assert_eq!(page.parameter("code"), None);
}

#[tokio::test]
async fn it_says_where_its_endpoints_are() {
    let world = World::start().await;
    let (status, document) = world.get("/oauth/.well-known/openid-configuration", "").await;
    assert_eq!((status, document["issuer"].as_str()), (200, Some(ISSUER)));
    let parsed: crate::oidc::Metadata = serde_json::from_value(document.clone()).unwrap();
    assert_eq!(parsed.token_endpoint().unwrap().as_str(), format!("{ISSUER}/token"));
    let keys = world.get("/oauth/jwks", "").await.1;
    assert_eq!(keys, world.get("/client-area/jwks", "").await.1, "both sign with the same keys");
    for name in ["token", "userinfo", "introspection", "revocation", "end_session", "authorization"] {
        let address = document[format!("{name}_endpoint")].as_str().unwrap();
        let path = address.strip_prefix("http://127.0.0.1:1").unwrap();
        assert_ne!(world.get(path, "").await.0, 404, "{path}");
    }
    assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
}

/// Another operator, by their id.
async fn browser(world: &World, operator: OperatorId) -> Browser<'_> {
    world.site.operator(world.site.desks.desk, operator).await
}
