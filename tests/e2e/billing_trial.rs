//! R20 to R23, R34: a trial costs nothing and needs no login, reminds exactly once at each threshold whatever the clock
//! and the process do, ends access and keeps the data, and goes on where it was after a reinstall; choosing a plan starts
//! with fresh users.

use serde_json::json;

use crate::support::{
    database::Database,
    on_each_database,
    payer::{self, DAY, Paying},
    puppet::{Puppet, plan},
    stripe::cards,
};

const PER_USER_TRIAL: &str = plan!("users", "per-user", 400, 30);
const TRIED: Puppet<'_> = Puppet { id: "annex.tried", version: "1.0.0", behaviour: "", plans: PER_USER_TRIAL };

/// Starts the trial in the panel. Answers the installation.
async fn try_out(paying: &Paying, button: &str) -> String {
    paying.admin.get("/addons/annex.tried").await.expect(button);
    let consent = paying.to_consent("annex.tried", "users").await;
    consent.expect("You won’t be charged");
    paying.admin.submit(&consent, "form[action='/addons/annex.tried/install']", &[]).await;
    let id = paying.api.installed("annex.tried").await;
    paying.api.settled(&id, "active").await;
    id
}

on_each_database!(a_trial_reminds_once_at_each_threshold_and_ends_with_its_data_kept);

async fn a_trial_reminds_once_at_each_threshold_and_ends_with_its_data_kept(database: Database) {
    let mut paying = Paying::start(database, &[TRIED]).await;
    let id = try_out(&paying, "Start 30-day trial").await;
    let ticket = paying.api.ticket_from("kim@example.com").await;
    let panel = format!("/tickets/{}/sidebar/{id}", ticket["number"]);
    let open = paying.admin.get(&panel).await;
    paying.admin.press(&open, "form.panel", "set", &[]).await;
    let data = paying.admin.get(&panel).await.text();
    paying.admin.get(&format!("/my-addons/{id}")).await.expect("30 days left in the trial");

    // The clock jumps, also back; the process is killed each time; on PostgreSQL a second node is at work as well.
    let on_postgres = paying.host.setup().on_postgres();
    let half_an_hour = 1800;
    let mut told = vec![];
    for (days, reminders) in [(14, 0), (15, 1), (15, 1), (14, 1), (16, 1), (23, 2), (22, 2), (29, 3), (29, 3)] {
        paying.ahead(days * DAY + half_an_hour).await;
        let second = on_postgres.then(|| paying.host.second_node());
        crate::support::eventually(&format!("{reminders} reminders on day {days}"), || async {
            (paying.mails("Your trial of").await >= reminders).then_some(())
        })
        .await;
        drop(second);
        told.push((days, paying.mails("Your trial of").await));
        assert_eq!(told.last(), Some(&(days, reminders)), "{told:?}");
    }
    for words in ["ends in 15 days", "ends in 7 days", "ends in one day"] {
        paying.expect_mails(words, 1).await;
    }

    // The end: no access, nothing charged, all data kept.
    paying.ahead(30 * DAY + half_an_hour).await;
    paying.api.settled(&id, "trial-expired").await;
    paying.admin.visit(&panel).await.expect_not("data=");
    paying.admin.get(&format!("/my-addons/{id}")).await.expect("The trial has ended").expect("Choose a plan");
    paying.admin.get("/my-addons").await.expect("Trial expired");
    paying.expect_mails("has ended", 1).await;
    assert_eq!(paying.charged().await, (0, 0));

    // A plan brings it back with all that it kept.
    payer::log_in(&paying.host, &paying.admin).await;
    payer::add_card(&paying.admin, cards::PAYS).await;
    let plans = paying.admin.get(&format!("/my-addons/{id}/plans")).await;
    let users =
        paying.admin.submit(&plans, &format!("form[action='/my-addons/{id}/plans']"), &[("plan", "users")]).await;
    let confirm = paying.admin.press(&users, "form#users-form", "next", &[]).await;
    confirm.expect("4.00");
    paying.admin.submit(&confirm, "form[action$='/confirm']", &[]).await;
    paying.api.settled(&id, "active").await;
    assert_eq!(paying.admin.get(&panel).await.text(), data);
    assert_eq!(paying.charged().await, (1, 400));
}

on_each_database!(a_reinstalled_add_on_goes_on_with_its_old_trial);

async fn a_reinstalled_add_on_goes_on_with_its_old_trial(database: Database) {
    let mut paying = Paying::start(database, &[TRIED]).await;
    let id = try_out(&paying, "Start 30-day trial").await;
    paying.ahead(10 * DAY + 60).await;
    let uninstalled = paying.api.delete(&format!("/installations/{id}?confirm=annex.tried")).await;
    uninstalled.expect_ok("uninstall").await;
    crate::support::eventually("it is gone", || async {
        let all = paying.api.get("/installations").await;
        all["items"].as_array().expect("items").is_empty().then_some(())
    })
    .await;
    paying.ahead(12 * DAY + 60).await;
    let id = try_out(&paying, "Continue the trial (18 days left)").await;
    paying.admin.get(&format!("/my-addons/{id}")).await.expect("18 days left in the trial");

    // It ends on the day on which the first one would have, and there is no other.
    paying.ahead(30 * DAY + 60).await;
    paying.api.settled(&id, "trial-expired").await;
    paying.api.delete(&format!("/installations/{id}?confirm=annex.tried")).await.expect_ok("uninstall").await;
    crate::support::eventually("the listing offers no trial", || async {
        let listing = paying.admin.get("/addons/annex.tried").await.text();
        (listing.contains("Log in there first") && !listing.contains("trial")).then_some(())
    })
    .await;
    let refused =
        paying.api.begin_install("annex.tried", "1.0.0", json!({"plan": "users", "trial": true}), "again").await;
    refused.expect_problem(409, "no-trial").await;
}

on_each_database!(choosing_a_plan_starts_with_fresh_users_and_keeps_the_installer);

async fn choosing_a_plan_starts_with_fresh_users_and_keeps_the_installer(database: Database) {
    let paying = Paying::start(database, &[TRIED]).await;
    for name in ["Ana", "Bob"] {
        join(&paying, name).await;
    }
    let id = try_out(&paying, "Start 30-day trial").await;
    let users = paying.api.get(&format!("/installations/{id}/users")).await;
    assert_eq!(users["count"], 3, "{users}");

    payer::log_in(&paying.host, &paying.admin).await;
    payer::add_card(&paying.admin, cards::PAYS).await;
    let plans = paying.admin.get(&format!("/my-addons/{id}/plans")).await;
    let page =
        paying.admin.submit(&plans, &format!("form[action='/my-addons/{id}/plans']"), &[("plan", "users")]).await;
    page.expect("Choose the users again");
    assert_eq!(page.all("input[name=user][checked]").len(), 1, "only the installer:\n{}", page.text());
    let ana = page.attribute("input[name=user]:not([checked])", "value").expect("somebody else");
    let confirm = paying.admin.press(&page, "form#users-form", "next", &[("user", &ana)]).await;
    confirm.expect("2 licences").expect("8.00");
    paying.admin.submit(&confirm, "form[action$='/confirm']", &[]).await.expect("is now on the");
    paying.expect_charged(1, 800).await;
    let users = paying.api.get(&format!("/installations/{id}/users")).await;
    assert_eq!(users["count"], 2, "{users}");
    paying.admin.get("/billing").await.expect("8.00");
}

/// Invites an agent, who need not sign in.
async fn join(paying: &Paying, name: &str) {
    let path = paying.admin.invite(name, &format!("{}@example.com", name.to_lowercase())).await;
    let browser = paying.host.fresh_browser();
    let page = browser.get(&path).await;
    let done = browser.submit(&page, "form[action^='/setup/']", &[("password", "a long enough password")]).await;
    assert_eq!(done.status, 200, "{}", done.text());
}
