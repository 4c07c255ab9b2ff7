//! A Dovecot of its own, by `tests/peers/dovecot.sh`: two mailboxes with a certificate authority that nobody else knows.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

/// A running IMAP server.
#[derive(Debug)]
pub(crate) struct Dovecot {
    folder: TempDir,
    /// With TLS from the first byte on; the certificate is of `imap.mail.example.com`.
    pub(crate) port: u16,
}

impl Dovecot {
    /// None, with the reason printed, where there is no Dovecot; with `CI=true` that fails.
    pub(crate) fn start() -> Option<Self> {
        Self::started(&[])
    }

    /// The same, where people also log in by tokens of the peer `accounts.py` at `url`.
    pub(crate) fn start_with_accounts(url: &str) -> Option<Self> {
        Self::started(&[url])
    }

    fn started(more: &[&str]) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let started = script("start", folder.path(), more);
        if !started.status.success() {
            let why = String::from_utf8_lossy(&started.stderr);
            assert!(std::env::var_os("CI").is_none(), "Dovecot is missing: {why}");
            eprintln!("skipped: there is no Dovecot: {why}");
            return None;
        }
        let said = String::from_utf8_lossy(&started.stdout);
        let port = said.split_whitespace().nth(3).and_then(|port| port.parse().ok());
        let port = port.unwrap_or_else(|| panic!("dovecot.sh did not print its ports: {said}"));
        Some(Self { folder, port })
    }

    /// The certificate of its authority.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// A mail that comes into the mailbox `help`, under a name of its own.
    pub(crate) fn deliver(&self, name: &str, raw: &str) {
        self.deliver_to("help", name, raw);
    }

    /// As [`Self::deliver`], into another mailbox.
    pub(crate) fn deliver_to(&self, mailbox: &str, name: &str, raw: &str) {
        let folder = self.folder.path().join("mail").join(mailbox);
        let lies = folder.join("tmp").join(name);
        std::fs::write(&lies, raw.replace('\n', "\r\n")).expect("a mail");
        std::fs::rename(lies, folder.join("new").join(name)).expect("it has come");
    }

    /// The names of the files in a folder of `help`: of each mail, with its flags. `INBOX` is named by nothing.
    pub(crate) fn files(&self, folder: &str) -> Vec<String> {
        let folder = self.folder.path().join("mail/help").join(folder);
        let of = |part: &str| std::fs::read_dir(folder.join(part)).into_iter().flatten().map_while(Result::ok);
        of("cur").chain(of("new")).map(|file| file.file_name().to_string_lossy().into_owned()).collect()
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        let _ = script("halt", self.folder.path(), &[]);
    }
}

fn script(what: &str, folder: &Path, more: &[&str]) -> Output {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/dovecot.sh");
    Command::new(path).arg(what).arg(folder).args(more).output().expect("bash starts")
}
