//! Against a server on loopback that knows as much of IMAP as a mailbox needs.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};
use url::Url;

use super::*;

/// What the server holds, and what it was asked.
#[derive(Default)]
struct Held {
    mails: BTreeMap<u32, Vec<u8>>,
    /// In the place of what is said of a mail's size.
    lies: Option<u32>,
    asked: Vec<String>,
}

#[derive(Clone, Default)]
struct Fake(Arc<Mutex<Held>>);

impl Fake {
    async fn start(self) -> Network {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(self.clone().serve(stream));
            }
        });
        Network::new(BTreeMap::from([("imap.example.com".to_owned(), url)]))
    }

    async fn serve(self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        stream.write_all(b"* OK ready\r\n").await.unwrap();
        let mut line = String::new();
        while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
            let text = line.trim_end().to_owned();
            line.clear();
            let (tag, asked) = text.split_once(' ').unwrap_or((text.as_str(), ""));
            self.0.lock().unwrap().asked.push(asked.to_owned());
            if let Some((_, size)) = asked.rsplit_once('{') {
                let mut literal = vec![0; size.trim_end_matches('}').parse::<usize>().unwrap() + 2];
                stream.write_all(b"+ go on\r\n").await.unwrap();
                stream.read_exact(&mut literal).await.unwrap();
            }
            let answer = self.answer(tag, asked);
            if stream.write_all(&answer).await.is_err() {
                return;
            }
        }
    }

    fn answer(&self, tag: &str, asked: &str) -> Vec<u8> {
        let held = self.0.lock().unwrap();
        let next = held.mails.keys().max().map_or(1, |last| last + 1);
        let said = match asked.split(' ').next().unwrap() {
            "LOGIN" if asked.contains("wrong") => return format!("{tag} NO [AUTHENTICATIONFAILED] no\r\n").into(),
            "CAPABILITY" => "* CAPABILITY IMAP4rev1 IDLE\r\n".to_owned(),
            "SELECT" if asked.contains("Nowhere") => return format!("{tag} NO no such folder\r\n").into(),
            "SELECT" => {
                format!("* {} EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n* OK [UIDNEXT {next}] .\r\n", held.mails.len())
            }
            "UID" if asked.starts_with("UID FETCH") => return held.fetch(tag, asked),
            "IDLE" => return b"+ idling\r\n* 3 EXISTS\r\n".to_vec(),
            _ => String::new(),
        };
        // The tag of an IDLE that ends is not that of its DONE.
        let tag = if tag == "DONE" { idle_tag(&held.asked) } else { tag.to_owned() };
        format!("{said}{tag} OK done\r\n").into()
    }
}

/// Tags are counted: that of the last IDLE.
fn idle_tag(asked: &[String]) -> String {
    let at = asked.iter().rposition(|asked| asked == "IDLE").unwrap();
    format!("A{:04}", at + 1)
}

impl Held {
    fn fetch(&self, tag: &str, asked: &str) -> Vec<u8> {
        let range = asked.split(' ').nth(2).unwrap();
        let (first, last) = range.split_once(':').unwrap_or((range, range));
        let range = first.parse::<u32>().unwrap()..=last.parse::<u32>().unwrap();
        let mut answer = Vec::new();
        for (at, (uid, raw)) in self.mails.range(range).enumerate() {
            let header = raw.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
            let (part, bytes) = match asked {
                _ if asked.contains("SIZE") => {
                    let size = self.lies.unwrap_or(raw.len() as u32);
                    answer.extend(format!("* {} FETCH (UID {uid} RFC822.SIZE {size})\r\n", at + 1).bytes());
                    continue;
                }
                _ if asked.contains("HEADER") => ("BODY[HEADER]", &raw[..header]),
                _ => ("BODY[]", &raw[..]),
            };
            answer.extend(format!("* {} FETCH (UID {uid} {part} {{{}}}\r\n", at + 1, bytes.len()).bytes());
            answer.extend(bytes);
            answer.extend(b")\r\n");
        }
        answer.extend(format!("{tag} OK done\r\n").bytes());
        answer
    }
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
    let fake = Fake::default();
    fake.0.lock().unwrap().mails = [(3, mail("old")), (5, mail("((((new")), (9, mail("newer"))].into();
    let network = fake.clone().start().await;
    let (mut inbox, at) = Inbox::open(&network, &mailbox("INBOX"), &password("secret")).await.unwrap();
    assert_eq!(at, Position { validity: 7, next: 10 });
    let (waiting, next) = inbox.waiting(4, at.next).await.unwrap();
    assert_eq!((waiting.iter().map(|it| it.uid).collect::<Vec<_>>(), next), (vec![5, 9], 10));
    assert_eq!(inbox.fetch(waiting[0]).await.unwrap(), Some(mail("((((new")));
    assert_eq!(inbox.fetch(Waiting { uid: 6, size: 9 }).await.unwrap(), None, "it is gone");
    inbox.done(5, &Taken::Seen).await.unwrap();
    inbox.keep("Sent", &mail("a reply")).await.unwrap();
    assert_eq!(inbox.waiting(10, at.next).await.unwrap(), (Vec::new(), 10));
    let mut inbox = inbox.wait().await.unwrap();
    assert_eq!(inbox.look().await.unwrap(), at);
    inbox.leave().await;
    let asked = fake.0.lock().unwrap().asked.join("\n");
    assert!(asked.contains("UID STORE 5 +FLAGS.SILENT (\\Seen)") && asked.contains("APPEND \"Sent\""), "{asked}");
}

#[tokio::test]
async fn of_a_mail_that_is_too_large_the_header_comes_with_a_line_that_says_so() {
    let fake = Fake::default();
    *fake.0.lock().unwrap() = Held { mails: [(1, mail("x"))].into(), lies: Some(40 << 20), asked: Vec::new() };
    let network = fake.start().await;
    let (mut inbox, at) = Inbox::open(&network, &mailbox("INBOX"), &password("secret")).await.unwrap();
    let (waiting, _) = inbox.waiting(1, at.next).await.unwrap();
    let cut = String::from_utf8(inbox.fetch(waiting[0]).await.unwrap().unwrap()).unwrap();
    assert!(cut.contains("Subject: Hi\r\n") && cut.contains("From: a@example.org\r\n"), "{cut}");
    assert!(!cut.contains("multipart") && !cut.contains("boundary"), "{cut}");
    assert!(cut.contains("\r\n\r\n(This mail has 40 MB."), "{cut}");
}

#[tokio::test]
async fn what_is_wrong_is_told_apart() {
    let network = Fake::default().start().await;
    let open = async |folder: &str, secret: &str, host: &str| {
        let mut mailbox = mailbox(folder);
        mailbox.imap.host = host.to_owned();
        Inbox::open(&network, &mailbox, &password(secret)).await.unwrap_err()
    };
    let wrong = open("INBOX", "wrong", "imap.example.com").await;
    assert_eq!(wrong.code(), "mail-login");
    assert!(!wrong.to_string().contains("wrong"), "{wrong}");
    assert_eq!(open("Nowhere", "secret", "imap.example.com").await.code(), "mail-folder");
    assert_eq!(open("INBOX", "secret", "localhost").await.code(), "mail-unreachable");
}
