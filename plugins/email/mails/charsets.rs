//! Character sets, each written in every way that a mail can: as it is, quoted-printable, and base64.

use super::{Encoding, Row, head, mail, part, row};

/// What is said in each.
const WORDS: [(&str, &str); 27] = [
    ("us-ascii", "My printer burns."),
    ("utf-8", "Grüße, 你好, мир, 😀"),
    ("iso-8859-1", "Le café déjà brûlé"),
    ("iso-8859-2", "Zażółć gęślą jaźń"),
    ("iso-8859-3", "Ĉu vi aŭdis?"),
    ("iso-8859-4", "Ķekava, Žagarė"),
    ("iso-8859-5", "Принтер горит"),
    ("iso-8859-7", "Καίγεται ο εκτυπωτής"),
    ("iso-8859-8", "המדפסת בוערת"),
    ("iso-8859-13", "Kauņa, Šiauliai"),
    ("iso-8859-15", "Ça coûte 10 €"),
    ("windows-1250", "Příliš žluťoučký kůň"),
    ("windows-1251", "Мой принтер горит"),
    ("windows-1252", "“It’s burning” – 10 €"),
    ("windows-1253", "Ο εκτυπωτής μου"),
    ("windows-1254", "Yazıcım yanıyor, çok üzgünüm"),
    ("windows-1255", "המדפסת שלי"),
    ("windows-1256", "الطابعة تحترق"),
    ("windows-1257", "Mano spausdintuvas, ačiū"),
    ("koi8-r", "Мой принтер горит"),
    ("koi8-u", "Мій принтер горить"),
    ("gbk", "我的打印机着火了"),
    ("gb18030", "我的打印机着火了"),
    ("big5", "我的印表機著火了"),
    ("shift_jis", "プリンターが燃えています"),
    ("euc-jp", "プリンターが燃えています"),
    ("euc-kr", "프린터가 타고 있어요"),
];

pub(super) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (charset, words) in WORDS {
        for encoding in [Encoding::Eight, Encoding::Quoted, Encoding::Base64] {
            let name = format!("{charset} {encoding:?}");
            let body = part(&format!("text/plain; charset={charset}"), encoding, &encoded(charset, words));
            rows.push(row(&name, mail(&name, "", &body), words));
        }
    }
    for (charset, bytes) in [
        ("utf-16le", "Grüße 😀".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()),
        ("utf-16be", "Grüße 😀".encode_utf16().flat_map(u16::to_be_bytes).collect()),
    ] {
        let body = part(&format!("text/plain; charset=\"{charset}\""), Encoding::Base64, &bytes);
        rows.push(row(charset, mail(charset, "", &body), "Grüße 😀"));
    }
    let japanese = encoded("iso-2022-jp", "プリンターが燃えています");
    let body = part("text/plain; charset=\"ISO-2022-JP\"", Encoding::Eight, &japanese);
    rows.push(row("iso-2022-jp", mail("iso-2022-jp", "", &body), "プリンターが燃えています"));
    let unnamed = [head("no charset").as_bytes(), b"\r\n", &encoded("windows-1252", "Très “urgent”")].concat();
    rows.push(row("no charset, old bytes", unnamed, "Très “urgent”"));
    let unnamed = [head("no charset utf8").as_bytes(), b"\r\n", "Très “urgent”".as_bytes()].concat();
    rows.push(row("no charset, utf-8", unnamed, "Très “urgent”"));
    let unknown = part("text/plain; charset=x-klingon", Encoding::Eight, &encoded("windows-1252", "Ça marche"));
    rows.push(row("unknown charset", mail("unknown charset", "", &unknown), "Ça marche"));
    rows
}

fn encoded(charset: &str, words: &str) -> Vec<u8> {
    let encoding = encoding_rs::Encoding::for_label(charset.as_bytes()).unwrap();
    let (bytes, _, has_lost) = encoding.encode(words);
    assert!(!has_lost, "{charset} has no letters for {words}");
    bytes.into_owned()
}
