//! Accounts do not see each other: every id in a path of the client area is swapped for another account's, and the answer
//! is 404. The routes come from the sources, so that a new one cannot be forgotten.

use std::{collections::BTreeSet, fs, path::Path};

use annex_domain::{billing::InvoiceState, ids::DeskId};
use annex_store::billing::{invoices, methods};

use super::site::{Browser, Site};

/// One of each kind of thing, all of one account.
struct Things<'s> {
    browser: Browser<'s>,
    invoice: String,
    method: String,
    desk: String,
}

impl<'s> Things<'s> {
    async fn make(site: &'s Site, email: &str, desk: DeskId) -> Self {
        let account = site.account(email, Some(desk)).await;
        let browser = site.browser();
        browser.client(email).await;
        let page = browser.add_card("4242424242424242").await;
        assert!(page.html.contains("4242"), "{}", page.html);
        let invoice = site.invoice(desk, account, 900, InvoiceState::Due).await;
        let cards = methods::list(&mut site.state.db.read().await.unwrap(), account).await.unwrap();
        Self { browser, invoice: invoice.id.to_string(), method: cards[0].id.to_string(), desk: desk.to_string() }
    }

    fn path(&self, pattern: &str) -> String {
        pattern.replace("{invoice}", &self.invoice).replace("{method}", &self.method).replace("{desk}", &self.desk)
    }
}

#[tokio::test]
async fn no_page_takes_an_id_of_another_account() {
    let site = Site::start().await;
    let theirs = Things::make(&site, "theirs@example.org", site.desks.desk).await;
    let own = Things::make(&site, "own@example.org", site.desks.other_desk).await;
    let routes = routes_in_sources();
    assert!(routes.len() >= 6, "only {routes:?}");
    for pattern in &routes {
        let path = theirs.path(pattern);
        assert!(!path.contains('{'), "{pattern}: say what stands for its parameter");
        let statuses = [own.browser.get(&path).await.code(), own.browser.post(&path, &[]).await.code()];
        assert!(statuses.contains(&404), "{pattern}: {statuses:?}");
        assert!(statuses.iter().all(|status| matches!(status, 404 | 405)), "{pattern}: {statuses:?}");
    }
    // Nothing had an effect, and with ids of its own each of them is found.
    let mut conn = site.state.db.read().await.unwrap();
    let invoice = invoices::get(&mut conn, site.desks.desk, theirs.invoice.parse().unwrap()).await.unwrap();
    assert_eq!(invoice.state, InvoiceState::Due);
    drop(conn);
    for pattern in &routes {
        let path = own.path(pattern);
        let statuses = [own.browser.get(&path).await.code(), own.browser.post(&path, &[]).await.code()];
        assert!(!statuses.contains(&404), "{pattern} with ids of its own: {statuses:?}");
    }
    let page = theirs.browser.get("/client-area/methods").await;
    assert!(page.html.contains("4242"));
}

#[tokio::test]
async fn lists_show_what_is_the_accounts_own() {
    let site = Site::start().await;
    let theirs = Things::make(&site, "theirs@example.org", site.desks.desk).await;
    let own = Things::make(&site, "own@example.org", site.desks.other_desk).await;
    for path in ["/client-area", "/client-area/invoices", "/client-area/methods"] {
        let page = own.browser.get(path).await;
        assert_eq!(page.code(), 200, "{path}");
        for mark in [&theirs.invoice, &theirs.method, &theirs.desk] {
            assert!(!page.html.contains(mark.as_str()), "{path} shows {mark}");
        }
    }
}

/// The paths of the client area with a parameter. Those of the test gateway are the gateway's: their ids cannot be
/// guessed, and whoever has one is the payer.
fn routes_in_sources() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/client_area");
    let mut routes = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        let found = text.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next());
        routes.extend(found.filter(|path| path.contains('{') && !path.contains("/test-gateway/")).map(String::from));
    }
    routes
}
