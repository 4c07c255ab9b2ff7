//! What somebody says in a text, apart from the signature and the mail that is quoted below it. Nothing is thrown away: quotes that only
//! a heading begins, as Outlook writes them, get the marks of quotes, so that the desk can fold them as any other.

/// Bytes of a line that can begin a quote.
const LONGEST_HEADING: usize = 300;
/// Lines after a heading in which its fields stand.
const FIELDS: usize = 6;
/// Lines of a signature.
const LONGEST_SIGNATURE: usize = 12;

/// How mail programs of many languages head what they quote, before what they say of it.
const SEPARATORS: [&str; 9] = [
    "original message",
    "ursprüngliche nachricht",
    "message d'origine",
    "mensaje original",
    "messaggio originale",
    "oorspronkelijk bericht",
    "mensagem original",
    "forwarded message",
    "الرسالة الأصلية",
];
/// The first field of such a heading, and those that follow.
const FROM: [&str; 8] = ["from:", "von:", "de:", "da:", "van:", "från:", "из:", "من:"];
const SENT: [&str; 13] = [
    "sent:",
    "date:",
    "gesendet:",
    "datum:",
    "envoyé:",
    "enviado:",
    "enviada:",
    "inviato:",
    "data:",
    "verzonden:",
    "skickat:",
    "дата:",
    "تاريخ:",
];
/// What telephones write below a mail.
const DEVICES: [&str; 10] = [
    "sent from my ",
    "sent from outlook",
    "sent from mail for",
    "get outlook for",
    "sent with ",
    "sent via ",
    "von meinem ",
    "gesendet mit ",
    "envoyé de mon ",
    "enviado desde mi ",
];

/// A text in three parts; the last two can be empty.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parts<'a> {
    /// What somebody says.
    pub(crate) said: &'a str,
    pub(crate) signature: &'a str,
    /// With its heading.
    pub(crate) quoted: &'a str,
}

/// Takes a text apart.
pub(crate) fn parts(text: &str) -> Parts<'_> {
    let lines = Lines::of(text);
    let quote = quote_begins(&lines).unwrap_or(lines.count());
    let signature = signature_begins(&lines, quote).unwrap_or(quote);
    let (own, quoted) = text.split_at_checked(lines.offset(quote)).unwrap_or((text, ""));
    let (said, signature) = own.split_at_checked(lines.offset(signature)).unwrap_or((own, ""));
    Parts { said: said.trim_end(), signature: signature.trim_end(), quoted }
}

/// The text with its quotes marked. One that is nothing but a quote was passed on for what is in it, and stays as it is.
pub(crate) fn marked(text: &str) -> String {
    let Parts { said, signature, quoted } = parts(text);
    if said.is_empty() {
        return text.to_owned();
    }
    let quoted = if lacks_marks(quoted) { with_marks(quoted) } else { quoted.to_owned() };
    let parts = [said, signature, quoted.as_str()].map(str::trim_end);
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Lines, and where each begins.
struct Lines<'a>(Vec<(usize, &'a str)>, usize);

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let mut at = 0;
        let lines = text.split_inclusive('\n').map(|line| {
            let begins = at;
            at += line.len();
            (begins, line.trim())
        });
        let lines = lines.collect();
        Self(lines, text.len())
    }

    fn count(&self) -> usize {
        self.0.len()
    }

    fn get(&self, number: usize) -> &'a str {
        self.0.get(number).map_or("", |(_, line)| line)
    }

    fn offset(&self, number: usize) -> usize {
        self.0.get(number).map_or(self.1, |(at, _)| *at)
    }
}

/// The line with which a quote begins that goes on to the end of the text.
fn quote_begins(lines: &Lines<'_>) -> Option<usize> {
    (0..lines.count()).find(|at| is_separator(lines, *at)).or_else(|| marks_begin(lines))
}

/// The first of the last lines that are all marked, with the line above that says whose they are.
fn marks_begin(lines: &Lines<'_>) -> Option<usize> {
    let is_quoted = |at: usize| lines.get(at).is_empty() || lines.get(at).starts_with('>');
    let below = (0..lines.count()).rev().take_while(|at| is_quoted(*at)).last()?;
    let first = (below..lines.count()).find(|at| !lines.get(*at).is_empty())?;
    let above = (0..below).rev().find(|at| !lines.get(*at).is_empty());
    let heading = above.filter(|at| lines.get(*at).ends_with(':') && lines.get(*at).len() <= LONGEST_HEADING);
    // Long headings are broken: `On Monday, … <ada@x.example>` and `wrote:`.
    let broken = heading.filter(|at| *at > 0 && lines.get(*at).len() < 40 && is_cut(lines.get(at - 1)));
    Some(broken.map(|at| at - 1).or(heading).unwrap_or(first))
}

/// The first half of a heading: it has a day or an address, and does not end a sentence.
fn is_cut(line: &str) -> bool {
    let is_short = !line.is_empty() && line.len() <= LONGEST_HEADING;
    is_short && (line.contains('@') || line.chars().any(|c| c.is_numeric())) && !line.ends_with(['.', '!', '?', ':'])
}

/// A heading of Outlook and its like: `-----Original Message-----`, or a line and the fields of the quoted mail.
fn is_separator(lines: &Lines<'_>, at: usize) -> bool {
    let line = lines.get(at);
    if line.len() > LONGEST_HEADING || at == 0 && lines.count() < 2 {
        return false;
    }
    let lower = line.to_lowercase();
    let words = lower.trim_matches(['-', '_', ' ', '*']);
    let is_ruled = lower.starts_with("---") || lower.starts_with("___");
    if is_ruled && SEPARATORS.contains(&words) {
        return true;
    }
    if is_ruled && words.is_empty() && line.len() >= 10 {
        let next = (at + 1..lines.count()).take(FIELDS).find(|next| !lines.get(*next).is_empty());
        return next.is_some_and(|next| has_fields(lines, next));
    }
    has_fields(lines, at)
}

/// The fields of a quoted mail begin here: whose it is, and soon after when it was sent. French has a space before its colons.
fn has_fields(lines: &Lines<'_>, at: usize) -> bool {
    let begins = |line: &str, words: &[&str]| {
        let line = line.trim_start_matches('*').to_lowercase().replace(char::is_whitespace, "");
        words.iter().any(|word| line.starts_with(word))
    };
    let is_first = lines.get(at).len() <= LONGEST_HEADING && begins(lines.get(at), &FROM);
    is_first && (at + 1..at + FIELDS).any(|next| begins(lines.get(next), &SENT))
}

fn signature_begins(lines: &Lines<'_>, end: usize) -> Option<usize> {
    let from = end.saturating_sub(LONGEST_SIGNATURE);
    let is_mark = |at: &usize| matches!(lines.get(*at), "--" | "—" | "__");
    let is_device = |at: &usize| {
        let line = lines.get(*at).to_lowercase();
        line.len() < 80 && DEVICES.iter().any(|words| line.starts_with(words))
    };
    let last = (from..end).rev().find(|at| !lines.get(*at).is_empty());
    (from..end).find(is_mark).or_else(|| last.filter(is_device)).filter(|at| *at > 0)
}

/// True for a quote below a heading of Outlook and its like, unless all of it is marked: what it quotes itself may be.
fn lacks_marks(quoted: &str) -> bool {
    let is_marked = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('>');
    is_separator(&Lines::of(quoted), 0) && !quoted.lines().skip(1).all(is_marked)
}

fn with_marks(quoted: &str) -> String {
    let line = |line: &str| if line.trim().is_empty() { ">".to_owned() } else { format!("> {}", line.trim_end()) };
    quoted.trim_end().lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_told_from_what_it_answers() {
        let cases = [
            ("Yes.", "Yes.", "", ""),
            ("Yes.\n\nOn Mon, Ada wrote:\n> Is it?", "Yes.", "", "On Mon, Ada wrote:\n> Is it?"),
            (
                "Yes.\n\nOn Mon, 2 Mar 2026 at 10:00, Ada <ada@x.example>\nwrote:\n\n> Is it?",
                "Yes.",
                "",
                "On Mon, 2 Mar 2026 at 10:00, Ada <ada@x.example>\nwrote:\n\n> Is it?",
            ),
            (
                "Yes.\n-- \nBo\n\nAm 2.3.2026 schrieb Ada:\n> Ist es?",
                "Yes.",
                "-- \nBo",
                "Am 2.3.2026 schrieb Ada:\n> Ist es?",
            ),
            (
                "Yes.\n\nFrom: Ada\nSent: Monday\nTo: Bo\nSubject: It\n\nIs it?",
                "Yes.",
                "",
                "From: Ada\nSent: Monday\nTo: Bo\nSubject: It\n\nIs it?",
            ),
            (
                "Yes.\n\nSent from my iPhone\n\n-----Original Message-----\nIs it?",
                "Yes.",
                "Sent from my iPhone",
                "-----Original Message-----\nIs it?",
            ),
            ("> Is it?\nYes.\n> Sure?\nYes.", "> Is it?\nYes.\n> Sure?\nYes.", "", ""),
            ("From: the beginning", "From: the beginning", "", ""),
        ];
        for (text, said, signature, quoted) in cases {
            assert_eq!(parts(text), Parts { said, signature, quoted }, "{text}");
        }
    }

    #[test]
    fn quotes_under_a_heading_are_marked_and_others_stay() {
        let outlook = "Yes.\n\nFrom: Ada\nSent: Monday\n\nIs it?";
        assert_eq!(marked(outlook), "Yes.\n\n> From: Ada\n> Sent: Monday\n>\n> Is it?");
        let french = "Oui.\n\nDe\u{a0}: Ada\nEnvoyé : lundi\n\nÇa va ?";
        assert_eq!(marked(french), "Oui.\n\n> De\u{a0}: Ada\n> Envoyé : lundi\n>\n> Ça va ?");
        let both = "Yes.\n\nFrom: Ada\nSent: Monday\n\nIs it?\n\n> It was.";
        assert_eq!(marked(both), "Yes.\n\n> From: Ada\n> Sent: Monday\n>\n> Is it?\n>\n> > It was.");
        for stays in [
            "Yes.\n\nAda wrote:\n> Is it?",
            "Yes.\n\n> Is it?",
            "Yes.\n\n-----Original Message-----\n> From: Ada\n> Is it?",
        ] {
            assert_eq!(marked(stays), stays);
        }
    }
}
