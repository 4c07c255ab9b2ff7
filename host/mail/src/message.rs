//! A rendered mail as an Internet message: headers, the text, and the same as HTML.

use std::time::{Duration, UNIX_EPOCH};

use annex_domain::{clock::Timestamp, ids::MailId};
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};

use crate::{error::MailError, letter::Letter};

/// The sender of all mails, from the configuration.
///
/// # Errors
/// [`MailError::Sender`].
pub fn sender(text: &str) -> Result<Mailbox, MailError> {
    let plain = !text.chars().any(char::is_control);
    plain.then(|| text.parse().ok()).flatten().ok_or_else(|| MailError::Sender(text.into()))
}

/// Who writes to whom, about which mail of the store.
pub(crate) struct Envelope<'a> {
    pub(crate) from: &'a Mailbox,
    pub(crate) to: &'a str,
    pub(crate) id: MailId,
    pub(crate) written_at: Timestamp,
}

/// The same mail gives the same `Message-ID` and `Date` however often it is sent.
pub(crate) fn message(envelope: &Envelope<'_>, letter: &Letter) -> Result<Message, MailError> {
    let address: Address = envelope.to.parse().map_err(|_| MailError::Address(envelope.to.into()))?;
    let written_at = UNIX_EPOCH + Duration::from_millis(u64::try_from(envelope.written_at.0).unwrap_or(0));
    Message::builder()
        .message_id(Some(format!("<{}@{}>", envelope.id, envelope.from.email.domain())))
        .date(written_at)
        .from(envelope.from.clone())
        .to(Mailbox::new(None, address))
        .subject(letter.subject.clone())
        // Tells other programs not to answer (RFC 3834).
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("Content-Language", &letter.language))
        .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
        .map_err(|error| MailError::Template(error.to_string()))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(subject: &str) -> Letter {
        Letter { language: "en".into(), subject: subject.into(), html: "<p>é</p>".into(), text: "é\n.\nend".into() }
    }

    fn raw(to: &str, subject: &str) -> Result<String, MailError> {
        let from = sender("Désk <desk@example.org>").unwrap();
        let id = "0190a0a0-0000-7000-8000-000000000001".parse().unwrap();
        let envelope = Envelope { from: &from, to, id, written_at: Timestamp(1_772_357_400_000) };
        message(&envelope, &letter(subject)).map(|message| String::from_utf8(message.formatted()).unwrap())
    }

    #[test]
    fn the_id_and_the_date_are_those_of_the_mail() {
        let raw = raw("ada@example.org", "Hello").unwrap();
        assert!(raw.contains("Message-ID: <0190a0a0-0000-7000-8000-000000000001@example.org>\r\n"), "{raw}");
        assert!(raw.contains("Date: Sun, 01 Mar 2026 09:30:00 +0000\r\n"), "{raw}");
        assert!(raw.contains("Auto-Submitted: auto-generated\r\n"), "{raw}");
    }

    #[test]
    fn no_header_can_be_smuggled_in() {
        let raw = raw("ada@example.org", "Hi\r\nBcc: eve@example.org\r\n\r\nbody").unwrap();
        let (head, _) = raw.split_once("\r\n\r\n").unwrap();
        assert!(!head.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{head}");
        for to in ["ada@example.org\r\nBcc: eve@example.org", "ada@example.org>, <eve@example.org", "a b@example.org"] {
            assert_eq!(super::tests::raw(to, "Hi"), Err(MailError::Address(to.into())));
        }
    }

    #[test]
    fn senders_are_checked() {
        assert!(sender("desk@example.org").is_ok());
        for wrong in ["desk", "Desk <desk>", "Desk <desk@example.org>\r\nBcc: eve@example.org"] {
            assert_eq!(sender(wrong), Err(MailError::Sender(wrong.into())));
        }
    }
}
