//! What forms of the portal keep when something is wrong, and how they lead on: nobody is left without a way, or gets what they did not
//! choose.

use annex_domain::{
    addon::PublisherSlug,
    clock::Clock as _,
    publisher::{MemberRole, StaffPermission},
};
use annex_store::{
    catalog,
    publishers::{invitations, members, staff},
    testing,
};

use crate::client_area::tests::site::{Browser, Site};

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
