//! From the upload of a package to its roll-out: after each death, reviews, catalog and listing say the same.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::points;
use crate::support::{
    api::Api,
    browser::Browser,
    database::Database,
    host::{Host, NOTHING, Setup},
    payer::{PAYER, STRANGER, make_account},
    publisher::{PICTURE, ask, draw, filled, token},
    puppet::Puppet,
};

const HERE: &str = "/portal/publishers/annex";
const NOTES: Puppet<'_> = Puppet { id: "annex.notes", version: "1.0.0", behaviour: "", plans: "" };

/// Both reviews of the version; whether a desk that is neither the platform's nor the publisher's sees it; whether that desk's
/// marketplace lists it.
type Standing = (&'static str, &'static str, bool, bool);

const NOT_THERE: Standing = ("none", "none", false, false);
const ROLLED_OUT: Standing = ("available", "advertised", true, true);
const PAUSED: Standing = ("available", "advertised", false, false);

/// What is done to a version, in order; and how it stands before.
pub(super) const DEEDS: [(&str, Standing); 8] = [
    ("intake:keep", NOT_THERE),
    ("report:keep", NOT_THERE),
    ("publish:attach", NOT_THERE),
    ("publish:submit", ("draft", "draft", false, false)),
    ("publish:approve", ("in-review", "draft", false, false)),
    ("publish:advertise", ("approved", "in-review", false, false)),
    ("publish:release", ("approved", "advertised", false, false)),
    ("publish:roll-out", ROLLED_OUT),
];

/// A host with a publisher, somebody who reviews, and a desk of somebody else.
struct Stage {
    host: Host,
    owner: Browser,
    reviewer: Browser,
    publisher: Api,
    desk: Api,
    package: Vec<u8>,
}

pub(super) async fn a_version_is_published_whole_or_not_at_all(database: Database) {
    let mut stage = Stage::set(database).await;
    for (deed, standing) in DEEDS {
        for point in points(&format!("{deed}:")) {
            // There, that a transaction which is not committed leaves nothing is the database's matter, and told often enough.
            if !(stage.host.setup().on_postgres() && point.ends_with(":before")) {
                stage.die(&point, deed, standing).await;
            }
        }
    }
    stage.host.restart_with(NOTHING);
    stage.expect(PAUSED, "the end").await;

    // Whoever was not answered, and asks again, hears that it is done.
    let uploaded = stage.publisher.send(stage.upload()).await.expect_ok("the package again").await;
    assert_eq!(uploaded["repeated"], true);
    let version = stage.version().await.unwrap();
    assert_eq!(uploaded["id"], version["id"]);
    let path = path(&version);
    let submitted = stage.publisher.post(&format!("{path}/submit"), &json!({ "track": "technical" })).await;
    submitted.expect_problem(409, "review-not-allowed").await;
    let released = stage.publisher.post(&format!("{path}/release"), &json!({})).await;
    released.expect_problem(409, "review-not-allowed").await;
    assert_eq!((&version["technical"]["round"], &version["marketplace"]["round"]), (&json!(1), &json!(1)));
}

impl Stage {
    async fn set(database: Database) -> Self {
        let host = Setup::new(database).at_one_address().start().await;
        make_account(&host, PAYER, &[]);
        make_account(&host, STRANGER, &[]);
        let request = ask(&host, "annex", PAYER.0, "Notes beside tickets").await;
        host.setup().command_ok(&["publisher", "approve", &request, "--adopt"]);
        for permission in ["review.technical", "review.marketplace"] {
            host.setup().command_ok(&["staff", "grant", STRANGER.0, permission]);
        }
        let (owner, reviewer) = (client_area(&host, PAYER).await, client_area(&host, STRANGER).await);
        let projects = owner.get(&format!("{HERE}/projects")).await;
        let project = [("project_name", "Notes"), ("project_slug", "notes")];
        owner.submit(&projects, "form[action$='/projects']", &project).await;
        let token = token(&owner, "annex", &["read", "submit", "publish"]).await;
        let publisher = Api::of_publisher(&host.url, &token);
        let desk = another_desk(&host).await;
        let (_folder, package) = NOTES.pack_with(PICTURE, draw);
        let package = std::fs::read(host.setup().sign(&package)).unwrap();
        Self { host, owner, reviewer, publisher, desk, package }
    }

    /// Does something, and dies of it at a point.
    async fn die(&mut self, point: &str, deed: &str, standing: Standing) {
        let crash = [("ANNEX_CRASH_AT".to_owned(), point.to_owned())];
        // What nobody asks for may happen before the host can be asked anything.
        if deed == "report:keep" {
            self.host.restart_to_die(crash);
        } else {
            self.host.restart_with(crash);
            self.prepare(deed).await;
            self.expect(standing, point).await;
            self.act(deed).await;
        }
        let patience = std::time::Duration::from_secs(60);
        assert!(self.host.ended_within(patience).await, "{point}: the process did not reach this step");
    }

    /// What has to be done before.
    async fn prepare(&self, deed: &str) {
        let Some(version) = self.version().await else { return };
        let path = path(&version);
        if deed == "publish:submit" {
            let read = self.publisher.get(&path).await;
            let draft = json!({ "seen": read["draft_rev"], "draft": filled(read["draft"].clone(), "They are there.") });
            self.publisher.put(&format!("{path}/draft"), &draft).await.expect_ok("draft").await;
        }
        if deed == "publish:advertise" && version["marketplace"]["state"] == "draft" {
            let listing = self.publisher.post(&format!("{path}/submit"), &json!({ "track": "marketplace" })).await;
            listing.expect_ok("the listing").await;
        }
    }

    /// Does it; there may be no answer.
    async fn act(&self, deed: &str) {
        if matches!(deed, "intake:keep" | "publish:attach") {
            let _ = self.upload().send().await;
            return;
        }
        let version = self.version().await.unwrap();
        let (path, id) = (path(&version), version["id"].as_str().unwrap());
        match deed {
            "publish:submit" => {
                let submit = self.publisher.request(Method::POST, &format!("{path}/submit"));
                let _ = submit.json(&json!({ "track": "technical" })).send().await;
            }
            "publish:release" => {
                let _ = self.publisher.request(Method::POST, &format!("{path}/release")).send().await;
            }
            "publish:approve" => self.approve(id, "technical").await,
            "publish:advertise" => self.approve(id, "marketplace").await,
            "publish:roll-out" => {
                let page = self.owner.get(&format!("{HERE}/projects/{}/{id}", NOTES.id)).await;
                self.owner.press_in_vain(&page, "form[action$='/rollout']", Some("pause"), &[]).await;
            }
            other => panic!("nothing is known that reaches {other}"),
        }
    }

    async fn approve(&self, id: &str, track: &str) {
        let table = self.reviewer.get(&format!("/review/versions/{id}/{track}")).await;
        self.reviewer.press_in_vain(&table, "form[action$='/notes']", Some("Approve"), &[]).await;
    }

    fn upload(&self) -> reqwest::RequestBuilder {
        let upload = self.publisher.request(Method::POST, &format!("/projects/{}/versions", NOTES.id));
        upload.header("content-type", "application/vnd.annex.package").body(self.package.clone())
    }

    /// The only one that there is, if there is one.
    async fn version(&self) -> Option<Value> {
        let versions = self.publisher.get(&format!("/projects/{}/versions", NOTES.id)).await;
        let versions = versions.as_array().unwrap();
        assert!(versions.len() <= 1, "{versions:?}");
        versions.first().cloned()
    }

    async fn expect(&self, (technical, marketplace, is_seen, is_listed): Standing, when: &str) {
        let version = self.version().await;
        let state = |track: &str| match &version {
            Some(version) => version[track]["state"].as_str().unwrap().to_owned(),
            None => "none".to_owned(),
        };
        let listing = self.desk.send(self.desk.request(Method::GET, &format!("/addons/{}", NOTES.id))).await;
        let sees = listing.status() == StatusCode::OK
            && listing.expect_ok("listing").await["versions"].as_array().is_some_and(|all| !all.is_empty());
        let market = self.desk.get("/addons").await;
        let lists = market["items"].as_array().unwrap().iter().any(|one| one["id"] == NOTES.id);
        let found = (state("technical"), state("marketplace"), sees, lists);
        assert_eq!(found, (technical.to_owned(), marketplace.to_owned(), is_seen, is_listed), "{when}");
    }
}

/// The path of a version in the API.
fn path(version: &Value) -> String {
    format!("/projects/{}/versions/{}", NOTES.id, version["id"].as_str().unwrap())
}

async fn client_area(host: &Host, (email, password): (&str, &str)) -> Browser {
    let browser = host.fresh_browser();
    let page = browser.get("/client-area/sign-in").await;
    let form = [("email", email), ("password", password)];
    let page = browser.submit(&page, "form:has(input[name=password])", &form).await;
    assert!(page.status == 200 && !page.url.path().ends_with("/sign-in"), "{}:\n{}", page.url, page.text());
    browser
}

/// A desk that is nobody's of these; as its admin sees it.
async fn another_desk(host: &Host) -> Api {
    const CY: &str = "cy@other.example";
    let made = host.setup().command_ok(&["desk", "create", "Other", "--admin", CY]);
    let link = made.lines().map(str::trim).find(|line| line.starts_with("/setup/")).unwrap();
    let browser = host.fresh_browser();
    let welcome = browser.get(link).await;
    let form = [("name", "Cy"), ("email", CY), ("password", "a long enough password")];
    let page = browser.submit(&welcome, "form[action^='/setup/']", &form).await;
    assert!(page.status == 200 && !page.url.path().starts_with("/setup/"), "{}", page.text());
    let token = host.setup().command_ok(&["token", "create", "--email", CY, "--expires", "365"]);
    Api::new(&host.url, token.trim())
}
