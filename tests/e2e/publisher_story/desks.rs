//! What help desks see and do: install by link, find, buy, leave.

use serde_json::{Value, json};

use super::{ADDON, Customer, HERE, PASSWORD, Stage, review::at};
use crate::support::{
    api::Api,
    browser::{Browser, Page},
    eventually,
    host::Host,
    payer::{self, PAYER},
    portal::OWNER,
    service::kinds,
    stripe::cards,
};

/// Of the customer.
pub(super) const ADMIN: &str = "cara@customer.example";
const UNBALANCED: &str =
    "SELECT COUNT(*) FROM (SELECT transaction_id FROM entries GROUP BY transaction_id, desk_id, currency
    HAVING SUM(amount) <> 0) AS unbalanced";
const BOOK: &str = "SELECT CAST(SUM(cents) AS BIGINT) FROM (SELECT credit AS account, amount AS cents FROM earnings
    UNION ALL SELECT debit, -amount FROM earnings) AS moved WHERE account IN ('publisher:acme', 'shares', 'payouts')";
const ACME: &str = "SELECT CAST(SUM(cents) AS BIGINT) FROM (SELECT credit AS account, amount AS cents FROM earnings
    UNION ALL SELECT debit, -amount FROM earnings) AS moved WHERE account = 'publisher:acme'";
const TICKET: &str = "A question from kim@example.com";

/// A help desk with an admin, who came by the link that making it printed.
pub(super) async fn customer(host: &Host) -> Customer {
    let made = host.setup().command_ok(&["desk", "create", "Customer", "--admin", ADMIN, "--time-zone", "UTC"]);
    let desk = made.lines().next().expect("its id").to_owned();
    let link = made.lines().find_map(|line| line.split_once("/setup/")).expect("a link").1;
    let admin = come_in(host, &format!("/setup/{}", link.trim()), "Cara").await;
    let token = host.setup().command_ok(&["token", "create", "--email", ADMIN, "--expires", "365"]);
    let api = Api::new(&host.url, token.trim());
    api.ticket_from("kim@example.com").await;
    Customer { desk, admin, api }
}

/// Follows an invitation into a help desk.
pub(super) async fn come_in(host: &Host, link: &str, name: &str) -> Browser {
    let browser = host.fresh_browser();
    let page = browser.get(link).await;
    let inside = browser.fill(&page, "Accept invitation", &[("Your name", name), ("Password", PASSWORD)]).await;
    assert_eq!((inside.status, inside.url.path()), (200, "/inbox"), "{}", inside.text());
    browser
}

/// Signs an operator in.
pub(super) async fn back(host: &Host, email: &str) -> Browser {
    let browser = host.fresh_browser();
    browser.sign_in(email, PASSWORD).await;
    browser
}

/// The id of the installation that a page is about.
fn id_of(page: &Page) -> String {
    let path = page.url.path();
    let id = path.strip_prefix("/my-addons/").unwrap_or_else(|| panic!("{path}:\n{}", page.text()));
    id.split('/').next().expect("an id").to_owned()
}

impl Stage {
    /// Before it is approved, the publisher's own help desk installs the version by its link, and no other does. What waits there is
    /// approved with a button. Answers the link.
    pub(super) async fn tries_it_at_home(&self, version: &str) -> String {
        self.knows_its_secrets().await;
        let page = self.owner.get(&at(version)).await;
        let link = page.attribute("#install-version input", "value").expect("an install link");
        let invitation = self.mailbox.links(OWNER.0, "/setup/", 1).await.remove(0);
        let own = come_in(&self.host, &invitation, "Ann").await;
        payer::log_in_as(&own, OWNER).await;
        let consent = payer::to_consent(&own, &link, "users").await;
        consent.expect("Due today €0.00").expect("sets this add-on up by hand");
        let waits = own.submit(&consent, "form[action='/addons/acme.orders/install']", &[]).await;
        waits.expect("Waiting for");
        assert_eq!(self.customer.admin.visit(&link).await.status, 404, "nobody has approved it");

        let answers = self.owner.get(&format!("{HERE}/answers")).await;
        answers.expect("Install acme.orders 1.0.0");
        self.owner.fill(&answers, "Approve", &[]).await.expect("Nothing is waiting for your answer");
        let events = self.service.heard(&id_of(&waits), 3).await;
        assert_eq!(kinds(&events), ["invoice.paid", "app.install-requested", "app.installed"]);
        own.get("/my-addons").await.expect("Active");
        link
    }

    /// The service gets what events are signed with, from the portal.
    async fn knows_its_secrets(&self) {
        let page = self.owner.get(&format!("{HERE}/events/{ADDON}")).await;
        let shown = self.owner.fill(&page, "Show secrets", &[("Password", OWNER.1)]).await;
        let mut secrets = shown.all("code");
        secrets.retain(|code| code.starts_with("whsec_") || code.starts_with("whpk_"));
        assert_eq!(secrets.len(), 2, "{}", shown.text());
        self.service.tell("secrets", &json!(secrets)).await;
    }

    /// Approved is not available, available is not advertised, and only what is advertised is found.
    pub(super) async fn is_published(&self, version: &str, link: &str) {
        let (owner, other) = (&self.owner, &self.customer.admin);
        self.is_approved(version, "technical").await;
        assert_eq!(other.visit(link).await.status, 404, "its publisher has not made it available");
        let page = owner.get(&at(version)).await;
        owner.fill(&page, "Make available", &[]).await.expect("Published");
        assert_eq!(other.get(link).await.url.path(), "/addons/acme.orders/install/plan");
        other.get("/addons?q=orders").await.expect("No matching add-ons");

        let page = owner.get(&at(version)).await;
        owner.fill(&page, "Submit for review Marketplace review", &[]).await.expect("Place in the queue: 1");
        self.is_approved(version, "marketplace").await;
        owner.get(&at(version)).await.expect("Advertised");
        let found = other.get("/addons?q=orders").await;
        assert!(found.has("a[href^='/addons/acme.orders']"), "{}", found.text());
        found.expect("Orders Acme");
    }

    /// The customer buys it, and waits for the word of the publisher's service. Answers the id of the installation.
    pub(super) async fn sells(&self, link: &str) -> String {
        let Customer { desk, admin, api } = &self.customer;
        payer::make_account(&self.host, PAYER, &["--desk", desk.as_str()]);
        payer::log_in_as(admin, PAYER).await.expect(PAYER.0);
        payer::add_card(admin, cards::PAYS).await;
        let consent = payer::to_consent(admin, link, "users").await;
        consent.expect("Due today €4.00").expect("Acme sets this add-on up by hand");
        let waits = admin.submit(&consent, "form[action='/addons/acme.orders/install']", &[]).await;
        waits.expect("Waiting for Acme");
        let id = id_of(&waits);
        let events = self.service.heard(&id, 2).await;
        assert_eq!(kinds(&events), ["invoice.paid", "app.install-requested"]);
        assert_eq!(api.get(&format!("/installations/{id}")).await["status"], "installing");

        let yes = json!({ "answer": "accepted" });
        assert_eq!(self.service.answer(&id, yes.clone(), Some(&self.token)).await, (204, None));
        let twice = self.service.answer(&id, yes, Some(&self.token)).await;
        assert_eq!(twice, (409, Some("answered-already".to_owned())));
        let events = self.service.heard(&id, 3).await;
        assert_eq!(kinds(&events)[2], "app.installed");
        for event in &events {
            assert_eq!((&event["signed_by"], &event["by_key"]), (&json!([0]), &json!(true)), "v1 and v1a");
            assert_eq!(event["desk"]["id"], desk.as_str());
        }
        api.settled(&id, "active").await;
        id
    }

    /// The service uses what it was given, and the desk's API answers.
    pub(super) async fn reads_tickets(&self, id: &str) {
        assert_eq!(self.service.renew(id, "private_key_jwt").await["scope"], "tickets.view");
        let read = self.service.tickets(id).await;
        assert_eq!(read, json!({ "status": 200, "subjects": [TICKET] }));
    }

    /// The customer cancels, is paid back, and uninstalls: nothing of the service's works any more, and the books are even.
    pub(super) async fn is_left(&self, id: &str) {
        let Customer { desk, admin, api } = &self.customer;
        let earnings = format!("{HERE}/earnings");
        self.owner.get(&earnings).await.expect("Balance €6.40");
        let page = admin.get(&format!("/my-addons/{id}/cancel")).await;
        admin.submit(&page, "main form[action$='/cancel']", &[]).await.expect("Cancelled");
        self.opens_nothing(id).await;
        let refunded = self.host.setup().billing_ok(&["refund", "1", "--desk", desk.as_str()]);
        assert!(refunded.contains("4.00 EUR"), "{refunded}");
        self.owner.get(&earnings).await.expect("Balance €3.20");

        let page = admin.get(&format!("/my-addons/{id}/uninstall")).await;
        let waits = admin.submit(&page, "main form[action$='/uninstall']", &[("name", "Orders")]).await;
        waits.expect("Waiting for Acme");
        self.service.heard(id, 10).await;
        let yes = json!({ "answer": "accepted" });
        let own = self.service.answer(id, yes.clone(), None).await;
        assert_eq!(own, (401, Some("unauthorized".to_owned())), "it does not run any more");
        assert_eq!(self.service.answer(id, yes, Some(&self.token)).await, (204, None));
        eventually("it is gone", || async { api.find_installed(ADDON).await.is_none().then_some(()) }).await;
        self.opens_nothing(id).await;
        let events = self.service.heard(id, 11).await;
        assert_eq!(kinds(&events)[9..], ["app.uninstall-requested", "app.uninstalled"]);
        self.has_heard_all_of(id, &events).await;
        self.is_even(events[0]["time"].as_str().unwrap()).await;
    }

    async fn opens_nothing(&self, id: &str) {
        assert_eq!(self.service.tickets(id).await["status"], 401);
        for method in ["client_secret_basic", "private_key_jwt"] {
            assert_eq!(self.service.renew(id, method).await["error"], "invalid_client", "{method}");
        }
    }

    /// Two licences of 4.00 were paid, and one was paid back; the publisher has 80 % of what is left.
    async fn is_even(&self, sold: &str) {
        let statement = self.customer.api.get("/billing/statement").await;
        let rows = statement["items"].as_array().unwrap();
        let sum = |what: &str| rows.iter().map(|row| row[what].as_i64().unwrap()).sum::<i64>();
        assert_eq!((sum("charged"), sum("paid"), sum("refunded")), (800, 800, 400), "{statement}");
        let last: &Value = rows.last().expect("rows");
        assert_eq!((&last["owed"], &last["in_credit"]), (&json!(0), &json!(0)), "{statement}");
        let month = sold.get(..7).unwrap();
        let csv = self.owner.get(&format!("{HERE}/earnings/statement.csv?month={month}")).await.html;
        let sales: Vec<_> = csv.lines().filter(|line| line.contains(",sale,")).collect();
        assert!(sales.len() == 2 && sales.iter().all(|line| line.contains(",EUR,4.00,80,3.20,")), "{csv}");
        let setup = self.host.setup();
        assert_eq!(setup.number(UNBALANCED).await, 0, "each transaction of the desks sums to zero");
        assert_eq!(setup.number(BOOK).await, 0, "all accounts of the publishers' book sum to zero");
        assert_eq!(setup.number(ACME).await, 320, "and the publisher's is what its statement says");
    }
}
