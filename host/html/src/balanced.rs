//! HTML written anew with nothing but the elements that are shown, each closed where it has to be.
//!
//! A reader of it has nothing to repair: paragraphs end before what cannot be in one, rows and cells are in their tables, and
//! what was opened last is closed first. That is what keeps reading it cheap: a parser that finds `<b>` left open in one
//! paragraph opens it again in each that follows, a hundred of them in each of 20,000. What is deeper than [`DEEPEST`], or comes after
//! [`MOST_TAGS`], goes without its tags; its text stays.
//!
//! On the way, pictures get the address that the caller has for them, and what a message quotes is folded (`<details>`).

use crate::{
    rules::{ATTRIBUTES, ELEMENTS, is_picture},
    tokens::{Token, Tokens},
};

/// Elements within each other.
pub const DEEPEST: usize = 100;
/// Elements of a document.
const MOST_TAGS: usize = 20_000;
/// Bytes of the value of an attribute; a picture that is in its address may be as long as all.
const LONGEST_VALUE: usize = 4_000;

/// Elements without an end.
const VOID: [&str; 5] = ["br", "col", "hr", "img", "wbr"];
/// What a paragraph ends before.
const BLOCKS: [&str; 29] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
];
/// What holds the rows of a table.
const BODIES: [&str; 3] = ["tbody", "tfoot", "thead"];
/// That, and what stands beside it.
const PARTS: [&str; 5] = ["caption", "colgroup", "tbody", "tfoot", "thead"];
/// Within a table, but for its cells and its caption, there is nothing to show.
const FRAME: [&str; 6] = ["colgroup", "table", "tbody", "tfoot", "thead", "tr"];
/// What is open outside of these is not closed from within.
const WALLS: [&str; 4] = ["caption", "table", "td", "th"];

/// Where a picture is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picture {
    /// There: an absolute address.
    At(String),
    /// Elsewhere, and not to be loaded.
    HeldBack,
    /// Nowhere.
    Gone,
}

/// What was written.
pub(crate) struct Balanced {
    pub(crate) html: String,
    /// Pictures that are [`Picture::HeldBack`].
    pub(crate) held_back: usize,
}

/// Writes it anew. `quoted` stands above what is folded; `place` says where a picture is, by the address that it has.
pub(crate) fn balanced(html: &str, quoted: &str, place: &mut dyn FnMut(&str) -> Picture) -> Balanced {
    let out = Balanced { html: String::with_capacity(html.len()), held_back: 0 };
    let mut writer = Writer { out, open: Vec::new(), tags: 0, quoted, place };
    for token in Tokens::of(html) {
        match token {
            Token::Text(text) => escape(&mut writer.out.html, text),
            Token::Start(name, attributes) => writer.start(&name, &attributes),
            Token::End(name) => writer.end(&name),
        }
    }
    writer.close(0);
    writer.out
}

struct Writer<'a> {
    out: Balanced,
    /// The elements that are open, the innermost last.
    open: Vec<&'static str>,
    tags: usize,
    quoted: &'a str,
    place: &'a mut dyn FnMut(&str) -> Picture,
}

impl Writer<'_> {
    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        // Folds are written here alone.
        let known = ELEMENTS.into_iter().find(|known| *known == name && !matches!(*known, "details" | "summary"));
        let Some(name) = known.filter(|_| self.tags < MOST_TAGS) else { return };
        self.make_room(name);
        // A cell may come with a row and a body of its table.
        let levels = if matches!(name, "td" | "th" | "tr") { 3 } else { 1 };
        if self.open.len() + levels > DEEPEST {
            return;
        }
        if matches!(name, "td" | "th" | "tr") && self.is_in(&["table"]) {
            self.put("tbody", &[]);
        }
        if matches!(name, "td" | "th") && self.is_in(&BODIES) {
            self.put("tr", &[]);
        }
        if self.fits(name) {
            self.put(name, attributes);
        }
    }

    fn put(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.tags += 1;
        if name == "blockquote" && !self.open.contains(&name) {
            self.out.html.push_str("<details><summary>");
            escape(&mut self.out.html, self.quoted);
            self.out.html.push_str("</summary>");
        }
        self.out.html.push('<');
        self.out.html.push_str(name);
        for (key, value) in attributes {
            self.attribute(name, &key.to_ascii_lowercase(), value);
        }
        self.out.html.push('>');
        if !VOID.contains(&name) {
            self.open.push(name);
        }
    }

    fn attribute(&mut self, element: &str, name: &str, value: &str) {
        if element == "img" && name == "src" {
            return self.picture(value);
        }
        if ATTRIBUTES.contains(&name) && name != "src" && value.len() <= LONGEST_VALUE {
            self.value(name, value);
        }
    }

    /// The address means here what it says, but for `&amp;`, and so it does to whoever reads what is written.
    fn picture(&mut self, written: &str) {
        let address = written.trim().replace("&amp;", "&");
        let place = if is_picture(&address) { Picture::At(address) } else { (self.place)(&address) };
        match place {
            Picture::At(address) => self.value("src", &address.replace('&', "&amp;")),
            Picture::HeldBack => self.out.held_back += 1,
            Picture::Gone => {}
        }
    }

    fn value(&mut self, name: &str, value: &str) {
        self.out.html.push(' ');
        self.out.html.push_str(name);
        self.out.html.push_str("=\"");
        escape(&mut self.out.html, value);
        self.out.html.push('"');
    }

    /// Closes what has to end where this begins.
    fn make_room(&mut self, name: &str) {
        match name {
            "li" => self.close_in(&["li"], &["ol", "ul"]),
            "dd" | "dt" => self.close_in(&["dd", "dt"], &["dl"]),
            "td" | "th" => self.close_in(&["td", "th"], &["table", "tr"]),
            "tr" => self.close_in(&["tr", "caption", "colgroup"], &["table"]),
            "a" => self.close_in(&["a"], &WALLS),
            _ if PARTS.contains(&name) => self.close_in(&PARTS, &["table"]),
            _ => {}
        }
        if BLOCKS.contains(&name) {
            self.close_in(&["p"], &WALLS);
        }
    }

    /// Closes the innermost of these, with all in it, unless one of the walls is nearer.
    fn close_in(&mut self, ends: &[&str], walls: &[&str]) {
        let nearest = self.open.iter().enumerate().rev().find(|(_, one)| ends.contains(one) || walls.contains(one));
        if let Some((at, _)) = nearest.filter(|(_, one)| ends.contains(one)) {
            self.close(at);
        }
    }

    fn end(&mut self, name: &str) {
        // Whatever is open within a block ends with it; a block does not end with what it is in.
        match name {
            "details" | "summary" => {}
            "table" => self.close_in(&[name], &[]),
            "td" | "th" | "tr" => self.close_in(&[name], &["table"]),
            _ if PARTS.contains(&name) => self.close_in(&[name], &["table"]),
            _ if BLOCKS.contains(&name) => self.close_in(&[name], &WALLS),
            _ if self.has_block_since(name) => {}
            _ => self.close_in(&[name], &WALLS),
        }
    }

    /// True when a block is open within the innermost of these.
    fn has_block_since(&self, name: &str) -> bool {
        self.open.iter().rev().take_while(|one| **one != name).any(|one| BLOCKS.contains(one))
    }

    fn close(&mut self, down_to: usize) {
        while self.open.len() > down_to {
            let Some(name) = self.open.pop() else { return };
            self.out.html.push_str("</");
            self.out.html.push_str(name);
            self.out.html.push('>');
            if name == "blockquote" && !self.open.contains(&name) {
                self.out.html.push_str("</details>");
            }
        }
    }

    fn is_in(&self, names: &[&str]) -> bool {
        self.open.last().is_some_and(|last| names.contains(last))
    }

    fn fits(&self, name: &str) -> bool {
        match name {
            "tr" => self.is_in(&BODIES),
            "td" | "th" => self.is_in(&["tr"]),
            "col" => self.is_in(&["colgroup"]),
            _ if PARTS.contains(&name) => self.is_in(&["table"]),
            _ => !self.is_in(&FRAME),
        }
    }
}

/// What `&` begins stays as it is: the next reader resolves it.
fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\0' => {}
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(html: &str) -> String {
        balanced(html, "Quoted", &mut |_| Picture::Gone).html
    }

    #[test]
    fn what_is_left_open_is_closed_where_it_has_to_be() {
        for (html, expected) in [
            ("<p>a<p>b", "<p>a</p><p>b</p>"),
            ("<p><b>a<div>b</div>c", "<p><b>a</b></p><div>b</div>c"),
            ("<ul><li>a<li><p>b<ul><li>c</ul></ul>", "<ul><li>a</li><li><p>b</p><ul><li>c</li></ul></li></ul>"),
            ("<b>a<div>b</b>c</div>d", "<b>a<div>bc</div>d</b>"),
            ("<a href=x>a<a href=y>b", "<a href=\"x\">a</a><a href=\"y\">b</a>"),
            ("<dl><dt>a<dd>b<dt>c", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"),
            ("</p></div>a<br></br>b<hr/>", "a<br>b<hr>"),
        ] {
            assert_eq!(written(html), expected, "{html}");
        }
    }

    #[test]
    fn tables_are_whole() {
        for (html, expected) in [
            (
                "<table><tr><td>a<td>b<tr><td>c</table>d",
                "<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></tbody></table>d",
            ),
            ("<table><td>a", "<table><tbody><tr><td>a</td></tr></tbody></table>"),
            (
                "<table><b><thead><tr><td><p>a</div></td></b></tr><tbody></table>",
                "<table><thead><tr><td><p>a</p></td></tr></thead><tbody></tbody></table>",
            ),
            ("<td>a</td><tr>b", "ab"),
            (
                "<table><tr><td><table><tbody><tr><td>a</table>b",
                "<table><tbody><tr><td><table><tbody><tr><td>a</td></tr></tbody></table>b</td></tr></tbody></table>",
            ),
        ] {
            assert_eq!(written(html), expected, "{html}");
        }
    }

    #[test]
    fn what_is_quoted_is_folded_once() {
        assert_eq!(
            written("a<blockquote>b<blockquote>c</blockquote></blockquote>d"),
            "a<details><summary>Quoted</summary><blockquote>b<blockquote>c</blockquote></blockquote></details>d"
        );
        assert_eq!(written("<details open><summary>x</summary>y</details>"), "xy");
    }

    #[test]
    fn pictures_are_where_the_caller_has_them() {
        let html = "<img src=' https://a.example/?b=1&amp;c=2&#46;' alt=A><img src=cid:1><IMG SRC=x>";
        let mut asked = Vec::new();
        let found = balanced(html, "", &mut |address| {
            asked.push(address.to_owned());
            match address {
                "cid:1" => Picture::At("https://b.example/?1&2".to_owned()),
                "x" => Picture::Gone,
                _ => Picture::HeldBack,
            }
        });
        assert_eq!(found.html, "<img alt=\"A\"><img src=\"https://b.example/?1&amp;2\"><img>");
        assert_eq!(found.held_back, 1);
        assert_eq!(asked, ["https://a.example/?b=1&c=2&#46;", "cid:1", "x"]);
    }

    #[test]
    fn what_is_too_deep_or_too_much_keeps_its_text() {
        let deep = written(&format!("{}x", "<div>".repeat(100_000)));
        assert_eq!(deep.matches("<div>").count(), DEEPEST);
        assert!(deep.contains('x') && deep.ends_with("</div>"));
        let much = written(&"<br>x".repeat(30_000));
        assert_eq!((much.matches("<br>").count(), much.matches('x').count()), (MOST_TAGS, 30_000));
    }
}
