//! Reading mailboxes: one connection each, on one node. A mail is put into the blob store, then taken in one transaction with its
//! job (`store::mailboxes`), and only then marked in its folder: wherever the process dies, none is lost and none comes twice.
//!
//! A connection that fails is made anew after a pause that grows until the folder is open again. A mail that cannot be fetched is tried
//! [`TRIES`] times, also when it takes the process with it, and then passed over. While [`MOST_WAITING`] wait for their add-on, the
//! others stay where they are.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    time::Duration,
};

use annex_domain::{
    clock::Timestamp,
    installation::Installation,
    mailbox::{LARGEST_MAIL, Mailbox},
    random,
};
use annex_mailbox::{Inbox, MailError, Position, Waiting};
use annex_store::{
    StoreError,
    blobs::BlobError,
    channels::What,
    jobs,
    mailboxes::{self, Key, Progress, Wanted},
};
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use super::{Entered, Secret};
use crate::{Lifecycle, UseError, connections::TokenError, lanes::LOOK, saga::describe};

/// How long a process has a mailbox without a word.
const HELD: Duration = Duration::from_secs(90);
/// The shortest and the longest pause between two connections.
const PAUSES: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(600));
/// A mail that could not be fetched so often is passed over.
const TRIES: u32 = 3;
/// Mails of an installation that are kept for its add-on: a server that always has another one must not fill the blob store.
pub(crate) const MOST_WAITING: i64 = 100;
/// KiB of mails that are fetched at once on this node, of whatever mailboxes: eight of the largest.
pub(crate) const ROOM: u32 = 8 * (LARGEST_MAIL >> 10) as u32;
/// Where numbers begin anew, mails of so long before the last one are looked at again.
const AGAIN: Duration = Duration::from_secs(24 * 3600);

/// Those that this process reads: since when its setting is as it is, and the task.
type Readers = BTreeMap<Key, (Timestamp, AbortOnDropHandle<()>)>;

/// Why a mailbox could not be read.
#[derive(Debug, thiserror::Error)]
enum Unread {
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Blob(#[from] BlobError),
    #[error("so many mails wait for the add-on that no more are fetched")]
    Full,
}

/// The pause after connections that failed one after the other.
struct Pause(Duration);

impl Pause {
    /// The folder is open: whatever fails from now on is another failure.
    fn end(&mut self) {
        self.0 = PAUSES.0;
    }

    fn grow(&mut self) {
        self.0 = (self.0 * 2).min(PAUSES.1);
    }
}

/// One mailbox that this process has.
struct Reader<'a> {
    host: &'a Lifecycle,
    key: &'a Key,
    process: &'a str,
    installation: &'a Installation,
    mailbox: Mailbox,
}

impl Lifecycle {
    /// Reads mailboxes until it is told to stop.
    pub(crate) async fn read_mailboxes(self, mut stopped: watch::Receiver<bool>) {
        let process = [random::error_id(), random::error_id()].concat();
        let mut readers = Readers::new();
        while !*stopped.borrow() {
            if let Err(error) = self.appoint(&mut readers, &process).await {
                tracing::warn!(error = describe(&error), "mailboxes could not be looked for");
            }
            metrics::gauge!("annex_mailboxes_read").set(readers.len() as f64);
            tokio::select! {
                _ = stopped.changed() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Starts and stops readers, as mailboxes are entered and installations come and go.
    async fn appoint(&self, readers: &mut Readers, process: &str) -> Result<(), StoreError> {
        let wanted = mailboxes::wanted(&mut self.db.read().await?).await?;
        readers.retain(|key, (entered_at, reader)| {
            let as_it_was = |it: &Wanted| it.key == *key && it.entered_at == *entered_at;
            !reader.is_finished() && wanted.iter().any(as_it_was)
        });
        for Wanted { key, entered_at } in wanted {
            if let Entry::Vacant(free) = readers.entry(key) {
                let reader = tokio::spawn(self.clone().keep_reading(free.key().clone(), process.to_owned()));
                free.insert((entered_at, AbortOnDropHandle::new(reader)));
            }
        }
        Ok(())
    }

    /// Reads a mailbox, and again after each failure.
    async fn keep_reading(self, key: Key, process: String) {
        let mut pause = Pause(PAUSES.0);
        loop {
            match self.read_mailbox(&key, &process, &mut pause).await {
                Ok(()) => pause.end(),
                Err(error) => {
                    tracing::info!(installation = %key.installation, error = describe(&error), "a mailbox is not read");
                    pause.grow();
                }
            }
            tokio::time::sleep(pause.0).await;
        }
    }

    /// Reads a mailbox until the connection ends. At once done where another process has it, or while it is not
    /// to be read.
    async fn read_mailbox(&self, key: &Key, process: &str, pause: &mut Pause) -> Result<(), Unread> {
        let callee = match self.mail_callee(key.desk, key.installation).await {
            Ok(callee) => callee,
            Err(UseError::Store(error)) => return Err(error.into()),
            Err(_) => return Ok(()), // what keeps it from running is shown elsewhere
        };
        let Some(setting) = callee.admitted.manifest().mailboxes().find(|it| it.key == key.setting) else {
            return Ok(());
        };
        let Some(Entered { mailbox, secret }) = self.entered(&callee.installation, setting).await? else {
            return Ok(());
        };
        if !self.hold_mailbox(key, process).await? {
            return Ok(());
        }
        let opened = self.open_mailbox(&mailbox, &secret).await;
        let (outcome, detail) = match &opened {
            Ok(_) => ("ok", String::new()),
            Err(error) => ("no-mailbox", error.to_string()),
        };
        self.note_state(&callee.installation, What::Connected, outcome, &detail).await;
        let (inbox, at) = opened?;
        pause.end();
        let reader = Reader { host: self, key, process, installation: &callee.installation, mailbox };
        let ended = tokio::select! {
            ended = reader.follow(inbox, at) => ended,
            () = reader.keep() => return Ok(()),
        };
        let outcome = match &ended {
            Err(Unread::Mail(_)) => "no-mailbox",
            Err(Unread::Full) => "later",
            _ => return ended,
        };
        let detail = ended.as_ref().err().map(ToString::to_string).unwrap_or_default();
        self.note_state(&callee.installation, What::Connected, outcome, &detail).await;
        ended
    }

    async fn open_mailbox(&self, mailbox: &Mailbox, secret: &Secret) -> Result<(Inbox, Position), Unread> {
        let connections = self.connections();
        let login = secret.login(Some(&connections)).await?;
        let opened = Inbox::open(&self.mail_network, mailbox, &login).await;
        secret.heed(opened.as_ref().err(), &login, Some(&connections)).await?;
        Ok(opened?)
    }

    async fn hold_mailbox(&self, key: &Key, process: &str) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        let held = mailboxes::hold(&mut tx, key, process, self.clock.now(), HELD).await?;
        tx.commit().await?;
        Ok(held)
    }
}

impl Reader<'_> {
    /// Keeps the mailbox for this process, however long a mail takes to come. Ends when another has it.
    async fn keep(&self) {
        loop {
            tokio::time::sleep(HELD / 3).await;
            // Where that cannot be asked now, whoever takes a mail asks again.
            if let Ok(false) = self.host.hold_mailbox(self.key, self.process).await {
                return;
            }
        }
    }

    /// Takes what waits, and waits for more.
    async fn follow(&self, mut inbox: Inbox, mut at: Position) -> Result<(), Unread> {
        loop {
            self.catch_up(&mut inbox, at).await?;
            inbox = inbox.wait().await?;
            at = inbox.look().await?;
        }
    }

    async fn catch_up(&self, inbox: &mut Inbox, at: Position) -> Result<(), Unread> {
        let mut progress = self.begin_at(inbox, at).await?;
        while progress.last.saturating_add(1) < at.next {
            let (waiting, end) = inbox.waiting(progress.last + 1, at.next).await?;
            for one in waiting {
                progress.last = one.uid;
                if self.take(inbox, one, &progress).await? {
                    progress.taken = one.uid;
                }
            }
            if progress.last != end - 1 {
                progress.last = end - 1;
                self.pass(&progress).await?;
            }
        }
        Ok(())
    }

    /// How far the folder was read. A folder that was not read before begins with the next mail; one whose numbers mean other mails
    /// than before, with those of the last day: what came already is known by its bytes.
    async fn begin_at(&self, inbox: &mut Inbox, at: Position) -> Result<Progress, Unread> {
        let mut conn = self.host.db.read().await?;
        let mut progress = mailboxes::progress(&mut conn, self.key).await?;
        let place = self.mailbox.place();
        let is_known = progress.place.as_deref() == Some(place.as_str());
        if is_known && progress.validity == at.validity {
            drop(conn);
            if progress.taken > 0 {
                // The process that took it may have died before it marked it. Where it is gone there is nothing to mark.
                let _ = inbox.done(progress.taken, &self.mailbox.taken).await;
                progress.taken = 0;
                self.pass(&progress).await?;
            }
            return Ok(progress);
        }
        let last_came = mailboxes::last_came(&mut conn, self.key).await?;
        drop(conn);
        let first = match last_came {
            Some(came) if is_known => inbox.first_since(came.before(AGAIN)).await?.unwrap_or(at.next),
            _ => at.next,
        };
        progress = Progress { place: Some(place), validity: at.validity, last: first.saturating_sub(1), taken: 0 };
        self.pass(&progress).await?;
        Ok(progress)
    }

    async fn pass(&self, progress: &Progress) -> Result<(), StoreError> {
        let mut tx = self.host.db.begin().await?;
        mailboxes::set_progress(&mut tx, self.key, self.process, progress).await?;
        tx.commit().await
    }

    /// Takes a mail, with how far the folder is read then; false where it is passed over.
    async fn take(&self, inbox: &mut Inbox, one: Waiting, progress: &Progress) -> Result<bool, Unread> {
        let size = u32::try_from(one.most().div_ceil(1024)).unwrap_or(ROOM);
        let room = self.host.mail_room.acquire_many(size).await;
        let mut tx = self.host.db.begin().await?;
        if jobs::waiting(&mut tx, mailboxes::CAME, &self.key.installation.to_string()).await? >= MOST_WAITING {
            return Err(Unread::Full);
        }
        let tries = mailboxes::begin(&mut tx, self.key, self.process, one.uid).await?;
        tx.commit().await?;
        if tries > TRIES {
            let detail = format!("mail {} of {} could not be fetched", one.uid, self.mailbox.folder);
            self.host.note_state(self.installation, What::Received, "failed", &detail).await;
            self.pass(progress).await?;
            return Ok(false);
        }
        let Some(raw) = inbox.fetch(one).await? else {
            self.pass(progress).await?;
            return Ok(false);
        };
        let digest = self.host.blobs.mails_of(self.key.installation).put(raw.into()).await?;
        drop(room);
        let now = self.host.clock.now();
        let mut tx = self.host.db.begin().await?;
        let taken = Progress { taken: one.uid, ..progress.clone() };
        let is_new = mailboxes::take(&mut tx, self.key, self.process, &digest, &taken, now).await?;
        tx.commit().await?;
        if !is_new {
            self.host.forget(self.key.installation, &digest).await?;
        }
        inbox.done(one.uid, &self.mailbox.taken).await?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_grows_until_the_folder_is_open() {
        let mut pause = Pause(PAUSES.0);
        let mut pauses = Vec::new();
        for _ in 0..9 {
            pause.grow();
            pauses.push(pause.0.as_secs());
        }
        assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 600, 600, 600]);
        pause.end();
        pause.grow();
        assert_eq!(pause.0.as_secs(), 10, "a connection that worked for a day is not made anew after ten minutes");
    }
}
