//! Reports on mails of ours: that one could not be delivered (RFC 3464), was delivered, or was read (RFC 8098). Only what names a
//! Message-ID of ours is one; any other is a message like all others, which its marks tell apart.

use mail_parser::{Message, MessagePart, MimeHeaders as _, PartType};

use crate::{
    desk::{Inbound, Progress},
    files::{is_of_type, root_type},
    head::{Head, ids, line},
    sign::Key,
};

/// Bytes of a text in which an id is looked for.
const SEARCHED: usize = 256 << 10;

/// What a report says of mails of ours; none: it is no report, or not on one of ours. Nothing in it: it says nothing yet.
pub(crate) fn reports(message: &Message<'_>, head: &Head, key: &Key) -> Option<Vec<Inbound>> {
    let is_report = is_of_type(root_type(message), "multipart", &["report"]);
    let status = part_of(message, &["delivery-status", "global-delivery-status"]);
    if is_report && let Some(status) = status {
        return delivery(&String::from_utf8_lossy(status.contents()), ours(message, key)?);
    }
    let disposition = part_of(message, &["disposition-notification", "global-disposition-notification"]);
    if is_report && let Some(disposition) = disposition {
        return disposed(&String::from_utf8_lossy(disposition.contents()), key);
    }
    // Exim reports in words, with the mail below them.
    let failed = head.get("x-failed-recipients")?;
    let reason = format!("{}: {}", line(failed), first_words(message));
    Some(vec![report(ours(message, key)?, Progress::Failed, Some(reason))])
}

fn delivery(status: &str, external_id: String) -> Option<Vec<Inbound>> {
    let fields = Fields(status);
    let progress = match fields.word("action")?.as_str() {
        "failed" => Progress::Failed,
        "delivered" => Progress::Delivered,
        _ => return Some(Vec::new()),
    };
    let recipient = fields.get("final-recipient").or_else(|| fields.get("original-recipient")).unwrap_or_default();
    let said = fields.get("diagnostic-code").or_else(|| fields.get("status")).unwrap_or_default();
    let value = |field: &str| line(field.split_once(';').map_or(field, |(_, value)| value));
    let reason = format!("{}: {}", value(&recipient), value(&said));
    let reason = (progress == Progress::Failed).then_some(reason);
    Some(vec![report(external_id, progress, reason)])
}

fn disposed(notification: &str, key: &Key) -> Option<Vec<Inbound>> {
    let fields = Fields(notification);
    let id = ids(&fields.get("original-message-id")?).into_iter().find(|id| key.is_ours(id))?;
    let is_read = fields.get("disposition")?.to_lowercase().contains("displayed");
    Some(if is_read { vec![report(id, Progress::Read, None)] } else { Vec::new() })
}

fn report(external_id: String, progress: Progress, reason: Option<String>) -> Inbound {
    Inbound::Report { external_id, progress, reason }
}

/// The Message-ID of ours in what a report sends back: the mail, its head, or a text that holds them.
fn ours(message: &Message<'_>, key: &Key) -> Option<String> {
    message.parts.iter().find_map(|part| match &part.body {
        PartType::Message(inner) => Head::of(inner).ids("message-id").into_iter().find(|id| key.is_ours(id)),
        PartType::Multipart(_) => None,
        _ => {
            let content = part.contents();
            let text = String::from_utf8_lossy(content.get(..SEARCHED).unwrap_or(content));
            // Of a head alone its own id, not those of the mails that it answers.
            let own = Fields(&text).get("message-id").map(|value| ids(&value)).unwrap_or_default();
            own.into_iter().chain(ids(&text)).find(|id| key.is_ours(id))
        }
    })
}

fn part_of<'a, 'x>(message: &'a Message<'x>, subtypes: &[&str]) -> Option<&'a MessagePart<'x>> {
    message.parts.iter().find(|part| is_of_type(part.content_type(), "message", subtypes))
}

/// The beginning of what the reporting server says.
fn first_words(message: &Message<'_>) -> String {
    let text = message.parts.iter().find_map(|part| match &part.body {
        PartType::Text(text) => Some(&**text),
        _ => None,
    });
    line(text.unwrap_or_default())
}

/// The fields of a report: the first of each name counts.
struct Fields<'a>(&'a str);

impl Fields<'_> {
    fn get(&self, name: &str) -> Option<String> {
        let mut lines = self.0.lines();
        let first = lines.find_map(|line| {
            let (of, value) = line.split_once(':')?;
            of.trim().eq_ignore_ascii_case(name).then_some(value)
        })?;
        let more = lines.take_while(|line| line.starts_with([' ', '\t'])).map(str::trim);
        Some(std::iter::once(first.trim()).chain(more).collect::<Vec<_>>().join(" "))
    }

    fn word(&self, name: &str) -> Option<String> {
        let value = self.get(name)?.to_ascii_lowercase();
        value.split_whitespace().next().map(|word| word.trim_matches([';', ',']).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_over_lines_and_the_first_counts() {
        let fields = Fields(
            "Reporting-MTA: dns; mx\r\n\r\nAction: Failed (bad)\r\nDiagnostic-Code: smtp; 550\r\n\tno such user\r\nAction: delayed\r\n",
        );
        assert_eq!(fields.word("action").as_deref(), Some("failed"));
        assert_eq!(fields.get("diagnostic-code").as_deref(), Some("smtp; 550 no such user"));
        assert_eq!(fields.get("status"), None);
    }
}
