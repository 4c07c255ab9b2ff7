//! Against a server on loopback that knows as much of IMAP as a mailbox needs.

use std::collections::BTreeMap;

use url::Url;

use super::*;
use crate::testing::Fake;

async fn network(fake: &Fake) -> Network {
    let url = Url::parse(&format!("http://{}", fake.clone().start().await)).unwrap();
    Network::new(BTreeMap::from([("imap.example.com".to_owned(), url)]))
}

fn mailbox(folder: &str) -> Mailbox {
    let server = |host: &str| Server { host: host.to_owned(), port: 993, security: Security::Tls };
    Mailbox {
        address: "help@example.com".into(),
        name: None,
        user: "help@example.com".into(),
        imap: server("imap.example.com"),
        smtp: server("smtp.example.com"),
        folder: folder.to_owned(),
        taken: Taken::Seen,
        sent_folder: None,
    }
}

fn password(text: &str) -> Login {
    Login::Password(text.to_owned().into())
}

fn mail(text: &str) -> Vec<u8> {
    format!("Subject: Hi\r\nContent-Type: multipart/mixed;\r\n\tboundary=x\r\nFrom: a@example.org\r\n\r\n{text}\r\n")
        .into()
}

#[tokio::test]
async fn mails_beyond_the_last_one_come_whole_and_are_marked() {
    let fake = Fake::with([(3, mail("old")), (5, mail("((((new")), (9, mail("newer"))]);
    let network = network(&fake).await;
    let (mut inbox, at) = Inbox::open(&network, &mailbox("INBOX"), &password("secret")).await.unwrap();
    assert_eq!(at, Position { validity: 7, next: 10 });
    let (waiting, next) = inbox.waiting(4, at.next).await.unwrap();
    assert_eq!((waiting.iter().map(|it| it.uid).collect::<Vec<_>>(), next), (vec![5, 9], 10));
    assert_eq!(inbox.fetch(waiting[0]).await.unwrap(), Some(mail("((((new")));
    assert_eq!(inbox.fetch(Waiting { uid: 6, size: 9 }).await.unwrap(), None, "it is gone");
    inbox.done(5, &Taken::Seen).await.unwrap();
    inbox.keep("Sent", &mail("a reply")).await.unwrap();
    assert_eq!(inbox.waiting(10, at.next).await.unwrap(), (Vec::new(), 10));
    fake.put(12, mail("newest"));
    let mut inbox = inbox.wait().await.unwrap();
    assert_eq!(inbox.look().await.unwrap(), Position { validity: 7, next: 13 });
    inbox.leave().await;
    let asked = fake.asked();
    assert!(asked.contains("UID STORE 5 +FLAGS.SILENT (\\Seen)") && asked.contains("APPEND \"Sent\""), "{asked}");
}

#[tokio::test]
async fn of_a_mail_that_is_too_large_the_header_comes_with_a_line_that_says_so() {
    let fake = Fake::with([(1, mail("x"))]);
    fake.say_size(40 << 20);
    let network = network(&fake).await;
    let (mut inbox, at) = Inbox::open(&network, &mailbox("INBOX"), &password("secret")).await.unwrap();
    let (waiting, _) = inbox.waiting(1, at.next).await.unwrap();
    let cut = String::from_utf8(inbox.fetch(waiting[0]).await.unwrap().unwrap()).unwrap();
    assert!(cut.contains("Subject: Hi\r\n") && cut.contains("From: a@example.org\r\n"), "{cut}");
    assert!(!cut.contains("multipart") && !cut.contains("boundary"), "{cut}");
    assert!(cut.contains("\r\n\r\n(This mail has 40 MB."), "{cut}");
}

#[tokio::test]
async fn a_mail_has_no_more_bytes_than_its_server_had_said_but_for_a_guess() {
    let large = mail(&"x".repeat(3 << 20));
    let size = u32::try_from(large.len()).unwrap();
    let fake = Fake::with([(1, large)]);
    let network = network(&fake).await;
    for (said, comes) in [(size, true), (size / 2 + 1, true), (size / 4, false)] {
        let (mut inbox, _) = Inbox::open(&network, &mailbox("INBOX"), &password("secret")).await.unwrap();
        let came = inbox.fetch(Waiting { uid: 1, size: said }).await;
        assert_eq!(came.is_ok(), comes, "{said}: {:?}", came.err());
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_apart() {
    let network = network(&Fake::with([])).await;
    let open = async |folder: &str, secret: &str, host: &str| {
        let mut mailbox = mailbox(folder);
        mailbox.imap.host = host.to_owned();
        Inbox::open(&network, &mailbox, &password(secret)).await.unwrap_err()
    };
    let wrong = open("INBOX", "wrong", "imap.example.com").await;
    assert_eq!(wrong.code(), "mail-login");
    assert_eq!(wrong.to_string(), "imap.example.com:993 refused the login: no");
    assert_eq!(open("Nowhere", "secret", "imap.example.com").await.code(), "mail-folder");
    assert_eq!(open("INBOX", "secret", "localhost").await.code(), "mail-unreachable");
}
