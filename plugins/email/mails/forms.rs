//! What is more than a letter: invitations, what Outlook packs, lists, answers of machines, mails passed on, and html of all sorts.

use super::{Encoding, Row, crlf, file, html, mail, multipart, part, row, text};

pub(super) fn rows() -> Vec<Row> {
    [calendars(), packed(), machines(), htmls(), texts()].into_iter().flatten().collect()
}

fn calendar(method: &str, fields: &str) -> Vec<u8> {
    let event = format!("BEGIN:VCALENDAR\nMETHOD:{method}\nBEGIN:VEVENT\n{fields}\nEND:VEVENT\nEND:VCALENDAR\n");
    part(&format!("text/calendar; charset=utf-8; method={method}"), Encoding::Eight, crlf(&event).as_bytes())
}

fn calendars() -> Vec<Row> {
    let event = calendar("REQUEST", "SUMMARY:Roof\nDTSTART:20260301T100000Z");
    let beside = multipart("alternative", &[text("Please come."), html("<p>Please come.</p>"), event.clone()]);
    let ics = file("application/ics", "invite.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
    let gmail = multipart("mixed", &[beside.clone(), ics]);
    let reply = calendar("REPLY", "SUMMARY:Roof\nATTENDEE;PARTSTAT=ACCEPTED:mailto:ada@customer.example");
    let reply = multipart("mixed", &[text("Accepted: Roof"), reply]);
    let cancelled = multipart("alternative", &[text("Cancelled."), calendar("CANCEL", "SUMMARY:Roof")]);
    vec![
        row("Exchange: invitation", mail("Exchange invitation", "", &beside), "Please come.").files(1),
        row("Gmail: invitation", mail("Gmail invitation", "", &gmail), "Please come.").files(2),
        row("Outlook: accepted", mail("Outlook accepted", "", &reply), "Accepted: Roof").files(1),
        row("Outlook: cancelled", mail("Outlook cancelled", "", &cancelled), "Cancelled.").files(1),
    ]
}

fn packed() -> Vec<Row> {
    let winmail = file("application/ms-tnef", "winmail.dat", b"\x78\x9f\x3e\x22 packed");
    let passed_on = b"Content-Type: message/rfc822\r\n\r\nFrom: Bo <bo@other.example>\r\nSubject: Old\r\nMessage-ID: <old@other.example>\r\n\r\nAn older mail.\r\n".to_vec();
    let as_file =
        part("message/rfc822; name=\"old.eml\"", Encoding::Eight, b"From: bo@other.example\r\n\r\nOlder.\r\n");
    let forwarded = "Please see below.\n\n---------- Forwarded message ---------\nFrom: Bo <bo@other.example>\nDate: Sun, 1 Mar 2026\n\nAn older mail.";
    let marked = "Please see below.\n\n> ---------- Forwarded message ---------\n> From: Bo <bo@other.example>\n> Date: Sun, 1 Mar 2026\n>\n> An older mail.";
    let several: Vec<Vec<u8>> = std::iter::once(text("Three files."))
        .chain((1..=3).map(|n| file("image/jpeg", &format!("IMG_{n}.JPG"), &[n; 50])))
        .collect();
    vec![
        row(
            "Outlook: winmail.dat",
            mail("winmail", "", &multipart("mixed", &[text("As attached."), winmail])),
            "As attached.",
        )
        .files(1),
        row(
            "passed on as a part",
            mail("passed on", "", &multipart("mixed", &[text("See this."), passed_on])),
            "See this.",
        )
        .files(1),
        row(
            "passed on as a file",
            mail("passed on file", "", &multipart("mixed", &[text("See this."), as_file])),
            "See this.",
        )
        .files(1),
        row("Gmail: passed on in the text", mail("gmail passed on", "", &text(forwarded)), marked),
        row("three pictures", mail("three pictures", "", &multipart("mixed", &several)), "Three files.").files(3),
        row(
            "files alone",
            mail("files alone", "", &multipart("mixed", &[file("application/pdf", "a.pdf", b"%PDF")])),
            "(no text)",
        )
        .files(1),
        row("a file alone", mail("a file alone", "", &file("application/pdf", "a.pdf", b"%PDF")), "(no text)").files(1),
    ]
}

fn machines() -> Vec<Row> {
    let away = "I am away until Monday.";
    let fields = [
        ("Exchange: away", "X-Auto-Response-Suppress: All\r\nAuto-Submitted: auto-generated\r\n"),
        ("Gmail: away", "Auto-Submitted: auto-replied\r\nX-Autoreply: yes\r\nPrecedence: bulk\r\n"),
        ("Postfix vacation: away", "Auto-Submitted: auto-replied (vacation)\r\n"),
        ("Lotus Notes: away", "X-Autoresponse: yes\r\n"),
        (
            "Mailman: list",
            "List-Id: <talk.lists.example>\r\nList-Post: <mailto:talk@lists.example>\r\nPrecedence: list\r\n",
        ),
        (
            "Mailchimp: newsletter",
            "List-Unsubscribe: <https://news.example/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
        ),
        (
            "Google Groups: list",
            "List-ID: <group.googlegroups.example>\r\nMailing-list: list group\r\nPrecedence: list\r\n",
        ),
        (
            "GitHub: notification",
            "List-ID: a/b <b.a.github.example>\r\nX-GitHub-Reason: mention\r\nPrecedence: list\r\n",
        ),
    ];
    let mut rows: Vec<Row> =
        fields.iter().map(|(name, fields)| row(*name, mail(name, fields, &text(away)), away)).collect();
    let delivery = |name: &str, words: &str, status: &str| {
        let status = part("message/delivery-status", Encoding::Eight, crlf(status).as_bytes());
        let back =
            part("text/rfc822-headers", Encoding::Eight, b"Message-ID: <somebody@else.example>\r\nSubject: Hi\r\n");
        row(
            name,
            mail(name, "", &multipart("report; report-type=delivery-status", &[text(words), status, back])),
            words,
        )
    };
    let failed =
        "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; bo@other.example\nAction: failed\nStatus: 5.1.1\n";
    rows.push(delivery("Postfix: bounce", "This is the mail system at host mx.example.", failed).files(2));
    rows.push(delivery("Exchange: bounce", "Your message couldn't be delivered.", failed).files(2));
    rows.push(delivery("Gmail: bounce", "Address not found", failed).files(2));
    let exim = "This message was created automatically by mail delivery software.\n\n  bo@other.example\n    Unrouteable address";
    rows.push(row("Exim: bounce", mail("Exim bounce", "X-Failed-Recipients: bo@other.example\r\n", &text(exim)), exim));
    rows
}

fn htmls() -> Vec<Row> {
    let cases = [
        (
            "tables of a shop",
            "<table><tr><td>Order</td><td><b>42</b></td></tr><tr><td>Total</td><td>10&nbsp;&euro;</td></tr></table>",
            "Order 42\nTotal 10 €",
        ),
        (
            "Word",
            "<html xmlns:o=\"urn:schemas\"><head><meta name=Generator content=\"Microsoft Word 15\"><!--[if gte mso 9]><xml><o:p>x</o:p></xml><![endif]--></head><body><p class=MsoNormal>Hello<o:p></o:p></p><p class=MsoNormal>World<o:p></o:p></p></body></html>",
            "Hello\n\nWorld",
        ),
        (
            "lists",
            "<ul><li>one</li><li>two</li></ul><ol><li>first</li><li>second</li></ol>",
            "• one\n• two\n1. first\n2. second",
        ),
        (
            "links",
            "<p>See <a href=\"https://shop.example/o/42\">your order</a></p>",
            "See your order (https://shop.example/o/42)",
        ),
        ("script", "<script>alert(1)</script><p onclick=\"alert(2)\">Hi</p>", "Hi"),
        ("no end tags", "<p>One<p>Two<br>Three", "One\n\nTwo\nThree"),
        ("upper case", "<HTML><BODY><P>Hi</P></BODY></HTML>", "Hi"),
        ("entities", "<p>&lt;b&gt; &amp;amp; &#39;x&#39; &hellip;</p>", "<b> &amp; 'x' …"),
        ("right to left", "<div dir=\"rtl\">الطابعة تحترق</div>", "الطابعة تحترق"),
        ("a picture with words", "<p>Hi <img src=\"https://t.example/1.gif\" alt=\"Logo\"></p>", "Hi Logo"),
    ];
    let row_of = |(name, markup, words): &(&str, &str, &str)| {
        row(format!("html: {name}"), mail(&format!("html {name}"), "", &html(markup)), *words)
    };
    cases.iter().map(row_of).collect()
}

fn texts() -> Vec<Row> {
    let flowed = |name: &str, kind: &str, text: &str, words: &str| {
        row(
            format!("flowed: {name}"),
            mail(&format!("flowed {name}"), "", &part(kind, Encoding::Eight, text.as_bytes())),
            words,
        )
    };
    let kind = "text/plain; charset=utf-8; format=flowed";
    let footer =
        multipart("mixed", &[text("See you there."), text("-- \nTo leave this list, write to leave@lists.example")]);
    let signed = multipart(
        "signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha256",
        &[text("Signed words."), file("application/pgp-signature", "signature.asc", b"-----BEGIN PGP SIGNATURE-----")],
    );
    vec![
        flowed("a paragraph", kind, "One long \r\nparagraph.\r\n", "One long paragraph."),
        flowed("stuffed", kind, " From the start\r\n >no quote\r\n", "From the start\n\n>no quote"),
        flowed("delsp", &format!("{kind}; delsp=yes"), "プリン \r\nター\r\n", "プリンター"),
        flowed("signature", kind, "Yes.\r\n-- \r\nAda\r\n", "Yes.\n\n-- \nAda"),
        row(
            "a list with a footer",
            mail("a list with a footer", "List-Id: <x.example>\r\n", &footer),
            "See you there.\n\n-- \nTo leave this list, write to leave@lists.example",
        ),
        row("signed with PGP", mail("signed with PGP", "", &signed), "Signed words.").files(1),
        row("interleaved", mail("interleaved", "", &text("> One?\nYes.\n> Two?\nNo.")), "> One?\nYes.\n> Two?\nNo."),
        row("telephone", mail("telephone", "", &text("Yes.\n\nSent from my iPhone")), "Yes.\n\nSent from my iPhone"),
    ]
}
