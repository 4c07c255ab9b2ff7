//! A desk that has something to show on every page: long names, panels beside its ticket, add-ons in each state, money paid
//! and owed. Where its pages are.

use serde_json::json;

use crate::support::{
    api::Api,
    browser::{Browser, Page},
    eventually,
    host::Host,
    payer::{self, PAYER},
    puppet::{FLAT, ONCE, PER_USER, Puppet},
    stripe::cards,
};

/// Of 70 letters, without a space to break them at.
pub(super) const NAME: &str = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftsch";
pub(super) const SUBJECT: &str = "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetzgebun";

const MONTHLY: Puppet<'_> = Puppet { id: "annex.monthly", version: "1.0.0", behaviour: "", plans: FLAT };
const TEAM: Puppet<'_> = Puppet { id: "annex.team", version: "1.0.0", behaviour: "", plans: PER_USER };
const WANTED: Puppet<'_> = Puppet { id: "annex.wanted", version: "1.0.0", behaviour: "", plans: ONCE };
const ASKED: Puppet<'_> = Puppet { id: "annex.asked", version: "1.0.0", behaviour: "", plans: ONCE };

/// A card whose bank wants to ask, at the gateway that is built in.
const ASKS: &str = "4000000000003155";

/// The last page before [`WANTED`] is bought.
pub(super) const CONSENT: &str = "/addons/annex.wanted/install";
/// Pages that say that there is nothing.
pub(super) const GONE: [&str; 2] = ["/no-such-page", "/setup/no-such-link"];

/// What has to show an amount, for the checks of amounts to mean something.
pub(super) const PRICED: [&str; 5] =
    ["/billing", "/billing/invoices/1", "/addons/annex.satisfaction", CONSENT, "/client-area/invoices"];

/// Where its pages are.
pub(super) struct Desk {
    /// A ticket whose every text is as long as it may be.
    pub(super) ticket: String,
    /// The installation beside it whose panel gets a table when it is asked to.
    pub(super) synced: String,
    /// The panel that has every block in every state, on a page of its own.
    pub(super) gallery: String,
    /// For whoever is not signed in.
    pub(super) outside: Vec<String>,
    pub(super) panel: Vec<String>,
    pub(super) client_area: Vec<String>,
}

/// Installations, each for the pages of its state.
struct Addons {
    hello: String,
    channel: String,
    synced: String,
    gallery: String,
    tried: String,
    bought: String,
    team: String,
    asked: String,
}

/// Makes the desk, and everybody in it who has chosen nothing else, speak Arabic.
pub(super) async fn speak_arabic(host: &Host) {
    host.publish("annex.lang-ar-1.0.0").await;
    host.api().install("annex.lang-ar").await;
    let browser = host.browser().await;
    let system = browser.get("/admin/system").await;
    let saved = browser.submit(&system, "form[action='/admin/system']", &[("locale", "ar")]).await;
    assert_eq!(saved.attribute("html", "dir").as_deref(), Some("rtl"), "{}", saved.text());
}

/// The page where a billing account is made: there is one as long as nobody holds the desk's licence.
pub(super) async fn register(browser: &Browser) -> String {
    address(&to_client_area(browser).await)
}

impl Desk {
    /// `browser` is the admin's.
    pub(super) async fn furnish(host: &Host, browser: &Browser) -> Self {
        let api = host.api();
        publish(host).await;
        let invitation = people(host, browser).await;
        let authorize = pay(host, browser).await;
        let addons = install(browser, &api).await;
        update(host, &api, &addons.bought).await;
        choose(browser, CONSENT, "once").await;
        choose(browser, &format!("/my-addons/{}/plans", addons.tried), "team").await;
        let (ticket, contact) = long_ticket(&api).await;

        let mut panel = of_desk(&ticket, &contact);
        for list in ["/admin/roles", "/admin/operators", "/admin/groups", "/admin/fields", "/admin/mails"] {
            panel.push(first_of(browser, list).await);
        }
        panel.extend(of_marketplace());
        panel.extend(addons.pages());
        panel.push(format!("{ticket}/sidebar/{}", addons.synced));
        let mut client_area = of_client_area();
        client_area.extend([first_of(browser, "/client-area/invoices").await, authorize]);
        let outside = outside(browser, invitation, &addons.asked).await;
        let gallery = format!("{ticket}/sidebar/{}", addons.gallery);
        Self { ticket, synced: addons.synced, gallery, outside, panel, client_area }
    }
}

async fn publish(host: &Host) {
    for name in ["hello", "contact-sync", "satisfaction", "telegram", "gallery"] {
        host.publish(&format!("annex.{name}-1.0.0")).await;
    }
    for puppet in [MONTHLY, TEAM, WANTED, ASKED] {
        let (_folder, package) = puppet.pack();
        host.publish_package(&package).await;
    }
}

/// A group, a field of tickets, an agent who asks for an add-on, and somebody who has not followed the invitation yet: answers its path.
async fn people(host: &Host, browser: &Browser) -> String {
    let group = browser.get("/admin/groups/new").await;
    browser.submit(&group, "form[action='/admin/groups']", &[("name", "Escalations")]).await;
    let field = browser.get("/admin/fields/new").await;
    let size = [("label", "Size of the parcel"), ("key", "size"), ("kind", "choice"), ("choices", "Small\nLarge")];
    browser.submit(&field, "form[action='/admin/fields']", &size).await;
    let ana = host.fresh_browser();
    let welcome = ana.get(&browser.invite("Ana Agent", "ana@example.com").await).await;
    ana.submit(&welcome, "form[action^='/setup/']", &[("password", "a long enough password")]).await;
    let listing = ana.get("/addons/annex.wanted").await;
    ana.submit(&listing, "form[action$='/ask']", &[("reason", NAME)]).await;
    browser.invite("Bob Agent", "bob@example.com").await
}

/// An account that holds the desk's licence, logged in with a card that pays. Answers the page that asks whether to log in.
async fn pay(host: &Host, browser: &Browser) -> String {
    payer::make_account(host, PAYER, &["--desk"]);
    let authorize = to_client_area(browser).await.attribute("input[name=next]", "value").expect("where it leads");
    payer::log_in_as(browser, PAYER).await;
    payer::add_card(browser, cards::PAYS).await;
    authorize
}

async fn install(browser: &Browser, api: &Api) -> Addons {
    let (hello, channel) = (api.install("annex.hello").await, api.install("annex.telegram").await);
    let tried = api.try_out("annex.satisfaction", "desk").await;
    let bought = api.buy("annex.monthly", "1.0.0", "flat").await;
    let team = api.buy("annex.team", "1.0.0", "users").await;
    let synced = api.install("annex.contact-sync").await;
    let keys = json!({"values": {
        "upsales_key": "up-secret", "freshdesk_subdomain": "acme", "freshdesk_key": "fd-secret",
    }});
    api.put(&format!("/installations/{synced}/settings"), &keys).await.expect_ok("settings").await;
    let gallery = api.install("annex.gallery").await;
    payer::add_card(browser, ASKS).await;
    api.begin_to_buy("annex.asked", "1.0.0", "once", "asked").await;
    let asked = api.installed("annex.asked").await;
    api.settled(&asked, "payment-due").await;
    Addons { hello, channel, synced, gallery, tried, bought, team, asked }
}

/// One add-on is updated, and can be taken back; another has an update that waits for consent.
async fn update(host: &Host, api: &Api, bought: &str) {
    let (_folder, package) = Puppet { version: "1.1.0", ..MONTHLY }.pack();
    host.publish_package(&package).await;
    host.publish("annex.contact-sync-1.1.0").await;
    let path = format!("/installations/{bought}");
    let grant = api.capabilities("annex.monthly", "1.1.0").await;
    let to = json!({"version": "1.1.0", "grant": grant});
    api.post(&format!("{path}/update"), &to).await.expect_ok("update").await;
    eventually("the update is done", || async {
        let now = api.get(&path).await;
        (now["status"] == "active" && now["version"] == "1.1.0").then_some(())
    })
    .await;
}

/// Chooses a plan, and the users on the page that follows: what is left is to confirm.
async fn choose(browser: &Browser, page: &str, plan: &str) {
    let plans = browser.get(page).await;
    let users = browser.submit(&plans, "main form:has(input[name=plan])", &[("plan", plan)]).await;
    let confirm = browser.press(&users, "form#users-form", "next", &[]).await;
    assert_eq!(confirm.status, 200, "{}", confirm.text());
}

/// A ticket whose every text is as long as it may be. Answers its page and its requester's.
async fn long_ticket(api: &Api) -> (String, String) {
    let tags: Vec<_> = (1..=12).map(|at| format!("tag-number-{at}")).collect();
    let ticket = json!({
        "subject": format!("About {SUBJECT}"),
        "body": format!("See https://example.com/{} about it.", "long".repeat(40)),
        "requester": {"name": NAME, "email": "long@example.com"},
        "tags": tags.into_iter().chain(["a".repeat(40)]).collect::<Vec<_>>(),
    });
    let ticket = api.post("/tickets", &ticket).await.expect_ok("a ticket").await;
    let contact = ticket["requester"]["id"].as_str().expect("a requester");
    (format!("/tickets/{}", ticket["number"]), format!("/contacts/{contact}"))
}

/// Presses Login on the billing page. Answers the page where that leads.
async fn to_client_area(browser: &Browser) -> Page {
    let billing = browser.get("/billing").await;
    browser.submit(&billing, "form[action='/billing/login']", &[]).await
}

/// Where a page is on its host.
fn address(page: &Page) -> String {
    let query = page.url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}{query}", page.url.path())
}

/// The first of the pages that a list leads to.
async fn first_of(browser: &Browser, list: &str) -> String {
    let link = format!("main a[href^='{list}/']:not([href*='/new'])");
    browser.get(list).await.attribute(&link, "href").unwrap_or_else(|| panic!("{list} leads nowhere"))
}

/// The pages for whoever is not signed in, with those of the gateway that is built in: for a card, and of a bank that asks.
async fn outside(browser: &Browser, invitation: String, asked: &str) -> Vec<String> {
    let methods = browser.get("/client-area/methods").await;
    let set_up = address(&browser.submit(&methods, "form[action='/client-area/methods/add']", &[]).await);
    let payment = browser.get(&format!("/my-addons/{asked}/payment")).await;
    let bank = payment.attribute("a[href*='/test-gateway/confirm/']", "href").expect("the way to the bank");
    let (_, bank) = bank.split_once("/client-area/").expect("it is in the client area");
    let bank = format!("/client-area/{bank}");
    let named = [
        "/sign-in",
        "/forgotten",
        GONE[1],
        "/client-area/sign-in",
        "/portal/request",
        "/developers",
        "/developers/events",
        "/developers/blocks",
        "/developers/manifest",
        "/developers/search?q=signature",
    ]
    .map(str::to_owned);
    named.into_iter().chain([invitation, set_up, bank]).collect()
}

fn of_desk(ticket: &str, contact: &str) -> Vec<String> {
    [
        "/inbox",
        ticket,
        &format!("{ticket}/merge"),
        "/tickets/new",
        "/contacts",
        contact,
        &format!("{contact}/erase"),
        "/admin/roles",
        "/admin/roles/new",
        "/admin/operators",
        "/admin/operators/new",
        "/admin/groups",
        "/admin/groups/new",
        "/admin/fields",
        "/admin/fields/new",
        "/admin/tokens",
        "/admin/system",
        "/admin/mails",
        "/admin/work",
        "/admin/audit",
        "/profile",
        "/sign-in/switch",
        GONE[0],
    ]
    .map(str::to_owned)
    .into()
}

fn of_marketplace() -> Vec<String> {
    [
        "/addons",
        "/addons/annex.satisfaction",
        "/addons/publishers/annex",
        &format!("{CONSENT}/plan"),
        &format!("{CONSENT}/users"),
        CONSENT,
        "/my-addons",
        "/attention",
        "/addon-requests",
        "/admin/catalog",
        "/admin/catalog/addons/annex.satisfaction/1.0.0/report",
        "/billing",
        "/billing/login",
        "/billing/statement",
        "/billing/invoices/1",
        "/billing/invoices/3",
    ]
    .map(str::to_owned)
    .into()
}

fn of_client_area() -> Vec<String> {
    ["/client-area", "/client-area/invoices", "/client-area/methods", "/client-area/details", "/client-area/password"]
        .map(str::to_owned)
        .to_vec()
}

impl Addons {
    fn pages(&self) -> Vec<String> {
        let all: [(&str, &[&str]); 7] = [
            (&self.synced, &["", "?tab=logs", "?tab=health", "/uninstall", "/update"]),
            (&self.bought, &["/plans", "/users", "/cancel", "/rollback"]),
            (&self.team, &["/users", "/licences?more=2"]),
            (&self.tried, &["/plans", "/plans/users", "/plans/confirm"]),
            (&self.asked, &["/payment"]),
            (&self.hello, &["/start"]),
            (&self.channel, &["/channel"]),
        ];
        all.into_iter().flat_map(|(id, ends)| ends.iter().map(move |end| format!("/my-addons/{id}{end}"))).collect()
    }
}
