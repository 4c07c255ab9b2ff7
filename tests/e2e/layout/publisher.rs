//! The publisher of the first-party add-ons, to whom the payer belongs, who is of the platform's people as well: a project with a
//! version that waits for its reviews, a link, a note, a request, an offer to another publisher of theirs. Where the pages of both are.

use super::desk::NAME;
use crate::support::{
    browser::Browser,
    host::Host,
    payer::PAYER,
    publisher::{ask, hand_in},
    puppet::Puppet,
};

const HERE: &str = "/portal/publishers/annex";
const PROJECT: &str = "/portal/publishers/annex/projects/annex.notes";
const NOTES: Puppet<'_> = Puppet { id: "annex.notes", version: "1.0.0", behaviour: "", plans: SERVICE };
const SERVICE: &str = "[service]\nevents = \"https://hooks.annex.example/events\"\n";

/// `browser` is signed in to the client area as the payer.
pub(super) async fn furnish(host: &Host, browser: &Browser) -> Vec<String> {
    let request = ask(host, "annex", PAYER.0, NAME).await;
    host.setup().command_ok(&["publisher", "approve", &request, "--adopt"]);
    for permission in ["review.technical", "review.marketplace", "publishers.manage"] {
        host.setup().command_ok(&["staff", "grant", PAYER.0, permission]);
    }
    ask(host, "others", "ann@others.example", NAME).await;
    let version = hand_in(host, browser, &NOTES, NAME).await;
    let access = browser.get(&format!("{PROJECT}/access")).await;
    browser.submit(&access, "form[action$='/access/links']", &[("label", NAME.get(..60).expect("a name"))]).await;
    let table = format!("/review/versions/{version}/technical");
    let note = [("severity", "blocker"), ("at", "field"), ("place", "summary.en"), ("body", NAME)];
    browser.submit(&browser.get(&table).await, "form[action$='/notes']", &note).await;
    let partners = ask(host, "partners", PAYER.0, NAME).await;
    host.setup().command_ok(&["publisher", "approve", &partners]);
    let offer = browser.get(&format!("{PROJECT}/manage?step=offer")).await;
    let to = [("offered_to", "partners"), ("password", PAYER.1)];
    browser.submit(&offer, "form[action$='/manage/offer']", &to).await;
    pages(&version, table)
}

fn pages(version: &str, table: String) -> Vec<String> {
    let of_publisher = [
        "",
        "/projects",
        "/organisation",
        "/members",
        "/documents",
        "/keys",
        "/tokens",
        "/answers",
        "/figures",
        "/earnings",
        "/events",
        "/events/annex.notes",
        "/events/annex.notes/address",
        "/clients",
    ];
    let of_project = ["", "/access", "/manage", "/manage?step=offer", "/figures"];
    let parts = ["texts", "notes", "details", "package", "checklist", "certification"];
    let of_publisher = of_publisher.map(|end| format!("{HERE}{end}"));
    let of_project = of_project.map(|end| format!("{PROJECT}{end}"));
    let of_version = parts.map(|part| format!("{PROJECT}/{version}?part={part}"));
    let of_review = ["/review/versions", "/review/publishers", "/review/documents"].map(str::to_owned);
    of_publisher
        .into_iter()
        .chain(of_project)
        .chain(of_version)
        .chain(of_review)
        .chain([table, format!("/review/versions/{version}/marketplace")])
        .chain(["/portal/publishers/partners/offers/annex.notes", "/portal/device"].map(str::to_owned))
        .collect()
}
