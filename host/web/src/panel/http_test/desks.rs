//! Several desks in one host: who works in more than one chooses at the sign-in; a desk of its own name sees its own people; one that
//! is suspended lets nobody in.

use std::{sync::Arc, time::Duration};

use annex_desk::desks::{By, NewDesk, create, resume, suspend};
use annex_domain::operator::{Actor, HostLabel};
use annex_lifecycle::Initiator;
use annex_store::{
    desks,
    logins::{self, SetupLink},
    operators::{self, NewOperator},
    roles::{self, Builtin},
    testing,
};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

use super::{PASSWORD, Page, Panel};
use crate::{api::tests::addons::key, config::WebConfig};

impl Panel {
    /// The agent works in the other desk as well, with the same password.
    async fn in_both(&self) {
        let hash = crate::password::hash(PASSWORD.into(), &[]).await.unwrap();
        let mut tx = testing::tx(&self.state.db).await;
        let role = roles::builtin(&mut tx, self.desks.other_desk, Builtin::Agent).await.unwrap().id;
        let email = "bo@example.org".to_owned();
        let new = NewOperator { email, name: "Bo".into(), password_hash: Some(hash), roles: vec![role] };
        operators::create(&mut tx, self.desks.other_desk, new, self.state.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The host with names for its desks: `acme` and `other`.
    async fn with_names() -> Self {
        let mut panel = Self::start().await;
        let config = WebConfig { desk_domain: Some("desk.example".into()), ..WebConfig::clone(&panel.state.config) };
        panel.state.config = Arc::new(config);
        panel.router = crate::router(panel.state.clone());
        let mut tx = testing::tx(&panel.state.db).await;
        for (desk, label) in [(panel.desks.desk, "acme"), (panel.desks.other_desk, "other")] {
            let label: HostLabel = label.parse().unwrap();
            desks::set_host_name(&mut tx, desk, Some(&label)).await.unwrap();
        }
        tx.commit().await.unwrap();
        panel
    }

    async fn get_at(&self, label: &str, cookie: &str, path: &str) -> Page {
        let request = Request::get(path).header(header::HOST, format!("{label}.desk.example"));
        self.send(request.header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
    }

    async fn sign_in_at(&self, label: &str) -> Page {
        self.try_at(label, "", PASSWORD).await
    }

    async fn try_at(&self, label: &str, cookie: &str, password: &str) -> Page {
        let form = [("email", "bo@example.org"), ("password", password)];
        let request = Request::post("/sign-in")
            .header(header::HOST, format!("{label}.desk.example"))
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(Body::from(serde_urlencoded::to_string(form).unwrap())).unwrap()).await
    }
}

/// What the page with the desks hands on.
fn sealed(page: &Page) -> &str {
    page.html.split("name=\"ways\" value=\"").nth(1).unwrap().split('"').next().unwrap()
}

#[tokio::test]
async fn who_works_in_several_desks_chooses_one_and_finds_it_first_the_next_time() {
    let panel = Panel::start().await;
    panel.in_both().await;
    let form = [("email", "bo@example.org"), ("password", PASSWORD)];
    let page = panel.post("", "/sign-in", &form).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.cookie("annex-session").is_none() && page.html.contains("Choose a help desk"), "{}", page.html);
    assert!(!page.html.contains(PASSWORD));
    let (first, second) = (panel.desks.desk.to_string(), panel.desks.other_desk.to_string());
    let order = |page: &Page| page.html.find(&first) < page.html.find(&second);
    assert!(order(&page));

    let chosen = [("ways", sealed(&page)), ("desk", second.as_str()), ("next", "/contacts")];
    let inside = panel.post("", "/sign-in/desk", &chosen).await;
    assert_eq!((inside.status, inside.location()), (StatusCode::SEE_OTHER, "/contacts"), "{}", inside.html);
    let session = inside.cookie("annex-session").unwrap();
    assert!(panel.get(&session, "/profile").await.html.contains("<bdi class=\"rail-text truncate\">Other desk</bdi>"));
    let kept = inside.cookie("annex-desk=").unwrap();
    assert!(!order(&panel.post(&kept, "/sign-in", &form).await), "the one that was chosen comes first");

    let elsewhere = [("ways", sealed(&page)), ("desk", "0190a0a0-0000-7000-8000-000000000001")];
    assert_eq!(panel.post("", "/sign-in/desk", &elsewhere).await.location(), "/sign-in");
    panel.clock.advance(Duration::from_secs(5 * 60));
    let late = panel.post("", "/sign-in/desk", &chosen).await;
    assert!(late.location() == "/sign-in" && late.cookie("annex-session").is_none());
}

#[tokio::test]
async fn who_works_in_several_desks_switches_between_those_that_the_browser_knows() {
    let panel = Panel::start().await;
    panel.in_both().await;
    let (first, second) = (panel.desks.desk.to_string(), panel.desks.other_desk.to_string());
    let page = panel.post("", "/sign-in", &[("email", "bo@example.org"), ("password", PASSWORD)]).await;
    let inside = panel.post("", "/sign-in/desk", &[("ways", sealed(&page)), ("desk", &second)]).await;
    let (session, device) = (inside.cookie("annex-session").unwrap(), inside.cookie("annex-device").unwrap());
    let here = format!("{session}; {device}");
    assert!(panel.get(&here, "/profile").await.html.contains("href=\"/sign-in/switch\""));
    // Where else an address works is not for whoever has it in one desk.
    assert!(!panel.get(&session, "/profile").await.html.contains("href=\"/sign-in/switch\""));
    let alone = panel.get(&session, "/sign-in/switch").await.html;
    assert!(alone.contains("You haven’t signed in to another") && !alone.contains(&first), "{alone}");

    let choice = panel.get(&here, "/sign-in/switch").await.html;
    assert!(choice.contains(&format!("value=\"{first}\"")) && !choice.contains(&second), "{choice}");
    let to = |password| [("email", "bo@example.org"), ("password", password), ("desk", first.as_str())];
    assert_eq!(panel.post(&here, "/sign-in", &to("a guess")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let there = panel.post(&here, "/sign-in", &to(PASSWORD)).await;
    assert_eq!(there.status, StatusCode::SEE_OTHER, "there is nothing to choose: {}", there.html);
    let now = there.cookie("annex-session").unwrap();
    assert!(panel.get(&now, "/profile").await.html.contains("<bdi class=\"rail-text truncate\">Desk</bdi>"));
    assert_eq!(panel.get(&here, "/inbox").await.status, StatusCode::SEE_OTHER, "the session before has ended");
}

#[tokio::test]
async fn a_desk_of_its_own_name_is_opened_there() {
    let panel = Panel::with_names().await;
    panel.in_both().await;
    let page = panel.post("", "/sign-in", &[("email", "bo@example.org"), ("password", PASSWORD)]).await;
    let desk = panel.desks.other_desk.to_string();
    let inside = panel.post("", "/sign-in/desk", &[("ways", sealed(&page)), ("desk", &desk)]).await;
    let cookies = [inside.cookie("annex-session").unwrap(), inside.cookie("annex-device").unwrap()].join("; ");
    let choice = panel.get(&cookies, "/sign-in/switch").await.html;
    assert!(choice.contains("href=\"http://acme.desk.example:1/\"") && !choice.contains("f-password"), "{choice}");
}

#[tokio::test]
async fn by_its_own_name_a_desk_has_its_own_people_and_links_alone() {
    let panel = Panel::with_names().await;
    panel.in_both().await;
    let inside = panel.sign_in_at("other").await;
    assert_eq!(inside.status, StatusCode::SEE_OTHER, "there is nothing to choose: {}", inside.html);
    let session = inside.cookie("annex-session").unwrap();
    assert_eq!(panel.get_at("other", &session, "/inbox").await.status, StatusCode::OK);
    assert_eq!(panel.get_at("acme", &session, "/inbox").await.location(), "/sign-in?next=%2Finbox");
    assert_eq!(panel.get(&session, "/inbox").await.status, StatusCode::OK, "by the host's own name all are there");

    let mut tx = testing::tx(&panel.state.db).await;
    let link = SetupLink { desk: panel.desks.desk, operator: Some(panel.desks.agent) };
    let now = panel.state.clock.now();
    let link = logins::create_link(&mut tx, link, Duration::from_secs(60), now).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(panel.get_at("other", "", &format!("/setup/{link}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(panel.get_at("acme", "", &format!("/setup/{link}")).await.status, StatusCode::OK);
    let system = panel.get(&panel.admin().await, "/admin/system").await;
    assert!(system.html.contains("acme.desk.example"), "{}", system.html);
}

#[tokio::test]
async fn what_fails_in_one_desk_locks_nobody_out_of_another() {
    let panel = Panel::with_names().await;
    panel.in_both().await;
    let own = panel.sign_in_at("acme").await.cookie("annex-device").unwrap();
    let theirs = panel.sign_in_at("other").await.cookie("annex-device").unwrap();
    for _ in 0..logins::PER_ACCOUNT {
        assert_eq!(panel.try_at("other", "", "a guess").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(panel.sign_in_at("other").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(panel.sign_in_at("acme").await.status, StatusCode::SEE_OTHER);
    // By the host's own name anybody can fail with the address. A browser is let in where it was before, and nowhere else.
    let form = |password| [("email", "bo@example.org"), ("password", password)];
    for _ in 0..logins::PER_ACCOUNT {
        panel.post("", "/sign-in", &form("a guess")).await;
    }
    assert_eq!(panel.post("", "/sign-in", &form(PASSWORD)).await.status, StatusCode::TOO_MANY_REQUESTS);
    for (device, desk) in [(own, "<bdi class=\"rail-text truncate\">Desk</bdi>"), (theirs, "Other desk</bdi>")] {
        let inside = panel.post(&device, "/sign-in", &form(PASSWORD)).await;
        assert_eq!(inside.status, StatusCode::SEE_OTHER, "{}", inside.html);
        let session = inside.cookie("annex-session").unwrap();
        assert!(panel.get(&session, "/profile").await.html.contains(desk), "{desk}");
    }
}

#[tokio::test]
async fn a_login_to_billing_comes_back_to_the_name_that_it_began_at() {
    let panel = Panel::with_names().await;
    let page = panel.get("", "/billing/callback?code=1&state=acme.00ff").await;
    assert_eq!(page.location(), "http://acme.desk.example:1/billing/callback?code=1&state=acme.00ff");
    let page = panel.get_at("acme", "", "/billing/callback?code=1&state=acme.00ff").await;
    assert!(page.location().starts_with("/sign-in?next="), "there it goes on");
    let without = Panel::start().await;
    let page = without.get("", "/billing/callback?code=1&state=acme.00ff").await;
    assert!(page.location().starts_with("/sign-in?next="));
}

#[tokio::test]
async fn an_account_is_connected_at_the_name_that_it_was_begun_at() {
    let panel = Panel::with_names().await;
    let page = panel.get("", "/connections/callback?code=1&state=acme.00ff").await;
    assert_eq!(page.location(), "http://acme.desk.example:1/connections/callback?code=1&state=acme.00ff");
    let page = panel.get_at("acme", "", "/connections/callback?code=1&state=acme.00ff").await;
    assert!(page.location().starts_with("/sign-in?next="), "there it goes on");
}

#[tokio::test]
async fn a_developer_desk_is_marked_as_one_to_its_first_admin() {
    let panel = Panel::start().await;
    let (slug, public) = ("acme".parse().unwrap(), key().public().to_bytes());
    let trusted = Initiator::operator(panel.desks.desk, panel.desks.admin);
    panel.state.lifecycle.trust_publisher(slug, "Acme", public, trusted).await.unwrap();
    let new = NewDesk {
        name: "Try it".into(),
        admin: None,
        locale: "en".into(),
        time_zone: "UTC".into(),
        region: "local".into(),
        host_name: None,
        developer_of: Some("acme".parse().unwrap()),
    };
    let by = By { actor: Actor::System, now: panel.state.clock.now() };
    let link = format!("/setup/{}", create(&panel.state.desk(), by, new).await.unwrap().first_link);
    let form =
        [("desk", "Try it"), ("name", "Eve"), ("email", "eve@example.org"), ("password", "velvet otter umbrella")];
    let session = panel.post("", &link, &form).await.cookie("annex-session").unwrap();
    assert!(panel.get(&session, "/profile").await.html.contains("Developer desk"));
    assert!(!panel.get(&panel.admin().await, "/profile").await.html.contains("Developer desk"));
}

#[tokio::test]
async fn a_suspended_desk_says_so_to_its_own_people() {
    let panel = Panel::start().await;
    let cookie = panel.agent().await;
    let by = By { actor: Actor::System, now: panel.state.clock.now() };
    suspend(&panel.state.desk(), by, panel.desks.desk).await.unwrap();
    let page = panel.get(&cookie, "/inbox").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.html.contains("This help desk is suspended"), "{}", page.html);
    let form = |password| [("email", "bo@example.org"), ("password", password)];
    let wrong = panel.post("", "/sign-in", &form("another otter umbrella")).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && !wrong.html.contains("suspended"), "{}", wrong.html);
    let right = panel.post("", "/sign-in", &form(PASSWORD)).await;
    assert_eq!(right.status, StatusCode::FORBIDDEN);
    assert!(right.html.contains("This help desk is suspended"), "{}", right.html);
    assert_eq!(panel.get(&cookie, "/sign-in").await.status, StatusCode::OK, "they may work in another desk");
    let other = panel.stranger().await;
    assert_eq!(panel.get(&other, "/inbox").await.status, StatusCode::OK);
    resume(&panel.state.desk(), by, panel.desks.desk).await.unwrap();
    assert_eq!(panel.get(&cookie, "/inbox").await.status, StatusCode::OK, "nobody has to sign in again");
}
