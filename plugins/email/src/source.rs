//! A raw mail, read within bounds before any parser sees it.
//!
//! What is parsed is a *skeleton*: long runs of base64, which is what files look like in a mail, are lifted out and a mark stands in
//! their place. So a mail of 30 MiB needs little memory and time, and what was lifted is decoded piece by piece when it is written to
//! a file. Nesting, parts and lines of heads are counted on the way; of a mail over a bound, the head alone is looked at.

use std::{borrow::Cow, ops::Range};

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use crate::desk::{Desk, Fault};

/// Bytes read at once, as many as the host gives.
const PIECE: u32 = 1 << 20;
/// Runs of base64 up to this many bytes stay where they are.
const LIFTED_FROM: usize = 256 << 10;
/// Bytes that are parsed.
const MOST_BYTES: usize = 12 << 20;
/// Multiparts and messages in a mail, within each other or not.
const MOST_NESTED: u32 = 200;
/// Lines that could begin a part.
const MOST_PARTS: u32 = 10_000;
/// Lines of the heads of mail and parts, which have room for 10,000 recipients.
const MOST_HEAD_LINES: u32 = 30_000;
/// Bytes of the head of a mail that is not parsed.
const HEAD: usize = 256 << 10;

/// What stands for a run, before and after base64: multiples of three and four bytes, so that the runs around it keep their places.
const MARK: &str = "annex-lifted-part:";
const MARK_ENCODED: &str = "YW5uZXgtbGlmdGVkLXBhcnQ6";
/// Digits that follow a mark, and their length in base64.
const DIGITS: usize = 6;
const DIGITS_ENCODED: usize = 8;

/// Base64 as mails have it: bits and padding at the end do not matter.
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Where the bytes of a mail are.
pub(crate) enum Source<'a> {
    File { desk: &'a dyn Desk, id: &'a str, size: u64 },
    Bytes(&'a [u8]),
}

/// Why a mail is not parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    Size,
    Nesting,
    Parts,
    Head,
}

/// A mail without its long runs of base64.
#[derive(Debug, Default)]
pub(crate) struct Skeleton {
    pub(crate) bytes: Vec<u8>,
    /// Where in the raw mail each run is.
    lifted: Vec<Range<u64>>,
    /// Over a bound: `bytes` is the head alone.
    pub(crate) limit: Option<Limit>,
}

impl Source<'_> {
    /// Bytes of the raw mail.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::File { size, .. } => *size,
            Self::Bytes(bytes) => bytes.len() as u64,
        }
    }

    fn piece(&self, at: u64, end: u64) -> Result<Cow<'_, [u8]>, Fault> {
        let length = u32::try_from(end.saturating_sub(at)).unwrap_or(PIECE).min(PIECE);
        match self {
            _ if length == 0 => Ok(Cow::Borrowed(&[])),
            Self::File { desk, id, .. } => desk.read(id, at, length).map(Cow::Owned),
            Self::Bytes(bytes) => {
                let at = usize::try_from(at).unwrap_or(usize::MAX);
                let rest = bytes.get(at..).unwrap_or_default();
                Ok(Cow::Borrowed(rest.get(..length as usize).unwrap_or(rest)))
            }
        }
    }

    /// Hands over the bytes of a range, piece by piece.
    pub(crate) fn each(
        &self,
        range: Range<u64>,
        mut take: impl FnMut(&[u8]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut at = range.start;
        while at < range.end {
            let piece = self.piece(at, range.end)?;
            if piece.is_empty() {
                break;
            }
            take(&piece)?;
            at += piece.len() as u64;
        }
        Ok(())
    }

    /// Reads the mail.
    pub(crate) fn skeleton(&self) -> Result<Skeleton, Fault> {
        let mut reader = Reader::default();
        let mut at = 0;
        while at < self.size() && reader.skeleton.limit.is_none() {
            let piece = self.piece(at, self.size())?;
            if piece.is_empty() {
                break;
            }
            reader.take(&piece);
            at += piece.len() as u64;
        }
        Ok(reader.end())
    }
}

impl Skeleton {
    /// Hands over what a part holds, with what was lifted out of it in its place: decoded where the part was.
    pub(crate) fn restore(
        &self,
        source: &Source<'_>,
        content: &[u8],
        take: &mut dyn FnMut(&[u8]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut rest = content;
        while let Some(mark) = Mark::find(rest, self) {
            take(rest.get(..mark.at.start).unwrap_or_default())?;
            match mark.form {
                Form::Encoded => source.each(mark.range, &mut *take)?,
                Form::Decoded => decoded(source, mark.range, take)?,
            }
            rest = rest.get(mark.at.end..).unwrap_or_default();
        }
        take(rest)
    }

    /// True when something was lifted out of this.
    pub(crate) fn lacks(&self, content: &[u8]) -> bool {
        Mark::find(content, self).is_some()
    }

    /// Text without its marks.
    pub(crate) fn without_marks(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(mark) = Mark::find(rest.as_bytes(), self) {
            out.push_str(rest.get(..mark.at.start).unwrap_or_default());
            out.push('…');
            rest = rest.get(mark.at.end..).unwrap_or_default();
        }
        out.push_str(rest);
        out
    }
}

/// How a mark was met: in a part that is base64 it is decoded as the part was.
#[derive(Clone, Copy)]
enum Form {
    Encoded,
    Decoded,
}

/// A mark in what was parsed.
struct Mark {
    form: Form,
    at: Range<usize>,
    range: Range<u64>,
}

impl Mark {
    /// The first mark, of those that stand for something.
    fn find(content: &[u8], skeleton: &Skeleton) -> Option<Self> {
        if skeleton.lifted.is_empty() {
            return None;
        }
        let of = |form, mark: &str, digits: usize| {
            let at = position(content, mark.as_bytes())?;
            let number_at = at + mark.len();
            let number = content.get(number_at..number_at + digits)?;
            let number = match form {
                Form::Encoded => BASE64.decode(number).ok()?,
                Form::Decoded => number.to_vec(),
            };
            let number: usize = str::from_utf8(&number).ok()?.parse().ok()?;
            let range = skeleton.lifted.get(number)?.clone();
            Some(Self { form, at: at..number_at + digits, range })
        };
        let encoded = of(Form::Encoded, MARK_ENCODED, DIGITS_ENCODED);
        let decoded = of(Form::Decoded, MARK, DIGITS);
        match (encoded, decoded) {
            (Some(one), Some(other)) => Some(if one.at.start < other.at.start { one } else { other }),
            (one, other) => one.or(other),
        }
    }
}

fn position(content: &[u8], what: &[u8]) -> Option<usize> {
    content.windows(what.len()).position(|window| window == what)
}

/// Decodes a run of base64 piece by piece.
fn decoded(
    source: &Source<'_>,
    range: Range<u64>,
    take: &mut dyn FnMut(&[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut waiting: Vec<u8> = Vec::new();
    source.each(range, |piece| {
        waiting.extend(piece.iter().filter(|byte| !byte.is_ascii_whitespace() && **byte != b'='));
        let whole = waiting.len() - waiting.len() % 4;
        let rest = waiting.split_off(whole);
        let bytes = BASE64.decode(&waiting).unwrap_or_default();
        waiting = rest;
        take(&bytes)
    })?;
    take(&BASE64.decode(&waiting).unwrap_or_default())
}

/// Where in a mail a line is.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    #[default]
    Head,
    Body,
}

/// A run of base64 that goes on.
struct Run {
    /// In the raw mail.
    start: u64,
    /// In the skeleton.
    at: usize,
    is_lifted: bool,
}

/// Takes a mail line by line.
#[derive(Default)]
struct Reader {
    skeleton: Skeleton,
    /// The beginning of a line whose end has not come yet.
    line: Vec<u8>,
    /// Where in the raw mail the next line begins.
    offset: u64,
    run: Option<Run>,
    place: Place,
    /// The field that is read is a `Content-Type` whose value has not come yet.
    in_type: bool,
    /// After this head another one begins.
    holds_message: bool,
    nested: u32,
    parts: u32,
    head_lines: u32,
}

impl Reader {
    fn take(&mut self, piece: &[u8]) {
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            if !part.ends_with(b"\n") {
                self.line.extend_from_slice(part);
            } else if self.line.is_empty() {
                self.take_line(part);
            } else {
                let mut line = std::mem::take(&mut self.line);
                line.extend_from_slice(part);
                self.take_line(&line);
            }
        }
        if self.skeleton.bytes.len() + self.line.len() > MOST_BYTES {
            self.skeleton.limit = Some(Limit::Size);
        }
    }

    fn take_line(&mut self, line: &[u8]) {
        let start = self.offset;
        self.offset += line.len() as u64;
        if !is_base64(line) {
            self.end_run(start);
            self.look(line);
        } else if self.run.is_none() && line.len() >= 60 {
            self.run = Some(Run { start, at: self.skeleton.bytes.len(), is_lifted: false });
        }
        match &mut self.run {
            Some(run) if run.is_lifted => return,
            Some(run) if self.skeleton.bytes.len() - run.at > LIFTED_FROM => {
                run.is_lifted = true;
                self.skeleton.bytes.truncate(run.at);
                return;
            }
            _ => {}
        }
        self.skeleton.bytes.extend_from_slice(line);
    }

    fn end_run(&mut self, end: u64) {
        if let Some(run) = self.run.take()
            && run.is_lifted
        {
            let mark = format!("{MARK}{:0DIGITS$}", self.skeleton.lifted.len());
            self.skeleton.bytes.extend_from_slice(BASE64.encode(mark).as_bytes());
            self.skeleton.bytes.extend_from_slice(b"\r\n");
            self.skeleton.lifted.push(run.start..end);
        }
    }

    /// Counts what is bounded.
    fn look(&mut self, line: &[u8]) {
        let text = line.trim_ascii_end();
        if text.starts_with(b"--") && text.len() > 2 {
            self.parts += 1;
            self.place = Place::Head;
            self.in_type = false;
        } else if self.place == Place::Head {
            self.head_lines += 1;
            if text.is_empty() {
                self.place = if std::mem::take(&mut self.holds_message) { Place::Head } else { Place::Body };
            }
            self.look_for_type(text);
        }
        let over = [
            (self.nested > MOST_NESTED, Limit::Nesting),
            (self.parts > MOST_PARTS, Limit::Parts),
            (self.head_lines > MOST_HEAD_LINES, Limit::Head),
        ];
        if let Some((_, limit)) = over.into_iter().find(|(is_over, _)| *is_over) {
            self.skeleton.limit = Some(limit);
        }
    }

    fn look_for_type(&mut self, text: &[u8]) {
        let text = text.get(..text.len().min(1000)).unwrap_or_default().to_ascii_lowercase();
        if !matches!(text.first(), Some(b' ' | b'\t')) {
            self.in_type = text.starts_with(b"content-type");
        }
        if self.in_type {
            let has = |what: &[u8]| position(&text, what).is_some();
            let is_message = has(b"message/rfc822") || has(b"message/global");
            if is_message || has(b"multipart/") {
                self.nested += 1;
                self.holds_message |= is_message;
                self.in_type = false;
            }
        }
    }

    fn end(mut self) -> Skeleton {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.take_line(&line);
        }
        self.end_run(self.offset);
        let mut skeleton = self.skeleton;
        if skeleton.limit.is_some() {
            let head = position(&skeleton.bytes, b"\r\n\r\n").or_else(|| position(&skeleton.bytes, b"\n\n"));
            skeleton.bytes.truncate(head.unwrap_or(HEAD).min(HEAD));
            skeleton.bytes.extend_from_slice(b"\r\n\r\n");
        }
        // Lines that end as they did on a Macintosh of old.
        if !skeleton.bytes.contains(&b'\n') {
            skeleton.bytes.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        }
        skeleton
    }
}

/// A line of nothing but base64.
fn is_base64(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    let without_padding = line.strip_suffix(b"==").or_else(|| line.strip_suffix(b"=")).unwrap_or(line);
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    !without_padding.is_empty() && without_padding.iter().all(is_digit)
}
