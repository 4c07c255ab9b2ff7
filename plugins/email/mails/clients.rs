//! How mail programs write: what parts a mail has, in which order, and how each heads what it quotes.

use super::Encoding::{Base64, Eight, Quoted};
use super::{Row, file, html, mail, multipart, part, picture, row, text};

/// Which parts a program writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Text and html beside each other; pictures around both.
    Alternative,
    /// The same, with pictures beside the html alone.
    Apple,
    /// Text in lines that flow.
    Flowed,
    /// Text as it is.
    Plain,
    /// Html alone.
    Html,
}

/// A program: its mark in the head, what it writes, and how it heads a quote; the quoted lines have marks or not.
struct Client(&'static str, Form, &'static str, bool);

const CLIENTS: [Client; 20] = [
    Client("Gmail", Form::Alternative, "On Mon, Mar 2, 2026 at 10:00 AM Help <help@desk.example> wrote:", true),
    Client(
        "Gmail auf Deutsch",
        Form::Alternative,
        "Am Mo., 2. März 2026 um 10:00 Uhr schrieb Help <help@desk.example>:",
        true,
    ),
    Client(
        "Gmail en français",
        Form::Alternative,
        "Le lun. 2 mars 2026 à 10:00, Help <help@desk.example> a écrit :",
        true,
    ),
    Client(
        "Gmail بالعربية",
        Form::Alternative,
        "في الاثنين، 2 مارس 2026 في 10:00 ص تمت كتابة ما يلي بواسطة Help:",
        true,
    ),
    Client(
        "Outlook",
        Form::Alternative,
        "From: Help <help@desk.example>\nSent: Monday, March 2, 2026 10:00 AM\nTo: Ada Example\nSubject: Printer",
        false,
    ),
    Client(
        "Outlook auf Deutsch",
        Form::Alternative,
        "Von: Help <help@desk.example>\nGesendet: Montag, 2. März 2026 10:00\nAn: Ada Example\nBetreff: Printer",
        false,
    ),
    Client(
        "Outlook on the web",
        Form::Alternative,
        "________________________________\nFrom: Help <help@desk.example>\nSent: 02 March 2026 10:00\nTo: Ada Example\nSubject: Printer",
        false,
    ),
    Client(
        "Outlook 2003",
        Form::Plain,
        "-----Original Message-----\nFrom: Help [mailto:help@desk.example]\nSent: Monday, March 02, 2026 10:00 AM",
        false,
    ),
    Client("Outlook for Android", Form::Html, "", true),
    Client(
        "Exchange en español",
        Form::Alternative,
        "De: Help <help@desk.example>\nEnviado: lunes, 2 de marzo de 2026 10:00\nPara: Ada Example\nAsunto: Printer",
        false,
    ),
    Client("Apple Mail", Form::Apple, "On 2 Mar 2026, at 10:00, Help <help@desk.example> wrote:", true),
    Client("iPhone", Form::Apple, "On Mar 2, 2026, at 10:00 AM, Help <help@desk.example>\nwrote:", true),
    Client("Thunderbird", Form::Flowed, "On 3/2/26 10:00, Help wrote:", true),
    Client("Thunderbird auf Deutsch", Form::Flowed, "Am 02.03.26 um 10:00 schrieb Help:", true),
    Client(
        "Yahoo",
        Form::Alternative,
        "On Monday, March 2, 2026 at 10:00:00 AM UTC, Help <help@desk.example> wrote:",
        true,
    ),
    Client("mutt", Form::Plain, "On Mon, Mar 02, 2026 at 10:00:00AM +0000, Help wrote:", true),
    Client("KMail", Form::Plain, "On Monday, 2 March 2026 10:00:00 CET Help wrote:", true),
    Client("Roundcube", Form::Plain, "On 2026-03-02 10:00, Help wrote:", true),
    Client("ProtonMail", Form::Html, "", true),
    Client("K-9 Mail", Form::Alternative, "On 2 March 2026 10:00:00 CET, Help <help@desk.example> wrote:", true),
];

const HELLO: &str = "Hello,\n\nmy printer burns.\n\nAda";
const HELLO_HTML: &str = "<html><head><title>x</title><style>p { margin: 0 }</style></head><body><p>Hello,</p>\n<p>my printer burns.</p>\n<p>Ada</p></body></html>";

pub(super) fn rows() -> Vec<Row> {
    CLIENTS.iter().flat_map(of).collect()
}

/// A first mail, an answer, one with a file, one with a picture.
fn of(client: &Client) -> Vec<Row> {
    let Client(name, form, ..) = client;
    let agent = format!("X-Mailer: {}\r\n", name.split(' ').next().unwrap());
    let write = |which: &str, part: &[u8]| mail(&format!("{name}{which}{}", part.len()), &agent, part);
    let (said, said_html, expected) = answer(client);
    let said = message(*form, &said, &said_html);
    let pdf = file("application/pdf", "invoice.pdf", b"%PDF-1.7 not really");
    let with_file = multipart("mixed", &[message(*form, HELLO, HELLO_HTML), pdf]);
    vec![
        row(format!("{name}: first"), write("first", &message(*form, HELLO, HELLO_HTML)), HELLO),
        row(format!("{name}: answer"), write("answer", &said), expected),
        row(format!("{name}: file"), write("file", &with_file), HELLO).files(1),
        row(format!("{name}: picture"), write("picture", &with_picture(*form)), HELLO).files(1),
    ]
}

/// What an answer says in text and html, and what becomes of it.
fn answer(client: &Client) -> (String, String, String) {
    let Client(_, form, heading, has_marks) = client;
    let html = "<div>Yes, it does.</div><blockquote type=\"cite\"><p>Is it?</p><p>Help</p></blockquote>".to_owned();
    if *form == Form::Html {
        return (String::new(), html, "Yes, it does.\n\n> Is it?\n>\n> Help".into());
    }
    let marked = "> Is it?\n>\n> Help";
    if *has_marks {
        let text = format!("Yes, it does.\n\n{heading}\n{marked}");
        return (text.clone(), html, text);
    }
    let heading_marked: Vec<String> = heading.lines().map(|line| format!("> {line}")).collect();
    let expected = format!("Yes, it does.\n\n{}\n>\n{marked}", heading_marked.join("\n"));
    (format!("Yes, it does.\n\n{heading}\n\nIs it?\n\nHelp"), html, expected)
}

fn message(form: Form, words: &str, markup: &str) -> Vec<u8> {
    match form {
        Form::Alternative | Form::Apple => multipart("alternative", &[text(words), html(markup)]),
        Form::Flowed => {
            // Lines flow where there is a space at their end.
            let flowed = words.replace("printer burns", "printer \nburns").replace('\n', "\r\n");
            part("text/plain; charset=UTF-8; format=flowed", Eight, flowed.as_bytes())
        }
        Form::Plain => part("text/plain; charset=\"utf-8\"", Quoted, words.replace('\n', "\r\n").as_bytes()),
        Form::Html => part("text/html; charset=utf-8", Base64, markup.as_bytes()),
    }
}

fn with_picture(form: Form) -> Vec<u8> {
    let shown = HELLO_HTML.replace("</body>", "<img src=\"cid:picture1@x\"></body>");
    match form {
        Form::Alternative => multipart("related", &[multipart("alternative", &[text(HELLO), html(&shown)]), picture()]),
        Form::Apple => multipart("alternative", &[text(HELLO), multipart("related", &[html(&shown), picture()])]),
        Form::Flowed | Form::Plain => multipart("mixed", &[message(form, HELLO, ""), picture()]),
        Form::Html => multipart("related", &[html(&shown), picture()]),
    }
}
