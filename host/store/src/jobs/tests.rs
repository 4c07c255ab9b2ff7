use std::collections::BTreeSet;

use annex_domain::{ids::InstallationId, operator::DeskStatus};
use serde_json::json;

use super::*;
use crate::{
    db::{Db, Dialect},
    desks,
    testing::{self, on_both},
};

const LEASE: Duration = Duration::from_secs(60);

fn job(kind: &'static str, run_at: i64, unique_key: Option<&str>) -> NewJob {
    let desk = Some(DeskId::new());
    NewJob { kind, desk, payload: json!({"a": 1}), run_at: Timestamp(run_at), unique_key: unique_key.map(Into::into) }
}

async fn put(db: &Db, job: NewJob) -> Option<JobId> {
    let mut tx = db.begin().await.unwrap();
    let id = enqueue(&mut tx, job, Timestamp(0)).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// A job of a lane that can be run.
async fn claim_of(db: &Db, lane: Lane<'_>) -> Option<Job> {
    let mut tx = db.begin().await.unwrap();
    let claimed = claim_in(&mut tx, Timestamp(9), LEASE, lane).await.unwrap();
    tx.commit().await.unwrap();
    claimed.map(|claimed| match claimed {
        Claimed::ToDo(job) => job,
        other => panic!("{other:?}"),
    })
}

#[tokio::test]
async fn a_lane_has_kinds_of_its_own() {
    on_both(async |db| {
        put(&db, job("slow", 1, None)).await.unwrap();
        let quick = put(&db, job("quick", 2, None)).await.unwrap();
        let served = BTreeSet::new();
        let of = async |kinds: Kinds<'_>| claim_of(&db, Lane { kinds, of_one: 9, served: &served }).await;
        assert_eq!(of(Kinds::Except(&["slow", "slower"])).await.unwrap().id, quick);
        assert_eq!(of(Kinds::Only(&["quick"])).await, None);
        assert_eq!(of(Kinds::Only(&["quick", "slow"])).await.unwrap().kind, "slow");
    })
    .await;
}

#[tokio::test]
async fn of_a_suspended_desk_the_bill_and_mails_go_on_and_all_else_waits() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let desk = desks::create(&mut tx, "Desk", "en", Timestamp(0)).await.unwrap().id;
        desks::set_status(&mut tx, desk, DeskStatus::Suspended, Timestamp(0)).await.unwrap();
        tx.commit().await.unwrap();
        for kind in ["event", "bill-desk", "renewal-paid", "send-mail"] {
            put(&db, NewJob { desk: Some(desk), ..job(kind, 1, None) }).await.unwrap();
        }
        let served = BTreeSet::new();
        let lane = Lane { kinds: Kinds::Except(&[]), of_one: 9, served: &served };
        let mut went_on = BTreeSet::new();
        while let Some(job) = claim_of(&db, lane).await {
            went_on.insert(job.kind);
        }
        assert_eq!(went_on, ["bill-desk", "renewal-paid", "send-mail"].map(String::from).into());
        assert!(!any_due(&mut db.read().await.unwrap(), Timestamp(9), lane).await.unwrap());
        let mut tx = db.begin().await.unwrap();
        desks::set_status(&mut tx, desk, DeskStatus::Active, Timestamp(0)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(any_due(&mut db.read().await.unwrap(), Timestamp(9), lane).await.unwrap());
        assert_eq!(claim_of(&db, lane).await.unwrap().kind, "event");
    })
    .await;
}

#[tokio::test]
async fn a_backlog_stands_before_nobody_else() {
    on_both(async |db| {
        let (desk, greedy, neighbour) = (DeskId::new(), InstallationId::new(), InstallationId::new());
        let event = async |installation: InstallationId, run_at| {
            let payload = json!({ "installation": installation });
            put(&db, NewJob { desk: Some(desk), payload, ..job("event", run_at, None) }).await.unwrap();
        };
        for at in 0..5 {
            event(greedy, at).await;
        }
        event(neighbour, 8).await;
        event(neighbour, 9).await;
        let mut served = BTreeSet::new();
        let next = async |served: &BTreeSet<String>| {
            let lane = Lane { kinds: Kinds::Only(&["event"]), of_one: 2, served };
            claim_of(&db, lane).await
        };
        let first = next(&served).await.unwrap();
        assert_eq!(first.turn, Some(greedy.to_string()), "it has waited longest");
        served.extend(first.turn.clone());
        assert_eq!(next(&served).await.unwrap().turn, Some(neighbour.to_string()), "and has had its turn");
        assert_eq!(next(&BTreeSet::new()).await.unwrap().turn, Some(greedy.to_string()));
        assert_eq!(next(&BTreeSet::new()).await.unwrap().turn, Some(neighbour.to_string()), "two of one at once");
        assert_eq!(next(&served).await, None, "the others wait until one of the two is done");
        let mut tx = db.begin().await.unwrap();
        finish(&mut tx, &first).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(next(&served).await.unwrap().turn, Some(greedy.to_string()), "also out of turn when nobody waits");
    })
    .await;
}

#[tokio::test]
async fn a_job_without_an_installation_takes_its_desks_turn() {
    on_both(async |db| {
        let desk = DeskId::new();
        put(&db, NewJob { desk: Some(desk), ..job("mail", 1, None) }).await.unwrap();
        put(&db, NewJob { desk: None, ..job("chore", 2, None) }).await.unwrap();
        let claimed = async || claim(&db, Timestamp(9), LEASE).await.unwrap().unwrap().turn;
        assert_eq!(claimed().await, Some(desk.to_string()));
        assert_eq!(claimed().await, None);
    })
    .await;
}

#[tokio::test]
async fn the_oldest_due_job_comes_first_and_once() {
    on_both(async |db| {
        let late = put(&db, job("b", 20, None)).await.unwrap();
        let early = put(&db, job("a", 10, None)).await.unwrap();
        assert_eq!(claim(&db, Timestamp(9), LEASE).await.unwrap(), None);
        assert_eq!(next_due(&mut db.read().await.unwrap()).await.unwrap(), Some(Timestamp(10)));
        let first = claim(&db, Timestamp(30), LEASE).await.unwrap().unwrap();
        assert_eq!((first.id, first.attempts, &first.payload), (early, 1, &json!({"a": 1})));
        assert_eq!(claim(&db, Timestamp(30), LEASE).await.unwrap().unwrap().id, late);
        assert_eq!(claim(&db, Timestamp(30), LEASE).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_is_fenced_off() {
    on_both(async |db| {
        put(&db, job("a", 0, None)).await.unwrap();
        let lost = claim(&db, Timestamp(0), LEASE).await.unwrap().unwrap();
        let later = Timestamp(0).after(LEASE);
        let taken = claim(&db, later, LEASE).await.unwrap().unwrap();
        assert_eq!((taken.id, taken.attempts), (lost.id, 2));
        let mut tx = db.begin().await.unwrap();
        for result in [
            finish(&mut tx, &lost).await,
            retry(&mut tx, &lost, "x", later, later).await,
            give_up(&mut tx, &lost, "x", later).await,
            extend(&mut tx, &lost, later, LEASE).await,
        ] {
            assert!(matches!(result, Err(StoreError::Lost(_))));
        }
        finish(&mut tx, &taken).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(counts(&mut db.read().await.unwrap()).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn retries_wait_and_given_up_jobs_stay() {
    on_both(async |db| {
        let new = job("a", 0, None);
        let desk = new.desk.unwrap();
        put(&db, new).await.unwrap();
        let claimed = claim(&db, Timestamp(0), LEASE).await.unwrap().unwrap();
        let mut tx = db.begin().await.unwrap();
        retry(&mut tx, &claimed, "no\0t yet", Timestamp(5000), Timestamp(1)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(claim(&db, Timestamp(4999), LEASE).await.unwrap(), None);
        let claimed = claim(&db, Timestamp(5000), LEASE).await.unwrap().unwrap();
        let mut tx = db.begin().await.unwrap();
        give_up(&mut tx, &claimed, "never", Timestamp(6000)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(claim(&db, Timestamp(i64::MAX), LEASE).await.unwrap(), None);
        let mut conn = db.read().await.unwrap();
        let failed_jobs = failed(&mut conn, desk, 10).await.unwrap();
        assert_eq!((failed_jobs.len(), failed_jobs[0].error.as_str()), (1, "never"));
        assert_eq!(failed(&mut conn, DeskId::new(), 10).await.unwrap(), []);
        assert_eq!(counts(&mut conn).await.unwrap()[0].state, "failed");
        let mut tx = db.begin().await.unwrap();
        assert_eq!(purge_failed(&mut tx, Timestamp(6000)).await.unwrap(), 0);
        assert_eq!(purge_failed(&mut tx, Timestamp(6001)).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_unique_key_holds_while_the_job_waits() {
    on_both(async |db| {
        assert!(put(&db, job("a", 0, Some("k"))).await.is_some());
        assert!(put(&db, job("a", 0, Some("k"))).await.is_none());
        claim(&db, Timestamp(0), LEASE).await.unwrap().unwrap();
        assert!(put(&db, job("a", 0, Some("k"))).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn many_workers_share_the_jobs() {
    on_both(async |db| {
        for _ in 0..20 {
            put(&db, job("a", 0, None)).await;
        }
        let workers = (0..4).map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                while let Some(job) = claim(&db, Timestamp(1), LEASE).await.unwrap() {
                    mine.push(job.id);
                }
                mine
            })
        });
        let mut claimed: Vec<JobId> =
            futures::future::join_all(workers).await.into_iter().flat_map(Result::unwrap).collect();
        claimed.sort();
        claimed.dedup();
        assert_eq!(claimed.len(), 20);
    })
    .await;
}

#[tokio::test]
async fn a_malformed_job_is_given_up_and_named() {
    on_both(async |db| {
        let id = put(&db, job("a", 0, None)).await.unwrap();
        let good = put(&db, job("b", 1, None)).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        execute!(tx, "UPDATE jobs SET payload = '{' WHERE id = $1", id).unwrap();
        tx.commit().await.unwrap();
        let error = claim(&db, Timestamp(9), LEASE).await.unwrap_err().to_string();
        assert!(error.contains("table jobs") && error.contains(&id.to_string()), "{error}");
        assert_eq!(claim(&db, Timestamp(9), LEASE).await.unwrap().unwrap().id, good);
    })
    .await;
}

#[tokio::test]
async fn workers_are_woken_by_the_commit_only() {
    on_both(async |db| {
        let mut wakes = db.job_wakes();
        if db.dialect() == Dialect::Postgres {
            wakes.changed().await.unwrap(); // the listener is up
        }
        wakes.mark_unchanged();
        let mut tx = db.begin().await.unwrap();
        enqueue(&mut tx, job("a", 0, None), Timestamp(0)).await.unwrap();
        tx.rollback().await.unwrap();
        assert!(!wakes.has_changed().unwrap());
        put(&db, job("a", 0, None)).await;
        wakes.changed().await.unwrap();
    })
    .await;
}

#[test]
fn pauses_grow_to_an_hour() {
    let pauses: Vec<u64> = [1, 2, 3, 10, 11, 4_000_000_000].map(|attempt| backoff(attempt).as_secs()).into();
    assert_eq!(pauses, [5, 10, 20, 2560, 3600, 3600]);
}

/// Claims without a word, as often as the job lets itself be claimed.
async fn killed(db: &Db, from: Timestamp) -> Vec<Job> {
    let (mut claimed, mut now) = (Vec::new(), from);
    while let Some(job) = claim(db, now, LEASE).await.unwrap() {
        claimed.push(job);
        now = now.after(LEASE);
    }
    claimed
}

#[tokio::test]
async fn what_kills_the_host_three_times_is_set_aside() {
    on_both(async |db| {
        let new = job("poison", 0, Some("k"));
        let desk = new.desk.unwrap();
        let id = put(&db, new.clone()).await.unwrap();
        let claimed: Vec<_> = killed(&db, Timestamp(0)).await.iter().map(|job| (job.id, job.deaths)).collect();
        assert_eq!(claimed, [(id, 0), (id, 1), (id, 2)], "the fourth claim sets it aside");
        let waiting = put_away(&mut db.read().await.unwrap(), Some(desk), 9).await.unwrap();
        assert_eq!((waiting[0].job.id, waiting[0].job.deaths), (id, DEATHS));
        assert!(waiting[0].error.contains("stopped 3 times"), "{}", waiting[0].error);
        assert_eq!(put_away(&mut db.read().await.unwrap(), Some(DeskId::new()), 9).await.unwrap(), []);
        assert_eq!(put(&db, new.clone()).await, None, "nothing else takes its place");
        let mut tx = db.begin().await.unwrap();
        assert_eq!(purge_failed(&mut tx, Timestamp(i64::MAX)).await.unwrap(), 0);
        assert!(matches!(
            run_again(&mut tx, Some(DeskId::new()), id, Timestamp(1)).await,
            Err(StoreError::NotFound(_))
        ));
        run_again(&mut tx, Some(desk), id, Timestamp(1)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(put(&db, new.clone()).await, None, "it waits under its key again");
        let again = claim(&db, Timestamp(1), LEASE).await.unwrap().unwrap();
        assert_eq!((again.id, again.attempts, again.deaths), (id, 1, 0));
        let mut tx = db.begin().await.unwrap();
        give_up(&mut tx, &again, "no", Timestamp(2)).await.unwrap();
        drop_failed(&mut tx, Some(desk), id).await.unwrap();
        tx.commit().await.unwrap();
        assert!(put(&db, new).await.is_some());
    })
    .await;
}

/// The host's own work concerns every desk: of several none decides about it.
#[tokio::test]
async fn the_hosts_own_is_decided_by_the_only_desk_or_by_whoever_runs_the_host() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let only = desks::create(&mut tx, "Desk", "en", Timestamp(1)).await.unwrap().id;
        let own = testing::failed_job(&mut tx, None, "it broke").await;
        tx.commit().await.unwrap();
        let seen = async |desk: Option<DeskId>| -> Vec<JobId> {
            let found = put_away(&mut db.read().await.unwrap(), desk, 9).await.unwrap();
            found.into_iter().map(|failed| failed.job.id).collect()
        };
        assert_eq!((seen(Some(only)).await, seen(None).await), (vec![own], vec![own]));
        let mut tx = db.begin().await.unwrap();
        let second = desks::create(&mut tx, "Second", "en", Timestamp(2)).await.unwrap().id;
        let theirs = testing::failed_job(&mut tx, Some(second), "it broke too").await;
        for desk in [only, second] {
            let again = run_again(&mut tx, Some(desk), own, Timestamp(3)).await;
            assert!(matches!(again, Err(StoreError::NotFound(_))), "{again:?}");
            let dropped = drop_failed(&mut tx, Some(desk), own).await;
            assert!(matches!(dropped, Err(StoreError::NotFound(_))), "{dropped:?}");
        }
        let not_theirs = drop_failed(&mut tx, None, theirs).await;
        assert!(matches!(not_theirs, Err(StoreError::NotFound(_))), "{not_theirs:?}");
        tx.commit().await.unwrap();
        assert_eq!(seen(Some(only)).await, []);
        assert_eq!((seen(Some(second)).await, seen(None).await), (vec![theirs], vec![own]));
        let mut tx = db.begin().await.unwrap();
        run_again(&mut tx, None, own, Timestamp(4)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(seen(None).await, []);
    })
    .await;
}

#[tokio::test]
async fn what_was_running_beside_a_killer_is_not_set_aside_with_it() {
    on_both(async |db| {
        let killer = put(&db, job("killer", 0, None)).await.unwrap();
        let others = [put(&db, job("a", 1, None)).await.unwrap(), put(&db, job("b", 1, None)).await.unwrap()];
        let mut now = Timestamp(5);
        let mut deaths = 0;
        loop {
            // The process starts, takes up all that it may, and dies when it is at the killer.
            let mut held = Vec::new();
            while let Some(job) = claim(&db, now, LEASE).await.unwrap() {
                held.push(job);
            }
            if !held.iter().any(|job| job.id == killer) {
                let mut tx = db.begin().await.unwrap();
                for job in &held {
                    assert!(others.contains(&job.id) && job.deaths < DEATHS);
                    finish(&mut tx, job).await.unwrap();
                }
                tx.commit().await.unwrap();
                if held.is_empty() {
                    break;
                }
                continue;
            }
            deaths += 1;
            now = now.after(LEASE);
        }
        assert_eq!(deaths, 3);
        let left: Vec<_> = counts(&mut db.read().await.unwrap()).await.unwrap();
        assert_eq!((left.len(), left[0].kind.as_str(), left[0].state.as_str()), (1, "killer", "failed"));
    })
    .await;
}

#[tokio::test]
async fn an_orderly_end_is_no_death_and_a_panic_is_one() {
    on_both(async |db| {
        put(&db, job("a", 0, None)).await.unwrap();
        let mut now = Timestamp(0);
        for _ in 0..5 {
            let claimed = claim(&db, now, LEASE).await.unwrap().unwrap();
            assert_eq!(claimed.deaths, 0);
            let mut tx = db.begin().await.unwrap();
            let_go(&mut tx, &claimed).await.unwrap();
            tx.commit().await.unwrap();
            now = now.after(LEASE);
        }
        for deaths in 0..DEATHS {
            let claimed = claim(&db, now, LEASE).await.unwrap().unwrap();
            assert_eq!(claimed.deaths, deaths);
            let mut tx = db.begin().await.unwrap();
            died(&mut tx, &claimed, "it panicked", now).await.unwrap();
            tx.commit().await.unwrap();
        }
        assert_eq!(claim(&db, now, LEASE).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_mail_whose_job_is_set_aside_says_so_and_can_be_sent_again() {
    use crate::mails::{self, MailState, NewMail};
    use annex_domain::mail::MailKind;
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let desk = crate::testing::Fixture::make(&mut tx).await.desk;
        let new = NewMail {
            desk,
            operator: None,
            to: "ada@example.org".into(),
            kind: MailKind::Installed,
            args: json!({}),
            unique_key: "m".into(),
        };
        let mail = mails::put(&mut tx, &new, Timestamp(0)).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        let state = async || mails::get(&mut db.read().await.unwrap(), desk, mail).await.unwrap().state;
        assert_eq!(killed(&db, Timestamp(0)).await.len(), 3);
        assert_eq!(state().await, MailState::Failed);
        // From the outbox.
        let mut tx = db.begin().await.unwrap();
        mails::resend(&mut tx, desk, mail, Timestamp(1)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(killed(&db, Timestamp(1_000_000)).await.len(), 3);
        // From where the job waits.
        let job = put_away(&mut db.read().await.unwrap(), Some(desk), 9).await.unwrap().remove(0).job;
        let mut tx = db.begin().await.unwrap();
        run_again(&mut tx, Some(desk), job.id, Timestamp(2)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(state().await, MailState::Waiting);
        assert_eq!(claim(&db, Timestamp(2), LEASE).await.unwrap().unwrap().id, job.id);
    })
    .await;
}
