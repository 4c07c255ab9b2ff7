//! What the host dies of has left nothing, or all of it.

use annex_domain::{
    crash::{When, point},
    reach::Rollout,
};
use annex_store::testing::rows;

use super::*;
use crate::offerings;

impl Stage {
    /// Does something to the first version of the project, on a node that may die of it.
    async fn act(&self, node: &Portal, id: ProjectVersionId, deed: &str) -> Result<(), Refusal> {
        let (owner, project) = (&self.owner, &self.project);
        let approve = async |track: Track| {
            let seen = self.stored(id, track).await.rev;
            review::approve(node, &self.one, id, track, seen, None).await.map(|_| ())
        };
        match deed {
            "submit" => projects::submit(node, owner, project, id, Track::Technical).await,
            "approve" => approve(Track::Technical).await,
            "advertise" => approve(Track::Marketplace).await,
            "release" => projects::release(node, owner, project, id).await,
            "roll-out" => {
                let paused = Rollout { percent: 100, paused: true };
                offerings::set_rollout(node, owner, project, &Version::new(1, 0, 0), paused).await
            }
            other => panic!("nothing is known that reaches {other}"),
        }
    }
}

#[tokio::test]
async fn a_version_is_handed_in_and_published_whole_or_not_at_all() {
    on_both(async |db| {
        let stage = Stage::make(db.clone()).await;
        let id = stage.ready(&first()).await;
        stage.submit(id, Track::Marketplace).await.unwrap();
        let held = async || rows(&mut db.read().await.unwrap()).await;
        for deed in ["submit", "approve", "advertise", "release", "roll-out"] {
            let dying = |when| portal(&db, CrashPoints::stop_at(&point("publish", deed, when)));
            let before = held().await;
            assert!(stage.act(&dying(When::Before), id, deed).await.is_err(), "{deed}");
            assert_eq!(held().await, before, "{deed}");
            assert!(stage.act(&dying(When::After), id, deed).await.is_err(), "{deed}");
            let after = held().await;
            assert_ne!(after, before, "{deed}");
            // A roll-out may be set again; of everything else its first time counts.
            if deed != "roll-out" {
                assert!(stage.act(stage.portal(), id, deed).await.is_err(), "{deed}");
                assert_eq!(held().await, after, "{deed}");
            }
        }
    })
    .await;
}
