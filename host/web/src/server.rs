//! The server: HTTP on a listener, with limits that keep a client that is slow, broken or hostile from shutting the others
//! out. What it bounds, and where:
//!
//! | what | where |
//! |---|---|
//! | connections in all and of one address; requests of one address behind a proxy | [`places`] |
//! | silence, half-sent heads, answers that nobody takes | [`pulse`] |
//! | bodies that trickle | [`body`] |
//! | whose address counts, behind a proxy | [`proxies`] |

mod body;
mod places;
mod proxies;
mod pulse;
#[cfg(test)]
mod tests;

use std::{convert::Infallible, io, net::SocketAddr, num::NonZeroUsize, pin::pin, sync::Arc, time::Duration};

use annex_domain::network::network_of;
use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderValue, Request, Response, StatusCode, header},
};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{
        conn::auto,
        graceful::{GracefulShutdown, Watcher},
    },
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
};
use tower::ServiceExt as _;

pub(crate) use self::{body::is_too_slow, proxies::ClientAddress};
use self::{
    body::{Held, LeastRate},
    places::{Place, Places},
    pulse::{Pulse, Watched},
};
pub use self::{
    places::Most,
    proxies::{ProxyHeader, TrustedProxies},
    pulse::Limits,
};

/// The largest head of a request.
const LARGEST_HEAD: usize = 64 << 10;
/// Requests that one HTTP/2 connection may have under way.
const STREAMS: u32 = 100;
/// How long to wait after the system had no descriptor left.
const BREATHE: Duration = Duration::from_secs(1);

/// How to serve.
#[derive(Debug, Clone)]
pub struct Serving {
    /// Time.
    pub limits: Limits,
    /// Number.
    pub most: Most,
    /// Whose word about addresses counts.
    pub proxies: TrustedProxies,
}

/// What all connections share.
struct Shared {
    router: Router,
    serving: Serving,
    connections: Arc<Places>,
    requests: Arc<Places>,
    http: auto::Builder<TokioExecutor>,
}

/// Answers requests with `router` until `stop`; then finishes those that are under way.
pub async fn serve(listener: TcpListener, router: Router, serving: Serving, stop: impl Future<Output = ()>) {
    let (shared, graceful) = (Shared::new(router, serving), GracefulShutdown::new());
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((socket, peer)) => {
                // Answers are small and wait for the next request: they must not be held back to be joined.
                let _ = socket.set_nodelay(true);
                shared.take(socket, peer, graceful.watcher());
            }
            Err(error) => after(&error).await,
        }
    }
    drop(listener);
    graceful.shutdown().await;
}

/// A connection that broke before it was accepted is nobody's fault; without descriptors the next one fails as well.
async fn after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "a connection cannot be accepted");
        tokio::time::sleep(BREATHE).await;
    }
}

impl Shared {
    fn new(router: Router, serving: Serving) -> Arc<Self> {
        let mut http = auto::Builder::new(TokioExecutor::new());
        // Stricter limits are the pulse's; these hold where it fails.
        http.http1()
            .timer(TokioTimer::new())
            .header_read_timeout(serving.limits.idle + serving.limits.head)
            .max_buf_size(LARGEST_HEAD);
        http.http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(u32::try_from(LARGEST_HEAD).unwrap_or(u32::MAX))
            .keep_alive_interval(serving.limits.idle)
            .keep_alive_timeout(serving.limits.head);
        let places = || Arc::new(Places::new(serving.most));
        Arc::new(Self { router, connections: places(), requests: places(), http, serving })
    }

    /// Gives a connection a place, or closes it.
    fn take<S>(self: &Arc<Self>, socket: S, peer: SocketAddr, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        // A proxy holds the connections of many; their requests are counted instead.
        let counted = (!self.serving.proxies.trust(peer.ip())).then(|| network_of(peer.ip()));
        let Some(place) = self.connections.take(counted, "connection") else { return };
        tokio::spawn(Arc::clone(self).run(socket, peer, place, watcher));
    }

    async fn run<S>(self: Arc<Self>, socket: S, peer: SocketAddr, place: Place, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let pulse = Arc::new(Pulse::new(self.serving.limits));
        let io = TokioIo::new(Watched::new(socket, Arc::clone(&pulse)));
        let (shared, beats) = (Arc::clone(&self), Arc::clone(&pulse));
        let service = service_fn(move |request| Arc::clone(&shared).answer(request, peer, Arc::clone(&beats)));
        let connection = watcher.watch(self.http.serve_connection(io, service).into_owned());
        tokio::select! {
            ended = connection => if let Err(error) = ended {
                tracing::debug!(%peer, error, "a connection broke");
            },
            why = pulse.over() => {
                metrics::counter!("annex_connections_cut_total", "why" => why).increment(1);
                tracing::debug!(%peer, why, "a connection is cut off");
            }
        }
        drop(place);
    }

    async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        peer: SocketAddr,
        pulse: Arc<Pulse>,
    ) -> Result<Response<Body>, Infallible> {
        let busy = pulse.request();
        let client = self.serving.proxies.client(peer.ip(), request.headers());
        // Those behind a proxy share its connections, and HTTP/2 has many requests on one. What a trusted proxy asks for itself
        // is nobody's.
        let counted = (client != peer.ip() || !self.serving.proxies.trust(client)).then(|| network_of(client));
        let Some(place) = self.requests.take(counted, "request") else { return Ok(too_many()) };
        let (mut parts, body) = request.into_parts();
        parts.extensions.insert(ConnectInfo(peer));
        parts.extensions.insert(ClientAddress(client));
        let body = Body::new(LeastRate::new(body, self.serving.limits));
        let response = self.router.clone().oneshot(Request::from_parts(parts, body)).await?;
        Ok(response.map(|body| Body::new(Held::new(body, (busy, place)))))
    }
}

fn too_many() -> Response<Body> {
    let mut response = Response::new(Body::from("too many requests of your address at once\n"));
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

/// How many connections a process with so many descriptors can have: the other half is for files, the database and add-ons'
/// requests.
#[must_use]
pub fn most_connections(descriptors: u64) -> NonZeroUsize {
    let half = usize::try_from(descriptors / 2).unwrap_or(usize::MAX);
    NonZeroUsize::new(half).unwrap_or(NonZeroUsize::MIN)
}
