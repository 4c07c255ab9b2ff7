//! What goes out by mail, what comes back of it, and who is never answered.

use serde_json::{Value, json};

use super::{arrives, letter, message_id, messages, opens, sent, tickets, values, with_email};
use crate::support::{
    api::Api, database::Database, dovecot::Dovecot, eventually, on_each_database, puppet::pack_guest,
};

/// A plugin that answers all that is written in tickets that are called so.
const AWAY: &str = r#"
id = "annex.away"
version = "1.0.0"
seq = 1
kind = "plugin"
wit = "annex:addon@0.2"
host = ">=0.1, <1"
events = ["ticket-created", "message-added"]

[listing]
name = "Away"
summary = "For tests."
description = "Answers by itself."
publisher_name = "Annex"
icon = "assets/icon.png"
support = { email = "support@annex.example" }

[[views]]
key = "away"
location = "ticket-sidebar"

[[capabilities]]
use = "tickets.read"
purpose = "to know what was written"

[[capabilities]]
use = "tickets.reply"
purpose = "to answer it"
"#;

on_each_database!(a_reply_carries_html_and_files_and_comes_back_when_nobody_is_there);

async fn a_reply_carries_html_and_files_and_comes_back_when_nobody_is_there(database: Database) {
    let Some(dovecot) = Dovecot::start() else { return };
    let Some((_host, smtp, api)) = with_email(database, &dovecot).await else { return };
    dovecot.deliver("1.question", &letter("question", "Ada <ada@example.org>", "", "Where are the answers?"));
    arrives(&api, "Where are the answers?").await;
    let ticket = tickets(&api).await.remove(0);
    let upload = api.request(reqwest::Method::POST, "/attachments?name=answers.txt").body("All answers.");
    let file = api.send(upload).await.expect_ok("a file").await;
    let reply = json!({"body": "See the file.", "attachments": [file["id"]]});
    let path = format!("/tickets/{}/messages", ticket["number"]);
    let id = api.post(&path, &reply).await.expect_ok("a reply").await["id"].clone();
    let mail = eventually("the reply leaves", || async { sent(&smtp).await.pop() }).await;
    let data = mail["data"].as_str().unwrap();
    assert!(mail["text"].as_str().unwrap().contains("See the file."), "{data}");
    assert!(data.contains("text/html") && data.contains("<p>See the file.</p>"), "{data}");
    assert!(data.contains("answers.txt"), "{data}");
    assert!(data.contains("All answers.") || data.contains("QWxsIGFuc3dlcnMu"), "{data}");
    let becomes = async |delivery: &str| -> Value {
        eventually(&format!("the reply is {delivery}"), || async {
            let all = messages(&api, &ticket).await;
            all.into_iter().find(|one| one["id"] == id && one["delivery"] == delivery)
        })
        .await
    };
    becomes("sent").await;

    let head = "Return-Path: <>\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n";
    let report = format!(
        "--b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n\
         Final-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no such user\n\
         --b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {}\n--b--",
        message_id(&mail)
    );
    dovecot.deliver("2.bounce", &letter("bounce", "MAILER-DAEMON@example.org", head, &report));
    let failed = becomes("failed").await;
    assert!(failed["delivery_error"].as_str().unwrap().contains("no such user"), "{failed}");
    assert_eq!(tickets(&api).await.len(), 1, "the report itself is no ticket");
}

on_each_database!(machines_are_not_answered_without_end);

async fn machines_are_not_answered_without_end(database: Database) {
    let Some(dovecot) = Dovecot::start() else { return };
    let Some((host, smtp, api)) = with_email(database, &dovecot).await else { return };
    let (_folder, package) = pack_guest("scout", AWAY, "annex.away-1.0.0");
    host.publish_package(&package).await;
    api.install("annex.away").await;

    // One that says what it is gets nothing at all.
    let marks = "Auto-Submitted: auto-replied\n";
    dovecot.deliver("1.marked", &letter("answer-me-marked", "robot@example.org", marks, "I am a robot."));
    arrives(&api, "I am a robot.").await;
    eventually("its answer is refused", || async {
        is_refused(&api, "robot@example.org has answered by a machine").await.then_some(())
    })
    .await;
    assert!(sent(&smtp).await.is_empty());

    // One that hides it, and answers each mail that it gets, comes to an end.
    dovecot.deliver("2.hidden", &letter("answer-me-0", "hidden@example.org", "", "I am away."));
    let mut rounds = 0;
    while rounds < 20 {
        let mails = eventually("an answer leaves, or is refused", || async {
            let mails = sent(&smtp).await;
            (mails.len() > rounds || is_refused(&api, "too many automatic mails").await).then_some(mails)
        })
        .await;
        let Some(mail) = mails.get(rounds) else { break };
        rounds += 1;
        let fields = format!("In-Reply-To: {}\n", message_id(mail));
        let again = letter(&format!("answer-me-{rounds}"), "hidden@example.org", &fields, "I am away.");
        dovecot.deliver(&format!("3.{rounds}"), &again);
    }
    assert_eq!((rounds, sent(&smtp).await.len()), (5, 5), "an address gets five automatic mails within an hour");
}

/// Whether a reply did not leave for a reason with these words.
async fn is_refused(api: &Api, words: &str) -> bool {
    for ticket in tickets(api).await {
        let all = messages(api, &ticket).await;
        let mut failed = all.iter().filter(|one| one["delivery"] == "failed");
        if failed.any(|one| one["delivery_error"].as_str().is_some_and(|why| why.contains(words))) {
            return true;
        }
    }
    false
}

on_each_database!(two_mailboxes_of_a_desk_keep_their_conversations_apart);

async fn two_mailboxes_of_a_desk_keep_their_conversations_apart(database: Database) {
    let Some(dovecot) = Dovecot::start() else { return };
    let Some((host, smtp, api)) = with_email(database, &dovecot).await else { return };
    let grant = api.capabilities("annex.email", "1.0.0").await;
    let second = json!({"addon": "annex.email", "label": "Sales", "grant": grant});
    let begun = api.post("/installations", &second).await.expect_ok("a second one").await;
    let sales = begun["id"].as_str().unwrap();
    api.settled(sales, "active").await;
    let mut entered = values("second secret", "INBOX");
    entered["values"]["inbox_address"] = json!("sales@mail.example.com");
    api.put(&format!("/installations/{sales}/settings"), &entered).await.expect_ok("settings").await;
    opens(&host, sales).await;

    dovecot.deliver("1.help", &letter("printer", "ada@example.org", "", "It burns."));
    let order = letter("order", "ada@example.org", "", "Another one.").replace("To: help@", "To: sales@");
    dovecot.deliver_to("sales", "1.sales", &order);
    arrives(&api, "It burns.").await;
    arrives(&api, "Another one.").await;
    let all = tickets(&api).await;
    assert_eq!(all.len(), 2, "{all:?}");
    for ticket in &all {
        let is_order = ticket["subject"] == "order";
        assert_eq!(ticket["channel"]["installation"] == sales, is_order, "{ticket}");
        let reply = json!({"body": format!("About the {}.", ticket["subject"].as_str().unwrap())});
        api.post(&format!("/tickets/{}/messages", ticket["number"]), &reply).await.expect_ok("a reply").await;
    }
    let mails = eventually("both replies leave", || async {
        let mails = sent(&smtp).await;
        (mails.len() == 2).then_some(mails)
    })
    .await;
    for (text, from) in
        [("About the printer.", "help@mail.example.com"), ("About the order.", "sales@mail.example.com")]
    {
        let mail = mails.iter().find(|mail| mail["text"].as_str().unwrap().contains(text)).unwrap();
        assert_eq!((&mail["from"], &mail["to"]), (&json!(from), &json!(["ada@example.org"])), "{mail}");
    }
}
