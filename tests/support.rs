//! The harness: databases, hosts, browsers with a screen and without, API clients, peers and add-on projects.

pub(crate) mod api;
pub(crate) mod author;
pub(crate) mod browser;
pub(crate) mod chromium;
pub(crate) mod database;
mod desk;
pub(crate) mod dovecot;
pub(crate) mod guests;
pub(crate) mod host;
pub(crate) mod judge;
pub(crate) mod mailbox;
pub(crate) mod payer;
pub(crate) mod peer;
pub(crate) mod portal;
pub(crate) mod publisher;
pub(crate) mod puppet;
pub(crate) mod random;
pub(crate) mod service;
pub(crate) mod stage;
pub(crate) mod stripe;

/// Runs a journey on each database.
macro_rules! on_each_database {
    ($($journey:ident),+ $(,)?) => {$(
        mod $journey {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$journey($crate::support::database::Database::sqlite()).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(database) = $crate::support::database::Database::postgres().await {
                    super::$journey(database).await;
                }
            }
        }
    )+};
}
pub(crate) use on_each_database;

/// Asks `probe` again and again until it answers; what is waited for happens in another process.
pub(crate) async fn eventually<T, F>(what: &str, probe: impl Fn() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        if let Some(found) = probe().await {
            return found;
        }
        assert!(std::time::Instant::now() < patience, "still waiting after 30 s: {what}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}
