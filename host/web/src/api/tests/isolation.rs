//! Desks do not see each other: for every route of the API and the panel, each id in its path is swapped for one of
//! another desk, the other ids stay the caller's own, and the answer is 404. The routes come from the OpenAPI document and
//! from the sources, so a new one cannot be forgotten here. And by the name of another desk, on every route, a session or token
//! is none.

use std::{collections::BTreeSet, fs, path::Path, sync::Arc};

use annex_desk::desks::{By, resume, suspend};
use annex_domain::{
    billing::{InvoiceState, LineKind},
    field::{FieldKind, FieldSubject},
    ids::{DeskId, InstallationId, InvoiceId, MailId, OperatorId, PaymentMethodId},
    localized::Localized,
    mail::MailKind,
    money::Currency,
    operator::Actor,
    plan::PlanModel,
};
use annex_store::{
    Tx,
    billing::{
        accounts::{self, NewAccount},
        desks::{self as bills, BillingDesk},
        invoices::{self, Invoice, Line, NewInvoice},
        logins,
        methods::{self, NewMethod},
        plans,
    },
    desks,
    fields::{self, NewField},
    groups,
    mails::{self, Content, NewMail},
    operators, requests, sessions, testing,
};
use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{Api, addons, attachments, document};
use crate::{config::WebConfig, drawn};

/// Where ids belong to nobody's desk: the catalog is the host's; links, hooks and forms are their own secrets; the client area knows
/// accounts, and the portal publishers: both have tests of their own that swap theirs (`client_area/tests/isolation.rs`,
/// `portal/tests.rs`). What the platform reviews is everybody's.
const HOST_WIDE: [&str; 13] = [
    "/addons/",
    "/install/",
    "/publishers/",
    "/admin/catalog/",
    "/setup/",
    "/reset/",
    "/assets/",
    "/hooks/",
    "/forms/",
    "/client-area/",
    "/developers/",
    "/portal/",
    "/review/",
];
/// In every text of the desk that must not be seen.
const MARK: &str = "quagga";

/// One of each kind of thing, all of one desk.
struct Things {
    number: String,
    ticket: String,
    message: String,
    attachment: String,
    contact: String,
    operator: String,
    role: String,
    token: String,
    session: String,
    installation: String,
    group: String,
    field: String,
    invoice: String,
    /// The number of the last invoice.
    invoice_number: String,
    method: String,
    mail: String,
    work: String,
    request: String,
    cookie: String,
}

impl Things {
    /// Makes them. The ticket's number is that of the `tickets`th, so that another desk has none with it.
    async fn make(api: &Api, bearer: &str, desk: DeskId, admin: OperatorId, mark: &str, tickets: usize) -> Self {
        let requester = json!({ "email": format!("{mark}@example.org"), "name": mark });
        let html = format!("<p>{mark}");
        let body = json!({ "subject": mark, "body": mark, "html": html, "requester": requester });
        let mut ticket = Value::Null;
        for _ in 0..tickets {
            ticket = api.post(bearer, "/tickets", body.clone()).await.body;
        }
        let number = ticket["number"].to_string();
        let messages = api.get(bearer, &format!("/tickets/{number}/messages")).await.body;
        let attachment = attachments::uploaded(api, bearer, mark, mark.as_bytes()).await;
        let grant = json!({ "addon": "acme.puppet", "grant": [{ "use": "kv" }] });
        let installed = addons::settled(api, bearer, "/installations", Some(grant)).await.body;
        assert_eq!(installed["status"], "active", "{installed:?}");
        let person = api.in_person(desk, admin).await;
        let token = api.post(&person, "/tokens", json!({ "name": mark, "scopes": ["tickets.view"] })).await.body;
        let mut tx = annex_store::testing::tx(&api.state.db).await;
        let session = sessions::create(&mut tx, desk, admin, mark, "::1", api.state.clock.now()).await.unwrap();
        let role = operators::get(&mut tx, desk, admin).await.unwrap().roles[0];
        let group = groups::create(&mut tx, desk, mark, api.state.clock.now()).await.unwrap();
        let field = field(&mut tx, api, desk, mark).await;
        let mail = mail(&mut tx, api, desk, mark).await;
        let work = testing::failed_job(&mut tx, desk, mark).await;
        let (addon, now) = ("acme.puppet".parse().unwrap(), api.state.clock.now());
        let request = requests::ask(&mut tx, desk, &addon, admin, mark, now).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        let (invoice, method) = money(api, desk, admin, mark, tickets).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            number,
            message: text(&messages["items"][0]["id"]),
            attachment,
            contact: text(&messages["items"][0]["author"]["id"]),
            ticket: text(&ticket["id"]),
            operator: admin.to_string(),
            role: role.to_string(),
            token: text(&token["id"]),
            session: session.id.to_string(),
            installation: text(&installed["id"]),
            group: group.id.to_string(),
            field,
            invoice: invoice.id.to_string(),
            invoice_number: invoice.number.to_string(),
            method: method.to_string(),
            mail: mail.to_string(),
            work: format!("job-{work}"),
            request: request.to_string(),
            cookie: format!("annex-session={}", session.secret),
        }
    }

    /// What stands for a parameter of a path.
    fn id(&self, pattern: &str, parameter: &str) -> &str {
        match (parameter, pattern.split('/').nth(1).unwrap_or_default()) {
            ("{ticket}", _) => &self.ticket,
            ("{work}", _) => &self.work,
            ("{number}", "billing") => &self.invoice_number,
            ("{number}", _) => &self.number,
            ("{invoice}", _) => &self.invoice,
            ("{method}", _) | ("{id}", "billing") => &self.method,
            ("{installation}", _) | ("{id}", "my-addons") => &self.installation,
            ("{request}", _) | ("{id}", "addon-requests") => &self.request,
            ("{contact}", _) | ("{id}", "contacts") => &self.contact,
            ("{attachment}", _) => &self.attachment,
            ("{token}", _) => &self.token,
            ("{field}", _) => &self.field,
            ("{operator}", _) => &self.operator,
            ("{message}", _) | ("{id}", "tickets") => &self.message,
            ("{id}", "profile") => &self.session,
            ("{id}", "admin") if pattern.contains("/roles/") => &self.role,
            ("{id}", "admin") if pattern.contains("/groups/") => &self.group,
            ("{id}", "admin") if pattern.contains("/fields/") => &self.field,
            ("{id}", "admin") if pattern.contains("/mails/") => &self.mail,
            ("{id}", "admin") if pattern.contains("/tokens/") => &self.token,
            ("{id}", "admin") if pattern.contains("/operators/") => &self.operator,
            _ => panic!("{pattern}: say here what {parameter} stands for, or that it belongs to no desk"),
        }
    }

    /// The path with everything its own but for parameter number `swapped`, which is `other`'s.
    fn path(&self, pattern: &str, other: &Self, swapped: Option<usize>) -> String {
        let mut at = 0;
        let part = |part: &str| {
            if !part.starts_with('{') {
                return part.to_owned();
            }
            at += 1;
            let whose = if swapped == Some(at - 1) { other } else { self };
            whose.id(pattern, part).to_owned()
        };
        pattern.split('/').map(part).collect::<Vec<_>>().join("/")
    }
}

/// Logs the desk in to billing with an account of its own, which has a card, and makes out so many invoices; the last one's
/// number, and the card.
async fn money(api: &Api, desk: DeskId, by: OperatorId, mark: &str, count: usize) -> (Invoice, PaymentMethodId) {
    let now = api.state.clock.now();
    let mut tx = annex_store::testing::tx(&api.state.db).await;
    let new = NewAccount { email: format!("{mark}@pays.example.org"), name: mark.into(), password_hash: "x".into() };
    let account = accounts::insert(&mut tx, &new, now).await.unwrap().id;
    accounts::hold_licence(&mut tx, desk, account, now).await.unwrap();
    logins::log_in(&mut tx, desk, account, true, by, now).await.unwrap();
    let card = NewMethod {
        gateway_id: format!("pm_{mark}"),
        brand: "visa".into(),
        last4: "4242".into(),
        exp_month: 12,
        exp_year: 2030,
    };
    let gateway = api.state.lifecycle.billing().gateway_name();
    let method = methods::upsert(&mut tx, account, gateway, &card, now).await.unwrap();
    let first = jiff::civil::date(2027, 1, 15);
    let bill = BillingDesk {
        desk,
        billing_day: 15,
        time_zone: "UTC".into(),
        next_bill_on: jiff::civil::date(2027, 2, 15),
        next_bill_at: now.after(std::time::Duration::from_hours(24 * 31)),
        asked_at: None,
        confirmed_through: None,
        rev: 1,
    };
    bills::ensure(&mut tx, &bill, now).await.unwrap();
    let mut last = None;
    for month in 0..count {
        let from = first.saturating_add(jiff::Span::new().months(i64::try_from(month).unwrap()));
        let new = NewInvoice {
            id: InvoiceId::new(),
            desk,
            account,
            order: None,
            period: Some((from, from.saturating_add(jiff::Span::new().months(1)))),
            currency: Currency::EUR,
            credit_used: 0,
            lines: vec![line(mark, from)],
        };
        let mut invoice = invoices::insert(&mut tx, &new, now).await.unwrap();
        invoice.state = InvoiceState::Due;
        invoice.due_since = Some(now);
        invoices::save(&mut tx, &mut invoice, now).await.unwrap();
        last = Some(invoice);
    }
    tx.commit().await.unwrap();
    (last.unwrap(), method.id)
}

fn is_host_wide(pattern: &str) -> bool {
    HOST_WIDE.iter().any(|start| pattern.starts_with(start))
}

/// A body that the route accepts, so that only the id decides.
fn body(pattern: &str, method: &Method) -> Option<Value> {
    let end = pattern.rsplit('/').next().unwrap_or_default();
    Some(match (method.as_str(), end) {
        ("PATCH", "{ticket}") => json!({ "status": "closed" }),
        ("PATCH", "{contact}") => json!({ "name": "x" }),
        ("PATCH", "{field}") => json!({ "label": "x" }),
        ("POST", "move") => json!({ "to": "down" }),
        ("POST", "messages") => json!({ "body": "x" }),
        ("POST", "merge") => json!({ "into": 1 }),
        ("POST", "render") => json!({}),
        ("POST", "events") => json!({ "verb": "push", "source": "push", "state": "00" }),
        ("POST", "back") => json!({ "state": "00" }),
        ("POST", "update") => json!({ "version": "1.0.0" }),
        ("PUT", "settings") => json!({ "values": {} }),
        ("PUT", "users") => json!({ "operators": [] }),
        ("POST", "pay" | "decline") => json!({}),
        ("POST", "channel") => json!({ "action": "test" }),
        ("PUT", "label") => json!({ "label": "x" }),
        ("PUT", "pre-releases") => json!({ "offered": true }),
        ("POST", "plan") => json!({ "plan": "team" }),
        ("POST", "licences") => json!({ "add": 1, "price": { "cents": 1, "currency": "EUR" } }),
        ("PUT", "licences") => json!({ "to": 1 }),
        _ => return None,
    })
}

fn line(mark: &str, from: jiff::civil::Date) -> Line {
    Line {
        id: 0,
        kind: LineKind::Charge,
        subscription: None,
        installation: InstallationId::new(),
        addon: "acme.puppet".parse().unwrap(),
        plan: "team".parse().unwrap(),
        model: PlanModel::Flat,
        description: mark.into(),
        quantity: 1,
        unit_price: 900,
        amount: 900,
        reduced: 0,
        period_from: from,
        period_to: None,
    }
}

/// A field of tickets.
async fn field(tx: &mut Tx, api: &Api, desk: DeskId, mark: &str) -> String {
    let new = NewField {
        subject: FieldSubject::Ticket,
        key: mark.parse().unwrap(),
        kind: FieldKind::Text,
        label: Localized::en(mark),
        help: None,
        choices: Vec::new(),
        required: false,
        addon: None,
    };
    fields::insert(tx, desk, new, api.state.clock.now()).await.unwrap().id.to_string()
}

/// A mail that was written.
async fn mail(tx: &mut Tx, api: &Api, desk: DeskId, mark: &str) -> MailId {
    let now = api.state.clock.now();
    let new = NewMail {
        desk,
        operator: None,
        to: format!("{mark}@example.org"),
        kind: MailKind::Installed,
        args: json!({}),
        unique_key: mark.into(),
    };
    let id = mails::put(tx, &new, now).await.unwrap().unwrap();
    let content = Content { subject: mark.into(), html: mark.into(), text: mark.into() };
    mails::set_content(tx, desk, id, &content, now).await.unwrap();
    id
}

/// Both desks: the one that must not be seen, and the caller's own.
async fn two_desks(api: &Api) -> (Things, Things, String) {
    let (owner, stranger) = (api.admin().await, api.stranger().await);
    addons::trust(api, &owner).await;
    assert_eq!(addons::publish(api, &owner, addons::puppet("1.0.0", 1, &[])).await.status, 201);
    let theirs = Things::make(api, &owner, api.desks.desk, api.desks.admin, MARK, 2).await;
    let own = Things::make(api, &stranger, api.desks.other_desk, api.desks.other_admin, "zebra", 1).await;
    // What is free for these two has a price from here on.
    let plan = json!({ "id": "team", "name": "Team", "model": "flat", "price": 900, "currency": "EUR" });
    let mut tx = annex_store::testing::tx(&api.state.db).await;
    let plan = [serde_json::from_value(plan).unwrap()];
    plans::set(&mut tx, &"acme.puppet".parse().unwrap(), &plan, api.state.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    (theirs, own, stranger)
}

#[tokio::test]
async fn no_route_of_the_api_takes_an_id_of_another_desk() {
    let api = Api::start().await;
    let (theirs, own, stranger) = two_desks(&api).await;
    let mut tried = 0;
    for (pattern, method, _) in document::operations(&document::document(&api).await) {
        if is_host_wide(&pattern) {
            continue;
        }
        for swapped in 0..pattern.matches('{').count() {
            let path = own.path(&pattern, &theirs, Some(swapped));
            let query = match pattern.rsplit('/').next() {
                Some("{installation}") if method == Method::DELETE => "?confirm=acme.puppet&force=true",
                Some("quote") => "?plan=team",
                _ => "",
            };
            let answer = api.call(&stranger, method.clone(), &format!("{path}{query}"), body(&pattern, &method)).await;
            assert_eq!(answer.problem(), (404, "not-found"), "{method} {pattern}, parameter {swapped}");
            tried += 1;
        }
        // With ids of its own the same request gets through: it is the id that was refused.
        if method == Method::GET {
            let query = if pattern.ends_with("/quote") { "?plan=team" } else { "" };
            let answer = api.get(&stranger, &format!("{}{query}", own.path(&pattern, &own, None))).await;
            // Their invoices are due, and nobody changes plans before they are paid.
            let unpaid = pattern.ends_with("/quote") && answer.problem() == (409, "unpaid");
            // The add-on that they have is no channel.
            let no_channel = pattern.ends_with("/channel") && answer.problem() == (404, "not-found");
            assert!(answer.status == 200 || unpaid || no_channel, "{pattern}: {answer:?}");
            let text = answer.body.to_string();
            assert!(!text.contains(MARK) && !text.contains(&theirs.installation), "{pattern}: {text}");
        }
    }
    assert!(tried >= 30, "only {tried} requests");
    unchanged(&api, &theirs).await;
}

#[tokio::test]
async fn the_state_of_a_panel_opens_for_its_desk_only() {
    let api = Api::start().await;
    let (theirs, own, stranger) = two_desks(&api).await;
    let place = |things: &Things| format!("/tickets/{}/sidebar/{}", things.ticket, things.installation);
    let panel = api.post(&api.admin().await, &format!("{}/render", place(&theirs)), json!({})).await;
    let event = json!({ "verb": "push", "source": "push", "state": panel.body["state"] });
    let replayed = api.post(&stranger, &format!("{}/events", place(&own)), event.clone()).await;
    assert_eq!(replayed.problem(), (409, "stale-state"));
    // Nor for another operator of the same desk, who did not see it.
    let agent = api.post(&api.agent().await, &format!("{}/events", place(&theirs)), event).await;
    assert_eq!(agent.problem(), (409, "stale-state"));
}

#[tokio::test]
async fn no_page_takes_an_id_of_another_desk() {
    let api = Api::start().await;
    let (theirs, own, _) = two_desks(&api).await;
    let panel = crate::router(api.state.clone());
    let routes = routes_in_sources();
    assert!(routes.len() >= 50, "only {} routes were found in the sources", routes.len());
    for pattern in routes.iter().filter(|pattern| !is_host_wide(pattern)) {
        for swapped in 0..pattern.matches('{').count() {
            let path = own.path(pattern, &theirs, Some(swapped));
            let answers = [send(&panel, &own, Method::GET, &path).await, send(&panel, &own, Method::POST, &path).await];
            let statuses = answers.map(|(status, _)| status.as_u16());
            let refused = |status: &u16| matches!(status, 404 | 405);
            assert!(statuses.iter().all(refused) && statuses.contains(&404), "{pattern}: {statuses:?} for {path}");
        }
        let (status, html) = send(&panel, &own, Method::GET, &own.path(pattern, &own, None)).await;
        // The add-on that they have is no channel, and is beside tickets alone: `http_test/panels.rs` tries the other places.
        let elsewhere = ["/channel", "/view", "/apps/{installation}", "/contacts/{contact}/sidebar/{installation}"];
        let is_elsewhere = elsewhere.iter().any(|end| pattern.ends_with(end)) || pattern.contains("/composer/");
        let found = status != StatusCode::NOT_FOUND || is_elsewhere;
        assert!(found, "{pattern} with ids of its own");
        for mark in [MARK, &theirs.installation, "ada@example.org"] {
            assert!(!html.contains(mark), "{pattern} shows {mark}");
        }
    }
    unchanged(&api, &theirs).await;
    assert_eq!(send(&panel, &theirs, Method::GET, "/inbox").await.0, StatusCode::OK, "still signed in");
}

/// The host with a domain for desks, of which each has a name: `acme` the one of `theirs`, `zebra` the caller's own.
async fn by_name(api: &Api) -> Router {
    let mut state = api.state.clone();
    state.config = Arc::new(WebConfig { desk_domain: Some("desk.example".into()), ..WebConfig::clone(&state.config) });
    let mut tx = testing::tx(&state.db).await;
    for (desk, label) in [(api.desks.desk, "acme"), (api.desks.other_desk, "zebra")] {
        desks::set_host_name(&mut tx, desk, Some(&label.parse().unwrap())).await.unwrap();
    }
    tx.commit().await.unwrap();
    crate::router(state)
}

/// How a request by a name is answered: status, and where it leads.
async fn asked(router: &Router, host: &str, mut request: Request<Body>) -> (u16, String) {
    request.headers_mut().insert(header::HOST, host.parse().unwrap());
    let response = router.clone().oneshot(request).await.unwrap();
    let to = response.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
    (response.status().as_u16(), to.unwrap_or_default())
}

/// A request of a browser without anything in it.
fn bare(method: &Method, path: &str, cookie: Option<&str>) -> Request<Body> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin");
    let request = match cookie {
        Some(cookie) => request.header(header::COOKIE, cookie),
        None => request,
    };
    request.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn by_the_name_of_another_desk_a_session_is_none() {
    let api = Api::start().await;
    let (theirs, own, _) = two_desks(&api).await;
    let router = by_name(&api).await;
    let mut seen = 0;
    // Signing out ends whatever session the browser has.
    for pattern in routes_in_sources().iter().filter(|pattern| !is_host_wide(pattern) && *pattern != "/sign-out") {
        // Ids of theirs, which are there: only the session is another's.
        let path = theirs.path(pattern, &theirs, None);
        for method in [Method::GET, Method::POST] {
            let with = asked(&router, "acme.desk.example", bare(&method, &path, Some(&own.cookie))).await;
            let without = asked(&router, "acme.desk.example", bare(&method, &path, None)).await;
            assert_eq!(with, without, "{method} {pattern}");
        }
        let path = own.path(pattern, &own, None);
        let here = asked(&router, "zebra.desk.example", bare(&Method::GET, &path, Some(&own.cookie))).await;
        let nobody = asked(&router, "zebra.desk.example", bare(&Method::GET, &path, None)).await;
        seen += usize::from(here.0 == 200 && nobody.0 != 200);
    }
    assert!(seen >= 15, "only {seen} pages were there by the desk's own name");
    let stray = asked(&router, "nobody.desk.example", bare(&Method::GET, "/sign-in", None)).await;
    assert_eq!(stray.0, 421);
    unchanged(&api, &theirs).await;
}

#[tokio::test]
async fn by_the_name_of_another_desk_a_token_is_none() {
    let api = Api::start().await;
    let (theirs, own, stranger) = two_desks(&api).await;
    let router = by_name(&api).await;
    for (pattern, method, _) in document::operations(&document::document(&api).await) {
        if is_host_wide(&pattern) {
            continue;
        }
        let body = body(&pattern, &method);
        let path = theirs.path(&pattern, &theirs, None);
        let there = super::request(&stranger, method.clone(), &path, body.as_ref());
        assert_eq!(asked(&router, "acme.desk.example", there).await.0, 401, "{method} {pattern}");
        if method == Method::GET {
            let here = super::request(&stranger, method, &own.path(&pattern, &own, None), None);
            assert_ne!(asked(&router, "zebra.desk.example", here).await.0, 401, "{pattern}");
        }
    }
    unchanged(&api, &theirs).await;
}

#[tokio::test]
async fn a_hook_is_not_there_by_the_name_of_another_desk_and_waits_while_its_own_is_suspended() {
    let api = Api::start().await;
    let token = api.admin().await;
    addons::trust(&api, &token).await;
    let id = addons::channel(&api, &token).await;
    let router = by_name(&api).await;
    let deliver = || {
        let request = Request::post(format!("/hooks/{id}/thread?message")).header("x-secret", "swordfish-of-sixteen");
        request.body(Body::from("the text")).unwrap()
    };
    assert_eq!(asked(&router, "zebra.desk.example", deliver()).await.0, 404);
    let (desk, now) = (api.state.desk(), api.state.clock.now());
    let by = By { actor: Actor::System, now };
    suspend(&desk, by, api.desks.desk).await.unwrap();
    assert_eq!(asked(&router, "acme.desk.example", deliver()).await.0, 503);
    assert_eq!(api.get(&token, "/tickets").await.problem(), (403, "desk-suspended"));
    resume(&desk, by, api.desks.desk).await.unwrap();
    for host in ["acme.desk.example", "127.0.0.1:1"] {
        assert_eq!(asked(&router, host, deliver()).await.0, 202, "{host}");
    }
    assert_eq!(api.get(&token, "/tickets").await.body["items"].as_array().unwrap().len(), 1);
}

/// Nothing that was tried above had an effect.
async fn unchanged(api: &Api, theirs: &Things) {
    let owner = api.admin().await;
    let ticket = api.get(&owner, &format!("/tickets/{}", theirs.ticket)).await.body;
    assert_eq!(ticket["status"], "open");
    let messages = api.get(&owner, &format!("/tickets/{}/messages", theirs.ticket)).await.body;
    assert_eq!(messages["items"].as_array().unwrap().len(), 1);
    assert_eq!(api.get(&owner, &format!("/contacts/{}", theirs.contact)).await.body["name"], MARK);
    assert_eq!(api.get(&owner, &format!("/installations/{}", theirs.installation)).await.body["status"], "active");
    assert!(api.get(&owner, "/tokens").await.body.to_string().contains(&theirs.token));
    assert!(api.get(&owner, "/background-work").await.body.to_string().contains(&theirs.work));
    assert_eq!(api.get(&owner, &format!("/operators/{}", theirs.operator)).await.body["active"], true);
}

/// A request of a browser, with a form that has a field for everybody.
async fn send(panel: &Router, who: &Things, method: Method, path: &str) -> (StatusCode, String) {
    let form = "name=x&body=x&status=closed&role=x&version=1.0.0&do=back&state=00";
    let body = if method == Method::POST { Body::from(form) } else { Body::empty() };
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::COOKIE, &who.cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin");
    let response = panel.clone().oneshot(request.body(body).unwrap()).await.unwrap();
    let status = response.status();
    if response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream") {
        return (status, String::new()); // does not end
    }
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 4 << 20).await.unwrap();
    let html = String::from_utf8_lossy(&bytes).into_owned();
    drawn::check(path, &parts.headers, &html);
    (status, html)
}

/// Every path that a route of the panel or the sidebar has: axum does not tell them.
fn routes_in_sources() -> BTreeSet<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut routes = BTreeSet::new();
    let mut folders = vec![source.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path != source.join("api") && path != source.join("server") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && path != source.join("api.rs") {
                let text = fs::read_to_string(path).unwrap();
                let found = text.split(".route(").skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"'));
                let named = found.filter_map(|rest| rest.split('"').next()).filter(|route| route.starts_with('/'));
                routes.extend(named.map(ToOwned::to_owned));
            }
        }
    }
    routes
}
