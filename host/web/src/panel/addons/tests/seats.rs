//! Plans per seat: every place that names the price says what it is with the seats of today.

use annex_domain::clock::Clock as _;
use annex_store::{
    operators::{self, NewOperator},
    roles::{self, Builtin},
};

use super::shop::{Shop, plan};

const TWO: &str = "€4.00 per seat and month · 2 seats today: €8.00 a month";
const THREE: &str = "€4.00 per seat and month · 3 seats today: €12.00 a month";

/// Another operator, who begins today; and one who may not sign in, and is no seat.
async fn a_colleague_begins(shop: &Shop) {
    let (db, desk, now) = (&shop.site.state.db, shop.site.desks.desk, shop.site.clock.now());
    let mut tx = annex_store::testing::tx(db).await;
    let agent = roles::builtin(&mut tx, desk, Builtin::Agent).await.unwrap().id;
    for (name, active) in [("Cy", true), ("Gone", false)] {
        let email = format!("{name}@example.com");
        let new = NewOperator { email, name: name.into(), password_hash: None, roles: vec![agent] };
        let made = operators::create(&mut tx, desk, new, now).await.unwrap();
        operators::set_active(&mut tx, desk, made.id, active, now).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn every_price_per_seat_is_that_of_todays_seats() {
    let shop = Shop::open(&[plan("seats", "per-seat", 400, 0), plan("flat", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    let shows = async |path: &str, price: &str| {
        let page = browser.get(path).await;
        assert!(page.html.contains(price), "{path}: {}", page.html);
        page
    };
    shows("/addons", &format!("from {TWO}")).await;
    shop.log_in(true).await;
    let listing = shows("/addons/acme.puppet", &format!("from {TWO}")).await;
    assert!(listing.html.contains(&format!("\"plan-price\">{TWO}")), "beside the plan, too: {}", listing.html);
    shows("/addons/acme.puppet/install/plan", TWO).await;
    shop.add_card(&browser, "4242424242424242").await;
    let consent = shop.to_consent(&browser, "seats", false).await;
    assert!(consent.html.contains(TWO), "{}", consent.html);
    let action = "/addons/acme.puppet/install";
    super::shop::submit(&browser, action, &consent).await;
    let id = shop.installed().await.id;

    a_colleague_begins(&shop).await;
    assert_eq!(shop.subscription(id).await.quantity, 2, "billed until the next bill");
    let plans = shows(&format!("/my-addons/{id}/plans"), THREE).await;
    assert!(plans.html.contains(&format!("seats · {THREE}")), "what it is on: {}", plans.html);
    shows(&format!("/my-addons/{id}/users"), THREE).await;
    let billing = shows("/billing", THREE).await;
    assert!(billing.html.contains(" for €12.00"), "{}", billing.html);
    let payer = shop.site.browser();
    payer.client("payer@example.com").await;
    let client = payer.get("/client-area").await;
    assert!(client.html.contains(THREE), "{}", client.html);
}
