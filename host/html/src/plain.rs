//! The text of HTML, for those who search it and for those to whom it is read.

use crate::{
    balanced::Picture,
    clean::clean,
    tokens::{Token, Tokens},
};

/// What begins an item of a list.
const BULLET: &str = "- ";
/// Quotes within quotes that are marked.
const DEEPEST_QUOTE: usize = 5;

/// What begins a line of its own, and what stands apart from what is around it.
const LINES: [&str; 14] = [
    "address",
    "caption",
    "center",
    "dd",
    "div",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "header",
    "li",
    "main",
    "nav",
    "tr",
];
const APART: [&str; 14] =
    ["article", "aside", "blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "p", "section", "table"];

/// The text of HTML, at most so many characters: a line for each block, `> ` before what is quoted, `- ` before the items of
/// lists, the words that stand for pictures, and the addresses of links whose words say something else.
#[must_use]
pub fn plain(html: &str, longest: usize) -> String {
    let clean = clean(html, "", &mut |_| Picture::Gone).html;
    let mut text = Text::default();
    for token in Tokens::of(&clean) {
        match token {
            Token::Text(written) => text.write(&resolved(written)),
            Token::Start(name, attributes) => text.start(&name, &attributes),
            Token::End(name) => text.end(&name),
        }
    }
    text.end_line();
    text.done.trim().chars().take(longest).collect()
}

/// The references that are left in what is clean.
fn resolved(text: &str) -> String {
    let text = text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&amp;", "&")
}

#[derive(Default)]
struct Text {
    done: String,
    line: String,
    /// An empty line comes before the next.
    apart: bool,
    quotes: usize,
    /// Of the line before.
    quotes_before: usize,
    preformatted: usize,
    /// Where a link leads that is open, and its words.
    link: Option<(String, String)>,
}

impl Text {
    fn write(&mut self, text: &str) {
        if let Some((_, words)) = &mut self.link {
            words.push_str(text);
        }
        if self.preformatted > 0 {
            for (at, line) in text.split('\n').enumerate() {
                if at > 0 {
                    self.end_line();
                }
                self.line.push_str(line);
            }
            return;
        }
        let ends = |end: Option<char>| end.is_some_and(char::is_whitespace);
        let mut gap = ends(text.chars().next());
        for word in text.split_whitespace() {
            if gap && !self.line.is_empty() && !self.line.ends_with(' ') {
                self.line.push(' ');
            }
            self.line.push_str(word);
            gap = true;
        }
        if ends(text.chars().next_back()) && !self.line.is_empty() && !self.line.ends_with(' ') {
            self.line.push(' ');
        }
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let value = |key: &str| attributes.iter().find(|(name, _)| *name == key).map(|(_, value)| resolved(value));
        self.break_at(name);
        match name {
            "br" if self.line.is_empty() => self.apart = true,
            "br" => self.end_line(),
            "blockquote" => self.quotes += 1,
            "pre" => {
                self.end_line();
                self.preformatted += 1;
            }
            "li" => BULLET.clone_into(&mut self.line),
            "td" | "th" => self.write(" "),
            "img" => self.write(&format!(" {} ", value("alt").unwrap_or_default())),
            "a" => self.link = value("href").map(|address| (address, String::new())),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if name == "li" && self.line == BULLET {
            self.line.clear();
        }
        self.break_at(name);
        match name {
            "blockquote" => self.quotes = self.quotes.saturating_sub(1),
            "pre" => {
                self.end_line();
                self.preformatted = self.preformatted.saturating_sub(1);
            }
            "a" => self.end_link(),
            _ => {}
        }
    }

    fn break_at(&mut self, name: &str) {
        // What an item begins with stands behind its mark.
        if self.line == BULLET {
            return;
        }
        let apart = APART.contains(&name);
        if apart || LINES.contains(&name) {
            self.end_line();
        }
        self.apart |= apart;
    }

    fn end_link(&mut self) {
        let Some((address, words)) = self.link.take() else { return };
        let bare = |text: &str| text.trim().trim_end_matches('/').to_owned();
        let (full, shown) = (bare(&address), bare(&words));
        let begins = ["", "https://", "http://", "mailto:", "tel:"];
        let says_all = begins.iter().any(|begin| full.strip_prefix(begin) == Some(&shown));
        // Words that are a part of the address alone could hide where it leads.
        if !shown.is_empty() && !says_all {
            self.write(&format!(" ({address})"));
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let line = line.trim_end();
        if line.is_empty() {
            return;
        }
        let mark = |quotes: usize| "> ".repeat(quotes.min(DEEPEST_QUOTE));
        if std::mem::take(&mut self.apart) && !self.done.is_empty() {
            self.done.push_str(mark(self.quotes.min(self.quotes_before)).trim_end());
            self.done.push('\n');
        }
        self.quotes_before = self.quotes;
        self.done.push_str(&mark(self.quotes));
        self.done.push_str(line);
        self.done.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_mail_reads_as_it_looks() {
        let html = "<style>p {}</style><p>Dear   Ada,<br>here it\n is: <b>5</b>&nbsp;&lt; 6 &amp;amp; &#8364;</p>\
            <ul><li>one<li><p>two</p></ul><table><tr><td>a<td>b<tr><td>c</table>\
            <p><a href='https://a.example/b'>Look</a> at <a href='https://a.example/'>a.example</a>, \
            <a href='mailto:ada@example.com'>ada@example.com</a><img alt='A cat' src=x></p>\
            <div>On Monday Bo wrote:</div><blockquote><p>First</p><blockquote>Second</blockquote></blockquote>\
            <pre>x\n  y</pre>";
        let expected = "Dear Ada,\nhere it is: 5 < 6 &amp; €\n\n- one\n- two\n\na b\nc\n\n\
            Look (https://a.example/b) at a.example, ada@example.com A cat\n\nOn Monday Bo wrote:\n\n> First\n>\n> > Second\n\nx\n  y";
        assert_eq!(plain(html, 10_000), expected);
    }

    #[test]
    fn words_that_are_a_part_of_the_address_hide_no_other_part() {
        let text = |words: &str| plain(&format!("<a href='https://a.example/b.example'>{words}</a>"), 100);
        assert_eq!(text("b.example"), "b.example (https://a.example/b.example)");
        assert_eq!(text("a.example/b.example"), "a.example/b.example");
    }

    #[test]
    fn it_is_as_long_as_it_may_be() {
        assert_eq!(plain("<p>\u{e4}\u{f6}\u{fc}", 2), "\u{e4}\u{f6}");
        assert_eq!(plain("<script>alert(1)</script><img src=x>", 10), "");
    }
}
