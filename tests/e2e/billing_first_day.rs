//! A fresh install, without an account at a payment company: the first paid add-on from the first login to the first
//! invoice, with the gateway that is built in; then what payers do in the client area.

use crate::support::{
    database::Database,
    host::Setup,
    on_each_database,
    payer::{self, PAYER},
};

on_each_database!(the_first_paid_add_on_of_a_fresh_install);

async fn the_first_paid_add_on_of_a_fresh_install(database: Database) {
    let host = Setup::new(database).at_one_address().start().await;
    host.publish("annex.satisfaction-1.0.0").await;
    let (admin, api) = (host.browser().await, host.api());

    // The listing says what it costs, in each plan, and that it can be tried.
    let listing = admin.get("/addons/annex.satisfaction").await;
    listing.expect("€4.00 per user and month").expect("€29.00 per month").expect("€249.00 once");
    listing.expect("Start 30-day trial").expect("You won’t be charged");
    admin.get("/billing").await.expect("Not logged in").expect("No paid add-ons");

    // Tried for some minutes, beside a ticket.
    let first = admin.get("/addons/annex.satisfaction/install").await;
    let users = admin.submit(&first, "main form[action*='/install']", &[("plan", "desk")]).await;
    let consent = admin.press(&users, "form#users-form", "next", &[]).await;
    consent.expect("to keep the ratings").expect("Accept and start 30-day trial");
    admin.submit(&consent, "form[action='/addons/annex.satisfaction/install']", &[]).await;
    let id = api.installed("annex.satisfaction").await;
    api.settled(&id, "active").await;
    let ticket = api.ticket_from("kim@example.com").await;
    let panel = admin.get(&format!("/tickets/{}/sidebar/{id}", ticket["number"])).await;
    let stars = panel.attribute("form.panel input[type=radio]", "name").expect("a choice of stars");
    let comment = panel.attribute("form.panel textarea", "name").expect("a comment");
    let entered = [(stars.as_str(), "5"), (comment.as_str(), "Quick")];
    let rated = admin.press(&panel, "form.panel", "Record rating", &entered).await;
    rated.expect("Very satisfied").expect("100 % satisfied (CSAT)");

    // The first login to the billing system makes the account, which takes the licence of the desk.
    let plans = admin.get(&format!("/my-addons/{id}/plans")).await;
    plans.expect("Log in");
    let register = admin.submit(&plans, "form[action='/billing/login']", &[]).await;
    assert_eq!(register.url.path(), "/client-area/register", "{}", register.text());
    let who = [("name", "Example Ltd"), ("email", PAYER.0), ("password", PAYER.1)];
    let authorize = admin.submit(&register, "form[action='/client-area/register']", &who).await;
    let back = admin.submit(&authorize, "main form[action^='/client-area/authorize']", &[]).await;
    assert_eq!(back.status, 200, "{}", back.text());
    admin.get("/billing").await.expect(PAYER.0);

    // A card that asks the payer to confirm, on a page that says it is a test.
    payer::add_card(&admin, "4000000000003155").await;
    let plans = admin.get(&format!("/my-addons/{id}/plans")).await;
    let users = admin.submit(&plans, &format!("form[action='/my-addons/{id}/plans']"), &[("plan", "own")]).await;
    let confirm = admin.press(&users, "form#users-form", "next", &[]).await;
    confirm.expect("€249.00").expect("Save changes and pay €249.00");
    let bank = admin.submit(&confirm, "form[action$='/confirm']", &[]).await;
    assert!(bank.url.path().starts_with("/client-area/test-gateway/confirm/"), "{}:\n{}", bank.url, bank.text());
    assert_eq!(api.get(&format!("/installations/{id}")).await["status"], "active", "the trial goes on meanwhile");
    admin.get(&format!("/my-addons/{id}")).await.expect("Waiting for your bank").expect_not("is due");
    let back = admin.press(&bank, "main form", "approve", &[]).await;
    assert!(back.url.path().starts_with(&format!("/my-addons/{id}")), "{}:\n{}", back.url, back.text());
    crate::support::eventually("the plan is chosen", || async {
        (api.get(&format!("/installations/{id}")).await["plan"] == "own").then_some(())
    })
    .await;
    admin.get(&format!("/my-addons/{id}/plans")).await.expect("Once for good");
    admin.get("/billing").await.expect("€249.00").expect("Paid once").expect("nothing in use renews");

    // The client area shows the same to who pays: the invoice, the card, the desk.
    admin.get("/client-area").await.expect("Once for good");
    admin.get("/client-area/invoices").await.expect("€249.00").expect("Paid");
    admin.get("/client-area/methods").await.expect("3155");
    // Without SMTP, mails are kept for the admin to read.
    admin.get("/admin/mails").await.expect("Receipt for invoice 1: €249.00").expect("Satisfaction is installed");
}

on_each_database!(other_accounts_see_nothing_of_this_one);

async fn other_accounts_see_nothing_of_this_one(database: Database) {
    let host = Setup::new(database).at_one_address().start().await;
    let admin = host.browser().await;
    payer::log_in(&host, &admin).await;
    payer::add_card(&admin, "4242424242424242").await;
    payer::make_account(&host, payer::STRANGER, &[]);
    let stranger = host.fresh_browser();
    let page = stranger.get("/client-area/methods").await;
    let who = [("email", payer::STRANGER.0), ("password", payer::STRANGER.1)];
    let page = stranger.submit(&page, "form:has(input[name=password])", &who).await;
    page.expect_not("4242");
    stranger.get("/client-area/invoices").await.expect_not("Paid");
    let methods = admin.get("/client-area/methods").await;
    let remove = methods.attribute("form[action$='/remove']", "action").expect("a card");
    let id = remove.trim_end_matches("/remove").rsplit('/').next().expect("an id").to_owned();
    // Somebody else's card cannot be removed, or be made the one that is charged.
    for verb in ["remove", "default"] {
        let html =
            format!("<form method=\"post\" action=\"/client-area/methods/{id}/{verb}\"><button>Go</button></form>");
        let forged = crate::support::browser::Page { status: 200, url: methods.url.clone(), html };
        let answer = stranger.submit(&forged, "form", &[]).await;
        assert_eq!(answer.status, 404, "{verb}: {}", answer.text());
    }
    admin.get("/client-area/methods").await.expect("4242");
}
