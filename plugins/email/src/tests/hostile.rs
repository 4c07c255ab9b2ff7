//! Mails that want to harm: each ends, keeps to the bounds, and nothing in it vanishes.

use base64::Engine as _;

use super::*;
use crate::source::BASE64;

/// Everything that the desk bounds.
fn is_within_bounds(message: &Message) {
    assert!((1..=50).contains(&message.threads.len()) && message.copies.len() <= 50);
    assert!(message.attachments.len() <= 20 && message.unsupported.len() <= 20);
    assert!(message.text.len() <= 256 << 10 && !message.text.contains('\0'));
    assert!(message.html.as_ref().is_none_or(|html| html.len() <= 512 << 10));
    let lines = message.threads.iter().chain([&message.external_id, &message.sender.handle]);
    for line in lines {
        assert!((1..=200).contains(&line.len()) && !line.contains(['\r', '\n']), "{line}");
    }
    assert!(message.unsupported.iter().all(|line| line.chars().count() <= 200));
    assert!(message.subject.as_ref().is_none_or(|subject| !subject.contains(['\r', '\n'])));
}

fn kept_whole(raw: &str, why: &str) {
    let desk = Fake::new();
    let message = desk.message(raw);
    is_within_bounds(&message);
    assert!(message.text.starts_with(why), "{}", message.text);
    assert_eq!(message.sender.handle, "ada@x.example");
    assert_eq!(desk.file(&message.attachments[0].id), ("mail.eml".into(), raw.as_bytes().to_vec()));
}

#[test]
fn two_hundred_parts_within_each_other_are_kept_as_a_file() {
    let nested = |kind: &str, times: usize| {
        let heads: String =
            (0..times).map(|n| format!("Content-Type: {kind}; boundary=b{n}\r\n\r\n--b{n}\r\n")).collect();
        mail("Message-ID: <deep@x.example>\r\n", "").trim_end().to_owned() + "\r\n" + &heads + "\r\nWords."
    };
    kept_whole(&nested("multipart/mixed", 300), "This mail has more parts within each other");
    kept_whole(&nested("message/rfc822", 300), "This mail has more parts within each other");
    kept_whole(&nested("multipart/mixed", 100_000), "This mail has more parts within each other");
    is_within_bounds(&Fake::new().message(nested("multipart/mixed", 150)));
}

#[test]
fn ten_thousand_recipients_are_counted() {
    let people: Vec<String> = (0..10_000).map(|n| format!("p{n}@x.example")).collect();
    let message = Fake::new().message(mail(&format!("Cc: {}\r\n", people.join(",\r\n ")), "x"));
    is_within_bounds(&message);
    assert_eq!(message.copies.len(), 50);
    assert_eq!(message.unsupported, ["Sent to 9950 more people, who are not kept as copies."]);
}

#[test]
fn bombs_of_parts_and_fields_are_kept_as_files() {
    let parts = "--b\r\n\r\nx\r\n".repeat(20_000);
    kept_whole(&mail("Content-Type: multipart/mixed; boundary=b\r\n", &parts), "This mail has more parts than");
    kept_whole(&mail(&"X-A: b\r\n".repeat(40_000), "x"), "The head of this mail is too long");
    kept_whole(&mail("", &"é".repeat(7 << 20)), "This mail is too large");
}

#[test]
fn a_mail_of_thirty_mebibytes_needs_little_memory_and_loses_nothing() {
    let bytes: Vec<u8> = (0..21_u32 << 20).map(|n| n.to_le_bytes()[(n % 3) as usize]).collect();
    let digits = BASE64.encode(&bytes).into_bytes();
    let lines = digits.chunks(76).collect::<Vec<_>>().join(&b"\r\n"[..]);
    let raw = [
        mail("Content-Type: multipart/mixed; boundary=b\r\n", "--b\r\n\r\nSee the film.\r\n").as_bytes(),
        b"--b\r\nContent-Type: video/mp4; name=film.mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        &lines,
        b"\r\n--b\r\nContent-Type: text/plain; name=note.txt\r\nContent-Disposition: attachment\r\n\r\nnote\r\n--b--\r\n",
    ]
    .concat();
    let skeleton = Source::Bytes(&raw).skeleton().unwrap();
    assert!(skeleton.bytes.len() < 4_096, "{}", skeleton.bytes.len());
    let desk = Fake::new();
    let message = desk.message(&raw);
    assert_eq!((message.text.as_str(), message.attachments.len()), ("See the film.", 2));
    let (name, film) = desk.file(&message.attachments[0].id);
    assert!(name == "film.mp4" && film == bytes);
    assert_eq!(desk.file(&message.attachments[1].id).1, b"note");
}

#[test]
fn a_mail_passed_on_keeps_the_files_in_it() {
    let film = BASE64.encode(vec![7; 1 << 20]).into_bytes();
    let lines = String::from_utf8(film.chunks(76).collect::<Vec<_>>().join(&b"\r\n"[..])).unwrap();
    let inner = format!(
        "From: bo@x.example\r\nSubject: a/b\r\nContent-Type: video/mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n{lines}\r\n"
    );
    let raw = mail(
        "Content-Type: multipart/mixed; boundary=b\r\n",
        &format!("--b\r\n\r\nSee.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}--b--"),
    );
    let desk = Fake::new();
    let message = desk.message(raw);
    let (name, bytes) = desk.file(&message.attachments[0].id);
    assert_eq!(name, "a-b.eml");
    assert!(String::from_utf8(bytes).unwrap().contains(lines.trim_end()), "the film is in it as it was");
}

#[test]
fn marks_that_are_forged_stand_for_nothing() {
    let desk = Fake::new();
    let message = desk.message(mail("", "annex-lifted-part:000000 YW5uZXgtbGlmdGVkLXBhcnQ6MDAwMDAw"));
    assert_eq!(message.text, "annex-lifted-part:000000 YW5uZXgtbGlmdGVkLXBhcnQ6MDAwMDAw");
    assert!(message.attachments.is_empty());
}

#[test]
fn long_texts_are_cut_and_whole_in_a_file() {
    let text = "word ".repeat(100_000);
    let desk = Fake::new();
    let message = desk.message(mail("", &text));
    is_within_bounds(&message);
    assert_eq!(message.unsupported, ["The text is longer than a message can be. All of it is in message.txt."]);
    assert_eq!(desk.file(&message.attachments[0].id).1, text.trim_end().as_bytes());
    let html = "<p>x</p>".repeat(100_000);
    let message = Fake::new().message(mail("Content-Type: text/html\r\n", &html));
    is_within_bounds(&message);
    assert_eq!(message.html, None);
}

#[test]
fn more_files_than_a_message_has_are_named() {
    let part = |n: usize| format!("--b\r\nContent-Type: application/pdf; name=f{n}.pdf\r\n\r\nx\r\n");
    let parts: String = (0..25).map(part).collect();
    let message = Fake::new().message(mail("Content-Type: multipart/mixed; boundary=b\r\n", &(parts + "--b--")));
    is_within_bounds(&message);
    let line = "More files than a message can have. Not kept: f20.pdf, f21.pdf, f22.pdf, f23.pdf, f24.pdf";
    assert_eq!(message.unsupported, [line]);
}

#[test]
fn heads_that_inject_and_never_end_are_lines() {
    let endless: String = (0..5_000).map(|n| format!("<r{n}@x.example>\r\n ")).collect();
    let odd = [
        format!("Message-ID: <{}@x.example>\r\n", "a".repeat(500)),
        "Message-ID: <a@x\r\n b>\r\n".to_owned(),
        format!("References: {endless}\r\n"),
        "Subject: =?utf-8?Q?a=0D=0ABcc:_evil@x.example?=\r\n".to_owned(),
        "From: =?utf-8?Q?Ada=0D=0A?= <ada@x.example>\r\n".to_owned(),
        "From: <>\r\n".to_owned(),
        format!("From: {} <ada@x.example>\r\n", "(".repeat(50_000)),
        format!("Content-Type: text/plain; {}\r\n", "a=b; ".repeat(20_000)),
        format!("Subject: {}\r\n", "=?utf-8?Q?".repeat(2_000)),
    ];
    for fields in odd {
        let came = Fake::new().receive(mail(&fields, "Words."));
        let [Inbound::Message(message)] = &came[..] else { panic!("{came:?}") };
        is_within_bounds(message);
    }
}

#[test]
fn a_mail_that_ends_anywhere_or_lacks_a_line_is_a_message() {
    let raw = mail(
        "Message-ID: <m1@x.example>\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n",
        "--b\r\nContent-Type: text/plain; charset=x-klingon\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nWords=20=C3.\r\n\
         --b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0x\r\n--b--",
    );
    let lines: Vec<&str> = raw.split_inclusive("\r\n").collect();
    let without = (0..lines.len()).map(|gone| [&lines[..gone], &lines[gone + 1..]].concat().concat());
    let ended = (0..raw.len()).map(|end| raw[..end].to_owned());
    for broken in without.chain(ended) {
        let came = Fake::new().receive(&broken);
        let [Inbound::Message(message)] = &came[..] else { panic!("{broken}: {came:?}") };
        is_within_bounds(message);
    }
}

#[test]
fn what_is_no_mail_is_a_file() {
    for raw in [&b""[..], b"\r\n\r\n", b"\x00\x01\x02", b"no head at all"] {
        let came = Fake::new().receive(raw);
        let [Inbound::Message(message)] = &came[..] else { panic!("{came:?}") };
        is_within_bounds(message);
    }
}
