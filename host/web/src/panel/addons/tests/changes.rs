//! What can be changed about an add-on that is paid for, through the whole router: plan, users and licences, the end of
//! it. One test a rule.

use std::time::Duration;

use annex_domain::{billing::LoginRule, ids::RoleId, installation::Status};

use super::shop::{Shop, landed, plan, submit};
use crate::client_area::tests::site::{Browser, Site};

#[tokio::test]
async fn another_plan_is_summed_up_and_begins_with_the_installer_alone() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 30), plan("desk", "flat", 9_900, 30)]).await;
    let browser = shop.site.admin().await;
    let page = shop.to_consent(&browser, "team", true).await;
    submit(&browser, "/addons/acme.puppet/install", &page).await;
    let id = shop.installed().await.id;
    assert_eq!(shop.users(id).await, 2);
    let tab = format!("/my-addons/{id}/plans");
    assert!(browser.get(&tab).await.html.contains("action=\"/billing/login\""), "choosing a plan needs the login");
    assert_eq!(browser.post(&tab, &[("plan", "team")]).await.location(), tab);
    shop.ready(&browser, "4242424242424242").await;
    assert!(browser.get(&tab).await.html.contains("Current plan"));
    assert_eq!(browser.post(&tab, &[("plan", "team")]).await.location(), format!("{tab}/users"));
    let users = browser.get(&format!("{tab}/users")).await;
    let agent = shop.agent();
    assert!(!users.html.contains(&format!("value=\"{agent}\" checked")), "reset (R23)");
    assert!(users.html.contains(&format!("value=\"{}\" checked disabled", shop.site.desks.admin)), "stays (R27)");
    let form = [("do", "next"), ("rule", "nobody"), ("shown", agent.as_str())];
    assert_eq!(browser.post(&format!("{tab}/users"), &form).await.location(), format!("{tab}/confirm"));
    let confirm = browser.get(&format!("{tab}/confirm")).await;
    assert!(confirm.html.contains("Save changes and pay €4.00") && confirm.html.contains("1 licence"));
    let saved = submit(&browser, &format!("{tab}/confirm"), &confirm).await;
    let saved = landed(&browser, saved).await;
    assert!(saved.html.contains("is now on the"), "{}", saved.html);
    assert_eq!((shop.users(id).await, shop.subscription(id).await.quantity), (1, 1));
    // The same again is no change.
    let same = browser.post(&tab, &[("plan", "team")]).await;
    assert!(same.code() == 422 && same.html.contains("You’re already on this plan."), "{}", same.html);
}

#[tokio::test]
async fn what_is_paid_already_and_what_comes_to_the_credit_stand_before_the_change() {
    let offered = [("small", 310), ("middle", 3_100), ("large", 6_200)].map(|(id, price)| plan(id, "flat", price, 0));
    let shop = Shop::open(&offered).await;
    let id = shop.buy(&shop.site.admin().await, "middle", false, "4242424242424242").await;
    assert_eq!(shop.invoice(1).await.total.cents, 3_100, "a whole month of 31 days");
    shop.site.clock.advance(Duration::from_hours(24 * 10));
    let browser = shop.site.admin().await;
    let tab = format!("/my-addons/{id}/plans");
    let ask = async |plan: &str| {
        assert_eq!(browser.post(&tab, &[("plan", plan)]).await.location(), format!("{tab}/users"));
        let users = browser.post(&format!("{tab}/users"), &[("do", "next"), ("rule", "nobody")]).await;
        assert_eq!(users.location(), format!("{tab}/confirm"));
        browser.get(&format!("{tab}/confirm")).await
    };
    let (netted, credited) = ("<dt>Already paid, taken off</dt>", "<dt>Added to your credit</dt>");
    // Of 31 days 21 are left, each of which was paid with 1.00.
    let cheaper = ask("small").await.html;
    for expected in [
        "Before: middle.",
        "<strong>€0.00</strong>",
        &format!("{netted}<dd>€2.10</dd>"),
        &format!("{credited}<dd>€18.90</dd>"),
        "not used become credit",
        "<dt>Then every month</dt><dd>€3.10</dd>",
    ] {
        assert!(cheaper.contains(expected), "{expected}: {cheaper}");
    }
    let confirm = ask("large").await;
    for expected in [
        "Before: middle.",
        "<strong>€21.00</strong>",
        &format!("{netted}<dd>€21.00</dd>"),
        "<dt>Then every month</dt><dd>€62.00</dd>",
        "Save changes and pay €21.00",
    ] {
        assert!(confirm.html.contains(expected), "{expected}: {}", confirm.html);
    }
    for absent in [credited, "become credit"] {
        assert!(!confirm.html.contains(absent), "nothing is left over: {}", confirm.html);
    }
    let saved = submit(&browser, &format!("{tab}/confirm"), &confirm).await;
    assert_eq!(saved.code(), 303, "{}", saved.html);
    assert_eq!(shop.subscription(id).await.plan.id.as_str(), "large");
    let totals: Vec<_> = shop.invoices().await.iter().map(|invoice| invoice.total.cents).collect();
    assert_eq!(totals, [2_100, 3_100], "as shown");
}

#[tokio::test]
async fn an_upgrade_that_is_declined_leaves_everything_as_it_was() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 30)]).await;
    let browser = shop.site.admin().await;
    let page = shop.to_consent(&browser, "team", true).await;
    submit(&browser, "/addons/acme.puppet/install", &page).await;
    let id = shop.installed().await.id;
    shop.ready(&browser, "4000000000000341").await;
    let tab = format!("/my-addons/{id}/plans");
    browser.post(&tab, &[("plan", "team")]).await;
    browser.post(&format!("{tab}/users"), &[("do", "next"), ("rule", "nobody")]).await;
    let confirm = browser.get(&format!("{tab}/confirm")).await;
    let saved = submit(&browser, &format!("{tab}/confirm"), &confirm).await;
    let saved = landed(&browser, saved).await;
    for expected in ["stays as it was", "Invoice 1 for", "/billing/invoices/1", "left in the trial"] {
        assert!(saved.html.contains(expected), "{expected}: {}", saved.html);
    }
    assert_eq!((shop.installed().await.status, shop.users(id).await), (Status::Active, 2));
    // Nothing else can be chosen until that is settled.
    let waiting = browser.get(&tab).await;
    assert!(waiting.html.contains("Withdraw order") && !waiting.html.contains("name=\"plan\""), "{}", waiting.html);
    assert_eq!(browser.get(&format!("{tab}/users")).await.location(), tab);
}

#[tokio::test]
async fn whoever_is_gone_meanwhile_makes_the_page_old() {
    let shop = Shop::open(&[]).await;
    let browser = shop.site.admin().await;
    let page = browser.get("/addons/acme.puppet/install").await;
    submit(&browser, "/addons/acme.puppet/install", &page).await;
    let users = format!("/my-addons/{}/users", shop.installed().await.id);
    let (stranger, role) = (shop.site.desks.other_admin.to_string(), RoleId::new().to_string());
    let person: (&str, &[(&str, &str)]) = (&users, &[("user", stranger.as_str())]);
    let rule: (&str, &[(&str, &str)]) = (&format!("{users}/rule"), &[("rule", "roles"), ("role", role.as_str())]);
    for (path, form) in [person, rule] {
        let page = landed(&browser, browser.post(path, form).await).await;
        assert!(page.html.contains("Someone else just changed it."), "{}", page.html);
    }
}

#[tokio::test]
async fn more_users_than_licences_lead_to_buying_them() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 0)]).await;
    let browser = shop.site.admin().await;
    let id = shop.buy(&browser, "team", false, "4242424242424242").await;
    assert_eq!(shop.subscription(id).await.quantity, 1);
    let agent = shop.agent();
    let page = browser.post(&format!("/my-addons/{id}/users"), &[("user", agent.as_str())]).await;
    let to = page.location();
    assert_eq!(to, format!("/my-addons/{id}/licences?more=1&add={agent}"));
    let page = browser.get(&to).await;
    assert!(page.html.contains("Buy for €4.00") && page.html.contains("One more user can use the add-on."));
    let action = format!("/my-addons/{id}/licences");
    let bought = submit(&browser, &action, &page).await;
    let bought = landed(&browser, bought).await;
    assert!(bought.html.contains("Puppet now has 2 licences."), "{}", bought.html);
    assert_eq!((shop.users(id).await, shop.subscription(id).await.quantity), (2, 2));
    invoices_say_what_they_are_for(&shop, &browser).await;
    // Sent again, it is the same order.
    let again = submit(&browser, &action, &page).await;
    let again = landed(&browser, again).await;
    assert!(again.html.contains("Puppet now has 2 licences."), "{}", again.html);
    assert_eq!((shop.subscription(id).await.quantity, shop.invoices().await.len()), (2, 2));
    let wrong = browser.get(&format!("{action}?more=0")).await;
    assert!(wrong.code() == 422 && wrong.html.contains("Enter a whole number from 1 to"));
}

/// One for the plan and its first licence, one for another; wherever they stand.
async fn invoices_say_what_they_are_for(shop: &Shop, browser: &Browser<'_>) {
    let page = browser.get("/billing").await;
    assert_eq!(page.html.matches("Puppet: team (1 licence) · ").count(), 2, "{}", page.html);
    let page = browser.get("/billing/invoices/2").await;
    assert!(page.html.contains("Puppet: team (1 licence) · "), "{}", page.html);
    let page = browser.get("/billing/statement").await;
    assert_eq!(page.html.matches("invoice: Puppet: team (1 licence)").count(), 2, "{}", page.html);
    let file = browser.get("/billing/statement.csv").await;
    assert!(file.html.contains(",invoice: Puppet: team (1 licence),2,EUR,4.00,"), "{}", file.html);
    let payer = shop.site.browser();
    payer.client("payer@example.com").await;
    let page = payer.get("/client-area/invoices").await;
    assert_eq!(page.html.matches("Puppet: team (1 licence) · ").count(), 2, "{}", page.html);
}

#[tokio::test]
async fn removing_users_keeps_licences_and_fewer_come_with_the_next_period() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 0)]).await;
    let browser = shop.site.admin().await;
    let id = shop.buy(&browser, "team", true, "4242424242424242").await;
    let reduce = format!("/my-addons/{id}/licences/reduce");
    let agent = shop.agent();
    let all_used = browser.get(&format!("/my-addons/{id}/licences")).await;
    assert!(!all_used.html.contains("/licences/reduce"), "each is assigned");
    browser.post(&format!("/my-addons/{id}/users"), &[("before", agent.as_str())]).await;
    let users = browser.get(&format!("/my-addons/{id}/users")).await;
    assert!(
        users.html.contains("<dt>Purchased</dt><dd>2</dd>") && users.html.contains("<dt>Unassigned</dt><dd>1</dd>")
    );
    for wrong in ["0", "3", "x"] {
        assert_eq!(browser.post(&reduce, &[("keep", wrong)]).await.code(), 422, "{wrong}");
    }
    let page = browser.post(&reduce, &[("keep", "1")]).await;
    let page = landed(&browser, page).await;
    assert!(page.html.contains("1 licence from"), "{}", page.html);
    let live = shop.subscription(id).await;
    assert_eq!((live.quantity, live.quantity_next), (2, Some(1)));
    // Until then what is paid for can be assigned; the pages say who loses it, and when.
    let saved = browser.post(&format!("/my-addons/{id}/users"), &[("user", agent.as_str())]).await;
    let page = landed(&browser, saved).await;
    assert_eq!(shop.users(id).await, 2);
    let announced = "This user got the add-on last and loses it on";
    assert!(page.html.contains(announced) && page.html.contains("<p><bdi>Bo</bdi></p>"), "{}", page.html);
    assert_eq!(page.html.matches("Until ").count(), 1, "{}", page.html);
    let licences = browser.get(&format!("/my-addons/{id}/licences")).await;
    assert!(licences.html.contains(announced) && licences.html.contains("name=\"keep-all\""));
    browser.post(&reduce, &[("keep", "1"), ("keep-all", "1")]).await;
    assert_eq!(shop.subscription(id).await.quantity_next, None);
    assert!(!browser.get(&format!("/my-addons/{id}/licences")).await.html.contains(announced));
    assert_eq!(shop.invoices().await.len(), 1, "nothing is charged or paid back");
}

#[tokio::test]
async fn cancelling_stops_billing_at_once_and_a_new_purchase_is_offered() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    let id = shop.buy(&browser, "desk", true, "4242424242424242").await;
    let manage = browser.get(&format!("/my-addons/{id}")).await;
    assert!(manage.html.contains(&format!("/my-addons/{id}/cancel")) && manage.html.contains("billing continues"));
    let there = format!("/my-addons/{id}/cancel");
    let page = browser.get(&there).await;
    for expected in
        ["Billing stops immediately", "Billing continues.", "permanently deleted", "Data and settings are kept."]
    {
        assert!(page.html.contains(expected), "{expected}");
    }
    let done = submit(&browser, &there, &page).await;
    let done = landed(&browser, done).await;
    assert!(done.html.contains("Puppet was cancelled.") && done.html.contains("Choose a plan"), "{}", done.html);
    assert_eq!(shop.installed().await.status, Status::Cancelled);
    assert_eq!(submit(&browser, &there, &page).await.location(), format!("/my-addons/{id}"), "sent twice");
    assert!(browser.get("/billing").await.html.contains("No paid add-ons"));
    // Using it again is a new purchase.
    let tab = format!("/my-addons/{id}/plans");
    assert_eq!(browser.post(&tab, &[("plan", "desk")]).await.location(), format!("{tab}/users"));
}

#[tokio::test]
async fn only_who_manages_addons_sees_money_and_each_desk_its_own() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    let id = shop.buy(&browser, "desk", true, "4242424242424242").await;
    let desks = &shop.site.desks;
    let agent = shop.site.operator(desks.desk, desks.agent).await;
    let stranger = shop.site.operator(desks.other_desk, desks.other_admin).await;
    for path in ["/billing", "/billing/statement", "/billing/statement.csv", "/billing/invoices/1"] {
        assert_eq!(browser.get(path).await.code(), 200, "{path}");
        assert_eq!(agent.get(path).await.code(), 403, "{path}");
    }
    for path in ["plans", "licences", "cancel", "plans/users", "plans/confirm"] {
        let path = format!("/my-addons/{id}/{path}");
        assert_eq!((agent.get(&path).await.code(), stranger.get(&path).await.code()), (403, 404), "{path}");
    }
    for path in ["", "/plan", "/users"] {
        assert_eq!(agent.get(&format!("/addons/acme.puppet/install{path}")).await.code(), 403, "{path}");
    }
    assert_eq!(stranger.get("/billing/invoices/1").await.code(), 404);
    assert_eq!(stranger.post("/billing/invoices/1/pay", &[]).await.code(), 404);
    let empty = stranger.get("/billing").await;
    for expected in ["No invoices yet", "No paid add-ons", "Not logged in", "No credit"] {
        assert!(empty.html.contains(expected), "{expected}");
    }
}

#[tokio::test]
async fn where_the_login_is_the_right_to_download_updates_ask_for_it_and_so_does_the_way_back() {
    let site = Site::start_asking(LoginRule::Always).await;
    let shop = Shop::open_on(site, &[]).await;
    let browser = shop.site.admin().await;
    shop.log_in(true).await;
    let page = browser.get("/addons/acme.puppet/install").await;
    submit(&browser, "/addons/acme.puppet/install", &page).await;
    let id = shop.installed().await.id;
    shop.publish("1.1.0", 2).await;
    let account = shop.account().await;
    for (what, version, button) in [("update", "1.1.0", "Update now"), ("rollback", "1.0.0", "Go back to 1.0.0")] {
        let button = format!("{button}</button>");
        let here = format!("/my-addons/{id}/{what}");
        shop.log_out().await;
        let page = browser.get(&here).await;
        assert!(page.html.contains("action=\"/billing/login\""), "{what}: {}", page.html);
        assert!(page.html.contains(&format!("name=\"next\" value=\"{here}\"")), "{what}: {}", page.html);
        assert!(!page.html.contains(&button), "{what}: {}", page.html);
        // The click, sent nevertheless, is refused.
        submit(&browser, &here, &page).await;
        assert_ne!(shop.installed().await.version.to_string(), version, "{what}");
        shop.log_in_as(account, true).await;
        let page = browser.get(&here).await;
        assert!(!page.html.contains("/billing/login") && page.html.contains(&button), "{what}: {}", page.html);
        submit(&browser, &here, &page).await;
        assert_eq!(shop.installed().await.version.to_string(), version, "{what}");
    }
}
