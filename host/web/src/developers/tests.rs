//! The documentation through the whole router: every page is sound, every link leads somewhere, and what it says of events, scopes
//! and claims is what the types say.

use std::collections::{BTreeMap, BTreeSet};

use annex_domain::{
    permission::Permission,
    plan::PlanModel,
    publisher::{MemberRole, PublisherScope},
    publisher_event::{EventKind, PublisherEvent, SuspendedWhy, TrialEndedWhy},
};
use scraper::{Html, Selector};
use serde_json::Value;

use super::{
    Pictures,
    made::cases,
    markdown::Section,
    pages::{Document, all, open},
};
use crate::{client_area::tests::site::Site, drawn::HOSTILE};

fn document(slug: &str) -> &'static Document {
    open(slug).unwrap_or_else(|| panic!("there is no page {slug}")).document
}

fn section(document: &'static Document, heading: &str) -> &'static Section {
    let found = document.drawn.sections.iter().find(|section| section.heading == heading);
    found.unwrap_or_else(|| panic!("{} has no section {heading}", document.slug))
}

/// Everything that a page says, without code blocks.
fn text(document: &Document) -> String {
    document.drawn.sections.iter().map(|section| section.text.as_str()).collect()
}

fn links(html: &str) -> BTreeSet<String> {
    let page = Html::parse_document(html);
    let all = Selector::parse("a[href]").unwrap();
    page.select(&all).filter_map(|link| link.attr("href").map(str::to_owned)).collect()
}

fn has_anchor(html: &str, anchor: &str) -> bool {
    html.contains(&format!(" id=\"{anchor}\""))
}

#[tokio::test]
async fn every_page_is_drawn_and_every_link_leads_somewhere() {
    let site = Site::start().await;
    let browser = site.browser();
    let mut pages = BTreeMap::new();
    for path in all().iter().map(Document::href).chain(["/developers".to_owned()]) {
        let page = browser.get(&path).await;
        assert_eq!(page.code(), 200, "{path}: {}", page.html);
        pages.insert(path, page.html);
    }
    let led: Vec<(String, String)> =
        pages.iter().flat_map(|(path, html)| links(html).into_iter().map(move |link| (path.clone(), link))).collect();
    let picture = Selector::parse("article img").unwrap();
    for (path, html) in &pages {
        for image in Html::parse_document(html).select(&picture) {
            let name = image.attr("src").and_then(|src| src.strip_prefix("/developers/pictures/"));
            assert!(name.is_some_and(|name| Pictures::get(name).is_some()), "{path} shows {name:?}");
            assert!(image.attr("alt").is_some_and(|alt| alt.len() > 10), "{path}: {name:?} has no words");
        }
    }
    for (path, link) in led.iter().filter(|(_, link)| !link.starts_with("https://")) {
        let (to, anchor) = link.split_once('#').unwrap_or((link.as_str(), ""));
        let to = if to.is_empty() { path.as_str() } else { to };
        if !pages.contains_key(to) {
            let page = browser.get(to).await;
            assert!(to.starts_with('/') && page.code() < 400, "{path} leads to {link}: {}", page.status);
            pages.insert(to.to_owned(), page.html);
        }
        assert!(anchor.is_empty() || has_anchor(&pages[to], anchor), "{path} leads to {link}, which has no such part");
    }
    assert_eq!(browser.get("/developers/no-such-page").await.code(), 404);
}

#[test]
fn pages_have_a_title_a_lead_and_short_ways() {
    for document in all() {
        let drawn = &document.drawn;
        assert!(!drawn.title.is_empty() && (20..=400).contains(&drawn.lead.len()), "{}", document.slug);
        let ids: BTreeSet<_> = drawn.sections.iter().map(|section| &section.id).collect();
        assert_eq!(ids.len(), drawn.sections.len(), "{} has an anchor twice", document.slug);
        for code in drawn.pieces.iter().filter_map(|piece| piece.code.as_ref()) {
            assert!(!code.text.is_empty() && !code.language.is_empty(), "{}: {code:?}", document.slug);
            let is_json = code.language == "json";
            assert!(!is_json || serde_json::from_str::<Value>(&code.text).is_ok(), "{}: {}", document.slug, code.text);
        }
    }
    let first = open(all()[0].slug).unwrap();
    assert!(first.previous.is_none() && first.next.unwrap().slug == all()[1].slug);
    assert!(open(all().last().unwrap().slug).unwrap().next.is_none());
}

#[test]
fn every_event_is_documented_with_its_example_and_all_its_data() {
    let events = document("events");
    let codes = events.drawn.pieces.iter().filter_map(|piece| piece.code.as_ref());
    let shown: Vec<Value> = codes
        .filter_map(|code| serde_json::from_str(&code.text).ok())
        .filter(|value: &Value| value["type"].is_string())
        .collect();
    let examples: Vec<Value> =
        PublisherEvent::examples().iter().map(|event| serde_json::to_value(event).unwrap()).collect();
    assert_eq!(shown.len(), examples.len(), "each once");
    assert!(examples.iter().all(|example| shown.contains(example)), "{shown:?}");
    let body = section(events, "The body");
    for (kind, example) in EventKind::ALL.iter().zip(&examples) {
        let data = &section(events, kind.as_str()).text;
        for member in example["data"].as_object().unwrap().keys() {
            assert!(data.contains(member.as_str()), "{kind} says nothing of {member}");
        }
        for member in example.as_object().unwrap().keys() {
            assert!(body.text.contains(member.as_str()), "the body says nothing of {member}");
        }
    }
    let (ended, suspended) = (section(events, "app.trial-ended"), section(events, "app.suspended"));
    assert!(TrialEndedWhy::ALL.iter().all(|why| ended.text.contains(why.as_str())), "{}", ended.text);
    assert!(SuspendedWhy::ALL.iter().all(|why| suspended.text.contains(why.as_str())), "{}", suspended.text);
}

/// What the documentation lets authors try their code with is what signing is tested with.
#[test]
fn the_values_to_try_are_those_that_the_host_signs() {
    let signing = include_str!("../../../lifecycle/src/publisher_events/sign.rs");
    let codes = document("events").drawn.pieces.iter().filter_map(|piece| piece.code.as_ref());
    let values = codes.map(|code| &code.text).find(|text| text.starts_with("webhook-id: ")).unwrap();
    for line in values.lines() {
        let (name, value) = line.split_once(": ").unwrap();
        // There in milliseconds.
        let written = if name == "webhook-timestamp" { "1_674_087_231_000" } else { value };
        assert!(signing.contains(written), "{name} is not what is tested");
    }
}

#[test]
fn every_scope_role_and_plan_is_documented() {
    let (oauth, api, start, billing) = (document("oauth"), document("api"), document("start"), document("billing"));
    let scopes = &section(oauth, "Scopes").text;
    assert!(Permission::ALL.iter().all(|scope| scopes.contains(scope.as_str())), "{scopes}");
    let tokens = &section(api, "Tokens").text;
    assert!(PublisherScope::ALL.iter().all(|scope| tokens.contains(scope.as_str())), "{tokens}");
    let roles = text(start);
    assert!(MemberRole::ALL.iter().all(|role| roles.contains(role.as_str())), "{roles}");
    let plans = &section(billing, "Plans").text;
    assert!(PlanModel::ALL.iter().all(|model| plans.contains(model.as_str())), "{plans}");
}

#[tokio::test]
async fn what_the_issuer_announces_is_documented() {
    let site = Site::start().await;
    let discovered = site.browser().get("/oauth/.well-known/openid-configuration").await;
    let metadata: Value = serde_json::from_str(&discovered.html).unwrap();
    let claims = &section(document("single-sign-on"), "4. Check the ID token").text;
    for claim in metadata["claims_supported"].as_array().unwrap() {
        let claim = claim.as_str().unwrap();
        assert!(claims.contains(claim), "nothing is said of the claim {claim}");
    }
    let both = [document("oauth"), document("single-sign-on")];
    let pieces = both.iter().flat_map(|document| &document.drawn.pieces);
    let said: String = pieces
        .map(|piece| format!("{} {}", piece.html, piece.code.as_ref().map_or("", |code| code.text.as_str())))
        .collect();
    for (name, value) in metadata.as_object().unwrap() {
        let is_endpoint = name.ends_with("_endpoint") || name == "jwks_uri";
        if let Some((_, path)) = value.as_str().filter(|_| is_endpoint).and_then(|at| at.split_once("/oauth/")) {
            assert!(said.contains(&format!("/oauth/{path}")), "nothing is said of {name}");
        }
    }
    for grant in metadata["grant_types_supported"].as_array().unwrap() {
        assert!(said.contains(grant.as_str().unwrap()), "nothing is said of {grant}");
    }
}

/// Of each block, what it looks like, under a heading of its own.
#[test]
fn every_block_is_shown_and_has_its_picture() {
    let ui = include_str!("../../../../wit/annex-addon-0.1/ui.wit");
    let page = document("blocks");
    let shown: String = page.drawn.pieces.iter().map(|piece| piece.html.to_string()).collect();
    let blocks = cases(ui, "block");
    assert!(blocks.len() >= 18, "{blocks:?}");
    for (name, _) in blocks {
        let file = format!("{name}.png");
        assert!(Pictures::get(&file).is_some_and(|picture| picture.data.starts_with(b"\x89PNG")), "no picture {file}");
        assert!(shown.contains(&format!("\"/developers/pictures/{file}\"")), "{file} is not shown");
        assert!(page.drawn.sections.iter().any(|section| section.id == name), "no heading for {name}");
    }
}

#[tokio::test]
async fn pictures_are_served_and_nothing_else_of_their_folder() {
    let site = Site::start().await;
    let browser = site.browser();
    assert_eq!(browser.get("/developers/pictures/banner.png").await.code(), 200);
    for name in ["drawn.txt", "no-such.png", "..%2Fmanifest.md", "..%2Fsrc%2Flib.rs.png"] {
        assert_eq!(browser.get(&format!("/developers/pictures/{name}")).await.code(), 404, "{name}");
    }
}

#[tokio::test]
async fn the_search_puts_headings_first_and_marks_what_was_looked_for() {
    let site = Site::start().await;
    let browser = site.browser();
    let at =
        |html: &str, href: &str| html.find(&format!("href=\"{href}\"")).unwrap_or_else(|| panic!("no {href}: {html}"));
    let page = browser.get("/developers/search?q=banner").await.html;
    assert!(at(&page, "/developers/blocks#banner") < at(&page, "/developers/errors#in-the-panel-not-instead-of-it"));
    assert!(page.contains("<mark>Banner</mark>"), "{page}");
    // A word of the title and a word that only the code has.
    let page = browser.get("/developers/search?q=cookbook+unchanged").await.html;
    at(&page, "/developers/cookbook#update-the-contact");
}

#[tokio::test]
async fn the_search_finds_sections_with_all_words() {
    let site = Site::start().await;
    let browser = site.browser();
    let page = browser.get("/developers/search?q=Rotate+SECRET").await;
    let first = page.html.find("/developers/events#rotate-a-secret").expect("the section with both in its heading");
    let other = page.html.find("/developers/oauth#rotation").expect("a section that speaks of both");
    assert!(first < other, "{}", page.html);
    let text = crate::i18n::english().get("developers-search-none");
    assert!(browser.get("/developers/search?q=rotate+zeppelin").await.html.contains(&text));
    assert_eq!(browser.get("/developers/search").await.code(), 200);
    let hostile = serde_urlencoded::to_string([("q", HOSTILE)]).unwrap();
    assert_eq!(browser.get(&format!("/developers/search?{hostile}")).await.code(), 200);
}

#[tokio::test]
async fn portal_and_marketplace_lead_to_it() {
    let site = Site::start().await;
    site.account("pat@acme.example", None).await;
    let browser = site.browser();
    browser.client("pat@acme.example").await;
    for page in [browser.get("/portal").await, site.admin().await.get("/addons").await] {
        assert!(links(&page.html).contains("/developers"), "{}", page.html);
    }
}
