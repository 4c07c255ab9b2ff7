//! Replies that go out: what the mail is, and what becomes of it.

use super::*;
use crate::{
    desk::Attachment,
    said,
    send::{Delivery, send},
};

/// The fields of a mail, unfolded, and what follows them.
fn taken_apart(raw: &str) -> (Vec<String>, &str) {
    let (head, body) = raw.split_once("\r\n\r\n").unwrap();
    let head = head.replace("\r\n\t", " ").replace("\r\n ", " ");
    (head.split("\r\n").map(str::to_owned).collect(), body)
}

fn has(raw: &str, field: &str) -> bool {
    taken_apart(raw).0.iter().any(|line| line == field)
}

#[test]
fn a_reply_is_a_mail_that_can_be_answered() {
    let desk = Fake::new().setting("signature", "Acme\nwww.acme.example");
    let mut reply = reply("Hello Ada,\n\nit <b>stopped</b>.");
    reply.threads = vec!["m2@x.example".into(), "conversation:ABCDEFGHJK".into(), "m1@x.example".into()];
    reply.answers = Some("m2@x.example".into());
    reply.copies = vec![person("Bo", "bo@x.example"), person("", "ada@x.example")];
    let Delivery::Sent { external_id, threads } = send(&desk, &reply).unwrap() else { panic!() };
    assert_eq!(threads, [external_id.clone(), "conversation:ABCDEFGHJK".into()]);
    let raw = desk.sent();
    for field in [
        "In-Reply-To: <m2@x.example>",
        "References: <m1@x.example> <m2@x.example>",
        &format!("Message-ID: <{external_id}>"),
    ] {
        assert!(has(&raw, field), "{field} is not in\n{raw}");
    }
    let (fields, _) = taken_apart(&raw);
    let is_there = |name: &str, words: [&str; 2]| {
        fields.iter().any(|field| field.starts_with(name) && words.iter().all(|word| field.contains(word)))
    };
    assert!(is_there("From: ", ["Acme Support", "<Help@desk.example>"]), "{raw}");
    assert!(is_there("To: ", ["Ada", "<ada@x.example>"]), "{raw}");
    assert!(raw.contains("it <b>stopped</b>.") && raw.contains("it &lt;b&gt;stopped&lt;/b&gt;."), "{raw}");
    assert!(raw.contains("-- \r\nAcme\r\nwww.acme.example") || raw.contains("--=20\r\nAcme"), "{raw}");
    let envelope = desk.sent.borrow()[0].0.clone();
    assert_eq!(envelope.recipients, ["ada@x.example", "bo@x.example"]);
    assert_eq!(envelope.return_path.as_deref(), Some("Help@desk.example"));
    assert!(raw.split("\r\n").all(|line| line.len() <= 998 && !line.contains('\n')), "{raw}");
}

#[test]
fn nothing_from_people_begins_a_field_of_its_own() {
    let desk = Fake::new();
    let mut reply = reply("x");
    reply.subject = "Hi\r\nBcc: evil@x.example\r\n\r\nbody".into();
    reply.recipient.name = "Ada\"\r\nBcc: evil@x.example".into();
    reply.answers = Some("a@x>\r\nBcc: <evil@x.example".into());
    reply.threads = vec!["b@x\r\nBcc: evil@x.example".into()];
    send(&desk, &reply).unwrap();
    let raw = desk.sent();
    let (fields, _) = taken_apart(&raw);
    assert!(!fields.iter().any(|field| field.to_lowercase().starts_with("bcc")), "{raw}");
    assert!(!fields.iter().any(|field| field.starts_with("References") || field.starts_with("In-Reply-To")), "{raw}");
    assert_eq!(desk.sent.borrow()[0].0.recipients, ["ada@x.example"]);
}

#[test]
fn a_reply_that_is_tried_again_is_the_same_mail() {
    let desk = Fake::new();
    let first = send(&desk, &reply("x")).unwrap();
    assert_eq!(send(&desk, &reply("x")).unwrap(), first);
    let other = Reply { id: "0198-ac".into(), ..reply("x") };
    assert_ne!(send(&desk, &other).unwrap(), first);
}

#[test]
fn what_the_server_says_is_what_becomes_of_it() {
    let desk = Fake::new();
    for (outcome, delivery) in [
        (Outcome::Later(5), Delivery::Later(1_000)),
        (Outcome::Unknown("broken".into()), Delivery::Unknown("broken".into())),
        (Outcome::Refused("550".into()), Delivery::Refused("550".into())),
    ] {
        *desk.outcome.borrow_mut() = outcome;
        assert_eq!(send(&desk, &reply("x")).unwrap(), delivery);
    }
}

#[test]
fn long_subjects_and_other_scripts_are_encoded() {
    let desk = Fake::new();
    let mut reply = reply("Grüße 😀");
    reply.subject = "الطابعة تحترق ".repeat(12);
    reply.recipient.name = "Ада".into();
    send(&desk, &reply).unwrap();
    let raw = desk.sent();
    assert!(raw.is_ascii() && raw.contains("Subject: =?utf-8?"), "{raw}");
    // It comes back as it went.
    let back = Fake::new().message(raw.replace("Help@desk.example", "other@y.example").replace("Message-ID", "X-Id"));
    assert!(back.text.starts_with("Grüße 😀"), "{}", back.text);
    assert!(back.subject.unwrap().starts_with("Re: الطابعة تحترق"));
}

#[test]
fn files_go_along_and_pictures_with_the_html() {
    let desk = Fake::new();
    for (name, bytes) in [("note.txt", b"a\nb".to_vec()), ("p.png", vec![0; 100])] {
        let file = desk.create(name).unwrap();
        desk.append(&file, &bytes).unwrap();
    }
    let attachment = |id: &str, name: &str, media_type: &str, size, content_id: Option<&str>| Attachment {
        id: id.into(),
        name: name.into(),
        media_type: media_type.into(),
        size,
        content_id: content_id.map(str::to_owned),
    };
    let mut reply = reply("See the file.");
    reply.html = Some("<p>See <img src=\"cid:p1\"></p>".into());
    reply.attachments = vec![
        attachment("0", "no\"te\r\n.txt", "text/plain", 3, None),
        attachment("1", "p.png", "image/png", 100, Some("p1")),
    ];
    send(&desk, &reply).unwrap();
    let raw = desk.sent().replace("Help@desk.example", "other@y.example").replace("Message-ID", "X-Id");
    let there = Fake::new();
    let message = there.message(raw);
    let files: Vec<_> = message.attachments.iter().map(|file| there.file(&file.id)).collect();
    assert!(files.contains(&("note .txt".into(), b"a\nb".to_vec())), "{files:?}");
    assert_eq!(message.attachments.iter().filter(|file| file.content_id.as_deref() == Some("p1")).count(), 1);
    assert!(message.html.unwrap().contains("cid:p1"));
    reply.attachments[0].size = 22 << 20;
    assert_eq!(send(&desk, &reply).unwrap(), Delivery::Refused("the files are too large for a mail".into()));
}

#[test]
fn automatic_mails_say_so_and_come_to_an_end() {
    let desk = Fake::new();
    let automatic = Reply { automatic: true, ..reply("We are closed.") };
    for _ in 0..5 {
        assert!(matches!(send(&desk, &automatic), Ok(Delivery::Sent { .. })));
    }
    assert!(has(&desk.sent(), "Auto-Submitted: auto-generated"));
    assert_eq!(desk.sent.borrow()[0].0.return_path, None);
    assert!(matches!(send(&desk, &automatic), Ok(Delivery::Refused(_))));
    assert!(matches!(send(&desk, &reply("A person.")), Ok(Delivery::Sent { .. })));
}

#[test]
fn to_a_machine_goes_nothing_that_no_person_wrote() {
    let desk = Fake::new();
    let automatic = Reply { automatic: true, ..reply("We are closed.") };
    desk.receive(mail("Message-ID: <a1@x.example>\r\nAuto-Submitted: auto-replied\r\n", "I am away."));
    assert!(matches!(send(&desk, &automatic), Ok(Delivery::Refused(_))));
    assert!(matches!(send(&desk, &reply("A person.")), Ok(Delivery::Sent { .. })));
    desk.receive(mail("Message-ID: <a2@x.example>\r\n", "I am back."));
    assert!(matches!(send(&desk, &automatic), Ok(Delivery::Sent { .. })));
}

#[test]
fn what_is_answered_is_quoted_where_the_desk_wants_it() {
    let raw = mail("Message-ID: <m1@x.example>\r\n", "Does it burn?\r\n\r\nOn Monday Help wrote:\r\n> Hello");
    let desk = Fake::new().on("quote");
    desk.message(&raw);
    send(&desk, &reply("Yes.")).unwrap();
    assert!(desk.sent().contains("Yes.\r\n\r\nAda wrote:\r\n> Does it burn?\r\n"), "{}", desk.sent());
    assert!(!desk.sent().contains("Hello"), "what was quoted is not quoted again");
    let desk = Fake::new();
    desk.message(&raw);
    send(&desk, &reply("Yes.")).unwrap();
    assert!(!desk.sent().contains("Does it burn?"));
}

#[test]
fn what_is_kept_to_be_quoted_leaves_room_in_the_quota() {
    let (desk, long) = (Fake::new(), "word ".repeat(2_000));
    let id = |n: usize| format!("m{n}@x.example");
    (0..3_000).for_each(|n| said::keep(&desk, &id(n), &long).unwrap());
    let kept: usize = desk.kept.borrow().values().map(Vec::len).sum();
    assert!(kept <= 5 << 19, "{kept} bytes, and a third more as the host keeps them");
    let last = said::of(&desk, &id(2_999)).unwrap().unwrap();
    assert!(last.starts_with("word ") && last.ends_with('…'));
    let known = (0..3_000).filter(|n| said::of(&desk, &id(*n)).unwrap().is_some()).count();
    assert!((1..=1_024).contains(&known), "nobody is quoted in the place of another: {known}");
}

#[test]
fn somebody_without_an_address_cannot_be_answered() {
    let desk = Fake::new();
    let nobody = Reply {
        recipient: Person { handle: "nobody".into(), name: "Unknown sender".into(), email: None },
        ..reply("x")
    };
    assert_eq!(send(&desk, &nobody).unwrap(), Delivery::Refused("Unknown sender has no e-mail address".into()));
}
