//! What forms of the portal keep when something is wrong, and how they lead on: nobody is left without a way, or gets what they did not
//! choose.

use annex_domain::{
    addon::{AddonId, Kind, PublisherSlug, Version},
    clock::Clock as _,
    localized::Localized,
    publisher::{MemberRole, StaffPermission},
};
use annex_store::{
    catalog, projects,
    publishers::{invitations, members, staff},
    testing,
};

use crate::client_area::tests::site::{Browser, PASSWORD, Site};

const OWNER: &str = "ann@acme.example";

/// The publisher `acme`, and its owner signed in.
async fn owner(site: &Site) -> Browser<'_> {
    let (slug, now): (PublisherSlug, _) = ("acme".parse().unwrap(), site.clock.now());
    let account = site.account(OWNER, None).await;
    let mut tx = testing::tx(&site.state.db).await;
    catalog::add_publisher(&mut tx, &slug, "Acme", now).await.unwrap();
    members::add(&mut tx, &slug, account, MemberRole::Owner, now).await.unwrap();
    tx.commit().await.unwrap();
    let browser = site.browser();
    browser.client(OWNER).await;
    browser
}

#[tokio::test]
async fn an_invitation_keeps_the_role_that_was_chosen_and_makes_no_owner_by_itself() {
    let site = Site::start().await;
    let (owner, here) = (owner(&site).await, "/portal/publishers/acme/members");
    let form = |html: &str| html.split("id=\"f-role\"").nth(1).unwrap().split("</select>").next().unwrap().to_owned();
    let blank = form(&owner.get(here).await.html);
    assert!(blank.contains("value=\"developer\" selected"), "{blank}");
    let wrong = owner.post(here, &[("email", "bo at acme"), ("role", "finance")]).await;
    assert!(wrong.code() == 422 && wrong.html.contains("value=\"bo at acme\""), "{}", wrong.html);
    assert!(form(&wrong.html).contains("value=\"finance\" selected"), "{}", wrong.html);
}

#[tokio::test]
async fn who_is_signed_in_with_another_account_can_change_to_the_invited_one() {
    let site = Site::start().await;
    let (owner, slug): (_, PublisherSlug) = (owner(&site).await, "acme".parse().unwrap());
    site.account("bo@acme.example", None).await;
    let mut tx = testing::tx(&site.state.db).await;
    let (role, now) = (MemberRole::Developer, site.clock.now());
    let (_, secret) = invitations::create(&mut tx, &slug, "bo@acme.example", role, None, now).await.unwrap();
    tx.commit().await.unwrap();
    let here = format!("/portal/welcome/{secret}");
    // Signing in would lead whoever is signed in straight back.
    let shown = owner.get(&here).await.html;
    assert!(shown.contains("action=\"/client-area/sign-out\"") && shown.contains(OWNER), "{shown}");
    let out = owner.post("/client-area/sign-out", &[("next", &here)]).await;
    let (at, form) = owner.follow(out).await;
    assert!(at.starts_with("/client-area/sign-in?next=") && form.html.contains(&here), "{at}: {}", form.html);
    let shown = owner.get(&here).await.html;
    assert!(
        shown.contains("href=\"/client-area/sign-in?next=") && !shown.contains("action=\"/client-area/sign-out"),
        "{shown}"
    );
}

#[tokio::test]
async fn who_signs_in_is_told_what_is_true_where_they_want_to_go() {
    let site = Site::start().await;
    let visitor = site.browser();
    let form = async |to: &str| visitor.follow(visitor.get(to).await).await.1.html;
    let (portal, review, bills) = (form("/portal").await, form("/review").await, form("/client-area").await);
    let (ask, panel) = ("href=\"/portal/request\"", "created from the help desk’s panel");
    assert!(portal.contains("Sign in to the publisher portal") && portal.contains(ask), "{portal}");
    assert!(review.contains("decides who reviews versions") && !review.contains(ask), "{review}");
    assert!(bills.contains(panel) && !bills.contains(ask), "{bills}");
    assert!(!portal.contains(panel) && !review.contains(panel), "{portal}{review}");
    let wrong = [("email", "x@y.example"), ("password", "guessed"), ("next", "/portal/publishers/acme")];
    let refused = visitor.post("/client-area/sign-in", &wrong).await;
    assert!(refused.code() == 422 && refused.html.contains(ask), "{}", refused.html);
}

#[tokio::test]
async fn the_platforms_people_find_their_pages_and_no_others() {
    let site = Site::start().await;
    let pages = ["/review/versions", "/review/publishers", "/review/documents"];
    let shown = async |email: &str, permission: StaffPermission| {
        let account = site.account(email, None).await;
        let mut tx = testing::tx(&site.state.db).await;
        staff::grant(&mut tx, account, permission, site.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let browser = site.browser();
        browser.client(email).await;
        let home = browser.get("/portal").await.html;
        assert!(home.contains("href=\"/review\"") && !home.contains("belong to a publisher yet"), "{home}");
        let html = browser.follow(browser.get("/review").await).await.1.html;
        assert!(html.contains("class=\"client-brand\" href=\"/review\""), "{html}");
        pages.map(|page| html.contains(&format!("href=\"{page}\"")))
    };
    assert_eq!(shown("one@platform.example", StaffPermission::ReviewTechnical).await, [true, false, false]);
    assert_eq!(shown("two@platform.example", StaffPermission::PublishersManage).await, [false, true, true]);
}

/// What of a page stands in no dialog: what happens at one click.
fn at_a_click(html: &str) -> String {
    let (first, rest) = html.split_once("<dialog").unwrap_or((html, ""));
    let after = rest.split("<dialog").map(|dialog| dialog.split_once("</dialog>").map_or("", |(_, after)| after));
    [first].into_iter().chain(after).collect()
}

#[tokio::test]
async fn what_cannot_be_undone_is_asked_about_first() {
    let site = Site::start().await;
    let (owner, project, now) = (owner(&site).await, "acme.notes".parse::<AddonId>().unwrap(), site.clock.now());
    let mut tx = testing::tx(&site.state.db).await;
    let manifest = testing::manifest("acme.notes", Version::new(1, 0, 0), 1);
    testing::publish(&mut tx, &manifest, now).await.unwrap();
    projects::create(&mut tx, &project, Kind::Plugin, &Localized::en("Notes"), now).await.unwrap();
    tx.commit().await.unwrap();
    let here = "/portal/publishers/acme";
    let (access, tokens) = (format!("{here}/projects/acme.notes/access"), format!("{here}/tokens"));
    let wrong = owner.post(&format!("{access}/links"), &[("label", ""), ("days", "30")]).await;
    assert!(wrong.code() == 422 && wrong.html.contains("value=\"30\" selected"), "its end is kept: {}", wrong.html);
    assert_eq!(owner.post(&format!("{access}/links"), &[("label", "Fair"), ("days", "30")]).await.code(), 200);
    let token = [("token_name", "ci"), ("scopes", "read"), ("days", "30"), ("password", PASSWORD)];
    assert_eq!(owner.post(&tokens, &token).await.code(), 200);
    let (manage, members) = (format!("{here}/projects/acme.notes/manage"), format!("{here}/members"));
    let staffer = site.account("staff@platform.example", None).await;
    let mut tx = testing::tx(&site.state.db).await;
    staff::grant(&mut tx, staffer, StaffPermission::PublishersManage, now).await.unwrap();
    tx.commit().await.unwrap();
    let platform = site.browser();
    platform.client("staff@platform.example").await;
    let publishers = "/review/publishers".to_owned();
    let asked = [
        (&owner, access, "/revoke\""),
        (&owner, tokens, "/revoke\""),
        (&owner, manage, "/unlist\""),
        (&owner, members, "/remove\""),
        (&platform, publishers, "/status\""),
    ];
    for (browser, page, deed) in asked {
        let html = browser.get(&page).await.html;
        assert!(html.contains(deed) && !at_a_click(&html).contains(deed), "{page}: {html}");
    }
}

#[tokio::test]
async fn a_field_is_described_by_its_hint_and_by_what_is_wrong() {
    let site = Site::start().await;
    let visitor = site.browser();
    assert!(visitor.get("/portal/request").await.html.contains("aria-describedby=\"h-slug\""));
    let wrong = visitor.post("/portal/request", &[("slug", "No such")]).await.html;
    assert!(wrong.contains("aria-describedby=\"h-slug e-slug\"") && wrong.contains("id=\"h-slug\""), "{wrong}");
}

#[tokio::test]
async fn a_name_that_is_taken_is_said_beside_it_and_what_was_typed_stays() {
    let site = Site::start().await;
    let owner = owner(&site).await;
    let make = [("project_name", "Puppet"), ("project_slug", "puppet"), ("kind", "language")];
    let here = "/portal/publishers/acme/projects";
    assert_eq!(owner.post(here, &make).await.code(), 303);
    let again = owner.post(here, &make).await;
    let typed = ["value=\"Puppet\"", "value=\"puppet\"", "value=\"language\" selected", "href=\"#f-project_slug\""];
    assert_eq!((again.code(), typed.map(|part| again.html.contains(part))), (409, [true; 4]), "{}", again.html);
    let overview = owner.get("/portal/publishers/acme").await.html;
    let step = overview.split("Create your first project").nth(1).unwrap().split("</li>").next().unwrap();
    assert!(step.contains("Done"), "{step}");

    let about = [("name", "Acme"), ("contact", "Bo"), ("email", "bo@b.example"), ("site", "https://b.example")];
    let wanted = [about.as_slice(), &[("slug", "acme-two"), ("about", "a CRM")]].concat();
    assert_eq!(site.browser().post("/portal/request", &wanted).await.code(), 303);
    let account = site.account("staff@platform.example", None).await;
    let mut tx = testing::tx(&site.state.db).await;
    staff::grant(&mut tx, account, StaffPermission::PublishersManage, site.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let staffer = site.browser();
    staffer.client("staff@platform.example").await;
    let page = staffer.get("/review/publishers").await.html;
    let request = page.split("/review/requests/").nth(1).unwrap().split('/').next().unwrap();
    let answer = async |what: &str, name: &str, typed: &str| {
        let shown = staffer.post(&format!("/review/requests/{request}/{what}"), &[(name, typed)]).await;
        let led = shown.html.contains(&format!("href=\"#f-{name}-{request}\""));
        (shown.code(), led && shown.html.contains(&format!("id=\"e-{name}-{request}\"")), shown.html)
    };
    for (typed, status, text) in [("acme", 409, "Another publisher has this ID"), ("No such", 422, "2 to 40 lowercase")]
    {
        let (code, at_its_field, html) = answer("approve", "slug", typed).await;
        assert_eq!((code, at_its_field), (status, true), "{html}");
        assert!(html.contains(text) && html.contains(&format!("value=\"{typed}\"")), "{html}");
    }
    let (code, at_its_field, html) = answer("refuse", "reason", "").await;
    assert_eq!((code, at_its_field), (422, true), "{html}");
    assert_eq!(answer("approve", "slug", "acme-two").await.0, 303);
}

#[tokio::test]
async fn the_next_version_is_begun_once_and_a_second_try_shows_the_first() {
    let site = Site::start().await;
    let (owner, here) = (owner(&site).await, "/portal/publishers/acme/projects");
    owner.post(here, &[("project_name", "Puppet"), ("project_slug", "puppet"), ("kind", "plugin")]).await;
    let (project, begin) = (format!("{here}/acme.puppet"), format!("{here}/acme.puppet/begin"));
    assert!(owner.get(&project).await.html.contains(&begin));
    let version = owner.post(&begin, &[]).await.location();
    assert!(!owner.get(&project).await.html.contains(&begin), "one is worked on");
    let again = owner.post(&begin, &[]).await;
    assert_eq!(again.code(), 409, "{}", again.html);
    assert!(again.html.contains("already being worked on") && again.html.contains(&version), "{}", again.html);
    // The same of a step that cannot be taken now: the page of the version says why.
    let withdrawn = owner.post(&format!("{version}/withdraw"), &[("track", "technical")]).await;
    assert!(withdrawn.code() == 409 && withdrawn.html.contains("data-error-summary"), "{}", withdrawn.html);
}

#[tokio::test]
async fn a_project_without_a_package_is_deleted_after_a_question() {
    let site = Site::start().await;
    let (owner, here) = (owner(&site).await, "/portal/publishers/acme/projects");
    owner.post(here, &[("project_name", "Puppet"), ("project_slug", "puppet"), ("kind", "plugin")]).await;
    owner.post(&format!("{here}/acme.puppet/begin"), &[]).await;
    let (page, delete) = (format!("{here}/acme.puppet/manage"), format!("{here}/acme.puppet/manage/delete"));
    let asks = owner.get(&page).await.html;
    assert!(asks.contains(&delete) && !at_a_click(&asks).contains(&delete), "{asks}");
    let mut tx = testing::tx(&site.state.db).await;
    let manifest = testing::manifest("acme.notes", Version::new(1, 0, 0), 1);
    testing::publish(&mut tx, &manifest, site.clock.now()).await.unwrap();
    projects::create(&mut tx, &manifest.id, Kind::Plugin, &Localized::en("Notes"), site.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let refused = owner.post(&format!("{here}/acme.notes/manage/delete"), &[]).await;
    assert!(refused.code() == 409 && refused.html.contains("End the add-on instead"), "{}", refused.html);
    let deleted = owner.post(&delete, &[]).await;
    let (at, list) = owner.follow(deleted).await;
    assert_eq!(at, here);
    assert!(list.html.contains("The project was deleted.") && !list.html.contains("acme.puppet"), "{}", list.html);
    assert!(list.html.contains("acme.notes") && owner.get(&page).await.code() == 404);
}

#[tokio::test]
async fn fields_of_a_draft_are_described_by_their_hints_too() {
    let site = Site::start().await;
    let (owner, here) = (owner(&site).await, "/portal/publishers/acme/projects");
    owner.post(here, &[("project_name", "Puppet"), ("project_slug", "puppet"), ("kind", "plugin")]).await;
    let version = owner.post(&format!("{here}/acme.puppet/begin"), &[]).await.location();
    let long = "x".repeat(161);
    let form = [("rev", "1"), ("summary.en", long.as_str())];
    assert_eq!(owner.post(&version, &form).await.code(), 303, "what is wrong is saved, too");
    let html = owner.get(&version).await.html;
    assert!(html.contains("aria-describedby=\"h-summary.en e-summary.en\""), "{html}");
    assert!(html.contains("id=\"h-summary.en\"") && html.contains("aria-describedby=\"h-description.en\""), "{html}");
}
