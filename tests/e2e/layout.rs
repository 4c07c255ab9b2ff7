//! How pages look in a window: nothing is cut off or has to be scrolled to at a side, on a phone as on a desk, from the left as
//! from the right; what is to be pressed is free, errors are said once, and axe-core finds nothing. `layout.js` measures.

mod desk;
mod places;
mod publisher;

use serde_json::{Value, json};

use self::desk::{CONSENT, Desk, GONE, PRICED, SUBJECT};
use crate::support::{
    chromium::{Chromium, Scheme, texts},
    database::Database,
    host::{ADMIN, Host, Setup},
    payer::PAYER,
    peer::Peer,
};

const WIDTHS: [u32; 4] = [320, 360, 768, 1200];
const HEIGHT: u32 = 800;
/// Pages differ in what they show between these two; to look at the others takes axe-core as long again.
const WITH_AXE: [u32; 2] = [360, 1200];

/// In what pages are looked at, without loading them again.
struct Sight {
    /// As the language of the desk is written.
    direction: &'static str,
    widths: &'static [u32],
    schemes: &'static [Scheme],
}

const FROM_THE_LEFT: Sight = Sight { direction: "ltr", widths: &WIDTHS, schemes: &[Scheme::Dark, Scheme::Light] };
/// Colours are the same as from the left.
const FROM_THE_RIGHT: Sight = Sight { direction: "rtl", widths: &WITH_AXE, schemes: &[Scheme::Light] };

/// What is wrong, each with the page and the width.
#[derive(Default)]
struct Found(Vec<String>);

impl Found {
    fn add(&mut self, place: &str, check: &str, wrong: Vec<String>) {
        self.0.extend(wrong.into_iter().map(|what| format!("{place}, {check}: {what}")));
    }

    #[track_caller]
    fn is_nothing(&self) {
        assert!(self.0.is_empty(), "{} things are wrong:\n{}", self.0.len(), self.0.join("\n"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_fit_their_windows_and_axe_finds_nothing() {
    let crm = Peer::start("crm.py", &[]);
    let Some((host, chromium)) = start(&crm).await else { return };
    let mut found = Found::default();
    let desk = every_page(&host, &chromium, &FROM_THE_LEFT, &mut found).await;
    tags_are_in_the_inbox(&chromium, &mut found).await;
    toasts_leave_buttons_free(&chromium, &desk, &mut found).await;
    errors_are_said_once(&chromium, &mut found).await;
    found.is_nothing();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_fit_from_the_right_too() {
    let crm = Peer::start("crm.py", &[]);
    let Some((host, chromium)) = start(&crm).await else { return };
    desk::speak_arabic(&host).await;
    let mut found = Found::default();
    let desk = every_page(&host, &chromium, &FROM_THE_RIGHT, &mut found).await;
    toasts_leave_buttons_free(&chromium, &desk, &mut found).await;
    found.is_nothing();
}

/// A host with sample tickets, whose add-ons find contacts in `crm`, and a window.
async fn start(crm: &Peer) -> Option<(Host, Chromium)> {
    let host = Setup::new(Database::sqlite())
        .at_one_address()
        .sample()
        .egress("integration.upsales.com", &crm.url)
        .egress("acme.freshdesk.com", &crm.url)
        .start()
        .await;
    let chromium = window(&host).await?;
    Some((host, chromium))
}

/// A window in whose pages `layout.js` measures.
async fn window(host: &Host) -> Option<Chromium> {
    let chromium = Chromium::start(&host.url).await?;
    chromium.on_every_page(include_str!("layout.js")).await;
    Some(chromium)
}

/// Looks at the pages where nobody is signed in, at those of the panel, of the client area, and of publishers and who reviews them.
async fn every_page(host: &Host, chromium: &Chromium, sight: &Sight, found: &mut Found) -> Desk {
    let browser = host.browser().await;
    look(chromium, &desk::register(&browser).await, sight, found).await;
    let desk = Desk::furnish(host, &browser).await;
    for page in &desk.outside {
        look(chromium, page, sight, found).await;
    }
    chromium.sign_in(ADMIN.0, ADMIN.1).await;
    for page in &desk.panel {
        open(chromium, page, sight, found).await;
        shows_what_is_long(chromium, &desk, page, found).await;
        inspect(chromium, page, sight, found).await;
    }
    look_through_the_gallery(chromium, &desk.gallery, sight, found).await;
    chromium.sign_in_at("/client-area/sign-in", PAYER, ".client-head").await;
    for page in &desk.client_area {
        look(chromium, page, sight, found).await;
    }
    // A publisher has a help desk of its own: from here on pages for nobody in particular speak English.
    for page in &publisher::furnish(host, &browser).await {
        look(chromium, page, sight, found).await;
    }
    desk
}

/// What one function of `layout.js` finds.
async fn measure(chromium: &Chromium, check: &str, arguments: &[Value]) -> Vec<String> {
    texts(&chromium.run(&format!("return layout.{check}(...arguments)"), arguments).await)
}

/// Every block in every state: each page of the gallery lies above its start. What is folded is opened, to be seen as well.
async fn look_through_the_gallery(chromium: &Chromium, start: &str, sight: &Sight, found: &mut Found) {
    look(chromium, start, sight, found).await;
    let pages = "return [...document.querySelectorAll('.panel button[value$=\"|open\"]')].map(({ value }) => value)";
    let pages = texts(&chromium.run(pages, &[]).await);
    assert!(pages.len() >= 9, "{pages:?}");
    for page in pages {
        open(chromium, start, sight, found).await;
        chromium
            .run("document.querySelector(`.panel button[value=\"${arguments[0]}\"]`).click()", &[json!(page)])
            .await;
        let above = "return Boolean(document.querySelector('.panel-top button[value=back]'))";
        chromium.until(&format!("{page} is above {start}"), above).await;
        chromium.run("for (const folded of document.querySelectorAll('.panel details')) folded.open = true", &[]).await;
        inspect(chromium, &format!("{start} {page}"), sight, found).await;
    }
}

async fn look(chromium: &Chromium, page: &str, sight: &Sight, found: &mut Found) {
    open(chromium, page, sight, found).await;
    inspect(chromium, page, sight, found).await;
}

/// Opens a page, and makes sure that it is this one, in the language of the desk.
async fn open(chromium: &Chromium, page: &str, sight: &Sight, found: &mut Found) {
    chromium.resize(1200, HEIGHT).await;
    chromium.goto(page).await;
    let (path, _) = page.split_once('?').unwrap_or((page, ""));
    let shown = chromium.run("return [location.pathname, document.dir]", &[]).await;
    if shown != json!([path, sight.direction]) {
        found.add(page, "what it shows", vec![shown.to_string()]);
    }
    found.add(page, "what it shows", measure(chromium, "lacks", &[json!("h1")]).await);
    if PRICED.contains(&page) {
        found.add(page, "what it shows", measure(chromium, "lacksAmounts", &[]).await);
    }
}

/// Makes sure of the long names and the tables that the checks are for.
async fn shows_what_is_long(chromium: &Chromium, desk: &Desk, page: &str, found: &mut Found) {
    let needed: &[&str] = match page {
        "/inbox" => &[".tickets .ticket-link", ".tickets .from", ".tickets .tag"],
        _ if page == desk.ticket => {
            let sync = format!("#addon-{} button[data-busy]:not([data-busy=''])", desk.synced);
            chromium.run("document.querySelector(arguments[0]).click()", &[json!(sync)]).await;
            chromium.until("the contact is synced", "return Boolean(document.querySelector('.panel-table'))").await;
            &[".message-head strong", ".addon-panel .panel-table.wide", "#reply .btn.primary"]
        }
        _ => &[],
    };
    for selector in needed {
        found.add(page, "what it shows", measure(chromium, "lacks", &[json!(selector)]).await);
    }
}

/// Looks at the open page in each width and colours.
async fn inspect(chromium: &Chromium, page: &str, sight: &Sight, found: &mut Found) {
    for &width in sight.widths {
        chromium.resize(width, HEIGHT).await;
        let (place, before) = (format!("{page} at {width} px, {}", sight.direction), found.0.len());
        found.add(&place, "the layout", measure(chromium, "faults", &[]).await);
        for scheme in sight.schemes.iter().filter(|_| WITH_AXE.contains(&width)) {
            chromium.prefer(*scheme).await;
            let place = format!("{place}, {}", scheme.as_str());
            found.add(&place, "axe", chromium.axe().await);
            if std::env::var_os("ANNEX_TEST_SHOTS_OF_ALL").is_some() {
                chromium.shoot(&place).await;
            }
        }
        if found.0.len() > before {
            chromium.shoot(&place).await;
        }
    }
    // That a page is not there is an error for the console, too.
    let errors = chromium.errors().await;
    if !GONE.contains(&page) {
        found.add(page, "the console", errors);
    }
}

async fn tags_are_in_the_inbox(chromium: &Chromium, found: &mut Found) {
    chromium.goto("/inbox").await;
    for width in [768, 1024, 1440] {
        chromium.resize(width, HEIGHT).await;
        let place = format!("/inbox at {width} px");
        found.add(&place, "tags are shown", measure(chromium, "tags", &[json!(SUBJECT)]).await);
    }
}

/// Below a form that is being filled in, and at the end of a purchase: where something to press stays at the edge of the window.
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
    chromium.goto(CONSENT).await;
    free_at_each_width(chromium, CONSENT, ".consent-actions .btn", found).await;
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
    for page in ["/tickets/new", "/admin/roles/new", "/admin/groups/new", "/admin/fields/new", "/admin/operators/new"] {
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
