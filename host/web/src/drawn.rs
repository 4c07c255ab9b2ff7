//! What a page has to be, whatever it shows, and what it looks like: for tests that get theirs through the router.
//!
//! [`check`] holds for every page that any of them gets. A [`snapshot`] keeps a part of a page, [`json`] the body of an
//! answer, below `snapshots`; what is other in each run is left out. After a change that is meant, `INSTA_UPDATE=always`
//! writes them anew, and the difference is read before it is committed.

mod markup;

use axum::http::{HeaderMap, header};
use insta::Settings;
use scraper::{ElementRef, Html, Selector};
use serde_json::Value;

/// What somebody writes who wants to get out of a text.
pub(crate) const HOSTILE: &str = "</p><script>alert(1)</script> \"quoted\" & 'so'";
/// A name that is written from the right.
pub(crate) const FROM_THE_RIGHT: &str = "فاطمة";

/// What differs from run to run, and what takes its place.
const FILTERS: [(&str, &str); 13] = [
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "[id]"),
    (r"\b[0-9a-f]{32,}\b", "[digest]"),
    (r"\bannex_[0-9A-Za-z_-]+", "[token]"),
    (r"\btest_[a-z]+_[0-9a-f]+", "[at the gateway]"),
    (r#"("size": )\d+"#, "${1}0"),
    (r#"(name="key"[^>]*\bvalue=")[^"]*"#, "${1}[key]"),
    (r"(/setup/)[0-9A-Za-z_-]+", "${1}[secret]"),
    (r"\bE-[0-9A-F]{8}\b", "[error id]"),
    (r"(code_challenge=)[0-9A-Za-z_-]+", "${1}[digest]"),
    (r"/assets/[0-9a-z]+/", "/assets/"),
    (r"<time[^>]*>[^<]*</time>", "<time></time>"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "[time]"),
    // It is noted within a second, before or after the answer.
    (r#"("last_used_at": )(null|"[^"]*")"#, "${1}null"),
];

/// A page is sound, and no text of others became markup. Parts of pages, mails and other answers are left alone.
pub(crate) fn check(what: &str, headers: &HeaderMap, html: &str) {
    let is_html = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_html || !html.contains("<main id=\"main\"") {
        return;
    }
    if let Err(problem) = markup::check(html) {
        panic!("{what}: {problem}");
    }
    assert!(!html.contains("<script>") && !html.contains("\"quoted\""), "{what} has an unescaped text");
}

/// A name of others stands apart from the words around it, which may run the other way: it is isolated, or alone.
pub(crate) fn stands_apart(what: &str, html: &str, name: &str) {
    const ISOLATED: [&str; 3] = ["bdi", "option", "textarea"];
    const BLOCKS: [&str; 9] = ["td", "th", "dd", "dt", "li", "p", "h1", "h2", "div"];
    let page = Html::parse_document(html);
    let main = Selector::parse("main").unwrap();
    for node in page.select(&main).flat_map(|main| main.descendants()) {
        let Some(text) = node.value().as_text().filter(|text| text.contains(name)) else { continue };
        let within = |element: ElementRef<'_>| {
            ISOLATED.contains(&element.value().name())
                || (element.value().name() != "html" && element.attr("dir").is_some())
        };
        let alone = text.trim() == name
            && node.parent().and_then(ElementRef::wrap).is_some_and(|parent| {
                BLOCKS.contains(&parent.value().name()) && parent.text().collect::<String>().trim() == name
            });
        let isolated = text.contains('\u{2068}') || node.ancestors().filter_map(ElementRef::wrap).any(within);
        assert!(alone || isolated, "{what}: {}", node.parent().and_then(ElementRef::wrap).unwrap().html());
    }
}

/// Keeps what the selector finds on a page.
pub(crate) fn snapshot(name: &str, html: &str, selector: &str) {
    let page = Html::parse_document(html);
    let found: Vec<String> = page.select(&Selector::parse(selector).unwrap()).map(|element| element.html()).collect();
    assert!(!found.is_empty(), "{name}: nothing on the page is {selector}:\n{html}");
    settings().bind(|| insta::assert_snapshot!(name, found.join("\n")));
}

/// Keeps the body of an answer.
pub(crate) fn json(name: &str, body: &Value) {
    settings().bind(|| insta::assert_json_snapshot!(name, body));
}

fn settings() -> Settings {
    let mut settings = Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (pattern, stand_in) in FILTERS {
        settings.add_filter(pattern, stand_in);
    }
    settings
}
