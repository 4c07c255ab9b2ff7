//! Reports of packages: one table of faults, each found by the host's job and by the author's check alike.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
};

use annex_check::{Before, Links, Means, Whose};
use annex_domain::{
    addon::{AddonId, Kind, Seq},
    capability::{Access, Capability},
    clock::Clock as _,
    listing_draft::ListingDraft,
    localized::Localized,
    manifest::{Manifest, Service, ServiceScope},
    permission::Permission,
    report::Report,
    review::{Severity, Target},
};
use annex_package::{TrustedKey, TrustedKeys, build, sign, verify};
use annex_sandbox::Compiler;
use annex_store::{
    catalog,
    projects::{self, versions},
    reports::{self, Ordered, ReportState},
    testing::TestDb,
};
use bytes::Bytes;

use super::support::{World, capability, guest, manifest, on_both, puppet, tongue, version};

const RENDERS: &str = r#"
contacts = [{ name = "Ada", email = "ada@example.org" }]
tickets = [{ subject = "Lamp", requester = "ada@example.org" }]

[[steps]]
do = "render"
expect = { texts = ["data=-"] }
"#;

/// A package with nothing wrong, until a case makes it so.
struct Subject {
    manifest: Manifest,
    component: Vec<u8>,
    files: BTreeMap<String, Bytes>,
}

impl Subject {
    fn fine() -> Self {
        let capabilities = vec![capability(Access::Kv, &[]), capability(Access::TicketsWrite, &[])];
        Self {
            manifest: Manifest { capabilities, ..manifest("acme.puppet", Kind::Plugin, "1.0.0", 1) },
            component: puppet("label=fine"),
            files: BTreeMap::from([("scenarios/renders.toml".to_owned(), Bytes::from_static(RENDERS.as_bytes()))]),
        }
    }

    fn language() -> Self {
        let scenario = Bytes::from_static(b"[[steps]]\ndo = \"describe\"\nexpect = { code = \"fy\" }\n");
        Self {
            manifest: manifest("acme.tongue", Kind::Language, "1.0.0", 1),
            component: tongue("sign-in-title = Oanmelde\n"),
            files: BTreeMap::from([("scenarios/describes.toml".to_owned(), scenario)]),
        }
    }

    fn with(change: impl FnOnce(&mut Self)) -> Self {
        let mut subject = Self::fine();
        change(&mut subject);
        subject
    }

    /// With another file, or another content of one.
    fn with_file(path: &str, content: impl Into<Bytes>) -> Self {
        Self::with(|subject| drop(subject.files.insert(path.into(), content.into())))
    }

    fn package(self, world: &World) -> Bytes {
        let package = build(self.manifest, self.component, self.files).unwrap();
        sign(&package, std::slice::from_ref(&world.key)).unwrap()
    }
}

fn in_both(english: &str, german: &str) -> Localized {
    serde_json::from_value(serde_json::json!({ "en": english, "de": german })).unwrap()
}

fn white_icon() -> Bytes {
    let picture = image::RgbaImage::from_pixel(64, 64, image::Rgba([255; 4]));
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner().into()
}

/// Hands a package in as a publisher does, and waits for the report.
async fn reported(world: &World, package: &Bytes) -> Ordered {
    let manifest = annex_package::peek(package).unwrap();
    let digest = world.host.blobs.put(package.clone()).await.unwrap();
    let mut tx = world.db().begin().await.unwrap();
    reports::order(&mut tx, &manifest.id, &manifest.version, &digest, world.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    world.run_jobs().await;
    let mut conn = world.db().read().await.unwrap();
    reports::get(&mut conn, &manifest.id, &manifest.version).await.unwrap().unwrap()
}

/// As `annex addon check` does.
async fn checked(world: &World, package: &Bytes, before: Option<Before>) -> Report {
    let keys = vec![TrustedKey::for_packages(world.key.public().to_bytes())];
    let trust = TrustedKeys { publisher: "acme".parse().unwrap(), threshold: 1, keys };
    let package = verify(package.clone(), &trust).unwrap();
    let links = Links::Ask(BTreeMap::new());
    let means = Means { compiler: Compiler::InProcess, whose: Whose::Own, before, links };
    annex_check::report(package, means).await.unwrap()
}

type Found = BTreeSet<(String, Severity, String)>;

/// Without lines and words.
fn found(report: &Report) -> Found {
    let place = |target: &Target| match target {
        Target::Line { file, .. } => file.clone(),
        other => other.to_string(),
    };
    report.findings.iter().map(|found| (found.code.clone(), found.severity, place(&found.target))).collect()
}

fn cases() -> Vec<(Subject, &'static str, Severity, &'static str)> {
    use Severity::{Blocker, Suggestion};
    let unused = |subject: &mut Subject| subject.manifest.capabilities.push(capability(Access::ContactsRead, &[]));
    let undeclared = |subject: &mut Subject| subject.manifest.capabilities.truncate(1);
    let untranslated = |subject: &mut Subject| {
        let listing = &mut subject.manifest.listing;
        (listing.name, listing.description) = (in_both("Test", "Prüfung"), in_both("Tests", "Prüft"));
        for asked in &mut subject.manifest.capabilities {
            *asked = Capability { purpose: in_both("to test", "zum Prüfen"), ..asked.clone() };
        }
    };
    let hidden = |subject: &mut Subject| {
        subject.manifest.listing.icon = Some("assets/icon.png".into());
        subject.files.insert("assets/icon.png".into(), white_icon());
    };
    let nowhere = |subject: &mut Subject| {
        subject.manifest.listing.terms_url = Some("https://terms.nowhere.invalid/".into());
    };
    let other_world = |subject: &mut Subject| {
        subject.manifest.capabilities.clear();
        subject.component = guest("tongue");
    };
    let german = Subject::with(|subject| {
        subject.files.insert("locales/en.ftl".into(), Bytes::from_static(b"a = A\nb = B\n"));
        subject.files.insert("locales/de.ftl".into(), Bytes::from_static(b"a = A\n"));
    });
    let scenario = "scenarios/renders.toml";
    vec![
        (Subject::with(unused), "capability-unused", Suggestion, "capabilities[2]"),
        (Subject::with(undeclared), "capability-undeclared", Suggestion, "capabilities"),
        (
            Subject::with(|subject| subject.component = puppet("label=https://api.shop.dev/x")),
            "host-undeclared",
            Suggestion,
            "capabilities",
        ),
        (Subject::with(untranslated), "text-missing", Suggestion, "listing.summary.de"),
        (german, "texts-incomplete", Suggestion, "locales/de.ftl"),
        (Subject::with_file("locales/en.ftl", "a = { b }\nb = { a }\n"), "fluent-cycle", Blocker, "locales/en.ftl"),
        (Subject::with(hidden), "icon-contrast", Suggestion, "listing.icon"),
        (Subject::with(nowhere), "link-broken", Suggestion, "listing.terms_url"),
        (Subject::with_file(scenario, RENDERS.replace("data=-", "other")), "not-as-expected", Blocker, scenario),
        (Subject::with_file(scenario, RENDERS.replace("render", "rendre")), "scenario", Blocker, scenario),
        (Subject::with(|subject| subject.files.clear()), "no-scenarios", Suggestion, ""),
        (Subject::with(|subject| subject.component = b"\0asm nothing".to_vec()), "component-malformed", Blocker, ""),
        (Subject::with(other_world), "wit-mismatch", Blocker, ""),
        (Subject::language(), "language-incomplete", Suggestion, ""),
    ]
}

#[tokio::test]
async fn each_fault_is_found_by_the_host_and_by_the_author_and_nothing_else_is() {
    let database = TestDb::sqlite().await;
    let world = World::on(database.db.clone()).await;
    let fine = Subject::fine().package(&world);
    assert_eq!(found(&checked(&world, &fine, None).await), Found::new());
    for (subject, code, severity, place) in cases() {
        let package = subject.package(&world);
        let expected = Found::from([(code.to_owned(), severity, place.to_owned())]);
        let ordered = reported(&world, &package).await;
        assert_eq!(ordered.state, ReportState::Done, "{code}: {:?}", ordered.error);
        assert_eq!(found(&ordered.report.unwrap()), expected, "by the host");
        assert_eq!(found(&checked(&world, &package, None).await), expected, "by the author");
    }
}

#[tokio::test]
async fn a_report_has_the_views_the_facts_and_what_is_new() {
    on_both(async |world| {
        let first = Subject::fine().package(&world);
        world.host.publish(first.clone(), world.by()).await.unwrap();
        let report = reported(&world, &first).await.report.unwrap();
        assert_eq!(report.findings, []);
        assert_eq!((report.facts.scenarios, report.facts.files), (1, 2));
        assert!(report.facts.machine_code_bytes > 0 && report.facts.package_bytes == first.len() as u64);
        let [shown] = &report.views[..] else { panic!("{:?}", report.views) };
        assert_eq!((shown.scenario.as_str(), shown.step, shown.view.title.as_str()), ("renders", 1, "Puppet"));

        let second = Subject::with(|subject| {
            subject.manifest = Manifest {
                version: "1.1.0".parse().unwrap(),
                seq: Seq(2),
                capabilities: [subject.manifest.capabilities.clone(), vec![capability(Access::ContactsRead, &[])]]
                    .concat(),
                ..subject.manifest.clone()
            };
            subject.manifest.listing.summary = Localized::en("Tests more");
            let scope = ServiceScope { scope: Permission::TicketsView, purpose: Localized::en("to count") };
            subject.manifest.service = Some(Service { scopes: vec![scope], ..Service::default() });
            subject.files.insert("assets/notes.txt".into(), Bytes::from_static(b"new"));
        });
        let second = second.package(&world);
        let report = reported(&world, &second).await.report.unwrap();
        let notes = report.findings.iter().filter(|finding| finding.severity == Severity::Note);
        let notes: Vec<_> = notes.map(|finding| (finding.code.as_str(), finding.text.as_str())).collect();
        let expected = [
            ("capabilities-changed", "capabilities: new contacts.read"),
            ("scopes-changed", "scopes of the service: new tickets.view"),
            ("files-changed", "files: new assets/notes.txt"),
            (
                "texts-changed",
                "texts: new capabilities[2].purpose.en, service.scopes[0].purpose.en; changed listing.summary.en",
            ),
        ];
        assert_eq!(notes, expected);
    })
    .await;
}

#[tokio::test]
async fn what_is_handed_in_for_a_review_is_checked_and_its_version_is_told() {
    on_both(async |world| {
        let (addon, now): (AddonId, _) = ("acme.puppet".parse().unwrap(), world.clock.now());
        let package = Subject::with_file("scenarios/renders.toml", RENDERS.replace("render", "rendre")).package(&world);
        let taken = world.host.publish_for_review(package, world.by(), &addon, Kind::Plugin).await.unwrap();
        let (name, draft) = (Localized::en("Puppet"), ListingDraft::default());
        let mut tx = world.db().begin().await.unwrap();
        projects::create(&mut tx, &addon, Kind::Plugin, &name, now).await.unwrap();
        let id = versions::insert(&mut tx, &addon, &draft, now).await.unwrap();
        versions::set_package(&mut tx, id, &taken.version, &taken.package_digest, &draft, now).await.unwrap();
        tx.commit().await.unwrap();
        let blockers = async || {
            let mut conn = world.db().read().await.unwrap();
            let version = versions::get(&mut conn, &addon.publisher(), &addon, id).await.unwrap();
            version.package.unwrap().blockers
        };
        assert_eq!(blockers().await, None, "it was not checked yet");
        world.run_jobs().await;
        assert_eq!(blockers().await, Some(1));
    })
    .await;
}

#[tokio::test]
async fn a_report_is_made_again_on_demand() {
    on_both(async |world| {
        let (addon, version): (AddonId, _) = ("acme.puppet".parse().unwrap(), version("1.0.0"));
        let nothing = world.host.check_again(&addon, &version).await.unwrap_err();
        assert_eq!(nothing.code(), "not-found");
        let package = Subject::fine().package(&world);
        world.host.publish(package, world.by()).await.unwrap();
        world.host.check_again(&addon, &version).await.unwrap();
        let state = async || {
            let ordered = reports::get(&mut world.db().read().await.unwrap(), &addon, &version).await.unwrap();
            ordered.unwrap().state
        };
        assert_eq!(state().await, ReportState::Waiting);
        world.run_jobs().await;
        assert_eq!(state().await, ReportState::Done);
        // The bytes are lost: that is said, and mended by another upload.
        let listed = catalog::version(&mut world.db().read().await.unwrap(), &addon, &version).await.unwrap().unwrap();
        world.host.blobs.delete(&listed.package_digest).await.unwrap();
        world.host.check_again(&addon, &version).await.unwrap();
        world.run_jobs().await;
        let ordered = reports::get(&mut world.db().read().await.unwrap(), &addon, &version).await.unwrap().unwrap();
        let report = ordered.report.unwrap();
        assert!(report.is_blocked() && report.findings[0].code == "blob-not-found", "{report:?}");
    })
    .await;
}
