//! How a publisher offers an add-on, by the pages: whom desks it lets in, how fast and how long; and handing it over.

use annex_domain::{
    addon::{AddonId, Kind, PublisherSlug, Version},
    clock::Clock as _,
    listing_draft::ListingDraft,
    localized::Localized,
    publisher::MemberRole,
};
use annex_store::{catalog, projects, publishers::members, testing};

use crate::client_area::tests::site::{Browser, PASSWORD, Site};

const PROJECT: &str = "/portal/publishers/acme/projects/acme.notes";

/// `acme.notes` 1.0.0, which everybody may install, and its project. Answers the page of its version.
async fn offered(site: &Site) -> String {
    let (slug, project): (PublisherSlug, AddonId) = ("acme".parse().unwrap(), "acme.notes".parse().unwrap());
    let (owner, now, number) = (site.account("ann@acme.example", None).await, site.clock.now(), Version::new(1, 0, 0));
    let mut tx = testing::tx(&site.state.db).await;
    testing::publish(&mut tx, &testing::manifest("acme.notes", number.clone(), 1), now).await.unwrap();
    members::add(&mut tx, &slug, owner, MemberRole::Owner, now).await.unwrap();
    let draft = ListingDraft::default();
    projects::create(&mut tx, &project, Kind::Plugin, &Localized::en("Notes"), now).await.unwrap();
    let id = projects::versions::insert(&mut tx, &project, &draft, now).await.unwrap();
    let row = catalog::version(&mut tx, &project, &number).await.unwrap().unwrap();
    projects::versions::set_package(&mut tx, id, &number, &row.package_digest, &draft, now).await.unwrap();
    tx.commit().await.unwrap();
    format!("{PROJECT}/{id}")
}

async fn signed_in<'s>(site: &'s Site, email: &str) -> Browser<'s> {
    let browser = site.browser();
    browser.client(email).await;
    browser
}

/// What a desk is answered that wants its page.
async fn listing(site: &Site) -> u16 {
    site.admin().await.get("/addons/acme.notes").await.code()
}

#[tokio::test]
async fn a_link_lets_a_desk_in_and_its_publisher_sees_who_came() {
    let site = Site::start().await;
    offered(&site).await;
    let (owner, here) = (signed_in(&site, "ann@acme.example").await, format!("{PROJECT}/access"));
    assert_eq!(listing(&site).await, 200);
    assert_eq!(owner.post(&here, &[("audience", "friends")]).await.code(), 422);
    assert_eq!(owner.post(&here, &[("audience", "link")]).await.code(), 303);
    assert_eq!(listing(&site).await, 404);

    let links = format!("{here}/links");
    let wrong = owner.post(&links, &[("label", ""), ("most", "0"), ("days", "7")]).await;
    assert!(wrong.code() == 422 && wrong.html.contains("id=\"e-label\"") && wrong.html.contains("id=\"e-most\""));
    let made = owner.post(&links, &[("label", "Fair"), ("most", "1"), ("days", "7")]).await.html;
    let link = made.split("/install/acme.notes/1.0.0?access=").nth(1).unwrap().split('"').next().unwrap();
    assert!(!owner.get(&here).await.html.contains("?access="), "it is shown once");
    let (admin, to) = (site.admin().await, "/install/acme.notes/1.0.0");
    assert_eq!(admin.get(&format!("{to}?access={link}")).await.code(), 200);
    assert_eq!(admin.post(to, &[("access", link)]).await.code(), 303);
    assert_eq!(listing(&site).await, 200);
    let shown = owner.get(&here).await.html;
    assert!(shown.contains("By the link") && shown.contains("Used by 1 of 1"), "{shown}");

    let revoke = shown.split("action=\"").find(|rest| rest.contains("/revoke\"")).unwrap().split('"').next().unwrap();
    assert_eq!(owner.post(revoke, &[]).await.code(), 303);
    assert_eq!(listing(&site).await, 404);
    let desks = format!("{here}/desks");
    for nobody in ["acme", "019ca8b9-73c0-7000-8000-000000000010"] {
        assert_eq!(owner.post(&desks, &[("desk", nobody)]).await.code(), 422, "{nobody}");
    }
    let desk = site.desks.desk.to_string();
    assert!(site.admin().await.get("/admin/system").await.html.contains(&desk), "its admins can tell it");
    assert_eq!(owner.post(&desks, &[("desk", &desk)]).await.code(), 303);
    assert_eq!(listing(&site).await, 200);
    assert_eq!(owner.post(&format!("{desks}/{desk}/dismiss"), &[]).await.code(), 303);
    assert_eq!(listing(&site).await, 404);
}

#[tokio::test]
async fn a_version_has_an_install_link_is_held_back_and_withdrawn() {
    let site = Site::start().await;
    let page = offered(&site).await;
    let owner = signed_in(&site, "ann@acme.example").await;
    let shown = owner.get(&page).await.html;
    assert!(shown.contains("value=\"http://127.0.0.1:1/install/acme.notes/1.0.0\""), "to copy: {shown}");
    assert!(shown.contains("href=\"/install/acme.notes/1.0.0\""), "to follow: {shown}");
    let roll = async |percent: &str, what: &str| {
        owner.post(&format!("{page}/rollout"), &[("percent", percent), ("do", what)]).await.code()
    };
    assert_eq!(roll("0", "save").await, 422);
    assert_eq!(roll("50", "save").await, 409, "everybody was offered it");
    assert_eq!(roll("100", "pause").await, 303);
    assert_eq!(listing(&site).await, 404);
    assert_eq!(roll("100", "save").await, 303);
    assert!(owner.get(&page).await.html.contains("The rollout is paused"), "saving does not resume it");
    assert_eq!(roll("100", "resume").await, 303);
    assert_eq!(listing(&site).await, 200);
    assert_eq!(owner.post(&format!("{page}/yank"), &[]).await.code(), 303);
    let withdrawn = owner.get(&page).await.html;
    assert!(withdrawn.contains("You withdrew this version") && !withdrawn.contains("/install/"), "{withdrawn}");
    assert!(withdrawn.contains("/offer-again"), "{withdrawn}");
    assert_eq!(owner.post(&format!("{page}/offer-again"), &[]).await.code(), 303);
    assert!(owner.get(&page).await.html.contains("/install/acme.notes/1.0.0"));
    let mut tx = testing::tx(&site.state.db).await;
    let (addon, now) = ("acme.notes".parse().unwrap(), site.clock.now());
    let (yanked, platform) = (catalog::VersionStatus::Yanked, catalog::YankedBy::Platform);
    catalog::set_version_status(&mut tx, &addon, &Version::new(1, 0, 0), yanked, platform, now).await.unwrap();
    tx.commit().await.unwrap();
    let withdrawn = owner.get(&page).await.html;
    assert!(withdrawn.contains("The platform withdrew") && !withdrawn.contains("/offer-again"), "{withdrawn}");
}

#[tokio::test]
async fn an_add_on_is_ended_with_the_password_and_handed_over_with_both() {
    let site = Site::start().await;
    offered(&site).await;
    let (other, now): (PublisherSlug, _) = ("other".parse().unwrap(), site.clock.now());
    let account = site.account("cy@other.example", None).await;
    let mut tx = testing::tx(&site.state.db).await;
    catalog::add_publisher(&mut tx, &other, "Other", now).await.unwrap();
    members::add(&mut tx, &other, account, MemberRole::Owner, now).await.unwrap();
    tx.commit().await.unwrap();
    let (owner, them) = (signed_in(&site, "ann@acme.example").await, signed_in(&site, "cy@other.example").await);
    let here = format!("{PROJECT}/manage");
    let in_grid = async || site.admin().await.get("/addons").await.html.contains("/addons/acme.notes");
    assert!(in_grid().await);
    assert_eq!(owner.post(&format!("{here}/unlist"), &[]).await.code(), 303);
    assert!(!in_grid().await && listing(&site).await == 200);

    assert!(owner.get(&format!("{here}?step=end")).await.html.contains("name=\"password\""));
    assert_eq!(owner.post(&format!("{here}/end"), &[("password", "guessed")]).await.code(), 422);
    assert_eq!(owner.post(&format!("{here}/end"), &[("password", PASSWORD)]).await.code(), 303);
    assert_eq!(listing(&site).await, 404);
    assert_eq!(owner.post(&format!("{here}/keep"), &[]).await.code(), 303);
    assert_eq!(listing(&site).await, 200);

    let offer = async |to: &str| {
        owner.post(&format!("{here}/offer"), &[("offered_to", to), ("password", PASSWORD)]).await.code()
    };
    assert_eq!((offer("No such").await, offer("acme").await, offer("nobody").await), (422, 422, 422));
    let (list, sign) = ("/portal/publishers/other/projects", "/portal/publishers/other/offers/acme.notes");
    assert_eq!(them.get(sign).await.code(), 404);
    assert_eq!(offer("other").await, 303);
    assert!(them.get(list).await.html.contains(sign));
    assert_eq!(them.post(sign, &[("password", "guessed")]).await.code(), 422);
    let signed = them.post(sign, &[("password", PASSWORD)]).await;
    assert_eq!(signed.location(), format!("{list}/acme.notes"));
    assert_eq!((them.get(&signed.location()).await.code(), owner.get(PROJECT).await.code()), (200, 404));
}
