//! Markdown of add-ons as HTML: paragraphs, headings, lists, emphasis, code, quotes and links. Markup in it is shown as text,
//! pictures as links. Links are https alone, lead to a new tab and show their host, as buttons do; lists and quotes are nested
//! [`DEEPEST`] deep, and what is deeper stands beside it. The only place where texts of add-ons become HTML.

use std::fmt;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html::push_html};

/// How deep lists and quotes are nested.
const DEEPEST: usize = 8;

/// What was drawn.
#[derive(Debug)]
pub(crate) struct Markup(String);

// All that was markup in the text was escaped.
impl askama::filters::HtmlSafe for Markup {}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Draws a text.
pub(super) fn draw(text: &str) -> Markup {
    let mut shown = Shown::default();
    let events: Vec<_> = Parser::new_ext(text, Options::empty()).filter_map(|event| shown.event(event)).collect();
    let mut html = String::with_capacity(text.len() * 2);
    push_html(&mut html, events.into_iter());
    Markup(html)
}

/// What is open where the text is read.
#[derive(Default)]
struct Shown {
    depth: usize,
    /// Of each link the host that it shows; none: it is text.
    links: Vec<Option<String>>,
}

impl Shown {
    fn event<'m>(&mut self, event: Event<'m>) -> Option<Event<'m>> {
        Some(match event {
            Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
            Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => return None,
            // The head of a panel and those of its sections are above it.
            Event::Start(Tag::Heading { .. }) => {
                let (level, id, classes, attrs) = (HeadingLevel::H5, None, Vec::new(), Vec::new());
                Event::Start(Tag::Heading { level, id, classes, attrs })
            }
            Event::End(TagEnd::Heading(_)) => Event::End(TagEnd::Heading(HeadingLevel::H5)),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => self.open(&dest_url)?,
            Event::End(TagEnd::Link | TagEnd::Image) => self.close()?,
            Event::Start(Tag::BlockQuote(_) | Tag::List(_)) => {
                self.depth += 1;
                return (self.depth <= DEEPEST).then_some(event);
            }
            Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_)) => {
                self.depth = self.depth.saturating_sub(1);
                return (self.depth < DEEPEST).then_some(event);
            }
            Event::Start(Tag::Item) | Event::End(TagEnd::Item) => return (self.depth <= DEEPEST).then_some(event),
            other => other,
        })
    }

    fn open(&mut self, address: &str) -> Option<Event<'static>> {
        let url = url::Url::parse(address).ok().filter(|url| {
            url.scheme() == "https" && url.domain().is_some() && url.username().is_empty() && url.password().is_none()
        });
        self.links.push(url.as_ref().and_then(|url| url.host_str()).map(str::to_owned));
        let url = escaped(url?.as_str());
        let link = format!("<a href=\"{url}\" target=\"_blank\" rel=\"noopener noreferrer\">");
        Some(Event::InlineHtml(link.into()))
    }

    fn close(&mut self) -> Option<Event<'static>> {
        let host = escaped(&self.links.pop()??);
        Some(Event::InlineHtml(format!(" <span class=\"panel-host\">{host}</span></a>").into()))
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str) -> String {
        draw(text).to_string()
    }

    #[test]
    fn texts_are_formatted() {
        assert_eq!(
            drawn("# Hello\n\n**you** and `me`\n"),
            "<h5>Hello</h5>\n<p><strong>you</strong> and <code>me</code></p>\n"
        );
        assert!(drawn("- one\n- two\n").contains("<li>one</li>"));
    }

    #[test]
    fn nothing_of_an_add_on_becomes_markup() {
        let evil = [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "<div\nonclick=alert(1)>\n",
            "[x](javascript:alert(1))",
            "[x](http://example.com)",
            "[x](https://user@example.com/)",
            "[x](data:text/html,hi)",
            "![x](javascript:alert(1))",
            "<javascript:alert(1)>",
            "[x](https://example.com/\"onmouseover=alert(1))",
        ];
        for text in evil {
            let html = drawn(text);
            for part in
                ["<script", "<img", "<div", "javascript:alert(1)\"", " onmouseover", "data:text/html,hi\"", "http://"]
            {
                assert!(!html.contains(part), "{text}: {html}");
            }
        }
    }

    #[test]
    fn links_show_their_host_and_pictures_are_links() {
        for text in ["[look](https://example.com/a?b&c)", "![look](https://example.com/a?b&c)"] {
            let html = drawn(text);
            assert!(
                html.contains(
                    "<a href=\"https://example.com/a?b&amp;c\" target=\"_blank\" rel=\"noopener noreferrer\">look"
                ),
                "{html}"
            );
            assert!(html.contains("<span class=\"panel-host\">example.com</span></a>"), "{html}");
        }
    }

    #[test]
    fn deep_lists_and_quotes_end() {
        let html = drawn(&format!("{}x", "> ".repeat(2000)));
        assert_eq!(html.matches("<blockquote>").count(), DEEPEST);
        assert_eq!(html.matches("</blockquote>").count(), DEEPEST);
    }
}
