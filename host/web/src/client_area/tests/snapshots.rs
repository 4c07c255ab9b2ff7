//! The pages of the client area, and those of the panel that lead there and show what is paid, as they are sent: as the
//! snapshots have them, and with a hostile text for what the desk is called and pays for.

use annex_domain::billing::InvoiceState;

use super::site::{Browser, Page, Site};
use crate::drawn::{self, HOSTILE};

const PAYER: &str = "payer@example.org";

type Named = (&'static str, Page);

/// Of a desk that is called `text` and pays for what is called so.
async fn pages(text: &str) -> Vec<Named> {
    let site = Site::start().await;
    let desk = site.desks.desk;
    let account = site.account(PAYER, Some(desk)).await;
    let (admin, payer) = (site.admin().await, site.browser());
    let renamed = admin.post("/admin/system", &[("name", text), ("locale", "en"), ("time_zone", "UTC")]).await;
    assert_eq!(renamed.code(), 303, "{}", renamed.html);

    let mut pages = shown(&payer, &[("sign-in", "/client-area/sign-in")]).await;
    let wrong = [("email", PAYER), ("password", "wrong")];
    pages.push(("sign-in-refused", payer.post("/client-area/sign-in", &wrong).await));
    payer.client(PAYER).await;
    let blank = [
        ("overview-blank", "/client-area"),
        ("methods-blank", "/client-area/methods"),
        ("invoices-blank", "/client-area/invoices"),
    ];
    pages.extend(shown(&payer, &blank).await);
    let set_up = payer.post("/client-area/methods/add", &[]).await.location();
    pages.extend(shown(&payer, &[("test-set-up", &set_up)]).await);
    payer.add_card("4242424242424242").await;
    let due = site.invoice_with(desk, account, 3000, InvoiceState::Due, |line| line.description = text.into()).await;
    site.invoice_with(desk, account, 1200, InvoiceState::Paid, |line| line.description = text.into()).await;
    let invoice = format!("/client-area/invoices/{}", due.id);
    let full: [(&'static str, &str); 5] = [
        ("overview", "/client-area"),
        ("methods", "/client-area/methods"),
        ("invoices", "/client-area/invoices"),
        ("invoice", &invoice),
        ("password", "/client-area/password"),
    ];
    pages.extend(shown(&payer, &full).await);
    pages.push(("password-refused", payer.post("/client-area/password", &[]).await));
    pages.extend(in_the_panel(&admin).await);
    pages
}

/// Before, while and after the desk is logged in.
async fn in_the_panel(admin: &Browser<'_>) -> Vec<Named> {
    let mut pages = shown(admin, &[("login", "/billing/login"), ("billing-before-login", "/billing")]).await;
    let authorize = admin.begin_login().await;
    admin.client(PAYER).await;
    pages.extend(shown(admin, &[("authorize", &authorize)]).await);
    let callback = admin.consent(&authorize).await;
    pages.push(("billing", admin.follow(admin.get(&callback).await).await.1));
    pages.push(("login-refused", admin.get(&callback).await));
    let money = [("billing-invoice", "/billing/invoices/1"), ("billing-statement", "/billing/statement")];
    pages.extend(shown(admin, &money).await);
    pages
}

async fn shown(browser: &Browser<'_>, paths: &[(&'static str, &str)]) -> Vec<Named> {
    let mut pages = Vec::new();
    for (name, path) in paths {
        let page = browser.get(path).await;
        assert_eq!(page.code(), 200, "{path}: {}", page.html);
        pages.push((*name, page));
    }
    pages
}

#[tokio::test]
async fn pages_are_as_the_snapshots_have_them() {
    for (name, page) in pages("Nightingale").await {
        drawn::snapshot(&format!("client-area-{name}"), &page.html, "main");
    }
}

/// [`drawn::check`] looks at each of them; here is made sure that it has something to find.
#[tokio::test]
async fn no_text_becomes_markup() {
    let pages = pages(HOSTILE).await;
    let showing = pages.iter().filter(|(_, page)| page.html.contains("alert(1)")).count();
    assert!(showing >= 8, "only {showing} pages show what was written");
}
