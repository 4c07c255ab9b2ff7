//! What lies on a reviewer's table, and what comes of it: pictures that run nothing, here and on the publisher's own page, notes, and the
//! decision.

use axum::http::header;
use serde_json::json;

use super::review_tests::{OWNER, REVIEWER, get, prepared, upload, waiting};
use crate::client_area::tests::site::{Page, Site};

/// A PNG that runs nothing. The next round may have another one at its address.
fn is_a_picture_alone(shown: &Page) {
    assert_eq!(shown.code(), 200, "{}", shown.html);
    assert_eq!(shown.headers[header::CONTENT_TYPE], "image/png");
    assert_eq!(shown.headers[header::CONTENT_SECURITY_POLICY], "default-src 'none'; sandbox");
    assert_eq!(shown.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(shown.headers[header::CACHE_CONTROL], "no-store");
}

#[tokio::test]
async fn reviewers_alone_see_the_pictures_and_those_run_nothing() {
    let site = Site::start().await;
    let secret = prepared(&site).await;
    let (owner, reviewer) = (site.browser(), site.browser());
    owner.client(OWNER).await;
    reviewer.client(REVIEWER).await;
    let id = waiting(&site, &secret, &owner, "marketplace").await;
    let table = format!("/review/versions/{id}/marketplace");
    let html = reviewer.get(&table).await.html;
    for path in [format!("{table}/icon"), format!("{table}/pictures/1")] {
        assert!(html.contains(&format!("src=\"{path}\"")), "{path}: {html}");
        is_a_picture_alone(&reviewer.get(&path).await);
        assert_eq!(owner.get(&path).await.code(), 403, "{path}");
        assert!(site.browser().get(&path).await.location().starts_with("/client-area/sign-in?"), "{path}");
    }
    for nothing in ["marketplace/pictures/2", "marketplace/pictures/one", "technical/icon"] {
        assert_eq!(reviewer.get(&format!("/review/versions/{id}/{nothing}")).await.code(), 404, "{nothing}");
    }
}

#[tokio::test]
async fn members_see_the_pictures_of_their_package_before_it_is_handed_in() {
    let site = Site::start().await;
    let secret = prepared(&site).await;
    let (owner, reviewer, here) = (site.browser(), site.browser(), "/portal/publishers/acme/projects");
    owner.client(OWNER).await;
    reviewer.client(REVIEWER).await;
    owner.post(here, &[("project_name", "Puppet"), ("project_slug", "puppet"), ("kind", "plugin")]).await;
    let blank = owner.post(&format!("{here}/acme.puppet/begin"), &[]).await.location();
    assert_eq!(owner.get(&format!("{blank}/icon")).await.code(), 404, "there is no package yet");
    let uploaded = upload(&site, &secret, "acme.puppet").await.1;
    let page = format!("{here}/acme.puppet/{}", uploaded["id"].as_str().unwrap());
    let html = owner.get(&format!("{page}?part=package")).await.html;
    for path in [format!("{page}/icon"), format!("{page}/pictures/1")] {
        assert!(html.contains(&format!("src=\"{path}\"")), "{path}: {html}");
        is_a_picture_alone(&owner.get(&path).await);
        assert_eq!(reviewer.get(&path).await.code(), 404, "{path}");
        assert!(site.browser().get(&path).await.location().starts_with("/client-area/sign-in?"), "{path}");
    }
    for nothing in ["pictures/2", "pictures/one"] {
        assert_eq!(owner.get(&format!("{page}/{nothing}")).await.code(), 404, "{nothing}");
    }
}

#[tokio::test]
async fn a_decision_that_the_notes_stand_against_is_shown_with_the_form() {
    let site = Site::start().await;
    let secret = prepared(&site).await;
    let (owner, reviewer) = (site.browser(), site.browser());
    owner.client(OWNER).await;
    reviewer.client(REVIEWER).await;
    let table = format!("/review/versions/{}/technical", waiting(&site, &secret, &owner, "technical").await);
    let decide = async |what: &str| {
        let html = reviewer.get(&table).await.html;
        let seen = html.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        reviewer.post(&format!("{table}/{what}"), &[("seen", &seen)]).await
    };
    let refused = decide("reject").await;
    assert_eq!(refused.code(), 409, "{}", refused.html);
    for part in ["href=\"#f-body\"", "id=\"e-body\"", "A rejection needs at least one open blocker", "/notes\""] {
        assert!(refused.html.contains(part), "{part}: {}", refused.html);
    }
    let note = [("severity", "blocker"), ("at", "whole"), ("place", ""), ("body", "It does nothing.")];
    assert_eq!(reviewer.post(&format!("{table}/notes"), &note).await.code(), 303);
    let refused = decide("approve").await;
    assert!(refused.code() == 409 && refused.html.contains("There are open blockers"), "{}", refused.html);
    assert_eq!(decide("reject").await.code(), 303);
}

#[tokio::test]
async fn a_note_that_is_typed_goes_with_the_decision() {
    let site = Site::start().await;
    let secret = prepared(&site).await;
    let (owner, reviewer) = (site.browser(), site.browser());
    owner.client(OWNER).await;
    reviewer.client(REVIEWER).await;
    let id = waiting(&site, &secret, &owner, "technical").await;
    let table = format!("/review/versions/{id}/technical");
    let decide = async |what: &str, severity: &str, body: &str| {
        let html = reviewer.get(&table).await.html;
        let button = format!("formaction=\"{table}/{what}\" formnovalidate");
        assert!(html.contains(&button) && !html.contains(body), "nothing of it is written yet: {html}");
        let seen = html.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let note = [("severity", severity), ("at", "whole"), ("place", ""), ("body", body), ("seen", seen.as_str())];
        reviewer.post(&format!("{table}/{what}"), &note).await
    };
    for (what, severity, why) in [("approve", "blocker", "open blockers"), ("reject", "suggestion", "open blocker")] {
        let refused = decide(what, severity, "It does nothing.").await;
        assert!(refused.code() == 409 && refused.html.contains(why), "{what}: {}", refused.html);
        for kept in [">It does nothing.</textarea>".to_owned(), format!("value=\"{severity}\" selected")] {
            assert!(refused.html.contains(&kept), "{kept}: {}", refused.html);
        }
    }
    assert_eq!(decide("reject", "blocker", "It does nothing.").await.code(), 303);
    let (_, version) = get(&site, &secret, &format!("/projects/acme.puppet/versions/{id}")).await;
    let notes = version["technical"]["notes"].as_array().unwrap();
    assert_eq!((notes.len(), &notes[0]["body"]), (1, &json!("It does nothing.")), "{version}");
}
