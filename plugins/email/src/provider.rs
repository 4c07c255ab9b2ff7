//! Mails that come by HTTPS, from services that take them for a desk: each hands over the raw mail, which is read as any other. Postmark
//! posts JSON with `RawEmail` in it, Mailgun a form with `body-mime`.

use mail_parser::{MessageParser, MessagePart, MimeHeaders as _};
use serde_json::Value;

use crate::{
    desk::{Desk, Fault, Inbound},
    receive,
    source::Source,
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
        "/mailgun/mime" => mailgun(content_type, body),
        _ => return answer(404, "there is /postmark and /mailgun/mime"),
    };
    match raw {
        Some(raw) if !raw.is_empty() => {
            let brought = receive::receive(desk, &Source::Bytes(&raw))?;
            Ok(Answer { status: 200, text: "", brought })
        }
        // Neither asks again after these.
        _ if path == "/postmark" => answer(403, "switch on “Include raw email content in JSON payload”"),
        _ => answer(406, "the raw mail is missing"),
    }
}

fn postmark(body: &[u8]) -> Option<Vec<u8>> {
    let json: Value = serde_json::from_slice(body).ok()?;
    json.get("RawEmail")?.as_str().map(|raw| raw.as_bytes().to_vec())
}

fn mailgun(content_type: &str, body: &[u8]) -> Option<Vec<u8>> {
    if content_type.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
        let mut fields = body.split(|byte| *byte == b'&').filter_map(|field| field.strip_prefix(b"body-mime="));
        return fields.next().map(percent_decoded);
    }
    // A form is a multipart, as a mail is.
    let kind: String = content_type.chars().filter(|c| !c.is_control()).collect();
    let form = ["Content-Type: ".as_bytes(), kind.as_bytes(), "\r\n\r\n".as_bytes(), body].concat();
    let form = MessageParser::default().parse(form.as_slice())?;
    let name = |part: &MessagePart<'_>| part.content_disposition()?.attribute("name").map(str::to_owned);
    let part = form.parts.iter().find(|part| name(part).as_deref() == Some("body-mime"))?;
    form.raw_message.get(part.offset_body as usize..part.offset_end as usize).map(<[u8]>::to_vec)
}

fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after.split_at_checked(2)) {
            (b'+', _) => out.push(b' '),
            (b'%', Some((digits, follows))) => match hex(digits) {
                Some(byte) => {
                    out.push(byte);
                    rest = follows;
                }
                None => out.push(b'%'),
            },
            (byte, _) => out.push(*byte),
        }
    }
    out
}

fn hex(digits: &[u8]) -> Option<u8> {
    u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
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
        assert_eq!(raw.trim_ascii_end(), RAW.trim_ascii_end());
        assert_eq!((postmark(b"{}"), mailgun("text/plain", b"body-mime=x")), (None, None));
    }

    #[test]
    fn what_is_no_number_after_a_percent_sign_stays() {
        assert_eq!(percent_decoded(b"100%&%4"), b"100%&%4");
        assert_eq!(percent_decoded(b"%zz%41"), b"%zzA");
    }
}
