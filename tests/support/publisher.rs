//! What publishers do in the portal before a journey begins: an account, a token, a version with everything that it needs.

use std::path::Path;

use serde_json::{Value, json};

use super::{api::Api, browser::Browser, host::Host, payer::PAYER, portal::checked, puppet::Puppet};

/// The picture that [`draw`] lays beside a package, in its listing.
pub(crate) const PICTURE: &str = "pictures = [\"assets/picture.png\"]\n";

/// Asks for a publisher's account, with this text wherever one is asked for. Answers the id of the request.
pub(crate) async fn ask(host: &Host, slug: &str, email: &str, text: &str) -> String {
    let visitor = host.fresh_browser();
    let fields = [
        ("name", "Annex"),
        ("slug", slug),
        ("contact", text),
        ("email", email),
        ("site", "https://annex.example"),
        ("about", text),
    ];
    let page = visitor.get("/portal/request").await;
    let sent = visitor.submit(&page, "form[action='/portal/request']", &fields).await;
    assert_eq!(sent.url.path(), "/portal/request/sent", "{}", sent.text());
    let open = host.setup().command_ok(&["publisher", "requests"]);
    let line = open.lines().find(|line| line.contains(email)).unwrap_or_else(|| panic!("no request:\n{open}"));
    line.split('\t').next().expect("its id").to_owned()
}

/// Makes a token of a publisher of which the payer, who is signed in, is an owner.
pub(crate) async fn token(browser: &Browser, publisher: &str, scopes: &[&str]) -> String {
    let tokens = browser.get(&format!("/portal/publishers/{publisher}/tokens")).await;
    let mut wanted = vec![("token_name", "ci"), ("password", PAYER.1)];
    wanted.extend(scopes.iter().map(|scope| ("scopes", *scope)));
    let made = browser.submit(&tokens, "form[action$='/tokens']", &wanted).await;
    made.attribute("#secret", "value").unwrap_or_else(|| panic!("no token:\n{}", made.text()))
}

/// Lays [`PICTURE`] into the folder of a project.
pub(crate) fn draw(project: &Path) {
    let picture = image::RgbaImage::from_pixel(640, 400, image::Rgba([90, 60, 200, 255]));
    picture.save(project.join("assets/picture.png")).expect("a picture");
}

/// A draft with everything that the package does not say.
pub(crate) fn filled(mut draft: Value, text: &str) -> Value {
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
    draft["release_notes"] = json!({ "en": text });
    draft["highlights"] = json!({ "en": text });
    draft["categories"] = json!(["crm"]);
    draft["terms_url"] = json!("https://annex.example/terms");
    draft["privacy_url"] = json!("https://annex.example/privacy");
    draft["checklist"] = all(&checks, "yes");
    for without_service in ["api-access", "single-sign-on"] {
        draft["checklist"][without_service] = json!("not-applicable");
    }
    draft["certification"] = all(&questions, text);
    draft
}

/// Makes a project of the publisher `annex`, of which the payer, who is signed in, is an owner. Uploads the package of an add-on into it,
/// fills in the draft with this text, and hands it in for both reviews. Answers the id of the version.
pub(crate) async fn hand_in(host: &Host, browser: &Browser, addon: &Puppet<'_>, text: &str) -> String {
    let here = "/portal/publishers/annex/projects";
    let (_, slug) = addon.id.split_once('.').expect("an id");
    let projects = browser.get(here).await;
    let project = [("project_name", text.get(..60).unwrap_or(text)), ("project_slug", slug)];
    browser.submit(&projects, "form[action$='/projects']", &project).await;
    let publisher = Api::of_publisher(&host.url, &token(browser, "annex", &["read", "submit"]).await);
    let (_folder, package) = addon.pack_with(PICTURE, draw);
    let package = std::fs::read(host.setup().sign(&package)).expect("a package");
    let uploaded = publisher.upload_to(addon.id, package).await.expect_ok("upload").await;
    let id = uploaded["id"].as_str().expect("an id").to_owned();
    let version = format!("/projects/{}/versions/{id}", addon.id);
    let read = publisher.get(&version).await;
    let draft = json!({ "seen": read["draft_rev"], "draft": filled(read["draft"].clone(), text) });
    publisher.put(&format!("{version}/draft"), &draft).await.expect_ok("draft").await;
    checked(browser, &format!("{here}/{}/{id}?part=package", addon.id)).await;
    for track in ["technical", "marketplace"] {
        publisher.post(&format!("{version}/submit"), &json!({ "track": track })).await.expect_ok(track).await;
    }
    id
}
