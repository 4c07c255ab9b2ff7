//! Every page of the desk and of its admin as it is sent, three times: as the snapshots have it, with a hostile text for
//! everything that people can write, and with a name that is written from the right.

use annex_domain::mail::MailKind;
use annex_store::{
    mails::{self, Content, NewMail},
    operators, testing, tickets,
};
use axum::http::StatusCode;
use serde_json::json;

use super::{Page, Panel};
use crate::drawn::{self, FROM_THE_RIGHT, HOSTILE};

type Named = (&'static str, Page);

/// What was made for the pages to show: the addresses of one of each.
struct Things {
    ticket: String,
    contact: String,
    role: String,
    operator: String,
    mail: String,
}

/// A desk in which everything is called `text`.
async fn furnish(panel: &Panel, admin: &str, text: &str) -> Things {
    let form = [("email", "grace@example.com"), ("name", text), ("subject", text), ("body", text)];
    let ticket = panel.post(admin, "/tickets", &form).await.location().to_owned();
    let (desk, agent) = (panel.desks.desk, panel.desks.agent);
    let mut conn = panel.state.db.read().await.unwrap();
    let number = ticket.rsplit('/').next().unwrap().parse().unwrap();
    let requester = tickets::by_number(&mut conn, desk, number).await.unwrap().requester;
    let role = operators::get(&mut conn, desk, agent).await.unwrap().roles[0];
    drop(conn);
    let (contact, agent) = (format!("/contacts/{requester}"), agent.to_string());
    let (messages, properties) = (format!("{ticket}/messages"), format!("{ticket}/properties"));
    let forms: [(&str, &[(&str, &str)]); 8] = [
        (&messages, &[("mode", "reply"), ("body", text)]),
        (&messages, &[("mode", "note"), ("body", text)]),
        (&properties, &[("tags", "vip"), ("assignee", "me")]),
        (&contact, &[("name", text), ("phone", "+46 8 123"), ("company", text)]),
        ("/admin/roles", &[("name", text), ("permission", "tickets.view")]),
        ("/admin/groups", &[("name", text), ("member", &agent)]),
        ("/admin/system", &[("name", text), ("locale", "en"), ("time_zone", "UTC")]),
        ("/profile", &[("name", text), ("theme", "dark"), ("shortcuts", "on")]),
    ];
    for (path, form) in forms {
        let page = panel.post(admin, path, form).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}: {}", page.html);
    }
    let now = panel.state.clock.now();
    let mut tx = testing::tx(&panel.state.db).await;
    let (to, args) = ("grace@example.com".into(), json!({}));
    let mail = NewMail { desk, operator: None, to, kind: MailKind::Installed, args, unique_key: "k".into() };
    let mail = mails::put(&mut tx, &mail, now).await.unwrap().unwrap();
    let content = Content { subject: text.into(), html: text.into(), text: text.into() };
    mails::set_content(&mut tx, desk, mail, &content, now).await.unwrap();
    testing::failed_job(&mut tx, desk, text).await;
    tx.commit().await.unwrap();
    Things {
        ticket,
        contact,
        role: format!("/admin/roles/{role}"),
        operator: format!("/admin/operators/{agent}"),
        mail: format!("/admin/mails/{mail}"),
    }
}

/// The pages of a desk in which everything is called `text`, with what a snapshot of each is called.
async fn pages(panel: &Panel, text: &str) -> Vec<Named> {
    let admin = panel.admin().await;
    let mut pages = vec![("sign-in", panel.get("", "/sign-in").await)];
    let blank = [("inbox-blank", "/inbox"), ("groups-blank", "/admin/groups"), ("work-blank", "/admin/work")];
    pages.extend(shown(panel, &admin, &blank).await);
    let things = furnish(panel, &admin, text).await;
    let full: [(&'static str, &str); 20] = [
        ("inbox", "/inbox?view=all"),
        ("inbox-nothing-found", "/inbox?view=all&q=nothing-like-it"),
        ("ticket", &things.ticket),
        ("ticket-new", "/tickets/new"),
        ("contacts", "/contacts"),
        ("contacts-nobody-found", "/contacts?q=nobody-like-that"),
        ("contact", &things.contact),
        ("roles", "/admin/roles"),
        ("role", &things.role),
        ("role-new", "/admin/roles/new"),
        ("operators", "/admin/operators"),
        ("operator", &things.operator),
        ("operator-new", "/admin/operators/new"),
        ("groups", "/admin/groups"),
        ("group-new", "/admin/groups/new"),
        ("system", "/admin/system"),
        ("mails", "/admin/mails"),
        ("mail", &things.mail),
        ("work", "/admin/work"),
        ("profile", "/profile"),
    ];
    pages.extend(shown(panel, &admin, &full).await);
    let role = things.role.rsplit('/').next().unwrap();
    let invited = [("name", text), ("email", "bob@example.com"), ("role", role)];
    pages.push(("operator-invited", panel.post(&admin, "/admin/operators", &invited).await));
    let token = [("name", text), ("scope", "tickets.view"), ("days", "90")];
    pages.push(("tokens", panel.post(&admin, "/admin/tokens", &token).await));
    pages.extend(refused(panel, &admin, &things).await);
    // All of it has happened by now.
    pages.extend(shown(panel, &admin, &[("audit", "/admin/audit?verify=yes")]).await);
    pages
}

async fn shown(panel: &Panel, admin: &str, paths: &[(&'static str, &str)]) -> Vec<Named> {
    let mut pages = Vec::new();
    for (name, path) in paths {
        let page = panel.get(admin, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        pages.push((*name, page));
    }
    pages
}

/// Each form as it comes back when nothing was entered.
async fn refused(panel: &Panel, admin: &str, things: &Things) -> Vec<Named> {
    let forms: [(&'static str, &str); 8] = [
        ("ticket-new-refused", "/tickets"),
        ("contact-refused", &things.contact),
        ("role-refused", "/admin/roles"),
        ("operator-refused", "/admin/operators"),
        ("group-refused", "/admin/groups"),
        ("tokens-refused", "/admin/tokens"),
        ("system-refused", "/admin/system"),
        ("profile-refused", "/profile"),
    ];
    let mut pages = Vec::new();
    for (name, path) in forms {
        let page = panel.post(admin, path, &[("name", "")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        pages.push((name, page));
    }
    pages
}

#[tokio::test]
async fn pages_are_as_the_snapshots_have_them() {
    for (name, page) in pages(&Panel::start().await, "Nightingale").await {
        drawn::snapshot(&format!("panel-{name}"), &page.html, "main");
    }
}

/// [`drawn::check`] looks at each of them; here is made sure that it has something to find.
#[tokio::test]
async fn no_text_becomes_markup() {
    let panel = Panel::start().await;
    let pages = pages(&panel, HOSTILE).await;
    let showing = pages.iter().filter(|(_, page)| page.html.contains("alert(1)")).count();
    assert!(showing >= 20, "only {showing} pages show what was written");
    let admin = panel.admin().await;
    for path in
        ["/inbox?view=open&q=", "/contacts?q=", "/sign-in?next=", "/tickets/new?email=a&name=", "/no-such-page?"]
    {
        let page = panel.get(&admin, &format!("{path}%22%3E%3Cscript%3Ealert(1)%3C/script%3E")).await;
        assert!(!page.html.contains("<script>"), "{path}");
    }
}

#[tokio::test]
async fn a_name_from_the_right_stands_apart() {
    let mut showing = 0;
    for (name, page) in pages(&Panel::start().await, FROM_THE_RIGHT).await {
        drawn::stands_apart(name, &page.html, FROM_THE_RIGHT);
        showing += usize::from(page.html.contains(FROM_THE_RIGHT));
    }
    assert!(showing >= 20, "only {showing} pages show the name");
}
