//! One's own account: the time zone that pages are drawn in.

use axum::http::StatusCode;

use super::Panel;

#[tokio::test]
async fn a_persons_zone_moves_the_hour_that_is_shown() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let clock = async || {
        let page = panel.get(&admin, "/admin/system").await.html;
        page.split("<dt>Clock</dt><dd>").nth(1).unwrap().split("</dd>").next().unwrap().to_owned()
    };
    // The clock of these tests stands at 08:00 UTC.
    assert!(clock().await.contains("8:00") && clock().await.ends_with("UTC"), "{}", clock().await);
    let desk = [("name", "Acme"), ("locale", "en"), ("time_zone", "Europe/Berlin")];
    assert_eq!(panel.post(&admin, "/admin/system", &desk).await.status, StatusCode::SEE_OTHER);
    assert!(clock().await.contains("9:00") && clock().await.ends_with("CET"), "{}", clock().await);
    let own = [("name", "Ada"), ("time_zone", "Asia/Tokyo")];
    assert_eq!(panel.post(&admin, "/profile", &own).await.status, StatusCode::SEE_OTHER);
    assert!(clock().await.contains("5:00") && clock().await.ends_with("JST"), "{}", clock().await);
    let profile = panel.get(&admin, "/profile").await.html;
    assert!(profile.contains("<option selected>Asia/Tokyo</option>"), "{profile}");
    assert!(profile.contains("Same as the help desk (Europe/Berlin)"), "{profile}");
    let wrong = panel.post(&admin, "/profile", &[("name", "Ada"), ("time_zone", "Mars/Olympus")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("href=\"#f-time_zone\""), "{}", wrong.html);
}
