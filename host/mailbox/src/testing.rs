//! A mail server for tests: on loopback, in the open, with as much of IMAP as a mailbox needs.
#![expect(clippy::unwrap_used, reason = "a test that cannot start must fail")]

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// What the server holds, and what it was asked.
#[derive(Debug, Default)]
struct Held {
    mails: BTreeMap<u32, Vec<u8>>,
    /// In the place of what is said of a mail's size.
    size: Option<u32>,
    validity: u32,
    asked: Vec<String>,
    /// Nobody is let in.
    refuses: bool,
    /// No mail comes.
    stalls: bool,
}

/// The server. The password `wrong` is wrong, and there is no folder `Nowhere`.
#[derive(Debug, Clone)]
pub struct Fake {
    held: Arc<Mutex<Held>>,
    /// Told when a mail comes.
    came: watch::Sender<()>,
}

impl Fake {
    /// With these mails by their numbers, each with a header and a body.
    pub fn with(mails: impl IntoIterator<Item = (u32, Vec<u8>)>) -> Self {
        let held = Held { mails: mails.into_iter().collect(), validity: 7, ..Held::default() };
        Self { held: Arc::new(Mutex::new(held)), came: watch::Sender::new(()) }
    }

    /// One mail more.
    pub fn put(&self, uid: u32, raw: Vec<u8>) {
        self.held.lock().unwrap().mails.insert(uid, raw);
        self.came.send_replace(());
    }

    /// Mails have other numbers from now on.
    pub fn renumber(&self, mails: impl IntoIterator<Item = (u32, Vec<u8>)>) {
        let mut held = self.held.lock().unwrap();
        held.mails = mails.into_iter().collect();
        held.validity += 1;
        self.came.send_replace(());
    }

    /// Every mail is said to have so many bytes.
    pub fn say_size(&self, size: u32) {
        self.held.lock().unwrap().size = Some(size);
    }

    /// From now on nobody is let in, or everybody again.
    pub fn refuse(&self, refuses: bool) {
        self.held.lock().unwrap().refuses = refuses;
    }

    /// From now on no mail comes that is fetched, or those that were asked for come.
    pub fn stall(&self, stalls: bool) {
        self.held.lock().unwrap().stalls = stalls;
    }

    /// What was asked so far, a line each; a token as it is sent, in base64.
    #[must_use]
    pub fn asked(&self) -> String {
        self.held.lock().unwrap().asked.join("\n")
    }

    /// Listens; answers where.
    pub async fn start(self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(self.clone().serve(stream));
            }
        });
        address
    }

    async fn serve(self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        stream.write_all(b"* OK ready\r\n").await.unwrap();
        let (mut came, mut line, mut idles) = (self.came.subscribe(), String::new(), false);
        // An IDLE ends with its own tag, not with one of its DONE.
        let mut tag_of_idle = String::new();
        loop {
            tokio::select! {
                read = stream.read_line(&mut line) => if !read.is_ok_and(|read| read > 0) { return },
                Ok(()) = came.changed(), if idles => {
                    idles = false;
                    stream.write_all(b"* 9 EXISTS\r\n").await.unwrap();
                    continue;
                }
            }
            let text = line.trim_end().to_owned();
            line.clear();
            let (tag, asked) = text.split_once(' ').unwrap_or((text.as_str(), ""));
            self.held.lock().unwrap().asked.push(asked.to_owned());
            if let Some((_, size)) = asked.rsplit_once('{') {
                let mut literal = vec![0_u8; size.trim_end_matches('}').parse::<usize>().unwrap() + 2];
                stream.write_all(b"+ go on\r\n").await.unwrap();
                stream.read_exact(&mut literal).await.unwrap();
            }
            if asked == "AUTHENTICATE XOAUTH2" {
                stream.write_all(b"+ \r\n").await.unwrap();
                stream.read_line(&mut line).await.unwrap();
                self.held.lock().unwrap().asked.push(line.trim_end().to_owned());
                line.clear();
            }
            idles = asked == "IDLE";
            if idles {
                tag.clone_into(&mut tag_of_idle);
            }
            while asked.contains("BODY.PEEK") && self.held.lock().unwrap().stalls {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            let answer = self.answer(if tag == "DONE" { &tag_of_idle } else { tag }, asked);
            if stream.write_all(&answer).await.is_err() {
                return;
            }
        }
    }

    fn answer(&self, tag: &str, asked: &str) -> Vec<u8> {
        let held = self.held.lock().unwrap();
        let next = held.mails.keys().max().map_or(1, |last| last + 1);
        let said = match asked.split(' ').next().unwrap() {
            "LOGIN" | "AUTHENTICATE" if held.refuses => {
                return format!("{tag} NO [AUTHENTICATIONFAILED] no\r\n").into();
            }
            "LOGIN" if asked.contains("wrong") => return format!("{tag} NO [AUTHENTICATIONFAILED] no\r\n").into(),
            "CAPABILITY" => "* CAPABILITY IMAP4rev1 IDLE\r\n".to_owned(),
            "SELECT" if asked.contains("Nowhere") => return format!("{tag} NO no such folder\r\n").into(),
            "SELECT" => {
                let (count, validity) = (held.mails.len(), held.validity);
                format!("* {count} EXISTS\r\n* OK [UIDVALIDITY {validity}] .\r\n* OK [UIDNEXT {next}] .\r\n")
            }
            "UID" if asked.starts_with("UID SEARCH") => {
                let all: Vec<_> = held.mails.keys().map(u32::to_string).collect();
                format!("* SEARCH {}\r\n", all.join(" "))
            }
            "UID" if asked.starts_with("UID FETCH") => return held.fetch(tag, asked),
            "IDLE" => return b"+ idling\r\n".to_vec(),
            _ => String::new(),
        };
        format!("{said}{tag} OK done\r\n").into()
    }
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
                    let size = self.size.unwrap_or(raw.len() as u32);
                    answer.extend(format!("* {} FETCH (UID {uid} RFC822.SIZE {size})\r\n", at + 1).bytes());
                    continue;
                }
                _ if asked.contains("HEADER") => ("BODY[HEADER]", raw.get(..header).unwrap()),
                _ => ("BODY[]", raw.as_slice()),
            };
            answer.extend(format!("* {} FETCH (UID {uid} {part} {{{}}}\r\n", at + 1, bytes.len()).bytes());
            answer.extend(bytes);
            answer.extend(b")\r\n");
        }
        answer.extend(format!("{tag} OK done\r\n").bytes());
        answer
    }
}
