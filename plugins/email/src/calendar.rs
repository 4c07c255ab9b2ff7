//! An invitation in one line: what, when and where (RFC 5545). The file itself is kept beside it, for calendars.

use crate::{head::line, texts::Texts};

/// Lines that are read.
const MOST_LINES: usize = 2_000;

/// Says in a line what a calendar file holds; none when there is no appointment in it.
pub(crate) fn said(text: &str, texts: Texts) -> Option<String> {
    let (mut method, mut what, mut when, mut place) = (String::new(), None, None, None);
    let mut is_within = false;
    for field in unfolded(text).iter().take(MOST_LINES) {
        let Some((name, value)) = parted(field) else { continue };
        let (name, parameters) = name.split_once(';').unwrap_or((name, ""));
        match name.to_ascii_uppercase().as_str() {
            "BEGIN" => is_within = value.trim().eq_ignore_ascii_case("VEVENT"),
            "METHOD" => method = value.trim().to_ascii_uppercase(),
            "SUMMARY" if is_within && what.is_none() => what = Some(plain(value)),
            "DTSTART" if is_within && when.is_none() => when = time(value.trim(), parameters),
            "LOCATION" if is_within && place.is_none() => place = Some(plain(value)).filter(|it| !it.is_empty()),
            _ => {}
        }
    }
    let key = match method.as_str() {
        "REQUEST" => "calendar-request",
        "CANCEL" => "calendar-cancel",
        "REPLY" => "calendar-reply",
        _ => "calendar-other",
    };
    let parts = [what.filter(|it| !it.is_empty()), when, place];
    let what = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    (!what.is_empty()).then(|| line(&texts.with(key, &[("what", &what)])))
}

/// Lines that go on in the next are joined.
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some(last)) => last.push_str(more),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// What stands before the first colon outside of quotes, and after it: Exchange names zones such as `"(UTC+01:00) Berlin"`.
fn parted(field: &str) -> Option<(&str, &str)> {
    let mut is_quoted = false;
    let at = field.find(|c: char| {
        is_quoted ^= c == '"';
        c == ':' && !is_quoted
    })?;
    Some((field.get(..at)?, field.get(at + 1..)?))
}

fn plain(value: &str) -> String {
    let value = value.replace("\\n", " ").replace("\\N", " ").replace("\\,", ",").replace("\\;", ";");
    line(&value.replace("\\\\", "\\"))
}

/// `20260301T100000Z` as `2026-03-01 10:00 UTC`.
fn time(value: &str, parameters: &str) -> Option<String> {
    let part = |from: usize, to: usize| value.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let date = format!("{}-{}-{}", part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (Some(hour), Some(minute)) = (part(9, 11), part(11, 13)) else { return Some(date) };
    let mut zones = parameters.split(';').filter_map(|parameter| parameter.strip_prefix("TZID="));
    let zone = if value.ends_with('Z') { Some("UTC") } else { zones.next().map(|zone| zone.trim_matches('"')) };
    Some(format!("{date} {hour}:{minute} {}", zone.unwrap_or_default()).trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(fields: &str) -> Option<String> {
        said(&format!("BEGIN:VCALENDAR\r\n{fields}END:VEVENT\r\nEND:VCALENDAR\r\n"), Texts::of("en"))
    }

    #[test]
    fn invitations_are_said_in_a_line() {
        let invitation = "METHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Roof\\, again\r\nDTSTART:20260301T100000Z\r\nLOCATION:Ro\r\n om 1\r\n";
        assert_eq!(event(invitation).as_deref(), Some("Invitation: Roof, again, 2026-03-01 10:00 UTC, Room 1"));
        let cancelled =
            "METHOD:CANCEL\r\nBEGIN:VEVENT\r\nDTSTART;TZID=Europe/Berlin:20260301T100000\r\nSUMMARY:Roof\r\n";
        assert_eq!(event(cancelled).as_deref(), Some("Cancelled: Roof, 2026-03-01 10:00 Europe/Berlin"));
        let exchange = "BEGIN:VEVENT\r\nDTSTART;TZID=\"(UTC+01:00) Berlin\":20260301T100000\r\nSUMMARY:Roof\r\n";
        assert_eq!(event(exchange).as_deref(), Some("Appointment: Roof, 2026-03-01 10:00 (UTC+01:00) Berlin"));
        let day = "BEGIN:VEVENT\r\nSUMMARY:Fair\r\nDTSTART;VALUE=DATE:20260301\r\n";
        assert_eq!(event(day).as_deref(), Some("Appointment: Fair, 2026-03-01"));
        assert_eq!(event("BEGIN:VTODO\r\nSUMMARY:Tidy up\r\n"), None);
        assert_eq!(said("no calendar", Texts::of("en")), None);
    }
}
