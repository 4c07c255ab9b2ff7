//! The process dies at a named step of a saga and is started again: the saga goes on or unwinds by itself.

use serde_json::{Value, json};

use crate::support::{
    api::Api,
    database::Database,
    eventually,
    host::{NOTHING, Setup},
    on_each_database,
};

on_each_database!(a_crash_at_any_step_of_an_install_leaves_nothing_half_done);

/// The named steps of a saga, as the binary itself lists them.
fn steps(saga: &str) -> Vec<String> {
    let printed = crate::support::host::annex_ok(["crash-points"]);
    // Undoing is tested in `annex-lifecycle`, where steps can be made to fail.
    let forward = |line: &&str| line.starts_with(saga) && !line.contains(":undo-");
    let steps: Vec<_> = printed.lines().filter(forward).map(str::to_owned).collect();
    assert!(steps.len() >= 4, "{printed}");
    steps
}

async fn a_crash_at_any_step_of_an_install_leaves_nothing_half_done(database: Database) {
    let mut host = Setup::new(database).start().await;
    host.publish("annex.hello-1.0.0").await;
    let token = host.api();
    let grant = token.get("/addons/annex.hello").await["versions"][0]["capabilities"].clone();
    drop(token);
    // On PostgreSQL another node could be at work, so an interrupted saga waits for its lease to run out; the steps are
    // the same, so every fourth is enough there.
    let every = if host.setup().on_postgres() { 4 } else { 1 };
    for step in steps("install:").into_iter().step_by(every) {
        host.restart_with([("ANNEX_CRASH_AT", step.as_str())]);
        let api = host.api();
        let request = api.request(reqwest::Method::POST, "/installations");
        // The process dies, so there may be no answer.
        let _ = request.json(&json!({"addon": "annex.hello", "grant": grant})).send().await;
        assert!(host.ended().await, "{step}: the process did not reach this step");
        host.restart_with(NOTHING);
        let api = host.api();
        let settled = eventually(&format!("{step}: the installation settles"), || settled(&api)).await;
        if let Some(installation) = settled.first() {
            assert_eq!(installation["status"], "active", "{step}: {installation}");
            let id = installation["id"].as_str().unwrap();
            api.delete(&format!("/installations/{id}?confirm=annex.hello")).await.expect_ok("uninstall").await;
        }
        eventually("nothing is left", || async { all(&api).await.is_empty().then_some(()) }).await;
    }
}

/// On SQLite alone: on PostgreSQL each death counts when its lease is over.
#[tokio::test]
async fn what_stops_the_host_again_and_again_is_given_up_at_the_command_line() {
    let mut host = Setup::new(Database::sqlite()).start().await;
    host.publish("annex.hello-1.0.0").await;
    assert_eq!(host.setup().command_ok(&["work", "list"]), "");
    let dies = || [("ANNEX_CRASH_AT".to_owned(), "install:compile:before".to_owned())];
    host.restart_with(dies());
    let api = host.api();
    let grant = api.get("/addons/annex.hello").await["versions"][0]["capabilities"].clone();
    let request = api.request(reqwest::Method::POST, "/installations");
    let _ = request.json(&json!({"addon": "annex.hello", "grant": grant})).send().await;
    for _ in 0..2 {
        assert!(host.ended().await, "the process did not reach this step");
        host.restart_to_die(dies());
    }
    assert!(host.ended().await, "the third death");
    host.restart_with(dies());
    let work = eventually("it is set aside", || async {
        let listed = host.setup().command_ok(&["work", "list"]);
        let line = listed.lines().find(|line| line.contains("install  annex.hello  3  "))?;
        line.split("  ").next().map(str::to_owned)
    })
    .await;
    let api = host.api();
    assert_eq!(all(&api).await[0]["set_aside"], true);
    let unknown = host.setup().command(&["work", "give-up", "job-x"]);
    assert!(!unknown.status.success() && String::from_utf8_lossy(&unknown.stderr).contains("annex work list"));
    assert!(host.setup().command_ok(&["work", "give-up", &work]).contains("is given up"));
    let settled = eventually("it is undone", || settled(&api)).await;
    assert_eq!((&settled[0]["status"], &settled[0]["set_aside"]), (&json!("failed-installation"), &json!(false)));
    assert!(!host.setup().command(&["work", "try-again", &work]).status.success(), "it is decided");
}

async fn all(api: &Api) -> Vec<Value> {
    api.get("/installations").await["items"].as_array().unwrap().clone()
}

async fn settled(api: &Api) -> Option<Vec<Value>> {
    let installations = all(api).await;
    let busy = |one: &Value| ["installing", "updating", "uninstalling"].contains(&one["status"].as_str().unwrap());
    (!installations.iter().any(busy)).then_some(installations)
}
