//! Mails that come in: who wrote them, to whom, which conversation they are of, and what is passed over.

use base64::Engine as _;

use super::*;
use crate::{
    desk::{Origin, Progress},
    provider, send,
};

const ID: &str = "Message-ID: <m1@x.example>\r\n";

/// The Message-ID of a reply that was sent.
fn sent(desk: &Fake) -> (String, Vec<String>) {
    match send::send(desk, &reply("Yes.")).unwrap() {
        send::Delivery::Sent { external_id, threads } => (external_id, threads),
        other => panic!("{other:?}"),
    }
}

fn part<'a>(sent: &'a str, field: &str) -> &'a str {
    let line = sent.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_once(": ").unwrap().1
}

#[test]
fn a_mail_becomes_a_message_of_its_sender() {
    let fields = "Subject: =?utf-8?Q?Printer_br=C3=BClls?=\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\nMessage-ID: <m1@x.example>\r\n";
    let message = Fake::new().message(mail(fields, "It burns."));
    assert_eq!(message.sender, person("Ada", "ada@x.example"));
    assert_eq!(
        (message.external_id.as_str(), message.threads.as_slice()),
        ("m1@x.example", &["m1@x.example".to_owned()][..])
    );
    assert_eq!((message.subject.as_deref(), message.text.as_str()), (Some("Printer brülls"), "It burns."));
    assert_eq!((message.sent, message.origin), (Some(1_772_445_600_000), Origin::Person));
}

#[test]
fn everybody_in_copy_is_kept_but_for_the_mailbox_itself() {
    let desk = Fake::new().setting("aliases", "sales@desk.example, info@desk.example");
    let fields = "To: HELP@desk.example, Bo <bo@x.example>, sales@desk.example\r\nCc: bo@x.example, ada@x.example, \"C, D\" <cd@x.example>\r\n";
    let copies = desk.message(mail(fields, "x")).copies;
    assert_eq!(copies, [person("Bo", "bo@x.example"), person("C, D", "cd@x.example")]);
}

#[test]
fn answers_go_where_the_sender_wants_them() {
    let desk = Fake::new();
    let message = desk.message(mail("Reply-To: orders@x.example\r\n", "x"));
    assert_eq!(message.sender, person("Ada", "orders@x.example"));
    // A form of the desk's own site writes from its address.
    let form = desk.message(mail("From: help@desk.example\r\nReply-To: Bo <bo@x.example>\r\n", "x"));
    assert_eq!(form.sender, person("Bo", "bo@x.example"));
    // To a list nobody is answered by accident.
    let list = desk.message(mail("List-Id: <l.x.example>\r\nReply-To: list@x.example\r\n", "x"));
    assert_eq!((list.sender.handle.as_str(), list.origin), ("ada@x.example", Origin::Bulk));
}

#[test]
fn own_copies_are_passed_over() {
    let desk = Fake::new().setting("aliases", "sales@desk.example");
    assert_eq!(desk.receive(mail("From: Help <help@desk.example>\r\n", "x")), NOTHING);
    assert_eq!(desk.receive(mail("From: sales@desk.example\r\n", "x")), NOTHING);
    let (id, _) = sent(&desk);
    assert_eq!(desk.receive(mail(&format!("Message-ID: <{id}>\r\n"), "x")), NOTHING);
}

#[test]
fn the_conversation_is_named_by_what_a_mail_answers() {
    let fields = format!("{ID}In-Reply-To: <b@desk.example>\r\nReferences: <a@x.example>\r\n <b@desk.example>\r\n");
    let message = Fake::new().message(mail(&fields, "x"));
    assert_eq!(message.threads, ["m1@x.example", "b@desk.example", "a@x.example"]);
    assert_eq!(message.answers.as_deref(), Some("b@desk.example"));
}

#[test]
fn a_token_names_the_conversation_and_a_forged_one_does_not() {
    let desk = Fake::new();
    let (_, threads) = sent(&desk);
    let subject = part(&desk.sent(), "Subject").to_owned();
    let answer = desk.message(mail(&format!("Subject: {subject}\r\n{ID}"), "x"));
    assert!(answer.threads.contains(&threads[1]), "{:?} {threads:?}", answer.threads);
    assert_eq!(answer.subject.as_deref(), Some("Re: Printer"));
    let forged = desk.message(mail(&format!("Subject: Re: Printer [#AAAAAAAAAA00000000]\r\n{ID}"), "x"));
    assert_eq!(forged.threads, ["m1@x.example"]);
    let other = desk.message(mail(&format!("Subject: Re: [#1234] Printer\r\n{ID}"), "x"));
    assert_eq!(other.subject.as_deref(), Some("Re: [#1234] Printer"));

    let desk = Fake::new().on("plus");
    let (_, threads) = sent(&desk);
    let reply_to = part(&desk.sent(), "Reply-To").split(['<', '>']).find(|word| word.contains('@')).unwrap().to_owned();
    let answer = desk.message(mail(&format!("To: {reply_to}\r\n{ID}"), "x"));
    assert!(answer.threads.contains(&threads[1]) && answer.copies.is_empty(), "{answer:?}");
}

#[test]
fn machines_are_told_from_people() {
    let cases = [
        ("", Origin::Person),
        ("Auto-Submitted: no\r\n", Origin::Person),
        ("Precedence: first-class\r\n", Origin::Person),
        ("Auto-Submitted: auto-replied (vacation)\r\n", Origin::Automatic),
        ("X-Auto-Response-Suppress: OOF\r\n", Origin::Automatic),
        ("Precedence: auto_reply\r\n", Origin::Automatic),
        ("Return-Path: <>\r\n", Origin::Automatic),
        ("Precedence: bulk\r\n", Origin::Bulk),
        ("List-Unsubscribe: <mailto:u@x.example>\r\n", Origin::Bulk),
        ("Return-Path: <>\r\nFrom: MAILER-DAEMON@x.example\r\n", Origin::Bounce),
        ("X-Failed-Recipients: bo@x.example\r\n", Origin::Bounce),
    ];
    for (fields, origin) in cases {
        assert_eq!(Fake::new().message(mail(fields, "x")).origin, origin, "{fields}");
    }
}

#[test]
fn two_machines_do_not_write_to_each_other_for_ever() {
    let desk = Fake::new();
    let came = (0..20).filter(|_| !desk.receive(mail("Auto-Submitted: auto-replied\r\n", "I am away.")).is_empty());
    assert_eq!(came.count(), 5);
    // Nothing of a person is lost, but who writes as no person does is answered by nobody's machine.
    let desk = Fake::new();
    let origins: Vec<_> = (0..40).map(|_| desk.message(mail("", "Me again.")).origin).collect();
    assert_eq!((origins[29], origins[30]), (Origin::Person, Origin::Automatic));
}

#[test]
fn reports_on_our_mails_say_what_became_of_them() {
    let desk = Fake::new();
    let (id, _) = sent(&desk);
    let report = |kind: &str, status: &str, back: &str| {
        desk.receive(mail(
            &format!("Content-Type: multipart/report; report-type={kind}; boundary=b\r\nReturn-Path: <>\r\n"),
            &format!(
                "--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/{kind}\r\n\r\n{status}\r\n--b\r\n{back}\r\n--b--"
            ),
        ))
    };
    let said = |progress, reason: Option<&str>| {
        vec![Inbound::Report { external_id: id.clone(), progress, reason: reason.map(str::to_owned) }]
    };
    let headers = format!("Content-Type: text/rfc822-headers\r\n\r\nReferences: <a@x>\r\nMessage-ID: <{id}>\r\n");
    let whole = format!("Content-Type: message/rfc822\r\n\r\nMessage-ID: <{id}>\r\nSubject: Re\r\n\r\nYes.\r\n");
    let failed = "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; ada@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n";
    let expected = said(Progress::Failed, Some("ada@x.example: 550 no such user"));
    assert_eq!(report("delivery-status", failed, &headers), expected);
    assert_eq!(report("delivery-status", failed, &whole), expected);
    assert_eq!(report("delivery-status", &failed.replace("failed", "delayed"), &whole), NOTHING);
    assert_eq!(
        report("delivery-status", &failed.replace("failed", "delivered"), &whole),
        said(Progress::Delivered, None)
    );
    let read = format!("Original-Message-ID: <{id}>\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n");
    assert_eq!(report("disposition-notification", &read, ""), said(Progress::Read, None));
    // One on somebody else's mail is a message.
    let other = report("delivery-status", failed, &whole.replace(&id, "other@x.example"));
    assert!(matches!(&other[..], [Inbound::Message(message)] if message.origin == Origin::Bounce), "{other:?}");
    let exim = mail("X-Failed-Recipients: ada@x.example\r\n", &format!("It failed.\r\n\r\nMessage-ID: <{id}>"));
    assert!(matches!(&desk.receive(exim)[..], [Inbound::Report { progress: Progress::Failed, .. }]));
}

#[test]
fn files_come_along_and_pictures_stay_in_their_place() {
    let desk = Fake::new();
    let raw = mail(
        "Content-Type: multipart/related; boundary=b\r\n",
        "--b\r\nContent-Type: text/html\r\n\r\n<p>Look: <img src=\"cid:p1@x\"></p>\r\n\
         --b\r\nContent-Type: image/png\r\nContent-ID: <p1@x>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n\
         --b\r\nContent-Type: text/csv; charset=iso-8859-1; name=\"=?utf-8?Q?M=C3=A4rz.csv?=\"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n5Dvm\r\n--b--",
    );
    let message = desk.message(raw);
    assert_eq!(message.html.as_deref().map(str::trim), Some("<p>Look: <img src=\"cid:p1@x\"></p>"));
    assert_eq!(message.attachments[0].content_id.as_deref(), Some("p1@x"));
    assert_eq!(desk.file(&message.attachments[0].id), ("picture.png".into(), b"\x89PNG".to_vec()));
    // The bytes of a file are those that its author had, whatever its character set.
    assert_eq!(desk.file(&message.attachments[1].id), ("März.csv".into(), b"\xe4;\xe6".to_vec()));
}

#[test]
fn what_cannot_be_shown_is_said() {
    let invitation = mail(
        "Content-Type: multipart/mixed; boundary=b\r\n",
        "--b\r\n\r\nCome.\r\n--b\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Roof\r\nDTSTART:20260301T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n\r\nx\r\n--b--",
    );
    let lines = Fake::new().message(invitation).unsupported;
    assert_eq!(lines, ["Invitation: Roof, 2026-03-01 10:00 UTC", "Outlook packed files into winmail.dat."]);
    let utf7 = mail("Content-Type: text/plain; charset=utf-7\r\n", "+ADw-script+AD4-alert(1)");
    let desk = Fake::new();
    let message = desk.message(utf7);
    assert_eq!((message.text.as_str(), message.attachments.len()), ("(no text)", 1));
    assert_eq!(message.unsupported, ["A text in the character set utf-7 is not read. It is attached as it came."]);
    let refused = Fake::new();
    refused.refuses.set(true);
    let message = refused.message(mail("Content-Type: application/pdf; name=a.pdf\r\n", "x"));
    assert_eq!(message.unsupported, ["Refused by the host: a.pdf"]);
}

#[test]
fn what_the_host_says_is_passed_on_and_nothing_is_lost() {
    let desk = Fake::new();
    let raw = mail("Content-Type: application/pdf; name=a.pdf\r\n", "x");
    for fault in [Fault::Upstream("the store fails".into()), Fault::Denied("files.write is not granted".into())] {
        *desk.fails.borrow_mut() = Some(fault.clone());
        assert_eq!(receive::receive(&desk, &Source::Bytes(raw.as_bytes())), Err(fault));
    }
}

#[test]
fn a_mail_is_read_from_a_file_of_the_host() {
    let desk = Fake::new();
    let raw = mail(ID, &"It burns. ".repeat(200_000));
    let id = desk.create("mail.eml").unwrap();
    raw.as_bytes().chunks(1 << 20).for_each(|piece| desk.append(&id, piece).unwrap());
    let came = receive::receive(&desk, &Source::File { desk: &desk, id: &id, size: raw.len() as u64 }).unwrap();
    let [Inbound::Message(message)] = &came[..] else { panic!("{came:?}") };
    assert_eq!(message.external_id, "m1@x.example");
    assert_eq!(desk.file(&message.attachments[0].id).1.len(), 10 * 200_000 - 1);
}

#[test]
fn mails_come_by_https_as_well() {
    let desk = Fake::new();
    let raw = mail(ID, "It burns.");
    let json = format!("{{\"RawEmail\":{}}}", serde_json::Value::from(raw.as_str()));
    let post =
        |path: &str, body: &str| provider::receive(&desk, "POST", path, "application/json", body.as_bytes()).unwrap();
    let answer = post("/postmark", &json);
    assert_eq!((answer.status, answer.brought), (200, desk.receive(&raw)));
    assert_eq!(
        (post("/postmark", "{}").status, post("/mailgun/mime", "").status, post("/", &json).status),
        (403, 406, 404)
    );
    assert_eq!(provider::receive(&desk, "GET", "/postmark", "", b"").unwrap().status, 405);
}

/// The message of a request that brought one.
fn came(desk: &Fake, path: &str, content_type: &str, body: &[u8]) -> Message {
    let mut answer = provider::receive(desk, "POST", path, content_type, body).unwrap();
    assert_eq!(answer.brought.len(), 1, "{answer:?}");
    match answer.brought.remove(0) {
        Inbound::Message(message) => *message,
        other @ Inbound::Report { .. } => panic!("{other:?}"),
    }
}

#[test]
fn a_mail_that_postmark_took_apart_is_read_as_it_was() {
    let desk = Fake::new();
    let picture = b"not much of a picture".repeat(20);
    let json = serde_json::json!({
        "FromFull": {"Email": "ada@x.example", "Name": "Lovelace, Ada"}, "To": "help@desk.example",
        "Cc": "Bo <bo@x.example>", "Subject": "Printer brüllt", "Date": "Mon, 02 Mar 2026 10:00:00 +0000",
        "TextBody": "It burns.", "HtmlBody": "<p>It burns. <img src=\"cid:pic@x\"></p>",
        "Headers": [
            {"Name": "Message-ID", "Value": "<m1@x.example>"}, {"Name": "Content-Type", "Value": "text/plain"},
            {"Name": "X-Evil", "Value": "1\r\nReply-To: eve@x.example"}, {"Name": "Evil: 1\r\nSender", "Value": "eve@x.example"},
        ],
        "Attachments": [{
            "Name": "Größe.png", "ContentType": "image/png", "ContentID": "<pic@x>",
            "Content": crate::source::BASE64.encode(&picture),
        }],
    });
    let message = came(&desk, "/postmark", "application/json", json.to_string().as_bytes());
    assert_eq!(
        (message.sender, message.copies),
        (person("Lovelace, Ada", "ada@x.example"), vec![person("Bo", "bo@x.example")])
    );
    assert_eq!((message.external_id.as_str(), message.sent), ("m1@x.example", Some(1_772_445_600_000)));
    assert_eq!((message.subject.as_deref(), message.text.as_str()), (Some("Printer brüllt"), "It burns."));
    let [file] = &message.attachments[..] else { panic!("{:?}", message.attachments) };
    assert_eq!(file.content_id.as_deref(), Some("pic@x"));
    assert_eq!(desk.file(&file.id), ("Größe.png".to_owned(), picture));
}

#[test]
fn a_mail_that_mailgun_took_apart_is_read_as_it_was() {
    let desk = Fake::new();
    let head =
        r#"[["From","Ada <ada@x.example>"],["Subject","Hi"],["Message-Id","<m2@x.example>"],["Mime-Version","1.0"]]"#;
    let field = |name: &str, value: &str| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = "--edge\r\nContent-Disposition: form-data; name=\"attachment-1\"; filename=\"a.bin\"\r\n\
        Content-Type: multipart/mixed; boundary=x\r\n\r\n\0--x\r\n\r\n--edge--\r\n";
    let form = [
        field("recipient", "help@desk.example"),
        field("body-plain", "It burns."),
        field("attachment-count", "1"),
        field("message-headers", head),
        file.to_owned(),
    ];
    let message = came(&desk, "/mailgun", "multipart/form-data; boundary=edge", form.concat().as_bytes());
    assert_eq!((message.sender, message.external_id.as_str()), (person("Ada", "ada@x.example"), "m2@x.example"));
    assert_eq!((message.subject.as_deref(), message.text.as_str()), (Some("Hi"), "It burns."));
    assert_eq!(desk.file(&message.attachments[0].id), ("a.bin".to_owned(), b"\0--x\r\n".to_vec()));
    let form =
        b"sender=ada%40x.example&recipient=help%40desk.example&subject=Hi&body-html=%3Cp%3EIt%20burns.%3C%2Fp%3E";
    let message = came(&desk, "/mailgun", "application/x-www-form-urlencoded", form);
    assert_eq!((message.sender.handle.as_str(), message.text.as_str()), ("ada@x.example", "It burns."));
}
