//! Addresses in texts of people, as links: http and https alone, found in the text as it was written and escaped piece by
//! piece, so that nothing of it becomes markup.

use std::fmt;

use url::Url;

use super::{Shell, pieces::escape};

/// Addresses of a text that become links, and letters of one; more than that is no text for people.
const MOST: usize = 100;
const LONGEST: usize = 2000;

impl Shell {
    /// A text in which addresses can be followed.
    pub(crate) fn linked(&self, text: &str) -> Linked {
        Linked(text.to_owned())
    }
}

/// A text in which addresses can be followed.
#[derive(Debug, Clone)]
pub(crate) struct Linked(String);

// Every piece is escaped below.
impl askama::filters::HtmlSafe for Linked {}

impl fmt::Display for Linked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.as_str();
        for _ in 0..MOST {
            let Some((before, written, href, after)) = next(rest) else { break };
            let (href, written) = (escape(href.as_str()), escape(written));
            write!(f, "{}", escape(before))?;
            write!(
                f,
                r#"<a href="{href}" title="{href}" target="_blank" rel="noopener noreferrer nofollow">{written}</a>"#
            )?;
            rest = after;
        }
        f.write_str(&escape(rest))
    }
}

/// The next address: what is before it, as it is written, where it leads, what is after it.
fn next(text: &str) -> Option<(&str, &str, Url, &str)> {
    let mut from = 0;
    loop {
        let start = from + start(text.get(from..)?)?;
        let tail = text.get(start..)?;
        let run = run(tail);
        let in_word = text.get(..start)?.chars().next_back().is_some_and(char::is_alphanumeric);
        if !in_word && run.len() <= LONGEST {
            let written = cut(run);
            if let Some(url) = address(written) {
                return Some((text.get(..start)?, written, url, tail.get(written.len()..)?));
            }
        }
        // Each character is looked at once, whatever somebody strings together.
        from = start + run.len();
    }
}

/// Where `http://` or `https://` begins, in any case.
fn start(text: &str) -> Option<usize> {
    let scheme = |at: usize, scheme: &str| {
        text.get(at..at + scheme.len()).is_some_and(|found| found.eq_ignore_ascii_case(scheme))
    };
    text.char_indices()
        .filter(|(_, c)| matches!(c, 'h' | 'H'))
        .map(|(at, _)| at)
        .find(|at| scheme(*at, "https://") || scheme(*at, "http://"))
}

/// The start of a text, to the next space or quote.
fn run(text: &str) -> &str {
    let ends = |c: char| c.is_whitespace() || c.is_control() || hides(c) || matches!(c, '<' | '>' | '"' | '`' | '|');
    text.split(ends).next().unwrap_or_default()
}

/// A run of characters without the punctuation of the sentence around it. A closing bracket belongs to the address when it
/// was opened within it.
fn cut(run: &str) -> &str {
    let count = |c: char| run.matches(c).count();
    let mut stray =
        [('(', ')'), ('[', ']'), ('{', '}')].map(|(open, close)| (close, count(close).saturating_sub(count(open))));
    let mut url = run;
    while let Some(last) = url.chars().next_back() {
        match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '»' | '“' | '”' | '’' | '،' | '؛' | '؟' | '。' | '、'
            | '，' => {}
            _ => match stray.iter_mut().find(|(close, left)| *close == last && *left > 0) {
                Some((_, left)) => *left -= 1,
                None => break,
            },
        }
        url = url.strip_suffix(last).unwrap_or_default();
    }
    url
}

/// Characters that change how an address looks, and never are in one.
fn hides(c: char) -> bool {
    annex_domain::text::is_bidi_control(c) || matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}')
}

/// Where it leads; none when that is not what it says: with a name and password in front of the host, for instance.
fn address(written: &str) -> Option<Url> {
    let url = Url::parse(written).ok()?;
    let plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    let authority = written.split('/').nth(2).unwrap_or_default();
    (plain && url.host_str().is_some_and(|host| !host.is_empty()) && !authority.contains(['\\', '@'])).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linked(text: &str) -> String {
        Linked(text.to_owned()).to_string()
    }

    /// What the links say, and where they lead.
    fn links(text: &str) -> Vec<(String, String)> {
        let html = linked(text);
        let part = |link: &str, from: &str, to: &str| {
            link.split_once(from).and_then(|(_, rest)| rest.split_once(to)).unwrap().0.to_owned()
        };
        html.split("<a ").skip(1).map(|link| (part(link, "href=\"", "\""), part(link, ">", "</a>"))).collect()
    }

    #[test]
    fn addresses_in_sentences_become_links() {
        for (text, expected) in [
            ("See https://example.com/a.", "https://example.com/a"),
            ("(https://example.com/a)", "https://example.com/a"),
            ("https://en.example.org/wiki/Rust_(language), or so", "https://en.example.org/wiki/Rust_(language)"),
            ("HTTP://Example.com/?a=1&b=2#c!", "HTTP://Example.com/?a=1&amp;b=2#c"),
            ("„https://example.com“", "https://example.com"),
            ("http://localhost:8080/x\nnext", "http://localhost:8080/x"),
            ("انظر https://example.com/س؟", "https://example.com/س"),
        ] {
            let found = links(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!(found[0].1, expected);
        }
        assert_eq!(links("https://a.example https://b.example").len(), 2);
        assert_eq!(links("https://münchen.example/")[0].0, "https://xn--mnchen-3ya.example/");
    }

    #[test]
    fn nothing_else_becomes_a_link_or_markup() {
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://example.com/",
            "https://",
            "https:///",
            "xhttps://example.com",
            "https://paypal.example@evil.example/",
            "https://user:pw@example.com/",
            "https://good.example\\@evil.example/",
            "example.com",
        ] {
            assert!(links(text).is_empty(), "{text}");
        }
        let html = linked("<b>https://example.com/\"onclick=\"x'><script>alert(1)</script>");
        assert!(!html.contains("<b>") && !html.contains("<script") && !html.contains("\"onclick"), "{html}");
        assert_eq!(links("https://example.com/\u{202e}moc")[0].1, "https://example.com/");
        assert_eq!(linked("a & b"), "a &amp; b");
        let many = "https://example.com ".repeat(500);
        assert_eq!(links(&many).len(), MOST);
        assert!(links(&format!("https://example.com/{}", "a".repeat(3000))).is_empty());
    }

    /// With each start looked at to the end of the text, one message took a minute to draw.
    #[test]
    fn a_message_of_brackets_or_of_half_addresses_is_drawn_at_once() {
        let brackets = format!("https://a.example/{}", ")".repeat(1_000_000));
        assert_eq!(links(&brackets), []);
        assert_eq!(links(&"https://@".repeat(200_000)), []);
        assert_eq!(links(&format!("https://a.example/{} https://b.example", "(".repeat(100_000))).len(), 1);
        assert_eq!(links(&format!("(https://a.example/{}", ")".repeat(1_000)))[0].1, "https://a.example/");
    }

    #[test]
    fn links_tell_the_other_side_nothing() {
        assert!(linked("https://example.com").contains("rel=\"noopener noreferrer nofollow\""));
    }
}
