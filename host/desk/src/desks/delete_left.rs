use annex_domain::{
    clock::Timestamp,
    ids::DeskId,
    operator::{Actor, DeskStatus},
};
use annex_store::desks;

use super::{By, KEPT, delete::delete_if};
use crate::{Desk, Refusal, Rule};

/// Deletes the desks that were to be deleted [`KEPT`] ago or longer. One whose money is under way is deleted another time.
///
/// # Errors
/// When the store fails.
pub async fn delete_left(desk: &Desk, now: Timestamp) -> Result<(), Refusal> {
    let left = desks::leaving_since(&mut desk.db.read().await?, now.before(KEPT)).await?;
    for gone in left {
        delete_one(desk, gone.id, now).await?;
    }
    Ok(())
}

/// It may have been resumed since it was listed.
async fn delete_one(desk: &Desk, id: DeskId, now: Timestamp) -> Result<(), Refusal> {
    let by = By { actor: Actor::System, now };
    let has_left = |there: &annex_domain::operator::Desk| {
        there.status == DeskStatus::Leaving && there.status_since <= now.before(KEPT)
    };
    match delete_if(desk, by, id, has_left).await {
        Ok(()) | Err(Refusal::Rule(Rule::DeskBusy) | Refusal::NotFound(_)) => Ok(()),
        Err(refusal) => Err(refusal),
    }
}

#[cfg(test)]
mod tests {
    use annex_store::testing::{Fixture, on_both};

    use super::*;
    use crate::desks::{leave, resume};

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    #[tokio::test]
    async fn a_desk_that_was_resumed_at_the_last_moment_stays() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk: back, other_desk: gone, .. } = Fixture::make(&mut tx).await;
            tx.commit().await.unwrap();
            let desk = Desk::new(db.clone());
            let by = By { actor: Actor::CommandLine, now: NOW };
            for id in [back, gone] {
                leave(&desk, by, id).await.unwrap();
            }
            let then = NOW.after(KEPT);
            let listed = desks::leaving_since(&mut db.read().await.unwrap(), NOW).await.unwrap();
            resume(&desk, by, back).await.unwrap();
            for one in listed {
                delete_one(&desk, one.id, then).await.unwrap();
            }
            let there = desks::list(&mut db.read().await.unwrap()).await.unwrap();
            assert_eq!(there.into_iter().map(|desk| desk.id).collect::<Vec<_>>(), [back]);
        })
        .await;
    }
}
