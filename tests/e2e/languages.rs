//! The panel in German and in Arabic, which is written from right to left; English again when the add-on is off.

use crate::support::{database::Database, host::Setup, on_each_database};

on_each_database!(the_panel_speaks_german_and_arabic);

async fn the_panel_speaks_german_and_arabic(database: Database) {
    let host = Setup::new(database).sample().start().await;
    let api = host.api();
    let browser = host.browser().await;
    let mut installed = vec![];
    for addon in ["annex.lang-de", "annex.lang-ar"] {
        host.publish(&format!("{addon}-1.0.0")).await;
        installed.push(api.install(addon).await);
    }

    for (code, direction, inbox) in [("de", "ltr", "Posteingang"), ("ar", "rtl", "الوارد")] {
        let profile = browser.get("/profile").await;
        let saved = browser.submit(&profile, "form:has([name=locale])", &[("locale", code)]).await;
        assert_eq!(saved.status, 200, "{}", saved.text());
        for path in ["/inbox", "/addons", "/my-addons", "/profile", "/admin/roles", "/contacts"] {
            let page = browser.get(path).await;
            assert_eq!(page.attribute("html", "lang").as_deref(), Some(code), "{path}");
            assert_eq!(page.attribute("html", "dir").as_deref(), Some(direction), "{path}");
        }
        browser.get("/inbox").await.expect(inbox);
    }

    // The page of what is left to do after installing one offers it: for whoever presses, at once.
    let german = installed.first().expect("the first of them");
    let (path, offer) = (format!("/my-addons/{german}/start"), "form[action$='/use-language']");
    let start = browser.get(&path).await;
    assert_eq!(start.attribute("html", "lang").as_deref(), Some("ar"));
    let used = browser.submit(&start, offer, &[]).await;
    assert_eq!((used.status, used.url.path()), (200, path.as_str()), "{}", used.text());
    assert_eq!(used.attribute("html", "lang").as_deref(), Some("de"));
    used.expect("Sie verwenden diese Sprache.");
    assert!(!used.has(offer), "it is in use");
    assert_eq!(browser.get("/inbox").await.attribute("html", "lang").as_deref(), Some("de"));

    for id in installed {
        api.post(&format!("/installations/{id}/deactivate"), &serde_json::json!({}))
            .await
            .expect_ok("deactivate")
            .await;
    }
    let page = browser.get("/inbox").await;
    assert_eq!(page.attribute("html", "lang").as_deref(), Some("en"));
    page.expect("Inbox");
}
