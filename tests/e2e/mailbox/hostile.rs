//! Mails that want to harm, from the server through the sandbox to the desk: each is a message that says what became of it, and the
//! mail after them comes in as ever. What the add-on does with them stands in its own tests.

use super::{arrives, letter, messages, tickets, with_email};
use crate::support::{database::Database, dovecot::Dovecot};

/// More than the host takes in: 40 MB.
fn large() -> String {
    let line = format!("{}\n", "x".repeat(75));
    letter("large", "large@example.org", "", &line.repeat(552_000))
}

fn to_everybody() -> String {
    let people: Vec<_> = (0..10_000).map(|n| format!("p{n}@example.org")).collect();
    letter("everybody", "everybody@example.org", &format!("Cc: {}\n", people.join(",\n ")), "To everybody.")
}

/// More than two hundred parts within each other.
fn deep() -> String {
    let parts: String =
        (1..250).map(|n| format!("--b{}\nContent-Type: multipart/mixed; boundary=b{n}\n\n", n - 1)).collect();
    letter(
        "deep",
        "deep@example.org",
        "Content-Type: multipart/mixed; boundary=b0\n",
        &format!("{parts}--b249\n\nWords."),
    )
}

/// A mail of a thread that is older than all others.
fn endless(id: &str) -> String {
    let ids: Vec<_> = (0..5_000).map(|n| format!("<r{n}@example.org>")).collect();
    let fields = format!("In-Reply-To: <r4999@example.org>\nReferences: {}\n", ids.join("\n "));
    letter(id, "endless@example.org", &fields, &format!("The thread goes on in {id}."))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_that_want_to_harm_are_messages_and_hold_up_nothing() {
    let Some(dovecot) = Dovecot::start() else { return };
    let Some((_host, _smtp, api)) = with_email(Database::sqlite(), &dovecot).await else { return };
    let cases = [
        ("large", large(), "Mails of more than 30 MB are left in the mailbox."),
        ("everybody", to_everybody(), "Sent to 9950 more people, who are not kept as copies."),
        ("deep", deep(), "This mail has more parts within each other than can be read."),
        ("endless", endless("endless"), "The thread goes on in endless."),
    ];
    for (at, (name, raw, _)) in cases.iter().enumerate() {
        dovecot.deliver(&format!("{at}.{name}"), raw);
    }
    for (_, _, words) in &cases {
        arrives(&api, words).await;
    }
    dovecot.deliver("8.endless", &endless("endless-again"));
    dovecot.deliver("9.after", &letter("after", "ada@example.org", "", "After all that."));
    arrives(&api, "The thread goes on in endless-again.").await;
    arrives(&api, "After all that.").await;

    let all = tickets(&api).await;
    let mut subjects: Vec<_> = all.iter().map(|ticket| ticket["subject"].as_str().unwrap()).collect();
    subjects.sort_unstable();
    assert_eq!(subjects, ["after", "deep", "endless", "everybody", "large"], "the thread is one ticket");
    let deep = all.iter().find(|ticket| ticket["subject"] == "deep").unwrap();
    let kept = messages(&api, deep).await.remove(0);
    assert_eq!(kept["attachments"][0]["name"], "mail.eml", "it is there as it came: {kept}");
}
