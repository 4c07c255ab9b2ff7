//! R24 to R28: one bill a month with a line for each add-on; licences are bought with users and kept when users go; fewer
//! of them count from the next month on.

use crate::support::{
    database::Database,
    on_each_database,
    payer::{DAY, Paying},
    puppet::{FLAT, PER_USER, Puppet},
    stripe::cards,
};

const TEAM: Puppet<'_> = Puppet { id: "annex.team", version: "1.0.0", behaviour: "", plans: PER_USER };
const MONTHLY: Puppet<'_> = Puppet { id: "annex.monthly", version: "1.0.0", behaviour: "", plans: FLAT };

on_each_database!(licences_are_bought_kept_and_reduced_and_everything_is_on_one_bill);

async fn licences_are_bought_kept_and_reduced_and_everything_is_on_one_bill(database: Database) {
    let mut paying = Paying::with_card(database, &[TEAM, MONTHLY], cards::PAYS).await;
    let team = buy_for_everyone(&paying, "annex.team", "users").await;
    let licences = format!("/my-addons/{team}/licences");
    paying.expect_charged(1, 400).await;
    paying.api.buy("annex.monthly", "1.0.0", "flat").await;
    paying.expect_charged(2, 3400).await;

    // Two more, on the day of the first purchase: for the whole month.
    let page = paying.admin.get(&format!("{licences}?more=2")).await;
    page.expect("8.00");
    paying.admin.submit(&page, "form.licence-cost", &[]).await.expect("now has 3 licences");
    paying.expect_charged(3, 4200).await;
    let users = paying.admin.get(&format!("/my-addons/{team}/users")).await;
    users.expect("Purchased").expect("Assigned").expect("Unassigned");
    let billing = paying.admin.get("/billing").await;
    billing.expect("Unassigned").expect("42.00");

    // One less from the next month on: the running one stays as it was paid.
    let page = paying.admin.get(&licences).await;
    let reduced = paying.admin.submit(&page, "form[action$='/licences/reduce']", &[("keep", "2")]).await;
    reduced.expect("the number of licences changes on");
    assert_eq!(paying.charged().await, (3, 4200));

    // The next month: one invoice, with a line for each add-on, once, however often the process dies.
    for _ in 0..3 {
        paying.ahead(32 * DAY).await;
        paying.expect_charged(4, 4200 + 800 + 3000).await;
    }
    let invoices = paying.host.api().get("/billing/invoices").await;
    let monthly: Vec<_> =
        invoices["items"].as_array().expect("items").iter().filter(|one| one["order"].is_null()).collect();
    assert_eq!(monthly.len(), 1, "{invoices}");
    assert_eq!(monthly[0]["lines"].as_array().expect("lines").len(), 2, "{invoices}");
    // The statement: all that was charged was paid, and nothing is owed.
    let csv = paying.admin.get("/billing/statement.csv").await.html;
    let rows: Vec<_> = csv.lines().skip(1).map(amounts).collect();
    let sum = |column: usize| rows.iter().map(|row| row[column]).sum::<i64>();
    assert_eq!((sum(CHARGED), sum(PAID), rows.last().expect("rows")[OWED]), (8000, 8000, 0), "{csv}");
}

on_each_database!(an_unpaid_month_runs_on_for_fourteen_days_and_comes_back_when_it_is_paid);

async fn an_unpaid_month_runs_on_for_fourteen_days_and_comes_back_when_it_is_paid(database: Database) {
    let mut paying = Paying::with_card(database, &[MONTHLY], cards::PAYS).await;
    let id = paying.api.buy("annex.monthly", "1.0.0", "flat").await;
    crate::support::payer::add_card(&paying.admin, cards::DECLINES).await;

    // The company cannot be reached: nothing stops, and nothing is declined.
    paying.stripe.chaos(serde_json::json!({"lost-request": 1.0})).await;
    paying.ahead(32 * DAY).await;
    let api = paying.api.clone();
    assert_eq!(api.get(&format!("/installations/{id}")).await["status"], "active");
    paying.stripe.behave().await;

    // It declines: due, and running with a banner.
    paying.ahead(33 * DAY).await;
    crate::support::eventually("the month is due", || async {
        paying.admin.get("/billing").await.text().contains("Due").then_some(())
    })
    .await;
    let api = paying.api.clone();
    assert_eq!(api.get(&format!("/installations/{id}")).await["status"], "active");

    // After the days of grace it stops, and comes back by itself when it is paid.
    paying.ahead(65 * DAY).await;
    let api = paying.api.clone();
    api.settled(&id, "payment-due").await;
    assert_eq!(paying.charged().await, (1, 3000));
    crate::support::payer::add_card(&paying.admin, cards::PAYS).await;
    let due = api.get("/billing/invoices?state=due").await;
    for invoice in due["items"].as_array().expect("items") {
        let page = paying.admin.get(invoice["link"].as_str().expect("a link")).await;
        paying.admin.press(&page, "form[action$='/pay']", "Pay", &[]).await.expect("Paid");
    }
    api.settled(&id, "active").await;
}

/// Through the steps in the panel, with everyone ticked.
async fn buy_for_everyone(paying: &Paying, addon: &str, plan: &str) -> String {
    let consent = paying.to_consent(addon, plan).await;
    paying.admin.submit(&consent, &format!("form[action='/addons/{addon}/install']"), &[]).await;
    let id = paying.api.installed(addon).await;
    paying.api.settled(&id, "active").await;
    id
}

/// Columns of the statement, from the right.
const CHARGED: usize = 5;
const PAID: usize = 4;
const OWED: usize = 1;

/// The amounts of a line of the statement in cents, from the right.
fn amounts(line: &str) -> Vec<i64> {
    line.rsplit(',').take(6).map(|text| text.replace('.', "").parse().expect("an amount")).collect()
}
