//! A small team works in the panel, without script: first run, tickets, roles.

use crate::support::{database::Database, host::Setup, on_each_database};

on_each_database!(a_small_team_works_in_the_panel);

async fn a_small_team_works_in_the_panel(database: Database) {
    let host = Setup::new(database).sample().start().await;
    let admin = host.browser().await;

    // The sample inbox, search, empty search.
    let inbox = admin.get("/inbox").await;
    assert!(inbox.all("main tbody a[href^='/tickets/']").len() >= 5, "{}", inbox.text());
    let none = admin.get("/inbox?q=zzzzqqqq").await;
    assert!(none.all("main tbody a[href^='/tickets/']").is_empty(), "{}", none.text());

    // A new ticket, a reply, a note.
    let form = admin.get("/tickets/new").await;
    let values = [
        ("name", "Kim Example"),
        ("email", "kim@example.com"),
        ("subject", "The door sticks"),
        ("body", "Since it rained."),
    ];
    let ticket = admin.submit(&form, "main form[method=post]", &values).await;
    ticket.expect("The door sticks").expect("Since it rained.").expect("kim@example.com");
    let ticket = admin.submit(&ticket, "form#reply", &[("mode", "reply"), ("body", "We send <b>somebody</b>.")]).await;
    ticket.expect("We send <b>somebody</b>.");
    let ticket = admin.submit(&ticket, "form#reply", &[("mode", "note"), ("body", "Bring oil.")]).await;
    ticket.expect("Bring oil.");
    let path = ticket.url.path().to_owned();

    // An agent is invited by a link that works once, and sees tickets but no add-ons.
    let link = admin.invite("Ana Agent", "ana@example.com").await;
    let agent = host.fresh_browser();
    let setup = agent.get(&link).await;
    let password = "a long enough password";
    agent.submit(&setup, "form[action^='/setup/']", &[("password", password)]).await;
    let again = host.fresh_browser().visit(&link).await;
    assert!(!again.has("input[name=password]"), "the link works once:\n{}", again.text());
    let agent = host.fresh_browser();
    agent.sign_in("ana@example.com", password).await;
    agent.get(&path).await.expect("Bring oil.");
    assert_eq!(agent.visit("/my-addons").await.status, 403);
    assert!(!agent.get("/inbox").await.has("a[href='/addons']"));
    assert_eq!(agent.visit("/admin/roles").await.status, 403);

    // The admin gives agents the permission (R3), and takes it away again.
    let roles = admin.get("/admin/roles").await;
    let agent_role = role_named(&roles.html, "Agent");
    for (granted, status) in [(true, 200), (false, 403)] {
        let role = admin.get(&agent_role).await;
        let mut permissions = vec![("permission", "tickets.view"), ("permission", "tickets.reply")];
        permissions.extend(granted.then_some(("permission", "addons.manage")));
        let saved = admin.submit(&role, "form.stack[action^='/admin/roles/']", &permissions).await;
        assert_eq!(saved.status, 200, "{}", saved.text());
        assert_eq!(agent.visit("/my-addons").await.status, status);
    }
    admin.get("/admin/audit").await.expect("role");
}

/// Where the page of a role is.
fn role_named(html: &str, name: &str) -> String {
    let html = scraper::Html::parse_document(html);
    let selector = scraper::Selector::parse("a[href^='/admin/roles/']").unwrap();
    let link = html.select(&selector).find(|link| link.text().collect::<String>() == name).expect("the role is listed");
    link.value().attr("href").unwrap().to_owned()
}

on_each_database!(the_first_start_makes_an_admin_by_a_link_that_works_once);

async fn the_first_start_makes_an_admin_by_a_link_that_works_once(database: Database) {
    let host = Setup::new(database).without_admin().start().await;
    let link = host.setup_link().await;
    let browser = host.fresh_browser();
    let form = browser.get(&link).await;
    let values = [
        ("desk", "Chairs & Co"),
        ("name", "Robin"),
        ("email", "robin@example.com"),
        ("password", "a long enough password"),
    ];
    let weak = [values[0], values[1], values[2], ("password", "short")];
    assert_eq!(browser.submit(&form, "form[action^='/setup/']", &weak).await.status, 422);
    let done = browser.submit(&form, "form[action^='/setup/']", &values).await;
    assert_eq!(done.status, 200, "{}", done.text());
    browser.get("/inbox").await.expect("Chairs & Co");
    let stranger = host.fresh_browser().visit(&link).await;
    assert!(!stranger.has("input[name=password]"), "{}", stranger.text());
}
