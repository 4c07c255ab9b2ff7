//! What people and machines are told while nothing can be saved.

use std::time::{Duration, Instant};

use annex_store::{
    operators,
    testing::{self, SmallDisk, TestDb},
};
use http::StatusCode;
use tower::ServiceExt as _;

use crate::{
    client_area::tests::site::{PASSWORD, Site},
    password,
};

const LONG: usize = 60_000;

#[tokio::test]
async fn a_full_disk_is_said_in_words_and_what_was_typed_stays() {
    let site = Site::start().await;
    let admin = site.admin().await;
    let text = format!("It <b>stopped</b> this morning. {}", "x".repeat(LONG));
    let form = [
        ("subject", "The printer burns"),
        ("email", "ada@example.org"),
        ("name", "Ada"),
        ("body", text.as_str()),
        ("password", "never shown"),
    ];
    testing::leave_no_room(&site.state.db).await;
    let page = admin.post("/tickets", &form).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.html);
    assert!(page.html.contains("the disk of the host is full"), "{}", page.html);
    assert!(page.html.contains("action=\"/tickets\""), "{}", page.html);
    assert!(page.html.contains("It &#60;b&#62;stopped&#60;/b&#62; this morning."), "escaped, and all of it");
    assert!(page.html.contains(&"x".repeat(LONG)));
    assert!(!page.html.contains("never shown"));
    // There is room again: the same writer goes on.
    testing::make_room(&site.state.db).await;
    let again = admin.post("/tickets", &form).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.html);
}

#[tokio::test]
async fn ready_means_that_something_can_be_written() {
    let site = Site::start().await;
    let browser = site.browser();
    assert_eq!(browser.get("/readyz").await.status, StatusCode::OK);
    site.state.db.close().await;
    // A router of its own, which has not looked yet.
    let request = http::Request::get("/readyz").body(axum::body::Body::empty()).unwrap();
    let away = crate::router(site.state.clone()).oneshot(request).await.unwrap();
    assert_eq!(away.status(), StatusCode::SERVICE_UNAVAILABLE);
}

impl Site {
    /// Gives the admin a password; answers their address.
    async fn admins_address(&self) -> String {
        let hash = password::hash(PASSWORD.into(), &[]).await.unwrap();
        let mut tx = annex_store::testing::tx(&self.state.db).await;
        operators::set_password(&mut tx, self.desks.desk, self.desks.admin, &hash, None).await.unwrap();
        let admin = operators::get(&mut tx, self.desks.desk, self.desks.admin).await.unwrap();
        tx.commit().await.unwrap();
        admin.email
    }
}

#[tokio::test]
async fn on_a_full_disk_it_is_not_ready_and_nobody_signs_in_until_there_is_room() {
    let Some(disk) = SmallDisk::mount() else { return };
    let site = Site::start_on(TestDb::sqlite_in(disk.path()).await).await;
    let email = site.admins_address().await;
    let form = [("email", email.as_str()), ("password", PASSWORD)];
    let browser = site.browser();
    disk.fill(&site.state.db).await;

    let full = browser.get("/readyz").await;
    assert_eq!((full.code(), full.html.as_str()), (503, "the disk is full\n"));
    let refused = browser.post("/sign-in", &form).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{}", refused.html);
    assert!(refused.html.contains("the disk of the host is full"), "{}", refused.html);

    disk.make_room();
    let until = Instant::now() + Duration::from_secs(5);
    while browser.get("/readyz").await.status != StatusCode::OK {
        assert!(Instant::now() < until, "not ready 5 s after there was room again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let signed_in = browser.post("/sign-in", &form).await;
    assert_eq!(signed_in.status, StatusCode::SEE_OTHER, "{}", signed_in.html);
}
