//! Requests as services sign them. Those of Slack, GitHub and Twilio are the examples of their documentation, with the signatures that
//! stand there; the others follow theirs.

use super::*;

const SLACK: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V\
    &channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=\
    &response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN\
    &trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
const TWILIO: &str =
    "CallSid=CA1234567890ABCDE&Caller=%2B12349013030&Digits=1234&From=%2B12349013030&To=%2B18005551212";

/// A service: how its manifest has it, its secret, and a request at a second.
struct Case {
    name: &'static str,
    signing: &'static str,
    secret: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    url: &'static str,
    seconds: i64,
}

const CASES: [Case; 8] = [
    Case {
        name: "Slack",
        signing: r#"{"algorithm":"sha256","encoding":"hex","signature":{"header":"X-Slack-Signature","prefix":"v0="},
            "timestamp":{"header":"X-Slack-Request-Timestamp"},"signed":"v0:{timestamp}:{body}"}"#,
        secret: "8f742231b10e8888abcd99yyyzzz85a5",
        headers: &[
            ("x-slack-signature", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"),
            ("x-slack-request-timestamp", "1531420618"),
        ],
        body: SLACK,
        url: "",
        seconds: 1_531_420_618,
    },
    Case {
        name: "GitHub",
        signing: r#"{"algorithm":"sha256","encoding":"hex",
            "signature":{"header":"X-Hub-Signature-256","prefix":"sha256="}}"#,
        secret: "It's a Secret to Everybody",
        headers: &[("x-hub-signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")],
        body: "Hello, World!",
        url: "",
        seconds: 0,
    },
    Case {
        name: "Twilio",
        signing: r#"{"algorithm":"sha1","encoding":"base64","signature":{"header":"X-Twilio-Signature"},
            "signed":"{url}{form}"}"#,
        secret: "12345",
        headers: &[("x-twilio-signature", "0/KCTR6DLpKmkAf8muzZqo1nDgQ=")],
        body: TWILIO,
        url: "https://mycompany.com/myapp.php?foo=1&bar=2",
        seconds: 0,
    },
    Case {
        name: "Meta",
        signing: r#"{"algorithm":"sha256","encoding":"hex",
            "signature":{"header":"X-Hub-Signature-256","prefix":"sha256="}}"#,
        secret: "app-secret",
        headers: &[("x-hub-signature-256", "sha256=e6e9d7a842a48e17f43a34d6125d0d933e2aab92ee37f0993a4d493b50e3d438")],
        body: r#"{"object":"page","entry":[]}"#,
        url: "",
        seconds: 0,
    },
    Case {
        name: "Shopify",
        signing: r#"{"algorithm":"sha256","encoding":"base64","signature":{"header":"X-Shopify-Hmac-Sha256"}}"#,
        secret: "hush",
        headers: &[("x-shopify-hmac-sha256", "qBvrsZF7RfB1iS6BX6IHqJTp5L911P7intnPeTPsH0I=")],
        body: r#"{"id":820982911946154508}"#,
        url: "",
        seconds: 0,
    },
    Case {
        name: "Stripe",
        signing: r#"{"algorithm":"sha256","encoding":"hex","signature":{"header":"Stripe-Signature","item":"v1"},
            "timestamp":{"header":"Stripe-Signature","item":"t"},"signed":"{timestamp}.{body}"}"#,
        secret: "whsec_test_secret",
        headers: &[(
            "stripe-signature",
            "t=1492774577,v1=00ff,v1=799c4ba7bb339f3c8601adfd112f0e477c930a268be1243d341abb8286501c2f,v0=00",
        )],
        body: r#"{"id":"evt_1"}"#,
        url: "",
        seconds: 1_492_774_577,
    },
    Case {
        name: "Mailgun",
        signing: r#"{"algorithm":"sha256","encoding":"hex","signature":{"json":"/signature/signature"},
            "timestamp":{"json":"/signature/timestamp"},"signed":"{timestamp}{/signature/token}"}"#,
        secret: "key-1",
        headers: &[],
        body: r#"{"signature":{"timestamp":"1529006854","token":"a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0",
            "signature":"c669c9773159216c9b348a0349be1f0c114715a727d1d33c917468cd145b60f8"}}"#,
        url: "",
        seconds: 1_529_006_854,
    },
    Case {
        name: "SHA-512",
        signing: r#"{"algorithm":"sha512","encoding":"hex","signature":{"header":"X-Signature"}}"#,
        secret: "key",
        headers: &[(
            "x-signature",
            "57b78c19aba1f91da14b69ee190cdf3926645993b1f555fa48c4674fd03e9dda0a5dc3943b590888d7be6e2d3b851cc8c39aefc9ba28013c16739ed30338f19e",
        )],
        body: "x",
        url: "",
        seconds: 0,
    },
];

impl Case {
    fn signing(&self) -> Signing {
        serde_json::from_str(self.signing).unwrap()
    }

    fn request(&self) -> InboundRequest {
        let header = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        InboundRequest { headers: self.headers.iter().map(header).collect(), ..request("POST", "/", "", self.body) }
    }

    fn is_signed(&self, request: &InboundRequest, seconds: i64) -> bool {
        is_signed(&self.signing(), self.secret.as_bytes(), request, self.url, Timestamp(seconds * 1000))
    }
}

fn request(method: &str, path: &str, query: &str, body: &str) -> InboundRequest {
    InboundRequest {
        method: method.into(),
        path: path.into(),
        query: query.into(),
        headers: Vec::new(),
        body: body.to_owned().into(),
        public: false,
    }
}

#[test]
fn requests_of_services_are_known_by_their_signatures() {
    for case in &CASES {
        let request = case.request();
        assert!(case.is_signed(&request, case.seconds), "{}", case.name);
        for secret in ["another", ""] {
            let now = Timestamp(case.seconds * 1000);
            let taken = is_signed(&case.signing(), secret.as_bytes(), &request, case.url, now);
            assert!(!taken, "{}: with the secret {secret:?}", case.name);
        }
        if !case.headers.is_empty() {
            let twice = [case.request().headers, case.request().headers].concat();
            for wrong in [
                InboundRequest { body: "other=1".into(), ..case.request() },
                InboundRequest { headers: vec![], ..case.request() },
                InboundRequest { headers: twice, ..case.request() },
            ] {
                assert!(!case.is_signed(&wrong, case.seconds), "{}: {wrong:?}", case.name);
            }
        }
    }
}

#[test]
fn a_time_that_is_signed_must_be_near() {
    for case in CASES.iter().filter(|case| case.seconds > 0) {
        for (off, expected) in [(0, true), (300, true), (-300, true), (301, false), (-301, false)] {
            assert_eq!(case.is_signed(&case.request(), case.seconds + off), expected, "{} {off}", case.name);
        }
    }
    let now = Timestamp(1_000_000);
    for odd in ["", "-1000", "1000.5", "1000 ", "99999999999999999999", "soon"] {
        assert!(!is_fresh(odd, 3_600, now), "{odd:?}");
    }
}

#[test]
fn another_algorithm_or_spelling_verifies_nothing() {
    let [slack, ..] = &CASES;
    for (from, to) in [("sha256", "sha1"), ("hex", "base64"), ("v0:{timestamp}", "v1:{timestamp}"), ("v0=", "v1=")] {
        let signing: Signing = serde_json::from_str(&slack.signing.replacen(from, to, 1)).unwrap();
        let now = Timestamp(slack.seconds * 1000);
        assert!(!is_signed(&signing, slack.secret.as_bytes(), &slack.request(), "", now), "{to}");
    }
}

#[test]
fn secrets_are_taken_out_of_what_shows_them() {
    let mut shown = request("POST", "/s3cret/a/b", "", "");
    assert!(take_path(&mut shown, b"s3cret") && !take_path(&mut shown, b"s3cret"));
    assert_eq!(shown.path, "/a/b");
    let with = |name: &str, value: &str| InboundRequest {
        headers: vec![(name.into(), value.into())],
        ..request("POST", "/", "", "")
    };
    let mut basic = with("authorization", "Basic YW5uZXg6czNjcmV0");
    assert!(!take_password(&mut basic, b"other") && take_password(&mut basic, b"s3cret"));
    assert_eq!(basic.headers, []);
    for odd in ["Bearer YW5uZXg6czNjcmV0", "Basic", "Basic !!", "Basic czNjcmV0"] {
        assert!(!take_password(&mut with("authorization", odd), b"s3cret"), "{odd}");
    }
    let mut header = with("x-secret", "s3cret");
    assert!(!take_header(&mut header, "X-Other", b"s3cret") && take_header(&mut header, "X-Secret", b"s3cret"));
    assert_eq!(header.headers, []);
    assert!(!take_header(&mut with("x-secret", ""), "X-Secret", b""), "an empty secret is none");
}

#[test]
fn the_host_answers_the_questions_of_services() {
    let meta = Challenge {
        query: Some("hub.challenge".into()),
        token: Some("hub.verify_token".into()),
        ..Challenge::default()
    };
    let ask = |method: &str, query: &str| asked_by_query(&meta, &request(method, "/", query, ""), b"mytoken");
    let query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=mytoken";
    assert_eq!(ask("GET", query), Asked::Rightly("1158201444".into()));
    assert_eq!(ask("GET", "hub.challenge=1&hub.verify_token=wrong"), Asked::Wrongly);
    assert_eq!(ask("GET", "hub.challenge=1"), Asked::Wrongly);
    assert_eq!(ask("GET", "a=b"), Asked::Nothing);
    assert_eq!(ask("POST", query), Asked::Nothing);
    let slack = Challenge { json: Some("/challenge".into()), ..Challenge::default() };
    let body = r#"{"type":"url_verification","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}"#;
    let answered = asked_by_body(&slack, &request("POST", "/", "", body));
    assert_eq!(answered.as_deref(), Some("3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"));
    for other in [r#"{"type":"event"}"#, r#"{"challenge":7}"#, "challenge", r#"{"challenge":"a\nb"}"#] {
        assert_eq!(asked_by_body(&slack, &request("POST", "/", "", other)), None, "{other}");
    }
}
