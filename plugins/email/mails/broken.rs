//! Mails that are wrong, as they really come: each still says what somebody wanted to say.

use super::{Encoding, Row, file, head, mail, multipart, part, row, text};

pub(super) fn rows() -> Vec<Row> {
    [heads(), parts(), encodings()].into_iter().flatten().collect()
}

fn heads() -> Vec<Row> {
    let said = "My printer burns.";
    let bare = |head: &str| format!("{head}\r\n{said}\r\n");
    vec![
        row(
            "no date, no id",
            bare("From: Ada <ada@customer.example>\r\nTo: help@desk.example\r\nSubject: a\r\n"),
            said,
        ),
        row("no sender", bare("To: help@desk.example\r\nSubject: b\r\nMessage-ID: <b@x>\r\n"), said),
        row("a subject alone", bare("Subject: c\r\n"), said),
        row("a broken date", bare("From: ada@customer.example\r\nDate: the day after\r\nMessage-ID: <d@x>\r\n"), said),
        row(
            "two of each",
            bare(
                "From: a@customer.example\r\nFrom: b@customer.example\r\nSubject: e\r\nSubject: f\r\nMessage-ID: <e@x>\r\nMessage-ID: <f@x>\r\n",
            ),
            said,
        ),
        row(
            "an address without brackets",
            bare("From: Ada Example ada@customer.example\r\nMessage-ID: <g@x>\r\n"),
            said,
        ),
        row("an empty subject", bare("From: ada@customer.example\r\nSubject:\r\nMessage-ID: <h@x>\r\n"), said),
        row(
            "a long folded subject",
            bare(&format!(
                "From: ada@customer.example\r\nSubject: {}\r\nMessage-ID: <i@x>\r\n",
                "word\r\n ".repeat(200) + "end"
            )),
            said,
        ),
        row(
            "encoded words cut in two",
            bare(
                "From: ada@customer.example\r\nSubject: =?utf-8?B?R3LDvA==?= =?utf-8?B?w59l?=\r\nMessage-ID: <j@x>\r\n",
            ),
            said,
        ),
        row("lines that end in LF", format!("{}\n{said}\n", head("lf").replace('\r', "")), said),
        row("lines that end in CR", format!("{}\r{said}\r", head("cr").replace('\n', "")), said),
        row(
            "a group of recipients",
            bare("From: ada@customer.example\r\nTo: undisclosed-recipients:;\r\nMessage-ID: <k@x>\r\n"),
            said,
        ),
        row("no words", format!("{}\r\n", head("no words")), "(no text)"),
        row("spaces alone", format!("{}\r\n \r\n\r\n\t\r\n", head("spaces")), "(no text)"),
    ]
}

fn parts() -> Vec<Row> {
    let unended = |mut raw: Vec<u8>| {
        let at = raw.windows(2).rposition(|two| two == b"--").unwrap();
        let at = raw[..at].windows(4).rposition(|four| four == b"\r\n--").unwrap();
        raw.truncate(at);
        raw
    };
    let two = multipart("alternative", &[text("Words."), super::html("<p>Words.</p>")]);
    let no_boundary = b"Content-Type: multipart/mixed\r\n\r\nWords.\r\n".to_vec();
    let other_boundary = b"Content-Type: multipart/mixed; boundary=one\r\n\r\nWords.\r\n".to_vec();
    let bare_part = b"Content-Type: multipart/mixed; boundary=one\r\n\r\n--one\r\n\r\nWords.\r\n--one--\r\n".to_vec();
    let around = b"Content-Type: multipart/mixed; boundary=one\r\n\r\nThis is a multi-part message in MIME format.\r\n--one\r\nContent-Type: text/plain\r\n\r\nWords.\r\n--one--\r\nand after\r\n".to_vec();
    let quoted = b"Content-Type: multipart/mixed; boundary=\"a b:c/d?e\"\r\n\r\n--a b:c/d?e\r\nContent-Type: text/plain\r\n\r\nWords.\r\n--a b:c/d?e--\r\n".to_vec();
    let deep = (0..30).fold(text("Words."), |inner, _| multipart("mixed", &[inner]));
    let empty_html = multipart("alternative", &[text("Words."), super::html("")]);
    let empty_text = multipart("alternative", &[text(""), super::html("<p>Words.</p>")]);
    vec![
        // Its HTML, which may be cut off, is a file.
        row("no last boundary", unended(mail("no last boundary", "", &two)), "Words.").files(1),
        row("a multipart without a boundary", mail("without boundary", "", &no_boundary), "Words.").files(1),
        row("a boundary that never comes", mail("never comes", "", &other_boundary), "Words.").files(1),
        row("a part without a head", mail("part without head", "", &bare_part), "Words."),
        row("words around the parts", mail("words around", "", &around), "Words."),
        row("an odd boundary", mail("odd boundary", "", &quoted), "Words."),
        row("thirty multiparts within each other", mail("thirty", "", &deep), "Words."),
        row("an empty html part", mail("empty html", "", &empty_html), "Words."),
        row("an empty text part", mail("empty text", "", &empty_text), "Words."),
        row(
            "a file without a name",
            mail(
                "no name",
                "",
                &multipart("mixed", &[text("Words."), part("application/pdf", Encoding::Base64, b"%PDF")]),
            ),
            "Words.",
        )
        .files(1),
        row(
            "a file with a path for a name",
            mail(
                "path",
                "",
                &multipart("mixed", &[text("Words."), file("application/pdf", "../../etc/passwd", b"%PDF")]),
            ),
            "Words.",
        )
        .files(1),
    ]
}

fn encodings() -> Vec<Row> {
    let of = |name: &str, fields: &str, body: &[u8], words: &str| {
        row(name, [super::head(name).as_bytes(), fields.as_bytes(), b"\r\n", body].concat(), words)
    };
    vec![
        of("an encoding in capitals", "Content-Type: TEXT/PLAIN; CHARSET=UTF-8\r\nContent-Transfer-Encoding: QUOTED-PRINTABLE\r\n", b"Gr=C3=BC=C3=9Fe\r\n", "Grüße"),
        of("an encoding that is none", "Content-Type: text/plain\r\nContent-Transfer-Encoding: 9bit\r\n", b"Words.\r\n", "Words."),
        of("base64 in short lines", "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n", b"V29y\r\nZHM=\r\n", "Words"),
        of("soft line ends", "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n", b"One =\r\nline.\r\n", "One line."),
        of("a type that is empty", "Content-Type:\r\n", b"Words.\r\n", "Words."),
        of("nothing hidden", "Content-Type: text/plain; charset=utf-8\r\n", b"Wo\x00rds.\x08\r\n", "Words."),
        of("a charset in quotes", "Content-Type: text/plain; charset='utf-8'\r\n", "Grüße\r\n".as_bytes(), "Grüße"),
        of("two charsets", "Content-Type: text/plain; charset=utf-8; charset=us-ascii\r\n", "Words.\r\n".as_bytes(), "Words."),
        of("a long line", "Content-Type: text/plain; charset=utf-8\r\n", "word ".repeat(3_000).as_bytes(), "word ".repeat(3_000).trim()),
        of("html of old with its charset inside", "Content-Type: text/html\r\n", b"<meta http-equiv=Content-Type content=\"text/html; charset=windows-1251\"><p>\xcf\xf0\xe8\xe2\xe5\xf2</p>", "Привет"),
    ]
}
