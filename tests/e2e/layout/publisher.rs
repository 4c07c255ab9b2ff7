//! The publisher of the first-party add-ons, to whom the payer belongs, who is of the platform's people as well: a project with a
//! version that waits for its reviews, a link, a note, a request. Where the pages of both are.

use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};

use super::desk::NAME;
use crate::support::{
    api::Api,
    browser::{Browser, Page},
    eventually,
    host::Host,
    payer::PAYER,
    puppet::Puppet,
};

const HERE: &str = "/portal/publishers/annex";
const PROJECT: &str = "/portal/publishers/annex/projects/annex.notes";
const NOTES: Puppet<'_> = Puppet { id: "annex.notes", version: "1.0.0", behaviour: "", plans: "" };

/// `browser` is signed in to the client area as the payer.
pub(super) async fn furnish(host: &Host, browser: &Browser) -> Vec<String> {
    let request = ask(host, "annex", PAYER.0).await;
    host.setup().command_ok(&["publisher", "approve", &request, "--adopt"]);
    for permission in ["review.technical", "review.marketplace", "publishers.manage"] {
        host.setup().command_ok(&["staff", "grant", PAYER.0, permission]);
    }
    ask(host, "others", "ann@others.example").await;
    let version = submit(host, browser).await;
    let access = browser.get(&format!("{PROJECT}/access")).await;
    browser.submit(&access, "form[action$='/access/links']", &[("label", NAME.get(..60).expect("a name"))]).await;
    let table = format!("/review/versions/{version}/technical");
    let note = [("severity", "blocker"), ("at", "field"), ("place", "summary.en"), ("body", NAME)];
    browser.submit(&browser.get(&table).await, "form[action$='/notes']", &note).await;
    pages(&version, table)
}

/// Asks for a publisher's account. Answers the id of the request.
async fn ask(host: &Host, slug: &str, email: &str) -> String {
    let visitor = host.fresh_browser();
    let fields = [
        ("name", "Annex"),
        ("slug", slug),
        ("contact", NAME),
        ("email", email),
        ("site", "https://annex.example"),
        ("about", NAME),
    ];
    let page = visitor.get("/portal/request").await;
    let sent = visitor.submit(&page, "form[action='/portal/request']", &fields).await;
    assert_eq!(sent.url.path(), "/portal/request/sent", "{}", sent.text());
    let open = host.setup().command_ok(&["publisher", "requests"]);
    let line = open.lines().find(|line| line.contains(email)).unwrap_or_else(|| panic!("no request:\n{open}"));
    line.split('\t').next().expect("its id").to_owned()
}

/// Makes a project, uploads its package, fills in its draft and hands it in. Answers the id of the version.
async fn submit(host: &Host, browser: &Browser) -> String {
    let projects = browser.get(&format!("{HERE}/projects")).await;
    let project = [("project_name", NAME.get(..60).expect("a name")), ("project_slug", "notes")];
    browser.submit(&projects, "form[action$='/projects']", &project).await;
    let publisher = Api::of_publisher(&host.url, &token(browser).await);
    let (_folder, package) = NOTES.pack_with("pictures = [\"assets/picture.png\"]\n", draw);
    let package = std::fs::read(host.setup().sign(&package)).expect("a package");
    let upload = publisher.request(Method::POST, "/projects/annex.notes/versions");
    let upload = upload.header("content-type", "application/vnd.annex.package").body(package);
    let uploaded = publisher.send(upload).await.expect_ok("upload").await;
    let id = uploaded["id"].as_str().expect("an id").to_owned();
    let version = format!("/projects/annex.notes/versions/{id}");
    let read = publisher.get(&version).await;
    let draft = json!({ "seen": read["draft_rev"], "draft": filled(read["draft"].clone()) });
    publisher.put(&format!("{version}/draft"), &draft).await.expect_ok("draft").await;
    let page = format!("{PROJECT}/{id}?part=package");
    eventually("the package is checked", || async {
        let shown: Page = browser.get(&page).await;
        shown.has("#report-findings").then_some(())
    })
    .await;
    for track in ["technical", "marketplace"] {
        publisher.post(&format!("{version}/submit"), &json!({ "track": track })).await.expect_ok(track).await;
    }
    id
}

async fn token(browser: &Browser) -> String {
    let tokens = browser.get(&format!("{HERE}/tokens")).await;
    let wanted = [("token_name", "ci"), ("scopes", "read"), ("scopes", "submit"), ("password", PAYER.1)];
    let made = browser.submit(&tokens, "form[action$='/tokens']", &wanted).await;
    made.attribute("#secret", "value").unwrap_or_else(|| panic!("no token:\n{}", made.text()))
}

fn draw(project: &Path) {
    let picture = image::RgbaImage::from_pixel(640, 400, image::Rgba([90, 60, 200, 255]));
    picture.save(project.join("assets/picture.png")).expect("a picture");
}

/// With everything that the package does not say.
fn filled(mut draft: Value) -> Value {
    let checks = [
        "one-click-install",
        "trial",
        "api-access",
        "single-sign-on",
        "pay-as-you-go",
        "life-cycle-tried",
        "accessibility-tried",
    ];
    let questions = ["data-kept", "data-deleted", "other-processors", "incidents"];
    let all = |names: &[&str], answer: &str| -> Value {
        names.iter().map(|name| ((*name).to_owned(), Value::from(answer))).collect::<serde_json::Map<_, _>>().into()
    };
    draft["release_notes"] = json!({ "en": NAME });
    draft["highlights"] = json!({ "en": NAME });
    draft["categories"] = json!(["crm"]);
    draft["terms_url"] = json!("https://annex.example/terms");
    draft["privacy_url"] = json!("https://annex.example/privacy");
    draft["checklist"] = all(&checks, "yes");
    draft["certification"] = all(&questions, NAME);
    draft
}

fn pages(version: &str, table: String) -> Vec<String> {
    let of_publisher = [
        "",
        "/projects",
        "/organisation",
        "/members",
        "/documents",
        "/keys",
        "/tokens",
        "/answers",
        "/figures",
        "/earnings",
    ];
    let of_project = ["", "/access", "/manage", "/manage?step=offer", "/figures"];
    let parts = ["texts", "notes", "details", "package", "checklist", "certification"];
    let of_publisher = of_publisher.map(|end| format!("{HERE}{end}"));
    let of_project = of_project.map(|end| format!("{PROJECT}{end}"));
    let of_version = parts.map(|part| format!("{PROJECT}/{version}?part={part}"));
    let of_review = ["/review/versions", "/review/publishers", "/review/documents"].map(str::to_owned);
    of_publisher.into_iter().chain(of_project).chain(of_version).chain(of_review).chain([table]).collect()
}
