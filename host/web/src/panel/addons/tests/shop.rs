//! A host with the built-in test gateway that offers a paid add-on, a real component; and the ways through its pages.

use std::collections::BTreeMap;

use annex_domain::{
    addon::Kind,
    capability::Access,
    clock::Clock as _,
    ids::{AccountId, InstallationId},
    installation::Installation,
    manifest::Manifest,
    plan::Plan,
};
use annex_lifecycle::Initiator;
use annex_package::{build, sign};
use annex_store::{
    billing::{attempts, invoices, logins, methods, plans, subscriptions},
    installations, operators, users,
};

use crate::{
    api::tests::addons::{capability, guest, key, manifest},
    client_area::tests::site::{Browser, Page, Site},
};

pub(super) const ADDON: &str = "acme.puppet";

/// A host that offers the puppet, and what its pages need.
pub(super) struct Shop {
    pub(super) site: Site,
}

/// A plan as a publisher writes it.
pub(super) fn plan(id: &str, model: &str, price: i64, trial: u16) -> Plan {
    let json = serde_json::json!({ "id": id, "name": id, "model": model, "price": price, "currency": "EUR",
        "trial_days": trial });
    serde_json::from_value(json).unwrap()
}

/// The puppet, which sets nothing up and wants little.
pub(super) fn puppet(version: &str, seq: u32) -> Manifest {
    let capabilities = vec![capability(Access::Kv, &[])];
    Manifest { capabilities, ..manifest(ADDON, Kind::Plugin, version, seq) }
}

impl Shop {
    /// With the add-on on these plans.
    pub(super) async fn open(offered: &[Plan]) -> Self {
        Self::open_on(Site::start().await, offered).await
    }

    /// The same on a host.
    pub(super) async fn open_on(site: Site, offered: &[Plan]) -> Self {
        let shop = Self { site };
        let by = Initiator::operator(shop.site.desks.desk, shop.site.desks.admin);
        let public = key().public().to_bytes();
        shop.site.state.lifecycle.trust_publisher("acme".parse().unwrap(), "Acme", public, by).await.unwrap();
        shop.publish("1.0.0", 1).await;
        if !offered.is_empty() {
            shop.set_plans(offered).await;
        }
        shop
    }

    /// Another version of the add-on.
    pub(super) async fn publish(&self, version: &str, seq: u32) {
        self.publish_as(puppet(version, seq)).await;
    }

    /// The same with another manifest.
    pub(super) async fn publish_as(&self, manifest: Manifest) {
        self.publish_made(manifest, guest("puppet")).await;
    }

    /// The same of another component.
    pub(super) async fn publish_made(&self, manifest: Manifest, component: Vec<u8>) {
        let by = Initiator::operator(self.site.desks.desk, self.site.desks.admin);
        let package = sign(&build(manifest, component, BTreeMap::new()).unwrap(), &[key()]).unwrap();
        self.site.state.lifecycle.publish(package, by).await.unwrap();
    }

    /// What it costs from now on.
    pub(super) async fn set_plans(&self, offered: &[Plan]) {
        let mut tx = annex_store::testing::tx(&self.site.state.db).await;
        plans::set(&mut tx, &ADDON.parse().unwrap(), offered, self.site.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Logs the desk in, with the account that holds its licence or with another one.
    pub(super) async fn log_in(&self, holds: bool) {
        let email = if holds { "payer@example.com" } else { "other@example.com" };
        let account = self.site.account(email, holds.then_some(self.site.desks.desk)).await;
        self.log_in_as(account, holds).await;
    }

    pub(super) async fn log_in_as(&self, account: AccountId, holds: bool) {
        let (desk, admin) = (self.site.desks.desk, self.site.desks.admin);
        let mut tx = annex_store::testing::tx(&self.site.state.db).await;
        logins::log_in(&mut tx, desk, account, holds, admin, self.site.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(super) async fn log_out(&self) {
        let mut tx = annex_store::testing::tx(&self.site.state.db).await;
        logins::log_out(&mut tx, self.site.desks.desk).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Adds a test card on the gateway's page, as the panel leads there.
    pub(super) async fn add_card(&self, browser: &Browser<'_>, number: &str) {
        let (at, page) = self.add_card_for(browser, number, "").await;
        assert_eq!((at.as_str(), page.code()), ("/billing", 200), "{}", page.html);
    }

    /// The same for a page; answers where the browser is in the end.
    pub(super) async fn add_card_for(&self, browser: &Browser<'_>, number: &str, next: &str) -> (String, Page) {
        let page = browser.post("/billing/methods/add", &[("next", next)]).await;
        let form = [("number", number), ("month", "12"), ("year", "2030")];
        let back = browser.post(&page.location(), &form).await;
        browser.follow(back).await
    }

    /// A desk that is logged in and has a card.
    pub(super) async fn ready(&self, browser: &Browser<'_>, number: &str) {
        self.log_in(true).await;
        self.add_card(browser, number).await;
    }

    pub(super) async fn installed(&self) -> Installation {
        let mut conn = self.site.state.db.read().await.unwrap();
        let found = installations::of_addon(&mut conn, self.site.desks.desk, &ADDON.parse().unwrap()).await;
        found.unwrap().expect("installed")
    }

    pub(super) async fn is_installed(&self) -> bool {
        let mut conn = self.site.state.db.read().await.unwrap();
        let addon = ADDON.parse().unwrap();
        installations::of_addon(&mut conn, self.site.desks.desk, &addon).await.unwrap().is_some()
    }

    pub(super) async fn invoices(&self) -> Vec<invoices::Invoice> {
        let filter = invoices::Filter { state: None, below: None, limit: 100 };
        invoices::list(&mut self.site.state.db.read().await.unwrap(), self.site.desks.desk, filter).await.unwrap()
    }

    pub(super) async fn invoice(&self, number: i64) -> invoices::Invoice {
        let mut conn = self.site.state.db.read().await.unwrap();
        invoices::by_number(&mut conn, self.site.desks.desk, number).await.unwrap()
    }

    /// The account that is logged in.
    pub(super) async fn account(&self) -> AccountId {
        let mut conn = self.site.state.db.read().await.unwrap();
        logins::of_desk(&mut conn, self.site.desks.desk).await.unwrap().expect("logged in").account.id
    }

    /// The card with these last digits.
    pub(super) async fn card(&self, last4: &str) -> methods::Method {
        let account = self.account().await;
        let all = methods::list(&mut self.site.state.db.read().await.unwrap(), account).await.unwrap();
        all.into_iter().find(|card| card.last4 == last4).expect("a card")
    }

    /// The cards that were asked to pay an invoice, as the gateway knows them.
    pub(super) async fn charged(&self, number: i64) -> Vec<String> {
        let invoice = self.invoice(number).await.id;
        let all = attempts::of_invoice(&mut self.site.state.db.read().await.unwrap(), invoice).await.unwrap();
        all.into_iter().map(|attempt| attempt.method).collect()
    }

    /// Of the admin.
    pub(super) async fn email(&self) -> String {
        let mut conn = self.site.state.db.read().await.unwrap();
        operators::get(&mut conn, self.site.desks.desk, self.site.desks.admin).await.unwrap().email
    }

    pub(super) async fn subscription(&self, id: InstallationId) -> subscriptions::Subscription {
        let mut conn = self.site.state.db.read().await.unwrap();
        subscriptions::live_of(&mut conn, self.site.desks.desk, id).await.unwrap().expect("a live subscription")
    }

    /// How many use the add-on.
    pub(super) async fn users(&self, id: InstallationId) -> usize {
        let mut conn = self.site.state.db.read().await.unwrap();
        let all = users::list(&mut conn, self.site.desks.desk, id).await.unwrap();
        all.iter().filter(|user| user.since.is_some()).count()
    }

    pub(super) fn agent(&self) -> String {
        self.site.desks.agent.to_string()
    }

    /// Goes through the steps up to the last one, for the admin and perhaps the agent; answers that page.
    pub(super) async fn to_consent(&self, browser: &Browser<'_>, plan: &str, both: bool) -> Page {
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
    pub(super) async fn buy(&self, browser: &Browser<'_>, plan: &str, both: bool, card: &str) -> InstallationId {
        self.ready(browser, card).await;
        let page = self.to_consent(browser, plan, both).await;
        let page = submit(browser, "/addons/acme.puppet/install", &page).await;
        assert_eq!(page.code(), 303, "{}", page.html);
        self.installed().await.id
    }
}

/// The fields of the form that is posted to `action` as they are sent untouched: what is hidden, and the cards that are ticked.
pub(super) fn fields(page: &Page, action: &str) -> Vec<(String, String)> {
    let start = format!("method=\"post\" action=\"{action}\"");
    let form = page.html.split(&start).nth(1).unwrap_or_else(|| panic!("no form to {action}: {}", page.html));
    let form = form.split("</form>").next().unwrap();
    let sent = |input: &&str| {
        input.starts_with("type=\"hidden\"") || input.starts_with("type=\"radio\"") && input.contains(" checked")
    };
    let inputs = form.split("<input ").skip(1).map(|input| input.split('>').next().unwrap()).filter(sent);
    let attribute = |input: &str, name: &str| {
        let rest = input.split_once(&format!(" {name}=\"")).unwrap().1;
        rest.split('"').next().unwrap().to_owned()
    };
    inputs.map(|input| (attribute(input, "name"), attribute(input, "value"))).collect()
}

/// Sends the form that goes to `action` as it was shown.
pub(super) async fn submit(browser: &Browser<'_>, action: &str, page: &Page) -> Page {
    let fields = fields(page, action);
    let form: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(action, &form).await
}

/// The page that a redirect leads to, with its confirmation.
pub(super) async fn landed(browser: &Browser<'_>, page: Page) -> Page {
    browser.follow(page).await.1
}
