//! Three traps within an hour suspend; an operator brings the add-on back.

use std::time::Duration;

use annex_domain::installation::Status;

use super::support::on_both;

#[tokio::test]
async fn three_traps_within_an_hour_suspend() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "render=trap").await;
        let active = world.install("acme.puppet").await;
        let render = async || world.host.render(world.desk, active.id, world.context()).await.unwrap_err();
        for _ in 0..2 {
            assert_eq!(render().await.code(), "trap");
            world.clock.advance(Duration::from_secs(1700));
        }
        world.clock.advance(Duration::from_secs(300));
        assert_eq!(render().await.code(), "trap", "the first was more than an hour ago");
        assert_eq!(world.installation(active.id).await.status, Status::Active);
        render().await;
        let suspended = world.installation(active.id).await;
        assert_eq!(suspended.status, Status::Suspended);
        assert_eq!(suspended.notice.clone().unwrap().code, "suspended");
        assert_eq!(render().await.code(), "not-running");
        assert_eq!(world.audited().await.last().unwrap(), "addon.suspend");

        let health = world.host.health(world.desk, active.id).await.unwrap();
        assert_eq!((health.day.traps, health.day.errors, health.traps_last_hour), (4, 4, 3));
        assert_eq!(health.last_error.unwrap().code, "trap");
        let logs = world.host.logs(world.desk, active.id, &annex_store::logs::Query::default()).await.unwrap();
        assert!(logs.lines.iter().any(|line| line.message.starts_with("render failed (trap)")), "{logs:?}");

        world.host.activate(world.desk, active.id, world.admin).await.unwrap();
        render().await;
        assert_eq!(world.installation(active.id).await.status, Status::Active, "it starts afresh");
    })
    .await;
}
