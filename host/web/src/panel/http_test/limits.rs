//! What is refused before anything is done: too much, too weak, to another name, from another scheme.

use std::time::Duration;

use annex_domain::permission::{Permission, Permissions};
use annex_store::{logins, operators, roles};
use axum::{
    body::{Body, Bytes},
    http::{Request, StatusCode, header},
};
use tower::ServiceExt as _;

use super::{PASSWORD, Page, Panel};
use crate::server::ClientAddress;

/// Forms that may be long.
const LONG: [&str; 22] = [
    "/tickets",
    "/tickets/new/draft",
    "/tickets/1/draft",
    "/tickets/1/messages",
    "/tickets/1/properties",
    "/contacts/01890000-0000-7000-8000-000000000000",
    "/tickets/1/sidebar/01890000-0000-7000-8000-000000000000/actions",
    "/addons/acme.hello/install/users",
    "/my-addons/01890000-0000-7000-8000-000000000000/settings",
    "/my-addons/01890000-0000-7000-8000-000000000000/settings/test",
    "/my-addons/01890000-0000-7000-8000-000000000000/settings/choices",
    "/my-addons/01890000-0000-7000-8000-000000000000/settings/connect",
    "/my-addons/01890000-0000-7000-8000-000000000000/settings/disconnect",
    "/my-addons/01890000-0000-7000-8000-000000000000/users",
    "/my-addons/01890000-0000-7000-8000-000000000000/users/rule",
    "/my-addons/01890000-0000-7000-8000-000000000000/plans/users",
    "/my-addons/01890000-0000-7000-8000-000000000000/licences",
    "/admin/groups",
    "/admin/groups/01890000-0000-7000-8000-000000000000",
    "/admin/catalog/packages",
    "/tickets/1/files",
    "/files",
];
/// Some of the others.
const USUAL: [&str; 9] = [
    "/sign-in",
    "/forgotten",
    "/profile",
    "/admin/fields",
    "/admin/roles",
    "/admin/operators",
    "/admin/system",
    "/admin/catalog/publishers",
    "/client-area/sign-in",
];

#[tokio::test]
async fn a_session_has_eight_event_streams() {
    let panel = Panel::start().await;
    let (cookie, other) = (panel.agent().await, panel.agent().await);
    let open = async |cookie: &str| {
        let request = Request::get("/events").header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        panel.router.clone().oneshot(request).await.unwrap()
    };
    let mut streams = Vec::new();
    for _ in 0..8 {
        let stream = open(&cookie).await;
        assert_eq!(stream.status(), StatusCode::OK);
        streams.push(stream);
    }
    let ninth = open(&cookie).await;
    assert_eq!(ninth.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(ninth.headers().contains_key(header::RETRY_AFTER));
    assert_eq!(open(&other).await.status(), StatusCode::OK, "of another session");
    streams.pop();
    assert_eq!(open(&cookie).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_browser_that_was_here_before_is_not_locked_out() {
    let panel = Panel::start().await;
    let email = panel.email(panel.desks.desk, panel.desks.agent).await;
    let right = [("email", email.as_str()), ("password", PASSWORD)];
    let page = panel.post("", "/sign-in", &right).await;
    let device = page.cookie("annex-device").unwrap();
    for _ in 0..=logins::PER_ACCOUNT {
        panel.post("", "/sign-in", &[("email", &email), ("password", "wrong password")]).await;
    }
    assert_eq!(panel.post("", "/sign-in", &right).await.status, StatusCode::TOO_MANY_REQUESTS, "a stranger waits");
    let known = panel.post(&device, "/sign-in", &right).await;
    assert_eq!(known.status, StatusCode::SEE_OTHER, "{}", known.html);
    assert_eq!(panel.post("", "/sign-in", &right).await.status, StatusCode::TOO_MANY_REQUESTS, "still");
    // The cookie is for this account, made by this host, and has a limit of its own.
    let (name, value) = device.split_once('=').unwrap();
    let forged = format!("{name}=00{}", &value[2..]);
    assert_eq!(panel.post(&forged, "/sign-in", &right).await.status, StatusCode::TOO_MANY_REQUESTS);
    for _ in 0..logins::PER_ACCOUNT {
        panel.post(&device, "/sign-in", &[("email", &email), ("password", "wrong password")]).await;
    }
    assert_eq!(panel.post(&device, "/sign-in", &right).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn who_fails_behind_a_proxy_locks_no_other_address_out() {
    let panel = Panel::start().await;
    let email = panel.email(panel.desks.desk, panel.desks.agent).await;
    let sign_in = async |address: &str, email: &str, password: &str| {
        let body = serde_urlencoded::to_string([("email", email), ("password", password)]).unwrap();
        let request = Request::post("/sign-in")
            .extension(ClientAddress(address.parse().unwrap()))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        panel.send(request.body(Body::from(body)).unwrap()).await.status
    };
    for index in 0..logins::PER_ADDRESS {
        let status = sign_in("198.51.100.1", &format!("{index}@example.com"), "wrong password").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "attempt {index}");
    }
    assert_eq!(sign_in("198.51.100.1", &email, PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(sign_in("198.51.100.2", &email, PASSWORD).await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn weak_passwords_are_refused_with_a_reason() {
    let panel = Panel::start().await;
    let cookie = panel.agent().await;
    let email = panel.email(panel.desks.desk, panel.desks.agent).await;
    for (weak, reason) in
        [("aaaaaaaaaaaa", "repeat"), (email.as_str(), "knows your name"), ("qwertyuiop", "Many people")]
    {
        let form = [("current", PASSWORD), ("new", weak), ("repeat", weak)];
        let page = panel.post(&cookie, "/profile/password", &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{weak}");
        assert!(page.html.contains(reason) && page.html.contains("several words"), "{weak}: {}", page.html);
    }
    assert!(!panel.agent().await.is_empty(), "the old one still works");
}

#[tokio::test]
async fn only_its_own_names_are_answered() {
    let panel = Panel::start().await;
    let ask = async |path: &str, host: &str| {
        let request = Request::get(path).header(header::HOST, host).body(Body::empty()).unwrap();
        panel.send(request).await.status.as_u16()
    };
    for own in ["127.0.0.1:1", "127.0.0.1", "localhost:8080", "LOCALHOST", "[::1]:8080"] {
        assert_eq!(ask("/sign-in", own).await, 200, "{own}");
    }
    for foreign in ["evil.example", "evil.example:1", "127.0.0.1.evil.example", "192.0.2.1", "", "a b"] {
        for path in ["/sign-in", "/api/v1/openapi.json", "/assets/x/app.css", "/nowhere"] {
            assert_eq!(ask(path, foreign).await, 421, "{foreign} {path}");
        }
        assert_eq!(ask("/healthz", foreign).await, 200, "{foreign}");
    }
    let line = Request::get("http://evil.example/sign-in").header(header::HOST, "127.0.0.1:1");
    assert_eq!(panel.send(line.body(Body::empty()).unwrap()).await.status.as_u16(), 421);
}

#[tokio::test]
async fn another_scheme_of_the_same_host_is_another_site() {
    let panel = Panel::start().await;
    let cookie = panel.agent().await;
    for (origin, status) in [("https://127.0.0.1:1", 403), ("http://127.0.0.1:1", 303)] {
        let request = Request::post("/profile/sessions/revoke-others")
            .header(header::COOKIE, &cookie)
            .header(header::HOST, "127.0.0.1:1")
            .header(header::ORIGIN, origin);
        assert_eq!(panel.send(request.body(Body::empty()).unwrap()).await.status.as_u16(), status, "{origin}");
    }
    let request = Request::post("/api/v1/tokens")
        .header(header::COOKIE, &cookie)
        .header(header::HOST, "127.0.0.1:1")
        .header(header::ORIGIN, "https://127.0.0.1:1");
    let refused = panel.send(request.body(Body::empty()).unwrap()).await;
    assert!(refused.status == StatusCode::FORBIDDEN && refused.html.contains("cross-site"), "{}", refused.html);
}

#[tokio::test]
async fn the_permission_comes_before_the_body() {
    let panel = Panel::start().await;
    let cookie = panel.agent().await;
    for key in [None, Some("once")] {
        // A body that fails when anybody reads it.
        let body = Body::from_stream(futures::stream::once(async { Err::<String, _>(std::io::Error::other("read")) }));
        let mut request = Request::post("/api/v1/packages")
            .header(header::COOKIE, &cookie)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/vnd.annex.package");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let page = panel.send(request.body(body).unwrap()).await;
        assert!(page.html.contains("\"forbidden\""), "{}", page.html);
    }
}

impl Panel {
    /// The cookie of an operator who may only manage the desk.
    async fn clerk(&self) -> String {
        let (desk, now) = (self.desks.desk, self.state.clock.now());
        let mut tx = annex_store::testing::tx(&self.state.db).await;
        let few = Permissions([Permission::DeskManage].into());
        let role = roles::create(&mut tx, desk, "Clerk", &few, now).await.unwrap().id;
        operators::set_roles(&mut tx, desk, self.desks.agent, &[role], now).await.unwrap();
        tx.commit().await.unwrap();
        self.agent().await
    }

    /// Sends a form of which nothing ever comes.
    async fn post_endless(&self, cookie: &str, path: &str) -> Page {
        let media_type = match path {
            "/admin/catalog/packages" | "/tickets/1/files" | "/files" => "multipart/form-data; boundary=b",
            _ => "application/x-www-form-urlencoded",
        };
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, media_type)
            .header("sec-fetch-site", "same-origin");
        let endless = Body::from_stream(futures::stream::pending::<Result<Bytes, std::io::Error>>());
        let sent = self.send(request.body(endless).unwrap());
        // The time is that of a test that would hang.
        tokio::time::timeout(Duration::from_secs(60), sent).await.expect("the body is waited for")
    }
}

#[tokio::test]
async fn long_forms_are_read_only_of_whoever_may_send_them() {
    let panel = Panel::start().await;
    let clerk = panel.clerk().await;
    for path in LONG {
        let nobody = panel.post_endless("", path).await;
        assert_eq!(nobody.status, StatusCode::SEE_OTHER, "{path}: {}", nobody.html);
        assert!(nobody.location().starts_with("/sign-in"), "{path}");
        assert_eq!(panel.post_endless(&clerk, path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn other_forms_are_short() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    for (length, paths, too_large) in
        [(100_000, LONG.as_slice(), false), (100_000, USUAL.as_slice(), true), (3 << 20, &LONG[..18], true)]
    {
        let text = "x".repeat(length);
        for path in paths {
            let page = panel.post(&admin, path, &[("x", &text)]).await;
            let refused = page.status == StatusCode::PAYLOAD_TOO_LARGE;
            assert_eq!(refused, too_large, "{path} with {length}: {}", page.status);
        }
    }
}

#[tokio::test]
async fn looking_changes_nothing() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let number = panel.ticket(&admin).await;
    let mut watch = panel.db.watch().await;
    for path in [
        "/",
        "/sign-in",
        "/sign-out",
        "/sign-in/once?secret=0a",
        "/inbox",
        "/inbox?q=help",
        "/contacts",
        "/tickets/new",
        &format!("/tickets/{number}"),
        &format!("/tickets/{number}/changed?since=0"),
        &format!("/tickets/{number}/merge"),
        "/addons",
        "/my-addons",
        "/billing",
        "/billing/methods",
        "/billing/statement",
        "/profile",
        "/admin/catalog",
        "/admin/roles",
        "/admin/roles/new",
        "/admin/operators",
        "/admin/operators/new",
        "/admin/groups",
        "/admin/fields",
        "/admin/fields/new",
        "/admin/tokens",
        "/admin/system",
        "/admin/mails",
        "/admin/work",
        "/admin/audit?verify=yes",
        "/client-area",
        "/client-area/sign-in",
        "/api/v1/me",
        "/api/v1/tickets",
        "/api/v1/tokens",
        "/setup/0a",
        "/forgotten",
        "/reset/0a",
    ] {
        let page = panel.get(&admin, path).await;
        assert!(!page.status.is_server_error(), "{path}: {}", page.status);
        assert!(!watch.has_changed().await, "{path}");
    }
    panel.post(&admin, "/profile", &[("name", "Ada")]).await;
    assert!(watch.has_changed().await, "the watch sees writes");
}
