//! The files of a mail: attachments, inline pictures, passed-on mails and calendars become files of the desk, as many as a message has;
//! of the others the names are said. What Outlook packed into `winmail.dat` is kept as it is.

use base64::Engine as _;
use mail_parser::{ContentType, Encoding, Message, MessagePart, MimeHeaders as _, PartType};

use crate::{
    body::{LONGEST_HTML, LONGEST_TEXT, cut},
    calendar,
    desk::{Attached, Desk, Fault},
    head::line,
    source::{BASE64, Skeleton, Source},
    texts::Texts,
};

/// Files of a message, and lines on what it lacks.
const MOST_FILES: usize = 20;
const MOST_LINES: usize = 20;
/// Bytes of a file.
pub(crate) const LARGEST: u64 = 25 << 20;
/// Bytes that are written at once.
const PIECE: usize = 1 << 20;

/// Collects the files of a message.
pub(crate) struct Files<'a> {
    desk: &'a dyn Desk,
    source: &'a Source<'a>,
    skeleton: &'a Skeleton,
    pub(crate) texts: Texts,
    pub(crate) attached: Vec<Attached>,
    /// What is said about files, and about what is missing.
    pub(crate) lines: Vec<String>,
    not_kept: Vec<String>,
}

impl<'a> Files<'a> {
    pub(crate) fn new(desk: &'a dyn Desk, source: &'a Source<'a>, skeleton: &'a Skeleton) -> Self {
        let texts = Texts::of(&desk.locale());
        Self { desk, source, skeleton, texts, attached: Vec::new(), lines: Vec::new(), not_kept: Vec::new() }
    }

    /// Says something about the mail.
    pub(crate) fn say(&mut self, key: &str, values: &[(&str, &str)]) {
        if self.lines.len() < MOST_LINES - 1 {
            self.lines.push(line(&self.texts.with(key, values)));
        }
    }

    /// Keeps every file of a mail.
    pub(crate) fn keep_all(&mut self, message: &Message<'_>, html: Option<&str>) -> Result<(), Fault> {
        for id in &message.attachments {
            if let Some(part) = message.parts.get(*id as usize) {
                self.keep_part(message, part, html)?;
            }
        }
        Ok(())
    }

    /// Keeps a part.
    fn keep_part(&mut self, message: &Message<'_>, part: &MessagePart<'_>, html: Option<&str>) -> Result<(), Fault> {
        let of = part.content_type();
        let name = name_of(part);
        if is_of_type(of, "application", &["ms-tnef", "vnd.ms-tnef"]) || name.eq_ignore_ascii_case("winmail.dat") {
            self.say("winmail", &[("name", &name)]);
        }
        if let PartType::Text(text) = &part.body
            && is_of_type(of, "text", &["calendar"])
            && let Some(said) = calendar::said(text, self.texts)
            && self.lines.len() < MOST_LINES - 1
            && !self.lines.contains(&said)
        {
            self.lines.push(said);
        }
        let id = part.content_id().map(|id| id.trim_matches(['<', '>', ' ']).to_owned());
        let is_named = |id: &String| html.is_some_and(|html| html.contains(&format!("cid:{id}")));
        let content_id = id.filter(|id| !id.is_empty() && id.len() <= 200 && is_named(id));
        self.keep(&name, content_id, &bytes_of(message, part))
    }

    /// Keeps a part as its bytes came.
    pub(crate) fn keep_raw(&mut self, message: &Message<'_>, id: u32) -> Result<(), Fault> {
        let Some(part) = message.parts.get(id as usize) else { return Ok(()) };
        let raw = message.raw_message.get(part.offset_body as usize..part.offset_end as usize);
        self.keep(&name_of(part), None, raw.unwrap_or_default())
    }

    /// The text of a mail, as long as one may be; a longer one is a file as well.
    pub(crate) fn text(&mut self, text: &str) -> Result<String, Fault> {
        let short = self.skeleton.without_marks(cut(text, LONGEST_TEXT)).replace('\0', "");
        if text.len() > LONGEST_TEXT || self.skeleton.lacks(text.as_bytes()) {
            self.say("too-long", &[("file", "message.txt")]);
            self.keep("message.txt", None, text.as_bytes())?;
        }
        Ok(cut(&short, LONGEST_TEXT).to_owned())
    }

    /// The html of a mail; one that is too long is a file.
    pub(crate) fn html(&mut self, html: String) -> Result<Option<String>, Fault> {
        if html.len() <= LONGEST_HTML && !self.skeleton.lacks(html.as_bytes()) {
            return Ok(Some(html));
        }
        self.say("too-long", &[("file", "message.html")]);
        self.keep("message.html", None, html.as_bytes())?;
        Ok(None)
    }

    /// Keeps the whole mail; false: it is larger than a file may be.
    pub(crate) fn keep_mail(&mut self) -> Result<bool, Fault> {
        if self.source.size() > LARGEST {
            return Ok(false);
        }
        let file = self.desk.create("mail.eml")?;
        self.source.each(0..self.source.size(), |piece| self.desk.append(&file, piece))?;
        self.end("mail.eml", None, &file)?;
        Ok(true)
    }

    /// Writes a file, with what was lifted out of it in its place.
    fn keep(&mut self, name: &str, content_id: Option<String>, bytes: &[u8]) -> Result<(), Fault> {
        if self.attached.len() >= MOST_FILES {
            self.not_kept.push(name.to_owned());
            return Ok(());
        }
        let (desk, file) = (self.desk, self.desk.create(name)?);
        self.skeleton.restore(self.source, bytes, &mut |bytes| {
            bytes.chunks(PIECE).try_for_each(|piece| desk.append(&file, piece))
        })?;
        self.end(name, content_id, &file)
    }

    fn end(&mut self, name: &str, content_id: Option<String>, file: &str) -> Result<(), Fault> {
        match self.desk.finish(file)? {
            Some(id) => self.attached.push(Attached { id, content_id }),
            None => self.say("refused-file", &[("name", name)]),
        }
        Ok(())
    }

    /// The lines on what the message lacks.
    pub(crate) fn into_parts(mut self) -> (Vec<Attached>, Vec<String>) {
        if !self.not_kept.is_empty() {
            let names = self.not_kept.join(", ");
            self.lines.push(line(&self.texts.with("not-kept", &[("names", &names)])));
        }
        (self.attached, self.lines)
    }
}

/// What a mail says of itself.
pub(crate) fn root_type<'a>(message: &'a Message<'_>) -> Option<&'a ContentType<'a>> {
    message.parts.first()?.content_type()
}

pub(crate) fn is_of_type(of: Option<&ContentType<'_>>, kind: &str, subtypes: &[&str]) -> bool {
    of.is_some_and(|of| {
        let subtype = of.c_subtype.as_deref().unwrap_or_default();
        of.c_type.eq_ignore_ascii_case(kind) && subtypes.iter().any(|one| subtype.eq_ignore_ascii_case(one))
    })
}

/// The bytes of a part, as the sender's program had them: no character set is changed.
fn bytes_of(message: &Message<'_>, part: &MessagePart<'_>) -> Vec<u8> {
    if let PartType::Message(inner) = &part.body {
        return inner.raw_message().to_vec();
    }
    if !matches!(part.body, PartType::Text(_) | PartType::Html(_)) {
        return part.contents().to_vec();
    }
    let raw = message.raw_message.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    match part.encoding {
        Encoding::None => raw.to_vec(),
        Encoding::Base64 => {
            let digits: Vec<u8> = raw.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
            BASE64.decode(digits).unwrap_or_else(|_| part.contents().to_vec())
        }
        Encoding::QuotedPrintable => part.contents().to_vec(),
    }
}

/// What people read as the name of a file: without a path and without anything that hides.
fn name_of(part: &MessagePart<'_>) -> String {
    let given = match &part.body {
        PartType::Message(inner) => part.attachment_name().or(inner.subject()).map(|name| format!("{name}.eml")),
        _ => part.attachment_name().map(str::to_owned),
    };
    let given = given.map(|name| name.replace(".eml.eml", ".eml")).unwrap_or_default();
    let given = match &part.body {
        // A subject may have slashes in it, and is no path.
        PartType::Message(_) => given.replace(['/', '\\'], "-"),
        _ => given,
    };
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown = line(last);
    if shown.trim_matches('.').is_empty() { default_name(part) } else { shown }
}

fn default_name(part: &MessagePart<'_>) -> String {
    let of = part.content_type();
    let subtype = of.and_then(|of| of.c_subtype.as_deref()).unwrap_or_default().to_ascii_lowercase();
    let is_short = matches!(subtype.len(), 1..=8) && subtype.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let word = if of.is_some_and(|of| of.c_type.eq_ignore_ascii_case("image")) { "picture" } else { "attachment" };
    match subtype.as_str() {
        "calendar" => "invite.ics".into(),
        "rfc822" | "global" => "message.eml".into(),
        "ms-tnef" => "winmail.dat".into(),
        "plain" => "attachment.txt".into(),
        "jpeg" => "picture.jpg".into(),
        _ if is_short => format!("{word}.{subtype}"),
        _ => "attachment.bin".into(),
    }
}
