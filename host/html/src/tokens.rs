//! Tags and texts of HTML, one after the other. It is the reading of browsers as far as well-meant HTML goes; where they would see
//! something else in the rest, nothing depends on it, because all of it is written anew.
//!
//! Each byte is looked at once, however tags are strung together or left open: browsers' own readers compare each attribute of a tag
//! with those before it, and a tag may have 100,000.

/// A piece of HTML. Texts and values are as they stand there: what `&` begins is not resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// Between tags.
    Text(&'a str),
    /// `<p title="x">`: the name in lower case, and names with values of attributes as written.
    Start(String, Vec<(&'a str, &'a str)>),
    /// `</p>`: the name in lower case.
    End(String),
}

/// Attributes of a tag that are looked at.
const MOST_ATTRIBUTES: usize = 24;

/// Elements whose content is no HTML, and nothing to show.
const RAW: [&str; 8] = ["iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"];

/// The tokens of a text.
pub(crate) struct Tokens<'a> {
    rest: &'a str,
    /// An element of [`RAW`] that has just begun.
    raw: Option<&'static str>,
}

impl<'a> Tokens<'a> {
    pub(crate) fn of(html: &'a str) -> Self {
        Self { rest: html, raw: None }
    }

    /// What begins with the `<` that is next; none for what is nothing to show.
    fn tag(&mut self) -> Option<Token<'a>> {
        let after = self.rest.get(1..).unwrap_or_default();
        match after.chars().next() {
            Some(first) if first.is_ascii_alphabetic() => self.start(after),
            Some('/') => self.end(after.get(1..).unwrap_or_default()),
            Some('!' | '?') => {
                self.rest = after_comment(after);
                None
            }
            _ => {
                self.rest = after;
                Some(Token::Text("<"))
            }
        }
    }

    fn start(&mut self, after: &'a str) -> Option<Token<'a>> {
        let (name, rest) = name(after);
        let attributes = self.attributes(rest)?;
        self.raw = RAW.into_iter().find(|raw| *raw == name);
        if self.raw.is_some() { None } else { Some(Token::Start(name, attributes)) }
    }

    fn end(&mut self, after: &'a str) -> Option<Token<'a>> {
        if !after.starts_with(|first: char| first.is_ascii_alphabetic()) {
            self.rest = after.split_once('>').map_or("", |(_, rest)| rest);
            return None;
        }
        let (name, rest) = name(after);
        self.attributes(rest)?;
        Some(Token::End(name))
    }

    /// Goes on after a tag, of which this follows the name. One that never ends is none, and there is nothing after it.
    fn attributes(&mut self, rest: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
        let found = attributes(rest);
        self.rest = found.as_ref().map_or("", |(_, after)| *after);
        found.map(|(attributes, _)| attributes)
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            if let Some(name) = self.raw.take() {
                self.rest = from_end_of(name, self.rest);
            }
            let (text, rest) = self.rest.split_at(self.rest.find('<').unwrap_or(self.rest.len()));
            if !text.is_empty() {
                self.rest = rest;
                return Some(Token::Text(text));
            }
            if rest.is_empty() {
                return None;
            }
            if let Some(token) = self.tag() {
                return Some(token);
            }
        }
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

/// The name that a tag begins with, and what follows it.
fn name(text: &str) -> (String, &str) {
    let ends = |c: char| is_space(c) || matches!(c, '/' | '>');
    let (name, rest) = text.split_at(text.find(ends).unwrap_or(text.len()));
    (name.to_ascii_lowercase(), rest)
}

/// The attributes of a tag, and what follows its `>`; none when it never ends.
fn attributes(mut rest: &str) -> Option<(Vec<(&str, &str)>, &str)> {
    let mut found = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c| is_space(c) || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return Some((found, after));
        }
        let (name, after) = attribute_name(rest)?;
        let (value, after) = match after.trim_start_matches(is_space).strip_prefix('=') {
            Some(value) => attribute_value(value.trim_start_matches(is_space))?,
            None => ("", after),
        };
        rest = after;
        if found.len() < MOST_ATTRIBUTES {
            found.push((name, value));
        }
    }
}

/// `=` as its first letter belongs to a name.
fn attribute_name(text: &str) -> Option<(&str, &str)> {
    let ends = |c: char| is_space(c) || matches!(c, '/' | '>' | '=');
    let end = text.char_indices().skip(1).find(|(_, c)| ends(*c)).map_or(text.len(), |(at, _)| at);
    if end == 0 { None } else { Some(text.split_at(end)) }
}

fn attribute_value(text: &str) -> Option<(&str, &str)> {
    match text.chars().next()? {
        quote @ ('"' | '\'') => text.get(1..)?.split_once(quote),
        _ => {
            let ends = |c: char| is_space(c) || c == '>';
            Some(text.split_at(text.find(ends).unwrap_or(text.len())))
        }
    }
}

/// What follows a comment, a document type or an instruction, of which the `<` is gone.
fn after_comment(text: &str) -> &str {
    let Some(comment) = text.strip_prefix("!--") else {
        return text.split_once('>').map_or("", |(_, rest)| rest);
    };
    let empty = comment.strip_prefix('>').or_else(|| comment.strip_prefix("->"));
    empty.or_else(|| comment.split_once("-->").map(|(_, rest)| rest)).unwrap_or_default()
}

/// From the tag on that ends an element of [`RAW`].
fn from_end_of<'a>(name: &str, text: &'a str) -> &'a str {
    let mut rest = text;
    while let Some(at) = rest.find("</") {
        let (_, tag) = rest.split_at(at);
        let after = tag.get(2..).unwrap_or_default();
        let is_it = after.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
            && after.get(name.len()..).is_none_or(|next| !next.starts_with(|c: char| c.is_ascii_alphanumeric()));
        if is_it {
            return tag;
        }
        rest = after;
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(html: &str) -> Vec<Token<'_>> {
        Tokens::of(html).collect()
    }

    fn start<'a>(name: &str, attributes: &[(&'a str, &'a str)]) -> Token<'a> {
        Token::Start(name.to_owned(), attributes.to_vec())
    }

    #[test]
    fn tags_and_texts_follow_each_other() {
        let expected = [
            Token::Text("1 "),
            Token::Text("<"),
            Token::Text(" 2"),
            start("p", &[("A", "x > y"), ("b", "1"), ("c", ""), ("d", "e/f")]),
            Token::Text("&amp;"),
            Token::End("p".to_owned()),
        ];
        assert_eq!(all("1 < 2<P A=\"x > y\" b = '1' c / d=e/f>&amp;</P x>"), expected);
    }

    #[test]
    fn what_is_no_text_is_left_out() {
        let html =
            "a<!-- <b> -->b<!-->c<!doctype html>d<?xml ?>e</>f</ x>g<style>p > a</styles></STYLE>h<title></p></title>";
        let texts: String = Tokens::of(html)
            .filter_map(|token| if let Token::Text(text) = token { Some(text) } else { None })
            .collect();
        assert_eq!(texts, "abcdefgh");
    }

    #[test]
    fn what_never_ends_is_nothing() {
        for html in ["a<b", "a<b c", "a<b c=\"", "a<b c='>", "a</b", "a<!--", "a<!", "a<script>b", "a</"] {
            assert_eq!(all(html), [Token::Text("a")], "{html}");
        }
    }

    #[test]
    fn a_hundred_thousand_attributes_are_passed_by() {
        let many: String = (0..100_000).map(|n| format!(" a{n}")).collect();
        let page = format!("<p{many}>x");
        let found = all(&page);
        assert!(matches!(&found[..], [Token::Start(_, attributes), Token::Text("x")] if attributes.len() == 24));
    }
}
