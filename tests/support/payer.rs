//! Who pays: an account of the built-in client area that holds the desk's licence, and its cards. Everything by forms, in a
//! browser without script.

use serde_json::json;

use super::{
    api::Api,
    browser::{Browser, Page},
    database::Database,
    host::{Host, Setup},
    puppet::Puppet,
    stripe::Stripe,
};

/// The account that holds the desk's licence.
pub(crate) const PAYER: (&str, &str) = ("payer@example.com", "a password for paying bills");
/// Another one, that holds none.
pub(crate) const STRANGER: (&str, &str) = ("stranger@example.com", "another password for bills");

/// Makes the account that holds the licence, and logs the desk in with it from the panel.
pub(crate) async fn log_in(host: &Host, browser: &Browser) -> Page {
    make_account(host, PAYER, &["--desk"]);
    let page = log_in_as(browser, PAYER).await;
    page.expect(PAYER.0);
    page
}

pub(crate) fn make_account(host: &Host, account: (&str, &str), more: &[&str]) {
    let words = [&["client-area", "account", "create", "--email", account.0, "--password-stdin"], more].concat();
    let made = host.setup().command_with_input(&words, account.1);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// From the billing page to the client area and back. Answers the page where it ends.
pub(crate) async fn log_in_as(browser: &Browser, account: (&str, &str)) -> Page {
    let billing = browser.get("/billing").await;
    let mut page = browser.submit(&billing, "form[action='/billing/login']", &[]).await;
    if page.has("input[name=password]") {
        let way = page.attribute("a[href^='/client-area/sign-in']", "href");
        if page.url.path().ends_with("/register")
            && let Some(way) = way
        {
            page = browser.get(&way).await;
        }
        page = browser
            .submit(&page, "form:has(input[name=password])", &[("email", account.0), ("password", account.1)])
            .await;
    }
    assert!(page.url.path() == "/client-area/authorize", "{}:\n{}", page.url, page.text());
    let back = browser.submit(&page, "main form[method=post]", &[]).await;
    assert_eq!((back.status, back.url.path()), (200, "/billing"), "{}", back.text());
    back
}

/// Adds a card on the gateway's own page, and makes it the one that is charged.
pub(crate) async fn add_card(browser: &Browser, number: &str) {
    let mut methods = browser.get("/client-area/methods").await;
    if methods.has("input[name=password]") {
        let who = [("email", PAYER.0), ("password", PAYER.1)];
        methods = browser.submit(&methods, "form:has(input[name=password])", &who).await;
    }
    let page = browser.submit(&methods, "form[action='/client-area/methods/add']", &[]).await;
    let back = browser.submit(&page, "form:has(input[name=number])", &[("number", number)]).await;
    assert!(back.status == 200 && back.url.path().starts_with("/client-area"), "{}:\n{}", back.url, back.text());
    let methods = browser.get("/client-area/methods").await;
    let last = &number[number.len() - 4..];
    let card = methods.all("main li").iter().position(|card| card.contains(last));
    let card = card.unwrap_or_else(|| panic!("no card {last}:\n{}", methods.text()));
    let make_default = format!("main li:nth-of-type({}) form[action$='/default']", card + 1);
    if methods.has(&make_default) {
        browser.submit(&methods, &make_default, &[]).await;
    }
}

/// Walks through the steps of an install from its first page, everyone ticked, up to the page with the price.
pub(crate) async fn to_consent(browser: &Browser, first: &str, plan: &str) -> Page {
    let first = browser.get(first).await;
    let users = browser.submit(&first, "main form[action*='/install']", &[("plan", plan)]).await;
    let users = browser.press(&users, "form#users-form", "add", &[("with", "everyone")]).await;
    let consent = browser.press(&users, "form#users-form", "next", &[]).await;
    assert_eq!(consent.status, 200, "{}", consent.text());
    consent
}

/// A host with the payment company and published puppets; the admin is signed in.
pub(crate) struct Paying {
    pub(crate) stripe: Stripe,
    pub(crate) host: Host,
    pub(crate) admin: Browser,
    pub(crate) api: Api,
}

/// A day in seconds.
pub(crate) const DAY: u64 = 86_400;

impl Paying {
    /// Nobody is logged in to the billing system yet.
    pub(crate) async fn start(database: Database, puppets: &[Puppet<'_>]) -> Self {
        let stripe = Stripe::start();
        let host = Setup::new(database).with_stripe(&stripe).start().await;
        for puppet in puppets {
            let (_folder, package) = puppet.pack();
            host.publish_package(&package).await;
        }
        stripe.tell(&host.url, json!({})).await;
        let (admin, api) = (host.browser().await, host.api());
        Self { stripe, host, admin, api }
    }

    /// The right account is logged in, with a card.
    pub(crate) async fn with_card(database: Database, puppets: &[Puppet<'_>], number: &str) -> Self {
        let paying = Self::start(database, puppets).await;
        log_in(&paying.host, &paying.admin).await;
        add_card(&paying.admin, number).await;
        paying
    }

    /// The host is started again, with its clock that many seconds ahead of the real one.
    pub(crate) async fn ahead(&mut self, seconds: u64) {
        self.ahead_with(seconds, &[]).await;
    }

    /// As [`Self::ahead`], with other variables of the environment.
    pub(crate) async fn ahead_with(&mut self, seconds: u64, more: &[(&str, &str)]) {
        let offset = seconds.to_string();
        self.stripe.clock_ahead(seconds).await;
        self.host.restart_with([&[("ANNEX_CLOCK_OFFSET", offset.as_str())], more].concat());
        self.admin = self.host.browser().await;
    }

    /// How many charges there were, and how many cents of them were kept.
    pub(crate) async fn charged(&self) -> (usize, i64) {
        let record = self.stripe.record().await;
        (record.taken().count(), record.taken().map(|intent| record.kept(intent)).sum())
    }

    /// Waits until so much was charged.
    pub(crate) async fn expect_charged(&self, charges: usize, cents: i64) {
        super::eventually(&format!("{charges} charges, {cents} cents kept"), || async {
            (self.charged().await == (charges, cents)).then_some(())
        })
        .await;
    }

    /// Walks through the steps of an install in the panel, everyone ticked, up to the page with the price.
    pub(crate) async fn to_consent(&self, addon: &str, plan: &str) -> Page {
        to_consent(&self.admin, &format!("/addons/{addon}/install"), plan).await
    }

    /// How many mails were written whose subject has these words.
    pub(crate) async fn mails(&self, words: &str) -> usize {
        let mails = self.api.get("/mails?limit=100").await;
        let mails = mails["items"].as_array().expect("items").iter();
        mails.filter(|mail| mail["subject"].as_str().is_some_and(|subject| subject.contains(words))).count()
    }

    /// Waits for mails, and fails when there are more.
    pub(crate) async fn expect_mails(&self, words: &str, count: usize) {
        super::eventually(&format!("{count} mails {words:?}"), || async {
            (self.mails(words).await >= count).then_some(())
        })
        .await;
        assert_eq!(self.mails(words).await, count, "mails {words:?}");
    }
}
