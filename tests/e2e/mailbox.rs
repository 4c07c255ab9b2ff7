//! A mailbox at a real server: what is wrong is told, mails become tickets once, also when the process is killed in between, and
//! are moved where the admin says. It logs in by password, or with an account of a service that the server asks about tokens.
//! `replies`: what goes out, and what comes back of it. `hostile`: mails that want to harm. `killed`: the process dies at any moment.

mod hostile;
mod killed;
mod replies;

use serde_json::{Value, json};

use crate::support::{
    api::Api,
    database::Database,
    dovecot::Dovecot,
    eventually,
    host::{Host, Setup},
    on_each_database,
    peer::{Peer, packages},
    puppet::pack_guest,
};

const MANIFEST: &str = r#"
id = "annex.mail-echo"
version = "1.0.0"
seq = 1
kind = "channel"
wit = "annex:addon@0.1"
host = ">=0.1, <1"

[listing]
name = "Mail echo"
summary = "For tests."
description = "Makes a message of each mail."
publisher_name = "Annex"
icon = "assets/icon.png"
support = { email = "support@annex.example" }

[[capabilities]]
use = "mail"
purpose = "to make messages of mails"

[[settings]]
key = "inbox"
type = "mailbox"
label = "Mailbox"
required = true
"#;

/// Both mailboxes of Dovecot, at the server that takes mails.
const LOGINS: [&str; 8] = [
    "--user",
    "help@mail.example.com",
    "--password",
    "first secret",
    "--user",
    "sales@mail.example.com",
    "--password",
    "second secret",
];

/// What reads the mails.
#[derive(Clone, Copy)]
enum Reader {
    /// A guest that makes a message of each as it is.
    Echo,
    /// The e-mail add-on.
    Email,
}

/// The host, what it sends mails with, its API, and the id of the channel.
async fn with_channel(database: Database, dovecot: &Dovecot, reader: Reader) -> Option<(Host, Peer, Api, String)> {
    with_login(database, dovecot, reader, &LOGINS, "http://127.0.0.1:9").await
}

/// The same with what mails are sent by after this login; `accounts` is the service of `login.mail.example.com`.
async fn with_login(
    database: Database,
    dovecot: &Dovecot,
    reader: Reader,
    login: &[&str],
    accounts: &str,
) -> Option<(Host, Peer, Api, String)> {
    if !packages().join("venv").exists() {
        assert!(std::env::var_os("CI").is_none(), "aiosmtpd is missing: run tests/peers/setup.sh python");
        return None;
    }
    let smtp = Peer::start("smtp.py", login);
    let port =
        reqwest::get(format!("{}/__smtp", smtp.url)).await.unwrap().json::<Value>().await.unwrap()["port"].clone();
    let authority = dovecot.authority().display().to_string();
    let host = Setup::new(database)
        .at_one_address()
        .egress("imap.mail.example.com", &format!("https://127.0.0.1:{}", dovecot.port))
        .egress("smtp.mail.example.com", &format!("http://127.0.0.1:{port}"))
        .egress("login.mail.example.com", accounts)
        .variables([("SSL_CERT_FILE", authority)])
        .start()
        .await;
    let api = host.api();
    let id = match reader {
        Reader::Echo => {
            let (_folder, package) = pack_guest("echo", MANIFEST, "annex.mail-echo-1.0.0");
            host.publish_package(&package).await;
            api.install("annex.mail-echo").await
        }
        Reader::Email => {
            host.publish("annex.email-1.0.0").await;
            api.install("annex.email").await
        }
    };
    Some((host, smtp, api, id))
}

fn values(password: &str, folder: &str) -> Value {
    json!({"values": {
        "inbox_provider": "own", "inbox_address": "help@mail.example.com", "inbox_password": password, "inbox_folder": folder,
        "inbox_imap_host": "imap.mail.example.com", "inbox_smtp_host": "smtp.mail.example.com",
        "inbox_taken": "move", "inbox_taken_folder": "Done",
    }})
}

fn mail(text: &str) -> String {
    format!(
        "Message-ID: <{text}@example.org>\nSubject: Hi\nFrom: ada@example.org\nTo: help@mail.example.com\n\n{text}\n"
    )
}

/// The texts of all messages, one behind the other.
async fn texts(api: &Api) -> String {
    let mut texts = String::new();
    for ticket in api.get("/tickets").await["items"].as_array().unwrap() {
        for message in api.get(&format!("/tickets/{}/messages", ticket["number"])).await["items"].as_array().unwrap() {
            texts.push_str(message["body"].as_str().unwrap());
        }
    }
    texts
}

async fn arrives(api: &Api, text: &str) {
    eventually(&format!("the mail with `{text}` becomes a message"), || async {
        texts(api).await.contains(text).then_some(())
    })
    .await;
}

/// The mailbox is read from now on: the page of the channel says that it was opened.
async fn opens(host: &Host, id: &str) {
    let browser = host.browser().await;
    let page = format!("/my-addons/{id}/channel");
    eventually("the mailbox is open", || async {
        let text = browser.get(&page).await.text();
        let is_open = text.contains("Last connection to the mailbox") && !text.contains("Mailbox cannot be opened");
        is_open.then_some(())
    })
    .await;
}

on_each_database!(a_mail_becomes_a_ticket);

async fn a_mail_becomes_a_ticket(database: Database) {
    let Some(dovecot) = Dovecot::start() else { return };
    dovecot.deliver("1.before", &mail("from before"));
    let Some((host, _smtp, api, id)) = with_channel(database, &dovecot, Reader::Echo).await else { return };
    let settings = format!("/installations/{id}/settings");
    let codes = async |values: &Value| {
        let refused = api.put(&settings, values).await.expect_problem(422, "invalid-settings").await;
        assert!(!refused.to_string().contains("wrong secret"), "{refused}");
        let errors = refused["errors"].as_array().unwrap().iter();
        errors.map(|error| format!("{} {}", error["field"], error["code"])).collect::<Vec<_>>()
    };
    let login = r#""inbox_password" "mail-login""#;
    assert_eq!(codes(&values("wrong secret", "INBOX")).await, [login, login], "at both servers");
    assert_eq!(codes(&values("first secret", "Nowhere")).await, [r#""inbox_folder" "mail-folder""#]);
    let saved = api.put(&settings, &values("first secret", "INBOX")).await.expect_ok("settings").await;
    assert!(!saved.to_string().contains("first secret"), "{saved}");
    opens(&host, &id).await;
    let browser = host.browser().await;
    let page = browser.get(&format!("/my-addons/{id}/channel")).await;
    let tested = browser.submit(&page, "form[action$='/channel/test']", &[]).await;
    assert!(tested.attribute(".banner.success", "role").is_some(), "{}", tested.text());

    dovecot.deliver("2.first", &mail("The first mail"));
    arrives(&api, "The first mail").await;
    eventually("it is moved", || async { (dovecot.files(".Done").len() == 1).then_some(()) }).await;
    assert_eq!(dovecot.files("").len(), 1, "what was there before stays where it was");
    assert!(!texts(&api).await.contains("from before"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_mail_is_lost_or_doubled_when_the_process_is_killed() {
    let Some(dovecot) = Dovecot::start() else { return };
    let Some((mut host, _smtp, api, id)) = with_channel(Database::sqlite(), &dovecot, Reader::Echo).await else {
        return;
    };
    let settings = format!("/installations/{id}/settings");
    api.put(&settings, &values("first secret", "INBOX")).await.expect_ok("settings").await;
    opens(&host, &id).await;
    let authority = dovecot.authority().display().to_string();
    for round in 0..4 {
        for number in 0..5 {
            let text = format!("mail {round} {number}.");
            dovecot.deliver(&format!("{round}{number}.mail"), &mail(&text));
        }
        if round > 0 {
            arrives(&api, &format!("mail {round} 0.")).await;
        }
        host.restart_with([("SSL_CERT_FILE", authority.clone())]);
    }
    arrives(&api, "mail 3 4.").await;
    eventually("all are moved", || async { (dovecot.files(".Done").len() == 20).then_some(()) }).await;
    let texts = texts(&api).await;
    for (round, number) in (0..4).flat_map(|round| (0..5).map(move |number| (round, number))) {
        let text = format!("\nmail {round} {number}.");
        assert_eq!(texts.replace('\r', "").matches(&text).count(), 1, "{text} in {texts}");
    }
}

/// What was sent, oldest first.
async fn sent(smtp: &Peer) -> Vec<Value> {
    reqwest::get(format!("{}/__mails", smtp.url)).await.unwrap().json().await.unwrap()
}

/// The Message-ID of a mail that was sent, in its brackets.
fn message_id(mail: &Value) -> &str {
    let (_, rest) = mail["data"].as_str().unwrap().split_once("Message-ID: ").unwrap();
    rest.split_whitespace().next().unwrap()
}

/// At most a hundred.
async fn tickets(api: &Api) -> Vec<Value> {
    api.get("/tickets?limit=100").await["items"].as_array().unwrap().clone()
}

/// The messages of a ticket, at most a hundred.
async fn messages(api: &Api, ticket: &Value) -> Vec<Value> {
    let path = format!("/tickets/{}/messages?limit=100", ticket["number"]);
    api.get(&path).await["items"].as_array().unwrap().clone()
}

/// The e-mail add-on with its mailbox open.
async fn with_email(database: Database, dovecot: &Dovecot) -> Option<(Host, Peer, Api)> {
    let (host, smtp, api, id) = with_channel(database, dovecot, Reader::Email).await?;
    let settings = format!("/installations/{id}/settings");
    api.put(&settings, &values("first secret", "INBOX")).await.expect_ok("settings").await;
    opens(&host, &id).await;
    Some((host, smtp, api))
}

/// A mail to the mailbox. `fields` are lines of its head, each with its end.
fn letter(id: &str, from: &str, fields: &str, text: &str) -> String {
    format!(
        "Message-ID: <{id}@example.org>\nSubject: {id}\nFrom: {from}\nTo: help@mail.example.com\n\
         MIME-Version: 1.0\n{fields}\n{text}\n"
    )
}

on_each_database!(a_conversation_goes_on_by_mail);

async fn a_conversation_goes_on_by_mail(database: Database) {
    let Some(dovecot) = Dovecot::start() else { return };
    let Some((_host, smtp, api)) = with_email(database, &dovecot).await else { return };
    let written = |own: &str, answers: &str, from: &str, text: &str| {
        let references = if answers.is_empty() { String::new() } else { format!("In-Reply-To: {answers}\n") };
        format!(
            "Message-ID: <{own}@example.org>\n{references}Subject: My order\nFrom: {from}\nTo: help@mail.example.com\n\
             Cc: bob@example.org\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
        )
    };
    dovecot.deliver("1.order", &written("order", "", "Ada <ada@example.org>", "Where is it?"));
    arrives(&api, "Where is it?").await;
    let number = tickets(&api).await[0]["number"].clone();
    let reply = json!({"body": "On its way."});
    api.post(&format!("/tickets/{number}/messages"), &reply).await.expect_ok("a reply").await;
    let mail = eventually("the reply leaves", || async { sent(&smtp).await.pop() }).await;
    let data = mail["data"].as_str().unwrap();
    assert!(mail["text"].as_str().unwrap().contains("On its way.") && data.contains("<order@example.org>"), "{data}");
    let to = mail["to"].to_string();
    assert!(to.contains("ada@example.org") && to.contains("bob@example.org"), "{to}");
    let ours = message_id(&mail);

    dovecot.deliver("2.thanks", &written("thanks", ours, "Ada <ada@example.org>", "Thank you."));
    arrives(&api, "Thank you.").await;
    assert_eq!(tickets(&api).await.len(), 1, "the answer belongs to the ticket");
    dovecot.deliver("3.forged", &written("forged", ours, "Eve <eve@example.org>", "Send it to me."));
    arrives(&api, "Send it to me.").await;
    assert_eq!(tickets(&api).await.len(), 2, "whoever is no part of it does not join it");
    assert_eq!(sent(&smtp).await.len(), 1, "nothing is answered by itself");
}

/// Leads a browser to the service of accounts and back.
async fn connect(host: &Host, accounts: &Peer, id: &str) {
    let browser = host.browser().await;
    let way = format!("/my-addons/{id}/settings/connect");
    let link = browser.led_to_with(&way, &[("of-account", "inbox_account")]).await;
    let page = browser.follow(&link, ("https://login.mail.example.com", &accounts.url)).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.url.path().ends_with(id), "{}", page.url);
}

/// The settings that are missing, as the API tells them.
async fn missing(api: &Api, id: &str) -> Value {
    api.get(&format!("/installations/{id}")).await["missing_settings"].clone()
}

on_each_database!(a_mailbox_logs_in_with_an_account);

async fn a_mailbox_logs_in_with_an_account(database: Database) {
    let accounts = Peer::start("accounts.py", &[]);
    let Some(dovecot) = Dovecot::start_with_accounts(&accounts.url) else { return };
    let login = ["--accounts", accounts.url.as_str()];
    let started = with_login(database, &dovecot, Reader::Email, &login, &accounts.url).await;
    let Some((host, smtp, api, id)) = started else { return };
    let mut values = values("", "INBOX");
    for (field, value) in [
        ("login", "oauth2"),
        ("account_authorize", "https://login.mail.example.com/agree"),
        ("account_token", "https://login.mail.example.com/token"),
        ("account_client_id", "annex"),
        ("account_client_secret", "annex-secret"),
    ] {
        values["values"][format!("inbox_{field}")] = json!(value);
    }
    api.put(&format!("/installations/{id}/settings"), &values).await.expect_ok("settings").await;
    assert_eq!(missing(&api, &id).await, json!(["inbox_account"]));
    connect(&host, &accounts, &id).await;
    assert_eq!(missing(&api, &id).await, json!([]));
    opens(&host, &id).await;
    dovecot.deliver("1.order", &mail("Where is it"));
    arrives(&api, "Where is it").await;
    let number = tickets(&api).await[0]["number"].clone();
    let reply = json!({"body": "On its way."});
    api.post(&format!("/tickets/{number}/messages"), &reply).await.expect_ok("a reply").await;
    let sent = eventually("the reply leaves", || async { sent(&smtp).await.pop() }).await;
    assert!(sent["text"].as_str().unwrap().contains("On its way."), "{sent}");

    // It ends at its service: the mail servers refuse the token, until somebody connects again.
    reqwest::Client::new().post(format!("{}/__revoke", accounts.url)).send().await.expect("it ends");
    let page = format!("/my-addons/{id}/channel");
    let browser = host.browser().await;
    let tested = browser.submit(&browser.get(&page).await, "form[action$='/channel/test']", &[]).await;
    assert!(tested.attribute(".banner.success", "role").is_none(), "{}", tested.text());
    connect(&host, &accounts, &id).await;
    dovecot.deliver("2.thanks", &mail("Thank you"));
    arrives(&api, "Thank you").await;
}
