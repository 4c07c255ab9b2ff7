//! Mails as they come: how well-known programs write them, in the character sets of the world, and broken as only real ones are. Each row
//! is built from its parts and says what text it must become, and how many files. The words are made up; the forms are not.

mod broken;
mod charsets;
mod clients;
mod forms;

use base64::Engine as _;

use crate::source::BASE64;

/// A mail, and what becomes of it.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) raw: Vec<u8>,
    pub(crate) text: String,
    pub(crate) files: usize,
}

/// All of them.
pub(crate) fn rows() -> Vec<Row> {
    [charsets::rows(), clients::rows(), forms::rows(), broken::rows()].into_iter().flatten().collect()
}

/// A row without files.
fn row(name: impl Into<String>, raw: impl Into<Vec<u8>>, text: impl Into<String>) -> Row {
    Row { name: name.into(), raw: raw.into(), text: text.into(), files: 0 }
}

impl Row {
    fn files(mut self, files: usize) -> Self {
        self.files = files;
        self
    }
}

/// The fields that every mail has; the name makes the Message-ID.
fn head(name: &str) -> String {
    let id: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    format!(
        "Return-Path: <ada@customer.example>\r\nReceived: from mx.customer.example by mx.desk.example with ESMTPS; Mon, 2 Mar 2026 10:00:05 +0000\r\n\
         From: Ada Example <ada@customer.example>\r\nTo: Help <help@desk.example>\r\nSubject: Printer\r\n\
         Date: Mon, 02 Mar 2026 10:00:00 +0000\r\nMessage-ID: <{id}@customer.example>\r\nMIME-Version: 1.0\r\n"
    )
}

/// How the bytes of a part are written.
#[derive(Clone, Copy, Debug)]
enum Encoding {
    Eight,
    Quoted,
    Base64,
}

/// A part: its type, how it is written, its bytes.
fn part(kind: &str, encoding: Encoding, bytes: &[u8]) -> Vec<u8> {
    let (word, body) = match encoding {
        Encoding::Eight => ("8bit", bytes.to_vec()),
        Encoding::Quoted => ("quoted-printable", quoted_printable(bytes)),
        Encoding::Base64 => ("base64", base64(bytes)),
    };
    let head = format!("Content-Type: {kind}\r\nContent-Transfer-Encoding: {word}\r\n\r\n");
    [head.as_bytes(), &body, b"\r\n"].concat()
}

fn text(words: &str) -> Vec<u8> {
    part("text/plain; charset=utf-8", Encoding::Quoted, crlf(words).as_bytes())
}

fn html(markup: &str) -> Vec<u8> {
    part("text/html; charset=\"utf-8\"", Encoding::Quoted, crlf(markup).as_bytes())
}

/// A multipart of that kind, with a boundary that only it has.
fn multipart(kind: &str, parts: &[Vec<u8>]) -> Vec<u8> {
    let word = kind.split(';').next().unwrap();
    let boundary = format!("=_{word}_{:08}_", parts.iter().map(Vec::len).sum::<usize>());
    let mut out = format!("Content-Type: multipart/{kind}; boundary=\"{boundary}\"\r\n\r\n").into_bytes();
    for part in parts {
        out.extend(format!("--{boundary}\r\n").into_bytes());
        out.extend(part);
        out.extend(b"\r\n");
    }
    out.extend(format!("--{boundary}--\r\n").into_bytes());
    out
}

/// A file of that type and name.
fn file(kind: &str, name: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "Content-Type: {kind}; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n"
    );
    [head.into_bytes(), base64(bytes), b"\r\n".to_vec()].concat()
}

/// A picture that html shows as `cid:picture1@x`.
fn picture() -> Vec<u8> {
    let head = "Content-Type: image/png; name=\"image001.png\"\r\nContent-ID: <picture1@x>\r\n\
                Content-Disposition: inline; filename=\"image001.png\"\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    [head.as_bytes().to_vec(), base64(b"\x89PNG\r\n\x1a\nnot really"), b"\r\n".to_vec()].concat()
}

/// A mail of a head, more fields, and a part or multipart.
fn mail(name: &str, fields: &str, part: &[u8]) -> Vec<u8> {
    [head(name).as_bytes(), fields.as_bytes(), part].concat()
}

fn crlf(text: &str) -> String {
    text.replace('\n', "\r\n")
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    let digits = BASE64.encode(bytes).into_bytes();
    digits.chunks(76).collect::<Vec<_>>().join(&b"\r\n"[..])
}

fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = String::new();
    let mut column = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let is_line_end = matches!(byte, b'\r' | b'\n');
        let before_end = matches!(bytes.get(at + 1), None | Some(b'\r' | b'\n'));
        let is_plain = (byte.is_ascii_graphic() && *byte != b'=') || (*byte == b' ' && !before_end);
        if column >= 70 && !is_line_end {
            out.push_str("=\r\n");
            column = 0;
        }
        if is_line_end {
            column = 0;
        }
        if is_plain || is_line_end {
            out.push(char::from(*byte));
            column += 1;
        } else {
            out.push_str(&format!("={byte:02X}"));
            column += 3;
        }
    }
    out.into_bytes()
}
