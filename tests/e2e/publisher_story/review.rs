//! Versions: what is written about them, their package and report, and both reviews.

use serde_json::json;

use super::{ADDON, PROJECT, Stage};
use crate::support::{
    api::Answer,
    portal::{self, OWNER},
    publisher,
    puppet::{Puppet, plan},
};

/// Stands where plans do in the manifest: 4.00 EUR per user and month, or a trial of 30 days before 30.00 EUR a month; and a service that
/// sets installations up by hand.
const SOLD: &str = concat!(
    plan!("users", "per-user", 400, 0),
    plan!("company", "flat", 3000, 30),
    "[service]\n\
     events = \"https://hooks.annex.example/events\"\n\
     open = \"https://app.annex.example/sign-in\"\n\
     redirects = [\"https://app.annex.example/signed-in\"]\n\
     manual = true\n\
     [[service.scopes]]\n\
     scope = \"tickets.view\"\n\
     purpose = \"to show tickets beside orders\"\n"
);

const CHECKLIST: [(&str, &str); 7] = [
    ("Installs in one click, users included", "Yes"),
    ("Offers a 30-day trial", "Yes"),
    ("Works with the help desk’s API", "Yes"),
    ("Single sign-on into your product", "Yes"),
    ("Billed as it’s used", "Not applicable"),
    ("Install, update and uninstall were tested", "Yes"),
    ("Tested with a keyboard and a screen reader", "Yes"),
];
const DELETED: &str = "How and when is it deleted?";
const CERTIFICATION: [(&str, &str); 4] = [
    ("Which data leaves the help desk, and where is it stored?", "Subjects of tickets, in our data centre."),
    (DELETED, "On request."),
    ("Who else processes it?", "Nobody."),
    ("How are incidents reported, and by whom?", "By mail, within a day, by Ann."),
];

impl Stage {
    /// Makes a project with a package, which is refused until everything is written, and hands it in. Answers the id of the version.
    pub(super) async fn hands_a_version_in(&self) -> String {
        let projects = self.owner.get("/portal/publishers/acme/projects").await;
        let wishes = [("Name in English", "Orders"), ("ID", "orders")];
        let made = self.owner.fill(&projects, "Create project", &wishes).await;
        assert_eq!((made.status, made.url.path()), (200, PROJECT), "{}", made.text());
        let id = self.uploads("1.0.0").await;

        // By both doors, the fields are named.
        let refused = self.submits(&id).await.expect_problem(422, "incomplete").await;
        let named = refused["errors"].as_array().unwrap();
        for field in ["release_notes.en", "terms_url", "checklist.trial", "certification.data-deleted"] {
            assert!(named.iter().any(|error| error["field"] == field), "{field}: {refused}");
        }
        let page = self.owner.get(&at(&id)).await;
        let refused = self.owner.fill(&page, "Submit for review Technical review", &[]).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        refused.expect("What’s new (en): fill this in").expect("Terms of service: fill this in");

        self.writes(&id, "notes", &[("What’s new", "The first one.")]).await;
        let links = [
            ("Categories", "crm"),
            ("Terms of service", "https://acme.example/terms"),
            ("Privacy policy", "https://acme.example/privacy"),
        ];
        self.writes(&id, "details", &links).await;
        self.writes(&id, "checklist", &CHECKLIST).await;
        self.writes(&id, "certification", &CERTIFICATION).await;
        let read = self.programs.get(&version(&id)).await;
        assert_eq!((&read["missing"], &read["problems"]), (&json!([]), &json!([])), "{read}");
        self.is_checked(&id).await;
        let page = self.owner.get(&at(&id)).await;
        let waits = self.owner.fill(&page, "Submit for review Technical review", &[]).await;
        waits.expect("Place in the queue: 1");
        id
    }

    /// The reviewer says what is wrong, the owner reads it in a mail and in the portal, and mends it.
    pub(super) async fn is_rejected_and_hands_in_again(&self, id: &str) {
        self.reviewer.get("/review/versions").await.expect("Orders 1.0.0");
        let table = format!("/review/versions/{id}/technical");
        let remark = [
            ("Severity", "Blocker"),
            ("About", "A field"),
            ("Place", "certification.data-deleted"),
            ("What has to change", "Say when it is deleted without a request."),
        ];
        let page = self.reviewer.get(&table).await;
        let noted = self.reviewer.fill(&page, "Add note", &remark).await;
        self.reviewer.fill(&noted, "Reject", &[]).await;
        self.reviewer.get("/review/versions").await.expect_not("Orders 1.0.0");
        self.mailbox.told(OWNER.0, "Say when it is deleted without a request.").await;
        let page = self.owner.get(&at(id)).await;
        page.expect("Rejected").expect("certification.data-deleted Say when it is deleted");
        assert!(!page.offers("Submit for review Technical review"), "nothing has changed yet:\n{}", page.text());

        self.writes(id, "certification", &[(DELETED, "A month after the installation is gone.")]).await;
        self.submits(id).await.expect_ok("submit again").await;
        let again = self.reviewer.get(&table).await;
        again.expect("A month after the installation is gone.").expect("Changed since");
        let early = self.reviewer.fill(&again, "Approve", &[]).await;
        assert_eq!(early.status, 409, "a blocker is open:\n{}", early.text());
        self.reviewer.fill(&again, "Settle", &[]).await.expect("Settled");
    }

    /// Says yes to what waits in a track.
    pub(super) async fn is_approved(&self, id: &str, track: &str) {
        let page = self.reviewer.get(&format!("/review/versions/{id}/{track}")).await;
        let done = self.reviewer.fill(&page, "Approve", &[]).await;
        assert_eq!((done.status, done.url.path()), (200, "/review/versions"), "{}", done.text());
    }

    /// A later version, up to where help desks may update to it: from the publisher's builds, but for what its owner writes.
    pub(super) async fn releases(&self, number: &str) {
        let id = self.uploads(number).await;
        let notes = format!("What is better in {number}.");
        self.writes(&id, "notes", &[("What’s new", notes.as_str())]).await;
        self.writes(&id, "checklist", &CHECKLIST).await;
        self.is_checked(&id).await;
        self.submits(&id).await.expect_ok("submit").await;
        self.is_approved(&id, "technical").await;
        self.programs.post(&format!("{}/release", version(&id)), &json!({})).await.expect_ok("release").await;
    }

    async fn uploads(&self, number: &str) -> String {
        let puppet = Puppet { id: ADDON, version: number, behaviour: "", plans: SOLD };
        let (_folder, package) = puppet.pack_with(publisher::PICTURE, publisher::draw);
        let package = std::fs::read(self.host.setup().sign_with("acme", &package)).unwrap();
        let uploaded = self.programs.upload_to(ADDON, package).await.expect_ok("upload").await;
        uploaded["id"].as_str().unwrap().to_owned()
    }

    async fn writes(&self, id: &str, part: &str, fields: &[(&str, &str)]) {
        let page = self.owner.get(&format!("{}?part={part}", at(id))).await;
        let saved = self.owner.fill(&page, "Save changes", fields).await;
        assert_eq!(saved.status, 200, "{}", saved.text());
    }

    /// The automatic report is there, and finds nothing that stands against the version.
    async fn is_checked(&self, id: &str) {
        portal::checked(&self.owner, &format!("{}?part=package", at(id))).await;
        let report = self.programs.get(&version(id)).await["report"].clone();
        let findings = report["findings"].as_array().unwrap();
        assert!(report["state"] == "done" && !findings.iter().any(|one| one["severity"] == "blocker"), "{report}");
    }

    async fn submits(&self, id: &str) -> Answer {
        self.programs.post(&format!("{}/submit", version(id)), &json!({ "track": "technical" })).await
    }
}

/// The page of a version.
pub(super) fn at(id: &str) -> String {
    format!("{PROJECT}/{id}")
}

/// The same for programs.
fn version(id: &str) -> String {
    format!("/projects/{ADDON}/versions/{id}")
}
