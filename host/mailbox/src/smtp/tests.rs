//! Against a server on loopback that answers as told.

use std::collections::BTreeMap;

use annex_domain::mailbox::Taken;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};
use url::Url;

use super::*;

/// What is answered to which command, and `.` to the end of the content; `drop` hangs up.
type Told = &'static [(&'static str, &'static str)];

const RAW: &[u8] = b"From: Help <help@example.com>\r\n\r\n.hidden\r\n";

/// Answers the content that it got.
async fn serve(stream: TcpStream, told: Told) -> String {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 ready\r\n").await.unwrap();
    let (mut line, mut content, mut in_content) = (String::new(), String::new(), false);
    while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
        let said = std::mem::take(&mut line);
        if in_content && said != ".\r\n" {
            content.push_str(&said);
            continue;
        }
        let command = said.split([' ', '\r']).next().unwrap();
        let otherwise = match command {
            "DATA" => "354 go on",
            "EHLO" => "250 8BITMIME",
            "QUIT" => "221 bye",
            _ => "250 OK",
        };
        let answer = told.iter().find(|(at, _)| *at == command).map_or(otherwise, |(_, answer)| *answer);
        in_content = answer.starts_with("354");
        if answer == "drop" || stream.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            break;
        }
    }
    content
}

fn mailbox() -> Mailbox {
    let server = |host: &str| Server { host: host.to_owned(), port: 465, security: Security::Tls };
    Mailbox {
        address: "help@example.com".into(),
        name: None,
        user: "help@example.com".into(),
        imap: server("imap.example.com"),
        smtp: server("smtp.example.com"),
        folder: "INBOX".into(),
        taken: Taken::Left,
        sent_folder: None,
    }
}

/// What became of a mail, and the content that the server got.
async fn sent(told: Told) -> (Result<MailOutcome, MailError>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let server = tokio::spawn(async move { serve(listener.accept().await.unwrap().0, told).await });
    let network = Network::new(BTreeMap::from([("smtp.example.com".to_owned(), url)]));
    let login = Login::Password("secret".to_owned().into());
    let outcome = send(&network, &mailbox(), &login, &envelope(2), RAW).await;
    (outcome, server.await.unwrap())
}

fn envelope(recipients: usize) -> Envelope {
    let recipients = (0..recipients).map(|number| format!("r{number}@example.com")).collect();
    Envelope { return_path: Some("help@example.com".to_owned()), recipients }
}

#[tokio::test]
async fn only_an_answer_to_the_content_says_what_became_of_it() {
    let cases: [(Told, &str); 11] = [
        (&[], "sent"),
        (&[("EHLO", "drop")], "not asked"),
        (&[("EHLO", "250 AUTH LOGIN PLAIN"), ("AUTH", "535 no")], "login"),
        (&[("MAIL", "451 later")], "later"),
        (&[("MAIL", "530 log in first")], "later"),
        (&[("RCPT", "450 try again")], "later"),
        (&[("RCPT", "550 nobody")], "refused"),
        (&[("DATA", "drop")], "later"),
        (&[(".", "451 busy")], "later"),
        (&[(".", "554 spam")], "refused"),
        (&[(".", "drop")], "unknown"),
    ];
    for (told, expected) in cases {
        let (outcome, content) = sent(told).await;
        let word = match &outcome {
            Ok(MailOutcome::Sent(_)) => "sent",
            Ok(MailOutcome::Later(..)) => "later",
            Ok(MailOutcome::Unknown(_)) => "unknown",
            Ok(MailOutcome::Refused(_)) => "refused",
            Err(MailError::Login(..)) => "login",
            Err(_) => "not asked",
        };
        assert_eq!(word, expected, "{told:?}: {outcome:?}");
        if word == "sent" {
            assert!(content.starts_with("From: Help <help@example.com>\r\n\r\n..hidden\r\n"), "{content:?}");
        }
    }
}

#[tokio::test]
async fn an_answer_without_an_end_is_broken_off() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        while stream.write_all(&[b'2'; 4096]).await.is_ok() {}
    });
    let network = Network::new(BTreeMap::from([("smtp.example.com".to_owned(), url)]));
    let login = Login::Password("secret".to_owned().into());
    let error = send(&network, &mailbox(), &login, &envelope(1), RAW).await.unwrap_err();
    assert!(error.to_string().ends_with("an answer is too long"), "{error}");
}

#[test]
fn what_no_server_would_take_is_refused_without_one() {
    let raw = b"Subject: Hi\r\nFrom: Help\r\n <help@example.com>\r\n\r\nHi\r\n".as_slice();
    let checked = |envelope: &Envelope, raw: &[u8]| checked(&mailbox(), envelope, raw);
    let with = |more: &[u8]| checked(&envelope(1), &[raw, more].concat());
    assert!(checked(&envelope(MOST_RECIPIENTS), raw).is_ok());
    assert!(checked(&envelope(MOST_RECIPIENTS + 1), raw).is_err() && checked(&envelope(0), raw).is_err());
    assert!(with(&[[b'a'; LONGEST_LINE].as_slice(), b"\r\n"].concat()).is_ok());
    assert!(with(&[[b'a'; LONGEST_LINE + 1].as_slice(), b"\r\n"].concat()).is_err());
    assert!(with(&b"a\r\n".repeat(LARGEST_MAIL / 3)).is_err());
    for half in [&b"a\n.\nMAIL"[..], b"a\r.\r\n", b"no end", b"a\r\r\n"] {
        assert!(with(half).is_err(), "{half:?}");
    }
    for injected in ["a@example.com>\r\nRCPT TO:<b@example.com", "nobody", "a b@example.com", ""] {
        let envelope = Envelope { recipients: vec![injected.to_owned()], ..envelope(1) };
        assert!(checked(&envelope, raw).is_err(), "{injected:?}");
    }
}

#[test]
fn mails_come_from_the_mailbox_alone() {
    let from = |header: &str| checked(&mailbox(), &envelope(1), format!("{header}\r\n\r\nHi\r\n").as_bytes());
    for own in [
        "From: help@example.com",
        "from : \"A, B\" <HELP@example.com>",
        "From: =?utf-8?q?H=C3=A9?= <help+1@example.com>",
    ] {
        assert!(from(own).is_ok(), "{own}");
    }
    for other in [
        "Subject: From: help@example.com",
        "From: ceo@example.com",
        "From: help@example.com, ceo@example.com",
        "From: help@example.com\r\nFrom: ceo@example.com",
        "From: \"help@example.com\" <ceo@example.com>",
        "From:",
    ] {
        assert!(from(other).is_err(), "{other}");
    }
    let bounces = |path: Option<&str>| {
        let envelope = Envelope { return_path: path.map(str::to_owned), ..envelope(1) };
        checked(&mailbox(), &envelope, RAW).is_ok()
    };
    assert!(bounces(None) && bounces(Some("help+b7@example.com")) && !bounces(Some("ceo@example.com")));
}
