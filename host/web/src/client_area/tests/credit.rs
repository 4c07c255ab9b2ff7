//! Topping credit up: once and by itself, and what the page says of it.

use annex_store::billing::top_ups;

use super::site::Site;

#[tokio::test]
async fn credit_is_topped_up_once_and_by_itself() {
    let site = Site::start().await;
    let desk = site.desks.desk;
    site.account("payer@example.org", Some(desk)).await;
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
