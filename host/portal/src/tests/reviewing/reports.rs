//! What the automatic report is to a version: whichever of both is there first, they find each other.

use annex_domain::report::{Finding, Report};
use annex_store::reports::{self, ReportState};

use super::*;

#[tokio::test]
async fn a_report_that_is_there_counts_and_is_ordered_where_nobody_did() {
    on_both(async |db| {
        let (stage, second) = (Stage::make(db.clone()).await, manifest(Version::new(1, 0, 1), 2));
        let state = async |of: &Manifest| {
            let mut conn = db.read().await.unwrap();
            reports::get(&mut conn, &of.id, &of.version).await.unwrap().map(|ordered| ordered.state)
        };
        assert_eq!(state(&first()).await, None);
        let id = stage.upload(&first()).await.unwrap();
        assert_eq!(state(&first()).await, Some(ReportState::Waiting));

        // As [`testing::publish`] has it.
        let digest = Digest::of(format!("{}{}", second.id, second.version).as_bytes());
        let blocker = Finding::new("scenario", Severity::Blocker, Target::Whole, "it cannot be read");
        let report = Report { findings: vec![blocker], ..Report::default() };
        let mut tx = testing::tx(&db).await;
        reports::order(&mut tx, &second.id, &second.version, &digest, NOW).await.unwrap();
        reports::finish(&mut tx, &second.id, &second.version, &digest, &report, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(stage.upload(&second).await.unwrap(), id);
        assert_eq!(stage.version(id).await.package.unwrap().blockers, Some(1));
        assert_eq!(state(&second).await, Some(ReportState::Done));
        let again = projects::check_again(stage.portal(), &stage.owner, &stage.project, id).await;
        assert_eq!((code(again), state(&second).await), ("done", Some(ReportState::Waiting)));
    })
    .await;
}
