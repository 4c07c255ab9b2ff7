//! The wrong account (R6): while it is logged in, what could be done to an add-on is refused, and logging out is all that is
//! left. What runs goes on, and what is stuck can be taken away.

use std::collections::BTreeSet;

use annex_domain::{assignment::Assignment, billing::LoginRule, capability::Asks, installation::Status};
use annex_store::billing::logins;

use super::{
    money::PAYS,
    support::{World, on_both},
};
use crate::{CrashPoints, LifecycleError, Ticks, UsersChange};

const WRONG: &str = "billing-wrong-account";
const LOGGED_OUT: &str = "billing-logged-out";

impl World {
    /// Logs in with the account that holds the licence, then with another one.
    async fn log_in_wrongly(&self) {
        self.log_in(PAYS).await;
        self.log_in(PAYS).await;
    }

    async fn log_out(&self) {
        let mut tx = self.db().begin().await.unwrap();
        logins::log_out(&mut tx, self.desk).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn the_wrong_account_changes_nothing() {
    on_both(async |world| {
        let bo = world.colleague("Bo").await;
        world.puppet("1.0.0", 1, "").await;
        let id = world.install("acme.puppet").await.id;
        world.puppet("2.0.0", 2, "").await;
        world.update(id, "2.0.0").await;
        let (host, desk, admin) = (&world.host, world.desk, world.admin);
        let less = Ticks::Change { add: BTreeSet::new(), remove: [bo].into() };
        let less = UsersChange { ticks: Some(less), assignment: None };
        let answers = async || -> Vec<Result<(), LifecycleError>> {
            vec![
                host.set_users(desk, id, less.clone(), admin).await.map(drop),
                host.set_rule(desk, id, Assignment::Nobody, admin).await,
                host.set_pinned(desk, id, true, admin).await.map(drop),
                host.set_pinned(desk, id, false, admin).await.map(drop),
                host.deactivate(desk, id, admin).await.map(drop),
                host.activate(desk, id, admin).await.map(drop),
                host.rollback(desk, id, None, admin).await.map(drop),
            ]
        };
        world.log_in_wrongly().await;
        let before = world.installation(id).await;
        for answer in answers().await {
            assert_eq!(answer.unwrap_err().code(), WRONG);
        }
        for force in [false, true] {
            let refused = host.uninstall(desk, id, admin, force).await.unwrap_err();
            assert_eq!(refused.code(), WRONG, "force leads around nothing");
        }
        assert_eq!(world.installation(id).await, before);
        host.render(desk, id, world.context()).await.unwrap();

        world.log_out().await;
        for answer in answers().await {
            answer.unwrap();
        }
        assert_eq!(world.settled(id).await.unwrap().version.to_string(), "1.0.0");
        host.uninstall(desk, id, admin, true).await.unwrap();
        assert_eq!(world.settled(id).await, None);
    })
    .await;
}

#[tokio::test]
async fn what_is_stuck_is_taken_away_by_force_whoever_is_logged_in() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        world.restart(CrashPoints::stop_at("install:hook:after")).await;
        let started = world.host.install(world.request("acme.puppet")).await.unwrap();
        world.idle().await;
        assert_eq!(world.installation(started.id).await.status, Status::Installing);
        world.log_in_wrongly().await;
        let refused = world.host.uninstall(world.desk, started.id, world.admin, false).await.unwrap_err();
        assert_eq!(refused.code(), WRONG);
        world.host.uninstall(world.desk, started.id, world.admin, true).await.unwrap();
        assert_eq!(world.settled(started.id).await, None);
    })
    .await;
}

#[tokio::test]
async fn where_the_login_is_the_right_to_download_all_that_obtains_needs_it() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        world.restart_asking_for_the_login(LoginRule::Always).await;
        let refused = world.host.install(world.request("acme.puppet")).await.unwrap_err();
        assert_eq!(refused.code(), LOGGED_OUT, "what is free as well");
        world.log_in(PAYS).await;
        let id = world.install("acme.puppet").await.id;
        world.puppet("2.0.0", 2, "").await;
        world.update(id, "2.0.0").await;

        world.log_out().await;
        let (host, desk, admin) = (&world.host, world.desk, world.admin);
        assert_eq!(host.rollback(desk, id, None, admin).await.unwrap_err().code(), LOGGED_OUT);
        world.puppet("3.0.0", 3, "").await;
        let update = host.update(desk, id, "3.0.0".parse().unwrap(), Asks::default(), admin).await;
        assert_eq!(update.unwrap_err().code(), LOGGED_OUT);
        // What is there can be switched, used and removed.
        host.deactivate(desk, id, admin).await.unwrap();
        host.activate(desk, id, admin).await.unwrap();
        host.render(desk, id, world.context()).await.unwrap();
        host.uninstall(desk, id, admin, false).await.unwrap();
        assert_eq!(world.settled(id).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_trial_is_given_up_with_the_login_that_it_was_begun_with() {
    on_both(async |mut world| {
        world.priced("1.0.0", 1, "").await;
        let id = world.had(world.to_try("team")).await.id;
        world.log_out().await;
        let state = world.host.billing_state(world.desk, id).await.unwrap();
        assert!(!state.cancel_needs_login(LoginRule::Paid));
        assert!(state.cancel_needs_login(LoginRule::Always));
        world.restart_asking_for_the_login(LoginRule::Always).await;
        let (desk, admin) = (world.desk, world.admin);
        assert_eq!(world.host.cancel(desk, id, admin).await.unwrap_err().code(), LOGGED_OUT);
        world.restart_asking_for_the_login(LoginRule::Paid).await;
        world.host.cancel(desk, id, admin).await.unwrap();
        world.idle().await;
        assert_eq!(world.installation(id).await.status, Status::Cancelled);
    })
    .await;
}
