//! What a mail says: its text, made of the html when there is no other, and the html as it came.

use encoding_rs::{Encoding, WINDOWS_1252};
use mail_parser::{Message, MessagePart, MimeHeaders as _, PartType};

use crate::{flowed, plain, quote};

/// Bytes of text and html that a message of the desk has.
pub(crate) const LONGEST_TEXT: usize = 256 << 10;
pub(crate) const LONGEST_HTML: usize = 512 << 10;
/// Parts that are read as text.
const MOST_TEXTS: usize = 50;

/// What a mail says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Body {
    /// Whole, however long.
    pub(crate) text: String,
    pub(crate) html: Option<String>,
    /// Parts that are not read, with the character set that they are in.
    pub(crate) refused: Vec<(u32, String)>,
}

impl Body {
    pub(crate) fn of(message: &Message<'_>) -> Self {
        let mut body = Self::default();
        let shown = parts(message, &message.html_body, &mut Vec::new());
        let mut said = texts(message, &parts(message, &message.text_body, &mut body.refused));
        if said.is_empty() {
            said = texts(message, &shown);
        }
        if said.is_empty() && body.refused.is_empty() {
            said.extend(without_boundary(message));
        }
        body.text = quote::marked(&said.join("\n\n"));
        if shown.iter().any(|part| matches!(part.body, PartType::Html(_))) {
            let htmls: Vec<String> = shown.into_iter().filter_map(|part| html_of(message, part)).collect();
            body.html = Some(htmls.join("\n")).filter(|html| !html.trim().is_empty());
        }
        body
    }
}

fn texts(message: &Message<'_>, parts: &[&MessagePart<'_>]) -> Vec<String> {
    let texts = parts.iter().filter_map(|part| text_of(message, part));
    texts.filter(|text| !flowed::is_blank(text)).collect()
}

/// What follows the head of a multipart whose parts cannot be found.
fn without_boundary(message: &Message<'_>) -> Option<String> {
    let root = message.parts.first().filter(|_| message.parts.len() == 1)?;
    let is_multipart = root.content_type().is_some_and(|of| of.c_type.eq_ignore_ascii_case("multipart"));
    let raw = message.raw_message.get(root.offset_body as usize..).filter(|_| is_multipart)?;
    Some(flowed::cleaned(&String::from_utf8_lossy(raw))).filter(|text| !flowed::is_blank(text))
}

/// The parts of a list that are read. UTF-7 is not: with it, what one reader takes for text is markup for another.
fn parts<'a, 'x>(message: &'a Message<'x>, list: &[u32], refused: &mut Vec<(u32, String)>) -> Vec<&'a MessagePart<'x>> {
    let mut parts = Vec::new();
    for id in list.iter().take(MOST_TEXTS) {
        let Some(part) = message.parts.get(*id as usize) else { continue };
        match charset(part).filter(|name| name.contains("utf-7") || name == "utf7") {
            Some(charset) => refused.push((*id, charset)),
            None => parts.push(part),
        }
    }
    parts
}

fn charset(part: &MessagePart<'_>) -> Option<String> {
    part.content_type()?.attribute("charset").map(str::to_ascii_lowercase)
}

fn text_of(message: &Message<'_>, part: &MessagePart<'_>) -> Option<String> {
    let attribute = |name: &str| part.content_type().and_then(|of| of.attribute(name)).unwrap_or_default();
    let text = match &part.body {
        PartType::Text(text) => {
            let text = readable(message, part, text);
            let is_flowed = attribute("format").eq_ignore_ascii_case("flowed");
            if is_flowed { flowed::joined(&text, attribute("delsp").eq_ignore_ascii_case("yes")) } else { text }
        }
        PartType::Html(html) => plain::text(&readable(message, part, html)),
        _ => return None,
    };
    Some(flowed::cleaned(&text))
}

fn html_of(message: &Message<'_>, part: &MessagePart<'_>) -> Option<String> {
    match &part.body {
        PartType::Html(html) => Some(readable(message, part, html).replace('\0', "")),
        PartType::Text(text) => Some(format!("<pre>{}</pre>", escaped(&flowed::cleaned(text)))),
        _ => None,
    }
}

/// The text of a part. Where the parser met bytes that are no text in the character set that is named, or none is, they are read
/// as what the html itself names, else as mail programs of old wrote.
fn readable(message: &Message<'_>, part: &MessagePart<'_>, text: &str) -> String {
    if !text.contains('\u{fffd}') {
        return text.to_owned();
    }
    let raw = message.raw_message.get(part.offset_body as usize..part.offset_end as usize);
    let Some(raw) = raw.filter(|_| part.encoding == mail_parser::Encoding::None) else { return text.to_owned() };
    let named = charset(part).or_else(|| html_charset(raw)).and_then(|name| Encoding::for_label(name.as_bytes()));
    if charset(part).is_some() && named.is_some() {
        return text.to_owned();
    }
    named.unwrap_or(WINDOWS_1252).decode_without_bom_handling(raw).0.into_owned()
}

/// `charset=…` within the first bytes of html.
fn html_charset(raw: &[u8]) -> Option<String> {
    let begin = String::from_utf8_lossy(raw.get(..raw.len().min(1024)).unwrap_or_default()).to_ascii_lowercase();
    let (_, after) = begin.split_once("charset=")?;
    let after = after.trim_start_matches(['"', '\'']);
    after.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':')).next().map(str::to_owned)
}

/// Text as html.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// At most so many bytes of a text.
pub(crate) fn cut(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}
