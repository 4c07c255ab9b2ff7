//! What add-ons of 0.2 bring into a desk, looked at as the other pages are: pages of their own, panels beside contacts, views beside
//! **Send** and where they are managed, forms for strangers, settings of each kind, a mailbox, a channel that is installed twice, what
//! is planned, conversations that operators begin, and messages in each state.

use serde_json::json;

use super::{
    FROM_THE_LEFT, FROM_THE_RIGHT, Found, Sight,
    desk::{NAME, SUBJECT, speak_arabic},
    inspect, measure, open, window,
};
use crate::support::{
    api::Api,
    browser::{Browser, Page},
    chromium::Chromium,
    database::Database,
    eventually,
    host::{ADMIN, Host, Setup},
    puppet::pack_guest,
};

const LISTENER: &str = include_str!("listener.toml");
const CARRIER: &str = include_str!("carrier.toml");

const SECRET: &str = "swordfish-of-sixteen";
const FORM: &str = "form[data-public-form]";
/// What strangers enter, by the names of the fields.
const ENTERED: [(&str, &str); 5] = [
    ("f-name", NAME),
    ("f-email", "ada@example.org"),
    ("f-topic", "Repair"),
    ("f-subject", "Ink"),
    ("f-message", "It is empty."),
];
/// A mailbox at servers that nobody reaches.
const MAIL: [&str; 2] = ["imap.mail.example.com", "smtp.mail.example.com"];
const MAILBOX: [(&str, &str); 5] = [
    ("inbox_provider", "own"),
    ("inbox_address", "help@mail.example.com"),
    ("inbox_password", "a secret"),
    ("inbox_imap_host", MAIL[0]),
    ("inbox_smtp_host", MAIL[1]),
];
/// Fills in fields by their names.
const FILL: &str = "for (const [name, value] of arguments[0]) document.getElementsByName(name)[0].value = value;";

/// A page, and what has to be on it for its checks to mean something.
struct Row {
    page: String,
    needs: &'static [&'static str],
}

/// The desk: installations, and what was written in them.
struct Desk {
    listener: String,
    form: String,
    email: String,
    carrier: String,
    /// With a message in each state.
    ticket: String,
    contact: String,
    /// One that an operator began.
    begun: String,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_add_ons_bring_fits_and_axe_finds_nothing() {
    let Some((host, chromium)) = start().await else { return };
    walk(&host, &chromium, &FROM_THE_LEFT).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_add_ons_bring_fits_from_the_right_too() {
    let Some((host, chromium)) = start().await else { return };
    speak_arabic(&host).await;
    chromium.speak("ar").await;
    walk(&host, &chromium, &FROM_THE_RIGHT).await;
}

async fn start() -> Option<(Host, Chromium)> {
    let setup = Setup::new(Database::sqlite()).at_one_address();
    // Nobody listens there.
    let host = MAIL.iter().fold(setup, |setup, server| setup.egress(server, "https://127.0.0.1:9")).start().await;
    let chromium = window(&host).await?;
    Some((host, chromium))
}

async fn walk(host: &Host, chromium: &Chromium, sight: &Sight) {
    let (browser, stranger) = (host.browser().await, host.fresh_browser());
    let desk = Desk::furnish(host, &browser).await;
    browser.get(&desk.ticket).await.expect_not("(taken back by its author)");
    for page in ["", "/start"] {
        let of_form = browser.get(&format!("/my-addons/{}{page}", desk.form)).await;
        assert!(!of_form.has("main a[href$='/channel']"), "no service delivers to a form");
    }
    let mut found = Found::default();
    let form = address_of_form(&browser, &desk.form).await;
    let early = send_too_early(&stranger, &form).await;
    fill_in(chromium, &form, sight, &mut found).await;
    chromium.sign_in(ADMIN.0, ADMIN.1).await;
    for Row { page, needs } in desk.rows() {
        open(chromium, &page, sight, &mut found).await;
        chromium.until(&format!("all of {page} is there"), "return !document.querySelector('[data-deferred]')").await;
        for selector in needs {
            found.add(&page, "what it shows", measure(chromium, "lacks", &[json!(selector)]).await);
        }
        inspect(chromium, &page, sight, &mut found).await;
    }
    view_beside_send(chromium, &desk.ticket, sight, &mut found).await;
    let (listener, email) = (format!("/my-addons/{}", desk.listener), format!("/my-addons/{}", desk.email));
    settings_follow_what_is_chosen(chromium, &listener, &mut found).await;
    test_connection(chromium, &listener, &[], "form .banner.success", sight, &mut found).await;
    test_connection(chromium, &email, &MAILBOX, "[data-error-summary]", sight, &mut found).await;
    parts_are_counted(chromium, &desk.ticket).await;
    found.is_nothing();
    eventually("the form is taken without script once it was long enough there", || async {
        (stranger.submit(&early, FORM, &[]).await.status == 200).then_some(())
    })
    .await;
    let tickets = host.api().get("/tickets").await;
    let opened = tickets["items"].as_array().unwrap().iter().filter(|ticket| ticket["subject"] == "Ink").count();
    assert_eq!(opened, 2, "with script and without: {tickets}");
}

/// What its own page says.
async fn address_of_form(browser: &Browser, installation: &str) -> String {
    let text = browser.get(&format!("/apps/{installation}")).await.text();
    let (_, rest) = text.split_once("/forms/").unwrap_or_else(|| panic!("no address of a form in: {text}"));
    format!("/forms/{}", rest.get(..36).expect("an id"))
}

/// Answers what somebody without script sees who sends the form at once: what they entered, to be sent again in a while.
async fn send_too_early(stranger: &Browser, form: &str) -> Page {
    let page = stranger.get(form).await;
    let early = stranger.submit(&page, FORM, &ENTERED).await;
    assert_eq!(early.status, 425, "{}", early.text());
    early
}

/// A stranger sends the form too soon, and then filled in.
async fn fill_in(chromium: &Chromium, form: &str, sight: &Sight, found: &mut Found) {
    let send = "document.querySelector('form[data-public-form] button').click()";
    open(chromium, form, sight, found).await;
    inspect(chromium, form, sight, found).await;
    chromium.run(send, &[]).await;
    let told = "return document.activeElement?.getAttribute('aria-invalid') === 'true'";
    chromium.until("what is missing is told, and can be mended at once", told).await;
    // That it was refused is an error for the console.
    chromium.errors().await;
    inspect(chromium, &format!("{form} with errors"), sight, found).await;
    chromium.run(FILL, &[json!(ENTERED)]).await;
    come_back(chromium, send).await;
    chromium.run(send, &[]).await;
    chromium.until("the form is taken", "return Boolean(document.querySelector('.banner.success'))").await;
    inspect(chromium, &format!("{form} after it was sent"), sight, found).await;
}

/// Whoever goes back to the page that they have sent, as it was kept, finds what they entered.
async fn come_back(chromium: &Chromium, send: &str) {
    let stay = "document.querySelector('form[data-public-form]').submit = () => { window.hasLeft = true; }";
    chromium.run(stay, &[]).await;
    chromium.run(send, &[]).await;
    chromium.until("the form is sent", "return window.hasLeft === true").await;
    let back = "
        delete document.querySelector('form[data-public-form]').submit;
        window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    ";
    chromium.run(back, &[]).await;
    let kept = "
        const form = document.querySelector('form[data-public-form]');
        const message = form?.elements.namedItem('f-message').value;
        return window.hasLeft === true && message === 'It is empty.' && !form.querySelector('button').disabled;
    ";
    chromium.until("what was entered is there, and can be sent", kept).await;
}

async fn settings_follow_what_is_chosen(chromium: &Chromium, page: &str, found: &mut Found) {
    chromium.goto(page).await;
    let volume = [json!("#f-volume")];
    assert!(!measure(chromium, "lacks", &volume).await.is_empty(), "nothing is loud yet");
    chromium.run("document.querySelector('#f-loud').click()", &[]).await;
    found.add(page, "what it shows once it is chosen", measure(chromium, "lacks", &volume).await);
}

/// Opened from the reply box, it lies above the page.
async fn view_beside_send(chromium: &Chromium, ticket: &str, sight: &Sight, found: &mut Found) {
    chromium.resize(1200, super::HEIGHT).await;
    chromium.goto(ticket).await;
    chromium.run("document.querySelector('#reply [data-composer]').click()", &[]).await;
    let shown = "
        const view = document.querySelector('dialog[data-composer-view]:modal form[data-panel]');
        return Boolean(view) && !view.querySelector('[data-deferred]');
    ";
    chromium.until("the view is open", shown).await;
    chromium.errors().await;
    inspect(chromium, &format!("{ticket} below a view"), sight, found).await;
}

/// A reply that is longer than a message of its channel, which has 1,000 characters, says in how many parts it goes out.
async fn parts_are_counted(chromium: &Chromium, ticket: &str) {
    chromium.goto(ticket).await;
    let write = "
        const box = document.querySelector('#f-body');
        box.value = 'x'.repeat(arguments[0]);
        box.dispatchEvent(new Event('input', { bubbles: true }));
    ";
    for (length, said) in [(1_000, "^$"), (2_001, "[3٣]"), (0, "^$")] {
        chromium.run(write, &[json!(length)]).await;
        let shown = format!("return /{said}/.test(document.querySelector('.composer-parts').textContent)");
        chromium.until(&format!("{length} characters are counted"), &shown).await;
    }
}

/// Presses **Test connection** and looks at what came of it, which `told` finds.
async fn test_connection(
    chromium: &Chromium,
    page: &str,
    entered: &[(&str, &str)],
    told: &str,
    sight: &Sight,
    found: &mut Found,
) {
    chromium.resize(1200, super::HEIGHT).await;
    chromium.goto(page).await;
    chromium.run(FILL, &[json!(entered)]).await;
    chromium.run("document.querySelector('button[formaction$=\"/settings/test\"]').click()", &[]).await;
    chromium.until("what came of it is told", &format!("return Boolean(document.querySelector('{told}'))")).await;
    chromium.errors().await;
    inspect(chromium, &format!("{page} tested"), sight, found).await;
}

impl Desk {
    /// `browser` is the admin's.
    async fn furnish(host: &Host, browser: &Browser) -> Self {
        for name in ["web-form", "email"] {
            host.publish(&format!("annex.{name}-1.0.0")).await;
        }
        for (name, manifest) in [("listener", LISTENER), ("carrier", CARRIER)] {
            let (_folder, package) = pack_guest(name, manifest, &format!("annex.{name}-1.0.0"));
            host.publish_package(&package).await;
        }
        let api = host.api();
        let (listener, email) = (api.install("annex.listener").await, api.install("annex.email").await);
        let form = api.install("annex.web-form").await;
        let asked = json!({"values": {"title": NAME, "intro": "We answer within a day.", "topics": "Billing, Repair"}});
        api.put(&format!("/installations/{form}/settings"), &asked).await.expect_ok("settings").await;
        let carrier = install_as(&api, "Berlin").await;
        install_as(&api, NAME.get(..60).expect("a name")).await;
        let secret = json!({"values": {"secret": SECRET}});
        api.put(&format!("/installations/{carrier}/settings"), &secret).await.expect_ok("settings").await;
        let (ticket, contact) = converse(host, &api, &carrier).await;
        let begun = begin(browser, &carrier).await;
        Self { listener, form, email, carrier, ticket, contact, begun }
    }

    fn rows(&self) -> Vec<Row> {
        let row = |page: String, needs: &'static [&'static str]| Row { page, needs };
        let Self { listener, form, email, carrier, ticket, contact, begun } = self;
        vec![
            row(format!("/apps/{listener}"), &[".panel-nodes", ".rail-link[href^='/apps/'][aria-current=page]"]),
            row(format!("/apps/{form}"), &[".panel-nodes"]),
            row(contact.clone(), &[".addon-panel .panel-nodes"]),
            row(format!("{ticket}/composer/{listener}"), &[".panel-nodes", ".file-pick"]),
            row(format!("/my-addons/{listener}?tab=view"), &[".panel-nodes"]),
            row(
                ticket.clone(),
                &[
                    ".message-earlier",
                    ".message-foot .badge.success",
                    ".message-foot .badge.warning",
                    ".message-foot .badge.critical",
                ],
            ),
            row(begun.clone(), &[".message-foot .badge.success"]),
            row("/tickets/new".to_owned(), &["#f-via"]),
            row(format!("/my-addons/{listener}"), &["#planned", "#f-answers", "#f-kinds", "#f-places", "#f-crm"]),
            row(format!("/my-addons/{form}"), &["#f-topics"]),
            row(format!("/my-addons/{email}"), &["#f-inbox_imap_host"]),
            row(format!("/my-addons/{email}/channel"), &["#address"]),
            row("/my-addons?kind=channel".to_owned(), &[".addon-card ~ .addon-card"]),
            row(format!("/my-addons/{carrier}"), &["#own-label"]),
            row("/addons/annex.carrier".to_owned(), &[]),
            row("/addons/annex.carrier/install".to_owned(), &["#f-label"]),
        ]
    }
}

/// Installs the channel under a label.
async fn install_as(api: &Api, label: &str) -> String {
    let grant = api.capabilities("annex.carrier", "1.0.0").await;
    let body = json!({"addon": "annex.carrier", "label": label, "grant": grant});
    let begun = api.post("/installations", &body).await.expect_ok("install").await;
    let id = begun["id"].as_str().expect("an id").to_owned();
    api.settled(&id, "active").await;
    id
}

/// The service of the channel says something.
async fn tell(host: &Host, carrier: &str, text: &str) {
    let request = reqwest::Client::new().post(format!("{}/hooks/{carrier}", host.url)).header("X-Secret", SECRET);
    let answer = request.body(text.to_owned()).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{text}");
}

/// A requester changes a message and takes another one back; of the replies, one each is read, delivered, sent, unclear, refused and
/// on its way. Answers the page of the ticket and that of the requester.
async fn converse(host: &Host, api: &Api, carrier: &str) -> (String, String) {
    for text in ["a1|a|ann|Where is it?", "edit|a1|Where is my order?", "a2|a|ann|Never mind", "gone|a2"] {
        tell(host, carrier, text).await;
    }
    let ticket = api.get("/tickets").await["items"][0].clone();
    let messages = format!("/tickets/{}/messages", ticket["number"]);
    let mut replies = Vec::new();
    for body in ["It left today.", "It is in Kiel.", "It will be there soon.", "unknown", "refused", "later"] {
        let reply = api.post(&messages, &json!({"body": body})).await.expect_ok("a reply").await;
        replies.push(reply["id"].as_str().expect("an id").to_owned());
    }
    eventually("all but one have left", || async {
        let page = api.get(&messages).await;
        let pending = page["items"].as_array().unwrap().iter().filter(|message| message["delivery"] == "pending");
        (pending.count() == 1).then_some(())
    })
    .await;
    tell(host, carrier, &format!("read|{}", replies[0])).await;
    tell(host, carrier, &format!("delivered|{}", replies[1])).await;
    let contact = ticket["requester"]["id"].as_str().expect("a requester");
    (format!("/tickets/{}", ticket["number"]), format!("/contacts/{contact}"))
}

/// An operator begins a conversation by the channel. Answers the page of its ticket, once the message has left.
async fn begin(browser: &Browser, carrier: &str) -> String {
    let page = browser.get("/tickets/new").await;
    let entered =
        [("email", "bob@example.org"), ("subject", SUBJECT), ("body", "Your parcel came back."), ("via", carrier)];
    let ticket = browser.submit(&page, "form[action='/tickets']", &entered).await.url.path().to_owned();
    eventually("the message leaves", || async {
        browser.get(&ticket).await.has(".message-foot .badge.success").then_some(())
    })
    .await;
    ticket
}
