//! What may be in HTML that is shown: elements that are text and its layout, attributes that say how it looks, links that lead to
//! the web, to a mail or to a telephone, and pictures.
//!
//! Nothing of it can run, send or load: no element that takes input or holds a document, no style sheets, and in styles no
//! addresses. What is not listed is not there.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, Url, UrlRelative};

pub(crate) const ELEMENTS: [&str; 70] = [
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "mark",
    "nav",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Of any element. `href` is of links alone, and `src` of pictures.
pub(crate) const ATTRIBUTES: [&str; 22] = [
    "align",
    "alt",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "color",
    "colspan",
    "dir",
    "face",
    "height",
    "href",
    "lang",
    "rowspan",
    "size",
    "src",
    "start",
    "style",
    "title",
    "type",
    "valign",
    "width",
];

/// Properties of styles.
const STYLES: [&str; 40] = [
    "background",
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-color",
    "border-left",
    "border-radius",
    "border-right",
    "border-spacing",
    "border-style",
    "border-top",
    "border-width",
    "color",
    "direction",
    "display",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "text-decoration",
    "vertical-align",
    "width",
];

/// Functions in the values of styles: colours, none of which has another within it.
const COLOURS: [&str; 4] = ["rgb", "rgba", "hsl", "hsla"];

/// Pictures that are in their own address. SVG is no picture but a document.
const PICTURES: [&str; 4] =
    ["data:image/gif;base64,", "data:image/jpeg;base64,", "data:image/png;base64,", "data:image/webp;base64,"];

/// Reads a document as browsers do, and leaves what is listed.
pub(crate) static RULES: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut rules = Builder::default();
    rules
        .tags(HashSet::from(ELEMENTS))
        .tag_attributes(HashMap::new())
        .generic_attributes(HashSet::from(ATTRIBUTES))
        .url_schemes(HashSet::from(["data", "http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_values(HashMap::from([("a", HashMap::from([("target", "_blank")]))]))
        .attribute_filter(attribute);
    rules
});

/// The value that an attribute may have.
fn attribute<'u>(element: &str, name: &str, value: &'u str) -> Option<Cow<'u, str>> {
    match (element, name) {
        ("a", "href") => leads_out(value).then_some(Cow::Borrowed(value)),
        ("img", "src") => {
            let elsewhere = value.starts_with("https://") || value.starts_with("http://");
            (elsewhere || is_picture(value)).then_some(Cow::Borrowed(value))
        }
        (_, "href" | "src") => None,
        (_, "style") => Some(style(value)).filter(|style| !style.is_empty()).map(Cow::Owned),
        _ => Some(Cow::Borrowed(value)),
    }
}

/// True for the address of a page, without a name that hides where it leads, of a mail, or of a telephone.
fn leads_out(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| match url.scheme() {
        "http" | "https" => url.username().is_empty() && url.password().is_none(),
        "mailto" | "tel" => true,
        _ => false,
    })
}

/// True for a picture that is in its own address.
pub(crate) fn is_picture(address: &str) -> bool {
    let begins = |start: &&str| address.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start));
    PICTURES.iter().any(begins)
}

/// The declarations that are listed and say nothing but words, numbers and colours. Quotes go: names of fonts need none.
fn style(written: &str) -> String {
    let mut style = String::new();
    for (name, value) in written.split(';').filter_map(|declaration| declaration.split_once(':')) {
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().replace(['"', '\''], ""));
        if STYLES.contains(&name.as_str()) && is_plain(&value) {
            style.push_str(&name);
            style.push(':');
            style.push_str(&value);
            style.push(';');
        }
    }
    style
}

fn is_plain(value: &str) -> bool {
    let known = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, ' ' | '#' | '%' | '.' | ',' | '+' | '-' | '!' | '/' | '(' | ')')
    };
    let lower = value.to_ascii_lowercase();
    let before_brackets = lower.split('(').collect::<Vec<_>>();
    let functions = before_brackets.split_last().map(|(_, functions)| functions).unwrap_or_default();
    value.chars().all(known)
        && functions.iter().all(|function| {
            let name = function.rsplit([' ', ',', ')']).next().unwrap_or_default();
            COLOURS.contains(&name)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_say_how_text_looks_and_load_nothing() {
        for (written, left) in [
            ("COLOR : Red; margin:0 auto", "color:Red;margin:0 auto;"),
            ("font: bold 12px/1.5 \"Segoe UI\", 'Arial'", "font:bold 12px/1.5 Segoe UI, Arial;"),
            ("color: RGB(1, 2, 3) !important", "color:RGB(1, 2, 3) !important;"),
            ("border: 1px solid rgba(0,0,0,.1)", "border:1px solid rgba(0,0,0,.1);"),
            ("position: fixed; color: blue", "color:blue;"),
            ("background: url(https://a.example/x.png)", ""),
            ("background: u\\rl(https://a.example/x.png)", ""),
            ("background: u/**/rl(//a.example)", ""),
            ("background: image-set('https://a.example/x' 1x)", ""),
            ("background: rgb(1,2,3), url(x)", ""),
            ("background: notrgb(1)", ""),
            ("width: expression(alert(1))", ""),
            ("color: red } body { color: blue", ""),
            ("--x: 1; @import 'https://a.example'", ""),
        ] {
            assert_eq!(style(written), left, "{written}");
        }
    }

    #[test]
    fn links_lead_out_and_say_where() {
        for address in ["https://a.example/x?y#z", "http://a.example", "mailto:ada@example.com", "tel:+4612345"] {
            assert!(leads_out(address), "{address}");
        }
        for address in [
            "javascript:alert(1)",
            " java\tscript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "/sign-out",
            "//a.example",
            "#top",
            "",
            "https://bank.example@evil.example/",
        ] {
            assert!(!leads_out(address), "{address}");
        }
    }

    #[test]
    fn pictures_are_no_documents() {
        assert!(is_picture("DATA:image/PNG;base64,AAAA"));
        for address in
            ["data:image/svg+xml;base64,AAAA", "data:text/html;base64,AAAA", "data:image/png,x", "https://a.example"]
        {
            assert!(!is_picture(address), "{address}");
        }
    }
}
