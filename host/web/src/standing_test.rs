//! What people and machines are told while nothing can be saved.

use annex_store::testing;
use http::StatusCode;
use tower::ServiceExt as _;

use crate::client_area::tests::site::Site;

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
