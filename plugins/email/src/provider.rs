//! Mails that come by HTTPS, from services that take them for a desk: Postmark posts JSON, Mailgun forms. Where they hand over the raw
//! mail, it is read as any other; where they have taken it apart, it is put together again before (`rebuilt`).

mod form;
mod rebuilt;

use std::collections::BTreeMap;

use base64::Engine as _;
use serde_json::Value;

use self::rebuilt::{File, Rebuilt};
use crate::{
    desk::{Desk, Fault, Inbound},
    receive,
    source::{BASE64, Source},
};

/// What the service is answered, and what came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: &'static str,
    pub(crate) brought: Vec<Inbound>,
}

/// Takes a request.
pub(crate) fn receive(
    desk: &dyn Desk,
    method: &str,
    path: &str,
    content_type: &str,
    body: &[u8],
) -> Result<Answer, Fault> {
    let answer = |status, text| Ok(Answer { status, text, brought: Vec::new() });
    if method != "POST" {
        return answer(405, "mails are posted here");
    }
    let raw = match path {
        "/postmark" => postmark(body),
        "/mailgun" | "/mailgun/mime" => mailgun(content_type, body),
        _ => return answer(404, "there is /postmark, /mailgun and /mailgun/mime"),
    };
    match raw {
        Some(raw) if !raw.is_empty() => {
            let brought = receive::receive(desk, &Source::Bytes(&raw))?;
            Ok(Answer { status: 200, text: "", brought })
        }
        // Neither asks again after these.
        _ if path == "/postmark" => answer(403, "there is no mail in this"),
        _ => answer(406, "there is no mail in this"),
    }
}

/// Its JSON has the raw mail where that is switched on: <https://postmarkapp.com/developer/webhooks/inbound-webhook>.
fn postmark(body: &[u8]) -> Option<Vec<u8>> {
    let json: Value = serde_json::from_slice(body).ok()?;
    let text = |of: &Value, key: &str| {
        let text = of.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        text.map(str::to_owned)
    };
    let all = |key: &str| json.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    if let Some(raw) = text(&json, "RawEmail") {
        return Some(raw.into_bytes());
    }
    let mut mail = Rebuilt::saying(text(&json, "TextBody"), text(&json, "HtmlBody"));
    for field in all("Headers") {
        if let (Some(name), Some(value)) = (text(&field, "Name"), text(&field, "Value")) {
            mail.field(&name, &value);
        }
    }
    let full = json
        .get("FromFull")
        .and_then(|from| Some(named(&text(from, "Name").unwrap_or_default(), &text(from, "Email")?)));
    mail.field_if_missing("From", &full.or_else(|| text(&json, "From"))?);
    for (name, key) in [("To", "To"), ("Cc", "Cc"), ("Reply-To", "ReplyTo"), ("Subject", "Subject"), ("Date", "Date")] {
        if let Some(value) = text(&json, key) {
            mail.field_if_missing(name, &value);
        }
    }
    mail.files.extend(all("Attachments").iter().map(|file| File {
        name: text(file, "Name"),
        kind: text(file, "ContentType"),
        content_id: text(file, "ContentID"),
        base64: text(file, "Content").unwrap_or_default(),
    }));
    Some(mail.raw())
}

/// A person as fields of a head name them.
fn named(name: &str, address: &str) -> String {
    if name.is_empty() {
        return address.to_owned();
    }
    format!("\"{}\" <{address}>", name.replace(['"', '\\'], ""))
}

/// Its form has the raw mail where the address ends with `mime`.
fn mailgun(content_type: &str, body: &[u8]) -> Option<Vec<u8>> {
    let fields = form::fields(content_type, body);
    let find = |name: &str| fields.iter().find(|field| field.name == name).map(|field| field.value.as_slice());
    let text = |name: &str| {
        find(name).map(|value| String::from_utf8_lossy(value).into_owned()).filter(|text| !text.is_empty())
    };
    if let Some(raw) = find("body-mime") {
        return Some(raw.to_vec());
    }
    let mut mail = Rebuilt::saying(text("body-plain"), text("body-html"));
    let head = text("message-headers").and_then(|json| serde_json::from_str::<Vec<(String, String)>>(&json).ok());
    for (name, value) in head.unwrap_or_default() {
        mail.field(&name, &value);
    }
    let from = text("from").or_else(|| text("sender"));
    for (name, value) in [("From", from), ("To", text("recipient")), ("Subject", text("subject"))] {
        if let Some(value) = value {
            mail.field_if_missing(name, &value);
        }
    }
    if !mail.has_field("From") {
        return None;
    }
    // Of each id the field with its file.
    let ids = text("content-id-map").and_then(|json| serde_json::from_str::<BTreeMap<String, String>>(&json).ok());
    let ids = ids.unwrap_or_default();
    for field in fields.iter().filter(|field| field.name.starts_with("attachment-")) {
        let Some(file) = &field.file else { continue };
        mail.files.push(File {
            name: Some(file.name.clone()),
            kind: file.kind.clone(),
            content_id: ids.iter().find(|(_, of)| **of == field.name).map(|(id, _)| id.clone()),
            base64: BASE64.encode(&field.value),
        });
    }
    Some(mail.raw())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAW: &[u8] = b"From: a@x.example\r\n\r\n1 + 1 = 2 & 100%\r\n";

    #[test]
    fn raw_mails_are_found_in_what_the_services_post() {
        let json = format!(r#"{{"From":"a@x.example","RawEmail":{}}}"#, Value::from(str::from_utf8(RAW).unwrap()));
        assert_eq!(postmark(json.as_bytes()).as_deref(), Some(RAW));
        let form = b"recipient=h%40x&body-mime=From%3A+a%40x.example%0D%0A%0D%0A1+%2B+1+%3D+2+%26+100%25%0D%0A&b=1";
        assert_eq!(mailgun("application/x-www-form-urlencoded", form).as_deref(), Some(RAW));
        let multipart = [
            b"--b\r\nContent-Disposition: form-data; name=\"subject\"\r\n\r\nHi\r\n".as_slice(),
            b"--b\r\nContent-Disposition: form-data; name=\"body-mime\"\r\n\r\n",
            RAW,
            b"\r\n--b--\r\n",
        ]
        .concat();
        let raw = mailgun("multipart/form-data; boundary=b", &multipart).unwrap();
        assert_eq!(raw, RAW);
        assert_eq!((postmark(b"{}"), mailgun("text/plain", b"body-mime=x")), (None, None));
    }
}
