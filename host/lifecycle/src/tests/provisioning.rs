//! Versions that their publisher sets up by hand: whatever is begun waits for the publisher's word, which decides it, once.

use std::time::Duration;

use annex_domain::{
    clock::Clock as _,
    ids::{AccountId, InstallationId},
    installation::{Installation, Status},
    manifest::{Manifest, Service},
    provisioning::{ANSWER_WITHIN, Answer, DECLINED, STAYS_DECLINED, STAYS_UNANSWERED, UNANSWERED},
};
use annex_store::catalog;

use super::{
    crashes::{after_a_crash, points},
    money::{PAYS, plans},
    publisher_service::heard,
    support::{World, everything, on_both, puppet, version},
};
use crate::{AnswerError, Answerer, CrashPoints};

const DAY: Duration = Duration::from_hours(24);

/// The puppet of a publisher that sets it up by hand.
fn by_hand(version: &str, seq: u32) -> Manifest {
    let heard = heard(version, seq);
    let service = heard.service.clone().map(|service| Service { manual: true, ..service });
    Manifest { service, ..heard }
}

async fn published(world: &World, version: &str, seq: u32, behaviour: &str) {
    world.publish(by_hand(version, seq), puppet(&format!("label={version} {behaviour}"))).await;
}

fn of(publisher: &str) -> Answerer {
    Answerer::Publisher { publisher: publisher.parse().unwrap(), account: AccountId::new() }
}

fn no() -> Answer {
    Answer::Rejected("no seats are left".parse().unwrap())
}

async fn waits(world: &World, id: InstallationId) -> bool {
    world.idle().await;
    world.host.installation(world.desk, id).await.unwrap().waits_until.is_some()
}

/// Begins an installation that then waits.
async fn begun(world: &World) -> InstallationId {
    let id = world.host.install(world.request("acme.puppet")).await.unwrap().id;
    assert!(waits(world, id).await);
    id
}

/// The publisher's word, and what becomes of it.
async fn answered(world: &World, id: InstallationId, answer: &Answer) -> Option<Installation> {
    world.host.answer(id, answer, &of("acme")).await.unwrap();
    world.host.resume_due().await.unwrap();
    world.settled(id).await
}

async fn active(world: &World) -> InstallationId {
    let id = begun(world).await;
    assert_eq!(answered(world, id, &Answer::Accepted).await.unwrap().status, Status::Active);
    id
}

/// The kinds of events about an installation.
async fn told(world: &World, id: InstallationId) -> Vec<String> {
    let addon = "acme.puppet".parse().unwrap();
    let all = world.host.events_after(&addon, None, 500).await.unwrap();
    all.into_iter().filter(|event| event.installation == id).map(|event| event.kind.to_string()).collect()
}

async fn refused(world: &World, id: InstallationId, by: &Answerer) -> &'static str {
    world.host.answer(id, &Answer::Accepted, by).await.unwrap_err().code()
}

#[tokio::test]
async fn an_installation_waits_for_the_publisher_and_then_runs() {
    on_both(async |world| {
        published(&world, "1.0.0", 1, "").await;
        let id = begun(&world).await;
        let view = world.host.installation(world.desk, id).await.unwrap();
        assert_eq!(view.installation.status, Status::Installing);
        assert_eq!(view.waits_until, Some(world.clock.now().after(ANSWER_WITHIN)));
        // A page does not wait for days.
        let waiting = world.host.wait(world.desk, id, Duration::from_secs(600)).await.unwrap();
        assert_eq!(waiting.unwrap().status, Status::Installing);

        let events = world.host.events_after(&"acme.puppet".parse().unwrap(), None, 9).await.unwrap();
        let posted = serde_json::to_value(world.host.as_posted(&events[0]).await.unwrap()).unwrap();
        let address = format!("http://127.0.0.1:8080/publisher/v1/installations/{id}/answer");
        assert_eq!((&posted["type"], &posted["links"]["answer"]), (&"app.install-requested".into(), &address.into()));
        assert_eq!(posted["data"]["until"], view.waits_until.unwrap().to_string());
        let asked = world.host.asked_of(&"acme".parse().unwrap()).await.unwrap();
        assert_eq!(asked.iter().map(|one| (one.installation, one.by)).collect::<Vec<_>>(), [(id, world.admin)]);

        world.clock.advance(6 * DAY);
        assert_eq!(answered(&world, id, &Answer::Accepted).await.unwrap().status, Status::Active);
        assert_eq!(told(&world, id).await, ["app.install-requested", "app.installed"]);
        assert_eq!(world.mails().await, ["install-approved", "installed"]);
        assert!(world.audited().await.contains(&"addon.accepted".to_owned()));
        assert_eq!(world.host.asked_of(&"acme".parse().unwrap()).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn what_was_declined_is_asked_again_by_people_only() {
    on_both(async |world| {
        published(&world, "1.0.0", 1, "").await;
        let id = begun(&world).await;
        let failed = answered(&world, id, &no()).await.unwrap();
        let notice = failed.notice.clone().unwrap();
        assert_eq!(failed.status, Status::FailedInstallation);
        assert_eq!((notice.code.as_str(), notice.text.as_str()), (DECLINED, "no seats are left"));
        assert_eq!(world.mails().await, ["install-failed"]);
        world.clock.advance(9 * DAY);
        assert!(!world.host.retries_now(world.desk, id).await.unwrap());
        assert_eq!(world.host.retry_by_host(world.desk, id, failed.rev).await.unwrap(), None);
        world.host.retry_install(world.desk, id, world.admin).await.unwrap();
        assert!(waits(&world, id).await, "asked anew");
        assert_eq!(answered(&world, id, &Answer::Accepted).await.unwrap().status, Status::Active);
        assert_eq!(told(&world, id).await, ["app.install-requested", "app.install-requested", "app.installed"]);
    })
    .await;
}

#[tokio::test]
async fn silence_fails_after_seven_days_and_is_tried_again_when_somebody_looks() {
    on_both(async |world| {
        published(&world, "1.0.0", 1, "").await;
        let id = begun(&world).await;
        world.clock.advance(7 * DAY - Duration::from_secs(1));
        world.host.resume_due().await.unwrap();
        assert!(waits(&world, id).await);
        world.clock.advance(Duration::from_secs(1));
        assert_eq!(refused(&world, id, &of("acme")).await, "answered-too-late");
        world.host.resume_due().await.unwrap();
        let failed = world.settled(id).await.unwrap();
        assert_eq!(
            (failed.status, failed.notice.clone().unwrap().code),
            (Status::FailedInstallation, UNANSWERED.into())
        );
        assert_eq!(refused(&world, id, &of("acme")).await, "answered-too-late");
        world.clock.advance(Duration::from_secs(60));
        let looked = world.host.retry_by_host(world.desk, id, failed.rev).await.unwrap().unwrap();
        assert_eq!(looked.status, Status::Installing);
        assert_eq!(world.host.retry_by_host(world.desk, id, failed.rev).await.unwrap(), None, "once for all who look");
        assert!(waits(&world, id).await);
        world.clock.advance(7 * DAY);
        world.host.resume_due().await.unwrap();
        world.settled(id).await.unwrap();
        assert_eq!(world.mails().await, ["install-failed"], "one mail for each cause");
    })
    .await;
}

#[tokio::test]
async fn each_wrong_answer_is_refused_with_its_own_code() {
    on_both(async |world| {
        published(&world, "1.0.0", 1, "").await;
        let id = begun(&world).await;
        let stranger = InstallationId::new();
        assert_eq!(refused(&world, stranger, &Answerer::CommandLine).await, "unknown-installation");
        assert_eq!(refused(&world, id, &of("other")).await, "unknown-installation");
        assert_eq!(refused(&world, id, &Answerer::Service(stranger)).await, "unknown-installation");
        assert!(waits(&world, id).await);

        // Of two answers at once, one counts.
        let (yes, by) = (Answer::Accepted, of("acme"));
        let (no, service) = (no(), Answerer::Service(id));
        let both = tokio::join!(world.host.answer(id, &yes, &by), world.host.answer(id, &no, &service));
        let both = [both.0, both.1];
        assert_eq!(both.iter().filter(|one| one.is_ok()).count(), 1);
        assert!(both.iter().any(|one| matches!(one, Err(AnswerError::AnsweredAlready))), "{both:?}");
        world.host.resume_due().await.unwrap();
        world.settled(id).await.unwrap();
        assert_eq!(refused(&world, id, &of("acme")).await, "answered-already");
    })
    .await;
    on_both(async |world| {
        world.publish(heard("1.0.0", 1), puppet("")).await;
        let id = world.install("acme.puppet").await.id;
        assert_eq!(refused(&world, id, &of("acme")).await, "nothing-asked", "it completes by itself");
    })
    .await;
}

#[tokio::test]
async fn the_word_is_that_of_who_has_the_add_on_now() {
    on_both(async |world| {
        published(&world, "1.0.0", 1, "").await;
        let (id, addon) = (begun(&world).await, "acme.puppet".parse().unwrap());
        let (from, to) = ("acme".parse().unwrap(), "other".parse().unwrap());
        let mut tx = world.db().begin().await.unwrap();
        catalog::add_publisher(&mut tx, &to, "Other", world.clock.now()).await.unwrap();
        catalog::offer_to(&mut tx, &addon, Some(&to)).await.unwrap();
        catalog::hand_over(&mut tx, &addon, &from, &to).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(refused(&world, id, &of("acme")).await, "unknown-installation");
        world.host.answer(id, &Answer::Accepted, &of("other")).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_was_paid_goes_back_when_the_publisher_declines() {
    on_both(async |world| {
        world.publish(Manifest { plans: plans(), ..by_hand("1.0.0", 1) }, puppet("")).await;
        world.log_in(PAYS).await;
        let id = world.host.install(world.to_buy("flat").await).await.unwrap().id;
        assert!(waits(&world, id).await);
        assert_eq!(world.mailed("receipt").await, 1, "charged before anybody sets anything up");
        let failed = answered(&world, id, &no()).await.unwrap();
        assert_eq!(failed.status, Status::FailedInstallation);
        world.judge(id, "declined").await;
        assert_eq!(world.mailed("install-failed").await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_fails_after_it_was_set_up_is_told_once() {
    on_both(async |world| {
        published(&world, "1.0.0", 1, "install=fail").await;
        let id = begun(&world).await;
        let failed = answered(&world, id, &Answer::Accepted).await.unwrap();
        assert_eq!(failed.notice.clone().unwrap().code, "install-hook-failed");
        assert_eq!(told(&world, id).await, ["app.install-requested", "app.uninstalled"]);
    })
    .await;
}

#[tokio::test]
async fn the_old_version_serves_until_the_publisher_has_accepted_the_new_one() {
    on_both(async |world| {
        published(&world, "1.0.0", 1, "").await;
        let id = active(&world).await;
        published(&world, "2.0.0", 2, "").await;
        let update = async || {
            world.host.update(world.desk, id, version("2.0.0"), everything(), world.admin).await.unwrap();
            assert!(waits(&world, id).await);
        };
        update().await;
        world.host.render(world.desk, id, world.context()).await.unwrap();
        assert!(world.installation(id).await.status.actions().is_empty(), "managers only look");
        let kept = answered(&world, id, &no()).await.unwrap();
        assert_eq!((kept.status, &kept.version), (Status::Active, &version("1.0.0")));
        assert_eq!(kept.notice.clone().unwrap().text, "no seats are left");
        assert_eq!(world.mailed("update-failed").await, 1);
        update().await;
        let updated = answered(&world, id, &Answer::Accepted).await.unwrap();
        assert_eq!((updated.status, &updated.version), (Status::Active, &version("2.0.0")));
        let since = ["app.update-requested", "app.update-requested", "app.updated"];
        assert_eq!(told(&world, id).await[2..], since);
        // The way back asks nobody.
        world.host.rollback(world.desk, id, None, world.admin).await.unwrap();
        assert_eq!(world.settled(id).await.unwrap().version, version("1.0.0"));
    })
    .await;
}

#[tokio::test]
async fn an_update_that_fails_after_it_was_accepted_is_told_to_be_taken_back() {
    on_both(async |world| {
        published(&world, "1.0.0", 1, "").await;
        let id = active(&world).await;
        published(&world, "2.0.0", 2, "update=fail").await;
        world.host.update(world.desk, id, version("2.0.0"), everything(), world.admin).await.unwrap();
        assert!(waits(&world, id).await);
        let kept = answered(&world, id, &Answer::Accepted).await.unwrap();
        assert_eq!((kept.status, &kept.version), (Status::Active, &version("1.0.0")));
        let addon = "acme.puppet".parse().unwrap();
        let last = world.host.events_after(&addon, None, 500).await.unwrap().pop().unwrap();
        let back = serde_json::json!({ "version": { "old": "2.0.0", "new": "1.0.0" } });
        assert_eq!((last.kind.as_str(), last.data), ("app.updated", back));
    })
    .await;
}

#[tokio::test]
async fn what_the_publisher_does_not_let_go_stands_where_it_stood() {
    on_both(async |world| {
        published(&world, "1.0.0", 1, "").await;
        let id = active(&world).await;
        let leave = async || {
            world.host.uninstall(world.desk, id, world.admin, false).await.unwrap();
            assert!(waits(&world, id).await);
        };
        leave().await;
        let stays = answered(&world, id, &no()).await.unwrap();
        assert_eq!((stays.status, stays.notice.clone().unwrap().code), (Status::Active, STAYS_DECLINED.into()));
        assert_eq!(world.value(id, "data").await.as_deref(), Some("installed-1.0.0"));
        world.host.render(world.desk, id, world.context()).await.unwrap();
        leave().await;
        world.clock.advance(7 * DAY);
        world.host.resume_due().await.unwrap();
        let stays = world.settled(id).await.unwrap();
        assert_eq!((stays.status, stays.notice.clone().unwrap().code), (Status::Active, STAYS_UNANSWERED.into()));
        assert_eq!(world.mailed("uninstall-failed").await, 2);
        leave().await;
        assert_eq!(answered(&world, id, &Answer::Accepted).await, None);
        assert_eq!(refused(&world, id, &of("acme")).await, "unknown-installation");
        let asked = "app.uninstall-requested";
        assert_eq!(told(&world, id).await[2..], [asked, asked, asked, "app.uninstalled"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_let_go_is_not_billed_any_more() {
    on_both(async |world| {
        world.publish(Manifest { plans: plans(), ..by_hand("1.0.0", 1) }, puppet("")).await;
        world.log_in(PAYS).await;
        let id = world.host.install(world.to_buy("flat").await).await.unwrap().id;
        assert!(waits(&world, id).await);
        assert_eq!(answered(&world, id, &Answer::Accepted).await.unwrap().status, Status::Active);
        world.host.uninstall(world.desk, id, world.admin, false).await.unwrap();
        assert!(waits(&world, id).await);
        let stays = answered(&world, id, &no()).await.unwrap();
        assert_eq!(stays.status, Status::Cancelled);
        world.judge(id, "declined").await;
    })
    .await;
}

#[tokio::test]
async fn an_update_that_waits_when_its_add_on_ends_keeps_nothing_billed() {
    on_both(async |world| {
        let sold = |version: &str, seq: u32| Manifest { plans: plans(), ..by_hand(version, seq) };
        world.publish(sold("1.0.0", 1), puppet("")).await;
        world.log_in(PAYS).await;
        let id = world.host.install(world.to_buy("flat").await).await.unwrap().id;
        assert!(waits(&world, id).await);
        assert_eq!(answered(&world, id, &Answer::Accepted).await.unwrap().status, Status::Active);
        world.publish(sold("2.0.0", 2), puppet("")).await;
        world.host.update(world.desk, id, version("2.0.0"), everything(), world.admin).await.unwrap();
        assert!(waits(&world, id).await);
        let mut tx = world.db().begin().await.unwrap();
        let addon = "acme.puppet".parse().unwrap();
        catalog::set_ends_at(&mut tx, &addon, Some(world.clock.now())).await.unwrap();
        tx.commit().await.unwrap();
        world.host.end_addons().await.unwrap();
        assert_eq!(world.installation(id).await.status, Status::Updating, "it is being changed");
        assert_eq!(answered(&world, id, &no()).await.unwrap().status, Status::Active);
        for _ in 0..2 {
            world.host.end_addons().await.unwrap();
            world.idle().await;
        }
        assert_eq!(world.installation(id).await.status, Status::Cancelled);
        world.judge(id, "ended").await;
    })
    .await;
}

#[tokio::test]
async fn force_ends_what_waits_for_an_answer() {
    on_both(async |world| {
        published(&world, "1.0.0", 1, "").await;
        let id = begun(&world).await;
        world.host.uninstall(world.desk, id, world.admin, true).await.unwrap();
        assert_eq!(world.settled(id).await, None);
        assert_eq!(refused(&world, id, &of("acme")).await, "unknown-installation");
        let id = active(&world).await;
        world.host.uninstall(world.desk, id, world.admin, false).await.unwrap();
        assert!(waits(&world, id).await);
        world.host.uninstall(world.desk, id, world.admin, true).await.unwrap();
        assert_eq!(world.settled(id).await, None);
    })
    .await;
}

/// Stops the host at each point of a saga, before or after the answer; then it goes on to the end that the answer decides.
async fn through_crashes(
    world: &mut World,
    points: Vec<String>,
    begin: impl AsyncFn(&World) -> Option<InstallationId>,
    answer: &Answer,
    judge: impl AsyncFn(&World, InstallationId, &str),
) {
    for point in points {
        world.restart(CrashPoints::stop_at(&point)).await;
        let Some(id) = begin(&*world).await else {
            assert!(point.ends_with(":record:before"), "{point}");
            after_a_crash(world).await;
            continue;
        };
        if !waits(world, id).await {
            after_a_crash(world).await;
        }
        assert!(waits(world, id).await, "{point}");
        world.host.answer(id, answer, &of("acme")).await.unwrap();
        world.host.resume_due().await.unwrap();
        after_a_crash(world).await;
        world.settled(id).await;
        judge(&*world, id, &point).await;
    }
}

async fn install(world: &World) -> Option<InstallationId> {
    world.host.install(world.request("acme.puppet")).await.ok().map(|started| started.id)
}

async fn gone(world: &World, id: InstallationId, point: &str) {
    world.host.uninstall(world.desk, id, world.admin, true).await.unwrap();
    assert_eq!(world.settled(id).await, None, "{point}");
}

#[tokio::test]
async fn an_install_that_waits_survives_a_crash_at_every_point() {
    on_both(async |mut world| {
        published(&world, "1.0.0", 1, "").await;
        let judge = async |world: &World, id: InstallationId, point: &str| {
            assert_eq!(world.installation(id).await.status, Status::Active, "{point}");
            assert_eq!(told(world, id).await, ["app.install-requested", "app.installed"], "{point}");
            gone(world, id, point).await;
        };
        let points_on_the_way = [points("install", false), points("provisioning:ask", false)].concat();
        through_crashes(&mut world, points_on_the_way, install, &Answer::Accepted, judge).await;
        let judge = async |world: &World, id: InstallationId, point: &str| {
            let failed = world.installation(id).await;
            assert_eq!(
                (failed.status, failed.notice.clone().unwrap().code),
                (Status::FailedInstallation, DECLINED.into())
            );
            assert_eq!(told(world, id).await, ["app.install-requested"], "{point}");
            gone(world, id, point).await;
        };
        through_crashes(&mut world, points("install", true), install, &no(), judge).await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_the_host_dies_of_counts_or_is_given_again() {
    on_both(async |mut world| {
        published(&world, "1.0.0", 1, "").await;
        for (point, again) in
            [("provisioning:answer:before", "done"), ("provisioning:answer:after", "answered-already")]
        {
            let id = begun(&world).await;
            world.restart(CrashPoints::stop_at(point)).await;
            world.host.answer(id, &Answer::Accepted, &of("acme")).await.unwrap_err();
            world.restart(CrashPoints::none()).await;
            let given = world.host.answer(id, &Answer::Accepted, &of("acme")).await;
            assert_eq!(given.err().map_or("done", |error| error.code()), again);
            world.host.resume_due().await.unwrap();
            assert_eq!(world.settled(id).await.unwrap().status, Status::Active, "{point}");
            gone(&world, id, point).await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_update_that_waits_survives_a_crash_at_every_point() {
    on_both(async |mut world| {
        published(&world, "1.0.0", 1, "").await;
        published(&world, "2.0.0", 2, "").await;
        for (undoing, answer, ends) in [(false, Answer::Accepted, "2.0.0"), (true, no(), "1.0.0")] {
            for point in points("update", undoing) {
                let mut request = world.request("acme.puppet");
                request.version = Some(version("1.0.0"));
                let id = world.host.install(request).await.unwrap().id;
                assert!(waits(&world, id).await);
                answered(&world, id, &Answer::Accepted).await.unwrap();
                let update = async |world: &World| {
                    let begun = world.host.update(world.desk, id, version("2.0.0"), everything(), world.admin).await;
                    begun.ok().map(|begun| begun.id)
                };
                let judge = async |world: &World, id: InstallationId, point: &str| {
                    let kept = world.installation(id).await;
                    assert_eq!((kept.status, kept.version.to_string().as_str()), (Status::Active, ends), "{point}");
                };
                through_crashes(&mut world, vec![point.clone()], update, &answer, judge).await;
                gone(&world, id, &point).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_uninstall_that_waits_survives_a_crash_at_every_point() {
    on_both(async |mut world| {
        published(&world, "1.0.0", 1, "").await;
        for answer in [no(), Answer::Accepted] {
            for point in points("uninstall", false) {
                let id = match world.of_addon("acme.puppet").await {
                    Some(there) => there.id,
                    None => active(&world).await,
                };
                let leave = async |world: &World| {
                    world.host.uninstall(world.desk, id, world.admin, false).await.ok().map(|()| id)
                };
                let judge = async |world: &World, _: InstallationId, point: &str| {
                    let left = world.of_addon("acme.puppet").await.map(|there| there.status);
                    let stays = answer != Answer::Accepted;
                    assert_eq!(left, stays.then_some(Status::Active), "{point}");
                };
                through_crashes(&mut world, vec![point], leave, &answer, judge).await;
            }
        }
    })
    .await;
}
