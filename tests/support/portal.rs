//! People at the portal and at the review, who come with an account of the client area, and uploads.

use reqwest::Method;

use super::{
    api::{Answer, Api},
    browser::Browser,
    eventually,
    host::Host,
};

/// Who owns a publisher.
pub(crate) const OWNER: (&str, &str) = ("ann@acme.example", "a password for building things");
/// One of the platform's people.
pub(crate) const REVIEWER: (&str, &str) = ("rita@platform.example", "a password for looking closely");

/// A browser in which somebody is signed in to the client area, on a page that they were sent to from there.
pub(crate) async fn sign_in(host: &Host, who: (&str, &str), to: &str) -> Browser {
    let browser = host.fresh_browser();
    let page = browser.get(&format!("/client-area/sign-in?next={to}")).await;
    let there = browser.fill(&page, "Sign in", &[("E-mail address", who.0), ("Password", who.1)]).await;
    assert!(there.status == 200 && there.url.path().starts_with(to), "{}:\n{}", there.url, there.text());
    browser
}

/// Waits until the page of a package has its report.
pub(crate) async fn checked(browser: &Browser, page: &str) {
    eventually("the package is checked", || async { browser.get(page).await.has("#report-findings").then_some(()) })
        .await;
}

impl Api {
    /// Uploads a package into the version of a project that is worked on.
    pub(crate) async fn upload_to(&self, project: &str, package: Vec<u8>) -> Answer {
        let request = self.request(Method::POST, &format!("/projects/{project}/versions"));
        self.send(request.header("content-type", "application/vnd.annex.package").body(package)).await
    }
}
