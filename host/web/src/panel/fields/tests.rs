//! Custom fields through the whole router: the pages of whoever manages the desk, and the forms of tickets and contacts.

use annex_store::{contacts, fields as stored, tickets};

use crate::{
    client_area::tests::site::{Browser, Site},
    drawn::HOSTILE,
};

/// Makes a field; its address.
async fn make(browser: &Browser<'_>, form: &[(&str, &str)]) -> String {
    let made = browser.post("/admin/fields", form).await;
    assert_eq!(made.location(), "/admin/fields", "{}", made.html);
    let list = browser.get("/admin/fields").await.html;
    let key = form.iter().find(|(name, _)| *name == "key").unwrap().1;
    let row = list.split("<li").find(|row| row.contains(&format!(">{key}</code>"))).unwrap();
    let id = row.split("href=\"/admin/fields/").nth(1).unwrap().split('"').next().unwrap();
    format!("/admin/fields/{id}")
}

async fn ticket(browser: &Browser<'_>) -> String {
    let form = [("email", "grace@example.com"), ("subject", "Where is it?"), ("body", "Hello")];
    browser.post("/tickets", &form).await.location()
}

#[tokio::test]
async fn fields_are_made_changed_ordered_retired_and_used_again() {
    let site = Site::start().await;
    let browser = site.admin().await;
    assert!(browser.get("/admin/fields").await.html.contains("No custom fields yet"));
    let wrong = [("of", "contact"), ("key", "Order No"), ("label", ""), ("kind", "choice"), ("help", "kept")];
    let refused = browser.post("/admin/fields", &wrong).await;
    assert_eq!(refused.code(), 422);
    for part in ["href=\"#f-key\"", "href=\"#f-label\"", "href=\"#f-choices\"", "value=\"Order No\"", "value=\"kept\""]
    {
        assert!(refused.html.contains(part), "{part}: {}", refused.html);
    }
    assert!(refused.html.contains("value=\"contact\" selected"), "{}", refused.html);

    let order = make(&browser, &[("of", "ticket"), ("key", "order"), ("label", "Order"), ("kind", "text")]).await;
    let sizes = [("of", "ticket"), ("key", "size"), ("label", HOSTILE), ("kind", "choice"), ("choices", "S\r\nL")];
    let size = make(&browser, &sizes).await;
    let again = browser.post("/admin/fields", &[("key", "order"), ("label", "Twice"), ("kind", "text")]).await;
    assert_eq!(again.code(), 422, "taken");
    browser.post(&format!("{size}/move"), &[("do", "up")]).await;
    let list = browser.get("/admin/fields").await.html;
    assert!(list.find(">size</code>") < list.find(">order</code>"), "{list}");

    let page = browser.post(&order, &[("label", "Order no."), ("kind", "number"), ("required", "yes")]).await;
    assert!(browser.follow(page).await.1.html.contains("Field Order no. saved."));
    let page = browser.get(&order).await.html;
    assert!(page.contains("value=\"number\" selected") && page.contains("value=\"yes\" checked"), "{page}");

    let page = browser.post(&format!("{order}/retire"), &[]).await;
    assert!(browser.follow(page).await.1.html.contains("Field Order no. retired."));
    assert!(browser.get("/admin/fields").await.html.contains(&format!("{order}/restore")));
    let page = browser.post(&format!("{order}/restore"), &[]).await;
    assert!(browser.follow(page).await.1.html.contains("Field Order no. is used again."));

    let stranger = site.operator(site.desks.other_desk, site.desks.other_admin).await;
    assert_eq!(stranger.get(&order).await.code(), 404);
    assert_eq!(stranger.post(&order, &[("label", "Mine")]).await.code(), 404);
    let agent = site.operator(site.desks.desk, site.desks.agent).await;
    assert_eq!(agent.get("/admin/fields").await.code(), 403);
    assert_eq!(agent.post("/admin/fields", &sizes).await.code(), 403);
}

#[tokio::test]
async fn a_ticket_holds_values_and_keeps_what_was_typed_and_is_refused() {
    let site = Site::start().await;
    let browser = site.admin().await;
    let order = make(&browser, &[("of", "ticket"), ("key", "order"), ("label", "Order"), ("kind", "text")]).await;
    make(&browser, &[("of", "ticket"), ("key", "due"), ("label", "Due on"), ("kind", "date")]).await;
    make(&browser, &[("of", "ticket"), ("key", "paid"), ("label", "Paid"), ("kind", "flag")]).await;
    let path = ticket(&browser).await;
    let properties = format!("{path}/properties");
    let page = browser.get(&path).await.html;
    assert!(
        page.contains("id=\"f-fields.due\" name=\"fields.due\" value=\"\" autocomplete=\"off\" type=\"date\""),
        "{page}"
    );

    let form = [("fields.order", "A 1"), ("fields.due", "2027-03-01"), ("fields.paid", "true")];
    assert_eq!(browser.post(&properties, &form).await.location(), path);
    let page = browser.get(&path).await.html;
    for part in
        ["value=\"A 1\"", "value=\"2027-03-01\"", "value=\"true\" selected", "set Order to A 1", "set Paid to Yes"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }

    let refused =
        browser.post(&properties, &[("fields.due", "2027-02-30"), ("fields.order", "A 2"), ("tags", "vip")]).await;
    assert_eq!(refused.code(), 422);
    for part in ["value=\"A 2\"", "value=\"vip\"", "Enter a day such as"] {
        assert!(refused.html.contains(part), "{part}: {}", refused.html);
    }
    // It was retired while the form was open.
    browser.post(&format!("{order}/retire"), &[]).await;
    let late = browser.ask(&properties, &[("was-fields.order", "A 1"), ("fields.order", "A 3")]).await;
    assert_eq!(late.code(), 422);
    assert!(late.html.contains("value=\"A 3\"") && late.html.contains("no longer used"), "{}", late.html);
    assert!(!browser.get(&path).await.html.contains("fields.order"), "nobody sees it");
    let mut conn = site.state.db.read().await.unwrap();
    let id = tickets::by_number(&mut conn, site.desks.desk, 1).await.unwrap().id;
    let held = stored::values(&mut conn, site.desks.desk, id).await.unwrap();
    assert!(held.values().any(|value| value == "A 1"), "what it held is kept: {held:?}");
}

#[tokio::test]
async fn what_differs_from_what_was_shown_is_written_and_nothing_else() {
    let site = Site::start().await;
    let browser = site.admin().await;
    make(&browser, &[("of", "ticket"), ("key", "order"), ("label", "Order"), ("kind", "text")]).await;
    make(&browser, &[("of", "ticket"), ("key", "size"), ("label", "Size"), ("kind", "text")]).await;
    let path = ticket(&browser).await;
    let properties = format!("{path}/properties");
    browser.post(&properties, &[("fields.order", "1"), ("fields.size", "S")]).await;
    // Somebody else's page had shown nothing yet.
    let form = [("was-fields.order", ""), ("fields.order", ""), ("was-fields.size", ""), ("fields.size", "L")];
    browser.post(&properties, &form).await;
    let page = browser.get(&path).await.html;
    assert!(
        page.contains("name=\"fields.order\" value=\"1\"") && page.contains("name=\"fields.size\" value=\"L\""),
        "{page}"
    );
}

#[tokio::test]
async fn a_ticket_is_solved_with_what_is_required() {
    let site = Site::start().await;
    let browser = site.admin().await;
    let cause = [("of", "ticket"), ("key", "cause"), ("label", "Cause"), ("kind", "text"), ("required", "yes")];
    make(&browser, &cause).await;
    let path = ticket(&browser).await;
    let properties = format!("{path}/properties");
    browser.post(&properties, &[("tags", "late")]).await;
    let refused = browser.post(&properties, &[("status", "solved")]).await;
    assert_eq!(refused.code(), 422);
    assert!(refused.html.contains("Fill in this field before the ticket is solved."), "{}", refused.html);
    assert!(refused.html.contains("name=\"tags\" value=\"late\""), "what was not in the form stays: {}", refused.html);
    assert!(refused.html.contains("value=\"solved\" selected"), "what was chosen stays: {}", refused.html);
    let reply = [("mode", "reply"), ("body", "It was a cable"), ("then", "solved")];
    let kept = browser.post(&format!("{path}/messages"), &reply).await;
    assert_eq!(kept.code(), 422);
    assert!(kept.html.contains("It was a cable"), "{}", kept.html);
    let both = [("status", "solved"), ("fields.cause", "A cable")];
    assert_eq!(browser.post(&properties, &both).await.location(), path);
}

#[tokio::test]
async fn a_contact_holds_values_and_the_inbox_finds_tickets_by_theirs() {
    let site = Site::start().await;
    let browser = site.admin().await;
    make(&browser, &[("of", "contact"), ("key", "tier"), ("label", "Tier"), ("kind", "choice"), ("choices", "Gold")])
        .await;
    make(&browser, &[("of", "ticket"), ("key", "size"), ("label", "Size"), ("kind", "choice"), ("choices", "S\nL")])
        .await;
    let path = ticket(&browser).await;
    let mut conn = site.state.db.read().await.unwrap();
    let grace = contacts::by_email(&mut conn, site.desks.desk, "grace@example.com").await.unwrap().unwrap().id;
    drop(conn);
    let contact = format!("/contacts/{grace}");
    let refused = browser.post(&contact, &[("name", "Grace"), ("fields.tier", "Silver")]).await;
    assert_eq!(refused.code(), 422);
    assert!(refused.html.contains("value=\"Silver\" selected"), "{}", refused.html);
    assert_eq!(browser.post(&contact, &[("fields.tier", "Gold")]).await.location(), contact);
    assert!(browser.get(&contact).await.html.contains("value=\"Gold\" selected"));

    browser.post(&format!("{path}/properties"), &[("fields.size", "L")]).await;
    let found = browser.get("/inbox?view=all&field=size:L").await.html;
    assert!(found.contains("href=\"/tickets/1\"") && found.contains("Size: L"), "{found}");
    let other = browser.get("/inbox?view=all&field=size:S").await.html;
    assert!(!other.contains("href=\"/tickets/1\"") && other.contains("value=\"size:L\""), "{other}");
}
