//! The mail server `tests/peers/smtp.py`, and what people do with a mail: follow the link in it.

use serde_json::Value;
use url::Url;

use super::{
    eventually,
    peer::{Peer, have},
};

/// A running mail server that keeps what it gets.
#[derive(Debug)]
pub(crate) struct Mailbox {
    peer: Peer,
    /// For `--smtp-url`.
    pub(crate) url: String,
}

impl Mailbox {
    /// None, with the reason printed, where aiosmtpd is not; with `CI=true` that fails.
    pub(crate) async fn start() -> Option<Self> {
        if !have("aiosmtpd", &["venv"]) {
            return None;
        }
        let peer = Peer::start("smtp.py", &[]);
        let port = ask(&peer, "__smtp").await["port"].clone();
        Some(Self { peer, url: format!("smtp://127.0.0.1:{port}") })
    }

    /// Waits until `address` has got so many mails with a link to a page below `path`. Answers the paths, oldest first.
    pub(crate) async fn links(&self, address: &str, path: &str, count: usize) -> Vec<String> {
        eventually(&format!("{count} mails to {address} lead to {path}"), || async {
            let mails = ask(&self.peer, "__mails").await;
            let theirs = mails.as_array().expect("mails").iter().filter(|mail| mail["to"][0] == address);
            let found: Vec<_> = theirs.filter_map(|mail| link(mail["text"].as_str()?, path)).collect();
            (found.len() >= count).then_some(found)
        })
        .await
    }

    /// Waits until `address` has got a mail with these words.
    pub(crate) async fn told(&self, address: &str, words: &str) {
        eventually(&format!("a mail tells {address}: {words}"), || async {
            let mails = ask(&self.peer, "__mails").await;
            let mut theirs = mails.as_array().expect("mails").iter().filter(|mail| mail["to"][0] == address);
            theirs.any(|mail| mail["text"].as_str().is_some_and(|text| text.contains(words))).then_some(())
        })
        .await;
    }
}

/// The path of the first address in a text that leads to a page below `path`.
fn link(text: &str, path: &str) -> Option<String> {
    let mut paths = text.lines().filter_map(|line| Url::parse(line).ok()).map(|url| url.path().to_owned());
    paths.find(|found| found.starts_with(path))
}

async fn ask(peer: &Peer, what: &str) -> Value {
    let answer = reqwest::get(format!("{}/{what}", peer.url)).await.expect("the mail server answers");
    answer.json().await.expect("JSON")
}
