//! How many statements each page of the panel runs, once what is kept in memory is there: a page that begins to ask for each of
//! its rows, or to write, is noticed here. And what is kept ends with the change that makes it old.

use std::{collections::BTreeMap, time::Duration};

use annex_domain::{
    addon::{Kind, Version},
    attachment::{Attachment, MediaType},
    capability::Access,
    clock::Clock as _,
    ids::{AttachmentId, InstallationId, NoteId, ProjectVersionId},
    listing_draft::ListingDraft,
    localized::Localized,
    manifest::Manifest,
    permission::{Permission, Permissions},
    publisher::{MemberRole, StaffPermission},
    review::{Severity, Step, Target, Track},
    ticket::Author,
};
use annex_lifecycle::{Initiator, InstallRequest};
use annex_package::{build, sign};
use annex_store::{
    attachments::{self, Maker, NewAttachment},
    catalog, contacts,
    messages::{self, NewMessage},
    operators,
    projects::{
        self,
        notes::{self, Note},
        reviews,
        rounds::{self, Round},
    },
    publishers::{members, staff},
    roles, sessions,
    testing::{self, statements},
    tickets,
};
use http::StatusCode;

use crate::{
    api::tests::addons::{capability, guest, key, manifest},
    client_area::tests::site::{Browser, Site},
};

const SIDEBAR: &str = "/tickets/1/sidebar/{installation}";
const TICKET: &str = "/tickets/1";
const INBOX: &str = "/inbox";
const LISTING: &str = "/addons/acme.puppet";

/// Pages, and the statements of each.
const PAGES: [(&str, usize); 31] = [
    (SIDEBAR, 4),
    (TICKET, 6),
    ("/tickets/1/merge", 1),
    (INBOX, 5),
    ("/inbox?view=all&priority=high&sort=-priority", 6),
    ("/inbox?view=all&tag=vip", 7),
    ("/contacts", 1),
    ("/contacts/{contact}", 2),
    ("/addons", 4),
    (LISTING, 6),
    ("/addons/publishers/acme", 4),
    ("/my-addons", 1),
    ("/my-addons/{installation}", 7),
    ("/my-addons/{installation}/users", 10),
    ("/attention", 3),
    ("/addon-requests", 1),
    ("/billing", 10),
    ("/admin/catalog", 4),
    ("/admin/catalog/addons/acme.puppet/1.0.0/report", 1),
    ("/admin/roles", 1),
    ("/admin/operators", 4),
    ("/admin/groups", 1),
    ("/admin/fields", 0),
    ("/admin/tokens", 1),
    ("/admin/system", 1),
    ("/admin/mails", 1),
    ("/admin/work", 2),
    ("/admin/audit", 7),
    ("/profile", 3),
    ("/sign-in/switch", 0),
    ("/api/v1/me", 0),
];

/// Of publishers: four statements say who is signed in, and two what they are to the publisher.
const OF_PUBLISHERS: [(&str, usize); 16] = [
    ("/portal/publishers/acme", 12),
    ("/portal/publishers/acme/projects", 9),
    ("/portal/publishers/acme/projects/acme.notes", 9),
    ("/portal/publishers/acme/projects/acme.notes/{version}", 17),
    ("/portal/publishers/acme/projects/acme.notes/{version}?part=package", 18),
    ("/portal/publishers/acme/projects/acme.notes/access", 10),
    ("/portal/publishers/acme/projects/acme.notes/manage", 8),
    ("/portal/publishers/acme/projects/acme.notes/figures", 11),
    ("/portal/publishers/acme/organisation", 6),
    ("/portal/publishers/acme/members", 8),
    ("/portal/publishers/acme/documents", 9),
    ("/portal/publishers/acme/keys", 8),
    ("/portal/publishers/acme/tokens", 7),
    ("/portal/publishers/acme/answers", 7),
    ("/portal/publishers/acme/figures", 7),
    ("/portal/publishers/acme/earnings", 11),
];

/// Of the platform's people, and for everybody.
const OF_THE_PLATFORM: [(&str, usize); 7] = [
    ("/review/versions", 9),
    ("/review/versions/{version}/technical", 14),
    ("/review/publishers", 7),
    ("/review/documents", 6),
    ("/developers", 1),
    ("/developers/events", 1),
    ("/developers/search?q=signature", 1),
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
        label: None,
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

/// The pages that run other statements than so many, each with what it runs. What stands for names in their addresses is given.
async fn other_than(browser: &Browser<'_>, pages: &[(&str, usize)], names: &[(&str, &str)]) -> String {
    let mut other = String::new();
    for (page, expected) in pages {
        let path = names.iter().fold((*page).to_owned(), |path, (name, value)| path.replace(name, value));
        let first = browser.get(&path).await;
        assert_eq!(first.status, StatusCode::OK, "{path}: {}", first.html);
        let (again, ran) = statements::counted(browser.get(&path)).await;
        assert_eq!(again.status, StatusCode::OK, "{path}");
        assert_eq!(ran.transactions, 0, "{path} writes");
        let statements = ran.statements;
        if statements.len() != *expected {
            other += &format!("{page} runs {}:\n  {}\n", statements.len(), statements.join("\n  "));
        }
    }
    other
}

/// A version of a project, `acme.notes` 1.0.0, whose package waits for its review.
async fn in_review(site: &Site) -> ProjectVersionId {
    let (owner, staffer) =
        (site.account("ann@acme.example", None).await, site.account("one@platform.example", None).await);
    let (slug, project, now) = ("acme".parse().unwrap(), "acme.notes".parse().unwrap(), site.clock.now());
    let (number, draft) = (Version::new(1, 0, 0), ListingDraft::default());
    let mut tx = testing::tx(&site.state.db).await;
    testing::publish(&mut tx, &testing::manifest("acme.notes", number.clone(), 1), now).await.unwrap();
    members::add(&mut tx, &slug, owner, MemberRole::Owner, now).await.unwrap();
    for permission in StaffPermission::ALL {
        staff::grant(&mut tx, staffer, permission, now).await.unwrap();
    }
    projects::create(&mut tx, &project, Kind::Plugin, &Localized::en("Notes"), now).await.unwrap();
    let id = projects::versions::insert(&mut tx, &project, &draft, now).await.unwrap();
    let digest = catalog::version(&mut tx, &project, &number).await.unwrap().unwrap().package_digest;
    projects::versions::set_package(&mut tx, id, &number, &digest, &draft, now).await.unwrap();
    let stored = reviews::both(&mut tx, id).await.unwrap().technical;
    let review = stored.review.take(Step::Submit).unwrap();
    let waits = reviews::Stored { review, round: 1, submitted_at: Some(now), ..stored };
    reviews::save(&mut tx, id, &waits, now).await.unwrap();
    let round = Round { version: number, digest, draft, submitted_by: owner, submitted_at: now };
    rounds::open(&mut tx, id, Track::Technical, 1, &round).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Makes every list longer that has the publisher's things.
async fn grow(site: &Site, id: ProjectVersionId) {
    let (author, now) = (site.account("two@platform.example", None).await, site.clock.now());
    let mut tx = testing::tx(&site.state.db).await;
    for more in 0..5 {
        let project = format!("acme.more-{more}").parse().unwrap();
        projects::create(&mut tx, &project, Kind::Plugin, &Localized::en("More"), now).await.unwrap();
        for project in [project, "acme.notes".parse().unwrap()] {
            projects::versions::insert(&mut tx, &project, &ListingDraft::default(), now).await.unwrap();
        }
        let note = Note {
            id: NoteId::new(),
            round: 1,
            severity: Severity::Suggestion,
            target: Target::Whole,
            body: "Say more".into(),
            author,
            omission: false,
            created_at: now,
            settled_at: None,
        };
        notes::insert(&mut tx, id, Track::Technical, &note).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn pages_of_publishers_run_their_statements_whatever_their_length() {
    let site = Site::start().await;
    let id = in_review(&site).await;
    let (owner, staffer) = (site.browser(), site.browser());
    owner.client("ann@acme.example").await;
    staffer.client("one@platform.example").await;
    let version = id.to_string();
    for what in ["short", "long"] {
        let other = other_than(&owner, &OF_PUBLISHERS, &[("{version}", &version)]).await
            + &other_than(&staffer, &OF_THE_PLATFORM, &[("{version}", &version)]).await;
        assert!(other.is_empty(), "{what}:\n{other}");
        if what == "short" {
            grow(&site, id).await;
        }
    }
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

    let other = other_than(&admin, &PAGES, &[("{installation}", &installation), ("{contact}", &contact)]).await;
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

/// A note with a file on the first ticket.
async fn note_with_file(site: &Site) {
    let (desk, operator, now) = (site.desks.desk, site.desks.admin, site.clock.now());
    let mut tx = testing::tx(&site.state.db).await;
    let ticket = tickets::by_number(&mut tx, desk, 1).await.unwrap().id;
    let attachment = Attachment { id: AttachmentId::new(), name: "a.png".into(), media_type: MediaType::Png, size: 1 };
    let (id, note) =
        (attachment.id, NewMessage { author: Author::Operator(operator), internal: true, body: "See".into() });
    let maker = Maker::Operator(operator);
    attachments::announce(&mut tx, id, now).await.unwrap();
    attachments::keep(&mut tx, desk, &NewAttachment { attachment, maker, ticket: None }, 1 << 20, now).await.unwrap();
    let message = messages::add(&mut tx, desk, ticket, note, now).await.unwrap().message;
    assert!(attachments::attach(&mut tx, desk, maker, &[id], &message).await.unwrap());
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_ticket_asks_for_no_message_and_no_file_by_itself() {
    let site = Site::start().await;
    let admin = site.admin().await;
    admin.post("/tickets", &[("email", "grace@example.com"), ("subject", "One"), ("body", "Hello")]).await;
    let ran = async || statements::counted(admin.get(TICKET)).await.1.statements.len();
    admin.get(TICKET).await;
    let one = ran().await;
    for _ in 0..20 {
        note_with_file(&site).await;
    }
    assert_eq!(admin.get(TICKET).await.html.matches("<img src=\"/attachments/").count(), 20);
    assert_eq!(ran().await, one);
}

/// However many there are, and nothing where there are none.
#[tokio::test]
async fn a_ticket_asks_once_for_what_its_fields_hold() {
    let site = Site::start().await;
    let admin = site.admin().await;
    let form = [("email", "grace@example.com"), ("subject", "One"), ("body", "Hello")];
    assert_eq!(admin.post("/tickets", &form).await.location(), TICKET);
    let ran = async |path: &str| {
        admin.get(path).await;
        statements::counted(admin.get(path)).await.1.statements.len()
    };
    let without = ran(TICKET).await;
    for many in [1, 5] {
        for number in 0..many {
            let (key, label) = (format!("f{many}{number}"), format!("Field {number}"));
            let field = [("of", "ticket"), ("key", key.as_str()), ("label", label.as_str()), ("kind", "text")];
            assert_eq!(admin.post("/admin/fields", &field).await.status, StatusCode::SEE_OTHER);
            let value = format!("fields.{key}");
            admin.post("/tickets/1/properties", &[(value.as_str(), "x")]).await;
        }
        assert_eq!(ran(TICKET).await, without + 1);
    }
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
