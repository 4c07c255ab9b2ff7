//! The process is killed at any moment while mails come in and replies go out. At the end each mail is one message, and each reply has
//! left once; or nobody knows, as the host was killed while it was handed over, and then it was not sent again by itself.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use serde_json::json;

use super::{letter, messages, sent, tickets, with_email};
use crate::support::{api::Api, database::Database, dovecot::Dovecot, eventually, host::Host, random::Random};

/// So often it is killed, unless so much time is gone before.
const KILLS: usize = 36;
const LONGEST: Duration = Duration::from_secs(45);
/// As many as one page of tickets has.
const MOST: usize = 100;
/// Where one job takes the process with it three times, the host sets it aside for people: after so many deaths in a row, the host
/// comes to rest.
const IN_A_ROW: usize = 2;
const WAITING: &str = "SELECT COUNT(*) FROM jobs WHERE kind IN ('mail-came', 'deliver-message')";

/// What has been done so far.
struct Play<'a> {
    dovecot: &'a Dovecot,
    /// Mails that have come into the mailbox.
    came: usize,
    /// Numbers of tickets that somebody has answered, or was about to when the host was killed.
    answered: BTreeSet<u64>,
}

impl Play<'_> {
    /// Mails come in, and each ticket is answered once it is there; until somebody stops it.
    async fn go_on(&mut self, api: &Api) {
        loop {
            if self.came < MOST {
                self.came += 1;
                let from = format!("writer{}@example.org", self.came);
                let mail = letter(&format!("m{}", self.came), &from, "", &format!("mail {} came.", self.came));
                self.dovecot.deliver(&format!("{}.mail", self.came), &mail);
            }
            for ticket in tickets(api).await {
                let number = ticket["number"].as_u64().unwrap();
                if self.answered.insert(number) {
                    let reply = json!({"body": format!("reply {number} goes.")});
                    api.post(&format!("/tickets/{number}/messages"), &reply).await.expect_ok("a reply").await;
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Everything that has come is taken in and moved, and no reply is under way.
    async fn is_done(&self, host: &Host) {
        eventually("the host has done its work", || async {
            let moved = self.dovecot.files(".Done").len() == self.came;
            (moved && host.setup().number(WAITING).await == 0).then_some(())
        })
        .await;
    }
}

/// On SQLite alone: on PostgreSQL what a dead process held is taken up when its hold has ended.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_mail_is_lost_and_none_goes_twice_wherever_the_process_is_killed() {
    let Some(dovecot) = Dovecot::start() else { return };
    let Some((mut host, smtp, api)) = with_email(Database::sqlite(), &dovecot).await else { return };
    let authority = dovecot.authority().display().to_string();
    let mut play = Play { dovecot: &dovecot, came: 0, answered: BTreeSet::new() };
    let mut random = Random::new(11);
    let (begun, mut kills) = (Instant::now(), 0_usize);
    while kills < KILLS && begun.elapsed() < LONGEST {
        let moment = Duration::from_millis(50 + u64::try_from(random.below(850)).unwrap());
        // It never ends by itself.
        let _ = tokio::time::timeout(moment, play.go_on(&api)).await;
        host.restart_with([("SSL_CERT_FILE", authority.as_str())]);
        kills += 1;
        if kills.is_multiple_of(IN_A_ROW) {
            play.is_done(&host).await;
        }
    }
    play.is_done(&host).await;

    let mails = sent(&smtp).await;
    let times = |text: &str| mails.iter().filter(|mail| mail["text"].as_str().unwrap().contains(text)).count();
    let (mut came, mut replies, mut surely) = (Vec::new(), 0, 0);
    for ticket in tickets(&api).await {
        for message in messages(&api, &ticket).await {
            let body = message["body"].as_str().unwrap().trim();
            if message["author"]["kind"] == "requester" {
                came.push(body.to_owned());
                continue;
            }
            replies += 1;
            match message["delivery"].as_str().unwrap() {
                "sent" => {
                    surely += 1;
                    assert_eq!(times(body), 1, "{message}");
                }
                "unclear" => assert!(times(body) <= 1, "it went twice: {message}"),
                _ => panic!("it was forgotten: {message}"),
            }
        }
    }
    let mut expected: Vec<_> = (1..=play.came).map(|number| format!("mail {number} came.")).collect();
    came.sort_unstable();
    expected.sort_unstable();
    assert_eq!(came, expected, "each mail is one message");
    eprintln!("{kills} kills, {} mails, {replies} replies, of which {surely} surely left", play.came);
    // A test that kills nothing, and in which nothing is said, proves nothing.
    assert!(kills >= 12 && play.came >= 12 && surely >= 6, "{kills} kills, {} mails, {surely} replies", play.came);
}
