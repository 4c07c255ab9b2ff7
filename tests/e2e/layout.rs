//! How the panel looks in a window: nothing is cut off or has to be scrolled to at a side, on a phone as on a desk; what is
//! to be pressed is free, errors are said once, and axe-core finds nothing. `layout.js` measures.

use serde_json::{Value, json};

use crate::support::{
    api::Api,
    chromium::{Chromium, Scheme, texts},
    database::Database,
    host::{ADMIN, Host, Setup},
    payer,
    peer::Peer,
    puppet::{FLAT, Puppet},
    stripe::cards,
};

const WIDTHS: [u32; 4] = [320, 360, 768, 1200];
const HEIGHT: u32 = 800;

/// Of 70 letters, without a space to break them at.
const NAME: &str = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftsch";
const SUBJECT: &str = "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetzgebun";

const MONTHLY: Puppet<'_> = Puppet { id: "annex.monthly", version: "1.0.0", behaviour: "", plans: FLAT };

/// What is wrong, each with the page and the width.
#[derive(Default)]
struct Found(Vec<String>);

impl Found {
    fn add(&mut self, place: &str, check: &str, wrong: Vec<String>) {
        self.0.extend(wrong.into_iter().map(|what| format!("{place}, {check}: {what}")));
    }
}

/// A desk with long names, panels beside its ticket, and an invoice.
struct Desk {
    ticket: String,
    contact: String,
    synced: String,
    bought: String,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_fit_their_windows_and_axe_finds_nothing() {
    let crm = Peer::start("crm.py", &[]);
    let host = Setup::new(Database::sqlite())
        .at_one_address()
        .sample()
        .egress("integration.upsales.com", &crm.url)
        .egress("acme.freshdesk.com", &crm.url)
        .start()
        .await;
    let Some(chromium) = Chromium::start(&host.url).await else { return };
    let desk = Desk::furnish(&host).await;
    chromium.on_every_page(include_str!("layout.js")).await;
    chromium.resize(1200, HEIGHT).await;
    chromium.sign_in(ADMIN.0, ADMIN.1).await;

    let mut found = Found::default();
    for page in desk.pages() {
        open(&chromium, &desk, &page, &mut found).await;
        at_each_width(&chromium, &page, &mut found).await;
        with_axe(&chromium, &page, &mut found).await;
        found.add(&page, "the console", chromium.errors().await);
    }
    tags_are_in_the_inbox(&chromium, &mut found).await;
    toasts_leave_buttons_free(&chromium, &desk, &mut found).await;
    errors_are_said_once(&chromium, &mut found).await;
    assert!(found.0.is_empty(), "{} things are wrong:\n{}", found.0.len(), found.0.join("\n"));
}

impl Desk {
    async fn furnish(host: &Host) -> Self {
        for name in ["annex.hello-1.0.0", "annex.contact-sync-1.0.0", "annex.satisfaction-1.0.0"] {
            host.publish(name).await;
        }
        let (_folder, package) = MONTHLY.pack();
        host.publish_package(&package).await;
        let (browser, api) = (host.browser().await, host.api());
        payer::log_in(host, &browser).await;
        payer::add_card(&browser, cards::PAYS).await;
        api.install("annex.hello").await;
        api.try_out("annex.satisfaction", "desk").await;
        let bought = api.buy("annex.monthly", "1.0.0", "flat").await;
        let synced = api.install("annex.contact-sync").await;
        let keys = json!({"values": {
            "upsales_key": "up-secret", "freshdesk_subdomain": "acme", "freshdesk_key": "fd-secret",
        }});
        api.put(&format!("/installations/{synced}/settings"), &keys).await.expect_ok("settings").await;
        let (ticket, contact) = long_ticket(&api).await;
        Self { ticket: format!("/tickets/{ticket}"), contact: format!("/contacts/{contact}"), synced, bought }
    }

    fn pages(&self) -> Vec<String> {
        let (synced, bought) = (format!("/my-addons/{}", self.synced), format!("/my-addons/{}", self.bought));
        [
            "/inbox",
            &self.ticket,
            "/tickets/new",
            "/contacts",
            &self.contact,
            "/addons",
            "/addons/annex.satisfaction",
            "/my-addons",
            &synced,
            &format!("{synced}?tab=logs"),
            &format!("{synced}?tab=health"),
            &format!("{synced}/uninstall"),
            &format!("{bought}/plans"),
            &format!("{bought}/users"),
            "/billing",
            "/billing/invoices/1",
            "/admin/catalog",
            "/admin/roles",
            "/admin/roles/new",
            "/admin/operators",
            "/admin/groups",
            "/admin/tokens",
            "/admin/system",
            "/admin/mails",
            "/admin/work",
            "/admin/audit",
            "/profile",
        ]
        .map(str::to_owned)
        .into()
    }
}

/// A ticket whose every text is as long as it may be. Answers its number and its requester's id.
async fn long_ticket(api: &Api) -> (u64, String) {
    let tags: Vec<_> = (1..=12).map(|at| format!("tag-number-{at}")).collect();
    let ticket = json!({
        "subject": format!("About {SUBJECT}"),
        "body": format!("See https://example.com/{} about it.", "long".repeat(40)),
        "requester": {"name": NAME, "email": "long@example.com"},
        "tags": tags.into_iter().chain(["a".repeat(40)]).collect::<Vec<_>>(),
    });
    let ticket = api.post("/tickets", &ticket).await.expect_ok("a ticket").await;
    let contact = ticket["requester"]["id"].as_str().expect("a requester").to_owned();
    (ticket["number"].as_u64().expect("a number"), contact)
}

/// What one check of `layout.js` finds.
async fn measure(chromium: &Chromium, check: &str, arguments: &[Value]) -> Vec<String> {
    texts(&chromium.run(&format!("return layout.{check}(...arguments)"), arguments).await)
}

/// Opens a page, and makes sure of what it is opened for.
async fn open(chromium: &Chromium, desk: &Desk, page: &str, found: &mut Found) {
    chromium.resize(1200, HEIGHT).await;
    chromium.goto(page).await;
    let mut needed = vec!["h1"];
    if page == "/inbox" {
        needed.extend([".tickets .ticket-link", ".tickets .from", ".tickets .tag"]);
    }
    if page == desk.ticket {
        let press = "
            const buttons = [...document.querySelectorAll('.addon-panel button')];
            buttons.find((one) => one.textContent.includes('Sync contact from CRM')).click();
        ";
        chromium.run(press, &[]).await;
        chromium.until("the contact is synced", "return Boolean(document.querySelector('.panel-table'))").await;
        needed.extend([".message-head strong", ".addon-panel .panel-table.wide", "#reply .btn.primary"]);
    }
    for selector in needed {
        found.add(page, "what it shows", measure(chromium, "lacks", &[json!(selector)]).await);
    }
    if page.starts_with("/billing") || page == "/addons/annex.satisfaction" {
        found.add(page, "what it shows", measure(chromium, "lacksAmounts", &[]).await);
    }
}

async fn at_each_width(chromium: &Chromium, page: &str, found: &mut Found) {
    for width in WIDTHS {
        chromium.resize(width, HEIGHT).await;
        let (place, before) = (format!("{page} at {width} px"), found.0.len());
        let mut checks = vec![
            ("the page does not scroll sideways", "sideways"),
            ("no text is cut off", "cut"),
            ("tables in panels are stacked", "stacked"),
            ("panels are at most 520 px high", "tall"),
            ("long names stay in their rows", "names"),
        ];
        if width == 360 {
            checks.push(("amounts are wholly there", "amounts"));
        }
        for (check, function) in checks {
            found.add(&place, check, measure(chromium, function, &[]).await);
        }
        if found.0.len() > before {
            chromium.shoot(&place).await;
        }
    }
}

/// The widths differ in what is shown; the colours are the same at each.
async fn with_axe(chromium: &Chromium, page: &str, found: &mut Found) {
    for (width, scheme) in [(1200, Scheme::Light), (1200, Scheme::Dark), (360, Scheme::Dark)] {
        chromium.resize(width, HEIGHT).await;
        chromium.prefer(scheme).await;
        let place = format!("{page} at {width} px, {}", scheme.as_str());
        found.add(&place, "axe", chromium.axe().await);
    }
    chromium.prefer(Scheme::Light).await;
}

async fn tags_are_in_the_inbox(chromium: &Chromium, found: &mut Found) {
    chromium.goto("/inbox").await;
    for width in [768, 1024, 1440] {
        chromium.resize(width, HEIGHT).await;
        let place = format!("/inbox at {width} px");
        found.add(&place, "tags are shown", measure(chromium, "tags", &[json!(SUBJECT)]).await);
    }
}

async fn toasts_leave_buttons_free(chromium: &Chromium, desk: &Desk, found: &mut Found) {
    chromium.resize(1200, HEIGHT).await;
    chromium.goto(&desk.ticket).await;
    let write = "
        const field = document.querySelector('#f-body');
        field.value = 'We look into it';
        field.dispatchEvent(new Event('input', { bubbles: true }));
    ";
    chromium.run(write, &[]).await;
    chromium.until("it can be discarded", "return !document.querySelector('[data-draft-do=discard]').hidden").await;
    let save = "
        const field = document.querySelector('#f-priority');
        field.value = field.value === 'high' ? 'normal' : 'high';
        field.dispatchEvent(new Event('change', { bubbles: true }));
    ";
    chromium.run(save, &[]).await;
    chromium.until("the change is confirmed", "return Boolean(document.querySelector('.toast'))").await;
    free_at_each_width(chromium, &desk.ticket, "#reply :is(.composer-foot, .draft) :is(button, select)", found).await;
}

/// With toasts that stay, as they do below a pointer, one of them as wide as toasts become.
async fn free_at_each_width(chromium: &Chromium, page: &str, buttons: &str, found: &mut Found) {
    let stay = "
        annex.toast('This is a confirmation that fills its lines. '.repeat(4), 'success');
        for (const toast of document.querySelectorAll('.toast')) toast.dispatchEvent(new MouseEvent('mouseenter'));
    ";
    chromium.run(stay, &[]).await;
    for width in WIDTHS {
        chromium.resize(width, HEIGHT).await;
        let wrong = measure(chromium, "covered", &[json!(buttons)]).await;
        found.add(&format!("{page} at {width} px"), "toasts leave what is to be pressed free", wrong);
    }
}

async fn errors_are_said_once(chromium: &Chromium, found: &mut Found) {
    for page in ["/tickets/new", "/admin/roles/new", "/admin/groups/new", "/admin/operators/new"] {
        chromium.goto(page).await;
        let send = "
            const form = document.querySelector('main form.stack');
            form.noValidate = true;
            form.requestSubmit();
        ";
        chromium.run(send, &[]).await;
        let told = "return Boolean(document.querySelector('[data-error-summary][data-seen]'))";
        chromium.until(&format!("{page} says what is missing"), told).await;
        found.add(page, "each label is said once", measure(chromium, "labels", &[]).await);
        found.add(page, "axe, with errors", chromium.axe().await);
    }
}
