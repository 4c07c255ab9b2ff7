//! What an operator does from the listing to the bill, through the whole router with the built-in test gateway: steps,
//! prices, login, purchase, decline. One test a rule.

use annex_domain::{
    billing::{InvoiceState, OrderState},
    clock::Clock as _,
    installation::Status,
    plan::Plan,
};
use annex_store::{
    billing::{drafts, orders},
    groups, users,
};

use super::shop::{ADDON, Shop, landed, plan, submit};

#[tokio::test]
async fn a_free_addon_for_everyone_is_one_click() {
    let shop = Shop::open(&[]).await;
    let browser = shop.site.admin().await;
    let listing = browser.get("/addons/acme.puppet").await;
    assert!(listing.html.contains("Free, no charge.") && !listing.html.contains("/billing/login"));
    let page = browser.get("/addons/acme.puppet/install").await;
    assert!(page.code() == 200 && !page.html.contains("wizard-steps"), "{}", page.html);
    let page = submit(&browser, "/addons/acme.puppet/install", &page).await;
    let page = landed(&browser, page).await;
    assert!(page.html.contains("Puppet 1.0.0 is installed and active."), "{}", page.html);
    let installed = shop.installed().await;
    assert_eq!((installed.status, shop.users(installed.id).await), (Status::Active, 2));
    assert!(shop.invoices().await.is_empty());
    let plans = browser.get(&format!("/my-addons/{}/plans", installed.id)).await;
    assert!(plans.html.contains("This add-on is free"));
}

#[tokio::test]
async fn who_uses_a_free_addon_can_be_chosen_by_group() {
    let shop = Shop::open(&[]).await;
    let browser = shop.site.admin().await;
    let (desk, agent) = (shop.site.desks.desk, shop.site.desks.agent);
    let mut tx = annex_store::testing::tx(&shop.site.state.db).await;
    let team = groups::create(&mut tx, desk, "Nights", shop.site.clock.now()).await.unwrap();
    groups::set_members(&mut tx, desk, team.id, &[agent].into(), shop.site.clock.now()).await.unwrap();
    tx.commit().await.unwrap();

    let here = "/addons/acme.puppet/install/users";
    assert!(browser.get(here).await.html.contains("Group Nights"));
    let group = format!("group:{}", team.id);
    // Nobody but the admin at first; then whoever is in the group; the draft keeps it.
    let agent = agent.to_string();
    browser.post(here, &[("do", "count"), ("shown", &agent), ("rule", "nobody")]).await;
    let ticked = format!("value=\"{agent}\" checked");
    assert!(!browser.get(here).await.html.contains(&ticked));
    let page = browser.post(here, &[("do", "add"), ("with", &group), ("rule", "groups")]).await;
    assert_eq!(page.location(), here);
    assert!(browser.get(here).await.html.contains(&ticked));
    let none = browser.post(here, &[("do", "next"), ("rule", "groups"), ("shown", &agent), ("user", &agent)]).await;
    assert!(none.code() == 422 && none.html.contains("Choose at least one group."), "{}", none.html);
    let id = team.id.to_string();
    let form = [("do", "next"), ("rule", "groups"), ("group", id.as_str()), ("shown", &agent), ("user", &agent)];
    assert_eq!(browser.post(here, &form).await.location(), "/addons/acme.puppet/install");
    let page = browser.get("/addons/acme.puppet/install").await;
    submit(&browser, "/addons/acme.puppet/install", &page).await;
    let installed = shop.installed().await;
    let mut conn = shop.site.state.db.read().await.unwrap();
    let rule = users::assignment(&mut conn, desk, installed.id).await.unwrap();
    assert_eq!(rule.groups(), [team.id].into());
}

#[tokio::test]
async fn the_steps_can_be_left_and_taken_up_again() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 30), plan("desk", "flat", 9_900, 30)]).await;
    let browser = shop.site.admin().await;
    let start = browser.get("/addons/acme.puppet/install").await;
    assert_eq!(start.location(), "/addons/acme.puppet/install/plan");
    let none = browser.post("/addons/acme.puppet/install/plan", &[]).await;
    assert!(none.code() == 422 && none.html.contains("Choose a plan."));
    browser.post("/addons/acme.puppet/install/plan", &[("plan", "team")]).await;
    // Another day, another browser: the users are next, and the plan is still chosen.
    let again = shop.site.admin().await;
    assert_eq!(again.get("/addons/acme.puppet/install").await.location(), "/addons/acme.puppet/install/users");
    assert!(again.get("/addons/acme.puppet/install/plan").await.html.contains("value=\"team\" checked"));
    // The last step cannot be reached before.
    let early = again.post("/addons/acme.puppet/install", &[("version", "1.0.0")]).await;
    assert_eq!(early.location(), "/addons/acme.puppet/install/users");
    assert!(again.get("/addons/acme.puppet").await.html.contains("You already started this"));
    // Starting over drops it.
    shop.to_consent(&again, "team", true).await;
    assert_eq!(again.post("/addons/acme.puppet/install/discard", &[]).await.location(), "/addons/acme.puppet");
    assert_eq!(again.get("/addons/acme.puppet/install").await.location(), "/addons/acme.puppet/install/plan");
    assert!(!shop.is_installed().await);
}

#[tokio::test]
async fn a_trial_needs_no_login_and_says_how_long_it_lasts() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 30)]).await;
    let browser = shop.site.admin().await;
    let listing = browser.get("/addons/acme.puppet").await;
    for expected in ["Start 30-day trial", "€4.00 per user and month", "30-day free trial"] {
        assert!(listing.html.contains(expected), "{expected}");
    }
    assert!(browser.get("/addons").await.html.contains("€4.00 per user and month"));
    let page = shop.to_consent(&browser, "team", true).await;
    assert!(page.html.contains("Accept and start 30-day trial") && page.html.contains("2 licences"), "{}", page.html);
    let page = submit(&browser, "/addons/acme.puppet/install", &page).await;
    landed(&browser, page).await;
    let id = shop.installed().await.id;
    let page = browser.get(&format!("/my-addons/{id}")).await;
    assert!(page.html.contains("30 days left in the trial"), "{}", page.html);
    assert!(browser.get("/my-addons").await.html.contains("Trial: 30 days left"));
    assert!(browser.get("/billing").await.html.contains("Trial until"));
    assert!(shop.invoices().await.is_empty());
    let mut conn = shop.site.state.db.read().await.unwrap();
    let (desk, admin) = (shop.site.desks.desk, shop.site.desks.admin);
    let draft = drafts::get(&mut conn, desk, &ADDON.parse().unwrap(), admin).await.unwrap();
    assert!(draft.is_none(), "nothing is kept of what is done");
    drop(conn);
    shop.site.clock.advance(std::time::Duration::from_hours(24 * 29));
    let late = browser.get(&format!("/my-addons/{id}")).await;
    // The session ended meanwhile: the same operator signs in again.
    assert_eq!(late.code(), 303);
    let late = shop.site.admin().await.get(&format!("/my-addons/{id}")).await;
    assert!(late.html.contains("1 day left in the trial"), "{}", late.html);
}

#[tokio::test]
async fn a_purchase_needs_the_account_that_holds_the_licence() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    let listing = browser.get("/addons/acme.puppet").await;
    assert!(listing.html.contains("action=\"/billing/login\"") && !listing.html.contains("next-step\""));
    let page = shop.to_consent(&browser, "desk", true).await;
    assert!(page.html.contains("action=\"/billing/login\"") && !page.html.contains("Accept and purchase"));
    let refused = submit(&browser, "/addons/acme.puppet/install", &page).await;
    assert!(refused.code() == 409 && refused.html.contains("Log in to the billing system first."), "{}", refused.html);

    shop.log_in(false).await;
    let listing = browser.get("/addons/acme.puppet").await;
    assert!(listing.html.contains("action=\"/billing/logout\"") && !listing.html.contains("/billing/login"));
    assert!(listing.html.contains("other@example.com") && !listing.html.contains("next-step\""));
    let page = browser.get("/addons/acme.puppet/install").await;
    let refused = submit(&browser, "/addons/acme.puppet/install", &page).await;
    assert!(refused.code() == 409 && !refused.html.contains("Accept and purchase"), "{}", refused.html);
    assert!(!shop.is_installed().await);

    shop.ready(&browser, "4242424242424242").await;
    assert!(browser.get("/addons/acme.puppet").await.html.contains("Purchase"));
    let page = browser.get("/addons/acme.puppet/install").await;
    assert!(page.html.contains("Accept and purchase for €99.00"), "{}", page.html);
}

#[tokio::test]
async fn the_wrong_account_keeps_free_addons_from_being_installed_too() {
    let shop = Shop::open(&[]).await;
    let browser = shop.site.admin().await;
    shop.log_in(false).await;
    let page = browser.get("/addons/acme.puppet/install").await;
    assert!(page.html.contains("action=\"/billing/logout\"") && !page.html.contains("Accept and install"));
    let refused = submit(&browser, "/addons/acme.puppet/install", &page).await;
    assert_eq!(refused.code(), 409);
    assert!(!shop.is_installed().await);
}

#[tokio::test]
async fn price_and_renewal_stand_beside_the_button_and_are_charged_so() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 0)]).await;
    let browser = shop.site.admin().await;
    let id = shop.buy(&browser, "team", true, "4242424242424242").await;
    assert_eq!(shop.installed().await.status, Status::Active);
    let list = shop.invoices().await;
    assert_eq!((list.len(), list[0].state, list[0].total.cents), (1, InvoiceState::Paid, 800));
    let invoice = browser.get("/billing/invoices/1").await;
    for expected in ["Invoice 1", "€8.00", "Paid"] {
        assert!(invoice.html.contains(expected), "{expected}");
    }
    let billing = browser.get("/billing").await;
    for expected in ["Logged in as Payer (payer@example.com)", "Visa ending in 4242", "/billing/invoices/1", "€8.00"]
    {
        assert!(billing.html.contains(expected), "{expected}: {}", billing.html);
    }
    let users = browser.get(&format!("/my-addons/{id}/users")).await;
    assert!(
        users.html.contains("<dt>Purchased</dt><dd>2</dd>") && users.html.contains("<dt>Unassigned</dt><dd>0</dd>")
    );
    let csv = browser.get("/billing/statement.csv").await;
    assert!(csv.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
    assert!(csv.html.contains(",EUR,8.00,") && browser.get("/billing/statement").await.html.contains("€8.00"));
}

#[tokio::test]
async fn clicks_at_the_same_time_and_again_buy_once() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    shop.ready(&browser, "4242424242424242").await;
    let page = shop.to_consent(&browser, "desk", true).await;
    let there = "/addons/acme.puppet/install";
    let (other, third) = (shop.site.admin().await, shop.site.admin().await);
    let (one, two, three) =
        tokio::join!(submit(&browser, there, &page), submit(&other, there, &page), submit(&third, there, &page));
    for page in [one, two, three, submit(&browser, there, &page).await] {
        assert_eq!(page.code(), 303, "{}", page.html);
    }
    assert_eq!(shop.installed().await.status, Status::Active);
    assert_eq!(shop.invoices().await.len(), 1);
}

#[tokio::test]
async fn another_price_than_was_shown_is_refused_and_the_new_one_highlighted() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    shop.ready(&browser, "4242424242424242").await;
    let page = shop.to_consent(&browser, "desk", true).await;
    shop.set_plans(&[plan("desk", "flat", 12_000, 0)]).await;
    let refused = submit(&browser, "/addons/acme.puppet/install", &page).await;
    assert_eq!(refused.code(), 409, "{}", refused.html);
    assert!(refused.html.contains("<mark>€120.00</mark>") && refused.html.contains("It was €99.00."));
    assert!(!shop.is_installed().await && shop.invoices().await.is_empty());
    // With the new price in the form, the same click gets through.
    let page = submit(&browser, "/addons/acme.puppet/install", &refused).await;
    assert_eq!(page.code(), 303, "{}", page.html);
    assert_eq!(shop.invoices().await[0].total.cents, 12_000);
}

#[tokio::test]
async fn several_plans_stand_side_by_side_with_what_they_cost_this_desk() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 30), plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    let listing = browser.get("/addons/acme.puppet").await.html;
    let table = listing.split("Plans side by side").nth(1).unwrap().split("</table>").next().unwrap();
    let row = |head: &str| {
        let row = table.split("<tr>").find(|row| row.contains(&format!("<th scope=\"row\">{head}</th>"))).unwrap();
        row.split("<td").skip(1).map(|cell| cell.split_once('>').unwrap().1.to_owned()).collect::<Vec<_>>()
    };
    let all = row("For all 2 people here");
    assert!(all[0].starts_with("€8.00 per month<") && all[1].starts_with("€99.00 per month<"), "{all:?}");
    let trials = row("Free trial");
    assert!(trials[0].starts_with("30-day free trial<") && trials[1].starts_with("None<"), "{trials:?}");
    shop.set_plans(&[plan("desk", "flat", 9_900, 0)]).await;
    assert!(!browser.get("/addons/acme.puppet").await.html.contains("Plans side by side"), "there is one alone");
}

#[tokio::test]
async fn a_plan_that_is_gone_has_to_be_chosen_again() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 30), plan("desk", "flat", 9_900, 30)]).await;
    let browser = shop.site.admin().await;
    let page = shop.to_consent(&browser, "team", false).await;
    shop.set_plans(&[plan("desk", "flat", 9_900, 30)]).await;
    let there = "/addons/acme.puppet/install";
    assert_eq!(submit(&browser, there, &page).await.location(), "/addons/acme.puppet/install/plan");
    assert!(browser.get("/addons/acme.puppet/install/plan").await.html.contains("no longer available"));
}

#[tokio::test]
async fn a_declined_card_leads_to_the_invoice_which_is_paid_by_hand() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    let id = shop.buy(&browser, "desk", true, "4000000000000341").await;
    assert_eq!(shop.installed().await.status, Status::PaymentDue);
    let page = browser.get(&format!("/my-addons/{id}")).await;
    for expected in ["Invoice 1 for €99.00 is due", "href=\"/billing/invoices/1\"", "Payment due", "role=\"alert\""] {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
    assert!(!page.html.contains("The last change was undone"), "said once, by the banner");
    assert!(browser.get("/billing").await.html.contains("One invoice is due"));
    let invoice = browser.get("/billing/invoices/1").await;
    assert!(invoice.html.contains("Pay €99.00") && invoice.html.contains("The last payment failed"));
    // Again with the same card, then with one that pays.
    let again = submit(&browser, "/billing/invoices/1/pay", &invoice).await;
    assert!(landed(&browser, again).await.html.contains("Invoice 1 wasn’t paid"));
    shop.add_card(&browser, "4242424242424242").await;
    let cards = browser.get("/billing/invoices/1").await.html;
    let radios = cards.split("name=\"method\" value=\"").skip(1);
    let good = radios.map(|card| card.split("</label>").next().unwrap()).find(|card| card.contains("4242")).unwrap();
    let good = good.split('"').next().unwrap().to_owned();
    let form = [("method", good.as_str()), ("of_card", "9900")];
    let paid = browser.post("/billing/invoices/1/pay", &form).await;
    assert!(landed(&browser, paid).await.html.contains("Invoice 1 is paid."));
    let settled = browser.post("/billing/invoices/1/pay", &form).await;
    let settled = landed(&browser, settled).await;
    assert!(!settled.html.contains("Pay €99.00") && shop.invoices().await[0].state == InvoiceState::Paid);
    let mut conn = shop.site.state.db.read().await.unwrap();
    let order = orders::live_of(&mut conn, shop.site.desks.desk, id).await.unwrap().unwrap();
    assert_eq!(order.state, OrderState::Paid, "what was bought goes on by itself");
}

#[tokio::test]
async fn a_price_without_decimals_has_none_on_any_page() {
    let yen = Plan { currency: "JPY".parse().unwrap(), ..plan("desk", "flat", 900, 0) };
    let shop = Shop::open(&[yen]).await;
    let browser = shop.site.admin().await;
    shop.buy(&browser, "desk", false, "4242424242424242").await;
    assert_eq!(shop.invoice(1).await.total.to_string(), "900 JPY");
    for path in ["/addons/acme.puppet", "/billing", "/billing/invoices/1", "/billing/statement"] {
        let page = browser.get(path).await;
        assert!(page.html.contains("¥900"), "{path}: {}", page.html);
        assert!(!page.html.contains("¥9.00") && !page.html.contains("¥900.0"), "{path}: {}", page.html);
    }
    let file = browser.get("/billing/statement.csv").await;
    for row in [",1,JPY,900,0,0,0,900,0\r\n", ",1,JPY,0,900,0,0,0,0\r\n"] {
        assert!(file.html.contains(row), "{row}: {}", file.html);
    }
}
