//! From a project to an advertised version, through pages and API, with one account that publishes and one that reviews.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
};

use annex_domain::{
    addon::{AddonId, KeyPurpose, Kind, PublisherSlug, Version},
    clock::Clock as _,
    ids::AccountId,
    listing_draft::{CheckItem, Question},
    mail::MailKind,
    manifest::{Listing, Manifest},
    publisher::{MemberRole, PublisherScope, StaffPermission},
};
use annex_package::{build, keys::SigningKey, sign};
use annex_store::{
    catalog::{self, VersionStatus},
    mails, projects,
    publishers::{members, staff, tokens},
};
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use bytes::Bytes;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{
    api::tests::addons::{guest, key, manifest},
    client_area::tests::site::{Browser, Site},
};

const ICON: &[u8] = include_bytes!("../../../../sdk/author/templates/icon.png");
pub(super) const OWNER: &str = "ann@acme.example";
pub(super) const REVIEWER: &str = "one@platform.example";

/// A publisher whose key is enrolled, with a token of its owner; and a reviewer.
pub(super) async fn prepared(site: &Site) -> String {
    let (owner, reviewer) = (site.account(OWNER, None).await, site.account(REVIEWER, None).await);
    let (slug, now): (PublisherSlug, _) = ("acme".parse().unwrap(), site.clock.now());
    let mut tx = annex_store::testing::tx(&site.state.db).await;
    catalog::add_publisher(&mut tx, &slug, "Acme", now).await.unwrap();
    catalog::add_key(&mut tx, &slug, &key().public().to_bytes(), KeyPurpose::Package, now).await.unwrap();
    members::add(&mut tx, &slug, owner, MemberRole::Owner, now).await.unwrap();
    for permission in [StaffPermission::ReviewTechnical, StaffPermission::ReviewMarketplace] {
        staff::grant(&mut tx, reviewer, permission, now).await.unwrap();
    }
    let secret = token(&mut tx, &slug, owner, &[PublisherScope::Read, PublisherScope::Submit], site).await;
    tx.commit().await.unwrap();
    secret
}

async fn token(
    tx: &mut annex_store::Tx,
    slug: &PublisherSlug,
    account: AccountId,
    scopes: &[PublisherScope],
    site: &Site,
) -> String {
    let scopes: BTreeSet<_> = scopes.iter().copied().collect();
    tokens::create(tx, slug, account, "ci", &scopes, 9, site.clock.now()).await.unwrap().secret
}

fn package(version: &str, seq: u32) -> Bytes {
    let plain = manifest("acme.puppet", Kind::Plugin, version, seq);
    let (icon, picture) = ("assets/icon.png".to_owned(), "assets/one.png".to_owned());
    let listing = Listing { icon: Some(icon.clone()), pictures: vec![picture.clone()], ..plain.listing.clone() };
    let files = BTreeMap::from([(icon, Bytes::from_static(ICON)), (picture, drawn())]);
    sign(&build(Manifest { listing, ..plain }, guest("puppet"), files).unwrap(), &[key()]).unwrap()
}

fn drawn() -> Bytes {
    let picture = image::RgbaImage::from_pixel(320, 200, image::Rgba([9; 4]));
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner().into()
}

/// Calls the API of publishers; status and body.
async fn call(site: &Site, secret: &str, method: Method, path: &str, media: &str, body: Bytes) -> (u16, Value) {
    let request = Request::builder()
        .method(method)
        .uri(format!("/publisher/v1{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {secret}"))
        .header(header::CONTENT_TYPE, media)
        .body(Body::from(body))
        .unwrap();
    let answer = site.router.clone().oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    let bytes = axum::body::to_bytes(answer.into_body(), 4 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

pub(super) async fn get(site: &Site, secret: &str, path: &str) -> (u16, Value) {
    call(site, secret, Method::GET, path, "application/json", Bytes::new()).await
}

async fn send(site: &Site, secret: &str, method: Method, path: &str, body: &Value) -> (u16, Value) {
    call(site, secret, method, path, "application/json", body.to_string().into()).await
}

pub(super) async fn upload(site: &Site, secret: &str, project: &str) -> (u16, Value) {
    upload_of(site, secret, project, package("1.0.0", 1)).await
}

async fn upload_of(site: &Site, secret: &str, project: &str, bytes: Bytes) -> (u16, Value) {
    let path = format!("/projects/{project}/versions");
    call(site, secret, Method::POST, &path, "application/vnd.annex.package", bytes).await
}

/// What the automatic report does, without a blocker.
async fn checked(site: &Site, digest: &str) {
    let (project, digest): (AddonId, _) = ("acme.puppet".parse().unwrap(), digest.parse().unwrap());
    let mut tx = annex_store::testing::tx(&site.state.db).await;
    projects::versions::set_checked(&mut tx, &project, &digest, 0).await.unwrap();
    tx.commit().await.unwrap();
}

/// Fills in what a package does not say, part by part as the pages have it.
async fn fill_in(owner: &Browser<'_>, page: &str) {
    let save = async |part: &str, fields: Vec<(String, &str)>| {
        let form_of = format!("{page}?part={part}");
        let html = owner.get(&form_of).await.html;
        let rev = html.split("name=\"rev\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let mut form = vec![("rev", rev)];
        form.extend(fields.iter().map(|(name, value)| (name.as_str(), *value)));
        let saved = owner.post(&form_of, &form).await;
        assert_eq!(saved.code(), 303, "{part}: {}", saved.html);
    };
    let named = |name: &str, value| (name.to_owned(), value);
    save("notes", vec![named("release_notes.en", "The first one.")]).await;
    save("texts", vec![named("highlights.en", "As fast as it gets")]).await;
    let links = vec![
        named("works_with", "Phones"),
        named("video", "https://acme.example/video"),
        named("terms_url", "https://acme.example/terms"),
        named("privacy_url", "https://acme.example/privacy"),
        named("categories", "crm"),
    ];
    save("details", links).await;
    let answer = |item| match item {
        CheckItem::ApiAccess | CheckItem::SingleSignOn => "not-applicable",
        _ => "yes",
    };
    save("checklist", CheckItem::ALL.map(|item| (format!("checklist.{item}"), answer(item))).to_vec()).await;
    save("certification", Question::ALL.map(|item| (format!("certification.{item}"), "none")).to_vec()).await;
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a journey from end to end")]
async fn a_project_becomes_an_advertised_version() {
    let site = Site::start().await;
    let secret = prepared(&site).await;
    let (owner, reviewer) = (site.browser(), site.browser());
    owner.client(OWNER).await;
    reviewer.client(REVIEWER).await;
    let here = "/portal/publishers/acme/projects";
    let bad = owner.post(here, &[("project_name", "Puppet"), ("project_slug", "No"), ("kind", "plugin")]).await;
    assert!(bad.code() == 422 && bad.html.contains("value=\"Puppet\""), "what was typed is kept: {}", bad.html);
    let made = owner.post(here, &[("project_name", "Puppet"), ("project_slug", "puppet"), ("kind", "plugin")]).await;
    assert_eq!(made.location(), "/portal/publishers/acme/projects/acme.puppet");

    let (status, uploaded) = upload(&site, &secret, "acme.puppet").await;
    assert_eq!(status, 201, "{uploaded}");
    assert_eq!(upload(&site, &secret, "acme.puppet").await.0, 200, "the same again");
    let id = uploaded["id"].as_str().unwrap();
    let (api, page) = (format!("/projects/acme.puppet/versions/{id}"), format!("{here}/acme.puppet/{id}"));
    let (_, refused) =
        send(&site, &secret, Method::POST, &format!("{api}/submit"), &json!({ "track": "technical" })).await;
    assert_eq!(refused["code"], "incomplete");
    let named = refused["errors"].as_array().unwrap().iter().any(|error| error["field"] == "release_notes.en");
    assert!(named, "{refused}");
    let shown = owner.post(&format!("{page}/submit"), &[("track", "technical")]).await;
    assert!(shown.code() == 422 && shown.html.contains("What’s new (en)"), "the same by the form: {}", shown.html);
    fill_in(&owner, &page).await;
    let (_, version) = get(&site, &secret, &api).await;
    assert_eq!((&version["missing"], &version["problems"]), (&json!([]), &json!([])), "{version}");
    let signs_in = json!({ "item": "single-sign-on", "standing": "confirmed" });
    assert_eq!(version["requirements"][3], signs_in, "{version}");
    let checklist = owner.get(&format!("{page}?part=checklist")).await.html;
    assert!(checklist.contains("Confirmed by the publisher"), "{checklist}");

    checked(&site, uploaded["package_digest"].as_str().unwrap()).await;
    for track in ["technical", "marketplace"] {
        let (status, answer) =
            send(&site, &secret, Method::POST, &format!("{api}/submit"), &json!({ "track": track })).await;
        assert_eq!(status, 204, "{answer}");
    }
    let queue = reviewer.get("/review/versions").await.html;
    assert!(queue.contains(&format!("/review/versions/{id}/technical")), "{queue}");
    let first = reviewer.get(&format!("/review/versions/{id}/marketplace")).await.html;
    for told in [
        "As fast as it gets",
        "https://acme.example/privacy",
        "checklist.trial",
        "The first one.",
        "one.png",
        "Confirmed by the publisher",
    ] {
        assert!(first.contains(told), "nothing was approved before, so all of it is to be seen: {told}: {first}");
    }
    let decide = async |track: &str, what: &str| {
        let table = format!("/review/versions/{id}/{track}");
        let html = reviewer.get(&table).await.html;
        let seen = html.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        reviewer.post(&format!("{table}/{what}"), &[("seen", &seen)]).await.code()
    };
    let nowhere = [("severity", "blocker"), ("at", "field"), ("place", ""), ("body", "Say what it does.")];
    let refused = reviewer.post(&format!("/review/versions/{id}/marketplace/notes"), &nowhere).await;
    assert!(refused.code() == 422 && refused.html.contains("Enter a place"), "{}", refused.html);
    let note = [("severity", "blocker"), ("at", "field"), ("place", "summary.en"), ("body", "Say what it does.")];
    let noted = reviewer.post(&format!("/review/versions/{id}/marketplace/notes"), &note).await;
    assert_eq!(noted.code(), 303, "{}", noted.html);
    let (_, version) = get(&site, &secret, &api).await;
    assert_eq!(version["marketplace"]["notes"], json!([]), "it is told once it is decided");
    assert_eq!(decide("marketplace", "approve").await, 409);
    assert_eq!(decide("marketplace", "reject").await, 303);
    let mut conn = site.state.db.read().await.unwrap();
    let all = mails::list(&mut conn, site.desks.desk, None, 9).await.unwrap();
    drop(conn);
    assert!(all.iter().any(|mail| mail.kind == MailKind::VersionRejected && mail.to == OWNER));
    let (_, version) = get(&site, &secret, &api).await;
    assert_eq!(version["marketplace"]["notes"][0]["target"]["path"], "summary.en");

    // By API: what was seen is named, and of two the second is told so.
    let (mut draft, seen) = (version["draft"].clone(), version["draft_rev"].clone());
    draft["summary"]["en"] = json!("Moves as it is told.");
    let body = json!({ "seen": seen, "draft": draft });
    assert_eq!(send(&site, &secret, Method::PUT, &format!("{api}/draft"), &body).await.0, 200);
    let other = json!({ "seen": seen, "draft": version["draft"] });
    assert_eq!(send(&site, &secret, Method::PUT, &format!("{api}/draft"), &other).await.1["code"], "conflict");
    let again = owner.post(&format!("{page}/submit"), &[("track", "marketplace")]).await;
    assert_eq!(again.code(), 303, "{}", again.html);
    let table = reviewer.get(&format!("/review/versions/{id}/marketplace")).await.html;
    assert!(table.contains("Changed since"), "{table}");
    let settle = table.split("action=\"").find(|rest| rest.contains("/settle\"")).unwrap().split('"').next().unwrap();
    assert_eq!(reviewer.post(settle, &[]).await.code(), 303);
    let reopen = settle.replace("/settle", "/reopen");
    assert_eq!(reviewer.post(&reopen, &[]).await.code(), 303);
    assert_eq!(decide("marketplace", "approve").await, 409, "it is open again");
    let waits = owner.get(&page).await.html;
    assert!(waits.contains("Place in the queue: 1") && !waits.contains(">Settled<"), "{waits}");
    assert_eq!(reviewer.post(settle, &[]).await.code(), 303);
    assert!(owner.get(&page).await.html.contains(">Settled<"), "its publisher sees what is settled");
    assert_eq!(decide("marketplace", "approve").await, 303);
    assert_eq!(decide("technical", "approve").await, 303);
    let release = send(&site, &secret, Method::POST, &format!("{api}/release"), &json!({})).await;
    assert_eq!((release.0, &release.1["code"]), (403, &json!("forbidden")), "the token has no such scope");
    let in_grid = async || site.admin().await.get("/addons").await.html.contains("/addons/acme.puppet");
    assert!(!in_grid().await, "it is advertised once desks may install it");
    assert_eq!(owner.post(&format!("{page}/release"), &[]).await.code(), 303);
    assert!(in_grid().await);
    let (_, version) = get(&site, &secret, &api).await;
    assert_eq!((&version["technical"]["state"], &version["standing"]), (&json!("available"), &json!("published")));
    assert_eq!(version["marketplace"]["state"], "advertised");

    let mut conn = site.state.db.read().await.unwrap();
    let addon: AddonId = "acme.puppet".parse().unwrap();
    let row = catalog::version(&mut conn, &addon, &Version::new(1, 0, 0)).await.unwrap().unwrap();
    drop(conn);
    assert_eq!(
        (row.status, row.manifest.listing.summary.get("en")),
        (VersionStatus::Available, "Moves as it is told.")
    );
    let listing = site.admin().await.get("/addons/acme.puppet").await;
    assert!(listing.code() == 200 && listing.html.contains("Moves as it is told."), "{}", listing.html);
    for told in ["As fast as it gets", "Phones", "https://acme.example/video", "/addons/acme.puppet/pictures/1.0.0/1"] {
        assert!(listing.html.contains(told), "{told}: {}", listing.html);
    }
}

/// The id of a version of `acme.puppet` that waits for one of its reviews.
pub(super) async fn waiting(site: &Site, secret: &str, owner: &Browser<'_>, track: &str) -> String {
    let here = "/portal/publishers/acme/projects";
    owner.post(here, &[("project_name", "Puppet"), ("project_slug", "puppet"), ("kind", "plugin")]).await;
    let uploaded = upload(site, secret, "acme.puppet").await.1;
    let id = uploaded["id"].as_str().unwrap().to_owned();
    let page = format!("{here}/acme.puppet/{id}");
    fill_in(owner, &page).await;
    checked(site, uploaded["package_digest"].as_str().unwrap()).await;
    let submitted = owner.post(&format!("{page}/submit"), &[("track", track)]).await;
    assert_eq!(submitted.code(), 303, "{}", submitted.html);
    id
}

#[tokio::test]
async fn a_package_that_cannot_go_into_its_version_is_not_taken_in() {
    let site = Site::start().await;
    let secret = prepared(&site).await;
    let owner = site.browser();
    owner.client(OWNER).await;
    let here = "/portal/publishers/acme/projects";
    owner.post(here, &[("project_name", "Puppet"), ("project_slug", "puppet"), ("kind", "plugin")]).await;
    let (_, uploaded) = upload(&site, &secret, "acme.puppet").await;
    let id = uploaded["id"].as_str().unwrap();
    fill_in(&owner, &format!("{here}/acme.puppet/{id}")).await;
    checked(&site, uploaded["package_digest"].as_str().unwrap()).await;
    let submit = format!("/projects/acme.puppet/versions/{id}/submit");
    let (status, answer) = send(&site, &secret, Method::POST, &submit, &json!({ "track": "marketplace" })).await;
    assert_eq!(status, 204, "{answer}");
    let next = package("1.0.1", 2);
    let (status, refused) = upload_of(&site, &secret, "acme.puppet", next.clone()).await;
    assert_eq!((status, &refused["code"]), (409, &json!("review-not-allowed")), "{refused}");
    let addon: AddonId = "acme.puppet".parse().unwrap();
    let mut conn = site.state.db.read().await.unwrap();
    assert!(catalog::version(&mut conn, &addon, &Version::new(1, 0, 1)).await.unwrap().is_none());
    drop(conn);
    assert_eq!(upload(&site, &secret, "acme.puppet").await.0, 200, "what is there already is there again");
    let back = submit.replace("/submit", "/withdraw");
    assert_eq!(send(&site, &secret, Method::POST, &back, &json!({ "track": "marketplace" })).await.0, 204);
    assert_eq!(upload_of(&site, &secret, "acme.puppet", next).await.0, 201);
}

#[tokio::test]
async fn a_package_that_does_not_fit_is_refused_with_its_own_code_and_leaves_nothing() {
    let site = Site::start().await;
    let secret = prepared(&site).await;
    let project: AddonId = "acme.puppet".parse().unwrap();
    let names = annex_domain::localized::Localized::en("Puppet");
    let mut tx = annex_store::testing::tx(&site.state.db).await;
    projects::create(&mut tx, &project, Kind::Plugin, &names, site.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(upload(&site, &secret, "acme.puppet").await.0, 201);
    let there = async || {
        let mut conn = site.state.db.read().await.unwrap();
        (get(&site, &secret, "/projects/acme.puppet/versions").await.1, catalog::versions(&mut conn, &project).await)
    };
    let before = there().await;
    let component = guest("puppet");
    let signed = |id: &str, version: &str, seq: u32, by: SigningKey| {
        let plain = manifest(id, Kind::Plugin, version, seq);
        sign(&build(plain, component.clone(), BTreeMap::new()).unwrap(), &[by]).unwrap()
    };
    for (bytes, code) in [
        (signed("other.tool", "1.1.0", 2, key()), "other-addon"),
        (signed("acme.other", "1.1.0", 2, key()), "other-addon"),
        (signed("acme.puppet", "1.1.0", 2, SigningKey::from_seed(&[8; 32])), "unknown-key"),
        (signed("acme.puppet", "1.0.0", 2, key()), "version-exists"),
        (signed("acme.puppet", "1.1.0", 1, key()), "older-seq"),
        (Bytes::from_static(b"a letter"), "not-a-package"),
    ] {
        let (status, refused) = upload_of(&site, &secret, "acme.puppet", bytes).await;
        assert_eq!(refused["code"], code, "{status} {refused}");
    }
    let after = there().await;
    assert_eq!(after.0, before.0);
    assert_eq!(after.1.unwrap().len(), before.1.unwrap().len());
}

#[tokio::test]
async fn programs_need_a_token_of_the_publisher_and_find_nothing_of_another() {
    let site = Site::start().await;
    let secret = prepared(&site).await;
    let stranger = site.account("cy@other.example", None).await;
    let (other, now): (PublisherSlug, _) = ("other".parse().unwrap(), site.clock.now());
    let mut tx = annex_store::testing::tx(&site.state.db).await;
    catalog::add_publisher(&mut tx, &other, "Other", now).await.unwrap();
    members::add(&mut tx, &other, stranger, MemberRole::Owner, now).await.unwrap();
    let theirs = token(&mut tx, &other, stranger, &PublisherScope::ALL, &site).await;
    let project: AddonId = "acme.puppet".parse().unwrap();
    let names = annex_domain::localized::Localized::en("Puppet");
    projects::create(&mut tx, &project, Kind::Plugin, &names, now).await.unwrap();
    let id = projects::versions::insert(&mut tx, &project, &Default::default(), now).await.unwrap();
    tx.commit().await.unwrap();
    let versions = "/projects/acme.puppet/versions".to_owned();
    assert_eq!(get(&site, "annp_nonsense", &versions).await.1["code"], "unauthorized");
    assert_eq!(get(&site, &secret, &versions).await.0, 200);
    let one = format!("{versions}/{id}");
    for path in [&versions, &one] {
        assert_eq!(get(&site, &theirs, path).await.1["code"], "not-found", "{path}");
    }
    assert_eq!(upload(&site, &theirs, "acme.puppet").await.1["code"], "not-found");
    let body = json!({ "track": "technical" });
    for what in ["submit", "withdraw", "release"] {
        let path = format!("{one}/{what}");
        assert_eq!(send(&site, &theirs, Method::POST, &path, &body).await.1["code"], "not-found", "{path}");
    }
    let draft = json!({ "seen": 1, "draft": {} });
    assert_eq!(send(&site, &theirs, Method::PUT, &format!("{one}/draft"), &draft).await.1["code"], "not-found");
    let (status, document) = get(&site, "", "/openapi.json").await;
    assert_eq!(status, 200);
    assert!(document["paths"]["/projects/{project}/versions/{version}/submit"]["post"].is_object(), "{document}");
}
