//! Plain text of html, for mails that bring nothing else. It is read as a stream of tags and text, without a tree: nothing recurses, and
//! what is broken is text. The desk shows the html beside it, so this need not be pretty, but it says everything.

/// What stands in these is not said to readers.
const SILENT: [&str; 6] = ["script", "style", "title", "template", "noscript", "svg"];
/// What stands on lines of its own, and what is parted from the rest by an empty line as well.
const BLOCKS: [&str; 16] = [
    "address", "article", "div", "dd", "dl", "dt", "figure", "footer", "form", "header", "hr", "li", "main", "section",
    "tr", "table",
];
const PARAGRAPHS: [&str; 11] = ["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre", "blockquote"];
/// Bytes of html that are read.
const MOST: usize = 2 << 20;
/// Bytes of a name of a character, with its semicolon.
const LONGEST_ENTITY: usize = 12;
/// How deep quotes are marked.
const MOST_QUOTES: usize = 10;

/// The names that are common in mails; others stay as they are written.
const ENTITIES: [(&str, &str); 34] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("ensp", " "),
    ("emsp", " "),
    ("thinsp", " "),
    ("shy", ""),
    ("zwnj", "\u{200c}"),
    ("zwj", "\u{200d}"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("euro", "€"),
    ("pound", "£"),
    ("yen", "¥"),
    ("hellip", "…"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("bull", "•"),
    ("middot", "·"),
    ("auml", "ä"),
    ("ouml", "ö"),
    ("uuml", "ü"),
    ("szlig", "ß"),
    ("eacute", "é"),
];

/// The text of html.
pub(crate) fn text(html: &str) -> String {
    let mut writer = Writer::default();
    let mut end = html.len().min(MOST);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let mut rest = html.get(..end).unwrap_or_default();
    while let Some((before, after)) = rest.split_once('<') {
        writer.say(before);
        rest = if let Some(comment) = after.strip_prefix("!--") {
            comment.split_once("-->").map_or("", |(_, rest)| rest)
        } else if after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
            let (tag, follows) = tag(after);
            match writer.tag(tag) {
                Some(silent) => after_element(&silent, follows),
                None => follows,
            }
        } else {
            writer.say("<");
            after
        };
    }
    writer.say(rest);
    writer.end()
}

/// A tag and what follows it: `>` in quotes does not end it.
fn tag(text: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default()),
            (None, '"' | '\'') if text.get(..at).is_some_and(|before| before.trim_end().ends_with('=')) => {
                quote = Some(c);
            }
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    (text, "")
}

/// What comes after the end of an element; nothing when it does not end.
fn after_element<'a>(name: &str, rest: &'a str) -> &'a str {
    let is_end = |at: usize| rest.get(at + 2..at + 2 + name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name));
    let end = rest.match_indices("</").map(|(at, _)| at).find(|at| is_end(*at));
    let end = end.and_then(|at| rest.get(at..)).unwrap_or_default();
    end.split_once('>').map_or("", |(_, rest)| rest)
}

/// The value of an attribute; mail programs break long tags anywhere before a name.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let begins =
        |at: &usize| lower.get(..*at).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_whitespace()));
    let named = format!("{name}=");
    let at = lower.match_indices(&named).map(|(at, _)| at).find(begins)? + named.len();
    let value = tag.get(at..)?;
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value.get(1..)?.split(quote).next()?,
        _ => value.split(|c: char| c.is_whitespace() || c == '>').next()?,
    };
    Some(decoded(value))
}

/// Puts characters in the place of entities.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        rest = after;
        let end = after.bytes().take(LONGEST_ENTITY).position(|byte| byte == b';');
        let Some((name, follows)) = end.and_then(|end| Some((after.get(..end)?, after.get(end + 1..)?))) else {
            out.push('&');
            continue;
        };
        let number = name.strip_prefix('#').and_then(|digits| match digits.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => digits.parse().ok(),
        });
        if let Some((_, character)) = ENTITIES.iter().find(|(of, _)| *of == name) {
            out.push_str(character);
        } else if let Some(character) = number.and_then(char::from_u32) {
            out.push(character);
        } else {
            out.push('&');
            continue;
        }
        rest = follows;
    }
    out.push_str(rest);
    out
}

/// Writes lines.
#[derive(Default)]
struct Writer {
    out: String,
    /// Line ends that come before the next words.
    breaks: usize,
    /// A space comes before the next words.
    space: bool,
    /// Within `<pre>`.
    is_kept: bool,
    quotes: usize,
    /// How deep the last words are quoted.
    depth: usize,
    /// Of a link: its address, and where its words begin.
    link: Option<(String, usize)>,
    /// Of an ordered list: the number of its next item.
    number: Option<u32>,
}

impl Writer {
    fn say(&mut self, html: &str) {
        let text = decoded(html);
        if self.is_kept {
            for (at, line) in text.split('\n').enumerate() {
                self.breaks += usize::from(at > 0);
                self.word(line.trim_end_matches('\r'));
            }
            return;
        }
        self.space |= text.starts_with(|c: char| c.is_whitespace());
        for word in text.split_whitespace() {
            self.word(word);
            self.space = true;
        }
        self.space = text.ends_with(|c: char| c.is_whitespace()) || self.space && text.is_empty();
    }

    fn word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if self.out.is_empty() {
            self.out.push_str(&"> ".repeat(self.quotes));
        } else if self.breaks > 0 {
            for left in (0..self.breaks.min(2)).rev() {
                let end = self.out.trim_end().len().max(self.out.rfind('\n').map_or(0, |at| at + 1));
                self.out.truncate(end);
                // An empty line between a quote and what is around it is in neither.
                let depth = if left == 0 { self.quotes } else { self.depth.min(self.quotes) };
                self.out.push('\n');
                self.out.push_str(&"> ".repeat(depth));
            }
        } else if self.space {
            self.out.push(' ');
        }
        (self.breaks, self.space, self.depth) = (0, false, self.quotes);
        self.out.push_str(word);
    }

    /// Breaks lines before what follows; an empty text has nothing to break.
    fn part(&mut self, lines: usize) {
        self.breaks = self.breaks.max(lines);
        self.space = false;
    }

    /// Takes a tag; answers its name when what stands in the element is not said.
    fn tag(&mut self, tag: &str) -> Option<String> {
        let is_end = tag.starts_with('/');
        let name = tag.trim_start_matches('/').split(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).next();
        let name = name.unwrap_or_default().to_ascii_lowercase();
        match name.as_str() {
            "br" => self.breaks += 1,
            "td" | "th" => self.space = true,
            "a" => self.link(if is_end { None } else { attribute(tag, "href") }),
            "img" => self.say(&attribute(tag, "alt").unwrap_or_default().replace(['<', '&'], "")),
            name if PARAGRAPHS.contains(&name) => self.paragraph(name, is_end),
            name if BLOCKS.contains(&name) => {
                self.part(1);
                if name == "li" && !is_end {
                    self.item();
                }
            }
            _ => {}
        }
        let is_silent = !is_end && SILENT.contains(&name.as_str()) && !tag.ends_with('/');
        is_silent.then_some(name)
    }

    fn paragraph(&mut self, name: &str, is_end: bool) {
        if name == "blockquote" {
            self.quotes = if is_end { self.quotes.saturating_sub(1) } else { (self.quotes + 1).min(MOST_QUOTES) };
        }
        match name {
            "pre" => self.is_kept = !is_end,
            "ol" => self.number = (!is_end).then_some(1),
            "ul" => self.number = None,
            _ => {}
        }
        self.part(if matches!(name, "ul" | "ol") { 1 } else { 2 });
    }

    fn item(&mut self) {
        match &mut self.number {
            Some(number) => {
                let mark = format!("{number}.");
                *number += 1;
                self.word(&mark);
            }
            None => self.word("•"),
        }
        self.space = true;
    }

    /// Begins a link, or ends one: its address is written behind words that do not say it.
    fn link(&mut self, href: Option<String>) {
        let begins = href.map(|href| (href.trim().to_owned(), self.out.len()));
        if let Some((address, at)) = std::mem::replace(&mut self.link, begins) {
            let words = self.out.get(at..).unwrap_or_default().trim();
            let bare = address.trim_start_matches("mailto:").trim_end_matches('/');
            let is_worth_it = address.starts_with("http") || address.starts_with("mailto:");
            if is_worth_it && !words.is_empty() && !words.contains(bare) && address.len() <= 300 {
                self.out.push_str(&format!(" ({address})"));
            }
        }
    }

    fn end(self) -> String {
        self.out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_says_in_text_what_it_says() {
        let cases = [
            ("<p>Hello,</p><p>my printer <b>burns</b>.</p>", "Hello,\n\nmy printer burns."),
            ("<div>one</div><div>two<br>three</div>", "one\ntwo\nthree"),
            ("<ul><li>a</li><li>b</li></ul>", "• a\n• b"),
            ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
            ("<table><tr><td>Order</td><td>42</td></tr><tr><td>Total</td></tr></table>", "Order 42\nTotal"),
            ("See <a href=\"https://x.example/a\">the order</a>.", "See the order (https://x.example/a)."),
            ("<a href=\"https://x.example/\">https://x.example</a>", "https://x.example"),
            ("<a class=\"x\"\r\nhref=\"https://x.example/b\">Pay</a>", "Pay (https://x.example/b)"),
            ("Gr&uuml;&szlig;e &amp; &#8364;5 &#x1F600; &unknown; A&B", "Grüße & €5 😀 &unknown; A&B"),
            ("<style>p{}</style><script>alert(1)</script><p>x</p>", "x"),
            ("<html><head><title>T</title></head><body>x</body></html>", "x"),
            ("a <!-- > hidden --> b", "a b"),
            ("1 < 2 and <b title=\"a>b\">bold</b>", "1 < 2 and bold"),
            ("<p>a</p><blockquote><p>b</p><p>c</p></blockquote><p>d</p>", "a\n\n> b\n>\n> c\n\nd"),
            ("<pre>a\n  b</pre>", "a\n  b"),
            ("<p>unclosed <b", "unclosed"),
        ];
        for (html, expected) in cases {
            assert_eq!(text(html), expected, "{html}");
        }
    }

    #[test]
    fn deep_and_long_html_ends() {
        let deep = format!("{}x{}", "<div><blockquote>".repeat(100_000), "</blockquote></div>".repeat(100_000));
        assert!(text(&deep).ends_with('x'));
        assert_eq!(text(&"<".repeat(100_000)).len(), 100_000);
        assert_eq!(text(&"<a href='".repeat(20_000)).len(), 0);
        assert!(text(&"&".repeat(100_000)).len() == 100_000);
    }
}
