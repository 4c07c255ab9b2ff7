//! A reply as a mail: text and html, files, and the head by which it is answered. Nothing of what comes from people begins a line of its
//! own in the head.

use std::io;

use mail_builder::{
    MessageBuilder,
    headers::{address::Address, raw::Raw},
    mime::MimePart,
};

use crate::{
    body::escaped,
    desk::{Mailbox, Person, Reply},
    head::line,
};

/// Ids of `References`: the first, and the last of them.
const MOST_REFERENCES: usize = 20;
/// Characters of a subject before its token.
const SHORTENED: usize = 160;

/// What a mail is made of, besides the reply.
pub(crate) struct Parts<'a> {
    pub(crate) mailbox: &'a Mailbox,
    /// Without brackets.
    pub(crate) message_id: &'a str,
    /// Of the conversation.
    pub(crate) token: &'a str,
    /// Where answers go, with the token in it; none: they go to the mailbox, and the token is in the subject.
    pub(crate) reply_to: Option<&'a str>,
    /// Seconds since 1970.
    pub(crate) date: i64,
    /// Below what is said; empty: none.
    pub(crate) signature: &'a str,
    /// What is answered, with a line that says whose it is; empty: none.
    pub(crate) quoted: &'a str,
    /// The bytes of the files of the reply, in their order.
    pub(crate) files: Vec<Vec<u8>>,
}

/// Writes a mail.
pub(crate) fn write(reply: &Reply, parts: Parts<'_>, out: impl io::Write) -> io::Result<()> {
    let Parts { mailbox, message_id, date, reply_to, .. } = &parts;
    let copies: Vec<Address<'_>> = reply.copies.iter().filter_map(address).collect();
    let mut mail = MessageBuilder::new()
        .from(named(&mailbox.name, &mailbox.address))
        .to(address(&reply.recipient).unwrap_or_else(|| named("", &reply.recipient.handle)))
        .subject(subject(reply, &parts))
        .date(*date)
        .message_id((*message_id).to_owned());
    if !copies.is_empty() {
        mail = mail.cc(copies);
    }
    if let Some(reply_to) = reply_to {
        mail = mail.reply_to(named(&mailbox.name, reply_to));
    }
    if let Some(answers) = reply.answers.as_deref().filter(|id| is_message_id(id)) {
        mail = mail.in_reply_to(answers.to_owned());
    }
    let references = references(reply);
    if !references.is_empty() {
        mail = mail.references(references);
    }
    if reply.automatic {
        mail = mail.header("Auto-Submitted", Raw::new("auto-generated"));
        mail = mail.header("X-Auto-Response-Suppress", Raw::new("All"));
    }
    mail.body(body(reply, parts)).write_to(out)
}

/// One that has an address.
fn address(person: &Person) -> Option<Address<'static>> {
    Some(named(&person.name, &person.address()?))
}

fn named(name: &str, email: &str) -> Address<'static> {
    let name = line(name).replace(['"', '\\', '<', '>'], "");
    if name.is_empty() { email.to_owned().into() } else { (name, email.to_owned()).into() }
}

/// The subject of the ticket, as an answer where it is one.
fn subject(reply: &Reply, parts: &Parts<'_>) -> String {
    let subject = line(&reply.subject);
    let is_answer = reply.answers.is_some() || !reply.threads.is_empty();
    let lower = subject.to_lowercase();
    let has_mark = ["re:", "aw:", "sv:", "رد:"].iter().any(|mark| lower.starts_with(mark));
    let subject = if is_answer && !has_mark { format!("Re: {subject}") } else { subject };
    match parts.reply_to {
        Some(_) => subject,
        // Short enough that the token is not cut off where it comes back.
        None => format!("{} [#{}]", subject.chars().take(SHORTENED).collect::<String>().trim_end(), parts.token),
    }
}

/// What was said before, the oldest first.
fn references(reply: &Reply) -> Vec<String> {
    let mut ids: Vec<String> = reply.threads.iter().filter(|id| is_message_id(id)).rev().cloned().collect();
    // What is answered comes last.
    if let Some(answers) = reply.answers.as_ref().filter(|id| is_message_id(id)) {
        ids.retain(|id| id != answers);
        ids.push(answers.clone());
    }
    if ids.len() > MOST_REFERENCES {
        ids.drain(1..=ids.len() - MOST_REFERENCES);
    }
    ids
}

/// True for what can stand in brackets in a head.
fn is_message_id(id: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>');
    id.contains('@') && id.len() <= 200 && id.chars().all(is_plain)
}

fn body(reply: &Reply, parts: Parts<'_>) -> MimePart<'static> {
    let (text, html) = (text(reply, &parts), html(reply, &parts));
    let (mut inline, mut attached) = (Vec::new(), Vec::new());
    for (file, bytes) in reply.attachments.iter().zip(parts.files) {
        let name = line(&file.name).replace(['"', '\\'], "");
        let part = MimePart::new(media_type(&file.media_type), bytes);
        match &file.content_id {
            Some(id) => inline.push(part.inline().cid(id.clone())),
            None => attached.push(part.attachment(name)),
        }
    }
    let mut shown = MimePart::new("text/html", html);
    if !inline.is_empty() {
        inline.insert(0, shown);
        shown = MimePart::new("multipart/related", inline);
    }
    let said = MimePart::new("multipart/alternative", vec![MimePart::new("text/plain", text), shown]);
    if attached.is_empty() {
        return said;
    }
    attached.insert(0, said);
    MimePart::new("multipart/mixed", attached)
}

/// As the host found it; anything odd is bytes. A text is sent as bytes too: its character set is not known.
fn media_type(of: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '.' | '+' | '_');
    let is_usable = of.matches('/').count() == 1 && of.chars().all(is_plain);
    let is_structured = ["multipart/", "message/", "text/"].iter().any(|kind| of.starts_with(kind));
    if is_usable && !is_structured { of.to_owned() } else { "application/octet-stream".into() }
}

fn text(reply: &Reply, parts: &Parts<'_>) -> String {
    let mut text = reply.text.trim_end().to_owned();
    if !parts.signature.is_empty() {
        text.push_str("\n\n-- \n");
        text.push_str(parts.signature);
    }
    if !parts.quoted.is_empty() {
        text.push_str("\n\n");
        text.push_str(parts.quoted);
    }
    text.push('\n');
    text
}

/// The same as html: what the host made of the reply, or its text in paragraphs.
fn html(reply: &Reply, parts: &Parts<'_>) -> String {
    let mut html = String::from("<!DOCTYPE html><html><body>\n");
    match &reply.html {
        Some(own) => html.push_str(own),
        None => html.push_str(&paragraphs(&reply.text)),
    }
    if !parts.signature.is_empty() {
        html.push_str(&format!("\n<div>-- <br>\n{}</div>", lines(parts.signature)));
    }
    if !parts.quoted.is_empty() {
        let (heading, quoted) = parts.quoted.split_once('\n').unwrap_or((parts.quoted, ""));
        let quoted: Vec<&str> =
            quoted.lines().map(|line| line.strip_prefix("> ").or(line.strip_prefix('>')).unwrap_or(line)).collect();
        let quoted = lines(&quoted.join("\n"));
        html.push_str(&format!("\n<p>{}</p>\n<blockquote type=\"cite\">{quoted}</blockquote>", escaped(heading)));
    }
    html.push_str("\n</body></html>\n");
    html
}

fn paragraphs(text: &str) -> String {
    let paragraphs = text.trim().split("\n\n").filter(|paragraph| !paragraph.trim().is_empty());
    paragraphs.map(|paragraph| format!("<p>{}</p>\n", lines(paragraph.trim_matches('\n')))).collect()
}

fn lines(text: &str) -> String {
    text.lines().map(escaped_line).collect::<Vec<_>>().join("<br>\n")
}

/// Spaces at the beginning of a line are seen.
fn escaped_line(line: &str) -> String {
    let words = line.trim_start_matches(' ');
    "&nbsp;".repeat(line.len() - words.len()) + &escaped(words)
}
