//! A mail that a service has taken apart, put together again: so it is read as any other, within the same bounds. All it says and
//! carries goes in as base64, which no boundary is in; what its fields say stays on one line.

use base64::Engine as _;

use crate::source::BASE64;

/// Characters of a line of base64.
const LINE: usize = 76;

/// What a service has made of a mail.
#[derive(Debug, Default)]
pub(super) struct Rebuilt {
    head: Vec<(String, String)>,
    text: Option<String>,
    html: Option<String>,
    pub(super) files: Vec<File>,
}

/// A file of it.
#[derive(Debug)]
pub(super) struct File {
    pub(super) name: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) content_id: Option<String>,
    pub(super) base64: String,
}

impl Rebuilt {
    /// What it says, without a head and files.
    pub(super) fn saying(text: Option<String>, html: Option<String>) -> Self {
        Self { text, html, ..Self::default() }
    }

    /// A field of its head; those that say how it was put together are left out.
    pub(super) fn field(&mut self, name: &str, value: &str) {
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
        let lower = name.to_ascii_lowercase();
        if is_name && !lower.starts_with("content-") && lower != "mime-version" {
            let value = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            self.head.push((name.to_owned(), value));
        }
    }

    /// The same, unless it has that field.
    pub(super) fn field_if_missing(&mut self, name: &str, value: &str) {
        if !self.has_field(name) {
            self.field(name, value);
        }
    }

    pub(super) fn has_field(&self, name: &str) -> bool {
        self.head.iter().any(|(of, _)| of.eq_ignore_ascii_case(name))
    }

    /// As it could have come.
    pub(super) fn raw(&self) -> Vec<u8> {
        let mut out = String::new();
        for (name, value) in &self.head {
            out.push_str(&format!("{name}: {value}\r\n"));
        }
        out.push_str("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=annex-mail\r\n\r\n--annex-mail\r\n");
        out.push_str("Content-Type: multipart/alternative; boundary=annex-text\r\n\r\n");
        let text = self.text.as_deref().or(self.html.is_none().then_some(""));
        for (kind, text) in [("plain", text), ("html", self.html.as_deref())] {
            if let Some(text) = text {
                out.push_str(&format!("--annex-text\r\nContent-Type: text/{kind}; charset=utf-8\r\n"));
                encoded(&mut out, &BASE64.encode(text));
            }
        }
        out.push_str("--annex-text--\r\n");
        for file in &self.files {
            out.push_str(&format!("--annex-mail\r\nContent-Type: {}\r\nContent-Disposition: attachment", file.kind()));
            if let Some(name) = &file.name {
                out.push_str(&format!("; filename*=utf-8''{}", percent_encoded(name)));
            }
            if let Some(id) = file.content_id() {
                out.push_str(&format!("\r\nContent-ID: <{id}>"));
            }
            out.push_str("\r\n");
            encoded(&mut out, &file.base64);
        }
        out.push_str("--annex-mail--\r\n");
        out.into_bytes()
    }
}

impl File {
    /// Its type without parameters. What would hold parts of its own is one file here.
    fn kind(&self) -> String {
        let kind = self.kind.as_deref().unwrap_or_default().split(';').next().unwrap_or_default();
        let kind = kind.trim().to_ascii_lowercase();
        let is_token =
            |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-._".contains(&b));
        match kind.split_once('/') {
            Some(("multipart" | "message", _)) | None => "application/octet-stream".to_owned(),
            Some((of, sub)) if is_token(of) && is_token(sub) => kind,
            Some(_) => "application/octet-stream".to_owned(),
        }
    }

    fn content_id(&self) -> Option<&str> {
        let id = self.content_id.as_deref()?.trim().trim_matches(['<', '>']);
        (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_graphic())).then_some(id)
    }
}

/// The end of a head, and what follows it.
fn encoded(out: &mut String, base64: &str) {
    out.push_str("Content-Transfer-Encoding: base64\r\n\r\n");
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    let kept: Vec<u8> = base64.bytes().filter(is_base64).collect();
    for line in kept.chunks(LINE) {
        out.push_str(&String::from_utf8_lossy(line));
        out.push_str("\r\n");
    }
}

fn percent_encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}
