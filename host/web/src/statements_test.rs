//! How many statements each page of the panel runs, once what is kept in memory is there: a page that begins to ask for each of
//! its rows, or to write, is noticed here. And what is kept ends with the change that makes it old.

use std::{collections::BTreeMap, time::Duration};

use annex_domain::{
    addon::Kind,
    capability::Access,
    ids::InstallationId,
    manifest::Manifest,
    permission::{Permission, Permissions},
};
use annex_lifecycle::{Initiator, InstallRequest};
use annex_package::{build, sign};
use annex_store::{
    contacts, operators, roles, sessions,
    testing::{self, statements},
    tickets,
};
use http::StatusCode;

use crate::{
    api::tests::addons::{capability, guest, key, manifest},
    client_area::tests::site::Site,
};

const SIDEBAR: &str = "/tickets/1/sidebar/{installation}";
const TICKET: &str = "/tickets/1";
const INBOX: &str = "/inbox";
const LISTING: &str = "/addons/acme.puppet";

/// Pages, and the statements of each.
const PAGES: [(&str, usize); 28] = [
    (SIDEBAR, 4),
    (TICKET, 6),
    (INBOX, 5),
    ("/inbox?view=all&priority=high&sort=-priority", 6),
    ("/inbox?view=all&tag=vip", 8),
    ("/contacts", 1),
    ("/contacts/{contact}", 2),
    ("/addons", 4),
    (LISTING, 6),
    ("/addons/publishers/acme", 4),
    ("/my-addons", 1),
    ("/my-addons/{installation}", 6),
    ("/my-addons/{installation}/users", 10),
    ("/attention", 3),
    ("/addon-requests", 1),
    ("/billing", 10),
    ("/admin/catalog", 4),
    ("/admin/catalog/addons/acme.puppet/1.0.0/report", 1),
    ("/admin/roles", 1),
    ("/admin/operators", 4),
    ("/admin/groups", 1),
    ("/admin/tokens", 1),
    ("/admin/system", 1),
    ("/admin/mails", 1),
    ("/admin/work", 2),
    ("/admin/audit", 7),
    ("/profile", 3),
    ("/api/v1/me", 0),
];

/// At most so many.
const GOALS: [(&str, usize); 4] = [(SIDEBAR, 4), (TICKET, 6), (INBOX, 6), (LISTING, 8)];

/// A free add-on, a real component, installed for everybody.
async fn installed(site: &Site) -> InstallationId {
    let (desk, by) = (site.desks.desk, site.desks.admin);
    let host = &site.state.lifecycle;
    let (slug, public) = ("acme".parse().unwrap(), key().public().to_bytes());
    host.trust_publisher(slug, "Acme", public, Initiator::operator(desk, by)).await.unwrap();
    let grant = vec![capability(Access::Kv, &[])];
    let plain = manifest("acme.puppet", Kind::Plugin, "1.0.0", 1);
    let package = build(Manifest { capabilities: grant.clone(), ..plain }, guest("puppet"), BTreeMap::new()).unwrap();
    host.publish(sign(&package, &[key()]).unwrap(), Initiator::operator(desk, by)).await.unwrap();
    let request = InstallRequest {
        desk,
        addon: "acme.puppet".parse().unwrap(),
        version: None,
        by,
        grant_accepted: grant.into(),
        idempotency_key: None,
        purchase: None,
        users: None,
    };
    let id = host.install(request).await.unwrap().id;
    let settled = host.wait(desk, id, Duration::from_secs(60)).await.unwrap().unwrap();
    assert!(settled.runs(), "{settled:?}");
    id
}

#[tokio::test]
async fn each_page_runs_its_statements_and_looking_writes_nothing() {
    let site = Site::start().await;
    let installation = installed(&site).await.to_string();
    let admin = site.admin().await;
    let form = [("email", "grace@example.com"), ("subject", "Where is it?"), ("body", "Hello")];
    assert_eq!(admin.post("/tickets", &form).await.location(), TICKET);
    let mut conn = site.state.db.read().await.unwrap();
    let ticket = tickets::by_number(&mut conn, site.desks.desk, 1).await.unwrap();
    let contact = contacts::get(&mut conn, site.desks.desk, ticket.requester).await.unwrap().id.to_string();
    drop(conn);
    site.state.lifecycle.flush_figures().await;

    let mut found = Vec::new();
    for (page, _) in PAGES {
        let path = page.replace("{installation}", &installation).replace("{contact}", &contact);
        let first = admin.get(&path).await;
        assert_eq!(first.status, StatusCode::OK, "{path}: {}", first.html);
        let (again, ran) = statements::counted(admin.get(&path)).await;
        assert_eq!(again.status, StatusCode::OK, "{path}");
        assert_eq!(ran.transactions, 0, "{path} writes");
        found.push((page, ran.statements));
    }
    let mut other = String::new();
    for ((page, statements), (_, expected)) in found.iter().zip(PAGES) {
        if statements.len() != expected {
            other += &format!("{page} runs {}:\n  {}\n", statements.len(), statements.join("\n  "));
        }
    }
    assert!(other.is_empty(), "{other}");
    for (page, most) in GOALS {
        let expected = PAGES.iter().find(|(of, _)| *of == page).unwrap().1;
        assert!(expected <= most, "{page} runs {expected} statements, and may run {most}");
    }
}

#[tokio::test]
async fn an_inbox_asks_for_no_ticket_by_itself() {
    let site = Site::start().await;
    let admin = site.admin().await;
    let ran = async |path: &str| statements::counted(admin.get(path)).await.1.statements.len();
    let form = [("email", "grace@example.com"), ("subject", "One"), ("body", "Hello")];
    admin.post("/tickets", &form).await;
    admin.get(INBOX).await;
    let one = ran(INBOX).await;
    for _ in 0..20 {
        admin.post("/tickets", &form).await;
    }
    admin.get(INBOX).await;
    assert_eq!(ran(INBOX).await, one);
}

#[tokio::test]
async fn who_may_do_less_may_do_less_at_once() {
    let site = Site::start().await;
    let (desk, agent, all) = (site.desks.desk, site.desks.agent, Permissions::agent());
    let browser = site.operator(desk, agent).await;
    assert_eq!(browser.get(INBOX).await.status, StatusCode::OK);

    let mut tx = testing::tx(&site.state.db).await;
    let role = roles::builtin(&mut tx, desk, roles::Builtin::Agent).await.unwrap();
    let less = Permissions(all.0.into_iter().filter(|one| *one != Permission::TicketsView).collect());
    roles::update(&mut tx, desk, role.id, "Agent", &less).await.unwrap();
    assert_eq!(browser.get(INBOX).await.status, StatusCode::OK, "it is not committed");
    tx.commit().await.unwrap();
    assert_eq!(browser.get(INBOX).await.status, StatusCode::FORBIDDEN);

    let mut tx = testing::tx(&site.state.db).await;
    roles::update(&mut tx, desk, role.id, "Agent", &Permissions::agent()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(browser.get(INBOX).await.status, StatusCode::OK);

    let mut tx = testing::tx(&site.state.db).await;
    let session = sessions::list(&mut tx, desk, agent, site.state.clock.now()).await.unwrap().remove(0);
    sessions::revoke(&mut tx, desk, agent, session.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(browser.get(INBOX).await.status, StatusCode::SEE_OTHER, "the session has ended");

    let browser = site.operator(desk, agent).await;
    assert_eq!(browser.get(INBOX).await.status, StatusCode::OK);
    let mut tx = testing::tx(&site.state.db).await;
    operators::set_active(&mut tx, desk, agent, false, site.state.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(browser.get(INBOX).await.status, StatusCode::SEE_OTHER, "they are no longer active");
}
