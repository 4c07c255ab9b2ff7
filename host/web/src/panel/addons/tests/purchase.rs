//! What an operator does from the listing to the bill, through the whole router with the built-in test gateway: steps,
//! prices, login, purchase, decline, plans, licences, cancel. One test a rule. The add-on is a real component.

use std::{collections::BTreeMap, path::Path, process::Command};

use annex_domain::{
    addon::{Kind, Seq},
    billing::{InvoiceState, OrderState},
    capability::{Access, Capability},
    clock::Clock as _,
    ids::InstallationId,
    installation::{Installation, Status},
    localized::Localized,
    manifest::{Listing, Manifest, Support, WIT_PACKAGE},
    plan::Plan,
};
use annex_lifecycle::By;
use annex_package::{build, keys::SigningKey, sign};
use annex_store::{
    billing::{drafts, invoices, logins, orders, plans, subscriptions},
    groups, installations, users,
};

use crate::client_area::tests::site::{Browser, Page, Site};

const ADDON: &str = "acme.puppet";

/// A host that offers the puppet, and what its pages need.
struct Shop {
    site: Site,
}

/// A plan as a publisher writes it.
fn plan(id: &str, model: &str, price: i64, trial: u16) -> Plan {
    let json = serde_json::json!({ "id": id, "name": id, "model": model, "price": price, "currency": "EUR",
        "trial_days": trial });
    serde_json::from_value(json).unwrap()
}

fn package() -> bytes::Bytes {
    let text = Localized::en;
    let manifest = Manifest {
        id: ADDON.parse().unwrap(),
        version: "1.0.0".parse().unwrap(),
        seq: Seq(1),
        kind: Kind::Plugin,
        wit: WIT_PACKAGE.into(),
        host: "*".parse().unwrap(),
        listing: Listing {
            name: text("Puppet"),
            summary: text("Does as told"),
            description: text("Tests the host"),
            publisher_name: "Acme".into(),
            categories: Default::default(),
            release_notes: None,
            terms_url: Some("https://acme.example/terms".into()),
            privacy_url: None,
            support: Support { email: "help@example.com".into(), portal: None, faq: None },
            icon: None,
        },
        capabilities: vec![Capability { access: Access::Kv, hosts: vec![], purpose: text("to test") }],
        settings: vec![],
        plans: vec![],
        events: Default::default(),
        inbound: None,
        files: vec![],
    };
    sign(&build(manifest, guest(), BTreeMap::new()).unwrap(), &[key()]).unwrap()
}

/// The puppet of `tests/guests`, built once for all tests.
fn guest() -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/guests");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release", "--target", "wasm32-wasip2", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(folder.join("target"))
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .status();
    assert!(built.unwrap().success(), "the guests cannot be built");
    std::fs::read(folder.join("target/wasm32-wasip2/release/guest_puppet.wasm")).unwrap()
}

fn key() -> SigningKey {
    SigningKey::from_seed(&[9; 32])
}

impl Shop {
    /// With the add-on on these plans.
    async fn open(offered: &[Plan]) -> Self {
        let shop = Self { site: Site::start().await };
        let state = &shop.site.state;
        let (lifecycle, by) = (&state.lifecycle, By::operator(shop.site.desks.desk, shop.site.desks.admin));
        let public = key().public().to_bytes();
        lifecycle.trust_publisher("acme".parse().unwrap(), "Acme", public, by).await.unwrap();
        lifecycle.publish(package(), by).await.unwrap();
        if !offered.is_empty() {
            shop.set_plans(offered).await;
        }
        shop
    }

    /// What it costs from now on.
    async fn set_plans(&self, offered: &[Plan]) {
        let mut tx = self.site.state.db.begin().await.unwrap();
        plans::set(&mut tx, &ADDON.parse().unwrap(), offered, self.site.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Logs the desk in, with the account that holds its licence or with another one.
    async fn log_in(&self, holds: bool) {
        let (desk, admin) = (self.site.desks.desk, self.site.desks.admin);
        let email = if holds { "payer@example.com" } else { "other@example.com" };
        let account = self.site.account(email, holds.then_some(desk)).await;
        let mut tx = self.site.state.db.begin().await.unwrap();
        logins::log_in(&mut tx, desk, account, holds, admin, self.site.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Adds a test card on the gateway's page, as the panel leads there.
    async fn add_card(&self, browser: &Browser<'_>, number: &str) {
        let page = browser.post("/billing/methods/add", &[]).await;
        let form = [("number", number), ("month", "12"), ("year", "2030")];
        let back = browser.post(&page.location(), &form).await;
        let (at, page) = browser.follow(back).await;
        assert_eq!((at.as_str(), page.code()), ("/billing", 200), "{}", page.html);
    }

    /// A desk that is logged in and has a card.
    async fn ready(&self, browser: &Browser<'_>, number: &str) {
        self.log_in(true).await;
        self.add_card(browser, number).await;
    }

    async fn installed(&self) -> Installation {
        let mut conn = self.site.state.db.read().await.unwrap();
        let found = installations::of_addon(&mut conn, self.site.desks.desk, &ADDON.parse().unwrap()).await;
        found.unwrap().expect("installed")
    }

    async fn is_installed(&self) -> bool {
        let mut conn = self.site.state.db.read().await.unwrap();
        let addon = ADDON.parse().unwrap();
        installations::of_addon(&mut conn, self.site.desks.desk, &addon).await.unwrap().is_some()
    }

    async fn invoices(&self) -> Vec<invoices::Invoice> {
        let filter = invoices::Filter { state: None, below: None, limit: 100 };
        invoices::list(&mut self.site.state.db.read().await.unwrap(), self.site.desks.desk, filter).await.unwrap()
    }

    async fn subscription(&self, id: InstallationId) -> subscriptions::Subscription {
        let mut conn = self.site.state.db.read().await.unwrap();
        subscriptions::live_of(&mut conn, self.site.desks.desk, id).await.unwrap().expect("a live subscription")
    }

    /// How many use the add-on.
    async fn users(&self, id: InstallationId) -> usize {
        let mut conn = self.site.state.db.read().await.unwrap();
        let all = users::list(&mut conn, self.site.desks.desk, id).await.unwrap();
        all.iter().filter(|user| user.since.is_some()).count()
    }

    fn agent(&self) -> String {
        self.site.desks.agent.to_string()
    }

    /// Goes through the steps up to the last one, for the admin and perhaps the agent; answers that page.
    async fn to_consent(&self, browser: &Browser<'_>, plan: &str, both: bool) -> Page {
        let page = browser.post("/addons/acme.puppet/install/plan", &[("plan", plan)]).await;
        assert_eq!(page.location(), "/addons/acme.puppet/install/users", "{}", page.html);
        let agent = self.agent();
        let mut form = vec![("do", "next"), ("rule", "nobody"), ("shown", agent.as_str())];
        if both {
            form.push(("user", &agent));
        }
        let page = browser.post("/addons/acme.puppet/install/users", &form).await;
        assert_eq!(page.location(), "/addons/acme.puppet/install", "{}", page.html);
        browser.get("/addons/acme.puppet/install").await
    }

    /// Buys the add-on with a card.
    async fn buy(&self, browser: &Browser<'_>, plan: &str, both: bool, card: &str) -> InstallationId {
        self.ready(browser, card).await;
        let page = self.to_consent(browser, plan, both).await;
        let page = submit(browser, "/addons/acme.puppet/install", &page).await;
        assert_eq!(page.code(), 303, "{}", page.html);
        self.installed().await.id
    }
}

/// The hidden fields of the form that goes to `action`.
fn hidden(page: &Page, action: &str) -> Vec<(String, String)> {
    let start = format!("action=\"{action}\"");
    let form = page.html.split(&start).nth(1).unwrap_or_else(|| panic!("no form to {action}: {}", page.html));
    let form = form.split("</form>").next().unwrap();
    let inputs = form.split("<input type=\"hidden\" name=\"").skip(1);
    let pair = |input: &str| {
        let (name, rest) = input.split_once("\" value=\"").unwrap();
        (name.to_owned(), rest.split('"').next().unwrap().to_owned())
    };
    inputs.map(pair).collect()
}

/// Sends the form that goes to `action` as it was shown.
async fn submit(browser: &Browser<'_>, action: &str, page: &Page) -> Page {
    let fields = hidden(page, action);
    let form: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(action, &form).await
}

/// The page that a redirect leads to, with its confirmation.
async fn landed(browser: &Browser<'_>, page: Page) -> Page {
    browser.follow(page).await.1
}

#[tokio::test]
async fn a_free_addon_for_everyone_is_one_click() {
    let shop = Shop::open(&[]).await;
    let browser = shop.site.admin().await;
    let listing = browser.get("/addons/acme.puppet").await;
    assert!(listing.html.contains("Free: nothing is charged.") && !listing.html.contains("/billing/login"));
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
    let mut tx = shop.site.state.db.begin().await.unwrap();
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
    assert!(none.code() == 422 && none.html.contains("Choose one of the plans."));
    browser.post("/addons/acme.puppet/install/plan", &[("plan", "team")]).await;
    // Another day, another browser: the users are next, and the plan is still chosen.
    let again = shop.site.admin().await;
    assert_eq!(again.get("/addons/acme.puppet/install").await.location(), "/addons/acme.puppet/install/users");
    assert!(again.get("/addons/acme.puppet/install/plan").await.html.contains("value=\"team\" checked"));
    // The last step cannot be reached before.
    let early = again.post("/addons/acme.puppet/install", &[("version", "1.0.0")]).await;
    assert_eq!(early.location(), "/addons/acme.puppet/install/users");
    assert!(again.get("/addons/acme.puppet").await.html.contains("You have begun already"));
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
    let page = landed(&browser, page).await;
    assert!(page.html.contains("30 days of the trial are left"), "{}", page.html);
    let id = shop.installed().await.id;
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
    assert!(late.html.contains("1 day of the trial is left"), "{}", late.html);
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

    shop.log_in(true).await;
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
async fn a_plan_that_is_gone_has_to_be_chosen_again() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 30), plan("desk", "flat", 9_900, 30)]).await;
    let browser = shop.site.admin().await;
    let page = shop.to_consent(&browser, "team", false).await;
    shop.set_plans(&[plan("desk", "flat", 9_900, 30)]).await;
    let there = "/addons/acme.puppet/install";
    assert_eq!(submit(&browser, there, &page).await.location(), "/addons/acme.puppet/install/plan");
    assert!(browser.get("/addons/acme.puppet/install/plan").await.html.contains("no longer offered"));
}

#[tokio::test]
async fn a_declined_card_leads_to_the_invoice_which_is_paid_by_hand() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    let id = shop.buy(&browser, "desk", true, "4000000000000341").await;
    assert_eq!(shop.installed().await.status, Status::PaymentDue);
    let page = browser.get(&format!("/my-addons/{id}")).await;
    for expected in ["Invoice 1 is to be paid: €99.00", "href=\"/billing/invoices/1\"", "Payment due", "role=\"alert\""]
    {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
    assert!(!page.html.contains("The last change was undone"), "said once, by the banner");
    assert!(browser.get("/billing").await.html.contains("One invoice is to be paid"));
    let invoice = browser.get("/billing/invoices/1").await;
    assert!(invoice.html.contains("Pay €99.00") && invoice.html.contains("The last payment did not go through"));
    // Again with the same card, then with one that pays.
    let again = browser.post("/billing/invoices/1/pay", &[]).await;
    assert!(landed(&browser, again).await.html.contains("Invoice 1 is not paid"));
    shop.add_card(&browser, "4242424242424242").await;
    let cards = browser.get("/billing/invoices/1").await.html;
    let good = cards.split("<option value=\"").skip(1).find(|option| option.contains("4242")).unwrap();
    let good = good.split('"').next().unwrap().to_owned();
    let paid = browser.post("/billing/invoices/1/pay", &[("method", &good)]).await;
    assert!(landed(&browser, paid).await.html.contains("Invoice 1 is paid."));
    let settled = browser.post("/billing/invoices/1/pay", &[("method", &good)]).await;
    let settled = landed(&browser, settled).await;
    assert!(!settled.html.contains("Pay €99.00") && shop.invoices().await[0].state == InvoiceState::Paid);
    let mut conn = shop.site.state.db.read().await.unwrap();
    let order = orders::live_of(&mut conn, shop.site.desks.desk, id).await.unwrap().unwrap();
    assert_eq!(order.state, OrderState::Paid, "what was bought goes on by itself");
}

#[tokio::test]
async fn a_bank_that_asks_gets_the_browser_and_gives_it_back() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    let id = shop.buy(&browser, "desk", true, "4000000000003155").await;
    let page = browser.get(&format!("/my-addons/{id}")).await;
    assert!(page.html.contains("Confirm the payment at your bank"), "{}", page.html);
    let pay = browser.post("/billing/invoices/1/pay", &[]).await;
    let bank = pay.location();
    assert!(bank.starts_with("/client-area/test-gateway/"), "{bank}");
    assert_eq!(browser.get(&bank).await.code(), 200);
    // Back without having confirmed: still due, with the link.
    let back = landed(&browser, browser.get("/billing/invoices/1?returned=1").await).await;
    assert!(back.html.contains("Confirm at your bank"), "{}", back.html);
}

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
    assert!(browser.get(&tab).await.html.contains("Your plan now"));
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
    assert!(saved.html.contains("is on the plan"), "{}", saved.html);
    assert_eq!((shop.users(id).await, shop.subscription(id).await.quantity), (1, 1));
    // The same again is no change.
    let same = browser.post(&tab, &[("plan", "team")]).await;
    assert!(same.code() == 422 && same.html.contains("This is your plan already."), "{}", same.html);
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
    for expected in ["stays as it was", "Invoice 1 is to be paid", "/billing/invoices/1", "of the trial are left"] {
        assert!(saved.html.contains(expected), "{expected}: {}", saved.html);
    }
    assert_eq!((shop.installed().await.status, shop.users(id).await), (Status::Active, 2));
    // Nothing else can be chosen until that is settled.
    assert!(browser.get(&tab).await.html.contains("Something is being paid for this add-on."));
    assert_eq!(browser.get(&format!("{tab}/users")).await.location(), tab);
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
    assert!(page.html.contains("Buy for €4.00") && page.html.contains("One more user gets the add-on with it."));
    let action = format!("/my-addons/{id}/licences");
    let form = page.html.split(&format!("method=\"post\" action=\"{action}\"")).nth(1).unwrap();
    let form = Page { html: format!("action=\"{action}\"{form}"), ..browser.get("/billing").await };
    let bought = submit(&browser, &action, &form).await;
    let bought = landed(&browser, bought).await;
    assert!(bought.html.contains("Puppet has 2 licences now."), "{}", bought.html);
    assert_eq!((shop.users(id).await, shop.subscription(id).await.quantity), (2, 2));
    // Sent again, it is the same order.
    submit(&browser, &action, &form).await;
    assert_eq!((shop.subscription(id).await.quantity, shop.invoices().await.len()), (2, 2));
    let wrong = browser.get(&format!("{action}?more=0")).await;
    assert!(wrong.code() == 422 && wrong.html.contains("Enter a whole number from 1 to"));
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
    browser.post(&reduce, &[("keep", "1"), ("keep-all", "1")]).await;
    assert_eq!(shop.subscription(id).await.quantity_next, None);
    assert_eq!(shop.invoices().await.len(), 1, "nothing is charged or paid back");
}

#[tokio::test]
async fn cancelling_stops_billing_at_once_and_a_new_purchase_is_offered() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    let id = shop.buy(&browser, "desk", true, "4242424242424242").await;
    let manage = browser.get(&format!("/my-addons/{id}")).await;
    assert!(manage.html.contains(&format!("/my-addons/{id}/cancel")) && manage.html.contains("billing goes on"));
    let there = format!("/my-addons/{id}/cancel");
    let page = browser.get(&there).await;
    for expected in ["Billing stops at once.", "Billing goes on.", "deleted for good", "Data and settings stay."] {
        assert!(page.html.contains(expected), "{expected}");
    }
    let done = submit(&browser, &there, &page).await;
    let done = landed(&browser, done).await;
    assert!(done.html.contains("Puppet is cancelled.") && done.html.contains("Choose a plan"), "{}", done.html);
    assert_eq!(shop.installed().await.status, Status::Cancelled);
    assert_eq!(submit(&browser, &there, &page).await.location(), format!("/my-addons/{id}"), "sent twice");
    assert!(browser.get("/billing").await.html.contains("Nothing is paid for"));
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
    for expected in ["No invoices yet", "Nothing is paid for", "Not logged in", "No credit"] {
        assert!(empty.html.contains(expected), "{expected}");
    }
}

#[tokio::test]
async fn groups_are_made_renamed_and_deleted() {
    let shop = Shop::open(&[]).await;
    let browser = shop.site.admin().await;
    assert!(browser.get("/admin/groups").await.html.contains("No groups yet"));
    let agent = shop.agent();
    let page = browser.post("/admin/groups", &[("name", "Nights"), ("member", &agent)]).await;
    assert!(landed(&browser, page).await.html.contains("The group Nights is created."));
    assert_eq!(browser.post("/admin/groups", &[("name", "Nights")]).await.code(), 422, "taken");
    assert_eq!(browser.post("/admin/groups", &[("name", " ")]).await.code(), 422);
    let list = browser.get("/admin/groups").await;
    let path = list.html.split("href=\"/admin/groups/").find(|part| part.contains("Nights")).unwrap();
    let path = format!("/admin/groups/{}", path.split('"').next().unwrap());
    assert!(browser.get(&path).await.html.contains(&format!("value=\"{agent}\" checked")));
    browser.post(&path, &[("name", "Days")]).await;
    let page = browser.get(&path).await;
    assert!(page.html.contains("Group Days") && !page.html.contains(&format!("value=\"{agent}\" checked")));
    let desks = &shop.site.desks;
    let stranger = shop.site.operator(desks.other_desk, desks.other_admin).await;
    assert_eq!(stranger.get(&path).await.code(), 404);
    assert_eq!(stranger.post(&path, &[("name", "Mine")]).await.code(), 404);
    assert_eq!(stranger.post(&format!("{path}/delete"), &[]).await.code(), 404);
    let agent = shop.site.operator(desks.desk, desks.agent).await;
    assert_eq!(agent.get("/admin/groups").await.code(), 403);
    let page = browser.post(&format!("{path}/delete"), &[]).await;
    assert!(landed(&browser, page).await.html.contains("The group Days is deleted."));
    assert_eq!(browser.get(&path).await.code(), 404);
}
