//! The links of a listing: asked once each, through the guard that all requests of add-ons pass. No answer may be the fault of a
//! moment, so none of it stands against approval.

use std::time::Duration;

use annex_domain::{
    manifest::Listing,
    report::Finding,
    review::{Severity, Target},
};
use annex_sandbox::Sandbox;

/// How long a site may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// What sites say to programs that they do not know: people may see the page.
const FOR_PEOPLE: [u16; 4] = [401, 403, 405, 429];

/// The links that lead nowhere.
pub(crate) async fn look(listing: &Listing, sandbox: &Sandbox) -> Vec<Finding> {
    let links = [
        ("listing.terms_url", &listing.terms_url),
        ("listing.privacy_url", &listing.privacy_url),
        ("listing.support.portal", &listing.support.portal),
        ("listing.support.faq", &listing.support.faq),
    ];
    let mut broken = Vec::new();
    for (path, link) in links {
        let Some(link) = link else { continue };
        if let Some(why) = problem(sandbox, link).await {
            let target = Target::Field { path: path.into() };
            let found =
                Finding::new("link-broken", Severity::Suggestion, target, format!("{link} does not open: {why}"));
            broken.push(found.hint("correct the address; when the site was away for a moment, check again"));
        }
    }
    broken
}

async fn problem(sandbox: &Sandbox, link: &str) -> Option<String> {
    match tokio::time::timeout(PATIENCE, sandbox.probe(link)).await {
        Ok(Ok(status)) if status < 400 || FOR_PEOPLE.contains(&status) => None,
        Ok(Ok(status)) => Some(format!("the answer is {status}")),
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some("there is no answer within 5 seconds".into()),
    }
}
