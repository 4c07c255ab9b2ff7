//! R27, R28: an add-on is everyone's at first; ticks take it from people and give it back, never from who installed it;
//! a rule gives it to people who join later. All in the panel, without script.

use serde_json::{Value, json};

use crate::support::{
    api::Api,
    browser::{Browser, Page},
    database::Database,
    host::{Host, Setup},
    on_each_database,
};

on_each_database!(who_uses_an_add_on_is_chosen_by_ticks);

async fn who_uses_an_add_on_is_chosen_by_ticks(database: Database) {
    let host = Setup::new(database).start().await;
    let admin = host.browser().await;
    let ana = join(&host, &admin, "Ana Agent", "ana@example.com").await;
    host.publish("annex.hello-1.0.0").await;
    let api = host.api();
    let id = api.install("annex.hello").await;
    let ticket = api.ticket_from("kim@example.com").await;
    let (ticket_page, panel) =
        (format!("/tickets/{}", ticket["number"]), format!("/tickets/{}/sidebar/{id}", ticket["number"]));

    // Installing was for everyone, also for who joins later.
    let bob = join(&host, &admin, "Bob Agent", "bob@example.com").await;
    for browser in [&admin, &ana, &bob] {
        assert!(browser.get(&ticket_page).await.has(&format!("#addon-{id}")));
        browser.get(&panel).await.expect("Greetings so far");
    }

    // The tab: three ticks, the installer's cannot be changed.
    let page = admin.get(&format!("/my-addons/{id}/users")).await;
    page.expect("3 of 3 active operators use it").expect("You installed it");
    assert_eq!(page.all("#users input[name=user][checked]").len(), 3);
    assert_eq!(page.all("#users input[name=user][disabled]").len(), 1);
    let (me, ana_id) = (operator(&api, "admin@example.com").await, operator(&api, "ana@example.com").await);

    // Without Ana's tick she has no panel any more, and none that was open before works.
    let bob_id = operator(&api, "bob@example.com").await;
    let open = ana.get(&panel).await;
    let saved = admin.submit(&page, "form#users", &[("user", &bob_id)]).await;
    saved.expect("2 operators use Hello").expect("2 of 3 active operators use it");
    assert!(!ana.get(&ticket_page).await.has(&format!("#addon-{id}")));
    let refused = ana.visit(&panel).await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    refused.expect("You don’t use this add-on");
    assert_eq!(press_greet(&ana, &open).await.status, 403);
    let ana_api = token_of(&host, "ana@example.com");
    let render = format!("/tickets/{}/sidebar/{id}/render", ticket["number"]);
    ana_api.post(&render, &json!({})).await.expect_problem(403, "not-a-user").await;
    bob.get(&panel).await.expect("Greetings so far");

    // A page that was loaded before takes back nothing that it did not show: Bob stays when only Ana is ticked again.
    let again = admin.submit(&page, "form#users", &[("user", &bob_id), ("user", &ana_id)]).await;
    again.expect("No changes");
    let now = admin.get(&format!("/my-addons/{id}/users")).await;
    admin.submit(&now, "form#users", &[("user", &bob_id), ("user", &ana_id)]).await.expect("3 operators use Hello");
    ana.get(&panel).await.expect("Greetings so far");

    // The installer stays, whoever asks by whatever way.
    let users = format!("/installations/{id}/users");
    let refused = api.put(&users, &json!({"operators": [ana_id]})).await;
    refused.expect_problem(409, "installer-stays").await;
    let forged = forged(&admin, &now, &me).await;
    forged.expect("The person who installed an add-on keeps access").expect("3 of 3 active operators use it");
}

on_each_database!(a_rule_gives_an_add_on_to_those_who_join_later);

async fn a_rule_gives_an_add_on_to_those_who_join_later(database: Database) {
    let host = Setup::new(database).start().await;
    let admin = host.browser().await;
    let ana = join(&host, &admin, "Ana Agent", "ana@example.com").await;
    host.publish("annex.hello-1.0.0").await;
    let api = host.api();
    let id = api.install("annex.hello").await;
    let ticket = api.ticket_from("kim@example.com").await;
    let panel = format!("/tickets/{}/sidebar/{id}", ticket["number"]);
    let now = admin.get(&format!("/my-addons/{id}/users")).await;

    // A rule about roles needs one.
    let refused = admin.submit(&now, "form#rule", &[("rule", "roles")]).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    refused.expect("Choose at least one role");

    // By role, then nobody new. Nothing is taken away.
    for (rule, role, gets) in [("roles", Some("Admin"), false), ("roles", Some("Agent"), true), ("nobody", None, false)]
    {
        let role = match role {
            Some(name) => Some(role_named(&api, name).await),
            None => None,
        };
        let mut values = vec![("rule", rule)];
        values.extend(role.as_deref().map(|role| ("role", role)));
        admin.submit(&now, "form#rule", &values).await.expect("Rule saved");
        let email = format!("{}-{gets}@example.com", role.as_deref().unwrap_or("nobody"));
        let later = join(&host, &admin, "Late Agent", &email).await;
        assert_eq!(later.visit(&panel).await.status, if gets { 200 } else { 403 }, "{rule} {role:?}");
    }
    ana.get(&panel).await.expect("Greetings so far");

    // It is written down, and what is deleted with the add-on names its users.
    admin.get("/admin/audit").await.expect("addon.users");
    let deletion = api.get(&format!("/installations/{id}/deletion")).await;
    let counted = deletion["items"].as_array().unwrap().iter().find(|item| item["what"] == "users").unwrap().clone();
    assert_eq!(counted["count"], 3, "{deletion}");
}

on_each_database!(a_channel_acts_for_the_whole_desk);

async fn a_channel_acts_for_the_whole_desk(database: Database) {
    let host = Setup::new(database).start().await;
    host.publish("annex.telegram-1.0.0").await;
    let api = host.api();
    let id = api.install("annex.telegram").await;
    let page = host.browser().await.get(&format!("/my-addons/{id}/users")).await;
    page.expect("It works for the whole help desk");
    assert!(!page.has("input[name=user]") && !page.has("input[name=rule]"));
    let users = api.get(&format!("/installations/{id}/users")).await;
    assert_eq!((&users["whole_desk"], &users["operators"]), (&json!(true), &json!([])));
    let refused = api.put(&format!("/installations/{id}/users"), &json!({"operators": []})).await;
    refused.expect_problem(409, "whole-desk").await;
}

/// Invites an agent, who chooses a password and signs in.
async fn join(host: &Host, admin: &Browser, name: &str, email: &str) -> Browser {
    let path = admin.invite(name, email).await;
    let password = "a long enough password";
    let browser = host.fresh_browser();
    let setup = browser.get(&path).await;
    browser.submit(&setup, "form[action^='/setup/']", &[("password", password)]).await;
    let browser = host.fresh_browser();
    browser.sign_in(email, password).await;
    browser
}

fn token_of(host: &Host, email: &str) -> Api {
    let token = host.setup().command_ok(&["token", "create", "--email", email]);
    Api::new(&host.url, token.trim())
}

async fn operator(api: &Api, email: &str) -> String {
    named(&api.get("/operators").await, "email", email)
}

async fn role_named(api: &Api, name: &str) -> String {
    named(&api.get("/roles").await, "name", name)
}

fn named(list: &Value, field: &str, value: &str) -> String {
    let found = list["items"].as_array().expect("items").iter().find(|one| one[field] == value);
    found.unwrap_or_else(|| panic!("no {value} in {list}"))["id"].as_str().expect("an id").to_owned()
}

/// Presses the button of a panel that stands on a page of its own.
async fn press_greet(browser: &Browser, panel: &Page) -> Page {
    browser.press(panel, "form.panel", "Greet", &[]).await
}

/// The ticks as somebody would send them who wants to take the add-on from the installer.
async fn forged(browser: &Browser, page: &Page, installer: &str) -> Page {
    let html = page.html.replacen(
        "name=\"before\"",
        &format!("name=\"before\" value=\"{installer}\"><input type=\"hidden\" name=\"before\""),
        1,
    );
    let page = Page { status: page.status, url: page.url.clone(), html };
    browser.submit(&page, "form#users", &[]).await
}
