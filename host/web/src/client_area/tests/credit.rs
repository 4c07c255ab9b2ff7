//! Topping credit up: once and by itself, only where a publisher develops, and what the page says of it.

use annex_domain::{
    clock::Clock as _,
    ids::AccountId,
    money::{Currency, Money},
    operator::Actor,
    publisher::MemberRole,
};
use annex_store::{
    billing::top_ups,
    catalog,
    publishers::{members, organisations},
};

use super::site::Site;

/// Makes the first desk the one that a publisher develops in, whose owner the account is.
async fn develops(site: &Site, owner: AccountId) {
    let acme = "acme".parse().unwrap();
    let mut tx = annex_store::testing::tx(&site.state.db).await;
    catalog::add_publisher(&mut tx, &acme, "Acme", site.clock.now()).await.unwrap();
    organisations::set_developer_desk(&mut tx, &acme, site.desks.desk).await.unwrap();
    members::add(&mut tx, &acme, owner, MemberRole::Owner, site.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn credit_is_topped_up_once_and_by_itself() {
    let site = Site::start().await;
    let desk = site.desks.desk;
    develops(&site, site.account("payer@example.org", Some(desk)).await).await;
    let browser = site.browser();
    browser.client("payer@example.org").await;
    let path = format!("/client-area/desks/{desk}/credit");
    assert!(browser.get(&path).await.html.contains("Add a card"), "there is none yet");
    browser.add_card("4242424242424242").await;

    let top_up = format!("{path}/top-up");
    for wrong in ["", "4.99", "1000.01", "a lot"] {
        let page = browser.post(&top_up, &[("amount", wrong), ("key", "wrong")]).await;
        assert!(page.code() == 422 && page.html.contains("€1,000.00"), "{wrong}: {}", page.html);
    }
    for _ in 0..2 {
        let done = browser.post(&top_up, &[("amount", "20"), ("key", "once")]).await;
        assert_eq!(done.location(), path);
    }
    let page = browser.get(&path).await;
    assert!(page.html.contains("€20.00") && page.html.contains("Topped up"), "{}", page.html);
    assert!(!page.html.contains("€40.00"), "the form was sent twice");
    browser.post(&top_up, &[("amount", "30"), ("key", "once")]).await;
    let page = browser.get(&path).await;
    assert!(page.html.contains("a different amount") && !page.html.contains("€50.00"), "{}", page.html);
    assert!(browser.get("/client-area").await.html.contains(&path));

    let rule = async || top_ups::get(&mut site.state.db.read().await.unwrap(), desk).await.unwrap();
    let automatic = format!("{path}/automatic");
    let wrong = browser.post(&automatic, &[("state", "on"), ("each", "20"), ("threshold", "1")]).await;
    assert_eq!((wrong.code(), rule().await), (422, None));
    browser.post(&automatic, &[("state", "on"), ("each", "20"), ("threshold", "10.00")]).await;
    let set = rule().await.unwrap();
    assert_eq!((set.amount.cents, set.threshold), (2_000, 1_000));
    assert!(browser.get(&path).await.html.contains("whenever the credit falls below"));
    browser.post(&automatic, &[("state", "off")]).await;
    assert_eq!(rule().await, None);
}

#[tokio::test]
async fn who_looks_after_the_publishers_money_tops_up_and_nobody_else_finds_the_page() {
    let site = Site::start().await;
    let desk = site.desks.desk;
    develops(&site, site.account("owner@acme.example", None).await).await;
    for (email, role, code) in [
        ("cfo@acme.example", Some(MemberRole::Finance), 200),
        ("dev@acme.example", Some(MemberRole::Developer), 404),
        ("somebody@example.org", None, 404),
    ] {
        let account = site.account(email, None).await;
        if let Some(role) = role {
            let mut tx = annex_store::testing::tx(&site.state.db).await;
            members::add(&mut tx, &"acme".parse().unwrap(), account, role, site.clock.now()).await.unwrap();
            tx.commit().await.unwrap();
        }
        let browser = site.browser();
        browser.client(email).await;
        let path = format!("/client-area/desks/{desk}/credit");
        assert_eq!(browser.get(&path).await.code(), code, "{email}");
        if code == 200 {
            browser.add_card("4242424242424242").await;
            browser.post(&format!("{path}/top-up"), &[("amount", "20"), ("key", "once")]).await;
            assert!(browser.get(&path).await.html.contains("€20.00"), "{email}");
        }
    }
}

#[tokio::test]
async fn where_nobody_develops_credit_is_shown_and_not_topped_up() {
    let site = Site::start().await;
    let desk = site.desks.desk;
    site.account("payer@example.org", Some(desk)).await;
    let welcome = Money::new(2_500, Currency::EUR);
    site.state.billing.grant(desk, welcome, "welcome", Actor::System).await.unwrap();
    let browser = site.browser();
    browser.client("payer@example.org").await;
    browser.add_card("4242424242424242").await;
    let path = format!("/client-area/desks/{desk}/credit");
    let page = browser.get(&path).await;
    assert!(page.html.contains("€25.00") && page.html.contains("welcome"), "{}", page.html);
    assert!(!page.html.contains("/top-up") && !page.html.contains("/automatic"), "{}", page.html);
    let on = [("state", "on"), ("each", "20"), ("threshold", "10")];
    for (door, form) in [("top-up", &[("amount", "20"), ("key", "once")][..]), ("automatic", &on[..])] {
        let page = browser.post(&format!("{path}/{door}"), form).await;
        assert_eq!(page.code(), 409, "{door}");
        assert!(page.html.contains("developer desk of a publisher"), "{door}: {}", page.html);
    }
    assert_eq!(site.state.billing.credit(desk).await.unwrap(), [welcome]);
    assert_eq!(top_ups::get(&mut site.state.db.read().await.unwrap(), desk).await.unwrap(), None);
}
