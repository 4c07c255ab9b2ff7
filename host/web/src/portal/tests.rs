//! The portal and the platform's pages through the whole router: from the request to a key, and nothing of another publisher.

use std::{collections::BTreeSet, time::Duration};

use annex_domain::{
    addon::{AddonId, KeyPurpose, Kind, PublisherSlug, Version},
    capability::Grant,
    clock::Clock as _,
    difference::Section,
    earnings::{EarningKind, Share},
    figures::{Figure, LeavingReason},
    ids::{InstallationId, OperatorId, ProjectVersionId},
    installation::Installation,
    listing_draft::ListingDraft,
    localized::Localized,
    mail::MailKind,
    manifest::{Manifest, Service},
    money::{Currency, Money},
    oauth::SigningAlgorithm,
    permission::Permissions,
    provisioning::{ANSWER_WITHIN, Asked},
    publisher::{MemberRole, PartnerDocument, PublisherScope, StaffPermission},
    publisher_event::{EventData, Suspended, SuspendedWhy},
    reach::Audience,
    review::{Severity, Standing, State, Track},
};
use annex_package::keys::SigningKey;
use annex_store::{
    Tx,
    billing::earnings::{self, NewEarning, Sold},
    catalog::{
        self, KeyStatus,
        access::{self, NewLink},
    },
    desks, figures, installations, mails,
    oauth::clients::{self, NewClient},
    projects,
    provisioning::{self, NewRequest},
    publisher_events::{
        self, EventState, Subject,
        endpoints::{Answer, Pause},
    },
    publishers::{banks, invitations, members, organisations, staff, tokens},
    sagas, testing,
};

use super::rights_tests::routes_in_sources;
use crate::{
    client_area::tests::site::{Browser, PASSWORD, Site},
    i18n::english,
    oidc::ForeignIssuer,
    portal::field::Guarded,
};

/// One of each kind of thing, all of one publisher.
pub(super) struct Things<'s> {
    browser: Browser<'s>,
    parameters: Vec<(&'static str, String)>,
}

impl<'s> Things<'s> {
    pub(super) async fn make(site: &'s Site, publisher: &str, seed: u8) -> Self {
        let email = format!("owner@{publisher}.example");
        let account = site.account(&email, None).await;
        let (slug, now): (PublisherSlug, _) = (publisher.parse().unwrap(), site.clock.now());
        let key = SigningKey::from_seed(&[seed; 32]).public();
        let mut tx = annex_store::testing::tx(&site.state.db).await;
        let addon = format!("{publisher}.heard");
        let service = Service { events: Some("https://hooks.example/".into()), ..Service::default() };
        let plain = annex_store::testing::manifest(&addon, Version::new(1, 0, 0), 1);
        let manifest = Manifest { service: Some(service), ..plain };
        annex_store::testing::publish(&mut tx, &manifest, now).await.unwrap();
        catalog::add_key(&mut tx, &slug, &key.to_bytes(), KeyPurpose::Package, now).await.unwrap();
        members::add(&mut tx, &slug, account, MemberRole::Owner, now).await.unwrap();
        let invited = format!("bo@{publisher}.example");
        let role = MemberRole::Finance;
        let (invitation, _) = invitations::create(&mut tx, &slug, &invited, role, None, now).await.unwrap();
        let scopes = BTreeSet::from([PublisherScope::Read]);
        let token = tokens::create(&mut tx, &slug, account, "ci", &scopes, 9, now).await.unwrap().token;
        let project: AddonId = addon.parse().unwrap();
        projects::create(&mut tx, &project, Kind::Plugin, &Localized::en("Notes"), now).await.unwrap();
        let version = projects::versions::insert(&mut tx, &project, &ListingDraft::default(), now).await.unwrap();
        let waiting = make_wait(&mut tx, site, publisher).await.to_string();
        let (link, offered) = offered(&mut tx, site, &slug, (&project, version)).await;
        let desk = desks::create(&mut tx, publisher, "en", now).await.unwrap().id;
        organisations::set_developer_desk(&mut tx, &slug, desk).await.unwrap();
        let (id, by) = (InstallationId::new(), OperatorId::new());
        let of = Installation::begin(id, desk, project, Kind::Plugin, Version::new(1, 0, 0), Grant::default(), by, now);
        installations::insert(&mut tx, &of, None).await.unwrap();
        let new = NewClient {
            desk,
            installation: id,
            publisher: Some(&slug),
            name: "local",
            redirects: &[],
            scopes: &Permissions::default(),
            algorithm: SigningAlgorithm::Rs256,
        };
        let client = clients::issue(&mut tx, &new, now).await.unwrap().client.id;
        tx.commit().await.unwrap();
        let browser = site.browser();
        browser.client(&email).await;
        let parameters = vec![
            ("{project}", addon.clone()),
            ("{version}", version.to_string()),
            ("{publisher}", publisher.to_owned()),
            ("{account}", account.to_string()),
            ("{invitation}", invitation.to_string()),
            ("{key}", key.id().to_string()),
            ("{token}", token.id.to_string()),
            ("{installation}", waiting),
            ("{developed}", id.to_string()),
            ("{addon}", addon),
            ("{client}", client.to_string()),
            ("{link}", link),
            ("{desk}", site.desks.desk.to_string()),
            ("{offered}", offered),
            ("{position}", "1".to_owned()),
        ];
        Self { browser, parameters }
    }

    pub(super) fn path(&self, pattern: &str) -> String {
        self.parameters.iter().fold(pattern.to_owned(), |path, (name, value)| path.replace(name, value))
    }

    /// The address with this publisher, and the things of another one.
    fn path_with(&self, pattern: &str, things: &Things<'_>) -> String {
        things.path(&pattern.replace("{publisher}", &self.path("{publisher}")))
    }
}

/// Gives a version the package of its project that is in the catalog, with pictures, and somebody access to it; and has another publisher offer an
/// add-on. Answers the id of a link, and that of the add-on.
async fn offered(
    tx: &mut Tx,
    site: &Site,
    slug: &PublisherSlug,
    (project, id): (&AddonId, ProjectVersionId),
) -> (String, String) {
    let (now, number) = (site.clock.now(), Version::new(1, 0, 0));
    let row = catalog::version(tx, project, &number).await.unwrap().unwrap();
    let draft = ListingDraft::default();
    projects::versions::set_package(tx, id, &number, &row.package_digest, &draft, now).await.unwrap();
    catalog::set_icon(tx, project, &number, Some(b"drawn".as_slice())).await.unwrap();
    catalog::add_pictures(tx, project, &number, &[b"drawn".to_vec()]).await.unwrap();
    access::admit(tx, project, site.desks.desk, None, now).await.unwrap();
    let new = NewLink { label: "Fair".into(), expires_at: None, most: None };
    let (link, _) = access::create_link(tx, project, &new, now).await.unwrap();
    let lent = format!("{slug}-before.box");
    testing::publish(tx, &testing::manifest(&lent, number, 1), now).await.unwrap();
    catalog::offer_to(tx, &lent.parse().unwrap(), Some(slug)).await.unwrap();
    (link.to_string(), lent)
}

/// An installation that waits for its publisher.
async fn make_wait(tx: &mut Tx, site: &Site, publisher: &str) -> InstallationId {
    let (now, version) = (site.clock.now(), Version::new(1, 0, 0));
    let addon = format!("{publisher}.tool");
    testing::publish(tx, &testing::manifest(&addon, version.clone(), 1), now).await.unwrap();
    let (id, addon, desk, by) = (InstallationId::new(), addon.parse().unwrap(), site.desks.desk, site.desks.admin);
    let of = Installation::begin(id, desk, addon, Kind::Plugin, version, Grant::default(), by, now);
    installations::insert(tx, &of, None).await.unwrap();
    let lease = Duration::from_secs(15);
    let saga = sagas::begin(tx, desk, "install", id, &serde_json::json!({}), lease, now).await.unwrap().id;
    let until = now.after(ANSWER_WITHIN);
    let new = NewRequest { saga, of: &of, version: &of.version, asked: Asked::Install, by, until };
    assert!(provisioning::ask(tx, &new, now).await.unwrap());
    id
}

#[tokio::test]
async fn what_waits_is_answered_in_the_portal_once() {
    let site = Site::start().await;
    let own = Things::make(&site, "own", 1).await;
    let (page, to) =
        (own.path("/portal/publishers/{publisher}/answers"), "/portal/publishers/{publisher}/answers/{installation}");
    let to = own.path(to);
    let shown = own.browser.get(&page).await.html;
    assert!(shown.contains("own.tool 1.0.0") && shown.contains(&to), "{shown}");
    let refused = own.browser.post(&to, &[("answer", "rejected"), ("reason", " ")]).await;
    assert_eq!(refused.code(), 422);
    let sent = own.browser.post(&to, &[("answer", "rejected"), ("reason", "no seats are left")]).await;
    let said = own.browser.follow(sent).await.1.html;
    assert!(said.contains("Your answer was sent") && said.contains("Nothing is waiting for your answer"), "{said}");
    let again = own.browser.post(&to, &[("answer", "accepted")]).await;
    assert!(own.browser.follow(again).await.1.html.contains("already answered"));
}

#[tokio::test]
async fn no_page_shows_or_takes_what_is_of_another_publisher() {
    let site = Site::start().await;
    let theirs = Things::make(&site, "theirs", 1).await;
    let own = Things::make(&site, "own", 2).await;
    let of_a_publisher = |path: &String| path.starts_with("/portal/") && path.contains("{publisher}");
    let routes: Vec<String> = routes_in_sources().into_iter().filter(of_a_publisher).collect();
    assert!(routes.len() >= 10, "only {routes:?}");
    for pattern in &routes {
        assert!(!theirs.path(pattern).contains('{'), "{pattern}: say what stands for its parameter");
        let mut paths = vec![theirs.path(pattern)];
        if pattern.matches('{').count() > 1 {
            paths.push(own.path_with(pattern, &theirs));
        }
        for path in paths {
            let form = [("reason", "x"), ("password", PASSWORD), ("role", "owner")];
            let statuses = [own.browser.get(&path).await.code(), own.browser.post(&path, &form).await.code()];
            assert!(statuses.contains(&404), "{path}: {statuses:?}");
            assert!(statuses.iter().all(|status| matches!(status, 404 | 405)), "{path}: {statuses:?}");
        }
    }
    // With things of its own each of them is found.
    for pattern in &routes {
        let path = own.path(pattern);
        let statuses = [own.browser.get(&path).await.code(), own.browser.post(&path, &[]).await.code()];
        assert!(!statuses.contains(&404), "{pattern} with things of its own: {statuses:?}");
    }
    let slug = "theirs".parse().unwrap();
    let there = catalog::publisher(&mut site.state.db.read().await.unwrap(), &slug).await.unwrap().unwrap();
    assert_eq!(there.keys[0].status, KeyStatus::Active);
}

#[tokio::test]
async fn a_request_leads_over_the_platform_to_a_publisher_with_a_key() {
    let site = Site::start().await;
    let account = site.account("staff@platform.example", None).await;
    let (visitor, reviewer) = (site.browser(), site.browser());
    let form = [
        ("name", "Acme"),
        ("slug", "acme"),
        ("contact", "Ann"),
        ("email", "ann@acme.example"),
        ("site", "https://acme.example"),
        ("about", "a CRM"),
    ];
    let refused = visitor.post("/portal/request", &form[1..]).await;
    assert_eq!(refused.code(), 422);
    assert!(refused.html.contains("value=\"ann@acme.example\""), "what was typed is kept: {}", refused.html);
    let sent = visitor.post("/portal/request", &form).await;
    assert!(visitor.follow(sent).await.1.html.contains("We’ll review your request"));

    reviewer.client("staff@platform.example").await;
    assert_eq!(reviewer.get("/review/publishers").await.code(), 403);
    let mut tx = annex_store::testing::tx(&site.state.db).await;
    staff::grant(&mut tx, account, StaffPermission::PublishersManage, site.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let page = reviewer.get("/review/publishers").await.html;
    let action = page.split("action=\"").find(|rest| rest.contains("/approve\"")).unwrap();
    let approve = action.split('"').next().unwrap();
    assert_eq!(reviewer.post(approve, &[("slug", "acme")]).await.code(), 303);
    let body = [("document", "agreement"), ("body", "be good")];
    assert_eq!(reviewer.post("/review/documents", &body).await.code(), 303);

    let mut conn = site.state.db.read().await.unwrap();
    let all = mails::list(&mut conn, site.desks.desk, None, 9).await.unwrap();
    let mail = all.iter().find(|mail| mail.kind == MailKind::PublisherApproved).unwrap();
    let secret = mails::secret(&mut conn, site.desks.desk, mail.id).await.unwrap().unwrap();
    drop(conn);
    let welcome = format!("/portal/welcome/{secret}");
    assert_eq!(visitor.get(&welcome).await.code(), 200);
    assert_eq!(visitor.post(&welcome, &[("password", "short")]).await.code(), 422);
    assert_eq!(visitor.post(&welcome, &[("password", PASSWORD)]).await.code(), 303);
    assert_eq!(visitor.get(&welcome).await.code(), 404, "it works once");
    let sign_in = [("email", "ann@acme.example"), ("password", PASSWORD), ("next", "/portal")];
    let signed_in = visitor.post("/client-area/sign-in", &sign_in).await;
    let (at, overview) = visitor.follow(signed_in).await;
    assert_eq!(at, "/portal/publishers/acme");
    assert!(overview.html.contains("Accept the partner documents"), "{}", overview.html);

    let here = "/portal/publishers/acme/documents";
    assert_eq!(visitor.post(here, &[("document", "agreement"), ("version", "1")]).await.code(), 303);
    assert!(visitor.get(here).await.html.contains("nothing left to accept"));
    let key = SigningKey::from_seed(&[9; 32]).public();
    let (here, pem, id) = ("/portal/publishers/acme/keys", key.to_pem().unwrap(), key.id().to_string());
    let pem = pem.as_str();
    let shown = visitor.post(here, &[("key", pem)]).await;
    assert!(shown.code() == 200 && shown.html.contains(&id), "{}", shown.html);
    assert_eq!(visitor.post(here, &[("key", pem), ("password", "wrong")]).await.code(), 422);
    assert_eq!(visitor.post(here, &[("key", pem), ("password", PASSWORD)]).await.code(), 303);
    assert!(visitor.get(here).await.html.contains(&id));
    let wanted = [("token_name", "ci"), ("scopes", "submit"), ("days", "30"), ("password", PASSWORD)];
    let made = visitor.post("/portal/publishers/acme/tokens", &wanted).await;
    assert!(made.html.contains("annp_"), "{}", made.html);
    assert!(!visitor.get("/portal/publishers/acme/tokens").await.html.contains("annp_"), "it is shown once");
}

#[tokio::test]
async fn events_are_seen_and_sent_again_and_secrets_shown_with_the_password() {
    let site = Site::start().await;
    let own = Things::make(&site, "own", 2).await;
    let addon = "own.heard".parse().unwrap();
    let (installation, version) = (InstallationId::new(), Version::new(1, 0, 0));
    let mut tx = annex_store::testing::tx(&site.state.db).await;
    let of = Subject { desk: site.desks.desk, installation, addon: &addon, version: &version };
    let data = EventData::Suspended(Suspended { why: SuspendedWhy::Faults });
    publisher_events::put(&mut tx, of, &data, site.clock.now()).await.unwrap();
    let event = publisher_events::before(&mut tx, &addon, None, 1).await.unwrap().remove(0);
    let broken = Answer::Status { status: 503, excerpt: "Try later".into() };
    publisher_events::answered(&mut tx, event.id, &broken, site.clock.now()).await.unwrap();
    publisher_events::tried(&mut tx, &event, EventState::Expired, site.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let here = "/portal/publishers/own/events";
    assert!(own.browser.get(here).await.html.contains("https://hooks.example/"));
    let path = format!("{here}/own.heard");
    let page = own.browser.get(&path).await.html;
    let id = event.id.to_string();
    assert!(page.contains("app.suspended") && page.contains("HTTP 503 Try later") && page.contains(&id), "{page}");
    let state = async || publisher_events::get(&mut site.state.db.read().await.unwrap(), &addon, event.id).await;
    own.browser.post(&format!("{path}/replay"), &[("which", "one"), ("event", &id)]).await;
    assert_eq!(state().await.unwrap().unwrap().state, EventState::Waiting);

    let secrets = format!("{path}/secrets");
    assert!(!page.contains("whsec_"));
    assert_eq!(own.browser.post(&secrets, &[("password", "wrong")]).await.code(), 422);
    let shown = own.browser.post(&secrets, &[("password", PASSWORD)]).await.html;
    assert!(shown.contains("whsec_") && shown.contains("whpk_"), "{shown}");
}

#[tokio::test]
async fn events_go_to_another_address_with_the_password() {
    let site = Site::start().await;
    let own = Things::make(&site, "own", 2).await;
    let (addon, path) = ("own.heard".parse().unwrap(), "/portal/publishers/own/events/own.heard/address");
    let set =
        async |url: &str, password: &str| own.browser.post(path, &[("events_url", url), ("password", password)]).await;
    assert!(own.browser.get(path).await.html.contains("value=\"https://hooks.example/\""), "as it is");
    let elsewhere = "https://hooks.elsewhere.example/annex";
    for (url, password) in [("http://hooks.elsewhere.example/", PASSWORD), (elsewhere, "wrong")] {
        let refused = set(url, password).await;
        assert!(refused.code() == 422 && refused.html.contains(url), "what was typed is kept: {}", refused.html);
    }
    let goes_to = async || site.state.lifecycle.endpoint(&addon).await.unwrap().url.unwrap();
    assert_eq!((set(elsewhere, PASSWORD).await.code(), goes_to().await.as_str()), (303, elsewhere));
    assert_eq!((set("", PASSWORD).await.code(), goes_to().await.as_str()), (303, "https://hooks.example/"));
}

#[tokio::test]
async fn each_password_says_what_it_is_asked_for() {
    let site = Site::start().await;
    let (own, here) = (Things::make(&site, "own", 2).await, "/portal/publishers/{publisher}");
    let told = |guarded: Guarded| english().get(&format!("portal-hint-password-{guarded}"));
    let pages = [
        ("/keys/{key}/remove", Guarded::KeyRemoved),
        ("/tokens", Guarded::Token),
        ("/events/{addon}", Guarded::Secrets),
        ("/clients", Guarded::Client),
        ("/clients/{client}/new-secret", Guarded::Client),
        ("/earnings", Guarded::Bank),
        ("/projects/{project}/manage?step=offer", Guarded::Offer),
        ("/projects/{project}/manage?step=end", Guarded::End),
        ("/offers/{offered}", Guarded::TakeOver),
    ];
    for (page, guarded) in pages {
        let html = own.browser.get(&own.path(&format!("{here}{page}"))).await.html;
        assert!(html.contains(&told(guarded)) && !html.contains("spend money"), "{page}: {html}");
    }
    let pem = SigningKey::from_seed(&[7; 32]).public().to_pem().unwrap();
    let shown = own.browser.post(&own.path(&format!("{here}/keys")), &[("key", pem.as_str())]).await.html;
    assert!(shown.contains(&told(Guarded::KeyEnrolled)), "{shown}");
}

#[tokio::test]
async fn an_endpoint_stays_when_no_version_is_offered_any_more() {
    let site = Site::start().await;
    let own = Things::make(&site, "own", 2).await;
    let (addon, now) = ("own.heard".parse().unwrap(), site.clock.now());
    let mut tx = annex_store::testing::tx(&site.state.db).await;
    let yanked = catalog::VersionStatus::Yanked;
    catalog::set_version_status(&mut tx, &addon, &Version::new(1, 0, 0), yanked, catalog::YankedBy::Publisher, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let list = own.browser.get("/portal/publishers/own/events").await;
    assert!(list.code() == 200 && list.html.contains("https://hooks.example/"), "{}", list.html);
    assert_eq!(own.browser.get("/portal/publishers/own/events/own.heard").await.code(), 200);
}

#[tokio::test]
async fn events_secrets_and_clients_go_with_an_add_on_that_changes_hands() {
    let site = Site::start().await;
    let (before, after) = (Things::make(&site, "before", 1).await, Things::make(&site, "after", 2).await);
    let (addon, version): (AddonId, _) = ("before.heard".parse().unwrap(), Version::new(1, 0, 0));
    let mut tx = annex_store::testing::tx(&site.state.db).await;
    let of = Subject { desk: site.desks.desk, installation: InstallationId::new(), addon: &addon, version: &version };
    let data = EventData::Suspended(Suspended { why: SuspendedWhy::Faults });
    publisher_events::put(&mut tx, of, &data, site.clock.now()).await.unwrap();
    let event = publisher_events::before(&mut tx, &addon, None, 1).await.unwrap().remove(0).id;
    catalog::offer_to(&mut tx, &addon, Some(&"after".parse().unwrap())).await.unwrap();
    tx.commit().await.unwrap();
    let code = async |who: &Things<'_>, path: &str| {
        who.browser.get(&who.path(&format!("/portal/publishers/{{publisher}}{path}"))).await.code()
    };
    let secret = async |who: &Things<'_>| {
        let path = who.path("/portal/publishers/{publisher}/events/before.heard/secrets");
        let html = who.browser.post(&path, &[("password", PASSWORD)]).await.html;
        html.split("whsec_").nth(1).map(|rest| rest.split('<').next().unwrap().to_owned())
    };
    let offers = async |who: &Things<'_>| {
        let html = who.browser.get(&who.path("/portal/publishers/{publisher}/clients")).await.html;
        html.contains(">before.heard</option>")
    };
    let known = secret(&before).await.unwrap();
    assert!(secret(&after).await.is_none() && offers(&before).await);
    let taken = after.browser.post("/portal/publishers/after/offers/before.heard", &[("password", PASSWORD)]).await;
    assert_eq!(taken.code(), 303, "{}", taken.html);

    assert_eq!(code(&before, "/events/before.heard").await, 404);
    assert_eq!(code(&after, "/events/before.heard").await, 200);
    let paused = async || site.state.lifecycle.endpoint(&addon).await.unwrap().paused;
    assert_eq!(paused().await, Some(Pause::ByPublisher), "the manifest names the former publisher's service");
    assert!(secret(&before).await.is_none() && !offers(&before).await);
    assert_ne!(secret(&after).await.unwrap(), known, "who had it signs nothing any more");
    let again = |publisher: &str| format!("/portal/publishers/{publisher}/events/before.heard/replay");
    let id = event.to_string();
    let one = [("which", "one"), ("event", id.as_str())];
    assert_eq!(before.browser.post(&again("before"), &one).await.code(), 404);
    assert_eq!(after.browser.post(&again("after"), &one).await.code(), 303);
    let mut conn = site.state.db.read().await.unwrap();
    assert!(publisher_events::find(&mut conn, &"before".parse().unwrap(), event).await.is_err());
    assert!(publisher_events::find(&mut conn, &"after".parse().unwrap(), event).await.is_ok());
}

#[tokio::test]
async fn a_client_of_the_developer_desk_is_made_changed_and_ended() {
    let site = Site::start().await;
    let own = Things::make(&site, "own", 2).await;
    let theirs = Things::make(&site, "theirs", 1).await;
    let here = "/portal/publishers/own/clients";
    let make = async |installation: &str, redirects: &str, password: &str| {
        let name = ("client_name", "staging");
        let form = [name, ("installation", installation), ("redirects", redirects), ("password", password)];
        own.browser.post(here, &form).await
    };
    let (installation, back) = (own.path("{developed}"), "http://localhost:3000/back\nhttps://staging.example/back");
    assert_eq!(make(&installation, "http://staging.example/back", PASSWORD).await.code(), 422, "not by plain http");
    assert_eq!(make(&installation, back, "wrong").await.code(), 422);
    assert_eq!(make(&theirs.path("{developed}"), back, PASSWORD).await.code(), 422, "of another publisher");
    let made = make(&installation, back, PASSWORD).await;
    assert!(made.code() == 200 && made.html.contains("anns_") && made.html.contains("annc_"), "{}", made.html);
    let page = own.browser.get(here).await.html;
    assert!(page.contains("staging") && !page.contains("anns_"), "it is shown once: {page}");
    assert!(page.contains("data-open-dialog=\"revoke-"), "revoking it is asked about: {page}");

    let client = own.path("{client}");
    let known = async || clients::get(&mut site.state.db.read().await.unwrap(), client.parse().unwrap()).await.unwrap();
    let changed = own.browser.post(&format!("{here}/{client}/new-secret"), &[("password", PASSWORD)]).await;
    let secret = changed.html.split("anns_").nth(1).unwrap().split('<').next().unwrap();
    let mut conn = site.state.db.read().await.unwrap();
    let id = known().await.unwrap().id;
    assert!(clients::knows(&mut conn, id, &format!("anns_{secret}"), site.clock.now()).await.unwrap());
    drop(conn);
    assert_eq!(own.browser.post(&format!("{here}/{client}/revoke"), &[]).await.code(), 303);
    assert!(known().await.is_none());
}

#[tokio::test]
async fn pages_lead_to_the_sign_in_and_a_foreign_issuer_leaves_no_portal() {
    let site = Site::start().await;
    for path in ["/portal", "/portal/publishers/acme", "/review/publishers"] {
        let asked = site.browser().get(path).await;
        assert!(asked.location().starts_with("/client-area/sign-in?"), "{}", asked.location());
        assert_eq!(asked.parameter("next").as_deref(), Some(path));
    }
    let elsewhere = [("email", "x@y.example"), ("password", PASSWORD), ("next", "/portalx")];
    assert!(!site.browser().post("/client-area/sign-in", &elsewhere).await.html.contains("/portalx"));

    // Nobody listens on port 1 of loopback.
    let issuer = ForeignIssuer::new("http://127.0.0.1:1".into(), "annex".into(), None).unwrap();
    let foreign = Site::start_with(Some(issuer)).await;
    foreign.account("ann@acme.example", None).await;
    let browser = foreign.browser();
    let form = browser.get("/client-area/sign-in?next=/portal").await.html;
    assert!(!form.contains("/portal/request"), "nobody is sent to a portal that is not there: {form}");
    browser.client("ann@acme.example").await;
    for path in ["/portal", "/portal/request", "/portal/publishers/acme", "/review/publishers"] {
        let page = browser.get(path).await;
        assert!(page.code() == 404 && page.html.contains("no publisher portal"), "{path}: {}", page.html);
    }
}

#[tokio::test]
async fn figures_are_sums_that_members_alone_see() {
    let site = Site::start().await;
    let things = Things::make(&site, "acme", 4).await;
    let (addon, now) = ("acme.tool".parse().unwrap(), site.clock.now());
    let mut tx = annex_store::testing::tx(&site.state.db).await;
    for (version, figure) in [("1.0.0", Figure::Installed), ("1.1.0", Figure::Installed), ("1.1.0", Figure::Converted)]
    {
        figures::count(&mut tx, &addon, &version.parse().unwrap(), figure, now).await.unwrap();
    }
    figures::left(&mut tx, &addon, &"1.0.0".parse().unwrap(), LeavingReason::Price, now).await.unwrap();
    tx.commit().await.unwrap();
    let here = "/portal/publishers/acme/projects/acme.tool/figures";
    let html = things.browser.get(here).await.html;
    assert!(html.contains("<rect") && html.contains("1.1.0") && html.contains("It costs too much"), "{html}");
    let csv = things.browser.get(&format!("{here}.csv")).await.html;
    let lines: Vec<_> = csv.lines().skip(1).map(|line| line.split_once(',').unwrap().1).collect();
    assert_eq!(lines, ["1.0.0,installed,1", "1.1.0,converted,1", "1.1.0,installed,1"]);
    for other in ["other.tool", "nonsense"] {
        let path = format!("/portal/publishers/acme/projects/{other}/figures");
        assert_eq!(things.browser.get(&path).await.code(), 404, "{path}");
    }
    assert_eq!(things.browser.get("/portal/publishers/acme/figures").await.code(), 200);
}

#[tokio::test]
async fn who_looks_after_the_money_sees_the_statement_and_says_where_it_is_paid() {
    let site = Site::start().await;
    let things = Things::make(&site, "acme", 3).await;
    let (slug, now): (PublisherSlug, _) = ("acme".parse().unwrap(), site.clock.now());
    let developer = site.account("dev@acme.example", None).await;
    let sold = Sold {
        line: 1,
        installation: InstallationId::new(),
        addon: "acme.tool".parse().unwrap(),
        description: "=Tool: Team".into(),
        share: Share::USUAL,
    };
    let mut tx = annex_store::testing::tx(&site.state.db).await;
    members::add(&mut tx, &slug, developer, MemberRole::Developer, now).await.unwrap();
    let (kind, amount) = (EarningKind::Sale, Money::new(720, Currency::EUR));
    let new = NewEarning { transaction: "line:1", publisher: &slug, kind, sold: Some(&sold), gross: 900, amount };
    assert!(earnings::insert(&mut tx, &new, now).await.unwrap());
    tx.commit().await.unwrap();

    let (here, browser) = ("/portal/publishers/acme/earnings", &things.browser);
    let shown = browser.get(here).await;
    assert!(shown.html.contains("€7.20") && shown.html.contains("€9.00"), "{}", shown.html);
    let csv = browser.get("/portal/publishers/acme/earnings/statement.csv").await.html;
    let line = csv.lines().nth(1).unwrap();
    assert!(
        line.contains(",sale,1,acme.tool,'=Tool: Team,") && line.ends_with(",EUR,9.00,80,7.20,0.00,0.00,7.20"),
        "{csv}"
    );
    let before = browser.get("/portal/publishers/acme/earnings/statement.csv?month=2001-01").await.html;
    assert_eq!(before.lines().count(), 1, "{before}");

    let bank = |iban, password| [("holder", "Acme"), ("iban", iban), ("password", password)];
    let (right, wrong) = ("DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 01");
    assert_eq!(browser.post(here, &bank(wrong, PASSWORD)).await.code(), 422);
    assert_eq!(browser.post(here, &bank(right, "guessed")).await.code(), 422);
    let known = async || banks::shown(&mut site.state.db.read().await.unwrap(), &slug).await.unwrap();
    assert_eq!(known().await, None);
    assert_eq!(browser.post(here, &bank(right, PASSWORD)).await.code(), 303);
    assert_eq!(known().await.unwrap().iban, "DE…3000");
    let after = browser.get(here).await.html;
    assert!(after.contains("DE…3000") && !after.contains("37040044"), "{after}");

    let colleague = site.browser();
    colleague.client("dev@acme.example").await;
    assert_eq!(colleague.get(here).await.code(), 403);
    assert_eq!(colleague.post(here, &bank(right, PASSWORD)).await.code(), 403);
}

#[test]
fn every_word_that_people_meet_has_a_text() {
    let roles = MemberRole::ALL.map(|role| format!("portal-role-{role}"));
    let scopes = PublisherScope::ALL.map(|scope| format!("portal-scope-{scope}"));
    let documents = PartnerDocument::ALL.map(|kind| format!("partner-document-{kind}"));
    let keys = KeyStatus::ALL.map(|status| format!("portal-key-{status}"));
    let events = EventState::ALL.map(|state| format!("portal-event-{state}"));
    let pauses = Pause::ALL.map(|why| format!("portal-endpoint-paused-{why}"));
    let rules = annex_portal::Rule::ALL.map(|rule| format!("error-code-{rule}"));
    let audiences = Audience::ALL.map(|one| format!("portal-audience-{one}"));
    let meant = Audience::ALL.map(|one| format!("portal-audience-{one}-hint"));
    let others = ["not-your-role", "not-staff", "no-portal", "invitation-gone", "review-not-allowed", "incomplete"]
        .map(|code| format!("error-code-{code}"));
    let standings = Standing::ALL.map(|standing| format!("review-standing-{standing}"));
    let states = State::ALL.map(|state| format!("review-state-{state}"));
    let tracks = Track::ALL.map(|track| format!("review-track-{track}"));
    let sections = Section::ALL.map(|section| format!("review-section-{section}"));
    let severities = Severity::ALL.map(|severity| format!("review-severity-{severity}"));
    let requirements = annex_domain::listing_draft::Standing::ALL.map(|standing| format!("requirement-{standing}"));
    let reviews =
        [&standings[..], &states, &tracks, &sections, &severities, &audiences, &meant, &requirements].concat();
    let earnings = EarningKind::ALL.map(|kind| format!("portal-earning-{kind}"));
    let reasons = LeavingReason::ALL.map(|why| format!("why-{why}"));
    let figures = Figure::ALL.map(|figure| format!("portal-figure-{figure}"));
    let guarded = Guarded::ALL.map(|guarded| format!("portal-hint-password-{guarded}"));
    let portal = [&earnings[..], &reasons, &figures, &events, &pauses, &guarded].concat();
    let all = [&reviews[..], &roles, &scopes, &documents, &keys, &rules, &portal, &others].concat();
    let missing: Vec<_> = all.iter().filter(|key| !english().has(key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
