//! Requests against a real server on loopback, reached through overrides: everything but TLS and name resolution.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use annex_domain::{ids::DeskId, settings::KeyPlace};
use http::Method;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::{
    Answered, Egress, HostRequest, Inbound, Key, LONGEST, Outbound, Post, Room,
    auth::{Auth, Credential},
    parse_override,
};
use crate::{
    config::EgressConfig,
    error::EgressError,
    traffic::{Ended, Traffic},
};

/// A server that answers each request with the text that a function makes of it, and then closes the connection.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) async fn start(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self::bytes(move |request| answer(request).into_bytes()).await
    }

    pub(crate) async fn bytes(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (Arc::clone(&requests), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                tokio::spawn(async move {
                    let mut request = Vec::new();
                    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
                            return;
                        }
                    }
                    let request = String::from_utf8_lossy(&request).into_owned();
                    seen.lock().unwrap().push(request.clone());
                    let bytes = answer(&request);
                    let _ = stream.write_all(&bytes).await;
                    // An answer that ends in `...` never ends.
                    if bytes.ends_with(b"...") {
                        std::future::pending::<()>().await;
                    }
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self { address, requests }
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    fn egress(&self) -> Egress {
        self.egress_with(1_000)
    }

    fn egress_with(&self, requests_per_minute: u32) -> Egress {
        let to = |host: &str| parse_override(&format!("{host}=http://{}", self.address)).unwrap();
        let overrides = ["a.example.com", "b.example.com"].map(to).into();
        Egress::new(EgressConfig { overrides, requests_per_minute }).unwrap()
    }
}

fn hosts() -> Vec<String> {
    vec!["a.example.com".into(), "b.example.com".into()]
}

fn get(url: &str) -> Outbound {
    Outbound { method: Method::GET, url: url.into(), headers: Vec::new(), body: None, auth: None, timeout: LONGEST }
}

fn with_auth(url: &str, auth: fn(Credential) -> Auth) -> Outbound {
    let credential = Credential { key: Some("token".into()), value: "s3cr3t-value".into() };
    Outbound { auth: Some(auth(credential)), ..get(url) }
}

async fn send(egress: &Egress, request: Outbound) -> Result<Inbound, EgressError> {
    egress.send(DeskId::new(), &hosts(), request, &Room::new(), &Traffic::default()).await
}

fn redirect(status: u16, to: &str) -> String {
    format!("HTTP/1.1 {status} Moved\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")
}

#[tokio::test]
async fn hosts_out_of_force_are_refused_before_anything_is_sent() {
    let server = Server::start(|_| "HTTP/1.1 200 OK\r\n\r\n".into()).await;
    let egress = server.egress();
    let error = send(&egress, get("https://c.example.com/")).await.unwrap_err();
    assert!(matches!(&error, EgressError::Denied(text) if text.contains("c.example.com")), "{error}");
    let none = egress.send(DeskId::new(), &[], get("https://a.example.com/"), &Room::new(), &Traffic::default()).await;
    assert!(matches!(none, Err(EgressError::Denied(_))));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_name_that_is_not_public_is_not_reached() {
    // Without an override, and with a name that the operating system leads to loopback or nowhere.
    let egress = Egress::new(EgressConfig::default()).unwrap();
    let hosts = ["host.localhost".to_owned()];
    let answer =
        egress.send(DeskId::new(), &hosts, get("https://host.localhost/"), &Room::new(), &Traffic::default()).await;
    assert!(matches!(answer, Err(EgressError::Unreachable(_))), "{answer:?}");
}

#[tokio::test]
async fn credentials_follow_a_redirect_only_on_the_same_host() {
    let server = Server::start(|request| {
        let first = request.lines().next().unwrap_or_default();
        if first.contains("/same") {
            redirect(302, "/other")
        } else if first.contains("/away") {
            redirect(307, "https://b.example.com/landed")
        } else {
            "HTTP/1.1 200 OK\r\n\r\nok".into()
        }
    })
    .await;
    let egress = server.egress();
    assert_eq!(send(&egress, with_auth("https://a.example.com/same", Auth::Bearer)).await.unwrap().status, 200);
    let seen = server.requests();
    assert!(seen[1].contains("s3cr3t-value") && seen[1].contains("/other"), "{}", seen[1]);

    let mut request = with_auth("https://a.example.com/away", Auth::Bearer);
    request.method = Method::POST;
    request.body = Some(b"body".to_vec());
    request.headers = vec![("X-Api-Key".into(), "guest-key".into()), ("Accept".into(), "text/plain".into())];
    assert_eq!(send(&egress, request).await.unwrap().status, 200);
    let landed = server.requests().pop().unwrap();
    assert!(landed.starts_with("POST /landed") && landed.contains("host: b.example.com"), "{landed}");
    assert!(!landed.contains("s3cr3t-value") && !landed.contains("guest-key"), "{landed}");
    assert!(landed.contains("accept: text/plain"), "{landed}");
}

#[tokio::test]
async fn a_redirect_cannot_carry_a_credential_to_another_host() {
    let server = Server::start(|_| redirect(302, "https://b.example.com/?leaked=s3cr3t-value")).await;
    let request = with_auth("https://a.example.com/", |value| Auth::Query { name: "key".into(), value });
    let error = send(&server.egress(), request).await.unwrap_err();
    assert!(matches!(&error, EgressError::Denied(text) if !text.contains("s3cr3t")), "{error}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn redirects_lead_only_where_first_requests_may() {
    for to in [
        "http://a.example.com/",
        "https://169.254.169.254/latest",
        "https://evil.example/",
        "https://127.1/",
        "file:///x",
    ] {
        let server = Server::start(move |_| redirect(301, to)).await;
        let error = send(&server.egress(), get("https://a.example.com/")).await.unwrap_err();
        assert!(matches!(error, EgressError::Denied(_)), "{to}: {error}");
    }
    let server = Server::start(|_| redirect(302, "/again")).await;
    let error = send(&server.egress(), get("https://a.example.com/")).await.unwrap_err();
    assert!(error.to_string().contains("more than 3 redirects"), "{error}");
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn after_303_the_method_is_get_and_the_body_gone() {
    let server = Server::start(|request| {
        if request.starts_with("POST") { redirect(303, "/done") } else { "HTTP/1.1 200 OK\r\n\r\n".into() }
    })
    .await;
    let mut request = get("https://a.example.com/form");
    request.method = Method::POST;
    request.body = Some(b"a=1".to_vec());
    request.headers = vec![("Content-Type".into(), "text/plain".into())];
    send(&server.egress(), request).await.unwrap();
    let second = server.requests().pop().unwrap();
    assert!(second.starts_with("GET /done") && !second.contains("content-type"), "{second}");
}

/// 64 MiB of zeros, gzipped by hand: stored as the same 64 KiB block of zeros would be, in 64 kB.
fn bomb() -> Vec<u8> {
    let gzip = [
        0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0,
        0xff,
        // One dynamic-free block of fixed codes: a zero byte, then copies of 258 bytes at distance 1, without end.
    ];
    let mut bits: Vec<bool> = vec![true, true, false];
    // The literal 0 is 00110000, a length of 258 is 11000101, the distance 1 is 00000.
    bits.extend([false, false, true, true, false, false, false, false]);
    for _ in 0..260_000 {
        bits.extend([true, true, false, false, false, true, false, true]);
        bits.extend([false; 5]);
    }
    bits.extend([false; 7]);
    let mut out = gzip.to_vec();
    for byte in bits.chunks(8) {
        out.push(byte.iter().enumerate().fold(0, |byte, (at, bit)| byte | u8::from(*bit) << at));
    }
    out.extend([0; 8]);
    out
}

#[tokio::test]
async fn a_body_that_unpacks_to_more_is_cut_off() {
    let server = Server::bytes(|_| {
        let body = bomb();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", body.len());
        [head.into_bytes(), body].concat()
    })
    .await;
    let error = send(&server.egress(), get("https://a.example.com/")).await.unwrap_err();
    assert!(matches!(&error, EgressError::TooLarge(text) if text.contains("4 MiB")), "{error}");
}

#[tokio::test]
async fn bodies_are_bounded_both_ways() {
    let server = Server::bytes(|_| {
        [b"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n".to_vec(), vec![b'x'; 5_000_000]].concat()
    })
    .await;
    let egress = server.egress();
    assert!(matches!(send(&egress, get("https://a.example.com/")).await, Err(EgressError::TooLarge(_))));
    let mut large = get("https://a.example.com/");
    large.body = Some(vec![b'x'; (1 << 20) + 1]);
    assert!(matches!(send(&egress, large).await, Err(EgressError::TooLarge(_))));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn ten_thousand_headers_are_refused() {
    let server = Server::start(|_| {
        let many: String = (0..10_000).map(|at| format!("X-{at}: y\r\n")).collect();
        format!("HTTP/1.1 200 OK\r\n{many}\r\n")
    })
    .await;
    let error = send(&server.egress(), get("https://a.example.com/")).await.unwrap_err();
    assert!(matches!(error, EgressError::Unreachable(_) | EgressError::TooLarge(_)), "{error}");
}

#[tokio::test]
async fn a_slow_body_meets_the_deadline() {
    let server = Server::start(|_| "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nslow...".into()).await;
    let request = Outbound { timeout: Duration::from_millis(100), ..get("https://a.example.com/") };
    assert_eq!(send(&server.egress(), request).await.unwrap_err(), EgressError::Timeout);
}

#[tokio::test]
async fn each_desk_has_a_rate_of_its_own() {
    let server = Server::start(|_| "HTTP/1.1 200 OK\r\n\r\n".into()).await;
    let egress = server.egress_with(2);
    let (one, two) = (DeskId::new(), DeskId::new());
    let send = async |desk| {
        egress.send(desk, &hosts(), get("https://a.example.com/"), &Room::new(), &Traffic::default()).await
    };
    assert!(send(one).await.is_ok() && send(one).await.is_ok());
    assert!(matches!(send(one).await, Err(EgressError::RateLimited(1..=30_000))));
    assert!(send(two).await.is_ok());
}

#[tokio::test]
async fn errors_and_answers_do_not_show_the_credential() {
    let server = Server::start(|request| {
        let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
        if path.contains("/broken") {
            "nonsense".into()
        } else {
            format!("HTTP/1.1 200 OK\r\nX-Path: {path}\r\n\r\n{path}")
        }
    })
    .await;
    let egress = server.egress();
    let answer = send(&egress, with_auth("https://a.example.com/bot{secret}/x", Auth::Path)).await.unwrap();
    assert!(server.requests()[0].starts_with("GET /bots3cr3t-value/x "));
    assert!(!format!("{answer:?}").contains("s3cr3t-value"));
    assert_eq!(answer.body, b"/bot[secret]/x");
    let broken = send(&egress, with_auth("https://a.example.com/broken/{secret}", Auth::Path)).await.unwrap_err();
    assert!(matches!(&broken, EgressError::Unreachable(text) if !text.contains("s3cr3t")), "{broken}");
}

#[tokio::test]
async fn a_probe_answers_the_status_and_follows_nothing() {
    let server = Server::start(|_| redirect(302, "https://b.example.com/")).await;
    let egress = server.egress();
    assert_eq!(egress.probe("https://a.example.com/check").await, Ok(302));
    assert!(matches!(egress.probe("https://127.0.0.1/").await, Err(EgressError::Invalid(_))));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn what_may_have_left_is_told_from_what_did_not() {
    let answers = |request: &str| match request.lines().next().unwrap_or_default() {
        line if line.contains("/fine") => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".into(),
        line if line.contains("/wait") => "HTTP/1.1 429 Wait\r\nRetry-After: 34\r\nContent-Length: 0\r\n\r\n".into(),
        line if line.contains("/cut") => "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok".into(),
        line if line.contains("/late") => "HTTP/1.1 200 OK\r\n...".into(), // and nothing more
        _ => String::new(),                                                // accepted, and the connection closed
    };
    let server = Server::start(answers).await;
    let seen = async |egress: &Egress, path: &str, timeout: Duration| {
        let traffic = Traffic::default();
        let request = Outbound { timeout, ..get(&format!("https://a.example.com{path}")) };
        let _ = egress.send(DeskId::new(), &hosts(), request, &Room::new(), &traffic).await;
        traffic.seen()
    };
    let egress = server.egress();
    let fine = seen(&egress, "/fine", LONGEST).await;
    assert_eq!((fine.sent, fine.answered, fine.last), (1, 1, Some(Ended::Status(200))));
    let wait = seen(&egress, "/wait", LONGEST).await;
    assert_eq!((wait.any_unanswered(), wait.last, wait.retry_after), (false, Some(Ended::Status(429)), Some(34)));
    for (path, timeout) in [("/dropped", LONGEST), ("/cut", LONGEST), ("/late", Duration::from_millis(200))] {
        assert!(seen(&egress, path, timeout).await.any_unanswered(), "{path}");
    }
    // Nobody listens there: the connection is refused.
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let nobody = Server { address: gone, requests: Arc::default() };
    let refused = seen(&nobody.egress(), "/fine", LONGEST).await;
    assert_eq!((refused.sent, refused.last), (0, Some(Ended::NotSent)));
    // Refused by the guard: nothing left.
    let traffic = Traffic::default();
    let denied = egress.send(DeskId::new(), &[], get("https://a.example.com/"), &Room::new(), &traffic).await;
    assert!(denied.is_err() && traffic.seen().sent == 0);
}

#[tokio::test]
async fn a_key_that_is_tried_goes_where_its_service_wants_it_and_does_not_come_back() {
    let echo = |request: &str| {
        let body = format!("{:?}", request.lines().next().unwrap());
        format!("HTTP/1.1 401 No\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    };
    let server = Server::start(echo).await;
    for (place, url, expected) in [
        (KeyPlace::Query("token".into()), "https://a.example.com/me?limit=1", "GET /me?limit=1&token=s3cr3t-value "),
        (KeyPlace::Path, "https://a.example.com/bot{secret}/me", "GET /bots3cr3t-value/me "),
        (KeyPlace::Bearer, "https://a.example.com/me", "authorization: Bearer s3cr3t-value"),
        (KeyPlace::Basic("X".into()), "https://a.example.com/me", "authorization: Basic czNjcjN0LXZhbHVlOlg="),
        (KeyPlace::Header("X-Token".into()), "https://a.example.com/me", "x-token: s3cr3t-value"),
    ] {
        let key = Key { place: place.clone(), setting: "token".into(), value: "s3cr3t-value".into() };
        let ask = HostRequest { url: url.into(), body: None, key: Some(key), secret: None };
        let (status, body) = server.egress().ask(DeskId::new(), &["a.example.com".into()], ask).await.unwrap();
        assert_eq!(status, 401);
        assert!(!String::from_utf8_lossy(&body).contains("s3cr3t"), "{place:?}");
        assert!(server.requests().last().unwrap().contains(expected), "{place:?}: {:?}", server.requests().last());
    }
}

#[tokio::test]
async fn the_add_on_kit_knows_a_redirect_by_these_words() {
    let away = Server::start(|_| redirect(302, "https://login.example.net/")).await;
    let error = send(&away.egress(), get("https://a.example.com/")).await.unwrap_err();
    assert!(matches!(&error, EgressError::Denied(text) if text.starts_with("a redirect was refused")), "{error}");
    let round = Server::start(|_| redirect(302, "/again")).await;
    let error = send(&round.egress(), get("https://a.example.com/")).await.unwrap_err();
    assert!(matches!(&error, EgressError::Unreachable(text) if text.ends_with("redirects")), "{error}");
}

fn post(within: Duration) -> Post {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Post { url: "https://a.example.com/hook".into(), headers, body: b"{}".to_vec(), within }
}

#[tokio::test]
async fn a_message_of_the_host_is_posted_once_and_only_its_answers_head_counts() {
    let moved = Server::start(|_| redirect(307, "https://b.example.com/")).await;
    let answered = moved.egress().post(post(LONGEST)).await.unwrap();
    assert_eq!((answered.status, moved.requests().len()), (307, 1), "no redirect is followed");
    assert!(moved.requests()[0].starts_with("POST /hook "), "{:?}", moved.requests());

    let busy = "HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 9\r\n\r\nlater\r\non";
    let busy = Server::start(move |_| busy.into()).await.egress().post(post(LONGEST)).await.unwrap();
    assert_eq!(busy, Answered { status: 503, retry_after: Some(120), excerpt: "later  on".into() });

    let endless = Server::start(|_| "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nit goes on...".into()).await;
    let answered = endless.egress().post(post(LONGEST)).await.unwrap();
    assert_eq!((answered.status, answered.excerpt.as_str()), (200, "it goes on..."));

    let silent = Server::start(|_| "HTTP/1.1 200 OK\r\nX: ...".into()).await;
    let late = silent.egress().post(post(Duration::from_millis(50))).await;
    assert!(matches!(late, Err(EgressError::Timeout)), "{late:?}");
}

#[tokio::test]
async fn a_message_of_the_host_reaches_public_addresses_alone() {
    let egress = Egress::new(EgressConfig::default()).unwrap();
    let to = |url: &str| Post { url: url.into(), ..post(LONGEST) };
    for url in ["https://127.0.0.1/", "http://a.example.com/", "https://a.example.com:8443/"] {
        assert!(matches!(egress.post(to(url)).await, Err(EgressError::Invalid(_))), "{url}");
    }
    let inside = egress.post(to("https://host.localhost/")).await;
    assert!(matches!(inside, Err(EgressError::Unreachable(_))), "{inside:?}");
}
