//! The panel through the whole router, on an empty SQLite database: signing in and out, the limit on attempts, setup
//! links, permissions, desks that do not see each other, forms sent twice, headers.

mod accounts;
mod desks;
mod doors;
mod drafts;
mod every_door;
mod files;
mod limits;
mod live;
mod merge;
mod once;
mod pages;
mod panels;
mod requesters;
mod rights;
mod sent;

use std::sync::Arc;

use annex_domain::{
    clock::{Clock, ManualClock, Timestamp},
    ids::DeskId,
    mail::MailKind,
};
use annex_store::{
    contacts, logins, mails, messages, operators,
    testing::{Fixture, TestDb},
    tickets,
};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use tempfile::TempDir;
use tokio::sync::watch;
use tower::ServiceExt as _;

use crate::{client_area::tests::site::lifecycle, config::WebConfig, drawn, state::AppState};

const PASSWORD: &str = "correct horse battery";

struct Panel {
    router: Router,
    state: AppState,
    clock: Arc<ManualClock>,
    desks: Fixture,
    db: TestDb,
    _folder: TempDir,
    _stop: watch::Sender<bool>,
}

struct Page {
    status: StatusCode,
    headers: HeaderMap,
    html: String,
}

impl Page {
    fn location(&self) -> &str {
        self.headers[header::LOCATION].to_str().unwrap()
    }

    /// `name=value` of a cookie that the answer sets.
    fn cookie(&self, name: &str) -> Option<String> {
        let lines = self.headers.get_all(header::SET_COOKIE).iter().map(|line| line.to_str().unwrap());
        lines.filter(|line| line.starts_with(name)).find_map(|line| line.split(';').next()).map(ToOwned::to_owned)
    }
}

impl Panel {
    async fn start() -> Self {
        Self::with_mail(None).await
    }

    /// A host that sends mails by this server.
    async fn with_mail(smtp: Option<String>) -> Self {
        let db = TestDb::sqlite().await;
        let folder = TempDir::new().unwrap();
        let clock = Arc::new(ManualClock::at(Timestamp(1_800_000_000_000)));
        let mut tx = annex_store::testing::tx(&db.db).await;
        let desks = Fixture::make(&mut tx).await;
        let hash = crate::password::hash(PASSWORD.into(), &[]).await.unwrap();
        for (desk, id) in [(desks.desk, desks.admin), (desks.desk, desks.agent), (desks.other_desk, desks.other_admin)]
        {
            operators::set_password(&mut tx, desk, id, &hash, None).await.unwrap();
        }
        tx.commit().await.unwrap();
        let (stop, shutdown) = watch::channel(false);
        let as_clock = Arc::clone(&clock) as Arc<dyn Clock>;
        let config = WebConfig {
            public_url: "http://127.0.0.1:1".parse().unwrap(),
            on_loopback: true,
            version: "0.0.0".into(),
            database: "SQLite".into(),
            egress_overrides: Default::default(),
            max_package: 16 << 20,
            billing_issuer: None,
            smtp,
            desk_domain: None,
            support_email: Some("support@platform.example".into()),
            attachments: Default::default(),
        };
        let lifecycle = lifecycle(&db, folder.path(), Arc::clone(&as_clock));
        let state = AppState::new(lifecycle, db.db.clone(), as_clock, config, shutdown);
        Self { router: crate::router(state.clone()), state, clock, desks, db, _folder: folder, _stop: stop }
    }

    async fn send(&self, request: Request<Body>) -> Page {
        let path = request.uri().to_string();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 4 << 20).await.unwrap();
        let html = String::from_utf8_lossy(&bytes).into_owned();
        drawn::check(&path, &parts.headers, &html);
        Page { status: parts.status, headers: parts.headers, html }
    }

    async fn get(&self, cookie: &str, path: &str) -> Page {
        self.send(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
    }

    async fn post(&self, cookie: &str, path: &str, form: &[(&str, &str)]) -> Page {
        let body = serde_urlencoded::to_string(form).unwrap();
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    async fn email(&self, desk: DeskId, id: annex_domain::ids::OperatorId) -> String {
        let mut conn = self.state.db.read().await.unwrap();
        operators::get(&mut conn, desk, id).await.unwrap().email
    }

    /// The cookie of a session.
    async fn sign_in(&self, desk: DeskId, id: annex_domain::ids::OperatorId) -> String {
        let email = self.email(desk, id).await;
        let page = self.post("", "/sign-in", &[("email", &email), ("password", PASSWORD)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.html);
        page.cookie("annex-session").unwrap()
    }

    async fn admin(&self) -> String {
        self.sign_in(self.desks.desk, self.desks.admin).await
    }

    async fn agent(&self) -> String {
        self.sign_in(self.desks.desk, self.desks.agent).await
    }

    async fn stranger(&self) -> String {
        self.sign_in(self.desks.other_desk, self.desks.other_admin).await
    }

    /// A ticket of the first desk; its number.
    async fn ticket(&self, cookie: &str) -> i64 {
        let form = [("email", "grace@example.com"), ("subject", "Where is it?"), ("body", "Hello")];
        let page = self.post(cookie, "/tickets", &form).await;
        page.location().rsplit('/').next().unwrap().parse().unwrap()
    }
}

#[tokio::test]
async fn signing_in_leads_back_and_signing_out_ends_the_session() {
    let panel = Panel::start().await;
    let asked = panel.get("", "/contacts?q=x").await;
    assert_eq!((asked.status, asked.location()), (StatusCode::SEE_OTHER, "/sign-in?next=%2Fcontacts%3Fq%3Dx"));

    let email = panel.email(panel.desks.desk, panel.desks.agent).await;
    let form = [("email", email.as_str()), ("password", PASSWORD), ("next", "/contacts?q=x")];
    let page = panel.post("", "/sign-in", &form).await;
    assert_eq!(page.location(), "/contacts?q=x");
    let cookie = page.cookie("annex-session").unwrap();
    assert_eq!(panel.get(&cookie, "/contacts").await.status, StatusCode::OK);

    let evil = [("email", email.as_str()), ("password", PASSWORD), ("next", "//evil.example/")];
    assert_eq!(panel.post("", "/sign-in", &evil).await.location(), "/");

    panel.post(&cookie, "/sign-out", &[]).await;
    assert_eq!(panel.get(&cookie, "/contacts").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_look_the_same_until_the_limit() {
    let panel = Panel::start().await;
    let email = panel.email(panel.desks.desk, panel.desks.agent).await;
    let known = panel.post("", "/sign-in", &[("email", &email), ("password", "wrong password")]).await;
    let unknown = panel.post("", "/sign-in", &[("email", "nobody@example.com"), ("password", "wrong password")]).await;
    assert_eq!((known.status, unknown.status), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY));
    assert_eq!(known.html.replace(&email, "X"), unknown.html.replace("nobody@example.com", "X"));

    for _ in 0..logins::PER_ACCOUNT {
        panel.post("", "/sign-in", &[("email", &email), ("password", "wrong password")]).await;
    }
    let limited = panel.post("", "/sign-in", &[("email", &email), ("password", PASSWORD)]).await;
    assert_eq!(limited.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(limited.headers.contains_key(header::RETRY_AFTER));
    panel.clock.advance(logins::WINDOW);
    assert_eq!(
        panel.post("", "/sign-in", &[("email", &email), ("password", PASSWORD)]).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn an_invitation_works_once_and_gives_only_its_roles() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let form = panel.get(&admin, "/admin/operators/new").await;
    let role = form.html.split("name=\"role\" value=\"").nth(2).unwrap().split('"').next().unwrap().to_owned();
    let invite = [("name", "Bob"), ("email", "Bob@Example.com"), ("role", role.as_str())];
    let page = panel.post(&admin, "/admin/operators", &invite).await;
    let link = page.html.split("http://127.0.0.1:1").nth(1).unwrap().split('"').next().unwrap().to_owned();
    // Who reads the outbox does not become Bob.
    let mut conn = panel.state.db.read().await.unwrap();
    let mail = mails::list(&mut conn, panel.desks.desk, None, 1).await.unwrap().remove(0);
    drop(conn);
    assert_eq!((mail.kind, mail.to.as_str()), (MailKind::OperatorInvited, "bob@example.com"));
    let secret = link.trim_start_matches("/setup/");
    for path in ["/admin/mails".to_owned(), format!("/admin/mails/{}", mail.id), "/admin/audit".to_owned()] {
        let page = panel.get(&admin, &path).await;
        assert!(page.status == StatusCode::OK && !page.html.contains(secret), "{path}");
    }

    let short = panel.post("", &link, &[("name", "Bob"), ("password", "short")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = panel.post("", &link, &[("name", "Bob"), ("password", "long enough password")]).await;
    let bob = done.cookie("annex-session").unwrap();
    assert_eq!(panel.get(&bob, "/inbox").await.status, StatusCode::OK);
    assert_eq!(panel.get(&bob, "/admin/roles").await.status, StatusCode::FORBIDDEN);
    assert_eq!(panel.get("", &link).await.status, StatusCode::NOT_FOUND);
    assert_eq!(panel.post(&admin, "/admin/operators", &invite).await.status, StatusCode::UNPROCESSABLE_ENTITY, "taken");
}

#[tokio::test]
async fn pages_ask_for_their_permission() {
    let panel = Panel::start().await;
    let agent = panel.agent().await;
    for path in [
        "/admin/roles",
        "/admin/roles/new",
        "/admin/operators",
        "/admin/operators/new",
        "/admin/system",
        "/admin/audit",
    ] {
        assert_eq!(panel.get(&agent, path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    for path in ["/inbox", "/tickets/new", "/contacts", "/admin/tokens", "/profile"] {
        assert_eq!(panel.get(&agent, path).await.status, StatusCode::OK, "{path}");
    }
    let admin = panel.admin().await;
    for path in ["/admin/roles", "/admin/operators", "/admin/system", "/admin/audit?verify=yes", "/admin/tokens"] {
        assert_eq!(panel.get(&admin, path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn another_desk_sees_nothing() {
    let panel = Panel::start().await;
    let (admin, stranger) = (panel.admin().await, panel.stranger().await);
    let number = panel.ticket(&admin).await;
    let mut conn = panel.state.db.read().await.unwrap();
    let ticket = tickets::by_number(&mut conn, panel.desks.desk, number).await.unwrap();
    let message = messages::list(&mut conn, panel.desks.desk, ticket.id, None, 1).await.unwrap().remove(0).message;
    let contact = contacts::get(&mut conn, panel.desks.desk, ticket.requester).await.unwrap();
    let role = operators::get(&mut conn, panel.desks.desk, panel.desks.agent).await.unwrap().roles[0];
    drop(conn);
    let agent = panel.desks.agent;
    for path in [
        format!("/tickets/{number}"),
        format!("/tickets/{number}/merge"),
        format!("/contacts/{}", contact.id),
        format!("/contacts/{}/export", contact.id),
        format!("/contacts/{}/erase", contact.id),
        format!("/admin/operators/{agent}"),
        format!("/admin/roles/{role}"),
    ] {
        assert_eq!(panel.get(&admin, &path).await.status, StatusCode::OK, "{path}");
        assert_eq!(panel.get(&stranger, &path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for (path, form) in [
        (format!("/tickets/{number}/messages"), vec![("body", "x")]),
        (format!("/tickets/{number}/draft"), vec![("body", "x")]),
        (format!("/tickets/{number}/messages/{}/redeliver", message.id), vec![]),
        (format!("/tickets/{number}/properties"), vec![("status", "closed")]),
        (format!("/tickets/{number}/merge"), vec![("into", "1")]),
        (format!("/contacts/{}", contact.id), vec![("name", "x")]),
        (format!("/contacts/{}/erase", contact.id), vec![("confirm", "yes")]),
        (format!("/admin/operators/{agent}"), vec![("role", "x")]),
        (format!("/admin/operators/{agent}/link"), vec![]),
        (format!("/admin/operators/{agent}/deactivate"), vec![]),
        (format!("/admin/operators/{agent}/reactivate"), vec![]),
        (format!("/admin/roles/{role}"), vec![("name", "x")]),
        (format!("/admin/roles/{role}/delete"), vec![]),
    ] {
        assert_eq!(panel.post(&stranger, &path, &form).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_form_sent_twice_adds_one_message() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let number = panel.ticket(&admin).await;
    let path = format!("/tickets/{number}");
    let key = panel
        .get(&admin, &path)
        .await
        .html
        .split("name=\"key\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    for _ in 0..2 {
        let form = [("key", key.as_str()), ("mode", "note"), ("body", "only once")];
        let page = panel.post(&admin, &format!("{path}/messages"), &form).await;
        assert_eq!(page.location(), path);
    }
    assert_eq!(panel.get(&admin, &path).await.html.matches("only once").count(), 1);
}

#[tokio::test]
async fn only_what_was_changed_on_the_page_is_changed() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let number = panel.ticket(&admin).await;
    let path = format!("/tickets/{number}/properties");
    panel.post(&admin, &path, &[("status", "pending")]).await;
    // Another page, loaded before, still shows `open` and changes the priority.
    let stale = [("was-status", "open"), ("status", "open"), ("was-priority", "normal"), ("priority", "high")];
    panel.post(&admin, &path, &stale).await;
    let mut conn = panel.state.db.read().await.unwrap();
    let ticket = tickets::by_number(&mut conn, panel.desks.desk, number).await.unwrap();
    assert_eq!((ticket.status.as_str(), ticket.priority.as_str()), ("pending", "high"));
    drop(conn);
    let wrong = panel.post(&admin, &path, &[("tags", "a ++")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    panel.post(&admin, &path, &[("tags", "c++, R&D समर्थन")]).await;
    let mut conn = panel.state.db.read().await.unwrap();
    let tags = tickets::by_number(&mut conn, panel.desks.desk, number).await.unwrap().tags;
    assert_eq!(tags, ["c++", "r&d", "समर्थन"]);
}

#[tokio::test]
async fn the_last_admin_stays_and_roles_in_use_too() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let mut conn = panel.state.db.read().await.unwrap();
    let agent_role = operators::get(&mut conn, panel.desks.desk, panel.desks.agent).await.unwrap().roles[0];
    drop(conn);
    let form = [("role", agent_role.to_string())];
    let form: Vec<(&str, &str)> = form.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let page = panel.post(&admin, &format!("/admin/operators/{}", panel.desks.admin), &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("last active admin"));
    let page = panel.post(&admin, &format!("/admin/roles/{agent_role}/delete"), &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "built in");
}

#[tokio::test]
async fn forms_from_other_sites_are_refused() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let request = Request::post("/profile/sessions/revoke-others")
        .header(header::COOKIE, &admin)
        .header(header::HOST, "127.0.0.1:1")
        .header(header::ORIGIN, "https://evil.example")
        .body(Body::empty())
        .unwrap();
    let page = panel.send(request).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.html.contains("<!doctype html>"), "an error page: {}", page.html);
}

#[tokio::test]
async fn every_answer_is_strict_with_browsers() {
    let panel = Panel::start().await;
    for path in ["/sign-in", "/no-such-page", "/assets/x/app.css"] {
        let page = panel.get("", path).await;
        let csp = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(csp.starts_with("default-src 'none'") && !csp.contains("unsafe"), "{path}: {csp}");
        assert_eq!(page.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        assert_eq!(page.headers["cross-origin-opener-policy"], "same-origin", "{path}");
        assert!(page.headers.contains_key("x-request-id"), "{path}");
    }
    assert_eq!(panel.get("", "/readyz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_password_change_asks_for_the_old_one_and_ends_other_sessions() {
    let panel = Panel::start().await;
    let (here, there) = (panel.agent().await, panel.agent().await);
    let form = |current| [("current", current), ("new", "another long one"), ("repeat", "another long one")];
    let wrong = panel.post(&here, "/profile/password", &form("not the password")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(panel.get(&there, "/profile").await.status, StatusCode::OK);
    panel.post(&here, "/profile/password", &form(PASSWORD)).await;
    assert_eq!(panel.get(&here, "/profile").await.status, StatusCode::OK);
    assert_eq!(panel.get(&there, "/profile").await.status, StatusCode::SEE_OTHER);
}
