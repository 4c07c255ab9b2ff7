//! Groups through the whole router.

use crate::client_area::tests::site::Site;

#[tokio::test]
async fn groups_are_made_renamed_and_deleted() {
    let site = Site::start().await;
    let browser = site.admin().await;
    assert!(browser.get("/admin/groups").await.html.contains("No groups yet"));
    let agent = site.desks.agent.to_string();
    let page = browser.post("/admin/groups", &[("name", "Nights"), ("member", &agent)]).await;
    assert!(browser.follow(page).await.1.html.contains("Group Nights created."));
    assert_eq!(browser.post("/admin/groups", &[("name", "Nights")]).await.code(), 422, "taken");
    assert_eq!(browser.post("/admin/groups", &[("name", " ")]).await.code(), 422);
    let list = browser.get("/admin/groups").await;
    let path = list.html.split("href=\"/admin/groups/").find(|part| part.contains("Nights")).unwrap();
    let path = format!("/admin/groups/{}", path.split('"').next().unwrap());
    assert!(browser.get(&path).await.html.contains(&format!("value=\"{agent}\" checked")));
    browser.post(&path, &[("name", "Days")]).await;
    let page = browser.get(&path).await;
    assert!(page.html.contains("Group Days") && !page.html.contains(&format!("value=\"{agent}\" checked")));
    let desks = &site.desks;
    let stranger = site.operator(desks.other_desk, desks.other_admin).await;
    assert_eq!(stranger.get(&path).await.code(), 404);
    assert_eq!(stranger.post(&path, &[("name", "Mine")]).await.code(), 404);
    assert_eq!(stranger.post(&format!("{path}/delete"), &[]).await.code(), 404);
    let agent = site.operator(desks.desk, desks.agent).await;
    assert_eq!(agent.get("/admin/groups").await.code(), 403);
    let page = browser.post(&format!("{path}/delete"), &[]).await;
    assert!(browser.follow(page).await.1.html.contains("Group Days deleted."));
    assert_eq!(browser.get(&path).await.code(), 404);
}
