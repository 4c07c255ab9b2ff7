//! One's own account: the time zone that pages are drawn in, and a password that was forgotten.

use annex_store::{logins, mails};
use axum::http::{StatusCode, header};

use super::Panel;

const NEW: &str = "velvet otter umbrella";

impl Panel {
    /// The secret of the last mail of the first desk.
    pub(super) async fn last_secret(&self) -> String {
        let mut conn = self.state.db.read().await.unwrap();
        let mail = mails::list(&mut conn, self.desks.desk, None, 1).await.unwrap().remove(0);
        mails::secret(&mut conn, self.desks.desk, mail.id).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn a_forgotten_password_is_reset_once_by_mail() {
    let panel = Panel::with_mail(Some("mail.example.org:465".into())).await;
    let email = panel.email(panel.desks.desk, panel.desks.agent).await;
    let before = panel.agent().await;
    assert!(panel.get("", "/sign-in").await.html.contains("href=\"/forgotten\""));
    let known = panel.post("", "/forgotten", &[("email", &email)]).await;
    let unknown = panel.post("", "/forgotten", &[("email", "nobody@example.com")]).await;
    assert_eq!((known.status, unknown.status), (StatusCode::OK, StatusCode::OK));
    assert_eq!(known.html, unknown.html, "nothing tells whose address it is");
    assert!(known.html.contains("If an account has this address"), "{}", known.html);

    let link = format!("/reset/{}", panel.last_secret().await);
    assert!(panel.get("", &link).await.html.contains("bo@example.org"));
    let weak = panel.post("", &link, &[("password", "aaaaaaaaaaaa")]).await;
    assert!(weak.status == StatusCode::UNPROCESSABLE_ENTITY && weak.html.contains("repeat"), "{}", weak.html);
    let done = panel.post("", &link, &[("password", NEW)]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/"), "{}", done.html);
    let here = done.cookie("annex-session").unwrap();
    let page = panel.get(&format!("{here}; {}", done.cookie("annex-flash").unwrap()), "/inbox").await;
    assert!(page.html.contains("You were signed out everywhere else"), "{}", page.html);
    assert_eq!(panel.get(&before, "/inbox").await.status, StatusCode::SEE_OTHER, "the other session has ended");
    for twice in [panel.get("", &link).await, panel.post("", &link, &[("password", NEW)]).await] {
        assert_eq!(twice.status, StatusCode::NOT_FOUND);
        assert!(twice.html.contains("This link no longer works"), "{}", twice.html);
    }
    let again = panel.post("", "/sign-in", &[("email", &email), ("password", NEW)]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.html);
}

#[tokio::test]
async fn links_by_mail_are_limited_and_not_shown_in_the_outbox() {
    let panel = Panel::with_mail(Some("mail.example.org:465".into())).await;
    let email = panel.email(panel.desks.desk, panel.desks.agent).await;
    let ask = async || panel.post("", "/forgotten", &[("email", &email)]).await;
    for _ in 0..logins::PER_ACCOUNT {
        assert_eq!(ask().await.status, StatusCode::OK);
    }
    let limited = ask().await;
    assert_eq!(
        (limited.status, &limited.headers[header::RETRY_AFTER]),
        (StatusCode::TOO_MANY_REQUESTS, &"900".parse().unwrap())
    );
    assert!(limited.html.contains("Try again in 15 minutes"), "{}", limited.html);
    let (admin, secret) = (panel.admin().await, panel.last_secret().await);
    let list = panel.get(&admin, "/admin/mails").await.html;
    let path = list.split("href=\"/admin/mails/").nth(1).unwrap().split('"').next().unwrap();
    for page in [&list, &panel.get(&admin, &format!("/admin/mails/{path}")).await.html] {
        assert!(!page.contains(&secret), "{page}");
    }
}

#[tokio::test]
async fn without_a_mail_server_an_admin_has_to_help() {
    let panel = Panel::start().await;
    let email = panel.email(panel.desks.desk, panel.desks.agent).await;
    for page in [panel.get("", "/forgotten").await, panel.post("", "/forgotten", &[("email", &email)]).await] {
        assert!(page.status == StatusCode::OK && page.html.contains("Ask an admin"), "{}", page.html);
        assert!(!page.html.contains("on its way"), "{}", page.html);
    }
    let mut conn = panel.state.db.read().await.unwrap();
    assert_eq!(mails::list(&mut conn, panel.desks.desk, None, 1).await.unwrap(), []);
}

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
