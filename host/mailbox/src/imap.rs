//! The way in: one connection to the folder of a mailbox. It tells which mails wait beyond the last one that was taken, fetches them
//! without touching them, marks them once they are kept, and waits for the server to tell of more.

#[cfg(test)]
mod tests;

use std::{fmt, time::Duration};

use annex_domain::{
    clock::Timestamp,
    mailbox::{LARGEST_MAIL, Mailbox, Security, Server, Taken},
};
use async_imap::{Authenticator, Client, Session, error::Error as ImapError};
use futures::TryStreamExt as _;
use secrecy::ExposeSecret as _;
use tokio::time::timeout;

use crate::{
    Login, MailError, Network,
    bounds::Bounded,
    error::words,
    network::{Wire, encrypt},
};

type Link = Bounded<Box<dyn Wire>>;

/// The longest wait for an answer, and for a whole mail.
const ANSWER: Duration = Duration::from_secs(30);
const MAIL: Duration = Duration::from_secs(180);
/// How long the server is waited for before it is asked by itself: connections that are quiet for longer die on the way.
const QUIET: Duration = Duration::from_secs(9 * 60);
/// How often a server that does not tell of mails is asked.
const ASK: Duration = Duration::from_secs(30);
/// Numbers that are looked through at once.
const WINDOW: u32 = 200;

/// An open folder. After an error it is of no use: a new one is opened.
pub struct Inbox {
    session: Session<Link>,
    folder: String,
    /// For people.
    server: String,
    /// It can tell of new mails by itself, and move them.
    tells: bool,
    moves: bool,
}

/// Where the numbers of a folder stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Numbers mean the same mails while this stays the same.
    pub validity: u32,
    /// The number of the next mail to come.
    pub next: u32,
}

/// A mail that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Its number.
    pub uid: u32,
    /// Its bytes, as the server says.
    pub size: u32,
}

impl Waiting {
    /// Bytes that its content may have, twice those that the server tells: some guess. Of a mail that is too large only the header comes.
    #[must_use]
    pub fn most(&self) -> u64 {
        if self.is_whole() { u64::from(self.size).saturating_mul(2).min(LARGEST_MAIL as u64) } else { 0 }
    }

    fn is_whole(&self) -> bool {
        usize::try_from(self.size).is_ok_and(|size| size <= LARGEST_MAIL)
    }
}

/// No secret is in what it holds, but mails may be.
impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").field("server", &self.server).field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Inbox {
    /// Logs in, and opens the folder.
    ///
    /// # Errors
    /// What keeps it from being opened.
    pub async fn open(network: &Network, mailbox: &Mailbox, login: &Login) -> Result<(Self, Position), MailError> {
        let Server { host, port, .. } = &mailbox.imap;
        let server = format!("{host}:{port}");
        let client = greet(network, &mailbox.imap).await?;
        let logged_in = match login {
            Login::Password(password) => timeout(ANSWER, client.login(&mailbox.user, password.expose_secret())).await,
            Login::Token(token) => {
                let first = format!("user={}\x01auth=Bearer {}\x01\x01", mailbox.user, token.expose_secret());
                timeout(ANSWER, client.authenticate("XOAUTH2", Bearer(Some(first)))).await
            }
        };
        let session = match logged_in {
            Ok(Ok(session)) => session,
            Ok(Err((ImapError::No(said) | ImapError::Bad(said), _))) => {
                return Err(MailError::Login(server, in_words(&said)));
            }
            Ok(Err((error, _))) => return Err(MailError::Lost(server, words(error))),
            Err(_) => return Err(MailError::Lost(server, "no answer".to_owned())),
        };
        let folder = mailbox.folder.clone();
        let mut inbox = Self { session, folder, server, tells: false, moves: false };
        let can = timeout(ANSWER, inbox.session.capabilities()).await;
        let can = inbox.outcome(can)?;
        (inbox.tells, inbox.moves) = (can.has_str("IDLE"), can.has_str("MOVE"));
        let position = inbox.look().await?;
        Ok((inbox, position))
    }

    /// Opens the folder anew, which tells where its numbers stand now.
    ///
    /// # Errors
    /// [`MailError::Folder`] where there is none.
    pub async fn look(&mut self) -> Result<Position, MailError> {
        self.forget_told();
        let selected = match timeout(ANSWER, self.session.select(&self.folder)).await {
            Ok(Err(ImapError::No(said) | ImapError::Bad(said))) => {
                return Err(MailError::Folder(self.folder.clone(), in_words(&said)));
            }
            other => self.outcome(other)?,
        };
        match (selected.uid_validity, selected.uid_next) {
            (Some(validity), Some(next)) => Ok(Position { validity, next }),
            _ => Err(self.lost("the server gives mails no lasting numbers")),
        }
    }

    /// Mails from the number `first` on, in order, as far as one look goes; and the number with which the next look begins.
    ///
    /// # Errors
    /// When the connection fails.
    pub async fn waiting(&mut self, first: u32, next: u32) -> Result<(Vec<Waiting>, u32), MailError> {
        if first >= next {
            return Ok((Vec::new(), first));
        }
        let end = first.saturating_add(WINDOW).min(next);
        let asked = async {
            let range = format!("{first}:{}", end - 1);
            let found = self.session.uid_fetch(range, "(UID RFC822.SIZE)").await?;
            found.try_collect::<Vec<_>>().await
        };
        let asked = timeout(MAIL, asked).await;
        let found = self.outcome(asked)?;
        let of_range = |waiting: &Waiting| (first..end).contains(&waiting.uid);
        let read = found.iter().filter_map(|it| Some(Waiting { uid: it.uid?, size: it.size.unwrap_or(0) }));
        let mut waiting: Vec<_> = read.filter(of_range).collect();
        waiting.sort_by_key(|waiting| waiting.uid);
        waiting.dedup_by_key(|waiting| waiting.uid);
        self.forget_told();
        Ok((waiting, end))
    }

    /// The number of the first mail since a day, in UTC: where numbers mean other mails than before. `None`: there is none.
    ///
    /// # Errors
    /// When the connection fails.
    pub async fn first_since(&mut self, day: Timestamp) -> Result<Option<u32>, MailError> {
        let day = jiff::Timestamp::from_millisecond(day.0).unwrap_or_default().strftime("%-d-%b-%Y").to_string();
        let asked = timeout(ANSWER, self.session.uid_search(format!("SINCE {day}"))).await;
        Ok(self.outcome(asked)?.into_iter().min())
    }

    /// A mail as it is; of one that is larger than [`LARGEST_MAIL`] the header, with a line that says so. `None`: it is gone.
    ///
    /// # Errors
    /// When the connection fails, or more comes than [`Waiting::most`].
    pub async fn fetch(&mut self, waiting: Waiting) -> Result<Option<Vec<u8>>, MailError> {
        let whole = waiting.is_whole();
        self.session.get_mut().allow(waiting.most());
        let part = if whole { "BODY.PEEK[]" } else { "BODY.PEEK[HEADER]" };
        let asked = async {
            let found = self.session.uid_fetch(waiting.uid.to_string(), format!("(UID {part})")).await?;
            found.try_collect::<Vec<_>>().await
        };
        let asked = timeout(MAIL, asked).await;
        let found = self.outcome(asked)?;
        self.session.get_mut().allow(0);
        self.forget_told();
        let it = found.iter().find(|it| it.uid == Some(waiting.uid));
        Ok(match (it, whole) {
            (Some(it), true) => it.body().map(<[u8]>::to_vec),
            (Some(it), false) => it.header().map(|header| header_only(header, waiting.size)),
            (None, _) => None,
        })
    }

    /// Does with a mail that is kept what the mailbox says.
    ///
    /// # Errors
    /// When the connection fails, or the server refuses it.
    pub async fn done(&mut self, uid: u32, taken: &Taken) -> Result<(), MailError> {
        let uid = uid.to_string();
        let asked = match taken {
            Taken::Left => return Ok(()),
            Taken::Seen => timeout(ANSWER, self.flag(&uid, "\\Seen")).await,
            Taken::MovedTo(folder) if self.moves => timeout(ANSWER, self.session.uid_mv(&uid, folder)).await,
            Taken::MovedTo(folder) => {
                timeout(ANSWER, async {
                    self.session.uid_copy(&uid, folder).await?;
                    self.flag(&uid, "\\Seen \\Deleted").await
                })
                .await
            }
        };
        self.outcome(asked)
    }

    async fn flag(&mut self, uid: &str, flags: &str) -> Result<(), ImapError> {
        let told = self.session.uid_store(uid, format!("+FLAGS.SILENT ({flags})")).await?;
        told.try_collect::<Vec<_>>().await.map(drop)
    }

    /// Puts a copy of what was sent into a folder.
    ///
    /// # Errors
    /// When the connection fails, or the server refuses it.
    pub async fn keep(&mut self, folder: &str, raw: &[u8]) -> Result<(), MailError> {
        let asked = timeout(MAIL, self.session.append(folder, Some("(\\Seen)"), None, raw)).await;
        self.outcome(asked)
    }

    /// Waits until the server tells that something has changed, or some minutes have passed.
    ///
    /// # Errors
    /// When the connection fails.
    pub async fn wait(self) -> Result<Self, MailError> {
        let Self { session, folder, server, tells, moves } = self;
        if !tells {
            tokio::time::sleep(ASK).await;
            return Ok(Self { session, folder, server, tells, moves });
        }
        let lost = |error: ImapError| MailError::Lost(server.clone(), words(error));
        let quiet = || MailError::Lost(server.clone(), "no answer".to_owned());
        let mut idle = session.idle();
        timeout(ANSWER, idle.init()).await.map_err(|_| quiet())?.map_err(lost)?;
        {
            let (told, _stop) = idle.wait_with_timeout(QUIET);
            told.await.map_err(lost)?;
        }
        let session = timeout(ANSWER, idle.done()).await.map_err(|_| quiet())?.map_err(lost)?;
        Ok(Self { session, folder, server, tells, moves })
    }

    /// Logs out, if the server still listens.
    pub async fn leave(mut self) {
        let _ = timeout(Duration::from_secs(2), self.session.logout()).await; // the connection ends anyway
    }

    /// What servers tell without being asked is found out by looking.
    fn forget_told(&self) {
        while self.session.unsolicited_responses.try_recv().is_ok() {}
    }

    fn outcome<T>(&self, asked: Result<Result<T, ImapError>, tokio::time::error::Elapsed>) -> Result<T, MailError> {
        match asked {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(self.lost(error)),
            Err(_) => Err(self.lost("no answer")),
        }
    }

    fn lost(&self, why: impl fmt::Display) -> MailError {
        MailError::Lost(self.server.clone(), words(why))
    }
}

/// A connection that is encrypted, and has been greeted.
async fn greet(network: &Network, server: &Server) -> Result<Client<Link>, MailError> {
    let lost = |why: String| MailError::Lost(server.host.clone(), why);
    let quiet = || lost("no answer".to_owned());
    let (wire, security) = network.connect(server).await?;
    let mut client = Client::new(Bounded::new(wire));
    match timeout(ANSWER, client.read_response()).await {
        Ok(Ok(Some(_))) => {}
        Ok(Ok(None)) => return Err(lost("it hung up".to_owned())),
        Ok(Err(error)) => return Err(lost(words(error))),
        Err(_) => return Err(quiet()),
    }
    if security != Some(Security::StartTls) {
        return Ok(client);
    }
    let begun = timeout(ANSWER, client.run_command_and_check_ok("STARTTLS", None)).await.map_err(|_| quiet())?;
    begun.map_err(|error| MailError::Tls(server.host.clone(), words(error)))?;
    // What came behind the answer, unencrypted, is dropped with the client.
    let wire = encrypt(client.into_inner().into_inner(), server).await?;
    Ok(Client::new(Bounded::new(wire)))
}

/// What the server said to people: the library tells it as `code: …, info: Some("…")`, where a code that it does not know is in front.
fn in_words(told: &str) -> String {
    let info = told.rsplit_once("info: Some(\"").and_then(|(_, info)| info.strip_suffix("\")")).unwrap_or(told);
    let said = info.strip_prefix('[').and_then(|coded| coded.split_once("] ")).map_or(info, |(_, said)| said);
    words(said.replace("\\\"", "\""))
}

/// The header with a text of our own as the body: its fields about the content would promise another.
fn header_only(header: &[u8], size: u32) -> Vec<u8> {
    let mut kept = Vec::with_capacity(header.len() + 300);
    let mut keeps = true;
    for line in header.split_inclusive(|byte| *byte == b'\n') {
        if line.iter().all(u8::is_ascii_whitespace) {
            break;
        }
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default().to_ascii_lowercase();
            keeps = !name.starts_with(b"content-") && name != b"mime-version";
        }
        if keeps {
            kept.extend_from_slice(line);
        }
    }
    let (megabytes, most) = (size >> 20, LARGEST_MAIL >> 20);
    kept.extend_from_slice(b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
    let text = format!("(This mail has {megabytes} MB. Mails of more than {most} MB are left in the mailbox.)\r\n");
    kept.extend_from_slice(text.as_bytes());
    kept
}

/// `XOAUTH2`: the first answer has the token; a second challenge tells of an error, and wants an empty one.
struct Bearer(Option<String>);

impl Authenticator for Bearer {
    type Response = String;
    fn process(&mut self, _challenge: &[u8]) -> String {
        self.0.take().unwrap_or_default()
    }
}
