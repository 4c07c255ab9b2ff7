use std::time::Duration;

use annex_domain::{
    addon::{AddonId, Digest, Kind, PublisherSlug, Version},
    clock::Timestamp,
    ids::{AccountId, NoteId, ProjectVersionId},
    listing_draft::ListingDraft,
    localized::Localized,
    review::{Outcome, Severity, Standing, State, Step, Target, Track},
};

use super::*;
use crate::{
    Db,
    billing::accounts::{self, NewAccount},
    catalog::{self, Reach},
    testing::{manifest, on_both, publish},
};

const NOW: Timestamp = Timestamp(1_000_000);

struct Bench {
    project: AddonId,
    other: PublisherSlug,
    account: AccountId,
}

impl Bench {
    async fn make(tx: &mut Tx) -> Self {
        let (project, other): (AddonId, PublisherSlug) = ("acme.notes".parse().unwrap(), "other".parse().unwrap());
        catalog::add_publisher(tx, &project.publisher(), "Acme", NOW).await.unwrap();
        catalog::add_publisher(tx, &other, "Other", NOW).await.unwrap();
        create(tx, &project, Kind::Plugin, &Localized::en("Notes"), NOW).await.unwrap();
        let new = NewAccount { email: "ann@acme.example".into(), name: "Ann".into(), password_hash: "x".into() };
        let account = accounts::insert(tx, &new, NOW).await.unwrap().id;
        Self { project, other, account }
    }

    async fn version(&self, tx: &mut Tx, number: u64) -> ProjectVersionId {
        let id = versions::insert(tx, &self.project, &ListingDraft::default(), NOW).await.unwrap();
        let version = Version::new(1, number, 0);
        let digest = Digest::of(&[u8::try_from(number).unwrap()]);
        versions::set_package(tx, id, &version, &digest, &ListingDraft::default(), NOW).await.unwrap();
        id
    }

    /// Hands a version in, at a time.
    async fn submit(&self, tx: &mut Tx, id: ProjectVersionId, at: Timestamp) {
        let track = Track::Technical;
        let stored = reviews::both(tx, id).await.unwrap().technical;
        let (review, number) = (stored.review.take(Step::Submit).unwrap(), stored.round + 1);
        let next = reviews::Stored { review, round: number, submitted_at: Some(at), ..stored };
        reviews::save(tx, id, &next, at).await.unwrap();
        let (_, version) = versions::of_anybody(tx, id).await.unwrap();
        let package = version.package.unwrap();
        let round = rounds::Round {
            version: package.version,
            digest: package.digest,
            draft: version.draft,
            submitted_by: self.account,
            submitted_at: at,
        };
        rounds::open(tx, id, track, number, &round).await.unwrap();
    }

    async fn decide(&self, tx: &mut Tx, id: ProjectVersionId, outcome: Outcome, at: Timestamp) {
        let step = if outcome == Outcome::Approved { Step::Approve } else { Step::Reject };
        let stored = reviews::both(tx, id).await.unwrap().technical;
        let next = reviews::Stored { review: stored.review.take(step).unwrap(), submitted_at: None, ..stored };
        reviews::save(tx, id, &next, at).await.unwrap();
        rounds::close(tx, id, Track::Technical, stored.round, outcome, self.account, at).await.unwrap();
    }
}

async fn begun(db: &Db) -> (Bench, Tx) {
    let mut tx = db.begin().await.unwrap();
    (Bench::make(&mut tx).await, tx)
}

fn after(minutes: u64) -> Timestamp {
    NOW.after(Duration::from_secs(60 * minutes))
}

#[tokio::test]
async fn a_project_is_there_once_and_for_its_publisher_alone() {
    on_both(async |db| {
        let (bench, mut tx) = begun(&db).await;
        let (project, own) = (&bench.project, bench.project.publisher());
        let again = create(&mut tx, project, Kind::Plugin, &Localized::en("Notes"), NOW).await;
        assert!(matches!(again, Err(StoreError::Taken(_))));
        assert_eq!(list(&mut tx, &own).await.unwrap()[0].names.get("en"), "Notes");
        assert_eq!(list(&mut tx, &bench.other).await.unwrap(), []);
        assert!(get(&mut tx, &bench.other, project).await.is_err());
        let id = bench.version(&mut tx, 0).await;
        assert!(versions::get(&mut tx, &bench.other, project, id).await.is_err());
        assert_eq!(versions::list(&mut tx, &bench.other, project).await.unwrap(), []);
        assert_eq!(versions::get(&mut tx, &own, project, id).await.unwrap().id, id);
    })
    .await;
}

#[tokio::test]
async fn the_reviews_of_all_versions_and_the_standing_of_the_newest_are_read_at_once() {
    on_both(async |db| {
        let (bench, mut tx) = begun(&db).await;
        let (project, own) = (&bench.project, bench.project.publisher());
        assert!(reviews::standings(&mut tx, &own).await.unwrap().is_empty(), "there is no version yet");
        let (old, new) = (bench.version(&mut tx, 0).await, bench.version(&mut tx, 1).await);
        bench.submit(&mut tx, old, NOW).await;
        let all = reviews::of_project(&mut tx, project).await.unwrap();
        assert_eq!(all.len(), 2);
        for id in [old, new] {
            assert_eq!(all[&id], reviews::both(&mut tx, id).await.unwrap());
        }
        let standing = async |tx: &mut Tx| reviews::standings(tx, &own).await.unwrap()[project];
        assert_eq!(standing(&mut tx).await, Standing::Draft);
        bench.submit(&mut tx, new, NOW).await;
        assert_eq!(standing(&mut tx).await, Standing::UnderReview);
        assert!(reviews::standings(&mut tx, &bench.other).await.unwrap().is_empty());
        hand_over(&mut tx, project, &bench.other).await.unwrap();
        assert!(get(&mut tx, &own, project).await.is_err() && get(&mut tx, &bench.other, project).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_saved_over_what_was_seen_and_over_nothing_newer() {
    on_both(async |db| {
        let (bench, mut tx) = begun(&db).await;
        let id = versions::insert(&mut tx, &bench.project, &ListingDraft::default(), NOW).await.unwrap();
        let draft = ListingDraft { video: "https://acme.example".into(), ..ListingDraft::default() };
        assert_eq!(versions::save_draft(&mut tx, id, 1, &draft, NOW).await.unwrap(), 2);
        let late = versions::save_draft(&mut tx, id, 1, &ListingDraft::default(), NOW).await;
        assert!(matches!(late, Err(StoreError::Stale(_))));
        assert_eq!(versions::of_anybody(&mut tx, id).await.unwrap().1.draft, draft);
        let large = ListingDraft { video: "x".repeat(versions::MOST_BYTES), ..ListingDraft::default() };
        assert!(matches!(versions::save_draft(&mut tx, id, 2, &large, NOW).await, Err(StoreError::Invalid { .. })));
    })
    .await;
}

#[tokio::test]
async fn what_was_checked_counts_for_that_package_alone() {
    on_both(async |db| {
        let (bench, mut tx) = begun(&db).await;
        let id = bench.version(&mut tx, 0).await;
        let blockers = async |tx: &mut Tx| versions::of_anybody(tx, id).await.unwrap().1.package.unwrap().blockers;
        assert_eq!(blockers(&mut tx).await, None);
        versions::set_checked(&mut tx, &bench.project, &Digest::of(&[0]), 2).await.unwrap();
        assert_eq!(blockers(&mut tx).await, Some(2));
        let (version, draft) = (Version::new(1, 0, 1), ListingDraft::default());
        versions::set_package(&mut tx, id, &version, &Digest::of(b"next"), &draft, NOW).await.unwrap();
        assert_eq!(blockers(&mut tx).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_number_is_of_one_version() {
    on_both(async |db| {
        let (bench, mut tx) = begun(&db).await;
        bench.version(&mut tx, 0).await;
        let other = versions::insert(&mut tx, &bench.project, &ListingDraft::default(), NOW).await.unwrap();
        let (version, draft) = (Version::new(1, 0, 0), ListingDraft::default());
        let taken = versions::set_package(&mut tx, other, &version, &Digest::of(b"x"), &draft, NOW).await;
        assert!(matches!(taken, Err(StoreError::Taken(_))));
    })
    .await;
}

#[tokio::test]
async fn the_queue_goes_by_age_and_of_two_reviewers_one_is_too_late() {
    on_both(async |db| {
        let (bench, mut tx) = begun(&db).await;
        let (late, early) = (bench.version(&mut tx, 0).await, bench.version(&mut tx, 1).await);
        bench.submit(&mut tx, late, after(2)).await;
        bench.submit(&mut tx, early, after(1)).await;
        let queue = reviews::queue(&mut tx, Track::Technical, 9).await.unwrap();
        assert_eq!(queue.iter().map(|queued| queued.version).collect::<Vec<_>>(), [early, late]);
        assert_eq!((queue[0].publisher.as_str(), queue[0].round), ("Acme", 1));
        assert_eq!(reviews::queue(&mut tx, Track::Marketplace, 9).await.unwrap(), []);
        assert_eq!(reviews::place(&mut tx, Track::Technical, late, after(2)).await.unwrap(), 2);

        let seen = reviews::both(&mut tx, early).await.unwrap().technical;
        bench.decide(&mut tx, early, Outcome::Rejected, after(5)).await;
        let review = seen.review.take(Step::Approve).unwrap();
        let second = reviews::save(&mut tx, early, &reviews::Stored { review, ..seen }, after(5)).await;
        assert!(matches!(second, Err(StoreError::Stale(_))));
        assert_eq!(reviews::both(&mut tx, early).await.unwrap().technical.review.state(), State::Rejected);
        assert_eq!(reviews::place(&mut tx, Track::Technical, late, after(2)).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_usual_time_is_the_median_of_what_was_decided_last() {
    on_both(async |db| {
        let (bench, mut tx) = begun(&db).await;
        let usual = async |tx: &mut Tx| reviews::usual_time(tx, Track::Technical).await.unwrap();
        assert_eq!(usual(&mut tx).await, None);
        // The first took very long, and is not one of the last twenty.
        for (at, minutes) in [600].into_iter().chain(1..=20_u64).enumerate() {
            let id = bench.version(&mut tx, u64::try_from(at).unwrap()).await;
            let since = after(1_000 * u64::try_from(at).unwrap());
            bench.submit(&mut tx, id, since).await;
            bench.decide(&mut tx, id, Outcome::Approved, since.after(Duration::from_secs(60 * minutes))).await;
        }
        assert_eq!(usual(&mut tx).await, Some(630_000));
        assert_eq!(reviews::usual_time(&mut tx, Track::Marketplace).await.unwrap(), None);
        let last = rounds::last_approved(&mut tx, &bench.project, Track::Technical).await.unwrap().unwrap();
        assert_eq!(last.version, Version::new(1, 20, 0));
    })
    .await;
}

#[tokio::test]
async fn notes_are_settled_once_and_on_their_version() {
    on_both(async |db| {
        let (bench, mut tx) = begun(&db).await;
        let (id, other) = (bench.version(&mut tx, 0).await, bench.version(&mut tx, 1).await);
        let note = notes::Note {
            id: NoteId::new(),
            round: 1,
            severity: Severity::Blocker,
            target: Target::Line { file: "a.txt".into(), line: 3 },
            body: "no".into(),
            author: bench.account,
            omission: true,
            created_at: NOW,
            settled_at: None,
        };
        let track = Track::Technical;
        notes::insert(&mut tx, id, track, &note).await.unwrap();
        assert_eq!(notes::list(&mut tx, id, track).await.unwrap(), std::slice::from_ref(&note));
        assert_eq!(notes::list(&mut tx, id, Track::Marketplace).await.unwrap(), []);
        assert!(note.blocks());
        assert!(notes::settle(&mut tx, other, track, note.id, NOW).await.is_err());
        notes::settle(&mut tx, id, track, note.id, NOW).await.unwrap();
        assert!(notes::settle(&mut tx, id, track, note.id, NOW).await.is_err());
        assert!(!notes::list(&mut tx, id, track).await.unwrap()[0].blocks());
        assert!(notes::reopen(&mut tx, other, track, note.id).await.is_err());
        notes::reopen(&mut tx, id, track, note.id).await.unwrap();
        assert!(notes::reopen(&mut tx, id, track, note.id).await.is_err(), "it is open");
        assert!(notes::list(&mut tx, id, track).await.unwrap()[0].blocks());
    })
    .await;
}

#[tokio::test]
async fn a_deleted_project_leaves_nothing_of_its_own_and_all_of_others() {
    on_both(async |db| {
        let (bench, mut tx) = begun(&db).await;
        let (id, stays): (_, AddonId) = (bench.version(&mut tx, 0).await, "acme.stays".parse().unwrap());
        bench.submit(&mut tx, id, NOW).await;
        let note = notes::Note {
            id: NoteId::new(),
            round: 1,
            severity: Severity::Blocker,
            target: Target::Whole,
            body: "no".into(),
            author: bench.account,
            omission: false,
            created_at: NOW,
            settled_at: None,
        };
        notes::insert(&mut tx, id, Track::Technical, &note).await.unwrap();
        create(&mut tx, &stays, Kind::Plugin, &Localized::en("Stays"), NOW).await.unwrap();
        let other = versions::insert(&mut tx, &stays, &ListingDraft::default(), NOW).await.unwrap();
        delete(&mut tx, &bench.project).await.unwrap();
        assert!(get(&mut tx, &bench.project.publisher(), &bench.project).await.is_err());
        assert!(versions::of_anybody(&mut tx, id).await.is_err() && reviews::both(&mut tx, id).await.is_err());
        assert_eq!(notes::list(&mut tx, id, Track::Technical).await.unwrap(), []);
        assert_eq!(rounds::get(&mut tx, id, Track::Technical, 1).await.unwrap(), None);
        assert!(versions::of_anybody(&mut tx, other).await.is_ok() && reviews::both(&mut tx, other).await.is_ok());
        create(&mut tx, &bench.project, Kind::Plugin, &Localized::en("Anew"), NOW).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_version_is_offered_once_it_is_for_everyone_and_shown_as_it_was_approved() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let manifest = manifest("acme.notes", Version::new(1, 0, 0), 1);
        publish(&mut tx, &manifest, NOW).await.unwrap();
        let (addon, version) = (&manifest.id, &manifest.version);
        catalog::set_reach(&mut tx, addon, version, Reach::Own, NOW).await.unwrap();
        assert_eq!(catalog::latest(&mut tx, addon).await.unwrap(), None);
        catalog::set_reach(&mut tx, addon, version, Reach::Everyone, NOW).await.unwrap();
        let mut listing = manifest.listing.clone();
        listing.summary = Localized::en("As approved");
        catalog::set_listing(&mut tx, addon, version, &listing, NOW).await.unwrap();
        let shown = catalog::latest(&mut tx, addon).await.unwrap().unwrap().manifest;
        assert_eq!(shown.listing, listing);
        assert_eq!(shown.capabilities, manifest.capabilities);
    })
    .await;
}
