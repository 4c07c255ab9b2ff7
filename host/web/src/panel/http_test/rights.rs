//! Nobody gives more than they have, and nobody changes who has more.

use annex_domain::{
    ids::{OperatorId, RoleId},
    permission::{Permission, Permissions},
};
use annex_store::{
    operators::{self, NewOperator},
    roles::{self, Builtin},
};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use serde_json::{Value, json};

use super::{PASSWORD, Page, Panel};

/// A desk whose agent manages operators, without being an admin.
struct Lead {
    panel: Panel,
    cookie: String,
    own: RoleId,
    admin: RoleId,
    agent: RoleId,
    /// An admin who has not chosen a password yet.
    invited: OperatorId,
}

impl Lead {
    async fn start() -> Self {
        let panel = Panel::start().await;
        let (desk, now) = (panel.desks.desk, panel.state.clock.now());
        let mut tx = annex_store::testing::tx(&panel.state.db).await;
        let few = Permissions([Permission::TicketsView, Permission::OperatorsManage].into());
        let own = roles::create(&mut tx, desk, "Lead", &few, now).await.unwrap().id;
        let admin = roles::builtin(&mut tx, desk, Builtin::Admin).await.unwrap().id;
        let agent = roles::builtin(&mut tx, desk, Builtin::Agent).await.unwrap().id;
        operators::set_roles(&mut tx, desk, panel.desks.agent, &[own], now).await.unwrap();
        let new = NewOperator {
            email: "new@example.org".into(),
            name: "New".into(),
            password_hash: None,
            roles: vec![admin],
        };
        let invited = operators::create(&mut tx, desk, new, now).await.unwrap().id;
        tx.commit().await.unwrap();
        let cookie = panel.agent().await;
        Self { panel, cookie, own, admin, agent, invited }
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        self.panel.post(&self.cookie, path, form).await
    }

    async fn permissions(&self, operator: OperatorId) -> Permissions {
        let mut conn = self.panel.state.db.read().await.unwrap();
        operators::get(&mut conn, self.panel.desks.desk, operator).await.unwrap().permissions
    }
}

#[tokio::test]
async fn whoever_manages_operators_cannot_become_an_admin() {
    let lead = Lead::start().await;
    let (me, admin) = (lead.panel.desks.agent, lead.admin.to_string());
    let before = lead.permissions(me).await;
    let all: Vec<(&str, &str)> = Permission::ALL.iter().map(|one| ("permission", one.as_str())).collect();
    let named = |name| [&[("name", name)], all.as_slice()].concat();
    for (path, form) in [
        ("/admin/roles".to_owned(), named("Everything")),
        (format!("/admin/roles/{}", lead.own), named("Lead")),
        (format!("/admin/operators/{me}"), vec![("role", admin.as_str())]),
        ("/admin/operators".to_owned(), vec![("name", "Me"), ("email", "me@example.org"), ("role", admin.as_str())]),
    ] {
        let page = lead.post(&path, &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(page.html.contains("because you do not have it yourself"), "{path}");
    }
    assert_eq!(lead.permissions(me).await, before);
}

#[tokio::test]
async fn whoever_has_more_is_not_changed() {
    let lead = Lead::start().await;
    let (desks, agent, own) = (lead.panel.desks, lead.agent.to_string(), lead.own.to_string());
    for (path, form) in [
        (format!("/admin/operators/{}", desks.admin), vec![("role", own.as_str())]),
        (format!("/admin/operators/{}/deactivate", desks.admin), vec![]),
        (format!("/admin/operators/{}/link", lead.invited), vec![]),
        (format!("/admin/operators/{}/reactivate", lead.invited), vec![]),
        (format!("/admin/roles/{agent}"), vec![("permission", "tickets.view")]),
        (format!("/admin/roles/{}", lead.admin), vec![]),
        (format!("/admin/roles/{agent}/delete"), vec![]),
    ] {
        let page = lead.post(&path, &form).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert!(page.html.contains("more permissions than you have"), "{path}: {}", page.html);
    }
    assert_eq!(lead.permissions(desks.admin).await, Permissions::admin());
    // Their pages can be read, without the buttons.
    let page = lead.panel.get(&lead.cookie, &format!("/admin/operators/{}", lead.invited)).await;
    assert!(page.status == StatusCode::OK && !page.html.contains("/link") && !page.html.contains("/deactivate"));
}

#[tokio::test]
async fn what_one_has_can_be_given() {
    let lead = Lead::start().await;
    let own = lead.own.to_string();
    let role = lead.post("/admin/roles", &[("name", "Readers"), ("permission", "tickets.view")]).await;
    assert_eq!(role.status, StatusCode::SEE_OTHER, "{}", role.html);
    let invite = [("name", "Di"), ("email", "di@example.org"), ("role", own.as_str())];
    assert_eq!(lead.post("/admin/operators", &invite).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_permission_is_asked_for_before_anything_is_answered() {
    let panel = Panel::start().await;
    let agent = panel.agent().await;
    let page = panel.post(&agent, &format!("/admin/operators/{}/deactivate", panel.desks.agent), &[]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "of oneself as well");
}

#[tokio::test]
async fn the_panel_says_at_the_field_what_is_wrong() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let taken = panel.email(panel.desks.desk, panel.desks.agent).await;
    let invite = [("name", "Bo"), ("email", taken.as_str())];
    let page = panel.post(&admin, "/admin/operators", &invite).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("Choose at least one role."), "{}", page.html);
    let role = panel.own_role(panel.desks.agent).await.to_string();
    let invite = [invite.as_slice(), &[("role", role.as_str())]].concat();
    let page = panel.post(&admin, "/admin/operators", &invite).await;
    assert!(page.html.contains("An account with this address already exists."), "{}", page.html);
    let page = panel.post(&admin, &format!("/admin/operators/{}", panel.desks.agent), &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("Choose at least one role."), "{}", page.html);
    let own = panel.post(&admin, &format!("/admin/operators/{}/deactivate", panel.desks.admin), &[]).await;
    assert_eq!((own.status, own.location()), (StatusCode::SEE_OTHER, "/admin/operators"));
}

impl Panel {
    async fn own_role(&self, id: OperatorId) -> RoleId {
        let mut conn = self.state.db.read().await.unwrap();
        operators::get(&mut conn, self.desks.desk, id).await.unwrap().roles[0]
    }

    /// A request to the API, with a session's cookie or a token.
    pub(super) async fn api(&self, credential: &str, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        let (name, value) = match credential.starts_with("annex_") {
            true => (header::AUTHORIZATION, format!("Bearer {credential}")),
            false => (header::COOKIE, credential.to_owned()),
        };
        let request = Request::builder().method(method).uri(format!("/api/v1{path}")).header(name, value);
        let request = request.header("content-type", "application/json").header("sec-fetch-site", "same-origin");
        let page = self.send(request.body(Body::from(body.to_string())).unwrap()).await;
        (page.status, serde_json::from_str(&page.html).unwrap_or(Value::Null))
    }
}

#[tokio::test]
async fn tokens_have_scopes_and_an_end_and_make_no_tokens() {
    let panel = Panel::start().await;
    let cookie = panel.agent().await;
    let make = async |credential: &str, body: Value| panel.api(credential, Method::POST, "/tokens", body).await;
    for (body, code) in [
        (json!({ "name": "x", "scopes": [] }), "required"),
        (json!({ "name": "x", "scopes": ["fly"] }), "unknown"),
        (json!({ "name": "x", "scopes": ["desk.manage"] }), "not-yours"),
        (json!({ "name": "x", "scopes": ["tickets.view"], "expires_in_days": 366 }), "out-of-range"),
    ] {
        let (status, problem) = make(&cookie, body).await;
        assert_eq!((status.as_u16(), problem["errors"][0]["code"].as_str()), (422, Some(code)), "{problem}");
    }
    let (status, made) = make(&cookie, json!({ "name": "reader", "scopes": ["tickets.view"] })).await;
    assert_eq!((status, &made["scopes"]), (StatusCode::CREATED, &json!(["tickets.view"])), "{made}");
    assert!(made["expires_at"].is_string(), "{made}");
    let (token, id) = (made["secret"].as_str().unwrap(), made["id"].as_str().unwrap());

    let (_, me) = panel.api(token, Method::GET, "/me", Value::Null).await;
    assert_eq!(me["permissions"], json!(["tickets.view"]));
    let ticket = json!({ "subject": "x", "body": "x", "requester": { "email": "a@example.org", "name": "A" } });
    let (status, problem) = panel.api(token, Method::POST, "/tickets", ticket).await;
    assert_eq!((status.as_u16(), problem["code"].as_str()), (403, Some("forbidden")), "{problem}");
    let (status, problem) = make(token, json!({ "name": "more", "scopes": ["tickets.view"] })).await;
    assert_eq!((status.as_u16(), problem["code"].as_str()), (403, Some("session-needed")), "{problem}");

    let (_, other) = make(&cookie, json!({ "name": "other", "scopes": ["tickets.view"] })).await;
    let other = other["id"].as_str().unwrap();
    let (status, _) = panel.api(token, Method::DELETE, &format!("/tokens/{other}"), Value::Null).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _) = panel.api(token, Method::DELETE, &format!("/tokens/{id}"), Value::Null).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "itself");
    assert_eq!(panel.api(token, Method::GET, "/me", Value::Null).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn tokens_end_after_90_days_and_with_the_password_when_asked() {
    let panel = Panel::start().await;
    let cookie = panel.agent().await;
    let make = async |cookie: &str, days: &str| {
        let form = [("name", "x"), ("scope", "tickets.view"), ("days", days)];
        let page = panel.post(cookie, "/admin/tokens", &form).await;
        let at = page.html.find("annex_").unwrap_or_else(|| panic!("{}", page.html));
        page.html[at..at + 70].to_owned()
    };
    let (usual, long) = (make(&cookie, "").await, make(&cookie, "365").await);
    let works = async |token: &str| panel.api(token, Method::GET, "/me", Value::Null).await.0 == StatusCode::OK;
    assert!(works(&usual).await);
    panel.clock.advance(std::time::Duration::from_secs(90 * 24 * 60 * 60));
    assert!(!works(&usual).await && works(&long).await);

    let cookie = panel.agent().await;
    let page = panel.get(&cookie, "/admin/tokens").await;
    assert!(page.html.contains("Expired"), "{}", page.html);
    let page = panel.get(&cookie, "/profile").await;
    assert!(page.html.contains("name=\"end-tokens\" value=\"on\" checked"), "offered, and on");
    let (one, two) = ("velvet otter umbrella 41", "quiet granite lantern 87");
    let form = |from: &'static str, to: &'static str| [("current", from), ("new", to), ("repeat", to)];
    panel.post(&cookie, "/profile/password", &form(PASSWORD, one)).await;
    assert!(works(&long).await, "not asked");
    let ending = [form(one, two).as_slice(), &[("end-tokens", "on")]].concat();
    assert_eq!(panel.post(&cookie, "/profile/password", &ending).await.status, StatusCode::SEE_OTHER);
    assert!(!works(&long).await);
}

#[tokio::test]
async fn a_token_gets_no_more_than_its_maker_has() {
    let panel = Panel::start().await;
    let cookie = panel.agent().await;
    for scope in ["desk.manage", "fly", ""] {
        let page = panel.post(&cookie, "/admin/tokens", &[("name", "x"), ("scope", scope)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{scope}");
        assert!(!page.html.contains("value=\"desk.manage\""), "only what they have is offered");
    }
}
