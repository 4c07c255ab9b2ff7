//! The server on sockets in memory with the clock in hand, and on loopback.

use axum::{body::Bytes, routing::get};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex},
    net::{TcpSocket, TcpStream},
    time::Instant,
};

use super::*;

/// `/` says from where the request comes; a body that is posted there is counted; `/large` is a long answer.
fn router() -> Router {
    let whence = |address: axum::Extension<ClientAddress>| async move { address.0.0.to_string() };
    let count = |body: Result<Bytes, axum::extract::rejection::BytesRejection>| async move {
        match body {
            Ok(body) => (StatusCode::OK, body.len().to_string()),
            Err(error) if is_too_slow(&error) => (StatusCode::REQUEST_TIMEOUT, error.to_string()),
            Err(error) => (StatusCode::BAD_REQUEST, error.to_string()),
        }
    };
    let hang = || async { std::future::pending::<String>().await };
    Router::new()
        .route("/", get(whence).post(count))
        .route("/large", get(|| async { "x".repeat(4 << 20) }))
        .route("/hang", get(hang))
}

fn serving(all: usize, of_one: usize) -> Serving {
    let most = |n| NonZeroUsize::new(n).unwrap();
    let networks = vec!["10.0.0.0/8".parse().unwrap()];
    Serving {
        limits: Limits::default(),
        most: Most { all: most(all), of_one: most(of_one) },
        proxies: TrustedProxies { networks, header: ProxyHeader::default() },
    }
}

/// A host whose connections are in memory.
struct Host {
    shared: Arc<Shared>,
    graceful: GracefulShutdown,
}

impl Host {
    fn new() -> Self {
        Self { shared: Shared::new(router(), serving(1000, 1000)), graceful: GracefulShutdown::new() }
    }

    fn connect(&self, peer: &str) -> DuplexStream {
        let (client, server) = duplex(64 << 10);
        self.shared.take(server, SocketAddr::new(peer.parse().unwrap(), 4711), self.graceful.watcher());
        client
    }
}

/// What comes until the host closes, and after how long.
async fn rest(mut client: DuplexStream) -> (String, Duration) {
    let started = Instant::now();
    let mut text = String::new();
    let _ = client.read_to_string(&mut text).await;
    (text, started.elapsed())
}

fn within(elapsed: Duration, seconds: u64) -> bool {
    (seconds..=seconds + 2).contains(&elapsed.as_secs())
}

#[test]
fn half_of_the_descriptors_are_for_connections() {
    let most = |descriptors| most_connections(descriptors).get();
    assert_eq!((most(1024), most(3), most(1), most(0)), (512, 1, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn half_sent_heads_are_cut_off() {
    let host = Host::new();
    let mut clients = Vec::new();
    for at in 0..300 {
        let mut client = host.connect("192.0.2.1");
        client.write_all(&b"GET / HTTP/1.1\r\nHost: desk\r\nX-A"[..at % 30]).await.unwrap();
        clients.push(client);
    }
    for client in clients {
        let (text, elapsed) = rest(client).await;
        assert!(text.is_empty() && elapsed <= Duration::from_secs(12), "{text} {elapsed:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_head_that_trickles_is_cut_off_as_well() {
    let host = Host::new();
    let mut client = host.connect("192.0.2.1");
    let started = Instant::now();
    for byte in "GET / HTTP/1.1\r\nX-Filler: aaaaaaaaaaaaaaaaaaaaaaaa".bytes() {
        if client.write_all(&[byte]).await.is_err() {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(within(started.elapsed(), 10), "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_connection_waits_75_seconds_for_its_next_request() {
    let host = Host::new();
    let mut client = host.connect("192.0.2.1");
    for _ in 0..2 {
        client.write_all(b"GET / HTTP/1.1\r\nHost: desk\r\n\r\n").await.unwrap();
        let mut answer = [0; 256];
        let length = client.read(&mut answer).await.unwrap();
        assert!(String::from_utf8_lossy(&answer[..length]).ends_with("192.0.2.1"));
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    let (text, elapsed) = rest(client).await;
    assert!(text.is_empty() && within(elapsed, 15), "{text} {elapsed:?}");
    // And half a head of a later request for no longer than the first.
    let mut client = host.connect("192.0.2.1");
    client.write_all(b"GET / HTTP/1.1\r\nHost: desk\r\n\r\nGET").await.unwrap();
    let (_, elapsed) = rest(client).await;
    assert!(elapsed <= Duration::from_secs(77), "{elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn bodies_come_at_a_least_rate() {
    let host = Host::new();
    for (bytes, every, expected) in [(1, 1000, 408), (2048, 1000, 200), (64, 10, 200)] {
        let mut client = host.connect("192.0.2.1");
        let head = "POST / HTTP/1.1\r\nHost: desk\r\nConnection: close\r\nContent-Length: 32768\r\n\r\n";
        client.write_all(head.as_bytes()).await.unwrap();
        let (mut reader, mut writer) = tokio::io::split(client);
        let sending = tokio::spawn(async move {
            for _ in 0..32_768 / bytes {
                if writer.write_all(&vec![b'x'; bytes]).await.is_err() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(every)).await;
            }
            writer
        });
        let mut text = String::new();
        let started = Instant::now();
        let _ = reader.read_to_string(&mut text).await;
        assert!(text.starts_with(&format!("HTTP/1.1 {expected}")), "{bytes} bytes: {text}");
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
        sending.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_nobody_takes_is_given_up() {
    let host = Host::new();
    let mut client = host.connect("192.0.2.1");
    client.write_all(b"GET /large HTTP/1.1\r\nHost: desk\r\n\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_secs(70)).await;
    let (text, elapsed) = rest(client).await;
    assert!((1..1 << 20).contains(&text.len()) && elapsed.is_zero(), "cut off: {} {elapsed:?}", text.len());
}

#[tokio::test]
async fn those_behind_a_proxy_are_told_apart() {
    let shared = Shared::new(router(), serving(4, 1));
    let host = Host { shared, graceful: GracefulShutdown::new() };
    let ask = async |path: &str, client: &str| {
        let mut connection = host.connect("10.0.0.1");
        let head =
            format!("GET {path} HTTP/1.1\r\nX-Forwarded-For: 203.0.113.1, {client}\r\nConnection: close\r\n\r\n");
        connection.write_all(head.as_bytes()).await.unwrap();
        connection
    };
    let answer = async |connection: DuplexStream| rest(connection).await.0;
    assert!(answer(ask("/", "198.51.100.1").await).await.ends_with("\r\n198.51.100.1"));
    let _hanging = ask("/hang", "198.51.100.1").await;
    tokio::task::yield_now().await;
    let busy = answer(ask("/", "198.51.100.1").await).await;
    assert!(busy.starts_with("HTTP/1.1 429"), "one request at once of one address: {busy}");
    assert!(answer(ask("/", "198.51.100.2").await).await.ends_with("\r\n198.51.100.2"));
}

#[tokio::test]
async fn many_requests_on_one_connection_count() {
    let host = Host { shared: Shared::new(router(), serving(4, 2)), graceful: GracefulShutdown::new() };
    let io = TokioIo::new(host.connect("192.0.2.1"));
    let (client, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    let ask = |path: &str| {
        let mut client = client.clone();
        let request = Request::get(format!("http://desk{path}")).body(Body::empty()).unwrap();
        async move { client.send_request(request).await.unwrap().status() }
    };
    let hanging = [tokio::spawn(ask("/hang")), tokio::spawn(ask("/hang"))];
    let mut status = StatusCode::OK;
    for _ in 0..1000 {
        status = ask("/").await;
        if status != StatusCode::OK {
            break;
        }
    }
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    hanging.iter().for_each(tokio::task::JoinHandle::abort);
}

async fn from(address: &str, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("{address}:0").parse().unwrap()).unwrap();
    socket.connect(to).await.unwrap()
}

#[tokio::test]
async fn one_address_does_not_keep_others_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(serve(listener, router(), serving(20, 10), async { drop(stopped.await) }));
    let mut greedy = Vec::new();
    for _ in 0..40 {
        greedy.push(from("127.0.0.2", address).await);
    }
    let mut other = from("127.0.0.3", address).await;
    other.write_all(b"GET / HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut text = String::new();
    other.read_to_string(&mut text).await.unwrap();
    assert!(text.ends_with("\r\n127.0.0.3"), "{text}");
    let mut closed = 0;
    for mut stream in greedy.split_off(10) {
        closed += usize::from(matches!(stream.read(&mut [0]).await, Ok(0) | Err(_)));
    }
    assert_eq!(closed, 30, "over the limit");
    // Stopping ends idle connections at once.
    stop.send(()).unwrap();
    serving.await.unwrap();
}
