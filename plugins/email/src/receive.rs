//! A mail becomes a message of the desk, or what it says of a mail of ours. What was sent by the mailbox itself is passed over; so is what
//! machines send to each other without end. A mail that cannot be read is kept as a file: nothing that somebody sends vanishes.

use std::collections::BTreeSet;

use mail_parser::{HeaderName, Message as Mail, MessageParser};

use crate::{
    body::Body,
    bounce,
    desk::{Desk, Fault, Inbound, Message, Origin, Person},
    files::Files,
    head::{Head, address, line, people},
    loops, marks, quote, said,
    sign::{self, Key},
    source::{Limit, Skeleton, Source},
};

/// Ids of a conversation, and people who get copies, as a message has them.
const MOST_THREADS: usize = 50;
const MOST_COPIES: usize = 50;

/// The addresses of this installation.
struct Own(BTreeSet<String>);

/// What a mail is made into.
pub(crate) fn receive(desk: &dyn Desk, source: &Source<'_>) -> Result<Vec<Inbound>, Fault> {
    let skeleton = source.skeleton()?;
    let mut files = Files::new(desk, source, &skeleton);
    let parsed = match skeleton.limit {
        None => MessageParser::default().parse(skeleton.bytes.as_slice()),
        Some(_) => MessageParser::default().parse_headers(skeleton.bytes.as_slice()),
    };
    let Some(mail) = parsed else {
        let sender = nobody(&files);
        let id = identity(source, None)?;
        let message = begin(id, sender, Origin::Automatic);
        return unread(message, "unreadable", files).map(|message| vec![message]);
    };
    let head = Head::of(&mail);
    let own = Own::of(desk)?;
    let key = Key::of(desk)?;
    let Some(sender) = author(&mail, &head, &own, &files) else {
        desk.note("a mail of this mailbox itself was passed over");
        return Ok(Vec::new());
    };
    if head.ids("message-id").iter().any(|id| key.is_ours(id)) {
        desk.note("a copy of a mail of ours was passed over");
        return Ok(Vec::new());
    }
    if skeleton.limit.is_none()
        && let Some(reports) = bounce::reports(&mail, &head, &key)
    {
        return Ok(reports);
    }
    let Some(origin) = loops::judge(desk, &sender.handle, marks::origin(&mail, &head, &sender.handle))? else {
        desk.note(&format!("a mail of {} was passed over: a machine that goes on writing", sender.handle));
        return Ok(Vec::new());
    };
    let id = identity(source, head.ids("message-id").into_iter().next())?;
    let mut message = begin(id, sender, origin);
    address_to(&mut message, &mail, &head, &own, &mut files);
    join(&mut message, &mail, &head, &own, &key);
    let message = match skeleton.limit {
        Some(limit) => unread(message, words(limit), files)?,
        None => read(desk, message, &mail, &skeleton, files)?,
    };
    Ok(vec![message])
}

impl Own {
    /// Of the mailboxes, and what the desk says is the same.
    fn of(desk: &dyn Desk) -> Result<Self, Fault> {
        let mailboxes = desk.mailboxes()?.into_iter().map(|mailbox| mailbox.address);
        let aliases = desk.setting("aliases").unwrap_or_default();
        let aliases: Vec<String> = aliases.split([',', ';', ' ', '\n']).map(str::to_owned).collect();
        Ok(Self(mailboxes.chain(aliases).filter_map(|own| address(&own)).collect()))
    }

    /// Also with something after a `+`.
    fn is(&self, address: &str) -> bool {
        let whole = tagged(address).map_or_else(|| address.to_owned(), |(whole, _)| whole);
        self.0.contains(address) || self.0.contains(&whole)
    }
}

/// An address without what stands after its `+`, and that.
fn tagged(address: &str) -> Option<(String, &str)> {
    let (local, domain) = address.rsplit_once('@')?;
    let (name, tag) = local.split_once('+')?;
    Some((format!("{name}@{domain}"), tag))
}

/// Who wrote a mail and is answered; none: this mailbox did. Forms of a desk's own site write from its address, for somebody else.
fn author(mail: &Mail<'_>, head: &Head, own: &Own, files: &Files<'_>) -> Option<Person> {
    let from = people(mail, HeaderName::From).into_iter().next();
    let from = from
        .or_else(|| head.author().map(|handle| Person { email: Some(handle.clone()), handle, name: String::new() }));
    let Some(from) = from else { return Some(nobody(files)) };
    let is_list = head.has("list-id") || head.has("list-post");
    let answers_go_to = people(mail, HeaderName::ReplyTo).into_iter().find(|one| !own.is(&one.handle));
    match answers_go_to.filter(|_| !is_list) {
        Some(other) if other.handle != from.handle => {
            let name = if other.name.is_empty() { from.name } else { other.name };
            Some(Person { name, ..other })
        }
        _ if own.is(&from.handle) => None,
        _ => Some(from),
    }
}

/// Stands for the sender of a mail that names none.
fn nobody(files: &Files<'_>) -> Person {
    Person { handle: "nobody".into(), name: files.texts.get("no-sender"), email: None }
}

fn begin(id: String, sender: Person, origin: Origin) -> Message {
    Message {
        threads: vec![id.clone()],
        external_id: id,
        sender,
        copies: Vec::new(),
        subject: None,
        text: String::new(),
        html: None,
        attachments: Vec::new(),
        unsupported: Vec::new(),
        origin,
        answers: None,
        sent: None,
    }
}

/// The Message-ID, else what the bytes of the mail are known by.
fn identity(source: &Source<'_>, id: Option<String>) -> Result<String, Fault> {
    if let Some(id) = id {
        return Ok(id);
    }
    let mut digest = sign::Digest::default();
    source.each(0..source.size(), |piece| {
        digest.take(piece);
        Ok(())
    })?;
    Ok(format!("sha256:{}", digest.end()))
}

/// To whom it went, what it is about and when it was sent.
fn address_to(message: &mut Message, mail: &Mail<'_>, head: &Head, own: &Own, files: &mut Files<'_>) {
    let mut seen = BTreeSet::from([message.sender.handle.clone()]);
    let others = people(mail, HeaderName::To).into_iter().chain(people(mail, HeaderName::Cc));
    let mut others: Vec<Person> =
        others.filter(|one| !own.is(&one.handle) && seen.insert(one.handle.clone())).collect();
    // Addresses of a list are those of strangers.
    if message.origin == Origin::Bulk {
        others.clear();
    }
    let more = others.len().saturating_sub(MOST_COPIES);
    if more > 0 {
        files.say("more-recipients", &[("count", &more.to_string())]);
        others.truncate(MOST_COPIES);
    }
    message.copies = others;
    let subject = mail.subject().map(line).unwrap_or_default();
    let subject = line(&subject_token(&subject).map_or(subject.clone(), |(without, _)| without));
    message.subject = Some(subject).filter(|subject| !subject.is_empty());
    let sent = mail.date().filter(|date| date.is_valid()).map(mail_parser::DateTime::to_timestamp);
    message.sent = sent.and_then(|seconds| u64::try_from(seconds).ok()).map(|seconds| seconds.saturating_mul(1000));
    message.answers = head.ids("in-reply-to").into_iter().next();
}

/// A token in brackets that could be ours: the subject without it, and the token.
fn subject_token(subject: &str) -> Option<(String, &str)> {
    subject.match_indices("[#").find_map(|(at, mark)| {
        let (token, after) = subject.get(at + mark.len()..)?.split_once(']')?;
        let before = subject.get(..at)?;
        sign::could_be_token(token).then(|| (format!("{before}{after}"), token))
    })
}

/// Names the conversation: by the mail itself and what it answers, the newest first, then by the token that our mails carry. Whose ticket that is, and
/// whether the sender is part of it, the desk knows.
fn join(message: &mut Message, mail: &Mail<'_>, head: &Head, own: &Own, key: &Key) {
    let answered = head.ids("in-reply-to").into_iter().chain(head.ids("references").into_iter().rev());
    let recipients = ["to", "cc", "delivered-to", "x-original-to"].iter().flat_map(|name| head.addresses(name));
    let tags: Vec<String> = recipients
        .filter(|address| own.is(address))
        .filter_map(|address| tagged(&address).map(|(_, tag)| tag.to_owned()))
        .collect();
    let subject = mail.subject().and_then(subject_token).map(|(_, token)| token.to_owned());
    let tokens = tags.into_iter().chain(subject).filter_map(|token| key.thread(&token));
    let mut seen = BTreeSet::new();
    let own_id = message.external_id.clone();
    let named = std::iter::once(own_id).chain(answered.take(MOST_THREADS - 5)).chain(tokens.take(4));
    let mut threads: Vec<String> = named.collect();
    threads.retain(|id| seen.insert(id.clone()));
    message.threads = threads;
}

/// Fills in what the mail says and what came with it.
fn read(
    desk: &dyn Desk,
    mut message: Message,
    mail: &Mail<'_>,
    skeleton: &Skeleton,
    mut files: Files<'_>,
) -> Result<Inbound, Fault> {
    let body = Body::of(mail);
    for (id, charset) in &body.refused {
        files.say("charset", &[("charset", charset)]);
        files.keep_raw(mail, *id)?;
    }
    files.keep_all(mail, body.html.as_deref())?;
    message.text = files.text(&body.text)?;
    if let Some(html) = body.html {
        message.html = files.html(html)?;
    }
    if message.text.trim().is_empty() {
        message.text = files.texts.get("no-text");
    }
    (message.attachments, message.unsupported) = files.into_parts();
    if desk.is_on("quote") && !skeleton.lacks(body.text.as_bytes()) {
        said::keep(desk, &message.external_id, quote::parts(&message.text).said)?;
    }
    Ok(Inbound::Message(Box::new(message)))
}

/// A mail that is not read is kept as a file.
fn unread(mut message: Message, why: &str, mut files: Files<'_>) -> Result<Inbound, Fault> {
    let mut lines = vec![files.texts.get(why)];
    if !files.keep_mail()? {
        lines.push(files.texts.get("not-attached"));
    }
    message.text = lines.join("\n");
    (message.attachments, message.unsupported) = files.into_parts();
    Ok(Inbound::Message(Box::new(message)))
}

fn words(limit: Limit) -> &'static str {
    match limit {
        Limit::Size => "too-large",
        Limit::Nesting => "too-deep",
        Limit::Parts => "too-many-parts",
        Limit::Head => "head-too-long",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_after_a_plus_is_told_from_the_address() {
        assert_eq!(tagged("help+abc@x.example"), Some(("help@x.example".into(), "abc")));
        assert_eq!(tagged("help@x.example"), None);
        let own = Own(BTreeSet::from(["help@x.example".to_owned()]));
        assert!(own.is("help@x.example") && own.is("help+abc@x.example") && !own.is("other+abc@x.example"));
    }

    #[test]
    fn a_token_is_taken_out_of_the_subject() {
        let token = "ABCDEFGHJK01234567";
        let subject = format!("Re: [#12] Printer [#{token}]");
        assert_eq!(subject_token(&subject), Some(("Re: [#12] Printer ".into(), token)));
        assert_eq!(subject_token("Re: [#12] Printer"), None);
    }
}
