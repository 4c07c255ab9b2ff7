//! R5, R6, R9, R10, R12: a paid add-on is bought at once for exactly what was shown; a failed payment becomes an invoice
//! that is paid by hand later; with the wrong account nothing goes; cancelling stops billing and the add-on.

use serde_json::json;

use crate::support::{
    database::Database,
    on_each_database,
    payer::{self, DAY, PAYER, Paying, STRANGER},
    puppet::{FLAT, ONCE, PER_USER, Puppet},
    stripe::cards,
};

const TEAM: Puppet<'_> = Puppet { id: "annex.team", version: "1.0.0", behaviour: "", plans: PER_USER };
const MONTHLY: Puppet<'_> = Puppet { id: "annex.monthly", version: "1.0.0", behaviour: "", plans: FLAT };
const OWN: Puppet<'_> = Puppet { id: "annex.own", version: "1.0.0", behaviour: "", plans: ONCE };
const REFUSER: Puppet<'_> = Puppet { id: "annex.refuser", version: "1.0.0", behaviour: "install=fail", plans: FLAT };

on_each_database!(a_paid_add_on_is_bought_in_the_panel_for_what_was_shown);

async fn a_paid_add_on_is_bought_in_the_panel_for_what_was_shown(database: Database) {
    let mut paying = Paying::start(database, &[TEAM]).await;
    let listing = paying.admin.get("/addons/annex.team").await;
    listing.expect("€4.00 per user and month").expect("Log in");

    // R5: the browser is sent to the client area and back; the login holds, also over a restart.
    payer::log_in(&paying.host, &paying.admin).await;
    payer::add_card(&paying.admin, cards::PAYS).await;
    paying.ahead(0).await;
    paying.admin.get("/billing").await.expect(PAYER.0).expect("4242");

    // R15: plan, users, consent. What is left is found again.
    let first = paying.admin.get("/addons/annex.team/install").await;
    first.expect("Choose a plan").expect("4.00");
    let users = paying.admin.submit(&first, "main form[action*='/install']", &[("plan", "users")]).await;
    users.expect("Who will use it?").expect("Due today");
    paying.admin.get("/addons/annex.team").await.expect("Continue where you left off");
    let users = paying.admin.get("/addons/annex.team/install/users").await;
    let consent = paying.admin.press(&users, "form#users-form", "next", &[]).await;
    consent.expect("to count").expect("4.00").expect("Then every month");
    assert_eq!(paying.charged().await, (0, 0), "nothing is charged before the last click");
    let done = paying.admin.submit(&consent, "form[action='/addons/annex.team/install']", &[]).await;
    assert_eq!(done.status, 200, "{}", done.text());

    let id = paying.api.installed("annex.team").await;
    paying.api.settled(&id, "active").await;
    paying.expect_charged(1, 400).await;
    paying.admin.get("/my-addons").await.expect("Active");
    let billing = paying.admin.get("/billing").await;
    billing.expect("Next invoice on").expect("4.00").expect("Paid");
    paying.expect_mails("is installed", 1).await;
    paying.expect_mails("Receipt for invoice", 1).await;
}

on_each_database!(a_declined_payment_becomes_an_invoice_that_is_paid_by_hand);

async fn a_declined_payment_becomes_an_invoice_that_is_paid_by_hand(database: Database) {
    let paying = Paying::with_card(database, &[MONTHLY], cards::DECLINES).await;
    let consent = paying.to_consent("annex.monthly", "flat").await;
    paying.admin.submit(&consent, "form[action='/addons/annex.monthly/install']", &[]).await;
    let id = paying.api.installed("annex.monthly").await;
    paying.api.settled(&id, "payment-due").await;

    // R10: number, amount, where to pay it.
    let page = paying.admin.get(&format!("/my-addons/{id}")).await;
    page.expect("Invoice 1 for").expect("30.00");
    let link = page.attribute("a[href^='/billing/invoices/']", "href").expect("a link to the invoice");
    assert_eq!(paying.charged().await, (0, 0));
    paying.expect_mails("Invoice 1 for", 1).await;

    // With the same card it fails again, with another one it is paid, and the add-on goes on by itself.
    let invoice = paying.admin.get(&link).await;
    let failed = paying.admin.press(&invoice, "form[action$='/pay']", "Pay", &[]).await;
    failed.expect("payment failed");
    payer::add_card(&paying.admin, cards::PAYS).await;
    let invoice = paying.admin.get(&link).await;
    paying.admin.press(&invoice, "form[action$='/pay']", "Pay", &[]).await.expect("Paid");
    paying.api.settled(&id, "active").await;
    paying.expect_charged(1, 3000).await;
    let again = paying.admin.get(&link).await;
    assert!(!again.has("form[action$='/pay']"), "a paid invoice is not paid again:\n{}", again.text());
}

on_each_database!(a_payment_waits_for_the_bank_and_goes_on_when_it_is_confirmed);

async fn a_payment_waits_for_the_bank_and_goes_on_when_it_is_confirmed(database: Database) {
    let paying = Paying::with_card(database, &[OWN], cards::ASKS).await;
    let consent = paying.to_consent("annex.own", "once").await;
    // The click leads to the bank, on another host.
    let bank = paying.admin.submit(&consent, "form[action='/addons/annex.own/install']", &[]).await;
    assert!(bank.url.path().starts_with("/3ds/"), "{}:\n{}", bank.url, bank.text());
    let id = paying.api.installed("annex.own").await;
    paying.api.settled(&id, "payment-due").await;
    let page = paying.admin.get(&format!("/my-addons/{id}")).await;
    page.expect("Waiting for your bank").expect("Confirm the payment at your bank");
    assert_eq!(page.attribute("a[href*='/3ds/']", "href").as_deref(), Some(bank.url.as_str()));

    // It leads back to what is being bought. Refused, it can be tried again.
    let refused = paying.admin.press(&bank, "form", "fail", &[]).await;
    assert_eq!(refused.url.path(), format!("/my-addons/{id}/payment"), "{}", refused.text());
    refused.expect("Your bank didn’t confirm the payment").expect("Nothing was charged");
    assert_eq!(paying.charged().await, (0, 0));
    let again = refused.attribute("main a[href*='/billing/invoices/1']", "href").expect("another try");
    let invoice = paying.admin.get(&again).await;
    let bank = paying.admin.press(&invoice, "form[action$='/pay']", "Pay", &[]).await;
    let back = paying.admin.press(&bank, "form", "complete", &[]).await;
    assert_eq!(back.status, 200, "{}", back.text());
    paying.api.settled(&id, "active").await;
    paying.expect_charged(1, 1200).await;
}

on_each_database!(what_fails_after_the_charge_is_paid_back);

async fn what_fails_after_the_charge_is_paid_back(database: Database) {
    let paying = Paying::with_card(database, &[REFUSER], cards::PAYS).await;
    let consent = paying.to_consent("annex.refuser", "flat").await;
    paying.admin.submit(&consent, "form[action='/addons/annex.refuser/install']", &[]).await;
    let id = paying.api.installed("annex.refuser").await;
    paying.api.settled(&id, "failed-installation").await;
    paying.expect_charged(1, 0).await;
    let failed = paying.api.get(&format!("/installations/{id}")).await;
    assert!(failed["notice"]["text"].to_string().contains("install was told to fail"), "{failed}");
    // Loading a page tries again what was free, and charges nothing.
    paying.admin.get("/my-addons").await.expect("Installation failed");
    paying.expect_mails("could not be installed", 1).await;
    paying.expect_mails("Refund of", 1).await;
    paying.admin.get("/billing/invoices/1").await.expect("Refunded");
}

on_each_database!(with_the_wrong_account_only_log_out_is_left);

async fn with_the_wrong_account_only_log_out_is_left(database: Database) {
    let free = Puppet { id: "annex.free", version: "1.0.0", behaviour: "", plans: "" };
    let newer = Puppet { version: "1.1.0", ..free };
    let paying = Paying::with_card(database, &[free, MONTHLY], cards::PAYS).await;
    let bought = paying.api.buy("annex.monthly", "1.0.0", "flat").await;
    let installed = paying.api.install("annex.free").await;
    let (_folder, package) = newer.pack();
    paying.host.publish_package(&package).await;

    let billing = paying.admin.get("/billing").await;
    paying.admin.submit(&billing, "form[action='/billing/logout']", &[]).await;
    payer::make_account(&paying.host, STRANGER, &[]);
    let strangers = paying.host.browser().await;
    let page = payer::log_in_as(&strangers, STRANGER).await;
    page.expect("Wrong billing account").expect("Log out");
    for path in ["/addons/annex.monthly", &format!("/my-addons/{bought}/cancel"), &format!("/my-addons/{bought}/plans")]
    {
        let page = strangers.get(path).await;
        page.expect("Wrong billing account");
        assert!(page.has("form[action='/billing/logout']"), "{path}:\n{}", page.text());
    }

    // Everything is refused: update, cancel, install, purchase.
    let api = &paying.api;
    let grant = api.capabilities("annex.free", "1.1.0").await;
    let update =
        api.post(&format!("/installations/{installed}/update"), &json!({"version": "1.1.0", "grant": grant})).await;
    update.expect_problem(403, "wrong-account").await;
    let cancel = api.post(&format!("/installations/{bought}/cancel"), &json!({})).await;
    cancel.expect_problem(403, "wrong-account").await;
    let months = api.post("/billing/missed-months/confirm", &json!({})).await;
    months.expect_problem(403, "wrong-account").await;
    assert_eq!(api.get(&format!("/installations/{bought}")).await["status"], "active", "running add-ons go on");

    // Log out, then the right account: everything is there again.
    let page = strangers.get("/billing").await;
    strangers.submit(&page, "form[action='/billing/logout']", &[]).await;
    let right = paying.host.fresh_browser();
    right.sign_in(crate::support::host::ADMIN.0, crate::support::host::ADMIN.1).await;
    payer::log_in_as(&right, PAYER).await.expect(PAYER.0).expect("4242");
    api.post(&format!("/installations/{installed}/update"), &json!({"version": "1.1.0", "grant": grant}))
        .await
        .expect_ok("update")
        .await;
    assert_eq!(paying.charged().await, (1, 3000));
}

on_each_database!(cancelling_stops_billing_and_the_add_on_until_it_is_bought_again);

async fn cancelling_stops_billing_and_the_add_on_until_it_is_bought_again(database: Database) {
    let mut paying = Paying::with_card(database, &[MONTHLY], cards::PAYS).await;
    let id = paying.api.buy("annex.monthly", "1.0.0", "flat").await;
    let ticket = paying.api.ticket_from("kim@example.com").await;
    let panel = format!("/tickets/{}/sidebar/{id}", ticket["number"]);
    let open = paying.admin.get(&panel).await;
    paying.admin.press(&open, "form.panel", "set", &[]).await.expect("data=");
    let before = paying.admin.get(&panel).await.text();

    let page = paying.admin.get(&format!("/my-addons/{id}/cancel")).await;
    page.expect("Billing stops at once").expect("Billing continues").expect("permanently deleted");
    paying.admin.submit(&page, "form[action$='/cancel']", &[]).await.expect("was cancelled");
    paying.api.settled(&id, "cancelled").await;
    paying.admin.visit(&panel).await.expect_not("data=");
    let page = paying.admin.get(&format!("/tickets/{}", ticket["number"])).await;
    assert!(!page.has(&format!("#addon-{id}")), "stop immediately");
    paying.expect_mails("was cancelled", 1).await;

    // No later lines: the next month costs nothing.
    paying.ahead(40 * DAY).await;
    paying.admin.get("/billing").await.expect("nothing in use renews");
    assert_eq!(paying.charged().await, (1, 3000));

    // A new purchase goes on with all data.
    let plans = paying.admin.get(&format!("/my-addons/{id}/plans")).await;
    let users =
        paying.admin.submit(&plans, &format!("form[action='/my-addons/{id}/plans']"), &[("plan", "flat")]).await;
    let confirm = paying.admin.press(&users, "form#users-form", "next", &[]).await;
    confirm.expect("Save changes and pay");
    paying.admin.submit(&confirm, "form[action$='/confirm']", &[]).await;
    paying.api.settled(&id, "active").await;
    assert_eq!(paying.charged().await.0, 2);
    assert_eq!(paying.admin.get(&panel).await.text(), before);
}

on_each_database!(an_uninstalled_add_on_is_never_billed_again);

async fn an_uninstalled_add_on_is_never_billed_again(database: Database) {
    let mut paying = Paying::with_card(database, &[MONTHLY, OWN], cards::PAYS).await;
    let id = paying.api.buy("annex.monthly", "1.0.0", "flat").await;
    paying.api.buy("annex.own", "1.0.0", "once").await;
    paying.expect_charged(2, 4200).await;
    let page = paying.admin.get(&format!("/my-addons/{id}/uninstall")).await;
    page.expect("Billing stops");
    paying.api.delete(&format!("/installations/{id}?confirm=annex.monthly")).await.expect_ok("uninstall").await;
    crate::support::eventually("it is gone", || async {
        let all = paying.api.get("/installations").await;
        (all["items"].as_array().expect("items").len() == 1).then_some(())
    })
    .await;
    paying.expect_mails("was uninstalled", 1).await;
    paying.ahead(70 * DAY).await;
    paying.admin.get("/billing").await.expect("nothing in use renews").expect("Paid once");
    assert_eq!(paying.charged().await, (2, 4200));
}

on_each_database!(a_price_that_changed_since_it_was_shown_is_refused_and_shown_anew);

async fn a_price_that_changed_since_it_was_shown_is_refused_and_shown_anew(database: Database) {
    let paying = Paying::with_card(database, &[MONTHLY], cards::PAYS).await;
    let old = paying.api.quote("annex.monthly", "1.0.0", "flat").await;
    let consent = paying.to_consent("annex.monthly", "flat").await;
    consent.expect("Accept and purchase for €30.00");
    let prices = paying.host.setup().data().join("prices.toml");
    std::fs::write(&prices, FLAT.replace("3000", "3500")).expect("a file");
    let file = prices.display().to_string();
    paying.host.setup().command_ok(&["billing", "plans", "set", "annex.monthly", &file]);

    // In the panel: nothing is charged, the new price stands there, and the next click is for that.
    let form = "form[action='/addons/annex.monthly/install']";
    let refused = paying.admin.submit(&consent, form, &[]).await;
    refused.expect("The price has changed").expect("€35.00");
    // By the API: the problem carries the new quote.
    let purchase = json!({"plan": "flat", "price": old["amount"]});
    let refused_api = paying.api.begin_install("annex.monthly", "1.0.0", purchase, "old-price").await;
    let problem = refused_api.expect_problem(409, "price-changed").await;
    assert_eq!(problem["quote"]["amount"]["cents"], 3500, "{problem}");
    assert_eq!(paying.charged().await, (0, 0));

    paying.admin.submit(&refused, form, &[]).await;
    let id = paying.api.installed("annex.monthly").await;
    paying.api.settled(&id, "active").await;
    assert_eq!(paying.charged().await, (1, 3500));
}

on_each_database!(credit_is_used_before_the_card_and_comes_back_with_a_refund);

async fn credit_is_used_before_the_card_and_comes_back_with_a_refund(database: Database) {
    let paying = Paying::with_card(database, &[MONTHLY, OWN], cards::PAYS).await;
    let setup = paying.host.setup();
    setup.billing_ok(&["grant", "25.00", "--currency", "EUR", "--note", "Welcome"]);
    paying.admin.get("/billing").await.expect("€25.00");

    // 12.00 are paid from it, the gateway is not asked; then 13.00 of 30.00.
    paying.api.buy("annex.own", "1.0.0", "once").await;
    assert_eq!(paying.charged().await, (0, 0));
    paying.api.buy("annex.monthly", "1.0.0", "flat").await;
    assert_eq!(paying.charged().await, (1, 1700));
    paying.admin.get("/billing/invoices/2").await.expect("Paid from credit").expect("13.00");

    // All of it back: 17.00 to the card, 13.00 to the credit; the same again pays nothing twice.
    for _ in 0..2 {
        setup.billing_ok(&["refund", "2", "--reason", "goodwill"]);
    }
    paying.expect_charged(1, 0).await;
    paying.admin.get("/billing").await.expect("€13.00");
}
