//! Mails on their way: to a real SMTP server that also refuses and loses answers, to none, and to one that is not there.

mod peer;

use annex_domain::{
    clock::{ManualClock, Timestamp},
    ids::OperatorId,
    language::{LanguagePack, LocaleFacts},
    localized::Localized,
    mail::MailAddon,
};
use annex_i18n::translator_of;
use annex_store::{
    mails::NewMail,
    testing::{Fixture, TestDb},
};

use self::peer::Peer;
use super::*;

struct Host {
    mailer: Mailer,
    desks: Fixture,
    clock: Arc<ManualClock>,
    db: TestDb,
}

fn facts(name: &str) -> MailFacts {
    let addon = MailAddon { id: "acme.tool".parse().unwrap(), name: Localized::en(name), installation: None };
    MailFacts::TrialEnded { addon }
}

impl Host {
    async fn start(smtp: Option<&str>) -> Self {
        let db = TestDb::sqlite().await;
        let clock = Arc::new(ManualClock::at(Timestamp(1_772_357_400_000)));
        let mut tx = db.db.begin().await.unwrap();
        let desks = Fixture::make(&mut tx).await;
        tx.commit().await.unwrap();
        let transport = Transport::from_url(smtp.map(Into::into).as_ref()).unwrap();
        let public_url = "https://help.example.org/".parse().unwrap();
        let config =
            MailConfig::new(transport, Some("Désk <desk@example.org>"), public_url, Some("desk.example.org".into()));
        let config = config.unwrap();
        let i18n = I18n::new();
        let parts = MailerParts { db: db.db.clone(), clock: Arc::clone(&clock) as Arc<dyn Clock>, i18n, config };
        Self { mailer: Mailer::new(parts), desks, clock, db }
    }

    async fn with_peer() -> Option<(Self, Peer)> {
        let peer = Peer::start()?;
        let url = format!("smtp://127.0.0.1:{}", peer.smtp);
        Some((Self::start(Some(&url)).await, peer))
    }

    /// A mail that waits.
    async fn write(&self, key: &str, name: &str) -> Option<MailId> {
        self.put(key, facts(name).args(), Some(self.desks.admin)).await
    }

    async fn put(&self, key: &str, args: serde_json::Value, operator: Option<OperatorId>) -> Option<MailId> {
        let mut tx = self.db.db.begin().await.unwrap();
        let new = NewMail {
            desk: self.desks.desk,
            operator,
            to: "ada@example.org".into(),
            kind: facts("").kind(),
            args,
            unique_key: key.into(),
        };
        let id = mails::put(&mut tx, &new, self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn send(&self, id: MailId, tries: u32) -> Posted {
        self.mailer.send(self.desks.desk, id, tries).await
    }

    async fn mail(&self, id: MailId) -> Mail {
        mails::get(&mut self.db.db.read().await.unwrap(), self.desks.desk, id).await.unwrap()
    }
}

fn header<'a>(mail: &'a serde_json::Value, name: &str) -> &'a str {
    let data = mail["data"].as_str().unwrap();
    let line = data.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    line.unwrap_or_else(|| panic!("no {name} in {data}"))
}

#[tokio::test]
async fn without_a_server_mails_are_kept_to_be_read() {
    let host = Host::start(None).await;
    let id = host.write("k", "Tool").await.unwrap();
    assert_eq!(host.write("k", "Tool").await, None, "each mail once");
    assert_eq!(host.send(id, 1).await, Posted::Done);
    let mail = host.mail(id).await;
    let content = mail.content.unwrap();
    assert_eq!((mail.state, content.subject.as_str()), (MailState::Kept, "Your trial of Tool has ended"));
    assert!(content.text.starts_with("Hello Ada,\n"), "{}", content.text);
    assert_eq!(host.mailer.server(), None);
}

#[tokio::test]
async fn links_lead_to_the_name_of_the_desk_and_those_of_publishers_to_the_hosts() {
    let host = Host::start(None).await;
    let mut tx = host.db.db.begin().await.unwrap();
    desks::set_host_name(&mut tx, host.desks.desk, Some(&"acme".parse().unwrap())).await.unwrap();
    tx.commit().await.unwrap();
    let requested = MailFacts::PublisherRequested { name: "Acme".into() };
    for (key, facts, address) in [
        ("desk", facts("Tool"), "https://acme.desk.example.org/addons/acme.tool"),
        ("host", requested, "https://help.example.org/portal"),
    ] {
        let id = host.put(key, facts.args(), Some(host.desks.admin)).await.unwrap();
        assert_eq!(host.send(id, 1).await, Posted::Done);
        let text = host.mail(id).await.content.unwrap().text;
        assert!(text.contains(address), "{text}");
    }
}

#[tokio::test]
async fn a_mail_reaches_the_server_once_with_every_letter() {
    let Some((host, peer)) = Host::with_peer().await else { return };
    let id = host.write("k", "Schlüssel 🔑 مرحبا").await.unwrap();
    assert_eq!(host.send(id, 1).await, Posted::Done);
    assert_eq!(host.send(id, 1).await, Posted::Done, "the job runs again after a crash");
    assert_eq!(host.mail(id).await.state, MailState::Sent);
    let mails = peer.mails();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(
        (mails[0]["from"].as_str().unwrap(), &mails[0]["to"]),
        ("desk@example.org", &serde_json::json!(["ada@example.org"]))
    );
    assert_eq!(header(&mails[0], "Message-ID"), format!("<{id}@example.org>"));
    assert_eq!(header(&mails[0], "Content-Language"), "en");
    assert!(header(&mails[0], "Subject").contains("=?utf-8?"));
    assert!(mails[0]["data"].as_str().unwrap().contains("multipart/alternative"));
}

#[tokio::test]
async fn a_passing_refusal_is_tried_again() {
    let Some((host, peer)) = Host::with_peer().await else { return };
    peer.answer(&["451 4.3.0 the mailbox is being moved"]);
    let id = host.write("k", "Tool").await.unwrap();
    let Posted::Later(words) = host.send(id, 1).await else { panic!("451 is not the last word") };
    assert!(words.contains("451") && words.contains("the mailbox is being moved"), "{words}");
    let mail = host.mail(id).await;
    assert_eq!((mail.state, mail.attempts, mail.error), (MailState::Waiting, 1, Some(words)));
    assert_eq!(host.send(id, 2).await, Posted::Done);
    let mail = host.mail(id).await;
    assert_eq!((mail.state, mail.attempts, mail.error), (MailState::Sent, 2, None));
    assert_eq!(peer.mails().len(), 1);
}

#[tokio::test]
async fn a_final_refusal_is_kept_in_the_servers_words_and_can_be_sent_again() {
    let Some((host, peer)) = Host::with_peer().await else { return };
    peer.answer(&["550 5.1.1 no such mailbox"]);
    let id = host.write("k", "Tool").await.unwrap();
    assert_eq!(host.send(id, 1).await, Posted::Done);
    let mail = host.mail(id).await;
    assert_eq!(mail.state, MailState::Failed);
    let words = mail.error.unwrap();
    assert!(words.contains("550") && words.contains("no such mailbox"), "{words}");
    assert_eq!(host.send(id, 2).await, Posted::Done, "nothing is done to a mail that failed");
    assert_eq!(peer.mails().len(), 0);

    let mut tx = host.db.db.begin().await.unwrap();
    mails::resend(&mut tx, host.desks.desk, id, host.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(host.send(id, 1).await, Posted::Done);
    assert_eq!((host.mail(id).await.state, peer.mails().len()), (MailState::Sent, 1));
}

#[tokio::test]
async fn a_mail_whose_answer_was_lost_is_repeated_recognisably() {
    let Some((host, peer)) = Host::with_peer().await else { return };
    peer.answer(&["lost"]);
    let id = host.write("k", "Tool").await.unwrap();
    assert!(matches!(host.send(id, 1).await, Posted::Later(_)));
    assert_eq!(host.mail(id).await.state, MailState::Waiting);
    assert_eq!(host.send(id, 2).await, Posted::Done);
    let mails = peer.mails();
    assert_eq!(mails.len(), 2, "at least once");
    for name in ["Message-ID", "Date", "Subject"] {
        assert_eq!(header(&mails[0], name), header(&mails[1], name));
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_waited_for_until_it_is_too_long() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let host = Host::start(Some(&format!("smtp://{closed}"))).await;
    let id = host.write("k", "Tool").await.unwrap();
    let Posted::Later(words) = host.send(id, 1).await else { panic!("it may come back") };
    assert!(words.contains(&closed.to_string()), "{words}");
    assert_eq!(host.mail(id).await.state, MailState::Waiting);
    assert_eq!(host.send(id, TRIES).await, Posted::Done);
    assert_eq!(host.mail(id).await.state, MailState::Failed);
}

#[tokio::test]
async fn nothing_is_sent_without_the_encryption_that_was_asked_for() {
    let Some(peer) = Peer::start() else { return };
    let host = Host::start(Some(&format!("smtp://127.0.0.1:{}?tls=required", peer.smtp))).await;
    let id = host.write("k", "Tool").await.unwrap();
    assert!(matches!(host.send(id, 1).await, Posted::Later(_)));
    assert_eq!(peer.mails().len(), 0);
}

#[tokio::test]
async fn a_right_to_left_mail_arrives_as_it_was_written() {
    let Some((host, peer)) = Host::with_peer().await else { return };
    let facts_of_language = LocaleFacts {
        code: "ar".into(),
        name: "العربية".into(),
        english_name: "Arabic".into(),
        rtl: true,
        fallback: None,
    };
    let arabic = include_str!("../../../../plugins/lang-ar/locales/ar-mail.ftl");
    let resources = vec![("en-mail.ftl".into(), arabic.into())];
    let t = translator_of(&LanguagePack { facts: facts_of_language, resources });
    let desk = desks::get(&mut host.db.db.read().await.unwrap(), host.desks.desk).await.unwrap();
    let MailConfig { transport, from, public_url, .. } = &host.mailer.0.config;
    let (host_url, desk_url) = (public_url, public_url);
    let reader = Reader { t: &t, desk: &desk, operator: None, host_url, desk_url, secret: None };
    let letter = Letter::write(&reader, &facts("Tool")).unwrap();
    assert!(letter.html.contains(r#"lang="ar" dir="rtl""#), "{}", letter.html);
    assert!(!letter.text.contains("Hello") && !letter.text.contains("trial"), "all of it is Arabic: {}", letter.text);
    let envelope = Envelope { from, to: "ada@example.org", id: MailId::new(), written_at: host.clock.now() };
    let message = message(&envelope, &letter).unwrap();
    let written = String::from_utf8(message.formatted()).unwrap();
    let Transport::Smtp(smtp) = transport else { panic!("there is a server") };
    smtp.send(message).await.unwrap();
    let mails = peer.mails();
    assert_eq!(header(&mails[0], "Content-Language"), "ar");
    let arrived = mails[0]["data"].as_str().unwrap();
    assert!(arrived.trim_end().lines().eq(written.trim_end().lines()), "{arrived}");
}

#[tokio::test]
async fn a_secret_is_in_what_is_sent_and_in_nothing_that_stays() {
    let host = Host::start(None).await;
    let facts = MailFacts::OperatorInvited { by: "Ada".into(), days: 3 };
    let new = NewMail {
        desk: host.desks.desk,
        operator: Some(host.desks.agent),
        to: "bo@example.org".into(),
        kind: facts.kind(),
        args: facts.args(),
        unique_key: "k".into(),
    };
    let mut tx = host.db.db.begin().await.unwrap();
    let id = mails::put_with_secret(&mut tx, &new, "5ec4e7", host.clock.now()).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    for _ in 0..2 {
        let letter = host.mailer.letter(&host.mail(id).await).await.unwrap();
        let link = "https://help.example.org/setup/5ec4e7";
        assert!(letter.text.contains(link) && letter.html.contains(link), "{}", letter.text);
    }
    assert_eq!(host.send(id, 1).await, Posted::Done);
    let mail = host.mail(id).await;
    assert!(!format!("{mail:?}").contains("5ec4e7"), "{mail:?}");
    assert!(mail.content.unwrap().text.contains("isn’t kept here"));
    let mut conn = host.db.db.read().await.unwrap();
    assert_eq!(mails::secret(&mut conn, host.desks.desk, id).await.unwrap(), None);
}

#[tokio::test]
async fn facts_that_cannot_be_read_fail_and_say_so() {
    let host = Host::start(None).await;
    let id = host.put("k", serde_json::json!({ "kind": "trial-ended" }), None).await.unwrap();
    assert_eq!(host.send(id, 1).await, Posted::Done);
    let mail = host.mail(id).await;
    assert_eq!(mail.state, MailState::Failed);
    assert!(mail.error.unwrap().contains("addon"));
    assert_eq!(host.send(MailId::new(), 1).await, Posted::Done, "a mail that is gone");
}
