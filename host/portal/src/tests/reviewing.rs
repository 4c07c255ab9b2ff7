//! Projects and their reviews, through the functions, on both databases.

mod crashes;
mod reports;

use std::collections::BTreeMap;

use annex_domain::{
    addon::{AddonId, Digest, Kind, Version},
    capability::{Access, Capability},
    ids::ProjectVersionId,
    listing_draft::{Answer, CheckItem, ListingDraft, Question},
    localized::Localized,
    manifest::{FileEntry, Manifest},
    plan::{Plan, PlanModel},
    review::{Severity, State, Target, Track},
};
use annex_store::{
    catalog::{Reach, VersionStatus},
    projects::{notes, reviews, versions},
    testing,
};

use super::*;
use crate::{
    projects::{Create, Saved},
    review::{Approval, Remark},
};

/// A publisher with a project, and two of the platform's people.
struct Stage {
    bench: Bench,
    owner: Member,
    project: AddonId,
    one: Staff,
    other: Staff,
}

impl Stage {
    async fn make(db: Db) -> Self {
        let bench = Bench::make(db).await;
        let owner = bench.member("acme", "ann@acme.example", MemberRole::Owner).await;
        let create = Create { slug: "notes".into(), kind: Kind::Plugin, names: english("Notes") };
        let project = projects::create(&bench.portal, &owner, &create).await.unwrap();
        let one = Self::staff(&bench, "one@platform.example").await;
        let other = Self::staff(&bench, "other@platform.example").await;
        Self { bench, owner, project, one, other }
    }

    async fn staff(bench: &Bench, email: &str) -> Staff {
        let account = bench.account(email).await;
        for permission in [StaffPermission::ReviewTechnical, StaffPermission::ReviewMarketplace] {
            staff::grant(&bench.portal, email, permission, NOW).await.unwrap();
        }
        Staff::find(&bench.portal, account, NOW).await.unwrap()
    }

    fn portal(&self) -> &Portal {
        &self.bench.portal
    }

    /// Puts a package of the project into the catalog, as its upload does, and into the version that is worked on.
    async fn upload(&self, manifest: &Manifest) -> Result<ProjectVersionId, Refusal> {
        let mut tx = testing::tx(&self.portal().db).await;
        testing::publish(&mut tx, manifest, NOW).await.unwrap();
        catalog::set_reach(&mut tx, &manifest.id, &manifest.version, Reach::Own, NOW).await.unwrap();
        let row = catalog::version(&mut tx, &manifest.id, &manifest.version).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        projects::attach(self.portal(), &self.owner, &self.project, &row.version, &row.package_digest).await
    }

    /// What the automatic report does.
    async fn check(&self, id: ProjectVersionId, blockers: u32) {
        let digest = self.version(id).await.package.unwrap().digest;
        let mut tx = testing::tx(&self.portal().db).await;
        versions::set_checked(&mut tx, &self.project, &digest, blockers).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn version(&self, id: ProjectVersionId) -> versions::ProjectVersion {
        let mut conn = self.portal().db.read().await.unwrap();
        versions::get(&mut conn, &self.owner.publisher, &self.project, id).await.unwrap()
    }

    async fn save(&self, id: ProjectVersionId, draft: ListingDraft) -> Result<Saved, Refusal> {
        let seen = self.version(id).await.draft_rev;
        projects::save(self.portal(), &self.owner, &self.project, id, seen, draft).await
    }

    async fn submit(&self, id: ProjectVersionId, track: Track) -> Result<(), Refusal> {
        projects::submit(self.portal(), &self.owner, &self.project, id, track).await
    }

    async fn state(&self, id: ProjectVersionId, track: Track) -> State {
        self.stored(id, track).await.review.state()
    }

    async fn stored(&self, id: ProjectVersionId, track: Track) -> reviews::Stored {
        *reviews::both(&mut self.portal().db.read().await.unwrap(), id).await.unwrap().of(track)
    }

    async fn approve(&self, by: &Staff, id: ProjectVersionId, track: Track) -> Result<Approval, Refusal> {
        let seen = self.stored(id, track).await.rev;
        review::approve(self.portal(), by, id, track, seen, None).await
    }

    async fn reject(&self, by: &Staff, id: ProjectVersionId, track: Track) -> Result<(), Refusal> {
        let seen = self.stored(id, track).await.rev;
        review::reject(self.portal(), by, id, track, seen, None).await
    }

    async fn block(&self, id: ProjectVersionId, track: Track, path: &str) -> annex_domain::ids::NoteId {
        let target = Target::Field { path: path.into() };
        let remark = Remark { severity: Severity::Blocker, target, body: "say more".into() };
        review::note(self.portal(), &self.one, id, track, &remark).await.unwrap()
    }

    /// A version that is complete and checked.
    async fn ready(&self, manifest: &Manifest) -> ProjectVersionId {
        let id = self.upload(manifest).await.unwrap();
        let draft = complete(self.version(id).await.draft);
        self.save(id, draft).await.unwrap();
        self.check(id, 0).await;
        id
    }
}

fn english(text: &str) -> annex_domain::listing_draft::Texts {
    [("en".to_owned(), text.to_owned())].into()
}

fn manifest(version: Version, seq: u32) -> Manifest {
    let mut manifest = testing::manifest("acme.notes", version, seq);
    let file = |path: &str| FileEntry { path: path.into(), size: 1, sha256: Digest::of(path.as_bytes()) };
    manifest.listing.icon = Some("icon.png".into());
    manifest.listing.pictures = vec!["one.png".into()];
    manifest.files = vec![file("icon.png"), file("one.png")];
    manifest
}

/// What its publisher says of an add-on without a service.
fn answers() -> BTreeMap<CheckItem, Answer> {
    let answer = |item| match item {
        CheckItem::ApiAccess | CheckItem::SingleSignOn => Answer::NotApplicable,
        _ => Answer::Yes,
    };
    CheckItem::ALL.into_iter().map(|item| (item, answer(item))).collect()
}

/// With everything that a package does not say.
fn complete(draft: ListingDraft) -> ListingDraft {
    ListingDraft {
        release_notes: english("The newest one."),
        categories: ["crm".to_owned()].into(),
        terms_url: "https://acme.example/terms".into(),
        privacy_url: "https://acme.example/privacy".into(),
        checklist: answers(),
        certification: Question::ALL.into_iter().map(|question| (question, "none".to_owned())).collect(),
        ..draft
    }
}

/// With a plan of so many cents.
fn priced(version: Version, seq: u32, price: i64) -> Manifest {
    Manifest { plans: vec![team(price)], ..manifest(version, seq) }
}

fn first() -> Manifest {
    manifest(Version::new(1, 0, 0), 1)
}

/// So many cents a month, after 30 days.
fn team(price: i64) -> Plan {
    Plan {
        id: "team".parse().unwrap(),
        name: Localized::en("Team"),
        summary: None,
        model: PlanModel::Flat,
        price,
        currency: annex_domain::money::Currency::USD,
        trial_days: 30,
    }
}

#[tokio::test]
async fn a_version_is_handed_in_complete_with_a_package_without_blockers_and_with_documents_accepted() {
    on_both(async |db| {
        let stage = Stage::make(db).await;
        let id = projects::begin(stage.portal(), &stage.owner, &stage.project).await.unwrap();
        assert_eq!(code(projects::begin(stage.portal(), &stage.owner, &stage.project).await), "draft-open");
        let Err(Refusal::Incomplete(errors)) = stage.submit(id, Track::Technical).await else { panic!("not refused") };
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert!(fields.contains(&"summary.en") && fields.contains(&"package"), "{fields:?}");
        assert!(!fields.contains(&"name.en"), "the project has a name: {fields:?}");

        assert_eq!(stage.upload(&first()).await.unwrap(), id, "the version that is worked on");
        let draft = complete(stage.version(id).await.draft);
        stage.save(id, draft).await.unwrap();
        assert_eq!(code(stage.submit(id, Track::Technical).await), "not-checked");
        stage.check(id, 1).await;
        assert_eq!(code(stage.submit(id, Track::Technical).await), "report-blockers");
        stage.check(id, 0).await;
        let by = By::CommandLine(NOW);
        documents::publish(stage.portal(), by, PartnerDocument::Agreement, "be good").await.unwrap();
        assert_eq!(code(stage.submit(id, Track::Technical).await), "documents-missing");
        documents::accept(stage.portal(), &stage.owner, PartnerDocument::Agreement, 1).await.unwrap();
        stage.submit(id, Track::Technical).await.unwrap();
        assert_eq!(code(stage.submit(id, Track::Technical).await), "review-not-allowed");
        let withdraw =
            async || code(projects::withdraw(stage.portal(), &stage.owner, &stage.project, id, Track::Technical).await);
        assert_eq!(withdraw().await, "done");
        assert_eq!(withdraw().await, "review-not-allowed");
        assert_eq!(stage.state(id, Track::Technical).await, State::Draft);
    })
    .await;
}

#[tokio::test]
async fn the_marketplace_takes_what_has_all_that_it_asks_for_and_a_link_the_rest() {
    on_both(async |db| {
        let stage = Stage::make(db).await;
        let mut sold = first();
        sold.plans = vec![Plan { model: PlanModel::OneTime, trial_days: 29, ..team(500) }];
        let id = stage.ready(&sold).await;
        let mut draft = stage.version(id).await.draft;
        draft.checklist.insert(CheckItem::SingleSignOn, Answer::Yes);
        stage.save(id, draft).await.unwrap();
        let Err(Refusal::Incomplete(errors)) = stage.submit(id, Track::Marketplace).await else {
            panic!("not refused")
        };
        let found: Vec<(&str, &str)> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
        let wanted = ["checklist.trial", "checklist.single-sign-on", "checklist.pay-as-you-go"];
        assert_eq!(found, wanted.map(|field| (field, "requirement-missing")));
        stage.submit(id, Track::Technical).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_draft_of_another_tab_is_not_lost_and_what_waits_does_not_change() {
    on_both(async |db| {
        let stage = Stage::make(db).await;
        let id = stage.ready(&first()).await;
        let (seen, draft) = (stage.version(id).await.draft_rev, stage.version(id).await.draft);
        let write = |video: &str| ListingDraft { video: video.into(), ..draft.clone() };
        let save = async |seen, video: &str| {
            projects::save(stage.portal(), &stage.owner, &stage.project, id, seen, write(video)).await
        };
        assert_eq!(save(seen, "https://a.example").await.unwrap(), Saved::Done(seen + 1));
        let Saved::Newer(newer) = save(seen, "https://b.example").await.unwrap() else { panic!("saved over") };
        assert_eq!((newer.draft.video.as_str(), newer.draft_rev), ("https://a.example", seen + 1));
        assert_eq!(save(seen, "https://a.example").await.unwrap(), Saved::Done(seen + 1), "the same");

        stage.submit(id, Track::Marketplace).await.unwrap();
        assert_eq!(code(save(seen + 1, "https://b.example").await), "review-not-allowed");
        assert_eq!(code(stage.upload(&manifest(Version::new(1, 0, 1), 2)).await), "review-not-allowed");
        stage.block(id, Track::Marketplace, "video").await;
        stage.reject(&stage.one, id, Track::Marketplace).await.unwrap();
        save(seen + 1, "https://b.example").await.unwrap();
        assert_eq!(stage.state(id, Track::Marketplace).await, State::Draft, "editing leads back");
    })
    .await;
}

#[tokio::test]
async fn a_last_note_is_there_with_the_decision_or_not_at_all() {
    on_both(async |db| {
        let (stage, track) = (Stage::make(db).await, Track::Marketplace);
        let id = stage.ready(&first()).await;
        stage.submit(id, track).await.unwrap();
        let remark = |severity| Remark { severity, target: Target::Whole, body: "say more".into() };
        let (blocker, suggestion) = (remark(Severity::Blocker), remark(Severity::Suggestion));
        let (portal, one, seen) = (stage.portal(), &stage.one, stage.stored(id, track).await.rev);
        let written = async || {
            let mut conn = portal.db.read().await.unwrap();
            notes::list(&mut conn, id, track).await.unwrap().len()
        };
        let refused = review::approve(portal, one, id, track, seen, Some(&blocker)).await;
        assert_eq!((code(refused), written().await), ("blockers-open", 0));
        let refused = review::reject(portal, one, id, track, seen, Some(&suggestion)).await;
        assert_eq!((code(refused), written().await), ("blocker-needed", 0));
        let approved = review::approve(portal, one, id, track, seen, Some(&suggestion)).await.unwrap();
        assert_eq!((approved, written().await), (Approval::Done, 1));
    })
    .await;
}

#[tokio::test]
async fn approving_and_rejecting_go_by_the_notes_and_the_mail_contains_them() {
    on_both(async |db| {
        let (stage, track) = (Stage::make(db).await, Track::Marketplace);
        let id = stage.ready(&first()).await;
        assert_eq!(code(stage.approve(&stage.one, id, track).await), "not-in-review");
        stage.submit(id, track).await.unwrap();
        assert_eq!(code(stage.reject(&stage.one, id, track).await), "blocker-needed");
        stage.block(id, track, "summary.en").await;
        assert_eq!(code(stage.approve(&stage.one, id, track).await), "blockers-open");
        let seen = stage.stored(id, track).await.rev;
        stage.reject(&stage.one, id, track).await.unwrap();
        let late = review::approve(stage.portal(), &stage.other, id, track, seen, None).await;
        assert_eq!(code(late), "not-in-review", "of two the second is told so");
        let mail = stage.bench.mails(MailKind::VersionRejected).await.remove(0);
        assert_eq!((mail.to.as_str(), &mail.args["notes"][0]["place"]), ("ann@acme.example", &"summary.en".into()));
        assert_eq!(mail.args["notes"][0]["body"], "say more");

        // The next round: what was changed is no omission, what was not is one.
        let mut draft = stage.version(id).await.draft;
        draft.summary = english("It takes notes of calls.");
        stage.save(id, draft).await.unwrap();
        stage.submit(id, track).await.unwrap();
        let looked = review::look(stage.portal(), &stage.one, id, track).await.unwrap();
        assert!(looked.notes[0].1, "its place has changed");
        let (changed, same) = (stage.block(id, track, "summary").await, stage.block(id, track, "description.en").await);
        let looked = review::look(stage.portal(), &stage.one, id, track).await.unwrap();
        let omission = |id| looked.notes.iter().find(|(note, _)| note.id == id).unwrap().0.omission;
        assert!(!omission(changed) && omission(same));
        for (note, _) in &looked.notes {
            review::settle(stage.portal(), &stage.one, id, track, note.id).await.unwrap();
        }
        let listed = async || {
            let mut conn = stage.portal().db.read().await.unwrap();
            catalog::offering(&mut conn, &stage.project).await.unwrap().unwrap().listed
        };
        assert!(!listed().await);
        assert_eq!(stage.approve(&stage.one, id, track).await.unwrap(), Approval::Done);
        assert_eq!(stage.state(id, track).await, State::Advertised);
        assert!(listed().await);
        let mut conn = stage.portal().db.read().await.unwrap();
        let shown = catalog::version(&mut conn, &stage.project, &Version::new(1, 0, 0)).await.unwrap().unwrap();
        assert_eq!(shown.manifest.listing.summary, Localized::en("It takes notes of calls."));
    })
    .await;
}

#[tokio::test]
async fn what_was_rejected_is_handed_in_again_once_what_is_written_about_it_has_changed() {
    on_both(async |db| {
        let (stage, track) = (Stage::make(db).await, Track::Technical);
        let id = stage.ready(&first()).await;
        stage.submit(id, track).await.unwrap();
        stage.block(id, track, "certification.data-deleted").await;
        stage.reject(&stage.one, id, track).await.unwrap();
        assert_eq!(code(stage.submit(id, track).await), "review-not-allowed");
        let mut draft = stage.version(id).await.draft;
        draft.certification.insert(Question::DataDeleted, "With the installation.".into());
        stage.save(id, draft).await.unwrap();
        stage.submit(id, track).await.unwrap();
        assert_eq!(stage.state(id, track).await, State::InReview);
    })
    .await;
}

#[tokio::test]
async fn a_version_without_an_approved_listing_of_its_own_shows_the_one_that_was_approved_last() {
    on_both(async |db| {
        let stage = Stage::make(db).await;
        let shown = async |version: &Version| {
            let mut conn = stage.portal().db.read().await.unwrap();
            catalog::version(&mut conn, &stage.project, version).await.unwrap().unwrap().manifest.listing
        };
        let available = async |manifest: &Manifest, summary: &str, notes: &str| {
            let id = stage.ready(manifest).await;
            let draft = stage.version(id).await.draft;
            let draft = ListingDraft { summary: english(summary), release_notes: english(notes), ..draft };
            stage.save(id, draft).await.unwrap();
            stage.submit(id, Track::Technical).await.unwrap();
            stage.approve(&stage.one, id, Track::Technical).await.unwrap();
            projects::release(stage.portal(), &stage.owner, &stage.project, id).await.unwrap();
            id
        };
        let advertised = async |id| {
            stage.submit(id, Track::Marketplace).await.unwrap();
            stage.approve(&stage.one, id, Track::Marketplace).await.unwrap();
        };
        // Before anything is approved: what was handed in, under the publisher's own name.
        let mut one = first();
        one.listing.publisher_name = "Somebody famous".into();
        let old = available(&one, "It takes notes.", "The first one.").await;
        let listing = shown(&one.version).await;
        assert_eq!((listing.publisher_name.as_str(), listing.terms_url.is_some()), ("Acme", true));
        advertised(old).await;

        // Its package and its draft say something else, which nobody has approved.
        let mut next = manifest(Version::new(1, 1, 0), 2);
        next.listing.name = Localized::en("Somebody famous");
        let id = available(&next, "The best there is.", "Faster.").await;
        let (before, listing) = (shown(&one.version).await, shown(&next.version).await);
        assert_eq!((listing.name, listing.summary), (before.name, before.summary));
        assert_eq!(listing.release_notes, Some(Localized::en("Faster.")));

        // Once it is, that is what is shown; also of a version that came meanwhile.
        let last = manifest(Version::new(1, 2, 0), 3);
        available(&last, "Better than the best.", "Faster still.").await;
        advertised(id).await;
        for version in [&next.version, &last.version] {
            assert_eq!(shown(version).await.summary, Localized::en("The best there is."));
        }
        assert_eq!(shown(&last.version).await.release_notes, Some(Localized::en("Faster still.")));
    })
    .await;
}

#[tokio::test]
async fn a_package_that_comes_after_its_listing_was_approved_is_shown_with_that_and_not_with_what_it_says_of_itself() {
    on_both(async |db| {
        let stage = Stage::make(db).await;
        let shown = async |version: &Version| {
            let mut conn = stage.portal().db.read().await.unwrap();
            catalog::version(&mut conn, &stage.project, version).await.unwrap().unwrap().manifest.listing
        };
        let id = stage.ready(&first()).await;
        stage.submit(id, Track::Marketplace).await.unwrap();
        stage.approve(&stage.one, id, Track::Marketplace).await.unwrap();
        let mut next = manifest(Version::new(1, 0, 1), 2);
        next.listing.name = Localized::en("Somebody famous");
        next.listing.summary = Localized::en("The best there is.");
        next.listing.publisher_name = "Somebody famous".into();
        assert_eq!(stage.upload(&next).await.unwrap(), id, "the version that is worked on");
        stage.check(id, 0).await;
        stage.submit(id, Track::Technical).await.unwrap();
        stage.approve(&stage.one, id, Track::Technical).await.unwrap();
        projects::release(stage.portal(), &stage.owner, &stage.project, id).await.unwrap();
        let (approved, listing) = (shown(&first().version).await, shown(&next.version).await);
        assert_eq!(listing.publisher_name, "Acme");
        assert_eq!((listing.name, listing.summary), (approved.name, approved.summary));
    })
    .await;
}

#[tokio::test]
async fn a_second_look_at_a_review_that_changed_is_told_so() {
    on_both(async |db| {
        let (stage, track) = (Stage::make(db).await, Track::Technical);
        let id = stage.ready(&first()).await;
        stage.submit(id, track).await.unwrap();
        let seen = stage.stored(id, track).await.rev;
        projects::withdraw(stage.portal(), &stage.owner, &stage.project, id, track).await.unwrap();
        stage.submit(id, track).await.unwrap();
        let late = review::approve(stage.portal(), &stage.one, id, track, seen, None).await;
        assert_eq!(code(late), "stale", "it was handed in anew since");
    })
    .await;
}

#[tokio::test]
async fn nobody_reviews_their_own_publisher_or_without_the_permission() {
    on_both(async |db| {
        let (stage, track) = (Stage::make(db.clone()).await, Track::Technical);
        let id = stage.ready(&first()).await;
        stage.submit(id, track).await.unwrap();
        let mut tx = testing::tx(&db).await;
        rows::add(&mut tx, &stage.owner.publisher, stage.one.account, MemberRole::Finance, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(code(stage.approve(&stage.one, id, track).await), "own-publisher");
        staff::revoke(stage.portal(), "other@platform.example", StaffPermission::ReviewTechnical, NOW).await.unwrap();
        assert_eq!(code(stage.approve(&stage.other, id, track).await), "not-staff");
        let finance = Member { role: MemberRole::Finance, ..stage.owner.clone() };
        let refused = projects::withdraw(stage.portal(), &finance, &stage.project, id, track).await;
        assert_eq!(code(refused), "not-your-role");
    })
    .await;
}

#[tokio::test]
async fn who_handed_a_version_in_or_belonged_to_its_publisher_then_does_not_review_it() {
    on_both(async |db| {
        let (stage, track) = (Stage::make(db.clone()).await, Track::Technical);
        let id = stage.ready(&first()).await;
        let publisher = stage.owner.publisher.clone();
        let mut tx = testing::tx(&db).await;
        for (staff, role) in [(&stage.one, MemberRole::Developer), (&stage.other, MemberRole::Finance)] {
            rows::add(&mut tx, &publisher, staff.account, role, NOW).await.unwrap();
        }
        tx.commit().await.unwrap();
        let one = Member { account: stage.one.account, role: MemberRole::Developer, ..stage.owner.clone() };
        projects::submit(stage.portal(), &one, &stage.project, id, track).await.unwrap();
        for staff in [&stage.one, &stage.other] {
            members::remove(stage.portal(), &stage.owner, staff.account).await.unwrap();
            assert_eq!(code(stage.approve(staff, id, track).await), "own-publisher");
        }
        let third = Stage::staff(&stage.bench, "third@platform.example").await;
        assert_eq!(stage.approve(&third, id, track).await.unwrap(), Approval::Done);
        // What is handed in once they have left is another version.
        let next = stage.ready(&manifest(Version::new(1, 1, 0), 2)).await;
        stage.submit(next, track).await.unwrap();
        assert_eq!(stage.approve(&stage.one, next, track).await.unwrap(), Approval::Done);
    })
    .await;
}

#[tokio::test]
async fn what_asks_for_more_than_before_needs_two_and_is_installable_once_it_is_released() {
    on_both(async |db| {
        let (stage, track) = (Stage::make(db.clone()).await, Track::Technical);
        let reach = async |version: &Version| {
            catalog::version(&mut db.read().await.unwrap(), &stage.project, version).await.unwrap().unwrap().reach
        };
        let release = async |id| code(projects::release(stage.portal(), &stage.owner, &stage.project, id).await);
        let old = stage.ready(&first()).await;
        stage.submit(old, track).await.unwrap();
        assert_eq!(release(old).await, "review-not-allowed");
        assert_eq!(stage.approve(&stage.one, old, track).await.unwrap(), Approval::Done);
        assert_eq!(reach(&first().version).await, Reach::Own);
        assert_eq!(release(old).await, "done");
        assert_eq!(reach(&first().version).await, Reach::Everyone);

        let mut grown = manifest(Version::new(1, 1, 0), 2);
        grown.capabilities =
            vec![Capability { access: Access::Kv, hosts: vec![], purpose: Localized::en("to remember") }];
        let id = stage.ready(&grown).await;
        assert_ne!(id, old, "the next version");
        stage.submit(id, track).await.unwrap();
        assert_eq!(stage.approve(&stage.one, id, track).await.unwrap(), Approval::SecondNeeded);
        assert_eq!(stage.state(id, track).await, State::InReview);
        assert_eq!(code(stage.approve(&stage.one, id, track).await), "second-reviewer");
        assert_eq!(stage.approve(&stage.other, id, track).await.unwrap(), Approval::Done);
        assert_eq!(stage.state(id, track).await, State::Approved);
        let looked = review::look(stage.portal(), &stage.one, id, track).await.unwrap();
        assert!(looked.since.is_some());
        let (mut tx, blocked) = (testing::tx(&db).await, VersionStatus::Blocked);
        catalog::set_version_status(&mut tx, &stage.project, &grown.version, blocked, catalog::YankedBy::Platform, NOW)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(release(id).await, "version-blocked");
    })
    .await;
}

#[tokio::test]
async fn what_asks_for_more_than_a_version_that_nobody_reviewed_needs_two() {
    on_both(async |db| {
        let (stage, track) = (Stage::make(db.clone()).await, Track::Technical);
        let mut tx = testing::tx(&db).await;
        testing::publish(&mut tx, &first(), NOW).await.unwrap();
        tx.commit().await.unwrap();
        let mut grown = manifest(Version::new(1, 1, 0), 2);
        grown.capabilities =
            vec![Capability { access: Access::Kv, hosts: vec![], purpose: Localized::en("to remember") }];
        let id = stage.ready(&grown).await;
        stage.submit(id, track).await.unwrap();
        assert_eq!(stage.approve(&stage.one, id, track).await.unwrap(), Approval::SecondNeeded);
        assert_eq!(stage.approve(&stage.other, id, track).await.unwrap(), Approval::Done);
    })
    .await;
}

#[tokio::test]
async fn icon_and_plans_stay_as_they_were_published_unless_the_platform_unlocks_them() {
    on_both(async |db| {
        let (stage, track) = (Stage::make(db).await, Track::Marketplace);
        let old = stage.ready(&first()).await;
        for each in Track::ALL {
            stage.submit(old, each).await.unwrap();
            stage.approve(&stage.one, old, each).await.unwrap();
        }
        let dearer = priced(Version::new(1, 1, 0), 2, 500);
        let id = stage.ready(&dearer).await;
        let Err(Refusal::Incomplete(errors)) = stage.submit(id, track).await else { panic!("not refused") };
        assert_eq!(
            errors.iter().map(|error| (error.field.as_str(), error.code)).collect::<Vec<_>>(),
            [("plans", "locked")]
        );
        review::unlock(stage.portal(), &stage.one, id).await.unwrap();
        stage.submit(id, track).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn icon_and_plans_are_locked_once_a_version_is_available_and_again_after_what_was_unlocked() {
    on_both(async |db| {
        let stage = Stage::make(db).await;
        let old = stage.ready(&first()).await;
        stage.submit(old, Track::Technical).await.unwrap();
        stage.approve(&stage.one, old, Track::Technical).await.unwrap();
        let id = stage.ready(&priced(Version::new(1, 1, 0), 2, 500)).await;
        let refused = async || match stage.submit(id, Track::Technical).await {
            Err(Refusal::Incomplete(errors)) => {
                errors.into_iter().map(|error| (error.field, error.code)).collect::<Vec<_>>()
            }
            other => vec![(String::new(), code(other))],
        };
        let locked = [("plans".to_owned(), "locked")];
        assert_eq!(refused().await, [(String::new(), "done")], "nobody has seen the first one yet");
        projects::withdraw(stage.portal(), &stage.owner, &stage.project, id, Track::Technical).await.unwrap();
        projects::release(stage.portal(), &stage.owner, &stage.project, old).await.unwrap();
        assert_eq!(refused().await, locked);

        review::unlock(stage.portal(), &stage.one, id).await.unwrap();
        stage.submit(id, Track::Marketplace).await.unwrap();
        stage.approve(&stage.one, id, Track::Marketplace).await.unwrap();
        assert_eq!(stage.upload(&priced(Version::new(1, 1, 1), 3, 900)).await.unwrap(), id);
        assert_eq!(refused().await, locked, "another package than the one that was unlocked");
    })
    .await;
}

#[tokio::test]
async fn a_project_of_another_publisher_is_not_there() {
    on_both(async |db| {
        let stage = Stage::make(db).await;
        let id = stage.ready(&first()).await;
        let them = stage.bench.member("other", "cy@other.example", MemberRole::Owner).await;
        let (portal, project, track) = (stage.portal(), &stage.project, Track::Technical);
        let digest = stage.version(id).await.package.unwrap().digest;
        assert_eq!(code(projects::begin(portal, &them, project).await), "not-found");
        assert_eq!(code(projects::save(portal, &them, project, id, 1, ListingDraft::default()).await), "not-found");
        assert_eq!(code(projects::submit(portal, &them, project, id, track).await), "not-found");
        assert_eq!(code(projects::check_again(portal, &them, project, id).await), "not-found");
        assert_eq!(code(projects::withdraw(portal, &them, project, id, track).await), "not-found");
        assert_eq!(code(projects::release(portal, &them, project, id).await), "not-found");
        let attached = projects::attach(portal, &them, project, &Version::new(1, 0, 0), &digest).await;
        assert_eq!(code(attached), "not-found");
        let create = Create { slug: "notes".into(), kind: Kind::Plugin, names: english("Notes") };
        assert_eq!(code(projects::create(portal, &stage.owner, &create).await), "project-taken");
        let nameless = Create { names: Default::default(), ..create };
        assert_eq!(code(projects::create(portal, &stage.owner, &nameless).await), "invalid-request");
    })
    .await;
}
